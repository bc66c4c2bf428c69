"""One draw of the assumptions, in the form the rules take: a record of named numbers.

Every field is either an assumption of the ledger under its own name or is derived here from
assumptions, once, with NumPy, so that rules need no logarithm and no exponential.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

# Assumptions that rules and stages read under their own name.
DIRECT = (
    "mobility_recovery",
    "loneliness_recovery",
    "carer_loneliness_factor",
    "bereavement_loneliness",
    "withdrawal_recovery",
    "know_own_contact",
    "know_word_of_mouth",
    "know_online_factor",
    "visit_probability",
    "withdrawn_visit_factor",
    "lonely_visit_factor",
    "habit_visit_factor",
    "visit_factor_50_64",
    "visit_factor_under_50",
    "mobility_distance_factor",
    "regular_visit_share",
    "outreach_know",
    "outreach_reconnect",
    "quarter_volunteer_share",
    "quarter_volunteer_stop",
    "training_stop_factor",
    "meeting_point_recruits",
    "volunteer_hours_share_low",
    "volunteer_hours_share_middle",
    "carer_strain_recovery",
    "strain_factor_service",
    "strain_factor_day_care",
    "strain_factor_neighbour",
    "strain_factor_counselling",
    "care_need_spread",
    "barrier_free_need_factor",
    "partner_care_share",
    "partner_care_factor_grade_1",
    "partner_care_factor_mobility",
    "child_care_share",
    "kin_care_share",
    "household_care_share",
    "strained_carer_hours_factor",
    "ambulatory_alone_factor",
    "counselling_uptake_factor",
    "nursing_home_out_of_town",
    "ride_metres",
    "preventive_visit_nursing_home",
    "child_in_reach_share",
    "relief_amount_per_month",
    "relief_amount_used_share",
    "nursing_home_own_share",
    "nursing_home_assistance_share",
    "nursing_home_assistance_per_year",
    "nursing_home_care_share_before_supplement",
    "day_care_own_share_per_month",
)

# Effects: name of the field, published ratio, fraction of its logarithm believed causal.
EFFECTS = (
    ("risk_lonely_death", "observed_loneliness_death", "fraction_loneliness_death"),
    ("risk_volunteer_death", "observed_volunteering_death", "fraction_volunteering_death"),
    ("risk_visit_death", "observed_preventive_visit_death", "fraction_preventive_visit_death"),
    ("risk_part_need", "observed_participation_care_need", "fraction_participation_care_need"),
    ("risk_lonely_need", "observed_loneliness_care_need", "fraction_loneliness_care_need"),
    ("risk_visit_need", "observed_preventive_visit_care_need", "fraction_preventive_visit_care_need"),
    ("risk_dwelling_need", "observed_barrier_free_care_need", "fraction_barrier_free_care_need"),
    ("risk_alone_home", "observed_living_alone_nursing_home", "fraction_living_alone_nursing_home"),
    ("risk_gap_home", "observed_care_gap_nursing_home", "fraction_care_gap_nursing_home"),
    ("risk_strain_home", "observed_carer_strain_nursing_home", "fraction_carer_strain_nursing_home"),
)  # fmt: skip

# Hours of the ledger that rules take as minutes a week.
MINUTES = (
    ("partner_minutes", "partner_care_hours"),
    ("child_minutes", "child_care_hours"),
    ("child_in_reach_minutes", "child_in_reach_care_hours"),
    ("kin_minutes", "kin_care_hours"),
    ("household_minutes", "household_care_hours"),
    ("neighbour_minutes", "neighbourly_help_hours"),
    ("volunteer_minutes_low", "volunteer_hours_low"),
    ("volunteer_minutes_middle", "volunteer_hours_middle"),
    ("volunteer_minutes_high", "volunteer_hours_high"),
)

# Whole numbers, derived below.
WHOLE = (
    ("habit_gain", "habit_gain"),
    ("habit_loss", "habit_loss"),
    ("participation_habit", "participation_habit"),
    ("neighbourly_help_highest_grade", "neighbourly_help_highest_grade"),
    ("prevention_months", "prevention_months"),
    ("nursing_home_patience", "nursing_home_patience_months"),
    ("seniors_age", "meeting_point_seniors_age"),
    ("outreach_age", "outreach_age"),
    ("preventive_visit_age", "preventive_visit_age"),
    ("dwelling_age", "dwelling_age"),
    ("course_age", "course_age"),
    ("ride_age", "ride_age"),
)

DERIVED = (
    "ease_meeting",
    "strain_onset",
    "quarter_join",
    "forgetting",
    "day_care_minutes",
    "price_per_minute_month",
)

GRADED = (
    ("visit_grade_factor", "visit_grade_factor_{}", 1.0),
    ("ambulatory_minutes", "ambulatory_hours_{}", 60.0),
    ("need_minutes", "care_need_hours_{}", 60.0),
)

DTYPE = np.dtype(
    [(name, np.float64) for name in DIRECT]
    + [(name, np.float64) for name, _, _ in EFFECTS]
    + [(name, np.float64) for name, _ in MINUTES]
    + [(name, np.int64) for name, _ in WHOLE]
    + [(name, np.float64) for name in DERIVED]
    + [(name, np.float64, (6,)) for name, _, _ in GRADED]
)

# Weeks in a month, for turning hours a week into hours a month.
WEEKS_PER_MONTH = 365.25 / 7 / 12


def make_parameters(values: Mapping[str, float]) -> Any:
    """Record of all numbers the rules read, from one draw of the assumptions.

    Args:
        values: value of every assumption by name (`Ledger.values()` or `Ledger.draw(…)`).

    Returns:
        A NumPy record (`np.record`) with the fields of `DTYPE`.
    """
    table = np.zeros(1, dtype=DTYPE).view(np.recarray)
    record = table[0]
    for name in DIRECT:
        record[name] = values[name]
    for name, observed, fraction in EFFECTS:
        record[name] = values[observed] ** values[fraction]
    for name, hours in MINUTES:
        record[name] = round(60.0 * values[hours])
    for name, source in WHOLE:
        record[name] = round(values[source])
    for name, pattern, unit in GRADED:
        first = 1.0 if name == "visit_grade_factor" else 0.0
        graded = [unit * values[pattern.format(grade)] for grade in range(1, 6)]
        record[name] = [first, *graded]
    # A standardised mean difference d shifts the log odds by d times pi / sqrt(3) (Chinn 2000);
    # half of the shift works on becoming lonely, half on ceasing to be.
    effect = values["observed_meeting_loneliness_smd"] * values["fraction_meeting_loneliness"]
    record["ease_meeting"] = math.exp(effect * math.pi / math.sqrt(3.0) / 2.0)
    share = values["carer_strain_share"]
    # New carers begin without burden, so onset makes up for those who stop caring as well.
    leave = values["carer_strain_recovery"] + values["carer_turnover"]
    record["strain_onset"] = leave * share / (1.0 - share)
    share = values["quarter_volunteer_share"]
    record["quarter_join"] = values["quarter_volunteer_stop"] * share / (1.0 - share)
    # Without word of mouth the share who know settles at the observed one.
    share = values["know_share"]
    record["forgetting"] = min(1.0, values["know_own_contact"] * (1.0 - share) / share)
    record["day_care_minutes"] = round(
        60.0 * values["day_care_days_per_week"] * values["day_care_hours_per_day"]
    )
    record["price_per_minute_month"] = values["ambulatory_price_per_hour"] / 60.0 * WEEKS_PER_MONTH
    return record
