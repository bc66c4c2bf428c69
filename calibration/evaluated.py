"""Points that were simulated: computed in parallel, kept on the disk, never computed twice.

    results/calibration/<town>-<key>/
        settings.json       what the numbers depend on; its hash is the key
        points.parquet      point → outputs, a row a run
        new/<point>.parquet runs since the last start, one by one; joined at the next start

A run is known by the hash of its values and its seed. So whatever asks for a point, curves, a
screening or a wave of the search, finds what another has left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

import calibration
from calibration.outputs import Observe, Output
from sim.model import settled_population
from sim.study.design import Task, run_seed
from sim.study.ensemble import Progress, run_tasks
from sim.study.errors import StudyError
from sim.study.executor import Job, Simulate, TaskResult
from sim.study.files import read_json, remove, remove_leftovers, write_json, write_whole
from sim.study.manifest import hash_of, program_fingerprint
from sim.study.run import compile_once, solve_prepared
from sim.town.town import Town

Array = NDArray[np.float64]

RESULTS = Path("results")
SETTINGS, JOINED, NEW = "settings.json", "points.parquet", "new"
READ = ("observables", "outputs", "courses", "people", "lifetimes", "group", "nation")
"""Files of this room that an output depends on."""


@dataclass(frozen=True)
class Run:
    """One run that is asked for.

    Attributes:
        values: value of every assumption.
        seed: key of all draws of chance.
    """

    values: Mapping[str, float]
    seed: int

    @property
    def key(self) -> str:
        """What it is known by."""
        return hash_of({"values": dict(self.values), "seed": self.seed})[:32]


@dataclass
class Evaluated:
    """Runs of a town and what was seen in them.

    Attributes:
        town: the town.
        outputs: what is looked at.
        folder: where runs are kept; None to keep them in memory only.
        known: outputs by key of the run.
    """

    town: Town
    outputs: tuple[Output, ...]
    folder: Path | None = None
    known: dict[str, Array] = field(default_factory=dict)

    def __call__(
        self,
        runs: Sequence[Run],
        *,
        executor: str = "threads",
        workers: int | None = None,
        progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Array:
        """Outputs of runs in their order, shape (runs, outputs); a failed run is a row of NaN.

        Args:
            runs: the runs; those that are known are not simulated again.
            executor: as in `sim.study.ensemble.run_tasks`; the numbers are the same.
            workers: runs at a time; None for the number of cores.
            progress: called at the start and after each run.
            should_stop: asked several times a second; true stops, what is finished is kept.

        Raises:
            Interrupted: stopped on request.
            StudyError: the disk is full, or the folder cannot be written to.
        """
        keys = [run.key for run in runs]
        new = {key: run for key, run in zip(keys, runs, strict=True) if key not in self.known}
        asked = list(new.items())
        tasks = [Task(number, 0, run.seed) for number, (_, run) in enumerate(asked)]
        failed: dict[str, str] = {}

        def keep(result: TaskResult) -> None:
            key, run = asked[result.task.draw]
            if result.failure is not None:
                failed[key] = f"{result.failure.error}: {result.failure.message}"
                return
            # A run's "outcome" here is the vector of its outputs.
            self.keep(key, run, cast(Array, result.outcomes[0]))

        if tasks:
            values = {number: dict(run.values) for number, (_, run) in enumerate(asked)}
            run_tasks(
                self._job(values), tasks, keep, executor=executor, workers=workers,
                progress=progress, should_stop=should_stop,
                finished_before=len(set(keys)) - len(asked), folder=self.folder,
            )  # fmt: skip
        if failed and len(failed) == len(set(keys)):
            first = next(iter(failed.values()))
            raise StudyError(
                f"Alle Läufe sind gescheitert ({first}).", f"All runs have failed ({first})."
            )
        nothing = np.full(len(self.outputs), np.nan)
        return np.array([self.known.get(key, nothing) for key in keys])

    def keep(self, key: str, run: Run, found: Array) -> None:
        """Remember a run, on the disk first."""
        if self.folder is not None:
            table = _table([key], [run.seed], [found])
            write_whole(self.folder / NEW / f"{key}.parquet", _bytes(table))
        self.known[key] = found

    def _job(self, values: Mapping[int, dict[str, float]]) -> Job:
        observe: Any = Observe(self.outputs)
        return Job(
            self.town, (self.town.plans["reference"],), settled_population(self.town), values,
            cast(Simulate, observe), solve_prepared, prepare=compile_once,
        )  # fmt: skip

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return tuple(one.key for one in self.outputs)


def open_evaluated(
    town: Town, outputs: Sequence[Output], results: Path | None = RESULTS
) -> Evaluated:
    """Runs of a town, with those of earlier starts.

    Args:
        town: the town.
        outputs: what is looked at.
        results: folder of all results; None to keep nothing on the disk.

    Raises:
        StudyError: what is stored cannot be read or written.
    """
    chosen = tuple(outputs)
    if results is None:
        return Evaluated(town, chosen)
    settings = _settings(town, chosen)
    folder = results / "calibration" / f"{town.name}-{hash_of(settings)[:12]}"
    if not (folder / SETTINGS).exists():
        write_json(folder / SETTINGS, settings)
    elif read_json(folder / SETTINGS) != settings:
        raise StudyError(
            f"{folder} gehört zu anderen Eingaben. Bitte den Ordner entfernen.",
            f"{folder} belongs to other inputs. Please remove the folder.",
        )
    remove_leftovers(folder)
    return Evaluated(town, chosen, folder, _joined(folder))


def _settings(town: Town, outputs: Sequence[Output]) -> dict[str, Any]:
    """Everything the outputs of a run depend on, but its values and seed."""
    own = hashlib.sha256()
    for name in READ:
        path = Path(calibration.__file__).with_name(f"{name}.py")
        own.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return {
        "town": town.name,
        "fingerprint": town.fingerprint,
        "months": town.months,
        "program": program_fingerprint(),
        "observables": own.hexdigest(),
        "outputs": [one.key for one in outputs],
    }


def _joined(folder: Path) -> dict[str, Array]:
    """All stored runs; single files become one."""
    known = _read(folder / JOINED) if (folder / JOINED).exists() else ([], [], [])
    single = sorted((folder / NEW).glob("*.parquet"))
    for path in single:
        for column, more in zip(known, _read(path), strict=True):
            column.extend(more)
    if single:
        write_whole(folder / JOINED, _bytes(_table(*known)))
        remove(folder / NEW)
    return {key: np.asarray(found, dtype=np.float64) for key, _, found in zip(*known, strict=True)}


def _table(keys: Sequence[str], seeds: Sequence[int], found: Sequence[Any]) -> pa.Table:
    return pa.table(
        {
            "run": pa.array(keys, pa.string()),
            "seed": pa.array(seeds, pa.int64()),
            "outputs": pa.array([list(map(float, one)) for one in found], pa.list_(pa.float64())),
        }
    )


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _read(path: Path) -> tuple[list[Any], list[Any], list[Any]]:
    try:
        with pq.ParquetFile(path) as file:
            columns = file.read().to_pydict()
    except (OSError, pa.ArrowException) as error:
        raise StudyError(
            f"{path} ist beschädigt. Bitte die Datei entfernen; ihre Läufe werden neu gerechnet.",
            f"{path} is damaged. Please remove the file; its runs are simulated again.",
        ) from error
    return columns["run"], columns["seed"], columns["outputs"]


def chance(seed: int, number: int) -> int:
    """Seed of run `number` of a search: runs differ in chance as in values."""
    return run_seed(seed, number, 0)
