"""The county of Esslingen as data: sums are the published ones, both folders agree, money fits."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
COUNTY, TOWNS = "landkreis_esslingen", "esslingen_towns"
FOLDERS = [COUNTY, TOWNS]

# GENESIS 12411-03-03-4-B, Landkreis Esslingen, 31.12.2025: Menschen je Altersgruppe.
OFFICIAL_AGES = {
    (0, 2): 14_326, (3, 5): 15_906, (6, 9): 21_178, (10, 14): 25_387, (15, 17): 15_577,
    (18, 19): 10_473, (20, 24): 27_914, (25, 29): 32_504, (30, 34): 34_653, (35, 39): 36_747,
    (40, 44): 34_846, (45, 49): 33_559, (50, 54): 34_058, (55, 59): 41_436, (60, 64): 40_666,
    (65, 69): 32_326, (70, 74): 25_120, (75, 79): 21_217, (80, 84): 17_686, (85, 89): 14_560,
    (90, 120): 6_189,
}  # fmt: skip
# Zensus 2022, 15.5.2022: Einwohner, Menschen ab 75, Haushalte mit einer Person.
CENSUS = {
    "aichtal": (9_537, 907, 1_586),
    "denkendorf": (11_001, 1_216, 1_914),
    "erkenbrechtsweiler": (2_035, 187, 279),
    "koengen": (9_560, 1_041, 1_542),
    "kohlberg": (2_344, 254, 275),
    "leinfelden_echterdingen": (40_774, 4_579, 8_343),
    "neckartailfingen": (3_769, 358, 563),
    "neckartenzlingen": (6_107, 673, 917),
    "wendlingen": (15_800, 1_823, 3_028),
}
CENSUS_COUNTY, CENSUS_COUNTY_75, CENSUS_COUNTY_HOUSEHOLDS = 529_895, 58_483, 244_853
# Die 17 Kommunen: neun seit 2017 und acht aus der Pressemitteilung des Landes.
EIGHT_MORE = {
    "altbach", "beuren", "frickenhausen", "grossbettlingen", "hochdorf", "neidlingen",
    "nuertingen", "weilheim_an_der_teck",
}  # fmt: skip
PRIZE_MONEY = 100_000
EUROS_PER_STAFF_HOUR = 45


def rows(folder: str, table: str) -> list[dict[str, str]]:
    with (SCENARIOS / folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plan(folder: str, name: str) -> dict[str, Any]:
    text = (SCENARIOS / folder / "plans" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def plans(folder: str) -> list[str]:
    return sorted(path.stem for path in (SCENARIOS / folder / "plans").glob("*.toml"))


def residents(folder: str) -> dict[str, int]:
    return {row["district"]: int(row["residents"]) for row in rows(folder, "districts")}


def persons(folder: str, youngest: int = 0) -> dict[str, int]:
    counted: dict[str, int] = defaultdict(int)
    for row in rows(folder, "population"):
        if int(row["age_from"]) >= youngest:
            counted[row["district"]] += int(row["persons"])
    return counted


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_row_names_its_source_and_status(folder: str) -> None:
    tables = ["districts", "population", "households", "services", "meeting_points", "assumptions"]
    for table in tables:
        for row in rows(folder, table):
            assert row["source"].strip(), (table, row)
            assert row["status"] in {"measured", "derived", "estimated", "assumed"}, (table, row)


def test_every_age_group_of_the_county_is_the_official_one() -> None:
    found: dict[tuple[int, int], int] = defaultdict(int)
    for row in rows(COUNTY, "population"):
        found[int(row["age_from"]), int(row["age_to"])] += int(row["persons"])
    assert found == OFFICIAL_AGES
    assert sum(found.values()) == 536_328


def test_44_municipalities_add_up_and_the_nine_are_among_them() -> None:
    everywhere = residents(COUNTY)
    assert len(everywhere) == 44
    assert sum(everywhere.values()) == 536_328
    assert persons(COUNTY) == everywhere
    assert set(residents(TOWNS)) == set(CENSUS)
    assert residents(TOWNS) == {key: everywhere[key] for key in CENSUS}
    assert sum(residents(TOWNS).values()) == 102_118


@pytest.mark.parametrize("table", ["districts", "population", "households"])
def test_the_nine_towns_have_the_same_figures_in_both_folders(table: str) -> None:
    assert rows(TOWNS, table) == [row for row in rows(COUNTY, table) if row["district"] in CENSUS]


def test_municipalities_grow_about_like_the_county_since_the_census() -> None:
    growth = 536_328 / CENSUS_COUNTY
    for key, (counted, _, _) in CENSUS.items():
        assert residents(COUNTY)[key] / counted == pytest.approx(growth, abs=0.012), key


def test_municipalities_keep_their_own_age() -> None:
    """Der Anteil eines Ortes an den Menschen ab 75 ist der des Zensus."""
    county = sum(persons(COUNTY, 75).values())
    for key, (_, old, _) in CENSUS.items():
        share = persons(COUNTY, 75)[key] / county
        assert share == pytest.approx(old / CENSUS_COUNTY_75, rel=0.02), key


def test_households_are_those_of_the_census_scaled_to_the_people_in_them() -> None:
    number: dict[str, int] = defaultdict(int)
    people: dict[str, float] = defaultdict(float)
    alone: dict[str, int] = {}
    for row in rows(COUNTY, "households"):
        size = int(row["size"])
        number[row["district"]] += int(row["households"])
        people[row["district"]] += (6.5 if size == 6 else size) * int(row["households"])
        if size == 1:
            alone[row["district"]] = int(row["households"])
    assert sum(number.values()) == pytest.approx(CENSUS_COUNTY_HOUSEHOLDS * 1.0146, rel=0.001)
    for key, count in residents(COUNTY).items():
        assert 0.97 * count < people[key] <= count, key
    for key, (_, _, single) in CENSUS.items():
        assert alone[key] == pytest.approx(single, rel=0.035), key


@pytest.mark.parametrize("folder", FOLDERS)
def test_services_are_the_countys_by_people_of_80_and_over(folder: str) -> None:
    share = sum(persons(folder, 80).values()) / sum(persons(COUNTY, 80).values())
    services = {row["service"]: float(row["size"]) for row in rows(folder, "services")}
    permanent = round(4_629 * 127.7 / (127.7 + 15.5))
    assert services["nursing_home_places"] == pytest.approx(permanent * share, abs=0.6)
    assert services["day_care_places"] == pytest.approx((4_629 - permanent) * 0.9 * share, abs=0.6)
    hours = 120.5 * 1.05 * sum(persons(folder, 80).values()) / 1000 * 3.05
    assert services["ambulatory_hours_per_week"] == pytest.approx(hours, abs=10)


@pytest.mark.parametrize("folder", FOLDERS)
def test_outline_has_every_municipality_and_names_its_licence(folder: str) -> None:
    outline = json.loads((SCENARIOS / folder / "outline.geojson").read_text(encoding="utf-8"))
    assert "dl-de/by-2-0" in outline["licence"]
    assert "BKG" in outline["attribution"]
    named = {feature["properties"]["district"] for feature in outline["features"]}
    assert named == set(residents(folder))
    areas = {
        feature["properties"]["district"]: feature["properties"]["area_hectares_official"]
        for feature in outline["features"]
    }
    for row in rows(folder, "districts"):  # settled area lies within the municipality
        assert float(row["area_hectares"]) <= areas[row["district"]], row["district"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_assumptions_lie_in_their_ranges(folder: str) -> None:
    for row in rows(folder, "assumptions"):
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), row["name"]
    values = {row["name"]: float(row["value"]) for row in rows(folder, "assumptions")}
    assert values["care_rate_factor"] == pytest.approx(0.85 * 0.89, abs=0.005)
    assert values["nursing_home_use"] == pytest.approx(1 - 66 * 2 / 4_061, abs=0.001)
    assert ("moves_factor" in values) == (folder == COUNTY)


@pytest.mark.parametrize("folder", FOLDERS)
def test_plans_stay_within_the_prize_money(folder: str) -> None:
    bigger = {"seventeen_towns", "whole_county"}
    for name in plans(folder):
        measures = plan(folder, name).get("measures", [])
        cost = sum(measure["cost_per_year"] for measure in measures)
        assert cost <= PRIZE_MONEY, name
        if name not in bigger | {"reference"}:
            assert cost >= 0.99 * PRIZE_MONEY, name
        for measure in measures:
            assert sum(measure["payers"].values()) == pytest.approx(1.0)


def test_every_kind_the_county_names_is_in_a_plan() -> None:
    kinds = {
        measure["kind"]
        for name in plans(TOWNS)
        for measure in plan(TOWNS, name).get("measures", [])
    }
    assert kinds >= {
        "neighbourhood_manager", "volunteer_training", "preventive_visits", "transport",
        "barrier_free_housing", "digital_help", "counselling",
    }  # fmt: skip
    package = {measure["kind"] for measure in plan(TOWNS, "living_worlds")["measures"]}
    assert len(package) == 7


@pytest.mark.parametrize("folder", FOLDERS)
def test_grants_pay_for_two_years_and_differ_in_what_remains_only(folder: str) -> None:
    some, none = plan(folder, "grant_two_years"), plan(folder, "grant_then_nothing")
    for content in (some, none):
        (measure,) = content["measures"]
        assert (measure["start"], measure["end"]) == ("2027-01", "2028-12")
        assert measure["payers"] == {"grant": 1.0}
    assert some["measures"][0].pop("remains") == 0.3
    assert some["measures"][0].pop("payers_after") == {"municipality": 1.0}
    assert none["measures"][0].pop("remains") == 0.0
    assert some["measures"] == none["measures"]
    (permanent,) = plan(folder, "quartierskuemmerer")["measures"]
    assert "end" not in permanent
    assert permanent["size"] * 52 * EUROS_PER_STAFF_HOUR == 91_260


def test_the_roll_out_gives_every_resident_as_much_work() -> None:
    (measure,) = plan(COUNTY, "whole_county")["measures"]
    eight, rest = measure["rollout"]
    assert set(measure["districts"]) == set(CENSUS)
    assert set(eight["districts"]) == EIGHT_MORE
    stages = [set(measure["districts"]), set(eight["districts"]), set(rest["districts"])]
    assert sum(len(stage) for stage in stages) == 44
    assert set.union(*stages) == set(residents(COUNTY))
    people = [sum(residents(COUNTY)[key] for key in stage) for stage in stages]
    for one, size, cost in zip(
        people, (39, eight["size"], rest["size"]),
        (100_000, eight["cost_per_year"], rest["cost_per_year"]), strict=True,
    ):  # fmt: skip
        assert size / one == pytest.approx(39 / people[0], rel=0.002)
        assert cost / one == pytest.approx(100_000 / people[0], rel=0.002)


def test_the_readme_says_what_the_tables_say() -> None:
    text = (SCENARIOS / COUNTY / "README.md").read_text(encoding="utf-8")
    assert "536 328" in text
    assert f"{sum(persons(COUNTY, 65).values()):,}".replace(",", " ") in text
    assert f"{sum(persons(COUNTY, 80).values()):,}".replace(",", " ") in text
    towns = (SCENARIOS / TOWNS / "README.md").read_text(encoding="utf-8")
    for key, (counted, _, _) in CENSUS.items():
        cells = [counted, residents(TOWNS)[key], persons(TOWNS, 65)[key], persons(TOWNS, 80)[key]]
        line = " | ".join(f"{cell:,}".replace(",", " ") for cell in cells)
        assert line in towns, key
