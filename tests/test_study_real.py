"""A small study with the real model, from a town's folder to its tables and back."""

from __future__ import annotations

import pandas as pd
import pytest
from study_fakes import part_bytes
from towns import MEETING_POINT, write_town

from sim import study


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    parent = tmp_path_factory.mktemp("real")
    return write_town(parent / "kleinstadt", plans={"meeting_point": MEETING_POINT})


@pytest.fixture(scope="module")
def result(folder, tmp_path_factory):
    results = tmp_path_factory.mktemp("results")
    return study.compare(folder, draws=5, seeds=2, results=results, executor="serial")


def data(one: study.Study) -> dict[str, pd.DataFrame]:
    """The numbers of a study without what says which program made them."""
    return {place: pd.read_parquet(one.folder / place) for place in part_bytes(one.folder)}


def test_the_real_model_runs_without_failures(result):
    assert result.failures == ()
    assert result.complete
    assert result.reference == "reference"
    assert len(study.differences(result)) > 0
    assert len(study.who_gains(result)) > 0
    assert len(study.euros_per_unit(result)) > 0
    assert not study.break_even(result, "visitors_share_65", result.plans[1]).empty


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_every_executor_gives_the_same_numbers(folder, tmp_path, result, executor):
    other = study.compare(folder, draws=5, seeds=2, results=tmp_path, executor=executor, workers=2)
    expected = data(result)
    for place, frame in data(other).items():
        pd.testing.assert_frame_equal(frame, expected[place], check_exact=True)


def test_the_result_runs_again_from_its_own_folder(result):
    again = study.rerun(result.folder)
    assert again.identical, again.text("en")
    assert again.changed_inputs == ()
