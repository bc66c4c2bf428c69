"""One queue a process for everything that is simulated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from sim.dashboard.answering.question import Question, Told


@dataclass(frozen=True)
class Ticket:
    """A question that was handed in."""

    number: int
    owner: str
    purpose: str


class Desk:
    """Takes questions, tells answers."""

    def ask(
        self, question: Question, owner: str, purpose: str, told: Callable[[Told], None]
    ) -> Ticket:
        """Hand in a question; replaces an unfinished one of the same owner and purpose."""
        raise NotImplementedError

    def warm(self, town: str, owner: str, told: Callable[[Told], None]) -> Ticket:
        """Make a town's residents, so that the first question need not wait for them."""
        raise NotImplementedError

    def stop(self, ticket: Ticket) -> None:
        """Give up a question; what it was told stays."""
        raise NotImplementedError

    def leave(self, owner: str) -> None:
        """Give up everything an owner asked."""
        raise NotImplementedError

    def close(self) -> None:
        """End the desk's threads."""
        raise NotImplementedError


@lru_cache(maxsize=1)
def the_desk() -> Desk:
    """The one desk of this process."""
    return Desk()
