"""How many people need care: share in each care grade by sex, age and time.

    rate(s, x, t) = 1 - (1 - rate(s, x))^θ,     P_g = rate(s, x, t) · mix_g(x)

with the official care rates at the end of 2023 (care_rates.csv) by sex and five-year group and
the grade mix by age (care_grades.csv). The exponent θ is solved so that, at the nation's age
structure, the number of people in need changes by the factor

    care_rate_factor · (1 + before)^(min(t, 2026) - 2024) · (1 + after)^max(t - 2026, 0)

that is, by the town's factor and the wider entitlement, which is a trend of its own: most growth
since 2017 was not ageing. Before the end of 2023 that trend is not assumed but measured: the
factor is the number of people in need that the rates of the earlier statistics (2019, 2021) give at
the same age structure, over that of 2023, and between two statistics it grows at an even rate. Why
an exponent and not the factor itself: two thirds and more of the
oldest are in need already, so the factor would soon pass one. The exponent acts like a factor
where need is rare and fades where nearly everybody has it, as observed: Baden-Württemberg had 18 %
fewer people in need than the nation in 2021 (4.9 against 6.0 % of residents), but only 8 % fewer
at 90 and older (74.7 against 81.6 %).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.rates.people import SEXES, by_month, life_table, national_population
from sim.rates.smoothing import (
    MONTHS_OF_AGE,
    Array,
    column,
    groups_of,
    smooth,
    yearly,
)

if TYPE_CHECKING:
    from sim.town.town import Town

HIGHEST_PREVALENCE = 0.98
"""Even at 100 and older some need no care; keeps every hazard finite."""
GRADES = 6
ENTITLEMENT_TURN = 2026.0
"""Time at which the second growth rate takes over (end of December 2025)."""

_ROUNDS = 50
_CLOSE = 1e-13
_SMALLEST = 1e-6


@dataclass(frozen=True)
class CareNeed:
    """The care statistics as curves over age, at the time of the statistics.

    Attributes:
        when: time of the statistics, years (31 December 2023 is 2024.0).
        rate: share in need by sex and month of age, shape (2, 1,452).
        mix: share of the grades 1 to 5 among those in need by month of age, shape (1,452, 5).
        persons: the nation by sex and year of age, shape (2, 121): what a factor refers to.
        levels: time of each of the statistics, oldest first, and how many people its rates put in
            need at the nation's age structure, as a factor on the newest (whose own is 1).
    """

    when: float
    rate: Array
    mix: Array
    persons: Array
    levels: tuple[tuple[float, float], ...] = ()


def read_care_need(tables: dict[str, pd.DataFrame], national: Array) -> CareNeed:
    """Smooth the newest care rates and the grade mix over age.

    Args:
        tables: the tables of `scenarios/germany`.
        national: persons by sex and age, shape (2, 121): the group means are theirs.
    """
    frame = tables["care_rates"]
    levels = _in_need_by_year(frame, national)
    year = max(levels)
    frame = frame[frame["year"] == year]
    persons = by_month(national)
    rate = np.empty((2, MONTHS_OF_AGE))
    for sex, word in enumerate(SEXES):
        rows = frame[frame["sex"] == word].sort_values("age_from")
        known = column(rows, "care_rate")[:, None]
        rate[sex] = smooth(groups_of(rows), known, persons[sex], zero_at=0.0)[:, 0]
    rate = np.minimum(rate, HIGHEST_PREVALENCE)
    grades = tables["care_grades"]
    wide = grades.pivot_table(index="age_from", columns="grade", values="share", sort=True)
    shares = wide.to_numpy(dtype=np.float64)
    shares = shares / shares.sum(axis=1, keepdims=True)
    in_need = (persons * rate).sum(axis=0)
    mix = smooth(groups_of(grades), shares, np.maximum(in_need, 1e-9), adds_to_one=True)
    return CareNeed(
        when=year + 1.0,
        rate=rate,
        mix=mix,
        persons=national,
        levels=tuple((then + 1.0, levels[then] / levels[year]) for then in sorted(levels)),
    )


def _in_need_by_year(frame: pd.DataFrame, national: Array) -> dict[int, float]:
    """People that the rates of each of the statistics put in need in the nation of today."""
    in_need: dict[int, float] = defaultdict(float)
    for row in frame.itertuples(index=False):
        ages = slice(int(row.age_from), int(row.age_to) + 1)  # type: ignore[arg-type]
        persons = float(national[SEXES.index(str(row.sex)), ages].sum())
        in_need[int(row.year)] += persons * float(row.care_rate)  # type: ignore[arg-type]
    return in_need


def entitlement(values: dict[str, float], since: float, when: float) -> float:
    """Growth of the care rates by wider entitlement from time `since` to time `when`, factor.

    Both growth rates are yearly; times are years, 2026.0 being the end of December 2025.
    """
    before = min(when, ENTITLEMENT_TURN) - min(since, ENTITLEMENT_TURN)
    after = max(when, ENTITLEMENT_TURN) - max(since, ENTITLEMENT_TURN)
    first = 1.0 + values["entitlement_growth_2023_2025"]
    second = 1.0 + values["entitlement_growth_from_2026"]
    return float(first**before * second**after)


def measured_level(care_need: CareNeed, when: float) -> float:
    """How many were in need before the newest statistics at the same ages, as a factor on them.

    Between two statistics it grows at an even rate; before the oldest as between the first two.

    Args:
        care_need: the care statistics, at least two.
        when: time in years, not after the newest statistics.
    """
    later = next(
        (place for place, (then, _) in enumerate(care_need.levels) if place and when <= then),
        len(care_need.levels) - 1,
    )
    (first, low), (second, high) = care_need.levels[later - 1], care_need.levels[later]
    return float(low * (high / low) ** ((when - first) / (second - first)))


def exponents(care_need: CareNeed, factors: Array) -> Array:
    """The θ with which the nation's number of people in need changes by each of `factors`.

    Newton's method on Σ persons · (1 - (1 - rate)^θ) = factor · Σ persons · rate; the left side is
    concave in θ, so the steps end at the one root there is.

    Args:
        care_need: the care statistics.
        factors: shape (factors,).
    """
    rate = yearly(care_need.rate, axis=1).ravel()
    persons = care_need.persons.ravel()
    without = 1.0 - rate
    logarithm = np.log(without)
    wanted = factors * float((persons * rate).sum())
    theta = factors
    going_on = np.ones(factors.shape, np.bool_)
    for _ in range(_ROUNDS):
        left = persons * without ** theta[:, None]
        gap = persons.sum() - left.sum(axis=1) - wanted
        better = np.maximum(theta + gap / (left * logarithm).sum(axis=1), _SMALLEST)
        theta = np.where(going_on, better, theta)
        going_on &= np.abs(gap) >= _CLOSE * wanted
        if not going_on.any():
            break
    return theta


def rates_by_month(care_need: CareNeed, values: dict[str, float], times: Sequence[float]) -> Array:
    """Share in need by sex and month of age at each of `times`, shape (times, 2, 1,452)."""
    factors = np.empty(len(times))
    for place, when in enumerate(times):
        if when < care_need.when and len(care_need.levels) > 1:
            growth = measured_level(care_need, when)
        else:
            growth = entitlement(values, care_need.when, when)
        factors[place] = values["care_rate_factor"] * growth
    rates = 1.0 - (1.0 - care_need.rate) ** exponents(care_need, factors)[:, None, None]
    return np.minimum(rates, HIGHEST_PREVALENCE)


def by_grade(rate: Array, mix: Array) -> Array:
    """Share in grade 0 to 5, shape (2, 1,452, 6), from the share in need and its grades."""
    prevalence = np.empty((2, MONTHS_OF_AGE, GRADES))
    prevalence[:, :, 0] = 1.0 - rate
    np.multiply(rate[:, :, None], mix[None], out=prevalence[:, :, 1:])
    return prevalence


def prevalence_by_month(care_need: CareNeed, values: dict[str, float], when: float) -> Array:
    """Share in grade 0 to 5 by sex and month of age at time `when`, shape (2, 1,452, 6)."""
    return by_grade(rates_by_month(care_need, values, [when])[0], care_need.mix)


def care_prevalence(town: Town, values: dict[str, float], when: float) -> Array:
    """Share in care grade 0 to 5 by sex and completed year of age, shape (2, 121, 6).

    Args:
        town: the town, for its tables.
        values: one draw of the assumptions; care_rate_factor and the two growth rates are used.
        when: calendar time in years; the end of December 2025 is 2026.0.

    Returns:
        Means over each year of age (that is, at its middle); the last axis adds up to 1.
    """
    national = national_population(town.tables, life_table(town.tables))
    care_need = read_care_need(town.tables, national)
    return yearly(prevalence_by_month(care_need, values, when), axis=1)
