"""The start page: which town, and which question."""

from __future__ import annotations

from collections.abc import Callable

import solara

from sim.dashboard import session
from sim.dashboard.answering.places import TownEntry, towns
from sim.dashboard.language import lang, say
from sim.dashboard.parts import Box, Button, Heading, Note, Text, html
from sim.dashboard.parts.boundary import sentence_of
from sim.dashboard.words.start import HOW_SURE, LEAD, OWN
from sim.report.numbers import decimal
from sim.study.errors import StudyError
from sim.town.problems import TownError

FIRST_PAGE = "compare"
"""Where a chosen town leads: straight to its question."""


@solara.component
def Page() -> None:  # noqa: N802
    """The towns, each with its question as title."""
    problem, set_problem = solara.use_state("")
    entries = solara.use_memo(towns, [])

    def choose(key: str) -> None:
        try:
            session.open_town(key)
        except (TownError, StudyError) as error:
            set_problem(say(*sentence_of(error)))
            return
        session.open_page(FIRST_PAGE)

    with Box():
        Heading(say("Welcher Ort, welche Frage?", "Which place, which question?"))
        Text(LEAD[lang.value], class_="q-lead")
        if problem:
            Note(problem, "error")
        with html("ul", class_="q-towns q-grid"):
            for entry in entries:
                chosen = " q-chosen" if entry.key == session.town.value else ""
                with html("li", class_=f"q-card{chosen}"):
                    card(entry, choose)
        with Box(class_="q-section"):
            Note(HOW_SURE[lang.value])
            Text(OWN[lang.value], small=True)


def card(entry: TownEntry, choose: Callable[[str], None]) -> None:
    """A town: its question, its name, a sentence, how large it is, and the way in.

    Args:
        entry: the town.
        choose: called with its key.
    """
    german = lang.value == "de"
    with html("div", class_="q-town-card"):
        if not entry.sound:
            Heading(entry.label, 2)
            Note(
                entry.problem_de if german else entry.problem_en,
                "error",
                title=say("Dieser Ort lässt sich nicht öffnen.", "This place cannot be opened."),
            )
            return
        Heading(entry.question_de if german else entry.question_en, 2)
        html("p", entry.label, class_="q-town-name")
        Text(entry.sentence_de if german else entry.sentence_en)
        Text(size_of(entry), small=True)
        Button(
            say("Diesen Ort öffnen", "Open this place"),
            lambda: choose(entry.key),
            kind="main",
            spoken=say(f"{entry.label} öffnen", f"Open {entry.label}"),
        )


def size_of(entry: TownEntry) -> str:
    """How many people and districts, and whether it is the user's own."""
    people = decimal(entry.residents, lang.value)
    one = entry.districts == 1
    return say(
        f"{people} Menschen, {entry.districts} {'Bezirk' if one else 'Bezirke'}"
        f"{', eigener Ort' if entry.own else ''}",
        f"{people} people, {entry.districts} {'district' if one else 'districts'}"
        f"{', your own' if entry.own else ''}",
    )
