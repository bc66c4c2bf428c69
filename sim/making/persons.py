"""The people themselves: district, sex, month of birth, identity.

The town's table of people by district, sex and age group is split to single years of age as the
people of its state are: the statistics' cohorts, moved on to the town's start and thinned by the
life table, so that the large cohorts of the 1960s stand where they will stand. Each row of the
town's table is met exactly, each single year of the town within one.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.draws import identity
from sim.making.fitting import Margin, round_to_margins
from sim.making.nation import people_of_state
from sim.making.quota import FloatArray, IntArray, stream
from sim.rates.smoothing import AGES

if TYPE_CHECKING:
    from sim.town.town import Town

FOUNDER = 1
"""Kind of the founding residents' identities, see `sim.draws.identity`."""
FIRST_OF_JANUARY_1900 = 1900
ADULT = 18
"""Age from which people head a household, live alone or with a partner."""


@dataclass(frozen=True)
class Persons:
    """The residents, ordered by district, sex and age.

    Attributes:
        uid: identities, uint64, shape (persons,).
        district: index of the district, shape (persons,).
        sex: 0 male, 1 female, shape (persons,).
        months: age in completed months, shape (persons,).
        districts: number of districts.
    """

    uid: NDArray[np.uint64]
    district: IntArray
    sex: IntArray
    months: IntArray
    districts: int

    @property
    def size(self) -> int:
        """Number of residents."""
        return int(self.uid.shape[0])

    @cached_property
    def age(self) -> IntArray:
        """Age in completed years, shape (persons,)."""
        return self.months // 12


def start_month(town: Town) -> int:
    """The month the residents are made for, counted from January 1900."""
    year, month = town.start
    return (year - FIRST_OF_JANUARY_1900) * 12 + month - 1


def make_persons(town: Town) -> Persons:
    """Make the people of a town: every row of its population table, exactly."""
    frame = town.population
    district = frame["district"].to_numpy(dtype=np.int64)
    sex = frame["sex"].to_numpy(dtype=np.int64)
    counts = _single_years(
        sex,
        frame["age_from"].to_numpy(dtype=np.int64),
        frame["age_to"].to_numpy(dtype=np.int64),
        frame["persons"].to_numpy(dtype=np.float64),
        cohorts(town),
    )
    cells = np.zeros((len(town.districts), 2, AGES), dtype=np.int64)
    np.add.at(cells, (district, sex), counts)
    flat = np.repeat(np.arange(cells.size), cells.ravel())
    of_district, of_sex, of_age = np.unravel_index(flat, cells.shape)
    random = stream(town.population_seed, "month of birth")
    months = of_age * 12 + (random.random(flat.shape[0]) * 12.0).astype(np.int64)
    per_district = cells.sum(axis=(1, 2))
    uid = np.concatenate(
        [
            founders(zlib.crc32(spec.key.encode()), number)
            for spec, number in zip(town.districts, per_district, strict=True)
        ]
        or [np.zeros(0, dtype=np.uint64)]
    )
    return Persons(
        uid=uid,
        district=of_district.astype(np.int64),
        sex=of_sex.astype(np.int64),
        months=months,
        districts=len(town.districts),
    )


def cohorts(town: Town) -> FloatArray:
    """People of the town's state at the town's start by sex and single year, shape (2, 121)."""
    return people_of_state(town.tables, town.state, town.start[0])


def _single_years(
    sex: IntArray, first: IntArray, last: IntArray, persons: FloatArray, weights: FloatArray
) -> IntArray:
    """Rows of the population table by single year of age, shape (rows, 121)."""
    ages = np.arange(AGES)
    inside = (ages >= first[:, None]) & (ages <= last[:, None])
    # A group nobody of the state belongs to is spread evenly.
    within = np.where(inside, np.maximum(weights[sex], 1e-9), 0.0)
    expected = persons[:, None] * within / within.sum(axis=1, keepdims=True)
    counts = np.zeros(expected.shape, dtype=np.int64)
    for code in (0, 1):
        rows = sex == code
        if rows.any():
            exact = Margin((0,), persons[rows])
            counts[rows] = round_to_margins(expected[rows], [exact, Margin((1,))])
    return counts


def _founders(key: int, number: int) -> NDArray[np.uint64]:
    """Identities of the founding residents of a district.

    Each is the district's key and a place in the district's own order: nothing else, so that it
    depends neither on other districts nor on a seed.

    Args:
        key: checksum (CRC-32) of the district's key.
        number: how many.
    """
    uid = np.empty(number, np.uint64)
    for place in range(number):
        uid[place] = identity(FOUNDER, key, place, 0)
    return uid


founders: Callable[[int, int], NDArray[np.uint64]] = compiled(_founders)
