"""A stored forecast: a study whose draws are equally likely after what has been counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.study import Study
from sim.study.ages import residents_by_age
from sim.town.figures import Figure
from sim.updating.draws import Draw, Space
from sim.updating.drift import Drift
from sim.updating.emulator import Sample
from sim.updating.lines import ageing, memory
from sim.updating.targets import Targets, read_all

Array = NDArray[np.float64]

DRAWS_FILE = "draws.parquet"


@dataclass(frozen=True)
class Forecast:
    """What was expected, knowing the counted figures up to a year.

    Attributes:
        study: the stored study.
        draws: its draws.
        until: last year whose figures were known; the start year if none were.
        space: what was moved.
        known: the figures that were known.
        drift: how far age groups drift from the model beyond chance.
    """

    study: Study
    draws: tuple[Draw, ...] = field(repr=False)
    until: int
    space: Space = field(repr=False)
    known: Targets = field(repr=False)
    drift: Drift

    @cached_property
    def residents(self) -> NDArray[np.int32]:
        """Residents of the reference, shape (draws, seeds, years, districts, 121)."""
        of_plans = residents_by_age(self.study)
        return np.asarray(of_plans[self.study.plan_index(self.study.reference)], dtype=np.int32)

    @cached_property
    def sample(self) -> Sample:
        """The runs, for an emulator."""
        return Sample(self.draws, self.residents, self.study.years)

    def runs(self, figures: Sequence[Figure], year: int) -> Array:
        """Figures at the end of a year in every run, shape (draws, seeds, figures).

        Each run started at the town's start and had its own chance since. For later years it is
        known where the town has come to: every run is moved by as much of its distance from the
        last count as, after the runs' own experience, is still there in that year. From then on
        its age groups drift (`sim.updating.drift`).
        """
        found = self._at(year, figures)
        if year <= self.until:
            return found
        for place in {one.district for one in figures}:
            last = self._last(place)
            if not last:
                continue
            chosen = [number for number, one in enumerate(figures) if one.district == place]
            lasting = self._lasting(last, [figures[number] for number in chosen], year)
            counted = np.array([one.value for one in last])
            away = counted - self._at(last[0].year, last)
            found[..., chosen] += away @ lasting.T
        for number, one in enumerate(figures):
            found[..., number] += self.drift.of(self._drifted(year), one)
        return np.maximum(found, 0.0)

    @cached_property
    def _drifts(self) -> Array:
        """Drift since the last count, shape (draws, seeds, years, districts, groups)."""
        years = self.study.years
        sizes = self.drift.groups(self.residents[0, 0, 0])
        drift = self.drift.yearly(self.study.draws, self.study.seeds, len(years), sizes)
        drift[:, :, [year <= self.until for year in years]] = 0.0
        return np.asarray(np.cumsum(drift, axis=2), dtype=np.float64)

    def _drifted(self, year: int) -> Array:
        years = self.study.years
        return np.asarray(self._drifts[:, :, len(years) - 1 - years[::-1].index(year)])

    def _at(self, year: int, figures: Sequence[Figure]) -> Array:
        here = self.sample.at(year)
        assert here is not None, year
        return read_all(here, figures)

    def _last(self, place: int | None) -> tuple[Figure, ...]:
        """The last independent counted figures of a district, or of the town if none are."""
        for wanted in dict.fromkeys((place, None)):
            for block in self.known.blocks:
                if block.place == wanted and self.until > self.study.years[0]:
                    return block.figures[-1]
        return ()

    def _lasting(self, last: Sequence[Figure], figures: Sequence[Figure], year: int) -> Array:
        """How much of a deviation at the last count is still there, shape (figures, last)."""
        earlier = self._chance(last[0].year, last)
        later = self._chance(year, figures)
        start = self.residents[0, 0, 0]
        place = last[0].district
        by_age = start.sum(axis=0) if place is None else start[place]
        expected = ageing(last, figures, by_age.astype(np.float64), year - last[0].year)
        return memory(earlier, later, expected)

    def _chance(self, year: int, figures: Sequence[Figure]) -> Array:
        """What chance alone does: deviations from the mean of each draw, shape (runs, figures)."""
        values = self._at(year, figures)
        seeds = values.shape[1]
        within = values - values.mean(axis=1, keepdims=True)
        # The mean of few runs follows each of them: without it chance would look smaller.
        within *= (seeds / (seeds - 1)) ** 0.5
        return np.asarray(within.reshape(-1, len(figures)), dtype=np.float64)

    def range(self, figures: Sequence[Figure], year: int) -> pd.DataFrame:
        """Median and range of figures at the end of a year; columns median, low, high."""
        runs = self.runs(figures, year)
        ends = self.study.range_low, self.study.range_high
        low, median, high = np.quantile(
            runs.reshape(-1, runs.shape[-1]), [ends[0], 0.5, ends[1]], axis=0
        )
        return pd.DataFrame({"median": median, "low": low, "high": high})


def draws_table(space: Space, draws: Sequence[Draw], weights: Array) -> pd.DataFrame:
    """Draws as a table: where each came from, its weight before drawing, its coordinates."""
    frame: dict[str, Any] = {
        "draw": np.arange(len(draws), dtype=np.int32),
        "number": np.array([one.number for one in draws], dtype=np.int32),
        "prior": [one.prior for one in draws],
        "weight": weights,
    }
    for place, name in enumerate(space.names):
        frame[f"moved_{name}"] = [float(one.moved[place]) for one in draws]
    for place in range(space.coordinates):
        frame[f"year_{place}"] = [float(one.years[place]) for one in draws]
    return pd.DataFrame(frame)


def draws_from(space: Space, table: pd.DataFrame) -> tuple[Draw, ...]:
    """Draws from their table."""
    moved = table[[f"moved_{name}" for name in space.names]].to_numpy(dtype=np.float64)
    years = table[[f"year_{place}" for place in range(space.coordinates)]].to_numpy(np.float64)
    return tuple(
        Draw(int(number), moved[row], years[row], bool(prior))
        for row, (number, prior) in enumerate(zip(table["number"], table["prior"], strict=True))
    )
