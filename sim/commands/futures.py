"""`quartier futures`: under which futures a plan beats another, and what is worth finding out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from sim.commands.showing import result_folder
from sim.commands.terminal import USAGE, Terminal

if TYPE_CHECKING:
    from sim.study import Study

AIMS = (
    "missing_share",
    "strained_share",
    "lonely_share_65",
    "withdrawn_share_65",
    "living_at_home_65",
    "visitors_share_65",
)
"""Looked at unless somebody names others."""


@dataclass(frozen=True)
class FuturesRequest:
    """What is asked.

    Attributes:
        plan: the plan that may win; None for the second of the study.
        against: the other; None for the third, or the reference where there are but two.
        indicators: quantities that count.
        along: quantities reached under the plan that may be conditions too.
        euros: what a unit is worth; None to count units alone.
        payer: whose costs count.
    """

    plan: str | None
    against: str | None
    indicators: tuple[str, ...]
    along: tuple[str, ...]
    euros: float | None
    payer: str


def show_futures(terminal: Terminal, path: Path, request: FuturesRequest) -> None:
    """Say when the plan wins, in each quantity."""
    from calibration.discovery import futures
    from calibration.discovery_words import break_even_table, sentences, worth_table
    from sim import study as studies
    from sim.indicators import PAYERS
    from sim.study.files import write_whole

    study = studies.load(result_folder(terminal, path))
    if request.payer not in (*PAYERS, "total"):
        known = ", ".join((*PAYERS, "total"))
        raise terminal.fail(
            USAGE,
            f"Unbekannter Kostenträger „{request.payer}“. Möglich: {known}.",
            f"Unknown payer “{request.payer}”. Choose one of: {known}.",
        )
    plan, against = _pair(terminal, study, request)
    along = _known(terminal, study, request.along)
    lang = terminal.lang
    lines = []
    for quantity in _known(terminal, study, request.indicators) or AIMS:
        found = futures(
            study, quantity, plan, against, along=along, euros_per_unit=request.euros,
            payer=request.payer,
        )  # fmt: skip
        turns = studies.break_even(
            study, quantity, plan, against, along=along, euros_per_unit=request.euros,
            payer=request.payer,
        )  # fmt: skip
        first, *rest = sentences(found, study, lang)
        terminal.show(Text(first, style="bold"))
        for text in rest:
            terminal.show(text)
        lines += [f"## {first}", "", *rest, ""]
        for table in (break_even_table(turns, lang), worth_table(found, study, lang)):
            if table.rows:
                terminal.tables(table)
                lines += [f"**{table.title}**", "", table.markdown(), ""]
        terminal.show()
    place = study.folder / f"futures.{lang}.md"
    write_whole(place, "\n".join([f"# {study.town_label}", "", *lines]).encode())
    terminal.show(terminal.path(place))


def _pair(terminal: Terminal, study: Study, request: FuturesRequest) -> tuple[str, str]:
    others = [name for name in study.plans if name != study.reference]
    if not others:
        raise terminal.fail(
            USAGE,
            "Das Ergebnis enthält nur einen Plan: nichts zu vergleichen.",
            "The result holds one plan only: nothing to compare.",
        )
    plan = request.plan or others[0]
    rest = [name for name in (*others, study.reference) if name != plan]
    return plan, request.against or rest[0]


def _known(terminal: Terminal, study: Study, names: Sequence[str]) -> tuple[str, ...]:
    from sim.town.problems import did_you_mean

    for name in names:
        if name not in study.quantities:
            hint = did_you_mean(name, study.quantities)
            raise terminal.fail(
                USAGE,
                f"Die Größe „{name}“ wird nicht gezählt. Bitte {hint.de}.",
                f"“{name}” is not counted. Please {hint.en}.",
            )
    return tuple(names)
