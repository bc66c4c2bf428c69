"""The table of figures beside the model: mean, range, distance, and whether it lies inside.

A figure is not known exactly, and the draws of the model differ. So a figure y with standard error
s is set against the draws x_i as if each were measured with the same error: its place among them

    place = mean of Φ((y - x_i) / s)

is the share of such measurements that lie below y. Inside the middle 90 % means a place between
0.05 and 0.95. If model and ranges are right, places are spread evenly: half of the figures lie
inside the middle 50 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from calibration.courses import Course
from calibration.observables import OBSERVABLES
from calibration.targets import Target

Array = NDArray[np.float64]

RANGES = {50: (0.25, 0.75), 90: (0.05, 0.95)}
"""Middle parts of a distribution, as probabilities of their ends, by their size in per cent."""

ANY_TOWN = ("share_visiting", "share_knowing", "volunteers_per_meeting_point")
"""Figures of other places that hold, if at all, in any town with meeting points."""


def counterparts(target: Target, runs: Sequence[Course]) -> Array:
    """What the model says of a figure in each run, shape (runs,)."""
    observable = OBSERVABLES[target.name]
    return np.array([observable(run, target.year, target.group) for run in runs])


def place_of(target: Target, found: Array) -> float:
    """Share of draws, measured as the figure was, that lie below it."""
    return float(ndtr((target.value - found) / target.standard_error).mean())


def crps(value: float, found: Array) -> float:
    """Continuous ranked probability score: 0 is best, in the unit of the figure.

    Of one draw it is the absolute error; see Gneiting and Raftery, J. Am. Stat. Assoc. 102, 2007.
    """
    among = np.abs(found[:, None] - found[None, :]).mean()
    return float(np.abs(found - value).mean() - among / 2.0)


def concerns(target: Target, region: str) -> bool:
    """Whether a figure has a counterpart in a run of a region: `DE`, a state or a town."""
    return target.region == region or (target.name in ANY_TOWN and region.islower())


def compared(targets: Iterable[Target], runs: Sequence[Course], region: str) -> pd.DataFrame:
    """Figures of a region beside the runs, a row each, in the order of the file.

    Args:
        targets: the figures; those of other regions are left out.
        runs: runs of the region, each with its own draw of the assumptions.
        region: `DE` or a state for the nation or a state in small, otherwise the town's name.

    Returns:
        The group, `target` and `standard_error`, the model's `mean`, `low_50` … `high_90` (of the
        draws), `z` (distance in standard deviations of both), `place`, `inside_50`, `inside_90`,
        `crps`, `use`, `met` and `evidence`. Figures without counterpart in these runs are NaN, and
        neither inside nor outside.
    """
    rows = [_row(one, counterparts(one, runs)) for one in targets if concerns(one, region)]
    return pd.DataFrame(rows)


def _row(target: Target, found: Array) -> dict[str, object]:
    row: dict[str, object] = {
        **target.columns(),
        "target": target.value,
        "standard_error": target.standard_error,
        "mean": float(found.mean()),
        **{name: np.nan for size in RANGES for name in (f"low_{size}", f"high_{size}")},
        "z": np.nan,
        "place": np.nan,
        **{f"inside_{size}": pd.NA for size in RANGES},
        "crps": np.nan,
        "use": target.use,
        "met": target.met,
        "evidence": target.evidence,
        "line": target.line,
    }
    if not np.isfinite(found).all():
        return {**row, "mean": np.nan}
    place = place_of(target, found)
    spread = float(found.std(ddof=1)) if len(found) > 1 else 0.0
    for size, (low, high) in RANGES.items():
        row[f"low_{size}"], row[f"high_{size}"] = map(float, np.quantile(found, [low, high]))
        row[f"inside_{size}"] = low <= place <= high
    row["z"] = (target.value - float(found.mean())) / float(np.hypot(target.standard_error, spread))
    row["place"] = place
    row["crps"] = crps(target.value, found)
    return row


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """How often figures lie inside the ranges that should hold 50 and 90 % of them.

    Args:
        table: of `compared`.

    Returns:
        A row for each kind of agreement (`met`) and use: number of figures, shares inside, mean
        distance (bias) in standard deviations.
    """
    with_counterpart = table[table["place"].notna()]
    rows = []
    for (met, use), part in with_counterpart.groupby(["met", "use"], sort=True):
        rows.append(
            {
                "met": met,
                "use": use,
                "figures": len(part),
                "inside_50": float(part["inside_50"].astype(float).mean()),
                "inside_90": float(part["inside_90"].astype(float).mean()),
                "mean_z": float(part["z"].mean()),
            }
        )
    return pd.DataFrame(rows)
