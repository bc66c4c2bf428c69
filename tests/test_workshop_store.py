"""The workshop's file: bounded, honest, and never less than what was acknowledged."""

import math
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.dashboard.workshop import records, schema
from sim.dashboard.workshop import store as store_module
from sim.dashboard.workshop.codes import ALPHABET, new_code, shown_code, token_mark, typed_code
from sim.dashboard.workshop.records import (
    Asked,
    Choice,
    Idea,
    ModelSays,
    NotNow,
    Offers,
    Shown,
    TooMuch,
    WorkshopError,
)
from sim.dashboard.workshop.rooms import Rooms, folder_name
from sim.dashboard.workshop.spread import dots_of, spread_of, spread_words
from sim.dashboard.workshop.store import FILE, WorkshopStore
from sim.dashboard.workshop.texts import lines, minutes_text, one_line
from sim.report.table import Table

ASKED = Asked(
    "regular_visitors",
    "meeting_point",
    "Treffpunkt",
    "Meeting point",
    "*",
    "ganze Stadt",
    "whole town",
    "2030",
    "Menschen",
    "people",
    "Wie viele kommen Ende 2030?",
    "How many come at the end of 2030?",
)
MODEL = ModelSays(41.0, 18.0, 77.0, "41 (18 bis 77)", "41 (18 to 77)", 32, 2, 1, "0.1.0", "ab", ())
SHOWN = Shown(
    "Was bringt der Treffpunkt?",
    "What does it bring?",
    (Choice("reference", "Wie heute", "As today"), Choice("m", "Treffpunkt", "Meeting point")),
    "In 8 von 10 Fällen …",
    "In 8 of 10 cases …",
    (
        Table(
            "Vergleich", ("", "Wie heute", "Treffpunkt"), (("Einsame", "620", "−20 (−45 bis −3)"),)
        ),
    ),
    (Table("Comparison", ("", "As today", "Point"), (("Lonely", "620", "−20 (−45 to −3)"),)),),
    1,
    32,
    2,
    "0.1.0",
    "ab",
    (("volunteer_share", 0.5),),
)


@pytest.fixture
def store(tmp_path):
    opened = begin(tmp_path / "one")
    yield opened
    opened.close()


def begin(folder, **more):
    return WorkshopStore.begin(folder, town="herrenberg", town_label="Herrenberg", **more)


def joined(store, nickname=""):
    return store.participant_of(store.join(nickname))


def everything(store):
    """What a workshop says, without times."""
    return (
        store.workshop().code,
        store.offers(),
        [(one.number, one.nickname) for one in store.participants()],
        [(one.number, one.asked, one.state, one.model) for one in store.questions()],
        {question: dict(values) for question, values in store.expectations().items()},
        [(one.participant, one.idea, one.hidden) for one in store.proposals(hidden=True)],
        [(one.assumption, one.label, one.reason, one.hidden) for one in store.flags(hidden=True)],
        [one.shown for one in store.answers()],
        store.minutes(),
    )


def test_what_is_put_in_comes_out_after_reopening(tmp_path):
    offers = Offers((Choice("transport", "Bürgerbus", "Bus"),), (), (2027, 2028))
    store = begin(tmp_path / "one", title="Werkstatt", offers=offers)
    anna, ben = joined(store, "Anna"), joined(store)
    question = store.put(ASKED)
    store.expect(anna, question, 40)
    store.expect(ben, question, 12.5)
    store.expect(anna, question, 35)
    store.close_question(question)
    store.reveal(question, MODEL)
    store.propose(ben, Idea("Ein Bus\nam Markttag", ("transport",), "altstadt", 2027))
    store.flag(anna, "volunteer_share", "Anteil", "Bei uns helfen mehr")
    store.note_answer(SHOWN)
    store.write("notes", "Es wurde gelacht. ")
    store.write("decisions", "Weiterplanen")
    before = everything(store)
    store.close()
    again = WorkshopStore.reopen(tmp_path / "one")
    assert everything(again) == before
    assert again.expectations() == {question: {anna: 35.0, ben: 12.5}}
    assert again.workshop().title == "Werkstatt"
    assert again.minutes().notes == "Es wurde gelacht. "
    again.close()
    assert [one.name for one in (tmp_path / "one").iterdir()] == [FILE]


def test_no_token_lies_in_the_file(store):
    token = store.join("Anna")
    assert store.participant_of(token) == 1
    assert store.participant_of(token + "x") is None
    kept = b"".join(one.read_bytes() for one in store.folder.iterdir())
    assert token_mark(token).encode() in kept
    assert token.encode() not in kept


def test_a_closed_question_takes_nothing(store):
    anna = joined(store)
    first = store.put(ASKED)
    store.expect(anna, first, 1)
    second = store.put(ASKED)
    assert [one.state for one in store.questions()] == ["closed", "open"]
    with pytest.raises(NotNow):
        store.expect(anna, first, 2)
    with pytest.raises(NotNow):
        store.expect(anna, 99, 2)
    store.open_again(first)
    assert [one.state for one in store.questions()] == ["open", "closed"]
    store.expect(anna, first, 3)
    store.reveal(first, None)
    with pytest.raises(NotNow):
        store.open_again(first)
    assert store.expectations() == {first: {anna: 3.0}}
    assert second == 2


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e10, -1e300])
def test_what_is_no_number_is_refused(store, value):
    anna, question = joined(store), store.put(ASKED)
    with pytest.raises(WorkshopError):
        store.expect(anna, question, value)
    assert not store.expectations()


def test_everything_is_bounded(store, monkeypatch):
    for name in ("MOST_PARTICIPANTS", "MOST_QUESTIONS", "MOST_ANSWERS"):
        monkeypatch.setattr(store_module, name, 3)
    for _ in range(3):
        store.join()
        store.put(ASKED)
        store.note_answer(SHOWN)
    for more in (store.join, lambda: store.put(ASKED), lambda: store.note_answer(SHOWN)):
        with pytest.raises(TooMuch):
            more()
    for _ in range(records.MOST_PROPOSALS_EACH):
        store.propose(1, Idea("x"))
    with pytest.raises(TooMuch):
        store.propose(1, Idea("x"))
    store.propose(2, Idea("x"))
    for _ in range(records.MOST_FLAGS_EACH):
        store.flag(1, "", "", "x")
    with pytest.raises(TooMuch):
        store.flag(1, "", "", "x")
    assert len(store.participants()) == len(store.questions()) == len(store.answers()) == 3


def test_ten_megabytes_of_text_are_cut(store):
    flood = "ä" * 10_000_000
    began = time.perf_counter()
    anna = joined(store, flood)
    store.propose(anna, Idea(flood, (flood,) * 20, flood))
    store.flag(anna, flood, flood, flood)
    store.write("notes", flood)
    store.name(flood)
    assert time.perf_counter() - began < 5
    assert len(store.participants()[0].nickname) == records.LONGEST_NICKNAME
    idea = store.proposals()[0].idea
    assert len(idea.text) == records.LONGEST_IDEA
    assert len(idea.measures) == records.MOST_MEASURES
    assert len(store.minutes().notes) == records.LONGEST_MINUTES
    assert (store.folder / FILE).stat().st_size < 2_000_000


HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE participants; --",
    "=HYPERLINK(1)",
    "../../etc/passwd",
    "\x00\x1b[31mrot",
    "\u202egnp.exe",
    "\ud800",
    "a\u0300" * 50,
    "🧓🏽 Grüße",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(store, text):
    anna = joined(store, text)
    store.propose(anna, Idea(text + " x"))
    store.flag(anna, "", "", text + " x")
    store.write("decisions", text)
    kept = store.proposals()[0].idea.text
    assert kept.endswith("x")
    assert not set("\x00\x1b\u202e\ud800") & set(kept)
    if text.startswith(("<", "'", "=", "..")):
        assert kept == text + " x"
    assert len(store.participants()) == 1


@given(st.text(max_size=300), st.integers(1, 60))
def test_texts_are_short_stable_and_printable(text, longest):
    for make in (one_line, lines, minutes_text):
        made = make(text, longest)
        assert len(made) <= longest
        assert make(made, longest) == made or make is lines
        made.encode("utf-8")
        assert "\r" not in made
    assert "\n" not in one_line(text, longest)


def test_minutes_keep_their_earlier_versions(store, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(store_module.time, "time", lambda: clock[0])
    monkeypatch.setattr(store_module, "KEPT_MINUTES", 3)
    for number in range(6):
        store.write("notes", "Satz. " * (number + 1))
        store.write("notes", "Satz. " * (number + 1) + "Mehr")
        clock[0] += 61
    store.write("notes", "")
    kept = store._all("SELECT text FROM minutes WHERE field = 'notes' ORDER BY id")
    assert [row[0] for row in kept] == ["Satz. " * 5 + "Mehr", "Satz. " * 6 + "Mehr", ""]
    assert store.minutes().notes == ""
    # Emptied at once after writing: what was there is still in the file.
    store.write("decisions", "Alles, was beschlossen wurde")
    store.write("decisions", "")
    kept = store._all("SELECT text FROM minutes WHERE field = 'decisions' ORDER BY id")
    assert [row[0] for row in kept] == ["Alles, was beschlossen wurde", ""]


def test_hidden_ones_are_not_shown(store):
    anna = joined(store)
    first = store.propose(anna, Idea("unanständig"))
    store.propose(anna, Idea("anständig"))
    flag = store.flag(anna, "", "", "unanständig")
    store.hide_proposal(first)
    store.hide_flag(flag)
    assert [one.idea.text for one in store.proposals()] == ["anständig"]
    assert not store.flags()
    assert len(store.proposals(hidden=True)) == 2
    store.hide_proposal(first, hidden=False)
    assert len(store.proposals()) == 2


def test_the_end_and_going_on(store):
    store.put(ASKED)
    store.end()
    # The file alone says everything.
    alone = store.folder.parent / "alone"
    alone.mkdir()
    (alone / FILE).write_bytes((store.folder / FILE).read_bytes())
    copy = WorkshopStore.reopen(alone)
    assert copy.workshop().ended
    assert copy.questions() == store.questions()
    copy.close()
    assert store.questions()[0].state == "closed"
    with pytest.raises(NotNow):
        store.join()
    store.go_on()
    assert joined(store) == 1


def test_revision_tells_every_change_and_nothing_else(store):
    seen = store.revision
    store.questions()
    store.minutes()
    assert store.revision == seen
    store.write("notes", "x")
    assert store.revision != seen
    seen = store.revision
    with pytest.raises(NotNow):
        store.expect(1, 1, 1.0)
    assert store.revision == seen


def test_a_failed_change_changes_nothing(store):
    anna, question = joined(store), store.put(ASKED)
    before = everything(store)
    store._connection.set_authorizer(
        lambda action, *_rest: (
            sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_INSERT else sqlite3.SQLITE_OK
        )
    )
    with pytest.raises(WorkshopError) as told:
        store.expect(anna, question, 1)
    store._connection.set_authorizer(None)
    assert "gespeichert" in told.value.text_de
    assert everything(store) == before
    store.expect(anna, question, 1)


def test_many_threads_at_once(store):
    question = store.put(ASKED)
    failed = []

    def one(number):
        try:
            who = joined(store, str(number))
            for value in range(5):
                store.expect(who, question, value)
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=one, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert list(store.expectations()[question].values()) == [4.0] * 30


WRITER = """
import sys
from pathlib import Path
from sim.dashboard.workshop.records import Idea
from sim.dashboard.workshop.store import WorkshopStore
from tests_asked import ASKED

store = WorkshopStore.reopen(Path(sys.argv[1]))
who = store.participant_of(store.join())
question = store.put(ASKED)
for number in range(100_000):
    store.expect(who, question, number)
    store.write("notes", f"Notiz {number}")
    if number % 50 == 0:
        store.propose(None, Idea(f"Vorschlag {number}"))
    # Only after the store has acknowledged.
    print(number, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 37, 120])
def test_a_killed_process_loses_nothing_acknowledged(tmp_path, acknowledged):
    folder = tmp_path / "one"
    begin(folder).close()
    (tmp_path / "tests_asked.py").write_text(
        f"from sim.dashboard.workshop.records import Asked\nASKED = {ASKED!r}\n"
    )
    paths = os.pathsep.join(path for path in (str(tmp_path), *sys.path) if path)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
        text=True,
    ) as process:
        for line in process.stdout:
            last = int(line)
            if last >= acknowledged:
                process.send_signal(signal.SIGKILL)
                break
        # What it still managed to say before it died counts as well.
        rest = [int(one) for one in process.stdout.read().split("\n")[:-1] if one]
    last = max([last, *rest])
    assert process.returncode == -signal.SIGKILL
    store = WorkshopStore.reopen(folder)
    (value,) = store.expectations()[1].values()
    assert last <= value <= last + 1
    assert store.minutes().notes in {f"Notiz {last}", f"Notiz {last + 1}"}
    assert len(store.proposals()) >= last // 50 + 1
    assert store.questions()[0].asked == ASKED
    store.expect(1, 1, 7)
    store.close()


def test_a_torn_log_loses_only_what_was_not_acknowledged(tmp_path):
    # As after a power cut in the middle of a write: the log ends in garbage.
    store = begin(tmp_path / "one")
    anna, question = joined(store), store.put(ASKED)
    store.expect(anna, question, 5)
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in (FILE, FILE + "-wal"):
        (copy / name).write_bytes((tmp_path / "one" / name).read_bytes())
    with (copy / (FILE + "-wal")).open("ab") as log:
        log.write(os.urandom(3000))
    store.close()
    again = WorkshopStore.reopen(copy)
    assert again.expectations() == {question: {anna: 5.0}}
    again.close()


def test_wrong_files_are_told_apart_and_left_alone(tmp_path):
    with pytest.raises(WorkshopError, match="no workshop"):
        WorkshopStore.reopen(tmp_path)
    file = tmp_path / FILE
    for content in (b"", b"not a database at all" * 100, os.urandom(5000)):
        file.write_bytes(content)
        with pytest.raises(WorkshopError) as told:
            WorkshopStore.reopen(tmp_path)
        assert told.value.text_de
        assert file.read_bytes() == content
    file.unlink()
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    before = file.read_bytes()
    with pytest.raises(WorkshopError, match="not a workshop"):
        WorkshopStore.reopen(tmp_path)
    assert file.read_bytes() == before


def test_a_newer_version_is_not_touched(tmp_path):
    begin(tmp_path / "one").close()
    with sqlite3.connect(tmp_path / "one" / FILE) as raw:
        raw.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    raw.close()
    with pytest.raises(WorkshopError, match="newer version"):
        WorkshopStore.reopen(tmp_path / "one")


def test_a_workshop_is_never_begun_over_another(store):
    with pytest.raises(WorkshopError, match="exists already"):
        begin(store.folder)


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("join")),
        st.tuples(st.just("put")),
        st.tuples(st.just("expect"), st.integers(1, 4), st.integers(1, 4), st.floats(-1e9, 1e9)),
        st.tuples(st.just("close"), st.integers(1, 4)),
        st.tuples(st.just("reveal"), st.integers(1, 4)),
        st.tuples(st.just("reopen")),
    ),
    max_size=25,
)


@given(OPERATIONS)
@settings(deadline=None, max_examples=25)
def test_it_keeps_what_a_list_on_paper_would_keep(operations):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "one"
        store = begin(folder)
        people, states, values = 0, [], {}
        try:
            for name, *given_values in operations:
                if name == "join":
                    store.join()
                    people += 1
                elif name == "put":
                    store.put(ASKED)
                    states = ["closed" if one == "open" else one for one in states] + ["open"]
                elif name == "expect":
                    who, question, value = given_values
                    allowed = question <= len(states) and states[question - 1] == "open"
                    if allowed and who <= people:
                        store.expect(who, question, value)
                        values[question, who] = value
                    else:
                        with pytest.raises(WorkshopError):
                            store.expect(who, question, value)
                elif name == "close":
                    store.close_question(given_values[0])
                    if given_values[0] <= len(states) and states[given_values[0] - 1] == "open":
                        states[given_values[0] - 1] = "closed"
                elif name == "reveal":
                    store.reveal(given_values[0], MODEL)
                    if given_values[0] <= len(states):
                        states[given_values[0] - 1] = "revealed"
                else:
                    store.close()
                    store = WorkshopStore.reopen(folder)
            found = {
                (question, who): value
                for question, by_participant in store.expectations().items()
                for who, value in by_participant.items()
            }
            assert found == values
            assert [one.state for one in store.questions()] == states
            assert len(store.participants()) == people
        finally:
            store.close()


@given(
    st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), max_size=60),
    st.sampled_from([0.1, 1.0, 100.0]),
)
@settings(deadline=None)
def test_spread_and_dots_hold_whatever_is_expected(values, step):
    spread = spread_of(values)
    assert list(spread.values) == sorted(values)
    if values:
        assert spread.values[0] <= spread.median <= spread.values[-1]
    if spread.has_half:
        assert spread.low_quarter <= spread.median <= spread.high_quarter
    for model in (None, MODEL):
        dots = dots_of(spread, model, step)
        assert len(dots.points) == len(values)
        assert dots.low < dots.high
        near = 1e-6 * max(1.0, abs(dots.low), abs(dots.high))
        assert all(dots.low - near <= place <= dots.high + near for place, _ in dots.points)
        assert len(set(dots.points)) == len(dots.points)
        if model is not None:
            assert dots.low <= model.low
            assert dots.high >= model.high


def test_spread_in_words(store):
    store.put(ASKED)
    question = store.questions()[0]
    assert spread_words(question, spread_of([]), "de") == "Keine Erwartung abgegeben."
    assert spread_words(question, spread_of([1500.5]), "de") == "Eine Erwartung: 1.500,5 Menschen."
    assert spread_words(question, spread_of([3, 3]), "en") == (
        "2 expectations, all the same: 3 people."
    )
    assert spread_words(question, spread_of([10, 20, 30, 40, 90]), "de") == (
        "5 Erwartungen zwischen 10 und 90 Menschen, Mitte 30; die mittlere Hälfte liegt zwischen "
        "20 und 40."
    )


def test_rooms_begin_list_and_open(tmp_path):
    rooms = Rooms(tmp_path / "workshops")
    assert rooms.kept() == ()
    first = rooms.begin(town="herrenberg", town_label="Herrenberg", title="Bürger & Räte <b>")
    second = rooms.begin(town="herrenberg", town_label="Herrenberg", title="Bürger & Räte <b>")
    assert first.folder.name.endswith("-buerger-raete-b")
    assert second.folder.name.endswith("-buerger-raete-b-2")
    code = first.workshop().code
    assert rooms.of_code(code) is first
    assert rooms.of_code(new_code()) is None
    token = second.join()
    assert rooms.of_token(token) == (second, 1)
    assert rooms.open(first.folder.name) is first
    broken = rooms.folder / "2020-01-01-kaputt"
    broken.mkdir()
    (broken / FILE).write_bytes(b"x" * 200)
    listed = rooms.kept()
    assert [one.workshop is None for one in listed] == [False, False, True]
    assert "kaputt" in listed[-1].problem_de
    rooms.close()
    later = Rooms(tmp_path / "workshops")
    assert later.of_token(token) is None
    again = later.open(second.folder.name)
    assert later.of_token(token) == (again, 1)
    for name in ("..", "../..", "nowhere", "", "/etc", second.folder.name + "/../x"):
        with pytest.raises(WorkshopError):
            later.open(name)
    later.close()


@given(st.text(max_size=200))
def test_folder_names_suit_every_disk(name):
    made = folder_name(name)
    assert 1 <= len(made) <= 60
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_codes_are_read_as_people_type_them():
    code = new_code()
    assert set(code) <= set(ALPHABET)
    for typed in (code, code.lower(), shown_code(code), f" {code[:4]} {code[4:]} "):
        assert typed_code(typed) == code
    for wrong in ("", code[:-1], code + "A", "0" * 8, "x" * 10_000, "<script>", "ÄÄÄÄÄÄÄÄ"):
        assert typed_code(wrong) == ""
    assert len({new_code() for _ in range(200)}) == 200
