"""Queues for what is short: who comes first, and who still gets something."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import inside
from sim.stages.screening import WORDS


@inside
def queue_of(order: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Places of a queue, the largest order first; equal ones as they stand.

    An order is a whole number below 2**16 and a draw, 48 binary digits. Eight of them at a time
    are sorted, the last first; so nobody is compared with anybody, which no processor can guess.

    Args:
        order: shape (waiting,).
    """
    number = order.shape[0]
    keys, sorted_keys = np.empty(number, np.uint64), np.empty(number, np.uint64)
    queue, sorted_queue = np.empty(number, np.uint32), np.empty(number, np.uint32)
    next_place = np.empty(257, np.int64)
    for place in range(number):
        # The complement: the largest first.
        keys[place] = ~np.uint64(order[place] * WORDS)
        queue[place] = place
    last = np.uint64(255)
    for digits in range(6):
        shift = np.uint64(8 * digits)
        next_place[:] = 0
        for place in range(number):
            next_place[((keys[place] >> shift) & last) + np.uint64(1)] += 1
        for digit in range(256):
            next_place[digit + 1] += next_place[digit]
        for place in range(number):
            digit = (keys[place] >> shift) & last
            to = np.uint64(next_place[digit])
            next_place[digit] += 1
            sorted_keys[to] = keys[place]
            sorted_queue[to] = queue[place]
        keys, sorted_keys = sorted_keys, keys
        queue, sorted_queue = sorted_queue, queue
    return queue


@inside
def share_out(
    districts: NDArray[np.int16],
    waiting: NDArray[np.uint32],
    order: NDArray[np.float64],
    minutes: NDArray[np.int32],
    given: NDArray[np.int32],
    own_room: NDArray[np.int64],
    town_room: int,
) -> None:
    """Give a service in the order of the queue: the district's own extra room first, then the town's.

    Args:
        districts: where each person lives, shape (people,).
        waiting: who wants the service, as places of `people`, shape (waiting,).
        order: place in the queue, the larger is served first, shape (waiting,).
        minutes: what each person would get, shape (people,).
        given: what each gets, 0 on entry, shape (people,).
        own_room: room left in each district's own extra capacity, shape (districts,); reduced.
        town_room: room of the service for the whole town.
    """
    for one in queue_of(order):
        place = waiting[one]
        district = districts[place]
        size = minutes[place]
        if size <= own_room[district]:
            own_room[district] -= size
        elif size <= town_room:
            town_room -= size
        else:
            continue
        given[place] = size
