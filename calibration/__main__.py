"""`python -m calibration [TOWN]`: the figures beside the model, for the nation or one town.

Options: `--draws N` (default 20), `--csv FILE` (the whole table), `--lang de|en`. Ctrl-C ends with
the runs that are finished.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import typer

from calibration.care_forecast import ORIGINS
from calibration.comparison import compared, coverage
from calibration.courses import Course, each_followed
from calibration.hindcast import (
    residents_hindcast,
    summary,
    without_wide_groups,
)
from calibration.place import open_place
from calibration.targets import read_targets
from calibration.validation import care_need_rows
from calibration.words import (
    care_need_table,
    comparison_tables,
    coverage_table,
    hindcast_table,
    untold_text,
)
from sim.commands.progress import steps
from sim.commands.terminal import USAGE, Lang, Terminal, calmly, default_language, open_terminal
from sim.town.town import Town

FEWEST_DRAWS, MOST_DRAWS = 2, 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, run, show the tables; returns the exit code."""
    given = _arguments(arguments)
    lang: Lang = given.lang or default_language()
    terminal = open_terminal(lang)
    try:
        with calmly(terminal):
            show(terminal, given.town, given.draws, given.csv)
    except typer.Exit as done:
        return int(done.exit_code)
    return 0


def show(terminal: Terminal, name: str, draws: int, csv: Path | None) -> None:
    """Compare the figures of a region with its runs, and say how the hindcasts did.

    Args:
        terminal: where to speak.
        name: `DE`, a state in capitals, or a town.
        draws: draws of the assumptions.
        csv: where the whole table goes.
    """
    if csv is not None and not csv.parent.is_dir():
        raise terminal.fail(
            USAGE,
            f"Den Ordner {csv.parent} gibt es nicht; bitte anlegen oder --csv ändern.",
            f"There is no folder {csv.parent}; please make it or change --csv.",
        )
    targets = read_targets()
    region, town = open_place(name, targets)
    runs = _runs(terminal, town, draws)
    table = compared(targets, runs, region)
    if table.empty:
        terminal.message(
            f"Für {region} steht nichts in targets.csv.", f"targets.csv has nothing about {region}."
        )
        return
    terminal.tables(*comparison_tables(table, terminal.lang))
    terminal.show(untold_text(table, terminal.lang))
    terminal.tables(coverage_table(coverage(table), len(runs), terminal.lang))
    if region == "DE":
        needed = care_need_rows(targets, town)
        needed = needed[(needed["region"] == "DE") & (needed["origin"] == ORIGINS[-1])]
        terminal.tables(care_need_table(needed, terminal.lang))
    elif any((one.name, one.region) == ("residents", region) for one in targets):
        found = residents_hindcast(targets, runs)
        if not found.empty:
            groups = without_wide_groups(found)
            last = found[found["year"] == found["year"].max()]
            by_age = summary(last, ("age_from", "age_to"))
            terminal.tables(
                hindcast_table(summary(groups), "year", terminal.lang),
                hindcast_table(by_age, "ages", terminal.lang),
            )
    if csv is not None:
        csv.write_text(table.to_csv(index=False), encoding="utf-8")
        terminal.show(terminal.path(csv))


def _runs(terminal: Terminal, town: Town, draws: int) -> list[Course]:
    runs: list[Course] = []
    try:
        with steps(terminal, "Simulationen", "Simulations") as told:
            told(0, draws)
            for run in each_followed(town, draws):
                runs.append(run)
                told(len(runs), draws)
    except KeyboardInterrupt:
        if len(runs) < FEWEST_DRAWS:
            raise
        terminal.message(
            f"Abgebrochen: {len(runs)} von {draws} Läufen sind fertig und werden gezeigt.",
            f"Stopped: {len(runs)} of {draws} runs are finished and shown.",
        )
    return runs


def _draws(text: str) -> int:
    number = int(text)
    if not FEWEST_DRAWS <= number <= MOST_DRAWS:
        raise argparse.ArgumentTypeError(f"{FEWEST_DRAWS} … {MOST_DRAWS}")
    return number


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    german = default_language() == "de"
    parser = argparse.ArgumentParser(
        prog="python -m calibration",
        description="Veröffentlichte Zahlen neben dem Modell."
        if german
        else "Published figures beside the model.",
    )
    parser.add_argument(
        "town",
        nargs="?",
        default="DE",
        help="DE, BW, SH oder ST im Kleinen, oder eine Stadt"
        if german
        else "DE, BW, SH or ST in small, or a town",
    )
    parser.add_argument("--draws", type=_draws, default=20)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--lang", choices=get_args(Lang))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
