"""What the desk remembers: outcomes of single runs, solved tables, finished answers; all bounded.

A run is a pure function of town, plan, assumptions and seed. So the reference's runs of the last
question serve the next one, and going back to an earlier question costs nothing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sim.study.live import LiveDesign
from sim.study.manifest import hash_of
from sim.town.plan import Plan

if TYPE_CHECKING:
    from sim.dashboard.answering.question import Question
    from sim.study.design import Task
    from sim.town.town import Town

Value = TypeVar("Value")

ONLY_WORDS = ("label_de", "label_en", "line")
"""What of a measure moves no number."""

MOST_TABLES = 128
"""Solved tables kept: those of the first hundred draws, and some."""


class Bounded(Generic[Value]):
    """The values used last, up to a number of bytes; the newest is kept whatever it takes.

    Args:
        most: bytes (or whatever `weigh` counts).
        weigh: what a value takes.
    """

    def __init__(self, most: int, weigh: Callable[[Value], int]) -> None:
        self.most = most
        self.taken = 0
        self._weigh = weigh
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable) -> Value | None:
        """A value, None if it is not there (any more)."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Value) -> None:
        """Remember a value; those not used for longest go."""
        weight = self._weigh(value)
        with self._lock:
            old = self._values.pop(key, None)
            self.taken += weight - (old[1] if old is not None else 0)
            self._values[key] = value, weight
            while self.taken > self.most and len(self._values) > 1:
                _, (_, gone) = self._values.popitem(last=False)
                self.taken -= gone


def question_key(question: Question, version: str) -> str:
    """Two questions of the same key have the same answer, to the last word.

    Args:
        question: what is asked.
        version: what changes when the town's files change.
    """
    return hash_of(
        {
            "town": [question.town, version],
            "plans": [asdict(plan) for plan in question.plans],
            "fixed": sorted(question.fixed),
            "seed": question.seed,
            "draws": question.most_draws,
        }
    )


def plan_key(plan: Plan) -> str:
    """Two plans of the same key have the same outcomes, whatever they are called."""
    measures = [
        {name: value for name, value in asdict(one).items() if name not in ONLY_WORDS}
        for one in plan.measures
    ]
    # A measure may name a point that the plan itself founds, which is called after the plan.
    names_a_point = any("point" in one.levers for one in plan.measures)
    return hash_of({"measures": measures, "name": plan.name if names_a_point else ""})


def run_key(design: LiveDesign, plan: str, task: Task) -> Hashable:
    """What an outcome depends on.

    Args:
        design: the question's design.
        plan: key of the plan.
        task: draw and course of chance.
    """
    aligned = design.aligned is not None
    return design.of_town.fingerprint, plan, design.fixed, design.seed, aligned, task


class Tables:
    """Solved tables of draws, so that moving a lever does not solve them again."""

    def __init__(self) -> None:
        self._kept: Bounded[Any] = Bounded(MOST_TABLES, lambda _: 1)

    def solve(self, town: Town, values: Mapping[str, float]) -> object:
        """The tables of a draw, solved or remembered."""
        from sim.study.run import solve_prepared

        key = (town.fingerprint, tuple(values.items()))
        found = self._kept.get(key)
        if found is None:
            found = solve_prepared(town, dict(values))
            self._kept.put(key, found)
        return found
