"""Who has a trait: picking people so that every share is met within one person.

Drawing each person with a chance would scatter the numbers; a town of 1,200 would not have the
share it was given. People are therefore put in order (by the cells of the table, by lot within a
cell), their probabilities are added up along the order, and whoever lifts the sum over a whole
number is picked (systematic sampling, Madow 1949). Any stretch of the order, so any cell and any
run of cells, then has its expected number of people to within one.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.making.order import order_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Number = TypeVar("Number", bound=np.generic)

_TINY, _LAST = 1e-300, 1e300


def stream(seed: int, concern: str) -> np.random.Generator:
    """Random numbers of one concern of the making; other concerns neither see nor move them."""
    key = np.array([seed, zlib.crc32(concern.encode())], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def bell(random: np.random.Generator, size: int) -> FloatArray:
    """Numbers of mean 0 and standard deviation 1, within -3.5 and 3.5, nearly normal.

    A sum of four uniform numbers: plain arithmetic, so the same bits on every machine.
    """
    deviates = random.random(size)
    for _ in range(3):
        deviates += random.random(size)
    deviates -= 2.0
    deviates *= np.sqrt(3.0)
    return deviates


def cell_of(shape: tuple[int, ...], *places: IntArray) -> IntArray:
    """Cell of each row in a table of this shape: `numpy.ravel_multi_index` without its checks.

    Args:
        shape: of the table.
        places: of each row along each axis, each of shape (rows,).
    """
    cell = places[0]
    for length, place in zip(shape[1:], places[1:], strict=True):
        cell = cell * length + place
    return cell


def looked_up(table: NDArray[Number], *places: IntArray) -> NDArray[Number]:
    """What a table says of each row: `table[places]` in half the time, shape (rows,)."""
    return table.reshape(-1)[cell_of(table.shape, *places)]


def order_by(
    random: np.random.Generator, *keys: NDArray[np.generic], only: IntArray | None = None
) -> IntArray:
    """Order of rows by the keys, the first one first, and by lot where all are equal.

    Args:
        random: source of the lots; every row has one.
        keys: whole numbers of 0 and more, each of shape (rows,).
        only: rows to put in order, ascending; None for all.
    """
    lot = random.random(int(keys[0].shape[0]))
    lot *= 2.0**32
    np.floor(lot, out=lot)
    if only is None:
        return order_of(*keys, lot)
    return only[order_of(*(key[only] for key in keys), lot[only])]


def pick(probability: FloatArray, order: IntArray, random: np.random.Generator) -> BoolArray:
    """Whom to pick: as many as expected, within one, in any stretch of the order.

    Args:
        probability: of each row, 0 to 1, shape (rows,); 0 is never picked, 1 always.
        order: rows in order, see `order_by`; whose probability is 0 need not be among them.
        random: gives the one number at which the counting starts.
    """
    return _pick(np.asarray(probability, np.float64), order, random.random())


def _lift_over_whole_numbers(probability: FloatArray, order: IntArray, begin: float) -> BoolArray:
    """Who lifts the sum of probabilities, from `begin` on, over a whole number."""
    chosen = np.zeros(probability.shape[0], np.bool_)
    total = 0.0
    before = 0.0
    for place in range(order.shape[0]):
        row = order[place]
        total += min(max(probability[row], 0.0), 1.0)
        whole = np.floor(total + begin)
        chosen[row] = whole > before
        before = whole
    return chosen


_pick: Callable[[FloatArray, IntArray, float], BoolArray] = compiled(_lift_over_whole_numbers)


def lots(random: np.random.Generator, weight: FloatArray) -> FloatArray:
    """A lot for each row: the smallest lots are a sample in proportion to the weights.

    Efraimidis and Spirakis 2006; rows of weight 0 come after all others.
    """
    wait = -np.log1p(-random.random(weight.shape[0]))
    lot: FloatArray = np.where(weight > 0.0, wait / np.maximum(weight, _TINY), _LAST * (1.0 + wait))
    return lot


def share_out(cell: IntArray, counts: IntArray, lot: FloatArray) -> IntArray:
    """Categories with given counts in each cell, given in the order of the lots.

    Args:
        cell: cell of each row, shape (rows,).
        counts: how many rows of each cell belong to category 0, 1, …, shape (cells, categories);
            rows beyond them belong to the last category.
        lot: rows of a cell take the categories in the order of these, shape (rows,).

    Returns:
        Category of each row, shape (rows,).
    """
    order = order_of(cell, lot)
    size = np.bincount(cell, minlength=counts.shape[0])
    # Places in the order from which the next category begins.
    limit = (np.cumsum(size) - size)[:, None] + np.cumsum(counts, axis=1)
    ordered, place = cell[order], np.arange(cell.shape[0])
    found = np.zeros(cell.shape[0], dtype=np.int64)
    for border in range(counts.shape[1] - 1):
        found += place >= limit[ordered, border]
    category = np.empty_like(found)
    category[order] = found
    return category


def raked(weight: FloatArray, cell: IntArray, expected: FloatArray) -> FloatArray:
    """Probabilities in proportion to weights, with the expected number in each cell.

    Args:
        weight: of each row, 0 or more, shape (rows,).
        cell: its cell, shape (rows,).
        expected: how many of each cell, shape (cells,); where that is more than there are rows
            with a weight, all of these get the probability 1.
    """
    chance = np.asarray(weight, dtype=np.float64)
    expected = np.asarray(expected, dtype=np.float64)
    certain = np.zeros(chance.shape[0], dtype=np.bool_)
    missing, still = expected, chance
    while True:
        open_sum = np.bincount(cell, still, expected.shape[0])
        factor = np.zeros_like(expected)
        np.divide(np.maximum(missing, 0.0), open_sum, out=factor, where=open_sum > 0.0)
        chance = still * factor[cell]
        beyond = chance > 1.0
        if not beyond.any():
            chance[certain] = 1.0
            return chance
        certain |= beyond
        missing = expected - np.bincount(cell, certain, expected.shape[0])
        still = np.where(certain, 0.0, chance)
