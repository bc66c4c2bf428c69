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
    """Minutes a week a partner who cares could give: all, less in poor health, none from grade 2."""
    if grade_of_partner >= 2:
        return 0
    given = minutes
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
    if grade_of_child >= 1:
        return 0
    given = minutes
    if child_strained:
        given *= factor_strained
    return int(given + 0.5)
