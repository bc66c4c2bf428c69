"""Break-even: the value of an assumption at which a plan stops being the better one.

Each draw of the assumptions is one experiment. The advantage of plan A over plan B in the draw
(mean over its courses of chance) is set against the value of one assumption at a time, all others
varying as they may: the rank correlation says how much it matters, and a straight line says where
the expected advantage changes its sign. The line's confidence band gives the range of that point
(Fieller's method), and a monotone fit without any assumed shape shows whether the line misleads.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, stats

from sim.study.comparison import compared_with
from sim.study.errors import StudyError
from sim.study.quantities import Array
from sim.study.result import Study

SIGNIFICANT = 0.05
FEWEST_DRAWS = 5
"""A line through fewer draws says nothing about its own error."""


@dataclass(frozen=True)
class _Line:
    """The fitted advantage as a function of one assumption, with its confidence band."""

    x: Array
    y: Array
    slope: float
    intercept: float
    scatter: float
    critical: float

    def at(self, x: float) -> float:
        return self.intercept + self.slope * x

    def margin(self, x: float) -> float:
        """Half width of the confidence band of the expected advantage."""
        centre = float(self.x.mean())
        spread = float(((self.x - centre) ** 2).sum())
        width = math.sqrt(1 / self.x.size + (x - centre) ** 2 / spread)
        return self.critical * self.scatter * width

    def undecided(self, low: float, high: float) -> tuple[float, float] | None:
        """Where in [low, high] the band includes zero: first and last such value, or None.

        The ends of the band are zero where (m + b u)^2 = c^2 s^2 (1/n + u^2/S), with u the distance
        from the centre and m the mean advantage: a quadratic equation in u.
        """
        centre, mean = float(self.x.mean()), float(self.y.mean())
        spread = float(((self.x - centre) ** 2).sum())
        error = (self.critical * self.scatter) ** 2
        ends = _roots(
            self.slope**2 - error / spread,
            2 * mean * self.slope,
            mean**2 - error / self.x.size,
        )
        # Between two neighbouring points of this list the answer does not change.
        points = sorted({low, high, *(centre + end for end in ends if low < centre + end < high)})
        inside = [
            (first, last)
            for first, last in pairwise(points)
            if self._includes_zero((first + last) / 2)
        ]
        if inside:
            return inside[0][0], inside[-1][1]
        # A line without any scatter has a band without any width.
        crossing = self.crossing()
        return (crossing, crossing) if low <= crossing <= high else None

    def crossing(self) -> float:
        """Where the line is zero; NaN if it is level."""
        return -self.intercept / self.slope if self.slope else math.nan

    def _includes_zero(self, x: float) -> bool:
        return abs(self.at(x)) <= self.margin(x)


def _roots(square: float, linear: float, constant: float) -> tuple[float, ...]:
    """Real roots of a quadratic equation, or of a linear one if the square's factor is zero."""
    if square == 0:
        return (-constant / linear,) if linear else ()
    inside = linear**2 - 4 * square * constant
    if inside < 0:
        return ()
    return tuple((-linear + sign * math.sqrt(inside)) / (2 * square) for sign in (-1, 1))


def break_even(
    study: Study,
    quantity: str,
    plan: str,
    against: str | None = None,
    *,
    district: str = "*",
    period: str | None = None,
    along: Sequence[str] = (),
    euros_per_unit: float | None = None,
    payer: str = "municipality",
) -> pd.DataFrame:
    """At which value of which assumption `plan` stops being better than `against`.

    Args:
        study: the result.
        quantity: what counts as an advantage; it must have a better side.
        plan: plan A.
        against: plan B; None for the reference.
        district: place, `*` for the whole town.
        period: a year or the mean period; None for the mean period.
        along: quantities reached under `plan` to look at beside the assumptions, such as
            `visitors_share_65` ("pays off only if at least 12 % come").
        euros_per_unit: what one unit is worth; then the advantage is in euros, less what the plan
            costs `payer` more than the other. None: the advantage is in units, whatever it costs.
        payer: whose costs count, or `total`.

    Returns:
        One row per assumption that varies, the most influential first: name, kind (assumption,
        quantity), label_de, label_en, unit, low, high (its range), rank_correlation, p_value
        (adjusted for looking at so many), advantage_at_low, advantage_at_high, break_even,
        break_even_low, break_even_high, break_even_monotone, status: `inside`,
        `nowhere_always_better`, `nowhere_always_worse`, `undetermined`.

    Raises:
        StudyError: unknown names, a quantity without a better side, or fewer than five draws.
    """
    period = study.mean_period if period is None else period
    if period not in study.periods or district not in study.places:
        wrong = f"{period}, {district}"
        raise StudyError(
            f"Diesen Ort oder Zeitraum gibt es in der Studie nicht: {wrong}.",
            f"There is no such place or period in the study: {wrong}.",
        )
    if len(study.draws) < FEWEST_DRAWS:
        raise StudyError(
            f"Für die Gewinnschwelle braucht es mindestens {FEWEST_DRAWS} Ziehungen.",
            f"A break-even needs at least {FEWEST_DRAWS} draws.",
        )
    pair = study.plan_index(plan), compared_with(study, against)
    advantage = _advantage(study, quantity, pair, euros_per_unit, payer)
    at = study.periods.index(period), study.places.index(district)
    y = advantage[..., at[0], at[1]].mean(axis=1)
    rows = []
    for row in _candidates(study, plan, along, at):
        x = row.pop("values")
        if np.isfinite(x).all() and np.ptp(x) > 0:
            rows.append(row | _fit(x, y, row["low"], row["high"]))
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    return _finish(frame)


def _advantage(
    study: Study, quantity: str, pair: tuple[int, int], euros_per_unit: float | None, payer: str
) -> Array:
    """Advantage of the first plan of a pair over the second; positive is better."""
    a, b = pair
    chosen = study.quantity(quantity)
    if chosen.sign == 0:
        raise StudyError(
            f"Bei „{chosen.label_de}“ ist weder mehr noch weniger besser.",
            f"Neither more nor less is better of “{chosen.label_en}”.",
        )
    runs = study.runs(quantity)
    gain: Array = (runs[a] - runs[b]) * chosen.sign
    if euros_per_unit is None:
        return gain
    costs = study.runs(f"cost_{payer}")
    worth: Array = gain * euros_per_unit - (costs[a] - costs[b])
    return worth


def _candidates(
    study: Study, plan: str, along: Sequence[str], at: tuple[int, int]
) -> Iterator[dict[str, Any]]:
    """Assumptions that vary, and quantities reached under the plan, with a value per draw."""
    drawn = study.assumptions
    for row in study.ledger.to_dict("records"):
        if row["name"] in drawn and row["distribution"] != "fixed":
            yield {
                "name": row["name"],
                "kind": "assumption",
                "label_de": row["label_de"],
                "label_en": row["label_en"],
                "unit": row["unit"],
                "low": float(row["low"]),
                "high": float(row["high"]),
                "values": drawn[row["name"]].to_numpy(dtype=np.float64),
            }
    for name in along:
        quantity = study.quantity(name)
        reached = study.runs(name)[study.plan_index(plan)][..., at[0], at[1]].mean(axis=1)
        yield {
            "name": name,
            "kind": "quantity",
            "label_de": quantity.label_de,
            "label_en": quantity.label_en,
            "unit": quantity.unit,
            "low": float(reached.min()),
            "high": float(reached.max()),
            "values": reached,
        }


def _fit(x: Array, y: Array, low: float, high: float) -> dict[str, Any]:
    """Rank correlation, line and point of no advantage for one assumption."""
    found: dict[str, Any] = dict.fromkeys(_NUMBERS, math.nan)
    if not np.isfinite(y).all():
        return found | {"status": "undetermined", "p_value": 1.0}
    if np.ptp(y) == 0:
        # The same in every draw: no assumption moves it.
        level = float(y[0])
        status = "undetermined" if level == 0 else _everywhere(level)
        ends = {"advantage_at_low": level, "advantage_at_high": level}
        return found | ends | {"status": status, "rank_correlation": 0.0, "p_value": 1.0}
    rank = stats.spearmanr(x, y)
    fit = stats.linregress(x, y)
    rest = y - (fit.intercept + fit.slope * x)
    scatter = math.sqrt(float((rest**2).sum()) / (x.size - 2))
    critical = float(stats.t.ppf(1 - SIGNIFICANT / 2, x.size - 2))
    line = _Line(x, y, float(fit.slope), float(fit.intercept), scatter, critical)
    found |= {
        "rank_correlation": float(rank.statistic),
        "p_value": float(rank.pvalue),
        "advantage_at_low": line.at(low),
        "advantage_at_high": line.at(high),
        "break_even_monotone": _monotone(x, y, increasing=bool(rank.statistic > 0)),
    }
    band = line.undecided(low, high)
    if band is None:
        return found | {"status": _everywhere(line.at((low + high) / 2))}
    crossing = line.crossing()
    if low <= crossing <= high:
        found |= {"break_even": crossing, "break_even_low": band[0], "break_even_high": band[1]}
        return found | {"status": "inside"}
    return found | {"status": "undetermined"}


_NUMBERS = (
    "rank_correlation",
    "p_value",
    "advantage_at_low",
    "advantage_at_high",
    "break_even",
    "break_even_low",
    "break_even_high",
    "break_even_monotone",
)


def _everywhere(advantage: float) -> str:
    return "nowhere_always_better" if advantage > 0 else "nowhere_always_worse"


def _monotone(x: Array, y: Array, *, increasing: bool) -> float:
    """Where the monotone fit changes its sign: between two draws; NaN if nowhere."""
    order = np.argsort(x, kind="stable")
    fitted = optimize.isotonic_regression(y[order], increasing=increasing).x
    change = np.flatnonzero(np.diff(np.sign(fitted)))
    if not change.size:
        return math.nan
    return float((x[order][change[0]] + x[order][change[-1] + 1]) / 2)


def _finish(frame: pd.DataFrame) -> pd.DataFrame:
    """Adjust for many looks, withdraw crossings that may be luck, and sort by influence."""
    # One assumption in twenty would look influential by luck: Benjamini and Hochberg (1995).
    frame["p_value"] = stats.false_discovery_control(frame["p_value"].to_numpy(dtype=np.float64))
    lucky = (frame["status"] == "inside") & (frame["p_value"] >= SIGNIFICANT)
    frame.loc[lucky, "status"] = "undetermined"
    frame.loc[lucky, ["break_even", "break_even_low", "break_even_high"]] = math.nan
    frame.loc[frame["status"] != "inside", "break_even_monotone"] = math.nan
    order = frame["rank_correlation"].abs().sort_values(ascending=False, kind="stable").index
    columns = ["name", "kind", "label_de", "label_en", "unit", "low", "high", *_NUMBERS, "status"]
    return frame.loc[order, columns].reset_index(drop=True)
