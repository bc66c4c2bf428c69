"""How many people of each sex and single year of age: the weights behind every rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.rates.smoothing import AGES, Array, column

if TYPE_CHECKING:
    from sim.town.town import Town

SEXES = ("male", "female")
"""Words of the tables in the order of the codes 0 and 1."""


def life_table(tables: dict[str, pd.DataFrame]) -> Array:
    """Probability to die within a year, shape (2, 121), by sex and age.

    The official table (Destatis 12621-0001) ends at 100; its last probability is held to 119,
    and nobody outlives the age of 120.
    """
    frame = tables["life_table"]
    death = np.empty((2, AGES))
    for sex, word in enumerate(SEXES):
        rows = frame[frame["sex"] == word].sort_values("age")
        known = column(rows, "death_probability")
        death[sex, : len(known)] = known
        death[sex, len(known) :] = known[-1]
    death[:, AGES - 1] = 1.0
    return death


def survivors(death: Array) -> Array:
    """Person-years lived in each year of age per newborn, shape (2, 121).

    Args:
        death: yearly probability of death, shape (2, 121). Deaths fall in the middle of the
            year of age, which is exact enough for weights.
    """
    alive = np.cumprod(np.concatenate((np.ones((2, 1)), 1.0 - death[:, :-1]), axis=1), axis=1)
    return alive * (1.0 - death / 2.0)


def national_population(tables: dict[str, pd.DataFrame], death: Array) -> Array:
    """Persons in Germany by sex and single year of age, shape (2, 121).

    The official structure ends with "90 and older"; these are spread over 90 to 120 like the
    life table's survivors.
    """
    frame = tables["population_structure"]
    lived = survivors(death)
    persons = np.zeros((2, AGES))
    for sex, word in enumerate(SEXES):
        rows = frame[(frame["region"] == "DE") & (frame["sex"] == word)].sort_values("age")
        known = column(rows, "persons")
        last = len(known) - 1
        persons[sex, :last] = known[:last]
        persons[sex, last:] = known[last] * lived[sex, last:] / lived[sex, last:].sum()
    return persons


def town_population(town: Town, national: Array) -> Array:
    """Persons of the town by district, sex and single year of age, shape (districts, 2, 121).

    Within an age group people are spread like the nation's.

    Args:
        town: the town; its `population` is by district, sex and age group.
        national: weights, shape (2, 121).
    """
    persons = np.zeros((len(town.districts), 2, AGES))
    frame = town.population
    rows = frame[["sex", "age_from", "age_to"]].to_numpy(np.int64)
    number = frame["persons"].to_numpy(np.float64)[:, None]
    district = frame["district"].to_numpy(np.int64)[:, None]
    groups, of_row = np.unique(rows, axis=0, return_inverse=True)
    for group, (sex, first, last) in enumerate(groups):
        here = of_row.reshape(-1) == group
        ages = np.arange(first, last + 1)
        within = national[sex, ages]
        exact = number[here] * within / within.sum()
        np.add.at(persons, (district[here], sex, ages), exact)
    return persons


def by_month(by_year: Array) -> Array:
    """Spread over the twelve months of each year of age: (..., 121) becomes (..., 1,452)."""
    return np.repeat(by_year, 12, axis=-1) / 12.0
