"""The page of plans in a real browser: cards, budget, saving, files and links from strangers."""

import re
import shutil

import pytest

from sim.dashboard.drafting.card import Draft, new_card, toml_of
from sim.dashboard.drafting.kinds import measure_kinds
from sim.dashboard.drafting.link import packed
from sim.town import read_town
from sim.town.finding import find_town
from tests.browser import ANSWER_MS, expect, tab

PLANS = 7
"""Plans that Elmshorn has."""
CARDS = 1
"""Cards of the plan that is copied: the first that Elmshorn compares with going on as before."""
NASTY = "<img src=x onerror=alert(1)><b>Plan</b>"


@pytest.fixture(scope="module")
def elmshorn():
    return read_town(find_town("elmshorn"))


@pytest.fixture(autouse=True)
def nothing_saved(server):
    """Saved plans are everybody's on this machine: one test's are not the next one's."""
    yield
    shutil.rmtree(server.folder / "results" / "plans", ignore_errors=True)


def text_of(town, label="Ein Plan", kind="counselling"):
    kinds = measure_kinds(town)
    draft = Draft("fremd", label, label, cards=(new_card(kinds[kind], town),))
    return toml_of(draft, kinds, len(town.districts))


def opened(visitor, lang="de", **more):
    visitor.open(page="plans", town="elmshorn", lang=lang, **more)
    return visitor.page


def copied(visitor):
    """An own plan, begun as a copy."""
    page = opened(visitor)
    page.get_by_role("button", name="Kopieren und ändern").click()
    expect(page.locator("article.q-measure")).to_have_count(CARDS)
    return page


def add(page, label, before=CARDS):
    """Add a measure to a plan that has `before`; its card."""
    cards = page.locator("article.q-measure")
    expect(cards).to_have_count(before)
    page.get_by_role("button", name=f"+ {label}").click()
    expect(cards).to_have_count(before + 1)
    added = cards.nth(before)
    added.locator("[data-field=start]").wait_for()
    return added


def own_plans(page):
    return page.locator(".q-plan-list").get_by_text("eigener Plan")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_plan_of_the_place_can_be_read_but_not_changed(visitor, lang):
    page = opened(visitor, lang)
    page.wait_for_selector("figure.q-budget table")
    page.locator("ol.q-measure-list > li").first.wait_for()
    expect(page.locator("article.q-measure input")).to_have_count(0)
    assert visitor.accessibility() == []
    visitor.picture(f"plans_{lang}")


def test_a_plan_is_made_of_cards_and_every_change_is_seen_at_once(visitor):
    page = copied(visitor)
    card = add(page, "Aufsuchende Arbeit")
    line = card.locator(".q-measure-line")
    expect(line).to_contain_text("23.400 Euro im Jahr (Kommune)")
    grant = card.locator("[data-field=payer_grant]")
    card.locator("[data-field=size]").fill("20")
    card.locator("[data-field=size]").press("Tab")
    grant.fill("80")
    line.filter(has_text="46.800 Euro").wait_for()
    # The answer to the first field came while the second was being written.
    expect(grant).to_have_value("80")
    grant.press("Tab")
    line.filter(has_text="Kommune 20 %, Zuschuss von Land oder Bund 80 %").wait_for()
    card.locator("[data-field=end]").select_option("2028-12")
    line.filter(has_text="Januar 2027 bis Dezember 2028").wait_for()
    budget = page.locator("figure.q-budget")
    budget.filter(has_text="37.440").wait_for()  # 80 % of 46,800
    assert visitor.accessibility() == []
    visitor.picture("plans_cards_de")


def test_two_ticks_at_once_both_count(visitor):
    page = copied(visitor)
    card = add(page, "Aufsuchende Arbeit")
    expect(card.locator("[data-field=districts]")).to_have_count(5)
    expect(card.locator("[data-field=districts]:checked")).to_have_count(1)
    # The second before the first is answered.
    for name in ("klostersande", "kaltenweide"):
        card.locator(f'[data-field=districts][value="{name}"]').click()
    expect(card.locator("[data-field=districts]:checked")).to_have_count(3)
    for name in ("langelohe_hainholz", "klostersande", "kaltenweide"):
        expect(card.locator(f'[data-field=districts][value="{name}"]')).to_be_checked()


def test_what_cannot_be_is_refused_beside_its_field(visitor):
    page = copied(visitor)
    card = add(page, "Pflegeberatung")
    field = card.locator("[data-field=size]")
    field.fill("100000")
    field.press("Tab")
    card.get_by_role("alert").filter(has_text="Bitte eine Zahl von 0 bis 400").wait_for()
    field.fill("0")
    field.press("Tab")
    card.get_by_role("status").filter(has_text="ändert die Maßnahme nichts").wait_for()


def test_a_card_is_filled_in_by_keyboard_alone(visitor):
    page = copied(visitor)
    button = page.get_by_role("button", name="+ Organisierte Nachbarschaftshilfe")
    button.focus()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("article.q-measure")).to_have_count(CARDS + 1)
    card = page.locator("article.q-measure").last
    card.locator("[data-field=size]").wait_for()
    card.locator("summary").first.focus()
    expect(card.locator("summary").first).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate("() => document.activeElement.dataset.field || ''")
        if name == "size":
            break
    assert name == "size"
    page.keyboard.press("Control+a")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    card.locator(".q-measure-line").filter(has_text="12 Koordinationsstunden").wait_for()
    page.wait_for_function("getComputedStyle(document.activeElement).outlineStyle !== 'none'")


def test_a_named_plan_is_saved_once_and_never_over_another(visitor):
    page = copied(visitor)
    name = page.get_by_label("Name des Plans")
    name.fill("Mein Plan für Klostersande")
    name.press("Enter")
    page.get_by_role("heading", name="Mein Plan für Klostersande").wait_for()
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Gespeichert: ").wait_for()
    saved = visitor.server.folder / "results" / "plans" / "elmshorn"
    assert [one.name for one in saved.iterdir()] == ["mein_plan_fuer_klostersande.toml"]
    first = next(saved.iterdir()).read_text(encoding="utf-8")
    add(page, "Bürgerbus")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("mein_plan_fuer_klostersande_2.toml").wait_for()
    assert (saved / "mein_plan_fuer_klostersande.toml").read_text(encoding="utf-8") == first
    page.get_by_role("button", name="Löschen").click()
    page.get_by_role("button", name="Wirklich löschen?").click()
    page.wait_for_selector("article.q-measure", state="detached")
    assert [one.name for one in saved.iterdir()] == ["mein_plan_fuer_klostersande.toml"]
    expect(own_plans(page)).to_have_count(0)


def test_a_plan_goes_into_a_file_and_comes_back(visitor, tmp_path):
    page = copied(visitor)
    with page.expect_download(timeout=ANSWER_MS) as waiting:
        page.get_by_role("button", name="Als Datei (TOML)").click()
    file = tmp_path / "plan.toml"
    waiting.value.save_as(file)
    assert "[[measures]]" in file.read_text(encoding="utf-8")
    expect(own_plans(page)).to_have_count(1)
    page.set_input_files("input[type=file]", file)
    expect(own_plans(page)).to_have_count(2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[plan]\nname = "x"\nlabel_de = "X"\nlabel_en = "X"\n[[measures]]\nkind = "zaubern"\n'
         b'districts = ["*"]\nstart = "2027-01"\nsize = 1\n', "Zeile 6"),
        (b"\0\1\2 kein Text", "kein Text"),
        (b"[[[[[[", "Zeile 1"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_told_with_its_line(visitor, tmp_path, content, said):
    page = opened(visitor)
    file = tmp_path / "fremd.toml"
    file.write_bytes(content)
    page.set_input_files("input[type=file]", file)
    problem = page.locator("main").get_by_role("alert").first
    problem.wait_for()
    expect(problem).to_contain_text("fremd.toml")
    expect(problem).to_contain_text(said)
    expect(page.locator("article.q-measure")).to_have_count(0)


def test_a_link_opens_the_plan_and_its_text_is_only_text(visitor, elmshorn):
    part = packed(text_of(elmshorn, NASTY))
    page = opened(visitor, plan=part)
    page.get_by_role("heading", name=NASTY).wait_for()
    expect(own_plans(page)).to_have_count(1)
    field = page.get_by_label("Link zu diesem Plan")
    expect(field).to_have_value(re.compile(r"[?&]plan=\w"))
    expect(page.locator("main img, main b")).to_have_count(0)
    expect(page).not_to_have_url(re.compile(re.escape(f"plan={part}")))
    page.goto(field.input_value())
    visitor.drawn()
    page.get_by_role("heading", name=NASTY).wait_for()


@pytest.mark.parametrize("part", ["1AAAA", "x" * 1600, "2abc", '"><script>alert(1)</script>'])
def test_a_link_with_nonsense_says_so_and_the_page_works(visitor, part):
    page = opened(visitor, plan=part)
    expect(page.locator("main").get_by_role("alert").first).to_contain_text("Link")
    expect(page.locator("figure.q-budget")).to_have_count(1)


def test_a_reload_loses_no_draft(visitor):
    page = copied(visitor)
    add(page, "Bürgerbus")
    page.wait_for_function(
        "() => (sessionStorage.getItem('quartier-drafts-elmshorn') || '').includes('transport')"
    )
    visitor.reload()
    own_plans(page).wait_for()


def test_what_a_tab_kept_is_read_as_hostile(visitor):
    page = opened(visitor)
    for kept in ("{", "[]", '{"plans": [{"text": "[plan]\\nname = 1"}, 5, {"text": 5}]}'):
        page.evaluate("text => sessionStorage.setItem('quartier-drafts-elmshorn', text)", kept)
        visitor.reload()
        page.wait_for_selector("figure.q-budget")
        # What the tab had kept has been handed to the server before these clicks are.
        expect(page.locator(".q-kept")).to_have_count(2)
        for label, lang in (("English", "en"), ("Deutsch", "de")):
            page.get_by_role("button", name=label).click()
            page.wait_for_selector(f'html[lang="{lang}"]')
        page.get_by_role("heading", name="Alle Pläne").wait_for()
        expect(page.locator(".q-plan-list li")).to_have_count(PLANS)
        expect(own_plans(page)).to_have_count(0)


def test_sessions_do_not_see_each_others_plans(visitor, browser, server):
    page = copied(visitor)
    own_plans(page).wait_for()
    with tab(browser, server) as another:
        other = opened(another)
        expect(other.locator(".q-plan-list li")).to_have_count(PLANS)
        expect(own_plans(other)).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1024])
def test_narrow_windows_show_everything(visitor, width):
    visitor.page.set_viewport_size({"width": width, "height": 844})
    page = copied(visitor)
    add(page, "Neuer Treffpunkt")
    assert visitor.fits()
    visitor.picture(f"plans_{width}")


def test_a_plan_is_computed_and_told_in_a_sentence(visitor):
    page = opened(visitor)
    page.get_by_role("button", name="Durchrechnen").click()
    told = page.get_by_text("durchgerechneten Fällen (Modellrechnung")
    told.wait_for(timeout=ANSWER_MS)
    expect(page.locator(".q-note").filter(has=told)).to_contain_text("Ohne Pilotquartier")
