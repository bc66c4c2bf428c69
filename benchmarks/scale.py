"""From a village to the country: time and memory of a resident-month.

    python -m benchmarks.scale                       # one table, 1,000 to 11.2 million residents
    python -m benchmarks.scale --region baden_wuerttemberg
    python -m benchmarks.scale --region germany      # some minutes
    python -m benchmarks.scale --region germany --by municipality

**One table.** The residents of a made-up town, copied until there are enough (`tiles.py`), as one
town, on one thread and on two; each size in a process of its own, whose largest memory is told.

**Streaming.** A state or the nation as many towns, each with margins and a seed of its own
(`municipalities.py`): made with `sim.making`, simulated to the end of 2030, added to the sums,
thrown away; as many at a time as there are cores, so that memory is bounded by the largest towns.
A rural county is one town whose districts are its municipalities (services are planned and counted
by county, and people use those of the next village); the largest municipalities are counties of
their own. `--by municipality` takes every municipality as a town.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import GIB, cores, median
from benchmarks.municipalities import REGIONS, Place, Region, make_town, places_of, town_of
from benchmarks.tiles import town_with
from sim.indicators import INDEX
from sim.memory import keep_what_was_freed
from sim.model import QuartierModel, simulate
from sim.residents import bytes_per_resident
from sim.setting_up import settle

SIZES = (1_000, 10_000, 100_000, 536_000, 1_000_000, 10_000_000, 11_200_000)
SMALL, LARGE = 100_000, 10_000_000
"""Sizes whose cost is compared."""
WHOLE_STATE = 11_200_000
KEPT_BYTES, LARGE_BYTES = 1 << 30, 32 << 20
"""What a process that makes and simulates towns one after another keeps, see `sim.memory`."""
FEWEST_RESIDENT_MONTHS = 12_000_000
"""Measured at each size: the larger the table, the fewer months, but six at least."""


# One table ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """One table of a size.

    Attributes:
        residents: in the table.
        threads: that shared its rows.
        months: measured.
        nanoseconds: a resident-month, median of the months, everybody counted in each.
        making: seconds to make a town's residents and to copy them.
        whole_run: seconds of `simulate` over all months; NaN if it was not run.
        peak: largest memory of the process, bytes.
    """

    residents: int
    threads: int
    months: int
    nanoseconds: float
    making: float
    whole_run: float
    peak: int

    @property
    def bytes_each(self) -> float:
        """Largest memory of the process by resident."""
        return self.peak / self.residents


def peak_memory() -> int:
    """Largest memory this process has had, bytes."""
    try:
        # What getrusage tells begins with the memory of the process that started this one.
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource  # noqa: PLC0415  - not on every system

    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size * 1024


def one_table(residents: int, threads: int, whole_run: bool) -> Table:
    """Measure a table in this process."""
    begin = time.perf_counter()
    town, population = town_with(residents)
    making = time.perf_counter() - begin
    seconds = float("nan")
    if whole_run:
        begin = time.perf_counter()
        simulate(town, town.plans["reference"], population=population, threads=threads)
        seconds = time.perf_counter() - begin
    model = QuartierModel(town, "reference", population=population, collect=False, threads=threads)
    model.step()
    months = min(town.months - 1, max(6, FEWEST_RESIDENT_MONTHS // residents))
    times = []
    for _ in range(months):
        here = model.total("residents")
        begin = time.perf_counter()
        model.step()
        model.state.count_everybody(model.crew)
        times.append((time.perf_counter() - begin) / here)
    model.crew.close()
    return Table(
        population.size, threads, months, median(times) * 1e9, making, seconds, peak_memory()
    )


def measure_tables(
    sizes: Sequence[int] = SIZES,
    threads: Sequence[int] = (1, 2),
    tell: Callable[[str], None] = print,
) -> list[Table]:
    """Measure all sizes, each in a process of its own; a size that fails is left out and told."""
    found = []
    for residents in sizes:
        for number in threads:
            tell(f"one table of {residents:,} residents, {number} thread(s)")
            whole = residents == WHOLE_STATE and number == max(threads)
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, context, initializer=end_with_parent) as pool:
                try:
                    found.append(pool.submit(one_table, residents, number, whole).result())
                except Exception as error:  # a size too large for this machine is no end
                    tell(f"    not measured: {type(error).__name__}: {error}")
    return found


# Streaming ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What came out of one town.

    Attributes:
        place: the town.
        residents: made.
        making, simulating: seconds.
        counts: by year and indicator, shape (years, indicators).
        euros: by year, payer and item.
        peak: largest memory of the process so far, bytes.
        process: which process did it.
    """

    place: Place
    residents: int
    making: float
    simulating: float
    counts: NDArray[np.int64]
    euros: NDArray[np.float64]
    peak: int
    process: str


@dataclass(frozen=True)
class Streamed:
    """A region.

    Attributes:
        region: which.
        by: how its municipalities were put together to towns.
        towns, municipalities, residents: how many.
        months: simulated.
        workers: towns at a time.
        wall: seconds from the first to the last, start of the workers included.
        making, simulating: seconds, added up over workers.
        peak: largest memory of all processes together, bytes.
        counts: of the whole region by year and indicator.
        failed: towns that could not be made or simulated, with the reason.
    """

    region: Region
    by: str
    towns: int
    municipalities: int
    residents: int
    months: int
    workers: int
    wall: float
    making: float
    simulating: float
    peak: int
    counts: NDArray[np.int64]
    failed: tuple[str, ...]

    @property
    def simulating_wall(self) -> float:
        """Seconds of simulating, if all workers were busy all the time."""
        return self.simulating / self.workers

    @property
    def making_wall(self) -> float:
        """Seconds of making, if all workers were busy all the time."""
        return self.making / self.workers

    @property
    def nanoseconds(self) -> float:
        """Simulating a resident-month on one worker."""
        return self.simulating / (self.residents * self.months) * 1e9

    def total(self, name: str, year: int) -> int:
        """An indicator of the whole region; year 0 is the start, -1 the last."""
        return int(self.counts[year, INDEX[name]])


def end_with_parent() -> None:
    """Let this process end when the one that started it has gone, however that went."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait_for_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait_for_parent, daemon=True).start()


def warm_up() -> None:
    """Before the first town: load what was compiled, smooth what all towns share."""
    end_with_parent()
    # What one town lets go of the next one takes.
    keep_what_was_freed(KEPT_BYTES, LARGE_BYTES)
    town = town_of(1_000, 1)
    simulate(town, town.plans["reference"], population=settle(town))


def one_town(place: Place) -> Part:
    """Make a town, simulate it, keep its sums."""
    begin = time.perf_counter()
    town = make_town(place)
    population = settle(town)
    made = time.perf_counter()
    outcome = simulate(town, town.plans["reference"], population=population)
    done = time.perf_counter()
    return Part(
        place,
        population.size,
        made - begin,
        done - made,
        outcome.counts.sum(axis=(1, 2, 3)),
        outcome.money.sum(axis=1),
        peak_memory(),
        multiprocessing.current_process().name,
    )


def stream(
    region: Region,
    by: str = "county",
    workers: int | None = None,
    every: int = 1,
    tell: Callable[[str], None] = print,
) -> Streamed:
    """Make and simulate a whole region, town after town.

    Args:
        region: which.
        by: "county" or "municipality".
        workers: towns at a time; None for as many as there are cores.
        every: only every so-many-th town, for trying.
        tell: is told how far it is.
    """
    workers = workers or cores()
    places = places_of(region, by)[::every]
    total = sum(place.residents for place in places)
    begin = told = time.perf_counter()
    parts: list[Part] = []
    failed: list[str] = []
    counts: Any = 0
    peaks: dict[str, int] = {}
    done = 0
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=warm_up) as pool:
        # Largest first, so that no worker is left alone with a large one at the end.
        running: dict[Future[Part], Place] = {pool.submit(one_town, one): one for one in places}
        for future in as_completed(running):
            place = running.pop(future)
            done += place.residents
            try:
                part = future.result()
            except Exception as error:
                failed.append(f"{place.name}: {type(error).__name__}: {error}")
                continue
            counts = counts + part.counts
            peaks[part.process] = max(peaks.get(part.process, 0), part.peak)
            parts.append(part)
            now = time.perf_counter()
            if now - told > 10.0:
                told = now
                left = (now - begin) / done * (total - done)
                tell(f"{region.name}: {done / total:.0%}, about {left:.0f} s left")
    return Streamed(
        region=region,
        by=by,
        towns=len(parts),
        municipalities=sum(part.place.municipalities for part in parts),
        residents=sum(part.residents for part in parts),
        months=60,
        workers=workers,
        wall=time.perf_counter() - begin,
        making=sum(part.making for part in parts),
        simulating=sum(part.simulating for part in parts),
        peak=sum(peaks.values()) + peak_memory(),
        counts=counts,
        failed=tuple(failed),
    )


# Told -----------------------------------------------------------------------------------------


def report_tables(tables: Sequence[Table]) -> list[str]:
    """Tables in lines of text."""
    lines = [
        f"one table ({bytes_per_resident()} bytes a resident in all columns)",
        "   residents  threads  months    ns/rm   peak, GiB   bytes each   60 months, s",
    ]
    for one in tables:
        whole = "" if np.isnan(one.whole_run) else f"{one.whole_run:15.1f}"
        lines.append(
            f"{one.residents:12,}{one.threads:9}{one.months:8}{one.nanoseconds:9.1f}"
            f"{one.peak / GIB:12.2f}{one.bytes_each:13,.0f}{whole}"
        )
    return lines


def report_streamed(one: Streamed) -> list[str]:
    """A region in lines of text."""
    last = one.counts.shape[0] - 1
    return [
        f"{one.region.name} by {one.by}: {one.residents:,} residents in {one.towns:,} towns, "
        f"{one.months} months, {one.workers} at a time",
        f"    {one.wall:.1f} s in all: making {one.making_wall:.1f} s "
        f"({one.making / one.residents * 1e6:.2f} µs a resident), simulating "
        f"{one.simulating_wall:.1f} s ({one.nanoseconds:.1f} ns a resident-month and worker)",
        f"    memory of all processes at most {one.peak / GIB:.2f} GiB",
        f"    residents {one.total('residents', 0):,} -> {one.total('residents', last):,}, "
        f"in need of care {one.total('in_need', 0):,} -> {one.total('in_need', last):,}",
        *(f"    failed: {reason}" for reason in one.failed[:5]),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--region", choices=sorted(REGIONS), help="stream a region")
    parser.add_argument("--by", choices=("county", "municipality"), default="county")
    parser.add_argument("--every", type=int, default=1, help="only every n-th town, for trying")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="of one table")
    chosen = parser.parse_args()
    if chosen.region:
        found = stream(REGIONS[chosen.region], chosen.by, every=chosen.every)
        print("\n".join(report_streamed(found)))
    else:
        print("\n".join(report_tables(measure_tables(chosen.sizes))))


if __name__ == "__main__":
    main()
