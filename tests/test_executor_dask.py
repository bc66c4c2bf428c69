"""Dask: real worker processes, the same numbers, and what happens when something is missing."""

from __future__ import annotations

import http.client
import sys

import psutil
import pytest
from study_deaths import MARKS, always_dies, dies_once, fake_job, marks, prepare
from study_fakes import failing_simulate, part_bytes, run_fake, slow_simulate, write_town
from towns import MEETING_POINT
from towns import write_town as write_real_town

from sim import study
from sim.cli import main
from sim.study import dask_worker, on_dask
from sim.study.dask_cluster import local_cluster
from sim.study.ensemble import run_tasks
from sim.study.pools import executor_and_address


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Where workers leave marks; they are told when they are started."""
    folder = tmp_path_factory.mktemp("marks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MARKS, str(folder))
        yield folder


@pytest.fixture(scope="module")
def scheduler(left):
    """Two worker processes that all tests of this file share."""
    with local_cluster(2) as address:
        yield address


@pytest.fixture
def dask(scheduler):
    return f"dask:{scheduler}"


@pytest.fixture
def marked(left):
    for path in left.iterdir():
        path.unlink()
    return left


@pytest.fixture
def town(tmp_path):
    return write_town(tmp_path)


def test_the_same_bytes_as_one_after_the_other(town, tmp_path, dask):
    serial = run_fake(town, tmp_path / "serial", executor="serial")
    steps = []
    many = run_fake(town, tmp_path / "dask", executor=dask, progress=steps.append)
    assert part_bytes(many.folder) == part_bytes(serial.folder)
    assert [one.done for one in steps] == list(range(0, 33, 4))
    assert all(one.seconds_left is not None for one in steps[1:])
    assert steps[-1].seconds_left == 0


def test_the_real_model_gives_the_same_bytes_everywhere(tmp_path, dask):
    folder = write_real_town(
        tmp_path / "kleinstadt", residents=200, town={"end": "2027-03"},
        plans={"meeting_point": MEETING_POINT},
    )  # fmt: skip
    made = {
        executor: study.compare(
            folder, draws=2, seeds=2, results=tmp_path / executor[:4], executor=executor, workers=2
        )
        for executor in ("serial", dask)
    }
    assert part_bytes(made[dask].folder) == part_bytes(made["serial"].folder)
    assert made[dask].failures == ()


def test_a_failed_run_is_a_row_and_the_rest_goes_on(town, tmp_path, dask):
    made = run_fake(town, tmp_path / "dask", executor=dask, simulate=failing_simulate)
    here = run_fake(town, tmp_path / "here", executor="serial", simulate=failing_simulate)
    assert made.failures == here.failures
    assert made.failures[0]["error"] == "ZeroDivisionError"
    assert made.missing == 1
    assert part_bytes(made.folder) == part_bytes(here.folder)


def test_the_town_arrives_once_a_worker_and_one_compiles(town, dask, marked):
    job, tasks = fake_job(town, 24, prepare=prepare)
    results = []
    run_tasks(job, tasks, results.append, executor=dask)
    assert len(results) == 24
    # One of the two may have been quick enough to do everything.
    assert 1 <= len(marks(marked, "residents")) <= 2
    assert len(marks(marked, "prepared")) == 1


@pytest.mark.parametrize("executor", ["processes", "dask"])
def test_what_a_killed_worker_worked_on_is_done_again(town, tmp_path, executor, dask, marked):
    made = run_fake(
        town, tmp_path / "killed", simulate=dies_once, workers=2,
        executor=dask if executor == "dask" else executor,
    )  # fmt: skip
    assert marks(marked, "died") == ["died"]
    assert made.failures == ()
    undisturbed = run_fake(town, tmp_path / "undisturbed")
    assert part_bytes(made.folder) == part_bytes(undisturbed.folder)


def test_who_always_kills_its_worker_is_a_failed_run(town, tmp_path, dask):
    made = run_fake(town, tmp_path / "killed", simulate=always_dies, executor=dask)
    (failure,) = made.failures
    assert (failure["draw"], failure["seed_index"]) == (1, 0)
    assert failure["error"] == "WorkerDied"
    assert "out of memory?" in failure["message"]
    assert made.missing == 1
    whole = part_bytes(run_fake(town, tmp_path / "undisturbed").folder)
    lost = {f"runs/{table}/part-0001-0.parquet" for table in ("counts", "money")}
    assert part_bytes(made.folder) == {
        name: data for name, data in whole.items() if name not in lost
    }


def test_stopping_keeps_what_is_finished(town, tmp_path, dask):
    reached = []
    with pytest.raises(study.Interrupted) as stopped:
        run_fake(
            town, tmp_path / "stopped", simulate=slow_simulate, executor=dask, draws=8,
            progress=lambda told: reached.append(told.done),
            should_stop=lambda: bool(reached) and reached[-1] >= 8,
        )  # fmt: skip
    assert 8 <= stopped.value.done < 64
    folder = stopped.value.folder
    assert len(list((folder / "runs" / "counts").glob("*"))) * 4 == stopped.value.done
    resumed = run_fake(town, tmp_path / "stopped", executor=dask, draws=8)
    whole = run_fake(town, tmp_path / "whole", draws=8)
    assert part_bytes(resumed.folder) == part_bytes(whole.folder)


def test_nothing_stays_on_the_cluster_not_even_of_a_killed_program(town, tmp_path, scheduler):
    with on_dask._connected(scheduler) as client:
        client.register_plugin(dask_worker.JobOnWorker(f"{dask_worker.PREFIX}of-nobody", b"", {}))
        assert _jobs(client) == [f"{dask_worker.PREFIX}of-nobody"]
        run_fake(town, tmp_path, executor=f"dask:{scheduler}")
        assert _jobs(client) == []
        assert set(client.run(lambda: len(dask_worker._HELD)).values()) == {0}


def _jobs(client):
    found = client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.worker_plugins))
    return [name for name in found if name.startswith(dask_worker.PREFIX)]


def test_another_version_on_the_workers_is_refused(town, tmp_path, dask, monkeypatch):
    other = {**dask_worker.this_program(), "numpy": "1.0"}
    monkeypatch.setattr(on_dask, "this_program", lambda: other)
    with pytest.raises(study.StudyError, match="another version of the program") as refused:
        run_fake(town, tmp_path, executor=dask)
    assert "≠ 1.0" in refused.value.text("de")
    assert "überall dieselbe Fassung" in refused.value.text("de")


def test_everything_listens_on_the_loopback_interface_only(scheduler):
    host, port = scheduler.removeprefix("tcp://").split(":")
    assert host == "127.0.0.1"
    here = psutil.Process()
    listening = {
        (one.laddr.ip, one.laddr.port)
        for process in (here, *here.children(recursive=True))
        if not is_of_another_test(process)
        for one in process.net_connections("inet")
        if one.status == psutil.CONN_LISTEN
    }
    assert ("127.0.0.1", int(port)) in listening
    assert {ip for ip, _ in listening} == {"127.0.0.1"}
    assert not [port for _, port in listening if answers_with_a_page(port)]


def is_of_another_test(process: psutil.Process) -> bool:
    """Whether it belongs to the dashboard and the browser that other files of tests share."""
    words = " ".join(process.cmdline())
    return any(word in words for word in ("sim.dashboard", "chrom", "playwright"))


def answers_with_a_page(port: int) -> bool:
    """Whether somebody with a browser would see anything there, such as Dask's own dashboard."""
    for place in ("/", "/status", "/info/main/workers.html", "/metrics", "/health"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", place)
            if connection.getresponse().status < 400:
                return True
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
    return False


def test_a_wrong_address_is_one_clear_message(town, tmp_path, monkeypatch):
    monkeypatch.setattr(on_dask, "CONNECT_SECONDS", 1.0)
    with pytest.raises(
        study.StudyError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"
    ):
        run_fake(town, tmp_path, executor="dask:tcp://127.0.0.1:9")


@pytest.mark.parametrize(
    "text", ["dask:", "dask:host", "dask:inproc://a:1", "dask:tcp://a:1/../x", "dask:a:1 b", "gpu"]
)
def test_what_is_no_executor_is_refused(text):
    with pytest.raises(study.StudyError):
        executor_and_address(text)


def test_without_dask_the_message_says_what_to_install(town, tmp_path, monkeypatch):
    monkeypatch.delattr("sim.study.on_dask")
    monkeypatch.setitem(sys.modules, "sim.study.on_dask", None)
    with pytest.raises(study.StudyError, match=r"pip install 'quartier\[dask\]'"):
        run_fake(town, tmp_path, executor="dask")


def test_the_command_line_computes_on_the_cluster(tmp_path, scheduler, capsys):
    folder = write_real_town(tmp_path / "dorf", residents=200, town={"end": "2026-12"})
    call = ["run", str(folder), "--plan", "reference", "--runs", "4", "--out", str(tmp_path)]
    assert main([*call, "--name", "here", "--lang", "en"]) == 0
    assert main([*call, "--name", "dask", "--scheduler", scheduler, "--lang", "en"]) == 0
    town = tmp_path / "dorf"
    assert part_bytes(town / "dask") == part_bytes(town / "here")
    capsys.readouterr()
    assert main([*call, "--scheduler", "nonsense", "--lang", "de"]) == 2
    assert "keine Adresse eines Dask-Schedulers" in capsys.readouterr().err
    assert main([*call, "--executor", "serial", "--scheduler", scheduler, "--lang", "de"]) == 2
    assert "gehört zu --executor dask" in capsys.readouterr().err
    assert main([*call, "--executor", "gpu", "--lang", "en"]) == 2
    assert "Choose one of: threads, processes, serial, dask" in capsys.readouterr().err
