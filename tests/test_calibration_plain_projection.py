"""The plain projection is right in itself, and the model agrees with it where both must."""

from __future__ import annotations

import numpy as np
import pytest

from calibration import follow, nation_in_small, read_targets
from calibration import plain_projection as plain
from calibration.care_forecast import forecast

BORN_2023 = 692_989
"""Births in Germany in 2023 (Destatis 12612-0001)."""


def test_every_person_is_accounted_for():
    before = plain.nation()
    year = plain.one_year(before, net_migration=300_000.0)
    after = before.sum() + year.births - year.deaths + year.net_migration
    assert year.net_migration == pytest.approx(300_000.0)
    assert year.persons.sum() == pytest.approx(after, rel=1e-12)


def test_without_death_everybody_is_a_year_older():
    before = plain.nation()
    after = plain.one_year(before, fertility=0.0, survive=np.ones((2, 91))).persons
    assert after[:, 1:90] == pytest.approx(before[:, :89])
    assert after[:, 90] == pytest.approx(before[:, 89] + before[:, 90])
    assert after[:, 0].sum() == 0.0


def test_a_stationary_population_stays_as_it_is():
    """Residents as the life table has them, as many born as die: all but the infants stay put."""
    death = plain.death_by_age()
    lived = np.array(
        [
            [
                plain.lived_from(death[sex], age) - plain.lived_from(death[sex], age + 1)
                for age in range(90)
            ]
            + [plain.lived_from(death[sex], 90)]
            for sex in (0, 1)
        ]
    )
    after = plain.one_year(lived, fertility=0.0).persons
    assert after[:, 2:] == pytest.approx(lived[:, 2:], rel=5e-3)


def test_births_of_germany_are_the_counted_ones():
    """Rates of 2023 on the women of 2024; their base, the Census 2011, has some 2 % more women."""
    assert plain.one_year(plain.nation()).births == pytest.approx(BORN_2023, rel=0.04)


def test_the_naive_forecast_is_the_same_in_both_codes():
    ours = forecast(nation_in_small(persons=4000, years=1), "DE", 2021, 2023, draws=1).ageing
    theirs = plain.persons_in_need(plain.care_rates(2021), plain.nation())
    # Ours follow ageing within the age groups of the statistics too; that is 0.6 %.
    assert ours.sum() == pytest.approx(theirs, rel=1e-2)


def test_care_rates_of_2023_give_the_published_number():
    published = {(one.name, one.year): one.value for one in read_targets() if one.region == "DE"}
    found = plain.persons_in_need(plain.care_rates(2023), plain.nation())
    assert found == pytest.approx(published["persons_in_need", 2023], rel=2e-3)


@pytest.mark.parametrize(("age", "tolerance"), [(65, 0.01), (80, 0.025)])
def test_the_model_ages_the_nation_as_the_plain_projection_does(age, tolerance):
    """Two years of 20,000 residents: deaths of 65+ differ by chance by 0.3 %, of 80+ by 0.7 %."""
    run = follow(nation_in_small(persons=20_000, years=2))
    start = plain.nation()
    expected = plain.from_age(plain.project(start, 2)[-1].persons, age) / plain.from_age(start, age)
    assert abs(expected - 1.0) > 0.01, "nothing would be tested"
    found = (run.people[-1].age >= age).sum() / (run.start.age >= age).sum()
    assert found == pytest.approx(expected, rel=tolerance)


def test_the_plain_projection_of_magdeburgs_districts_errs_as_the_readme_says():
    """Net migration and births as in the town's ledger, without ranges; four years, 30 figures."""
    counted = [one for one in read_targets() if (one.name, one.year) == ("residents", 2025)]
    errors = []
    for key in sorted({one.group.district for one in counted}):
        start = plain.district(plain.SCENARIOS / "magdeburg_neu_olvenstedt", key)
        course = plain.project(start, 4, net_migration=0.006 * start.sum(), fertility=1.1)
        for one in counted:
            first, last = one.group.age_from, one.group.age_to
            if one.group.district == key and (first > 0 or last < 120):
                expected = course[-1].persons[:, first : last + 1].sum()
                errors.append(abs(expected - one.value))
    assert len(errors) == 30
    assert np.mean(errors) == pytest.approx(96.0, abs=1.0)
