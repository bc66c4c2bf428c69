"""Importance weights: how much each draw counts, how many still count, and drawing by weight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def normalised(log_weights: Array) -> Array:
    """Weights that add up to 1, from their logarithms up to a constant.

    If no draw has any weight (all are minus infinity or undefined), all have the same.
    """
    usable = np.where(np.isfinite(log_weights), log_weights, -np.inf)
    highest = usable.max(initial=-np.inf)
    if not np.isfinite(highest):
        return np.full(len(log_weights), 1.0 / len(log_weights))
    weights = np.exp(usable - highest)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def effective_number(weights: Array) -> float:
    """Kish's effective sample size: so many equally weighted draws would be as good."""
    return float(1.0 / (weights**2).sum())


def resampled(weights: Array, number: int | None = None) -> NDArray[np.int64]:
    """Places of so many draws, each about as often as it weighs.

    Systematic resampling: as many as there are, of equal weights, gives every draw once.

    Args:
        weights: adding up to 1.
        number: how many; None for as many as there are weights.
    """
    number = len(weights) if number is None else number
    points = (np.arange(number) + 0.5) / number
    edges = np.cumsum(weights)
    edges[-1] = 1.0
    # Rounding must not move a point that lies on an edge of equal weights.
    return np.searchsorted(edges.round(12), points.round(12), side="left").astype(np.int64)
