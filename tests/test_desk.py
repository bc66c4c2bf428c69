"""The desk: first answer early, then better ones; fair, stoppable, and never a different number."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from towns import MEETING_POINT, NATIONAL, write_town

from sim import study
from sim.dashboard.answering import simulating
from sim.dashboard.answering.desk import Desk
from sim.dashboard.answering.evaluating import next_rung
from sim.dashboard.answering.memory import Bounded, plan_key
from sim.dashboard.answering.places import OWN_TOWNS, Places
from sim.dashboard.answering.question import Answer, Question, Told
from sim.dashboard.answering.settled import step_of
from sim.dashboard.answering.work import rungs
from sim.town import Plan

PATIENCE = 60.0
TOWN = "kleinstadt"


class Ear:
    """Hears what the desk tells of one question."""

    def __init__(self) -> None:
        self.heard: list[Told] = []
        self._changed = threading.Condition()

    def __call__(self, told: Told) -> None:
        with self._changed:
            self.heard.append(told)
            self._changed.notify_all()

    def wait(self, reached) -> Told:
        """The first news for which `reached` holds."""
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(reached, self.heard)), PATIENCE)
            return next(one for one in self.heard if reached(one))

    @property
    def answers(self) -> list[Answer]:
        found = []
        for told in self.heard:
            if told.answer is not None and told.answer not in found:
                found.append(told.answer)
        return found


def finished(told: Told) -> bool:
    return told.share_done >= 1.0


def has_answer(told: Told) -> bool:
    return told.answer is not None


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> Places:
    parent = tmp_path_factory.mktemp("desk")
    plans = {"meeting_point": MEETING_POINT}
    write_town(parent / TOWN, plans=plans, town={"end": "2027-12"})
    return Places((parent,))


@pytest.fixture
def desk(places):
    found = Desk(places, workers=2)
    yield found
    found.close()


@pytest.fixture
def plans(places) -> tuple[Plan, Plan]:
    known = places.town(TOWN).plans
    return known["reference"], known["meeting_point"]


def other_size(plan: Plan, seats: float) -> Plan:
    """The same plan with a point of another size."""
    measure = plan.measures[0]
    changed = replace(measure, levers={**measure.levers, "seats": seats})
    return replace(plan, measures=(changed, *plan.measures[1:]))


def test_answers_get_better_and_the_last_is_final(desk, places, plans, tmp_path):
    """Fall: eine Frage, 8 Ziehungen. Erwartet: frühe Antwort, dann bessere; Zahlen wie compare."""
    ear = Ear()
    desk.ask(Question(TOWN, plans, most_draws=8), "me", "compare", ear)
    last = ear.wait(finished).answer
    assert last.settled
    assert last.draws == 8
    draws = [one.draws for one in ear.answers]
    assert draws == sorted(set(draws))
    assert set(draws) <= {2, 4, 8}
    shares = [told.share_done for told in ear.heard]
    assert shares == sorted(shares)
    assert len(shares) <= 60
    names = [plan.name for plan in plans]
    stored = study.compare(places.town(TOWN), names, 8, 2, results=tmp_path, executor="serial")
    shown, expected = study.differences(last.study), study.differences(stored)
    assert shown.equals(expected)
    assert last.findings.draws == 8
    for one in ear.answers:
        assert one.study.draws == tuple(range(one.draws))
        assert one.findings.draws == one.draws


def test_going_back_simulates_nothing(desk, plans, monkeypatch):
    """Fall: dieselbe Frage noch einmal. Erwartet: dieselbe Antwort, ohne eine einzige Rechnung."""
    first, again = Ear(), Ear()
    question = Question(TOWN, plans, most_draws=4)
    desk.ask(question, "me", "compare", first)
    answer = first.wait(finished).answer
    monkeypatch.setattr(simulating.Simulator, "run", None)
    desk.ask(question, "somebody else", "compare", again)
    assert again.wait(finished).answer is answer


def test_only_the_plan_that_changed_is_simulated(desk, plans, monkeypatch):
    """Fall: ein Regler bewegt sich. Erwartet: der Vergleichsplan wird nicht neu gerechnet."""
    reference, point = plans
    ear, moved = Ear(), Ear()
    desk.ask(Question(TOWN, plans, most_draws=2), "me", "live", ear)
    ear.wait(finished)
    seen = []
    own = study.executor.Job.run

    def watched(job, task, should_stop):
        seen.append([plan.name for plan in job.plans])
        return own(job, task, should_stop)

    monkeypatch.setattr(study.executor.Job, "run", watched)
    desk.ask(Question(TOWN, (reference, other_size(point, 12)), most_draws=2), "me", "live", moved)
    answer = moved.wait(finished).answer
    assert seen == [["meeting_point"]] * 4
    before = ear.answers[-1].study.runs("visits")
    assert (answer.study.runs("visits")[0] == before[0]).all()


def test_plans_that_differ_in_words_alone_share_a_run(plans):
    _, point = plans
    assert plan_key(replace(point, name="other", label_de="anders")) == plan_key(point)
    assert plan_key(other_size(point, 12)) != plan_key(point)


def test_a_newer_question_takes_the_place_of_the_older(desk, plans):
    """Fall: der Regler bewegt sich weiter vor der Antwort. Erwartet: nur die neue kommt."""
    reference, point = plans
    ears = [Ear() for _ in range(6)]
    for number, ear in enumerate(ears):
        changed = other_size(point, 20.0 + number)
        desk.ask(Question(TOWN, (reference, changed), most_draws=4), "me", "live", ear)
    ears[-1].wait(finished)
    time.sleep(0.1)
    for ear in ears[:-1]:
        assert not any(finished(told) for told in ear.heard)
    assert ears[-1].answers[-1].question.plans[1].measures[0].levers["seats"] == 25.0


def test_another_purpose_or_owner_replaces_nothing(desk, plans):
    ears = {(who, what): Ear() for who in ("ann", "bob") for what in ("live", "compare")}
    for number, ((who, what), ear) in enumerate(ears.items()):
        changed = (plans[0], other_size(plans[1], 30.0 + number))
        desk.ask(Question(TOWN, changed, most_draws=2), who, what, ear)
    for ear in ears.values():
        assert ear.wait(finished).answer is not None


def test_stopping_and_leaving_end_the_work(desk, plans):
    """Fall: Stopp gedrückt; Fenster geschlossen. Erwartet: nichts rechnet weiter, nichts kommt."""
    ear, other = Ear(), Ear()
    ticket = desk.ask(Question(TOWN, plans, most_draws=1000), "me", "live", ear)
    ear.wait(has_answer)
    desk.stop(ticket)
    desk.ask(Question(TOWN, plans, seed=2, most_draws=1000), "you", "live", other)
    other.wait(has_answer)
    desk.leave("you")
    time.sleep(0.3)
    heard = len(ear.heard), len(other.heard)
    time.sleep(0.3)
    assert (len(ear.heard), len(other.heard)) == heard
    assert not any(finished(told) for told in ear.heard + other.heard)
    assert ear.answers, "what was told stays"


def test_first_answers_come_before_better_ones(desk, plans):
    """Fall: eine lange Rechnung läuft, jemand fragt. Erwartet: dessen Antwort kommt zuerst."""
    long, quick = Ear(), Ear()
    desk.ask(Question(TOWN, plans, most_draws=1000), "long", "live", long)
    long.wait(has_answer)
    done = long.heard[-1].share_done
    changed = (plans[0], other_size(plans[1], 11))
    desk.ask(Question(TOWN, changed, most_draws=2), "quick", "live", quick)
    quick.wait(finished)
    assert long.heard[-1].share_done < done + 0.5
    assert not any(finished(told) for told in long.heard)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"town": "nowhere"}, "no such place"),
        ({"town": "../../etc"}, "no such place"),
        ({"town": "/etc"}, "no such place"),
        ({"town": "x" * 10_000}, "no such place"),
        ({"plans": ()}, "One to 4 plans"),
        ({"most_draws": 10**9}, "2000 draws"),
        ({"most_draws": 1}, "2000 draws"),
        ({"fixed": (("<script>", 1.0),)}, "no assumption"),
        ({"fixed": (("visit_probability", float("inf")),)}, "no number"),
        ({"fixed": (("net_migration_per_1000", 1e9),)}, "cannot be"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(desk, plans, changes, words):
    ear = Ear()
    desk.ask(replace(Question(TOWN, plans), **changes), "me", "live", ear)
    told = ear.wait(finished)
    assert told.answer is None
    assert words in told.failed[1]
    assert told.failed[0] != told.failed[1]


@pytest.mark.parametrize("seats", [1e30, -1.0, float("nan"), float("inf")])
def test_a_plan_beyond_all_measure_is_refused(desk, plans, seats):
    ear = Ear()
    desk.ask(Question(TOWN, (plans[0], other_size(plans[1], seats))), "me", "live", ear)
    assert "cannot be" in ear.wait(finished).failed[1]
    many = replace(plans[1], measures=plans[1].measures * 501)
    after = Ear()
    desk.ask(Question(TOWN, (plans[0], many)), "me", "live", after)
    assert "500 measures" in after.wait(finished).failed[1]


def test_a_plan_that_fails_ends_with_a_sentence(desk, plans):
    """Fall: ein Plan, an dem die Rechnung scheitert. Erwartet: ein Satz, und es geht weiter."""
    broken = replace(plans[1], measures=(replace(plans[1].measures[0], districts=(99,)),))
    ear, after = Ear(), Ear()
    desk.ask(Question(TOWN, (plans[0], broken)), "me", "live", ear)
    told = ear.wait(finished)
    assert "meeting_point" in told.failed[1]
    assert "Traceback" not in told.failed[1]
    desk.ask(Question(TOWN, plans, most_draws=2), "me", "live", after)
    assert after.wait(finished).failed is None


def test_a_page_that_fails_does_not_stop_the_desk(desk, plans, caplog):
    def broken(told: Told) -> None:
        raise RuntimeError("a page's mistake")

    ear = Ear()
    desk.ask(Question(TOWN, plans, most_draws=2), "bad", "live", broken)
    desk.ask(Question(TOWN, plans, most_draws=2), "good", "live", ear)
    assert ear.wait(finished).answer is not None
    assert "could not take its answer" in caplog.text


def test_a_town_is_opened_before_anybody_asks(tmp_path):
    write_town(tmp_path / "dorf", town={"end": "2026-12"}, residents=200)
    places = Places((tmp_path,))
    desk = Desk(places, workers=1)
    ear = Ear()
    try:
        assert not places.ready("dorf")
        desk.warm("dorf", "me", ear)
        assert ear.wait(finished).failed is None
        assert places.ready("dorf")
    finally:
        desk.close()


def test_changed_files_make_another_answer(tmp_path):
    """Fall: die Planerin ändert eine Datei, während die Seite offen ist. Erwartet: neu gelesen."""
    folder = write_town(tmp_path / "dorf", town={"end": "2026-12"}, residents=200)
    places = Places((tmp_path,))
    desk = Desk(places, workers=1)
    try:
        ear, again = Ear(), Ear()
        plan = (places.town("dorf").plans["reference"],)
        desk.ask(Question("dorf", plan, most_draws=2), "me", "live", ear)
        first = ear.wait(finished).answer
        text = (folder / "town.toml").read_text(encoding="utf-8")
        (folder / "town.toml").write_text(text.replace("2026-12", "2027-12"), encoding="utf-8")
        desk.ask(Question("dorf", plan, most_draws=2), "me", "live", again)
        assert again.wait(finished).answer.study.years == (*first.study.years, 2027)
    finally:
        desk.close()


def test_towns_are_listed_with_what_is_wrong_with_them(tmp_path, monkeypatch):
    """Fall: eigene Orte, einer kaputt. Erwartet: erst die sechs des Programms, mit Satz."""
    write_town(tmp_path / "dorf", residents=200)
    broken = write_town(tmp_path / "kaputt", residents=200)
    (broken / "districts.csv").write_text("nonsense\n", encoding="utf-8")
    monkeypatch.setenv(OWN_TOWNS, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    places = Places()
    entries = {one.key: one for one in places.entries()}
    ours = [one for one in entries.values() if not one.own]
    assert len(ours) == 6
    assert list(entries.values())[:6] == ours
    for one in ours:
        assert one.sound, one.problem_en
        assert one.sentence_de
        assert one.question_de.endswith("?")
        assert one.question_en.endswith("?")
        assert one.residents > 10_000
    assert entries["dorf"].own
    assert entries["dorf"].residents == 200
    assert "districts.csv" in entries["kaputt"].problem_de
    assert not entries["kaputt"].sound
    with pytest.raises(study.StudyError):
        places.town("../dorf")
    assert NATIONAL.is_dir()


@given(
    most=st.integers(2, 2000),
    rung=st.sampled_from([0, 2, 4, 8, 16, 32]),
    whole=st.integers(0, 2000),
)
def test_rungs_only_go_up_and_none_that_could_settle_is_left_out(most, rung, whole):
    reached = max((one for one in rungs(most) if one <= whole), default=0)
    found = next_rung(rung, reached, most)
    assert found == rung or rung < found <= min(reached, most)
    left_out = [one for one in rungs(most) if rung < one < found]
    assert all(one < 16 for one in left_out)


@given(extent=st.floats(1e-9, 1e12))
def test_a_scale_has_a_few_steps(extent):
    step = step_of(extent)
    assert 2.0 <= extent / step <= 5.0 + 1e-9


@given(weights=st.lists(st.integers(0, 50), max_size=60))
def test_the_memory_keeps_to_its_bound(weights):
    memory: Bounded[int] = Bounded(100, lambda value: value)
    for key, weight in enumerate(weights):
        memory.put(key % 17, weight)
        assert memory.taken <= 100 or len(memory) == 1
        assert memory.get(key % 17) == weight
