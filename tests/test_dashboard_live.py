"""The page where things are tried: sliders move the plan, and the answer moves."""

from __future__ import annotations


def open_live(visitor, **more):
    visitor.open(page="live", town="herrenberg", lang="de", **more)
    visitor.page.wait_for_selector(".q-live-said .q-lead", timeout=90_000)
    visitor.page.wait_for_selector('[data-chart*="ausprobieren"] .q-chart-plot[data-drawn] svg')


def test_live(visitor):
    open_live(visitor)
    visitor.picture("live_de")
