"""From an answer of the model to what a workshop asks, reveals and keeps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.dashboard.drafting.kinds import measure_kinds
from sim.dashboard.trying.doubts import QUESTIONS
from sim.dashboard.workshop.records import Asked, Choice, ModelSays, Offers, Shown
from sim.report.findings import WHOLE_TOWN, Findings
from sim.report.numbers import Lang, Scale, quoted, scale_of
from sim.report.table import Table
from sim.report.tables import comparison_table, cost_table
from sim.report.words import answer as sentence_of
from sim.report.words import period_words

if TYPE_CHECKING:
    from sim.town.town import Town

ASKABLE = (
    "regular_visitors",
    "visitors",
    "lonely",
    "withdrawn",
    "quarter_volunteers",
    "in_need",
    "waiting_ambulatory",
    "waiting_home",
    "strained_carers",
    "missing_hours",
    "neighbour_hours",
    "living_at_home_65",
    "residents_65",
    "residents_80",
    "nursing_home",
    "share_at_home",
    "visitors_share_65",
    "cost_municipality",
)
"""What a room can have a feeling for, the most asked first."""

_QUESTIONS: dict[str, tuple[str, str]] = {
    "regular_visitors": (
        "Wie viele Menschen kommen {when} regelmäßig in einen Treffpunkt?",
        "How many people come to a meeting point regularly {when}?",
    ),
    "visitors": (
        "Wie viele Menschen kommen {when} in einen Treffpunkt?",
        "How many people come to a meeting point {when}?",
    ),
    "lonely": ("Wie viele Menschen sind {when} einsam?", "How many people are lonely {when}?"),
    "withdrawn": (
        "Wie viele Menschen leben {when} zurückgezogen?",
        "How many people live withdrawn {when}?",
    ),
    "quarter_volunteers": (
        "Wie viele Menschen engagieren sich {when} ehrenamtlich im Quartier?",
        "How many people volunteer in the quarter {when}?",
    ),
    "in_need": (
        "Wie viele Menschen sind {when} pflegebedürftig?",
        "How many people are in need of care {when}?",
    ),
    "waiting_ambulatory": (
        "Wie viele Menschen warten {when} auf einen Pflegedienst?",
        "How many people wait for a care service {when}?",
    ),
    "waiting_home": (
        "Wie viele Menschen warten {when} auf einen Heimplatz?",
        "How many people wait for a place in a nursing home {when}?",
    ),
    "strained_carers": (
        "Wie viele pflegende Angehörige sind {when} hoch belastet?",
        "How many family carers are overburdened {when}?",
    ),
    "missing_hours": (
        "Wie viele Stunden Hilfe je Woche fehlen {when}?",
        "How many hours of care a week are missing {when}?",
    ),
    "nursing_home": (
        "Wie viele Menschen leben {when} im Pflegeheim?",
        "How many people live in nursing homes {when}?",
    ),
    "cost_municipality": (
        "Was kostet es die Kommune {when}?",
        "What does it cost the municipality {when}?",
    ),
}


def quantities(findings: Findings) -> tuple[Choice, ...]:
    """What may be asked about, as choices."""
    return tuple(
        Choice(name, findings.quantity_label(name, "de"), findings.quantity_label(name, "en"))
        for name in findings.known(ASKABLE)
    )


def places(findings: Findings) -> tuple[Choice, ...]:
    """Where it may be asked about: the whole place and, if there are several, its districts."""
    whole = Choice(WHOLE_TOWN, "ganz " + findings.town_label, "all of " + findings.town_label)
    labels = findings.district_labels
    districts = tuple(Choice(key, label, label) for key, label in labels.items())
    return (whole, *districts) if len(districts) > 1 else (whole,)


def asked_of(
    findings: Findings, quantity: str, plan: str, district: str = WHOLE_TOWN, text: str = ""
) -> Asked:
    """A question about a plan, worded; the moderator may word it otherwise.

    Args:
        findings: what the model knows.
        quantity: one of `quantities`.
        plan: name of a plan.
        district: key of a district, or `*`.
        text: the moderator's own words, used for both languages.
    """
    period = findings.period_of(quantity)
    place = next((one for one in places(findings) if one.key == district), places(findings)[0])
    scales = {lang: _scale(findings, quantity, lang) for lang in _LANGS}
    own = text.strip()
    return Asked(
        quantity=quantity,
        plan=plan,
        plan_de=findings.label(plan, "de"),
        plan_en=findings.label(plan, "en"),
        district=place.key,
        place_de=place.label_de,
        place_en=place.label_en,
        period=period,
        unit_de=scales["de"].unit,
        unit_en=scales["en"].unit,
        text_de=own or _worded(findings, quantity, plan, place, "de"),
        text_en=own or _worded(findings, quantity, plan, place, "en"),
        factor=scales["de"].factor,
        step=scales["de"].finest,
    )


def free_question(text: str, unit: str) -> Asked:
    """A question about something the model does not count.

    Args:
        text: the question.
        unit: unit of what is expected.
    """
    return Asked("", "", "", "", WHOLE_TOWN, "", "", "", unit, unit, text, text, 1.0, 0.1)


_LANGS: tuple[Lang, Lang] = ("de", "en")


def _scale(findings: Findings, quantity: str, lang: Lang) -> Scale:
    return scale_of(findings.quantities[quantity], lang, findings.small_cell)


def _worded(findings: Findings, quantity: str, plan: str, place: Choice, lang: Lang) -> str:
    side = 0 if lang == "de" else 1
    money = findings.quantities[quantity].kind == "money"
    when = period_words(findings, findings.period_of(quantity), lang, money=money)
    label = quoted(findings.label(plan, lang), lang)
    where = place.label(lang)
    if quantity in _QUESTIONS:
        question = _QUESTIONS[quantity][side].format(when=when)
    else:
        name = findings.quantity_label(quantity, lang)
        unit = _scale(findings, quantity, lang).unit
        question = (
            f"{name}: Wie viele {unit} sind es {when}?"
            if lang == "de"
            else f"{name}: how many {unit} {when}?"
        )
    if lang == "de":
        return f"{question} ({where}, mit dem Plan {label})"
    return f"{question} ({where}, with the plan {label})"


def model_says(
    findings: Findings, asked: Asked, fixed: Sequence[tuple[str, float]] = ()
) -> ModelSays | None:
    """The model's answer to a question; None if it has none to this.

    A small number of people is told as the reports tell it, and without a place on the scale.

    Args:
        findings: what the model knows by now.
        asked: the question.
        fixed: assumptions set by hand.
    """
    if asked.quantity not in findings.known((asked.quantity,)):
        return None
    if asked.plan not in findings.plans:
        return None
    level = findings.level(asked.plan, asked.quantity, asked.district, asked.period)
    if not math.isfinite(level.value) and not level.secret:
        return None
    scales = {lang: _scale(findings, asked.quantity, lang) for lang in _LANGS}
    told = {lang: f"{scales[lang].with_range(level)} {asked.unit(lang)}" for lang in _LANGS}
    fewest = findings.small_cell if findings.quantities[asked.quantity].people else 0
    hidden = level.secret or 0.0 < level.value < fewest
    low, high = (level.low, level.high) if level.has_range else (level.value, level.value)
    # The scale must not tell what the words keep back.
    low = 0.0 if 0.0 < low < fewest else low * asked.factor
    high *= asked.factor
    return ModelSays(
        value=None if hidden else level.value * asked.factor,
        low=None if hidden else low,
        high=None if hidden else high,
        words_de=told["de"],
        words_en=told["en"],
        draws=findings.draws,
        seeds=findings.seeds,
        seed=findings.origin.seed,
        version=findings.origin.version,
        fingerprint=findings.origin.fingerprint,
        fixed=tuple(fixed),
    )


def shown_of(
    findings: Findings,
    *,
    fixed: Sequence[tuple[str, float]] = (),
    lines: Sequence[str] = (),
    plan_files: Sequence[tuple[str, str]] = (),
) -> Shown:
    """A comparison as it is kept.

    Args:
        findings: what is on the screen.
        fixed: assumptions set by hand.
        lines: Python that gives the same numbers again.
        plan_files: name and text of plans that are not among the town's own.
    """
    tables = {lang: _tables(findings, lang) for lang in _LANGS}
    return Shown(
        question_de=findings.question_de,
        question_en=findings.question_en,
        plans=tuple(
            Choice(plan, findings.label(plan, "de"), findings.label(plan, "en"))
            for plan in findings.plans
        ),
        sentence_de=sentence_of(findings, "de"),
        sentence_en=sentence_of(findings, "en"),
        tables_de=tables["de"],
        tables_en=tables["en"],
        seed=findings.origin.seed,
        draws=findings.draws,
        seeds=findings.seeds,
        version=findings.origin.version,
        fingerprint=findings.origin.fingerprint,
        fixed=tuple(fixed),
        lines=tuple(lines),
        plan_files=tuple(plan_files),
    )


def _tables(findings: Findings, lang: Lang) -> tuple[Table, ...]:
    if not findings.alternatives:
        return ()
    return (comparison_table(findings, lang), cost_table(findings, lang))


def offers_of(town: Town) -> Offers:
    """What participants may choose from: the town's measures, districts, years, assumptions.

    The assumptions most worth doubting come first, as questions in plain words.

    Args:
        town: the town.
    """
    known = {one.name: one for one in town.ledger.assumptions}
    first = {one.name: one.asked for one in QUESTIONS if one.name in known}
    rest = sorted(
        (one for name, one in known.items() if name not in first),
        key=lambda one: one.label_de.lower(),
    )
    measures = measure_kinds(town).values()
    begin = town.start[0] + 1
    return Offers(
        measures=tuple(Choice(one.key, one.label.de, one.label.en) for one in measures),
        districts=tuple(Choice(one.key, one.label, one.label) for one in town.districts),
        years=tuple(range(begin, begin + max(1, town.months // 12))),
        important=tuple(Choice(name, asked.de, asked.en) for name, asked in first.items()),
        assumptions=tuple(Choice(one.name, one.label_de, one.label_en) for one in rest),
    )
