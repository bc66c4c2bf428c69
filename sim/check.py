"""What must always hold, checked after a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.indicators import INDEX, ITEMS
from sim.levers import AMBULATORY_MINUTES, DAY_CARE_PLACES, NEIGHBOURLY_SHARE
from sim.residents import (
    ALIVE,
    AMBULATORY,
    DAY_CARE,
    EMPTY,
    INDEPENDENT,
    NOBODY,
    NURSING_HOME,
    SETTINGS,
)

if TYPE_CHECKING:
    from sim.month import State

CENT = 0.01
GIVEN = (
    "family_minutes",
    "neighbour_minutes",
    "ambulatory_minutes",
    "day_care_minutes",
    "nursing_home_minutes",
    "missing_minutes",
)
"""What care needed is made of: given by somebody, or missing."""
HIGHEST = {
    "sex": 1,
    "education": 2,
    "care_grade": 5,
    "setting": len(SETTINGS) - 1,
    "habit": 100,
    "volunteer": 2,
    "start_group": 3,
    "lonely": 1,
    "withdrawn": 1,
    "strained": 1,
    "mobility_limited": 1,
    "barrier_free": 1,
    "online": 1,
    "has_ambulatory": 1,
    "has_day_care": 1,
}
"""Largest value of columns that hold a code or yes and no."""


class Broken(AssertionError):
    """Something that must always hold does not."""


@dataclass(frozen=True)
class Bounds:
    """What a month may not exceed, known before its residents act.

    Attributes:
        persons: residents by district at the end of the month before, shape (districts,).
        volunteer_minutes: minutes a week of the quarter's volunteers then, shape (districts,).
        ambulatory: minutes a week of ambulatory care for the whole town.
        day_care: clients day care has room for in the whole town.
        nursing_home: nursing home places that can be used.
        cost_of_measures: euros of all measures in force this month.
    """

    persons: NDArray[np.int64]
    volunteer_minutes: NDArray[np.int64]
    ambulatory: int
    day_care: int
    nursing_home: int
    cost_of_measures: float


def _demand(holds: bool | np.bool_, what: str) -> None:
    if not holds:
        raise Broken(what)


def check_state(state: State, bounds: Bounds) -> None:
    """Check the state of the nation after a month.

    Args:
        state: the run, at the end of a month.
        bounds: what the month may not exceed.

    Raises:
        Broken: with the sentence that does not hold.
    """
    c = state.columns
    status = c.status[: state.rows]
    _demand(np.isin(status, (EMPTY, ALIVE)).all(), "after a month a row is empty or alive")
    _demand((c.status[state.rows :] == EMPTY).all(), "rows behind the last are empty")
    alive = np.flatnonzero(status == ALIVE)
    _check_people(state, alive, bounds.persons)
    _check_ties(state, alive)
    _check_care(state, alive)
    _check_capacities(state, alive, bounds)
    _check_counts(state)
    _check_money(state, bounds.cost_of_measures)


def _check_people(state: State, alive: NDArray[np.int64], persons_before: Any) -> None:
    """Nobody is lost or counted twice, and everybody is somebody."""
    c = state.columns
    flow = {name: state.counts[..., INDEX[name]].sum(axis=(1, 2)) for name in INDEX}
    expected = (
        persons_before + flow["births"] + flow["moved_in"] - flow["deaths"] - flow["moved_out"]
        - flow["left_for_home_out_of_town"]
    )  # fmt: skip
    _demand(
        np.array_equal(flow["residents"], expected),
        "people at the end = start + born + moved in - died - moved away, per district",
    )
    _demand(np.unique(c.uid[alive]).shape[0] == alive.shape[0], "uids are unique")
    districts = c.district[alive]
    _demand(((districts >= 0) & (districts < state.districts)).all(), "everybody has a district")
    ages = (state.now - c.birth_month[alive].astype(np.int64)) // 12
    _demand(((ages >= 0) & (ages <= 120)).all(), "ages are 0 to 120")
    for name, highest in HIGHEST.items():
        _demand((getattr(c, name)[alive] <= highest).all(), f"{name} is at most {highest}")
    points = c.known_point[alive]
    number = state.points.x.shape[0]
    _demand(((points >= NOBODY) & (points < number)).all(), "known meeting points exist")


def _check_ties(state: State, alive: NDArray[np.int64]) -> None:
    """Partners, kin and households."""
    c = state.columns
    partners = c.partner[alive]
    paired = alive[partners != NOBODY]
    partner = c.partner[paired]
    _demand((c.status[partner] == ALIVE).all(), "partners are alive")
    _demand((c.partner[partner] == paired).all(), "partners point at each other")
    _demand((partner != paired).all(), "nobody is the own partner")
    home, other = c.household[paired], c.household[partner]
    together = (home == other) | (home == NOBODY) | (other == NOBODY)
    _demand(together.all(), "partners live in one household unless one is in a nursing home")
    for name in ("child", "parent", "follows"):
        links = getattr(c, name)[alive]
        links = links[links != NOBODY]
        _demand((c.status[links] == ALIVE).all(), f"every {name} is alive")
    sizes = np.bincount(
        c.household[alive][c.household[alive] != NOBODY], minlength=state.households
    )
    _demand(
        np.array_equal(sizes[: state.households], state.household_size[: state.households]),
        "household sizes count their members",
    )
    _demand(sizes.shape[0] == state.households, "every household is in use")


def _check_care(state: State, alive: NDArray[np.int64]) -> None:
    """Care needed, given and missing, resident by resident."""
    c = state.columns
    grade, setting = c.care_grade[alive], c.setting[alive]
    in_home = setting == NURSING_HOME
    _demand(((setting == INDEPENDENT) == (grade == 0)).all(), "a care grade has a setting")
    _demand((c.household[alive][in_home] == NOBODY).all(), "a nursing home is no household")
    need = c.need_minutes[alive].astype(np.int64)
    given = np.stack([getattr(c, name)[alive].astype(np.int64) for name in GIVEN])
    _demand((need[grade == 0] == 0).all(), "without a care grade no care is needed")
    _demand(
        np.array_equal(given.sum(axis=0), need),
        "hours given + missing = needed, to the minute; nobody is served beyond need",
    )
    by_service = c.ambulatory_minutes[alive] > 0
    _demand((by_service <= c.has_ambulatory[alive]).all(), "only clients get ambulatory care")
    by_day_care = c.day_care_minutes[alive] > 0
    _demand((by_day_care <= c.has_day_care[alive]).all(), "only guests get day care")
    client = (c.has_ambulatory[alive] > 0) | (c.has_day_care[alive] > 0)
    served = np.isin(setting, (AMBULATORY, DAY_CARE))
    _demand(np.array_equal(client, served), "settings say who has a service")
    caring = int(c.caring_minutes[alive].astype(np.int64).sum())
    of_family = int(c.family_minutes[alive].astype(np.int64).sum())
    # The rest comes from kin who live elsewhere or have no row.
    _demand(caring <= of_family, "carers in town give no more than families give")


def _check_capacities(state: State, alive: NDArray[np.int64], bounds: Bounds) -> None:
    """No service beyond its capacity, no seat used twice."""
    c = state.columns
    entered = state.counts[..., INDEX["nursing_home_entries"]].sum()
    in_home = int((c.setting[alive] == NURSING_HOME).sum())
    _demand(entered == 0 or in_home <= bounds.nursing_home, "no nursing home beyond its places")

    def of_district(values: Any) -> Any:
        return np.bincount(c.district[alive], values[alive], state.districts)

    for name, lever, room in (
        ("ambulatory_minutes", AMBULATORY_MINUTES, bounds.ambulatory),
        ("has_day_care", DAY_CARE_PLACES, bounds.day_care),
    ):
        beyond = of_district(getattr(c, name)) - state.levers[:, lever]
        _demand(np.maximum(beyond, 0.0).sum() <= room, f"no {name} beyond capacity")
    share = state.levers[:, NEIGHBOURLY_SHARE]
    _demand(((share >= 0.0) & (share <= 1.0)).all(), "neighbourly help takes a share of hours")
    _demand(
        (of_district(c.neighbour_minutes) <= bounds.volunteer_minutes * share).all(),
        "neighbours give no hours that volunteers do not have",
    )
    visitors = alive[c.visits[alive] > 0]
    _demand((c.known_point[visitors] != NOBODY).all(), "visitors know where they go")
    visits = np.zeros(state.points.x.shape[0], np.int64)
    np.add.at(visits, c.known_point[visitors], c.visits[visitors])
    _demand((visits <= state.points.capacity).all(), "no seat is used twice")
    _demand((c.visits[alive] <= c.visit_wish[alive]).all(), "nobody visits more than wished")


def _check_counts(state: State) -> None:
    """Indicators add up."""
    total = {name: state.counts[..., place] for name, place in INDEX.items()}
    _demand((state.counts >= 0).all(), "no count is negative")
    grades = sum(total[f"grade_{grade}"] for grade in range(1, 6))
    _demand(np.array_equal(grades, total["in_need"]), "people in need have one grade each")
    settings = sum(total[name] for name in SETTINGS[1:])
    _demand(np.array_equal(settings, total["in_need"]), "people in need have one setting each")
    _demand(
        np.array_equal(total["at_home"] + total["nursing_home"], total["in_need"]),
        "people in need live at home or in a nursing home",
    )
    for part, whole in (
        ("in_need", "residents"),
        ("lonely", "residents"),
        ("withdrawn", "residents"),
        ("living_alone", "residents"),
        ("visitors", "residents"),
        ("quarter_volunteers", "volunteers"),
        ("strained_carers", "carers"),
        ("months_in_need_at_home", "months_in_need"),
    ):
        _demand((total[part] <= total[whole]).all(), f"{part} are some of {whole}")


def _check_money(state: State, cost_of_measures: float) -> None:
    """Each euro has one payer."""
    _demand(np.isfinite(state.money).all(), "money is a number")
    _demand((state.money >= 0).all(), "no euro is negative")
    paid = float(state.money[:, :, ITEMS.index("measures")].sum())
    _demand(
        abs(paid - cost_of_measures) <= CENT + 1e-9 * cost_of_measures,
        "what the payers pay together is what the measures cost",
    )
