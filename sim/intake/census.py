"""Regional tables of the Census 2022: a row a municipality, a column a group, one header row.

The CSV and the sheets named `CSV-…` of the workbooks have the same columns: `Berichtszeitpunkt`,
`_RS`, `Name`, `Regionalebene` (in the table of households `Reg_Ebene`), then codes such as
`Alter_infr__01`. A dash is exactly zero, a point unknown or secret. Ages are not given by sex.
"""

from __future__ import annotations

import math

from sim.intake.ages import Group
from sim.intake.counts import BOTH, FEMALE, MALE, OPEN, Counts, Provenance, Refused
from sim.intake.gathered import Gathered
from sim.intake.regions import chosen_region
from sim.intake.sheet import Line, Sheet
from sim.town.problems import Both, problem

AGES: dict[str, Group] = {
    f"Alter_infr__{number:02d}": group
    for number, group in enumerate(
        ((0, 2), (3, 5), (6, 9), (10, 15), (16, 18), (19, 24), (25, 39), (40, 59), (60, 66),
         (67, 74), (75, OPEN)),
        start=1,
    )
}  # fmt: skip
SEX_COLUMNS = {"GESCHLECHT__1": MALE, "GESCHLECHT__2": FEMALE}
HOUSEHOLDS = tuple(f"HH_SIZE_NAT__{size}" for size in range(1, 7))
LEVELS = ("Regionalebene", "Reg_Ebene")
MUNICIPALITY = "Gemeinde"
LAYOUT = Both("Zensus 2022, Regionaltabelle", "Census 2022, regional table")


def header_of(sheet: Sheet) -> Line | None:
    """The header of a regional table; None if the sheet is none."""
    for line in sheet.head()[:20]:
        if "_RS" in line.cells and "Name" in line.cells and any(n in line.cells for n in LEVELS):
            return line
    return None


def read_census(sheet: Sheet, region: str | None) -> Counts:
    """Age groups of one municipality, and its men and women.

    Args:
        sheet: a regional table with ages.
        region: name or key of the municipality; None to ask.

    Raises:
        Refused: the table has no ages.
        Unclear: the municipality has to be told.
    """
    header = header_of(sheet)
    assert header is not None
    columns = {name: index for index, name in enumerate(header.cells)}
    if not set(AGES) <= set(columns):
        raise Refused(
            [
                problem(
                    sheet.file,
                    Both("eine Regionaltabelle ohne Altersgruppen", "a table without age groups"),
                    Both(
                        "die Regionaltabelle Demografie mit Alter_infr__01 bis __11",
                        "the table Demografie with Alter_infr__01 to __11",
                    ),
                    Both("die Tabelle „Demografie“ laden", "download the table “Demografie”"),
                    line=header.number,
                )
            ]
        )
    line = _row_of(sheet, header, region)
    gathered = Gathered(sheet.file)
    name = _cell(line, columns["Name"])
    totals: dict[tuple[str, str], float] = {}
    for column, group in AGES.items():
        value = gathered.value(_cell(line, columns[column]), line.number, column)
        if value is not None:
            gathered.add("", name, BOTH, group, value, line.number)
    for column, sex in SEX_COLUMNS.items():
        if column in columns:
            value = gathered.value(_cell(line, columns[column]), line.number, column)
            if value is not None:
                totals[name, sex] = value
    date = _cell(line, columns["Berichtszeitpunkt"]) if "Berichtszeitpunkt" in columns else ""
    if len(date) == 8 and date.isdigit():
        date = f"{date[6:]}.{date[4:6]}.{date[:4]}"
    provenance = Provenance(sheet.file, LAYOUT, date, counted=False)
    return gathered.counts(provenance, sex_totals=totals)


def read_census_households(sheet: Sheet, region: str | None) -> tuple[int, ...] | None:
    """Households of size 1 to 6 of one municipality; None if the sheet is no such table.

    Raises:
        Refused: a cell is no count.
        Unclear: the municipality has to be told.
    """
    header = header_of(sheet)
    if header is None or not set(HOUSEHOLDS) <= set(header.cells):
        return None
    line = _row_of(sheet, header, region)
    gathered = Gathered(sheet.file)
    values = [
        gathered.value(_cell(line, header.cells.index(column)), line.number, column)
        for column in HOUSEHOLDS
    ]
    if gathered.problems.count:
        raise Refused(gathered.problems.problems)
    # A hidden cell is one of the rare large households.
    return tuple(0 if value is None or math.isnan(value) else int(value) for value in values)


def _row_of(sheet: Sheet, header: Line, region: str | None) -> Line:
    columns = {name: index for index, name in enumerate(header.cells)}
    level = next(columns[name] for name in LEVELS if name in columns)
    rows = [line for line in sheet.rows() if line.number > header.number]
    towns = [line for line in rows if _cell(line, level) == MUNICIPALITY] or rows
    by_key = {_cell(line, columns["_RS"]): line for line in towns}
    names = {key: _cell(line, columns["Name"]) for key, line in by_key.items()}
    return by_key[chosen_region(names, region, sheet.file)]


def _cell(line: Line, column: int) -> str:
    return line.cells[column] if column < len(line.cells) else ""
