"""The one Solara page: the frame, and in it the page the address names."""

from __future__ import annotations

import solara
import solara.lab

from sim.dashboard import drafts, session
from sim.dashboard.answering.places import towns
from sim.dashboard.pages import PAGES
from sim.dashboard.pages.kept_drafts import KeptDrafts
from sim.dashboard.pages.moderating.kept import KeptWorkshop
from sim.dashboard.parts import ErrorBoundary, Frame, Note, html
from sim.dashboard.parts.boundary import sentence_of
from sim.dashboard.serving.address import Address, read, written
from sim.dashboard.session import lang, large, page, say, shown, told, town
from sim.dashboard.words.frame import WORDS
from sim.study.errors import StudyError
from sim.town.problems import TownError

# A module is run once a process; each tab that opens gets a session, and leaves it.
solara.lab.on_kernel_start(session.start_session)


def go_to(address: Address) -> str:
    """Bring the session to what an address says.

    Args:
        address: read from the browser, so nothing in it is sure.

    Returns:
        What could not be opened, as a sentence; "" if all is well.
    """
    if address.lang is not None:
        lang.set(address.lang)
    large.set(address.large)
    problem = ""
    known = {entry.key for entry in towns() if entry.sound}
    key = address.town if address.town in known else ""
    try:
        session.open_town(key)
    except (TownError, StudyError) as error:
        problem = say(*sentence_of(error))
        key = ""
        session.open_town("")
    if key and address.plans:
        own = {plan.name for plan in session.plans.value}
        named = tuple(name for name in address.plans if name in own)
        if len(named) > 1:
            shown.set(named)
    if address.plan:
        drafts.receive(address.plan)
    session.open_page(address.page if key or address.page in WITHOUT_TOWN else "start")
    return problem


WITHOUT_TOWN = ("start", "accessibility", "workshop")
"""Pages that need no town; the others lead to the start page while none is open."""


@solara.component
def Page() -> None:  # noqa: N802
    """Everything."""
    router = solara.use_router()
    problem, set_problem = solara.use_state("")
    lost, set_lost = solara.use_state(False)

    def arrive() -> None:
        set_problem(go_to(read(router.search or "")))

    arrived = solara.use_ref(False)
    if not arrived.current:
        # Once, before anything is drawn, so that the first picture is already the right one.
        arrived.current = True
        arrive()

    solara.use_effect(session.ask_now, [town.value, session.shown_plans(), session.fixed.value])
    entry = PAGES[page.value]
    news = told.value
    names = solara.use_memo(lambda: {each.key: each.label for each in towns()}, [town.value])
    with Frame(
        words=WORDS[lang.value],
        lang=lang.value,
        town=names.get(town.value, ""),
        pages=[(each.name, each.label(lang.value)) for each in PAGES.values() if each.listed],
        page=entry.name,
        address=written(),
        on_page=lambda name: set_lost(not open_named(name)),
        on_lang=speak,
        on_large=large.set,
        on_address=lambda search: set_problem(go_to(read(search))),
        large=large.value,
        busy=news is not None and news.share_done < 1.0 and news.failed is None,
        said=entry.label(lang.value),
    ):
        # The name of the tab. Solara writes its own, and the deepest one wins.
        parts = (entry.label(lang.value), names.get(town.value, ""), WORDS[lang.value].product)
        solara.Title(" · ".join(part for part in parts if part))
        if problem:
            Note(
                problem,
                "error",
                title=say("Dieser Ort geht nicht auf.", "This place fails to open."),
            )
        if lost and not town.value:
            Note(
                say(
                    "Bitte zuerst einen Ort wählen. Danach öffnen sich die anderen Seiten.",
                    "Please choose a place first. Then the other pages open.",
                ),
                live=True,
            )
        # A key of its own for each page, so that a failed one does not shade the next.
        ErrorBoundary(entry.component).key(f"{entry.name}-{town.value}")
        ErrorBoundary(KeptDrafts).key("kept")
        ErrorBoundary(KeptWorkshop).key("kept workshop")


@solara.component
def Layout(children: list[solara.Element]) -> solara.Element:  # noqa: N802
    """Nothing round the page: Solara's own layout would cover results on a tablet."""
    return html("div", *children)


def open_named(name: str) -> bool:
    """Open a page; those that need a town lead to the start page while none is open.

    Returns:
        Whether the page itself was opened.
    """
    can = bool(town.value) or name in WITHOUT_TOWN
    session.open_page(name if can else "start")
    return can


def speak(language: str) -> None:
    """Change the language."""
    if language in ("de", "en"):
        lang.set("en" if language == "en" else "de")
