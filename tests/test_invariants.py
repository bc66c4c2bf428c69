"""What always holds (docs: "What always holds"), over random small towns and random plans.

`QuartierModel(check=True)` checks after every month: people are conserved per district, identities
unique, ties mutual, households counted, care given plus care missing is care needed, no service
beyond its capacity, no seat used twice, codes in their range, each euro has one payer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import (
    KINDS,
    after,
    alive_rows,
    costs,
    count,
    living,
    measure,
    model_of,
    months_of,
    plan_of,
    small_town,
)

from sim.actors import strength
from sim.check import Bounds, Broken, check_state
from sim.indicators import INDEX, PAYERS
from sim.model import QuartierModel
from sim.residents import MOVED_AWAY, NOBODY, NURSING_HOME
from sim.town import Measure, Plan, Town

MONTHS = 14
OLD = (1, 1, 1, 1, 2, 3, 3, 4, 4, 5, 9, 20, 25, 30, 35, 35, 40, 25, 10, 2)
YOUNG = (60, 60, 55, 50, 45, 60, 60, 50, 40, 30, 20, 10, 5, 3, 2, 1, 1, 0, 0, 0)

TOWNS: tuple[dict[str, Any], ...] = (
    {"residents": 400, "places": 2},
    {"residents": 150, "places": 1, "points": 0},
    {"residents": 500, "places": 4, "points": 4, "seats": 1, "status": "measured"},
    {"residents": 600, "places": 2, "weights": OLD, "status": "measured", "day_care_places": 3.0},
    {"residents": 300, "places": 3, "weights": YOUNG, "nursing_home_places": 0.0},
    {"residents": 500, "places": 1, "weights": OLD, "nursing_home_places": 200.0},
)

quick = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def payers() -> st.SearchStrategy[dict[str, float]]:
    """Shares of payers that add up to one."""
    whole = st.lists(st.integers(1, 9), min_size=1, max_size=4)
    return whole.map(
        lambda parts: {payer: part / sum(parts) for payer, part in zip(PAYERS, parts, strict=False)}
    )


def levers_of(kind: str, points: int) -> st.SearchStrategy[dict[str, Any]]:
    """Details of a measure."""
    if kind == "meeting_point":
        return st.fixed_dictionaries(
            {},
            optional={
                "seats": st.integers(0, 60),
                "opening_hours_per_week": st.floats(0, 80),
                "all_ages": st.booleans(),
                "staff_hours_per_week": st.floats(0, 60),
            },
        )
    if kind == "opening_to_all_ages":
        keys = [f"treff_{number}" for number in range(max(1, points))]
        return st.fixed_dictionaries(
            {"point": st.sampled_from(keys)}, optional={"extra_hours_per_week": st.floats(0, 40)}
        )
    if kind == "care_service":
        return st.fixed_dictionaries(
            {"service": st.sampled_from(["ambulatory", "day_care", "nursing_home"])}
        )
    if kind == "neighbourhood_manager":
        share = st.floats(0, 1 / 3)
        return st.fixed_dictionaries(
            {},
            optional={
                f"share_{task}": share for task in ("outreach", "volunteers", "coordination")
            },
        )
    return st.just({})


@st.composite
def measures(draw: st.DrawFn, places: int, points: int) -> Measure:
    """A measure of any kind, anywhere, at any time, of any size."""
    kind = draw(st.sampled_from(KINDS))
    start = draw(st.integers(1, MONTHS))
    return measure(
        kind,
        districts=tuple(
            sorted(draw(st.sets(st.integers(0, places - 1), min_size=1, max_size=places)))
        ),
        start=start,
        end=draw(st.none() | st.integers(start, MONTHS + 5)),
        ramp_up_months=draw(st.integers(0, 8)),
        remains=draw(st.sampled_from([0.0, 0.3, 1.0])),
        size=draw(st.sampled_from([0.0, 0.4, 1.0, 5.0, 40.0, 1000.0, 1e6])),
        cost_per_year=draw(st.sampled_from([0.0, 0.01, 20000.0, 1234567.89])),
        payers=draw(payers()),
        levers=draw(levers_of(kind, points)),
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Town, Plan, int, int]:
    """A town, a plan for it, a seed, a number of threads."""
    shape = draw(st.sampled_from(TOWNS))
    places, points = shape["places"], shape.get("points", 1)
    chosen = draw(st.lists(measures(places, points), max_size=5))
    seed = draw(st.integers(0, 2**32))
    return small_town(**shape), plan_of(*chosen), seed, draw(st.integers(1, 3))


@given(worlds())
@settings(quick, max_examples=60)
def test_whatever_is_planned_what_must_hold_holds(world: tuple[Town, Plan, int, int]) -> None:
    town, plan, seed, threads = world
    for model in months_of(town, plan, MONTHS, seed, threads=threads, check=True):
        expected = sum(one.cost_per_year / 12 * strength(one, model.month) for one in plan.measures)
        paid = sum(costs(model, payer) for payer in PAYERS)
        assert paid == pytest.approx(expected, rel=1e-9, abs=1e-6)
        assert np.isfinite(model.state.levers).all()
        assert (model.state.levers >= 0).all()


@given(
    residents=st.integers(40, 400),
    places=st.integers(1, 5),
    weights=st.lists(st.integers(0, 60), min_size=20, max_size=20),
    places_in_homes=st.integers(0, 30),
    hours=st.integers(0, 60),
    guests=st.integers(0, 6),
    status=st.sampled_from(["measured", "assumed"]),
    seed=st.integers(0, 2**64 - 1),
)
@settings(quick, max_examples=8)
def test_in_any_town_what_must_hold_holds(
    residents: int,
    places: int,
    weights: list[int],
    places_in_homes: int,
    hours: int,
    guests: int,
    status: str,
    seed: int,
) -> None:
    adults = [20 + weight for weight in weights[4:14]]  # a town without adults has no households
    town = small_town(
        residents,
        places,
        weights=(*weights[:4], *adults, *weights[14:]),
        nursing_home_places=float(places_in_homes),
        ambulatory_hours=float(hours),
        day_care_places=float(guests),
        status=status,
    )
    after(model_of(town, seed=seed, check=True), 12)


@pytest.mark.parametrize("number", range(6))
def test_with_any_draw_of_the_assumptions_what_must_hold_holds(number: int) -> None:
    town = small_town(600, 2, weights=OLD, status="measured", day_care_places=3.0)
    ledger = town.ledger
    if number == 0:
        values = {one.name: one.low for one in ledger.assumptions}
    elif number == 1:
        values = {one.name: one.high for one in ledger.assumptions}
    else:
        values = ledger.draw(1, number)
    kinds = ("outreach", "counselling", "volunteer_training", "neighbourly_help", "transport")
    plan = plan_of(*(measure(kind, start=2, size=500.0) for kind in kinds))
    after(model_of(town, plan, values=values, check=True), 18)


def test_beyond_the_end_of_its_town_a_model_goes_on_with_the_last_years_rates() -> None:
    town = small_town(600, 2, weights=OLD, end="2026-12")
    model = after(model_of(town, check=True), 30)
    assert not model.running
    assert model.state.year == 0
    assert 0 < count(model, "residents") < 700


def test_people_are_conserved_over_years() -> None:
    model = model_of(small_town(2000, 3), check=True)
    start = count(model, "residents")
    born = came = died = left = 0
    for _ in range(36):
        model.step()
        born += count(model, "births")
        came += count(model, "moved_in")
        died += count(model, "deaths")
        left += count(model, "moved_out") + count(model, "left_for_home_out_of_town")
    assert min(born, came, died, left) > 0
    assert count(model, "residents") == start + born + came - died - left == len(model.residents)


def test_nobody_under_age_lives_alone_while_a_parent_lives_elsewhere() -> None:
    model = after(model_of(small_town(6000, 2)), 60)
    c = model.state.columns
    rows = alive_rows(model.state)
    minors = rows[model.residents.age < 18]
    adults = rows[model.residents.age >= 18]
    adults = adults[c.household[adults] != NOBODY]
    with_adult = np.zeros(model.state.households, bool)
    with_adult[c.household[adults]] = True
    left_behind = minors[~with_adult[c.household[minors]]]
    assert minors.size > 500
    assert left_behind.size <= 0.003 * minors.size  # only children whose parents died


def test_services_of_the_start_are_taken_as_counted() -> None:
    town = small_town(
        600, 2, weights=OLD, status="measured", ambulatory_hours=20.0, day_care_places=2.0,
        nursing_home_places=5.0,
    )  # fmt: skip
    for model in months_of(town, months=6, check=True):
        if model.month > 0:
            assert count(model, "ambulatory_minutes") <= 20 * 60
            assert living(model, "has_day_care").sum() <= round(2 * 1.4)
            assert count(model, "nursing_home") <= 5
            assert count(model, "waiting_ambulatory") > 0
            assert count(model, "waiting_day_care") > 0


# The checks themselves must notice what is wrong.


def broken_by(change: Any) -> str:
    """The sentence with which a run is stopped after its state was spoilt."""
    town = small_town(600, 2, weights=OLD, status="measured", day_care_places=3.0)
    model = after(model_of(town, plan_of(measure("outreach", start=1))), 3)
    state = model.state
    flow = {name: state.counts[..., INDEX[name]].sum(axis=(1, 2)) for name in INDEX}
    bounds = Bounds(
        persons=flow["residents"] - flow["births"] - flow["moved_in"] + flow["deaths"]
        + flow["moved_out"] + flow["left_for_home_out_of_town"],
        volunteer_minutes=np.full(2, 10**9),
        ambulatory=model.services["ambulatory"].capacity,
        day_care=model.services["day_care"].capacity,
        nursing_home=10**6,
        cost_of_measures=1000.0,
    )  # fmt: skip
    check_state(state, bounds)
    changed = change(model, bounds)
    with pytest.raises(Broken) as caught:
        check_state(state, changed if isinstance(changed, Bounds) else bounds)
    return str(caught.value)


def test_a_lost_resident_is_noticed() -> None:
    def lose(model: QuartierModel, bounds: Bounds) -> Bounds:
        return replace(bounds, persons=bounds.persons + np.array([1, 0]))

    assert broken_by(lose).startswith("people at the end")


def test_a_twin_identity_is_noticed() -> None:
    def twin(model: QuartierModel, _: Bounds) -> None:
        rows = alive_rows(model.state)
        model.state.columns.uid[rows[1]] = model.state.columns.uid[rows[0]]

    assert broken_by(twin) == "uids are unique"


def test_a_minute_given_twice_is_noticed() -> None:
    def give(model: QuartierModel, _: Bounds) -> None:
        c = model.state.columns
        row = alive_rows(model.state)[living(model, "need_minutes") > 0][0]
        c.family_minutes[row] += 1

    assert "to the minute" in broken_by(give)


def test_a_partner_who_points_elsewhere_is_noticed() -> None:
    def part(model: QuartierModel, _: Bounds) -> None:
        c = model.state.columns
        row = alive_rows(model.state)[living(model, "partner") != NOBODY][0]
        c.partner[c.partner[row]] = NOBODY

    assert broken_by(part) == "partners point at each other"


def test_somebody_neither_here_nor_gone_is_noticed() -> None:
    def half_gone(model: QuartierModel, _: Bounds) -> None:
        model.state.columns.status[alive_rows(model.state)[0]] = MOVED_AWAY

    assert broken_by(half_gone) == "after a month a row is empty or alive"


def test_a_service_beyond_its_capacity_is_noticed() -> None:
    def shrink(model: QuartierModel, bounds: Bounds) -> Bounds:
        return replace(bounds, ambulatory=0)

    assert broken_by(shrink) == "no ambulatory_minutes beyond capacity"

    def close(model: QuartierModel, bounds: Bounds) -> Bounds:
        return replace(bounds, day_care=0)

    assert broken_by(close) == "no has_day_care beyond capacity"


def test_help_without_helpers_is_noticed() -> None:
    def nobody_helps(model: QuartierModel, bounds: Bounds) -> Bounds:
        return replace(bounds, volunteer_minutes=np.zeros(2, np.int64))

    assert broken_by(nobody_helps).startswith("neighbours give no hours")


def test_a_resident_of_a_nursing_home_without_care_grade_is_noticed() -> None:
    def healthy(model: QuartierModel, _: Bounds) -> None:
        c = model.state.columns
        row = alive_rows(model.state)[living(model, "setting") == NURSING_HOME][0]
        c.care_grade[row] = 0

    assert broken_by(healthy) == "a care grade has a setting"


def test_a_euro_without_a_payer_is_noticed() -> None:
    def forget(model: QuartierModel, _: Bounds) -> None:
        model.state.money[:, 0, 0] *= 0.5

    assert broken_by(forget).startswith("what the payers pay together")

    def unknown(model: QuartierModel, _: Bounds) -> None:
        model.state.money[0, 0, 1] = np.nan

    assert broken_by(unknown) == "money is a number"


def test_somebody_of_121_is_noticed() -> None:
    def methuselah(model: QuartierModel, _: Bounds) -> None:
        state = model.state
        state.columns.birth_month[alive_rows(state)[0]] = state.now - 121 * 12

    assert broken_by(methuselah) == "ages are 0 to 120"
