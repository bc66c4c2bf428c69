"""All pages in both languages: drawn, without a fault axe-core finds, without another host."""

from __future__ import annotations

import pytest

from sim.dashboard import session
from sim.dashboard.pages import PAGES

LISTED = [name for name, entry in PAGES.items() if entry.listed]

COMPLETE = {"assumptions": "main input"}
"""What is there once a page that reads for a while is complete."""


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_page_is_drawn_and_axe_finds_nothing(visitor, lang):
    visitor.open(page="compare", town="herrenberg", lang=lang)
    # The answer is part of the pages.
    visitor.page.wait_for_selector('main[aria-busy="false"]', timeout=180_000)
    found = {}
    for name in LISTED:
        visitor.go(name)
        visitor.page.wait_for_selector("main h1")
        visitor.page.wait_for_selector('main[aria-busy="false"]', timeout=180_000)
        visitor.page.wait_for_selector(COMPLETE.get(name, "main"), timeout=120_000)
        found[name] = visitor.accessibility()
        visitor.picture(f"{name}_{lang}")
        assert "q-note-error" not in visitor.page.inner_html("main"), name
        for width in (390, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            wide = visitor.page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= width, (name, width)
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
