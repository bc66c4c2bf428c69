"""Hearing of a meeting point, wishing to visit it, the habit that grows."""

from __future__ import annotations

from sim.compiled import compiled


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
