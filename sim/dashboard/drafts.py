"""The drafts of one session: plans that are being made, and what becomes of a change.

A draft that can be read as a plan stands among the session's plans at once, so that every page can
compare it. One with a mistake keeps the last sound plan there until it is mended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

import solara

from sim.dashboard import session
from sim.dashboard.answering.question import MOST_PLANS
from sim.dashboard.drafting.card import Draft, draft_of, free_name, toml_of
from sim.dashboard.drafting.kinds import measure_kinds
from sim.dashboard.drafting.link import MOST_CHARACTERS, PARAMETER, BrokenLink, unpacked
from sim.dashboard.drafting.reading import Reading, read_text
from sim.town import Town
from sim.town.plan import REFERENCE
from sim.town.problems import Both, Problem

MOST_DRAFTS = 30
"""Plans of one session; more would only fill the memory."""


@dataclass(frozen=True)
class Drafted:
    """A draft and what its last reading found.

    Attributes:
        town: key of the town it is for.
        draft: the cards.
        problems: why it is no plan yet; empty if it is one.
        saved: whether it lies in the planner's folder as it is now.
        number: stays the same when the draft gets another name.
    """

    town: str
    draft: Draft
    problems: tuple[Problem, ...] = ()
    saved: bool = False
    number: int = 0


drafts: solara.Reactive[tuple[Drafted, ...]] = solara.reactive(cast("tuple[Drafted, ...]", ()))
"""All drafts of this session, of all towns."""
chosen: solara.Reactive[str] = solara.reactive("")
"""The plan looked at on the page of plans: its name, or "#" and the number of a draft."""
received: solara.Reactive[str] = solara.reactive("")
"""A plan that came with the address, packed and not yet looked at."""


def receive(part: str) -> None:
    """Keep what came with the address; it is unpacked and checked when a town is open."""
    received.set(part[: MOST_CHARACTERS + 1])


def of_town(town: str) -> tuple[Drafted, ...]:
    """The drafts for a town, the oldest first."""
    return tuple(one for one in drafts.value if one.town == town)


def look_at(name: str) -> None:
    """Look at a plan on the page of plans; a draft stays looked at when it is renamed."""
    draft = named(name)
    chosen.set(name if draft is None else f"#{draft.number}")


def looked_at() -> Drafted | None:
    """The draft looked at; None if it is a plan of the place, or nothing was chosen."""
    drafted = of_town(session.town.value)
    return next((one for one in drafted if chosen.value == f"#{one.number}"), None)


def named(name: str) -> Drafted | None:
    """The draft of that name for the open town."""
    return next((one for one in of_town(session.town.value) if one.draft.name == name), None)


def taken(town: Town) -> set[str]:
    """Names of plans that a new one cannot have."""
    known = {plan.name for plan in session.plans.value}
    return {*town.plans, *known, *(one.draft.name for one in drafts.value), REFERENCE}


def text_of(draft: Draft, town: Town) -> str:
    """A draft as the text of a plan's file."""
    return toml_of(draft, measure_kinds(town), len(town.districts))


def put(draft: Draft, town: Town, *, saved: bool = False) -> Drafted | None:
    """Take a new or changed draft; where it is sound, it is among the session's plans at once.

    Returns:
        What was kept; None if there are too many drafts already.
    """
    key = session.town.value
    reading = read_text(text_of(draft, town), town, f"{draft.name}.toml")
    known = [one.draft.name if one.town == key else "" for one in drafts.value]
    number = (
        drafts.value[known.index(draft.name)].number
        if draft.name in known
        else max((one.number for one in drafts.value), default=0) + 1
    )
    errors = tuple(one for one in reading.problems if not one.warning)
    kept = Drafted(key, draft, errors, saved, number)
    if draft.name in known:
        place = known.index(draft.name)
        drafts.set((*drafts.value[:place], kept, *drafts.value[place + 1 :]))
    elif len(drafts.value) >= MOST_DRAFTS:
        return None
    else:
        drafts.set((*drafts.value, kept))
    if reading.plan is not None:
        _stand_among_the_plans(reading)
    return kept


def _stand_among_the_plans(reading: Reading) -> None:
    plan = reading.plan
    if plan is None:
        return
    others = [one.name for one in session.plans.value]
    if plan.name not in others:
        session.plans.set((*session.plans.value, plan))
    elif session.plans.value[others.index(plan.name)] != plan:
        place = others.index(plan.name)
        session.plans.set((*session.plans.value[:place], plan, *session.plans.value[place + 1 :]))
        if plan.name in session.shown.value:  # what was computed is of another plan
            session.forget()


def rename(old: str, draft: Draft, town: Town) -> None:
    """Give a draft another name, wherever it stands."""
    if draft.name != old:
        key = session.town.value
        drafts.set(
            tuple(
                replace(one, draft=replace(one.draft, name=draft.name))
                if (one.town, one.draft.name) == (key, old)
                else one
                for one in drafts.value
            )
        )
        session.plans.set(
            tuple(
                replace(plan, name=draft.name) if plan.name == old else plan
                for plan in session.plans.value
            )
        )
        if old in session.shown.value:
            session.forget()
            session.shown.set(
                tuple(draft.name if one == old else one for one in session.shown.value)
            )
    put(draft, town)


def mark_saved(name: str) -> None:
    """The draft lies in the planner's folder as it is now."""
    key = session.town.value
    drafts.set(
        tuple(
            replace(one, saved=True) if (one.town, one.draft.name) == (key, name) else one
            for one in drafts.value
        )
    )


def remove(name: str) -> None:
    """Take a draft away, from the session's plans and from what is compared as well."""
    key = session.town.value
    drafts.set(tuple(one for one in drafts.value if (one.town, one.draft.name) != (key, name)))
    session.plans.set(tuple(plan for plan in session.plans.value if plan.name != name))
    if name in session.shown.value:
        session.forget()
        session.shown.set(tuple(one for one in session.shown.value if one != name))


def adopt(town: Town) -> None:
    """Make drafts of the session's plans that are not the town's own, and the other way round.

    Saved plans come with the town; drafts made earlier come back when their town is opened again.
    """
    key = session.town.value
    known = {one.draft.name for one in of_town(key)}
    for plan in session.plans.value:
        if plan.name not in town.plans and plan.name not in known:
            put(draft_of(plan, town), town, saved=True)
    present = {plan.name for plan in session.plans.value}
    for one in of_town(key):
        if one.draft.name not in present and not one.problems:
            put(one.draft, town, saved=one.saved)


def show(name: str, wanted: bool) -> None:
    """Whether a plan is among those compared; the reference always is, and four is the most."""
    others = tuple(one for one in session.shown.value if one != name)
    if wanted and len(others) < MOST_PLANS:
        session.shown.set((*others, name))
    elif not wanted and others and name != session.shown.value[0]:
        session.shown.set(others)


def take_in(reading: Reading, town: Town) -> Drafted | None:
    """Take in a plan that came from outside, under a name that is free."""
    if reading.plan is None:
        return None
    draft = draft_of(reading.plan, town)
    if draft.name in taken(town):
        draft = replace(draft, name=free_name(draft.label_de, taken(town)))
    kept = put(draft, town)
    if kept is not None:
        look_at(kept.draft.name)
    return kept


def take_in_received(town: Town) -> tuple[Both, ...]:
    """Unpack and take in the plan that came with the address, once.

    Returns:
        What was wrong with it; nothing if it is there now or none came.
    """
    part = received.value
    if not part:
        return ()
    received.set("")
    try:
        reading = read_text(unpacked(part), town, PARAMETER)
    except BrokenLink as error:
        return (error.said,)
    if take_in(reading, town) is None:
        wrong: Iterable[Problem] = (one for one in reading.problems if not one.warning)
        return tuple(Both(one.text("de"), one.text("en")) for one in wrong)[:10] or (TOO_MANY,)
    return ()


TOO_MANY = Both(
    f"Es gibt schon {MOST_DRAFTS} eigene Pläne. Bitte zuerst einen löschen.",
    f"There are {MOST_DRAFTS} plans of your own already. Please delete one first.",
)
