"""The wait before the first number: cold (nothing compiled yet) and warm (second start).

    python -m benchmarks.start
    python -m benchmarks.start --town herrenberg --warm 9

Each start is a new process of its own. Cold means an empty folder of compiled code, as after a
fresh clone or a new version; warm means that the start before left its code there. Imported,
read, made and run are the steps of `quartier` up to the first result: one plan, all months.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import median

ROOT = Path(__file__).parents[1]
STEPS = {
    "import": "import of the model",
    "read": "read the town",
    "make": "make the residents",
    "run": "run one plan to its end",
}
LONGEST_SECONDS = 600

SCRIPT = """
import json, sys, time
begin = time.perf_counter()
seconds = {}
def done(step):
    global begin
    now = time.perf_counter()
    seconds[step], begin = now - begin, now
from sim.model import settled_population, simulate, town_by_name
done("import")
town = town_by_name(sys.argv[1])
done("read")
population = settled_population(town)
done("make")
simulate(town, town.plans["reference"], population=population)
done("run")
print(json.dumps(seconds))
"""


@dataclass(frozen=True)
class Start:
    """Seconds of a start by step, and of the whole process from outside."""

    steps: dict[str, float]
    whole: float

    @property
    def first_result(self) -> float:
        """From the first line of the program to the first result."""
        return sum(self.steps.values())


@dataclass(frozen=True)
class Waits:
    """The cold starts and the warm ones."""

    town: str
    cold: tuple[Start, ...]
    warm: tuple[Start, ...]


def one_start(town: str, cache: Path) -> Start:
    """Start a process and let it tell how long its steps took.

    Raises:
        RuntimeError: it failed; the message is its last words.
    """
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)}
    # Seconds of the whole process, the interpreter's own start included, are taken from outside.
    command = [sys.executable, "-c", SCRIPT, town]
    begin = os.times().elapsed
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=LONGEST_SECONDS, check=False,
    )  # fmt: skip
    whole = os.times().elapsed - begin
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no message"])[-1])
    return Start(json.loads(done.stdout.splitlines()[-1]), whole)


def measure(
    town: str = "herrenberg",
    cold: int = 1,
    warm: int = 5,
    tell: Callable[[str], None] = print,
) -> Waits:
    """Start cold, then warm.

    Args:
        town: name of a town.
        cold, warm: how often; each cold start has an empty folder of its own.
        tell: is told what is being done.
    """
    colds, warms = [], []
    for number in range(cold):
        with tempfile.TemporaryDirectory() as folder:
            tell(f"cold start {number + 1} of {cold}")
            colds.append(one_start(town, Path(folder)))
            if number < cold - 1:
                continue
            for again in range(warm):
                tell(f"warm start {again + 1} of {warm}")
                warms.append(one_start(town, Path(folder)))
    return Waits(town, tuple(colds), tuple(warms))


def report(waits: Waits) -> list[str]:
    """Medians in lines of text."""
    lines = [f"{waits.town:34}{'cold, s':>10}{'warm, s':>10}"]
    for step, meaning in STEPS.items():
        cold = median([start.steps[step] for start in waits.cold])
        warm = median([start.steps[step] for start in waits.warm])
        lines.append(f"{meaning:34}{cold:10.2f}{warm:10.2f}")
    for meaning, name in (("first result", "first_result"), ("whole process", "whole")):
        cold = median([getattr(start, name) for start in waits.cold])
        warm = median([getattr(start, name) for start in waits.warm])
        lines.append(f"{meaning:34}{cold:10.2f}{warm:10.2f}")
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--town", default="herrenberg")
    parser.add_argument("--cold", type=int, default=1)
    parser.add_argument("--warm", type=int, default=5)
    chosen = parser.parse_args()
    print("\n".join(report(measure(chosen.town, chosen.cold, chosen.warm))))


if __name__ == "__main__":
    main()
