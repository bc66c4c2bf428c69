"""Fourth stage: care is given - nursing home, services, family, neighbours - and what is missing.

Professional hours follow fixed contracts, so they are set first, to those who want them, in the
order of urgency and waiting; urgency is what the family could not cover alone. The family then
gives what is left of the need up to what it can; neighbours give what is left after that, to light
needs; the rest is missing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inlined, inside
from sim.draws import CARE, PERSON, PRIORITY, UNIT, fill_words
from sim.indicators import INDEX
from sim.levers import AMBULATORY_MINUTES, COUNSELLED, DAY_CARE_PLACES, NEIGHBOURLY_SHARE
from sim.residents import (
    ALIVE,
    GOES_ELSEWHERE,
    INDEPENDENT,
    NOBODY,
    NURSING_HOME,
)
from sim.rules.age import age_in_years, band_of, risk_band_of
from sim.rules.family_care import (
    care_needed,
    child_could_give,
    family_covers,
    others_could_give,
    partner_could_give,
    relief_for_carer,
    share_not_covered,
)
from sim.rules.neighbours import neighbourly_help_wanted, order_of_neighbourly_help
from sim.rules.services import (
    asks_for_nursing_home,
    contract_minutes,
    finds_home_elsewhere,
    minutes_in_day_care,
    months_of_waiting,
    order_of_nursing_home,
    order_of_service,
    readiness_for_services,
    relative_risk_of_nursing_home,
    setting_at_home,
    wants_service,
)
from sim.stages.life import MEAN_NURSING_HOME
from sim.stages.screening import choose

ENTRIES = INDEX["nursing_home_entries"]


@compiled
def find_people_in_need(c: Any, rows: int) -> NDArray[np.int64]:
    """Rows of the residents with a care grade; who no longer has one is reset."""
    status_of = c.status
    care_grade_of = c.care_grade
    setting_of = c.setting
    need_minutes_of = c.need_minutes
    family_minutes_of = c.family_minutes
    neighbour_minutes_of = c.neighbour_minutes
    ambulatory_minutes_of = c.ambulatory_minutes
    day_care_minutes_of = c.day_care_minutes
    missing_minutes_of = c.missing_minutes
    has_ambulatory_of = c.has_ambulatory
    has_day_care_of = c.has_day_care
    waiting_ambulatory_of = c.waiting_ambulatory
    waiting_day_care_of = c.waiting_day_care
    waiting_home_of = c.waiting_home
    # One decision a loop, see `sim.stages.screening`.
    may = np.empty(rows, np.uint8)
    for i in range(rows):
        may[i] = np.uint8(status_of[i] == ALIVE) & (
            np.uint8(care_grade_of[i] > 0) | np.uint8(setting_of[i] != INDEPENDENT)
        )
    number = 0
    for i in range(rows):
        number += may[i]
    found = np.empty(number + 1, np.int64)
    concerned = choose(found, may)
    number = 0
    for place in range(concerned):
        i = found[place]
        if care_grade_of[i] > 0:
            found[number] = i
            number += 1
        else:
            setting_of[i] = INDEPENDENT
            need_minutes_of[i] = 0
            family_minutes_of[i] = 0
            neighbour_minutes_of[i] = 0
            ambulatory_minutes_of[i] = 0
            day_care_minutes_of[i] = 0
            missing_minutes_of[i] = 0
            has_ambulatory_of[i] = 0
            has_day_care_of[i] = 0
            waiting_ambulatory_of[i] = 0
            waiting_day_care_of[i] = 0
            waiting_home_of[i] = 0
    return found[:number]


@inside
def words_of_people(
    uid_of: Any, people: NDArray[np.int64], seed: Any, month: int, block: int
) -> NDArray[np.uint32]:
    """Words of one block for the residents of some rows, shape (4, people)."""
    number = people.shape[0]
    uids = np.empty(number, np.uint64)
    for place in range(number):
        uids[place] = uid_of[people[place]]
    words = np.empty((4, number), np.uint32)
    fill_words(words, seed, uids, np.int64(0), number, month, block)
    return words


@inlined
def lives_alone(i: int, household_of: Any, household_size: NDArray[np.int16]) -> bool:
    """Whether a resident at home is the only member of the household."""
    household = household_of[i]
    # No branch: everybody is asked when all are counted.
    persons = household_size[np.uint32(max(np.int32(0), household))]
    return bool(np.uint8(household >= 0) & np.uint8(persons == 1))


@inlined
def carer_is_strained(i: int, partner_of: Any, child_of: Any, strained_of: Any) -> bool:
    """Whether the partner or the child who cares is highly burdened."""
    partner = partner_of[i]
    child = child_of[i]
    return (partner >= 0 and strained_of[partner] > 0) or (child >= 0 and strained_of[child] > 0)


@inlined
def share_missing(i: int, need_minutes_of: Any, missing_minutes_of: Any) -> float:
    """Share of the need that nobody covered last month."""
    return missing_minutes_of[i] / need_minutes_of[i] if need_minutes_of[i] > 0 else 0.0


@inside
def fill_nursing_home(
    c: Any,
    household_size: NDArray[np.int16],
    people: NDArray[np.int64],
    t: Any,
    p: Any,
    means: NDArray[np.float64],
    places: int,
    seed: Any,
    month: int,
    now: int,
    counts: NDArray[np.int64],
) -> int:
    """People ask for a place, free places are given, some leave for a home elsewhere.

    Args:
        household_size: members at home of each household; reduced by those who enter.
        people: rows with a care grade.
        places: places of the nursing homes that can be used, an integer.

    Returns:
        Residents living in a nursing home afterwards.
    """
    uid_of = c.uid
    birth_month_of = c.birth_month
    sex_of = c.sex
    district_of = c.district
    household_of = c.household
    partner_of = c.partner
    child_of = c.child
    start_group_of = c.start_group
    care_grade_of = c.care_grade
    setting_of = c.setting
    strained_of = c.strained
    need_minutes_of = c.need_minutes
    missing_minutes_of = c.missing_minutes
    has_ambulatory_of = c.has_ambulatory
    has_day_care_of = c.has_day_care
    waiting_ambulatory_of = c.waiting_ambulatory
    waiting_day_care_of = c.waiting_day_care
    waiting_home_of = c.waiting_home
    home_months_of = c.home_months
    prevention_until_of = c.prevention_until
    number = people.shape[0]
    occupied = 0
    waiting = 0
    order = np.empty(number, np.float64)
    candidates = np.empty(number, np.int64)
    leaves = np.zeros(number, np.uint8)
    words = words_of_people(uid_of, people, seed, month, CARE)
    for place in range(number):
        i = people[place]
        if setting_of[i] == NURSING_HOME:
            occupied += 1
            home_months_of[i] = min(255, home_months_of[i] + 1)
            continue
        u_ask, u_order = words[0, place] * UNIT, words[1, place] * UNIT
        u_out = words[2, place] * UNIT
        grade = care_grade_of[i]
        missing = share_missing(i, need_minutes_of, missing_minutes_of)
        if waiting_home_of[i] == 0:
            age = age_in_years(now, birth_month_of[i])
            sex = sex_of[i]
            risk = relative_risk_of_nursing_home(
                lives_alone(i, household_of, household_size), missing, carer_is_strained(i, partner_of, child_of, strained_of),
                prevention_until_of[i] >= month, p.risk_alone_home, p.risk_gap_home,
                p.risk_strain_home, p.preventive_visit_nursing_home,
            )  # fmt: skip
            if not asks_for_nursing_home(
                t.nursing_home_entry[sex, age, grade], risk,
                means[MEAN_NURSING_HOME, sex, risk_band_of(age)], u_ask,
            ):  # fmt: skip
                continue
        waiting_home_of[i] = min(GOES_ELSEWHERE - 1, waiting_home_of[i] + 1)
        candidates[waiting] = i
        order[waiting] = order_of_nursing_home(grade, missing, waiting_home_of[i], u_order)
        leaves[waiting] = finds_home_elsewhere(
            waiting_home_of[i], p.nursing_home_patience, p.nursing_home_out_of_town, u_out
        )
        waiting += 1
    queue = np.argsort(-order[:waiting], kind="mergesort")
    for place in queue:
        i = candidates[place]
        cell = band_of(age_in_years(now, birth_month_of[i]))
        if occupied < places:
            occupied += 1
            counts[district_of[i], cell, start_group_of[i], ENTRIES] += 1
            household = household_of[i]
            if household >= 0:
                household_size[household] -= 1
            household_of[i] = NOBODY
            setting_of[i] = NURSING_HOME
            home_months_of[i] = 0
            waiting_home_of[i] = 0
            waiting_ambulatory_of[i] = 0
            waiting_day_care_of[i] = 0
            has_ambulatory_of[i] = 0
            has_day_care_of[i] = 0
        elif leaves[place]:
            # Goes in the first stage of the next month, so that all ties are cut in time.
            waiting_home_of[i] = GOES_ELSEWHERE
    return occupied


@inlined
def family_could_give(
    i: int,
    household_of: Any,
    partner_of: Any,
    child_of: Any,
    follows_of: Any,
    child_in_reach_of: Any,
    care_grade_of: Any,
    setting_of: Any,
    mobility_limited_of: Any,
    strained_of: Any,
    household_size: NDArray[np.int16],
    p: Any,
    u_household: float,
    u_child: float,
    u_partner: float,
) -> tuple[int, int, int]:
    """Minutes a week partner, child in town and others could give to the person of row i.

    For a child in need the parent it follows stands in the partner's place. Who lives with others
    without a partner is cared for by one of them (a parent, a grown child).
    """
    partner = partner_of[i]
    if partner < 0:
        partner = follows_of[i]
    by_partner = 0
    if partner >= 0 and setting_of[partner] != NURSING_HOME and u_partner < p.partner_care_share:
        by_partner = partner_could_give(
            care_grade_of[partner], mobility_limited_of[partner], strained_of[partner],
            p.partner_minutes, p.partner_care_factor_grade_1, p.partner_care_factor_mobility,
            p.strained_carer_hours_factor,
        )  # fmt: skip
    child = child_of[i]
    by_child = 0
    if child >= 0 and u_child < p.child_care_share:
        by_child = child_could_give(
            care_grade_of[child], strained_of[child], p.child_minutes, p.strained_carer_hours_factor
        )
    others_at_home = partner < 0 and household_of[i] >= 0 and household_size[household_of[i]] > 1
    if child >= 0 and household_of[child] == household_of[i]:
        # The child at home is the one of the household who cares: not counted twice.
        others_at_home = False
    by_others = others_could_give(
        child_in_reach_of[i], others_at_home, p.child_in_reach_minutes, p.household_minutes,
        p.kin_minutes, p.child_care_share, p.household_care_share, p.kin_care_share, u_child,
        u_household,
    )  # fmt: skip
    return by_partner, by_child, by_others


@inside
def queue_of(wishes: NDArray[Any], order: NDArray[np.float64]) -> NDArray[np.int64]:
    """Places of those with a wish, the largest order first; equal ones as they stand.

    Args:
        wishes: more than 0 for who wishes, shape (people,).
        order: shape (people,).
    """
    waiting = np.empty(wishes.shape[0], np.int64)
    number = 0
    for place in range(wishes.shape[0]):
        if wishes[place] > 0:
            waiting[number] = place
            number += 1
    waiting = waiting[:number]
    return waiting[np.argsort(-order[waiting], kind="mergesort")]


@inside
def share_out(
    c: Any,
    people: NDArray[np.int64],
    wishes: NDArray[np.uint8],
    order: NDArray[np.float64],
    minutes: NDArray[np.int64],
    given: NDArray[np.int64],
    own_room: NDArray[np.int64],
    town_room: int,
) -> None:
    """Give a service in the order of the queue: the district's own extra room first, then the town's.

    Args:
        wishes: 1 where the person wants the service, shape (people,).
        order: place in the queue, the larger is served first, shape (people,).
        minutes: what each would get, shape (people,).
        given: what each gets, 0 on entry, shape (people,).
        own_room: room left in each district's own extra capacity, shape (districts,); reduced.
        town_room: room of the service for the whole town.
    """
    district_of = c.district
    for place in queue_of(wishes, order):
        district = district_of[people[place]]
        size = minutes[place]
        if size <= own_room[district]:
            own_room[district] -= size
        elif size <= town_room:
            town_room -= size
        else:
            continue
        given[place] = size


@compiled
def give_care(
    c: Any,
    household_size: NDArray[np.int16],
    people: NDArray[np.int64],
    t: Any,
    p: Any,
    levers: NDArray[np.float64],
    volunteer_minutes: NDArray[np.int64],
    town_minutes: int,
    town_places: int,
    seed: Any,
    month: int,
    now: int,
) -> None:
    """Services, family, neighbours and what is missing, for everybody with a care grade.

    Args:
        household_size: members at home of each household.
        people: rows with a care grade.
        levers: what measures do, shape (districts, levers).
        volunteer_minutes: minutes a week of the quarter's volunteers last month, by district.
        town_minutes: minutes a week of ambulatory care for the whole town.
        town_places: clients that day care has room for in the whole town.
    """
    uid_of = c.uid
    status_of = c.status
    birth_month_of = c.birth_month
    district_of = c.district
    household_of = c.household
    partner_of = c.partner
    child_of = c.child
    follows_of = c.follows
    child_in_reach_of = c.child_in_reach
    barrier_free_of = c.barrier_free
    care_grade_of = c.care_grade
    setting_of = c.setting
    mobility_limited_of = c.mobility_limited
    strained_of = c.strained
    need_minutes_of = c.need_minutes
    family_minutes_of = c.family_minutes
    neighbour_minutes_of = c.neighbour_minutes
    ambulatory_minutes_of = c.ambulatory_minutes
    day_care_minutes_of = c.day_care_minutes
    caring_minutes_of = c.caring_minutes
    relief_of = c.relief
    service_trait_of = c.service_trait
    day_care_trait_of = c.day_care_trait
    has_ambulatory_of = c.has_ambulatory
    has_day_care_of = c.has_day_care
    waiting_ambulatory_of = c.waiting_ambulatory
    waiting_day_care_of = c.waiting_day_care
    number = people.shape[0]
    districts = levers.shape[0]
    wishes = np.zeros(number, np.uint8)
    wishes_day = np.zeros(number, np.uint8)
    order = np.zeros(number, np.float64)
    order_day = np.zeros(number, np.float64)
    minutes = np.zeros(number, np.int64)
    clients = np.zeros(number, np.int64)
    family = np.zeros((number, 3), np.int64)
    for_life = words_of_people(uid_of, people, np.uint64(0), 0, PERSON)
    this_month = words_of_people(uid_of, people, seed, month, PRIORITY)
    for place in range(number):
        i = people[place]
        grade = care_grade_of[i]
        u_need = for_life[0, place] * UNIT
        need = care_needed(
            p.need_minutes[grade], p.care_need_spread, barrier_free_of[i],
            p.barrier_free_need_factor, u_need,
        )  # fmt: skip
        need_minutes_of[i] = need
        if setting_of[i] == NURSING_HOME or status_of[i] != ALIVE:
            continue
        by_partner, by_child, by_others = family_could_give(
            i,
            household_of,
            partner_of,
            child_of,
            follows_of,
            child_in_reach_of,
            care_grade_of,
            setting_of,
            mobility_limited_of,
            strained_of,
            household_size,
            p,
            for_life[1, place] * UNIT,
            for_life[2, place] * UNIT,
            for_life[3, place] * UNIT,
        )
        family[place, 0] = by_partner
        family[place, 1] = by_child
        family[place, 2] = by_others
        missing = share_not_covered(need, by_partner + by_child + by_others)
        factor = readiness_for_services(
            missing, p.ambulatory_alone_factor,
            levers[district_of[i], COUNSELLED], p.counselling_uptake_factor,
        )  # fmt: skip
        age = age_in_years(now, birth_month_of[i])
        u_service, u_day = this_month[2, place] * UNIT, this_month[3, place] * UNIT
        wishes[place] = wants_service(service_trait_of[i], t.ambulatory_share[age, grade], factor)
        wishes_day[place] = wants_service(
            day_care_trait_of[i], t.day_care_share[age, grade], factor
        )
        order[place] = order_of_service(
            has_ambulatory_of[i], missing, waiting_ambulatory_of[i], u_service
        )
        order_day[place] = order_of_service(
            has_day_care_of[i], missing, waiting_day_care_of[i], u_day
        )
        minutes[place] = contract_minutes(need, p.ambulatory_minutes[grade])
        clients[place] = 1

    own_minutes = np.zeros(districts, np.int64)
    own_places = np.zeros(districts, np.int64)
    for d in range(districts):
        own_minutes[d] = int(levers[d, AMBULATORY_MINUTES])
        own_places[d] = int(levers[d, DAY_CARE_PLACES])
    contracts = np.zeros(number, np.int64)
    guests = np.zeros(number, np.int64)
    share_out(c, people, wishes, order, minutes, contracts, own_minutes, town_minutes)
    share_out(c, people, wishes_day, order_day, clients, guests, own_places, town_places)

    for place in range(number):
        i = people[place]
        if setting_of[i] == NURSING_HOME or status_of[i] != ALIVE:
            continue
        keep_contract(
            i,
            need_minutes_of,
            ambulatory_minutes_of,
            day_care_minutes_of,
            has_ambulatory_of,
            has_day_care_of,
            waiting_ambulatory_of,
            waiting_day_care_of,
            wishes[place],
            contracts[place],
            wishes_day[place],
            guests[place],
            p,
        )
        family_gives(
            i,
            partner_of,
            child_of,
            follows_of,
            need_minutes_of,
            family_minutes_of,
            neighbour_minutes_of,
            ambulatory_minutes_of,
            day_care_minutes_of,
            caring_minutes_of,
            relief_of,
            has_ambulatory_of,
            has_day_care_of,
            family[place, 0],
            family[place, 1],
            family[place, 2],
        )
    neighbours_give(c, people, p, levers, volunteer_minutes, this_month)
    settle_accounts(c, people)


@inlined
def keep_contract(
    i: int,
    need_minutes_of: Any,
    ambulatory_minutes_of: Any,
    day_care_minutes_of: Any,
    has_ambulatory_of: Any,
    has_day_care_of: Any,
    waiting_ambulatory_of: Any,
    waiting_day_care_of: Any,
    wishes: int,
    minutes: int,
    wishes_day: int,
    client: int,
    p: Any,
) -> None:
    """Write down what services give to a person at home, and the months of waiting."""
    need = need_minutes_of[i]
    ambulatory_minutes_of[i] = minutes
    has_ambulatory_of[i] = minutes > 0
    waits = wishes > 0 and minutes == 0
    waiting_ambulatory_of[i] = months_of_waiting(waiting_ambulatory_of[i], waits)
    in_day_care = client > 0
    day_care_minutes_of[i] = 0
    if in_day_care:
        day_care_minutes_of[i] = minutes_in_day_care(need, minutes, int(p.day_care_minutes))
    has_day_care_of[i] = in_day_care
    waits = wishes_day > 0 and not in_day_care
    waiting_day_care_of[i] = months_of_waiting(waiting_day_care_of[i], waits)


@inlined
def family_gives(
    i: int,
    partner_of: Any,
    child_of: Any,
    follows_of: Any,
    need_minutes_of: Any,
    family_minutes_of: Any,
    neighbour_minutes_of: Any,
    ambulatory_minutes_of: Any,
    day_care_minutes_of: Any,
    caring_minutes_of: Any,
    relief_of: Any,
    has_ambulatory_of: Any,
    has_day_care_of: Any,
    by_partner: int,
    by_child: int,
    by_others: int,
) -> None:
    """The family covers what services leave, the partner first; carers get their hours noted."""
    left = int(need_minutes_of[i]) - int(ambulatory_minutes_of[i]) - int(day_care_minutes_of[i])
    partner, child, others = family_covers(left, by_partner, by_child, by_others)
    family_minutes_of[i] = partner + child + others
    relief = relief_for_carer(has_ambulatory_of[i], has_day_care_of[i], neighbour_minutes_of[i])
    if partner > 0:
        carer = partner_of[i] if partner_of[i] >= 0 else follows_of[i]
        caring_minutes_of[carer] += partner
        relief_of[carer] |= relief
    if child > 0:
        caring_minutes_of[child_of[i]] += child
        relief_of[child_of[i]] |= relief


@inside
def neighbours_give(
    c: Any,
    people: NDArray[np.int64],
    p: Any,
    levers: NDArray[np.float64],
    volunteer_minutes: NDArray[np.int64],
    words: NDArray[np.uint32],
) -> None:
    """Organised neighbourly help for light needs, the most uncovered first.

    Args:
        words: of block PRIORITY for these people, shape (4, people).
        Others: see `give_care`.
    """
    status_of = c.status
    district_of = c.district
    care_grade_of = c.care_grade
    setting_of = c.setting
    need_minutes_of = c.need_minutes
    family_minutes_of = c.family_minutes
    neighbour_minutes_of = c.neighbour_minutes
    ambulatory_minutes_of = c.ambulatory_minutes
    day_care_minutes_of = c.day_care_minutes
    number = people.shape[0]
    order = np.zeros(number, np.float64)
    wanted = np.zeros(number, np.int64)
    for place in range(number):
        i = people[place]
        neighbour_minutes_of[i] = 0
        if setting_of[i] == NURSING_HOME or status_of[i] != ALIVE:
            continue
        given = (
            int(family_minutes_of[i]) + int(ambulatory_minutes_of[i]) + int(day_care_minutes_of[i])
        )
        need = int(need_minutes_of[i])
        wanted[place] = neighbourly_help_wanted(
            care_grade_of[i], p.neighbourly_help_highest_grade, need, given,
            int(p.neighbour_minutes),
        )  # fmt: skip
        if wanted[place] > 0:
            order[place] = order_of_neighbourly_help(need, given, words[1, place] * UNIT)
    pool = np.zeros(levers.shape[0], np.int64)
    for d in range(levers.shape[0]):
        pool[d] = int(volunteer_minutes[d] * levers[d, NEIGHBOURLY_SHARE])
    for place in queue_of(wanted, order):
        i = people[place]
        given = min(wanted[place], pool[district_of[i]])
        if given > 0:
            neighbour_minutes_of[i] = given
            pool[district_of[i]] -= given


@inside
def settle_accounts(c: Any, people: NDArray[np.int64]) -> None:
    """What is missing, and the name of the setting: given + missing = need, to the minute."""
    setting_of = c.setting
    need_minutes_of = c.need_minutes
    family_minutes_of = c.family_minutes
    neighbour_minutes_of = c.neighbour_minutes
    ambulatory_minutes_of = c.ambulatory_minutes
    day_care_minutes_of = c.day_care_minutes
    nursing_home_minutes_of = c.nursing_home_minutes
    missing_minutes_of = c.missing_minutes
    has_ambulatory_of = c.has_ambulatory
    has_day_care_of = c.has_day_care
    for i in people:
        need = int(need_minutes_of[i])
        if setting_of[i] == NURSING_HOME:
            nursing_home_minutes_of[i] = need
            family_minutes_of[i] = 0
            neighbour_minutes_of[i] = 0
            ambulatory_minutes_of[i] = 0
            day_care_minutes_of[i] = 0
            missing_minutes_of[i] = 0
            continue
        missing_minutes_of[i] = (
            need
            - int(family_minutes_of[i])
            - int(neighbour_minutes_of[i])
            - int(ambulatory_minutes_of[i])
            - int(day_care_minutes_of[i])
        )
        setting_of[i] = setting_at_home(
            has_day_care_of[i], has_ambulatory_of[i], family_minutes_of[i]
        )
