"""Who comes next: the desk's open questions in order, fair between those who ask.

Everything here is called while the desk's lock is held.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.dashboard.answering.work import Listener, Ticket, Work

if TYPE_CHECKING:
    from sim.study.design import Task

UNFAIR_SECONDS = 5.0
"""An owner for whom so much more was simulated does not push others' tasks aside."""

MOST_OWNERS = 10_000
"""Owners remembered who ask nothing at the moment."""


@dataclass
class Line:
    """Open questions, and how much was simulated for whom.

    Attributes:
        open: by key.
        used: seconds simulated by owner.
        preparing: towns being made ready.
    """

    open: dict[str, Work] = field(default_factory=dict)
    used: dict[str, float] = field(default_factory=dict)
    preparing: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[Work]:
        """Open questions."""
        return iter(self.open.values())

    def holds(self, work: Work) -> bool:
        """Whether somebody still waits for it."""
        return self.open.get(work.key) is work

    def welcome(self, owner: str) -> None:
        """Somebody asks who asked nothing just now.

        Whoever was away did not save up a claim for all that others used meanwhile.
        """
        owners = [one for work in self for one in work.owners]
        if owner not in owners:
            active = [self.used[one] for one in owners if one in self.used]
            self.used[owner] = max(self.used.get(owner, 0.0), min(active, default=0.0))
        if len(self.used) > MOST_OWNERS:
            self.used = {one: self.used[one] for one in {*owners, owner} if one in self.used}

    def charge(self, work: Work, seconds: float) -> None:
        """Share the time of a task among those who wait for it."""
        for owner in work.owners:
            if owner in self.used:
                self.used[owner] += seconds / len(work.owners)

    def drop(self, whom: Callable[[Ticket], bool]) -> list[Listener]:
        """Forget listeners; work that nobody waits for any more is stopped.

        Returns:
            The listeners who are to hear nothing more.
        """
        gone = []
        for work in list(self):
            for listener in list(work.listeners.values()):
                if whom(listener.ticket):
                    gone.append(work.listeners.pop(listener.ticket.number))
            if not work.listeners:
                self.remove(work)
        return gone

    def remove(self, work: Work) -> None:
        """Work that is done or given up; what is running of it is stopped."""
        if self.holds(work):
            del self.open[work.key]
        work.given_up.set()
        work.stop_running()

    def claim(self, work: Work) -> float:
        """Seconds simulated for whoever of its owners has had least."""
        return min((self.used.get(owner, 0.0) for owner in work.owners), default=0.0)

    def rank(self, work: Work) -> tuple[bool, float, int]:
        """Smaller comes first: without an answer, least served, asked first."""
        return work.answer is not None, self.claim(work), work.number

    def before(self, work: Work) -> int:
        """Questions without an answer that go before one."""
        rank = self.rank(work)
        return sum(other.answer is None and self.rank(other) < rank for other in self)

    def push_aside(self, work: Work) -> None:
        """Give up running tasks of questions that have an answer, for one that has none."""
        mine = self.claim(work)
        for other in self:
            if other.answer is not None and mine <= self.claim(other) + UNFAIR_SECONDS:
                other.stop_running()

    def next(self) -> tuple[Work, Task | None, threading.Event] | None:
        """The next thing to do: a task, or to make a town ready (no task); None: nothing."""
        for work in sorted(self, key=self.rank):
            flag = threading.Event()
            if work.design is None:
                if work.preparing or work.town in self.preparing:
                    continue
                work.preparing = True
                self.preparing.add(work.town)
                return work, None, flag
            if work.todo:
                task = work.todo.popleft()
                work.running[task] = flag
                return work, task, flag
        return None
