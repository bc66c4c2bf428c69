"""The page "Zwei Leben" (Two lives): one invented resident under two plans, month by month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import solara

from sim.dashboard import session
from sim.dashboard.answering.lives import Event, TwoLives, two_lives
from sim.dashboard.answering.places import town_of
from sim.dashboard.answering.question import Told
from sim.dashboard.language import lang, say
from sim.dashboard.parts import Box, Button, Choice, Heading, Note, Text, html
from sim.dashboard.parts.timeline import Timeline, TimelineRow
from sim.dashboard.words.lives import (
    INVENTED,
    calmed,
    described,
    ending,
    label_of,
    month_of,
    parting_sentences,
    proposed,
    reason_sentences,
    sentences,
)
from sim.town import Town
from sim.town.plan import Plan

PURPOSE = "lives"
EVERYWHERE = "*"


@dataclass(frozen=True)
class Wanted:
    """Which lives are asked for.

    Attributes:
        town: key of the town.
        plans: the two plans.
        district: index; None for all.
        resident: who; None for the one whose lives part most.
        fixed: assumptions set by hand, by name.
    """

    town: str
    plans: tuple[Plan, Plan]
    district: int | None = None
    resident: int | None = None
    fixed: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Seen:
    """What was asked for last and what is known of it."""

    wanted: Wanted
    told: Told | None = None
    lives: TwoLives | None = None


_seen: solara.Reactive[Seen | None] = solara.reactive(None)
_names: solara.Reactive[tuple[str, str]] = solara.reactive(("", ""))
_district: solara.Reactive[str] = solara.reactive(EVERYWHERE)


def chosen_plans() -> tuple[Plan, Plan] | None:
    """The two plans followed: those chosen, else the first two that are compared."""
    known = [plan for name in _names.value if (plan := session.plan_named(name)) is not None]
    if len(known) == 2 and known[0].name != known[1].name:
        return known[0], known[1]
    others = [*session.shown_plans(), *session.plans.value]
    listed = list({plan.name: plan for plan in others}.values())
    return (listed[0], listed[1]) if len(listed) > 1 else None


def wanted_now(town: Town) -> Wanted | None:
    """What the page asks for as it stands."""
    plans = chosen_plans()
    if plans is None:
        return None
    keys = [one.key for one in town.districts]
    district = keys.index(_district.value) if _district.value in keys else None
    return Wanted(session.town.value, plans, district, None, session.fixed.value)


def follow(wanted: Wanted) -> None:
    """Ask the desk for two lives; what was seen stays on the screen until they are there."""
    before = _seen.value
    same = before is not None and before.wanted.town == wanted.town
    _seen.set(Seen(wanted, None, before.lives if before is not None and same else None))

    def hear(news: Told) -> None:
        now = _seen.value
        if now is None or now.wanted != wanted:
            return
        found = news.result if isinstance(news.result, TwoLives) else now.lives
        _seen.set(Seen(wanted, news, found))

    session.desk().run(
        partial(errand, wanted),
        wanted.town, session.owner(), PURPOSE, session.in_session(hear),
    )  # fmt: skip


def errand(wanted: Wanted, town, population, progress, should_stop) -> TwoLives:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """What the desk does: both runs, watched."""
    return two_lives(
        town, wanted.plans, wanted.resident, {**town.ledger.values(), **dict(wanted.fixed)},
        district=wanted.district, population=population, progress=progress,
        should_stop=should_stop,
    )  # fmt: skip


@solara.component
def Page() -> None:  # noqa: N802
    """Which plans, who, and what becomes of them."""
    town = solara.use_memo(lambda: town_of(session.town.value), [session.town.value])
    wanted = wanted_now(town)
    seen = _seen.value

    def begin() -> None:
        if wanted is None:
            return
        now = _seen.value
        known = None if now is None else replace(now.wanted, resident=None)
        if known != wanted:
            follow(wanted)

    solara.use_effect(begin, [wanted])
    with Box():
        Heading(say("Zwei Leben", "Two lives"))
        html("p", say("Erfundene Personen", "Invented persons"), class_="q-invented")
        Text(
            say(
                "Was ändert ein Plan im Leben eines Menschen? Hier geht dieselbe erfundene Person "
                "zweimal durch dieselben Jahre, einmal mit jedem Plan.",
                "What does a plan change in a person's life? Here the same invented person goes "
                "through the same years twice, once with each plan.",
            ),
            class_="q-lead",
        )
        with Box():
            Chosen(town)
        with Box():
            if wanted is None:
                Note(say("Dafür braucht es zwei Pläne.", "This needs two plans."), "caution")
            elif seen is not None:
                State(seen)
        with Box():
            if (
                seen is not None
                and seen.lives is not None
                and seen.wanted.town == session.town.value
            ):
                Told_(town, seen)
        Note(INVENTED[lang.value])


def Chosen(town: Town) -> None:  # noqa: N802
    """Plans and district."""
    plans = chosen_plans()
    if plans is None:
        return
    options = [(plan.name, say(plan.label_de, plan.label_en)) for plan in session.plans.value]

    def choose(place: int, name: str) -> None:
        names = [plan.name for plan in plans]
        if name == names[1 - place]:  # the two change places
            names.reverse()
        else:
            names[place] = name
        _names.set((names[0], names[1]))

    with html("div", class_="q-grid"):
        Choice(say("Erster Plan (A)", "First plan (A)"), plans[0].name, options,
               partial(choose, 0))  # fmt: skip
        Choice(say("Zweiter Plan (B)", "Second plan (B)"), plans[1].name, options,
               partial(choose, 1))  # fmt: skip
        Choice(
            say("Menschen aus", "People from"),
            _district.value,
            [(EVERYWHERE, say("allen Quartieren", "all districts")),
             *((one.key, one.label) for one in town.districts)],
            _district.set,
        )  # fmt: skip


def State(seen: Seen) -> None:  # noqa: N802
    """How far the desk is."""
    told = seen.told
    if told is not None and told.failed is not None:
        Note(say(*told.failed), "error", live=True)
    elif told is None or told.share_done < 1.0:
        share = 0 if told is None else round(100 * told.share_done)
        what = say(*told.what) if told is not None else say("Es wird gerechnet", "Computing")
        left = ""
        if told is not None and told.seconds_left is not None:
            seconds = max(1, round(told.seconds_left))
            left = say(f", noch etwa {seconds} s", f", about {seconds} s left")
        Note(f"{what} … {share} %{left}")


def Told_(town: Town, seen: Seen) -> None:  # noqa: N802
    """The person, where and why the lives part, both lives, and others to follow."""
    lives = seen.lives
    if lives is None:
        return
    person = lives.person
    with html("section", class_="q-section"):
        Heading(described(person, town, lang.value), 2)
        lines = parting_sentences(lives, town, lang.value)
        with Box():
            for place, text in enumerate(lines):
                Text(text, class_="q-lead" if place == 0 else "").key(f"part-{place}")
        with Box():
            why = reason_sentences(lives, town, lang.value)
            if why:
                Note("\n".join(why), title=say("Warum", "Why"))
    Timeline(
        say(
            f"Was geschieht, Monat für Monat ({described(person, town, 'de')})",
            f"What happens, month by month ({described(person, town, 'en')})",
        ),
        [f"{letter}: {label_of(life.plan, lang.value)}"
         for letter, life in zip("AB", lives.lives, strict=True)],
        rows_of(lives, town),
        [ending(life, person, town, lang.value) for life in lives.lives],
        {
            "month": say("Monat", "Month"),
            "both": say("In beiden Leben:", "In both lives:"),
            "nothing": say("nichts", "nothing"),
            "end": say("Am Ende", "In the end"),
            "before": say("Was davor in beiden Leben gleich war (# Monate mit Ereignissen)",
                          "What was the same in both lives before (# months with events)"),
        },
    )  # fmt: skip
    with html("section", class_="q-section"):
        Heading(say("Wem noch folgen?", "Whom else to follow?"), 2)
        Text(
            say(
                "Menschen ab 60, deren Leben sich am meisten unterscheiden. Die meisten anderen "
                "Leben unterscheiden sich wenig oder gar nicht.",
                "People of 60 and over whose lives differ most. Most other lives differ little "
                "or not at all.",
            ),
            small=True,
        )
        with html("ul", class_="q-people"):
            for one in lives.proposals:
                with html("li").key(f"person-{one.person.uid}"):
                    Button(
                        described(one.person, town, lang.value),
                        partial(follow, replace(seen.wanted, resident=one.person.uid)),
                        pressed=one.person.uid == person.uid,
                    )
                    html("span", proposed(one, town, lang.value), class_="q-small")


def rows_of(lives: TwoLives, town: Town) -> list[TimelineRow]:
    """Months in which something happens in one of the lives."""
    person = lives.person
    by_month: list[dict[int, list[Event]]] = []
    for life in lives.lives:
        months: dict[int, list[Event]] = {}
        for event in calmed(life.events, keep=lives.parted_at):
            months.setdefault(event.month, []).append(event)
        by_month.append(months)
    rows = []
    for month in sorted({*by_month[0], *by_month[1]}):
        first, second = (sentences(one.get(month, ()), person, lang.value) for one in by_month)
        if not first and not second:
            continue
        same = first if first == second else ()
        rows.append(
            TimelineRow(
                str(month), month_of(month, town, lang.value), same,
                () if same else first, () if same else second,
                parted=month == lives.parted_at,
            )
        )  # fmt: skip
    return rows
