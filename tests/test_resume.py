"""A study that is stopped, killed or extended ends exactly like one that never was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import study_fakes
from study_fakes import FAKES, fake_simulate, part_bytes, plan, run_fake, slow_simulate, write_town

from sim import study
from sim.study import manifest
from sim.study.files import TEMPORARY


@pytest.fixture
def town(tmp_path):
    return write_town(tmp_path)


@pytest.fixture(autouse=True)
def program(monkeypatch):
    """The program stays the same during these tests, even if somebody is editing it."""
    monkeypatch.setattr(manifest, "program_fingerprint", lambda: study_fakes.PROGRAM)


def counting(calls):
    def simulate(town, plan, *, seed, **rest):
        calls.append((plan.name, seed))
        return fake_simulate(town, plan, seed=seed, **rest)

    return simulate


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a kill that cannot be caught")
def test_a_killed_study_resumes_to_the_identical_result(town, tmp_path):
    environment = os.environ | {"FAKE_STEPS": "10", "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, study_fakes.__file__, str(tmp_path)], env=environment
    )
    folder = tmp_path / "killed" / "musterstadt" / "comparison"
    counts = folder / "runs" / "counts"
    deadline = time.monotonic() + 120
    while len(list(counts.glob("part-*.parquet"))) < 3:
        assert process.poll() is None, "the study ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    process.wait()
    finished = len(list(counts.glob("part-*.parquet")))
    assert 3 <= finished < 12
    # A file half-written at the moment of the kill, and money without its counts.
    leftover = counts / f".part-0005-1.parquet.1{TEMPORARY}"
    leftover.write_bytes(b"PAR1 half")
    calls = []
    resumed = run_fake(town, tmp_path / "killed", draws=6, simulate=counting(calls))
    assert resumed.folder == folder
    assert len(calls) == 4 * (12 - finished)
    assert not leftover.exists()
    undisturbed = run_fake(town, tmp_path / "undisturbed", draws=6)
    assert part_bytes(folder) == part_bytes(undisturbed.folder)
    assert resumed.manifest["complete"]


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_a_stopped_study_keeps_what_is_done_and_resumes(town, tmp_path, executor):
    reached = []
    with pytest.raises(study.Interrupted) as stopped:
        run_fake(
            town, tmp_path / "stopped", simulate=slow_simulate, executor=executor, workers=2,
            progress=lambda progress: reached.append(progress.done),
            should_stop=lambda: bool(reached) and reached[-1] >= 8,
        )  # fmt: skip
    assert stopped.value.total == 32
    assert 8 <= stopped.value.done < 32
    folder = stopped.value.folder
    assert len(list((folder / "runs" / "counts").glob("*"))) * 4 == stopped.value.done
    assert "Derselbe Aufruf macht dort weiter" in stopped.value.text("de")
    resumed = run_fake(town, tmp_path / "stopped")
    assert part_bytes(folder) == part_bytes(run_fake(town, tmp_path / "whole").folder)
    assert resumed.complete


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_ctrl_c_is_answered_calmly(town, tmp_path, executor):
    def press(progress):
        if progress.done == 20:
            raise KeyboardInterrupt

    with pytest.raises(study.Interrupted) as stopped:
        run_fake(
            town, tmp_path, simulate=slow_simulate, executor=executor, workers=2, progress=press
        )
    assert 20 <= stopped.value.done < 32
    folder = tmp_path / "musterstadt" / "comparison"
    assert len(list((folder / "runs" / "counts").glob("*.parquet"))) * 4 == stopped.value.done
    partly = study.load(folder)
    assert not partly.complete
    assert partly.missing == 8 - stopped.value.done // 4
    assert len(study.levels(partly)) > 0


@pytest.mark.parametrize("executor", ["processes", "dask"])
def test_a_real_ctrl_c_is_answered_calmly(town, tmp_path, executor):
    script = (
        "import sys, study_fakes as f\n"
        "from pathlib import Path\n"
        "from sim import study\n"
        "here = Path(sys.argv[1])\n"
        "import signal\n"
        "# Whoever starts the tests may have told them to overhear it.\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "try:\n"
        "    f.run_fake(f.read_fake_town(here / 'musterstadt'), here / 'results', draws=6,\n"
        "        simulate=f.slow_simulate, workers=2, executor=sys.argv[2],\n"
        "        progress=lambda p: print(p.done, flush=True))\n"
        "except study.Interrupted as stopped:\n"
        "    print('calm', stopped.done, flush=True)\n"
        "except BaseException as error:\n"
        "    print('lost', type(error), flush=True)\n"
    )
    environment = os.environ | {"FAKE_STEPS": "10", "PYTHONPATH": os.pathsep.join(sys.path)}
    program = tmp_path / "program.py"
    program.write_text(f"if __name__ == '__main__':\n{_indented(script)}")
    process = subprocess.Popen(
        [sys.executable, str(program), str(tmp_path), executor], env=environment,
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "4":
            break
    # To every process of the group, as a terminal does.
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert "calm" in output
    assert errors == ""


def _indented(script):
    return "".join(f"    {line}\n" for line in script.splitlines())


def test_a_complete_study_returns_at_once(town, tmp_path):
    first = run_fake(town, tmp_path)
    before = (first.folder / "manifest.json").read_bytes()
    calls = []
    run_fake(town, tmp_path, simulate=counting(calls))
    assert calls == []
    assert (first.folder / "manifest.json").read_bytes() == before


def test_more_draws_and_seeds_extend_a_study(town, tmp_path):
    run_fake(town, tmp_path / "grown", draws=2)
    calls = []
    grown = run_fake(town, tmp_path / "grown", draws=4, seeds=3, simulate=counting(calls))
    assert len(calls) == 4 * (12 - 4)
    at_once = run_fake(town, tmp_path / "at_once", draws=4, seeds=3)
    assert part_bytes(grown.folder) == part_bytes(at_once.folder)
    with pytest.raises(study.StudyError, match="more than asked for"):
        run_fake(town, tmp_path / "grown", draws=2)


def test_a_lost_part_is_made_again(town, tmp_path):
    result = run_fake(town, tmp_path)
    whole = part_bytes(result.folder)
    (result.folder / "runs" / "money" / "part-0001-1.parquet").unlink()
    (result.folder / "runs" / "counts" / "part-0002-0.parquet").write_bytes(b"damaged")
    assert study.load(result.folder).draws == (0, 3)
    calls = []
    run_fake(town, tmp_path, simulate=counting(calls))
    assert len(calls) == 8
    assert part_bytes(result.folder) == whole


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda town: {"seed": 2}, "the seed"),
        (lambda town: {"plans": ["reference", plan("own", 1.0)]}, "the plans"),
        (lambda town: {"town": replace(town, fingerprint="changed")}, "the town's files"),
        (
            lambda town: {"town": replace(town, ledger=town.ledger.with_values(moves_level=0.1))},
            "the assumptions",
        ),
    ],
)
def test_another_study_is_not_mixed_in(town, tmp_path, change, words):
    run_fake(town, tmp_path)
    options = {"town": town, **change(town)}
    with pytest.raises(study.StudyError, match=f"another study; changed: {words}"):
        run_fake(results=tmp_path, **options)
    replaced = run_fake(results=tmp_path, fresh=True, **options)
    assert replaced.complete


def test_a_changed_rule_makes_another_study(town, tmp_path, monkeypatch):
    run_fake(town, tmp_path)
    monkeypatch.setattr(manifest, "program_fingerprint", lambda: "another rule")
    with pytest.raises(study.StudyError, match="changed: the program"):
        run_fake(town, tmp_path)


def test_replacing_a_study_leaves_other_files(town, tmp_path):
    result = run_fake(town, tmp_path)
    (result.folder / "tables").mkdir()
    (result.folder / "tables" / "old.csv").write_text("1\n")
    (result.folder / "notes.txt").write_text("mine")
    run_fake(town, tmp_path, fresh=True, draws=2)
    assert not (result.folder / "tables").exists()
    assert (result.folder / "notes.txt").read_text() == "mine"
    assert len(list((result.folder / "runs" / "counts").iterdir())) == 4


def test_the_order_of_finishing_does_not_matter(town, tmp_path):
    def backwards(town, plan, *, seed, **rest):
        time.sleep(0.02 if seed == study.run_seed(1, 0, 0) else 0)
        return fake_simulate(town, plan, seed=seed, **rest)

    late = run_fake(town, tmp_path / "late", simulate=backwards, workers=4)
    early = run_fake(town, tmp_path / "early", executor="serial", **FAKES)
    assert part_bytes(late.folder) == part_bytes(early.folder)
