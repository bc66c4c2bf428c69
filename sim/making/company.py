"""Loneliness, living withdrawn, volunteering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.making import nation
from sim.making.fitting import Margin, fit, round_to_margins
from sim.making.health import CareNeed
from sim.making.persons import ADULT, Persons
from sim.making.quota import (
    BoolArray,
    FloatArray,
    IntArray,
    cell_of,
    looked_up,
    order_by,
    pick,
    raked,
    share_out,
    stream,
)
from sim.rates.engagement import EDUCATION
from sim.residents import NO_VOLUNTEER, VOLUNTEER_ELSEWHERE, VOLUNTEER_IN_QUARTER

if TYPE_CHECKING:
    from sim.town.town import Town

NO_VOLUNTEERING_FROM_GRADE = 3
"""From this care grade nobody volunteers, as in `sim.rules.volunteering`."""
ROUNDS = 200
HOURS = ("low", "middle", "high")


@dataclass(frozen=True)
class Volunteers:
    """Who volunteers, each of shape (persons,).

    Attributes:
        volunteer: 0 no, 1 elsewhere, 2 in the quarter.
        minutes: minutes a week, 0 for those who do not.
    """

    volunteer: IntArray
    minutes: IntArray


def make_lonely(
    town: Town, people: Persons, has_partner: BoolArray, in_home: BoolArray
) -> BoolArray:
    """Who is lonely: by sex, age and partner; in nursing homes the share found there."""
    curve = nation.curves(town).lonely
    partner = has_partner.astype(np.int64)
    group = nation.groups(town.tables, "loneliness")
    shape = (2, 2, int(group.max()) + 1)
    cell = cell_of(shape, people.sex, partner, group[people.age])
    share = looked_up(nation.share_lonely(town.tables), people.sex, partner, people.age)
    own = looked_up(curve, people.sex, people.months, partner)
    chance = _as_in_table(own, share, cell, ~in_home)
    chance[in_home] = town.ledger.values()["nursing_home_loneliness"]
    random = stream(town.population_seed, "loneliness")
    order = order_by(random, in_home, cell, people.district, people.age)
    return pick(chance, order, random)


def make_withdrawn(town: Town, people: Persons, in_home: BoolArray) -> BoolArray:
    """Who lives withdrawn: by age; in nursing homes the share found there."""
    curve = nation.curves(town).withdrawn
    group = nation.groups(town.tables, "withdrawal")[people.age]
    share = nation.share_by_age(town.tables, "withdrawal", "share")[people.age]
    chance = _as_in_table(curve[people.months], share, group, ~in_home)
    chance[in_home] = town.ledger.values()["nursing_home_withdrawn"]
    random = stream(town.population_seed, "withdrawal")
    order = order_by(random, in_home, group, people.sex, people.district, people.age)
    return pick(chance, order, random)


def make_volunteers(town: Town, people: Persons, need: CareNeed, education: IntArray) -> Volunteers:
    """Who volunteers, where, and for how long.

    The table of age, education and volunteering is fitted to the rates by age and by education;
    where these disagree in the number of volunteers the rates by age count. Rates are of people
    in private households; nobody with a high care grade volunteers, others of that age do for
    them.
    """
    values = town.ledger.values()
    able = ~need.in_home & (need.grade < NO_VOLUNTEERING_FROM_GRADE)
    group = nation.groups(town.tables, "volunteering")
    cell = group[people.age] * len(EDUCATION) + education
    private = people.age[~need.in_home], cell[~need.in_home]
    expected = _volunteers_by_cell(town, *private, int(group.max()) + 1)
    curve = nation.curves(town).volunteers
    own = looked_up(curve, people.months, education)
    chance = raked(np.where(able, own, 0.0), cell, expected.ravel())
    random = stream(town.population_seed, "volunteering")
    order = order_by(random, cell, people.district, people.sex, people.age)
    active = pick(chance, order, random)

    # The quarter's groups are for adults; the share is of all volunteers.
    adult = active & (people.age >= ADULT)
    share = values["quarter_volunteer_share"] * active.sum() / max(1, int(adult.sum()))
    in_quarter = pick(np.where(adult, min(1.0, share), 0.0), order, random)
    volunteer = np.where(active, VOLUNTEER_ELSEWHERE, NO_VOLUNTEER)
    volunteer[in_quarter] = VOLUNTEER_IN_QUARTER
    minutes = np.zeros(people.size, dtype=np.int64)
    minutes[active] = _minutes(values, people.district[active], in_quarter[active], random)
    return Volunteers(volunteer, minutes)


def _volunteers_by_cell(town: Town, age: IntArray, cell: IntArray, groups: int) -> FloatArray:
    """Expected volunteers by age group and education, shape (groups, 3).

    Args:
        town: the town, for its tables.
        age: ages of the people in private households.
        cell: their cells, age group times education.
        groups: number of age groups.
    """
    shape = (groups, len(EDUCATION))
    numbers = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
    rate = nation.share_by_age(town.tables, "volunteering", "rate")[age]
    by_group = np.bincount(cell // len(EDUCATION), rate, groups).astype(np.float64)
    of_education = nation.volunteering_of_education(town.tables)
    counted = np.where(by_group[:, None] > 0.0, numbers, 0.0).sum(axis=0)
    by_education = of_education * counted
    if by_education.sum() > 0.0:
        by_education *= by_group.sum() / by_education.sum()
    yes = np.divide(by_group, numbers.sum(axis=1), out=np.zeros(shape[0]), where=by_group > 0.0)
    seed = np.stack([numbers * (1.0 - yes)[:, None], numbers * yes[:, None]], axis=-1)
    unknown = np.full(len(EDUCATION), np.nan)
    margins = [
        Margin((1, 2), np.stack([unknown, by_education], axis=-1)),
        Margin((0, 2), np.stack([numbers.sum(axis=1) - by_group, by_group], axis=-1)),
        Margin((0, 1), numbers),
    ]
    return fit(seed, margins, rounds=ROUNDS).table[..., 1]


def _minutes(
    values: dict[str, float],
    district: IntArray,
    in_quarter: BoolArray,
    random: np.random.Generator,
) -> IntArray:
    """Minutes a week of each volunteer: three classes of hours, with their shares."""
    cell = district * 2 + in_quarter
    numbers = np.bincount(cell, minlength=2).astype(np.float64)
    shares = np.array([values[f"volunteer_hours_share_{word}"] for word in HOURS])
    expected = numbers[:, None] * (shares / shares.sum())
    counts = round_to_margins(expected, [Margin((0,), numbers), Margin((1,))])
    minutes = np.array([round(60.0 * values[f"volunteer_hours_{word}"]) for word in HOURS])
    given: IntArray = minutes[share_out(cell, counts, random.random(cell.shape))]
    return given


def _as_in_table(
    curve: FloatArray, share: FloatArray, cell: IntArray, counted: BoolArray
) -> FloatArray:
    """A curve over age, scaled so that each cell has the number its share of the table gives."""
    expected = np.bincount(cell, np.where(counted, share, 0.0)).astype(np.float64)
    return raked(np.where(counted, curve, 0.0), cell, expected)
