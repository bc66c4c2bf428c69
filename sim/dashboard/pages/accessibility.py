"""The accessibility statement, in the form public bodies must give."""

from __future__ import annotations

import solara

from sim.dashboard.language import lang, say
from sim.dashboard.operator import Operator, operator
from sim.dashboard.parts import Box, Heading, Note, Text, html
from sim.dashboard.words.accessibility import HOW_TO_NAME, NAMED, NOT_NAMED, STATEMENT


@solara.component
def Page() -> None:  # noqa: N802
    """The statement."""
    title, parts = STATEMENT[lang.value]
    said = solara.use_memo(operator, [])
    # The last two parts are those in which the operator names somebody.
    named = [None] * (len(parts) - 2) + [0, 1]
    with Box():
        Heading(title)
        with Box():
            if not (said.contact and said.enforcement):
                not_complete(said)
        for (heading, paragraphs, items), place in zip(parts, named, strict=True):
            with html("section", class_="q-section"):
                Heading(heading, 2)
                for paragraph in paragraphs:
                    Text(paragraph)
                if items:
                    html("ul", *(html("li", item) for item in items), class_="q-list")
                if place is not None:
                    somebody(said, place)


def not_complete(said: Operator) -> None:
    """That the operator has still to name somebody, and how."""
    missing = [
        text
        for text, given in zip(NOT_NAMED[lang.value], (said.contact, said.enforcement), strict=True)
        if not given
    ]
    problem = say(said.problem_de, said.problem_en)
    Note(
        "\n".join(filter(None, (problem, *missing, HOW_TO_NAME[lang.value]))),
        "caution",
        title=say("Diese Erklärung ist nicht vollständig", "This statement is not complete"),
    )


def somebody(said: Operator, place: int) -> None:
    """Whom the operator names, or that nobody is named."""
    given = (said.contact, said.enforcement)[place].get(lang.value)
    if given:
        Text(NAMED[lang.value][place] + given)
    else:
        Text(NOT_NAMED[lang.value][place])
