"""The page "Ausprobieren" (Try it live): move a slider, and the answer moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import solara

from sim.dashboard import session
from sim.dashboard.answering.places import town_of
from sim.dashboard.answering.question import Answer
from sim.dashboard.computing import Computing, first_guess
from sim.dashboard.drawn.fans import course
from sim.dashboard.drawn.lines import source_line, sure_of_differences
from sim.dashboard.drawn.look import early
from sim.dashboard.language import lang, say
from sim.dashboard.parts import Box, Button, Choice, Heading, Note, Slider, Text, html
from sim.dashboard.parts.showing import Chart, DataTable
from sim.dashboard.trying.doubts import MOST_SHOWN, Doubt, doubts
from sim.dashboard.trying.levers import (
    CHANGED,
    changed,
    hint,
    moved_texts,
    really_moved,
    sliders,
    what_moved,
)
from sim.dashboard.trying.levers import Slider as Lever
from sim.dashboard.trying.tries import Try, kept, shadows
from sim.report.findings import WHOLE_TOWN, Findings
from sim.report.numbers import decimal, label_of
from sim.report.one_district import of_district
from sim.report.table import Table
from sim.report.tables import comparison_table, indicator_table
from sim.report.words import aim_sentence, answer, chance_sentences, verdict
from sim.town import Plan, Town

LOOKED_AT = (
    "regular_visitors",
    "lonely",
    "withdrawn",
    "quarter_volunteers",
    "missing_hours",
    "waiting_ambulatory",
    "strained_carers",
    "in_need",
    "cost_municipality",
)
"""What the chart can show; the table has everything that is compared."""

FIRST_LOOK = {"meeting_point": "lonely", "care_service": "missing_hours"}
"""What is looked at first, by the kind of the plan's first measure."""

MOST_TOLD = 5
"""Sentences with numbers; more are not read aloud."""

Moved = tuple[tuple[str, float], ...]


@solara.component
def Page() -> None:  # noqa: N802
    """Sliders on one side, the answer on the other; on a phone below each other."""
    town = town_of(session.town.value)
    with Box():
        Heading(say(f"{town.label}: Was wäre, wenn …?", f"{town.label}: what if …?"))
        if own_alternatives():
            Trying(town)
        else:
            Note(say("Es gibt hier noch keinen Plan.", "There is no plan here as yet."))


@solara.component
def Trying(town: Town) -> None:  # noqa: N802
    """The sliders and what comes of them."""
    alternatives = own_alternatives()
    base, set_base = solara.use_state("")
    moved, set_moved = solara.use_state(cast("Moved", ()))
    district, set_district = solara.use_state(WHOLE_TOWN)
    wanted, set_wanted = solara.use_state("")
    tries, set_tries = solara.use_state(cast("tuple[Try, ...]", ()))
    found = session.answer.value

    plan = chosen_plan(alternatives, base)
    tried = changed(plan, town, dict(moved))
    solara.use_effect(lambda: show_on_desk(plan, tried), [plan, tried])
    view = view_of(found, plan)

    def remember() -> None:
        if found is not None and view is not None:
            one = this_try(found, view, plan, town, moved)
            if one is not None:
                set_tries(lambda before: kept(before, one))

    solara.use_effect(remember, [found])

    def move(key: str, value: float) -> None:
        # Asked before the page is drawn anew with it: the desk begins meanwhile.
        soon = changed(plan, town, {**dict(moved), key: value})
        with_plan = (*session.shown_plans()[:1], plan)
        session.ask_now(with_plan if soon is plan else (*with_plan, soon))
        set_moved(lambda before: tuple({**dict(before), key: value}.items()))

    def choose_plan(name: str) -> None:
        set_base(name)
        set_moved(())
        set_wanted("")

    def as_planned() -> None:
        set_moved(())
        session.fixed.set(())

    with html("div", class_="q-live"):
        with html("div", class_="q-live-levers q-card"):
            names = [(one.name, label(one)) for one in alternatives]
            Choice(say("Welcher Plan?", "Which plan?"), plan.name, names, choose_plan)
            Levers(plan, town, dict(moved), move)
            Doubts((plan,), town)
            Button(say("Alles wie geplant", "Everything as planned"), as_planned)
        with html("div", class_="q-live-answer"):
            if view is None:
                Computing()
            else:
                Result(
                    view, town, (district, set_district), (wanted, set_wanted), plan, moved,
                    tries, still_computing(found, tried),
                )  # fmt: skip


def where(town: Town, district: str, choose: Callable[[str], None]) -> None:
    """Which district the answer is about."""
    places = [
        (WHOLE_TOWN, say("alle zusammen", "all together")),
        *((one.key, one.label) for one in town.districts),
    ]
    Choice(say("Wo?", "Where?"), district, places, choose)


def own_alternatives() -> tuple[Plan, ...]:
    """Plans that can be tried: all but the reference and what sliders have made."""
    reference = session.shown.value[0] if session.shown.value else ""
    return tuple(
        plan
        for plan in session.plans.value
        if plan.name != reference and plan.measures and not plan.name.endswith(CHANGED)
    )


def chosen_plan(alternatives: tuple[Plan, ...], base: str) -> Plan:
    """The plan whose sliders are shown: the one chosen, else the first that is compared."""
    by_name = {plan.name: plan for plan in alternatives}
    shown = [name for name in session.shown.value if name in by_name]
    return by_name.get(base) or by_name[shown[0] if shown else alternatives[0].name]


def label(plan: Plan) -> str:
    """A plan's label in the session's language."""
    return plan.label_de if lang.value == "de" else plan.label_en


def show_on_desk(plan: Plan, tried: Plan) -> None:
    """Let the plan as changed be compared with the plan as it is, and with the reference.

    The changed plan lies beside the others, so that every other page shows it as well.
    """
    reference = session.shown.value[0]
    others = tuple(one for one in session.plans.value if not one.name.endswith(CHANGED))
    if tried is plan:
        if len(others) < len(session.plans.value):
            session.plans.set(others)
            session.shown.set((reference, plan.name))
        elif plan.name not in session.shown.value:
            session.shown.set((reference, plan.name))
        return
    if tried not in session.plans.value:
        session.plans.set((*others, tried))
    if session.shown.value != (reference, plan.name, tried.name):
        session.shown.set((reference, plan.name, tried.name))


def view_of(found: Answer | None, plan: Plan) -> Findings | None:
    """The answer as far as it is about this plan; None if it is about another.

    While a newer change is being computed, the answer to the one before stays.
    """
    if found is None or plan not in found.question.plans:
        return None
    findings = found.findings
    tried = [one.name for one in found.question.plans if one.name.endswith(CHANGED)]
    return findings.of_plans((findings.reference, plan.name, *tried[:1]))


def still_computing(found: Answer | None, tried: Plan) -> bool:
    """Whether the answer on screen is not yet the one to where the sliders are."""
    if found is None:
        return True
    return tried not in found.question.plans or found.question.fixed != session.fixed.value


def this_try(found: Answer, view: Findings, plan: Plan, town: Town, moved: Moved) -> Try | None:
    """The answer on screen as a try; None if it is not the answer to where the sliders are."""
    tried = changed(plan, town, dict(moved))
    if still_computing(found, tried):
        return None
    real = tuple(sorted(really_moved(plan, town, dict(moved)).items()))
    told = ("wie geplant", "as planned")
    if tried is not plan:
        told = (
            what_moved(plan, town, dict(moved), "de"),
            what_moved(plan, town, dict(moved), "en"),
        )
    return Try(plan.name, real, found.question.fixed, *told, view, tried.name)


@solara.component
def Levers(  # noqa: N802
    plan: Plan, town: Town, moved: dict[str, float], move: Callable[[str, float], None]
) -> None:
    """A slider for each thing of the plan that can be moved; details are folded away."""
    every = sliders(plan, town)
    with Box():
        Heading(say("Was am Plan ändern?", "Change what about the plan?"), 2)
        for one in every:
            if one.open:
                lever(one, plan, town, moved, move)
        folded = [one for one in every if not one.open]
        if folded:
            with html("details", class_="q-details"):
                html("summary", say("Mehr: Personal, Plätze, Kosten", "More: staff, seats, cost"))
                for one in folded:
                    lever(one, plan, town, moved, move)


def lever(
    one: Lever,
    plan: Plan,
    town: Town,
    moved: dict[str, float],
    move: Callable[[str, float], None],
) -> None:
    """One slider of the plan."""
    value = min(max(moved.get(one.key, one.planned), one.low), one.high)
    Slider(
        one.text(lang.value), value, one.low, one.high, one.step, one.unit_in(lang.value),
        lambda to: move(one.key, to), today=one.planned,
        today_label=say("geplant", "planned"),
        hint=hint(plan, town, one, value, lang.value),
    ).key(f"{plan.name} {one.key}")  # fmt: skip


@solara.component
def Doubts(plans: tuple[Plan, ...], town: Town) -> None:  # noqa: N802
    """What may be doubted, asked in plain words; the rest is on the page of assumptions."""
    every = doubts(plans, town.ledger)
    fixed = dict(session.fixed.value)
    with html("details", class_="q-details"):
        count = len(fixed)
        more = say(f" ({count} gesetzt)", f" ({count} set)") if count else ""
        html("summary", say("Was bezweifeln Sie?", "What do you doubt?") + more)
        Text(
            say(
                "Unbewegt wird jede dieser Annahmen in ihrer ganzen Spanne durchgerechnet. Wer "
                "einen Regler bewegt, legt sie fest: in allen Plänen und auch in „wie heute“.",
                "Unmoved, each of these assumptions is computed over its whole range. Moving a "
                "slider sets it: in all plans, and in “as today” as well.",
            ),
            small=True,
        )
        for one in every[:MOST_SHOWN]:
            doubt(one, fixed)
        if len(every) > MOST_SHOWN:
            with html("details", class_="q-details"):
                html("summary", say("Weitere Annahmen", "Further assumptions"))
                for one in every[MOST_SHOWN:]:
                    doubt(one, fixed)
        Button(
            say("Alle Annahmen ansehen", "See all assumptions"),
            lambda: session.open_page("assumptions"), kind="quiet",
        )  # fmt: skip


def doubt(one: Doubt, fixed: dict[str, float]) -> None:
    """One assumption as a slider; it can be left open again."""
    german = lang.value == "de"
    value = fixed[one.name] * one.factor if one.name in fixed else one.usual

    def set_it(shown: float) -> None:
        session.fixed.set(tuple(sorted({**fixed, one.name: one.stored(shown)}.items())))

    def leave_open() -> None:
        session.fixed.set(tuple(item for item in sorted(fixed.items()) if item[0] != one.name))

    digits = 0 if one.step >= 1 else 1 if one.step >= 0.1 else 2
    low, high = (decimal(end, lang.value, digits) for end in (one.low, one.high))
    unit = one.unit.de if german else one.unit.en
    state = (
        say("festgelegt", "set")
        if one.name in fixed
        else say(f"offen: {low} bis {high} {unit}", f"open: {low} to {high} {unit}")
    )
    asked = one.asked.de if german else one.asked.en
    with Box().key(one.name):
        Slider(
            asked, value, one.low, one.high, one.step, unit, set_it,
            today=one.usual, today_label=say("angenommen", "assumed"), hint=state,
        )  # fmt: skip
        with Box():
            if one.name in fixed:
                again = say("Wieder offen lassen", "Leave open again")
                Button(again, leave_open, kind="quiet", spoken=f"{again}: {asked}")


@solara.component
def Result(  # noqa: N802
    findings: Findings,
    town: Town,
    place: tuple[str, Callable[[str], None]],
    wanted: tuple[str, Callable[[str], None]],
    plan: Plan,
    moved: Moved,
    tries: tuple[Try, ...],
    pending: bool,
) -> None:
    """The sentence, the chart with its shadows, and the table of everything compared."""
    district = place[0]
    view = of_district(findings, district)
    known = findings.known(LOOKED_AT)
    first = FIRST_LOOK.get(plan.measures[0].kind, known[0])
    quantity = wanted[0] if wanted[0] in known else first if first in known else known[0]
    real = tuple(sorted(really_moved(plan, town, dict(moved)).items()))
    now = (plan.name, real, session.fixed.value)
    earlier = shadows(tries, now, quantity, district)
    # While the newest change is computed, what is there of the one before is grey as well.
    grey = [shadow for _, _, shadow in earlier]
    if pending:
        findings = findings.of_plans(findings.plans[:2])
        view = of_district(findings, district)
    sure = sure_of_differences(findings, lang.value)
    source = source_line(findings, town.sources, lang.value)
    here = findings.district_labels.get(district, findings.town_label)
    reference = findings.label(findings.reference, lang.value)
    with Box():
        with html("div", class_="q-live-what-to-see"):
            if len(town.districts) > 1:
                where(town, *place)
            Choice(
                say("Was soll das Bild zeigen?", "What shall the chart show?"),
                quantity,
                [(name, label_of(findings.quantities[name], lang.value)) for name in known],
                wanted[1],
            )
        # What was asked and whether it is answered stands in the element for whoever measures.
        with html(
            "div", class_="q-live-said", aria_live="polite", data_asked=repr(now[1:]),
            data_pending="true" if pending else "false",
        ):  # fmt: skip
            with Box():
                if real:
                    Text(f"{label(plan)}, {say('geändert', 'changed')}:", class_="q-live-what")
                    with html("ul", class_="q-list"):
                        for text in moved_texts(plan, town, dict(moved), lang.value):
                            html("li", text)
            if pending:
                Text(say("Wird gerechnet …", "Simulating …"), class_="q-lead")
                html("ul", class_="q-unseen")
            elif early(findings):
                Text(first_guess(findings), class_="q-lead")
                html("ul", class_="q-unseen")
            else:
                Text(answer(view, lang.value), class_="q-lead")
                with html("ul", class_="q-list"):
                    for text in told_in_numbers(view, quantity):
                        html("li", text)
        Computing()
        name = label_of(findings.quantities[quantity], lang.value)
        Chart(
            course(
                findings, quantity, lang.value, district=district,
                shadows=grey,
            ),
            first_table(view) if early(view) else indicator_table(view, quantity, lang.value),
            say(
                f"{here}: {name}, Unterschied zu „{reference}“",
                f"{here}: {name}, difference to “{reference}”",
            ),
            source=source, how_sure=sure, name=f"{town.name}_ausprobieren_{quantity}",
        ).key("course")  # fmt: skip
        with Box():
            earlier_tries(earlier)
        with Box():
            if not early(findings):
                DataTable(
                    comparison_table(view, lang.value), name=f"{town.name}_ausprobieren",
                    lines=(sure, source),
                )  # fmt: skip
        with Box():
            for text in () if early(findings) else chance_sentences(view, lang.value):
                Note(text, "caution", title=say("Kleiner als der Zufall", "Smaller than chance"))


def first_table(view: Findings) -> Table:
    """What stands in place of the numbers while they are only a first guess."""
    return Table("", (), (), note=first_guess(view))


def told_in_numbers(view: Findings, quantity: str) -> tuple[str, ...]:
    """What is established, with number and range; and in any case what the chart shows.

    Set against each other are the plan and the changed plan; before anything is changed, the plan
    and the reference.
    """
    plan, other = view.plans[1], view.plans[2 if len(view.plans) > 2 else 0]
    found = {name: verdict(view, plan, other, name) for name in view.known(LOOKED_AT)}
    decided = [name for name, one in found.items() if one is not None and one.decided]
    names = dict.fromkeys((quantity, *decided))
    return tuple(
        aim_sentence(view, one, lang.value)
        for name in list(names)[:MOST_TOLD]
        if (one := found.get(name)) is not None
    )


def earlier_tries(earlier: tuple[tuple[int, Try, object], ...]) -> None:
    """What the grey lines are."""
    if not earlier:
        return
    with html("ol", class_="q-list q-tries", aria_label=say("Frühere Versuche", "Earlier tries")):
        for _, one, _ in earlier:
            text = one.told_de if lang.value == "de" else one.told_en
            fixed = len(one.fixed)
            more = say(f", {fixed} Annahmen gesetzt", f", {fixed} assumptions set") if fixed else ""
            html("li", f"{text}{more}")
