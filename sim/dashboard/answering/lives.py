"""Two lives: one synthetic resident under two plans, month by month.

Both plans share every coincidence, so whatever differs between the two lives is what the plans
do: to this person, to somebody close, or to services that all share. The people are invented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.answering.reasons import Linked, Reason, linked_to, reasons_for
from sim.dashboard.answering.watched import (
    Follower,
    State,
    alive_founders,
    regular_from,
    run_side_by_side,
    watched,
)
from sim.residents import FEMALE, Population
from sim.study.errors import StudyError
from sim.town.plan import Plan

if TYPE_CHECKING:
    from sim.model import QuartierModel
    from sim.town.town import Town

Value = float | int | str | bool | None

FROM_AGE = 60
"""Whose lives are proposed: people of this age and over at the start."""

PROPOSALS = 12

WEIGHTS = {
    "setting": 3, "care_grade": 3, "lonely": 3, "withdrawn": 3, "strained": 2, "volunteer": 1,
    "mobility_limited": 1, "has_ambulatory": 1, "has_day_care": 1,
}  # fmt: skip
"""What counts how much when lives are compared; not being here any more in one counts most."""
WEIGHT_OF_BEING_HERE = 5
WEIGHT_OF_REGULAR_VISITS = 1


@dataclass(frozen=True)
class Event:
    """Something that changed in a life.

    Attributes:
        month: number of the month, 0 is the start.
        what: what changed: a name in `State`, or `status` when the person dies or leaves.
        before, after: its values.
    """

    month: int
    what: str
    before: Value
    after: Value


@dataclass(frozen=True)
class Life:
    """A resident under one plan.

    Attributes:
        plan: the plan.
        months: state of each month from the start, as long as the person lives here.
        events: everything that changed, in order.
    """

    plan: Plan
    months: tuple[State, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Person:
    """Who a synthetic resident is at the start.

    Attributes:
        uid: identity, the same under every plan.
        age: completed years.
        female: sex.
        district: index.
        lives_alone, care_grade, withdrawn, lonely, volunteer: see `sim.residents`.
    """

    uid: int
    age: int
    female: bool
    district: int
    lives_alone: bool
    care_grade: int
    withdrawn: bool
    lonely: bool
    volunteer: int


@dataclass(frozen=True)
class Proposal:
    """Somebody whose lives part.

    Attributes:
        person: who.
        parted_at: first month in which something that counts differs.
        differing_months: months in which something does.
    """

    person: Person
    parted_at: int
    differing_months: int


@dataclass(frozen=True)
class Parting:
    """What differs in the month in which two lives part.

    Attributes:
        what: a name in `State`, or `status`.
        first, second: its value under the first and the second plan.
    """

    what: str
    first: Value
    second: Value


@dataclass(frozen=True)
class TwoLives:
    """A life under two plans.

    Attributes:
        person: who.
        lives: under the first and the second plan.
        parted_at: first month in which anything told differs; None if nothing ever does.
        parted: what differs then.
        parted_by: the first event that is in one of the lives only.
        parted_in: the life it is in, 0 or 1.
        reasons: measures in which the plans differ that can have caused it, the nearest first.
        linked: people close to this one whose lives had parted by then.
        proposals: residents whose lives part most, the most different first.
    """

    person: Person
    lives: tuple[Life, Life]
    parted_at: int | None
    parted: tuple[Parting, ...]
    parted_by: Event | None
    parted_in: int | None
    reasons: tuple[Reason, ...]
    linked: tuple[Linked, ...]
    proposals: tuple[Proposal, ...]


def two_lives(
    town: Town,
    plans: tuple[Plan, Plan],
    resident: int | None = None,
    values: Mapping[str, float] | None = None,
    seed: int = 1,
    *,
    district: int | None = None,
    population: Population | None = None,
    progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TwoLives:
    """Follow a resident through two plans.

    Args:
        town: the town.
        plans: the two plans.
        resident: uid of a founding resident; None for the one whose lives part most.
        values: value of every assumption; the ledger's central values if not given.
        seed: of the coincidences; the same seed gives the same lives.
        district: index of the district from which residents are proposed; None for all.
        population: the residents at the start; made if not given.
        progress: told the share done.
        should_stop: asked every month.

    Raises:
        StudyError: there is no such resident, or nobody of whom one could tell.
        InterruptedError: `should_stop` said yes.
    """
    if population is None:
        from sim.model import settled_population

        population = settled_population(town)
    values = town.ledger.values() if values is None else dict(values)
    watching = (town, plans, values, seed, population)
    row = None if resident is None else _row_of(population, resident)
    halves = _halves(progress) if row is None else (progress, progress)
    search = None
    if row is None:
        search = _Search(town, population, district)
        _watch(*watching, (search,), halves[0], should_stop)
        row = search.most_different()
    again = _Search(town, population, district)
    followed = _Followed(row)
    _watch(*watching, (again, followed), halves[1], should_stop)
    return _told(town, plans, population, row, again, followed)


def _halves(
    progress: Callable[[float], None] | None,
) -> tuple[Callable[[float], None] | None, Callable[[float], None] | None]:
    """Progress of two passes one after the other."""
    if progress is None:
        return None, None
    return lambda share: progress(share / 2.0), lambda share: progress(0.5 + share / 2.0)


def _row_of(population: Population, uid: int) -> int:
    known = 0 <= uid < 2**64
    found = np.flatnonzero(population.columns.uid == np.uint64(uid)) if known else np.zeros(0)
    if not found.size:
        raise StudyError(
            "Diesen Menschen gibt es zu Beginn nicht.", "There is no such person at the start."
        )
    return int(found[0])


class _Search:
    """Compares all founding residents of two runs, month by month, column by column."""

    def __init__(self, town: Town, population: Population, district: int | None) -> None:
        number = population.size
        columns = population.columns
        first_year, first_month = town.start
        self.start = (first_year - 1900) * 12 + first_month - 1
        age = (self.start - columns.birth_month.astype(np.int64)) // 12
        self.asked: NDArray[np.bool_] = age >= FROM_AGE
        if district is not None:
            self.asked = self.asked & (columns.district == district)
        self.population = population
        self.score = np.zeros(number, np.int32)
        self.differing = np.zeros(number, np.int16)
        self.parted = np.zeros(number, np.int16)
        # The row of somebody who has gone is a newcomer's later: once gone, gone for good.
        self.gone = np.zeros((2, number), np.bool_)

    def begin(self, models: tuple[Any, Any]) -> None:
        """Nothing differs at the start."""

    def look(self, models: tuple[Any, Any]) -> None:
        """Compare a month."""
        number = self.population.size
        for place, model in enumerate(models):
            self.gone[place] |= ~alive_founders(model, number)
        here = ~self.gone
        both = here[0] & here[1]
        weight = WEIGHT_OF_BEING_HERE * (here[0] != here[1]).astype(np.int32)
        first, second = (model.state.columns for model in models)
        for name, counts in WEIGHTS.items():
            other = getattr(first, name)[:number] != getattr(second, name)[:number]
            weight += counts * (other & both)
        regular = [model.state.columns.habit[:number] >= regular_from(model) for model in models]
        weight += WEIGHT_OF_REGULAR_VISITS * ((regular[0] != regular[1]) & both)
        differs = weight > 0
        self.score += weight
        self.differing += differs
        self.parted[differs & (self.parted == 0)] = models[0].month

    def most_different(self) -> int:
        """Row of the one whose lives part most; of anybody asked for if none do.

        Raises:
            StudyError: nobody is asked for.
        """
        rows = self.ranked()
        if rows.size:
            return int(rows[0])
        anybody = np.flatnonzero(self.asked)
        if not anybody.size:
            raise StudyError(
                f"Hier lebt zu Beginn niemand ab {FROM_AGE} Jahren.",
                f"Nobody aged {FROM_AGE} and over lives here at the start.",
            )
        return int(anybody[0])

    def ranked(self) -> NDArray[np.int64]:
        """Rows of those whose lives part, the most different first; equals by identity."""
        rows = np.flatnonzero(self.asked & (self.score > 0))
        order = np.lexsort((self.population.columns.uid[rows], -self.score[rows]))
        found: NDArray[np.int64] = rows[order]
        return found

    def proposals(self) -> tuple[Proposal, ...]:
        """The most different."""
        return tuple(
            Proposal(
                person_of(self.population, int(row), self.start),
                int(self.parted[row]),
                int(self.differing[row]),
            )
            for row in self.ranked()[:PROPOSALS]
        )


class _Followed:
    """Follows one resident through both runs."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.followers: tuple[Follower, ...] = ()

    def begin(self, models: tuple[Any, Any]) -> None:
        self.followers = tuple(Follower(model, self.row) for model in models)

    def look(self, models: tuple[Any, Any]) -> None:
        for follower in self.followers:
            follower.look()


def _watch(
    town: Town,
    plans: tuple[Plan, Plan],
    values: Mapping[str, float],
    seed: int,
    population: Population,
    lookers: tuple[_Search | _Followed, ...],
    progress: Callable[[float], None] | None,
    should_stop: Callable[[], bool] | None,
) -> None:
    """Run both plans once, looked at."""
    first, second = (watched(town, plan, seed, values, population) for plan in plans)
    models: tuple[QuartierModel, QuartierModel] = (first, second)
    for one in lookers:
        one.begin(models)

    def look() -> None:
        for one in lookers:
            one.look(models)

    run_side_by_side(models, look, progress, should_stop)


def person_of(population: Population, row: int, start: int) -> Person:
    """Who a founding resident is at the start.

    Args:
        population: the residents.
        row: row of the resident.
        start: month of the start, counted from January 1900.
    """
    columns = population.columns
    household = int(columns.household[row])
    return Person(
        uid=int(columns.uid[row]),
        age=(start - int(columns.birth_month[row])) // 12,
        female=int(columns.sex[row]) == FEMALE,
        district=int(columns.district[row]),
        lives_alone=household >= 0 and int(population.household_size[household]) == 1,
        care_grade=int(columns.care_grade[row]),
        withdrawn=bool(columns.withdrawn[row]),
        lonely=bool(columns.lonely[row]),
        volunteer=int(columns.volunteer[row]),
    )


def _told(
    town: Town,
    plans: tuple[Plan, Plan],
    population: Population,
    row: int,
    search: _Search,
    followed: _Followed,
) -> TwoLives:
    """Put together what was seen."""
    first, second = (
        _life(plan, follower) for plan, follower in zip(plans, followed.followers, strict=True)
    )
    lives = (first, second)
    month = _first_difference(lives)
    person = person_of(population, row, search.start)
    parted: tuple[Parting, ...] = ()
    reasons: tuple[Reason, ...] = ()
    linked: tuple[Linked, ...] = ()
    event, life = None, None
    if month is not None:
        parted = _partings(lives, month)
        event, life = _first_event(lives, month)
        what = tuple(one.what for one in parted)
        reasons = reasons_for(plans, person.district, month, what)
        linked = linked_to(population, row, search.parted, month)
    return TwoLives(person, lives, month, parted, event, life, reasons, linked, search.proposals())


def _life(plan: Plan, follower: Follower) -> Life:
    months = tuple(follower.states)
    events = [
        Event(month, what, before[what], after[what])
        for month, (before, after) in enumerate(pairwise(months), start=1)
        for what in after
        if before[what] != after[what]
    ]
    if follower.gone is not None:
        events.append(Event(len(months), "status", "alive", follower.gone))
    return Life(plan, months, tuple(events))


def _first_difference(lives: tuple[Life, Life]) -> int | None:
    first, second = (life.months for life in lives)
    for month, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return month
    if len(first) != len(second) or _end(lives[0]) != _end(lives[1]):
        return min(len(first), len(second))
    return None


def _end(life: Life) -> Value:
    """How a life here ended, `alive` if it did not."""
    last = life.events[-1] if life.events else None
    return last.after if last is not None and last.what == "status" else "alive"


def _partings(lives: tuple[Life, Life], month: int) -> tuple[Parting, ...]:
    one, other = (life.months[month : month + 1] for life in lives)
    if not one or not other:
        ends = [
            "alive" if there else _end(life)
            for there, life in zip((one, other), lives, strict=True)
        ]
        return (Parting("status", ends[0], ends[1]),)
    first, second = one[0], other[0]
    return tuple(
        Parting(what, first[what], second[what]) for what in first if first[what] != second[what]
    )


def _first_event(lives: tuple[Life, Life], month: int) -> tuple[Event | None, int | None]:
    """The first event from a month on that is in one of two lives only."""
    known = [set(life.events) for life in lives]
    alone = [
        (event.month, number, event)
        for number, life in enumerate(lives)
        for event in life.events
        if event.month >= month and event not in known[1 - number]
    ]
    if not alone:
        return None, None
    # What happens under the second plan comes first: it is the one that is asked about.
    _, number, event = min(alone, key=lambda one: (one[0], -one[1]))
    return event, number
