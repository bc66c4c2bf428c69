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

from sim.compiled import compiled
from sim.rates.prevalence import GRADES, CareNeed, by_grade, rates_by_month
from sim.rates.smoothing import AGES, Array

HALF_MONTH = 1.0 / 24.0


@dataclass(frozen=True)
class Cohorts:
    """What every birth cohort must go through: its shares a month ago and now.

    Who is in one month of age now was in the month of age before it a month ago; the newborn come
    from grade 0.

    Attributes:
        earlier: share in need half a month before the middle of each simulated year by month of
            age, shape (years, 2, 1,452).
        later: the same half a month after it.
        mix: share of the grades 1 to 5 among those in need by month of age, shape (1,452, 5).
        in_home: share of a grade in a nursing home by month of age; shape (1,452, 6).
        alive: weight of each month of a year of age, by who is still alive; shape (2, 121, 12).
    """

    earlier: Array
    later: Array
    mix: Array
    in_home: Array
    alive: Array

    def over_year_of_age(self, by_month: Array) -> Array:
        """Mean over the months of each year of age, weighted with those still alive.

        Args:
            by_month: shape (2, 1,452, columns); the result is (2, 121, columns).
        """
        split = by_month.reshape((2, AGES, 12, by_month.shape[-1]))
        mean: Array = np.einsum("sakg,sak->sag", split, self.alive)
        return mean

    def exposed(self) -> Array:
        """Share of each state among those exposed to the month's death, (years, 2, 121, 12).

        Grade 0-5 at home, then grade 0-5 in a nursing home, as they were at the end of the month
        before: that is who dies.
        """
        found: Array = exposed_by_state(self.earlier, self.mix, self.in_home, self.alive)
        return found

    def first_year(self) -> tuple[Array, Array]:
        """What people of each month of age now were a month ago, in the first simulated year.

        Returns:
            Share by grade, shape (2, 1,452, 6), and share of a grade in a nursing home, shape
            (1,452, 6).
        """
        share = older(self.in_home)
        share[0] = 0.0
        return older(by_grade(self.earlier[0], self.mix)), share


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
    middle = [start + year + 0.5 for year in range(years)]
    times = [when - HALF_MONTH for when in middle] + [when + HALF_MONTH for when in middle]
    rates = rates_by_month(care_need, values, times)
    alive = (1.0 - average)[..., None] ** np.arange(12)
    alive /= alive.sum(axis=-1, keepdims=True)
    return Cohorts(rates[:years], rates[years:], care_need.mix, nursing_home_share, alive)


@compiled
def state_before(
    rate: Array, mix: Array, in_home: Array, month: int, grade: int
) -> tuple[float, float]:
    """What those who are in a month of age now were a month ago.

    Args:
        rate: share in need by month of age, shape (1,452,).
        mix, in_home: see `Cohorts`.
        month: of age, now.
        grade: 0 to 5.

    Returns:
        Share in the grade, and share of these in a nursing home.
    """
    if month == 0:
        return (1.0 if grade == 0 else 0.0), 0.0
    if grade == 0:
        return 1.0 - rate[month - 1], in_home[month - 1, grade]
    return rate[month - 1] * mix[month - 1, grade - 1], in_home[month - 1, grade]


@compiled
def exposed_by_state(earlier: Array, mix: Array, in_home: Array, alive: Array) -> Array:
    """See `Cohorts.exposed`; arguments as its attributes."""
    found = np.zeros((*earlier.shape[:2], AGES, 2 * GRADES))
    for year in range(earlier.shape[0]):
        for sex in range(2):
            for age in range(AGES):
                for place in range(12):
                    weight = alive[sex, age, place]
                    for grade in range(GRADES):
                        here, share = state_before(
                            earlier[year, sex], mix, in_home, 12 * age + place, grade
                        )
                        inside = here * share
                        found[year, sex, age, grade] += (here - inside) * weight
                        found[year, sex, age, GRADES + grade] += inside * weight
    return found


@compiled
def survivors_and_crossings(
    earlier: Array, later: Array, mix: Array, in_home: Array, alive: Array, death: Array
) -> tuple[Array, Array]:
    """Survivors by grade and net crossings of the borders below grades 1 … 5.

    Both are means over the months of a year of age.

    Args:
        earlier, later, mix, in_home, alive: see `Cohorts`.
        death: monthly probability of death, shape (years, 2, 121, 12).

    Returns:
        Shapes (years, 2, 121, 6) and (years, 2, 121, 5).
    """
    survivors = np.zeros((*earlier.shape[:2], AGES, GRADES))
    crossings = np.zeros((*earlier.shape[:2], AGES, GRADES - 1))
    left = np.zeros(GRADES)
    for year in range(earlier.shape[0]):
        for sex in range(2):
            for age in range(AGES):
                dying = death[year, sex, age]
                for place in range(12):
                    month, weight = 12 * age + place, alive[sex, age, place]
                    everyone = 0.0
                    for grade in range(GRADES):
                        here, share = state_before(earlier[year, sex], mix, in_home, month, grade)
                        at_home = (1.0 - share) * (1.0 - dying[grade])
                        left[grade] = here * (at_home + share * (1.0 - dying[GRADES + grade]))
                        everyone += left[grade]
                    if everyone > 0.0:
                        left /= everyone
                    # In grade g or higher, now and if nobody changed grade.
                    now, had = 0.0, 0.0
                    for grade in range(GRADES - 1, 0, -1):
                        now += later[year, sex, month] * mix[month, grade - 1]
                        had += left[grade]
                        crossings[year, sex, age, grade - 1] += (now - had) * weight
                        survivors[year, sex, age, grade] += left[grade] * weight
                    survivors[year, sex, age, 0] += left[0] * weight
    return survivors, crossings


def solve_grade_change(known: Cohorts, death: Array, values: dict[str, float]) -> GradeChange:
    """Probabilities that keep every cohort on the prevalence of its age and time.

    Args:
        known: the shares to reproduce.
        death: monthly probability of death, shape (years, 2, 121, 12).
        values: one draw of the assumptions.
    """
    survivors, crossings = survivors_and_crossings(
        known.earlier, known.later, known.mix, known.in_home, known.alive, death
    )
    return borders(survivors, crossings, values)


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
