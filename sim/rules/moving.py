"""Moving away and giving birth."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def moves_away(monthly_probability, in_nursing_home, decider_in_nursing_home, u):
    """Whether a resident leaves town; `u` is the draw of the person whose decision one follows."""
    return not in_nursing_home and not decider_in_nursing_home and u < monthly_probability


@compiled
def gives_birth(monthly_probability, is_woman, u):
    """Whether a woman who stays gives birth this month."""
    return is_woman and u < monthly_probability
