"""What one visitor's session holds, and how it asks.

A `solara.reactive` of a module has a value of its own in every session (a tab of a browser), so
nobody sees anybody's unsaved work. Nothing else in the dashboard may keep a visitor's things in a
module.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar, cast

import solara
from solara.server.kernel_context import get_current_context, without_context

from sim.dashboard.answering import Desk, Ticket, the_desk
from sim.dashboard.answering.places import town_of
from sim.dashboard.answering.question import MOST_PLANS, Answer, Question, Told
from sim.dashboard.drafting.own import saved_plans
from sim.dashboard.language import lang, say
from sim.dashboard.pages import PAGES, START
from sim.town import Plan

__all__ = [
    "answer",
    "ask_now",
    "desk",
    "fixed",
    "forget",
    "in_session",
    "lang",
    "large",
    "open_page",
    "open_town",
    "owner",
    "page",
    "plan_named",
    "plans",
    "say",
    "shown",
    "shown_plans",
    "start_session",
    "stop_now",
    "told",
    "town",
    "workshop_code",
]

log = logging.getLogger(__name__)

PURPOSE = "shown"
"""What the session's own question is called at the desk; pages with another take another name."""

page: solara.Reactive[str] = solara.reactive(START)
"""Name of the page shown, one of `PAGES`."""
town: solara.Reactive[str] = solara.reactive("")
"""Key of the town (`answering.places`), "" if none is chosen yet."""
plans: solara.Reactive[tuple[Plan, ...]] = solara.reactive(cast("tuple[Plan, ...]", ()))
"""All plans of this session: the town's own and drafts."""
shown: solara.Reactive[tuple[str, ...]] = solara.reactive(cast("tuple[str, ...]", ()))
"""Names of the two to four plans compared; the first is the reference."""
fixed: solara.Reactive[tuple[tuple[str, float], ...]] = solara.reactive(
    cast("tuple[tuple[str, float], ...]", ())
)
"""Assumptions set by hand, by name; the others are drawn."""
answer: solara.Reactive[Answer | None] = solara.reactive(cast("Answer | None", None))
"""The newest answer to `shown` and `fixed`; None while there is none."""
told: solara.Reactive[Told | None] = solara.reactive(cast("Told | None", None))
"""How far the desk is with it."""
workshop_code: solara.Reactive[str] = solara.reactive("")
"""Code of the workshop this session moderates, "" if none is running."""
large: solara.Reactive[bool] = solara.reactive(False)
"""Workshop mode: larger type, less around it."""


def owner() -> str:
    """What the desk knows this session by: its kernel, one for each open tab."""
    return solara.get_kernel_id()


def open_page(name: str) -> None:
    """Show a page; whatever is not one is the start page."""
    page.set(name if name in PAGES else START)


def open_town(key: str) -> None:
    """Take a town, its own plans and its own question; forget what was asked of another.

    Args:
        key: one of `answering.places.towns()`; "" closes the town.

    Raises:
        TownError: the town cannot be read.
    """
    if key == town.value:
        return
    own: tuple[Plan, ...] = ()
    compared: tuple[str, ...] = ()
    if key:
        opened = town_of(key)
        own = (*opened.plans.values(), *saved_plans(opened))
        compared = (opened.compare or tuple(opened.plans))[:MOST_PLANS]
    forget()
    town.set(key)
    plans.set(own)
    shown.set(compared)
    fixed.set(())


def plan_named(name: str) -> Plan | None:
    """A plan of this session by its name."""
    return next((plan for plan in plans.value if plan.name == name), None)


def shown_plans() -> tuple[Plan, ...]:
    """The plans compared, the reference first; names nobody knows are left out."""
    found = (plan_named(name) for name in shown.value)
    return tuple(plan for plan in found if plan is not None)


def forget() -> None:
    """Drop the answer and stop what is being computed for it."""
    _newest.value.stop()
    _newest.set(_Asked())
    answer.set(None)
    told.set(None)


class _Asked:
    """One asking: whatever the desk tells of an earlier one is not heard any more."""

    def __init__(self, question: Question | None = None) -> None:
        self.question = question
        self.ticket: Ticket | None = None
        self.current = True

    def stop(self) -> None:
        self.current = False
        if self.ticket is not None:
            desk().stop(self.ticket)


_newest: solara.Reactive[_Asked] = solara.reactive(_Asked())


def desk() -> Desk:
    """The process's desk; its threads belong to no session, whichever asks first."""
    with without_context():
        return the_desk()


def ask_now(plans_shown: tuple[Plan, ...] | None = None, *, again: bool = False) -> None:
    """Ask the desk about the plans shown and the assumptions fixed; the answer arrives by itself.

    The frame calls this whenever the question has changed; a page may do so earlier. A newer
    question takes the place of the older. The last answer stays in `answer` until the first new
    one is there, so that the screen does not go blank.

    Args:
        plans_shown: the plans that are about to be shown, if the page is not drawn with them yet.
        again: ask even if the same was asked before, as after a stop.
    """
    compared = shown_plans() if plans_shown is None else plans_shown
    if not town.value or not compared:
        return

    question = Question(town.value, compared, fixed.value)
    if question == _newest.value.question and not again:
        return
    _newest.value.current = False
    asked = _Asked(question)
    _newest.set(asked)

    def hear(news: Told) -> None:
        if not asked.current:
            return
        # The answer first: what is said of the way to it is drawn after it.
        if news.answer is not None:
            answer.set(news.answer)
        told.set(news)

    asked.ticket = desk().ask(question, owner(), PURPOSE, in_session(hear))


def stop_now() -> None:
    """Stop what is being computed; the answer so far stays. `ask_now(again=True)` goes on."""
    _newest.value.stop()
    told.set(None)


News = TypeVar("News")

_TELLERS = 4
"""Threads that draw what the desk tells; the desk itself must not wait for a page."""


@lru_cache(maxsize=1)
def _tellers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_TELLERS, thread_name_prefix="telling")


def in_session(tell: Callable[[News], None]) -> Callable[[News], None]:
    """A function for other threads: what they tell arrives in this session a moment later.

    If more is told than can be drawn, only the newest arrives; nothing does once the tab is closed.

    Args:
        tell: sets reactive values of this session.
    """
    context = get_current_context()
    lock = threading.Lock()
    waiting: list[News] = []

    def draw() -> None:
        with lock:
            newest = waiting.pop()
            waiting.clear()
        if not context.closed_event.is_set():
            with context:
                tell(newest)

    def told_from_outside(news: News) -> None:
        with lock:
            waiting.append(news)
            first = len(waiting) == 1
        if first:
            # The pool's threads are made here; they must not be counted to this session.
            with without_context():
                _tellers().submit(_calmly, draw)

    return told_from_outside


def _calmly(draw: Callable[[], None]) -> None:
    try:
        draw()
    except Exception:
        log.exception("what the desk told could not be drawn")


def start_session() -> Callable[[], None]:
    """Called when a tab opens; what it returns is called when the tab is closed or lost."""
    who = owner()

    def leave() -> None:
        desk().leave(who)

    return leave
