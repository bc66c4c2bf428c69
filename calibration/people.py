"""The residents of a run at one time, as columns that a figure can be read off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.group import Group
from sim.model import QuartierModel
from sim.residents import NOBODY, NURSING_HOME, VOLUNTEER_IN_QUARTER

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

EDUCATION = ("low_education", "middle_education", "high_education")


@dataclass(frozen=True)
class People:
    """Residents at one time, a row each.

    Attributes:
        age: completed years.
        sex: 0 male, 1 female.
        district: index of the district.
        grade: care grade, 0 none.
        in_home: lives in a nursing home.
        served: is a client of an ambulatory service, and at home.
        alone: is the only member of the household.
        partner: lives with a partner.
        education: 0 low, 1 middle, 2 high.
        lonely, withdrawn: yes or no.
        volunteer: volunteers anywhere; `in_quarter` in the quarter.
        volunteer_minutes: minutes a week.
        knows: knows a meeting point.
        visits: visits made in the month.
        caring_minutes: care given to a partner or parent, minutes a week.
        strained: carer who is highly burdened.
    """

    age: Numbers
    sex: Numbers
    district: Numbers
    grade: Numbers
    in_home: Mask
    served: Mask
    alone: Mask
    partner: Mask
    education: Numbers
    lonely: Mask
    withdrawn: Mask
    volunteer: Mask
    in_quarter: Mask
    volunteer_minutes: Numbers
    knows: Mask
    visits: Numbers
    caring_minutes: Numbers
    strained: Mask

    @property
    def in_need(self) -> Mask:
        """Who has a care grade."""
        return np.asarray(self.grade > 0)

    @property
    def carers(self) -> Mask:
        """Who cares for a partner or parent."""
        return np.asarray(self.caring_minutes > 0)

    def of(self, group: Group, districts: tuple[str, ...] = ()) -> Mask:
        """Who belongs to a group.

        Args:
            group: the group; its grade is left out, as most figures are shares of grades.
            districts: keys of the districts in their order, where the group names one.
        """
        chosen = (self.age >= group.age_from) & (self.age <= group.age_to)
        if group.sex != "both":
            chosen &= self.sex == group.sexes[0]
        if group.district:
            chosen &= self.district == districts.index(group.district)
        if group.setting:
            chosen &= self.lives_in(group.setting)
        if group.other in EDUCATION:
            chosen &= self.education == EDUCATION.index(group.other)
        elif group.other in ("with_partner", "without_partner"):
            chosen &= self.partner == (group.other == "with_partner")
        return chosen

    def lives_in(self, setting: str) -> Mask:
        """Who lives in a setting of `calibration.group.SETTINGS`."""
        if setting == "nursing_home":
            return self.in_home
        return self.served if setting == "ambulatory" else ~self.in_home


def people_of(model: QuartierModel) -> People:
    """The residents of a running model now."""
    residents = model.residents

    def column(name: str) -> NDArray[Any]:
        found: NDArray[Any] = residents[name]
        return found

    def number(name: str) -> Numbers:
        return column(name).astype(np.int64)

    in_home = column("setting") == NURSING_HOME
    household = number("household")
    # Nobody in a nursing home has a household: row 0 stands in and is not used.
    members = residents.household_size[np.maximum(household, 0)]
    return People(
        age=residents.age,
        sex=number("sex"),
        district=number("district"),
        grade=number("care_grade"),
        in_home=in_home,
        served=(column("has_ambulatory") > 0) & ~in_home,
        alone=(household >= 0) & (members == 1),
        partner=column("partner") != NOBODY,
        education=number("education"),
        lonely=column("lonely") > 0,
        withdrawn=column("withdrawn") > 0,
        volunteer=column("volunteer") > 0,
        in_quarter=column("volunteer") == VOLUNTEER_IN_QUARTER,
        volunteer_minutes=number("volunteer_minutes"),
        knows=column("known_point") != NOBODY,
        visits=number("visits"),
        caring_minutes=number("caring_minutes"),
        strained=column("strained") > 0,
    )
