"""Fifth stage over columns: rows of the gone are freed, newborns and newcomers take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.vectorised.draws import identities, uniforms
from benchmarks.vectorised.table import Table, tally
from sim.draws import (
    ARRIVALS,
    NEWBORN,
    NEWCOMER,
    NEWCOMER_FAMILY,
    NEWCOMER_TIES,
    NEWCOMER_TRAITS,
)
from sim.indicators import BANDS, GROUPS, INDEX
from sim.residents import (
    ALIVE,
    COLUMNS,
    EMPTY,
    HOME_ALONE,
    INDEPENDENT,
    LINKS,
    NOBODY,
    STARTED_ALONE,
    STARTED_WITHDRAWN,
)
from sim.rules.arriving import FULL_AGE_MONTHS, OLDEST_CHILD_MONTHS, OLDEST_MONTHS, ROOT_OF_PI
from sim.rules.arriving import PARTNER_SPREAD_MONTHS as SPREAD
from sim.stages.arrivals import CHILD_ID, DISTRICT_ID, HEAD_ID, NEWBORN_ID, PARTNER_ID

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

HEAD, PARTNER, CHILD = 0, 1, 2
LARGEST_FAMILY = 4


def let_go(table: Table) -> None:
    """Free the rows of those who died or left."""
    c, rows = table, table.rows
    status = c.status[:rows]
    gone = np.flatnonzero((status != ALIVE) & (status != EMPTY))
    household = c.household[gone]
    np.subtract.at(c.household_size, household[household >= 0], 1)
    clear(table, gone)


def clear(table: Table, rows: Rows) -> None:
    """Everything empty in some rows."""
    for column in COLUMNS:
        getattr(table, column.name)[rows] = NOBODY if column.name in LINKS else 0


def free_rows(table: Table, number: int) -> Rows:
    """The first free rows; the table is lengthened if there are too few."""
    free = np.flatnonzero(table.status == EMPTY)
    if free.shape[0] < number:
        table.make_room(number, 0)
        free = np.flatnonzero(table.status == EMPTY)
    return free[:number]


def welcome_newborns(table: Table, model: Any) -> None:
    """A newborn for every mother who is still here."""
    state, c = model.state, table
    month = state.month
    births = (c.births[: c.rows] > 0) & (c.status[: c.rows] == ALIVE)
    mother = np.flatnonzero(births)
    rows = free_rows(table, mother.shape[0])
    uid_of_mother = c.uid[mother]
    uid = identities(NEWBORN_ID, uid_of_mother, uid_of_mother >> np.uint64(32), month)
    uid = uid[: mother.shape[0]]
    u_sex, u_service, u_day, _ = uniforms(state.seed, uid, month, NEWBORN)
    boys = state.sex_ratio / (1.0 + state.sex_ratio)
    c.uid[rows] = uid
    c.status[rows] = ALIVE
    c.arrived[rows] = month
    c.birth_month[rows] = state.now
    c.sex[rows] = u_sex >= boys
    for name in ("district", "x", "y", "household", "education", "migration_background"):
        column = getattr(c, name)
        column[rows] = column[mother]
    household = c.household[mother]
    np.add.at(c.household_size, household[household >= 0], 1)
    decider = c.follows[mother]
    c.follows[rows] = np.where(decider >= 0, decider, mother)
    c.service_trait[rows] = (u_service * 65536.0).astype(np.int64)
    c.day_care_trait[rows] = (u_day * 65536.0).astype(np.int64)
    cells = c.district[mother].astype(np.int64) * len(BANDS) * len(GROUPS)
    tally(model, INDEX["births"], cells)
    c.rows = max(c.rows, int(rows.max(initial=-1)) + 1)


def lower_digits(u: Floats, scale: float) -> Floats:
    """What is left of uniform numbers below the digits that were used."""
    return u * scale - (u * scale).astype(np.int64)


def welcome_newcomers(table: Table, model: Any) -> None:
    """Newcomer households of every district, all at once."""
    state, c = model.state, table
    t, traits, month, seed = state.tables, state.traits, state.month, state.seed
    districts = np.arange(state.districts)
    lots = uniforms(seed, identities(DISTRICT_ID, districts, 0, 0), month, ARRIVALS)[0]
    number = (t.newcomers / state.newcomer_household_persons + lots).astype(np.int64)
    if number.sum() == 0:
        return
    district = np.repeat(districts, number)
    place = np.arange(district.shape[0]) - np.repeat(np.cumsum(number) - number, number)
    uid = identities(HEAD_ID, district, month, place)
    u_who, u_partner, u_children, u_place = uniforms(seed, uid, month, NEWCOMER)
    cell = np.minimum(np.searchsorted(t.newcomer_age, u_who, side="right"), 241)
    sex, age = np.divmod(cell, 121)
    fraction = lower_digits(u_who, 1048576.0)
    months = age * 12 + (12.0 * fraction).astype(np.int64)
    side = state.radius[district] * ROOT_OF_PI
    north = lower_digits(u_place, 65536.0)
    x = np.trunc(state.centres[district, 0] + (u_place - 0.5) * side)
    y = np.trunc(state.centres[district, 1] + (north - 0.5) * side)

    has_partner = (u_partner < traits.partner[sex, age]) & (age >= 18)
    share = state.newcomer_child_share
    children = np.where(u_children < 0.5 * share, 1, 2)
    children[(age < 25) | (age >= 45) | (u_children >= share)] = 0
    size = 1 + has_partner + children

    # A line a person, household by household: the head, the partner, the children.
    family = np.repeat(np.arange(size.shape[0]), size)
    first = np.cumsum(size) - size
    rank = np.arange(family.shape[0]) - first[family]
    role = np.where(rank == 0, HEAD, np.where((rank == 1) & has_partner[family], PARTNER, CHILD))
    order = rank - 1 - has_partner[family]
    own = uid[family].copy()
    partner, child = np.flatnonzero(role == PARTNER), np.flatnonzero(role == CHILD)
    if partner.size:
        own[partner] = identities(
            PARTNER_ID, district[family[partner]], month, place[family[partner]]
        )
    if child.size:
        queue = place[family[child]] * LARGEST_FAMILY + order[child]
        own[child] = identities(CHILD_ID, district[family[child]], month, queue)
    own_months, own_sex = months[family].copy(), sex[family].copy()
    older = (2.0 * SPREAD * fraction[family[partner]]).astype(np.int64) - SPREAD
    older += own_months[partner]
    own_months[partner] = np.minimum(np.maximum(FULL_AGE_MONTHS, older), OLDEST_MONTHS)
    own_sex[partner] = 1 - own_sex[partner]
    u_age, u_sex, _, _ = uniforms(seed, own[child], month, NEWCOMER)
    most = np.minimum(OLDEST_CHILD_MONTHS, own_months[child] - FULL_AGE_MONTHS)
    own_months[child] = (u_age * most).astype(np.int64)
    own_sex[child] = (u_sex * 2.0).astype(np.int64)

    table.make_room(0, size.shape[0])
    rows = free_rows(table, family.shape[0])
    household = c.households + np.arange(size.shape[0])
    c.households += size.shape[0]
    c.household_size[household] = size
    c.x[rows], c.y[rows] = x[family], y[family]
    c.household[rows] = household[family]
    settle_in(table, state, rows, own, own_months, own_sex, district[family])

    head = rows[first]
    other = rows[partner]
    of = head[family[partner]]
    c.partner[of], c.partner[other] = other, of
    leads = uid[family[partner]] < own[partner]
    c.follows[other[leads]] = of[leads]
    c.follows[of[~leads]] = other[~leads]
    decider = np.where(c.follows[head] >= 0, c.follows[head], head)
    c.follows[rows[child]] = decider[family[child]]
    finish(table, state, rows[role != CHILD])
    look_at = cells_of(table, rows, state.now)
    look_at[child] = c.district[rows[child]].astype(np.int64) * len(BANDS) * len(GROUPS)
    tally(model, INDEX["moved_in"], look_at)
    c.rows = max(c.rows, int(rows.max()) + 1)


def cells_of(table: Table, rows: Rows, now: int) -> Rows:
    """Cell of the counts of some rows."""
    age = (now - table.birth_month[rows].astype(np.int64)) // 12
    band = (age >= 65).astype(np.int64) + (age >= 80)
    district = table.district[rows].astype(np.int64)
    return (district * len(BANDS) + band) * len(GROUPS) + table.start_group[rows]


def settle_in(
    table: Table, state: Any, rows: Rows, uid: Words, months: Rows, sex: Rows, district: Rows
) -> None:
    """Write newcomers into rows with features drawn under their identities."""
    c, p, traits, seed, month = table, state.parameters, state.traits, state.seed, state.month
    c.uid[rows], c.status[rows], c.arrived[rows] = uid, ALIVE, month
    c.birth_month[rows] = state.now - months
    c.sex[rows], c.district[rows] = sex, district
    age = months // 12
    u_education, u_grade, u_equipment, _ = uniforms(seed, uid, month, NEWCOMER_TRAITS)
    c.education[rows] = (u_education[:, None] >= traits.education[age, :2]).sum(axis=1)
    grade = (u_grade[:, None] >= traits.grade[sex, age, :5]).sum(axis=1)
    c.care_grade[rows] = grade
    c.setting[rows] = np.where(grade > 0, HOME_ALONE, INDEPENDENT)
    c.barrier_free[rows] = u_equipment < traits.barrier_free[age]
    c.online[rows] = 1.0 - u_equipment < traits.online[age]
    u_volunteer, u_reach, u_mobility, u_background = uniforms(seed, uid, month, NEWCOMER_FAMILY)
    share = traits.volunteer[age]
    volunteers = (age >= 14) & (grade < 3) & (u_volunteer < share)
    in_quarter = volunteers & (u_volunteer < share * p.quarter_volunteer_share)
    c.volunteer[rows] = volunteers.astype(np.int64) + in_quarter
    share_low, share_middle = p.volunteer_hours_share_low, p.volunteer_hours_share_middle
    minutes = np.where(
        u_background < share_low + share_middle,
        p.volunteer_minutes_middle,
        p.volunteer_minutes_high,
    )
    minutes = np.where(u_background < share_low, p.volunteer_minutes_low, minutes)
    c.volunteer_minutes[rows] = np.where(volunteers, minutes, 0).astype(np.int64)
    c.child_in_reach[rows] = (age >= 50) & (u_reach < p.child_in_reach_share)
    c.mobility_limited[rows] = u_mobility < traits.limited[sex, age]
    c.migration_background[rows] = 1.0 - u_background < traits.migration_background[age]
    _, u_service, u_day, _ = uniforms(seed, uid, month, NEWBORN)
    c.service_trait[rows] = (u_service * 65536.0).astype(np.int64)
    c.day_care_trait[rows] = (u_day * 65536.0).astype(np.int64)
    ties = np.stack(uniforms(seed, uid, month, NEWCOMER_TIES), axis=1)
    known = np.diff(state.first_founder)[district]
    met = state.first_founder[district][:, None] + (ties * known[:, None]).astype(np.int64)
    other = state.founders[np.minimum(met, state.founders.shape[0] - 1)]
    here = (c.status[other] == ALIVE) & (c.arrived[other] == 0)
    here &= ((known > 0) & (age >= 14))[:, None]
    c.acquaintances[rows] = np.where(here, other, NOBODY)


def finish(table: Table, state: Any, rows: Rows) -> None:
    """Features that depend on whom one came with: loneliness, withdrawal, group."""
    c, traits = table, state.traits
    age = (state.now - c.birth_month[rows].astype(np.int64)) // 12
    _, _, _, u = uniforms(state.seed, c.uid[rows], state.month, NEWCOMER_TRAITS)
    partner = (c.partner[rows] >= 0).astype(np.int64)
    grown = age >= 14
    c.lonely[rows] = grown & (u < traits.lonely[c.sex[rows], age, partner])
    c.withdrawn[rows] = grown & (1.0 - u < traits.withdrawn[age])
    group = np.where(table.lives_alone(rows), STARTED_ALONE, 0)
    c.start_group[rows] = group | np.where(c.withdrawn[rows] > 0, STARTED_WITHDRAWN, 0)
