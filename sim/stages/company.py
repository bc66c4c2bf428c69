"""Second stage: ties, loneliness, meeting points, volunteering, the carers' burden."""

from __future__ import annotations

import math

from sim.compiled import compiled
from sim.draws import ENGAGEMENT, SOCIAL, SUPPORT, uniforms
from sim.indicators import INDEX
from sim.levers import (
    ADAPTED_DWELLINGS,
    COUNSELLED,
    COURSES,
    OUTREACH,
    PREVENTIVE_VISITS,
    RECRUITED,
    SUPPORTS,
    TRAINED,
    TRANSPORT,
)
from sim.residents import ALIVE, DIED, NOBODY, NURSING_HOME
from sim.rules.loneliness import next_loneliness, next_withdrawal
from sim.rules.meeting import chance_of_visiting, hears, visits_wished
from sim.rules.strain import next_strain, relief_of_carer
from sim.rules.volunteering import (
    minutes_given,
    next_place_of_volunteering,
    next_volunteering,
)
from sim.stages.life import (
    MEAN_LONELINESS,
    MEAN_STRAIN,
    age_in_years,
    band_of,
    risk_band_of,
)

BEREAVED = INDEX["bereaved"]
FURTHEST_BIN = 61
METRES_PER_BIN = 50.0
DOOR_TO_DOOR_METRES = 100.0


@compiled
def metres(x, y, other_x, other_y):
    """Distance as the crow flies."""
    east = float(x - other_x)
    north = float(y - other_y)
    return math.sqrt(east * east + north * north)


@compiled
def nearest_point(c, i, age, points, district_points, seniors_age):
    """Nearest open meeting point that takes this age, among the four nearest to the district."""
    best = NOBODY
    best_metres = 1.0e9
    for place in range(district_points.shape[1]):
        k = district_points[c.district[i], place]
        if k < 0 or not points.open[k]:
            continue
        if age < seniors_age and not points.all_ages[k]:
            continue
        distance = metres(c.x[i], c.y[i], points.x[k], points.y[k])
        if distance < best_metres:
            best = k
            best_metres = distance
    return best


@compiled
def distance_bin(c, i, k, points, p, coverage):
    """Bin of 50 m on the way to a point; limited mobility makes the way longer, a ride short."""
    distance = metres(c.x[i], c.y[i], points.x[k], points.y[k])
    if coverage > 0.0 and (int(c.uid[i] >> 40) & 0xFFFF) < coverage * 65536.0:
        distance = min(distance, DOOR_TO_DOOR_METRES)
    elif c.mobility_limited[i]:
        distance /= p.mobility_distance_factor
    return min(FURTHEST_BIN, int(distance / METRES_PER_BIN))


@compiled
def age_factor_of(age, p):
    """Factor on visiting by age."""
    if age >= 65:
        return 1.0
    return p.visit_factor_50_64 if age >= 50 else p.visit_factor_under_50


@compiled
def keep_ties(c, i, age):
    """Forget links to people who are gone; 1 if the partner died this month."""
    bereaved = 0
    partner = c.partner[i]
    if partner >= 0 and c.status[partner] != ALIVE:
        if c.status[partner] == DIED:
            bereaved = 1
        c.partner[i] = NOBODY
    follows = c.follows[i]
    if follows >= 0 and (
        c.status[follows] != ALIVE or (age >= 18 and follows != c.partner[i])
    ):
        c.follows[i] = NOBODY
    if c.child[i] >= 0 and c.status[c.child[i]] != ALIVE:
        c.child[i] = NOBODY
    if c.parent[i] >= 0 and c.status[c.parent[i]] != ALIVE:
        c.parent[i] = NOBODY
    return bereaved


@compiled
def visiting_acquaintances(c, i):
    """How many acquaintances visited a meeting point last month."""
    number = 0
    for place in range(c.acquaintances.shape[1]):
        other = c.acquaintances[i, place]
        # A row may have passed to somebody who came later: only founding residents count.
        if other >= 0 and c.visits[other] > 0 and c.arrived[other] == 0:
            number += 1
    return number


@compiled
def keep_company(
    c, t, p, means, points, district_points, levers, seed, month, now, first, last, counts
):
    """Ties, strain, loneliness, withdrawal, hearing, visiting, volunteering, support.

    Args:
        points: meeting points (`sim.levers.Points`).
        district_points: the four points nearest to each district, NOBODY where fewer,
            shape (districts, 4).
        levers: what measures do in each district this month, shape (districts, levers).
        Others: see `sim.stages.life.live`.
    """
    for i in range(first, last):
        if c.status[i] != ALIVE:
            continue
        age = age_in_years(now, c.birth_month[i])
        bereaved = keep_ties(c, i, age)
        if age < 14:
            continue
        uid = c.uid[i]
        sex = c.sex[i]
        district = c.district[i]
        band = risk_band_of(age)
        if bereaved:
            counts[district, band_of(age), c.start_group[i], BEREAVED] += 1
        in_home = 1 if c.setting[i] == NURSING_HOME else 0
        has_partner = 1 if c.partner[i] >= 0 else 0
        u_hear, u_visit, u_regular, u_lonely = uniforms(seed, uid, month, SOCIAL)
        u_volunteer, u_quarter, u_withdrawn, u_strain = uniforms(seed, uid, month, ENGAGEMENT)

        caring = c.caring_minutes[i]
        if caring > 0 or c.strained[i]:
            relief = relief_of_carer(
                c.relief[i], levers[district, COUNSELLED], p.strain_factor_service,
                p.strain_factor_day_care, p.strain_factor_neighbour, p.strain_factor_counselling,
            )  # fmt: skip
            c.strained[i] = next_strain(
                c.strained[i], caring, p.strain_onset, p.carer_strain_recovery, relief,
                means[MEAN_STRAIN, 0, 0], u_strain,
            )  # fmt: skip
        c.caring_minutes[i] = 0
        c.relief[i] = 0

        takes_part = not in_home and c.habit[i] >= p.participation_habit
        c.lonely[i] = next_loneliness(
            c.lonely[i], t.lonely_onset[sex, age, has_partner, in_home], p.loneliness_recovery,
            takes_part, c.strained[i], p.ease_meeting, p.carer_loneliness_factor,
            means[MEAN_LONELINESS, sex, band], u_lonely,
        )  # fmt: skip
        c.withdrawn[i] = next_withdrawal(
            c.withdrawn[i], t.withdraw_onset[age, in_home], p.withdrawal_recovery, u_withdrawn
        )

        contacted = False
        told = False
        if levers[district, SUPPORTS] > 0.0:
            u_contact, u_reconnect, u_prevention, u_support = uniforms(seed, uid, month, SUPPORT)
            if age >= 60 and (c.withdrawn[i] or c.known_point[i] < 0):
                contacted = u_contact < levers[district, OUTREACH]
                told = u_contact < levers[district, OUTREACH] * p.outreach_know
            if contacted and u_reconnect < p.outreach_reconnect and not in_home:
                c.withdrawn[i] = 0
            if age >= 75 and c.care_grade[i] == 0 and c.prevention_until[i] < month:
                if u_prevention < levers[district, PREVENTIVE_VISITS]:
                    c.prevention_until[i] = month + p.prevention_months
            if age >= 65 and not c.barrier_free[i] and not in_home:
                if u_support < levers[district, ADAPTED_DWELLINGS]:
                    c.barrier_free[i] = 1
            if age >= 60 and not c.online[i]:
                if 1.0 - u_support < levers[district, COURSES]:
                    c.online[i] = 1

        wish = 0
        known = c.known_point[i]
        if known >= 0 and not points.open[known]:
            known = NOBODY
        if not in_home and age >= 18:
            nearest = nearest_point(c, i, age, points, district_points, p.seniors_age)
            if nearest >= 0 and nearest != known:
                if told or hears(
                    visiting_acquaintances(c, i), c.withdrawn[i], c.online[i],
                    p.know_own_contact, p.know_word_of_mouth, p.know_online_factor, u_hear,
                ):  # fmt: skip
                    known = nearest
            if known >= 0:
                place = distance_bin(c, i, known, points, p, levers[district, TRANSPORT])
                chance = chance_of_visiting(
                    p.visit_probability, t.distance[place], age_factor_of(age, p),
                    p.visit_grade_factor[c.care_grade[i]], c.withdrawn[i], c.lonely[i],
                    c.habit[i], p.withdrawn_visit_factor, p.lonely_visit_factor,
                    p.habit_visit_factor,
                )  # fmt: skip
                wish = visits_wished(chance, p.regular_visit_share, u_visit, u_regular)
        c.known_point[i] = known
        c.visit_wish[i] = wish

        before = c.volunteer[i]
        education = c.education[i]
        volunteer = next_volunteering(
            before, t.volunteer_start[age, education], t.volunteer_stop[age], c.care_grade[i],
            p.quarter_volunteer_share, u_volunteer,
        )  # fmt: skip
        recruited = 0.0
        if age >= 18 and not in_home:
            recruited = levers[district, RECRUITED]
            if takes_part:
                recruited += p.meeting_point_recruits
        stop = p.quarter_volunteer_stop * (
            1.0 - levers[district, TRAINED] * (1.0 - p.training_stop_factor)
        )
        volunteer = next_place_of_volunteering(
            volunteer, stop, p.quarter_join, recruited, c.care_grade[i], u_quarter
        )
        if before == 0 and volunteer > 0:
            # The share of the range that led here is used up; the month's other draw decides.
            c.volunteer_minutes[i] = int(minutes_given(
                u_regular, p.volunteer_hours_share_low, p.volunteer_hours_share_middle,
                p.volunteer_minutes_low, p.volunteer_minutes_middle, p.volunteer_minutes_high,
            ))  # fmt: skip
        elif volunteer == 0:
            c.volunteer_minutes[i] = 0
        c.volunteer[i] = volunteer
