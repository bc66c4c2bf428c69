"""Making a stored forecast again from its own folder, every year and every draw."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from sim import study as studies
from sim.study import StudyError
from sim.study.drawn import ASSUMPTIONS
from sim.study.inputs import copied_town
from sim.study.manifest import read_manifest
from sim.study.parts import BY_AGE, TABLES, part_path
from sim.updating.forecast import DRAWS_FILE
from sim.updating.steps import Told
from sim.updating.update import update


def origin_of(folder: Path | str) -> dict[str, Any]:
    """How a stored forecast came about: the origin in its manifest.

    Raises:
        StudyError: the folder holds no forecast made by an update.
    """
    manifest = read_manifest(Path(folder))
    origin = manifest["settings"].get("origin")
    if not isinstance(origin, dict) or origin.get("kind") != "update":
        raise StudyError(
            f"{folder} ist keine Vorausrechnung aus quartier update.",
            f"{folder} is no forecast made by quartier update.",
        )
    return origin


@dataclass(frozen=True)
class RerunUpdate:
    """What making a forecast again from its own folder has shown.

    Attributes:
        files: files compared.
        different: those that came out differently.
    """

    files: int
    different: tuple[str, ...]

    @property
    def identical(self) -> bool:
        """Whether every draw and every number came out the same, to the last bit."""
        return not self.different


def rerun_update(
    folder: Path | str,
    *,
    workers: int | None = None,
    told: Told | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> RerunUpdate:
    """Make a stored forecast again from its own folder: every year from the start, every draw.

    Args:
        folder: the forecast's folder; it is left as it is.
        workers: tasks at a time; None for the number of cores.
        told: called as simulations are finished.
        should_stop: asked several times a second; true stops.

    Raises:
        StudyError: the folder holds no forecast made by an update.
        Interrupted: stopped on request.
    """
    folder = Path(folder)
    origin = origin_of(folder)
    manifest = read_manifest(folder)
    town = copied_town(folder, manifest["town"]["name"])
    names = [plan["name"] for plan in manifest["settings"]["plans"]]
    with tempfile.TemporaryDirectory() as place:
        again = update(
            town, until=int(origin["until"]), plans=names, draws=int(origin["draws"]),
            seeds=int(origin["seeds"]), seed=int(manifest["settings"]["seed"]), results=place,
            workers=workers, told=told, should_stop=should_stop,
        )  # fmt: skip
        return _compared(folder, again.folder)


def _compared(folder: Path, again: Path) -> RerunUpdate:
    names = [ASSUMPTIONS, DRAWS_FILE]
    study = studies.load(folder)
    for table in (BY_AGE, *TABLES):
        names += [
            part_path(folder, table, task).relative_to(folder).as_posix() for task in study.tasks()
        ]
    different = [name for name in names if not _same_numbers(folder / name, again / name)]
    return RerunUpdate(len(names), tuple(different))


def _same_numbers(one: Path, other: Path) -> bool:
    """Whether two tables hold the same numbers; what says who made them may differ."""
    if not (one.is_file() and other.is_file()):
        return False
    first: pd.DataFrame = pq.read_table(one).to_pandas()
    second: pd.DataFrame = pq.read_table(other).to_pandas()
    if list(first.columns) != list(second.columns) or len(first) != len(second):
        return False
    return bool(_digest(first) == _digest(second))


def _digest(frame: pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for name in frame.columns:
        column = frame[name]
        values = column.astype(str) if column.dtype.name in ("category", "object") else column
        digest.update(pd.util.hash_pandas_object(values, index=False).to_numpy().tobytes())
    return digest.hexdigest()
