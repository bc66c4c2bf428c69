"""Death by care grade and nursing home, with the life table as the exact average.

In every year y, sex s and age a the twelve states j (grade 0-5 at home, grade 0-5 in a nursing
home) die within a month with probability

    d_j = base + c · excess_j,      base = h - c · Σ_j P_j · excess_j

where h is the life table's monthly probability and P_j the share of the state among people of
that year, sex and age. So Σ_j P_j · d_j = h, whatever the excesses are. They are the ledger's
excess by grade, plus one number for all in a nursing home, solved so that those who live there at
the start die at the observed yearly rate. Where the excesses would leave less than 15 % of h to
people without need (the young, few of whom die at all), c < 1 shrinks them together.
"""

from __future__ import annotations

import numpy as np

from sim.rates.smoothing import Array

STATES = 12
"""Grade 0-5 at home, then grade 0-5 in a nursing home."""
LARGEST_EXCESS_SHARE = 0.85
"""Most of the life table's deaths that may be due to the excess of people in need."""
HIGHEST_EXCESS = 0.5
"""Bound of the solution for nursing homes, monthly; reached only by nonsensical assumptions."""

_ROUNDS = 60
_CLOSE = 1e-13


def monthly(yearly_probability: Array) -> Array:
    """Monthly probability of which twelve in a row make the yearly one."""
    result: Array = 1.0 - (1.0 - yearly_probability) ** (1.0 / 12.0)
    return result


def life_table_monthly(death: Array, values: dict[str, float]) -> Array:
    """Monthly probability of death of all people of an age, shape (2, 121).

    Args:
        death: the life table's yearly probability, shape (2, 121).
        values: one draw of the assumptions; mortality_factor is used.
    """
    yearly_probability = np.minimum(death * values["mortality_factor"], 1.0)
    yearly_probability[:, -1] = 1.0
    return monthly(yearly_probability)


def excess_by_grade(values: dict[str, float]) -> Array:
    """Excess monthly probability of death by state, nursing home as at home, shape (12,)."""
    excess = [0.0, *(values[f"care_grade_excess_death_{grade}"] for grade in range(1, 6))]
    return np.array(excess * 2)


def split(average: Array, shares: Array, excess: Array) -> Array:
    """Monthly probability of death by state, shape (..., 2, 121, 12).

    Args:
        average: the life table's monthly probability, shape (2, 121).
        shares: share of each state at each age, shape (..., 2, 121, 12), adding up to 1.
        excess: excess by state, shape (12,) or one that fits `shares`.
    """
    load = (shares * excess).sum(axis=-1)
    scale = _scale(average, load)
    death: Array = (average - scale * load)[..., None] + scale[..., None] * excess
    death[..., -1, :] = 1.0
    return np.minimum(death, 1.0)


def _scale(average: Array, load: Array) -> Array:
    """The c of the module's equation: 1, or as much as leaves room for people without need."""
    room = LARGEST_EXCESS_SHARE * average
    result: Array = np.minimum(1.0, room / np.maximum(load, np.finfo(float).tiny))
    return result


def solve_death(average: Array, shares: Array, persons: Array, values: dict[str, float]) -> Array:
    """Monthly probability of death by year, sex, age and state, shape (years, 2, 121, 12).

    Args:
        average: the life table's monthly probability, shape (2, 121).
        shares: share of each state among the exposed by year, sex and age, shape
            (years, 2, 121, 12).
        persons: residents at the start by sex and age, shape (2, 121): the weights with which
            the residents of nursing homes die at nursing_home_annual_death, in every year.
        values: one draw of the assumptions.
    """
    residents = persons[..., None] * shares[..., 6:]
    residents[..., -1, :] = 0.0  # everybody dies at 120, whatever the excess
    by_grade = excess_by_grade(values)
    target = 1.0 - (1.0 - values["nursing_home_annual_death"]) ** (1.0 / 12.0)
    inside = excess_in_home(average, shares, residents, by_grade, target)
    excess = np.tile(by_grade, (len(shares), 1))
    excess[:, 6:] += inside[:, None]
    return split(average, shares, excess[:, None, None, :])


def excess_in_home(
    average: Array, shares: Array, residents: Array, by_grade: Array, target: float
) -> Array:
    """Excess that all in nursing homes share, beyond that of their grade, shape (years,).

    With `n` the residents of an age, `m` their mean excess by grade, `p` the share of an age in
    nursing homes and x the unknown, their mean probability of death is

        Σ n · (h + c · (m + x - load - x · p)) / Σ n

    It rises with x, by at most one a unit, so the first step never goes too far; the next ones
    use the slope of the last.

    Args:
        average: the life table's monthly probability h, shape (2, 121).
        shares: share of each state, shape (years, 2, 121, 12).
        residents: weights by grade, shape (years, 2, 121, 6).
        by_grade: excess by state without the unknown, shape (12,).
        target: mean monthly probability of death of the residents.
    """
    weights = residents.sum(axis=-1)
    total = weights.sum(axis=(1, 2))
    weights /= np.where(total > 0.0, total, 1.0)[:, None, None]
    own = (residents @ by_grade[6:]) / np.where(total > 0.0, total, 1.0)[:, None, None]
    load = shares @ by_grade
    inside_share = shares[..., 6:].sum(axis=-1)
    excess = np.zeros(len(shares))
    before, mean_before = excess, excess
    for turn in range(_ROUNDS):
        step = excess[:, None, None]
        loaded = load + step * inside_share
        added = own + weights * (step - loaded)
        mean = (weights * average + _scale(average, loaded) * added).sum(axis=(1, 2))
        gap = np.where(total > 0.0, target - mean, 0.0)
        if np.abs(gap).max() < _CLOSE:
            break
        moved = excess - before
        slope = np.ones_like(gap)
        if turn > 0:
            np.divide(mean - mean_before, moved, out=slope, where=moved != 0.0)
        before, mean_before = excess, mean
        excess = np.clip(excess + gap / np.clip(slope, 0.1, 1.0), 0.0, HIGHEST_EXCESS)
    return excess
