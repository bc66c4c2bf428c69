"""The page of what is coming: map, year, fans, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from browser import ANSWER_MS, expect, tab


def opened(visitor, lang="de", town="karlsruhe_muehlburg"):
    visitor.open(page="coming", town=town, lang=lang)
    visitor.page.wait_for_selector("figure.q-map", timeout=ANSWER_MS)
    visitor.page.wait_for_selector('[data-chart$="alle"] .q-chart-plot[data-drawn] svg')
    visitor.settled()
    return visitor.page


def test_map_by_keyboard_and_fans(visitor):
    page = opened(visitor)
    expect(page.locator("h1")).to_have_text(re.compile(": Was kommt\\?$"))
    districts = page.locator(".q-map-district")
    districts.nth(3).wait_for()
    first = districts.first
    expect(first).to_have_attribute("aria-label", re.compile("Menschen"))
    chosen = first.get_attribute("data-district")
    first.focus()
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector(f'[data-chart$="in_need_{chosen}"] .q-chart-plot[data-drawn] svg')
    expect(first).to_have_attribute("aria-pressed", "true")
    assert visitor.accessibility() == []
    visitor.picture("coming_de")


def test_year_and_quantity(visitor):
    page = opened(visitor, town="herrenberg")
    expect(page.locator("figure.q-map")).to_contain_text("Kreise", use_inner_text=True)
    page.get_by_label("Fehlende Pflege und Hilfe").check()
    page.locator("figure.q-map h3", has_text="Fehlende").wait_for()
    slider = page.get_by_label("Ende des Jahres")
    slider.focus()
    expect(slider).to_be_focused()
    page.keyboard.press("Home")
    page.locator("figure.q-map h3", has_text="2025").wait_for()
    expect(page.locator(".q-slider-value")).to_contain_text("2025")
    page.locator("summary", has_text="Alle Bezirke").click()
    rows = page.locator(".q-data-table tbody tr")
    rows.first.wait_for()
    expect(rows).to_have_count(9)
    visitor.picture("coming_de_herrenberg")


@pytest.mark.parametrize("width", [390, 1024])
def test_in_english_on_other_screens(browser, server, width):
    with tab(browser, server, width=width, height=800) as visitor:
        page = opened(visitor, lang="en")
        expect(page.locator("h1")).to_have_text(re.compile(": what is coming\\?$"))
        assert visitor.fits()
        assert visitor.accessibility() == []
        visitor.picture(f"coming_en_{width}")
        visitor.fine()
