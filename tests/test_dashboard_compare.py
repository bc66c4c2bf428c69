"""The page of comparison: the answer, the three doubts, the map, who pays, who gains."""

from __future__ import annotations

import pytest
from browser import tab

WAIT = 150_000
"""Milliseconds that an answer may take on a machine that does much else."""

TABS = ("Was sich ändert", "Wie sicher", "Wo", "Wer zahlt", "Wem es hilft", "Was zutreffen müsste")


def opened(visitor, **more):
    visitor.open(page="compare", **{"town": "karlsruhe_muehlburg", "lang": "de", **more})
    visitor.page.wait_for_selector(".q-doubts", timeout=WAIT)
    return visitor.page


def test_answer_doubts_and_tabs_by_keyboard(visitor):
    page = opened(visitor)
    assert page.locator("h1").inner_text().endswith("?")
    assert page.locator(".q-lead").inner_text()
    doubts = page.locator(".q-doubts").inner_text()
    for said in ("Die Entscheidung selbst:", "Was wir nicht genau wissen:", "Zufall:"):
        assert said in doubts
    page.wait_for_selector('[data-chart$="ziele"] .q-chart-plot[data-drawn] svg')
    assert visitor.accessibility() == []
    visitor.picture("compare_de")
    page.get_by_role("tab", name=TABS[0]).focus()
    for number, name in enumerate(TABS[1:], start=1):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f'[role=tab][aria-selected=true]:has-text("{name}")')
        if name == "Wem es hilft":
            page.locator("[role=tabpanel] p, [role=tabpanel] figure").first.wait_for()
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
    before = sum(box.is_checked() for box in boxes.all())
    unticked = next(box for box in boxes.all() if not box.is_checked())
    if before > 1:
        next(box for box in boxes.all() if box.is_checked()).uncheck()
    unticked.check()
    page.wait_for_function(
        "new URLSearchParams(location.search).get('plans').split(',').length > 1"
    )
    assert unticked.is_checked()


@pytest.mark.parametrize("width", [390, 1024])
def test_in_english_on_other_screens(browser, server, width):
    with tab(browser, server, width=width, height=800) as visitor:
        page = opened(visitor, lang="en")
        assert "The choice itself:" in page.locator(".q-doubts").inner_text()
        page.wait_for_selector(".q-chart-plot[data-drawn] svg")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert visitor.accessibility() == []
        visitor.picture(f"compare_en_{width}")
        visitor.fine()
