"""Whether what was counted is more of a surprise than chance and not knowing explain.

The counted figures of a year are set beside those of one run of each draw as if they were one run
more. Their joint distance from the middle (Mahalanobis) takes into account that figures go
together; the share of runs at least as far away is the p-value. If the model is true, the town is
just another run, every rank is equally likely, and so is every p-value: whatever the shape of the
distribution. (This is the reasoning of conformal prediction. Only one run of each draw takes part,
because runs of the same draw are more alike than they and the town are.)

Of many single figures one in twenty stands out by chance. Each is therefore set against the largest
deviation of any figure in each run (Westfall and Young, "Resampling-Based Multiple Testing", 1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.town.figures import Figure
from sim.updating.targets import independent

Array = NDArray[np.float64]

SIGNIFICANT = 0.05
_ALMOST_NOTHING = 1e-9


@dataclass(frozen=True)
class Surprise:
    """A year's counted figures against the forecast made before.

    Attributes:
        figures: what was counted.
        median, low, high: of the forecast, shape (figures,).
        standard: deviation of each figure in standard deviations of the forecast.
        p_single: p-value of each figure, adjusted for looking at all of them.
        p_value: p-value of all figures together.
        dimensions: figures that enter the joint distance (the others follow from them).
        draws: number of draws of the forecast, so that p is no smaller than 1 / (draws + 1).
    """

    figures: tuple[Figure, ...]
    median: Array
    low: Array
    high: Array
    standard: Array
    p_single: Array
    p_value: float
    dimensions: int
    draws: int

    @property
    def more_than_chance(self) -> bool:
        """Whether all figures together lie further away than chance and not knowing explain."""
        return self.p_value <= SIGNIFICANT

    @property
    def smallest_p(self) -> float:
        """The smallest p-value that so many draws can give."""
        return 1.0 / (self.draws + 1)


def surprise(
    figures: Sequence[Figure], runs: Array, districts: int, ends: tuple[float, float]
) -> Surprise:
    """Compare counted figures with a forecast.

    Args:
        figures: what was counted, of one year.
        runs: the same figures of the forecast's runs, shape (draws, seeds, figures).
        districts: number of districts of the town.
        ends: probabilities of the ends of the range shown.
    """
    figures = tuple(figures)
    counted = np.array([one.value for one in figures])
    draws, seeds = runs.shape[:2]
    flat = runs.reshape(draws * seeds, -1)
    low, median, high = np.quantile(flat, [ends[0], 0.5, ends[1]], axis=0)
    one_each = runs[np.arange(draws), np.arange(draws) % seeds]
    everybody = np.concatenate([one_each, counted[None]])
    away = everybody - everybody.mean(axis=0)
    spread = np.sqrt((away**2).mean(axis=0))
    standard = away / np.where(spread > _ALMOST_NOTHING, spread, 1.0)
    kept = [figures.index(one) for one in independent(figures, districts)]
    distance = _distances(standard[:, kept])
    largest = np.abs(standard).max(axis=1)
    return Surprise(
        figures=figures,
        median=median,
        low=low,
        high=high,
        standard=(counted - flat.mean(axis=0)) / np.maximum(flat.std(axis=0, ddof=1), 1e-9),
        p_single=np.array([_rank(largest[:-1], abs(one)) for one in standard[-1]]),
        p_value=_rank(distance[:-1], float(distance[-1])),
        dimensions=len(kept),
        draws=draws,
    )


def _distances(standard: Array) -> Array:
    """Squared Mahalanobis distance of each row from the middle; correlations drawn toward none."""
    correlation = standard.T @ standard / len(standard)
    figures = len(correlation)
    pull = figures / (figures + len(standard))
    shrunk = (1.0 - pull) * correlation + pull * np.eye(figures)
    found: Array = (standard * np.linalg.solve(shrunk, standard.T).T).sum(axis=1)
    return found


def _rank(others: Array, one: float) -> float:
    """Share of worlds at least as far away, the counted one among them."""
    beyond = others >= one - _ALMOST_NOTHING * max(1.0, abs(one))
    return float((beyond.sum() + 1.0) / (len(others) + 1.0))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values of several years, adjusted for looking at all of them (Holm 1979)."""
    order = np.argsort(np.asarray(p_values), kind="stable")
    adjusted = np.zeros(len(p_values))
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return tuple(float(one) for one in adjusted)
