"""What the phones see of a workshop: made once a change, the same for all but what is their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sim.dashboard.workshop.records import Choice, Offers, Question
from sim.dashboard.workshop.spread import (
    beside_model,
    dots_of,
    provisional,
    spread_of,
    spread_words,
)
from sim.dashboard.workshop.store import WorkshopStore

MOST_QUESTIONS_SHOWN = 8
"""Questions on a phone, the newest first; all of them are in the protocol."""

Json = dict[str, Any]


@dataclass(frozen=True)
class View:
    """What is to be seen at one moment.

    Attributes:
        revision: of the store it was made from.
        shared: what all see.
        expected: value by participant, by question.
        made: number of proposals and of doubts by participant.
    """

    revision: int
    shared: Json
    expected: Mapping[int, Mapping[int, float]]
    made: Mapping[int, tuple[int, int]]

    def for_participant(self, number: int) -> Json:
        """What one participant sees."""
        questions = [
            {**question, "mine": self.expected.get(question["number"], {}).get(number)}
            for question in self.shared["questions"]
        ]
        proposals, flags = self.made.get(number, (0, 0))
        return {
            **self.shared,
            "questions": questions,
            "proposals": proposals,
            "flags": flags,
        }


class Board:
    """The newest view of one workshop."""

    def __init__(self, store: WorkshopStore) -> None:
        self._store = store
        self._lock = Lock()
        self._view: View | None = None

    def view(self) -> View:
        """The view; read from the file only if something changed."""
        with self._lock:
            if self._view is None or self._view.revision != self._store.revision:
                self._view = _view_of(self._store)
            return self._view


def _view_of(store: WorkshopStore) -> View:
    # First the revision: what changes while reading makes a newer view next time.
    revision = store.revision
    workshop = store.workshop()
    expected = store.expectations()
    answers = store.answers()
    made: dict[int, tuple[int, int]] = {}
    for proposal in store.proposals(hidden=True):
        if proposal.participant is not None:
            before = made.get(proposal.participant, (0, 0))
            made[proposal.participant] = (before[0] + 1, before[1])
    for flag in store.flags(hidden=True):
        if flag.participant is not None:
            before = made.get(flag.participant, (0, 0))
            made[flag.participant] = (before[0], before[1] + 1)
    questions = store.questions()[-MOST_QUESTIONS_SHOWN:]
    shared = {
        "revision": str(revision),
        "over": bool(workshop.ended),
        "title": workshop.title,
        "place": workshop.town_label,
        "people": len(store.participants()),
        "questions": [
            _question(question, expected.get(question.number, {}))
            for question in reversed(questions)
        ],
        "answer": (
            {"de": answers[-1].shown.sentence_de, "en": answers[-1].shown.sentence_en}
            if answers
            else None
        ),
    }
    return View(revision, shared, expected, made)


def _question(question: Question, expected: Mapping[int, float]) -> Json:
    asked = question.asked
    told: Json = {
        "number": question.number,
        "state": question.state,
        "de": asked.text_de,
        "en": asked.text_en,
        "unit_de": asked.unit_de,
        "unit_en": asked.unit_en,
        "step": asked.step,
        "given": len(expected),
        "spread": None,
        "model": None,
    }
    if question.state != "revealed":
        return told
    spread = spread_of(expected.values())
    dots = dots_of(spread, question.model, asked.step)
    told["spread"] = {
        "de": spread_words(question, spread, "de"),
        "en": spread_words(question, spread, "en"),
        "points": [list(point) for point in dots.points],
        "low": dots.low,
        "high": dots.high,
        "width": dots.width,
        "tallest": dots.tallest,
    }
    if question.model is not None:
        told["model"] = {
            "de": question.model.words_de,
            "en": question.model.words_en,
            "few_de": provisional(question.model, "de"),
            "few_en": provisional(question.model, "en"),
            "beside_de": beside_model(spread, question.model, "de"),
            "beside_en": beside_model(spread, question.model, "en"),
            "value": question.model.value,
            "low": question.model.low,
            "high": question.model.high,
        }
    return told


def offers_json(offers: Offers) -> Json:
    """What may be chosen, for the phone."""
    return {
        "measures": [_choice(one) for one in offers.measures],
        "districts": [_choice(one) for one in offers.districts],
        "years": list(offers.years),
        "important": [_choice(one) for one in offers.important],
        "assumptions": [_choice(one) for one in offers.assumptions],
    }


def _choice(choice: Choice) -> Json:
    return {"key": choice.key, "de": choice.label_de, "en": choice.label_en}
