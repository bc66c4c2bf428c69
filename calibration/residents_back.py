"""A town's districts as they were forecast from its start, beside what was counted later.

Ranges are told twice: of the assumptions alone, as a comparison of plans has them; and with the
drift of age groups that the model's own forecasts showed in districts that are not judged
(`calibration.districts`, `calibration.city`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from calibration import plain_projection as plain
from calibration.beside import row_of
from calibration.courses import Course
from calibration.districts import (
    GROUPS,
    Drifts,
    counted_districts,
    drifts,
    migration_spread,
)
from calibration.group import OLDEST, Group
from calibration.targets import Target
from sim.town.town import Town

Array = NDArray[np.float64]

NORMAL = ndtri((np.arange(21) + 0.5) / 21.0)
"""Twenty-one equally likely numbers of a standard normal distribution."""


@dataclass(frozen=True)
class Followed:
    """Residents of many runs.

    Attributes:
        town: the town.
        years: the start and every simulated year.
        persons: by run, year, district and age, shape (runs, years, districts, 121).
    """

    town: Town
    years: tuple[int, ...]
    persons: NDArray[np.int32] = field(repr=False)

    def of(self, year: int, group: Group) -> Array:
        """Residents of a district and age group in each run."""
        district = [one.key for one in self.town.districts].index(group.district)
        ages = slice(group.age_from, group.age_to + 1)
        here = self.persons[:, self.years.index(year), district, ages]
        return np.asarray(here.sum(axis=-1), dtype=np.float64)


def by_age(run: Course) -> NDArray[np.int32]:
    """Residents of a run, shape (years, districts, 121)."""
    districts = len(run.town.districts)
    cells = districts * (OLDEST + 1)
    return np.array(
        [
            np.bincount(one.district * (OLDEST + 1) + one.age, minlength=cells).reshape(
                districts, -1
            )
            for one in run.people
        ],
        dtype=np.int32,
    )


def calendar(town: Town) -> tuple[int, ...]:
    """The years a run of a town is looked at: its start, and every December until its end."""
    year, month = town.start
    decembers = (year * 12 + month - 1 + town.months + 11) // 12
    return tuple(range(year, decembers))


def taken_in(town: Town, years: Sequence[int], persons: Iterable[NDArray[np.int32]]) -> Followed:
    """Runs of a town, each looked at by `by_age`."""
    return Followed(town, tuple(years), np.array(list(persons)))


def seen_in(runs: Followed) -> Drifts:
    """How the model's forecasts of a city's other districts did: their medians beside the counts.

    Args:
        runs: of `calibration.city.other_districts`.
    """
    counted = counted_districts()
    labels = [one.label for one in runs.town.districts]
    districts = counted.at([counted.labels.index(label) for label in labels])
    forecast = np.empty_like(districts.persons)
    for group, (first, last) in enumerate(GROUPS):
        persons = np.median(runs.persons[..., first : last + 1].sum(axis=-1), axis=0)
        for place, year in enumerate(districts.years):
            forecast[:, group, place] = persons[runs.years.index(year)]
    return Drifts(districts, forecast)


def residents_rows(
    targets: Sequence[Target], runs: Followed, seen: Drifts | None = None
) -> pd.DataFrame:
    """A town's later counts of residents, with and without drift.

    Args:
        targets: all figures; of the town's counts, those of its first year are the naive forecast.
        runs: runs of the town.
        seen: where drift is read off; None for the plain projection of the city's districts.
    """
    town, first, last = runs.town, runs.years[0], runs.years[-1]
    own = [one for one in targets if (one.name, one.region) == ("residents", town.name)]
    known = {one.group: one.value for one in own if one.year == first}
    projected = _projected(town, last - first)
    values = town.ledger.values()
    labels = {one.key: one.label for one in town.districts}
    city = counted_districts().persons[:, :, 0].sum(axis=0)
    if seen is None:
        net, births = values["net_migration_per_1000"], values["fertility_factor"]
        seen = drifts(town.folder, tuple(labels), net, births)
    years = seen.districts.years
    whole = {
        (one.group.district, one.year): runs.of(one.year, one.group)
        for one in own
        if (one.group.age_from, one.group.age_to) == (0, OLDEST) and one.year in runs.years
    }
    # A few districts are judged by all others, many each by the rest.
    few = not set(labels.values()) >= set(seen.districts.labels)
    factors = {
        key: seen.beside(set(labels.values()) if few else {label}) for key, label in labels.items()
    }
    rows = []
    for target in own:
        group = target.group
        if not first < target.year <= last or group not in known:
            continue
        ours = runs.of(target.year, group)
        persons = projected[group.district][target.year - first - 1]
        beside = float(persons[:, group.age_from : min(group.age_to, plain.OPEN) + 1].sum())
        rows.append(row_of("residents", target, ours, known[group], beside))
        ages = (group.age_from, group.age_to)
        missing = 0.0
        if ages in GROUPS and target.year in years:
            factor = float(factors[group.district][GROUPS.index(ages), years.index(target.year)])
            moved = float(migration_spread(city, target.year - first)[GROUPS.index(ages)])
            within = _within(ours, whole[group.district, target.year])
            # What drifts beyond what the runs have of it already.
            beyond = max(0.0, factor**2 * known[group] - within)
            missing = float(np.hypot(np.sqrt(beyond), moved * known[group]))
        drifted = (ours[:, None] + missing * NORMAL).ravel()
        rows.append(row_of("residents_with_drift", target, drifted, known[group], beside))
    return pd.DataFrame(rows).assign(origin=first)


def _within(group: Array, district: Array) -> float:
    """Variance, over runs, of an age group against its district, persons squared."""
    size, whole = float(np.median(group)), float(np.median(district))
    return float(np.var(group - size * district / whole))


def _projected(town: Town, years: int) -> dict[str, list[Array]]:
    """The plain projection by district: residents by sex and age at the end of each year."""
    values = town.ledger.values()
    net, fertility = values["net_migration_per_1000"] / 1000.0, values["fertility_factor"]
    found = {}
    for one in town.districts:
        start = plain.district(town.folder, one.key)
        course = plain.project(start, years, net * float(start.sum()), fertility)
        found[one.key] = [year.persons for year in course]
    return found
