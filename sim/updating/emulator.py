"""How the counted figures depend on the moved assumptions, learnt from simulations.

For each district and year the figures x of all runs are set against the coordinates c of their
draws (and the net migration of the years so far) by a straight line,

    x[t] = a[t] + B[t] · c + r[t]

and what is left over, r, is chance (and the little that is not a straight line). A newcomer more
does the same to every district, so these slopes are learnt from all districts together. Chance
adds up over the years, so r of a year is set against that of the year before,

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

from sim.town.figures import Figure
from sim.updating.draws import NET, Draw, Space
from sim.updating.drift import Drift
from sim.updating.lines import ageing, covariance, memory, slopes, straight, without
from sim.updating.targets import Block, Targets, read_all

Array = NDArray[np.float64]

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


@dataclass(frozen=True)
class _Fit:
    """Columns and figures of one block in one year.

    Attributes:
        place, figures: the block.
        x: columns, shape (runs, columns); those after `own` are net migration.
        y: figures, shape (runs, figures).
        own: columns whose slopes are the block's own.
        weight: share of the block in the town's residents.
        owners: samples that have the year.
        sizes: runs of each.
    """

    place: int | None
    figures: tuple[Figure, ...]
    x: Array
    y: Array
    own: int
    weight: float
    owners: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def figures_by_age(self) -> tuple[tuple[int, int], ...]:
        """Which figures there are."""
        return tuple(one.ages for one in self.figures)

    def of_rates(self) -> tuple[Array, Array]:
        """Net migration and figures per resident, without what the own columns explain."""
        x, y = self.x - self.x.mean(axis=0), self.y - self.y.mean(axis=0)
        own, rates = x[:, : self.own], x[:, self.own :]
        # Weighted by size: chance in a district grows with the root of its residents.
        root = self.weight**0.5
        return without(own, rates) * root, without(own, y) / root

    def line(self, common: Array | None) -> tuple[Array, Array]:
        """Level and slope, with the slopes common to all districts."""
        if common is None:
            return straight(self.x, self.y)
        shared = common * self.weight
        rest = self.y - self.x[:, self.own :] @ shared.T
        level, slope = straight(self.x[:, : self.own], rest)
        return level, np.concatenate([slope, shared], axis=1)

    def split(self, rest: Array) -> dict[int, Array]:
        """Rows of each sample."""
        ends = np.cumsum(self.sizes)[:-1]
        return dict(zip(self.owners, np.split(rest, ends), strict=True))


@dataclass(frozen=True)
class _Left:
    """What the lines of one block in one year leave over, by sample."""

    year: int
    figures: tuple[Figure, ...]
    rest: dict[int, Array]

    @property
    def all(self) -> Array:
        """All runs, shape (runs, figures)."""
        return np.concatenate(list(self.rest.values()))


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
        self.lines = self._fit()

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

    def _fit(self) -> dict[int | None, tuple[Line, ...]]:
        lines: dict[int | None, list[Line]] = {block.place: [] for block in self.blocks}
        left: dict[int | None, _Left] = {}
        for year in sorted({year for block in self.blocks for year in block.years}):
            fits = [self._gather(block, year) for block in self.blocks if year in block.years]
            common = self._common(fits)
            for fit in fits:
                level, slope = fit.line(common.get(fit.figures_by_age))
                rest = fit.y - level - fit.x @ slope.T
                here = _Left(year, fit.figures, fit.split(rest))
                lines[fit.place].append(self._line(fit, (level, slope), here, left.get(fit.place)))
                left[fit.place] = here
        return {place: tuple(found) for place, found in lines.items()}

    def _gather(self, block: Block, year: int) -> _Fit:
        """Columns and figures of a block in a year, over all samples that have it."""
        figures = block.figures[block.years.index(year)]
        columns, values, owners = [], [], []
        for number, sample in enumerate(self.samples):
            residents = sample.at(year)
            if residents is None:
                continue
            here = self.columns(block.place, year, *self._arrays[number])
            columns.append(np.repeat(here, residents.shape[1], axis=0))
            values.append(read_all(residents, figures).reshape(-1, len(figures)))
            owners.append(number)
        space = self.space
        own = len(space.names) - (NET in space.names) if space.yearly else len(space.names)
        weight = 1.0 if block.place is None else float(space.weights[block.place])
        sizes = tuple(len(one) for one in values)
        return _Fit(
            block.place, figures, np.concatenate(columns), np.concatenate(values), own, weight,
            tuple(owners), sizes,
        )  # fmt: skip

    def _common(self, fits: Sequence[_Fit]) -> dict[tuple[tuple[int, int], ...], Array]:
        """What net migration does to the figures, per resident, by what figures there are."""
        if not self.space.yearly:
            return {}
        groups: dict[tuple[tuple[int, int], ...], list[_Fit]] = {}
        for fit in fits:
            groups.setdefault(fit.figures_by_age, []).append(fit)
        found = {}
        for key, group in groups.items():
            pairs = [fit.of_rates() for fit in group]
            found[key] = slopes([x for x, _ in pairs], [y for _, y in pairs])
        return found

    def _line(
        self, fit: _Fit, fitted: tuple[Array, Array], left: _Left, before: _Left | None
    ) -> Line:
        level, slope = fitted
        since = self.start if before is None else before.year
        fresh, remembered = left.all, np.zeros((len(level), 0))
        if before is not None:
            years = left.year - before.year
            expected = ageing(before.figures, fit.figures, self._by_age(fit.place), years)
            known = [number for number in left.rest if number in before.rest]
            earlier = np.concatenate([before.rest[number] for number in known])
            later = np.concatenate([left.rest[number] for number in known])
            remembered = memory(earlier, later, expected)
            fresh = later - earlier @ remembered.T
        drifted = self.drift.covariance(self._sizes(), fit.figures, left.year - since)
        used = fit.x.shape[1]
        return Line(
            left.year, level, slope, remembered, covariance(fresh, used) + drifted,
            covariance(left.all, used),
            np.array([one.value for one in fit.figures]),
        )  # fmt: skip

    def _by_age(self, place: int | None) -> Array:
        """Residents of the start by age, shape (121,)."""
        start = self.samples[0].residents[0, 0, 0]
        return np.asarray(start.sum(axis=0) if place is None else start[place], dtype=np.float64)

    def _sizes(self) -> Array:
        """Residents of the start by district and drifting group."""
        return self.drift.groups(self.samples[0].residents[0, 0, 0])

    def mean(self, place: int | None, year: int, moved: Array, rates: Array) -> Array:
        """Expected figures of a block in a year, shape (draws, figures)."""
        here = next(one for one in self.lines[place] if one.year == year)
        found: Array = here.level + self.columns(place, year, moved, rates) @ here.slope.T
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
            for here in self.lines[block.place]:
                columns = self.columns(block.place, here.year, moved, rates)
                left = here.counted - here.level - columns @ here.slope.T
                fresh = left - rest[:, : here.memory.shape[1]] @ here.memory.T
                rest = left
                if here.year > after:
                    total += _log_normal(fresh, here.scatter)
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
            for here in self.lines[block.place]:
                base, turn = self._columns_map(block.place, here.year, level, matrix)
                mean, slope = here.level + here.slope @ base, here.slope @ turn
                left = here.counted - mean
                size = here.memory.shape[1]
                fresh = left - here.memory @ rest[:size]
                steep = slope - here.memory @ slope_before[:size]
                rest, slope_before = left, slope
                inverse = np.linalg.inv(here.scatter)
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


def _log_normal(away: Array, scatter: Array) -> Array:
    """Logarithm of the normal density of rows with mean 0, up to nothing."""
    lower = np.asarray(np.linalg.cholesky(scatter), dtype=np.float64)
    scaled = np.asarray(np.linalg.solve(lower, away.T), dtype=np.float64)
    constant = np.log(np.diag(lower)).sum() + 0.5 * len(lower) * math.log(2.0 * math.pi)
    return np.asarray(-0.5 * (scaled**2).sum(axis=0) - constant, dtype=np.float64)
