"""Plans to begin with: the same yearly sum of the town for a meeting point, care, or a manager."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.founding.national import National
from sim.founding.writing import toml_value
from sim.town.plan import REFERENCE
from sim.town.problems import Both

WEEKS = 52
DAY_CARE_SHARE = 0.22
"""Share of the care plan's sum that goes to day care."""
DAY_CARE_PLACE = 5_500
"""Euros a year that the town adds to a day-care place."""
STAFF_SHARE = 0.7
"""Share of a meeting point's sum that goes to staff; the rest to rooms and material."""
SEATS_PER_RESIDENT_65 = 0.03
LEAST, MOST = 12, 60
"""Seats."""
RAMP_UP = 6
COMPARED = (REFERENCE, "meeting_point", "care_service", "neighbourhood_manager")


@dataclass(frozen=True)
class Place:
    """Where a plan acts: key and name of a district, and its people of 65 and over."""

    key: str
    label: str
    residents_65: float


def budget_for(residents_65: float, national: National) -> int:
    """A yearly sum that fits the town, in whole thousands of euros, at least 10,000."""
    per_head = national.the("budget_per_resident_65").value
    return max(10_000, round(residents_65 * per_head / 1000.0) * 1000)


def make_plans(budget: int, place: Place, start: str, national: National) -> dict[str, str]:
    """Texts of the plans by file name.

    Args:
        budget: what the town pays a year, euros.
        place: the district with most people of 65 and over.
        start: month in which the measures begin.
        national: for the costs of a staff hour and of an additional hour of care.
    """
    staff_hour = national.ledger["staff_hour_cost"].value
    subsidy = national.ledger["care_hour_subsidy"].value
    return {
        "plans/reference.toml": _reference(),
        "plans/meeting_point.toml": _meeting_point(budget, place, start, staff_hour),
        "plans/care_service.toml": _care_service(budget, start, subsidy),
        "plans/neighbourhood_manager.toml": _manager(budget, place, start, staff_hour),
    }


def _reference() -> str:
    return _plan(
        "# Der Vergleichsfall: was heute da ist, bleibt; nichts Neues kommt hinzu.",
        name=REFERENCE,
        label_de="Weiter wie bisher",
        label_en="As today",
        description_de="Es kommt nichts Neues hinzu. Was heute da ist, bleibt, wie es ist.",
        description_en="Nothing new is added. What is there today stays as it is.",
    )


def _meeting_point(budget: int, place: Place, start: str, staff_hour: float) -> str:
    since = _since(start)
    staff = max(2, round(STAFF_SHARE * budget / (WEEKS * staff_hour)))
    opening = min(40, max(6, round(0.8 * staff)))
    seats = min(MOST, max(LEAST, round(SEATS_PER_RESIDENT_65 * place.residents_65)))
    rooms = budget - round(staff * WEEKS * staff_hour)
    plan = _plan(
        "\n".join(
            (
                "# Vorschlag zum Anfangen, angenommen: bitte anpassen.",
                f"# Hauptamtliche {staff} Stunden x {WEEKS} Wochen x {staff_hour:g} Euro = "
                f"{_euro(staff * WEEKS * staff_hour)}",
                f"# Miete, Einrichtung, Material = {_euro(rooms)}",
                f"# KOMMUNE zusammen {_euro(budget)} Euro im Jahr, so viel wie in den anderen "
                "Plänen.",
            )
        ),
        name="meeting_point",
        label_de=f"Treffpunkt {place.label}",
        label_en=f"Meeting point {place.label}",
        description_de=(
            f"Ab {since.de} ein neuer Treffpunkt für alle Generationen ({place.label}), "
            f"{opening} Stunden in der Woche offen. Kosten für die Kommune: {_euro(budget)} Euro "
            "im Jahr."
        ),
        description_en=(
            f"From {since.en} a new meeting point for all generations ({place.label}), open "
            f"{opening} hours a week. Cost to the municipality: {budget:,} euros a year."
        ),
    )
    return plan + _measure(
        "meeting_point", ("Neuer Treffpunkt für alle", "New meeting point for everyone"),
        [place.key], start, 1.0, budget,
        {
            "seats": seats,
            "opening_hours_per_week": opening,
            "all_ages": True,
            "neighbourly_help": True,
            "staff_hours_per_week": staff,
        },
    )  # fmt: skip


def _care_service(budget: int, start: str, subsidy: float) -> str:
    since = _since(start)
    places = round(DAY_CARE_SHARE * budget / DAY_CARE_PLACE)
    for_places = places * DAY_CARE_PLACE
    hours = round((budget - for_places) / (WEEKS * subsidy))
    plan = _plan(
        "\n".join(
            (
                "# Vorschlag zum Anfangen, angenommen: bitte anpassen. Die Pflege selbst zahlen",
                "# Pflegekasse und Haushalte; die Kommune gibt dazu, was niemand vergütet",
                "# (Gewinnung von Personal, lange Wege, Randzeiten).",
                f"# Pflegedienst {hours} Stunden x {WEEKS} Wochen x {subsidy:g} Euro = "
                f"{_euro(budget - for_places)}",
                f"# Tagespflege {places} x {_euro(DAY_CARE_PLACE)} Euro je Platz = "
                f"{_euro(for_places)}",
                f"# KOMMUNE zusammen {_euro(budget)} Euro im Jahr, so viel wie in den anderen "
                "Plänen.",
            )
        ),
        name="care_service",
        label_de="Mehr Pflegedienst",
        label_en="More care service",
        description_de=(
            f"Ab {since.de} leisten die ambulanten Pflegedienste in der ganzen Stadt {hours} "
            f"Stunden mehr in der Woche{_and_places(places, 'de')}. Die Kommune gibt "
            f"{_euro(budget)} Euro im Jahr dazu."
        ),
        description_en=(
            f"From {since.en} the ambulatory care services of the whole town give {hours} more "
            f"hours a week{_and_places(places, 'en')}. The municipality adds {budget:,} euros a "
            "year."
        ),
    )
    label = (
        "Mehr Stunden der ambulanten Pflegedienste",
        "More hours of the ambulatory care services",
    )
    plan += _measure(
        "care_service", label, ["*"], start, hours, budget - for_places, {"service": "ambulatory"}
    )
    if places:
        label = ("Mehr Plätze in der Tagespflege", "More day-care places")
        plan += _measure(
            "care_service", label, ["*"], start, places, for_places, {"service": "day_care"}
        )
    return plan


def _and_places(places: int, lang: str) -> str:
    if not places:
        return ""
    if lang == "de":
        return (
            f", und es gibt {places} {'Platz' if places == 1 else 'Plätze'} mehr in der Tagespflege"
        )
    return f", and there {'is' if places == 1 else 'are'} {places} more day-care " + (
        "place" if places == 1 else "places"
    )


def _manager(budget: int, place: Place, start: str, staff_hour: float) -> str:
    since = _since(start)
    hours = max(2, round(0.94 * budget / (WEEKS * staff_hour)))
    plan = _plan(
        "\n".join(
            (
                "# Vorschlag zum Anfangen, angenommen: bitte anpassen.",
                f"# {hours} Stunden x {WEEKS} Wochen x {staff_hour:g} Euro = "
                f"{_euro(hours * WEEKS * staff_hour)}, dazu Sachmittel",
                f"# KOMMUNE zusammen {_euro(budget)} Euro im Jahr, so viel wie in den anderen "
                "Plänen.",
            )
        ),
        name="neighbourhood_manager",
        label_de=f"Quartiersmanagement {place.label}",
        label_en=f"Neighbourhood manager {place.label}",
        description_de=(
            f"Ab {since.de} arbeitet jemand {hours} Stunden in der Woche im Quartiersmanagement "
            f"({place.label}): zurückgezogen lebende Menschen ansprechen, Freiwillige gewinnen, "
            f"Hilfen verbinden. Kosten für die Kommune: {_euro(budget)} Euro im Jahr."
        ),
        description_en=(
            f"From {since.en} a neighbourhood manager works {hours} hours a week ({place.label}): "
            "reaching people who live withdrawn, winning volunteers, linking the help there is. "
            f"Cost to the municipality: {budget:,} euros a year."
        ),
    )
    return plan + _measure(
        "neighbourhood_manager", ("Quartiersmanagement", "Neighbourhood manager"),
        [place.key], start, hours, budget,
        {"share_outreach": 0.4, "share_volunteers": 0.3, "share_coordination": 0.3},
    )  # fmt: skip


def _plan(comment: str, **entries: str) -> str:
    lines = [f"{name} = {toml_value(value)}" for name, value in entries.items()]
    return "\n".join([comment, "", "[plan]", *lines, ""])


def _measure(
    kind: str,
    label: tuple[str, str],
    districts: list[str],
    start: str,
    size: float,
    cost: int,
    levers: Mapping[str, object],
) -> str:
    entries = {
        "kind": kind,
        "label_de": label[0],
        "label_en": label[1],
        "districts": districts,
        "start": start,
        "ramp_up_months": RAMP_UP,
        "size": size,
        "cost_per_year": cost,
        "payers": {"municipality": 1.0},
    }
    lines = [f"{name} = {toml_value(value)}" for name, value in entries.items()]
    inner = [f"{name} = {toml_value(value)}" for name, value in levers.items()]
    return "\n".join(["", "[[measures]]", *lines, "[measures.levers]", *inner, ""])


MONTHS = (
    ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
           "Oktober", "November", "Dezember"),
    ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
)  # fmt: skip


def _since(month: str) -> Both:
    """A month in words."""
    german, english = (names[int(month[5:]) - 1] for names in MONTHS)
    return Both(f"{german} {month[:4]}", f"{english} {month[:4]}")


def _euro(amount: float) -> str:
    return f"{round(amount):,}".replace(",", " ")
