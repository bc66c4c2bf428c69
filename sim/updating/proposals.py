"""New draws around those that fit what was counted: a step of population Monte Carlo.

Where the counted figures single out a few of the draws, re-weighting leaves too few to tell a range
from. New coordinates are then drawn where the emulator says they fit, simulated, and weighted by
prior times likelihood over the density they were drawn from (Cappé, Guillin, Marin, Robert,
"Population Monte Carlo", J. Comput. Graph. Stat. 13, 2004; for simulators without likelihood
Sisson, Fan, Tanaka, "Sequential Monte Carlo without likelihoods", PNAS 104, 2007, and Del Moral,
Doucet, Jasra, "An adaptive sequential Monte Carlo method for approximate Bayesian computation",
Stat. Comput. 22, 2012).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.updating.draws import Draw, Space
from sim.updating.emulator import Emulator

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Proposed:
    """Draws and the density they were drawn from.

    Attributes:
        draws: the draws.
        log_ratio: logarithm of prior over density of drawing, up to a constant, shape (draws,).
    """

    draws: tuple[Draw, ...]
    log_ratio: Array


def propose(space: Space, emulator: Emulator, number: int, key: str) -> Proposed:
    """Draws where the emulator says that the counted figures lie.

    Each keeps what the ledger's draw of its number says of all other assumptions, the standard
    deviations of net migration among them; given those, its coordinates are drawn from the
    emulator's normal distribution.

    Args:
        space: what is moved.
        emulator: lines through the simulations so far.
        number: how many.
        key: makes the random numbers; the same key gives the same draws.
    """
    digest = hashlib.sha256(key.encode()).digest()
    generator = np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "big")))
    moved = len(space.names)
    width = moved + space.coordinates
    draws, ratios = [], []
    for place in range(number):
        noise = generator.standard_normal(width)
        precision, push = emulator.linear(space.first(place))
        precision = precision + np.eye(width)
        mean = np.linalg.solve(precision, push)
        lower = np.linalg.cholesky(precision)
        v = np.asarray(mean + np.linalg.solve(lower.T, noise), dtype=np.float64)
        draw = space.moved_to(place, v[:moved], v[moved:])
        v = np.concatenate([draw.moved, draw.years])
        away = lower.T @ (v - mean)
        drawn_from = -0.5 * (away @ away) + np.log(np.diag(lower)).sum()
        draws.append(draw)
        ratios.append(-0.5 * (v @ v) - drawn_from)
    return Proposed(tuple(draws), np.array(ratios))


def weights_of(proposed: Proposed, emulator: Emulator, start: int) -> Array:
    """Logarithms of the importance weights of proposed draws.

    Args:
        proposed: the draws.
        emulator: the best knowledge of the likelihood, their own simulations included.
        start: the year of the start; all counted figures after it count.
    """
    found: Array = proposed.log_ratio + emulator.log_likelihood(proposed.draws, start - 1)
    return found


def chosen(draws: Sequence[Draw], places: NDArray[np.int64]) -> tuple[Draw, ...]:
    """Draws by their places, one perhaps several times."""
    return tuple(draws[place] for place in places)
