"""Small towns for tests, written to a folder as a planner would write them."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sim.town import Problem, TownError, read_town

Rows = Iterable[Mapping[str, Any]]
Content = Rows | str | bytes | None

HEAD = """\
[plan]
name = "test"
label_de = "Test"
label_en = "Test"
"""

MEASURE: dict[str, str] = {
    "kind": '"outreach"',
    "districts": '["mitte"]',
    "start": '"2027-01"',
    "size": "10",
    "cost_per_year": "20000",
    "payers": "{ municipality = 1 }",
}

NATIONAL = Path(__file__).parent.parent / "scenarios" / "germany"

FACT = {"source": "Test", "status": "assumed"}

# Residents of Germany by five-year group, in 100,000, from 0-4 to 95 and more.
AGES = (37, 40, 39, 38, 43, 48, 53, 55, 52, 49, 52, 66, 66, 56, 46, 33, 31, 17, 6, 1)

# Households of each size, in per cent.
HOUSEHOLDS = {1: 41, 2: 34, 3: 12, 4: 9, 5: 3, 6: 1}

REFERENCE = """\
[plan]
name = "reference"
label_de = "Nichts Neues"
label_en = "Nothing new"
"""

MEETING_POINT = """\
[plan]
name = "meeting_point"
label_de = "Treffpunkt"
label_en = "Meeting point"

[[measures]]
kind = "meeting_point"
districts = ["mitte"]
start = "2027-01"
size = 1
cost_per_year = 60000
payers = { municipality = 0.75, grant = 0.25 }
[measures.levers]
seats = 30
opening_hours_per_week = 20
all_ages = true
"""


def write_town(folder: Path, *, residents: int = 400, places: int = 2, **overrides: Any) -> Path:
    """Write a town to `folder` (made if need be) and return the folder.

    Args:
        folder: where to write.
        residents: number of residents, shared out evenly.
        places: number of districts: "mitte", "rand", then "quartier_3" and so on.
        overrides: `town`: entries of [town] that differ (or the whole file as text); `plans`:
            texts by file stem, in addition to reference.toml (None leaves one out); any other
            name is a table's stem: its rows, its text or bytes, or None for no such file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    town = overrides.pop("town", {})
    (folder / "town.toml").write_text(
        town if isinstance(town, str) else town_text(folder.name, **town), encoding="utf-8"
    )
    plans = {"reference": REFERENCE, **overrides.pop("plans", {})}
    (folder / "plans").mkdir(exist_ok=True)
    for name, text in plans.items():
        if text is not None:
            (folder / "plans" / f"{name}.toml").write_text(text, encoding="utf-8")
    tables: dict[str, Content] = {**tables_of(residents, places), **overrides}
    for name, content in tables.items():
        if content is None:
            continue
        data = content if isinstance(content, str | bytes) else table_text(content)
        (folder / f"{name}.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def write_national(folder: Path, **overrides: str | bytes | None) -> Path:
    """Copy the tables all towns share to `folder`; overrides by stem, None leaves a table out."""
    shutil.copytree(NATIONAL, folder)
    for stem, content in overrides.items():
        file = folder / f"{stem}.csv"
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def plan_text(levers: dict[str, str] | None = None, **changes: str | None) -> str:
    """A plan of one measure; the first entry stands in line 7."""
    entries = {name: value for name, value in {**MEASURE, **changes}.items() if value is not None}
    lines = [f"{name} = {value}" for name, value in entries.items()]
    if levers is not None:
        lines += ["[measures.levers]", *(f"{name} = {value}" for name, value in levers.items())]
    return "\n".join([HEAD, "[[measures]]", *lines, ""])


def town_text(folder_name: str, **changes: Any) -> str:
    """The text of `town.toml`; an entry that is None is left out."""
    entries = {
        "name": "".join(c if c.isalnum() and c.isascii() else "_" for c in folder_name.lower()),
        "label": "Musterstadt",
        "state": "BW",
        "start": "2025-12",
        "end": "2030-12",
        "latitude": 48.6,
        "longitude": 8.87,
        "population_seed": 1,
        **changes,
    }
    lines = [
        f"{key} = {value if isinstance(value, int | float) else chr(34) + value + chr(34)}"
        for key, value in entries.items()
        if value is not None
    ]
    return "\n".join(["[town]", *lines, "[sources]", 'population = "Test"', ""])


def tables_of(residents: int = 400, places: int = 2) -> dict[str, list[dict[str, Any]]]:
    """Rows of every table of a town by the table's stem, to be changed and written."""
    keys = ["mitte", "rand", *(f"quartier_{number}" for number in range(3, places + 1))][:places]
    sizes = shared_out(residents, [1] * places)
    districts, population, households = [], [], []
    for index, (key, size) in enumerate(zip(keys, sizes, strict=True)):
        districts.append(
            {
                "district": key,
                "label": key.replace("_", " ").title(),
                "latitude": 48.6 + 0.005 * index,
                "longitude": 8.87,
                "area_hectares": 40.0,
                "residents": size,
                "note": "",
                **FACT,
            }
        )
        cells = [(sex, group) for sex in ("male", "female") for group in range(len(AGES))]
        persons = shared_out(size, [AGES[group] for _, group in cells])
        population += [
            {
                "district": key,
                "sex": sex,
                "age_from": 5 * group,
                "age_to": 5 * group + 4 if group < len(AGES) - 1 else 120,
                "persons": count,
                **FACT,
            }
            for (sex, group), count in zip(cells, persons, strict=True)
        ]
        mean = sum(members * share for members, share in HOUSEHOLDS.items()) / 100
        counts = shared_out(int(0.98 * size / mean), list(HOUSEHOLDS.values()))
        households += [
            {"district": key, "size": members, "households": count, **FACT}
            for members, count in zip(HOUSEHOLDS, counts, strict=True)
        ]
    return {
        "districts": districts,
        "population": population,
        "households": households,
        "services": [
            {"service": "ambulatory_hours_per_week", "district": "*", "size": 12.5, **FACT},
            {"service": "day_care_places", "district": "*", "size": 1, **FACT},
            {"service": "nursing_home_places", "district": "*", "size": 4, **FACT},
        ],
        "meeting_points": [
            {
                "key": "treff",
                "label": "Seniorentreff",
                "district": "mitte",
                "latitude": 48.601,
                "longitude": 8.871,
                "seats": 12,
                "opening_hours_per_week": 6,
                "all_ages": "no",
                "neighbourly_help": "no",
                **FACT,
            }
        ],
    }


def table_text(rows: Rows, separator: str = ",") -> str:
    """Rows as CSV."""
    rows = list(rows)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def shared_out(total: int, weights: list[int]) -> list[int]:
    """Whole numbers in proportion to weights that add up to the total (largest remainders)."""
    exact = [total * weight / sum(weights) for weight in weights]
    whole = [int(number) for number in exact]
    by_rest = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for index in by_rest[: total - sum(whole)]:
        whole[index] += 1
    return whole


def problems_in(folder: Path, **more: Any) -> list[Problem]:
    """Everything that keeps a folder from being read as a town."""
    with pytest.raises(TownError) as caught:
        read_town(folder, **more)
    return list(caught.value.problems)


def only(folder: Path, **more: Any) -> tuple[str, str]:
    """The one problem of a folder in German and English."""
    found = problems_in(folder, **more)
    assert len(found) == 1, [one.text("de") for one in found]
    return found[0].text("de"), found[0].text("en")


def changed(table: str, row: int, **cells: Any) -> dict[str, list[dict[str, Any]]]:
    """One table of the small town in which cells of one row differ."""
    rows = tables_of()[table]
    rows[row] |= cells
    return {table: rows}
