"""The ledger of assumptions: drawn by name, with the given value as the median."""

from __future__ import annotations

import itertools
import math
import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from towns import NATIONAL, only, problems_in, table_text, write_national, write_town

from sim.draws import uniform_for_name
from sim.town import Assumption, Ledger, TownError, read_town
from sim.town.files import Folder
from sim.town.ledger import read_assumptions
from sim.town.problems import Problems

ROW = {
    "name": "care_rate_factor",
    "group": "care_need",
    "value": 0.9,
    "unit": "factor",
    "low": 0.8,
    "high": 1.0,
    "distribution": "triangular",
    "label_de": "Pflegequote",
    "label_en": "Care rate",
    "year": 2021,
    "source": "Test",
    "status": "assumed",
    "note": "",
}


def assumption(**changes: Any) -> Assumption:
    facts = {"name": "x", "group": "g", "unit": "factor", "label_de": "X", "label_en": "X"}
    facts |= {"year": "2025", "source": "Test", "status": "assumed", "note": "", "file": "t"}
    return Assumption(**{**facts, "line": 2, **changes})


def spread(distribution: str, low: float, value: float, high: float, **more: Any) -> Assumption:
    return assumption(distribution=distribution, low=low, value=value, high=high, **more)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    problems = Problems()
    assumptions = read_assumptions(Folder(NATIONAL, problems, "germany/"))
    assert [one.text() for one in problems] == []
    return Ledger(assumptions)


PROBABILITIES = np.linspace(0.001, 0.999, 97)


@pytest.mark.parametrize(
    ("one", "textbook"),
    [
        (spread("uniform", 2, 3, 6), stats.uniform(2, 4)),
        (spread("triangular", 2, 3, 6), stats.triang(0.25, 2, 4)),
        (spread("triangular", 2, 2, 6), stats.triang(0, 2, 4)),
        (spread("triangular", 2, 6, 6), stats.triang(1, 2, 4)),
        (spread("normal", -1, 1, 3), stats.norm(1, 2 / stats.norm.ppf(0.95))),
        (spread("lognormal", 1, 2, 4), stats.lognorm(math.log(2) / stats.norm.ppf(0.95), scale=2)),
    ],
)
def test_quantiles_are_those_of_the_textbook(one: Assumption, textbook: Any) -> None:
    ours = [one.quantile(float(p)) for p in PROBABILITIES]
    np.testing.assert_allclose(ours, textbook.ppf(PROBABILITIES), rtol=1e-12, atol=1e-12)


def test_logitnormal_is_normal_on_the_logit() -> None:
    one = spread("logitnormal", 0.2, 0.5, 0.8)
    normal = stats.norm(0, math.log(4) / stats.norm.ppf(0.95))
    logits = [math.log(q / (1 - q)) for q in map(one.quantile, PROBABILITIES)]
    np.testing.assert_allclose(logits, normal.ppf(PROBABILITIES), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("distribution", ["normal", "lognormal", "logitnormal"])
@given(bounds=st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3, unique=True).map(sorted))
def test_the_value_is_the_median_and_the_bounds_are_the_tails(
    distribution: str, bounds: list[float]
) -> None:
    one = spread(distribution, *bounds)
    for probability, expected in zip((0.05, 0.5, 0.95), bounds, strict=True):
        assert one.quantile(probability) == pytest.approx(expected, rel=1e-9)
    drawn = [one.quantile(p) for p in (1e-9, 0.01, 0.3, 0.6, 0.99, 1 - 1e-9)]
    assert drawn == sorted(drawn)
    assert all(math.isfinite(number) and number >= 0 for number in drawn)
    if distribution == "logitnormal":
        assert drawn[-1] <= 1


def test_normal_values_stay_within_what_the_quantity_can_be() -> None:
    assert spread("normal", 0.0, 0.01, 0.5).quantile(0.001) == 0.0
    assert spread("normal", -0.1, 0.01, 0.5).quantile(0.001) < 0.0
    assert spread("normal", 0.5, 0.9, 0.99, unit="share").quantile(0.9999) == 1.0
    assert spread("normal", 0.5, 0.9, 0.99).quantile(0.9999) > 1.0


@pytest.mark.parametrize("distribution", ["fixed", "uniform", "normal", "lognormal"])
def test_without_a_range_the_value_stays(distribution: str) -> None:
    one = spread(distribution, 3, 3, 3)
    assert not one.uncertain
    assert {one.quantile(p) for p in (0.001, 0.5, 0.999)} == {3}


def test_a_draw_is_a_function_of_seed_number_and_name(ledger: Ledger) -> None:
    first = ledger.draw(7, 3)
    assert first == ledger.draw(7, 3)
    assert set(first) == set(ledger)
    assert first != ledger.draw(7, 4)
    assert first != ledger.draw(8, 3)
    fixed = [name for name in ledger if name not in ledger.uncertain]
    assert all(first[name] == ledger[name].value for name in fixed)
    assert all(first[name] != ledger.draw(7, 4)[name] for name in ledger.uncertain)


def test_one_assumption_more_or_less_changes_nothing_else(ledger: Ledger) -> None:
    full = ledger.draw(7, 3)
    fewer = Ledger(ledger.assumptions[::-2])
    assert 0 < len(fewer) < len(ledger)
    assert all(number == full[name] for name, number in fewer.draw(7, 3).items())
    assert {**full, "new": 1} == Ledger(
        [*ledger.assumptions, spread("fixed", 1, 1, 1, name="new")]
    ).draw(7, 3)


@pytest.mark.parametrize("seed", [0, 7, 2**63 + 12345, 2**64 - 1])
def test_all_are_drawn_at_once_as_each_by_itself(ledger: Ledger, seed: int) -> None:
    for number in (0, 3, 123_456):
        drawn = ledger.draw(seed, number)
        assert list(drawn) == list(ledger)
        for name, one in ledger.items():
            assert drawn[name] == one.quantile(uniform_for_name(seed, number, name))


def test_draws_follow_the_distribution_and_each_other_not(ledger: Ledger) -> None:
    one = spread("triangular", 0, 1, 4, name="first")
    other = spread("triangular", 0, 1, 4, name="second")
    pair = Ledger([one, other])
    drawn = np.array([list(pair.draw(1, number).values()) for number in range(2000)])
    for column in drawn.T:
        assert stats.kstest(column, stats.triang(0.25, 0, 4).cdf).pvalue > 0.001
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.08


def test_a_draw_takes_less_than_ten_milliseconds(ledger: Ledger) -> None:
    ledger.draw(1, 1)

    def seconds(number: int) -> float:
        start = time.perf_counter()
        ledger.draw(1, number)
        return time.perf_counter() - start

    assert min(seconds(number) for number in range(10)) < 0.01


def test_drawn_numbers_are_within_what_they_can_be(ledger: Ledger) -> None:
    draws = [ledger.draw(2, number) for number in range(50)]
    for values, name in itertools.product(draws, ledger.uncertain):
        one, drawn = ledger[name], values[name]
        if one.distribution in ("uniform", "triangular"):
            assert one.low <= drawn <= one.high
        if one.unit == "share":
            assert 0 <= drawn <= 1


def test_every_number_has_a_source_and_a_sound_range(ledger: Ledger) -> None:
    assert len(ledger) > 100
    for one in ledger.assumptions:
        assert one.source
        assert one.low <= one.value <= one.high
        assert one.file == "germany/assumptions.csv"
        assert one.line > 1


def test_values_are_the_central_ones(ledger: Ledger) -> None:
    assert ledger.values() == {name: ledger[name].value for name in ledger}
    assert pickle.loads(pickle.dumps(ledger)).values() == ledger.values()


def test_a_number_set_by_the_reader_no_longer_varies(ledger: Ledger) -> None:
    name = ledger.uncertain[0]
    changed = ledger.with_values(**{name: 0.123})
    assert changed[name].value == changed.draw(1, 1)[name] == 0.123
    assert changed[name].status == "assumed"
    assert "set instead of" in changed[name].note
    assert list(changed) == list(ledger)
    assert ledger[name].value != 0.123


def test_setting_an_unknown_assumption(ledger: Ledger) -> None:
    with pytest.raises(TownError) as caught:
        ledger.with_values(visit_probabilty=0.5, staff_hour_cost=math.nan)
    german, english = caught.value.text("de"), caught.value.text("en")
    assert "gefunden „visit_probabilty“, erwartet der Name einer Annahme" in german
    assert "gemeint ist vielleicht „visit_probability“" in german
    assert "perhaps “visit_probability” is meant" in english
    assert "column staff_hour_cost: found “nan”, expected a number" in english


# The town's own assumptions


def test_a_towns_assumption_replaces_the_national_one(tmp_path: Path) -> None:
    plain = read_town(write_town(tmp_path / "a")).ledger
    town = read_town(write_town(tmp_path / "b", assumptions=[ROW]))
    assert town.ledger["care_rate_factor"].value == 0.9
    assert town.ledger["care_rate_factor"].file == "assumptions.csv"
    assert list(town.ledger) == list(plain)
    assert town.ledger.draw(1, 1) != plain.draw(1, 1)


def test_an_assumption_the_ledger_does_not_know(tmp_path: Path) -> None:
    german, english = only(
        write_town(tmp_path / "klein", assumptions=[{**ROW, "name": "care_rate_facto"}])
    )
    assert german == (
        "assumptions.csv, Zeile 2, Spalte name: gefunden „care_rate_facto“, erwartet der Name "
        "einer Annahme aus germany/assumptions.csv; bitte den Namen berichtigen (gemeint ist "
        "vielleicht „care_rate_factor“)."
    )
    assert english == (
        "assumptions.csv, line 2, column name: found “care_rate_facto”, expected the name of an "
        "assumption in germany/assumptions.csv; please correct the name (perhaps "
        "“care_rate_factor” is meant)."
    )


@pytest.mark.parametrize(
    ("cells", "german", "english"),
    [
        (
            {"low": 0.95},
            "Spalte low: gefunden „0.95“, erwartet höchstens der Wert 0.9",
            "column low: found “0.95”, expected at most the value 0.9",
        ),
        (
            {"high": 0.85},
            "Spalte high: gefunden „0.85“, erwartet mindestens der Wert 0.9",
            "column high: found “0.85”, expected at least the value 0.9",
        ),
        (
            {"distribution": "gauss"},
            "gefunden „gauss“, erwartet eine Verteilung: fixed, uniform",
            "found “gauss”, expected a distribution: fixed, uniform",
        ),
        (
            {"distribution": "fixed", "low": 0.9},
            "Spalte high: gefunden „1“, erwartet gleich der Wert 0.9",
            "column high: found “1”, expected equal to the value 0.9",
        ),
        (
            {"distribution": "lognormal", "low": 0},
            "gefunden „0–1“, erwartet eine Zahl größer als 0 (lognormal)",
            "found “0–1”, expected a number greater than 0 (lognormal)",
        ),
        (
            {"distribution": "logitnormal"},
            "erwartet Zahlen zwischen 0 und 1 (logitnormal)",
            "expected numbers between 0 and 1 (logitnormal)",
        ),
        ({"value": ""}, "Spalte value: gefunden nichts, erwartet eine Zahl", "expected a number"),
        ({"source": ""}, "erwartet die Quelle der Zahl", "expected the source of the figure"),
        ({"unit": "=A1"}, "erwartet ein Text, keine Formel", "expected text, not a formula"),
    ],
)
def test_a_range_that_is_not_sound(
    tmp_path: Path, cells: dict[str, Any], german: str, english: str
) -> None:
    said = only(write_town(tmp_path / "klein", assumptions=[{**ROW, **cells}]))
    assert german in said[0]
    assert english in said[1]


def test_a_fixed_number_needs_no_bounds(tmp_path: Path) -> None:
    row = {**ROW, "distribution": "fixed", "low": "", "high": ""}
    town = read_town(write_town(tmp_path / "klein", assumptions=[row]))
    assert town.ledger["care_rate_factor"].low == 0.9


def test_the_same_assumption_twice(tmp_path: Path) -> None:
    german, english = only(write_town(tmp_path / "klein", assumptions=[ROW, ROW]))
    assert "Zeile 3, Spalte name: gefunden „care_rate_factor“, erwartet jede Annahme nur" in german
    assert "please leave out this line or line 2" in english


def test_shares_of_one_whole(tmp_path: Path) -> None:
    shares = [
        {**ROW, "name": f"volunteer_hours_share_{name}", "value": share, "low": "", "high": ""}
        | {"distribution": "fixed", "unit": "share"}
        for name, share in (("low", 0.5), ("middle", 0.3), ("high", 0.3))
    ]
    german, english = only(write_town(tmp_path / "a", assumptions=shares))
    assert "gefunden „1.1“, erwartet die Summe 1 der Anteile volunteer_hours_share_…" in german
    assert "expected a sum of 1 of the shares volunteer_hours_share_…" in english
    shares[2] |= {"value": 0.2, "low": 0.1, "high": 0.3, "distribution": "uniform"}
    german, english = only(write_town(tmp_path / "b", assumptions=shares))
    assert "gefunden „uniform“, erwartet fixed, denn diese Anteile ergeben zusammen 1" in german
    assert "expected fixed, as these shares add up to 1" in english


def test_a_problem_of_the_national_ledger_names_its_file(tmp_path: Path) -> None:
    text = table_text([{**ROW, "low": 2}])
    national = write_national(tmp_path / "germany", assumptions=text)
    found = problems_in(write_town(tmp_path / "klein"), national=national)
    assert found[0].file == "germany/assumptions.csv"
    assert found[0].line == 2
