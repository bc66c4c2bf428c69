"""The page "Annahmen" (Assumptions): the ledger, searched, doubted, and varied by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any

import solara
import solara.lab

from sim.dashboard import session
from sim.dashboard.answering.places import town_of
from sim.dashboard.language import lang, say
from sim.dashboard.ledger import (
    GROUPS,
    NotSet,
    Raised,
    Row,
    rows,
    used_in,
    with_value,
    without,
)
from sim.dashboard.parts import Box, Button, Heading, Note, Text, html
from sim.dashboard.parts.ledger import LedgerList
from sim.dashboard.words.assumptions import LEAD, VARIANT, WORDS
from sim.dashboard.workshop.rooms import the_rooms
from sim.report.assumed import STATUS_NAMES, assumption_number
from sim.town import Town


@solara.component
def Page() -> None:  # noqa: N802
    """The ledger of the open town."""
    town = solara.use_memo(lambda: town_of(session.town.value), [session.town.value])
    # Where each number is used is read from the program itself, once: not while drawing.
    known = solara.lab.use_task(
        lambda: used_in(town), dependencies=[session.town.value], prefer_threaded=True
    )
    with Box():
        Heading(say(f"Annahmen für {town.label}", f"Assumptions for {town.label}"))
        Text(LEAD[lang.value], class_="q-lead")
        with Box():
            Changed(town)
        with Box():
            if known.finished:
                Listed(town)
            elif known.error:
                Note(say("Das Verzeichnis ließ sich nicht lesen.", "The ledger failed to load."),
                     "error")  # fmt: skip
            else:
                Note(say("Das Verzeichnis wird gelesen …", "Reading the ledger …"))


def doubts() -> Mapping[str, tuple[Raised, ...]]:
    """What participants of the session's workshop doubt, by assumption."""
    code = session.workshop_code.value
    store = the_rooms().of_code(code) if code else None
    if store is None:
        return {}
    found: dict[str, list[Raised]] = defaultdict(list)
    for flag in store.flags():
        who = flag.nickname or say("jemand", "somebody")
        found[flag.assumption].append(Raised(who, flag.reason))
    return {name: tuple(raised) for name, raised in found.items()}


@solara.component
def Listed(town: Town) -> None:  # noqa: N802
    """The list with its search."""
    refused, set_refused = solara.use_state(("", ""))
    shown = solara.use_memo(
        lambda: rows(town, session.fixed.value, doubts(), lang.value),
        [town.fingerprint, session.fixed.value, session.workshop_code.value, lang.value],
    )

    def change(name: str, value: Any) -> None:
        try:
            session.fixed.set(with_value(town, session.fixed.value, name, value))
        except NotSet as error:
            set_refused((name, say(*error.said)))
        else:
            set_refused(("", ""))

    def take_back(name: str) -> None:
        set_refused(("", ""))
        session.fixed.set(without(session.fixed.value, name))

    LedgerList(
        [row.record() for row in shown],
        groups_of(shown),
        [(status, say(*words)) for status, words in STATUS_NAMES.items()],
        WORDS[lang.value],
        change,
        take_back,
        problem=refused,
    )


def groups_of(shown: tuple[Row, ...]) -> list[tuple[str, str]]:
    """Areas of the ledger that have rows, in its order."""
    names = dict.fromkeys(row.group for row in shown)
    return [(name, say(*GROUPS[name]) if name in GROUPS else name) for name in names]


def Changed(town: Town) -> None:  # noqa: N802
    """What was set by hand, and how to take it back."""
    fixed = [(name, value) for name, value in session.fixed.value if name in town.ledger]
    if not fixed:
        return
    with html("section", class_="q-card q-section", aria_label=say("Geändert", "Changed")):
        Heading(say("Von Hand geändert", "Changed by hand"), 2)
        Text(VARIANT[lang.value])
        with html("ul", class_="q-set-list"):
            for name, value in fixed:
                one = town.ledger[name]
                label = say(one.label_de, one.label_en)
                before = assumption_number(one.value, one.unit, lang.value)
                now = assumption_number(value, one.unit, lang.value)
                with html("li").key(f"set-{name}"):
                    html("span", f"{label}: ", html("s", before), " ", html("strong", now))
                    Button(
                        say("Zurück", "Take back"),
                        partial(take_back, name),
                        spoken=say(f"Zurück: {label}", f"Take back: {label}"),
                    )
        Button(say("Alle zurück", "Take all back"), lambda: session.fixed.set(()))


def take_back(name: str) -> None:
    """Let an assumption vary again as in the ledger."""
    session.fixed.set(without(session.fixed.value, name))
