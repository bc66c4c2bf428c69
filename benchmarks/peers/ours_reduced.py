"""Our engine with the stages of the reduced month alone: the nearest comparable work.

The very stages of the model, rules and draws included, that resemble what the other libraries
compute: living, company, visits, coming and going; then eight totals by district, as they count.
Left out are care, services, nursing homes, costs and the indicators of a month. Still in are ties,
bereavement, word of mouth, the carers' burden, seats, and newcomers who are made, not copied: they
are part of the same stages, and none of the other libraries computes them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.municipalities import town_of
from benchmarks.peers.ours import RUNS_A_MEASUREMENT
from benchmarks.peers.peer import COUNTED, REDUCED, arguments, measure
from sim.compiled import compiled, inside, same_types
from sim.model import QuartierModel, settled_population
from sim.month import find_limits, make_room
from sim.residents import ALIVE, NURSING_HOME
from sim.stages.arrivals import let_go, welcome_newborns, welcome_newcomers
from sim.stages.company import keep_company
from sim.stages.life import live
from sim.stages.meeting import seat_visitors
from sim.stages.screening import BLOCK

KINDS = 256
"""Eight answers of yes or no are a number below this."""


@inside
def find_kinds(
    kinds: Any,
    status_of: Any,
    care_grade_of: Any,
    setting_of: Any,
    lonely_of: Any,
    withdrawn_of: Any,
    limited_of: Any,
    volunteer_of: Any,
    visits_of: Any,
) -> None:
    """The eight answers of each resident of a block; 0 for an empty row."""
    for i in range(kinds.size):
        kind = np.uint8(1) | np.uint8(2) * np.uint8(care_grade_of[i] > 0)
        kind |= np.uint8(4) * np.uint8(setting_of[i] == NURSING_HOME)
        kind |= np.uint8(8) * np.uint8(lonely_of[i] > 0)
        kind |= np.uint8(16) * np.uint8(withdrawn_of[i] > 0)
        kind |= np.uint8(32) * np.uint8(limited_of[i] > 0)
        kind |= np.uint8(64) * np.uint8(volunteer_of[i] > 0)
        kind |= np.uint8(128) * np.uint8(visits_of[i] > 0)
        kinds[i] = np.uint8(status_of[i] == ALIVE) * kind


@compiled
def add_totals(c: Any, rows: int, totals: NDArray[np.int64]) -> None:
    """Count residents, in need, in a home, lonely, withdrawn, limited, volunteers, visitors.

    Args:
        c: columns of all residents.
        rows: rows in use.
        totals: added to, shape (districts, 8).
    """
    district_of = c.district
    # Four counts in turn: neighbours are often alike, and one count would wait for itself.
    alike = np.zeros((4, totals.shape[0], KINDS), np.int32)
    kinds_of_block = np.empty(BLOCK, np.uint8)
    for begin in range(0, rows, BLOCK):
        end = min(rows, begin + BLOCK)
        kinds = kinds_of_block[: end - begin]
        find_kinds(
            kinds, c.status[begin:end], c.care_grade[begin:end], c.setting[begin:end],
            c.lonely[begin:end], c.withdrawn[begin:end], c.mobility_limited[begin:end],
            c.volunteer[begin:end], c.visits[begin:end],
        )  # fmt: skip
        districts = district_of[begin:end]
        for place in range(end - begin):
            turn = np.uint32(place) & np.uint32(3)
            alike[turn, np.uint32(districts[place]), kinds[place]] += 1
    for d in range(totals.shape[0]):
        for kind in range(KINDS):
            number = alike[0, d, kind] + alike[1, d, kind] + alike[2, d, kind] + alike[3, d, kind]
            if number > 0:
                for k in range(totals.shape[1]):
                    totals[d, k] += number * ((kind >> k) & 1)


@same_types
def reduced_month(
    c: Any,
    household_size: NDArray[np.int16],
    households: int,
    t: Any,
    parameters: Any,
    means: NDArray[np.float64],
    points: Any,
    district_points: NDArray[np.int16],
    levers: NDArray[np.float64],
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
    flows: NDArray[np.int64],
    totals: NDArray[np.int64],
) -> tuple[int, int]:
    """The stages of `sim.stages.whole` without care, and eight totals.

    Returns:
        Rows in use, households in use.
    """
    p = parameters[0]
    first = np.int64(0)
    live(c, t, p, means, seed, month, now, year, births, touched, limits_of_life, first, rows,
         flows)  # fmt: skip
    keep_company(
        c, t, p, means, points, district_points, levers, seed, month, now, touched,
        limits_of_company, onsets, limits_of_districts, first, rows, flows,
    )  # fmt: skip
    seat_visitors(c, p, points, seed, month, now, rows, flows)
    free, mothers = let_go(c, household_size, births, rows)
    rows = welcome_newborns(
        c, household_size, mothers, free, sex_ratio, seed, month, now, rows, flows
    )
    rows, households = welcome_newcomers(
        c, household_size, households, t, p, traits, founders, first_founder, centres, radius,
        household_persons, child_share, seed, month, now, free[mothers.size :], rows,
        flows,
    )  # fmt: skip
    add_totals(c, rows, totals)
    return rows, households


class ReducedModel:
    """A made-up town without measures that only lives, meets, comes and goes.

    Args:
        residents: of the town.

    Attributes:
        model: the town; its own `step` is not called.
        totals: of the last month, shape (districts, 8), in the order of `COUNTED`.
    """

    def __init__(self, residents: int) -> None:
        town = town_of(residents)
        self.model = QuartierModel(
            town, "reference", population=settled_population(town), collect=False
        )
        # Room for everybody who will come.
        make_room(self.model.state, self.model.state.rows)
        self.totals = np.zeros((len(town.districts), len(COUNTED)), np.int64)

    def step(self) -> None:
        """One month."""
        model, state = self.model, self.model.state
        model.month += 1
        model.measures_take_effect()
        state.month = model.month
        state.clear_counts()
        limits = find_limits(state)
        self.totals = np.zeros_like(self.totals)
        state.rows, state.households = reduced_month(
            state.columns, state.household_size, state.households, state.tables,
            state.parameter_array, state.means, state.points, state.district_points, state.levers,
            limits.life, limits.company, limits.onsets, limits.districts, state.traits,
            state.founders, state.first_founder, state.centres, state.radius,
            state.newcomer_household_persons, state.newcomer_child_share, state.sex_ratio,
            state.births, state.touched, state.seed, state.month, state.now, state.year,
            state.rows, state.flows, self.totals,
        )  # fmt: skip

    def size(self) -> int:
        """Residents now."""
        return int((self.model.state.columns.status == ALIVE).sum())


def main() -> None:
    """Time the model."""
    chosen = arguments()
    reduced = ReducedModel(chosen.residents)
    measure(
        "ours, the stages of the reduced month",
        "",
        reduced.step,
        reduced.size,
        chosen.months * RUNS_A_MEASUREMENT,
        REDUCED,
        "care, services, nursing homes, costs, indicators",
    )


if __name__ == "__main__":
    main()
