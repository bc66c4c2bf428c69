"""The posterior as a file: accepted draws, what they rest on, and what they were fitted under.

`scenarios/germany/posterior.json` holds a few hundred rows of values of the assumptions that the
figures say something about. Each row is one whole draw: what hangs together stays together. It also
holds the range each of these assumptions had while it was fitted; where a range has changed since,
the row says nothing about it any more (`sim.town.joint`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import sim
from calibration.fitting.accept import Accepted
from calibration.fitting.figures import DISCREPANCIES
from calibration.fitting.waves import Search
from calibration.space import Space, points_of
from calibration.targets import TARGETS
from sim.study.files import write_whole
from sim.study.manifest import program_fingerprint
from sim.town.joint import FORMAT, range_of
from sim.town.ledger import Ledger

Array = NDArray[np.float64]

DIGITS = 6
"""Significant digits of a stored value: far finer than anything is known."""
IDENTIFIED = 0.1
"""Share of the ledger's variance that figures must take away before an assumption counts as known
better than before."""


@dataclass(frozen=True)
class Fit:
    """What a fit has found.

    Attributes:
        region: whose figures.
        everything: whether figures kept back were fitted as well.
        seed: of all draws.
        search: the waves.
        accepted: the draws.
    """

    region: str
    everything: bool
    seed: int
    search: Search
    accepted: Accepted

    @property
    def space(self) -> Space:
        """The assumptions that some figure moves."""
        return Space(self.search.space.ledger, self.accepted.names)

    def values(self) -> Array:
        """Values of the accepted draws, shape (draws, names)."""
        ledger = self.search.space.ledger
        rows = [
            [
                ledger[name].quantile(float(u))
                for name, u in zip(self.space.names, point, strict=True)
            ]
            for point in points_of(self.accepted.scores)
        ]
        return np.array(rows).reshape(len(rows), self.space.size)

    def learned(self) -> pd.DataFrame:
        """What the figures say of each assumption, the most first.

        Returns:
            `name`, the ledger's and the posterior's `low`, `middle`, `high` (5, 50 and 95 %),
            `share` of the ledger's variance that is gone (in standard normal scores; it may be
            below 0 by luck), `shift` (mean in the ledger's standard deviations), `identified`.
        """
        values, scores = self.values(), self.accepted.scores
        # Of so many independent normal numbers the variance is known no better than this.
        luck = 2.0 * np.sqrt(2.0 / self.accepted.effective)
        rows = []
        for axis, name in enumerate(self.space.names):
            one = self.search.space.ledger[name]
            before = [one.quantile(p) for p in (0.05, 0.5, 0.95)]
            after = np.quantile(values[:, axis], [0.05, 0.5, 0.95])
            share = 1.0 - float(scores[:, axis].var())
            rows.append(
                {
                    "name": name,
                    **dict(
                        zip(("ledger_low", "ledger_middle", "ledger_high"), before, strict=True)
                    ),
                    **dict(zip(("low", "middle", "high"), map(float, after), strict=True)),
                    "share": share,
                    "shift": float(scores[:, axis].mean()),
                    "identified": share >= max(IDENTIFIED, luck),
                }
            )
        return pd.DataFrame(rows).sort_values("share", ascending=False, kind="stable")

    def correlations(self, most: int = 10) -> list[tuple[str, str, float]]:
        """Pairs of assumptions that hang together by more than luck, the strongest first."""
        if self.space.size < 2:
            return []
        matrix = np.atleast_2d(np.corrcoef(self.accepted.scores, rowvar=False))
        names = self.space.names
        pairs = [
            (names[i], names[j], float(matrix[i, j]))
            for i in range(len(names))
            for j in range(i + 1, len(names))
        ]
        clear = 3.0 / np.sqrt(self.accepted.effective)
        strong = [pair for pair in pairs if abs(pair[2]) >= clear]
        return sorted(strong, key=lambda pair: -abs(pair[2]))[:most]


def provenance(fit: Fit, town_fingerprint: str) -> dict[str, Any]:
    """What the posterior rests on: enough to make it again and to doubt it."""
    search, accepted = fit.search, fit.accepted
    return {
        "region": fit.region,
        "figures": list(search.fitted.keys),
        "figures_that_nothing_moves": list(search.uninformative),
        "years": "all" if fit.everything else "up to 2021",
        "method": "history matching in waves (scikit-learn Gaussian processes), then ABC",
        "waves": [
            {"runs": one.runs, "left": round(one.left, 4), "surprise": _rounded(one.surprise)}
            for one in search.waves
        ],
        "draws": len(accepted.scores),
        "effective_draws": round(accepted.effective, 1),
        "surprise": _rounded(accepted.surprise),
        "seed": fit.seed,
        "version": sim.__version__,
        "program": program_fingerprint(),
        "inputs": town_fingerprint,
        "targets": _hash_of(TARGETS),
        "discrepancies": _hash_of(DISCREPANCIES),
        "made": date.today().isoformat(),
    }


def _rounded(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def posterior_text(fit: Fit, ledger: Ledger, about: Mapping[str, Any]) -> str:
    """The file's content: a draw a line.

    Args:
        fit: what was found.
        ledger: whose ranges it was fitted under.
        about: provenance.
    """
    names = fit.space.names
    head = {
        "format": FORMAT,
        "provenance": dict(about),
        "fitted_under": {name: range_of(ledger[name]) for name in names},
        "names": list(names),
    }
    rows = [json.dumps([float(f"{value:.{DIGITS}g}") for value in row]) for row in fit.values()]
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    return opening + ',\n "draws": [\n  ' + ",\n  ".join(rows) + "\n ]\n}\n"


def write_posterior(path: Path, fit: Fit, ledger: Ledger, about: Mapping[str, Any]) -> None:
    """Write the file, whole or not at all.

    Raises:
        StudyError: the disk is full or the folder cannot be written to.
    """
    write_whole(path, posterior_text(fit, ledger, about).encode())
