"""Trying a plan on its page: does it change anything, is it larger than chance."""

from __future__ import annotations

from dataclasses import dataclass

import solara

from sim.dashboard import session
from sim.dashboard.answering.question import Answer, Question, Told
from sim.dashboard.drafting.noticed import Remark, remarks_after
from sim.dashboard.drawn.look import early
from sim.dashboard.language import lang, say
from sim.dashboard.parts import Box, Button, Heading, Note, Row, Text
from sim.report.words import answer as in_words
from sim.town import Town
from sim.town.plan import REFERENCE, Plan

PURPOSE = "plan"
"""What the desk calls it: an own question beside that of the pages that compare."""

MOST_DRAWS = 32
"""Enough to see whether a plan does anything; the comparison goes on to a hundred."""


@dataclass(frozen=True)
class Trial:
    """A plan that was tried.

    Attributes:
        town: key of the town.
        plan: as it was tried; a changed one has no trial.
        fixed: assumptions set by hand, by name.
        told: the newest from the desk.
        answer: the newest answer.
        remarks: what it shows.
    """

    town: str
    plan: Plan
    fixed: tuple[tuple[str, float], ...]
    told: Told | None = None
    answer: Answer | None = None
    remarks: tuple[Remark, ...] = ()

    def of(self, plan: Plan | None) -> bool:
        """Whether it is of this plan as it is now."""
        here = (self.town, self.fixed) == (session.town.value, session.fixed.value)
        return here and self.plan == plan


_trial: solara.Reactive[Trial | None] = solara.reactive(None)


def remarks_of_trial(plan: Plan | None) -> tuple[Remark, ...]:
    """What the trial of a plan shows; nothing if it was not tried as it is now."""
    trial = _trial.value
    return trial.remarks if trial is not None and trial.of(plan) else ()


def reference_plan() -> Plan | None:
    """What a plan is tried against: nothing new."""
    first = session.shown.value[0] if session.shown.value else REFERENCE
    return session.plan_named(REFERENCE) or session.plan_named(first)


def try_out(town: Town, plan: Plan, reference: Plan) -> None:
    """Ask the desk about one plan against the reference."""
    begun = Trial(session.town.value, plan, session.fixed.value)
    _trial.set(begun)

    def hear(news: Told) -> None:
        now = _trial.value
        if now is None or not now.of(plan):
            return
        answer = news.answer or now.answer
        remarks = now.remarks
        if news.answer is not None:
            remarks = remarks_after(plan, news.answer.study, news.answer.findings, town)
        _trial.set(Trial(begun.town, plan, begun.fixed, news, answer, remarks))

    question = Question(
        session.town.value, (reference, plan), session.fixed.value, most_draws=MOST_DRAWS
    )
    session.desk().ask(question, session.owner(), PURPOSE, session.in_session(hear))


@solara.component
def TryPlan(town: Town, plan: Plan) -> None:  # noqa: N802
    """A button that computes the plan, and what came of it in a sentence."""
    reference = reference_plan()
    trial = _trial.value if _trial.value is not None and _trial.value.of(plan) else None
    with Box():
        if reference is None or plan.name == reference.name:
            return
        label = say(reference.label_de, reference.label_en)
        Heading(say("Was käme dabei heraus?", "What would come of it?"), 3)
        with Row():
            Button(
                say("Durchrechnen", "Compute"),
                lambda: try_out(town, plan, reference),
                disabled=trial is not None and running(trial),
            )
            Button(
                say("Ausführlich vergleichen", "Compare in full"),
                lambda: compare(plan, reference),
                kind="quiet",
            )
        if trial is None:
            Text(
                say(
                    f"Gegenüber „{label}“, in wenigen durchgerechneten Fällen.",
                    f"Against “{label}”, in a few cases computed.",
                ),
                small=True,
            )
            return
        Result(trial)


def Result(trial: Trial) -> None:  # noqa: N802
    """How far the trial is, or what came of it."""
    told = trial.told
    with Box():
        if told is not None and told.failed is not None:
            Note(say(*told.failed), "error")
        elif trial.answer is None:
            Note(progress_words(told), live=True)
    if trial.answer is not None:
        draws = trial.answer.draws
        first = ("Nach", "After")
        if early(trial.answer.findings):
            first = ("Erste Schätzung nach", "A first guess after")
        Note(
            in_words(trial.answer.findings, lang.value),
            title=say(
                f"{first[0]} {draws} durchgerechneten Fällen (Modellrechnung, keine Vorhersage)",
                f"{first[1]} {draws} cases computed (a calculation with a model, not a forecast)",
            ),
            live=True,
        )
        for remark in trial.remarks:
            if remark.card is None:
                Note(say(*remark.said), "caution")


def running(trial: Trial) -> bool:
    """Whether the desk is still busy with it."""
    told = trial.told
    return told is None or (told.failed is None and told.share_done < 1.0)


def progress_words(told: Told | None) -> str:
    """What is being done and how long it will take."""
    if told is None:
        return say("Es wird gerechnet …", "Computing …")
    what = say(*told.what)
    if told.waiting:
        return say(f"{what} … ({told.waiting} andere Fragen zuerst)",
                   f"{what} … ({told.waiting} other questions first)")  # fmt: skip
    if told.seconds_left is None:
        return f"{what} …"
    seconds = max(1, round(told.seconds_left))
    return say(f"{what} … noch etwa {seconds} s", f"{what} … about {seconds} s left")


def compare(plan: Plan, reference: Plan) -> None:
    """Show the plan beside the reference on the page that compares."""
    if plan.name not in session.shown.value:
        session.shown.set((reference.name, plan.name))
    session.open_page("compare")
