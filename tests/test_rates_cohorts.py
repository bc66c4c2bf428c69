"""Cohorts followed through the tables, month by month: prevalence, deaths, nursing homes.

The projection below knows only the tables and the order of the model's month (age, die, change
grade, move to a nursing home); it shares no code with the solution.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from sim.rates.prevalence import prevalence_by_month
from sim.rates.smoothing import yearly
from sim.rates.tables import prepare, solve_tables
from sim.town.town import read_town

TOWN = read_town(Path(__file__).resolve().parents[1] / "scenarios" / "herrenberg")
PREPARED = prepare(TOWN)
GROWING = TOWN.ledger.values()
STILL = GROWING | {"entitlement_growth_2023_2025": 0.0, "entitlement_growth_from_2026": 0.0}
NATION = GROWING | {"care_rate_factor": 1.0}
AGE = np.arange(1452) // 12
MONTHLY = 1.0 - (1.0 - PREPARED.life_table) ** (1.0 / 12.0)
FIVE_YEARS = [(first, first + 4) for first in range(0, 95, 5)] + [(95, 119)]

# Published with the period life table 2023/25 (REPORT of the data; e80 and e65 derived from it).
LIFE_EXPECTANCY = {0: (78.82, 83.43), 65: (17.97, 21.10), 80: (8.20, 9.73)}


class Month(NamedTuple):
    """Deaths and people exposed to them by sex and age, shape (2, 121)."""

    deaths: np.ndarray
    exposed: np.ndarray


def at_start(values, persons):
    """People by sex, month of age and state (grade at home, grade in a nursing home)."""
    prevalence = prevalence_by_month(PREPARED.care_need, values, PREPARED.start)
    inside = prevalence * PREPARED.nursing_home
    return np.concatenate((prevalence - inside, inside), axis=-1) * persons[..., None]


def one_month(state, tables, year, newborn):
    """State a month later, and the month's deaths."""
    aged = np.zeros_like(state)
    aged[:, 1:] = state[:, :-1]
    aged[:, 0, 0] = newborn
    dying = aged * tables.death[year][:, AGE]
    month = Month(*(part.sum(axis=-1).reshape(2, 121, 12).sum(axis=-1) for part in (dying, aged)))
    left = aged - dying
    up, down = tables.care_up[year][:, AGE], tables.care_down[year][:, AGE]
    first = np.diff(tables.entry_grade)
    parts = []
    for part, in_home in ((left[..., :6], False), (left[..., 6:], True)):
        fall = part * down
        if in_home:
            fall[..., 1] = 0.0
        rise = part * up
        after = part - rise - fall
        after[..., 1:] += rise[..., :1] * first
        after[..., 2:] += rise[..., 1:5]
        after[..., :5] += fall[..., 1:]
        parts.append(after)
    moving = parts[0] * tables.nursing_home_entry[:, AGE]
    return np.concatenate((parts[0] - moving, parts[1] + moving), axis=-1), month


def project(values, months=60, persons=None):
    """State after some months and the list of months."""
    tables = solve_tables(TOWN, values, PREPARED)
    persons = np.repeat(PREPARED.national, 12, axis=1) / 12.0 if persons is None else persons
    state = at_start(values, persons)
    record = []
    for number in range(months):
        state, month = one_month(state, tables, number // 12, persons[:, 0])
        record.append(month)
    return state, record


def stationary():
    """People by sex and month of age, at a month's end, if as many were born every month."""
    return np.cumprod(1.0 - MONTHLY[:, AGE], axis=1)


def by_group(state):
    """Share of grades 1 to 5 by sex and five-year group: got and people, shape (2, 20, 5)."""
    grades = (state[..., :6] + state[..., 6:]).reshape(2, 121, 12, 6).sum(axis=2)
    return [grades[:, first : last + 1].sum(axis=1) for first, last in FIVE_YEARS]


def wanted_by_group(values, when, state):
    """The same as the prevalence would have it for the same people."""
    persons = state.sum(axis=-1).reshape(2, 121, 12).sum(axis=-1)
    target = yearly(prevalence_by_month(PREPARED.care_need, values, when), axis=1)
    target = target * persons[..., None]
    return [target[:, first : last + 1].sum(axis=1) for first, last in FIVE_YEARS]


@pytest.mark.parametrize("values", [STILL, GROWING], ids=["unchanged", "wider entitlement"])
def test_prevalence_keeps_its_course_for_sixty_months(values):
    state, _ = project(values)
    got = by_group(state)
    wanted = wanted_by_group(values, PREPARED.start + 5.0, state)
    for (first, _), have, want in zip(FIVE_YEARS, got, wanted, strict=True):
        people = have.sum(axis=-1)
        # All grades together within 0.5 %.
        np.testing.assert_allclose(
            have[:, 1:].sum(axis=-1), want[:, 1:].sum(axis=-1), rtol=0.005, err_msg=str(first)
        )
        # Each grade within 1 %, or within 3 of 10,000 people of the group where the grade is rare.
        near = np.abs(have[:, 1:] / want[:, 1:] - 1.0) < 0.01
        rare = np.abs(have[:, 1:] - want[:, 1:]) / people[:, None] < 0.0003
        assert (near | rare).all(), first


def test_prevalence_really_changes_when_entitlement_grows():
    """The growing projection is not the still one: five years at 2 % are 10 % more."""
    still, _ = project(STILL)
    growing, _ = project(GROWING)
    old = slice(70 * 12, None)
    need = [1.0 - state[:, old, [0, 6]].sum() / state[:, old].sum() for state in (still, growing)]
    assert need[1] / need[0] > 1.12


def test_deaths_are_the_life_table_at_once():
    persons = stationary()
    _, record = project(STILL, months=1, persons=persons)
    np.testing.assert_allclose(
        (record[0].deaths / record[0].exposed)[:, 1:120], MONTHLY[:, 1:120], rtol=0.0, atol=1e-9
    )


@pytest.mark.parametrize("values", [STILL, GROWING], ids=["unchanged", "wider entitlement"])
def test_deaths_are_still_the_life_table_in_the_fifth_year(values):
    persons = stationary()
    _, record = project(values, persons=persons)
    deaths = sum(month.deaths for month in record[48:])
    exposed = sum(month.exposed for month in record[48:])
    adults = slice(40, 120)
    np.testing.assert_allclose(
        (deaths / exposed)[:, adults], MONTHLY[:, adults], rtol=0.005 if values is STILL else 0.01
    )
    expected = (exposed * MONTHLY).sum()
    assert deaths.sum() == pytest.approx(expected, rel=0.002 if values is STILL else 0.005)


def test_a_cohort_from_birth_to_death_has_the_official_life_expectancy():
    tables = solve_tables(TOWN, STILL, PREPARED)
    state = np.zeros((2, 1452, 12))
    alive = np.empty((2, 1452))
    for number in range(1452):  # one cohort: born in month 0, nobody after it
        state, _ = one_month(state, tables, 0, 1.0 if number == 0 else 0.0)
        alive[:, number] = state.sum(axis=(1, 2))
    for age, official in LIFE_EXPECTANCY.items():
        at_birthday = alive[:, 12 * age - 1] if age else np.ones(2)
        lived = alive[:, 12 * age :].sum(axis=1) / 12.0 / at_birthday + 1.0 / 24.0
        np.testing.assert_allclose(lived, official, atol=0.02 if age else 0.03)


def test_average_of_the_tables_has_the_official_life_expectancy():
    """Twelve monthly draws of the average are the life table's year."""
    tables = solve_tables(TOWN, STILL, PREPARED)
    prevalence = prevalence_by_month(PREPARED.care_need, STILL, PREPARED.start)
    inside = prevalence * PREPARED.nursing_home
    shares = np.concatenate((prevalence - inside, inside), axis=-1)
    before = np.zeros_like(shares)
    before[:, 1:], before[:, 0, 0] = shares[:, :-1], 1.0
    months = (before * tables.death[0][:, AGE]).sum(axis=-1)
    alive = np.cumprod(1.0 - months, axis=1)
    for age, official in LIFE_EXPECTANCY.items():
        at_birthday = alive[:, 12 * age - 1] if age else np.ones(2)
        lived = alive[:, 12 * age :].sum(axis=1) / 12.0 / at_birthday + 1.0 / 24.0
        np.testing.assert_allclose(lived, official, atol=0.02)


def test_nursing_home_residents_of_the_town_die_at_the_observed_rate():
    tables = solve_tables(TOWN, STILL, PREPARED)
    prevalence = yearly(prevalence_by_month(PREPARED.care_need, STILL, PREPARED.start), axis=1)
    inside = prevalence * yearly(PREPARED.nursing_home)
    residents = inside * PREPARED.population.sum(axis=0)[..., None]
    monthly = np.average(tables.death[0, :, :, 6:], weights=residents)
    assert 1.0 - (1.0 - monthly) ** 12 == pytest.approx(0.288, abs=0.002)


def test_share_in_nursing_homes_stays_with_places_for_everybody():
    state, _ = project(STILL)
    grades = (state[..., :6] + state[..., 6:]).reshape(2, 121, 12, 6).sum(axis=(0, 2))
    inside = state[..., 6:].reshape(2, 121, 12, 6).sum(axis=(0, 2))
    wanted = grades * yearly(PREPARED.nursing_home)
    for first, last in FIVE_YEARS[12:]:
        ages = slice(first, last + 1)
        have, want = inside[ages, 2:].sum(axis=0), wanted[ages, 2:].sum(axis=0)
        np.testing.assert_allclose(have, want, rtol=0.02, err_msg=str(first))
        assert have.sum() == pytest.approx(want.sum(), rel=0.005)


def inflow_and_duration(values):
    """New cases a year per person in need, and mean years in need after an onset at 60 or older.

    Durations follow the new cases of the first year's tables at home and in nursing homes until
    they die or need no care any more; returned for men, women.
    """
    tables = solve_tables(TOWN, values, PREPARED)
    prevalence = yearly(prevalence_by_month(PREPARED.care_need, values, PREPARED.start), axis=1)
    persons = PREPARED.national
    new = persons * prevalence[..., 0] * tables.care_up[0, :, :, 0]
    stock = persons * (1.0 - prevalence[..., 0])
    cohort = np.zeros((2, 1452, 12))
    first = np.diff(tables.entry_grade)
    cohort[:, 60 * 12 + 6 :: 12, 1:6] = new[:, 60:, None] * first
    started = cohort.sum(axis=(1, 2))
    lived = np.zeros(2)
    for _ in range(12 * 60):
        cohort, _ = one_month(cohort, tables, 0, 0.0)
        cohort[..., 0] = 0.0
        lived += cohort.sum(axis=(1, 2)) / 12.0
    return 12.0 * new.sum() / stock.sum(), lived / started + 1.0 / 24.0


def test_implied_inflow_and_duration_are_of_the_observed_order():
    """Plausibility, not calibration.

    Observed: 24 new cases a year per 100 people in need (Schleswig-Holstein 2023, a year of fast
    widening) and 5.0 years after an onset at 60 and older (men 4.0, women 5.7; BARMER, 2022).
    Implied with the central assumptions: about 17 per 100 in 2026 and 5.2 years for men, 6.8 for
    women. More cannot be had from these data: deaths with a care grade are bounded by all deaths,
    about 14 a year per 100 in need of the nation in 2026; inflow is these plus the growth of the
    number, and growth by 2 % is less than the 7 % of 2021 to 2023.
    """
    inflow, (men, women) = inflow_and_duration(NATION)
    assert 0.13 < inflow < 0.28
    assert 3.5 < men < women < 7.5
    fast, _ = inflow_and_duration(NATION | {"entitlement_growth_from_2026": 0.06})
    assert 0.18 < fast < 0.28
