"""Care prevalence: official rates by group, mix of grades, growth that never passes one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rates.people import SEXES
from sim.rates.prevalence import (
    HIGHEST_PREVALENCE,
    care_prevalence,
    entitlement,
    measured_level,
    prevalence_by_month,
)
from sim.rates.smoothing import group_means, groups_of, smooth
from sim.rates.tables import prepare
from sim.town.town import read_town

TOWN = read_town(Path(__file__).resolve().parents[1] / "scenarios" / "herrenberg")
PREPARED = prepare(TOWN)
NATION = TOWN.ledger.values() | {"care_rate_factor": 1.0}
OFFICIAL_MIX_2023 = [0.138, 0.404, 0.296, 0.118, 0.043]


def in_need(factor=1.0, when=2024.0, **changes):
    """Nation's people in need by sex and month of age, and all people."""
    values = NATION | {"care_rate_factor": factor} | changes
    prevalence = prevalence_by_month(PREPARED.care_need, values, when)
    persons = np.repeat(PREPARED.national, 12, axis=1) / 12.0
    return persons * (1.0 - prevalence[..., 0]), persons


def test_every_official_group_keeps_its_rate():
    prevalence = care_prevalence(TOWN, NATION, 2024.0)
    table = TOWN.tables["care_rates"]
    table = table[table["year"] == 2023]
    assert len(table) == 20
    for row in table.itertuples():
        sex = SEXES.index(row.sex)
        ages = slice(row.age_from, row.age_to + 1)
        rate = np.average(1.0 - prevalence[sex, ages, 0], weights=PREPARED.national[sex, ages])
        if row.care_rate > 0.95:  # near the bound: women of 95 and more
            assert rate == pytest.approx(min(row.care_rate, HIGHEST_PREVALENCE), abs=0.006)
        else:
            assert rate == pytest.approx(row.care_rate, rel=1e-6)


def test_grades_have_the_mix_of_the_official_statistics():
    prevalence = care_prevalence(TOWN, NATION, 2024.0)
    persons = (PREPARED.national[..., None] * prevalence).sum(axis=(0, 1))[1:]
    np.testing.assert_allclose(persons / persons.sum(), OFFICIAL_MIX_2023, atol=0.0015)


def test_shares_add_up_and_start_near_zero_at_birth():
    prevalence = prevalence_by_month(PREPARED.care_need, NATION, 2031.0)
    np.testing.assert_allclose(prevalence.sum(axis=-1), 1.0, atol=1e-12)
    assert prevalence.min() >= 0.0
    assert (1.0 - prevalence[:, 0, 0]).max() < 0.001


def test_no_jump_on_a_birthday():
    need = 1.0 - prevalence_by_month(PREPARED.care_need, NATION, 2026.0)[..., 0]
    assert np.abs(np.diff(need, axis=1)).max() < 0.008


def test_entitlement_grows_with_two_rates():
    values = {"entitlement_growth_2023_2025": 0.05, "entitlement_growth_from_2026": 0.02}
    assert entitlement(values, 2024.0, 2024.0) == 1.0
    assert entitlement(values, 2024.0, 2026.0) == pytest.approx(1.05**2)
    assert entitlement(values, 2024.0, 2031.0) == pytest.approx(1.05**2 * 1.02**5)
    assert entitlement(values, 2026.5, 2027.0) == pytest.approx(1.02**0.5)


def test_before_the_newest_statistics_the_growth_is_the_measured_one():
    """People in need by the rates of 2019, 2021 and 2023, in the nation of 2023."""
    care_need = PREPARED.care_need
    counted = {}
    for row in TOWN.tables["care_rates"].itertuples():
        ages = slice(row.age_from, row.age_to + 1)
        persons = PREPARED.national[SEXES.index(row.sex), ages].sum()
        counted[row.year] = counted.get(row.year, 0.0) + persons * row.care_rate
    for year, persons in counted.items():
        level = measured_level(care_need, year + 1.0)
        assert level == pytest.approx(persons / counted[2023], rel=1e-12)
        found = in_need(when=year + 1.0)[0].sum() / in_need(when=2024.0)[0].sum()
        assert found == pytest.approx(level, rel=5e-4)  # the oldest women reach the bound
    assert measured_level(care_need, 2022.0) == pytest.approx(0.88, abs=0.005)
    middle = measured_level(care_need, 2023.0)
    assert middle**2 == pytest.approx(measured_level(care_need, 2022.0), rel=1e-12)
    assert measured_level(care_need, 2019.0) < measured_level(care_need, 2020.0)


def test_assumed_growth_changes_nothing_before_the_newest_statistics():
    slow, _ = in_need(when=2022.5, entitlement_growth_2023_2025=0.0)
    fast, _ = in_need(when=2022.5, entitlement_growth_2023_2025=0.07)
    np.testing.assert_array_equal(slow, fast)


def test_number_in_need_grows_by_the_factor():
    now, _ = in_need()
    for factor in (0.85, 1.05, 1.2):
        then, _ = in_need(factor)
        assert then.sum() / now.sum() == pytest.approx(factor, rel=2e-3)


def test_state_rates_of_2021_explain_themselves():
    """Baden-Württemberg 2021: 0.85 of the nation at the same age, 0.87 at 65+, 0.92 at 90+."""
    nation, _ = in_need()
    state, _ = in_need(0.85)
    assert state[:, 65 * 12 :].sum() / nation[:, 65 * 12 :].sum() == pytest.approx(0.87, abs=0.01)
    assert state[:, 90 * 12 :].sum() / nation[:, 90 * 12 :].sum() == pytest.approx(0.92, abs=0.02)


@given(factor=st.floats(0.3, 1.6), when=st.floats(2020.0, 2040.0))
@settings(max_examples=30, deadline=None)
def test_prevalence_stays_a_share_and_rises_with_the_factor(factor, when):
    low, persons = in_need(factor, when)
    high, _ = in_need(factor * 1.05, when)
    assert low.min() >= 0.0
    assert (low <= HIGHEST_PREVALENCE * persons * (1 + 1e-12)).all()
    assert (high >= low - 1e-9).all()


def test_smooth_curves_return_the_groups_means():
    groups = groups_of(TOWN.tables["care_rates"])
    rates = np.linspace(0.2, 0.9, 2 * len(groups)).reshape(len(groups), 2)
    weights = np.linspace(2.0, 0.1, 1452)
    curve = smooth(groups, rates, weights)
    np.testing.assert_allclose(group_means(curve, groups, weights), rates, rtol=1e-8)


def test_youngest_groups_without_anybody_stay_empty():
    groups = np.array([[0, 13], [14, 29], [30, 120]])
    rates = np.array([[0.0], [0.4], [0.3]])
    curve = smooth(groups, rates, np.ones(1452))
    assert curve[: 14 * 12].max() == 0.0
    np.testing.assert_allclose(group_means(curve, groups, np.ones(1452)), rates, atol=1e-9)
