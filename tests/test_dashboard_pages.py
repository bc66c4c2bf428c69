"""All pages in both languages: drawn, without a fault axe-core finds, without another host."""

from __future__ import annotations

import pytest
from browser import ANSWER_MS, expect

from sim.dashboard import session
from sim.dashboard.pages import PAGES

LISTED = [name for name, entry in PAGES.items() if entry.listed]

COMPLETE = {
    "coming": "figure.q-map",
    "compare": ".q-doubts",
    "plans": "figure.q-budget",
    "live": '[data-chart*="ausprobieren"] .q-chart-plot[data-drawn] svg',
    "lives": ".q-timeline",
    "assumptions": ".q-ledger-list > li",
    "report": ".q-code-lines:has-text('study.compare')",
}
"""What is there once a page that reads for a while is complete."""


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_page_is_drawn_and_axe_finds_nothing(visitor, lang):
    visitor.open(page="compare", town="herrenberg", lang=lang)
    # The answer is part of the pages.
    visitor.settled()
    found = {}
    for name in LISTED:
        visitor.go(name)
        visitor.page.wait_for_selector("main h1")
        visitor.page.wait_for_selector('main[aria-busy="false"]', timeout=ANSWER_MS)
        visitor.page.wait_for_selector(COMPLETE.get(name, "main"), timeout=ANSWER_MS)
        found[name] = visitor.accessibility()
        visitor.picture(f"{name}_{lang}")
        expect(visitor.page.locator("main .q-note-error"), name).to_have_count(0)
        for width in (390, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            visitor.page.wait_for_function("width => window.innerWidth === width", arg=width)
            assert visitor.fits(), (name, width)
    assert found == {name: [] for name in LISTED}


class Desk:
    """Stands for the desk: remembers who left."""

    def __init__(self):
        self.left = []

    def leave(self, owner):
        self.left.append(owner)


def test_closing_the_tab_leaves_the_desk(monkeypatch):
    desk = Desk()
    monkeypatch.setattr(session, "desk", lambda: desk)
    monkeypatch.setattr(session, "owner", lambda: "this tab")
    leave = session.start_session()
    assert desk.left == []
    leave()
    assert desk.left == ["this tab"]
