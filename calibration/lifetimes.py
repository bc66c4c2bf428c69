"""A life under the rules of one year: who comes to need care, for how long, and how long in a home.

Everybody goes through the monthly probabilities of the first simulated year, from some age to the
last (a synthetic cohort, as a period life table has one). Places in nursing homes are not limited
here. In each month people die, then change grade, then move to a nursing home, as in the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.rates.tables import Tables

Array = NDArray[np.float64]

AGES, MONTHS = 121, 12
BORN = np.array([1.052, 1.0]) / 2.052
"""Boys and girls among the newborn: weights where both sexes are meant."""


@dataclass(frozen=True)
class Lives:
    """Sums over the lives of a cohort, each of shape (2,): men, women; per person.

    Attributes:
        ever_in_need: share who ever had a care grade.
        years_in_need: years lived with a care grade.
        nursing_home_entries: moves to a nursing home.
        nursing_home_years: years lived in one.
    """

    ever_in_need: Array
    years_in_need: Array
    nursing_home_entries: Array
    nursing_home_years: Array


def lives(tables: Tables, age_from: int = 0) -> Lives:
    """Follow people without need of an age to the end of their lives.

    Args:
        tables: one draw's tables; those of the first year are used.
        age_from: age at the beginning, completed years.
    """
    first = np.diff(tables.entry_grade)
    never = np.ones(2)
    home, inside = np.zeros((2, 6)), np.zeros((2, 6))
    in_need, entries, in_home = np.zeros(2), np.zeros(2), np.zeros(2)
    ever = np.zeros(2)
    for month in range(age_from * MONTHS, AGES * MONTHS):
        age = month // MONTHS
        death, up = tables.death[0, :, age], tables.care_up[0, :, age]
        down = tables.care_down[0, :, age]
        never = never * (1.0 - death[:, 0])
        home, inside = home * (1.0 - death[:, :6]), inside * (1.0 - death[:, 6:])
        onset = never * up[:, 0]
        ever += onset
        never = never - onset
        home = _grades(home, up, down, first, keeps_grade_1=False)
        home[:, 1:] += onset[:, None] * first
        inside = _grades(inside, up, down, first, keeps_grade_1=True)
        moving = home * tables.nursing_home_entry[:, age]
        home, inside = home - moving, inside + moving
        entries += moving.sum(axis=1)
        in_home += inside.sum(axis=1)
        in_need += home[:, 1:].sum(axis=1) + inside.sum(axis=1)
    return Lives(ever, in_need / MONTHS, entries, in_home / MONTHS)


def _grades(stock: Array, up: Array, down: Array, first: Array, *, keeps_grade_1: bool) -> Array:
    """Survivors by grade after a month's changes, shape (2, 6)."""
    rise, fall = stock * up, stock * down
    if keeps_grade_1:
        fall[:, 1] = 0.0
    after = stock - rise - fall
    after[:, 1:] += rise[:, :1] * first
    after[:, 2:] += rise[:, 1:5]
    after[:, :5] += fall[:, 1:]
    return after


def mean_of(values: Array, sexes: tuple[int, ...]) -> float:
    """Mean of men and women, or the value of one of them."""
    chosen = list(sexes)
    return float((values[chosen] * BORN[chosen]).sum() / BORN[chosen].sum())
