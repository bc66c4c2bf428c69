"""Runs in which single residents are looked at month by month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.migration import YearlyModel, is_plain
from sim.model import QuartierModel
from sim.residents import (
    ALIVE,
    DIED,
    LEFT_FOR_HOME_OUT_OF_TOWN,
    MOVED_AWAY,
    NOBODY,
    NURSING_HOME,
    SETTINGS,
    Population,
)
from sim.town.plan import Plan

if TYPE_CHECKING:
    from sim.town.town import Town

State = dict[str, float | int | str | bool | None]
"""What is told of a resident in one month, by name."""

GONE = {
    DIED: "died",
    MOVED_AWAY: "moved_away",
    LEFT_FOR_HOME_OUT_OF_TOWN: "left_for_home_out_of_town",
}

YES_OR_NO = (
    "mobility_limited", "lonely", "withdrawn", "strained", "has_ambulatory", "has_day_care",
    "barrier_free", "online",
)  # fmt: skip
"""Columns that are told as they are."""

MORE_THAN_NOTHING = (
    "waiting_ambulatory", "waiting_day_care", "waiting_home", "missing_minutes", "caring_minutes",
    "neighbour_minutes", "family_minutes",
)  # fmt: skip
"""Columns of which is told whether they are above 0."""

REMEMBERED_MONTHS = 3
"""Who has visited a meeting point in so many months visits sometimes."""


class _Seen:
    """Looks at who died or left before their rows are freed, between two steps of the month."""

    seen: NDArray[np.uint8]

    def _pay_for_measures(self) -> None:
        super()._pay_for_measures()  # type: ignore[misc]
        state = self.state  # type: ignore[attr-defined]
        self.seen = state.columns.status[: state.rows].copy()


class _WatchedModel(_Seen, QuartierModel):
    """A run that is watched."""


class _WatchedYearly(_Seen, YearlyModel):
    """A watched run with newcomers by year."""


def watched(
    town: Town, plan: Plan, seed: int, values: Mapping[str, float], population: Population
) -> QuartierModel:
    """A run that is watched, at its start."""
    kind = _WatchedModel if is_plain(values) else _WatchedYearly
    model = kind(town, plan, seed, values=values, population=population, collect=False)
    model.seen = model.state.columns.status[: model.state.rows].copy()
    return model


def regular_from(model: QuartierModel) -> int:
    """From which habit on somebody visits a meeting point regularly."""
    return int(model.state.parameters["participation_habit"])


class Follower:
    """Writes down what becomes of one founding resident of a watched run.

    A founding resident keeps their row for life.

    Args:
        model: the run, at its start.
        row: row of the resident.
    """

    def __init__(self, model: Any, row: int) -> None:
        self._model = model
        self._row = row
        self._regular = regular_from(model)
        self._visits: list[int] = []
        self._partner = NOBODY
        self._partner_word: str | None = None
        self.states: list[State] = []
        self.gone: str | None = None
        self.look()

    def look(self) -> None:
        """Write down the month that has just ended."""
        if self.gone is not None:
            return
        model, row = self._model, self._row
        self.gone = GONE.get(int(model.seen[row]))
        if self.gone is None:
            self.states.append(self._state())

    def _state(self) -> State:
        model, row = self._model, self._row
        columns = model.state.columns
        in_home = int(columns.setting[row]) == NURSING_HOME
        state: State = {
            "care_grade": int(columns.care_grade[row]),
            "setting": SETTINGS[int(columns.setting[row])],
            "volunteer": int(columns.volunteer[row]),
            "visiting": self._visiting(in_home),
            "known_point": self._point(int(columns.known_point[row])),
            "partner": self._partner_of(int(columns.partner[row])),
            "lives_alone": not in_home and self._lives_alone(int(columns.household[row])),
        }
        for name in YES_OR_NO:
            state[name] = bool(getattr(columns, name)[row])
        for name in MORE_THAN_NOTHING:
            state[name] = bool(getattr(columns, name)[row] > 0)
        return state

    def _visiting(self, in_home: bool) -> str:
        columns = self._model.state.columns
        self._visits = [*self._visits, int(columns.visits[self._row])][-REMEMBERED_MONTHS:]
        if int(columns.habit[self._row]) >= self._regular and not in_home:
            return "regular"
        return "sometimes" if any(self._visits) else "none"

    def _point(self, index: int) -> str | None:
        return None if index == NOBODY else str(self._model.meeting_points[index].spec.label)

    def _partner_of(self, partner: int) -> str | None:
        """`here`, or what became of the partner: `died`, `moved_away` …, `apart`; None: none."""
        if partner != NOBODY:
            self._partner_word = "here"
        elif self._partner != NOBODY:
            self._partner_word = GONE.get(int(self._model.seen[self._partner]), "apart")
        self._partner = partner
        return self._partner_word

    def _lives_alone(self, household: int) -> bool:
        return household >= 0 and int(self._model.state.household_size[household]) == 1


def run_side_by_side(
    models: tuple[QuartierModel, QuartierModel],
    look: Callable[[], None],
    progress: Callable[[float], None] | None,
    should_stop: Callable[[], bool] | None,
) -> None:
    """Step two runs month by month to their end.

    Args:
        models: the runs, at their start; closed afterwards.
        look: called after each month.
        progress: told the share done.
        should_stop: asked every month.

    Raises:
        InterruptedError: `should_stop` said yes.
    """
    months = models[0].town.months
    try:
        while models[0].running:
            if should_stop is not None and should_stop():
                raise InterruptedError
            for model in models:
                model.step()
            look()
            if progress is not None:
                progress(models[0].month / months)
    finally:
        for model in models:
            model.close()


def alive_founders(model: Any, number: int) -> NDArray[np.bool_]:
    """Which of the founding residents still live here."""
    found: NDArray[np.bool_] = model.seen[:number] == ALIVE
    return found
