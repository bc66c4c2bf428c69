"""Care need as forecast from earlier statistics: nothing of later years, spreads by hand."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from scipy.stats import triang

from calibration import Group, nation_in_small
from calibration import known_then as then
from calibration.care_forecast import (
    PUBLISHED_2019,
    forecast,
    growth_before,
    judged,
    known_in,
    residents,
)
from calibration.targets import read_targets


@pytest.fixture(scope="module")
def town():
    return nation_in_small(persons=4000, years=1)


def changed(town, years):
    rates = town.tables["care_rates"].copy()
    rates.loc[rates["year"].isin(years), "care_rate"] *= 0.5
    return replace(town, tables={**town.tables, "care_rates": rates})


@pytest.mark.parametrize(("origin", "later"), [(2021, [2023]), (2019, [2021, 2023])])
def test_a_forecast_does_not_know_later_statistics(town, origin, later, monkeypatch):
    ours = forecast(town, "BW", origin, 2023, draws=5)
    assert set(known_in(town.tables, origin)["care_rates"]["year"]).isdisjoint(later)
    kept = tuple(one for one in then.history() if one.year <= origin)
    monkeypatch.setattr(then, "history", lambda: kept)
    theirs = forecast(changed(town, later), "BW", origin, 2023, draws=5)
    assert (ours.in_need == theirs.in_need).all()
    assert (ours.ageing == theirs.ageing).all()


def test_a_state_begins_with_its_own_count(town):
    for region, counted in (("DE", 4_127_605), ("BW", 471_913), ("ST", 129_672), ("SH", 130_349)):
        found = forecast(town, region, 2019, 2019, draws=2)
        assert found.of("persons_in_need", Group(), found.ageing) == pytest.approx(counted)


def test_ranges_grow_with_the_horizon_and_ageing_is_told_apart(town):
    near = forecast(town, "DE", 2019, 2021, draws=100)
    far = forecast(town, "DE", 2019, 2023, draws=100)

    def width(found):
        low, high = np.quantile(found.of("persons_in_need", Group(), found.in_need), [0.05, 0.95])
        return high - low

    assert width(far) > 1.5 * width(near)
    for found in (near, far):
        assert np.median(found.in_need.sum(axis=(1, 2))) > found.ageing.sum()
        assert (found.in_need <= found.persons).all()


def test_residents_of_then_are_those_of_now_before_they_died(town):
    now, before = (residents(town.tables, "DE", year) for year in (2023, 2021))
    old = slice(60, 119)
    assert (before[:, 60:117] > now[:, 62:119]).all()
    assert before[:, old].sum() == pytest.approx(now[:, old].sum(), rel=0.05)


def test_spreads_are_those_worked_out_by_hand():
    growths = then.growths("DE", 2021)
    assert growths[2003] == pytest.approx(math.log(2_076_935 / 2_039_780))
    assert growths[2021] == pytest.approx(math.log(4_961_146 / (4_127_605 + 160_000)))
    found = list(growths.values())
    steps = [later - before for before, later in pairwise(found)]
    assert then.errors_ahead(2021, 1) == pytest.approx(steps)
    assert then.trend_spread(2021, 1).size == pytest.approx(math.sqrt(np.mean(np.square(steps))))
    assert then.trend_spread(2021, 1).errors == 9
    assert then.trend_spread(2019, 1).errors == 8
    # The rule was not chosen for what came later: it was the better one before.
    rules = then.compared_rules(2019)
    assert rules["the same growth again"] < 0.5 * rules["no growth"]
    assert then.state_spread(2019).errors == 6
    assert then.Spread(1.0, 10_000).draws(np.array([0.95])) == pytest.approx(
        NormalDist().inv_cdf(0.95), rel=1e-3
    )
    assert then.age_spread(2021).size > 0.0


def test_the_trend_before_is_what_ageing_does_not_explain(town):
    for origin in (2019, 2021):
        assert 0.0 < growth_before(town.tables, origin) < then.growths("DE", origin)[origin]


def test_the_ledger_has_the_spread_that_was_computed(town):
    one = town.ledger["entitlement_growth_2023_2025"]
    wide = one.high - one.low
    spread = triang((one.value - one.low) / wide, loc=one.low, scale=wide).std()
    computed = math.hypot(then.trend_spread(2023, 1).size, then.state_spread(2021).size) / 2.0
    assert spread == pytest.approx(computed, rel=0.05)
    # A median as before the range was widened.
    assert one.quantile(0.5) == pytest.approx(0.0474, abs=0.001)
    assert town.ledger["entitlement_growth_from_2026"].quantile(0.5) == pytest.approx(
        0.0229, abs=0.001
    )


def test_only_figures_the_statistics_of_then_can_tell_are_judged():
    found = judged(read_targets())
    assert len(found) == 24
    for origin, target in found:
        assert target.year > origin
        assert target.error_basis != "judged"
        if origin == 2019:
            assert (target.group.age_from, target.group.age_to) in PUBLISHED_2019


def test_every_row_of_the_history_has_a_source():
    with then.HISTORY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["source"] for row in rows)
    assert {row["status"] for row in rows} <= {"measured", "derived"}
