"""The page of assumptions in a real browser, and the variant made by hand."""

import math

import pytest
from browser import ANSWER_MS, expect

from sim.dashboard.ledger import (
    MOST_CHANGED,
    NotSet,
    Raised,
    bounds,
    rows,
    shown_factor,
    unchangeable,
    used_in,
    with_value,
    without,
)
from sim.report.uses import uses
from sim.town import read_town
from sim.town.finding import find_town

NAME = "visit_probability"


@pytest.fixture(scope="module")
def town():
    return read_town(find_town("herrenberg"))


# The ledger ----------------------------------------------------------------------------------


def test_every_assumption_has_value_source_status_and_where_it_is_used(town):
    found = rows(town, (), {}, "de")
    assert [row.name for row in found] == list(town.ledger)
    for row in found:
        assert row.label
        assert row.value
        assert row.source
        assert row.status_word in ("gemessen", "abgeleitet", "geschätzt", "angenommen")
        assert row.why_not or row.used, row.name
        assert row.low <= row.now <= row.high or row.why_not


def test_uses_found_together_are_those_found_one_by_one(town):
    together = used_in(town)
    for name in (NAME, "care_need_hours_3", "staff_hour_cost"):
        assert together[name] == uses(name)


def test_what_is_set_by_hand_stands_beside_the_ledger(town):
    before = town.ledger[NAME]
    fixed = with_value(town, (), NAME, before.high * shown_factor(before.unit))
    assert fixed == ((NAME, before.high),)
    assert town.ledger[NAME] == before
    row = next(row for row in rows(town, fixed, {}, "de") if row.name == NAME)
    assert row.set_to
    assert row.value != row.set_to
    assert without(fixed, NAME) == ()


def test_every_changeable_assumption_takes_both_ends_of_its_field(town):
    for row in rows(town, (), {}, "en"):
        for value in (row.low, row.high):
            if row.why_not:
                with pytest.raises(NotSet):
                    with_value(town, (), row.name, value)
            else:
                ((name, stored),) = with_value(town, (), row.name, value)
                low, high = bounds(town.ledger[name])
                assert low <= stored <= high


@pytest.mark.parametrize("value", [None, "", "1", math.nan, math.inf, -5, 1e300, True, [], {}])
def test_values_that_are_none_are_refused(town, value):
    with pytest.raises(NotSet) as refused:
        with_value(town, (), NAME, value)
    assert refused.value.said.de.startswith("Bitte eine Zahl")


@pytest.mark.parametrize("name", ["", "nothing", "__class__", "grade_entry_share_1", "small_cell"])
def test_what_cannot_be_changed_says_why(town, name):
    with pytest.raises(NotSet):
        with_value(town, (), name, 1.0)


def test_a_variant_is_not_another_model(town):
    names = [
        one.name
        for one in town.ledger.assumptions
        if unchangeable(one, used_in(town)[one.name]) is None
    ]
    fixed = tuple((name, 0.0) for name in sorted(names)[:MOST_CHANGED])
    with pytest.raises(NotSet, match="already"):
        with_value(town, fixed, sorted(names)[MOST_CHANGED], 1.0)


def test_doubts_stand_at_their_assumption(town):
    raised = {NAME: [Raised("Anna", "<b>zu hoch</b>")]}
    found = {row.name: row.raised for row in rows(town, (), raised, "de")}
    assert found[NAME] == (Raised("Anna", "<b>zu hoch</b>"),)
    assert not found["visit_hours"]


# The page ------------------------------------------------------------------------------------


def opened(visitor, lang="de"):
    visitor.open(page="assumptions", town="elmshorn", lang=lang)
    visitor.page.wait_for_selector(".q-ledger-list > li", timeout=ANSWER_MS)
    return visitor.page


def entry(page, name):
    page.locator("input[type=search]").fill(name)
    expect(page.locator(".q-ledger-list > li")).to_have_count(1)
    row = page.locator(f'li[data-name="{name}"]')
    row.locator("summary").click()
    row.locator("dl").wait_for()
    return row


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_ledger_is_searched(visitor, lang):
    page = opened(visitor, lang)
    row = entry(page, NAME)
    expect(page.locator(".q-ledger-list > li")).to_have_count(1)
    expect(row.locator("dl")).to_contain_text(NAME)
    expect(row.locator("dl")).to_contain_text("sim/parameters.py")
    assert visitor.accessibility() == []
    visitor.picture(f"assumptions_{lang}")


def test_a_changed_assumption_makes_a_variant_that_can_be_taken_back(visitor):
    page = opened(visitor)
    row = entry(page, "visit_hours")
    row.locator("[data-field=value]").fill("3")
    row.get_by_role("button", name="Damit rechnen").click()
    page.get_by_role("heading", name="Von Hand geändert").wait_for()
    expect(page.locator(".q-set-list")).to_contain_text("3 Stunden")
    expect(row.locator("summary s")).to_have_count(1)
    assert visitor.accessibility() == []
    visitor.picture("assumptions_changed_de")
    page.locator(".q-set-list").get_by_role("button").click()
    page.wait_for_selector(".q-set-list", state="detached")
    row.locator("summary s").wait_for(state="detached")


def test_what_cannot_be_is_refused_in_a_sentence(visitor):
    page = opened(visitor)
    row = entry(page, "visit_hours")
    field = row.locator("[data-field=value]")
    field.evaluate(
        "node => { node.removeAttribute('max'); node.closest('form').noValidate = true; }"
    )
    field.fill("100000")
    row.get_by_role("button", name="Damit rechnen").click()
    row.get_by_role("alert").filter(has_text="Bitte eine Zahl von").wait_for()
    expect(page.locator(".q-set-list")).to_have_count(0)


def test_the_ledger_by_keyboard_on_a_phone(visitor):
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    page = opened(visitor)
    page.locator("input[type=search]").focus()
    expect(page.locator("input[type=search]")).to_be_focused()
    page.keyboard.type("staff_hour_cost")
    row = page.locator('li[data-name="staff_hour_cost"]')
    expect(page.locator(".q-ledger-list > li")).to_have_count(1)
    for number in range(3):
        page.keyboard.press("Tab")
        expect(page.locator(".q-ledger-search select").nth(number)).to_be_focused()
    page.keyboard.press("Tab")
    expect(row.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    row.locator("dl").wait_for()
    expect(row).to_contain_text("assumptions.csv", use_inner_text=True)
    assert visitor.fits()
    visitor.picture("assumptions_390")
