"""A draft of a plan: its name and its cards, one a measure, as a planner fills them in."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sim.dashboard.drafting.kinds import WHOLE_TOWN, MeasureKind
from sim.founding.writing import toml_table
from sim.intake.names import KEY_CHARACTERS, key_of
from sim.town import Town
from sim.town.plan import REFERENCE, Lever, Measure, Plan

MOST_CARDS = 40
"""Cards of one plan; more could not be looked through by anybody."""


@dataclass(frozen=True)
class Card:
    """One measure as it is filled in.

    Attributes:
        kind: one of the kinds of `germany/measures.csv`.
        districts: keys, or ("*",) for all.
        start: first month, such as "2027-01".
        end: last month at full size; None if it stays.
        ramp_up_months: months in which it grows to its full size.
        remains: share that stays after `end`, 0 to 1.
        size: in the unit of its kind.
        own_cost: euros a year; None for the usual cost of that size.
        payers, payers_after: share by payer.
        levers: details by kind.
        label_de, label_en: "" for the kind's own label.
    """

    kind: str
    districts: tuple[str, ...]
    start: str
    end: str | None = None
    ramp_up_months: int = 0
    remains: float = 0.0
    size: float = 1.0
    own_cost: float | None = None
    payers: Mapping[str, float] = field(default_factory=lambda: {"municipality": 1.0})
    payers_after: Mapping[str, float] = field(default_factory=dict)
    levers: Mapping[str, Lever] = field(default_factory=dict)
    label_de: str = ""
    label_en: str = ""

    def cost(self, kind: MeasureKind, districts: int) -> float:
        """Euros a year at full size: what was entered, else what is usual.

        Args:
            kind: the card's kind.
            districts: number of districts of the town, for a card that covers all.
        """
        if self.own_cost is not None:
            return self.own_cost
        places = districts if WHOLE_TOWN in self.districts else len(self.districts)
        return usual_cost(kind, self.size, places, self.levers)


@dataclass(frozen=True)
class Draft:
    """A plan that is being made.

    Attributes:
        name: key, and the name of the file it is saved under.
        label_de, label_en, description_de, description_en: what people read.
        cards: its measures.
    """

    name: str
    label_de: str
    label_en: str
    description_de: str = ""
    description_en: str = ""
    cards: tuple[Card, ...] = ()

    def with_card(self, card: Card) -> Draft:
        """The draft with one card more; a full draft stays as it is."""
        if len(self.cards) >= MOST_CARDS:
            return self
        return replace(self, cards=(*self.cards, card))

    def without_card(self, number: int) -> Draft:
        """The draft without a card, 0 for the first."""
        return replace(self, cards=(*self.cards[:number], *self.cards[number + 1 :]))

    def with_changed(self, number: int, card: Card) -> Draft:
        """The draft with another card in place of one."""
        return replace(self, cards=(*self.cards[:number], card, *self.cards[number + 1 :]))


def usual_cost(
    kind: MeasureKind, size: float, districts: int, levers: Mapping[str, Lever]
) -> float:
    """Euros a year that a measure of that size usually costs; 0 where no figure is known.

    A new meeting point stands in each of its districts and is paid for in each; more than one
    whole point a district is not built, so it is not paid for either. Sums above ten thousand
    euros are whole hundreds: finer figures would pretend to know more.
    """
    per_unit = kind.cost_per_unit(levers)
    if kind.one_or_none:
        size = min(1.0, size)
    if kind.key == "meeting_point":
        size *= districts
    euros = per_unit * size
    return float(round(euros, -2)) if euros >= 10_000.0 else float(round(euros))


def month_text(number: int, start: tuple[int, int]) -> str:
    """A month such as "2027-01" from its number, 1 for the month after the town's start."""
    months = start[0] * 12 + start[1] - 1 + number
    return f"{months // 12}-{months % 12 + 1:02d}"


def first_start(town: Town) -> str:
    """Where a new card begins: the January after the first full year, or the last month."""
    year, month = town.start
    first_january = 13 - month
    number = min(first_january + 12, town.months)
    return month_text(max(1, number), (year, month))


def new_card(kind: MeasureKind, town: Town, district: str | None = None) -> Card:
    """A card to begin with: usual size and cost, the municipality pays.

    Args:
        kind: what is added.
        town: where.
        district: key of its district; the one with most residents if not given.
    """
    largest = max(town.districts, key=lambda one: one.residents).key
    place = district or largest
    levers: dict[str, Lever] = dict(kind.starting_levers())
    if "point" in kind.lever_names:
        point = next((one for one in town.meeting_points if not one.all_ages), None)
        point = point or next(iter(town.meeting_points), None)
        if point is not None:
            levers["point"] = point.key
            place = town.districts[point.district].key
    return Card(
        kind=kind.key,
        districts=(place,),
        start=first_start(town),
        size=kind.starting_size,
        levers=levers,
    )


def draft_of(plan: Plan, town: Town) -> Draft:
    """A plan as cards; a roll-out is a card of its own. The costs are those of the plan."""
    return Draft(
        name=plan.name,
        label_de=plan.label_de,
        label_en=plan.label_en,
        description_de=plan.description_de,
        description_en=plan.description_en,
        cards=tuple(_card_of(measure, town) for measure in plan.measures),
    )


def _card_of(measure: Measure, town: Town) -> Card:
    everywhere = len(measure.districts) == len(town.districts)
    keys = tuple(town.districts[index].key for index in measure.districts)
    return Card(
        kind=measure.kind,
        districts=(WHOLE_TOWN,) if everywhere else keys,
        start=month_text(measure.start, town.start),
        end=None if measure.end is None else month_text(measure.end, town.start),
        ramp_up_months=measure.ramp_up_months,
        remains=measure.remains,
        size=measure.size,
        own_cost=measure.cost_per_year,
        payers=dict(measure.payers),
        payers_after=dict(measure.payers_after),
        levers=dict(measure.levers),
        label_de=measure.label_de,
        label_en=measure.label_en,
    )


def toml_of(draft: Draft, kinds: Mapping[str, MeasureKind], districts: int) -> str:
    """The draft as the text of a plan's file, read back by `drafting.reading`.

    Args:
        draft: what to write.
        kinds: of the town, for the usual costs.
        districts: number of districts of the town.
    """
    head = toml_table(
        "plan",
        {
            "name": draft.name,
            "label_de": draft.label_de,
            "label_en": draft.label_en,
            "description_de": draft.description_de,
            "description_en": draft.description_en,
        },
    )
    tables = [
        toml_table("measures", _entries(card, kinds.get(card.kind), districts), many=True)
        for card in draft.cards
    ]
    return "\n".join([head, *tables])


def _entries(card: Card, kind: MeasureKind | None, districts: int) -> dict[str, object]:
    """What a card says, in the order in which people write it."""
    cost = card.own_cost or 0.0 if kind is None else card.cost(kind, districts)
    return {
        "kind": card.kind,
        "label_de": card.label_de,
        "label_en": card.label_en,
        "districts": list(card.districts),
        "start": card.start,
        "end": card.end,
        "ramp_up_months": card.ramp_up_months or None,
        "remains": _plain(card.remains) or None,
        "size": _plain(card.size),
        "cost_per_year": _plain(cost),
        "payers": {payer: _plain(share) for payer, share in card.payers.items() if share},
        "payers_after": {
            payer: _plain(share) for payer, share in card.payers_after.items() if share
        },
        "levers": {
            name: _plain(value) if isinstance(value, float) else value
            for name, value in card.levers.items()
        },
    }


def _plain(number: float) -> float | int:
    """A whole number without a decimal point; one that is no number stays to be refused."""
    if math.isfinite(number) and float(number).is_integer() and abs(number) < 2**53:
        return int(number)
    return number


def card_of_line(text: str, line: int | None) -> int | None:
    """Number of the card that stands in a line of a plan's text, 0 for the first."""
    if line is None:
        return None
    heads = [
        number
        for number, content in enumerate(text.split("\n"), start=1)
        if content == "[[measures]]"
    ]
    before = [number for number, head in enumerate(heads) if head <= line]
    return before[-1] if before else None


def free_name(label: str, taken: Iterable[str]) -> str:
    """A key for a plan of that label that no other has, and never that of the reference."""
    known = {*taken, REFERENCE}
    wanted = key_of(label)
    if wanted not in known:
        return wanted
    stem = re.sub(r"_\d+\Z", "", wanted)[: KEY_CHARACTERS - 5]
    return next(name for number in range(2, 10_000) if (name := f"{stem}_{number}") not in known)


def duplicate(draft: Draft, taken: Iterable[str]) -> Draft:
    """A copy under a name of its own, to be changed."""
    label_de, label_en = f"{draft.label_de} (Kopie)", f"{draft.label_en} (copy)"
    return replace(draft, name=free_name(label_de, taken), label_de=label_de, label_en=label_en)


def empty_draft(taken: Iterable[str]) -> Draft:
    """A new plan without a measure."""
    known = {*taken}
    number = next(n for n in range(1, 10_000) if f"plan_{n}" not in known)
    return Draft(f"plan_{number}", f"Plan {number}", f"Plan {number}")
