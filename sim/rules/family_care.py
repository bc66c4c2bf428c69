"""Care needed, and what the family can give."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def care_needed(
    minutes_of_grade: float, spread: float, barrier_free: bool, barrier_free_factor: float, u: float
) -> int:
    """Minutes a week a person needs: the grade's mean, spread evenly from person to person.

    Args:
        minutes_of_grade: mean of the care grade.
        spread: half width of the spread, as a share of the mean.
        barrier_free: dwelling is barrier-reduced; then `barrier_free_factor` applies.
        u: uniform number, the person's own for life.
    """
    minutes = minutes_of_grade * (1.0 + spread * (2.0 * u - 1.0))
    if barrier_free:
        minutes *= barrier_free_factor
    return int(minutes + 0.5)


@compiled
def partner_could_give(
    grade_of_partner: int,
    partner_limited: bool,
    partner_strained: bool,
    minutes: float,
    factor_grade_1: float,
    factor_limited: float,
    factor_strained: float,
) -> int:
    """Minutes a week a partner who cares could give: less in poor health, none from grade 2."""
    given = minutes
    if grade_of_partner >= 2:
        given = 0.0
    if grade_of_partner == 1:
        given *= factor_grade_1
    if partner_limited:
        given *= factor_limited
    if partner_strained:
        given *= factor_strained
    return int(given + 0.5)


@compiled
def child_could_give(
    grade_of_child: int, child_strained: bool, minutes: float, factor_strained: float
) -> int:
    """Minutes a week an adult child in town who cares could give."""
    given = minutes
    if grade_of_child >= 1:
        given = 0.0
    if child_strained:
        given *= factor_strained
    return int(given + 0.5)


@compiled
def others_could_give(
    child_in_reach: bool,
    others_at_home: bool,
    child_minutes: float,
    household_minutes: float,
    kin_minutes: float,
    child_share: float,
    household_share: float,
    kin_share: float,
    u_child: float,
    u_household: float,
) -> int:
    """Minutes a week a child outside the town, others of the household and kin could give.

    Args:
        child_in_reach: has an adult child outside the town within reach.
        others_at_home: lives with others, but without a partner or parent who would care.
        child_minutes, household_minutes, kin_minutes: what each gives who cares.
        child_share, household_share, kin_share: shares of those who care.
        u_child, u_household: uniform numbers, the person's own for life.
    """
    minutes = 0.0
    if child_in_reach and u_child < child_share:
        minutes += child_minutes
    if others_at_home and u_household < household_share:
        minutes += household_minutes
    if 1.0 - u_child < kin_share:
        minutes += kin_minutes
    return int(minutes)


@compiled
def share_not_covered(need: int, potential: int) -> float:
    """Share of the need that the family alone could not cover, 0 to 1."""
    return max(0, need - potential) / need


@compiled
def family_covers(
    left: int, by_partner: int, by_child: int, by_others: int
) -> tuple[int, int, int]:
    """Minutes a week partner, child and others give, in this order, of what services leave."""
    partner = min(left, by_partner)
    child = min(left - partner, by_child)
    others = min(left - partner - child, by_others)
    return partner, child, others


@compiled
def relief_for_carer(has_ambulatory: bool, has_day_care: bool, neighbour_minutes: int) -> int:
    """Bits of what relieves the carers of a person: 1 service, 2 day care, 4 neighbours."""
    relief = 0
    if has_ambulatory:
        relief |= 1
    if has_day_care:
        relief |= 2
    if neighbour_minutes > 0:
        relief |= 4
    return relief
