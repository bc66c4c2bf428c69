"""The page "Werkstatt" (Workshop): the moderator's, projected while thirty people follow."""

from __future__ import annotations

from functools import partial

import solara

from sim.dashboard import session
from sim.dashboard.answering.places import town_of, towns
from sim.dashboard.language import lang, say
from sim.dashboard.pages.moderating import state
from sim.dashboard.pages.moderating.asking import Asking, chosen, reveal
from sim.dashboard.pages.moderating.hearing import Hearing
from sim.dashboard.pages.moderating.joining import Joining, people_words
from sim.dashboard.pages.moderating.minutes import Keeping
from sim.dashboard.parts import Box, Button, Heading, Note, Tabs, Text, TextInput, html
from sim.dashboard.parts.boundary import sentence_of
from sim.dashboard.parts.shortcuts import Shortcut, Shortcuts
from sim.dashboard.workshop.asking import offers_of
from sim.dashboard.workshop.records import LONGEST_NAME, Workshop, WorkshopError
from sim.dashboard.workshop.rooms import Kept, the_rooms
from sim.dashboard.workshop.store import WorkshopStore
from sim.study.errors import StudyError
from sim.town.problems import TownError

PART_NAMES = {
    "join": ("Teilnehmen", "Join"),
    "ask": ("Frage", "Question"),
    "hear": ("Vorschläge und Zweifel", "Proposals and doubts"),
    "minutes": ("Protokoll", "Minutes"),
}


@solara.component
def Page() -> None:  # noqa: N802
    """The workshop that is moderated, or how to begin or continue one."""
    store = state.store_now()
    with Box():
        if store is None:
            Heading(say("Werkstatt", "Workshop"))
            told_problem()
            Beginning()
        else:
            Moderating(store).key(store.folder.name)


def told_problem() -> None:
    """What went wrong last."""
    if state.problem.value:
        Note(state.problem.value, "error", live=True)


@solara.component
def Beginning() -> None:  # noqa: N802
    """Begin a workshop for the town that is open, or continue one."""
    kept = solara.use_memo(the_rooms().kept, [])
    title, set_title = solara.use_state("")
    labels = solara.use_memo(lambda: {one.key: one.label for one in towns()}, [])
    town = session.town.value

    def begin() -> None:
        try:
            offers = offers_of(town_of(town))
            store = the_rooms().begin(
                town=town,
                town_label=labels.get(town, town),
                language=lang.value,
                title=title,
                offers=offers,
            )
        except WorkshopError as error:
            state.problem.set(say(error.text_de, error.text_en))
        except (TownError, StudyError) as error:
            state.problem.set(say(*sentence_of(error)))
        else:
            state.take(store)

    with Box():
        Text(
            say(
                "Die Teilnehmenden geben auf ihren Telefonen an, was sie erwarten, bevor das "
                "Modell seine Antwort zeigt; sie schlagen Pläne vor und zweifeln Annahmen an. "
                "Alles wird sofort auf diesem Rechner gespeichert.",
                "Participants say on their phones what they expect before the model shows its "
                "answer; they propose plans and doubt assumptions. Everything is kept on this "
                "computer at once.",
            ),
            class_="q-lead",
        )
        with html("section", class_="q-section"):
            Heading(say("Neu beginnen", "Begin"), 2)
            if town:
                TextInput(
                    say(
                        "Name des Workshops (wenn gewünscht)", "Name of the workshop (if you like)"
                    ),
                    title,
                    set_title,
                    most=LONGEST_NAME,
                    live=True,
                )
                Button(
                    say(
                        f"Workshop für {labels.get(town, town)} beginnen",
                        f"Begin a workshop for {labels.get(town, town)}",
                    ),
                    begin,
                    kind="main",
                )
            else:
                Note(say("Bitte zuerst einen Ort wählen.", "Please choose a place first."))
                Button(
                    say("Zur Auswahl der Orte", "To the places"),
                    lambda: session.open_page("start"),
                    kind="main",
                )
        if kept:
            with html("section", class_="q-section"):
                Heading(say("Fortsetzen", "Continue"), 2)
                with html("ul", class_="q-workshop-list"):
                    for one in kept:
                        one_kept(one)


def one_kept(kept: Kept) -> None:
    """A workshop on the disk."""
    with html("li"):
        if kept.workshop is None:
            Note(say(kept.problem_de, kept.problem_en), "error")
            return
        workshop = kept.workshop
        html("p", workshop_line(workshop))
        Button(
            say("Fortsetzen", "Continue"),
            lambda: go_on(kept.folder.name),
            spoken=say(
                f"Fortsetzen: {workshop_line(workshop)}", f"Continue: {workshop_line(workshop)}"
            ),
        )


def workshop_line(workshop: Workshop) -> str:
    """A workshop in a line: day, time, place, name."""
    day, _, clock = workshop.started.partition("T")
    over = say(", beendet", ", over") if workshop.ended else ""
    name = f", {workshop.title}" if workshop.title else ""
    return f"{day} {clock[:5]}, {workshop.town_label}{name}{over}"


def go_on(name: str) -> None:
    """Continue a workshop, with its town if that is still there."""
    try:
        store = the_rooms().open(name)
        town = store.workshop().town
    except WorkshopError as error:
        state.problem.set(say(error.text_de, error.text_en))
        return
    said = ""
    try:
        # First the town: with another town the page is drawn anew, and a click would be lost.
        if town in {one.key for one in towns() if one.sound}:
            session.open_town(town)
    except (TownError, StudyError) as error:
        said = say(*sentence_of(error))
    state.take(store)
    state.problem.set(said)


@solara.component
def Moderating(store: WorkshopStore) -> None:  # noqa: N802
    """One workshop, in four parts."""
    revision = state.use_changes(store)
    workshop = store.workshop()
    options = [(name, say(*PART_NAMES[name])) for name in state.PARTS]
    with Box():
        Heading(
            workshop.title
            or say(f"Werkstatt {workshop.town_label}", f"Workshop {workshop.town_label}")
        )
        if state.part.value != "join":
            html("p", people_words(store), class_="q-small")
        told_problem()
        with Tabs(
            say("Teile der Werkstatt", "Parts of the workshop"),
            state.part.value,
            options,
            state.part.set,
        ):
            if state.part.value == "ask":
                Asking(store, revision)
            elif state.part.value == "hear":
                Hearing(store, revision)
            elif state.part.value == "minutes":
                Keeping(store, revision)
            else:
                Joining(store, revision)
        with Box(class_="q-section"):
            Shortcuts(shortcuts(store))
            Button(
                say("Werkstatt verlassen (sie läuft weiter)", "Leave the workshop (it goes on)"),
                state.leave,
                kind="quiet",
            )


def shortcuts(store: WorkshopStore) -> list[Shortcut]:
    """The keys of the page."""
    parts = [
        Shortcut(str(number), say(*PART_NAMES[name]), partial(state.part.set, name))
        for number, name in enumerate(state.PARTS, start=1)
    ]

    def close_or_show() -> None:
        question = chosen(store.questions())
        if question is None:
            return
        state.part.set("ask")
        if question.state == "open":
            state.attempt(lambda: store.close_question(question.number))
        elif question.state == "closed":
            reveal(store, question, state.answer_for(store))

    return [
        *parts,
        Shortcut(
            "w",
            say(
                "Weiter: Frage schließen, dann Antwort zeigen", "On: close the question, then show"
            ),
            close_or_show,
        ),
        Shortcut(
            "g",
            say("Große Schrift an oder aus", "Large type on or off"),
            lambda: session.large.set(not session.large.value),
        ),
    ]
