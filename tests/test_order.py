"""Orders found by counting are those of a stable sort; shared curves are those of the tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import small_town

from sim.making import nation
from sim.making.by_age import by_age
from sim.making.order import order_of
from sim.rates.tables import prepare

NUMBERS = np.random.default_rng(1)
KEYS = {
    "few": NUMBERS.integers(-3, 3, 5000),
    "many": NUMBERS.integers(-(2**62), 2**62, 5000),
    "identities": NUMBERS.integers(0, 2**63, 5000).astype(np.uint64) * np.uint64(2),
    "lots": NUMBERS.random(5000),
    "rounded": np.where(NUMBERS.random(5000) < 0.3, -0.0, np.round(NUMBERS.normal(size=5000), 1)),
    "yes or no": NUMBERS.random(5000) < 0.5,
    "wide": NUMBERS.integers(0, 10**9, 5000),
    "uneven": 10.0 ** NUMBERS.uniform(-200.0, 300.0, 5000) * NUMBERS.integers(-1, 2, 5000),
    "small": NUMBERS.integers(0, 255, 5000).astype(np.uint8),
}


@pytest.mark.parametrize(
    "names",
    [*((name,) for name in KEYS), ("few", "lots"), ("wide", "lots"), ("wide", "few"),
     ("few", "uneven"), ("yes or no", "rounded", "few"),
     ("small", "yes or no", "few", "identities")],
    ids=str,
)  # fmt: skip
def test_the_order_is_that_of_a_stable_sort(names):
    keys = [KEYS[name] for name in names]
    np.testing.assert_array_equal(order_of(*keys), np.lexsort(tuple(reversed(keys))))


@settings(deadline=None)  # the first call may compile
@given(st.lists(st.tuples(st.integers(-9, 9), st.floats(-1e300, 1e300)), max_size=40))
def test_the_order_of_any_numbers(rows):
    first = np.array([row[0] for row in rows], dtype=np.int64)
    second = np.array([row[1] for row in rows], dtype=np.float64)
    found = order_of(first, second).tolist()
    assert found == sorted(range(len(rows)), key=lambda i: (*rows[i], i))


def test_shares_are_kept_for_the_very_same_tables_only():
    tables = small_town().tables
    found = nation.share_by_age(tables, "internet", "share_online")
    assert nation.share_by_age(tables, "internet", "share_online") is found
    np.testing.assert_array_equal(found, by_age(tables["internet"], "share_online"))
    other = {**tables, "internet": tables["internet"].assign(share_online=0.5)}
    assert set(nation.share_by_age(other, "internet", "share_online")) == {0.5}


def test_curves_are_those_the_rates_are_solved_from():
    town = small_town()
    expected = prepare(town)
    found = nation.curves(town)
    for name in ("lonely", "withdrawn", "volunteers", "limited"):
        assert getattr(found, name) is getattr(expected, name)
    assert found.care_need is expected.care_need


def test_what_is_shared_cannot_be_changed():
    shares = nation.share_by_age(small_town().tables, "internet", "share_online")
    with pytest.raises(ValueError, match="read-only"):
        shares[0] = 0.0
