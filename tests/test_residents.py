"""The table of residents: small, empty where nobody lives, copied where a run writes."""

import numpy as np

from sim.residents import (
    COLUMNS,
    EMPTY,
    NOBODY,
    Population,
    bytes_per_resident,
    copied_columns,
    empty_columns,
)


def test_a_resident_costs_less_than_200_bytes():
    assert bytes_per_resident() < 200
    columns = empty_columns(1000)
    assert sum(column.nbytes for column in columns) == 1000 * bytes_per_resident()


def test_columns_have_the_types_they_are_declared_with():
    columns = empty_columns(3)
    for column in COLUMNS:
        assert getattr(columns, column.name).dtype == column.dtype, column.name
        assert column.meaning
        assert column.unit


def test_empty_rows_hold_nobody():
    columns = empty_columns(5)
    assert (columns.status == EMPTY).all()
    for link in ("partner", "child", "parent", "follows", "known_point", "acquaintances"):
        assert (getattr(columns, link) == NOBODY).all()


def test_a_run_writes_to_a_copy():
    columns = empty_columns(4)
    columns.uid[:] = (1, 2, 3, 4)
    population = Population(columns, np.ones(4, np.int16), np.zeros(4, np.int16))
    copy = copied_columns(population.columns, 2)
    copy.uid[:] = 9
    assert population.columns.uid.tolist() == [1, 2, 3, 4]
    assert copy.status[4:].tolist() == [EMPTY, EMPTY]
