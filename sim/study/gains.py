"""What a gain costs each payer, and who gains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sim.indicators import BANDS, GROUPS, PAYERS
from sim.study.comparison import compared_with, difference_columns
from sim.study.errors import StudyError
from sim.study.quantities import HEADLINE, TOTAL, Array, Quantity
from sim.study.result import Study, with_mean
from sim.study.variance import components, excludes_zero

HUNDRED = 100.0
EVERYBODY = "*"


def euros_per_unit(
    study: Study,
    names: Sequence[str] | None = None,
    *,
    against: str | None = None,
    payers: Sequence[str] = (*PAYERS, TOTAL),
    districts: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
) -> pd.DataFrame:
    """What one unit gained costs each payer: mean cost difference by mean gain.

    A ratio is given only where the gain is told from zero. Its range is that of the ratios of the
    draws, chance taken out; a draw without any gain counts as infinitely expensive. A negative
    number means that the payer saves money and people gain.

    Args:
        study: the result.
        names: quantities with a better side; None for the headline ones.
        against: plan the others are compared with; None for the reference.
        payers: payers, `total` for all together.
        districts: places; None for all.
        periods: years or the mean period; None for the mean of the simulated years.

    Returns:
        Columns plan, against, quantity, payer, district, period, gain (positive is better),
        gain_low, gain_high, euros, euros_low, euros_high, euros_per_unit, low, high, status:
        `determined`, `range_includes_zero`, `too_few_runs` (more runs would tell), `gets_worse`,
        `neutral` (no side is better) or `undefined` (a share of nobody).
    """
    names = tuple(HEADLINE if names is None else names)
    names = tuple(name for name in names if study.quantity(name).kind != "money")
    study.prefetch([*names, f"cost_{TOTAL}"])
    other = compared_with(study, against)
    periods = (study.mean_period,) if periods is None else tuple(periods)
    places = study.places if districts is None else tuple(districts)
    costs = {payer: study.runs(f"cost_{payer}") for payer in payers}
    rows = []
    for name in names:
        quantity, runs = study.quantity(name), study.runs(name)
        for index, plan in enumerate(study.plans):
            if index == other:
                continue
            for period, place in _cells(study, periods, places):
                cell = (slice(None), slice(None), period, place)
                gain = (runs[index] - runs[other])[cell] * (quantity.sign or 1)
                for payer, cost in costs.items():
                    spent = (cost[index] - cost[other])[cell]
                    keys = {
                        "plan": plan,
                        "against": study.plans[other],
                        "quantity": name,
                        "payer": payer,
                        "district": study.places[place],
                        "period": study.periods[period],
                    }
                    rows.append({**keys, **_ratio(study, quantity, gain, spent)})
    return pd.DataFrame(rows)


def _cells(
    study: Study, periods: Sequence[str], places: Sequence[str]
) -> Iterator[tuple[int, int]]:
    for known, wanted in ((study.periods, periods), (study.places, places)):
        for one in wanted:
            if one not in known:
                raise StudyError(
                    f"„{one}“ gibt es in dieser Studie nicht. Vorhanden: {', '.join(known)}.",
                    f"There is no “{one}” in this study. There are: {', '.join(known)}.",
                )
    for period in periods:
        for place in places:
            yield study.periods.index(period), study.places.index(place)


def _ratio(study: Study, quantity: Quantity, gain: Array, spent: Array) -> dict[str, float | str]:
    """Euros per unit from paired gains and costs of shape (draws, seeds)."""
    ends = study.range_low, study.range_high
    gained, paid = components(gain), components(spent)
    gain_low, gain_high = (float(end) for end in gained.shown_range(*ends))
    euros_low, euros_high = (float(end) for end in paid.shown_range(*ends))
    found: dict[str, float | str] = {
        "gain": float(gained.mean),
        "gain_low": gain_low,
        "gain_high": gain_high,
        "euros": float(paid.mean),
        "euros_low": euros_low,
        "euros_high": euros_high,
        "euros_per_unit": np.nan,
        "low": np.nan,
        "high": np.nan,
    }
    estimated = gained.parameter_range(*ends)
    if np.isnan(gained.mean):
        return found | {"status": "undefined"}
    if quantity.sign == 0:
        return found | {"status": "neutral"}
    if not excludes_zero(np.asarray(gain_low), np.asarray(gain_high)):
        told = bool(excludes_zero(*estimated))
        return found | {"status": "too_few_runs" if told else "range_includes_zero"}
    if gained.mean < 0:
        return found | {"status": "gets_worse"}
    worth = np.where(gained.without_chance > 0, gained.without_chance, np.nan)
    ratios = paid.without_chance / worth
    ratios = np.where(np.isnan(worth), np.inf, ratios)
    # Only values that occurred: between a number and infinity there is nothing to interpolate.
    low, high = np.quantile(ratios, ends, method="inverted_cdf")
    found |= {"low": float(low), "high": float(high)}
    return found | {"euros_per_unit": float(paid.mean / gained.mean), "status": "determined"}


def who_gains(
    study: Study,
    names: Sequence[str] | None = None,
    *,
    against: str | None = None,
    periods: Sequence[str] | None = None,
) -> pd.DataFrame:
    """What changes per 100 people of an age band, of a situation at the start, and of both.

    People belong to the situation they were in at the start (or on arrival), so that the same
    people are compared in every plan. Shares change in percentage points.

    Args:
        study: the result.
        names: quantities counted by people; None for the headline ones without costs.
        against: plan the others are compared with; None for the reference.
        periods: years or the mean period; None for the mean of the simulated years.

    Returns:
        Columns plan, against, quantity, dimension (age_band, start_group, both), age_band,
        start_group (`*` for all), period, people (mean number in the group), then those of
        `differences` per 100 people.
    """
    names = tuple(HEADLINE if names is None else names)
    chosen = [study.quantity(name) for name in names]
    chosen = [quantity for quantity in chosen if quantity.kind != "money"]
    study.prefetch([*(quantity.name for quantity in chosen), "residents"])
    other = compared_with(study, against)
    wanted = (study.mean_period,) if periods is None else tuple(periods)
    rows = []
    for quantity in chosen:
        for dimension, band, group in _groups(quantity):
            values, people = _of_group(study, quantity, band, group)
            for index, plan in enumerate(study.plans):
                if index == other:
                    continue
                per_hundred = HUNDRED * (values[index] - values[other])
                if not quantity.denominator:
                    heads = people[other]
                    nobody = np.full_like(per_hundred, np.nan)
                    per_hundred = np.divide(per_hundred, heads, out=nobody, where=heads > 0)
                columns = difference_columns(study, quantity.sign, per_hundred)
                for period in wanted:
                    if period not in study.periods_of(quantity):
                        continue
                    at = study.periods.index(period)
                    keys = {
                        "plan": plan,
                        "against": study.plans[other],
                        "quantity": quantity.name,
                        "dimension": dimension,
                        "age_band": EVERYBODY if band is None else BANDS[band],
                        "start_group": EVERYBODY if group is None else GROUPS[group],
                        "period": period,
                        "people": float(people[other][:, :, at].mean()),
                    }
                    rows.append(keys | {name: array[at] for name, array in columns.items()})
    return pd.DataFrame(rows)


def _groups(quantity: Quantity) -> Iterator[tuple[str, int | None, int | None]]:
    for band in quantity.bands:
        yield "age_band", band, None
    for group in range(len(GROUPS)):
        yield "start_group", None, group
    for band in quantity.bands:
        for group in range(len(GROUPS)):
            yield "both", band, group


def _of_group(
    study: Study, quantity: Quantity, band: int | None, group: int | None
) -> tuple[Array, Array]:
    """A quantity and the residents of a group, each (plans, draws, seeds, periods), whole town."""
    bands = quantity.bands if band is None else (band,)
    residents = replace(study.quantity("residents"), bands=bands)
    found = []
    for one in (replace(quantity, bands=bands), residents):
        cells = {name: study.town_cells(name) for name in one.needs}
        found.append(with_mean(one.combine(cells, group)))
    return found[0], found[1]
