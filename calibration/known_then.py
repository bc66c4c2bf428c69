"""How wrong forecasts of care need have been before, computed from what was known at the time.

A range has to hold what a forecaster did not know. How fast entitlement goes on to widen is not a
matter of judgement but of record: the care statistics come every second year since 1999, and
`care_history.csv` holds them. Every number below is computed from statistics up to a given year, so
that a hindcast from 2019 reads nothing of 2021.

* **Trend of the nation**: the same growth again. On the statistics up to 2019 this rule was nearer
  than "no growth" (`compared_rules`), so it was not chosen for what came later. Its errors one, two
  and three statistics ahead are the spread. People who were there before and first counted then
  (level of care 0 in 2017, grade 1 in 2021) are not growth.
* **A state against the nation**: how far its growth was from that of the nation, in both
  directions.
* **An age group against the others**: how far the exponent of its rate (see
  `sim.rates.prevalence`) grew from that of all, less what rounding to whole per cent makes of it.

Numbers are few (six to nine), so draws are of a t distribution with as many degrees of freedom.
"""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Array = NDArray[np.float64]

HISTORY = Path(__file__).with_name("care_history.csv")
STEP = 2
"""Years between two statistics."""
ROUNDED = 0.01 / math.sqrt(12.0)
"""Standard error of a rate published in whole per cent."""


@dataclass(frozen=True)
class Record:
    """A row of `care_history.csv`; a rate with ages, otherwise all ages."""

    region: str
    year: int
    quantity: str
    age_from: int
    age_to: int
    value: float
    rounded: bool


@dataclass(frozen=True)
class Spread:
    """A spread that was computed from few errors.

    Attributes:
        size: root of the mean squared error, of a logarithm.
        errors: how many errors; degrees of freedom of the draws.
    """

    size: float
    errors: int

    def draws(self, uniform: Array) -> Array:
        """Draws from uniform numbers, of a t distribution."""
        found: Array = self.size * student.ppf(uniform, max(self.errors, 1))
        return found


@lru_cache(maxsize=1)
def history() -> tuple[Record, ...]:
    """All rows of `care_history.csv`."""
    with HISTORY.open(encoding="utf-8", newline="") as file:
        return tuple(
            Record(
                row["region"],
                int(row["year"]),
                row["quantity"],
                int(row["age_from"]),
                int(row["age_to"]),
                float(row["value"]),
                row["note"].startswith("whole per cent"),
            )
            for row in csv.DictReader(file)
        )


def counted(region: str, until: int) -> dict[int, float]:
    """People in need counted in a region, by year."""
    return {
        one.year: one.value
        for one in history()
        if (one.region, one.quantity) == (region, "persons_in_need") and one.year <= until
    }


def newly_counted(year: int) -> float:
    """People in need who were there two years before and were first counted in a year."""
    return sum(
        one.value for one in history() if (one.quantity, one.year) == ("newly_counted", year)
    )


def growths(region: str, until: int, as_counted: bool = False) -> dict[int, float]:
    """Growth to each of the statistics from the one before, as a logarithm.

    Args:
        region: `DE` or a state.
        until: year of the last statistics known.
        as_counted: with the people who were first counted then (of states they are not known).
    """
    persons = counted(region, until)
    return {
        year: math.log(
            persons[year] / (persons[year - STEP] + (0.0 if as_counted else newly_counted(year)))
        )
        for year in persons
        if year - STEP in persons
    }


def errors_ahead(until: int, steps: int, share: float = 1.0) -> Array:
    """Errors of "the same growth again", `steps` statistics ahead, as logarithms.

    Args:
        until: year of the last statistics known.
        steps: how many statistics ahead.
        share: of the last growth that is taken to go on; 0 is "no growth".
    """
    found = list(growths("DE", until).values())
    return np.array(
        [
            sum(found[place + 1 : place + 1 + steps]) - steps * share * found[place]
            for place in range(len(found) - steps)
        ]
    )


def trend_spread(until: int, steps: int) -> Spread:
    """How wrong "the same growth again" was, `steps` statistics ahead."""
    return _spread(errors_ahead(until, steps))


def compared_rules(until: int, steps: int = 1) -> dict[str, float]:
    """Root mean squared errors of the two rules on the statistics up to a year."""
    return {
        "no growth": _spread(errors_ahead(until, steps, 0.0)).size,
        "the same growth again": _spread(errors_ahead(until, steps)).size,
    }


def state_spread(until: int) -> Spread:
    """How far the growth of a state was from the nation's in two years; the states together."""
    nation = growths("DE", until, as_counted=True)
    away = [
        growth - nation[year]
        for region in ("BW", "ST")
        for year, growth in growths(region, until, as_counted=True).items()
    ]
    return _spread(away)


def age_spread(until: int) -> Spread:
    """How far the exponent of an age group's rate grows from that of others in two years.

    Rates of the same ages at two times give log(1 - later) / log(1 - earlier); of these the mean of
    the time is taken off. Two years of rounding are taken off the squares.
    """
    rates: dict[tuple[int, int], dict[int, Record]] = {}
    for one in history():
        if one.quantity == "care_rate" and one.year <= until:
            rates.setdefault((one.age_from, one.age_to), {})[one.year] = one
    grown: dict[int, list[tuple[float, float]]] = {}
    for known in rates.values():
        years = sorted(known)
        for before, year in itertools.pairwise(years):
            first, last = known[before], known[year]
            steps = (year - before) / STEP
            exponent = math.log(math.log1p(-last.value) / math.log1p(-first.value)) / steps
            noise = _rounding(first) + _rounding(last)
            grown.setdefault(year, []).append((exponent, noise / steps**2))
    squares, freedom, noise = 0.0, 0, 0.0
    for found in grown.values():
        mean = float(np.mean([one for one, _ in found]))
        squares += sum((one - mean) ** 2 for one, _ in found)
        share = (len(found) - 1) / len(found)
        noise += share * sum(of for _, of in found)
        freedom += len(found) - 1
    if freedom == 0:
        return Spread(0.0, 1)
    return Spread(math.sqrt(max(0.0, squares - noise) / freedom), freedom)


def _rounding(rate: Record) -> float:
    """Variance of the logarithm of log(1 - rate) by rounding."""
    if not rate.rounded:
        return 0.0
    return (ROUNDED / (1.0 - rate.value) / math.log1p(-rate.value)) ** 2


def _spread(errors: Sequence[float] | Array) -> Spread:
    found = np.asarray(errors, dtype=np.float64)
    if len(found) == 0:
        return Spread(0.0, 1)
    return Spread(float(np.sqrt((found**2).mean())), len(found))
