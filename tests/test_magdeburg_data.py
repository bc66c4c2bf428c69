"""Magdeburg-Neu Olvenstedt as data: the tables are the city's counts of 2021, observations too."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "scenarios" / "magdeburg_neu_olvenstedt"
AGES = [(0, 6), (7, 17), (18, 44), (45, 64), (65, 120)]
YEARS = range(2021, 2026)
# KISS-MD, Hauptwohnsitz am 31.12.2021: Männer, Frauen, dann die fünf Altersgruppen.
COUNTED_2021 = {
    "neu_olvenstedt": (5_693, 5_778, 758, 1_260, 3_763, 2_954, 2_736),
    "alt_olvenstedt": (1_950, 1_954, 231, 394, 896, 1_472, 911),
    "nordwest": (2_247, 2_350, 221, 482, 924, 1_598, 1_372),
    "neustaedter_feld": (4_715, 4_763, 461, 869, 2_833, 2_395, 2_920),
    "stadtfeld_west": (6_852, 7_670, 751, 1_213, 4_079, 4_067, 4_412),
    "diesdorf": (1_972, 1_939, 316, 450, 1_056, 1_278, 811),
}
# Neu Olvenstedt am Ende von 2021 bis 2025: alle, und ab 65.
NEU_OLVENSTEDT = [11_471, 11_782, 11_960, 12_051, 12_092]
NEU_OLVENSTEDT_65 = [2_736, 2_856, 2_942, 3_081, 3_123]
# Haushalte mit 1, 2, 3, 4 und mehr Menschen in Neu Olvenstedt 2021.
HOUSEHOLDS = [3_623, 1_717, 611, 552]


def rows(table: str) -> list[dict[str, str]]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plan(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / "plans" / f"{name}.toml").read_text(encoding="utf-8"))


def observed() -> dict[tuple[int, str, int, int], int]:
    """Observed residents by year, district and ages."""
    return {
        (int(row["year"]), row["district"], int(row["age_from"]), int(row["age_to"])): int(
            row["value"]
        )
        for row in rows("observations")
    }


def test_every_row_names_its_source_and_status() -> None:
    tables = [
        "districts", "population", "households", "services", "meeting_points", "assumptions",
        "observations",
    ]  # fmt: skip
    for table in tables:
        for row in rows(table):
            assert row["source"].strip(), (table, row)
            assert row["status"] in {"measured", "derived", "estimated", "assumed"}, (table, row)


def test_districts_have_the_residents_the_city_counted() -> None:
    residents = {row["district"]: int(row["residents"]) for row in rows("districts")}
    assert residents == {key: sum(counted[:2]) for key, counted in COUNTED_2021.items()}
    assert sum(residents.values()) == 47_883


@pytest.mark.parametrize("district", COUNTED_2021)
def test_sexes_and_age_groups_are_the_counted_ones(district: str) -> None:
    men, women, *groups = COUNTED_2021[district]
    sexes: dict[str, int] = defaultdict(int)
    found = dict.fromkeys(AGES, 0)
    for row in rows("population"):
        if row["district"] != district:
            continue
        sexes[row["sex"]] += int(row["persons"])
        inside = [ages for ages in AGES if ages[0] <= int(row["age_from"]) <= ages[1]]
        found[inside[0]] += int(row["persons"])
    assert sexes == {"male": men, "female": women}
    assert list(found.values()) == groups


def test_single_ages_are_spread_like_the_whole_city() -> None:
    """Von 59 501 Menschen ab 65 der Stadt waren 20 944 ab 80 und 2 723 ab 90."""
    old = [row for row in rows("population") if int(row["age_from"]) >= 65]
    everyone = sum(int(row["persons"]) for row in old)
    oldest = sum(int(row["persons"]) for row in old if row["age_from"] == "90")
    eighty = sum(int(row["persons"]) for row in old if int(row["age_from"]) >= 80)
    assert everyone == 13_162
    assert eighty == 4_636
    assert eighty / everyone == pytest.approx(20_944 / 59_501, abs=0.005)
    assert oldest / everyone == pytest.approx(2_723 / 59_501, abs=0.005)


def test_households_are_the_counted_ones_scaled_to_the_people_in_them() -> None:
    counted: dict[str, dict[int, int]] = defaultdict(dict)
    for row in rows("households"):
        counted[row["district"]][int(row["size"])] = int(row["households"])
    ours = counted["neu_olvenstedt"]
    sizes = [ours[1], ours[2], ours[3], ours[4] + ours[5] + ours[6]]
    for found, city in zip(sizes, HOUSEHOLDS, strict=True):
        assert found == pytest.approx(city, rel=0.006)
    for key, number in counted.items():
        people = sum((6.5 if size == 6 else size) * count for size, count in number.items())
        assert 0.95 < people / sum(COUNTED_2021[key][:2]) <= 1.0, key


def test_observations_of_five_years_are_complete_and_add_up() -> None:
    figures = observed()
    assert len(figures) == len(rows("observations")) == len(YEARS) * len(COUNTED_2021) * 6
    for year in YEARS:
        for district in COUNTED_2021:
            groups = [figures[year, district, *ages] for ages in AGES]
            assert sum(groups) == figures[year, district, 0, 120], (year, district)
    assert {row["quantity"] for row in rows("observations")} == {"residents"}


def test_observations_of_neu_olvenstedt() -> None:
    figures = observed()
    assert [figures[year, "neu_olvenstedt", 0, 120] for year in YEARS] == NEU_OLVENSTEDT
    assert [figures[year, "neu_olvenstedt", 65, 120] for year in YEARS] == NEU_OLVENSTEDT_65


def test_the_first_observation_is_the_start_of_the_town() -> None:
    for district, (_, _, *groups) in COUNTED_2021.items():
        assert [observed()[2021, district, *ages] for ages in AGES] == groups
    town = tomllib.loads((FOLDER / "town.toml").read_text(encoding="utf-8"))["town"]
    assert (town["start"], town["end"], town["state"]) == ("2021-12", "2030-12", "ST")


def test_no_observation_after_the_start_has_gone_into_the_assumptions() -> None:
    """Wanderung: nur Jahre bis 2021, sonst wäre der Vergleich mit 2022 bis 2025 keiner."""
    for row in rows("assumptions"):
        if row["name"].startswith("net_migration"):
            assert int(row["year"]) <= 2021
            for year in range(2022, 2026):
                assert str(year) not in row["note"] + row["source"], row["name"]


def test_services_follow_their_stated_rates() -> None:
    services = {row["service"]: float(row["size"]) for row in rows("services")}
    share = 4_636 / 20_944
    permanent = round(3_150 / 0.933)
    assert services["nursing_home_places"] == pytest.approx(permanent * share, abs=0.6)
    assert services["day_care_places"] == pytest.approx((3_710 - permanent) * 0.9 * share, abs=0.6)
    assert services["ambulatory_hours_per_week"] == pytest.approx(214.1 * 4.636 * 3.05, abs=10)


def test_assumptions_lie_in_their_ranges() -> None:
    values = {row["name"]: row for row in rows("assumptions")}
    for row in values.values():
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), row["name"]
    assert float(values["care_rate_factor"]["value"]) == pytest.approx(1.11 * 0.85, abs=0.005)
    assert float(values["ambulatory_share_factor"]["value"]) == pytest.approx(25.3 / 21.1, abs=0.01)


def test_no_boundary_of_a_district_is_in_the_folder() -> None:
    """Sie stehen unter ODbL; nur die Stadtgrenze (dl-de/by-2-0) ist dabei."""
    outline = json.loads((FOLDER / "outline.geojson").read_text(encoding="utf-8"))
    assert "dl-de/by-2-0" in outline["licence"]
    (feature,) = outline["features"]
    assert feature["properties"]["ags"] == "15003000"
    for row in rows("districts"):  # middles to three decimals, about 100 m
        assert len(row["latitude"].split(".")[1]) == len(row["longitude"].split(".")[1]) == 3


def test_an_open_meeting_point_costs_what_the_city_offers() -> None:
    (measure,) = plan("open_meeting_point")["measures"]
    assert measure["cost_per_year"] == 30_000
    assert measure["payers"] == {"municipality": 1.0}
    (service,) = plan("care_service")["measures"]
    assert service["size"] * 52 * 20 == pytest.approx(30_000, rel=0.002)
    agreement = plan("district_agreement")["measures"]
    assert sum(one["cost_per_year"] for one in agreement) == 90_000
    paid = sum(one["cost_per_year"] * one["payers"]["municipality"] for one in agreement)
    assert paid == pytest.approx(56_665)
