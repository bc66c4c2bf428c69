"""Compiled once: nothing is compiled a second time for another type of the same thing."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from running import ageing_town, measure, model_of, plan_of

import sim.rules
import sim.stages
from sim import costs, draws, month
from sim.stages import screening, whole

MONTHS = 14
# Rules that are asked with numbers of more than one width (a column's, a table's): the interpreter
# never calls them, so no run waits for another version.
STAGES_CALLED_BY_PYTHON = (
    "live", "keep_company", "pass_month", "come_and_go", "give_care", "find_people_in_need",
    "count_stocks", "count_reachable", "count_quarter_and_months", "limits_of_life",
    "limits_of_company", "limits_of_districts", "mean_risks", "expected_leavers", "give_traits",
    "give_strain", "shares_served",
)  # fmt: skip


def modules(package: ModuleType) -> list[ModuleType]:
    found = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(one.name) for one in found]


def compiled_functions() -> dict[str, object]:
    """Everything that is compiled, by its name."""
    return {
        name: value
        for module in (*modules(sim.rules), *modules(sim.stages), costs, draws)
        for name, value in vars(module).items()
        if hasattr(value, "signatures") and value.py_func.__module__ == module.__name__
    }


def run_some() -> None:
    """Different towns, plans, numbers of threads, and a run grown from another."""
    plan = plan_of(
        measure("meeting_point", start=3, levers={"seats": 40, "opening_hours_per_week": 20.0}),
        measure("outreach", size=30.0, start=4),
        measure("volunteer_training", size=40.0, start=2),
    )
    for town in (ageing_town(residents=900), ageing_town(residents=700, places=3)):
        for threads in (1, 2):
            trunk = model_of(town, threads=threads, check=True)
            trunk.step()
            for model in (trunk, trunk.fork(plan), model_of(town, plan, threads=threads)):
                for _ in range(MONTHS):
                    model.step()
                assert model.state.counts.sum() > 0
                model.crew.close()


def several_signatures() -> dict[str, int]:
    """Of what Python calls: what has been compiled for more than one set of types."""
    # The month finds out its types only once; here it is to find them out every time.
    month.pass_month = whole.pass_month.asking
    run_some()
    functions = compiled_functions()
    assert set(STAGES_CALLED_BY_PYTHON) <= set(functions)
    return {
        name: len(functions[name].signatures)
        for name in STAGES_CALLED_BY_PYTHON
        if len(functions[name].signatures) > 1
    }


def test_what_python_calls_has_one_signature() -> None:
    """A second signature would be half a minute of silent waiting in the middle of a workshop.

    In a process of its own: other tests call single stages with arrays of their own.
    """
    code = "import test_compiled; print(test_compiled.several_signatures())"
    found = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "{}"


def test_another_run_compiles_nothing() -> None:
    run_some()
    before = {name: list(one.signatures) for name, one in compiled_functions().items()}
    run_some()
    after = {name: list(one.signatures) for name, one in compiled_functions().items()}
    assert before == after


def test_a_part_of_a_stage_may_be_called_from_python_too() -> None:
    """Only compiled functions call it in a run; from Python it is compiled once more."""
    may = np.array([1, 0, 1, 1, 0], np.uint8)
    chosen, plainly = np.zeros(6, np.int64), np.zeros(6, np.int64)
    assert screening.choose(chosen, may) == screening.choose.py_func(plainly, may) == 3
    assert chosen[:3].tolist() == plainly[:3].tolist() == [0, 2, 3]


@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 128, 200, 512])
@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 1.0])
def test_all_marked_places_are_chosen_in_order(rows: int, share: float) -> None:
    """Sixty-four marks at once, the rest one by one, whatever value a mark has."""
    stream = np.random.default_rng(rows)
    marks = (stream.random(rows) < share) * stream.integers(1, 256, rows)
    chosen = np.full(rows + 1, -1, np.int64)
    number = screening.choose(chosen, marks.astype(np.uint8))
    assert chosen[:number].tolist() == np.flatnonzero(marks).tolist()


def test_words_of_many_are_the_words_of_each() -> None:
    uids = np.random.default_rng(5).integers(0, 2**63, 700).astype(np.uint64)
    words = np.zeros((4, 700), np.uint32)
    draws.fill_words(words, np.uint64(99), uids, 0, 700, 17, draws.SOCIAL)
    for place in (0, 1, 255, 511, 699):
        one = draws.uniforms(np.uint64(99), uids[place], 17, draws.SOCIAL)
        assert tuple(words[:, place] * draws.UNIT) == one
