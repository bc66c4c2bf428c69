"""What an update says, gathered once so that screen, tables and pictures agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim import updating
from sim.report.numbers import Lang, Ranged, Scale, decimal
from sim.town.figures import COUNTED_AGES, Figure
from sim.updating import Forecast, Learned, Misfit, Step, Surprise, Update
from sim.updating.surprise import SIGNIFICANT, holm

Array = NDArray[np.float64]

EVERYBODY, OLDER = COUNTED_AGES[:2]
MOST_PLACES = 8
"""Districts shown on the screen and in pictures; the tables hold all."""
REFUGE_YEAR = 2022
"""Year of an event that everybody knows and that is no property of any place."""


@dataclass(frozen=True)
class Beside:
    """One counted figure beside the forecast made before.

    Attributes:
        figure: what was counted.
        before: the forecast: median and range.
        deviations: difference in standard deviations of the forecast.
        p_value: adjusted for looking at all figures of the year; NaN for sums made here.
    """

    figure: Figure
    before: Ranged
    deviations: float
    p_value: float

    @property
    def outside(self) -> bool:
        """Whether the count lies outside the range."""
        return not self.before.low <= self.figure.value <= self.before.high

    @property
    def stands_out(self) -> bool:
        """Whether it would stand out even among so many figures looked at."""
        return self.p_value <= SIGNIFICANT


@dataclass(frozen=True)
class Year:
    """One year's step in numbers.

    Attributes:
        step: the step.
        beside: every counted figure beside the forecast.
        adjusted: p-value of the year, adjusted for looking at several years.
    """

    step: Step
    beside: tuple[Beside, ...]
    adjusted: float

    @property
    def surprise(self) -> Surprise:
        """The comparison of all figures together."""
        return self.step.surprise


@dataclass(frozen=True)
class Course:
    """One figure over the years: what was expected before and after the newest count.

    Attributes:
        place: index of the district, None for all counted ones together.
        ages: youngest and oldest.
        years: the years.
        before, after: forecasts, one a year; before has no numbers if there was no step.
        counted: counted numbers by year, up to the newest taken in.
    """

    place: int | None
    ages: tuple[int, int]
    years: tuple[int, ...]
    before: tuple[Ranged, ...]
    after: tuple[Ranged, ...]
    counted: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Updated:
    """Everything a report says about an update.

    Attributes:
        update: the update.
        years: a year a step.
        sums: the newest count, added up over the districts, beside the forecast.
        learned: the moved assumptions before and after.
        misfits: counted figures that the new forecast does not explain.
        courses: figures over the years, by place and ages.
        labels: name of each district.
        small_cell: counts below it are not shown.
    """

    update: Update
    years: tuple[Year, ...]
    sums: tuple[Beside, ...]
    learned: tuple[Learned, ...]
    misfits: tuple[Misfit, ...]
    courses: tuple[Course, ...]
    labels: tuple[str, ...]
    small_cell: int

    @property
    def folder(self) -> Path:
        """Folder of the newest forecast."""
        return self.update.folder

    @property
    def until(self) -> int:
        """Newest year taken in."""
        return self.update.until

    @property
    def forecast(self) -> Forecast:
        """The newest forecast."""
        return self.update.forecast

    @property
    def last_year(self) -> int:
        """Last year of the forecast."""
        return self.forecast.study.years[-1]

    def place(self, district: int | None, lang: Lang) -> str:
        """Name of a district, or of all counted together."""
        if district is not None:
            return self.labels[district]
        if len(self.labels) == 1:
            return self.labels[0]
        return "alle zusammen" if lang == "de" else "all together"

    def scale(self, lang: Lang) -> Scale:
        """How numbers of people are written."""
        unit = "Menschen" if lang == "de" else "people"
        return Scale(1.0, 1.0, unit, people=True, small_cell=self.small_cell, lang=lang)

    def course(self, place: int | None, ages: tuple[int, int]) -> Course | None:
        """A figure over the years, if it is known."""
        for one in self.courses:
            if one.place == place and one.ages == ages:
                return one
        return None

    def places_shown(self) -> tuple[int, ...]:
        """Districts worth a panel: those whose newest count surprised most come first."""
        found: dict[int, float] = {}
        if self.years:
            for one in self.years[-1].beside:
                if one.figure.district is not None:
                    old = found.get(one.figure.district, 0.0)
                    found[one.figure.district] = max(old, abs(one.deviations))
        else:
            known = {one.place for one in self.courses}
            found = {place: 0.0 for place in known if place is not None}
        order = sorted(found, key=lambda place: (-found[place], place))
        return tuple(order[:MOST_PLACES])


def age_words(ages: tuple[int, int], lang: Lang) -> str:
    """An age group in words."""
    low, high = ages
    german = lang == "de"
    if ages == EVERYBODY:
        return "alle" if german else "everybody"
    if high >= EVERYBODY[1]:
        return f"ab {low}" if german else f"{low} and over"
    if low == 0:
        return f"unter {high + 1}" if german else f"under {high + 1}"
    return f"{low} bis {high}" if german else f"{low} to {high}"


def percent(share: float, lang: Lang) -> str:
    """A p-value as a number of 100 calculations."""
    return decimal(100.0 * share, lang, 0 if share >= 0.095 else 1)


def gather_update(update: Update) -> Updated:
    """Ask an update everything a report needs."""
    forecast = update.forecast
    study = forecast.study
    ends = study.range_low, study.range_high
    years = _years(update)
    return Updated(
        update=update,
        years=years,
        sums=_sums(update.steps[-1], update, ends) if update.steps else (),
        learned=updating.learned(forecast.space, forecast.draws, ends),
        misfits=updating.misfits(forecast) if update.steps else (),
        courses=_courses(update),
        labels=tuple(one.label for one in update.town.districts),
        small_cell=study.small_cell,
    )


def _years(update: Update) -> tuple[Year, ...]:
    adjusted = holm([step.surprise.p_value for step in update.steps])
    found = []
    for step, p_value in zip(update.steps, adjusted, strict=True):
        beside = _beside(step.surprise)
        found.append(Year(step, beside, p_value))
    return tuple(found)


def _beside(found: Surprise, *, told: bool = True) -> tuple[Beside, ...]:
    return tuple(
        Beside(
            figure,
            Ranged(float(found.median[n]), float(found.low[n]), float(found.high[n])),
            float(found.standard[n]),
            float(found.p_single[n]) if told else float("nan"),
        )
        for n, figure in enumerate(found.figures)
    )


def added_up(figures: Sequence[Figure], districts: int) -> tuple[Figure, ...]:
    """Figures of the whole town, by adding up those of the districts where all are there."""
    given = {one.ages: one for one in figures if one.district is None}
    ages = dict.fromkeys(one.ages for one in figures)
    found = []
    for group in sorted(ages, key=lambda pair: (pair[0], -pair[1])):
        parts = [one for one in figures if one.ages == group and one.district is not None]
        if group in given:
            found.append(given[group])
        elif len(parts) == districts:
            total = sum(one.value for one in parts)
            found.append(replace(parts[0], district=None, value=total))
    return tuple(found)


def _sums(step: Step, update: Update, ends: tuple[float, float]) -> tuple[Beside, ...]:
    figures = added_up(update.counted.of(step.year), update.counted.districts)
    if not figures:
        return ()
    runs = _runs_of_sums(step.before, figures, update, step.year)
    return _beside(updating.surprise(figures, runs, update.counted.districts, ends), told=False)


def _runs_of_sums(
    forecast: Forecast, figures: Sequence[Figure], update: Update, year: int
) -> Array:
    """Sums over districts, each moved to where its last count left it."""
    counted = {(one.district, one.ages) for one in update.counted.figures}
    columns = []
    for one in figures:
        if (None, one.ages) in counted:
            columns.append(forecast.runs((one,), year)[..., 0])
            continue
        parts = [replace(one, district=place) for place in range(update.counted.districts)]
        columns.append(forecast.runs(parts, year).sum(axis=-1))
    return np.stack(columns, axis=-1)


def _courses(update: Update) -> tuple[Course, ...]:
    """Every counted figure and the sums, from the start to the end."""
    forecast = update.forecast
    before = update.steps[-1].before if update.steps else None
    years = tuple(dict.fromkeys(forecast.study.years))
    pattern = [one for one in update.counted.figures if one.year <= update.until]
    if not pattern:
        pattern = [Figure(years[0], None, *ages, 0.0, "", "assumed") for ages in COUNTED_AGES[:2]]
    newest = max(one.year for one in pattern)
    figures = [one for one in pattern if one.year == newest]
    sums = [one for one in added_up(figures, update.counted.districts) if one.district is None]
    whole = [one for one in sums if one not in figures]
    ends = forecast.study.range_low, forecast.study.range_high
    found = []
    for one in (*figures, *whole):
        old, new = [], []
        for year in years:
            new.append(_ranged(_one(forecast, one, update, year, whole), ends))
            if before is not None:
                old.append(_ranged(_one(before, one, update, year, whole), ends))
        counted = {
            year: value
            for year in years
            if year <= update.until and (value := _counted(update, one, year, whole)) is not None
        }
        found.append(Course(one.district, one.ages, years, tuple(old), tuple(new), counted))
    return tuple(found)


def _one(
    forecast: Forecast, figure: Figure, update: Update, year: int, sums: Sequence[Figure]
) -> Array:
    if figure in sums:
        return _runs_of_sums(forecast, (figure,), update, year)[..., 0]
    return forecast.runs((figure,), year)[..., 0]


def _counted(update: Update, figure: Figure, year: int, sums: Sequence[Figure]) -> float | None:
    there = update.counted.of(year)
    candidates = added_up(there, update.counted.districts) if figure in sums else there
    for one in candidates:
        if one.ages == figure.ages and one.district == figure.district:
            return one.value
    return None


def _ranged(values: Array, ends: tuple[float, float]) -> Ranged:
    low, median, high = np.quantile(values.ravel(), [ends[0], 0.5, ends[1]])
    return Ranged(float(median), float(low), float(high))
