"""Fifth stage: rows of those who are gone become free; newborns and newcomers take them.

A row number is only a place: who comes is decided by identities (mother and month; district,
month and place in the queue) and by draws under those identities, so that one birth more or less
shifts nobody else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import inlined, inside
from sim.draws import (
    ARRIVALS,
    NEWBORN,
    NEWCOMER,
    NEWCOMER_FAMILY,
    NEWCOMER_TIES,
    NEWCOMER_TRAITS,
    UNIT,
    fill_words,
    fill_words_of_two,
    identity,
    uniforms,
)
from sim.indicators import INDEX
from sim.residents import (
    ALIVE,
    EMPTY,
    HOME_ALONE,
    INDEPENDENT,
    NOBODY,
    STARTED_ALONE,
    STARTED_WITHDRAWN,
)
from sim.rules.age import age_in_years, band_of
from sim.rules.arriving import (
    care_grade_of_newcomer,
    education_of_newcomer,
    has_child_in_reach,
    lower_digits,
    months_of_child,
    months_of_head,
    months_of_partner,
    newcomer_households,
    number_of_children,
    place_in_district,
    sex_of_newborn,
    volunteering_of_newcomer,
)
from sim.rules.volunteering import minutes_given
from sim.stages.screening import BLOCK, choose

BIRTHS = INDEX["births"]
MOVED_IN = INDEX["moved_in"]

# Kinds of identities, see `sim.draws.identity`. 1 is the founding residents' (sim.making).
NEWBORN_ID, HEAD_ID, PARTNER_ID, CHILD_ID, DISTRICT_ID = 2, 3, 4, 5, 6

MOST_PERSONS = 4
"""Of a newcomer household: a couple and two children."""


@inlined
def clear_row(c: Any, i: int) -> None:
    """Everything empty in row i."""
    c.uid[i] = 0
    c.status[i] = 0
    c.arrived[i] = 0
    c.birth_month[i] = 0
    c.sex[i] = 0
    c.district[i] = 0
    c.x[i] = 0
    c.y[i] = 0
    c.household[i] = 0
    c.partner[i] = NOBODY
    c.child[i] = NOBODY
    c.parent[i] = NOBODY
    c.follows[i] = NOBODY
    c.child_in_reach[i] = 0
    c.education[i] = 0
    c.migration_background[i] = 0
    c.barrier_free[i] = 0
    c.online[i] = 0
    c.start_group[i] = 0
    c.care_grade[i] = 0
    c.setting[i] = 0
    c.mobility_limited[i] = 0
    c.lonely[i] = 0
    c.withdrawn[i] = 0
    c.known_point[i] = NOBODY
    c.habit[i] = 0
    c.visit_wish[i] = 0
    c.visits[i] = 0
    c.volunteer[i] = 0
    c.volunteer_minutes[i] = 0
    c.strained[i] = 0
    c.need_minutes[i] = 0
    c.family_minutes[i] = 0
    c.neighbour_minutes[i] = 0
    c.ambulatory_minutes[i] = 0
    c.day_care_minutes[i] = 0
    c.nursing_home_minutes[i] = 0
    c.missing_minutes[i] = 0
    c.caring_minutes[i] = 0
    c.relief[i] = 0
    c.service_trait[i] = 0
    c.day_care_trait[i] = 0
    c.has_ambulatory[i] = 0
    c.has_day_care[i] = 0
    c.waiting_ambulatory[i] = 0
    c.waiting_day_care[i] = 0
    c.waiting_home[i] = 0
    c.home_months[i] = 0
    c.prevention_until[i] = 0
    for place in range(c.acquaintances.shape[1]):
        c.acquaintances[i, place] = NOBODY


@inside
def let_go(
    c: Any, household_size: NDArray[np.int16], births: NDArray[np.uint8], rows: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Free the rows of those who died or left.

    Args:
        births: 1 where a resident gave birth this month.

    Returns:
        Free rows in order; rows of the mothers who are still here.
    """
    status_of = c.status
    household_of = c.household
    free = np.empty(rows, np.uint32)
    mothers = np.empty(rows, np.uint32)
    may_of_block = np.empty(BLOCK, np.uint8)
    chosen = np.empty(BLOCK + 1, np.int64)
    freed = mothers_here = 0
    for begin in range(0, rows, BLOCK):
        end = min(rows, begin + BLOCK)
        may = may_of_block[: end - begin]
        is_gone_or_mother(may, status_of[begin:end], births[begin:end])
        for one in range(choose(chosen, may)):
            i = np.uint32(begin + chosen[one])
            if status_of[i] == ALIVE:
                mothers[mothers_here] = i
                mothers_here += 1
                continue
            if status_of[i] != EMPTY:
                if household_of[i] >= 0:
                    household_size[household_of[i]] -= 1
                clear_row(c, i)
            free[freed] = i
            freed += 1
    return free[:freed], mothers[:mothers_here]


@inside
def is_gone_or_mother(may: Any, status_of: Any, births: Any) -> None:
    """Mark rows of a block that are free or to be freed, and those of mothers."""
    for place in range(may.size):
        may[place] = np.uint8(status_of[place] != ALIVE) | np.uint8(births[place] > 0)


@inlined
def free_row(free: NDArray[np.uint32], place: int, rows: int) -> Any:
    """Row of who comes at this place: the free ones in order, then those behind the rows in use."""
    return np.uint32(free[place] if place < free.size else rows + place - free.size)


@inside
def welcome_newborns(
    c: Any,
    household_size: NDArray[np.int16],
    mothers: NDArray[np.uint32],
    free: NDArray[np.uint32],
    sex_ratio: float,
    seed: Any,
    month: int,
    now: int,
    rows: int,
    counts: NDArray[np.int64],
) -> int:
    """A newborn for every mother who is still here; returns rows in use afterwards.

    Args:
        mothers: rows of those who gave birth this month and are still here.
        free: free rows in order; newborns take the first.
        sex_ratio: boys per girl.
    """
    uid_of = c.uid
    status_of = c.status
    arrived_of = c.arrived
    birth_month_of = c.birth_month
    sex_of = c.sex
    district_of = c.district
    x_of = c.x
    y_of = c.y
    household_of = c.household
    follows_of = c.follows
    education_of = c.education
    migration_background_of = c.migration_background
    service_trait_of = c.service_trait
    day_care_trait_of = c.day_care_trait
    for place in range(mothers.size):
        mother = mothers[place]
        row = free_row(free, place, rows)
        uid_of_mother = uid_of[mother]
        uid = identity(NEWBORN_ID, uid_of_mother, uid_of_mother >> np.uint64(32), month)
        u_sex, u_service, u_day, _ = uniforms(seed, uid, month, NEWBORN)
        uid_of[row] = uid
        status_of[row] = ALIVE
        arrived_of[row] = month
        birth_month_of[row] = now
        sex_of[row] = sex_of_newborn(sex_ratio, u_sex)
        district_of[row] = district_of[mother]
        x_of[row] = x_of[mother]
        y_of[row] = y_of[mother]
        household_of[row] = household_of[mother]
        if household_of[mother] >= 0:
            household_size[household_of[mother]] += 1
        decider = follows_of[mother]
        follows_of[row] = decider if decider >= 0 else mother
        education_of[row] = education_of[mother]
        migration_background_of[row] = migration_background_of[mother]
        service_trait_of[row] = int(u_service * 65536.0)
        day_care_trait_of[row] = int(u_day * 65536.0)
        counts[district_of[mother], 0, 0, BIRTHS] += 1
    return rows + max(0, mothers.size - free.size)


@inside
def settle_in(
    c: Any,
    newcomers: NDArray[np.uint32],
    is_child: NDArray[np.uint8],
    household_size: NDArray[np.int16],
    traits: Any,
    p: Any,
    founders: NDArray[np.int64],
    first_founder: NDArray[np.int64],
    seed: Any,
    month: int,
    now: int,
    counts: NDArray[np.int64],
) -> None:
    """Give newcomers their features, drawn under the identity of each.

    Args:
        newcomers: their rows; who they are, where they live and with whom stands there already.
        is_child: 1 for a child brought along, which is neither lonely nor in a group.
        counts: arrivals are added.
        Others: see `welcome_newcomers`.
    """
    uid_of = c.uid
    status_of = c.status
    arrived_of = c.arrived
    birth_month_of = c.birth_month
    sex_of = c.sex
    district_of = c.district
    household_of = c.household
    partner_of = c.partner
    acquaintances_of = c.acquaintances
    child_in_reach_of = c.child_in_reach
    education_of = c.education
    migration_background_of = c.migration_background
    barrier_free_of = c.barrier_free
    online_of = c.online
    start_group_of = c.start_group
    care_grade_of = c.care_grade
    setting_of = c.setting
    mobility_limited_of = c.mobility_limited
    lonely_of = c.lonely
    withdrawn_of = c.withdrawn
    volunteer_of = c.volunteer
    volunteer_minutes_of = c.volunteer_minutes
    service_trait_of = c.service_trait
    day_care_trait_of = c.day_care_trait
    number = newcomers.shape[0]
    uids = np.empty(number, np.uint64)
    for place in range(number):
        uids[place] = uid_of[newcomers[place]]
    features, family = np.empty((4, number), np.uint32), np.empty((4, number), np.uint32)
    readiness = np.empty((4, number), np.uint32)
    first = np.int64(0)
    fill_words_of_two(
        features, family, seed, uids, first, number, month, NEWCOMER_TRAITS, NEWCOMER_FAMILY
    )
    fill_words(readiness, seed, uids, first, number, month, NEWBORN)
    for place in range(number):
        i = newcomers[place]
        sex = sex_of[i]
        age = age_in_years(now, birth_month_of[i])
        u_education, u_grade = features[0, place] * UNIT, features[1, place] * UNIT
        u_equipment, u_lonely = features[2, place] * UNIT, features[3, place] * UNIT
        education_of[i] = education_of_newcomer(traits.education[age], u_education)
        grade = care_grade_of_newcomer(traits.grade[sex, age], u_grade)
        care_grade_of[i] = grade
        # At home from the first day; the hours of care are settled in the month after.
        setting_of[i] = HOME_ALONE if grade > 0 else INDEPENDENT
        barrier_free_of[i] = u_equipment < traits.barrier_free[age]
        online_of[i] = 1.0 - u_equipment < traits.online[age]
        u_volunteer, u_reach = family[0, place] * UNIT, family[1, place] * UNIT
        u_mobility, u_background = family[2, place] * UNIT, family[3, place] * UNIT
        volunteer_of[i] = volunteering_of_newcomer(
            age, grade, traits.volunteer[age], p.quarter_volunteer_share, u_volunteer
        )
        if volunteer_of[i] > 0:
            volunteer_minutes_of[i] = int(minutes_given(
                u_background, p.volunteer_hours_share_low, p.volunteer_hours_share_middle,
                p.volunteer_minutes_low, p.volunteer_minutes_middle, p.volunteer_minutes_high,
            ))  # fmt: skip
        child_in_reach_of[i] = has_child_in_reach(age, p.child_in_reach_share, u_reach)
        mobility_limited_of[i] = u_mobility < traits.limited[sex, age]
        migration_background_of[i] = 1.0 - u_background < traits.migration_background[age]
        service_trait_of[i] = int(readiness[1, place] * UNIT * 65536.0)
        day_care_trait_of[i] = int(readiness[2, place] * UNIT * 65536.0)
        district = district_of[i]
        known = founders[first_founder[district] : first_founder[district + 1]]
        if known.size > 0 and age >= 14:
            ties = uniforms(seed, uids[place], month, NEWCOMER_TIES)
            for tie in range(4):
                other = known[int(ties[tie] * known.size)]
                if status_of[other] == ALIVE and arrived_of[other] == 0:
                    acquaintances_of[i, tie] = other
        if not is_child[place]:
            if age >= 14:
                partner = 1 if partner_of[i] >= 0 else 0
                lonely_of[i] = u_lonely < traits.lonely[sex, age, partner]
                withdrawn_of[i] = 1.0 - u_lonely < traits.withdrawn[age]
            group = 0
            if household_size[household_of[i]] == 1:
                group |= STARTED_ALONE
            if withdrawn_of[i]:
                group |= STARTED_WITHDRAWN
            start_group_of[i] = group
        counts[district, band_of(age), start_group_of[i], MOVED_IN] += 1


@inside
def welcome_newcomers(
    c: Any,
    household_size: NDArray[np.int16],
    households: int,
    t: Any,
    p: Any,
    traits: Any,
    founders: NDArray[np.int64],
    first_founder: NDArray[np.int64],
    centres: NDArray[np.float64],
    radius: NDArray[np.float64],
    household_persons: float,
    child_share: float,
    seed: Any,
    month: int,
    now: int,
    free: NDArray[np.uint32],
    rows: int,
    counts: NDArray[np.int64],
) -> tuple[int, int]:
    """Newcomer households of every district; returns (rows in use, households in use).

    Args:
        households: households in use.
        founders: rows of the founding residents ordered by district.
        first_founder: where each district's founders begin, shape (districts + 1,).
        centres: metres east and north of each district's centre, shape (districts, 2).
        radius: metres, shape (districts,).
        household_persons: mean persons of a newcomer household.
        child_share: chance that a household of an adult of 25 to 44 brings children.
        free: free rows in order; newcomers take the first.
        rows: rows in use.
    """
    uid_of = c.uid
    status_of = c.status
    arrived_of = c.arrived
    birth_month_of = c.birth_month
    sex_of = c.sex
    district_of = c.district
    x_of = c.x
    y_of = c.y
    household_of = c.household
    partner_of = c.partner
    follows_of = c.follows
    numbers = np.empty(centres.shape[0], np.int64)
    for d in range(centres.shape[0]):
        u_number, _, _, _ = uniforms(seed, identity(DISTRICT_ID, d, 0, 0), month, ARRIVALS)
        numbers[d] = newcomer_households(t.newcomers[d] / household_persons, u_number)
    most = MOST_PERSONS * numbers.sum()
    newcomers = np.empty(most, np.uint32)
    is_child = np.zeros(most, np.uint8)
    came = 0
    for d in range(centres.shape[0]):
        for place in range(numbers[d]):
            uid = identity(HEAD_ID, d, month, place)
            u_who, u_partner, u_children, u_place = uniforms(seed, uid, month, NEWCOMER)
            cell = np.searchsorted(t.newcomer_age, u_who, side="right")
            cell = min(cell, 241)
            sex = cell // 121
            age = cell % 121
            # The lower digits of a draw serve a second time, for month of birth and place.
            fraction = lower_digits(u_who, 1048576.0)
            months = months_of_head(age, fraction)
            north = lower_digits(u_place, 65536.0)
            x, y = place_in_district(centres[d, 0], centres[d, 1], radius[d], u_place, north)
            children = number_of_children(age, child_share, u_children)
            with_partner = u_partner < traits.partner[sex, age] and age >= 18
            first = came
            for person in range(1 + with_partner + children):
                row = free_row(free, came, rows)
                months_of_age = months
                sex_of_person = sex
                uid_of_person = uid
                if person > with_partner:
                    k = person - with_partner - 1
                    uid_of_person = identity(CHILD_ID, d, month, place * 4 + k)
                    u_age, u_sex, _, _ = uniforms(seed, uid_of_person, month, NEWCOMER)
                    months_of_age = months_of_child(months, u_age)
                    sex_of_person = int(u_sex * 2.0)
                    is_child[came] = 1
                elif person > 0:
                    uid_of_person = identity(PARTNER_ID, d, month, place)
                    months_of_age = months_of_partner(months, fraction)
                    sex_of_person = 1 - sex
                uid_of[row] = uid_of_person
                status_of[row] = ALIVE
                arrived_of[row] = month
                birth_month_of[row] = now - months_of_age
                sex_of[row] = sex_of_person
                district_of[row] = d
                x_of[row] = x
                y_of[row] = y
                household_of[row] = households
                newcomers[came] = row
                came += 1
            household_size[households] = came - first
            households += 1
            head = newcomers[first]
            if with_partner:
                other = newcomers[first + 1]
                partner_of[head] = other
                partner_of[other] = head
                if uid < uid_of[other]:
                    follows_of[other] = head
                else:
                    follows_of[head] = other
            # Whoever decides for the head decides for the children too.
            decider = follows_of[head] if follows_of[head] >= 0 else head
            for person in range(first + 1 + with_partner, came):
                follows_of[newcomers[person]] = decider
    settle_in(
        c, newcomers[:came], is_child, household_size, traits, p, founders, first_founder, seed,
        month, now, counts,
    )  # fmt: skip
    return rows + max(0, came - free.size), households
