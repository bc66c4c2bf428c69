"""Straight lines through simulated figures, and what chance leaves of a deviation a year later."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.town.figures import Figure

Array = NDArray[np.float64]

RIDGE = 1e-4
"""Pull of the lines toward a mean, relative to the scatter of a coordinate."""
GARROTE = 2.0
"""Times its squared error that the square of a slope is reduced by."""
MEMORY_RIDGE = 0.5
"""Pull of the memory of chance toward ageing alone, relative to the variance of chance."""
STAYS = 0.95
"""Share of a surplus of people that is still there a year later, neither dead nor moved away."""


def straight(x: Array, y: Array) -> tuple[Array, Array]:
    """Straight lines through y over x; columns that do not vary get no slope.

    A slope that is not told from chance would pretend that a figure says something about an
    assumption, and hundreds of such slopes would add up to knowledge that nobody has. Each is
    therefore drawn toward zero by twice its squared error over its square (the non-negative garrote
    of Breiman, "Better subset regression", Technometrics 37, 1995).

    Args:
        x: shape (runs, columns).
        y: shape (runs, figures).

    Returns:
        Level, shape (figures,), and slope, shape (figures, columns).
    """
    centre, middle = x.mean(axis=0), y.mean(axis=0)
    slope = slopes([x - centre], [y - middle])
    return middle - slope @ centre, slope


def slopes(x: Sequence[Array], y: Sequence[Array]) -> Array:
    """Slopes common to several groups of runs, shape (figures, columns), drawn toward zero.

    Args:
        x: centred columns of each group, shape (runs, columns).
        y: centred figures of each group, shape (runs, figures).
    """
    columns, figures = np.concatenate(x), np.concatenate(y)
    spread = np.sqrt((columns**2).mean(axis=0))
    varies = spread > 0.0
    scaled = columns / np.where(varies, spread, 1.0)
    runs, width = scaled.shape
    penalty = RIDGE * runs * np.eye(width)
    solved = np.linalg.solve(scaled.T @ scaled + penalty, scaled.T @ figures)
    found = np.asarray(solved, dtype=np.float64)
    rest = figures - scaled @ found
    inverse = np.diag(np.linalg.inv(scaled.T @ scaled + penalty))
    error = np.outer(inverse, (rest**2).sum(axis=0) / max(1, runs - width - len(x)))
    told = np.maximum(found**2, 1e-12)
    found = found * np.clip(1.0 - GARROTE * error / told, 0.0, 1.0)
    return np.asarray((found / np.where(varies, spread, 1.0)[:, None]).T, dtype=np.float64)


def without(columns: Array, y: Array) -> Array:
    """What is left of centred y once centred columns have explained what they can."""
    if not columns.shape[1]:
        return y
    solved = np.linalg.lstsq(columns, y, rcond=None)[0]
    return np.asarray(y - columns @ solved, dtype=np.float64)


def ageing(
    earlier: Sequence[Figure], later: Sequence[Figure], residents: Array, years: int
) -> Array:
    """What is left of a surplus of people some years later, if they only age.

    Args:
        earlier: figures in which there is a surplus, of one district or of the town.
        later: figures of the same place.
        residents: of that place by age, shape (121,).
        years: between the two.

    Returns:
        Shape (later, earlier).
    """
    found = np.zeros((len(later), len(earlier)))
    ages = np.arange(len(residents))
    for column, before in enumerate(earlier):
        here = slice(before.age_from, before.age_to + 1)
        total = residents[here].sum()
        for row, after in enumerate(later):
            then = np.minimum(ages[here] + years, ages[-1])
            inside = (after.age_from <= then) & (then <= after.age_to)
            if total > 0.0:
                found[row, column] = STAYS**years * residents[here][inside].sum() / total
    return found


def memory(earlier: Array, later: Array, expected: Array) -> Array:
    """How deviations in a year follow from those before, shape (later, earlier).

    As the runs show it, drawn toward what ageing alone would do.

    Args:
        earlier: deviations of the runs, shape (runs, earlier figures).
        later: some years later, shape (runs, later figures).
        expected: by ageing alone.
    """
    variance = np.maximum((earlier**2).mean(axis=0), 1e-9)
    penalty = MEMORY_RIDGE * len(earlier) * np.diag(variance)
    right = earlier.T @ later + penalty @ expected.T
    solved = np.linalg.solve(earlier.T @ earlier + penalty, right)
    return np.asarray(solved.T, dtype=np.float64)


def covariance(rest: Array, used: int) -> Array:
    """Covariance of what is left over after fitting `used` columns, safe to be inverted.

    Correlations are drawn toward none the more figures there are for the runs, and no figure is
    taken to be known better than to one person.
    """
    runs, figures = rest.shape
    free = max(1, runs - used - 1)
    found = rest.T @ rest / free
    pull = figures / (figures + free)
    diagonal = np.diag(np.diag(found))
    result: Array = (1.0 - pull) * found + pull * diagonal + np.eye(figures)
    return result
