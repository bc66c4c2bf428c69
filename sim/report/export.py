"""Tables for spreadsheets and programs: CSV that is safe to open."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import numpy as np
import pandas as pd

from sim.report.findings import Findings
from sim.study.files import write_whole

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text that begins like this for a formula."""

DIFFERENCE_COLUMNS = {"mean", "median", "low", "high", "all_low", "all_high"}
LEVEL_COLUMNS = {"median", "low", "high", "inner_low", "inner_high", "mean"}


def safe_cell(value: object) -> str:
    """A CSV cell that no spreadsheet runs as a formula.

    Numbers stay as they are; text that begins like a formula gets an apostrophe, unless it is a
    number.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        return repr(float(value)) if not float(value).is_integer() else str(int(value))
    text = str(value)
    if text.startswith(FORMULA_STARTS) and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and text.strip() == text and "_" not in text
    except ValueError:
        return False


def csv_text(frame: pd.DataFrame) -> str:
    """A table as CSV: comma, decimal point, one header row, safe cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe_cell(name) for name in frame.columns])
    for row in frame.itertuples(index=False):
        writer.writerow([safe_cell(value) for value in row])
    return out.getvalue()


def exported(findings: Findings) -> dict[str, pd.DataFrame]:
    """The tables of a result as they are written, by file name without ending.

    People are whole, and fewer than the small-cell threshold are "<5"; money is whole euros, hours
    are whole, shares have four digits.
    """
    frames = {"levels": _rounded(findings, findings.levels, LEVEL_COLUMNS, protect=True)}
    if findings.alternatives:
        mine = findings.differences
        frames["differences"] = _rounded(findings, mine, DIFFERENCE_COLUMNS, protect=False)
        frames["euros_per_unit"] = findings.euros.round(2)
        frames["who_gains"] = findings.gains.round(3)
        frames["break_even"] = findings.break_even.round(5)
    frames["assumptions"] = findings.ledger
    return {name: frame for name, frame in frames.items() if not frame.empty}


def _rounded(
    findings: Findings, frame: pd.DataFrame, columns: set[str], *, protect: bool
) -> pd.DataFrame:
    """Rounded by kind, with label and unit beside each name."""
    shares = frame["quantity"].map(lambda name: findings.quantities[name].kind == "share")
    people = frame["quantity"].map(lambda name: findings.quantities[name].people)
    shown = frame.copy()
    for column in frame.columns:
        if not pd.api.types.is_float_dtype(frame[column]):
            continue
        if column not in columns and not column.startswith("sd_") and column != "standard_error":
            shown[column] = frame[column].round(3)
            continue
        whole = 0 if column in columns else 1
        rounded = frame[column].round(whole).where(~shares, frame[column].round(4))
        if protect:
            small = people & (frame[column] < findings.small_cell) & (frame[column] > 0.0)
            rounded = rounded.astype(object).where(~small, f"<{findings.small_cell}")
        shown[column] = rounded
    place = list(shown.columns).index("quantity") + 1
    for attribute in ("unit", "label_en", "label_de"):
        known = {name: getattr(one, attribute) for name, one in findings.quantities.items()}
        shown.insert(place, attribute, frame["quantity"].map(known))
    return shown


def write_tables(findings: Findings, folder: Path) -> tuple[Path, ...]:
    """Write all tables as CSV and return their paths."""
    paths = []
    for name, frame in exported(findings).items():
        path = folder / f"{name}.csv"
        write_whole(path, csv_text(frame).encode())
        paths.append(path)
    return tuple(paths)
