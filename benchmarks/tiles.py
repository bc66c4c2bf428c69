"""A made population, repeated: towns of any size in one table.

The residents of a town are copied many times over, with links and households shifted and
identities of their own, so that every copy lives, meets and dies by draws of its own. Making the
same number from margins takes longer and more memory than running them (`benchmarks/scale.py`
does that as well, town by town).
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.municipalities import town_of
from sim.making.persons import founders
from sim.model import settled_population
from sim.residents import COLUMNS, NOBODY, ROW_LINKS, Population, empty_columns
from sim.town import Town

BASE = 15_700
"""Residents of the town that is copied; smaller towns are made as they are."""
MOST_DISTRICTS = 64
"""Copies beyond it live in districts of earlier copies, so that actors do not grow with size."""


def town_with(residents: int) -> tuple[Town, Population]:
    """A made-up town of about so many residents: up to BASE made, above it copied.

    Args:
        residents: of the town; above BASE a multiple of it, at least so many.
    """
    town = town_of(min(residents, BASE), 1 if residents < BASE else 5)
    population = settled_population(town)
    if residents <= BASE:
        return town, population
    return tile(town, population, -(-residents // BASE))


def tile(
    town: Town, population: Population, copies: int, most_districts: int = MOST_DISTRICTS
) -> tuple[Town, Population]:
    """A town of several copies of another one's residents, and these residents.

    Args:
        town: the town; its districts, meeting points and services are repeated.
        population: its residents; read only.
        copies: how many there will be.
        most_districts: districts the new town has at most.

    Returns:
        The new town and its population. Copy k lives in repetition k modulo r of the districts,
        where r is the largest number for which there are not too many.
    """
    districts = len(town.districts)
    repetitions = max(1, min(copies, most_districts // districts))
    of_copy = np.arange(copies) % repetitions
    size, households = population.size, population.household_size.shape[0]
    columns = empty_columns(size * copies)
    for copy in range(copies):
        rows = slice(copy * size, (copy + 1) * size)
        for column in COLUMNS:
            value = getattr(population.columns, column.name)
            if column.name in ROW_LINKS:
                value = _shifted(value, copy * size)
            elif column.name == "household":
                value = _shifted(value, copy * households)
            elif column.name == "district":
                value = value + np.int16(of_copy[copy] * districts)
            elif column.name == "known_point":
                value = _shifted(value, int(of_copy[copy]) * len(town.meeting_points))
            elif column.name == "uid" and copy > 0:
                value = founders(zlib.crc32(f"{town.name} copy {copy}".encode()), size)
            elif column.name == "x":
                value = value + _east(town, int(of_copy[copy]))
            getattr(columns, column.name)[rows] = value
    larger = _repeated(town, np.bincount(of_copy, minlength=repetitions))
    shift = np.repeat(of_copy * districts, households).astype(np.int16)
    return larger, Population(
        columns=columns,
        household_size=np.tile(population.household_size, copies),
        households_of=np.tile(population.households_of, copies) + shift,
    )


def _shifted(links: NDArray[Any], by: int) -> NDArray[Any]:
    """Links that lead to the own copy."""
    return np.where(links == NOBODY, links, links + links.dtype.type(by))


def _east(town: Town, repetition: int) -> int:
    """How far east a repetition of the town lies, metres: beyond the way of any visitor."""
    places = [district.x + district.radius_metres for district in town.districts]
    width = max(places) - min(district.x - district.radius_metres for district in town.districts)
    return repetition * (int(width) + 10_000)


def _repeated(town: Town, copies: NDArray[np.int64]) -> Town:
    """The town with its districts, points and services repeated.

    Args:
        town: the town.
        copies: how many copies live in each repetition, shape (repetitions,).
    """
    districts, points = [], []
    for number, times in enumerate(copies.tolist()):
        east = _east(town, number)
        districts += [
            replace(
                one,
                key=f"{one.key}_{number}",
                x=one.x + east,
                residents=one.residents * times,
            )
            for one in town.districts
        ]
        points += [
            replace(
                one,
                key=f"{one.key}_{number}",
                x=one.x + east,
                district=one.district + number * len(town.districts),
                seats=one.seats * times,
            )
            for one in town.meeting_points
        ]
    total = int(copies.sum())
    services = tuple(replace(one, district=None, size=one.size * total) for one in town.services)
    frames = {}
    for name, column in (("population", "persons"), ("households", "households")):
        frame = getattr(town, name)
        parts = [
            frame.assign(
                district=frame["district"] + number * len(town.districts),
                **{column: frame[column] * times},
            )
            for number, times in enumerate(copies.tolist())
        ]
        frames[name] = pd.concat(parts, ignore_index=True)
    return replace(
        town,
        name=f"{town.name}_x{total}",
        districts=tuple(districts),
        meeting_points=tuple(points),
        services=services,
        fingerprint=f"{town.fingerprint} x {total}",
        **frames,
    )
