"""Sixth stage over columns: everybody is counted."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.vectorised.table import Table
from sim.indicators import INDEX
from sim.residents import ALIVE, NOBODY, NURSING_HOME, SETTINGS, VOLUNTEER_IN_QUARTER
from sim.stages.count import (
    ADULTS,
    FOR_COUNSELLING,
    FOR_COURSES,
    FOR_DWELLINGS,
    FOR_OUTREACH,
    FOR_PREVENTION,
    FOR_RIDES,
    OVER_65,
)

MINUTES = ("need", "family", "neighbour", "ambulatory", "day_care", "nursing_home", "missing")


def count(table: Table, model: Any) -> None:
    """Stocks by district, age band and group; whom measures can reach next month."""
    state, c = model.state, table
    p, month = state.parameters, state.month
    table.look_at_ages(state.now)
    rows = np.flatnonzero(c.status[: c.rows] == ALIVE)
    cells = state.flows.reshape(-1, state.flows.shape[-1])
    cell, age = table.cell[rows], table.age[rows]

    def add(name: str, of: Any, weights: Any = None) -> None:
        # Sums of whole numbers below 2**53 are exact.
        cells[:, INDEX[name]] += np.bincount(of, weights, cells.shape[0]).astype(np.int64)

    add("residents", cell)
    add("living_alone", cell[table.lives_alone(rows)])
    for name in ("lonely", "withdrawn", "mobility_limited"):
        add(name, cell, getattr(c, name)[rows])
    known = c.known_point[rows] != NOBODY
    add("knowing", cell[known])
    add("visitors", cell[c.visits[rows] > 0])
    add("regular_visitors", cell[c.habit[rows] >= p.participation_habit])
    volunteer = c.volunteer[rows]
    for prefix, some in (
        ("", np.flatnonzero(volunteer > 0)),
        ("quarter_", np.flatnonzero(volunteer == VOLUNTEER_IN_QUARTER)),
    ):
        add(f"{prefix}volunteers", cell[some])
        add(f"{prefix}volunteer_minutes", cell[some], c.volunteer_minutes[rows[some]])
    carers = np.flatnonzero(c.caring_minutes[rows] > 0)
    add("carers", cell[carers])
    add("strained_carers", cell[carers], c.strained[rows[carers]])

    grade = c.care_grade[rows]
    in_home = c.setting[rows] == NURSING_HOME
    need = np.flatnonzero(grade > 0)
    people, of = rows[need], cell[need]
    add("in_need", of)
    for number in range(1, 6):
        add(f"grade_{number}", of[grade[need] == number])
    for kind in MINUTES:
        add(f"{kind}_minutes", of, getattr(c, f"{kind}_minutes")[people])
    for queue in ("waiting_ambulatory", "waiting_day_care", "waiting_home"):
        add(queue, of[getattr(c, queue)[people] > 0])
    setting = c.setting[people]
    for number, name in enumerate(SETTINGS[1:], start=1):
        add(name, of[setting == number])
    at_home = of[setting != NURSING_HOME]
    add("at_home", at_home)
    if month > 0:
        add("months_in_need", of)
        add("months_in_need_at_home", at_home)

    district = c.district[rows]

    def reach(whom: int, some: Any) -> None:
        state.reach[:, whom] += np.bincount(district[some], minlength=state.districts)

    reach(FOR_COUNSELLING, carers)
    able = (grade < 3) & ~in_home
    reach(ADULTS, (age >= 18) & able & (volunteer != VOLUNTEER_IN_QUARTER))
    reach(OVER_65, age >= 65)
    reach(FOR_RIDES, age >= p.ride_age)
    reach(FOR_OUTREACH, (age >= p.outreach_age) & ((c.withdrawn[rows] > 0) | ~known))
    reach(FOR_COURSES, (age >= p.course_age) & (c.online[rows] == 0))
    reach(FOR_DWELLINGS, (age >= p.dwelling_age) & (c.barrier_free[rows] == 0) & ~in_home)
    due = c.prevention_until[rows] < month + 1
    reach(FOR_PREVENTION, (age >= p.preventive_visit_age) & (grade == 0) & due)
    state.stocks_known = True
    state.reach_known[:] = True
    for place, name in enumerate(("quarter_volunteers", "quarter_volunteer_minutes")):
        state.quarter[place] = state.flows[..., INDEX[name]].sum(axis=(1, 2))
