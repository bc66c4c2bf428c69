"""Meeting an official forecast: what is moved, by how much, what is left, and the same bits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_desk import Ear, finished
from towns import town_text, write_national, write_town

from sim import cli, study
from sim.dashboard.answering.desk import Desk
from sim.dashboard.answering.places import Places
from sim.dashboard.answering.question import Question
from sim.rates import migration as rates
from sim.report.gather import gather
from sim.report.official import official_sentence, official_table
from sim.study import manifest
from sim.study.live import LiveDesign
from sim.town import read_town

HEAD = "year,age_from,age_to,value,source,status\n"
WANTED = ((2027, 0, 1260), (2028, 0, 1290), (2028, 65, 330), (2028, 80, 90))


@pytest.fixture(scope="module", autouse=True)
def the_same_program():
    """Whatever is edited while the tests run, the studies belong to one program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "program_fingerprint", lambda: "the program of a test")
        yield


def official_town(folder, rows=WANTED, *, align="true"):
    """A made-up town of 1,200 for which a made-up office expects more."""
    write_national(folder.parent / "germany")
    text = town_text(folder.name, end="2028-12")
    text += f'[official_forecast]\nfile = "amt.csv"\nlabel = "Amt"\nalign = {align}\n'
    lines = [f"{year},{low},120,{value},Amt,measured" for year, low, value in rows]
    return write_town(folder, residents=1200, town=text, amt=HEAD + "\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return official_town(tmp_path_factory.mktemp("official") / "kleinstadt")


@pytest.fixture(scope="module")
def town(folder):
    return read_town(folder)


@pytest.fixture(scope="module")
def alignment(town):
    return study.align(town, executor="serial")


@pytest.fixture(scope="module")
def aligned(town, alignment, tmp_path_factory):
    return study.compare(
        town, ["reference"], 8, 2, results=tmp_path_factory.mktemp("results"), name="aligned",
        values=alignment.draws(town, 1, 8), origin=alignment.origin(), executor="serial",
    )  # fmt: skip


def test_totals_are_met_and_what_was_moved_is_told(alignment):
    assert alignment.solved
    assert alignment.steps <= 9
    for one in alignment.met:
        if one.figure.ages == (0, 120):
            assert abs(one.after - one.figure.value) <= max(1.0, 0.0005 * one.figure.value)
            assert abs(one.before - one.figure.value) > 20.0
    names = [(one.name, one.first, one.last) for one in alignment.moves]
    assert names == [
        ("net_migration_per_1000", 2026, 2027),
        ("net_migration_per_1000", 2028, 2028),
        ("newcomer_older_factor", None, None),
        ("newcomer_oldest_factor", None, None),
    ]
    assert alignment.moves[0].after > alignment.moves[0].before == pytest.approx(3.0)


def test_the_same_bits_twice(town, alignment):
    assert study.align(town, workers=2) == alignment


def test_every_draw_is_moved_likewise(town, alignment):
    drawn = alignment.draws(town, 1, 3)
    for number, values in drawn.items():
        own = town.ledger.draw(1, number)
        by_year = rates.rates_of(values, ["mitte"], [2026, 2027, 2028])[0]
        shift = alignment.moves[0].after - alignment.moves[0].before
        assert by_year[0] == pytest.approx(own["net_migration_per_1000"] + shift)
        assert by_year[0] == by_year[1] != by_year[2]
        assert values["fertility_factor"] == own["fertility_factor"]


def test_the_study_meets_the_forecast_and_says_so(aligned, alignment):
    residents = aligned.runs("residents")[0][:, :, aligned.periods.index("2028"), 0]
    assert abs(residents.mean() - 1290.0) < 25.0
    origin = aligned.manifest["settings"]["origin"]
    assert origin["kind"] == "alignment"
    assert origin["moves"][0]["after"] == alignment.moves[0].after
    findings = gather(aligned, brief=True)
    assert len(findings.official) == len(WANTED)
    assert set(findings.official["status"]) == {"measured"}
    sentence = official_sentence(findings, "de")
    assert "Amt" in sentence
    assert "Wanderungssaldo" in sentence or "Zuzüge minus Fortzüge" in sentence
    table = official_table(findings, "de")
    assert table is not None
    assert len(table.rows) == len(WANTED)


def test_an_aligned_study_is_run_again_bit_for_bit(aligned):
    again = study.rerun(aligned.folder)
    assert again.identical, again.text("en")


def test_a_study_in_memory_is_aligned_likewise(town, alignment, aligned, folder):
    """Fall: der Ort verlangt die Angleichung. Erwartet: am Bildschirm dieselben Zahlen."""
    plans = (town.plans["reference"],)
    design = LiveDesign(town, plans, aligned=alignment)
    assert design.manifest(8)["key"] == aligned.manifest["key"]
    drawn = aligned.assumptions.to_dict("index")
    assert design.values(3) == pytest.approx(drawn[3], rel=0, abs=0)
    ear = Ear()
    desk = Desk(Places((folder.parent,)), workers=2)
    try:
        desk.ask(Question(folder.name, plans, most_draws=2), "me", "live", ear)
        answer = ear.wait(finished).answer
    finally:
        desk.close()
    assert answer.study.manifest["settings"]["origin"] == aligned.manifest["settings"]["origin"]
    assert (answer.study.runs("residents") == aligned.runs("residents")[:, :2]).all()
    hand = LiveDesign(town, plans, (("fertility_factor", 1.1),), aligned=alignment)
    assert hand.origin["kind"] == "alignment_by_hand"
    assert hand.values(3) == design.values(3) | {"fertility_factor": 1.1}


def test_without_alignment_the_difference_is_reported(town, tmp_path):
    plain = study.compare(town, ["reference"], 4, 2, results=tmp_path, executor="serial")
    assert "origin" not in plain.manifest["settings"]
    findings = gather(plain, brief=True)
    row = findings.official[(findings.official["year"] == 2028)].iloc[0]
    assert row["official"] == 1290.0
    assert row["computed"] < 1290.0
    assert row["difference"] == pytest.approx(row["computed"] - 1290.0)
    assert "weicht" in official_sentence(findings, "de")


def test_a_town_without_official_forecast(tmp_path):
    write_national(tmp_path / "germany")
    town = read_town(write_town(tmp_path / "kleinstadt"))
    assert town.official_forecast is None
    with pytest.raises(study.StudyError) as caught:
        study.align(town)
    assert "[official_forecast]" in caught.value.text("de")


def test_what_cannot_be_met_is_left_as_a_difference(tmp_path):
    place = official_town(tmp_path / "kleinstadt", ((2027, 0, 1230), (2027, 80, 400)))
    found = study.align(read_town(place), executor="serial")
    oldest = next(one for one in found.met if one.figure.ages == (80, 120))
    assert oldest.after < 300.0
    factor = next(one for one in found.moves if one.name == "newcomer_oldest_factor")
    assert factor.after == pytest.approx(5.0)


@pytest.mark.parametrize("option", ["--align", "--no-align"])
def test_the_command_aligns_if_asked_to(option, folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    code = cli.main(
        ["run", str(folder), "--plan", "reference", "--draws", "2", "--out", str(tmp_path), option]
    )
    out = capsys.readouterr().out
    assert code == 0
    assert "Amt" in out
    (found,) = (tmp_path / "kleinstadt").iterdir()
    frame = pd.read_csv(found / "tables" / "official_forecast.csv")
    assert len(frame) == len(WANTED)
    moved = found / "tables" / "alignment.csv"
    assert moved.is_file() == (option == "--align")
    if option == "--align":
        assert np.isfinite(pd.read_csv(moved)["after"]).all()


def test_aligning_a_town_that_names_none_is_a_calm_message(tmp_path, capsys):
    write_national(tmp_path / "germany")
    place = write_town(tmp_path / "kleinstadt")
    code = cli.main(["run", str(place), "--plan", "reference", "--align", "--out", str(tmp_path)])
    err = capsys.readouterr().err
    assert code == 1
    assert "Traceback" not in err
    assert "official_forecast" in err
