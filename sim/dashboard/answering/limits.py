"""What the desk refuses to simulate, whatever page or address it comes from.

Pages check what they offer, with ranges and reasons. This is the last door before the model: it
stops what would take all memory or all day.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.dashboard.answering.question import MOST_PLANS, Question
from sim.study.errors import StudyError
from sim.town.plan import Measure, Plan

if TYPE_CHECKING:
    from sim.town.town import Town

MOST_DRAWS = 2000
MOST_MEASURES = 500
"""Of a plan, like in its file."""
LARGEST = 1e7
"""No size, number of seats or of hours of a measure is larger; cost may be a thousand times."""
TIMES_THE_RANGE = 10.0
"""So far beyond its range an assumption may be set by hand."""


def check(question: Question, town: Town) -> None:
    """Refuse what no page would ask.

    Raises:
        StudyError: too many plans or draws, or a number beyond all measure.
    """
    if not 1 <= len(question.plans) <= MOST_PLANS:
        raise StudyError(
            f"Verglichen werden ein bis {MOST_PLANS} Pläne, ausgewählt sind {len(question.plans)}.",
            f"One to {MOST_PLANS} plans can be compared, {len(question.plans)} are chosen.",
        )
    if not 2 <= question.most_draws <= MOST_DRAWS:
        raise StudyError(
            f"Es können 2 bis {MOST_DRAWS} Ziehungen gerechnet werden.",
            f"From 2 to {MOST_DRAWS} draws can be simulated.",
        )
    for plan in question.plans:
        _check_plan(plan)
    for name, value in question.fixed:
        if name in town.ledger:
            one = town.ledger[name]
            most = TIMES_THE_RANGE * max(abs(one.low), abs(one.high), abs(one.value), 1.0)
            if math.isfinite(value) and abs(value) > most:
                raise StudyError(
                    f"„{one.label_de}“ kann nicht {value:g} sein.",
                    f"“{one.label_en}” cannot be {value:g}.",
                )


def _check_plan(plan: Plan) -> None:
    """Refuse a plan that could not have come from a file."""
    if len(plan.measures) > MOST_MEASURES:
        raise StudyError(
            f"Ein Plan hat höchstens {MOST_MEASURES} Maßnahmen.",
            f"A plan has at most {MOST_MEASURES} measures.",
        )
    for measure in plan.measures:
        if not all(0.0 <= number <= most for number, most in _numbers(measure)):
            raise StudyError(
                f"Die Maßnahme „{measure.label_de}“ enthält eine Zahl, die nicht sein kann.",
                f"The measure “{measure.label_en}” holds a number that cannot be.",
            )


def _numbers(measure: Measure) -> list[tuple[float, float]]:
    """Numbers of a measure and the largest each may be; a place on earth is none of them."""
    levers = [
        (float(value), LARGEST)
        for name, value in measure.levers.items()
        if isinstance(value, (int, float)) and name not in ("latitude", "longitude")
    ]
    months = [(float(measure.start), LARGEST), (float(measure.ramp_up_months), LARGEST)]
    return [(measure.size, LARGEST), (measure.cost_per_year, 1000 * LARGEST), *months, *levers]
