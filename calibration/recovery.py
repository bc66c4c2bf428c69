"""Recovery: from figures the model has made itself, does the search find the values they came from?

Simulation-based calibration (Talts et al., arXiv:1804.06788, 2018). Values are drawn from the
ledger, the model is run with them, and the errors that real figures have are added: made-up figures
whose origin is known. The search then draws from what they allow. If it is right, the true value
lies anywhere among those draws: its rank is spread evenly, and the middle 90 % hold it nine times
in ten.

The runs are those of the first wave. Each in turn is taken for the world; the emulators are fitted
without it (and the others of its part), so that no run helps to find itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.fitting.accept import proposed
from calibration.fitting.emulator import Emulators, emulators
from calibration.fitting.figures import Fitted
from calibration.fitting.posterior import IDENTIFIED
from calibration.fitting.waves import generator
from calibration.space import Space, scores_of

Array = NDArray[np.float64]

PARTS = 5
DRAWS = 150
BINS = 10
ENDS = {50: (0.25, 0.75), 90: (0.05, 0.95)}


@dataclass(frozen=True)
class Recovery:
    """What became of made-up figures.

    Attributes:
        names: assumptions that some figure moves.
        ranks: share of draws below the true value, shape (worlds, names).
        variances: of the draws, in the ledger's variance, shape (worlds, names).
        errors: mean of the draws less the true value, in the ledger's standard deviations.
    """

    names: tuple[str, ...]
    ranks: Array
    variances: Array
    errors: Array

    def table(self) -> pd.DataFrame:
        """A row an assumption, the best known first.

        Returns:
            `name`, `share` of the ledger's variance that figures take away, `inside_50`,
            `inside_90`, `bias` (in the ledger's standard deviations), `uneven` (chi-square of the
            ranks over its degrees of freedom: about 1 if they are even), `identified`.
        """
        worlds = len(self.ranks)
        rows = []
        for axis, name in enumerate(self.names):
            ranks = self.ranks[:, axis]
            counts = np.histogram(ranks, bins=BINS, range=(0.0, 1.0))[0]
            share = 1.0 - float(self.variances[:, axis].mean())
            rows.append(
                {
                    "name": name,
                    "share": share,
                    **{
                        f"inside_{size}": float(((ranks >= low) & (ranks <= high)).mean())
                        for size, (low, high) in ENDS.items()
                    },
                    "bias": float(self.errors[:, axis].mean()),
                    "uneven": float(((counts - worlds / BINS) ** 2).sum() / (worlds / BINS))
                    / (BINS - 1),
                    "identified": share >= IDENTIFIED,
                }
            )
        return pd.DataFrame(rows).sort_values("share", ascending=False, kind="stable")

    def histogram(self) -> NDArray[np.int64]:
        """Ranks of all assumptions in tenths, shape (10,): even if the search is right."""
        return np.histogram(self.ranks, bins=BINS, range=(0.0, 1.0))[0].astype(np.int64)

    def coverage(self, size: int) -> float:
        """How often the middle 50 or 90 % hold the true value, over worlds and assumptions."""
        low, high = ENDS[size]
        return float(((self.ranks >= low) & (self.ranks <= high)).mean())


def recovery(
    space: Space,
    fitted: Fitted,
    points: Array,
    found: Array,
    *,
    worlds: int,
    seed: int = 1,
    draws: int = DRAWS,
    told: Callable[[int, int], None] | None = None,
) -> Recovery:
    """Find values again.

    Args:
        space: assumptions that were moved.
        fitted: figures; their values do not matter, their errors do.
        points: coordinates of runs that are even in the ledger, shape (runs, axes).
        found: the figures in these runs, shape (runs, figures).
        worlds: how many of the runs are taken for the world.
        seed: of errors and draws.
        draws: of each search.
        told: called with (done, total).
    """
    scores = scores_of(points)
    scaled = space.scaled(scores)
    whole = np.flatnonzero(np.isfinite(found).all(axis=1))
    worlds = min(worlds, len(whole))
    # What moves a figure is found once, from all runs, so that all parts search the same space.
    kept, inputs = _common(scaled[whole], found[whole])
    names = tuple(space.names[axis] for axis in inputs)
    small, figures = Space(space.ledger, names), fitted.only(kept)
    truth, data = scores[:, list(inputs)], found[:, kept]
    ranks, variances, errors = (np.zeros((worlds, len(names))) for _ in range(3))
    done = 0
    for part in range(PARTS):
        mine = [number for number in range(worlds) if number % PARTS == part]
        if not mine:
            continue
        others = np.setdiff1d(whole, whole[mine])
        by = emulators(small.scaled(truth[others]), data[others])
        for number in mine:
            rng = generator(seed, f"world {number}")
            world = whole[number]
            errors_of_figures = rng.standard_normal(len(kept)) * np.sqrt(figures.variance)
            made_up = _with_values(figures, data[world] + errors_of_figures)
            drawn = proposed(small, by, made_up, draws, rng)
            ranks[number] = (drawn < truth[world]).mean(axis=0)
            variances[number] = drawn.var(axis=0)
            errors[number] = drawn.mean(axis=0) - truth[world]
            done += 1
            if told is not None:
                told(done, worlds)
    return Recovery(names, ranks, variances, errors)


def _common(scaled: Array, found: Array) -> tuple[list[int], tuple[int, ...]]:
    by: Emulators = emulators(scaled, found)
    return list(by.informative), by.inputs


def _with_values(fitted: Fitted, values: Array) -> Fitted:
    targets = tuple(
        replace(one, value=float(value)) for one, value in zip(fitted.targets, values, strict=True)
    )
    return Fitted(targets, fitted.discrepancy)
