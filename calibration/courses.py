"""Runs of a town that are looked at closely: who lives there at the end of each year, and flows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.lifetimes import Lives, lives
from calibration.people import People, people_of
from sim.indicators import INDEX
from sim.migration import YearlyModel
from sim.model import Course as YearByYear
from sim.model import settled_population
from sim.rates.migration import draw
from sim.rates.tables import Tables, solve_tables
from sim.residents import Population
from sim.setting_up import prepared
from sim.town.town import Town

GROWTH = ("entitlement_growth_2023_2025", "entitlement_growth_from_2026")


@dataclass(frozen=True)
class Course:
    """One run.

    Attributes:
        town: the town.
        values: the draw of the assumptions.
        years: year of the start, then every simulated year.
        people: residents at the end of each of these years.
        counts: indicators, shape (years, districts, bands, groups, indicators): stocks of December,
            flows summed over the year; the first year has no flows.
        tables: the draw's tables.
    """

    town: Town
    values: Mapping[str, float] = field(repr=False)
    years: tuple[int, ...]
    people: tuple[People, ...] = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)
    tables: Tables = field(repr=False)

    @property
    def districts(self) -> tuple[str, ...]:
        """Keys of the districts in their order."""
        return tuple(one.key for one in self.town.districts)

    @property
    def start(self) -> People:
        """Residents at the start."""
        return self.people[0]

    def at(self, year: int) -> People:
        """Residents at the end of a year.

        A figure from before the run stands for what the model takes to be timeless: it is read a
        year after the start, when the residents have moved on from how they were made. A figure
        from after the run is read at its end.
        """
        if year < self.years[0]:
            return self.people[min(1, len(self.people) - 1)]
        return self.people[self.years.index(min(year, self.years[-1]))]

    def total(self, name: str) -> NDArray[np.int64]:
        """An indicator of the whole town, shape (years,)."""
        found: NDArray[np.int64] = self.counts[..., INDEX[name]].sum(axis=(1, 2, 3))
        return found

    @cached_property
    def from_birth(self) -> Lives:
        """Lives under the rules of the first year, were entitlement to stay as it is."""
        return lives(self._still)

    @cached_property
    def from_60(self) -> Lives:
        """Lives of people of 60 without need, under the same rules."""
        return lives(self._still, 60)

    @cached_property
    def _still(self) -> Tables:
        """Tables of a world that stays as it is.

        A year in which entitlement widens has more new cases than its stock of people in need
        comes from; a whole life of such years is nobody's.
        """
        values = {**self.values, **dict.fromkeys(GROWTH, 0.0)}
        return solve_tables(self.town, values, prepared(self.town))


def follow(
    town: Town,
    values: Mapping[str, float] | None = None,
    seed: int = 1,
    population: Population | None = None,
    tables: Tables | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Course:
    """One run of a town without further measures, looked at each December.

    Args:
        town: the town.
        values: value of every assumption; None for the central ones.
        seed: key of all draws of chance.
        population: residents at the start; made from the town if not given.
        tables: solved rates of these values; solved here if not given.
        should_stop: asked every month; true ends the run.

    Raises:
        InterruptedError: `should_stop` said yes.
    """
    values = town.ledger.values() if values is None else values
    model = YearlyModel(
        town, town.plans["reference"], seed, values=values, population=population, tables=tables,
        collect=False,
    )  # fmt: skip
    used: Any = model.state.tables
    counted = YearByYear(model)
    people = [people_of(model)]
    while model.running:
        if should_stop is not None and should_stop():
            model.close()
            raise InterruptedError
        model.step()
        counted.take(model)
        if model.is_end_of_year or not model.running:
            people.append(people_of(model))
    outcome = counted.outcome()
    model.close()  # or every run of a search would keep its residents
    return Course(town, dict(values), outcome.years, tuple(people), outcome.counts, used)


def each_followed(town: Town, draws: int = 10, seed: int = 1) -> Iterator[Course]:
    """Runs of as many draws of the assumptions, each with its own chance, one after the other.

    Args:
        town: the town.
        draws: how many.
        seed: of the draws; run k has the values of draw k and the chance of `seed + k`.
    """
    population = settled_population(town)
    for number in range(draws):
        yield follow(town, draw(town, seed, number), seed + number, population)


def followed(town: Town, draws: int = 10, seed: int = 1) -> list[Course]:
    """All runs of `each_followed`."""
    return list(each_followed(town, draws, seed))
