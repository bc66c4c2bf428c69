"""How far age groups of a district drift from a projection, seen in districts that are not judged.

All of Magdeburg's districts are counted by five age groups (`magdeburg_districts.csv`). Those that
are not in a town's folder are projected from the same year by the plain projection with the same
assumptions, as if each had the city's ages within an age group. What is left of the error of an age
group once the error of its whole district and that of the age group in the city are taken off is
drift: one district was settled by people of one age, another gets homes for families. It has
standard deviation f · sqrt(n) for a group of n people; f is the root mean square over districts, by
age group and years since the start. It grows nearly with the years, not with their root: what makes
a district differ lasts.

The errors of the city as a whole are left out on purpose: they come from the years that are to be
forecast. What was known at the start of the ages that come and go is in `magdeburg_migration.csv`
(2010 to 2021): the net migration of an age group, less its mean and its share of the year's total,
added up over as many years as are forecast. No district judges itself.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration import plain_projection as plain

Array = NDArray[np.float64]

COUNTS = Path(__file__).with_name("magdeburg_districts.csv")
GROUPS = ((0, 6), (7, 17), (18, 44), (45, 64), (65, 120))
MIGRATION = Path(__file__).with_name("magdeburg_migration.csv")
MIGRANTS = ((0, 17), (18, 49), (50, 64), (65, 120))
"""Age groups of migrants, as near to those of residents as they are told."""
MIGRANTS_OF = (0, 0, 1, 2, 3)
"""Which of them stands for which of `GROUPS`."""
SMALLEST = 500
"""Districts with fewer residents at the start are left out: single buildings move them."""


@dataclass(frozen=True)
class Districts:
    """Counted residents of districts.

    Attributes:
        labels: their names.
        years: the counted years, first the start.
        persons: shape (districts, 5 age groups, years).
    """

    labels: tuple[str, ...]
    years: tuple[int, ...]
    persons: Array = field(repr=False)

    def without(self, labels: set[str]) -> Districts:
        """The others that are large enough."""
        kept = [
            place
            for place, label in enumerate(self.labels)
            if label not in labels and self.persons[place, :, 0].sum() >= SMALLEST
        ]
        return self.at(kept)

    def at(self, places: Sequence[int]) -> Districts:
        """Some of them."""
        names = tuple(self.labels[place] for place in places)
        return Districts(names, self.years, self.persons[list(places)])


def counted_districts() -> Districts:
    """All districts of `magdeburg_districts.csv` that are counted in every year."""
    found: dict[str, dict[tuple[int, int], float]] = {}
    years: set[int] = set()
    with COUNTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            group = GROUPS.index((int(row["age_from"]), int(row["age_to"])))
            years.add(int(row["year"]))
            found.setdefault(row["label"], {})[group, int(row["year"])] = float(row["persons"])
    order = tuple(sorted(years))
    whole = {label: of for label, of in found.items() if len(of) == len(GROUPS) * len(order)}
    persons = np.array(
        [[[of[group, year] for year in order] for group in range(len(GROUPS))]
         for of in whole.values()]
    )  # fmt: skip
    return Districts(tuple(whole), order, persons)


def projected(districts: Districts, ages: Array, net_per_1000: float, fertility: float) -> Array:
    """The plain projection of every district from its first count, shape of `persons`.

    Args:
        districts: the counts.
        ages: residents by sex and age, shape (2, 91): the pattern within age groups.
        net_per_1000: net migration per 1,000 residents and year.
        fertility: factor on the birth rates.
    """
    found = np.zeros_like(districts.persons)
    found[:, :, 0] = districts.persons[:, :, 0]
    for place, groups in enumerate(districts.persons[:, :, 0]):
        start = np.zeros_like(ages)
        for persons, (first, last) in zip(groups, GROUPS, strict=True):
            within = ages[:, first : min(last, plain.OPEN) + 1]
            start[:, first : min(last, plain.OPEN) + 1] = within / within.sum() * persons
        net = net_per_1000 / 1000.0 * float(start.sum())
        course = plain.project(start, len(districts.years) - 1, net, fertility)
        for later, year in enumerate(course, 1):
            found[place, :, later] = [
                year.persons[:, first : min(last, plain.OPEN) + 1].sum() for first, last in GROUPS
            ]
    return found


def drift_factors(districts: Districts, forecast: Array) -> Array:
    """Root mean square drift by age group and years since the start, shape (5, years).

    Args:
        districts: the counts of districts that are not judged.
        forecast: what was projected for them, of the same shape.
    """
    error = districts.persons / forecast - 1.0
    own = districts.persons.sum(axis=1) / forecast.sum(axis=1) - 1.0
    size = districts.persons[:, :, :1]
    left = error - own[:, None, :]
    left = left - (left * size).sum(axis=0) / size.sum(axis=0)
    return np.asarray(np.sqrt((left**2 * size).mean(axis=0)))


def migration_spread(persons: Array, years: int) -> Array:
    """How far the ages that come and go move an age group of the whole city, as a share of it.

    Args:
        persons: the city's residents by `GROUPS` at the start.
        years: how many years ahead.

    Returns:
        Root mean square over all spans of that many years, shape (5,).
    """
    net: dict[int, Array] = {}
    came = np.zeros(len(MIGRANTS))
    with MIGRATION.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first = int(row["age_from"])
            group = next(place for place, (_, last) in enumerate(MIGRANTS) if first <= last)
            of = net.setdefault(int(row["year"]), np.zeros(len(MIGRANTS)))
            of[group] += float(row["moved_in"]) - float(row["moved_out"])
            came[group] += float(row["moved_in"])
    by_year = np.array([net[year] for year in sorted(net)])
    total = by_year.sum(axis=1, keepdims=True)
    away = by_year - by_year.mean(axis=0) - came / came.sum() * (total - total.mean())
    spans = np.array(
        [away[first : first + years].sum(axis=0) for first in range(len(away) - years + 1)]
    )
    size = np.zeros(len(MIGRANTS))
    np.add.at(size, list(MIGRANTS_OF), persons)
    return np.asarray(np.sqrt((spans**2).mean(axis=0)) / size)[list(MIGRANTS_OF)]


@dataclass(frozen=True)
class Drifts:
    """Counts of all districts and their plain projection.

    Attributes:
        districts: those that are large enough.
        forecast: projected from their first count, of the same shape.
    """

    districts: Districts
    forecast: Array = field(repr=False)

    def beside(self, judged: set[str]) -> Array:
        """Drift seen in all districts but those judged, shape (5, years)."""
        kept = [place for place, one in enumerate(self.districts.labels) if one not in judged]
        return drift_factors(self.districts.at(kept), self.forecast[kept])


def drifts(folder: Path, keys: Sequence[str], net_per_1000: float, fertility: float) -> Drifts:
    """What to see drift in.

    Args:
        folder: of a town, for the ages within age groups.
        keys: of its districts.
        net_per_1000: net migration per 1,000 residents and year.
        fertility: factor on the birth rates.
    """
    districts = counted_districts().without(set())
    ages = np.sum([plain.district(folder, key) for key in keys], axis=0)
    return Drifts(districts, projected(districts, ages, net_per_1000, fertility))
