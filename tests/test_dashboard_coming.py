"""The page of what is coming: map, year, fans, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from browser import tab

WAIT = 150_000
"""Milliseconds that an answer may take on a machine that does much else."""


def opened(visitor, lang="de", town="karlsruhe_muehlburg"):
    visitor.open(page="coming", town=town, lang=lang)
    visitor.page.wait_for_selector("figure.q-map", timeout=WAIT)
    visitor.page.wait_for_selector('[data-chart$="alle"] .q-chart-plot[data-drawn] svg')
    return visitor.page


def test_map_by_keyboard_and_fans(visitor):
    page = opened(visitor)
    assert page.locator("h1").inner_text().endswith(": Was kommt?")
    districts = page.locator(".q-map-district")
    assert districts.count() >= 4
    first = districts.first
    assert "Menschen" in first.get_attribute("aria-label")
    first.focus()
    page.keyboard.press("Enter")
    chosen = first.get_attribute("data-district")
    page.wait_for_selector(f'[data-chart$="in_need_{chosen}"] .q-chart-plot[data-drawn] svg')
    assert first.get_attribute("aria-pressed") == "true"
    assert visitor.accessibility() == []
    visitor.picture("coming_de")


def test_year_and_quantity(visitor):
    page = opened(visitor, town="herrenberg")
    assert "Kreise" in page.locator("figure.q-map").inner_text()
    page.get_by_label("Fehlende Pflege und Hilfe").check()
    page.wait_for_function(
        "document.querySelector('figure.q-map h3').innerText.includes('Fehlende')"
    )
    slider = page.get_by_label("Ende des Jahres")
    slider.focus()
    page.keyboard.press("Home")
    page.locator("figure.q-map h3", has_text="2025").wait_for()
    assert "2025" in page.locator(".q-slider-value").inner_text()
    page.locator("summary", has_text="Alle Bezirke").click()
    assert page.locator(".q-data-table tbody tr").count() == 9
    visitor.picture("coming_de_herrenberg")


@pytest.mark.parametrize("width", [390, 1024])
def test_in_english_on_other_screens(browser, server, width):
    with tab(browser, server, width=width, height=800) as visitor:
        page = opened(visitor, lang="en")
        assert page.locator("h1").inner_text().endswith(": what is coming?")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert visitor.accessibility() == []
        visitor.picture(f"coming_en_{width}")
        visitor.fine()
