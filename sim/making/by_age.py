"""Tables by age group as arrays over single years of age."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.making.quota import FloatArray, IntArray
from sim.rates.people import SEXES
from sim.rates.smoothing import AGES


def group_of_age(frame: pd.DataFrame) -> IntArray:
    """Number of the age group of each age, shape (121,).

    Ages between two groups belong to the lower one, ages outside to the nearest.
    """
    first = np.unique(frame["age_from"].to_numpy(dtype=np.int64))
    place = np.searchsorted(first, np.arange(AGES), side="right") - 1
    return np.maximum(place, 0)


def by_age(frame: pd.DataFrame, column: str) -> FloatArray:
    """A column of a table by age group, shape (121,)."""
    ordered = frame.sort_values("age_from")
    values = ordered[column].to_numpy(dtype=np.float64)
    return values[group_of_age(ordered)]


def by_sex_and_age(frame: pd.DataFrame, column: str) -> FloatArray:
    """A column of a table by sex and age group, shape (2, 121)."""
    return np.stack([by_age(frame[frame["sex"] == word], column) for word in SEXES])
