"""Which counted figures are compared, and how they are read off the residents of a run.

Figures overlap: the age groups of a district add up to its residents. For single comparisons all
are used; for distances only a set of figures none of which follows from the others, the finest
first, or the same surprise would count twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.town.figures import Figure, order_of

Array = NDArray[np.float64]

AGES = 121
_ALMOST_NOTHING = 1e-9


def read_off(residents: NDArray[Any], figure: Figure) -> Array:
    """A figure from residents by district and age.

    Args:
        residents: shape (…, districts, 121).
        figure: which district and ages.

    Returns:
        Persons, shape (…).
    """
    ages = residents[..., figure.age_from : figure.age_to + 1].sum(axis=-1)
    whole = ages.sum(axis=-1) if figure.district is None else ages[..., figure.district]
    return np.asarray(whole, dtype=np.float64)


def read_all(residents: NDArray[Any], figures: Sequence[Figure]) -> Array:
    """Several figures, shape (…, figures)."""
    if not figures:
        return np.zeros((*residents.shape[:-2], 0))
    return np.stack([read_off(residents, one) for one in figures], axis=-1)


@dataclass(frozen=True)
class Block:
    """The figures of one district (or of the whole town) over the years.

    Attributes:
        place: index of the district, None for the whole town.
        years: years with figures, ascending.
        figures: independent figures of each of these years.
    """

    place: int | None
    years: tuple[int, ...]
    figures: tuple[tuple[Figure, ...], ...]


@dataclass(frozen=True)
class Targets:
    """Counted figures of a town.

    Attributes:
        figures: all, by year, district and age.
        districts: number of districts of the town.
    """

    figures: tuple[Figure, ...]
    districts: int

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years with figures, ascending."""
        return tuple(sorted({one.year for one in self.figures}))

    def until(self, year: int) -> Targets:
        """Those up to and with a year."""
        return Targets(tuple(one for one in self.figures if one.year <= year), self.districts)

    def after(self, year: int) -> Targets:
        """Those after a year."""
        return Targets(tuple(one for one in self.figures if one.year > year), self.districts)

    def of(self, year: int) -> tuple[Figure, ...]:
        """Figures of a year."""
        return tuple(one for one in self.figures if one.year == year)

    def independent(self, year: int) -> tuple[Figure, ...]:
        """Figures of a year none of which is a sum or difference of the others."""
        return independent(self.of(year), self.districts)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The independent figures by district."""
        by_place: dict[int | None, dict[int, list[Figure]]] = {}
        for year in self.years:
            for one in self.independent(year):
                by_place.setdefault(one.district, {}).setdefault(year, []).append(one)
        places = sorted(by_place, key=lambda place: -1 if place is None else place)
        return tuple(
            Block(
                place,
                tuple(sorted(by_place[place])),
                tuple(tuple(by_place[place][year]) for year in sorted(by_place[place])),
            )
            for place in places
        )


def independent(figures: Iterable[Figure], districts: int) -> tuple[Figure, ...]:
    """A largest set of figures none of which follows from the others; the finest come first."""
    figures = tuple(figures)
    breaks = sorted({edge for one in figures for edge in (one.age_from, one.age_to + 1)})
    cells = {edge: place for place, edge in enumerate(breaks)}
    width = max(1, len(breaks) - 1)
    finest = sorted(
        figures, key=lambda one: (one.district is None, one.age_to - one.age_from, order_of(one))
    )
    basis: list[Array] = []
    kept = []
    for one in finest:
        row = np.zeros((districts, width))
        places = slice(None) if one.district is None else slice(one.district, one.district + 1)
        row[places, cells[one.age_from] : cells[one.age_to + 1]] = 1.0
        rest = row.ravel() / np.linalg.norm(row)
        # Twice, because once leaves rounding errors of the size that is looked for.
        for _ in range(2):
            for other in basis:
                rest = rest - (rest @ other) * other
        size = float(np.linalg.norm(rest))
        if size > _ALMOST_NOTHING**0.5:
            basis.append(rest / size)
            kept.append(one)
    return tuple(sorted(kept, key=order_of))
