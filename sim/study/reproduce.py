"""Runs a stored study again from nothing but its own folder, and compares every number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.study.design import Task, run_seed
from sim.study.drawn import drawn_values, read_drawn
from sim.study.ensemble import Progress, run_tasks
from sim.study.errors import StudyError
from sim.study.executor import Failure, Simulate, TaskResult
from sim.study.inputs import changed_inputs, copied_town
from sim.study.manifest import plain, program_fingerprint
from sim.study.parts import PartSchema, is_finished, read_part
from sim.study.result import load
from sim.study.run import MakePopulation, SolveTables, make_job
from sim.study.store import part_schema

if TYPE_CHECKING:
    from sim.town.plan import Plan
    from sim.town.town import Town


@dataclass(frozen=True)
class Difference:
    """The first number of a column that came out differently.

    Attributes:
        draw, seed_index, plan: the run.
        table, column: where it stands.
        stored, simulated: the two numbers.
        rows: rows of the part in which the column differs.
    """

    draw: int
    seed_index: int
    plan: str
    table: str
    column: str
    stored: float
    simulated: float
    rows: int


@dataclass(frozen=True)
class Rerun:
    """What running again has shown.

    Attributes:
        runs: simulations run again.
        differences: numbers that differ.
        failures: runs that ended with an error this time.
        changed_inputs: copied files that are no longer what they were.
        same_program: whether the rules are those that made the study.
    """

    runs: int
    differences: tuple[Difference, ...] = ()
    failures: tuple[Failure, ...] = ()
    changed_inputs: tuple[str, ...] = ()
    same_program: bool = True

    @property
    def identical(self) -> bool:
        """Whether every number of every run came out the same, to the last bit."""
        return not self.differences and not self.failures

    def text(self, lang: str = "de") -> str:
        """The finding in a few sentences."""
        german = lang != "en"
        if self.identical:
            lines = [
                f"{self.runs} Simulationen wiederholt: alle Zahlen sind identisch."
                if german
                else f"{self.runs} simulations repeated: every number is identical."
            ]
        else:
            found = len({(one.draw, one.seed_index) for one in self.differences})
            lost = len(self.failures)
            lines = [
                f"{self.runs} Simulationen wiederholt: {found} Aufgaben weichen ab, "
                f"{lost} sind gescheitert."
                if german
                else f"{self.runs} simulations repeated: {found} tasks differ, {lost} failed."
            ]
        if self.changed_inputs:
            names = ", ".join(self.changed_inputs)
            lines.append(
                f"Die abgelegten Eingaben wurden verändert: {names}."
                if german
                else f"The stored inputs were changed: {names}."
            )
        if not self.same_program:
            lines.append(
                "Das Programm ist nicht mehr dasselbe wie bei der Studie."
                if german
                else "The program is no longer the one that made the study."
            )
        return " ".join(lines)


@dataclass
class _Check:
    """Compares each result with what is stored."""

    folder: Path
    schema: PartSchema
    differences: list[Difference] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def take(self, result: TaskResult) -> None:
        task = result.task
        if result.failure is not None:
            self.failures.append(result.failure)
            return
        for name, table in self.schema.tables(task, result.outcomes).items():
            self.differences += _compare(task, name, read_part(self.folder, name, task), table)


def _compare(task: Task, name: str, stored: pa.Table, simulated: pa.Table) -> list[Difference]:
    if stored.column_names != simulated.column_names or len(stored) != len(simulated):
        return [Difference(*_run(task, ""), name, "", float("nan"), float("nan"), len(stored))]
    found = []
    for column in stored.column_names:
        if pa.types.is_dictionary(stored.schema.field(column).type):
            continue
        old, new = stored[column].to_numpy(), simulated[column].to_numpy()
        both_nan = pd.isna(old) & pd.isna(new)
        wrong = np.flatnonzero((old != new) & ~both_nan)
        if wrong.size:
            row = int(wrong[0])
            plan = stored["plan"][row].as_py()
            values = float(old[row]), float(new[row])
            found.append(Difference(*_run(task, plan), name, column, *values, int(wrong.size)))
    return found


def _run(task: Task, plan: str) -> tuple[int, int, str]:
    return task.draw, task.seed_index, plan


def rerun(
    folder: Path | str,
    *,
    executor: str = "threads",
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    read_town: Callable[[Path], Town] | None = None,
    simulate: Simulate | None = None,
    solve_tables: SolveTables | None = None,
    make_population: MakePopulation | None = None,
) -> Rerun:
    """Simulate a stored study again from the copies in its folder.

    Args:
        folder: the study's folder.
        executor: `threads`, `processes` or `serial`.
        workers: tasks at a time; None for the number of cores.
        progress: called at the start and after each task.
        should_stop: asked several times a second; true stops.
        read_town: reads a town's folder; None for the model's own.
        simulate: simulates one plan; None for the model's own.
        solve_tables: solves the tables of a draw; None for the model's own.
        make_population: makes the population; None for the model's own.

    Returns:
        Whether every number is identical, and what is not. The folder is left as it is.

    Raises:
        StudyError: the folder holds no study.
        Interrupted: stopped on request.
    """
    folder = Path(folder)
    manifest = load(folder).manifest
    if read_town is None:
        from sim.town.town import read_town as own

        read_town = own
    town = _town_as_used(read_town(copied_town(folder, manifest["town"]["name"])), manifest)
    plans = tuple(_plan_as_used(town, record) for record in manifest["settings"]["plans"])
    values = drawn_values(read_drawn(folder))
    seed, key = int(manifest["settings"]["seed"]), str(manifest["key"])
    tasks = [
        Task(draw, index, run_seed(seed, draw, index))
        for draw in values
        for index in range(int(manifest["seeds"]))
    ]
    schema = part_schema(manifest)
    tasks = [task for task in tasks if is_finished(folder, task, key, schema.stored)]
    check = _Check(folder, schema)
    run_tasks(
        make_job(
            town,
            plans,
            values,
            by_age=schema.by_age,
            simulate=simulate,
            solve_tables=solve_tables,
            make_population=make_population,
        ),
        tasks,
        check.take,
        executor=executor,
        workers=workers,
        progress=progress,
        should_stop=should_stop,
    )
    return Rerun(
        runs=len(tasks) * len(plans),
        differences=tuple(sorted(check.differences, key=lambda one: (one.draw, one.seed_index))),
        failures=tuple(sorted(check.failures, key=lambda one: (one.draw, one.seed_index))),
        changed_inputs=changed_inputs(folder, manifest["inputs"].items()),
        same_program=manifest["settings"]["program"]["rules"] == program_fingerprint(),
    )


def _town_as_used(town: Town, manifest: Mapping[str, Any]) -> Town:
    """The town with the assumptions the study used, which may differ from those on file."""
    used = {row["name"]: row["value"] for row in manifest["settings"]["assumptions"]}
    on_file = town.ledger.values()
    changed = {
        name: value for name, value in used.items() if name in on_file and on_file[name] != value
    }
    return replace(town, ledger=town.ledger.with_values(**changed)) if changed else town


def _plan_as_used(town: Town, record: Mapping[str, Any]) -> Plan:
    """The plan the study used: the town's own, or one that was made without a file."""
    own = town.plans.get(record["name"])
    if own is not None and plain(asdict(own)) == dict(record):
        return own
    from sim.town.plan import Measure, Plan

    try:
        measures = tuple(
            Measure(**{**measure, "districts": tuple(measure["districts"])})
            for measure in record["measures"]
        )
        return Plan(**{**record, "measures": measures})
    except TypeError as error:
        raise StudyError(
            f"Der Plan „{record['name']}“ lässt sich nicht wiederherstellen: {error}.",
            f"The plan “{record['name']}” cannot be restored: {error}.",
        ) from error
