"""One table of people from whatever file: the formats are tried one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sim.intake.census import header_of, read_census, read_census_households
from sim.intake.count_tables import read_count_table
from sim.intake.counts import Counts, Refused, Unclear
from sim.intake.ffcsv import flat_header, read_flat
from sim.intake.genesis import read_genesis, title_of
from sim.intake.layout import Layout, find_layout, hints, with_columns
from sim.intake.persons import read_persons
from sim.intake.sheet import Sheet
from sim.intake.source import A_TABLE, ZIP, read_bytes, shown
from sim.intake.text_file import text_sheet
from sim.intake.words import ROLES
from sim.intake.workbook import packed_sheets
from sim.town.problems import Both, did_you_mean, listing, printable, problem


@dataclass(frozen=True)
class Told:
    """What somebody has said about a table.

    Attributes:
        sheet: name of the sheet of a workbook; empty: the first that is understood.
        region: the municipality of a table of many.
        columns: header by role, `-` for a role no column has.
        sexes: what further words for sexes mean: male, female or both.
        leave_out_bad_rows: count a register though some rows cannot be read.
        remembered: columns by the signature of the table, from earlier readings.
    """

    sheet: str = ""
    region: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    sexes: Mapping[str, str] = field(default_factory=dict)
    leave_out_bad_rows: bool = False
    remembered: Mapping[tuple[str, ...], Mapping[str, str]] = field(default_factory=dict)


NOTHING = Told()


def open_sheets(path: Path) -> tuple[Sheet, ...]:
    """The sheets of a file.

    Raises:
        Refused: it is too large, damaged, or no table.
    """
    data = read_bytes(path)
    name = shown(path)
    return packed_sheets(name, data) if data.startswith(ZIP) else (text_sheet(name, data),)


def read_people(
    path: Path, day: date, told: Told = NOTHING, progress: Callable[[int], None] | None = None
) -> Counts:
    """People by district, sex and age.

    Args:
        path: a flat or older table of the statistical offices, a regional table of the Census
            2022, a register extract with a row a person, or counts; CSV, .xlsx or a zip archive
            with one of them.
        day: reference date for ages of a register.
        told: what somebody has said about the table.
        progress: told now and then how many rows of a register are counted.

    Raises:
        Refused: with every problem of the file.
        Unclear: a question has to be answered first.
    """
    sheets = _wanted(path, open_sheets(path), told)
    unclear: Unclear | None = None
    refused: Refused | None = None
    for sheet in sheets:
        try:
            return _read(sheet, day, told, progress)
        except Unclear as question:
            better = unclear is None or len(question.missing) < len(unclear.missing)
            if question.what != "columns":
                raise
            unclear = question if better else unclear
        except Refused as error:
            if len(sheets) == 1 or told.sheet:
                raise
            refused = refused or error
    if refused is not None and (unclear is None or not unclear.guess):
        raise refused
    assert unclear is not None
    raise unclear


def read_households(path: Path, told: Told = NOTHING) -> tuple[int, ...]:
    """Households of size 1 to 6 (and more) of a municipality, from the Census 2022.

    Raises:
        Refused: the file is no such table.
        Unclear: the municipality has to be told.
    """
    for sheet in _wanted(path, open_sheets(path), told):
        found = read_census_households(sheet, told.region)
        if found is not None:
            return found
    raise Refused(
        [
            problem(
                shown(path),
                Both("keine Haushalte nach Größe", "no households by size"),
                Both(
                    "die Regionaltabelle Haushalte des Zensus 2022 mit HH_SIZE_NAT__1 bis __6",
                    "the regional table Haushalte of the Census 2022 with HH_SIZE_NAT__1 to __6",
                ),
                Both("diese Tabelle laden", "download that table"),
            )
        ]
    )


def layout_of(path: Path, told: Told = NOTHING) -> Layout | None:
    """The layout of a table that is neither from a statistical office nor from the Census."""
    for sheet in _wanted(path, open_sheets(path), told):
        if _office(sheet) is None:
            layout = _layout(sheet, told)
            if not layout.missing():
                return layout
    return None


def _wanted(path: Path, sheets: tuple[Sheet, ...], told: Told) -> tuple[Sheet, ...]:
    if not told.sheet:
        # The Census' workbooks hold sheets for people and, named CSV-…, sheets for programs.
        return tuple(sorted(sheets, key=lambda sheet: not sheet.name.startswith("CSV-")))
    chosen = tuple(sheet for sheet in sheets if sheet.name == told.sheet)
    if chosen:
        return chosen
    names = [sheet.name for sheet in sheets]
    raise Refused(
        [
            problem(
                shown(path),
                printable(told.sheet),
                Both(f"ein Blatt: {listing(names)}", f"a sheet: {listing(names, 'en')}"),
                did_you_mean(told.sheet, names),
                column="sheet",
            )
        ]
    )


def _office(sheet: Sheet) -> str | None:
    head = sheet.head()
    if not head:
        return None
    if flat_header(head[0].cells) is not None:
        return "flat"
    if header_of(sheet) is not None:
        return "census"
    return "genesis" if title_of(sheet) is not None else None


def _read(sheet: Sheet, day: date, told: Told, progress: Callable[[int], None] | None) -> Counts:
    match _office(sheet):
        case "flat":
            return read_flat(sheet, told.region)
        case "census":
            return read_census(sheet, told.region)
        case "genesis":
            return read_genesis(sheet, told.region)
    if not sheet.head():
        raise Refused(
            [
                problem(
                    sheet.file,
                    Both("ein leeres Blatt", "an empty sheet"),
                    A_TABLE,
                    Both("die Datei prüfen", "check the file"),
                )
            ]
        )
    layout = _layout(sheet, told)
    missing = layout.missing()
    if missing:
        raise Unclear(
            "columns",
            sheet.file,
            hints(layout, sheet),
            missing=missing,
            guess=layout.roles,
            header=layout.signature,
        )
    if layout.persons:
        return read_persons(
            sheet,
            layout,
            day,
            leave_out_bad_rows=told.leave_out_bad_rows,
            progress=progress,
        )
    return read_count_table(sheet, layout, f"{day:%d.%m.%Y}")


def _layout(sheet: Sheet, told: Told) -> Layout:
    layout = find_layout(sheet)
    columns = {**told.remembered.get(layout.signature, {}), **told.columns}
    unknown = [role for role in columns if role not in ROLES]
    try:
        if unknown:
            raise KeyError(unknown[0])
        return with_columns(layout, columns, told.sexes)
    except KeyError as error:
        name = str(error.args[0])
        known = list(ROLES) if unknown else list(layout.header)
        raise Refused(
            [
                problem(
                    sheet.file,
                    printable(name),
                    Both(
                        f"{'eine Rolle' if unknown else 'eine Spalte der Tabelle'}: "
                        f"{listing(known)}",
                        f"{'a role' if unknown else 'a column of the table'}: "
                        f"{listing(known, 'en')}",
                    ),
                    did_you_mean(name, known),
                    column="columns",
                )
            ]
        ) from None
