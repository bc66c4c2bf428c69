"""Fourth stage: care is given - nursing home, services, family, neighbours - and what is missing.

Professional hours follow fixed contracts, so they are set first, to those who want them, in the
order of urgency and waiting; urgency is what the family could not cover alone. The family then
gives what is left of the need up to what it can; neighbours give what is left after that, to light
needs; the rest is missing.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import compiled
from sim.draws import CARE, PERSON, PRIORITY, uniforms
from sim.indicators import INDEX
from sim.levers import AMBULATORY_MINUTES, COUNSELLED, DAY_CARE_PLACES, NEIGHBOURLY_SHARE
from sim.residents import (
    ALIVE,
    AMBULATORY,
    DAY_CARE,
    FAMILY,
    HOME_ALONE,
    INDEPENDENT,
    LEFT_FOR_HOME_OUT_OF_TOWN,
    NOBODY,
    NURSING_HOME,
)
from sim.rules.family_care import care_needed, child_could_give, partner_could_give
from sim.rules.services import (
    asks_for_nursing_home,
    order_of_nursing_home,
    order_of_service,
    relative_risk_of_nursing_home,
    wants_service,
)
from sim.stages.life import MEAN_NURSING_HOME, age_in_years, band_of, risk_band_of

ENTRIES = INDEX["nursing_home_entries"]
LEFT = INDEX["left_for_home_out_of_town"]
SHORT_WAIT_MONTHS = 3


@compiled
def find_people_in_need(c, rows):
    """Rows of the residents with a care grade; who no longer has one is reset."""
    number = 0
    for i in range(rows):
        if c.status[i] == ALIVE and c.care_grade[i] > 0:
            number += 1
    found = np.empty(number, np.int64)
    number = 0
    for i in range(rows):
        if c.status[i] != ALIVE:
            continue
        if c.care_grade[i] > 0:
            found[number] = i
            number += 1
        elif c.setting[i] != INDEPENDENT:
            c.setting[i] = INDEPENDENT
            c.need_minutes[i] = 0
            c.family_minutes[i] = 0
            c.neighbour_minutes[i] = 0
            c.ambulatory_minutes[i] = 0
            c.day_care_minutes[i] = 0
            c.missing_minutes[i] = 0
            c.has_ambulatory[i] = 0
            c.has_day_care[i] = 0
            c.waiting_ambulatory[i] = 0
            c.waiting_day_care[i] = 0
            c.waiting_home[i] = 0
    return found


@compiled
def lives_alone(c, household_size, i):
    """Whether a resident at home is the only member of the household."""
    household = c.household[i]
    return household >= 0 and household_size[household] == 1


@compiled
def carer_is_strained(c, i):
    """Whether the partner or the child who cares is highly burdened."""
    partner = c.partner[i]
    child = c.child[i]
    return (partner >= 0 and c.strained[partner] > 0) or (child >= 0 and c.strained[child] > 0)


@compiled
def share_missing(c, i):
    """Share of the need that nobody covered last month."""
    return c.missing_minutes[i] / c.need_minutes[i] if c.need_minutes[i] > 0 else 0.0


@compiled
def fill_nursing_home(
    c, household_size, people, t, p, means, places, seed, month, now, counts
):
    """People ask for a place, free places are given, some leave for a home elsewhere.

    Args:
        household_size: members at home of each household; reduced by those who enter.
        people: rows with a care grade.
        places: places of the nursing homes that can be used, an integer.

    Returns:
        Residents living in a nursing home afterwards.
    """
    number = people.shape[0]
    occupied = 0
    waiting = 0
    order = np.empty(number, np.float64)
    candidates = np.empty(number, np.int64)
    leaves = np.zeros(number, np.uint8)
    for place in range(number):
        i = people[place]
        if c.setting[i] == NURSING_HOME:
            occupied += 1
            c.home_months[i] = min(255, c.home_months[i] + 1)
            continue
        u_ask, u_order, u_out, _ = uniforms(seed, c.uid[i], month, CARE)
        grade = c.care_grade[i]
        missing = share_missing(c, i)
        if c.waiting_home[i] == 0:
            age = age_in_years(now, c.birth_month[i])
            sex = c.sex[i]
            risk = relative_risk_of_nursing_home(
                lives_alone(c, household_size, i), missing, carer_is_strained(c, i),
                c.prevention_until[i] >= month, p.risk_alone_home, p.risk_gap_home,
                p.risk_strain_home, p.preventive_visit_nursing_home,
            )  # fmt: skip
            if not asks_for_nursing_home(
                t.nursing_home_entry[sex, age, grade], risk,
                means[MEAN_NURSING_HOME, sex, risk_band_of(age)], u_ask,
            ):  # fmt: skip
                continue
        c.waiting_home[i] = min(255, c.waiting_home[i] + 1)
        candidates[waiting] = i
        order[waiting] = order_of_nursing_home(grade, missing, c.waiting_home[i], u_order)
        leaves[waiting] = (
            c.waiting_home[i] > SHORT_WAIT_MONTHS and u_out < p.nursing_home_out_of_town
        )
        waiting += 1
    queue = np.argsort(-order[:waiting], kind="mergesort")
    for place in queue:
        i = candidates[place]
        cell = band_of(age_in_years(now, c.birth_month[i]))
        if occupied < places:
            occupied += 1
            counts[c.district[i], cell, c.start_group[i], ENTRIES] += 1
            household = c.household[i]
            if household >= 0:
                household_size[household] -= 1
            c.household[i] = NOBODY
            c.setting[i] = NURSING_HOME
            c.home_months[i] = 0
            c.waiting_home[i] = 0
            c.waiting_ambulatory[i] = 0
            c.waiting_day_care[i] = 0
            c.has_ambulatory[i] = 0
            c.has_day_care[i] = 0
        elif leaves[place]:
            c.status[i] = LEFT_FOR_HOME_OUT_OF_TOWN
            counts[c.district[i], cell, c.start_group[i], LEFT] += 1
    return occupied


@compiled
def family_could_give(c, i, p):
    """Minutes a week partner, child in town and others could give to the person of row i."""
    _, _, u_child, u_partner = uniforms(np.uint64(0), c.uid[i], 0, PERSON)
    partner = c.partner[i]
    by_partner = 0
    if partner >= 0 and c.setting[partner] != NURSING_HOME and u_partner < p.partner_care_share:
        by_partner = partner_could_give(
            c.care_grade[partner], c.mobility_limited[partner], c.strained[partner],
            p.partner_minutes, p.partner_care_factor_grade_1, p.partner_care_factor_mobility,
            p.strained_carer_hours_factor,
        )  # fmt: skip
    child = c.child[i]
    by_child = 0
    if child >= 0 and u_child < p.child_care_share:
        by_child = child_could_give(
            c.care_grade[child], c.strained[child], p.child_minutes, p.strained_carer_hours_factor
        )
    by_others = 0.0
    if c.child_in_reach[i] and u_child < p.child_care_share:
        by_others += p.child_in_reach_minutes
    if 1.0 - u_child < p.kin_care_share:
        by_others += p.kin_minutes
    return by_partner, by_child, int(by_others)


@compiled
def share_out(c, people, wishes, order, minutes, own_room, town_room):
    """Give a service in the order of the queue: the district's own extra room first, then the town's.

    Args:
        wishes: 1 where the person wants the service, shape (people,).
        order: place in the queue, the larger is served first, shape (people,).
        minutes: what each would get, shape (people,); 0 after this call where nothing was given.
        own_room: room left in each district's own extra capacity, shape (districts,); reduced.
        town_room: room of the service for the whole town.

    Returns:
        Room of the town left over.
    """
    for place in np.argsort(-order, kind="mergesort"):
        if not wishes[place]:
            minutes[place] = 0
            continue
        district = c.district[people[place]]
        size = minutes[place]
        if size <= own_room[district]:
            own_room[district] -= size
        elif size <= town_room:
            town_room -= size
        else:
            minutes[place] = 0
    return town_room


@compiled
def give_care(
    c, people, t, p, levers, volunteer_minutes, town_minutes, town_places, seed, month, now
):
    """Services, family, neighbours and what is missing, for everybody with a care grade.

    Args:
        people: rows with a care grade.
        levers: what measures do, shape (districts, levers).
        volunteer_minutes: minutes a week of the quarter's volunteers last month, by district.
        town_minutes: minutes a week of ambulatory care for the whole town.
        town_places: clients that day care has room for in the whole town.

    Returns:
        Minutes of ambulatory care and clients of day care the town has left over, two integers.
    """
    number = people.shape[0]
    districts = levers.shape[0]
    wishes = np.zeros(number, np.uint8)
    wishes_day = np.zeros(number, np.uint8)
    order = np.zeros(number, np.float64)
    order_day = np.zeros(number, np.float64)
    minutes = np.zeros(number, np.int64)
    clients = np.zeros(number, np.int64)
    family = np.zeros((number, 3), np.int64)
    for place in range(number):
        i = people[place]
        grade = c.care_grade[i]
        u_need, _, _, _ = uniforms(np.uint64(0), c.uid[i], 0, PERSON)
        need = care_needed(
            p.need_minutes[grade], p.care_need_spread, c.barrier_free[i],
            p.barrier_free_need_factor, u_need,
        )  # fmt: skip
        c.need_minutes[i] = need
        if c.setting[i] == NURSING_HOME or c.status[i] != ALIVE:
            continue
        by_partner, by_child, by_others = family_could_give(c, i, p)
        family[place, 0] = by_partner
        family[place, 1] = by_child
        family[place, 2] = by_others
        potential = by_partner + by_child + by_others
        missing = max(0, need - potential) / need
        factor = 1.0 + levers[c.district[i], COUNSELLED] * (p.counselling_uptake_factor - 1.0)
        if potential == 0:
            factor *= p.ambulatory_alone_factor
        age = age_in_years(now, c.birth_month[i])
        _, _, u_service, u_day = uniforms(seed, c.uid[i], month, PRIORITY)
        wishes[place] = wants_service(c.service_trait[i], t.ambulatory_share[age, grade], factor)
        wishes_day[place] = wants_service(c.day_care_trait[i], t.day_care_share[age, grade], factor)
        order[place] = order_of_service(
            c.has_ambulatory[i], missing, c.waiting_ambulatory[i], u_service
        )
        order_day[place] = order_of_service(
            c.has_day_care[i], missing, c.waiting_day_care[i], u_day
        )
        minutes[place] = min(need, int(p.ambulatory_minutes[grade] + 0.5))
        clients[place] = 1

    own_minutes = np.zeros(districts, np.int64)
    own_places = np.zeros(districts, np.int64)
    for d in range(districts):
        own_minutes[d] = int(levers[d, AMBULATORY_MINUTES])
        own_places[d] = int(levers[d, DAY_CARE_PLACES])
    left_minutes = share_out(c, people, wishes, order, minutes, own_minutes, town_minutes)
    left_places = share_out(c, people, wishes_day, order_day, clients, own_places, town_places)

    for place in range(number):
        i = people[place]
        if c.setting[i] == NURSING_HOME or c.status[i] != ALIVE:
            continue
        keep_contract(c, i, wishes[place], minutes[place], wishes_day[place], clients[place], p)
        family_gives(c, i, family[place, 0], family[place, 1], family[place, 2])
    neighbours_give(c, people, p, levers, volunteer_minutes, seed, month)
    for place in range(number):
        settle_account(c, people[place])
    return left_minutes, left_places


@compiled
def keep_contract(c, i, wishes, minutes, wishes_day, client, p):
    """Write down what services give to a person at home, and the months of waiting."""
    need = c.need_minutes[i]
    c.ambulatory_minutes[i] = minutes
    c.has_ambulatory[i] = minutes > 0
    waits = wishes and minutes == 0
    c.waiting_ambulatory[i] = min(255, c.waiting_ambulatory[i] + 1) if waits else 0
    in_day_care = client > 0
    c.day_care_minutes[i] = min(need - minutes, int(p.day_care_minutes)) if in_day_care else 0
    c.has_day_care[i] = in_day_care
    waits = wishes_day and not in_day_care
    c.waiting_day_care[i] = min(255, c.waiting_day_care[i] + 1) if waits else 0


@compiled
def family_gives(c, i, by_partner, by_child, by_others):
    """The family covers what services leave, the partner first; carers get their hours noted."""
    left = int(c.need_minutes[i]) - int(c.ambulatory_minutes[i]) - int(c.day_care_minutes[i])
    partner = min(left, by_partner)
    child = min(left - partner, by_child)
    others = min(left - partner - child, by_others)
    c.family_minutes[i] = partner + child + others
    relief = 0
    if c.has_ambulatory[i]:
        relief |= 1
    if c.has_day_care[i]:
        relief |= 2
    if c.neighbour_minutes[i] > 0:
        relief |= 4
    if partner > 0:
        c.caring_minutes[c.partner[i]] += partner
        c.relief[c.partner[i]] |= relief
    if child > 0:
        c.caring_minutes[c.child[i]] += child
        c.relief[c.child[i]] |= relief


@compiled
def neighbours_give(c, people, p, levers, volunteer_minutes, seed, month):
    """Organised neighbourly help for light needs, the most uncovered first."""
    number = people.shape[0]
    order = np.zeros(number, np.float64)
    wanted = np.zeros(number, np.int64)
    for place in range(number):
        i = people[place]
        c.neighbour_minutes[i] = 0
        if c.setting[i] == NURSING_HOME or c.status[i] != ALIVE:
            continue
        given = (
            int(c.family_minutes[i]) + int(c.ambulatory_minutes[i]) + int(c.day_care_minutes[i])
        )
        need = int(c.need_minutes[i])
        if c.care_grade[i] <= p.neighbourly_help_highest_grade and given < need:
            _, u_order, _, _ = uniforms(seed, c.uid[i], month, PRIORITY)
            order[place] = int(8.0 * (need - given) / need) + u_order
            wanted[place] = min(need - given, int(p.neighbour_minutes))
    pool = np.zeros(levers.shape[0], np.int64)
    for d in range(levers.shape[0]):
        pool[d] = int(volunteer_minutes[d] * levers[d, NEIGHBOURLY_SHARE])
    for place in np.argsort(-order, kind="mergesort"):
        i = people[place]
        given = min(wanted[place], pool[c.district[i]])
        if given > 0:
            c.neighbour_minutes[i] = given
            pool[c.district[i]] -= given


@compiled
def settle_account(c, i):
    """What is missing, and the name of the setting: given + missing = need, to the minute."""
    need = int(c.need_minutes[i])
    if c.setting[i] == NURSING_HOME:
        c.nursing_home_minutes[i] = need
        c.family_minutes[i] = 0
        c.neighbour_minutes[i] = 0
        c.ambulatory_minutes[i] = 0
        c.day_care_minutes[i] = 0
        c.missing_minutes[i] = 0
        return
    given = (
        int(c.family_minutes[i])
        + int(c.neighbour_minutes[i])
        + int(c.ambulatory_minutes[i])
        + int(c.day_care_minutes[i])
    )
    c.missing_minutes[i] = need - given
    if c.has_day_care[i]:
        c.setting[i] = DAY_CARE
    elif c.has_ambulatory[i]:
        c.setting[i] = AMBULATORY
    elif c.family_minutes[i] > 0:
        c.setting[i] = FAMILY
    else:
        c.setting[i] = HOME_ALONE
