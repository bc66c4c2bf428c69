"""Taking up and dropping volunteering, and turning to the quarter."""

from __future__ import annotations

from sim.compiled import compiled

NONE, ELSEWHERE, IN_QUARTER = 0, 1, 2


@compiled
def next_volunteering(
    volunteer: int, start: float, stop: float, grade: int, quarter_share: float, u: float
) -> int:
    """Volunteering after this month: 0 none, 1 elsewhere, 2 in the quarter.

    Args:
        volunteer: now.
        start, stop: monthly probabilities by age and education, solved so that the share by age
            stays as observed.
        grade: care grade; from grade 3 nobody volunteers.
        quarter_share: share of volunteers who are active in the quarter.
        u: uniform number.
    """
    if grade >= 3:
        return NONE
    if volunteer == NONE:
        if u < start:
            return IN_QUARTER if u < start * quarter_share else ELSEWHERE
        return NONE
    return NONE if u < stop else volunteer


@compiled
def chance_of_being_won(recruited: float, takes_part: bool, meeting_point_recruits: float) -> float:
    """Monthly chance of an adult at home to be won for volunteering in the quarter.

    Args:
        recruited: chance by managers, staff and trainings in the district.
        takes_part: visits a meeting point regularly.
        meeting_point_recruits: further chance of regular visitors.
    """
    if takes_part:
        return recruited + meeting_point_recruits
    return recruited


@compiled
def chance_of_leaving_the_quarter(
    stop: float, trained_share: float, training_stop_factor: float
) -> float:
    """Monthly chance to leave the quarter's groups; those who were trained stay longer.

    Args:
        stop: of volunteers who were not trained.
        trained_share: share of the district's volunteers who were trained.
        training_stop_factor: factor for them.
    """
    return stop * (1.0 - trained_share * (1.0 - training_stop_factor))


@compiled
def share_in_quarter(age: int, share: float) -> float:
    """Share of volunteers who are active in the quarter, or chance to join: from 18 only."""
    return share if age >= 18 else 0.0


@compiled
def grade_for_volunteering(grade: int, in_nursing_home: bool) -> int:
    """Care grade as far as volunteering goes: a nursing home counts like the highest."""
    return 5 if in_nursing_home else grade


@compiled
def can_be_won(age: int, grade: int, volunteer: int) -> bool:
    """Whether an adult can be won for the quarter: in fair health and not active there yet.

    Args:
        age: completed years.
        grade: see `grade_for_volunteering`.
        volunteer: 0 none, 1 elsewhere, 2 in the quarter.
    """
    return age >= 18 and grade < 3 and volunteer != IN_QUARTER


@compiled
def next_place_of_volunteering(
    volunteer: int, stop_quarter: float, join_quarter: float, recruited: float, grade: int, u: float
) -> int:
    """Where a resident volunteers after this month.

    Args:
        volunteer: 0 none, 1 elsewhere, 2 in the quarter.
        stop_quarter: monthly probability to leave the quarter's groups for others.
        join_quarter: monthly probability of volunteers elsewhere to join, balancing the leavers.
        recruited: monthly probability to be won by a meeting point, a manager or a training;
            also of those who do not volunteer yet.
        grade: care grade; from grade 3 nobody volunteers.
        u: uniform number.
    """
    if volunteer == IN_QUARTER:
        return ELSEWHERE if u < stop_quarter else IN_QUARTER
    chance = recruited
    if volunteer == ELSEWHERE:
        chance += join_quarter
    if grade < 3 and u < chance:
        return IN_QUARTER
    return volunteer


@compiled
def minutes_given(
    u: float,
    share_low: float,
    share_middle: float,
    minutes_low: float,
    minutes_middle: float,
    minutes_high: float,
) -> float:
    """Minutes a week a volunteer gives, one of three classes."""
    if u < share_low:
        return minutes_low
    if u < share_low + share_middle:
        return minutes_middle
    return minutes_high
