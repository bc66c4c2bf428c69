"""Which indicators a measure may move: the table `docs/paths_of_measures.csv`, followed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parent.parent / "docs" / "paths_of_measures.csv"
HERE, ELSEWHERE = "here", "elsewhere"
FREE_PLACES = "places=free"
"""Where nursing homes have a place for everybody who asks, nobody's turn depends on others."""

Reached = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Link:
    """One row: from what to what, and where the ODD says so.

    Attributes:
        start: a measure or a state of the residents.
        goals: states, or indicators, that it moves.
        crosses: whether it leads into other districts.
        cut_by: assumption and value with which it is no path; empty if it always is one.
        odd: sections of the ODD.
        reason: in words.
    """

    start: str
    goals: tuple[str, ...]
    crosses: bool
    cut_by: str
    odd: str
    reason: str


@lru_cache(maxsize=1)
def paths() -> tuple[Link, ...]:
    """All rows of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Link(
                row["from"], tuple(row["to"].split()), row["crosses"] == "yes", row["cut_by"],
                row["odd"], row["reason"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def cuts() -> frozenset[str]:
    """Every way of cutting a path, as `assumption=value`."""
    return frozenset(path.cut_by for path in paths() if path.cut_by)


def reached(measure: str, cut: frozenset[str] = frozenset()) -> Reached:
    """Everything a measure in one district may move, as (name, here or elsewhere).

    Args:
        measure: a kind, or `care_service_` and its service.
        cut: paths that are cut, as in `cut_by`.
    """
    found = {(measure, HERE)}
    todo = [(measure, HERE)]
    while todo:
        name, where = todo.pop()
        for path in paths():
            if path.start != name or path.cut_by in cut:
                continue
            places = (HERE, ELSEWHERE) if path.crosses else (where,)
            new = {(goal, place) for goal in path.goals for place in places} - found
            found |= new
            todo += new
    return frozenset(found)
