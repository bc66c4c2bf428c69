"""Hearing of a meeting point, wishing to visit it, the habit that grows."""

from __future__ import annotations

import math

from sim.compiled import compiled

FURTHEST_BIN = 61
METRES_PER_BIN = 50.0


@compiled
def takes_part(habit: int, participation_habit: int, in_nursing_home: bool) -> bool:
    """Whether a resident takes part in the life of a meeting point: visits it regularly."""
    return habit >= participation_habit and not in_nursing_home


@compiled
def admits(age: int, all_ages: bool, seniors_age: int) -> bool:
    """Whether a meeting point takes a visitor of this age."""
    return all_ages or age >= seniors_age


@compiled
def metres(x: int, y: int, other_x: int, other_y: int) -> float:
    """Distance as the crow flies."""
    east = float(x - other_x)
    north = float(y - other_y)
    return math.sqrt(east * east + north * north)


@compiled
def is_fetched(age: int, from_age: int, uid: int, coverage: float) -> bool:
    """Whether a ride fetches a resident.

    Args:
        age: completed years.
        from_age: rides are for people of this age and over.
        uid: identity; its bits 40 to 55 decide, so that more rides reach the same and others.
        coverage: share of residents a ride can fetch, 0 to 1.
    """
    return age >= from_age and coverage > 0.0 and (int(uid >> 40) & 0xFFFF) < coverage * 65536.0


@compiled
def bin_of_way(
    distance: float,
    fetched: bool,
    mobility_limited: bool,
    ride_metres: float,
    mobility_distance_factor: float,
) -> int:
    """Bin of 50 m on the way to a point; a ride makes it short, limited mobility longer."""
    if fetched:
        distance = min(distance, ride_metres)
    elif mobility_limited:
        distance /= mobility_distance_factor
    return min(FURTHEST_BIN, int(distance / METRES_PER_BIN))


@compiled
def age_factor(age: int, factor_50_64: float, factor_under_50: float) -> float:
    """Factor on visiting by age: 1 from 65."""
    if age >= 65:
        return 1.0
    return factor_50_64 if age >= 50 else factor_under_50


@compiled
def hears(
    visiting_acquaintances: int,
    withdrawn: bool,
    online: bool,
    own_contact: float,
    word_of_mouth: float,
    online_factor: float,
    u: float,
) -> bool:
    """Whether a resident hears of the nearest meeting point this month without outreach.

    Args:
        visiting_acquaintances: how many of one's acquaintances visited last month.
        withdrawn: withdrawn people hear of nothing on their own.
        online: uses the internet.
        own_contact, word_of_mouth: monthly probabilities, by oneself and per acquaintance.
        online_factor: factor on `own_contact` for people who are online.
        u: uniform number.
    """
    if withdrawn:
        return False
    chance = own_contact
    if online:
        chance *= online_factor
    chance += word_of_mouth * visiting_acquaintances
    return u < chance


@compiled
def forgets(habit: int, forgetting: float, u: float) -> bool:
    """Whether a resident who never visits forgets that there is a meeting point."""
    return habit == 0 and u >= 1.0 - forgetting


@compiled
def chance_of_visiting(
    base: float,
    distance_factor: float,
    age_factor: float,
    grade_factor: float,
    withdrawn: bool,
    lonely: bool,
    habit: int,
    withdrawn_factor: float,
    lonely_factor: float,
    habit_factor: float,
) -> float:
    """Chance to visit at least once this month.

    Args:
        base: chance of a mobile person of 65 and more who lives next door.
        distance_factor: 1 next door, falling with metres (shorter reach with limited mobility).
        age_factor, grade_factor: 1 from 65, less below; 1 without care need, less above.
        withdrawn, lonely: yes (1) or no (0); their factors.
        habit: 0 to 100; at 100 the chance is multiplied by `habit_factor`.
    """
    chance = base * distance_factor * age_factor * grade_factor
    if withdrawn:
        chance *= withdrawn_factor
    if lonely:
        chance *= lonely_factor
    chance *= 1.0 + (habit_factor - 1.0) * habit * 0.01
    return min(chance, 0.95)


@compiled
def visits_wished(chance: float, regular_share: float, u_visit: float, u_regular: float) -> int:
    """Number of visits wished this month: 0, once, or weekly (4)."""
    if u_visit >= chance:
        return 0
    return 4 if u_regular < regular_share else 1


@compiled
def next_habit(habit: int, visits: int, gain: int, loss: int) -> int:
    """Habit of visiting, 0 to 100, after a month with or without a visit."""
    if visits > 0:
        return min(100, habit + gain)
    return max(0, habit - loss)
