"""Where districts lie and how large they are: from boundaries, as told, or assumed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.founding.answers import Answers, DistrictAnswers
from sim.founding.national import National
from sim.intake.boundaries import Area, Polygon, circle
from sim.town.geography import metres
from sim.town.problems import Both

MIDDLE_OF_GERMANY = (51.16, 10.45)
"""Latitude and longitude where nothing is told; only distances within the town matter."""
METRES_APART = 1.1
"""Circles of districts without coordinates keep this times the sum of their radii apart."""


@dataclass(frozen=True)
class Spot:
    """The place of a district.

    Attributes:
        latitude, longitude: its middle, degrees.
        hectares: settled area, over which dwellings are spread.
        polygons: its boundary, or a circle.
        note: how place and area were found.
        status: `derived` from boundaries, `estimated` as told, `assumed`.
        drawn: the boundary is real, not a circle.
    """

    latitude: float
    longitude: float
    hectares: float
    polygons: tuple[Polygon, ...]
    note: Both
    status: str
    drawn: bool


def make_spots(
    residents: Mapping[str, int],
    answers: Answers,
    areas: Mapping[str, Area],
    national: National,
) -> tuple[dict[str, Spot], tuple[float, float]]:
    """A place for every district, and the middle of the town (latitude, longitude).

    Args:
        residents: people by district, in order.
        answers: for what was told of the districts.
        areas: boundaries by district; empty if there are none.
        national: for the density of settled areas.
    """
    density = national.the("settled_persons_per_hectare").value
    told = {district.name: district for district in answers.districts}
    middle = _middle(answers, areas)
    sizes = {
        name: _hectares(number, told.get(name), areas.get(name), density)
        for name, number in residents.items()
    }
    ring = _ring(residents, {name: size for name, (size, _, _) in sizes.items()}, middle)
    spots = {}
    for name in residents:
        hectares, note, status = sizes[name]
        latitude, longitude, where, known = _where(name, told.get(name), areas, ring[name])
        drawn = name in areas
        spots[name] = Spot(
            latitude,
            longitude,
            hectares,
            areas[name].polygons if drawn else (circle(longitude, latitude, hectares),),
            Both(f"{note.de}; {where.de}", f"{note.en}; {where.en}"),
            status if known else "assumed",
            drawn,
        )
    return spots, middle


def _middle(answers: Answers, areas: Mapping[str, Area]) -> tuple[float, float]:
    town = answers.town
    if town.latitude is not None and town.longitude is not None:
        return town.latitude, town.longitude
    if areas:
        weight = sum(area.hectares for area in areas.values())
        return (
            round(sum(a.latitude * a.hectares for a in areas.values()) / weight, 5),
            round(sum(a.longitude * a.hectares for a in areas.values()) / weight, 5),
        )
    known = [d for d in answers.districts if d.latitude is not None and d.longitude is not None]
    if known:
        return (
            round(sum(d.latitude or 0.0 for d in known) / len(known), 5),
            round(sum(d.longitude or 0.0 for d in known) / len(known), 5),
        )
    return MIDDLE_OF_GERMANY


def _hectares(
    residents: int, told: DistrictAnswers | None, area: Area | None, density: float
) -> tuple[float, Both, str]:
    """Settled area with a note and its status."""
    if told is not None and told.area_hectares is not None:
        return told.area_hectares, Both("Fläche wie angegeben", "area as told"), "estimated"
    settled = max(1.0, round(residents / density, 1))
    if area is None:
        return (
            settled,
            Both(
                f"besiedelte Fläche angenommen ({density:g} Menschen je Hektar)",
                f"settled area assumed ({density:g} persons per hectare)",
            ),
            "assumed",
        )
    drawn = round(area.hectares, 1)
    if drawn <= settled:
        return (
            drawn,
            Both("Fläche aus den Grenzen gerechnet", "area computed from the boundaries"),
            "derived",
        )
    return (
        settled,
        Both(
            f"Grenzen umfassen {drawn:g} ha; besiedelte Fläche angenommen "
            f"({density:g} Menschen je Hektar)",
            f"the boundaries enclose {drawn:g} ha; settled area assumed "
            f"({density:g} persons per hectare)",
        ),
        "assumed",
    )


def _where(
    name: str,
    told: DistrictAnswers | None,
    areas: Mapping[str, Area],
    ring: tuple[float, float],
) -> tuple[float, float, Both, bool]:
    if told is not None and told.latitude is not None and told.longitude is not None:
        note = Both("Mittelpunkt wie angegeben", "middle as told")
        return told.latitude, told.longitude, note, True
    if name in areas:
        area = areas[name]
        return (
            area.latitude,
            area.longitude,
            Both("Mittelpunkt der Fläche", "middle of the area"),
            True,
        )
    return (
        *ring,
        Both(
            "Lage angenommen: im Kreis um das größte Quartier",
            "place assumed: around the largest district",
        ),
        False,
    )


def _ring(
    residents: Mapping[str, int], hectares: Mapping[str, float], middle: tuple[float, float]
) -> dict[str, tuple[float, float]]:
    """The largest district in the middle, the others around it, none overlapping."""
    order: Sequence[str] = sorted(residents, key=lambda name: -residents[name])
    radius = {name: math.sqrt(hectares[name] * 10_000.0 / math.pi) for name in order}
    around = order[1:]
    distance = 0.0
    if around:
        widest = max(radius[name] for name in around)
        together = sum(2.0 * radius[name] for name in around) / (2.0 * math.pi)
        distance = METRES_APART * max(radius[order[0]] + widest, together * METRES_APART)
    east, north = metres(middle[0] + 1.0, middle[1] + 1.0, middle)
    spots = {order[0]: (round(middle[0], 5), round(middle[1], 5))} if order else {}
    for number, name in enumerate(around):
        angle = 2.0 * math.pi * number / len(around)
        spots[name] = (
            round(middle[0] + distance * math.cos(angle) / north, 5),
            round(middle[1] + distance * math.sin(angle) / east, 5),
        )
    return spots
