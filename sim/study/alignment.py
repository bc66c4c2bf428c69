"""Assumptions about migration moved until the model meets an official forecast.

What is moved: the town's net migration, by one number for each stretch of years between two
official totals, so that the totals can be met; and how many of the newcomers are 65 to 79, and 80
and over, if the forecast names those (one factor each for all years, so these are met as well as
one number can). Everything else stays.

The equation is solved with few runs: one draw in which every assumption has its median, a few
courses of chance that are the same in every step, and Broyden's method ("A class of methods for
solving nonlinear simultaneous equations", Math. Comp. 19, 1965) from a first guess of what a
newcomer more adds. The solution is rounded and kept in the study's manifest; the same inputs give
the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.rates import migration
from sim.study.design import Task, choose_plans, run_seed
from sim.study.ensemble import Progress, run_tasks
from sim.study.errors import StudyError
from sim.study.executor import TaskResult
from sim.town.figures import COUNTED_AGES, Figure

if TYPE_CHECKING:
    from sim.town.town import Town

Array = NDArray[np.float64]

SEEDS = 4
"""Courses of chance in which the official forecast is met on average."""
MOST_STEPS = 8
CLOSE = 0.0005
"""A total is met if it is off by no more than this share."""
STAYS = 0.93
"""First guess of the share of newcomers who are still there a year later."""
NET = "net_migration_per_1000"
FACTORS = {(65, 120): "newcomer_older_factor", (80, 120): "newcomer_oldest_factor"}
"""Factor on newcomers that moves the number of an age group most."""
LOWEST, HIGHEST = 0.2, 5.0
"""Factors outside say that it is not the newcomers' ages that are wrong."""
FURTHEST = 60.0
"""Nor is a net migration that must be moved by more than this per 1,000 and year."""
DECIMALS = 4


@dataclass(frozen=True)
class Move:
    """By how much one assumption was moved.

    Attributes:
        name: the assumption.
        first, last: years it was moved in, None for all.
        before: its median.
        after: what replaces the median; every draw is moved likewise (net migration by the
            difference, a factor by the ratio).
    """

    name: str
    first: int | None
    last: int | None
    before: float
    after: float


@dataclass(frozen=True)
class Met:
    """One official figure and the model's, before and after.

    Attributes:
        figure: the official figure.
        before, after: mean of the runs in which the equation was solved.
    """

    figure: Figure
    before: float
    after: float


@dataclass(frozen=True)
class Alignment:
    """Assumptions that meet an official forecast.

    Attributes:
        label: name of the forecast.
        moves: what was moved.
        met: every official figure of the whole town.
        steps: evaluations of the model that were needed.
        solved: whether every total is met.
    """

    label: str
    moves: tuple[Move, ...]
    met: tuple[Met, ...]
    steps: int
    solved: bool

    def draws(self, town: Town, seed: int, number: int) -> dict[int, dict[str, float]]:
        """The draws of a study, moved.

        Args:
            town: the town.
            seed: seed of the study.
            number: how many.
        """
        return {
            place: moved(town, migration.draw(town, seed, place), self.moves)
            for place in range(number)
        }

    def origin(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "kind": "alignment",
            "label": self.label,
            "solved": self.solved,
            "steps": self.steps,
            "moves": [
                {
                    "name": one.name, "first": one.first, "last": one.last,
                    "before": one.before, "after": one.after,
                }
                for one in self.moves
            ],
            "met": [
                {
                    "year": one.figure.year, "age_from": one.figure.age_from,
                    "age_to": one.figure.age_to, "official": one.figure.value,
                    "before": round(one.before, 1), "after": round(one.after, 1),
                }
                for one in self.met
            ],
        }  # fmt: skip


def moved(town: Town, values: Mapping[str, float], moves: Sequence[Move]) -> dict[str, float]:
    """A draw whose net migration and newcomers' ages are moved."""
    years = migration.calendar_years(town)
    districts = [one.key for one in town.districts]
    rates = migration.rates_of(values, districts, years)
    changed = dict(values)
    for move in moves:
        if move.name == NET:
            here = [
                (move.first is None or move.first <= year)
                and (move.last is None or year <= move.last)
                for year in years
            ]
            rates[:, here] += move.after - move.before
        else:
            changed[move.name] = changed[move.name] * move.after / move.before
    return migration.with_years(changed, rates, districts, years)


def align(
    town: Town,
    seed: int = 1,
    *,
    executor: str = "threads",
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Alignment:
    """Move the assumptions about migration until the model meets the town's official forecast.

    Args:
        town: a town with an official forecast.
        seed: seed of the study.
        executor: `threads`, `processes` or `serial`; the numbers are the same.
        workers: tasks at a time; None for the number of cores.
        progress: called as simulations are finished.
        should_stop: asked several times a second; true stops.

    Raises:
        StudyError: the town names no official forecast of its residents.
        Interrupted: stopped on request.
    """
    official = town.official_forecast
    start = town.start[0]
    figures = [
        one for one in (official.figures if official else ())
        if one.district is None and one.year > start
    ]  # fmt: skip
    if official is None or not any(one.ages == COUNTED_AGES[0] for one in figures):
        raise StudyError(
            f"{town.label} nennt keine amtliche Vorausberechnung der Einwohner (Abschnitt "
            "[official_forecast] in town.toml, Alter 0 bis 120, ganze Stadt).",
            f"{town.label} names no official forecast of its residents (section "
            "[official_forecast] in town.toml, ages 0 to 120, whole town).",
        )
    problem = _Equation(town, seed, figures, executor, workers, progress, should_stop)
    x, values, before = problem.solve()
    totals = [n for n, one in enumerate(figures) if one.ages == COUNTED_AGES[0]]
    solved = all(abs(values[n] - figures[n].value) <= problem.tolerance(n) for n in totals)
    return Alignment(
        official.label,
        problem.moves(x),
        tuple(Met(one, float(before[n]), float(values[n])) for n, one in enumerate(figures)),
        problem.evaluations,
        solved,
    )


class _Equation:
    """Official figures as functions of net migration by stretch and of newcomers' ages."""

    def __init__(
        self,
        town: Town,
        seed: int,
        figures: Sequence[Figure],
        executor: str,
        workers: int | None,
        progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.town, self.seed, self.figures = town, seed, tuple(figures)
        self.evaluations = 0
        self._options: dict[str, Any] = {
            "executor": executor, "workers": workers, "should_stop": should_stop,
            "progress": progress,
        }  # fmt: skip
        self.years = migration.calendar_years(town)
        ends = sorted({one.year for one in figures if one.ages == COUNTED_AGES[0]})
        starts = [self.years[0], *(year + 1 for year in ends[:-1])]
        # After the last official year migration stays as in the last stretch.
        self.stretches = list(zip(starts, [*ends[:-1], self.years[-1]], strict=True))
        self.ends = ends
        named = {one.ages for one in figures}
        self.factors = [name for ages, name in FACTORS.items() if ages in named]
        ledger = town.ledger
        self.medians = {name: ledger[name].quantile(0.5) for name in ledger}
        self._job = self._make_job()

    def _make_job(self) -> Any:
        # Imported here, because a study imports this module.
        from sim.study.run import make_job

        plans = choose_plans(self.town, ["reference"], None)[0]
        return make_job(
            self.town, plans, {}, by_age=True, simulate=None, solve_tables=None,
            make_population=None,
        )  # fmt: skip

    def moves(self, x: Array) -> tuple[Move, ...]:
        """The unknowns as moves of assumptions."""
        net = self.medians[NET]
        found = [
            Move(NET, first, last, net, round(net + float(x[n]), DECIMALS))
            for n, (first, last) in enumerate(self.stretches)
        ]
        for n, name in enumerate(self.factors, start=len(self.stretches)):
            before = self.medians[name]
            found.append(
                Move(name, None, None, before, round(before * math.exp(float(x[n])), DECIMALS))
            )
        return tuple(found)

    def tolerance(self, n: int) -> float:
        """How far a figure may be off, persons."""
        return max(1.0, CLOSE * self.figures[n].value)

    def evaluate(self, x: Array) -> Array:
        """The model's figures, mean over the courses of chance."""
        self.evaluations += 1
        values = moved(self.town, self.medians, self.moves(x))
        job = self._job.with_values({0: values})
        found: dict[int, Array] = {}

        def keep(result: TaskResult) -> None:
            if result.failure is not None:
                raise StudyError(
                    f"Die Angleichung ist gescheitert: {result.failure.message}.",
                    f"The alignment has failed: {result.failure.message}.",
                )
            outcome: Any = result.outcomes[0]
            found[result.task.seed_index] = np.array(
                [
                    outcome.residents[_place(outcome.years, one.year)][
                        :, one.age_from : one.age_to + 1
                    ].sum()
                    for one in self.figures
                ],
                dtype=np.float64,
            )

        tasks = [Task(0, index, run_seed(self.seed, 0, index)) for index in range(SEEDS)]
        run_tasks(job, tasks, keep, **self._options)
        # In order of the courses of chance, so that the sum does not depend on who was first.
        mean = np.mean([found[index] for index in range(SEEDS)], axis=0)
        return np.asarray(mean, dtype=np.float64)

    def first_slope(self, values: Array) -> Array:
        """What a newcomer more does to each figure, guessed: shape (figures, unknowns)."""
        slope = np.zeros((len(self.figures), len(self.stretches) + len(self.factors)))
        residents = float(sum(one.residents for one in self.town.districts))
        for row, figure in enumerate(self.figures):
            share = values[row] / max(1.0, residents)
            for column, (first, last) in enumerate(self.stretches):
                years = [year for year in self.years if first <= year <= min(last, figure.year)]
                stay = sum(STAYS ** (figure.year - year + 0.5) for year in years)
                slope[row, column] = residents / 1000.0 * stay
                if figure.ages != COUNTED_AGES[0]:
                    slope[row, column] *= 0.3 * share
        for column, name in enumerate(self.factors, start=len(self.stretches)):
            ages = next(ages for ages, factor in FACTORS.items() if factor == name)
            for row, figure in enumerate(self.figures):
                since = figure.year - self.town.start[0]
                if figure.ages == ages:
                    # About one in fifty of the older is replaced by a newcomer each year.
                    slope[row, column] = 0.02 * values[row] * since
        return slope

    def solve(self) -> tuple[Array, Array, Array]:
        """Unknowns, the figures they give, and the figures without any move."""
        x = np.zeros(len(self.stretches) + len(self.factors))
        before = values = self.evaluate(x)
        slope = self.first_slope(values)
        best, best_values = x, values
        # Totals come first: the ages are met as well as one factor can.
        weights = np.array([1.0 if one.ages == COUNTED_AGES[0] else 0.2 for one in self.figures])
        for _ in range(MOST_STEPS):
            wanted = np.array([one.value for one in self.figures])
            away = wanted - values
            if self._is_met(away):
                break
            step = np.linalg.lstsq(slope * weights[:, None], away * weights, rcond=None)[0]
            following = self._within(x + step)
            step = following - x
            if np.abs(step).max() < 10.0**-DECIMALS:
                break
            after = self.evaluate(following)
            surprise = (after - values) - slope @ step
            slope = slope + np.outer(surprise, step) / (step @ step)
            x, values = following, after
            if _size(wanted - values, weights) < _size(wanted - best_values, weights):
                best, best_values = x, values
        return best, best_values, before

    def _is_met(self, away: Array) -> bool:
        return all(abs(one) <= self.tolerance(n) for n, one in enumerate(away))

    def _within(self, x: Array) -> Array:
        net = np.clip(x[: len(self.stretches)], -FURTHEST, FURTHEST)
        factors = np.clip(x[len(self.stretches) :], math.log(LOWEST), math.log(HIGHEST))
        return np.concatenate([net, factors])


def _size(away: Array, weights: Array) -> float:
    return float(((away * weights) ** 2).sum())


def _place(years: Sequence[int], year: int) -> int:
    """Where the end of a year stands; a start within a year has that year twice."""
    return len(years) - 1 - list(reversed(years)).index(year)
