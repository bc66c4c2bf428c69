"""Third stage over columns: seats are shared out, habits grow or fade."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.vectorised.draws import uniforms
from benchmarks.vectorised.table import Table, tally
from sim.draws import PRIORITY
from sim.indicators import INDEX
from sim.residents import ALIVE


def seat_visitors(table: Table, model: Any) -> None:
    """Grant wished visits up to the room there is; the lot decides who is turned away."""
    state, c = model.state, table
    p, points = state.parameters, state.points
    here = c.status[: c.rows] == ALIVE
    c.visits[: c.rows] = 0
    visitors = np.flatnonzero(here & (c.visit_wish[: c.rows] > 0))
    point, wish = c.known_point[visitors], c.visit_wish[visitors].astype(np.int64)
    granted = wish.copy()
    wished = np.bincount(point, wish, points.x.shape[0])
    for k in np.flatnonzero(wished > points.capacity):
        place = np.flatnonzero(point == k)
        lot = uniforms(state.seed, c.uid[visitors[place]], state.month, PRIORITY)[0]
        place = place[np.argsort(lot, kind="stable")]
        before = np.cumsum(wish[place]) - wish[place]
        granted[place] = np.clip(points.capacity[k] - before, 0, wish[place])
    c.visits[visitors] = granted
    cell = table.cell[visitors]
    tally(model, INDEX["visits"], cell, granted)
    tally(model, INDEX["turned_away"], cell, wish - granted)

    rows = np.flatnonzero(here & ((c.visit_wish[: c.rows] > 0) | (c.habit[: c.rows] > 0)))
    habit = c.habit[rows].astype(np.int64)
    more, less = np.minimum(100, habit + p.habit_gain), np.maximum(0, habit - p.habit_loss)
    c.habit[rows] = np.where(c.visits[rows] > 0, more, less)
