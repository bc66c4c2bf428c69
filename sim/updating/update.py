"""The update itself: year by year from a forecast and a count to the next forecast."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from sim import study as studies
from sim.model import settled_population
from sim.study import Progress, StudyError
from sim.study.design import choose_plans
from sim.study.files import remove, write_json
from sim.study.inputs import copied_town
from sim.study.manifest import read_manifest
from sim.study.parts import BY_AGE, TABLES, part_path
from sim.town.figures import OBSERVATIONS, Figure, read_observations
from sim.town.problems import Problem
from sim.town.town import find_town, read_town
from sim.updating.draws import Draw, Space
from sim.updating.emulator import Emulator, Sample
from sim.updating.forecast import DRAWS_FILE, Forecast
from sim.updating.proposals import chosen, propose, weights_of
from sim.updating.stages import Setup, Stage, find_stage, keep, load_forecast
from sim.updating.surprise import Surprise, surprise
from sim.updating.targets import Targets
from sim.updating.weights import effective_number, normalised, resampled

if TYPE_CHECKING:
    from sim.town.plan import Plan
    from sim.town.town import Town

DRAWS, SEEDS = 60, 2
MOST_ROUNDS = 3
POOL = 10
"""Draws to choose from, for each that is kept."""
ENOUGH = 0.5
"""Share of the draws that must still count, or new ones are drawn."""

Told = Callable[[int, str, Progress], None]
"""Called with the year, `round` or `forecast`, and how far its simulations are."""


@dataclass(frozen=True)
class Step:
    """What one year's count has changed.

    Attributes:
        year: the year.
        before: the forecast before the count.
        after: the forecast after it.
        surprise: the count against the forecast before.
        effective: how many of the draws before still count, see `effective_number`.
        rounds: how many of the new draws count, one number a round; empty if the old were enough.
    """

    year: int
    before: Forecast
    after: Forecast
    surprise: Surprise
    effective: float
    rounds: tuple[float, ...]

    @property
    def drawn_anew(self) -> bool:
        """Whether new draws were needed."""
        return bool(self.rounds)


@dataclass(frozen=True)
class Update:
    """All steps from the town's start to the last count taken in.

    Attributes:
        town: the town.
        until: last year taken in; the start year if none was.
        steps: a step a year with counts.
        forecast: the newest forecast.
        counted: all counts that were read, also of later years.
        warnings: of reading the counts.
    """

    town: Town
    until: int
    steps: tuple[Step, ...]
    forecast: Forecast
    counted: Targets
    warnings: tuple[Problem, ...]

    @property
    def last(self) -> Step:
        """The newest step.

        Raises:
            StudyError: no count was taken in.
        """
        if not self.steps:
            raise StudyError(
                "Es wurde noch keine gezählte Zahl aufgenommen.",
                "No counted figure has been taken in yet.",
            )
        return self.steps[-1]

    @property
    def folder(self) -> Path:
        """Folder of the newest forecast."""
        return self.forecast.study.folder


@dataclass(frozen=True)
class Engine:
    """How simulations are run; for the executors and stand-ins of `sim.study.compare`."""

    executor: str = "threads"
    workers: int | None = None
    told: Told | None = None
    should_stop: Callable[[], bool] | None = None

    def options(self, year: int, what: str) -> dict[str, Any]:
        """Options of a study."""
        told = self.told
        return {
            "executor": self.executor,
            "workers": self.workers,
            "should_stop": self.should_stop,
            "progress": None if told is None else (lambda state: told(year, what, state)),
            "by_age": True,
        }


def update(
    town: Town | Path | str,
    *,
    until: int | None = None,
    observations: Path | str | None = None,
    plans: Sequence[str | Plan] | None = None,
    draws: int = DRAWS,
    seeds: int = SEEDS,
    seed: int = 1,
    results: Path | str = "results",
    executor: str = "threads",
    workers: int | None = None,
    told: Told | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Update:
    """Take in a town's counts year by year and store the forecast after each.

    Forecasts that are stored already are read, not simulated again; nothing is overwritten.

    Args:
        town: a town, its folder, or its name.
        until: last year whose counts are taken in; None for all there are. The town's start year
            gives the forecast before any count.
        observations: file of the counts; None for `observations.csv` in the town's folder.
        plans: plans of the newest forecast; None for the reference alone.
        draws: draws of the assumptions.
        seeds: courses of chance per draw.
        seed: seed of the study.
        results: folder of all results; forecasts go to `results/<town>/forecast-<year>`.
        executor: `threads`, `processes` or `serial`.
        workers: tasks at a time; None for the number of cores.
        told: called as simulations are finished.
        should_stop: asked several times a second; true stops, what is finished is kept.

    Raises:
        StudyError: what is asked for cannot be done.
        TownError: the town's folder or the counts have problems.
        Interrupted: stopped on request.
    """
    if isinstance(town, (str, Path)):
        town = read_town(find_town(town))
    path = Path(observations) if observations is not None else town.folder / OBSERVATIONS
    counted, warnings, content = _read(town, path)
    start = town.start[0]
    until = _last_year(counted, start, until, path)
    space = Space(town, seed)
    error = town.ledger["observation_error_share"].value
    setup = Setup(space, draws, seeds, Path(results), error, content)
    engine = Engine(executor, workers, told, should_stop)
    reference = choose_plans(town, ["reference"], None)[0]
    others = [plan for plan in plans or () if plan not in ("reference", reference[0])]
    wanted = choose_plans(town, [*reference, *others], None)[0]
    years = [year for year in counted.years if start < year <= until]
    forecast, stage = _first(setup, engine, wanted if not years else reference)
    steps: list[Step] = []
    for year in years:
        here = wanted if year == years[-1] else reference
        step, stage = _step(setup, engine, here, (forecast, stage), counted, year)
        steps.append(step)
        forecast = step.after
    return Update(town, until, tuple(steps), forecast, counted, warnings)


def _read(town: Town, path: Path) -> tuple[Targets, tuple[Problem, ...], bytes]:
    years = (town.start[0], town.start[0] + (town.start[1] - 1 + town.months) // 12)
    districts = [one.key for one in town.districts]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StudyError(
            f"{path}: Die gezählten Zahlen sind nicht lesbar ({error.strerror}). Eine Tabelle "
            "observations.csv in den Ordner der Stadt legen oder mit --observations nennen.",
            f"{path}: the counted figures cannot be read ({error.strerror}). Put a table "
            "observations.csv into the town's folder or name one with --observations.",
        ) from error
    figures, warnings = read_observations(path, districts, years)
    return Targets(figures, len(districts)), warnings, content


def _last_year(counted: Targets, start: int, until: int | None, path: Path) -> int:
    later = [year for year in counted.years if year > start]
    if until is None:
        return later[-1] if later else start
    if until < start:
        raise StudyError(
            f"Die Rechnung beginnt Ende {start}; {until} liegt davor.",
            f"The calculation begins at the end of {start}; {until} lies before it.",
        )
    if until > start and until not in counted.years:
        known = ", ".join(map(str, later)) or "–"
        raise StudyError(
            f"{path.name} enthält keine Zahlen für {until}. Vorhanden nach {start}: {known}.",
            f"{path.name} holds no figures for {until}. There are, after {start}: {known}.",
        )
    return until


def _first(setup: Setup, engine: Engine, plans: Sequence[Plan]) -> tuple[Forecast, Stage]:
    """The forecast before any count: the draws of the ledger."""
    space = setup.space
    start = space.town.start[0]
    known = Targets((), len(space.districts))
    stage = find_stage(setup, plans, start, known, None)
    if not stage.stored:
        draws = tuple(space.first(number) for number in range(setup.draws))
        even = np.full(setup.draws, 1.0 / setup.draws)
        _store(setup, engine, plans, stage, draws, even)
    return _load(setup, stage, known), stage


def _store(
    setup: Setup,
    engine: Engine,
    plans: Sequence[Plan],
    stage: Stage,
    draws: Sequence[Draw],
    weights: Any,
) -> None:
    """Simulate and store a forecast of equally likely draws."""
    space = setup.space
    values = {number: space.values(one) for number, one in enumerate(draws)}
    study = studies.compare(
        space.town, plans, setup.draws, setup.seeds, seed=space.seed, name=stage.name,
        results=setup.results, values=values, origin=stage.origin,
        **engine.options(stage.until, "forecast"),
    )  # fmt: skip
    keep(setup, study, draws, weights)


def _load(setup: Setup, stage: Stage, known: Targets) -> Forecast:
    folder = setup.folder / stage.name
    return load_forecast(folder, setup.space, known, stage.until, setup.error)


def _step(
    setup: Setup,
    engine: Engine,
    plans: Sequence[Plan],
    previous: tuple[Forecast, Stage],
    counted: Targets,
    year: int,
) -> tuple[Step, Stage]:
    """Take in one year's count."""
    before, stage_before = previous
    known = counted.until(year)
    figures = counted.of(year)
    ends = before.study.range_low, before.study.range_high
    runs = before.runs(figures, year)
    found = surprise(figures, runs, counted.districts, ends)
    emulator = Emulator(setup.space, known, [before.sample], setup.error)
    weights = normalised(emulator.log_likelihood(before.draws, before.until))
    effective = effective_number(weights)
    stage = find_stage(setup, plans, year, known, stage_before.identity)
    rounds: tuple[float, ...] = ()
    if stage.stored:
        manifest = read_manifest(setup.folder / stage.name)
        rounds = tuple(manifest.get("rounds", ()))
    else:
        draws: tuple[Draw, ...]
        if effective >= ENOUGH * len(weights):
            draws = chosen(before.draws, resampled(weights))
        else:
            draws, weights, rounds = _draw_anew(setup, engine, stage, before, known)
        drawn = _as_many(draws, setup.draws)
        _store(setup, engine, plans, stage, drawn, _as_many_weights(weights, setup.draws))
        _note(setup, stage, effective, rounds)
    return Step(year, before, _load(setup, stage, known), found, effective, rounds), stage


def _as_many(draws: Sequence[Draw], number: int) -> tuple[Draw, ...]:
    """Draws again from the front if some were lost to failed runs."""
    return tuple(draws[place % len(draws)] for place in range(number))


def _as_many_weights(weights: Any, number: int) -> Any:
    return np.resize(np.asarray(weights, dtype=np.float64), number)


def _draw_anew(
    setup: Setup, engine: Engine, stage: Stage, before: Forecast, known: Targets
) -> tuple[tuple[Draw, ...], Any, tuple[float, ...]]:
    """New draws around those that fit, at most three rounds of them simulated to the count's year.

    Once the emulator has seen simulations where the counted figures lie, the draws to be kept are
    taken from many more than can be simulated, so that hardly any is taken twice.
    """
    space = setup.space
    samples: list[Sample] = [before.sample]
    counts: list[float] = []
    start = space.town.start[0]
    key = f"{space.seed} {stage.origin['counted']} {stage.until}"
    emulator = Emulator(space, known, samples, setup.error)
    for number in range(1, MOST_ROUNDS + 1):
        proposed = propose(space, emulator, setup.draws, f"{key} round {number}")
        samples.append(_simulate_round(setup, engine, stage, proposed.draws, number))
        emulator = Emulator(space, known, samples, setup.error)
        counts.append(effective_number(normalised(weights_of(proposed, emulator, start))))
        if counts[-1] >= ENOUGH * setup.draws:
            break
    many = propose(space, emulator, POOL * setup.draws, f"{key} draws")
    weights = normalised(weights_of(many, emulator, start))
    places = resampled(weights, setup.draws)
    return chosen(many.draws, places), weights[places], tuple(counts)


def _simulate_round(
    setup: Setup, engine: Engine, stage: Stage, draws: Sequence[Draw], number: int
) -> Sample:
    """Simulate proposed draws to the year of the count."""
    space = setup.space
    year, month = space.town.start
    months = 12 * (stage.until - year) + 12 - month
    short = replace(space.town, months=min(space.town.months, months))
    values = {place: space.values(one) for place, one in enumerate(draws)}
    reference = choose_plans(short, ["reference"], None)[0]
    origin = {"kind": "round", "number": number, "identity": stage.identity}
    name = rounds_of(stage.name, number)
    study = studies.compare(
        short, reference, setup.draws, setup.seeds, seed=space.seed, name=name,
        results=setup.results, values=values, origin=origin, fresh=_other(setup, name, origin),
        make_population=lambda _: settled_population(space.town),
        **engine.options(stage.until, "round"),
    )  # fmt: skip
    forecast = Forecast(
        study, tuple(draws[place] for place in study.draws), stage.until, space,
        Targets((), len(space.districts)), setup.error,
    )  # fmt: skip
    return forecast.sample


def rounds_of(name: str, number: int) -> str:
    """Name of the study of a round of new draws."""
    return f"{name}-rounds/{number}"


def _other(setup: Setup, name: str, origin: dict[str, Any]) -> bool:
    """Whether a round that was given up belongs to something else."""
    folder = setup.folder / name
    if not (folder / "manifest.json").exists():
        return False
    made = read_manifest(folder)["settings"]
    return bool(made.get("origin") != origin)


def _note(setup: Setup, stage: Stage, effective: float, rounds: Sequence[float]) -> None:
    """Note in the manifest how the draws came about; the rounds have done their work."""
    folder = setup.folder / stage.name
    manifest = read_manifest(folder)
    manifest.update(effective=effective, rounds=list(rounds))
    write_json(folder / "manifest.json", manifest)
    remove(setup.folder / f"{stage.name}-rounds")


def load_update(folder: Path | str, results: Path | str | None = None) -> dict[str, Any]:
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
    origin = load_update(folder)
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
    names = ["assumptions.parquet", DRAWS_FILE]
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


def figures_to_show(counted: Targets, until: int) -> tuple[Figure, ...]:
    """The figures of the newest count, as a pattern for the years to come."""
    years = [year for year in counted.years if year <= until] or list(counted.years)
    return counted.of(years[-1]) if years else ()
