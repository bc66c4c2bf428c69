"""Figures kept back beside what is said without them: rows, scores, words, the command."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from calibration import Group, followed, nation_in_small, read_targets
from calibration.beside import row_of
from calibration.comparison import counterparts, crps
from calibration.residents_back import by_age, calendar, residents_rows, taken_in
from calibration.validation import AWAITED, awaited_rows, care_need_rows, emerging_rows, scores
from calibration.validation_words import (
    age_table,
    awaited_table,
    coverage_table,
    document,
    figure_tables,
    rounded,
    score_table,
)
from sim.cli import main
from sim.town.town import find_town, read_town

ABOUT = {
    "date": "2026-11-22",
    "version": "0",
    "draws": 2,
    "seed": 1,
    "targets": "a",
    "program": "b",
}


@pytest.fixture(scope="module")
def targets():
    return read_targets()


@pytest.fixture(scope="module")
def counted(targets, runs):
    """Two runs of Magdeburg's districts over the first year that was counted afterwards."""
    town = replace(read_town(find_town("magdeburg_neu_olvenstedt")), months=12)
    return residents_rows(targets, taken_in(town, calendar(town), map(by_age, runs)))


@pytest.fixture(scope="module")
def runs():
    town = replace(read_town(find_town("magdeburg_neu_olvenstedt")), months=12)
    return followed(town, draws=2)


def test_a_row_says_who_was_closer(targets):
    target = replace(next(one for one in targets if one.evidence), value=100.0, group=Group())
    draws = np.array([104.0, 106.0])
    row = row_of("emerges", target, draws, 110.0)
    assert row["closer"] == "model"
    assert row["median"] == 105.0
    assert row["crps"] == crps(100.0, draws)
    assert row_of("emerges", target, draws, 95.0)["closer"] == "same"
    assert row_of("emerges", target, draws, 99.0)["closer"] == "naive"
    assert row_of("emerges", target, draws, float("nan"))["closer"] == ""


def test_scores_are_those_of_a_table_worked_out_by_hand(targets):
    target = replace(next(one for one in targets if one.evidence), standard_error=1e-6)
    rows = [
        row_of("emerges", replace(target, value=100.0), np.linspace(90.0, 120.0, 301), 130.0),
        row_of("emerges", replace(target, value=200.0), np.linspace(210.0, 230.0, 301), 190.0),
    ]
    found = scores(pd.DataFrame(rows).assign(origin=2021)).iloc[0]
    assert found["bias"] == pytest.approx((0.05 + 0.10) / 2)
    assert found["error_naive"] == pytest.approx((0.30 + 0.05) / 2)
    assert np.isnan(found["error_projected"])
    assert found["inside_90"] == 0.5
    assert found["inside_50"] == 0.5
    assert (found["model_closer"], found["with_naive"]) == (1, 2)


def test_residents_have_counts_projections_and_wider_ranges_with_drift(counted):
    plain = counted[counted["part"] == "residents"].reset_index(drop=True)
    drift = counted[counted["part"] == "residents_with_drift"].reset_index(drop=True)
    assert set(plain["year"]) == {2022}
    assert len(plain) == len(drift) == 36
    groups = (plain["age_from"] > 0) | (plain["age_to"] < 120)
    wider = (drift["high"] - drift["low"]) > (plain["high"] - plain["low"])
    assert wider[groups].all()
    # Drift moves age groups against each other, never the whole district.
    assert (drift["median"] == plain["median"])[~groups].all()
    assert (plain["naive"] > 0).all()
    near = (plain["projected"] / plain["observed"] - 1.0).abs()
    assert near.max() < 0.2
    assert len(scores(counted)) == 2
    assert scores(counted)["figures"].eq(30).all()


def test_residents_are_counted_as_the_observable_counts_them(targets, runs):
    town = runs[0].town
    quick = taken_in(town, calendar(town), map(by_age, runs))
    own = [one for one in targets if (one.name, one.region) == ("residents", town.name)]
    for target in (one for one in own if one.year in (2021, 2022)):
        expected = counterparts(target, runs)
        assert (quick.of(target.year, target.group) == expected).all()


def test_care_need_is_judged_and_what_emerges_has_the_last_published_figure(targets):
    town = nation_in_small(persons=6000, years=1)
    care = care_need_rows(targets, town, draws=20)
    assert set(zip(care["region"], care["origin"], care["year"], strict=True)) == {
        ("DE", 2019, 2021), ("DE", 2019, 2023), ("DE", 2021, 2023), ("BW", 2019, 2021),
        ("ST", 2019, 2021), ("BW", 2019, 2023), ("BW", 2021, 2023), ("ST", 2019, 2023),
        ("ST", 2021, 2023),
    }  # fmt: skip
    assert care["naive"].notna().all()
    emerging = emerging_rows(targets, followed(town, draws=2), "DE")
    hours = emerging.set_index("name").loc["mean_hours_of_carers"]
    assert (hours["year"], hours["naive"], hours["observed"]) == (2023, 43.0, 49.0)
    assert not emerging["name"].eq("residents").any()


def test_what_is_awaited_is_told_and_never_scored(targets):
    town = nation_in_small(persons=4000, years=1)
    awaited = awaited_rows(targets, town, draws=20)
    assert set(awaited["region"]) == {"SH"}
    assert set(awaited_rows([], town, draws=2)["region"]) == {"BW", "SH", "ST"}
    assert awaited["observed"].isna().all()
    assert (awaited["low"] < awaited["median"]).all()
    table = pd.concat([care_need_rows(targets, town, draws=20), awaited], ignore_index=True)
    assert AWAITED not in set(scores(table)["part"])
    assert "Schleswig-Holstein" in awaited_table(table, "de").note
    assert len(awaited_table(table, "en").rows) == 2
    ahead = [(row[1], row[2]) for row in coverage_table(table, "en").rows]
    assert [years for years, _ in ahead] == ["2", "4"]
    again = rounded(table)
    assert (again["median"] / table["median"] - 1.0).abs().max() < 1e-5


def test_the_tables_in_both_languages(counted):
    for lang, words in (("de", "Fortschreibung"), ("en", "projection")):
        assert words in score_table(counted, lang).markdown()
        assert "65+" in age_table(counted, lang).markdown()
        assert len(figure_tables(counted, lang)[0].rows) == 36
    text = document(counted, ABOUT)
    assert text.index("Wie gut war es?") < text.index("How good was it?")
    assert text.index("Enthalten die Spannen") < text.index("Wie gut war es?")
    assert "Neu Olvenstedt" in text or "neu_olvenstedt" in text


def test_a_place_without_figures_kept_back_is_one_message(capsys):
    assert main(["validate", "herrenberg", "--lang", "en"]) == 1
    assert "No figure of herrenberg was kept back" in capsys.readouterr().err


def test_the_command_tells_coverage_and_what_is_awaited(tmp_path, capsys):
    assert main(["validate", "DE", "--draws", "2", "--lang", "en", "--out", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "Do our ranges hold what then comes?" in told
    assert "Forecast without a figure" in told
    folder = tmp_path / "calibration" / "validation"
    table = pd.read_csv(folder / "figures.csv")
    judged = table[table["part"] == "care_need"]
    assert set(judged["origin"]) == {2019, 2021}
    assert judged["observed"].notna().all()
    assert table[table["part"] == AWAITED]["observed"].isna().all()
    assert "(found/validation.csv)" in (folder / "VALIDATION.md").read_text(encoding="utf-8")
