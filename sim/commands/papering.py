"""`quartier paper`: the council paper of a stored result, and its numbers as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from sim.commands import places, updating
from sim.commands.progress import steps
from sim.commands.showing import result_folder
from sim.commands.terminal import USAGE, Terminal

if TYPE_CHECKING:
    from sim.report.handed_out import Format


def paper(
    terminal: Terminal,
    result: Path,
    formats: Sequence[str],
    author: str,
    out: Path | None,
    *,
    fresh: bool,
) -> None:
    """Write the council paper of a result.

    Args:
        terminal: where to speak; its language is the paper's.
        result: the result's folder.
        formats: names of formats, also with commas; empty for all.
        author: who hands it in; empty if that is left open.
        out: folder of the files; None for the result's.
        fresh: write over earlier files, even if somebody has edited them.
    """
    from sim import study as studies
    from sim.report.handed_out import prepared, write_files

    chosen = _formats(terminal, formats)
    folder = result_folder(terminal, result)
    if places.is_places(folder) or updating.is_update(folder):
        raise terminal.fail(
            USAGE,
            f"{folder} vergleicht keine Pläne einer Stadt; eine Ratsvorlage gibt es nur für "
            "Ergebnisse von quartier compare STADT und quartier run STADT.",
            f"{folder} does not compare plans of a town; there is a council paper only for "
            "results of quartier compare TOWN and quartier run TOWN.",
        )
    study = studies.load(folder)
    with steps(terminal, "Vorlage und Bilder", "Paper and pictures") as progress:
        ready = prepared(
            study, terminal.lang, author=author, paper=chosen != ("xlsx",),
            progress=lambda done, total: progress(done, total + len(chosen)),
        )  # fmt: skip
        files = {name: ready.file(name) for name in chosen}
    written = write_files(files, out or folder, terminal.lang, fresh=fresh)
    for path in written:
        line = Text(terminal.say("Geschrieben: ", "Written: "), style="bold")
        terminal.show(line.append_text(terminal.path(path)))
    if {"docx", "pdf"} & set(chosen):
        terminal.show(
            terminal.say(
                "Offen sind: Beschlussvorschlag, Nummer, Gremium und Sitzung.",
                "Left open: the proposed resolution, number, body and meeting.",
            )
        )


def _formats(terminal: Terminal, given: Sequence[str]) -> tuple[Format, ...]:
    """The formats asked for, in the order they are named; all if none is."""
    from sim.report.handed_out import FORMATS

    names = [name.strip().lower() for part in given for name in part.split(",") if name.strip()]
    wrong = next((name for name in names if name not in FORMATS), None)
    if wrong is not None:
        listed = ", ".join(FORMATS)
        raise terminal.fail(
            USAGE,
            f"Das Format „{wrong}“ gibt es nicht. Vorhanden: {listed}.",
            f"There is no format “{wrong}”. There are: {listed}.",
        )
    return tuple(name for name in FORMATS if name in names) or FORMATS
