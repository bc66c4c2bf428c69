"""What the moderator's page knows: which workshop it moderates, and what changed in it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

import solara
from solara.server.kernel_context import get_current_context, without_context

from sim.dashboard import session
from sim.dashboard.answering.question import Answer
from sim.dashboard.language import say
from sim.dashboard.workshop.records import WorkshopError
from sim.dashboard.workshop.rooms import the_rooms
from sim.dashboard.workshop.store import WorkshopStore

LOOK_SECONDS = 1.0
"""How often the page looks whether the phones have sent something."""

Part = Literal["join", "ask", "hear", "minutes"]
PARTS: tuple[Part, ...] = ("join", "ask", "hear", "minutes")

running: solara.Reactive[str] = solara.reactive("")
"""Name of the folder of the workshop this session moderates; "" for none."""
part: solara.Reactive[str] = solara.reactive("join")
"""Which part of the page is shown."""
problem: solara.Reactive[str] = solara.reactive("")
"""What went wrong last."""
looked_at: solara.Reactive[int] = solara.reactive(0)
"""Number of the question shown; 0 for the newest."""


def store_now() -> WorkshopStore | None:
    """The workshop this session moderates; None if there is none, or it is gone."""
    if not running.value:
        return None
    try:
        return the_rooms().open(running.value)
    except WorkshopError as error:
        problem.set(say(error.text_de, error.text_en))
        running.set("")
        return None


def take(store: WorkshopStore, *, first: Part = "join") -> None:
    """Moderate this workshop from now on."""
    problem.set("")
    looked_at.set(0)
    part.set(first)
    session.workshop_code.set(store.workshop().code)
    running.set(store.folder.name)


def leave() -> None:
    """Moderate none; the workshop stays as it is, and phones go on."""
    running.set("")
    session.workshop_code.set("")


def attempt(change: Callable[[], object]) -> bool:
    """Change something in the workshop; what goes wrong is said on the page."""
    try:
        change()
    except WorkshopError as error:
        problem.set(say(error.text_de, error.text_en))
        return False
    problem.set("")
    return True


def use_changes(store: WorkshopStore) -> int:
    """Draw the component again whenever the workshop changed, from wherever; a hook.

    Returns:
        The revision that is drawn.
    """
    seen, set_seen = solara.use_state(store.revision)

    def watch() -> Callable[[], None]:
        # A thread and no task of an event loop: a page may be drawn where no loop is running.
        ended, closed = threading.Event(), get_current_context().closed_event
        tell = session.in_session(set_seen)
        drawn = store.revision
        set_seen(drawn)

        def look() -> None:
            last = drawn
            while not ended.wait(LOOK_SECONDS) and not closed.is_set():
                if store.revision != last:
                    last = store.revision
                    tell(last)

        with without_context():
            threading.Thread(target=look, name="workshop", daemon=True).start()
        return ended.set

    solara.use_effect(watch, [store.folder.name])
    return seen


def answer_for(store: WorkshopStore) -> Answer | None:
    """The model's newest answer, if it is about the workshop's town."""
    found = session.answer.value
    if found is None or session.town.value != store.workshop().town:
        return None
    return found
