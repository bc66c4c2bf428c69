"""Organised help of neighbours for light needs."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def neighbourly_help_wanted(
    grade: int, highest_grade: int, need: int, given: int, most_minutes: int
) -> int:
    """Minutes a week a person at home would take from neighbours.

    Args:
        grade: care grade; above `highest_grade` the need is too heavy for neighbours.
        highest_grade: the highest that neighbours help.
        need: minutes a week.
        given: minutes a week by family and services.
        most_minutes: what one person gets at most.
    """
    if grade > highest_grade:
        return 0
    return max(0, min(need - given, most_minutes))


@compiled
def order_of_neighbourly_help(need: int, given: int, u: float) -> float:
    """Place in the queue for neighbours: by the uncovered share in eighths, then by lot."""
    return int(8.0 * (need - given) / need) + u
