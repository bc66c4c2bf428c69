"""The validation as text: scores first, then every figure, in German and English."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from calibration.city import NAME as OTHER_DISTRICTS
from calibration.group import OLDEST
from calibration.validation import AWAITED, PARTS, scores
from calibration.words import CLOSER, group_text, number
from sim.commands.terminal import Lang
from sim.report.table import Table

PART_WORDS = {
    "care_need": (
        "Pflegebedarf, gerechnet mit den Statistiken bis zum genannten Jahr",
        "Care need, computed with the statistics up to the year named",
    ),
    "residents": (
        "Einwohner je Quartier und Altersgruppe; Spannen der Annahmen allein",
        "Residents by district and age group; ranges of the assumptions alone",
    ),
    "residents_with_drift": (
        "Einwohner je Quartier und Altersgruppe; Spannen mit der Drift anderer Quartiere",
        "Residents by district and age group; ranges with the drift of other districts",
    ),
    "emerges": (
        "Was im Modell entsteht, ohne dass etwas daraus gesetzt wäre",
        "What emerges in the model with nothing set from it",
    ),
}

SHORT = {
    "care_need": ("Pflegebedarf", "care need"),
    "residents": ("Einwohner, Annahmen allein", "residents, assumptions alone"),
    "residents_with_drift": ("Einwohner, mit Drift", "residents, with drift"),
    "emerges": ("entsteht von selbst", "emerges"),
}


def score_table(table: pd.DataFrame, lang: Lang) -> Table:
    """Scores by part, region and year."""
    german = lang == "de"
    rows = tuple(
        (
            _in(SHORT[str(one["part"])], lang),
            str(one["region"]),
            str(one["origin"]),
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
            "was", "wo", "bekannt bis", "Jahr", "Zahlen", "Abweichung", "Fehler", "Fehler einfach",
            "Fehler Fortschreibung", "CRPS", "in 50 %", "in 90 %", "Modell näher",
        )  # fmt: skip
        note = (
            "Abweichung, Fehler und CRPS als Anteil der Zahl. Einfach: die letzte Quote je Alter "
            "mal die Einwohner von dann (Alterung allein), die letzte Zählung oder die letzte "
            "veröffentlichte Zahl. Fortschreibung: eine schlichte Kohorten-Komponenten-Rechnung; "
            "beim Pflegebedarf dieselbe Alterung, eigens programmiert. Gute Spannen enthalten die "
            "Hälfte und 90 % der Zahlen. magdeburg_others: die Stadtteile, die in keinem Ordner "
            "liegen, mit den Annahmen der sechs gerechnet."
        )
    else:
        title = "How good was it?"
        header = (
            "what", "where", "known until", "year", "figures", "bias", "error", "error naive",
            "error projection", "CRPS", "in 50 %", "in 90 %", "model closer",
        )  # fmt: skip
        note = (
            "Bias, error and CRPS as a share of the figure. Naive: the last rate by age times the "
            "residents of then (ageing alone), the last count, or the last figure published. "
            "Projection: a plain cohort-component projection; of care need the same ageing, "
            "written apart. Good ranges hold half and 90 % of the figures. magdeburg_others: the "
            "districts that are in no folder, computed with the assumptions of the six."
        )
    return Table(title, header, rows, note)


def coverage_table(table: pd.DataFrame, lang: Lang) -> Table:
    """How often figures lie inside our ranges, by part and years ahead."""
    german = lang == "de"
    ahead = (table["year"] - table["origin"]).where(table["part"] != "emerges", 0)
    found = scores(table.assign(ahead=ahead), ("part", "ahead"))
    rows = tuple(
        (
            _in(PART_WORDS[str(one["part"])], lang),
            str(one["ahead"]) if one["ahead"] else "–",
            str(one["figures"]),
            _whole(one["inside_50"]),
            _whole(one["inside_90"]),
        )
        for one in _records(found)
    )
    if german:
        title = "Enthalten die Spannen, was dann kommt?"
        header = ("was", "Jahre voraus", "Zahlen", "in 50 %", "in 90 %")
    else:
        title = "Do our ranges hold what then comes?"
        header = ("what", "years ahead", "figures", "in 50 %", "in 90 %")
    return Table(title, header, rows)


def age_table(table: pd.DataFrame, lang: Lang) -> Table | None:
    """Scores of residents by age group in the last year; None if there are none."""
    german = lang == "de"
    own = table[table["part"] == "residents_with_drift"]
    if own.empty:
        return None
    last = own[own["year"] == own["year"].max()]
    rows = tuple(
        (
            str(one["region"]),
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
        for one in _records(scores(last, ("region", "age_from", "age_to")))
    )
    year = int(last["year"].max())
    if german:
        title = f"Einwohner je Quartier {year}, nach Alter; Spannen mit Drift"
        header = (
            "wo", "Alter", "Zahlen", "Abweichung", "Fehler", "Fehler einfach",
            "Fehler Fortschreibung", "in 90 %", "Modell näher",
        )  # fmt: skip
    else:
        title = f"Residents by district in {year}, by age; ranges with drift"
        header = (
            "where", "ages", "figures", "bias", "error", "error naive", "error projection",
            "in 90 %", "model closer",
        )  # fmt: skip
    return Table(title, header, rows)


def awaited_table(table: pd.DataFrame, lang: Lang) -> Table | None:
    """Forecasts of the states whose figures are not in the tables; None if there are none."""
    german = lang == "de"
    own = table[table["part"] == AWAITED]
    if own.empty:
        return None
    rows = tuple(
        (
            str(row.region),
            str(row.origin),
            str(row.year),
            number(row.naive),
            number(row.median),
            f"{number(row.low_50)} … {number(row.high_50)}",
            f"{number(row.low)} … {number(row.high)}",
        )
        for row in own.itertuples(index=False)
    )
    if german:
        title = "Vorausgesagt, ohne dass uns die Zahl vorliegt: Pflegebedürftige der Länder"
        header = ("Land", "bekannt bis", "Jahr", "Alterung allein", "Modell", "50 %", "90 %")
        note = (
            "Die Zahl dieses Landes von 2023 liegt hier nicht vor, Schleswig-Holsteins Zahl von "
            "2021 auch nicht. Was für Baden-Württemberg und Sachsen-Anhalt gerechnet war, stand in "
            "diesem Bericht, bevor ihre Zahlen von 2023 eingetragen wurden."
        )
    else:
        title = "Forecast without a figure in our tables: people in need in the states"
        header = ("state", "known until", "year", "ageing alone", "model", "50 %", "90 %")
        note = (
            "The figure of 2023 of this state is not in our tables, nor is Schleswig-Holstein's of "
            "2021. What had been computed for Baden-Württemberg and Saxony-Anhalt stood in this "
            "report before their figures of 2023 were entered."
        )
    return Table(title, header, rows, note)


def figure_tables(table: pd.DataFrame, lang: Lang) -> tuple[Table, ...]:
    """Every figure, a table a part; those of districts in no folder are only in the CSV."""
    german = lang == "de"
    header = (
        ("Größe", "wo", "bekannt bis", "Jahr", "Gruppe", "beobachtet", "Modell", "50 %", "90 %",
         "darin", "einfach", "Fortschreibung", "näher")
        if german
        else ("observable", "where", "known until", "year", "group", "observed", "model", "50 %",
              "90 %", "in", "naive", "projection", "closer")
    )  # fmt: skip
    tables = []
    for part in PARTS:
        own = table[(table["part"] == part) & (table["region"] != OTHER_DISTRICTS)]
        if own.empty or part == "residents":
            continue
        rows = tuple(
            (
                str(row.name),
                str(row.region),
                str(row.origin),
                str(row.year),
                group_text(row, lang),
                number(row.observed),
                number(row.median),
                f"{number(row.low_50)} … {number(row.high_50)}",
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


def summary_tables(table: pd.DataFrame, lang: Lang) -> tuple[Table, ...]:
    """Coverage, scores, ages, and what is still awaited."""
    shown = (
        coverage_table(table, lang),
        score_table(table, lang),
        age_table(table, lang),
        awaited_table(table, lang),
    )
    return tuple(one for one in shown if one is not None)


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
        "is naive: [`validation.py`](validation.py). What follows: [`README.md`](README.md). Every "
        "figure, those of Magdeburg's other districts too: [`found/validation.csv`]"
        "(found/validation.csv).",
        "",
    ]
    for one in ("de", "en"):
        lang: Lang = "de" if one == "de" else "en"
        for shown in summary_tables(table, lang):
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


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """The figures in six digits: enough to check, and no more than they bear."""
    numbers = table.select_dtypes("float").columns
    return table.assign(
        **{name: [float(f"{value:.6g}") for value in table[name]] for name in numbers}
    )
