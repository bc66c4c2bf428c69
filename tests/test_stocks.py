"""Stocks are summed up in packed numbers of 16 bits: the same as one by one, however many."""

from __future__ import annotations

import numpy as np
import pytest

from sim.indicators import BANDS, COUNTS, GROUPS, INDEX
from sim.residents import ALIVE, EMPTY, NOBODY, empty_columns
from sim.stages.count import BITS, count_stocks

HABIT = 5
NOW = 1500


def crowd(number: int, one_cell: bool):
    """Residents with states at random; all of one district, age and group if `one_cell`."""
    random = np.random.default_rng(number)
    columns = empty_columns(number)
    columns.status[:] = ALIVE if one_cell else random.choice([EMPTY, ALIVE, ALIVE], number)
    columns.birth_month[:] = NOW - 12 * (70 if one_cell else random.integers(0, 110, number))
    for name in ("lonely", "withdrawn", "mobility_limited"):
        getattr(columns, name)[:] = 1 if one_cell else random.integers(0, 2, number)
    columns.visits[:] = random.integers(1 if one_cell else 0, 9, number)
    columns.habit[:] = 99 if one_cell else random.integers(0, 100, number)
    columns.known_point[:] = 3 if one_cell else random.integers(NOBODY, 4, number)
    columns.household[:] = np.arange(number) if one_cell else random.integers(-1, 50, number)
    if not one_cell:
        columns.district[:] = random.integers(0, 3, number)
        columns.start_group[:] = random.integers(0, len(GROUPS), number)
    return columns


@pytest.mark.parametrize(("number", "one_cell"), [(3 * 2**BITS + 77, True), (70_001, False)])
def test_as_many_as_counted_one_by_one(number, one_cell):
    columns = crowd(number, one_cell)
    sizes = np.ones(number, np.int16) if one_cell else np.arange(50, dtype=np.int16) % 3
    counts = np.zeros((3, len(BANDS), len(GROUPS), len(COUNTS)), np.int64)
    count_stocks(columns, sizes, HABIT, NOW, 0, number, counts)
    here = columns.status == ALIVE
    alone = (columns.household >= 0) & (sizes[np.maximum(0, columns.household)] == 1)
    age = (NOW - columns.birth_month) // 12
    band = (age >= 65).astype(int) + (age >= 80)
    states = {
        "residents": here,
        "living_alone": alone,
        "lonely": columns.lonely > 0,
        "withdrawn": columns.withdrawn > 0,
        "mobility_limited": columns.mobility_limited > 0,
        "knowing": columns.known_point != NOBODY,
        "visitors": columns.visits > 0,
        "regular_visitors": columns.habit >= HABIT,
    }
    for name, state in states.items():
        expected = np.zeros(counts.shape[:3], np.int64)
        np.add.at(expected, (columns.district, band, columns.start_group), here & state)
        assert np.array_equal(counts[..., INDEX[name]], expected), name
    if one_cell:
        assert counts[..., INDEX["lonely"]].max() == number > 2**BITS
