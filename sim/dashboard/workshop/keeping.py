"""What is kept of an answer on the screen, and of the whole workshop at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.dashboard.drafting.card import draft_of, toml_of
from sim.dashboard.drafting.kinds import measure_kinds
from sim.dashboard.workshop.asking import shown_of
from sim.dashboard.workshop.protocol import Record, file_stem, protocol_of
from sim.dashboard.workshop.protocol_text import markdown
from sim.dashboard.workshop.records import Shown, WorkshopError
from sim.dashboard.workshop.store import WorkshopStore
from sim.report.numbers import Lang
from sim.report.python_lines import python_lines
from sim.study.errors import StudyError
from sim.study.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from sim.dashboard.answering.question import Answer
    from sim.town.town import Town

LANGS: tuple[Lang, Lang] = ("de", "en")


def kept_answer(answer: Answer, town: Town) -> Shown:
    """An answer as it goes into the workshop's file: words, numbers, and how to get it again.

    Args:
        answer: what is on the screen.
        town: its town.
    """
    kinds = measure_kinds(town)
    own = [plan for plan in answer.question.plans if town.plans.get(plan.name) != plan]
    return shown_of(
        answer.findings,
        fixed=answer.question.fixed,
        lines=python_lines(answer.study, town),
        plan_files=[
            (plan.name, toml_of(draft_of(plan, town), kinds, len(town.districts))) for plan in own
        ],
    )


def write_protocol(store: WorkshopStore) -> tuple[Path, ...]:
    """Write the minutes in both languages into the workshop's folder, as text.

    Raises:
        WorkshopError: they cannot be written.
    """
    record = Record.of(store)
    written = []
    for lang in LANGS:
        path = store.folder / f"{file_stem(record.workshop, lang)}.{lang}.md"
        try:
            write_whole(path, markdown(protocol_of(record, lang)).encode("utf-8"))
        except StudyError as error:
            raise WorkshopError(error.text_de, error.text_en) from error
        written.append(path)
    return tuple(written)
