"""All numbers of a study as one XLSX workbook that is safe to open and safe to hand on.

The sheets hold the same protected tables as the CSV files: small numbers of people are "<5", and
what would tell them is ".". No cell is a formula, whatever a town or a plan is called, and none
becomes one when somebody edits it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from sim.report.council_paper import LANGUAGES, moment_of
from sim.report.export import FORMULA_STARTS, exported
from sim.report.findings import Findings
from sim.report.numbers import Lang
from sim.report.paper import printable
from sim.report.stated import LIMITS, origin_rows, two_kinds, unfinished
from sim.report.workbook_words import COLUMNS, COLUMNS_SHEET, NOTES_SHEET, SHEETS, WHAT

LONGEST_CELL = 32_000
"""A spreadsheet's cell holds 32,767 characters."""
WIDEST = 60
"""Characters that a column is wide at most."""
ROWS_LOOKED_AT = 200
"""Rows that decide how wide a column is."""
_HEAD = Font(bold=True)
_PALE = PatternFill("solid", fgColor="EDEDED")
_TOP = Alignment(vertical="top", wrap_text=True)


def workbook(findings: Findings, lang: Lang, lines: Sequence[str] = (), author: str = "") -> bytes:
    """The workbook.

    Args:
        findings: what the study says; not a brief one, or tables are missing.
        lang: language of sheet names, headers and notes.
        lines: Python that gives the same numbers again.
        author: who hands it on; may be empty.
    """
    book = Workbook(write_only=True)
    book.properties.title = printable(
        findings.question_de if lang == "de" else findings.question_en, 250
    )
    book.properties.creator = printable(author, 250) or "quartier"
    book.properties.language = LANGUAGES[lang]
    book.properties.created = book.properties.modified = moment_of(findings.origin.created)
    frames = exported(findings)
    _notes(book, findings, lang, lines)
    for name, frame in frames.items():
        _table(book, SHEETS[lang].get(name, name), frame, lang)
    _columns(book, frames, lang)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _notes(book: Any, findings: Findings, lang: Lang, lines: Sequence[str]) -> None:
    """The first sheet: what this is, how sure, from where, and how to compute it again."""
    sheet = book.create_sheet(NOTES_SHEET[lang])
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 110
    say = WHAT[lang]
    rows: list[tuple[str, str]] = [
        (say["question"], findings.question_de if lang == "de" else findings.question_en),
        (say["place"], findings.town_label),
        *((say["attention"], text) for text in unfinished(findings, lang)),
        (say["sure"], two_kinds(findings, lang)),
        (say["small"], say["small_text"].format(least=findings.small_cell)),
        *((say["limit"], text) for text in LIMITS[lang]),
        *origin_rows(findings, lang),
        *((say["python"], line) for line in lines),
        *(
            (say["plan"].format(name=name), findings.label(name, lang)) for name in findings.plans
        ),
    ]  # fmt: skip
    for plan in findings.plans:
        for one in findings.measures.get(plan, ()):
            text = one.text_de if lang == "de" else one.text_en
            rows.append((say["measure"].format(name=plan), text))
    for name, text in rows:
        first, second = _cell(sheet, name), _cell(sheet, text.replace("**", "").replace("`", ""))
        first.font = _HEAD
        first.alignment = second.alignment = _TOP
        sheet.append([first, second])


def _table(book: Any, title: str, frame: pd.DataFrame, lang: Lang) -> None:
    """A sheet of one table: a header that stays in sight, filters, columns as wide as needed."""
    sheet = book.create_sheet(title)
    names = [COLUMNS.get(str(name), {}).get(lang, str(name)) for name in frame.columns]
    for number, name in enumerate(names):
        shown = [str(value) for value in frame.iloc[:ROWS_LOOKED_AT, number]]
        widest = max(map(len, (name, *shown)))
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(WIDEST, widest + 3)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{len(frame) + 1}"
    sheet.append(_header(sheet, names))
    texts: dict[str, Any] = {}
    columns = [_values(sheet, frame.iloc[:, number], texts) for number in range(len(names))]
    for row in zip(*columns, strict=True):
        sheet.append(row)


def _values(sheet: Any, column: pd.Series, texts: dict[str, Any]) -> list[Any]:
    """A column as the spreadsheet takes it; a table has hundreds of thousands of cells.

    Args:
        sheet: where they go.
        column: the values.
        texts: what became of each text so far; most are told again and again.
    """
    values: list[Any] = []
    for value in column.tolist():
        if isinstance(value, (bool, int)):
            values.append(value)
        elif isinstance(value, float):
            whole = value.is_integer()
            values.append(int(value) if whole else value if math.isfinite(value) else None)
        elif value is None or value is pd.NA:
            values.append(None)
        else:
            text = str(value)
            if text not in texts:
                cell = _cell(sheet, text)
                texts[text] = cell if cell.quotePrefix else cell.value
            values.append(texts[text])
    return values


def _columns(book: Any, frames: dict[str, pd.DataFrame], lang: Lang) -> None:
    """The last sheet: what each column is called in the CSV files, and what it means."""
    sheet = book.create_sheet(COLUMNS_SHEET[lang])
    for letter, width in zip("ABCD", (28, 34, 34, 100), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    say = WHAT[lang]
    sheet.append(_header(sheet, [say["sheet"], say["column"], say["name"], say["meaning"]]))
    for table, frame in frames.items():
        for name in map(str, frame.columns):
            known = COLUMNS.get(name, {})
            texts = (
                SHEETS[lang].get(table, table), known.get(lang, name), name,
                known.get(f"meaning_{lang}", ""),
            )  # fmt: skip
            cells = [_cell(sheet, text) for text in texts]
            cells[-1].alignment = _TOP
            sheet.append(cells)


def _header(sheet: Any, names: Iterable[str]) -> list[Any]:
    cells = []
    for name in names:
        cell = _cell(sheet, name)
        cell.font, cell.fill, cell.alignment = _HEAD, _PALE, _TOP
        cells.append(cell)
    return cells


def _cell(sheet: Any, text: str) -> Any:
    """A cell of text that is never a formula."""
    shown = printable(text, LONGEST_CELL)
    cell = WriteOnlyCell(sheet, "")
    cell.value = shown
    cell.data_type = "s"
    if shown.startswith(FORMULA_STARTS):
        # As if typed with an apostrophe: it stays text even after somebody has edited it.
        cell.quotePrefix = True
    return cell
