"""Where people live: households evenly over the circle that stands for the district's area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.making.families import Families
from sim.making.persons import Persons
from sim.making.quota import BoolArray, FloatArray, IntArray, stream
from sim.residents import NOBODY

if TYPE_CHECKING:
    from sim.town.town import Town


def make_places(town: Town, people: Persons, families: Families) -> tuple[IntArray, IntArray]:
    """Metres east and north of the town's origin, two arrays of shape (persons,).

    A household lives in one place; residents of nursing homes are spread like households, as the
    tables know no addresses of homes.
    """
    random = stream(town.population_seed, "places")
    inside = families.household != NOBODY
    dwelling = np.where(inside, families.household, 0)
    homes = np.flatnonzero(~inside)
    dwelling[homes] = families.size.shape[0] + np.arange(homes.shape[0])
    district = np.concatenate([families.district, people.district[homes]])
    disc = _disc(random, district.shape[0])
    radius = np.array([spec.radius_metres for spec in town.districts])[district]
    east = np.array([spec.x for spec in town.districts])[district] + radius * disc[:, 0]
    north = np.array([spec.y for spec in town.districts])[district] + radius * disc[:, 1]
    return _metres(east)[dwelling], _metres(north)[dwelling]


def _metres(exact: FloatArray) -> IntArray:
    return np.floor(exact + 0.5).astype(np.int64)


def _disc(random: np.random.Generator, size: int) -> FloatArray:
    """Points evenly over the disc of radius 1, shape (size, 2).

    Drawn from the square until inside: no sine or cosine, whose last bit differs by machine.
    """
    points = 2.0 * random.random((size, 2)) - 1.0
    left = np.flatnonzero(_outside(points))
    while left.size:
        drawn = 2.0 * random.random((left.shape[0], 2)) - 1.0
        points[left] = drawn
        left = left[_outside(drawn)]
    return points


def _outside(points: FloatArray) -> BoolArray:
    east, north = points[:, 0], points[:, 1]
    outside: BoolArray = east * east + north * north > 1.0
    return outside
