"""Births, moving away and moving in.

Moving in is exogenous: as many people as the starting population would lose by moving away, plus
the town's net migration, every month of the run and in every plan, so that two plans receive
the same newcomers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.rates.smoothing import AGES, Array, column

GROWN_UP = 18
"""Youngest head of a household that moves in."""

OLDER, OLDEST = 65, 80
"""Youngest of the two groups of newcomers that an assumption makes more or fewer."""


def by_age(frame: pd.DataFrame, name: str, *, hold: bool) -> Array:
    """A column by single age as an array over 0 to 120, shape (121,).

    Args:
        frame: table with the column `age`, ages without gaps.
        name: the column.
        hold: above the table's last age its last value holds; otherwise 0.
    """
    rows = frame.sort_values("age")
    ages = rows["age"].to_numpy(dtype=np.int64)
    known = column(rows, name)
    result = np.zeros(AGES)
    result[ages] = known
    if hold:
        result[ages[-1] :] = known[-1]
    return result


def monthly_birth(births_per_1000_women: Array, values: dict[str, float]) -> Array:
    """Monthly probability that a woman gives birth by age, shape (121,).

    Args:
        births_per_1000_women: a year, by age, shape (121,).
        values: one draw of the assumptions; fertility_factor is used.
    """
    return births_per_1000_women * (values["fertility_factor"] / 12_000.0)


def monthly_move(
    internal: Array, share_of_emigrants: Array, national: Array, values: dict[str, float]
) -> Array:
    """Monthly probability to move away from the town by age, shape (121,).

    The yearly rate is the moves across a county border times moves_factor plus, if the ledger
    has `emigration_per_1000` (emigrants of the nation per 1,000 residents and year), the moves
    abroad; the probability is 1 - exp(-rate / 12).

    Args:
        internal: moves across a county border per person and year by age, shape (121,).
        share_of_emigrants: share of each age among the nation's emigrants, shape (121,).
        national: persons in Germany by sex and age, shape (2, 121).
        values: one draw of the assumptions.
    """
    persons = national.sum(axis=0)
    emigrants = values.get("emigration_per_1000", 0.0) / 1000.0 * persons.sum()
    abroad = emigrants * share_of_emigrants / persons
    result: Array = 1.0 - np.exp(-(internal * values["moves_factor"] + abroad) / 12.0)
    return result


def newcomers_per_month(
    population: Array, residents: Array, move_away: Array, values: dict[str, float]
) -> Array:
    """Expected persons who move into each district in a month, shape (districts,), at least 0.

    Args:
        population: at the start by district, sex and age, shape (districts, 2, 121).
        residents: residents by district, shape (districts,).
        move_away: monthly probability by age, shape (121,).
        values: one draw of the assumptions; net_migration_per_1000 (a year) is used.
    """
    outflow = population.sum(axis=1) @ move_away
    result: Array = np.maximum(outflow + _net(residents, values), 0.0)
    return result


def newcomer_age(
    population: Array,
    residents: Array,
    move_away: Array,
    share_of_immigrants: Array,
    values: dict[str, float],
) -> Array:
    """Cumulative distribution of sex and age of the heads of newcomer households, shape (242,).

    Place 121 · sex + age. People who come in exchange for those who leave have their age and
    sex; net migration has the ages of immigrants. Only adults head a household. People of 65 to
    79, and of 80 and over, are taken newcomer_older_factor and newcomer_oldest_factor times.

    Args:
        population: at the start by district, sex and age, shape (districts, 2, 121).
        residents: residents by district, shape (districts,).
        move_away: monthly probability by age, shape (121,).
        share_of_immigrants: share of each age among the nation's immigrants, shape (121,).
        values: one draw of the assumptions; net_migration_per_1000 (a year) is used as well.
    """
    persons = population.sum(axis=0)
    of_age = persons.sum(axis=0)
    sexes = np.divide(persons, of_age, out=np.full_like(persons, 0.5), where=of_age > 0.0)
    net = _net(residents, values).sum() * share_of_immigrants
    comers = np.maximum(persons * move_away + sexes * net, 0.0)
    comers[:, OLDER:OLDEST] *= values.get("newcomer_older_factor", 1.0)
    comers[:, OLDEST:] *= values.get("newcomer_oldest_factor", 1.0)
    comers[:, :GROWN_UP] = 0.0
    if comers.sum() == 0.0:  # nobody comes, yet the table must be a distribution
        comers[:, GROWN_UP:] = share_of_immigrants[GROWN_UP:]
    cumulative = np.cumsum(comers.ravel())
    cumulative /= cumulative[-1]
    return cumulative


def _net(residents: Array, values: dict[str, float]) -> Array:
    """Net migration of each district, persons a month."""
    return residents * (values["net_migration_per_1000"] / 12_000.0)
