"""Dying: the life table, split by care grade and by what a person does and feels."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def relative_risk_of_death(
    lonely: bool,
    volunteers: bool,
    prevented: bool,
    risk_lonely: float,
    risk_volunteer: float,
    risk_visit: float,
) -> float:
    """Risk of death against a person who is not lonely, does not volunteer, has no visits.

    Args:
        lonely, volunteers, prevented: yes (1) or no (0).
        risk_lonely, risk_volunteer, risk_visit: the believed causal part of the published
            hazard ratios (observed ratio to the power of the assumed fraction).
    """
    risk = 1.0
    if lonely:
        risk *= risk_lonely
    if volunteers:
        risk *= risk_volunteer
    if prevented:
        risk *= risk_visit
    return risk


@compiled
def dies(
    monthly_probability: float, relative_risk: float, mean_relative_risk: float, u: float
) -> bool:
    """Whether a resident dies this month.

    Args:
        monthly_probability: by year, sex, age, care grade and nursing home; averages to the
            life table.
        relative_risk: of this resident, see `relative_risk_of_death`.
        mean_relative_risk: of residents of that sex and age band at the start, so that effects
            redistribute deaths and do not add any.
        u: uniform number.

    At probability 1, the last age of the life table, nobody's habits help any more.
    """
    if monthly_probability >= 1.0:
        return True
    return u < monthly_probability * relative_risk / mean_relative_risk
