"""Drafting a plan: cards to TOML and back, budgets, links and files from strangers."""

import json
import math
import os
import zlib
from base64 import urlsafe_b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.dashboard.drafting import own
from sim.dashboard.drafting.budget import budget_of
from sim.dashboard.drafting.card import (
    Card,
    Draft,
    card_of_line,
    draft_of,
    duplicate,
    free_name,
    month_text,
    new_card,
    toml_of,
    usual_cost,
)
from sim.dashboard.drafting.editing import Refused, changed, fields_of
from sim.dashboard.drafting.keeping import draft_from, values_of
from sim.dashboard.drafting.kinds import LEVER_FIELDS, measure_kinds
from sim.dashboard.drafting.link import (
    MOST_BYTES,
    MOST_CHARACTERS,
    WORDS,
    BrokenLink,
    TooLong,
    packed,
    unpacked,
)
from sim.dashboard.drafting.noticed import remarks_before, sentence_of
from sim.dashboard.drafting.reading import read_text, unlined
from sim.dashboard.words.plans import budget_sentence, card_line
from sim.indicators import ITEMS
from sim.model import QuartierModel
from sim.town import read_town
from sim.town.kinds import LEVERS
from sim.town.plan import PAYERS, Plan, month_number
from tests.towns import write_town

SCENARIOS = Path(__file__).parent.parent / "scenarios"
MEASURES = LEVERS


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return read_town(write_town(tmp_path_factory.mktemp("drafts") / "musterstadt", places=3))


@pytest.fixture(scope="module")
def kinds(town):
    return measure_kinds(town)


@pytest.fixture(scope="module")
def herrenberg():
    return read_town(SCENARIOS / "herrenberg")


def written(draft, town):
    return toml_of(draft, measure_kinds(town), len(town.districts))


def read(draft, town):
    reading = read_text(written(draft, town), town)
    assert reading.plan is not None, [str(one) for one in reading.problems]
    return reading.plan


def draft_with(*cards):
    return Draft("test", "Test", "Test", cards=cards)


# From the table of measures to a plan --------------------------------------------------------


def test_each_of_the_twelve_measures_makes_a_sound_card(town, kinds):
    assert len(kinds) == 12
    for kind in kinds.values():
        plan = read(draft_with(new_card(kind, town)), town)
        (measure,) = plan.measures
        assert measure.kind == kind.key
        assert measure.label_de == kind.label.de
        assert measure.payers == {"municipality": 1.0}
        assert measure.start == month_number("2027-01", town.start)
        assert kind.source
        assert kind.status


def test_a_new_card_costs_what_the_table_says(town, kinds):
    card = new_card(kinds["neighbourhood_manager"], town)
    assert card.cost(kinds["neighbourhood_manager"], 3) == 2340 * card.size
    place = kinds["meeting_point"]
    assert usual_cost(place, 1.0, 3, {}) == 3 * 60_000
    assert usual_cost(place, 5.0, 1, {}) == 60_000  # one whole point a district, not five
    care = kinds["care_service"]
    assert usual_cost(care, 10.0, 1, {"service": "ambulatory"}) == 10_400
    assert usual_cost(care, 10.0, 1, {"service": "day_care"}) == 55_000
    assert usual_cost(care, 10.0, 1, {"service": "nursing_home"}) == 0.0


def test_every_lever_has_a_field_and_every_field_a_lever():
    named = {name for model in LEVERS.values() for name in model.model_fields}
    assert named == set(LEVER_FIELDS)


def test_a_new_card_takes_the_seats_of_the_ledger(town, kinds):
    card = new_card(kinds["meeting_point"], town)
    assert card.levers["seats"] == town.ledger["meeting_point_seats"].value
    assert isinstance(card.levers["seats"], int)


@pytest.mark.parametrize("name", ["herrenberg", "elmshorn", "karlsruhe_muehlburg"])
def test_plans_of_the_towns_come_back_as_they_were(name):
    town = read_town(SCENARIOS / name)
    for plan in town.plans.values():
        again = read(draft_of(plan, town), town)
        assert again == unlined(plan)


# Any card ------------------------------------------------------------------------------------

words = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs"]), max_size=30
).filter(lambda text: not text.startswith("="))
amounts = st.floats(0, 1e7, allow_nan=False)


@st.composite
def cards(draw):
    kind = draw(st.sampled_from([one for one in MEASURES if one != "opening_to_all_ages"]))
    start = draw(st.integers(1, 60))
    length = draw(st.none() | st.integers(0, 40))
    others = [draw(st.integers(0, 33)) / 100 for _ in range(3)]
    shares = dict(zip(PAYERS[1:], others, strict=True))
    payers = {"municipality": 1.0 - sum(others), **shares}
    levers = {}
    if kind == "care_service":
        levers["service"] = draw(st.sampled_from(["ambulatory", "day_care", "nursing_home"]))
    if kind == "meeting_point":
        levers = {"seats": draw(st.integers(0, 500)), "all_ages": draw(st.booleans()),
                  "opening_hours_per_week": draw(st.floats(0, 168))}  # fmt: skip
    return Card(
        kind=kind,
        districts=draw(st.sampled_from([("*",), ("mitte",), ("rand", "quartier_3")])),
        start=month_text(start, (2025, 12)),
        end=None if length is None else month_text(start + length, (2025, 12)),
        ramp_up_months=draw(st.integers(0, 60)),
        remains=draw(st.floats(0, 1)),
        size=draw(amounts),
        own_cost=draw(amounts),
        payers=payers,
        payers_after={"grant": 1.0} if length is not None and draw(st.booleans()) else {},
        levers=levers,
        label_de=draw(words),
        label_en=draw(words),
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(cards(), max_size=4), words.filter(bool), words)
def test_what_is_written_is_what_is_read(town, drawn, label, described):
    draft = Draft("any", label, label, described, described, tuple(drawn))
    plan = read(draft, town)
    assert (plan.label_de, plan.description_en) == (label, described)
    for card, measure in zip(drawn, plan.measures, strict=True):
        assert measure.size == card.size
        assert measure.cost_per_year == card.own_cost
        assert measure.remains == card.remains
        assert month_text(measure.start, town.start) == card.start
        assert measure.end == (None if card.end is None else month_number(card.end, town.start))
        assert dict(measure.payers) == {name: one for name, one in card.payers.items() if one}
        assert dict(card.levers).items() <= dict(measure.levers).items()
    assert read(draft_of(plan, town), town) == plan  # and once more round


@settings(deadline=None, max_examples=60)
@given(st.lists(cards(), min_size=1, max_size=5))
def test_budgets_add_up(town, drawn):
    plan = read(draft_with(*drawn), town)
    budget = budget_of(plan.measures, town.start, town.months)
    assert budget.years == (2026, 2027, 2028, 2029, 2030)
    assert sum(budget.months) == town.months
    each = [budget_of([one], town.start, town.months).whole for one in plan.measures]
    assert math.isclose(budget.whole, math.fsum(each), abs_tol=0.01)
    assert math.isclose(
        budget.whole, math.fsum(sum(budget.of(payer)) for payer in PAYERS), abs_tol=0.01
    )


def test_the_model_pays_what_the_budget_says(town):
    card = Card("outreach", ("mitte", "rand"), "2026-03", end="2026-09", ramp_up_months=4,
                remains=0.5, size=5.0, own_cost=24_000.0,
                payers={"municipality": 0.25, "grant": 0.75},
                payers_after={"municipality": 1.0})  # fmt: skip
    plan = read(draft_with(card), town)
    model = QuartierModel(town, plan, seed=1)
    paid = dict.fromkeys(PAYERS, 0.0)
    for _ in range(12):
        model.step()
        for place, payer in enumerate(PAYERS):
            paid[payer] += float(model.state.money[:, place, ITEMS.index("measures")].sum())
    budget = budget_of(plan.measures, town.start, town.months)
    for payer in PAYERS:
        assert math.isclose(paid[payer], budget.euros[2026][payer], abs_tol=0.01), payer
    assert budget.euros[2026]["municipality"] > 0
    assert "Kommune" in budget_sentence(budget, "de")


# Changing a card -----------------------------------------------------------------------------


def test_every_field_of_every_card_can_be_changed_to_what_it_offers(town, kinds):
    for kind in kinds.values():
        card = replace(new_card(kind, town), end="2028-12", remains=0.5)
        for field in fields_of(card, kind, town, "de"):
            if field.name in ("latitude", "longitude"):  # only together, see below
                continue
            value = {
                "number": field.high,
                "tick": True,
                "ticks": ["mitte"],
                "list": field.options[-1].value if field.options else "",
            }[field.control]
            new = changed(card, field.name, value, kind, town)
            assert read(draft_with(new), town).measures[0].kind == kind.key, field.name
            assert card_line(new, kind, town, "de")
            assert card_line(new, kind, town, "en")


def test_a_place_needs_both_coordinates(town, kinds):
    kind = kinds["meeting_point"]
    half = changed(new_card(kind, town), "latitude", 48.61, kind, town)
    reading = read_text(written(draft_with(half), town), town)
    assert reading.plan is None
    assert "Breite" in sentence_of(reading.problems[0]).de
    assert read(draft_with(changed(half, "longitude", 8.87, kind, town)), town)


@pytest.mark.parametrize(
    "value",
    [None, "", "viel", math.nan, math.inf, -1, 1e300, True, [], {}, "1; DROP TABLE", "=1+1"],
)
@pytest.mark.parametrize("name", ["size", "cost", "payer_grant", "seats", "ramp_up_months"])
def test_numbers_that_are_none_are_refused(town, kinds, name, value):
    kind = kinds["meeting_point"] if name == "seats" else kinds["outreach"]
    card = new_card(kind, town)
    if name == "seats" and value in (None, ""):
        assert "seats" not in changed(card, name, value, kind, town).levers
        return
    with pytest.raises(Refused) as refused:
        changed(card, name, value, kind, town)
    assert refused.value.said.de.endswith(".")


@pytest.mark.parametrize("name", ["nothing", "__class__", "kind", "", "districts", "start", "end"])
def test_fields_nobody_has_and_entries_nobody_offered_are_refused(town, kinds, name):
    kind = kinds["outreach"]
    card = new_card(kind, town)
    for value in (["nirgends"], "nirgends", None, 5):
        if name == "end" and not value:
            continue
        with pytest.raises(Refused):
            changed(card, name, value, kind, town)


def test_everywhere_and_single_districts_exclude_each_other(town, kinds):
    kind = kinds["outreach"]
    card = new_card(kind, town, "mitte")
    card = changed(card, "districts", ["mitte", "rand"], kind, town)
    assert card.districts == ("mitte", "rand")
    card = changed(card, "districts", ["mitte", "rand", "*"], kind, town)
    assert card.districts == ("*",)
    card = changed(card, "districts", ["*", "rand"], kind, town)
    assert card.districts == ("rand",)


def test_a_term_moves_as_a_whole_and_never_ends_before_it_begins(town, kinds):
    kind = kinds["outreach"]
    card = changed(new_card(kind, town), "end", "2028-12", kind, town)
    moved = changed(card, "start", "2028-01", kind, town)
    assert (moved.start, moved.end) == ("2028-01", "2029-12")
    with pytest.raises(Refused, match="before the start"):
        changed(moved, "end", "2026-05", kind, town)
    stays = changed(replace(moved, remains=0.5, payers_after={"grant": 1.0}), "end", "", kind, town)
    assert (stays.end, stays.remains, stays.payers_after) == (None, 0.0, {})


def test_the_municipality_pays_the_rest(town, kinds):
    kind = kinds["outreach"]
    card = changed(new_card(kind, town), "payer_grant", 80, kind, town)
    assert card.payers == {"municipality": 0.2, "grant": 0.8}
    with pytest.raises(Refused, match="paid twice"):
        changed(card, "payer_household", 30, kind, town)
    card = changed(card, "payer_grant", 100, kind, town)
    assert card.payers == {"grant": 1.0}


def test_shares_of_a_managers_time_always_make_a_whole(town, kinds):
    kind = kinds["neighbourhood_manager"]
    card = new_card(kind, town)
    for name, value in (("share_outreach", 80), ("share_volunteers", 0), ("share_outreach", 37)):
        card = changed(card, name, value, kind, town)
        shares = [one for lever, one in card.levers.items() if lever.startswith("share_")]
        assert math.isclose(sum(shares), 1.0)
        assert read(draft_with(card), town)
    assert card.levers["share_outreach"] == 0.37


def test_another_kind_of_care_has_another_price(town, kinds):
    kind = kinds["care_service"]
    card = changed(new_card(kind, town), "cost", 1.0, kind, town)
    card = changed(card, "service", "day_care", kind, town)
    assert card.own_cost is None
    assert card.cost(kind, 3) == 5500 * card.size


# Names ---------------------------------------------------------------------------------------


def test_copies_and_new_names_take_no_others_place():
    draft = Draft("plan", "Plan", "Plan")
    first = duplicate(draft, ["plan"])
    assert first.name == "plan_kopie"
    assert duplicate(draft, ["plan", "plan_kopie"]).name == "plan_kopie_2"
    assert free_name("reference", []) == "reference_2"
    assert free_name("../../etc/passwd", []) == "etc_passwd"
    assert len(free_name("ä" * 300, [free_name("ä" * 300, [])])) <= 60


# Links ---------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.lists(cards(), max_size=3))
def test_links_bring_back_the_text(town, drawn):
    text = written(draft_with(*drawn), town)
    try:
        part = packed(text)
    except TooLong:
        return
    assert unpacked(part) == text.encode()
    assert len(part) <= MOST_CHARACTERS


def test_every_plan_of_herrenberg_fits_a_link(herrenberg):
    sizes = {
        name: len(packed(written(draft_of(plan, herrenberg), herrenberg)))
        for name, plan in herrenberg.plans.items()
    }
    assert max(sizes.values()) < MOST_CHARACTERS


def test_a_text_too_long_for_a_link_is_not_cut():
    noise = os.urandom(4000).hex()
    with pytest.raises(TooLong):
        packed(f'[plan]\nname = "{noise}"\n')


def bomb():
    packer = zlib.compressobj(9, zdict=WORDS)
    data = packer.compress(b"a" * 50_000_000) + packer.flush()
    return "1" + urlsafe_b64encode(data[:1200]).decode().rstrip("=")


def with_dictionary(data):
    packer = zlib.compressobj(9, zdict=WORDS)
    return "1" + urlsafe_b64encode(packer.compress(data) + packer.flush()).decode().rstrip("=")


@pytest.mark.parametrize(
    "part",
    ["", "1", "1AAAA", "2abc", "x" * 5000, "1<script>", "1%00", "1../../..", "1" + "A" * 1699,
     "1ä", "1" + urlsafe_b64encode(b"[plan]").decode().rstrip("="), bomb(),
     with_dictionary(b"x" * (MOST_BYTES + 1)), with_dictionary(b"[plan]")[:-3],
     with_dictionary(b"[plan]") + "AAAA"],
)  # fmt: skip
def test_hostile_links_are_refused_in_a_sentence(part):
    with pytest.raises(BrokenLink) as broken:
        unpacked(part)
    assert broken.value.said.de.endswith(".")


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=300) | st.text("ABCabc123-_", max_size=300).map("1".__add__))
def test_no_link_does_more_than_be_refused(part):
    try:
        data = unpacked(part)
    except BrokenLink:
        return
    assert len(data) <= MOST_BYTES


@pytest.mark.parametrize(
    "text",
    [b"", b"\xff\xfe", b"\0", b"[plan]", b"name = 1", b"[" * 100_000, b'[plan]\nname = "../x"\n',
     b"a." * 20_000 + b"b = 1", b"x = '" + b"A" * 2_000_000 + b"'"],
)  # fmt: skip
def test_files_that_are_no_plan_say_what_is_wrong(town, text):
    reading = read_text(text, town, "fremd.toml")
    assert reading.plan is None
    assert reading.problems
    assert all(one.text("de").startswith("fremd.toml") for one in reading.problems)


def test_a_mistake_in_a_file_is_told_with_its_line(town):
    text = '[plan]\nname = "a"\nlabel_de = "A"\nlabel_en = "A"\n\n[[measures]]\nkind = "outreac"\n'
    text += 'districts = ["mitte"]\nstart = "2027-01"\nsize = 1\n'
    (found,) = read_text(text, town, "a.toml").problems
    assert "a.toml, Zeile 7" in found.text("de")
    assert "outreach" in found.text("de")
    assert card_of_line(text, found.line) == 0


# What should be known ------------------------------------------------------------------------


def test_a_measure_that_changes_nothing_is_told_on_its_card(town, kinds):
    useful = new_card(kinds["counselling"], town)
    plan = read(draft_with(useful, replace(useful, size=0.0)), town)
    remarks = remarks_before(plan, town)
    assert [one.card for one in remarks] == [1]
    assert "ändert die Maßnahme nichts" in remarks[0].said.de
    assert "changes nothing" in remarks[0].said.en


def test_a_plan_without_measures_is_told_to_change_nothing(town):
    (remark,) = remarks_before(Plan("leer", "Leer", "Empty"), town)
    assert remark.card is None
    assert "ändert nichts" in remark.said.de


def test_sentences_of_cards_name_no_entry_of_a_file(town, kinds):
    cards = (
        replace(new_card(kinds["counselling"], town), own_cost=0.0),
        replace(new_card(kinds["outreach"], town), own_cost=1.0),
        replace(new_card(kinds["outreach"], town), end="2028-12", remains=0.5,
                payers={"grant": 1.0}),
        replace(new_card(kinds["meeting_point"], town), own_cost=10.0,
                levers={"staff_hours_per_week": 20.0, "seats": 10}),
    )  # fmt: skip
    remarks = remarks_before(read(draft_with(*cards), town), town)
    assert {one.card for one in remarks} == {0, 1, 2, 3}
    for remark in remarks:
        for said in remark.said:
            for entry in ("cost_per_year", "payers_after", "staff_hours_per_week", "= {"):
                assert entry not in said, said


def test_problems_of_cards_are_told_in_the_words_of_the_page(town):
    draft = Draft("x", "=1+1", "Test")
    (found,) = read_text(written(draft, town), town).problems
    assert sentence_of(found).de.startswith("Name: ")


# Saving --------------------------------------------------------------------------------------


def test_a_plan_for_a_town_of_the_product_is_saved_beside_it(herrenberg, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in herrenberg.folder.rglob("*")}
    text = written(draft_of(herrenberg.plans["meeting_point"], herrenberg), herrenberg)
    path = own.save(text, "mein_plan", herrenberg, tmp_path)
    assert path == tmp_path / "results" / "plans" / "herrenberg" / "mein_plan.toml"
    assert path.read_text(encoding="utf-8") == text
    assert [one.name for one in path.parent.iterdir()] == ["mein_plan.toml"]
    assert before == {path: path.stat().st_mtime_ns for path in herrenberg.folder.rglob("*")}
    found = own.read_own(herrenberg, tmp_path)
    assert [one.plan.name for one in found.readings.values()] == ["meeting_point"]
    assert not found.plans(herrenberg)  # the town has a plan of that name already


def test_a_plan_for_an_own_town_is_saved_with_its_plans(town):
    path = own.save(written(draft_with(), town), "neu", town)
    try:
        assert path == town.folder / "plans" / "neu.toml"
        assert "test" in read_town(town.folder).plans
        assert not own.read_own(town).readings
        assert not own.delete("neu", town)
    finally:
        path.unlink()


def test_nothing_is_overwritten_and_nothing_half_written_stays(herrenberg, tmp_path, monkeypatch):
    text = written(draft_with(), herrenberg)
    path = own.save(text, "a", herrenberg, tmp_path)
    with pytest.raises(own.NotSaved, match="already"):
        own.save("anderes", "a", herrenberg, tmp_path)
    assert path.read_text(encoding="utf-8") == text

    def full(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(own.NotSaved, match="No space left"):
        own.save(text, "b", herrenberg, tmp_path)
    assert [one.name for one in path.parent.iterdir()] == ["a.toml"]


def test_a_disk_without_second_names_is_written_to_as_well(herrenberg, tmp_path, monkeypatch):
    def refused(*_paths):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refused)
    path = own.save("[plan]\n", "a", herrenberg, tmp_path)
    assert path.read_text(encoding="utf-8") == "[plan]\n"
    with pytest.raises(own.NotSaved):
        own.save("x", "a", herrenberg, tmp_path)
    assert [one.name for one in path.parent.iterdir()] == ["a.toml"]


@pytest.mark.parametrize("name", ["", "../a", "a/b", "A", "ä", "con", "a\0", "x" * 61, "a.toml"])
def test_names_that_are_paths_are_refused(herrenberg, tmp_path, name):
    with pytest.raises(own.NotSaved):
        own.save("x", name, herrenberg, tmp_path)
    assert not list(tmp_path.rglob("*.toml"))
    assert not own.delete(name, herrenberg, tmp_path)


def test_a_broken_saved_plan_is_told_and_keeps_no_other_away(herrenberg, tmp_path):
    own.save("kaputt", "kaputt", herrenberg, tmp_path)
    own.save(written(draft_with(), herrenberg), "gut", herrenberg, tmp_path)
    found = own.read_own(herrenberg, tmp_path)
    assert [plan.name for plan in found.plans(herrenberg)] == ["test"]
    assert any("kaputt.toml, Zeile 1" in one.text("de") for one in found.problems)
    assert own.delete("gut", herrenberg, tmp_path)
    assert not own.delete("gut", herrenberg, tmp_path)


# Kept by the browser ----------------------------------------------------------------------------


def test_a_draft_comes_back_from_the_browser_as_it_was(town, kinds):
    cards = tuple(new_card(kind, town) for kind in kinds.values())
    wrong = replace(cards[0], end="2026-01", start="2027-01", districts=(), own_cost=5.0)
    draft = Draft("plan_1", "<b>Plan</b>", "Plan", "", "", (*cards, wrong))
    kept = json.loads(json.dumps(values_of(draft)))
    assert draft_from(kept, town, kinds) == draft


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../../etc/passwd"},
        {"name": ""},
        {"label_de": 5},
        {"label_de": "x" * 201},
        {"more": 1},
        {"cards": [{}]},
        {"cards": None},
    ],
)
def test_what_no_page_could_have_kept_is_no_draft(town, kinds, changes):
    sound = values_of(Draft("plan_1", "Plan", "Plan"))
    assert draft_from(sound, town, kinds) is not None
    assert draft_from({**sound, **changes}, town, kinds) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "no_such"},
        {"districts": ["no_such"]},
        {"districts": "*"},
        {"start": "2027-13"},
        {"start": "2027-01\n"},
        {"end": 2027},
        {"size": math.nan},
        {"size": 1e300},
        {"size": "1"},
        {"ramp_up_months": -1},
        {"payers": {"nobody": 1.0}},
        {"payers": {"grant": 2.0}},
        {"levers": {"no_such": 1.0}},
        {"levers": {"seats": [1.0]}},
    ],
)
def test_a_card_no_page_could_have_kept_is_none(town, kinds, changes):
    draft = Draft("plan_1", "Plan", "Plan", cards=(new_card(kinds["meeting_point"], town),))
    kept = values_of(draft)
    kept["cards"][0].update(changes)
    assert draft_from(kept, town, kinds) is None
