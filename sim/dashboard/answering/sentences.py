"""What the desk says in words."""

from __future__ import annotations

from sim.study.errors import StudyError
from sim.study.executor import Failure
from sim.town.problems import TownError

Sentence = tuple[str, str]
"""German, English."""

MAKING_READY: Sentence = ("Der Ort wird vorbereitet", "Making the town ready")
COMPILING: Sentence = (
    "Erster Start auf diesem Rechner: Das Programm wird übersetzt",
    "First start on this computer: the program is being compiled",
)
SIMULATING: Sentence = ("Es wird gerechnet", "Simulating")


def refused(error: StudyError | TownError) -> Sentence:
    """Why a question cannot be answered."""
    if isinstance(error, TownError):
        return error.problems[0].text("de"), error.problems[0].text("en")
    return error.text("de"), error.text("en")


def failed(failure: Failure) -> Sentence:
    """That a plan cannot be simulated."""
    if not failure.plan:
        return (
            f"Die Rechnung ist gescheitert: {failure.error} ({failure.where}).",
            f"The simulation failed: {failure.error} ({failure.where}).",
        )
    return (
        f"Die Rechnung ist gescheitert: {failure.error} im Plan „{failure.plan}“ "
        f"({failure.where}). Die anderen Pläne lassen sich ohne ihn rechnen.",
        f"The simulation failed: {failure.error} in the plan “{failure.plan}” "
        f"({failure.where}). The other plans can be simulated without it.",
    )


def unexpected(error: BaseException) -> Sentence:
    """That the program itself has made a mistake."""
    name = type(error).__name__
    return (
        f"Das Programm hat einen Fehler ({name}); Näheres steht im Protokoll des Servers.",
        f"The program has made a mistake ({name}); the server’s log says more.",
    )
