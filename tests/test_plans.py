"""Plans: what a planner may write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from towns import MEETING_POINT, REFERENCE, plan_text, write_town

from sim.town import Measure, Plan, read_town
from sim.town.kinds import LEVERS
from sim.town.plan import PAYERS, month_number


def measures_of(tmp_path: Path, text: str, **town: Any) -> tuple[Measure, ...]:
    folder = write_town(tmp_path / "klein", plans={"test": text}, **town)
    return read_town(folder).plans["test"].measures


# What a plan may be


def test_a_plan(tmp_path: Path) -> None:
    town = read_town(write_town(tmp_path / "klein", plans={"meeting_point": MEETING_POINT}))
    plan = town.plans["meeting_point"]
    assert (plan.name, plan.label_de, plan.label_en) == (
        "meeting_point",
        "Treffpunkt",
        "Meeting point",
    )
    (measure,) = plan.measures
    assert measure.districts == (0,)
    assert measure.start == 13
    assert measure.end is None
    assert measure.payers == {"municipality": 0.75, "grant": 0.25}
    assert measure.levers == {"seats": 30, "opening_hours_per_week": 20, "all_ages": True}
    assert measure.line == 6
    assert (
        measure.label_de
        == town.tables["measures"].set_index("kind").loc["meeting_point", "label_de"]
    )


def test_the_reference_need_not_be_written(tmp_path: Path) -> None:
    town = read_town(write_town(tmp_path / "a", plans={"reference": None}))
    assert town.plans == {"reference": Plan("reference", "Nichts Neues", "Nothing new")}
    written = REFERENCE.replace("Nichts Neues", "Wie bisher")
    town = read_town(write_town(tmp_path / "b", plans={"reference": written}))
    assert town.plans["reference"].label_de == "Wie bisher"


def test_all_districts_and_a_grant_that_ends(tmp_path: Path) -> None:
    (measure,) = measures_of(
        tmp_path,
        plan_text(
            districts='["*"]',
            end='"2028-12"',
            ramp_up_months="6",
            remains="0.3",
            payers="{ grant = 0.8, municipality = 0.2 }",
        ),
        places=3,
    )
    assert measure.districts == (0, 1, 2)
    assert (measure.start, measure.end) == (13, 36)
    assert (measure.ramp_up_months, measure.remains) == (6, 0.3)


def test_an_end_after_the_towns_end_is_kept(tmp_path: Path) -> None:
    (measure,) = measures_of(tmp_path, plan_text(end='"2032-06"'))
    assert measure.end == 78


def test_a_roll_out_is_a_measure_of_its_own(tmp_path: Path) -> None:
    rollout = '[\n  { districts = ["rand"], start = "2029-01" },\n'
    rollout += '  { districts = ["rand"], start = "2030-01", size = 2, levers = { seats = 9 } },\n]'
    levers = {"seats": "30", "latitude": "48.6", "longitude": "8.87"}
    text = plan_text(kind='"meeting_point"', levers=levers, rollout=rollout)
    first, second, third = measures_of(tmp_path, text)
    assert [one.districts for one in (first, second, third)] == [(0,), (1,), (1,)]
    assert [one.start for one in (first, second, third)] == [13, 37, 49]
    assert [one.size for one in (first, second, third)] == [10, 10, 2]
    assert second.cost_per_year == first.cost_per_year
    hours = {"opening_hours_per_week": 20.0}
    assert first.levers == {"seats": 30, "latitude": 48.6, "longitude": 8.87, **hours}
    assert second.levers == {"seats": 30, **hours}
    assert third.levers == {"seats": 9, **hours}
    assert (first.line, second.line, third.line) == (6, 14, 15)


def test_what_costs_nothing_needs_no_payer(tmp_path: Path) -> None:
    (measure,) = measures_of(tmp_path, plan_text(cost_per_year=None, payers=None))
    assert (measure.cost_per_year, measure.payers) == (0, {})


@pytest.mark.parametrize(
    ("kind", "levers"),
    [
        ("meeting_point", {"neighbourly_help": "true", "staff_hours_per_week": "7.5"}),
        ("opening_to_all_ages", {"point": '"treff"', "extra_hours_per_week": "4"}),
        ("care_service", {"service": '"day_care"'}),
        ("neighbourhood_manager", {"share_outreach": "0.4", "share_volunteers": "0.6"}),
        *((kind, {}) for kind, model in LEVERS.items() if not model.model_fields),
    ],
)
def test_every_kind(tmp_path: Path, kind: str, levers: dict[str, str]) -> None:
    (measure,) = measures_of(tmp_path, plan_text(kind=f'"{kind}"', levers=levers))
    assert measure.kind == kind
    of_the_ledger = {"seats", "opening_hours_per_week"} if kind == "meeting_point" else set()
    assert set(measure.levers) == set(levers) | of_the_ledger


def test_what_a_plan_does_not_say_of_a_new_meeting_point_stands_in_the_ledger(
    tmp_path: Path,
) -> None:
    text = plan_text(kind='"meeting_point"', levers={"seats": "12"})
    (measure,) = measures_of(tmp_path, text)
    ledger = read_town(tmp_path / "klein").ledger
    assert measure.levers == {
        "seats": 12,
        "opening_hours_per_week": ledger["meeting_point_opening_hours"].value,
    }
    (measure,) = measures_of(tmp_path, plan_text(kind='"meeting_point"'))
    assert measure.levers["seats"] == ledger["meeting_point_seats"].value


# Who pays


GRANT = {"end": '"2028-12"', "remains": "0.4", "payers": "{ grant = 1 }"}


def test_after_a_grant_others_may_pay_what_remains(tmp_path: Path) -> None:
    text = plan_text(**GRANT, payers_after="{ municipality = 0.75, household = 0.25 }")
    (measure,) = measures_of(tmp_path, text)
    assert measure.payers == {"grant": 1}
    assert measure.payers_after == {"municipality": 0.75, "household": 0.25}
    assert measure.end == 36
    assert measure.payers_in(36) == measure.payers
    assert measure.payers_in(37) == measure.payers_after


def test_without_other_payers_the_same_go_on_paying(tmp_path: Path) -> None:
    (measure,) = measures_of(tmp_path, plan_text(**GRANT))
    assert measure.payers_after == {}
    assert measure.payers_in(60) == {"grant": 1}


def test_a_pilot_is_paid_by_a_grant_and_its_roll_out_by_the_municipality(tmp_path: Path) -> None:
    rollout = '[ { districts = ["rand"], start = "2029-01", end = "2030-06", '
    rollout += "payers = { municipality = 1 }, payers_after = { household = 1 } } ]"
    text = plan_text(**GRANT, payers_after="{ municipality = 1 }", rollout=rollout)
    pilot, later = measures_of(tmp_path, text)
    assert (pilot.payers, pilot.payers_after) == ({"grant": 1}, {"municipality": 1})
    assert (later.payers, later.payers_after) == ({"municipality": 1}, {"household": 1})
    assert later.remains == pilot.remains


def test_kinds_and_levers_are_those_of_the_national_table(tmp_path: Path) -> None:
    table = read_town(write_town(tmp_path / "klein")).tables["measures"]
    named = {
        row.kind: {name.strip() for name in row.levers.split(";")} - {"none", ""}
        for row in table.itertuples()
    }
    assert named == {kind: set(model.model_fields) for kind, model in LEVERS.items()}


def test_payers_are_those_of_the_indicators() -> None:
    indicators = pytest.importorskip("sim.indicators")
    assert indicators.PAYERS == PAYERS


def test_month_numbers() -> None:
    assert month_number("2026-01", (2025, 12)) == 1
    assert month_number("2030-12", (2025, 12)) == 60
    assert month_number("2025-07", (2025, 6)) == 1
