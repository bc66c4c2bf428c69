"""Draws of the assumptions that an update moves, as independent standard normal numbers.

An update moves what births, deaths and migration depend on. Each such assumption has a coordinate
z with value = quantile(Φ(z)), so that its prior is a standard normal distribution whatever the
ledger's; the net migration of districts and years has coordinates of its own
(`sim.rates.migration`). All other assumptions are drawn from the ledger as ever and stay with
their draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.draws import uniform_for_name
from sim.rates import migration

if TYPE_CHECKING:
    from sim.town.town import Town

Array = NDArray[np.float64]

NET = "net_migration_per_1000"
MOVED = (
    NET,
    "moves_factor",
    "emigration_per_1000",
    "fertility_factor",
    "mortality_factor",
    "newcomer_children_factor",
    "newcomer_older_factor",
    "newcomer_oldest_factor",
)
"""Assumptions that residents by age depend on, and that an update may move."""

DECIMALS = 9
"""Digits of a drawn coordinate: further ones depend on the computer's linear algebra."""

_FURTHEST = 6.0
"""Coordinates stay within six standard deviations, where Φ can still be told from 0 and 1."""


@dataclass(frozen=True)
class Draw:
    """One draw of the assumptions.

    Attributes:
        number: draw of the ledger that all assumptions but the moved ones come from.
        moved: coordinates of the moved assumptions, shape (moved,).
        years: coordinates of the net migration by district and year, flat; empty if it does not
            vary.
        prior: whether everything is as the ledger draws it.
    """

    number: int
    moved: Array
    years: Array
    prior: bool


@dataclass(frozen=True)
class Space:
    """What can be moved in a town.

    Attributes:
        town: the town.
        seed: seed of the study.
    """

    town: Town
    seed: int

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Assumptions that are moved: those of `MOVED` that the ledger holds to be uncertain."""
        ledger = self.town.ledger
        return tuple(name for name in MOVED if name in ledger and ledger[name].uncertain)

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Keys of the districts."""
        return tuple(one.key for one in self.town.districts)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Calendar years simulated."""
        return migration.calendar_years(self.town)

    @cached_property
    def yearly(self) -> bool:
        """Whether net migration may differ by district or year."""
        ledger = self.town.ledger
        names = (
            "net_migration_year_sd_per_1000",
            "net_migration_district_sd_per_1000",
            "net_migration_district_year_sd_per_1000",
        )
        return any(name in ledger and ledger[name].high > 0.0 for name in names)

    @cached_property
    def weights(self) -> Array:
        """Share of each district in the residents of the start."""
        residents = np.array([float(one.residents) for one in self.town.districts])
        return np.asarray(residents / residents.sum(), dtype=np.float64)

    @property
    def coordinates(self) -> int:
        """Number of coordinates of net migration by district and year."""
        districts, years = len(self.districts), len(self.years)
        return districts + years + districts * years if self.yearly else 0

    def first(self, number: int) -> Draw:
        """A draw as the ledger makes it.

        Args:
            number: number of the draw.
        """
        moved = [float(ndtri(uniform_for_name(self.seed, number, name))) for name in self.names]
        years = np.zeros(0)
        if self.yearly:
            years = migration.draw_coordinates(self.seed, number, self.districts, self.years).flat()
        return Draw(number, np.array(moved), years, prior=True)

    def moved_to(self, number: int, moved: Array, years: Array) -> Draw:
        """A draw with other coordinates; the rest is that of the ledger's draw `number`."""
        clipped = np.clip(moved, -_FURTHEST, _FURTHEST).round(DECIMALS)
        return Draw(number, clipped, years.round(DECIMALS), prior=False)

    def values(self, draw: Draw) -> dict[str, float]:
        """Value of every assumption, and of net migration by district and year, of a draw."""
        if draw.prior:
            return migration.draw(self.town, self.seed, draw.number)
        ledger = self.town.ledger
        values = ledger.draw(self.seed, draw.number)
        for name, z in zip(self.names, draw.moved, strict=True):
            values[name] = ledger[name].quantile(float(ndtr(z)))
        if not migration.varies(values):
            return values
        rates = migration.net_migration(values, self._coordinates(draw))
        return migration.with_years(values, rates, self.districts, self.years)

    def rates(self, draw: Draw) -> Array:
        """Net migration by district and year of a draw, shape (districts, years)."""
        return migration.rates_of(self.values(draw), self.districts, self.years)

    def spread(self, draw: Draw) -> Array:
        """Matrix from a draw's coordinates to deviations of net migration by district and year.

        Shape (districts · years, coordinates).
        """
        values = self.town.ledger.draw(self.seed, draw.number)
        return migration.deviations(len(self.districts), len(self.years), values)

    def _coordinates(self, draw: Draw) -> migration.Coordinates:
        return migration.coordinates_of(draw.years, len(self.districts), len(self.years))

    def arrays(self, draws: Sequence[Draw]) -> tuple[Array, Array]:
        """Coordinates and net migration of draws: (draws, moved), (draws, districts, years)."""
        moved = np.array([one.moved for one in draws]).reshape(len(draws), len(self.names))
        return moved, np.array([self.rates(one) for one in draws])
