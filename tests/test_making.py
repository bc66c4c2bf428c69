"""The synthetic residents: every margin of the town met in whole people.

Where a test allows more than rounding, the reason stands beside it.
"""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from towns import write_town

from sim.making import make_residents
from sim.making.meeting import _could_be_nearest, chance_with_habit, settled_habits
from sim.making.persons import cohorts
from sim.rates.prevalence import care_prevalence
from sim.residents import (
    ALIVE,
    AMBULATORY,
    COLUMNS,
    DAY_CARE,
    FAMILY,
    HOME_ALONE,
    INDEPENDENT,
    NOBODY,
    NURSING_HOME,
    STARTED_ALONE,
    STARTED_WITHDRAWN,
    VOLUNTEER_IN_QUARTER,
)
from sim.town import read_town

SCENARIOS = Path(__file__).parent.parent / "scenarios"
ROUNDING = 1.0 + 1e-6
SEXES = ("male", "female")
LINKS = ("partner", "child", "parent", "follows")


def made(town):
    """A town with its residents and what the tests read off them."""
    population = make_residents(town)
    c = population.columns
    year, month = town.start
    months = (year - 1900) * 12 + month - 1 - c.birth_month.astype(np.int64)
    in_home = c.setting == NURSING_HOME
    size = np.zeros(population.size, np.int64)
    size[~in_home] = population.household_size[c.household[~in_home]]
    return SimpleNamespace(
        town=town,
        assumed=town.ledger.values(),
        population=population,
        c=c,
        size=size,
        months=months,
        age=months // 12,
        in_home=in_home,
        at_home=~in_home,
        partner=c.partner != NOBODY,
    )


@pytest.fixture(scope="module")
def small_town(tmp_path_factory):
    return read_town(write_town(tmp_path_factory.mktemp("towns") / "small", residents=3000))


@pytest.fixture(scope="module")
def herrenberg():
    return made(read_town(SCENARIOS / "herrenberg"))


@pytest.fixture(scope="module", params=["small", "herrenberg"])
def place(request):
    if request.param == "herrenberg":
        return request.getfixturevalue("herrenberg")
    return made(request.getfixturevalue("small_town"))


def cells(table, place, **where):
    """Rows of a table by age group (and sex) with the people they speak of."""
    for row in table.itertuples():
        if any(getattr(row, name) != value for name, value in where.items()):
            continue
        here = (place.age >= row.age_from) & (place.age <= row.age_to)
        if "sex" in table:
            here &= place.c.sex == SEXES.index(row.sex)
        yield row, here


def assert_share(found, people, share, allowed=ROUNDING):
    assert abs(found[people].sum() - share * people.sum()) < allowed


# Persons --------------------------------------------------------------------------------------


def test_every_row_of_the_population_table_is_met_exactly(place):
    for row in place.town.population.itertuples():
        found = (
            (place.c.district == row.district)
            & (place.c.sex == row.sex)
            & (place.age >= row.age_from)
            & (place.age <= row.age_to)
        )
        assert found.sum() == row.persons
    assert place.population.size == place.town.population["persons"].sum()


def test_single_years_follow_the_state_within_rounding(place):
    weights = cohorts(place.town)
    expected = np.zeros((2, 121))
    for row in place.town.population.itertuples():
        ages = slice(row.age_from, row.age_to + 1)
        within = weights[row.sex, ages]
        expected[row.sex, ages] += row.persons * within / within.sum()
    found = np.zeros((2, 121))
    np.add.at(found, (place.c.sex, place.age), 1)
    assert np.abs(found - expected).max() < ROUNDING


def test_months_of_birth_are_spread_over_the_year(herrenberg):
    by_month = np.bincount(herrenberg.months % 12, minlength=12)
    expected = herrenberg.population.size / 12
    assert np.abs(by_month - expected).max() < 5 * math.sqrt(expected)


def test_everybody_is_alive_founding_and_unique(place):
    assert np.all(place.c.status == ALIVE)
    assert np.all(place.c.arrived == 0)
    assert np.unique(place.c.uid).shape[0] == place.population.size
    assert np.all((place.age >= 0) & (place.age <= 120))


def test_the_columns_have_their_types(place):
    for column in COLUMNS:
        array = getattr(place.c, column.name)
        assert array.dtype == column.dtype, column.name
        assert array.shape[0] == place.population.size
    assert place.population.household_size.dtype == np.int16
    assert place.population.households_of.dtype == np.int16


# Households -----------------------------------------------------------------------------------


def test_household_sizes_are_the_tables(place):
    """Exact wherever the table can house the people of the district who live at home.

    A table that houses everybody cannot house them without the residents of nursing homes (the
    old town of Herrenberg): there as few households as needed are one person smaller.
    """
    town, c = place.town, place.c
    found = np.zeros((len(town.districts), 6), np.int64)
    np.add.at(
        found,
        (place.population.households_of, np.minimum(place.population.household_size, 6) - 1),
        1,
    )
    given = np.zeros_like(found)
    for row in town.households.itertuples():
        given[row.district, row.size - 1] += row.households
    at_home = np.bincount(c.district[place.at_home], minlength=len(town.districts))
    for district, (own, table) in enumerate(zip(found, given, strict=True)):
        assert own.sum() == table.sum()
        least = table @ np.arange(1, 7)
        if least <= at_home[district] <= least + 2 * table[5]:
            np.testing.assert_array_equal(own, table)
        else:
            needed = max(least - at_home[district], at_home[district] - least - 2 * table[5])
            assert np.abs(own - table).sum() <= 2 * needed + 6


def test_of_the_districts_of_herrenberg_only_the_old_town_differs(herrenberg):
    households = herrenberg.population.households_of
    size = np.minimum(herrenberg.population.household_size, 6)
    for row in herrenberg.town.households.itertuples():
        found = ((households == row.district) & (size == row.size)).sum()
        assert abs(found - row.households) <= (2 if row.district == 0 else 0)


def test_the_sizes_are_those_of_the_members(place):
    c = place.c
    members = np.bincount(
        c.household[place.at_home], minlength=place.population.household_size.shape[0]
    )
    np.testing.assert_array_equal(members, place.population.household_size)
    assert np.all(c.household[place.in_home] == NOBODY)
    home = place.at_home
    np.testing.assert_array_equal(
        place.population.households_of[c.household[home]], c.district[home]
    )


def test_every_household_has_an_adult(place):
    adult = place.at_home & (place.age >= 18)
    adults = np.bincount(
        place.c.household[adult], minlength=place.population.household_size.shape[0]
    )
    assert adults.min() >= 1


def test_partners_point_at_each_other(place):
    c = place.c
    row = np.flatnonzero(place.partner)
    other = c.partner[row]
    np.testing.assert_array_equal(c.partner[other], row)
    np.testing.assert_array_equal(c.household[other], c.household[row])
    assert np.all(c.sex[other] != c.sex[row])
    assert place.age[row].min() >= 18
    assert np.all(place.at_home[row])


def test_partners_are_of_like_age(herrenberg):
    c = herrenberg.c
    women = np.flatnonzero(herrenberg.partner & (c.sex == 1))
    older = (herrenberg.months[c.partner[women]] - herrenberg.months[women]) / 12
    assert 1.5 < older.mean() < 3.5
    assert 3.0 < older.std() < 6.0
    assert np.abs(older).max() < 25


def test_one_follows_who_decides(place):
    c = place.c
    follows = c.follows
    row = np.flatnonzero(follows != NOBODY)
    assert np.all(follows[follows[row]] == NOBODY)
    np.testing.assert_array_equal(c.household[follows[row]], c.household[row])
    pair = np.flatnonzero(place.partner)
    decides = c.uid[pair] < c.uid[c.partner[pair]]
    assert np.all((follows[pair] == NOBODY) == decides)
    np.testing.assert_array_equal(follows[pair[~decides]], c.partner[pair[~decides]])
    minors = np.flatnonzero((place.age < 18) & place.at_home)
    assert np.all(place.age[follows[minors]] >= 18)
    adults = np.flatnonzero((place.age >= 18) & ~place.partner)
    assert np.all(follows[adults] == NOBODY)


def test_children_live_with_people_who_could_be_their_parents(herrenberg):
    c, age = herrenberg.c, herrenberg.age
    minors = np.flatnonzero((age < 18) & herrenberg.at_home)
    head = c.follows[minors]
    woman = np.where((c.sex[head] == 0) & (c.partner[head] != NOBODY), c.partner[head], head)
    gap = age[woman] - age[minors]
    # Households of the table are fixed: a handful of children live with a grandparent.
    assert np.mean((gap >= 16) & (gap <= 48)) > 0.998
    assert 28 < gap.mean() < 33


def test_living_alone_and_with_a_partner_by_age_and_sex(place):
    """Partners at all ages and people alone from 65 as in the nation, to 1.5 points of a per cent.

    The number of households of one is the town's: who is under 65 lives alone less often (or more
    often) than in the nation. Partners are fewer where the old town has rooms for few couples.
    """
    table = place.town.tables["living_arrangements"]
    alone = place.size == 1
    for row, here in cells(table, place):
        people = here & place.at_home
        allowed = 0.015 * people.sum() + 3
        assert_share(place.partner, people, row.share_with_partner, allowed)
        if row.age_from >= 65:
            assert_share(alone, people, row.share_living_alone, allowed)
    assert not alone[place.age < 18].any()


# Care -----------------------------------------------------------------------------------------


def test_care_need_by_sex_and_group(place):
    year, month = place.town.start
    prevalence = care_prevalence(place.town, place.assumed, year + month / 12)
    expected = prevalence[place.c.sex, place.age]
    rates = place.town.tables["care_rates"]
    newest = rates[rates["year"] == rates["year"].max()]
    in_need = place.c.care_grade > 0
    for _, here in cells(newest, place):
        assert abs(in_need[here].sum() - expected[here, 1:].sum()) < ROUNDING
        for grade in range(1, 6):
            # Two roundings in a row: how many need care, then which grade they have.
            found = (place.c.care_grade[here] == grade).sum()
            assert abs(found - expected[here, grade].sum()) < 2.0
    for grade in range(1, 6):
        assert abs((place.c.care_grade == grade).sum() - expected[:, grade].sum()) < 2.0


def test_nursing_homes_hold_whom_they_can(place):
    places = place.town.service_size("nursing_home_places")
    use, full = place.assumed["nursing_home_use"], place.assumed["nursing_home_full"]
    expected = 0.0
    for row, here in cells(place.town.tables["care_settings"], place):
        expected += row.nursing_home_share * (here & (place.c.care_grade == row.grade)).sum()
    found = place.in_home.sum()
    assert found <= places * full
    assert abs(found - min(expected, math.floor(places * use))) < ROUNDING
    assert np.all(place.c.care_grade[place.in_home] > 0)
    assert np.all(place.c.home_months[~place.in_home] == 0)


def test_nursing_home_residents_by_grade_and_age(herrenberg):
    """In proportion to the shares of the statistics, as the town's places allow."""
    scale = None
    expected, found = [], []
    for row, here in cells(herrenberg.town.tables["care_settings"], herrenberg):
        of_grade = here & (herrenberg.c.care_grade == row.grade)
        expected.append(row.nursing_home_share * of_grade.sum())
        found.append((of_grade & herrenberg.in_home).sum())
    scale = sum(found) / sum(expected)
    assert 0.5 < scale <= 1.01
    # Two samples in a row: who would live in a home, then for whom there is a place.
    assert np.abs(np.array(found) - scale * np.array(expected)).max() < 2.0


def test_day_care_and_ambulatory_services_by_grade_and_age(place):
    c = place.c
    clients = turned_away = 0
    for row, here in cells(place.town.tables["care_settings"], place):
        of_grade = here & (c.care_grade == row.grade)
        people = of_grade & place.at_home
        share = row.day_care_share * of_grade.sum()
        assert abs(c.has_day_care[people].sum() - min(share, people.sum())) < ROUNDING
        factor = place.town.ledger["ambulatory_share_factor"].value
        share = min(row.ambulatory_share * factor * of_grade.sum(), people.sum())
        # More than the share: who found no place in a nursing home has a service at home.
        assert c.has_ambulatory[people].sum() > share - ROUNDING
        clients += share
        turned_away += row.nursing_home_share * of_grade.sum()
    turned_away = max(0.0, turned_away - place.in_home.sum())
    assert c.has_ambulatory.sum() - clients < turned_away + 2
    assert not c.has_ambulatory[place.in_home].any()
    assert not c.has_day_care[place.in_home].any()


def test_counted_services_are_not_overbooked(herrenberg):
    services = tuple(
        dataclasses.replace(spec, size=spec.size / 2, status="measured")
        for spec in herrenberg.town.services
    )
    town = dataclasses.replace(herrenberg.town, services=services)
    place = made(town)
    capacity = town.service_size("day_care_places") * place.assumed["day_care_clients_per_place"]
    assert place.c.has_day_care.sum() <= capacity + 1
    assert place.in_home.sum() <= town.service_size("nursing_home_places")


def test_the_setting_is_what_it_says(place):
    c = place.c
    np.testing.assert_array_equal(c.setting == INDEPENDENT, c.care_grade == 0)
    assert np.all(c.has_day_care[c.setting == DAY_CARE] == 1)
    assert np.all(c.has_ambulatory[c.setting == AMBULATORY] == 1)
    served = (c.has_ambulatory == 1) | (c.has_day_care == 1)
    assert not served[(c.setting == FAMILY) | (c.setting == HOME_ALONE)].any()
    alone = (c.setting == HOME_ALONE) & (place.size > 1)
    assert not (place.partner | (c.child != NOBODY))[alone].any()


def test_mobility_by_sex_and_group(place):
    for row, here in cells(place.town.tables["mobility"], place):
        assert_share(place.c.mobility_limited, here, row.share_limited)


# Company --------------------------------------------------------------------------------------


def test_loneliness_by_sex_age_and_partner(place):
    table = place.town.tables["loneliness"]
    for word, with_partner in (("yes", True), ("no", False)):
        for row, here in cells(table, place, partner=word):
            people = here & place.at_home & (place.partner == with_partner)
            assert_share(place.c.lonely, people, row.share)
    assert_share(place.c.lonely, place.in_home, place.assumed["nursing_home_loneliness"])


def test_withdrawal_by_age(place):
    for row, here in cells(place.town.tables["withdrawal"], place):
        assert_share(place.c.withdrawn, here & place.at_home, row.share)
    assert_share(place.c.withdrawn, place.in_home, place.assumed["nursing_home_withdrawn"])


def test_volunteers_by_age_and_education(place):
    """By age within rounding of each of the three educations, by education within 1 per cent.

    The two tables disagree a little in the number of volunteers; the rates by age count.
    """
    tables, c = place.town.tables, place.c
    active = c.volunteer > 0
    total = 0.0
    by_education = np.zeros(3)
    for row, here in cells(tables["volunteering"], place):
        people = here & place.at_home
        assert_share(active, people, row.rate, 3 * ROUNDING)
        total += row.rate * people.sum()
        if row.rate > 0:
            by_education += np.bincount(c.education[people], minlength=3)
    rates = tables["volunteering_education"].set_index("education")["rate"]
    by_education *= [rates[word] for word in ("low", "middle", "high")]
    by_education *= total / by_education.sum()
    found = np.bincount(c.education[active], minlength=3)
    np.testing.assert_allclose(found, by_education, rtol=0.01, atol=3)
    assert not active[c.care_grade >= 3].any()
    assert not active[place.in_home].any()


def test_volunteers_hours_and_quarter(place):
    c, assumed = place.c, place.assumed
    active = c.volunteer > 0
    assert np.all((c.volunteer_minutes > 0) == active)
    for word in ("low", "middle", "high"):
        minutes = round(60 * assumed[f"volunteer_hours_{word}"])
        share = assumed[f"volunteer_hours_share_{word}"]
        assert_share(c.volunteer_minutes == minutes, active, share)
    in_quarter = c.volunteer == VOLUNTEER_IN_QUARTER
    assert_share(in_quarter, active, assumed["quarter_volunteer_share"])
    assert not in_quarter[place.age < 18].any()


# Traits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "table", "share"),
    [
        ("online", "internet", "share_online"),
        ("migration_background", "migration_background", "share"),
    ],
)
def test_traits_by_age(place, column, table, share):
    for row, here in cells(place.town.tables[table], place):
        assert_share(getattr(place.c, column), here, getattr(row, share))


def test_education_by_age(place):
    for row, here in cells(place.town.tables["education"], place):
        for code, word in enumerate(("low", "middle", "high")):
            assert_share(place.c.education == code, here, getattr(row, word))


def test_dwellings_by_the_age_of_the_eldest(place):
    c = place.c
    eldest = np.zeros(place.population.household_size.shape[0], np.int64)
    np.maximum.at(eldest, c.household[place.at_home], place.age[place.at_home])
    dwelling = np.zeros(eldest.shape[0])
    dwelling[c.household[place.at_home]] = c.barrier_free[place.at_home]
    for row in place.town.tables["dwelling"].itertuples():
        here = (eldest >= row.age_from) & (eldest <= row.age_to)
        assert_share(dwelling, here, row.share_barrier_free)
    np.testing.assert_array_equal(
        c.barrier_free[place.at_home], dwelling[c.household[place.at_home]]
    )
    assert np.all(c.barrier_free[place.in_home] == 1)


def test_the_group_of_the_start(place):
    group = place.c.start_group
    np.testing.assert_array_equal(group & STARTED_ALONE > 0, place.size == 1)
    np.testing.assert_array_equal(group & STARTED_WITHDRAWN > 0, place.c.withdrawn == 1)


# Kin and acquaintances ------------------------------------------------------------------------


def test_children_in_town_and_within_reach(place):
    assumed, old = place.assumed, place.age >= 50
    share = assumed["child_in_town_share"] * assumed["parents_share"]
    in_town = place.c.child != NOBODY
    # Couples have the same child, so the last one counts for two.
    assert_share(in_town, old, share, 0.01 * old.sum() + 3)
    for first in range(50, 90, 10):
        here = (place.age >= first) & (place.age < first + 10)
        assert_share(in_town, here, share, 0.02 * here.sum() + 3)
    reach = assumed["child_in_reach_share"]
    assert_share(place.c.child_in_reach, old, reach, 3)
    assert not (place.c.child_in_reach.astype(bool) & in_town).any()


def test_child_and_parent_belong_together(place):
    c, age = place.c, place.age
    child = np.flatnonzero(c.parent != NOBODY)
    parent = c.parent[child]
    np.testing.assert_array_equal(c.child[parent], child)
    row = np.flatnonzero(c.child != NOBODY)
    of_child = c.parent[c.child[row]]
    assert np.all((of_child == row) | (of_child == c.partner[row]))
    assert age[child].min() >= 18
    gap = place.months[row] - place.months[c.child[row]]
    assert gap.min() >= 16 * 12
    elsewhere = (c.household[row] != c.household[c.child[row]]) & (c.partner[row] == NOBODY)
    years = gap[elsewhere] / 12
    assert years.size > 0
    assert years.min() >= 20
    assert years.max() <= 42


def test_four_acquaintances_outside_the_household(herrenberg):
    c = herrenberg.c
    links = c.acquaintances.astype(np.int64)
    rows = np.arange(herrenberg.population.size)[:, None]
    assert np.all(links != rows)
    assert np.mean(links == NOBODY) < 0.001
    known = links != NOBODY
    same = known & (c.household[links] == c.household[:, None]) & (c.household != NOBODY)[:, None]
    assert not same.any()
    ordered = np.sort(np.where(known, links, -1 - np.arange(4)), axis=1)
    assert np.all(np.diff(ordered, axis=1) > 0)
    assert np.all(c.district[links][:, :3][known[:, :3]] == np.repeat(
        c.district[:, None], 3, axis=1)[known[:, :3]])  # fmt: skip
    metres = np.hypot(c.x[links[:, 0]].astype(float) - c.x, c.y[links[:, 0]].astype(float) - c.y)
    assert np.median(metres) < 200
    years = np.abs(herrenberg.months[links] - herrenberg.months[:, None]) / 12
    assert np.median(years) < 8


# Places and meeting points --------------------------------------------------------------------


def test_places_lie_inside_the_district(place):
    c, specs = place.c, place.town.districts
    x = np.array([spec.x for spec in specs])[c.district]
    y = np.array([spec.y for spec in specs])[c.district]
    radius = np.array([spec.radius_metres for spec in specs])[c.district]
    distance = np.hypot(c.x - x, c.y - y)
    assert np.all(distance <= radius + 1)
    # Evenly over a disc: half of the people within the inner half of its area.
    assert abs(np.mean(distance < radius * math.sqrt(0.5)) - 0.5) < 0.05
    home = np.flatnonzero(place.at_home)
    first = np.full(place.population.household_size.shape[0], -1)
    first[c.household[home]] = home
    same = first[c.household[home]]
    np.testing.assert_array_equal(c.x[home], c.x[same])
    np.testing.assert_array_equal(c.y[home], c.y[same])


def test_who_knows_a_meeting_point_and_who_visits(place):
    c, points = place.c, place.town.meeting_points
    senior = place.age >= place.assumed["meeting_point_seniors_age"]
    all_ages = np.array([point.all_ages for point in points])
    could = place.at_home & (place.age >= 18) & (senior | all_ages.any())
    knows = c.known_point != NOBODY
    assert_share(knows, could, place.assumed["know_share"])
    assert not knows[~could].any()
    assert np.all(all_ages[c.known_point[knows & ~senior]])
    visits = c.visits > 0
    assert 0 < visits.sum() < 0.1 * (place.age >= 65).sum()
    assert not (visits & ~knows).any()
    assert not ((c.habit > 0) & ~knows).any()
    assert c.habit.max() <= 100
    assert set(np.unique(c.visits[visits])) <= {1, 4}
    assert_share(c.visits == 4, visits, place.assumed["regular_visit_share"])
    np.testing.assert_array_equal(c.visits, c.visit_wish)


def test_habits_start_where_they_settle(small_town):
    """A month of visiting or not leaves the distribution of the habit as it is."""
    values = small_town.ledger.values()
    settled = settled_habits(values)
    np.testing.assert_allclose(settled.sum(axis=1), 1.0)
    habit = np.arange(101)
    chance = chance_with_habit(np.arange(96)[:, None] / 100, habit, values)
    following = np.zeros_like(settled)
    for row, (share, visits) in enumerate(zip(settled, chance, strict=True)):
        np.add.at(following[row], np.minimum(habit + 30, 100), share * visits)
        np.add.at(following[row], np.maximum(habit - 15, 0), share * (1 - visits))
    assert values["habit_gain"] == 30
    assert values["habit_loss"] == 15
    np.testing.assert_allclose(following, settled, atol=1e-8)
    mean = settled @ habit
    assert np.all(np.diff(mean) >= -1e-9)
    assert mean[0] == 0.0
    assert mean[-1] > 95


def test_a_town_without_meeting_points(small_town):
    place = made(dataclasses.replace(small_town, meeting_points=()))
    assert np.all(place.c.known_point == NOBODY)
    assert not place.c.visits.any()


# The same town, the same residents ------------------------------------------------------------


def test_the_same_town_gives_the_same_residents(small_town):
    one, other = make_residents(small_town), make_residents(small_town)
    for name in one.columns._fields:
        np.testing.assert_array_equal(getattr(one.columns, name), getattr(other.columns, name))
    np.testing.assert_array_equal(one.household_size, other.household_size)


def test_identities_depend_on_district_and_place_only(small_town):
    seeded = dataclasses.replace(small_town, population_seed=99)
    only_first = dataclasses.replace(
        small_town,
        districts=small_town.districts[:1],
        population=small_town.population.query("district == 0"),
        households=small_town.households.query("district == 0"),
        meeting_points=small_town.meeting_points[:1],
    )
    base = make_residents(small_town).columns
    first = set(base.uid[base.district == 0].tolist())
    assert set(make_residents(seeded).columns.uid.tolist()) == set(base.uid.tolist())
    assert set(make_residents(only_first).columns.uid.tolist()) == first


def test_another_seed_gives_other_residents_with_the_same_margins(small_town):
    one = make_residents(small_town).columns
    other = make_residents(dataclasses.replace(small_town, population_seed=99)).columns
    by_uid = np.argsort(one.uid), np.argsort(other.uid)
    assert np.any(one.x[by_uid[0]] != other.x[by_uid[1]])
    assert np.any(one.care_grade[by_uid[0]] != other.care_grade[by_uid[1]])
    np.testing.assert_array_equal(
        np.bincount(one.care_grade, minlength=6)[0], np.bincount(other.care_grade, minlength=6)[0]
    )


# Any small town -------------------------------------------------------------------------------

GROUPS = ((0, 17), (18, 39), (40, 64), (65, 79), (80, 120))


@st.composite
def margins(draw):
    """Populations and households of one to three districts, sensible or not."""
    districts = draw(st.integers(1, 3))
    persons = draw(
        st.lists(
            st.lists(st.integers(0, 25), min_size=10, max_size=10),
            min_size=districts,
            max_size=districts,
        )
    )
    households = draw(
        st.lists(
            st.lists(st.integers(0, 20), min_size=6, max_size=6),
            min_size=districts,
            max_size=districts,
        )
    )
    return persons, households


def with_margins(town, persons, households):
    population = [
        {"district": d, "sex": k // 5, "age_from": GROUPS[k % 5][0], "age_to": GROUPS[k % 5][1],
         "persons": number}
        for d, row in enumerate(persons) for k, number in enumerate(row)
    ]  # fmt: skip
    sizes = [
        {"district": d, "size": k + 1, "households": number}
        for d, row in enumerate(households) for k, number in enumerate(row)
    ]  # fmt: skip
    specs = [
        dataclasses.replace(town.districts[0], key=f"d{d}", residents=sum(row), x=900.0 * d)
        for d, row in enumerate(persons)
    ]
    return dataclasses.replace(
        town,
        districts=tuple(specs),
        population=pd.DataFrame(population),
        households=pd.DataFrame(sizes),
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(margins())
def test_any_town_can_be_made(small_town, tables):
    persons, households = tables
    place = made(with_margins(small_town, persons, households))
    c = place.c
    test_every_row_of_the_population_table_is_met_exactly(place)
    assert place.population.size == sum(map(sum, persons))
    test_everybody_is_alive_founding_and_unique(place)
    test_the_sizes_are_those_of_the_members(place)
    assert place.population.household_size.min(initial=1) >= 1
    row = np.flatnonzero(place.partner)
    np.testing.assert_array_equal(c.partner[c.partner[row]], row)
    assert np.all(c.sex[c.partner[row]] != c.sex[row])
    followers = np.flatnonzero(c.follows != NOBODY)
    assert np.all(c.follows[c.follows[followers]] == NOBODY)
    child = np.flatnonzero(c.parent != NOBODY)
    np.testing.assert_array_equal(c.child[c.parent[child]], child)
    assert np.all(c.acquaintances != np.arange(place.population.size)[:, None])
    for name in LINKS:
        links = getattr(c, name)
        assert np.all((links >= NOBODY) & (links < place.population.size))


@given(st.integers(0, 2**32 - 1), st.integers(0, 12))
def test_the_nearest_point_is_among_those_that_could_be(seed, number):
    random = np.random.default_rng(seed)
    x, y = random.integers(-900, 900, (2, number)).astype(np.float64)
    counted = random.random(number) < 0.6
    places = random.integers(-300, 300, (2, 40))
    box = [(axis.min(), axis.max()) for axis in places]
    possible = _could_be_nearest(box, x, y, counted)
    assert not possible[~counted].any()
    square = (places[0][:, None] - x) ** 2 + (places[1][:, None] - y) ** 2
    nearest = square == square[:, counted].min(axis=1, keepdims=True, initial=np.inf)
    assert possible[(nearest & counted).any(axis=0)].all()
