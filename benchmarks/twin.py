"""The fast model against its plain twin: do they agree exactly, and how much faster is it?

    python -m benchmarks.twin                       # both questions
    python -m benchmarks.twin --cases 200           # more towns
    python -m benchmarks.twin --cases 0 --town herrenberg --timed-months 12

Agreement is exact: every column of every resident, every month, and all that is counted and paid.
Residents are compared by identity, since a row number means nothing. A link to an acquaintance is
compared as long as it can matter: in the fast model as long as the founding resident it was made
to still holds the row, in the twin as long as that resident is here.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mesa
import numba
import numpy as np

from benchmarks.made_up import made_up_plan, made_up_town, residents_of
from benchmarks.plain_mesa import LINKS, PlainModel
from benchmarks.plain_python import compiled_uniforms
from benchmarks.plain_resident import Resident
from sim.indicators import FLOWS, INDEX
from sim.model import QuartierModel
from sim.residents import ACQUAINTANCES, ALIVE, COLUMNS, NOBODY

NO_ONE = 0
"""Identity that stands for an empty link."""

Columns = dict[str, np.ndarray]


# Do they agree? -------------------------------------------------------------------------------


def columns_of_model(model: QuartierModel) -> Columns:
    """Every column of those who live here in the order of identities; links as identities."""
    c = model.state.columns
    rows = np.flatnonzero(c.status == ALIVE)
    rows = rows[np.argsort(c.uid[rows])]
    found = {column.name: getattr(c, column.name)[rows] for column in COLUMNS}
    for name in LINKS:
        found[name] = np.where(found[name] == NOBODY, np.uint64(NO_ONE), c.uid[found[name]])
    others = found["acquaintances"]
    counts = (others != NOBODY) & (c.status[others] == ALIVE) & (c.arrived[others] == 0)
    # The order of acquaintances means nothing.
    found["acquaintances"] = np.sort(np.where(counts, c.uid[others], np.uint64(NO_ONE)), axis=1)
    homes = found["household"]
    found["household_members"] = np.where(homes == NOBODY, 0, model.state.household_size[homes])
    return found


def columns_of_twin(model: PlainModel) -> Columns:
    """The same of the twin; a value that does not fit its column's type is an error."""
    people = sorted(model.people, key=lambda resident: resident.uid)
    found = {}
    for column in COLUMNS:
        read = _READ.get(column.name)
        values = [read(one) if read else getattr(one, column.name) for one in people]
        is_link = column.name in (*LINKS, "acquaintances")
        found[column.name] = np.array(values, np.uint64 if is_link else column.dtype)
    members = [0 if one.household is None else one.household.members for one in people]
    found["household_members"] = np.array(members, np.int16)
    return found


def _uid(resident: Resident | None) -> int:
    return NO_ONE if resident is None else resident.uid


def _acquaintances(resident: Resident) -> list[int]:
    here = [other.uid if other.is_here else NO_ONE for other in resident.acquaintances]
    return sorted(here + [NO_ONE] * (ACQUAINTANCES - len(here)))


def _link(name: str) -> Callable[[Resident], int]:
    return lambda resident: _uid(getattr(resident, name))


_READ: dict[str, Callable[[Resident], Any]] = {
    **{name: _link(name) for name in LINKS},
    "acquaintances": _acquaintances,
    "household": lambda one: NOBODY if one.household is None else one.household.number,
    "known_point": lambda one: NOBODY if one.known_point is None else one.known_point.index,
}


def differences(fast: QuartierModel, twin: PlainModel) -> list[str]:
    """What differs between the two models at the end of a month, in words; empty if nothing."""
    ours, theirs = columns_of_model(fast), columns_of_twin(twin)
    only = set(ours["uid"].tolist()) ^ set(theirs["uid"].tolist())
    if only:
        return [f"month {fast.month}: {len(only)} residents live in one of the towns only"]
    found = []
    for name, column in ours.items():
        where = np.flatnonzero((column != theirs[name]).reshape(len(column), -1).any(axis=1))
        if where.size:
            i = where[0]
            found.append(
                f"month {fast.month}: {name} of {where.size} residents, of "
                f"{ours['uid'][i]:x} {column[i]} in the fast model, {theirs[name][i]} in the twin"
            )
    for name, one, other in _shared(fast, twin):
        if not np.array_equal(one, other):
            found.append(f"month {fast.month}: {name}")
    return found


def _shared(fast: QuartierModel, twin: PlainModel) -> list[tuple[str, Any, Any]]:
    names = ("counts", "reachable", "money", "levers")
    pairs = [(name, getattr(fast.state, name), getattr(twin.state, name)) for name in names]
    pairs += [
        (f"points: {name}", getattr(fast.state.points, name), getattr(twin.state.points, name))
        for name in fast.state.points._fields
    ]
    capacities = [[one.capacity for one in model.services.values()] for model in (fast, twin)]
    return [
        *pairs,
        ("capacities", *capacities),
        ("households", fast.state.households, twin.households),
        ("mean risks", fast.state.means, np.array(twin.means)),
    ]


@dataclass(frozen=True)
class Case:
    """A comparison: a made-up town, a plan, a seed, and one draw of the assumptions.

    Attributes:
        town, plan: numbers, see `benchmarks.made_up`.
        seed: of the run.
        draw: number of the draw of the assumptions; None for the central values.
        months: how long both run.
        threads: of the fast model.
    """

    town: int
    plan: int
    seed: int
    draw: int | None = None
    months: int = 12
    threads: int = 1


def made_up_case(number: int, months: int = 12) -> Case:
    """One of many cases; three plans and draws for each town."""
    draw = None if number % 3 == 0 else number
    return Case(number // 3, number, 1000 + number, draw, months, 1 + number % 2)


@dataclass
class Compared:
    """What a comparison saw.

    Attributes:
        differences: in words; the first month that has any ends the case.
        resident_months: residents compared, summed over months.
        happened: events that were counted meanwhile.
    """

    differences: list[str]
    resident_months: int
    happened: Counter[str]


def compare(case: Case) -> Compared:
    """Run both models side by side and compare them after every month."""
    town, population = made_up_town(case.town), residents_of(case.town)
    plan = made_up_plan(case.plan, town, case.months)
    values = town.ledger.values() if case.draw is None else town.ledger.draw(1, case.draw)
    options: dict[str, Any] = {"values": values, "population": population}
    fast = QuartierModel(
        town, plan, case.seed, threads=case.threads, check=True, collect=False, **options
    )
    twin = PlainModel(town, plan, case.seed, **options)
    seen = Compared(differences(fast, twin), len(twin.people), Counter())
    while fast.month < case.months and not seen.differences:
        fast.step()
        twin.step()
        seen.differences += differences(fast, twin)
        seen.resident_months += len(twin.people)
        seen.happened.update({name: fast.total(name) for name in FLOWS})
        waiting = ("waiting_home", "waiting_ambulatory", "waiting_day_care", "neighbour_minutes")
        seen.happened.update({name: fast.total(name) for name in waiting})
    fast.crew.close()
    return seen


def print_comparison(cases: Sequence[Case]) -> bool:
    """Compare many cases, print what was compared; whether all agree."""
    happened: Counter[str] = Counter()
    resident_months, differing = 0, 0
    for case in cases:
        seen = compare(case)
        happened += seen.happened
        resident_months += seen.resident_months
        if seen.differences:
            differing += 1
            print(case, *seen.differences, sep="\n    ")
    towns = {case.town for case in cases}
    print(
        f"Compared: {len(cases)} runs of {len(towns)} made-up towns, {cases[0].months} months each,"
        f"\n    {resident_months:,} resident-months, {len(COLUMNS)} columns, "
        f"{len(INDEX)} indicators, euros by payer."
    )
    print("Happened:", ", ".join(f"{name} {number:,}" for name, number in happened.items()))
    print("Exactly the same in all runs." if not differing else f"{differing} runs DIFFER.")
    return not differing


# How much faster? -----------------------------------------------------------------------------


def print_ratio(town: str, plan: str, months: int) -> None:
    """Time all engines on one town, a month each in turn; medians of the months."""
    plain = "plain Mesa, all plain Python"
    engines: dict[str, Any] = {
        plain: PlainModel(town, plan),
        "plain Mesa, compiled draws": PlainModel(town, plan, uniforms=compiled_uniforms),
        "fast model, 1 thread": QuartierModel(town, plan, collect=False),
        "fast model, 2 threads": QuartierModel(town, plan, collect=False, threads=2),
    }
    times: dict[str, list[float]] = {name: [] for name in engines}
    cores: dict[str, list[float]] = {name: [] for name in engines}
    residents = len(engines[plain].people)
    for model in engines.values():  # the first month compiles, or reads what was compiled
        model.step()
    for _ in range(months):
        for name, model in engines.items():
            start, worked = time.perf_counter(), time.process_time()
            model.step()
            took = time.perf_counter() - start
            times[name].append(took / residents)
            cores[name].append((time.process_time() - worked) / took)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    versions = f"Mesa {mesa.__version__}, Numba {numba.__version__}, NumPy {np.__version__}"
    print(f"\n{town}, plan {plan}, {residents:,} residents; every engine a month in turn, {months}")
    print(f"months, on {machine}, {versions}.")
    titles = ("median", "lowest", "highest", "ratio", "cores")
    print(f"\n{'ns per resident-month':32}" + "".join(f"{title:>10}" for title in titles))
    slowest = statistics.median(times[plain])
    for name, measured in times.items():
        middle, low, high = (f(measured) for f in (statistics.median, min, max))
        row = f"{middle * 1e9:10,.0f}{low * 1e9:10,.0f}{high * 1e9:10,.0f}{slowest / middle:10,.1f}"
        print(f"{name:32}{row}{statistics.median(cores[name]):10.2f}")
    print("Ratio: median of the first engine by the engine's own median. Cores: processor time by")
    print("time; two threads that show about 1 had no second core to themselves.")
    same = differences(engines["fast model, 2 threads"], engines[plain])
    print("All at the same state." if not same else f"NOT at the same state: {same}")


def main() -> int:
    """Read the arguments, compare, time; 0 if everything agrees."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--cases", type=int, default=60, help="runs to compare")
    parser.add_argument("--months", type=int, default=24, help="months of each run")
    parser.add_argument("--town", default="herrenberg", help="town to time")
    parser.add_argument("--plan", default="reference", help="its plan")
    parser.add_argument("--timed-months", type=int, default=9, help="0 for no timing")
    chosen = parser.parse_args()
    agree = True
    if chosen.cases > 0:
        agree = print_comparison([made_up_case(k, chosen.months) for k in range(chosen.cases)])
    if chosen.timed_months > 0:
        print_ratio(chosen.town, chosen.plan, chosen.timed_months)
    return 0 if agree else 1


if __name__ == "__main__":
    raise SystemExit(main())
