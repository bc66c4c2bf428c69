"""The posterior as a file: accepted draws, what they rest on, and what they were fitted under.

`scenarios/germany/posterior.parquet` holds some hundred rows of values of the assumptions that the
figures tell something of. Each row is one whole draw: what hangs together stays together. It also
holds the range each of these assumptions had while it was fitted; where a range has changed since,
the row says nothing about it any more (`sim.town.joint`). Assumptions that the figures cannot tell
apart from before are not in the file: their draws would be no better than the ledger's and fewer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

import sim
from calibration.fitting.accept import Accepted
from calibration.fitting.figures import DISCREPANCIES
from calibration.fitting.waves import Search
from calibration.space import Space, points_of
from calibration.targets import TARGETS
from sim.study.errors import StudyError
from sim.study.files import write_whole
from sim.study.manifest import hash_of, program_fingerprint
from sim.town.joint import FORMAT, META, RANGE, range_of
from sim.town.ledger import Ledger
from sim.updating.draws import MOVED

Array = NDArray[np.float64]

DIGITS = 6
"""Significant digits of a stored value: far finer than anything is known."""
IDENTIFIED = 0.1
"""Share of the ledger's variance that figures must take away before an assumption counts as known
better than before."""
SHIFTED = 0.25
"""Standard deviations of the ledger that its mean must move before it counts as found elsewhere."""


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
            below 0 by luck), `shift` (mean in the ledger's standard deviations), `identified`
            (known better than before, or found elsewhere, by more than luck).
        """
        values, scores = self.values(), self.accepted.scores
        # Of so many independent normal numbers the variance is known no better than this.
        luck = 2.0 * np.sqrt(2.0 / self.accepted.effective)
        moved = max(SHIFTED, 3.0 / np.sqrt(self.accepted.effective))
        rows = []
        for axis, name in enumerate(self.space.names):
            one = self.search.space.ledger[name]
            before = [one.quantile(p) for p in (0.05, 0.5, 0.95)]
            after = np.quantile(values[:, axis], [0.05, 0.5, 0.95])
            share = 1.0 - float(scores[:, axis].var())
            shift = float(scores[:, axis].mean())
            rows.append(
                {
                    "name": name,
                    **dict(
                        zip(("ledger_low", "ledger_middle", "ledger_high"), before, strict=True)
                    ),
                    **dict(zip(("low", "middle", "high"), map(float, after), strict=True)),
                    "share": share,
                    "shift": shift,
                    "identified": share >= max(IDENTIFIED, luck) or abs(shift) >= moved,
                }
            )
        return pd.DataFrame(rows).sort_values("share", ascending=False, kind="stable")

    @cached_property
    def found(self) -> tuple[str, ...]:
        """Assumptions that the figures tell of, alone or together, in the ledger's order."""
        learned = self.learned()
        names = set(learned[learned["identified"]]["name"])
        for first, second, _ in self.correlations(most=len(learned) ** 2):
            names |= {first, second}
        # Births, deaths and migration are a town's own: its counts tell (`quartier update`).
        return tuple(name for name in self.space.names if name in names and name not in MOVED)

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


def provenance(fit: Fit, town_fingerprint: str, command: str = "") -> dict[str, Any]:
    """What the posterior rests on: enough to make it again and to doubt it.

    Args:
        fit: what was found.
        town_fingerprint: of the nation in small.
        command: what makes it again.
    """
    search, accepted = fit.search, fit.accepted
    ledger = search.space.ledger
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
        "command": command,
        "inputs": town_fingerprint,
        "assumptions": hash_of({name: list(range_of(ledger[name])) for name in ledger}),
        "searched": search.space.size,
        "told_of": list(fit.found),
        "kept_prior": list(kept_prior(fit)),
        "targets": _hash_of(TARGETS),
        "discrepancies": _hash_of(DISCREPANCIES),
        "made": date.today().isoformat(),
    }


def _rounded(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def kept_prior(fit: Fit) -> tuple[str, ...]:
    """Uncertain assumptions that are drawn from their ranges as before: the figures cannot tell."""
    found = set(fit.found)
    return tuple(name for name in fit.search.space.ledger.uncertain if name not in found)


def posterior_bytes(fit: Fit, ledger: Ledger, about: Mapping[str, Any]) -> bytes:
    """The file's content: a row a draw, a column an assumption that the figures tell of.

    Args:
        fit: what was found.
        ledger: whose ranges it was fitted under.
        about: provenance.

    Raises:
        StudyError: the figures tell of no assumption.
    """
    names = fit.found
    if not names:
        raise StudyError(
            "Die Zahlen sagen über keine Annahme etwas; mehr Ziehungen nehmen (--draws).",
            "The figures tell of no assumption; take more draws (--draws).",
        )
    values = fit.values()[:, [fit.space.names.index(name) for name in names]]
    rounded = np.array([[float(f"{value:.{DIGITS}g}") for value in row] for row in values])
    fields = [
        pa.field(
            name, pa.float64(), nullable=False,
            metadata={
                RANGE: json.dumps(range_of(ledger[name])).encode(),
                b"unit": ledger[name].unit.encode(),
                b"label_de": ledger[name].label_de.encode(),
                b"label_en": ledger[name].label_en.encode(),
            },
        )
        for name in names
    ]  # fmt: skip
    head = {"format": FORMAT, "provenance": dict(about)}
    schema = pa.schema(fields, {META: json.dumps(head, ensure_ascii=False).encode()})
    table = pa.Table.from_arrays([pa.array(column) for column in rounded.T], schema=schema)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return bytes(sink.getvalue().to_pybytes())


def write_posterior(path: Path, fit: Fit, ledger: Ledger, about: Mapping[str, Any]) -> None:
    """Write the file, whole or not at all.

    Raises:
        StudyError: the disk is full or the folder cannot be written to.
    """
    write_whole(path, posterior_bytes(fit, ledger, about))
