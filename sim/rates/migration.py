"""Net migration that differs by district and year.

Net migration m of district d in year t, per 1,000 residents of the start and year, is

    m[d, t] = net_migration_per_1000 + district_sd · D[d] + year_sd · Y[t] + both_sd · Q[d, t]

with both_sd the assumption net_migration_district_year_sd_per_1000. D are independent standard
normal numbers. Y and each district's Q are stationary first-order autoregressions with standard
deviation 1: with persistence p and independent standard normal z,

    Y[1] = z[1],   Y[t] = p · Y[t-1] + sqrt(1 - p²) · z[t]

so m is linear in the independent numbers, which are this module's *coordinates*. The three
standard deviations are assumptions, 0 for a town that does not replace them: then m is one number
for all districts and years, and nothing here is used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sim.draws import uniform_for_name
from sim.rates.smoothing import Array

if TYPE_CHECKING:
    from sim.town.town import Town

PREFIX = "net_migration_per_1000_"
"""Begins the name of a value of one district and year."""


def name_of(district: str, year: int) -> str:
    """Name of the value of a district in a year, such as `net_migration_per_1000_altstadt_2027`."""
    return f"{PREFIX}{district}_{year}"


def varies(values: Mapping[str, float]) -> bool:
    """Whether net migration differs by district or year under these assumptions."""
    return max(spreads(values)) > 0.0


def spreads(values: Mapping[str, float]) -> tuple[float, float, float]:
    """Standard deviations between districts, between years, and of both, per 1,000 and year."""
    return (
        values.get("net_migration_district_sd_per_1000", 0.0),
        values.get("net_migration_year_sd_per_1000", 0.0),
        values.get("net_migration_district_year_sd_per_1000", 0.0),
    )


def is_yearly(values: Mapping[str, float]) -> bool:
    """Whether a draw holds values by district and year."""
    return any(name.startswith(PREFIX) for name in values)


def calendar_years(town: Town) -> tuple[int, ...]:
    """The calendar years a run of the town simulates."""
    year, month = town.start
    first, last = year * 12 + month, year * 12 + month - 1 + town.months
    return tuple(range(first // 12, last // 12 + 1)) if town.months else ()


def draw(town: Town, seed: int, number: int) -> dict[str, float]:
    """One joint draw of a town's assumptions; by district and year where the ledger asks for it.

    Args:
        town: the town.
        seed: seed of the study.
        number: number of the draw.
    """
    values = town.ledger.draw(seed, number)
    if not varies(values):
        return values
    districts = [one.key for one in town.districts]
    years = calendar_years(town)
    rates = net_migration(values, draw_coordinates(seed, number, districts, years))
    return with_years(values, rates, districts, years)


@dataclass(frozen=True)
class Coordinates:
    """Independent standard normal numbers behind the net migration of one draw.

    Attributes:
        districts: shape (districts,).
        years: shape (years,).
        both: shape (districts, years).
    """

    districts: Array
    years: Array
    both: Array

    def flat(self) -> Array:
        """All in one row: districts, years, then both by district and year."""
        return np.concatenate([self.districts, self.years, self.both.ravel()])


def coordinates_of(flat: Array, districts: int, years: int) -> Coordinates:
    """Coordinates from one row of numbers."""
    first, second = districts, districts + years
    return Coordinates(flat[:first], flat[first:second], flat[second:].reshape(districts, years))


def draw_coordinates(
    seed: int, number: int, districts: Sequence[str], years: Sequence[int]
) -> Coordinates:
    """Coordinates of a draw: functions of seed, number, district and year only.

    Args:
        seed: seed of the study.
        number: number of the draw.
        districts: keys of the districts.
        years: calendar years.
    """

    def normal(name: str) -> float:
        return float(ndtri(uniform_for_name(seed, number, PREFIX + name)))

    return Coordinates(
        np.array([normal(f"of_{key}") for key in districts]),
        np.array([normal(f"in_{year}") for year in years]),
        np.array([[normal(f"of_{key}_in_{year}") for year in years] for key in districts]),
    )


def lasting(years: int, persistence: float) -> Array:
    """Matrix from independent numbers to the autoregression, shape (years, years)."""
    matrix = np.zeros((years, years))
    fresh = math.sqrt(max(0.0, 1.0 - persistence**2))
    for later in range(years):
        for earlier in range(later + 1):
            scale = 1.0 if earlier == 0 else fresh
            matrix[later, earlier] = scale * persistence ** (later - earlier)
    return matrix


def deviations(districts: int, years: int, values: Mapping[str, float]) -> Array:
    """Matrix from coordinates to deviations of m, shape (districts · years, coordinates).

    Rows run by district, then year; columns as in `Coordinates.flat`.
    """
    district_sd, year_sd, both_sd = spreads(values)
    matrix = lasting(years, values.get("net_migration_persistence", 0.0))
    found = np.zeros((districts, years, districts + years + districts * years))
    for one in range(districts):
        begin = districts + years + one * years
        found[one, :, one] = district_sd
        found[one, :, districts : districts + years] = year_sd * matrix
        found[one, :, begin : begin + years] = both_sd * matrix
    return found.reshape(districts * years, -1)


def net_migration(values: Mapping[str, float], coordinates: Coordinates) -> Array:
    """Net migration per 1,000 residents and year, shape (districts, years).

    Args:
        values: one draw of the assumptions.
        coordinates: its independent numbers.
    """
    districts, years = coordinates.both.shape
    away = deviations(districts, years, values) @ coordinates.flat()
    result: Array = values["net_migration_per_1000"] + away.reshape(districts, years)
    return result


def with_years(
    values: Mapping[str, float], rates: Array, districts: Sequence[str], years: Sequence[int]
) -> dict[str, float]:
    """A draw with the net migration of each district and year under its own name.

    Args:
        values: the draw.
        rates: net migration, shape (districts, years).
        districts: keys of the districts.
        years: calendar years.
    """
    named = {
        name_of(key, year): float(rates[place, column])
        for place, key in enumerate(districts)
        for column, year in enumerate(years)
    }
    return {**values, **named}


def rates_of(values: Mapping[str, float], districts: Sequence[str], years: Sequence[int]) -> Array:
    """Net migration by district and year of a draw, shape (districts, years).

    A district or year without a value of its own has the town's.
    """
    town = values["net_migration_per_1000"]
    return np.array([[values.get(name_of(key, year), town) for year in years] for key in districts])
