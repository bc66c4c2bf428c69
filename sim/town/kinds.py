"""The twelve kinds of measures and the levers each of them has."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.town.fields import Count, Key, Latitude, Longitude, Says, Share, Size, TomlModel, WeekHours
from sim.town.problems import Both

CareService = Annotated[
    str,
    Field(pattern=r"^(?:ambulatory|day_care|nursing_home)\z"),
    Says(
        Both(
            "ambulatory (ambulanter Dienst), day_care (Tagespflege) oder nursing_home (Pflegeheim)",
            "ambulatory, day_care or nursing_home",
        ),
        Both("eines dieser Wörter eintragen", "enter one of these words"),
    ),
]
TrueFalse = Annotated[
    bool,
    Says(
        Both(
            "true (ja) oder false (nein), ohne Anführungszeichen", "true or false, without quotes"
        ),
        Both("eines der beiden Wörter eintragen", "enter one of the two words"),
    ),
]


class NoLevers(TomlModel):
    """A kind that is described by its size alone."""


class MeetingPointLevers(TomlModel):
    """A new meeting point; without coordinates it stands in the middle of its district."""

    seats: Count | None = None
    opening_hours_per_week: WeekHours | None = None
    all_ages: TrueFalse | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    neighbourly_help: TrueFalse | None = None
    staff_hours_per_week: Size | None = None


class OpeningLevers(TomlModel):
    """An existing point, by its key, that opens to all ages."""

    point: Key
    extra_hours_per_week: WeekHours | None = None


class CareServiceLevers(TomlModel):
    """What kind of care is added."""

    service: CareService


class ManagerLevers(TomlModel):
    """How a neighbourhood manager divides the hours; what is not named is 0."""

    share_outreach: Share | None = None
    share_volunteers: Share | None = None
    share_coordination: Share | None = None


LEVERS: dict[str, type[TomlModel]] = {
    "meeting_point": MeetingPointLevers,
    "opening_to_all_ages": OpeningLevers,
    "care_service": CareServiceLevers,
    "neighbourhood_manager": ManagerLevers,
    "outreach": NoLevers,
    "volunteer_training": NoLevers,
    "neighbourly_help": NoLevers,
    "counselling": NoLevers,
    "preventive_visits": NoLevers,
    "barrier_free_housing": NoLevers,
    "transport": NoLevers,
    "digital_help": NoLevers,
}
"""Levers by kind. A new kind needs a row in `germany/measures.csv` and a line here."""
