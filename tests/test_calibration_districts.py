"""Drift of age groups: read off districts that are not judged; the other districts as a town."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.city import NAME, district_targets, keys_of, other_districts
from calibration.districts import (
    GROUPS,
    Districts,
    Drifts,
    counted_districts,
    drift_factors,
    migration_spread,
)
from calibration.residents_back import Followed, calendar, residents_rows, seen_in


def districts(persons):
    return Districts(tuple("abc"[: len(persons)]), (2021, 2022), np.asarray(persons, float))


def test_what_moves_a_whole_district_or_a_whole_city_is_no_drift():
    forecast = np.full((3, 5, 2), 100.0)
    persons = forecast.copy()
    persons[1, :, 1] *= 1.2
    assert drift_factors(districts(persons), forecast) == pytest.approx(np.zeros((5, 2)))
    persons = forecast.copy()
    persons[:, 0, 1] *= 0.8
    assert drift_factors(districts(persons), forecast) == pytest.approx(np.zeros((5, 2)), abs=1e-9)
    persons[0, 3, 1] *= 1.1
    found = drift_factors(districts(persons), forecast)
    assert found[3, 1] > 0.3
    assert (found[:, 0] == 0.0).all()


def test_no_district_judges_itself():
    forecast = np.full((3, 5, 2), 100.0)
    persons = forecast.copy()
    persons[0, 0, 1], persons[0, 1, 1] = 150.0, 50.0
    seen = Drifts(districts(persons), forecast)
    assert seen.beside({"a"}) == pytest.approx(np.zeros((5, 2)))
    assert seen.beside({"b"})[0, 1] > 1.0


def test_the_ages_that_come_and_go_are_those_of_before_the_forecast():
    city = counted_districts().persons[:, :, 0].sum(axis=0)
    one, four = (migration_spread(city, years) for years in (1, 4))
    assert (four > one).all()
    assert 0.01 < four[0] < 0.04
    assert one[0] == one[1]


def test_the_other_districts_are_a_town_with_their_counts():
    town = other_districts()
    targets = district_targets()
    counted = counted_districts()
    assert len(town.districts) == 26
    assert "Neu Olvenstedt" not in {one.label for one in town.districts}
    assert calendar(town) == counted.years
    start = {one.group: one.value for one in targets if one.year == 2021}
    people = town.population
    for place, one in enumerate(town.districts[:3]):
        here = people[people["district"] == place]
        for first, last in GROUPS:
            found = here[(here["age_from"] >= first) & (here["age_to"] <= last)]["persons"].sum()
            (counted_then,) = (
                value
                for group, value in start.items()
                if (group.district, group.age_from, group.age_to) == (one.key, first, last)
            )
            assert found == counted_then
    assert {one.region for one in targets} == {NAME}
    assert all(one.evidence == (one.year > 2021) for one in targets)


def test_made_up_forecasts_get_ranges_as_wide_as_the_others_were_wrong():
    """Forecasts that are right but for one district: it alone widens the ranges of others."""
    town, targets = other_districts(), district_targets()
    years = calendar(town)
    persons = np.zeros((3, len(years), len(town.districts), 121), np.int32)
    places = {key: place for place, key in enumerate(keys_of(counted_of(town)))}
    for one in targets:
        if (one.group.age_from, one.group.age_to) in GROUPS:
            at = (slice(None), years.index(one.year), places[one.group.district])
            persons[at][..., one.group.age_from] = one.value
    runs = Followed(town, years, persons)
    exact = residents_rows(targets, runs, seen_in(runs))
    alone = exact[exact["part"] == "residents"]
    assert (alone["median"] == alone["observed"]).all()
    persons[:, 1:, 0, 18] *= 2
    wrong = residents_rows(targets, Followed(town, years, persons), seen_in(runs_of(town, persons)))
    of_drift = wrong["part"] == "residents_with_drift"
    others = wrong[of_drift & (wrong["district"] == "stadtteil_2") & (wrong["age_from"] == 18)]
    before = exact[exact["part"] == "residents_with_drift"]
    before = before[(before["district"] == "stadtteil_2") & (before["age_from"] == 18)]
    width, width_before = ((one["high"] - one["low"]).to_numpy() for one in (others, before))
    assert (width > width_before).all()


def runs_of(town, persons):
    return Followed(town, calendar(town), persons)


def counted_of(town):
    labels = [one.label for one in town.districts]
    counted = counted_districts()
    return counted.at([counted.labels.index(label) for label in labels])
