"""Assumptions in words: how large, how sure, where from, and at which value a plan tips over."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

from sim.report.findings import Findings
from sim.report.numbers import Lang, Ranged, decimal, quoted, scale_of
from sim.report.table import Table
from sim.report.words import difference_scale

MOST_THRESHOLDS = 6
"""Conditions told; more would not be read."""


def break_even_sentences(findings: Findings, lang: Lang) -> tuple[str, ...]:
    """What would have to be true: thresholds inside the range that was looked at."""
    frame = findings.break_even
    if frame.empty:
        return ()
    german = lang == "de"
    texts: list[str] = []
    inside = frame[(frame["status"] == "inside") & frame["break_even"].notna()]
    for row in inside.to_dict("records"):
        quantity = str(row["quantity"])
        difference = findings.difference(str(row["plan"]), quantity, str(row["against"]))
        if difference is None or len(texts) >= MOST_THRESHOLDS:
            continue
        if difference_scale(findings, difference, lang).negligible(difference.ranged):
            continue
        plan = quoted(findings.label(str(row["plan"]), lang), lang)
        against = quoted(findings.label(str(row["against"]), lang), lang)
        name = str(row[f"label_{lang}"])
        value = threshold(findings, row, lang)
        rises = float(row["advantage_at_high"]) > float(row["advantage_at_low"])
        aim = findings.quantity_label(quantity, lang)
        low, high = _looked_at(findings, row, lang)
        if german:
            bound = "mindestens" if rises else "höchstens"
            texts.append(
                f"Damit {plan} bei „{aim}“ besser ist als {against}, muss „{name}“ {bound} {value} "
                f"betragen (gerechnet: {low} bis {high})."
            )
        else:
            bound = "at least" if rises else "at most"
            texts.append(
                f"For {plan} to be better than {against} for “{aim}”, “{name}” must be {bound} "
                f"{value} (computed: {low} to {high})."
            )
    return tuple(texts)


def _looked_at(findings: Findings, row: Mapping[Hashable, Any], lang: Lang) -> tuple[str, str]:
    """The range of values that was computed, with its unit."""
    low, high, name = float(row["low"]), float(row["high"]), str(row["name"])
    if name in findings.quantities:
        scale = scale_of(findings.quantities[name], lang, findings.small_cell)
        return scale.value(Ranged(low)), f"{scale.value(Ranged(high))} {scale.unit}"
    unit = str(row["unit"])
    first = assumption_number(low, unit, lang, with_unit=False)
    return first, assumption_number(high, unit, lang)


def threshold(findings: Findings, row: Mapping[Hashable, Any], lang: Lang) -> str:
    """A break-even value with its range and unit, rounded as the range allows."""
    values = {
        key: float(str(row[key])) for key in ("break_even", "break_even_low", "break_even_high")
    }
    ranged = Ranged(values["break_even"], values["break_even_low"], values["break_even_high"])
    name, unit = str(row["name"]), str(row["unit"])
    if name in findings.quantities:
        scale = scale_of(findings.quantities[name], lang, findings.small_cell)
        return f"{scale.value(ranged)} {scale.unit} ({scale.range(ranged)})"
    return _assumption_value(ranged, unit, lang)


def _assumption_value(ranged: Ranged, unit: str, lang: Lang) -> str:
    low, high = (ranged.low, ranged.high) if ranged.has_range else (math.nan, math.nan)
    text = assumption_number(ranged.value, unit, lang)
    if math.isfinite(low) and math.isfinite(high):
        to = "bis" if lang == "de" else "to"
        bounds = [assumption_number(bound, unit, lang, with_unit=False) for bound in (low, high)]
        if bounds[0] != bounds[1]:
            text += f" ({bounds[0]} {to} {bounds[1]})"
    return text


def assumption_number(value: float, unit: str, lang: Lang, *, with_unit: bool = True) -> str:
    """The value of an assumption with three significant digits; shares in per cent."""
    if not math.isfinite(value):
        return "–"
    if unit == "share" or unit.startswith(("share of", "share per")):
        shown, suffix = value * 100.0, f" {unit_words(unit, lang)}"
    else:
        shown, suffix = value, f" {unit_words(unit, lang)}" if unit else ""
    magnitude = math.floor(math.log10(abs(shown))) if shown else 0
    digits = max(0, min(6, 2 - magnitude))
    text = decimal(shown, lang, digits)
    mark = "," if lang == "de" else "."
    if mark in text and digits:
        text = text.rstrip("0").rstrip(mark)
    return text + (suffix if with_unit else "")


_UNIT_WORDS = {
    "share": ("%", "%"),
    "share of the log effect": ("% der beobachteten Wirkung", "% of the observed effect"),
    "share per hour": ("% je Stunde", "% an hour"),
    "risk ratio": ("(relatives Risiko)", "(risk ratio)"),
    "odds ratio": ("(Odds Ratio)", "(odds ratio)"),
    "standardised difference": ("Standardabweichungen", "standard deviations"),
    "persons/place": ("Menschen je Platz", "people a place"),
    "persons/hour": ("Menschen je Stunde", "people an hour"),
    "contacts/hour": ("Kontakte je Stunde", "contacts an hour"),
    "rides/month": ("Fahrten im Monat", "rides a month"),
    "grade": ("(Pflegegrad)", "(care grade)"),
    "quantile": ("(Quantil)", "(quantile)"),
    "1/year per 1000": ("je 1.000 Menschen und Jahr", "per 1,000 people and year"),
    "boys per girl": ("Jungen je Mädchen", "boys per girl"),
    "1/month": ("je Monat", "a month"),
    "1/year": ("je Jahr", "a year"),
    "factor": ("(Faktor)", "(factor)"),
    "hazard ratio": ("(Hazard Ratio)", "(hazard ratio)"),
    "hours/week": ("Stunden je Woche", "hours a week"),
    "hours": ("Stunden", "hours"),
    "months": ("Monate", "months"),
    "metres": ("Meter", "metres"),
    "euro": ("Euro", "euros"),
    "euro/month": ("Euro im Monat", "euros a month"),
    "euro/year": ("Euro im Jahr", "euros a year"),
    "euro/hour": ("Euro je Stunde", "euros an hour"),
    "persons": ("Menschen", "people"),
    "days/week": ("Tage je Woche", "days a week"),
    "hours/day": ("Stunden am Tag", "hours a day"),
    "points": ("Punkte", "points"),
}


def unit_words(unit: str, lang: Lang) -> str:
    """The unit of an assumption in words; an unknown one as it stands in the ledger."""
    words = _UNIT_WORDS.get(unit)
    return unit if words is None else words[0 if lang == "de" else 1]


def assumptions_table(findings: Findings, lang: Lang, most: int) -> Table:
    """The assumptions that decide most between the plans, with value, range, source and status."""
    german = lang == "de"
    header = (
        ("Annahme", "Wert (Spanne)", "Stand", "Quelle", "wirkt auf")
        if german
        else ("Assumption", "Value (range)", "Status", "Source", "acts on")
    )
    frame = findings.break_even
    rows = []
    if not frame.empty:
        ledger = {str(row["name"]): row for row in findings.ledger.to_dict("records")}
        chosen = frame[(frame["kind"] == "assumption") & (frame["p_value"] < SIGNIFICANT)]
        strength = chosen["rank_correlation"].abs()
        chosen = chosen.loc[strength.sort_values(ascending=False, kind="stable").index]
        aims: dict[str, list[str]] = {}
        for row in chosen.to_dict("records"):
            label = findings.quantity_label(str(row["quantity"]), lang)
            listed = aims.setdefault(str(row["name"]), [])
            if label not in listed:
                listed.append(label)
        for name in list(aims)[:most]:
            if name in ledger:
                rows.append(assumption_row(ledger[name], ", ".join(aims[name][:3]), lang))
    title = "Annahmen, auf die es am meisten ankommt" if german else "Assumptions that matter most"
    return Table(title, header, tuple(rows), prose=True)


NO_SOURCE = "none found"
"""How the ledger says that there is no source."""

SIGNIFICANT = 0.05
"""Adjusted p-value below which an assumption is named as mattering."""

STATUS_NAMES: dict[str, tuple[str, str]] = {
    "measured": ("gemessen", "measured"),
    "derived": ("abgeleitet", "derived"),
    "estimated": ("geschätzt", "estimated"),
    "assumed": ("angenommen", "assumed"),
}


def status_words(status: str, lang: Lang) -> str:
    """How well a number is known, in a word."""
    return STATUS_NAMES.get(status, (status, status))[0 if lang == "de" else 1]


def assumption_row(row: Mapping[Hashable, Any], acts_on: str, lang: Lang) -> tuple[str, ...]:
    """One assumption of the ledger: name, value with range, status, source, what it acts on."""
    unit = str(row["unit"])
    value = assumption_number(float(row["value"]), unit, lang)
    low = assumption_number(float(row["low"]), unit, lang, with_unit=False)
    high = assumption_number(float(row["high"]), unit, lang, with_unit=False)
    to = "bis" if lang == "de" else "to"
    shown = value if low == high else f"{value} ({low} {to} {high})"
    source = str(row["source"])
    if source.strip().lower() == NO_SOURCE:
        source = "keine Quelle gefunden" if lang == "de" else "no source found"
    elif row.get("year"):
        source = f"{source} ({row['year']})"
    label = str(row["label_de" if lang == "de" else "label_en"])
    return (
        f"{label} [{row['name']}]",
        shown,
        status_words(str(row["status"]), lang),
        source,
        acts_on,
    )
