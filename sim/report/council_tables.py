"""Tables only a council paper has: money by payer and year, and how sure each answer is."""

from __future__ import annotations

import math
from typing import Any

from sim.report.assumed import assumption_row
from sim.report.findings import COSTS, Difference, Findings
from sim.report.gather import PAYER_NAMES
from sim.report.numbers import Lang, Ranged, quoted
from sim.report.table import ESTABLISHED, HIDDEN, OPEN, Table
from sim.report.words import difference_scale, in_this_place, rivals, verdicts

EFFECTS = "effects"
"""Group of the ledger that holds what measures do."""


def yearly_cost_table(findings: Findings, plan: str, lang: Lang) -> Table | None:
    """What a plan costs each payer more or less than the reference, year by year.

    None if the study counts no money.
    """
    names = findings.known((*COSTS, "cost_total"))
    if not names:
        return None
    german = lang == "de"
    rows = []
    for period in (*findings.years, findings.mean_period):
        cells = []
        for name in names:
            one = findings.difference(plan, name, period=period)
            cells.append("–" if one is None else _euros(findings, one, lang))
        if all(cell == "–" for cell in cells):
            continue
        mean = "Mittel" if german else "Mean"
        rows.append((period if period.isdigit() else mean, *cells))
    payers = [
        PAYER_NAMES.get(name.removeprefix("cost_"), ("Alle zusammen", "All together"))
        for name in names
    ]
    header = ("Jahr" if german else "Year", *(names_of[0 if german else 1] for names_of in payers))
    label = quoted(findings.label(plan, lang), lang)
    reference = quoted(findings.label(findings.reference, lang), lang)
    title = (
        f"{label}: Euro mehr oder weniger als {reference}, nach Jahr und Zahler"
        if german
        else f"{label}: euros more or less than {reference}, by year and payer"
    )
    note = (
        "In Klammern die Spanne aus dem, was wir nicht genau wissen. Minus: Der Zahler spart."
        if german
        else "In brackets the range from what we do not know exactly. Minus: the payer saves."
    )
    return Table(title, header, tuple(rows), note)


def _euros(findings: Findings, one: Difference, lang: Lang) -> str:
    scale = difference_scale(findings, one, lang)
    text = scale.difference_with_range(one.ranged)
    if scale.factor == 1.0:
        return text
    return f"{text} {'Mio.' if lang == 'de' else 'm'}"


def certainty_table(findings: Findings, lang: Lang) -> Table | None:
    """For each aim side by side: the choice, what is not known, and chance; None without rivals."""
    german = lang == "de"
    rows = []
    pairs = rivals(findings)
    for plan, against in pairs:
        for verdict in verdicts(findings, plan, against):
            # All rows of a pair compare the same way round.
            name = verdict.difference.quantity
            one = findings.difference(plan, name, against)
            if one is None:
                continue
            scale = difference_scale(findings, one, lang)
            # Which two plans stands in the row only where there are several.
            pair = f"{findings.label(plan, lang)}: " if len(pairs) > 1 else ""
            unit = "" if scale.people else f" ({scale.unit})"
            label = f"{pair}{findings.quantity_label(name, lang)}{unit}"
            rows.append((label, *_three(findings, one, lang), _judged(findings, one, lang)))
    if not rows:
        return None
    first = quoted(findings.label(pairs[0][0], lang), lang)
    other = quoted(findings.label(pairs[0][1], lang), lang)
    if len(pairs) > 1:
        first = "jeder Plan" if german else "each plan"
    title = (
        f"Wie sicher ist das? {first} gegenüber {other}, je Ziel"
        if german
        else f"How sure is this? {first} against {other}, by aim"
    )
    header = (
        ("Ziel", "Die Wahl: Unterschied der Pläne", "Was wir nicht genau wissen: Spanne",
         "Zufall: in einem Ort so oder so", "Also")
        if german
        else ("Aim", "The choice: difference of the plans", "What we do not know: range",
              "Chance: in one place either way", "So")
    )  # fmt: skip
    place = in_this_place(findings, lang)
    note = (
        f"{ESTABLISHED} gesichert und nennenswert, {OPEN} die Spanne schließt null ein, "
        f"{HIDDEN} kleiner als der Zufall {place}: Wer später nachzählt, kann ihn allein daran "
        "nicht erkennen."
        if german
        else f"{ESTABLISHED} established and appreciable, {OPEN} the range includes zero, "
        f"{HIDDEN} smaller than chance {place}: counting afterwards will not reveal it on its own."
    )
    return Table(title, header, tuple(rows), note)


def _three(findings: Findings, one: Difference, lang: Lang) -> tuple[str, str, str]:
    """Difference, range and chance, all in the same steps."""
    if one.nothing:
        none = "kein Unterschied" if lang == "de" else "no difference"
        return none, "–", "–"
    scale = difference_scale(findings, one, lang)
    swing = 1.645 * one.scatter
    chance = "–"
    if math.isfinite(swing) and swing > 0.0:
        chance = f"±{scale.unsigned(swing, scale.step(Ranged(0.0, -swing, swing)))}"
    return scale.difference(one.ranged), scale.difference_range(one.ranged), chance


def _judged(findings: Findings, one: Difference, lang: Lang) -> str:
    """Whether the first plan is better or worse, with the marks of a difference."""
    german = lang == "de"
    if one.nothing:
        return "gleich" if german else "equal"
    if not one.determined:
        return f"{OPEN} {'offen' if german else 'open'}"
    if difference_scale(findings, one, lang).negligible(one.ranged):
        return "kaum" if german else "hardly any"
    direction = one.direction(findings.quantities[one.quantity].better)
    better = "besser" if german else "better"
    worse = "schlechter" if german else "worse"
    words = f"{ESTABLISHED} {better if direction > 0 else worse}"
    return f"{words} {HIDDEN}" if one.smaller_than_chance else words


def effects_table(findings: Findings, lang: Lang, most: int) -> Table:
    """Assumptions about what measures do, the least known first.

    Stands in for the table of the most important assumptions where there are too few draws to tell
    which those are.

    Args:
        findings: what the study says.
        lang: language.
        most: rows.
    """
    german = lang == "de"
    frame = findings.ledger
    frame = frame[(frame["group"] == EFFECTS) & (frame["low"] < frame["high"])]
    records: list[dict[Any, Any]] = sorted(frame.to_dict("records"), key=_spread, reverse=True)
    header = (
        ("Annahme", "Wert (Spanne)", "Stand", "Quelle")
        if german
        else ("Assumption", "Value (range)", "Status", "Source")
    )
    rows = tuple(assumption_row(row, "", lang)[:-1] for row in records[:most])
    title = (
        "Annahmen zur Wirkung der Maßnahmen" if german else "Assumptions about effects of measures"
    )
    return Table(title, header, rows, prose=True)


def _spread(row: dict[Any, Any]) -> float:
    """Width of an assumption's range, measured by its value."""
    value, width = abs(float(row["value"])), float(row["high"]) - float(row["low"])
    return width / value if value > 0.0 else width
