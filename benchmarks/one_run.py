"""How long one run of a town takes, and how much memory a resident.

    python -m benchmarks.one_run                 # Herrenberg, 7 runs on one thread
    python -m benchmarks.one_run --runs 15 --threads 2

Prints what was measured on this machine in this run: the median and the range over the runs after
a first one that compiles, without reading the town and without making the residents.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time

from sim.model import settled_population, simulate, town_by_name
from sim.residents import bytes_per_resident


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--town", default="herrenberg")
    parser.add_argument("--plan", default="meeting_point")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    town = town_by_name(options.town)
    plan = town.plans[options.plan]
    population = settled_population(town)
    simulate(town, plan, population=population, threads=options.threads)
    seconds = []
    for seed in range(options.runs):
        begin = time.perf_counter()
        simulate(town, plan, seed=seed, population=population, threads=options.threads)
        seconds.append(time.perf_counter() - begin)
    median = statistics.median(seconds)
    months = population.size * town.months
    print(f"{platform.machine()}, Python {platform.python_version()}, threads: {options.threads}")
    print(
        f"{town.label}: {population.size:,} residents, {town.months} months: median {median:.3f} s "
        f"(from {min(seconds):.3f} to {max(seconds):.3f}, {options.runs} runs), "
        f"{median / months * 1e9:.0f} ns a resident and month"
    )
    print(f"{bytes_per_resident()} bytes a resident")


if __name__ == "__main__":
    main()
