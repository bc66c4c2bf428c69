"""The dashboard's shell in a real browser: complete without network, two languages, keyboard."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from browser import tab

from sim.dashboard.answering.places import towns
from sim.dashboard.pages import PAGES

LISTED = [name for name, entry in PAGES.items() if entry.listed]


def address(visitor):
    return urlsplit(visitor.page.url).query


def test_start_page_is_complete_and_every_town_is_on_it(visitor):
    visitor.open()
    assert visitor.page.inner_text("h1") == "Welcher Ort, welche Frage?"
    cards = visitor.page.inner_text("main")
    for entry in towns():
        assert entry.label in cards
        assert entry.question_de in cards
    assert visitor.page.locator("nav a").all_inner_texts() == [
        PAGES[name].label_de for name in LISTED
    ]
    visitor.page.wait_for_function("() => document.title === 'Start · Quartier'")
    visitor.picture("start_de")


def test_document_allows_zoom_and_names_its_language(visitor):
    visitor.open(lang="en")
    view = visitor.page.get_attribute('meta[name="viewport"]', "content")
    assert view == "width=device-width, initial-scale=1"
    assert visitor.page.get_attribute("html", "lang") == "en"


@pytest.mark.parametrize("lang", ["de", "en"])
def test_axe_finds_nothing(visitor, lang):
    visitor.open(lang=lang)
    assert visitor.accessibility() == []
    visitor.picture(f"start_{lang}")
    visitor.page.click("footer a")
    visitor.page.wait_for_url("**page=accessibility*")
    assert visitor.accessibility() == []
    visitor.picture(f"accessibility_{lang}")


def test_language_switch_keeps_the_page_and_stands_in_the_address(visitor):
    visitor.open(page="accessibility")
    visitor.page.get_by_role("button", name="English").click()
    visitor.page.wait_for_selector('html[lang="en"]')
    assert visitor.page.locator('nav a[data-page="coming"]').inner_text() == "What is coming"
    assert "page=accessibility" in address(visitor)
    assert "lang=en" in address(visitor)
    visitor.page.reload()
    visitor.drawn()
    assert visitor.page.get_attribute("html", "lang") == "en"


def test_opening_a_town_by_keyboard_alone(visitor):
    visitor.open()
    visitor.page.keyboard.press("Tab")
    assert visitor.page.inner_text(":focus") == "Zum Inhalt springen"
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector("main:focus")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.get_attribute(":focus", "aria-label") == "Herrenberg öffnen"
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector('nav a[data-page="compare"][aria-current="page"]')
    assert "town=herrenberg" in address(visitor)
    assert "Herrenberg" in visitor.page.inner_text("header")


def test_focus_can_be_seen_on_every_control_of_the_frame(visitor):
    visitor.open()
    seen = 0
    for _ in range(4 + len(LISTED)):
        visitor.page.keyboard.press("Tab")
        style = visitor.page.evaluate(
            "() => getComputedStyle(document.activeElement).outlineStyle + ' ' "
            "+ parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
        )
        kind, width = style.split()
        assert kind == "solid"
        assert float(width) >= 2.0
        seen += 1
    assert seen == 4 + len(LISTED)


def test_pages_that_need_a_town_say_so(visitor):
    visitor.open()
    visitor.page.click('nav a[data-page="compare"]')
    visitor.page.wait_for_selector("text=Bitte zuerst einen Ort wählen.")
    assert visitor.page.inner_text("h1") == "Welcher Ort, welche Frage?"


def test_back_and_forward_lead_through_the_pages(visitor):
    visitor.open()
    visitor.page.click("footer a")
    visitor.page.wait_for_url("**page=accessibility*")
    visitor.page.go_back()
    visitor.page.wait_for_selector('nav a[data-page="start"][aria-current="page"]')
    visitor.page.wait_for_selector("text=Welcher Ort, welche Frage?")


HOSTILE = (
    "?page=../../etc/passwd&town=../../etc&lang=xx",
    "?page=compare&town=no_such_town&plans=a,b,c",
    "?page=compare&town=herrenberg%00&plans=%27;%20DROP%20TABLE%20plans;--",
    "?page=" + "start" * 700,
    "?" + "&".join(f"page=compare&x{number}=1" for number in range(200)),
    "?page=%ff%fe&town=%c3%28&lang=%00",
)


def test_hostile_addresses_show_the_start_page(visitor):
    alerts = []
    visitor.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    visitor.open(page="<script>alert(1)</script>", town='"><img src=x onerror=alert(1)>')
    assert visitor.page.inner_text("h1") == "Welcher Ort, welche Frage?"
    assert address(visitor) == "page=start&lang=de"
    for search in HOSTILE:
        visitor.page.evaluate(
            "search => { history.pushState({}, '', search);"
            " dispatchEvent(new PopStateEvent('popstate')) }",
            search,
        )
        visitor.page.get_by_role("button", name="English").click()
        visitor.page.wait_for_selector('html[lang="en"]')
        assert visitor.page.inner_text("h1") == "Which place, which question?", search
        visitor.page.get_by_role("button", name="Deutsch").click()
        visitor.page.wait_for_selector('html[lang="de"]')
    assert "Traceback (most recent" not in visitor.page.content()
    assert alerts == []


def test_unknown_plans_in_the_address_are_left_out(visitor):
    visitor.open(page="plans", town="herrenberg", plans="no_such,meeting_point,reference")
    assert "plans=meeting_point,reference" in address(visitor)


def test_nothing_is_cut_off_at_any_width(visitor):
    visitor.open()
    for width in (390, 768, 1024, 1400):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        assert visitor.page.evaluate("() => document.documentElement.scrollWidth") <= width
        visitor.picture(f"start_{width}")


def test_twice_as_large(browser, server):
    # 1280 pixels at 200 % are 640 of the page's pixels.
    with tab(browser, server, width=640, height=400, device_scale_factor=2) as zoomed:
        zoomed.open()
        assert zoomed.page.evaluate("() => document.documentElement.scrollWidth") <= 640
        zoomed.page.get_by_role("button", name="Menü: Start").click()
        assert zoomed.page.is_visible('nav a[data-page="plans"]')
        zoomed.picture("start_200_percent", whole=False)


def test_large_type_for_the_projector(visitor):
    visitor.open()
    size = "() => parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
    before = visitor.page.evaluate(size)
    visitor.page.get_by_role("button", name="Große Schrift").click()
    visitor.page.wait_for_selector("html.q-large-page")
    assert visitor.page.evaluate(size) > 1.2 * before
    assert not visitor.page.is_visible('nav a[data-page="plans"]')
    assert "large=1" in address(visitor)
    assert visitor.accessibility() == []
    visitor.picture("start_large")


def test_sessions_do_not_see_each_other(browser, server):
    with tab(browser, server) as first, tab(browser, server) as second:
        first.open(page="plans", town="herrenberg", lang="en")
        second.open()
        assert "Herrenberg" not in second.page.inner_text("header")
        assert second.page.get_attribute("html", "lang") == "de"
        second.page.get_by_role("button", name="Große Schrift").click()
        second.page.wait_for_selector("html.q-large-page")
        assert "q-large-page" not in (first.page.get_attribute("html", "class") or "")


def test_a_page_of_another_origin_gets_no_connection(visitor, server):
    # A file has the origin "null"; a page of another server is tried in test_dashboard_guard.
    visitor.page.set_content("<p>elsewhere</p>")
    address = server.address.replace("http", "ws") + "jupyter/api/kernels/x/channels?session_id=y"
    told = visitor.page.evaluate(
        """address => new Promise(done => {
            const socket = new WebSocket(address);
            socket.onopen = () => done("open");
            socket.onerror = () => done("refused");
        })""",
        address,
    )
    assert told == "refused"
