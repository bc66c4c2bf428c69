"""Second stage: ties, loneliness, meeting points, volunteering, the carers' burden."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inlined, inside
from sim.draws import ENGAGEMENT, SOCIAL, SUPPORT, UNIT, fill_words, fill_words_of_two
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
from sim.residents import ACQUAINTANCES, ALIVE, DIED, NOBODY, NURSING_HOME
from sim.rules.age import age_in_years, band_of, risk_band_of
from sim.rules.loneliness import next_loneliness, next_withdrawal
from sim.rules.meeting import (
    admits,
    age_factor,
    bin_of_way,
    chance_of_visiting,
    forgets,
    hears,
    is_fetched,
    metres,
    takes_part,
    visits_wished,
)
from sim.rules.strain import next_strain, relief_of_carer
from sim.rules.support import (
    can_be_adapted,
    can_be_contacted,
    can_be_visited,
    can_take_a_course,
)
from sim.rules.volunteering import (
    chance_of_being_won,
    chance_of_leaving_the_quarter,
    grade_for_volunteering,
    minutes_given,
    next_place_of_volunteering,
    next_volunteering,
    share_in_quarter,
)
from sim.stages.company_looks import (
    highest_limits_of_company,
    highest_limits_of_visits,
    mark_links,
    may_be_burdened,
    may_be_hit,
    may_be_supported,
    may_feel_otherwise,
    may_find_it_closed,
    may_follow_strangers,
    may_hear,
    may_lose_ties,
    may_visit,
    may_volunteer_otherwise,
)
from sim.stages.life import MEAN_LONELINESS, MEAN_STRAIN
from sim.stages.screening import (
    BLOCK,
    BURDEN,
    COMPANY,
    MARGIN,
    MEETING,
    TIES,
    VOLUNTEERING,
    WITHDRAWAL,
    YOUNGEST_IN_COMPANY,
    choose,
    find_cells,
    limit,
    limit_from_above,
)
from sim.stages.screening import SUPPORT as SUPPORTED

BEREAVED = INDEX["bereaved"]


@inlined
def nearest_point(
    i: int,
    district_of: Any,
    x_of: Any,
    y_of: Any,
    age: int,
    points: Any,
    district_points: NDArray[np.int16],
    seniors_age: int,
) -> int:
    """Nearest open meeting point that takes this age, among those near the district."""
    best = NOBODY
    best_metres = 1.0e9
    for place in range(district_points.shape[1]):
        k = district_points[district_of[i], place]
        if k < 0 or not points.open[k]:
            continue
        if not admits(age, points.all_ages[k], seniors_age):
            continue
        distance = metres(x_of[i], y_of[i], points.x[k], points.y[k])
        if distance < best_metres:
            best = k
            best_metres = distance
    return best


@inlined
def keep_ties(
    i: int,
    status_of: Any,
    partner_of: Any,
    child_of: Any,
    parent_of: Any,
    follows_of: Any,
    age: int,
) -> int:
    """Forget links to people who are gone; 1 if the partner died this month.

    A minor whose parent is gone follows the other parent.
    """
    bereaved = 0
    partner = partner_of[i]
    if partner >= 0 and status_of[partner] != ALIVE:
        if status_of[partner] == DIED:
            bereaved = 1
        partner_of[i] = NOBODY
    follows = follows_of[i]
    if follows >= 0 and age >= 18 and follows != partner_of[i]:
        follows_of[i] = NOBODY
    elif follows >= 0 and status_of[follows] != ALIVE:
        # Ties of those who are gone stay until the end of the month.
        other = partner_of[follows]
        here = age < 18 and other >= 0 and other != np.int64(i) and status_of[other] == ALIVE
        follows_of[i] = other if here else NOBODY
    if child_of[i] >= 0 and status_of[child_of[i]] != ALIVE:
        child_of[i] = NOBODY
    if parent_of[i] >= 0 and status_of[parent_of[i]] != ALIVE:
        parent_of[i] = NOBODY
    return bereaved


@inlined
def visiting_acquaintances(i: int, arrived_of: Any, acquaintances_of: Any, visits_of: Any) -> int:
    """How many acquaintances visited a meeting point last month."""
    number = 0
    for place in range(acquaintances_of.shape[1]):
        other = acquaintances_of[i, place]
        # A row may have passed to somebody who came later: only founding residents count.
        if other >= 0 and visits_of[other] > 0 and arrived_of[other] == 0:
            number += 1
    return number


@inside
def largest_onset_per_minute(p: Any, mean: float) -> float:
    """The most that a minute of care a week adds to the monthly risk of becoming burdened."""
    factors = (
        max(1.0, p.strain_factor_service)
        * max(1.0, p.strain_factor_day_care)
        * max(1.0, p.strain_factor_neighbour)
        * max(1.0, p.strain_factor_counselling)
    )
    return float(p.strain_onset / 60.0 * factors / mean)


@compiled
def keep_company(
    c: Any,
    t: Any,
    p: Any,
    means: NDArray[np.float64],
    points: Any,
    district_points: NDArray[np.int16],
    levers: NDArray[np.float64],
    seed: Any,
    month: int,
    now: int,
    touched: NDArray[np.uint8],
    limits: NDArray[np.uint32],
    onsets: NDArray[np.uint32],
    district_limits: NDArray[np.uint32],
    first: int,
    last: int,
    counts: NDArray[np.int64],
) -> None:
    """Ties, strain, loneliness, withdrawal, hearing, visiting, volunteering, support.

    Args:
        points: meeting points (`sim.levers.Points`).
        district_points: the four existing points nearest to each district and all founded ones,
            NOBODY where fewer, shape (districts, 4 + founded).
        levers: what measures do in each district this month, shape (districts, levers).
        touched: 1 for who has a tie to somebody who is gone; set to 0.
        limits, onsets, district_limits: see `sim.stages.screening`.
        Others: see `sim.stages.life.live`.
    """
    uid_of = c.uid
    status_of = c.status
    arrived_of = c.arrived
    birth_month_of = c.birth_month
    sex_of = c.sex
    district_of = c.district
    x_of = c.x
    y_of = c.y
    partner_of = c.partner
    child_of = c.child
    parent_of = c.parent
    follows_of = c.follows
    acquaintances_of = c.acquaintances
    education_of = c.education
    barrier_free_of = c.barrier_free
    online_of = c.online
    start_group_of = c.start_group
    care_grade_of = c.care_grade
    setting_of = c.setting
    mobility_limited_of = c.mobility_limited
    lonely_of = c.lonely
    withdrawn_of = c.withdrawn
    known_point_of = c.known_point
    habit_of = c.habit
    visit_wish_of = c.visit_wish
    visits_of = c.visits
    volunteer_of = c.volunteer
    volunteer_minutes_of = c.volunteer_minutes
    strained_of = c.strained
    caring_minutes_of = c.caring_minutes
    relief_of = c.relief
    prevention_until_of = c.prevention_until
    supports = False
    for d in range(levers.shape[0]):
        supports |= levers[d, SUPPORTS] > 0.0
    social = np.empty((4, BLOCK), np.uint32)
    engagement = np.empty((4, BLOCK), np.uint32)
    support = np.empty((4, BLOCK), np.uint32)
    chosen = np.empty(BLOCK, np.int64)
    cells_of_block = np.empty(BLOCK, np.uint32)
    may_of_block = np.empty(BLOCK, np.uint8)
    look_of_block = np.empty(BLOCK, np.uint8)
    closed = np.empty(points.open.size + 1, np.uint8)
    mark_links(closed, points.open, 1)
    some_closed = closed.max() > 0
    by_oneself = p.know_own_contact * max(1.0, p.know_online_factor)
    word_of_mouth = np.empty(ACQUAINTANCES + 1, np.uint32)
    for visitors in range(word_of_mouth.size):
        word_of_mouth[visitors] = limit(by_oneself + p.know_word_of_mouth * visitors)
    visited = np.empty(visits_of.size + 1, np.uint8)
    mark_links(visited, visits_of, 0)
    gone = np.empty(status_of.size + 1, np.uint8)
    mark_links(gone, status_of, ALIVE)
    relieved = limit(p.carer_strain_recovery)
    onset_per_minute = np.uint64(limit(largest_onset_per_minute(p, means[MEAN_STRAIN, 0, 0])))
    forgetting = limit_from_above(p.forgetting)
    recovery = limit(p.withdrawal_recovery)
    highest = np.empty((4, 2), np.uint32)
    highest_limits_of_company(limits, onsets, district_limits, recovery, highest)
    highest_of_visits = np.empty(3, np.uint32)
    highest_limits_of_visits(limits, highest_of_visits)
    takes_part_from = np.uint8(min(255.0, max(0.0, p.participation_habit)))
    others_ease = max(1.0, p.withdrawn_visit_factor) * max(1.0, p.lonely_visit_factor) * MARGIN
    for begin in range(first, last, BLOCK):
        end = min(last, begin + BLOCK)
        cells, may = cells_of_block[: end - begin], may_of_block[: end - begin]
        look = look_of_block[: end - begin]
        fill_words_of_two(
            social, engagement, seed, uid_of, begin, end - begin, month, SOCIAL, ENGAGEMENT
        )
        find_cells(cells, birth_month_of[begin:end], sex_of[begin:end], now)
        may_be_burdened(
            may, engagement[3], relieved, onset_per_minute, caring_minutes_of[begin:end],
            strained_of[begin:end], volunteer_of[begin:end], care_grade_of[begin:end],
            setting_of[begin:end],
        )  # fmt: skip
        may_be_hit(
            look, social[3], engagement[2], engagement[0], engagement[1], highest,
            lonely_of[begin:end], withdrawn_of[begin:end], setting_of[begin:end],
            volunteer_of[begin:end], habit_of[begin:end], takes_part_from,
        )  # fmt: skip
        places = chosen[: choose(chosen, look)]
        may_feel_otherwise(
            may, places, social[3], engagement[2], limits, onsets, cells, lonely_of[begin:end],
            withdrawn_of[begin:end], partner_of[begin:end], setting_of[begin:end], recovery,
        )  # fmt: skip
        may_volunteer_otherwise(
            may, places, engagement[0], engagement[1], limits, district_limits, cells,
            district_of[begin:end], volunteer_of[begin:end], habit_of[begin:end], takes_part_from,
        )  # fmt: skip
        number = may_visit(
            may, look, chosen, social[0], social[1], limits, cells, birth_month_of[begin:end],
            known_point_of[begin:end], habit_of[begin:end], highest_of_visits, forgetting, now,
        )  # fmt: skip
        # Most points are too far away: the chance by the way there, before the other rules.
        for one in range(number):
            place = chosen[one]
            i = np.uint64(begin + place)
            known = known_point_of[i]
            age = age_in_years(now, birth_month_of[i])
            way = bin_of_way(
                metres(x_of[i], y_of[i], points.x[known], points.y[known]),
                is_fetched(age, p.ride_age, uid_of[i], levers[district_of[i], TRANSPORT]),
                mobility_limited_of[i], p.ride_metres, p.mobility_distance_factor,
            )  # fmt: skip
            chance = chance_of_visiting(
                p.visit_probability, t.distance[way],
                age_factor(age, p.visit_factor_50_64, p.visit_factor_under_50),
                p.visit_grade_factor[care_grade_of[i]], 0, 0, habit_of[i],
                p.withdrawn_visit_factor, p.lonely_visit_factor, p.habit_visit_factor,
            )  # fmt: skip
            may[place] |= MEETING * np.uint8(social[1, place] * UNIT < chance * others_ease)
        if some_closed:
            may_find_it_closed(may, known_point_of[begin:end], closed)
        if supports:
            fill_words(support, seed, uid_of, begin, end - begin, month, SUPPORT)
            may_be_supported(may, support, district_limits, district_of[begin:end])
        may_hear(
            may, look, chosen, social[0], word_of_mouth, birth_month_of[begin:end],
            setting_of[begin:end], acquaintances_of[begin:end], visited, now,
        )  # fmt: skip
        may_follow_strangers(
            may, touched[begin:end], cells, follows_of[begin:end], partner_of[begin:end]
        )
        may_lose_ties(may, gone, follows_of[begin:end], child_of[begin:end])
        number = choose(chosen, may)
        touched[begin:end] = 0
        visit_wish_of[begin:end] = 0
        for one in range(number):
            place = chosen[one]
            # Without a sign: no look whether a row is counted from the end.
            i = np.uint64(begin + place)
            if status_of[i] != ALIVE:
                continue
            age = age_in_years(now, birth_month_of[i])
            asked = may[place]
            bereaved = 0
            if asked & TIES:
                bereaved = keep_ties(i, status_of, partner_of, child_of, parent_of, follows_of, age)
            if age < YOUNGEST_IN_COMPANY:
                continue
            district = district_of[i]
            if bereaved:
                counts[district, band_of(age), start_group_of[i], BEREAVED] += 1
            in_home = 1 if setting_of[i] == NURSING_HOME else 0
            regular = takes_part(habit_of[i], p.participation_habit, in_home)

            if asked & BURDEN:
                u_strain = engagement[3, place] * UNIT
                relief = relief_of_carer(
                    relief_of[i], levers[district, COUNSELLED], p.strain_factor_service,
                    p.strain_factor_day_care, p.strain_factor_neighbour, p.strain_factor_counselling,
                )  # fmt: skip
                strained_of[i] = next_strain(
                    strained_of[i], caring_minutes_of[i], p.strain_onset, p.carer_strain_recovery, relief,
                    means[MEAN_STRAIN, 0, 0], u_strain,
                )  # fmt: skip

            # Who has lost a partner is another case than the one that was looked at.
            if asked & (COMPANY | TIES):
                u_lonely = social[3, place] * UNIT
                sex, band = sex_of[i], risk_band_of(age)
                has_partner = 1 if partner_of[i] >= 0 else 0
                lonely_of[i] = next_loneliness(
                    lonely_of[i], t.lonely_onset[sex, age, has_partner, in_home],
                    p.loneliness_recovery, bereaved, regular, strained_of[i],
                    p.bereavement_loneliness, p.ease_meeting, p.carer_loneliness_factor,
                    means[MEAN_LONELINESS, sex, band], u_lonely,
                )  # fmt: skip
            if asked & WITHDRAWAL:
                u_withdrawn = engagement[2, place] * UNIT
                withdrawn_of[i] = next_withdrawal(
                    withdrawn_of[i], t.withdraw_onset[age, in_home], p.withdrawal_recovery,
                    u_withdrawn,
                )  # fmt: skip

            contacted = False
            told = False
            if asked & SUPPORTED:
                u_contact, u_reconnect = support[0, place] * UNIT, support[1, place] * UNIT
                u_prevention, u_support = support[2, place] * UNIT, support[3, place] * UNIT
                if can_be_contacted(age, p.outreach_age, withdrawn_of[i], known_point_of[i] >= 0):
                    contacted = u_contact < levers[district, OUTREACH]
                    told = u_contact < levers[district, OUTREACH] * p.outreach_know
                if contacted and u_reconnect < p.outreach_reconnect and not in_home:
                    withdrawn_of[i] = 0
                if can_be_visited(
                    age, p.preventive_visit_age, care_grade_of[i], prevention_until_of[i], month
                ):
                    if u_prevention < levers[district, PREVENTIVE_VISITS]:
                        prevention_until_of[i] = month + p.prevention_months
                if can_be_adapted(age, p.dwelling_age, barrier_free_of[i], in_home):
                    if u_support < levers[district, ADAPTED_DWELLINGS]:
                        barrier_free_of[i] = 1
                if can_take_a_course(age, p.course_age, online_of[i]):
                    if 1.0 - u_support < levers[district, COURSES]:
                        online_of[i] = 1

            if told or asked & MEETING:
                wish = 0
                u_hear, u_visit = social[0, place] * UNIT, social[1, place] * UNIT
                u_regular = social[2, place] * UNIT
                known = known_point_of[i]
                if known >= 0 and (
                    not points.open[known] or forgets(habit_of[i], p.forgetting, u_hear)
                ):
                    known = NOBODY
                if not in_home and age >= 18:
                    if told or (social[0, place] <= word_of_mouth[-1] and hears(
                        visiting_acquaintances(i, arrived_of, acquaintances_of, visits_of),
                        withdrawn_of[i], online_of[i], p.know_own_contact, p.know_word_of_mouth,
                        p.know_online_factor, u_hear,
                    )):  # fmt: skip
                        nearest = nearest_point(
                            i, district_of, x_of, y_of, age, points, district_points, p.seniors_age
                        )
                        if nearest >= 0:
                            known = nearest
                    if known >= 0 and admits(age, points.all_ages[known], p.seniors_age):
                        way = bin_of_way(
                            metres(x_of[i], y_of[i], points.x[known], points.y[known]),
                            is_fetched(age, p.ride_age, uid_of[i], levers[district, TRANSPORT]), mobility_limited_of[i],
                            p.ride_metres, p.mobility_distance_factor,
                        )  # fmt: skip
                        chance = chance_of_visiting(
                            p.visit_probability, t.distance[way],
                            age_factor(age, p.visit_factor_50_64, p.visit_factor_under_50),
                            p.visit_grade_factor[care_grade_of[i]], withdrawn_of[i], lonely_of[i],
                            habit_of[i], p.withdrawn_visit_factor, p.lonely_visit_factor,
                            p.habit_visit_factor,
                        )  # fmt: skip
                        wish = visits_wished(chance, p.regular_visit_share, u_visit, u_regular)
                known_point_of[i] = known
                visit_wish_of[i] = wish

            if asked & VOLUNTEERING:
                before = volunteer_of[i]
                u_volunteer, u_quarter = engagement[0, place] * UNIT, engagement[1, place] * UNIT
                u_regular = social[2, place] * UNIT
                education = education_of[i]
                able = grade_for_volunteering(care_grade_of[i], in_home > 0)
                volunteer = next_volunteering(
                    before, t.volunteer_start[age, education], t.volunteer_stop[age], able,
                    share_in_quarter(age, p.quarter_volunteer_share), u_volunteer,
                )  # fmt: skip
                recruited = 0.0
                if age >= 18:
                    recruited = chance_of_being_won(
                        levers[district, RECRUITED], regular, p.meeting_point_recruits
                    )
                stop = chance_of_leaving_the_quarter(
                    p.quarter_volunteer_stop, levers[district, TRAINED], p.training_stop_factor
                )
                volunteer = next_place_of_volunteering(
                    volunteer,
                    stop,
                    share_in_quarter(age, p.quarter_join),
                    recruited,
                    able,
                    u_quarter,
                )
                if before == 0 and volunteer > 0:
                    # The share of the range that led here is used up; the month's other draw decides.
                    volunteer_minutes_of[i] = int(minutes_given(
                        u_regular, p.volunteer_hours_share_low, p.volunteer_hours_share_middle,
                        p.volunteer_minutes_low, p.volunteer_minutes_middle, p.volunteer_minutes_high,
                    ))  # fmt: skip
                elif volunteer == 0:
                    volunteer_minutes_of[i] = 0
                volunteer_of[i] = volunteer
        # Care is given anew later in the month.
        caring_minutes_of[begin:end] = 0
        relief_of[begin:end] = 0
