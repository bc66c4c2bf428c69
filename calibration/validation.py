"""Figures kept back, beside what would have been said without them: ours, naive, and projected.

Three parts, none of which reads a figure it is judged by:

* **Care need of Germany and the states**, from the statistics of 2019 and of 2021, by
  `calibration.care_forecast`. Naive: the last rates by age times the residents of then. Beside it
  the same written apart (`calibration.plain_projection`), for 2023. Ranges hold how wrong such
  trends have been before the year the forecast starts from (`calibration.known_then`).
* **Residents of a town's districts**, from its start to its last count. Naive: the last count.
  Beside it a plain cohort-component projection (`calibration.plain_projection`) with the town's
  central net migration and births. Ranges are told twice: of the assumptions alone, as a comparison
  of plans has them; and with the drift of age groups that was seen in the city's other districts
  (`calibration.districts`), which grows with the years.
* **What emerges in Germany or a state**: figures that nothing in the model was set from. Naive: the
  last figure of the same kind published before, where there is one.

Bias and errors are of the median; the CRPS is a score of the whole range (0 is best; of a single
number it is the error); coverage is how often a figure lies inside the middle 50 and 90 %.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from calibration import plain_projection as plain
from calibration.care_forecast import (
    LAST,
    ORIGINS,
    CareForecast,
    forecast,
    judged,
    of_care_need,
)
from calibration.comparison import RANGES, counterparts, crps, place_of
from calibration.courses import Course
from calibration.districts import GROUPS, counted_districts, factors_for, migration_spread
from calibration.group import OLDEST, Group
from calibration.known_then import counted
from calibration.nation import REGIONS
from calibration.targets import LAST_YEAR_TO_FIT, Target
from sim.town.town import Town

Array = NDArray[np.float64]

PARTS = ("care_need", "residents", "residents_with_drift", "emerges")
PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Ends of the middle 50 and 90 %, and the median."""

NORMAL = ndtri((np.arange(21) + 0.5) / 21.0)
"""Twenty-one equally likely numbers of a standard normal distribution."""


def care_need_rows(targets: Sequence[Target], town: Town, draws: int = 400) -> pd.DataFrame:
    """Care need of Germany and the states as forecast from the statistics of 2019 and 2021.

    Args:
        targets: all figures; those of later care statistics are judged.
        town: any town, for the nation's tables.
        draws: draws of what was not known.
    """
    known: dict[tuple[str, int, int], CareForecast] = {}
    rows = []
    for origin, target in judged(targets):
        key = (target.region, origin, target.year)
        if key not in known:
            known[key] = forecast(town, *key, draws=draws)
        found, name, group = known[key], target.name, target.group
        ours = found.of(name, group, found.in_need)
        naive = float(found.of(name, group, found.ageing))
        row = row_of("care_need", target, ours, naive, _care_need_apart(target, origin, found))
        rows.append({**row, "origin": origin})
    return pd.DataFrame(rows)


def _care_need_apart(target: Target, origin: int, found: CareForecast) -> float:
    """The naive forecast of Germany's care need in 2023 as written apart from the model."""
    if (target.region, target.year) != ("DE", LAST):
        return float("nan")
    persons = plain.nation()
    in_need = plain.care_rates(origin) * persons
    whole = of_care_need(target.name, target.group, in_need, persons)
    return float(whole) * (found.scale if target.name == "persons_in_need" else 1.0)


def awaited_rows(town: Town, draws: int = 400) -> pd.DataFrame:
    """People in need of 2023 in the states: forecasts whose figures are not in the tables.

    Returns:
        `region`, `origin`, `last_count`, `ageing`, `median`, `low_50` … `high`.
    """
    rows = []
    for region in REGIONS[1:]:
        for origin in ORIGINS:
            found = forecast(town, region, origin, LAST, draws)
            ours = found.of("persons_in_need", Group(), found.in_need)
            low, low_half, median, high_half, high = np.quantile(ours, PROBABILITIES)
            rows.append(
                {
                    "region": region,
                    "origin": origin,
                    "last_count": counted(region, origin).get(origin, float("nan")),
                    "ageing": float(found.of("persons_in_need", Group(), found.ageing)),
                    "median": float(median),
                    "low_50": float(low_half),
                    "high_50": float(high_half),
                    "low": float(low),
                    "high": float(high),
                }
            )
    return pd.DataFrame(rows)


def residents_rows(targets: Sequence[Target], runs: Sequence[Course]) -> pd.DataFrame:
    """A town's later counts of residents, with and without drift.

    Args:
        targets: all figures; of the town's counts, those of its first year are the naive forecast.
        runs: runs of the town.
    """
    town, first = runs[0].town, runs[0].years[0]
    own = [one for one in targets if (one.name, one.region) == ("residents", town.name)]
    known = {one.group: one.value for one in own if one.year == first}
    projected = _projected(town, runs[0].years[-1] - first)
    values = town.ledger.values()
    labels = {one.key: one.label for one in town.districts}
    city = counted_districts().persons[:, :, 0].sum(axis=0)
    factors, years = factors_for(
        town.folder, labels, values["net_migration_per_1000"], values["fertility_factor"]
    )
    whole = {
        (one.group.district, one.year): counterparts(one, runs)
        for one in own
        if (one.group.age_from, one.group.age_to) == (0, OLDEST)
    }
    rows = []
    for target in own:
        group = target.group
        if not first < target.year <= runs[0].years[-1] or group not in known:
            continue
        ours = counterparts(target, runs)
        persons = projected[group.district][target.year - first - 1]
        beside = float(persons[:, group.age_from : min(group.age_to, plain.OPEN) + 1].sum())
        rows.append(row_of("residents", target, ours, known[group], beside))
        ages = (group.age_from, group.age_to)
        missing = 0.0
        if ages in GROUPS and target.year in years:
            factor = float(factors[GROUPS.index(ages), years.index(target.year)])
            moved = float(migration_spread(city, target.year - first)[GROUPS.index(ages)])
            within = _within(ours, whole[group.district, target.year])
            # What drifts beyond what the runs have of it already.
            beyond = max(0.0, factor**2 * known[group] - within)
            missing = float(np.hypot(np.sqrt(beyond), moved * known[group]))
        drifted = (ours[:, None] + missing * NORMAL).ravel()
        rows.append(row_of("residents_with_drift", target, drifted, known[group], beside))
    return pd.DataFrame(rows).assign(origin=first)


def _within(group: Array, district: Array) -> float:
    """Variance, over runs, of an age group against its district, persons squared."""
    size, whole = float(np.median(group)), float(np.median(district))
    return float(np.var(group - size * district / whole))


def _projected(town: Town, years: int) -> dict[str, list[Array]]:
    """The plain projection by district: residents by sex and age at the end of each year."""
    values = town.ledger.values()
    net, fertility = values["net_migration_per_1000"] / 1000.0, values["fertility_factor"]
    found = {}
    for one in town.districts:
        start = plain.district(town.folder, one.key)
        course = plain.project(start, years, net * float(start.sum()), fertility)
        found[one.key] = [year.persons for year in course]
    return found


def emerging_rows(targets: Sequence[Target], runs: Sequence[Course], region: str) -> pd.DataFrame:
    """Figures of the nation or a state that nothing was set from, kept back."""
    own = [one for one in targets if one.region == region and one.met == "emerges"]
    rows = []
    for target in own:
        if not target.evidence:
            continue
        ours = counterparts(target, runs)
        if np.isfinite(ours).all():
            rows.append(row_of("emerges", target, ours, _published_before(target, own)))
    return pd.DataFrame(rows).assign(origin=runs[0].years[0])


def _published_before(target: Target, figures: Sequence[Target]) -> float:
    before = [
        one
        for one in figures
        if (one.name, one.group) == (target.name, target.group) and one.year <= LAST_YEAR_TO_FIT
    ]
    return max(before, key=lambda one: one.year).value if before else float("nan")


def row_of(
    part: str, target: Target, ours: Array, naive: float, projected: float = float("nan")
) -> dict[str, object]:
    """A figure beside all that was said of it.

    Args:
        part: one of `PARTS`.
        target: the figure.
        ours: the model's draws.
        naive: the naive forecast, NaN if there is none.
        projected: the plain projection, NaN if there is none.
    """
    low, low_half, median, high_half, high = np.quantile(ours, PROBABILITIES)
    mine, theirs = abs(median - target.value), abs(naive - target.value)
    closer = "" if np.isnan(naive) else "model" if mine < theirs else "naive"
    return {
        "part": part,
        **target.columns(),
        "observed": target.value,
        "standard_error": target.standard_error,
        "median": float(median),
        "low_50": float(low_half),
        "high_50": float(high_half),
        "low": float(low),
        "high": float(high),
        "place": place_of(target, ours),
        "naive": naive,
        "projected": projected,
        "crps": crps(target.value, ours),
        "closer": "same" if mine == theirs else closer,
    }


def scores(
    table: pd.DataFrame, by: Sequence[str] = ("part", "region", "origin", "year")
) -> pd.DataFrame:
    """How good it was by part, region, last year known and year; no groups that hold others.

    Returns:
        `figures`, `bias` and `bias_naive` (mean relative error), `error`, `error_naive`,
        `error_projected` (mean absolute error over the figure), `crps` (over the figure),
        `inside_50`, `inside_90`, `model_closer` of `with_naive`.
    """
    single = table[~((table["name"] == "residents") & _all_ages(table))]
    rows = []
    for key, part in single.groupby(list(by), sort=False):
        observed = part["observed"]
        row: dict[str, object] = dict(zip(by, key, strict=True))
        row.update(
            {
                "figures": len(part),
                "bias": float((part["median"] / observed - 1.0).mean()),
                "bias_naive": float((part["naive"] / observed - 1.0).mean()),
                "error": float(((part["median"] - observed).abs() / observed).mean()),
                "error_naive": float(((part["naive"] - observed).abs() / observed).mean()),
                "error_projected": float(((part["projected"] - observed).abs() / observed).mean()),
                "crps": float((part["crps"] / observed).mean()),
                **{
                    f"inside_{size}": float(part["place"].between(*ends).mean())
                    for size, ends in RANGES.items()
                },
                "model_closer": int((part["closer"] == "model").sum()),
                "with_naive": int(part["naive"].notna().sum()),
            }
        )
        rows.append(row)
    return pd.DataFrame(rows)


def _all_ages(table: pd.DataFrame) -> pd.Series[bool]:
    return (table["age_from"] == 0) & (table["age_to"] == OLDEST)
