"""A card as a form: its fields, and what becomes of the card when somebody changes one.

What comes from the browser is checked here: a value that cannot be is refused in a sentence and the
card stays as it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sim.dashboard.drafting.card import Card, month_text, usual_cost
from sim.dashboard.drafting.kinds import LEVER_FIELDS, WHOLE_TOWN, LeverField, MeasureKind
from sim.dashboard.drafting.noticed import FIELD_WORDS
from sim.report.gather import MONTHS_DE, MONTHS_EN, PAYER_NAMES
from sim.report.numbers import Lang, decimal
from sim.town import Town
from sim.town.plan import PAYERS, month_number
from sim.town.problems import Both

Control = Literal["number", "list", "ticks", "tick"]
Group = Literal["main", "money", "more"]

REST = "municipality"
"""Pays what the others do not, so that every euro has one payer."""

_LANGS: tuple[Lang, Lang] = ("de", "en")
MOST_COST = 1e8
MOST_RAMP_UP = 60
HUNDRED = 100.0


@dataclass(frozen=True)
class Option:
    """A choice of a list or a box to tick; `group` stands above options that belong together."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Field:
    """One field of a card.

    Attributes:
        name: what `changed` is told.
        label, unit, hint: in the language asked for.
        control: kind of control.
        group: part of the card it stands in.
        value: number, chosen value, ticked values, or whether it is ticked.
        low, high, step: of a number.
        options: of a list or of boxes.
    """

    name: str
    label: str
    control: Control
    group: Group
    value: Any
    unit: str = ""
    hint: str = ""
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    options: tuple[Option, ...] = ()


class Refused(Exception):
    """A value that a card cannot take; says so in both languages."""

    def __init__(self, said: Both) -> None:
        self.said = said
        super().__init__(said.en)


def fields_of(card: Card, kind: MeasureKind, town: Town, lang: Lang) -> tuple[Field, ...]:
    """The fields of a card, in the order in which they are filled in."""
    side = 0 if lang == "de" else 1
    fields = []
    if "point" not in kind.lever_names:  # an existing point stands where it stands
        fields.append(
            Field(
                "districts",
                FIELD_WORDS["districts"][side],
                "ticks",
                "main",
                list(card.districts),
                options=_districts(town, lang),
            )
        )
    fields += [
        Field("start", FIELD_WORDS["start"][side], "list", "main", card.start,
              options=_months(town, card.start, lang)),
        Field("end", FIELD_WORDS["end"][side], "list", "main", card.end or "",
              options=(Option("", ("bleibt auf Dauer", "stays for good")[side]),
                       *_months(town, card.end, lang))),
    ]  # fmt: skip
    if not kind.one_or_none:
        unit = kind.unit_of(card.levers)[side]
        fields.append(
            Field("size", FIELD_WORDS["size"][side], "number", "main", card.size, unit=unit,
                  low=0, high=max(kind.most, card.size), step=1 if kind.most > 50 else 0.5)
        )  # fmt: skip
    fields += [_lever(one, card, town, lang) for one in kind.levers]
    fields += _money(card, kind, town, lang)
    fields.append(
        Field("ramp_up_months", FIELD_WORDS["ramp_up_months"][side], "number", "more",
              card.ramp_up_months, high=max(MOST_RAMP_UP, card.ramp_up_months),
              unit=("Monate bis zur vollen Größe", "months to full size")[side])
    )  # fmt: skip
    if card.end is not None:
        fields += _afterwards(card, lang)
    return tuple(fields)


def _districts(town: Town, lang: Lang) -> tuple[Option, ...]:
    everywhere = "überall" if lang == "de" else "everywhere"
    return (
        Option(WHOLE_TOWN, everywhere),
        *(Option(one.key, one.label) for one in town.districts),
    )


def _months(town: Town, chosen: str | None, lang: Lang) -> tuple[Option, ...]:
    """Every simulated month, by year; a chosen one beyond them (an end may be) as well."""
    known = [month_text(number, town.start) for number in range(1, town.months + 1)]
    if chosen is not None and chosen not in known:
        known.append(chosen)
    return tuple(Option(month, month_words(month, lang), month[:4]) for month in known)


def month_words(month: str, lang: Lang) -> str:
    """A month such as "2027-01" as "Januar 2027"."""
    year, _, number = month.partition("-")
    names = MONTHS_DE if lang == "de" else MONTHS_EN
    return f"{names[int(number) - 1]} {year}"


def _lever(field: LeverField, card: Card, town: Town, lang: Lang) -> Field:
    side = 0 if lang == "de" else 1
    value = card.levers.get(field.name)
    group: Group = "more" if field.expert else "main"
    label = field.label[side]
    if field.control == "yes_no":
        return Field(field.name, label, "tick", group, bool(value))
    if field.control == "choice":
        options = tuple(Option(key, words[side]) for key, words in field.choices)
        return Field(field.name, label, "list", group, str(value or ""), options=options)
    if field.control == "point":
        options = tuple(
            Option(point.key, f"{point.label} ({town.districts[point.district].label})")
            for point in town.meeting_points
        )
        return Field(field.name, label, "list", group, str(value or ""), options=options)
    number = None if value is None else float(value) * field.factor
    return Field(field.name, label, "number", group, number, unit=field.unit[side], low=field.low,
                 high=max(field.high, number or 0.0), step=field.step)  # fmt: skip


def _money(card: Card, kind: MeasureKind, town: Town, lang: Lang) -> list[Field]:
    side = 0 if lang == "de" else 1
    places = len(town.districts)
    euros = ("Euro im Jahr", "euros a year")[side]
    fields = [
        Field("cost", FIELD_WORDS["cost_per_year"][side], "number", "money",
              card.cost(kind, places), unit=euros, hint=usual_words(card, kind, town, lang),
              high=MOST_COST, step=100)
    ]  # fmt: skip
    for payer in PAYERS:
        if payer == REST:
            continue
        share = card.payers.get(payer, 0.0) * HUNDRED
        fields.append(
            Field(f"payer_{payer}", PAYER_NAMES[payer][side], "number", "money", share, unit="%",
                  high=HUNDRED, step=5)
        )  # fmt: skip
    return fields


def usual_words(card: Card, kind: MeasureKind, town: Town, lang: Lang) -> str:
    """What such a measure usually costs, and where that comes from."""
    places = len(town.districts) if WHOLE_TOWN in card.districts else len(card.districts)
    usual = usual_cost(kind, card.size, places, card.levers)
    if usual <= 0.0:
        return (
            "Dafür gibt es hier keinen üblichen Betrag: bitte den eigenen eintragen."
            if lang == "de"
            else "There is no usual figure for this: please enter your own."
        )
    amount = decimal(usual, lang)
    if lang == "de":
        return f"Üblich in dieser Größe: etwa {amount} Euro im Jahr."
    return f"Usual for this size: about {amount} euros a year."


def _afterwards(card: Card, lang: Lang) -> list[Field]:
    side = 0 if lang == "de" else 1
    same = ("dieselben wie vorher", "the same as before")[side]
    several = ("mehrere, wie im Plan", "several, as in the plan")[side]
    payers = [payer for payer, share in card.payers_after.items() if share]
    value = payers[0] if len(payers) == 1 else ("several" if payers else "")
    options = [Option("", same), *(Option(payer, PAYER_NAMES[payer][side]) for payer in PAYERS)]
    if value == "several":
        options.append(Option("several", several))
    fields = [
        Field("remains", FIELD_WORDS["remains"][side], "number", "more", card.remains * HUNDRED,
              unit="%", high=HUNDRED, step=5)
    ]  # fmt: skip
    if card.remains > 0.0:
        fields.append(
            Field("payers_after", FIELD_WORDS["payers_after"][side], "list", "more", value,
                  options=tuple(options))
        )  # fmt: skip
    return fields


def changed(card: Card, name: str, value: Any, kind: MeasureKind, town: Town) -> Card:
    """The card with one field changed.

    Args:
        card: as it was.
        name: a field of it, see `fields_of`.
        value: what the browser sent.
        kind: the card's kind.
        town: where.

    Raises:
        Refused: the value cannot be; the card stays as it was.
    """
    fields = {field.name: field for field in fields_of(card, kind, town, "de")}
    field = fields.get(name)
    if field is None:
        raise Refused(Both("Dieses Feld gibt es nicht.", "There is no such field."))
    match field.control:
        case "number":
            return _with_number(card, field, value, kind)
        case "tick":
            return replace(card, levers={**card.levers, name: bool(value)})
        case "ticks":
            return replace(card, districts=_ticked(value, card, town))
    known = [option.value for option in field.options]
    if value not in known:
        raise Refused(Both("Bitte einen der Einträge wählen.", "Please choose one of the entries."))
    return _with_choice(card, name, str(value), town)


def _with_choice(card: Card, name: str, value: str, town: Town) -> Card:
    start = town.start
    match name:
        case "start":
            # A term keeps its length when it moves.
            if card.end is None:
                return replace(card, start=value)
            length = month_number(card.end, start) - month_number(card.start, start)
            end = month_text(month_number(value, start) + max(0, length), start)
            return replace(card, start=value, end=end)
        case "end":
            if not value:
                return replace(card, end=None, remains=0.0, payers_after={})
            if month_number(value, start) < month_number(card.start, start):
                raise Refused(
                    Both(
                        f"Das Ende liegt vor dem Beginn ({month_words(card.start, 'de')}).",
                        f"The end lies before the start ({month_words(card.start, 'en')}).",
                    )
                )
            return replace(card, end=value)
        case "payers_after":
            if value == "several":
                return card
            return replace(card, payers_after={value: 1.0} if value else {})
        case "point":
            point = next(one for one in town.meeting_points if one.key == value)
            place = town.districts[point.district].key
            return replace(card, levers={**card.levers, "point": value}, districts=(place,))
    # Another kind of care has another price, so a sum entered by hand no longer fits.
    return replace(card, levers={**card.levers, name: value}, own_cost=None)


def _with_number(card: Card, field: Field, value: Any, kind: MeasureKind) -> Card:
    optional = field.name in LEVER_FIELDS
    if optional and value in (None, ""):
        levers = {name: one for name, one in card.levers.items() if name != field.name}
        return replace(card, levers=levers)
    number = _number(value, field)
    match field.name:
        case "size":
            return replace(card, size=number)
        case "cost":
            return replace(card, own_cost=number)
        case "ramp_up_months":
            return replace(card, ramp_up_months=round(number))
        case "remains":
            left = number / HUNDRED
            return replace(card, remains=left, payers_after=card.payers_after if left else {})
        case name if name.startswith("payer_"):
            return replace(card, payers=shared(card.payers, name.removeprefix("payer_"), number))
    if field.name.startswith("share_"):
        names = [name for name in kind.lever_names if name.startswith("share_")]
        return replace(
            card, levers={**card.levers, **_whole(card.levers, names, field.name, number)}
        )
    lever = LEVER_FIELDS[field.name]
    stored: float = number / lever.factor
    return replace(
        card, levers={**card.levers, field.name: round(stored) if field.name == "seats" else stored}
    )


def _whole(
    levers: Mapping[str, Any], names: Sequence[str], changed_name: str, per_cent: float
) -> dict[str, float]:
    """Shares of a manager's time after one was changed: the others keep their proportion.

    Args:
        levers: as they were.
        names: all shares.
        changed_name: the one that was changed.
        per_cent: its new value, 0 to 100.
    """
    others = [name for name in names if name != changed_name]
    before = [float(levers.get(name, 0.0)) for name in others]
    left = HUNDRED - per_cent
    whole = math.fsum(before)
    parts = [left * one / whole if whole > 0 else left / len(others) for one in before]
    # Whole per cent are easier to say; the last takes what rounding leaves.
    parts = [float(round(one)) for one in parts[:-1]]
    parts.append(left - math.fsum(parts))
    found = dict(zip(others, parts, strict=True)) | {changed_name: per_cent}
    return {name: round(found[name] / HUNDRED, 9) for name in names}


def _number(value: Any, field: Field) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused(Both("Bitte eine Zahl eintragen.", "Please enter a number."))
    if not field.low <= value <= field.high:
        low, high = (
            Both(*(decimal(bound, lang, 0 if bound == int(bound) else 1) for lang in _LANGS))
            for bound in (field.low, field.high)
        )
        raise Refused(
            Both(
                f"Bitte eine Zahl von {low.de} bis {high.de} eintragen.",
                f"Please enter a number from {low.en} to {high.en}.",
            )
        )
    return float(value)


def shared(payers: Mapping[str, float], payer: str, per_cent: float) -> dict[str, float]:
    """Shares of the payers after one of them was changed; the municipality pays the rest.

    Args:
        payers: share by payer.
        payer: whose share is changed, not the municipality's.
        per_cent: its new share.

    Raises:
        Refused: together the others would pay more than everything.
    """
    others = {name: payers.get(name, 0.0) * HUNDRED for name in PAYERS if name not in (REST, payer)}
    others[payer] = per_cent
    rest = HUNDRED - math.fsum(others.values())
    if rest < -1e-9:
        raise Refused(
            Both(
                "Zusammen wären das mehr als 100 %, und kein Euro wird zweimal bezahlt. Bitte "
                "zuerst einen anderen Anteil senken.",
                "Together that would be more than 100 %, and no euro is paid twice. Please lower "
                "another share first.",
            )
        )
    found = {REST: max(0.0, rest), **others}
    return {name: round(found[name] / HUNDRED, 9) for name in PAYERS if found.get(name, 0.0) > 1e-9}


def _ticked(value: Any, card: Card, town: Town) -> tuple[str, ...]:
    """Districts after a tick; "everywhere" and single ones exclude each other."""
    sent = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    everywhere_before = WHOLE_TOWN in card.districts
    keys = tuple(one.key for one in town.districts if one.key in sent)
    if WHOLE_TOWN in sent and not (everywhere_before and keys):
        return (WHOLE_TOWN,)
    if not keys:
        raise Refused(
            Both("Bitte mindestens ein Quartier wählen.", "Please choose at least one district.")
        )
    return (WHOLE_TOWN,) if len(keys) == len(town.districts) > 1 else keys
