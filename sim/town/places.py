"""The districts and meeting points of a town, with their places in metres."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.town.geography import check_near, metres
from sim.town.margins import DISTRICTS
from sim.town.problems import Both, Problems, problem
from sim.town.schema import DistrictRow, MeetingPointRow

POINTS = "meeting_points.csv"


@dataclass(frozen=True)
class DistrictSpec:
    """A district (Quartier) of the town.

    Attributes:
        key, label: its key in the tables, and its name.
        x, y: its middle, metres east and north of the town's origin.
        area_hectares, residents: as in the table.
        radius_metres: radius of a circle of the same area.
        note, source, status: where the numbers come from.
    """

    key: str
    label: str
    x: float
    y: float
    area_hectares: float
    residents: int
    radius_metres: float
    note: str
    source: str
    status: str

    @property
    def estimated(self) -> bool:
        """Whether its figures are estimated or assumed."""
        return self.status in ("estimated", "assumed")


@dataclass(frozen=True)
class MeetingPointSpec:
    """An existing meeting point; `district` is an index, x and y are metres."""

    key: str
    label: str
    district: int
    x: float
    y: float
    seats: int
    opening_hours_per_week: float
    all_ages: bool
    neighbourly_help: bool
    source: str
    status: str


def districts_by_key(
    rows: Sequence[tuple[int, DistrictRow]], problems: Problems
) -> dict[str, tuple[int, DistrictRow]]:
    """Districts with their lines by key, in the order of the table."""
    by_key: dict[str, tuple[int, DistrictRow]] = {}
    for line, row in rows:
        if row.district in by_key:
            _twice(DISTRICTS, "district", row.district, (by_key[row.district][0], line), problems)
        by_key.setdefault(row.district, (line, row))
    return by_key


def district_specs(
    rows: Sequence[tuple[int, DistrictRow]], origin: tuple[float, float], problems: Problems
) -> tuple[DistrictSpec, ...]:
    """Districts with places in metres from the origin (latitude, longitude)."""
    specs = []
    for line, row in rows:
        x, y = metres(row.latitude, row.longitude, origin)
        check_near((x, y), DISTRICTS, line, row.district, problems)
        specs.append(
            DistrictSpec(
                key=row.district,
                label=row.label,
                x=x,
                y=y,
                area_hectares=row.area_hectares,
                residents=row.residents,
                radius_metres=math.sqrt(row.area_hectares * 10_000 / math.pi),
                note=row.note,
                source=row.source,
                status=row.status,
            )
        )
    return tuple(specs)


def point_specs(
    rows: Sequence[tuple[int, MeetingPointRow]],
    indices: Mapping[str, int],
    origin: tuple[float, float],
    problems: Problems,
) -> tuple[MeetingPointSpec, ...]:
    """Meeting points with places in metres from the origin (latitude, longitude)."""
    specs = []
    lines: dict[str, int] = {}
    for line, row in rows:
        if lines.setdefault(row.key, line) != line:
            _twice(POINTS, "key", row.key, (lines[row.key], line), problems)
        x, y = metres(row.latitude, row.longitude, origin)
        check_near((x, y), POINTS, line, row.key, problems)
        content = row.model_dump(exclude={"district", "latitude", "longitude"})
        specs.append(MeetingPointSpec(**content, district=indices.get(row.district, 0), x=x, y=y))
    return tuple(specs)


def _twice(file: str, column: str, key: str, lines: tuple[int, int], problems: Problems) -> None:
    earlier, line = lines
    problems.add(
        problem(
            file,
            key,
            Both("jeder Schlüssel nur einmal", "every key only once"),
            Both(
                f"einen anderen als in Zeile {earlier} wählen",
                f"choose another than in line {earlier}",
            ),
            line=line,
            column=column,
        )
    )
