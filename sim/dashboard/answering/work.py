"""One question being worked on: who listens, what is still to be simulated, what is known."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.dashboard.answering.question import Answer, Question, Told

if TYPE_CHECKING:
    from sim.residents import Population
    from sim.study.design import Task
    from sim.study.executor import Failure, Job
    from sim.study.live import Kept, LiveDesign
    from sim.town.town import Town

TOLD_STEP = 0.02
"""Progress is told when so much more is done."""

NEARLY = 0.99
"""Share told before the final answer is put together."""

PREPARING = 0.1
"""Share of the work that opening a town is counted as."""


Errand = Callable[["Town", "Population", Callable[[float], None], Callable[[], bool]], object]
"""Something done with a town and its residents; hears how to tell progress and when to stop."""


@dataclass(frozen=True)
class Ticket:
    """A question that was handed in.

    Attributes:
        number: counts the questions of a desk.
        owner: who asked.
        purpose: what for; a newer question of the same owner and purpose replaces this one.
    """

    number: int
    owner: str
    purpose: str


@dataclass(eq=False)
class Listener:
    """Somebody who waits for an answer."""

    ticket: Ticket
    tell: Callable[[Told], None]
    asked: float = field(default_factory=time.monotonic)
    last_share: float = -1.0


@dataclass(eq=False)
class Work:
    """What the desk knows of one question; changed only while the desk's lock is held.

    Attributes:
        key: of the question.
        town: key of the town.
        question: None if the town is only to be made ready, or for an errand.
        errand: what to do with the town and its residents, in place of a question.
        given_up: set when nobody waits any more.
        share_of_errand: how far the errand is.
        number: order of arrival.
        listeners: by number of their ticket.
        design, job, plan_keys: what is simulated, known once the town is ready.
        prepared_by: share of the work that opening the town was.
        todo: tasks not begun.
        running: tasks being simulated, each with the flag that stops it.
        runs, failures: what came out.
        answer: the newest answer.
        result: what an errand has returned.
        rung: draws of the newest answer, or of the last try to give one.
        evaluating: an answer is being put together.
        seconds: simulating so far, over all cores.
        tasks_timed: tasks that this time was needed for.
    """

    key: str
    town: str
    question: Question | None
    number: int
    errand: Errand | None = None
    given_up: threading.Event = field(default_factory=threading.Event)
    share_of_errand: float = 0.0
    listeners: dict[int, Listener] = field(default_factory=dict)
    design: LiveDesign | None = None
    job: Job | None = None
    plan_keys: tuple[str, ...] = ()
    preparing: bool = False
    prepared_by: float = 0.0
    todo: deque[Task] = field(default_factory=deque)
    running: dict[Task, threading.Event] = field(default_factory=dict)
    runs: dict[Task, tuple[Kept, ...]] = field(default_factory=dict)
    failures: dict[Task, Failure] = field(default_factory=dict)
    answer: Answer | None = None
    result: object = None
    rung: int = 0
    evaluating: bool = False
    finished: bool = False
    seconds: float = 0.0
    tasks_timed: int = 0

    @property
    def owners(self) -> set[str]:
        """Who listens."""
        return {one.ticket.owner for one in self.listeners.values()}

    @property
    def most_draws(self) -> int:
        """Draws after which it ends in any case."""
        return 0 if self.question is None else self.question.most_draws

    def stop_running(self) -> None:
        """Ask running tasks to give up."""
        for flag in self.running.values():
            flag.set()

    def lay_out(self, design: LiveDesign) -> None:
        """Put all tasks in order: draw by draw, so that whole draws are there early."""
        self.design = design
        for draw in range(self.most_draws):
            self.todo.extend(design.tasks(draw))

    def whole_draws(self) -> int:
        """Draws from the first without a gap of which every task was tried."""
        if self.design is None:
            return 0
        draw = 0
        while draw < self.most_draws and all(
            task in self.runs or task in self.failures for task in self.design.tasks(draw)
        ):
            draw += 1
        return draw

    def reached(self) -> int:
        """The highest rung whose draws are all there, 0 if none is."""
        whole = self.whole_draws()
        return max((rung for rung in rungs(self.most_draws) if rung <= whole), default=0)

    @property
    def share_done(self) -> float:
        """Of the work up to the final answer."""
        if self.finished:
            return 1.0
        if self.design is None:
            return min(NEARLY, self.prepared_by + (1.0 - PREPARING) * self.share_of_errand)
        total = self.most_draws * self.design.seeds
        done = (len(self.runs) + len(self.failures)) / total if total else 1.0
        return min(NEARLY, self.prepared_by + (1.0 - self.prepared_by) * done)

    def seconds_left(self, cores: int) -> float | None:
        """Estimate for the rest up to the most draws; None while nothing is known."""
        if self.finished:
            return 0.0
        if not self.tasks_timed:
            return None
        left = len(self.todo) + len(self.running)
        return self.seconds / self.tasks_timed * left / cores


def rungs(most: int) -> tuple[int, ...]:
    """Numbers of draws after which an answer is given: 2, 4, 8, … and the most."""
    found = []
    draws = 2
    while draws < most:
        found.append(draws)
        draws *= 2
    return (*found, most)
