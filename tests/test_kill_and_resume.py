"""Whoever is killed at whatever moment: no finished run is lost and no number changes.

The moments are random. What killed the program is real: a signal that nobody can catch, sent to the
worker processes, to the scheduler, to the program itself; a disk that is full; a damaged file.
"""

from __future__ import annotations

import errno
import os
import random
import re
import subprocess
import sys
import time
import tracemalloc
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
import pyarrow.parquet as pq
import pytest
import study_fakes
from study_deaths import Killer
from study_fakes import part_bytes, run_fake, slow_simulate, write_town

from sim import study
from sim.cli import main
from sim.study import dask_worker, manifest, parts
from sim.study.design import Design, Task
from sim.study.drawn import Draws, drawn_values, is_stored, read_drawn, write_drawn
from sim.study.ensemble import MOST_DEATHS, run_tasks
from sim.study.executor import Job, TaskResult
from sim.study.files import TEMPORARY
from sim.study.parts import read_part
from sim.study.pools import WorkerDied

DRAWS = 6
TASKS = 2 * DRAWS
PROGRAM = """
import sys
from pathlib import Path
import study_fakes as fakes
from sim.study import manifest, StudyError
import sim.study.dask_worker  # keeps the true name of the program, as its workers do

if __name__ == "__main__":
    manifest.program_fingerprint = lambda: fakes.PROGRAM
    here = Path(sys.argv[1])
    try:
        fakes.run_fake(
            fakes.read_fake_town(here / "musterstadt"), here / "killed", draws=int(sys.argv[3]),
            simulate=fakes.slow_simulate, workers=2, executor=sys.argv[2],
        )
    except StudyError as error:
        sys.exit(error.text("en"))
"""


@pytest.fixture
def town(tmp_path):
    return write_town(tmp_path)


@pytest.fixture
def program(monkeypatch):
    """The program stays the same during these tests, even if somebody is editing it."""
    # Workers of Dask are asked for their true program.
    assert dask_worker.program_fingerprint is not None
    monkeypatch.setattr(manifest, "program_fingerprint", lambda: study_fakes.PROGRAM)


def begin(folder: Path, executor: str) -> subprocess.Popen[str]:
    """The study in a process of its own, a few hundredths of a second a run."""
    path = folder / "program.py"
    path.write_text(PROGRAM)
    environment = os.environ | {"FAKE_STEPS": "8", "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, str(path), str(folder), executor, str(DRAWS)], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def stored(folder: Path) -> list[Path]:
    return sorted((folder / "killed" / "musterstadt" / "comparison" / "runs").glob("counts/part-*"))


def wait_for(folder: Path, number: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 240
    while len(stored(folder)) < number:
        if process.poll() is not None:
            assert len(stored(folder)) == TASKS, process.communicate()[0]
            return
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(random.random() / 10)


@pytest.mark.parametrize("executor", ["threads", "processes", "dask"])
@pytest.mark.usefixtures("program")
def test_killing_the_program_loses_no_finished_run(town, tmp_path, executor):
    process = begin(tmp_path, executor)
    wait_for(tmp_path, random.randrange(1, TASKS - 2), process)
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    finished = {path.name: path.read_bytes() for path in stored(tmp_path)}
    assert finished
    again = []
    resumed = run_fake(
        town, tmp_path / "killed", draws=DRAWS, progress=lambda told: again.append(told.done)
    )
    # What was finished is not simulated again, and stays as it is to the last byte.
    assert again[0] == 4 * len(finished)
    assert finished.items() <= {path.name: path.read_bytes() for path in stored(tmp_path)}.items()
    assert part_bytes(resumed.folder) == part_bytes(run_fake(town, tmp_path, draws=DRAWS).folder)
    # Nobody goes on computing for a program that is no more.
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive


@pytest.mark.parametrize("executor", ["processes", "dask"])
@pytest.mark.usefixtures("program")
def test_killing_workers_changes_no_number(town, tmp_path, executor, monkeypatch):
    monkeypatch.setenv("FAKE_STEPS", "5")
    killer = Killer(times=2)
    disturbed = run_fake(
        town, tmp_path / "disturbed", draws=DRAWS, simulate=slow_simulate, executor=executor,
        workers=2, progress=killer,
    )  # fmt: skip
    assert killer.killed
    assert disturbed.failures == ()
    assert disturbed.complete
    whole = run_fake(town, tmp_path / "whole", draws=DRAWS)
    assert part_bytes(disturbed.folder) == part_bytes(whole.folder)


def test_killing_the_scheduler_loses_no_finished_run(town, tmp_path):
    environment = os.environ | {"FAKE_STEPS": "8", "PYTHONPATH": os.pathsep.join(sys.path)}
    cluster = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "cluster", "--threads", "2", "--lang", "en"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        assert cluster.stdout is not None
        address = re.search(r"tcp://127\.0\.0\.1:\d+", cluster.stdout.readline())
        assert address is not None
        children = psutil.Process(cluster.pid).children(recursive=True)
        at = random.randrange(4, 4 * TASKS - 8, 4)

        def kill(told: study.Progress) -> None:
            if told.done >= at:
                cluster.kill()

        with pytest.raises(study.StudyError) as lost:
            run_fake(
                town, tmp_path / "killed", draws=DRAWS, simulate=slow_simulate,
                executor=f"dask:{address[0]}", progress=kill,
            )  # fmt: skip
    finally:
        cluster.kill()
        cluster.communicate()
    assert "ist abgerissen" in lost.value.text("de")
    assert "the same call continues from there" in lost.value.text("en")
    finished = len(stored(tmp_path))
    assert finished >= at // 4
    again = []
    resumed = run_fake(
        town, tmp_path / "killed", draws=DRAWS, progress=lambda told: again.append(told.done)
    )
    assert again[0] == 4 * finished
    assert part_bytes(resumed.folder) == part_bytes(run_fake(town, tmp_path, draws=DRAWS).folder)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive


# --- Who killed its worker, with a pool that does what it is told ---------------------------


@dataclass
class ToldPool:
    """A pool whose workers die as often as it is told.

    Attributes:
        deaths: how often the worker of a task dies, by number of the draw.
        begun: numbers of the draws in the order they were begun, with how many were under way.
    """

    deaths: dict[int, int]
    window: int = 3
    begun: list[tuple[int, int]] = field(default_factory=list)
    under_way: dict[int, object] = field(default_factory=dict)

    def submit(self, task):
        self.begun.append((task.draw, len(self.under_way)))
        future = Future()
        self.under_way[task.draw] = (task, future)
        return future

    def look_after(self):
        guilty = [draw for draw in self.under_way if self.deaths.get(draw, 0)]
        for draw in guilty:
            self.deaths[draw] -= 1
        for task, future in self.under_way.values():
            if guilty:
                future.set_exception(WorkerDied())
            else:
                future.set_result(TaskResult(task))
        self.under_way = {}

    def stop(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def worked_off(monkeypatch, pool: ToldPool, tasks: int) -> list[TaskResult]:
    monkeypatch.setattr("sim.study.ensemble.open_pool", lambda *_: pool)
    job = Job(None, (None,), 7, {}, None, None)  # type: ignore[arg-type]
    results: list[TaskResult] = []
    run_tasks(job, [Task(number, 0, number) for number in range(tasks)], results.append)
    return results


def test_tasks_that_were_only_near_are_not_blamed(monkeypatch):
    pool = ToldPool({1: 99})
    results = worked_off(monkeypatch, pool, 9)
    failed = [one.task.draw for one in results if one.failure is not None]
    assert failed == [1]
    assert sorted(one.task.draw for one in results) == list(range(9))
    tries = [near for draw, near in pool.begun if draw == 1]
    assert len(tries) == MOST_DEATHS + 1
    # The last try was alone: nobody else was under way.
    assert tries[-1] == 0
    assert all(near > 0 for near in tries[:1])


def test_two_deaths_by_accident_are_forgiven(monkeypatch):
    results = worked_off(monkeypatch, ToldPool({2: 2}), 6)
    assert all(one.failure is None for one in results)
    assert len(results) == 6


def test_workers_that_only_die_end_the_batch_with_a_message(monkeypatch):
    with pytest.raises(study.StudyError, match="again and again"):
        worked_off(monkeypatch, ToldPool(dict.fromkeys(range(100), 99)), 100)


# --- Disks and files ------------------------------------------------------------------------


@pytest.mark.usefixtures("program")
def test_a_full_disk_is_one_message_that_names_the_file(town, tmp_path, monkeypatch):
    nth = random.randrange(8, 20)  # the first are of the manifest and the assumptions
    calls = []
    fsync = os.fsync

    def full(number):
        calls.append(number)
        if len(calls) > nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(number)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(study.StudyError) as failed:
            run_fake(town, tmp_path / "killed", draws=DRAWS, executor="processes", workers=2)
    german = failed.value.text("de")
    assert re.search(r"Der Datenträger ist voll: \S+/part-\d+-\d\.parquet ", german)
    assert "when there is room, the same call continues" in failed.value.text("en")
    assert not list(tmp_path.rglob(f"*{TEMPORARY}"))
    for path in stored(tmp_path):
        assert pq.read_table(path).num_rows > 0
    resumed = run_fake(town, tmp_path / "killed", draws=DRAWS)
    assert part_bytes(resumed.folder) == part_bytes(run_fake(town, tmp_path, draws=DRAWS).folder)


@pytest.mark.parametrize("place", [0.01, 0.2, 0.3, 0.4, 0.9])
@pytest.mark.usefixtures("program")
def test_a_damaged_result_file_is_one_message_and_can_be_mended(town, tmp_path, place):
    made = run_fake(town, tmp_path / "results")
    whole = part_bytes(made.folder)
    part = made.folder / "runs" / "counts" / "part-0002-1.parquet"
    content = bytearray(part.read_bytes())
    # One bit, among the numbers: what the file says of itself at its end is unharmed.
    content[int(place * content.rindex(b"need_minutes"))] ^= 4
    part.write_bytes(bytes(content))
    with pytest.raises(study.StudyError) as unreadable:
        read_part(made.folder, "counts", Task(2, 1, 0))
    assert str(part) in unreadable.value.text("de")
    assert "löschen" in unreadable.value.text("de")
    assert "delete" in unreadable.value.text("en")
    part.unlink()
    mended = run_fake(town, tmp_path / "results")
    assert part_bytes(mended.folder) == whole


@pytest.mark.usefixtures("program")
def test_damaged_assumptions_are_written_anew_by_the_same_call(town, tmp_path):
    made = run_fake(town, tmp_path / "results")
    whole = part_bytes(made.folder)
    path = made.folder / "assumptions.parquet"
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(study.StudyError, match="writes the file anew"):
        _ = study.load(made.folder).assumptions
    assert part_bytes(run_fake(town, tmp_path / "results").folder) == whole


def test_a_damaged_manifest_says_what_to_do(town, tmp_path, capsys):
    made = run_fake(town, tmp_path / "results")
    (made.folder / "manifest.json").write_text('{"settings": ')
    with pytest.raises(study.StudyError) as unreadable:
        run_fake(town, tmp_path / "results")
    assert "anderen Namen" in unreadable.value.text("de")
    assert "another name" in unreadable.value.text("en")
    assert main(["show", str(made.folder), "--lang", "de"]) == 1
    said = capsys.readouterr()
    assert "manifest.json" in said.err
    assert "Traceback" not in said.err


# --- Memory ---------------------------------------------------------------------------------


def small_simulate(town, plan, *, seed, **_):
    """A stand-in whose outcome is as large as that of a town with five districts."""
    return np.full(12_500, seed)


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_memory_does_not_grow_with_the_number_of_runs(town, executor):
    peaks = {}
    for draws in (300, 3_000):
        design = Design((town.plans["reference"],), "reference", draws, 2)
        drawn = Draws(town, 1, draws)
        job = Job(town, design.plans, 7, drawn, small_simulate, study_fakes.fake_tables)  # type: ignore[arg-type]
        tasks = design.tasks()
        tracemalloc.start()
        results = 0

        def count(result: TaskResult) -> None:
            nonlocal results
            results += len(result.outcomes)

        run_tasks(job, tasks, count, executor=executor, workers=2)
        peaks[draws] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert results == 2 * draws
    # Less than two outcomes more, of which the larger batch had 5,400 more.
    assert peaks[3_000] - peaks[300] < 200_000


def test_stored_draws_are_those_that_are_drawn_whatever_the_portions(town, tmp_path, monkeypatch):
    drawn = Draws(town, 1, 7)
    write_drawn(tmp_path / "whole", drawn, {})
    monkeypatch.setattr("sim.study.drawn.ROWS_AT_A_TIME", 3)
    write_drawn(tmp_path / "portions", drawn, {})
    for folder in ("whole", "portions"):
        assert is_stored(tmp_path / folder, 7)
        assert drawn_values(read_drawn(tmp_path / folder)) == dict(drawn)
    assert drawn[3] == town.ledger.draw(1, 3)
    with pytest.raises(KeyError):
        drawn[7]


@pytest.mark.usefixtures("program")
def test_parts_in_the_format_of_an_earlier_version_are_made_anew(town, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(parts, "FORMAT", parts.FORMAT - 1)
        run_fake(town, tmp_path / "killed", draws=DRAWS)
    earlier = part_bytes(stored(tmp_path)[0].parents[2])
    again = []
    renewed = run_fake(
        town, tmp_path / "killed", draws=DRAWS, progress=lambda told: again.append(told.done)
    )
    assert again[0] == 0
    assert renewed.complete
    assert part_bytes(renewed.folder).keys() == earlier.keys()
    assert part_bytes(renewed.folder) == part_bytes(run_fake(town, tmp_path, draws=DRAWS).folder)
