"""A question to the model and its answer."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sim.town.plan import Plan

if TYPE_CHECKING:
    from sim.report.findings import Findings
    from sim.study.live import LiveStudy

MOST_PLANS = 4
"""So many plans can be told apart on a projected page."""

BESIDES = ("living_alone",)
"""What the pages show beside what every report does."""


USUAL_DRAWS = 100
FEWER_DRAWS = "QUARTIER_MOST_DRAWS"
"""Variable with which a weak machine, or a test, asks for fewer draws."""


def usual_draws() -> int:
    """Draws after which an answer is final in any case: 100, or 2 to 100 if so asked for."""
    wanted = os.environ.get(FEWER_DRAWS, "")
    return min(USUAL_DRAWS, max(2, int(wanted))) if wanted.isdecimal() else USUAL_DRAWS


@dataclass(frozen=True)
class Question:
    """What is asked: plans of a town, in the same worlds.

    Attributes:
        town: key of the town, see `sim.dashboard.answering.places`.
        plans: one to four; the first is the reference.
        fixed: assumptions set by hand, by name; the others are drawn.
        seed: seed of the study.
        most_draws: draws after which the answer is final in any case.
    """

    town: str
    plans: tuple[Plan, ...]
    fixed: tuple[tuple[str, float], ...] = ()
    seed: int = 1
    most_draws: int = field(default_factory=usual_draws)


@dataclass(frozen=True)
class Answer:
    """What is known after some draws; an answer never changes, a better one takes its place.

    Attributes:
        question: what was asked.
        study: the runs so far; two draws or more.
        draws: draws of the assumptions that take part.
        settled: whether the ranges stand still, or no more draws were asked for.
        seconds: from the question to this answer.
    """

    question: Question
    study: LiveStudy
    draws: int
    settled: bool
    seconds: float

    @cached_property
    def findings(self) -> Findings:
        """What a report says of it, without what takes long."""
        from sim.report.gather import gather

        return gather(self.study, BESIDES, brief=True)


@dataclass(frozen=True)
class Told:
    """What the desk says of a question on the way.

    Attributes:
        answer: the newest answer, None until the first.
        share_done: of the work up to the final answer, 0 to 1.
        seconds_left: estimate; None while nothing is known.
        waiting: questions of others that go first.
        failed: one sentence in German and English if there will be no (better) answer.
        what: what is being done, in German and English.
        result: of an errand, see `Desk.run`.
    """

    answer: Answer | None
    share_done: float
    seconds_left: float | None = None
    waiting: int = 0
    failed: tuple[str, str] | None = None
    what: tuple[str, str] = ("Es wird gerechnet", "Simulating")
    result: object = None
