"""Who knows an existing meeting point, and who visits it already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.rates.prevalence import GRADES
from sim.residents import NOBODY
from sim.town.making.health import CareNeed
from sim.town.making.persons import ADULT, Persons
from sim.town.making.quota import BoolArray, FloatArray, IntArray, order_by, pick, stream

if TYPE_CHECKING:
    from sim.town.town import Town

SENIOR = 65
HABIT_OF_VISITORS = 60
"""Between coming now and then and coming always; above the habit of taking part."""
VISITS_WEEKLY, VISITS_ONCE = 4, 1
FURTHEST_METRES = 3050.0
"""From here on nobody comes, as in the table of distances of the monthly rates."""
GROUP_YEARS = 5


@dataclass(frozen=True)
class Visitors:
    """Ties to meeting points, each of shape (persons,).

    Attributes:
        known_point: index of the meeting point one knows, or NOBODY.
        habit: habit of visiting, 0 to 100.
        visits: visits in the month before the start.
    """

    known_point: IntArray
    habit: IntArray
    visits: IntArray


def make_visitors(
    town: Town,
    people: Persons,
    *,
    place: tuple[IntArray, IntArray],
    need: CareNeed,
    limited: BoolArray,
    lonely: BoolArray,
    withdrawn: BoolArray,
) -> Visitors:
    """Adults who know the nearest point that is open to their age, and visitors of 65 and more.

    Args:
        town: the town, for its points and ledger.
        people: all persons.
        place: metres east and north of the town's origin.
        need: care grades; residents of nursing homes neither know a point nor visit it.
        limited: limited mobility makes the way longer.
        lonely: lonely people come a little less.
        withdrawn: withdrawn people hardly come.
    """
    values = town.ledger.values()
    random = stream(town.population_seed, "meeting points")
    nearest, distance = _nearest(town, people, place, values)
    could = (nearest != NOBODY) & (people.age >= ADULT) & ~need.in_home
    group = people.age // GROUP_YEARS
    order = order_by(random, group, people.district, people.sex, withdrawn)
    knows = pick(np.where(could, values["know_share"], 0.0), order, random)

    metres = np.where(limited, distance / values["mobility_distance_factor"], distance)
    reach = np.exp(-np.minimum(metres, FURTHEST_METRES) / values["distance_decay_metres"])
    reach[metres >= FURTHEST_METRES] = 0.0
    of_grade = np.array([1.0, *(values[f"visit_grade_factor_{g}"] for g in range(1, GRADES))])
    chance = values["visit_probability"] * reach * of_grade[need.grade]
    chance *= np.where(withdrawn, values["withdrawn_visit_factor"], 1.0)
    chance *= np.where(lonely, values["lonely_visit_factor"], 1.0)
    chance[~knows | (people.age < SENIOR)] = 0.0
    order = order_by(random, people.district, group)
    visits = pick(chance, order, random)
    weekly = pick(np.where(visits, values["regular_visit_share"], 0.0), order, random)
    return Visitors(
        known_point=np.where(knows, nearest, NOBODY),
        habit=np.where(visits, HABIT_OF_VISITORS, 0),
        visits=np.where(visits, np.where(weekly, VISITS_WEEKLY, VISITS_ONCE), 0),
    )


def _nearest(
    town: Town, people: Persons, place: tuple[IntArray, IntArray], values: dict[str, float]
) -> tuple[IntArray, FloatArray]:
    """Nearest meeting point that takes the person's age, or NOBODY, and metres to it."""
    nearest = np.full(people.size, NOBODY, dtype=np.int64)
    best = np.full(people.size, np.inf)
    senior = people.age >= values["meeting_point_seniors_age"]
    for number, point in enumerate(town.meeting_points):
        metres = np.sqrt((place[0] - point.x) ** 2 + (place[1] - point.y) ** 2)
        closer = (metres < best) & (senior | point.all_ages)
        nearest[closer] = number
        best[closer] = metres[closer]
    return nearest, best
