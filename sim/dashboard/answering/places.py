"""Towns that can be opened: those that come with the product and the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.town.town import Town


@dataclass(frozen=True)
class TownEntry:
    """A town on the start page.

    Attributes:
        key: names it in the URL and in questions.
        label: as people call it.
        sentence_de, sentence_en: what is special here.
        question_de, question_en: the town's question.
        folder: where its files are.
        residents: number of residents at the start.
        districts: number of districts.
        own: whether it is the user's own.
        problem_de, problem_en: why it cannot be opened; empty if it can.
    """

    key: str
    label: str
    sentence_de: str
    sentence_en: str
    question_de: str
    question_en: str
    folder: Path
    residents: int = 0
    districts: int = 0
    own: bool = False
    problem_de: str = ""
    problem_en: str = ""


def towns() -> tuple[TownEntry, ...]:
    """All towns, those of the product first."""
    raise NotImplementedError


def town_of(key: str) -> Town:
    """The town of a key, read once."""
    raise NotImplementedError


def ready(key: str) -> bool:
    """Whether the town's residents have been made."""
    raise NotImplementedError
