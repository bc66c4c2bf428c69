"""Net migration by district and year, ages of newcomers, and residents counted by age."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from running import REFERENCE, residents_of, small_town

from sim import migration, model
from sim.indicators import INDEX
from sim.rates import migration as rates
from sim.rates.tables import prepare, solve_tables

TOWN = small_town(400, 2, end="2028-12")
KEYS = [one.key for one in TOWN.districts]
YEARS = rates.calendar_years(TOWN)
VALUES = TOWN.ledger.values()
SPREAD = {
    "net_migration_year_sd_per_1000": 6.0,
    "net_migration_district_sd_per_1000": 3.0,
    "net_migration_district_year_sd_per_1000": 4.0,
    "net_migration_persistence": 0.5,
}


def run(values, *, seed=3):
    return migration.simulate_counted(
        TOWN, REFERENCE, values=values, seed=seed, population=residents_of(TOWN)
    )


def residents(outcome):
    return outcome.counts[..., INDEX["residents"]].sum(axis=(2, 3))


def test_the_years_of_a_town():
    assert YEARS == (2026, 2027, 2028)
    assert rates.calendar_years(replace(TOWN, start=(2025, 6), months=8)) == (2025, 2026)


def test_without_yearly_values_it_is_the_model_bit_for_bit():
    plain = model.simulate(TOWN, REFERENCE, seed=3, population=residents_of(TOWN))
    counted = run(None)
    assert np.array_equal(plain.counts, counted.counts)
    assert np.array_equal(plain.money, counted.money)
    same = np.full((2, 3), VALUES["net_migration_per_1000"])
    yearly = run(rates.with_years(VALUES, same, KEYS, YEARS))
    assert np.array_equal(plain.counts, yearly.counts)


def test_residents_by_age_add_up_to_the_indicator():
    outcome = run(None)
    assert outcome.residents.shape == (4, 2, 121)
    assert np.array_equal(outcome.residents.sum(axis=2), residents(outcome))
    older = outcome.counts[..., INDEX["residents"]][:, :, 1:].sum(axis=(2, 3))
    assert np.array_equal(outcome.residents[:, :, 65:].sum(axis=2), older)


def test_a_district_gains_in_the_year_in_which_more_move_in():
    level = np.full((2, 3), VALUES["net_migration_per_1000"])
    more = level.copy()
    more[1, 1] += 200.0
    before = residents(run(rates.with_years(VALUES, level, KEYS, YEARS)))
    after = residents(run(rates.with_years(VALUES, more, KEYS, YEARS)))
    assert np.array_equal(before[:2], after[:2])
    # 200 per 1,000 of 200 residents are 40 people; few of them leave or bring children.
    assert 25 <= after[2, 1] - before[2, 1] <= 55
    assert abs(after[2, 0] - before[2, 0]) <= 3


def test_coordinates_are_independent_of_what_else_is_drawn():
    one = rates.draw_coordinates(7, 0, KEYS, YEARS)
    fewer = rates.draw_coordinates(7, 0, KEYS[1:], YEARS[:2])
    assert fewer.districts[0] == one.districts[1]
    assert np.array_equal(fewer.both[0], one.both[1, :2])
    assert np.array_equal(rates.coordinates_of(one.flat(), 2, 3).both, one.both)


def test_deviations_have_the_spread_and_the_persistence_asked_for():
    matrix = rates.deviations(2, 3, SPREAD)
    covariance = matrix @ matrix.T
    assert np.diag(covariance) == pytest.approx([36.0 + 9.0 + 16.0] * 6)
    # The same district one year later, the other district in the same year.
    assert covariance[0, 1] == pytest.approx(9.0 + 0.5 * (36.0 + 16.0))
    assert covariance[0, 3] == pytest.approx(36.0)


def test_towns_that_give_no_spread_have_the_plain_draw():
    assert not rates.varies(VALUES)
    assert rates.draw(TOWN, 1, 4) == TOWN.ledger.draw(1, 4)


def test_a_draw_with_spread_names_every_district_and_year():
    ledger = TOWN.ledger.with_values(**SPREAD)
    drawn = rates.draw(replace(TOWN, ledger=ledger), 1, 4)
    assert rates.is_yearly(drawn)
    found = rates.rates_of(drawn, KEYS, YEARS)
    assert found.shape == (2, 3)
    assert len(np.unique(found)) == 6


@pytest.mark.parametrize(
    ("name", "ages"), [("newcomer_older_factor", (65, 80)), ("newcomer_oldest_factor", (80, 121))]
)
def test_ages_of_newcomers_follow_their_factors(name, ages):
    prepared = prepare(TOWN)
    group = slice(*ages)

    def share(values):
        heads = np.diff(solve_tables(TOWN, values, prepared).newcomer_age, prepend=0.0)
        return heads.reshape(2, 121)[:, group].sum()

    plain, twice = share(VALUES), share({**VALUES, name: 2.0})
    assert twice == pytest.approx(2.0 * plain / (1.0 + plain))
    # A stored study of before knows no factor.
    without = {key: value for key, value in VALUES.items() if key != name}
    assert share(without) == plain


def test_more_children_among_newcomers():
    few = run(VALUES).residents[-1, :, :18].sum()
    many = run({**VALUES, "newcomer_children_factor": 3.0}).residents[-1, :, :18].sum()
    assert many > few
    unlike = migration.simulate(
        TOWN, REFERENCE, values={**VALUES, "newcomer_children_factor": 3.0}, seed=3,
        population=residents_of(TOWN),
    )  # fmt: skip
    assert type(unlike) is model.Outcome
    assert np.array_equal(
        residents(unlike), residents(run({**VALUES, "newcomer_children_factor": 3.0}))
    )


def test_a_request_to_stop_is_heard():
    with pytest.raises(InterruptedError):
        migration.simulate_counted(
            TOWN, REFERENCE, population=residents_of(TOWN), should_stop=lambda: True
        )
