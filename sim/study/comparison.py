"""Plans compared: levels with ranges, and paired differences with two kinds of uncertainty.

All tables are tidy: one row per plan, quantity, place and period. Ranges run from `range_low` to
`range_high` of the ledger (5 % and 95 %). NaN stands for what is not defined, such as the share of
lonely people where nobody lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.study.errors import StudyError
from sim.study.quantities import HEADLINE, Array, Quantity
from sim.study.result import Study
from sim.study.variance import Components, components, excludes_zero

INNER = (0.25, 0.75)
"""The inner range: half of all runs."""

ADDED_UP = 2
"""Levels and differences have two leading axes, draws and seeds."""


def levels(
    study: Study,
    names: Sequence[str] | None = None,
    *,
    districts: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
) -> pd.DataFrame:
    """How high a quantity is under each plan, over all draws and courses of chance.

    Args:
        study: the result.
        names: quantities; None for the headline ones.
        districts: places, `*` for the whole town; None for all.
        periods: years or the mean period; None for all.

    Returns:
        Columns plan, quantity, district, period, median, low, high, inner_low, inner_high, mean,
        sd_chance (what one real world scatters), sd_parameters, runs.
    """
    names = _prefetch(study, names)
    tables = []
    for name in names:
        quantity, runs = study.quantity(name), study.runs(name)
        for index, plan in enumerate(study.plans):
            values = runs[index]
            split = components(values)
            spread = _quantiles(values, (study.range_low, *INNER, study.range_high))
            columns: dict[str, Array] = {
                "median": _quantiles(values, (0.5,))[0],
                "low": spread[0],
                "high": spread[3],
                "inner_low": spread[1],
                "inner_high": spread[2],
                "mean": split.mean,
                "sd_chance": split.sd_chance,
                "sd_parameters": split.sd_parameters,
            }
            keys = {"plan": plan, "quantity": name}
            rows = _tidy(study, quantity, keys, columns, (districts, periods))
            tables.append(rows | {"runs": values.shape[0] * values.shape[1]})
    return _one_table(tables)


def differences(
    study: Study,
    names: Sequence[str] | None = None,
    *,
    against: str | None = None,
    districts: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
) -> pd.DataFrame:
    """What each plan changes, run by run in the same world.

    Args:
        study: the result.
        names: quantities; None for the headline ones.
        against: plan the others are compared with; None for the reference.
        districts: places, `*` for the whole town; None for all.
        periods: years or the mean period; None for all.

    Returns:
        Columns plan, against, quantity, district, period; mean, median; low, high (not knowing
        the assumptions, chance taken out, see `Components.shown_range`); all_low, all_high
        (assumptions and chance); sd_parameters; sd_chance (of the paired difference);
        sd_chance_level (what one real world scatters under `against`); standard_error;
        probability_better (share of draws, by their means), probability_better_one_quarter (share
        of single runs), probability_equal (share of draws without any difference); determined
        (low … high excludes zero); draws, seeds.
    """
    names = _prefetch(study, names)
    other = compared_with(study, against)
    tables = []
    for name in names:
        quantity, runs = study.quantity(name), study.runs(name)
        scatter = components(runs[other]).sd_chance
        for index, plan in enumerate(study.plans):
            if index == other:
                continue
            columns = difference_columns(study, quantity, runs[index] - runs[other])
            columns["sd_chance_level"] = scatter
            keys = {"plan": plan, "against": study.plans[other], "quantity": name}
            rows = _tidy(study, quantity, keys, columns, (districts, periods))
            tables.append(rows | {"draws": runs.shape[1], "seeds": runs.shape[2]})
    return _one_table(tables)


def pairwise(
    study: Study,
    names: Sequence[str] | None = None,
    *,
    districts: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Every plan against every other, with the columns of `differences`.

    `probability_better` of a row is the probability that `plan` is better than `against`.
    """
    tables = [
        differences(study, names, against=against, districts=districts, periods=periods)
        for against in study.plans
    ]
    return pd.concat(tables, ignore_index=True)


def difference_columns(study: Study, quantity: Quantity, difference: Array) -> dict[str, Array]:
    """Statistics of paired differences of shape (draws, seeds, …)."""
    split = components(difference)
    low, high = split.shown_range(study.range_low, study.range_high)
    all_low, all_high = _quantiles(difference, (study.range_low, study.range_high))
    return {
        "mean": split.mean,
        "median": _quantiles(difference, (0.5,))[0],
        "low": low,
        "high": high,
        "all_low": all_low,
        "all_high": all_high,
        "sd_parameters": split.sd_parameters,
        "sd_chance": split.sd_chance,
        "standard_error": split.standard_error,
        "probability_better": better(quantity, split.draw_means, split),
        "probability_better_one_quarter": better(
            quantity, difference.reshape(-1, *difference.shape[2:]), split
        ),
        "probability_equal": _undefined_as_nan((split.draw_means == 0).mean(axis=0), split),
        "determined": excludes_zero(low, high),
    }


def better(quantity: Quantity, values: Array, split: Components) -> Array:
    """Share of values (first axis) on the better side of zero; NaN if neither side is better."""
    if quantity.sign == 0:
        return np.full(values.shape[1:], np.nan)
    return _undefined_as_nan((values * quantity.sign > 0).mean(axis=0), split)


def _undefined_as_nan(share: Array, split: Components) -> Array:
    return np.where(np.isnan(split.mean), np.nan, share)


def _quantiles(values: Array, probabilities: Sequence[float]) -> Array:
    """Quantiles over draws and seeds together; shape (probabilities, …)."""
    flat = values.reshape(-1, *values.shape[ADDED_UP:])
    return np.asarray(np.quantile(flat, probabilities, axis=0), dtype=np.float64)


def protect(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """A copy of a table of levels for export: small numbers of people become "<5".

    A street with 3.7 people in need of care is nothing a model can know. Only numbers of people are
    touched; differences, shares, hours and euros stay.
    """
    shown = frame.copy()
    counted = frame["quantity"].map(lambda name: study.quantity(name).people)
    counted &= "against" not in frame.columns
    everywhere = pd.Series(data=True, index=frame.index)
    word = f"<{study.small_cell}"
    for column in ("median", "low", "high", "inner_low", "inner_high", "mean", "people"):
        if column in frame.columns:
            is_number = everywhere if column == "people" else counted
            small = is_number & (frame[column] < study.small_cell)
            if small.any():
                shown[column] = frame[column].astype(object).where(~small, word)
    return shown


def _prefetch(study: Study, names: Sequence[str] | None) -> Sequence[str]:
    names = HEADLINE if names is None else tuple(names)
    study.prefetch(names)
    return names


def _tidy(
    study: Study,
    quantity: Quantity,
    keys: Mapping[str, str],
    columns: Mapping[str, NDArray[Any]],
    where: tuple[Sequence[str] | None, Sequence[str] | None],
) -> dict[str, Any]:
    """Columns from arrays of shape (periods, places), cut to what is asked for.

    What is the same in every row stands there once.
    """
    districts, periods = where
    chosen_periods = _choice(study.periods_of(quantity), study.periods, periods)
    chosen_places = _choice(study.places, study.places, districts)
    rows = np.ix_(
        [study.periods.index(one) for one in chosen_periods],
        [study.places.index(one) for one in chosen_places],
    )
    return {
        **keys,
        "district": list(chosen_places) * len(chosen_periods),
        "period": [period for period in chosen_periods for _ in chosen_places],
        **{name: array[rows].ravel() for name, array in columns.items()},
    }


def _one_table(tables: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Tables below each other; put together once, because a column added takes long."""
    columns: dict[str, Any] = {}
    for name, first in tables[0].items() if tables else ():
        if isinstance(first, np.ndarray):
            columns[name] = np.concatenate([table[name] for table in tables])
        elif isinstance(first, list):
            columns[name] = [value for table in tables for value in table[name]]
        else:
            columns[name] = [table[name] for table in tables for _ in table["period"]]
    return pd.DataFrame(columns)


def _choice(
    there: Sequence[str], known: Sequence[str], wanted: Iterable[str] | None
) -> tuple[str, ...]:
    if wanted is None:
        return tuple(there)
    wanted = tuple(wanted)
    for one in wanted:
        if one not in known:
            raise StudyError(
                f"„{one}“ gibt es in dieser Studie nicht. Vorhanden: {', '.join(known)}.",
                f"There is no “{one}” in this study. There are: {', '.join(known)}.",
            )
    return tuple(one for one in wanted if one in there)


def compared_with(study: Study, against: str | None) -> int:
    """Number of the plan that the others are compared with; None for the reference.

    Raises:
        StudyError: there is no such plan, or no other.
    """
    if len(study.plans) < 2:
        raise StudyError(
            f"Die Studie enthält nur den Plan „{study.plans[0]}“: nichts zu vergleichen.",
            f"The study holds only the plan “{study.plans[0]}”: nothing to compare.",
        )
    return study.plan_index(study.reference if against is None else against)
