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
from sim.residents import ACQUAINTANCES, FEMALE, GOES_ELSEWHERE, NURSING_HOME
from sim.rules.age import age_in_years, risk_band_of
from sim.rules.meeting import age_factor
from sim.rules.volunteering import IN_QUARTER
from sim.stages.bits import MARKS_AT_ONCE, bits_of_marks, lowest_bit

BLOCK = 512
"""Rows looked at together: their words fit into the processor's first cache."""

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
        look[place] = np.uint8(decider >= 0) & (
            np.uint8(decider < start) | np.uint8(decider >= end)
        )
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
            # Few would move: for each the block is searched for those who follow.
            may[place] |= np.uint8(follows_of[place] < 0)
            row = np.int32(begin + place)
            for other in range(rows):
                may[other] |= np.uint8(follows_of[other] == row)


# Second stage ---------------------------------------------------------------------------------
# Each look sets the bits of the rules it speaks for; of a resident only these rules are asked.


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


@inside
def may_be_burdened(
    may: Any,
    w_strain: Any,
    recovery: Any,
    onset_per_minute: Any,
    caring_minutes_of: Any,
    strained_of: Any,
    volunteer_of: Any,
    care_grade_of: Any,
    setting_of: Any,
) -> None:
    """Mark carers whose burden may change, and volunteers whose health may not let them go on.

    Args:
        may: set for everybody; 0 for all others.
        w_strain: fourth word of block ENGAGEMENT.
        recovery: limit of ceasing to be burdened.
        onset_per_minute: limit of becoming burdened by minute of care, uint64.
        Others: columns of the block's rows.
    """
    for place in range(may.size):
        caring = caring_minutes_of[place]
        # The risk grows with the minutes, so its limit does.
        onset = np.uint8(np.uint64(w_strain[place]) <= np.uint64(caring) * onset_per_minute)
        relieved = np.uint8(w_strain[place] <= recovery) | np.uint8(caring == 0)
        strained = np.uint8(strained_of[place] > 0)
        cares = np.uint8(caring > 0) & onset & np.uint8(strained == 0) | strained & relieved
        frail = np.uint8(care_grade_of[place] >= 3) | np.uint8(setting_of[place] == NURSING_HOME)
        stops = np.uint8(volunteer_of[place] > 0) & frail
        may[place] = BURDEN * cares | VOLUNTEERING * stops


@inside
def highest_limits_of_company(
    limits: NDArray[np.uint32],
    onsets: NDArray[np.uint32],
    district_limits: NDArray[np.uint32],
    recovery: Any,
    highest: NDArray[np.uint32],
) -> None:
    """The highest limit of whoever is in the usual state, and of everybody.

    Args:
        limits, onsets, district_limits: see `limits_of_company`, `limits_of_districts`.
        recovery: limit of ceasing to be withdrawn.
        highest: filled, shape (4, 2): lonely, withdrawn, volunteering, in the quarter; for whom
            does not live in a nursing home, is not lonely, not withdrawn, does not volunteer nor
            take part in a meeting point, then for everybody.
    """
    for row in range(2):
        highest[row, 0] = onsets[row, 0::2].max()
        highest[row, 1] = max(highest[row, 0], onsets[row, 1::2].max())
    highest[0, 1] = max(highest[0, 1], limits[LESS_LONELY].max())
    highest[1, 1] = max(highest[1, 1], recovery)
    highest[2, 0] = limits[STARTS].max()
    highest[2, 1] = max(highest[2, 0], limits[STOPS].max())
    highest[3, 0] = district_limits[WON].max()
    highest[3, 1] = district_limits[LEAVES_QUARTER:].max()


@inside
def may_be_hit(
    look: Any,
    w_lonely: Any,
    w_withdrawn: Any,
    w_volunteer: Any,
    w_quarter: Any,
    highest: Any,
    lonely_of: Any,
    withdrawn_of: Any,
    setting_of: Any,
    volunteer_of: Any,
    habit_of: Any,
    participation_habit: Any,
) -> None:
    """First look of the second stage: whom a word could hit, whatever the age.

    Args:
        look: set to 1 or 0, shape (rows,).
        w_lonely, w_withdrawn, w_volunteer, w_quarter: words.
        highest: see `highest_limits_of_company`.
        participation_habit: habit from which a resident takes part in a meeting point, uint8.
        Others: columns of the block's rows.
    """
    usually_lonely, lonely = highest[0, 0], highest[0, 1]
    usually_withdrawn, withdrawn = highest[1, 0], highest[1, 1]
    usually_starts, volunteer = highest[2, 0], highest[2, 1]
    usually_won, quarter = highest[3, 0], highest[3, 1]
    for place in range(look.size):
        in_home = np.uint8(setting_of[place] == NURSING_HOME)
        hit = (np.uint8(lonely_of[place] > 0) | in_home) & np.uint8(w_lonely[place] <= lonely)
        hit |= (np.uint8(withdrawn_of[place] > 0) | in_home) & np.uint8(
            w_withdrawn[place] <= withdrawn
        )
        volunteers = np.uint8(volunteer_of[place] > 0)
        hit |= volunteers & np.uint8(w_volunteer[place] <= volunteer)
        takes_part = np.uint8(habit_of[place] >= participation_habit)
        hit |= (volunteers | takes_part) & np.uint8(w_quarter[place] <= quarter)
        look[place] = (
            hit
            | np.uint8(w_lonely[place] <= usually_lonely)
            | np.uint8(w_withdrawn[place] <= usually_withdrawn)
            | np.uint8(w_volunteer[place] <= usually_starts)
            | np.uint8(w_quarter[place] <= usually_won)
        )


@inside
def may_feel_otherwise(
    may: Any,
    places: Any,
    w_lonely: Any,
    w_withdrawn: Any,
    limits: Any,
    onsets: Any,
    cells: Any,
    lonely_of: Any,
    withdrawn_of: Any,
    partner_of: Any,
    setting_of: Any,
    recovery: Any,
) -> None:
    """Of those looked at closely, mark who may become lonely or withdrawn, or cease to be."""
    less_lonely, onset, withdrawal = limits[LESS_LONELY], onsets[0], onsets[1]
    for one in range(places.size):
        place = places[one]
        situation = np.uint32(2) * np.uint32(partner_of[place] >= 0) + np.uint32(
            setting_of[place] == NURSING_HOME
        )
        cell = cells[place] * np.uint32(SITUATIONS) + situation
        lonely = less_lonely[cells[place]] if lonely_of[place] > 0 else onset[cell]
        withdrawn = recovery if withdrawn_of[place] > 0 else withdrawal[cell]
        may[place] |= COMPANY * np.uint8(w_lonely[place] <= lonely)
        may[place] |= WITHDRAWAL * np.uint8(w_withdrawn[place] <= withdrawn)


@inside
def may_volunteer_otherwise(
    may: Any,
    places: Any,
    w_volunteer: Any,
    w_quarter: Any,
    limits: Any,
    district_limits: Any,
    cells: Any,
    district_of: Any,
    volunteer_of: Any,
    habit_of: Any,
    participation_habit: Any,
) -> None:
    """Of those looked at closely, mark who may volunteer or cease to, in the quarter or not."""
    starts, stops = limits[STARTS], limits[STOPS]
    for one in range(places.size):
        place = places[one]
        d = np.uint32(district_of[place])
        change = stops[cells[place]] if volunteer_of[place] > 0 else starts[cells[place]]
        won = WON + 2 * np.uint32(volunteer_of[place] > 0)
        won += np.uint32(habit_of[place] >= participation_habit)
        row = np.uint32(LEAVES_QUARTER) if volunteer_of[place] == IN_QUARTER else won
        turn = district_limits[row, d]
        changes = np.uint8(w_volunteer[place] <= change) | np.uint8(w_quarter[place] <= turn)
        may[place] |= VOLUNTEERING * changes


@inside
def highest_limits_of_visits(limits: NDArray[np.uint32], highest: NDArray[np.uint32]) -> None:
    """The highest limits of visiting: below 65, of everybody without a habit, of everybody.

    Args:
        limits: see `limits_of_company`.
        highest: filled, shape (3,).
    """
    highest[:] = 0
    for sex in range(2):
        for age in range(AGES):
            cell = sex * AGES + age
            if age < 65:
                highest[0] = max(highest[0], limits[VISITS, cell])
            highest[1] = max(highest[1], limits[VISITS, cell])
            highest[2] = max(highest[2], limits[VISITS_BY_HABIT, cell])


@inside
def may_visit(
    may: Any,
    look: Any,
    places: Any,
    w_hear: Any,
    w_visit: Any,
    limits: Any,
    cells: Any,
    birth_month_of: Any,
    known_point_of: Any,
    habit_of: Any,
    highest: Any,
    forgetting: Any,
    now: int,
) -> int:
    """Mark who may forget a meeting point, and find those who may visit it if it is near.

    Args:
        look, places: room for marks and places of a block; the first places are those found.
        highest: see `highest_limits_of_visits`.
        forgetting: limit from above of forgetting.
        Others: see above.

    Returns:
        How many were found.
    """
    seldom, often = limits[VISITS], limits[VISITS_BY_HABIT]
    young, without, by_habit = highest[0], highest[1], highest[2]
    old = np.int16(now - 65 * 12)
    for place in range(may.size):
        # No branch: whether somebody has a habit cannot be guessed.
        has_habit = np.uint8(habit_of[place] > 0)
        visits = (
            (has_habit & np.uint8(w_visit[place] <= by_habit))
            | (np.uint8(birth_month_of[place] <= old) & np.uint8(w_visit[place] <= without))
            | np.uint8(w_visit[place] <= young)
        )
        knows = np.uint8(known_point_of[place] >= 0)
        forgets = np.uint8(habit_of[place] == 0) & np.uint8(w_hear[place] >= forgetting)
        may[place] |= MEETING * (knows & forgets)
        look[place] = knows & visits
    number = 0
    for one in range(choose(places, look)):
        place = places[one]
        visit = often[cells[place]] if habit_of[place] > 0 else seldom[cells[place]]
        places[number] = place
        number += int(w_visit[place] <= visit)
    return number


@inside
def may_find_it_closed(may: Any, known_point_of: Any, is_open: Any) -> None:
    """Mark who knows of a meeting point that is closed."""
    for place in range(may.size):
        known = known_point_of[place]
        if known >= 0 and is_open[known] == 0:
            may[place] |= MEETING


@inside
def may_be_supported(may: Any, words: Any, district_limits: Any, district_of: Any) -> None:
    """Mark who may be contacted, visited, have the dwelling adapted or take a course."""
    for place in range(may.size):
        d = np.uint32(district_of[place])
        may[place] |= SUPPORT * (
            np.uint8(words[0, place] <= district_limits[TOLD, d])
            | np.uint8(words[2, place] <= district_limits[PREVENTED, d])
            | np.uint8(words[3, place] <= district_limits[ADAPTED, d])
            | np.uint8(words[3, place] >= district_limits[TAUGHT, d])
        )


@inside
def mark_links(marks: Any, column: Any, unmarked: Any) -> None:
    """Mark the rows whose value is another than `unmarked`, so that links can look it up.

    Args:
        marks: filled, shape (rows + 1,): a link to row r looks at r + 1, and no link (-1) at 0,
            which is never marked. So no branch is needed.
        column: shape (rows,).
    """
    marks[0] = 0
    for i in range(column.size):
        marks[i + 1] = np.uint8(column[i] != unmarked)


@inside
def may_hear(
    may: Any,
    look: Any,
    places: Any,
    w_hear: Any,
    word_of_mouth: Any,
    birth_month_of: Any,
    setting_of: Any,
    acquaintances_of: Any,
    visited: Any,
    now: int,
) -> None:
    """Mark adults at home who may hear of a meeting point, by themselves or from acquaintances.

    Args:
        look, places: room for marks and places of a block.
        word_of_mouth: limit of hearing by the number of acquaintances who visited, shape (5,).
        birth_month_of, setting_of, acquaintances_of: columns of the block's rows.
        visited: marks of who visited last month, see `mark_links`.
        now: this month.
    """
    most = word_of_mouth[ACQUAINTANCES]
    grown = np.int16(now - ADULT * 12)
    for place in range(may.size):
        at_home = np.uint8(birth_month_of[place] <= grown) & np.uint8(
            setting_of[place] != NURSING_HOME
        )
        look[place] = at_home & np.uint8(w_hear[place] <= most)
    for one in range(choose(places, look)):
        place = places[one]
        visitors = np.uint32(0)
        for tie in range(ACQUAINTANCES):
            visitors += visited[np.uint32(acquaintances_of[place, tie] + np.int32(1))]
        may[place] |= MEETING * np.uint8(w_hear[place] <= word_of_mouth[visitors])


@inside
def may_follow_strangers(
    may: Any, touched: Any, cells: Any, follows_of: Any, partner_of: Any
) -> None:
    """Mark who has a tie to somebody who is gone, and grown-ups who follow a parent still.

    Args:
        touched: 1 for partner, child and parent of who is gone.
        Others: columns of the block's rows.
    """
    for place in range(may.size):
        follows = follows_of[place]
        grown = cells[place] % np.uint32(AGES) >= np.uint32(ADULT)
        follows_stranger = (
            np.uint8(follows >= 0) & np.uint8(grown) & np.uint8(follows != partner_of[place])
        )
        may[place] |= TIES * (touched[place] | follows_stranger)


@inside
def may_lose_ties(may: Any, gone: Any, follows_of: Any, child_of: Any) -> None:
    """Mark those whose child or whom they follow is gone.

    Args:
        gone: marks of who is gone, see `mark_links`.
        Others: columns of the block's rows.
    """
    one = np.int32(1)
    for place in range(may.size):
        followed = gone[np.uint32(follows_of[place] + one)]
        may[place] |= TIES * (followed | gone[np.uint32(child_of[place] + one)])
