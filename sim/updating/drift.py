"""How far the counted age groups of a district drift from the model beyond chance.

The model spreads an age group over single years as in the whole town, and lets newcomers have the
same ages everywhere. Real districts differ: one was settled by people of one age, another gets
homes for families. An age group therefore drifts from the model by a share of itself each year
(`model_drift_share_per_year` of the ledger), independently of other groups, districts and years:
the discrepancy of Kennedy and O'Hagan, "Bayesian calibration of computer models", J. R. Stat. Soc.
B 63, 2001. It widens every forecast after the last count, and it keeps an update from bending
assumptions until they explain what the model cannot.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.town.figures import Figure
from sim.updating.targets import AGES

Array = NDArray[np.float64]

EDGES = (0, 18, 45, 65, 80, AGES)
"""Age groups that drift, where no counted figures tell others."""


@dataclass(frozen=True)
class Drift:
    """Drift of the age groups.

    Attributes:
        share: standard deviation in a year, as a share of an age group of a district.
        edges: youngest age of each group that drifts as one, and 121.
        seed: seed of the study.
    """

    share: float
    edges: tuple[int, ...]
    seed: int

    def variance(self, counted: Array, years: int = 1) -> Array:
        """Variance of counted figures after some years, shape as `counted`."""
        found: Array = years * (self.share * np.maximum(counted, 1.0)) ** 2
        return found

    def numbers(self, draws: Sequence[int], seeds: int, years: int, districts: int) -> Array:
        """Standard normal numbers, shape (draws, seeds, years, districts, groups).

        Those of a draw do not depend on how many there are.
        """
        shape = (seeds, years, districts, len(self.edges) - 1)
        return np.stack([self._of(draw).standard_normal(shape) for draw in draws])

    def _of(self, draw: int) -> np.random.Generator:
        digest = hashlib.sha256(f"drift {self.seed} {draw}".encode()).digest()
        return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "big")))

    def groups(self, residents: NDArray[np.int32]) -> Array:
        """Residents by district and group, shape (…, districts, groups)."""
        parts = [
            residents[..., low:high].sum(axis=-1)
            for low, high in zip(self.edges, self.edges[1:], strict=False)
        ]
        return np.stack(parts, axis=-1).astype(np.float64)

    def of(self, by_group: Array, figure: Figure) -> Array:
        """Drift of a figure from that of the groups, shape without the last two axes."""
        inside = [
            place
            for place, (low, high) in enumerate(zip(self.edges, self.edges[1:], strict=False))
            if figure.age_from <= low and high <= figure.age_to + 1
        ]
        ages = by_group[..., inside].sum(axis=-1)
        found: Array = ages.sum(axis=-1) if figure.district is None else ages[..., figure.district]
        return found


def edges_of(figures: Sequence[Figure]) -> tuple[int, ...]:
    """Edges of the age groups that counted figures tell apart."""
    if not figures:
        return EDGES
    return tuple(
        sorted({0, AGES, *(edge for one in figures for edge in (one.age_from, one.age_to + 1))})
    )
