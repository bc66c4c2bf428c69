"""What newcomers are like: shares by age (and sex) with which their features are drawn."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pandas as pd

from sim.rates.people import SEXES
from sim.rates.smoothing import AGES, Array

Traits: Any = namedtuple(
    "Traits",
    [
        "partner",  # [2, 121] lives with a partner
        "education",  # [121, 2] cumulative: low, low or middle
        "online",  # [121]
        "barrier_free",  # [121]
        "migration_background",  # [121]
        "lonely",  # [2, 121, 2] by partner
        "withdrawn",  # [121]
        "limited",  # [2, 121]
        "volunteer",  # [121]
        "grade",  # [2, 121, 6] cumulative over the care grade
    ],
)


def by_age(frame: pd.DataFrame, column: str) -> Array:
    """A column of a table of age groups as a step function of the year of age, shape (121,)."""
    values = np.zeros(AGES)
    for first, last, value in zip(frame["age_from"], frame["age_to"], frame[column], strict=True):
        values[int(first) : int(last) + 1] = float(value)
    return values


def by_sex_and_age(frame: pd.DataFrame, column: str) -> Array:
    """The same by sex, shape (2, 121)."""
    return np.stack([by_age(frame[frame["sex"] == sex], column) for sex in SEXES])


def newcomer_traits(tables: dict[str, pd.DataFrame], care_prevalence: Array) -> Any:
    """Features of newcomers, taken to be those of the nation's people of their age and sex.

    Args:
        tables: the national ones.
        care_prevalence: share in care grade 0 to 5 by sex and age, shape (2, 121, 6).
    """
    education = tables["education"]
    low = by_age(education, "low")
    lonely = tables["loneliness"]
    return Traits(
        partner=by_sex_and_age(tables["living_arrangements"], "share_with_partner"),
        education=np.stack([low, low + by_age(education, "middle")], axis=1),
        online=by_age(tables["internet"], "share_online"),
        barrier_free=by_age(tables["dwelling"], "share_barrier_free"),
        migration_background=by_age(tables["migration_background"], "share"),
        lonely=np.stack(
            [by_sex_and_age(lonely[lonely["partner"] == word], "share") for word in ("no", "yes")],
            axis=2,
        ),
        withdrawn=by_age(tables["withdrawal"], "share"),
        limited=by_sex_and_age(tables["mobility"], "share_limited"),
        volunteer=by_age(tables["volunteering"], "rate"),
        grade=np.ascontiguousarray(np.cumsum(care_prevalence, axis=2)),
    )
