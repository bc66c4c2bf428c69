"""Where the districts of a town lie on the map: outlines if known, else circles of their size.

Pixels of a drawing `WIDTH` wide; north is up. Outlines are used only if every district has one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

WIDTH = 1000.0
TALLEST, FLATTEST = 1.1, 0.45
"""Height of the drawing as a share of its width, at most and at least."""

MARGIN = 85.0
SMALLEST_RADIUS = 19.0
"""A circle one can still hit with a finger."""

MOST_LABELS = 16
"""With more districts only those are named that have room, the largest first; all of them are in
the table, and each is named when it is pointed at or chosen."""

LETTER, LINE = 17.0, 40.0
"""Pixels a letter of a label takes on average, and the height of its line."""

OF_ITS_NAME = 0.5
"""Least size of a named district as a share of what its name covers, where there are many."""

MOST_POINTS = 400
"""Points of one ring that are drawn; more cannot be seen."""

Place = Callable[[float, float], tuple[float, float]]


class District(Protocol):
    """What must be known of a district (`sim.town.DistrictSpec` does)."""

    @property
    def key(self) -> str:
        """Its key."""

    @property
    def label(self) -> str:
        """Its name."""

    @property
    def x(self) -> float:
        """Metres east."""

    @property
    def y(self) -> float:
        """Metres north."""

    @property
    def radius_metres(self) -> float:
        """Radius of a circle of its area."""


@dataclass(frozen=True)
class Shape:
    """One district on the map.

    Attributes:
        key, label: the district.
        path: outline as an SVG path; empty for a circle.
        x, y: its middle.
        radius: of the circle; 0 with an outline.
        size: square pixels it covers.
        text_x, text_y: middle of its name's base line; NaN if it is not named.
    """

    key: str
    label: str
    path: str
    x: float
    y: float
    radius: float
    size: float
    text_x: float = math.nan
    text_y: float = math.nan


@dataclass(frozen=True)
class Plot:
    """The districts of a town, ready to be coloured.

    Attributes:
        shapes: in the order in which they are drawn, large ones first.
        height: of the drawing, whose width is `WIDTH`.
        backdrop: the town's boundary behind circles, as an SVG path; empty if there is none.
        circles: whether districts are circles of their area because outlines are missing.
    """

    shapes: tuple[Shape, ...]
    height: float
    backdrop: str
    circles: bool


def plot_of(districts: Sequence[District], place: Place, outline: dict[str, Any] | None) -> Plot:
    """The map of a town.

    Args:
        districts: the districts.
        place: (latitude, longitude) in degrees to metres east and north.
        outline: the town's GeoJSON.
    """
    rings = _rings_by_district(outline, place) if outline else {}
    keys = {one.key for one in districts}
    named = keys <= set(rings)
    whole = [] if named else [ring for found in rings.values() for ring in found]
    if named:
        points = [point for key in keys for ring in rings[key] for point in ring]
    else:
        points = [corner for one in districts for corner in _corners(one)]
        points += [point for ring in whole for point in ring]
    to_pixels = _projection(points)
    height = to_pixels.height
    if named:
        drawn = [_outlined(one, [list(map(to_pixels, r)) for r in rings[one.key]])
                 for one in districts]  # fmt: skip
    else:
        drawn = [_circle(one, to_pixels) for one in districts]
        drawn.sort(key=lambda shape: -shape.radius)
    backdrop = "".join(_path([to_pixels(point) for point in ring]) for ring in whole)
    return Plot(_named(drawn, height), height, backdrop, circles=not named)


def _rings_by_district(
    outline: dict[str, Any], place: Place
) -> dict[str, list[list[tuple[float, float]]]]:
    """Outer and inner rings in metres, by the district's key; "" for what names none."""
    found: dict[str, list[list[tuple[float, float]]]] = {}
    for properties, geometry in _geometries(outline, {}):
        key = str(properties.get("district") or "")
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        for polygon in polygons:
            for ring in polygon:
                step = max(1, math.ceil(len(ring) / MOST_POINTS))
                metres = [place(float(point[1]), float(point[0])) for point in ring[::step]]
                if len(metres) > 2:
                    found.setdefault(key, []).append(metres)
    return found


def _geometries(
    value: dict[str, Any], properties: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    if value["type"] == "FeatureCollection":
        for feature in value["features"]:
            yield from _geometries(feature, {})
    elif value["type"] == "Feature":
        yield from _geometries(value["geometry"], value.get("properties") or {})
    else:
        yield properties, value


def _corners(one: District) -> list[tuple[float, float]]:
    r = one.radius_metres
    return [(one.x - r, one.y - r), (one.x + r, one.y + r)]


@dataclass(frozen=True)
class _Projection:
    """From metres to pixels, both axes alike; `west` and `north` are at `left` and `top`."""

    west: float
    north: float
    left: float
    top: float
    scale: float
    height: float

    def __call__(self, point: tuple[float, float]) -> tuple[float, float]:
        x, y = point
        return self.left + (x - self.west) * self.scale, self.top + (self.north - y) * self.scale


def _projection(points: Sequence[tuple[float, float]]) -> _Projection:
    """The projection in which all points fit."""
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    wide, tall = max(east - west, 1.0), max(north - south, 1.0)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST * WIDTH - 2 * MARGIN) / tall)
    height = max(FLATTEST * WIDTH, tall * scale + 2 * MARGIN)
    left, top = (WIDTH - wide * scale) / 2, (height - tall * scale) / 2
    return _Projection(west, north, left, top, scale, height)


def _circle(one: District, to_pixels: _Projection) -> Shape:
    x, y = to_pixels((one.x, one.y))
    radius = max(SMALLEST_RADIUS, one.radius_metres * to_pixels.scale)
    return Shape(one.key, one.label, "", x, y, radius, math.pi * radius**2)


def _outlined(one: District, rings: list[list[tuple[float, float]]]) -> Shape:
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    x, y = _middle(largest)
    return Shape(one.key, one.label, "".join(map(_path, rings)), x, y, 0.0, abs(_area(largest)))


def _path(ring: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in ring) + "Z"


def _area(ring: Sequence[tuple[float, float]]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Centre of gravity of an outline."""
    area = _area(ring)
    if abs(area) < 1e-9:
        return ring[0]
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    x = sum((x0 + x1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairs)
    y = sum((y0 + y1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairs)
    return x / (6 * area), y / (6 * area)


def _named(drawn: Sequence[Shape], height: float) -> tuple[Shape, ...]:
    """Names where they cover no other name, and if possible no other district."""
    if len(drawn) > MOST_LABELS:
        return _largest_named(drawn, height)
    taken: list[tuple[float, float, float, float]] = []
    found: dict[str, Shape] = {}
    # Small districts first: they have the least room of their own.
    for shape in sorted(drawn, key=lambda one: one.radius):
        half = len(shape.label) * LETTER / 2
        best = min(
            _places(shape, half),
            key=lambda spot: _crowding(spot, half, shape, drawn, taken, height),
        )
        taken.append(_box(best, half))
        found[shape.key] = replace(shape, text_x=best[0], text_y=best[1])
    return tuple(found[shape.key] for shape in drawn)


def _largest_named(drawn: Sequence[Shape], height: float) -> tuple[Shape, ...]:
    """Names of the largest districts, as many as stand free of each other."""
    taken: list[tuple[float, float, float, float]] = []
    found: dict[str, Shape] = {}
    for shape in sorted(drawn, key=lambda one: -one.size):
        half = len(shape.label) * LETTER / 2
        # The name of a district much smaller than its name would be read as its neighbour's.
        if shape.size < OF_ITS_NAME * 4 * half * LINE:
            continue
        for spot in ((shape.x, shape.y), (shape.x, shape.y - LINE), (shape.x, shape.y + LINE)):
            left, top, right, bottom = box = _box(spot, half)
            inside = left >= 0.0 and top >= 0.0 and right <= WIDTH and bottom <= height
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                found[shape.key] = replace(shape, text_x=spot[0], text_y=spot[1])
                break
    return tuple(found.get(shape.key, shape) for shape in drawn)


def _places(shape: Shape, half: float) -> list[tuple[float, float]]:
    """Places of the name's base line, the best first; two lines of text stand there."""
    x, y, r = shape.x, shape.y, shape.radius
    if not r:
        return [(x, y), (x, y - LINE), (x, y + LINE)]
    inside = [(x, y)] if r > half * 0.95 and r > 1.3 * LINE else []
    beside = half + r + 10
    return [
        *inside,
        (x, y + r + LINE * 0.9),
        (x, y - r - LINE * 1.2),
        (x + beside, y),
        (x - beside, y),
    ]


def _box(spot: tuple[float, float], half: float) -> tuple[float, float, float, float]:
    x, y = spot
    return x - half, y - LINE * 0.8, x + half, y + LINE * 1.2


def _crowding(
    spot: tuple[float, float],
    half: float,
    shape: Shape,
    drawn: Sequence[Shape],
    taken: Sequence[tuple[float, float, float, float]],
    height: float,
) -> float:
    """How much a name would cover there: other names weigh most, then other districts."""
    left, top, right, bottom = box = _box(spot, half)
    over = 10.0 * sum(_overlap(box, other) for other in taken)
    for other in drawn:
        if other.key != shape.key and other.radius:
            r = other.radius
            over += _overlap(box, (other.x - r, other.y - r, other.x + r, other.y + r))
    outside = max(0.0, -left) + max(0.0, right - WIDTH) + max(0.0, -top) + max(0.0, bottom - height)
    return over + 1e4 * outside


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return wide * tall if wide > 0 and tall > 0 else 0.0
