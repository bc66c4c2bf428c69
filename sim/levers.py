"""What measures do in a district in one month, and the meeting points: arrays for the rules."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

LEVERS = (
    "outreach",  # chance that a withdrawn or unaware person of 60+ is contacted this month
    "recruited",  # chance that an adult is won for volunteering in the quarter this month
    "trained",  # share of the quarter's volunteers who were trained, 0 to 1
    "counselled",  # share of family carers reached by counselling, 0 to 1
    "preventive_visits",  # chance that a person of 75+ without care need is visited this month
    "adapted_dwellings",  # chance that a dwelling of a person of 65+ is adapted this month
    "courses",  # chance that a person of 60+ who is offline goes online this month
    "transport",  # share of residents a ride can fetch, 0 to 1
    "neighbourly_share",  # share of quarter volunteers' time that reaches people in need, 0 to 1
    "ambulatory_minutes",  # extra minutes a week of ambulatory care for this district
    "day_care_places",  # extra clients of day care for this district
    "supports",  # 1 if any of outreach, visits, dwellings, courses is above 0
)
(
    OUTREACH,
    RECRUITED,
    TRAINED,
    COUNSELLED,
    PREVENTIVE_VISITS,
    ADAPTED_DWELLINGS,
    COURSES,
    TRANSPORT,
    NEIGHBOURLY_SHARE,
    AMBULATORY_MINUTES,
    DAY_CARE_PLACES,
    SUPPORTS,
) = range(len(LEVERS))

Points: Any = namedtuple("Points", ["x", "y", "district", "open", "all_ages", "capacity"])
"""All meeting points a run may have: place in metres (int32), district (int16), open this month
and open to all ages (uint8), visits a month there is room for (int64); each of shape (points,)."""
