"""Who knows an existing meeting point, and who visits it already.

A meeting point that has been there for years has its regulars. Habits therefore start where the
monthly rule of visiting would in the end bring them: for every chance of visiting, the long-run
distribution of the habit is solved (a Markov chain over 0 to 100) and people are spread over it.
Otherwise the first year would show more and more visitors although nothing is new.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import compiled
from sim.making.health import CareNeed
from sim.making.order import order_of
from sim.making.persons import ADULT, Persons
from sim.making.quota import BoolArray, FloatArray, IntArray, order_by, pick, stream
from sim.rates.prevalence import GRADES
from sim.residents import NOBODY

if TYPE_CHECKING:
    from sim.town.town import Town

VISITS_WEEKLY, VISITS_ONCE = 4, 1
HIGHEST_CHANCE = 0.95
"""Of visiting in a month, as in `sim.rules.meeting`."""
FULL_HABIT = 100
CHANCES = 96
"""Grid of chances for which the long-run habit is solved: 0, 0.01, … 0.95."""
MOST_MONTHS = 2000
FURTHEST_METRES = 3050.0
"""From here on nobody comes, as in the table of distances of the monthly rates."""
GROUP_YEARS = 5
GOLDEN = 0.6180339887498949
"""Multiples of it, without their whole part, lie evenly between 0 and 1 in any stretch."""


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
    """Adults who know the nearest point that is open to their age, and those who visit it.

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
    chance[people.age < 65] *= values["visit_factor_50_64"]
    chance[people.age < 50] *= values["visit_factor_under_50"] / values["visit_factor_50_64"]
    chance[~knows] = 0.0
    habit = _habits(chance, values, random)
    order = order_by(random, people.district, group, only=np.flatnonzero(chance))
    visits = pick(chance_with_habit(chance, habit, values), order, random)
    weekly = pick(np.where(visits, values["regular_visit_share"], 0.0), order, random)
    return Visitors(
        known_point=np.where(knows, nearest, NOBODY),
        habit=habit,
        visits=np.where(visits, np.where(weekly, VISITS_WEEKLY, VISITS_ONCE), 0),
    )


def chance_with_habit(chance: FloatArray, habit: IntArray, values: dict[str, float]) -> FloatArray:
    """Chance of visiting in a month with a habit, from the chance without one."""
    factor = 1.0 + (values["habit_visit_factor"] - 1.0) * habit / FULL_HABIT
    return np.minimum(chance * factor, HIGHEST_CHANCE)


def settled_habits(values: dict[str, float]) -> FloatArray:
    """Long-run distribution of the habit by chance of visiting, shape (96, 101).

    Row k is for the chance k / 100 without habit; it adds up to 1.
    """
    names = ("habit_gain", "habit_loss", "habit_visit_factor")
    return _settled_habits(*(values[name] for name in names))


@lru_cache(maxsize=8)
def _settled_habits(gain: float, loss: float, visit_factor: float) -> FloatArray:
    habit = np.arange(FULL_HABIT + 1)
    after_visit = np.minimum(habit + round(gain), FULL_HABIT)
    without = np.maximum(habit - round(loss), 0)
    values = {"habit_visit_factor": visit_factor}
    chance = chance_with_habit(np.arange(CHANCES)[:, None] / 100.0, habit, values)
    share = np.zeros((CHANCES, FULL_HABIT + 1))
    share[:, 0] = 1.0
    for _ in range(MOST_MONTHS):
        following = np.zeros_like(share)
        for target, part in ((after_visit, chance), (without, 1.0 - chance)):
            moved = share * part
            first = np.searchsorted(target, habit)
            # Habits that lead to the same one stand side by side: their sum is one stretch.
            sums = np.concatenate([np.zeros((CHANCES, 1)), np.cumsum(moved, axis=1)], axis=1)
            last = np.searchsorted(target, habit, side="right")
            following += sums[:, last] - sums[:, first]
        if np.abs(following - share).max() < 1e-9:
            break
        share = following
    share.setflags(write=False)
    return share


def _habits(chance: FloatArray, values: dict[str, float], random: np.random.Generator) -> IntArray:
    """Habit of everybody, spread over the long-run distribution of the own chance."""
    habit = np.zeros(chance.shape[0], dtype=np.int64)
    could = np.flatnonzero(chance > 0.0)
    if could.size == 0:
        return habit
    # Even lots along the chances: people of like chance are spread evenly over its distribution.
    ordered = could[order_of(chance[could])]
    cumulative = np.cumsum(settled_habits(values), axis=1)
    row = np.minimum((chance[ordered] * 100.0 + 0.5).astype(np.int64), CHANCES - 1)
    lot = (np.arange(ordered.size) * GOLDEN + random.random()) % 1.0
    # The chances are in order: people of one row of the distribution stand side by side.
    begin = np.searchsorted(row, np.arange(CHANCES + 1))
    for number in np.flatnonzero(np.diff(begin)):
        here = slice(begin[number], begin[number + 1])
        found = np.searchsorted(cumulative[number, :-1], lot[here], side="right")
        habit[ordered[here]] = found
    return habit


def _nearest(
    town: Town, people: Persons, place: tuple[IntArray, IntArray], values: dict[str, float]
) -> tuple[IntArray, FloatArray]:
    """Nearest meeting point that takes the person's age, or NOBODY, and metres to it."""
    senior = people.age >= values["meeting_point_seniors_age"]
    points = town.meeting_points
    x = np.array([point.x for point in points], np.float64)
    y = np.array([point.y for point in points], np.float64)
    all_ages = np.array([point.all_ages for point in points], np.bool_)
    first = np.searchsorted(people.district, np.arange(people.districts + 1))
    possible = np.zeros((people.districts, len(points)), np.bool_)
    for district, (begin, end) in enumerate(pairwise(first)):
        if begin < end:
            box = [(axis[begin:end].min(), axis[begin:end].max()) for axis in place]
            possible[district] = _could_be_nearest(box, x, y, np.ones_like(all_ages))
            possible[district] |= _could_be_nearest(box, x, y, all_ages)
    of_district, number = np.nonzero(possible)
    begin_of = np.searchsorted(of_district, np.arange(people.districts + 1))
    return _nearest_of(*place, senior, x, y, all_ages, people.district, number, begin_of)


def _could_be_nearest(
    box: list[tuple[int, int]], x: FloatArray, y: FloatArray, counted: BoolArray
) -> BoolArray:
    """Which of the counted points could be the nearest one to some place in a box."""
    least, most = np.zeros_like(x), np.zeros_like(x)
    for (low, high), at in zip(box, (x, y), strict=True):
        least += np.maximum(np.maximum(low - at, at - high), 0.0) ** 2
        most += np.maximum(high - at, at - low) ** 2
    # A little more, for what is lost when numbers are rounded.
    near: BoolArray = least <= most[counted].min(initial=np.inf) * (1.0 + 1e-9)
    return counted & near


def _nearest_of_possible(
    x: IntArray,
    y: IntArray,
    senior: BoolArray,
    point_x: FloatArray,
    point_y: FloatArray,
    all_ages: BoolArray,
    district: IntArray,
    possible: IntArray,
    first: IntArray,
) -> tuple[IntArray, FloatArray]:
    """Number of the nearest point for each row, of equally near ones the first, and metres.

    Args:
        x, y: place of each row, metres, shape (rows,).
        senior: who may come to every point, others to those for all ages, shape (rows,).
        point_x, point_y: places of the points, shape (points,).
        all_ages: shape (points,).
        district: of each row, shape (rows,).
        possible: points that could be the nearest one, district after district.
        first: where those of a district begin, shape (districts + 1,).
    """
    nearest = np.full(x.shape[0], NOBODY, np.int64)
    best = np.full(x.shape[0], np.inf)
    for i in range(x.shape[0]):
        least = np.inf
        for place in range(first[district[i]], first[district[i] + 1]):
            number = possible[place]
            if not (senior[i] or all_ages[number]):
                continue
            east, north = x[i] - point_x[number], y[i] - point_y[number]
            square = east * east + north * north
            # Roots are as far as the squares, or equal: few have to be taken.
            if square < least:
                least = square
                metres = np.sqrt(square)
                if metres < best[i]:
                    nearest[i] = number
                    best[i] = metres
    return nearest, best


_nearest_of: Callable[..., tuple[IntArray, FloatArray]] = compiled(_nearest_of_possible)
