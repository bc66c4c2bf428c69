"""A town and a model made up for testing studies: quick, and with known effects and scatter.

The fake model is a pure function of its arguments, like the real one. Its numbers are built from
three independent parts, so that tests know what the comparison must find: what an assumption does,
what chance does, and what the plan does.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim import study
from sim.indicators import BANDS, COUNTS, GROUPS, INDEX, ITEMS, PAYERS
from sim.study import manifest
from sim.town.ledger import Assumption, Ledger
from sim.town.plan import Measure, Plan

YEARS = (2025, 2026, 2027)
LEVEL, SD_LEVEL_PARAMETERS, SD_LEVEL_CHANCE = 1e6, 40_000.0, 30_000.0
EFFECT, SD_EFFECT_PARAMETERS, SD_EFFECT_CHANCE = 10_000.0, 4_000.0, 5_000.0
RESIDENTS = 1_000
PROGRAM = "the program of a test"


def assumption(name: str, value: float, low: float, high: float, kind: str) -> Assumption:
    return Assumption(
        name, "test", value, "score", low, high, kind, f"{name} (de)", f"{name} (en)",
        "2025", "made up", "assumed", "", "assumptions.csv", 2,
    )  # fmt: skip


def fake_ledger() -> Ledger:
    return Ledger(
        [
            # Standard normal numbers: low and high are the 5 % and 95 % points.
            assumption("moves_level", 0.0, -1.6448536269514722, 1.6448536269514722, "normal"),
            assumption("moves_effect", 0.0, -1.6448536269514722, 1.6448536269514722, "normal"),
            assumption("moves_nothing", 0.5, 0.0, 1.0, "uniform"),
            assumption("small_cell", 5.0, 5.0, 5.0, "fixed"),
            assumption("range_low", 0.05, 0.05, 0.05, "fixed"),
            assumption("range_high", 0.95, 0.95, 0.95, "fixed"),
        ]
    )


def plan(name: str, size: float | None, scatter: float = 0.0, cost: float = 0.0) -> Plan:
    """A plan that lowers the missing minutes of the first district by `size` times EFFECT."""
    if size is None:
        return Plan(name, name, name)
    measure = Measure(
        kind="meeting_point", label_de=name, label_en=name, districts=(0,), start=1, size=size,
        cost_per_year=cost, payers={"municipality": 0.75, "grant": 0.25},
        levers={"scatter": scatter},
    )  # fmt: skip
    return Plan(name, f"{name} (de)", f"{name} (en)", measures=(measure,))


def fake_plans() -> dict[str, Plan]:
    plans = [
        plan("care_service", 0.5, 1.0, 60_000.0),
        plan("reference", None),
        plan("nothing", 0.0),
        plan("meeting_point", 1.0, 1.0, 60_000.0),
    ]
    return {one.name: one for one in plans}


@dataclass(frozen=True)
class FakeDistrict:
    key: str
    label: str


@dataclass(frozen=True, eq=False)
class FakeTown:
    name: str = "musterstadt"
    label: str = "Musterstadt"
    start: tuple[int, int] = (2025, 12)
    months: int = 24
    districts: tuple[FakeDistrict, ...] = (
        FakeDistrict("altstadt", "Altstadt"),
        FakeDistrict("sued", "Süd"),
    )
    ledger: Ledger = field(default_factory=fake_ledger)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=fake_plans)
    files: tuple[Path, ...] = ()
    fingerprint: str = "made up"


@dataclass(frozen=True)
class FakeOutcome:
    """What the real `sim.model.Outcome` holds, without compiling a model."""

    years: tuple[int, ...]
    counts: np.ndarray
    money: np.ndarray


def fake_population(town: FakeTown) -> int:
    return 7


def fake_tables(town: FakeTown, values: dict[str, float]) -> float:
    return values["moves_level"]


def noise(*key: object) -> float:
    """A standard normal number, a pure function of the key."""
    return float(np.random.default_rng(zlib.crc32(repr(key).encode())).standard_normal())


def fake_simulate(town, plan, *, values, seed, population, tables, should_stop=None):
    assert population == 7
    assert tables == values["moves_level"]
    shape = (len(YEARS), len(town.districts), len(BANDS), len(GROUPS))
    cells = np.prod(shape[2:])
    counts = np.zeros((*shape, len(COUNTS)), dtype=np.int64)
    money = np.zeros((*shape[:2], len(PAYERS), len(ITEMS)))
    counts[..., INDEX["residents"]] = RESIDENTS
    counts[..., INDEX["in_need"]] = 3
    counts[..., INDEX["at_home"]] = 2
    counts[..., INDEX["need_minutes"]] = 10**6
    counts[..., INDEX["nursing_home"]] = 1
    counts[1:, ..., INDEX["months_in_need_at_home"]] = 24
    counts[1:, ..., INDEX["months_in_need"]] = 30
    for district in range(len(town.districts)):
        level = LEVEL + SD_LEVEL_PARAMETERS * tables + SD_LEVEL_CHANCE * noise(seed, district)
        gain = 0.0
        for measure in plan.measures:
            if district in measure.districts:
                gain += measure.size * EFFECT
                gain += measure.size * SD_EFFECT_PARAMETERS * values["moves_effect"]
                gain += (
                    measure.size
                    * measure.levers["scatter"]
                    * SD_EFFECT_CHANCE
                    * noise(seed, plan.name)
                )
        counts[0, district, ..., INDEX["missing_minutes"]] = round(level / cells)
        counts[1:, district, ..., INDEX["missing_minutes"]] = round((level - gain) / cells)
    for measure in plan.measures:
        for payer, share in measure.payers.items():
            euros = measure.cost_per_year * share
            money[1:, list(measure.districts), PAYERS.index(payer), 0] += euros
    return FakeOutcome(YEARS, counts, money)


def slow_simulate(town, plan, *, should_stop=None, **rest):
    """The fake model, taking its time and watching for a request to stop."""
    for _ in range(int(os.environ.get("FAKE_STEPS", "3"))):
        time.sleep(0.01)
        if should_stop is not None and should_stop():
            raise InterruptedError
    return fake_simulate(town, plan, **rest)


def failing_simulate(town, plan, *, values, seed, **rest):
    """The fake model, failing in one course of chance."""
    if plan.name == "meeting_point" and seed == study.run_seed(1, 1, 0):
        raise ZeroDivisionError("made to fail")
    return fake_simulate(town, plan, values=values, seed=seed, **rest)


def write_town(folder: Path) -> FakeTown:
    """A made-up town with files, which `read_fake_town` reads again."""
    town = folder / "musterstadt"
    nation = folder / "germany"
    (town / "plans").mkdir(parents=True)
    nation.mkdir()
    (town / "town.toml").write_text('[town]\nname = "musterstadt"\n')
    (town / "plans" / "reference.toml").write_text("[plan]\n")
    (nation / "indicators.csv").write_text(
        "name,kind,unit,label_de,label_en,better\n"
        "missing_minutes,stock,minutes/week,Fehlende Pflege,Missing care,lower\n"
        "residents,stock,persons,Menschen,People,neutral\n"
        "in_need,stock,persons,Pflegebedürftige,People in need,lower\n"
    )
    return read_fake_town(town)


def read_fake_town(folder: Path) -> FakeTown:
    files = [*sorted(folder.rglob("*.toml")), *sorted((folder.parent / "germany").glob("*.csv"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    tables = {"indicators": pd.read_csv(folder.parent / "germany" / "indicators.csv")}
    return replace(FakeTown(), files=tuple(files), tables=tables, fingerprint=digest)


FAKES = {
    "solve_tables": fake_tables,
    "make_population": fake_population,
}


def run_fake(town: FakeTown, results: Path, **options) -> study.Study:
    options = {"simulate": fake_simulate, "draws": 4, "seeds": 2, **FAKES, **options}
    return study.compare(town, results=results, **options)


def part_bytes(folder: Path) -> dict[str, bytes]:
    """Every Parquet file of a study, by its place."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.parquet"))
    }


def row(frame: pd.DataFrame, **keys: object) -> pd.Series:
    for name, value in keys.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


if __name__ == "__main__":
    # A study in a process of its own, to be killed.
    manifest.program_fingerprint = lambda: PROGRAM
    here = Path(sys.argv[1])
    run_fake(
        read_fake_town(here / "musterstadt"), here / "killed", draws=6, simulate=slow_simulate,
        workers=2,
    )  # fmt: skip
