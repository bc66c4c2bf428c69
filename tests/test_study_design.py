"""The design of a study, and that how it is worked off changes nothing."""

from __future__ import annotations

import threading

import pytest
from study_fakes import (
    FAKES,
    FakeTown,
    failing_simulate,
    fake_simulate,
    part_bytes,
    plan,
    run_fake,
    slow_simulate,
    write_town,
)

from sim import study
from sim.study.design import Design, Task, choose_plans, run_seed
from sim.study.executor import Job
from sim.study.pools import open_pool


@pytest.fixture
def town(tmp_path):
    return write_town(tmp_path)


def design(**options):
    plans, reference = choose_plans(FakeTown(), None, None)
    return Design(plans, reference, **{"draws": 3, "seeds": 2, **options})


def test_tasks_come_draw_by_draw_with_their_own_seeds():
    tasks = design().tasks()
    assert [(task.draw, task.seed_index) for task in tasks] == [
        (0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)
    ]  # fmt: skip
    assert len({task.seed for task in tasks}) == len(tasks)


def test_a_seed_depends_on_its_study_draw_and_number_only():
    assert run_seed(1, 2, 3) == run_seed(1, 2, 3) == 8261055975339492
    assert design().tasks() == design(draws=5).tasks()[:6]
    assert (
        len({run_seed(*key) for key in [(1, 2, 3), (1, 3, 2), (2, 1, 3), (12, 3, 0), (1, 23, 0)]})
        == 5
    )
    assert all(0 <= run_seed(1, draw, 0) < 2**53 for draw in range(100))


def test_the_reference_comes_first():
    plans, reference = choose_plans(FakeTown(), None, None)
    assert [one.name for one in plans] == ["reference", "care_service", "nothing", "meeting_point"]
    assert reference == "reference"
    plans, reference = choose_plans(FakeTown(), ["nothing", plan("own", 1.0)], None)
    assert [one.name for one in plans] == ["nothing", "own"]
    assert reference == "nothing"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"draws": 1}, "at least 2 draws"),
        ({"seeds": 1}, "at least 2 seeds"),
        ({"seed": -1}, "between 0 and"),
    ],
)
def test_a_design_that_cannot_be_analysed_is_refused(options, words):
    with pytest.raises(study.StudyError, match=words) as refused:
        design(**options)
    assert refused.value.text("de") != refused.value.text("en")


def test_wrong_plans_are_refused():
    with pytest.raises(study.StudyError, match="no plan “palace”"):
        choose_plans(FakeTown(), ["palace"], None)
    with pytest.raises(study.StudyError, match="twice"):
        Design((plan("a", 1.0), plan("a", 2.0)), "a")
    with pytest.raises(study.StudyError, match="not part of the comparison"):
        Design((plan("a", 1.0),), "b")
    with pytest.raises(study.StudyError, match="no plan to run"):
        choose_plans(FakeTown(), [], None)


def test_an_unknown_executor_is_refused(town, tmp_path):
    with pytest.raises(study.StudyError, match="threads, processes, serial"):
        run_fake(town, tmp_path, executor="cluster")


def test_threads_processes_and_serial_give_the_same_bytes(town, tmp_path):
    made = {
        kind: part_bytes(run_fake(town, tmp_path / kind, executor=kind, workers=2).folder)
        for kind in ("serial", "threads", "processes")
    }
    assert made["serial"] == made["threads"] == made["processes"]
    assert len(made["serial"]) == 2 * 8 + 1


def test_each_draw_and_chance_is_the_same_in_every_plan(town, tmp_path):
    seen = []

    def watching(town, plan, *, values, seed, **rest):
        seen.append((plan.name, seed, values["moves_effect"]))
        return fake_simulate(town, plan, values=values, seed=seed, **rest)

    run_fake(town, tmp_path, simulate=watching, executor="serial")
    worlds = [{(seed, value) for name, seed, value in seen if name == plan} for plan in town.plans]
    assert all(world == worlds[0] for world in worlds)
    assert len(worlds[0]) == 8
    assert {value for _, value in worlds[0]} == {
        town.ledger.draw(1, draw)["moves_effect"] for draw in range(4)
    }


def test_progress_counts_simulations_up_to_all_of_them(town, tmp_path):
    seen = []
    run_fake(town, tmp_path, progress=seen.append, workers=2)
    assert [one.done for one in seen] == [4 * done for done in range(9)]
    assert {one.total for one in seen} == {32}
    assert seen[0].seconds_left is None
    assert seen[-1].seconds_left == 0
    assert all(one.seconds_left >= 0 for one in seen[1:])


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_a_failed_run_is_noted_and_the_others_go_on(town, tmp_path, executor):
    result = run_fake(town, tmp_path, simulate=failing_simulate, executor=executor, workers=2)
    (failure,) = result.failures
    assert failure["plan"] == "meeting_point"
    assert (failure["draw"], failure["seed_index"]) == (1, 0)
    assert failure["error"] == "ZeroDivisionError"
    assert failure["message"] == "made to fail"
    assert failure["where"].startswith("study_fakes.py:")
    assert result.draws == (0, 2, 3)
    assert not result.complete
    assert result.manifest["failed"] == 4
    assert len(study.differences(result)) > 0


def test_if_everything_fails_the_first_reason_is_told(town, tmp_path):
    def hopeless(*_, **__):
        raise ValueError("no such thing")

    with pytest.raises(study.StudyError, match=r"8 tasks have failed.*ValueError: no such thing"):
        run_fake(town, tmp_path, simulate=hopeless)


def test_running_tasks_give_up_when_asked():
    town = FakeTown()
    plans = tuple(town.plans.values())
    job = Job(town, plans, 7, {0: town.ledger.draw(1, 0)}, slow_simulate, FAKES["solve_tables"])
    with open_pool(job, "threads", 1) as pool:
        future = pool.submit(Task(0, 0, 1))
        pool.stop()
        assert type(future.exception()).__name__ == "Stopped"


def test_no_thread_is_left_behind(town, tmp_path):
    before = threading.active_count()
    run_fake(town, tmp_path, workers=2)
    assert threading.active_count() == before
