"""Boundaries of districts from any GeoJSON in WGS84: checked, measured, matched by name."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from sim.intake.counts import Refused, Unclear
from sim.intake.limits import BOUNDARY_BYTES, BOUNDARY_FEATURES, BOUNDARY_POINTS
from sim.intake.names import name_fault
from sim.intake.source import read_bytes, shown
from sim.intake.text_file import AGAIN
from sim.intake.words import SPELLINGS, plain
from sim.town.geography import metres
from sim.town.problems import Both, Problem, did_you_mean, listing, printable, problem

Ring = tuple[tuple[float, float], ...]
Polygon = tuple[Ring, ...]
"""An outer ring and its holes; points are (longitude, latitude) in degrees."""

LONGITUDES, LATITUDES = (5.5, 15.5), (47.0, 55.5)
LARGEST_KILOMETRES = 150.0
DECIMALS = 6
"""A tenth of a metre."""
_EXPORT = Both(
    "die Datei als GeoJSON in WGS84 (EPSG:4326) neu ausgeben",
    "export the file again as GeoJSON in WGS84 (EPSG:4326)",
)


@dataclass(frozen=True)
class Area:
    """The area of a district.

    Attributes:
        name: as in the file.
        polygons: its parts.
        hectares: its area.
        longitude, latitude: its middle, degrees.
    """

    name: str
    polygons: tuple[Polygon, ...]
    hectares: float
    longitude: float
    latitude: float


def read_boundaries(path: Path, key: str | None, names: Sequence[str]) -> tuple[Area, ...]:
    """Areas by name.

    Args:
        path: a GeoJSON file.
        key: the property that names the district; None to find it.
        names: districts that are looked for, to find it.

    Raises:
        Refused: it is no GeoJSON of areas in WGS84.
        Unclear: the property has to be told.
    """
    file = shown(path)
    features = _features(file, read_bytes(path, BOUNDARY_BYTES))
    polygons = _polygons(file, features)
    properties = [feature.get("properties") or {} for feature in features]
    key = _key(file, properties, key, names)
    parts: dict[str, list[Polygon]] = {}
    for number, (mine, areas) in enumerate(zip(properties, polygons, strict=True), start=1):
        name = " ".join(str(mine.get(key) or "").split()) if isinstance(mine, dict) else ""
        fault = name_fault(name)
        if fault:
            raise Refused(
                [
                    problem(
                        file,
                        Both(f"{fault[0].de} (Fläche {number})", f"{fault[0].en} (area {number})"),
                        Both("der Name eines Quartiers", "the name of a district"),
                        fault[1],
                        column=printable(key),
                    )
                ]
            )
        parts.setdefault(name, []).extend(areas)
    found = tuple(_area(name, tuple(areas)) for name, areas in parts.items())
    _check_size(file, found)
    return found


def match_areas(
    areas: Sequence[Area], names: Sequence[str], told: Mapping[str, str], file: str
) -> dict[str, Area]:
    """The area of each district, by its name in the table.

    Args:
        areas: areas of the file.
        names: districts of the table.
        told: name in the file by name in the table, where they differ.
        file: name of the file.

    Raises:
        Refused: districts without an area, all at once.
    """
    by_name = {plain(area.name): area for area in areas}
    problems: list[Problem] = []
    matched: dict[str, Area] = {}
    for name in names:
        area = by_name.get(plain(told.get(name, name)))
        if area is None:
            known = [one.name for one in areas]
            problems.append(
                problem(
                    file,
                    Both(
                        f"keine Fläche für „{printable(name)}“", f"no area for “{printable(name)}”"
                    ),
                    Both(f"eine von: {listing(known)}", f"one of: {listing(known, 'en')}"),
                    did_you_mean(name, known),
                )
            )
        else:
            matched[name] = area
    if problems:
        raise Refused(problems)
    return matched


def circle(longitude: float, latitude: float, hectares: float, points: int = 48) -> Polygon:
    """A circle of an area, as a polygon."""
    radius = math.sqrt(hectares * 10_000.0 / math.pi)
    east, north = metres(latitude + 1.0, longitude + 1.0, (latitude, longitude))
    ring = [
        (
            round(longitude + radius * math.cos(angle) / east, DECIMALS),
            round(latitude + radius * math.sin(angle) / north, DECIMALS),
        )
        for angle in (2.0 * math.pi * i / points for i in range(points))
    ]
    return ((*ring, ring[0]),)


def _features(file: str, data: bytes) -> list[dict[str, Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(
            file,
            Both("Zeichen, die nicht UTF-8 sind", "characters that are not UTF-8"),
            Both("GeoJSON in UTF-8", "GeoJSON in UTF-8"),
            AGAIN,
        ) from None
    try:
        content = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _refused(
            file,
            Both("kein gültiges JSON", "no valid JSON"),
            Both("GeoJSON", "GeoJSON"),
            _EXPORT,
            line=error.lineno,
        ) from None
    except (RecursionError, ValueError):
        raise _refused(
            file,
            Both("zu tief verschachteltes JSON oder eine Zahl wie NaN",
                 "JSON nested too deeply, or a number such as NaN"),
            Both("GeoJSON", "GeoJSON"),
            _EXPORT,
        ) from None  # fmt: skip
    _check_crs(file, content)
    kind = content.get("type") if isinstance(content, dict) else None
    features = [content] if kind == "Feature" else []
    if kind == "FeatureCollection" and isinstance(content.get("features"), list):
        features = content["features"]
    elif kind in ("Polygon", "MultiPolygon"):
        features = [{"type": "Feature", "properties": {}, "geometry": content}]
    if not features or not all(isinstance(feature, dict) for feature in features):
        raise _refused(
            file,
            Both("kein GeoJSON mit Flächen", "no GeoJSON of areas"),
            Both("eine FeatureCollection mit einer Fläche je Quartier",
                 "a FeatureCollection with an area for each district"),
            _EXPORT,
        )  # fmt: skip
    if len(features) > BOUNDARY_FEATURES:
        raise _refused(
            file,
            Both(f"{len(features)} Flächen", f"{len(features)} areas"),
            Both(f"höchstens {BOUNDARY_FEATURES}", f"at most {BOUNDARY_FEATURES}"),
            Both("nur die Quartiere ausgeben", "export the districts only"),
        )
    return features


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_crs(file: str, content: Any) -> None:
    crs = content.get("crs") if isinstance(content, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name and not any(known in name for known in ("CRS84", "4326")):
        raise _refused(
            file,
            f"crs {name}",
            Both("Koordinaten in WGS84 (EPSG:4326)", "coordinates in WGS84 (EPSG:4326)"),
            _EXPORT,
        )


def _polygons(file: str, features: Sequence[Mapping[str, Any]]) -> list[tuple[Polygon, ...]]:
    points = 0
    found = []
    for number, feature in enumerate(features, start=1):
        geometry = feature.get("geometry")
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
        parts = [coordinates] if kind == "Polygon" else coordinates
        if kind not in ("Polygon", "MultiPolygon") or not isinstance(parts, list) or not parts:
            raise _refused(
                file,
                Both(f"{printable(str(kind))} (Fläche {number})",
                     f"{printable(str(kind))} (area {number})"),
                Both("Polygon oder MultiPolygon", "Polygon or MultiPolygon"),
                Both("nur Flächen ausgeben", "export areas only"),
            )  # fmt: skip
        polygons = tuple(_polygon(file, part, number) for part in parts)
        points += sum(len(ring) for polygon in polygons for ring in polygon)
        if points > BOUNDARY_POINTS:
            raise _refused(
                file,
                Both(f"mehr als {BOUNDARY_POINTS} Punkte", f"more than {BOUNDARY_POINTS} points"),
                Both("vereinfachte Grenzen", "simplified boundaries"),
                Both("die Grenzen vereinfachen (QGIS: Vektor, Geometrie, Vereinfachen)",
                     "simplify the boundaries (QGIS: Vector, Geometry, Simplify)"),
            )  # fmt: skip
        found.append(polygons)
    return found


def _polygon(file: str, part: Any, number: int) -> Polygon:
    if not isinstance(part, list) or not part:
        raise _bad_ring(file, number)
    rings = []
    for ring in part:
        if not isinstance(ring, list) or len(ring) < 4:
            raise _bad_ring(file, number)
        points = tuple(_points(file, ring, number))
        rings.append(points if points[0] == points[-1] else (*points, points[0]))
    return tuple(rings)


def _bad_ring(file: str, number: int) -> Refused:
    return _refused(
        file,
        Both(f"ein unvollständiger Rand (Fläche {number})", f"an incomplete edge (area {number})"),
        Both("mindestens vier Punkte [Länge, Breite]", "four or more points [longitude, latitude]"),
        _EXPORT,
    )


def _points(file: str, ring: Sequence[Any], number: int) -> Iterator[tuple[float, float]]:
    for point in ring:
        sound = (
            isinstance(point, list)
            and len(point) in (2, 3)
            and all(isinstance(one, int | float) and not isinstance(one, bool) for one in point)
        )
        if not sound:
            raise _bad_ring(file, number)
        x, y = float(point[0]), float(point[1])
        if _inside(x, LONGITUDES) and _inside(y, LATITUDES):
            yield round(x, DECIMALS), round(y, DECIMALS)
            continue
        where = Both(f"{x:g}, {y:g} (Fläche {number})", f"{x:g}, {y:g} (area {number})")
        expected = Both(
            "Länge 5,5 bis 15,5 und Breite 47 bis 55,5 Grad",
            "longitude 5.5 to 15.5 and latitude 47 to 55.5 degrees",
        )
        mend = _EXPORT
        if _inside(y, LONGITUDES) and _inside(x, LATITUDES):
            mend = Both("Länge und Breite tauschen", "swap longitude and latitude")
        raise _refused(file, where, expected, mend)


def _inside(value: float, ends: tuple[float, float]) -> bool:
    return ends[0] <= value <= ends[1]


def _key(file: str, properties: Sequence[Any], key: str | None, names: Sequence[str]) -> str:
    if any(not isinstance(mine, dict) for mine in properties):
        properties = [mine if isinstance(mine, dict) else {} for mine in properties]
    known = [str(name) for name in dict.fromkeys(name for mine in properties for name in mine)]
    if key is not None:
        if key in known:
            return key
        raise _refused(
            file,
            printable(key),
            Both(f"eine Eigenschaft: {listing(known)}", f"a property: {listing(known, 'en')}"),
            did_you_mean(key, known),
            column="property",
        )
    wanted = {plain(name) for name in names}
    fits = {
        one: len(wanted & {plain(str(mine.get(one) or "")) for mine in properties}) for one in known
    }
    best = max(fits, key=lambda one: fits[one], default=None)
    if best is not None and fits[best] and fits[best] * 2 >= len(wanted):
        return best
    named = [one for one in known if plain(one) in ("name", *SPELLINGS)]
    if len(named) == 1 and not wanted:
        return named[0]
    examples = tuple(
        (one, ", ".join(printable(str(mine.get(one) or "–"))[:30] for mine in properties[:3]))
        for one in known
    )
    raise Unclear("property", file, examples)


def _area(name: str, polygons: tuple[Polygon, ...]) -> Area:
    longitude, latitude = polygons[0][0][0]
    origin = (latitude, longitude)
    total = east = north = 0.0
    for polygon in polygons:
        for number, ring in enumerate(polygon):
            places = [metres(y, x, origin) for x, y in ring]
            square, x, y = _moments(places)
            sign = (1.0 if number == 0 else -1.0) * (1.0 if square >= 0.0 else -1.0)
            total, east, north = total + sign * square, east + sign * x, north + sign * y
    per_degree_east, per_degree_north = metres(latitude + 1.0, longitude + 1.0, origin)
    if total <= 0.0:
        return Area(name, polygons, 0.0, longitude, latitude)
    return Area(
        name,
        polygons,
        total / 10_000.0,
        round(longitude + east / total / per_degree_east, 5),
        round(latitude + north / total / per_degree_north, 5),
    )


def _moments(places: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Area of a ring (square metres, by its direction) and area times middle."""
    square = east = north = 0.0
    for (x1, y1), (x2, y2) in pairwise(places):
        cross = x1 * y2 - x2 * y1
        square += cross / 2.0
        east += (x1 + x2) * cross / 6.0
        north += (y1 + y2) * cross / 6.0
    return square, east, north


def _check_size(file: str, areas: Sequence[Area]) -> None:
    empty = [area.name for area in areas if area.hectares < 0.1]
    if empty:
        raise _refused(
            file,
            Both(f"eine Fläche ohne Ausdehnung: {listing(empty)}",
                 f"an area without extent: {listing(empty, 'en')}"),
            Both("Flächen", "areas"),
            _EXPORT,
        )  # fmt: skip
    first = areas[0]
    farthest = max(
        math.hypot(*metres(area.latitude, area.longitude, (first.latitude, first.longitude)))
        for area in areas
    )
    if farthest > LARGEST_KILOMETRES * 1000.0:
        raise _refused(
            file,
            Both(f"Flächen, die {farthest / 1000:.0f} km auseinander liegen",
                 f"areas that are {farthest / 1000:.0f} km apart"),
            Both(f"Quartiere einer Stadt, höchstens {LARGEST_KILOMETRES:.0f} km",
                 f"districts of one town, at most {LARGEST_KILOMETRES:.0f} km"),
            Both("nur die Quartiere der Stadt ausgeben", "export only the town's districts"),
        )  # fmt: skip


def _refused(
    file: str,
    found: str | Both,
    expected: Both,
    mend: Both,
    *,
    line: int | None = None,
    column: str | None = None,
) -> Refused:
    return Refused([problem(file, found, expected, mend, line=line, column=column)])
