"""A figure beside all that was said of it: ours with its range, naive, a plain projection."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calibration.comparison import crps, place_of
from calibration.targets import Target

Array = NDArray[np.float64]

PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Ends of the middle 50 and 90 %, and the median."""


def row_of(
    part: str, target: Target, ours: Array, naive: float, projected: float = float("nan")
) -> dict[str, object]:
    """A figure beside all that was said of it.

    Args:
        part: one of `PARTS`.
        target: the figure.
        ours: the model's draws.
        naive: the naive forecast, NaN if there is none.
        projected: the plain projection, NaN if there is none.
    """
    low, low_half, median, high_half, high = np.quantile(ours, PROBABILITIES)
    mine, theirs = abs(median - target.value), abs(naive - target.value)
    closer = "" if np.isnan(naive) else "model" if mine < theirs else "naive"
    return {
        "part": part,
        **target.columns(),
        "observed": target.value,
        "standard_error": target.standard_error,
        "median": float(median),
        "low_50": float(low_half),
        "high_50": float(high_half),
        "low": float(low),
        "high": float(high),
        "place": place_of(target, ours),
        "naive": naive,
        "projected": projected,
        "crps": crps(target.value, ours),
        "closer": "same" if mine == theirs else closer,
    }
