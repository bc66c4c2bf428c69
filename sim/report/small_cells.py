"""Small numbers of people are not given out, and cannot be worked out from the other numbers.

A number of people of 1 to `threshold` - 1 is hidden ("<5"). If it could be worked out as the
difference of a total and the other cells, a further cell is hidden with it (complementary
suppression, sign "."), until every small number may still be at least two whole numbers, whichever
sums of the table somebody puts together. Zeros are shown. Values are means over runs: whatever lies
above 0 and below the threshold is small.

The residents of a run are invented; only the numbers of the start come from a count of real
people. All are protected alike, because nobody can tell by looking at a table.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

KEPT_SECRET = "."
"""Sign of the statistical offices for a number that is kept secret."""

APART, CLOSE = 1.0, 1e-6
"""A hidden number must be able to differ by at least one person; what counts as equal."""


@dataclass(frozen=True)
class Sum:
    """A total and its parts, as places of cells.

    Attributes:
        total: place of the total.
        parts: places of the parts.
        times: the total times this number is the sum of the parts; n for the mean of n years.
    """

    total: int
    parts: tuple[int, ...]
    times: float = 1.0


SHOWN, SMALL, SECRET = 0, 1, 2
"""What becomes of a cell: it is shown; it is small ("<5"); it is kept secret with one (".")."""


def marks(values: NDArray[np.float64], sums: Sequence[Sum], threshold: float) -> NDArray[np.int8]:
    """What becomes of each cell, so that no small number is told, directly or as a difference.

    Args:
        values: numbers of people, 0 or more; NaN where there is none.
        sums: every total with its parts that a reader knows to belong together.
        threshold: the smallest number that is shown, besides 0.

    Returns:
        SHOWN, SMALL or SECRET by cell.
    """
    found = np.where((values > 0.0) & (values < threshold), SMALL, SHOWN).astype(np.int8)
    of_cell: dict[int, list[Sum]] = {}
    for one in sums:
        for cell in (one.total, *one.parts):
            of_cell.setdefault(cell, []).append(one)
    _protect_lines(np.flatnonzero(found), of_cell, values, found, threshold)
    for group in _connected(found, of_cell):
        while (chosen := _still_told(group, of_cell, values, found, threshold)) is not None:
            found[chosen] = SECRET
            _protect_lines([chosen], of_cell, values, found, threshold)
            group = _group_of(group[0], found, of_cell)
    return found


def _protect_lines(
    cells: Iterable[int],
    of_cell: Mapping[int, Sequence[Sum]],
    values: NDArray[np.float64],
    found: NDArray[np.int8],
    threshold: float,
) -> None:
    """Hide further cells, until no sum by itself tells what it hides; changes `found`."""
    todo = [one for cell in cells for one in of_cell.get(int(cell), ())]
    while todo:
        one = todo.pop()
        chosen = _to_hide(one, values, found, threshold)
        if chosen is not None:
            found[chosen] = SECRET
            todo += [one, *of_cell[chosen]]


def _to_hide(
    one: Sum, values: NDArray[np.float64], found: NDArray[np.int8], threshold: float
) -> int | None:
    """A further cell of a sum that must be kept secret; None if what it hides is safe."""
    there = [cell for cell in one.parts if values[cell] > 0.0]
    away = [cell for cell in there if found[cell] != SHOWN]
    if _is_safe(one, values, found, threshold, there, away):
        return None
    if found[one.total] == SMALL and len(away) == len(there):
        return one.total  # its parts leave it one value; "." says less than "<5"
    # The smallest that is enough; else the largest, and then another.
    candidates = sorted((cell for cell in there if cell not in away), key=lambda c: values[c])
    for cell in candidates:
        found[cell] = SECRET
        enough = _is_safe(one, values, found, threshold, there, [*away, cell])
        found[cell] = SHOWN
        if enough:
            return cell
    if candidates:
        return candidates[-1]
    return one.total if found[one.total] == SHOWN else None


def _is_safe(
    one: Sum,
    values: NDArray[np.float64],
    found: NDArray[np.int8],
    threshold: float,
    there: Sequence[int],
    away: Sequence[int],
) -> bool:
    """Whether the sum leaves every small cell at least two whole numbers that it could be.

    Args:
        one, values, found, threshold: see `marks`.
        there: parts that are not 0.
        away: those of them that are hidden.
    """
    low, high = _range_of_small(values[list(away)], threshold)
    few = sum(found[cell] == SMALL for cell in away)
    if found[one.total] == SMALL:
        return len(away) == len(there) and high - low * len(away) >= APART - CLOSE
    if found[one.total] == SECRET:
        return bool(away) or not there
    if len(away) < 2 or few == 0:
        return len(away) != 1
    rest, many = sum(values[cell] for cell in away), len(away) - few
    most = min(high, rest - (few - 1) * low - many * threshold)
    least = low if many else max(low, rest - (few - 1) * high)
    return bool(most - least >= APART - CLOSE)


def _range_of_small(values: NDArray[np.float64], threshold: float) -> tuple[float, float]:
    """Least and greatest number that "<5" can stand for: counts are whole, means are not."""
    whole = bool(np.all(values == np.floor(values)))
    return (1.0, threshold - 1.0) if whole else (0.0, threshold)


def _connected(
    found: NDArray[np.int8], of_cell: Mapping[int, Sequence[Sum]]
) -> Iterator[list[int]]:
    """Groups of hidden cells that share sums; only those that more than one sum ties together."""
    seen: set[int] = set()
    for cell in np.flatnonzero(found == SMALL):
        if int(cell) not in seen:
            group = _group_of(int(cell), found, of_cell)
            seen.update(group)
            if len({id(one) for other in group for one in of_cell.get(other, ())}) > 1:
                yield group


def _group_of(
    cell: int, found: NDArray[np.int8], of_cell: Mapping[int, Sequence[Sum]]
) -> list[int]:
    """The hidden cells that are tied to one by sums, the cell first."""
    group, todo = {cell: None}, [cell]
    while todo:
        for one in of_cell.get(todo.pop(), ()):
            new = [c for c in (one.total, *one.parts) if found[c] != SHOWN and c not in group]
            group.update(dict.fromkeys(new))
            todo += new
    return list(group)


def _still_told(
    group: Sequence[int],
    of_cell: Mapping[int, Sequence[Sum]],
    values: NDArray[np.float64],
    found: NDArray[np.int8],
    threshold: float,
) -> int | None:
    """A cell to hide because several sums together tell a small one; None if they do not.

    Least and greatest value of each small cell that agree with everything shown, by linear
    programming; they must lie at least one person apart.
    """
    sums = list({id(one): one for cell in group for one in of_cell.get(cell, ())}.values())
    place = {cell: number for number, cell in enumerate(group)}
    left = np.zeros((len(sums), len(group)))
    right = np.zeros(len(sums))
    for row, one in enumerate(sums):
        for cell, times in (*((part, 1.0) for part in one.parts), (one.total, -one.times)):
            if cell in place:
                left[row, place[cell]] += times
            elif np.isfinite(values[cell]):
                right[row] -= times * values[cell]
    low, high = _range_of_small(values[list(group)], threshold)
    bounds = [
        (low, high) if found[cell] == SMALL else (min(threshold, values[cell]), None)
        for cell in group
    ]
    # Every solution says of all cells what they may be.
    lowest, highest = _moved_apart(left, right, values[list(group)], bounds)
    for cell in group:
        at = place[cell]
        if found[cell] != SMALL or highest[at] - lowest[at] >= APART - CLOSE:
            continue
        for sign in (1.0, -1.0):
            goal = np.zeros(len(group))
            goal[at] = sign
            solved = linprog(goal, A_eq=left, b_eq=right, bounds=bounds)
            if solved.status == 0:
                lowest, highest = np.minimum(lowest, solved.x), np.maximum(highest, solved.x)
        if np.isfinite(lowest[at]) and highest[at] - lowest[at] < APART - CLOSE:
            return _next_to_hide(cell, sums, of_cell, values, found)
    return None


def _moved_apart(
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    values: NDArray[np.float64],
    bounds: Sequence[tuple[float, float | None]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far each cell can move from its value, all sums kept, along one direction each.

    The direction is the one in which the cell moves most. What is found can really be; it spares
    most cells the linear program.

    Args:
        left, right: the sums, as left times cells = right.
        values: what the cells are.
        bounds: what a reader knows of each cell.

    Returns:
        lowest and highest value found, by cell; infinite with the wrong sign if none is known.
    """
    nothing = np.full(len(values), np.inf), np.full(len(values), -np.inf)
    if not np.allclose(left @ values, right, rtol=0.0, atol=CLOSE):
        return nothing
    low = np.array([least for least, _ in bounds])
    high = np.array([np.inf if most is None else most for _, most in bounds])
    if np.any(values < low) or np.any(values > high):
        return nothing
    room_up, room_down = high - values, values - low
    # Column c: what moving cell c asks of the others, who move the less the less room they have.
    room = np.diag(np.minimum(np.minimum(room_up, room_down), 1.0))
    directions = room @ (np.eye(len(values)) - np.linalg.pinv(left @ room) @ left @ room)
    directions[np.abs(directions) < CLOSE] = 0.0
    up, down = room_up[:, None], room_down[:, None]
    rising, still = directions > 0.0, directions == 0.0
    sizes = np.where(still, 1.0, np.abs(directions))
    steps_up = np.where(still, np.inf, np.where(rising, up, down) / sizes).min(axis=0)
    steps_down = np.where(still, np.inf, np.where(rising, down, up) / sizes).min(axis=0)
    own = np.diag(directions)
    can = (own > 0.0) & np.isfinite(steps_up) & np.isfinite(steps_down)
    lowest = np.where(can, values - np.where(can, steps_down, 0.0) * own, np.inf)
    highest = np.where(can, values + np.where(can, steps_up, 0.0) * own, -np.inf)
    return lowest, highest


def _next_to_hide(
    cell: int,
    sums: Sequence[Sum],
    of_cell: Mapping[int, Sequence[Sum]],
    values: NDArray[np.float64],
    found: NDArray[np.int8],
) -> int | None:
    """The largest cell still shown in the sums of a cell, else in those of its group."""
    for tied in (of_cell.get(cell, ()), sums):
        parts = [c for one in tied for c in one.parts if values[c] > 0.0 and found[c] == SHOWN]
        totals = [one.total for one in tied if found[one.total] == SHOWN]
        if parts or totals:
            return max(parts or totals, key=lambda c: values[c])
    return None


class Cells:
    """Numbers of people under names, and the sums that hold between them.

    Args:
        values: number by name; names that are missing are not printed.
        threshold: the smallest number that is shown, besides 0.
    """

    def __init__(self, values: Mapping[Any, float], threshold: float) -> None:
        self.names = list(values)
        self.place = {name: number for number, name in enumerate(self.names)}
        self.values = list(values.values())
        self.threshold = threshold
        self.sums: list[Sum] = []

    def add_up(self, total: Hashable, parts: Iterable[Hashable], times: float = 1.0) -> None:
        """A total is known to be the sum of parts; says nothing unless all of them are printed."""
        names = tuple(parts)
        if names and all(name in self.place for name in (total, *names)):
            places = tuple(self.place[name] for name in names)
            self.sums.append(Sum(self.place[total], places, times))

    def contains(self, whole: Hashable, part: Hashable) -> None:
        """A part is known to lie within a whole: what is left over must not be small either."""
        if whole not in self.place or part not in self.place:
            return
        rest = self.values[self.place[whole]] - self.values[self.place[part]]
        if 0.0 < rest < self.threshold:
            self.values.append(rest)
            self.sums.append(Sum(self.place[whole], (self.place[part], len(self.values) - 1)))

    def marks(self) -> dict[Any, int]:
        """What becomes of each name that is not shown: SMALL or SECRET."""
        found = marks(np.array(self.values, np.float64), self.sums, self.threshold)
        return {name: int(mark) for name, mark in zip(self.names, found, strict=False) if mark}
