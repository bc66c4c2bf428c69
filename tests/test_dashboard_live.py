"""The page where things are tried: sliders move the plan, and the answer moves."""

from __future__ import annotations

import re

import pytest
from browser import ANSWER_MS, expect, tab


def opened(visitor, **more):
    visitor.open(page="live", **{"town": "herrenberg", "lang": "de", **more})
    page = visitor.page
    page.wait_for_selector(".q-live-answer .q-data-table", timeout=ANSWER_MS)
    page.wait_for_selector('[data-chart*="ausprobieren"] .q-chart-plot[data-drawn] svg')
    return page


def press(page, slider, key, times):
    slider.focus()
    expect(slider).to_be_focused()
    # As fast as somebody presses: no press is lost while the one before is answered.
    for _ in range(times):
        page.keyboard.press(key)


def test_two_years_later_and_half_of_the_volunteers(visitor):
    """The question of the workshop, asked with the keyboard alone."""
    page = opened(visitor)
    page.get_by_label("Wo?").select_option(label="Altstadt")
    levers = page.locator(".q-live-levers")
    press(page, levers.get_by_label("Altstadt: öffnet"), "ArrowRight", 2)
    press(page, levers.get_by_label("Freiwillige: so viele der erhofften kommen"), "ArrowLeft", 5)
    changed = page.locator(".q-live-said .q-list").first
    changed.get_by_text("50 % der Freiwilligen").wait_for()
    expect(changed).to_contain_text("2 Jahre später")
    expect(levers).to_contain_text("10 statt 20 im Jahr", use_inner_text=True)
    expect(levers).to_contain_text("Januar 2029 statt Januar 2027", use_inner_text=True)
    said = page.locator(".q-live-said")
    expect(said).to_have_attribute("data-pending", "false", timeout=ANSWER_MS)
    visitor.settled()
    expect(page.locator(".q-live-answer .q-data-table thead th")).to_have_text(
        [
            "Was gezählt wird",
            "Weiter wie bisher",
            "Treffpunkt in der Altstadt",
            "Treffpunkt in der Altstadt, geändert",
        ]
    )
    expect(said).to_contain_text("„Treffpunkt in der Altstadt, geändert“", use_inner_text=True)
    expect(said).to_contain_text("Ende 2030", use_inner_text=True)
    chart = page.locator('[data-chart*="ausprobieren"]')
    expect(chart.locator("h3")).to_have_text(re.compile("^Altstadt: "))
    # The answer before stays as a grey line with its number.
    expect(page.locator(".q-tries")).to_contain_text("wie geplant")
    chart.locator("svg text", has_text="1").first.wait_for(state="attached")
    expect(chart.locator(".q-chart-plot svg")).to_contain_text("Weiter wie bisher")
    assert visitor.accessibility() == []
    visitor.picture("live_de")

    # Other pages show what was tried as well; nothing is lost on the way back to what is planned.
    page.get_by_role("button", name="Alles wie geplant").click()
    page.locator(".q-data-table thead th", has_text="geändert").wait_for(state="detached")
    expect(levers).to_contain_text("wie geplant: Januar 2027", use_inner_text=True)


def test_doubts_are_set_and_left_open_again(visitor):
    page = opened(visitor, lang="en")
    page.locator("summary", has_text="What do you doubt?").click()
    slider = page.get_by_label("How much of the observed effect on loneliness")
    press(page, slider, "ArrowRight", 4)
    page.locator("summary", has_text="(1 set)").wait_for()
    page.get_by_role("button", name="Leave open again").click()
    page.locator("summary", has_text="(1 set)").wait_for(state="detached")
    visitor.settled()
    assert visitor.accessibility() == []
    visitor.picture("live_en_doubts")


def test_on_a_phone(browser, server):
    with tab(browser, server, width=390, height=800) as visitor:
        opened(visitor)
        visitor.settled()
        assert visitor.fits()
        assert visitor.accessibility() == []
        visitor.picture("live_de_phone")
        visitor.fine()


@pytest.mark.parametrize("ending", ["csv", "xlsx", "png", "svg"])
def test_chart_can_be_taken_along(visitor, ending):
    page = opened(visitor, town="karlsruhe_muehlburg")
    chart = page.locator('[data-chart*="ausprobieren"]')
    chart.get_by_role("button", name="Als Tabelle").click()
    chart.locator("tbody tr").nth(3).wait_for()
    chart.get_by_role("button", name="Als Tabelle").click()
    chart.locator(".q-chart-plot svg").wait_for()
    chart.locator("summary").click()
    name = {"csv": "Tabelle (CSV)", "xlsx": "Tabelle (Excel)", "png": "Bild (PNG)",
            "svg": "Bild (SVG)"}[ending]  # fmt: skip
    with page.expect_download(timeout=ANSWER_MS) as waited:
        chart.get_by_role("button", name=name).click()
    content = waited.value.path().read_bytes()
    starts = {"csv": b"\xef\xbb\xbfJahr", "xlsx": b"PK", "png": b"\x89PNG", "svg": b"<svg"}
    assert content.startswith(starts[ending])
    assert waited.value.suggested_filename.endswith(f".{ending}")
