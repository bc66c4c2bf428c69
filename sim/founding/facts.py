"""Services, meeting points and assumptions of a new town: as told, else from state and nation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.founding.answers import Answers
from sim.founding.national import NATION, National
from sim.founding.people import People
from sim.founding.spots import Spot
from sim.town.ledger import Assumption

SERVICES = ("ambulatory_hours_per_week", "day_care_places", "nursing_home_places")
TOLD_SOURCE = "Angabe beim Anlegen des Ordners / told when the folder was made"
FACTORS = ("care_rate_factor", "ambulatory_share_factor")
OWN_SHARE = "nursing_home_own_share"


@dataclass(frozen=True)
class Service:
    """Size of a service of the whole town."""

    service: str
    size: float
    source: str
    status: str


def make_services(people: People, answers: Answers, national: National) -> tuple[Service, ...]:
    """Hours of care services and places, told or estimated from people of 80 and over."""
    old = people.from_age(80)
    services = []
    for name in SERVICES:
        told = getattr(answers.services, name)
        if told is not None:
            source = answers.services.source or TOLD_SOURCE
            services.append(Service(name, told, source, "measured"))
            continue
        per_1000, region = supply(national, f"{name}_per_1000_80plus")
        size = per_1000 * old / 1000.0
        whole = round(size) if name != "ambulatory_hours_per_week" else round(size, 1)
        services.append(
            Service(
                name,
                whole,
                f"germany/care_supply.csv: {per_1000:g} je 1000 Menschen ab 80 ({region}) × "
                f"{old:.0f} Menschen ab 80; nicht in der Stadt gezählt",
                "estimated",
            )
        )
    return tuple(services)


def supply(national: National, quantity: str) -> tuple[float, str]:
    """A figure of `care_supply.csv` and the region it is for: the state's, else the nation's."""
    table = national.tables["care_supply"]
    for region in (national.state, NATION):
        rows = table[(table["region"] == region) & (table["quantity"] == quantity)]
        if len(rows):
            return float(rows["value"].iloc[0]), region
    raise KeyError(quantity)


def point_rows(
    answers: Answers, keys: Mapping[str, str], spots: Mapping[str, Spot], national: National
) -> list[tuple[object, ...]]:
    """Rows of `meeting_points.csv`: those that were told, in the middle of their districts."""
    seats = round(national.the("meeting_point_seats").value)
    hours = national.the("meeting_point_opening_hours").value
    rows: list[tuple[object, ...]] = []
    for number, point in enumerate(answers.meeting_points, start=1):
        spot = spots[point.district]
        assumed = [
            word
            for word, value in (
                ("Plätze", point.seats),
                ("Öffnungszeit", point.opening_hours_per_week),
            )
            if value is None
        ]
        remark = f"; {' und '.join(assumed)} angenommen" if assumed else ""
        rows.append(
            (
                f"treff_{number}",
                point.label,
                keys[point.district],
                spot.latitude,
                spot.longitude,
                seats if point.seats is None else point.seats,
                hours if point.opening_hours_per_week is None else point.opening_hours_per_week,
                "yes" if point.all_ages else "no",
                "yes" if point.neighbourly_help else "no",
                (point.source or TOLD_SOURCE) + remark + "; Lage in der Mitte des Quartiers",
                "assumed" if assumed else "measured",
            )
        )
    return rows


ASSUMPTION_COLUMNS = (
    "name", "group", "value", "unit", "low", "high", "distribution", "label_de", "label_en",
    "year", "source", "status", "note",
)  # fmt: skip


def assumption_rows(answers: Answers, national: National) -> list[tuple[object, ...]]:
    """Rows of `assumptions.csv`: what state and town differ in from the nation."""
    rows = []
    for name in FACTORS:
        figure = national.the(name)
        note = (
            "Landeswert, für die Stadt selbst keine Zahl / state figure, none for the town"
            if figure.region != NATION
            else "keine Zahl für Land und Stadt; Spanne entsprechend weit / no figure for state "
            "or town; hence a wide range"
        )
        rows.append(
            _row(
                national.ledger[name], figure.value, figure.low, figure.high,
                figure.source, figure.status, figure.year, note,
            )
        )  # fmt: skip
    own, region = supply(national, f"{OWN_SHARE}_first_year")
    if region != NATION:
        spread = national.the(f"{OWN_SHARE}_spread")
        rows.append(
            _row(
                national.ledger[OWN_SHARE], own, own + spread.low, own + spread.high,
                f"vdek, germany/care_supply.csv ({region})", "derived", "2025",
                "Landesdurchschnitt, nicht die Häuser der Stadt; Spanne angenommen / state "
                "average, not the town's homes; range assumed",
            )
        )  # fmt: skip
    told = answers.assumptions.net_migration_per_1000
    if told is not None:
        spread = national.the("net_migration_spread")
        rows.append(
            _row(
                national.ledger["net_migration_per_1000"], told, told + spread.low,
                told + spread.high, answers.assumptions.source or TOLD_SOURCE, "estimated",
                answers.town.start[:4], "Spanne angenommen / range assumed",
            )
        )  # fmt: skip
    return rows


def _row(
    national: Assumption,
    value: float,
    low: float,
    high: float,
    source: str,
    status: str,
    year: str,
    note: str,
) -> tuple[object, ...]:
    return (
        national.name, national.group, _short(value), national.unit, _short(low), _short(high),
        "triangular", national.label_de, national.label_en, year, source, status, note,
    )  # fmt: skip


def _short(value: float) -> str:
    return f"{value:.10g}"
