"""Runs of the reference kept at the month in which plans began to differ from it.

Whoever moves a slider asks about another plan in the same worlds: all months before it differs are
known already. Only the runs of a first answer are kept, because only they are waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sim.dashboard.answering.memory import Bounded
from sim.model import Outcome
from sim.together import Trunk, simulate_together
from sim.town.plan import Plan
from sim.town.town import Town

DRAWS_OF_A_FIRST_ANSWER = 2
MOST_BYTES = 128_000_000


class Trunks:
    """Simulates plans together, from where they begin to differ if that is kept."""

    def __init__(self) -> None:
        self._kept: Bounded[Trunk] = Bounded(MOST_BYTES, lambda trunk: trunk.nbytes)

    def __len__(self) -> int:
        return len(self._kept)

    def simulate(
        self,
        town: Town,
        plans: Sequence[Plan],
        *,
        values: Mapping[str, float],
        seed: int,
        should_stop: Callable[[], bool] | None = None,
        **more: Any,
    ) -> Iterator[Outcome]:
        """Outcomes in the plans' order; takes what `sim.together.simulate_together` does."""
        key = town.fingerprint, tuple(values.items()), seed
        kept = self._kept.get(key)
        if kept is not None and all(kept.carries(plan) for plan in plans):
            return (kept.grow(plan, should_stop) for plan in plans)
        return simulate_together(
            town, plans, values=values, seed=seed, should_stop=should_stop,
            trunk_at=partial(self._kept.put, key), **more,
        )  # fmt: skip
