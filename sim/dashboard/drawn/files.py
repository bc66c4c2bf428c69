"""A chart's numbers as files: CSV and XLSX in which no text is run as a formula."""

from __future__ import annotations

import csv
import io
import re

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from sim.report.export import safe_cell
from sim.report.table import Table

CSV_TYPE = "text/csv;charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters a workbook cannot hold."""

LONGEST_CELL = 32_000
WIDEST_COLUMN, NARROWEST_COLUMN = 60, 12


def csv_bytes(table: Table, lines: tuple[str, ...] = ()) -> bytes:
    """The table as CSV (UTF-8 with mark, so that spreadsheets read umlauts).

    Args:
        table: what is shown.
        lines: source and remarks, below the table.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe_cell(name) for name in table.header])
    for row in table.rows:
        writer.writerow([safe_cell(cell) for cell in row])
    for line in (table.note, *lines):
        if line:
            writer.writerow([safe_cell(line)])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(table: Table, lines: tuple[str, ...] = ()) -> bytes:
    """The table as a workbook of one sheet, title above, source and remarks below."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Tabelle"
    _put(sheet, 1, 1, table.title, Font(bold=True, size=14))
    for column, name in enumerate(table.header, start=1):
        _put(sheet, 3, column, name, Font(bold=True))
    for number, row in enumerate(table.rows, start=4):
        for column, cell in enumerate(row, start=1):
            _put(sheet, number, column, cell)
    below = 5 + len(table.rows)
    for number, line in enumerate(line for line in (table.note, *lines) if line):
        _put(sheet, below + number, 1, line)
    for column, name in enumerate(table.header, start=1):
        cells = [name, *(row[column - 1] for row in table.rows)]
        longest = max((len(cell) for cell in cells), default=0) + 2
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = min(max(longest, NARROWEST_COLUMN), WIDEST_COLUMN)
    sheet.freeze_panes = "B4"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(sheet: object, row: int, column: int, text: str, font: Font | None = None) -> None:
    """Write text as text, whatever it begins with."""
    cell = sheet.cell(row, column)  # type: ignore[attr-defined]
    cell.value = _FORBIDDEN.sub("", text)[:LONGEST_CELL]
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=False, vertical="top")
    if font is not None:
        cell.font = font


def file_name(*parts: str) -> str:
    """A file's name of plain letters, whatever the parts contain."""
    table = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
    text = "_".join(parts).lower().translate(table)
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:80] or "quartier"
