"""`quartier show`: a stored result as tables in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands import places
from sim.commands.running import show_answer
from sim.commands.terminal import USAGE, Terminal

if TYPE_CHECKING:
    from sim.study import Study

RESULTS = Path("results")
MANIFEST = "manifest.json"


def result_folder(terminal: Terminal, path: Path) -> Path:
    """The folder of a result: as given, or found below `results/`.

    Raises:
        typer.Exit: there is no result; what there is is said.
    """
    for candidate in (path, RESULTS / path, RESULTS / path / "comparison"):
        if (candidate / MANIFEST).exists():
            return candidate
    known = sorted(str(found.parent) for found in RESULTS.glob(f"*/*/{MANIFEST}"))
    listed = ", ".join(known) or "–"
    raise terminal.fail(
        USAGE,
        f"{path} ist kein Ergebnis. Vorhanden: {listed}. Ein Ergebnis entsteht mit: quartier "
        "compare STADT.",
        f"{path} is no result. There are: {listed}. A result is made with: quartier compare TOWN.",
    )


def show(terminal: Terminal, path: Path, indicators: Sequence[str], year: str | None) -> None:
    """Show the answer and the tables of a result, or only some indicators."""
    from sim import study as studies
    from sim.report.gather import gather
    from sim.report.tables import (
        chances_table,
        cost_table,
        district_table,
        indicator_district_table,
        indicator_table,
    )

    folder = result_folder(terminal, path)
    if places.is_places(folder):
        places.show_stored(terminal, folder)
        return
    study = studies.load(folder)
    names = tuple(name.strip() for part in indicators for name in part.split(",") if name.strip())
    _known(terminal, study, names, year)
    findings = gather(study, names, brief=True)
    lang = terminal.lang
    if names:
        for name in names:
            terminal.tables(indicator_table(findings, name, lang))
            terminal.tables(indicator_district_table(findings, name, lang, year))
        return
    show_answer(terminal, findings)
    if findings.alternatives:
        terminal.tables(chances_table(findings, lang))
    terminal.tables(district_table(findings, lang))
    terminal.tables(cost_table(findings, lang))


def _known(terminal: Terminal, study: Study, names: Sequence[str], year: str | None) -> None:
    from sim.town.problems import did_you_mean

    for name in names:
        if name not in study.quantities:
            hint = did_you_mean(name, study.quantities)
            raise terminal.fail(
                USAGE,
                f"Die Größe „{name}“ wird nicht gezählt. Bitte {hint.de}. Alle Namen: quartier "
                "explain indicators.",
                f"“{name}” is not counted. Please {hint.en}. All names: quartier explain "
                "indicators.",
            )
    if year is not None and year not in study.periods:
        raise terminal.fail(
            USAGE,
            f"Das Jahr „{year}“ gibt es hier nicht. Vorhanden: {', '.join(study.periods)}.",
            f"There is no year “{year}” here. There are: {', '.join(study.periods)}.",
        )
