"""History matching: wave after wave, rule out what cannot have made the figures.

How implausible values x of the assumptions are, by figure k (Craig et al. 1997; Vernon et al.,
Bayesian Analysis 5, 2010):

    I_k(x) = |y_k - m_k(x)| / sqrt(error² + discrepancy² + not having run the model² + chance²)

with m_k the emulator's mean. Where any figure says more than 3 the values are ruled out: of any
distribution with one peak, 95 % lie within three standard deviations of the mean (Pukelsheim 1994).
Each wave runs the model where something is left, so that its emulators are better there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from calibration.evaluated import Run, chance
from calibration.fitting.emulator import FEWEST_RUNS, Emulators, emulators, one_thread
from calibration.fitting.figures import Fitted
from calibration.space import Space, scores_of
from sim.study.errors import StudyError

Array = NDArray[np.float64]

IMPLAUSIBLE = 3.0
WAVES, RUNS = 3, 200
CANDIDATES, MOST_CANDIDATES = 2000, 60_000

Evaluate = Callable[[Sequence[Run]], Array]


@dataclass(frozen=True)
class Wave:
    """One wave.

    Attributes:
        number: from 0.
        runs: runs of this wave.
        left: share of the ledger's ranges that earlier waves had left; 1 for the first.
        surprise: root mean square of the errors of earlier emulators at this wave's runs, over what
            they said of their error; about 1 if they were honest, NaN for the first.
        nearest: smallest implausibility of each figure anywhere in what was tried.
    """

    number: int
    runs: int
    left: float
    surprise: float
    nearest: Array


@dataclass(frozen=True)
class Search:
    """All waves of a search.

    Attributes:
        space: the assumptions that were moved.
        fitted: the figures that some assumption moves.
        uninformative: names of figures that none does.
        points: coordinates of all runs, shape (runs, axes).
        found: figures of all runs, shape (runs, figures).
        emulators: of all runs.
        waves: what happened.
    """

    space: Space
    fitted: Fitted
    uninformative: tuple[str, ...]
    points: Array
    found: Array
    emulators: Emulators
    waves: tuple[Wave, ...]


def implausibility(scaled: Array, fitted: Fitted, by: Emulators) -> Array:
    """How implausible points are by each figure, shape (points, figures)."""
    mean, variance = by(scaled)
    return np.asarray(np.abs(fitted.values - mean) / np.sqrt(fitted.variance + variance + by.noise))


def first_points(space: Space, runs: int, seed: int) -> Array:
    """Points spread evenly over the ranges (a Latin hypercube), shape (runs, axes)."""
    # The sampler wants a number to begin with: it makes a generator of its own from it.
    start = int(generator(seed, "first").integers(2**32))
    return np.asarray(qmc.LatinHypercube(space.size, rng=start).random(runs))


def runs_of(
    space: Space, points: Array, others: dict[str, float], seed: int, first: int = 0
) -> list[Run]:
    """A run at each point, each with its own chance.

    Args:
        space: axes of the points.
        points: coordinates, shape (runs, axes).
        others: values of the assumptions that are no axis.
        seed: of the search.
        first: number of the first run within the search.
    """
    return [
        Run(space.values(point, others), chance(seed, first + number))
        for number, point in enumerate(points)
    ]


def search(
    space: Space,
    fitted: Fitted,
    evaluate: Evaluate,
    *,
    seed: int = 1,
    waves: int = WAVES,
    runs: int = RUNS,
) -> Search:
    """Run the waves.

    Args:
        space: assumptions to move.
        fitted: figures, in the order of what `evaluate` returns.
        evaluate: simulates runs, shape (runs, figures).
        seed: of all draws.
        waves: how many.
        runs: runs of each.

    Raises:
        StudyError: too few runs, or nothing is left.
        Interrupted: stopped on request.
    """
    if runs < FEWEST_RUNS:
        raise StudyError(
            f"Eine Welle braucht mindestens {FEWEST_RUNS} Läufe.",
            f"A wave needs at least {FEWEST_RUNS} runs.",
        )
    middle = space.ledger.values()
    points = first_points(space, runs, seed)
    found = evaluate(runs_of(space, points, middle, seed))
    told = [Wave(0, runs, 1.0, float("nan"), np.full(len(fitted.targets), np.nan))]
    by, kept = _informed(space, points, found)
    for number in range(1, waves):
        fit = fitted.only(kept)
        left, share, nearest = candidates(space, fit, by, runs, generator(seed, f"wave {number}"))
        more = evaluate(runs_of(space, left, middle, seed, len(points)))
        told.append(
            Wave(number, len(left), share, surprise(space, left, more[:, kept], by), nearest)
        )
        points, found = np.concatenate([points, left]), np.concatenate([found, more])
        by, kept = _informed(space, points, found)
    missing = tuple(key for place, key in enumerate(fitted.keys) if place not in kept)
    return Search(space, fitted.only(kept), missing, points, found[:, kept], by, tuple(told))


def _informed(space: Space, points: Array, found: Array) -> tuple[Emulators, list[int]]:
    """Emulators of the figures that some assumption moves, and which these are."""
    every = emulators(space.scaled(scores_of(points)), found)
    kept = list(every.informative)
    if not kept:
        raise StudyError(
            "Keine Annahme bewegt eine dieser Zahlen erkennbar; mehr Läufe nehmen (--runs).",
            "No assumption clearly moves any of these figures; take more runs (--runs).",
        )
    return every.only(kept), kept


@one_thread()
def candidates(
    space: Space, fitted: Fitted, by: Emulators, runs: int, rng: np.random.Generator
) -> tuple[Array, float, Array]:
    """Points that are left: so many, the share of all tried, the least implausibility by figure.

    Raises:
        StudyError: nothing is left.
    """
    left: list[Array] = []
    nearest = np.full(len(fitted.targets), np.inf)
    tried = 0
    while sum(map(len, left)) < runs and tried < MOST_CANDIDATES:
        points = rng.random((CANDIDATES, space.size))
        how = implausibility(space.scaled(scores_of(points)), fitted, by)
        nearest = np.minimum(nearest, how.min(axis=0))
        left.append(points[how.max(axis=1) <= IMPLAUSIBLE])
        tried += CANDIDATES
    found = np.concatenate(left)
    if len(found) < min(runs, FEWEST_RUNS):
        far = [
            f"{key} ({how:.1f})"
            for key, how in zip(fitted.keys, nearest, strict=True)
            if how > IMPLAUSIBLE
        ]
        names = ", ".join(far) or "–"
        raise StudyError(
            "Keine Werte der Annahmen passen zu allen Zahlen zugleich. Allein schon zu weit weg: "
            f"{names}. Spannen der Annahmen weiten oder Abweichungen in discrepancies.csv prüfen.",
            "No values of the assumptions suit all figures at once. Too far by themselves: "
            f"{names}. Widen ranges of assumptions or check discrepancies.csv.",
        )
    return found[:runs], len(found) / tried, nearest


def surprise(space: Space, points: Array, found: Array, by: Emulators) -> float:
    """Root mean square of the errors of emulators at new runs, over what they said it would be."""
    mean, variance = by(space.scaled(scores_of(points)))
    whole = np.isfinite(found).all(axis=1)
    errors = (found - mean)[whole] / np.sqrt(variance + by.noise)[whole]
    return float(np.sqrt((errors**2).mean()))


def generator(seed: int, what: str) -> np.random.Generator:
    """Random numbers of one step of a search: a function of the seed and the step's name."""
    digest = hashlib.sha256(f"calibration {seed} {what}".encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "big")))
