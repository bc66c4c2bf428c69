"""The accessibility statement, in the form public bodies must give."""

from __future__ import annotations

import solara

from sim.dashboard.language import lang
from sim.dashboard.parts import Box, Heading, Text, html
from sim.dashboard.words.accessibility import STATEMENT


@solara.component
def Page() -> None:  # noqa: N802
    """The statement."""
    title, parts = STATEMENT[lang.value]
    with Box():
        Heading(title)
        for heading, paragraphs, items in parts:
            with html("section", class_="q-section"):
                Heading(heading, 2)
                for paragraph in paragraphs:
                    Text(paragraph)
                if items:
                    html("ul", *(html("li", item) for item in items), class_="q-list")
