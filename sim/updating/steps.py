"""One step of an update: a count beside the forecast before it, and the forecast after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import study as studies
from sim.model import settled_population
from sim.study import Progress
from sim.study.design import choose_plans
from sim.study.files import remove, write_json
from sim.study.manifest import NAME, read_manifest
from sim.updating.draws import Draw
from sim.updating.emulator import Emulator, Sample
from sim.updating.forecast import Forecast
from sim.updating.proposals import chosen, propose, weights_of
from sim.updating.stages import Setup, Stage, find_stage, keep, load_forecast
from sim.updating.surprise import Surprise, surprise
from sim.updating.targets import Targets
from sim.updating.weights import effective_number, normalised, resampled

if TYPE_CHECKING:
    from sim.town.plan import Plan

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


def first(setup: Setup, engine: Engine, plans: Sequence[Plan]) -> tuple[Forecast, Stage]:
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
    return load_forecast(folder, setup.space, known, stage.until, setup.drift)


def step(
    setup: Setup,
    engine: Engine,
    plans: Sequence[Plan],
    previous: tuple[Forecast, Stage],
    counted: Targets,
    year: int,
    earlier: Sequence[Sample] = (),
) -> tuple[Step, Stage]:
    """Take in one year's count.

    Args:
        setup: what all forecasts share.
        engine: how simulations are run.
        plans: plans of the new forecast, the reference first.
        previous: the forecast before the count.
        counted: all counts.
        year: the year.
        earlier: simulations of still older forecasts, from which the emulator learns as well.
    """
    before, stage_before = previous
    known = counted.until(year)
    figures = counted.of(year)
    ends = before.study.range_low, before.study.range_high
    runs = before.runs(figures, year)
    found = surprise(figures, runs, counted.districts, ends)
    emulator = Emulator(setup.space, known, [*earlier, before.sample], setup.drift)
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
            draws, weights, rounds = _draw_anew(
                setup, engine, stage, [*earlier, before.sample], known
            )
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
    setup: Setup, engine: Engine, stage: Stage, samples: list[Sample], known: Targets
) -> tuple[tuple[Draw, ...], Any, tuple[float, ...]]:
    """New draws around those that fit, at most three rounds of them simulated to the count's year.

    Once the emulator has seen simulations where the counted figures lie, the draws to be kept are
    taken from many more than can be simulated, so that hardly any is taken twice.
    """
    space = setup.space
    counts: list[float] = []
    start = space.town.start[0]
    key = f"{space.seed} {stage.origin['counted']} {stage.until}"
    emulator = Emulator(space, known, samples, setup.drift)
    for number in range(1, MOST_ROUNDS + 1):
        proposed = propose(space, emulator, setup.draws, f"{key} round {number}")
        samples.append(_simulate_round(setup, engine, stage, proposed.draws, number))
        emulator = Emulator(space, known, samples, setup.drift)
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
        Targets((), len(space.districts)), setup.drift,
    )  # fmt: skip
    return forecast.sample


def rounds_of(name: str, number: int) -> str:
    """Name of the study of a round of new draws."""
    return f"{name}-rounds/{number}"


def _other(setup: Setup, name: str, origin: dict[str, Any]) -> bool:
    """Whether a round that was given up belongs to something else."""
    folder = setup.folder / name
    if not (folder / NAME).exists():
        return False
    made = read_manifest(folder)["settings"]
    return bool(made.get("origin") != origin)


def _note(setup: Setup, stage: Stage, effective: float, rounds: Sequence[float]) -> None:
    """Note in the manifest how the draws came about; the rounds have done their work."""
    folder = setup.folder / stage.name
    manifest = read_manifest(folder)
    manifest.update(effective=effective, rounds=list(rounds))
    write_json(folder / NAME, manifest)
    remove(setup.folder / f"{stage.name}-rounds")
