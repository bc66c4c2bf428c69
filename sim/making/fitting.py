"""From shares and totals to whole numbers of people: proportional fitting and rounding.

Two steps that every table of the making goes through. `fit` scales a table of expected numbers
until its sums are the known ones and changes nothing else (iterative proportional fitting,
Deming and Stephan 1940: the cross-product ratios of the seed stay). `round_to_margins` turns the
result into whole numbers so that no cell and no sum moves by one or more (controlled rounding,
Cox 1987), solved as a linear programme.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from sim.compiled import compiled
from sim.making.order import order_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_WHOLE = 1e-6
"""A number nearer than this to a whole one is that whole number."""
_GOLDEN = 0.6180339887498949


class FittingError(ValueError):
    """Margins that no table can have."""


@dataclass(frozen=True)
class Margin:
    """A sum over a table that is known, or that has to stay.

    Attributes:
        axes: axes of the table that the margin keeps; all others are summed up.
        target: the sums, shape of the kept axes; NaN where unknown. None: nothing is known (in
            rounding: the table's own sums have to stay within rounding).
    """

    axes: tuple[int, ...]
    target: FloatArray | None = None


@dataclass(frozen=True)
class Fitted:
    """A fitted table.

    Attributes:
        table: same shape as the seed.
        rounds: rounds over all margins that were needed.
        deviation: largest difference to a target that is left.
    """

    table: FloatArray
    rounds: int
    deviation: float


def fit(
    seed: FloatArray, margins: Sequence[Margin], tolerance: float = 1e-9, rounds: int = 5000
) -> Fitted:
    """Scale a table until its sums meet the margins.

    Args:
        seed: expected numbers or shares of any number of dimensions, none negative; a zero
            stays zero.
        margins: what is known; margins without target are passed over.
        tolerance: largest difference to a target at which the fitting ends.
        rounds: most rounds; the deviation that is left then stands in the result.

    Raises:
        FittingError: a sum has to be positive where the seed has only zeros.
    """
    table = np.ascontiguousarray(seed, dtype=np.float64).copy()
    known = [margin for margin in margins if margin.target is not None]
    if not known:
        return Fitted(table, min(1, rounds), 0.0)
    groups = np.stack([groups_of_cells(table.shape, margin.axes) for margin in known])
    targets = [np.asarray(margin.target, dtype=np.float64).ravel() for margin in known]
    first = np.cumsum([0, *(target.shape[0] for target in targets)])
    groups += first[:-1, None]
    done, deviation = _scaled(
        table.reshape(-1), groups, np.concatenate(targets), first, tolerance, rounds
    )
    if done < 0:
        raise FittingError("a margin is positive where all cells of the seed are zero")
    return Fitted(table, done, deviation)


def groups_of_cells(shape: tuple[int, ...], axes: tuple[int, ...]) -> IntArray:
    """Which sum each cell of a table belongs to, in the order of the table, shape (cells,).

    Args:
        shape: of the table.
        axes: axes that the sums keep.
    """
    kept = tuple(shape[axis] for axis in axes)
    numbers = np.arange(math.prod(kept)).reshape(kept)
    spread = np.expand_dims(numbers, _summed_axes(len(shape), axes))
    return np.broadcast_to(spread, shape).reshape(-1).astype(np.int64)


def _scale_in_rounds(
    table: FloatArray,
    groups: IntArray,
    targets: FloatArray,
    first: IntArray,
    tolerance: float,
    rounds: int,
) -> tuple[int, float]:
    """Scale a table in place, margin after margin, round after round.

    Sums are added up in the order of the table.

    Args:
        table: shape (cells,).
        groups: sum of each cell in each margin, shape (margins, cells).
        targets: of all sums, NaN where unknown, shape (sums,).
        first: where each margin's sums begin, shape (margins + 1,).
        tolerance, rounds: see `fit`.

    Returns:
        Rounds done (-1 if a target cannot be met) and the largest deviation left.
    """
    sums = np.zeros(targets.shape[0])
    factor = np.empty(targets.shape[0])
    deviation = 0.0
    for cell in range(table.shape[0]):
        sums[groups[0, cell]] += table[cell]
    for done in range(1, rounds + 1):
        for margin in range(groups.shape[0]):
            group = groups[margin]
            for place in range(first[margin], first[margin + 1]):
                factor[place] = 1.0
                if sums[place] > 0.0:
                    if not np.isnan(targets[place]):
                        factor[place] = targets[place] / sums[place]
                elif targets[place] > 0.0:
                    return -1, 0.0
            following = (margin + 1) % groups.shape[0]
            after = groups[following]
            sums[first[following] : first[following + 1]] = 0.0
            for cell in range(table.shape[0]):
                table[cell] *= factor[group[cell]]
                sums[after[cell]] += table[cell]
        deviation = 0.0
        for margin in range(groups.shape[0]):
            if margin > 0:  # those of the first margin are there, the next round begins with them
                group = groups[margin]
                sums[first[margin] : first[margin + 1]] = 0.0
                for cell in range(table.shape[0]):
                    sums[group[cell]] += table[cell]
            for place in range(first[margin], first[margin + 1]):
                # A target that is NaN is unknown; no comparison with it is true.
                deviation = max(deviation, abs(sums[place] - targets[place]))
            if deviation > tolerance and done < rounds:
                break
        if deviation <= tolerance:
            return done, deviation
    return rounds, deviation


_scaled: Callable[..., tuple[int, float]] = compiled(_scale_in_rounds)


def round_to_margins(table: FloatArray, margins: Sequence[Margin]) -> IntArray:
    """Whole numbers, each the next lower or higher, with all sums of the margins the same way.

    A sum whose target is a whole number is met exactly. For margins that form two nested chains
    such a table always exists (rows, columns and their subtotals); where a third one makes it
    impossible, the last margins are given up first.

    Args:
        table: expected numbers, none negative.
        margins: sums that have to stay, the most important first.

    Returns:
        The whole numbers, same shape, int64, nearest to the table among all that fit.

    Raises:
        FittingError: not even the first margin can be met.
    """
    base = np.floor(table + _WHOLE)
    part = np.clip(table - base, 0.0, 1.0)
    part[part < _WHOLE] = 0.0
    kept = list(margins)
    while kept:
        for slack in (0, 1):
            raised = _whole_parts(base, part, kept, slack)
            if raised is not None:
                return (base + raised).astype(np.int64)
        kept.pop()
    if margins:
        raise FittingError("no whole numbers meet the margins")
    return np.floor(table + 0.5).astype(np.int64)


def _summed_axes(dimensions: int, kept: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(axis for axis in range(dimensions) if axis not in kept)


def _whole_parts(
    base: FloatArray, part: FloatArray, margins: Sequence[Margin], slack: int
) -> FloatArray | None:
    """What to add to the lower whole numbers; None if nothing fits.

    With `slack`, every cell may move by one more than its rounding (for a table whose fitting
    ended short of its targets).
    """
    free = np.flatnonzero((part > 0.0) | (slack > 0))
    sums: list[IntArray] = []
    before = 0
    low: list[FloatArray] = []
    high: list[FloatArray] = []
    for margin in margins:
        summed = _summed_axes(part.ndim, margin.axes)
        lower_sum = base.sum(axis=summed).ravel()
        own = lower_sum + part.sum(axis=summed).ravel()
        target = own
        if margin.target is not None:
            given = np.asarray(margin.target, dtype=np.float64).ravel()
            target = np.where(np.isnan(given), own, given)
        sums.append(groups_of_cells(part.shape, margin.axes)[free] + before)
        before += own.size
        low.append(np.floor(target + _WHOLE) - lower_sum)
        high.append(np.ceil(target - _WHOLE) - lower_sum)
    raised = np.zeros(part.size)
    lows, highs = np.concatenate(low), np.concatenate(high)
    if free.size == 0:
        return raised.reshape(part.shape) if np.all((lows <= 0) & (highs >= 0)) else None
    fraction = part.ravel()[free]
    # A slight, fixed preference decides between tables that are equally good. Where two districts
    # are alike in everything they may still tie: another version of the solver may then find
    # another table, and other residents.
    cost = 1.0 - 2.0 * fraction + 1e-3 * ((np.arange(free.size) * _GOLDEN) % 1.0)
    least = -np.minimum(slack, base.ravel()[free])
    most = np.where(fraction > 0.0, 1.0, 0.0) + slack
    if len(margins) == 1 and slack == 0:
        chosen = _cheapest(cost, sums[0], lows, highs)
        if chosen is None:
            return None
        raised[free] = chosen
        return raised.reshape(part.shape)
    # Column after column: a cell counts once in a sum of each margin.
    places = np.stack(sums, axis=1).ravel()
    first = np.arange(0, places.size + 1, len(sums))
    matrix = sparse.csc_array((np.ones(places.size), places, first), (before, free.size))
    constraint = LinearConstraint(matrix, lows, highs)
    for whole in (0, 1):
        result = milp(
            cost,
            integrality=np.full(free.size, whole),
            bounds=Bounds(least, most),
            constraints=constraint,
        )
        if result.x is None:
            return None
        values = np.round(result.x)
        if np.abs(result.x - values).max() < 1e-5:
            break
    raised[free] = values
    return raised.reshape(part.shape)


def _cheapest(
    cost: FloatArray, group: IntArray, least: FloatArray, most: FloatArray
) -> BoolArray | None:
    """Which cells to raise where each belongs to one sum only; None if nothing fits.

    No programme is needed then: in each group the cheapest, all that are worth it within its
    limits.

    Args:
        cost: of raising each cell, shape (cells,).
        group: the sum each belongs to, shape (cells,).
        least, most: cells to raise in each group, shape (groups,).
    """
    number = np.bincount(group, minlength=least.shape[0])
    if np.any(least > number) or np.any(most < 0):
        return None
    worth = np.bincount(group[cost < 0.0], minlength=least.shape[0])
    raised = np.minimum(np.maximum(worth, least), most)
    order = order_of(group, cost)
    rank = np.empty(order.shape[0])
    rank[order] = np.arange(order.shape[0]) - (np.cumsum(number) - number)[group[order]]
    return rank < raised[group]
