"""Who is born and who moves in: households of newcomers and what their members are like."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled

ROOT_OF_PI = math.sqrt(math.pi)
OLDEST_CHILD_MONTHS = 12 * 12
FULL_AGE_MONTHS = 18 * 12
OLDEST_MONTHS = 12 * 121 - 1
PARTNER_SPREAD_MONTHS = 24


@compiled
def sex_of_newborn(boys_per_girl: float, u: float) -> int:
    """0 for a boy, 1 for a girl."""
    return 0 if u < boys_per_girl / (1.0 + boys_per_girl) else 1


@compiled
def newcomer_households(expected: float, u: float) -> int:
    """Households that move into a district this month: the mean, rounded by lot."""
    return int(expected + u)


@compiled
def lower_digits(u: float, scale: float) -> float:
    """What is left of a uniform number below the digits that were used: uniform again."""
    return u * scale - int(u * scale)


@compiled
def months_of_head(age: int, fraction: float) -> int:
    """Age in months of a newcomer of `age` completed years."""
    return age * 12 + int(12.0 * fraction)


@compiled
def months_of_partner(months: int, fraction: float) -> int:
    """Age in months of a newcomer's partner: up to two years younger or older, of full age."""
    older = int(2.0 * PARTNER_SPREAD_MONTHS * fraction) - PARTNER_SPREAD_MONTHS
    return min(max(FULL_AGE_MONTHS, months + older), OLDEST_MONTHS)


@compiled
def number_of_children(age: int, share: float, u: float) -> int:
    """Children a newcomer of 25 to 44 brings along: none, one or two.

    Args:
        age: of the head of the household.
        share: chance to bring children; half of those bring two.
        u: uniform number.
    """
    if age < 25 or age >= 45 or u >= share:
        return 0
    return 1 if u < 0.5 * share else 2


@compiled
def months_of_child(months_of_head: int, u: float) -> int:
    """Age in months of a child moving in: under twelve, born after its parent came of age."""
    return int(u * min(OLDEST_CHILD_MONTHS, months_of_head - FULL_AGE_MONTHS))


@compiled
def place_in_district(
    centre_x: float, centre_y: float, radius: float, u_east: float, u_north: float
) -> tuple[int, int]:
    """A place in the square that has the district's centre and area, metres east and north.

    Args:
        centre_x, centre_y: metres from the town's origin.
        radius: of a circle of the district's area, metres.
        u_east, u_north: uniform numbers.
    """
    side = radius * ROOT_OF_PI
    return int(centre_x + (u_east - 0.5) * side), int(centre_y + (u_north - 0.5) * side)


@compiled
def education_of_newcomer(cumulative: NDArray[np.float64], u: float) -> int:
    """Education, 0 low, 1 middle, 2 high; cumulative shares of low, and low or middle."""
    return int(u >= cumulative[0]) + int(u >= cumulative[1])


@compiled
def care_grade_of_newcomer(cumulative: NDArray[np.float64], u: float) -> int:
    """Care grade, 0 to 5; cumulative shares of grades 0 to 5 at that sex and age."""
    grade = 0
    while grade < 5 and u >= cumulative[grade]:
        grade += 1
    return grade


@compiled
def volunteering_of_newcomer(
    age: int, grade: int, share: float, quarter_share: float, u: float
) -> int:
    """Volunteering on arrival: 0 none, 1 elsewhere, 2 in the quarter.

    Args:
        age: from 14.
        grade: care grade; from grade 3 nobody volunteers.
        share: of volunteers at that age.
        quarter_share: share of volunteers who are active in the quarter.
        u: uniform number.
    """
    if age < 14 or grade >= 3 or u >= share:
        return 0
    return 2 if u < share * quarter_share else 1


@compiled
def has_child_in_reach(age: int, share: float, u: float) -> bool:
    """Whether a newcomer has an adult child outside the town within reach."""
    return age >= 50 and u < share
