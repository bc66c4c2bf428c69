"""First stage over columns: death, moving away, birth, mobility, care grade."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.vectorised.draws import uniforms
from benchmarks.vectorised.table import Table, tally
from sim.draws import LIFE
from sim.indicators import INDEX
from sim.residents import (
    ALIVE,
    DIED,
    FEMALE,
    GOES_ELSEWHERE,
    LEFT_FOR_HOME_OUT_OF_TOWN,
    MOVED_AWAY,
    NURSING_HOME,
)
from sim.stages.life import MEAN_CARE_NEED, MEAN_DEATH

AGES, GRADES, STATES = 121, 6, 12
CHILDBEARING_ENDS = 50


def risks(*factors: float) -> NDArray[np.float64]:
    """Relative risk of every combination of features, the first one in the lowest bit.

    Factors are multiplied in the order in which the scalar rule multiplies them.
    """
    found = np.ones(1 << len(factors))
    for combination in range(found.shape[0]):
        risk = 1.0
        for place, factor in enumerate(factors):
            if combination >> place & 1:
                risk *= factor
        found[combination] = risk
    return found


def live(table: Table, model: Any) -> None:
    """Age, die, move away, give birth, care grade, mobility, for everybody."""
    state = model.state
    t, p, means, month, year = state.tables, state.parameters, state.means, state.month, state.year
    c, rows = table, table.rows
    here = c.status[:rows] == ALIVE
    sex, grade = c.sex[:rows].astype(np.int64), c.care_grade[:rows].astype(np.int64)
    table.look_at_ages(state.now)
    age, band, cell = table.age, table.risk_band, table.cell
    in_home = c.setting[:rows] == NURSING_HOME
    lonely = c.lonely[:rows]
    u_death, u_move, u_grade, u_last = uniforms(state.seed, c.uid[:rows], month, LIFE)

    prevented = c.prevention_until[:rows] >= month
    person = sex * AGES + age
    rate = t.death[year].ravel()[person * STATES + grade + GRADES * in_home]
    death_risks = risks(p.risk_lonely_death, p.risk_volunteer_death, p.risk_visit_death)
    features = lonely + 2 * (c.volunteer[:rows] > 0) + 4 * prevented
    chance = rate * death_risks[features] / means[MEAN_DEATH][sex, band]
    dies = here & ((rate >= 1.0) | (u_death < chance))
    tally(model, INDEX["deaths"], cell[dies])

    leaves = here & ~dies & (c.waiting_home[:rows] == GOES_ELSEWHERE)
    tally(model, INDEX["left_for_home_out_of_town"], cell[leaves])

    follows = c.follows[:rows]
    decider = np.where(follows >= 0, follows, np.arange(rows))
    stays_put = in_home | in_home[decider]
    moves = u_move[decider] < t.move_away[age[decider]]
    moves &= here & ~dies & ~leaves & ~stays_put
    tally(model, INDEX["moved_out"], cell[moves])
    stays = here & ~(dies | leaves | moves)

    young = age < CHILDBEARING_ENDS
    c.births[:rows] = stays & young & (sex == FEMALE) & (u_last < t.birth[age])
    old = np.flatnonzero(stays & ~young)
    onset = t.mobility_onset.ravel()[person[old]]
    limited = c.mobility_limited[old] > 0
    c.mobility_limited[old] = np.where(
        limited, u_last[old] >= p.mobility_recovery, u_last[old] < onset
    )

    up = t.care_up[year].ravel()[person * GRADES + grade]
    down = t.care_down[year].ravel()[person * GRADES + grade]
    regular = (c.habit[:rows] >= p.participation_habit) & ~in_home
    need_risks = risks(
        p.risk_part_need, p.risk_lonely_need, p.risk_visit_need, p.risk_dwelling_need
    )
    features = regular + 2 * lonely + 4 * prevented + 8 * c.barrier_free[:rows]
    onset = up * (need_risks[features] / means[MEAN_CARE_NEED][sex, band])
    up = np.where(grade == 0, onset, up)
    rises = stays & (u_grade < up)
    falls = stays & ~rises & (u_grade >= 1.0 - down) & (grade > 0) & ~((grade == 1) & in_home)
    new = np.flatnonzero(rises & (grade == 0))
    share = u_grade[new] / up[new]
    tally(model, INDEX["new_in_need"], cell[new])
    c.care_grade[:rows] += rises.astype(np.uint8)
    c.care_grade[:rows] -= falls.astype(np.uint8)
    c.care_grade[new] = 1 + np.searchsorted(t.entry_grade[1:5], share, side="right")

    c.status[:rows][dies] = DIED
    c.status[:rows][leaves] = LEFT_FOR_HOME_OUT_OF_TOWN
    c.status[:rows][moves] = MOVED_AWAY
