"""The calendar of the vectorised model: the steps of `sim.model`, the stages of this folder."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.vectorised.care import Room, give_care
from benchmarks.vectorised.coming import let_go, welcome_newborns, welcome_newcomers
from benchmarks.vectorised.company import keep_company
from benchmarks.vectorised.counting import count
from benchmarks.vectorised.life import live
from benchmarks.vectorised.meeting import seat_visitors
from benchmarks.vectorised.table import Table
from sim.model import QuartierModel


def quick(record: Any) -> SimpleNamespace:
    """A record of numbers and arrays as a namespace of them."""
    fields = {name: np.asarray(record[name]) for name in record.dtype.names}
    return SimpleNamespace(
        **{name: value if value.ndim else value.item() for name, value in fields.items()}
    )


class VectorisedModel(QuartierModel):
    """The town with its residents in NumPy columns; arguments as in `sim.model.QuartierModel`.

    Month 0, the actors and the tables are the fast model's; every month after it is this one's.

    Attributes:
        table: the residents; `state.columns` stays as it was at the start.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, collect=False, **named)
        # What the actors will ask for is counted before the parameters change their form.
        _ = self.state.counts, self.state.reachable
        self.table = Table(self.state)
        # A record looks each of its fields up by name; a namespace of Python's numbers is quicker.
        self.state.parameters = quick(self.state.parameters)

    def step(self) -> None:
        """One month."""
        self.month += 1
        volunteer_minutes = self._volunteer_minutes()
        self.measures_take_effect()
        self.state.month = self.month
        self.state.clear_counts()
        live(self.table, self)
        keep_company(self.table, self)
        seat_visitors(self.table, self)
        room = Room(
            volunteer_minutes=volunteer_minutes,
            town_minutes=self.services["ambulatory"].capacity,
            town_places=self.services["day_care"].capacity,
            nursing_home_places=self.services["nursing_home"].capacity,
            price_level=self._price_level(),
        )
        give_care(self.table, self, room)
        self._pay_for_measures()
        let_go(self.table)
        welcome_newborns(self.table, self)
        welcome_newcomers(self.table, self)
        count(self.table, self)
        if self.month >= self.town.months:
            self.running = False
