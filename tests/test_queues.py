"""Queues: the largest order first, equal ones as they stand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.stages.queues import queue_of

HIGHEST = 16 * 256
"""Orders of services and of the nursing home stay below, see `sim.rules.services`."""


@pytest.mark.parametrize("number", [0, 1, 2, 7, 300, 5000])
def test_the_largest_order_comes_first(number: int) -> None:
    random = np.random.default_rng(number)
    draws = random.integers(0, 2**32, number) / 2**32
    order = random.integers(0, HIGHEST, number) + draws
    assert np.array_equal(queue_of(order), np.argsort(-order, kind="stable"))


def test_equal_orders_stand_as_they_came() -> None:
    order = np.array([3.5, 0.0, 3.5, 0.0, HIGHEST + 1 - 2**-32, 3.5 - 2**-32])
    assert queue_of(order).tolist() == [4, 0, 2, 5, 1, 3]
