"""The page of comparison: the answer, the three doubts, the map, who pays, who gains."""

from __future__ import annotations

import re

import pytest
from browser import ANSWER_MS, expect, tab

TABS = ("Was sich ändert", "Wie sicher", "Wo", "Wer zahlt", "Wem es hilft", "Was zutreffen müsste")


def opened(visitor, **more):
    visitor.open(page="compare", **{"town": "karlsruhe_muehlburg", "lang": "de", **more})
    visitor.page.wait_for_selector(".q-doubts", timeout=ANSWER_MS)
    visitor.settled()
    return visitor.page


def test_answer_doubts_and_tabs_by_keyboard(visitor):
    page = opened(visitor)
    expect(page.locator("h1")).to_have_text(re.compile(r"\?$"))
    expect(page.locator(".q-lead")).not_to_be_empty()
    for said in ("Die Entscheidung selbst:", "Was wir nicht genau wissen:", "Zufall:"):
        expect(page.locator(".q-doubts")).to_contain_text(said, use_inner_text=True)
    page.wait_for_selector('[data-chart$="ziele"] .q-chart-plot[data-drawn] svg')
    assert visitor.accessibility() == []
    visitor.picture("compare_de")
    page.get_by_role("tab", name=TABS[0]).focus()
    for number, name in enumerate(TABS[1:], start=1):
        expect(page.get_by_role("tab", name=TABS[number - 1], exact=True)).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f'[role=tab][aria-selected=true]:has-text("{name}")')
        page.locator("[role=tabpanel] :is(p, li, figure)").first.wait_for()
        if name in ("Wie sicher", "Wer zahlt"):
            page.wait_for_selector("[role=tabpanel] .q-chart-plot[data-drawn] svg")
        if name == "Wo":
            page.locator(".q-map-district").nth(3).wait_for()
            page.locator("[role=tabpanel] .q-data-table tbody tr").nth(3).wait_for(state="attached")
        assert visitor.accessibility() == [], name
        visitor.picture(f"compare_de_{number}")


def test_other_plans_can_be_chosen(visitor):
    page = opened(visitor)
    page.locator("summary", has_text="Andere Pläne").click()
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(5)
    ticked, unticked = (
        page.locator(f'input[type=checkbox][value="{name}"]')
        for name in ("coordination", "home_visits")
    )
    expect(ticked).to_be_checked()
    expect(unticked).not_to_be_checked()
    # At once, before the first is answered; there is room for the second only because of the first.
    ticked.uncheck()
    unticked.check()
    for name, chosen in (("coordination", False), ("home_visits", True)):
        page.wait_for_function(
            "([name, chosen]) => new URLSearchParams(location.search).get('plans').split(',')"
            ".includes(name) === chosen",
            arg=[name, chosen],
        )
    expect(unticked).to_be_checked()
    expect(ticked).not_to_be_checked()


@pytest.mark.parametrize("width", [390, 1024])
def test_in_english_on_other_screens(browser, server, width):
    with tab(browser, server, width=width, height=800) as visitor:
        page = opened(visitor, lang="en")
        expect(page.locator(".q-doubts")).to_contain_text("The choice itself:", use_inner_text=True)
        page.wait_for_selector(".q-chart-plot[data-drawn] svg")
        assert visitor.fits()
        assert visitor.accessibility() == []
        visitor.picture(f"compare_en_{width}")
        visitor.fine()
