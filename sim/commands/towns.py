"""`quartier plans` and `check`, and how the other commands open a town."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from sim.commands.terminal import PROBLEMS, USAGE, Terminal, told_problems

if TYPE_CHECKING:
    from sim.town import Problem, Town


REFERENCE = "reference"


def town_folder(terminal: Terminal, name: str) -> Path:
    """The folder of a town given by name or path.

    Raises:
        typer.Exit: there is none; that is a mistake in the command, not in the data.
    """
    from sim.town import TownError, find_town

    try:
        return find_town(name)
    except TownError as error:
        told_problems(terminal, error)
        raise terminal.fail(
            USAGE,
            "Die Städte stehen als Ordner in scenarios/.",
            "Towns are folders in scenarios/.",
        ) from None


def open_town(terminal: Terminal, name: str) -> Town:
    """Read a town; its warnings are said, its problems end the command."""
    from sim.town import read_town

    town = read_town(town_folder(terminal, name))
    for warning in town.warnings:
        terminal.message(f"Hinweis: {warning.text('de')}", f"Note: {warning.text('en')}")
    return town


def plan_names(terminal: Terminal, town: Town, asked: Sequence[str]) -> tuple[str, ...]:
    """Names of plans as given, with commas or one by one, each once.

    Raises:
        typer.Exit: the town has no plan of that name.
    """
    from sim.town.problems import did_you_mean

    names = [name.strip() for part in asked for name in part.split(",") if name.strip()]
    for name in names:
        if name not in town.plans:
            hint = did_you_mean(name, town.plans)
            raise terminal.fail(
                USAGE,
                f"{town.label} hat keinen Plan „{name}“. Vorhanden: {', '.join(town.plans)}. "
                f"Bitte {hint.de}.",
                f"{town.label} has no plan “{name}”. There are: {', '.join(town.plans)}. "
                f"Please {hint.en}.",
            )
    return tuple(dict.fromkeys(names))


def check(terminal: Terminal, name: str) -> None:
    """List every problem of a town's folder."""
    from sim.town import check_folder

    folder = Path(name) if Path(name).is_dir() else town_folder(terminal, name)
    found = [*check_folder(folder), *_problems_of_counts(folder)]
    errors = [problem for problem in found if not problem.warning]
    for problem in found:
        mark = (
            terminal.say("Hinweis", "Note") if problem.warning else terminal.say("Fehler", "Error")
        )
        line = Text(f"{mark}: ", style="yellow" if problem.warning else "bold red")
        terminal.show(line.append(problem.text(terminal.lang), style="not bold default"))
    if errors:
        raise terminal.fail(
            PROBLEMS,
            f"{folder}: {_count(len(errors), 'Fehler', 'Fehler')}. Bitte beheben und noch einmal "
            "prüfen.",
            f"{folder}: {_count(len(errors), 'problem', 'problems')}. Please mend and check again.",
        )
    terminal.show(terminal.say(f"{folder}: keine Fehler.", f"{folder}: no problems."))


def _problems_of_counts(folder: Path) -> list[Problem]:
    """Problems of the counted figures beside a town's tables, if it has any and is sound."""
    from sim.town import TownError, read_town
    from sim.town.figures import OBSERVATIONS, read_observations

    path = folder / OBSERVATIONS
    if not path.is_file():
        return []
    try:
        town = read_town(folder)
    except TownError:  # told already
        return []
    years = (town.start[0], town.start[0] + (town.start[1] - 1 + town.months) // 12)
    try:
        _, warnings = read_observations(path, [one.key for one in town.districts], years)
    except TownError as error:
        return list(error.problems)
    return list(warnings)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def plans(terminal: Terminal, name: str) -> None:
    """The plans of a town, what they do and what they cost the municipality."""
    from sim.report.numbers import decimal
    from sim.report.table import Table

    town = open_town(terminal, name)
    german = terminal.lang == "de"
    rows = []
    for plan in sorted(town.plans.values(), key=lambda plan: plan.name != REFERENCE):
        cost = sum(
            measure.cost_per_year * measure.payers.get("municipality", 0.0)
            for measure in plan.measures
        )
        rows.append(
            (
                plan.name,
                plan.label_de if german else plan.label_en,
                f"{decimal(cost, terminal.lang)} €",
                plan.description_de if german else plan.description_en,
            )
        )
    header = (
        ("Name", "Plan", "Kommune im Jahr", "Was geschieht")
        if german
        else ("Name", "Plan", "Municipality a year", "What happens")
    )
    title = f"Pläne für {town.label}" if german else f"Plans for {town.label}"
    terminal.tables(Table(title, header, tuple(rows), prose=True))
    terminal.show(
        terminal.say(
            f"Vergleichen: quartier compare {town.name} --plans NAME,NAME",
            f"Compare: quartier compare {town.name} --plans NAME,NAME",
        )
    )
