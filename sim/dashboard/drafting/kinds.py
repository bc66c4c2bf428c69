"""The twelve kinds of measures as a card shows them: words, unit, usual cost, source, levers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sim.founding.plans import DAY_CARE_PLACE
from sim.town import Town
from sim.town.advice import WHOLE_POINTS
from sim.town.kinds import LEVERS
from sim.town.ledger import Assumption
from sim.town.plan import Lever
from sim.town.problems import Both

WHOLE_TOWN = "*"

STARTING_SIZES: dict[str, float] = {
    "meeting_point": 1.0,
    "opening_to_all_ages": 1.0,
    "care_service": 40.0,
    "neighbourhood_manager": 20.0,
    "outreach": 10.0,
    "volunteer_training": 20.0,
    "neighbourly_help": 10.0,
    "counselling": 10.0,
    "preventive_visits": 200.0,
    "barrier_free_housing": 5.0,
    "transport": 2000.0,
    "digital_help": 40.0,
}
"""Where the size of a new card stands, to be changed; chosen by us, as half a manager's post."""

MOST_SIZES: dict[str, float] = {
    "meeting_point": 1.0,
    "opening_to_all_ages": 1.0,
    "care_service": 2000.0,
    "neighbourhood_manager": 400.0,
    "outreach": 400.0,
    "volunteer_training": 1000.0,
    "neighbourly_help": 400.0,
    "counselling": 400.0,
    "preventive_visits": 20_000.0,
    "barrier_free_housing": 1000.0,
    "transport": 200_000.0,
    "digital_help": 5000.0,
}
"""Where the field of the size ends; a file may hold more."""

NO_UNIT = Both("", "")
Control = Literal["number", "yes_no", "choice", "point"]


@dataclass(frozen=True)
class LeverField:
    """How one lever is entered.

    Attributes:
        name: as in the plan's file.
        label: what people read.
        unit: after the number.
        control: kind of control.
        low, high, step: of a number, in shown units.
        factor: shown value for a stored 1; 100 for shares.
        choices: stored value and words of a choice.
        expert: stands among the details that are folded away.
    """

    name: str
    label: Both
    unit: Both = NO_UNIT
    control: Control = "number"
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    factor: float = 1.0
    choices: tuple[tuple[str, Both], ...] = ()
    expert: bool = False


SERVICES: tuple[tuple[str, Both], ...] = (
    ("ambulatory", Both("Ambulanter Pflegedienst", "Ambulatory care service")),
    ("day_care", Both("Tagespflege", "Day care")),
    ("nursing_home", Both("Pflegeheim", "Nursing home")),
)

_PER_CENT = Both("%", "%")
_HOURS = Both("Stunden je Woche", "hours a week")

LEVER_FIELDS: dict[str, LeverField] = {
    field.name: field
    for field in (
        LeverField("seats", Both("Sitzplätze", "Seating"), Both("Plätze", "seats"), high=500),
        LeverField(
            "opening_hours_per_week", Both("Geöffnet", "Open"), _HOURS, high=168
        ),
        LeverField("staff_hours_per_week", Both("Personal", "Staff"), _HOURS, high=400),
        LeverField("all_ages", Both("Offen für alle Generationen", "Open to all ages"),
                   control="yes_no"),
        LeverField("neighbourly_help",
                   Both("Vermittelt Nachbarschaftshilfe", "Organises neighbourly help"),
                   control="yes_no"),
        LeverField("point", Both("Welcher Treffpunkt", "Which meeting point"), control="point"),
        LeverField("extra_hours_per_week", Both("Länger geöffnet", "Open longer"), _HOURS,
                   high=168),
        LeverField("service", Both("Welche Pflege", "Which care"), control="choice",
                   choices=SERVICES),
        LeverField("share_outreach", Both("Zeit fürs Ansprechen", "Time for outreach"),
                   _PER_CENT, high=100, factor=100),
        LeverField("share_volunteers", Both("Zeit für Freiwillige", "Time for volunteers"),
                   _PER_CENT, high=100, factor=100),
        LeverField("share_coordination", Both("Zeit fürs Verbinden", "Time for coordination"),
                   _PER_CENT, high=100, factor=100),
        LeverField("latitude", Both("Geografische Breite", "Latitude"), Both("Grad", "degrees"),
                   low=47, high=55.5, step=0.0001, expert=True),
        LeverField("longitude", Both("Geografische Länge", "Longitude"), Both("Grad", "degrees"),
                   low=5.5, high=15.5, step=0.0001, expert=True),
    )
}  # fmt: skip


@dataclass(frozen=True)
class MeasureKind:
    """A kind of measure.

    Attributes:
        key: as in the plan's file.
        label, unit, does, does_not: words of `germany/measures.csv`.
        usual: euros a unit and year.
        source, status: of the usual cost.
        defaults: assumptions that stand for levers nobody named, by lever.
    """

    key: str
    label: Both
    unit: Both
    does: Both
    does_not: Both
    usual: float
    source: str
    status: str
    defaults: Mapping[str, Assumption]

    @property
    def one_or_none(self) -> bool:
        """Whether there is one of it or none, so that its size is no question."""
        return self.key in WHOLE_POINTS

    @property
    def starting_size(self) -> float:
        """Size of a new card."""
        return STARTING_SIZES.get(self.key, 1.0)

    @property
    def most(self) -> float:
        """Largest size the field takes."""
        return MOST_SIZES.get(self.key, 1000.0)

    @property
    def lever_names(self) -> tuple[str, ...]:
        """Names of its levers in the order of the table of levers."""
        own = LEVERS[self.key].model_fields if self.key in LEVERS else {}
        return tuple(name for name in LEVER_FIELDS if name in own)

    @property
    def levers(self) -> tuple[LeverField, ...]:
        """Its levers."""
        return tuple(LEVER_FIELDS[name] for name in self.lever_names)

    def unit_of(self, levers: Mapping[str, Lever]) -> Both:
        """Unit of its size; a care service is counted in hours or in places."""
        match levers.get("service"):
            case "ambulatory":
                return _HOURS
            case "day_care" | "nursing_home":
                return Both("Plätze", "places")
        return self.unit

    def cost_per_unit(self, levers: Mapping[str, Lever]) -> float:
        """Usual euros a unit and year; 0 where no usual figure is known.

        The table's figure for care is that of an hour; it says in words what a place in day care
        costs, and that a nursing home place has no usual figure.
        """
        match levers.get("service"):
            case "day_care":
                return float(DAY_CARE_PLACE)
            case "nursing_home":
                return 0.0
        return self.usual

    def starting_levers(self) -> dict[str, Lever]:
        """Levers of a new card: those of the ledger, else what the model takes for none."""
        found: dict[str, Lever] = {}
        for field in self.levers:
            if field.name in self.defaults:
                found[field.name] = float(self.defaults[field.name].value)
            elif field.name == "service":
                found[field.name] = "ambulatory"
            elif field.name == "all_ages":
                found[field.name] = True
        if "seats" in found:
            found["seats"] = round(float(found["seats"]))
        return found


_FROM_THE_LEDGER = {
    "seats": "meeting_point_seats",
    "opening_hours_per_week": "meeting_point_opening_hours",
    "share_outreach": "manager_share_outreach",
    "share_volunteers": "manager_share_volunteers",
    "share_coordination": "manager_share_coordination",
}
"""Assumption that stands for a lever that a plan does not name."""


def measure_kinds(town: Town) -> dict[str, MeasureKind]:
    """The kinds of the town's table of measures, by key, in its order."""
    rows = town.tables["measures"].to_dict("records")
    kinds = {}
    for row in rows:
        key = str(row["kind"])
        own = LEVERS[key].model_fields if key in LEVERS else {}
        kinds[key] = MeasureKind(
            key=key,
            label=_both(row, "label"),
            unit=_both(row, "unit"),
            does=_both(row, "does"),
            does_not=_both(row, "does_not"),
            usual=float(row["default_cost_per_unit_and_year"]),
            source=str(row["source"]),
            status=str(row["status"]),
            defaults={
                lever: town.ledger[name]
                for lever, name in _FROM_THE_LEDGER.items()
                if lever in own and name in town.ledger
            },
        )
    return kinds


def _both(row: Mapping[object, object], name: str) -> Both:
    return Both(str(row[f"{name}_de"]), str(row[f"{name}_en"]))
