"""Picking people so that every share is met within one person."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.making.quota import bell, lots, order_by, pick, raked, share_out, stream

SEEDS = st.integers(0, 2**63 - 1)


@given(SEEDS, st.integers(1, 400), st.integers(1, 6))
def test_every_stretch_of_the_order_has_its_expected_number(seed, size, cells):
    numbers = np.random.default_rng(seed)
    cell = numbers.integers(0, cells, size)
    chance = numbers.random(size) * numbers.integers(0, 2, size)
    order = order_by(stream(seed, "test"), cell)
    chosen = pick(chance, order, stream(seed, "pick"))
    assert np.all(np.diff(cell[order]) >= 0)
    for first in range(cells):
        for last in range(first, cells):
            here = (cell >= first) & (cell <= last)
            assert abs(chosen[here].sum() - chance[here].sum()) < 1.0 + 1e-9
    assert not chosen[chance == 0.0].any()


@given(SEEDS, st.integers(1, 100))
def test_who_is_certain_is_picked(seed, size):
    chance = np.ones(size)
    assert pick(chance, np.arange(size), stream(seed, "pick")).all()


@given(SEEDS, st.integers(0, 300), st.integers(1, 5), st.integers(1, 4))
def test_categories_have_their_counts(seed, size, cells, categories):
    numbers = np.random.default_rng(seed)
    cell = numbers.integers(0, cells, size)
    number = np.bincount(cell, minlength=cells)
    counts = np.array([numbers.multinomial(n, np.full(categories, 1 / categories)) for n in number])
    category = share_out(cell, counts, numbers.random(size))
    for place in range(cells):
        found = np.bincount(category[cell == place], minlength=categories)
        np.testing.assert_array_equal(found, counts[place])


@given(SEEDS, st.integers(1, 200), st.integers(1, 4))
def test_raked_chances_add_up_and_stay_chances(seed, size, cells):
    numbers = np.random.default_rng(seed)
    cell = numbers.integers(0, cells, size)
    weight = numbers.random(size) * numbers.integers(0, 2, size) * 5.0
    positive = np.bincount(cell, weight > 0, cells)
    expected = numbers.random(cells) * positive
    chance = raked(weight, cell, expected)
    assert np.all((chance >= 0.0) & (chance <= 1.0))
    np.testing.assert_allclose(np.bincount(cell, chance, cells), expected, atol=1e-9)


@settings(max_examples=20)
@given(SEEDS)
def test_lots_prefer_the_heavier(seed):
    weight = np.repeat([0.0, 1.0, 3.0], 2000)
    first = np.argsort(lots(stream(seed, "lots"), weight))[:1000]
    taken = np.bincount(first // 2000, minlength=3)
    assert taken[0] == 0
    assert 1.9 < taken[2] / taken[1] < 4.1


def test_streams_of_different_concerns_differ_and_return():
    one, same, other = (stream(7, name).random(5) for name in ("a", "a", "b"))
    np.testing.assert_array_equal(one, same)
    assert not np.any(one == other)
    assert not np.any(one == stream(8, "a").random(5))


def test_bell_is_nearly_normal():
    values = bell(stream(1, "bell"), 200_000)
    assert abs(values.mean()) < 0.01
    assert abs(values.std() - 1.0) < 0.01
    assert np.abs(values).max() <= 2.0 * np.sqrt(3.0)
