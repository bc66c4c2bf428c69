"""The same posterior, bit for bit, whoever computes: threads, processes, workers of Dask."""

from __future__ import annotations

import numpy as np
import pytest
from running import small_town
from small_fits import NAMES, small_fit

from calibration import nation_in_small, read_targets
from calibration.courses import followed
from calibration.evaluated import Evaluated
from calibration.fitting.posterior import posterior_bytes
from calibration.fitting.waves import first_points, runs_of
from calibration.following import all_followed
from calibration.outputs import figures_as_outputs
from calibration.space import Space
from sim.study.dask_cluster import local_cluster
from sim.study.errors import StudyError

pytest.importorskip("sklearn")
pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def town():
    return nation_in_small(persons=6000, years=1)


@pytest.fixture(scope="module")
def on_threads(town):
    return posterior_bytes(small_fit(town, "threads")[0], town.ledger, {"made": "always"})


@pytest.fixture(scope="module")
def workers():
    """Two worker processes of Dask that all tests of this file share."""
    with local_cluster(2) as address:
        yield f"dask:{address}"


def test_the_posterior_is_the_same_bit_for_bit(town, on_threads, workers):
    found = small_fit(town, workers)[0]
    assert posterior_bytes(found, town.ledger, {"made": "always"}) == on_threads


def test_all_it_is_made_from_is_the_same_in_plain_processes(town):
    points = first_points(Space(town.ledger, NAMES), 6, 1)
    runs = runs_of(Space(town.ledger, NAMES), points, town.ledger.values(), 1)
    outputs = tuple(figures_as_outputs(read_targets(), "DE"))
    here, there = (
        Evaluated(town, outputs)(runs, executor=executor, workers=2)
        for executor in ("threads", "processes")
    )
    assert here.shape == (6, len(outputs))
    assert np.isfinite(here).any()
    assert here.tobytes() == there.tobytes()


def test_runs_that_are_looked_at_are_the_same(workers):
    town = small_town(400, 1, end="2026-12")
    plain = followed(town, draws=3)
    for executor in ("threads", workers):
        again = all_followed(town, 3, executor=executor, workers=2)
        for one, other in zip(plain, again, strict=True):
            assert dict(one.values) == dict(other.values)
            np.testing.assert_array_equal(one.counts, other.counts)
            for before, after in zip(one.people, other.people, strict=True):
                for mine, theirs in zip(vars(before).values(), vars(after).values(), strict=True):
                    np.testing.assert_array_equal(mine, theirs)


def test_a_run_that_fails_is_one_message(monkeypatch):
    town = small_town(400, 1, end="2026-01")

    def fail(*_):
        raise RuntimeError("the roof is on fire")

    monkeypatch.setattr("calibration.following.follow", fail)
    with pytest.raises(StudyError, match="2 runs have failed, the first \\(0\\) with RuntimeError"):
        all_followed(town, 2)
