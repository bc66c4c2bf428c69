"""The language of a session: German first."""

from __future__ import annotations

import solara

from sim.report.numbers import Lang

lang: solara.Reactive[Lang] = solara.reactive("de")
"""Language of everything shown."""


def say(german: str, english: str) -> str:
    """The text in the session's language; a page that calls it is drawn anew when that changes."""
    return german if lang.value == "de" else english
