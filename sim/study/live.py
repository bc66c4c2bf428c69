"""A study whose runs lie in memory and grow while somebody looks at them.

The dashboard answers with it. Draws, seeds and manifest are those a stored study of the same seed
would have, so that its numbers are the same to the last bit, and `save` writes the folder that
`quartier compare` would have written. A `LiveDesign` is what is asked; each `LiveStudy` is what is
known of it after some draws, and never changes: an answer of 8 draws stays one when 16 are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.indicators import INDEX
from sim.rates.migration import (
    calendar_years,
    draw_coordinates,
    net_migration,
    varies,
    with_years,
)
from sim.study.design import Design, Task, run_seed
from sim.study.drawn import drawn_table
from sim.study.errors import StudyError
from sim.study.executor import Failure, TaskResult
from sim.study.manifest import begin, hash_of, plain, study_key
from sim.study.result import Study, load
from sim.study.store import open_store
from sim.town.plan import Plan

if TYPE_CHECKING:
    from sim.model import Outcome
    from sim.study.alignment import Alignment
    from sim.town.town import Town

BY_HAND = "by_hand"
"""Kind of the origin of draws in which somebody has set assumptions by hand."""
ALIGNED_BY_HAND = "alignment_by_hand"
"""The same of draws that were moved to meet an official forecast as well."""

Fixed = tuple[tuple[str, float], ...]


def drawn(town: Town, seed: int, number: int, fixed: Fixed = ()) -> dict[str, float]:
    """One joint draw of a town's assumptions, some of them set by hand.

    All others have the values they would have without: each is a function of seed, number and its
    own name.

    Args:
        town: the town.
        seed: seed of the study.
        number: number of the draw.
        fixed: names and values of assumptions set by hand.
    """
    return dict(_drawn(town, seed, number, fixed))


@lru_cache(maxsize=512)
def _drawn(town: Town, seed: int, number: int, fixed: Fixed) -> Mapping[str, float]:
    values = town.ledger.draw(seed, number)
    values.update(fixed)
    if varies(values):
        districts = [one.key for one in town.districts]
        years = calendar_years(town)
        rates = net_migration(values, draw_coordinates(seed, number, districts, years))
        values = with_years(values, rates, districts, years)
    return MappingProxyType(values)


@dataclass(frozen=True, eq=False)
class Kept:
    """The outcome of one run in a quarter of the memory.

    Attributes:
        years: see `Outcome`.
        counts: shape (indicators, years, districts, bands, groups), in the smallest whole numbers
            that hold them.
        money: see `Outcome`.
    """

    years: tuple[int, ...]
    counts: NDArray[Any]
    money: NDArray[np.float64]

    @classmethod
    def of(cls, outcome: Outcome) -> Kept:
        """Keep an outcome."""
        most = max(int(outcome.counts.max(initial=0)), -int(outcome.counts.min(initial=0)))
        kind = np.int32 if most <= np.iinfo(np.int32).max else np.int64
        counts = np.ascontiguousarray(np.moveaxis(outcome.counts, -1, 0), dtype=kind)
        counts.setflags(write=False)
        money = np.array(outcome.money, dtype=np.float64)
        money.setflags(write=False)
        return cls(tuple(int(year) for year in outcome.years), counts, money)

    def outcome(self) -> Outcome:
        """The outcome as the model gave it."""
        from sim.model import Outcome

        counts = np.moveaxis(self.counts, 0, -1).astype(np.int64)
        return Outcome(self.years, counts, self.money)

    @property
    def nbytes(self) -> int:
        """Bytes it takes."""
        return int(self.counts.nbytes + self.money.nbytes)


Runs = Mapping[Task, tuple[Kept, ...]]
"""What came out of each task, an outcome a plan in the order of the plans."""


@dataclass(frozen=True, eq=False)
class LiveDesign:
    """What a live study is asked: plans of a town in the same worlds.

    Attributes:
        of_town: the town.
        plans_asked: the plans; the first is the reference.
        fixed: assumptions set by hand.
        seed: seed of the study.
        seeds: courses of chance per draw.
        aligned: how draws are moved to meet an official forecast; None if they are not.

    Raises:
        StudyError: plans of the same name, none, or an unknown assumption.
    """

    of_town: Town
    plans_asked: tuple[Plan, ...]
    fixed: Fixed = ()
    seed: int = 1
    seeds: int = 2
    aligned: Alignment | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be analysed."""
        if not self.plans_asked:
            raise StudyError("Es ist kein Plan ausgewählt.", "No plan is chosen.")
        self.design(2)
        for name, value in self.fixed:
            if name not in self.of_town.ledger or not np.isfinite(value):
                raise StudyError(
                    f"Die Annahme „{name}“ gibt es nicht, oder ihr Wert ist keine Zahl.",
                    f"There is no assumption “{name}”, or its value is no number.",
                )

    def design(self, draws: int) -> Design:
        """The design of a stored study of so many draws."""
        reference = self.plans_asked[0].name
        return Design(self.plans_asked, reference, draws, self.seeds, self.seed)

    def values(self, draw: int) -> dict[str, float]:
        """Values of all assumptions in a draw."""
        values = drawn(self.of_town, self.seed, draw, self.fixed)
        if self.aligned is None:
            return values
        from sim.study.alignment import moved

        return moved(self.of_town, values, self.aligned.moves)

    def tasks(self, draw: int) -> tuple[Task, ...]:
        """The tasks of a draw."""
        return tuple(
            Task(draw, index, run_seed(self.seed, draw, index)) for index in range(self.seeds)
        )

    @property
    def origin(self) -> dict[str, Any] | None:
        """Where the values come from, for the manifest; None if ledger and seed give them."""
        found = {} if self.aligned is None else self.aligned.origin()
        if self.fixed:
            kind = BY_HAND if self.aligned is None else ALIGNED_BY_HAND
            found |= {"kind": kind, "values": dict(sorted(self.fixed))}
        return found or None

    def given(self, draws: Sequence[int]) -> dict[int, dict[str, float]] | None:
        """Values by draw if they are not those that ledger and seed give."""
        return None if self.origin is None else {draw: self.values(draw) for draw in draws}

    @cached_property
    def _settings(self) -> dict[str, Any]:
        found = dict(_begun(self.of_town)["settings"])
        found["seed"] = self.seed
        found["plans"] = [plain(asdict(one)) for one in self.plans_asked]
        return found

    def manifest(self, draws: int) -> dict[str, Any]:
        """The manifest a stored study of so many draws would have."""
        settings = dict(self._settings)
        given, origin = self.given(range(draws)), self.origin
        if given is not None:
            settings["values"] = hash_of(given)
            settings["origin"] = plain(origin)
        return {
            **_begun(self.of_town),
            "key": study_key(settings),
            "settings": settings,
            "reference": self.plans_asked[0].name,
            "draws": draws,
            "seeds": self.seeds,
            "complete": True,
            "runs": draws * self.seeds * len(self.plans_asked),
        }

    def study(self, runs: Runs, failures: Sequence[Failure] = ()) -> LiveStudy:
        """What is known after some tasks.

        Args:
            runs: finished tasks; draws of which every course of chance is there take part.
            failures: tasks that failed.

        Raises:
            StudyError: fewer than two draws are whole.
        """
        numbers = sorted({task.draw for task in runs})
        draws = tuple(draw for draw in numbers if all(task in runs for task in self.tasks(draw)))
        if len(draws) < 2:
            raise StudyError(
                "Es sind noch keine zwei Ziehungen vollständig gerechnet.",
                "No two draws are finished yet.",
            )
        asked = max([*draws, *(one.draw for one in failures)]) + 1
        mine = {task: runs[task] for draw in draws for task in self.tasks(draw)}
        rows = tuple(asdict(one) for one in sorted(failures, key=_order) if one.draw < asked)
        manifest = self.manifest(asked)
        finished = sum(task.draw < asked for task in runs)
        missing = asked * self.seeds - finished
        if missing:
            manifest.update(complete=False, runs=finished * len(self.plans_asked))
        return LiveStudy(
            folder=Path(),
            manifest=manifest,
            years=next(iter(mine.values()))[0].years,
            draws=draws,
            missing=missing,
            failures=rows,
            live=self,
            finished=mine,
        )


@dataclass(frozen=True)
class LiveStudy(Study):
    """A study of runs in memory; every table, sentence and test of a stored one holds for it.

    Attributes:
        live: what was asked.
        finished: the runs that take part.
    """

    live: LiveDesign = field(kw_only=True, repr=False, compare=False)
    finished: Runs = field(kw_only=True, repr=False, compare=False)

    @cached_property
    def assumptions(self) -> pd.DataFrame:
        """Drawn values, a row a draw that takes part, a column an assumption."""
        return drawn_table({draw: self.live.values(draw) for draw in self.draws})

    @cached_property
    def measure_kinds(self) -> dict[str, Mapping[str, str]]:
        """The kinds of measures with their labels."""
        table = self.live.of_town.tables.get("measures")
        if table is None:
            return {}
        return {
            str(row["kind"]): {
                str(key): "" if pd.isna(value) else str(value) for key, value in row.items()
            }
            for row in table.to_dict("records")
        }

    @property
    def nbytes(self) -> int:
        """Bytes its runs take."""
        return sum(kept.nbytes for kept in self._kept)

    @property
    def _kept(self) -> list[Kept]:
        """Runs plan by plan, then draw by draw."""
        tasks = self.tasks()
        return [self.finished[task][plan] for plan in range(len(self.plans)) for task in tasks]

    def _fetch(self, wanted: set[str]) -> None:
        wanted = wanted - set(self._cells)
        shape = (len(self.plans), len(self.draws), self.seeds)
        kept = self._kept if wanted else []
        for name in wanted:
            if name == "euros":
                stacked = np.stack([one.money for one in kept])
            elif name in INDEX:
                stacked = np.stack([one.counts[INDEX[name]] for one in kept])
            else:
                continue
            self._cells[name] = stacked.reshape(*shape, *stacked.shape[1:])

    @cached_property
    def is_large(self) -> bool:
        """Its runs are in memory already."""
        return False

    def forget(self) -> None:
        """Let go of what was put together for tables; it is put together anew when asked for."""
        self._cells.clear()

    def save(self, results: Path | str, name: str, *, fresh: bool = False) -> Study:
        """Store it in `results/<town>/<name>`, as if it had been simulated there.

        Args:
            results: folder of all results.
            name: name of the study.
            fresh: throw away an earlier study of this name.

        Returns:
            The stored study; `quartier rerun`, `show` and the reports take it like any other.

        Raises:
            StudyError: the folder holds another study, or cannot be written to.
        """
        draws = int(self.manifest["draws"])
        town, live = self.live.of_town, self.live
        design = live.design(draws)
        values = {draw: live.values(draw) for draw in range(draws)}
        folder = Path(results) / town.name / name
        store = open_store(
            folder, town, design, values,
            fresh=fresh, given=live.given(range(draws)), origin=live.origin,
        )  # fmt: skip
        store.write_head()
        for task in store.unfinished(design.tasks()):
            if task in self.finished:
                outcomes = tuple(kept.outcome() for kept in self.finished[task])
                store.keep(TaskResult(task, outcomes))
        for row in self.failures:
            failure = Failure(**row)
            task = Task(failure.draw, failure.seed_index, failure.seed)
            store.keep(TaskResult(task, failure=failure))
        if not store.manifest["complete"]:
            store.finish(design.tasks())
        return load(folder)


@lru_cache(maxsize=16)
def _begun(town: Town) -> dict[str, Any]:
    """The manifest of any study of a town; plans, seed and size are filled in for each."""
    nothing = Plan("reference", "", "")
    return begin(town, Design((nothing,), nothing.name, 2, 2, 0))


def _order(failure: Failure) -> tuple[int, int]:
    return failure.draw, failure.seed_index
