"""The page where things are tried: sliders move the plan, and the answer moves."""

from __future__ import annotations

import pytest
from browser import tab

WAIT = 150_000
"""Milliseconds that an answer may take on a machine that does much else."""


def opened(visitor, **more):
    visitor.open(page="live", **{"town": "herrenberg", "lang": "de", **more})
    page = visitor.page
    page.wait_for_selector(".q-live-answer .q-data-table", timeout=WAIT)
    page.wait_for_selector('[data-chart*="ausprobieren"] .q-chart-plot[data-drawn] svg')
    return page


def press(page, slider, key, times):
    slider.focus()
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
    assert "2 Jahre später" in changed.inner_text()
    assert "10 statt 20 im Jahr" in levers.inner_text()
    assert "Januar 2029 statt Januar 2027" in levers.inner_text()
    heads = page.locator(".q-live-answer .q-data-table thead th")
    page.locator(".q-data-table thead th", has_text="geändert").wait_for(timeout=WAIT)
    assert [text.strip() for text in heads.all_inner_texts()] == [
        "Was gezählt wird",
        "Weiter wie bisher",
        "Treffpunkt in der Altstadt",
        "Treffpunkt in der Altstadt, geändert",
    ]
    said = page.locator(".q-live-said").inner_text()
    assert "„Treffpunkt in der Altstadt, geändert“" in said
    assert "Ende 2030" in said
    title = page.locator('[data-chart*="ausprobieren"] h3').inner_text()
    assert title.startswith("Altstadt: ")
    # The answer before stays as a grey line with its number.
    assert "wie geplant" in page.locator(".q-tries").inner_text()
    assert page.locator('[data-chart*="ausprobieren"] svg text', has_text="1").count()
    assert "Weiter wie bisher" in page.locator('[data-chart*="ausprobieren"] svg').text_content()
    assert visitor.accessibility() == []
    visitor.picture("live_de")

    # Other pages show what was tried as well; nothing is lost on the way back to what is planned.
    page.get_by_role("button", name="Alles wie geplant").click()
    page.locator(".q-data-table thead th", has_text="geändert").wait_for(state="detached")
    assert "wie geplant: Januar 2027" in levers.inner_text()


def test_doubts_are_set_and_left_open_again(visitor):
    page = opened(visitor, lang="en")
    page.locator("summary", has_text="What do you doubt?").click()
    slider = page.get_by_label("How much of the observed effect on loneliness")
    press(page, slider, "ArrowRight", 4)
    page.locator("summary", has_text="(1 set)").wait_for()
    page.get_by_role("button", name="Leave open again").click()
    page.locator("summary", has_text="(1 set)").wait_for(state="detached")
    assert visitor.accessibility() == []
    visitor.picture("live_en_doubts")


def test_on_a_phone(browser, server):
    with tab(browser, server, width=390, height=800) as visitor:
        page = opened(visitor)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
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
    chart.locator("summary").click()
    name = {"csv": "Tabelle (CSV)", "xlsx": "Tabelle (Excel)", "png": "Bild (PNG)",
            "svg": "Bild (SVG)"}[ending]  # fmt: skip
    with page.expect_download() as waited:
        chart.get_by_role("button", name=name).click()
    content = waited.value.path().read_bytes()
    starts = {"csv": b"\xef\xbb\xbfJahr", "xlsx": b"PK", "png": b"\x89PNG", "svg": b"<svg"}
    assert content.startswith(starts[ending])
    assert waited.value.suggested_filename.endswith(f".{ending}")
