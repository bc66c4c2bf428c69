"""Boundaries of districts from GeoJSON of any source."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from sim.intake import Refused, Unclear
from sim.intake.boundaries import circle, match_areas, read_boundaries
from sim.town.geography import metres

NAMES = ("Nord", "Süd")


def square(west: float, south: float, size: float = 0.01) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(name: Any, rings: list[Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"ot_name": name, "nr": 1, **more},
        "geometry": {"type": "Polygon", "coordinates": rings},
    }


def collection(*features: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **more}


USUAL = collection(feature("Nord", [square(9.0, 48.6)]), feature("SUED", [square(9.0, 48.5)]))


def written(folder: Path, content: Any) -> Path:
    file = folder / "ortsteile.geojson"
    text = content if isinstance(content, str) else json.dumps(content)
    file.write_text(text, encoding="utf-8")
    return file


def refused(folder: Path, content: Any, key: str | None = "ot_name") -> str:
    with pytest.raises(Refused) as caught:
        read_boundaries(written(folder, content), key, NAMES)
    return caught.value.text("de")


def test_areas_are_measured_and_matched_by_name(tmp_path: Path) -> None:
    areas = read_boundaries(written(tmp_path, USUAL), None, NAMES)
    matched = match_areas(areas, NAMES, {}, "x")  # „SUED“ is „Süd“
    north = matched["Nord"]
    x, y = metres(48.61, 9.01, (48.6, 9.0))
    assert north.hectares == pytest.approx(x * y / 10_000, rel=0.01)
    assert (north.longitude, north.latitude) == pytest.approx((9.005, 48.605), abs=2e-4)


def test_parts_and_holes(tmp_path: Path) -> None:
    hole = square(9.002, 48.602, 0.005)
    content = collection(
        feature("Nord", [square(9.0, 48.6), hole]),
        feature("Nord", [square(9.02, 48.6)]),
        feature("Süd", [square(9.0, 48.5)]),
    )
    north, south = read_boundaries(written(tmp_path, content), None, NAMES)
    assert len(north.polygons) == 2
    assert north.hectares == pytest.approx(south.hectares * 1.75, rel=0.01)


def test_the_property_is_asked_for_if_none_fits(tmp_path: Path) -> None:
    content = collection(feature("A", [square(9.0, 48.6)]), feature("B", [square(9.0, 48.5)]))
    with pytest.raises(Unclear) as caught:
        read_boundaries(written(tmp_path, content), None, NAMES)
    assert caught.value.what == "property"
    assert caught.value.found == (("ot_name", "A, B"), ("nr", "1, 1"))
    areas = read_boundaries(written(tmp_path, content), "ot_name", NAMES)
    matched = match_areas(areas, NAMES, {"Nord": "A", "Süd": "B"}, "x")
    assert matched["Süd"].name == "B"
    with pytest.raises(Refused, match="no area for “Nord”") as missing:
        match_areas(areas, NAMES, {}, "x")
    assert len(missing.value.problems) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (collection(feature("Nord", [square(3_500_000.0, 5_400_000.0, 100.0)])), "EPSG:4326"),
        (collection(feature("Nord", [square(48.6, 9.0)])), "Länge und Breite tauschen"),
        (collection(feature("Nord", [square(-3.7, 40.4)])), "Länge 5,5 bis 15,5"),
        (collection(feature("Nord", [square(9.0, 48.6)[:2]])), "ein unvollständiger Rand"),
        (collection(feature("Nord", [[["9", "48"]] * 4])), "ein unvollständiger Rand"),
        (collection(feature("Nord", [[[9.0, 48.6]] * 5])), "eine Fläche ohne Ausdehnung"),
        (collection(feature("Nord", [])), "ein unvollständiger Rand"),
        (collection({**feature("Nord", []), "geometry": None}), "erwartet Polygon"),
        (collection({**feature("N", []), "geometry": {"type": "Point", "coordinates": [9, 48]}}),
         "gefunden Point"),
        (collection(), "kein GeoJSON mit Flächen"),
        ({"type": "Topology"}, "kein GeoJSON mit Flächen"),
        ("[1, 2", "kein gültiges JSON"),
        ("[" * 100_000, "zu tief verschachteltes JSON"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "eine Zahl wie NaN"),
        (collection(feature("=cmd|x", [square(9.0, 48.6)])), "für eine Formel halten"),
        (collection(feature(None, [square(9.0, 48.6)])), "ein leerer Name"),
        (collection(*(feature(f"a{n}", [square(9.0, 48.6)]) for n in range(2_001))),
         "gefunden 2001 Flächen"),
        (collection(feature("Nord", [square(9.0, 48.6)]), feature("Süd", [square(13.0, 52.0)])),
         "km auseinander"),
        ({**USUAL, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}},
         "Koordinaten in WGS84"),
        ({**USUAL, "crs": {"type": "name", "properties": 7}, "features": "x"}, "kein GeoJSON"),
    ],
)  # fmt: skip
def test_what_is_no_boundary_is_refused(tmp_path: Path, content: Any, words: str) -> None:
    assert words in refused(tmp_path, content)


def test_a_property_that_does_not_exist(tmp_path: Path) -> None:
    assert "eine Eigenschaft: ot_name oder nr" in refused(tmp_path, USUAL, "name")


def test_too_many_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.intake.boundaries.BOUNDARY_POINTS", 8)
    assert "die Grenzen vereinfachen" in refused(tmp_path, USUAL)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "t.geojson"
    with file.open("wb") as stream:
        stream.truncate(2**30)
    with pytest.raises(Refused, match="at most 64 MB"):
        read_boundaries(file, None, NAMES)


def test_a_circle_has_the_area() -> None:
    ((ring,),) = (circle(9.0, 48.6, 100.0, points=360),)
    radii = [math.hypot(*metres(y, x, (48.6, 9.0))) for x, y in ring]
    assert max(radii) == pytest.approx(564.19, abs=1.0)
    assert ring[0] == ring[-1]
