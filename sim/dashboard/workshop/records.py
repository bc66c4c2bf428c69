"""What a workshop consists of: records as they lie in its file, and what can go wrong.

Nobody is named: a participant is a random token and, if they like, a nickname. Numbers are in the
unit people see, such as 12 for 12 %, so that an expectation and the model's answer are alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sim.report.numbers import Lang
from sim.report.table import Table
from sim.study.errors import SpokenError

QuestionState = Literal["open", "closed", "revealed"]
MinutesField = Literal["notes", "decisions"]

MOST_PARTICIPANTS = 300
MOST_QUESTIONS = 100
MOST_PROPOSALS, MOST_PROPOSALS_EACH = 600, 10
MOST_FLAGS, MOST_FLAGS_EACH = 1_000, 20
MOST_ANSWERS = 200
MOST_MEASURES = 12
KEPT_MINUTES = 200
"""Earlier versions kept of each field of the minutes."""

LONGEST_NAME = 80
LONGEST_NICKNAME = 30
LONGEST_LABEL = 200
LONGEST_QUESTION = 300
LONGEST_IDEA = 500
LONGEST_REASON = 500
LONGEST_SENTENCE = 4_000
LONGEST_MINUTES = 100_000
LONGEST_NUMBERS = 200_000
"""Characters of the table of an answer, as JSON."""

LARGEST_VALUE = 1e9


class WorkshopError(SpokenError):
    """Something cannot be done in a workshop; what was kept before is untouched."""


class TooMuch(WorkshopError):
    """A bound is reached: no more of this fits into one workshop."""


class NotNow(WorkshopError):
    """The question does not take expectations any more, or there is no such question."""


@dataclass(frozen=True)
class Workshop:
    """One workshop.

    Attributes:
        code: what participants type to join, without the dash.
        town: key of the town.
        town_label: its name.
        title: what the workshop is called.
        language: language it began in.
        started: local time with offset, ISO 8601.
        ended: the same, empty while it goes on.
        version: version of the software that began it.
    """

    code: str
    town: str
    town_label: str
    title: str
    language: Lang
    started: str
    ended: str = ""
    version: str = ""


@dataclass(frozen=True)
class Choice:
    """Something to choose on the phone: a key and what it is called."""

    key: str
    label_de: str
    label_en: str

    def label(self, lang: Lang) -> str:
        """The label in a language."""
        return self.label_de if lang == "de" else self.label_en


@dataclass(frozen=True)
class Offers:
    """What participants may choose from.

    Attributes:
        measures: the kinds of measures.
        districts: the town's districts.
        years: years in which something may begin.
        important: assumptions that matter most, first.
        assumptions: all others.
    """

    measures: tuple[Choice, ...] = ()
    districts: tuple[Choice, ...] = ()
    years: tuple[int, ...] = ()
    important: tuple[Choice, ...] = ()
    assumptions: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What the moderator asks the room.

    Attributes:
        quantity: indicator, empty if the question is about something the model does not count.
        plan: name of the plan.
        plan_de, plan_en: its label.
        district: key of the district, `*` for the whole place.
        place_de, place_en: what the place is called.
        period: a year, or years such as 2027-2030.
        unit_de, unit_en: unit of an expectation.
        text_de, text_en: the question.
        factor: from the study's values to those people see (100 for shares).
        step: finest step shown.
    """

    quantity: str
    plan: str
    plan_de: str
    plan_en: str
    district: str
    place_de: str
    place_en: str
    period: str
    unit_de: str
    unit_en: str
    text_de: str
    text_en: str
    factor: float = 1.0
    step: float = 1.0

    def text(self, lang: Lang) -> str:
        """The question in a language."""
        return self.text_de if lang == "de" else self.text_en

    def unit(self, lang: Lang) -> str:
        """The unit in a language."""
        return self.unit_de if lang == "de" else self.unit_en


@dataclass(frozen=True)
class ModelSays:
    """The model's answer to a question, as it was shown.

    Attributes:
        value, low, high: median and 5-95 % range in the question's unit; None where a small number
            of people is kept back.
        words_de, words_en: the same in words, rounded as it is known.
        draws, seeds: draws of the assumptions and seeds a draw behind it.
        seed: seed of the study.
        version: version of the software.
        fingerprint: SHA-256 of everything read.
        fixed: assumptions set by hand, name and value.
    """

    value: float | None
    low: float | None
    high: float | None
    words_de: str
    words_en: str
    draws: int
    seeds: int
    seed: int
    version: str
    fingerprint: str = ""
    fixed: tuple[tuple[str, float], ...] = ()

    def words(self, lang: Lang) -> str:
        """The answer in words."""
        return self.words_de if lang == "de" else self.words_en


@dataclass(frozen=True)
class Question:
    """A question that was put."""

    number: int
    asked: Asked
    state: QuestionState
    put: str
    model: ModelSays | None = None


@dataclass(frozen=True)
class Participant:
    """Somebody who joined; `number` is the only thing the file knows them by."""

    number: int
    nickname: str
    joined: str


@dataclass(frozen=True)
class Idea:
    """What a participant proposes: words, and measures if they chose some."""

    text: str
    measures: tuple[str, ...] = ()
    district: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Proposal:
    """A proposal as it lies in the file; a hidden one is not shown to the room."""

    number: int
    participant: int | None
    nickname: str
    idea: Idea
    hidden: bool
    made: str


@dataclass(frozen=True)
class Flag:
    """An assumption somebody doubts, and why.

    Attributes:
        assumption: name in the ledger; empty if it is not one of them.
        label: what it is called.
        reason: why it is doubted.
    """

    number: int
    participant: int | None
    nickname: str
    assumption: str
    label: str
    reason: str
    hidden: bool
    made: str


@dataclass(frozen=True)
class Shown:
    """A comparison the room has seen.

    Attributes:
        question_de, question_en: the question on top.
        plans: name and label of each plan, the reference first.
        sentence_de, sentence_en: the answer.
        tables_de, tables_en: its numbers with ranges.
        seed, draws, seeds, version, fingerprint: how to get it again.
        fixed: assumptions set by hand, name and value.
        lines: Python that gives the same numbers again.
        plan_files: name and text of the file of each plan that is not among the town's own.
    """

    question_de: str
    question_en: str
    plans: tuple[Choice, ...]
    sentence_de: str
    sentence_en: str
    tables_de: tuple[Table, ...]
    tables_en: tuple[Table, ...]
    seed: int
    draws: int
    seeds: int
    version: str
    fingerprint: str = ""
    fixed: tuple[tuple[str, float], ...] = ()
    lines: tuple[str, ...] = ()
    plan_files: tuple[tuple[str, str], ...] = ()

    def sentence(self, lang: Lang) -> str:
        """The answer in a language."""
        return self.sentence_de if lang == "de" else self.sentence_en

    def question(self, lang: Lang) -> str:
        """The question on top in a language."""
        return self.question_de if lang == "de" else self.question_en

    def tables(self, lang: Lang) -> tuple[Table, ...]:
        """The tables in a language."""
        return self.tables_de if lang == "de" else self.tables_en


@dataclass(frozen=True)
class Answer:
    """A comparison in the file, with its number and time."""

    number: int
    shown: Shown
    at: str


@dataclass(frozen=True)
class Minutes:
    """What was written down; the newest version of each field."""

    notes: str = ""
    decisions: str = ""
    changed: str = field(default="", compare=False)
