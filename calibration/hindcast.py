"""Looking back: what would have been forecast in 2021, beside what was then counted.

Two questions that today's data can answer.

**Care need in Germany 2021 to 2023.** The model's rule (`sim.rates.prevalence`) is given the care
statistics of 2019 and 2021 alone, as if 2023 had not been counted. Ageing and wider entitlement are
told apart: people in need in 2023 by the rates of 2021 (ageing alone), and with entitlement that
goes on to widen. How fast was not known in 2021, so it is drawn between not at all and as fast as
between 2019 and 2021, the people of grade 1 who were newly counted in 2021 taken off. The residents
of 2023 are taken as known, for the model and for the naive forecast alike.

**Residents of Magdeburg's districts 2021 to 2025.** The town starts at the end of 2021; no run of
it reads a later count. The ranges are those of its ledger.

The naive forecasts are those every statistics office makes: the last rate by age times the
residents of then, and the last count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.comparison import RANGES, counterparts, crps, place_of
from calibration.courses import Course
from calibration.group import OLDEST, Group
from calibration.targets import Target
from sim.draws import uniform_for_name
from sim.rates.people import life_table, national_population
from sim.rates.prevalence import CareNeed, exponent, read_care_need
from sim.rates.smoothing import yearly
from sim.town.town import Town

Array = NDArray[np.float64]

LAST_KNOWN, ASKED = 2021, 2023
NEWLY_COUNTED = 160_000.0
"""People of grade 1 who were there in 2019 and first counted in 2021 (Destatis, December 2022)."""
COUNTED_2019 = 4_127_605.0
"""People in need counted in 2019 (Regionaldatenbank 22411)."""


def known_in_2021(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables as they were before the statistics of 2023."""
    rates = tables["care_rates"]
    return {**tables, "care_rates": rates[rates["year"] <= LAST_KNOWN]}


def care_need_of_2021(town: Town) -> tuple[CareNeed, Array]:
    """The care statistics until 2021 as curves, and the residents of 2023 by sex and age."""
    national = national_population(town.tables, life_table(town.tables))
    return read_care_need(known_in_2021(town.tables), national), national


def growth_until_2021(care_need: CareNeed) -> float:
    """Yearly growth of people in need at the same ages from 2019 to 2021, factor less 1.

    The people who were newly counted are added to 2019.
    """
    (_, then), (_, now) = care_need.levels
    widened = now / (then * (1.0 + NEWLY_COUNTED / COUNTED_2019))
    return float(widened ** (1.0 / 2.0) - 1.0)


def forecast_of_2023(town: Town, draws: int = 200, seed: int = 1) -> tuple[Array, Array]:
    """People in need in 2023 as forecast with what was known in 2021.

    Args:
        town: any town: the tables of the nation are used.
        draws: draws of how fast entitlement widens.
        seed: of the draws.

    Returns:
        By draw, sex and age, shape (draws, 2, 121); and by the rates of 2021, shape (2, 121).
    """
    care_need, persons = care_need_of_2021(town)
    fastest = growth_until_2021(care_need)
    years = ASKED - LAST_KNOWN
    found = np.empty((draws, 2, persons.shape[1]))
    for number in range(draws):
        growth = fastest * uniform_for_name(seed, number, "entitlement_growth_2021_2023")
        theta = exponent(care_need, (1.0 + growth) ** years)
        rate = 1.0 - (1.0 - care_need.rate) ** theta
        found[number] = persons * yearly(rate, axis=1)
    return found, persons * yearly(care_need.rate, axis=1)


def of_care_need(name: str, group: Group, in_need: Array, persons: Array) -> Array:
    """A figure of care need from people in need by sex and age, shape (…, 2, 121)."""
    ages = slice(group.age_from, group.age_to + 1)
    chosen = in_need[..., list(group.sexes), ages].sum(axis=(-2, -1))
    if name == "persons_in_need":
        return np.asarray(chosen)
    if name == "share_of_persons_in_need":
        return np.asarray(chosen / in_need.sum(axis=(-2, -1)))
    return np.asarray(chosen / persons[list(group.sexes), ages].sum())


CARE_NEED = ("persons_in_need", "care_rate", "share_of_persons_in_need")


def care_need_hindcast(
    targets: Iterable[Target], town: Town, draws: int = 200, seed: int = 1
) -> pd.DataFrame:
    """Germany's figures of care need in 2023 beside the forecast of 2021 and the naive one.

    Returns:
        A row a figure: `observed`, `median`, `low`, `high` (90 %), `naive`, `closer`.
    """
    found, by_last_rates = forecast_of_2023(town, draws, seed)
    _, persons = care_need_of_2021(town)
    rows = []
    for target in targets:
        if (target.region, target.year) != ("DE", ASKED) or target.name not in CARE_NEED:
            continue
        ours = of_care_need(target.name, target.group, found, persons)
        naive = float(of_care_need(target.name, target.group, by_last_rates, persons))
        rows.append(_row(target, ours, naive))
    return pd.DataFrame(rows)


def residents_hindcast(targets: Sequence[Target], runs: Sequence[Course]) -> pd.DataFrame:
    """A town's counted residents of later years beside its runs and the last count.

    Args:
        targets: figures `residents` of the town; the first year's are the naive forecast.
        runs: runs of the town.
    """
    own = [one for one in targets if (one.name, one.region) == ("residents", runs[0].town.name)]
    first = runs[0].years[0]
    last_count = {one.group: one.value for one in own if one.year == first}
    rows = [
        _row(one, counterparts(one, runs), last_count[one.group])
        for one in own
        if one.year > first and one.group in last_count
    ]
    return pd.DataFrame(rows)


def _row(target: Target, ours: Array, naive: float) -> dict[str, object]:

    low, median, high = np.quantile(ours, [0.05, 0.5, 0.95])
    mine, theirs = abs(median - target.value), abs(naive - target.value)
    group = target.group
    return {
        "name": target.name,
        "district": group.district,
        "year": target.year,
        "sex": group.sex,
        "age_from": group.age_from,
        "age_to": group.age_to,
        "unit": target.unit,
        "observed": target.value,
        "median": float(median),
        "low": float(low),
        "high": float(high),
        "place": place_of(target, ours),
        "naive": naive,
        "crps": crps(target.value, ours),
        "crps_naive": float(theirs),
        "closer": "model" if mine < theirs else "naive" if theirs < mine else "same",
    }


def summary(table: pd.DataFrame, by: Sequence[str] = ("year",)) -> pd.DataFrame:
    """How a hindcast did: bias, scores, coverage, who was closer.

    Args:
        table: of a hindcast; leave out wide groups that hold the others, or they count twice.
        by: columns whose values make a row.
    """
    rows = []
    for key, part in table.groupby(list(by), sort=True):
        place = part["place"]
        rows.append(
            {
                **dict(zip(by, key, strict=True)),
                "figures": len(part),
                "bias": float(part["median"].sum() / part["observed"].sum() - 1.0),
                "bias_naive": float(part["naive"].sum() / part["observed"].sum() - 1.0),
                "error": float((part["median"] - part["observed"]).abs().mean()),
                "error_naive": float((part["naive"] - part["observed"]).abs().mean()),
                "crps": float(part["crps"].mean()),
                "inside_50": float(place.between(*RANGES[50]).mean()),
                "inside_90": float(place.between(*RANGES[90]).mean()),
                "model_closer": int((part["closer"] == "model").sum()),
            }
        )
    return pd.DataFrame(rows)


def without_wide_groups(table: pd.DataFrame) -> pd.DataFrame:
    """A hindcast without the rows of all ages, which hold the age groups."""
    return table[(table["age_from"] > 0) | (table["age_to"] < OLDEST)]
