"""Small cells of counted people are merged until none is left, and no total can undo it.

1. *Within a district.* As long as a district has a group of 1 to 4 men or women (under the
   threshold; nobody is no small group), the smallest is merged with a neighbouring age group of the
   same sex: with the smaller of the two, but across the ages of 18, 65 and 80, which tables and
   results are read by, only if there is no other way.
2. *Between districts.* Where a boundary between two age groups is left out in only one district,
   the town's own figures (published by age elsewhere) less the other districts would give the
   hidden numbers away. Then the same boundary is left out in a second district too: where it costs
   least.

People by district and sex stay as counted. A district with 1 to 4 men or women in all cannot be
protected by merging ages; it has to be joined with a neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.intake.ages import Group
from sim.intake.counts import COLUMNS

KEPT_BOUNDARIES = (18, 65, 80)
"""Ages across which groups are merged last."""


@dataclass(frozen=True)
class Protection:
    """What was done to a table.

    Attributes:
        frame: district, sex, age_from, age_to, persons.
        merged: boundaries between age groups left out, in all districts together.
        for_others: of these, those left out so that totals do not give others away.
        too_small: (district, sex) with fewer people than the threshold in all.
    """

    frame: pd.DataFrame
    merged: int
    for_others: int
    too_small: tuple[tuple[str, str], ...]


Cells = list[tuple[Group, int]]


def protect(frame: pd.DataFrame, threshold: int) -> Protection:
    """Merge small cells.

    Args:
        frame: district, sex, age_from, age_to, persons (whole); every district and sex with the
            same age groups, without gap, in the order of age.
        threshold: cells of 1 up to one less than this are small.
    """
    parts: dict[tuple[str, str], Cells] = {}
    for district, sex, first, last, persons in zip(
        *(frame[column].tolist() for column in COLUMNS), strict=True
    ):
        parts.setdefault((district, sex), []).append(((int(first), int(last)), int(persons)))
    before = sum(len(cells) for cells in parts.values())
    parts = {key: _without_small(cells, threshold) for key, cells in parts.items()}
    after = sum(len(cells) for cells in parts.values())
    for sex in dict.fromkeys(sex for _, sex in parts):
        _protect_between({key: cells for key, cells in parts.items() if key[1] == sex}, parts)
    left = sum(len(cells) for cells in parts.values())
    too_small = tuple(
        key for key, cells in parts.items() if len(cells) == 1 and 0 < cells[0][1] < threshold
    )
    rows = [
        (district, sex, first, last, persons)
        for (district, sex), cells in parts.items()
        for (first, last), persons in cells
    ]
    protected = pd.DataFrame(rows, columns=list(COLUMNS))
    return Protection(protected, before - left, after - left, too_small)


def small_cells(persons: Iterable[int], threshold: int) -> int:
    """Number of cells under the threshold; nobody is no small cell."""
    return sum(0 < number < threshold for number in persons)


def _without_small(cells: Sequence[tuple[Group, int]], threshold: int) -> Cells:
    merged = list(cells)
    while len(merged) > 1:
        small = [i for i, (_, persons) in enumerate(merged) if 0 < persons < threshold]
        if not small:
            break
        # The oldest of the smallest first: that is where groups are small.
        place = min(small, key=lambda i: (merged[i][1], -i))
        neighbours = [i for i in (place - 1, place + 1) if 0 <= i < len(merged)]
        partner = min(neighbours, key=lambda i: (_crosses(merged, place, i), merged[i][1], i))
        _join(merged, min(place, partner))
    return merged


def _crosses(cells: Cells, one: int, other: int) -> bool:
    return cells[max(one, other)][0][0] in KEPT_BOUNDARIES


def _join(cells: Cells, place: int) -> None:
    """Merge a cell with the next older one, in place."""
    (first, _), persons = cells[place]
    (_, last), more = cells.pop(place + 1)
    cells[place] = ((first, last), persons + more)


def _protect_between(
    of_sex: dict[tuple[str, str], Cells], parts: dict[tuple[str, str], Cells]
) -> None:
    """Leave out each boundary in no district or in several; changes `parts`."""
    if len(of_sex) < 2:
        return
    boundaries = sorted({group[0] for cells in of_sex.values() for group, _ in cells if group[0]})
    for boundary in boundaries:
        having = [key for key, cells in of_sex.items() if _place(cells, boundary) is not None]
        if len(having) != len(of_sex) - 1:
            continue
        cheapest = min(having, key=lambda key: (_cost(parts[key], boundary), key))
        place = _place(parts[cheapest], boundary)
        assert place is not None
        _join(parts[cheapest], place - 1)


def _place(cells: Cells, boundary: int) -> int | None:
    return next((i for i, (group, _) in enumerate(cells) if group[0] == boundary), None)


def _cost(cells: Cells, boundary: int) -> int:
    """People in the smaller of the two groups a boundary parts."""
    place = _place(cells, boundary)
    assert place is not None
    return min(cells[place - 1][1], cells[place][1])
