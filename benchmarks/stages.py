"""Where the time of a month goes: every compiled stage by itself, on the same month.

    python -m benchmarks.stages

Towns of 15,700 and of 100,000 residents in their fourth year and one of ten million in its first,
with a meeting point. Each stage is called again and again on copies of the same residents; the
median is the time of a month as it comes, the least what the machine can do when nobody disturbs
it. In a run the stages are called from within one compiled call; unpacking the columns, which that
saves, is taken out here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import sim.month as months
from benchmarks.machine import median
from benchmarks.tiles import town_with
from sim.compiled import compiled
from sim.costs import add_care_costs
from sim.model import QuartierModel
from sim.residents import copied_columns
from sim.stages import arrivals, care, company, count, life, meeting
from sim.stages.screening import (
    BLOCK,
    choose,
    find_cells,
    find_states,
    highest_limits_of_life,
    limit,
    may_be_changed,
    may_change,
)

SIZES = (15_700, 100_000, 10_000_000)
"""A district of a town, what fits the last cache, what does not."""
FEWEST_REPEATS, MOST_REPEATS, FEWEST_RESIDENT_MONTHS = 4, 60, 5_000_000
MONTHS_BEFORE, LARGE = 40, 1_000_000
"""So many months come before the measured one; in a large town as few as it is repeated."""


@dataclass(frozen=True)
class Stage:
    """Time of one stage.

    Attributes:
        name: in words.
        middle, least: nanoseconds a resident-month.
        yearly: called once a year only; its time is a twelfth.
    """

    name: str
    middle: float
    least: float
    yearly: bool = False


@dataclass(frozen=True)
class Stages:
    """All stages of a month.

    Attributes:
        residents: of the town.
        in_need, asked_about_life, known: shares of residents who need care; whom the first stage
            asks its rules; who know a meeting point.
        stages: in their order.
    """

    residents: int
    in_need: float
    asked_about_life: float
    known: float
    stages: tuple[Stage, ...]

    @property
    def middle(self) -> float:
        """Sum of the medians, nanoseconds a resident-month."""
        return sum(one.middle for one in self.stages)

    @property
    def least(self) -> float:
        """Sum of the least times, nanoseconds a resident-month."""
        return sum(one.least for one in self.stages)


@compiled
def _nothing(c: Any, rows: int) -> int:
    """What a call costs that does nothing with the columns."""
    return int(c.uid.shape[0]) + rows


def _share_asked(state: Any, limits: Any) -> float:
    c, rows = state.columns, state.rows
    recovery = limit(state.parameters["mobility_recovery"])
    highest = np.empty(limits.life.shape[1], np.uint32)
    highest_limits_of_life(limits.life, highest)
    words = np.empty((4, BLOCK), np.uint32)
    chosen, rooms = np.empty(BLOCK, np.int64), np.empty((3, BLOCK), np.uint32)
    asked = 0
    for begin in range(0, rows, BLOCK):
        part = slice(begin, min(rows, begin + BLOCK))
        number = part.stop - part.start
        may = np.empty(number, np.uint8)
        life.fill_words(words, state.seed, c.uid, begin, number, state.month, life.LIFE)
        cells, of_state, limit_of = rooms[:, :number]
        find_cells(cells, c.birth_month[part], c.sex[part], state.now)
        find_states(cells, of_state, c.care_grade[part], c.setting[part])
        may_be_changed(
            may, words, highest, of_state, limit_of, c.mobility_limited[part],
            c.waiting_home[part], recovery,
        )  # fmt: skip
        places = chosen[: choose(chosen, may)].copy()
        may_change(
            may, places, words, limits.life, of_state, c.mobility_limited[part],
            c.waiting_home[part], recovery,
        )  # fmt: skip
        asked += int(may.sum())
    return asked / rows


def measure(residents: int = SIZES[0], repeats: int | None = None) -> Stages:
    """Time every stage of one month.

    Args:
        residents: of the town; many are copies, see `benchmarks.tiles`.
        repeats: how often each stage is called; the larger the town, the seldomer.
    """
    if repeats is None:
        repeats = min(MOST_REPEATS, max(FEWEST_REPEATS, FEWEST_RESIDENT_MONTHS // residents))
    town, population = town_with(residents)
    plan = next(iter(town.plans))
    model = QuartierModel(town, plan, population=population, collect=False)
    for _ in range(MONTHS_BEFORE if residents < LARGE else FEWEST_REPEATS):
        model.step()
    model.month += 1
    model.measures_take_effect()
    state = model.state
    state.month = model.month
    months.make_room(state, 2000)
    limits = months.find_limits(state)
    asked = _share_asked(state, limits)
    before, sizes, rows = state.columns, state.household_size.copy(), state.rows
    seconds: dict[str, list[float]] = {}
    needy = 0

    def timed(name: str, stage: Callable[..., Any], *arguments: Any) -> Any:
        begin = time.perf_counter()
        found = stage(*arguments)
        seconds.setdefault(name, []).append(time.perf_counter() - begin)
        return found

    for _ in range(repeats + 1):
        c = copied_columns(before)
        state.columns, state.household_size = c, sizes.copy()
        state.clear_counts()
        state.touched[:] = 0
        t, p, means, seed = state.tables, state.parameters, state.means, state.seed
        month, now, flows = state.month, state.now, state.flows
        timed("nothing", _nothing, c, rows)
        timed("live", life.live, c, t, p, means, seed, month, now, state.year, state.births,
              state.touched, limits.life, 0, rows, flows)  # fmt: skip
        timed("keep company", company.keep_company, c, t, p, means, state.points,
              state.district_points, state.levers, seed, month, now, state.touched, limits.company,
              limits.onsets, limits.districts, 0, rows, flows)  # fmt: skip
        timed("seats in meeting points", meeting.seat_visitors, c, p, state.points, seed, month,
              now, rows, flows)  # fmt: skip
        people = timed("who needs care", care.find_people_in_need, c, rows)
        needy = int(people.size)
        services = {name: one.capacity for name, one in model.services.items()}
        timed("nursing home", care.fill_nursing_home, c, state.household_size, people, t, p, means,
              services["nursing_home"], seed, month, now, flows)  # fmt: skip
        timed("give care", care.give_care, c, state.household_size, people, t, p, state.levers,
              state.quarter[1].copy(), services["ambulatory"], services["day_care"], seed, month,
              now)  # fmt: skip
        timed("what care costs", add_care_costs, c, people, p, state.benefits, state.supplements,
              1.0, state.money)  # fmt: skip
        free, mothers = timed(
            "let go", arrivals.let_go, c, state.household_size, state.births, rows
        )
        last = timed("newborns", arrivals.welcome_newborns, c, state.household_size, mothers, free,
                     state.sex_ratio, seed, month, now, rows, flows)  # fmt: skip
        timed("newcomers", arrivals.welcome_newcomers, c, state.household_size, state.households, t,
              p, state.traits, state.founders, state.first_founder, state.centres, state.radius,
              state.newcomer_household_persons, state.newcomer_child_share, seed, month, now,
              free[mothers.size :], last, flows)  # fmt: skip
        timed("count volunteers", count.count_quarter_and_months, c, month, now, rows, flows,
              state.quarter)  # fmt: skip
        habit = int(p["participation_habit"])
        timed("count everybody", count.count_stocks, c, state.household_size, habit, now, 0, rows,
              flows)  # fmt: skip
    known = float((before.known_point[:rows] >= 0).mean())
    model.close()
    # The first call may compile.
    idle = median(seconds.pop("nothing")[1:])
    stages = []
    for name, took in seconds.items():
        yearly = name == "count everybody"
        scale = 1e9 / rows / (12 if yearly else 1)
        own = [max(0.0, one - idle) * scale for one in took[1:]]
        stages.append(Stage(name, median(own), min(own), yearly))
    return Stages(rows, needy / rows, asked, known, tuple(stages))


def main() -> None:
    """Measure and print."""
    for residents in SIZES:
        found = measure(residents)
        print(f"{found.residents:,} residents, ns a resident-month{'':8}median     least")
        for one in found.stages:
            name = f"{one.name} (once a year)" if one.yearly else one.name
            print(f"{name:44}{one.middle:8.2f}{one.least:10.2f}")
        print(f"{'sum':44}{found.middle:8.2f}{found.least:10.2f}")
        print(
            f"{found.in_need:.1%} need care, {found.asked_about_life:.1%} are asked the rules of "
            f"the first stage, {found.known:.1%} know a meeting point.\n"
        )


if __name__ == "__main__":
    main()
