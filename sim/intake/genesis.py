"""Older tables of the statistical offices' databases, with rows of title and a footer.

    Tabelle: 12411-02-03-5
    Bevölkerung nach Geschlecht und Altersgruppen;;;;;
    Fortschreibung des Bevölkerungsstandes;;;;;
    Bevölkerung (Anzahl);;;;;
    ;;;Insgesamt;männlich;weiblich
    31.12.2024;08115021;Herrenberg, Stadt;unter 3 Jahre;900;460;440
    …
    __________
    © Statistische Ämter des Bundes und der Länder, …

Which columns hold the date, the key, the name and the age is seen from the figures: the header
leaves them empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sim.intake.ages import ALL, Group, age_group
from sim.intake.counts import BOTH, Counts, Provenance, Refused
from sim.intake.dates import NoDate, as_date
from sim.intake.gathered import ALL_SEXES, Gathered
from sim.intake.layout import is_figure, number_of
from sim.intake.sheet import Line, Sheet
from sim.intake.words import is_all_sexes, sex_of
from sim.town.problems import Both, Problem, problem

_TITLE = re.compile(r"(?:GENESIS-)?(?:Tabelle|Table):?\s*(\d{5}[\w-]*)", re.IGNORECASE)
_KEY = re.compile(r"(?:DG|\d{2,12})")
FOOTER = "__"
LAYOUT = Both("Tabelle der Statistischen Ämter", "table of the statistical offices")


def title_of(sheet: Sheet) -> str | None:
    """Number of the table in its first line; None if the sheet is no such table."""
    head = sheet.head()
    match = _TITLE.match(head[0].cells[0]) if head and head[0].cells else None
    return match[1] if match else None


def read_genesis(sheet: Sheet, region: str | None) -> Counts:
    """People by age and sex of one municipality.

    Args:
        sheet: a table with rows of title.
        region: name or key of the municipality; None to ask if there are several.

    Raises:
        Refused: its form is not understood.
        Unclear: the municipality has to be told.
    """
    lines = []
    for line in sheet.rows():
        if line.cells[0].startswith(FOOTER):
            break
        lines.append(line)
    first = next((i for i, line in enumerate(lines) if _is_data(line)), None)
    if first is None:
        raise Refused([_not_understood(sheet)])
    header = [line.cells for line in lines[:first] if len([c for c in line.cells if c]) > 1]
    keys = _leading(lines[first:])
    gathered = Gathered(sheet.file)
    names: dict[str, str] = {}
    date_above = _date_above(header)
    found = False
    for line in lines[first:]:
        date, key, name, group = _keys(line, keys)
        place = key or name or "Gesamt"
        names[place] = name or key or "Gesamt"
        for column in range(keys, len(line.cells)):
            sex, ages = _column(header, column)
            its_group = ages or group
            if its_group is None or its_group == ALL:
                continue
            found = True
            value = gathered.value(line.cells[column], line.number, f"{column + 1}")
            if value is not None:
                when = date or date_above.get(column, "")
                gathered.add(when, place, sex or BOTH, its_group, value, line.number)
    if not found:
        raise Refused([_not_understood(sheet)])
    number = title_of(sheet) or ""
    provenance = Provenance(
        sheet.file, Both(f"{LAYOUT.de} {number}", f"{LAYOUT.en} {number}"), counted=False
    )
    return gathered.counts(provenance, regions=names, region=region)


def _is_data(line: Line) -> bool:
    """A row that begins with a date or a key and ends with figures."""
    filled = [cell for cell in line.cells if cell]
    if len(filled) < 3 or not is_figure(filled[-1]):
        return False
    return (
        _is_date(filled[0])
        or _KEY.fullmatch(filled[0]) is not None
        or (age_group(filled[0]) is not None and number_of(filled[0]) is None)
    )


def _is_date(text: str) -> bool:
    try:
        as_date(text)
    except NoDate:
        return False
    return not text.isdigit() or len(text) == 4


def _leading(lines: Sequence[Line]) -> int:
    """Number of columns before the figures."""
    width = max(len(line.cells) for line in lines)
    leading = 0
    for column in range(width):
        cells = [line.cells[column] for line in lines if column < len(line.cells)]
        named = any(cell and not is_figure(cell) for cell in cells)
        keys = column == 1 and leading == 1 and all(map(_KEY.fullmatch, cells))
        if column == 0 or named or keys:
            leading = column + 1
    return leading


def _keys(line: Line, leading: int) -> tuple[str, str, str, Group | None]:
    date = key = name = ""
    group: Group | None = None
    for cell in line.cells[:leading]:
        text = cell.strip()
        if not text:
            continue
        if not date and _is_date(text) and not key:
            date = text
        elif not key and _KEY.fullmatch(text):
            key = text
        elif (found := age_group(text)) is not None and number_of(text) is None:
            group = found
        else:
            name = text
    return date, key, name, group


def _column(header: Sequence[Sequence[str]], column: int) -> tuple[str | None, Group | None]:
    sex: str | None = None
    ages: Group | None = None
    for cells in header:
        word = _above(cells, column)
        if not word:
            continue
        if is_all_sexes(word):
            sex = sex or ALL_SEXES
        elif number_of(word) is None and sex_of(word) in ("male", "female"):
            sex = sex_of(word)
        elif (found := age_group(word)) is not None and number_of(word) is None:
            ages = found
    return sex, ages


def _above(cells: Sequence[str], column: int) -> str:
    """The word above a column; a blank takes the word to its left."""
    return next((cells[i] for i in range(min(column, len(cells) - 1), -1, -1) if cells[i]), "")


def _date_above(header: Sequence[Sequence[str]]) -> dict[int, str]:
    dates: dict[int, str] = {}
    for cells in header:
        for column in range(len(cells)):
            word = _above(cells, column)
            if word and _is_date(word):
                dates[column] = word
    return dates


def _not_understood(sheet: Sheet) -> Problem:
    return problem(
        sheet.file,
        Both("eine Tabelle anderer Form", "a table of another form"),
        Both(
            "Zeilen mit Gebiet und Altersgruppe, Spalten nach Geschlecht",
            "rows with area and age group, columns by sex",
        ),
        Both(
            "die Tabelle als „ffcsv“ (Flat-CSV) laden", "download the table as “ffcsv” (flat CSV)"
        ),
    )
