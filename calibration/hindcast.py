"""Looking back: residents of a town's districts from its start, beside what was then counted.

The town starts in a year since which its residents were counted (Magdeburg: the end of 2021); no
run of it reads a later count. The ranges are those of its ledger, the naive forecast is the last
count. Care need is looked back on in `calibration.care_forecast`; the scores of all that was kept
back are made by `calibration.validation`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.comparison import RANGES, counterparts, crps, place_of
from calibration.courses import Course
from calibration.group import OLDEST
from calibration.targets import Target

Array = NDArray[np.float64]


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
