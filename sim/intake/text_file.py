"""Text files as sheets: any usual encoding and separator."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from sim.intake.counts import Refused
from sim.intake.limits import CELL_CHARACTERS, COLUMNS, LINE_BYTES, ROWS
from sim.intake.sheet import Line, Sheet
from sim.town.problems import Both, Problem, problem

SEPARATORS = (";", ",", "\t", "|")
AGAIN = Both("sie als „CSV UTF-8“ neu speichern", "save it again as “CSV UTF-8”")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 60


def text_sheet(name: str, data: bytes) -> Sheet:
    """A text file as a sheet.

    Args:
        name: name of the file, for problems.
        data: its contents.

    Raises:
        Refused: it is no text, or a line is too long.
    """
    text = decoded(name, data)
    if text[:200].lstrip().lower().startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise Refused(
            [
                problem(
                    name,
                    Both("eine Webseite", "a web page"),
                    Both("eine Tabelle als CSV oder .xlsx", "a table as CSV or .xlsx"),
                    Both(
                        "die Tabelle dort als CSV herunterladen", "download the table there as CSV"
                    ),
                )
            ]
        )
    skipped = 0
    if text.split("\n", 1)[0].strip().lower() in ("sep=,", "sep=;", "sep=\t"):
        text, skipped = text.partition("\n")[2], 1
    separator = separator_of(text)
    return Sheet(name, "", lambda: _rows(name, text, separator, skipped))


def decoded(name: str, data: bytes) -> str:
    """Bytes as text: UTF-8, UTF-16 with a mark, else Windows-1252.

    Raises:
        Refused: neither, a binary file, or a line longer than a megabyte.
    """
    if data.startswith(UTF_16):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise Refused([_no_text(name, None)]) from None
    if b"\0" in data:
        raise Refused([_no_text(name, data.count(b"\n", 0, data.index(b"\0")) + 1)])
    _check_lines(name, data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        byte = f"{data[error.start]:#04x}"
        raise Refused(
            [
                problem(
                    name,
                    Both(f"das Byte {byte}", f"the byte {byte}"),
                    Both("Text in UTF-8 oder Windows-1252", "text in UTF-8 or Windows-1252"),
                    AGAIN,
                    line=data.count(b"\n", 0, error.start) + 1,
                )
            ]
        ) from None


def _check_lines(name: str, data: bytes) -> None:
    start, number = 0, 1
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        if end - start > LINE_BYTES and data.count(b"\r", start, end) < (end - start) // LINE_BYTES:
            raise Refused(
                [
                    problem(
                        name,
                        Both("eine Zeile von mehr als 1 MB", "a line of more than 1 MB"),
                        Both("eine Zeile je Person oder Gruppe", "a line per person or group"),
                        Both(
                            "die Tabelle mit Zeilenumbrüchen neu ausgeben",
                            "export the table again with line breaks",
                        ),
                        line=number,
                    )
                ]
            )
        start, number = end + 1, number + 1


def _no_text(name: str, line: int | None) -> Problem:
    return problem(
        name,
        Both("Zeichen, die kein Text sind", "characters that are no text"),
        Both("eine Tabelle als CSV oder .xlsx", "a table as CSV or .xlsx"),
        AGAIN,
        line=line,
    )


def separator_of(text: str) -> str:
    """The sign that most lines have, and most often; the semicolon in doubt."""
    lines = [line for line in islice(io.StringIO(text), LOOKED_AT) if line.strip()]

    def score(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines]
        having = sum(count > 0 for count in counts)
        usual = max(counts, key=counts.count, default=0)
        return (having if usual else having // 2, sum(counts))

    return max(SEPARATORS, key=score)


def _rows(name: str, text: str, separator: str, skipped: int) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1 + skipped
    try:
        for count, record in enumerate(reader):
            if count >= ROWS:
                raise Refused(
                    [
                        problem(
                            name,
                            Both(f"mehr als {ROWS} Zeilen", f"more than {ROWS} lines"),
                            Both(f"höchstens {ROWS} Zeilen", f"at most {ROWS} lines"),
                            Both("die Zahlen zusammenfassen", "sum the figures up"),
                        )
                    ]
                )
            if len(record) > COLUMNS:
                raise Refused([too_wide(name, len(record), line)])
            cells = tuple(cell.strip()[:CELL_CHARACTERS] for cell in record)
            if any(cells):
                yield Line(line, cells)
            line = reader.line_num + 1 + skipped
    except csv.Error:
        raise Refused(
            [
                problem(
                    name,
                    Both(
                        "ein Anführungszeichen ohne Gegenstück",
                        "a quotation mark without its pair",
                    ),
                    Both(
                        "Anführungszeichen nur paarweise um ein ganzes Feld",
                        "quotation marks only in pairs around a whole cell",
                    ),
                    Both("das Feld in dieser Zeile berichtigen", "correct the cell in this line"),
                    line=line,
                )
            ]
        ) from None


def too_wide(name: str, columns: int, line: int) -> Problem:
    """The problem of a row with too many cells."""
    return problem(
        name,
        Both(f"{columns} Spalten", f"{columns} columns"),
        Both(f"höchstens {COLUMNS} Spalten", f"at most {COLUMNS} columns"),
        Both("nur die benötigten Spalten ausgeben", "export only the columns that are needed"),
        line=line,
    )
