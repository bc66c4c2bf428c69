"""The tables in words: German first, English as well."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from calibration.group import OLDEST
from calibration.targets import MET
from sim.commands.terminal import Lang
from sim.report.table import Table

MET_WORDS = {
    "solved": (
        "aus derselben Zahl gelöst: eine Prüfung, kein Beleg",
        "solved from the same figure: a check, no evidence",
    ),
    "prior": (
        "Mitte einer Annahme: kein Beleg",
        "middle of an assumption: no evidence",
    ),
    "emerges": (
        "nichts im Modell ist daraus gesetzt; ein Beleg, wo die Zahl zurückgehalten ist",
        "nothing in the model was set from it; evidence where the figure is kept back",
    ),
}
USE_WORDS = {"fit": ("anpassen", "fit"), "validate": ("beurteilen", "judge")}
CLOSER = {"model": ("Modell", "model"), "naive": ("einfach", "naive"), "same": ("gleich", "same")}
GROUPS = {
    "male": ("Männer", "men"),
    "female": ("Frauen", "women"),
    "nursing_home": ("im Pflegeheim", "in nursing homes"),
    "ambulatory": ("mit Pflegedienst", "with a service"),
    "private": ("zu Hause", "at home"),
    "with_partner": ("mit Partner", "with a partner"),
    "without_partner": ("ohne Partner", "without a partner"),
    "low_education": ("niedrige Bildung", "low education"),
    "middle_education": ("mittlere Bildung", "middle education"),
    "high_education": ("hohe Bildung", "high education"),
    "up_to_2_hours": ("bis 2 Stunden", "up to 2 hours"),
    "3_to_5_hours": ("3 bis 5 Stunden", "3 to 5 hours"),
    "6_hours_or_more": ("ab 6 Stunden", "6 hours and more"),
}


def number(value: Any) -> str:
    """Three to four significant digits, whole where large."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 1000 else f"{value:.3g}"


def group_text(row: Any, lang: Lang) -> str:
    """Whom a row is about, such as "Frauen, 75–84, Grad 2"."""
    german = 0 if lang == "de" else 1
    words = [row.district] if row.district else []
    if row.sex != "both":
        words.append(GROUPS[row.sex][german])
    if (row.age_from, row.age_to) != (0, 120):
        one = row.age_from == row.age_to
        open_end = f"{'ab ' if lang == 'de' else ''}{row.age_from}{'' if lang == 'de' else '+'}"
        words.append(
            str(row.age_from)
            if one
            else open_end
            if row.age_to == 120
            else f"{row.age_from}–{row.age_to}"
        )
    if getattr(row, "grade", None) is not None and row.grade == row.grade:
        words.append(f"{('Grad', 'grade')[german]} {int(row.grade)}")
    for name in (getattr(row, "setting", ""), getattr(row, "other", "")):
        if name:
            words.append(GROUPS[name][german])
    return ", ".join(words)


def comparison_tables(table: pd.DataFrame, lang: Lang) -> tuple[Table, ...]:
    """Figures with a counterpart, a table for each kind of agreement, evidence first."""
    german = 0 if lang == "de" else 1
    header = (
        ("Größe", "Gruppe", "Jahr", "Zahl", "± (se)", "Modell", "90 %", "z", "darin", "Zweck")
        if lang == "de"
        else ("observable", "group", "year", "figure", "± (se)", "model", "90 %", "z", "in", "use")
    )
    tables = []
    for met in reversed(MET):
        part = table[(table["met"] == met) & table["place"].notna()]
        rows = tuple(
            (
                str(row.name),
                group_text(row, lang),
                str(row.year),
                number(row.target),
                number(row.standard_error),
                number(row.mean),
                f"{number(row.low_90)} … {number(row.high_90)}",
                f"{row.z:+.1f}",
                "●" if row.inside_90 else "○",
                USE_WORDS[str(row.use)][german],
            )
            for row in part.itertuples(index=False)
        )
        if rows:
            title = f"{met}: {MET_WORDS[met][german]}"
            note = (
                "● die Zahl liegt, mit ihrem eigenen Fehler, in den mittleren 90 %; ○ nicht"
                if lang == "de"
                else "● the figure lies, with its own error, in the middle 90 %; ○ it does not"
            )
            tables.append(Table(title, header, rows, note))
    return tuple(tables)


def untold_text(table: pd.DataFrame, lang: Lang) -> str:
    """How many figures have no counterpart in these runs, and which."""
    lacking = table[table["place"].isna()]
    if lacking.empty:
        return ""
    names = ", ".join(sorted({f"{row.name} {row.year}" for row in lacking.itertuples(index=False)}))
    if lang == "de":
        return f"Ohne Gegenstück in diesen Läufen ({len(lacking)} Zahlen): {names}."
    return f"Without counterpart in these runs ({len(lacking)} figures): {names}."


def coverage_table(table: pd.DataFrame, runs: int, lang: Lang) -> Table:
    """How often figures lie inside the ranges."""
    german = 0 if lang == "de" else 1
    header = (
        ("wie erfüllt", "Zweck", "Zahlen", "in 50 %", "in 90 %", "mittleres z")
        if lang == "de"
        else ("how met", "use", "figures", "in 50 %", "in 90 %", "mean z")
    )
    rows = tuple(
        (
            str(row.met),
            USE_WORDS[str(row.use)][german],
            str(row.figures),
            f"{row.inside_50:.0%}",
            f"{row.inside_90:.0%}",
            f"{row.mean_z:+.1f}",
        )
        for row in table.itertuples(index=False)
    )
    title = (
        f"Liegen die Zahlen so oft im Bereich, wie er sagt? ({runs} Läufe)"
        if lang == "de"
        else f"Do figures lie inside as often as the ranges say? ({runs} runs)"
    )
    return Table(title, header, rows)


def care_need_table(table: pd.DataFrame, lang: Lang) -> Table:
    """Care need in 2023 as forecast in 2021."""
    german = 0 if lang == "de" else 1
    header = (
        ("Größe", "Gruppe", "gezählt", "Modell", "90 %", "einfach", "näher")
        if lang == "de"
        else ("observable", "group", "counted", "model", "90 %", "naive", "closer")
    )
    rows = tuple(
        (
            str(row.name),
            group_text(row, lang),
            number(row.observed),
            number(row.median),
            f"{number(row.low)} … {number(row.high)}",
            number(row.naive),
            CLOSER[str(row.closer)][german],
        )
        for row in table.itertuples(index=False)
    )
    if lang == "de":
        title = "Pflegebedarf 2023, vorausgesagt mit dem, was 2021 bekannt war"
        note = "einfach: die Quoten von 2021 nach Alter und Geschlecht mal die Einwohner von 2023"
    else:
        title = "Care need in 2023 as forecast with what was known in 2021"
        note = "naive: rates of 2021 by age and sex times the residents of 2023"
    return Table(title, header, rows, note)


def hindcast_table(table: pd.DataFrame, by: str, lang: Lang) -> Table:
    """A town's residents as forecast from its start, summed up.

    Args:
        table: of `calibration.hindcast.summary`.
        by: `year` or `ages`: what the rows are.
        lang: language.
    """
    german = lang == "de"
    if by == "year":
        first = "Jahr" if german else "year"
        names = [str(one) for one in table["year"]]
    else:
        first = "Alter" if german else "ages"
        names = [
            ("alle" if german else "all")
            if (low, high) == (0, OLDEST)
            else f"{low}+"
            if high == OLDEST
            else f"{low}–{high}"
            for low, high in zip(table["age_from"], table["age_to"], strict=True)
        ]
    header = (
        (
            first, "Zahlen", "Abweichung", "einfach", "Fehler", "einfach", "CRPS", "in 50 %",
            "in 90 %", "Modell näher",
        )
        if german
        else (
            first, "figures", "bias", "naive", "error", "naive", "CRPS", "in 50 %", "in 90 %",
            "model closer",
        )
    )  # fmt: skip
    rows = tuple(
        (
            name,
            str(row.figures),
            f"{row.bias:+.1%}",
            f"{row.bias_naive:+.1%}",
            number(row.error),
            number(row.error_naive),
            number(row.crps),
            f"{row.inside_50:.0%}",
            f"{row.inside_90:.0%}",
            f"{row.model_closer} / {row.figures}",
        )
        for name, row in zip(names, table.itertuples(index=False), strict=True)
    )
    if german:
        title = "Einwohner je Quartier und Altersgruppe, vorausgesagt vom Beginn aus"
        note = "einfach: letzte Zählung; Fehler und CRPS in Menschen je Zahl, weniger ist besser"
    else:
        title = "Residents by district and age group as forecast from the start"
        note = "naive: last count; error and CRPS in persons per figure, less is better"
    if by != "year":
        title += " (letztes Jahr)" if german else " (last year)"
    return Table(title, header, rows, note)
