"""What all peers share: arguments, what was handed over, the time of some months, a line of JSON.

This file needs NumPy only, so that it runs in every peer's environment.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

RESIDENTS, MONTHS = 15_700, 12
REDUCED = (
    "the reduced month: age, death, moving away, birth, mobility, care grade, loneliness, "
    "withdrawal, volunteering, visits and habit, newcomers (copies), eight totals by district"
)
WITHOUT = (
    "ties between residents, family care and burden, services and queues, nursing-home places, "
    "meeting points' seats, word of mouth, costs, measures"
)
AGES, GRADES, STATES = 121, 6, 12
OLDEST = 120
COLUMNS = (
    "birth_month", "sex", "district", "education", "care_grade", "in_home", "has_partner",
    "limited", "lonely", "withdrawn", "volunteers", "habit", "reach",
)  # fmt: skip
"""Columns of residents that are handed over; `reach` is the chance to visit of somebody of 65 and
more without care need and habit, by distance; 0 for who knows no meeting point."""
COUNTED = ("residents", "in_need", "in_home", "lonely", "withdrawn", "limited", "volunteers",
           "visitors")  # fmt: skip


def arguments() -> argparse.Namespace:
    """Residents, months, and the file that was handed over."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int, default=RESIDENTS)
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--data", type=Path, help="what benchmarks.peers.hand_over wrote")
    return parser.parse_args()


def handed_over(file: Path) -> dict[str, Any]:
    """Columns of residents and tables of rates; numbers as Python's own."""
    with np.load(file) as stored:
        return {name: stored[name] if stored[name].ndim else stored[name].item() for name in stored}


def measure(
    peer: str,
    version: str,
    step: Callable[[], Any],
    size: Callable[[], int],
    months: int,
    computes: str = REDUCED,
    leaves_out: str = WITHOUT,
) -> None:
    """Time some months after one that warms up, and print what was measured as a line of JSON.

    Args:
        peer: its name in the table.
        version: of the library.
        step: simulates a month.
        size: residents now.
        months: how many are timed.
        computes, leaves_out: in words.
    """
    step()
    residents = size()
    seconds, resident_months = 0.0, 0
    for _ in range(months):
        resident_months += size()
        begin = time.perf_counter()
        step()
        seconds += time.perf_counter() - begin
    tell(peer, version, residents, months, seconds, resident_months, size(), computes, leaves_out)


def tell(
    peer: str,
    version: str,
    residents: int,
    months: int,
    seconds: float,
    resident_months: int,
    residents_at_end: int,
    computes: str = REDUCED,
    leaves_out: str = WITHOUT,
) -> None:
    """Print what was measured as a line of JSON."""
    found = {
        "peer": peer,
        "version": version,
        "residents": residents,
        "months": months,
        "seconds": seconds,
        "resident_months": resident_months,
        "residents_at_end": residents_at_end,
        "computes": computes,
        "leaves_out": leaves_out,
    }
    print(json.dumps(found), flush=True)
