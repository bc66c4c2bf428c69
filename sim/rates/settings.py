"""Where people in need live and what they ask for: nursing home, ambulatory service, day care.

The shares by grade and age are those of care_settings.csv, smoothed over age. The monthly
probability to ask for a nursing home place is solved like the onset of care need: with places
for everybody the share in nursing homes by age and grade would stay as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.rates.care import Cohorts, GradeChange, change, entry_shares
from sim.rates.prevalence import GRADES
from sim.rates.smoothing import MONTHS_OF_AGE, Array, groups_of, smooth


def read_shares(tables: dict[str, pd.DataFrame], in_need: Array, name: str) -> Array:
    """Share of people in need who use a setting, by month of age and grade, shape (1,452, 6).

    Args:
        tables: the tables of `scenarios/germany`.
        in_need: persons by month of age and grade 1 to 5, shape (1,452, 5): the weights.
        name: column of care_settings.csv.
    """
    frame = tables["care_settings"]
    known = frame.pivot_table(index="age_from", columns="grade", values=name, sort=True)
    shares = np.zeros((MONTHS_OF_AGE, GRADES))
    weights = np.maximum(in_need, 1e-9)
    shares[:, 1:] = smooth(groups_of(frame), known.to_numpy(dtype=np.float64), weights)
    return shares


HIGHEST_NURSING_HOME_SHARE = 0.9
"""Even in a place with very many homes some of each grade live at home."""


def in_nursing_home(share: Array, values: Mapping[str, float]) -> Array:
    """Share in nursing homes of a place whose homes have more or fewer people than the nation's.

    Args:
        share: share of people in need in a nursing home, of the nation; any shape.
        values: one draw of the assumptions; nursing_home_share_factor is used.
    """
    local = share * values.get("nursing_home_share_factor", 1.0)
    result: Array = np.minimum(local, np.maximum(share, HIGHEST_NURSING_HOME_SHARE))
    return result


def at_home(share: Array, nursing_home_share: Array) -> Array:
    """From a share of all in need to a share of those at home; same shapes."""
    result: Array = np.minimum(share / (1.0 - nursing_home_share), 1.0)
    return result


def solve_nursing_home_entry(
    known: Cohorts, death: Array, grade_change: GradeChange, values: dict[str, float]
) -> Array:
    """Monthly probability that somebody at home asks for a nursing home place, (2, 121, 6).

    In the month of the model people die, then change grade (the same at home and in the home, but
    nobody in a home falls below grade 1), then move; nobody moves back. The first year's
    probabilities serve all years.

    Args:
        known: the shares to reproduce; the first year is used.
        death: monthly probability of death, shape (years, 2, 121, 12).
        grade_change: monthly probabilities of change of grade.
        values: one draw of the assumptions.
    """
    entry = entry_shares(values)
    earlier, share = known.first_year()
    inside = earlier * share
    survive = np.repeat(1.0 - death[0], 12, axis=1)
    up = np.repeat(grade_change.up[0], 12, axis=1)
    down = np.repeat(grade_change.down[0], 12, axis=1)
    home = (earlier - inside) * survive[..., :6]
    home = change(home, GradeChange(up, down), entry)
    down = down * (np.arange(GRADES) != 1)
    inside = change(inside * survive[..., 6:], GradeChange(up, down), entry)
    everyone = (home + inside).sum(axis=-1, keepdims=True)
    asked = known.in_home * (home + inside) - inside
    for flow in (asked, home):
        np.divide(flow, everyone, out=flow, where=everyone > 0.0)
    stock = known.over_year_of_age(home)
    wanted = np.maximum(known.over_year_of_age(asked), 0.0)
    result = np.divide(wanted, stock, out=np.zeros_like(stock), where=stock > 0.0)
    result[..., 0] = 0.0
    return np.minimum(result, 1.0)
