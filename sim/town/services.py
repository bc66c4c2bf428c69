"""Care services of a town; what its table does not tell is estimated from the state's supply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.town.problems import Both, Problems, problem
from sim.town.schema import SERVICES, PopulationRow, ServiceRow

FILE = "services.csv"
WHOLE_TOWN = "*"
NATION = "DE"


@dataclass(frozen=True)
class ServiceSpec:
    """Size of a service.

    Attributes:
        service: ambulatory_hours_per_week, day_care_places or nursing_home_places.
        size: hours a week or places.
        district: index of its district; None if it serves the whole town.
        source, status: where the number comes from.
    """

    service: str
    size: float
    district: int | None
    source: str
    status: str


def services_of(
    rows: Sequence[tuple[int, ServiceRow]],
    indices: Mapping[str, int],
    population: Sequence[PopulationRow],
    *,
    tables: Mapping[str, pd.DataFrame],
    state: str,
    problems: Problems,
) -> tuple[ServiceSpec, ...]:
    """Services as written, and an estimate for each that is missing."""
    specs = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        earlier = seen.setdefault((row.service, row.district), line)
        if earlier != line:
            problems.add(
                problem(
                    FILE,
                    row.service,
                    Both("jeder Dienst einmal je Quartier", "each service once a district"),
                    Both(
                        f"beide zusammenzählen (Zeile {earlier})",
                        f"add the two up (line {earlier})",
                    ),
                    line=line,
                    column="service",
                )
            )
        district = None if row.district == WHOLE_TOWN else indices.get(row.district)
        specs.append(ServiceSpec(row.service, row.size, district, row.source, row.status))
    for service in SERVICES:
        if any(spec.service == service for spec in specs):
            continue
        if "care_supply" not in tables:  # that is told as a problem of its own
            continue
        estimate = _estimate(service, population, tables, state)
        if estimate is not None:
            specs.append(estimate)
        else:
            problems.add(
                problem(
                    FILE,
                    Both(f"keine Zeile für {service}", f"no line for {service}"),
                    Both(
                        f"eine Angabe, denn germany/care_supply.csv hat keine für {state} oder DE",
                        f"a figure, as germany/care_supply.csv has none for {state} or DE",
                    ),
                    Both("die Zeile ergänzen", "add the line"),
                    column="service",
                )
            )
    return tuple(specs)


def residents_80_plus(
    population: Sequence[PopulationRow], structure: pd.DataFrame | None, region: str
) -> float:
    """Residents aged 80 and more; a group that straddles 80 is split as in the region."""
    total = 0.0
    for row in population:
        if row.age_from >= 80:
            total += row.persons
        elif row.age_to >= 80:
            total += row.persons * _share_80_plus(row, structure, region)
    return total


def _share_80_plus(row: PopulationRow, structure: pd.DataFrame | None, region: str) -> float:
    """Share of people of 80 and more in an age group that contains 80."""
    if structure is not None:
        for place in (region, NATION):
            inside = structure[
                (structure["region"] == place)
                & (structure["sex"] == row.sex)
                & (structure["age"] >= row.age_from)
                & (structure["age"] <= row.age_to)
            ]
            everyone = float(inside["persons"].sum())
            if everyone > 0:
                return float(inside.loc[inside["age"] >= 80, "persons"].sum()) / everyone
    return (row.age_to - 79) / (row.age_to - row.age_from + 1)


def _estimate(
    service: str,
    population: Sequence[PopulationRow],
    tables: Mapping[str, pd.DataFrame],
    state: str,
) -> ServiceSpec | None:
    supply = tables["care_supply"]
    quantity = f"{service}_per_1000_80plus"
    for region in (state, NATION):
        match = supply[(supply["region"] == region) & (supply["quantity"] == quantity)]
        if len(match):
            per_1000 = float(match["value"].iloc[0])
            old = residents_80_plus(population, tables.get("population_structure"), state)
            return ServiceSpec(
                service,
                round(per_1000 * old / 1000.0, 1),
                None,
                f"germany/care_supply.csv: {per_1000:g} je 1.000 Menschen ab 80 ({region}) "
                f"× {old:.0f} Menschen ab 80",
                "estimated",
            )
    return None
