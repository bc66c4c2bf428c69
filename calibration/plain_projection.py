"""A plain cohort-component projection and the naive forecast, written apart from the model.

What a statistics office computes with a table: ages move up, some die by the life table, women have
children by the birth rates, net migration is added. It reads the same official tables as the model
(`scenarios/germany`), with its own code: nothing here is imported from `sim`. Sex 0 is male, 1 is
female; ages 0 to 89 and the open group 90 and over, 91 in all.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ROOT = Path(__file__).parent.parent
# In a checkout the tables lie beside the program, installed they lie inside it.
SCENARIOS = next(
    (one for one in (_ROOT / "scenarios", _ROOT / "sim" / "scenarios") if one.is_dir()),
    _ROOT / "scenarios",
)
SEXES = ("male", "female")
OPEN = 90
BOYS_PER_GIRL = 1.052


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def nation(region: str = "DE") -> Array:
    """Persons at the end of 2023 by sex and age, shape (2, 91)."""
    persons = np.zeros((2, OPEN + 1))
    for row in rows_of(SCENARIOS / "germany" / "population_structure.csv"):
        if row["region"] == region:
            persons[SEXES.index(row["sex"]), int(row["age"])] = float(row["persons"])
    return persons


def district(town: Path, key: str) -> Array:
    """Persons of a town's district at its start by sex and age; groups are spread evenly.

    Args:
        town: the town's folder.
        key: of the district.
    """
    persons = np.zeros((2, OPEN + 1))
    for row in rows_of(town / "population.csv"):
        if row["district"] == key:
            first, last = int(row["age_from"]), min(int(row["age_to"]), OPEN)
            first = min(first, OPEN)
            share = float(row["persons"]) / (last - first + 1)
            persons[SEXES.index(row["sex"]), first : last + 1] += share
    return persons


def death_by_age() -> Array:
    """Probability to die between two birthdays, shape (2, 101)."""
    death = np.zeros((2, 101))
    for row in rows_of(SCENARIOS / "germany" / "life_table.csv"):
        death[SEXES.index(row["sex"]), int(row["age"])] = float(row["death_probability"])
    return death


def births_by_age() -> Array:
    """Births per woman and year by age, shape (91,)."""
    births = np.zeros(OPEN + 1)
    for row in rows_of(SCENARIOS / "germany" / "fertility.csv"):
        births[int(row["age"])] = float(row["births_per_1000_women"]) / 1000.0
    return births


def immigrants_by_age() -> Array:
    """Share of each age among immigrants, shape (91,), adding up to 1."""
    share = np.zeros(OPEN + 1)
    for row in rows_of(SCENARIOS / "germany" / "moves.csv"):
        share[min(int(row["age"]), OPEN)] += float(row["share_of_immigrants"])
    return np.asarray(share / share.sum())


def care_rates(year: int) -> Array:
    """Share in need of care by sex and age, shape (2, 91)."""
    rates = np.zeros((2, OPEN + 1))
    oldest: list[tuple[int, int, float]] = []
    for row in rows_of(SCENARIOS / "germany" / "care_rates.csv"):
        if int(row["year"]) != year:
            continue
        sex, first, last = SEXES.index(row["sex"]), int(row["age_from"]), int(row["age_to"])
        rates[sex, first : last + 1] = float(row["care_rate"])
        if first >= OPEN:
            oldest.append((sex, first, float(row["care_rate"])))
    for sex in (0, 1):  # 90-94 and 95 and over together, by the years lived in them
        young, old = (rate for of, _, rate in sorted(oldest) if of == sex)
        over_95 = lived_from(death_by_age()[sex], 95) / lived_from(death_by_age()[sex], OPEN)
        rates[sex, OPEN] = young * (1.0 - over_95) + old * over_95
    return rates


def lived_from(death: Array, age: int) -> float:
    """Years lived from an age on per newborn; at 100 the last probability holds for good."""
    alive = np.concatenate(([1.0], np.cumprod(1.0 - death)))
    lived = (alive[:-1] + alive[1:]) / 2.0
    beyond = alive[-1] * (1.0 / death[-1] - 0.5)
    return float(lived[age:].sum() + beyond)


@dataclass(frozen=True)
class Year:
    """A year's course: persons at its end, births, deaths, net migration."""

    persons: Array
    births: float
    deaths: float
    net_migration: float


def survival() -> Array:
    """Share who are still alive a year later by sex and age at the beginning of the year.

    Whoever is x at the beginning has a birthday in between: half a year at x, half at x + 1. Those
    of the open group are as old as the life table has them.
    """
    death = death_by_age()
    alive = np.sqrt((1.0 - death[:, :-1]) * (1.0 - death[:, 1:]))[:, : OPEN + 1]
    for sex in (0, 1):
        later = lived_from(death[sex], OPEN + 1)
        alive[sex, OPEN] = later / lived_from(death[sex], OPEN)
    return alive


def one_year(
    persons: Array,
    net_migration: float = 0.0,
    fertility: float = 1.0,
    survive: Array | None = None,
) -> Year:
    """Residents a year later.

    Args:
        persons: at the beginning, shape (2, 91).
        net_migration: persons, of the ages of immigrants, half women.
        fertility: factor on the birth rates.
        survive: share still alive, shape (2, 91); the life table's if not given.
    """
    survive = survival() if survive is None else survive
    coming = np.full((2, 1), 0.5) * immigrants_by_age() * net_migration
    # Half of the migrants are there all year, so to say, the others come at its end.
    exposed = persons + coming / 2.0
    after = np.zeros_like(exposed)
    staying = exposed * survive
    after[:, 1:] = staying[:, :-1]
    after[:, OPEN] += staying[:, OPEN]
    women = (persons[1] + after[1]) / 2.0
    births = float((women * births_by_age()).sum() * fertility)
    boys = BOYS_PER_GIRL / (1.0 + BOYS_PER_GIRL)
    newborn = births * np.array([boys, 1.0 - boys])
    infants = newborn * (1.0 - death_by_age()[:, 0])
    after[:, 0] += infants
    deaths = float((exposed - staying).sum() + (newborn - infants).sum())
    return Year(after + coming / 2.0, births, deaths, float(coming.sum()))


def project(
    persons: Array, years: int, net_migration: float = 0.0, fertility: float = 1.0
) -> list[Year]:
    """The years one after the other; the last one's persons are the forecast."""
    course: list[Year] = []
    for _ in range(years):
        course.append(one_year(persons, net_migration, fertility))
        persons = course[-1].persons
    return course


def persons_in_need(rates: Array, persons: Array) -> float:
    """The naive forecast: the last rates by age times the residents of then."""
    return float((rates * persons).sum())


def from_age(persons: Array, age: int) -> float:
    """Residents of an age and over."""
    return float(persons[:, age:].sum())
