"""How far the desk is: shown above every answer, with a way to stop and to go on."""

from __future__ import annotations

from typing import cast

import solara

from sim.dashboard import session
from sim.dashboard.drawn.look import early
from sim.dashboard.language import say
from sim.dashboard.parts import Button, Note, html
from sim.report.findings import Findings


@solara.component
def Computing() -> None:  # noqa: N802
    """Progress with time left and stop; what failed; how many cases the answer rests on."""
    news = session.told.value
    answer = session.answer.value
    asked = (session.town.value, session.shown_plans(), session.fixed.value)
    stopped, set_stopped = solara.use_state(cast("tuple[object, ...]", ()))

    def stop() -> None:
        session.stop_now()
        set_stopped(asked)

    def go_on() -> None:
        set_stopped(())
        session.ask_now(again=True)

    done = 0.0 if news is None else news.share_done
    finished = answer is not None and answer.settled and done >= 1.0
    failed = None if news is None else news.failed
    state = (
        "failed" if failed is not None
        else "finished" if finished
        else "stopped" if stopped == asked
        else "running"
    )  # fmt: skip
    # A key for each state: elements of one must not be taken for those of another.
    with html("div", class_="q-computing").key(state):
        if failed is not None:
            Note(say(*failed), "error", title=say("Es gibt keine Antwort.", "No answer."))
        elif finished:
            html("p", finished_words(), class_="q-computing-text")
        elif state == "stopped":
            html("p", stopped_words(), class_="q-computing-text")
            Button(say("Weiter rechnen", "Go on"), go_on, kind="quiet")
        else:
            html(
                "progress", class_="q-progress", max="100", value=str(round(100 * done)),
                aria_label=say("Fortschritt der Rechnung", "Progress of the calculation"),
            )  # fmt: skip
            html("p", running_words(), class_="q-computing-text")
            Button(say("Anhalten", "Stop"), stop, kind="quiet")


def first_guess(findings: Findings) -> str:
    """That an answer of few cases is only a first guess; nothing later."""
    if not early(findings):
        return ""
    return say(
        f"Erste Schätzung aus {findings.draws} Fällen. Die Spanne folgt gleich.",
        f"First guess from {findings.draws} cases. The range follows in a moment.",
    )


def draws() -> int:
    """Cases the answer shown rests on."""
    answer = session.answer.value
    return 0 if answer is None else answer.draws


def stopped_words() -> str:
    """What is said of a stopped calculation."""
    count = draws()
    if not count:
        return say("Angehalten, noch ohne Antwort.", "Stopped, without an answer as yet.")
    return say(
        f"Angehalten nach {count} Fällen; die Spannen können sich noch ändern.",
        f"Stopped after {count} cases; the ranges may still change.",
    )


def finished_words() -> str:
    """What is said once nothing more is computed."""
    answer = session.answer.value
    if answer is not None and answer.draws >= answer.question.most_draws:
        return say(f"Fertig: {draws()} Fälle durchgerechnet.", f"Finished: {draws()} cases.")
    return say(
        f"Fertig: {draws()} Fälle durchgerechnet, die Spannen stehen still.",
        f"Finished: {draws()} cases computed, the ranges stand still.",
    )


def running_words() -> str:
    """What is being done, for how long still, and how far the answer shown is."""
    news = session.told.value
    parts = [say(*news.what) if news is not None else say("Es wird gerechnet", "Simulating")]
    if draws():
        parts.append(
            say(f"bisher {draws()} Fälle, wird genauer", f"{draws()} cases so far, narrowing")
        )
    if news is not None and news.waiting:
        parts.append(
            say(f"{news.waiting} andere Fragen zuerst", f"{news.waiting} other questions first")
        )
    if news is not None and news.seconds_left is not None:
        parts.append(time_left(news.seconds_left))
    return ", ".join(parts) + "."


def time_left(seconds: float) -> str:
    """Time left in words, never finer than it is known."""
    if seconds < 2:
        return say("gleich fertig", "almost done")
    if seconds < 100:
        count = max(5, 5 * round(seconds / 5))
        return say(f"noch höchstens {count} Sekunden", f"{count} seconds left at most")
    count = round(seconds / 60)
    return say(f"noch höchstens {count} Minuten", f"{count} minutes left at most")
