"""The residents' columns as a run of the vectorised model has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.indicators import BANDS, GROUPS
from sim.residents import COLUMNS, empty_columns

OLDEST = 120


class Table:
    """A copy of all columns (attributes are named as in `sim.residents.COLUMNS`).

    Attributes:
        rows: rows in use; those behind are free.
        births: 1 where a resident gives birth this month, shape (capacity,).
        household_size: members at home, with room at the end.
        households: households in use.
        age, risk_band, cell: of each row this month, see `look_at_ages`; shape (rows,).
    """

    def __init__(self, state: Any) -> None:
        self.rows = int(state.rows)
        self.households = int(state.households)
        self.household_size = np.array(state.household_size)
        for column in COLUMNS:
            setattr(self, column.name, np.array(getattr(state.columns, column.name)))
        self.births = np.zeros(self.capacity, np.uint8)

    @property
    def capacity(self) -> int:
        """Rows there are, free ones included."""
        return int(self.uid.shape[0])

    def make_room(self, wanted: int, households: int) -> None:
        """Lengthen the columns until so many rows and households more fit in."""
        if self.capacity < self.rows + wanted:
            longer = empty_columns(self.rows + wanted + self.capacity // 20)
            for column in COLUMNS:
                have = getattr(self, column.name)
                getattr(longer, column.name)[: have.shape[0]] = have
                setattr(self, column.name, getattr(longer, column.name))
            births = np.zeros(self.capacity, np.uint8)
            births[: self.births.shape[0]] = self.births
            self.births = births
        if self.household_size.shape[0] < self.households + households:
            sizes = np.zeros(self.households + 2 * households, np.int16)
            sizes[: self.households] = self.household_size[: self.households]
            self.household_size = sizes

    def look_at_ages(self, now: int) -> None:
        """Completed years, age bands of the risks, and cells of the counts in month `now`.

        A cell is (district, age band, group at the start) as one number.
        """
        rows = self.rows
        age = np.clip((now - self.birth_month[:rows].astype(np.int64)) // 12, 0, OLDEST)
        self.age = age
        self.risk_band = (age >= 50).astype(np.int64) + (age >= 65) + (age >= 80)
        band = (age >= 65).astype(np.int64) + (age >= 80)
        district = self.district[:rows].astype(np.int64)
        self.cell = (district * len(BANDS) + band) * len(GROUPS) + self.start_group[:rows]

    def lives_alone(self, who: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Who of some rows is the only member of a household at home."""
        household = self.household[who]
        return (household >= 0) & (self.household_size[household] == 1)


def tally(model: Any, indicator: int, cells: NDArray[np.int64], weights: Any = None) -> None:
    """Add one, or the weight, to an indicator for each cell named."""
    flat = model.state.flows.reshape(-1, model.state.flows.shape[-1])
    # Sums of whole numbers below 2**53 are exact.
    flat[:, indicator] += np.bincount(cells, weights, flat.shape[0]).astype(np.int64)
