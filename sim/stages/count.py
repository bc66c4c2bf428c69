"""Sixth stage: everybody is counted by district, age band and group at the start.

Only what the next month needs is counted every month; stocks and whom measures can reach are
counted when somebody asks for them (`sim.month.State.counts`, `reachable`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inside
from sim.indicators import INDEX
from sim.residents import ALIVE, NOBODY, NURSING_HOME
from sim.rules.age import age_in_years, band_of
from sim.rules.support import (
    can_be_adapted,
    can_be_contacted,
    can_be_visited,
    can_take_a_course,
)
from sim.rules.volunteering import IN_QUARTER, can_be_won, grade_for_volunteering
from sim.stages.care import lives_alone
from sim.stages.screening import AGES, BLOCK, choose, find_cells

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
REACHABLE = (
    "outreach", "adults", "prevention", "dwellings", "courses", "carers", "rides", "over_65",
)  # fmt: skip
(
    FOR_OUTREACH, ADULTS, FOR_PREVENTION, FOR_DWELLINGS, FOR_COURSES, FOR_COUNSELLING, FOR_RIDES,
    OVER_65,
) = range(len(REACHABLE))  # fmt: skip


AGES_TO_BE_REACHED = {
    FOR_OUTREACH: "outreach_age",
    FOR_PREVENTION: "preventive_visit_age",
    FOR_DWELLINGS: "dwelling_age",
    FOR_COURSES: "course_age",
    FOR_RIDES: "ride_age",
}
"""Assumptions: from which age each of these measures is for."""


@compiled
def count_quarter_and_months(
    c: Any,
    month: int,
    now: int,
    rows: int,
    counts: NDArray[np.int64],
    quarter: NDArray[np.int64],
) -> None:
    """What every month needs: volunteers in the quarter, and months lived in need of care.

    Args:
        rows: rows in use.
        counts: months in need, and of these at home, are added, shape (districts, 3, 4, indicators).
        quarter: volunteers in the quarter and their minutes a week by district; set anew, shape
            (2, districts).
        Others: see `sim.stages.life.live`.
    """
    status_of = c.status
    birth_month_of = c.birth_month
    district_of = c.district
    start_group_of = c.start_group
    care_grade_of = c.care_grade
    setting_of = c.setting
    volunteer_of = c.volunteer
    volunteer_minutes_of = c.volunteer_minutes
    bands, groups = counts.shape[1], counts.shape[2]
    cells = counts.reshape(-1, counts.shape[3])
    quarter[:, :] = 0
    may_of_block = np.empty(BLOCK, np.uint8)
    chosen = np.empty(BLOCK, np.int64)
    for begin in range(0, rows, BLOCK):
        end = min(rows, begin + BLOCK)
        may = may_of_block[: end - begin]
        is_counted(may, volunteer_of[begin:end], care_grade_of[begin:end])
        for one in range(choose(chosen, may)):
            i = begin + chosen[one]
            if status_of[i] != ALIVE:
                continue
            if volunteer_of[i] == IN_QUARTER:
                quarter[0, district_of[i]] += 1
                quarter[1, district_of[i]] += volunteer_minutes_of[i]
            if care_grade_of[i] > 0 and month > 0:
                band = band_of(age_in_years(now, birth_month_of[i]))
                cell = (district_of[i] * bands + band) * groups + start_group_of[i]
                cells[cell, MONTHS_IN_NEED] += 1
                if setting_of[i] != NURSING_HOME:
                    cells[cell, MONTHS_AT_HOME] += 1


@inside
def is_counted(may: Any, volunteer_of: Any, care_grade_of: Any) -> None:
    """Mark volunteers in the quarter and people with a care grade."""
    for place in range(may.size):
        may[place] = np.uint8(volunteer_of[place] == IN_QUARTER) | np.uint8(
            care_grade_of[place] > 0
        )


@inside
def is_adult_to_be_won(
    may: Any, cells: Any, status_of: Any, care_grade_of: Any, setting_of: Any, volunteer_of: Any
) -> None:
    """Mark the adults of a block who can be won for the quarter."""
    for place in range(may.size):
        age = int(cells[place] % np.uint32(AGES))
        able = grade_for_volunteering(care_grade_of[place], setting_of[place] == NURSING_HOME)
        can = can_be_won(age, able, volunteer_of[place])
        may[place] = np.uint8(can) & np.uint8(status_of[place] == ALIVE)


@compiled
def count_reachable(
    c: Any,
    whom: int,
    from_age: int,
    month: int,
    now: int,
    first: int,
    last: int,
    reachable: NDArray[np.int64],
) -> None:
    """Add those whom measures of one kind can reach next month among rows `first` to `last` - 1.

    Args:
        whom: column of `reachable` to count, see REACHABLE.
        from_age: from which age the measure is for, see AGES_TO_BE_REACHED.
        reachable: shape (districts, 8), int64.
        Others: see `sim.stages.life.live`.
    """
    status_of = c.status
    birth_month_of = c.birth_month
    sex_of = c.sex
    district_of = c.district
    barrier_free_of = c.barrier_free
    online_of = c.online
    care_grade_of = c.care_grade
    setting_of = c.setting
    withdrawn_of = c.withdrawn
    known_point_of = c.known_point
    volunteer_of = c.volunteer
    caring_minutes_of = c.caring_minutes
    prevention_until_of = c.prevention_until
    cells_of_block = np.empty(BLOCK, np.uint32)
    may = np.empty(BLOCK, np.uint8)
    # Two sums in turn: the processor need not wait for the one it has just written.
    sums = np.zeros((2, reachable.shape[0]), np.int64)
    for begin in range(first, last, BLOCK):
        end = min(last, begin + BLOCK)
        rows = end - begin
        cells = cells_of_block[:rows]
        find_cells(cells, birth_month_of[begin:end], sex_of[begin:end], now)
        if whom == ADULTS:
            is_adult_to_be_won(
                may[:rows], cells, status_of[begin:end], care_grade_of[begin:end],
                setting_of[begin:end], volunteer_of[begin:end],
            )  # fmt: skip
        for place in range(rows if whom != ADULTS else 0):
            i = begin + place
            age = int(cells[place] % np.uint32(AGES))
            in_home = setting_of[i] == NURSING_HOME
            if whom == FOR_COUNSELLING:
                can = caring_minutes_of[i] > 0
            elif whom == OVER_65:
                can = age >= 65
            elif whom == FOR_OUTREACH:
                can = can_be_contacted(age, from_age, withdrawn_of[i], known_point_of[i] != NOBODY)
            elif whom == FOR_COURSES:
                can = can_take_a_course(age, from_age, online_of[i])
            elif whom == FOR_DWELLINGS:
                can = can_be_adapted(age, from_age, barrier_free_of[i], in_home)
            elif whom == FOR_RIDES:
                can = age >= from_age
            else:
                can = can_be_visited(
                    age, from_age, care_grade_of[i], prevention_until_of[i], month + 1
                )
            may[place] = np.uint8(can) & np.uint8(status_of[i] == ALIVE)
        for place in range(rows):
            sums[place & 1, district_of[begin + place]] += may[place]
    for d in range(reachable.shape[0]):
        reachable[d, whom] += sums[0, d] + sums[1, d]


# Eight yes-or-no states of everybody are added up four to a number, 16 bits each; volunteers stand
# below their minutes: three places in memory are written a resident instead of ten.
IN_FIRST = (RESIDENTS, LIVING_ALONE, LONELY, WITHDRAWN)
IN_SECOND = (LIMITED, KNOWING, VISITORS, REGULAR)
BITS = 16
BLOCKS_TO_BE_UNPACKED = 2**BITS // BLOCK - 1
"""After so many blocks no sum of 16 bits can have run over."""


@inside
def find_cells_of_counts(
    cells: Any, ages: Any, district_of: Any, start_group_of: Any, bands: int, groups: int
) -> None:
    """Row of the counts each resident of a block belongs to: district, age band, group.

    Args:
        cells: filled, uint32.
        ages: see `find_cells`.
        bands, groups: how many there are.
    """
    bands_each, groups_each = np.int32(bands), np.int32(groups)
    for place in range(cells.size):
        band = np.int32(band_of(ages[place] % np.uint32(AGES)))
        row = np.int32(district_of[place]) * bands_each + band
        cells[place] = np.uint32(row * groups_each + np.int32(start_group_of[place]))


@inside
def pack_states(
    packed: Any,
    status_of: Any,
    alone: Any,
    lonely_of: Any,
    withdrawn_of: Any,
    mobility_limited_of: Any,
    known_point_of: Any,
    visits_of: Any,
    habit_of: Any,
    volunteer_of: Any,
    volunteer_minutes_of: Any,
    participation_habit: int,
) -> None:
    """States and volunteering of each resident of a block in three numbers, 0 if not here."""
    bits, two, three = np.uint64(BITS), np.uint64(2 * BITS), np.uint64(3 * BITS)
    habit = np.uint8(min(255, participation_habit))
    for place in range(alone.size):
        here = np.uint64(status_of[place] == ALIVE)
        lonely, withdrawn = np.uint64(lonely_of[place]), np.uint64(withdrawn_of[place])
        packed[0, place] = here * (
            np.uint64(1) | np.uint64(alone[place]) << bits | lonely << two | withdrawn << three
        )
        knows, visits = np.uint64(known_point_of[place] != NOBODY), np.uint64(visits_of[place] > 0)
        packed[1, place] = here * (
            np.uint64(mobility_limited_of[place])
            | knows << bits
            | visits << two
            | np.uint64(habit_of[place] >= habit) << three
        )
        volunteers = here * np.uint64(volunteer_of[place] > 0)
        packed[2, place] = volunteers * (
            np.uint64(1) | np.uint64(volunteer_minutes_of[place]) << bits
        )


@inside
def unpack_sums(sums: NDArray[np.uint64], cells: NDArray[np.int64]) -> None:
    """Add what was summed up in packed numbers to the counts, and begin anew.

    Args:
        sums: shape (2, cells, 3): of rows of even and of odd number; see `pack_states`.
        cells: counts, shape (cells, indicators).
    """
    mask = np.uint64(2**BITS - 1)
    for cell in range(cells.shape[0]):
        for four in range(4):
            shift = np.uint64(BITS * four)
            for turn in range(2):
                cells[cell, IN_FIRST[four]] += np.int64((sums[turn, cell, 0] >> shift) & mask)
                cells[cell, IN_SECOND[four]] += np.int64((sums[turn, cell, 1] >> shift) & mask)
        for turn in range(2):
            cells[cell, VOLUNTEERS] += np.int64(sums[turn, cell, 2] & mask)
            cells[cell, VOLUNTEER_MINUTES] += np.int64(sums[turn, cell, 2] >> np.uint64(BITS))
    sums[:, :, :] = 0


@compiled
def count_stocks(
    c: Any,
    household_size: NDArray[np.int16],
    participation_habit: int,
    now: int,
    first: int,
    last: int,
    counts: NDArray[np.int64],
) -> None:
    """Add the stocks of rows `first` to `last` - 1.

    Args:
        participation_habit: from this habit on one visits regularly.
        counts: shape (districts, 3, 4, indicators), int64.
        Others: see `sim.stages.life.live`.
    """
    status_of = c.status
    birth_month_of = c.birth_month
    sex_of = c.sex
    district_of = c.district
    start_group_of = c.start_group
    household_of = c.household
    care_grade_of = c.care_grade
    mobility_limited_of = c.mobility_limited
    lonely_of = c.lonely
    withdrawn_of = c.withdrawn
    known_point_of = c.known_point
    habit_of = c.habit
    visits_of = c.visits
    volunteer_of = c.volunteer
    volunteer_minutes_of = c.volunteer_minutes
    caring_minutes_of = c.caring_minutes
    # One row a cell: a view of each resident's cell would cost more than the counting.
    cells = counts.reshape(-1, counts.shape[3])
    sums = np.zeros((2, cells.shape[0], 3), np.uint64)
    packed = np.empty((3, BLOCK), np.uint64)
    ages = np.empty(BLOCK, np.uint32)
    cell_of = np.empty(BLOCK, np.uint32)
    may, alone = np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint8)
    chosen = np.empty(BLOCK, np.int64)
    for block, begin in enumerate(range(first, last, BLOCK)):
        end = min(last, begin + BLOCK)
        rows = end - begin
        find_cells(ages[:rows], birth_month_of[begin:end], sex_of[begin:end], now)
        find_cells_of_counts(
            cell_of[:rows], ages, district_of[begin:end], start_group_of[begin:end],
            counts.shape[1], counts.shape[2],
        )  # fmt: skip
        households = household_of[begin:end]
        for place in range(rows):
            alone[place] = lives_alone(place, households, household_size)
        pack_states(
            packed, status_of[begin:end], alone[:rows], lonely_of[begin:end],
            withdrawn_of[begin:end], mobility_limited_of[begin:end], known_point_of[begin:end],
            visits_of[begin:end], habit_of[begin:end], volunteer_of[begin:end],
            volunteer_minutes_of[begin:end], participation_habit,
        )  # fmt: skip
        for place in range(rows):
            # Two sums in turn: the processor need not wait for the one it has just written.
            cell = cell_of[place]
            for three in range(3):
                sums[place & 1, cell, three] += packed[three, place]
        if (block + 1) % BLOCKS_TO_BE_UNPACKED == 0:
            unpack_sums(sums, cells)
        helps_in_quarter_cares_or_needs(
            may[:rows], status_of[begin:end], volunteer_of[begin:end], caring_minutes_of[begin:end],
            care_grade_of[begin:end],
        )  # fmt: skip
        number = choose(chosen, may[:rows])
        count_help_and_care(c, begin, chosen[:number], cell_of, cells)
    unpack_sums(sums, cells)


@inside
def helps_in_quarter_cares_or_needs(
    may: Any, status_of: Any, volunteer_of: Any, caring_minutes_of: Any, care_grade_of: Any
) -> None:
    """Mark volunteers in the quarter, carers and people in need."""
    for place in range(may.size):
        may[place] = np.uint8(status_of[place] == ALIVE) & (
            np.uint8(volunteer_of[place] == IN_QUARTER)
            | np.uint8(caring_minutes_of[place] > 0)
            | np.uint8(care_grade_of[place] > 0)
        )


@inside
def count_help_and_care(
    c: Any,
    begin: int,
    places: NDArray[np.int64],
    cell_of: NDArray[np.uint32],
    cells: NDArray[np.int64],
) -> None:
    """Count volunteers in the quarter, carers and people in need.

    Args:
        begin: first row of the block.
        places: who of the block is counted.
        cell_of: row of `cells` by place.
        cells: counts, shape (cells, indicators).
    """
    setting_of = c.setting
    care_grade_of = c.care_grade
    volunteer_of = c.volunteer
    volunteer_minutes_of = c.volunteer_minutes
    strained_of = c.strained
    need_minutes_of = c.need_minutes
    family_minutes_of = c.family_minutes
    neighbour_minutes_of = c.neighbour_minutes
    ambulatory_minutes_of = c.ambulatory_minutes
    day_care_minutes_of = c.day_care_minutes
    nursing_home_minutes_of = c.nursing_home_minutes
    missing_minutes_of = c.missing_minutes
    caring_minutes_of = c.caring_minutes
    waiting_ambulatory_of = c.waiting_ambulatory
    waiting_day_care_of = c.waiting_day_care
    waiting_home_of = c.waiting_home
    for place in places:
        # Without a sign: no look whether a row is counted from the end.
        i = np.uint64(begin + place)
        cell = cell_of[place]
        grade = care_grade_of[i]
        if volunteer_of[i] == IN_QUARTER:
            cells[cell, QUARTER_VOLUNTEERS] += 1
            cells[cell, QUARTER_MINUTES] += volunteer_minutes_of[i]
        if caring_minutes_of[i] > 0:
            cells[cell, CARERS] += 1
            cells[cell, STRAINED] += strained_of[i]
        if grade > 0:
            cells[cell, IN_NEED] += 1
            cells[cell, GRADE_1 + grade - 1] += 1
            cells[cell, NEED] += need_minutes_of[i]
            cells[cell, FAMILY_MINUTES] += family_minutes_of[i]
            cells[cell, NEIGHBOUR_MINUTES] += neighbour_minutes_of[i]
            cells[cell, AMBULATORY_MINUTES] += ambulatory_minutes_of[i]
            cells[cell, DAY_CARE_MINUTES] += day_care_minutes_of[i]
            cells[cell, NURSING_HOME_MINUTES] += nursing_home_minutes_of[i]
            cells[cell, MISSING_MINUTES] += missing_minutes_of[i]
            cells[cell, WAITING_AMBULATORY] += waiting_ambulatory_of[i] > 0
            cells[cell, WAITING_DAY_CARE] += waiting_day_care_of[i] > 0
            cells[cell, WAITING_HOME] += waiting_home_of[i] > 0
            if setting_of[i] == NURSING_HOME:
                cells[cell, NURSING_HOME_] += 1
            else:
                cells[cell, AT_HOME] += 1
                # home alone, family, ambulatory, day care stand one after the other
                cells[cell, HOME_ALONE_ + setting_of[i] - 1] += 1
