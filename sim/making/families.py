"""Who lives with whom: couples, heads of households, children and others with them.

Everything is matching by rank within a district: put both sides in order and pair them. Couples
are paired by age with a spread, so that the difference between the partners comes from the ages
of those who have one. Children and other adults wish for a head of a certain age (a parent some
thirty years older, an adult child some thirty years younger); the larger households go to the
heads whose age is wished for most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.making.households import (
    ALONE,
    SIZES,
    WITH_OTHERS,
    WITH_PARTNER,
    Sizes,
)
from sim.making.order import order_of
from sim.making.persons import ADULT, Persons
from sim.making.quota import (
    BoolArray,
    FloatArray,
    IntArray,
    bell,
    lots,
    share_out,
    stream,
)
from sim.residents import FEMALE, MALE, NOBODY

if TYPE_CHECKING:
    from sim.town.town import Town

COUPLE_SPREAD_MONTHS = 36.0
"""Standard deviation put on the age of each partner before pairing (gives about 4 years between
partners, next to the difference of the means)."""
GENERATION_MONTHS = 366.0
"""Age of a parent at the birth of a child who lives in the household: 30.5 years."""
GENERATION_SPREAD_MONTHS = 54.0
OLDER_GENERATION_AGE = 60
"""From this age, people who live with others and head no household live with their children."""
PARENT_GAP_YEARS = 16
"""Years between two people of a household from which they count as parent and child."""
WIDEST_GAP_YEARS = 48
MENDING_ROUNDS = 30
BIN_MONTHS = 24
HEADSHIP_AGES = np.array([18.0, 22.0, 27.0, 32.0, 40.0, 50.0, 65.0, 75.0, 85.0, 95.0])
HEADSHIP = np.array([0.01, 0.03, 0.2, 0.6, 0.95, 1.0, 0.9, 0.7, 0.4, 0.2])
"""Inclination of adults without partner who live with others to head the household: the young
live with their parents, those in middle age are single parents, the old live with children."""


@dataclass(frozen=True)
class Families:
    """Households and the ties inside them.

    Attributes:
        household: index of the household, NOBODY in a nursing home, shape (persons,).
        size: members of each household, shape (households,).
        district: district of each household, shape (households,).
        partner: row of the partner, or NOBODY, shape (persons,).
        follows: row of the person whose decision to move one follows, or NOBODY.
        head: row of the head one lives with (in a couple the woman), or NOBODY for heads, people
            alone and people in nursing homes.
    """

    household: IntArray
    size: IntArray
    district: IntArray
    partner: IntArray
    follows: IntArray
    head: IntArray


@dataclass(frozen=True)
class _Units:
    """Heads of households: a couple (the woman first) or one person."""

    first: IntArray
    second: IntArray
    district: IntArray


def make_families(
    town: Town, people: Persons, arrangement: IntArray, at_home: BoolArray, sizes: Sizes
) -> Families:
    """Put everybody outside nursing homes into households.

    Args:
        town: the town, for its seed.
        people: all persons.
        arrangement: see `sim.making.households.living_arrangements`.
        at_home: everybody outside nursing homes, shape (persons,).
        sizes: households of each district.
    """
    women, men = _pairs(town, people, arrangement)
    single = _heads(town, people, arrangement, sizes, women)
    alone = np.flatnonzero(arrangement == ALONE)
    several = _Units(
        first=np.concatenate([women, single]),
        second=np.concatenate([men, np.full(single.shape[0], NOBODY, dtype=np.int64)]),
        district=people.district[np.concatenate([women, single])],
    )
    leads = np.zeros(people.size, dtype=np.bool_)
    leads[several.first] = True
    leads[men] = True
    leads[alone] = True
    others = np.flatnonzero(at_home & ~leads)
    wished = _wished_age(town, people, others)
    size = _sizes_of_units(town, people.months[several.first], several, sizes, wished)

    heads = np.concatenate([alone, several.first])
    all_sizes = np.concatenate([np.ones(alone.shape[0], dtype=np.int64), size])
    order = order_of(people.district[heads], heads)
    number = np.empty(heads.shape[0], dtype=np.int64)
    number[order] = np.arange(heads.shape[0])

    household = np.full(people.size, NOBODY, dtype=np.int64)
    household[heads] = number
    partner = np.full(people.size, NOBODY, dtype=np.int64)
    partner[women], partner[men] = men, women
    household[men] = household[women]
    head = np.full(people.size, NOBODY, dtype=np.int64)
    matched = _head_of_each(people, several, size, others, wished)
    head[others] = _mended(town, people, others, matched)
    household[others] = household[head[others]]
    return Families(
        household=household,
        size=all_sizes[order],
        district=people.district[heads[order]],
        partner=partner,
        follows=_follows(people, partner, head),
        head=head,
    )


def _pairs(town: Town, people: Persons, arrangement: IntArray) -> tuple[IntArray, IntArray]:
    """Women and men of the couples, paired by age within the district."""
    random = stream(town.population_seed, "couples")
    age = people.months + COUPLE_SPREAD_MONTHS * bell(random, people.size)
    sides = []
    for sex in (FEMALE, MALE):
        rows = np.flatnonzero((arrangement == WITH_PARTNER) & (people.sex == sex))
        sides.append(rows[order_of(people.district[rows], age[rows])])
    return sides[0], sides[1]


def _heads(
    town: Town, people: Persons, arrangement: IntArray, sizes: Sizes, women: IntArray
) -> IntArray:
    """Adults without partner who head a household of two and more: as many as it takes."""
    rows = np.flatnonzero(arrangement == WITH_OTHERS)
    couples = np.bincount(people.district[women], minlength=people.districts)
    wanted = sizes.counts[:, 1:].sum(axis=1) - couples
    inclination = np.interp(people.months[rows] / 12.0, HEADSHIP_AGES, HEADSHIP)
    lot = lots(stream(town.population_seed, "heads of households"), inclination)
    counts = np.stack([wanted, np.zeros_like(wanted)], axis=1)
    heads: IntArray = rows[share_out(people.district[rows], counts, lot) == 0]
    return heads


def _wished_age(town: Town, people: Persons, others: IntArray) -> FloatArray:
    """Age in months of the head that each of the others wishes to live with."""
    random = stream(town.population_seed, "generations")
    gap = GENERATION_MONTHS + GENERATION_SPREAD_MONTHS * bell(random, others.shape[0])
    months = people.months[others].astype(np.float64)
    return np.where(months >= OLDER_GENERATION_AGE * 12, months - gap, months + gap)


def _sizes_of_units(
    town: Town, months: IntArray, units: _Units, sizes: Sizes, wished: FloatArray
) -> IntArray:
    """Size of each household of two and more; exactly the district's numbers of each size.

    The number of people wished to each age of head, per head, is the mean of a Poisson number;
    in the order of these numbers the households are given out, the smallest first.

    Args:
        town: the town, for its seed.
        months: age of the head, shape (units,).
        units: households of two and more.
        sizes: how many of each size a district has.
        wished: age of the head that each of the others wishes for.
    """
    random = stream(town.population_seed, "household sizes")
    bins = np.arange(0, 121 * 12 + BIN_MONTHS, BIN_MONTHS)
    wishes = np.histogram(wished, bins.size - 1, (0.0, float(bins[-1])))[0]
    heads = np.bincount(months // BIN_MONTHS, minlength=wishes.size)
    per_head = wishes / np.maximum(heads, 1)
    mean = per_head[months // BIN_MONTHS]
    more = _poisson(mean, random)
    couple = units.second != NOBODY
    members = np.where(couple, 2 + more, 1 + np.maximum(more, 1))
    score = members + random.random(months.shape[0])
    order = order_of(units.district, score)
    of_district = sizes.counts[:, 1:]
    pattern = np.tile(np.arange(2, SIZES + 1), of_district.shape[0])
    size = np.empty(months.shape[0], dtype=np.int64)
    size[order] = np.repeat(pattern, of_district.ravel())
    return size + _beyond_six(units.district, size, sizes.beyond)


def _beyond_six(district: IntArray, size: IntArray, beyond: IntArray) -> IntArray:
    """Members beyond six, spread evenly over the households of six and more of a district."""
    extra = np.zeros(size.shape[0], dtype=np.int64)
    large = np.flatnonzero(size == SIZES)
    if large.size == 0:
        return extra
    order = large[np.argsort(district[large], kind="stable")]
    number = np.bincount(district[large], minlength=beyond.shape[0])
    rank = np.arange(order.shape[0]) - (np.cumsum(number) - number)[district[order]]
    each, left = np.divmod(beyond, np.maximum(number, 1))
    extra[order] = each[district[order]] + (rank < left[district[order]])
    return extra


def _poisson(mean: FloatArray, random: np.random.Generator) -> IntArray:
    """Poisson numbers, at most 9, shape of `mean`."""
    uniform = random.random(mean.shape[0])
    chance = np.exp(-mean)
    reached = chance.copy()
    number = np.zeros(mean.shape[0], dtype=np.int64)
    for count in range(1, 10):
        number += uniform >= reached
        chance = chance * mean / count
        reached += chance
    return number


def _head_of_each(
    people: Persons, units: _Units, size: IntArray, others: IntArray, wished: FloatArray
) -> IntArray:
    """Head for each of the others: places and wishes in order of age, paired by district."""
    places = size - np.where(units.second != NOBODY, 2, 1)
    heads = np.repeat(units.first, places)
    heads = heads[order_of(people.district[heads], people.months[heads], heads)]
    order = order_of(people.district[others], wished)
    result = np.empty(others.shape[0], dtype=np.int64)
    result[order] = heads
    return result


def _mended(town: Town, people: Persons, others: IntArray, heads: IntArray) -> IntArray:
    """Heads of the others after swaps of those minors whose head is too young or too old.

    Each of them tries, round by round, to change places with somebody of the district for whom
    both new places fit; what still does not fit after some rounds stays.

    Args:
        town: the town, for its seed.
        people: all persons.
        others: rows that live with a head.
        heads: their heads as matched, same shape.
    """
    random = stream(town.population_seed, "swaps")
    heads = heads.copy()
    order = np.argsort(people.district[others], kind="stable")
    number = np.bincount(people.district[others], minlength=people.districts)
    first = np.cumsum(number) - number

    def fits(place: IntArray, head: IntArray) -> BoolArray:
        gap = people.age[head] - people.age[others[place]]
        minor = people.age[others[place]] < ADULT
        return ~minor | ((gap >= PARENT_GAP_YEARS) & (gap <= WIDEST_GAP_YEARS))

    everybody = np.arange(others.shape[0])
    wrong = everybody[~fits(everybody, heads)]
    for _ in range(MENDING_ROUNDS):
        if wrong.size == 0:
            break
        district = people.district[others[wrong]]
        lot = (random.random(wrong.shape[0]) * number[district]).astype(np.int64)
        other = order[first[district] + lot]
        _, once = np.unique(other, return_index=True)
        mine, other = wrong[once], other[once]
        good = fits(mine, heads[other]) & fits(other, heads[mine]) & ~np.isin(other, mine)
        mine, other = mine[good], other[good]
        heads[mine], heads[other] = heads[other], heads[mine]
        wrong = wrong[~fits(wrong, heads[wrong])]
    return heads


def _follows(people: Persons, partner: IntArray, head: IntArray) -> IntArray:
    """Of a couple the higher uid follows the lower one; minors follow who decides for the head."""
    follows = np.full(people.size, NOBODY, dtype=np.int64)
    paired = np.flatnonzero(partner != NOBODY)
    later = paired[people.uid[paired] > people.uid[partner[paired]]]
    follows[later] = partner[later]
    minors = np.flatnonzero((head != NOBODY) & (people.age < ADULT))
    leader = head[minors]
    follows[minors] = np.where(follows[leader] != NOBODY, follows[leader], leader)
    return follows


def is_child_of_head(people: Persons, head: IntArray) -> BoolArray:
    """Who lives with a head old enough to be the parent, shape (persons,)."""
    older: BoolArray = (head != NOBODY) & (people.age[head] - people.age >= PARENT_GAP_YEARS)
    return older


def is_parent_of_head(people: Persons, head: IntArray) -> BoolArray:
    """Who lives with a head young enough to be the child, shape (persons,)."""
    older: BoolArray = (head != NOBODY) & (people.age - people.age[head] >= PARENT_GAP_YEARS)
    return older
