"""The dashboard's controls in a real browser: by keyboard, with hostile texts and files."""

from __future__ import annotations

import base64

import pytest
from browser import expect, needs_browser, serving, tab

from sim.dashboard.parts.controls import clean, decimals_of, on_a_step
from sim.dashboard.parts.files import file_of


@pytest.fixture(scope="module")
def parts_server(tmp_path_factory):
    needs_browser()
    with serving(tmp_path_factory.mktemp("parts"), shown="all_parts") as started:
        yield started


@pytest.fixture(scope="module")
def parts(browser, parts_server):
    with tab(browser, parts_server) as opened:
        opened.page.goto(parts_server.address)
        opened.page.wait_for_selector("text=im Abschnitt")
        opened.page.wait_for_selector("text=heil")
        yield opened
        opened.fine()


def test_axe_finds_nothing_in_any_part(parts):
    parts.page.evaluate("() => { document.title = 'Teile'; document.documentElement.lang = 'de'; }")
    assert parts.accessibility() == []
    parts.picture("parts")


def test_slider_by_keyboard_tells_value_and_unit(parts):
    slider = parts.page.get_by_label("Plätze")
    slider.focus()
    expect(slider).to_be_focused()
    parts.page.keyboard.press("ArrowRight")
    parts.page.wait_for_selector("text=slider 25")
    expect(slider).to_have_attribute("aria-valuetext", "25 Plätze")
    parts.page.keyboard.press("End")
    parts.page.wait_for_selector("text=slider 40")


def test_a_fast_hand_on_the_slider_is_not_pulled_back_by_earlier_answers(parts):
    slider = parts.page.get_by_label("Plätze")
    slider.focus()
    parts.page.keyboard.press("Home")
    parts.page.wait_for_selector("text=slider 0")
    # Slower than answers on a fast machine, faster on a slow one: there they come in between.
    for _ in range(7):
        parts.page.keyboard.press("ArrowRight", delay=150)
    parts.page.wait_for_selector("text=slider 35")
    expect(slider).to_have_value("35")


def test_choices(parts):
    parts.page.get_by_label("Liste").select_option("c")
    parts.page.wait_for_selector(".choice-says:has-text('c a')")
    parts.page.get_by_role("radio", name="Erstes").check()
    parts.page.wait_for_selector(".choice-says:has-text('a a')")
    parts.page.get_by_role("checkbox", name="Drittes").check()
    parts.page.wait_for_selector(".choice-says:has-text('a a,c')")
    parts.page.get_by_role("checkbox", name="Erstes").uncheck()
    expect(parts.page.locator(".choice-says")).to_have_text("a c")
    # Two boxes at once: the second does not undo the first.
    parts.page.get_by_role("checkbox", name="Erstes").check()
    parts.page.get_by_role("checkbox", name="Drittes").uncheck()
    expect(parts.page.locator(".choice-says")).to_have_text("a a")
    expect(parts.page.get_by_role("checkbox", name="Erstes")).to_be_checked()
    expect(parts.page.get_by_role("checkbox", name="Drittes")).not_to_be_checked()


def test_buttons(parts):
    parts.page.get_by_role("button", name="Drücken").press("Enter")
    parts.page.wait_for_selector(".said:has-text('pressed')")
    expect(parts.page.get_by_role("button", name="Gesperrt")).to_be_disabled()
    expect(parts.page.get_by_role("button", name="Schalter")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_text_is_cut_and_shown_as_text(parts):
    field = parts.page.get_by_label("Name")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("<b>x</b>")
    field.press("Enter")
    parts.page.wait_for_selector(".written:has-text('<b>x</b>')")
    expect(parts.page.locator(".written b")).to_have_count(0)
    parts.page.wait_for_selector("text=leer", state="detached")
    # What the browser's own limit lets through is cut here.
    field.evaluate("field => { field.removeAttribute('maxlength'); }")
    field.fill("y" * 5000)
    field.press("Enter")
    parts.page.wait_for_function("document.querySelector('.written').innerText.length === 20")


def test_hostile_texts_execute_nothing(parts):
    assert parts.page.evaluate("() => window.hit") is None
    expect(parts.page.locator(".q-note-caution")).to_contain_text("{{ 7*7 }}")
    expect(parts.page.locator("a", has_text="onerror")).to_have_attribute("href", "#")
    assert parts.page.evaluate("() => window.hit") is None


def test_files_are_taken_up_to_the_limit(parts):
    field = parts.page.locator("input[type=file]")
    field.set_input_files({"name": "p.toml", "mimeType": "text/plain", "buffer": b"x" * 49_000})
    parts.page.wait_for_selector(".said:has-text('p.toml 49000')")
    field.set_input_files({"name": "p.toml", "mimeType": "text/plain", "buffer": b"x" * 60_000})
    parts.page.wait_for_selector("text=Die Datei ist zu groß")
    field.set_input_files({"name": "q.toml", "mimeType": "text/plain", "buffer": b"x"})
    parts.page.wait_for_selector(".said:has-text('q.toml 1')")
    parts.page.wait_for_selector("text=Die Datei ist zu groß", state="detached")
    field.set_input_files({"name": "p.exe", "mimeType": "text/plain", "buffer": b"x"})
    parts.page.wait_for_selector("text=oder von anderer Art")
    # Whatever was sent of it would have arrived before this.
    parts.page.get_by_role("tab", name="Tabelle").click()
    parts.page.wait_for_selector("text=tab second")
    expect(parts.page.locator(".said")).to_have_text("q.toml 1")
    parts.page.get_by_role("tab", name="Karte").click()
    parts.page.wait_for_selector("text=tab first")


def test_download_gives_the_bytes_and_a_failed_one_a_sentence(parts):
    for _ in range(2):
        with parts.page.expect_download() as waiting:
            parts.page.get_by_role("button", name="Tabelle (CSV)").click()
        assert waiting.value.suggested_filename == "tabelle.csv"
        assert waiting.value.path().read_bytes() == "a;b\n1;ä\n".encode()
    parts.page.get_by_role("button", name="Geht nicht").click()
    parts.page.wait_for_selector("text=ging nicht")
    assert "secret insides" not in parts.page.content()


def test_tabs_by_arrow_keys(parts):
    parts.page.get_by_role("tab", name="Karte").focus()
    expect(parts.page.get_by_role("tab", name="Karte")).to_be_focused()
    parts.page.keyboard.press("ArrowRight")
    parts.page.wait_for_selector("text=tab second")
    expect(parts.page.get_by_role("tab", name="Tabelle")).to_be_focused()
    parts.page.keyboard.press("ArrowLeft")
    parts.page.wait_for_selector("text=tab first")
    expect(parts.page.get_by_role("tab", name="Karte")).to_be_focused()
    # Two at once: the second key goes on from where the first led.
    parts.page.keyboard.press("ArrowRight")
    parts.page.keyboard.press("ArrowRight")
    parts.page.wait_for_selector("text=tab third")
    expect(parts.page.get_by_role("tab", name="Liste")).to_be_focused()
    parts.page.get_by_role("tab", name="Karte").click()
    parts.page.wait_for_selector("text=tab first")


def test_what_fails_is_a_sentence_and_can_be_tried_again(parts):
    parts.page.get_by_role("button", name="Kaputt machen").click()
    parts.page.wait_for_selector("text=Das ging nicht.")
    content = parts.page.content()
    assert "secret insides" not in content
    assert "Traceback (most recent" not in content
    parts.picture("parts_failed")
    parts.page.get_by_role("button", name="Noch einmal versuchen").click()
    parts.page.wait_for_selector("text=heil")


@pytest.mark.parametrize(
    ("sent", "number"),
    [(17, 15), (18.0, 20), (-5, 0), (1e300, 40), ("20", None), (None, None), (True, None)],
)
def test_numbers_from_the_browser_are_on_a_step(sent, number):
    assert on_a_step(sent, 0, 40, 5) == number


def test_no_number_is_none():
    assert on_a_step(float("nan"), 0, 1, 0.1) is None
    assert on_a_step(float("inf"), 0, 1, 0.1) is None
    assert on_a_step(0.30000001, 0, 1, 0.1) == 0.3
    assert [decimals_of(step) for step in (5, 1, 0.5, 0.05)] == [0, 0, 1, 2]


def test_text_from_outside_is_cleaned():
    assert clean("a\x00b\nc", 10) == "a b c"
    assert clean("a\nb", 10, lines=True) == "a\nb"
    assert len(clean("ä" * 10_000_000, 20)) == 20


def test_files_from_outside_are_checked_again():
    good = base64.b64encode(b"x" * 100).decode()
    assert file_of({"name": "../../a/b.toml", "content": good}, (".toml",), 100) == (
        "b.toml",
        b"x" * 100,
    )
    assert file_of({"name": "b.toml", "content": good}, (".toml",), 99) is None
    assert file_of({"name": "b.exe", "content": good}, (".toml",), 100) is None
    assert file_of({"name": "b.toml", "content": "not base 64!"}, (".toml",), 100) is None
    assert file_of({"name": 5, "content": good}, (".toml",), 100) is None
    assert file_of("b.toml", (".toml",), 100) is None
