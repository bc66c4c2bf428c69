"""What care costs in a month, by district and payer; every euro has one payer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import inside
from sim.residents import NURSING_HOME
from sim.rules.costs import cost_at_home, cost_in_nursing_home, in_cents, year_of_stay

MUNICIPALITY, CARE_FUND, GRANT, HOUSEHOLD = 0, 1, 2, 3
MEASURES, CARE = 0, 1


@inside
def add_care_costs(
    c: Any,
    people: NDArray[np.uint32],
    p: Any,
    benefits: NDArray[np.float64],
    supplements: NDArray[np.float64],
    price_level: float,
    money: NDArray[np.float64],
) -> None:
    """Add one month of care costs to `money`.

    Every bill is a whole number of cents, so that the order of residents changes no sum.

    Args:
        c: columns of all residents.
        people: rows with a care grade.
        p: parameters.
        benefits: cash, in kind, day care, nursing home by grade, euros a month, shape (6, 4).
        supplements: share of the care cost the fund pays by year of stay in a home, shape (4,).
        price_level: prices of services against the ledger's year.
        money: euros, shape (districts, payers, items).
    """
    district_of = c.district
    care_grade_of = c.care_grade
    setting_of = c.setting
    ambulatory_minutes_of = c.ambulatory_minutes
    has_day_care_of = c.has_day_care
    home_months_of = c.home_months
    relief = p.relief_amount_per_month * p.relief_amount_used_share
    cents = np.zeros(money.shape[:2], np.int64)
    for place in range(people.shape[0]):
        i = people[place]
        d = district_of[i]
        grade = care_grade_of[i]
        if setting_of[i] == NURSING_HOME:
            fund, household, municipality = cost_in_nursing_home(
                benefits[grade, 3], p.nursing_home_care_share_before_supplement * price_level,
                supplements[year_of_stay(home_months_of[i])],
                p.nursing_home_own_share * price_level, supplements[0],
                p.nursing_home_assistance_share,
                p.nursing_home_assistance_per_year / 12.0 * price_level,
            )  # fmt: skip
            cents[d, MUNICIPALITY] += in_cents(municipality)
        else:
            cost = ambulatory_minutes_of[i] * p.price_per_minute_month * price_level
            fund, household = cost_at_home(
                grade, cost, has_day_care_of[i], benefits[grade, 0], benefits[grade, 1],
                benefits[grade, 2], relief, p.day_care_own_share_per_month,
            )  # fmt: skip
        cents[d, CARE_FUND] += in_cents(fund)
        cents[d, HOUSEHOLD] += in_cents(household)
    # One by one: adding whole arrays would take longer to compile than all the rest of this.
    for d in range(money.shape[0]):
        for payer in range(money.shape[1]):
            money[d, payer, CARE] += cents[d, payer] / 100.0


def benefit_tables(tables: dict) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Benefits by grade and the supplements of the care fund, from the national tables."""
    benefits = np.zeros((6, 4))
    rows = tables["care_benefits"]
    for grade, *amounts in zip(
        rows["grade"], rows["cash"], rows["in_kind"], rows["day_care"], rows["nursing_home"],
        strict=True,
    ):  # fmt: skip
        benefits[int(grade)] = amounts
    supplements = np.zeros(4)
    rows = tables["nursing_home_supplement"]
    for year, share in zip(rows["year_of_stay_from"], rows["share"], strict=True):
        supplements[min(3, int(year) - 1) :] = share
    return benefits, supplements
