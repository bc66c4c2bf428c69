"""What moves the model: points, stored runs, curves, screening, indices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from calibration import nation_in_small, read_targets
from calibration.evaluated import Evaluated, Run, open_evaluated
from calibration.outputs import figures_as_outputs, headline_outputs, key_of
from calibration.sensitivity import axes, curves, method_for, morris, sobol, the_few
from calibration.sensitivity_pictures import curve_picture, pictured
from calibration.sensitivity_words import output_table, ranking_table
from calibration.space import Space, points_of, scores_of, searchable
from sim.study.errors import Interrupted, StudyError

FEW = ("visit_probability", "care_need_hours_3")


@pytest.fixture(scope="module")
def town():
    return nation_in_small(persons=6000, years=1)


@pytest.fixture(scope="module")
def outputs(town):
    figures = [one for one in figures_as_outputs(read_targets(), "DE") if "visiting" in one.key]
    return (*figures, *headline_outputs(town))


def linear(space, *weights):
    """A made-up model: its outputs are sums of the coordinates with these weights."""

    def evaluate(runs):
        names = space.names[: len(weights)]
        columns = np.array([[run.values[one] for one in names] for run in runs])  # noqa: PD011
        low = np.array([space.ledger[name].low for name in names])
        high = np.array([space.ledger[name].high for name in names])
        return ((columns - low) / (high - low) @ np.array(weights))[:, None]

    return evaluate


# The space --------------------------------------------------------------------------------------


def test_a_point_stands_for_quantiles(town):
    space = Space(town.ledger, FEW)
    middle = town.ledger.values()
    values = space.values([0.5, 0.05], middle)
    assert values["visit_probability"] == town.ledger["visit_probability"].quantile(0.5)
    assert values["care_need_hours_3"] == town.ledger["care_need_hours_3"].quantile(0.05)
    untouched = set(middle) - set(FEW)
    assert all(values[name] == middle[name] for name in untouched)
    points = np.array([[0.0, 1.0], [0.2, 0.7]])
    np.testing.assert_allclose(points_of(scores_of(points))[1], points[1])
    assert np.isfinite(scores_of(points)).all()
    ends = space.scaled(scores_of(np.array([[0.05, 0.95], [0.5, 0.5]])))
    assert ends[0, 1] - ends[0, 0] == pytest.approx(2.0, abs=0.5)
    np.testing.assert_allclose(ends[1], 0.0, atol=1e-4)


def test_prices_move_nobody_and_are_left_out(town):
    names = searchable(town.ledger)
    assert "visit_probability" in names
    assert "staff_hour_cost" not in names
    assert set(names) < set(town.ledger.uncertain)


# Runs that are kept -----------------------------------------------------------------------------


def test_runs_are_kept_found_again_and_stopped_without_loss(town, outputs, tmp_path):
    middle = town.ledger.values()
    runs = [Run({**middle, "visit_probability": p}, 1) for p in (0.2, 0.3, 0.4)]
    first = open_evaluated(town, outputs, tmp_path)
    asked = iter([False, False, True])
    with pytest.raises(Interrupted) as stopped:
        first(runs, executor="serial", should_stop=lambda: next(asked, True))
    kept = len(list(first.folder.glob("new/*.parquet")))
    assert kept == stopped.value.done < 3
    again = open_evaluated(town, outputs, tmp_path)
    assert len(again.known) == kept
    found = again(runs, executor="threads", workers=2)
    assert np.isfinite(found).all()
    column = again.keys.index("visitors_share_65")
    assert found[0, column] < found[2, column]
    # All there: nothing is simulated, and memory alone gives the same bits.
    third = open_evaluated(town, outputs, tmp_path)
    assert len(third.known) == 3
    np.testing.assert_array_equal(third(runs), found)
    alone = Evaluated(town, tuple(outputs))
    np.testing.assert_array_equal(alone(runs, executor="serial"), found)
    assert not list(third.folder.glob("new/*"))


def test_a_damaged_store_is_one_message(town, outputs, tmp_path):
    evaluated = open_evaluated(town, outputs, tmp_path)
    (evaluated.folder / "points.parquet").write_bytes(b"no parquet")
    with pytest.raises(StudyError, match="damaged"):
        open_evaluated(town, outputs, tmp_path)


def test_names_of_outputs_are_all_different():
    keys = [key_of(one) for one in read_targets()]
    assert len(set(keys)) == len(keys)


# Methods ----------------------------------------------------------------------------------------


def test_curves_show_how_far_an_assumption_goes(town, outputs):
    evaluated = Evaluated(town, tuple(outputs))
    space = axes(evaluated, FEW)
    found = curves(evaluated, space, evaluated, levels=3)
    assert found.runs == 1 + 2 * 3
    best = found.effects.drop_duplicates("output").set_index("output")["assumption"]
    assert best["visitors_share_65"] == "visit_probability"
    assert best["missing_hours"] == "care_need_hours_3"
    visited = found.curves.query("output == 'visitors_share_65' and assumption == @FEW[0]")
    assert visited["result"].is_monotonic_increasing
    picture = curve_picture(
        found, outputs[list(evaluated.keys).index("missing_hours")], town.ledger, "de"
    )
    assert picture.png.startswith(b"\x89PNG")
    assert "care_need_hours_3" in picture.alt
    assert picture.smallest_type >= 12
    for lang in ("de", "en"):
        assert "visit_probability" in ranking_table(found, town.ledger, lang).markdown()
        assert "missing_hours" in output_table(found, evaluated.outputs, lang).markdown()
    assert len(pictured(figures_as_outputs(read_targets(), "DE"))) < 25


def test_an_unknown_assumption_is_one_message(town, outputs):
    with pytest.raises(StudyError, match="visit_probabilty"):
        axes(Evaluated(town, tuple(outputs)), ["visit_probabilty"])


def test_morris_and_sobol_find_what_a_made_up_model_is_made_of(town, outputs):
    pytest.importorskip("SALib")
    names = ("visit_probability", "habit_gain", "know_share", "care_need_hours_3")
    space = Space(town.ledger, names)
    evaluated = Evaluated(town, outputs[:1])
    screened = morris(evaluated, space, linear(space, 3.0, 1.0, 0.0, 0.0), trajectories=4)
    assert screened.runs == 4 * 5
    effect = screened.effects.set_index("assumption")["effect"]
    assert effect["visit_probability"] > effect["habit_gain"] > 0.0
    assert effect["know_share"] == effect["care_need_hours_3"] == 0.0
    assert the_few(screened, 2) == names[:2]
    shared = sobol(evaluated, space, linear(space, 3.0, 1.0, 0.0, 0.0), bases=64)
    total = shared.effects.set_index("assumption")["effect"]
    assert total["visit_probability"] == pytest.approx(0.9, abs=0.06)
    assert total["know_share"] == pytest.approx(0.0, abs=1e-9)
    assert isinstance(shared.ranking(), pd.DataFrame)


def test_a_budget_of_runs_is_kept_about(town, outputs):
    pytest.importorskip("SALib")
    evaluated = Evaluated(town, outputs[:1])
    space = axes(evaluated, FEW)
    evaluate = linear(space, 1.0, 1.0)
    for method, asked in (("oat", 20), ("morris", 30), ("sobol", 40)):
        found = method_for(method, evaluated, evaluate, FEW, asked, 1)
        assert asked / 2 <= found.runs <= 1.2 * asked, method
