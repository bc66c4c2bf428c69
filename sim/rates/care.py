"""Onset of care need and change of grade, solved from how many need care (illness-death model).

A birth cohort must have, at every age and time, the shares of `sim.rates.prevalence`. In one
month the people of a cohort first die, by state; those who survive then change grade, at most
once. With A_g the share of survivors in grade g or higher, the net number that crosses the
border between g - 1 and g in a month is

    N_g = A_g(after the month) - A_g(survivors)

and it is made of onset (a share E_g of those who newly need care starts at g or higher), of
rises from g - 1 and of falls from g:

    N_1 = onset · S_0 - down_1 · S_1
    N_g = onset · S_0 · E_g + up_{g-1} · S_{g-1} - down_g · S_g        g = 2 … 5

The falls come from the ledger, so onset and rises follow, border by border. Where a rise would
be negative it is 0 and the fall is as large as needed. The flows of the twelve months of a year of
age, in the middle of the simulated year, are added up and divided by the exposures S added up:
one probability a year of age.

Age means the completed years at the end of the month in which the draw happens: who turns 80 in
March has the probabilities of 80 in March. Source of the method: Keiding, "Age-specific incidence
and prevalence: a statistical perspective", J. R. Statist. Soc. A 154, 1991.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.rates.prevalence import GRADES, CareNeed, prevalence_by_month
from sim.rates.smoothing import AGES, MONTHS_OF_AGE, Array

HALF_MONTH = 1.0 / 24.0


@dataclass(frozen=True)
class Cohorts:
    """What every birth cohort must go through: its shares a month ago and now.

    Attributes:
        earlier: in the middle of each simulated year, share by grade a month ago of those who now
            are in a month of age; shape (years, 2, 1,452, 6).
        later: share by grade of the same people now; same shape.
        in_home_earlier: share of a grade in a nursing home a month ago; shape (1,452, 6).
        in_home: the same now; shape (1,452, 6).
        average: the life table's monthly probability of death; shape (2, 121).
    """

    earlier: Array
    later: Array
    in_home_earlier: Array
    in_home: Array
    average: Array

    def over_year_of_age(self, by_month: Array) -> Array:
        """Mean over the months of each year of age, weighted with those still alive.

        Args:
            by_month: shape (..., 2, 1,452, columns); the result is (..., 2, 121, columns).
        """
        alive = (1.0 - self.average)[..., None] ** np.arange(12)
        alive /= alive.sum(axis=-1, keepdims=True)
        split = by_month.reshape((*by_month.shape[:-2], AGES, 12, by_month.shape[-1]))
        mean: Array = np.einsum("...sakg,sak->...sag", split, alive)
        return mean

    def exposed(self) -> Array:
        """Share of each state among those exposed to the month's death, (years, 2, 121, 12).

        Grade 0-5 at home, then grade 0-5 in a nursing home, as they were at the end of the month
        before: that is who dies.
        """
        inside = self.earlier * self.in_home_earlier
        return np.concatenate(
            (self.over_year_of_age(self.earlier - inside), self.over_year_of_age(inside)), axis=-1
        )


@dataclass(frozen=True)
class GradeChange:
    """Monthly probabilities of those who survive the month.

    Attributes:
        up: from grade g to g + 1, from 0 onset; shape (years, 2, 121, 6), last column 0.
        down: from grade g to g - 1; shape (years, 2, 121, 6), first column 0.
    """

    up: Array
    down: Array


def entry_shares(values: dict[str, float]) -> Array:
    """Distribution of the first grade over grades 0 to 5, shape (6,), grade 0 never."""
    shares = np.array([0.0, *(values[f"grade_entry_share_{grade}"] for grade in range(1, 6))])
    result: Array = shares / shares.sum()
    return result


def falls(values: dict[str, float]) -> Array:
    """Monthly probability to fall one grade by grade, shape (6,), before any correction."""
    lower = [values[f"care_grade_down_{grade}"] for grade in range(2, 6)]
    return np.array([0.0, values["care_grade_recovery"], *lower])


def older(by_month: Array) -> Array:
    """What people of each month of age were a month before: shifted along axis -2 by one.

    The newborn come from grade 0 (first column).
    """
    before = np.empty_like(by_month)
    before[..., 1:, :] = by_month[..., :-1, :]
    before[..., 0, :] = 0.0
    before[..., 0, 0] = 1.0
    return before


def cohorts(
    care_need: CareNeed,
    nursing_home_share: Array,
    average: Array,
    when: tuple[float, int],
    values: dict[str, float],
) -> Cohorts:
    """The shares that the solutions must reproduce.

    Args:
        care_need: the care statistics as curves.
        nursing_home_share: share in a nursing home by month of age and grade, shape (1,452, 6).
        average: the life table's monthly probability of death, shape (2, 121).
        when: time of the start in years (end of December 2025 is 2026.0) and number of years.
        values: one draw of the assumptions.
    """
    start, years = when
    shape = (years, 2, MONTHS_OF_AGE, GRADES)
    earlier, later = np.empty(shape), np.empty(shape)
    for year in range(years):
        middle = start + year + 0.5
        earlier[year] = older(prevalence_by_month(care_need, values, middle - HALF_MONTH))
        later[year] = prevalence_by_month(care_need, values, middle + HALF_MONTH)
    share = older(nursing_home_share)
    share[0] = 0.0
    return Cohorts(earlier, later, share, nursing_home_share, average)


def solve_grade_change(known: Cohorts, death: Array, values: dict[str, float]) -> GradeChange:
    """Probabilities that keep every cohort on the prevalence of its age and time.

    Args:
        known: the shares to reproduce.
        death: monthly probability of death, shape (years, 2, 121, 12).
        values: one draw of the assumptions.
    """
    survivors = np.empty_like(known.earlier)
    net = np.empty((*survivors.shape[:-1], GRADES - 1))
    share = known.in_home_earlier
    for year, before in enumerate(known.earlier):  # year by year, so that all stays in the cache
        survive = np.repeat(1.0 - death[year], 12, axis=1)
        left = before * ((1.0 - share) * survive[..., :6] + share * survive[..., 6:])
        everyone = left.sum(axis=-1, keepdims=True)
        survivors[year] = np.divide(left, everyone, out=left, where=everyone > 0.0)
        net[year] = at_least(known.later[year]) - at_least(survivors[year])
    return borders(known.over_year_of_age(survivors), known.over_year_of_age(net), values)


def at_least(shares: Array) -> Array:
    """Share in grade g or higher for g = 1 … 5: (..., 6) becomes (..., 5)."""
    result: Array = np.cumsum(shares[..., :0:-1], axis=-1)[..., ::-1]
    return result


def borders(stock: Array, net: Array, values: dict[str, float]) -> GradeChange:
    """Solve border after border from the net crossings.

    Args:
        stock: survivors by grade over the months of a year of age, shape (..., 6).
        net: net crossings of the borders below grades 1 … 5, same months, shape (..., 5).
        values: one draw of the assumptions.
    """
    entry = entry_shares(values)
    higher = at_least(entry)
    down = np.broadcast_to(falls(values), stock.shape) * (stock > 0.0)
    up = np.zeros_like(stock)
    onset = np.zeros(stock.shape[:-1])
    for grade in range(1, GRADES):
        below, here = stock[..., grade - 1], stock[..., grade]
        rise = net[..., grade - 1] + down[..., grade] * here
        if grade == 1:
            onset = np.maximum(rise, 0.0)
        else:
            rise = rise - onset * higher[grade - 1]
        missing = np.maximum(-rise, 0.0)
        down[..., grade] += np.divide(missing, here, out=np.zeros_like(here), where=here > 0.0)
        up[..., grade - 1] = np.divide(
            np.maximum(rise, 0.0), below, out=np.zeros_like(below), where=below > 0.0
        )
    down = np.minimum(down, 1.0)
    return GradeChange(up=np.minimum(up, 1.0 - down), down=down)


def change(stock: Array, rates: GradeChange, entry: Array) -> Array:
    """Survivors by grade after the month's change of grade.

    Args:
        stock: before, shape (..., 6).
        rates: monthly probabilities, of a shape that fits.
        entry: distribution of the first grade, shape (6,).
    """
    rise, fall = stock * rates.up, stock * rates.down
    after: Array = stock - rise - fall
    after += rise[..., :1] * entry
    after[..., 2:] += rise[..., 1:-1]
    after[..., :-1] += fall[..., 1:]
    return after
