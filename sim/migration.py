"""Runs in which net migration differs by district and year, and which count residents by age.

The model itself (`sim.model`) expects the same newcomers every month. A draw of the assumptions
that holds values by district and year (`sim.rates.migration`), or another number of children among
newcomers, is run here: the same months, but each January the expected newcomers are set anew. A
draw without such values gives the numbers of `sim.model.simulate`, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model import Course, Outcome, QuartierModel
from sim.model import simulate as simulate_plain
from sim.rates.migration import calendar_years, is_yearly, rates_of
from sim.residents import ALIVE, Population
from sim.setting_up import newcomer_households, start_month
from sim.stages.settle import expected_leavers
from sim.town.plan import Plan
from sim.town.town import Town

AGES = 121
MONTHS_PER_YEAR = 12
PER_1000_AND_YEAR = 12_000.0


@dataclass(frozen=True)
class CountedOutcome(Outcome):
    """An outcome with the residents by age.

    Attributes:
        residents: at the end of each of `years`, shape (years, districts, 121).
    """

    residents: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0, 0), np.int32))


class YearlyModel(QuartierModel):
    """A model whose newcomers follow the net migration of each district and year.

    Args are those of `QuartierModel`.
    """

    _years: tuple[int, ...]
    _rates: NDArray[np.float64]
    _leavers: NDArray[np.float64]
    _persons: NDArray[np.int64]
    _set_for: int

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        other = options.get("grown_from")
        if isinstance(other, YearlyModel):
            # What was expected at the start holds for every plan.
            self._years, self._rates = other._years, other._rates
            self._leavers, self._persons = other._leavers, other._persons
            self._set_for = other._set_for
            return
        town, state, values = self.town, self.state, self.values
        self._years = calendar_years(town)
        keys = [one.key for one in town.districts]
        self._rates = rates_of(values, keys, self._years)
        districts = len(keys)
        columns, rows = state.columns, state.rows
        leavers = expected_leavers(columns, state.tables, start_month(town), rows, districts)
        self._leavers = leavers[:, 0]
        self._persons = np.bincount(columns.district[:rows], minlength=districts)
        children = values.get("newcomer_children_factor", 1.0)
        if children != 1.0:
            state.newcomer_household_persons, state.newcomer_child_share = newcomer_households(
                state.tables, state.traits, leavers * np.array([1.0, children])
            )
        self._set_for = -1

    def step(self) -> None:
        """One month; the newcomers of a year are set in its first."""
        first_year, first_month = self.town.start
        year = first_year + (first_month + self.month) // MONTHS_PER_YEAR
        if year != self._set_for:
            self._set_for = year
            column = min(max(0, year - self._years[0]), len(self._years) - 1)
            net = self._rates[:, column] / PER_1000_AND_YEAR * self._persons
            coming = np.maximum(self._leavers + net, 0.0)
            self.state.tables = self.state.tables._replace(newcomers=coming)
        super().step()

    def residents_by_age(self) -> NDArray[np.int32]:
        """Residents by district and completed year of age, shape (districts, 121)."""
        state = self.state
        columns, rows = state.columns, state.rows
        here = columns.status[:rows] == ALIVE
        ages = (state.now - columns.birth_month[:rows][here].astype(np.int64)) // MONTHS_PER_YEAR
        cells = columns.district[:rows][here].astype(np.int64) * AGES + np.clip(ages, 0, AGES - 1)
        counted = np.bincount(cells, minlength=len(self.districts) * AGES)
        return counted.reshape(-1, AGES).astype(np.int32)


def is_plain(values: Mapping[str, float]) -> bool:
    """Whether `sim.model` alone simulates a draw: the same newcomers every month."""
    return not is_yearly(values) and values.get("newcomer_children_factor", 1.0) == 1.0


def simulate(
    town: Town,
    plan: Plan,
    *,
    values: Mapping[str, float] | None = None,
    seed: int = 1,
    population: Population | None = None,
    tables: Any = None,
    should_stop: Callable[[], bool] | None = None,
) -> Outcome:
    """One run; through `sim.model.simulate` unless the draw asks for what is done here.

    Args:
        town, plan, values, seed, population, tables, should_stop: see `sim.model.simulate`.

    Raises:
        InterruptedError: `should_stop` said yes.
    """
    values = town.ledger.values() if values is None else values
    if is_plain(values):
        return simulate_plain(
            town, plan, values=values, seed=seed, population=population, tables=tables,
            should_stop=should_stop,
        )  # fmt: skip
    counted = simulate_counted(
        town, plan, values=values, seed=seed, population=population, tables=tables,
        should_stop=should_stop,
    )  # fmt: skip
    return Outcome(counted.years, counted.counts, counted.money)


def simulate_counted(
    town: Town,
    plan: Plan,
    *,
    values: Mapping[str, float] | None = None,
    seed: int = 1,
    population: Population | None = None,
    tables: Any = None,
    should_stop: Callable[[], bool] | None = None,
) -> CountedOutcome:
    """One run with the residents by district and age at the end of each year.

    Args:
        town, plan, values, seed, population, tables, should_stop: see `sim.model.simulate`.

    Raises:
        InterruptedError: `should_stop` said yes.
    """
    model = YearlyModel(
        town, plan, seed, values=values, population=population, tables=tables, collect=False
    )
    course = Course(model)
    residents = [model.residents_by_age()]
    while model.running:
        if should_stop is not None and should_stop():
            model.close()
            raise InterruptedError
        model.step()
        course.take(model)
        if len(course.years) > len(residents):
            residents.append(residents[-1])
        if model.is_end_of_year or not model.running:
            residents[-1] = model.residents_by_age()
    model.close()
    outcome = course.outcome()
    return CountedOutcome(outcome.years, outcome.counts, outcome.money, np.stack(residents))
