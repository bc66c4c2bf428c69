"""What the model says of each kind of published figure: one observable a function.

An observable takes a run, the year of the figure and whom it is about, and returns the model's
counterpart, NaN where the run has nobody it could be about. Stocks are read at the end of the
figure's year; what the model takes to be timeless (loneliness, volunteering) has its counterpart in
any year, see `calibration.courses.Course.at`. Flows are those of the whole run, lives those under
the rules of its first year.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from calibration.courses import Course
from calibration.group import Group
from calibration.lifetimes import mean_of
from calibration.people import Mask, People

Observable = Callable[[Course, int, Group], float]

MOST_HOURS = {
    "up_to_2_hours": (0.0, 2.5),
    "3_to_5_hours": (2.5, 5.5),
    "6_hours_or_more": (5.5, 1e9),
}
"""Hours a week of an answer in whole hours: 2 means up to 2.5."""


def share(chosen: Mask, among: Mask) -> float:
    """Share of those in `among` who are chosen; NaN of nobody."""
    of = int(among.sum())
    return float((chosen & among).sum() / of) if of else float("nan")


def _of(run: Course, year: int, group: Group) -> tuple[People, Mask]:
    people = run.at(year)
    return people, people.of(group, run.districts)


# People -----------------------------------------------------------------------------------------


def residents(run: Course, year: int, group: Group) -> float:
    """Residents of a district and age group; NaN outside the simulated years."""
    if not run.years[0] <= year <= run.years[-1]:
        return float("nan")
    return float(_of(run, year, group)[1].sum())


def life_expectancy(run: Course, year: int, group: Group) -> float:
    """Years left at `age_from` by the deaths the rules expect of the residents of the start."""
    left = [_years_left(run, sex, group.age_from) for sex in group.sexes]
    return float(np.mean(left))


def share_living_alone(run: Course, year: int, group: Group) -> float:
    """Share who are the only member of their household."""
    people, chosen = _of(run, year, group)
    return share(people.alone, chosen)


def share_with_partner(run: Course, year: int, group: Group) -> float:
    """Share who live with a partner."""
    people, chosen = _of(run, year, group)
    return share(people.partner, chosen)


# Care need --------------------------------------------------------------------------------------


def care_rate(run: Course, year: int, group: Group) -> float:
    """Share with a care grade; NaN for years before the run, whose rates it does not have."""
    if year < run.years[0]:
        return float("nan")
    people, chosen = _of(run, year, group)
    return share(people.in_need, chosen)


def persons_in_need(run: Course, year: int, group: Group) -> float:
    """People with a care grade, at the scale of the run; NaN for years before it.

    A run of the nation in small has 1 person for many: see `calibration.nation`.
    """
    if year < run.years[0]:
        return float("nan")
    people, chosen = _of(run, year, group)
    return float((people.in_need & chosen).sum()) * scale_of(run)


def share_of_persons_in_need(run: Course, year: int, group: Group) -> float:
    """Share of a sex and age group among people with a care grade; NaN for years before the run."""
    if year < run.years[0]:
        return float("nan")
    people, chosen = _of(run, year, group)
    return share(chosen, people.in_need)


def grade_share(run: Course, year: int, group: Group) -> float:
    """Share of a grade among people in need, of a setting if one is named."""
    people, chosen = _of(run, year, group)
    return share(people.grade == group.grade, people.in_need & chosen)


def heavy_grade_share(run: Course, year: int, group: Group) -> float:
    """Share of grades 4 and 5 among people in need, of a setting if one is named."""
    people, chosen = _of(run, year, group)
    return share(people.grade >= 4, people.in_need & chosen)


def new_cases_per_person_in_need(run: Course, year: int, group: Group) -> float:
    """People who came to need care in a year, per person in need in the middle of it."""
    stock = run.total("in_need")
    middle = (stock[1:] + stock[:-1]).sum() / 2.0
    return float(run.total("new_in_need")[1:].sum() / middle) if middle else float("nan")


def duration_of_care_need(run: Course, year: int, group: Group) -> float:
    """Mean years with a care grade of those whose care begins after 60."""
    after = run.from_60
    sexes = group.sexes
    return mean_of(after.years_in_need, sexes) / mean_of(after.ever_in_need, sexes)


def ever_in_need_before_death(run: Course, year: int, group: Group) -> float:
    """Share who have a care grade at some time of a life under the rules of the first year."""
    return mean_of(run.from_birth.ever_in_need, group.sexes)


# Settings ---------------------------------------------------------------------------------------


def setting_share(run: Course, year: int, group: Group) -> float:
    """Share of a setting among people in need, of a grade if one is named."""
    people, chosen = _of(run, year, _anywhere(group))
    among = people.in_need & chosen
    if group.grade is not None:
        among &= people.grade == group.grade
    return share(people.lives_in(group.setting), among)


def setting_share_served(run: Course, year: int, group: Group) -> float:
    """The same among people in need less those of grade 1 with neither home nor service."""
    people, chosen = _of(run, year, _anywhere(group))
    served = (people.grade > 1) | people.in_home | people.served
    return share(people.lives_in(group.setting), people.in_need & served & chosen)


def share_in_nursing_home(run: Course, year: int, group: Group) -> float:
    """Share of all residents of an age who live in a nursing home."""
    people, chosen = _of(run, year, _anywhere(group))
    return share(people.in_home, chosen)


def share_of_nursing_home_residents(run: Course, year: int, group: Group) -> float:
    """Share of an age group among the residents of nursing homes."""
    people, chosen = _of(run, year, group)
    return share(chosen, people.in_home)


def nursing_home_places_per_1000(run: Course, year: int, group: Group) -> float:
    """Places in nursing homes per 1,000 residents of an age at the start."""
    persons = int(run.start.of(_anywhere(group)).sum())
    places = run.town.service_size("nursing_home_places")
    return 1000.0 * places / persons if persons else float("nan")


def nursing_home_occupancy(run: Course, year: int, group: Group) -> float:
    """Residents of nursing homes per place."""
    places = run.town.service_size("nursing_home_places")
    return float(run.at(year).in_home.sum() / places) if places else float("nan")


def nursing_home_annual_death(run: Course, year: int, group: Group) -> float:
    """Chance of residents of nursing homes to die within a year, by the rules of the first."""
    people = run.start
    if not people.in_home.any():
        return float("nan")
    monthly = float(_expected_deaths(run)[people.in_home].mean())
    return 1.0 - (1.0 - monthly) ** 12


def nursing_home_stay(run: Course, year: int, group: Group) -> float:
    """Mean months in a nursing home of those who move to one, where places are not limited."""
    lived = mean_of(run.from_birth.nursing_home_years, group.sexes)
    return 12.0 * lived / mean_of(run.from_birth.nursing_home_entries, group.sexes)


def share_of_deaths_in_nursing_home(run: Course, year: int, group: Group) -> float:
    """Share of those in nursing homes among expected deaths of the residents of the start."""
    deaths = _expected_deaths(run)
    return float(deaths[run.start.in_home].sum() / deaths.sum())


# Company and volunteering -----------------------------------------------------------------------


def lonely_share(run: Course, year: int, group: Group) -> float:
    """Share who are lonely."""
    people, chosen = _of(run, year, group)
    return share(people.lonely, chosen)


def withdrawn_share(run: Course, year: int, group: Group) -> float:
    """Share who seldom or never see kin or friends."""
    people, chosen = _of(run, year, group)
    return share(people.withdrawn, chosen)


def volunteer_rate(run: Course, year: int, group: Group) -> float:
    """Share who volunteer, wherever."""
    people, chosen = _of(run, year, group)
    return share(people.volunteer, chosen)


def volunteer_hours_share(run: Course, year: int, group: Group) -> float:
    """Share of volunteers who give so many hours a week."""
    people, chosen = _of(run, year, group)
    low, high = MOST_HOURS[group.other]
    hours = people.volunteer_minutes / 60.0
    return share((hours > low) & (hours <= high), people.volunteer & chosen)


def share_visiting(run: Course, year: int, group: Group) -> float:
    """Share who visit a meeting point in the month; NaN where there is none."""
    people, chosen = _of(run, year, group)
    return share(people.visits > 0, chosen) if run.town.meeting_points else float("nan")


def share_knowing(run: Course, year: int, group: Group) -> float:
    """Share who know a meeting point; NaN where there is none."""
    people, chosen = _of(run, year, group)
    return share(people.knows, chosen) if run.town.meeting_points else float("nan")


def volunteers_per_meeting_point(run: Course, year: int, group: Group) -> float:
    """Volunteers in the quarter per meeting point; NaN where there is none."""
    points = len(run.town.meeting_points)
    return float(run.at(year).in_quarter.sum() / points) if points else float("nan")


# Carers -----------------------------------------------------------------------------------------


def mean_hours_of_carers(run: Course, year: int, group: Group) -> float:
    """Mean hours a week of residents who care for a partner or parent."""
    people, chosen = _of(run, year, group)
    minutes = people.caring_minutes[people.carers & chosen]
    return float(minutes.mean() / 60.0) if minutes.size else float("nan")


def share_of_carers_up_to_28_hours(run: Course, year: int, group: Group) -> float:
    """Share of carers who give at most four hours a day."""
    people, chosen = _of(run, year, group)
    return share(people.caring_minutes <= 28 * 60, people.carers & chosen)


def share_of_carers_from_52_hours(run: Course, year: int, group: Group) -> float:
    """Share of carers who give seven and a half hours a day or more."""
    people, chosen = _of(run, year, group)
    return share(people.caring_minutes >= 52.5 * 60, people.carers & chosen)


def share_of_carers_highly_burdened(run: Course, year: int, group: Group) -> float:
    """Share of carers who are highly burdened."""
    people, chosen = _of(run, year, group)
    return share(people.strained, people.carers & chosen)


def share_of_carers_female(run: Course, year: int, group: Group) -> float:
    """Share of women among carers."""
    people, chosen = _of(run, year, group)
    return share(people.sex == 1, people.carers & chosen)


def share_of_carers(run: Course, year: int, group: Group) -> float:
    """Share of an age group among carers of 18 and over."""
    people, chosen = _of(run, year, group)
    return share(chosen, people.carers & (people.age >= 18))


# Inside -----------------------------------------------------------------------------------------


def scale_of(run: Course) -> float:
    """People whom one resident of the run stands for: 1, but for the nation in small."""
    return float(run.town.sources.get("scale", "1"))


def _anywhere(group: Group) -> Group:
    """The group without its setting: that is what is asked for."""
    return Group(group.sex, group.age_from, group.age_to, None, "", group.other, group.district)


def _expected_deaths(run: Course) -> NDArray[np.float64]:
    """Chance of each resident of the start to die in the first month, by the rules."""
    people = run.start
    state = people.grade + 6 * people.in_home
    found: NDArray[np.float64] = run.tables.death[0, people.sex, np.minimum(people.age, 120), state]
    return found


def _years_left(run: Course, sex: int, age: int) -> float:
    """Mean of the expected deaths of an age; ages without people have the mean of all states."""
    people, deaths = run.start, _expected_deaths(run)
    here = people.sex == sex
    ages = people.age[here]
    persons = np.bincount(ages, minlength=121)[:121]
    died = np.bincount(ages, weights=deaths[here], minlength=121)[:121]
    # Where nobody is of an age, its states are those of the oldest.
    oldest = here & (people.age >= 90)
    states = np.bincount((people.grade + 6 * people.in_home)[oldest], minlength=12).astype(float)
    states = states if states.sum() else np.ones(12)
    monthly = run.tables.death[0, sex] @ (states / states.sum())
    np.divide(died, persons, out=monthly, where=persons > 0)
    yearly = 1.0 - (1.0 - monthly[age:]) ** 12
    alive = np.concatenate(([1.0], np.cumprod(1.0 - yearly)))
    return float((alive[:-1] * (1.0 - yearly / 2.0)).sum())


OBSERVABLES: MappingProxyType[str, Observable] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            residents,
            life_expectancy,
            share_living_alone,
            share_with_partner,
            care_rate,
            persons_in_need,
            share_of_persons_in_need,
            grade_share,
            heavy_grade_share,
            new_cases_per_person_in_need,
            duration_of_care_need,
            ever_in_need_before_death,
            setting_share,
            setting_share_served,
            share_in_nursing_home,
            share_of_nursing_home_residents,
            nursing_home_places_per_1000,
            nursing_home_occupancy,
            nursing_home_annual_death,
            nursing_home_stay,
            share_of_deaths_in_nursing_home,
            lonely_share,
            withdrawn_share,
            volunteer_rate,
            volunteer_hours_share,
            share_visiting,
            share_knowing,
            volunteers_per_meeting_point,
            mean_hours_of_carers,
            share_of_carers_up_to_28_hours,
            share_of_carers_from_52_hours,
            share_of_carers_highly_burdened,
            share_of_carers_female,
            share_of_carers,
        )
    }
)
"""Every observable by the name that the targets give it."""
