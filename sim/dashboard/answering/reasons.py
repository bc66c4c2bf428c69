"""Why two lives part: measures that may reach this person, and people close to them.

What a measure reaches first is written down in `docs/paths_of_measures.csv`; the kinds below follow
its rows from a measure to the columns of residents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.residents import NOBODY, Population
from sim.town.plan import Measure, Plan

POINT = ("known_point", "visiting")
SERVICE = ("has_ambulatory", "waiting_ambulatory", "has_day_care", "waiting_day_care")
HELP = ("missing_minutes", "neighbour_minutes", "strained", "setting")

REACHES: dict[str, tuple[str, ...]] = {
    "meeting_point": (*POINT, "volunteer"),
    "opening_to_all_ages": POINT,
    "care_service": (*SERVICE, "waiting_home", *HELP, "status"),
    "neighbourhood_manager": ("known_point", "withdrawn", "volunteer", *HELP),
    "outreach": ("known_point", "withdrawn"),
    "volunteer_training": ("volunteer",),
    "neighbourly_help": HELP,
    "counselling": ("strained", *SERVICE),
    "preventive_visits": ("care_grade", "mobility_limited", "status"),
    "barrier_free_housing": ("barrier_free",),
    "transport": POINT,
    "digital_help": ("online",),
}
"""What each kind of measure moves without a detour over other people."""

HERE, ELSEWHERE = "here", "elsewhere"


@dataclass(frozen=True)
class Reason:
    """A measure that only one of two plans has, or has otherwise.

    Attributes:
        measure: the measure.
        plan: number of the plan it is in, 0 or 1.
        where: `here` if it covers the person's district, else `elsewhere`.
        direct: whether it may move what differs without a detour over other people.
    """

    measure: Measure
    plan: int
    where: str
    direct: bool


@dataclass(frozen=True)
class Linked:
    """Somebody close whose lives had parted before, or part in the same month.

    Attributes:
        role: `partner`, `child`, `parent` or `acquaintance`.
        uid: who.
        parted_at: since when.
    """

    role: str
    uid: int
    parted_at: int


def reasons_for(
    plans: tuple[Plan, Plan], district: int, month: int, what: tuple[str, ...]
) -> tuple[Reason, ...]:
    """Measures in which two plans differ and that had begun, the nearest first.

    Args:
        plans: the two plans.
        district: of the person.
        month: in which the lives part.
        what: what differs then.
    """
    found = [
        Reason(
            measure,
            number,
            HERE if district in measure.districts else ELSEWHERE,
            any(one in REACHES.get(measure.kind, ()) for one in what),
        )
        for number, plan in enumerate(plans)
        for measure in plan.measures
        if measure not in plans[1 - number].measures and measure.start <= month
    ]
    return tuple(sorted(found, key=lambda one: (not one.direct, one.where != HERE)))


def linked_to(
    population: Population, row: int, parted: NDArray[np.int16], month: int
) -> tuple[Linked, ...]:
    """People close to a resident at the start whose lives had parted by a month.

    Args:
        population: the residents at the start.
        row: of the resident.
        parted: by row, first month in which something that counts differs, 0 for never.
        month: the month.
    """
    columns = population.columns
    close = [(role, int(getattr(columns, role)[row])) for role in ("partner", "child", "parent")]
    close += [("acquaintance", int(other)) for other in columns.acquaintances[row]]
    return tuple(
        Linked(role, int(columns.uid[other]), int(parted[other]))
        for role, other in close
        if other != NOBODY and 0 < int(parted[other]) <= month
    )
