"""What is counted: names, age bands and groups of the indicators."""

from __future__ import annotations

BANDS = ("0-64", "65-79", "80+")
"""Age bands of every count."""

GROUPS = ("with_others", "alone", "with_others_withdrawn", "alone_withdrawn")
"""Groups by the situation at the start (or on arrival), see `start_group`."""

STOCKS = (
    "residents",
    "in_need",
    "grade_1",
    "grade_2",
    "grade_3",
    "grade_4",
    "grade_5",
    "at_home",
    "home_alone",
    "family",
    "ambulatory",
    "day_care",
    "nursing_home",
    "need_minutes",
    "family_minutes",
    "neighbour_minutes",
    "ambulatory_minutes",
    "day_care_minutes",
    "nursing_home_minutes",
    "missing_minutes",
    "carers",
    "strained_carers",
    "waiting_ambulatory",
    "waiting_day_care",
    "waiting_home",
    "living_alone",
    "lonely",
    "withdrawn",
    "mobility_limited",
    "knowing",
    "visitors",
    "regular_visitors",
    "volunteers",
    "quarter_volunteers",
    "volunteer_minutes",
    "quarter_volunteer_minutes",
)
"""Counted at the end of a month; a year's value is that of its December."""

FLOWS = (
    "births",
    "deaths",
    "moved_in",
    "moved_out",
    "left_for_home_out_of_town",
    "new_in_need",
    "nursing_home_entries",
    "bereaved",
    "visits",
    "turned_away",
    "months_in_need_at_home",
    "months_in_need",
)
"""Summed over the months of a year."""

COUNTS = STOCKS + FLOWS
INDEX = {name: index for index, name in enumerate(COUNTS)}

PAYERS = ("municipality", "care_fund", "grant", "household")
ITEMS = ("measures", "care")
