"""The stages of a month one after the other, in one compiled call.

Between the interpreter and compiled code some hundred arrays change hands each time, and two runs
side by side wait for each other meanwhile, since the interpreter is one. So a run on one thread
crosses once a month. On several threads the first two stages are spread over blocks of rows, and
the rest follows. Where the table is too short for those who come, it is lengthened outside, and the
last stage follows by itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inside, same_types
from sim.costs import add_care_costs
from sim.stages.arrivals import MOST_PERSONS, let_go, welcome_newborns, welcome_newcomers
from sim.stages.care import fill_nursing_home, find_people_in_need, give_care
from sim.stages.company import keep_company
from sim.stages.count import count_quarter_and_months
from sim.stages.life import live
from sim.stages.meeting import seat_visitors


@same_types
def pass_month(
    c: Any,
    household_size: NDArray[np.int16],
    t: Any,
    parameters: Any,
    means: NDArray[np.float64],
    points: Any,
    district_points: NDArray[np.int16],
    levers: NDArray[np.float64],
    town_minutes: int,
    town_places: int,
    nursing_home_places: int,
    benefits: NDArray[np.float64],
    supplements: NDArray[np.float64],
    price_level: float,
    limits_of_life: NDArray[np.uint32],
    limits_of_company: NDArray[np.uint32],
    onsets: NDArray[np.uint32],
    limits_of_districts: NDArray[np.uint32],
    traits: Any,
    founders: NDArray[np.int64],
    first_founder: NDArray[np.int64],
    centres: NDArray[np.float64],
    radius: NDArray[np.float64],
    household_persons: float,
    child_share: float,
    sex_ratio: float,
    births: NDArray[np.uint8],
    touched: NDArray[np.uint8],
    seed: Any,
    month: int,
    now: int,
    year: int,
    rows: int,
    households: int,
    counts: NDArray[np.int64],
    quarter: NDArray[np.int64],
    money: NDArray[np.float64],
    spread: bool,
) -> tuple[int, int, int]:
    """Live, keep company, meet, care, what care costs; then people come and go and are counted.

    Args:
        parameters: record of parameters as an array of one.
        nursing_home_places: places that can be used.
        quarter: volunteers in the quarter and their minutes a week, by district: those of last
            month help this month; then counted anew, shape (2, districts).
        spread: the first two stages have been done already, on several threads.
        Others: see the stages.

    Returns:
        Rows in use, households in use, and 0; or, if the table is too short for those who come,
        how many rows and households there must be room for: then the last stage is still to do.
    """
    p = parameters[0]
    # A bare 0 is a type of its own: the stages would be compiled once more for it.
    first = np.int64(0)
    if not spread:
        live(c, t, p, means, seed, month, now, year, births, touched, limits_of_life, first, rows,
             counts)  # fmt: skip
        keep_company(
            c, t, p, means, points, district_points, levers, seed, month, now, touched,
            limits_of_company, onsets, limits_of_districts, first, rows, counts,
        )  # fmt: skip
    seat_visitors(c, p, points, seed, month, now, rows, counts)
    people = find_people_in_need(c, rows)
    fill_nursing_home(
        c, household_size, people, t, p, means, nursing_home_places, seed, month, now, counts
    )
    give_care(
        c, household_size, people, t, p, levers, quarter[1], town_minutes, town_places, seed,
        month, now,
    )  # fmt: skip
    add_care_costs(c, people, p, benefits, supplements, price_level, money)
    wanted = room_wanted(births, rows, t.newcomers, household_persons)
    if rows + wanted > c.uid.size or households + wanted > household_size.size:
        return rows, households, wanted
    rows, households = come_and_go(
        c, household_size, households, t, parameters, traits, founders, first_founder, centres,
        radius, household_persons, child_share, sex_ratio, births, seed, month, now, rows, counts,
        quarter,
    )  # fmt: skip
    return rows, households, 0


@compiled
def come_and_go(
    c: Any,
    household_size: NDArray[np.int16],
    households: int,
    t: Any,
    parameters: Any,
    traits: Any,
    founders: NDArray[np.int64],
    first_founder: NDArray[np.int64],
    centres: NDArray[np.float64],
    radius: NDArray[np.float64],
    household_persons: float,
    child_share: float,
    sex_ratio: float,
    births: NDArray[np.uint8],
    seed: Any,
    month: int,
    now: int,
    rows: int,
    counts: NDArray[np.int64],
    quarter: NDArray[np.int64],
) -> tuple[int, int]:
    """Fifth stage: the gone leave their rows to newborns and newcomers; and what is counted.

    Returns:
        Rows in use, households in use.
    """
    free, mothers = let_go(c, household_size, births, rows)
    rows = welcome_newborns(
        c, household_size, mothers, free, sex_ratio, seed, month, now, rows, counts
    )
    rows, households = welcome_newcomers(
        c, household_size, households, t, parameters[0], traits, founders, first_founder, centres,
        radius, household_persons, child_share, seed, month, now, free[mothers.size :], rows,
        counts,
    )  # fmt: skip
    count_quarter_and_months(c, month, now, rows, counts, quarter)
    return rows, households


@inside
def room_wanted(
    births: NDArray[np.uint8], rows: int, newcomers: NDArray[np.float64], household_persons: float
) -> int:
    """The most rows and households that those who come this month can take.

    Args:
        births: 1 for who gave birth this month.
        rows: rows in use.
        newcomers: expected persons moving into each district.
        household_persons: mean persons of a newcomer household.
    """
    newborns = 0
    for i in range(rows):
        newborns += births[i]
    persons = 0.0
    for d in range(newcomers.size):
        persons += newcomers[d]
    most = int(persons / household_persons) + newcomers.size
    return newborns + MOST_PERSONS * most + 8
