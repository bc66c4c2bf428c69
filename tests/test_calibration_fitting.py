"""The search: emulators, waves, accepted draws, the file they are kept in, and made-up worlds."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from small_fits import NAMES, small_fit

from calibration import OBSERVABLES, nation_in_small, read_targets
from calibration.fitting.accept import accepted, narrowed, proposed
from calibration.fitting.emulator import emulator, moved_by
from calibration.fitting.figures import Fitted, figures_to_fit, read_discrepancies
from calibration.fitting.posterior import posterior_bytes, provenance, write_posterior
from calibration.fitting.waves import first_points, generator, runs_of, search
from calibration.fitting.words import report
from calibration.recovery import recovery
from calibration.space import Space, points_of, scores_of
from sim.study.errors import StudyError
from sim.town.joint import read_joint

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def town():
    return nation_in_small(persons=6000, years=1)


@pytest.fixture(scope="module")
def space(town):
    return Space(town.ledger, NAMES)


def made_up(space, values, errors, discrepancy=0.0):
    """Figures of a made-up model."""
    one = read_targets()[0]
    targets = tuple(
        replace(one, name=f"figure_{number}", value=float(value), standard_error=error)
        for number, (value, error) in enumerate(zip(values, errors, strict=True))
    )
    return Fitted(targets, np.full(len(targets), discrepancy))


def model_of(space, noise=0.05):
    """A model whose first figure is a sum of two assumptions, the second a curve of a third."""

    def evaluate(runs):
        quantiles = np.array([[_place(space, run, name) for name in NAMES] for run in runs])
        rng = np.random.default_rng([run.seed % 2**32 for run in runs])
        chance = noise * rng.standard_normal((len(runs), 2))
        x = space.scaled(scores_of(quantiles))
        return np.stack([2.0 * x[:, 0] + x[:, 1], x[:, 2] ** 2 + x[:, 2]], axis=1) + chance

    return evaluate


def _place(space, run, name):
    grid = np.linspace(0.001, 0.999, 999)
    return np.interp(
        run.values[name],
        [space.ledger[name].quantile(p) for p in grid],
        grid,
    )


# Figures ----------------------------------------------------------------------------------------


def test_every_discrepancy_is_of_a_known_observable_and_says_why():
    for one in read_discrepancies():
        assert one.name in OBSERVABLES
        assert one.why_de
        assert one.why_en


def test_only_figures_that_nothing_was_set_from_are_fitted_and_none_kept_back():
    known = read_discrepancies()
    fitted = figures_to_fit(read_targets(), "DE", known)
    assert len(fitted.targets) > 8
    assert {one.met for one in fitted.targets} == {"emerges"}
    assert max(one.year for one in fitted.targets) <= 2021
    assert (fitted.discrepancy > 0.0).all()
    everything = figures_to_fit(read_targets(), "DE", known, everything=True)
    assert {one.year for one in everything.targets} > {one.year for one in fitted.targets}


def test_a_wrong_discrepancy_is_one_message(tmp_path):
    path = tmp_path / "discrepancies.csv"
    path.write_text("name,year,fit,discrepancy,why_de,why_en\ncare_rate,,yes,much,a,b\n")
    with pytest.raises(StudyError, match="line 2"):
        read_discrepancies(path)


# Emulators --------------------------------------------------------------------------------------


def test_an_emulator_finds_what_moves_a_figure_and_how_much_is_chance():
    rng = np.random.default_rng(1)
    x = rng.uniform(-1.0, 1.0, (150, 30))
    found = 1.0 + 2.0 * x[:, 3] + x[:, 7] ** 2 + x[:, 7] + 0.1 * rng.standard_normal(150)
    assert moved_by(x, found) == (3, 7)
    by = emulator(x, found)
    new = rng.uniform(-1.0, 1.0, (200, 30))
    truth = 1.0 + 2.0 * new[:, 3] + new[:, 7] ** 2 + new[:, 7]
    mean, variance = by(new)
    assert np.sqrt(((mean - truth) ** 2).mean()) < 0.08
    assert by.noise == pytest.approx(0.01, rel=0.4)
    assert variance.max() < 0.05


def test_a_figure_that_nothing_moves_has_no_inputs():
    rng = np.random.default_rng(2)
    by = emulator(rng.uniform(-1, 1, (100, 20)), rng.standard_normal(100))
    assert by.inputs == ()
    assert by.noise == pytest.approx(1.0, rel=0.4)
    assert moved_by(np.zeros((50, 3)), np.ones(50)) == ()


# Waves and draws --------------------------------------------------------------------------------


def test_the_search_finds_the_values_a_made_up_world_was_made_with(space):
    evaluate = model_of(space)
    fitted = made_up(space, (2.4, 0.5), (0.15, 0.1))
    found = search(space, fitted, evaluate, waves=2, runs=60)
    assert found.waves[1].left < 0.5
    assert 0.5 < found.waves[1].surprise < 2.0
    chosen = accepted(found, evaluate, (0, 1), draws=100)
    assert chosen.names == NAMES[:3], "the fourth moves nothing and keeps its range"
    assert chosen.effective > 40
    figures = evaluate_at(space, chosen, evaluate)
    assert figures.mean(axis=0) == pytest.approx([2.4, 0.5], abs=0.25)
    # A sum says more of both together than of each: they hang together.
    pair = np.corrcoef(chosen.scores[:, 0], chosen.scores[:, 1])[0, 1]
    assert pair < -0.4
    again = accepted(search(space, fitted, evaluate, waves=2, runs=60), evaluate, (0, 1), draws=100)
    np.testing.assert_array_equal(chosen.scores, again.scores)


def evaluate_at(space, chosen, evaluate):
    small = Space(space.ledger, chosen.names)
    return evaluate(runs_of(small, points_of(chosen.scores), space.ledger.values(), 7))


def test_figures_that_nothing_reaches_are_named(space):
    fitted = made_up(space, (40.0, 0.5), (0.15, 0.1))
    with pytest.raises(StudyError, match="Too far by themselves"):
        search(space, fitted, model_of(space), waves=2, runs=80)
    # With a discrepancy that wide, nothing is ruled out: the figure says nothing.
    vague = search(
        space, made_up(space, (40.0, 0.5), (0.15, 0.1), 40.0), model_of(space), waves=2, runs=60
    )
    assert vague.waves[-1].left > 0.9


def test_draws_are_those_of_the_ledger_where_figures_say_nothing(space):
    found = search(
        space, made_up(space, (0.0, 0.0), (90.0, 90.0)), model_of(space), waves=1, runs=80
    )
    small, by = narrowed(found)
    scores = proposed(small, by, found.fitted, 1000, generator(1, "test"))
    assert scores.mean(axis=0) == pytest.approx(0.0, abs=0.12)
    assert scores.std(axis=0) == pytest.approx(1.0, abs=0.08)


# Made-up worlds ---------------------------------------------------------------------------------


def test_made_up_worlds_are_found_again_as_often_as_claimed(space):
    points = first_points(space, 80, 1)
    found = model_of(space)(runs_of(space, points, space.ledger.values(), 1))
    fitted = made_up(space, (0.0, 0.0), (0.4, 0.2))
    told = []
    again = recovery(
        space, fitted, points, found, worlds=40, draws=80, told=lambda *one: told.append(one)
    )
    assert again.names == NAMES[:3]
    assert told[-1] == (40, 40)
    # 120 ranks: three standard deviations, were they independent.
    assert 0.82 <= again.coverage(90) <= 0.98
    assert 0.36 <= again.coverage(50) <= 0.64
    table = again.table().set_index("name")
    assert table.loc["visit_probability", "identified"]
    assert table["share"].between(-0.1, 1.0).all()
    assert table["bias"].abs().max() < 0.35
    assert again.histogram().sum() == 120


# The file ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fit(town):
    """A very small fit with the model itself; serial."""
    return small_fit(town, "serial")


def test_the_posterior_is_the_same_on_threads_and_one_after_the_other(town, fit):
    other, _ = small_fit(town, "threads")
    about = {"made": "always"}
    content = posterior_bytes(fit[0], town.ledger, about)
    assert posterior_bytes(other, town.ledger, about) == content


def test_what_the_figures_cannot_tell_keeps_its_range(fit):
    found = fit[0]
    learned = found.learned().set_index("name")
    told = {name for pair in found.correlations(99) for name in pair[:2]}
    told |= set(learned.index[learned["identified"]])
    assert "visit_probability" in told
    assert set(found.found) == told
    about = provenance(found, "inputs", "quartier calibrate --seed 1")
    assert set(about["told_of"]) == told
    assert set(about["kept_prior"]) == set(found.space.ledger.uncertain) - told


def test_the_file_says_what_it_rests_on(town, fit, tmp_path):
    about = provenance(fit[0], town.fingerprint, "quartier calibrate --seed 1")
    write_posterior(tmp_path / "posterior.parquet", fit[0], town.ledger, about)
    schema = pq.read_schema(tmp_path / "posterior.parquet")
    said = json.loads(schema.metadata[b"quartier"])["provenance"]
    assert {"seed", "version", "targets", "discrepancies", "assumptions", "inputs", "command",
            "method", "waves", "made"} <= set(said)  # fmt: skip
    joint = read_joint(tmp_path / "posterior.parquet")
    assert len(joint.draws) == said["draws"] == 80
    assert joint.provenance == said
    assert joint.names == fit[0].found
    assert joint.covered(town.ledger) == joint.names
    one = town.ledger["visit_probability"]
    assert joint.fitted_under["visit_probability"] == (
        one.value, one.low, one.high, one.distribution,
    )  # fmt: skip
    column = fit[0].space.names.index("visit_probability")
    np.testing.assert_allclose(
        joint.draws[:, joint.names.index("visit_probability")],
        fit[0].values()[:, column], rtol=1e-5,
    )  # fmt: skip


def test_the_fit_is_told_in_both_languages(fit):
    found, evaluated = fit
    about = provenance(found, "inputs", "quartier calibrate")
    before = np.repeat(found.accepted.found[:1], 24, axis=0)
    for lang, word in (("de", "gelernt"), ("en", "learned")):
        assert word in report(found, evaluated, before, read_discrepancies(), about, lang)
