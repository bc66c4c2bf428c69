"""The comparison finds what was put in: effects, both kinds of scatter, and what a gain costs."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from study_fakes import (
    EFFECT,
    LEVEL,
    SD_EFFECT_CHANCE,
    SD_EFFECT_PARAMETERS,
    SD_LEVEL_CHANCE,
    SD_LEVEL_PARAMETERS,
    FakeTown,
    row,
    run_fake,
    write_town,
)

from sim import study
from sim.study.quantities import quantities
from sim.study.variance import components

DRAWS, SEEDS = 200, 3
TOLERANCE = 0.12
"""Relative; a standard deviation from 200 draws is known to about 5 %."""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    return run_fake(write_town(folder), folder, draws=DRAWS, seeds=SEEDS)


def test_variance_components_are_recovered_from_random_numbers():
    numbers = np.random.default_rng(20251231)
    draws, seeds = 4_000, 2
    values = (
        10.0
        + 2.0 * numbers.standard_normal((draws, 1, 3))
        + 5.0 * numbers.standard_normal((draws, seeds, 3))
    )
    found = components(values)
    assert found.sd_parameters == pytest.approx([2.0] * 3, rel=0.15)
    assert found.sd_chance == pytest.approx([5.0] * 3, rel=0.03)
    assert found.mean == pytest.approx([10.0] * 3, abs=4 * np.sqrt((4 + 25 / 2) / draws))
    low, high = found.parameter_range(0.05, 0.95)
    assert high - low == pytest.approx([2 * 1.6449 * 2.0] * 3, rel=0.15)
    # The plain draw means, chance included, would have claimed twice as much.
    plain = np.quantile(found.draw_means, 0.95, axis=0) - np.quantile(
        found.draw_means, 0.05, axis=0
    )
    assert np.all(plain > 1.7 * (high - low))


def test_where_only_chance_acts_the_range_is_that_of_the_mean():
    numbers = np.random.default_rng(1)
    values = 0.3 + numbers.standard_normal((40, 2, 500))
    found = components(values)
    low, high = found.shown_range(0.05, 0.95)
    assert np.all(high - low >= 2 * 2.02 * found.standard_error)
    wrong = (low > 0.3) | (high < 0.3)
    assert wrong.mean() < 0.06
    assert (found.sd_parameters == 0).mean() > 0.4


def test_undefined_numbers_stay_undefined():
    values = np.ones((3, 2, 2))
    values[1, 1, 0] = np.nan
    found = components(values)
    assert np.isnan(found.mean[0])
    assert np.isnan(found.sd_parameters[0])
    assert found.mean[1] == 1.0
    assert found.sd_chance[1] == 0.0


def test_levels_have_their_scatter_from_chance_and_from_the_assumptions(result):
    frame = study.levels(result, ["missing_minutes"])
    one = row(frame, plan="reference", district="sued", period="2027")
    assert one["mean"] == pytest.approx(LEVEL, rel=0.02)
    assert one["sd_chance"] == pytest.approx(SD_LEVEL_CHANCE, rel=TOLERANCE)
    assert one["sd_parameters"] == pytest.approx(SD_LEVEL_PARAMETERS, rel=TOLERANCE)
    assert one["low"] < one["inner_low"] < one["median"] < one["inner_high"] < one["high"]
    total = math.hypot(SD_LEVEL_CHANCE, SD_LEVEL_PARAMETERS)
    assert one["high"] - one["low"] == pytest.approx(2 * 1.645 * total, rel=TOLERANCE)
    assert one["runs"] == DRAWS * SEEDS


def test_a_paired_difference_has_its_effect_and_both_scatters(result):
    frame = study.differences(result, ["missing_minutes"])
    one = row(frame, plan="meeting_point", district="altstadt", period="2026-2027")
    assert one["mean"] == pytest.approx(-EFFECT, abs=3 * one["standard_error"])
    assert one["sd_parameters"] == pytest.approx(SD_EFFECT_PARAMETERS, rel=TOLERANCE)
    assert one["sd_chance"] == pytest.approx(SD_EFFECT_CHANCE, rel=TOLERANCE)
    assert one["sd_chance_level"] == pytest.approx(SD_LEVEL_CHANCE, rel=TOLERANCE)
    width = 2 * 1.645 * SD_EFFECT_PARAMETERS
    assert one["high"] - one["low"] == pytest.approx(width, rel=TOLERANCE)
    everything = 2 * 1.645 * math.hypot(SD_EFFECT_PARAMETERS, SD_EFFECT_CHANCE)
    assert one["all_high"] - one["all_low"] == pytest.approx(everything, rel=TOLERANCE)
    # The luck of the town is common to all plans, so the difference scatters far less.
    assert one["all_high"] - one["all_low"] < 0.3 * SD_LEVEL_CHANCE * 2 * 1.645 * math.sqrt(2)
    assert one["determined"]
    assert (one["draws"], one["seeds"]) == (DRAWS, SEEDS)


def test_probabilities_of_being_better(result):
    one = row(
        study.differences(result, ["missing_minutes"], periods=["2026"], districts=["*"]),
        plan="meeting_point",
    )
    by_means = stats.norm.cdf(EFFECT / math.hypot(SD_EFFECT_PARAMETERS, SD_EFFECT_CHANCE / 3**0.5))
    single = stats.norm.cdf(EFFECT / math.hypot(SD_EFFECT_PARAMETERS, SD_EFFECT_CHANCE))
    assert one["probability_better"] == pytest.approx(by_means, abs=0.03)
    assert one["probability_better_one_quarter"] == pytest.approx(single, abs=0.03)
    assert one["probability_equal"] == 0


def test_a_plan_without_effect_differs_by_exactly_zero(result):
    frame = study.differences(result, list(result.quantities))
    nothing = frame[frame["plan"] == "nothing"]
    numbers = ["mean", "median", "low", "high", "all_low", "all_high", "sd_parameters", "sd_chance"]
    defined = nothing[nothing["mean"].notna()]
    assert len(defined) > 100
    assert (defined[numbers] == 0).all().all()
    assert (defined["probability_equal"] == 1).all()
    assert not defined["determined"].any()
    judged = defined[defined["probability_better"].notna()]
    assert (judged[["probability_better", "probability_better_one_quarter"]] == 0).all().all()


def test_other_districts_and_the_start_are_untouched(result):
    frame = study.differences(result, ["missing_minutes"])
    untouched = frame[(frame["district"] == "sued") | (frame["period"] == "2025")]
    assert len(untouched) == 3 * (4 + 2)
    assert (untouched["mean"] == 0).all()


def test_the_town_is_the_sum_of_its_districts_and_the_mean_that_of_its_years(result):
    runs = result.runs("missing_minutes")
    assert runs.shape == (4, DRAWS, SEEDS, 4, 3)
    assert (runs[..., 0] == runs[..., 1:].sum(axis=-1)).all()
    assert (runs[:, :, :, 3] == runs[:, :, :, 1:3].mean(axis=3)).all()


def test_flows_and_money_begin_with_the_first_simulated_year(result):
    frame = study.levels(result, ["years_at_home", "cost_municipality", "missing_hours"])
    periods = frame.groupby("quantity")["period"].unique().map(list)
    assert periods["years_at_home"] == ["2026", "2027", "2026-2027"]
    assert periods["cost_municipality"] == ["2026", "2027", "2026-2027"]
    assert periods["missing_hours"] == ["2025", "2026", "2027", "2026-2027"]


def test_derived_quantities(result):
    def level(name, place="*"):
        return result.runs(name)[0, 0, 0, 1, result.places.index(place)]

    assert level("share_at_home") == pytest.approx(2 / 3)
    assert level("years_at_home") == 2 * 12 * 24 / 12
    assert level("years_in_nursing_home") == 2 * 12 * (30 - 24) / 12
    assert level("living_at_home_65") == 2 * 2 * 4 * (1000 - 1)
    assert level("missing_hours", "sued") == level("missing_minutes", "sued") / 60
    assert level("missing_share") == level("missing_minutes") / level("need_minutes")
    assert level("residents_65") == 2 * 2 * 4 * 1000
    assert level("residents_80", "sued") == 4 * 1000
    assert level("lonely_share_65") == 0
    assert np.isnan(level("strained_share"))
    assert level("cost_total") == level("measures_total") == 0
    meeting = result.plans.index("meeting_point")
    assert result.runs("cost_municipality")[meeting, 0, 0, 1, 0] == 45_000
    assert result.runs("cost_total")[meeting, 0, 0, 1, 0] == 60_000
    assert result.runs("care_total")[meeting, 0, 0, 1, 0] == 0


def test_labels_come_from_the_table_of_indicators(result):
    assert result.quantity("missing_minutes").label_de == "Fehlende Pflege"
    assert result.quantity("missing_hours").label_en == "Missing care"
    assert result.quantity("missing_hours").unit == "hours/week"
    assert result.quantity("missing_hours").better == "lower"
    own = quantities([{"name": "share_at_home", "label_de": "Zu Hause", "better": "neutral"}])
    assert own["share_at_home"].label_de == "Zu Hause"
    assert own["share_at_home"].sign == 0
    assert set(study.HEADLINE) <= set(own)


def test_every_pair_of_plans_is_compared(result):
    frame = study.pairwise(result, ["missing_minutes"], districts=["*"], periods=["2027"])
    assert len(frame) == 4 * 3
    there = row(frame, plan="meeting_point", against="care_service")
    back = row(frame, plan="care_service", against="meeting_point")
    assert there["mean"] == -back["mean"]
    assert there["mean"] == pytest.approx(-EFFECT / 2, abs=4 * there["standard_error"])
    assert there["probability_better"] + back["probability_better"] == pytest.approx(1)
    assert there["probability_better"] > 0.8


def test_small_numbers_of_people_are_not_exported(result):
    frame = study.levels(result, ["in_need", "missing_minutes", "residents"])
    town = FakeTown()
    assert result.small_cell == 5 == town.ledger["small_cell"].value
    few = frame.assign(median=np.where(frame["quantity"] == "in_need", 3.7, frame["median"]))
    shown = study.protect(few, result)
    assert set(shown.loc[shown["quantity"] == "in_need", "median"]) == {"<5"}
    assert (shown.loc[shown["quantity"] == "residents", "median"] == 12_000).sum() > 0
    assert few["median"].dtype == float
    differences = study.differences(result, ["in_need"])
    pd.testing.assert_frame_equal(study.protect(differences, result), differences)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda one: study.levels(one, ["happiness"]), "Unknown quantity “happiness”"),
        (lambda one: study.levels(one, districts=["moon"]), "no “moon”"),
        (lambda one: study.differences(one, periods=["2040"]), "no “2040”"),
        (lambda one: study.differences(one, against="palace"), "“palace” is not part"),
        (lambda one: study.break_even(one, "residents", "nothing"), "Neither more nor less"),
        (lambda one: study.break_even(one, "lonely", "nothing", district="x"), "no such place"),
    ],
)
def test_wrong_names_are_told(result, call, words):
    with pytest.raises(study.StudyError, match=words):
        call(result)


def test_one_plan_alone_cannot_be_compared(tmp_path):
    result = run_fake(write_town(tmp_path), tmp_path, plans=["reference"])
    assert len(study.levels(result)) > 0
    for table in (study.differences, study.pairwise, study.who_gains, study.euros_per_unit):
        with pytest.raises(study.StudyError, match="nothing to compare"):
            table(result)
