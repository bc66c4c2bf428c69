"""Fourth stage over columns: nursing home, services, family, neighbours, what is missing, bills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.vectorised.draws import uniforms
from benchmarks.vectorised.life import AGES, GRADES
from benchmarks.vectorised.table import Table, tally
from sim.costs import CARE as CARE_ITEM
from sim.costs import CARE_FUND, HOUSEHOLD, MUNICIPALITY
from sim.draws import CARE, PERSON, PRIORITY
from sim.indicators import INDEX
from sim.levers import AMBULATORY_MINUTES, COUNSELLED, DAY_CARE_PLACES, NEIGHBOURLY_SHARE
from sim.residents import (
    ALIVE,
    AMBULATORY,
    DAY_CARE,
    FAMILY,
    GOES_ELSEWHERE,
    HOME_ALONE,
    INDEPENDENT,
    NOBODY,
    NURSING_HOME,
)
from sim.stages.life import MEAN_NURSING_HOME

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

RESET = (
    "need_minutes",
    "family_minutes",
    "neighbour_minutes",
    "ambulatory_minutes",
    "day_care_minutes",
    "missing_minutes",
    "has_ambulatory",
    "has_day_care",
    "waiting_ambulatory",
    "waiting_day_care",
    "waiting_home",
)
"""Columns of care that are 0 without a care grade."""


@dataclass(frozen=True)
class Room:
    """What there is to share out this month.

    Attributes:
        volunteer_minutes: minutes a week of the quarter's volunteers last month, by district.
        town_minutes: minutes a week of ambulatory care for the whole town.
        town_places: clients day care has room for in the whole town.
        nursing_home_places: places that can be used.
        price_level: prices of services against the ledger's year.
    """

    volunteer_minutes: Numbers
    town_minutes: int
    town_places: int
    nursing_home_places: int
    price_level: float


def give_care(table: Table, model: Any, room: Room) -> None:
    """Everything of the fourth stage, for everybody with a care grade."""
    people = find_people_in_need(table)
    fill_nursing_home(table, model, people, room.nursing_home_places)
    serve(table, model, people, room)
    help_neighbours(table, model, people, room.volunteer_minutes)
    settle_accounts(table, people)
    pay(table, model, people, room.price_level)


def find_people_in_need(table: Table) -> Rows:
    """Rows of the residents with a care grade; who no longer has one is reset."""
    c, rows = table, table.rows
    here, grade = c.status[:rows] == ALIVE, c.care_grade[:rows]
    freed = np.flatnonzero(here & (grade == 0) & (c.setting[:rows] != INDEPENDENT))
    c.setting[freed] = INDEPENDENT
    for name in RESET:
        getattr(c, name)[freed] = 0
    return np.flatnonzero(here & (grade > 0))


def carer_is_strained(table: Table, rows: Rows) -> Flags:
    """Whether the partner or the child who cares is highly burdened."""
    partner, child = table.partner[rows], table.child[rows]
    by_partner = (partner >= 0) & (table.strained[partner] > 0)
    return by_partner | ((child >= 0) & (table.strained[child] > 0))


def fill_nursing_home(table: Table, model: Any, people: Rows, places: int) -> None:
    """People ask for a place, free places are given, some leave for a home elsewhere."""
    state, c = model.state, table
    p, t = state.parameters, state.tables
    living_there = people[c.setting[people] == NURSING_HOME]
    c.home_months[living_there] = np.minimum(255, c.home_months[living_there].astype(int) + 1)
    rows = people[c.setting[people] != NURSING_HOME]
    u_ask, u_order, u_out, _ = uniforms(state.seed, c.uid[rows], state.month, CARE)
    grade = c.care_grade[rows].astype(np.int64)
    need = c.need_minutes[rows]
    missing = np.divide(c.missing_minutes[rows], need, out=np.zeros(rows.shape[0]), where=need > 0)
    risk = np.ones(rows.shape[0])
    risk[table.lives_alone(rows)] *= p.risk_alone_home
    gap = missing > 0.0
    risk[gap] *= 1.0 + (p.risk_gap_home - 1.0) * np.minimum(1.0, 3.0 * missing[gap])
    risk[carer_is_strained(table, rows)] *= p.risk_strain_home
    risk[c.prevention_until[rows] >= state.month] *= p.preventive_visit_nursing_home
    sex, age = c.sex[rows].astype(np.int64), table.age[rows]
    rate = t.nursing_home_entry.ravel()[(sex * AGES + age) * GRADES + grade]
    chance = rate * risk / state.means[MEAN_NURSING_HOME][sex, table.risk_band[rows]]
    asks = np.flatnonzero((c.waiting_home[rows] > 0) | (u_ask < chance))

    rows, grade, missing = rows[asks], grade[asks], missing[asks]
    waiting = np.minimum(GOES_ELSEWHERE - 1, c.waiting_home[rows].astype(np.int64) + 1)
    c.waiting_home[rows] = waiting
    urgency = (8.0 * np.minimum(missing, 0.999)).astype(np.int64)
    order = (urgency + 2.0 * grade) * 256.0 + waiting + u_order[asks]
    elsewhere = (waiting > p.nursing_home_patience) & (u_out[asks] < p.nursing_home_out_of_town)
    queue = np.argsort(-order, kind="stable")
    free = max(0, places - living_there.shape[0])
    enter, wait = rows[queue[:free]], queue[free:]
    tally(model, INDEX["nursing_home_entries"], table.cell[enter])
    household = c.household[enter]
    np.subtract.at(c.household_size, household[household >= 0], 1)
    c.household[enter] = NOBODY
    c.setting[enter] = NURSING_HOME
    for name in ("home_months", "waiting_home", "waiting_ambulatory", "waiting_day_care",
                 "has_ambulatory", "has_day_care"):  # fmt: skip
        getattr(c, name)[enter] = 0
    # Goes in the first stage of the next month, so that all ties are cut in time.
    c.waiting_home[rows[wait[elsewhere[wait]]]] = GOES_ELSEWHERE


def family_could_give(table: Table, state: Any, rows: Rows) -> tuple[Numbers, Numbers, Numbers]:
    """Minutes a week partner, child in town and others could give."""
    c, p = table, state.parameters
    _, u_household, u_child, u_partner = uniforms(0, c.uid[rows], 0, PERSON)
    partner = np.where(c.partner[rows] >= 0, c.partner[rows], c.follows[rows])
    grade = c.care_grade[partner]
    could = (partner >= 0) & (c.setting[partner] != NURSING_HOME) & (grade < 2)
    could &= u_partner < p.partner_care_share
    given = np.full(rows.shape[0], float(p.partner_minutes))
    given[grade == 1] *= p.partner_care_factor_grade_1
    given[c.mobility_limited[partner] > 0] *= p.partner_care_factor_mobility
    given[c.strained[partner] > 0] *= p.strained_carer_hours_factor
    by_partner = np.where(could, (given + 0.5).astype(np.int64), 0)

    child = c.child[rows]
    could = (child >= 0) & (u_child < p.child_care_share) & (c.care_grade[child] < 1)
    given = np.full(rows.shape[0], float(p.child_minutes))
    given[c.strained[child] > 0] *= p.strained_carer_hours_factor
    by_child = np.where(could, (given + 0.5).astype(np.int64), 0)

    home = c.household[rows]
    others = (partner < 0) & (home >= 0) & (c.household_size[home] > 1)
    others &= ~((child >= 0) & (c.household[child] == home))
    minutes = np.zeros(rows.shape[0])
    minutes[(c.child_in_reach[rows] > 0) & (u_child < p.child_care_share)] += (
        p.child_in_reach_minutes
    )
    minutes[others & (u_household < p.household_care_share)] += p.household_minutes
    minutes[1.0 - u_child < p.kin_care_share] += p.kin_minutes
    return by_partner, by_child, minutes.astype(np.int64)


def serve(table: Table, model: Any, people: Rows, room: Room) -> None:
    """Services are shared out by urgency and waiting, then the family gives what is left."""
    state, c = model.state, table
    p, t = state.parameters, state.tables
    u_need = uniforms(0, c.uid[people], 0, PERSON)[0]
    minutes = p.need_minutes[c.care_grade[people]]
    minutes = minutes * (1.0 + p.care_need_spread * (2.0 * u_need - 1.0))
    minutes[c.barrier_free[people] > 0] *= p.barrier_free_need_factor
    c.need_minutes[people] = (minutes + 0.5).astype(np.int64)

    rows = people[c.setting[people] != NURSING_HOME]
    grade, age = c.care_grade[rows], table.age[rows]
    need = c.need_minutes[rows].astype(np.int64)
    family = family_could_give(table, state, rows)
    missing = np.maximum(0, need - (family[0] + family[1] + family[2])) / need
    advice = 1.0 + state.levers[c.district[rows], COUNSELLED] * (p.counselling_uptake_factor - 1.0)
    factor = (1.0 + missing * (p.ambulatory_alone_factor - 1.0)) * advice
    _, _, u_service, u_day = uniforms(state.seed, c.uid[rows], state.month, PRIORITY)
    wants = c.service_trait[rows] < t.ambulatory_share[age, grade] * factor * 65536.0
    wants_day = c.day_care_trait[rows] < t.day_care_share[age, grade] * factor * 65536.0
    urgency = (8.0 * np.minimum(missing, 0.999)).astype(np.int64)
    order = (8.0 * c.has_ambulatory[rows] + urgency) * 256.0
    order = (order + c.waiting_ambulatory[rows]) + u_service
    order_day = (8.0 * c.has_day_care[rows] + urgency) * 256.0
    order_day = (order_day + c.waiting_day_care[rows]) + u_day
    contract = np.minimum(need, (p.ambulatory_minutes[grade] + 0.5).astype(np.int64))

    district = c.district[rows].astype(np.int64)
    own = state.levers[:, [AMBULATORY_MINUTES, DAY_CARE_PLACES]].astype(np.int64)
    served = share_out(np.where(wants, contract, -1), order, district, own[:, 0], room.town_minutes)
    one = np.where(wants_day, 1, -1)
    in_day_care = share_out(one, order_day, district, own[:, 1], room.town_places)
    given = np.where(served, contract, 0)
    c.ambulatory_minutes[rows] = given
    c.has_ambulatory[rows] = given > 0
    wait(c.waiting_ambulatory, rows, wants & (given == 0))
    day_care = np.minimum(need - given, int(p.day_care_minutes))
    c.day_care_minutes[rows] = np.where(in_day_care, day_care, 0)
    c.has_day_care[rows] = in_day_care
    wait(c.waiting_day_care, rows, wants_day & ~in_day_care)
    family_gives(table, rows, family)


def wait(months: NDArray[np.uint8], rows: Rows, waits: Flags) -> None:
    """Months on a waiting list; none for who does not wait."""
    months[rows] = np.where(waits, np.minimum(255, months[rows].astype(np.int64) + 1), 0)


def share_out(
    sizes: Numbers, order: Floats, district: Numbers, own_room: Numbers, town_room: int
) -> Flags:
    """Who is served in the order of the queue: the district's own extra room first.

    Args:
        sizes: what each wants, -1 for who wants nothing, shape (people,).
        order: the larger is served first.
        district: of each.
        own_room: of each district.
        town_room: of the whole town.
    """
    served = np.zeros(sizes.shape[0], np.bool_)
    queue = np.argsort(-order, kind="stable")
    queue = queue[sizes[queue] >= 0]
    for place in np.flatnonzero(own_room > 0):
        here = queue[district[queue] == place]
        served[here[fitting(sizes[here], int(own_room[place]))]] = True
    # Where a district has no room of its own, only who takes none fits into it.
    served[queue[sizes[queue] == 0]] = True
    rest = queue[~served[queue]]
    served[rest[fitting(sizes[rest], town_room)]] = True
    return served


def fitting(sizes: Numbers, room: int) -> Flags:
    """Who is served one after the other, passing over those for whom too little is left."""
    fits = np.zeros(sizes.shape[0], np.bool_)
    first = 0
    while first < sizes.shape[0]:
        used = np.cumsum(sizes[first:])
        number = int(np.searchsorted(used, room, side="right"))
        fits[first : first + number] = True
        if number:
            room -= int(used[number - 1])
        later = np.flatnonzero(sizes[first + number :] <= room)
        if later.size == 0:
            break
        first += number + int(later[0])
    return fits


def family_gives(table: Table, rows: Rows, family: tuple[Numbers, Numbers, Numbers]) -> None:
    """The family covers what services leave, the partner first; carers get their hours noted."""
    c = table
    left = c.need_minutes[rows].astype(np.int64) - c.ambulatory_minutes[rows]
    left -= c.day_care_minutes[rows]
    by_partner = np.minimum(left, family[0])
    by_child = np.minimum(left - by_partner, family[1])
    by_others = np.minimum(left - by_partner - by_child, family[2])
    c.family_minutes[rows] = by_partner + by_child + by_others
    relief = (c.has_ambulatory[rows] > 0) + 2 * (c.has_day_care[rows] > 0)
    relief = (relief + 4 * (c.neighbour_minutes[rows] > 0)).astype(np.uint8)
    partner = np.where(c.partner[rows] >= 0, c.partner[rows], c.follows[rows])
    for carer, minutes in ((partner, by_partner), (c.child[rows], by_child)):
        some = minutes > 0
        np.add.at(c.caring_minutes, carer[some], minutes[some].astype(np.uint16))
        np.bitwise_or.at(c.relief, carer[some], relief[some])


def help_neighbours(table: Table, model: Any, people: Rows, volunteer_minutes: Numbers) -> None:
    """Organised neighbourly help for light needs, the most uncovered first."""
    state, c = model.state, table
    p = state.parameters
    c.neighbour_minutes[people] = 0
    light = c.care_grade[people] <= p.neighbourly_help_highest_grade
    rows = people[light & (c.setting[people] != NURSING_HOME)]
    need = c.need_minutes[rows].astype(np.int64)
    given = c.family_minutes[rows].astype(np.int64) + c.ambulatory_minutes[rows]
    given += c.day_care_minutes[rows]
    wanted = np.maximum(0, np.minimum(need - given, int(p.neighbour_minutes)))
    some = wanted > 0
    rows, need, given, wanted = rows[some], need[some], given[some], wanted[some]
    u = uniforms(state.seed, c.uid[rows], state.month, PRIORITY)[1]
    order = (8.0 * (need - given) / need).astype(np.int64) + u
    pool = (volunteer_minutes * state.levers[:, NEIGHBOURLY_SHARE]).astype(np.int64)
    district = c.district[rows].astype(np.int64)
    queue = np.lexsort((-order, district))
    wanted, district = wanted[queue], district[queue]
    before = np.cumsum(wanted) - wanted
    first = np.searchsorted(district, np.arange(pool.shape[0]))
    before -= before[np.minimum(first, before.shape[0] - 1)][district] if before.size else 0
    c.neighbour_minutes[rows[queue]] = np.clip(pool[district] - before, 0, wanted)


def settle_accounts(table: Table, people: Rows) -> None:
    """What is missing, and the name of the setting."""
    c = table
    in_home = c.setting[people] == NURSING_HOME
    rows = people[in_home]
    c.nursing_home_minutes[rows] = c.need_minutes[rows]
    for name in ("family", "neighbour", "ambulatory", "day_care", "missing"):
        getattr(c, f"{name}_minutes")[rows] = 0
    rows = people[~in_home]
    left = c.need_minutes[rows].astype(np.int64)
    for name in ("family", "neighbour", "ambulatory", "day_care"):
        left -= getattr(c, f"{name}_minutes")[rows]
    c.missing_minutes[rows] = left
    setting = np.where(c.family_minutes[rows] > 0, FAMILY, HOME_ALONE)
    setting = np.where(c.has_ambulatory[rows] > 0, AMBULATORY, setting)
    c.setting[rows] = np.where(c.has_day_care[rows] > 0, DAY_CARE, setting)


def pay(table: Table, model: Any, people: Rows, price_level: float) -> None:
    """This month's bills by district and payer, each in whole cents."""
    state, c = model.state, table
    p, benefits, supplements = state.parameters, state.benefits, state.supplements
    cents = np.zeros(state.money.shape[:2], np.int64)

    def bill(payer: int, rows: Rows, euros: Floats) -> None:
        whole = (100.0 * euros + 0.5).astype(np.int64)
        cents[:, payer] += np.bincount(c.district[rows], whole, cents.shape[0]).astype(np.int64)

    in_home = c.setting[people] == NURSING_HOME
    rows = people[in_home]
    supplement = supplements[np.minimum(3, c.home_months[rows] // 12)]
    care_share = p.nursing_home_care_share_before_supplement * price_level
    own = p.nursing_home_own_share * price_level - care_share * (supplement - supplements[0])
    assistance = p.nursing_home_assistance_per_year / 12.0 * price_level
    municipality = np.minimum(own, assistance) * p.nursing_home_assistance_share
    bill(MUNICIPALITY, rows, municipality)
    bill(CARE_FUND, rows, benefits[c.care_grade[rows], 3] + care_share * supplement)
    bill(HOUSEHOLD, rows, own - municipality)

    rows = people[~in_home]
    cash, in_kind, day_care, _ = benefits[c.care_grade[rows]].T
    cost = c.ambulatory_minutes[rows] * p.price_per_minute_month * price_level
    relief = p.relief_amount_per_month * p.relief_amount_used_share
    used = np.minimum(cost, in_kind)
    share = np.divide(used, in_kind, out=np.zeros(rows.shape[0]), where=in_kind > 0.0)
    kind = in_kind > 0.0
    fund = np.where(kind, relief + (used + cash * (1.0 - share)), relief)
    household = np.where(kind, cost - used, np.maximum(0.0, cost - relief))
    guest = c.has_day_care[rows] > 0
    fund[guest] += day_care[guest]
    household[guest] += p.day_care_own_share_per_month
    bill(CARE_FUND, rows, fund)
    bill(HOUSEHOLD, rows, household)
    state.money[:, :, CARE_ITEM] += cents / 100.0
