"""Second stage over columns: ties, burden, loneliness, meeting points, volunteering, support."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.vectorised.draws import uniforms
from benchmarks.vectorised.life import AGES
from benchmarks.vectorised.table import Table, tally
from sim.draws import ENGAGEMENT, SOCIAL, SUPPORT
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
from sim.rules.meeting import FURTHEST_BIN, METRES_PER_BIN
from sim.stages.life import MEAN_LONELINESS, MEAN_STRAIN

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

FIRST_AGE, FULL_AGE = 14, 18
ELSEWHERE, IN_QUARTER = 1, 2
HIGHEST_CHANCE = 0.95


def keep_ties(table: Table) -> Flags:
    """Forget links to people who are gone; who lost the partner by death this month."""
    c, rows = table, table.rows
    status, age = c.status[:rows], table.age
    here = status == ALIVE
    everybody = np.arange(rows)
    partner, follows = c.partner[:rows].copy(), c.follows[:rows].copy()

    parted = here & (partner >= 0) & (status[partner] != ALIVE)
    bereaved = parted & (status[partner] == DIED)
    c.partner[:rows][parted] = NOBODY

    led = here & (follows >= 0)
    own = led & (age >= FULL_AGE) & (follows != c.partner[:rows])
    c.follows[:rows][own] = NOBODY
    lost = np.flatnonzero(led & ~own & (status[follows] != ALIVE))
    # Ties of those who are gone stay until the end of the month.
    other = partner[follows[lost]]
    takes_over = (age[lost] < FULL_AGE) & (other >= 0) & (other != everybody[lost])
    takes_over &= status[other] == ALIVE
    c.follows[lost] = np.where(takes_over, other, NOBODY)
    for link in (c.child, c.parent):
        to = link[:rows]
        to[here & (to >= 0) & (status[to] != ALIVE)] = NOBODY
    return bereaved


def keep_company(table: Table, model: Any) -> None:
    """Everything of the second stage, for everybody of 14 and more."""
    state, c = model.state, table
    bereaved = keep_ties(table)
    who = np.flatnonzero((c.status[: c.rows] == ALIVE) & (table.age >= FIRST_AGE))
    tally(model, INDEX["bereaved"], table.cell[who][bereaved[who]])
    uid, age = c.uid[who], table.age[who]
    u_hear, u_visit, u_regular, u_lonely = uniforms(state.seed, uid, state.month, SOCIAL)
    u_volunteer, u_quarter, u_withdrawn, u_strain = uniforms(
        state.seed, uid, state.month, ENGAGEMENT
    )
    in_home = c.setting[who] == NURSING_HOME
    levers = state.levers[c.district[who]]

    bear_burden(table, state, who, levers, u_strain)
    c.caring_minutes[who] = 0
    c.relief[who] = 0
    regular = (c.habit[who] >= state.parameters.participation_habit) & ~in_home
    feel_lonely(table, state, who, in_home, regular, bereaved[who], u_lonely)
    onset = state.tables.withdraw_onset[age, in_home.astype(np.int64)]
    c.withdrawn[who] = np.where(
        c.withdrawn[who] > 0,
        u_withdrawn >= state.parameters.withdrawal_recovery,
        u_withdrawn < onset,
    )
    told = np.zeros(who.shape[0], np.bool_)
    if state.levers[:, SUPPORTS].any():
        told = be_supported(table, state, who, in_home, levers)
    meet(table, state, who, in_home, levers, told, (u_hear, u_visit, u_regular))
    volunteer(table, state, who, in_home, regular, levers, (u_volunteer, u_quarter, u_regular))


def bear_burden(table: Table, state: Any, who: Rows, levers: Floats, u: Floats) -> None:
    """Who of the family carers is highly burdened."""
    c, p = table, state.parameters
    place = np.flatnonzero((c.caring_minutes[who] > 0) | (c.strained[who] > 0))
    rows = who[place]
    relief, caring = c.relief[rows], c.caring_minutes[rows]
    factor = 1.0 - levers[place, COUNSELLED] * (1.0 - p.strain_factor_counselling)
    for bit, by in (
        (1, p.strain_factor_service), (2, p.strain_factor_day_care), (4, p.strain_factor_neighbour)
    ):  # fmt: skip
        factor = np.where(relief & bit, factor * by, factor)
    onset = p.strain_onset * (caring / 60.0) * factor / state.means[MEAN_STRAIN, 0, 0]
    after = np.where(c.strained[rows] > 0, u[place] >= p.carer_strain_recovery, u[place] < onset)
    c.strained[rows] = after & (caring > 0)


def feel_lonely(
    table: Table, state: Any, who: Rows, in_home: Flags, regular: Flags, bereaved: Flags, u: Floats
) -> None:
    """Who is lonely after this month."""
    c, p = table, state.parameters
    sex, age = c.sex[who].astype(np.int64), table.age[who]
    has_partner = c.partner[who] >= 0
    place = ((sex * AGES + age) * 2 + has_partner) * 2 + in_home
    onset = state.tables.lonely_onset.ravel()[place]
    enter = onset / state.means[MEAN_LONELINESS][sex, table.risk_band[who]]
    enter[regular] *= p.ease_meeting
    enter[c.strained[who] > 0] *= p.carer_loneliness_factor
    enter[bereaved] += p.bereavement_loneliness
    leave = np.where(regular, p.loneliness_recovery / p.ease_meeting, p.loneliness_recovery)
    c.lonely[who] = np.where(c.lonely[who] > 0, u >= leave, u < enter)


def be_supported(table: Table, state: Any, who: Rows, in_home: Flags, levers: Floats) -> Flags:
    """Outreach, preventive visits, dwellings, courses; who is told of a meeting point."""
    c, p, month = table, state.parameters, state.month
    told = np.zeros(who.shape[0], np.bool_)
    place = np.flatnonzero(levers[:, SUPPORTS] > 0.0)
    rows, age, lever = who[place], table.age[who[place]], levers[place]
    home = in_home[place]
    u_contact, u_reconnect, u_prevention, u_support = uniforms(
        state.seed, c.uid[rows], month, SUPPORT
    )
    sought = age >= p.outreach_age
    sought &= (c.withdrawn[rows] > 0) | (c.known_point[rows] < 0)
    contacted = sought & (u_contact < lever[:, OUTREACH])
    told[place] = sought & (u_contact < lever[:, OUTREACH] * p.outreach_know)
    c.withdrawn[rows[contacted & (u_reconnect < p.outreach_reconnect) & ~home]] = 0
    visited = (age >= p.preventive_visit_age) & (c.care_grade[rows] == 0)
    visited &= c.prevention_until[rows] < month
    visited &= u_prevention < lever[:, PREVENTIVE_VISITS]
    c.prevention_until[rows[visited]] = month + p.prevention_months
    adapted = (age >= p.dwelling_age) & (c.barrier_free[rows] == 0) & ~home
    c.barrier_free[rows[adapted & (u_support < lever[:, ADAPTED_DWELLINGS])]] = 1
    online = (age >= p.course_age) & (c.online[rows] == 0) & (1.0 - u_support < lever[:, COURSES])
    c.online[rows[online]] = 1
    return told


def nearest_point(table: Table, state: Any, rows: Rows) -> Rows:
    """Nearest open meeting point near the district that takes each resident's age, or NOBODY."""
    c, points, p = table, state.points, state.parameters
    best = np.full(rows.shape[0], NOBODY, np.int64)
    nearest = np.full(rows.shape[0], 1.0e9)
    x, y, near = c.x[rows], c.y[rows], state.district_points[c.district[rows]]
    senior = table.age[rows] >= p.seniors_age
    for place in range(near.shape[1]):
        k = near[:, place]
        takes = (k >= 0) & (points.open[k] > 0) & ((points.all_ages[k] > 0) | senior)
        east, north = (x - points.x[k]).astype(float), (y - points.y[k]).astype(float)
        distance = np.sqrt(east * east + north * north)
        closer = takes & (distance < nearest)
        best[closer] = k[closer]
        nearest[closer] = distance[closer]
    return best


def meet(
    table: Table,
    state: Any,
    who: Rows,
    in_home: Flags,
    levers: Floats,
    told: Flags,
    draws: tuple[Floats, Floats, Floats],
) -> None:
    """Hear of a meeting point or forget it, and wish to visit."""
    c, p, points = table, state.parameters, state.points
    u_hear, u_visit, u_regular = draws
    known = c.known_point[who].astype(np.int64)
    if points.x.shape[0] == 0:
        c.known_point[who] = NOBODY
        c.visit_wish[who] = 0
        return
    closed = points.open[known] == 0
    forgotten = (c.habit[who] == 0) & (u_hear >= 1.0 - p.forgetting)
    known[(known >= 0) & (closed | forgotten)] = NOBODY

    adults = np.flatnonzero(~in_home & (table.age[who] >= FULL_AGE))
    rows = who[adults]
    nearest = nearest_point(table, state, rows)
    new = np.flatnonzero((nearest >= 0) & (nearest != known[adults]))
    hears = hear(table, state, rows[new], u_hear[adults[new]]) | told[adults[new]]
    known[adults[new[hears]]] = nearest[new[hears]]

    wish = np.zeros(who.shape[0], np.uint8)
    at = known[adults]
    senior = table.age[rows] >= p.seniors_age
    may = np.flatnonzero((at >= 0) & ((points.all_ages[at] > 0) | senior))
    place = adults[may]
    chance = chance_of_visiting(table, state, rows[may], at[may], levers[place, TRANSPORT])
    visits = u_visit[place] < chance
    weekly = u_regular[place] < p.regular_visit_share
    wish[place] = np.where(visits, np.where(weekly, 4, 1), 0)
    c.known_point[who] = known
    c.visit_wish[who] = wish


def hear(table: Table, state: Any, rows: Rows, u: Floats) -> Flags:
    """Who hears of the nearest meeting point without outreach."""
    c, p = table, state.parameters
    others = c.acquaintances[rows]
    # A row may have passed to somebody who came later: only founding residents count.
    visiting = (others >= 0) & (c.visits[others] > 0) & (c.arrived[others] == 0)
    chance = np.full(rows.shape[0], float(p.know_own_contact))
    chance[c.online[rows] > 0] *= p.know_online_factor
    chance += p.know_word_of_mouth * visiting.sum(axis=1)
    return (u < chance) & (c.withdrawn[rows] == 0)


def chance_of_visiting(
    table: Table, state: Any, rows: Rows, point: Rows, coverage: Floats
) -> Floats:
    """Chance to visit the point one knows at least once this month."""
    c, p, points = table, state.parameters, state.points
    age, habit = table.age[rows], c.habit[rows].astype(np.float64)
    east = (c.x[rows] - points.x[point]).astype(float)
    north = (c.y[rows] - points.y[point]).astype(float)
    distance = np.sqrt(east * east + north * north)
    lot = (c.uid[rows] >> np.uint64(40)).astype(np.int64) & 0xFFFF
    fetched = (age >= p.ride_age) & (coverage > 0.0) & (lot < coverage * 65536.0)
    limited = (c.mobility_limited[rows] > 0) & ~fetched
    distance = np.where(fetched, np.minimum(distance, p.ride_metres), distance)
    distance[limited] /= p.mobility_distance_factor
    way = np.minimum(FURTHEST_BIN, (distance / METRES_PER_BIN).astype(np.int64))
    of_age = np.where(age >= 50, p.visit_factor_50_64, p.visit_factor_under_50)
    of_age = np.where(age >= 65, 1.0, of_age)
    chance = p.visit_probability * state.tables.distance[way] * of_age
    chance *= p.visit_grade_factor[c.care_grade[rows]]
    chance[c.withdrawn[rows] > 0] *= p.withdrawn_visit_factor
    chance[c.lonely[rows] > 0] *= p.lonely_visit_factor
    chance *= 1.0 + (p.habit_visit_factor - 1.0) * habit * 0.01
    return np.minimum(chance, HIGHEST_CHANCE)


def volunteer(
    table: Table,
    state: Any,
    who: Rows,
    in_home: Flags,
    regular: Flags,
    levers: Floats,
    draws: tuple[Floats, Floats, Floats],
) -> None:
    """Take up or drop volunteering, turn to the quarter or away from it."""
    c, p, t = table, state.parameters, state.tables
    u_volunteer, u_quarter, u_regular = draws
    age, before = table.age[who], c.volunteer[who]
    adult = age >= FULL_AGE
    able = (c.care_grade[who] < 3) & ~in_home
    start = t.volunteer_start[age, c.education[who]]
    quarter_share = np.where(adult, p.quarter_volunteer_share, 0.0)
    begun = np.where(u_volunteer < start * quarter_share, IN_QUARTER, ELSEWHERE)
    begun = np.where(u_volunteer < start, begun, 0)
    kept = np.where(u_volunteer < t.volunteer_stop[age], 0, before)
    after = np.where(able, np.where(before == 0, begun, kept), 0)

    recruited = levers[:, RECRUITED].copy()
    recruited[regular] += p.meeting_point_recruits
    recruited[~adult] = 0.0
    stop = p.quarter_volunteer_stop * (1.0 - levers[:, TRAINED] * (1.0 - p.training_stop_factor))
    join = np.where(adult, p.quarter_join, 0.0)
    chance = np.where(after == ELSEWHERE, recruited + join, recruited)
    won = (after != IN_QUARTER) & able & (u_quarter < chance)
    left = (after == IN_QUARTER) & (u_quarter < stop)
    after = np.where(won, IN_QUARTER, np.where(left, ELSEWHERE, after))

    new = np.flatnonzero((before == 0) & (after > 0))
    share_low, share_middle = p.volunteer_hours_share_low, p.volunteer_hours_share_middle
    u = u_regular[new]
    minutes = np.where(
        u < share_low + share_middle, p.volunteer_minutes_middle, p.volunteer_minutes_high
    )
    minutes = np.where(u < share_low, p.volunteer_minutes_low, minutes)
    c.volunteer_minutes[who[new]] = minutes.astype(np.int64)
    c.volunteer_minutes[who[after == 0]] = 0
    c.volunteer[who] = after
