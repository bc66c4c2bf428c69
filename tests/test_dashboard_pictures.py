"""Pictures of what else a council sees: large type, a phone, a county, many draws.

The other tests of the dashboard keep pictures of the pages as they go; these are for looking at
every page as it is projected and on a phone. Each must fit its screen and pass axe as well.
"""

from __future__ import annotations

import pytest
from browser import ANSWER_MS, expect, serving, tab

from sim.dashboard.pages import PAGES

LISTED = [name for name, entry in PAGES.items() if entry.listed]
PROJECTOR = (1280, 720)
PHONE = (390, 844)
COUNTY = "reference,whole_county"
CHOICE = "reference,meeting_point"
"""Two plans, so that the answer is there sooner."""
ANSWERED = ("coming", "compare", "live")
"""Pages that say when the answer on them stays."""
COMPLETE = {
    "coming": "figure.q-map",
    "compare": ".q-doubts",
    "live": '[data-chart*="ausprobieren"] .q-chart-plot[data-drawn] svg',
    "plans": "figure.q-budget",
    "lives": ".q-timeline",
    "assumptions": ".q-ledger-list > li",
    "report": ".q-code-lines:has-text('study.compare')",
}
"""What is there once a page that reads or draws for a while is complete."""


def settled(visitor, name):
    """Wait until a page is drawn with the answer that stays."""
    visitor.page.wait_for_selector("main h1")
    if name in ANSWERED:
        visitor.settled()
    visitor.page.wait_for_selector('main[aria-busy="false"]', timeout=ANSWER_MS)
    visitor.page.wait_for_selector(COMPLETE.get(name, "main"), timeout=ANSWER_MS)
    visitor.page.wait_for_function(
        "() => [...document.querySelectorAll('.q-chart-plot')]"
        ".every((plot) => !plot.clientWidth || plot.querySelector('svg'))"
    )


@pytest.mark.parametrize(
    ("screen", "size", "more"),
    [("large", PROJECTOR, {"large": "1"}), ("phone", PHONE, {})],
)
def test_every_page_projected_and_on_a_phone(browser, server, screen, size, more):
    with tab(browser, server, *size) as visitor:
        for name in LISTED:
            visitor.open(page=name, town="herrenberg", lang="de", **more)
            settled(visitor, name)
            assert visitor.fits(), name
            visitor.picture(f"{name}_{screen}_de")
            assert visitor.accessibility() == [], name
        visitor.fine()


def test_a_county_of_44_municipalities(browser, server):
    with tab(browser, server, *PROJECTOR) as visitor:
        visitor.open(page="coming", town="landkreis_esslingen", lang="de", plans=COUNTY)
        visitor.page.wait_for_selector("figure.q-map", timeout=ANSWER_MS)
        expect(visitor.page.locator(".q-map-district")).to_have_count(44)
        visitor.settled()
        visitor.page.wait_for_selector(".q-chart-plot[data-drawn] svg")
        assert visitor.fits()
        visitor.picture("coming_county_de")
        visitor.fine()


def test_who_gains_and_what_would_have_to_be_true(browser, tmp_path):
    # As many draws as are needed for both; the other tests do with fewer.
    with (
        serving(tmp_path / "many", QUARTIER_MOST_DRAWS="24") as server,
        tab(browser, server, *PROJECTOR) as visitor,
    ):
        visitor.open(page="compare", town="herrenberg", lang="de", plans=CHOICE)
        settled(visitor, "compare")
        for name, wanted in (
            ("Wem es hilft", "[role=tabpanel] figure, [role=tabpanel] table"),
            ("Was zutreffen müsste", "[role=tabpanel] li, [role=tabpanel] p"),
        ):
            visitor.page.get_by_role("tab", name=name).click()
            visitor.page.wait_for_selector(f'[role=tab][aria-selected=true]:has-text("{name}")')
            visitor.page.locator(wanted).first.wait_for()
            settled(visitor, "compare")
            assert visitor.accessibility() == [], name
            visitor.picture(f"compare_{'gains' if name.startswith('Wem') else 'true'}_24_draws_de")
        visitor.fine()
