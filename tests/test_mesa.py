"""The model is a Mesa model: agents, steps, data collection, batches, residents as agents."""

from __future__ import annotations

import inspect
from functools import lru_cache
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest
from running import REFERENCE, after, count, measure, model_of, plan_of, residents_of, small_town
from towns import MEETING_POINT, write_town

from sim.actors import Actor, CareService, District, MeetingPoint, NeighbourhoodManager
from sim.indicators import COUNTS, INDEX, PAYERS
from sim.model import QuartierModel, simulate
from sim.residents import FEMALE, NOBODY, ResidentView
from sim.town import Town, read_town


def model(**options: Any) -> QuartierModel:
    """A small town with a measure for every sort of agent."""
    plan = plan_of(
        measure("meeting_point", start=2),
        measure("neighbourhood_manager", start=2, size=20.0),
        measure("care_service", start=2, size=5.0, levers={"service": "day_care"}),
    )
    return model_of(small_town(), plan, **options)


# Model and agents


def test_the_model_is_a_mesa_model() -> None:
    one = model()
    assert isinstance(one, mesa.Model)
    assert one.running
    assert one.steps == 0
    one.step()
    assert one.steps == one.month == 1


def test_the_few_are_mesa_agents() -> None:
    one = model()
    kinds = {kind: len(agents) for kind, agents in one.agents_by_type.items()}
    assert kinds == {District: 2, NeighbourhoodManager: 2, MeetingPoint: 2, CareService: 3}
    assert all(isinstance(agent, mesa.Agent) for agent in one.agents)
    assert all(isinstance(agent, Actor) for agent in one.agents)
    assert all(agent.model is one for agent in one.agents)
    assert len({agent.unique_id for agent in one.agents}) == len(one.agents)


def test_agents_act_once_a_month() -> None:
    one = after(model(), 1)
    existing, founded = one.meeting_points
    assert existing.is_open
    assert not founded.is_open
    assert one.managers[0].outreach_hours == 0.0
    one.step()
    assert founded.is_open
    assert one.managers[0].outreach_hours == pytest.approx(8.0)
    assert one.managers[1].outreach_hours == 0.0
    assert founded.spec.district == 0
    assert {service.kind for service in one.agents_by_type[CareService]} == set(one.services)


def test_the_model_never_asks_mesa_for_a_random_number() -> None:
    one = model()
    state, generator = one.random.getstate(), one.rng.bit_generator.state
    after(one, 3)
    assert one.random.getstate() == state
    assert one.rng.bit_generator.state == generator


def test_a_model_runs_to_the_end_of_its_town() -> None:
    one = model_of(small_town(end="2026-06"))
    months = 0
    while one.running:
        one.step()
        months += 1
    assert months == 6
    assert one.year == 2026


def test_run_model_of_mesa_runs_it_as_well() -> None:
    one = model_of(small_town(end="2026-03"))
    one.run_model()
    assert one.month == 3


# Data collection


def test_the_data_collector_has_the_indicators() -> None:
    one = after(model(collect=True), 3)
    frame = one.datacollector.get_model_vars_dataframe()
    assert frame.shape[0] == 4  # the start and three months
    assert set(frame.columns) == {*COUNTS, *(f"cost_{payer}" for payer in PAYERS)}
    assert frame["residents"].iloc[0] == 400
    assert frame["residents"].iloc[-1] == len(one.residents)
    assert frame["in_need"].iloc[-1] == (one.residents["care_grade"] > 0).sum()
    assert frame["cost_municipality"].iloc[-1] > frame["cost_municipality"].iloc[1] >= 0


def test_the_data_collector_has_the_districts() -> None:
    one = after(model(collect=True), 2)
    frame = one.datacollector.get_agenttype_vars_dataframe(District)
    assert frame.shape[0] == 2 * 3
    last = frame.xs(2, level="Step")
    assert last["district_residents"].sum() == len(one.residents)
    names = ("residents", "in_need", "missing_minutes", "lonely", "visitors")
    assert {f"district_{name}" for name in names} <= set(frame.columns)


def test_collecting_can_be_left_out() -> None:
    one = after(model(collect=False), 2)
    assert all(values == [] for values in one.datacollector.model_vars.values())


@lru_cache(maxsize=1)
def town_with_plans(folder: Path) -> Town:
    return read_town(write_town(folder / "klein", plans={"meeting_point": MEETING_POINT}))


@pytest.mark.parametrize("processes", [1, 2])
def test_batch_run_of_mesa_accepts_the_model_as_it_is(tmp_path: Path, processes: int) -> None:
    plans, seeds = ["reference", "meeting_point"], [1, 2]
    parameters = {"town": town_with_plans(tmp_path), "plan": plans}
    options = {"number_processes": processes, "max_steps": 3, "display_progress": False}
    # Newer Mesa hands the seeds over itself, older Mesa takes them for a parameter.
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        results = mesa.batch_run(QuartierModel, parameters, rng=seeds, **options)
    else:
        results = mesa.batch_run(QuartierModel, {**parameters, "seed": seeds}, **options)
    # Newer Mesa gives a row for every agent that reports, older Mesa one a run.
    frame = pd.DataFrame(results).drop_duplicates("RunId")
    runs = {(row.plan, row.seed): row.residents for row in frame.itertuples()}
    assert set(runs) == {(plan, seed) for plan in plans for seed in seeds}
    assert (frame["Step"] == 3).all()
    # Before the meeting point opens the plans are the same.
    for seed in seeds:
        assert runs["reference", seed] == runs["meeting_point", seed]
    assert set(COUNTS) <= set(frame.columns)


def test_batch_run_takes_a_town_by_its_name() -> None:
    results = mesa.batch_run(
        QuartierModel, parameters={"town": "herrenberg"}, max_steps=1, display_progress=False
    )
    assert results[0]["residents"] > 30_000


def test_a_year_of_simulate_is_what_the_steps_count() -> None:
    town = small_town(end="2027-02")
    outcome = simulate(town, REFERENCE, population=residents_of(town))
    assert outcome.years == (2025, 2026, 2027)
    one = model_of(town)
    deaths = [0, 0, 0]
    for _ in range(14):
        one.step()
        deaths[one.year - 2025] += count(one, "deaths")
    assert outcome.counts[..., INDEX["deaths"]].sum(axis=(1, 2, 3)).tolist() == deaths
    assert outcome.counts[2, ..., INDEX["residents"]].sum() == len(one.residents)
    assert outcome.money[0].sum() == 0.0
    assert (outcome.money[1:].sum(axis=(1, 2, 3)) > 0).all()


def test_a_run_can_be_given_up() -> None:
    town = small_town()
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(InterruptedError):
        simulate(town, REFERENCE, population=residents_of(town), should_stop=stop)
    assert len(asked) == 4


# Residents: as columns, as selections, one by one


def test_residents_as_columns() -> None:
    residents = model().residents
    assert len(residents) == 400
    assert residents["care_grade"].shape == residents.age.shape == (400,)
    column = residents["care_grade"]
    column[:] = 5  # a copy
    assert residents["care_grade"].max() <= 5
    assert residents["care_grade"].min() == 0


def test_residents_as_selections() -> None:
    residents = model().residents
    old = residents.select(lambda resident: resident.age >= 80)
    assert len(old) == (residents.age >= 80).sum()
    assert all(isinstance(one, ResidentView) for one in old)
    widowed = residents.select(lambda r: r.age >= 65 and r.partner is None and r.lives_alone)
    assert 0 < len(widowed) < len(residents.select(lambda r: r.age >= 65))


def test_residents_one_by_one() -> None:
    residents = model().residents
    paired = next(one for one in residents if one.partner is not None)
    assert paired.partner.partner.uid == paired.uid
    assert paired.household == paired.partner.household
    assert not paired.lives_alone
    assert paired.setting in ("independent", "home_alone", "family", "ambulatory", "day_care")
    assert isinstance(paired.care_grade, int)
    assert all(isinstance(other, ResidentView) for other in paired.acquaintances)
    again = residents.by_uid(paired.uid)
    assert again is not None
    assert again.row == paired.row
    assert residents[paired.row].uid == paired.uid
    assert f"{paired.age}" in repr(paired)
    assert ("woman" in repr(paired)) == (paired.sex == FEMALE)


def test_a_view_is_a_window_on_the_present() -> None:
    one = model()
    child = min(one.residents, key=lambda resident: resident.age)
    years = child.age
    after(one, 24)
    assert child.age >= years + 1 or one.residents.by_uid(child.uid) is None


def test_a_child_follows_somebody_and_knows_its_parents_household() -> None:
    residents = model().residents
    child = next(one for one in residents if one.age < 10)
    assert child.follows is not None
    assert child.follows.age > child.age
    assert child.follows.household == child.household


def test_nobody_answers_from_a_free_row() -> None:
    one = model()
    assert one.residents.by_uid(1) is None
    with pytest.raises(IndexError, match="nobody lives in row"):
        one.residents[one.state.rows]
    with pytest.raises(AttributeError):
        _ = next(iter(one.residents)).shoe_size


def test_columns_and_views_agree() -> None:
    one = after(model(), 3)
    residents = one.residents
    alone = np.array([resident.lives_alone for resident in residents])
    assert alone.sum() == count(one, "living_alone")
    partners = np.array([resident.partner is not None for resident in residents])
    assert np.array_equal(partners, residents["partner"] != NOBODY)
    assert np.array_equal(np.array([resident.age for resident in residents]), residents.age)
