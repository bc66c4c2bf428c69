"""From a town to the state of a run: shared residents first, then what each run has of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import everything_is_compiled, help_compiling
from sim.costs import benefit_tables
from sim.kept_residents import keep, kept, place_of
from sim.levers import LEVERS, Points
from sim.memory import no_search_for_garbage
from sim.month import (
    EVERYBODY,
    State,
    care_is_given,
    find_limits,
    make_room,
    no_levers,
    people_come_and_go,
    quarter_is_counted,
)
from sim.parameters import make_parameters
from sim.rates.prevalence import prevalence_by_month
from sim.rates.smoothing import yearly
from sim.rates.tables import Prepared, SameTables, prepare, solve_tables
from sim.rates.traits import newcomer_traits
from sim.residents import NOBODY, Population, copied_columns, empty_columns
from sim.stages.settle import (
    expected_leavers,
    give_strain,
    give_traits,
    mean_risks,
    shares_served,
)
from sim.town.town import Town

POINTS_PER_DISTRICT = 4
MEAN_CHILDREN = 1.5
"""Children of a newcomer household that has any: one or two, see `sim.rules.arriving`."""
MOST_WITH_CHILDREN = 0.95
ROOM = 50
"""One free row for so many residents at the start."""


def prepared(town: Town) -> Prepared:
    """The town's data smoothed and arranged, once."""
    return prepare(town)


def shares_of_newcomers(town: Town) -> Any:
    """Features of newcomers; the care grades are filled in for each draw of the assumptions."""
    return _shares_in(SameTables(town.tables))


@lru_cache(maxsize=8)
def _shares_in(same: SameTables) -> Any:
    return newcomer_traits(same.tables, np.zeros((2, 121, 6)))


@lru_cache(maxsize=8)
def benefits_of(town: Town) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the care fund pays, see `sim.costs.benefit_tables`."""
    return benefit_tables(town.tables)


def start_month(town: Town) -> int:
    """Month of the town's start, counted from January 1900."""
    year, month = town.start
    return (year - 1900) * 12 + month - 1


def newcomer_households(
    tables: Any, traits: Any, leavers: NDArray[np.float64]
) -> tuple[float, float]:
    """Mean persons of a newcomer household, and the chance of a young head to bring children.

    A household is a head, with the nation's chance a partner, and for heads of 25 to 44 with the
    second number's chance one or two children, so that as large a share of newcomers is under 18
    as of those who leave.

    Args:
        tables: solved rates, for the ages of heads.
        traits: features of newcomers, for partners.
        leavers: expected leavers, shape (districts, 2): all, under 18.
    """
    heads = np.diff(tables.newcomer_age, prepend=0.0).reshape(2, -1)
    heads = heads / heads.sum()
    ages = np.arange(heads.shape[1])
    adults = 1.0 + float((heads * np.where(ages >= 18, traits.partner, 0.0)).sum())
    young = float(heads[:, 25:45].sum()) * MEAN_CHILDREN
    everybody, minors = leavers.sum(axis=0)
    share = minors / everybody if everybody > 0.0 else 0.0
    chance = share * adults / ((1.0 - share) * young) if young > 0.0 else 0.0
    chance = min(MOST_WITH_CHILDREN, float(chance))
    return adults + young * chance, chance


def make_points(town: Town, points: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Arrays of the meeting points, and the four nearest to each district.

    Args:
        town: the town.
        points: pairs of a point and the measure that founds it (None: it exists).
    """
    specs = [spec for spec, _ in points]
    arrays = Points(
        x=np.array([round(spec.x) for spec in specs], np.int32),
        y=np.array([round(spec.y) for spec in specs], np.int32),
        district=np.array([spec.district for spec in specs], np.int16),
        open=np.zeros(len(specs), np.uint8),
        all_ages=np.zeros(len(specs), np.uint8),
        capacity=np.zeros(len(specs), np.int64),
    )
    existing = [number for number, (_, measure) in enumerate(points) if measure is None]
    founded = [number for number, (_, measure) in enumerate(points) if measure is not None]
    width = POINTS_PER_DISTRICT + len(founded)
    near = np.full((len(town.districts), width), NOBODY, np.int16)
    for index, district in enumerate(town.districts):
        # The existing points of a district are the same in every plan, whatever a plan founds.
        order = sorted(
            existing,
            key=lambda n: ((specs[n].x - district.x) ** 2 + (specs[n].y - district.y) ** 2, n),
        )
        near[index, : len(order[:POINTS_PER_DISTRICT])] = order[:POINTS_PER_DISTRICT]
        near[index, POINTS_PER_DISTRICT:] = founded
    return arrays, near


def make_state(
    town: Town,
    values: Mapping[str, float],
    population: Population,
    tables: Any,
    points: Sequence[tuple[Any, Any]],
    seed: int,
) -> State:
    """State of a run at month 0: own columns, tables, parameters and mean risks of the start.

    Args:
        town: the town.
        values: one draw of the assumptions.
        population: the shared residents; copied.
        tables: solved rates, or None to solve them here.
        points: pairs of a meeting point and its founding measure.
        seed: key of the run's draws.
    """
    known = prepared(town)
    tables = solve_tables(town, dict(values), known) if tables is None else tables
    rows = population.size
    columns = copied_columns(population.columns, rows // ROOM + 64)
    households = population.household_size.shape[0]
    household_size = np.zeros(households + households // 2 + 64, np.int16)
    household_size[:households] = population.household_size
    district = columns.district[:rows]
    founders = population.by_district
    residents = np.bincount(district, minlength=len(town.districts))
    first_founder = np.concatenate(([0], np.cumsum(residents)))
    arrays, near = make_points(town, points)
    benefits, supplements = benefits_of(town)
    in_need = prevalence_by_month(known.care_need, dict(values), known.start)
    grades = np.ascontiguousarray(np.cumsum(yearly(in_need, axis=1), axis=2))
    traits = shares_of_newcomers(town)._replace(grade=grades)
    parameters = make_parameters(values)
    leavers = expected_leavers(columns, tables, start_month(town), rows, len(town.districts))
    net = values["net_migration_per_1000"] / 1000.0 / 12.0
    coming = leavers[:, 0] + net * residents
    tables = tables._replace(newcomers=np.maximum(coming, 0.0))
    persons, with_children = newcomer_households(tables, traits, leavers)
    state = State(
        columns=columns,
        rows=rows,
        household_size=household_size,
        households=households,
        founders=founders,
        first_founder=first_founder.astype(np.int64),
        tables=tables,
        parameters=parameters,
        traits=traits,
        means=np.ones((5, 2, 4)),
        benefits=benefits,
        supplements=supplements,
        points=arrays,
        district_points=near,
        levers=np.zeros((len(town.districts), len(LEVERS))),
        centres=np.array([[d.x, d.y] for d in town.districts], np.float64).reshape(-1, 2),
        radius=np.array([d.radius_metres for d in town.districts], np.float64),
        newcomer_household_persons=persons,
        newcomer_child_share=with_children,
        sex_ratio=values["sex_ratio_at_birth"],
        seed=np.uint64(seed),
        start=start_month(town),
    )
    state.clear_counts()
    state.quarter = np.zeros((2, len(town.districts)), np.int64)
    return state


def reference_risks(state: State) -> None:
    """Mean relative risks of the start, by which all effects are divided."""
    state.means = mean_risks(
        state.columns, state.household_size, state.tables, state.parameters, state.now, state.rows
    )


def settle(town: Town) -> Population:
    """The town's residents, made once, with what depends on the family: traits and strain.

    Uses the central values of the assumptions; every run then adds its own care hours. What was
    made before from the same contents is read again, see `sim.kept_residents`.
    """
    # A town made in memory is used once, and has no files a second process could read.
    place = place_of(town) if town.files else None
    population = None if place is None else kept(place)
    if population is None:
        # Loaded only now: what making needs takes a while, and most starts find residents kept.
        from sim.making import make_residents

        helper = help_compiling(town.folder) if town.files else None
        # Only then: residents of a whole country are made without compiling anything.
        with nullcontext() if helper is None else no_search_for_garbage():
            population = make_residents(town)
            settle_in_families(town, population)
            if helper is not None:
                compile_first_half(town)
        if helper is not None and helper.wait() == 0:
            everything_is_compiled()
        if place is not None:
            keep(population, place)
    for column in population.columns:
        column.setflags(write=False)
    return population


def settle_in_families(town: Town, population: Population) -> None:
    """Give residents just made the traits and the strain that depend on their families.

    Args:
        town: the town.
        population: its residents; changed.
    """
    values = town.ledger.values()
    state = make_state(town, values, population, None, [], town.population_seed)
    seed = np.uint64(town.population_seed)
    c, p, rows = state.columns, state.parameters, state.rows
    served = shares_served(c, state.tables, 1.0 - values["service_unmet_share"], state.now, rows)
    give_traits(c, state.household_size, state.tables, p, served, seed, state.now, rows)
    quarter_is_counted(state)
    state.levers = no_levers(state.districts)
    care_is_given(state, EVERYBODY, EVERYBODY)
    give_strain(c, p, values["carer_strain_share"], seed, rows)
    # Care itself is given anew in every run; only what it told about people is kept.
    for name in ("service_trait", "day_care_trait", "strained"):
        getattr(population.columns, name)[:] = getattr(c, name)[:rows]


def nobody() -> Population:
    """A population of no residents."""
    return Population(empty_columns(0), np.zeros(0, np.int16), np.zeros(0, np.int16))


def state_of_nobody(town: Town) -> State:
    """State of a run in a town without residents: what is done to it only gets compiled."""
    state = make_state(town, town.ledger.values(), nobody(), None, [], town.population_seed)
    make_room(state, 0)
    return state


def compile_first_half(town: Town) -> None:
    """What a run needs besides `settle_in_families` and what `sim.warm_up` compiles beside it.

    Args:
        town: the town.
    """
    state = state_of_nobody(town)
    find_limits(state)
    people_come_and_go(state)
    reference_risks(state)
    quarter_is_counted(state)
    care_is_given(state, EVERYBODY, EVERYBODY)
    assert state.counts.sum() == 0
    assert state.reachable.sum() == 0
