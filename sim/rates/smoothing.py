"""From rates of age groups to a curve over age that gives the groups' rates back.

Official tables speak of age groups; residents age by the month. A step from one group to the
next would let the care rate jump on a birthday, so the steps are replaced by a monotone cubic
curve (PCHIP: Fritsch and Carlson, "Monotone piecewise cubic interpolation", SIAM J. Numer.
Anal. 17, 1980) through the groups' centres, shifted until every group's mean is the table's.

Everything in `sim.rates` that is "by month of age" has `MONTHS_OF_AGE` = 1,452 places: place
n holds people who are n completed months old, on average (n + 0.5) / 12 years.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

AGES = 121
"""Completed years 0 to 120."""
MONTHS_OF_AGE = AGES * 12

Array = NDArray[np.float64]

AGE_IN_YEARS: Array = (np.arange(MONTHS_OF_AGE, dtype=np.float64) + 0.5) / 12.0
"""Mean exact age of the people in each completed month of age, years."""

_WIDE = 30.0
_ROUNDS = 400
_CLOSE = 1e-11


def yearly(by_month: Array, axis: int = 0) -> Array:
    """Mean over the twelve months of each year of age along `axis` (1,452 places become 121)."""
    shape = by_month.shape
    split = by_month.reshape((*shape[:axis], AGES, 12, *shape[axis + 1 :]))
    mean: Array = split.mean(axis=axis + 1)
    return mean


def column(frame: pd.DataFrame, name: str) -> Array:
    """A numeric column as a C-contiguous float64 array."""
    return np.ascontiguousarray(frame[name].to_numpy(dtype=np.float64))


def groups_of(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Age groups of a table in order, shape (groups, 2): age_from and age_to, both included."""
    pairs = frame[["age_from", "age_to"]].drop_duplicates().sort_values("age_from")
    groups: NDArray[np.int64] = pairs.to_numpy(dtype=np.int64, copy=True)
    groups[:, 1] = np.minimum(groups[:, 1], AGES - 1)
    return groups


def group_means(curve: Array, groups: NDArray[np.int64], weights: Array) -> Array:
    """Weighted mean of each group, shape (groups, columns).

    Args:
        curve: by month of age, shape (1,452, columns).
        groups: age groups, shape (groups, 2).
        weights: persons by month of age, shape (1,452,) or (1,452, columns).
    """
    spread = np.broadcast_to(weights.reshape(MONTHS_OF_AGE, -1), curve.shape)
    means = [
        np.average(curve[first * 12 : (last + 1) * 12], axis=0, weights=spread[months])
        for first, last in groups
        for months in [slice(first * 12, (last + 1) * 12)]
    ]
    return np.array(means)


def smooth(
    groups: NDArray[np.int64],
    rates: Array,
    weights: Array,
    *,
    zero_at: float | None = None,
    adds_to_one: bool = False,
) -> Array:
    """Curves over age whose group means are the groups' rates.

    Where a small rate stands next to one many times as high, no such curve is monotone between
    the groups' places; the smaller mean is then missed by what the join needs.

    Args:
        groups: age groups without gaps or overlap, shape (groups, 2), completed years.
        rates: shares of 0 to 1, shape (groups, columns).
        weights: persons by month of age, shape (1,452,) or (1,452, columns); all positive.
        zero_at: exact age in years at which the curves start from 0 and below which they are 0.
            Youngest groups that are 0 in all columns have the same effect.
        adds_to_one: the columns are shares of one whole, keep their sum at 1 at every age.

    Returns:
        Shape (1,452, columns); level outside the first and last centre.
    """
    empty = int(np.argmax((rates > 0.0).any(axis=1)))
    if empty > 0:
        groups, rates, zero_at = groups[empty:], rates[empty:], float(groups[empty, 0])
    spread = np.broadcast_to(weights.reshape(MONTHS_OF_AGE, -1), (MONTHS_OF_AGE, rates.shape[1]))
    centres, group_at = _places(groups, spread.mean(axis=1))
    below = np.zeros(MONTHS_OF_AGE, dtype=bool)
    if zero_at is not None:
        below = zero_at > AGE_IN_YEARS
    heights = rates.copy()
    for _ in range(_ROUNDS):
        curve = _through(centres, heights[group_at], zero_at)
        curve[below] = 0.0
        if adds_to_one:
            curve /= curve.sum(axis=1, keepdims=True)
        means = group_means(curve, groups, spread)
        ratio = np.divide(rates, means, out=np.ones_like(rates), where=means > 0.0)
        if np.abs(ratio - 1.0).max() < _CLOSE:
            break
        heights *= ratio
    return np.clip(curve, 0.0, 1.0)


def _places(groups: NDArray[np.int64], weights: Array) -> tuple[Array, NDArray[np.int64]]:
    """Ages through which the curve goes, and the group whose height each of them has.

    The mean age of a group; a wide group below the last has a second place after a sixth of its
    width, or the step down from childhood would run on to the middle of the working ages.
    """
    middle = group_means(AGE_IN_YEARS[:, None], groups, weights)[:, 0]
    ages: list[float] = []
    group_at: list[int] = []
    for group, (first, last) in enumerate(groups):
        width = float(last + 1 - first)
        if width >= _WIDE and group < len(groups) - 1:
            ages.append(float(first) + width / 6.0)
            group_at.append(group)
        ages.append(float(middle[group]))
        group_at.append(group)
    return np.array(ages), np.array(group_at)


def _through(centres: Array, heights: Array, zero_at: float | None) -> Array:
    """PCHIP through the centres, level outside them."""
    x, y = centres, heights
    if zero_at is not None:
        x = np.concatenate(([zero_at], x))
        y = np.concatenate((np.zeros((1, y.shape[1])), y))
    if len(x) == 1:
        return np.repeat(y, MONTHS_OF_AGE, axis=0)
    # Loaded only now: it takes a while, and most starts find the curves kept.
    from scipy.interpolate import PchipInterpolator  # noqa: PLC0415

    curve: Array = PchipInterpolator(x, y, axis=0)(np.clip(AGE_IN_YEARS, x[0], x[-1]))
    return curve
