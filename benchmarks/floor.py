"""How fast this machine could possibly be, and how far the model is from it.

    python -m benchmarks.floor            # half a minute on a quiet machine
    python -m benchmarks.floor --quick

Measured in one run: the bandwidth of memory and of the second cache (read, write, copy; one and
two threads), the time of a draw (Philox4x32-7, one resident after another and many at once), and
the model itself, small enough for the cache and too large for it. Counted on the twin: the bytes
a resident's month must read and write, and the draws it must make (`benchmarks/touched.py`).

Two times follow below which nothing with these rules, these columns and this generator can go:

* **draws**: blocks of four words x the time of a block when many are made at once;
* **memory**: bytes read / bandwidth of reading + bytes written / bandwidth of writing, from memory
  where the table is larger than the caches, from the second cache where it is not.

If both overlap perfectly the floor is the larger of the two; one after the other it is their sum.
The model is compared with the larger one. A floor, not a goal: it holds no rule at all.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import FALLBACK_L2, caches, cores, load, machine, median
from benchmarks.municipalities import town_of
from benchmarks.tiles import tile
from benchmarks.touched import AGE_GROUPS, Touched, count_touched
from sim.draws import LIFE, MASK, SHIFT, philox, uniforms
from sim.model import QuartierModel, settled_population
from sim.residents import bytes_per_resident

RESIDENTS = 15_700
LARGE = 2_000_000
COUNTED = 1_500
"""Residents of the town on which bytes and draws are counted."""
WORDS_OF_A_BLOCK = 4
MEMORY_BYTES = 512 * 1024**2
GIGA = 1e9

quick_loop: Any = numba.njit(nogil=True, cache=True)


# The machine ----------------------------------------------------------------------------------


@quick_loop
def read(words: NDArray[np.uint64], times: int) -> int:
    """Sum of all words, so that each must be read."""
    total = np.uint64(0)
    for _ in range(times):
        for i in range(words.shape[0]):
            total += words[i]
    return total


@quick_loop
def write(words: NDArray[np.uint64], times: int) -> int:
    """Set all words."""
    for turn in range(times):
        for i in range(words.shape[0]):
            words[i] = np.uint64(turn)
    return 0


@quick_loop
def copy(words: NDArray[np.uint64], times: int) -> int:
    """Copy the first half to the second; counts the bytes of both."""
    half = words.shape[0] // 2
    for _ in range(times):
        for i in range(half):
            words[half + i] = words[i]
    return 0


@quick_loop
def draw_one_by_one(uid: NDArray[np.uint64], times: int) -> float:
    """A block of draws for each of many residents, one resident after another."""
    total = 0.0
    for month in range(times):
        for i in range(uid.shape[0]):
            a, b, c, d = uniforms(np.uint64(1), uid[i], month, LIFE)
            # Compared like a rule does; a branch that is hardly ever taken.
            if a < 1e-7 and b < 1e-7 and c < 0.5 and d < 0.5:
                total += 1.0
    return total


@quick_loop
def draw_many(uid: NDArray[np.uint64], times: int) -> int:
    """A block of draws for many residents at once, each word compared with a threshold."""
    hits = 0
    threshold = np.uint64(1 << 20)
    for month in range(times):
        for i in range(uid.shape[0]):
            a, b, c, d = philox(
                uid[i] & MASK, uid[i] >> SHIFT, np.uint64(month), np.uint64(LIFE),
                np.uint64(1), np.uint64(0),
            )  # fmt: skip
            hits += int(a < threshold) + int(b < threshold)
            hits += int(c < threshold) + int(d < threshold)
    return hits


@dataclass(frozen=True)
class Bandwidth:
    """Gigabytes a second.

    Attributes:
        place: "memory" or "L2".
        threads: at the same time, each with its own array.
        read, write, copy: what was measured; a copy counts what it reads and what it writes.
    """

    place: str
    threads: int
    read: float
    write: float
    copy: float


def best_seconds(work: Callable[[], Any], repeats: int) -> float:
    """The shortest of some times: what the machine can do when nobody disturbs it."""
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def bandwidth(place: str, bytes_each: int, threads: int, repeats: int) -> Bandwidth:
    """Measure reading, writing and copying arrays of so many bytes a thread."""
    arrays = [np.ones(bytes_each // 8, np.uint64) for _ in range(threads)]
    times = max(1, MEMORY_BYTES // bytes_each)
    rates = []
    with ThreadPoolExecutor(threads) as pool:
        for loop in (read, write, copy):
            loop(arrays[0][:16], 1)

            def work(loop: Any = loop) -> None:
                list(pool.map(lambda words: loop(words, times), arrays))

            seconds = best_seconds(work, repeats)
            rates.append(bytes_each * times * threads / seconds / GIGA)
    return Bandwidth(place, threads, *rates)


@dataclass(frozen=True)
class Draws:
    """Nanoseconds of a block of four words, on one thread.

    Attributes:
        one_by_one: one resident after another, as numbers of 0 to 1 that are compared.
        many: many at once, each word compared with a threshold.
    """

    one_by_one: float
    many: float


def draw_times(repeats: int, residents: int = 8192, times: int = 200) -> Draws:
    """Measure the generator on identities that stay in the cache."""
    uid = np.random.default_rng(1).integers(0, 2**64 - 1, residents, dtype=np.uint64)
    found = []
    for loop in (draw_one_by_one, draw_many):
        loop(uid, 1)
        seconds = best_seconds(lambda loop=loop: loop(uid, times), repeats)
        found.append(seconds / residents / times * GIGA)
    return Draws(*found)


# The model ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """The model's time.

    Attributes:
        residents: in the table.
        threads: of the run.
        nanoseconds: a resident-month, median of the months measured.
    """

    residents: int
    threads: int
    nanoseconds: float


def model_times(residents: int, threads: Sequence[int], months: int) -> list[Measured]:
    """Median time of a month of the reference plan, after one that warms up."""
    town = town_of(RESIDENTS)
    population = settled_population(town)
    if residents > RESIDENTS:
        town, population = tile(town, population, -(-residents // RESIDENTS))
    found = []
    for number in threads:
        model = QuartierModel(
            town, "reference", population=population, collect=False, threads=number
        )
        model.step()
        seconds = []
        for _ in range(months):
            here = model.total("residents")
            begin = time.perf_counter()
            model.step()
            seconds.append((time.perf_counter() - begin) / here)
        model.crew.close()
        found.append(Measured(population.size, number, median(seconds) * GIGA))
    return found


# The floor ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Floor:
    """The least time of a resident-month, nanoseconds, and the model's.

    Attributes:
        model: what was measured.
        place: where the columns are read from.
        draws, memory: the two least times with as many threads as the model had.
    """

    model: Measured
    place: str
    draws: float
    memory: float

    @property
    def least(self) -> float:
        """If draws and memory overlap perfectly."""
        return max(self.draws, self.memory)

    @property
    def one_after_the_other(self) -> float:
        """If they do not overlap at all."""
        return self.draws + self.memory

    @property
    def times(self) -> float:
        """How many times the least time the model takes."""
        return self.model.nanoseconds / self.least


def floor_of(
    model: Measured, place: str, rates: Bandwidth, draws: Draws, touched: Touched
) -> Floor:
    """The two least times for a model's threads."""
    memory = touched.bytes_read / rates.read + touched.bytes_written / rates.write
    return Floor(model, place, touched.blocks_drawn * draws.many / model.threads, memory)


@dataclass(frozen=True)
class Result:
    """All that was measured."""

    bandwidths: tuple[Bandwidth, ...]
    draws: Draws
    touched: Touched
    floors: tuple[Floor, ...]


def measure(quick: bool = False) -> Result:
    """Measure everything; `quick` is for trying, its numbers mean little."""
    repeats = 3 if quick else 9
    threads = (1, 2) if cores() > 1 else (1,)
    small = caches().get("L2", FALLBACK_L2) // 2
    rates = {
        (place, number): bandwidth(place, size, number, repeats)
        for place, size in (("memory", MEMORY_BYTES // 2), ("L2", small))
        for number in threads
    }
    draws = draw_times(repeats)
    counted = town_of(COUNTED // 3 if quick else COUNTED, 2)
    touched = count_touched(counted, months=1 if quick else 4)
    floors = []
    for residents, place, months in (
        (RESIDENTS, "L2", 3 if quick else 24),
        (RESIDENTS * 4 if quick else LARGE, "memory", 2 if quick else 6),
    ):
        floors += [
            floor_of(model, place, rates[place, model.threads], draws, touched)
            for model in model_times(residents, threads, months)
        ]
    return Result(tuple(rates.values()), draws, touched, tuple(floors))


def report(result: Result) -> list[str]:
    """The result in lines of text."""
    touched, draws = result.touched, result.draws
    lines = ["Bandwidth, GB/s             threads      read     write      copy"]
    for one in result.bandwidths:
        lines.append(
            f"{one.place:28}{one.threads:7}{one.read:10.1f}{one.write:10.1f}{one.copy:10.1f}"
        )
    lines += [
        "",
        "A draw (Philox4x32-7), one thread            ns a block   ns a word",
        f"{'one resident after another':42}{draws.one_by_one:13.2f}{draws.one_by_one / 4:12.2f}",
        f"{'many residents at once':42}{draws.many:13.2f}{draws.many / 4:12.2f}",
        "",
        f"A resident's month, counted on the twin over {touched.residents:,} resident-months",
        "(a column once a month, with the bytes of its type; tables of rates left out)",
        "ages              residents  bytes read  written  blocks of draws",
    ]
    for number, (first, last) in enumerate(AGE_GROUPS):
        months = touched.resident_months[number]
        if months == 0:
            continue
        lines.append(
            f"{first:3} to {last:<12}{months:10,}{touched.read_bytes[number] / months:12.1f}"
            f"{touched.written_bytes[number] / months:9.2f}"
            f"{touched.blocks[number] / months:17.2f}"
        )
    lines += [
        f"{'all':19}{touched.residents:10,}{touched.bytes_read:12.1f}"
        f"{touched.bytes_written:9.2f}{touched.blocks_drawn:17.2f}",
        f"of {bytes_per_resident()} bytes in all columns",
        "",
        "ns a resident-month          threads   draws  memory   least   model   times",
    ]
    for one in result.floors:
        name = f"{one.model.residents:,} ({one.place})"
        lines.append(
            f"{name:29}{one.model.threads:7}{one.draws:8.2f}{one.memory:8.2f}{one.least:8.2f}"
            f"{one.model.nanoseconds:8.1f}{one.times:8.1f}"
        )
    lines.append("least: the larger of draws and memory; times: the model against it.")
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="for trying; numbers mean little")
    quick = parser.parse_args().quick
    for name, value in machine().items():
        print(f"{name}: {value}")
    print(f"Load of the last minute: {load():.1f}", end="\n\n")
    print("\n".join(report(measure(quick))))


if __name__ == "__main__":
    main()
