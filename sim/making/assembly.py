"""From a town to its residents, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.making.acquaintances import make_acquaintances
from sim.making.company import make_lonely, make_volunteers, make_withdrawn
from sim.making.families import Families, make_families
from sim.making.health import make_care, make_care_need, make_mobility
from sim.making.households import adults_of, household_sizes, living_arrangements
from sim.making.kinship import make_kin
from sim.making.meeting import make_visitors
from sim.making.order import order_of
from sim.making.persons import Persons, make_persons, start_month
from sim.making.places import make_places
from sim.making.quota import BoolArray, IntArray
from sim.making.traits import make_traits
from sim.residents import (
    ALIVE,
    COLUMNS,
    NOBODY,
    ROW_LINKS,
    STARTED_ALONE,
    STARTED_WITHDRAWN,
    Population,
    empty_columns,
)

if TYPE_CHECKING:
    from sim.town.town import Town


def make_residents(town: Town) -> Population:
    """Make the synthetic residents of a town at its start.

    A pure function of the town (its tables, the central values of its ledger and its
    population_seed): the same town gives the same residents, bit for bit. Care minutes,
    readiness for services and the carers' strain are left 0; the model's first pass sets them.

    Args:
        town: the town.

    Returns:
        The residents, ordered by district and household.
    """
    people = make_persons(town)
    need = make_care_need(town, people)
    at_home = ~need.in_home
    families = _families(town, people, at_home)
    kin = make_kin(town, people, families, need.grade)
    care = make_care(town, people, need, families, kin)
    limited = make_mobility(town, people, need)
    x, y = make_places(town, people, families)
    traits = make_traits(town, people, families)
    lonely = make_lonely(town, people, families.partner != NOBODY, need.in_home)
    withdrawn = make_withdrawn(town, people, need.in_home)
    volunteers = make_volunteers(town, people, need, traits.education)
    visitors = make_visitors(
        town,
        people,
        place=(x, y),
        need=need,
        limited=limited,
        lonely=lonely,
        withdrawn=withdrawn,
    )
    alone = at_home & (families.size[families.household] == 1)
    return _ordered(
        families,
        people.size,
        uid=people.uid,
        status=np.full(people.size, ALIVE),
        birth_month=start_month(town) - people.months,
        sex=people.sex,
        district=people.district,
        x=x,
        y=y,
        household=families.household,
        partner=families.partner,
        child=kin.child,
        parent=kin.parent,
        follows=families.follows,
        acquaintances=make_acquaintances(town, people, families.household, x, y),
        child_in_reach=kin.child_in_reach,
        education=traits.education,
        migration_background=traits.migration_background,
        barrier_free=traits.barrier_free,
        online=traits.online,
        start_group=np.where(alone, STARTED_ALONE, 0) + np.where(withdrawn, STARTED_WITHDRAWN, 0),
        care_grade=need.grade,
        setting=care.setting,
        mobility_limited=limited,
        lonely=lonely,
        withdrawn=withdrawn,
        known_point=visitors.known_point,
        habit=visitors.habit,
        visit_wish=visitors.visits,
        visits=visitors.visits,
        volunteer=volunteers.volunteer,
        volunteer_minutes=volunteers.minutes,
        has_ambulatory=care.ambulatory,
        has_day_care=care.day_care,
        home_months=need.home_months,
    )


def _families(town: Town, people: Persons, at_home: BoolArray) -> Families:
    adult = adults_of(people, at_home)
    sizes = household_sizes(
        town,
        np.bincount(people.district[at_home], minlength=people.districts),
        np.bincount(people.district[adult], minlength=people.districts),
    )
    arrangement = living_arrangements(town, people, at_home, adult, sizes)
    return make_families(town, people, arrangement, at_home, sizes)


def _ordered(families: Families, size: int, **values: NDArray[Any]) -> Population:
    """The residents as columns, members of a household side by side, links turned to rows."""
    household: IntArray = values["household"]
    district: IntArray = values["district"]
    # Households are numbered district by district; after each district's stand its nursing homes.
    after = np.cumsum(np.bincount(families.district, minlength=int(district.max(initial=-1)) + 1))
    group = np.where(household == NOBODY, after[district], household) + district
    # The first 53 bits of an identity are a floating number, too.
    order = order_of(group, values["uid"] >> np.uint64(11))
    row = np.empty(size + 1, dtype=np.int64)
    row[order] = np.arange(size)
    row[size] = NOBODY  # what NOBODY, the last place counted backwards, leads to
    columns = empty_columns(size)
    for column in COLUMNS:
        if column.name in values:
            value = np.asarray(values[column.name])
            if column.name in ROW_LINKS:
                value = row.take(value)
            getattr(columns, column.name)[...] = value.astype(column.dtype).take(order, axis=0)
    return Population(
        columns=columns,
        household_size=families.size.astype(np.int16),
        households_of=families.district.astype(np.int16),
    )
