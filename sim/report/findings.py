"""What a finished study says, gathered once so that words, tables and pictures agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from sim.report.numbers import Lang, Measurand, Ranged, label_of
from sim.report.protected import Marks, marks_of_levels
from sim.report.small_cells import SECRET

WHOLE_TOWN = "*"

AIMS = (
    "missing_hours",
    "waiting_ambulatory",
    "strained_carers",
    "in_need",
    "lonely",
    "withdrawn",
)
"""What the plans are judged by in the answer, the most telling for a council first."""

COMPARED = (
    "missing_hours",
    "waiting_ambulatory",
    "family_hours",
    "strained_carers",
    "in_need",
    "living_at_home_65",
    "lonely",
    "withdrawn",
    "regular_visitors",
    "quarter_volunteers",
    "cost_municipality",
)
"""Indicators of the comparison's table and picture."""

PAYERS = ("municipality", "care_fund", "grant", "household")
COSTS = tuple(f"cost_{payer}" for payer in PAYERS)

REPORTED = tuple(
    dict.fromkeys(
        (
            *COMPARED,
            "share_at_home",
            "withdrawn",
            "residents_65",
            "residents_80",
            "nursing_home",
            "need_hours",
            "family_hours",
            "neighbour_hours",
            "ambulatory_hours",
            "waiting_ambulatory",
            "waiting_home",
            "visitors",
            "visitors_share_65",
            *COSTS,
            "cost_total",
        )
    )
)
"""Indicators in the exported tables and in the terminal."""

SETTINGS: dict[str, tuple[str, ...]] = {
    "home": ("home_alone", "family"),
    "service": ("ambulatory", "day_care"),
    "nursing_home": ("nursing_home",),
}
"""Settings of the fan chart and the counted settings each is made of."""

MOST_IMPORTANT = 8
"""Assumptions listed as those that matter most."""


@dataclass(frozen=True)
class Difference:
    """A paired difference of two plans in one indicator, place and period.

    Attributes:
        plan, against: names of the plans; the difference is plan minus against.
        quantity: indicator.
        ranged: mean and range from not knowing the parameters, chance taken out.
        chance: the difference together with chance: range of what one real quarter would show.
        scatter: standard deviation of the level in one quarter by chance alone.
        probability_better: share of the draws in which plan is better.
        determined: whether the range, and the error of the mean, exclude zero.
        draws: number of draws.
    """

    plan: str
    against: str
    quantity: str
    ranged: Ranged
    chance: Ranged
    scatter: float
    probability_better: float
    determined: bool
    draws: int

    @property
    def smaller_than_chance(self) -> bool:
        """Whether one quarter's ordinary ups and downs (90 of 100 cases) hide the difference."""
        return bool(np.isfinite(self.scatter)) and abs(self.ranged.value) < 1.645 * self.scatter

    @property
    def nothing(self) -> bool:
        """Whether the plans do not differ at all."""
        return self.ranged.value == 0.0 and self.ranged.width == 0.0

    def direction(self, better: str) -> int:
        """1 if plan is better, -1 if worse, 0 if equal or if the indicator has no better."""
        sign = int(np.sign(self.ranged.value))
        return {"higher": sign, "lower": -sign}.get(better, 0)


@dataclass(frozen=True)
class Origin:
    """How the result came about and how to get it again.

    Attributes:
        version: version of the software.
        seed: seed of the study.
        fingerprint: SHA-256 of everything read.
        created: time stamp of the study, as text.
    """

    version: str
    seed: int
    fingerprint: str
    created: str


@dataclass(frozen=True)
class Measure:
    """One measure of a plan, in words for both languages."""

    text_de: str
    text_en: str


@dataclass(frozen=True)
class Findings:
    """Everything a report says about one study.

    Attributes:
        folder: the study's folder.
        town, town_label: name and label of the town.
        plans: names of the plans, the reference first.
        reference: name of the reference.
        plan_labels: label of each plan by language.
        measures: measures of each plan.
        district_labels: label by key of the district, in the town's order.
        periods: every period; `last_period` and `mean_period` are among them.
        draws, seeds: draws of the assumptions and seeds per draw that are finished.
        complete: whether all runs asked for are finished.
        failures: number of failed simulations.
        small_cell: counts of people below this are hidden.
        quantities: what is known of each indicator.
        levels, differences, euros, gains, break_even: tables of `sim.study`, see there.
        settings: levels of the settings of SETTINGS; columns as `levels`, `setting` in place of
            `quantity`.
        ledger: the assumptions used.
        origin: how the result came about.
        question_de, question_en: title of the summary.
        official: official figures beside the reference's, see `sim.report.official`.
        official_label: name of the official forecast.
        alignment: what was moved to meet it; empty if nothing was.
        one_district: whether this is one district of a town in place of the whole.
    """

    folder: Path
    town: str
    town_label: str
    plans: tuple[str, ...]
    reference: str
    plan_labels: Mapping[str, Mapping[str, str]]
    measures: Mapping[str, tuple[Measure, ...]]
    district_labels: Mapping[str, str]
    periods: tuple[str, ...]
    last_period: str
    mean_period: str
    draws: int
    seeds: int
    complete: bool
    failures: int
    small_cell: int
    quantities: Mapping[str, Measurand]
    levels: pd.DataFrame
    differences: pd.DataFrame
    euros: pd.DataFrame
    gains: pd.DataFrame
    break_even: pd.DataFrame
    settings: pd.DataFrame
    ledger: pd.DataFrame
    origin: Origin
    question_de: str = ""
    question_en: str = ""
    official: pd.DataFrame = field(default_factory=pd.DataFrame)
    official_label: str = ""
    alignment: Mapping[str, Any] = field(default_factory=dict)
    one_district: bool = False

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The plans other than the reference."""
        return tuple(plan for plan in self.plans if plan != self.reference)

    @property
    def first_year(self) -> int:
        """Year of the start."""
        return int(self.periods[0])

    @property
    def years(self) -> tuple[str, ...]:
        """The periods that are single years."""
        return tuple(period for period in self.periods if period.isdigit())

    def label(self, plan: str, lang: Lang) -> str:
        """Label of a plan."""
        labels = self.plan_labels.get(plan, {})
        return labels.get(lang) or plan

    def quantity_label(self, quantity: str, lang: Lang) -> str:
        """Label of an indicator."""
        return label_of(self.quantities[quantity], lang)

    def period_of(self, quantity: str) -> str:
        """The period a summary quotes: stocks at the end, flows and money as yearly mean."""
        kind = self.quantities[quantity].kind
        return self.mean_period if kind in ("money", "flow") else self.last_period

    def known(self, quantities: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the indicators that the study has, in order."""
        present = set(self.levels["quantity"].unique())
        return tuple(name for name in quantities if name in present)

    def level(
        self, plan: str, quantity: str, district: str = WHOLE_TOWN, period: str | None = None
    ) -> Ranged:
        """Median and 5-95 % range of an indicator; without numbers if the study has none."""
        key = (plan, quantity, district, period or self.period_of(quantity))
        row = self._levels.get(key)
        if row is None:
            return Ranged(float("nan"))
        if self.marks.get(key) == SECRET:
            return Ranged(float("nan"), secret=True)
        return Ranged(float(row.median), float(row.low), float(row.high))

    def difference(
        self,
        plan: str,
        quantity: str,
        against: str | None = None,
        district: str = WHOLE_TOWN,
        period: str | None = None,
    ) -> Difference | None:
        """Paired difference of a plan to another, by default the reference."""
        other = self.reference if against is None else against
        key = (plan, other, quantity, district, period or self.period_of(quantity))
        row = self._differences.get(key)
        if row is None:
            return None
        value = float(row.mean)
        return Difference(
            plan,
            other,
            quantity,
            Ranged(value, float(row.low), float(row.high)),
            Ranged(value, float(row.all_low), float(row.all_high)),
            float(row.sd_chance_level),
            float(row.probability_better),
            bool(row.determined),
            int(row.draws),
        )

    @cached_property
    def marks(self) -> Marks:
        """Which levels are too small to be shown, or kept secret with such."""
        return marks_of_levels(
            self.levels,
            {name: quantity.people for name, quantity in self.quantities.items()},
            threshold=self.small_cell,
            threshold_at_start=self.small_cell_at_start,
            start=self.periods[0],
            mean_period=self.mean_period,
        )

    @property
    def small_cell_at_start(self) -> int:
        """Counts of people at the start below this are hidden: they come from a real count."""
        rule = self.ledger[self.ledger["name"] == "small_cell_threshold"]
        return max(self.small_cell, *(int(value) for value in rule["value"]), 0)

    def of_plans(self, plans: tuple[str, ...]) -> Findings:
        """The same result with some of its plans shown; what is looked up is not made anew."""
        found = replace(self, plans=plans)
        looked_up = vars(self).keys() & {"marks", "_levels", "_differences"}
        found.__dict__.update({name: self.__dict__[name] for name in looked_up})
        return found

    def look_up(self) -> None:
        """Make ready what pages look up, so that none of them waits for it."""
        _ = self.marks, self._levels, self._differences

    @cached_property
    def _levels(self) -> _Rows:
        return _Rows(self.levels, ("plan", "quantity", "district", "period"))

    @cached_property
    def _differences(self) -> _Rows:
        return _Rows(self.differences, ("plan", "against", "quantity", "district", "period"))


class _Rows:
    """Rows of a table by what they are about; only those that are asked for are made.

    Args:
        frame: the table.
        keys: columns that name a row.
    """

    def __init__(self, frame: pd.DataFrame, keys: tuple[str, ...]) -> None:
        self._columns = {str(name): frame[name].to_numpy().tolist() for name in frame}
        about = zip(*(self._columns.get(key, []) for key in keys), strict=True)
        self._places = {key: place for place, key in enumerate(about)}

    def get(self, key: tuple[str, ...]) -> SimpleNamespace | None:
        """A row by column name, None if there is none about this."""
        place = self._places.get(key)
        if place is None:
            return None
        return SimpleNamespace(**{name: column[place] for name, column in self._columns.items()})
