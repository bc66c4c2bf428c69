"""Under which futures a plan beats another, in words; and what it is worth to find out.

Every draw of a stored study is a future: one set of values of all that nobody knows, within the
full ranges. *PRIM* (Friedman and Fisher, Stat. Comput. 9, 1999; Bryant and Lempert, Technol.
Forecast. Soc. Change 77, 2010; the EMA Workbench's) looks for a box in which a plan wins: a few
assumptions, each above or below a value. `coverage` is the share of all wins that lie in the box,
`density` the share of wins in it.

*The value of finding out* (expected value of partial perfect information; Strong, Oakley and
Brennan, Med. Decis. Making 34, 2014) says by how much the better choice would gain if one
assumption were known before choosing: the advantage is smoothed along the assumption, and where it
changes sign, knowing pays. What a shuffled assumption would seem to be worth is taken off as
luck.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from calibration.extras import needed
from calibration.fitting.waves import generator
from sim.study.comparison import compared_with
from sim.study.errors import StudyError
from sim.study.result import Study

Array = NDArray[np.float64]

FEWEST_DRAWS = 40
FEWEST_WINS = 8
DENSITY = 0.8
MOST_LIMITS = 3
MOST_ASSUMPTIONS = 20
"""Assumptions that PRIM may use: those with the strongest rank correlation."""
CLEAR_LIMIT = 0.05
"""Largest chance that a limit of the box is luck (binomial test, as Bryant and Lempert)."""
SHUFFLES = 100


@dataclass(frozen=True)
class Limit:
    """A side of the box.

    Attributes:
        name: the assumption, or a quantity reached under the plan.
        low, high: bounds; None where the box is open.
        chance: that the limit is luck.
    """

    name: str
    low: float | None
    high: float | None
    chance: float


@dataclass(frozen=True)
class Box:
    """Part of the futures.

    Attributes:
        wins: whether it gathers futures in which the plan wins, or those in which it does not.
        limits: all of them hold in it.
        coverage: share of such futures that lie in it.
        density: share of such futures among those in it.
        draws: futures in it.
    """

    wins: bool
    limits: tuple[Limit, ...]
    coverage: float
    density: float
    draws: int


@dataclass(frozen=True)
class Futures:
    """When a plan beats another in one quantity.

    Attributes:
        quantity, plan, against: what was compared.
        advantage: of the plan in each draw, positive if it is better, shape (draws,).
        share: of draws in which the plan is better.
        box: where the rarer of the two ends lies; None if nothing tells it apart.
        finding_out: a row an assumption: `name`, `value` in the unit of the advantage, `share` of
            what knowing everything would be worth; only what is more than luck.
        knowing_all: what it would be worth to know everything, in the unit of the advantage.
        unit: of the advantage.
    """

    quantity: str
    plan: str
    against: str
    advantage: Array
    share: float
    box: Box | None
    finding_out: pd.DataFrame
    knowing_all: float
    unit: str


def futures(
    study: Study,
    quantity: str,
    plan: str,
    against: str | None = None,
    *,
    along: Sequence[str] = (),
    euros_per_unit: float | None = None,
    payer: str = "municipality",
    seed: int = 1,
) -> Futures:
    """When `plan` beats `against`, and what is worth finding out.

    Args:
        study: a stored study with many draws.
        quantity: what counts; it must have a better side.
        plan: the plan that may win.
        against: the other; None for the reference.
        along: quantities reached under the plan that may be limits of the box as well.
        euros_per_unit: what a unit is worth; then costs to `payer` are taken off.
        payer: whose costs count, or `total`.
        seed: of the shuffles.

    Raises:
        StudyError: unknown names, a quantity without a better side, or too few draws.
    """
    if len(study.draws) < FEWEST_DRAWS:
        raise StudyError(
            f"Dafür braucht es mindestens {FEWEST_DRAWS} Ziehungen, die Studie hat "
            f"{len(study.draws)}: quartier compare mit --draws wiederholen.",
            f"This needs at least {FEWEST_DRAWS} draws, the study has {len(study.draws)}: repeat "
            "quartier compare with --draws.",
        )
    pair = study.plan_index(plan), compared_with(study, against)
    chosen = study.quantity(quantity)
    if chosen.sign == 0:
        raise StudyError(
            f"Bei „{chosen.label_de}“ ist weder mehr noch weniger besser.",
            f"Neither more nor less is better of “{chosen.label_en}”.",
        )
    gain = _mean(study, quantity, pair[0]) - _mean(study, quantity, pair[1])
    advantage = gain * chosen.sign
    unit = chosen.unit
    if euros_per_unit is not None:
        more = _mean(study, f"cost_{payer}", pair[0]) - _mean(study, f"cost_{payer}", pair[1])
        advantage, unit = advantage * euros_per_unit - more, "euro/year"
    unknown = unknowns(study)
    reached = pd.DataFrame({name: _mean(study, name, pair[0]) for name in along})
    box = find_box(pd.concat([unknown, reached], axis=1), advantage > 0.0)
    worth, everything = value_of_finding_out(unknown, advantage, seed)
    return Futures(
        quantity, plan, study.plans[pair[1]], advantage, float((advantage > 0.0).mean()), box,
        worth, everything, unit,
    )  # fmt: skip


def _mean(study: Study, quantity: str, plan: int) -> Array:
    """A quantity of the whole town, mean of all years, by draw (mean over chance)."""
    at = study.periods.index(study.mean_period)
    found: Array = study.runs(quantity)[plan][..., at, 0].mean(axis=1)
    return found


def unknowns(study: Study) -> pd.DataFrame:
    """Values of the assumptions that vary, a row a draw."""
    drawn = study.assumptions.reset_index(drop=True)
    names = [
        str(row["name"])
        for row in study.ledger.to_dict("records")
        if row["name"] in drawn and row["distribution"] != "fixed"
    ]
    values = drawn[names]
    return values.loc[:, values.max() > values.min()]


def find_box(values: pd.DataFrame, wins: NDArray[np.bool_]) -> Box | None:
    """The box that tells apart the rarer of winning and not winning.

    Args:
        values: what may be a limit, a row a draw.
        wins: in which draws the plan is better.
    """
    needed("ema_workbench")
    seen = bool(wins.mean() <= 0.5)
    sought = wins if seen else ~wins
    if sought.sum() < FEWEST_WINS:
        return None
    ranks = values.apply(lambda column: abs(stats.spearmanr(column, sought).statistic))
    best = ranks.sort_values(ascending=False, kind="stable").index[:MOST_ASSUMPTIONS]
    with warnings.catch_warnings():
        # Of the library: optional engines that are not installed, and words of pandas 2.
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import prim

        logging.getLogger("EMA").setLevel(logging.ERROR)
        found = prim.Prim(values[best].astype(float), sought, threshold=DENSITY).find_box()
    return None if found is None else _best_of(found, seen)


def _best_of(found: Any, wins: bool) -> Box | None:
    """The step of the peeling with few and clear limits that is dense and covers most."""
    steps = []
    for number, row in found.peeling_trajectory.iterrows():
        limits = _limits(found, int(number))
        if 0 < len(limits) <= MOST_LIMITS and all(one.chance < CLEAR_LIMIT for one in limits):
            steps.append(
                Box(wins, limits, float(row["coverage"]), float(row["density"]), int(row["n"]))
            )
    dense = [one for one in steps if one.density >= DENSITY]
    if dense:
        return max(dense, key=lambda one: (one.coverage, one.density))
    return max(steps, key=lambda one: one.coverage * one.density, default=None)


def _limits(found: Any, step: int) -> tuple[Limit, ...]:
    box, everything = found.box_lims[step], found.box_lims[0]
    limits = []
    for name, chances in found.qp[step].items():
        low, high = (float(value) for value in box[name])
        least, most = (float(value) for value in everything[name])
        below, above = (float(chance) for chance in chances)
        limits.append(
            Limit(
                str(name),
                low if low > least else None,
                high if high < most else None,
                max(below if low > least else 0.0, above if high < most else 0.0),
            )
        )
    return tuple(limits)


def value_of_finding_out(
    values: pd.DataFrame, advantage: Array, seed: int = 1
) -> tuple[pd.DataFrame, float]:
    """What it is worth to know each assumption before choosing, and to know all.

    Args:
        values: assumptions, a row a draw.
        advantage: of one choice over the other, shape (draws,).
        seed: of the shuffles.

    Returns:
        A row an assumption whose worth is more than luck (`name`, `value`, `share` of knowing all),
        the most valuable first; and what knowing all would be worth.
    """
    blind = max(0.0, float(advantage.mean()))
    everything = float(np.maximum(advantage, 0.0).mean()) - blind
    rows = []
    if everything > 0.0:
        rng = generator(seed, "finding out")
        shuffled = np.stack([rng.permutation(advantage) for _ in range(SHUFFLES)], axis=1)
        for name in values.columns:
            smooth = _smoother(values[name].to_numpy(dtype=np.float64))
            worth = float(_worth(smooth @ advantage, blind))
            luck = np.array([_worth(column, blind) for column in (smooth @ shuffled).T])
            if worth > float(np.quantile(luck, 0.99)):
                more = worth - float(luck.mean())
                rows.append({"name": str(name), "value": more, "share": more / everything})
    frame = pd.DataFrame(rows, columns=["name", "value", "share"])
    return frame.sort_values("value", ascending=False, kind="stable"), everything


def _worth(smoothed: Array, blind: float) -> float:
    return float(np.maximum(smoothed, 0.0).mean()) - blind


def _smoother(x: Array) -> Array:
    """Matrix that smooths along x: the least-squares cubic in the ranks of x."""
    ranks = stats.rankdata(x) / len(x) - 0.5
    basis, _ = np.linalg.qr(np.vander(ranks, 4))
    return np.asarray(basis @ basis.T)
