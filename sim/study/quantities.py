"""What can be compared: counted indicators, costs by payer, and shares and hours made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.indicators import BANDS, COUNTS, FLOWS, GROUPS, ITEMS, PAYERS

Array = NDArray[np.float64]

ALL_BANDS = tuple(range(len(BANDS)))
OLDER = (1, 2)
OLDEST = (2,)

MINUTES_PER_HOUR, MONTHS_PER_YEAR = 60.0, 12.0

BETTER = {"higher": 1, "lower": -1}

TOTAL = "total"
"""Payer that stands for all payers together."""

HEADLINE = (
    "in_need",
    "share_at_home",
    "years_at_home",
    "living_at_home_65",
    "nursing_home",
    "missing_hours",
    "missing_share",
    "strained_share",
    "lonely_share_65",
    "withdrawn_share_65",
    "visitors_share_65",
    "quarter_volunteers",
    "cost_municipality",
    "cost_care_fund",
    "cost_grant",
    "cost_household",
)
"""The quantities a comparison shows unless somebody asks for others."""


@dataclass(frozen=True)
class Quantity:
    """One number per run, place and year, and what it means.

    Attributes:
        name: its name in tables.
        kind: `stock` (in December), `flow` (of a year), `money` (of a year) or `share` (0-1).
        unit: unit as in the table of indicators.
        label_de: German label.
        label_en: English label.
        better: `higher`, `lower` or `neutral`.
        people: counts persons, so that small numbers are shown as "<5".
        counts: indicators added up.
        less: indicators taken off.
        bands: age bands counted.
        divisor: what the sum is divided by (minutes to hours, months to years).
        denominator: indicators a share is taken of, in the same bands.
        payers: payers added up, for money.
        items: items added up, for money.
    """

    name: str
    kind: str
    unit: str
    label_de: str
    label_en: str
    better: str = "neutral"
    people: bool = False
    counts: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    bands: tuple[int, ...] = ALL_BANDS
    divisor: float = 1.0
    denominator: tuple[str, ...] = ()
    payers: tuple[int, ...] = ()
    items: tuple[int, ...] = ()

    @property
    def sign(self) -> int:
        """1 if more is better, -1 if less is, 0 if neither."""
        return BETTER.get(self.better, 0)

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns it is made of."""
        return (
            ("euros",)
            if self.payers
            else tuple(dict.fromkeys(self.counts + self.less + self.denominator))
        )

    @property
    def yearly(self) -> bool:
        """Whether it exists only for simulated years, not for the start."""
        return self.kind in {"flow", "money"}

    def combine(self, cells: Mapping[str, NDArray[Any]], group: int | None = None) -> Array:
        """The quantity from its cells, added up over bands and groups.

        Args:
            cells: per column of `needs`, an array whose last axes are (bands, groups), or (payers,
                items) for `euros`.
            group: only this group of `GROUPS`, for counts.

        Returns:
            An array without the last two axes; NaN where a share has nobody to be a share of.
        """
        if self.payers:
            euros = cells["euros"][..., list(self.payers), :][..., list(self.items)]
            return np.asarray(euros.sum(axis=(-2, -1)), dtype=np.float64)
        total = self._sum(self.counts, cells, group) - self._sum(self.less, cells, group)
        total /= self.divisor
        if not self.denominator:
            return total
        whole = self._sum(self.denominator, cells, group) / self.divisor
        nobody = np.full_like(total, np.nan)
        return np.divide(total, whole, out=nobody, where=whole > 0)

    def _sum(
        self, names: Iterable[str], cells: Mapping[str, NDArray[Any]], group: int | None
    ) -> Array:
        groups = list(range(len(GROUPS))) if group is None else [group]
        picked = [cells[name][..., list(self.bands), :][..., groups] for name in names]
        return np.asarray(sum(one.sum(axis=(-2, -1)) for one in picked), dtype=np.float64)


def _derived() -> tuple[Quantity, ...]:
    """Quantities made of several indicators; labels of the same name in the table win."""
    need, home = ("in_need",), ("at_home",)
    residents = ("residents",)
    return (
        Quantity("residents_65", "stock", "persons", "Einwohnerinnen und Einwohner ab 65",
                 "Residents aged 65 and over", people=True, counts=residents, bands=OLDER),
        Quantity("residents_80", "stock", "persons", "Einwohnerinnen und Einwohner ab 80",
                 "Residents aged 80 and over", people=True, counts=residents, bands=OLDEST),
        Quantity("share_at_home", "share", "share", "Anteil der Pflegebedürftigen zu Hause",
                 "Share of people in need of care who live at home", "higher",
                 counts=home, denominator=need),
        Quantity("missing_share", "share", "share", "Anteil der fehlenden Hilfe am Bedarf",
                 "Share of the care needed that is missing", "lower",
                 counts=("missing_minutes",), denominator=("need_minutes",)),
        Quantity("strained_share", "share", "share",
                 "Anteil hoch belasteter pflegender Angehöriger",
                 "Share of family carers who are overburdened", "lower",
                 counts=("strained_carers",), denominator=("carers",)),
        Quantity("lonely_share_65", "share", "share", "Anteil einsamer Menschen ab 65",
                 "Share of people aged 65 and over who are lonely", "lower",
                 counts=("lonely",), bands=OLDER, denominator=residents),
        Quantity("withdrawn_share_65", "share", "share", "Anteil zurückgezogen Lebender ab 65",
                 "Share of people aged 65 and over living withdrawn", "lower",
                 counts=("withdrawn",), bands=OLDER, denominator=residents),
        Quantity("visitors_share_65", "share", "share", "Anteil der Besucher ab 65",
                 "Share of people aged 65 and over who visit a meeting point", "higher",
                 counts=("visitors",), bands=OLDER, denominator=residents),
        Quantity("years_at_home", "flow", "person-years/year",
                 "Mit Pflegebedarf zu Hause gelebte Jahre",
                 "Years lived at home with care need", "neutral",
                 counts=("months_in_need_at_home",), divisor=MONTHS_PER_YEAR),
        Quantity("years_in_nursing_home", "flow", "person-years/year",
                 "Im Pflegeheim gelebte Jahre", "Years lived in nursing homes", "lower",
                 counts=("months_in_need",), less=("months_in_need_at_home",),
                 divisor=MONTHS_PER_YEAR),
        # Years at home with care need also fall when fewer people come to need care; this counts
        # everybody who lives at home, with or without care need, and falls only with those who
        # die, move to a nursing home or move away.
        Quantity("living_at_home_65", "stock", "persons", "Menschen ab 65, die zu Hause leben",
                 "People aged 65 and over living at home", "higher", people=True,
                 counts=residents, less=("nursing_home",), bands=OLDER),
    )  # fmt: skip


def _counts_people(name: str) -> bool:
    if name.endswith("_minutes") or name.startswith("months_"):
        return False
    return name not in {"visits", "turned_away"}


def quantities(indicators: Iterable[Mapping[str, Any]]) -> dict[str, Quantity]:
    """All quantities of a study, by name.

    Args:
        indicators: rows of `germany/indicators.csv` (name, kind, unit, labels, better).
    """
    rows = {str(row["name"]): row for row in indicators}
    found: dict[str, Quantity] = {}

    def add(quantity: Quantity) -> None:
        row = rows.get(quantity.name)
        if row is not None:
            labels = {key: str(row.get(key) or getattr(quantity, key)) for key in _FROM_TABLE}
            quantity = replace(quantity, **labels)  # type: ignore[arg-type]
        found[quantity.name] = quantity

    for name in COUNTS:
        kind = "flow" if name in FLOWS else "stock"
        add(Quantity(name, kind, "", name, name, people=_counts_people(name), counts=(name,)))
        if name.endswith("_minutes"):
            minutes = found[name]
            hours = name.removesuffix("_minutes") + "_hours"
            add(replace(minutes, name=hours, unit="hours/week", divisor=MINUTES_PER_HOUR))
    for quantity in _derived():
        add(quantity)
    for quantity in _costs():
        add(quantity)
    return found


_FROM_TABLE = ("unit", "label_de", "label_en", "better")


def _costs() -> Iterable[Quantity]:
    every = tuple(range(len(PAYERS)))
    payers = {name: (index,) for index, name in enumerate(PAYERS)} | {TOTAL: every}
    items = {name: (index,) for index, name in enumerate(ITEMS)}
    for prefix, chosen in ({"cost": tuple(range(len(ITEMS)))} | items).items():
        for payer, indices in payers.items():
            name = f"{prefix}_{payer}"
            label_de, label_en = _cost_labels(prefix, payer)
            yield Quantity(
                name,
                "money",
                "euro/year",
                label_de,
                label_en,
                "lower",
                payers=indices,
                items=chosen,
            )


def _cost_labels(prefix: str, payer: str) -> tuple[str, str]:
    what = {
        "cost": ("Kosten", "Costs"),
        "measures": ("Kosten der Maßnahmen", "Costs of the measures"),
        "care": ("Kosten der Pflege", "Costs of care"),
    }[prefix]
    who = {
        "municipality": ("der Kommune", "to the municipality"),
        "care_fund": ("der Pflegekasse", "to the care fund"),
        "grant": ("aus Förderung", "paid by grants"),
        "household": ("der Haushalte", "to households"),
        TOTAL: ("insgesamt", "in total"),
    }[payer]
    return f"{what[0]} {who[0]}", f"{what[1]} {who[1]}"
