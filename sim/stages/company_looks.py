"""Looks of the second stage: whose ties, feelings, visits or volunteering may change.

Each look sets the bits of the rules it speaks for; of a resident only these rules are asked. What a
look is and how it is written: `sim.stages.screening`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import inside
from sim.residents import ACQUAINTANCES, NURSING_HOME
from sim.rules.volunteering import IN_QUARTER
from sim.stages.screening import (
    ADAPTED,
    ADULT,
    AGES,
    BURDEN,
    COMPANY,
    LEAVES_QUARTER,
    LESS_LONELY,
    MEETING,
    PREVENTED,
    SITUATIONS,
    STARTS,
    STOPS,
    SUPPORT,
    TAUGHT,
    TIES,
    TOLD,
    VISITS,
    VISITS_BY_HABIT,
    VOLUNTEERING,
    WITHDRAWAL,
    WON,
    choose,
)


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
def may_find_it_closed(may: Any, known_point_of: Any, closed: Any) -> None:
    """Mark who knows of a meeting point that is closed.

    Args:
        closed: marks of the points that are, see `mark_links`.
    """
    for place in range(may.size):
        may[place] |= MEETING * closed[np.uint32(np.int32(known_point_of[place]) + np.int32(1))]


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
        # Without a sign: no look whether a place is counted from the end.
        row = np.uint64(places[one])
        visitors = np.uint64(0)
        for tie in range(ACQUAINTANCES):
            visitors += visited[np.uint32(acquaintances_of[row, np.uint64(tie)] + np.int32(1))]
        if w_hear[row] <= word_of_mouth[visitors]:
            may[row] |= MEETING


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
