"""A month: the stages, mapped over the table of residents, block by block, on one thread or more.

Compiled stages release the interpreter's lock, so plain threads do: a run splits the rows into
as many blocks as it has threads, and many runs go side by side. Every block counts for itself and
the counts are whole numbers, so their sum does not depend on how many blocks there are.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sim.indicators import BANDS, COUNTS, GROUPS, ITEMS, PAYERS
from sim.levers import LEVERS
from sim.memory import keep_what_was_freed
from sim.residents import copied_columns
from sim.stages.care import find_people_in_need, give_care
from sim.stages.company import keep_company
from sim.stages.count import (
    AGES_TO_BE_REACHED,
    REACHABLE,
    count_quarter_and_months,
    count_reachable,
    count_stocks,
)
from sim.stages.life import live
from sim.stages.screening import (
    AGES,
    COMPANY_LIMITS,
    DISTRICT_LIMITS,
    LIFE_LIMITS,
    SITUATIONS,
    STATES,
    limits_of_company,
    limits_of_districts,
    limits_of_life,
)
from sim.stages.whole import come_and_go, pass_month

keep_what_was_freed()

EVERYBODY = 1 << 40
"""Room for everybody: used where a capacity is not to bind."""


@dataclass
class Limits:
    """Upper bounds of all chances, so that rules are asked only of those they can hit.

    Attributes:
        year: index of the calendar year that `life` holds for.
        life: shape (5, 12 x 2 x 121), see `sim.stages.screening.limits_of_life`.
        company, onsets: shapes (5, 2 x 121) and (2, 2 x 121 x 4), see `limits_of_company`.
        districts: shape (6, districts), see `limits_of_districts`.
        levers: what the measures did when `districts` was found, as bytes.
    """

    year: int
    life: NDArray[np.uint32]
    company: NDArray[np.uint32]
    onsets: NDArray[np.uint32]
    districts: NDArray[np.uint32]
    levers: bytes = b""


@dataclass
class State:
    """Everything one run changes from month to month, and the tables it reads.

    Attributes:
        columns: residents, with free rows at the end.
        rows: rows in use (the highest used row + 1).
        household_size: members at home, shape (households,), with room at the end.
        households: households in use.
        founders: rows of the founding residents ordered by district, shape (residents,).
        first_founder: where each district's founders begin, shape (districts + 1,).
        tables, parameters, traits, means, benefits, supplements: what rules read.
        points, district_points, levers: what measures and meeting points do this month.
        centres, radius: of the districts, metres.
        seed: key of the run's draws.
        start: month of the start, counted from January 1900.
        month: months simulated so far.
        flows: what happened this month, shape (districts, 3, 4, indicators); `counts` adds stocks.
        reach: room for `reachable`, shape (districts, 8).
        stocks_known: whether this month's stocks have been counted.
        reach_known: which columns of `reach` have been counted, shape (8,).
        quarter: volunteers in the quarter and their minutes a week, shape (2, districts).
        money: this month's euros, shape (districts, payers, items).
    """

    columns: Any
    rows: int
    household_size: NDArray[np.int16]
    households: int
    founders: NDArray[np.int64]
    first_founder: NDArray[np.int64]
    tables: Any
    parameters: Any
    traits: Any
    means: NDArray[np.float64]
    benefits: NDArray[np.float64]
    supplements: NDArray[np.float64]
    points: Any
    district_points: NDArray[np.int16]
    levers: NDArray[np.float64]
    centres: NDArray[np.float64]
    radius: NDArray[np.float64]
    newcomer_household_persons: float
    newcomer_child_share: float
    sex_ratio: float
    seed: np.uint64
    start: int
    month: int = 0
    limits: Limits | None = None
    touched: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    births: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    flows: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0, 0, 0), np.int64))
    reach: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    stocks_known: bool = False
    reach_known: NDArray[np.bool_] = field(
        default_factory=lambda: np.zeros(len(REACHABLE), np.bool_)
    )
    quarter: NDArray[np.int64] = field(default_factory=lambda: np.zeros((2, 0), np.int64))
    money: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0, 0)))
    _parameter_array: Any = None

    @property
    def parameter_array(self) -> Any:
        """The parameters as an array of one, which is handed over faster than a record."""
        if self._parameter_array is None:
            self._parameter_array = np.array([self.parameters], self.parameters.dtype)
        return self._parameter_array

    @property
    def districts(self) -> int:
        """Number of districts."""
        return int(self.levers.shape[0])

    @property
    def now(self) -> int:
        """This month, counted from January 1900."""
        return self.start + self.month

    @property
    def year(self) -> int:
        """Index of the simulated calendar year, 0 for the first; the last year's rates go on."""
        return min(max(0, self.month - 1) // 12, int(self.tables.death.shape[0]) - 1)

    @property
    def counts(self) -> NDArray[np.int64]:
        """This month's counts, shape (districts, 3, 4, indicators); stocks counted when asked."""
        if not self.stocks_known:
            self.count_everybody(Crew())
        return self.flows

    @property
    def reachable(self) -> NDArray[np.int64]:
        """Whom measures can reach next month, shape (districts, 8), counted when asked for."""
        for whom in range(len(REACHABLE)):
            self.who_can_be_reached(whom)
        return self.reach

    def who_can_be_reached(self, whom: int) -> NDArray[np.int64]:
        """One column of `reachable` by district, counted when asked for."""
        if not self.reach_known[whom]:
            self.reach_known[whom] = True
            name = AGES_TO_BE_REACHED.get(whom)
            from_age = 0 if name is None else int(self.parameters[name])
            count_reachable(
                self.columns, whom, from_age, self.month, self.now, 0, self.rows, self.reach
            )
        return self.reach[:, whom]

    def count_everybody(self, crew: Crew) -> None:
        """Stocks by district, age band and group."""
        if not self.stocks_known:
            self.stocks_known = True
            habit = int(self.parameters["participation_habit"])
            arguments = (self.columns, self.household_size, habit, self.now)
            crew.spread(count_stocks, self.rows, arguments, self.flows)

    def clear_counts(self) -> None:
        """Start counting anew."""
        shape = (self.districts, len(BANDS), len(GROUPS), len(COUNTS))
        self.flows = np.zeros(shape, np.int64)
        self.reach = np.zeros((self.districts, len(REACHABLE)), np.int64)
        self.stocks_known = False
        self.reach_known = np.zeros(len(REACHABLE), np.bool_)
        self.money = np.zeros((self.districts, len(PAYERS), len(ITEMS)))


class Crew:
    """Threads that take blocks of rows; one thread means: here and now.

    A crew belongs to one run. Close it (or use it in a `with` statement) to end its threads.
    """

    def __init__(self, threads: int = 1) -> None:
        self.threads = max(1, threads)
        self._pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None

    def __enter__(self) -> Self:
        """The crew itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the threads."""
        self.close()

    def close(self) -> None:
        """End the threads; closing twice does no harm."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def spread(self, stage: Callable[..., Any], rows: int, arguments: tuple[Any, ...],
               *totals: NDArray[np.int64]) -> None:  # fmt: skip
        """Run a stage over all rows; blocks add to `totals`, which are whole numbers.

        Args:
            stage: compiled function `stage(*arguments, first, last, *totals)`.
            rows: rows in use.
            arguments: what every block is handed.
            totals: arrays the stage adds to.
        """
        if self._pool is None:
            stage(*arguments, 0, rows, *totals)
            return
        edges = [rows * block // self.threads for block in range(self.threads + 1)]
        # The first block adds to the totals themselves, the others to their own first.
        own = [totals]
        own += [tuple(np.zeros_like(total) for total in totals) for _ in range(1, self.threads)]
        jobs = [
            self._pool.submit(stage, *arguments, edges[block], edges[block + 1], *own[block])
            for block in range(self.threads)
        ]
        for job in jobs:
            job.result()
        for parts in own[1:]:
            for total, part in zip(totals, parts, strict=True):
                np.add(total, part, out=total)


def grown_state(state: State, points: Any, district_points: NDArray[np.int16]) -> State:
    """A copy of a state that goes on by itself, with other meeting points; tables are shared.

    Args:
        state: of a run at the end of a month.
        points, district_points: the meeting points of the plan it goes on with.
    """
    limits = state.limits
    if limits is not None:
        limits = replace(limits, districts=limits.districts.copy())
    return replace(
        state,
        columns=copied_columns(state.columns),
        household_size=state.household_size.copy(),
        points=points,
        district_points=district_points,
        levers=state.levers.copy(),
        limits=limits,
        touched=state.touched.copy(),
        births=state.births.copy(),
        flows=state.flows.copy(),
        reach=state.reach.copy(),
        reach_known=state.reach_known.copy(),
        quarter=state.quarter.copy(),
        money=state.money.copy(),
    )


def make_room(state: State, wanted: int) -> None:
    """Lengthen the table so that at least `wanted` rows after those in use are free."""
    have = state.columns.uid.shape[0]
    if have < state.rows + wanted:
        state.columns = copied_columns(state.columns, state.rows + wanted - have + have // 20)
    if state.births.shape[0] < state.columns.uid.shape[0]:
        births = np.zeros(state.columns.uid.shape[0], np.uint8)
        births[: state.births.shape[0]] = state.births
        state.births = births
        state.touched = np.zeros(state.columns.uid.shape[0], np.uint8)
    if state.household_size.shape[0] < state.households + wanted:
        sizes = np.zeros(state.households + wanted + state.households // 20, np.int16)
        sizes[: state.households] = state.household_size[: state.households]
        state.household_size = sizes


def find_limits(state: State) -> Limits:
    """Bounds of this month's chances: by year, and by what measures do in the districts."""
    limits = state.limits
    t, p, means = state.tables, state.parameter_array, state.means
    if limits is None:
        limits = Limits(
            year=-1,
            life=np.zeros((LIFE_LIMITS, STATES * 2 * AGES), np.uint32),
            company=np.zeros((COMPANY_LIMITS, 2 * AGES), np.uint32),
            onsets=np.zeros((2, 2 * AGES * SITUATIONS), np.uint32),
            districts=np.zeros((DISTRICT_LIMITS, state.districts), np.uint32),
        )
        limits_of_company(t, p, means, limits.company, limits.onsets)
        state.limits = limits
    if limits.year != state.year:
        limits.year = state.year
        # A new array: the old one may be shared with a run that has grown from this one.
        limits.life = np.zeros_like(limits.life)
        limits_of_life(t, p, means, state.year, limits.life)
    levers = state.levers.tobytes()
    if limits.levers != levers:
        limits.levers = levers
        limits_of_districts(p, state.levers, limits.districts)
    return limits


def residents_live(state: State, crew: Crew) -> None:
    """First stage on several threads: age, die, move away, give birth, care grade up or down."""
    limits = find_limits(state)
    arguments = (
        state.columns, state.tables, state.parameters, state.means, state.seed, state.month,
        state.now, state.year, state.births, state.touched, limits.life,
    )  # fmt: skip
    crew.spread(live, state.rows, arguments, state.flows)


def residents_keep_company(state: State, crew: Crew) -> None:
    """Second stage on several threads: ties, loneliness, meeting points, volunteering, burden."""
    limits = find_limits(state)
    arguments = (
        state.columns, state.tables, state.parameters, state.means, state.points,
        state.district_points, state.levers, state.seed, state.month, state.now, state.touched,
        limits.company, limits.onsets, limits.districts,
    )  # fmt: skip
    crew.spread(keep_company, state.rows, arguments, state.flows)


def month_passes(
    state: State,
    crew: Crew,
    town_minutes: int,
    town_places: int,
    nursing_home_places: int,
    price_level: float,
) -> None:
    """All stages: live, keep company, meet, give care, and what care costs; come and go.

    Args:
        state: the run.
        crew: threads for the first two stages, which most of the time goes into.
        town_minutes: minutes a week of ambulatory care for the whole town.
        town_places: clients day care has room for in the whole town.
        nursing_home_places: places that can be used.
        price_level: prices of services against the ledger's year.
    """
    make_room(state, 0)
    limits = find_limits(state)
    spread = crew.threads > 1
    if spread:
        residents_live(state, crew)
        residents_keep_company(state, crew)
    state.rows, state.households, wanted = pass_month(
        state.columns, state.household_size, state.tables, state.parameter_array, state.means,
        state.points, state.district_points, state.levers, town_minutes, town_places,
        nursing_home_places, state.benefits, state.supplements, price_level, limits.life,
        limits.company, limits.onsets, limits.districts, state.traits, state.founders,
        state.first_founder, state.centres, state.radius, state.newcomer_household_persons,
        state.newcomer_child_share, state.sex_ratio, state.births, state.touched, state.seed,
        state.month, state.now, state.year, state.rows, state.households, state.flows,
        state.quarter, state.money, spread,
    )  # fmt: skip
    if wanted:
        make_room(state, wanted)
        people_come_and_go(state)


def people_come_and_go(state: State) -> None:
    """The last stage by itself: rows of the gone are freed, newborns and newcomers take them."""
    state.rows, state.households = come_and_go(
        state.columns, state.household_size, state.households, state.tables,
        state.parameter_array, state.traits, state.founders, state.first_founder, state.centres,
        state.radius, state.newcomer_household_persons, state.newcomer_child_share,
        state.sex_ratio, state.births, state.seed, state.month, state.now, state.rows,
        state.flows, state.quarter,
    )  # fmt: skip


def care_is_given(state: State, town_minutes: int, town_places: int) -> None:
    """Care of the start: services up to a capacity, family, neighbours, what is missing.

    Everybody stays where they are and nothing is paid for.

    Args:
        state: the run.
        town_minutes, town_places: see `month_passes`.
    """
    people = find_people_in_need(state.columns, state.rows)
    give_care(
        state.columns, state.household_size, people, state.tables, state.parameters,
        state.levers, state.quarter[1].copy(), town_minutes, town_places, state.seed, state.month,
        state.now,
    )  # fmt: skip


def quarter_is_counted(state: State) -> None:
    """Volunteers in the quarter and their minutes, before the first month."""
    count_quarter_and_months(
        state.columns, state.month, state.now, state.rows, state.flows, state.quarter
    )


def no_levers(districts: int) -> NDArray[np.float64]:
    """Levers of a month in which no measure is in force."""
    return np.zeros((districts, len(LEVERS)))
