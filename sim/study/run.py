"""The study itself: from a town and its plans to a stored result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from sim.study.design import Design, choose_plans
from sim.study.drawn import Draws
from sim.study.ensemble import Progress, run_tasks
from sim.study.executor import Job, Simulate
from sim.study.result import Study, load
from sim.study.store import open_store

if TYPE_CHECKING:
    from sim.model import Outcome
    from sim.town.plan import Plan
    from sim.town.town import Town

SolveTables = Callable[["Town", dict[str, float]], object]
SimulateTogether = Callable[..., Iterator["Outcome"]]
MakePopulation = Callable[["Town"], object]


def compare(
    town: Town | Path | str,
    plans: Sequence[str | Plan] | None = None,
    draws: int = 40,
    seeds: int = 2,
    *,
    seed: int = 1,
    name: str = "comparison",
    results: Path | str = "results",
    reference: str | None = None,
    executor: str = "threads",
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    fresh: bool = False,
    values: Mapping[int, Mapping[str, float]] | None = None,
    origin: Mapping[str, Any] | None = None,
    by_age: bool = False,
    simulate: Simulate | None = None,
    solve_tables: SolveTables | None = None,
    make_population: MakePopulation | None = None,
) -> Study:
    """Simulate plans in the same worlds and store what comes out.

    The same call continues a study that was interrupted, and returns at once when it is complete.
    More draws or seeds than before extend it.

    Args:
        town: a town, its folder, or its name.
        plans: names of its plans, or plans; None for all of them.
        draws: joint draws of the assumptions (what we do not know).
        seeds: courses of chance per draw (what nobody can know).
        seed: seed of the study.
        name: name of the study; it is stored in `results/<town>/<name>`.
        results: folder of all results.
        reference: plan the others are compared with; None for `reference` or else the first.
        executor: `threads`, `processes`, `serial`, `dask` (worker processes on this machine) or
            `dask:` and a scheduler's address (many machines); the numbers are the same.
        workers: tasks at a time; None for the number of cores.
        progress: called at the start and after each task.
        should_stop: asked several times a second; true stops the study, which keeps what is done.
        fresh: throw away an earlier study of this name.
        values: value of every assumption by draw, in place of draws from the ledger.
        origin: where such values come from, kept in the manifest; it is part of what makes the
            study this one.
        by_age: store the residents by district and single year of age as well.
        simulate: simulates one plan; None for the model's own.
        solve_tables: solves the tables of a draw; None for the model's own.
        make_population: makes the population; None for the model's own.

    Returns:
        The result, ready for `levels`, `differences` and the other tables.

    Raises:
        StudyError: what is asked for cannot be done, or the disk is full.
        Interrupted: stopped on request.
        TownError: the town's folder has problems.
    """
    if isinstance(town, (str, Path)):
        from sim.town.town import find_town, read_town

        town = read_town(find_town(town))
    chosen, reference = choose_plans(town, plans, reference)
    design = Design(chosen, reference, draws, seeds, seed)
    drawn: Mapping[int, Mapping[str, float]] = Draws(town, seed, draws)
    if values is not None:
        drawn = {number: values[number] for number in range(draws)}
    folder = Path(results) / town.name / name
    given = None if values is None else drawn
    store = open_store(
        folder, town, design, drawn, fresh=fresh, given=given, origin=origin, by_age=by_age
    )
    tasks = design.tasks()
    left = store.unfinished(tasks)
    if left:
        job = make_job(
            town,
            chosen,
            drawn,
            by_age=by_age,
            simulate=simulate,
            solve_tables=solve_tables,
            make_population=make_population,
        )
        try:
            run_tasks(
                job,
                left,
                store.keep,
                executor=executor,
                workers=workers,
                progress=progress,
                should_stop=should_stop,
                finished_before=len(tasks) - len(left),
                folder=folder,
                meanwhile=store.write_head,
            )
        finally:
            store.write_failures()
    store.write_head()
    if not store.manifest["complete"]:
        store.finish(tasks)
    return load(folder)


def solve_prepared(town: Town, values: dict[str, float]) -> object:
    """The tables of a draw; what depends on the town alone is prepared once a process.

    Courses of chance of one draw share its tables. Solving holds the interpreter, so two threads
    that want the same tables at once gain nothing by both solving them.
    """
    with _ONE_SOLVES:
        return _solved(town, tuple(values.items()))


_ONE_SOLVES = Lock()


@lru_cache(maxsize=16)
def _solved(town: Town, values: tuple[tuple[str, float], ...]) -> object:
    from sim.rates.tables import solve_tables
    from sim.setting_up import prepared

    return solve_tables(town, dict(values), prepared(town))


def compile_once(town: Town) -> None:
    """Compile all that a run needs, if that has never been done on this machine."""
    from sim.compiled import COMPLETE, folder_of_compiled_code

    if not (folder_of_compiled_code() / COMPLETE).exists():
        from sim.warm_up import compile_everything

        compile_everything(town)


def make_job(
    town: Town,
    plans: tuple[Plan, ...],
    values: Mapping[int, Mapping[str, float]],
    *,
    by_age: bool = False,
    simulate: Simulate | None,
    solve_tables: SolveTables | None,
    make_population: MakePopulation | None,
) -> Job:
    """What all tasks of a study share; the population is made here, once."""
    # Imported here, so that results can be read without compiling the model.
    simulate_all: SimulateTogether | None = None
    prepare = compile_once if simulate is None else None
    if simulate is None:
        from sim import migration, together

        simulate_all = None if by_age else together.simulate_together

        simulate = cast(Simulate, migration.simulate_counted if by_age else migration.simulate)
    if solve_tables is None:
        solve_tables = solve_prepared
    if make_population is None:
        from sim.model import settled_population

        make_population = settled_population
    return Job(
        town, plans, make_population(town), values, simulate, solve_tables, simulate_all, prepare
    )
