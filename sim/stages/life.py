"""First stage: every resident ages, may die, move away, give birth, change the care grade."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inlined
from sim.draws import LIFE, UNIT, fill_words, uniforms
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
from sim.rules.age import age_in_years, band_of, risk_band_of
from sim.rules.care_need import (
    next_care_grade,
    onset_of_care_need,
    relative_risk_of_care_need,
)
from sim.rules.death import dies, relative_risk_of_death
from sim.rules.meeting import takes_part
from sim.rules.mobility import next_mobility
from sim.rules.moving import gives_birth, moves_away
from sim.stages.screening import (
    BLOCK,
    MOVE,
    choose,
    find_cells,
    find_states,
    highest_limits_of_life,
    limit,
    may_be_changed,
    may_change,
    may_move,
)

DEATHS = INDEX["deaths"]
LEFT = INDEX["left_for_home_out_of_town"]
MOVED_OUT = INDEX["moved_out"]
NEW_IN_NEED = INDEX["new_in_need"]

# Rows of the table of mean risks, see `sim.stages.settle`.
MEAN_DEATH, MEAN_CARE_NEED, MEAN_LONELINESS, MEAN_NURSING_HOME, MEAN_STRAIN = 0, 1, 2, 3, 4


@inlined
def touch(touched: NDArray[np.uint8], partner: int, child: int, parent: int) -> None:
    """Note for the next stage whose ties to somebody who is gone must be cut."""
    if partner >= 0:
        touched[partner] = 1
    if child >= 0:
        touched[child] = 1
    if parent >= 0:
        touched[parent] = 1


@compiled
def live(
    c: Any,
    t: Any,
    p: Any,
    means: NDArray[np.float64],
    seed: Any,
    month: int,
    now: int,
    year: int,
    births: NDArray[np.uint8],
    touched: NDArray[np.uint8],
    limits: NDArray[np.uint32],
    first: int,
    last: int,
    counts: NDArray[np.int64],
) -> None:
    """Age, die, move away, give birth, care grade, mobility: rows `first` to `last` - 1.

    Args:
        c: columns of all residents.
        t: tables of rates.
        p: parameters.
        means: mean relative risks at the start, shape (5, 2, 4).
        seed, month: key of the draws.
        now: this month, counted from January 1900.
        year: index of the calendar year.
        births: set to 1 where a resident gives birth, shape (rows,).
        touched: set to 1 for partner, child and parent of who is gone, shape (rows,).
        limits: see `sim.stages.screening.limits_of_life`.
        counts: flows are added here, shape (districts, 3, 4, indicators).
    """
    uid_of = c.uid
    status_of = c.status
    birth_month_of = c.birth_month
    sex_of = c.sex
    district_of = c.district
    partner_of = c.partner
    child_of = c.child
    parent_of = c.parent
    follows_of = c.follows
    barrier_free_of = c.barrier_free
    start_group_of = c.start_group
    care_grade_of = c.care_grade
    setting_of = c.setting
    mobility_limited_of = c.mobility_limited
    lonely_of = c.lonely
    habit_of = c.habit
    volunteer_of = c.volunteer
    prevention_until_of = c.prevention_until
    waiting_home_of = c.waiting_home
    words = np.empty((4, BLOCK), np.uint32)
    chosen = np.empty(BLOCK, np.int64)
    uids = np.empty(BLOCK, np.uint64)
    words_of_others = np.empty((4, BLOCK), np.uint32)
    cells_of_block = np.empty((3, BLOCK), np.uint32)
    may_of_block = np.empty(BLOCK, np.uint8)
    look_of_block = np.empty(BLOCK, np.uint8)
    recovery = limit(p.mobility_recovery)
    highest = np.empty(limits.shape[1], np.uint32)
    highest_limits_of_life(limits, highest)
    highest_of_moving = limits[MOVE].max()
    for begin in range(first, last, BLOCK):
        end = min(last, begin + BLOCK)
        rows = end - begin
        cells, of_state = cells_of_block[0, :rows], cells_of_block[1, :rows]
        limit_of = cells_of_block[2, :rows]
        may, look = may_of_block[:rows], look_of_block[:rows]
        births[begin:end] = 0
        fill_words(words, seed, uid_of, begin, rows, month, LIFE)
        find_cells(cells, birth_month_of[begin:end], sex_of[begin:end], now)
        find_states(cells, of_state, care_grade_of[begin:end], setting_of[begin:end])
        may_be_changed(
            may, words, highest, of_state, limit_of, mobility_limited_of[begin:end],
            waiting_home_of[begin:end], recovery,
        )  # fmt: skip
        number = choose(chosen, may)
        may_change(
            may, chosen[:number], words, limits, of_state, mobility_limited_of[begin:end],
            waiting_home_of[begin:end], recovery,
        )  # fmt: skip
        may_move(
            may, look, chosen, uids, words_of_others, words[1], limits[MOVE], highest_of_moving,
            cells, follows_of[begin:end], uid_of, birth_month_of, seed, month, now, begin,
        )  # fmt: skip
        number = choose(chosen, may)
        for one in range(number):
            place = chosen[one]
            # Without a sign: no look whether a row is counted from the end.
            i = np.uint64(begin + place)
            if status_of[i] != ALIVE:
                continue
            sex = sex_of[i]
            age = age_in_years(now, birth_month_of[i])
            grade = care_grade_of[i]
            in_home = setting_of[i] == NURSING_HOME
            band = risk_band_of(age)
            district = district_of[i]
            cell = band_of(age)
            group = start_group_of[i]
            u_death = words[0, place] * UNIT
            u_move = words[1, place] * UNIT
            u_grade = words[2, place] * UNIT
            u_last = words[3, place] * UNIT

            prevented = prevention_until_of[i] >= month
            risk = relative_risk_of_death(
                lonely_of[i], volunteer_of[i] > 0, prevented,
                p.risk_lonely_death, p.risk_volunteer_death, p.risk_visit_death,
            )  # fmt: skip
            state = grade + 6 if in_home else grade
            if dies(t.death[year, sex, age, state], risk, means[MEAN_DEATH, sex, band], u_death):
                status_of[i] = DIED
                touch(touched, partner_of[i], child_of[i], parent_of[i])
                counts[district, cell, group, DEATHS] += 1
                continue
            if waiting_home_of[i] == GOES_ELSEWHERE:
                status_of[i] = LEFT_FOR_HOME_OUT_OF_TOWN
                touch(touched, partner_of[i], child_of[i], parent_of[i])
                counts[district, cell, group, LEFT] += 1
                continue

            decider = follows_of[i]
            decider_in_home = False
            age_of_decider = age
            if decider >= 0:
                age_of_decider = age_in_years(now, birth_month_of[decider])
                decider_in_home = setting_of[decider] == NURSING_HOME
                _, u_move, _, _ = uniforms(seed, uid_of[decider], month, LIFE)
            if moves_away(t.move_away[age_of_decider], in_home, decider_in_home, u_move):
                status_of[i] = MOVED_AWAY
                touch(touched, partner_of[i], child_of[i], parent_of[i])
                counts[district, cell, group, MOVED_OUT] += 1
                continue

            if age < 50:
                births[i] = gives_birth(t.birth[age], sex == FEMALE, u_last)
            else:
                mobility_limited_of[i] = next_mobility(
                    mobility_limited_of[i], t.mobility_onset[sex, age], p.mobility_recovery, u_last
                )

            up = t.care_up[year, sex, age, grade]
            if grade == 0:
                risk = relative_risk_of_care_need(
                    takes_part(habit_of[i], p.participation_habit, in_home), lonely_of[i], prevented,
                    barrier_free_of[i],
                    p.risk_part_need, p.risk_lonely_need, p.risk_visit_need, p.risk_dwelling_need,
                )  # fmt: skip
                up = onset_of_care_need(up, risk, means[MEAN_CARE_NEED, sex, band])
            after = next_care_grade(
                grade, up, t.care_down[year, sex, age, grade], t.entry_grade, in_home, u_grade
            )
            if grade == 0 and after > 0:
                counts[district, cell, group, NEW_IN_NEED] += 1
            care_grade_of[i] = after
