"""What the measures of a plan cost, by payer and year: as the model pays for them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim.actors import strength
from sim.town.plan import PAYERS, Measure


@dataclass(frozen=True)
class Budget:
    """Euros by year and payer, in the prices of the plan.

    Attributes:
        years: calendar years with a simulated month.
        months: simulated months of each year; the first and the last may be short.
        euros: by year, then by payer; every payer is there.
    """

    years: tuple[int, ...]
    months: tuple[int, ...]
    euros: Mapping[int, Mapping[str, float]]

    def of(self, payer: str) -> tuple[float, ...]:
        """What a payer pays, year by year."""
        return tuple(self.euros[year][payer] for year in self.years)

    def total(self, year: int) -> float:
        """What all pay in a year."""
        return math.fsum(self.euros[year].values())

    @property
    def whole(self) -> float:
        """What all pay in all years."""
        return math.fsum(self.total(year) for year in self.years)

    @property
    def highest(self) -> float:
        """The dearest year."""
        return max((self.total(year) for year in self.years), default=0.0)

    @property
    def payers(self) -> tuple[str, ...]:
        """Who pays anything, in the order of all payers."""
        return tuple(payer for payer in PAYERS if any(self.of(payer)))


def budget_of(measures: Iterable[Measure], start: tuple[int, int], months: int) -> Budget:
    """The budget of measures.

    Args:
        measures: of one plan.
        start: (year, month) of month 0.
        months: number of simulated months.
    """
    listed = tuple(measures)
    parts: dict[int, dict[str, list[float]]] = {}
    length: dict[int, int] = {}
    for month in range(1, months + 1):
        year = start[0] + (start[1] - 1 + month) // 12
        length[year] = length.get(year, 0) + 1
        of_year = parts.setdefault(year, {payer: [] for payer in PAYERS})
        for measure in listed:
            cost = measure.cost_per_year / 12.0 * strength(measure, month)
            for payer, share in measure.payers_in(month).items():
                of_year[payer].append(cost * share)
    years = tuple(parts)
    return Budget(
        years=years,
        months=tuple(length[year] for year in years),
        euros={
            year: {payer: math.fsum(sums) for payer, sums in of_year.items()}
            for year, of_year in parts.items()
        },
    )
