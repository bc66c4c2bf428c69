"""A study's result: what was compared, and the numbers of its runs, read when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.indicators import BANDS, COUNTS, GROUPS, ITEMS, PAYERS
from sim.study.design import Task, run_seed
from sim.study.drawn import read_drawn
from sim.study.errors import StudyError
from sim.study.files import read_json
from sim.study.manifest import read_manifest
from sim.study.parts import is_finished, part_head, part_path, read_columns
from sim.study.quantities import Array, Quantity, quantities
from sim.study.reduced import LARGE_BYTES, PIECE_BYTES, Reduced, Take

FAILURES = "failures.json"
WHOLE_TOWN = "*"
MEASURES_TABLE = "inputs/germany/measures.csv"
"""The kinds of measures in a study's own copy of the inputs."""


@dataclass(frozen=True)
class Study:
    """The result in one folder.

    Only draws of which every course of chance is finished take part: the comparison needs all of
    them to tell chance from ignorance.

    Attributes:
        folder: where it is stored.
        manifest: the contents of manifest.json.
        years: the year of the start and each simulated year.
        draws: numbers of the draws that take part.
        missing: tasks of the design that are not finished.
        failures: what is known of runs that failed.
    """

    folder: Path
    manifest: Mapping[str, Any] = field(repr=False)
    years: tuple[int, ...]
    draws: tuple[int, ...] = field(repr=False)
    missing: int
    failures: tuple[Mapping[str, Any], ...] = ()
    _cells: dict[str, NDArray[Any]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def town(self) -> str:
        """Name of the town."""
        return str(self.manifest["town"]["name"])

    @property
    def town_label(self) -> str:
        """The town as people call it."""
        return str(self.manifest["town"]["label"])

    @property
    def plans(self) -> tuple[str, ...]:
        """Names of the plans, the reference first."""
        return tuple(plan["name"] for plan in self.manifest["settings"]["plans"])

    @property
    def plan_labels(self) -> dict[str, dict[str, str]]:
        """German and English label of each plan."""
        return {
            plan["name"]: {"de": plan["label_de"], "en": plan["label_en"]}
            for plan in self.manifest["settings"]["plans"]
        }

    @property
    def reference(self) -> str:
        """Name of the plan that others are compared with."""
        return str(self.manifest["reference"])

    @property
    def districts(self) -> tuple[str, ...]:
        """Keys of the districts."""
        return tuple(one["key"] for one in self.manifest["districts"])

    @property
    def district_labels(self) -> dict[str, str]:
        """Districts as people call them, by key."""
        return {one["key"]: one["label"] for one in self.manifest["districts"]}

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The whole town (`*`) and its districts, the last axis of `runs`."""
        return (WHOLE_TOWN, *self.districts)

    @property
    def seeds(self) -> int:
        """Courses of chance per draw."""
        return int(self.manifest["seeds"])

    @property
    def complete(self) -> bool:
        """Whether every run of the design is finished."""
        return self.missing == 0

    @property
    def mean_period(self) -> str:
        """Name of the mean of the simulated years, such as `2026-2030`."""
        return f"{self.years[1]}-{self.years[-1]}"

    @property
    def last_period(self) -> str:
        """Name of the last year."""
        return str(self.years[-1])

    @property
    def periods(self) -> tuple[str, ...]:
        """Every year, and the mean of the simulated years."""
        return (*map(str, self.years), self.mean_period)

    def periods_of(self, quantity: Quantity) -> tuple[str, ...]:
        """Periods a quantity exists for: flows and money begin with the first simulated year."""
        return self.periods[1:] if quantity.yearly else self.periods

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """What can be compared, by name."""
        return quantities(self.manifest["indicators"])

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """The assumptions used: value, range, source and status, a row each."""
        return pd.DataFrame(self.manifest["settings"]["assumptions"])

    @cached_property
    def assumptions(self) -> pd.DataFrame:
        """Drawn values, a row a draw that takes part, a column an assumption."""
        return read_drawn(self.folder).loc[list(self.draws)]

    @cached_property
    def measure_kinds(self) -> dict[str, Mapping[str, str]]:
        """The kinds of measures with their labels, from the study's own copy of the inputs."""
        path = self.folder / MEASURES_TABLE
        if not path.is_file():
            return {}
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        return {
            str(row["kind"]): {str(key): str(value) for key, value in row.items()}
            for row in table.to_dict("records")
        }

    @property
    def small_cell(self) -> int:
        """Numbers of people below it are not shown."""
        return int(self._reporting("small_cell", 5))

    @property
    def range_low(self) -> float:
        """Lower end of every range, as a probability."""
        return self._reporting("range_low", 0.05)

    @property
    def range_high(self) -> float:
        """Upper end of every range, as a probability."""
        return self._reporting("range_high", 0.95)

    def _reporting(self, name: str, otherwise: float) -> float:
        for row in self.manifest["settings"]["assumptions"]:
            if row["name"] == name:
                return float(row["value"])
        return otherwise

    def quantity(self, name: str) -> Quantity:
        """A quantity by name.

        Raises:
            StudyError: there is none of this name.
        """
        if name not in self.quantities:
            raise StudyError(
                f"Unbekannte Größe „{name}“. Vorhanden: {', '.join(self.quantities)}.",
                f"Unknown quantity “{name}”. There are: {', '.join(self.quantities)}.",
            )
        return self.quantities[name]

    def plan_index(self, name: str) -> int:
        """Number of a plan by name.

        Raises:
            StudyError: there is none of this name.
        """
        if name not in self.plans:
            raise StudyError(
                f"Der Plan „{name}“ gehört nicht zur Studie. Vorhanden: {', '.join(self.plans)}.",
                f"The plan “{name}” is not part of the study. There are: {', '.join(self.plans)}.",
            )
        return self.plans.index(name)

    def prefetch(self, names: Iterable[str]) -> None:
        """Read everything these quantities need in one sweep through the files."""
        quantities = [self.quantity(name) for name in dict.fromkeys(names)]
        if self.is_large:
            self._reduce(quantities)
        else:
            self._fetch({column for one in quantities for column in one.needs})

    @cached_property
    def is_large(self) -> bool:
        """Whether its runs are too many to be held in memory; the numbers are the same."""
        return len(self.draws) * self.seeds * self._bytes_of_a_task > LARGE_BYTES

    @property
    def _bytes_of_a_task(self) -> int:
        """Bytes of all columns of a task, about."""
        cells = len(self.plans) * len(self.years) * len(self.districts)
        return 4 * cells * len(BANDS) * len(GROUPS) * len(COUNTS)

    @cached_property
    def _reduced(self) -> Reduced:
        return Reduced(self.tasks())

    def _reduce(self, quantities: Sequence[Quantity]) -> None:
        """Add up quantities of a large study, all in one sweep through the files."""
        wanted = {one: partial(_places_and_periods, one) for one in quantities}
        columns = {column for one in quantities for column in one.needs}
        self._sweep(wanted, columns)

    def _sweep(self, wanted: Mapping[Any, Take], columns: set[str]) -> None:
        def read(tasks: Sequence[Task]) -> dict[str, NDArray[Any]]:
            return self._read(tasks, columns, (len(tasks), 1))

        each = PIECE_BYTES // self._bytes_of_a_task
        self._reduced.add(wanted, read, each)

    def _of_all(self, key: Any) -> NDArray[Any]:
        """What was added up, with draws and seeds as axes of their own."""
        found = self._reduced.known[key]
        return found.reshape(len(self.plans), len(self.draws), self.seeds, *found.shape[2:])

    def _fetch(self, wanted: set[str]) -> None:
        """Read the columns that are not there yet."""
        wanted = wanted - set(self._cells)
        self._cells.update(self._read(self.tasks(), wanted, (len(self.draws), self.seeds)))

    def _read(
        self, tasks: Sequence[Task], wanted: set[str], runs: tuple[int, int]
    ) -> dict[str, NDArray[Any]]:
        """Columns of some tasks, shape (plans, *runs, years, districts, …)."""
        found = {}
        shape = (*runs, len(self.plans), len(self.years), len(self.districts))
        for table, columns, ends in (
            ("counts", [name for name in COUNTS if name in wanted], (len(BANDS), len(GROUPS))),
            ("money", ["euros"] if "euros" in wanted else [], (len(PAYERS), len(ITEMS))),
        ):
            if columns:
                read = read_columns(self.folder, table, tasks, columns)
                for name, array in read.items():
                    # Plans come first for the reader, runs come first on the disk.
                    found[name] = np.moveaxis(array.reshape(*shape, *ends), 2, 0)
        return found

    def cells(self, name: str) -> NDArray[Any]:
        """A stored column, shape (plans, draws, seeds, years, districts, bands, groups).

        The column `euros` of the money table ends with (payers, items) instead.
        """
        return self._cells[name]

    def runs(self, name: str) -> Array:
        """A quantity of every run, shape (plans, draws, seeds, periods, places)."""
        return self.runs_of(self.quantity(name))

    def runs_of(self, quantity: Quantity) -> Array:
        """The same for a quantity that has no name of its own, such as one of few age bands."""
        if self.is_large:
            self._reduce([quantity])
            return self._of_all(quantity)
        self._fetch(set(quantity.needs))
        return _places_and_periods(quantity, self._cells)

    def town_cells(self, name: str) -> NDArray[Any]:
        """A counted column of the whole town, shape (plans, draws, seeds, years, bands, groups)."""
        if self.is_large:
            self._sweep({name: lambda columns: columns[name].sum(axis=4)}, {name})
            return self._of_all(name)
        self._fetch({name})
        return np.asarray(self._cells[name].sum(axis=4))

    def tasks(self) -> tuple[Task, ...]:
        """Tasks of the draws that take part."""
        seed = int(self.manifest["settings"]["seed"])
        return tuple(
            Task(draw, index, run_seed(seed, draw, index))
            for draw in self.draws
            for index in range(self.seeds)
        )


def _places_and_periods(quantity: Quantity, cells: Mapping[str, NDArray[Any]]) -> Array:
    """A quantity of every run, shape (plans, draws, seeds, periods, places), from its columns."""
    by_district = {column: cells[column] for column in quantity.needs}
    whole = {name: one.sum(axis=4, keepdims=True) for name, one in by_district.items()}
    years = np.concatenate([quantity.combine(whole), quantity.combine(by_district)], axis=-1)
    return with_mean(years)


def with_mean(years: Array) -> Array:
    """Add the mean of the simulated years after the last year (axis 3; the first is the start)."""
    mean = years[:, :, :, 1:].mean(axis=3, keepdims=True)
    return np.concatenate([years, mean], axis=3)


def load(folder: Path | str) -> Study:
    """The result stored in a folder, finished or not.

    Raises:
        StudyError: the folder holds no study, or no draw of it is finished yet.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    seed, key = int(manifest["settings"]["seed"]), str(manifest["key"])
    seeds = range(int(manifest["seeds"]))
    draws: list[int] = []
    missing = 0
    for draw in range(int(manifest["draws"])):
        tasks = [Task(draw, index, run_seed(seed, draw, index)) for index in seeds]
        lacking = sum(not is_finished(folder, task, key) for task in tasks)
        missing += lacking
        if not lacking:
            draws.append(draw)
    failures = _failures(folder)
    if len(draws) < 2:
        raise StudyError(*_too_little(folder, failures))
    first = Task(draws[0], 0, run_seed(seed, draws[0], 0))
    head = part_head(part_path(folder, "counts", first)) or {}
    return Study(folder, manifest, tuple(head["years"]), tuple(draws), missing, tuple(failures))


def _failures(folder: Path) -> list[Mapping[str, Any]]:
    path = folder / FAILURES
    rows = read_json(path) if path.exists() else []
    return rows if isinstance(rows, list) else []


def _too_little(folder: Path, failures: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    german = f"In {folder} sind noch keine zwei Ziehungen vollständig gerechnet."
    english = f"In {folder} no two draws are finished yet."
    if failures:
        first = failures[0]
        german += f" {len(failures)} Aufgaben sind gescheitert, die erste mit: "
        english += f" {len(failures)} tasks have failed, the first with: "
        german += f"{first['error']}: {first['message']} (Plan {first['plan'] or '-'})."
        english += f"{first['error']}: {first['message']} (plan {first['plan'] or '-'})."
    return german, english
