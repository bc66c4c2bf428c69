"""What a task is: a pure function of the job and its number, whoever works it off.

The job holds all that tasks share. Where they are worked off, on threads, in processes or on many
machines, is the business of `sim.study.pools` and changes no number.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.study.design import Task

if TYPE_CHECKING:
    from sim.model import Outcome
    from sim.town.plan import Plan
    from sim.town.town import Town


class Simulate(Protocol):
    """The function that simulates one plan; `sim.model.simulate` or a stand-in."""

    def __call__(
        self,
        town: Town,
        plan: Plan,
        *,
        values: dict[str, float] | None,
        seed: int,
        population: object,
        tables: object,
        should_stop: Callable[[], bool] | None,
    ) -> Outcome:
        """Simulate `plan` in `town`."""


@dataclass(frozen=True)
class Failure:
    """A simulation that ended with an error: a result like any other, and no end of the batch.

    Attributes:
        draw: number of the draw.
        seed_index: number of the course of chance.
        seed: the seed, to simulate it again alone.
        plan: name of the plan, empty if the tables of the draw could not be solved.
        error: kind of error.
        message: its text.
        where: file and line of the program.
    """

    draw: int
    seed_index: int
    seed: int
    plan: str
    error: str
    message: str
    where: str


@dataclass(frozen=True)
class TaskResult:
    """What became of a task: one outcome per plan, or a failure."""

    task: Task
    outcomes: tuple[Outcome, ...] = ()
    failure: Failure | None = None


class Stopped(Exception):
    """A task was given up on request."""


@dataclass(frozen=True)
class Job:
    """All that tasks share, read only.

    Attributes:
        town: the town.
        plans: plans to simulate in each task.
        population: the one synthetic population, or whatever `simulate` takes for it.
        values: drawn values of the assumptions, by number of the draw.
        simulate: simulates one plan.
        solve_tables: solves the tables of one draw.
        simulate_together: simulates all plans of a task, sharing what they have in common; None
            to simulate each by itself.
        prepare: compiles what a run needs; called once on each machine before its processes
            begin, so that they find compiled code instead of compiling it each. None if there is
            nothing to compile.
    """

    town: Town
    plans: tuple[Plan, ...]
    population: object
    values: Mapping[int, Mapping[str, float]]
    simulate: Simulate
    solve_tables: Callable[[Town, dict[str, float]], object]
    simulate_together: Callable[..., Iterator[Outcome]] | None = None
    prepare: Callable[[Town], None] | None = None

    def with_values(self, values: Mapping[int, Mapping[str, float]]) -> Job:
        """The same with other values of the assumptions."""
        return replace(self, values=values)

    def run(self, task: Task, should_stop: Callable[[], bool]) -> TaskResult:
        """Simulate every plan of a task.

        Raises:
            Stopped: `should_stop` became true before the task was finished.
        """
        if should_stop():
            raise Stopped
        outcomes = []
        name = ""
        try:
            values = self.values[task.draw]
            tables = self.solve_tables(self.town, dict(values))
            simulated = self._simulated(values, task.seed, tables, should_stop)
            for plan in self.plans:
                name = plan.name
                outcome = next(simulated)
                # A simulation that was asked to stop may return whatever it has: not trusted.
                if should_stop():
                    raise Stopped
                outcomes.append(outcome)
        except Exception as error:
            if should_stop():
                raise Stopped from error
            return TaskResult(task, failure=_failure(task, name, error))
        return TaskResult(task, tuple(outcomes))

    def _simulated(
        self,
        values: Mapping[str, float],
        seed: int,
        tables: object,
        should_stop: Callable[[], bool],
    ) -> Iterator[Outcome]:
        """Outcome after outcome, in the order of the plans."""
        shared: dict[str, Any] = {
            "values": dict(values), "seed": seed, "population": self.population, "tables": tables,
            "should_stop": should_stop,
        }  # fmt: skip
        if self.simulate_together is not None:
            return self.simulate_together(self.town, self.plans, **shared)
        return (self.simulate(self.town, plan, **shared) for plan in self.plans)


def _failure(task: Task, plan: str, error: Exception) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    # Only the file's name: the folders of somebody's computer are nobody's business.
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Failure(
        task.draw, task.seed_index, task.seed, plan, type(error).__name__, str(error), where
    )
