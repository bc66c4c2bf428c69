"""What moves the model, as tables in German and English."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from calibration.evaluated import Evaluated
from calibration.outputs import Output
from calibration.sensitivity import Sensitivity
from calibration.words import number
from sim.commands.terminal import Lang
from sim.report.table import Table
from sim.town.ledger import Assumption

MOST_ASSUMPTIONS, MOST_EACH = 20, 3
LEAST_SHARE = 0.02

_HOW = {
    "oat": (
        "Weg der Größe, wenn die Annahme allein durch ihre Spanne (2 bis 98 %) geht",
        "way of the output when the assumption alone goes through its range (2 to 98 %)",
        "Anteil an der Summe der Quadrate aller Wege",
        "share of the sum of squares of all ways",
    ),
    "morris": (
        "mittlere Wirkung (μ*), wenn die Annahme durch ihre Spanne geht, an vielen Stellen",
        "mean effect (μ*) of the assumption going through its range, at many places",
        "Anteil an der Summe der Quadrate aller μ*",
        "share of the sum of squares of all μ*",
    ),
    "sobol": (
        "Gesamtindex: Anteil der Streuung, an dem die Annahme beteiligt ist",
        "total index: share of the variance in which the assumption takes part",
        "derselbe Gesamtindex",
        "the same total index",
    ),
}


def ranking_table(found: Sensitivity, ledger: Mapping[str, Assumption], lang: Lang) -> Table:
    """The assumptions by the largest share they have in any output."""
    german = lang == "de"
    best = found.ranking()
    rows = tuple(
        (
            str(row["assumption"]),
            label_of(ledger[str(row["assumption"])], lang),
            f"{row['share']:.0%}",
            str(row["output"]),
        )
        for row in _rows(best[best["share"] >= LEAST_SHARE].head(MOST_ASSUMPTIONS))
    )
    how = _HOW[found.method][2 if german else 3]
    if german:
        title = f"Was am meisten bewegt ({found.runs} Läufe)"
        header = ("Annahme", "in Worten", "Anteil", "am meisten in")
        note = f"Anteil: {how}."
    else:
        title = f"What moves most ({found.runs} runs)"
        header = ("assumption", "in words", "share", "most in")
        note = f"Share: {how}."
    return Table(title, header, rows, note, prose=True)


def output_table(found: Sensitivity, outputs: tuple[Output, ...], lang: Lang) -> Table:
    """Of each output the assumptions that move it most."""
    german = lang == "de"
    rows = []
    for output in outputs:
        part = found.effects[found.effects["output"] == output.key]
        most = part[part["share"] >= LEAST_SHARE].head(MOST_EACH)
        if len(most):
            rows.append((output.key, "; ".join(_moved(row, found.method) for row in _rows(most))))
    title = "Was jede Größe bewegt" if german else "What moves each output"
    header = ("Größe", "Annahmen") if german else ("output", "assumptions")
    return Table(title, header, tuple(rows), f"{_HOW[found.method][0 if german else 1]}.", True)


def report(found: Sensitivity, evaluated: Evaluated, made: str, lang: Lang) -> str:
    """What was found as a document.

    Args:
        found: what moves the model.
        evaluated: the place and its outputs.
        made: when and with what it was made.
        lang: language.
    """
    town = evaluated.town
    residents = f"{sum(one.residents for one in town.districts):,}"
    german = lang == "de"
    size = (
        f"{residents} Einwohner, {town.months} Monate, {found.runs} Läufe"
        if german
        else f"{residents} residents, {town.months} months, {found.runs} runs"
    )
    title = "Was das Modell bewegt" if german else "What moves the model"
    lines = [f"# {title}: {town.label}", "", f"*{made}; {size}*", ""]
    tables = ranking_table(found, town.ledger, lang), output_table(found, evaluated.outputs, lang)
    for one in tables:
        lines += [f"## {one.title}", "", one.markdown(), ""]
    return "\n".join(lines)


def _rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _moved(row: dict[str, object], method: str) -> str:
    rise = row.get("rise", row.get("mu", 0.0))
    sign = "" if method == "sobol" else "+" if float(str(rise)) >= 0.0 else "−"
    return f"{row['assumption']} {sign}{number(float(str(row['effect'])))}"


def label_of(one: Assumption, lang: Lang) -> str:
    """What people read."""
    return one.label_de if lang == "de" else one.label_en
