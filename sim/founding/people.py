"""Residents of a new town by district, sex and age: counted where counted, estimated where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from sim.founding.national import NATION, National
from sim.intake.ages import Group
from sim.intake.counts import BOTH, COLUMNS, FEMALE, MALE, OPEN, SEXES, Counts
from sim.intake.small_cells import Protection, protect
from sim.making.fitting import FloatArray, IntArray, Margin, fit, round_to_margins
from sim.making.persons import cohorts
from sim.town.problems import Both, Problem, TownError, problem

if TYPE_CHECKING:
    from sim.town.town import Town

GROUPS: tuple[Group, ...] = (
    (0, 2), (3, 5), (6, 9), (10, 14), (15, 17), (18, 19),
    *((age, age + 4) for age in range(20, 90, 5)), (90, OPEN),
)  # fmt: skip
"""Age groups of the population forecast of statistical offices; counts by single year are added
up to them."""


@dataclass(frozen=True)
class People:
    """Residents of a new town.

    Attributes:
        frame: district, sex, age_from, age_to, persons (whole).
        source, status: where the ages come from.
        weights: people of the state by sex and age, to look into groups.
        residents_status: what the number of residents of a district is.
        protection: what was merged; None if nothing was counted.
        neither: people neither man nor woman in the register, divided evenly.
    """

    frame: pd.DataFrame
    source: Both
    status: str
    weights: FloatArray
    residents_status: str
    protection: Protection | None = None
    neither: int = 0

    @property
    def residents(self) -> dict[str, int]:
        """People by district, in order."""
        names = dict.fromkeys(self.frame["district"])
        sums = self.frame.groupby("district")["persons"].sum()
        return {name: int(sums[name]) for name in names}

    def from_age(self, age: int, district: str | None = None) -> float:
        """People from an age on; a group that begins earlier counts as in the state."""
        frame = self.frame if district is None else self.frame[self.frame["district"] == district]
        total = 0.0
        for sex, first, last, persons in zip(
            *(frame[column].tolist() for column in COLUMNS[1:]), strict=True
        ):
            if first >= age:
                total += persons
            elif last >= age:
                group = self.weights[SEXES.index(sex), first : last + 1]
                total += persons * group[age - first :].sum() / max(group.sum(), 1e-9)
        return float(total)


def structure(national: National, start: tuple[int, int]) -> FloatArray:
    """People of the state (else the nation) at the town's start by sex and age, shape (2, 121)."""

    @dataclass(frozen=True)
    class Place:
        tables: Mapping[str, pd.DataFrame]
        state: str
        start: tuple[int, int]

    # All that `cohorts` reads of a town.
    return cohorts(cast("Town", Place(national.tables, national.state, start)))


def counted_people(
    counts: Counts, weights: FloatArray, join: Mapping[str, str], threshold: int
) -> People:
    """Residents of a table that tells districts and ages.

    Args:
        counts: the table.
        weights: people of the state by sex and age, to divide what the table leaves open.
        join: district that another one is joined to.
        threshold: cells of counted people under this are merged.

    Raises:
        TownError: a district is too small to be protected, or joined to one that does not exist.
    """
    frame = _joined(counts, join)
    districts = list(dict.fromkeys(frame["district"]))
    ends = zip(frame["age_from"].tolist(), frame["age_to"].tolist(), strict=True)
    groups = sorted({(int(first), int(last)) for first, last in ends})
    cells = _cells(frame, districts, groups, weights)
    neither = 0
    if MALE in set(frame["sex"]):
        neither = int(cells[:, 2].sum())
        cells = _half_each(cells)
        exact = cells[:, :2].astype(np.int64)
    else:
        exact = _by_sex(cells[:, 2], weights, groups, counts.sex_totals)
    coarse, kept = _grouped(exact, groups)
    table = _frame(districts, kept, coarse)
    counted = counts.provenance.counted
    protection = protect(table, threshold) if counted else None
    if protection is not None:
        _refuse_tiny(protection, threshold, counts.provenance.file)
    sentence = counts.provenance.sentence()
    return People(
        frame=protection.frame if protection else table,
        source=Both(f"Aus {sentence.de}", f"From {sentence.en}"),
        status=counts.provenance.status if counted or MALE in set(frame["sex"]) else "derived",
        weights=weights,
        residents_status=counts.provenance.status,
        protection=protection,
        neither=neither,
    )


def spread_people(town: People, residents: Mapping[str, int | None], known: bool) -> People:
    """A whole town's residents spread over its districts, all with the town's ages.

    Args:
        town: residents of the whole town (one district).
        residents: people by district; None where nobody knows: these share the rest evenly.
        known: whether the numbers of the districts were told.
    """
    total = int(town.frame["persons"].sum())
    told = sum(number for number in residents.values() if number is not None)
    unknown = [name for name, number in residents.items() if number is None]
    if unknown and told < total:
        rest = shared_out(total - told, np.ones(len(unknown)))
    else:
        rest = [0] * len(unknown)
    numbers = {**residents, **dict(zip(unknown, rest, strict=True))}
    sizes = np.array([float(numbers[name] or 0) for name in residents])
    scaled = np.array(shared_out(total, sizes if sizes.sum() else np.ones(len(sizes))))
    persons = town.frame["persons"].to_numpy(dtype=np.float64)
    expected = np.outer(scaled / max(total, 1), persons)
    margins = [Margin((0,), scaled.astype(np.float64)), Margin((1,), persons)]
    whole = round_to_margins(expected, margins)
    rows = [
        (name, *keys, int(number))
        for name, numbers_of in zip(residents, whole, strict=True)
        for keys, number in zip(
            town.frame[["sex", "age_from", "age_to"]].itertuples(index=False), numbers_of,
            strict=True,
        )
    ]  # fmt: skip
    return People(
        frame=pd.DataFrame(rows, columns=list(COLUMNS)),
        source=Both(
            f"{town.source.de}; Altersaufbau der Stadt",
            f"{town.source.en}; the town's age structure",
        ),
        status="estimated",
        weights=town.weights,
        residents_status="estimated" if known and not unknown else "assumed",
    )


def estimated_people(total: int, weights: FloatArray, region: str, name: str) -> People:
    """A town of which only the size is known, with the age structure of state or nation."""
    shares = np.array([[weights[sex, a : b + 1].sum() for a, b in GROUPS] for sex in range(2)])
    counts = np.array(shared_out(total, shares.ravel())).reshape(1, 2, len(GROUPS))
    where = "Deutschland" if region == NATION else region
    return People(
        frame=_frame([name], list(GROUPS), counts),
        source=Both(
            f"Altersaufbau von {where} (germany/population_structure.csv), auf {total} Menschen",
            f"Age structure of {region} (germany/population_structure.csv), scaled to {total}",
        ),
        status="estimated",
        weights=weights,
        residents_status="assumed",
    )


def _joined(counts: Counts, join: Mapping[str, str]) -> pd.DataFrame:
    known = set(counts.districts)
    wrong: list[Problem] = [
        problem(
            "answers.toml",
            one,
            Both("ein Quartier der Tabelle", "a district of the table"),
            Both("den Namen berichtigen", "correct the name"),
            column="join",
        )
        for pair in join.items()
        for one in pair
        if one not in known
    ]
    if wrong:
        raise TownError(wrong)
    frame = counts.frame.copy()
    frame["district"] = frame["district"].map(lambda name: join.get(name, name))
    keys = ["district", "sex", "age_from", "age_to"]
    # `min_count` keeps a sum unknown if nothing in it is known.
    return frame.groupby(keys, sort=False)["persons"].sum(min_count=1).reset_index()


def _cells(
    frame: pd.DataFrame, districts: Sequence[str], groups: Sequence[Group], weights: FloatArray
) -> FloatArray:
    """People by district, sex (male, female, both) and group; hidden cells are filled."""
    place = {name: index for index, name in enumerate(districts)}
    group_at = {group: index for index, group in enumerate(groups)}
    sex_at = {MALE: 0, FEMALE: 1, BOTH: 2}
    cells = np.zeros((len(districts), 3, len(groups)))
    for district, sex, first, last, persons in zip(
        *(frame[column].tolist() for column in COLUMNS), strict=True
    ):
        cells[place[district], sex_at[sex], group_at[int(first), int(last)]] = persons
    expected = np.array([[weights[sex, a : b + 1].sum() for a, b in groups] for sex in range(2)])
    expected = np.vstack([expected, expected.sum(axis=0)])
    for sex, like in enumerate(expected):
        for row in cells[:, sex]:
            hidden = np.isnan(row)
            seen = like[~hidden].sum()
            if hidden.any():
                factor = row[~hidden].sum() / seen if seen else 0.0
                row[hidden] = np.rint(factor * like[hidden])
    return cells


def _half_each(cells: FloatArray) -> FloatArray:
    """Give those who are neither man nor woman to men and women by turns.

    The model knows two sexes, as the life table and the care statistics do; official statistics
    divide likewise.
    """
    cells = np.rint(cells)
    turn = 0
    for district in range(cells.shape[0]):
        for group in range(cells.shape[2]):
            number = int(cells[district, 2, group])
            men = number // 2 + (number % 2 and turn)
            turn = turn ^ (number % 2)
            cells[district, 0, group] += men
            cells[district, 1, group] += number - men
    cells[:, 2] = 0.0
    return cells


def _by_sex(
    both: FloatArray,
    weights: FloatArray,
    groups: Sequence[Group],
    totals: Mapping[tuple[str, str], float],
) -> IntArray:
    """Divide age groups into men and women as in the state; met exactly where totals are known."""
    both = np.rint(both)
    by_group = np.array([[weights[sex, a : b + 1].sum() for a, b in groups] for sex in range(2)])
    share = by_group / np.maximum(by_group.sum(axis=0), 1e-9)
    expected = both[:, None, :] * share[None]
    margins = [Margin((0, 2), both)]
    if totals and both.shape[0] == 1:
        told = np.array([sum(n for (_, sex), n in totals.items() if sex == one) for one in SEXES])
        if told.sum() > 0:
            scaled = np.array(shared_out(int(both.sum()), told), dtype=np.float64)
            margins.append(Margin((1,), scaled))
            expected = fit(np.maximum(expected, 1e-9), margins, tolerance=1e-6).table
    return round_to_margins(expected, margins)


def _grouped(cells: IntArray, groups: Sequence[Group]) -> tuple[IntArray, list[Group]]:
    """Cells added up to the usual groups where the table's fit into them; else as they are."""
    fits = all(any(low <= first and last <= high for low, high in GROUPS) for first, last in groups)
    if not fits:
        return cells, list(groups)
    result = np.zeros((*cells.shape[:2], len(GROUPS)), dtype=np.int64)
    for index, (first, last) in enumerate(groups):
        target = next(i for i, (low, high) in enumerate(GROUPS) if low <= first and last <= high)
        result[:, :, target] += cells[:, :, index]
    return result, list(GROUPS)


def _frame(districts: Sequence[str], groups: Sequence[Group], cells: IntArray) -> pd.DataFrame:
    rows = [
        (name, sex, first, last, int(cells[i, j, k]))
        for i, name in enumerate(districts)
        for j, sex in enumerate(SEXES)
        for k, (first, last) in enumerate(groups)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _refuse_tiny(protection: Protection, threshold: int, file: str) -> None:
    tiny = tuple(dict.fromkeys(name for name, _ in protection.too_small))
    if tiny:
        raise TownError(
            [
                problem(
                    file,
                    Both(
                        f"weniger als {threshold} Männer oder Frauen in „{name}“",
                        f"fewer than {threshold} men or women in “{name}”",
                    ),
                    Both(
                        "Quartiere, in denen niemand zu erkennen ist",
                        "districts in which nobody can be recognised",
                    ),
                    Both(
                        f"„{name}“ mit einem Nachbarn zusammenlegen: in answers.toml unter "
                        f'[population] join = {{ "{name}" = "NACHBAR" }}',
                        f"join “{name}” to a neighbour: in answers.toml under [population] "
                        f'join = {{ "{name}" = "NEIGHBOUR" }}',
                    ),
                )
                for name in tiny
            ]
        )


def shared_out(total: int, weights: FloatArray) -> list[int]:
    """Whole numbers in proportion to weights that add up to the total (largest remainders)."""
    exact = total * weights / weights.sum() if weights.sum() else np.zeros(len(weights))
    whole = np.floor(exact + 1e-9).astype(int)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return [int(number) for number in whole]
