"""What stands in place of a part that failed: a sentence, never the insides of the program."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import solara

from sim.dashboard.language import say
from sim.dashboard.parts.controls import Button
from sim.dashboard.parts.text import Note, html
from sim.study.errors import StudyError
from sim.town.problems import TownError

log = logging.getLogger(__name__)


def sentence_of(error: BaseException) -> tuple[str, str]:
    """What to say of an error, in German and English.

    Problems of a town's folder and of a study say themselves what to mend; of anything else only
    its kind is named.
    """
    if isinstance(error, StudyError):
        return error.text("de"), error.text("en")
    if isinstance(error, TownError):
        return (
            "\n".join(problem.text("de") for problem in error.problems[:10]),
            "\n".join(problem.text("en") for problem in error.problems[:10]),
        )
    kind = type(error).__name__
    return (
        f"Das ist ein Fehler im Programm ({kind}), nicht Ihrer. Alles andere geht weiter. "
        "Bitte versuchen Sie es noch einmal oder öffnen Sie eine andere Seite.",
        f"This is an error in the program ({kind}), not yours. Everything else goes on. "
        "Please try again or open another page.",
    )


@solara.component
def ErrorBoundary(draw: Callable[[], Any]) -> None:  # noqa: N802
    """Draws one component; if it fails, a sentence stands in its place.

    Args:
        draw: makes exactly one element, such as the component itself.
    """
    error, clear = solara.use_exception()
    if error is None:
        draw()
        return
    log.error("part of a page failed", exc_info=error)
    with html("div", class_="q-section"):
        Note(say(*sentence_of(error)), "error", title=say("Das ging nicht.", "That did not work."))
        Button(say("Noch einmal versuchen", "Try again"), clear)
