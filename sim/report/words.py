"""Sentences: what the comparison says, with number and range, and what it does not say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sim.report.findings import AIMS, Difference, Findings
from sim.report.numbers import Lang, Ranged, Scale, decimal, label_of, quoted, scale_of

FEW_DRAWS = 20
"""Below this, cases are counted one by one: "in 7 von 8 Fällen"."""

FEW_PLANS = 3
"""Beyond so many plans besides the reference, not every aim gets a sentence for every plan."""

SAME_COST = 0.05
"""Costs that differ by less than this share are called about the same."""

_MANY = {
    "de": "In mehr als 9 von 10 Fällen",
    "en": "In more than 9 of 10 cases",
}

_FEW = {
    "de": "In weniger als 1 von 10 Fällen",
    "en": "In fewer than 1 of 10 cases",
}


def enumerated(items: Sequence[str], lang: Lang) -> str:
    """Items as a sentence lists them: "a, b und c"."""
    if len(items) < 2:
        return "".join(items)
    joint = " und " if lang == "de" else " and "
    return ", ".join(items[:-1]) + joint + items[-1]


def cases(probability: float, draws: int, lang: Lang) -> str:
    """A probability as a frequency: "In 8 von 10 Fällen".

    Never "always": what came out in every case computed is said to be just that.

    Args:
        probability: share of the cases, 0-1.
        draws: number of cases computed.
        lang: language.
    """
    german = lang == "de"
    if not math.isfinite(probability):
        return "In keinem Fall berechenbar" if german else "In no case computable"
    count = round(probability * draws)
    if count == draws:
        return (
            f"In allen {draws} durchgerechneten Fällen"
            if german
            else f"In all {draws} cases computed"
        )
    if count == 0:
        return (
            f"In keinem der {draws} durchgerechneten Fälle"
            if german
            else f"In none of the {draws} cases computed"
        )
    if draws < FEW_DRAWS:
        return f"In {count} von {draws} Fällen" if german else f"In {count} of {draws} cases"
    tenths = math.floor(probability * 10.0 + 0.5)
    if tenths >= 10:
        return _MANY[lang]
    if tenths <= 0:
        return _FEW[lang]
    return f"In {tenths} von 10 Fällen" if german else f"In {tenths} of 10 cases"


def between(ranged: Ranged, scale: Scale) -> str:
    """A range of levels: "zwischen 2.100 und 4.800 Stunden je Woche"."""
    if not ranged.has_range:
        return f"{scale.value(ranged)} {scale.unit}"
    low = scale.value(Ranged(ranged.low, ranged.low, ranged.low + ranged.width))
    high = scale.value(Ranged(ranged.high, ranged.low, ranged.low + ranged.width))
    if low == high:
        return f"{low} {scale.unit}"
    if scale.lang == "de":
        return f"zwischen {low} und {high} {scale.unit}"
    return f"between {low} and {high} {scale.unit}"


def change(ranged: Ranged, scale: Scale) -> str:
    """A difference with its range in words: "zwischen 150 und 480 Stunden je Woche weniger".

    A range that holds zero is told in both directions.
    """
    german = scale.lang == "de"
    step = scale.step(ranged)
    if not ranged.has_range:
        if ranged.value == 0.0:
            return "kein Unterschied" if german else "no difference"
        return _amount(scale.unsigned(ranged.value, step), ranged.value > 0, scale)
    low, high = scale.unsigned(ranged.low, step), scale.unsigned(ranged.high, step)
    if ranged.low >= 0.0 or ranged.high <= 0.0:
        rises = ranged.low >= 0.0
        low, high = (low, high) if rises else (high, low)
        if low == high:
            return _amount(high, rises, scale)
        joint = "zwischen {} und {}" if german else "between {} and {}"
        if scale.untold(min(abs(ranged.low), abs(ranged.high)), step):
            joint = "bis zu {1}" if german else "up to {1}"
        return _amount(joint.format(low, high), rises, scale)
    if scale.all_tiny(ranged):
        return f"{low} {scale.unit} {'mehr oder weniger' if german else 'more or less'}"
    if scale.untold(max(-ranged.low, ranged.high), step):
        return "kaum ein Unterschied" if german else "hardly any difference"
    if german:
        return f"zwischen {low} {scale.unit} weniger und {high} {scale.unit} mehr"
    return f"between {low} {_fewer(scale)} and {high} more {scale.unit}"


def _amount(size: str, rises: bool, scale: Scale) -> str:
    if scale.lang == "de":
        return f"{size} {scale.unit} {'mehr' if rises else 'weniger'}"
    return f"{size} {'more' if rises else _fewer(scale)} {scale.unit}"


def _fewer(scale: Scale) -> str:
    """English tells what is counted from what is measured."""
    return "fewer" if scale.people or scale.unit.startswith(("hours", "visits")) else "less"


def period_words(findings: Findings, period: str, lang: Lang, *, money: bool = False) -> str:
    """A period in a sentence: "Ende 2030", "im Jahresmittel 2026 bis 2030"."""
    german = lang == "de"
    if period == findings.mean_period:
        first, _, last = period.partition("-")
        return (
            f"im Jahresmittel {first} bis {last}" if german else f"a year on average {first}–{last}"
        )
    if money:
        return f"im Jahr {period}" if german else f"in {period}"
    return f"Ende {period}" if german else f"at the end of {period}"


def difference_scale(findings: Findings, difference: Difference, lang: Lang) -> Scale:
    """How a difference is written: percentage points, millions where they are due."""
    ranged = difference.ranged
    largest = max(
        (abs(value) for value in (ranged.value, ranged.low, ranged.high) if math.isfinite(value)),
        default=0.0,
    )
    quantity = findings.quantities[difference.quantity]
    return scale_of(quantity, lang, findings.small_cell, points=True, largest=largest)


def in_this_place(findings: Findings, lang: Lang) -> str:
    """Where the whole of the result lies: in a town, in a county if it is called one."""
    if findings.one_district:
        return "in diesem Bezirk" if lang == "de" else "in this district"
    county = findings.town_label.startswith(("Landkreis", "Kreis "))
    if lang == "de":
        return "in diesem Landkreis" if county else "in dieser Stadt"
    return "in this county" if county else "in this town"


def against_chance(findings: Findings, difference: Difference, lang: Lang) -> str:
    """Whether the difference is hidden by chance, or an empty string if it is not.

    This is about what will be *seen* in one place, not about whether the measure works.
    """
    if difference.nothing or not difference.smaller_than_chance:
        return ""
    scale = difference_scale(findings, difference, lang)
    swing = 1.645 * difference.scatter
    size = scale.unsigned(swing, scale.step(Ranged(0.0, -swing, swing)))
    if lang == "de":
        return (
            f"Der Unterschied ist kleiner als der Zufall {in_this_place(findings, lang)} "
            f"(±{size} {scale.unit}): Wer später nachzählt, kann ihn allein daran nicht erkennen."
        )
    return (
        f"The difference is smaller than chance {in_this_place(findings, lang)} "
        f"(±{size} {scale.unit}): counting afterwards will not reveal it on its own."
    )


Outcome = Literal["ahead", "hardly", "open"]


@dataclass(frozen=True)
class Verdict:
    """Which of two plans does better in one aim.

    Attributes:
        difference: the better plan against the other.
        outcome: `ahead` if the better plan is established; `hardly` if it is, but by too little to
            be told; `open` if the range includes zero.
    """

    difference: Difference
    outcome: Outcome

    @property
    def decided(self) -> bool:
        """Whether one plan is ahead."""
        return self.outcome == "ahead"


def rivals(findings: Findings) -> tuple[tuple[str, str], ...]:
    """What is set against what: two plans head to head, otherwise each with the reference."""
    plans = findings.alternatives
    if len(plans) == 2:
        return ((plans[0], plans[1]),)
    return tuple((plan, findings.reference) for plan in plans)


def verdicts(findings: Findings, plan: str, against: str) -> tuple[Verdict, ...]:
    """For each aim, which of two plans does better; aims the study lacks are left out."""
    found = (verdict(findings, plan, against, aim) for aim in findings.known(AIMS))
    return tuple(one for one in found if one is not None)


def verdict(findings: Findings, plan: str, against: str, quantity: str) -> Verdict | None:
    """Which of two plans does better in one quantity; None if the study does not tell."""
    one = findings.difference(plan, quantity, against)
    other = findings.difference(against, quantity, plan)
    if one is None or other is None:
        return None
    direction = one.direction(findings.quantities[quantity].better)
    outcome: Outcome = "open"
    if one.determined and direction != 0:
        scale = difference_scale(findings, one, "de")
        outcome = "hardly" if scale.negligible(one.ranged) else "ahead"
    return Verdict(one if direction >= 0 else other, outcome)


def aim_sentence(findings: Findings, verdict: Verdict, lang: Lang) -> str:
    """One aim in one sentence: who is ahead, how often, by how much."""
    difference = verdict.difference
    quantity = findings.quantities[difference.quantity]
    label = label_of(quantity, lang)
    scale = difference_scale(findings, difference, lang)
    period = findings.period_of(difference.quantity)
    when = period_words(findings, period, lang)
    amount = change(difference.ranged, scale)
    if difference.nothing:
        return f"{label}: {'kein Unterschied' if lang == 'de' else 'no difference'}."
    often = _lower_first(cases(difference.probability_better, difference.draws, lang))
    ahead = quoted(findings.label(difference.plan, lang), lang)
    behind = quoted(findings.label(difference.against, lang), lang)
    if verdict.outcome == "hardly":
        hardly = "kaum ein Unterschied" if lang == "de" else "hardly any difference"
        return f"{label}: {hardly} ({when})."
    if not verdict.decided:
        if lang == "de":
            pair = f"{ahead} gegenüber {behind}"
            return f"{label}: kein gesicherter Unterschied ({when}, {pair}: {amount})."
        return f"{label}: no established difference ({when}, {ahead} against {behind}: {amount})."
    if lang == "de":
        return f"{label}: {ahead} ist {often} besser, {when} {amount} als {behind}."
    return f"{label}: {ahead} is better {often}, {when} {amount} than {behind}."


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def answer(findings: Findings, lang: Lang) -> str:
    """The answer to the question on top, in one or two sentences with number and range."""
    if not findings.alternatives:
        return outlook(findings, "in_need", lang)
    if len(findings.alternatives) == 1:
        plan = findings.alternatives[0]
        return _one_plan(findings, plan, lang)
    if len(findings.alternatives) == 2:
        return _two_plans(findings, *findings.alternatives, lang)
    return _many_plans(findings, lang)


def _many_plans(findings: Findings, lang: Lang) -> str:
    """Three plans or more, each against the reference; those that change nothing are one group."""
    moving = [
        plan
        for plan in findings.alternatives
        if any(one.decided for one in verdicts(findings, plan, findings.reference))
    ]
    texts = [_one_plan(findings, plan, lang) for plan in moving]
    still = [
        quoted(findings.label(plan, lang), lang)
        for plan in findings.alternatives
        if plan not in moving
    ]
    if still:
        reference = quoted(findings.label(findings.reference, lang), lang)
        texts.append(
            f"Kein gesicherter, nennenswerter Unterschied zu {reference}: "
            f"{enumerated(still, lang)}."
            if lang == "de"
            else f"No established, appreciable difference to {reference}: "
            f"{enumerated(still, lang)}."
        )
    return " ".join(texts)


def outlook(findings: Findings, quantity: str, lang: Lang) -> str:
    """What comes under the reference: an indicator at the end, and at the start."""
    if quantity not in findings.known((quantity,)):
        return ""
    scale = scale_of(findings.quantities[quantity], lang, findings.small_cell)
    last = findings.level(findings.reference, quantity, period=findings.last_period)
    first = findings.level(findings.reference, quantity, period=str(findings.first_year))
    start = scale.value(Ranged(first.value))
    label = label_of(findings.quantities[quantity], lang)
    if lang == "de":
        return (
            f"{label}: Ende {findings.last_period} {between(last, scale)}, "
            f"Ende {findings.first_year} waren es {start}."
        )
    return (
        f"{label}: {between(last, scale)} at the end of {findings.last_period}; "
        f"at the end of {findings.first_year} there were {start}."
    )


def _one_plan(findings: Findings, plan: str, lang: Lang) -> str:
    german = lang == "de"
    name = quoted(findings.label(plan, lang), lang)
    reference = quoted(findings.label(findings.reference, lang), lang)
    decided = [one for one in verdicts(findings, plan, findings.reference) if one.decided]
    gains = [one for one in decided if one.difference.plan == plan]
    losses = [one for one in decided if one.difference.plan != plan]
    if not gains and not losses:
        if german:
            return (
                f"{name} bringt gegenüber {reference} bei keinem der geprüften Ziele einen "
                "gesicherten, nennenswerten Unterschied."
            )
        return (
            f"Compared with {reference}, {name} makes no established, appreciable difference to "
            "any of the aims examined."
        )
    parts = []
    if gains:
        parts.append(
            f"{name} verbessert gegenüber {reference}: {_amounts(findings, gains, lang)}."
            if german
            else f"Compared with {reference}, {name} improves: {_amounts(findings, gains, lang)}."
        )
    if losses:
        turned = [
            Verdict(found, "ahead")
            for one in losses
            if (found := findings.difference(plan, one.difference.quantity)) is not None
        ]
        parts.append(
            f"Es verschlechtert sich: {_amounts(findings, turned, lang)}."
            if german
            else f"Worse: {_amounts(findings, turned, lang)}."
        )
    return " ".join(parts)


def _amounts(findings: Findings, found: Sequence[Verdict], lang: Lang) -> str:
    texts = []
    for one in found:
        difference = one.difference
        when = period_words(findings, findings.period_of(difference.quantity), lang)
        amount = change(difference.ranged, difference_scale(findings, difference, lang))
        texts.append(f"{findings.quantity_label(difference.quantity, lang)} ({when} {amount})")
    return enumerated(texts, lang)


def _two_plans(findings: Findings, first: str, second: str, lang: Lang) -> str:
    german = lang == "de"
    found = verdicts(findings, first, second)
    names = {plan: quoted(findings.label(plan, lang), lang) for plan in (first, second)}
    ahead = {
        plan: [one for one in found if one.decided and one.difference.plan == plan]
        for plan in (first, second)
    }
    if not any(ahead.values()):
        if german:
            return (
                f"Die Rechnung gibt weder {names[first]} noch {names[second]} den Vorzug: Bei "
                "keinem der geprüften Ziele ist ein nennenswerter Unterschied gesichert."
            )
        return (
            f"The calculation favours neither {names[first]} nor {names[second]}: for none of "
            "the aims examined an appreciable difference is established."
        )
    texts = []
    if all(ahead.values()):
        texts.append(
            "Es kommt darauf an, was wichtiger ist."
            if german
            else "It depends on what matters more."
        )
    for plan, other in ((first, second), (second, first)):
        if ahead[plan]:
            texts.append(_lead(findings, ahead[plan], (names[plan], names[other]), lang))
    rest = [one for one in found if not one.decided]
    if rest and not all(ahead.values()):
        labels = enumerated(
            [findings.quantity_label(one.difference.quantity, lang) for one in rest], lang
        )
        texts.append(
            f"Kein oder kaum ein Unterschied: {labels}."
            if german
            else f"No or hardly any difference: {labels}."
        )
    return " ".join(texts)


def _lead(findings: Findings, ahead: Sequence[Verdict], names: tuple[str, str], lang: Lang) -> str:
    """Where a plan is ahead: the most telling aim with its numbers, the others by name."""
    difference = ahead[0].difference
    label = findings.quantity_label(difference.quantity, lang)
    when = period_words(findings, findings.period_of(difference.quantity), lang)
    amount = change(difference.ranged, difference_scale(findings, difference, lang))
    often = _lower_first(cases(difference.probability_better, difference.draws, lang))
    others = [findings.quantity_label(one.difference.quantity, lang) for one in ahead[1:]]
    if lang == "de":
        text = f"{names[0]} ist besser bei „{label}“: {often}, {when} {amount} als {names[1]}"
        return text + (f"; besser auch bei: {enumerated(others, lang)}." if others else ".")
    text = f"{names[0]} is better for “{label}”: {often}, {when} {amount} than {names[1]}"
    return text + (f"; better also for: {enumerated(others, lang)}." if others else ".")


def aim_sentences(findings: Findings, lang: Lang) -> tuple[str, ...]:
    """Every aim in a sentence, for each pair of `rivals`; of many plans only what is decided."""
    if len(findings.alternatives) > FEW_PLANS:
        return tuple(
            sentence
            for plan in findings.alternatives
            for sentence in _plan_in_short(findings, plan, lang)
        )
    return tuple(
        aim_sentence(findings, verdict, lang)
        for plan, against in rivals(findings)
        for verdict in verdicts(findings, plan, against)
    )


def _plan_in_short(findings: Findings, plan: str, lang: Lang) -> tuple[str, ...]:
    """A plan against the reference: each decided aim in full, the others in one line."""
    found = verdicts(findings, plan, findings.reference)
    decided = [aim_sentence(findings, one, lang) for one in found if one.decided]
    rest = [
        findings.quantity_label(one.difference.quantity, lang) for one in found if not one.decided
    ]
    if not rest:
        return tuple(decided)
    name = quoted(findings.label(plan, lang), lang)
    listed = enumerated(rest, lang)
    line = (
        f"{name}: kein gesicherter, nennenswerter Unterschied bei: {listed}."
        if lang == "de"
        else f"{name}: no established, appreciable difference for: {listed}."
    )
    return (*decided, line)


def chance_sentences(findings: Findings, lang: Lang) -> tuple[str, ...]:
    """For the aims of the answer: where chance in one place is larger than the difference."""
    german = lang == "de"
    hidden = []
    for plan, against in rivals(findings):
        for verdict in verdicts(findings, plan, against):
            if against_chance(findings, verdict.difference, lang):
                hidden.append(verdict.difference)
    if not hidden:
        return ()
    labels = dict.fromkeys(findings.quantity_label(one.quantity, lang) for one in hidden)
    largest = max(hidden, key=lambda one: abs(one.ranged.value) / one.scatter)
    if len(labels) == 1:
        return (against_chance(findings, largest, lang),)
    listed = enumerated(list(labels), lang)
    if german:
        return (
            f"Der Unterschied ist kleiner als der Zufall {in_this_place(findings, lang)} bei: "
            f"{listed}. Wer später nachzählt, kann ihn allein daran nicht erkennen.",
        )
    return (
        f"The difference is smaller than chance {in_this_place(findings, lang)} for: "
        f"{listed}. Counting "
        "afterwards will not reveal it on its own.",
    )


def proportion_sentence(findings: Findings, lang: Lang) -> str:
    """How large the changes are, measured by the whole: for the first aim that any plan moves."""
    for aim in findings.known(AIMS):
        quantity = findings.quantities[aim]
        level = findings.level(findings.reference, aim)
        if quantity.kind == "share" or not level.value > 0.0:
            continue
        found = [one for plan in findings.alternatives if (one := findings.difference(plan, aim))]
        if not any(
            one.determined and not difference_scale(findings, one, lang).negligible(one.ranged)
            for one in found
        ):
            continue
        scale = scale_of(quantity, lang, findings.small_cell)
        parts = []
        for one in found:
            percent = decimal(100.0 * one.ranged.value / level.value, lang, 1, sign=True)
            parts.append(f"{quoted(findings.label(one.plan, lang), lang)} {percent} %")
        whole = f"{scale.value(level)} {scale.unit}"
        label = quoted(findings.quantity_label(aim, lang), lang)
        if lang == "de":
            return f"Gemessen am Ganzen ({label}: {whole}): {'; '.join(parts)}."
        return f"Measured by the whole ({label}: {whole}): {'; '.join(parts)}."
    return ""


def cost_sentence(findings: Findings, lang: Lang) -> str:
    """What the plans cost the municipality, compared with the reference."""
    german = lang == "de"
    parts = []
    values = []
    for plan in findings.alternatives:
        difference = findings.difference(plan, "cost_municipality", period=findings.mean_period)
        if difference is None:
            return ""
        scale = difference_scale(findings, difference, lang)
        values.append(difference.ranged.value)
        parts.append(
            f"{quoted(findings.label(plan, lang), lang)} {change(difference.ranged, scale)}"
        )
    if not parts:
        return ""
    period = findings.mean_period.replace("-", " bis " if german else "–")
    reference = quoted(findings.label(findings.reference, lang), lang)
    text = (
        f"Die Kommune zahlt im Mittel der Jahre {period} gegenüber {reference}: {'; '.join(parts)}."
        if german
        else f"Compared with {reference}, on average {period} the municipality pays: "
        f"{'; '.join(parts)}."
    )
    if len(values) == 2 and abs(values[0] - values[1]) <= SAME_COST * max(map(abs, values)):
        text += (
            " Beide Pläne kosten sie damit etwa gleich viel."
            if german
            else " Both plans cost it about the same."
        )
    return text


def district_sentence(findings: Findings, plan: str, quantity: str, lang: Lang) -> str:
    """Where a plan changes most, and where nothing can be seen."""
    found = [
        (district, difference)
        for district in findings.district_labels
        if (difference := findings.difference(plan, quantity, district=district)) is not None
    ]
    clear = [
        (district, one)
        for district, one in found
        if one.determined and not difference_scale(findings, one, lang).negligible(one.ranged)
    ]
    label = findings.quantity_label(quantity, lang)
    name = quoted(findings.label(plan, lang), lang)
    german = lang == "de"
    if not clear:
        if german:
            return f"{name}, {label}: in keinem Bezirk ein gesicherter, nennenswerter Unterschied."
        return f"{name}, {label}: no established, appreciable difference in any district."
    clear.sort(key=lambda pair: -abs(pair[1].ranged.value))
    texts = []
    for district, one in clear[:3]:
        scale = difference_scale(findings, one, lang)
        texts.append(f"{findings.district_labels[district]} ({change(one.ranged, scale)})")
    lead = "am meisten in" if german else "most in"
    return f"{name}, {label}: {lead} {enumerated(texts, lang)}."
