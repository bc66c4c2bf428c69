"""Volunteering, loneliness, withdrawal, mobility: who follows the tables keeps the shares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.rates.engagement import (
    deaths_in_home,
    lonely_onset,
    solve_mobility_onset,
    solve_volunteering,
    withdraw_onset,
)
from sim.rates.smoothing import yearly
from sim.rates.tables import prepare
from sim.town.town import read_town

TOWN = read_town(Path(__file__).resolve().parents[1] / "scenarios" / "herrenberg")
PREPARED = prepare(TOWN)
VALUES = TOWN.ledger.values()
EDUCATION = ("low", "middle", "high")


def follow(share, onset, leave, months):
    """A population by month of age that starts with `share` and is followed for some months.

    Args:
        share: by month of age, shape (1,452, columns).
        onset, leave: monthly probabilities by year of age, of a shape that fits.
    """
    onset, leave = np.repeat(onset, 12, axis=0), np.repeat(leave, 12, axis=0)
    now = share
    for _ in range(months):
        now = np.concatenate((np.zeros((1, now.shape[1])), now[:-1]))
        now = now * (1.0 - leave) + (1.0 - now) * onset
    return now


def means(share, first, last):
    return share[first * 12 : (last + 1) * 12].mean(axis=0)


def test_volunteering_has_the_rates_by_age_and_education():
    education = TOWN.tables["education"]
    persons = PREPARED.national.sum(axis=0)
    by_age = yearly(PREPARED.volunteers)
    for row in TOWN.tables["volunteering"].itertuples():
        ages = np.arange(row.age_from, row.age_to + 1)
        groups = [
            education[(education.age_from <= age) & (age <= education.age_to)].iloc[0]
            for age in ages
        ]
        shares = np.array([[float(group[word]) for word in EDUCATION] for group in groups])
        rate = np.average((by_age[ages] * shares).sum(axis=1), weights=persons[ages])
        # The shares of education are smoothed as well: a step function differs a little.
        assert rate == pytest.approx(row.rate, rel=0.02)
    known = TOWN.tables["volunteering_education"].set_index("education")["rate"]
    at_70 = PREPARED.volunteers[70 * 12]
    assert at_70[2] / at_70[0] == pytest.approx(known["high"] / known["low"])


def test_volunteers_stay_as_many_by_age_and_education():
    start, stop = solve_volunteering(PREPARED.volunteers, VALUES)
    assert start.min() >= 0.0
    after = follow(PREPARED.volunteers, start, stop[:, None], 60)
    for first in range(20, 95, 5):
        np.testing.assert_allclose(
            means(after, first, first + 4),
            means(PREPARED.volunteers, first, first + 4),
            rtol=0.01,
            err_msg=str(first),
        )


def test_volunteers_stop_at_the_assumed_yearly_rates():
    _, stop = solve_volunteering(PREPARED.volunteers, VALUES)
    yearly_rates = 1.0 - (1.0 - stop[[40, 74, 85]]) ** 12
    np.testing.assert_allclose(yearly_rates[:2], VALUES["volunteer_stop_under_75"])
    assert yearly_rates[2] >= VALUES["volunteer_stop_75_plus"] - 1e-12


def test_nobody_need_start_where_volunteering_falls_fast():
    """If hardly anybody stops by the ledger, stopping is raised, not starting made negative."""
    few = VALUES | {"volunteer_stop_under_75": 0.001, "volunteer_stop_75_plus": 0.001}
    start, stop = solve_volunteering(PREPARED.volunteers, few)
    assert start.min() >= 0.0
    assert stop[76] > 10 * stop[40]
    after = follow(PREPARED.volunteers, start, stop[:, None], 60)
    np.testing.assert_allclose(means(after, 78, 82), means(PREPARED.volunteers, 78, 82), rtol=0.02)


def test_limited_mobility_stays_as_frequent_by_age():
    onset = solve_mobility_onset(PREPARED.limited, VALUES)
    recovery = np.full((121, 1), VALUES["mobility_recovery"])
    after = follow(PREPARED.limited.T, onset.T, recovery, 60)
    for first in range(50, 95, 5):
        np.testing.assert_allclose(
            means(after, first, first + 4),
            means(PREPARED.limited.T, first, first + 4),
            rtol=0.01,
            err_msg=str(first),
        )


def test_lonely_people_stay_as_frequent_by_age_sex_and_partner():
    onset = lonely_onset(PREPARED.lonely, VALUES)
    recovery = np.full((121, 1), VALUES["loneliness_recovery"])
    for sex in range(2):
        after = follow(PREPARED.lonely[sex], onset[sex, :, :, 0], recovery, 60)
        for first in range(25, 75, 5):
            np.testing.assert_allclose(
                means(after, first, first + 4),
                means(PREPARED.lonely[sex], first, first + 4),
                rtol=0.02,
                err_msg=f"{sex} {first}",
            )
    # Inside a home the share stays where deaths are followed by people of the share at home.
    die = deaths_in_home(VALUES)
    share, leave = VALUES["nursing_home_loneliness"], VALUES["loneliness_recovery"]
    inside = onset[:, 85, :, 1]
    outside = PREPARED.lonely[:, 85 * 12 : 86 * 12].mean(axis=1)
    after = (1 - die) * (share * (1 - leave) + (1 - share) * inside) + die * outside
    np.testing.assert_allclose(after, share, rtol=1e-9)


def test_withdrawn_people_stay_as_frequent_by_age():
    onset = withdraw_onset(PREPARED.withdrawn, VALUES)
    recovery = np.full((121, 1), VALUES["withdrawal_recovery"])
    share = PREPARED.withdrawn[:, None]
    after = follow(share, onset[:, :1], recovery, 60)
    for first in range(25, 95, 5):
        np.testing.assert_allclose(
            means(after, first, first + 4),
            means(share, first, first + 4),
            rtol=0.01,
            err_msg=str(first),
        )
    die = deaths_in_home(VALUES)
    kept, leave = VALUES["nursing_home_withdrawn"], VALUES["withdrawal_recovery"]
    outside = PREPARED.withdrawn[80 * 12 : 81 * 12].mean()
    after = (1 - die) * (kept * (1 - leave) + (1 - kept) * onset[80, 1]) + die * outside
    assert after == pytest.approx(kept)


def test_people_without_partner_are_lonely_more_often():
    assert (PREPARED.lonely[:, 360:, 0] > PREPARED.lonely[:, 360:, 1]).all()
