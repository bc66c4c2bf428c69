"""The lines below every chart: where the numbers come from, and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping

from sim.dashboard.drawn.look import early
from sim.report.drawing import model_note
from sim.report.findings import Findings
from sim.report.numbers import Lang, decimal


def source_line(findings: Findings, sources: Mapping[str, str], lang: Lang) -> str:
    """Program, seed, number of assumptions, and the source of the population.

    Args:
        findings: the result.
        sources: the town's sentences, see `Town.sources`.
        lang: language.
    """
    count = decimal(len(findings.ledger), lang)
    version, seed = findings.origin.version, findings.origin.seed
    people = sources.get("population", "")
    if lang == "de":
        text = f"Modell Quartier {version}, {count} Annahmen, Startwert {seed}."
        return f"{text} Bevölkerung: {people}" if people else text
    text = f"Model Quartier {version}, {count} assumptions, seed {seed}."
    return f"{text} Population (in German): {people}" if people else text


def sure_of_levels(findings: Findings, lang: Lang) -> str:
    """What the bands of a fan mean, and how many runs there are."""
    if early(findings):
        return model_note(findings, lang)
    if lang == "de":
        bands = "Dunkel: die mittlere Hälfte, hell: 90 von 100 Rechnungen."
    else:
        bands = "Dark: the middle half, light: 90 of 100 runs."
    return f"{bands} {model_note(findings, lang)}"


def sure_of_differences(findings: Findings, lang: Lang) -> str:
    """What the range of a difference means, and how many runs there are."""
    if early(findings):
        return model_note(findings, lang)
    if lang == "de":
        band = "Striche und Flächen: was wir nicht genau wissen (90 von 100 Fällen)."
    else:
        band = "Lines and areas: what we do not know exactly (90 of 100 cases)."
    return f"{band} {model_note(findings, lang)}"
