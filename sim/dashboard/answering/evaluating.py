"""From runs to an answer, and when the next one is due."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sim.dashboard.answering.question import BESIDES, Answer, Question
from sim.dashboard.answering.settled import FEWEST_DRAWS, stands_still
from sim.dashboard.answering.work import rungs
from sim.report.findings import Findings
from sim.report.gather import gather
from sim.study.errors import StudyError
from sim.study.executor import Failure
from sim.study.live import LiveDesign, Runs

BYTES_A_CELL = 64
"""A number in a table, and once more as an object of its own where rows are looked up."""


def next_rung(rung: int, reached: int, most: int) -> int:
    """Draws of the next answer; `rung` if there is none yet.

    From the first rung that can settle an answer on, none is left out: so an answer settles at
    the same number of draws, whatever was remembered when it was asked.

    Args:
        rung: draws of the last answer, 0 before the first.
        reached: draws that are there, as a rung.
        most: draws after which the answer is final.
    """
    ahead = [one for one in rungs(most) if rung < one <= reached]
    early = [one for one in ahead if one <= FEWEST_DRAWS]
    return early[-1] if early else ahead[0] if ahead else rung


def is_final(rung: int, most: int) -> bool:
    """Whether no more draws will come."""
    return rung >= most


def bytes_of(answer: Answer) -> int:
    """About what an answer takes: its runs, its tables, and what pages look up in them."""
    findings = answer.findings
    tables = (findings.levels, findings.differences, findings.settings)
    cells = sum(len(table) * len(table.columns) for table in tables)
    return answer.study.nbytes + BYTES_A_CELL * cells


def evaluate(
    question: Question,
    design: LiveDesign,
    runs: Runs,
    failures: Sequence[Failure],
    before: Answer | None,
    asked: float,
) -> Answer:
    """Put an answer together; its findings are ready when it is handed out.

    Args:
        question: what was asked.
        design: its design.
        runs: finished tasks of the draws that take part.
        failures: failed ones.
        before: the answer before, if there was one.
        asked: when it was asked, by the monotonic clock.

    Raises:
        StudyError: fewer than two draws are whole.
    """
    study = design.study(runs, failures)
    findings = gather(study, BESIDES, brief=True)
    # Tables are there; what they were put together from would double the memory.
    study.forget()
    draws = max(task.draw for task in runs) + 1
    draws = max([draws, *(one.draw + 1 for one in failures)])
    settled = is_final(draws, question.most_draws)
    if not settled and draws >= FEWEST_DRAWS:
        earlier = _findings_of_half(design, runs, failures, before, draws)
        settled = earlier is not None and stands_still(earlier, findings)
    answer = Answer(question, study, len(study.draws), settled, time.monotonic() - asked)
    if before is not None:  # of the first, pages draw no more than a first guess
        findings.look_up()
    answer.__dict__["findings"] = findings
    return answer


def _findings_of_half(
    design: LiveDesign,
    runs: Runs,
    failures: Sequence[Failure],
    before: Answer | None,
    draws: int,
) -> Findings | None:
    """What was known at the rung before."""
    half = max(one for one in rungs(draws) if one < draws)
    if before is not None and before.draws == half:
        return before.findings
    fewer = {task: kept for task, kept in runs.items() if task.draw < half}
    try:
        study = design.study(fewer, [one for one in failures if one.draw < half])
    except StudyError:
        return None
    return gather(study, BESIDES, brief=True)
