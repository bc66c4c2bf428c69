"""The update itself: year by year from a forecast and a count to the next forecast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.study import StudyError
from sim.study.design import choose_plans
from sim.town.figures import OBSERVATIONS, read_observations
from sim.town.problems import Problem
from sim.town.town import find_town, read_town
from sim.updating.draws import MOVED, Space
from sim.updating.drift import Drift, edges_of
from sim.updating.forecast import Forecast
from sim.updating.stages import Setup
from sim.updating.steps import Engine, Step, Told, first, step
from sim.updating.targets import Targets

if TYPE_CHECKING:
    from sim.town.plan import Plan
    from sim.town.town import Town

DRAWS, SEEDS = 60, 2


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
    if town.ledger.joint is not None:
        # What counts move has coordinates of its own, which begin at the ledger's ranges.
        town = town.drawn_with(town.ledger.joint.without(MOVED))
    path = Path(observations) if observations is not None else town.folder / OBSERVATIONS
    counted, warnings, content = _read(town, path)
    start = town.start[0]
    until = _last_year(counted, start, until, path)
    space = Space(town, seed)
    factor = town.ledger["model_drift_factor"].value
    drift = Drift(factor, edges_of(counted.figures), seed)
    setup = Setup(space, draws, seeds, Path(results), drift, content)
    engine = Engine(executor, workers, told, should_stop)
    reference = choose_plans(town, ["reference"], None)[0]
    others = [plan for plan in plans or () if plan not in ("reference", reference[0])]
    wanted = choose_plans(town, [*reference, *others], None)[0]
    years = [year for year in counted.years if start < year <= until]
    forecast, stage = first(setup, engine, wanted if not years else reference)
    steps: list[Step] = []
    for year in years:
        here = wanted if year == years[-1] else reference
        earlier = [one.before.sample for one in steps]
        found, stage = step(setup, engine, here, (forecast, stage), counted, year, earlier)
        steps.append(found)
        forecast = found.after
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
