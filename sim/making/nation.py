"""What the making reads of the national tables: curves and shares, once for all towns.

Towns of one start share the tables of `scenarios/germany`. A state of a thousand municipalities
would otherwise smooth the same curves a thousand times, which takes longer than making the people
of most of them. The tables are the key by what they *are*, not by what they say: whoever wants
others makes a new dictionary of tables, as `sim.town` does for each town it reads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from sim.making.by_age import by_age, group_of_age
from sim.making.quota import FloatArray, IntArray
from sim.rates.engagement import EDUCATION, PARTNER
from sim.rates.people import SEXES, life_table, survivors
from sim.rates.smoothing import AGES
from sim.rates.tables import Prepared, SameTables, prepare

if TYPE_CHECKING:
    from sim.town.town import Town

NATION = "DE"
REMEMBERED = 256
"""Curves kept at most: those of a few sets of tables, some 10 kB each."""

Frames = dict[str, pd.DataFrame]
Result = TypeVar("Result")


def shared(function: Callable[..., Result]) -> Callable[..., Result]:
    """Remember what a function of the tables (and a few words) gives; arrays become read-only."""

    @lru_cache(maxsize=REMEMBERED)
    def remembered(same: SameTables, *words: str | int) -> Result:
        found = function(same.tables, *words)
        if isinstance(found, np.ndarray):
            found.setflags(write=False)
        return found

    @wraps(function)
    def asked(tables: Frames, *words: str | int) -> Result:
        return remembered(SameTables(tables), *words)

    return asked


@shared
def groups(tables: Frames, name: str) -> IntArray:
    """Number of the age group of a table at each age, shape (121,)."""
    return group_of_age(tables[name])


@shared
def share_by_age(tables: Frames, name: str, column: str) -> FloatArray:
    """A column of a table by age group, shape (121,)."""
    return by_age(tables[name], column)


@shared
def share_by_sex(tables: Frames, name: str, column: str) -> FloatArray:
    """A column of a table by sex and age group, shape (2, 121)."""
    table = tables[name]
    return np.stack([by_age(table[table["sex"] == word], column) for word in SEXES])


@shared
def share_by_grade(tables: Frames, name: str, column: str) -> FloatArray:
    """A column of a table by care grade and age group, 0 for grade 0, shape (6, 121)."""
    table = tables[name]
    grades = [by_age(table[table["grade"] == grade], column) for grade in range(1, 6)]
    return np.stack([np.zeros(AGES), *grades])


@shared
def share_lonely(tables: Frames) -> FloatArray:
    """Shares of loneliness.csv by sex, partner and age, shape (2, 2, 121)."""
    table = tables["loneliness"]
    return np.array(
        [
            [
                by_age(table[(table["sex"] == sex) & (table["partner"] == partner)], "share")
                for partner in PARTNER
            ]
            for sex in SEXES
        ]
    )


def curves(town: Town) -> Prepared:
    """Curves over age of care need, loneliness, withdrawal, volunteering and mobility.

    The same as the monthly rates are solved from, which smooths them once for all towns that
    share their tables.
    """
    return prepare(town)


@shared
def people_of_state(tables: Frames, state: str, year: int) -> FloatArray:
    """People of a state at the end of a year by sex and single year, shape (2, 121).

    The newest statistics, as many years older as have passed since; children born meanwhile are
    taken to be as many as the youngest of the statistics. The open last group is spread like
    the life table's survivors.
    """
    frame = tables["population_structure"]
    states = set(frame["region"])
    frame = frame[frame["region"] == (state if state in states else NATION)]
    lived = survivors(life_table(tables))
    passed = 0
    if "year" in frame.columns:
        passed = max(0, year - int(frame["year"].astype(np.int64).max()))
    weights = np.zeros((2, AGES))
    for code, word in enumerate(SEXES):
        rows = frame[frame["sex"] == word].sort_values("age")
        persons = rows["persons"].to_numpy(dtype=np.float64)
        last = persons.shape[0] - 1
        then = np.zeros(AGES)
        then[:last] = persons[:last]
        then[last:] = persons[last] * lived[code, last:] / lived[code, last:].sum()
        older = AGES - passed
        weights[code, passed:] = then[:older] * lived[code, passed:] / lived[code, :older]
        weights[code, :passed] = then[0]
    return weights


@shared
def volunteering_of_education(tables: Frames) -> FloatArray:
    """Rates of volunteering by education, shape (3,)."""
    rates = tables["volunteering_education"].set_index("education")["rate"]
    return np.array([float(rates[word]) for word in EDUCATION])
