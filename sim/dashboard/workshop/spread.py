"""The spread of what a room expects, beside the model's range."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sim.dashboard.workshop.records import ModelSays, Question
from sim.report.numbers import Lang, decimal, to_step
from sim.report.words import FEW_DRAWS

FEW = 5
"""Fewer expectations have no quarters; they are told one by one as smallest and largest."""

MOST_COLUMNS = 40
"""Dots stand above each other in at most so many columns."""


@dataclass(frozen=True)
class Spread:
    """Expectations of a room, in the question's unit.

    Attributes:
        values: all of them, sorted.
        median: middle; NaN without any.
        low_quarter, high_quarter: the middle half lies between; NaN with fewer than five.
    """

    values: tuple[float, ...]
    median: float
    low_quarter: float
    high_quarter: float

    @property
    def count(self) -> int:
        """Number of expectations."""
        return len(self.values)

    @property
    def has_half(self) -> bool:
        """Whether there are enough for a middle half."""
        return self.count >= FEW


@dataclass(frozen=True)
class Dots:
    """Dots above each other, one an expectation.

    Attributes:
        points: place on the scale (middle of the column) and height (1 for the lowest).
        low, high: ends of the scale, round numbers.
        width: width of a column.
        tallest: dots in the fullest column.
    """

    points: tuple[tuple[float, int], ...]
    low: float
    high: float
    width: float
    tallest: int


def spread_of(values: Iterable[float]) -> Spread:
    """The spread of expectations."""
    ordered = tuple(sorted(value for value in values if math.isfinite(value)))
    many = len(ordered) >= FEW
    return Spread(
        ordered,
        _quantile(ordered, 0.5),
        _quantile(ordered, 0.25) if many else math.nan,
        _quantile(ordered, 0.75) if many else math.nan,
    )


def _quantile(ordered: tuple[float, ...], share: float) -> float:
    if not ordered:
        return math.nan
    place = share * (len(ordered) - 1)
    lower = math.floor(place)
    upper = min(lower + 1, len(ordered) - 1)
    # Written so that the largest values of both signs do not overflow.
    return ordered[lower] * (1.0 - (place - lower)) + ordered[upper] * (place - lower)


def dots_of(spread: Spread, model: ModelSays | None, step: float) -> Dots:
    """Where the dots stand, on a scale that holds the model's range as well.

    A few expectations far from all others would squeeze the rest into one column; the scale then
    ends earlier and they stand at its end (the words name smallest and largest).

    Args:
        spread: expectations.
        model: the model's answer if it is shown.
        step: finest step of the unit.
    """
    told = [] if model is None else [model.value, model.low, model.high]
    known = [value for value in told if value is not None and math.isfinite(value)]
    reach = [*_without_outliers(spread), *known]
    if not reach:
        return Dots((), 0.0, 1.0, 1.0, 0)
    low, high = min(reach), max(reach)
    # People compare sizes from nothing, unless all of it lies far away from nothing.
    if 0.0 < low < high or (low == high and low > 0.0):
        low = 0.0 if low < 0.5 * high or low == high else low
    if low == high:
        high = low + step
    width = _nice((high - low) / MOST_COLUMNS, step)
    low, high = math.floor(low / width) * width, math.ceil(high / width + 1e-9) * width
    columns = max(1, round((high - low) / width))
    heights: dict[int, int] = {}
    points = []
    for value in spread.values:
        column = min(columns, max(0, round((value - low) / width)))
        heights[column] = heights.get(column, 0) + 1
        points.append((low + column * width, heights[column]))
    return Dots(tuple(points), low, high, width, max(heights.values(), default=0))


def _without_outliers(spread: Spread) -> tuple[float, ...]:
    if not spread.has_half:
        return spread.values
    half = spread.high_quarter - spread.low_quarter
    room = 3.0 * max(half, abs(spread.median) * 0.1)
    low, high = spread.low_quarter - room, spread.high_quarter + room
    return tuple(value for value in spread.values if low <= value <= high)


def _nice(width: float, finest: float) -> float:
    """The next of 1, 2, 5, 10 … that is at least as wide."""
    if width <= finest:
        return finest
    power = 10.0 ** math.floor(math.log10(width))
    for factor in (1.0, 2.0, 5.0, 10.0):
        if factor * power >= width * (1 - 1e-9):
            return max(finest, factor * power)
    return max(finest, 10.0 * power)


def plain_number(value: float, lang: Lang) -> str:
    """What somebody typed, with as many digits as it has (at most three behind the point)."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return decimal(value, lang, len(text.partition(".")[2]))


def middle_number(question: Question, value: float, lang: Lang) -> str:
    """A middle or quarter, which nobody typed: no half people."""
    return plain_number(to_step(value, question.asked.step), lang)


def spread_words(question: Question, spread: Spread, lang: Lang) -> str:
    """The spread in a sentence."""
    german = lang == "de"
    unit = question.asked.unit(lang)
    if spread.count == 0:
        return "Keine Erwartung abgegeben." if german else "No expectation was given."
    low, high = (plain_number(spread.values[end], lang) for end in (0, -1))
    if spread.count == 1:
        return f"Eine Erwartung: {low} {unit}." if german else f"One expectation: {low} {unit}."
    if low == high:
        return (
            f"{spread.count} Erwartungen, alle gleich: {low} {unit}."
            if german
            else f"{spread.count} expectations, all the same: {low} {unit}."
        )
    middle = middle_number(question, spread.median, lang)
    ends = (
        f"{spread.count} Erwartungen zwischen {low} und {high} {unit}, Mitte {middle}"
        if german
        else f"{spread.count} expectations between {low} and {high} {unit}, middle {middle}"
    )
    if not spread.has_half:
        return f"{ends}."
    lower = middle_number(question, spread.low_quarter, lang)
    upper = middle_number(question, spread.high_quarter, lang)
    if lower == upper:
        half = f"die mittlere Hälfte sagt {lower}" if german else f"the middle half says {lower}"
    else:
        half = (
            f"die mittlere Hälfte liegt zwischen {lower} und {upper}"
            if german
            else f"the middle half lies between {lower} and {upper}"
        )
    return f"{ends}; {half}."


def provisional(model: ModelSays, lang: Lang) -> str:
    """That an answer rests on few cases; "" once there are enough for a range to be one."""
    if model.draws >= FEW_DRAWS:
        return ""
    if lang == "de":
        return f"Vorläufig: erst {model.draws} Fälle sind gerechnet, die Spanne ist noch unsicher."
    return f"Provisional: only {model.draws} cases are computed, the range is still unsure."


def beside_model(spread: Spread, model: ModelSays | None, lang: Lang) -> str:
    """How many expected what the model's range holds; "" where there is nothing to compare."""
    if model is None or model.low is None or model.high is None or not spread.count:
        return ""
    below = sum(value < model.low for value in spread.values)
    above = sum(value > model.high for value in spread.values)
    inside = spread.count - below - above
    if spread.count == 1:
        german = lang == "de"
        if inside:
            return (
                "Die Erwartung liegt in der Spanne des Modells."
                if german
                else "The expectation lies in the model's range."
            )
        if below:
            return (
                "Die Erwartung liegt unter der Spanne des Modells."
                if german
                else "The expectation lies below the model's range."
            )
        return (
            "Die Erwartung liegt über der Spanne des Modells."
            if german
            else "The expectation lies above the model's range."
        )
    if lang == "de":
        return (
            f"Von {spread.count} Erwartungen liegen {inside} in der Spanne des Modells, {below} "
            f"darunter und {above} darüber. Das ist kein Wettbewerb: Auch das Modell weiß es nicht "
            "genau."
        )
    return (
        f"Of {spread.count} expectations {inside} lie in the model's range, {below} below and "
        f"{above} above. This is no contest: the model does not know exactly either."
    )
