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

The look has two steps: words against the highest limit of all, which needs nothing of the resident
and leaves few; then, of these, against the limit of their own age, sex and state.

The loops are short and one decision each, over slices of one block that begin at zero, because
then the compiler looks at many residents at once; one loop with the same comparisons takes twice
as long.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inside
from sim.draws import LIFE, fill_words
from sim.levers import (
    ADAPTED_DWELLINGS,
    COURSES,
    OUTREACH,
    PREVENTIVE_VISITS,
    RECRUITED,
    TRAINED,
)
from sim.residents import FEMALE, GOES_ELSEWHERE, NURSING_HOME
from sim.rules.age import age_in_years, risk_band_of
from sim.rules.meeting import age_factor
from sim.stages.bits import MARKS_AT_ONCE, bits_of_marks, lowest_bit

BLOCK = 2048
"""Rows looked at together: their words stay in the processor's second cache."""
NEIGHBOURS = 512
"""Rows that are searched for those who follow one: households mostly stand together. A power of 2."""

AGES = 121
STATES = 12
"""Care grades 0 to 5 at home, then the same in a nursing home."""

# Rows of the limits of the first stage; the last is a limit from above.
DEATH, MOVE, GRADE_UP, LAST, GRADE_DOWN = 0, 1, 2, 3, 4
LIFE_LIMITS = 5

# Rows of the limits of the second stage.
LESS_LONELY, STARTS, STOPS, VISITS, VISITS_BY_HABIT = range(5)
COMPANY_LIMITS = 5
SITUATIONS = 4
"""Without and with a partner, at home and in a nursing home."""

# Rows of the limits by district; TAUGHT is from above.
TOLD, PREVENTED, ADAPTED, TAUGHT, LEAVES_QUARTER, WON = range(6)
DISTRICT_LIMITS = 9
"""Four of WON: nobody volunteers elsewhere, takes part in a meeting point; the latter, the former,
both."""

YOUNGEST_IN_COMPANY = 14
"""Below this age nobody is asked about loneliness, volunteering, or meeting points."""
ADULT = 18

# Bits of the marks of the second stage: which rules a resident is asked.
TIES, BURDEN, COMPANY, WITHDRAWAL, SUPPORT, MEETING, VOLUNTEERING = (
    np.uint8(1 << place) for place in range(7)
)

WORDS = 4294967296.0
MARGIN = 1.0 + 1e-9
"""Bounds are multiplied in another order than chances; this is more than rounding can differ."""


@inside
def limit(chance: float) -> Any:
    """The largest word that may lie below a chance."""
    return np.uint32(min(WORDS - 1.0, np.ceil(max(0.0, chance) * MARGIN * WORDS)))


@inside
def limit_from_above(chance: float) -> Any:
    """The smallest word that may reach 1 - chance."""
    return np.uint32(
        min(WORDS - 1.0, max(0.0, np.floor((1.0 - max(0.0, chance) * MARGIN) * WORDS)))
    )


@inside
def find_cells(cells: Any, birth_month_of: Any, sex_of: Any, now: int) -> None:
    """Sex and age of the rows of a block: 121 x sex + completed years, as `age_in_years` says."""
    for place in range(cells.size):
        months = np.uint32(max(np.int32(0), np.int32(now) - np.int32(birth_month_of[place])))
        age = min(np.uint32(AGES - 1), months // np.uint32(12))
        cells[place] = np.uint32(sex_of[place]) * np.uint32(AGES) + age


@inside
def choose(chosen: Any, may: Any) -> int:
    """Places of a block that are marked, in order; returns how many.

    Args:
        chosen: filled, has room for one more than are marked.
        may: 0 where not marked.
    """
    number = 0
    together = may.size // MARKS_AT_ONCE * MARKS_AT_ONCE
    for first in range(0, together, MARKS_AT_ONCE):
        bits = bits_of_marks(may, first)
        while bits != 0:
            chosen[number] = first + lowest_bit(bits)
            number += 1
            bits &= bits - np.uint64(1)
    for place in range(together, may.size):
        chosen[number] = place
        number += may[place] > 0
    return number


# First stage ----------------------------------------------------------------------------------


@compiled
def limits_of_life(
    t: Any, parameters: Any, means: NDArray[np.float64], year: int, limits: NDArray[np.uint32]
) -> None:
    """Bounds of dying, moving away, a change of grade, and birth or limited mobility.

    Args:
        t, parameters: tables of rates; record of parameters as an array of one.
        means: mean relative risks at the start, shape (5, 2, 4).
        year: index of the calendar year.
        limits: filled, shape (5, 12 x 2 x 121): DEATH to GRADE_DOWN; state, sex and age.
    """
    p = parameters[0]
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
    for state in range(STATES):
        grade = state % 6
        for sex in range(2):
            for age in range(AGES):
                band = risk_band_of(age)
                cell = (state * 2 + sex) * AGES + age
                death = t.death[year, sex, age, state]
                limits[DEATH, cell] = limit(max(death, death * risk_of_death / means[0, sex, band]))
                limits[MOVE, cell] = limit(t.move_away[age])
                up = t.care_up[year, sex, age, grade]
                if grade == 0:
                    up *= risk_of_need / means[1, sex, band]
                limits[GRADE_UP, cell] = limit(up)
                down = t.care_down[year, sex, age, grade] if grade > 0 else 0.0
                limits[GRADE_DOWN, cell] = limit_from_above(down)
                if age >= 50:
                    limits[LAST, cell] = limit(t.mobility_onset[sex, age])
                else:
                    limits[LAST, cell] = limit(t.birth[age] if sex == FEMALE else 0.0)


@inside
def highest_limits_of_life(limits: NDArray[np.uint32], highest: NDArray[np.uint32]) -> None:
    """The highest limit by state, sex and age of all but MOVE, whatever it is a limit of.

    Args:
        limits: see `limits_of_life`; GRADE_DOWN is turned round, as its word will be.
        highest: filled, shape (12 x 2 x 121,).
    """
    for cell in range(highest.size):
        grade = max(limits[GRADE_UP, cell], ~limits[GRADE_DOWN, cell])
        highest[cell] = max(limits[DEATH, cell], limits[LAST, cell], grade)


@inside
def find_states(cells: Any, of_state: Any, care_grade_of: Any, setting_of: Any) -> None:
    """Cells of state, sex and age, see `limits_of_life`, from those of sex and age.

    Args:
        cells: see `find_cells`.
        of_state: filled.
        Others: columns of the block's rows.
    """
    for place in range(cells.size):
        home = np.uint32(6) * np.uint32(setting_of[place] == NURSING_HOME)
        state = np.uint32(care_grade_of[place]) + home
        of_state[place] = cells[place] + state * np.uint32(2 * AGES)


@inside
def may_be_changed(
    may: Any,
    words: Any,
    highest: Any,
    of_state: Any,
    limit_of: Any,
    mobility_limited_of: Any,
    waiting_home_of: Any,
    recovery: Any,
) -> None:
    """First look of the first stage: mark whom one of the words could hit.

    Args:
        may: set to 1 or 0, shape (rows,).
        words: of block LIFE.
        highest: see `highest_limits_of_life`.
        of_state: see `find_states`.
        limit_of: room for the limits of a block.
        recovery: limit of walking better.
        Others: columns of the block's rows.
    """
    w_death, w_grade, w_last = words[0], words[2], words[3]
    # A loop of its own: many table look-ups at once are slower than one after the other.
    for place in range(may.size):
        limit_of[place] = highest[of_state[place]]
    for place in range(may.size):
        least = min(w_death[place], w_last[place], w_grade[place], ~w_grade[place])
        walks_better = np.uint8(mobility_limited_of[place] > 0) & np.uint8(
            w_last[place] <= recovery
        )
        may[place] = (
            np.uint8(least <= limit_of[place])
            | walks_better
            | np.uint8(waiting_home_of[place] == GOES_ELSEWHERE)
        )


@inside
def may_change(
    may: Any,
    places: Any,
    words: Any,
    limits: Any,
    of_state: Any,
    mobility_limited_of: Any,
    waiting_home_of: Any,
    recovery: Any,
) -> None:
    """Of those marked, keep who may die, change the care grade, give birth, walk otherwise.

    Args:
        may: set to 1 or 0 at `places`.
        places: who was marked by the first look.
        words: of block LIFE.
        limits: see `limits_of_life`.
        of_state: see `find_states`.
        recovery: limit of walking better.
        Others: columns of the block's rows.
    """
    death, up, down, last = limits[DEATH], limits[GRADE_UP], limits[GRADE_DOWN], limits[LAST]
    w_death, w_grade, w_last = words[0], words[2], words[3]
    for one in range(places.size):
        place = places[one]
        cell = of_state[place]
        at_last = recovery if mobility_limited_of[place] > 0 else last[cell]
        may[place] = (
            np.uint8(w_death[place] <= death[cell])
            | np.uint8(w_grade[place] <= up[cell])
            | np.uint8(w_grade[place] >= down[cell])
            | np.uint8(w_last[place] <= at_last)
            | np.uint8(waiting_home_of[place] == GOES_ELSEWHERE)
        )


@inside
def may_move(
    may: Any,
    look: Any,
    places: Any,
    uids: Any,
    words: Any,
    w_move: Any,
    move: Any,
    highest: Any,
    cells: Any,
    follows_of: Any,
    uid_of: Any,
    birth_month_of: Any,
    seed: Any,
    month: int,
    now: int,
    begin: int,
) -> None:
    """Mark who may move away, by the draw of the person one follows.

    Args:
        may: set to 1 where it may be, shape (rows,).
        look, places, uids, words: room for marks, places, identities and words of a block.
        w_move: second word of block LIFE.
        move: limits of moving away by age; sex plays no part.
        highest: of all ages.
        cells: see `find_cells`.
        follows_of: column of the block's rows.
        uid_of, birth_month_of: columns of all rows.
        begin: first row of the block.
    """
    rows = may.size
    start, end = np.int32(begin), np.int32(begin + rows)
    for place in range(rows):
        decider = follows_of[place]
        # Places of the same neighbours differ in their lowest bits only.
        apart = np.uint32(np.int32(place) ^ (decider - start)) >= np.uint32(NEIGHBOURS)
        look[place] = np.uint8(decider >= 0) & (np.uint8(apart) | np.uint8(decider >= end))
    elsewhere = choose(places, look)
    for one in range(elsewhere):
        uids[one] = uid_of[follows_of[places[one]]]
    fill_words(words, seed, uids, np.int64(0), elsewhere, month, LIFE)
    for one in range(elsewhere):
        age = age_in_years(now, birth_month_of[follows_of[places[one]]])
        may[places[one]] |= np.uint8(words[1, one] <= move[age])
    for place in range(rows):
        look[place] = np.uint8(w_move[place] <= highest)
    for one in range(choose(places, look)):
        place = places[one]
        if w_move[place] <= move[cells[place]]:
            # Few would move: for each the neighbours are searched for those who follow.
            may[place] |= np.uint8(follows_of[place] < 0)
            row = np.int32(begin + place)
            nearest = place // NEIGHBOURS * NEIGHBOURS
            near = slice(nearest, min(rows, nearest + NEIGHBOURS))
            mark_followers(may[near], follows_of[near], row)


@inside
def mark_followers(may: Any, follows_of: Any, decider: Any) -> None:
    """Mark who follows one resident."""
    for place in range(may.size):
        may[place] |= np.uint8(follows_of[place] == decider)


# Second stage; its looks stand in `sim.stages.company_looks` ------------------------------------


@compiled
def limits_of_company(
    t: Any,
    parameters: Any,
    means: NDArray[np.float64],
    limits: NDArray[np.uint32],
    onsets: NDArray[np.uint32],
) -> None:
    """Bounds of becoming lonely or withdrawn or ceasing to be, of volunteering and of visiting.

    Args:
        t, parameters: tables of rates; record of parameters as an array of one.
        means: mean relative risks at the start, shape (5, 2, 4).
        limits: filled, shape (5, 2 x 121): LESS_LONELY to VISITS_BY_HABIT; sex and age.
        onsets: filled, shape (2, 2 x 121 x 4): becoming lonely, withdrawn; sex, age, situation.
    """
    p = parameters[0]
    by_grade = 0.0
    for grade in range(6):
        by_grade = max(by_grade, p.visit_grade_factor[grade])
    nearest = 0.0
    for way in range(t.distance.shape[0]):
        nearest = max(nearest, t.distance[way])
    for sex in range(2):
        for age in range(YOUNGEST_IN_COMPANY, AGES):
            cell = sex * AGES + age
            for partner in range(2):
                for home in range(2):
                    onset = t.lonely_onset[sex, age, partner, home]
                    onset *= max(1.0, p.ease_meeting) * max(1.0, p.carer_loneliness_factor)
                    place = cell * SITUATIONS + 2 * partner + home
                    onsets[0, place] = limit(onset / means[2, sex, risk_band_of(age)])
                    onsets[1, place] = limit(t.withdraw_onset[age, home])
            limits[LESS_LONELY, cell] = limit(
                p.loneliness_recovery * max(1.0, 1.0 / p.ease_meeting)
            )
            start = 0.0
            for education in range(3):
                start = max(start, t.volunteer_start[age, education])
            limits[STARTS, cell] = limit(start)
            limits[STOPS, cell] = limit(t.volunteer_stop[age])
            visit = 0.0
            if age >= ADULT:
                factor = age_factor(age, p.visit_factor_50_64, p.visit_factor_under_50)
                visit = p.visit_probability * nearest * factor * by_grade
                visit *= max(1.0, p.withdrawn_visit_factor) * max(1.0, p.lonely_visit_factor)
            limits[VISITS, cell] = limit(visit)
            limits[VISITS_BY_HABIT, cell] = limit(visit * max(1.0, p.habit_visit_factor))


@compiled
def limits_of_districts(
    parameters: Any, levers: NDArray[np.float64], limits: NDArray[np.uint32]
) -> None:
    """Bounds of what measures and volunteering in the quarter do this month.

    Args:
        parameters: record of parameters as an array of one.
        levers: what measures do, shape (districts, levers).
        limits: filled, shape (9, districts): TOLD to WON.
    """
    p = parameters[0]
    for d in range(levers.shape[0]):
        limits[TOLD, d] = limit(levers[d, OUTREACH] * max(1.0, p.outreach_know))
        limits[PREVENTED, d] = limit(levers[d, PREVENTIVE_VISITS])
        limits[ADAPTED, d] = limit(levers[d, ADAPTED_DWELLINGS])
        limits[TAUGHT, d] = limit_from_above(levers[d, COURSES])
        for takes_part in range(2):
            won = levers[d, RECRUITED] + takes_part * p.meeting_point_recruits
            limits[WON + takes_part, d] = limit(won)
            limits[WON + 2 + takes_part, d] = limit(won + p.quarter_join)
        longer = max(1.0, 1.0 - levers[d, TRAINED] * (1.0 - p.training_stop_factor))
        limits[LEAVES_QUARTER, d] = limit(p.quarter_volunteer_stop * longer)
