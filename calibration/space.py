"""The space of what nobody knows: every uncertain assumption an axis, drawn by its own quantiles.

A point of the unit cube stands for values: coordinate u of an assumption is the value that is not
exceeded with probability u. So a sample that is even in the cube is a sample of the ledger,
whatever its distributions are, and any library that samples cubes can be used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.town.ledger import Assumption, Ledger

Array = NDArray[np.float64]

EDGE = 1e-6
"""Coordinates stay this far inside the cube: a bell has no value at 0 and 1."""

FURTHEST = float(-ndtri(EDGE))
_GRID = np.linspace(-FURTHEST, FURTHEST, 2001)

NO_INFLUENCE = ("costs",)
"""Groups of the ledger that set prices: nothing that people do hangs on them."""


def searchable(ledger: Ledger) -> tuple[str, ...]:
    """Uncertain assumptions that can move anything but money, in the order of the ledger."""
    return tuple(name for name in ledger.uncertain if ledger[name].group not in NO_INFLUENCE)


@dataclass(frozen=True)
class Space:
    """Some assumptions of a ledger as axes of a cube.

    Attributes:
        ledger: their ranges.
        names: the assumptions, an axis each.
    """

    ledger: Ledger = field(repr=False)
    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of axes."""
        return len(self.names)

    def values(
        self, point: Sequence[float] | Array, others: Mapping[str, float]
    ) -> dict[str, float]:
        """Value of every assumption at a point.

        Args:
            point: coordinates in the unit cube, shape (names,).
            others: values of those that are no axis; those of the axes are replaced.
        """
        inside = np.clip(np.asarray(point, dtype=np.float64), EDGE, 1.0 - EDGE)
        moved = {
            name: self.ledger[name].quantile(float(u))
            for name, u in zip(self.names, inside, strict=True)
        }
        return {**others, **moved}

    @cached_property
    def _scaled_grid(self) -> Array:
        """Each assumption's scaled value on a grid of standard normal scores, (names, grid)."""
        return np.array([_scaled(self.ledger[name]) for name in self.names])

    def scaled(self, scores: Array) -> Array:
        """Values that an emulator can be fitted to: 0 in the middle, ±1 at 5 and 95 %.

        Args:
            scores: standard normal scores, shape (points, names).
        """
        columns = [
            np.interp(scores[:, axis], _GRID, self._scaled_grid[axis]) for axis in range(self.size)
        ]
        return np.stack(columns, axis=1) if columns else np.zeros((len(scores), 0))


def scores_of(points: Array) -> Array:
    """Standard normal scores of points of the cube; independent of each other in the ledger."""
    return np.asarray(ndtri(np.clip(points, EDGE, 1.0 - EDGE)), dtype=np.float64)


def points_of(scores: Array) -> Array:
    """Points of the cube from standard normal scores."""
    return np.asarray(ndtr(np.clip(scores, -FURTHEST, FURTHEST)), dtype=np.float64)


def _scaled(one: Assumption) -> Array:
    low, middle, high = (one.quantile(p) for p in (0.05, 0.5, 0.95))
    values = np.array([one.quantile(float(p)) for p in ndtr(_GRID)])
    return (values - middle) / ((high - low) / 2.0)
