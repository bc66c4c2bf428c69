"""The fast model and its plain twin agree exactly: every column of every resident, every month."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import plain_python, twin
from benchmarks.made_up import made_up_plan, made_up_town, residents_of
from benchmarks.plain_mesa import LINKS, PlainModel
from benchmarks.plain_resident import rules
from sim import draws
from sim.indicators import FLOWS
from sim.model import QuartierModel
from sim.residents import COLUMNS

MONTHS = 10
CASES = [twin.made_up_case(number, MONTHS) for number in (0, 1, 4, 5, 8, 10, 21, 23)]

WHOLE = st.integers(0, 2**64 - 1)


@lru_cache(maxsize=len(CASES))
def compared(case: twin.Case) -> twin.Compared:
    return twin.compare(case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_models_agree_in_every_column_every_month(case):
    seen = compared(case)
    assert seen.differences == []
    assert seen.resident_months > 250 * MONTHS


def test_everything_that_can_happen_happened_in_the_towns_compared():
    happened = sum((compared(case).happened for case in CASES), Counter())
    waiting = ("waiting_home", "waiting_ambulatory", "waiting_day_care", "neighbour_minutes")
    assert [name for name in (*FLOWS, *waiting) if happened[name] == 0] == []


def pair(case: twin.Case = CASES[0]) -> tuple[QuartierModel, PlainModel]:
    town, population = made_up_town(case.town), residents_of(case.town)
    plan = made_up_plan(case.plan, town, case.months)
    fast = QuartierModel(town, plan, case.seed, population=population, collect=False)
    return fast, PlainModel(town, plan, case.seed, population=population)


@pytest.fixture(scope="module")
def models():
    return pair()


@pytest.mark.parametrize("name", [column.name for column in COLUMNS])
def test_one_resident_who_differs_in_one_column_is_noticed(models, name):
    fast, plain = models
    assert twin.differences(fast, plain) == []
    one, other = list(plain.people)[:2]
    before = getattr(one, name)
    different = {
        **dict.fromkeys(LINKS, None if before is not None else other),
        "acquaintances": (),
        "household": None,
        "known_point": plain.offers[0] if before is None else None,
    }
    setattr(one, name, different[name] if name in different else int(before) ^ 1)
    found = twin.differences(fast, plain)
    setattr(one, name, before)
    if name == "uid":
        assert found == ["month 0: 2 residents live in one of the towns only"]
    else:
        assert any(f" {name} of " in line for line in found)
    assert twin.differences(fast, plain) == []


def other_than(rule):
    """A rule that every fifth time answers something else."""
    calls = iter(range(1_000_000))

    def wrong(*arguments):
        answer = rule(*arguments)
        if next(calls) % 5:
            return answer
        if isinstance(answer, bool):
            return not answer
        return (answer[0] - 1, *answer[1:]) if isinstance(answer, tuple) else max(0, answer - 1)

    return wrong


@pytest.mark.parametrize(
    "name",
    [
        "dies", "moves_away", "next_care_grade", "next_mobility", "next_loneliness", "hears",
        "visits_wished", "next_volunteering", "wants_service", "family_covers", "in_cents",
        "education_of_newcomer",
    ],
)  # fmt: skip
def test_a_rule_that_is_changed_in_one_model_only_is_noticed(monkeypatch, name):
    monkeypatch.setattr(rules, name, other_than(getattr(rules, name)))
    with suppress(OverflowError):  # the twin came upon a value that no column can hold
        assert twin.compare(CASES[1]).differences


@given(seed=WHOLE, uid=WHOLE, month=st.integers(0, 2000), block=st.integers(0, 14))
def test_draws_in_plain_python_are_those_of_the_model(seed, uid, month, block):
    expected = draws.uniforms(np.uint64(seed), np.uint64(uid), month, block)
    assert plain_python.uniforms(seed, uid, month, block) == expected
    assert plain_python.compiled_uniforms(seed, uid, month, block) == expected


@given(kind=st.integers(1, 6), first=WHOLE, second=st.integers(0, 2**32), third=st.integers(0, 99))
def test_identities_in_plain_python_are_those_of_the_model(kind, first, second, third):
    expected = int(draws.identity(kind, np.uint64(first), second, third))
    assert plain_python.identity(kind, first, second, third) == expected


def test_nothing_compiled_is_left_in_a_plain_rule():
    for name, rule in vars(rules).items():
        used = [rule.__globals__.get(other) for other in rule.__code__.co_names]
        assert not any(hasattr(one, "py_func") for one in used), name
        assert not any(isinstance(one, np.generic) for one in used), name
