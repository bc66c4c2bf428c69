"""The same question gets the same answer, bit for bit, and a plan changes only what it touches.

Every draw is a function of seed, resident, month and decision. So threads, processes, repetition,
compilation and the order of rows change nothing, and two plans share every coincidence.
"""

from __future__ import annotations

import ast
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from running import (
    KINDS,
    REFERENCE,
    after,
    columns_by_uid,
    count,
    digest,
    digests,
    measure,
    model_of,
    plan_of,
    residents_of,
    small_town,
)

import sim
from sim.compiled import _SOURCES
from sim.month import Crew
from sim.residents import COLUMNS, NOBODY, Columns, Population
from sim.town import Measure, Plan, Town

MONTHS = 14
HERE = Path(__file__).parent
TIES = ("partner", "child", "parent", "follows", "acquaintances")


def town() -> Town:
    """Two districts, a crowded meeting point, services that are counted and nearly full."""
    return small_town(1200, 2, seats=2, status="measured", ambulatory_hours=45.0)


def strong(kind: str, **changes: Any) -> Measure:
    """A measure of a kind, large enough to be felt at once in the first district."""
    levers: dict[str, dict[str, Any]] = {
        "meeting_point": {"seats": 40, "opening_hours_per_week": 30.0, "staff_hours_per_week": 20},
        "opening_to_all_ages": {"point": "treff_0", "extra_hours_per_week": 30.0},
        "care_service": {"service": "ambulatory"},
    }
    size = {"meeting_point": 1.0, "opening_to_all_ages": 1.0}.get(kind, 2000.0)
    return measure(kind, **{"size": size, "levers": levers.get(kind, {}), **changes})


def everything(**changes: Any) -> Plan:
    """All twelve kinds at once."""
    return plan_of(*(strong(kind, **changes) for kind in KINDS))


def digest_of_run(months: int) -> str:
    """Digest of a run of everything; called in other processes as well."""
    return digest(after(model_of(town(), everything(start=3)), months))


# Threads, repetition, processes, compilation


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_the_number_of_threads_changes_nothing(threads: int) -> None:
    plan = everything(start=3)
    one = digests(town(), plan, MONTHS)
    assert digests(town(), plan, MONTHS, threads=threads) == one
    assert len(set(one)) == MONTHS + 1  # every month is another


def test_a_second_run_is_the_first() -> None:
    assert digests(town(), everything(), MONTHS) == digests(town(), everything(), MONTHS)


def test_another_seed_is_another_course() -> None:
    assert digests(town(), REFERENCE, 2, seed=1)[-1] != digests(town(), REFERENCE, 2, seed=2)[-1]


def test_collecting_and_checking_change_nothing() -> None:
    plain = digests(town(), everything(), 8)
    assert digests(town(), everything(), 8, check=True, collect=True) == plain


def test_two_runs_side_by_side_do_not_meet() -> None:
    def one(seed: int) -> list[str]:
        return digests(town(), everything(), MONTHS, seed=seed)

    alone = [one(seed) for seed in (1, 2, 3, 4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, (1, 2, 3, 4))) == alone


def test_another_process_gets_the_same() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        there = pool.submit(digest_of_run, MONTHS).result()
    assert there == digest_of_run(MONTHS)


def test_a_fresh_compilation_gets_the_same_as_a_stored_one(tmp_path: Path) -> None:
    script = "from test_reproducible import digest_of_run; print(digest_of_run(3))"
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": path}

    def run() -> str:
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def stored() -> dict[Path, int]:
        return {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.nb*")}

    fresh = run()
    compiled = stored()
    assert compiled
    assert run() == fresh == digest_of_run(3)
    assert stored() == compiled, "the second process compiles nothing"


def test_stored_code_is_found_again_only_if_all_it_was_made_of_is_the_same() -> None:
    """Constants are frozen into compiled code: every file it takes one from must be in the name."""
    named = {source.resolve() for source in _SOURCES}
    package = Path(sim.__file__).parent
    compiled = [
        *(file for room in ("rules", "stages") for file in (package / room).glob("*.py")),
        *(package / name for name in ("draws.py", "costs.py")),
    ]
    for file in compiled:
        assert file in named, file.name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim."):
                used = package.parent.joinpath(*str(node.module).split(".")).with_suffix(".py")
                assert used in named or used.name == "compiled.py", f"{file.name}: {used.name}"


def test_the_order_of_rows_changes_nothing() -> None:
    # Newcomers choose acquaintances among the founders in their order: no word of mouth here.
    values = {**town().ledger.values(), "know_word_of_mouth": 0.0}
    model = after(model_of(town(), everything(), values=values), MONTHS)
    shuffled = in_another_order(residents_of(town()))
    other = after(model_of(town(), everything(), values=values, population=shuffled), MONTHS)
    assert differing_columns(model, other) <= {"acquaintances"}
    assert np.array_equal(model.state.counts, other.state.counts)
    assert np.array_equal(model.state.money, other.state.money)


def in_another_order(population: Population) -> Population:
    """The same residents in other rows."""
    order = np.random.Generator(np.random.PCG64(1)).permutation(population.size)
    row = np.empty(population.size + 1, np.int64)
    row[order] = np.arange(population.size)
    row[-1] = NOBODY
    columns = []
    for column in COLUMNS:
        values = getattr(population.columns, column.name)[order]
        columns.append(row[values].astype(column.dtype) if column.name in TIES else values)
    return Population(Columns(*columns), population.household_size, population.households_of)


def differing_columns(one: Any, other: Any) -> set[str]:
    """Names of the columns in which two models differ, resident by resident."""
    first, second = columns_by_uid(one), columns_by_uid(other)
    if not np.array_equal(first["uid"], second["uid"]):
        return {"uid"}
    return {name for name in first if not np.array_equal(first[name], second[name])}


# Plans


# That nothing differs before a measure starts, nor with size 0, is in test_each_measure.py.

# In its first month a measure reaches people elsewhere only on these paths.
PATHS: dict[str, set[str]] = {
    # Everybody in reach may visit a new point or one that is open longer.
    "meeting_point": {"known_point", "visit_wish", "visits", "habit"},
    "opening_to_all_ages": {"known_point", "visit_wish", "visits", "habit"},
    # Who gets hours of the district's own leaves the town's to others, and what they get relieves
    # their family, wherever it lives.
    "care_service": {
        "ambulatory_minutes", "has_ambulatory", "waiting_ambulatory", "setting",
        "family_minutes", "neighbour_minutes", "missing_minutes", "caring_minutes", "relief",
    },
    # Who is advised may ask for hours that others then do not get.
    "counselling": {
        "ambulatory_minutes", "has_ambulatory", "waiting_ambulatory", "setting",
        "day_care_minutes", "has_day_care", "waiting_day_care",
        "family_minutes", "neighbour_minutes", "missing_minutes", "caring_minutes", "relief",
    },
    # Who hears of the point may take a seat there.
    "outreach": {"visits", "habit"},
    "neighbourhood_manager": {"visits", "habit"},
    "transport": {"visits", "habit"},
    # Less need means less to do for a child in another district.
    "barrier_free_housing": {"caring_minutes", "relief"},
    "neighbourly_help": set(),
    "volunteer_training": set(),
    "preventive_visits": set(),
    "digital_help": {"visits", "habit"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_measure_leaves_other_districts_alone_except_on_named_paths(kind: str) -> None:
    start = 4
    plan = plan_of(strong(kind, districts=(0,), start=start))
    reference, model = after(model_of(town()), start), after(model_of(town(), plan), start)
    here, there = columns_by_uid(reference), columns_by_uid(model)
    assert np.array_equal(here["uid"], there["uid"])
    elsewhere = here["district"] != 0
    changed = {
        name for name in here if not np.array_equal(here[name][elsewhere], there[name][elsewhere])
    }
    assert changed <= PATHS[kind]


def test_nobody_else_feels_a_measure_where_no_path_leads() -> None:
    quiet = ("neighbourly_help", "volunteer_training", "preventive_visits")
    plan = plan_of(*(strong(kind, start=4) for kind in quiet))
    reference, model = after(model_of(town()), 4), after(model_of(town(), plan), 4)
    changed = differing_columns(reference, model)
    assert {"prevention_until", "neighbour_minutes", "volunteer"} <= changed
    here, there = columns_by_uid(reference), columns_by_uid(model)
    elsewhere = here["district"] != 0
    assert all(np.array_equal(here[name][elsewhere], there[name][elsewhere]) for name in here)


def test_who_is_met_in_both_plans_is_the_same_person() -> None:
    reference = after(model_of(town()), 30)
    model = after(model_of(town(), everything(start=1)), 30)
    here, there = columns_by_uid(reference), columns_by_uid(model)
    both, mine, theirs = np.intersect1d(here["uid"], there["uid"], return_indices=True)
    only_one = here["uid"].size + there["uid"].size - 2 * both.size
    assert 0 < only_one < 0.1 * both.size  # the plan changes lives, not who comes
    for name in ("birth_month", "sex", "arrived", "education", "migration_background"):
        assert np.array_equal(here[name][mine], there[name][theirs]), name
    newcomers = here["arrived"][mine] > 0
    assert newcomers.sum() > 50
    assert (here["birth_month"][mine] == here["arrived"][mine] + reference.state.start).sum() > 5


def test_one_birth_more_shifts_nobody_else() -> None:
    values = town().ledger.values()
    more = {**values, "fertility_factor": 3.0}
    reference, model = (
        after(model_of(town(), values=values, seed=5), 6),
        after(model_of(town(), values=more, seed=5), 6),
    )
    here, there = columns_by_uid(reference), columns_by_uid(model)
    assert set(here["uid"]) < set(there["uid"])
    extra = there["uid"].size - here["uid"].size
    assert extra > 0
    assert count(model, "residents") == count(reference, "residents") + extra
    came = {uid for uid, month in zip(here["uid"], here["arrived"], strict=True) if month > 0}
    assert came <= set(there["uid"])


def test_threads_of_a_crew_end() -> None:
    with Crew(3) as crew:
        assert crew.threads == 3
    crew.close()
    assert Crew(0).threads == 1
