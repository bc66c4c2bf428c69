"""`quartier compare`, `run` and `rerun`: simulate, store, and say what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from sim.commands.clustering import executor_of
from sim.commands.progress import steps, watched
from sim.commands.terminal import PROBLEMS, USAGE, Terminal, stop_on_ctrl_c
from sim.commands.towns import REFERENCE, open_town, plan_names

if TYPE_CHECKING:
    from sim.report.findings import Findings
    from sim.study import Alignment, Study
    from sim.town import Town

MOST_FOLDERS = 999
NO_POSTERIOR = "none"
"""Said in place of a file: draw every assumption from its range."""

Draws = Mapping[int, Mapping[str, float]]
"""Values of the assumptions by number of the draw and name."""


@dataclass(frozen=True)
class Request:
    """What is to be simulated.

    Attributes:
        draws: draws of the assumptions.
        seeds: courses of chance per draw.
        seed: seed of the study.
        out: folder of all results.
        name: name of the result; None to choose one.
        threads: tasks at a time; None for all cores.
        fresh: throw away an earlier result of this name.
        align: meet the town's official forecast; None to do as town.toml says.
        executor: what computes, `threads` if None.
        scheduler: address of a Dask scheduler, None for none.
        posterior: file of `quartier calibrate` whose draws are taken, `none` for the ledger's
            ranges alone; None for the shipped file.
    """

    draws: int
    seeds: int
    seed: int
    out: Path
    name: str | None
    threads: int | None
    fresh: bool
    align: bool | None = None
    executor: str | None = None
    scheduler: str | None = None
    posterior: str | None = None


def draws_of(draws: int, seeds: int, runs: int | None) -> int:
    """Draws of the assumptions, from the number of runs per plan if that is given."""
    return draws if runs is None else max(2, -(-runs // seeds))


def compare(terminal: Terminal, town_name: str, plans: Sequence[str], request: Request) -> None:
    """Compare plans of a town and write everything about it."""
    town = open_town(terminal, town_name)
    chosen = plan_names(terminal, town, plans) or town.compare or tuple(town.plans)
    if REFERENCE in town.plans and REFERENCE not in chosen:
        chosen = (REFERENCE, *chosen)
    _simulate_and_report(terminal, town, chosen, request, "comparison")


def run(terminal: Terminal, town_name: str, plans: Sequence[str], request: Request) -> None:
    """Simulate one plan or several and write the result."""
    town = open_town(terminal, town_name)
    chosen = plan_names(terminal, town, plans)
    if not chosen:
        raise terminal.fail(
            USAGE,
            f"Bitte mit --plan sagen, was gerechnet werden soll: {', '.join(town.plans)}.",
            f"Please say with --plan what to run: {', '.join(town.plans)}.",
        )
    _simulate_and_report(terminal, town, chosen, request, "-".join(chosen))


def _simulate_and_report(
    terminal: Terminal, town: Town, plans: tuple[str, ...], request: Request, name: str
) -> None:
    report(terminal, simulate(terminal, town, plans, request, name))


def simulate(
    terminal: Terminal, town: Town, plans: tuple[str, ...], request: Request, name: str
) -> Study:
    """Simulate plans of a town, or go on with an earlier start; nothing is written but the study.

    Args:
        terminal: where to say how far it is.
        town: the town.
        plans: names of its plans.
        request: what is to be simulated.
        name: name of the result if the request has none.
    """
    with executor_of(terminal, request) as executor:
        study = _simulated(terminal, town, plans, request, name, executor)
    if study.failures:
        terminal.message(
            f"{len(study.failures)} Simulationen sind gescheitert; Näheres: "
            f"{study.folder / 'failures.json'}.",
            f"{len(study.failures)} simulations have failed; see {study.folder / 'failures.json'}.",
        )
    return study


def _simulated(
    terminal: Terminal,
    town: Town,
    plans: tuple[str, ...],
    request: Request,
    name: str,
    executor: str,
) -> Study:
    """The study, computed by `executor`."""
    from sim import study as studies

    town = calibrated(terminal, town, request.posterior)
    alignment = _aligned(terminal, town, request, executor)
    given: Draws | None = None
    origin: Mapping[str, Any] | None = None
    if alignment is not None:
        given = alignment.draws(town, request.seed, request.draws)
        origin = alignment.origin()
    name = request.name or _free_name(town, plans, request, name, (given, origin))
    total = request.draws * request.seeds * len(plans)
    terminal.message(
        f"{town.label}: {len(plans)} {'Plan' if len(plans) == 1 else 'Pläne'}, "
        f"{request.draws} Ziehungen der Annahmen × {request.seeds} Zufallsverläufe "
        f"= {total} Simulationen",
        f"{town.label}: {len(plans)} {'plan' if len(plans) == 1 else 'plans'}, "
        f"{request.draws} draws of the assumptions × {request.seeds} courses of chance "
        f"= {total} simulations",
    )
    with stop_on_ctrl_c() as should_stop, watched(terminal) as progress:
        return studies.compare(
            town,
            plans,
            request.draws,
            request.seeds,
            seed=request.seed,
            name=name,
            results=request.out,
            executor=executor,
            workers=request.threads,
            progress=progress,
            should_stop=should_stop,
            fresh=request.fresh,
            values=given,
            origin=origin,
        )


def calibrated(terminal: Terminal, town: Town, posterior: str | None) -> Town:
    """The town with the calibration that its assumptions are to be drawn with.

    Args:
        terminal: where to say which.
        town: the town, with the calibration shipped with the national tables.
        posterior: a file of `quartier calibrate`, `none` for ranges alone, None for the shipped.
    """
    from sim.town.joint import read_joint

    if posterior == NO_POSTERIOR:
        town = town.drawn_with(None)
    elif posterior is not None:
        town = town.drawn_with(read_joint(Path(posterior)))
    joint = town.ledger.joint
    if joint is None:
        return town
    others = [name for name in joint.names if name not in town.ledger.covered]
    made = joint.provenance.get("made", "–")
    number = len(town.ledger.covered)
    de, en = "", ""
    if others:
        names = ", ".join(others)
        de = f" Aus ihrer Spanne, weil diese seit der Anpassung anders ist: {names}."
        en = f" From their ranges, as these have changed since the fit: {names}."
    terminal.message(
        f"{number} Annahmen kommen zusammen aus der Anpassung vom {made} (ohne sie: --posterior "
        f"none), alle anderen aus ihren Spannen.{de}",
        f"{number} assumptions come together from the fit of {made} (without it: --posterior "
        f"none), all others from their ranges.{en}",
    )
    return town


def _aligned(terminal: Terminal, town: Town, request: Request, executor: str) -> Alignment | None:
    """The assumptions moved to meet the official forecast, if that is asked for."""
    from sim import study as studies

    official = town.official_forecast
    asked = request.align
    if asked is None:
        asked = official is not None and official.align
    if not asked:
        return None
    label = official.label if official is not None else ""
    terminal.message(
        f"Die Annahmen zur Wanderung werden an „{label}“ angeglichen"
        if official is not None
        else "Angleichen an die amtliche Vorausberechnung",
        f"The assumptions about migration are aligned with “{label}”"
        if official is not None
        else "Aligning with the official forecast",
    )
    with stop_on_ctrl_c() as should_stop, watched(terminal) as progress:
        return studies.align(
            town,
            request.seed,
            executor=executor,
            workers=request.threads,
            progress=progress,
            should_stop=should_stop,
        )


Given = tuple[Draws | None, Mapping[str, Any] | None]
"""Drawn values in place of the ledger's, and where they come from."""


def _free_name(
    town: Town, plans: tuple[str, ...], request: Request, name: str, given: Given
) -> str:
    """The name of the study to go on with, or the next free one: no older result is touched."""
    from sim.study.design import Design, choose_plans
    from sim.study.files import read_json
    from sim.study.manifest import NAME, settings

    chosen, reference = choose_plans(town, plans, None)
    design = Design(chosen, reference, request.draws, request.seeds, request.seed)
    wanted = settings(town, design, *given)
    for number in range(1, MOST_FOLDERS):
        candidate = name if number == 1 else f"{name}-{number}"
        path = request.out / town.name / candidate / NAME
        if request.fresh or not path.exists():
            return candidate
        stored = read_json(path)
        if _can_go_on(stored, wanted, request):
            return candidate
    return name


def _can_go_on(stored: Any, wanted: Mapping[str, Any], request: Request) -> bool:
    """Whether a stored study is the same and not larger than what is asked for."""
    if not isinstance(stored, dict) or stored.get("settings") != wanted:
        return False
    return bool(stored["draws"] <= request.draws and stored["seeds"] <= request.seeds)


def report(terminal: Terminal, study: Study) -> None:
    """Write the report of a study, print its answer and table, and say where to go on."""
    from sim.report.gather import gather
    from sim.report.summary import write_report

    with steps(terminal, "Auswertung und Bilder", "Evaluation and pictures") as progress:
        progress(0, 10)
        findings = gather(study)
        written = write_report(findings, study.folder, progress=progress)
    show_answer(terminal, findings)
    summary = written.summaries[terminal.lang]
    terminal.show()
    line = Text(terminal.say("Als Nächstes öffnen: ", "Open next: "), style="bold")
    terminal.show(line.append_text(terminal.path(summary)))
    terminal.show(
        terminal.say(
            f"Bilder und Tabellen liegen daneben in {study.folder / 'pictures'} und "
            f"{study.folder / 'tables'}; im Terminal: quartier show {study.folder}",
            f"Pictures and tables lie beside it in {study.folder / 'pictures'} and "
            f"{study.folder / 'tables'}; in the terminal: quartier show {study.folder}",
        )
    )


def show_answer(terminal: Terminal, findings: Findings) -> None:
    """The question, the answer in a sentence, and the comparison's table."""
    from sim.report.tables import comparison_table
    from sim.report.words import (
        answer,
        chance_sentences,
        cost_sentence,
        proportion_sentence,
    )

    lang = terminal.lang
    question = findings.question_de if lang == "de" else findings.question_en
    terminal.show()
    terminal.show(Text(question, style="bold"))
    for text in (
        answer(findings, lang),
        proportion_sentence(findings, lang),
        *chance_sentences(findings, lang),
        cost_sentence(findings, lang),
    ):
        if text:
            terminal.show(text)
    terminal.show()
    terminal.tables(comparison_table(findings, lang))
    show_official(terminal, findings)
    terminal.show(
        terminal.say(
            "Modellrechnung, keine Vorhersage. Woher eine Zahl kommt: quartier explain NAME",
            "A model calculation, not a forecast. Where a number comes from: quartier explain NAME",
        )
    )


def show_official(terminal: Terminal, findings: Findings) -> None:
    """The official forecast beside the calculation, if the town names one."""
    from sim.report.official import official_sentence, official_table

    table = official_table(findings, terminal.lang)
    if table is None:
        return
    terminal.tables(table)
    terminal.show(official_sentence(findings, terminal.lang))


def rerun(terminal: Terminal, folder: Path, threads: int | None) -> None:
    """Simulate a stored result again and compare every number."""
    from sim import study as studies

    with stop_on_ctrl_c() as should_stop, watched(terminal) as progress:
        found = studies.rerun(folder, workers=threads, progress=progress, should_stop=should_stop)
    terminal.show(found.text(terminal.lang))
    for one in found.differences[:10]:
        terminal.show(f"• {one.plan}, {one.table}.{one.column}: {one.stored!r} → {one.simulated!r}")
    if not found.identical:
        raise terminal.fail(
            PROBLEMS,
            "Das Ergebnis ließ sich nicht genau wiederholen.",
            "The result could not be repeated exactly.",
        )
