"""The page "Zwei Leben" (Two lives)."""

from __future__ import annotations

import solara

from sim.dashboard.parts import Box, Heading, Note
from sim.dashboard.session import say


@solara.component
def Page() -> None:  # noqa: N802 - Solara writes components like classes
    """The page, empty as yet."""
    with Box():
        Heading(say("Zwei Leben", "Two lives"))
        Note(say("Diese Seite ist in Arbeit.", "This page is being made."))
