"""Workbooks (.xlsx) and zip archives as sheets: checked before they are unpacked.

A zip directory tells how large each part claims to be when unpacked, and Python's reader gives
out no more than that, so that what the directory promises is also the most there can be.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from sim.intake.counts import Refused
from sim.intake.limits import (
    CELL_CHARACTERS,
    COLUMNS,
    EMPTY_ROWS,
    FILE_BYTES,
    LARGEST_RATIO,
    PARTS,
    RATIO_COUNTS_FROM,
    ROWS,
    SHEETS,
    UNPACKED_BYTES,
    UNPACKED_PART_BYTES,
)
from sim.intake.sheet import Line, Sheet
from sim.intake.source import A_TABLE, AS_XLSX
from sim.intake.text_file import text_sheet
from sim.town.problems import Both, Problem, problem

WORKBOOK = "xl/workbook.xml"
AGAIN = Both(
    "die Datei in Excel öffnen und unter neuem Namen als .xlsx oder CSV speichern",
    "open the file in Excel and save it under a new name as .xlsx or CSV",
)


def packed_sheets(name: str, data: bytes) -> tuple[Sheet, ...]:
    """Sheets of a workbook, or the one table of a zip archive.

    Args:
        name: name of the file, for problems.
        data: its contents.

    Raises:
        Refused: it is neither, or what it unpacks to is too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_parts(name, parts)
            names = {part.filename for part in parts}
            if WORKBOOK in names:
                return _workbook(name, data)
            tables = [
                part
                for part in parts
                if part.filename.lower().endswith((".csv", ".txt")) and not part.is_dir()
            ]
            if len(tables) == 1 and tables[0].file_size <= FILE_BYTES:
                # The statistical offices deliver each flat table in an archive of its own.
                return (text_sheet(name, archive.read(tables[0])),)
            kind = _kind(names)
    except Refused:
        raise
    except Exception:  # whatever a damaged archive does to the library
        raise Refused([damaged(name)]) from None
    raise Refused([problem(name, kind, A_TABLE, AS_XLSX)])


def _kind(names: set[str]) -> Both:
    if "content.xml" in names:
        return Both("eine OpenDocument-Datei (.ods)", "an OpenDocument file (.ods)")
    if "xl/workbook.bin" in names:
        return Both("eine binäre Excel-Datei (.xlsb)", "a binary Excel file (.xlsb)")
    if "word/document.xml" in names:
        return Both("ein Word-Dokument", "a Word document")
    return Both(
        "ein Zip-Archiv ohne genau eine Tabelle darin",
        "a zip archive without exactly one table in it",
    )


def _check_parts(name: str, parts: list[zipfile.ZipInfo]) -> None:
    found: Both | None = None
    total = sum(part.file_size for part in parts)
    if len(parts) > PARTS:
        found = Both(f"{len(parts)} Teile", f"{len(parts)} parts")
    elif any(part.flag_bits & 1 for part in parts):
        found = Both("ein Kennwortschutz", "a password protection")
    elif total > UNPACKED_BYTES or any(part.file_size > UNPACKED_PART_BYTES for part in parts):
        size = f"{total // 2**20} MB"
        found = Both(f"entpackt {size}", f"{size} when unpacked")
    elif any(
        part.file_size > RATIO_COUNTS_FROM
        and part.file_size > LARGEST_RATIO * max(part.compress_size, 1)
        for part in parts
    ):
        found = Both(
            f"ein Teil, der sich auf mehr als das {LARGEST_RATIO}-fache entpackt",
            f"a part that unpacks to more than {LARGEST_RATIO} times its size",
        )
    if found is not None:
        raise Refused(
            [
                problem(
                    name,
                    found,
                    Both(
                        f"eine Tabelle, die entpackt höchstens {UNPACKED_BYTES // 2**20} MB hat",
                        f"a table of at most {UNPACKED_BYTES // 2**20} MB when unpacked",
                    ),
                    Both(
                        "nur das benötigte Blatt als CSV speichern",
                        "save only the sheet that is needed as CSV",
                    ),
                )
            ]
        )


def _workbook(name: str, data: bytes) -> tuple[Sheet, ...]:
    book = _opened(name, data)
    titles = [sheet.title for sheet in book.worksheets][:SHEETS]
    book.close()
    return tuple(
        Sheet(name, title, lambda title=title: _rows(name, data, title))  # type: ignore[misc]
        for title in titles
    )


def _opened(name: str, data: bytes) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features of Excel that hold no figures
        try:
            return openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=True, keep_links=False
            )
        except Exception:  # whatever damaged or hostile XML does to the library
            raise Refused([damaged(name)]) from None


def _rows(name: str, data: bytes, title: str) -> Iterator[Line]:
    book = _opened(name, data)
    try:
        sheet = book[title]
        sheet.reset_dimensions()  # written by other programs, and sometimes wrong
        empty = 0
        cells = sheet.iter_rows(max_col=COLUMNS, values_only=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number, row in enumerate(cells, start=1):
                if number > ROWS or empty > EMPTY_ROWS:
                    break
                texts = tuple(_text(value) for value in row)
                if any(texts):
                    empty = 0
                    yield Line(number, _without_end(texts))
                else:
                    empty += 1
    except (Refused, GeneratorExit):
        raise
    except Exception:
        raise Refused([damaged(name)]) from None
    finally:
        book.close()


def _without_end(texts: tuple[str, ...]) -> tuple[str, ...]:
    last = len(texts)
    while last and not texts[last - 1]:
        last -= 1
    return texts[:last]


def _text(value: object) -> str:
    """A cell as it would be typed; formulas appear as their last result."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nein"
        case datetime() | date():
            return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"
        case time():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
    return str(value).strip()[:CELL_CHARACTERS]


def damaged(name: str) -> Problem:
    """The problem of a workbook that cannot be opened."""
    return problem(
        name,
        Both("eine beschädigte Excel-Datei", "a damaged Excel file"),
        Both("eine lesbare Datei .xlsx", "a readable .xlsx file"),
        AGAIN,
    )
