"""Third stage: seats in the meeting points are shared out, and habits grow or fade."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import inside
from sim.draws import PRIORITY, uniforms
from sim.indicators import INDEX
from sim.residents import ALIVE
from sim.rules.age import age_in_years, band_of
from sim.rules.meeting import next_habit
from sim.stages.queues import queue_of
from sim.stages.screening import BLOCK, choose

VISITS = INDEX["visits"]
TURNED_AWAY = INDEX["turned_away"]


@inside
def seat_visitors(
    c: Any,
    p: Any,
    points: Any,
    seed: Any,
    month: int,
    now: int,
    rows: int,
    counts: NDArray[np.int64],
) -> None:
    """Grant wished visits up to the room there is; the lot decides who is turned away.

    Args:
        rows: number of rows in use.
        Others: see `sim.stages.company.keep_company`.

    No seat is used twice: the visits granted never exceed a point's capacity.
    """
    status_of = c.status
    birth_month_of = c.birth_month
    district_of = c.district
    start_group_of = c.start_group
    known_point_of = c.known_point
    habit_of = c.habit
    visit_wish_of = c.visit_wish
    visits_of = c.visits
    number = points.x.shape[0]
    wished = np.zeros(number, np.int64)
    concerned = who_is_concerned(visit_wish_of[:rows], habit_of[:rows])
    visits_of[:rows] = 0
    for i in concerned:
        if status_of[i] == ALIVE and visit_wish_of[i] > 0:
            wished[known_point_of[i]] += visit_wish_of[i]
    for k in range(number):
        if wished[k] > points.capacity[k]:
            turn_away(c, points, seed, month, concerned, k)
    for i in concerned:
        if status_of[i] != ALIVE:
            continue
        wish = visit_wish_of[i]
        if wish > 0:
            k = known_point_of[i]
            if wished[k] <= points.capacity[k]:
                visits_of[i] = wish
            cell = band_of(age_in_years(now, birth_month_of[i]))
            counts[district_of[i], cell, start_group_of[i], VISITS] += visits_of[i]
            counts[district_of[i], cell, start_group_of[i], TURNED_AWAY] += wish - visits_of[i]
        habit_of[i] = next_habit(habit_of[i], visits_of[i], p.habit_gain, p.habit_loss)


@inside
def who_is_concerned(visit_wish_of: Any, habit_of: Any) -> NDArray[np.uint32]:
    """Rows of those who wish to visit or have a habit of visiting that may fade."""
    rows = visit_wish_of.size
    found = np.empty(rows, np.uint32)
    may_of_block = np.empty(BLOCK, np.uint8)
    chosen = np.empty(BLOCK + 1, np.int64)
    number = 0
    for begin in range(0, rows, BLOCK):
        end = min(rows, begin + BLOCK)
        may = may_of_block[: end - begin]
        wishes_or_has_a_habit(may, visit_wish_of[begin:end], habit_of[begin:end])
        for one in range(choose(chosen, may)):
            found[number] = begin + chosen[one]
            number += 1
    return found[:number]


@inside
def wishes_or_has_a_habit(may: Any, visit_wish_of: Any, habit_of: Any) -> None:
    """Mark who of a block wishes to visit or may lose a habit."""
    for place in range(may.size):
        may[place] = np.uint8(visit_wish_of[place] > 0) | np.uint8(habit_of[place] > 0)


@inside
def turn_away(
    c: Any, points: Any, seed: Any, month: int, concerned: NDArray[np.uint32], k: int
) -> None:
    """Grant the visits of one crowded point in the order of a lot until it is full."""
    uid_of = c.uid
    status_of = c.status
    known_point_of = c.known_point
    visit_wish_of = c.visit_wish
    visits_of = c.visits
    number = 0
    for i in concerned:
        if status_of[i] == ALIVE and visit_wish_of[i] > 0 and known_point_of[i] == k:
            number += 1
    waiting = np.empty(number, np.uint32)
    order = np.empty(number, np.float64)
    number = 0
    for i in concerned:
        if status_of[i] == ALIVE and visit_wish_of[i] > 0 and known_point_of[i] == k:
            waiting[number] = i
            lot, _, _, _ = uniforms(seed, uid_of[i], month, PRIORITY)
            # The smallest lot comes first.
            order[number] = 1.0 - lot
            number += 1
    room = points.capacity[k]
    for place in queue_of(order):
        i = waiting[place]
        visits_of[i] = min(room, visit_wish_of[i])
        room -= visits_of[i]
