"""Many runs that are looked at closely, by any executor of `sim.study`; the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, cast

from calibration.courses import Course, follow
from sim.model import settled_population
from sim.study.design import Task
from sim.study.drawn import Draws
from sim.study.ensemble import Progress, run_tasks
from sim.study.errors import StudyError
from sim.study.executor import Failure, Job, Simulate, TaskResult
from sim.study.run import compile_once, solve_prepared
from sim.town.plan import Plan
from sim.town.town import Town


class Follow:
    """Takes the place of `sim.model.simulate` in a batch; its outcome is a course without the town.

    Whoever asked has the town already; it need not come back with every run.
    """

    def __call__(
        self,
        town: Town,
        plan: Plan,
        *,
        values: Mapping[str, float] | None,
        seed: int,
        population: Any,
        tables: Any,
        should_stop: Callable[[], bool] | None,
    ) -> dict[str, Any]:
        """The fields of a course by name.

        Raises:
            InterruptedError: `should_stop` said yes.
        """
        run = follow(town, values, seed, population, tables, should_stop)
        return {one.name: getattr(run, one.name) for one in fields(run) if one.name != "town"}


def all_followed(
    town: Town,
    draws: int,
    seed: int = 1,
    *,
    executor: str = "threads",
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    look: Callable[[Course], Any] = lambda course: course,
) -> list[Any]:
    """The runs of `calibration.courses.each_followed`, several at a time.

    Args:
        town: the town.
        draws: draws of the assumptions.
        seed: of the draws; run k has the values of draw k and the chance of `seed + k`.
        executor: as in `sim.study.ensemble.run_tasks`; the numbers are the same.
        workers: runs at a time; None for the number of cores.
        progress: called at the start and after each run.
        should_stop: asked several times a second; true stops.
        look: what is kept of a run as soon as it is there; the whole course if not given.

    Raises:
        Interrupted: stopped on request.
        StudyError: a run has failed.
    """
    found: dict[int, Any] = {}
    failed: list[Failure] = []

    def keep(result: TaskResult) -> None:
        if result.failure is not None:
            failed.append(result.failure)
            return
        course = cast(dict[str, Any], result.outcomes[0])
        found[result.task.draw] = look(Course(town=town, **course))

    follow_one: Any = Follow()
    job = Job(
        town, (town.plans["reference"],), settled_population(town), Draws(town, seed, draws),
        cast(Simulate, follow_one), solve_prepared, prepare=compile_once,
    )  # fmt: skip
    tasks = [Task(number, 0, seed + number) for number in range(draws)]
    run_tasks(
        job, tasks, keep, executor=executor, workers=workers, progress=progress,
        should_stop=should_stop,
    )  # fmt: skip
    if failed:
        first = min(failed, key=lambda one: one.draw)
        raise StudyError(
            f"{len(failed)} Läufe sind gescheitert, der erste ({first.draw}) mit {first.error}: "
            f"{first.message}.",
            f"{len(failed)} runs have failed, the first ({first.draw}) with {first.error}: "
            f"{first.message}.",
        )
    return [found[number] for number in range(draws)]
