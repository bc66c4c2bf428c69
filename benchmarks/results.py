"""From measurements to `RESULTS.md`: tables, and sentences that say what the numbers say.

Nothing here measures and nothing here is a number of a measurement: what was not measured stands
as "not measured", what failed with its reason, and whether a target is met is decided by what is
in the tables.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks import ensemble, floor, stages, start
from benchmarks.machine import GIB, median
from benchmarks.peers.run import OURS, TWIN, Row
from benchmarks.scale import LARGE, SMALL, Streamed, Table
from benchmarks.touched import AGE_GROUPS
from sim.residents import bytes_per_resident

OURS_2, OURS_SPREAD = "ours_on_two_threads", "ours_spread"
OURS_ASKED, NUMPY = "ours_counted_when_asked", "numpy_columns"
OURS_REDUCED = "ours_reduced"
MESA_FRAMES, STARSIM = "mesa_frames_set", "starsim_sim"


@dataclass(frozen=True)
class Agreement:
    """Fast model and twin, compared before they are timed.

    Attributes:
        runs, resident_months: compared.
        differing: runs in which anything differed.
    """

    runs: int
    resident_months: int
    differing: int


@dataclass
class Measured:
    """All that was measured; None, or an empty list, where nothing was.

    Attributes:
        machine: in words.
        quick: measured for trying only.
        load: of the machine before the first and after the last measurement.
        seconds: of all measurements.
        errors: reason by section, where one failed.
    """

    machine: Mapping[str, str] = field(default_factory=dict)
    quick: bool = False
    load: tuple[float, float] = (0.0, 0.0)
    seconds: float = 0.0
    agreement: Agreement | None = None
    peers: Sequence[Row] = ()
    floor: floor.Result | None = None
    tables: Sequence[Table] = ()
    streamed: Sequence[Streamed] = ()
    ensemble: ensemble.Result | None = None
    waits: start.Waits | None = None
    stages: Sequence[stages.Stages] = ()
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """Something that must hold.

    Attributes:
        what: in words.
        measured: NaN if it was not.
        bound: at least or at most this.
        unit: of both.
        at_least: otherwise at most.
    """

    what: str
    measured: float
    bound: float
    unit: str
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Met, not met, or not measured."""
        if math.isnan(self.measured):
            return "not measured"
        met = self.measured >= self.bound if self.at_least else self.measured <= self.bound
        return "met" if met else "**not met**"


NAN = float("nan")


def nanoseconds(peers: Sequence[Row], script: str) -> float:
    """Median of a peer, nanoseconds a resident-month; NaN if it was not measured."""
    return next((row.nanoseconds for row in peers if row.peer.script == script and row.found), NAN)


def targets(measured: Measured) -> list[Target]:
    """The targets with what was measured."""
    peers = measured.peers
    ours, reduced = nanoseconds(peers, OURS), nanoseconds(peers, OURS_REDUCED)

    def times(script: str, by: float = ours) -> float:
        return nanoseconds(peers, script) / by

    found = [
        Target("plain Mesa (twin) on one thread", times(TWIN), 400, "times", True),
        Target(
            "plain Mesa (twin) on two threads",
            times(TWIN, nanoseconds(peers, OURS_2)), 800, "times", True,
        ),
        Target("vectorised NumPy of the same rules", times(NUMPY), 10, "times", True),
        Target("mesa-frames, reduced month on both sides", times(MESA_FRAMES, reduced), 30,
               "times", True),
        Target("Starsim with common random numbers, reduced month on both sides",
               times(STARSIM, reduced), 20, "times", True),
    ]  # fmt: skip
    floors = [one for one in measured.floor.floors if one.model.threads == 1] if (
        measured.floor
    ) else []  # fmt: skip
    for place, words in (("L2", "in the cache"), ("memory", "from memory")):
        ratio = next((one.times for one in floors if one.place == place), NAN)
        found.append(Target(f"floor on one thread, {words}", ratio, 5, "times the floor"))
    found += [*_of_scale(measured), *_of_runs(measured)]
    return found


def _of_scale(measured: Measured) -> list[Target]:
    one_thread = [one for one in measured.tables if one.threads == 1]
    small = _cost_near(one_thread, SMALL)
    large = _cost_near(one_thread, LARGE)
    state = next((one.whole_run for one in measured.tables if not math.isnan(one.whole_run)), NAN)
    streamed = {one.region.name: one for one in measured.streamed}
    nation, counties = streamed.get("germany"), streamed.get("baden_wuerttemberg")
    return [
        Target("cost at 10 million residents against 100,000", large / small, 1.3, "times"),
        Target("Baden-Württemberg, 11.2 million, 60 months, one table", state, 30, "s"),
        Target(
            "Baden-Württemberg, 60 months, by county, simulating alone",
            counties.simulating_wall if counties else NAN, 30, "s",
        ),
        Target(
            "Germany, 83.5 million, monthly to 2030, simulating alone",
            nation.simulating_wall if nation else NAN, 240, "s",
        ),
        Target(
            "Germany, 83.5 million, monthly to 2030, making included",
            nation.wall if nation else NAN, 240, "s",
        ),
        Target("Germany: memory", nation.peak / GIB if nation else NAN, 20, "GiB"),
    ]  # fmt: skip


def _cost_near(tables: Sequence[Table], residents: int) -> float:
    """Cost of the table whose size is nearest, if it is within a fifth of it."""
    near = [one for one in tables if 0.8 < one.residents / residents < 1.25]
    return min(near, key=lambda one: abs(one.residents - residents)).nanoseconds if near else NAN


def _of_runs(measured: Measured) -> list[Target]:
    runs = {one.replications: one.study for one in measured.ensemble.ensembles} if (
        measured.ensemble
    ) else {}  # fmt: skip
    outside = measured.ensemble.overhead.outside_steps * 100 if measured.ensemble else NAN
    waits = measured.waits
    warm = median([one.first_result for one in waits.warm]) if waits else NAN
    cold = median([one.first_result for one in waits.cold]) if waits else NAN
    return [
        Target("200 paired replications of two plans", runs.get(200, NAN), 10, "s"),
        Target("20 paired replications of two plans", runs.get(20, NAN), 1, "s"),
        Target("time of a run's months outside compiled code", outside, 10, "%"),
        Target("warm start to the first result", warm, 2, "s"),
        Target("cold start (everything compiled) to the first result", cold, 30, "s"),
    ]


# The document ---------------------------------------------------------------------------------


def document(measured: Measured) -> str:
    """`RESULTS.md`."""
    parts = [
        "# Benchmarks",
        "Made by `make bench`; every number was measured in this run. A *resident-month* (rm) is "
        "one resident simulated for one month.",
    ]
    if measured.quick:
        parts.append("**Measured quickly, for trying only: the numbers mean little.**")
    parts += [
        table(("", ""), [*measured.machine.items(), *_conditions(measured)], "ll"),
        "## What must hold",
        _targets(measured),
        "## The twin",
        _twin(measured),
        "## The floor",
        _floor(measured),
        "## Where the time of a month goes",
        _stages(measured),
        "## Peers",
        _peers(measured),
        "## Scale",
        _scale(measured),
        "## Many runs",
        _ensemble(measured),
        "## The wait before the first number",
        _waits(measured),
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], align: str) -> str:
    """A table in Markdown; `align` has l or r for each column."""
    rule = ["---:" if one == "r" else "---" for one in align]
    lines = [head, rule, *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def number(value: float, digits: int = 1) -> str:
    """A number with thousands separators, a dash if there is none."""
    return "–" if math.isnan(value) else f"{value:,.{digits}f}"


def readable(value: float) -> str:
    """A number with three figures or so."""
    if math.isnan(value):
        return "–"
    return number(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)


def _conditions(measured: Measured) -> list[tuple[str, str]]:
    before, after = measured.load
    return [
        ("Load before and after", f"{before:.1f}, {after:.1f} (processes that wanted to run)"),
        ("Time of all measurements", f"{measured.seconds / 60.0:.1f} minutes"),
    ]


def _missing(measured: Measured, section: str) -> str:
    reason = measured.errors.get(section)
    return f"Failed: {reason}" if reason else "Not measured."


def _targets(measured: Measured) -> str:
    rows = [
        (
            one.what,
            f"{'at least' if one.at_least else 'at most'} {one.bound:g} {one.unit}",
            f"{readable(one.measured)} {one.unit}" if not math.isnan(one.measured) else "–",
            one.verdict,
        )
        for one in targets(measured)
    ]
    met = sum(row[3] == "met" for row in rows)
    known = sum(row[3] != "not measured" for row in rows)
    sentence = f"Of {known} targets that were measured, {met} are met."
    if any(row[3] == "**not met**" for row in rows):
        failing = ", ".join(row[0] for row in rows if row[3] == "**not met**")
        sentence += f" Not met: {failing}."
    return sentence + "\n\n" + table(("what", "target", "measured", ""), rows, "llrl")


def _twin(measured: Measured) -> str:
    agreement = measured.agreement
    lines = []
    if agreement is None:
        lines.append(_missing(measured, "twin"))
    else:
        same = (
            "agree exactly, in every column of every resident, every count and every euro"
            if agreement.differing == 0
            else f"**differ in {agreement.differing} runs**"
        )
        lines.append(
            f"Before timing, the fast model and its plain-Mesa twin were compared after every "
            f"month in {agreement.runs} runs of made-up towns and plans "
            f"({agreement.resident_months:,} resident-months): they {same}. "
            "`python -m benchmarks.twin` compares more."
        )
    twin = nanoseconds(measured.peers, TWIN)
    rows = [
        (name, readable(nanoseconds(measured.peers, script)),
         readable(twin / nanoseconds(measured.peers, script)))
        for name, script in (
            ("plain Mesa, one object a resident, all plain Python", TWIN),
            ("fast model, 1 thread, everybody counted every month as in the twin", OURS),
            ("fast model, two runs on 2 threads, likewise", OURS_2),
            ("fast model, one run spread over 2 threads, likewise", OURS_SPREAD),
            ("fast model, 1 thread, counted when asked (a study asks once a year)", OURS_ASKED),
        )
    ]  # fmt: skip
    lines.append(table(("engine", "ns/rm", "times as fast as the twin"), rows, "lrr"))
    return "\n\n".join(lines)


def _floor(measured: Measured) -> str:
    found = measured.floor
    if found is None:
        return _missing(measured, "floor")
    touched, draws = found.touched, found.draws
    bands = [
        (one.place, str(one.threads), number(one.read), number(one.write), number(one.copy))
        for one in found.bandwidths
    ]
    ages = [
        (
            f"{first} to {last}" if last < AGE_GROUPS[-1][1] else f"{first} and over",
            number(touched.read_bytes[group] / touched.resident_months[group]),
            number(touched.written_bytes[group] / touched.resident_months[group], 2),
            number(touched.blocks[group] / touched.resident_months[group], 2),
        )
        for group, (first, last) in enumerate(AGE_GROUPS)
        if touched.resident_months[group]
    ]
    ages.append(
        (
            "all",
            number(touched.bytes_read),
            number(touched.bytes_written, 2),
            number(touched.blocks_drawn, 2),
        )
    )
    floors = [
        (
            f"{one.model.residents:,}, from {one.place}",
            str(one.model.threads),
            number(one.draws, 2),
            number(one.memory, 2),
            number(one.least, 2),
            number(one.one_after_the_other, 2),
            readable(one.model.nanoseconds),
            number(one.times),
        )
        for one in found.floors
    ]
    return "\n\n".join(
        [
            "Bandwidth, GB/s (a copy counts what it reads and what it writes):",
            table(("place", "threads", "read", "write", "copy"), bands, "lrrrr"),
            f"A draw (a block of four words of Philox4x32-7) takes {draws.one_by_one:.1f} ns for "
            f"one resident after another and {draws.many:.2f} ns for many at once, each word "
            f"compared with a threshold: {draws.many / 4:.2f} ns a word.",
            "What a resident's month must read, write and draw, counted on the twin while it runs "
            f"({touched.residents:,} resident-months): a column counts once a month, with the "
            "bytes of its type, for a resident for whom a rule looks at it; a block of draws "
            "counts once. Tables of rates and cache lines are left out, and so is what a denser "
            f"layout could save. All columns together have {bytes_per_resident()} bytes.",
            table(("age", "bytes read", "bytes written", "blocks drawn"), ages, "lrrr"),
            "Below these times nothing with these rules, columns and draws can go, ns/rm: *least* "
            "is the larger of both (they overlap perfectly), *sum* one after the other. The rules "
            "themselves cost nothing in it.",
            table(
                ("residents", "threads", "draws", "memory", "least", "sum", "model",
                 "model / least"),
                floors, "lrrrrrrr",
            ),
        ]
    )  # fmt: skip


def _peers(measured: Measured) -> str:
    rows = measured.peers
    if not rows:
        return _missing(measured, "peers")
    ours, asked = nanoseconds(rows, OURS), nanoseconds(rows, OURS_ASKED)
    ours_reduced = nanoseconds(rows, OURS_REDUCED)
    lines = []
    for row in rows:
        if not row.found:
            lines.append((row.title, row.error, "–", "–", "–", "–", "–", "–"))
            continue
        month = "whole" if row.peer.whole else "reduced"
        lines.append(
            (
                row.title,
                str(row.found[-1]["version"]),
                month,
                readable(row.nanoseconds),
                f"{readable(min(row.seconds) * 1e9)} – {readable(max(row.seconds) * 1e9)}",
                readable(row.nanoseconds / ours),
                readable(row.nanoseconds / asked),
                "–" if row.peer.whole else readable(row.nanoseconds / ours_reduced),
            )
        )
    one = next((row.found[-1] for row in rows if row.found and row.peer.script == TWIN), None)
    own = next((row.found[-1] for row in rows if row.found and row.peer.script == OURS), None)
    rounds = max(len(row.found) for row in rows)
    sizes = f"{one['residents']:,} residents, {one['months']} months" if one else ""
    if own:
        sizes += f" (of ours {own['months']}, a whole run)"
    others = [row for row in rows if row.found and row.peer.environment is not None]
    reduced = others[0].found[-1] if others else None
    words = [
        f"{sizes} after one that warms up, {rounds} rounds interleaved (A B C … A B C …), each "
        "measurement a process of its own, one thread unless said otherwise; medians, and lowest "
        "and highest. *Whole* is the whole month with the same rules, draws and bits.",
    ]
    if reduced:
        words.append(
            f"*Reduced* is {reduced['computes']}; without {reduced['leaves_out']}; with the "
            "library's own random numbers. That is less than half of a whole month, so beside it "
            "the ratios flatter the peers. *Times ours, reduced* is beside the nearest comparable "
            "work of ours: the very stages of the model that resemble the reduced month (with "
            "ties, word of mouth, burden and seats, which belong to them), and the eight totals."
        )
    head = ("peer", "version", "month", "ns/rm", "lowest – highest", "times ours",
            "times ours counted when asked", "times ours, reduced")  # fmt: skip
    return "\n\n".join([*words, table(head, lines, "lllrrrrr")])


def _scale(measured: Measured) -> str:
    parts = []
    if measured.tables:
        rows = [
            (
                f"{one.residents:,}",
                str(one.threads),
                readable(one.nanoseconds),
                number(one.peak / GIB, 2),
                number(one.bytes_each, 0),
                readable(one.whole_run),
            )
            for one in measured.tables
        ]
        parts += [
            "One table: the residents of a made-up town, copied with links, households and "
            "identities of their own. Everybody is counted every month. Memory is that of the "
            "whole process (a small one is mostly Python and compiled code); the last column is a "
            "whole run of 60 months, set-up included, counted once a year.",
            table(
                ("residents", "threads", "ns/rm", "peak, GiB", "bytes a resident", "60 months, s"),
                rows, "rrrrrr",
            ),
        ]  # fmt: skip
    else:
        parts.append(_missing(measured, "tables"))
    if measured.streamed:
        rows = [
            (
                f"{one.region.name}, by {one.by}",
                f"{one.residents:,}",
                f"{one.towns:,}",
                f"{one.municipalities:,}",
                readable(one.wall),
                readable(one.making_wall),
                readable(one.simulating_wall),
                number(one.making / one.residents * 1e6, 2),
                readable(one.nanoseconds),
                number(one.peak / GIB, 2),
                str(len(one.failed)),
            )
            for one in measured.streamed
        ]
        workers = measured.streamed[0].workers
        parts += [
            f"Streaming: towns with margins and seeds of their own, made with `sim.making`, "
            f"simulated for 60 months, added up, thrown away; {workers} processes. Sizes of "
            "municipalities are assumed (`benchmarks/municipalities.py`). By county: a rural "
            "county is a town whose districts are its municipalities. *Making* and *simulating* "
            "are the processes' seconds divided by their number; memory is the sum of all "
            "processes' peaks.",
            table(
                ("region", "residents", "towns", "municipalities", "all, s", "making, s",
                 "simulating, s", "making, µs a resident", "ns/rm and process", "peak, GiB",
                 "failed"),
                rows, "lrrrrrrrrrr",
            ),
        ]  # fmt: skip
    elif "streaming" in measured.errors:
        parts.append(_missing(measured, "streaming"))
    return "\n\n".join(parts)


def _ensemble(measured: Measured) -> str:
    found = measured.ensemble
    if found is None:
        return _missing(measured, "ensemble")
    rows = [
        (
            str(one.replications),
            f"{one.residents:,}",
            str(one.threads),
            number(one.study, 2),
            number(one.plain, 2),
            readable(one.nanoseconds),
        )
        for one in found.ensembles
    ]
    over = found.overhead
    return "\n\n".join(
        [
            "Paired replications of two plans (nothing new; a meeting point from January 2027), "
            "60 months. *Study*: as `quartier compare`, shared months once, results stored. "
            "*Every month*: all runs from the start, nothing shared, nothing stored.",
            table(
                ("pairs", "residents", "threads", "study, s", "every month, s",
                 "every month, ns/rm from outside"),
                rows, "rrrrrr",
            ),
            f"One run of {over.residents:,} residents takes {over.run * 1e3:.1f} ms, "
            f"{over.outside_run:.1%} of it outside compiled calls; its {over.months} months alone "
            f"{over.steps * 1e3:.1f} ms, {over.outside_steps:.1%} outside (timed with a watch "
            "around every compiled call; unpacking the columns counts as inside).",
        ]
    )  # fmt: skip


def _stages(measured: Measured) -> str:
    if not measured.stages:
        return _missing(measured, "stages")
    first = measured.stages[0]
    rows = []
    for place, one in enumerate(first.stages):
        name = f"{one.name} (once a year)" if one.yearly else one.name
        times = [number(size.stages[place].middle, 2) for size in measured.stages]
        rows.append((name, number(one.least, 2), f"{one.middle / first.middle:.0%}", *times))
    rows.append(
        ("sum", number(first.least, 2), "", *(number(s.middle, 2) for s in measured.stages))
    )
    words = (
        "One thread, each stage by itself on the same month, ns/rm: medians by number of "
        "residents, and of the first number the least and the share. Of "
        f"{first.residents:,} residents {first.in_need:.1%} need care, "
        f"{first.asked_about_life:.1%} are asked the rules of the first stage, {first.known:.1%} "
        "know a meeting point. `benchmarks/README.md` says what was "
        "tried."
    )
    sizes = (f"{one.residents:,}" for one in measured.stages)
    head = ("stage", f"{first.residents:,}, least", "share", *sizes)
    return f"{words}\n\n" + table(head, rows, "lrr" + "r" * len(measured.stages))


def _waits(measured: Measured) -> str:
    waits = measured.waits
    if waits is None:
        return _missing(measured, "start")
    rows = [
        (
            meaning,
            number(median([one.steps[step] for one in waits.cold]), 2),
            number(median([one.steps[step] for one in waits.warm]), 2),
        )
        for step, meaning in start.STEPS.items()
    ]
    rows.append(
        (
            "first result",
            number(median([one.first_result for one in waits.cold]), 2),
            number(median([one.first_result for one in waits.warm]), 2),
        )
    )
    return (
        f"{waits.town}, each start a process of its own; cold with an empty folder of compiled "
        f"code ({len(waits.cold)}), warm after it ({len(waits.warm)}, medians), seconds.\n\n"
        + table(("step", "cold", "warm"), rows, "lrr")
    )
