"""Whom a published figure is about."""

from __future__ import annotations

from dataclasses import dataclass

OLDEST = 120

SEXES = ("male", "female")
SETTINGS = ("nursing_home", "ambulatory", "private")
"""`private`: not in a nursing home."""
OTHERS = (
    "with_partner",
    "without_partner",
    "low_education",
    "middle_education",
    "high_education",
    "up_to_2_hours",
    "3_to_5_hours",
    "6_hours_or_more",
)


@dataclass(frozen=True)
class Group:
    """Part of the people.

    Attributes:
        sex: `male`, `female` or `both`.
        age_from, age_to: completed years, both included.
        grade: care grade, None for any.
        setting: one of `SETTINGS`, empty for any.
        other: one of `OTHERS`, empty if nothing else matters.
        district: key of a district, empty for the whole place.
    """

    sex: str = "both"
    age_from: int = 0
    age_to: int = OLDEST
    grade: int | None = None
    setting: str = ""
    other: str = ""
    district: str = ""

    @property
    def sexes(self) -> tuple[int, ...]:
        """Codes of the sexes in it."""
        return (0, 1) if self.sex == "both" else (SEXES.index(self.sex),)
