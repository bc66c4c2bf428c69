"""Feeling lonely, and living withdrawn."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def next_loneliness(
    lonely: bool,
    onset: float,
    recovery: float,
    bereaved: bool,
    takes_part: bool,
    strained: bool,
    grief: float,
    ease: float,
    strain_odds: float,
    mean: float,
    u: float,
) -> bool:
    """Whether a resident is lonely after this month.

    Two states; without the two influences the share settles at the observed one for sex, age,
    partner and home (onsets are solved so, see `sim.rates.engagement`). Taking part in a meeting
    point divides the odds: half of that keeps people from becoming lonely, half helps out of it.

    Args:
        lonely: now, yes (1) or no (0).
        onset, recovery: monthly probabilities of the group.
        bereaved: lost the partner this month.
        takes_part: visits a meeting point regularly.
        strained: highly burdened family carer.
        grief: chance to become lonely in the month the partner dies.
        ease: square root of the odds ratio of taking part, at most 1.
        strain_odds: odds ratio of a strained carer.
        mean: mean influence on the onset in this sex and age band at the start.
        u: uniform number.
    """
    if lonely:
        leave = recovery
        if takes_part:
            leave = leave / ease
        return u >= leave
    enter = onset / mean
    if takes_part:
        enter *= ease
    if strained:
        enter *= strain_odds
    if bereaved:
        enter += grief
    return u < enter


@compiled
def next_withdrawal(withdrawn: bool, onset: float, recovery: float, u: float) -> bool:
    """Whether a resident lives withdrawn after this month."""
    if withdrawn:
        return u >= recovery
    return u < onset
