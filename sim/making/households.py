"""How many households of which size, and who lives alone, with a partner, with others.

The sizes are the town's. Who lives alone or with a partner comes from the nation's shares by age
and sex, fitted to the district: as many people alone as there are households of one, as many men
as women in couples, and enough adults left to head the other households. Where fewer live alone
than the nation's shares say, couples and the old who live alone stay as many and more of the
younger live with others; where more live alone, couples become fewer as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.making import nation
from sim.making.fitting import FittingError, Margin, fit, round_to_margins
from sim.making.persons import ADULT, Persons
from sim.making.quota import BoolArray, FloatArray, IntArray, cell_of, share_out, stream
from sim.rates.smoothing import AGES

if TYPE_CHECKING:
    from sim.town.town import Town

SIZES = 6
"""Household sizes 1 to 5, and 6 for six and more."""
LARGEST_MEAN = 8.0
"""Mean size of households of six and more that still agrees with a table of sizes."""
ALONE, WITH_PARTNER, WITH_OTHERS, NOT_ADULT = 0, 1, 2, 3
OLD = 65
"""From this age the share of people living alone is taken to be the nation's."""
ROUNDS = 1000
ACCEPTED_DEVIATION = 0.5
"""Persons by which a fit may miss a margin over age; the others are then met by rounding."""
_SMALL = 1e-6


@dataclass(frozen=True)
class Sizes:
    """Households of each district.

    Attributes:
        counts: households of size 1 to 6, shape (districts, 6).
        beyond: members that households of six have beyond six, shape (districts,).
    """

    counts: IntArray
    beyond: IntArray


def household_sizes(town: Town, persons: IntArray, adults: IntArray) -> Sizes:
    """Numbers of households that house exactly the people of each district.

    The town's numbers, if they can house them (six and more taken as six to eight); else the
    sizes are shifted as little as possible, with the same number of households.

    Args:
        town: the town, for its table of households.
        persons: people at home, shape (districts,).
        adults: those who can head a household, shape (districts,).
    """
    given = np.zeros((len(town.districts), SIZES), dtype=np.int64)
    frame = town.households
    np.add.at(
        given,
        (frame["district"].to_numpy(dtype=np.int64), frame["size"].to_numpy(dtype=np.int64) - 1),
        frame["households"].to_numpy(dtype=np.int64),
    )
    counts = _housing(given, persons, adults)
    return Sizes(counts, persons - counts @ np.arange(1, SIZES + 1))


def adults_of(people: Persons, at_home: BoolArray) -> BoolArray:
    """Who can head a household: adults at home, or the oldest where no adult is.

    Args:
        people: all persons.
        at_home: everybody outside nursing homes, shape (persons,).
    """
    adult = at_home & (people.age >= ADULT)
    without = np.bincount(people.district[adult], minlength=people.districts) == 0
    if without.any():
        young = np.flatnonzero(at_home & without[people.district])
        oldest_last = young[np.lexsort((people.months[young], people.district[young]))]
        _, last = np.unique(people.district[oldest_last][::-1], return_index=True)
        adult[oldest_last[::-1][last]] = True
    return adult


def living_arrangements(
    town: Town, people: Persons, at_home: BoolArray, adult: BoolArray, sizes: Sizes
) -> IntArray:
    """ALONE, WITH_PARTNER, WITH_OTHERS or NOT_ADULT (also outside households), shape (persons,).

    In each district exactly as many are alone as there are households of one, and men and
    women with a partner are equally many.
    """
    table = "living_arrangements"
    group = nation.groups(town.tables, table)
    groups = int(group.max()) + 1
    shape = (people.districts, 2, groups)
    rows = np.flatnonzero(adult)
    place = (people.district[rows], people.sex[rows], group[people.age[rows]])
    cell = cell_of(shape, *place)
    numbers = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)

    alone = nation.share_by_sex(town.tables, table, "share_living_alone")
    partner = nation.share_by_sex(town.tables, table, "share_with_partner")
    first = np.array([np.flatnonzero(group == number)[0] for number in range(groups)])
    shares = np.stack([alone, partner, 1.0 - alone - partner], axis=-1)[:, first]
    grown = group[np.arange(AGES) >= ADULT].min()
    shares = np.maximum(shares, _SMALL)
    shares[:, :grown, WITH_PARTNER] = 0.0

    seed = numbers[..., None] * shares
    people_margin = Margin((0, 1, 2), numbers)
    couples = _couples(seed, numbers, sizes, people_margin)
    by_sex = np.full((people.districts, 2, 3), np.nan)
    by_sex[:, :, WITH_PARTNER] = couples[:, None]
    singles = sizes.counts[:, 0]
    others = numbers.sum(axis=(1, 2)) - singles - 2 * couples
    totals = np.stack([singles, 2 * couples, others], axis=1).astype(np.float64)
    margins = [people_margin, Margin((0, 3), totals), Margin((0, 1, 3), by_sex)]
    fitted = _fitted(seed, margins, _by_age(seed, couples), first >= OLD)
    counts = round_to_margins(fitted, margins).reshape(-1, 3)
    random = stream(town.population_seed, "living arrangement")
    arrangement = np.full(people.size, NOT_ADULT, dtype=np.int64)
    arrangement[rows] = share_out(cell, counts, random.random(rows.shape[0]))
    return arrangement


def _couples(
    seed: FloatArray, numbers: FloatArray, sizes: Sizes, people_margin: Margin
) -> IntArray:
    """Couples of each district: what the nation's shares say, or fewer.

    Fewer where so many live alone that the odds between the three arrangements leave fewer, and
    where rooms or heads for the other households would be missing.

    Args:
        seed: numbers by district, sex, age group and arrangement with the nation's shares.
        numbers: adults at home by district, sex and age group.
        sizes: the households.
        people_margin: the same numbers as a margin.
    """
    unknown = np.full((seed.shape[0], 3), np.nan)
    unknown[:, ALONE] = sizes.counts[:, 0]
    fitted = fit(seed, [Margin((0, 3), unknown), people_margin], tolerance=1e-6).table
    by_odds = fitted[..., WITH_PARTNER].sum(axis=(1, 2)) / 2.0
    by_nation = seed[..., WITH_PARTNER].sum(axis=(1, 2)) / 2.0
    several = sizes.counts[:, 1:].sum(axis=1)
    spare_adults = numbers.sum(axis=(1, 2)) - sizes.counts.sum(axis=1)
    could = (numbers * (seed[..., WITH_PARTNER] > 0.0)).sum(axis=2).min(axis=1)
    most = np.maximum(np.minimum(np.minimum(several, spare_adults), could), 0)
    wanted = np.floor(np.minimum(by_odds, by_nation) + 0.5)
    couples: IntArray = np.minimum(wanted, most).astype(np.int64)
    return couples


def _by_age(seed: FloatArray, couples: IntArray) -> FloatArray:
    """People of the town by sex, age group and arrangement as in the nation.

    Of people with a partner all changed alike, so that there are as many men and women as there
    are couples.
    """
    nation: FloatArray = seed.sum(axis=0)
    partners = nation[..., WITH_PARTNER]
    sums = np.maximum(partners.sum(axis=1, keepdims=True), _SMALL)
    nation[..., WITH_PARTNER] = partners * couples.sum() / sums
    return nation


def _fitted(
    seed: FloatArray, margins: list[Margin], nation: FloatArray, old: BoolArray
) -> FloatArray:
    """The arrangements of each district: expected numbers, same shape as the seed.

    Partners by age stay as in the nation, and so do the old who live alone: towns differ in how
    many young adults live alone. Where both cannot be (too few households of one), the second
    and then the first is given up.

    Args:
        seed: numbers by district, sex, age group and arrangement with the nation's shares.
        margins: what must hold: people, households of one, couples.
        nation: see `_by_age`.
        old: age groups of the old, shape (groups,).
    """
    partners = np.full(nation.shape, np.nan)
    partners[..., WITH_PARTNER] = nation[..., WITH_PARTNER]
    both = partners.copy()
    both[:, old, ALONE] = nation[:, old, ALONE]
    people, *others = margins
    for of_age in (both, partners):
        try:
            fitted = fit(seed, [Margin((1, 2, 3), of_age), *others, people], 1e-6, ROUNDS)
        except FittingError:
            continue
        if fitted.deviation < ACCEPTED_DEVIATION:
            return fitted.table
    return fit(seed, [*others, people], 1e-6, ROUNDS).table


def _housing(given: IntArray, persons: IntArray, adults: IntArray) -> IntArray:
    """Households of size 1 to 6 that house exactly `persons`, as near to `given` as can be.

    Args:
        given: households of each district by size, shape (districts, 6).
        persons: people at home, shape (districts,).
        adults: those who can head a household, shape (districts,).
    """
    size = np.arange(1, SIZES + 1)
    total = given.sum(axis=1)
    least = given @ size
    most = least + (LARGEST_MEAN - SIZES) * given[:, -1]
    agree = (total <= adults) & (least <= persons) & (persons <= most)
    counts = np.where((persons > 0)[:, None], given, 0)
    rows = np.flatnonzero(~agree & (persons > 0))
    if rows.size == 0:
        return counts
    given, persons, total = given[rows], persons[rows], total[rows]
    heads = np.maximum(1, adults[rows])
    half = np.maximum(1, np.minimum(heads, np.round(persons / 2).astype(np.int64)))
    total = np.where(total > 0, np.minimum(np.minimum(total, heads), persons), half)
    start = np.maximum(given, _SMALL * np.maximum(1, total)[:, None])
    low, high = np.full(rows.size, -60.0), np.full(rows.size, 60.0)
    for _ in range(200):
        middle = 0.5 * (low + high)
        steps = np.where((middle > 0)[:, None], size - SIZES, size - 1)
        shifted = start * np.exp(middle[:, None] * steps)
        still = (middle != low) & (middle != high)
        if not still.any():
            break  # neighbouring numbers: nothing moves any more
        fewer = (shifted * size).sum(axis=1) / shifted.sum(axis=1) < persons / total
        low = np.where(still & fewer, middle, low)
        high = np.where(still & ~fewer, middle, high)
    expected = total[:, None] * shifted / shifted.sum(axis=1, keepdims=True)
    for row, exact, number, people in zip(rows, expected, total, persons, strict=True):
        whole = round_to_margins(exact, [Margin((), np.array(float(number)))])
        counts[row] = _moved_to(whole, int(people))
    return counts


def _moved_to(counts: IntArray, persons: int) -> IntArray:
    """Shift single households by one size until exactly `persons` can live in them."""
    size = np.arange(1, SIZES + 1)
    counts = counts.copy()
    surplus = int(counts @ size) - persons
    while surplus > 0:
        larger = int(np.argmax(counts[1:])) + 1
        counts[larger] -= 1
        counts[larger - 1] += 1
        surplus -= 1
    while -surplus > (LARGEST_MEAN - SIZES) * counts[-1] and counts[:-1].any():
        smaller = int(np.argmax(counts[:-1]))
        counts[smaller] -= 1
        counts[smaller + 1] += 1
        surplus += 1
    return counts
