"""What one visitor's session holds, and how it asks.

A `solara.reactive` of a module has a value of its own in every session (a tab of a browser), so
nobody sees anybody's unsaved work. Nothing else in the dashboard may keep a visitor's things in a
module.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

import solara
from solara.server.kernel_context import get_current_context, without_context

from sim.dashboard.answering.desk import Desk, Ticket, the_desk
from sim.dashboard.answering.places import town_of
from sim.dashboard.answering.question import MOST_PLANS, Answer, Question, Told
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
        own = tuple(opened.plans.values())
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

    def __init__(self, ticket: Ticket | None = None) -> None:
        self.ticket = ticket
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


def ask_now() -> None:
    """Ask the desk about the plans shown and the assumptions fixed; the answer arrives by itself.

    A newer question takes the place of the older. The last answer stays in `answer` until the
    first new one is there, so that the screen does not go blank.
    """
    if not town.value or not shown_plans():
        return

    _newest.value.current = False
    asked = _Asked()
    _newest.set(asked)
    question = Question(town.value, shown_plans(), fixed.value)

    def hear(news: Told) -> None:
        if not asked.current:
            return
        told.set(news)
        if news.answer is not None:
            answer.set(news.answer)

    asked.ticket = desk().ask(question, owner(), PURPOSE, in_session(hear))


def stop_now() -> None:
    """Stop what is being computed; the answer so far stays."""
    _newest.value.stop()


Heard = Callable[..., None]


def in_session(tell: Heard) -> Heard:
    """A function that other threads may call: it runs in this session, or not at all once closed.

    Args:
        tell: sets reactive values of this session.
    """
    context = get_current_context()
    one_at_a_time = threading.Lock()

    def told_from_outside(*news: object) -> None:
        with one_at_a_time:
            if not context.closed_event.is_set():
                with context:
                    tell(*news)

    return told_from_outside


def start_session() -> Callable[[], None]:
    """Called when a tab opens; what it returns is called when the tab is closed or lost."""
    who = owner()

    def leave() -> None:
        desk().leave(who)

    return leave
