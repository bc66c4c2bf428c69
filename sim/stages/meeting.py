"""Third stage: seats in the meeting points are shared out, and habits grow or fade."""

from __future__ import annotations

import numpy as np

from sim.compiled import compiled
from sim.draws import PRIORITY, uniforms
from sim.indicators import INDEX
from sim.residents import ALIVE
from sim.rules.meeting import next_habit
from sim.stages.life import age_in_years, band_of

VISITS = INDEX["visits"]
TURNED_AWAY = INDEX["turned_away"]


@compiled
def seat_visitors(c, p, points, seed, month, now, rows, counts):
    """Grant wished visits up to the room there is; the lot decides who is turned away.

    Args:
        rows: number of rows in use.
        Others: see `sim.stages.company.keep_company`.

    No seat is used twice: the visits granted never exceed a point's capacity.
    """
    number = points.x.shape[0]
    wished = np.zeros(number, np.int64)
    for i in range(rows):
        c.visits[i] = 0
        if c.status[i] == ALIVE and c.visit_wish[i] > 0:
            wished[c.known_point[i]] += c.visit_wish[i]
    for k in range(number):
        if wished[k] > points.capacity[k]:
            turn_away(c, points, seed, month, rows, k)
    for i in range(rows):
        if c.status[i] != ALIVE:
            continue
        wish = c.visit_wish[i]
        if wish > 0:
            k = c.known_point[i]
            if wished[k] <= points.capacity[k]:
                c.visits[i] = wish
            cell = band_of(age_in_years(now, c.birth_month[i]))
            counts[c.district[i], cell, c.start_group[i], VISITS] += c.visits[i]
            counts[c.district[i], cell, c.start_group[i], TURNED_AWAY] += wish - c.visits[i]
        if wish > 0 or c.habit[i] > 0:
            c.habit[i] = next_habit(c.habit[i], c.visits[i], p.habit_gain, p.habit_loss)


@compiled
def turn_away(c, points, seed, month, rows, k):
    """Grant the visits of one crowded point in the order of a lot until it is full."""
    number = 0
    for i in range(rows):
        if c.status[i] == ALIVE and c.visit_wish[i] > 0 and c.known_point[i] == k:
            number += 1
    waiting = np.empty(number, np.int64)
    lots = np.empty(number, np.float64)
    number = 0
    for i in range(rows):
        if c.status[i] == ALIVE and c.visit_wish[i] > 0 and c.known_point[i] == k:
            waiting[number] = i
            lots[number], _, _, _ = uniforms(seed, c.uid[i], month, PRIORITY)
            number += 1
    room = points.capacity[k]
    for place in np.argsort(lots, kind="mergesort"):
        i = waiting[place]
        c.visits[i] = min(room, c.visit_wish[i])
        room -= c.visits[i]
