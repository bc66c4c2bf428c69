"""Searches for garbage: left out while much is made, and as before afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from sim.memory import no_search_for_garbage


@pytest.fixture(params=[True, False])
def searching(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Whether Python searches before; whatever it did in this process is restored."""
    did = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if did else gc.disable)()


def test_no_search_meanwhile_and_as_before_afterwards(searching: bool) -> None:
    with no_search_for_garbage():
        assert not gc.isenabled()
        with no_search_for_garbage():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled() == searching


def test_a_failure_changes_nothing(searching: bool) -> None:
    with pytest.raises(ZeroDivisionError), no_search_for_garbage():
        _ = 1 / 0
    assert gc.isenabled() == searching


def test_what_is_to_stay_is_not_looked_at_again() -> None:
    before = gc.get_freeze_count()
    try:
        with no_search_for_garbage(to_stay=True):
            made = [[number] for number in range(1000)]
        assert gc.get_freeze_count() >= before + len(made)
    finally:
        if before == 0:
            gc.unfreeze()
