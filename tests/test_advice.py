"""What a planner is told of a plan that is sound but perhaps not meant so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from towns import plan_text, tables_of, write_town

from sim.town import Measure, Plan, Problem, check_folder, read_town
from sim.town.advice import STAFFED, WEEKS_PER_YEAR, advice_for, usual_costs

EVERYWHERE = '["*"]'


def told(tmp_path: Path, text: str, **town: Any) -> list[Problem]:
    """Warnings of a plan in a small town that has one meeting point, in „mitte“."""
    found = check_folder(write_town(tmp_path / "klein", plans={"test": text}, **town))
    assert all(one.warning for one in found), [one.text("de") for one in found]
    return found


def columns(found: list[Problem]) -> list[str | None]:
    return [one.column for one in found]


def hours(kind: str, size: int = 10, rate: float = 45.0, **changes: str | None) -> str:
    """A plan of a measure in staff hours a week that costs a rate an hour."""
    cost = f"{size * 52 * rate:.2f}"
    return plan_text(**{"kind": f'"{kind}"', "size": str(size), "cost_per_year": cost, **changes})


def test_a_plan_as_it_should_be_needs_no_advice(tmp_path: Path) -> None:
    assert told(tmp_path, hours("outreach")) == []


def test_a_measure_of_size_zero(tmp_path: Path) -> None:
    (one,) = told(tmp_path, plan_text(size="0"))
    assert one.text("de") == (
        "plans/test.toml, Zeile 6, Spalte size: gefunden „0“, erwartet eine Größe über 0, sonst "
        "ändert die Maßnahme nichts; bitte die Größe eintragen oder die Maßnahme weglassen."
    )
    assert one.text("en") == (
        "plans/test.toml, line 6, column size: found “0”, expected a size above 0, otherwise the "
        "measure changes nothing; please enter the size or leave the measure out."
    )


def test_a_measure_in_a_district_where_nobody_lives(tmp_path: Path) -> None:
    tables: dict[str, Any] = {**tables_of(400, 3)}
    empty = tables["districts"][2]["district"]
    for table, column in (
        ("districts", "residents"), ("population", "persons"), ("households", "households"),
    ):  # fmt: skip
        tables[table] = [
            {**row, column: 0} if row["district"] == empty else row for row in tables[table]
        ]
    text = plan_text(kind='"preventive_visits"', districts=f'["{empty}"]')
    (one,) = told(tmp_path, text, **tables)
    assert one.column == "districts"
    assert f"gefunden „{empty}“, erwartet ein Quartier, in dem Menschen wohnen" in one.text("de")
    text = plan_text(kind='"preventive_visits"', districts=EVERYWHERE)
    assert told(tmp_path, text, **tables) == []


def test_a_measure_that_starts_after_the_last_month(tmp_path: Path) -> None:
    """In a file this is an error; a plan made without a file may have it."""
    town = read_town(write_town(tmp_path / "klein"))
    late = Measure("neighbourly_help", "", "", (0,), 61, cost_per_year=2340.0)
    (one,) = advice_for(Plan("spaet", "", "", measures=(late,)), town)
    assert (one.file, one.line, one.column) == ("plans/spaet.toml", None, "start")
    assert "ein Beginn in den ersten 60 Monaten, sonst ändert die Maßnahme nichts" in one.text("de")
    assert "a start within the first 60 months" in one.text("en")


@pytest.mark.parametrize(
    ("levers", "size", "column"),
    [
        ({"seats": "0"}, "1", "seats"),
        ({"opening_hours_per_week": "0"}, "1", "opening_hours_per_week"),
        ({"seats": "20"}, "2", "size"),
        ({"seats": "20"}, "0.5", None),
    ],
)
def test_a_meeting_point_without_room_or_two_in_one(
    tmp_path: Path, levers: dict[str, str], size: str, column: str | None
) -> None:
    found = told(tmp_path, plan_text(kind='"meeting_point"', size=size, levers=levers))
    assert columns(found) == ([] if column is None else [column])


@pytest.mark.parametrize(
    ("all_ages", "longer", "said"), [("yes", "0", True), ("yes", "3", False), ("no", "0", False)]
)
def test_opening_what_is_open_already(
    tmp_path: Path, *, all_ages: str, longer: str, said: bool
) -> None:
    (point,) = tables_of()["meeting_points"]
    levers = {"point": '"treff"', "extra_hours_per_week": longer}
    text = plan_text(kind='"opening_to_all_ages"', size="1", levers=levers)
    found = told(tmp_path, text, meeting_points=[{**point, "all_ages": all_ages}])
    assert columns(found) == (["point"] if said else [])


def no_points() -> str:
    return ",".join(tables_of()["meeting_points"][0]) + "\n"


def test_a_ride_that_leads_nowhere(tmp_path: Path) -> None:
    ride = plan_text(kind='"transport"', size="900")
    assert told(tmp_path / "with", ride) == []
    (one,) = told(tmp_path / "without", ride, meeting_points=no_points())
    assert "gefunden ein Fahrdienst ohne Treffpunkt" in one.text("de")
    assert "found a ride service without a meeting point" in one.text("en")
    point = plan_text(kind='"meeting_point"', size="1").partition("[[measures]]")[2]
    assert (
        told(tmp_path / "founded", f"{ride}\n[[measures]]\n{point}", meeting_points=no_points())
        == []
    )


@pytest.mark.parametrize("kind", ["outreach", "neighbourhood_manager"])
def test_outreach_with_nothing_near(tmp_path: Path, kind: str) -> None:
    # The second district lies 556 m north of the first and the point of the first; its edge,
    # as a circle of 40 ha, 357 m from its middle. Further away there is neither point nor help.
    districts = tables_of()["districts"]
    far = [districts[0], {**districts[1], "latitude": 48.65}]
    levers = {"share_outreach": "1"} if kind == "neighbourhood_manager" else None
    text = hours(kind, districts=EVERYWHERE, levers=levers)  # type: ignore[arg-type]
    assert told(tmp_path / "near", text) == []
    (one,) = told(tmp_path / "far", text, districts=far)
    assert one.column == "districts"
    assert one.found == "rand"
    assert "ein Treffpunkt im Quartier (oder bis 700 m von dessen Rand)" in one.text("de")
    assert "otherwise the contact leads nowhere" in one.text("en")
    help_there = hours("neighbourly_help", districts='["rand"]').partition("[[measures]]")[2]
    both = f"{text}\n[[measures]]\n{help_there}"
    assert told(tmp_path / "help", both, districts=far) == []


def test_a_manager_who_does_not_reach_out(tmp_path: Path) -> None:
    levers = {"share_coordination": "1"}
    text = hours("neighbourhood_manager", levers=levers)  # type: ignore[arg-type]
    assert told(tmp_path, text, meeting_points=no_points()) == []
    text = hours("neighbourhood_manager")  # divided by the ledger: also coordination, so help
    assert told(tmp_path, text, meeting_points=no_points()) == []


# Costs


def test_a_measure_without_costs(tmp_path: Path) -> None:
    (one,) = told(tmp_path, plan_text(cost_per_year=None, payers=None))
    assert one.text("de").endswith(
        "gefunden eine Maßnahme ohne Kosten, erwartet Kosten, im Jahr etwa 23400 Euro (siehe "
        "germany/measures.csv); bitte cost_per_year und payers eintragen, damit die Pläne "
        "vergleichbar sind."
    )
    assert "about 23400 euros a year" in one.text("en")


@pytest.mark.parametrize(("rate", "said"), [(30.0, True), (38.0, False), (55.0, False), (70, True)])
def test_staff_hours_cost_what_the_ledger_says(tmp_path: Path, *, rate: float, said: bool) -> None:
    found = told(tmp_path, hours("counselling", rate=rate))
    assert columns(found) == (["cost_per_year"] if said else [])
    if said:
        assert "38 bis 55 Euro je Stunde (Annahme staff_hour_cost)" in found[0].text("de")
        assert f"found {rate:.0f} euros an hour" in found[0].text("en")


@pytest.mark.parametrize(("rate", "said"), [(1.0, True), (20.0, False), (90.0, True)])
def test_an_extra_hour_of_care_costs_the_municipality_part_of_its_price(
    tmp_path: Path, *, rate: float, said: bool
) -> None:
    levers = {"service": '"ambulatory"'}
    found = told(tmp_path, hours("care_service", rate=rate, levers=levers))  # type: ignore[arg-type]
    assert columns(found) == (["cost_per_year"] if said else [])


def test_a_meeting_point_costs_at_least_its_staff(tmp_path: Path) -> None:
    levers = {"staff_hours_per_week": "30"}
    text = plan_text(kind='"meeting_point"', size="1", levers=levers)
    (one,) = told(tmp_path, text)
    assert "mindestens 59280 Euro für 30 Stunden Personal" in one.text("de")
    text = plan_text(kind='"meeting_point"', size="1", levers=levers, cost_per_year="60000")
    assert told(tmp_path, text) == []


ENDS = {"end": '"2028-12"', "remains": "0.5"}


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({**ENDS, "payers": "{ grant = 1 }"}, "payers"),
        ({**ENDS, "payers": "{ grant = 1 }", "payers_after": "{ household = 1 }"}, None),
        ({**ENDS, "payers": "{ municipality = 1 }"}, None),
        ({**ENDS, "payers": "{ grant = 1 }", "remains": "0"}, None),
        ({**ENDS, "payers": "{ grant = 1 }", "end": '"2030-12"'}, None),
        ({**ENDS, "remains": "0", "payers_after": "{ household = 1 }"}, "payers_after"),
    ],
)
def test_a_grant_that_ends_pays_nothing_afterwards(
    tmp_path: Path, changes: dict[str, str], column: str | None
) -> None:
    found = told(tmp_path, hours("counselling", **changes))
    assert columns(found) == ([] if column is None else [column])


def test_the_plans_of_herrenberg_need_no_advice() -> None:
    folder = Path(__file__).parent.parent / "scenarios" / "herrenberg"
    assert [one.text("de") for one in check_folder(folder) if "plans" in one.file] == []


def test_usual_costs_of_an_hour_are_those_of_the_ledger(tmp_path: Path) -> None:
    town = read_town(write_town(tmp_path / "klein"))
    usual, values = usual_costs(town.tables), town.ledger.values()
    for kind in STAFFED:
        assert usual[kind] == values["staff_hour_cost"] * WEEKS_PER_YEAR
    assert usual["care_service"] == values["care_hour_subsidy"] * WEEKS_PER_YEAR
