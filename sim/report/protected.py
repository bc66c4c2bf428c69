"""Which numbers of a result's tables are too small to be given out, or kept secret with them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from sim.report.small_cells import SECRET, SMALL, Cells

WHOLE_TOWN = EVERYBODY = "*"

ADD_UP: dict[str, tuple[tuple[str, ...], ...]] = {
    "in_need": (
        ("grade_1", "grade_2", "grade_3", "grade_4", "grade_5"),
        ("at_home", "nursing_home"),
        ("home_alone", "family", "ambulatory", "day_care", "nursing_home"),
    ),
    "at_home": (("home_alone", "family", "ambulatory", "day_care"),),
}
"""Indicators that are the sum of others in the same place and period."""

CONTAINS: dict[str, tuple[str, ...]] = {
    "residents": ("residents_65", "living_at_home_65"),
    "residents_65": ("residents_80", "living_at_home_65"),
    "in_need": ("nursing_home", "at_home"),
    "volunteers": ("quarter_volunteers",),
    "carers": ("strained_carers",),
}
"""Indicators of which others are a part: what is left over is a number of people as well."""

SHARES: dict[str, str] = {
    "share_at_home": "in_need",
    "visitors_share_65": "residents_65",
    "lonely_share_65": "residents_65",
    "withdrawn_share_65": "residents_65",
    "strained_share": "carers",
}
"""Shares of people, and the number of people they are a share of."""


TOLD_BY_SHARE: dict[str, str] = {"share_at_home": "nursing_home"}
"""Indicators that a share tells together with what it is a share of."""

Marks = dict[Any, int]


def marks_of_levels(
    levels: pd.DataFrame,
    people: Mapping[str, bool],
    *,
    threshold: float,
    threshold_at_start: float,
    start: str,
    mean_period: str,
) -> Marks:
    """What becomes of the levels that are not shown, by (plan, quantity, district, period).

    Districts add up to the town, years to their mean, settings to the people in need; and what
    lies between two numbers of people, such as those of 65 to 79, is a number of people as well.

    Args:
        levels: table of levels, see `sim.study.levels`; its means decide.
        people: whether a quantity counts people.
        threshold: the smallest number of invented people that is shown.
        threshold_at_start: likewise for the start, which comes from a count of real people.
        start: the period of the start.
        mean_period: the mean of the other years.
    """
    marks: Marks = {}
    shares = levels["quantity"].isin(list(SHARES)) & levels["mean"].notna()
    counted = levels["quantity"].map(people).astype(bool) & levels["mean"].notna()
    for plan, of_plan in levels[counted].groupby("plan", sort=False):
        at_start = of_plan["period"] == start
        for frame, least in (
            (of_plan[at_start], threshold_at_start),
            (of_plan[~at_start], threshold),
        ):
            values = {key[1:]: mean for key, mean in _keyed_means(frame)}
            found = _of_one_plan(values, least, mean_period)
            marks |= {(plan, *key): mark for key, mark in found.items()}
    of_level = dict(_keyed_means(levels[counted]))
    for key, mean in _keyed_means(levels[shares]):
        least = threshold_at_start if key[-1] == start else threshold
        if _tells_a_share(key, mean, of_level, marks, least):
            marks[key] = SECRET
    return marks


def _keyed_means(levels: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str, str], float]]:
    columns = (levels[name] for name in ("plan", "quantity", "district", "period", "mean"))
    lists = (column.to_numpy().tolist() for column in columns)
    for plan, quantity, district, period, mean in zip(*lists, strict=True):
        yield (plan, quantity, district, period), float(mean)


def _of_one_plan(
    values: Mapping[tuple[str, str, str], float], threshold: float, mean_period: str
) -> dict[Any, int]:
    """Marks by (quantity, district, period) of one plan."""
    quantities = list(dict.fromkeys(key[0] for key in values))
    districts = list(dict.fromkeys(key[1] for key in values))
    periods = list(dict.fromkeys(key[2] for key in values))
    cells = Cells(values, threshold)
    single = [district for district in districts if district != WHOLE_TOWN]
    years = [period for period in periods if period != mean_period]
    for period in periods:
        for quantity in quantities:
            parts = [(quantity, district, period) for district in single]
            cells.add_up((quantity, WHOLE_TOWN, period), parts)
        for district in districts:
            for total, sums in ADD_UP.items():
                for parts_of in sums:
                    names = [(name, district, period) for name in parts_of]
                    cells.add_up((total, district, period), names)
            for whole, within in CONTAINS.items():
                for part in within:
                    cells.contains((whole, district, period), (part, district, period))
    for quantity in quantities:
        for district in districts:
            names = [(quantity, district, year) for year in years]
            cells.add_up((quantity, district, mean_period), names, times=len(years))
    return cells.marks()


def _tells_a_share(
    key: tuple[str, str, str, str],
    share: float,
    levels: Mapping[Any, float],
    marks: Marks,
    threshold: float,
) -> bool:
    """Whether a share tells a small number of people, itself or what is left of the whole."""
    plan, name, *place = key
    whole = (plan, SHARES[name], *place)
    if whole not in levels:
        return False
    count = share * levels[whole]
    told = TOLD_BY_SHARE.get(name)
    return (
        whole in marks
        or (plan, told, *place) in marks
        or any(0.0 < number < threshold for number in (count, levels[whole] - count))
    )


def marks_of_groups(gains: pd.DataFrame, threshold: float) -> Marks:
    """What becomes of numbers of people by age band and group at the start.

    Args:
        gains: table of who gains, see `sim.study.who_gains`.
        threshold: the smallest number that is shown.

    Returns:
        SMALL or SECRET by (against, period, age bands, group).
    """
    marks: Marks = {}
    for (against, period), frame in gains.groupby(["against", "period"], sort=False):
        bands_of = bands_by_quantity(frame)
        values: dict[tuple[tuple[str, ...], str], float] = {}
        for name, band, group, people in zip(
            frame["quantity"], frame["age_band"], frame["start_group"], frame["people"], strict=True
        ):
            bands = bands_of[name] if band == EVERYBODY else (band,)
            values[bands, group] = float(people)
        cells = Cells(values, threshold)
        groups = list(dict.fromkeys(group for _, group in values if group != EVERYBODY))
        wholes = list(dict.fromkeys(bands_of.values()))
        for band in dict.fromkeys(band for bands in wholes for band in bands):
            cells.add_up(((band,), EVERYBODY), [((band,), group) for group in groups])
        for group in groups:
            for bands in wholes:
                cells.add_up((bands, group), [((band,), group) for band in bands])
                for fewer in wholes:
                    if set(fewer) < set(bands):
                        others = [((band,), group) for band in bands if band not in fewer]
                        cells.add_up((bands, group), [(fewer, group), *others])
        found = cells.marks()
        marks |= {(against, period, bands, group): m for (bands, group), m in found.items()}
    return marks


def bands_by_quantity(gains: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The age bands each quantity counts."""
    of_bands = gains[gains["age_band"] != EVERYBODY]
    return {
        str(name): tuple(dict.fromkeys(frame["age_band"]))
        for name, frame in of_bands.groupby("quantity", sort=False)
    }


def key_of_group(row: Any, bands_of: Mapping[str, Sequence[str]]) -> Hashable:
    """The key of a row of `gains` in the marks of `marks_of_groups`."""
    bands = tuple(bands_of[row.quantity]) if row.age_band == EVERYBODY else (row.age_band,)
    return (row.against, row.period, bands, row.start_group)


def mark_of_difference(row: Any, marks: Marks) -> int:
    """Whether a difference between two plans is shown: not where one of the levels is not."""
    place = (row.quantity, row.district, row.period)
    found = [marks.get((plan, *place), 0) for plan in (row.plan, row.against)]
    if SECRET in found:
        return SECRET
    return SMALL if SMALL in found else 0
