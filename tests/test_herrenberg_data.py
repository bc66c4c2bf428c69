"""Herrenberg as data: sums agree, every fact has a source, the plans cost the town the same."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "scenarios" / "herrenberg"
RESIDENTS, OLD_TOWN, OLD_TOWN_HOUSEHOLDS, CORE_TOWN = 34_192, 1_200, 800, 16_175
GROUPS = [(0, 2), (3, 5), (6, 9), (10, 14), (15, 17), (18, 19)]
GROUPS += [(age, age + 4) for age in range(20, 90, 5)] + [(90, 120)]
OUTER = {
    "affstaett", "gueltstein", "haslach", "kayh", "kuppingen", "moenchberg", "oberjesingen",
}  # fmt: skip
COLUMNS = {
    "districts": "district,label,latitude,longitude,area_hectares,residents,note,source,status",
    "population": "district,sex,age_from,age_to,persons,source,status",
    "households": "district,size,households,source,status",
    "services": "service,district,size,source,status",
    "meeting_points": "key,label,district,latitude,longitude,seats,opening_hours_per_week,all_ages,"
    "neighbourly_help,source,status",
    "assumptions": "name,group,value,unit,low,high,distribution,label_de,label_en,year,source,"
    "status,note",
}
PLANS = sorted(path.stem for path in (FOLDER / "plans").glob("*.toml"))


def rows(table: str) -> list[dict[str, str]]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plan(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / "plans" / f"{name}.toml").read_text(encoding="utf-8"))


def yearly_cost(name: str, payer: str | None = None) -> float:
    """At full size, in the dearest month; a roll-out is the same measure once more."""
    months = [f"{year}-{month:02d}" for year in range(2026, 2031) for month in range(1, 13)]
    return max(
        sum(
            place.get("cost_per_year", measure["cost_per_year"])
            * (1.0 if payer is None else measure["payers"].get(payer, 0.0))
            for measure in plan(name).get("measures", [])
            for place in [measure, *measure.get("rollout", [])]
            if place["start"] <= month <= place.get("end", "9999-12")
        )
        for month in months
    )


def residents() -> dict[str, int]:
    return {row["district"]: int(row["residents"]) for row in rows("districts")}


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_source_and_status_of_every_row(table: str) -> None:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8") as file:
        assert file.readline().strip() == COLUMNS[table]
    for row in rows(table):
        assert row["source"].strip(), row
        assert row["status"] in {"measured", "derived", "estimated", "assumed"}, row


def test_nine_districts_add_up_to_the_town() -> None:
    districts = residents()
    assert set(districts) == {"altstadt", "kernstadt"} | OUTER
    assert sum(districts.values()) == RESIDENTS
    assert districts["altstadt"] == OLD_TOWN
    assert districts["altstadt"] + districts["kernstadt"] == CORE_TOWN


def test_districts_keep_the_order_of_size_that_was_published() -> None:
    districts = residents()
    order = ["kuppingen", "gueltstein", "oberjesingen", "affstaett"]
    order += ["haslach", "kayh", "moenchberg"]
    assert sorted(OUTER, key=lambda key: -districts[key]) == order


def test_population_fills_every_cell_once_and_adds_up_to_each_district() -> None:
    cells: dict[tuple[str, str, int, int], int] = {}
    for row in rows("population"):
        cell = (row["district"], row["sex"], int(row["age_from"]), int(row["age_to"]))
        assert cell not in cells
        cells[cell] = int(row["persons"])
    districts = residents()
    assert set(cells) == {
        (district, sex, *group)
        for district in districts
        for sex in ("male", "female")
        for group in GROUPS
    }
    assert min(cells.values()) >= 0
    sums: dict[str, int] = defaultdict(int)
    for (district, *_), persons in cells.items():
        sums[district] += persons
    assert sums == districts


def test_age_and_sex_are_those_of_the_readme() -> None:
    persons: dict[str, int] = defaultdict(int)
    for row in rows("population"):
        count = int(row["persons"])
        persons[row["sex"]] += count
        persons["65+"] += count * (int(row["age_from"]) >= 65)
        persons["80+"] += count * (int(row["age_from"]) >= 80)
    assert persons["65+"] == 7_653
    assert persons["80+"] == 2_536
    assert persons["male"] / RESIDENTS == pytest.approx(16_530 / 33_345, abs=1e-4)


def test_every_district_has_the_age_structure_of_the_town_within_rounding() -> None:
    town: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows("population"):
        town[row["sex"], row["age_from"]] += int(row["persons"])
    for row in rows("population"):
        share = residents()[row["district"]] / RESIDENTS
        assert abs(int(row["persons"]) - share * town[row["sex"], row["age_from"]]) <= 1.0


def test_people_in_households_and_nursing_homes_do_not_exceed_the_residents() -> None:
    districts = residents()
    people: dict[str, float] = defaultdict(float)
    number: dict[str, int] = defaultdict(int)
    for row in rows("households"):
        size = int(row["size"])
        assert 1 <= size <= 6
        number[row["district"]] += int(row["households"])
        people[row["district"]] += (6.5 if size == 6 else size) * int(row["households"])
    assert number["altstadt"] == OLD_TOWN_HOUSEHOLDS
    assert set(number) == set(districts)
    for district, count in districts.items():
        assert 0.985 * count <= people[district] <= count, district
    places = next(
        float(row["size"]) for row in rows("services") if row["service"] == "nursing_home_places"
    )
    assert sum(people.values()) + 0.914 * places <= RESIDENTS


def test_services_follow_their_stated_rates() -> None:
    services = {row["service"]: float(row["size"]) for row in rows("services")}
    assert services["nursing_home_places"] == round(127.7 * 2.536)
    assert services["day_care_places"] == round(14.0 * 2.536)
    hours = 120.5 * 1.05 * 2.536 * 3.05
    assert services["ambulatory_hours_per_week"] == pytest.approx(hours, abs=5)


def test_assumptions_lie_in_their_ranges() -> None:
    names = set()
    for row in rows("assumptions"):
        names.add(row["name"])
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
    assert names == {
        "ambulatory_share_factor",
        "care_rate_factor",
        "net_migration_per_1000",
        "nursing_home_own_share",
    }


def inside(longitude: float, latitude: float, ring: list[list[float]]) -> bool:
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > latitude) != (y2 > latitude):
            crossings += longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)
    return crossings % 2 == 1


def test_outline_names_its_licence_and_holds_every_district_and_point() -> None:
    outline = json.loads((FOLDER / "outline.geojson").read_text(encoding="utf-8"))
    assert "dl-de/by-2-0" in outline["licence"]
    assert "GeoBasis-DE / BKG" in outline["attribution"]
    assert "odbl" not in json.dumps(outline).lower()
    (feature,) = outline["features"]
    (ring,) = feature["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    for row in rows("districts") + rows("meeting_points"):
        assert inside(float(row["longitude"]), float(row["latitude"]), ring), row["label"]


@pytest.mark.parametrize("name", PLANS)
def test_plan_has_both_languages_known_districts_and_one_payer_for_every_euro(name: str) -> None:
    content = plan(name)
    assert content["plan"]["name"] == name
    for key in ("label_de", "label_en", "description_de", "description_en"):
        assert content["plan"][key].strip()
    known = set(residents()) | {"*"}
    for measure in content.get("measures", []):
        assert sum(measure["payers"].values()) == pytest.approx(1.0)
        assert set(measure["payers"]) <= {"municipality", "care_fund", "grant", "household"}
        for place in [measure, *measure.get("rollout", [])]:
            assert set(place["districts"]) <= known
            assert "2026-01" <= place["start"] <= "2030-12"


def test_the_reference_has_no_measures() -> None:
    assert "measures" not in plan("reference")


@pytest.mark.parametrize("name", sorted(set(PLANS) - {"reference", "participation"}))
def test_every_plan_costs_the_municipality_the_same_a_year_at_full_size(name: str) -> None:
    assert yearly_cost(name, "municipality") == pytest.approx(100_000)


def test_the_project_with_a_grant_costs_as_much_in_all() -> None:
    assert yearly_cost("participation") == pytest.approx(100_000)
    assert yearly_cost("participation", "municipality") == pytest.approx(20_000)
    for measure in plan("participation")["measures"]:
        assert measure["end"] == "2028-12"


def test_a_managers_hours_differ_only_in_what_they_are_for() -> None:
    named = ["manager_outreach", "manager_volunteers", "manager_coordination"]
    measures = [plan(name)["measures"][0] for name in named]
    levers = [measure.pop("levers") for measure in measures]
    assert measures[0] == measures[1] == measures[2]
    assert [max(shares, key=lambda one: shares[one]) for shares in levers] == [
        "share_outreach", "share_volunteers", "share_coordination",
    ]  # fmt: skip
    for shares in levers:
        assert sorted(shares.values()) == [0.1, 0.1, 0.8]


def test_the_extension_is_one_post_in_a_larger_area() -> None:
    (measure,) = plan("extension")["measures"]
    (later,) = measure["rollout"]
    assert measure["districts"] == ["altstadt"]
    assert later["districts"] == ["altstadt", "kernstadt"]
    assert "size" not in later  # the same hours
    assert measure["end"] == "2028-12"
    assert later["start"] == "2029-01"


def test_meeting_point_and_care_service_start_and_grow_together() -> None:
    """So that they cost the same in every single year, not only at full size."""
    courses = {
        (measure["start"], measure.get("end"), measure["ramp_up_months"])
        for name in ("meeting_point", "care_service", "both_half")
        for measure in plan(name)["measures"]
    }
    assert courses == {("2027-01", None, 6)}


def test_readme_states_the_main_figures_and_licences_in_both_languages() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for phrase in ("34 192", "34,192", "dl-de/by-2-0", "GeoBasis-DE", "geschätzt", "estimated"):
        assert phrase in text
