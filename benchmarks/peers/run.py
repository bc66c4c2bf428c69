"""All peers, one after the other, again and again: medians and ratios.

    python -m benchmarks.peers.run
    python -m benchmarks.peers.run --rounds 2 --only pandas neworder

Each measurement is a process of its own, so that none warms another's caches; a round is every peer
once (A B C A B C …), so that a busy minute of the machine meets all alike. One thread each unless
the name says otherwise. A peer that cannot be installed, or fails, is a row with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.environments import NotInstalledError, environment, last_line
from benchmarks.machine import median
from benchmarks.peers.peer import MONTHS, RESIDENTS

ROOT = Path(__file__).parents[2]
ROUNDS = 5
LONGEST_SECONDS = 300
OURS, TWIN = "ours", "plain_mesa"
ONE_THREAD = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMEXPR_MAX_THREADS", "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS", "ARROW_NUM_THREADS",
)  # fmt: skip


@dataclass(frozen=True)
class Peer:
    """A script and where it runs.

    Attributes:
        script: its module in `benchmarks.peers`.
        title: what the table calls it until it tells its own name.
        environment: its environment; None for ours.
        whole: whether it computes the whole month.
    """

    script: str
    title: str
    environment: str | None = None
    whole: bool = False


PEERS = (
    Peer(OURS, "ours, 1 thread", whole=True),
    Peer("ours_on_two_threads", "ours, two runs on 2 threads", whole=True),
    Peer("ours_spread", "ours, one run spread over 2 threads", whole=True),
    Peer("ours_counted_when_asked", "ours, 1 thread, counted when asked", whole=True),
    Peer("ours_reduced", "ours, the stages of the reduced month"),
    Peer(TWIN, "plain Mesa (twin)", whole=True),
    Peer("numpy_columns", "NumPy, same rules", whole=True),
    Peer("pandas_frame", "pandas", "pandas"),
    Peer("mesa_frames_set", "mesa-frames", "mesa-frames"),
    Peer("starsim_sim", "Starsim, common random numbers", "starsim"),
    Peer("neworder_model", "neworder", "neworder"),
    Peer("vivarium_simulation", "Vivarium, common random numbers", "vivarium"),
)


@dataclass
class Row:
    """What was measured of a peer.

    Attributes:
        peer: which.
        found: the lines of JSON it printed, one a round.
        error: why there are none, or no more.
    """

    peer: Peer
    found: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""

    @property
    def title(self) -> str:
        """Name in the table."""
        return str(self.found[-1]["peer"]) if self.found else self.peer.title

    @property
    def seconds(self) -> list[float]:
        """Seconds of a resident-month, one a round."""
        return [one["seconds"] / one["resident_months"] for one in self.found]

    @property
    def nanoseconds(self) -> float:
        """Median of a resident-month, nanoseconds; NaN if nothing was measured."""
        return median(self.seconds) * 1e9


def measure(
    peers: Sequence[Peer],
    rounds: int = ROUNDS,
    residents: int = RESIDENTS,
    months: int = MONTHS,
    tell: Callable[[str], None] = print,
) -> list[Row]:
    """Run all peers interleaved.

    Args:
        peers: which.
        rounds: how often each.
        residents, months: of each measurement.
        tell: is told what is being done.
    """
    rows = [Row(peer) for peer in peers]
    pythons: dict[str | None, Path] = {None: Path(sys.executable)}
    for row in rows:
        name = row.peer.environment
        if name is None or name in pythons:
            continue
        tell(f"environment {name}")
        try:
            pythons[name] = environment(name)
        except NotInstalledError as reason:
            row.error = f"not installed: {reason}"
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "handed_over.npz"
        arguments = ["--residents", str(residents)]
        handed = [sys.executable, "-m", "benchmarks.peers.hand_over", str(data), *arguments]
        done = subprocess.run(
            handed, cwd=ROOT, env=surroundings(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            for row in rows:
                if row.peer.environment is not None:
                    row.error = row.error or f"nothing handed over: {last_line(done.stderr)}"
        arguments += ["--months", str(months), "--data", str(data)]
        for number in range(rounds):
            tell(f"peers: round {number + 1} of {rounds}")
            for row in rows:
                if not row.error:
                    _measure_once(row, pythons[row.peer.environment], arguments)
    return rows


def surroundings() -> dict[str, str]:
    """Environment variables of a measurement: one thread, our modules found."""
    return {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONPATH": str(ROOT)}


def _measure_once(row: Row, python: Path, arguments: list[str]) -> None:
    command = [str(python), "-W", "ignore", "-m", f"benchmarks.peers.{row.peer.script}", *arguments]
    begin = time.perf_counter()
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=surroundings(),
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        row.error = f"gave up after {time.perf_counter() - begin:.0f} s"
        return
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        row.error = f"failed: {last_line(done.stderr)}"
        return
    row.found.append(json.loads(lines[-1]))


def report(rows: Sequence[Row]) -> list[str]:
    """The rows in lines of text."""
    ours = next((row.nanoseconds for row in rows if row.peer.script == OURS), float("nan"))
    lines = [f"{'peer':38}{'version':>22}{'ns/rm':>10}{'lowest':>10}{'highest':>10}{'ours x':>9}"]
    for row in rows:
        if not row.found:
            lines.append(f"{row.title:38}{row.error}")
            continue
        low, high = min(row.seconds) * 1e9, max(row.seconds) * 1e9
        version = str(row.found[-1]["version"])
        lines.append(
            f"{row.title:38}{version:>22}{row.nanoseconds:10,.0f}{low:10,.0f}{high:10,.0f}"
            f"{row.nanoseconds / ours:9.1f}"
        )
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--residents", type=int, default=RESIDENTS)
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--only", nargs="*", help="scripts; ours is always among them")
    chosen = parser.parse_args()
    peers = [
        peer
        for peer in PEERS
        if not chosen.only
        or peer.script == OURS
        or {peer.script, peer.environment} & {*chosen.only}
    ]
    print("\n".join(report(measure(peers, chosen.rounds, chosen.residents, chosen.months))))


if __name__ == "__main__":
    main()
