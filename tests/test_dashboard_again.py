"""After a reload, a mistake, a lost connection: nothing is lost, and what is said is ours."""

from __future__ import annotations

import signal

from browser import expect, serving, tab

CARDS = 1
"""Cards of the plan that is copied: the first that Elmshorn compares with going on as before."""
DROP = """() => {
  window.said = [];
  let now = solara.debug.connectionStatus;
  const set = (next) => { now = next; said.push(next); };
  Object.defineProperty(solara.debug, "connectionStatus", { get: () => now, set });
  return solara.debug.dropConnection();
}"""
"""Breaks the line to the program, and notes what becomes of it."""
KEPT = "text => (sessionStorage.getItem('quartier-drafts-elmshorn') || '').includes(text)"


def test_a_draft_with_a_mistake_outlives_a_reload(visitor):
    page = visitor.page
    visitor.open(page="plans", town="elmshorn", lang="de")
    page.get_by_role("button", name="Kopieren und ändern").click()
    cards = page.locator("article.q-measure")
    expect(cards).to_have_count(CARDS)
    page.get_by_role("button", name="+ Neuer Treffpunkt").click()
    expect(cards).to_have_count(CARDS + 1)
    card = cards.nth(CARDS)
    card.locator("[data-field=start]").wait_for()
    # A latitude without a longitude is no place: no plan yet, but nothing to lose either.
    card.locator("details:has([data-field=latitude]) > summary").last.click()
    card.locator("[data-field=latitude]").fill("53.75")
    card.locator("[data-field=latitude]").press("Tab")
    page.wait_for_function(KEPT, arg="53.75")
    visitor.reload()
    page.locator(".q-plan-list").get_by_role("button", name="(Kopie)").click()
    expect(cards).to_have_count(CARDS + 1)
    card.locator("summary").first.click()
    card.locator("details:has([data-field=latitude]) > summary").last.click()
    expect(card.locator("[data-field=latitude]")).to_have_value("53.75")
    expect(card.locator("[data-field=longitude]")).to_have_value("")
    assert visitor.accessibility() == []
    visitor.picture("plans_mistake_de")


def test_a_reload_goes_on_with_the_workshop(visitor):
    page = visitor.page
    visitor.open(page="workshop", town="herrenberg", lang="de")
    page.get_by_role("button", name="Workshop für").click()
    page.wait_for_selector(".q-workshop-code")
    code = page.get_attribute(".q-workshop-code", "data-code")
    page.get_by_role("tab", name="Protokoll", exact=True).click()
    page.get_by_label("Notizen").wait_for()
    visitor.reload()
    page.get_by_label("Notizen").wait_for()
    page.get_by_role("tab", name="Teilnehmen", exact=True).click()
    page.wait_for_selector(f'.q-workshop-code[data-code="{code}"]')
    # On another page as well, and not any more once it was left.
    visitor.go("start")
    visitor.reload()
    visitor.go("workshop")
    page.get_by_role("button", name="Werkstatt verlassen").click()
    page.get_by_role("heading", name="Neu beginnen").wait_for()
    page.wait_for_function("() => !sessionStorage.getItem('quartier-workshop')")
    visitor.reload()
    page.get_by_role("heading", name="Neu beginnen").wait_for()


def test_what_a_tab_kept_of_a_workshop_is_read_as_hostile(visitor):
    page = visitor.page
    visitor.open(page="workshop", town="herrenberg", lang="de")
    for kept in ("{", "5", '{"workshop": "../../etc"}', '{"workshop": 5, "part": []}'):
        page.evaluate("text => sessionStorage.setItem('quartier-workshop', text)", kept)
        visitor.reload()
        page.get_by_role("heading", name="Neu beginnen").wait_for()
        # What the tab had kept has been handed to the server before these clicks are.
        expect(page.locator(".q-kept")).to_have_count(2)
        for label, lang in (("English", "en"), ("Deutsch", "de")):
            page.get_by_role("button", name=label).click()
            page.wait_for_selector(f'html[lang="{lang}"]')
        page.get_by_role("heading", name="Neu beginnen").wait_for()
        expect(page.locator("main .q-note-error")).to_have_count(0)


def test_the_statement_names_the_operator_and_a_lost_connection_is_said_in_german(
    browser, tmp_path
):
    named = tmp_path / "operator.toml"
    named.write_text(
        '[contact]\nde = "Stadt <b>Musterstadt</b>"\n[enforcement]\nde = "Stelle"\n',
        encoding="utf-8",
    )
    with (
        serving(tmp_path / "gone", QUARTIER_OPERATOR=str(named)) as server,
        tab(browser, server) as visitor,
    ):
        visitor.open(page="accessibility", lang="de")
        visitor.page.get_by_text("Kontaktstelle: Stadt <b>Musterstadt</b>").wait_for()
        expect(visitor.page.get_by_text("nicht vollständig")).to_have_count(0)
        assert visitor.accessibility() == []
        visitor.picture("accessibility_named_de")
        visitor.go("start")
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        visitor.page.get_by_text("Keine Verbindung zum Programm.").wait_for()
        visitor.picture("connection_lost_de", whole=False)
        body = visitor.page.locator("body")
        expect(body).not_to_contain_text("disconnected", use_inner_text=True)
        expect(body).not_to_contain_text("refresh", use_inner_text=True)


def test_a_statement_without_an_operator_says_so(visitor):
    visitor.open(page="accessibility", lang="en")
    visitor.page.get_by_text("This statement is not complete").wait_for()
    expect(visitor.page.get_by_text("No contact has been entered")).to_have_count(2)
    assert visitor.accessibility() == []


def test_a_connection_that_comes_back_takes_the_words_away(visitor):
    visitor.open(lang="en")
    assert visitor.page.evaluate(DROP)
    visitor.page.wait_for_function(
        "() => said.some((one) => one !== 'connected') && said.at(-1) === 'connected'"
    )
    lost = visitor.page.get_by_text("No connection to the program.")
    lost.wait_for(state="detached")
    visitor.page.get_by_role("button", name="Deutsch").click()
    visitor.page.wait_for_selector('html[lang="de"]')
