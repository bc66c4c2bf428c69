"""The places of `scenarios/`, thinned out: a few thousand residents, all plans in a few months."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from towns import shared_out, table_text

from sim.town import Plan, Town, read_town

FEWEST = 40
"""Residents that every district keeps, so that small ones have households of every size."""


def thinned(place: Path, folder: Path, residents: int) -> Town:
    """A place with fewer residents: the same districts, plans, points and assumptions.

    Args:
        place: its folder in `scenarios/`.
        folder: where to write the copy.
        residents: about how many people are left in all districts together.
    """
    copy = folder / place.name
    shutil.copytree(place, copy, ignore=shutil.ignore_patterns("variants", "README.md"))
    districts = _rows(place / "districts.csv")
    there = {row["district"]: int(row["residents"]) for row in districts}
    part = residents / sum(there.values())
    left = {key: max(round(count * part), min(FEWEST, count)) for key, count in there.items()}
    for row in districts:
        row["residents"] = str(left[row["district"]])
    _write(copy / "districts.csv", districts)
    for table, column in (("population", "persons"), ("households", "households")):
        rows = _rows(place / f"{table}.csv")
        for key, count in there.items():
            here = [row for row in rows if row["district"] == key]
            counts = [int(row[column]) for row in here]
            total = left[key] if column == "persons" else sum(counts) * left[key] // max(count, 1)
            for row, kept in zip(here, shared_out(total, counts), strict=True):
                row[column] = str(kept)
        _write(copy / f"{table}.csv", rows)
    services = _rows(place / "services.csv")
    for row in services:
        row["size"] = f"{float(row['size']) * sum(left.values()) / sum(there.values()):.2f}"
    _write(copy / "services.csv", services)
    return read_town(copy, place.parent / "germany")


def in_a_hurry(plan: Plan) -> Plan:
    """The plan with its calendar drawn together: each start or end falls in a month of its own.

    The first measures start in the second month; what starts or ends later does so in the same
    order, one month after another, so that roll-outs and ends of grants happen within a few months.
    """
    moments = sorted({moment for one in plan.measures for moment in _moments(one.start, one.end)})
    month = {moment: number for number, moment in enumerate(moments, start=2)}
    return replace(
        plan,
        measures=tuple(
            replace(
                one,
                start=month[one.start],
                end=None if one.end is None else month[one.end + 1] - 1,
                ramp_up_months=min(one.ramp_up_months, 2),
            )
            for one in plan.measures
        ),
    )


def last_moment(plan: Plan) -> int:
    """The last month in which something starts, or nothing more is left in force."""
    return max((max(_moments(one.start, one.end)) for one in plan.measures), default=1)


def _moments(start: int, end: int | None) -> Iterable[int]:
    return (start,) if end is None else (start, end + 1)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    file.write_text(table_text(rows), encoding="utf-8")
