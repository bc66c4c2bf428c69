"""Moving away and giving birth."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def moves_away(
    monthly_probability: float, in_nursing_home: bool, decider_in_nursing_home: bool, u: float
) -> bool:
    """Whether a resident leaves town; `u` is the draw of the person whose decision one follows."""
    return not in_nursing_home and not decider_in_nursing_home and u < monthly_probability


@compiled
def gives_birth(monthly_probability: float, is_woman: bool, u: float) -> bool:
    """Whether a woman who stays gives birth this month."""
    return is_woman and u < monthly_probability
