"""Care need as it would have been forecast from the statistics of 2019 or of 2021.

The model's rule (`sim.rates.prevalence`: everybody's chance to be in need, raised by an exponent)
is given the care statistics up to a year alone. Ageing and wider entitlement are told apart:

* **ageing alone**, the naive forecast of any statistics office: the last rates by age times the
  residents of then;
* **with wider entitlement**: growth at the same ages as in the two years before, and as wrong as
  that rule has been before (`calibration.known_then`), which grows with the horizon. A state grows
  besides apart from the nation, an age group apart from the others, as they have done before.

What is taken as known: the residents of the forecast year, for ours and the naive one alike. Those
of 2019 and 2021 are the residents of 2023 survived backwards by the life table; who moved is left
out, which matters little at the ages of care. Residents stand on the Census 2022, the counts of
then on that of 2011; so a forecast number of people in need is the last count times what the
computed numbers grow by, and the difference of the censuses falls out.

The table of 2019 has the pattern of 2021 between the ages it was published for
(`scenarios/germany/README.md`): from 2019 only figures of published ages are judged, sexes
together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from calibration.group import OLDEST, Group
from calibration.known_then import (
    STEP,
    age_spread,
    counted,
    growths,
    state_spread,
    trend_spread,
)
from calibration.nation import REGIONS
from calibration.targets import Target
from sim.draws import uniform_for_name
from sim.rates.people import life_table, national_population
from sim.rates.prevalence import CareNeed, exponents, read_care_need
from sim.rates.smoothing import yearly
from sim.town.town import Town

Array = NDArray[np.float64]

ORIGINS = (2019, 2021)
LAST = 2023
"""Year of the newest statistics, and of the residents that are known."""
CARE_NEED = ("persons_in_need", "care_rate", "share_of_persons_in_need")
AGE_GROUPS = (0, 60, 70, 80, 90)
"""Youngest age of the groups whose rates drift apart."""
PUBLISHED_2019 = {(0, OLDEST), (65, OLDEST), (70, 74), (85, 89), (85, OLDEST), (90, OLDEST)}
"""Ages the care rates of 2019 were published for."""


@dataclass(frozen=True)
class CareForecast:
    """Care need of a region in a later year.

    Attributes:
        region, origin, year: of what, from which statistics, for when.
        persons: residents of then by sex and age, shape (2, 121).
        ageing: people in need by the last rates, shape (2, 121).
        in_need: people in need by draw, sex and age, shape (draws, 2, 121).
        scale: people counted at the origin per person computed: the difference of the censuses.
    """

    region: str
    origin: int
    year: int
    persons: Array = field(repr=False)
    ageing: Array = field(repr=False)
    in_need: Array = field(repr=False)
    scale: float

    def of(self, name: str, group: Group, in_need: Array) -> Array:
        """A figure from people in need by sex and age, shape (…, 2, 121)."""
        found = of_care_need(name, group, in_need, self.persons)
        return found * self.scale if name == "persons_in_need" else found


def of_care_need(name: str, group: Group, in_need: Array, persons: Array) -> Array:
    """A figure of care need from people in need by sex and age, shape (…, 2, 121)."""
    ages = slice(group.age_from, group.age_to + 1)
    chosen = in_need[..., list(group.sexes), ages].sum(axis=(-2, -1))
    if name == "persons_in_need":
        return np.asarray(chosen)
    if name == "share_of_persons_in_need":
        return np.asarray(chosen / in_need.sum(axis=(-2, -1)))
    return np.asarray(chosen / persons[list(group.sexes), ages].sum())


def known_in(tables: dict[str, pd.DataFrame], year: int) -> dict[str, pd.DataFrame]:
    """The tables as they were before any later care statistics."""
    rates = tables["care_rates"]
    return {**tables, "care_rates": rates[rates["year"] <= year]}


def residents(tables: dict[str, pd.DataFrame], region: str, year: int) -> Array:
    """Residents of a region at the end of a year by sex and age, shape (2, 121).

    Args:
        tables: the nation's tables.
        region: one of `calibration.nation.REGIONS`.
        year: not after 2023; before, those of 2023 are survived backwards.
    """
    people = tables["population_structure"]
    own = people[people["region"] == region].assign(region="DE")
    death = life_table(tables)
    persons = national_population({**tables, "population_structure": own}, death)
    # Whoever is x at the end of a year has a birthday in between, as in `plain_projection`.
    alive = np.sqrt((1.0 - death[:, :-2]) * (1.0 - death[:, 1:-1]))
    for _ in range(LAST - year):
        before = np.zeros_like(persons)
        before[:, :-2] = persons[:, 1:-1] / alive
        persons = before
    return persons


def care_need_then(tables: dict[str, pd.DataFrame], origin: int) -> CareNeed:
    """The care statistics up to a year as curves over age."""
    return read_care_need(known_in(tables, origin), residents(tables, "DE", origin))


def growth_before(tables: dict[str, pd.DataFrame], origin: int) -> float:
    """Growth at the same ages in the two years before the origin, as a logarithm.

    The nation's growth as counted, less what ageing alone explains by the rates of the origin.
    """
    rate = yearly(care_need_then(tables, origin).rate, axis=1)
    now, before = (residents(tables, "DE", year) for year in (origin, origin - STEP))
    ageing = math.log(float((rate * now).sum() / (rate * before).sum()))
    return growths("DE", origin)[origin] - ageing


def forecast(
    town: Town, region: str, origin: int, year: int, draws: int = 400, seed: int = 1
) -> CareForecast:
    """Care need of a region as forecast from the statistics of a year.

    Args:
        town: any town: the tables of the nation are used.
        region: `DE` or a state.
        origin: year of the last statistics known, one of `ORIGINS`.
        year: forecast year, not after 2023.
        draws: draws of what was not known.
        seed: of the draws.
    """
    tables = town.tables
    care_need = care_need_then(tables, origin)
    rate = yearly(care_need.rate, axis=1)
    scale = counted("DE", origin)[origin] / float((rate * care_need.persons).sum())
    if region != "DE":
        rate = _as_counted(tables, rate, region, origin, scale)
        then = residents(tables, region, origin)
        # A state without a count of its own at the origin has the nation's difference of censuses.
        own = counted(region, origin)
        scale = own[origin] / float((rate * then).sum()) if origin in own else scale
    persons = residents(tables, region, year)
    steps = (year - origin) // STEP
    grown = steps * growth_before(tables, origin) + _away(region, origin, steps, draws, seed)
    apart = age_spread(origin)
    in_need = np.empty((draws, *persons.shape))
    without = np.log1p(-rate)
    for number, theta in enumerate(exponents(care_need, np.exp(grown))):
        total = float((persons * -np.expm1(theta * without)).sum())
        by_age = theta * np.exp(_of_ages(apart.draws(_uniform(seed, number, origin))) * steps**0.5)
        found = persons * -np.expm1(by_age * without)
        in_need[number] = np.minimum(found * (total / found.sum()), persons)
    return CareForecast(region, origin, year, persons, persons * rate, in_need, scale)


def _as_counted(
    tables: dict[str, pd.DataFrame], rate: Array, region: str, origin: int, scale: float
) -> Array:
    """The nation's rates, raised so that a state has as many in need as its last count."""
    own = counted(region, origin)
    last = max(own)
    if last != origin:  # the state's place against the nation is carried on
        earlier = care_need_then(tables, last)
        national = yearly(earlier.rate, axis=1)
        scale = counted("DE", last)[last] / float((national * earlier.persons).sum())
    else:
        national = rate
    then = residents(tables, region, last)
    wanted = own[last] / scale

    def gap(theta: float) -> float:
        return float((then * -np.expm1(theta * np.log1p(-national))).sum()) - wanted

    theta = float(brentq(gap, 0.05, 20.0))
    return np.asarray(-np.expm1(theta * np.log1p(-rate)))


def _away(region: str, origin: int, steps: int, draws: int, seed: int) -> Array:
    """Draws of how wrong the trend is, as logarithms: the nation's, and the state's besides."""

    def uniform(what: str) -> Array:
        name = f"care_{what}_from_{origin}"
        return np.array([uniform_for_name(seed, number, name) for number in range(draws)])

    found = trend_spread(origin, steps).draws(uniform("trend"))
    if region != "DE":
        found = found + state_spread(origin).draws(uniform(f"trend_{region}")) * steps**0.5
    return found


def _uniform(seed: int, number: int, origin: int) -> Array:
    return np.array(
        [uniform_for_name(seed, number, f"care_ages_{age}_from_{origin}") for age in AGE_GROUPS]
    )


def _of_ages(by_group: Array) -> Array:
    """By single year of age, shape (121,)."""
    edges = (*AGE_GROUPS, OLDEST + 1)
    return np.repeat(by_group, np.diff(edges))


def judges(target: Target, origin: int) -> bool:
    """Whether a figure can judge a forecast from a year."""
    group = target.group
    if (
        target.region not in REGIONS
        or target.name not in CARE_NEED
        or target.error_basis == "judged"
        or not origin < target.year <= LAST
    ):
        return False
    ages = (group.age_from, group.age_to)
    return origin > ORIGINS[0] or (group.sex == "both" and ages in PUBLISHED_2019)


def judged(targets: Iterable[Target]) -> list[tuple[int, Target]]:
    """Every figure of care need that can judge a forecast, with the origin."""
    figures = list(targets)
    return [(origin, one) for origin in ORIGINS for one in figures if judges(one, origin)]
