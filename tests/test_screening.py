"""Who can be hit at all: bounds are never too low, and hardly ever much too high."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import ageing_town, measure, model_of, plan_of

import sim.month
from sim.stages import screening

WORDS = 2.0**32
CHANCES = st.one_of(
    st.floats(0.0, 1.0), st.sampled_from([0.0, 1.0, 2.0**-32, 1.0 - 2.0**-32, 0.5, 1.5, -0.1])
)
WORD = st.integers(0, 2**32 - 1)


@given(CHANCES, WORD)
def test_a_word_below_the_chance_is_not_above_the_limit(chance: float, word: int) -> None:
    if word / WORDS < chance:
        assert word <= screening.limit(chance)


@given(CHANCES, WORD)
def test_a_word_that_reaches_the_rest_is_not_below_the_limit(chance: float, word: int) -> None:
    if word / WORDS >= 1.0 - chance:
        assert word >= screening.limit_from_above(chance)


@given(st.floats(0.001, 0.9))
def test_a_limit_is_hardly_higher_than_its_chance(chance: float) -> None:
    assert screening.limit(chance) / WORDS == pytest.approx(chance, abs=1e-8)
    assert screening.limit_from_above(chance) / WORDS == pytest.approx(1.0 - chance, abs=1e-8)


def test_asking_everybody_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fall: alle Schranken auf das Höchste gesetzt, jede Regel wird alle gefragt.

    Erwartet: nach einem Jahr dieselben Menschen in demselben Zustand.
    """
    town = ageing_town(residents=1200)
    plan = plan_of(
        measure("meeting_point", start=2, levers={"seats": 40, "opening_hours_per_week": 20.0}),
        measure("outreach", size=60.0, start=3),
        measure("preventive_visits", size=200.0, start=3),
        measure("digital_help", size=60.0, start=3),
        measure("barrier_free_housing", size=40.0, start=3),
        measure("volunteer_training", size=60.0, start=3),
    )
    usual = model_of(town, plan)
    for _ in range(12):
        usual.step()

    find_limits = sim.month.find_limits

    def no_limits(state: sim.month.State) -> sim.month.Limits:
        limits = find_limits(state)
        highest = np.uint32(2**32 - 1)
        limits.life[:] = highest
        limits.life[screening.GRADE_DOWN] = 0
        limits.company[:] = highest
        limits.onsets[:] = highest
        limits.districts[:] = highest
        limits.districts[screening.TAUGHT] = 0
        return limits

    monkeypatch.setattr(sim.month, "find_limits", no_limits)
    asked = model_of(town, plan)
    for _ in range(12):
        asked.step()
    rows = usual.state.rows
    assert asked.state.rows == rows
    for name, column in usual.state.columns._asdict().items():
        other = getattr(asked.state.columns, name)
        assert np.array_equal(column[:rows], other[:rows]), name
    assert np.array_equal(usual.state.counts, asked.state.counts)
