"""What must always hold, checked after a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.indicators import INDEX
from sim.residents import ALIVE, EMPTY, NOBODY, NURSING_HOME

if TYPE_CHECKING:
    from sim.month import State


class BrokenError(AssertionError):
    """Something that must always hold does not."""


def _demand(holds: bool | np.bool_, what: str) -> None:
    if not holds:
        raise BrokenError(what)


def check_state(state: State, persons_before: NDArray[np.int64], places: int) -> None:
    """Check the state of the nation after a month.

    Args:
        state: the run, at the end of a month.
        persons_before: residents by district at the end of the month before.
        places: nursing home places that can be used.

    Raises:
        BrokenError: with the sentence that does not hold.
    """
    c = state.columns
    used = slice(0, state.rows)
    status = c.status[used]
    _demand(np.isin(status, (EMPTY, ALIVE)).all(), "after a month a row is empty or alive")
    alive = np.flatnonzero(status == ALIVE)
    _demand((c.status[state.rows :] == EMPTY).all(), "rows behind the last are empty")

    flow = {name: state.counts[..., INDEX[name]].sum(axis=(1, 2)) for name in INDEX}
    expected = (
        persons_before + flow["births"] + flow["moved_in"] - flow["deaths"] - flow["moved_out"]
        - flow["left_for_home_out_of_town"]
    )  # fmt: skip
    _demand(
        np.array_equal(flow["residents"], expected),
        "people at the end = start + born + moved in - died - moved away, per district",
    )
    uids = c.uid[alive]
    _demand(np.unique(uids).shape[0] == alive.shape[0], "uids are unique")

    partners = c.partner[alive]
    paired = alive[partners != NOBODY]
    _demand((c.status[c.partner[paired]] == ALIVE).all(), "partners are alive")
    _demand((c.partner[c.partner[paired]] == paired).all(), "partners point at each other")
    for name in ("child", "parent", "follows"):
        links = getattr(c, name)[alive]
        links = links[links != NOBODY]
        _demand((c.status[links] == ALIVE).all(), f"every {name} is alive")

    grade = c.care_grade[alive]
    _demand((grade <= 5).all(), "care grades are 0 to 5")
    ages = (state.now - c.birth_month[alive].astype(np.int64)) // 12
    _demand(((ages >= 0) & (ages <= 121)).all(), "ages are 0 to 120")
    in_home = c.setting[alive] == NURSING_HOME
    _demand((grade[in_home] >= 1).all(), "residents of a nursing home have a care grade")
    _demand((c.household[alive][in_home] == NOBODY).all(), "a nursing home is no household")
    entered = flow["nursing_home_entries"].sum()
    _demand(entered == 0 or in_home.sum() <= places, "no nursing home beyond its places")

    in_need = alive[(grade > 0) & (c.need_minutes[alive] > 0)]
    given = sum(
        getattr(c, name)[in_need].astype(np.int64)
        for name in (
            "family_minutes", "neighbour_minutes", "ambulatory_minutes", "day_care_minutes",
            "nursing_home_minutes", "missing_minutes",
        )
    )  # fmt: skip
    _demand(
        np.array_equal(given, c.need_minutes[in_need].astype(np.int64)),
        "hours given + missing = needed, to the minute",
    )
    sizes = np.bincount(
        c.household[alive][c.household[alive] != NOBODY], minlength=state.households
    )
    _demand(
        np.array_equal(sizes[: state.households], state.household_size[: state.households]),
        "household sizes count their members",
    )
    visits = np.zeros(state.points.x.shape[0], np.int64)
    visitors = alive[(c.visits[alive] > 0) & (c.known_point[alive] != NOBODY)]
    np.add.at(visits, c.known_point[visitors], c.visits[visitors])
    _demand((visits <= state.points.capacity).all(), "no seat is used twice")
    _demand((state.money >= 0).all() and np.isfinite(state.money).all(), "no euro is negative")
