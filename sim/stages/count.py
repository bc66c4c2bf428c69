"""Sixth stage: everybody is counted by district, age band and group at the start."""

from __future__ import annotations

from sim.compiled import compiled
from sim.indicators import INDEX
from sim.residents import ALIVE, NOBODY, NURSING_HOME
from sim.stages.care import lives_alone
from sim.stages.life import age_in_years, band_of

RESIDENTS = INDEX["residents"]
IN_NEED = INDEX["in_need"]
GRADE_1 = INDEX["grade_1"]
AT_HOME = INDEX["at_home"]
HOME_ALONE_ = INDEX["home_alone"]
NURSING_HOME_ = INDEX["nursing_home"]
NEED = INDEX["need_minutes"]
FAMILY_MINUTES = INDEX["family_minutes"]
NEIGHBOUR_MINUTES = INDEX["neighbour_minutes"]
AMBULATORY_MINUTES = INDEX["ambulatory_minutes"]
DAY_CARE_MINUTES = INDEX["day_care_minutes"]
NURSING_HOME_MINUTES = INDEX["nursing_home_minutes"]
MISSING_MINUTES = INDEX["missing_minutes"]
CARERS = INDEX["carers"]
STRAINED = INDEX["strained_carers"]
WAITING_AMBULATORY = INDEX["waiting_ambulatory"]
WAITING_DAY_CARE = INDEX["waiting_day_care"]
WAITING_HOME = INDEX["waiting_home"]
LIVING_ALONE = INDEX["living_alone"]
LONELY = INDEX["lonely"]
WITHDRAWN = INDEX["withdrawn"]
LIMITED = INDEX["mobility_limited"]
KNOWING = INDEX["knowing"]
VISITORS = INDEX["visitors"]
REGULAR = INDEX["regular_visitors"]
VOLUNTEERS = INDEX["volunteers"]
QUARTER_VOLUNTEERS = INDEX["quarter_volunteers"]
VOLUNTEER_MINUTES = INDEX["volunteer_minutes"]
QUARTER_MINUTES = INDEX["quarter_volunteer_minutes"]
MONTHS_AT_HOME = INDEX["months_in_need_at_home"]
MONTHS_IN_NEED = INDEX["months_in_need"]

# Whom a measure can reach, counted for the next month: columns of `reachable`.
REACHABLE = ("outreach", "adults", "prevention", "dwellings", "courses", "carers", "over_65")
(
    FOR_OUTREACH, ADULTS, FOR_PREVENTION, FOR_DWELLINGS, FOR_COURSES, FOR_COUNSELLING, OVER_65,
) = range(len(REACHABLE))  # fmt: skip


@compiled
def count(c, household_size, p, month, now, first, last, counts, reachable):
    """Add the stocks of rows `first` to `last` - 1.

    Args:
        counts: shape (districts, 3, 4, indicators), int64.
        reachable: shape (districts, 7), int64; see REACHABLE.
        Others: see `sim.stages.life.live`.
    """
    for i in range(first, last):
        if c.status[i] != ALIVE:
            continue
        age = age_in_years(now, c.birth_month[i])
        d = c.district[i]
        cell = counts[d, band_of(age), c.start_group[i]]
        in_home = c.setting[i] == NURSING_HOME
        grade = c.care_grade[i]
        cell[RESIDENTS] += 1
        if lives_alone(c, household_size, i):
            cell[LIVING_ALONE] += 1
        cell[LONELY] += c.lonely[i]
        cell[WITHDRAWN] += c.withdrawn[i]
        cell[LIMITED] += c.mobility_limited[i]
        if c.known_point[i] != NOBODY:
            cell[KNOWING] += 1
        if c.visits[i] > 0:
            cell[VISITORS] += 1
        if c.habit[i] >= p.participation_habit:
            cell[REGULAR] += 1
        if c.volunteer[i] > 0:
            cell[VOLUNTEERS] += 1
            cell[VOLUNTEER_MINUTES] += c.volunteer_minutes[i]
            if c.volunteer[i] == 2:
                cell[QUARTER_VOLUNTEERS] += 1
                cell[QUARTER_MINUTES] += c.volunteer_minutes[i]
        if c.caring_minutes[i] > 0:
            cell[CARERS] += 1
            cell[STRAINED] += c.strained[i]
            reachable[d, FOR_COUNSELLING] += 1
        if grade > 0:
            cell[IN_NEED] += 1
            cell[GRADE_1 + grade - 1] += 1
            cell[NEED] += c.need_minutes[i]
            cell[FAMILY_MINUTES] += c.family_minutes[i]
            cell[NEIGHBOUR_MINUTES] += c.neighbour_minutes[i]
            cell[AMBULATORY_MINUTES] += c.ambulatory_minutes[i]
            cell[DAY_CARE_MINUTES] += c.day_care_minutes[i]
            cell[NURSING_HOME_MINUTES] += c.nursing_home_minutes[i]
            cell[MISSING_MINUTES] += c.missing_minutes[i]
            cell[WAITING_AMBULATORY] += c.waiting_ambulatory[i] > 0
            cell[WAITING_DAY_CARE] += c.waiting_day_care[i] > 0
            cell[WAITING_HOME] += c.waiting_home[i] > 0
            if month > 0:
                cell[MONTHS_IN_NEED] += 1
            if in_home:
                cell[NURSING_HOME_] += 1
            else:
                cell[AT_HOME] += 1
                # home alone, family, ambulatory, day care stand one after the other
                cell[HOME_ALONE_ + c.setting[i] - 1] += 1
                if month > 0:
                    cell[MONTHS_AT_HOME] += 1
        if age >= 18:
            reachable[d, ADULTS] += 1
        if age >= 60:
            if c.withdrawn[i] or c.known_point[i] == NOBODY:
                reachable[d, FOR_OUTREACH] += 1
            if not c.online[i]:
                reachable[d, FOR_COURSES] += 1
        if age >= 65:
            reachable[d, OVER_65] += 1
            if not c.barrier_free[i] and not in_home:
                reachable[d, FOR_DWELLINGS] += 1
        if age >= 75 and grade == 0 and c.prevention_until[i] < month:
            reachable[d, FOR_PREVENTION] += 1
