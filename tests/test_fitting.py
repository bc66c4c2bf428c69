"""Fitting tables to margins and rounding them: properties over random tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sim.making.fitting import (
    FittingError,
    Margin,
    fit,
    groups_of_cells,
    round_to_margins,
)

SIZES = st.integers(1, 5)
EXPECTED = st.floats(0.0, 40.0, allow_nan=False).map(lambda number: round(number, 3))
POSITIVE = st.floats(0.05, 40.0, allow_nan=False)


def tables(dimensions, elements):
    shapes = st.tuples(*[SIZES] * dimensions)
    return shapes.flatmap(lambda shape: hnp.arrays(np.float64, shape, elements=elements))


def pairs(dimensions):
    """Two positive tables of one shape: a seed, and one whose sums are to be met."""
    shapes = st.tuples(*[SIZES] * dimensions)
    return shapes.flatmap(
        lambda shape: st.tuples(
            hnp.arrays(np.float64, shape, elements=POSITIVE),
            hnp.arrays(np.float64, shape, elements=POSITIVE),
        )
    )


def sums(table, axes):
    return table.sum(axis=tuple(axis for axis in range(table.ndim) if axis not in axes))


@settings(deadline=None)  # the first call may compile
@given(pairs(2))
def test_a_fitted_table_has_the_known_sums(pair):
    seed, other = pair
    fitted = fit(seed, [Margin((0,), sums(other, (0,))), Margin((1,), sums(other, (1,)))])
    assert fitted.deviation <= 1e-9
    np.testing.assert_allclose(sums(fitted.table, (0,)), sums(other, (0,)), rtol=1e-6)
    np.testing.assert_allclose(sums(fitted.table, (1,)), sums(other, (1,)), rtol=1e-6)


@settings(deadline=None)
@given(pairs(2))
def test_fitting_keeps_the_odds_of_the_seed(pair):
    seed, other = pair
    fitted = fit(seed, [Margin((0,), sums(other, (0,))), Margin((1,), sums(other, (1,)))]).table
    ratio = fitted / seed
    # Every cell is the seed times a factor of its row times a factor of its column.
    np.testing.assert_allclose(ratio * ratio[:1, :1], ratio[:, :1] * ratio[:1, :], rtol=1e-6)


@given(pairs(3))
def test_three_dimensions_and_two_way_margins(pair):
    seed, other = pair
    margins = [Margin(axes, sums(other, axes)) for axes in ((0, 1), (1, 2), (0, 2))]
    fitted = fit(seed, margins)
    for margin in margins:
        np.testing.assert_allclose(
            sums(fitted.table, margin.axes), margin.target, rtol=1e-5, atol=1e-6
        )


@given(pairs(2))
def test_what_is_unknown_stays_free(pair):
    seed, other = pair
    target = sums(other, (0,))
    target[1:] = np.nan
    fitted = fit(seed, [Margin((0,), target)]).table
    np.testing.assert_allclose(fitted[0].sum(), target[0])
    np.testing.assert_array_equal(fitted[1:], seed[1:])


def test_a_zero_stays_zero_and_an_impossible_sum_is_refused():
    seed = np.array([[0.0, 1.0], [1.0, 1.0]])
    fitted = fit(seed, [Margin((0,), np.array([3.0, 5.0])), Margin((1,), np.array([2.0, 6.0]))])
    assert fitted.table[0, 0] == 0.0
    np.testing.assert_allclose(fitted.table, [[0.0, 3.0], [2.0, 3.0]])
    with pytest.raises(FittingError):
        fit(np.zeros((2, 2)), [Margin((0,), np.array([1.0, 0.0]))])


def test_sums_that_contradict_each_other_leave_a_deviation():
    fitted = fit(
        np.ones((2, 2)),
        [Margin((0,), np.array([1.0, 1.0])), Margin((1,), np.array([2.0, 2.0]))],
        rounds=50,
    )
    assert fitted.rounds == 50
    assert fitted.deviation == pytest.approx(1.0)


def assert_rounded(table, whole, axes):
    expected, found = sums(table, axes), sums(whole, axes)
    assert np.all(found >= np.floor(expected + 1e-6) - 1e-9), axes
    assert np.all(found <= np.ceil(expected - 1e-6) + 1e-9), axes


@given(tables(2, EXPECTED))
def test_rounding_moves_no_cell_and_no_sum_by_one(table):
    whole = round_to_margins(table, [Margin((0,)), Margin((1,)), Margin(())])
    assert whole.dtype == np.int64
    for axes in ((0, 1), (0,), (1,), ()):
        assert_rounded(table, whole, axes)


@settings(max_examples=50)
@given(tables(4, EXPECTED))
def test_two_nested_chains_of_margins_always_round(table):
    whole = round_to_margins(table, [Margin(axes) for axes in ((0, 1, 2), (0, 1), (0,))])
    for axes in ((0, 1, 2), (0, 1), (0,)):
        assert_rounded(table, whole, axes)
    whole = round_to_margins(table, [Margin(axes) for axes in ((0, 1, 2), (3,), (2, 3), (1, 2, 3))])
    for axes in ((0, 1, 2), (3,), (2, 3), (1, 2, 3)):
        assert_rounded(table, whole, axes)


@settings(max_examples=50)
@given(tables(3, EXPECTED))
def test_with_three_crossing_margins_the_first_two_hold(table):
    crossing = [(0, 1), (1, 2), (0, 2)]
    whole = round_to_margins(table, [Margin(axes) for axes in crossing])
    for axes in crossing[:2]:
        assert_rounded(table, whole, axes)


@given(tables(2, st.integers(0, 30).map(float)))
def test_whole_numbers_stay(table):
    np.testing.assert_array_equal(round_to_margins(table, [Margin((0,)), Margin((1,))]), table)


@given(tables(2, POSITIVE), st.integers(0, 2**32 - 1))
def test_a_whole_target_is_met_exactly(table, seed):
    rows = np.floor(sums(table, (0,)) + np.random.default_rng(seed).random(table.shape[0]))
    fitted = fit(table, [Margin((0,), rows)]).table
    whole = round_to_margins(fitted, [Margin((0,), rows), Margin((1,))])
    np.testing.assert_array_equal(sums(whole, (0,)), rows)
    assert_rounded(fitted, whole, (1,))


def test_rounding_says_when_nothing_fits():
    with pytest.raises(FittingError):
        round_to_margins(np.array([0.5, 0.5]), [Margin((), np.array(7.0))])


def test_rounding_is_the_same_every_time():
    table = np.random.default_rng(5).random((30, 40)) * 3.0
    margins = [Margin((0,)), Margin((1,))]
    np.testing.assert_array_equal(
        round_to_margins(table, margins), round_to_margins(table.copy(), margins)
    )
    assert np.abs(round_to_margins(table, margins) - table).max() < 1.0


@pytest.mark.parametrize("axes", [(0, 3), (0, 1, 2), (0, 1, 3), (1, 2, 3)])
def test_sums_are_those_of_numpy_to_the_bit(axes):
    """Margins of the making: a fitted table must not depend on who adds up."""
    table = np.random.default_rng(1).random((9, 2, 15, 3)) * 1000.0
    summed = tuple(axis for axis in range(4) if axis not in axes)
    expected = np.add.reduce(table, axis=summed)
    found = np.zeros(expected.size)
    for group, value in zip(groups_of_cells(table.shape, axes), table.ravel(), strict=True):
        found[group] += value
    np.testing.assert_array_equal(found, expected.ravel())
    # One round of fitting to half of each sum halves everything, exactly.
    halved = fit(table, [Margin(axes, expected / 2.0)], tolerance=np.inf, rounds=1)
    np.testing.assert_array_equal(halved.table, table / 2.0)
