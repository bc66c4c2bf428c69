"""The nation, or a state, in small: a town with its ages, households and services.

Published figures are mostly those of Germany. Held against a real town they would say as much
about the town as about the model. So they are held against a town made of the nation's own tables:
a few tens of thousands of residents in one district, as old, as many alone and with as many places
as the nation's. Meeting points are as many and as large as the folder of a new town assumes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.founding.writing import csv_text
from sim.town.finding import find_national
from sim.town.town import Town, read_town

REGIONS = ("DE", "BW", "SH", "ST")
START = 2023
"""The nation's ages are known at the end of this year."""
PERSONS = 40_000

_TOWN = """[town]
name = "nation_in_small"
label = "{label}"
state = "{region}"
start = "{start}-12"
end = "{end}-12"
latitude = 51.0
longitude = 10.0
population_seed = 1
[sources]
scale = "{scale}"
"""
_PLAN = """[plan]
name = "reference"
label_de = "Wie heute"
label_en = "As today"
"""
_FACT = {"source": "scenarios/germany", "status": "derived"}
_MEASURED = {"source": "scenarios/germany", "status": "measured"}


@lru_cache(maxsize=8)
def nation_in_small(region: str = "DE", persons: int = PERSONS, years: int = 2) -> Town:
    """A town like the nation or a state at the end of 2023.

    Args:
        region: one of `REGIONS`.
        persons: residents; rounding by sex and age moves it by a few.
        years: simulated years.
    """
    national = find_national(Path(__file__).parent)
    tables = {
        name: pd.read_csv(national / f"{name}.csv")
        for name in ("population_structure", "founding", "care_supply")
    }
    people = tables["population_structure"].query("region == @region")
    scale = float(people["persons"].sum()) / persons
    default = _defaults(tables["founding"], region)
    supply = tables["care_supply"].query("region == @region").set_index("quantity")["value"]
    counted = shared_out(people["persons"].to_numpy(dtype=np.float64), persons)
    over_80 = float(counted[people["age"].to_numpy() >= 80].sum()) / 1000.0
    point = {
        "district": "nation",
        "seats": round(default["meeting_point_seats"]),
        "opening_hours_per_week": default["meeting_point_opening_hours"],
        "all_ages": "no",
        "neighbourly_help": "no",
        **_FACT,
    }
    points = round(persons / default["residents_per_meeting_point"])
    area = persons / default["settled_persons_per_hectare"]
    files: dict[str, Sequence[Mapping[str, object]]] = {
        "districts": [
            {
                "district": "nation", "label": region, "latitude": 51.0, "longitude": 10.0,
                "area_hectares": round(area, 1), "residents": persons, **_FACT,
            }
        ],
        "population": [
            {
                "district": "nation", "sex": sex, "age_from": age,
                "age_to": 120 if age == int(people["age"].max()) else age,
                "persons": int(number), **_FACT,
            }
            for sex, age, number in zip(people["sex"], people["age"], counted, strict=True)
        ],
        "households": [
            {
                "district": "nation", "size": size,
                "households": round(default[f"households_{size}"] / scale), **_FACT,
            }
            for size in range(1, 7)
        ],
        "services": [
            {
                "service": service, "district": "*",
                "size": round(float(supply[f"{service}_per_1000_80plus"]) * over_80, 1), **status,
            }
            # Only places in homes are counted; the rest is what is in use at the start.
            for service, status in (
                ("ambulatory_hours_per_week", _FACT),
                ("day_care_places", _FACT),
                ("nursing_home_places", _MEASURED),
            )
        ],
        "meeting_points": [
            {
                **point, "key": f"point_{number}", "label": f"{number}",
                **_spread(number, points, area),
            }
            for number in range(points)
        ],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "nation_in_small"
        text = _TOWN.format(
            label=region, region=region, start=START, end=START + years, scale=f"{scale:.6f}"
        )
        write_folder(folder, text, files)
        town = read_town(folder, national)
    return replace(town, files=())  # they are gone


def shared_out(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers in proportion to weights that add up to a total (largest remainders)."""
    exact = weights * (total / weights.sum())
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    left = total - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:left]] += 1
    return whole


def _defaults(founding: pd.DataFrame, region: str) -> dict[str, float]:
    """What a new town is filled with: the state's value, or else the nation's."""
    values: dict[str, float] = {}
    for place in ("DE", region):
        rows = founding[founding["region"] == place]
        values.update(zip(rows["name"], rows["value"].astype(float), strict=True))
    return values


def _spread(number: int, points: int, area_hectares: float) -> dict[str, float]:
    """Where a meeting point lies."""
    east, north = spiral(number, points, area_hectares)
    return {
        "latitude": round(51.0 + north / 111_200.0, 6),
        "longitude": round(10.0 + east / (111_200.0 * 0.6293), 6),
    }


def spiral(number: int, places: int, hectares: float) -> tuple[float, float]:
    """A place in a spiral of even density over the settled circle, metres east and north of it.

    Args:
        number: of the place, from 0.
        places: how many there are.
        hectares: of the circle.
    """
    radius = np.sqrt(hectares * 10_000.0 / np.pi) * np.sqrt((number + 0.5) / places)
    turn = number * np.pi * (3.0 - np.sqrt(5.0))
    return float(radius * np.cos(turn)), float(radius * np.sin(turn))


def write_folder(
    folder: Path, town: str, tables: Mapping[str, Sequence[Mapping[str, object]]]
) -> None:
    """Write the folder of a town with the plan of carrying on as today.

    Args:
        folder: made if it is not there.
        town: text of `town.toml`.
        tables: rows by name of the table.
    """
    (folder / "plans").mkdir(parents=True, exist_ok=True)
    (folder / "town.toml").write_text(town, encoding="utf-8")
    (folder / "plans" / "reference.toml").write_text(_PLAN, encoding="utf-8")
    for name, rows in tables.items():
        text = csv_text(list(rows[0]), [list(row.values()) for row in rows])
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
