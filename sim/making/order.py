"""Orders of rows: what a stable sort by several keys gives, found by counting.

The making puts everybody in order two dozen times, which took most of its time. Nearly always the
first keys are whole numbers of a small range (districts, ages, cells of a table) and the last is a
lot or another number spread over its range. Rows are therefore counted by the first keys, and
within those of equal keys given places in proportion to the last one: hardly a row is then more
than a place or two from its own, and is moved there by comparing neighbours. This takes a tenth of
the time of a sort by comparison and gives the very same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_MOST = 1 << 62
_EXACT = 1 << 53
"""Whole numbers below it are floating numbers as well."""
_MOVES = 64
"""Moves of a row at most, on average; numbers so unevenly spread are left to another sort."""


def order_of(*keys: NDArray[Any]) -> IntArray:
    """Rows in the order of the keys, the first one first, of equals the lower row first.

    The same as `numpy.lexsort(reversed(keys))`.

    Args:
        keys: whole or floating numbers without NaN, each of shape (rows,).
    """
    rows = keys[0].shape[0]
    packed, numbers, rest = _packed(keys)
    value = _as_floating(rest, rows)
    if value is None:
        return np.lexsort(keys[::-1])
    # More groups than that are put in order part by part, the last part first.
    most = 2 * rows + 1024
    order: IntArray | None = None
    while True:
        group = packed % most if numbers > most else packed
        group = group if order is None else group[order]
        # Numbers without a sign are places as they are; others the compiler counts from the end
        # if they are below zero, which is asked each time.
        found = _ordered(group.view(np.uint64), min(numbers, most), value)
        if found.shape[0] < rows:
            return np.lexsort(keys[::-1])
        order = found if order is None else order[found]
        if numbers <= most:
            return order
        packed, numbers = packed // most, -(-numbers // most)
        value = np.zeros(rows)


def _packed(keys: tuple[NDArray[Any], ...]) -> tuple[IntArray, int, tuple[NDArray[Any], ...]]:
    """The first keys, if whole, as one number, how many numbers it may be, and the other keys."""
    packed: IntArray | None = None
    numbers = 1
    rest: tuple[NDArray[Any], ...] = ()
    for place, key in enumerate(keys):
        if key.dtype.kind == "f" or key.size == 0:
            rest = keys[place:]
            break
        least = int(key.min())
        length = int(key.max()) - least + 1
        if numbers * length > _MOST:
            rest = keys[place:]
            break
        # A number of its own: what is added to must not be the key.
        above = (key - least if least else key).astype(np.int64)
        if packed is not None:
            packed *= length
            packed += above
        else:
            packed = above
        numbers *= length
    return np.zeros(keys[0].shape[0], np.int64) if packed is None else packed, numbers, rest


def _as_floating(rest: tuple[NDArray[Any], ...], rows: int) -> FloatArray | None:
    """What orders rows of the same group, or None if that is not one floating number."""
    if not rest:
        return np.zeros(rows)
    if len(rest) > 1 and rows > 0:
        return None
    key = rest[0]
    if key.dtype.kind != "f" and rows > 0 and int(key.max()) - int(key.min()) >= _EXACT:
        return None
    return np.ascontiguousarray(key, np.float64)


def _order_in_groups(group: NDArray[np.uint64], groups: int, value: FloatArray) -> IntArray:
    """Rows in the order of group, value and row.

    Args:
        group: of each row, 0 to `groups` - 1, shape (rows,).
        groups: how many there may be.
        value: shape (rows,).

    Returns:
        The order, shape (rows,); shape (0,) if the values are spread too unevenly.
    """
    rows = value.shape[0]
    order = np.empty(rows, np.int64)
    if rows == 0:
        return order
    first = np.zeros(groups + 1, np.uint32)
    end = first[1:]
    least, most = value[0], value[0]
    for row in range(rows):
        end[group[row]] += np.uint32(1)
        least, most = min(least, value[row]), max(most, value[row])
    for one in range(groups):
        end[one] += first[one]
    span = most - least
    if not span < np.inf:
        return order[:0].copy()
    if span == 0.0:
        span = 1.0
    # As many stretches as rows: each group's values are shared out to as many as it has rows.
    stretch = np.empty(rows, np.uint32)
    next_place = np.zeros(rows + 1, np.uint32)
    after = next_place[1:]
    for row in range(rows):
        begin, size = first[group[row]], end[group[row]] - first[group[row]]
        part = np.uint32((value[row] - least) / span * size)
        stretch[row] = begin + min(part, size - np.uint32(1))
        after[stretch[row]] += np.uint32(1)
    for place in range(rows):
        after[place] += next_place[place]
    ordered = np.empty(rows, np.float64)
    for row in range(rows):
        place = next_place[stretch[row]]
        next_place[stretch[row]] = place + np.uint32(1)
        order[place] = row
        ordered[place] = value[row]
    moves = 0
    for one in range(groups):
        begin_of_group = np.int64(first[one])
        for place in range(begin_of_group + 1, np.int64(end[one])):
            here = ordered[place]
            if ordered[place - 1] > here:
                row, to = order[place], place
                while to > begin_of_group and ordered[to - 1] > here:
                    ordered[to], order[to] = ordered[to - 1], order[to - 1]
                    to -= 1
                ordered[to], order[to] = here, row
                moves += place - to
                if moves > _MOVES * rows:
                    return order[:0].copy()
    return order


_ordered: Callable[[NDArray[np.uint64], int, FloatArray], IntArray] = compiled(_order_in_groups)
