"""Made-up towns and plans, each known by a number: different in everything a planner can write."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from sim.model import settled_population
from sim.residents import Population
from sim.town import Measure, Plan, Town, read_town
from tests.towns import FACT, shared_out, tables_of, write_town

KINDS = {
    "meeting_point": 1.0,
    "opening_to_all_ages": 1.0,
    "care_service": 40.0,
    "neighbourhood_manager": 20.0,
    "outreach": 10.0,
    "volunteer_training": 20.0,
    "neighbourly_help": 10.0,
    "counselling": 10.0,
    "preventive_visits": 100.0,
    "barrier_free_housing": 50.0,
    "transport": 2000.0,
    "digital_help": 50.0,
}
"""Size of a measure that a town of a few hundred people feels, by kind."""

OLD = (1, 1, 1, 1, 2, 3, 3, 4, 4, 5, 9, 20, 25, 30, 35, 35, 40, 25, 10, 2)
"""Residents by five-year group of an old town, up to a factor."""
HOUSEHOLDS_OF_THE_OLD = {1: 44, 2: 50, 3: 4, 4: 2, 5: 0, 6: 0}


@lru_cache(maxsize=64)
def made_up_town(number: int) -> Town:
    """A town of 300 to 600 residents in one to four districts.

    Every second town is old, so that care, widowhood and queues are frequent; services may be
    scarce or not, meeting points crowded, few or none.
    """
    random = Random(number)
    places = random.randint(1, 4)
    tables = tables_of(random.randint(300, 600), places)
    if number % 2:
        make_old(tables)
    fact = {**FACT, "status": random.choice(["measured", "assumed"])}
    sizes = {
        "ambulatory_hours_per_week": random.choice([5.0, 40.0, 200.0]),
        "day_care_places": random.choice([0.0, 1.0, 5.0]),
        "nursing_home_places": random.choice([2.0, 8.0, 40.0]),
    }
    tables["services"] = [
        {"service": service, "district": "*", "size": size, **fact}
        for service, size in sizes.items()
    ]
    point = tables["meeting_points"][0]
    tables["meeting_points"] = [
        {
            **point,
            "key": f"treff_{k}",
            "district": tables["districts"][k]["district"],
            "latitude": tables["districts"][k]["latitude"] + 0.001,
            "seats": random.choice([1, 3, 12]),
            "all_ages": random.choice(["yes", "no"]),
        }
        for k in range(random.randint(1, places))
    ]
    with tempfile.TemporaryDirectory() as folder:
        entries = {"population_seed": number + 1}
        return read_town(write_town(Path(folder) / "dorf", town=entries, **tables))


def make_old(tables: dict[str, list[dict[str, Any]]]) -> None:
    """Give all districts of tables the ages of an old town, and smaller households."""
    for district in tables["districts"]:
        key, size = district["district"], district["residents"]
        rows = [row for row in tables["population"] if row["district"] == key]
        for row, persons in zip(rows, shared_out(size, [*OLD, *OLD]), strict=True):
            row["persons"] = persons
        mean = sum(members * share for members, share in HOUSEHOLDS_OF_THE_OLD.items()) / 100
        shares = list(HOUSEHOLDS_OF_THE_OLD.values())
        rows = [row for row in tables["households"] if row["district"] == key]
        for row, number in zip(rows, shared_out(int(0.9 * size / mean), shares), strict=True):
            row["households"] = number


@lru_cache(maxsize=64)
def residents_of(number: int) -> Population:
    """The residents of a made-up town at its start."""
    return settled_population(made_up_town(number))


def made_up_plan(number: int, town: Town, months: int) -> Plan:
    """A plan of one to six measures in force within the first months; every sixth plan has none."""
    random = Random(number)
    size = random.randint(1, 6) if number % 6 != 5 else 0
    measures = tuple(made_up_measure(random, town, months) for _ in range(size))
    return Plan(f"plan_{number}", f"Plan {number}", f"Plan {number}", measures=measures)


def made_up_measure(random: Random, town: Town, months: int) -> Measure:
    """A measure of any kind."""
    kind = random.choice(sorted(KINDS))
    everywhere = range(len(town.districts))
    districts = tuple(sorted(random.sample(everywhere, random.randint(1, len(everywhere)))))
    levers: dict[str, Any] = {}
    if kind == "meeting_point":
        levers = {
            "seats": random.choice([2, 30]),
            "opening_hours_per_week": random.choice([4.0, 30.0]),
            "all_ages": random.choice([True, False]),
            "staff_hours_per_week": random.choice([0.0, 20.0]),
        }
    elif kind == "opening_to_all_ages":
        point = random.choice(town.meeting_points)
        districts = (point.district,)
        levers = {"point": point.key, "extra_hours_per_week": random.choice([0.0, 10.0])}
    elif kind == "care_service":
        levers = {"service": random.choice(["ambulatory", "day_care", "nursing_home"])}
    elif kind == "neighbourhood_manager" and random.random() < 0.5:
        levers = {"share_outreach": 0.5, "share_volunteers": 0.3, "share_coordination": 0.2}
    start = random.randint(1, max(1, months // 2))
    return Measure(
        kind=kind,
        label_de=kind,
        label_en=kind,
        districts=districts,
        start=start,
        end=random.choice([None, start + months // 4]),
        ramp_up_months=random.choice([0, 3]),
        remains=random.choice([0.0, 0.3]),
        size=KINDS[kind] * random.choice([0.3, 1.0, 3.0]),
        cost_per_year=random.choice([0.0, 20000.0]),
        payers=random.choice([{"municipality": 1.0}, {"grant": 0.3, "care_fund": 0.7}]),
        levers=levers,
    )
