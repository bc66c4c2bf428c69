"""What is written down: decisions, notes, the comparisons shown, and the protocol at the end."""

from __future__ import annotations

import solara

from sim.dashboard.answering.places import town_of
from sim.dashboard.answering.question import Answer
from sim.dashboard.language import lang, say
from sim.dashboard.pages.moderating.state import answer_for, attempt
from sim.dashboard.parts import Box, Button, Download, Heading, Note, Row, Text, TextInput, html
from sim.dashboard.workshop.keeping import kept_answer, write_protocol
from sim.dashboard.workshop.protocol import Record, file_stem, protocol_of
from sim.dashboard.workshop.protocol_text import markdown
from sim.dashboard.workshop.records import LONGEST_MINUTES, MinutesField
from sim.dashboard.workshop.store import WorkshopStore
from sim.report.handed_out import rendered

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@solara.component
def Keeping(store: WorkshopStore, revision: int) -> None:  # noqa: N802
    """Everything that remains.

    Args:
        store: the workshop.
        revision: of the store; a new one draws anew.
    """
    minutes = store.minutes()
    workshop = store.workshop()
    found = answer_for(store)

    def write(field: MinutesField, text: str) -> None:
        attempt(lambda: store.write(field, text))

    with Box(class_="q-workshop-minutes"):
        TextInput(
            say("Ergebnisse und Beschlüsse", "Results and decisions"),
            minutes.decisions,
            lambda text: write("decisions", text),
            kind="lines",
            most=LONGEST_MINUTES,
            live=True,
        )
        TextInput(
            say("Notizen", "Notes"),
            minutes.notes,
            lambda text: write("notes", text),
            kind="lines",
            most=LONGEST_MINUTES,
            live=True,
            hint=say(
                "Wird beim Schreiben gespeichert. Frühere Fassungen bleiben in der Datei.",
                "Kept while you write. Earlier versions stay in the file.",
            ),
        )
        html(
            "p",
            say(
                f"Zuletzt gespeichert: {clock(minutes.changed)}",
                f"Last kept: {clock(minutes.changed)}",
            )
            if minutes.changed
            else "",
            class_="q-small",
            data_kept=minutes.changed,
        )
        Comparisons(store, found, revision)
        Protocol(store)
        with Row():
            if workshop.ended:
                Button(say("Workshop fortsetzen", "Go on"), lambda: attempt(store.go_on))
            else:
                Button(say("Workshop beenden", "End the workshop"), lambda: finish(store))
        if workshop.ended:
            Note(
                say(
                    f"Beendet um {clock(workshop.ended)}. Das Protokoll liegt auch im Ordner "
                    f"{store.folder}.",
                    f"Ended at {clock(workshop.ended)}. The minutes lie in the folder "
                    f"{store.folder} as well.",
                ),
                "good",
            )


def finish(store: WorkshopStore) -> None:
    """End the workshop and write its minutes beside it."""
    if attempt(store.end):
        attempt(lambda: write_protocol(store))


@solara.component
def Comparisons(store: WorkshopStore, found: Answer | None, revision: int) -> None:  # noqa: N802
    """Comparisons that were recorded, and the one on the screen."""
    answers = store.answers()

    def record() -> None:
        if found is not None:
            town = town_of(store.workshop().town)
            attempt(lambda: store.note_answer(kept_answer(found, town)))

    with html("section", class_="q-section"):
        Heading(say("Festgehaltene Vergleiche", "Comparisons recorded"), 2)
        with html("ol", class_="q-workshop-list"):
            for answer in answers:
                with html("li"):
                    html("p", f"{clock(answer.at)} – {answer.shown.question(lang.value)}")
                    html("p", answer.shown.sentence(lang.value))
        Button(
            say("Vergleich auf dem Bildschirm festhalten", "Record the comparison on the screen"),
            record,
            disabled=found is None,
        )
        if found is None:
            Text(
                say(
                    "Noch gibt es keine Antwort des Modells zu diesem Ort.",
                    "There is no answer of the model for this place as yet.",
                ),
                small=True,
            )


@solara.component
def Protocol(store: WorkshopStore) -> None:  # noqa: N802
    """The protocol's files."""
    side = lang.value
    stem = file_stem(store.workshop(), side)

    def text() -> bytes:
        return markdown(protocol_of(Record.of(store), side)).encode("utf-8")

    with html("section", class_="q-section"):
        Heading(say("Protokoll", "Minutes"), 2)
        with Row():
            Download(
                say("Protokoll (Word)", "Minutes (Word)"),
                lambda: rendered(protocol_of(Record.of(store), side), "docx"),
                f"{stem}.docx",
                DOCX,
            )
            Download(
                say("Protokoll (PDF)", "Minutes (PDF)"),
                lambda: rendered(protocol_of(Record.of(store), side), "pdf"),
                f"{stem}.pdf",
                "application/pdf",
            )
            Download(say("Protokoll (Text)", "Minutes (text)"), text, f"{stem}.md", "text/markdown")


def clock(stamp: str) -> str:
    """The time of day of a time stamp."""
    return stamp.partition("T")[2][:5]
