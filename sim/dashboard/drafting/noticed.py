"""What to tell whoever makes a plan: before it is computed, and after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.dashboard.drafting.kinds import LEVER_FIELDS
from sim.report.numbers import Lang, quoted
from sim.report.words import chance_sentences
from sim.town import Town
from sim.town.advice import advice_for
from sim.town.plan import Measure, Plan
from sim.town.problems import Both, Problem

if TYPE_CHECKING:
    from sim.report.findings import Findings
    from sim.study import Study

WAITING_FOR: dict[str, tuple[str, Both]] = {
    "ambulatory": (
        "waiting_ambulatory",
        Both("auf einen Pflegedienst", "for an ambulatory service"),
    ),
    "day_care": ("waiting_day_care", Both("auf Tagespflege", "for day care")),
    "nursing_home": ("waiting_home", Both("auf einen Heimplatz", "for a nursing home place")),
}
"""Who would have to wait for more of a service to matter."""

TURNED_AWAY = "turned_away"
MATTERING = (
    "missing_hours", "waiting_ambulatory", "waiting_day_care", "waiting_home", "strained_carers",
    "in_need", "lonely", "withdrawn", "visitors", "regular_visitors", "quarter_volunteers",
)  # fmt: skip
"""A plan that moves none of these changes nothing that anybody would notice."""


@dataclass(frozen=True)
class Remark:
    """One thing to be known of a plan.

    Attributes:
        card: number of the card it is about, 0 for the first; None for the whole plan.
        said: the sentence.
    """

    card: int | None
    said: Both


def remarks_before(plan: Plan, town: Town) -> tuple[Remark, ...]:
    """What can be said without computing: measures that change nothing, odd costs.

    Args:
        plan: a sound plan; its measures are in the order of its cards, a card each.
        town: where.
    """
    # The line is the only thing advice gives back of a measure: here it numbers the cards.
    numbered = replace(
        plan,
        measures=tuple(
            replace(measure, line=number) for number, measure in enumerate(plan.measures, start=1)
        ),
    )
    found = [
        Remark(None if one.line is None else one.line - 1, sentence_of(one))
        for one in advice_for(numbered, town)
    ]
    if not plan.measures:
        found.append(
            Remark(
                None,
                Both(
                    "Dieser Plan ändert nichts: Er enthält keine Maßnahme.",
                    "This plan changes nothing: it has no measure.",
                ),
            )
        )
    return tuple(found)


def sentence_of(one: Problem) -> Both:
    """A problem without the place in a file, in the words of the cards."""
    entry = FIELD_WORDS.get(one.found, Both(one.found, one.found))
    found_de = one.found_de or (quoted(entry.de, "de") if one.found else "nichts")
    found_en = one.found_en or (quoted(entry.en, "en") if one.found else "nothing")
    where = FIELD_WORDS.get(one.column or "")
    return Both(
        _in_words(
            (f"{where.de}: " if where else "")
            + f"{found_de}. Erwartet: {one.expected_de}. Bitte {one.mend_de}.",
            "de",
        ),
        _in_words(
            (f"{where.en}: " if where else "")
            + f"{found_en}. Expected: {one.expected_en}. Please {one.mend_en}.",
            "en",
        ),
    )


FIELD_WORDS: dict[str, Both] = {
    "name": Both("Name", "Name"),
    "label_de": Both("Name", "Name"),
    "label_en": Both("Name (Englisch)", "Name (English)"),
    "description_de": Both("Beschreibung", "Description"),
    "description_en": Both("Beschreibung (Englisch)", "Description (English)"),
    "kind": Both("Maßnahme", "Measure"),
    "districts": Both("Wo", "Where"),
    "start": Both("Beginn", "Start"),
    "end": Both("Ende", "End"),
    "ramp_up_months": Both("Anlauf", "Ramp-up"),
    "remains": Both("Was danach bleibt", "What remains"),
    "size": Both("Größe", "Size"),
    "cost_per_year": Both("Kosten im Jahr", "Cost a year"),
    "payers": Both("Wer zahlt", "Who pays"),
    "payers_after": Both("Wer danach zahlt", "Who pays afterwards"),
    **{name: field.label for name, field in LEVER_FIELDS.items()},
}
"""What the entries of a plan's file are called on the page."""

_EXAMPLE = re.compile(r",? (?:wie|etwa|such as) \w+ = \{[^}]*\}")
_PAYER_WORDS = {
    "municipality": Both("Kommune", "municipality"),
    "care_fund": Both("Pflegekasse", "care insurance fund"),
    "grant": Both("Zuschuss", "grant"),
    "household": Both("Haushalte", "households"),
}
_LONGEST_FIRST = sorted({*FIELD_WORDS, *_PAYER_WORDS} - {"name", "kind"}, key=len, reverse=True)
_ENTRY = re.compile(rf"(?<![\w/„“])({'|'.join(_LONGEST_FIRST)})(?![\w“”])")


def _in_words(text: str, lang: Lang) -> str:
    """The names of entries in a sentence as the page calls them."""
    side = 0 if lang == "de" else 1

    def word(match: re.Match[str]) -> str:
        name = match[1]
        if "_" not in name and name not in ("payers", "remains", "latitude", "longitude"):
            return name
        both = FIELD_WORDS.get(name) or _PAYER_WORDS[name]
        return quoted(both[side], lang)

    return _ENTRY.sub(word, _EXAMPLE.sub("", text))


def remarks_after(plan: Plan, study: Study, findings: Findings, town: Town) -> tuple[Remark, ...]:
    """What the computed plan shows: nothing changed, room never needed, smaller than chance.

    Args:
        plan: one of the study's plans besides the reference.
        study: runs of the reference and the plan.
        findings: what a report says of it.
        town: where.
    """
    changed = [
        one
        for name in findings.known(MATTERING)
        if (one := findings.difference(plan.name, name)) is not None
    ]
    found = []
    if changed and all(one.nothing for one in changed):
        found.append(
            Remark(
                None,
                Both(
                    "Dieser Plan ändert in keinem durchgerechneten Fall etwas am Leben der "
                    "Menschen.",
                    "In no case computed does this plan change anything in people's lives.",
                ),
            )
        )
    for number, measure in enumerate(plan.measures):
        found += [Remark(number, said) for said in _never_needed(measure, plan, study, town)]
    found += _hidden_by_chance(findings)
    return tuple(found)


def _hidden_by_chance(findings: Findings) -> Iterator[Remark]:
    german, english = (chance_sentences(findings, lang) for lang in ("de", "en"))
    for de, en in zip(german, english, strict=True):
        yield Remark(None, Both(de, en))


def _never_needed(measure: Measure, plan: Plan, study: Study, town: Town) -> Iterator[Both]:
    """A capacity that is never the limit, in any case computed."""
    service = str(measure.levers.get("service", ""))
    if service in WAITING_FOR:
        name, for_what = WAITING_FOR[service]
        most = _most(study, name, study.reference, (), measure, town)
        if most == 0.0:
            yield Both(
                f"Auch ohne diesen Plan wartet in keinem durchgerechneten Fall jemand "
                f"{for_what.de}: Das zusätzliche Angebot bleibt leer.",
                f"Even without this plan nobody waits {for_what.en} in any case computed: what is "
                "added stays empty.",
            )
    elif measure.kind == "meeting_point":
        most = _most(study, TURNED_AWAY, plan.name, measure.districts, measure, town)
        if most == 0.0:
            yield Both(
                "In keinem durchgerechneten Fall wird ein Besuch abgewiesen: Der Treffpunkt ist "
                "nie voll, weniger Plätze oder kürzere Öffnung täten es auch.",
                "In no case computed is a visit turned away: the meeting point is never full, "
                "fewer seats or shorter hours would do as well.",
            )


def _most(
    study: Study,
    name: str,
    plan: str,
    districts: Sequence[int],
    measure: Measure,
    town: Town,
) -> float:
    """Largest value in any run, in the years of the measure; NaN if the study has no such thing.

    Args:
        study: the runs.
        name: a counted quantity.
        plan: under which plan.
        districts: indices; none for the whole town.
        measure: whose years count.
        town: for its calendar.
    """
    if name not in study.quantities or plan not in study.plans:
        return float("nan")
    runs = study.runs(name)[list(study.plans).index(plan)]
    first = town.start[0] + (town.start[1] - 1 + measure.start) // 12
    years = [
        index
        for index, period in enumerate(study.periods)
        if str(period).isdigit() and int(period) >= first
    ]
    places = list(study.places)
    wanted = [places.index(town.districts[index].key) for index in districts] or [places.index("*")]
    values = runs[..., years, :][..., wanted]
    return float(np.max(values)) if values.size else float("nan")
