"""A study in memory has the numbers of a stored one, and becomes one when it is saved."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from study_fakes import part_bytes
from towns import MEETING_POINT, write_town

from sim import study
from sim.report.findings import REPORTED
from sim.report.gather import gather
from sim.setting_up import settle
from sim.study.live import Kept, LiveDesign, LiveStudy, drawn
from sim.study.run import make_job
from sim.town import Town, read_town

CARE_SERVICE = """\
[plan]
name = "care_service"
label_de = "Mehr Pflegedienst"
label_en = "More care service"

[[measures]]
kind = "care_service"
districts = ["mitte", "rand"]
start = "2026-07"
size = 20
cost_per_year = 20000
payers = { municipality = 1 }
[measures.levers]
service = "ambulatory"
"""
PLANS = ("reference", "meeting_point", "care_service")
FIXED = (("visit_probability", 0.5),)
DRAWS = 5


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Town:
    folder = tmp_path_factory.mktemp("live") / "kleinstadt"
    plans = {"meeting_point": MEETING_POINT, "care_service": CARE_SERVICE}
    return read_town(write_town(folder, plans=plans, town={"end": "2027-12"}))


@pytest.fixture(scope="module")
def population(town):
    return settle(town)


def runs_of(design: LiveDesign, draws: int, population: object) -> dict:
    job = make_job(
        design.of_town, design.plans_asked, {}, simulate=None, solve_tables=None,
        make_population=lambda _: population,
    )  # fmt: skip
    found = {}
    for draw in range(draws):
        own = replace(job, values={draw: design.values(draw)})
        for task in design.tasks(draw):
            result = own.run(task, lambda: False)
            assert result.failure is None
            found[task] = tuple(Kept.of(outcome) for outcome in result.outcomes)
    return found


@pytest.fixture(scope="module")
def design(town) -> LiveDesign:
    return LiveDesign(town, tuple(town.plans[name] for name in PLANS))


@pytest.fixture(scope="module")
def runs(design, population) -> dict:
    return runs_of(design, DRAWS, population)


@pytest.fixture(scope="module")
def live(design, runs) -> LiveStudy:
    return design.study(runs)


@pytest.fixture(scope="module")
def stored(town, tmp_path_factory) -> study.Study:
    results = tmp_path_factory.mktemp("stored")
    return study.compare(town, PLANS, DRAWS, 2, seed=1, results=results, executor="serial")


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_the_numbers_are_those_of_compare(live, stored):
    """Fall: dieselbe Frage am Bildschirm und mit `quartier compare`. Erwartet: gleiche Zahlen."""
    names = tuple(name for name in REPORTED if name in stored.quantities)
    assert live.manifest["key"] == stored.manifest["key"]
    same(live.assumptions, stored.assumptions)
    same(live.ledger, stored.ledger)
    same(study.levels(live, names), study.levels(stored, names))
    same(study.differences(live, names), study.differences(stored, names))
    same(study.pairwise(live), study.pairwise(stored))
    same(study.who_gains(live), study.who_gains(stored))
    same(study.euros_per_unit(live), study.euros_per_unit(stored))
    question = ("missing_hours", "meeting_point")
    same(study.break_even(live, *question), study.break_even(stored, *question))


def test_reports_say_the_same(live, stored):
    one, other = gather(live), gather(stored)
    for name in ("plans", "measures", "question_de", "question_en", "draws", "seeds", "complete"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("levels", "differences", "euros", "gains", "break_even", "settings"):
        same(getattr(one, name), getattr(other, name))
    assert one.measures["meeting_point"][0].text_de


def test_an_answer_does_not_change_when_more_is_known(design, runs, live):
    """Fall: Antwort aus 2 Ziehungen, dann rechnet es weiter. Erwartet: sie bleibt, wie sie war."""
    growing = {task: kept for task, kept in runs.items() if task.draw < 2}
    early = design.study(growing)
    growing |= runs
    before = study.levels(early)
    assert early.draws == (0, 1)
    assert set(before["runs"]) == {4}
    early.forget()
    same(study.levels(early), before)
    fewer = live.runs("in_need")[:, :2]
    assert (early.runs("in_need") == fewer).all()
    with pytest.raises(ValueError, match="read-only"):
        live.finished[live.tasks()[0]][0].counts[...] = 0


def test_an_unfinished_draw_does_not_take_part(design, runs):
    lacking = dict(runs)
    del lacking[design.tasks(3)[1]]
    found = design.study(lacking)
    assert found.draws == (0, 1, 2, 4)
    assert found.missing == 1
    assert not found.complete
    with pytest.raises(study.StudyError, match="two draws"):
        design.study({task: kept for task, kept in runs.items() if task.draw == 0})


def test_a_saved_study_is_the_one_compare_writes(live, stored, tmp_path):
    """Fall: die Antwort wird abgelegt. Erwartet: derselbe Ordner, Byte für Byte, nachrechenbar."""
    saved = live.save(tmp_path, "from_the_screen")
    assert saved.complete
    assert part_bytes(saved.folder) == part_bytes(stored.folder)
    assert saved.manifest["settings"] == stored.manifest["settings"]
    assert saved.manifest["inputs"] == stored.manifest["inputs"]
    same(saved.assumptions, stored.assumptions)
    again = study.compare(
        live.live.of_town, PLANS, DRAWS, 2, results=tmp_path, name="from_the_screen",
        simulate=None, executor="serial",
    )  # fmt: skip
    assert part_bytes(again.folder) == part_bytes(stored.folder)


def test_fixed_assumptions_are_the_same_draws_with_one_value_replaced(
    town, population, runs, tmp_path
):
    """Fall: eine Annahme von Hand gesetzt. Erwartet: nur sie ist anders, nachrechenbar."""
    plans = (town.plans["reference"], town.plans["meeting_point"])
    fixed = LiveDesign(town, plans, FIXED)
    for draw in range(3):
        plain = town.ledger.draw(1, draw)
        assert fixed.values(draw) == plain | dict(FIXED)
    found = fixed.study(runs_of(fixed, 2, population))
    assert set(found.assumptions["visit_probability"]) == {0.5}
    assert found.manifest["settings"]["origin"] == {"kind": "by_hand", "values": dict(FIXED)}
    before = [one[0] for task, one in runs.items() if task.draw < 2]
    after = [one[0] for one in found.finished.values()]
    moved = [not (a.counts == b.counts).all() for a, b in zip(before, after, strict=True)]
    assert any(moved)
    saved = found.save(tmp_path, "by_hand")
    assert saved.manifest["key"] == found.manifest["key"]
    again = study.rerun(saved.folder, executor="serial")
    assert again.identical, again.text("en")


def test_what_cannot_be_asked_is_said(town):
    plan = town.plans["meeting_point"]
    with pytest.raises(study.StudyError, match="twice"):
        LiveDesign(town, (plan, plan))
    with pytest.raises(study.StudyError, match="no assumption"):
        LiveDesign(town, (plan,), (("no_such_thing", 1.0),))
    with pytest.raises(study.StudyError, match="no number"):
        LiveDesign(town, (plan,), (("visit_probability", float("nan")),))
    with pytest.raises(study.StudyError, match="No plan"):
        LiveDesign(town, ())


def test_draws_of_a_town_whose_migration_differs_by_year_follow_the_value_set(town):
    """Fall: Wanderung je Jahr, ihr Mittel von Hand gesetzt. Erwartet: alle Jahre ziehen mit."""
    spread = town.ledger.with_values(net_migration_year_sd_per_1000=2.0)
    other = replace(town, ledger=spread)
    plain, moved = drawn(other, 1, 0), drawn(other, 1, 0, (("net_migration_per_1000", 30.0),))
    yearly = [name for name in plain if name.startswith("net_migration_per_1000_")]
    assert yearly
    shift = 30.0 - plain["net_migration_per_1000"]
    for name in yearly:
        assert moved[name] == pytest.approx(plain[name] + shift)
