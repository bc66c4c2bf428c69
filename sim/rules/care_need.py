"""Coming to need care, and the care grade going up or down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled


@compiled
def relative_risk_of_care_need(
    takes_part: bool,
    lonely: bool,
    prevented: bool,
    barrier_free: bool,
    risk_part: float,
    risk_lonely: float,
    risk_visit: float,
    risk_dwelling: float,
) -> float:
    """Risk of coming to need care against a person with none of the four features.

    Args:
        takes_part: visits a meeting point regularly.
        lonely, prevented, barrier_free: yes (1) or no (0).
        risk_part, risk_lonely, risk_visit, risk_dwelling: believed causal hazard ratios.
    """
    risk = 1.0
    if takes_part:
        risk *= risk_part
    if lonely:
        risk *= risk_lonely
    if prevented:
        risk *= risk_visit
    if barrier_free:
        risk *= risk_dwelling
    return risk


@compiled
def onset_of_care_need(
    monthly_probability: float, relative_risk: float, mean_relative_risk: float
) -> float:
    """Monthly probability of coming to need care.

    Args:
        monthly_probability: by year, sex and age, as the care statistics give it.
        relative_risk: of this resident, see `relative_risk_of_care_need`.
        mean_relative_risk: of residents of that sex and age band at the start.
    """
    return monthly_probability * (relative_risk / mean_relative_risk)


@compiled
def next_care_grade(
    grade: int,
    up: float,
    down: float,
    entry_grade: NDArray[np.float64],
    in_nursing_home: bool,
    u: float,
) -> int:
    """Care grade after this month, at most one change.

    Args:
        grade: 0 to 5 now.
        up: monthly probability of a higher grade (of grade 0: of coming to need care, including
            the relative risk).
        down: monthly probability of the grade below.
        entry_grade: cumulative distribution of the first grade, shape (6,).
        in_nursing_home: residents of a home keep grade 1 at least.
        u: uniform number; the part below `up` decides also which grade is the first.
    """
    if u < up:
        if grade > 0:
            return grade + 1
        share = u / up
        first = 1
        while first < 5 and share >= entry_grade[first]:
            first += 1
        return first
    if u >= 1.0 - down and grade > 0 and not (grade == 1 and in_nursing_home):
        return grade - 1
    return grade
