"""The files a planner hands out: council paper as DOCX and PDF, all numbers as XLSX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from sim.report.assumed import assumption_number
from sim.report.council_text import Given, council_paper
from sim.report.gather import gather
from sim.report.numbers import Lang, quoted
from sim.report.python_lines import python_lines
from sim.study.files import write_whole
from sim.study.live import BY_HAND

if TYPE_CHECKING:
    from sim.report.paper import Paper
    from sim.study import Study
    from sim.town import Town

Format = Literal["docx", "pdf", "xlsx"]
FORMATS: tuple[Format, ...] = ("docx", "pdf", "xlsx")
STEMS: dict[Format, str] = {"docx": "council_paper", "pdf": "council_paper", "xlsx": "numbers"}
MOST_NAMES = 999
Steps = Callable[[int, int], None]
"""Called with the number of finished steps and of all."""


def made(
    study: Study,
    formats: Sequence[Format],
    lang: Lang,
    *,
    author: str = "",
    town: Town | None = None,
    progress: Steps | None = None,
) -> dict[Format, bytes]:
    """The files in one language; nothing is written.

    Args:
        study: the study, stored or in memory.
        formats: which files.
        lang: language of everything in them.
        author: who hands them out; empty if that is left open.
        town: the town the study was made from; None for the copy in its folder.
        progress: called with the number of finished steps and of all.
    """
    pictures = 4 if {"docx", "pdf"} & set(formats) else 0
    total, done = 1 + pictures + len(formats), 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    findings = gather(study)
    given = Given(author, python_lines(study, town), by_hand(study, lang))
    step()
    paper = council_paper(findings, lang, given, lambda *_: step()) if pictures else None
    files: dict[Format, bytes] = {}
    for name in formats:
        if name == "xlsx":
            # Each renderer's library is loaded only when it is wanted.
            from sim.report.workbook import workbook  # noqa: PLC0415

            files[name] = workbook(findings, lang, given.lines, author)
        elif paper is not None:
            files[name] = rendered(paper, name)
        step()
    return files


def rendered(paper: Paper, name: Format) -> bytes:
    """A paper as DOCX or PDF, such as the protocol of a workshop."""
    if name == "docx":
        from sim.report.council_paper import as_docx  # noqa: PLC0415

        return as_docx(paper)
    from sim.report.council_pdf import as_pdf  # noqa: PLC0415

    return as_pdf(paper)


def by_hand(study: Study, lang: Lang) -> tuple[str, ...]:
    """Assumptions that were set by hand, each with its value and that of the list."""
    origin = study.manifest["settings"].get("origin") or {}
    if origin.get("kind") != BY_HAND:
        return ()
    ledger = {str(row["name"]): row for row in study.ledger.to_dict("records")}
    texts = []
    for name, value in cast("Mapping[str, float]", origin["values"]).items():
        if name not in ledger:
            continue
        row = ledger[name]
        unit = str(row["unit"])
        new = assumption_number(float(value), unit, lang)
        old = assumption_number(float(row["value"]), unit, lang)
        instead = f"statt {old}" if lang == "de" else f"in place of {old}"
        texts.append(f"{quoted(str(row[f'label_{lang}']), lang)} {new} ({instead})")
    return tuple(texts)


def write_files(
    files: Mapping[Format, bytes], folder: Path, lang: Lang, *, fresh: bool = False
) -> tuple[Path, ...]:
    """Write the files; one that is there already may have been edited and is not touched.

    Args:
        files: content by format.
        folder: where they go.
        lang: language, part of their names.
        fresh: write over earlier ones.

    Returns:
        The paths; all with the same number if the plain names are taken.

    Raises:
        StudyError: the folder cannot be written to, or the disk is full.
    """
    for number in range(1, MOST_NAMES):
        tail = "" if number == 1 else f"-{number}"
        paths = {name: folder / f"{STEMS[name]}{tail}.{lang}.{name}" for name in files}
        if fresh or not any(path.exists() for path in paths.values()):
            break
    for name, path in paths.items():
        write_whole(path, files[name])
    return tuple(paths.values())
