"""Short runs of small towns for the tests of the model: towns, plans, states to compare."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from towns import AGES, FACT, HOUSEHOLDS, shared_out, tables_of, write_town

from sim.indicators import INDEX, ITEMS, PAYERS
from sim.model import QuartierModel
from sim.residents import ALIVE, NAMES, NURSING_HOME
from sim.setting_up import settle
from sim.town import Measure, Plan, Town, read_town

KINDS = (
    "meeting_point",
    "opening_to_all_ages",
    "care_service",
    "neighbourhood_manager",
    "outreach",
    "volunteer_training",
    "neighbourly_help",
    "counselling",
    "preventive_visits",
    "barrier_free_housing",
    "transport",
    "digital_help",
)
REFERENCE = Plan("reference", "Nichts Neues", "Nothing new")

# Persons by five-year group in a town where many are old, up to a factor.
MANY_OLD = (10, 10, 10, 10, 12, 14, 16, 18, 18, 20, 25, 40, 60, 66, 60, 50, 45, 35, 15, 4)


@lru_cache(maxsize=16)
def small_town(
    residents: int = 400,
    places: int = 2,
    *,
    day_care_places: float = 1.0,
    nursing_home_places: float = 4.0,
    ambulatory_hours: float = 12.5,
    points: int = 1,
    seats: int = 12,
    status: str = "assumed",
    weights: tuple[int, ...] = AGES,
    end: str = "2030-12",
    population_seed: int = 1,
) -> Town:
    """A town of the tests, read from a folder as a planner's.

    Args:
        residents: number of residents, shared out evenly over `places` districts.
        places: number of districts.
        day_care_places, nursing_home_places, ambulatory_hours: services of the whole town.
        points: existing meeting points, the first in the first district and so on.
        seats: seats of each.
        status: of the services; "measured" makes their size bind from the first month.
        weights: persons by five-year group, 0-4 to 95 and more, up to a factor.
        end: last simulated month.
        population_seed: seed of the synthetic residents.
    """
    tables = tables_of(residents, places)
    if weights != AGES:
        population_of(tables, weights)
    fact = {**FACT, "status": status}
    tables["services"] = [
        {"service": service, "district": "*", "size": size, **fact}
        for service, size in (
            ("ambulatory_hours_per_week", ambulatory_hours),
            ("day_care_places", day_care_places),
            ("nursing_home_places", nursing_home_places),
        )
    ]
    first = tables["meeting_points"][0]
    tables["meeting_points"] = [
        {
            **first,
            "key": f"treff_{number}",
            "seats": seats,
            "district": tables["districts"][number]["district"],
            "latitude": tables["districts"][number]["latitude"] + 0.001,
        }
        for number in range(min(points, places))
    ] or ",".join(first) + "\n"  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        town = {"end": end, "population_seed": population_seed}
        return read_town(write_town(Path(folder) / "klein", town=town, **tables))


def population_of(tables: dict[str, list[dict[str, Any]]], weights: tuple[int, ...]) -> None:
    """Give the districts of tables other ages: `weights` by five-year group, both sexes alike."""
    districts = {row["district"]: row["residents"] for row in tables["districts"]}
    for name, size in districts.items():
        rows = [row for row in tables["population"] if row["district"] == name]
        cells = [weights[group] for _ in range(2) for group in range(len(weights))]
        for row, persons in zip(rows, shared_out(size, cells), strict=True):
            row["persons"] = persons
        adults = sum(row["persons"] for row in rows if row["age_from"] >= 20) / size
        sizes = HOUSEHOLDS if adults < 0.9 else {1: 44, 2: 50, 3: 4, 4: 2, 5: 0, 6: 0}
        mean = sum(members * share for members, share in sizes.items()) / sum(sizes.values())
        counts = shared_out(int(0.9 * size / mean), list(sizes.values()))
        of_district = [row for row in tables["households"] if row["district"] == name]
        for row, households in zip(of_district, counts, strict=True):
            row["households"] = households


def ageing_town(**changes: Any) -> Town:
    """Two districts with many old people; a small seniors' point in the first, services scarce."""
    usual: dict[str, Any] = {
        "residents": 4000,
        "places": 2,
        "weights": MANY_OLD,
        "seats": 10,
        "status": "measured",
        "ambulatory_hours": 250.0,
        "day_care_places": 6.0,
        "nursing_home_places": 70.0,
    }
    return small_town(**{**usual, **changes})


@lru_cache(maxsize=16)
def residents_of(town: Town) -> Any:
    """The town's residents at the start, made once."""
    return settle(town)


def measure(kind: str, **changes: Any) -> Measure:
    """A measure of a kind in the first district from the sixth month, paid by the municipality."""
    entries: dict[str, Any] = {
        "kind": kind,
        "label_de": kind,
        "label_en": kind,
        "districts": (0,),
        "start": 6,
        "size": 1.0,
        "cost_per_year": 12000.0,
        "payers": {"municipality": 1.0},
        **changes,
    }
    return Measure(**entries)


def plan_of(*measures: Measure, name: str = "test") -> Plan:
    """A plan of some measures."""
    return Plan(name, name, name, measures=measures)


def model_of(town: Town, plan: Plan = REFERENCE, seed: int = 1, **options: Any) -> QuartierModel:
    """A model at its start; the residents of a town are made only once."""
    options = {"collect": False, "population": residents_of(town), **options}
    return QuartierModel(town, plan, seed, **options)


def after(model: QuartierModel, months: int) -> QuartierModel:
    """The model some months later."""
    for _ in range(months):
        model.step()
    return model


def months_of(
    town: Town, plan: Plan = REFERENCE, months: int = 12, seed: int = 1, **options: Any
) -> Iterator[QuartierModel]:
    """The model at its start and after each month."""
    model = model_of(town, plan, seed, **options)
    yield model
    for _ in range(months):
        model.step()
        yield model
    model.crew.close()


def count(model: QuartierModel, name: str, district: int | None = None, band: int = 0) -> int:
    """An indicator as last counted.

    Args:
        model: the model.
        name: the indicator.
        district: index, None for the whole town.
        band: youngest age band counted: 0 all, 1 from 65, 2 from 80.
    """
    found = model.state.counts[..., INDEX[name]][:, band:]
    return int(found.sum() if district is None else found[district].sum())


def costs(model: QuartierModel, payer: str, item: str = "measures") -> float:
    """Euros of this month."""
    return float(model.state.money[:, PAYERS.index(payer), ITEMS.index(item)].sum())


def columns_by_uid(model: QuartierModel) -> dict[str, NDArray[Any]]:
    """Columns of the residents in the order of their identities; links as identities."""
    c = model.state.columns
    rows = model.residents.rows
    rows = rows[np.argsort(c.uid[rows])]
    found: dict[str, NDArray[Any]] = {}
    for name in NAMES:
        values = getattr(c, name)[rows]
        if name in ("partner", "child", "parent", "follows", "acquaintances"):
            values = np.where(values >= 0, c.uid[values], np.uint64(0))
        elif name == "household":  # its number is only a place
            continue
        found[name] = values
    return found


def digest(model: QuartierModel) -> str:
    """SHA-256 over every column, household, count and euro, bit for bit."""
    state = model.state
    state_hash = hashlib.sha256()
    for name in NAMES:
        state_hash.update(np.ascontiguousarray(getattr(state.columns, name)[: state.rows]).data)
    state_hash.update(state.household_size[: state.households].tobytes())
    for array in (state.counts, state.reachable, state.money, state.levers, *state.points):
        state_hash.update(np.ascontiguousarray(array).data)
    state_hash.update(f"{state.month} {state.rows} {state.households}".encode())
    return state_hash.hexdigest()


def digests(town: Town, plan: Plan, months: int, seed: int = 1, **options: Any) -> list[str]:
    """A digest for the start and for each month."""
    return [digest(model) for model in months_of(town, plan, months, seed, **options)]


def living(model: QuartierModel, name: str) -> NDArray[Any]:
    """A column of those who live here."""
    column: NDArray[Any] = model.residents[name]
    return column


def at_home(model: QuartierModel) -> NDArray[np.bool_]:
    """Who of those who live here does not live in a nursing home."""
    found: NDArray[np.bool_] = living(model, "setting") != NURSING_HOME
    return found


def alive_rows(state: Any) -> NDArray[np.int64]:
    """Rows of those who live here."""
    return np.flatnonzero(state.columns.status == ALIVE)


def around(stage: Callable[..., Any], watch: Callable[[Any], None]) -> Callable[..., Any]:
    """A stage of the month that is watched before it runs; for `monkeypatch.setattr`."""

    def watched(state: Any, *arguments: Any) -> Any:
        watch(state)
        return stage(state, *arguments)

    return watched
