"""What the files of a place say, read as they are written, without the program."""

from __future__ import annotations

import csv
import json
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = ROOT / "scenarios"


def rows(place: Path, table: str) -> list[dict[str, str]]:
    """Rows of one of the place's tables."""
    with (place / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def plans(place: Path) -> dict[str, dict[str, Any]]:
    """The plans by the stem of their files, the reference first."""
    files = sorted((place / "plans").glob("*.toml"))
    files.sort(key=lambda file: file.stem != "reference")
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


def town_table(place: Path) -> dict[str, Any]:
    """The table [town]."""
    content = tomllib.loads((place / "town.toml").read_text(encoding="utf-8"))
    return dict(content["town"])


def kinds_of(plan: dict[str, Any]) -> list[str]:
    """Kinds of measures of a plan, each once, in its order."""
    return list(dict.fromkeys(measure["kind"] for measure in plan.get("measures", [])))


def residents(place: Path) -> dict[str, int]:
    """Residents by district."""
    return {row["district"]: int(row["residents"]) for row in rows(place, "districts")}


def persons(place: Path, from_age: int = 0) -> int:
    """Residents of an age and more."""
    return sum(
        int(row["persons"]) for row in rows(place, "population") if int(row["age_from"]) >= from_age
    )


def households(place: Path, district: str | None = None) -> int:
    """Households of the town, or of one district."""
    return sum(
        int(row["households"])
        for row in rows(place, "households")
        if district in (None, row["district"])
    )


def service(place: Path, name: str) -> float:
    """Size of a service in all districts together."""
    return sum(float(row["size"]) for row in rows(place, "services") if row["service"] == name)


def assumption(place: Path, name: str) -> tuple[float, float, float]:
    """Low end, value and high end of an assumption of the place's own."""
    (row,) = (row for row in rows(place, "assumptions") if row["name"] == name)
    return float(row["low"]), float(row["value"]), float(row["high"])


def cost_to_municipality(plan: dict[str, Any], year: int) -> float:
    """Euros in a year whose measures are at full size from its first month on."""
    total = 0.0
    for measure in plan.get("measures", []):
        for part in [measure, *measure.get("rollout", [])]:
            if part["start"] <= f"{year}-01" <= part.get("end", measure.get("end", "9999-12")):
                payers = part.get("payers", measure["payers"])
                total += part.get("cost_per_year", measure["cost_per_year"]) * payers.get(
                    "municipality", 0.0
                )
    return total


def rings(place: Path) -> list[list[list[float]]]:
    """Outer boundaries of the place's outline, each a closed ring of [longitude, latitude]."""
    content = json.loads((place / "outline.geojson").read_text(encoding="utf-8"))
    return [feature["geometry"]["coordinates"][0] for feature in content["features"]]


def inside(row: dict[str, str], ring: list[list[float]]) -> bool:
    """Whether a row with latitude and longitude lies within a ring."""
    longitude, latitude = float(row["longitude"]), float(row["latitude"])
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > latitude) != (y2 > latitude):
            crossings += longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)
    return crossings % 2 == 1
