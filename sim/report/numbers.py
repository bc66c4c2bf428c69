"""Numbers as people read them: German or English digits, rounded no finer than they are known.

A count of people is whole, and below the small-cell threshold it is "<5". A value that comes with
a range is rounded to a step that suits the width of the range: 3,247 hours with a range from 2,100
to 4,800 are "3,200 (2,100 to 4,800)". Value and range always share the step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, Protocol

from sim.report.small_cells import KEPT_SECRET

Lang = Literal["de", "en"]
MINUS = "\N{MINUS SIGN}"
ALMOST_NOTHING = "≈\N{NO-BREAK SPACE}0"
"""A value that is not zero but rounds to it."""
NOTHING = "–"
NARROW = 0.01
"""A range narrower than this share of its value is not worth telling."""

STEPS_IN_A_RANGE = 10
"""A range is shown in at least this many steps; finer digits would pretend to know more."""


class Measurand(Protocol):
    """What must be known of a quantity to write its values (`sim.study.Quantity` does)."""

    @property
    def name(self) -> str:
        """Name in tables."""

    @property
    def unit(self) -> str:
        """Unit of the values."""

    @property
    def kind(self) -> str:
        """`stock`, `flow`, `money` or `share`."""

    @property
    def people(self) -> bool:
        """Whether whole people are counted."""

    @property
    def better(self) -> str:
        """`higher`, `lower` or `neutral`."""

    @property
    def label_de(self) -> str:
        """German label."""

    @property
    def label_en(self) -> str:
        """English label."""


def quoted(label: str, lang: Lang) -> str:
    """A name in the quotation marks of the language."""
    return f"„{label}“" if lang == "de" else f"“{label}”"


def decimal(value: float, lang: Lang, digits: int = 0, *, sign: bool = False) -> str:
    """A number with the digits and separators of the language, such as 1.234,5 or 1,234.5.

    Args:
        value: the number; not-a-number and infinity become a dash.
        lang: `de` or `en`.
        digits: digits behind the decimal mark.
        sign: whether a positive number gets a plus.
    """
    if not math.isfinite(value):
        return NOTHING
    text = f"{abs(value):,.{digits}f}"
    if lang == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    if not any(character in "123456789" for character in text):
        return text
    if value < 0:
        return MINUS + text
    return "+" + text if sign else text


def rounding_step(width: float, finest: float) -> float:
    """The step, a power of ten, to which a value with a range of that width is rounded.

    Args:
        width: high minus low; 0 or unknown means that the value is known exactly.
        finest: the finest step that makes sense for the unit, such as 1 for people.
    """
    if not math.isfinite(width) or width <= 0.0:
        return finest
    return max(finest, 10.0 ** math.floor(math.log10(width / STEPS_IN_A_RANGE) + 1e-9))


def to_step(value: float, step: float) -> float:
    """The value rounded to the step, halves away from zero."""
    if not math.isfinite(value):
        return value
    return math.copysign(math.floor(abs(value) / step + 0.5 + 1e-9) * step, value)


def digits_of(step: float) -> int:
    """Digits behind the decimal mark that show the step."""
    return max(0, -math.floor(math.log10(step) + 1e-9))


@dataclass(frozen=True)
class Ranged:
    """A value and its range, in the unit of the quantity; NaN bounds mean that there is none.

    A `secret` value is kept back so that a small number of people cannot be worked out.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    secret: bool = field(default=False, kw_only=True)

    @property
    def has_range(self) -> bool:
        """Whether both bounds are known and differ by more than a hundredth of the value."""
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return False
        return self.high - self.low > NARROW * abs(self.value)

    @property
    def width(self) -> float:
        """High minus low, 0 without a range."""
        return self.high - self.low if self.has_range else 0.0


_UNITS: dict[str, tuple[str, str]] = {
    "people": ("Menschen", "people"),
    "persons": ("Menschen", "people"),
    "share": ("%", "%"),
    "hours/week": ("Stunden je Woche", "hours a week"),
    "hours per week": ("Stunden je Woche", "hours a week"),
    "minutes/week": ("Minuten je Woche", "minutes a week"),
    "minutes per week": ("Minuten je Woche", "minutes a week"),
    "person-months": ("Personenmonate", "person-months"),
    "person-months/year": ("Personenmonate im Jahr", "person-months a year"),
    "months": ("Monate", "months"),
    "visits": ("Besuche", "visits"),
    "visits/year": ("Besuche im Jahr", "visits a year"),
    "years": ("Jahre", "years"),
    "person-years": ("Personenjahre", "person-years"),
    "person-years/year": ("Personenjahre im Jahr", "person-years a year"),
    "person-years per year": ("Personenjahre im Jahr", "person-years a year"),
    "people/year": ("Menschen im Jahr", "people a year"),
    "people per year": ("Menschen im Jahr", "people a year"),
    "persons/year": ("Menschen im Jahr", "people a year"),
    "persons per year": ("Menschen im Jahr", "people a year"),
    "euro": ("Euro im Jahr", "euros a year"),
    "euros": ("Euro im Jahr", "euros a year"),
    "euro/year": ("Euro im Jahr", "euros a year"),
    "euros per year": ("Euro im Jahr", "euros a year"),
    "euro per year": ("Euro im Jahr", "euros a year"),
}
_POINTS = ("Prozentpunkte", "percentage points")
_MILLION = 1e6


@dataclass(frozen=True)
class Scale:
    """How the values of one quantity are written.

    Attributes:
        factor: from stored value to shown value.
        finest: finest step shown.
        unit: unit words after the number, in the language.
        people: whole people are counted, small numbers are hidden.
        small_cell: counts of people below this are "<small_cell".
        lang: language.
    """

    factor: float
    finest: float
    unit: str
    people: bool
    small_cell: int
    lang: Lang

    def value(self, ranged: Ranged) -> str:
        """The value alone, rounded as its range allows; without unit."""
        if ranged.secret:
            return KEPT_SECRET
        return self._one(ranged.value, self._step(ranged), signed=False)

    def range(self, ranged: Ranged) -> str:
        """The range alone, such as "2.100 bis 4.800"; a dash without one."""
        if not ranged.has_range:
            return NOTHING
        step = self._step(ranged)
        low = self._one(ranged.low, step, signed=False)
        high = self._one(ranged.high, step, signed=False)
        return low if low == high else f"{low} {_to(self.lang)} {high}"

    def with_range(self, ranged: Ranged) -> str:
        """Value and range, such as "3.200 (2.100 bis 4.800)"."""
        return _joined(self.value(ranged), self.range(ranged))

    def difference(self, ranged: Ranged) -> str:
        """A difference with its sign, such as "+320" or "<5 weniger"."""
        if self.all_tiny(ranged) and ranged.low < 0.0 < ranged.high:
            return f"<±{self.small_cell}"
        return self._one(ranged.value, self._step(ranged), signed=True)

    def difference_range(self, ranged: Ranged) -> str:
        """The range of a difference with signs, such as "−480 bis −150"."""
        if not ranged.has_range or self.all_tiny(ranged):
            return NOTHING
        step = self._step(ranged)
        low = self._one(ranged.low, step, signed=True)
        high = self._one(ranged.high, step, signed=True)
        return low if low == high else f"{low} {_to(self.lang)} {high}"

    def difference_with_range(self, ranged: Ranged) -> str:
        """Difference and range with signs."""
        return _joined(self.difference(ranged), self.difference_range(ranged))

    def unsigned(self, value: float, step: float) -> str:
        """The size of a difference in words without sign, such as "320" or "unter 5"."""
        if self.people and 0.0 < abs(value) < self.small_cell:
            return ("unter " if self.lang == "de" else "under ") + str(self.small_cell)
        shown = to_step(abs(value) * self.factor, step)
        if shown == 0.0 and value != 0.0:
            return ALMOST_NOTHING
        return decimal(shown, self.lang, digits_of(step))

    def untold(self, size: float, step: float) -> bool:
        """Whether a size is too small to be given as a number."""
        if self.people:
            return size < self.small_cell
        return to_step(size * self.factor, step) == 0.0

    def step(self, ranged: Ranged) -> float:
        """The rounding step for the value, in shown units."""
        return self._step(ranged)

    def negligible(self, ranged: Ranged) -> bool:
        """Whether a difference, however sure, is too small to be told: it rounds to nothing."""
        if self.people:
            return abs(ranged.value) < self.small_cell
        return abs(ranged.value) * self.factor < self.finest / 2

    def all_tiny(self, ranged: Ranged) -> bool:
        """Whether value and range together are fewer people than may be told apart."""
        bounds = (ranged.value, ranged.low, ranged.high)
        return self.people and ranged.has_range and all(abs(b) < self.small_cell for b in bounds)

    def _step(self, ranged: Ranged) -> float:
        return rounding_step(ranged.width * self.factor, self.finest)

    def _one(self, value: float, step: float, *, signed: bool) -> str:
        if not math.isfinite(value):
            return NOTHING
        if self.people and 0.0 < abs(value) < self.small_cell:
            if not signed:
                return f"<{self.small_cell}"
            more, fewer = ("mehr", "weniger") if self.lang == "de" else ("more", "fewer")
            return f"<{self.small_cell} {more if value > 0 else fewer}"
        shown = to_step(value * self.factor, step)
        text = decimal(shown, self.lang, digits_of(step), sign=signed)
        # A small difference is not none: only exactly equal is "0".
        return ALMOST_NOTHING if shown == 0.0 and value != 0.0 else text


def scale_of(
    quantity: Measurand, lang: Lang, small_cell: int, *, points: bool = False, largest: float = 0.0
) -> Scale:
    """How the values of a quantity are written.

    Args:
        quantity: the quantity.
        lang: language.
        small_cell: counts of people below this are hidden.
        points: differences of shares are percentage points, not per cent.
        largest: largest amount shown together; sums of money from a million on are written in
            millions.
    """
    side = 0 if lang == "de" else 1
    if quantity.kind == "share" or quantity.unit == "share":
        unit = _POINTS[side] if points else "%"
        return Scale(100.0, 0.1, unit, people=False, small_cell=small_cell, lang=lang)
    if quantity.kind == "money":
        if largest >= _MILLION:
            unit = ("Mio. Euro im Jahr", "million euros a year")[side]
            return Scale(1e-6, 0.01, unit, people=False, small_cell=small_cell, lang=lang)
        unit = ("Euro im Jahr", "euros a year")[side]
        return Scale(1.0, 100.0, unit, people=False, small_cell=small_cell, lang=lang)
    unit = _UNITS.get(quantity.unit, (quantity.unit, quantity.unit))[side]
    return Scale(1.0, 1.0, unit, people=quantity.people, small_cell=small_cell, lang=lang)


def label_of(quantity: Measurand, lang: Lang) -> str:
    """The quantity's label in the language."""
    return quantity.label_de if lang == "de" else quantity.label_en


def _to(lang: Lang) -> str:
    return "bis" if lang == "de" else "to"


def _joined(value: str, bounds: str) -> str:
    return value if bounds in (NOTHING, value) else f"{value} ({bounds})"
