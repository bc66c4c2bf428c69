"""Whom measures can reach: outreach, preventive visits, adapted dwellings, courses."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def can_be_contacted(age: int, from_age: int, withdrawn: bool, knows_a_point: bool) -> bool:
    """Whether outreach looks for a resident: old enough, withdrawn or without a meeting point."""
    return age >= from_age and (withdrawn or not knows_a_point)


@compiled
def can_be_visited(
    age: int, from_age: int, care_grade: int, prevention_until: int, month: int
) -> bool:
    """Whether a preventive visit can be made: old enough, no care need, no visit still at work."""
    return age >= from_age and care_grade == 0 and prevention_until < month


@compiled
def can_be_adapted(age: int, from_age: int, barrier_free: bool, in_nursing_home: bool) -> bool:
    """Whether a dwelling can be adapted: old enough, at home, not barrier-reduced yet."""
    return age >= from_age and not barrier_free and not in_nursing_home


@compiled
def can_take_a_course(age: int, from_age: int, online: bool) -> bool:
    """Whether a course can bring a resident online: old enough, offline."""
    return age >= from_age and not online
