"""What would improve a town's folder most: computed, not guessed.

A small paired study. The town's plans are compared as it stands, and again with each group of
estimated entries moved to both ends of its range (`sim.founding.guesses`), always with the same
courses of chance. What counts is how far the *differences between plans* move: that is what a
council decides by. Assumptions about effects stay at their central values, since no table of a
planner can settle them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.founding.guesses import Guess, guesses_of
from sim.indicators import COUNTS, INDEX
from sim.study.design import REFERENCE, Task, choose_plans, run_seed
from sim.study.ensemble import Progress, run_tasks
from sim.study.errors import Interrupted, StudyError
from sim.study.executor import TaskResult
from sim.study.quantities import Quantity, quantities
from sim.study.run import make_job

if TYPE_CHECKING:
    from sim.town import Plan, Town

Array = NDArray[np.float64]

MEASURED_BY = (
    "in_need",
    "living_at_home_65",
    "nursing_home",
    "missing_hours",
    "strained_carers",
    "lonely",
    "visitors",
    "quarter_volunteers",
    "cost_municipality",
    "cost_care_fund",
)
"""Quantities of the whole town, mean of the simulated years, in which plans are compared."""
CERTAIN = 0.99
"""A shift counts if chance alone would show it in fewer than one of a hundred studies."""
LEAST_HOURS, LEAST_EUROS = 5.0, 1_000.0
"""Differences between plans smaller than this are none, so that nothing is a share of nothing; of
people it is the ledger's `small_cell`."""
SEEDS = 8
MOST_PLANS = 3
"""Plans compared unless others are named: the reference and the first two."""


@dataclass(frozen=True)
class Shift:
    """How one difference between two plans moves with one group of entries.

    Attributes:
        plan: name of the plan.
        quantity: what differs.
        difference: plan less reference as the folder stands.
        low, high: the same at both ends of the range.
        shift: high less low, taken off what chance alone does.
        certain: whether it is more than chance.
    """

    plan: str
    quantity: Quantity
    difference: float
    low: float
    high: float
    shift: float
    certain: bool


@dataclass(frozen=True)
class Influence:
    """How much a group of estimated entries moves the comparison.

    Attributes:
        guess: the group.
        score: shift of the differences between plans, as a share of the largest difference, mean
            over quantities; 0 if chance moves them as much.
        shifts: largest first.
    """

    guess: Guess
    score: float
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class Improvement:
    """The groups of estimated entries of a town, the most influential first.

    Attributes:
        influences: those examined.
        left: names of those not examined, if it was stopped.
        plans: names of the plans compared, the reference first.
        seeds: courses of chance.
    """

    influences: tuple[Influence, ...]
    left: tuple[Guess, ...]
    plans: tuple[str, ...]
    seeds: int


def improve(
    town: Town,
    plans: Sequence[str] | None = None,
    *,
    seeds: int = SEEDS,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Improvement:
    """Rank the estimated entries of a town by how much they move the comparison of its plans.

    Args:
        town: the town.
        plans: names of plans; None for the first of those the town compares.
        seeds: courses of chance, two or more.
        workers: simulations at a time; None for all cores.
        progress: told (done, total) simulations.
        should_stop: asked now and then; what is finished by then is ranked.

    Raises:
        StudyError: there is no plan to compare, or it was stopped before anything was finished.
    """
    chosen = _plans(town, plans)
    guesses = guesses_of(town)
    total = (1 + 2 * len(guesses)) * len(chosen) * seeds
    counter = _Counter(progress, total)

    def differences(variant: Town) -> dict[str, Array]:
        return _differences(variant, chosen, seeds, workers, counter, should_stop)

    base = differences(town)
    known = _quantities(town)
    least = town.ledger["small_cell"].value
    influences: list[Influence] = []
    left: tuple[Guess, ...] = ()
    for number, guess in enumerate(guesses):
        try:
            low, high = differences(guess.low()), differences(guess.high())
        except Interrupted:
            left = guesses[number:]
            if not influences:
                raise
            break
        influences.append(_influence(guess, (base, low, high), known, chosen, least))
    influences.sort(key=lambda one: -one.score)
    return Improvement(tuple(influences), left, tuple(plan.name for plan in chosen), seeds)


class _Counter:
    """Counts simulations over several small studies."""

    def __init__(self, progress: Callable[[int, int], None] | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self.before = 0

    def told(self, state: Progress) -> None:
        if self._progress is not None:
            self._progress(self.before + state.done, self._total)


def _plans(town: Town, names: Sequence[str] | None) -> tuple[Plan, ...]:
    wanted = list(names or [*(town.compare or town.plans)][:MOST_PLANS])
    if REFERENCE not in wanted and REFERENCE in town.plans:
        wanted.insert(0, REFERENCE)
    plans, reference = choose_plans(town, wanted, None)
    if len(plans) < 2:
        raise StudyError(
            "Zum Vergleichen braucht es außer dem Vergleichsfall mindestens einen Plan.",
            "A comparison needs at least one plan besides the reference.",
        )
    return tuple(sorted(plans, key=lambda plan: plan.name != reference))


def _quantities(town: Town) -> dict[str, Quantity]:
    return quantities(
        {str(key): value for key, value in row.items()}
        for row in town.tables["indicators"].to_dict("records")
    )


def _differences(
    town: Town,
    plans: tuple[Plan, ...],
    seeds: int,
    workers: int | None,
    counter: _Counter,
    should_stop: Callable[[], bool] | None,
) -> dict[str, Array]:
    """Plan less reference by quantity, shape (plans - 1, seeds): whole town, mean of the years."""
    from sim.rates.tables import solve_tables

    if should_stop is not None and should_stop():
        raise Interrupted(0, 0, None)
    values = town.ledger.values()
    tables = solve_tables(town, values)
    tasks = [Task(0, index, run_seed(1, 0, index)) for index in range(seeds)]
    job = make_job(
        town,
        plans,
        {0: values},
        simulate=_Residents(town, tasks).simulate,
        # All courses of chance share the rates, as they share the values.
        solve_tables=lambda _town, _values: tables,
        make_population=lambda _town: None,
    )
    known = _quantities(town)
    found: dict[int, dict[str, Array]] = {}

    def take(result: TaskResult) -> None:
        if result.failure is not None:
            raise StudyError(
                f"Eine Simulation ist gescheitert ({result.failure.message}).",
                f"A simulation failed ({result.failure.message}).",
            )
        found[result.task.seed_index] = {
            name: np.array([_mean(known[name], outcome) for outcome in result.outcomes])
            for name in MEASURED_BY
        }

    run_tasks(job, tasks, take, workers=workers, progress=counter.told, should_stop=should_stop)
    counter.before += len(tasks) * len(plans)
    return {
        name: np.stack(
            [found[index][name][1:] - found[index][name][0] for index in range(seeds)], axis=1
        )
        for name in MEASURED_BY
    }


class _Residents:
    """Residents made anew for each course of chance.

    A folder that is a little different makes other residents, so that two towns differ by the
    chance of who lives where as well. Each course of chance has residents of its own, and this
    chance is told apart like any other.
    """

    def __init__(self, town: Town, tasks: Sequence[Task]) -> None:
        self._towns = {
            task.seed: replace(town, population_seed=town.population_seed + task.seed_index)
            for task in tasks
        }
        self._made: dict[int, Any] = {}

    def simulate(self, town: Town, plan: Plan, *, seed: int, **more: Any) -> Any:
        """Simulate a plan with the residents of a course of chance; `town` gives way to its own."""
        from sim.model import settled_population, simulate

        own = self._towns[seed]
        if seed not in self._made:
            self._made = {**self._made, seed: settled_population(own)}
        return simulate(own, plan, seed=seed, **{**more, "population": self._made[seed]})


def _mean(quantity: Quantity, outcome: Any) -> float:
    """A quantity of the whole town, mean of the simulated years."""
    if quantity.payers:
        cells = {"euros": outcome.money[1:].sum(axis=1)}
    else:
        counts = outcome.counts[1:].sum(axis=1)
        cells = {name: counts[..., INDEX[name]] for name in quantity.needs if name in COUNTS}
    return float(np.nanmean(quantity.combine(cells)))


def _influence(
    guess: Guess,
    differences: tuple[Mapping[str, Array], Mapping[str, Array], Mapping[str, Array]],
    known: Mapping[str, Quantity],
    plans: Sequence[Plan],
    least_people: float,
) -> Influence:
    """How a group moves the differences: as the folder stands, at the low and the high end."""
    base, low, high = differences
    shifts: list[tuple[float, Shift]] = []
    scores = []
    for name in MEASURED_BY:
        moved = high[name] - low[name]
        shift, error = moved.mean(axis=1), _error(moved)
        beyond = np.sqrt(np.maximum(0.0, shift**2 - error**2))
        scale = _scale(base[name], known[name], least_people)
        relative = beyond / scale
        many = float(stdtrit(moved.shape[1] - 1, (1.0 + CERTAIN) / 2.0))
        certain = np.abs(shift) > many * error
        scores.append(float(np.where(certain, relative, 0.0).max()))
        for place, plan in enumerate(plans[1:]):
            one = Shift(
                plan.name,
                known[name],
                float(base[name][place].mean()),
                float(low[name][place].mean()),
                float(high[name][place].mean()),
                float(shift[place]),
                bool(certain[place]),
            )
            shifts.append((float(relative[place]) if certain[place] else 0.0, one))
    shifts.sort(key=lambda pair: -pair[0])
    return Influence(guess, float(np.mean(scores)), tuple(one for _, one in shifts))


def _scale(differences: Array, quantity: Quantity, least_people: float) -> float:
    """The largest difference any plan makes, but not less than what matters."""
    least = least_people if quantity.people else LEAST_HOURS
    if quantity.payers:
        least = LEAST_EUROS
    return max(float(np.abs(differences.mean(axis=1)).max()), least)


def _error(values: Array) -> Array:
    """Standard error of means over courses of chance (last axis)."""
    return np.asarray(values.std(axis=1, ddof=1) / np.sqrt(values.shape[1]), dtype=np.float64)
