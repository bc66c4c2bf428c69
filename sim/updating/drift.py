"""How far the counted age groups of a district drift from the model beyond chance.

The model spreads an age group over single years as in the whole town, and lets newcomers have the
same ages everywhere. Real districts differ: one was settled by people of one age, another gets
homes for families. Every year an age group of n people therefore drifts from the model by a number
with standard deviation f · sqrt(n), f being `model_drift_factor` of the ledger, independently of
other districts and years; within a district the drifts of a year add up to nothing, because how
many move in and out is the business of net migration. This is the discrepancy of Kennedy and
O'Hagan, "Bayesian calibration of computer models", J. R. Stat. Soc. B 63, 2001. It widens every
forecast after the last count, and it keeps an update from bending assumptions until they explain
what the model cannot.
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
        factor: standard deviation in a year, over the root of the group's size.
        edges: youngest age of each group that drifts as one, and 121.
        seed: seed of the study.
    """

    factor: float
    edges: tuple[int, ...]
    seed: int

    def covariance(self, sizes: Array, figures: Sequence[Figure], years: int) -> Array:
        """Covariance of the drift of figures after some years, shape (figures, figures).

        Args:
            sizes: residents by district and group, shape (districts, groups).
            figures: which figures.
            years: since there was no drift.
        """
        found = np.zeros((len(figures), len(figures)))
        for district, groups in enumerate(sizes):
            inside = np.stack([self._inside(one, district) for one in figures])
            total = groups.sum()
            together = np.outer(groups, groups) / total if total > 0.0 else 0.0
            found += inside @ (np.diag(groups) - together) @ inside.T
        return np.asarray(years * self.factor**2 * found, dtype=np.float64)

    def _inside(self, figure: Figure, district: int) -> Array:
        """Which groups of a district a figure counts, 0 or 1."""
        here = figure.district in (None, district)
        pairs = zip(self.edges, self.edges[1:], strict=False)
        return np.array(
            [
                float(here and figure.age_from <= low and high <= figure.age_to + 1)
                for low, high in pairs
            ]
        )

    def yearly(self, draws: Sequence[int], seeds: int, years: int, sizes: Array) -> Array:
        """Drift of each year, shape (draws, seeds, years, districts, groups).

        That of a draw does not depend on how many there are.

        Args:
            draws: numbers of the draws.
            seeds: courses of chance per draw.
            years: number of years.
            sizes: residents by district and group, shape (districts, groups).
        """
        shape = (seeds, years, *sizes.shape)
        numbers = np.stack([self._of(draw).standard_normal(shape) for draw in draws])
        drift = self.factor * np.sqrt(sizes) * numbers
        total = sizes.sum(axis=-1, keepdims=True)
        shares = np.divide(sizes, total, out=np.zeros_like(sizes), where=total > 0.0)
        return np.asarray(drift - shares * drift.sum(axis=-1, keepdims=True), dtype=np.float64)

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
        """A figure from numbers by district and group, shape without the last two axes."""
        districts = by_group.shape[-2]
        inside = np.stack([self._inside(figure, district) for district in range(districts)])
        return np.asarray((by_group * inside).sum(axis=(-2, -1)), dtype=np.float64)


def edges_of(figures: Sequence[Figure]) -> tuple[int, ...]:
    """Edges of the age groups that counted figures tell apart."""
    if not figures:
        return EDGES
    return tuple(
        sorted({0, AGES, *(edge for one in figures for edge in (one.age_from, one.age_to + 1))})
    )
