"""Tables for spreadsheets and programs: CSV that is safe to open."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import numpy as np
import pandas as pd

from sim.report.findings import Findings
from sim.report.official import exported_official
from sim.report.protected import (
    bands_by_quantity,
    key_of_group,
    mark_of_difference,
    marks_of_groups,
)
from sim.report.small_cells import KEPT_SECRET, SECRET, SHOWN, SMALL
from sim.study.files import write_whole

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text that begins like this for a formula."""

DIFFERENCE_COLUMNS = {"mean", "median", "low", "high", "all_low", "all_high"}
EURO_COLUMNS = ("gain", "gain_low", "gain_high", "euros_per_unit", "low", "high")
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

    People are whole, money is whole euros, hours are whole, shares have four digits. Fewer people
    than the small-cell threshold are "<5", and what would tell them is "." (see `small_cells`);
    so are differences, and euros per unit, where one of the two levels is.
    """
    frames = {"levels": _levels(findings)}
    if findings.alternatives:
        frames["differences"] = _differences(findings)
        frames["euros_per_unit"] = _euros(findings)
        frames["who_gains"] = _gains(findings)
        frames["break_even"] = findings.break_even.round(5)
    frames["assumptions"] = findings.ledger
    frames |= exported_official(findings)
    return {name: frame for name, frame in frames.items() if not frame.empty}


def _levels(findings: Findings) -> pd.DataFrame:
    """Levels rounded, small ones and those hidden with them replaced."""
    frame = findings.levels
    shown = _rounded(findings, frame, LEVEL_COLUMNS)
    start = frame["period"] == findings.periods[0]
    counted = frame["quantity"].map(lambda name: findings.quantities[name].people)
    columns = sorted(LEVEL_COLUMNS & set(frame.columns))
    for at_start, least in (
        (False, findings.small_cell), (True, findings.small_cell_at_start),
    ):  # fmt: skip
        rows = counted & (start == at_start)
        for column in columns:
            small = rows & (frame[column] > 0.0) & (frame[column] < least)
            shown[column] = shown[column].astype(object).where(~small, f"<{least}")
    marks = [
        findings.marks.get((row.plan, row.quantity, row.district, row.period), SHOWN)
        for row in frame.itertuples(index=False)
    ]
    secret = pd.Series(marks, index=frame.index) == SECRET
    for column in columns:
        shown[column] = shown[column].where(~secret, KEPT_SECRET)
    return _labelled(findings, shown)


def _differences(findings: Findings) -> pd.DataFrame:
    """Differences rounded; nothing where the level of one of the plans is not shown."""
    frame = findings.differences
    shown = _rounded(findings, frame, DIFFERENCE_COLUMNS)
    marks = _marks_of_differences(findings, frame)
    for column in sorted(DIFFERENCE_COLUMNS & set(frame.columns)):
        few = (marks == SMALL) & (frame[column].abs() < findings.small_cell)
        word = shown[column].astype(object).where(~few, f"<{findings.small_cell}")
        shown[column] = word.where((marks == SHOWN) | few, KEPT_SECRET)
    return _labelled(findings, shown)


def _marks_of_differences(findings: Findings, frame: pd.DataFrame) -> pd.Series:
    rows = frame.itertuples(index=False)
    return pd.Series(
        [mark_of_difference(row, findings.marks) for row in rows], index=frame.index, dtype=int
    )


def _euros(findings: Findings) -> pd.DataFrame:
    """Euros per unit; people gained are whole, and nothing where a level is not shown."""
    frame = findings.euros
    if frame.empty:
        return frame
    shown = frame.round(2)
    people = frame["quantity"].map(lambda name: findings.quantities[name].people)
    secret = _marks_of_differences(findings, frame) != SHOWN
    for column in EURO_COLUMNS:
        if column not in frame.columns:
            continue
        if column.startswith("gain"):
            shown[column] = shown[column].where(~people, frame[column].round())
        shown[column] = shown[column].astype(object).where(~secret, KEPT_SECRET)
    return shown


def _gains(findings: Findings) -> pd.DataFrame:
    """Who gains; groups of few people without their numbers, people whole."""
    frame = findings.gains
    if frame.empty:
        return frame
    shown = frame.round(3)
    found = marks_of_groups(frame, findings.small_cell)
    bands_of = bands_by_quantity(frame)
    marks = pd.Series(
        [found.get(key_of_group(row, bands_of), SHOWN) for row in frame.itertuples(index=False)],
        index=frame.index,
    )
    people = frame["people"].round().astype(object)
    people = people.where(marks != SMALL, f"<{findings.small_cell}")
    shown["people"] = people.where(marks != SECRET, KEPT_SECRET)
    for column in sorted(DIFFERENCE_COLUMNS & set(frame.columns)):
        shown[column] = shown[column].astype(object).where(marks != SMALL, KEPT_SECRET)
    return shown


def _rounded(findings: Findings, frame: pd.DataFrame, columns: set[str]) -> pd.DataFrame:
    """Rounded by kind."""
    shares = frame["quantity"].map(lambda name: findings.quantities[name].kind == "share")
    shown = frame.copy()
    for column in frame.columns:
        if not pd.api.types.is_float_dtype(frame[column]):
            continue
        if column not in columns and not column.startswith("sd_") and column != "standard_error":
            shown[column] = frame[column].round(3)
            continue
        whole = 0 if column in columns else 1
        shown[column] = frame[column].round(whole).where(~shares, frame[column].round(4))
    return shown


def _labelled(findings: Findings, shown: pd.DataFrame) -> pd.DataFrame:
    """With label and unit beside each name."""
    place = list(shown.columns).index("quantity") + 1
    for attribute in ("unit", "label_en", "label_de"):
        known = {name: getattr(one, attribute) for name, one in findings.quantities.items()}
        shown.insert(place, attribute, shown["quantity"].map(known))
    return shown


def write_tables(findings: Findings, folder: Path) -> tuple[Path, ...]:
    """Write all tables as CSV and return their paths."""
    paths = []
    for name, frame in exported(findings).items():
        path = folder / f"{name}.csv"
        write_whole(path, csv_text(frame).encode())
        paths.append(path)
    return tuple(paths)
