"""Plans compared: levels with ranges, and paired differences with two kinds of uncertainty.

All tables are tidy: one row per plan, quantity, place and period. Ranges run from `range_low` to
`range_high` of the ledger (5 % and 95 %). NaN stands for what is not defined, such as the share of
lonely people where nobody lives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
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

MOST_BYTES = 64_000_000
"""Runs of so many quantities are looked at together."""

Columns = dict[str, Array]
"""Statistics by name."""

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
    tables = []
    for quantities, runs in _runs_of_many(study, names):
        of_plans = [
            _by_places(partial(_level_columns, study), runs[index])
            for index in range(len(study.plans))
        ]
        for place, quantity in enumerate(quantities):
            for plan, columns in zip(study.plans, of_plans, strict=True):
                keys = {"plan": plan, "quantity": quantity.name}
                rows = _tidy(study, quantity, keys, place, columns, (districts, periods))
                tables.append(rows | {"runs": runs.shape[1] * runs.shape[2]})
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
    return _compared(study, names, [compared_with(study, against)], (districts, periods))


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
    every = [compared_with(study, plan) for plan in study.plans]
    return _compared(study, names, every, (districts, periods))


def _compared(
    study: Study,
    names: Sequence[str] | None,
    others: Iterable[int],
    where: tuple[Sequence[str] | None, Sequence[str] | None],
) -> pd.DataFrame:
    """Every plan against each of the others asked for, one of these after the other."""
    tables: dict[int, list[dict[str, Any]]] = {other: [] for other in others}
    for quantities, runs in _runs_of_many(study, names):
        signs = np.array([quantity.sign for quantity in quantities])[:, None, None]
        for other, of_other in tables.items():

            def compared(one: Array, against: Array, signs: NDArray[np.int_] = signs) -> Columns:
                return difference_columns(study, signs, one - against)

            scatter = _by_places(_scatter, runs[other])
            of_plans = {
                index: _by_places(compared, runs[index], runs[other]) | scatter
                for index in range(len(study.plans))
                if index != other
            }
            for place, quantity in enumerate(quantities):
                for index, columns in of_plans.items():
                    keys = {
                        "plan": study.plans[index],
                        "against": study.plans[other],
                        "quantity": quantity.name,
                    }
                    rows = _tidy(study, quantity, keys, place, columns, where)
                    of_other.append(rows | {"draws": runs.shape[1], "seeds": runs.shape[2]})
    return _one_table([table for of_other in tables.values() for table in of_other])


def _runs_of_many(
    study: Study, names: Sequence[str] | None
) -> Iterator[tuple[list[Quantity], Array]]:
    """Quantities and their runs, as many at a time as fit into `MOST_BYTES`.

    What is computed of many at once takes a fraction of the time. Shape of the runs: (plans,
    draws, seeds, quantities, periods, places).
    """
    names = _prefetch(study, names)
    places = 0
    while places < len(names):
        first = study.runs(names[places])
        many = max(1, MOST_BYTES // first.nbytes)
        taken = names[places : places + many]
        runs = [first, *(study.runs(name) for name in taken[1:])]
        together = np.stack(runs, axis=3) if len(runs) > 1 else np.expand_dims(first, 3)
        yield [study.quantity(name) for name in taken], together
        places += many


def _by_places(statistics: Callable[..., Columns], *runs: Array) -> Columns:
    """Statistics of runs whose last axis are places, of so many at a time as fit.

    Args:
        statistics: from runs to columns whose last axis are places too.
        runs: of one shape each.
    """
    size = runs[0].shape[-1]
    many = max(1, MOST_BYTES * size // runs[0].nbytes)
    if many >= size:
        return statistics(*runs)
    parts = [
        statistics(*(one[..., begin : begin + many] for one in runs))
        for begin in range(0, size, many)
    ]
    return {name: np.concatenate([one[name] for one in parts], axis=-1) for name in parts[0]}


def _scatter(runs: Array) -> Columns:
    return {"sd_chance_level": components(runs).sd_chance}


def _level_columns(study: Study, runs: Array) -> dict[str, Array]:
    """Statistics of levels of shape (draws, seeds, …)."""
    split = components(runs)
    spread = _quantiles(runs, (study.range_low, *INNER, study.range_high))
    return {
        "median": _quantiles(runs, (0.5,))[0],
        "low": spread[0],
        "high": spread[3],
        "inner_low": spread[1],
        "inner_high": spread[2],
        "mean": split.mean,
        "sd_chance": split.sd_chance,
        "sd_parameters": split.sd_parameters,
    }


def difference_columns(
    study: Study, sign: int | NDArray[np.int_], difference: Array
) -> dict[str, Array]:
    """Statistics of paired differences of shape (draws, seeds, …).

    Args:
        study: for its ranges.
        sign: see `Quantity.sign`; of many quantities an array that fits the rest of the shape.
        difference: what a plan changes, run by run.
    """
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
        "probability_better": better(sign, split.draw_means, split),
        "probability_better_one_quarter": better(
            sign, difference.reshape(-1, *difference.shape[2:]), split
        ),
        "probability_equal": _undefined_as_nan((split.draw_means == 0).mean(axis=0), split),
        "determined": excludes_zero(low, high),
    }


def better(sign: int | NDArray[np.int_], values: Array, split: Components) -> Array:
    """Share of values (first axis) on the better side of zero; NaN if neither side is better."""
    share = np.where(np.equal(sign, 0), np.nan, (values * sign > 0).mean(axis=0))
    return _undefined_as_nan(share, split)


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
    place: int,
    columns: Mapping[str, NDArray[Any]],
    where: tuple[Sequence[str] | None, Sequence[str] | None],
) -> dict[str, Any]:
    """Columns from arrays of shape (quantities, periods, places), cut to what is asked for.

    The quantity is the one at `place`. What is the same in every row stands there once.
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
        **{name: array[place][rows].ravel() for name, array in columns.items()},
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
