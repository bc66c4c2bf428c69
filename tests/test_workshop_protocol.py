"""From an answer of the model to a question, and from a workshop to its minutes."""

import math
import re
import zipfile
from io import BytesIO
from urllib.parse import unquote

import pytest
from made_up_findings import made_up_findings

pytest.importorskip("solara")

from sim.dashboard.workshop import asking
from sim.dashboard.workshop.place import Place, here, link, listen, qr_picture
from sim.dashboard.workshop.protocol import protocol
from sim.dashboard.workshop.protocol_text import escaped, markdown
from sim.dashboard.workshop.records import Choice, Idea, Offers
from sim.dashboard.workshop.spread import beside_model, spread_of
from sim.dashboard.workshop.store import WorkshopStore
from sim.report.handed_out import rendered

HOSTILE = "<script>alert(1)</script> | *fett* [x](http://evil.example) =1+1 \u202e & _u_ `c`"
OFFERS = Offers(
    measures=(Choice("transport", "Bürgerbus", "Citizens’ bus"),),
    districts=(Choice("altstadt", "Altstadt", "Old town"),),
    years=(2027,),
    important=(Choice("visit_probability", "Wie viele kommen wirklich?", "How many really come?"),),
)


@pytest.fixture(scope="module")
def made_up():
    return made_up_findings()


@pytest.fixture
def store(tmp_path, made_up):
    opened = WorkshopStore.begin(
        tmp_path / "one",
        town="herrenberg",
        town_label="Herrenberg",
        title="Werkstatt",
        offers=OFFERS,
    )
    people = [opened.participant_of(opened.join(f"P{number}")) for number in range(6)]
    asked = asking.asked_of(made_up, "regular_visitors", "meeting_point")
    question = opened.put(asked)
    for person, value in zip(people, (100, 150, 200, 250, 300, 5000), strict=True):
        opened.expect(person, question, value)
    opened.close_question(question)
    opened.reveal(question, asking.model_says(made_up, asked, (("visit_probability", 0.25),)))
    opened.put(asking.free_question("Wie viele Bänke fehlen?", "Bänke"))
    opened.propose(people[0], Idea("Ein Bus\nam Markttag", ("transport",), "altstadt", 2027))
    opened.propose(None, Idea(HOSTILE))
    opened.hide_proposal(opened.propose(people[1], Idea("unanständig")))
    opened.flag(people[0], "visit_probability", "Wie viele kommen?", "Bei uns kommen mehr")
    opened.flag(people[1], "visit_probability", "Wie viele kommen?", HOSTILE)
    opened.flag(people[2], "", "", "Die Bushaltestelle fehlt")
    opened.note_answer(
        asking.shown_of(made_up, lines=("from sim import study", "study.compare(1)"))
    )
    opened.write("decisions", "Der Treffpunkt wird\nweiter geplant")
    opened.write("notes", "# Kein Titel\n" + "wort " * 2000)
    opened.end()
    yield opened
    opened.close()


def test_a_question_is_worded_with_plan_place_and_time(made_up):
    asked = asking.asked_of(made_up, "regular_visitors", "meeting_point", "altstadt")
    assert asked.text_de == (
        "Wie viele Menschen kommen Ende 2030 regelmäßig in einen Treffpunkt? "
        "(Altstadt, mit dem Plan „Treffpunkt in der Altstadt“)"
    )
    assert asked.text_en.startswith("How many people come to a meeting point regularly at the end")
    assert (asked.unit_de, asked.unit_en, asked.step) == ("Menschen", "people", 1.0)
    own = asking.asked_of(made_up, "lonely", "reference", text=" Was glauben Sie? ")
    assert own.text_de == own.text_en == "Was glauben Sie?"
    for choice in asking.quantities(made_up):
        for plan in made_up.plans:
            worded = asking.asked_of(made_up, choice.key, plan)
            assert "{" not in worded.text_de + worded.text_en
            assert worded.unit_de


def test_the_model_answers_in_the_unit_of_the_question(made_up):
    asked = asking.asked_of(made_up, "share_at_home", "reference")
    told = asking.model_says(made_up, asked)
    level = made_up.level("reference", "share_at_home")
    assert asked.unit_de == "%"
    assert told.value == pytest.approx(100 * level.value)
    assert told.low == pytest.approx(100 * level.low)
    assert told.words_de.endswith(" %")
    assert (told.draws, told.seeds, told.seed) == (
        made_up.draws, made_up.seeds, made_up.origin.seed,
    )  # fmt: skip


def test_the_model_has_no_answer_to_what_it_does_not_know(made_up):
    assert asking.model_says(made_up, asking.free_question("Bänke?", "Bänke")) is None
    asked = asking.asked_of(made_up, "lonely", "reference")
    for wrong in ({"plan": "gone"}, {"quantity": "no_such"}, {"district": "no_such"}):
        changed = type(asked)(**{**asked.__dict__, **wrong})
        assert asking.model_says(made_up, changed) is None


def test_small_numbers_of_people_are_told_neither_in_words_nor_by_the_scale(made_up):
    seen_small = 0
    for district in made_up.district_labels:
        for quantity in ("waiting_home", "waiting_ambulatory", "regular_visitors"):
            asked = asking.asked_of(made_up, quantity, "reference", district)
            level = made_up.level("reference", quantity, district, asked.period)
            told = asking.model_says(made_up, asked)
            if told is None:
                continue
            small = level.secret or 0 < level.value < made_up.small_cell
            seen_small += small
            assert (told.value is None) == small
            for end in (told.low, told.high):
                assert end is None or end == 0 or end >= made_up.small_cell
    assert seen_small


def test_minutes_say_everything_in_both_languages(store):
    for lang, wanted in (
        ("de", ("Ergebnisse und Beschlüsse", "6 Erwartungen zwischen 100 und 5.000", "Mitte 225",
                "Ein Bus / am Markttag [Bürgerbus, Altstadt, ab 2027] – P0", "im Raum gesagt",
                "Wie viele kommen wirklich?", "Bei uns kommen mehr", "Die Bushaltestelle fehlt",
                "Startwert", "Von der Moderation ausgeblendet: 1", "von Hand gesetzt",
                "Modellrechnung, keine Vorhersage", "study.compare(1)", "Wie viele Bänke fehlen?")),
        ("en", ("Results and decisions", "6 expectations between 100 and 5,000", "middle 225",
                "Citizens’ bus, Old town, from 2027", "said in the room", "How many really come?",
                "Seed", "Hidden by the moderator: 1", "set by hand", "not a prediction")),
    ):  # fmt: skip
        paper = protocol(store, lang)
        text = repr(paper.parts)
        for one in wanted:
            assert one in text, one
        assert "unanständig" not in text
        assert paper.place == "Herrenberg"


def test_long_notes_lose_nothing(store):
    text = markdown(protocol(store, "de"))
    assert text.count("wort ") + text.count("wort\n") >= 1999


def test_markdown_is_read_as_text_only(store):
    text = markdown(protocol(store, "de"))
    assert "<script" not in text
    assert re.search(r"(?<!\\)\]\(", text) is None
    assert "://" not in text
    assert "\n# Kein Titel" not in text
    assert "\\# Kein Titel" in text
    assert escaped("1. x") == "1\\. x"
    assert escaped("- x") == "\\- x"
    assert escaped("a | b") == "a \\| b"


def test_minutes_become_word_and_pdf(store):
    paper = protocol(store, "de")
    with zipfile.ZipFile(BytesIO(rendered(paper, "docx"))) as docx:
        inside = docx.read("word/document.xml").decode()
    assert "Bei uns kommen mehr" in inside
    assert "<script>" not in inside
    assert rendered(paper, "pdf").startswith(b"%PDF")


def test_an_empty_workshop_has_minutes_too(tmp_path):
    store = WorkshopStore.begin(tmp_path / "one", town="x", town_label="X")
    for lang in ("de", "en"):
        assert markdown(protocol(store, lang)).startswith("*")
    store.close()


def test_the_room_beside_the_model(made_up):
    asked = asking.asked_of(made_up, "regular_visitors", "meeting_point")
    told = asking.model_says(made_up, asked)
    inside, above = (told.low + told.high) / 2, told.high + 1
    assert beside_model(spread_of([]), told, "de") == ""
    assert beside_model(spread_of([above]), told, "de").endswith("über der Spanne des Modells.")
    assert "liegen 1 in der Spanne des Modells, 0 darunter und 1 darüber" in beside_model(
        spread_of([inside, above]), told, "de"
    )
    assert beside_model(spread_of([1]), None, "de") == ""
    assert math.isfinite(told.value)


def test_the_address_phones_need():
    for host, reachable in (
        ("127.0.0.1", False), ("localhost", False), ("::1", False), ("[::1]", False),
        ("192.168.1.5", True), ("rathaus.local", True), ("fd00::5", True),
    ):  # fmt: skip
        assert Place(host, 8765).reachable is reachable
    assert Place("fd00::5", 1).address == "http://[fd00::5]:1/mit"
    place = Place("192.168.1.5", 8765)
    assert link(place, "KTRMAB4X") == "http://192.168.1.5:8765/mit#KTRM-AB4X"
    picture = qr_picture(link(place, "KTRMAB4X"))
    assert picture.startswith("data:image/svg+xml")
    assert re.findall("https?://[a-z0-9.]+", unquote(picture)) == ["http://www.w3.org"]


def test_where_the_server_listens_is_known(monkeypatch):
    monkeypatch.setattr("sim.dashboard.workshop.place._PLACES", [])
    assert here() is None
    listen("192.168.1.5", 8765)
    assert here() == Place("192.168.1.5", 8765)
