"""What came from the phones: proposals and doubts, with a way to take one off the wall."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import solara

from sim.dashboard.language import lang, say
from sim.dashboard.pages.moderating.state import attempt
from sim.dashboard.parts import Box, Button, Heading, Text, TextInput, html
from sim.dashboard.workshop.records import LONGEST_IDEA, Choice, Flag, Idea, Offers, Proposal
from sim.dashboard.workshop.store import WorkshopStore


@solara.component
def Hearing(store: WorkshopStore, revision: int) -> None:  # noqa: N802
    """Proposals and doubts.

    Args:
        store: the workshop.
        revision: of the store; a new one draws anew.
    """
    offers = store.offers()
    proposals = store.proposals(hidden=True)
    flags = store.flags(hidden=True)
    words, set_words = solara.use_state("")

    def add() -> None:
        if attempt(lambda: store.propose(None, Idea(words))):
            set_words("")

    with Box():
        Heading(say(f"Vorschläge ({len(proposals)})", f"Proposals ({len(proposals)})"), 2)
        if not proposals:
            Text(say("Noch keine.", "None as yet."))
        with html("ul", class_="q-workshop-list"):
            for proposal in reversed(proposals):
                one_proposal(store, proposal, offers)
        TextInput(
            say("Im Raum vorgeschlagen", "Proposed in the room"),
            words,
            set_words,
            kind="lines",
            most=LONGEST_IDEA,
            live=True,
        )
        Button(say("Aufnehmen", "Add"), add, disabled=not words.strip())
        Heading(
            say(f"Angezweifelte Annahmen ({len(flags)})", f"Doubted assumptions ({len(flags)})"), 2
        )
        if not flags:
            Text(say("Noch keine.", "None as yet."))
        with html("ul", class_="q-workshop-list"):
            for flag in reversed(flags):
                one_flag(store, flag, offers)


def one_proposal(store: WorkshopStore, proposal: Proposal, offers: Offers) -> None:
    """A proposal."""
    details = details_of(proposal.idea, offers)
    with html("li"):
        if proposal.hidden:
            away()
        else:
            html("p", proposal.idea.text)
            if details:
                html("p", details, class_="q-small")
            said_by(proposal.nickname, proposal.participant)
        switch(
            proposal.hidden,
            lambda: attempt(
                lambda: store.hide_proposal(proposal.number, hidden=not proposal.hidden)
            ),
            say(f"Vorschlag {proposal.number}", f"proposal {proposal.number}"),
        )


def one_flag(store: WorkshopStore, flag: Flag, offers: Offers) -> None:
    """A doubt."""
    known = label_of((*offers.important, *offers.assumptions), flag.assumption)
    with html("li"):
        html("p", known or flag.label or say("Andere Annahme", "Another assumption"))
        if flag.hidden:
            away()
        else:
            html("p", flag.reason)
            said_by(flag.nickname, flag.participant)
        switch(
            flag.hidden,
            lambda: attempt(lambda: store.hide_flag(flag.number, hidden=not flag.hidden)),
            say(f"Zweifel {flag.number}", f"doubt {flag.number}"),
        )


def away() -> None:
    """In place of what must not be on the wall."""
    html("p", say("(ausgeblendet)", "(hidden)"), class_="q-away")


def said_by(nickname: str, participant: int | None) -> None:
    """Who said it, as far as anybody knows."""
    who = nickname or (say("im Raum", "in the room") if participant is None else "")
    if who:
        html("p", f"– {who}", class_="q-small")


def switch(hidden: bool, act: Callable[[], object], what: str) -> None:
    """Takes something off the wall, or brings it back."""

    def change() -> None:
        act()

    if hidden:
        Button(
            say("Wieder zeigen", "Show again"),
            change,
            kind="quiet",
            spoken=what_to(what, back=True),
        )
    else:
        Button(say("Ausblenden", "Hide"), change, kind="quiet", spoken=what_to(what, back=False))


def what_to(what: str, *, back: bool) -> str:
    """What a button is called for those who do not see what it stands beside."""
    if back:
        return say(f"Wieder zeigen: {what}", f"Show again: {what}")
    return say(f"Ausblenden: {what}", f"Hide: {what}")


def details_of(idea: Idea, offers: Offers) -> str:
    """Measures, place and year of a proposal."""
    parts = [label_of(offers.measures, one) or one for one in idea.measures]
    if idea.district:
        parts.append(label_of(offers.districts, idea.district) or idea.district)
    if idea.year is not None:
        parts.append(say(f"ab {idea.year}", f"from {idea.year}"))
    return " · ".join(parts)


def label_of(choices: Sequence[Choice], key: str) -> str:
    """What a key is called; "" if it is not known."""
    return next((one.label(lang.value) for one in choices if one.key == key), "")
