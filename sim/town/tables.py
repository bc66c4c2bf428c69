"""Tables (CSV) as planners have them: any usual encoding, separator and way to write numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass

from sim.town.files import Folder
from sim.town.numerals import notation_of
from sim.town.problems import GERMAN, Both, did_you_mean, listing, problem

SEPARATORS = (",", ";", "\t")
ROWS = 200_000
COLUMNS = 500


@dataclass(frozen=True)
class Row:
    """One row of a table; cells by column, spaces around them removed."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A table as text.

    Attributes:
        file: name for problems.
        columns: names in the order of the file.
        rows: rows that are not empty.
        notation: decimal sign, see `sim.town.numerals.notation_of`.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notation: str | None


def read_table(
    folder: Folder,
    name: str,
    *,
    required: Collection[str] = (),
    optional: Collection[str] = (),
    numbers: Collection[str] | None = None,
    extra_welcome: bool = False,
    may_be_empty: bool = False,
) -> Table | None:
    """Read a table; None, and problems, if it cannot be read at all.

    Args:
        folder: where the table is.
        name: its file name.
        required: columns it must have.
        optional: columns it may have.
        numbers: columns that hold numbers (all of them if None), to tell its decimal sign.
        extra_welcome: say nothing about further columns.
        may_be_empty: a header alone is enough.
    """
    text = folder.text(name)
    if text is None:
        return None
    file, problems = folder.prefix + name, folder.problems
    known = [*required, *optional]
    lines = text.split("\n", 2)
    skipped = 0
    if lines[0].strip().lower() in ("sep=,", "sep=;", "sep=\t"):  # a hint that Excel writes
        text, skipped = text.partition("\n")[2], 1
    separator = _separator(text, known)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] | None = None
    rows: list[Row] = []
    line = 1 + skipped
    try:
        for record in reader:
            cells = [cell.strip() for cell in record]
            if not any(cells):
                line = reader.line_num + 1 + skipped
                continue
            if header is None:
                header = [cell.lower() for cell in cells]
                while header and not header[-1]:
                    header.pop()
                if not _header_is_sound(
                    folder,
                    file,
                    line,
                    header,
                    required=required,
                    known=known,
                    extra_welcome=extra_welcome,
                ):
                    return None
            else:
                if any(cells[len(header) :]) or len(cells) < len(header):
                    _wrong_width(folder, file, line, cells, header)
                elif not problems.full(file):
                    rows.append(Row(line, dict(zip(header, cells, strict=False))))
                if len(rows) > ROWS:
                    problems.add(
                        problem(
                            file,
                            Both(f"mehr als {ROWS} Zeilen", f"more than {ROWS} lines"),
                            Both(f"höchstens {ROWS} Zeilen", f"at most {ROWS} lines"),
                            Both("die Zahlen zusammenfassen", "sum the figures up"),
                        )
                    )
                    return None
            line = reader.line_num + 1 + skipped
    except csv.Error:
        problems.add(
            problem(
                file,
                Both("ein Anführungszeichen ohne Gegenstück", "a quotation mark without its pair"),
                Both(
                    "Anführungszeichen nur paarweise um ein ganzes Feld",
                    "quotation marks only in pairs around a whole cell",
                ),
                Both("das Feld in dieser Zeile berichtigen", "correct the cell in this line"),
                line=line,
            )
        )
        return None
    if header is None or not (rows or may_be_empty):
        if not problems.any_in(file):
            problems.add(
                problem(
                    file,
                    "",
                    Both(
                        "eine Kopfzeile und mindestens eine Zeile mit Angaben",
                        "a header and at least one line of figures",
                    ),
                    Both("die Tabelle ausfüllen", "fill the table"),
                )
            )
        return None
    figures = header if numbers is None else [column for column in header if column in numbers]
    notation = notation_of((row.cells[column] for row in rows for column in figures), separator)
    return Table(file, tuple(header), tuple(rows), notation)


def _separator(text: str, known: Collection[str]) -> str:
    """The sign that splits the header into the most known names, else into the most cells."""
    header = next((line for line in text[:100_000].splitlines() if line.strip()), "")

    def score(separator: str) -> tuple[int, int]:
        names = [name.strip().strip('"').lower() for name in header.split(separator)]
        return sum(name in known for name in names), len(names)

    return max(SEPARATORS, key=score)


def _header_is_sound(
    folder: Folder,
    file: str,
    line: int,
    header: list[str],
    *,
    required: Collection[str],
    known: Collection[str],
    extra_welcome: bool,
) -> bool:
    problems = folder.problems
    if len(header) > COLUMNS:
        problems.add(
            problem(
                file,
                Both(f"{len(header)} Spalten", f"{len(header)} columns"),
                Both(f"höchstens {COLUMNS} Spalten", f"at most {COLUMNS} columns"),
                Both("die Trennzeichen der Kopfzeile prüfen", "check the separators of the header"),
                line=line,
            )
        )
        return False
    sound = True
    missing = [name for name in required if name not in header]
    for name in missing:
        problems.add(
            problem(
                file,
                Both(
                    f"die Spalten {listing(header, most=30)}".replace(" oder ", " und "),
                    f"the columns {listing(header, 'en', most=30)}".replace(" or ", " and "),
                ),
                Both(f"auch die Spalte „{name}“", f"the column “{name}” as well"),
                Both(
                    f"die Spalte „{name}“ ergänzen oder richtig benennen",
                    f"add the column “{name}” or name it correctly",
                ),
                line=line,
                column=name,
            )
        )
        sound = False
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice or "" in header:
        problems.add(
            problem(
                file,
                Both(
                    f"zweimal die Spalte „{twice[0]}“" if twice else "eine Spalte ohne Namen",
                    f"the column “{twice[0]}” twice" if twice else "a column without a name",
                ),
                Both("jede Spalte mit eigenem Namen", "every column with a name of its own"),
                Both("die Kopfzeile berichtigen", "correct the header"),
                line=line,
            )
        )
        sound = False
    if extra_welcome:
        return sound
    for name in header:
        if name and name not in known:
            hint = did_you_mean(name, missing or known)
            problems.add(
                problem(
                    file,
                    name,
                    Both(
                        f"nur die Spalten {listing(known, GERMAN, 30)}".replace(" oder ", " und "),
                        f"only the columns {listing(known, 'en', 30)}".replace(" or ", " and "),
                    ),
                    hint
                    if missing
                    else Both(
                        "beachten, dass diese Spalte übergangen wird",
                        "note that this column is ignored",
                    ),
                    line=line,
                    column=name,
                    warning=True,
                )
            )
    return sound


def _wrong_width(folder: Folder, file: str, line: int, cells: list[str], header: list[str]) -> None:
    folder.problems.add(
        problem(
            file,
            Both(f"{len(cells)} Felder", f"{len(cells)} cells"),
            Both(
                f"{len(header)} Felder wie in der Kopfzeile",
                f"{len(header)} cells as in the header",
            ),
            Both(
                "die Trennzeichen der Zeile prüfen; ein Feld, das selbst ein Trennzeichen enthält "
                "(wie 12,5 in einer Tabelle mit Kommas), in Anführungszeichen setzen",
                "check the separators of the line; put a cell that contains a separator itself "
                "(such as 12,5 in a table with commas) into quotation marks",
            ),
            line=line,
        )
    )
