"""A reload of the moderator's page goes on where it was: the browser's tab keeps which workshop.

Only the name of the workshop's folder is kept, and only in the tab; whoever reloads has to be let
in by the guard as before.
"""

from __future__ import annotations

import json
from typing import Any

import solara

from sim.dashboard.pages.moderating import state
from sim.dashboard.parts.kept import Kept
from sim.dashboard.workshop.records import WorkshopError
from sim.dashboard.workshop.rooms import the_rooms

SLOT = "quartier-workshop"


@solara.component
def KeptWorkshop() -> None:  # noqa: N802
    """Nothing to be seen; to be drawn once, beside every page."""
    Kept(SLOT, written(), restore).key(SLOT)


def written() -> str:
    """Which workshop this tab moderates, and which part of it is shown."""
    if not state.running.value:
        return ""
    return json.dumps({"workshop": state.running.value, "part": state.part.value})


def restore(text: str) -> None:
    """Go on with the workshop the tab had; whatever is none of this computer's is ignored."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    if state.running.value or not isinstance(found, dict):
        return
    name, part = found.get("workshop"), found.get("part")
    if not isinstance(name, str):
        return
    try:
        store = the_rooms().open(name)
        state.take(store, first=part if part in state.PARTS else "join")
    except WorkshopError:
        return
