"""The model: a town, month by month. `QuartierModel` is a `mesa.Model`; a step is a month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.memory import no_search_for_garbage

with no_search_for_garbage(to_stay=True):
    import mesa
    import numpy as np
    from mesa.datacollection import DataCollector
    from numpy.typing import NDArray

    from sim.actors import CareService, District, MeetingPoint, NeighbourhoodManager, strength
    from sim.check import Bounds, check_state
    from sim.indicators import INDEX, ITEMS, PAYERS, STOCKS
    from sim.month import (
        EVERYBODY,
        Crew,
        State,
        care_is_given,
        grown_state,
        month_passes,
        quarter_is_counted,
    )
    from sim.residents import COLUMNS, Population, Residents
    from sim.setting_up import make_points, make_state, reference_risks, settle
    from sim.stages.count import OVER_65
    from sim.town.plan import Measure, Plan
    from sim.town.town import MeetingPointSpec, Town, find_town, read_town

PRICE_YEAR = 2025
"""Year of the prices in the ledger."""

MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Outcome:
    """What came out of one run, year by year.

    Attributes:
        years: year of the start (stocks only), then every simulated calendar year.
        counts: shape (years, districts, 3 age bands, 4 groups, indicators); stocks of December,
            flows summed over the year.
        money: euros of each year, shape (years, districts, payers, items).
    """

    years: tuple[int, ...]
    counts: NDArray[np.int64]
    money: NDArray[np.float64]


@lru_cache(maxsize=8)
def town_by_name(name: str) -> Town:
    """A town read once, from its folder or its name."""
    return read_town(find_town(name))


@lru_cache(maxsize=8)
def settled_population(town: Town) -> Population:
    """Residents of a town at its start, made once and shared read-only."""
    return settle(town)


class QuartierModel(mesa.Model):
    """A town whose residents age, come to need care, volunteer, meet or withdraw.

    One step is one month. The residents are rows of a table (`residents`), the districts, meeting
    points, services and managers are Mesa agents. All draws are pure functions of the seed, so
    the model never touches `model.random`.

    Args:
        town: a town, its folder, or its name in `scenarios/`.
        plan: a plan, or the name of one of the town's plans.
        seed: key of all draws of the run.
        values: value of every assumption; the ledger's central values if not given.
        population: residents at the start; made from the town's tables if not given.
        tables: solved rates; solved from `values` if not given.
        threads: threads that share the rows; the results do not depend on it.
        check: check after every month what must always hold (slower).
        collect: collect indicators every month in `datacollector`.
        grown_from: a run of another plan that goes on from where it is; see `fork`.
    """

    def __init__(
        self,
        town: Town | Path | str = "herrenberg",
        plan: Plan | str = "reference",
        seed: int | None = 1,
        *,
        values: Mapping[str, float] | None = None,
        population: Population | None = None,
        tables: Any = None,
        threads: int = 1,
        check: bool = False,
        collect: bool = True,
        grown_from: QuartierModel | None = None,
    ) -> None:
        super().__init__(rng=seed)
        self.town = town if isinstance(town, Town) else town_by_name(str(town))
        self.plan = plan if isinstance(plan, Plan) else self.town.plans[plan]
        self.values = dict(self.town.ledger.values() if values is None else values)
        self.check = check
        self.crew = Crew(threads)
        points = all_points(self.town, self.plan)
        self.state: State
        if grown_from is None:
            population = settled_population(self.town) if population is None else population
            self.state = make_state(
                self.town, self.values, population, tables, points, int(seed or 0)
            )
        else:
            self.state = grown_state(grown_from.state, *make_points(self.town, points))
        self.districts = [
            District(self, index, spec) for index, spec in enumerate(self.town.districts)
        ]
        self.managers = [NeighbourhoodManager(self, index) for index in range(len(self.districts))]
        self.meeting_points = [
            MeetingPoint(self, index, spec, measure) for index, (spec, measure) in enumerate(points)
        ]
        self.services: dict[str, CareService] = {}
        self._weights = np.ones(len(self.districts))
        self._shares: dict[tuple[int, tuple[int, ...]], float] = {}
        self.month = 0
        if grown_from is None:
            self._start()
        else:
            self._go_on_from(grown_from)
        self.residents = Residents(self.state)
        self.datacollector = DataCollector(
            model_reporters=_of_the_town(), agenttype_reporters={District: _of_a_district()}
        )
        self._collect = collect
        if collect:
            self.datacollector.collect(self)

    # The calendar ---------------------------------------------------------------------------

    def step(self) -> None:
        """One month."""
        self.month += 1
        before = (self._residents(), self._volunteer_minutes()) if self.check else None
        # Actors see what the residents were at the end of last month.
        self.measures_take_effect()
        self.state.month = self.month
        self.state.clear_counts()
        month_passes(
            self.state,
            self.crew,
            self.services["ambulatory"].capacity,
            self.services["day_care"].capacity,
            self.services["nursing_home"].capacity,
            self._price_level(),
        )
        self._pay_for_measures()
        if before is not None:
            check_state(self.state, self._bounds(*before))
        if self._collect:
            self.datacollector.collect(self)
        if self.month >= self.town.months:
            self.running = False
            self.crew.close()

    def measures_take_effect(self) -> None:
        """Managers, points, services and districts act, in this order."""
        actors: tuple[Any, ...] = (
            *self.managers, *self.meeting_points, *self.services.values(), *self.districts,
        )  # fmt: skip
        for actor in actors:
            actor.act()

    def fork(self, plan: Plan, threads: int = 1) -> QuartierModel:
        """A run of another plan that shares all months so far and goes on by itself.

        The months after are bit for bit those of a run of `plan` from the start, as long as the
        two plans do not differ yet: see `sim.together.shared_months`.

        Args:
            plan: what to go on with.
            threads: of the new run.
        """
        return type(self)(
            self.town, plan, int(self.state.seed), values=self.values, threads=threads,
            check=self.check, collect=False, grown_from=self,
        )  # fmt: skip

    def close(self) -> None:
        """End the threads and let go of the residents; the model cannot be used afterwards.

        Mesa 3.3 keeps every model for which it has numbered agents, and agents and model hold each
        other: without this a study would keep the residents of all its runs.
        """
        self.rest()
        for name in ("state", "residents"):
            self.__dict__.pop(name, None)

    def rest(self) -> None:
        """End the threads and be forgotten by Mesa; other runs may still be grown from this one."""
        self.crew.close()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    @property
    def nbytes(self) -> int:
        """What the residents of this run take."""
        columns = (getattr(self.state.columns, column.name) for column in COLUMNS)
        return sum(int(column.nbytes) for column in columns)

    # What actors ask for --------------------------------------------------------------------

    @property
    def quarter_volunteers(self) -> NDArray[np.int64]:
        """Volunteers in the quarter by district, as last counted."""
        found: NDArray[np.int64] = self.state.quarter[0]
        return found

    def share_of_district(self, index: int, districts: tuple[int, ...]) -> float:
        """Share of a measure that falls to one of its districts, by residents of 65 and more."""
        found = self._shares.get((index, districts))
        if found is None:
            total = float(self._weights[list(districts)].sum())
            found = float(self._weights[index]) / total if total > 0 else 1.0 / len(districts)
            self._shares[index, districts] = found
        return found

    def staff_hours_for_volunteers(self, index: int) -> float:
        """Hours a week the staff of meeting points in a district spend on winning volunteers."""
        hours = sum(
            point.staff_hours() for point in self.meeting_points if point.spec.district == index
        )
        return hours * self.values["meeting_point_staff_share_volunteers"]

    def staff_hours_for_neighbourly_help(self, index: int) -> float:
        """Hours a week the staff of meeting points that organise neighbourly help give to it."""
        hours = sum(
            point.staff_hours()
            for point in self.meeting_points
            if point.spec.district == index and point.spec.neighbourly_help
        )
        return hours * self.values["meeting_point_staff_share_help"]

    def is_town_wide(self, measure: Measure) -> bool:
        """Whether a measure covers all districts of the town."""
        return len(measure.districts) == len(self.districts)

    def edges_of_district(self, index: int, districts: tuple[int, ...]) -> tuple[float, float]:
        """Where a district's part of a measure begins and ends, as shares of the whole."""
        weights = [self.share_of_district(one, districts) for one in districts]
        place = districts.index(index)
        after = 1.0 if place + 1 == len(weights) else sum(weights[: place + 1])
        return sum(weights[:place]), after

    def town_service(self, service: str, district: int) -> float:
        """Size of a service counted in one district alone, hours a week or places."""
        specs = [spec for spec in self.town.services if spec.service == service]
        if not all(spec.status == "measured" for spec in specs):
            return 0.0
        return sum(spec.size for spec in specs if spec.district == district)

    # Numbers --------------------------------------------------------------------------------

    @property
    def year(self) -> int:
        """Calendar year of the current month."""
        first_year, first_month = self.town.start
        return first_year + (first_month + self.month - 1) // 12

    @property
    def is_end_of_year(self) -> bool:
        """Whether the current month is a December."""
        return (self.town.start[1] + self.month) % MONTHS_PER_YEAR == 0

    def total(self, name: str) -> int:
        """An indicator of the whole town, as last counted."""
        return int(self.state.counts[..., INDEX[name]].sum())

    # Inside ---------------------------------------------------------------------------------

    def _start(self) -> None:
        """Care of the start, capacities, first count."""
        for point in self.meeting_points:
            point.act()
        self._count_everybody()
        self._weights = self.state.who_can_be_reached(OVER_65).astype(np.float64)
        self._shares.clear()
        for actor in (*self.managers, *self.districts):
            actor.act()
        clients = self._clients()
        self._care_of_the_start(clients, EVERYBODY, EVERYBODY)
        minutes, guests = self._in_use(clients)
        self._open_services(minutes, guests)
        self._care_of_the_start(clients, minutes, guests)
        self._find_reference_risks()

    def _go_on_from(self, other: QuartierModel) -> None:
        """Take over what a run of another plan has come to."""
        self.month = other.month
        self.running = other.running
        self._weights, self._shares = other._weights, other._shares
        for district, its_twin in zip(self.districts, other.districts, strict=True):
            district.trained = its_twin.trained
        self.services = {
            kind: CareService(self, kind, service.at_start)
            for kind, service in other.services.items()
        }

    def _clients(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Who has an ambulatory service and who a place in day care at the start."""
        columns = self.state.columns
        return columns.has_ambulatory.copy(), columns.has_day_care.copy()

    def _care_of_the_start(
        self, clients: tuple[NDArray[np.uint8], NDArray[np.uint8]], minutes: int, guests: int
    ) -> None:
        """Care of month 0 with a capacity for the whole town, and a fresh count."""
        columns = self.state.columns
        columns.has_ambulatory[:], columns.has_day_care[:] = clients
        for name in ("caring_minutes", "relief", "waiting_ambulatory", "waiting_day_care"):
            getattr(columns, name)[:] = 0
        care_is_given(self.state, minutes, guests)
        self._count_everybody()

    def _count_everybody(self) -> None:
        """A fresh count of month 0."""
        self.state.clear_counts()
        quarter_is_counted(self.state)

    def _find_reference_risks(self) -> None:
        """Mean relative risks of the start."""
        reference_risks(self.state)

    def _in_use(self, clients: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> tuple[int, int]:
        """Minutes a week and places in day care that those use who have them at the start."""
        columns = self.state.columns
        minutes = columns.ambulatory_minutes[clients[0] > 0].astype(np.int64).sum()
        return int(minutes), int((columns.has_day_care & clients[1]).sum())

    def _open_services(self, minutes: int, guests: int) -> None:
        """Services of the whole town, with the capacity of the start.

        Args:
            minutes: minutes a week of ambulatory care in use at the start.
            guests: residents who have a place in day care at the start.
        """
        per_place = self.values["day_care_clients_per_place"]
        in_use = minutes / self.values["ambulatory_use"]
        sizes = {
            "ambulatory": self._capacity("ambulatory_hours_per_week", 60.0, in_use),
            "day_care": self._capacity("day_care_places", per_place, guests),
            "nursing_home": self.town.service_size("nursing_home_places"),
        }
        self.services = {kind: CareService(self, kind, size) for kind, size in sizes.items()}

    def _capacity(self, service: str, unit: float, in_use: float) -> float:
        """Capacity of a service for the whole town, in minutes a week or clients.

        A size that was counted is taken as it is (what was counted for one district is that
        district's, see `District`). One that is only derived or estimated is replaced by what is
        in use at the start.
        """
        specs = [spec for spec in self.town.services if spec.service == service]
        if all(spec.status == "measured" for spec in specs):
            return unit * sum(spec.size for spec in specs if spec.district is None)
        return in_use

    def _volunteer_minutes(self) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self.state.quarter[1].copy()
        return found

    def _residents(self) -> NDArray[np.int64]:
        persons: NDArray[np.int64] = self.state.counts[..., INDEX["residents"]].sum(axis=(1, 2))
        return persons

    def _bounds(self, persons: NDArray[np.int64], volunteer_minutes: NDArray[np.int64]) -> Bounds:
        return Bounds(
            persons=persons,
            volunteer_minutes=volunteer_minutes,
            ambulatory=self.services["ambulatory"].capacity,
            day_care=self.services["day_care"].capacity,
            nursing_home=self.services["nursing_home"].capacity,
            cost_of_measures=sum(
                measure.cost_per_year / 12.0 * strength(measure, self.month)
                for measure in self.plan.measures
            ),
        )

    def _price_level(self) -> float:
        years = self.year - PRICE_YEAR
        return float((1.0 + self.values["service_price_growth"]) ** years)

    def _pay_for_measures(self) -> None:
        for measure in self.plan.measures:
            cost = measure.cost_per_year / 12.0 * strength(measure, self.month)
            if cost == 0.0:
                continue
            payers = measure.payers_in(self.month)
            for index in measure.districts:
                here = cost * self.share_of_district(index, measure.districts)
                for payer, share in payers.items():
                    self.state.money[index, PAYERS.index(payer), ITEMS.index("measures")] += (
                        here * share
                    )


def all_points(town: Town, plan: Plan) -> list[tuple[Any, Any]]:
    """Existing meeting points and those a plan founds: (point, founding measure or None)."""
    points: list[tuple[Any, Any]] = [(spec, None) for spec in town.meeting_points]
    for number, measure in enumerate(plan.measures):
        if measure.kind != "meeting_point":
            continue
        points += [
            (founded_point(town, measure, district, f"{plan.name}_{number}_{district}"), measure)
            for district in measure.districts
        ]
    return points


def founded_point(town: Town, measure: Measure, district: int, key: str) -> MeetingPointSpec:
    """The meeting point a measure founds in a district; in its middle if no place is named."""
    levers = measure.levers

    def named(lever: str, assumption: str) -> Any:
        """What the plan says, or else the ledger."""
        return levers[lever] if lever in levers else town.ledger.values()[assumption]

    spec = town.districts[district]
    x, y = spec.x, spec.y
    if "latitude" in levers and "longitude" in levers:
        x, y = town.place(float(levers["latitude"]), float(levers["longitude"]))
    return MeetingPointSpec(
        key=key,
        label=measure.label_de,
        district=district,
        x=x,
        y=y,
        seats=int(named("seats", "meeting_point_seats")),
        opening_hours_per_week=float(
            named("opening_hours_per_week", "meeting_point_opening_hours")
        ),
        all_ages=bool(levers.get("all_ages", True)),
        neighbourly_help=bool(levers.get("neighbourly_help", False)),
        source="",
        status="assumed",
    )


class Course:
    """What comes out of a run, year by year, gathered month by month.

    Args:
        model: the run, at its start.
    """

    def __init__(self, model: QuartierModel) -> None:
        self.years = [model.town.start[0]]
        self.counts = [model.state.counts.copy()]
        self.money = [np.zeros_like(model.state.money)]

    def copy(self) -> Course:
        """The same so far, to go on by itself."""
        other = copy(self)
        other.years = list(self.years)
        other.counts = [array.copy() for array in self.counts]
        other.money = [array.copy() for array in self.money]
        return other

    def take(self, model: QuartierModel) -> None:
        """Add the month that has just ended."""
        state = model.state
        stocks = len(STOCKS)
        if model.year != self.years[-1] or len(self.years) == 1:
            self.years.append(model.year)
            self.counts.append(np.zeros_like(state.flows))
            self.money.append(np.zeros_like(state.money))
        # Stocks are those of the year's last month, and nobody is counted for the others; adding
        # all of an array takes a fifth of the time that a part of each row takes.
        ends = model.is_end_of_year or not model.running
        if ends:
            state.count_everybody(model.crew)
        self.counts[-1] += state.flows
        if ends:
            self.counts[-1][..., :stocks] = state.flows[..., :stocks]
        self.money[-1] += state.money

    def outcome(self) -> Outcome:
        """The whole course."""
        return Outcome(tuple(self.years), np.stack(self.counts), np.stack(self.money))


def run_on(
    model: QuartierModel,
    course: Course,
    until: int | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """Step a model to a month, or to its end, and gather what comes out.

    Args:
        model: the run.
        course: what came out so far; added to.
        until: number of the last month to simulate; None for the town's end.
        should_stop: asked every month; if it says yes, the run is given up.

    Raises:
        InterruptedError: `should_stop` said yes.
    """
    while model.running and (until is None or model.month < until):
        if should_stop is not None and should_stop():
            model.crew.close()
            raise InterruptedError
        model.step()
        course.take(model)


def simulate(
    town: Town,
    plan: Plan,
    *,
    values: Mapping[str, float] | None = None,
    seed: int = 1,
    population: Population | None = None,
    tables: Any = None,
    threads: int = 1,
    check: bool = False,
    should_stop: Callable[[], bool] | None = None,
) -> Outcome:
    """One run of a plan from the town's start to its end.

    Args:
        town, plan, values, seed, population, tables, threads, check: see `QuartierModel`.
        should_stop: asked every month; if it says yes, the run is given up.

    Raises:
        InterruptedError: `should_stop` said yes.
    """
    model = QuartierModel(
        town, plan, seed, values=values, population=population, tables=tables, threads=threads,
        check=check, collect=False,
    )  # fmt: skip
    try:
        course = Course(model)
        run_on(model, course, None, should_stop)
        return course.outcome()
    finally:
        model.close()


@lru_cache(maxsize=1)
def _of_the_town() -> dict[str, Callable[[QuartierModel], float]]:
    """What is collected of the whole town; the same for all models."""
    return {name: _total_reporter(name) for name in (*INDEX, *(f"cost_{p}" for p in PAYERS))}


@lru_cache(maxsize=1)
def _of_a_district() -> dict[str, Callable[[District], int]]:
    """What is collected of each district; the same for all models."""
    names = ("residents", "in_need", "missing_minutes", "lonely", "visitors")
    return {f"district_{name}": _district_reporter(name) for name in names}


def _total_reporter(name: str) -> Callable[[QuartierModel], float]:
    if name.startswith("cost_"):
        payer = PAYERS.index(name.removeprefix("cost_"))
        return lambda model: float(model.state.money[:, payer].sum())
    return lambda model: model.total(name)


def _district_reporter(name: str) -> Callable[[District], int]:
    def report(district: District) -> int:
        return int(district.model.state.counts[district.index, ..., INDEX[name]].sum())

    return report
