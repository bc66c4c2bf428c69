"""Two lives: one synthetic resident under two plans, month by month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.town.plan import Plan

if TYPE_CHECKING:
    from sim.town.town import Town


@dataclass(frozen=True)
class TwoLives:
    """A life under two plans."""


def two_lives(
    town: Town,
    plans: tuple[Plan, Plan],
    resident: int | None = None,
    values: Mapping[str, float] | None = None,
    seed: int = 1,
    should_stop: Callable[[], bool] | None = None,
) -> TwoLives:
    """Follow a resident (by uid; None: the one whose lives part most) through two plans."""
    raise NotImplementedError
