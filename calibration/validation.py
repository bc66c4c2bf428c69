"""Figures kept back, beside what would have been said without them: ours, naive, and projected.

Three parts, none of which reads a figure it is judged by:

* **Care need of Germany and the states**, from the statistics of 2019 and of 2021, by
  `calibration.care_forecast`. Naive: the last rates by age times the residents of then. Beside it
  the same written apart (`calibration.plain_projection`), for 2023. Ranges hold how wrong such
  trends have been before the year the forecast starts from (`calibration.known_then`).
* **Residents of a town's districts**, from its start to its last count. Naive: the last count.
  Beside it a plain cohort-component projection (`calibration.plain_projection`) with the town's
  central net migration and births. Ranges are told twice: of the assumptions alone, as a comparison
  of plans has them; and with the drift of age groups that our own forecasts show in districts that
  are not judged, which grows with the years (`calibration.residents_back`). The city's other
  districts are forecast as well (`calibration.city`), each with the drift of the rest.
* **What emerges in Germany or a state**: figures that nothing in the model was set from. Naive: the
  last figure of the same kind published before, where there is one.

Bias and errors are of the median; the CRPS is a score of the whole range (0 is best; of a single
number it is the error); coverage is how often a figure lies inside the middle 50 and 90 %.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration import plain_projection as plain
from calibration.beside import row_of
from calibration.care_forecast import (
    CARE_NEED,
    LAST,
    ORIGINS,
    CareForecast,
    forecast,
    judged,
    of_care_need,
)
from calibration.comparison import RANGES, counterparts
from calibration.courses import Course
from calibration.group import OLDEST, Group
from calibration.nation import REGIONS
from calibration.targets import LAST_YEAR_TO_FIT, Target
from sim.town.town import Town

Array = NDArray[np.float64]

Told = Callable[[int, int], None]


def _silent(_done: int, _of: int) -> None:
    """Nobody listens."""


PARTS = ("care_need", "residents", "residents_with_drift", "emerges")
AWAITED = "awaited"
"""Part of forecasts without a figure: they are no scores."""


def care_need_rows(
    targets: Sequence[Target], town: Town, draws: int = 400, told: Told = _silent
) -> pd.DataFrame:
    """Care need of Germany and the states as forecast from the statistics of 2019 and 2021.

    Args:
        targets: all figures; those of later care statistics are judged.
        town: any town, for the nation's tables.
        draws: draws of what was not known.
        told: called with how many figures are done, and how many there are.
    """
    known: dict[tuple[str, int, int], CareForecast] = {}
    rows = []
    figures = judged(targets)
    for number, (origin, target) in enumerate(figures):
        told(number, len(figures))
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


def awaited_rows(
    targets: Sequence[Target], town: Town, draws: int = 400, told: Told = _silent
) -> pd.DataFrame:
    """People in need of 2023 in the states: forecasts whose figures are not in the tables.

    Args:
        targets: all figures; a state whose figure is there is left out.
        town: any town, for the nation's tables.
        draws: draws of what was not known.
        told: called with how many forecasts are done, and how many there are.
    """
    rows: list[dict[str, object]] = []
    there = {one.region for one in targets if (one.name, one.year) == ("persons_in_need", LAST)}
    missing = [region for region in REGIONS[1:] if region not in there]
    for region in missing:
        nobody = Target(
            "persons_in_need", region, LAST, Group(), float("nan"), "persons", 1.0, "count",
            "validate", "emerges", "", "measured",
        )  # fmt: skip
        for origin in ORIGINS:
            told(len(rows), len(missing) * len(ORIGINS))
            found = forecast(town, region, origin, LAST, draws)
            ours = found.of(nobody.name, nobody.group, found.in_need)
            ageing = float(found.of(nobody.name, nobody.group, found.ageing))
            row = row_of(AWAITED, nobody, ours, ageing)
            rows.append({**row, "closer": "", "origin": origin})
    return pd.DataFrame(rows)


def emerging_rows(targets: Sequence[Target], runs: Sequence[Course], region: str) -> pd.DataFrame:
    """Figures of the nation or a state that nothing was set from, kept back."""
    own = [one for one in targets if one.region == region and one.met == "emerges"]
    rows = []
    for target in own:
        if not target.evidence or target.name in CARE_NEED:  # care need has its own forecast
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


def scores(
    table: pd.DataFrame, by: Sequence[str] = ("part", "region", "origin", "year")
) -> pd.DataFrame:
    """How good it was by part, region, last year known and year; no groups that hold others.

    Returns:
        `figures`, `bias` and `bias_naive` (mean relative error), `error`, `error_naive`,
        `error_projected` (mean absolute error over the figure), `crps` (over the figure),
        `inside_50`, `inside_90`, `model_closer` of `with_naive`.
    """
    judged_ones = table[table["part"] != AWAITED]
    single = judged_ones[~((judged_ones["name"] == "residents") & _all_ages(judged_ones))]
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
