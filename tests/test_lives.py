"""Two lives: they are the model's own, they part only where plans differ, and never by chance."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import REFERENCE, ageing_town, measure, model_of, plan_of, residents_of
from test_desk import Ear, finished
from towns import write_town

from sim import study
from sim.dashboard.answering.desk import Desk
from sim.dashboard.answering.lives import FROM_AGE, PROPOSALS, TwoLives, two_lives
from sim.dashboard.answering.places import Places
from sim.dashboard.answering.reasons import REACHES
from sim.dashboard.answering.watched import GONE
from sim.residents import SETTINGS
from sim.town import Town

MONTHS = 24
SEED = 3
SEATS = {"seats": 60, "opening_hours_per_week": 40.0}
POINT = plan_of(
    measure("meeting_point", start=5, levers=SEATS), measure("outreach", start=5, size=80.0)
)


@pytest.fixture(scope="module")
def town() -> Town:
    return ageing_town(residents=1500, end="2027-12")


@pytest.fixture(scope="module")
def found(town) -> TwoLives:
    return lives(town)


def lives(town: Town, plans=(REFERENCE, POINT), resident: int | None = None, **more) -> TwoLives:
    more = {"seed": SEED, "population": residents_of(town), **more}
    return two_lives(town, plans, resident, **more)


def test_a_life_is_that_of_the_model(town, found):
    """Fall: ein Mensch in zwei Plänen. Erwartet: Monat für Monat, was das Modell rechnet."""
    for life in found.lives:
        model = model_of(town, life.plan, SEED)
        row = int(np.flatnonzero(model.state.columns.uid == np.uint64(found.person.uid))[0])
        for month, state in enumerate(life.months):
            columns = model.state.columns
            assert int(columns.uid[row]) == found.person.uid, month
            assert state["care_grade"] == columns.care_grade[row]
            assert state["setting"] == SETTINGS[int(columns.setting[row])]
            assert state["lonely"] == bool(columns.lonely[row])
            assert state["missing_minutes"] == bool(columns.missing_minutes[row])
            if month < MONTHS:
                model.step()
        if len(life.months) <= MONTHS:
            assert model.residents.by_uid(found.person.uid) is None
            assert life.events[-1].what == "status"
            assert life.events[-1].after in GONE.values()


def test_the_lives_part_where_something_differs_first(found):
    first, second = found.lives
    month = found.parted_at
    assert month is not None
    assert month >= 5, "before the plans differ, nothing does"
    assert first.months[:month] == second.months[:month]
    assert found.parted
    assert all(one.first != one.second for one in found.parted)
    assert found.parted_by.month >= month
    assert found.parted_by in found.lives[found.parted_in].events
    assert found.parted_by not in found.lives[1 - found.parted_in].events
    assert {one.measure.kind for one in found.reasons} == {"meeting_point", "outreach"}
    assert [one.direct for one in found.reasons] == sorted(
        (one.direct for one in found.reasons), reverse=True
    )
    for one in found.linked:
        assert 0 < one.parted_at <= month


def test_events_lead_from_one_state_to_the_next(found):
    for life in found.lives:
        for event in life.events:
            assert event.before != event.after
            if event.what != "status":
                assert life.months[event.month][event.what] == event.after
                assert life.months[event.month - 1][event.what] == event.before


def test_those_proposed_are_the_most_different_and_old_enough(town, found):
    """Fall: wessen Leben sich am meisten trennt. Erwartet: Vorschläge, der erste wird gezeigt."""
    assert 0 < len(found.proposals) <= PROPOSALS
    assert found.proposals[0].person == found.person
    for proposal in found.proposals:
        assert proposal.person.age >= FROM_AGE
        assert 5 <= proposal.parted_at <= MONTHS
        assert 1 <= proposal.differing_months <= MONTHS
    there = lives(town, district=1)
    assert {one.person.district for one in there.proposals} <= {1}
    assert there.person.district == 1


def test_the_same_seed_gives_the_same_lives(town, found):
    assert lives(town) == found
    assert lives(town, resident=found.person.uid).lives == found.lives
    turned = lives(town, (POINT, REFERENCE), found.person.uid)
    assert turned.lives[1].months == found.lives[0].months
    assert turned.parted_at == found.parted_at


def test_equal_plans_part_nobody(town, found):
    """Fall: zweimal derselbe Plan. Erwartet: kein einziger Unterschied, niemand vorgeschlagen."""
    same = lives(town, (POINT, replace(POINT, name="other")))
    assert same.proposals == ()
    assert same.parted_at is None
    assert same.parted == ()
    assert same.parted_by is None
    assert same.lives[0].events == same.lives[1].events


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(row=st.integers(0, 1499), start=st.integers(1, MONTHS))
def test_nobody_parts_before_a_measure_begins(town, row, start):
    uid = int(residents_of(town).columns.uid[row])
    late = plan_of(measure("meeting_point", start=start, levers=SEATS))
    told = lives(town, (REFERENCE, late), uid)
    assert told.person.uid == uid
    assert told.parted_at is None or told.parted_at >= start
    assert all(one.parted_at >= start for one in told.proposals)
    for life in told.lives:
        assert 1 <= len(life.months) <= MONTHS + 1


def test_nobody_is_followed_who_is_not_there(town):
    for uid in (0, -1, 2**64, 12345):
        with pytest.raises(study.StudyError, match="no such person"):
            lives(town, resident=uid)


def test_every_kind_of_measure_is_known_to_the_reasons(town):
    assert set(REACHES) == set(town.tables["measures"]["kind"])


def test_lives_are_followed_at_the_desk(tmp_path):
    """Fall: die Seite fragt nach zwei Leben und geht zu. Erwartet: Antwort; dann Schluss."""
    write_town(tmp_path / "dorf", residents=300, town={"end": "2026-12"})
    places = Places((tmp_path,))
    desk = Desk(places, workers=1)
    point = plan_of(measure("meeting_point", start=2, levers=SEATS))
    begun, stopped = threading.Event(), threading.Event()

    def follow(town, population, progress, should_stop):
        return two_lives(
            town, (REFERENCE, point), seed=SEED, population=population, progress=progress,
            should_stop=should_stop,
        )  # fmt: skip

    def endless(town, population, progress, should_stop):
        begun.set()
        while not should_stop():
            progress(0.5)
        stopped.set()
        raise InterruptedError

    try:
        ear, other, after = Ear(), Ear(), Ear()
        desk.run(follow, "dorf", "me", "lives", ear)
        told = ear.wait(finished)
        assert isinstance(told.result, TwoLives)
        assert told.failed is None
        desk.run(endless, "dorf", "me", "lives", other)
        assert begun.wait(30)
        desk.leave("me")
        assert stopped.wait(30)
        desk.run(follow, "dorf", "you", "lives", after)
        assert after.wait(finished).result == told.result
    finally:
        desk.close()
