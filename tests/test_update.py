"""`quartier update` with the real model: forecasts side by side, the same bits, what it says."""

from __future__ import annotations

import numpy as np
import pytest
from update_worlds import GROUPS, counted_town, world, write_counts

from sim import cli, study, updating
from sim.rates import migration as rates
from sim.report.updated import gather_update
from sim.report.updated_files import exported_update, page
from sim.report.updated_words import beside_table
from sim.study import manifest
from sim.town import TownError, read_town
from sim.town.figures import read_observations

DRAWS = 10
SMALL = {"draws": DRAWS, "seeds": 2, "executor": "serial"}


@pytest.fixture(scope="module", autouse=True)
def the_same_program():
    """Whatever is edited while the tests run, the forecasts belong to one program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "program_fingerprint", lambda: "the program of a test")
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A town whose counts of 2026 and 2027 were made with more net migration than assumed."""
    place = counted_town(tmp_path_factory.mktemp("counted") / "kleinstadt")
    town = read_town(place)
    residents = world(town, net_migration_per_1000=7.0)
    write_counts(place / "observations.csv", town, residents, years=(2025, 2026, 2027))
    return place


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def first(folder, results):
    return updating.update(folder, until=2026, results=results, **SMALL)


@pytest.fixture(scope="module")
def before_second(first, results):
    """Every file of the first update, before the second."""
    del first
    return contents(results)


@pytest.fixture(scope="module")
def second(folder, results, before_second):
    return updating.update(folder, results=results, **SMALL)


def contents(place):
    return {
        path.relative_to(place).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


def test_the_first_forecast_is_the_plain_study(first, folder, tmp_path):
    start = first.steps[0].before
    assert start.until == 2025
    plain = study.compare(
        folder, ["reference"], DRAWS, 2, results=tmp_path, executor="serial", name="plain"
    )
    assert np.array_equal(start.study.runs("residents"), plain.runs("residents"))


def test_a_year_taken_in_gives_a_forecast_beside_the_old_one(first, results):
    names = sorted(path.name for path in (results / "kleinstadt").iterdir())
    assert names[:2] == ["forecast-2025", "forecast-2026"]
    step = first.last
    assert step.year == 2026
    assert 1.0 / (DRAWS + 1) <= step.surprise.p_value <= 1.0
    assert 1.0 <= step.effective <= DRAWS
    assert first.folder == results / "kleinstadt" / "forecast-2026"
    assert study.load(first.folder).complete


def test_nothing_is_overwritten(second, before_second, results):
    assert second.until == 2027
    after = contents(results)
    for name, content in before_second.items():
        assert after[name] == content, name
    assert (results / "kleinstadt" / "forecast-2027" / "manifest.json").is_file()
    assert not list((results / "kleinstadt").glob("*-rounds"))


def test_the_manifest_says_what_the_forecast_is_made_from(second):
    settings = second.forecast.study.manifest["settings"]
    assert settings["origin"]["kind"] == "update"
    assert settings["origin"]["until"] == 2027
    assert settings["origin"]["years"] == [2025, 2026, 2027]
    assert len(settings["values"]) == len(settings["town"]) == 64
    assert {row["name"] for row in settings["assumptions"]} >= set(second.forecast.space.names)
    assert (second.folder / "inputs" / "kleinstadt" / "observations.csv").is_file()


def test_what_was_learnt_stays_within_what_the_ledger_allows(second):
    said = gather_update(second)
    assert [one.name for one in said.learned] == list(second.forecast.space.names)
    for one in said.learned:
        row = second.town.ledger[one.name]
        assert row.low <= one.after[0] <= one.after[1] <= one.after[2] <= row.high
        assert 0.0 < one.narrowing < 2.0


def test_the_same_call_again_reads_what_is_there(second, folder, results):
    before = contents(results)
    again = updating.update(folder, results=results, **SMALL)
    assert contents(results) == before
    assert again.last.surprise.p_value == second.last.surprise.p_value


def test_only_forecasts_are_made_again(second):
    with pytest.raises(study.StudyError):
        updating.rerun_update(second.folder.parent)
    assert updating.origin_of(second.folder)["until"] == 2027


def test_counts_that_say_nothing_teach_nothing(folder, tmp_path):
    """Only the start was counted: the draws are the ledger's own, and so is every number."""
    town = read_town(folder)
    residents = world(town)
    path = write_counts(tmp_path / "start.csv", town, residents, years=(2025,))
    found = updating.update(folder, observations=path, results=tmp_path, **SMALL)
    assert found.steps == ()
    drawn = found.forecast.study.assumptions
    for number in range(DRAWS):
        expected = rates.draw(town, 1, number)
        assert drawn.loc[number].to_dict() == expected
    said = gather_update(found)
    assert not any(one.something for one in said.learned)


def test_other_counts_get_a_folder_of_their_own(second, folder, results, tmp_path):
    before = contents(results)
    town = read_town(folder)
    path = write_counts(tmp_path / "other.csv", town, world(town, seed=7), years=(2026,))
    found = updating.update(folder, observations=path, results=results, **SMALL)
    assert found.folder.name == "forecast-2026-2"
    assert all(contents(results)[name] == content for name, content in before.items())
    assert second.folder.name == "forecast-2027"


def test_plans_are_run_under_the_new_forecast(second, folder, results):
    with pytest.raises(study.StudyError):
        updating.update(folder, plans=["unknown"], results=results, **SMALL)
    assert second.forecast.study.plans == ("reference",)


def test_years_that_cannot_be_taken_in(folder, results):
    for until, said in ((2024, "beginnt Ende 2025"), (2028, "keine Zahlen für 2028")):
        with pytest.raises(study.StudyError) as caught:
            updating.update(folder, until=until, results=results, **SMALL)
        assert said in caught.value.text("de")
    with pytest.raises(study.StudyError) as caught:
        updating.update(folder, observations=folder / "none.csv", results=results, **SMALL)
    assert "--observations" in caught.value.text("de")


# Tables and the command ---------------------------------------------------------------------


def test_the_tables_hold_every_figure(second):
    said = gather_update(second)
    frames = exported_update(said)
    assert len(frames["beside"]) == 2 * 2 * len(GROUPS)
    assert list(frames["years"]["year"]) == [2026, 2027]
    assert set(frames["learned"]["status"]) <= {"measured", "derived", "estimated", "assumed"}
    forecast = frames["forecast"]
    assert forecast[forecast["year"] <= 2027]["now"].isna().all()
    later = forecast[forecast["year"] == 2028]
    assert later["now"].notna().all()
    assert set(later["district"]) == {"*", "mitte", "rand"}


def call(capsys, *arguments):
    code = cli.main([str(one) for one in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


@pytest.fixture(autouse=True)
def wide_german_terminal(monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("COLUMNS", "160")


def test_the_command_writes_a_page_tables_and_pictures(second, folder, results, capsys):
    before = contents(results)
    code, out, _ = call(capsys, "update", folder, "--draws", DRAWS, "--out", results)
    assert code == 0
    for words in (
        "Vorausrechnung und Zählung 2027",
        "Vorausgerechnet und gezählt, Ende 2027",
        "Jahr für Jahr",
        "Neue Vorausrechnung neben der bisherigen",
        "wirksame Zahl",
        "Modellrechnung, keine Vorhersage",
    ):
        assert words in out
    page = (second.folder / "update.de.md").read_text(encoding="utf-8")
    assert "Was die Zählungen über die Annahmen sagen" in page
    assert "pictures/forecast_by_district.de.png" in page
    for name in ("beside", "years", "learned", "forecast"):
        assert (second.folder / "tables" / f"{name}.csv").is_file()
    for name in ("forecast_by_district", "forecast_by_age", "forecast_by_age_mitte"):
        for lang in ("de", "en"):
            assert (second.folder / "pictures" / f"{name}.{lang}.svg").is_file()
    after = contents(results)
    assert all(after[name] == content for name, content in before.items())
    code, out, _ = call(capsys, "show", second.folder)
    assert code == 0
    assert "Modellrechnung" in out


def test_the_page_in_english(second):
    said = gather_update(second)
    text = page(said, [], "en")
    for words in ("Forecast and count", "effective number", "How to get it again"):
        assert words in text.replace("forecast and count", "Forecast and count")
    table = beside_table(said, "en")
    assert table.title == "Forecast and count, end of 2027"


def test_a_forecast_is_made_again_from_its_own_folder(second, capsys):
    """The same bits twice: made by one worker in this order, and again by several threads."""
    code, out, _ = call(capsys, "rerun", second.folder)
    assert code == 0
    assert "identisch" in out
    assert f"{2 + 3 * DRAWS * 2} Dateien" in out


def test_a_wrong_file_is_a_calm_message(folder, results, tmp_path, capsys):
    code, _, err = call(capsys, "update", folder, "--observations", tmp_path / "no.csv")
    assert code == 2
    assert "gibt es nicht" in err
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("year,district,value,source,status\n2026,nowhere,ten,Test,measured\n")
    code, _, err = call(
        capsys, "update", folder, "--observations", wrong, "--out", results, "--draws", DRAWS
    )
    assert code == 1
    assert "wrong.csv, Zeile 2, Spalte value" in err


# Reading the counts -------------------------------------------------------------------------

HEAD = "year,district,quantity,age_from,age_to,value,source,status\n"


def read(tmp_path, text):
    path = tmp_path / "observations.csv"
    path.write_text(text, encoding="utf-8")
    return read_observations(path, ["mitte", "rand"], (2025, 2030))


def problems(tmp_path, text):
    with pytest.raises(TownError) as caught:
        read(tmp_path, text)
    return [one.text("de") for one in caught.value.problems]


def test_figures_in_any_order_and_notation(tmp_path):
    figures, warnings = read(
        tmp_path,
        "age_to;age_from;value;year;district;source;status\n"
        "120;0;1 234;2026;*;Amt;measured\n120;65;300;2026;rand;Amt;measured\n",
    )
    assert [one.value for one in figures] == [1234.0, 300.0]
    assert [one.district for one in figures] == [None, 1]
    assert warnings == ()


def test_every_problem_of_the_counts_is_named(tmp_path):
    found = problems(
        tmp_path,
        HEAD
        + "2026,mitte,residents,0,120,500,Amt,measured\n"
        + "2026,mitte,residents,0,120,500,Amt,measured\n"
        + "2026,mite,residents,0,120,500,Amt,measured\n"
        + "2026,rand,lonely,0,120,5,Amt,measured\n"
        + "2026,rand,residents,80,65,50,Amt,measured\n"
        + "2026,rand,residents,0,120,50,Amt,vermutet\n",
    )
    assert len(found) == 5
    assert any("Zeile 3" in one and "Zeile 2 weglassen" in one for one in found)
    assert any("Zeile 4" in one and "gemeint ist vielleicht „mitte“" in one for one in found)
    assert any("Zeile 5" in one and "residents" in one for one in found)
    assert any("Zeile 6" in one and "age_to" in one for one in found)
    assert any("Zeile 7" in one and "vermutet" in one for one in found)


def test_parts_must_add_up_to_the_whole(tmp_path):
    rows = (
        "2026,mitte,residents,0,64,400,Amt,measured\n2026,mitte,residents,65,120,{},Amt,measured\n"
    )
    whole = "2026,mitte,residents,0,120,500,Amt,measured\n"
    assert len(read(tmp_path, HEAD + rows.format(100) + whole)[0]) == 3
    (found,) = problems(tmp_path, HEAD + rows.format(110) + whole)
    assert "gefunden „500“, erwartet 510" in found


def test_small_cells_and_other_years_are_warned_of(tmp_path):
    figures, warnings = read(
        tmp_path,
        HEAD + "2026,mitte,residents,80,120,3,Amt,measured\n"
        "2011,mitte,residents,0,120,900,Amt,measured\n",
    )
    assert len(figures) == 1
    assert len(warnings) == 2
    assert any("zusammenlegen" in one.text("de") for one in warnings)
