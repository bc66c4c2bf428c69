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
from sim.stages.queues import queue_of, share_out
from sim.stages.screening import BLOCK, MARGIN, choose

ENTRIES = INDEX["nursing_home_entries"]


@compiled
def find_people_in_need(c: Any, rows: int) -> NDArray[np.uint32]:
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
    may_of_block = np.empty(BLOCK, np.uint8)
    chosen = np.empty(BLOCK + 1, np.int64)
    found = np.empty(rows, np.uint32)
    number = 0
    for begin in range(0, rows, BLOCK):
        end = min(rows, begin + BLOCK)
        may = may_of_block[: end - begin]
        may_need_care(may, status_of[begin:end], care_grade_of[begin:end], setting_of[begin:end])
        for one in range(choose(chosen, may)):
            i = np.uint32(begin + chosen[one])
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
def may_need_care(may: Any, status_of: Any, care_grade_of: Any, setting_of: Any) -> None:
    """Mark who of a block has a care grade, or had one last month."""
    for place in range(may.size):
        may[place] = np.uint8(status_of[place] == ALIVE) & (
            np.uint8(care_grade_of[place] > 0) | np.uint8(setting_of[place] != INDEPENDENT)
        )


@inside
def uids_of_people(uid_of: Any, people: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Identities of the residents of some rows."""
    uids = np.empty(people.size, np.uint64)
    for place in range(people.size):
        uids[place] = uid_of[people[place]]
    return uids


@inside
def words_of_people(
    uids: NDArray[np.uint64], seed: Any, month: int, block: int
) -> NDArray[np.uint32]:
    """Words of one block for some residents, shape (4, residents)."""
    words = np.empty((4, uids.size), np.uint32)
    fill_words(words, seed, uids, np.int64(0), uids.size, month, block)
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
    people: NDArray[np.uint32],
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
    words = words_of_people(uids_of_people(uid_of, people), seed, month, CARE)
    # First against a bound of the chance, as in `sim.stages.screening`.
    highest_risk = MARGIN * (
        max(1.0, p.risk_alone_home)
        * max(1.0, p.risk_gap_home)
        * max(1.0, p.risk_strain_home)
        * max(1.0, p.preventive_visit_nursing_home)
    )
    asked = np.empty(number, np.uint32)
    asking = 0
    for place in range(number):
        i = people[place]
        if setting_of[i] == NURSING_HOME:
            occupied += 1
            home_months_of[i] = min(255, home_months_of[i] + 1)
            continue
        age = age_in_years(now, birth_month_of[i])
        sex = sex_of[i]
        if waiting_home_of[i] > 0 or asks_for_nursing_home(
            t.nursing_home_entry[sex, age, care_grade_of[i]], highest_risk,
            means[MEAN_NURSING_HOME, sex, risk_band_of(age)], words[0, place] * UNIT,
        ):  # fmt: skip
            asked[asking] = place
            asking += 1
    order = np.empty(asking, np.float64)
    candidates = np.empty(asking, np.uint32)
    leaves = np.empty(asking, np.uint8)
    waiting = 0
    for place in asked[:asking]:
        i = people[place]
        u_ask, u_order = words[0, place] * UNIT, words[1, place] * UNIT
        u_out = words[2, place] * UNIT
        grade = care_grade_of[i]
        missing = share_missing(i, need_minutes_of, missing_minutes_of)
        if waiting_home_of[i] == 0:
            age = age_in_years(now, birth_month_of[i])
            sex = sex_of[i]
            risk = relative_risk_of_nursing_home(
                lives_alone(i, household_of, household_size), missing,
                carer_is_strained(i, partner_of, child_of, strained_of),
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
    for place in queue_of(order[:waiting]):
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
def rows_of_carers(i: int, partner_of: Any, child_of: Any, follows_of: Any) -> tuple[int, int]:
    """Rows of the partner and of the child in town who would care, or NOBODY.

    For a child in need the parent it follows stands in the partner's place.
    """
    partner = partner_of[i]
    return partner if partner >= 0 else follows_of[i], child_of[i]


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
    # No branch the processor cannot guess: who is not there gives nothing of what row 0 could.
    carer, child = rows_of_carers(i, partner_of, child_of, follows_of)
    there = np.uint32(max(np.int32(0), carer))
    cares = (
        np.uint8(carer >= 0)
        & np.uint8(setting_of[there] != NURSING_HOME)
        & np.uint8(u_partner < p.partner_care_share)
    )
    by_partner = cares * partner_could_give(
        care_grade_of[there], mobility_limited_of[there], strained_of[there], p.partner_minutes,
        p.partner_care_factor_grade_1, p.partner_care_factor_mobility,
        p.strained_carer_hours_factor,
    )  # fmt: skip
    there = np.uint32(max(np.int32(0), child))
    cares = np.uint8(child >= 0) & np.uint8(u_child < p.child_care_share)
    by_child = cares * child_could_give(
        care_grade_of[there], strained_of[there], p.child_minutes, p.strained_carer_hours_factor
    )
    household = household_of[i]
    persons = household_size[np.uint32(max(np.int32(0), household))]
    # A child at home is the one of the household who cares: not counted twice.
    others_at_home = (
        np.uint8(carer < 0)
        & np.uint8(household >= 0)
        & np.uint8(persons > 1)
        & (np.uint8(child < 0) | np.uint8(household_of[there] != household))
    )
    by_others = others_could_give(
        child_in_reach_of[i], others_at_home, p.child_in_reach_minutes, p.household_minutes,
        p.kin_minutes, p.child_care_share, p.household_care_share, p.kin_care_share, u_child,
        u_household,
    )  # fmt: skip
    return by_partner, by_child, by_others


@compiled
def give_care(
    c: Any,
    household_size: NDArray[np.int16],
    people: NDArray[np.uint32],
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
    service_trait_of = c.service_trait
    day_care_trait_of = c.day_care_trait
    has_ambulatory_of = c.has_ambulatory
    has_day_care_of = c.has_day_care
    waiting_ambulatory_of = c.waiting_ambulatory
    waiting_day_care_of = c.waiting_day_care
    number = people.shape[0]
    # By place of `people`: where they live, what the family could give and what services would.
    districts = np.empty(number, np.int16)
    by_partner = np.zeros(number, np.int32)
    by_child = np.zeros(number, np.int32)
    by_others = np.zeros(number, np.int32)
    minutes = np.zeros(number, np.int32)
    one_each = np.ones(number, np.int32)
    lacking = np.empty(number, np.float64)
    # Rows of those who would care; who is not there is row 0, and gives nothing.
    partners = np.zeros(number, np.uint32)
    children = np.zeros(number, np.uint32)
    # Who wants ambulatory care and day care.
    clients = np.empty(number + 1, np.uint32)
    guests = np.empty(number + 1, np.uint32)
    wish = wish_day = 0
    uids = uids_of_people(uid_of, people)
    for_life = words_of_people(uids, np.uint64(0), 0, PERSON)
    this_month = words_of_people(uids, seed, month, PRIORITY)
    for place in range(number):
        i = people[place]
        grade = care_grade_of[i]
        u_need = for_life[0, place] * UNIT
        need = care_needed(
            p.need_minutes[grade], p.care_need_spread, barrier_free_of[i],
            p.barrier_free_need_factor, u_need,
        )  # fmt: skip
        need_minutes_of[i] = need
        if setting_of[i] == NURSING_HOME:
            continue
        partner, child, others = family_could_give(
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
        by_partner[place], by_child[place], by_others[place] = partner, child, others
        carer, grown_child = rows_of_carers(i, partner_of, child_of, follows_of)
        partners[place], children[place] = max(0, carer), max(0, grown_child)
        missing = share_not_covered(need, partner + child + others)
        districts[place] = district_of[i]
        factor = readiness_for_services(
            missing, p.ambulatory_alone_factor,
            levers[district_of[i], COUNSELLED], p.counselling_uptake_factor,
        )  # fmt: skip
        age = age_in_years(now, birth_month_of[i])
        minutes[place] = contract_minutes(need, p.ambulatory_minutes[grade])
        lacking[place] = missing
        # The next one takes the place of who wants nothing.
        clients[wish], guests[wish_day] = place, place
        wish += wants_service(service_trait_of[i], t.ambulatory_share[age, grade], factor)
        wish_day += wants_service(day_care_trait_of[i], t.day_care_share[age, grade], factor)
    clients, guests = clients[:wish], guests[:wish_day]
    order, order_day = np.empty(wish, np.float64), np.empty(wish_day, np.float64)
    for one in range(wish):
        place = clients[one]
        i = people[place]
        order[one] = order_of_service(
            has_ambulatory_of[i], lacking[place], waiting_ambulatory_of[i],
            this_month[2, place] * UNIT,
        )  # fmt: skip
    for one in range(wish_day):
        place = guests[one]
        i = people[place]
        order_day[one] = order_of_service(
            has_day_care_of[i], lacking[place], waiting_day_care_of[i], this_month[3, place] * UNIT
        )

    own_minutes = np.zeros(levers.shape[0], np.int64)
    own_places = np.zeros(levers.shape[0], np.int64)
    for d in range(levers.shape[0]):
        own_minutes[d] = int(levers[d, AMBULATORY_MINUTES])
        own_places[d] = int(levers[d, DAY_CARE_PLACES])
    contracts = np.zeros(number, np.int32)
    in_day_care = np.zeros(number, np.int32)
    share_out(districts, clients, order, minutes, contracts, own_minutes, town_minutes)
    share_out(districts, guests, order_day, one_each, in_day_care, own_places, town_places)
    waits = np.zeros(number, np.uint8)
    for place in clients:
        waits[place] = contracts[place] == 0
    waits_day = np.zeros(number, np.uint8)
    for place in guests:
        waits_day[place] = in_day_care[place] == 0
    in_want = write_down_care(
        c, people, p, contracts, in_day_care, waits, waits_day, partners, children, by_partner,
        by_child, by_others,
    )  # fmt: skip
    neighbours_give(c, people, districts, in_want, p, levers, volunteer_minutes, this_month)


@inside
def write_down_care(
    c: Any,
    people: NDArray[np.uint32],
    p: Any,
    contracts: NDArray[np.int32],
    in_day_care: NDArray[np.int32],
    waits: NDArray[np.uint8],
    waits_day: NDArray[np.uint8],
    partners: NDArray[np.uint32],
    children: NDArray[np.uint32],
    by_partner: NDArray[np.int32],
    by_child: NDArray[np.int32],
    by_others: NDArray[np.int32],
) -> NDArray[np.uint32]:
    """What services and family give, what is missing, and the name of the setting.

    The family covers what services leave, the partner first; carers get their hours noted. What
    the neighbours gave last month relieves them, too; this month's is still to come.

    Args:
        contracts: minutes a week of ambulatory care, shape (people,).
        in_day_care: 1 for who has a place, shape (people,).
        waits, waits_day: 1 for who waits for ambulatory care, for day care, shape (people,).
        partners, children: rows of those who would care, shape (people,).
        by_partner, by_child, by_others: minutes they could give; changed to what they give.

    Returns:
        Places of `people` for whom something is missing.
    """
    setting_of = c.setting
    need_minutes_of = c.need_minutes
    family_minutes_of = c.family_minutes
    neighbour_minutes_of = c.neighbour_minutes
    ambulatory_minutes_of = c.ambulatory_minutes
    day_care_minutes_of = c.day_care_minutes
    nursing_home_minutes_of = c.nursing_home_minutes
    missing_minutes_of = c.missing_minutes
    caring_minutes_of = c.caring_minutes
    relief_of = c.relief
    has_ambulatory_of = c.has_ambulatory
    has_day_care_of = c.has_day_care
    waiting_ambulatory_of = c.waiting_ambulatory
    waiting_day_care_of = c.waiting_day_care
    number = people.shape[0]
    need = np.empty(BLOCK, np.int32)
    day_care = np.empty(BLOCK, np.int32)
    left = np.empty(BLOCK, np.int32)
    in_want = np.empty(number + 1, np.uint32)
    wanting = 0
    for begin in range(0, number, BLOCK):
        end = min(number, begin + BLOCK)
        size = end - begin
        for place in range(size):
            need[place] = need_minutes_of[people[begin + place]]
        services_give(
            day_care[:size], left[:size], need, contracts[begin:end], in_day_care[begin:end],
            int(p.day_care_minutes),
        )  # fmt: skip
        family_gives(left[:size], by_partner[begin:end], by_child[begin:end], by_others[begin:end])
        for place in range(size):
            one = np.uint32(begin + place)
            i = people[one]
            relief_by_neighbours = neighbour_minutes_of[i]
            neighbour_minutes_of[i] = 0
            if setting_of[i] == NURSING_HOME:
                nursing_home_minutes_of[i] = need[place]
                family_minutes_of[i] = 0
                ambulatory_minutes_of[i] = 0
                day_care_minutes_of[i] = 0
                missing_minutes_of[i] = 0
                continue
            ambulatory = contracts[one]
            in_day_care_ = in_day_care[one]
            ambulatory_minutes_of[i] = ambulatory
            has_ambulatory_of[i] = ambulatory > 0
            waiting_ambulatory_of[i] = months_of_waiting(waiting_ambulatory_of[i], waits[one])
            day_care_minutes_of[i] = day_care[place]
            has_day_care_of[i] = in_day_care_
            waiting_day_care_of[i] = months_of_waiting(waiting_day_care_of[i], waits_day[one])
            partner, child = by_partner[one], by_child[one]
            family = partner + child + by_others[one]
            family_minutes_of[i] = family
            missing_minutes_of[i] = left[place]
            in_want[wanting] = one
            wanting += left[place] > 0
            setting_of[i] = setting_at_home(in_day_care_ > 0, ambulatory > 0, family)
            # No branch: who gives nothing gets 0 minutes and nothing that relieves.
            relief = relief_for_carer(ambulatory > 0, in_day_care_ > 0, relief_by_neighbours)
            carer, grown_child = partners[one], children[one]
            caring_minutes_of[carer] += partner
            relief_of[carer] |= relief * np.uint8(partner > 0)
            caring_minutes_of[grown_child] += child
            relief_of[grown_child] |= relief * np.uint8(child > 0)
    return in_want[:wanting]


@inside
def services_give(
    day_care: Any, left: Any, need: Any, contracts: Any, in_day_care: Any, day_care_minutes: int
) -> None:
    """Minutes of a block's people in day care, and what services leave."""
    for place in range(left.size):
        day_care[place] = in_day_care[place] * minutes_in_day_care(
            need[place], contracts[place], day_care_minutes
        )
        left[place] = need[place] - contracts[place] - day_care[place]


@inside
def family_gives(left: Any, by_partner: Any, by_child: Any, by_others: Any) -> None:
    """From what the family of a block's people could give to what they give, and what is left."""
    for place in range(left.size):
        partner, child, others = family_covers(
            left[place], by_partner[place], by_child[place], by_others[place]
        )
        by_partner[place], by_child[place], by_others[place] = partner, child, others
        left[place] -= partner + child + others


@inside
def neighbours_give(
    c: Any,
    people: NDArray[np.uint32],
    districts: NDArray[np.int16],
    in_want: NDArray[np.uint32],
    p: Any,
    levers: NDArray[np.float64],
    volunteer_minutes: NDArray[np.int64],
    words: NDArray[np.uint32],
) -> None:
    """Organised neighbourly help for light needs, the most uncovered first.

    Args:
        districts: where each person lives, shape (people,).
        in_want: places of `people` for whom something is missing.
        words: of block PRIORITY for these people, shape (4, people).
        Others: see `give_care`.
    """
    care_grade_of = c.care_grade
    need_minutes_of = c.need_minutes
    neighbour_minutes_of = c.neighbour_minutes
    missing_minutes_of = c.missing_minutes
    pool = np.zeros(levers.shape[0], np.int64)
    left = 0
    for d in range(levers.shape[0]):
        pool[d] = int(volunteer_minutes[d] * levers[d, NEIGHBOURLY_SHARE])
        left += pool[d]
    if left == 0:
        return
    asking = np.empty(in_want.size + 1, np.uint32)
    wanted = np.empty(in_want.size + 1, np.int32)
    order = np.empty(in_want.size + 1, np.float64)
    most_minutes = int(p.neighbour_minutes)
    ask = 0
    for place in in_want:
        i = people[place]
        need = np.int64(need_minutes_of[i])
        given = need - missing_minutes_of[i]
        asking[ask] = place
        wanted[ask] = neighbourly_help_wanted(
            care_grade_of[i], p.neighbourly_help_highest_grade, need, given, most_minutes
        )
        order[ask] = order_of_neighbourly_help(need, given, words[1, place] * UNIT)
        ask += wanted[ask] > 0
    for one in queue_of(order[:ask]):
        place = asking[one]
        district = districts[place]
        given = min(wanted[one], pool[district])
        if given > 0:
            i = people[place]
            neighbour_minutes_of[i] = given
            missing_minutes_of[i] -= given
            pool[district] -= given
            left -= given
            if left == 0:
                return
