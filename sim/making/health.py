"""Care need, nursing home, services, mobility.

Care grades come from the prevalence the rates are solved from, so that an unchanged town stays
as it is; where people in need live and what service they have comes from the care statistics by
grade and age. Nobody is in a nursing home for whom there is no place: what the statistics of
other places would put there beyond the town's own places stays at home, with a service.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.making import nation
from sim.making.families import Families
from sim.making.fitting import Margin, round_to_margins
from sim.making.kinship import Kin
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
from sim.rates.prevalence import GRADES, prevalence_by_month
from sim.rates.settings import in_nursing_home
from sim.rates.smoothing import yearly
from sim.residents import (
    AMBULATORY,
    DAY_CARE,
    FAMILY,
    HOME_ALONE,
    INDEPENDENT,
    NOBODY,
    NURSING_HOME,
)

if TYPE_CHECKING:
    from sim.town.town import Town

LONGEST_STAY_MONTHS = 255


@dataclass(frozen=True)
class CareNeed:
    """Who needs care, and who lives in a nursing home.

    Attributes:
        grade: care grade 0 to 5, shape (persons,).
        in_home: lives in a nursing home, shape (persons,).
        home_months: months lived there, 0 to 255, shape (persons,).
        turned_away: would live in a nursing home if there were places, shape (persons,).
    """

    grade: IntArray
    in_home: BoolArray
    home_months: IntArray
    turned_away: BoolArray


@dataclass(frozen=True)
class Care:
    """Who cares for people in need.

    Attributes:
        setting: code of `sim.residents.SETTINGS`, shape (persons,).
        ambulatory: client of an ambulatory service, shape (persons,).
        day_care: has a place in day care, shape (persons,).
    """

    setting: IntArray
    ambulatory: BoolArray
    day_care: BoolArray


def make_care_need(town: Town, people: Persons) -> CareNeed:
    """Care grades by age and sex, and places in nursing homes by grade and age."""
    values = town.ledger.values()
    grade = _grades(town, people, values)
    share = in_nursing_home(_setting_share(town, people, grade, "nursing_home_share"), values)
    random = stream(town.population_seed, "nursing home")
    order = _by_grade(town, people, grade, random)
    would = pick(share, order, random)
    places = math.floor(town.service_size("nursing_home_places") * values["nursing_home_use"])
    in_home = would
    if would.sum() > places:
        in_home = pick(np.where(would, places / would.sum(), 0.0), order, random)
    stay = np.zeros(people.size, dtype=np.int64)
    stay[in_home] = _months_of_stay(
        random.random(int(in_home.sum())), values["nursing_home_annual_death"]
    )
    return CareNeed(grade, in_home, stay, would & ~in_home)


def make_care(town: Town, people: Persons, need: CareNeed, families: Families, kin: Kin) -> Care:
    """Services and family of people in need at home.

    Services go to people without family nearby more often, by the ledger's factor, but to as
    many of each grade and age as the statistics say.
    """
    values = town.ledger.values()
    at_home = (need.grade > 0) & ~need.in_home
    family = has_family(people, families, kin)
    factor = np.where(family, 1.0, values["ambulatory_alone_factor"])
    random = stream(town.population_seed, "services")
    order = _by_grade(town, people, need.grade, random)
    hours = np.array([0.0, *(values[f"ambulatory_hours_{g}"] for g in range(1, GRADES))])
    picked: list[BoolArray] = []
    for service, name, use, limit in (
        (
            "ambulatory_hours_per_week",
            "ambulatory_share",
            hours[need.grade],
            values["ambulatory_use"],
        ),
        (
            "day_care_places",
            "day_care_share",
            np.ones(people.size),
            values["day_care_clients_per_place"],
        ),
    ):
        share = _setting_share(town, people, need.grade, name)
        if name == "ambulatory_share":
            share = share * values["ambulatory_share_factor"]
        expected = _expected_at_home(town, people, need, share, at_home)
        chance = raked(np.where(at_home, factor, 0.0), _cell(town, people, need.grade), expected)
        # Counted capacity binds; an estimate only says what others have.
        specs = [spec for spec in town.services if spec.service == service]
        if specs and all(spec.status == "measured" for spec in specs):
            used = float(chance @ use)
            chance *= min(1.0, limit * town.service_size(service) / used) if used > 0.0 else 1.0
        picked.append(pick(chance, order, random))
    ambulatory, day_care = picked
    ambulatory |= need.turned_away & at_home
    setting = np.full(people.size, INDEPENDENT, dtype=np.int64)
    setting[at_home] = np.where(family[at_home], FAMILY, HOME_ALONE)
    setting[ambulatory] = AMBULATORY
    setting[day_care] = DAY_CARE
    setting[need.in_home] = NURSING_HOME
    return Care(setting, ambulatory, day_care)


def has_family(people: Persons, families: Families, kin: Kin) -> BoolArray:
    """Who has a partner, another adult at home, or a child nearby, shape (persons,)."""
    adult = people.age >= ADULT
    inside = families.household != NOBODY
    adults = np.bincount(families.household[inside & adult], minlength=families.size.shape[0])
    others = np.zeros(people.size, dtype=np.int64)
    others[inside] = adults[families.household[inside]] - adult[inside]
    family: BoolArray = (others > 0) | (kin.child != NOBODY) | kin.child_in_reach
    return family


def make_mobility(town: Town, people: Persons, need: CareNeed) -> BoolArray:
    """Who has great difficulty walking or on stairs, shape (persons,).

    In each group of the table by sex and age as many as it says, more at the upper end of the
    group. Care grades have the same share at a given age, as the monthly rates know none but
    age and sex; the order by grade keeps it so.
    """
    chance = looked_up(nation.curves(town).limited, people.sex, people.months)
    group = nation.groups(town.tables, "mobility")
    groups = int(group.max()) + 1
    cell = people.sex * groups + group[people.age]
    share = nation.share_by_sex(town.tables, "mobility", "share_limited")
    own = looked_up(share, people.sex, people.age)
    expected = np.bincount(cell, own, 2 * groups).astype(np.float64)
    random = stream(town.population_seed, "mobility")
    order = order_by(random, cell, need.grade, people.district, people.age)
    return pick(raked(chance, cell, expected), order, random)


def _grades(town: Town, people: Persons, values: dict[str, float]) -> IntArray:
    """Care grade of everybody, shape (persons,)."""
    year, month = town.start
    curves = nation.curves(town).care_need
    prevalence = yearly(prevalence_by_month(curves, values, year + month / 12.0), axis=1)
    group = nation.groups(town.tables, "care_rates")
    random = stream(town.population_seed, "care need")
    none = 1.0 - looked_up(prevalence[..., 0], people.sex, people.age)
    order = order_by(random, group[people.age], people.sex, people.district, people.age)
    in_need = np.flatnonzero(pick(none, order, random))

    shape = (int(group.max()) + 1, 2, people.districts)
    place = (group[people.age[in_need]], people.sex[in_need], people.district[in_need])
    cell = cell_of(shape, *place)
    own = prevalence[people.sex[in_need], people.age[in_need], 1:]
    mix = own / np.maximum(own.sum(axis=1, keepdims=True), 1e-12)
    expected = np.zeros((int(np.prod(shape)), GRADES - 1))
    for column in range(GRADES - 1):
        expected[:, column] = np.bincount(cell, mix[:, column], expected.shape[0])
    expected = expected.reshape((*shape, GRADES - 1))
    exact = Margin((0, 1, 2), np.round(expected.sum(axis=-1)))
    nested = [Margin((3,)), Margin((0, 3)), Margin((0, 1, 3))]
    counts = round_to_margins(expected, [exact, *nested]).reshape(-1, GRADES - 1)
    grade = np.zeros(people.size, dtype=np.int64)
    grade[in_need] = 1 + share_out(cell, counts, random.random(in_need.shape[0]))
    return grade


def _setting_share(town: Town, people: Persons, grade: IntArray, name: str) -> FloatArray:
    """A share of care_settings.csv for everybody in need, 0 for others, shape (persons,)."""
    shares = nation.share_by_grade(town.tables, "care_settings", name)
    return looked_up(shares, grade, people.age)


def _cell(town: Town, people: Persons, grade: IntArray) -> IntArray:
    """Cell of grade and age group of care_settings.csv."""
    group = nation.groups(town.tables, "care_settings")
    return grade * (int(group.max()) + 1) + group[people.age]


def _by_grade(
    town: Town, people: Persons, grade: IntArray, random: np.random.Generator
) -> IntArray:
    """Order of the rows in need by grade, age group, sex and district."""
    in_need = np.flatnonzero(grade)
    return order_by(random, _cell(town, people, grade), people.sex, people.district, only=in_need)


def _expected_at_home(
    town: Town, people: Persons, need: CareNeed, share: FloatArray, at_home: BoolArray
) -> FloatArray:
    """How many of each cell of grade and age have a service: its share of all in need there.

    Args:
        town: the town.
        people: all persons.
        need: their care need.
        share: share of all in need of the person's cell, shape (persons,).
        at_home: in need and at home.
    """
    cell = _cell(town, people, need.grade)
    wanted = np.bincount(cell, share)
    return np.minimum(wanted, np.bincount(cell[at_home], minlength=wanted.shape[0]))


def _months_of_stay(uniform: FloatArray, annual_death: float) -> IntArray:
    """Completed months of stay so far, in a home whose residents die at a constant rate."""
    survive = (1.0 - annual_death) ** (1.0 / 12.0)
    months = np.floor(np.log1p(-uniform) / math.log(survive))
    return np.minimum(months, LONGEST_STAY_MONTHS).astype(np.int64)
