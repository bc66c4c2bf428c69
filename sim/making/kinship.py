"""Adult children in town who would care, and those within reach outside it.

Parents are drawn by household: both of a couple have the same children. As many people of 50 and
more have a child in town who would care as the shares of the ledger say, at each age alike; at
most half of these children live in the parents' household, the others elsewhere in town, twenty
to forty-two years younger.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.making.families import (
    PARENT_GAP_YEARS,
    Families,
    is_child_of_head,
    is_parent_of_head,
)
from sim.making.order import order_of
from sim.making.persons import ADULT, Persons
from sim.making.quota import BoolArray, FloatArray, IntArray, order_by, pick, stream
from sim.rates.smoothing import AGES
from sim.residents import FEMALE, NOBODY

if TYPE_CHECKING:
    from sim.town.town import Town

PARENT_AGE = 50
"""Age from which one may have a grown-up child who would care."""
YOUNGEST_PARENT_MONTHS = 21 * 12
OLDEST_PARENT_MONTHS = 41 * 12
"""Differences of age drawn; the child found may be up to a year older or younger."""
SHARE_AT_HOME = 0.5
"""Most of an age group's children who would care that may live in the parents' household: the
survey behind the share asks for children in the neighbourhood or the same place."""
ROUNDS = 8
GROUP_YEARS = 5


@dataclass(frozen=True)
class Kin:
    """Ties between parents and adult children.

    Attributes:
        child: row of the adult child in town, or NOBODY, shape (persons,).
        parent: row of the parent in town one would care for, or NOBODY, shape (persons,); of a
            couple the one in greater need, else the older.
        child_in_reach: has an adult child outside town within reach, shape (persons,).
    """

    child: IntArray
    parent: IntArray
    child_in_reach: BoolArray


@dataclass(frozen=True)
class _Parents:
    """People of 50 and more, by couple or alone.

    Attributes:
        first: row of the single person or of the woman of the couple (of the man, if only he is
            50), shape (units,).
        second: row of the partner, or NOBODY.
        months: age of `first`, by which children are found.
        heads: how many of the unit are 50 and more, 1 or 2.
    """

    first: IntArray
    second: IntArray
    months: IntArray
    heads: IntArray


class _Ties:
    """The ties while they are made."""

    def __init__(self, people: Persons, families: Families, grade: IntArray) -> None:
        self.people = people
        self.families = families
        self.grade = grade
        self.child = np.full(people.size, NOBODY, dtype=np.int64)
        self.parent = np.full(people.size, NOBODY, dtype=np.int64)

    def tie(self, first: IntArray, second: IntArray, children: IntArray) -> None:
        """Give parents (one, or a couple) a child each, and the child the parent it cares for."""
        months = self.people.months
        self.child[first] = children
        # A partner hardly older than the child is not its parent.
        older = months[second] - months[children] >= 12 * PARENT_GAP_YEARS
        couple = (second != NOBODY) & older
        self.child[second[couple]] = children[couple]
        # In greater need first, then the older: a grade weighs more than any number of months.
        rank_first = self.grade[first] * 2000 + months[first]
        rank_second = np.where(couple, self.grade[second] * 2000 + months[second], -1)
        self.parent[children] = np.where(rank_first >= rank_second, first, second)

    def free_adults(self) -> BoolArray:
        """Adults at home who live with no parent and are tied to none, shape (persons,)."""
        grown = (self.people.age >= ADULT) & (self.families.household != NOBODY)
        with_parent = is_child_of_head(self.people, self.families.head)
        free: BoolArray = grown & ~with_parent & (self.parent == NOBODY)
        return free


def make_kin(town: Town, people: Persons, families: Families, grade: IntArray) -> Kin:
    """Tie adult children to parents.

    Args:
        town: the town, for its ledger and seed.
        people: all persons.
        families: households and couples.
        grade: care grade, shape (persons,): who of a couple is cared for first.
    """
    values = town.ledger.values()
    random = stream(town.population_seed, "kinship")
    ties = _Ties(people, families, grade)
    units = _parents(people, families)
    group = units.months // (12 * GROUP_YEARS)
    order = order_by(random, group, units.heads, people.district[units.first])
    share = values["child_in_town_share"] * values["parents_share"]

    at_home = _child_at_home(people, families)[units.first]
    chance = _chance(share * SHARE_AT_HOME, group, units.heads, at_home != NOBODY)
    chosen = pick(chance, order, random)
    # A child of two (a head whose parent lives in the household, too) stays with the first.
    _, once = np.unique(at_home[chosen], return_index=True)
    here = np.flatnonzero(chosen)[once]
    ties.tie(units.first[here], units.second[here], at_home[here])

    tied = ties.child[units.first] != NOBODY
    wanted = share - _share(group, units.heads, tied)
    chance = _chance(wanted, group, units.heads, ~tied & (at_home == NOBODY))
    chosen_elsewhere = np.flatnonzero(pick(chance, order, random))
    _tie_in_town(ties, units, chosen_elsewhere, random)

    has_child = ties.child[units.first] != NOBODY
    chance = _share_of_childless(values["child_in_reach_share"], units.heads, has_child)
    near = pick(chance, order, random)
    in_reach = np.zeros(people.size, dtype=np.bool_)
    in_reach[units.first[near]] = True
    second = units.second[near]
    in_reach[second[second != NOBODY]] = True
    in_reach &= people.age >= PARENT_AGE
    return Kin(ties.child, ties.parent, in_reach)


def _parents(people: Persons, families: Families) -> _Parents:
    """Units of people of 50 and more: women and single men, with their partners."""
    old = people.age >= PARENT_AGE
    partner = families.partner
    with_old = old | ((partner != NOBODY) & old[partner])
    each = np.flatnonzero(with_old & ((partner == NOBODY) | (people.sex == FEMALE)))
    first = np.where(old[each], each, partner[each])
    second = partner[first]
    second_old = (second != NOBODY) & old[second]
    heads = old[first].astype(np.int64) + second_old
    return _Parents(first, second, people.months[first], heads)


def _child_at_home(people: Persons, families: Families) -> IntArray:
    """Eldest adult child in the household of each person, or NOBODY, shape (persons,).

    Heads have grown-up children with them, old people who live with a head have this one.
    """
    head, partner = families.head, families.partner
    found = np.full(people.size, NOBODY, dtype=np.int64)
    grown = np.flatnonzero(is_child_of_head(people, head) & (people.age >= ADULT))
    eldest_first = grown[order_of(-people.months[grown])]
    heads, place = np.unique(head[eldest_first], return_index=True)
    found[heads] = eldest_first[place]
    couple = heads[partner[heads] != NOBODY]
    found[partner[couple]] = found[couple]
    elders = np.flatnonzero(is_parent_of_head(people, head))
    found[elders] = head[elders]
    return found


def _share(group: IntArray, heads: IntArray, having: BoolArray) -> FloatArray:
    """Share of people of each age group whose unit has something, shape (groups,)."""
    everybody = np.bincount(group, heads)
    return np.bincount(group, heads * having, everybody.shape[0]) / np.maximum(everybody, 1.0)


def _chance(
    share: float | FloatArray, group: IntArray, heads: IntArray, could: BoolArray
) -> FloatArray:
    """Chance of the units that could, so that each age group has its share of all people."""
    everybody = np.bincount(group, heads)
    able = np.bincount(group, heads * could, everybody.shape[0])
    chance = np.clip(share * everybody / np.maximum(able, 1.0), 0.0, 1.0)
    return np.where(could, chance[group], 0.0)


def _share_of_childless(share: float, heads: IntArray, has_child: BoolArray) -> FloatArray:
    """Chance of units without a child in town, so that `share` of all people have it."""
    rest = float(heads[~has_child].sum())
    chance = min(1.0, share * float(heads.sum()) / rest) if rest > 0 else 0.0
    return np.where(has_child, 0.0, chance)


def _tie_in_town(
    ties: _Ties, units: _Parents, chosen: IntArray, random: np.random.Generator
) -> None:
    """Find a child elsewhere in town for the chosen units.

    Each round every unit still without one draws a difference of age, and the adults of the year
    of age it leads to are given out by lot; nobody becomes the child of two.
    """
    people, household = ties.people, ties.families.household
    left = chosen
    for _ in range(ROUNDS):
        if left.size == 0:
            break
        oldest = np.minimum(OLDEST_PARENT_MONTHS, units.months[left] - ADULT * 12)
        lower = np.minimum(random.random(left.shape[0]), random.random(left.shape[0]))
        gap = YOUNGEST_PARENT_MONTHS + (oldest - YOUNGEST_PARENT_MONTHS) * lower
        wanted = (units.months[left] - gap).astype(np.int64) // 12
        pool = np.flatnonzero(ties.free_adults())
        by_lot = pool[order_by(random, people.age[pool])]
        first = np.searchsorted(people.age[by_lot], np.arange(AGES + 1))
        order = order_by(random, wanted)
        rank = np.arange(order.shape[0]) - np.searchsorted(wanted[order], wanted[order])
        place = first[wanted[order]] + rank
        found = place < first[wanted[order] + 1]
        unit, child = left[order[found]], by_lot[place[found]]
        apart = household[child] != household[units.first[unit]]
        unit, child = unit[apart], child[apart]
        ties.tie(units.first[unit], units.second[unit], child)
        left = left[ties.child[units.first[left]] == NOBODY]
