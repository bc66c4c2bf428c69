"""A study's folder while it is being worked on: begun or continued, filled, finished.

```
manifest.json         written first, and once more at the end
inputs/               a copy of everything read
assumptions.parquet   the drawn values, a row a draw
runs/counts, money    a pair of files a finished task
failures.json         runs that ended with an error, if any
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.study.design import Design, Task
from sim.study.drawn import ASSUMPTIONS, is_stored, write_drawn
from sim.study.errors import StudyError
from sim.study.executor import Failure, TaskResult
from sim.study.files import cannot_write, remove, remove_leftovers, write_json
from sim.study.inputs import FOLDER as INPUTS
from sim.study.inputs import copy_inputs, read_inputs
from sim.study.manifest import NAME, begin, check_same_study, now, read_manifest
from sim.study.parts import PartSchema, is_finished, write_part
from sim.study.result import FAILURES

if TYPE_CHECKING:
    from sim.town.town import Town

MADE_OF_IT = ("tables", "pictures", "summary.de.md", "summary.en.md")
"""What a report has made of a study; it goes when the study goes."""


@dataclass
class Store:
    """The folder of a study being worked on.

    Attributes:
        folder: the folder.
        manifest: what the study is made from.
        schema: what its parts look like.
        failed: failed runs of this start, by draw and course of chance.
        rest_of_head: contents of the inputs by place, and the drawn values of the assumptions,
            until both are written; None afterwards.
    """

    folder: Path
    manifest: dict[str, Any]
    schema: PartSchema
    failed: dict[tuple[int, int], Failure] = field(default_factory=dict)
    rest_of_head: tuple[Mapping[str, bytes], Mapping[int, Mapping[str, float]]] | None = None
    _told: int = 0

    def write_head(self) -> None:
        """Write what does not depend on a run, if it is not there yet: inputs and assumptions.

        Forty small files forced to the disk take as long as a run: the first are simulated
        meanwhile.

        Raises:
            StudyError: the disk is full or the folder cannot be written to.
        """
        if self.rest_of_head is None:
            return
        inputs, values = self.rest_of_head
        self.manifest["inputs"] = copy_inputs(inputs, self.folder)
        labels = {row["name"]: row for row in self.manifest["settings"]["assumptions"]}
        write_drawn(self.folder, values, labels)
        write_json(self.folder / NAME, self.manifest)
        self.rest_of_head = None

    def unfinished(self, tasks: Sequence[Task]) -> tuple[Task, ...]:
        """Tasks that are still to be done (failed ones are tried again)."""
        key, tables = self.manifest["key"], self.schema.stored
        return tuple(task for task in tasks if not is_finished(self.folder, task, key, tables))

    def keep(self, result: TaskResult) -> None:
        """Store the result of a task.

        Raises:
            StudyError: the disk is full or the folder cannot be written to.
        """
        if result.failure is None:
            write_part(self.folder, result.task, self.schema.tables(result.task, result.outcomes))
            return
        self.failed[result.task.draw, result.task.seed_index] = result.failure
        # A file of many failures is not written anew for each.
        if len(self.failed) >= self._told + max(1, self._told // 4):
            self.write_failures()

    def write_failures(self) -> None:
        """Store what is known of failed runs."""
        if len(self.failed) > self._told:
            # Sorted, because tasks finish in any order.
            rows = [asdict(self.failed[key]) for key in sorted(self.failed)]
            write_json(self.folder / FAILURES, rows)
            self._told = len(self.failed)

    def finish(self, tasks: Sequence[Task]) -> None:
        """Note in the manifest that every task was tried, and how many runs are stored."""
        stored = len(tasks) - len(self.unfinished(tasks))
        plans = len(self.schema.plans)
        self.manifest.update(
            finished=now(),
            complete=stored == len(tasks),
            runs=stored * plans,
            failed=(len(tasks) - stored) * plans,
        )
        write_json(self.folder / NAME, self.manifest)


def part_schema(manifest: Mapping[str, Any]) -> PartSchema:
    """What the parts of the study of this manifest look like."""
    return PartSchema(
        study=str(manifest["key"]),
        plans=tuple(plan["name"] for plan in manifest["settings"]["plans"]),
        districts=tuple(one["key"] for one in manifest["districts"]),
        labels={
            str(row["name"]): tuple(str(row.get(key) or "") for key in _LABELS)  # type: ignore[misc]
            for row in manifest["indicators"]
        },
        by_age=bool(manifest.get("by_age", False)),
    )


_LABELS = ("unit", "label_de", "label_en")


def open_store(
    folder: Path,
    town: Town,
    design: Design,
    values: Mapping[int, Mapping[str, float]],
    *,
    fresh: bool = False,
    given: Mapping[int, Mapping[str, float]] | None = None,
    origin: Mapping[str, Any] | None = None,
    by_age: bool = False,
) -> Store:
    """Begin a study in a folder, or continue the one that is there.

    What is not there yet besides the manifest is left to `Store.write_head`.

    Args:
        folder: the study's folder; made if needed.
        town: the town.
        design: the study's simulations.
        values: drawn values of the assumptions by draw.
        fresh: throw away the study that is there.
        given: the drawn values, if they are not those that ledger and seed give.
        origin: where given values come from.
        by_age: whether residents by age are stored as well.

    Raises:
        StudyError: the folder holds another study or something else, or cannot be written to.
    """
    wanted = begin(town, design, given=given, origin=origin, by_age=by_age)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        inside = list(folder.iterdir())
    except OSError as error:
        raise cannot_write(folder, error) from error
    if (folder / NAME).exists():
        if fresh:
            discard(folder)
        else:
            stored = read_manifest(folder)
            check_same_study(stored, wanted, folder)
            if (stored["draws"], stored["seeds"]) == (design.draws, design.seeds):
                wanted["started"] = stored["started"]
                if stored["complete"]:
                    wanted.update({key: stored[key] for key in ("finished", "complete", "runs")})
    elif inside:
        raise StudyError(
            f"{folder} ist nicht leer und enthält keine Studie. Bitte einen anderen Namen wählen.",
            f"{folder} is not empty and holds no study. Please choose another name.",
        )
    store = Store(folder, wanted, part_schema(wanted))
    whole = wanted["complete"] and is_stored(folder, len(values))
    if not whole or store.unfinished(design.tasks()):
        store.rest_of_head = read_inputs(town), values
        # The manifest alone makes the folder a study's: first of all, so that a kill a moment
        # later leaves a folder that can be continued.
        wanted.update(finished=None, complete=False, runs=0, failed=0)
        write_json(folder / NAME, wanted)
        remove(folder / FAILURES)
    return store


def discard(folder: Path) -> None:
    """Remove a study and what was made of it; other files in the folder stay.

    The manifest goes last: until then the folder is known for a study's.
    """
    read_manifest(folder)
    for name in (*MADE_OF_IT, "runs", INPUTS, FAILURES, ASSUMPTIONS, NAME):
        remove(folder / name)
