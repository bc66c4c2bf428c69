"""A draft as plain values and back, for the browser's tab that keeps it over a reload.

What comes back is as hostile as anything from a browser: whatever no card of the page could hold is
no draft. A draft with a mistake, such as an end before its start, is one: it is to be mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.dashboard.drafting.card import MOST_CARDS, Card, Draft
from sim.dashboard.drafting.kinds import WHOLE_TOWN, MeasureKind
from sim.town import Town
from sim.town.plan import PAYERS, Lever

MOST_NUMBER = 1e9
MOST_MONTHS = 1200

Name = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
Line = Annotated[str, Field(max_length=200)]
Prose = Annotated[str, Field(max_length=5000)]
Key = Annotated[str, Field(max_length=60)]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Number = Annotated[float, Field(ge=-MOST_NUMBER, le=MOST_NUMBER, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Card(_Kept):
    kind: Key
    districts: Annotated[list[Key], Field(max_length=500)]
    start: Month
    end: Month | None
    ramp_up_months: Annotated[int, Field(ge=0, le=MOST_MONTHS)]
    remains: Share
    size: Number
    own_cost: Number | None
    payers: dict[Key, Share]
    payers_after: dict[Key, Share]
    levers: dict[Key, bool | Number | Line]
    label_de: Line
    label_en: Line


class _Draft(_Kept):
    name: Name
    label_de: Line
    label_en: Line
    description_de: Prose
    description_en: Prose
    cards: Annotated[list[_Card], Field(max_length=MOST_CARDS)]


def values_of(draft: Draft) -> dict[str, Any]:
    """A draft as values that JSON can hold."""
    return {
        "name": draft.name,
        "label_de": draft.label_de,
        "label_en": draft.label_en,
        "description_de": draft.description_de,
        "description_en": draft.description_en,
        "cards": [_values_of_card(card) for card in draft.cards],
    }


def _values_of_card(card: Card) -> dict[str, Any]:
    return {
        "kind": card.kind,
        "districts": list(card.districts),
        "start": card.start,
        "end": card.end,
        "ramp_up_months": card.ramp_up_months,
        "remains": card.remains,
        "size": card.size,
        "own_cost": card.own_cost,
        "payers": dict(card.payers),
        "payers_after": dict(card.payers_after),
        "levers": dict(card.levers),
        "label_de": card.label_de,
        "label_en": card.label_en,
    }


def draft_from(values: object, town: Town, kinds: Mapping[str, MeasureKind]) -> Draft | None:
    """The draft that was kept; None if it is none that the page could have made.

    Args:
        values: what the browser had kept.
        town: the town it is for.
        kinds: kinds of measures of the town.
    """
    try:
        kept = _Draft.model_validate(values)
    except (ValidationError, RecursionError):
        return None
    cards = [_card_from(one, town, kinds) for one in kept.cards]
    sound = tuple(card for card in cards if card is not None)
    if len(sound) < len(cards):
        return None
    return Draft(
        kept.name, kept.label_de, kept.label_en, kept.description_de, kept.description_en, sound
    )


def _card_from(kept: _Card, town: Town, kinds: Mapping[str, MeasureKind]) -> Card | None:
    kind = kinds.get(kept.kind)
    places = {WHOLE_TOWN, *(one.key for one in town.districts)}
    if (
        kind is None
        or not set(kept.districts) <= places
        or not {*kept.payers, *kept.payers_after} <= set(PAYERS)
        or not set(kept.levers) <= set(kind.lever_names)
    ):
        return None
    levers: dict[str, Lever] = dict(kept.levers)
    return Card(
        kind=kept.kind,
        districts=tuple(dict.fromkeys(kept.districts)),
        start=kept.start,
        end=kept.end,
        ramp_up_months=kept.ramp_up_months,
        remains=kept.remains,
        size=kept.size,
        own_cost=kept.own_cost,
        payers=kept.payers,
        payers_after=kept.payers_after,
        levers=levers,
        label_de=kept.label_de,
        label_en=kept.label_en,
    )
