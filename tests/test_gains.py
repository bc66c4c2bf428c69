"""What a gain costs, who gains, and at which value of an assumption a plan stops paying off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from study_fakes import EFFECT, SD_EFFECT_PARAMETERS, plan, row, run_fake, write_town

from sim import study
from sim.study.breakeven import _finish, _fit


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gains")
    return run_fake(write_town(folder), folder, draws=60, seeds=3)


def test_euros_per_unit_where_the_gain_is_told_from_zero(result):
    frame = study.euros_per_unit(result, ["missing_hours", "lonely_share_65", "in_need"])
    paid = row(
        frame, plan="meeting_point", quantity="missing_hours", payer="total", district="altstadt"
    )
    assert paid["status"] == "determined"
    assert paid["euros_per_unit"] == pytest.approx(60_000 / (EFFECT / 60), rel=0.1)
    assert paid["low"] < paid["euros_per_unit"] < paid["high"]
    assert paid["gain"] > 0
    by_payer = {
        payer: row(
            frame, plan="meeting_point", quantity="missing_hours", payer=payer, district="altstadt"
        )["euros_per_unit"]
        for payer in ("municipality", "grant", "care_fund", "total")
    }
    assert by_payer["municipality"] == pytest.approx(0.75 * by_payer["total"])
    assert by_payer["grant"] == pytest.approx(0.25 * by_payer["total"])
    assert by_payer["care_fund"] == 0
    elsewhere = row(
        frame, plan="meeting_point", quantity="missing_hours", payer="total", district="sued"
    )
    assert elsewhere["status"] == "range_includes_zero"
    assert np.isnan(elsewhere["euros_per_unit"])


@pytest.mark.parametrize(
    ("size", "draws", "status"),
    [(-2.0, 40, "gets_worse"), (0.0, 4, "range_includes_zero"), (1.0, 40, "determined")],
)
def test_why_there_are_no_euros_per_unit(tmp_path, size, draws, status):
    plans = ["reference", plan("own", size, 1.0, 100.0)]
    result = run_fake(write_town(tmp_path), tmp_path, plans=plans, draws=draws, seeds=3)
    frame = study.euros_per_unit(result, ["missing_hours"], payers=["total"], districts=["*"])
    assert frame["status"].tolist() == [status]


def test_neutral_quantities_have_no_better_side(result):
    frame = study.differences(result, ["residents"], districts=["*"], periods=["2027"])
    assert frame["probability_better"].isna().all()
    costs = study.euros_per_unit(result, ["residents"], districts=["*"])
    assert set(costs["status"]) == {"neutral"}


def test_who_gains_is_per_hundred_people_of_the_group(result):
    frame = study.who_gains(result, ["missing_minutes", "share_at_home"])
    band = row(
        frame, plan="meeting_point", quantity="missing_minutes", dimension="age_band",
        age_band="80+",
    )  # fmt: skip
    # Of the 12 cells of the district, an age band has four, each with 1,000 people in each of two
    # districts.
    expected = -100 * (EFFECT / 12 * 4) / (2 * 4 * 1000)
    assert band["mean"] == pytest.approx(expected, abs=4 * band["standard_error"])
    assert band["people"] == 8000
    both = row(
        frame, plan="meeting_point", quantity="missing_minutes", dimension="both",
        age_band="80+", start_group="alone_withdrawn",
    )  # fmt: skip
    assert both["mean"] == pytest.approx(band["mean"], rel=1e-9)
    assert set(frame["dimension"]) == {"age_band", "start_group", "both"}
    shares = frame[(frame["quantity"] == "share_at_home") & (frame["plan"] == "nothing")]
    assert (shares["mean"] == 0).all()
    older = study.who_gains(result, ["lonely_share_65"])
    assert set(older["age_band"]) == {"*", "65-79", "80+"}


def test_break_even_finds_the_value_at_which_the_advantage_ends(tmp_path):
    # A plan of size s gains s * (EFFECT + SD * x), x being the assumption `moves_effect`: zero at
    # x = -EFFECT / SD = -2.5, whatever the sizes of two plans are, and outside the range of x.
    sure = plan("sure", 1.0)
    town = write_town(tmp_path)
    result = run_fake(town, tmp_path, plans=["reference", sure, plan("big", 3.0)], draws=60)
    frame = study.break_even(result, "missing_minutes", "big", "sure", district="altstadt")
    assert frame.iloc[0]["name"] == "moves_effect"
    assert frame.iloc[0]["status"] == "nowhere_always_better"
    # If a unit is worth a euro and the plan costs 9,000 a year, the point moves inside the range.
    dear = plan("dear", 1.0, 0.0, 9_000.0)
    result = run_fake(town, tmp_path, plans=["reference", dear], draws=60, name="dear")
    frame = study.break_even(
        result, "missing_minutes", "dear", district="altstadt", euros_per_unit=1.0, payer="total"
    )
    first = frame.iloc[0]
    assert first["name"] == "moves_effect"
    assert first["status"] == "inside"
    expected = (9_000 - EFFECT) / SD_EFFECT_PARAMETERS
    assert first["break_even"] == pytest.approx(expected, abs=0.02)
    assert first["break_even_low"] <= expected <= first["break_even_high"]
    assert first["break_even_monotone"] == pytest.approx(expected, abs=0.2)
    assert first["rank_correlation"] == pytest.approx(1.0, abs=0.01)
    rest = frame.set_index("name")
    assert rest.loc["moves_nothing", "status"] in {"undetermined", "nowhere_always_better"}
    assert np.isnan(rest.loc["moves_nothing", "break_even"])
    assert "small_cell" not in rest.index


def test_break_even_along_a_quantity_that_is_reached(result):
    frame = study.break_even(
        result, "missing_minutes", "meeting_point", along=["missing_hours"], district="altstadt"
    )
    reached = row(frame, kind="quantity")
    assert reached["name"] == "missing_hours"
    assert reached["low"] < reached["high"]


def test_break_even_of_no_difference_is_undetermined(result):
    frame = study.break_even(result, "missing_minutes", "nothing")
    assert set(frame["status"]) == {"undetermined"}
    assert (frame["advantage_at_low"] == 0).all()


def test_luck_is_seldom_taken_for_influence():
    # Advantages that depend on none of 80 assumptions, in 20 studies of 40 draws each.
    numbers = np.random.default_rng(8)
    false = 0
    for _ in range(20):
        advantage = numbers.standard_normal(40)
        fits = [_fit(numbers.random(40), advantage, 0.0, 1.0) for _ in range(80)]
        frame = _finish(pd.DataFrame(fits).assign(**dict.fromkeys(NAMES, "")))
        false += (frame["status"] == "inside").any()
    assert false <= 4


NAMES = ("name", "kind", "label_de", "label_en", "unit", "low", "high")


def test_a_line_without_scatter_still_crosses_zero():
    x = np.linspace(0.0, 1.0, 9)
    found = _fit(x, 2.0 * x - 0.5, 0.0, 1.0)
    assert found["status"] == "inside"
    assert found["break_even"] == pytest.approx(0.25)
    assert _fit(x, 2.0 * x + 0.5, 0.0, 1.0)["status"] == "nowhere_always_better"
    assert _fit(x, -2.0 * x - 0.5, 0.0, 1.0)["status"] == "nowhere_always_worse"
    assert _fit(x, np.full(9, 3.0), 0.0, 1.0)["status"] == "nowhere_always_better"
    assert _fit(x, np.full(9, np.nan), 0.0, 1.0)["status"] == "undetermined"


def test_the_range_of_a_break_even_covers_the_true_one_as_often_as_it_says():
    numbers = np.random.default_rng(3)
    covered, inside = 0, 0
    for _ in range(400):
        x = numbers.random(40)
        found = _fit(x, x - 0.4 + 0.2 * numbers.standard_normal(40), 0.0, 1.0)
        inside += found["status"] == "inside"
        covered += found["break_even_low"] <= 0.4 <= found["break_even_high"]
    assert inside == 400
    assert 0.92 <= covered / 400 <= 0.98


def test_few_people_in_a_group_are_not_exported(result):
    frame = study.who_gains(result, ["missing_minutes"])
    few = frame.assign(people=[3.0, *frame["people"].iloc[1:]])
    shown = study.protect(few, result)
    assert shown["people"].iloc[0] == "<5"
    assert shown["mean"].equals(few["mean"])
