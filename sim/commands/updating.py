"""`quartier update`: the count of a year beside the forecast, and the forecast after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from sim.commands.progress import steps, watched
from sim.commands.terminal import PROBLEMS, USAGE, Terminal, stop_on_ctrl_c
from sim.commands.towns import open_town, plan_names

if TYPE_CHECKING:
    from sim.report.updated import Updated
    from sim.study import Progress


ON_SCREEN = 3
"""Districts on the screen, which is one page; the written page has more."""


@dataclass(frozen=True)
class UpdateRequest:
    """What is asked for.

    Attributes:
        until: last year taken in; None for all.
        observations: file of the counts; None for the town's own.
        draws, seeds, seed, out, threads: as in `sim.commands.running.Request`.
    """

    until: int | None
    observations: Path | None
    draws: int
    seeds: int
    seed: int
    out: Path
    threads: int | None


def update(
    terminal: Terminal, town_name: str, plans: Sequence[str], request: UpdateRequest
) -> None:
    """Take in a town's counts, show them beside the forecast, and write the new forecast."""
    from sim import updating
    from sim.report.updated import gather_update

    town = open_town(terminal, town_name)
    chosen = plan_names(terminal, town, plans)
    if request.observations is not None and not request.observations.is_file():
        raise terminal.fail(
            USAGE,
            f"{request.observations}: Diese Datei gibt es nicht.",
            f"{request.observations}: there is no such file.",
        )
    with stop_on_ctrl_c() as should_stop, _told(terminal) as told:
        found = updating.update(
            town,
            until=request.until,
            observations=request.observations,
            plans=chosen or None,
            draws=request.draws,
            seeds=request.seeds,
            seed=request.seed,
            results=request.out,
            workers=request.threads,
            told=told,
            should_stop=should_stop,
        )
    for warning in found.warnings:
        terminal.message(f"Hinweis: {warning.text('de')}", f"Note: {warning.text('en')}")
    gathered = gather_update(found)
    pages = _write(terminal, gathered)
    show_update(terminal, gathered)
    terminal.show()
    line = Text(terminal.say("Als Nächstes öffnen: ", "Open next: "), style="bold")
    terminal.show(line.append_text(terminal.path(pages)))
    terminal.show(
        terminal.say(
            f"Die früheren Vorausrechnungen liegen unverändert daneben in {found.folder.parent}.",
            f"Earlier forecasts lie unchanged beside it in {found.folder.parent}.",
        )
    )


def _write(terminal: Terminal, found: Updated) -> Path:
    """Write everything about an update; returns the page in the terminal's language."""
    from sim.report.gather import gather
    from sim.report.summary import write_report
    from sim.report.updated_files import write_update

    with steps(terminal, "Auswertung und Bilder", "Evaluation and pictures") as progress:
        progress(0, 10)
        if len(found.forecast.study.plans) > 1:
            write_report(gather(found.forecast.study), found.folder)
        written = write_update(found, progress)
    return written.pages[terminal.lang]


def show_update(terminal: Terminal, found: Updated) -> None:
    """The surprise, what was learnt and the new forecast, on one page."""
    from sim.report.updated_words import (
        beside_table,
        closing,
        learned_table,
        learning_sentence,
        limits,
        outlook_table,
        surprise_sentence,
        title,
        years_table,
    )

    lang = terminal.lang
    terminal.show()
    terminal.show(Text(title(found, lang), style="bold"))
    terminal.show(surprise_sentence(found, lang))
    if found.years:
        terminal.show()
        terminal.tables(beside_table(found, lang, ON_SCREEN))
        terminal.show(learning_sentence(found, lang))
        terminal.show()
        terminal.tables(years_table(found, lang), learned_table(found, lang))
    terminal.tables(outlook_table(found, lang, ON_SCREEN))
    for text in limits(found, lang):
        terminal.show(f"• {text}")
    terminal.show(closing(found, lang))


@contextmanager
def _told(terminal: Terminal) -> Iterator[Callable[[int, str, Progress], None]]:
    """A bar for each of an update's studies, and a line when one begins."""
    with watched(terminal) as progress:
        seen: set[tuple[int, str]] = set()

        def told(year: int, what: str, state: Progress) -> None:
            if (year, what) not in seen and state.done < state.total:
                seen.add((year, what))
                if what == "round":
                    terminal.message(
                        f"Zählung {year}: neue Werte der Annahmen werden gerechnet",
                        f"Count of {year}: new values of the assumptions are simulated",
                    )
                else:
                    terminal.message(
                        f"Vorausrechnung mit dem Stand von {year}",
                        f"Forecast knowing {year}",
                    )
            progress(state)

        yield told


def rerun(terminal: Terminal, folder: Path, threads: int | None) -> None:
    """Make a stored forecast again from its own folder and compare every number."""
    from sim import updating

    with stop_on_ctrl_c() as should_stop, _told(terminal) as told:
        found = updating.rerun_update(folder, workers=threads, told=told, should_stop=should_stop)
    if found.identical:
        terminal.show(
            terminal.say(
                f"Alle Jahre vom Start an noch einmal gerechnet: {found.files} Dateien, alle "
                "Ziehungen und Zahlen sind identisch.",
                f"All years from the start made again: {found.files} files, every draw and number "
                "is identical.",
            )
        )
        return
    for name in found.different[:10]:
        terminal.show(f"• {name}")
    raise terminal.fail(
        PROBLEMS,
        f"{len(found.different)} von {found.files} Dateien weichen ab. Das Ergebnis ließ sich "
        "nicht genau wiederholen (anderes Programm?).",
        f"{len(found.different)} of {found.files} files differ. The result could not be repeated "
        "exactly (another program?).",
    )


def is_update(folder: Path) -> bool:
    """Whether a result is a forecast made by an update."""
    from sim.study.manifest import read_manifest

    origin = read_manifest(folder)["settings"].get("origin")
    return isinstance(origin, dict) and origin.get("kind") == "update"
