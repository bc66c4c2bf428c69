"""Words of the page of plans."""

from __future__ import annotations

from collections.abc import Mapping

from sim.dashboard.drafting.budget import Budget
from sim.dashboard.drafting.card import Card
from sim.dashboard.drafting.editing import month_words
from sim.dashboard.drafting.kinds import LEVER_FIELDS, WHOLE_TOWN, MeasureKind
from sim.report.assumed import NO_SOURCE, status_words
from sim.report.gather import PAYER_NAMES
from sim.report.numbers import Lang, decimal
from sim.report.words import enumerated
from sim.town import Town
from sim.town.plan import PAYERS

MOST_NAMED = 3
"""Districts named in a card's line; more are counted."""


def card_title(card: Card, kind: MeasureKind, number: int, lang: Lang) -> str:
    """The title of a card: what the plan calls it, else the kind's label."""
    side = 0 if lang == "de" else 1
    own = card.label_de if lang == "de" else card.label_en
    return f"{number}. {own or kind.label[side]}"


def card_line(card: Card, kind: MeasureKind, town: Town, lang: Lang) -> str:
    """A card in one line: where, from when, how much, what it costs and who pays."""
    german = lang == "de"
    parts = [where(card, town, lang), when(card, lang), *how_much(card, kind, lang)]
    cost = card.cost(kind, len(town.districts))
    euros = f"{decimal(cost, lang)} {'Euro im Jahr' if german else 'euros a year'}"
    if cost > 0:
        euros += f" ({payers_words(card.payers, lang)})"
    parts.append(euros)
    if card.end is not None:
        left = f"{decimal(card.remains * 100, lang)} %"
        parts.append(f"danach bleiben {left}" if german else f"{left} remain afterwards")
    return " · ".join(part for part in parts if part)


def where(card: Card, town: Town, lang: Lang) -> str:
    """The card's districts."""
    german = lang == "de"
    if WHOLE_TOWN in card.districts:
        return "überall" if german else "everywhere"
    labels = {one.key: one.label for one in town.districts}
    named = [labels.get(key, key) for key in card.districts]
    if len(named) > MOST_NAMED:
        return f"{len(named)} {'Quartiere' if german else 'districts'} ({named[0]}, …)"
    return enumerated(named, lang)


def when(card: Card, lang: Lang) -> str:
    """From when to when."""
    start = month_words(card.start, lang)
    if card.end is None:
        return f"ab {start}" if lang == "de" else f"from {start}"
    end = month_words(card.end, lang)
    return f"{start} bis {end}" if lang == "de" else f"{start} to {end}"


def how_much(card: Card, kind: MeasureKind, lang: Lang) -> list[str]:
    """Size and the levers that are sizes."""
    side = 0 if lang == "de" else 1
    parts = []
    if not kind.one_or_none:
        number = decimal(card.size, lang, 0 if float(card.size).is_integer() else 1)
        parts.append(f"{number} {kind.unit_of(card.levers)[side]}")
    for name in ("seats", "opening_hours_per_week", "extra_hours_per_week"):
        value = card.levers.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        field = LEVER_FIELDS[name]
        shown = decimal(float(value), lang, 0 if float(value).is_integer() else 1)
        lead = "" if name == "seats" else f"{field.label[side].lower()} "
        parts.append(f"{lead}{shown} {field.unit[side]}")
    return parts


def payers_words(payers: Mapping[str, float], lang: Lang) -> str:
    """Who pays which share: "Kommune", or "Kommune 70 %, Haushalte 30 %"."""
    side = 0 if lang == "de" else 1
    known = [(name, payers[name]) for name in PAYERS if payers.get(name)]
    if len(known) == 1:
        return PAYER_NAMES[known[0][0]][side]
    return ", ".join(
        f"{PAYER_NAMES[name][side]} {decimal(share * 100, lang)} %" for name, share in known
    )


def source_words(kind: MeasureKind, lang: Lang) -> str:
    """Where the usual cost comes from and how well it is known."""
    status = status_words(kind.status, lang)
    if lang == "de":
        return f"Üblicher Betrag: {status}. Quelle: {kind.source.rstrip('.')}."
    return f"Usual figure: {status}. Source: {kind.source.rstrip('.')}."


def defaults_words(kind: MeasureKind, lang: Lang) -> str:
    """Where the values that a new card begins with come from."""
    nothing = "keine Quelle gefunden" if lang == "de" else "no source found"
    listed = [
        f"{one.label_de if lang == 'de' else one.label_en}: {status_words(one.status, lang)}, "
        f"{nothing if one.source.strip().lower() == NO_SOURCE else one.source}"
        for one in kind.defaults.values()
    ]
    start = (
        "Die Größe zu Beginn ist ein Vorschlag von uns."
        if lang == "de"
        else "The size to begin with is a suggestion of ours."
    )
    return " ".join([start, *(f"{text.rstrip('.')}." for text in dict.fromkeys(listed))])


def budget_sentence(budget: Budget, lang: Lang) -> str:
    """The whole of a budget in a sentence."""
    if budget.whole <= 0:
        return (
            "Dieser Plan kostet nach seinen Angaben nichts."
            if lang == "de"
            else "According to its entries this plan costs nothing."
        )
    first, last = budget.years[0], budget.years[-1]
    whole = decimal(budget.whole, lang)
    parts = []
    side = 0 if lang == "de" else 1
    for payer in budget.payers:
        parts.append(f"{PAYER_NAMES[payer][side]} {decimal(sum(budget.of(payer)), lang)}")
    if lang == "de":
        return f"Zusammen {whole} Euro von {first} bis {last}: {enumerated(parts, lang)}."
    return f"Altogether {whole} euros from {first} to {last}: {enumerated(parts, lang)}."


BUDGET_NOTE = {
    "de": "In Preisen von heute, so wie auf den Karten eingetragen; die Kosten der Pflege selbst "
    "stehen im Vergleich.",
    "en": "In today's prices, as entered on the cards; the costs of care itself are on the page "
    "of the comparison.",
}
