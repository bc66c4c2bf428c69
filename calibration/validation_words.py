"""The validation as text: scores first, then every figure, in German and English."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from calibration.group import OLDEST
from calibration.validation import PARTS, scores
from calibration.words import CLOSER, group_text, number
from sim.commands.terminal import Lang
from sim.report.table import Table

PART_WORDS = {
    "care_need": (
        "Pflegebedarf in Deutschland 2023, gerechnet mit dem, was 2021 bekannt war",
        "Care need in Germany in 2023, computed with what was known in 2021",
    ),
    "residents": (
        "Einwohner je Quartier und Altersgruppe; Spannen der Annahmen allein",
        "Residents by district and age group; ranges of the assumptions alone",
    ),
    "residents_with_drift": (
        "Dieselben Einwohner; Spannen mit der Drift, die „quartier update“ dazunimmt",
        "The same residents; ranges with the drift that `quartier update` adds",
    ),
    "emerges": (
        "Was im Modell entsteht, ohne dass etwas daraus gesetzt wäre",
        "What emerges in the model with nothing set from it",
    ),
}


def score_table(table: pd.DataFrame, lang: Lang) -> Table:
    """Scores by part, region and year."""
    german = lang == "de"
    rows = tuple(
        (
            f"{_in(PART_WORDS[str(one['part'])], lang)}: {one['region']}",
            str(one["year"]),
            str(one["figures"]),
            _signed(one["bias"]),
            _share(one["error"]),
            _share(one["error_naive"]),
            _share(one["error_projected"]),
            _share(one["crps"]),
            _whole(one["inside_50"]),
            _whole(one["inside_90"]),
            f"{one['model_closer']} / {one['with_naive']}" if one["with_naive"] else "–",
        )
        for one in _records(scores(table))
    )
    if german:
        title = "Wie gut war es?"
        header = (
            "was und wo", "Jahr", "Zahlen", "Abweichung", "Fehler", "Fehler einfach",
            "Fehler Fortschreibung", "CRPS", "in 50 %", "in 90 %", "Modell näher",
        )  # fmt: skip
        note = (
            "Abweichung, Fehler und CRPS als Anteil der Zahl. Einfach: die letzte Quote je Alter "
            "mal die Einwohner von dann, die letzte Zählung oder die letzte veröffentlichte Zahl. "
            "Fortschreibung: eine schlichte Kohorten-Komponenten-Rechnung. Gute Spannen enthalten "
            "die Hälfte und 90 % der Zahlen."
        )
    else:
        title = "How good was it?"
        header = (
            "what and where", "year", "figures", "bias", "error", "error naive",
            "error projection", "CRPS", "in 50 %", "in 90 %", "model closer",
        )  # fmt: skip
        note = (
            "Bias, error and CRPS as a share of the figure. Naive: the last rate by age times the "
            "residents of then, the last count, or the last figure published. Projection: a plain "
            "cohort-component projection. Good ranges hold half and 90 % of the figures."
        )
    return Table(title, header, rows, note)


def age_table(table: pd.DataFrame, lang: Lang) -> Table | None:
    """Scores of residents by age group in the last year; None if there are none."""
    german = lang == "de"
    own = table[table["part"] == "residents"]
    if own.empty:
        return None
    last = own[own["year"] == own["year"].max()]
    rows = tuple(
        (
            f"{one['age_from']}+"
            if one["age_to"] == OLDEST
            else f"{one['age_from']}–{one['age_to']}",
            str(one["figures"]),
            _signed(one["bias"]),
            _share(one["error"]),
            _share(one["error_naive"]),
            _share(one["error_projected"]),
            _whole(one["inside_90"]),
            f"{one['model_closer']} / {one['with_naive']}",
        )
        for one in _records(scores(last, ("age_from", "age_to")))
    )
    year = int(last["year"].max())
    if german:
        title = f"Einwohner je Quartier {year}, nach Alter"
        header = (
            "Alter", "Zahlen", "Abweichung", "Fehler", "Fehler einfach", "Fehler Fortschreibung",
            "in 90 %", "Modell näher",
        )  # fmt: skip
    else:
        title = f"Residents by district in {year}, by age"
        header = (
            "ages", "figures", "bias", "error", "error naive", "error projection", "in 90 %",
            "model closer",
        )  # fmt: skip
    return Table(title, header, rows)


def figure_tables(table: pd.DataFrame, lang: Lang) -> tuple[Table, ...]:
    """Every figure, a table a part."""
    german = lang == "de"
    header = (
        ("Größe", "Jahr", "Gruppe", "beobachtet", "Modell", "90 %", "darin", "einfach",
         "Fortschreibung", "näher")
        if german
        else ("observable", "year", "group", "observed", "model", "90 %", "in", "naive",
              "projection", "closer")
    )  # fmt: skip
    tables = []
    for part in PARTS:
        own = table[table["part"] == part]
        if own.empty or part == "residents_with_drift":
            continue
        rows = tuple(
            (
                f"{row.name} {row.region}" if part == "emerges" else str(row.name),
                str(row.year),
                group_text(row, lang),
                number(row.observed),
                number(row.median),
                f"{number(row.low)} … {number(row.high)}",
                "●" if 0.05 <= float(str(row.place)) <= 0.95 else "○",
                number(row.naive),
                number(row.projected),
                _in(CLOSER.get(str(row.closer), ("–", "–")), lang),
            )
            for row in own.itertuples(index=False)
        )
        note = (
            "● die Zahl liegt, mit ihrem eigenen Fehler, in den mittleren 90 %; ○ nicht"
            if german
            else "● the figure lies, with its own error, in the middle 90 %; ○ it does not"
        )
        tables.append(Table(_in(PART_WORDS[part], lang), header, rows, note))
    return tuple(tables)


def document(table: pd.DataFrame, about: Mapping[str, Any]) -> str:
    """All of it as Markdown: scores in both languages, figures in English."""
    lines = [
        "# Validation: figures that were kept back",
        "",
        f"*Written by `quartier validate --write` on {about['date']}, version {about['version']}, "
        f"{about['draws']} draws of the assumptions, seed {about['seed']}; figures "
        f"`{about['targets'][:12]}`, rules `{about['program'][:12]}`. Do not edit: run it again.*",
        "",
        "No run and no hindcast below reads a figure it is judged by. What the parts are, and what "
        "is naive: [`validation.py`](validation.py). What follows: [`README.md`](README.md).",
        "",
    ]
    for one in ("de", "en"):
        lang: Lang = "de" if one == "de" else "en"
        for shown in (score_table(table, lang), age_table(table, lang)):
            if shown is not None:
                lines += [f"## {shown.title}", "", shown.markdown(), ""]
    for shown in figure_tables(table, "en"):
        lines += [f"## {shown.title}", "", shown.markdown(), ""]
    return "\n".join(lines)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _in(words: tuple[str, str], lang: Lang) -> str:
    return words[0 if lang == "de" else 1]


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1%}"


def _signed(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:+.1%}"


def _whole(value: float) -> str:
    return f"{value:.0%}"
