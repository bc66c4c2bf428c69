"""All measurements, one after the other, and `RESULTS.md` from what they say.

    python -m benchmarks.everything            # what `make bench` does: under 25 minutes
    python -m benchmarks.everything --quick    # for trying: some minutes, written elsewhere

Run it on a machine that does nothing else. The file is written anew after every section, so that
Ctrl-C keeps what was finished; a section that fails stands in it with its reason.
"""

from __future__ import annotations

import argparse
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import ensemble, floor, scale, stages, start, twin
from benchmarks.machine import load, machine
from benchmarks.municipalities import BADEN_WUERTTEMBERG, GERMANY
from benchmarks.peers import run as peers
from benchmarks.results import Agreement, Measured, document

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
QUICK_RESULTS = HERE.parent / "results" / "bench_quick.md"
QUICK_EVERY = 40


class Bench:
    """Measures section by section and keeps the file up to date.

    Args:
        out: the file.
        quick: small numbers, for trying.
        only: names of sections; all if empty.
        tell: is told how far it is.
    """

    def __init__(
        self,
        out: Path,
        quick: bool = False,
        only: Sequence[str] = (),
        tell: Callable[[str], None] = print,
    ) -> None:
        self.out = out
        self.quick = quick
        self.measured = Measured(machine=machine(), quick=quick, load=(load(), load()))
        self.begin = time.perf_counter()
        self._tell = tell
        self.sections = {
            name: section for name, section in self._all().items() if not only or name in only
        }

    def _all(self) -> dict[str, Callable[[], None]]:
        return {
            "twin": self.agree,
            "peers": self.peers,
            "floor": self.floor,
            "stages": self.stages,
            "start": self.start,
            "ensemble": self.ensemble,
            "tables": self.tables,
            "streaming": self.streaming,
        }

    def tell(self, line: str) -> None:
        """A line of progress with the time since the start."""
        self._tell(f"[{time.perf_counter() - self.begin:5.0f} s] {line}")

    def run(self) -> Measured:
        """All sections; the file is written after each."""
        for number, (name, section) in enumerate(self.sections.items(), start=1):
            self.tell(f"{name} ({number} of {len(self.sections)})")
            try:
                section()
            except Exception as error:
                self.measured.errors[name] = f"{type(error).__name__}: {error}"
                self.tell(f"{name} failed: {traceback.format_exc(limit=-3)}")
            self.write()
        return self.measured

    def write(self) -> None:
        """Write what is known so far."""
        self.measured.seconds = time.perf_counter() - self.begin
        self.measured.load = (self.measured.load[0], load())
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self.out.write_text(document(self.measured), encoding="utf-8")

    # Sections ---------------------------------------------------------------------------------

    def agree(self) -> None:
        """Fast model and twin, exactly."""
        cases = [twin.made_up_case(number, 6 if self.quick else 12) for number in
                 range(2 if self.quick else 12)]  # fmt: skip
        seen = [twin.compare(case) for case in cases]
        self.measured.agreement = Agreement(
            runs=len(seen),
            resident_months=sum(one.resident_months for one in seen),
            differing=sum(bool(one.differences) for one in seen),
        )

    def peers(self) -> None:
        """Interleaved with ours."""
        rounds, residents, months = (1, 3_000, 2) if self.quick else (5, 15_700, 12)
        self.measured.peers = peers.measure(peers.PEERS, rounds, residents, months, self.tell)

    def floor(self) -> None:
        """Bandwidth, draws, what is touched, the model."""
        self.measured.floor = floor.measure(self.quick)

    def stages(self) -> None:
        """Every stage by itself, in towns of several sizes."""
        for residents in (2_000,) if self.quick else stages.SIZES:
            self.tell(f"    {residents:,} residents")
            found = stages.measure(residents, 5 if self.quick else None)
            self.measured.stages = (*self.measured.stages, found)

    def start(self) -> None:
        """Cold and warm."""
        self.measured.waits = start.measure(warm=2 if self.quick else 5, tell=self.tell)

    def ensemble(self) -> None:
        """Paired replications, overhead."""
        self.measured.ensemble = ensemble.measure(self.quick, self.tell)

    def tables(self) -> None:
        """One table of many sizes."""
        sizes = (1_000, 100_000) if self.quick else scale.SIZES
        self.measured.tables = scale.measure_tables(sizes, tell=self.tell)

    def streaming(self) -> None:
        """A state and the nation."""
        every = QUICK_EVERY if self.quick else 1
        found = []
        for region in (BADEN_WUERTTEMBERG, GERMANY):
            if self.quick and region is GERMANY:
                continue
            found.append(scale.stream(region, every=every, tell=self.tell))
            self.measured.streamed = tuple(found)
            self.write()


def main() -> int:
    """Measure; 0 if every section could be measured."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="for trying; numbers mean little")
    parser.add_argument("--only", nargs="*", default=(), help="sections, such as floor or peers")
    parser.add_argument("--out", type=Path, help="where to write the results")
    chosen = parser.parse_args()
    out = chosen.out or (QUICK_RESULTS if chosen.quick else RESULTS)
    bench = Bench(out, chosen.quick, chosen.only, lambda line: print(line, flush=True))
    unknown = set(chosen.only) - set(bench.sections)
    if unknown:
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    try:
        bench.run()
    except KeyboardInterrupt:
        bench.write()
        print(f"\nStopped; what was finished is in {out}.")
        return 130
    print(f"Written to {out}.")
    return 1 if bench.measured.errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
