"""Who can be hit at all: a cheap look at everybody, so that rules are asked only of the few.

Most months nothing happens to most residents: none of the month's random numbers lies below any
chance they could possibly have. So each stage first draws the words of a block of rows at once and
compares them with *upper bounds* of the chances, by age and sex. Who lies above all of them stays
as he or she is; of all others the rules are asked, exactly as if there were no such look.

A bound may be too high, that costs a moment; it must never be too low. Every bound is therefore
the largest chance the rule could give to anybody of that age, sex and state, and the twin of
`benchmarks/`, which asks every rule of everybody, agrees bit for bit.

Limits are whole numbers on the scale of the words, 0 to 2**32 - 1: u < chance, with u = word /
2**32, implies word <= limit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.draws import LIFE, uniforms
from sim.levers import (
    ADAPTED_DWELLINGS,
    COURSES,
    OUTREACH,
    PREVENTIVE_VISITS,
    RECRUITED,
    TRAINED,
)
from sim.residents import ALIVE, FEMALE, GOES_ELSEWHERE, NURSING_HOME
from sim.rules.age import age_in_years, risk_band_of
from sim.rules.meeting import age_factor
from sim.rules.volunteering import IN_QUARTER

BLOCK = 512
"""Rows looked at together: their words fit into the processor's first cache."""

AGES = 121
STATES = 12
"""Care grades 0 to 5 at home, then the same in a nursing home."""

# Columns of the limits of the first stage; the last is a limit from above.
DEATH, MOVE, GRADE_UP, LAST, GRADE_DOWN = 0, 1, 2, 3, 4
LIFE_LIMITS = 5

WORDS = 4294967296.0
MARGIN = 1.0 + 1e-9
"""Bounds are multiplied in another order than chances; this is more than rounding can differ."""


@compiled
def limit(chance: float) -> int:
    """The largest word that may lie below a chance."""
    return int(min(WORDS - 1.0, np.ceil(max(0.0, chance) * MARGIN * WORDS)))


@compiled
def limit_from_above(chance: float) -> int:
    """The smallest word u = word / 2**32 of which may reach 1 - chance."""
    return int(min(WORDS - 1.0, max(0.0, np.floor((1.0 - max(0.0, chance) * MARGIN) * WORDS))))


# First stage ----------------------------------------------------------------------------------


@compiled
def limits_of_life(
    t: Any, p: Any, means: NDArray[np.float64], year: int, limits: NDArray[np.uint32]
) -> None:
    """Bounds of dying, moving away, a change of grade, and birth or limited mobility.

    Args:
        t, p: tables of rates, parameters.
        means: mean relative risks at the start, shape (5, 2, 4).
        year: index of the calendar year.
        limits: filled, shape (2 x 121 x 12, 5): sex, age and state; DEATH to GRADE_DOWN.
    """
    risk_of_death = (
        max(1.0, p.risk_lonely_death)
        * max(1.0, p.risk_volunteer_death)
        * max(1.0, p.risk_visit_death)
    )
    risk_of_need = (
        max(1.0, p.risk_part_need)
        * max(1.0, p.risk_lonely_need)
        * max(1.0, p.risk_visit_need)
        * max(1.0, p.risk_dwelling_need)
    )
    for sex in range(2):
        for age in range(AGES):
            band = risk_band_of(age)
            for state in range(STATES):
                row = limits[(sex * AGES + age) * STATES + state]
                grade = state % 6
                death = t.death[year, sex, age, state]
                row[DEATH] = limit(max(death, death * risk_of_death / means[0, sex, band]))
                row[MOVE] = limit(t.move_away[age])
                up = t.care_up[year, sex, age, grade]
                if grade == 0:
                    up *= risk_of_need / means[1, sex, band]
                row[GRADE_UP] = limit(up)
                down = t.care_down[year, sex, age, grade] if grade > 0 else 0.0
                row[GRADE_DOWN] = limit_from_above(down)
                if age >= 50:
                    row[LAST] = limit(t.mobility_onset[sex, age])
                else:
                    row[LAST] = limit(t.birth[age] if sex == FEMALE else 0.0)


@compiled
def who_may_change(
    chosen: NDArray[np.int64],
    words: NDArray[np.uint32],
    limits: NDArray[np.uint32],
    uid_of: Any,
    birth_month_of: Any,
    sex_of: Any,
    follows_of: Any,
    care_grade_of: Any,
    setting_of: Any,
    mobility_limited_of: Any,
    waiting_home_of: Any,
    mobility_recovery: float,
    seed: Any,
    month: int,
    now: int,
    begin: int,
    rows: int,
) -> int:
    """Places of a block to which something may happen in the first stage; returns how many.

    Args:
        chosen: filled with places in the block, shape (BLOCK,).
        words: of block LIFE, shape (4, BLOCK).
        limits: see `limits_of_life`.
        begin, rows: first row of the block, and how many.
    """
    recovery = limit(mobility_recovery)
    number = 0
    for place in range(rows):
        i = begin + place
        age = age_in_years(now, birth_month_of[i])
        state = care_grade_of[i] + 6 if setting_of[i] == NURSING_HOME else care_grade_of[i]
        cell = (sex_of[i] * AGES + age) * STATES + state
        may = (
            (words[0, place] <= limits[cell, DEATH])
            | (words[2, place] <= limits[cell, GRADE_UP])
            | (words[2, place] >= limits[cell, GRADE_DOWN])
            | (words[3, place] <= (recovery if mobility_limited_of[i] else limits[cell, LAST]))
            | (waiting_home_of[i] == GOES_ELSEWHERE)
        )
        decider = follows_of[i]
        if decider < 0:
            may |= words[1, place] <= limits[cell, MOVE]
        else:
            # One moves away with the person one follows, by that person's draw.
            if begin <= decider < begin + rows:
                u_move = words[1, decider - begin] / WORDS
            else:
                _, u_move, _, _ = uniforms(seed, uid_of[decider], month, LIFE)
            age = age_in_years(now, birth_month_of[decider])
            may |= u_move * WORDS <= limits[age * STATES, MOVE]
        chosen[number] = place
        number += may
    return number


# Second stage ---------------------------------------------------------------------------------

# Columns of the limits by sex and age.
LONELY, LESS_LONELY, WITHDRAWN, STARTS, STOPS, VISITS, VISITS_BY_HABIT = 0, 1, 2, 3, 4, 5, 6
COMPANY_LIMITS = 7

# Columns of the limits by district.
TOLD, PREVENTED, ADAPTED, TAUGHT, WON, LEAVES_QUARTER = 0, 1, 2, 3, 4, 5
DISTRICT_LIMITS = 6

YOUNGEST_IN_COMPANY = 14
"""Below this age nobody is asked about loneliness, volunteering, or meeting points."""
ADULT = 18


@compiled
def limits_of_company(
    t: Any, p: Any, means: NDArray[np.float64], limits: NDArray[np.uint32]
) -> None:
    """Bounds of becoming lonely or withdrawn or ceasing to be, of volunteering and of visiting.

    Args:
        t, p: tables of rates, parameters.
        means: mean relative risks at the start, shape (5, 2, 4).
        limits: filled, shape (2 x 121, 7): sex and age; LONELY to VISITS_BY_HABIT.
    """
    by_grade = 0.0
    for grade in range(6):
        by_grade = max(by_grade, p.visit_grade_factor[grade])
    nearest = 0.0
    for place in range(t.distance.shape[0]):
        nearest = max(nearest, t.distance[place])
    for sex in range(2):
        for age in range(YOUNGEST_IN_COMPANY, AGES):
            row = limits[sex * AGES + age]
            onset = 0.0
            start = 0.0
            withdrawal = 0.0
            for home in range(2):
                withdrawal = max(withdrawal, t.withdraw_onset[age, home])
                for partner in range(2):
                    onset = max(onset, t.lonely_onset[sex, age, partner, home])
            for education in range(3):
                start = max(start, t.volunteer_start[age, education])
            onset *= max(1.0, p.ease_meeting) * max(1.0, p.carer_loneliness_factor)
            row[LONELY] = limit(onset / means[2, sex, risk_band_of(age)])
            row[LESS_LONELY] = limit(p.loneliness_recovery * max(1.0, 1.0 / p.ease_meeting))
            row[WITHDRAWN] = limit(withdrawal)
            row[STARTS] = limit(start)
            row[STOPS] = limit(t.volunteer_stop[age])
            visit = 0.0
            if age >= ADULT:
                factor = age_factor(age, p.visit_factor_50_64, p.visit_factor_under_50)
                visit = p.visit_probability * nearest * factor * by_grade
                visit *= max(1.0, p.withdrawn_visit_factor) * max(1.0, p.lonely_visit_factor)
            row[VISITS] = limit(visit)
            row[VISITS_BY_HABIT] = limit(visit * max(1.0, p.habit_visit_factor))


@compiled
def limits_of_districts(
    p: Any, levers: NDArray[np.float64], limits: NDArray[np.uint32]
) -> None:
    """Bounds of what measures and volunteering in the quarter do this month.

    Args:
        p: parameters.
        levers: what measures do, shape (districts, levers).
        limits: filled, shape (districts, 6): TOLD to LEAVES_QUARTER; TAUGHT is from above.
    """
    for d in range(levers.shape[0]):
        limits[d, TOLD] = limit(levers[d, OUTREACH] * max(1.0, p.outreach_know))
        limits[d, PREVENTED] = limit(levers[d, PREVENTIVE_VISITS])
        limits[d, ADAPTED] = limit(levers[d, ADAPTED_DWELLINGS])
        limits[d, TAUGHT] = limit_from_above(levers[d, COURSES])
        # Chances of being won add up, whatever their signs.
        limits[d, WON] = limit(
            max(0.0, levers[d, RECRUITED]) + max(0.0, p.meeting_point_recruits) + p.quarter_join
        )
        limits[d, LEAVES_QUARTER] = limit(
            p.quarter_volunteer_stop
            * max(1.0, 1.0 - levers[d, TRAINED] * (1.0 - p.training_stop_factor))
        )


@compiled
def who_may_meet(
    chosen: NDArray[np.int64],
    social: NDArray[np.uint32],
    engagement: NDArray[np.uint32],
    support: NDArray[np.uint32],
    limits: NDArray[np.uint32],
    district_limits: NDArray[np.uint32],
    touched: NDArray[np.uint8],
    is_open: NDArray[np.uint8],
    status_of: Any,
    birth_month_of: Any,
    sex_of: Any,
    district_of: Any,
    partner_of: Any,
    child_of: Any,
    follows_of: Any,
    acquaintances_of: Any,
    care_grade_of: Any,
    setting_of: Any,
    lonely_of: Any,
    withdrawn_of: Any,
    known_point_of: Any,
    habit_of: Any,
    visits_of: Any,
    volunteer_of: Any,
    strained_of: Any,
    caring_minutes_of: Any,
    relief_of: Any,
    p: Any,
    supports: bool,
    now: int,
    begin: int,
    rows: int,
) -> int:
    """Places of a block to which something may happen in the second stage; returns how many.

    Args:
        chosen: filled with places in the block, shape (BLOCK,).
        social, engagement, support: words of these blocks, shape (4, BLOCK); the last is read
            only if `supports`: some district has outreach, visits, dwellings or courses.
        limits, district_limits: see `limits_of_company`, `limits_of_districts`.
        touched: 1 for who has a tie to somebody who is gone.
        is_open: which meeting points are open.
        begin, rows: first row of the block, and how many.
    """
    contact = limit(p.know_own_contact * max(1.0, p.know_online_factor))
    word_of_mouth = limit(
        p.know_own_contact * max(1.0, p.know_online_factor)
        + p.know_word_of_mouth * acquaintances_of.shape[1]
    )
    forgetting = limit_from_above(p.forgetting)
    recovery = limit(p.withdrawal_recovery)
    number = 0
    for place in range(rows):
        i = begin + place
        age = age_in_years(now, birth_month_of[i])
        may = touched[i] > 0
        follows = follows_of[i]
        if follows >= 0:
            may |= status_of[follows] != ALIVE
            may |= (age >= ADULT) & (follows != partner_of[i])
        if child_of[i] >= 0:
            may |= status_of[child_of[i]] != ALIVE
        if age >= YOUNGEST_IN_COMPANY:
            cell = sex_of[i] * AGES + age
            d = district_of[i]
            u_lonely = limits[cell, LESS_LONELY] if lonely_of[i] else limits[cell, LONELY]
            u_withdrawn = recovery if withdrawn_of[i] else limits[cell, WITHDRAWN]
            may |= (social[3, place] <= u_lonely) | (engagement[2, place] <= u_withdrawn)
            may |= (caring_minutes_of[i] > 0) | (strained_of[i] > 0) | (relief_of[i] > 0)
            volunteer = volunteer_of[i]
            if volunteer > 0:
                may |= (care_grade_of[i] >= 3) | (setting_of[i] == NURSING_HOME)
                may |= engagement[0, place] <= limits[cell, STOPS]
            else:
                may |= engagement[0, place] <= limits[cell, STARTS]
            in_quarter = volunteer == IN_QUARTER
            may |= engagement[1, place] <= district_limits[d, LEAVES_QUARTER if in_quarter else WON]
            known = known_point_of[i]
            if known >= 0:
                regular = habit_of[i] > 0
                may |= is_open[known] == 0
                may |= (not regular) & (social[0, place] >= forgetting)
                may |= social[1, place] <= limits[cell, VISITS_BY_HABIT if regular else VISITS]
            may |= social[0, place] <= contact
            if supports:
                may |= support[0, place] <= district_limits[d, TOLD]
                may |= support[2, place] <= district_limits[d, PREVENTED]
                may |= support[3, place] <= district_limits[d, ADAPTED]
                may |= support[3, place] >= district_limits[d, TAUGHT]
            if not may and social[0, place] <= word_of_mouth:
                for one in range(acquaintances_of.shape[1]):
                    other = acquaintances_of[i, one]
                    if other >= 0 and visits_of[other] > 0:
                        may = True
        chosen[number] = place
        number += may
    return number
