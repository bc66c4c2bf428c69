"""What the counted figures have taught about the assumptions, and what they cannot explain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.town.figures import Figure
from sim.updating.draws import NET, Draw, Space
from sim.updating.emulator import Emulator
from sim.updating.forecast import Forecast

Array = NDArray[np.float64]

LUCK = 2.5
"""Standard errors by which scatter or mean must differ from the prior's to be called learnt."""
AT_THE_EDGE = 1.5
"""A mean so many standard deviations out lies where the ledger hardly allows values."""
UNEXPLAINED = 0.05
"""Chance that any figure at all is called unexplained though chance alone is at work."""


@dataclass(frozen=True)
class Learned:
    """One moved assumption before and after.

    Attributes:
        name: the assumption; `net_migration_per_1000 2023` for the town's net migration in a year.
        before: low, median and high of the prior.
        after: the same of the new draws.
        shift: mean of the new draws in standard deviations of the prior.
        narrowing: scatter of the new draws as a share of the prior's.
        draws: number of draws.
        year: of a net migration by year; None for an assumption of the ledger.
    """

    name: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    shift: float
    narrowing: float
    draws: int
    year: int | None = None

    @property
    def something(self) -> bool:
        """Whether anything was learnt: more than the luck of so few draws."""
        narrower = 1.0 - LUCK / math.sqrt(2.0 * (self.draws - 1))
        return self.narrowing < narrower or abs(self.shift) > LUCK / math.sqrt(self.draws)

    @property
    def at_the_edge(self) -> bool:
        """Whether the figures ask for values at the edge of the assumed range or beyond it."""
        return self.year is None and abs(self.shift) > AT_THE_EDGE


@dataclass(frozen=True)
class Misfit:
    """A counted figure that the new draws do not explain.

    Attributes:
        figure: what was counted.
        expected: mean of the new draws.
        deviations: difference in standard deviations of chance and drift.
    """

    figure: Figure
    expected: float
    deviations: float


def learned(space: Space, draws: Sequence[Draw], ends: tuple[float, float]) -> tuple[Learned, ...]:
    """Every moved assumption before and after; then net migration by year, where it varies.

    Args:
        space: what is moved.
        draws: the new draws.
        ends: probabilities of the ends of the range shown.
    """
    found = []
    probabilities = (ends[0], 0.5, ends[1])
    moved, _ = space.arrays(draws)
    for place, name in enumerate(space.names):
        assumption = space.town.ledger[name]
        z = moved[:, place]
        values = [assumption.quantile(float(ndtr(one))) for one in z]
        low, median, high = np.quantile(values, probabilities)
        found.append(
            Learned(
                name,
                before=tuple(assumption.quantile(one) for one in probabilities),  # type: ignore[arg-type]
                after=(float(low), float(median), float(high)),
                shift=float(z.mean()),
                narrowing=float(z.std(ddof=1)),
                draws=len(draws),
            )
        )
    return (*found, *_by_year(space, draws, probabilities))


def _by_year(
    space: Space, draws: Sequence[Draw], probabilities: tuple[float, float, float]
) -> tuple[Learned, ...]:
    """The whole town's net migration in each year."""
    if not space.yearly:
        return ()
    rows = []
    for chosen in ([space.first(number) for number in range(len(draws))], draws):
        _, rates = space.arrays(chosen)
        rows.append(np.einsum("d,ndt->nt", space.weights, rates))
    before, after = rows
    return tuple(
        Learned(
            f"{NET} {year}",
            before=_three(before[:, column], probabilities),
            after=_three(after[:, column], probabilities),
            shift=float(
                (after[:, column].mean() - before[:, column].mean()) / before[:, column].std(ddof=1)
            ),
            narrowing=float(after[:, column].std(ddof=1) / before[:, column].std(ddof=1)),
            draws=len(draws),
            year=year,
        )
        for column, year in enumerate(space.years)
    )


def _three(values: Array, probabilities: tuple[float, float, float]) -> tuple[float, float, float]:
    low, median, high = np.quantile(values, probabilities)
    return float(low), float(median), float(high)


def misfits(forecast: Forecast) -> tuple[Misfit, ...]:
    """Counted figures that the forecast made after them does not explain, the largest first."""
    emulator = Emulator(forecast.space, forecast.known, [forecast.sample], forecast.drift)
    moved, rates = forecast.space.arrays(forecast.draws)
    sizes = forecast.drift.groups(forecast.residents[0, 0, 0])
    found = []
    number = sum(len(figures) for block in emulator.blocks for figures in block.figures)
    beyond = float(-ndtri(UNEXPLAINED / (2 * max(1, number))))
    for block in emulator.blocks:
        lines = emulator.lines[block.place]
        for line, figures in zip(lines, block.figures, strict=True):
            expected = emulator.mean(block.place, line.year, moved, rates).mean(axis=0)
            years = line.year - emulator.start
            drifted = forecast.drift.covariance(sizes, figures, years)
            deviation = (line.counted - expected) / np.sqrt(np.diag(line.left_over + drifted))
            found += [
                Misfit(figure, float(expected[place]), float(deviation[place]))
                for place, figure in enumerate(figures)
                if abs(deviation[place]) > beyond
            ]
    return tuple(sorted(found, key=lambda one: -abs(one.deviations)))
