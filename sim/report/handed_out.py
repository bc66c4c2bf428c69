"""The files a planner hands out: council paper as DOCX and PDF, all numbers as XLSX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from sim.report.assumed import assumption_number
from sim.report.council_text import Given, council_paper
from sim.report.findings import Findings
from sim.report.gather import gather
from sim.report.numbers import Lang, quoted
from sim.report.pictures import DRAWN
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


@dataclass(frozen=True)
class Prepared:
    """What all files are made from.

    Attributes:
        findings: what the study says.
        given: author, lines of Python and assumptions set by hand.
        lang: language.
        paper: the council paper; None if only numbers are wanted.
    """

    findings: Findings
    given: Given
    lang: Lang
    paper: Paper | None

    def file(self, name: Format) -> bytes:
        """One file.

        Raises:
            ValueError: the paper was not prepared.
        """
        if name == "xlsx":
            # Each renderer's library is loaded only when it is wanted.
            from sim.report.workbook import workbook  # noqa: PLC0415

            return workbook(self.findings, self.lang, self.given.lines, self.given.author)
        if self.paper is None:
            raise ValueError(f"no paper was prepared for {name}")
        return rendered(self.paper, name)


def prepared(
    study: Study,
    lang: Lang,
    *,
    author: str = "",
    town: Town | None = None,
    paper: bool = True,
    progress: Steps | None = None,
) -> Prepared:
    """Ask the study, and draw the pictures.

    Args:
        study: the study, stored or in memory.
        lang: language of everything.
        author: who hands the files out; empty if that is left open.
        town: the town the study was made from; None for the one it has kept.
        paper: the council paper is wanted, with its pictures.
        progress: called with the number of finished steps and of all.
    """
    total = 1 + (len(DRAWN) if paper else 0)
    findings = gather(study)
    given = Given(author, python_lines(study, town), by_hand(study, lang))

    def drawn(done: int, _: int) -> None:
        if progress is not None:
            progress(1 + done, total)

    if progress is not None:
        progress(1, total)
    made = council_paper(findings, lang, given, drawn) if paper else None
    return Prepared(findings, given, lang, made)


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
