"""Several plans under the same coincidences: months before they differ are simulated once.

All draws are pure functions of seed, resident and month, so a plan that starts in 2027 has the same
2026 as the plan without it. One run, the trunk, goes through the months; where a plan begins to
differ, a copy of the trunk grows on by itself. Outcomes are bit for bit those of runs from the
start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sim.migration import YearlyModel, is_plain
from sim.model import Course, Outcome, QuartierModel, run_on
from sim.residents import Population
from sim.town.plan import Measure, Plan
from sim.town.town import Town

FOUNDS_A_POINT = "meeting_point"


def founding(plan: Plan) -> tuple[Measure, ...]:
    """Measures that found meeting points, in order: they decide the points' numbers."""
    return tuple(one for one in plan.measures if one.kind == FOUNDS_A_POINT)


def shared_months(town: Town, one: Plan, other: Plan) -> int:
    """Months from the start in which two plans cannot differ.

    Args:
        town: the town, for its number of months.
        one, other: the plans.
    """
    differing = [measure for measure in one.measures if measure not in other.measures]
    differing += [measure for measure in other.measures if measure not in one.measures]
    if founding(one) != founding(other):
        # Points have other numbers in the two plans from the first that opens.
        differing += [*founding(one), *founding(other)]
    if tuple(one.measures) != tuple(other.measures) and not differing:
        # The same measures in another order: their parts are rounded one after the other.
        differing = list(one.measures)
    return min((measure.start - 1 for measure in differing), default=town.months)


class Trunk:
    """A run kept at one month, from which plans that do not differ before can grow later.

    Args:
        model: the run at that month; a copy is kept.
        course: what came out so far.
    """

    def __init__(self, model: QuartierModel, course: Course) -> None:
        self._model = model.fork(model.plan)
        self._model.rest()
        self._course = course.copy()
        self.nbytes = self._model.nbytes

    def carries(self, plan: Plan) -> bool:
        """Whether a plan shares every month of this run."""
        model = self._model
        return shared_months(model.town, model.plan, plan) >= model.month

    def grow(self, plan: Plan, should_stop: Callable[[], bool] | None = None) -> Outcome:
        """The outcome of a plan, whose first months are taken from here.

        Raises:
            InterruptedError: `should_stop` said yes.
        """
        return grow(self._model, self._course, plan, should_stop)


def simulate_together(
    town: Town,
    plans: Sequence[Plan],
    *,
    values: Mapping[str, float] | None = None,
    seed: int = 1,
    population: Population | None = None,
    tables: Any = None,
    threads: int = 1,
    check: bool = False,
    should_stop: Callable[[], bool] | None = None,
    trunk_at: Callable[[Trunk], None] | None = None,
) -> Iterator[Outcome]:
    """Outcomes of several plans with the same people and coincidences, in the plans' order.

    Args:
        plans: plans of the town.
        trunk_at: is handed the trunk at the first month in which a plan begins to differ.
        Others: see `sim.model.simulate`.

    Raises:
        InterruptedError: `should_stop` said yes.
    """
    # The trunk follows the plan that does nothing for longest: usually the reference.
    first = [min((one.start for one in plan.measures), default=town.months + 1) for plan in plans]
    trunk_plan = plans[first.index(max(first))]
    shared = [max(0, min(town.months, shared_months(town, trunk_plan, plan))) for plan in plans]
    kind = QuartierModel if values is None or is_plain(values) else YearlyModel
    trunk = kind(
        town, trunk_plan, seed, values=values, population=population, tables=tables,
        threads=threads, check=check, collect=False,
    )  # fmt: skip
    outcomes: dict[int, Outcome | Exception] = {}
    try:
        course = Course(trunk)
        for number in sorted(range(len(plans)), key=lambda number: shared[number]):
            if plans[number] == trunk_plan:
                continue
            run_on(trunk, course, shared[number], should_stop)
            if trunk_at is not None and not outcomes and trunk.month:
                trunk_at(Trunk(trunk, course))
            try:
                outcomes[number] = grow(trunk, course, plans[number], should_stop)
            except InterruptedError:
                raise
            except Exception as error:
                outcomes[number] = error  # told when it is this plan's turn
        run_on(trunk, course, None, should_stop)
        for number, plan in enumerate(plans):
            outcome = course.outcome() if plan == trunk_plan else outcomes[number]
            if isinstance(outcome, Exception):
                raise outcome
            yield outcome
    finally:
        trunk.close()


def grow(
    trunk: QuartierModel,
    course: Course,
    plan: Plan,
    should_stop: Callable[[], bool] | None = None,
) -> Outcome:
    """The outcome of a plan whose months so far are those of another run, which stays as it is.

    Raises:
        InterruptedError: `should_stop` said yes.
    """
    model, its_course = trunk.fork(plan, trunk.crew.threads), course.copy()
    try:
        run_on(model, its_course, None, should_stop)
        return its_course.outcome()
    finally:
        model.close()
