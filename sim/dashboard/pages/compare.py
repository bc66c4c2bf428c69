"""The page "Vergleich" (Compare): two to four plans, and what can and cannot be said of them."""

from __future__ import annotations

from collections.abc import Callable

import solara
import solara.lab

from sim.dashboard import session
from sim.dashboard.answering.places import town_of
from sim.dashboard.answering.question import MOST_PLANS, Answer
from sim.dashboard.computing import Computing, first_guess
from sim.dashboard.drawn import differences as drawn
from sim.dashboard.drawn.lines import source_line, sure_of_differences
from sim.dashboard.drawn.look import Option, early
from sim.dashboard.drawn.maps import differences_map, differences_table
from sim.dashboard.drawn.shapes import plot_of
from sim.dashboard.language import lang, say
from sim.dashboard.parts import Box, Choice, Choices, Heading, Note, Tabs, Text, html
from sim.dashboard.parts.showing import Chart, DataTable, DistrictMap
from sim.report.assumed import break_even_sentences
from sim.report.findings import AIMS, Findings
from sim.report.gather import FEWEST_DRAWS, gather
from sim.report.numbers import label_of
from sim.report.stated import groups_note, nothing_turns
from sim.report.table import Table
from sim.report.tables import comparison_table, cost_table, gains_table, indicator_table
from sim.report.words import (
    aim_sentences,
    answer,
    chance_sentences,
    cost_sentence,
    difference_scale,
    proportion_sentence,
)
from sim.town import Town

Draw = Callable[[Option | None, Table, str, str], None]
"""Draws a chart from its option, its table, its title and its name."""


@solara.component
def Page() -> None:  # noqa: N802
    """The question, the answer, and everything that belongs to it."""
    town = town_of(session.town.value)
    found = session.answer.value
    deep = deep_findings(found)
    # A key for each state: elements of one must not be taken for those of another.
    with Box().key("waiting" if found is None else "answered"):
        if found is None:
            Heading(say("Pläne vergleichen", "Compare plans"))
            Computing()
            which_plans()
        else:
            findings = found.findings
            Heading(findings.question_de if lang.value == "de" else findings.question_en)
            Text(first_guess(findings) or answer(findings, lang.value), class_="q-lead")
            Computing()
            which_plans()
            with Box():
                if not findings.alternatives:
                    Note(say("Bitte einen zweiten Plan dazunehmen.", "Please add a second plan."))
                elif not early(findings):
                    Compared(findings, deep, town)


def deep_findings(found: Answer | None) -> Findings | None:
    """Who gains and what would have to be true: worked out beside, once the ranges stand still."""
    settled = found if found is not None and found.settled else None

    def work() -> tuple[Answer, Findings] | None:
        return None if settled is None else (settled, gather(settled.study))

    task = solara.lab.use_task(work, dependencies=[id(settled)], prefer_threaded=True)
    value = task.value
    return value[1] if value is not None and value[0] is found else None


def which_plans() -> None:
    """Which plans are compared: the reference and up to three more."""
    every = session.plans.value
    shown = session.shown.value
    reference = shown[0] if shown else every[0].name

    def choose(names: tuple[str, ...]) -> None:
        others = tuple(name for name in names if name != reference)
        if others:
            session.shown.set((reference, *others[: MOST_PLANS - 1]))

    side = lang.value
    labels = {plan.name: plan.label_de if side == "de" else plan.label_en for plan in every}
    with html("details", class_="q-details"):
        html("summary", say("Andere Pläne wählen", "Choose other plans"))
        Choices(
            say(
                f"Verglichen mit „{labels.get(reference, reference)}“ (höchstens drei)",
                f"Compared with “{labels.get(reference, reference)}” (three at most)",
            ),
            [name for name in shown if name != reference],
            [(name, label) for name, label in labels.items() if name != reference],
            choose,
        )


@solara.component
def Compared(findings: Findings, deep: Findings | None, town: Town) -> None:  # noqa: N802
    """Everything below the answer.

    Args:
        findings: the newest answer.
        deep: with who gains and what would have to be true; None while it is worked out.
        town: the town.
    """
    known = findings.known(AIMS)
    wanted, set_wanted = solara.use_state("")
    chosen_plan, set_plan = solara.use_state("")
    tab, set_tab = solara.use_state("change")
    quantity = wanted if wanted in known else most_telling(findings)
    plan = chosen_plan if chosen_plan in findings.alternatives else findings.alternatives[0]
    sure = sure_of_differences(findings, lang.value)
    source = source_line(findings, town.sources, lang.value)

    one = findings.difference(plan, quantity)
    with Box():
        with html("section", class_="q-card q-doubts"):
            Heading(say("Wie viel davon ist sicher?", "How much of it is sure?"), 2)
            choose_aim(findings, (quantity, set_wanted), (plan, set_plan))
            with Box():
                if one is not None:
                    sentences(drawn.doubts_in_words(findings, one, lang.value))
        with Tabs(say("Näher ansehen", "Look closer"), tab, tabs(), set_tab):
            Panel(tab, findings, deep, town, (plan, quantity), (sure, source)).key(tab)


@solara.component
def Panel(  # noqa: N802
    tab: str,
    findings: Findings,
    deep: Findings | None,
    town: Town,
    closely: tuple[str, str],
    lines: tuple[str, str],
) -> None:
    """What the chosen tab shows.

    Args:
        tab: its name.
        findings: the newest answer.
        deep: with who gains and what would have to be true; None while it is worked out.
        town: the town.
        closely: plan and aim that are looked at closely.
        lines: how sure, and the source, below every chart.
    """
    plan, quantity = closely

    def chart(option: Option | None, table: Table, title: str, name: str) -> None:
        Chart(
            option, table, title, source=lines[1], how_sure=lines[0], name=f"{town.name}_{name}"
        ).key(name)

    with Box():
        if tab == "change":
            what_changes(findings, chart)
        elif tab == "sure":
            told_apart(findings, plan, quantity, chart)
        elif tab == "where":
            Where(findings, town, plan, quantity, lines)
        elif tab == "costs":
            costs(findings, chart)
        elif tab == "gains":
            gains(deep, quantity, chart)
        else:
            conditions(findings, deep)


def tabs() -> tuple[tuple[str, str], ...]:
    """What can be looked at more closely."""
    return (
        ("change", say("Was sich ändert", "What changes")),
        ("sure", say("Wie sicher", "How sure")),
        ("where", say("Wo", "Where")),
        ("costs", say("Wer zahlt", "Who pays")),
        ("gains", say("Wem es hilft", "Who gains")),
        ("conditions", say("Was zutreffen müsste", "What would have to be true")),
    )


def what_changes(findings: Findings, chart: Draw) -> None:
    """All aims: on one axis, and each in a sentence."""
    chart(
        drawn.aims(findings, lang.value), comparison_table(findings, lang.value),
        say("Alle Ziele, gemessen am Ganzen", "All aims, measured by the whole"), "ziele",
    )  # fmt: skip
    Text(proportion_sentence(findings, lang.value), small=True)
    with html("details", class_="q-details"):
        html("summary", say("Jedes Ziel in einem Satz", "Each aim in a sentence"))
        sentences(aim_sentences(findings, lang.value))


def costs(findings: Findings, chart: Draw) -> None:
    """Who pays how much more or less."""
    Text(cost_sentence(findings, lang.value))
    chart(
        drawn.payers(findings, lang.value), cost_table(findings, lang.value),
        say("Mehr oder weniger Kosten im Jahr, nach Zahlern",
            "More or less cost a year, by payer"),
        "zahler",
    )  # fmt: skip


def most_telling(findings: Findings) -> str:
    """The aim to begin with: the first that a plan changes for sure and appreciably."""
    known = findings.known(AIMS)
    for aim in known:
        for plan in findings.alternatives:
            one = findings.difference(plan, aim)
            if one is not None and one.determined:
                scale = difference_scale(findings, one, lang.value)
                if not scale.negligible(one.ranged):
                    return aim
    return known[0]


def sentences(texts: tuple[str, ...]) -> None:
    """Sentences as a list."""
    with html("ul", class_="q-list"):
        for text in texts:
            html("li", text)


def choose_aim(
    findings: Findings,
    aim: tuple[str, Callable[[str], None]],
    plan: tuple[str, Callable[[str], None]],
) -> None:
    """Which aim and which plan is looked at closely."""
    options = [
        (name, label_of(findings.quantities[name], lang.value)) for name in findings.known(AIMS)
    ]
    with html("div", class_="q-row"):
        Choice(say("Ziel", "Aim"), aim[0], options, aim[1])
        if len(findings.alternatives) > 1:
            labels = [(name, findings.label(name, lang.value)) for name in findings.alternatives]
            Choice(say("Plan", "Plan"), plan[0], labels, plan[1])


def told_apart(
    findings: Findings,
    plan: str,
    quantity: str,
    chart: Draw,
) -> None:
    """The choice itself, what is not known, and chance, told apart."""
    label = findings.quantity_label(quantity, lang.value)
    chart(
        drawn.three_doubts(findings, plan, quantity, lang.value),
        indicator_table(findings, quantity, lang.value),
        f"{label}: {findings.label(plan, lang.value)}",
        f"sicher_{quantity}_{plan}",
    )
    with Box():
        for text in chance_sentences(findings, lang.value):
            Note(text, "caution", title=say("Kleiner als der Zufall", "Smaller than chance"))


@solara.component
def Where(findings: Findings, town: Town, plan: str, quantity: str, lines: tuple[str, str]) -> None:  # noqa: N802
    """The map of differences, and the districts sorted by them."""
    chosen, set_chosen = solara.use_state("")
    plot = solara.use_memo(lambda: plot_of(town.districts, town.place, town.outline), [town.name])
    table = differences_table(findings, plan, quantity, lang.value)
    with html("div", class_="q-halves"):
        with Box():
            DistrictMap(
                differences_map(findings, plot, plan, quantity, lang.value), chosen, set_chosen
            )
        with Box():
            DataTable(table, name=f"{town.name}_bezirke_{quantity}_{plan}", lines=lines)


def waiting() -> str:
    """That something is worked out later."""
    return say(
        "Das wird ausgewertet, sobald die Spannen stillstehen.",
        "This is worked out once the ranges stand still.",
    )


def gains(deep: Findings | None, quantity: str, chart: Draw) -> None:
    """Who gains, by age and by situation: known once the ranges stand still."""
    if deep is None:
        Text(waiting())
        return
    table = gains_table(deep, quantity, lang.value)
    option = drawn.gains(deep, quantity, lang.value)
    if table is None or option is None or not table.rows:
        Text(
            say(
                "Bei diesem Ziel ändert sich für keine Gruppe Nennenswertes.",
                "For this aim nothing appreciable changes for any group.",
            )
        )
        return
    chart(option, table, table.title, f"gewinner_{quantity}")
    Text(groups_note(lang.value), small=True)


def conditions(findings: Findings, deep: Findings | None) -> None:
    """What would have to be true for one plan to be better than another."""
    if deep is None:
        Text(waiting())
        return
    texts = break_even_sentences(deep, lang.value) if findings.draws >= FEWEST_DRAWS else ()
    if texts:
        sentences(texts)
    else:
        Text(nothing_turns(lang.value))
