"""Drafts outlive a reload of the page: the browser's tab keeps them as the text of plans."""

from __future__ import annotations

import json
from typing import Any

import solara

from sim.dashboard import drafts, session
from sim.dashboard.answering.places import town_of
from sim.dashboard.answering.question import MOST_PLANS
from sim.dashboard.drafting.card import draft_of
from sim.dashboard.drafting.keeping import draft_from, values_of
from sim.dashboard.drafting.kinds import measure_kinds
from sim.dashboard.drafting.reading import read_text
from sim.dashboard.parts.kept import Kept
from sim.town import Town


@solara.component
def KeptDrafts() -> None:  # noqa: N802
    """Nothing to be seen; to be drawn once, beside every page."""
    key = session.town.value
    town = solara.use_memo(lambda: town_of(key) if key else None, [key])
    if town is None:
        Kept("quartier-none", "", ignore).key("none")
        return
    Kept(f"quartier-drafts-{key}", written(town), lambda text: restore(text, town)).key(key)


def ignore(_text: str) -> None:
    """No town is open."""


def written(town: Town) -> str:
    """The drafts of the open town as one text: the plan as it last was sound, and its mistakes."""
    kept = []
    for one in drafts.of_town(session.town.value):
        plan = session.plan_named(one.draft.name)
        text = "" if plan is None else drafts.text_of(draft_of(plan, town), town)
        draft = values_of(one.draft) if one.problems else None
        kept.append({"text": text, "saved": one.saved, "draft": draft})
    if not kept:
        return ""
    return json.dumps({"plans": kept, "shown": list(session.shown.value)}, ensure_ascii=False)


def restore(text: str, town: Town) -> None:
    """Take in what the tab had kept: each plan through the reader, then what is not one yet."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(found, dict) or not isinstance(found.get("plans"), list):
        return
    kinds = measure_kinds(town)
    for one in found["plans"][: drafts.MOST_DRAFTS]:
        if not isinstance(one, dict) or not isinstance(one.get("text"), str):
            continue
        taken = drafts.taken(town)
        reading = read_text(one["text"], town)
        if reading.plan is not None and reading.plan.name not in taken:
            drafts.put(draft_of(reading.plan, town), town, saved=one.get("saved") is True)
        draft = draft_from(one.get("draft"), town, kinds) if one.get("draft") else None
        if draft is not None and draft.name not in taken:
            drafts.put(draft, town)
    shown = found.get("shown")
    if isinstance(shown, list):
        known = {plan.name for plan in session.plans.value}
        names = tuple(dict.fromkeys(one for one in shown if isinstance(one, str) and one in known))
        if 2 <= len(names) <= MOST_PLANS:
            session.shown.set(names)
