"""The dashboard's shell in a real browser: complete without network, two languages, keyboard."""

from __future__ import annotations

import re

import pytest
from browser import expect, tab

from sim.dashboard.answering.places import towns
from sim.dashboard.pages import PAGES

LISTED = [name for name, entry in PAGES.items() if entry.listed]


START_DE, START_EN = "Welcher Ort, welche Frage?", "Which place, which question?"
STATEMENT = re.compile("Barrierefreiheit|[Aa]ccessibility")


def says(visitor, part):
    """Wait until a part such as "lang=en" stands in the address."""
    expect(visitor.page).to_have_url(re.compile(rf"[?&]{re.escape(part)}(&|$)"))


def test_start_page_is_complete_and_every_town_is_on_it(visitor):
    visitor.open()
    expect(visitor.page.locator("h1")).to_have_text(START_DE)
    for entry in towns():
        expect(visitor.page.locator("main")).to_contain_text(entry.label, use_inner_text=True)
        expect(visitor.page.locator("main")).to_contain_text(entry.question_de, use_inner_text=True)
    expect(visitor.page.locator("nav a")).to_have_text(
        [PAGES[name].label_de for name in LISTED], use_inner_text=True
    )
    visitor.page.wait_for_function("() => document.title === 'Start · Quartier'")
    visitor.picture("start_de")


def test_document_allows_zoom_and_names_its_language(visitor):
    visitor.open(lang="en")
    expect(visitor.page.locator('meta[name="viewport"]')).to_have_attribute(
        "content", "width=device-width, initial-scale=1"
    )
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_axe_finds_nothing(visitor, lang):
    visitor.open(lang=lang)
    assert visitor.accessibility() == []
    visitor.picture(f"start_{lang}")
    visitor.page.click("footer a")
    says(visitor, "page=accessibility")
    visitor.page.locator("h1", has_text=STATEMENT).wait_for()
    assert visitor.accessibility() == []
    visitor.picture(f"accessibility_{lang}")


def test_language_switch_keeps_the_page_and_stands_in_the_address(visitor):
    visitor.open(page="accessibility")
    visitor.page.get_by_role("button", name="English").click()
    visitor.page.wait_for_selector('html[lang="en"]')
    expect(visitor.page.locator('nav a[data-page="coming"]')).to_have_text("What is coming")
    says(visitor, "page=accessibility")
    says(visitor, "lang=en")
    visitor.reload()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")


def test_opening_a_town_by_keyboard_alone(visitor):
    visitor.open()
    visitor.page.get_by_role("button", name="Herrenberg öffnen").wait_for()
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(":focus")).to_have_text("Zum Inhalt springen")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector("main:focus")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(":focus")).to_have_attribute("aria-label", "Herrenberg öffnen")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector('nav a[data-page="compare"][aria-current="page"]')
    says(visitor, "town=herrenberg")
    expect(visitor.page.locator("header")).to_contain_text("Herrenberg", use_inner_text=True)


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
    expect(visitor.page.locator("h1")).to_have_text(START_DE)


def test_back_and_forward_lead_through_the_pages(visitor):
    visitor.open()
    visitor.page.click("footer a")
    says(visitor, "page=accessibility")
    visitor.page.go_back()
    visitor.page.wait_for_selector('nav a[data-page="start"][aria-current="page"]')
    expect(visitor.page.locator("h1")).to_have_text(START_DE)
    visitor.page.go_forward()
    visitor.page.locator("h1", has_text=STATEMENT).wait_for()
    says(visitor, "page=accessibility")


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
    expect(visitor.page.locator("h1")).to_have_text(START_DE)
    expect(visitor.page).to_have_url(visitor.server.url(page="start", lang="de"))
    for search in HOSTILE:
        visitor.page.evaluate(
            "search => { history.pushState({}, '', search);"
            " dispatchEvent(new PopStateEvent('popstate')) }",
            search,
        )
        visitor.page.get_by_role("button", name="English").click()
        visitor.page.wait_for_selector('html[lang="en"]')
        expect(visitor.page.locator("h1"), search).to_have_text(START_EN)
        visitor.page.get_by_role("button", name="Deutsch").click()
        visitor.page.wait_for_selector('html[lang="de"]')
    assert "Traceback (most recent" not in visitor.page.content()
    assert alerts == []


def test_unknown_plans_in_the_address_are_left_out(visitor):
    visitor.open(page="plans", town="herrenberg", plans="no_such,meeting_point,reference")
    says(visitor, "plans=meeting_point,reference")


def test_nothing_is_cut_off_at_any_width(visitor):
    visitor.open()
    expect(visitor.page.get_by_role("button", name="öffnen")).to_have_count(len(towns()))
    for width in (390, 768, 1024, 1400):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        visitor.page.wait_for_function("width => window.innerWidth === width", arg=width)
        assert visitor.fits(), width
        visitor.picture(f"start_{width}")


def test_twice_as_large(browser, server):
    # 1280 pixels at 200 % are 640 of the page's pixels.
    with tab(browser, server, width=640, height=400, device_scale_factor=2) as zoomed:
        zoomed.open()
        expect(zoomed.page.get_by_role("button", name="öffnen")).to_have_count(len(towns()))
        assert zoomed.fits()
        zoomed.page.get_by_role("button", name="Menü: Start").click()
        expect(zoomed.page.locator('nav a[data-page="plans"]')).to_be_visible()
        zoomed.picture("start_200_percent", whole=False)


def test_large_type_for_the_projector(visitor):
    visitor.open()
    visitor.page.locator("main p").first.wait_for()
    size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
    before = visitor.page.evaluate(size)
    visitor.page.get_by_role("button", name="Große Schrift").click()
    visitor.page.wait_for_selector("html.q-large-page")
    visitor.page.wait_for_function(f"before => {size} > 1.2 * before", arg=before)
    expect(visitor.page.locator('nav a[data-page="plans"]')).to_be_hidden()
    says(visitor, "large=1")
    assert visitor.accessibility() == []
    visitor.picture("start_large")


def test_sessions_do_not_see_each_other(browser, server):
    with tab(browser, server) as first, tab(browser, server) as second:
        first.open(page="plans", town="herrenberg", lang="en")
        expect(first.page.locator("header")).to_contain_text("Herrenberg", use_inner_text=True)
        second.open()
        expect(second.page.locator("html")).to_have_attribute("lang", "de")
        second.page.get_by_role("button", name="Große Schrift").click()
        second.page.wait_for_selector("html.q-large-page")
        expect(second.page.locator("header")).not_to_contain_text("Herrenberg")
        # An answer to the first comes after anything of the second's that would reach it.
        first.page.get_by_role("button", name="Deutsch").click()
        first.page.wait_for_selector('html[lang="de"]')
        expect(first.page.locator("html")).not_to_have_class(re.compile("q-large-page"))


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
