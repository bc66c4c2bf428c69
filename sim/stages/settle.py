"""Before the first month: mean risks of the start, personal traits, the carers' burden.

Effects redistribute what the official figures give; they must not add to it. So every relative
risk is divided by its mean over the people it applies to at the start, by sex and age band,
weighted with their rate. Deaths, new care need, new loneliness, requests for a nursing home and new
strain of the start are then what the tables say, whatever the strength of the effects.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inside
from sim.draws import ENGAGEMENT, PERSON, POPULATION, uniforms
from sim.residents import ALIVE, NURSING_HOME
from sim.rules.age import age_in_years, risk_band_of
from sim.rules.care_need import relative_risk_of_care_need
from sim.rules.death import relative_risk_of_death
from sim.rules.family_care import care_needed, share_not_covered
from sim.rules.meeting import takes_part
from sim.rules.services import readiness_for_services, relative_risk_of_nursing_home
from sim.rules.strain import relief_of_carer
from sim.stages.care import carer_is_strained, family_could_give, lives_alone, share_missing
from sim.stages.life import (
    MEAN_CARE_NEED,
    MEAN_DEATH,
    MEAN_LONELINESS,
    MEAN_NURSING_HOME,
    MEAN_STRAIN,
)


@compiled
def mean_risks(
    c: Any, household_size: NDArray[np.int16], t: Any, p: Any, now: int, rows: int
) -> NDArray[np.float64]:
    """Mean relative risks of the start, shape (5, 2, 4): kind, sex, age band.

    Kind MEAN_STRAIN has one value only, at [MEAN_STRAIN, 0, 0]: mean of hours times relief.
    """
    status_of = c.status
    birth_month_of = c.birth_month
    sex_of = c.sex
    household_of = c.household
    partner_of = c.partner
    child_of = c.child
    barrier_free_of = c.barrier_free
    care_grade_of = c.care_grade
    setting_of = c.setting
    lonely_of = c.lonely
    habit_of = c.habit
    volunteer_of = c.volunteer
    strained_of = c.strained
    need_minutes_of = c.need_minutes
    missing_minutes_of = c.missing_minutes
    caring_minutes_of = c.caring_minutes
    relief_of = c.relief
    total = np.zeros((5, 2, 4))
    weight = np.zeros((5, 2, 4))
    for i in range(rows):
        if status_of[i] != ALIVE:
            continue
        sex = sex_of[i]
        age = age_in_years(now, birth_month_of[i])
        band = risk_band_of(age)
        grade = care_grade_of[i]
        in_home = 1 if setting_of[i] == NURSING_HOME else 0
        regular = takes_part(habit_of[i], p.participation_habit, in_home)
        rate = t.death[0, sex, age, grade + 6 if in_home else grade]
        risk = relative_risk_of_death(
            lonely_of[i], volunteer_of[i] > 0, False,
            p.risk_lonely_death, p.risk_volunteer_death, p.risk_visit_death,
        )  # fmt: skip
        total[MEAN_DEATH, sex, band] += rate * risk
        weight[MEAN_DEATH, sex, band] += rate
        if grade == 0:
            rate = t.care_up[0, sex, age, 0]
            risk = relative_risk_of_care_need(
                regular, lonely_of[i], False, barrier_free_of[i],
                p.risk_part_need, p.risk_lonely_need, p.risk_visit_need, p.risk_dwelling_need,
            )  # fmt: skip
            total[MEAN_CARE_NEED, sex, band] += rate * risk
            weight[MEAN_CARE_NEED, sex, band] += rate
        elif not in_home:
            rate = t.nursing_home_entry[sex, age, grade]
            risk = relative_risk_of_nursing_home(
                lives_alone(i, household_of, household_size), share_missing(i, need_minutes_of, missing_minutes_of), carer_is_strained(i, partner_of, child_of, strained_of),
                False, p.risk_alone_home, p.risk_gap_home, p.risk_strain_home,
                p.preventive_visit_nursing_home,
            )  # fmt: skip
            total[MEAN_NURSING_HOME, sex, band] += rate * risk
            weight[MEAN_NURSING_HOME, sex, band] += rate
        if age >= 14 and not lonely_of[i]:
            partner = 1 if partner_of[i] >= 0 else 0
            rate = t.lonely_onset[sex, age, partner, in_home]
            risk = 1.0
            if regular:
                risk *= p.ease_meeting
            if strained_of[i]:
                risk *= p.carer_loneliness_factor
            total[MEAN_LONELINESS, sex, band] += rate * risk
            weight[MEAN_LONELINESS, sex, band] += rate
        if caring_minutes_of[i] > 0:
            relief = relief_of_carer(
                relief_of[i], 0.0, p.strain_factor_service, p.strain_factor_day_care,
                p.strain_factor_neighbour, p.strain_factor_counselling,
            )  # fmt: skip
            total[MEAN_STRAIN, 0, 0] += caring_minutes_of[i] / 60.0 * relief
            weight[MEAN_STRAIN, 0, 0] += 1.0
    means = np.ones((5, 2, 4))
    for kind in range(5):
        for sex in range(2):
            for band in range(4):
                if weight[kind, sex, band] > 0.0 and total[kind, sex, band] > 0.0:
                    means[kind, sex, band] = total[kind, sex, band] / weight[kind, sex, band]
    return means


@compiled
def shares_served(c: Any, t: Any, served: float, now: int, rows: int) -> tuple[float, float]:
    """Shares of those who want ambulatory care and day care who have it at the start.

    `served` where a town has as many clients as the statistics say of its people in need; where
    its services were counted and are fewer, as much less: the others want them too and wait.

    Args:
        served: share of those who want a service who have one, in the nation.
    """
    status_of = c.status
    birth_month_of = c.birth_month
    care_grade_of = c.care_grade
    setting_of = c.setting
    has_ambulatory_of = c.has_ambulatory
    has_day_care_of = c.has_day_care
    clients = guests = 0.0
    usual_clients = usual_guests = 0.0
    for i in range(rows):
        grade = care_grade_of[i]
        if status_of[i] != ALIVE or grade == 0 or setting_of[i] == NURSING_HOME:
            continue
        age = age_in_years(now, birth_month_of[i])
        clients += has_ambulatory_of[i]
        guests += has_day_care_of[i]
        usual_clients += t.ambulatory_share[age, grade] * served
        usual_guests += t.day_care_share[age, grade] * served
    ambulatory = day_care = served
    if clients < usual_clients:
        ambulatory = served * clients / usual_clients
    if guests < usual_guests:
        day_care = served * guests / usual_guests
    return ambulatory, day_care


@compiled
def give_traits(
    c: Any,
    household_size: NDArray[np.int16],
    t: Any,
    p: Any,
    served: tuple[float, float],
    population_seed: Any,
    now: int,
    rows: int,
) -> None:
    """Readiness for services, in agreement with who has one at the start.

    Who has a service at the start lies below the served part of the threshold of age, grade and
    family; who has none lies above it, and waits if still below the threshold; people without
    care need lie anywhere. So nobody takes up or drops a service in the first month without a
    reason.

    Args:
        served: shares of those who want ambulatory care and day care who have it.
    """
    uid_of = c.uid
    status_of = c.status
    birth_month_of = c.birth_month
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
    service_trait_of = c.service_trait
    day_care_trait_of = c.day_care_trait
    has_ambulatory_of = c.has_ambulatory
    has_day_care_of = c.has_day_care
    for i in range(rows):
        if status_of[i] != ALIVE:
            continue
        u_service, u_day, _, _ = uniforms(population_seed, uid_of[i], 0, POPULATION)
        grade = care_grade_of[i]
        if grade > 0 and setting_of[i] != NURSING_HOME:
            age = age_in_years(now, birth_month_of[i])
            u_need, u_household, u_child, u_partner = uniforms(np.uint64(0), uid_of[i], 0, PERSON)
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
                u_household,
                u_child,
                u_partner,
            )
            need = care_needed(
                p.need_minutes[grade], p.care_need_spread, barrier_free_of[i],
                p.barrier_free_need_factor, u_need,
            )  # fmt: skip
            missing = share_not_covered(need, by_partner + by_child + by_others)
            factor = readiness_for_services(missing, p.ambulatory_alone_factor, 0.0, 1.0)
            share = min(1.0, t.ambulatory_share[age, grade] * factor) * served[0]
            u_service = (
                u_service * share if has_ambulatory_of[i] else share + u_service * (1.0 - share)
            )
            share = min(1.0, t.day_care_share[age, grade] * factor) * served[1]
            u_day = u_day * share if has_day_care_of[i] else share + u_day * (1.0 - share)
        # Rounding up keeps people without a service at or above the threshold.
        service_trait_of[i] = settled(u_service, has_ambulatory_of[i])
        day_care_trait_of[i] = settled(u_day, has_day_care_of[i])


@inside
def settled(u: float, has_it: bool) -> int:
    """A trait of 0 to 65,535 from a number of 0 to 1, rounded away from the threshold."""
    trait = int(u * 65536.0)
    if not has_it:
        trait += 1
    return min(65535, trait)


@compiled
def give_strain(c: Any, p: Any, share: float, population_seed: Any, rows: int) -> None:
    """Who among the family carers is highly burdened at the start, by hours and relief."""
    uid_of = c.uid
    status_of = c.status
    strained_of = c.strained
    caring_minutes_of = c.caring_minutes
    total = 0.0
    number = 0
    for i in range(rows):
        if status_of[i] == ALIVE and caring_minutes_of[i] > 0:
            total += caring_minutes_of[i]
            number += 1
    for i in range(rows):
        if status_of[i] != ALIVE or caring_minutes_of[i] == 0:
            strained_of[i] = 0
            continue
        _, _, _, u = uniforms(population_seed, uid_of[i], 0, ENGAGEMENT)
        strained_of[i] = u < share * caring_minutes_of[i] * number / total


@compiled
def expected_leavers(c: Any, t: Any, now: int, rows: int, districts: int) -> NDArray[np.float64]:
    """Persons who can be expected to move away in a month, shape (districts, 2): all, under 18.

    By the rule of the first stage: one goes with the person one follows, and nobody moves away
    from a nursing home or follows somebody who lives there.
    """
    status_of = c.status
    birth_month_of = c.birth_month
    district_of = c.district
    follows_of = c.follows
    setting_of = c.setting
    leavers = np.zeros((districts, 2))
    for i in range(rows):
        if status_of[i] != ALIVE or setting_of[i] == NURSING_HOME:
            continue
        age = age_in_years(now, birth_month_of[i])
        decider = follows_of[i]
        chance = t.move_away[age]
        if decider >= 0:
            if setting_of[decider] == NURSING_HOME:
                continue
            chance = t.move_away[age_in_years(now, birth_month_of[decider])]
        leavers[district_of[i], 0] += chance
        if age < 18:
            leavers[district_of[i], 1] += chance
    return leavers
