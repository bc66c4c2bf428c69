"""The burden of family carers."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def relief_of_carer(
    relief: int,
    counselling: float,
    service: float,
    day_care: float,
    neighbour: float,
    counselled: float,
) -> float:
    """Factor on the risk of becoming highly burdened, at most 1.

    Args:
        relief: bits of what reached the person cared for last month: 1 ambulatory service,
            2 day care, 4 neighbourly help.
        counselling: share of carers reached by counselling in the district, 0 to 1.
        service, day_care, neighbour, counselled: factors of the four kinds of relief.
    """
    factor = 1.0 - counselling * (1.0 - counselled)
    if relief & 1:
        factor *= service
    if relief & 2:
        factor *= day_care
    if relief & 4:
        factor *= neighbour
    return factor


@compiled
def next_strain(
    strained: bool,
    caring_minutes: int,
    onset: float,
    recovery: float,
    relief_factor: float,
    mean: float,
    u: float,
) -> bool:
    """Whether a family carer is highly burdened after this month.

    The risk grows in proportion to the hours given; at the mean load of the start the share
    settles at the observed one.

    Args:
        strained: now, yes (1) or no (0).
        caring_minutes: minutes a week given; who gives none is not strained.
        onset: monthly probability at mean load without relief.
        recovery: monthly probability.
        relief_factor: see `relief_of_carer`.
        mean: mean of (hours x relief) over all carers at the start.
        u: uniform number.
    """
    if caring_minutes == 0:
        return False
    if strained:
        return u >= recovery
    return u < onset * (caring_minutes / 60.0) * relief_factor / mean
