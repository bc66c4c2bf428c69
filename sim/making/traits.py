"""What people bring with them: education, migration background, internet, dwelling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.making import nation
from sim.making.families import Families
from sim.making.fitting import Margin, round_to_margins
from sim.making.persons import Persons
from sim.making.quota import BoolArray, IntArray, cell_of, order_by, pick, share_out, stream
from sim.rates.engagement import EDUCATION
from sim.residents import NOBODY

if TYPE_CHECKING:
    from sim.town.town import Town


@dataclass(frozen=True)
class Traits:
    """Lasting features, each of shape (persons,).

    Attributes:
        education: 0 low, 1 middle, 2 high; of children the one they will have.
        migration_background: has one.
        online: uses the internet.
        barrier_free: lives in a barrier-reduced dwelling; one value a household.
    """

    education: IntArray
    migration_background: BoolArray
    online: BoolArray
    barrier_free: BoolArray


def make_traits(town: Town, people: Persons, families: Families) -> Traits:
    """Features by age; within a group of a table as many people as it says."""
    return Traits(
        education=_education(town, people),
        migration_background=_by_age(town, people, "migration_background", "share"),
        online=_by_age(town, people, "internet", "share_online"),
        barrier_free=_dwellings(town, people, families),
    )


def _education(town: Town, people: Persons) -> IntArray:
    group = nation.groups(town.tables, "education")
    shape = (int(group.max()) + 1, people.districts, 2)
    place = (group[people.age], people.district, people.sex)
    cell = cell_of(shape, *place)
    numbers = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
    first = np.searchsorted(group, np.arange(shape[0]))
    columns = [nation.share_by_age(town.tables, "education", word) for word in EDUCATION]
    shares = np.stack([column[first] for column in columns], axis=-1)
    shares /= shares.sum(axis=-1, keepdims=True)
    expected = numbers[..., None] * shares[:, None, None]
    margins = [Margin((0, 1, 2), numbers), Margin((3,)), Margin((0, 3)), Margin((0, 1, 3))]
    counts = round_to_margins(expected, margins).reshape(-1, len(EDUCATION))
    random = stream(town.population_seed, "education")
    return share_out(cell, counts, random.random(people.size))


def _by_age(town: Town, people: Persons, name: str, column: str) -> BoolArray:
    random = stream(town.population_seed, name)
    group = nation.groups(town.tables, name)[people.age]
    order = order_by(random, group, people.district, people.sex)
    return pick(nation.share_by_age(town.tables, name, column)[people.age], order, random)


def _dwellings(town: Town, people: Persons, families: Families) -> BoolArray:
    """Barrier-reduced dwellings by the age of the eldest; nursing homes all are."""
    inside = np.flatnonzero(families.household != NOBODY)
    eldest = np.zeros(families.size.shape[0], dtype=np.int64)
    np.maximum.at(eldest, families.household[inside], people.age[inside])
    random = stream(town.population_seed, "dwelling")
    group = nation.groups(town.tables, "dwelling")[eldest]
    order = order_by(random, group, families.district)
    share = nation.share_by_age(town.tables, "dwelling", "share_barrier_free")
    dwelling = pick(share[eldest], order, random)
    result = np.ones(people.size, dtype=np.bool_)
    result[inside] = dwelling[families.household[inside]]
    return result
