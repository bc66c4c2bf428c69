"""Walking and stairs."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def next_mobility(limited: bool, onset: float, recovery: float, u: float) -> bool:
    """Whether a resident has great difficulty walking or on stairs after this month."""
    if limited:
        return u >= recovery
    return u < onset
