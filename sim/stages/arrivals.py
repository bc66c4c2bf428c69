"""Fifth stage: rows of those who are gone become free; newborns and newcomers take them.

A row number is only a place: who comes is decided by identities (mother and month; district,
month and place in the queue) and by draws under those identities, so that one birth more or less
shifts nobody else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inlined
from sim.draws import (
    ARRIVALS,
    NEWBORN,
    NEWCOMER,
    NEWCOMER_FAMILY,
    NEWCOMER_TIES,
    NEWCOMER_TRAITS,
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

BIRTHS = INDEX["births"]
MOVED_IN = INDEX["moved_in"]

# Kinds of identities, see `sim.draws.identity`. 1 is the founding residents' (sim.making).
NEWBORN_ID, HEAD_ID, PARTNER_ID, CHILD_ID, DISTRICT_ID = 2, 3, 4, 5, 6


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


@compiled
def let_go(c: Any, household_size: NDArray[np.int16], rows: int) -> int:
    """Free the rows of those who died or left; returns how many rows below `rows` are free."""
    status_of = c.status
    household_of = c.household
    free = 0
    for i in range(rows):
        status = status_of[i]
        if status == EMPTY:
            free += 1
        elif status != ALIVE:
            if household_of[i] >= 0:
                household_size[household_of[i]] -= 1
            clear_row(c, i)
            free += 1
    return free


@compiled
def next_free_row(c: Any, start: int) -> int:
    """First free row from `start` on; the table always has one."""
    status_of = c.status
    i = start
    while status_of[i] != EMPTY:
        i += 1
    return i


@compiled
def welcome_newborns(
    c: Any,
    household_size: NDArray[np.int16],
    births: NDArray[np.uint8],
    sex_ratio: float,
    seed: Any,
    month: int,
    now: int,
    rows: int,
    counts: NDArray[np.int64],
) -> int:
    """A newborn for every mother who is still here; returns rows in use afterwards.

    Args:
        births: 1 where a mother gives birth; rows that were freed this month hold 0 or are not
            alive any more.
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
    free = 0
    used = rows
    for mother in range(rows):
        if births[mother] == 0 or status_of[mother] != ALIVE:
            continue
        free = next_free_row(c, free)
        uid_of_mother = uid_of[mother]
        uid = identity(NEWBORN_ID, uid_of_mother, uid_of_mother >> np.uint64(32), month)
        u_sex, u_service, u_day, _ = uniforms(seed, uid, month, NEWBORN)
        uid_of[free] = uid
        status_of[free] = ALIVE
        arrived_of[free] = month
        birth_month_of[free] = now
        sex_of[free] = sex_of_newborn(sex_ratio, u_sex)
        district_of[free] = district_of[mother]
        x_of[free] = x_of[mother]
        y_of[free] = y_of[mother]
        household_of[free] = household_of[mother]
        if household_of[mother] >= 0:
            household_size[household_of[mother]] += 1
        decider = follows_of[mother]
        follows_of[free] = decider if decider >= 0 else mother
        education_of[free] = education_of[mother]
        migration_background_of[free] = migration_background_of[mother]
        service_trait_of[free] = int(u_service * 65536.0)
        day_care_trait_of[free] = int(u_day * 65536.0)
        counts[district_of[mother], 0, 0, BIRTHS] += 1
        used = max(used, free + 1)
    return used


@compiled
def settle_in(
    c: Any,
    i: int,
    uid: Any,
    age_months: int,
    sex: int,
    district: int,
    x: int,
    y: int,
    household: int,
    traits: Any,
    t: Any,
    p: Any,
    founders: NDArray[np.int64],
    seed: Any,
    month: int,
    now: int,
) -> None:
    """Write a newcomer into row i with features drawn under the newcomer's identity."""
    uid_of = c.uid
    status_of = c.status
    arrived_of = c.arrived
    birth_month_of = c.birth_month
    sex_of = c.sex
    district_of = c.district
    x_of = c.x
    y_of = c.y
    household_of = c.household
    acquaintances_of = c.acquaintances
    child_in_reach_of = c.child_in_reach
    education_of = c.education
    migration_background_of = c.migration_background
    barrier_free_of = c.barrier_free
    online_of = c.online
    care_grade_of = c.care_grade
    setting_of = c.setting
    mobility_limited_of = c.mobility_limited
    volunteer_of = c.volunteer
    volunteer_minutes_of = c.volunteer_minutes
    service_trait_of = c.service_trait
    day_care_trait_of = c.day_care_trait
    uid_of[i] = uid
    status_of[i] = ALIVE
    arrived_of[i] = month
    birth_month_of[i] = now - age_months
    sex_of[i] = sex
    district_of[i] = district
    x_of[i] = x
    y_of[i] = y
    household_of[i] = household
    age = age_in_years(now, now - age_months)
    u_education, u_grade, u_equipment, _ = uniforms(seed, uid, month, NEWCOMER_TRAITS)
    education_of[i] = education_of_newcomer(traits.education[age], u_education)
    grade = care_grade_of_newcomer(traits.grade[sex, age], u_grade)
    care_grade_of[i] = grade
    # At home from the first day; the hours of care are settled in the month after.
    setting_of[i] = HOME_ALONE if grade > 0 else INDEPENDENT
    barrier_free_of[i] = u_equipment < traits.barrier_free[age]
    online_of[i] = 1.0 - u_equipment < traits.online[age]
    u_volunteer, u_reach, u_mobility, u_background = uniforms(seed, uid, month, NEWCOMER_FAMILY)
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
    _, u_service, u_day, _ = uniforms(seed, uid, month, NEWBORN)
    service_trait_of[i] = int(u_service * 65536.0)
    day_care_trait_of[i] = int(u_day * 65536.0)
    ties = uniforms(seed, uid, month, NEWCOMER_TIES)
    number = founders.shape[0]
    if number > 0 and age >= 14:
        for place in range(4):
            other = founders[int(ties[place] * number)]
            if status_of[other] == ALIVE and arrived_of[other] == 0:
                acquaintances_of[i, place] = other


@compiled
def finish_newcomer(
    c: Any, i: int, household_size: NDArray[np.int16], traits: Any, seed: Any, month: int, now: int
) -> None:
    """Features that depend on whom one came with: loneliness, withdrawal, group, living alone."""
    uid_of = c.uid
    birth_month_of = c.birth_month
    sex_of = c.sex
    household_of = c.household
    partner_of = c.partner
    start_group_of = c.start_group
    lonely_of = c.lonely
    withdrawn_of = c.withdrawn
    age = age_in_years(now, birth_month_of[i])
    _, _, _, u_lonely = uniforms(seed, uid_of[i], month, NEWCOMER_TRAITS)
    partner = 1 if partner_of[i] >= 0 else 0
    if age >= 14:
        lonely_of[i] = u_lonely < traits.lonely[sex_of[i], age, partner]
        withdrawn_of[i] = 1.0 - u_lonely < traits.withdrawn[age]
    group = 0
    if household_size[household_of[i]] == 1:
        group |= STARTED_ALONE
    if withdrawn_of[i]:
        group |= STARTED_WITHDRAWN
    start_group_of[i] = group


@compiled
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
    """
    arrived_of = c.arrived
    birth_month_of = c.birth_month
    household_of = c.household
    partner_of = c.partner
    follows_of = c.follows
    start_group_of = c.start_group
    free = 0
    used = rows
    for d in range(centres.shape[0]):
        known = founders[first_founder[d] : first_founder[d + 1]]
        u_number, _, _, _ = uniforms(seed, identity(DISTRICT_ID, d, 0, 0), month, ARRIVALS)
        number = newcomer_households(t.newcomers[d] / household_persons, u_number)
        for place in range(number):
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
            household = households
            households += 1
            household_size[household] = 1
            free = next_free_row(c, free)
            head = free
            settle_in(c, head, uid, months, sex, d, x, y, household, traits, t, p, known,
                      seed, month, now)  # fmt: skip
            other = NOBODY
            if u_partner < traits.partner[sex, age] and age >= 18:
                free = next_free_row(c, free)
                other = free
                uid_of_partner = identity(PARTNER_ID, d, month, place)
                settle_in(c, other, uid_of_partner, months_of_partner(months, fraction), 1 - sex,
                          d, x, y, household, traits, t, p, known, seed, month, now)  # fmt: skip
                household_size[household] = 2
                partner_of[head] = other
                partner_of[other] = head
                if uid < uid_of_partner:
                    follows_of[other] = head
                else:
                    follows_of[head] = other
            last_child = NOBODY
            first_child = free + 1
            for k in range(number_of_children(age, child_share, u_children)):
                free = next_free_row(c, free)
                uid_of_child = identity(CHILD_ID, d, month, place * 4 + k)
                u_age, u_sex, _, _ = uniforms(seed, uid_of_child, month, NEWCOMER)
                settle_in(c, free, uid_of_child, months_of_child(months, u_age),
                          int(u_sex * 2.0), d, x, y, household, traits, t, p, known,
                          seed, month, now)  # fmt: skip
                household_size[household] += 1
                # Whoever decides for the head decides for the children too.
                follows_of[free] = follows_of[head] if follows_of[head] >= 0 else head
                last_child = free
            finish_newcomer(c, head, household_size, traits, seed, month, now)
            counts[d, band_of(age), start_group_of[head], MOVED_IN] += 1
            if other >= 0:
                finish_newcomer(c, other, household_size, traits, seed, month, now)
                cell = band_of(age_in_years(now, birth_month_of[other]))
                counts[d, cell, start_group_of[other], MOVED_IN] += 1
            for i in range(first_child, last_child + 1):
                if arrived_of[i] == month and household_of[i] == household:
                    counts[d, 0, start_group_of[i], MOVED_IN] += 1
            used = max(used, free + 1)
    return used, households
