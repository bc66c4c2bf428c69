"""How long a council waits after somebody has moved a slider, at the desk (without the browser).

    python -m benchmarks.slider                          # Herrenberg, 40 moves, then 30 at once
    python -m benchmarks.slider --town elmshorn --moves 100 --owners 10

A move asks about the reference and a meeting point of another size than ever before; the time runs
to the first answer (two draws of the assumptions with two courses of chance, its findings put
together). `moved on before the answer` moves again after a third of a second, as a hand does: only
the last of five moves is timed. `all at once` lets many sessions ask at the same moment, each a
question of its own. Memory is that of the whole process. Run it on a machine that does nothing
else; its load is printed.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks import machine
from sim.dashboard.answering.desk import Desk
from sim.dashboard.answering.places import Places
from sim.dashboard.answering.question import Question, Told
from sim.town.plan import Plan

PATIENCE = 300.0
HAND = 0.33
"""Seconds between two moves of a hand that has not found its place yet."""
MOVES_OF_A_HAND = 5
SHARES = {"median": 0.5, "95 %": 0.95}
MEBI = 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    seconds: Sequence[float]

    def text(self) -> str:
        """As a row of a Markdown table."""
        median, late = (quantile(self.seconds, share) for share in SHARES.values())
        return (
            f"| {self.what} | {len(self.seconds)} | {median:.2f} | {late:.2f} | "
            f"{max(self.seconds):.2f} |"
        )


def quantile(seconds: Sequence[float], share: float) -> float:
    """A quantile of measured times."""
    if len(seconds) == 1:
        return seconds[0]
    return statistics.quantiles(seconds, n=100, method="inclusive")[round(share * 100) - 1]


class Waiting:
    """Waits for the first answer to one question."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        self.seconds = 0.0
        self._answered = threading.Event()

    def __call__(self, told: Told) -> None:
        """Hear of it."""
        if told.failed is not None:
            raise SystemExit(told.failed[1])
        if not self._answered.is_set() and (told.answer is not None or told.share_done >= 1.0):
            self.seconds = time.perf_counter() - self.begun
            self._answered.set()

    def wait(self) -> float:
        """Seconds from the question to its first answer."""
        if not self._answered.wait(PATIENCE):
            raise SystemExit(f"no answer within {PATIENCE:.0f} seconds")
        return self.seconds


class Slider:
    """A meeting point whose size is moved.

    Args:
        plans: reference and plan with a meeting point.
        town: key of the town.
    """

    def __init__(self, plans: tuple[Plan, Plan], town: str) -> None:
        self._plans = plans
        self._town = town
        self._moves = 0

    def move(self) -> Question:
        """A question nobody has asked before."""
        self._moves += 1
        reference, point = self._plans
        levers = {**point.measures[0].levers, "seats": 20.0 + self._moves}
        measures = (replace(point.measures[0], levers=levers), *point.measures[1:])
        return Question(self._town, (reference, replace(point, measures=measures)))


def measure(desk: Desk, slider: Slider, moves: int, owners: int) -> list[Row]:
    """The table's rows."""
    rows = []
    waiting = Waiting()
    desk.ask(slider.move(), "moderator", "live", waiting)
    rows.append(Row("the very first question", [waiting.wait()]))

    def settle(pause: float) -> None:
        desk.leave("moderator")
        time.sleep(pause)

    def moved() -> float:
        waiting = Waiting()
        desk.ask(slider.move(), "moderator", "live", waiting)
        return waiting.wait()

    def by_hand() -> float:
        for _ in range(MOVES_OF_A_HAND - 1):
            desk.ask(slider.move(), "moderator", "live", Waiting())
            time.sleep(HAND)
        return moved()

    def repeated(times: int, what: Callable[[], float]) -> list[float]:
        seconds = []
        for _ in range(times):
            seconds.append(what())
            settle(0.05)
        return seconds

    rows.append(Row("a move, then the next after the answer", repeated(moves, moved)))
    rows.append(Row("moved on before the answer, five times", repeated(moves // 5 + 1, by_hand)))
    waits = []
    for number in range(owners):
        waiting = Waiting()
        waits.append(waiting)
        desk.ask(slider.move(), f"session {number}", "live", waiting)
    rows.append(
        Row(f"{owners} sessions at once, questions of their own", [w.wait() for w in waits])
    )
    together = slider.move()
    waits = []
    for number in range(owners):
        waiting = Waiting()
        waits.append(waiting)
        desk.ask(together, f"session {number}", "live", waiting)
    rows.append(Row(f"{owners} sessions at once, the same question", [w.wait() for w in waits]))
    # Everybody else has an answer and waits for a better one: the moderator moves.
    rows.append(Row(f"a move while {owners} sessions refine", repeated(moves // 4 + 1, moved)))
    for number in range(owners):
        desk.leave(f"session {number}")
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--town", default="herrenberg")
    parser.add_argument("--plan", default="meeting_point")
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--owners", type=int, default=30)
    options = parser.parse_args()
    places = Places()
    desk = Desk(places)
    try:
        opened = Waiting()
        desk.warm(options.town, "moderator", opened)
        seconds = opened.wait()
        town = places.town(options.town)
        slider = Slider((town.plans["reference"], town.plans[options.plan]), options.town)
        before = peak()
        rows = measure(desk, slider, options.moves, options.owners)
    finally:
        desk.close()
    residents = sum(one.residents for one in town.districts)
    print(f"{town.label}, {residents:,} residents, {town.months} months, {machine.cores()} cores")
    print(f"\nload of the machine while measuring: {machine.load():.1f}\n")
    print(f"opening the town: {seconds:.2f} s")
    print(f"memory at its highest: {peak():.0f} MiB, {before:.0f} MiB before the first question\n")
    print("| seconds from the question to the first answer | times | median | 95 % | longest |")
    print("|---|---:|---:|---:|---:|")
    for row in rows:
        print(row.text())


def peak() -> float:
    """Most memory this process has had, MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (MEBI if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
