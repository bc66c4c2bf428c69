"""A table too short for those who come is lengthened, and nobody notices."""

from __future__ import annotations

import numpy as np
import pytest
from running import ageing_town, model_of

from sim.residents import COLUMNS, Columns

MONTHS = 30


@pytest.mark.parametrize("threads", [1, 2])
def test_a_full_table_is_lengthened(threads: int) -> None:
    town = ageing_town(residents=900)
    roomy, short = model_of(town, threads=threads), model_of(town, threads=threads)
    lengthened = 0
    for _ in range(MONTHS):
        state = short.state
        state.columns = Columns(*(column[: state.rows].copy() for column in state.columns))
        state.household_size = state.household_size[: state.households].copy()
        before = state.rows
        for model in (roomy, short):
            model.step()
        lengthened += state.columns.uid.shape[0] > before
        assert (roomy.state.counts == short.state.counts).all()
        assert (roomy.state.money == short.state.money).all()
    assert lengthened == MONTHS
    rows = roomy.state.rows
    assert rows == short.state.rows
    for column in COLUMNS:
        one, other = (getattr(model.state.columns, column.name) for model in (roomy, short))
        np.testing.assert_array_equal(one[:rows], other[:rows])
