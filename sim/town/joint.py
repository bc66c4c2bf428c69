"""Draws of several assumptions together, as `quartier calibrate` has left them.

Some assumptions are known better together than one by one: figures allow long stays in nursing
homes only with few deaths. A calibration writes down some hundred draws that the figures allow;
`scenarios/germany/posterior.parquet` are those of the nation, and every draw of a ledger takes its
values from them, a row a draw, in the order of the file. Every other assumption is drawn from its
range in the ledger.

A row says something about an assumption only as long as its range is the one it was fitted under.
A town that puts a number of its own into its table, or a planner who sets one, is right about it:
that assumption is drawn from the new range, the others from the rows.

The file has a column of 64-bit floats an assumption, whose metadata holds the range it was fitted
under, and in its own metadata what it rests on (`META`).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import uniform_for_name
from sim.town.files import Folder
from sim.town.problems import Both, Problem, Problems, TownError, problem

if TYPE_CHECKING:
    from sim.town.ledger import Assumption

FILE = "posterior.parquet"
META, RANGE = b"quartier", b"fitted_under"
FORMAT = 2
MOST_DRAWS, MOST_NAMES, MOST_BYTES = 10_000, 500, 8 * 2**20
TOLD = ("made", "version", "seed", "region", "years", "effective_draws")
"""What a manifest tells of its provenance; the rest is in the copied file."""
FIRST_ROW = "posterior"
"""Name of the draw that says with which row a study begins."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")

Range = tuple[float, float, float, str]
"""Value, low, high and distribution of an assumption."""


def range_of(one: Assumption) -> Range:
    """What must be unchanged for a calibration to hold."""
    return one.value, one.low, one.high, one.distribution


@dataclass(frozen=True, eq=False)
class Joint:
    """Draws of several assumptions together.

    Attributes:
        names: the assumptions.
        draws: values, a row a draw, in the order of `names`.
        fitted_under: range of each while it was fitted.
        provenance: what the draws rest on.
        sha256: of the file.
        path: where it was read.
    """

    names: tuple[str, ...]
    draws: NDArray[np.float64] = field(repr=False)
    fitted_under: Mapping[str, Range] = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)
    sha256: str = ""
    path: Path | None = None

    def row(self, seed: int, number: int) -> dict[str, float]:
        """The draw of a number in a study: no row comes twice before all have come.

        Args:
            seed: seed of the study; it says with which row to begin.
            number: number of the draw.
        """
        first = int(uniform_for_name(seed, 0, FIRST_ROW) * len(self.draws))
        chosen = self.draws[(first + number) % len(self.draws)]
        return dict(zip(self.names, map(float, chosen), strict=True))

    def covered(self, ledger: Mapping[str, Assumption]) -> tuple[str, ...]:
        """Assumptions whose range is still the one they were fitted under."""
        return tuple(
            name
            for name in self.names
            if name in ledger and range_of(ledger[name]) == self.fitted_under[name]
        )

    def without(self, names: Iterable[str]) -> Joint:
        """The same draws of all other assumptions."""
        unwanted = set(names)
        kept = [place for place, name in enumerate(self.names) if name not in unwanted]
        return replace(
            self,
            names=tuple(self.names[place] for place in kept),
            draws=_read_only(self.draws[:, kept]),
        )

    def origin(self, ledger: Mapping[str, Assumption]) -> dict[str, Any]:
        """What a study's manifest says of it; its hash tells which rows these are."""
        return {
            "sha256": self.sha256,
            "draws": len(self.draws),
            "covered": list(self.covered(ledger)),
            **{key: self.provenance.get(key) for key in TOLD},
        }


def read_joint(path: Path) -> Joint:
    """The joint draws of a file.

    Raises:
        TownError: it cannot be read, or is no such file.
    """
    folder = Folder(path.parent, Problems())
    found = joint_in(folder, path.name)
    if found is None:
        raise TownError(folder.problems.errors)
    return found


def joint_in(folder: Folder, name: str = FILE) -> Joint | None:
    """The joint draws of a file in a folder; None, and a problem, if it holds none."""
    data = folder.read(name, MOST_BYTES)
    if data is None:
        return None
    import pyarrow as pa  # noqa: PLC0415 - only where such a file is read

    try:
        return replace(_joint(data), path=folder.path / name)
    except (
        ArithmeticError, AttributeError, KeyError, MemoryError, OSError, RecursionError, TypeError,
        ValueError, pa.ArrowException,
    ):  # fmt: skip
        folder.problems.add(_no_draws(folder.prefix + name))
        return None


def _no_draws(name: str) -> Problem:
    return problem(
        name,
        Both("keine Ziehungen einer Anpassung, oder beschädigt", "no draws of a fit, or damaged"),
        Both(
            "eine Datei, die quartier calibrate geschrieben hat",
            "a file that quartier calibrate has written",
        ),
        Both(
            "sie mit quartier calibrate neu erzeugen, oder ohne sie rechnen (--posterior none)",
            "make it again with quartier calibrate, or run without it (--posterior none)",
        ),
    )


def _joint(data: bytes) -> Joint:
    """Strictly what `calibration.fitting.posterior` writes; anything else is a `ValueError`."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True) as file:
        rows, columns = file.metadata.num_rows, file.metadata.num_columns
        # Looked at before any value is: a small file may claim to hold very much.
        if not (0 < rows <= MOST_DRAWS and 0 < columns <= MOST_NAMES):
            raise ValueError
        schema = file.schema_arrow
        names = tuple(schema.names)
        if len(names) != columns or len(set(names)) < columns:
            raise ValueError
        if not all(_NAME.fullmatch(name) for name in names):
            raise ValueError
        if any(one.type != pa.float64() for one in schema):
            raise ValueError
        head = json.loads((schema.metadata or {})[META])
        if head["format"] != FORMAT:
            raise ValueError
        ranges = {one.name: _range(json.loads(one.metadata[RANGE])) for one in schema}
        table = file.read(use_threads=False)
    if len(table) != rows or any(column.null_count for column in table.columns):
        raise ValueError
    draws = np.column_stack([column.to_numpy() for column in table.columns])
    for name, values in zip(names, draws.T, strict=True):
        _check_values(values, ranges[name])
    provenance = _flat(dict(head["provenance"]))
    return Joint(names, _read_only(draws), ranges, provenance, hashlib.sha256(data).hexdigest())


def _flat(content: Any, levels: int = 4) -> Any:
    """The same JSON if it is of few levels; a manifest takes it over."""
    if levels < 0:
        raise ValueError
    if isinstance(content, dict):
        return {key: _flat(value, levels - 1) for key, value in content.items()}
    if isinstance(content, list):
        return [_flat(value, levels - 1) for value in content]
    return content


def _range(written: Any) -> Range:
    value, low, high, distribution = written
    found = float(value), float(low), float(high), str(distribution)
    if not all(map(math.isfinite, found[:3])):
        raise ValueError
    return found


def _check_values(values: NDArray[np.float64], written: Range) -> None:
    """Values must be such as the range can give; hard bounds may be missed by the last digit."""
    _, low, high, distribution = written
    near = 1e-5 * max(abs(low), abs(high), high - low)
    sound = bool(np.isfinite(values).all())
    if distribution in ("uniform", "triangular"):
        sound = sound and bool(((values >= low - near) & (values <= high + near)).all())
    elif distribution == "logitnormal":
        sound = sound and bool(((values > 0.0) & (values < 1.0)).all())
    elif distribution in ("normal", "lognormal"):
        sound = sound and bool((low < 0.0) or (values >= 0.0).all())
    else:
        sound = False
    if not sound:
        raise ValueError


def _read_only(values: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.ascontiguousarray(values)
    found.setflags(write=False)
    return found
