"""ABC in what history matching has left: draws that the model itself has to pass.

First a sequential Monte Carlo sampler walks from the ledger's ranges to where the emulators expect
the figures: the figures count a little at first and fully at last, each time so much that half of
the draws still count (Del Moral et al., Stat. Comput. 22, 2012). Then every draw is run with the
model. It is accepted with the chance that the error of the figures and the discrepancy give to the
distance between figure and run (Wilkinson, Stat. Appl. Genet. Mol. Biol. 12, 2013: with these
errors ABC is exact), over the chance it had to be proposed. So a poor emulator costs draws and does
not bend the result; the effective number says how many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.evaluated import Run
from calibration.fitting.emulator import Emulators, one_thread
from calibration.fitting.figures import Fitted
from calibration.fitting.waves import Search, generator, runs_of, surprise
from calibration.space import Space, points_of
from sim.updating.weights import effective_number, normalised, resampled

Array = NDArray[np.float64]

DRAWS = 300
PARTICLES, MOVES, KEPT = 1000, 6, 0.5
FIRST_STEP, FURTHEST = 0.4, 4.75
MOST_STAGES = 60

Evaluate = Callable[[Sequence[Run]], Array]


@dataclass(frozen=True)
class Accepted:
    """Draws that the model passes with, each about as often as it should count.

    Attributes:
        names: assumptions that some figure moves: the posterior is of these.
        scores: standard normal scores of the accepted draws, shape (draws, names).
        points: coordinates of all proposed draws in the search's space, shape (proposed, axes).
        found: what `evaluate` returned for them, shape (proposed, outputs).
        weights: of the proposed draws, adding up to 1.
        effective: so many equally weighted draws would be as good.
        surprise: as of a wave, for the last emulators.
    """

    names: tuple[str, ...]
    scores: Array
    points: Array
    found: Array
    weights: Array
    effective: float
    surprise: float


def log_likelihood(scaled: Array, values: Array, variance: Array, by: Emulators) -> Array:
    """Log chance of figures by emulators, up to a constant, shape (points,).

    Args:
        scaled: scaled values of the assumptions, shape (points, axes).
        values: the figures, shape (figures,).
        variance: of their error and the discrepancy, shape (figures,).
        by: emulators of the figures.
    """
    mean, unknown = by(scaled)
    total = variance + unknown + by.noise
    return np.asarray(-0.5 * ((values - mean) ** 2 / total + np.log(total)).sum(axis=1))


@one_thread()
def proposed(
    space: Space, by: Emulators, fitted: Fitted, number: int, rng: np.random.Generator
) -> Array:
    """Standard normal scores of so many draws of what the emulators allow, shape (number, axes)."""
    values, variance = fitted.values, fitted.variance

    def likelihood(scores: Array) -> Array:
        return log_likelihood(space.scaled(scores), values, variance, by)

    scores = rng.standard_normal((number, space.size)).clip(-FURTHEST, FURTHEST)
    likely = likelihood(scores)
    power, step = 0.0, FIRST_STEP
    for _ in range(MOST_STAGES):
        more = _next(likely, power)
        weights = normalised((more - power) * likely)
        chosen = resampled(weights, number)
        scores, likely, power = scores[chosen], likely[chosen], more
        for _ in range(MOVES):
            # Keeps the standard normal distribution whatever the step: no move leaves the ledger.
            fresh = rng.standard_normal(scores.shape)
            moved = (np.sqrt(1.0 - step**2) * scores + step * fresh).clip(-FURTHEST, FURTHEST)
            then = likelihood(moved)
            taken = np.log(rng.random(number)) < power * (then - likely)
            scores, likely = np.where(taken[:, None], moved, scores), np.where(taken, then, likely)
            step = float(np.clip(step * np.exp(taken.mean() - 0.25), 0.05, 0.9))
        if power >= 1.0:
            break
    return scores[rng.permutation(number)]


def _next(likely: Array, power: float) -> float:
    """The power at which half of the draws still count, 1 at most."""

    def counting(more: float) -> float:
        return effective_number(normalised((more - power) * likely)) / len(likely)

    if counting(1.0) >= KEPT:
        return 1.0
    low, high = power, 1.0
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if counting(middle) >= KEPT else (low, middle)
    return max(low, power + 1e-6)


def narrowed(search: Search) -> tuple[Space, Emulators]:
    """The space of the assumptions that some figure moves, and the emulators on it."""
    inputs = search.emulators.inputs
    names = tuple(search.space.names[axis] for axis in inputs)
    return Space(search.space.ledger, names), search.emulators.on(inputs)


def accepted(
    search: Search,
    evaluate: Evaluate,
    columns: Sequence[int],
    *,
    seed: int = 1,
    draws: int = DRAWS,
) -> Accepted:
    """Draws of the assumptions that the figures allow.

    Args:
        search: the waves.
        evaluate: simulates runs, shape (runs, outputs).
        columns: which of the outputs are the figures of the search, in their order.
        seed: of all draws.
        draws: how many.

    Raises:
        Interrupted: stopped on request.
    """
    space, by = narrowed(search)
    rng = generator(seed, "accept")
    scores = proposed(space, by, search.fitted, max(PARTICLES, draws), rng)[:draws]
    # What no figure moves stays as the ledger draws it.
    points = rng.random((draws, search.space.size))
    points[:, list(search.emulators.inputs)] = points_of(scores)
    middle = search.space.ledger.values()
    first = len(search.points)
    found = evaluate(runs_of(search.space, points, middle, seed, first))
    figures = found[:, list(columns)]
    values, variance = search.fitted.values, search.fitted.variance
    passing = -0.5 * ((values - figures) ** 2 / variance + np.log(variance)).sum(axis=1)
    weights = normalised(passing - log_likelihood(space.scaled(scores), values, variance, by))
    chosen = resampled(weights, draws)
    return Accepted(
        space.names, scores[rng.permutation(chosen)], points, found, weights,
        effective_number(weights), surprise(search.space, points, figures, search.emulators),
    )  # fmt: skip
