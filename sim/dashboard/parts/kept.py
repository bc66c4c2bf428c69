"""Something the browser keeps for its tab, so that a reload does not lose it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

MOST_KEPT = 500_000
"""Characters; a browser keeps some millions for a page."""


@solara.component_vue("kept.vue", vuetify=False)
def _Kept(slot: str, value: str, event_found: Callable[[Any], None]) -> None:  # noqa: N802
    ...


def Kept(slot: str, value: str, on_found: Callable[[str], None]) -> solara.Element:  # noqa: N802
    """Keep a text in the browser's tab.

    Args:
        slot: where; give the element a key of the same name.
        value: what to keep; "" while there is nothing.
        on_found: called with what was kept earlier, as hostile as anything from a browser.
    """

    def found(sent: Any) -> None:
        if isinstance(sent, str) and len(sent) <= MOST_KEPT:
            on_found(sent)

    return _Kept(slot=slot, value=value if len(value) <= MOST_KEPT else "", event_found=found)
