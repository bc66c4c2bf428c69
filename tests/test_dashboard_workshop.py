"""The workshop in a real browser: a moderator who projects, and phones in the room."""

from __future__ import annotations

import re
import signal

import pytest
from browser import ANSWER_MS, expect, serving, tab


def begin(visitor, **more):
    """Begin a workshop for Herrenberg; its code."""
    visitor.open(page="workshop", town="herrenberg", lang="de", **more)
    visitor.page.get_by_label("Name des Workshops").fill("Stadtwerkstatt <b>Juni</b>")
    visitor.page.get_by_role("button", name="Workshop für").click()
    visitor.page.wait_for_selector(".q-workshop-code")
    return visitor.page.get_attribute(".q-workshop-code", "data-code")


def part(visitor, name):
    named = visitor.page.get_by_role("tab", name=name, exact=True)
    named.click()
    expect(named).to_have_attribute("aria-selected", "true")
    visitor.page.locator("[role=tabpanel] :is(h2, label, button, p)").first.wait_for()


def join(phone, code, nickname=""):
    """Join as somebody does who scanned the code."""
    root = phone.server.address.split("?")[0].rstrip("/")
    phone.page.goto(f"{root}/mit#{code}")
    phone.page.wait_for_selector("#join:not([hidden])")
    expect(phone.page.locator("#code")).to_have_value(code)
    phone.page.fill("#nickname", nickname)
    phone.page.click("#join-form button")
    phone.page.wait_for_selector("#inside:not([hidden])")


def free_question(visitor, words, unit):
    """Put a question the model knows nothing of."""
    part(visitor, "Frage")
    # There is a choice once the model has answered; the form changes when it does.
    visitor.page.get_by_text("etwas anderes").click(timeout=ANSWER_MS)
    visitor.page.get_by_role("textbox", name="Frage", exact=True).fill(words)
    visitor.page.get_by_label("Einheit der Antwort").fill(unit)
    visitor.page.get_by_role("button", name="Frage stellen", exact=True).click()
    visitor.page.wait_for_selector(f'.q-workshop-question:has-text("{words}")')


def say(phone, text):
    """Say on a phone what one expects."""
    phone.page.wait_for_selector(".question.open")
    phone.page.fill(".question.open input", text)
    phone.page.click(".question.open button")
    phone.page.wait_for_selector(".question.open .mine:not(:empty)")


@pytest.fixture
def phones(browser, server):
    with (
        tab(browser, server, 390, 844) as first,
        tab(browser, server, 390, 844) as second,
    ):
        yield first, second
        first.fine()
        second.fine()


def test_a_question_from_the_room_to_the_model(visitor, phones):
    first, second = phones
    code = begin(visitor)
    expect(visitor.page.locator("h1")).to_have_text("Stadtwerkstatt <b>Juni</b>")
    assert visitor.accessibility() == []
    visitor.picture("workshop_join_de")
    first.page.goto(visitor.server.address.rstrip("/") + "/mit")
    first.page.wait_for_selector("#join:not([hidden])")
    assert first.accessibility() == []
    first.picture("phone_join_de")
    join(first, code, "<i>Anna</i>")
    join(second, code)
    visitor.page.wait_for_selector("text=2 Personen sind dabei")

    part(visitor, "Frage")
    visitor.page.wait_for_selector("text=Mit welchem Plan?", timeout=ANSWER_MS)
    assert visitor.accessibility() == []
    visitor.picture("workshop_new_question_de")
    visitor.page.get_by_role("button", name="Frage stellen", exact=True).click()
    visitor.page.wait_for_selector("text=0 von 2 haben geantwortet")
    assert visitor.accessibility() == []
    first.page.wait_for_selector(".question.open")
    first.page.fill(".question.open input", "viele")
    first.page.click(".question.open button")
    first.page.wait_for_selector("text=Bitte eine Zahl eingeben")
    assert first.accessibility() == []
    say(first, "1.200")
    expect(first.page.locator(".mine")).to_contain_text("1.200 Menschen")
    say(second, "40")
    visitor.page.wait_for_selector("text=2 von 2 haben geantwortet")
    # Nothing of the model is on a phone before the moderator shows it.
    expect(first.page.locator(".question")).to_contain_text("2 von 2")
    expect(first.page.locator(".model")).to_have_count(0)
    first.picture("phone_question_de")
    visitor.picture("workshop_question_de")
    visitor.page.get_by_role("button", name="Schließen", exact=True).click()
    first.page.wait_for_selector("text=Die Frage ist geschlossen")
    expect(first.page.locator(".question.open")).to_have_count(0)
    expect(first.page.locator(".model")).to_have_count(0)
    visitor.page.get_by_role("button", name="Antwort zeigen").click()
    visitor.page.wait_for_selector(".q-chart-plot[data-drawn] svg")
    said = visitor.page.locator(".q-workshop-model .q-workshop-said")
    expect(said).to_have_text(re.compile(r"^[\d.]+( \([\d.]+ bis [\d.]+\))? Menschen$"))
    expect(visitor.page.locator(".q-workshop-answers")).to_contain_text(
        "2 Erwartungen zwischen 40 und 1.200"
    )
    assert visitor.accessibility() == []
    visitor.picture("workshop_answer_de")
    expect(first.page.locator(".model .said")).to_have_text(said.inner_text())
    assert first.accessibility() == []
    first.picture("phone_answer_de")
    # On a projector: large type, and nothing cut off at the side.
    visitor.page.set_viewport_size({"width": 1024, "height": 768})
    visitor.page.keyboard.press("g")
    visitor.page.wait_for_selector(".q-large")
    visitor.picture("workshop_answer_large_de")
    assert visitor.fits()
    visitor.page.keyboard.press("g")
    visitor.page.wait_for_selector(".q-frame:not(.q-large)")

    part(visitor, "Protokoll")
    visitor.page.get_by_role("button", name="Vergleich auf dem Bildschirm festhalten").click(
        timeout=ANSWER_MS
    )
    visitor.page.wait_for_selector(".q-workshop-list li")
    visitor.page.get_by_label("Ergebnisse und Beschlüsse").fill("Der Treffpunkt wird geplant.")
    visitor.page.wait_for_selector("[data-kept]:not([data-kept=''])")
    assert visitor.accessibility() == []
    visitor.picture("workshop_minutes_de")
    first.page.wait_for_selector("#answer:not([hidden])")
    for name, begins in (("Word", b"PK"), ("PDF", b"%PDF"), ("Text", b"*Protokoll")):
        with visitor.page.expect_download(timeout=ANSWER_MS) as waiting:
            visitor.page.get_by_role("button", name=f"Protokoll ({name})").click()
        with open(waiting.value.path(), "rb") as file:
            assert file.read(10).startswith(begins), name
    visitor.page.get_by_role("button", name="Workshop beenden").click()
    first.page.wait_for_selector("text=Der Workshop ist beendet")


def test_proposals_and_doubts_reach_the_wall(visitor, phones):
    first, second = phones
    code = begin(visitor)
    join(first, code, "Anna")
    join(second, code)
    first.page.click("#propose summary")
    first.page.fill("#idea", "<script>alert(1)</script> Ein Bus am Markttag")
    first.page.get_by_label("Bürgerbus").check()
    first.page.select_option("#year", index=1)
    assert first.accessibility() == []
    first.picture("phone_propose_de")
    first.page.click("#propose-form button[type=submit]")
    first.page.wait_for_selector("text=Danke, Ihr Vorschlag ist angekommen")
    second.page.click("#lang-en")
    second.page.click("#doubt summary")
    second.page.select_option("#assumption", index=1)
    second.page.fill("#reason", "More people come here")
    assert second.accessibility() == []
    second.picture("phone_doubt_en")
    second.page.click("#doubt-form button[type=submit]")
    second.page.wait_for_selector("text=Thank you, your doubt has arrived")
    part(visitor, "Vorschläge und Zweifel")
    visitor.page.wait_for_selector("text=<script>alert(1)</script> Ein Bus am Markttag")
    visitor.page.wait_for_selector("text=More people come here")
    assert visitor.accessibility() == []
    visitor.picture("workshop_heard_de")
    visitor.page.get_by_role("button", name="Ausblenden: Vorschlag 1").click()
    visitor.page.wait_for_selector(".q-away")
    expect(visitor.page.get_by_text("Ein Bus am Markttag")).to_have_count(0)
    visitor.page.get_by_label("Im Raum vorgeschlagen").fill("Bänke")
    visitor.page.get_by_role("button", name="Aufnehmen").click()
    visitor.page.wait_for_selector("text=– im Raum")


def test_without_a_mouse(visitor, phones):
    first, _ = phones
    code = begin(visitor)
    press = visitor.page.keyboard.press
    visitor.page.wait_for_selector(".q-shortcuts")
    visitor.page.evaluate("document.activeElement.blur()")
    expect(visitor.page.locator("body")).to_be_focused()
    press("2")
    visitor.page.wait_for_selector('[role="tab"][aria-selected="true"]:has-text("Frage")')
    press("4")
    visitor.page.wait_for_selector("text=Ergebnisse und Beschlüsse")
    # While somebody writes, letters are letters.
    notes = visitor.page.get_by_label("Notizen")
    notes.focus()
    expect(notes).to_be_focused()
    visitor.page.keyboard.type("2 w g 1")
    # Once they are kept, a key that was taken for a shortcut would have been answered as well.
    visitor.page.wait_for_selector("[data-kept]:not([data-kept=''])", state="attached")
    expect(notes).to_have_value("2 w g 1")
    expect(visitor.page.locator(".q-large")).to_have_count(0)
    tabs = {
        name: visitor.page.get_by_role("tab", name=name) for name in ("Protokoll", "Vorschläge")
    }
    tabs["Protokoll"].focus()
    expect(tabs["Protokoll"]).to_be_focused()
    press("ArrowLeft")
    visitor.page.wait_for_selector('[role="tab"][aria-selected="true"]:has-text("Vorschläge")')
    expect(tabs["Vorschläge"]).to_be_focused()
    press("ArrowLeft")
    visitor.page.wait_for_selector('[role="tab"][aria-selected="true"]:has-text("Frage")')
    free_question(visitor, "Wie viele Bänke fehlen?", "Bänke")
    # The phone as well: Tab and Enter alone.
    join(first, code)
    first.page.wait_for_selector(".question.open input")
    first.page.focus(".question.open input")
    expect(first.page.locator(".question.open input")).to_be_focused()
    first.page.keyboard.type("7,5")
    first.page.keyboard.press("Enter")
    first.page.wait_for_selector("text=Ihre Erwartung: 7,5 Bänke")
    visitor.page.wait_for_selector("text=1 von 1 haben geantwortet")
    visitor.page.evaluate("document.activeElement.blur()")
    expect(visitor.page.locator("body")).to_be_focused()
    press("w")
    visitor.page.get_by_role("button", name="Antwort zeigen").wait_for()
    press("w")
    visitor.page.wait_for_selector("text=Dazu rechnet das Modell nichts.")
    visitor.page.locator(".q-shortcuts summary").click()
    assert visitor.accessibility() == []
    visitor.picture("workshop_keys_de")


def test_phones_at_200_per_cent_and_in_english(visitor, phones):
    first, _ = phones
    code = begin(visitor)
    free_question(visitor, "Wie viele Bänke fehlen?", "Bänke")
    # 390 pixels at 200 % are 195.
    first.page.set_viewport_size({"width": 195, "height": 422})
    join(first, code)
    first.page.click("#lang-en")
    first.page.wait_for_selector(".question.open")
    expect(first.page.locator("html")).to_have_attribute("lang", "en")
    first.page.click("#propose summary")
    first.page.locator("#measures input").first.wait_for()
    first.page.click("#doubt summary")
    first.page.locator("#reason").wait_for()
    assert first.fits()
    first.picture("phone_200_en")


def test_the_moderators_page_fits_every_screen_in_english_as_well(visitor):
    begin(visitor)
    visitor.page.get_by_role("button", name="English").click()
    visitor.page.wait_for_selector('[role="tab"]:has-text("Minutes")')
    for name in ("Minutes", "Proposals and doubts", "Question", "Join"):
        part(visitor, name)
        for width in (195, 390, 1024, 1400):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            visitor.page.wait_for_function("width => window.innerWidth === width", arg=width)
            assert visitor.fits(), (name, width)
        assert visitor.accessibility() == []
    visitor.page.set_viewport_size({"width": 390, "height": 800})
    visitor.picture("workshop_join_390_en")


def test_a_killed_server_loses_nothing_and_the_room_goes_on(browser, tmp_path):
    folder = tmp_path / "room"
    with (
        serving(folder, host="0.0.0.0") as first_server,
        tab(browser, first_server) as moderator,
        tab(browser, first_server, 390, 844) as phone,
    ):
        moderator.page.goto(first_server.address)
        moderator.drawn()
        moderator.page.goto(first_server.address.split("?")[0] + "?page=workshop&town=herrenberg")
        moderator.drawn()
        moderator.page.get_by_role("button", name="Workshop für").click()
        moderator.page.wait_for_selector(".q-workshop-qr")
        assert moderator.accessibility() == []
        moderator.picture("workshop_open_to_the_room_de")
        address = first_server.address.split("?")[0].rstrip("/") + "/mit"
        expect(moderator.page.locator(".q-workshop-address")).to_have_text(address)
        code = moderator.page.get_attribute(".q-workshop-code", "data-code")
        join(phone, code, "Anna")
        # The moderator's page is another one, and not for phones.
        phone.page.goto(first_server.address.split("?")[0])
        phone.page.wait_for_selector("text=Code der Moderation")
        phone.page.goto(address)
        free_question(moderator, "Wie viele Bänke fehlen?", "Bänke")
        say(phone, "12")
        part(moderator, "Protokoll")
        moderator.page.get_by_label("Notizen").fill("Noch nicht gesichert?")
        moderator.page.wait_for_selector("[data-kept]:not([data-kept=''])")
        state = phone.page.context.storage_state()
        first_server.process.send_signal(signal.SIGKILL)
        first_server.process.wait()
    with (
        serving(folder, host="0.0.0.0") as second_server,
        tab(browser, second_server) as moderator,
        tab(browser, second_server, 390, 844, storage_state=state) as phone,
    ):
        moderator.page.goto(second_server.address)
        moderator.drawn()
        moderator.page.goto(second_server.address.split("?")[0] + "?page=workshop")
        moderator.drawn()
        moderator.page.get_by_role("button", name="Fortsetzen").click()
        # A server that has just started reads all its libraries first.
        moderator.page.wait_for_selector("text=1 Person ist dabei", timeout=ANSWER_MS)
        part(moderator, "Frage")
        moderator.page.wait_for_selector("text=1 von 1 haben geantwortet")
        part(moderator, "Protokoll")
        expect(moderator.page.get_by_label("Notizen")).to_have_value("Noch nicht gesichert?")
        # The phone is known again, with what it said.
        phone.page.goto(second_server.address.split("?")[0].rstrip("/") + "/mit")
        phone.page.wait_for_selector("text=Ihre Erwartung: 12 Bänke")
        moderator.fine()
        phone.fine()
