"""Telling ignorance from chance: the variance components of a nested design.

Every draw of the assumptions (d = 1 … D) is simulated with K courses of chance (k = 1 … K):

    x[d, k] = mean + a[d] + e[d, k]

where a is what the assumptions do and e is chance. The mean of a draw still contains chance, with
variance Var(e) / K, so that the plain variance of the draw means is too large. The usual estimates
of a one-way random effects model (Searle, Casella, McCulloch: "Variance Components", 1992) are

    Var(e) = mean over d of the variance within a draw
    Var(a) = max(0, variance of the draw means - Var(e) / K)

and for ranges, the draw means are drawn toward their mean by sqrt(Var(a) / variance of the draw
means), so that they scatter as the assumptions alone would make them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Components:
    """Variance components; every array but the first two has the shape of one run's values.

    Attributes:
        draw_means: mean of each draw over its courses of chance, shape (draws, …).
        without_chance: draw means as the assumptions alone would scatter them, same shape.
        mean: mean of all runs.
        sd_chance: standard deviation of one run by chance.
        sd_parameters: standard deviation by not knowing the assumptions.
        standard_error: of the mean, because the number of draws is limited.
    """

    draw_means: Array
    without_chance: Array
    mean: Array
    sd_chance: Array
    sd_parameters: Array
    standard_error: Array

    def parameter_range(self, low: float, high: float) -> tuple[Array, Array]:
        """Range from not knowing the assumptions, chance taken out, as estimated."""
        ends = np.quantile(self.without_chance, [low, high], axis=0)
        return ends[0], ends[1]

    def shown_range(self, low: float, high: float) -> tuple[Array, Array]:
        """The range to be shown: never narrower than the mean's own confidence interval.

        Where chance hides what the assumptions do, the estimated range shrinks to a point. That
        point is itself only known as well as the number of runs allows, and to show it bare would
        be false certainty.
        """
        draws = self.draw_means.shape[0]
        margin = stats.t.ppf(0.5 + CONFIDENCE / 2, draws - 1) * self.standard_error
        below, above = self.parameter_range(low, high)
        return np.minimum(below, self.mean - margin), np.maximum(above, self.mean + margin)


def excludes_zero(low: Array, high: Array) -> NDArray[np.bool_]:
    """Whether a range is told from zero (NaN is not)."""
    outside: NDArray[np.bool_] = (low > 0) | (high < 0)
    return outside


def components(values: Array) -> Components:
    """Split the scatter of runs of shape (draws, seeds, …); NaN in any run gives NaN."""
    draws, seeds = values.shape[:2]
    draw_means = values.mean(axis=1)
    mean = draw_means.mean(axis=0)
    within = values.var(axis=1, ddof=1).mean(axis=0)
    between = draw_means.var(axis=0, ddof=1)
    parameters = np.maximum(0.0, between - within / seeds)
    # Equal draws (an effect of exactly zero) need no shrinking, and must not be divided by zero.
    share = np.divide(parameters, between, out=np.zeros_like(between), where=between > 0)
    share = np.where(np.isnan(between), np.nan, share)
    return Components(
        draw_means=draw_means,
        without_chance=mean + np.sqrt(share) * (draw_means - mean),
        mean=mean,
        sd_chance=np.sqrt(within),
        sd_parameters=np.sqrt(parameters),
        standard_error=np.sqrt(between / draws),
    )
