"""Two lives: the sentences, and the page in a real browser."""

import itertools

import pytest
from browser import ANSWER_MS, expect

from sim.dashboard.answering.lives import Event, Person, two_lives
from sim.dashboard.answering.watched import GONE, MORE_THAN_NOTHING, YES_OR_NO
from sim.dashboard.words.lives import (
    calmed,
    described,
    ending,
    happens,
    how_it_is,
    parting_sentences,
    proposed,
    reason_sentences,
    sentences,
)
from sim.residents import SETTINGS
from sim.town import read_town
from tests.towns import MEETING_POINT, write_town

WOMAN = Person(1, 78, True, 0, True, 2, False, True, 0)
MAN = Person(2, 81, False, 1, False, 0, True, False, 2)

EVERYTHING = [
    *(("setting", one) for one in SETTINGS),
    *(("volunteer", one) for one in (0, 1, 2)),
    *(("visiting", one) for one in ("none", "sometimes", "regular")),
    *(("known_point", one) for one in (None, "Treff {alt} <b>")),
    *(("partner", one) for one in ("here", "apart", *GONE.values())),
    *((name, one) for name in ("lives_alone", *YES_OR_NO, *MORE_THAN_NOTHING)
      for one in (True, False)),
    *(("status", one) for one in GONE.values()),
    *(("care_grade", one) for one in range(6)),
]  # fmt: skip


@pytest.mark.parametrize("person", [WOMAN, MAN])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_whatever_happens_has_a_sentence_of_its_own(person, lang):
    said = set()
    for what, after in EVERYTHING:
        before = 3 if what == "care_grade" else None
        sentence = happens(Event(5, what, before, after), person, lang)
        assert sentence.endswith("."), what
        assert "Etwas ändert sich" not in sentence, (what, after)
        assert "Something changes" not in sentence, (what, after)
        assert "{sie}" not in sentence.lower()
        assert sentence[0].isupper()
        said.add(sentence)
    # Only stopping one kind of service may read like another change.
    assert len(said) >= len(EVERYTHING) - 3


def test_sentences_are_about_him_or_her():
    assert happens(Event(1, "setting", "independent", "family"), MAN, "de") == (
        "Angehörige pflegen ihn."
    )
    assert happens(Event(1, "mobility_limited", False, True), MAN, "de").endswith(
        "fallen ihm schwer."
    )
    assert happens(Event(1, "missing_minutes", False, True), MAN, "de").startswith("Ihm fehlt")
    assert happens(Event(1, "missing_minutes", False, True), WOMAN, "de").startswith("Ihr fehlt")
    assert happens(Event(1, "partner", "here", "died"), MAN, "en") == "His partner dies."
    assert happens(Event(1, "setting", "independent", "family"), WOMAN, "en") == (
        "Relatives care for her."
    )


def test_the_beginning_of_care_is_told_from_its_getting_heavier():
    assert "wird pflegebedürftig" in happens(Event(1, "care_grade", 0, 2), WOMAN, "de")
    assert "nimmt zu" in happens(Event(1, "care_grade", 2, 3), WOMAN, "de")
    assert "nimmt ab" in happens(Event(1, "care_grade", 3, 2), WOMAN, "de")
    assert "keine Pflege mehr" in happens(Event(1, "care_grade", 2, 0), WOMAN, "de")


def test_one_thing_is_not_told_twice():
    month = [
        Event(9, "setting", "family", "nursing_home"),
        Event(9, "waiting_home", True, False),
        Event(9, "family_minutes", True, False),
        Event(9, "has_ambulatory", True, False),
    ]
    assert sentences(month, WOMAN, "de") == ("Sie zieht ins Pflegeheim.",)
    end = [Event(9, "lonely", False, True), Event(9, "status", "alive", "died")]
    assert sentences(end, WOMAN, "de") == ("Sie stirbt.",)


def test_a_habit_undone_within_months_is_not_told_but_where_lives_part():
    takes_turns = [
        Event(3, "visiting", "none", "sometimes"),
        Event(4, "lonely", False, True),
        Event(6, "visiting", "sometimes", "none"),
        Event(20, "visiting", "none", "regular"),
    ]
    assert calmed(takes_turns) == [takes_turns[1], takes_turns[3]]
    assert calmed(takes_turns, keep=6) == takes_turns


@pytest.mark.parametrize("lang", ["de", "en"])
def test_lives_of_a_small_town_can_be_told_from_end_to_end(tmp_path_factory, lang):
    folder = tmp_path_factory.mktemp("lives") / "musterstadt"
    write_town(folder, residents=1500, plans={"meeting_point": MEETING_POINT})
    town = read_town(folder)
    plans = town.plans["reference"], town.plans["meeting_point"]
    lives = two_lives(town, plans, district=0)
    assert lives.proposals
    assert described(lives.person, town, lang)
    for one in lives.proposals:
        assert proposed(one, town, lang)
    for life in lives.lives:
        by_month = itertools.groupby(life.events, key=lambda event: event.month)
        told = [sentences(events, lives.person, lang) for _, events in by_month]
        assert not any("Etwas ändert" in text or "{" in text for texts in told for text in texts)
        assert ending(life, lives.person, town, lang)
        for state in life.months:
            for what, value in state.items():
                if what != "partner":
                    assert how_it_is(what, value, lives.person, lang) not in ("anders", "different")
    assert parting_sentences(lives, town, lang)
    assert lives.parted_at is None or reason_sentences(lives, town, lang)


def test_whoever_is_proposed_has_lives_that_part(tmp_path):
    # Rows of people who have gone are newcomers' later: those must not be taken for them.
    write_town(tmp_path / "musterstadt", residents=1500, plans={"meeting_point": MEETING_POINT})
    town = read_town(tmp_path / "musterstadt")
    plans = town.plans["reference"], town.plans["meeting_point"]
    found = two_lives(town, plans)
    assert len(found.proposals) > 3
    for one in found.proposals:
        followed = two_lives(town, plans, one.person.uid)
        assert followed.parted_at is not None
        assert followed.parted_at <= one.parted_at


# The page ------------------------------------------------------------------------------------


def opened(visitor, lang="de"):
    visitor.open(page="lives", town="elmshorn", lang=lang)
    visitor.page.wait_for_selector(".q-timeline table", timeout=ANSWER_MS)
    return visitor.page


@pytest.mark.parametrize("lang", ["de", "en"])
def test_two_lives_stand_beside_each_other_and_are_invented(visitor, lang):
    page = opened(visitor, lang)
    mark = {"de": "Erfundene Personen", "en": "Invented persons"}[lang]
    expect(page.locator(".q-invented")).to_have_text(mark)
    page.locator(".q-timeline tbody tr").first.wait_for()
    page.locator(".q-people button").nth(1).wait_for()
    assert visitor.accessibility() == []
    visitor.picture(f"lives_{lang}")


def test_somebody_else_is_followed_by_keyboard(visitor):
    page = opened(visitor)
    caption = page.locator(".q-timeline caption")
    before = caption.inner_text()
    button = page.locator(".q-people button").nth(1)
    expect(button).to_have_attribute("aria-pressed", "false")
    somebody = button.inner_text()
    button.focus()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(caption).not_to_have_text(before, timeout=ANSWER_MS)
    expect(caption).to_contain_text(somebody)
    expect(page.locator('.q-people button[aria-pressed="true"]')).to_have_text(somebody)


def test_two_lives_on_a_phone(visitor):
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    opened(visitor)
    assert visitor.fits()
    visitor.picture("lives_390")
