"""The workbook: all numbers, protected, and no cell that a spreadsheet would run."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from made_up_findings import made_up_findings
from openpyxl import load_workbook

from sim.report.export import exported
from sim.report.workbook import workbook
from sim.report.workbook_words import COLUMNS, SHEETS

FORMULA = '=HYPERLINK("http://example.org";"klick")'
LINES = ("from sim import study", "result = study.compare('herrenberg')")


def few(findings):
    """Only what the tests look at, so that writing is quick."""
    levels = findings.levels
    names = ("missing_hours", "in_need", "waiting_home", "visitors_share_65")
    differences = findings.differences
    return replace(
        findings,
        levels=levels[levels["quantity"].isin(names) & (levels["period"] != "2027")],
        differences=differences[
            differences["quantity"].isin(names) & (differences["period"] == "2030")
        ],
    )


@pytest.fixture(scope="module")
def findings():
    return few(made_up_findings())


@pytest.fixture(scope="module", params=["de", "en"])
def book(request, findings):
    content = workbook(findings, request.param, LINES, "Amt für Soziales")
    return request.param, load_workbook(io.BytesIO(content))


def rows(sheet):
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_every_table_has_its_sheet_between_notes_and_columns(book, findings):
    lang, found = book
    names = [SHEETS[lang][name] for name in exported(findings)]
    first, last = ("Hinweise", "Spalten") if lang == "de" else ("Notes", "Columns")
    assert found.sheetnames == [first, *names, last]
    assert all(len(name) <= 31 for name in SHEETS[lang].values())
    assert found.properties.creator == "Amt für Soziales"


def test_the_numbers_are_those_of_the_export(book, findings):
    lang, found = book
    for name, frame in exported(findings).items():
        sheet = found[SHEETS[lang][name]]
        head, *content = rows(sheet)
        assert head == tuple(COLUMNS[str(column)][lang] for column in frame.columns)
        assert len(content) == len(frame)
        for row, expected in zip(content, frame.itertuples(index=False), strict=True):
            for cell, value in zip(row, expected, strict=True):
                if value is None or value != value or value == "":  # noqa: PLR0124 - NaN
                    assert cell in (None, "")
                elif isinstance(value, str):
                    assert cell == value
                else:
                    assert cell == pytest.approx(value, rel=1e-12)
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref


def test_small_numbers_are_protected(book, findings):
    lang, found = book
    sheet = found[SHEETS[lang]["levels"]]
    head, *content = rows(sheet)
    mean = head.index(COLUMNS["mean"][lang])
    quantity, district = (head.index(COLUMNS[name][lang]) for name in ("quantity", "district"))
    hidden = [row for row in content if row[quantity] == "waiting_home" and row[mean] == "<5"]
    assert hidden
    shown = [row[mean] for row in content if row[quantity] == "waiting_home"
             and isinstance(row[mean], (int, float))]  # fmt: skip
    assert all(value == 0 or value >= 5 for value in shown)
    assert any(row[district] == "*" and row[mean] != "<5" for row in content)


def test_notes_say_what_it_is_and_how_to_get_it_again(book):
    lang, found = book
    said = {text for row in rows(found.worksheets[0]) for text in row}
    assert set(LINES) <= said
    assert ("Treffpunkt oder Pflegedienst?" if lang == "de" else "Meeting point or care service?") \
        in said  # fmt: skip
    assert any("Modellrechnung" in str(text) or "model calculation" in str(text) for text in said)
    assert not any("**" in str(text) for text in said)


def test_every_column_is_explained_in_both_languages(book, findings):
    lang, found = book
    known = {(row[0], row[2]) for row in rows(found.worksheets[-1])[1:]}
    for name, frame in exported(findings).items():
        assert {(SHEETS[lang][name], str(column)) for column in frame.columns} <= known
        assert set(map(str, frame.columns)) <= set(COLUMNS)


def test_no_cell_is_a_formula_whatever_things_are_called(findings):
    ledger = findings.ledger.copy()
    ledger["label_de"] = [FORMULA, "+49 7032", "@SUMME(A1)"]
    ledger["note"] = ["-1+2", "\x07=cmd|' /C calc'!A0", "\tx"]
    hostile = replace(
        findings, ledger=ledger, town_label=FORMULA, question_de=FORMULA,
        levels=findings.levels[:3], differences=findings.differences[:3],
    )  # fmt: skip
    content = workbook(hostile, "de", ("=1+1",), FORMULA)
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    dangerous = [cell for cell in cells if str(cell.value).startswith(("=", "+", "-", "@"))
                 and cell.data_type == "s"]  # fmt: skip
    assert {FORMULA, "+49 7032", "@SUMME(A1)", "-1+2", "=1+1"} <= {one.value for one in dangerous}
    assert all(cell.quotePrefix for cell in dangerous)
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        assert not [name for name in files.namelist() if "vba" in name or "external" in name]
        sheets = [name for name in files.namelist() if name.startswith("xl/worksheets/sheet")]
        assert all(b"<f>" not in files.read(name) for name in sheets)
