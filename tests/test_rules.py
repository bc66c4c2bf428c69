"""Rules: what happens to one resident in one month, compiled and as plain Python."""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil
from collections.abc import Callable
from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim.rules
from sim.rules import (
    age,
    arriving,
    care_need,
    costs,
    death,
    family_care,
    loneliness,
    meeting,
    mobility,
    moving,
    neighbours,
    services,
    strain,
    support,
    volunteering,
)

quick = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def all_rules() -> dict[str, Any]:
    """Every compiled function of `sim.rules`, by file and name."""
    found = {}
    for module in pkgutil.iter_modules(sim.rules.__path__, "sim.rules."):
        content = importlib.import_module(module.name)
        for name, rule in vars(content).items():
            if hasattr(rule, "py_func") and rule.py_func.__module__ == module.name:
                found[f"{module.name.removeprefix('sim.rules.')}.{name}"] = rule
    return found


RULES = all_rules()

# Numbers as rules meet them, by the name of the argument; others by its type.
UNIFORM = st.integers(0, 2**32 - 1).map(lambda word: word / 2**32)
SHARES = st.floats(0.0, 1.0)
RATIOS = st.floats(0.05, 3.0)
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "grade": st.integers(0, 5),
    "care_grade": st.integers(0, 5),
    "grade_of_partner": st.integers(0, 5),
    "grade_of_child": st.integers(0, 5),
    "volunteer": st.integers(0, 2),
    "habit": st.integers(0, 100),
    "relief": st.integers(0, 7),
    "age": st.integers(0, 120),
    "uid": st.integers(0, 2**64 - 1).map(np.uint64),
    "trait": st.integers(0, 65535),
    "need": st.integers(1, 5000),
    "up": SHARES,
    "down": SHARES,
    "coverage": SHARES,
    "counselling": SHARES,
    "scale": st.sampled_from([65536.0, 1048576.0]),
    "service_cost": st.floats(0.0, 5000.0),
    "euros": st.floats(0.0, 1e6),
    "now": st.integers(1000, 2000),
    "birth_month": st.integers(0, 1500),
}


@st.composite
def cumulative(draw: st.DrawFn) -> Any:
    """A cumulative distribution over six classes, the first of them possibly empty."""
    steps = draw(st.lists(st.floats(0.0, 1.0), min_size=6, max_size=6))
    total = np.cumsum(np.array(steps))
    return total / total[-1] if total[-1] > 0 else np.ones(6)


def values_of(name: str, kind: Any) -> st.SearchStrategy[Any]:
    """Random values of an argument."""
    if name == "u" or name.startswith("u_"):
        return UNIFORM
    if name in BY_NAME:
        return BY_NAME[name]
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(0, 3000)
    if kind is float:
        if "share" in name or "probability" in name or name in ("onset", "recovery", "stop"):
            return SHARES
        return RATIOS
    return cumulative()


def arguments_of(rule: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """Random arguments of a rule, by the names and types of its parameters."""
    kinds = get_type_hints(rule.py_func)
    names = inspect.signature(rule.py_func).parameters
    return st.tuples(*(values_of(name, kinds[name]) for name in names))


def test_there_are_rules_for_every_process() -> None:
    assert len(RULES) >= 45
    modules = {name.split(".")[0] for name in RULES}
    assert {"death", "care_need", "loneliness", "meeting", "volunteering", "strain"} <= modules


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_it_does_and_takes_plain_numbers(name: str) -> None:
    rule = RULES[name].py_func
    assert rule.__doc__
    kinds = get_type_hints(rule)
    assert set(inspect.signature(rule).parameters) | {"return"} == set(kinds)
    assert kinds["return"] in (bool, int, float) or "tuple" in str(kinds["return"])


@pytest.mark.parametrize("name", RULES)
def test_compiled_and_plain_give_the_same_bits(name: str) -> None:
    rule = RULES[name]

    @given(arguments_of(rule))
    @quick
    def agree(arguments: tuple[Any, ...]) -> None:
        compiled, plain = rule(*arguments), rule.py_func(*arguments)
        assert compiled == plain
        for number in compiled if isinstance(compiled, tuple) else (compiled,):
            assert math.isfinite(number)

    agree()


def twice(rule: Any) -> Callable[..., Any]:
    """A rule that is called compiled and plain; both must agree."""

    def call(*arguments: Any, **named: Any) -> Any:
        plain = rule.py_func(*arguments, **named)
        assert rule(*arguments, **named) == plain
        return plain

    return call


# Death and moving


def test_lonely_people_die_sooner_and_volunteers_later() -> None:
    risk = twice(death.relative_risk_of_death)
    assert risk(False, False, False, 1.05, 0.87, 0.96) == 1.0
    assert risk(True, False, False, 1.05, 0.87, 0.96) == 1.05
    assert risk(False, True, False, 1.05, 0.87, 0.96) == 0.87
    assert risk(True, True, True, 1.05, 0.87, 0.96) == pytest.approx(1.05 * 0.87 * 0.96)


def test_death_has_the_tables_probability_and_effects_move_it() -> None:
    dies = twice(death.dies)
    assert dies(0.01, 1.0, 1.0, 0.0099)
    assert not dies(0.01, 1.0, 1.0, 0.01)
    assert dies(0.01, 1.05, 1.0, 0.0104)
    assert not dies(0.01, 1.0, 1.05, 0.0099)
    assert not dies(0.0, 2.0, 1.0, 0.0)


def test_nobody_outlives_the_last_age_of_the_table() -> None:
    assert twice(death.dies)(1.0, 0.5, 1.2, 0.99)


def test_nobody_moves_away_from_a_nursing_home_or_from_who_decides() -> None:
    moves = twice(moving.moves_away)
    assert moves(0.01, False, False, 0.009)
    assert not moves(0.01, False, False, 0.01)
    assert not moves(0.01, True, False, 0.0)
    assert not moves(0.01, False, True, 0.0)


def test_only_women_give_birth() -> None:
    birth = twice(moving.gives_birth)
    assert birth(0.01, True, 0.009)
    assert not birth(0.01, True, 0.01)
    assert not birth(0.01, False, 0.0)


def test_ages_and_their_bands() -> None:
    years = twice(age.age_in_years)
    assert [years(1512, born) for born in (1512, 1501, 1500, 552, 0)] == [0, 0, 1, 80, 120]
    assert years(100, 112) == 0
    bands = [twice(age.band_of)(one) for one in (0, 64, 65, 79, 80, 120)]
    assert bands == [0, 0, 1, 1, 2, 2]
    bands = [twice(age.risk_band_of)(one) for one in (0, 49, 50, 64, 65, 79, 80, 120)]
    assert bands == [0, 0, 1, 1, 2, 2, 3, 3]


# Care need

ENTRY = np.array([0.0, 0.36, 0.78, 0.93, 0.98, 1.0])


def test_care_need_begins_with_the_first_grades_distribution() -> None:
    grade = twice(care_need.next_care_grade)
    first = [grade(0, 0.1, 0.0, ENTRY, False, 0.1 * share) for share in (0, 0.35, 0.4, 0.8, 0.95)]
    assert first == [1, 1, 2, 3, 4]
    assert grade(0, 0.1, 0.0, ENTRY, False, 0.0999) == 5
    assert grade(0, 0.1, 0.0, ENTRY, False, 0.1) == 0


def test_care_grades_go_one_up_or_one_down() -> None:
    grade = twice(care_need.next_care_grade)
    assert grade(2, 0.1, 0.05, ENTRY, False, 0.05) == 3
    assert grade(2, 0.1, 0.05, ENTRY, False, 0.96) == 1
    assert grade(2, 0.1, 0.05, ENTRY, False, 0.5) == 2
    assert grade(1, 0.1, 0.05, ENTRY, False, 0.96) == 0
    assert grade(5, 0.0, 0.05, ENTRY, False, 0.0) == 5


def test_in_a_nursing_home_grade_1_stays() -> None:
    grade = twice(care_need.next_care_grade)
    assert grade(1, 0.1, 0.05, ENTRY, True, 0.96) == 1
    assert grade(2, 0.1, 0.05, ENTRY, True, 0.96) == 1


def test_who_takes_part_needs_care_later_and_lonely_people_sooner() -> None:
    risk = twice(care_need.relative_risk_of_care_need)
    ratios = (0.7, 1.26, 0.94, 0.94)
    assert risk(False, False, False, False, *ratios) == 1.0
    assert risk(True, False, False, False, *ratios) == 0.7
    assert risk(False, True, False, False, *ratios) == 1.26
    assert risk(True, True, True, True, *ratios) == pytest.approx(0.7 * 1.26 * 0.94 * 0.94)
    assert twice(care_need.onset_of_care_need)(0.01, 0.7, 1.0) == pytest.approx(0.007)


@given(st.integers(0, 5), SHARES, SHARES, st.booleans(), UNIFORM)
@quick
def test_a_care_grade_stays_between_0_and_5(
    grade: int, up: float, down: float, in_home: bool, u: float
) -> None:
    up = 0.0 if grade == 5 else up * 0.5
    after = care_need.next_care_grade(grade, up, down * 0.5, ENTRY, in_home, u)
    assert 0 <= after <= 5
    assert grade == 0 or abs(after - grade) <= 1


# Walking, loneliness, living withdrawn


@pytest.mark.parametrize(
    "next_state",
    [mobility.next_mobility, loneliness.next_withdrawal],
    ids=["mobility", "withdrawn"],
)
def test_two_states_with_onset_and_recovery(next_state: Any) -> None:
    after = twice(next_state)
    assert after(False, 0.02, 0.1, 0.019)
    assert not after(False, 0.02, 0.1, 0.02)
    assert after(True, 0.02, 0.1, 0.1)
    assert not after(True, 0.02, 0.1, 0.099)


def lonely_after(**changes: Any) -> bool:
    """Whether somebody is lonely after a month, other things as usual."""
    usual = {
        "lonely": False, "onset": 0.01, "recovery": 0.03, "bereaved": False, "takes_part": False,
        "strained": False, "grief": 0.14, "ease": 0.8, "strain_odds": 1.3, "mean": 1.0, "u": 0.5,
    }  # fmt: skip
    return bool(twice(loneliness.next_loneliness)(*{**usual, **changes}.values()))


def test_taking_part_keeps_from_loneliness_and_helps_out_of_it() -> None:
    assert lonely_after(u=0.0099)
    assert not lonely_after(u=0.0099, takes_part=True)
    assert lonely_after(u=0.0079, takes_part=True)
    assert lonely_after(lonely=True, u=0.031)
    assert not lonely_after(lonely=True, u=0.031, takes_part=True)


def test_grief_and_burden_make_lonely() -> None:
    assert not lonely_after(u=0.012)
    assert lonely_after(u=0.012, strained=True)
    assert lonely_after(u=0.149, bereaved=True)
    assert not lonely_after(u=0.151, bereaved=True)


# Meeting points


def test_withdrawn_people_hear_of_nothing_on_their_own() -> None:
    hears = twice(meeting.hears)
    assert hears(0, False, False, 0.01, 0.08, 1.3, 0.009)
    assert not hears(0, False, False, 0.01, 0.08, 1.3, 0.012)
    assert hears(0, False, True, 0.01, 0.08, 1.3, 0.012)
    assert hears(1, False, False, 0.01, 0.08, 1.3, 0.08)
    assert not hears(4, True, True, 0.01, 0.08, 1.3, 0.0)


def test_only_who_never_visits_forgets() -> None:
    forgets = twice(meeting.forgets)
    assert forgets(0, 0.02, 0.981)
    assert not forgets(0, 0.02, 0.97)
    assert not forgets(1, 0.02, 0.999)


def chance(**changes: Any) -> float:
    """Chance of visiting, other things as next door."""
    usual = {
        "base": 0.25, "distance_factor": 1.0, "age_factor": 1.0, "grade_factor": 1.0,
        "withdrawn": False, "lonely": False, "habit": 0, "withdrawn_factor": 0.2,
        "lonely_factor": 0.9, "habit_factor": 2.5,
    }  # fmt: skip
    return float(twice(meeting.chance_of_visiting)(*{**usual, **changes}.values()))


def test_the_chance_of_visiting() -> None:
    assert chance() == 0.25
    assert chance(distance_factor=0.5) == 0.125
    assert chance(withdrawn=True) == pytest.approx(0.05)
    assert chance(lonely=True) == pytest.approx(0.225)
    assert chance(habit=100) == pytest.approx(0.625)
    assert chance(habit=100, base=0.9) == 0.95
    assert chance(grade_factor=0.0) == 0.0


def test_visits_are_none_one_or_weekly() -> None:
    visits = twice(meeting.visits_wished)
    assert visits(0.25, 0.5, 0.25, 0.0) == 0
    assert visits(0.25, 0.5, 0.24, 0.5) == 1
    assert visits(0.25, 0.5, 0.24, 0.49) == 4
    assert visits(0.0, 1.0, 0.0, 0.0) == 0


def test_a_habit_grows_and_fades_between_0_and_100() -> None:
    habit = twice(meeting.next_habit)
    assert habit(0, 1, 30, 15) == 30
    assert habit(90, 4, 30, 15) == 100
    assert habit(30, 0, 30, 15) == 15
    assert habit(10, 0, 30, 15) == 0


def test_taking_part_means_a_habit_and_not_living_in_a_nursing_home() -> None:
    takes_part = twice(meeting.takes_part)
    assert takes_part(40, 40, False)
    assert not takes_part(39, 40, False)
    assert not takes_part(100, 40, True)


def test_a_seniors_point_admits_seniors() -> None:
    admits = twice(meeting.admits)
    assert admits(60, False, 60)
    assert not admits(59, False, 60)
    assert admits(20, True, 60)


def test_the_way_is_longer_for_who_walks_badly_and_short_for_who_is_fetched() -> None:
    way = twice(meeting.bin_of_way)
    assert way(349.0, False, False, 100.0, 0.5) == 6
    assert way(349.0, False, True, 100.0, 0.5) == 13
    assert way(349.0, True, True, 100.0, 0.5) == 2
    assert way(60.0, True, False, 100.0, 0.5) == 1
    assert way(1e6, False, False, 100.0, 0.5) == 61
    assert twice(meeting.metres)(0, 0, 300, -400) == 500.0


def test_more_rides_reach_the_same_people_and_others() -> None:
    fetched = twice(meeting.is_fetched)
    uids = [np.uint64(number * 0x9E3779B97F4A7C15 % 2**64) for number in range(2000)]
    few = {uid for uid in uids if fetched(70, 65, uid, 0.2)}
    more = {uid for uid in uids if fetched(70, 65, uid, 0.4)}
    assert few < more
    assert len(few) == pytest.approx(400, abs=80)
    assert not any(fetched(70, 65, uid, 0.0) for uid in uids)
    assert not any(fetched(64, 65, uid, 1.0) for uid in uids)


def test_younger_people_come_less() -> None:
    factors = [twice(meeting.age_factor)(years, 0.3, 0.1) for years in (30, 49, 50, 64, 65, 90)]
    assert factors == [0.1, 0.1, 0.3, 0.3, 1.0, 1.0]


# Volunteering


def test_taking_up_volunteering_elsewhere_or_in_the_quarter() -> None:
    after = twice(volunteering.next_volunteering)
    assert after(0, 0.1, 0.02, 0, 0.06, 0.0059) == volunteering.IN_QUARTER
    assert after(0, 0.1, 0.02, 0, 0.06, 0.0061) == volunteering.ELSEWHERE
    assert after(0, 0.1, 0.02, 0, 0.06, 0.1) == volunteering.NONE


def test_dropping_volunteering() -> None:
    after = twice(volunteering.next_volunteering)
    assert after(2, 0.1, 0.02, 0, 0.06, 0.019) == volunteering.NONE
    assert after(2, 0.1, 0.02, 2, 0.06, 0.02) == volunteering.IN_QUARTER
    assert after(1, 0.1, 0.02, 3, 0.06, 0.9) == volunteering.NONE


def test_the_quarter_wins_volunteers_and_loses_them_to_other_places() -> None:
    place = twice(volunteering.next_place_of_volunteering)
    assert place(2, 0.02, 0.001, 0.5, 0, 0.019) == volunteering.ELSEWHERE
    assert place(2, 0.02, 0.001, 0.0, 0, 0.02) == volunteering.IN_QUARTER
    assert place(0, 0.02, 0.5, 0.01, 0, 0.009) == volunteering.IN_QUARTER
    assert place(0, 0.02, 0.5, 0.01, 0, 0.02) == volunteering.NONE
    assert place(1, 0.02, 0.01, 0.01, 2, 0.019) == volunteering.IN_QUARTER
    assert place(0, 0.02, 0.01, 1.0, 3, 0.0) == volunteering.NONE


def test_who_is_trained_stays_longer() -> None:
    leaving = twice(volunteering.chance_of_leaving_the_quarter)
    assert leaving(0.02, 0.0, 0.7) == 0.02
    assert leaving(0.02, 1.0, 0.7) == pytest.approx(0.014)
    assert leaving(0.02, 0.5, 0.7) == pytest.approx(0.017)


def test_regular_visitors_are_won_more_easily() -> None:
    won = twice(volunteering.chance_of_being_won)
    assert won(0.01, False, 0.02) == 0.01
    assert won(0.01, True, 0.02) == pytest.approx(0.03)


def test_hours_of_volunteers_come_in_three_classes() -> None:
    given_minutes = twice(volunteering.minutes_given)
    drawn = [
        given_minutes(u, 0.55, 0.25, 90.0, 240.0, 480.0) for u in (0.0, 0.54, 0.56, 0.79, 0.81)
    ]
    assert drawn == [90.0, 90.0, 240.0, 240.0, 480.0]


# Family care


def test_care_needed_spreads_around_the_mean_of_the_grade() -> None:
    needed = twice(family_care.care_needed)
    assert needed(1000.0, 0.3, False, 0.95, 0.5) == 1000
    assert needed(1000.0, 0.3, False, 0.95, 0.0) == 700
    assert needed(1000.0, 0.3, True, 0.95, 0.5) == 950
    assert 1299 <= needed(1000.0, 0.3, False, 0.95, 1 - 2**-32) <= 1300


def test_a_partner_gives_less_in_poor_health_and_nothing_from_grade_2() -> None:
    could = twice(family_care.partner_could_give)
    assert could(0, False, False, 2700.0, 0.5, 0.7, 0.85) == 2700
    assert could(1, False, False, 2700.0, 0.5, 0.7, 0.85) == 1350
    assert could(0, True, True, 2700.0, 0.5, 0.7, 0.85) == round(2700 * 0.7 * 0.85)
    assert could(2, False, False, 2700.0, 0.5, 0.7, 0.85) == 0


def test_a_child_in_need_cares_for_nobody() -> None:
    could = twice(family_care.child_could_give)
    assert could(0, False, 1680.0, 0.85) == 1680
    assert could(0, True, 1680.0, 0.85) == 1428
    assert could(1, False, 1680.0, 0.85) == 0


def test_the_partner_covers_first_then_the_child_then_others() -> None:
    covers = twice(family_care.family_covers)
    assert covers(1000, 600, 300, 300) == (600, 300, 100)
    assert covers(500, 600, 300, 300) == (500, 0, 0)
    assert covers(0, 600, 300, 300) == (0, 0, 0)
    assert covers(1000, 0, 0, 0) == (0, 0, 0)


@given(*(st.integers(0, 5000),) * 4)
@quick
def test_the_family_never_gives_more_than_is_left_or_than_it_can(
    left: int, by_partner: int, by_child: int, by_others: int
) -> None:
    gave = family_care.family_covers(left, by_partner, by_child, by_others)
    assert sum(gave) == min(left, by_partner + by_child + by_others)
    assert all(
        0 <= one <= most for one, most in zip(gave, (by_partner, by_child, by_others), strict=True)
    )


def test_what_the_family_cannot_cover() -> None:
    share = twice(family_care.share_not_covered)
    assert share(1000, 0) == 1.0
    assert share(1000, 750) == 0.25
    assert share(1000, 2000) == 0.0


def test_relief_is_noted_and_lowers_the_burden() -> None:
    noted = twice(family_care.relief_for_carer)
    assert noted(True, True, 60) == 7
    assert noted(False, False, 0) == 0
    factor = twice(strain.relief_of_carer)
    factors = (0.85, 0.7, 0.9, 0.85)
    assert factor(0, 0.0, *factors) == 1.0
    assert factor(1, 0.0, *factors) == 0.85
    assert factor(2, 0.0, *factors) == 0.7
    assert factor(4, 0.0, *factors) == 0.9
    assert factor(7, 1.0, *factors) == pytest.approx(0.85 * 0.7 * 0.9 * 0.85)


def test_burden_grows_with_hours_and_ends_with_care() -> None:
    after = twice(strain.next_strain)
    assert not after(True, 0, 0.5, 0.0, 1.0, 20.0, 0.0)
    assert after(False, 1200, 0.02, 0.06, 1.0, 20.0, 0.0199)
    assert not after(False, 600, 0.02, 0.06, 1.0, 20.0, 0.0101)
    assert not after(False, 1200, 0.02, 0.06, 0.5, 20.0, 0.0101)
    assert after(True, 600, 0.02, 0.06, 1.0, 20.0, 0.06)
    assert not after(True, 600, 0.02, 0.06, 1.0, 20.0, 0.059)


# Services, neighbours, nursing home


def test_low_traits_want_a_service_soon() -> None:
    wants = twice(services.wants_service)
    assert wants(0, 0.001, 1.0)
    assert not wants(0, 0.0, 1.3)
    assert wants(13106, 0.2, 1.0)
    assert not wants(13108, 0.2, 1.0)
    assert wants(13108, 0.2, 1.3)
    assert wants(65535, 1.0, 1.0)


def test_readiness_grows_with_what_the_family_cannot_cover_and_with_advice() -> None:
    ready = twice(services.readiness_for_services)
    assert ready(0.0, 1.3, 0.0, 1.15) == 1.0
    assert ready(1.0, 1.3, 0.0, 1.15) == pytest.approx(1.3)
    assert ready(0.5, 1.3, 1.0, 1.15) == pytest.approx(1.15 * 1.15)


def test_clients_come_first_then_urgency_then_waiting_then_the_lot() -> None:
    order = twice(services.order_of_service)
    queue = [
        order(False, 0.1, 0, 0.9),
        order(False, 0.1, 1, 0.1),
        order(False, 0.2, 0, 0.0),
        order(False, 1.0, 255, 0.99),
        order(True, 0.0, 0, 0.0),
    ]
    assert queue == sorted(queue)


def test_a_home_is_asked_for_sooner_alone_uncovered_or_by_burdened_carers() -> None:
    risk = twice(services.relative_risk_of_nursing_home)
    ratios = (1.26, 1.22, 1.22, 1.0)
    assert risk(False, 0.0, False, False, *ratios) == 1.0
    assert risk(True, 0.0, False, False, *ratios) == 1.26
    assert risk(False, 1 / 6, False, False, *ratios) == pytest.approx(1.11)
    assert risk(False, 0.5, False, False, *ratios) == pytest.approx(1.22)
    assert risk(False, 0.0, True, False, *ratios) == 1.22
    assert risk(False, 0.0, False, True, *ratios) == 1.0  # visits: no effect was found
    asks = twice(services.asks_for_nursing_home)
    assert asks(0.01, 1.26, 1.0, 0.0125)
    assert not asks(0.01, 1.26, 1.3, 0.0099)


def test_the_queue_for_a_nursing_home() -> None:
    order = twice(services.order_of_nursing_home)
    queue = [
        order(2, 0.0, 3, 0.5),
        order(2, 0.2, 0, 0.0),
        order(4, 0.0, 0, 0.0),
        order(5, 0.9, 0, 0),
    ]
    assert queue == sorted(queue)


def test_who_has_waited_long_may_find_a_home_elsewhere() -> None:
    finds = twice(services.finds_home_elsewhere)
    assert finds(4, 3, 0.08, 0.079)
    assert not finds(3, 3, 0.08, 0.0)
    assert not finds(10, 3, 0.08, 0.08)


def test_services_give_no_more_than_the_need() -> None:
    assert twice(services.contract_minutes)(1000, 119.6) == 120
    assert twice(services.contract_minutes)(100, 119.6) == 100
    assert twice(services.minutes_in_day_care)(1000, 120, 840) == 840
    assert twice(services.minutes_in_day_care)(500, 120, 840) == 380
    assert twice(services.minutes_in_day_care)(120, 120, 840) == 0


def test_waiting_is_counted_in_months() -> None:
    months = twice(services.months_of_waiting)
    assert months(0, True) == 1
    assert months(255, True) == 255
    assert months(7, False) == 0


def test_a_setting_at_home_is_named_after_the_most_it_offers() -> None:
    setting = twice(services.setting_at_home)
    assert setting(True, True, 60) == services.DAY_CARE
    assert setting(False, True, 60) == services.AMBULATORY
    assert setting(False, False, 60) == services.FAMILY
    assert setting(False, False, 0) == services.HOME_ALONE


def test_neighbours_help_light_needs_a_little() -> None:
    wanted = twice(neighbours.neighbourly_help_wanted)
    assert wanted(2, 3, 1000, 900, 120) == 100
    assert wanted(2, 3, 1000, 500, 120) == 120
    assert wanted(4, 3, 1000, 0, 120) == 0
    assert wanted(2, 3, 1000, 1000, 120) == 0
    order = twice(neighbours.order_of_neighbourly_help)
    assert order(1000, 100, 0.0) > order(1000, 500, 0.99)


# Whom measures reach


def test_whom_measures_can_reach() -> None:
    contacted = twice(support.can_be_contacted)
    assert contacted(60, 60, True, True)
    assert contacted(60, 60, False, False)
    assert not contacted(60, 60, False, True)
    assert not contacted(59, 60, True, False)
    visited = twice(support.can_be_visited)
    assert visited(75, 75, 0, 4, 5)
    assert not visited(75, 75, 0, 5, 5)
    assert not visited(75, 75, 1, 0, 5)
    assert not visited(74, 75, 0, 0, 5)
    adapted = twice(support.can_be_adapted)
    assert adapted(65, 65, False, False)
    assert not adapted(65, 65, True, False)
    assert not adapted(65, 65, False, True)
    assert not adapted(64, 65, False, False)
    course = twice(support.can_take_a_course)
    assert course(60, 60, False)
    assert not course(60, 60, True)
    assert not course(59, 60, False)


# Newborns and newcomers


def test_newcomers_households() -> None:
    assert twice(arriving.sex_of_newborn)(1.05, 0.5) == 0
    assert twice(arriving.sex_of_newborn)(1.05, 0.52) == 1
    number = twice(arriving.newcomer_households)
    assert [number(2.3, u) for u in (0.0, 0.69, 0.71)] == [2, 2, 3]
    children = twice(arriving.number_of_children)
    assert [children(30, 0.4, u) for u in (0.1, 0.3, 0.5)] == [1, 2, 0]
    assert children(24, 1.0, 0.0) == children(45, 1.0, 0.0) == 0


@given(st.integers(25, 44), st.integers(0, 11), UNIFORM)
@quick
def test_newcomers_children_were_born_after_their_parent_came_of_age(
    years: int, month: int, u: float
) -> None:
    months = arriving.months_of_child(12 * years + month, u)
    assert 0 <= months < 18 * 12
    assert 12 * years + month - months >= 18 * 12


@given(st.integers(18, 120), UNIFORM)
@quick
def test_newcomers_partners_are_of_full_age_and_not_too_old(years: int, fraction: float) -> None:
    months = arriving.months_of_head(years, fraction)
    assert months // 12 == years
    partner = arriving.months_of_partner(months, fraction)
    assert 18 * 12 <= partner <= 120 * 12 + 11
    assert abs(partner - months) <= 24 or partner == 120 * 12 + 11


def test_newcomers_features_follow_the_shares() -> None:
    shares = np.array([0.2, 0.7])
    educations = [twice(arriving.education_of_newcomer)(shares, u) for u in (0.1, 0.2, 0.69, 0.7)]
    assert educations == [0, 1, 1, 2]
    grades = np.array([0.8, 0.85, 0.93, 0.97, 0.99, 1.0])
    drawn = [twice(arriving.care_grade_of_newcomer)(grades, u) for u in (0.79, 0.8, 0.9, 0.995)]
    assert drawn == [0, 1, 2, 5]
    volunteers = twice(arriving.volunteering_of_newcomer)
    assert volunteers(40, 0, 0.4, 0.1, 0.03) == volunteering.IN_QUARTER
    assert volunteers(40, 0, 0.4, 0.1, 0.05) == volunteering.ELSEWHERE
    assert volunteers(40, 0, 0.4, 0.1, 0.4) == volunteering.NONE
    assert volunteers(40, 3, 0.4, 0.1, 0.0) == volunteers(13, 0, 0.4, 0.1, 0.0) == volunteering.NONE
    assert twice(arriving.has_child_in_reach)(50, 0.2, 0.19)
    assert not twice(arriving.has_child_in_reach)(49, 0.2, 0.0)


# Costs: figures of care grade 2 in 2025


def home(cost: float, in_day_care: bool = False, **changes: float) -> tuple[float, float]:
    """Care fund and household in a month of care grade 2 at home."""
    usual = {"cash": 347.0, "in_kind": 796.0, "day_care": 721.0, "relief": 60.0, "own": 200.0}
    found: tuple[float, float] = twice(costs.cost_at_home)(
        2, cost, in_day_care, *{**usual, **changes}.values()
    )
    return found


def test_at_home_without_a_service_the_fund_pays_cash() -> None:
    assert home(0.0) == (347.0 + 60.0, 0.0)


def test_a_service_that_uses_half_the_ceiling_leaves_half_the_cash() -> None:
    fund, household = home(398.0)
    assert fund == pytest.approx(398.0 + 347.0 / 2 + 60.0)
    assert household == 0.0


def test_beyond_the_ceiling_the_household_pays() -> None:
    assert home(1000.0) == (796.0 + 60.0, 204.0)


def test_day_care_comes_on_top() -> None:
    assert home(0.0, in_day_care=True) == (347.0 + 60.0 + 721.0, 200.0)


def test_grade_1_has_the_relief_amount_only() -> None:
    fund, household = twice(costs.cost_at_home)(1, 100.0, False, 0.0, 0.0, 0.0, 60.0, 200.0)
    assert (fund, household) == (60.0, 40.0)


@given(st.floats(0, 3000), st.booleans())
@quick
def test_at_home_nothing_is_paid_twice_and_the_service_is_paid(cost: float, day: bool) -> None:
    fund, household = home(cost, day)
    assert fund >= 0
    assert household >= 0
    assert fund + household >= cost - 1e-9


def test_in_a_nursing_home_three_pay_and_the_supplement_rises() -> None:
    pays = twice(costs.cost_in_nursing_home)
    first = pays(805.0, 1500.0, 0.15, 3100.0, 0.15, 0.35, 1000.0)
    fourth = pays(805.0, 1500.0, 0.75, 3100.0, 0.15, 0.35, 1000.0)
    assert first == pytest.approx((805 + 225, 3100 - 350, 350))
    assert fourth == pytest.approx((805 + 1125, 2200 - 350, 350))
    assert sum(first) == pytest.approx(sum(fourth))
    years = [twice(costs.year_of_stay)(months) for months in (0, 11, 12, 24, 36, 255)]
    assert years == [0, 0, 1, 2, 3, 3]


def test_bills_are_in_whole_cents() -> None:
    cents = twice(costs.in_cents)
    assert [cents(euros) for euros in (0.0, 0.004, 0.006, 12.34, 99.999)] == [0, 0, 1, 1234, 10000]
