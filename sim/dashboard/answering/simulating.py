"""What a desk's thread does: make a town ready, simulate one task, put an answer together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from sim.dashboard.answering.limits import check
from sim.dashboard.answering.memory import Bounded, Tables, plan_key, run_key
from sim.dashboard.answering.places import Places
from sim.dashboard.answering.question import Question
from sim.dashboard.answering.trunks import DRAWS_OF_A_FIRST_ANSWER, Trunks
from sim.study.executor import Failure, Job
from sim.study.live import Kept, LiveDesign
from sim.town.plan import Plan

if TYPE_CHECKING:
    from sim.study.alignment import Alignment
    from sim.study.design import Task
    from sim.town.town import Town

MOST_BYTES = 128_000_000
"""Outcomes kept: of a thousand runs of a town of eight districts."""


@dataclass
class Simulator:
    """Simulates, and remembers what it has simulated.

    Attributes:
        places: where towns are found and their residents made.
        outcomes: outcomes of single runs, by what they depend on.
        tables: solved tables of draws.
    """

    places: Places
    outcomes: Bounded[Kept] = field(
        default_factory=lambda: Bounded(MOST_BYTES, lambda kept: kept.nbytes)
    )
    tables: Tables = field(default_factory=Tables)
    _alignments: Bounded[Alignment] = field(default_factory=lambda: Bounded(16, lambda _: 1))
    _trunks: Trunks = field(default_factory=Trunks)
    _seen: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, key: str) -> Town:
        """Read a town, make its residents, load the compiled code.

        Raises:
            StudyError, TownError: there is no such town, or it is broken.
        """
        town = self.places.town(key)
        population = self.places.population(town)
        _load_once()
        with self._lock:
            seen = town.fingerprint in self._seen
            self._seen.add(town.fingerprint)
        if not seen:
            from sim.model import QuartierModel

            # One month loads the compiled months; their first use else makes the answer late.
            nothing = Plan("reference", "", "")
            model = QuartierModel(town, nothing, population=population, collect=False)
            model.step()
            model.close()
        return town

    def design(
        self, question: Question, town: Town, should_stop: Callable[[], bool]
    ) -> tuple[LiveDesign, Job, tuple[str, ...]]:
        """What is to be simulated, and the keys of the plans.

        Raises:
            StudyError: the question cannot be asked, or `should_stop` said yes.
        """
        from sim.study.run import make_job

        check(question, town)
        fixed = tuple(sorted((name, float(value)) for name, value in question.fixed))
        aligned = self._alignment(town, question.seed, should_stop)
        design = LiveDesign(town, question.plans, fixed, question.seed, aligned=aligned)
        population = self.places.population(town)
        job = make_job(
            town, question.plans, {}, simulate=None, solve_tables=self.tables.solve,
            make_population=lambda _: population,
        )  # fmt: skip
        return design, job, tuple(plan_key(plan) for plan in question.plans)

    def _alignment(
        self, town: Town, seed: int, should_stop: Callable[[], bool]
    ) -> Alignment | None:
        """How the town's draws are moved, if `town.toml` asks for that, as `compare` does."""
        official = town.official_forecast
        if official is None or not official.align:
            return None
        key = (town.fingerprint, seed)
        found = self._alignments.get(key)
        if found is None:
            from sim.study.alignment import align

            found = align(town, seed, executor="serial", should_stop=should_stop)
            self._alignments.put(key, found)
        return found

    def remembered(
        self, design: LiveDesign, plans: tuple[str, ...], task: Task
    ) -> tuple[Kept, ...] | None:
        """The outcomes of a task if all of them are remembered."""
        found = [self.outcomes.get(run_key(design, plan, task)) for plan in plans]
        return tuple(one for one in found if one is not None) if None not in found else None

    def run(
        self,
        design: LiveDesign,
        job: Job,
        plans: tuple[str, ...],
        task: Task,
        should_stop: Callable[[], bool],
    ) -> tuple[Kept, ...] | Failure:
        """Simulate what is not remembered of a task.

        Raises:
            Stopped: `should_stop` said yes.
        """
        keys = [run_key(design, plan, task) for plan in plans]
        found = {key: self.outcomes.get(key) for key in keys}
        # Two plans may differ in nothing but their names: then one run serves both.
        lacking = [
            number
            for number, key in enumerate(keys)
            if found[key] is None and keys.index(key) == number
        ]
        if lacking:
            own = replace(
                job,
                plans=tuple(job.plans[number] for number in lacking),
                values={task.draw: design.values(task.draw)},
            )
            if task.draw < DRAWS_OF_A_FIRST_ANSWER:
                own = replace(own, simulate_together=self._trunks.simulate)
            result = own.run(task, should_stop)
            if result.failure is not None:
                return result.failure
            for number, outcome in zip(lacking, result.outcomes, strict=True):
                kept = found[keys[number]] = Kept.of(outcome)
                self.outcomes.put(keys[number], kept)
        return tuple(kept for kept in (found[key] for key in keys) if kept is not None)


@cache
def _load_once() -> None:
    """Import what answers are made with."""
    import sim.report.gather
    import sim.study.run  # noqa: F401
