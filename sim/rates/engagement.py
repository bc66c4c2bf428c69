"""Volunteering, loneliness, withdrawal and mobility: what one takes up and loses with age.

Two kinds of solution. *Along the cohort*: those who stay must, a month older, have the share of
the next month of age (volunteering, mobility). *In balance*: onset · (1 - p) = recovery · p, so
that the share p of a group stays as it is (loneliness, withdrawal).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.rates.mortality import monthly
from sim.rates.people import SEXES
from sim.rates.smoothing import (
    AGES,
    MONTHS_OF_AGE,
    Array,
    column,
    groups_of,
    smooth,
    yearly,
)

EDUCATION = ("low", "middle", "high")
PARTNER = ("no", "yes")
HIGHEST_SHARE = 0.95
"""Keeps odds finite."""
OLD = 75
"""Age from which volunteers stop at the higher rate (volunteer_stop_75_plus)."""


def read_volunteering(tables: dict[str, pd.DataFrame], persons: Array) -> Array:
    """Share of volunteers by month of age and education, shape (1,452, 3).

    The rate by age (volunteering.csv), times the ratio of the education (volunteering_
    education.csv), divided so that people of an age with the education of their age
    (education.csv) have the rate of that age.

    Args:
        tables: the tables of `scenarios/germany`.
        persons: the nation by month of age, shape (1,452,).
    """
    frame = tables["volunteering"].sort_values("age_from")
    rate = smooth(groups_of(frame), column(frame, "rate")[:, None], persons)
    frame = tables["education"].sort_values("age_from")
    shares = np.stack([column(frame, word) for word in EDUCATION], axis=1)
    education = smooth(
        groups_of(frame), shares / shares.sum(axis=1, keepdims=True), persons, adds_to_one=True
    )
    known = tables["volunteering_education"].set_index("education")["rate"]
    ratio = np.array([float(known[word]) for word in EDUCATION])
    volunteers: Array = np.minimum(rate * ratio / (education @ ratio)[:, None], HIGHEST_SHARE)
    return volunteers


def read_loneliness(tables: dict[str, pd.DataFrame], national: Array) -> Array:
    """Share of lonely people by sex, month of age and partner (0 no, 1 yes), (2, 1,452, 2).

    Args:
        tables: the tables of `scenarios/germany`.
        national: persons by sex and month of age, shape (2, 1,452).
    """
    frame = tables["loneliness"]
    share = np.empty((2, MONTHS_OF_AGE, 2))
    for sex, word in enumerate(SEXES):
        rows = frame[frame["sex"] == word]
        known = rows.pivot_table(index="age_from", columns="partner", values="share", sort=True)
        heights = known[list(PARTNER)].to_numpy(dtype=np.float64)
        share[sex] = smooth(groups_of(rows), heights, national[sex])
    return share


def read_withdrawal(tables: dict[str, pd.DataFrame], persons: Array) -> Array:
    """Share of people living withdrawn by month of age, shape (1,452,); `persons` likewise."""
    frame = tables["withdrawal"].sort_values("age_from")
    return smooth(groups_of(frame), column(frame, "share")[:, None], persons)[:, 0]


def read_mobility(tables: dict[str, pd.DataFrame], national: Array) -> Array:
    """Share with limited mobility by sex and month of age, shape (2, 1,452).

    Args:
        tables: the tables of `scenarios/germany`.
        national: persons by sex and month of age, shape (2, 1,452).
    """
    frame = tables["mobility"]
    share = np.empty((2, MONTHS_OF_AGE))
    for sex, word in enumerate(SEXES):
        rows = frame[frame["sex"] == word].sort_values("age_from")
        known = column(rows, "share_limited")[:, None]
        share[sex] = smooth(groups_of(rows), known, national[sex])[:, 0]
    return share


def solve_volunteering(volunteers: Array, values: dict[str, float]) -> tuple[Array, Array]:
    """Monthly probability to start, shape (121, 3), and to stop, shape (121,).

    Stopping comes from the ledger; starting is what the cohort of an education then needs to
    follow the share of its age. Where even nobody's starting would leave too many, stopping is
    raised to what the education that needs most needs.

    Args:
        volunteers: share by month of age and education, shape (1,452, 3).
        values: one draw of the assumptions; volunteer_stop_under_75 and volunteer_stop_75_plus
            (yearly probabilities) are used.
    """
    before, after = _steps(volunteers)
    stop = np.empty(AGES)
    stop[:OLD] = values["volunteer_stop_under_75"]
    stop[OLD:] = values["volunteer_stop_75_plus"]
    stop = monthly(stop)
    fall = np.divide(before - after, before, out=np.zeros_like(before), where=before > 0.0)
    stop = np.maximum(stop, fall.max(axis=1))
    start = (after - before * (1.0 - stop[:, None])) / (12.0 - before)
    return np.clip(start, 0.0, 1.0), stop


def solve_mobility_onset(limited: Array, values: dict[str, float]) -> Array:
    """Monthly probability that mobility becomes limited by sex and age, shape (2, 121).

    Args:
        limited: share by sex and month of age, shape (2, 1,452).
        values: one draw of the assumptions; mobility_recovery (monthly) is used.
    """
    return np.ascontiguousarray(onset(limited.T, values["mobility_recovery"]).T)


def onset(share: Array, recovery: float) -> Array:
    """Monthly onset with which a cohort follows a share through age, shape (121, columns).

    Args:
        share: by month of age, shape (1,452, columns).
        recovery: monthly probability to leave the state.
    """
    before, after = _steps(share)
    return np.clip((after - before * (1.0 - recovery)) / (12.0 - before), 0.0, 1.0)


def onset_in_home(share: float, recovery: float, moving_in: Array, turnover: float) -> Array:
    """Monthly onset that keeps a share among residents of nursing homes, shape of `moving_in`.

    Every month `turnover` of them die and are followed by people who have the share of those at
    home; the onset makes up for the difference:
    share = (1 - turnover) (share (1 - recovery) + (1 - share) onset) + turnover moving_in.

    Args:
        share: in nursing homes.
        recovery: monthly probability to leave the state.
        moving_in: share among people at home of the same age, and sex and partner if known.
        turnover: residents who die in a month.
    """
    limited = min(share, HIGHEST_SHARE)
    stay = (limited - turnover * moving_in) / (1.0 - turnover)
    result: Array = np.clip((stay - limited * (1.0 - recovery)) / (1.0 - limited), 0.0, 1.0)
    return result


def deaths_in_home(values: dict[str, float]) -> float:
    """Share of nursing home residents who die in a month."""
    return float(1.0 - (1.0 - values["nursing_home_annual_death"]) ** (1.0 / 12.0))


def lonely_onset(loneliness: Array, values: dict[str, float]) -> Array:
    """Monthly probability to become lonely, shape (2, 121, 2, 2).

    Axes: sex, age, partner (0 no, 1 yes), nursing home (0 no, 1 yes).

    Args:
        loneliness: share by sex, month of age and partner, shape (2, 1,452, 2).
        values: one draw of the assumptions.
    """
    recovery = values["loneliness_recovery"]
    result = np.empty((2, AGES, 2, 2))
    for sex in range(2):
        result[sex, :, :, 0] = onset(loneliness[sex], recovery)
        result[sex, :, :, 1] = onset_in_home(
            values["nursing_home_loneliness"],
            recovery,
            yearly(loneliness[sex]),
            deaths_in_home(values),
        )
    return result


def withdraw_onset(withdrawal: Array, values: dict[str, float]) -> Array:
    """Monthly probability to withdraw by age and nursing home (0 no, 1 yes), shape (121, 2).

    Args:
        withdrawal: share by month of age, shape (1,452,).
        values: one draw of the assumptions.
    """
    recovery = values["withdrawal_recovery"]
    at_home = onset(withdrawal[:, None], recovery)[:, 0]
    in_home = onset_in_home(
        values["nursing_home_withdrawn"], recovery, yearly(withdrawal), deaths_in_home(values)
    )
    return np.stack((at_home, in_home), axis=-1)


def _steps(share: Array) -> tuple[Array, Array]:
    """Shares before and after the twelve monthly steps of a year of age, each added up.

    Args:
        share: by month of age, shape (1,452, columns); before the first month it is 0.
    """
    before = np.concatenate((np.zeros((1, share.shape[1])), share[:-1]))
    return yearly(before) * 12.0, yearly(share) * 12.0
