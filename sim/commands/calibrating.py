"""`quartier sensitivity`, `calibrate` and `validate`: the model held against published figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.clustering import Computed, executor_of
from sim.commands.progress import steps, watched
from sim.commands.running import calibrated
from sim.commands.terminal import USAGE, Terminal, stop_on_ctrl_c

FOUND = Path(__file__).parents[2] / "calibration" / "found"
"""Tables of this checkout."""

if TYPE_CHECKING:
    from calibration.evaluated import Evaluated
    from calibration.sensitivity import Sensitivity


@dataclass(frozen=True)
class SensitivityRequest:
    """What is to be moved, and how.

    Attributes:
        method: `oat`, `morris` or `sobol`.
        assumptions: those to move; empty for all.
        runs: about how many runs; None for the usual number.
        seed: of samples and chance.
        threads: runs at a time; None for all cores.
        out: folder of results.
        executor, scheduler: what computes, as in `sim.commands.running.Request`.
        write: also write the table in `calibration/found` of this checkout.
    """

    method: str
    assumptions: tuple[str, ...]
    runs: int | None
    seed: int
    threads: int | None
    out: Path
    executor: str | None = None
    scheduler: str | None = None
    write: bool = False


def names_of(given: Sequence[str]) -> tuple[str, ...]:
    """Names as given, with commas or one by one, each once."""
    names = [name.strip() for part in given for name in part.split(",") if name.strip()]
    return tuple(dict.fromkeys(names))


def sensitivity(terminal: Terminal, place: str, request: SensitivityRequest) -> None:
    """Move assumptions and say what moves the model."""
    from calibration.evaluated import open_evaluated
    from calibration.outputs import figures_as_outputs, headline_outputs
    from calibration.place import open_place
    from calibration.sensitivity import METHODS, method_for
    from calibration.targets import read_targets

    if request.method not in METHODS:
        raise terminal.fail(
            USAGE,
            f"Unbekanntes Verfahren „{request.method}“. Möglich: {', '.join(METHODS)}.",
            f"Unknown method “{request.method}”. Choose one of: {', '.join(METHODS)}.",
        )
    targets = read_targets()
    region, town = open_place(place, targets)
    outputs = (*figures_as_outputs(targets, region), *headline_outputs(town))
    evaluated = open_evaluated(town, outputs, request.out)
    names = request.assumptions or None
    with evaluating(terminal, evaluated, request) as evaluate:
        found = method_for(request.method, evaluated, evaluate, names, request.runs, request.seed)
    _tell_sensitivity(terminal, evaluated, found, request, region)


@dataclass(frozen=True)
class FitRequest:
    """What is to be fitted, and how.

    Attributes:
        everything: figures kept back as well, once they have judged.
        waves: waves of history matching.
        runs: runs of each wave.
        draws: draws of the posterior.
        worlds: made-up worlds in which the search is tried instead; 0 for the real fit.
        persons: residents of the nation in small.
        seed: of all draws.
        threads: runs at a time; None for all cores.
        out: folder of results.
        executor, scheduler: what computes, as in `sim.commands.running.Request`.
        write: also write the shipped posterior and the tables in `calibration/found`.
    """

    everything: bool
    waves: int
    runs: int
    draws: int
    worlds: int
    persons: int
    seed: int
    threads: int | None
    out: Path
    executor: str | None = None
    scheduler: str | None = None
    write: bool = False

    @property
    def command(self) -> str:
        """What makes the same again."""
        everything = " --all" if self.everything else ""
        return (
            f"quartier calibrate{everything} --waves {self.waves} --runs {self.runs} "
            f"--draws {self.draws} --persons {self.persons} --seed {self.seed}"
        )


def calibrate(terminal: Terminal, request: FitRequest) -> None:
    """Search for what the figures of the nation allow, and write it down."""
    from calibration.evaluated import open_evaluated
    from calibration.fitting.accept import accepted
    from calibration.fitting.figures import figures_to_fit, read_discrepancies
    from calibration.fitting.posterior import Fit, provenance, write_posterior
    from calibration.fitting.waves import search
    from calibration.fitting.words import (
        correlation_table,
        figure_table,
        learned_table,
        report,
        wave_table,
    )
    from calibration.nation import nation_in_small
    from calibration.outputs import figures_as_outputs
    from calibration.space import Space, searchable
    from calibration.targets import read_targets
    from sim.study.files import write_whole
    from sim.town.finding import find_national
    from sim.town.joint import FILE as POSTERIOR

    targets = read_targets()
    town = nation_in_small("DE", request.persons)
    evaluated = open_evaluated(town, figures_as_outputs(targets, "DE"), request.out)
    space = Space(town.ledger, searchable(town.ledger))
    known = read_discrepancies()
    fitted = figures_to_fit(targets, "DE", known, everything=request.everything)
    columns = [evaluated.keys.index(key) for key in fitted.keys]
    with evaluating(terminal, evaluated, request) as evaluate:
        if request.worlds:
            first = _first_wave(space, request, evaluate)
            _recover(terminal, space, fitted, (first[0], first[1][:, columns]), request)
            return
        found = search(
            space, fitted, lambda runs: evaluate(runs)[:, columns],
            seed=request.seed, waves=request.waves, runs=request.runs,
        )  # fmt: skip
        places = [evaluated.keys.index(key) for key in found.fitted.keys]
        chosen = accepted(found, evaluate, places, seed=request.seed, draws=request.draws)
    fit = Fit("DE", request.everything, request.seed, found, chosen)
    before = _first_wave(space, request, evaluated)[1]
    lang = terminal.lang
    beside = figure_table(fit, evaluated, before, known, lang)
    tables = (wave_table(fit, lang), beside, learned_table(fit, lang), correlation_table(fit, lang))
    terminal.tables(*tables)
    about = provenance(fit, town.fingerprint, request.command)
    folder = request.out / "calibration" / ("fit-all" if request.everything else "fit")
    texts = {
        one: report(fit, evaluated, before, known, about, "de" if one == "de" else "en").encode()
        for one in ("de", "en")
    }
    write_whole(folder / "fit.csv", fit.learned().to_csv(index=False).encode())
    for one, text in texts.items():
        write_whole(folder / f"fit.{one}.md", text)
    write_posterior(folder / POSTERIOR, fit, town.ledger, about)
    terminal.show(terminal.path(folder / POSTERIOR))
    if request.write:
        place = find_national(FOUND.parent) / POSTERIOR
        write_whole(FOUND / "fit.md", texts["en"])
        write_posterior(place, fit, town.ledger, about)
        terminal.show(terminal.path(place))


def _first_wave(space: Any, request: FitRequest, evaluate: Callable[..., Any]) -> tuple[Any, Any]:
    """Runs that are even in the ledger: their points and outputs."""
    from calibration.fitting.waves import first_points, runs_of

    points = first_points(space, request.runs, request.seed)
    return points, evaluate(runs_of(space, points, space.ledger.values(), request.seed))


def _recover(
    terminal: Terminal, space: Any, fitted: Any, first: tuple[Any, Any], request: FitRequest
) -> None:
    """Try the search in worlds whose assumptions are known."""
    from calibration.fitting.words import recovery_report, recovery_tables
    from calibration.recovery import recovery
    from sim.study.files import write_whole

    with steps(terminal, "Erfundene Welten", "Made-up worlds") as told:
        found = recovery(space, fitted, *first, worlds=request.worlds, seed=request.seed, told=told)
    terminal.tables(*recovery_tables(found, terminal.lang))
    folder = request.out / "calibration" / "recovery"
    made = _made(f"{request.command} --recover {request.worlds}")
    write_whole(folder / "recovery.csv", found.table().to_csv(index=False).encode())
    for one in ("de", "en"):
        text = recovery_report(found, "de" if one == "de" else "en", made)
        write_whole(folder / f"recovery.{one}.md", text.encode())
        if request.write and one == "en":
            write_whole(FOUND / "recovery.md", text.encode())
    terminal.show(terminal.path(folder))


def _made(command: str) -> str:
    """When and with what a table was made, for its head."""
    from datetime import date

    import sim

    return f"{command}, {date.today().isoformat()}, {sim.__version__}"


@contextmanager
def evaluating(
    terminal: Terminal, evaluated: Evaluated, request: Computed
) -> Iterator[Callable[[Sequence[Any]], Any]]:
    """While it lasts: a function that simulates runs, with a bar, and stops at Ctrl-C."""
    with (
        executor_of(terminal, request) as executor,
        stop_on_ctrl_c() as should_stop,
        watched(terminal) as progress,
    ):
        yield lambda runs: evaluated(
            runs, executor=executor, workers=request.threads, progress=progress,
            should_stop=should_stop,
        )  # fmt: skip


def _tell_sensitivity(
    terminal: Terminal,
    evaluated: Evaluated,
    found: Sensitivity,
    request: SensitivityRequest,
    region: str,
) -> None:
    from calibration.sensitivity_pictures import curve_picture, pictured
    from calibration.sensitivity_words import output_table, ranking_table, report
    from sim.study.files import write_whole

    ledger = evaluated.town.ledger
    lang = terminal.lang
    terminal.tables(
        ranking_table(found, ledger, lang), output_table(found, evaluated.outputs, lang)
    )
    name = f"sensitivity-{region}-{found.method}"
    folder = request.out / "calibration" / name
    write_whole(folder / "effects.csv", found.effects.to_csv(index=False).encode())
    if not found.curves.empty:
        write_whole(folder / "curves.csv", found.curves.to_csv(index=False).encode())
        with steps(terminal, "Bilder", "Pictures") as told:
            shown = pictured(evaluated.outputs)
            for number, output in enumerate(shown):
                told(number, len(shown))
                picture = curve_picture(found, output, ledger, lang)
                if picture is not None:
                    picture.write(folder / "pictures")
    command = f"quartier sensitivity {region} --method {found.method} --seed {request.seed}"
    if request.runs is not None:
        command += f" --runs {request.runs}"
    text = report(found, evaluated, _made(command), lang).encode()
    write_whole(folder / f"sensitivity.{lang}.md", text)
    if request.write:
        text = report(found, evaluated, _made(command), "en").encode()
        write_whole(FOUND / f"{name}.md", text)
    terminal.show(terminal.path(folder))


@dataclass(frozen=True)
class ValidationRequest:
    """What is to be judged, and how.

    Attributes:
        regions: nation, states and towns; empty for all that figures were kept back of.
        draws: draws of the assumptions.
        seed: of the draws.
        threads: runs at a time; None for all cores.
        out: folder of results.
        posterior, executor, scheduler: as in `sim.commands.running.Request`.
        write: also write `calibration/VALIDATION.md` of this checkout.
    """

    regions: tuple[str, ...]
    draws: int
    seed: int
    threads: int | None
    out: Path
    posterior: str | None = None
    executor: str | None = None
    scheduler: str | None = None
    write: bool = False


def validate(terminal: Terminal, request: ValidationRequest) -> None:
    """Set every figure that was kept back beside what would have been said without it."""
    import pandas as pd

    import calibration
    from calibration.targets import TARGETS, read_targets
    from calibration.validation_words import document, figure_tables, rounded, summary_tables
    from sim.study.errors import StudyError
    from sim.study.files import write_whole

    targets = read_targets()
    kept_back = tuple(dict.fromkeys(one.region for one in targets if one.evidence))
    wrong = [name for name in request.regions if name not in kept_back]
    if wrong:
        raise StudyError(
            f"Von {', '.join(wrong)} wurde keine Zahl zurückgehalten. Möglich: "
            f"{', '.join(kept_back)}.",
            f"No figure of {', '.join(wrong)} was kept back. Choose of: {', '.join(kept_back)}.",
        )
    with executor_of(terminal, request) as executor:
        parts = [
            found
            for region in request.regions or kept_back
            for found in _validated(terminal, targets, region, request, executor)
            if not found.empty
        ]
    table = pd.concat(parts, ignore_index=True)
    lang = terminal.lang
    terminal.tables(*figure_tables(table, lang), *summary_tables(table, lang))
    about = _about(request.draws, request.seed, TARGETS)
    folder = request.out / "calibration" / "validation"
    write_whole(folder / "figures.csv", table.to_csv(index=False).encode())
    text = document(table, about).encode()
    write_whole(folder / "VALIDATION.md", text)
    terminal.show(terminal.path(folder / "VALIDATION.md"))
    if request.write:
        place = Path(calibration.__file__).with_name("VALIDATION.md")
        write_whole(place, text)
        write_whole(FOUND / "validation.csv", rounded(table).to_csv(index=False).encode())
        terminal.show(terminal.path(place))


def _validated(
    terminal: Terminal,
    targets: Sequence[Any],
    region: str,
    request: ValidationRequest,
    executor: str,
) -> Iterator[Any]:
    """The tables of a region."""
    from calibration.city import SIX, district_targets, other_districts
    from calibration.following import all_followed
    from calibration.nation import REGIONS
    from calibration.place import open_place
    from calibration.residents_back import by_age, calendar, residents_rows, seen_in, taken_in
    from calibration.validation import awaited_rows, care_need_rows, emerging_rows

    def followed(town: Any, look: Callable[[Any], Any] = lambda run: run) -> list[Any]:
        terminal.message(f"Simulationen: {town.label}", f"Simulations: {town.label}")
        with stop_on_ctrl_c() as should_stop, watched(terminal) as progress:
            return all_followed(
                town, request.draws, request.seed, executor=executor, workers=request.threads,
                progress=progress, should_stop=should_stop, look=look,
            )  # fmt: skip

    _, town = open_place(region, targets)
    town = calibrated(terminal, town, request.posterior)
    if region in REGIONS:
        runs = followed(town)
        if region == "DE":
            with steps(terminal, "Rückblick: Pflegebedarf", "Looking back: care need") as told:
                needed = care_need_rows(targets, town, told=told)
            with steps(terminal, "Länder 2023", "States in 2023") as told:
                awaited = awaited_rows(targets, town, told=told)
            yield needed
            yield awaited
        yield emerging_rows(targets, runs, region)
        return
    years = calendar(town)
    own = taken_in(town, years, followed(town, by_age))
    if region != SIX:
        yield residents_rows(targets, own)
        return
    other = calibrated(terminal, other_districts(), request.posterior)
    others = taken_in(other, calendar(other), followed(other, by_age))
    seen = seen_in(others)
    yield residents_rows(targets, own, seen)
    yield residents_rows(district_targets(), others, seen)


def _about(draws: int, seed: int, targets: Path) -> dict[str, Any]:
    import hashlib
    from datetime import date

    import sim
    from sim.study.manifest import program_fingerprint

    return {
        "date": date.today().isoformat(),
        "version": sim.__version__,
        "draws": draws,
        "seed": seed,
        "targets": hashlib.sha256(targets.read_bytes()).hexdigest(),
        "program": program_fingerprint(),
    }
