"""Whom residents talk to: four acquaintances each, most of them near in place and age.

Two are neighbours of about the same age, one is of the same district and age, one lives anywhere
in town. All are found in the same way: put everybody in an order in which like stands beside
like, and take somebody a few places further. An acquaintance need not be mutual.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.making.order import order_of
from sim.making.persons import Persons
from sim.making.quota import FloatArray, IntArray, bell, stream
from sim.residents import ACQUAINTANCES, NOBODY

if TYPE_CHECKING:
    from sim.town.town import Town

SmallArray = NDArray[np.int32]
"""Rows and places of which many are read here and there: half the memory."""
AGE_SPREAD_MONTHS = 60.0
BAND_MONTHS = 120.0
CELL_METRES = 150
ROUNDS = 4


class _Order(NamedTuple):
    """An order of all residents in which like stands beside like, within blocks.

    Attributes:
        rows: rows in order, shape (persons,).
        place: place of each row, shape (persons,).
        first, length: block of each row in the order, shape (persons,).
        reach: how many places away acquaintances are at most.
    """

    rows: SmallArray
    place: SmallArray
    first: SmallArray
    length: SmallArray
    reach: int


def make_acquaintances(
    town: Town, people: Persons, household: IntArray, x: IntArray, y: IntArray
) -> SmallArray:
    """Rows of four acquaintances, NOBODY where there are too few people, shape (persons, 4).

    Args:
        town: the town, for its seed.
        people: all persons.
        household: nobody is an acquaintance of the own household.
        x: metres east of the town's origin, shape (persons,).
        y: metres north of it.
    """
    random = stream(town.population_seed, "acquaintances")
    age = people.months + AGE_SPREAD_MONTHS * bell(random, people.size)
    near = _order(
        people.district,
        [
            np.floor((age + BAND_MONTHS * random.random(people.size)) / BAND_MONTHS).astype(
                np.int64
            ),
            *_cells(x, y),
        ],
        reach=8,
    )
    same_district = _order(people.district, [age], reach=30)
    whole_town = _order(np.zeros_like(people.district), [age], reach=60)
    links = np.full((people.size, ACQUAINTANCES), NOBODY, dtype=np.int32)
    small = household.astype(np.int32)
    for number, order in enumerate((near, near, same_district, whole_town)):
        _draw(order, small, links, number, random)
    return links


def _cells(x: IntArray, y: IntArray) -> list[IntArray]:
    """Keys that lead through the squares of a grid row by row, to and fro, and west to east."""
    row = (y - y.min()) // CELL_METRES if y.size else y
    along = np.where(row % 2 == 0, x, -x)
    return [row, along]


def _order(block: IntArray, keys: Sequence[IntArray | FloatArray], reach: int) -> _Order:
    rows = order_of(block, *keys)
    place = np.empty(rows.shape[0], np.int32)
    place[rows] = np.arange(rows.shape[0], dtype=np.int32)
    number = np.bincount(block)
    first = np.cumsum(number) - number
    begin, length = first.astype(np.int32)[block], number.astype(np.int32)[block]
    return _Order(rows.astype(np.int32), place, begin, length, reach)


def _draw(
    order: _Order,
    household: SmallArray,
    links: SmallArray,
    number: int,
    random: np.random.Generator,
) -> None:
    """One more acquaintance for everybody: not of the own household, not known already."""
    left = np.arange(order.rows.shape[0])
    for _ in range(ROUNDS):
        away, side = random.random(left.shape[0]), random.random(left.shape[0])
        left = _meet(left, away, side, order, household, links, number)


def _try_to_meet(
    left: IntArray,
    away: FloatArray,
    side: FloatArray,
    order: Any,
    household: SmallArray,
    links: SmallArray,
    known: int,
) -> IntArray:
    """Let those who are left meet somebody; returns the rows of those who have met nobody new.

    Args:
        left: rows, shape (left,).
        away, side: uniform numbers, how many places away and to which side, shape (left,).
        order: an `_Order`.
        household: of each row, shape (persons,).
        links: acquaintances; whom they meet is written into column `known`.
        known: how many acquaintances everybody may have already.
    """
    # Places without a sign need not be looked at for whether they count from the end.
    still = np.empty_like(left)
    number = 0
    reach = order.reach
    for k in range(left.shape[0]):
        i = np.uint64(left[k])
        step = 1 + int(away[k] * reach)
        first, length = np.int64(order.first[i]), np.int64(order.length[i])
        place = order.place[i] - first + (-step if side[k] < 0.5 else step)
        if place < 0 or place >= length:
            place %= length
        other = order.rows[np.uint64(first + place)]
        here = household[i]
        good = other != left[k] and (household[np.uint64(other)] != here or here == NOBODY)
        for earlier in range(known):
            good = good and links[i, earlier] != other
        if good:
            links[i, known] = other
        else:
            still[number] = left[k]
            number += 1
    return still[:number].copy()


_meet: Callable[..., IntArray] = compiled(_try_to_meet)
