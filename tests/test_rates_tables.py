"""All tables of a draw: births, moves, distance, need; sound for every draw, in any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rates.care import borders, entry_shares
from sim.rates.mortality import split
from sim.rates.settings import in_nursing_home
from sim.rates.tables import Tables, prepare, solve_tables
from sim.town.town import read_town

TOWN = read_town(Path(__file__).resolve().parents[1] / "scenarios" / "herrenberg")
PREPARED = prepare(TOWN)
VALUES = TOWN.ledger.values()
TABLES = solve_tables(TOWN, VALUES, PREPARED)
SHAPES = {
    "death": (5, 2, 121, 12),
    "care_up": (5, 2, 121, 6),
    "care_down": (5, 2, 121, 6),
    "entry_grade": (6,),
    "nursing_home_entry": (2, 121, 6),
    "ambulatory_share": (121, 6),
    "day_care_share": (121, 6),
    "birth": (121,),
    "move_away": (121,),
    "volunteer_start": (121, 3),
    "volunteer_stop": (121,),
    "lonely_onset": (2, 121, 2, 2),
    "withdraw_onset": (121, 2),
    "mobility_onset": (2, 121),
    "distance": (62,),
    "newcomer_age": (242,),
    "need_minutes": (6,),
    "newcomers": (9,),
}


def check(tables):
    """What must hold for the tables of every draw."""
    for name, table in tables._asdict().items():
        assert table.shape == SHAPES[name], name
        assert table.dtype == np.float64
        assert table.flags.c_contiguous
        assert np.isfinite(table).all(), name
        assert table.min() >= 0.0, name
        if name not in ("need_minutes", "newcomers"):
            assert table.max() <= 1.0, name
    assert (tables.care_up + tables.care_down).max() <= 1.0 + 1e-12
    assert tables.care_up[..., 5].max() == 0.0
    assert tables.care_down[..., 0].max() == 0.0
    assert (tables.death[:, :, 120] == 1.0).all()
    living = tables.death[:, :, :120]
    assert (living[..., 1:6] >= living[..., :1]).all()
    assert (living[..., 6:] >= living[..., :6]).all()
    assert tables.entry_grade[-1] == pytest.approx(1.0)
    assert tables.newcomer_age[-1] == 1.0
    assert (np.diff(tables.newcomer_age) >= 0.0).all()


def test_tables_have_the_agreed_shapes():
    assert Tables._fields == tuple(SHAPES)
    check(TABLES)


def test_who_needs_more_care_dies_sooner():
    assert (np.diff(TABLES.death[:, :, :120, :6]) > 0.0).all()


@pytest.mark.parametrize("number", range(20))
def test_tables_of_every_draw_are_sound(number):
    check(solve_tables(TOWN, TOWN.ledger.draw(1, number), PREPARED))


def test_preparing_beforehand_changes_nothing():
    for one, two in zip(TABLES, solve_tables(TOWN, VALUES), strict=True):
        np.testing.assert_array_equal(one, two)


def test_threads_give_identical_tables():
    draws = [TOWN.ledger.draw(7, number) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda values: solve_tables(TOWN, values, PREPARED), draws))
    for values, tables in zip(draws, together, strict=True):
        for one, two in zip(solve_tables(TOWN, values, PREPARED), tables, strict=True):
            np.testing.assert_array_equal(one, two)


def test_born_are_as_many_as_the_official_rates_say():
    """Total fertility rate 2023: 1.354 children (sum of the rates by age)."""
    children = 12.0 * TABLES.birth.sum() / VALUES["fertility_factor"]
    assert children == pytest.approx(1.354, abs=0.001)


def test_newcomers_replace_those_who_leave_and_add_net_migration():
    persons = PREPARED.population.sum(axis=1)
    leaving = persons @ TABLES.move_away
    net = PREPARED.residents * VALUES["net_migration_per_1000"] / 12_000.0
    np.testing.assert_allclose(TABLES.newcomers, leaving + net)
    none = solve_tables(TOWN, VALUES | {"net_migration_per_1000": -500.0}, PREPARED)
    assert none.newcomers.max() == 0.0
    check(none)


def test_moves_are_the_national_rate_times_the_factor_and_emigration():
    yearly = -12.0 * np.log(1.0 - TABLES.move_away)
    persons = PREPARED.national.sum(axis=0)
    abroad = yearly - PREPARED.internal_moves * VALUES["moves_factor"]
    assert (abroad > -1e-12).all()
    assert (abroad * persons).sum() / persons.sum() * 1000 == pytest.approx(
        VALUES["emigration_per_1000"], rel=1e-3
    )


def test_heads_of_newcomer_households_are_grown_up_and_mostly_young():
    share = np.diff(np.concatenate(([0.0], TABLES.newcomer_age))).reshape(2, 121)
    assert share[:, :18].sum() == 0.0
    ages = (share.sum(axis=0) * np.arange(121)).sum()
    assert 28.0 < ages < 45.0
    assert 0.4 < share[1].sum() < 0.6
    assert share[:, 65:].sum() > 0.01


def test_distance_halves_the_reach_as_assumed():
    decay = VALUES["distance_decay_metres"]
    assert TABLES.distance[0] == pytest.approx(np.exp(-25.0 / decay))
    assert TABLES.distance[20] == pytest.approx(np.exp(-1025.0 / decay))
    assert TABLES.distance[-1] == 0.0


def test_need_is_in_minutes():
    assert TABLES.need_minutes[0] == 0.0
    assert TABLES.need_minutes[3] == pytest.approx(60.0 * VALUES["care_need_hours_3"])


def test_wishes_are_of_people_at_home():
    """80 to 84, grade 3: table's share divided by what lives at home, and those who wait."""
    table = TOWN.tables["care_settings"]
    row = table[(table.grade == 3) & (table.age_from == 80)].iloc[0]
    wished = (1.0 - row.nursing_home_share) * (1.0 - VALUES["service_unmet_share"])
    want = VALUES["ambulatory_share_factor"] * row.ambulatory_share / wished
    assert TABLES.ambulatory_share[80:85, 3].mean() == pytest.approx(want, rel=0.01)
    want = row.day_care_share / wished
    assert TABLES.day_care_share[80:85, 3].mean() == pytest.approx(want, rel=0.01)


def test_a_place_whose_homes_have_more_people_than_the_nations():
    """Magdeburg 2019: 27.7 % of people in need in homes, Germany 19.8 %."""
    none = VALUES | {"nursing_home_share_factor": 1.0}
    more = VALUES | {"nursing_home_share_factor": 27.7 / 19.8}
    for table, other in zip(solve_tables(TOWN, none, PREPARED), TABLES, strict=True):
        np.testing.assert_array_equal(table, other)
    tables = solve_tables(TOWN, more, PREPARED)
    check(tables)
    assert (
        tables.nursing_home_entry[:, 80, 3].min() > 1.2 * TABLES.nursing_home_entry[:, 80, 3].min()
    )
    shares = in_nursing_home(np.array([0.0, 0.1, 0.6, 0.95]), more)
    np.testing.assert_allclose(shares, [0.0, 0.1 * 27.7 / 19.8, 0.6 * 27.7 / 19.8, 0.95])


def test_borders_by_hand():
    """1,000 people, 900 without need: two cross into need, none beyond grade 1 but by entry."""
    values = VALUES | {f"care_grade_down_{grade}": 0.0 for grade in range(2, 6)}
    values |= {"care_grade_recovery": 0.01}
    stock = np.array([900.0, 50.0, 30.0, 15.0, 4.0, 1.0])
    entry = entry_shares(values)
    beyond = 1.0 - np.cumsum(entry)
    rates = borders(
        stock, np.array([2.0, 2.5 * beyond[1], 2.5 * beyond[2] - 0.3, 0.5, 0.1]), values
    )
    assert rates.up[0] == pytest.approx(2.5 / 900.0)  # 2 more, and 0.5 who recover
    assert rates.up[1] == pytest.approx(0.0, abs=1e-15)
    assert rates.up[2] == 0.0  # negative: the fall is raised instead
    assert rates.down[3] == pytest.approx(0.3 / 15.0)
    assert rates.up[3] == pytest.approx((0.5 - 2.5 * beyond[3]) / 15.0)
    assert rates.up[4] == pytest.approx((0.1 - 2.5 * beyond[4]) / 4.0)


@given(
    average=st.floats(1e-6, 0.06),
    need=st.floats(0.0, 0.98),
    excess=st.lists(st.floats(0.0, 0.2), min_size=12, max_size=12),
)
@settings(deadline=None)
def test_any_excess_leaves_the_average(average, need, excess):
    shares = np.zeros((2, 121, 12))
    shares[..., 0] = 1.0 - need
    shares[..., 1:] = need / 11.0
    table = np.full((2, 121), average)
    harm = np.array(excess)
    harm[0] = 0.0
    death = split(table, shares, harm)
    np.testing.assert_allclose(
        (death * shares).sum(axis=-1)[:, :120], table[:, :120], rtol=1e-9, atol=0.0
    )
    assert death.min() >= 0.15 * average * (1.0 - 1e-9)
