"""The page "Vorlage" (Report): what is on the screen as a council paper and as a workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

import solara
import solara.lab

from sim.dashboard import session
from sim.dashboard.answering.question import Answer
from sim.dashboard.computing import Computing
from sim.dashboard.language import lang, say
from sim.dashboard.pages.moderating.minutes import Protocol
from sim.dashboard.parts import (
    Box,
    Button,
    Choice,
    Download,
    Heading,
    Note,
    Row,
    Text,
    TextInput,
    html,
)
from sim.dashboard.parts.code_lines import CodeLines
from sim.dashboard.workshop.rooms import the_rooms
from sim.report.handed_out import Format, Prepared, prepared
from sim.report.numbers import Lang
from sim.report.python_lines import python_lines
from sim.report.words import answer as answer_sentence
from sim.study.errors import StudyError
from sim.study.manifest import read_manifest

MEDIA: Mapping[Format, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RESULTS = "results"
"""Folder of stored results, in the working directory, as that of `quartier compare`."""
MOST_RESULTS = 99
LONGEST_NAME = 60


@solara.component
def Page() -> None:  # noqa: N802
    """What goes into the paper, its files, and how to compute it again."""
    found = session.answer.value
    with Box():
        if found is None:
            Heading(say("Ratsvorlage", "Council paper"))
            Text(
                say(
                    "Sobald der Vergleich gerechnet ist, steht er hier als Vorlage bereit.",
                    "As soon as the comparison has been computed, it is ready here as a paper.",
                )
            )
            Computing()
            return
        Heading(say("Ratsvorlage", "Council paper"))
        Shown(found)
        Files(found)
        Again(found)
        Minutes()


@solara.component
def Shown(found: Answer) -> None:  # noqa: N802
    """The question and the answer that go into the paper, and how far they are computed."""
    findings = found.findings
    with html("section", class_="q-section"):
        Heading(say("Was in die Vorlage kommt", "What goes into the paper"), 2)
        question = findings.question_de if lang.value == "de" else findings.question_en
        Text(f"{findings.town_label}: {question}", class_="q-lead")
        Text(answer_sentence(findings, lang.value))
        Computing()
        with Box():
            if not found.settled:
                Note(
                    say(
                        f"Es wird noch gerechnet. Die Vorlage beruht auf dem Stand dieses "
                        f"Augenblicks ({found.draws} Ziehungen der Annahmen) und sagt das.",
                        f"Still computing. The paper rests on what is known at this moment "
                        f"({found.draws} draws of the assumptions) and says so.",
                    ),
                    "caution",
                )


class Kept:
    """The pictures drawn last, so that PDF after Word need not draw them again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._key: tuple[object, ...] = ()
        self._last: Prepared | None = None

    def of(
        self, found: Answer, side: Lang, author: str, told: Callable[[int, int], None], *,
        paper: bool,
    ) -> Prepared:  # fmt: skip
        """Everything prepared for an answer, drawn if it is another than before.

        Args:
            found: the answer.
            side: language of the files.
            author: who hands them in.
            told: called with the number of finished steps and of all.
            paper: the paper is wanted, and not only the numbers.
        """
        key = (id(found), side, author)
        with self._lock:
            last = self._last
            if last is None or self._key != key or (paper and last.paper is None):
                last = prepared(found.study, side, author=author, paper=paper, progress=told)
                self._last, self._key = last, key
            return last


@solara.component
def Files(found: Answer) -> None:  # noqa: N802
    """Language, author, and a button for each file."""
    side, set_side = solara.use_state(lang.value)
    author, set_author = solara.use_state("")
    step, set_step = solara.use_state((0, 0))
    kept = solara.use_memo(Kept, [])

    def told(done: int, total: int) -> None:
        set_step((done, total))

    def make(name: Format) -> Callable[[], bytes]:
        def made() -> bytes:
            set_step((0, 1))
            try:
                ready = kept.of(found, side, author, told, paper=name != "xlsx")
                return ready.file(name)
            finally:
                set_step((0, 0))

        return made

    stem = file_stem(found.findings.town_label, side)
    with html("section", class_="q-section"):
        Heading(say("Herunterladen", "Download"), 2)
        with Row():
            Choice(
                say("Sprache der Vorlage", "Language of the paper"), side,
                (("de", "Deutsch"), ("en", "English")),
                lambda value: set_side("en" if value == "en" else "de"), kind="buttons",
            )  # fmt: skip
            TextInput(
                say("Verfasst von (kann leer bleiben)", "Author (may be left empty)"), author,
                set_author, most=100,
            )  # fmt: skip
        with Row():
            Download(
                say("Vorlage (Word, DOCX)", "Paper (Word, DOCX)"), make("docx"),
                f"{stem}.docx", MEDIA["docx"], kind="main",
            )  # fmt: skip
            Download(
                say("Vorlage (PDF, barrierefrei)", "Paper (PDF, accessible)"), make("pdf"),
                f"{stem}.pdf", MEDIA["pdf"],
            )  # fmt: skip
            Download(
                say("Alle Zahlen (Excel, XLSX)", "All numbers (Excel, XLSX)"), make("xlsx"),
                f"{stem}.xlsx", MEDIA["xlsx"],
            )  # fmt: skip
        html("p", step_words(*step), class_="q-text q-small", role="status")
        Text(
            say(
                "Offen bleiben: Beschlussvorschlag, Nummer, Gremium und Sitzung. Kleine Zahlen von "
                "Menschen sind geschützt. Das Zeichnen der Bilder dauert einige Sekunden.",
                "Left open: the proposed resolution, number, body and meeting. Small numbers of "
                "people are protected. Drawing the pictures takes a few seconds.",
            ),
            small=True,
        )


def step_words(done: int, total: int) -> str:
    """How far the files are; nothing while none is being made."""
    if not total:
        return ""
    if done <= 1:
        return say("Die Zahlen werden ausgewertet …", "Evaluating the numbers …")
    if done >= total:
        return say("Die Datei wird geschrieben …", "Writing the file …")
    return say(f"Bild {done} von {total - 1} …", f"Picture {done} of {total - 1} …")


def file_stem(town: str, side: Lang) -> str:
    """Name of the files without ending; whatever a town is called, it is only a name."""
    kind = "Ratsvorlage" if side == "de" else "council-paper"
    place = re.sub(r"[^0-9A-Za-zÄÖÜäöüß]+", "-", town).strip("-")[:LONGEST_NAME]
    return f"{kind}-{place}" if place else kind


@solara.component
def Again(found: Answer) -> None:  # noqa: N802
    """Lines of Python that give the same numbers, and a place for the result itself."""
    saved, set_saved = solara.use_state("")
    wanted, set_wanted = solara.use_state(0)

    def lines() -> tuple[str, ...]:
        return python_lines(found.study)

    def save() -> None:
        if wanted:
            try:
                set_saved(stored(found))
            except StudyError as error:
                set_saved(error.text(lang.value))

    shown = solara.lab.use_task(lines, dependencies=[id(found)], prefer_threaded=True)
    saving = solara.lab.use_task(save, dependencies=[wanted], prefer_threaded=True)
    with html("section", class_="q-section"):
        Heading(say("In Python nachrechnen", "Reproduce in Python"), 2)
        Text(
            say(
                "Wer das Programm in dieser Fassung hat, bekommt mit diesen Zeilen dieselben "
                "Zahlen:",
                "Whoever has the program in this version gets the same numbers with these lines:",
            )
        )
        CodeLines(
            say("Zeilen in Python", "Lines of Python"),
            shown.value or (say("# einen Augenblick …", "# one moment …"),),
        )
        with Row():
            Button(
                say("Ergebnis auf diesem Rechner ablegen", "Store the result on this computer"),
                lambda: set_wanted(wanted + 1),
                disabled=saving.pending,
            )
        busy = say("Wird abgelegt …", "Storing …") if saving.pending else saved
        html("p", busy, class_="q-text q-small", role="status")


def stored(found: Answer) -> str:
    """Store a result beside those of `quartier compare`, and say where.

    Raises:
        StudyError: the folder cannot be written to, or the disk is full.
    """
    study = found.study
    stem = f"dashboard-{found.draws}"
    for number in range(1, MOST_RESULTS):
        name = stem if number == 1 else f"{stem}-{number}"
        folder = Path(RESULTS) / study.town / name
        # An earlier result stays, whatever it is; the same one is not stored twice.
        if not folder.exists():
            study.save(RESULTS, name)
        elif key_of(folder) != study.manifest["key"]:
            continue
        return say(
            f"Abgelegt in {folder}. Weiter: quartier show {folder}, quartier paper {folder}.",
            f"Stored in {folder}. Go on: quartier show {folder}, quartier paper {folder}.",
        )
    return say(
        f"In {RESULTS} liegen schon zu viele Ergebnisse. Bitte alte wegräumen.",
        f"There are too many results in {RESULTS}. Please remove old ones.",
    )


def key_of(folder: Path) -> str:
    """What makes the study in a folder this one; empty if there is none."""
    try:
        return str(read_manifest(folder)["key"])
    except StudyError:
        return ""


@solara.component
def Minutes() -> None:  # noqa: N802
    """The minutes of the workshop that this session moderates, if there is one."""
    code = session.workshop_code.value
    store = the_rooms().of_code(code) if code else None
    with Box():
        if store is not None:
            Protocol(store)
