"""The stages of a month one after the other, in two compiled calls.

Between the interpreter and compiled code four dozen arrays change hands each time, which for a
small town takes as long as a stage. So a run on one thread crosses only twice a month: up to what
care costs, and, after room for them was made, people coming and going. On several threads the first
two stages are spread over blocks of rows, and the rest follows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.costs import add_care_costs
from sim.stages.arrivals import let_go, welcome_newborns, welcome_newcomers
from sim.stages.care import fill_nursing_home, find_people_in_need, give_care
from sim.stages.company import keep_company
from sim.stages.count import count_quarter_and_months
from sim.stages.life import live
from sim.stages.meeting import seat_visitors


@compiled
def live_meet_and_care(
    c: Any,
    household_size: NDArray[np.int16],
    t: Any,
    parameters: Any,
    means: NDArray[np.float64],
    points: Any,
    district_points: NDArray[np.int16],
    levers: NDArray[np.float64],
    volunteer_minutes: NDArray[np.int64],
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
    seed: Any,
    month: int,
    now: int,
    year: int,
    births: NDArray[np.uint8],
    touched: NDArray[np.uint8],
    rows: int,
    counts: NDArray[np.int64],
    money: NDArray[np.float64],
    spread: bool,
) -> None:
    """First to fourth stage: live, keep company, meet, care; and what care costs.

    Args:
        parameters: record of parameters as an array of one.
        nursing_home_places: places that can be used.
        spread: the first two stages have been done already, on several threads.
        Others: see the stages.
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
        c, household_size, people, t, p, levers, volunteer_minutes, town_minutes, town_places,
        seed, month, now,
    )  # fmt: skip
    add_care_costs(c, people, p, benefits, supplements, price_level, money)


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
    let_go(c, household_size, rows)
    rows = welcome_newborns(c, household_size, births, sex_ratio, seed, month, now, rows, counts)
    rows, households = welcome_newcomers(
        c, household_size, households, t, parameters[0], traits, founders, first_founder, centres,
        radius, household_persons, child_share, seed, month, now, rows, counts,
    )  # fmt: skip
    count_quarter_and_months(c, month, now, rows, counts, quarter)
    return rows, households
