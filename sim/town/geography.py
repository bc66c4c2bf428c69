"""Places: degrees to metres, and the outline of a town."""

from __future__ import annotations

import json
import math
from typing import Any

from sim.town.files import Folder
from sim.town.problems import Both, Problems, problem

EARTH_RADIUS_METRES = 6_371_008.8
FARTHEST_METRES = 150_000
OUTLINE_BYTES = 16 * 2**20
OUTLINE = "outline.geojson"

KINDS = ("FeatureCollection", "Feature", "Polygon", "MultiPolygon")


def metres(latitude: float, longitude: float, origin: tuple[float, float]) -> tuple[float, float]:
    """Metres east and north of an origin, on an equirectangular projection about it.

    Within 50 km of the origin distances are wrong by less than 1 %, which is less than a detour
    on foot.

    Args:
        latitude: degrees north.
        longitude: degrees east.
        origin: (latitude, longitude) in degrees.
    """
    per_degree = math.pi * EARTH_RADIUS_METRES / 180.0
    x = (longitude - origin[1]) * per_degree * math.cos(math.radians(origin[0]))
    y = (latitude - origin[0]) * per_degree
    return x, y


def check_near(
    place: tuple[float, float], file: str, line: int, found: str, problems: Problems
) -> None:
    """Add a problem if a place (metres from the origin) is too far away to belong to the town."""
    distance = math.hypot(*place)
    if distance > FARTHEST_METRES:
        problems.add(
            problem(
                file,
                Both(
                    f"{found}, {distance / 1000:.0f} km von der Stadt entfernt",
                    f"{found}, {distance / 1000:.0f} km from the town",
                ),
                Both(
                    f"ein Ort im Umkreis von {FARTHEST_METRES // 1000} km",
                    f"a place within {FARTHEST_METRES // 1000} km",
                ),
                Both(
                    "die Koordinaten hier und in town.toml vergleichen",
                    "compare the coordinates here and in town.toml",
                ),
                line=line,
                column="latitude",
            )
        )


def read_outline(folder: Folder) -> dict[str, Any] | None:
    """The town's boundaries as GeoJSON; None if it has none, or if they are not sound."""
    text = folder.text(OUTLINE, OUTLINE_BYTES)
    if text is None:
        return None
    line = column = None
    try:
        outline = json.loads(text, parse_constant=_refuse_constant)
        if _is_outline(outline):
            return dict(outline)
        shown = str(outline.get("type", "")) if isinstance(outline, dict) else text.strip()
    except json.JSONDecodeError as error:
        line, column = error.lineno, str(error.colno)
        shown = text[max(error.pos - 1, 0) : error.pos + 30].strip()
    except (RecursionError, ValueError):
        shown = text.strip()
    folder.problems.add(
        problem(
            folder.prefix + OUTLINE,
            shown,
            Both(
                f"GeoJSON mit {', '.join(KINDS)}, Koordinaten als [Länge, Breite]",
                f"GeoJSON with {', '.join(KINDS)}, coordinates as [longitude, latitude]",
            ),
            Both(
                "die Datei neu ausgeben (EPSG:4326) oder weglassen",
                "export the file again (EPSG:4326) or leave it out",
            ),
            line=line,
            column=column,
        )
    )
    return None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _is_outline(value: Any) -> bool:
    if not isinstance(value, dict) or value.get("type") not in KINDS:
        return False
    if value["type"] == "FeatureCollection":
        features = value.get("features")
        return isinstance(features, list) and all(
            isinstance(feature, dict) and feature.get("type") == "Feature" and _is_outline(feature)
            for feature in features
        )
    if value["type"] == "Feature":
        geometry = value.get("geometry")
        return isinstance(geometry, dict) and "coordinates" in geometry and _is_outline(geometry)
    depth = 3 if value["type"] == "Polygon" else 4
    return _are_coordinates(value.get("coordinates"), depth)


def _are_coordinates(value: Any, depth: int) -> bool:
    if not isinstance(value, list):
        return False
    if depth > 1:
        return all(_are_coordinates(inner, depth - 1) for inner in value)
    numbers = [number for number in value if isinstance(number, int | float)]
    return (
        len(value) in (2, 3)
        and len(numbers) == len(value)
        and abs(numbers[0]) <= 180
        and abs(numbers[1]) <= 90
    )
