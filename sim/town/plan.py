"""Plans: named bundles of measures that a planner writes as TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

REFERENCE = "reference"
PAYERS = ("municipality", "care_fund", "grant", "household")

Lever = float | str | bool


@dataclass(frozen=True)
class Measure:
    """One measure of a plan; a roll-out is a measure of its own.

    Attributes:
        kind: one of the kinds of `germany/measures.csv`.
        label_de, label_en: what people read; the kind's label if the plan has none.
        districts: indices of the town's districts.
        start: first month in force, 1 for the first simulated month.
        end: last month in force at full size; None if it stays.
        ramp_up_months: months in which it grows linearly to its full size.
        remains: share that stays after `end` (Verstetigung).
        size: in the unit of its kind.
        cost_per_year: euros a year at full size.
        payers: share of each payer; they add up to 1, or there are none if it costs nothing.
        payers_after: likewise, of what remains after `end`; empty if the payers stay the same.
        levers: details by kind.
        line: where it is written in the plan's file.
    """

    kind: str
    label_de: str
    label_en: str
    districts: tuple[int, ...]
    start: int
    end: int | None = None
    ramp_up_months: int = 0
    remains: float = 0.0
    size: float = 1.0
    cost_per_year: float = 0.0
    payers: Mapping[str, float] = field(default_factory=dict)
    levers: Mapping[str, Lever] = field(default_factory=dict)
    line: int = 0
    payers_after: Mapping[str, float] = field(default_factory=dict)

    def payers_in(self, month: int) -> Mapping[str, float]:
        """Share of each payer in a month: what remains after `end` may have payers of its own."""
        if self.payers_after and self.end is not None and month > self.end:
            return self.payers_after
        return self.payers


@dataclass(frozen=True)
class Plan:
    """A plan: what would be done, where, from when to when, and who pays."""

    name: str
    label_de: str
    label_en: str
    description_de: str = ""
    description_en: str = ""
    measures: tuple[Measure, ...] = ()


def month_number(month: str, start: tuple[int, int]) -> int:
    """Number of a month such as "2027-01", 1 for the month after the town's start."""
    year, number = month.split("-")
    return (int(year) - start[0]) * 12 + int(number) - start[1]
