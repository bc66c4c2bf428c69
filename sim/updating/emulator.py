"""How the counted figures depend on the moved assumptions, learnt from simulations.

For each district and year the figures x of all runs are set against the coordinates c of their
draws (and the net migration of the years so far) by a straight line,

    x[t] = a[t] + B[t] · c + r[t]

and what is left over, r, is chance (and the little that is not a straight line). Chance adds up
over the years, so r of a year is set against that of the year before,

    r[t] = A[t] · r[t-1] + e[t],   e[t] ~ normal with covariance Q[t]

With that, the probability of the counted figures is known for every value of the assumptions, not
only for those simulated: a synthetic likelihood (Wood, "Statistical inference for noisy nonlinear
ecological dynamic systems", Nature 466, 2010), with the regression of Carrella, Bailey, Madsen,
"Calibrating Agent-Based Models with Linear Regressions", JASSS 23 (1) 7, 2020.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.updating.draws import NET, Draw, Space
from sim.updating.drift import Drift
from sim.updating.targets import Block, Targets, read_all

Array = NDArray[np.float64]

RIDGE = 1e-4
"""Pull of the lines toward a mean, relative to the scatter of a coordinate."""
GARROTE = 2.0
"""Times its squared error that the square of a slope is reduced by."""
MEMORY_RIDGE = 0.05
"""Pull of the memory of chance toward none, relative to the variance of chance."""
RATE_UNIT = 10.0
"""Net migration enters the lines in units of 10 per 1,000 and year, about its own scatter."""


@dataclass(frozen=True)
class Sample:
    """Draws and what was simulated with them.

    Attributes:
        draws: the draws.
        residents: at the ends of `years`, shape (draws, seeds, years, districts, 121).
        years: the years, the start first.
    """

    draws: tuple[Draw, ...]
    residents: NDArray[np.int32]
    years: tuple[int, ...]

    def at(self, year: int) -> NDArray[np.int32] | None:
        """Residents at the end of a year, shape (draws, seeds, districts, 121)."""
        if year not in self.years:
            return None
        # A start within a year has that year twice: the later is the end of the year.
        place = len(self.years) - 1 - self.years[::-1].index(year)
        return np.asarray(self.residents[:, :, place])


@dataclass(frozen=True)
class Line:
    """The figures of one block in one year.

    Attributes:
        year: the year.
        level: a, shape (figures,).
        slope: B, shape (figures, columns).
        memory: A, shape (figures, figures of the year before); no columns in the first year.
        scatter: Q and the drift since the count before, shape (figures, figures).
        left_over: covariance of r, shape (figures, figures).
        counted: the counted figures, shape (figures,).
    """

    year: int
    level: Array
    slope: Array
    memory: Array
    scatter: Array
    left_over: Array
    counted: Array


class Emulator:
    """Lines through all simulations of a town's counted figures.

    Args:
        space: what is moved.
        targets: the counted figures; those of the start year play no part.
        samples: simulations.
        drift: how far age groups drift from the model beyond chance.
    """

    def __init__(
        self, space: Space, targets: Targets, samples: Sequence[Sample], drift: Drift
    ) -> None:
        self.space = space
        self.samples = tuple(samples)
        self.drift = drift
        # After the start only: the residents of the start are the same in every run.
        year, month = space.town.start
        self.start = year if month == 12 else year - 1
        self.blocks = targets.after(self.start).blocks
        self._arrays = [space.arrays(sample.draws) for sample in self.samples]
        self.lines = {block.place: self._fit(block) for block in self.blocks}

    def columns(self, place: int | None, year: int, moved: Array, rates: Array) -> Array:
        """What the figures of a block in a year are set against, shape (draws, columns)."""
        if not self.space.yearly:
            return moved
        keep = [number for number, name in enumerate(self.space.names) if name != NET]
        so_far = 1 + self.space.years.index(year)
        return np.concatenate([moved[:, keep], self._rates(place, rates)[:, :so_far]], axis=1)

    def _rates(self, place: int | None, rates: Array) -> Array:
        here = (
            np.einsum("d,ndt->nt", self.space.weights, rates)
            if place is None
            else (rates[:, place])
        )
        return here / RATE_UNIT

    def _fit(self, block: Block) -> tuple[Line, ...]:
        lines: list[Line] = []
        before: dict[int, Array] = {}
        since = self.start
        for year, figures in zip(block.years, block.figures, strict=True):
            columns, values, owners = [], [], []
            for number, sample in enumerate(self.samples):
                residents = sample.at(year)
                if residents is None:
                    continue
                seeds = residents.shape[1]
                here = self.columns(block.place, year, *self._arrays[number])
                columns.append(np.repeat(here, seeds, axis=0))
                values.append(read_all(residents, figures).reshape(-1, len(figures)))
                owners.append(number)
            x, y = np.concatenate(columns), np.concatenate(values)
            level, slope = _ridge(x, y)
            rest = y - level - x @ slope.T
            ends = np.cumsum([len(one) for one in values])[:-1]
            left = dict(zip(owners, np.split(rest, ends), strict=True))
            counted = np.array([one.value for one in figures])
            fitted = (level, slope, counted)
            lines.append(self._line((since, year), fitted, left, before, x.shape[1]))
            before, since = left, year
        return tuple(lines)

    def _line(
        self,
        span: tuple[int, int],
        fitted: tuple[Array, Array, Array],
        left: dict[int, Array],
        before: dict[int, Array],
        columns: int,
    ) -> Line:
        level, slope, counted = fitted
        since, year = span
        rest = np.concatenate(list(left.values()))
        known = [number for number in left if number in before]
        memory = np.zeros((len(level), 0))
        fresh = rest
        if known:
            earlier = np.concatenate([before[number] for number in known])
            later = np.concatenate([left[number] for number in known])
            memory = _memory(earlier, later)
            fresh = later - earlier @ memory.T
        drifted = np.diag(self.drift.variance(counted, year - since))
        return Line(
            year,
            level,
            slope,
            memory,
            covariance(fresh, columns) + drifted,
            covariance(rest, columns),
            counted,
        )

    def mean(self, place: int | None, year: int, moved: Array, rates: Array) -> Array:
        """Expected figures of a block in a year, shape (draws, figures)."""
        line = next(one for one in self.lines[place] if one.year == year)
        found: Array = line.level + self.columns(place, year, moved, rates) @ line.slope.T
        return found

    def log_likelihood(self, draws: Sequence[Draw], after: int) -> Array:
        """Logarithm of the probability of what was counted after a year, given all before.

        Args:
            draws: the draws.
            after: years after this one count.

        Returns:
            Shape (draws,).
        """
        moved, rates = self.space.arrays(draws)
        total = np.zeros(len(draws))
        for block in self.blocks:
            rest = np.zeros((len(draws), 0))
            for line in self.lines[block.place]:
                mean = (
                    line.level + self.columns(block.place, line.year, moved, rates) @ line.slope.T
                )
                left = line.counted - mean
                fresh = left - rest[:, : line.memory.shape[1]] @ line.memory.T
                rest = left
                if line.year > after:
                    total += _log_normal(fresh, line.scatter)
        return total

    def linear(self, draw: Draw) -> tuple[Array, Array]:
        """The likelihood of all years as a function of one draw's coordinates, near a normal one.

        The logarithm is -(v' P v)/2 + h' v up to a constant, with v the moved coordinates and then
        those of net migration, and everything else (standard deviations among them) as in the draw.

        Returns:
            P, shape (coordinates, coordinates), and h, shape (coordinates,).
        """
        space = self.space
        width = len(space.names) + space.coordinates
        precision, push = np.zeros((width, width)), np.zeros(width)
        level, matrix = self._map(draw)
        for block in self.blocks:
            rest, slope_before = np.zeros(0), np.zeros((0, width))
            for line in self.lines[block.place]:
                base, turn = self._columns_map(block.place, line.year, level, matrix)
                mean, slope = line.level + line.slope @ base, line.slope @ turn
                left = line.counted - mean
                size = line.memory.shape[1]
                fresh = left - line.memory @ rest[:size]
                steep = slope - line.memory @ slope_before[:size]
                rest, slope_before = left, slope
                inverse = np.linalg.inv(line.scatter)
                precision += steep.T @ inverse @ steep
                push += steep.T @ inverse @ fresh
        return precision, push

    def _map(self, draw: Draw) -> tuple[Array, Array]:
        """Net migration as a straight line of the coordinates: level and slope.

        Shapes (districts, years) and (districts, years, coordinates).
        """
        space = self.space
        shape = (len(space.districts), len(space.years))
        width = len(space.names) + space.coordinates
        slope = np.zeros((*shape, width))
        ledger = space.town.ledger
        level = np.full(shape, ledger[NET].value)
        if NET in space.names:
            # A secant over the middle of the prior: the quantile function is not quite straight.
            low, high = (ledger[NET].quantile(p) for p in _MIDDLE)
            level = np.full(shape, (low + high) / 2.0)
            slope[:, :, space.names.index(NET)] = (high - low) / 2.0
        if space.yearly:
            slope[:, :, len(space.names) :] = space.spread(draw).reshape(*shape, -1)
        return level, slope

    def _columns_map(
        self, place: int | None, year: int, level: Array, slope: Array
    ) -> tuple[Array, Array]:
        """Columns of a block and year as a straight line of the coordinates."""
        space = self.space
        width = slope.shape[-1]
        identity = np.eye(len(space.names), width)
        if not space.yearly:
            return np.zeros(len(space.names)), identity
        keep = [number for number, name in enumerate(space.names) if name != NET]
        so_far = 1 + space.years.index(year)
        if place is None:
            base = space.weights @ level
            turn = np.einsum("d,dtc->tc", space.weights, slope)
        else:
            base, turn = level[place], slope[place]
        return (
            np.concatenate([np.zeros(len(keep)), base[:so_far] / RATE_UNIT]),
            np.concatenate([identity[keep], turn[:so_far] / RATE_UNIT]),
        )


_MIDDLE = (0.15865525393145707, 0.8413447460685429)
"""Φ(-1) and Φ(1)."""


def _ridge(x: Array, y: Array) -> tuple[Array, Array]:
    """Straight lines through y over x; columns that do not vary get no slope.

    A slope that is not told from chance would pretend that a figure says something about an
    assumption, and hundreds of such slopes would add up to knowledge that nobody has. Each is
    therefore drawn toward zero by twice its squared error over its square (the non-negative garrote
    of Breiman, "Better subset regression", Technometrics 37, 1995).
    """
    centre, spread = x.mean(axis=0), x.std(axis=0)
    scaled = (x - centre) / np.where(spread > 0.0, spread, 1.0)
    scaled[:, spread == 0.0] = 0.0
    penalty = RIDGE * len(x) * np.eye(x.shape[1])
    middle = y.mean(axis=0)
    solved = np.linalg.solve(scaled.T @ scaled + penalty, scaled.T @ (y - middle))
    found = np.asarray(solved, dtype=np.float64)
    rest = y - middle - scaled @ found
    free = max(1, len(x) - x.shape[1] - 1)
    inverse = np.diag(np.linalg.inv(scaled.T @ scaled + penalty))
    error = np.outer(inverse, (rest**2).sum(axis=0) / free)
    told = found**2
    found = found * np.clip(1.0 - GARROTE * error / np.maximum(told, 1e-12), 0.0, 1.0)
    slope = (found / np.where(spread > 0.0, spread, 1.0)[:, None]).T
    return middle - slope @ centre, slope


def _memory(earlier: Array, later: Array) -> Array:
    """How what is left over in a year follows from the year before, shape (later, earlier)."""
    variance = (earlier**2).mean(axis=0)
    penalty = MEMORY_RIDGE * len(earlier) * np.diag(np.maximum(variance, 1e-9))
    solved = np.linalg.solve(earlier.T @ earlier + penalty, earlier.T @ later)
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


def _log_normal(away: Array, scatter: Array) -> Array:
    """Logarithm of the normal density of rows with mean 0, up to nothing."""
    lower = np.asarray(np.linalg.cholesky(scatter), dtype=np.float64)
    scaled = np.asarray(np.linalg.solve(lower, away.T), dtype=np.float64)
    constant = np.log(np.diag(lower)).sum() + 0.5 * len(lower) * math.log(2.0 * math.pi)
    return np.asarray(-0.5 * (scaled**2).sum(axis=0) - constant, dtype=np.float64)
