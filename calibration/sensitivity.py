"""What moves the model: curves of one assumption at a time, Morris screening, Sobol indices.

* *Curves* show mechanisms: one assumption goes through its range, all others stay in the middle.
* *Morris* (Technometrics 33, 1991) looks at all assumptions from many places of the space, with few
  runs: `mu_star` is the mean absolute effect of going through the range, `sigma` how much that
  depends on the others or is no straight line.
* *Sobol* (Saltelli et al., Comput. Phys. Commun. 181, 2010) shares out the variance among the few
  that matter: `first` alone, `total` with all it does together with others.

All runs of a study share one course of chance, so that two differ by their assumptions alone. The
library (SALib) samples the unit cube; the ledger's quantiles turn it into values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.evaluated import Evaluated, Run
from calibration.extras import needed
from calibration.space import Space, searchable
from sim.study.errors import StudyError

Array = NDArray[np.float64]

METHODS = ("oat", "morris", "sobol")
PROBABILITIES = (0.02, 0.25, 0.5, 0.75, 0.98)
"""Where curves are looked at, as probabilities of the ledger."""
LEVELS = 4
MARGIN = 0.02
"""Morris and Sobol leave out the last 2 % of each end: bells have no end."""
TRAJECTORIES, BASES, FEW = 6, 64, 8

Evaluate = Callable[[Sequence[Run]], Array]


@dataclass(frozen=True)
class Sensitivity:
    """What a study of sensitivity has found.

    Attributes:
        method: `oat`, `morris` or `sobol`.
        effects: a row an output and assumption, the largest share first: `output`, `assumption`,
            `effect` (in the output's unit: range of the curve, `mu_star`, or total index), `share`
            (of the output's spread), and what the method adds.
        curves: rows `output`, `assumption`, `probability`, `value`, `result`; empty but for curves.
        runs: runs that went into it.
    """

    method: str
    effects: pd.DataFrame
    curves: pd.DataFrame
    runs: int

    def ranking(self) -> pd.DataFrame:
        """Assumptions by the largest share they have in any output, with that output."""
        if self.effects.empty:
            return self.effects
        best = self.effects.sort_values("share", ascending=False, kind="stable")
        return best.drop_duplicates("assumption").reset_index(drop=True)


def axes(evaluated: Evaluated, names: Sequence[str] | None = None) -> Space:
    """The assumptions that are moved.

    Raises:
        StudyError: a name is unknown, or the assumption has no range.
    """
    known = searchable(evaluated.town.ledger)
    if names is None:
        return Space(evaluated.town.ledger, known)
    wrong = [name for name in names if name not in evaluated.town.ledger.uncertain]
    if wrong:
        raise StudyError(
            f"Keine unsichere Annahme: {', '.join(wrong)}. Alle Namen: quartier explain "
            "assumptions.",
            f"No uncertain assumption: {', '.join(wrong)}. All names: quartier explain "
            "assumptions.",
        )
    return Space(evaluated.town.ledger, tuple(names))


def curves(
    evaluated: Evaluated, space: Space, evaluate: Evaluate, seed: int = 1, levels: int = 5
) -> Sensitivity:
    """One assumption at a time through its range, the others at their central values.

    Args:
        evaluated: the town and its outputs.
        space: assumptions to move.
        evaluate: simulates runs.
        seed: course of chance.
        levels: points of a curve, 3 or more.
    """
    probabilities = _levels(levels)
    middle = evaluated.town.ledger.values()
    runs, places = [Run(middle, seed)], []
    for name in space.names:
        one = space.ledger[name]
        for probability in probabilities:
            value = one.quantile(probability)
            places.append((name, probability, value))
            runs.append(Run({**middle, name: value}, seed))
    found = evaluate(runs)
    rows = [
        {"output": key, "assumption": name, "probability": probability, "value": value,
         "result": float(row[column])}
        for (name, probability, value), row in zip(places, found[1:], strict=True)
        for column, key in enumerate(evaluated.keys)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    return Sensitivity("oat", _curve_effects(table), table, len(runs))


def _levels(levels: int) -> tuple[float, ...]:
    if levels == len(PROBABILITIES):
        return PROBABILITIES
    low, high = PROBABILITIES[0], PROBABILITIES[-1]
    return tuple(float(one) for one in np.linspace(low, high, max(3, levels)))


def _curve_effects(table: pd.DataFrame) -> pd.DataFrame:
    """How far each curve goes; as a share of the root of the sum of squares of all curves."""
    rows = []
    for (output, name), part in table.groupby(["output", "assumption"], sort=False):
        results = part["result"].to_numpy(dtype=np.float64)
        if np.isfinite(results).all():
            way = float(np.ptp(results))
            rise = float(results[-1] - results[0])
            rows.append({"output": output, "assumption": name, "effect": way, "rise": rise})
    return _shared(rows, "rise")


def _shared(rows: list[dict[str, Any]], *more: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["output", "assumption", "effect", *more])
    squares = frame["effect"].pow(2).groupby(frame["output"]).transform("sum")
    frame["share"] = (frame["effect"].pow(2) / squares.where(squares > 0.0)).fillna(0.0)
    return frame.sort_values(["output", "share"], ascending=[True, False], kind="stable")


def morris(
    evaluated: Evaluated,
    space: Space,
    evaluate: Evaluate,
    seed: int = 1,
    trajectories: int = TRAJECTORIES,
) -> Sensitivity:
    """Elementary effects of all assumptions; `trajectories` × (assumptions + 1) runs."""
    needed("SALib")
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sampling

    problem = _problem(space)
    sample = sampling.sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    found = evaluate(_runs(evaluated, space, sample, seed))
    rows: list[dict[str, Any]] = []
    for key, results in _varying(evaluated, found):
        indices = analysis.analyze(problem, sample, results, num_levels=LEVELS, seed=seed)
        rows += [
            {"output": key, "assumption": name, "effect": float(indices["mu_star"][axis]),
             "mu": float(indices["mu"][axis]), "sigma": float(indices["sigma"][axis]),
             "error": float(indices["mu_star_conf"][axis])}
            for axis, name in enumerate(space.names)
        ]  # fmt: skip
    return Sensitivity("morris", _shared(rows, "mu", "sigma", "error"), _NO_CURVES, len(sample))


def sobol(
    evaluated: Evaluated, space: Space, evaluate: Evaluate, seed: int = 1, bases: int = BASES
) -> Sensitivity:
    """Shares of the variance for a few assumptions; `bases` × (assumptions + 2) runs.

    The assumptions that are no axis stay at their central values: shares are of what the axes do.
    """
    needed("SALib")
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    problem = _problem(space)
    sample = sampling.sample(problem, bases, calc_second_order=False, seed=seed)
    found = evaluate(_runs(evaluated, space, sample, seed))
    rows: list[dict[str, Any]] = []
    for key, results in _varying(evaluated, found):
        indices = analysis.analyze(problem, results, calc_second_order=False, seed=seed)
        rows += [
            {"output": key, "assumption": name, "effect": float(indices["ST"][axis]),
             "first": float(indices["S1"][axis]), "error": float(indices["ST_conf"][axis]),
             "share": float(indices["ST"][axis])}
            for axis, name in enumerate(space.names)
        ]  # fmt: skip
    columns = ["output", "assumption", "effect", "first", "error", "share"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.sort_values(["output", "share"], ascending=[True, False], kind="stable")
    return Sensitivity("sobol", frame, _NO_CURVES, len(sample))


_NO_CURVES = pd.DataFrame(columns=["output", "assumption", "probability", "value", "result"])


def the_few(screened: Sensitivity, most: int = FEW) -> tuple[str, ...]:
    """The assumptions that matter most to any output, by a screening."""
    return tuple(screened.ranking()["assumption"].head(most))


def _problem(space: Space) -> Mapping[str, Any]:
    bounds = [[MARGIN, 1.0 - MARGIN]] * space.size
    return {"num_vars": space.size, "names": list(space.names), "bounds": bounds}


def _runs(evaluated: Evaluated, space: Space, sample: Array, seed: int) -> list[Run]:
    middle = evaluated.town.ledger.values()
    return [Run(space.values(point, middle), seed) for point in sample]


def _varying(evaluated: Evaluated, found: Array) -> list[tuple[str, Array]]:
    """Outputs that every run has and that are not the same in all."""
    return [
        (key, found[:, column])
        for column, key in enumerate(evaluated.keys)
        if np.isfinite(found[:, column]).all() and np.ptp(found[:, column]) > 0.0
    ]


def method_for(
    method: str, evaluated: Evaluated, evaluate: Evaluate, names: Sequence[str] | None,
    runs: int | None, seed: int,
) -> Sensitivity:  # fmt: skip
    """Any of the three, with about so many runs; Sobol indices of the few a screening has found.

    Args:
        method: one of `METHODS`.
        evaluated: the town and its outputs.
        evaluate: simulates runs.
        names: assumptions to move; None for all that can move anything.
        runs: about how many; None for the usual number.
        seed: of samples and chance.
    """
    space = axes(evaluated, names)
    if method == "oat":
        levels = len(PROBABILITIES) if runs is None else round(runs / space.size)
        return curves(evaluated, space, evaluate, seed, max(3, min(15, levels)))
    if method == "morris":
        trajectories = TRAJECTORIES if runs is None else round(runs / (space.size + 1))
        return morris(evaluated, space, evaluate, seed, max(2, trajectories))
    if names is None:
        screened = morris(evaluated, space, evaluate, seed)
        space = Space(space.ledger, the_few(screened))
    bases = BASES if runs is None else runs // (space.size + 2)
    return sobol(evaluated, space, evaluate, seed, _power_of_two(bases))


def _power_of_two(number: int) -> int:
    """The largest power of two that is not more, 8 at least: Sobol's points come so."""
    return int(2 ** max(3, int(np.log2(max(1, number)))))
