"""Sliders of a plan, contested assumptions and earlier tries, without a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up_findings import made_up_findings

from sim.dashboard.trying.doubts import doubts
from sim.dashboard.trying.levers import changed, groups, hint, really_moved, sliders, what_moved
from sim.dashboard.trying.tries import MOST_KEPT, Try, kept, shadows
from sim.town import find_town, read_town
from sim.town.advice import advice_for

TOWNS = (
    "herrenberg",
    "elmshorn",
    "karlsruhe_muehlburg",
    "magdeburg_neu_olvenstedt",
    "esslingen_towns",
)


@pytest.fixture(scope="module")
def herrenberg():
    return read_town(find_town("herrenberg"))


def test_the_question_of_the_workshop(herrenberg):
    """Two years later, and only half of the volunteers come."""
    plan = herrenberg.plans["meeting_point"]
    tried = changed(plan, herrenberg, {"0.later": 2, "1.share": 50})
    point, training = tried.measures
    assert point.start == plan.measures[0].start + 24
    assert point.cost_per_year == plan.measures[0].cost_per_year
    assert training.start == plan.measures[1].start
    assert training.size == plan.measures[1].size / 2
    assert training.cost_per_year == plan.measures[1].cost_per_year
    assert tried.name != plan.name
    assert tried.label_de == "Treffpunkt in der Altstadt, geändert"
    assert tried.description_de == (
        "Treffpunkt in der Altstadt, geändert: Neuer Treffpunkt für alle in der Altstadt 2 Jahre "
        "später und 50 % der Freiwilligen."
    )


def test_unmoved_sliders_change_nothing(herrenberg):
    plan = herrenberg.plans["meeting_point"]
    assert changed(plan, herrenberg, {}) is plan
    planned = {one.key: one.planned for one in sliders(plan, herrenberg)}
    assert changed(plan, herrenberg, planned) is plan
    assert really_moved(plan, herrenberg, {"0.later": 0, "nothing": 7}) == {}


@pytest.mark.parametrize("name", TOWNS)
def test_every_slider_of_every_plan_moves_its_plan(name):
    town = read_town(find_town(name))
    for plan in town.plans.values():
        for one in sliders(plan, town):
            assert one.low <= one.planned <= one.high
            # A native slider stands on whole steps only.
            assert ((one.planned - one.low) / one.step).is_integer(), one
            assert hint(plan, town, one, one.high, "de") is not None
            end = one.high if one.high != one.planned else one.low
            tried = changed(plan, town, {one.key: end})
            assert tried.measures != plan.measures, one.key
            assert all(measure.start >= 1 for measure in tried.measures)
            for found in advice_for(tried, town):
                assert found.text("de")


def test_sliders_stay_within_their_limits(herrenberg):
    plan = herrenberg.plans["meeting_point"]
    tried = changed(plan, herrenberg, {"0.later": 400, "1.share": -50})
    assert tried.measures[0].start <= herrenberg.months
    assert tried.measures[1].size == 0


def test_larger_measures_cost_more_unless_costs_are_set(herrenberg):
    plan = herrenberg.plans["care_service"]
    more = changed(plan, herrenberg, {"0.size": 150})
    assert more.measures[0].cost_per_year == pytest.approx(2 * plan.measures[0].cost_per_year)
    same = changed(plan, herrenberg, {"0.size": 150, "0.cost": 50})
    assert same.measures[0].cost_per_year == pytest.approx(plan.measures[0].cost_per_year / 2)


def test_a_rollout_moves_as_one(herrenberg):
    plan = herrenberg.plans["village_meeting_points"]
    assert len(plan.measures) > 1
    assert groups(plan) == (tuple(range(len(plan.measures))),)
    tried = changed(plan, herrenberg, {"0.later": 1})
    assert [one.start for one in tried.measures] == [one.start + 12 for one in plan.measures]
    dearer = changed(plan, herrenberg, {"0.cost": 200})
    assert sum(one.cost_per_year for one in dearer.measures) == pytest.approx(
        2 * sum(one.cost_per_year for one in plan.measures)
    )


def test_hints_say_months_and_people(herrenberg):
    plan = herrenberg.plans["meeting_point"]
    by_key = {one.key: one for one in sliders(plan, herrenberg)}
    assert hint(plan, herrenberg, by_key["0.later"], 0, "de") == "wie geplant: Januar 2027"
    said = hint(plan, herrenberg, by_key["0.later"], 2, "en")
    assert said == "January 2029 instead of January 2027"
    said = hint(plan, herrenberg, by_key["1.share"], 50, "de")
    assert said.startswith("10 statt 20 im Jahr")
    assert what_moved(plan, herrenberg, {"0.later": -1}, "de").endswith("1 Jahr früher")


def test_few_contested_assumptions_of_the_plan(herrenberg):
    found = doubts([herrenberg.plans["meeting_point"]], herrenberg.ledger)
    names = [one.name for one in found]
    assert names[0] == "fraction_meeting_loneliness"
    assert "outreach_reconnect" not in names
    assert 5 <= len(found) <= 12
    for one in found:
        assert one.assumption.low - 1e-9 <= one.stored(one.low)
        assert one.stored(1e9) == one.assumption.high
        assert one.stored(one.usual) == pytest.approx(one.assumption.value, abs=one.step / 2)


def a_try(plan, **moved):
    return Try(
        plan, tuple(sorted(moved.items())), (), "so", "thus", made_up_findings(), "meeting_point"
    )


def test_earlier_tries_stay_as_shadows():
    tries = ()
    for later in range(8):
        tries = kept(tries, a_try("meeting_point", later=later))
    assert len(tries) == MOST_KEPT + 1
    better = replace(a_try("meeting_point", later=7), told_de="besser")
    assert kept(tries, better)[-1].told_de == "besser"
    assert len(kept(tries, better)) == len(tries)
    now = ("meeting_point", (("later", 7),), ())
    found = shadows(tries, now, "lonely")
    assert [number for number, _, _ in found] == [1, 2, 3, 4]
    assert all(one.values["2030"] < 0 for _, _, one in found)
    assert shadows(tries, ("care_service", (), ()), "lonely") == ()
