"""Towns and districts beside each other: everything per 1,000 residents aged 65 and over.

Places are simulated apart, each with its own residents, services and local assumptions. What they
share are the draws of the national assumptions: draw 7 has the same value of an assumption
everywhere that has no row of its own. A difference between two places is therefore taken draw by
draw, so that what we do not know of both alike cancels out. Chance is each place's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from sim.study.errors import StudyError
from sim.study.quantities import OLDER, Array, Quantity
from sim.study.result import WHOLE_TOWN, Study
from sim.study.variance import components, excludes_zero

PER = 1000.0
OF_THE_OLDER = ("in_need", "lonely", "withdrawn", "living_alone", "regular_visitors")
"""Counted here among residents aged 65 and over only."""

PLACES_COMPARED = (
    "residents_80",
    "living_alone",
    "in_need",
    "nursing_home",
    "missing_hours",
    "waiting_ambulatory",
    "strained_carers",
    "lonely",
    "withdrawn",
    "regular_visitors",
    "quarter_volunteers",
    "cost_municipality",
)
"""Quantities compared between places."""


@dataclass(frozen=True)
class Place:
    """A town, or a district of it, in a study of its own.

    Attributes:
        study: the town's study.
        district: key of the district, `*` for the whole town.
    """

    study: Study
    district: str = WHOLE_TOWN

    @property
    def key(self) -> str:
        """Such as `herrenberg` or `herrenberg:altstadt`."""
        town = self.study.town
        return town if self.district == WHOLE_TOWN else f"{town}:{self.district}"

    @property
    def label(self) -> str:
        """The place as people call it."""
        town = self.study.town_label
        if self.district == WHOLE_TOWN:
            return town
        return f"{self.study.district_labels[self.district]} ({town})"


@dataclass(frozen=True)
class Places:
    """Places compared.

    Attributes:
        places: in the order asked for; the first is what the others are set against.
        plans: names of the plans, the reference first.
    """

    places: tuple[Place, ...]
    plans: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be compared."""
        keys = [one.key for one in self.places]
        if len(keys) < 2 or len(set(keys)) < len(keys):
            raise StudyError(
                "Zu vergleichen sind mindestens zwei verschiedene Orte; genannt: "
                f"{', '.join(keys) or '–'}.",
                f"At least two different places are to be compared; named: "
                f"{', '.join(keys) or '–'}.",
            )
        if not self.years:
            raise StudyError(
                "Diese Orte haben kein gerechnetes Jahr gemeinsam.",
                "These places have no simulated year in common.",
            )

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Simulated years that all places have."""
        common = set.intersection(*(set(one.study.years[1:]) for one in self.places))
        return tuple(sorted(common))

    @property
    def year(self) -> int:
        """The last year that all places have: stocks are those of its end."""
        return self.years[-1]

    def rates(self, place: Place, plan: str, name: str) -> Array:
        """A quantity per 1,000 residents aged 65 and over in every run, shape (draws, seeds)."""
        study = place.study
        quantity = quantity_of(study, name)
        values = self._at(place, plan, quantity)
        older = self._at(place, plan, study.quantity("residents_65"), like=quantity)
        found = np.full_like(values, np.nan)
        np.divide(PER * values, older, out=found, where=older > 0.0)
        return np.asarray(found.mean(axis=-1), dtype=np.float64)

    def _at(
        self, place: Place, plan: str, quantity: Quantity, like: Quantity | None = None
    ) -> Array:
        """A quantity of a place, shape (draws, seeds, years): one year for stocks, else all."""
        study = place.study
        yearly = (like or quantity).yearly
        years = self.years if yearly else (self.year,)
        runs = study.runs_of(quantity)[study.plan_index(plan)]
        periods = [study.periods.index(str(year)) for year in years]
        found: Array = runs[:, :, periods, study.places.index(place.district)]
        return found


def quantity_of(study: Study, name: str) -> Quantity:
    """A quantity as places are compared by it: some are counted among the older only."""
    quantity = study.quantity(name)
    if name not in OF_THE_OLDER:
        return quantity
    return replace(
        quantity,
        bands=OLDER,
        label_de=f"{quantity.label_de} ab 65",
        label_en=f"{quantity.label_en}, 65 and over",
    )


def beside(places: Places, names: Sequence[str] = PLACES_COMPARED) -> pd.DataFrame:
    """Every place, plan and quantity: level with range, and difference to the first place.

    Args:
        places: the places.
        names: quantities.

    Returns:
        Columns place, town, district, plan, quantity, year (the stock's, or first and last of a
        yearly mean), median, low, high (of all runs: not knowing and chance), against (the first
        place), difference, difference_low, difference_high (not knowing, chance taken out; NaN for
        the first place), determined; all per 1,000 residents aged 65 and over, except
        `people_65`, the number of those residents.
    """
    rows = []
    first = places.places[0]
    for plan in places.plans:
        for name in names:
            base = _rates_if_there(places, first, plan, name)
            for place in places.places:
                rates = _rates_if_there(places, place, plan, name)
                if rates is None:
                    continue
                rows.append(_row(places, place, plan, name, rates, base))
    return pd.DataFrame(rows)


def _rates_if_there(places: Places, place: Place, plan: str, name: str) -> Array | None:
    """None where a town has no such plan."""
    if plan not in place.study.plans or name not in place.study.quantities:
        return None
    return places.rates(place, plan, name)


def _row(
    places: Places, place: Place, plan: str, name: str, rates: Array, base: Array | None
) -> dict[str, object]:
    study = place.study
    first = places.places[0]
    low, median, high = np.quantile(rates, [study.range_low, 0.5, study.range_high])
    yearly = study.quantity(name).yearly
    people = study.runs("residents_65")[study.plan_index(plan)]
    at = study.periods.index(str(places.year)), study.places.index(place.district)
    row: dict[str, object] = {
        "place": place.key,
        "town": study.town,
        "district": place.district,
        "label": place.label,
        "plan": plan,
        "quantity": name,
        "year": f"{places.years[0]}-{places.year}" if yearly else str(places.year),
        "people_65": float(np.median(people[:, :, at[0], at[1]])),
        "median": float(median),
        "low": float(low),
        "high": float(high),
        "against": first.key,
        "difference": np.nan,
        "difference_low": np.nan,
        "difference_high": np.nan,
        "determined": False,
    }
    if place == first or base is None:
        return row
    draws, seeds = (min(a, b) for a, b in zip(rates.shape, base.shape, strict=True))
    split = components(rates[:draws, :seeds] - base[:draws, :seeds])
    ends = split.shown_range(study.range_low, study.range_high)
    row["difference"] = float(split.mean)
    row["difference_low"], row["difference_high"] = float(ends[0]), float(ends[1])
    row["determined"] = bool(excludes_zero(*ends))
    return row


def own_assumptions(places: Places) -> pd.DataFrame:
    """Assumptions whose values differ between the towns: what is local about each.

    Returns:
        Columns name, label_de, label_en, unit, then a value a town, and a status a town.
    """
    studies = {one.study.town: one.study for one in places.places}
    ledgers = {town: study.ledger.set_index("name") for town, study in studies.items()}
    names = next(iter(ledgers.values())).index
    rows = []
    for name in names:
        known = {town: ledger.loc[name] for town, ledger in ledgers.items() if name in ledger.index}
        values = {town: float(row["value"]) for town, row in known.items()}
        if len(set(values.values())) < 2:
            continue
        some = next(iter(known.values()))
        rows.append(
            {
                "name": name,
                "label_de": some["label_de"],
                "label_en": some["label_en"],
                "unit": some["unit"],
                **{f"value_{town}": value for town, value in values.items()},
                **{f"status_{town}": str(row["status"]) for town, row in known.items()},
            }
        )
    return pd.DataFrame(rows)
