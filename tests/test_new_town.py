"""A new town's folder: from answers, from questions, whole, marked, and ready to run."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from register_extract import DISTRICTS, write_register

from sim.cli import main
from sim.commands.founding import place_of_towns
from sim.founding.answers import Answers
from sim.founding.guesses import guesses_of
from sim.founding.homes import SIZES
from sim.founding.national import read_shared
from sim.founding.remembering import remembered
from sim.founding.town import Sources, draft_town, read_sources, write_town
from sim.intake.small_cells import small_cells
from sim.model import simulate
from sim.town import TownError, check_folder, read_town

NATIONAL = Path(__file__).parent.parent / "scenarios" / "germany"
SAMPLES = Path(__file__).parent / "samples" / "intake"
SHORT = {"label": "Testort", "start": "2025-12", "end": "2027-12"}


def answers(**sections: Any) -> Answers:
    town = {**SHORT, **sections.pop("town", {})}
    return Answers.model_validate({"town": town, **sections})


def made(folder: Path, told: Answers, near: Path = SAMPLES, key: str = "testort") -> Path:
    national = read_shared(NATIONAL, told.town.state)
    draft = draft_town(key, told, read_sources(told, near), national)
    path, warnings = write_town(draft, folder, NATIONAL)
    assert warnings == []
    return path


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of 1,500 people made from a register, with its file of answers beside it."""
    folder = tmp_path_factory.mktemp("new")
    write_register(folder / "einwohner.csv", 1_500)
    (folder / "answers.toml").write_text(
        '[town]\nlabel = "Testort"\nstate = "BW"\nstart = "2025-12"\nend = "2026-03"\n'
        '[population]\ntable = "einwohner.csv"\n'
        '[services]\nambulatory_hours_per_week = 30.5\nsource = "Sozialstation"\n'
        '[[meeting_points]]\nlabel = "Altes Rathaus"\ndistrict = "Neustadt"\nseats = 20\n'
        "[plans]\nbudget_per_year = 20000\n",
        encoding="utf-8",
    )
    code = main(["new", "testort", "--no-improve", "--from", str(folder / "answers.toml"),
                 "--into", str(folder)])  # fmt: skip
    assert code == 0
    return folder / "testort"


# From a register ----------------------------------------------------------------------------


def test_the_folder_is_clean_and_complete(register: Path) -> None:
    assert check_folder(register, NATIONAL) == []
    town = read_town(register, NATIONAL)
    assert {district.label for district in town.districts} == set(DISTRICTS)
    assert sum(district.residents for district in town.districts) == 1_500
    assert set(town.plans) == {
        "reference", "meeting_point", "care_service", "neighbourhood_manager",
    }  # fmt: skip
    assert town.compare[0] == "reference"
    assert town.meeting_points[0].seats == 20
    assert {spec.service: spec.status for spec in town.services} == {
        "ambulatory_hours_per_week": "measured",
        "day_care_places": "estimated",
        "nursing_home_places": "estimated",
    }


def test_every_plan_runs_and_costs_the_town_the_same(register: Path) -> None:
    town = read_town(register, NATIONAL)
    for plan in town.plans.values():
        outcome = simulate(town, plan)
        assert np.isfinite(outcome.money).all()
    costs = {
        name: sum(measure.cost_per_year for measure in plan.measures)
        for name, plan in town.plans.items()
    }
    assert costs.pop("reference") == 0
    assert set(costs.values()) == {20_000}


def test_every_estimate_says_so(register: Path) -> None:
    for name in ("districts", "population", "households", "services", "meeting_points",
                 "assumptions"):  # fmt: skip
        for row in rows(register, f"{name}.csv"):
            assert row["source"]
            assert row["status"] in ("measured", "derived", "estimated", "assumed")
    names = ("population", "households", "districts", "meeting_points")
    found = {name: {row["status"] for row in rows(register, f"{name}.csv")} for name in names}
    assert found == {
        "population": {"measured"},
        "households": {"estimated"},
        "districts": {"assumed"},  # their place is
        "meeting_points": {"assumed"},  # its opening hours are
    }
    readme = (register / "README.md").read_text(encoding="utf-8")
    assert "Keine Zeile daraus ist gespeichert" in readme
    assert "small_cell_threshold" in readme
    assert readme.index("woher die Zahlen kommen") < readme.index("where the figures come from")


def test_no_small_cell_leaves_the_register(register: Path) -> None:
    persons = [int(row["persons"]) for row in rows(register, "population.csv")]
    assert small_cells(persons, 5) == 0
    assert sum(persons) == 1_500


def test_how_many_are_neither_man_nor_woman_is_a_small_cell_too(tmp_path: Path) -> None:
    def change(all_rows: list[list[str]]) -> None:
        for number, row in enumerate(all_rows):
            row[4] = "d" if number < 3 else "m" if number % 2 else "w"
            row[7] = "H"

    write_register(tmp_path / "t.csv", 400, change=change)
    folder = made(tmp_path, answers(population={"table": "t.csv"}), tmp_path)
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "Weniger als 5 Menschen ohne Angabe oder divers" in readme
    assert "* 3 Menschen" not in readme
    assert sum(int(row["persons"]) for row in rows(folder, "population.csv")) == 408


def test_the_threshold_is_the_ledgers(tmp_path: Path, register: Path) -> None:
    told = answers(population={"table": "einwohner.csv"})
    national = read_shared(NATIONAL, "DE")
    stricter = replace(national, ledger=national.ledger.with_values(small_cell_threshold=10))
    sources = read_sources(told, register.parent)
    draft = draft_town("testort", told, sources, stricter)
    assert small_cells(draft.people.frame["persons"], 10) == 0


def test_districts_too_small_to_be_protected_have_to_be_joined(tmp_path: Path) -> None:
    write_register(
        tmp_path / "t.csv", 400,
        change=lambda all_rows: [row.__setitem__(6, "Einöde") for row in all_rows[:3]],
    )  # fmt: skip
    told = answers(population={"table": "t.csv"})
    with pytest.raises(TownError) as caught:
        made(tmp_path, told, tmp_path)
    assert "weniger als 5 Männer oder Frauen in „Einöde“" in caught.value.text("de")
    assert not (tmp_path / "testort").exists()
    joined = answers(population={"table": "t.csv", "join": {"Einöde": "Neustadt"}})
    folder = made(tmp_path, joined, tmp_path)
    assert "einoede" not in {row["district"] for row in rows(folder, "districts.csv")}
    wrong = answers(population={"table": "t.csv", "join": {"Einöde": "Nirgends"}})
    with pytest.raises(TownError, match="a district of the table"):
        made(tmp_path, wrong, tmp_path, "anders")


def test_a_folder_can_be_made_again_from_its_own_answers(register: Path, tmp_path: Path) -> None:
    shutil.copytree(register, tmp_path / "alt")
    shutil.copy(register.parent / "einwohner.csv", tmp_path / "alt")
    code = main(["new", "noch_einmal", "--no-improve", "--from",
                 str(tmp_path / "alt" / "answers.toml"), "--into", str(tmp_path)])  # fmt: skip
    assert code == 0
    for name in ("population.csv", "households.csv", "services.csv", "plans/care_service.toml"):
        assert (tmp_path / "noch_einmal" / name).read_text() == (register / name).read_text()


def test_columns_once_told_are_remembered(tmp_path: Path) -> None:
    def odd(all_rows: list[list[str]]) -> None:
        for row in all_rows:
            row[7] = "H"

    header = ["A", "B", "C", "D", "E", "F", "G", "H"]
    write_register(tmp_path / "t.csv", 400, header=header, change=odd)
    columns = {"birth": "D", "sex": "E", "district": "G"}
    first = made(
        tmp_path, answers(population={"table": "t.csv", "columns": columns}), tmp_path, "eins"
    )
    remembered = tomllib.loads((first / "intake.toml").read_text(encoding="utf-8"))
    assert remembered["tables"][0]["columns"] == columns
    shutil.copy(tmp_path / "t.csv", first / "t.csv")
    second = made(tmp_path, answers(population={"table": "t.csv"}), first, "zwei")
    assert (second / "population.csv").read_text() == (first / "population.csv").read_text()


@pytest.mark.parametrize("text", ["tables = [1]", "tables = 3", "[[tables]]\nheader = 1", "x = ["])
def test_a_damaged_memory_is_no_memory(tmp_path: Path, text: str) -> None:
    (tmp_path / "intake.toml").write_text(text, encoding="utf-8")
    assert remembered(tmp_path) == {}


# From other tables --------------------------------------------------------------------------


def test_census_and_districts_told(tmp_path: Path) -> None:
    told = answers(
        town={"label": "Musterhausen", "state": "BW"},
        population={"table": "zensus_demografie.csv", "region": "Musterhausen"},
        households={"table": "zensus_haushalte.csv"},
        districts=[{"name": "Kernort", "residents": 9000}, {"name": "Weiler", "residents": 1000}],
    )
    folder = made(tmp_path, told)
    by_district = {row["district"]: int(row["residents"]) for row in rows(folder, "districts.csv")}
    assert by_district == {"kernort": 10_478, "weiler": 1_164}  # scaled to the Census
    people = rows(folder, "population.csv")
    men = sum(int(row["persons"]) for row in people if row["sex"] == "male")
    assert men == 5_705  # as in the Census, though it gives no ages by sex
    oldest = sum(int(row["persons"]) for row in people if row["age_from"] == "75")
    assert oldest == 1_290
    homes = next(row for row in rows(folder, "services.csv") if row["service"][:7] == "nursing")
    # Of those of 75 and over some two thirds are 80 and over, as in the state.
    assert 0.6 * oldest < float(homes["size"]) / 127.7 * 1000 < 0.75 * oldest
    assert {row["status"] for row in people} == {"estimated"}
    assert "15.05.2022" in people[0]["source"]
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "Die Tabelle hat den Stand 15.05.2022" in readme
    assert "Schutz kleiner Zahlen" not in readme  # the offices have protected it already


def test_hidden_cells_are_filled_and_told(tmp_path: Path) -> None:
    told = answers(population={"table": "ffcsv_neu.csv", "region": "Beispielheim"})
    folder = made(tmp_path, told)
    young = [row for row in rows(folder, "population.csv")
             if row["sex"] == "female" and row["age_from"] == "18"]  # fmt: skip
    assert 15 < int(young[0]["persons"]) < 60
    assert "gesperrte oder unsichere Felder" in (folder / "README.md").read_text(encoding="utf-8")


def test_nothing_but_a_name(tmp_path: Path) -> None:
    folder = made(tmp_path, answers(town={"state": "NW"}))
    town = read_town(folder, NATIONAL)
    assert len(town.districts) == 1
    assert town.districts[0].residents == 10_000
    source = rows(folder, "population.csv")[0]["source"]
    assert "Deutschland" in source  # no age structure for the state at hand
    assert {row["status"] for row in rows(folder, "population.csv")} == {"estimated"}


def test_boundaries_give_place_area_and_outline(tmp_path: Path) -> None:
    ring = [[9.0, 48.6], [9.003, 48.6], [9.003, 48.603], [9.0, 48.603], [9.0, 48.6]]
    far = [[x + 0.05, y] for x, y in ring]
    content = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"OT": name, "geheim": "x"},
             "geometry": {"type": "Polygon", "coordinates": [place]}}
            for name, place in (("Kernort", ring), ("Weiler", far))
        ],
    }  # fmt: skip
    (tmp_path / "g.geojson").write_text(json.dumps(content), encoding="utf-8")
    told = answers(
        population={"residents": 4_000},
        districts=[{"name": "Kernort", "residents": 3_000}, {"name": "Weiler", "residents": 100}],
        boundaries={"file": "g.geojson", "source": "Vermessungsamt"},
    )
    folder = made(tmp_path, told, tmp_path)
    core, hamlet = rows(folder, "districts.csv")
    assert float(core["area_hectares"]) == pytest.approx(7.4, abs=0.1)
    assert float(hamlet["area_hectares"]) == pytest.approx(3.7, abs=0.1)  # settled only
    assert "Grenzen umfassen 7.4 ha" in hamlet["note"]
    outline = json.loads((folder / "outline.geojson").read_text(encoding="utf-8"))
    assert outline["source"] == "Vermessungsamt"
    assert outline["features"][0]["properties"] == {
        "district": "kernort", "name": "Kernort", "status": "measured",
    }  # fmt: skip
    town = read_town(folder, NATIONAL)
    assert town.districts[1].x - town.districts[0].x == pytest.approx(3_676, rel=0.01)


def test_districts_without_boundaries_do_not_overlap(tmp_path: Path) -> None:
    told = answers(districts=[{"name": f"Ort {n}", "residents": 300 * n} for n in range(1, 9)])
    town = read_town(made(tmp_path, told), NATIONAL)
    for i, one in enumerate(town.districts):
        for other in town.districts[i + 1 :]:
            apart = np.hypot(one.x - other.x, one.y - other.y)
            assert apart >= 0.99 * (one.radius_metres + other.radius_metres)


def test_households_house_the_people_of_each_district(register: Path) -> None:
    residents = {row["district"]: int(row["residents"]) for row in rows(register, "districts.csv")}
    for district, number in residents.items():
        counts = [int(row["households"]) for row in rows(register, "households.csv")
                  if row["district"] == district]  # fmt: skip
        assert 0.9 * number < np.array(counts) @ SIZES <= number + 1


def test_names_that_do_not_fit_are_all_told_at_once(tmp_path: Path) -> None:
    told = answers(
        districts=[{"name": "Nord"}],
        meeting_points=[{"label": "A", "district": "Süd"}, {"label": "-B", "district": "Nor"}],
    )
    with pytest.raises(TownError) as caught:
        draft_town("x", told, Sources(), read_shared(NATIONAL, "DE"))
    assert len(caught.value.problems) == 3
    assert list(tmp_path.iterdir()) == []


def test_the_example_in_the_docs_is_a_file_of_answers() -> None:
    text = (NATIONAL.parent.parent / "docs" / "NEW_TOWN.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    told = Answers.model_validate(tomllib.loads(example))
    assert told.population.join == {"Einöde": "Weiler"}
    for name, section in Answers.model_fields.items():
        shown = told.model_dump()[name]
        assert shown, f"the example has no {name}"
        assert section is not None


# Questions ----------------------------------------------------------------------------------


def asked(monkeypatch: pytest.MonkeyPatch, lines: list[str], arguments: list[str]) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    return main(arguments)


def test_a_town_from_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_register(tmp_path / "einwohner.csv", 400)
    lines = ["", "XY", "BW", "12.2025", "fehlt.csv", "einwohner.csv", "", "", "viele", "40", "", "",
             "1", "Bürgerhaus", "2", "12,5", "-1,5", "", "nein"]  # fmt: skip
    assert asked(monkeypatch, lines, ["new", "Bad Probe", "--into", "."]) == 0
    town = read_town(tmp_path / "bad_probe", NATIONAL)
    assert town.label == "Bad Probe"
    assert town.state == "BW"
    assert town.service_size("ambulatory_hours_per_week") == 40
    assert town.meeting_points[0].opening_hours_per_week == 12.5
    assert town.districts[town.meeting_points[0].district].label == sorted(DISTRICTS)[1]
    assert town.ledger["net_migration_per_1000"].value == -1.5
    said = capsys.readouterr()
    assert "Wie heißt die Stadt?" in said.out
    assert "Bitte eines von: BB" in said.err
    assert "fehlt.csv: gefunden nichts" in said.err
    assert "Bitte eine Zahl ab 0" in said.err
    assert f"quartier check {tmp_path.name}" not in said.out
    assert "quartier check bad_probe" in said.out


def test_columns_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_register(tmp_path / "t.csv", 400, header=None)
    lines = ["", "", "2025-12", "t.csv", "ja", "7", "4", "5", *[""] * 8, "nein"]
    assert asked(monkeypatch, lines, ["new", "probe", "--into", "."]) == 0
    town = read_town(tmp_path / "probe", NATIONAL)
    assert {district.label for district in town.districts} == set(DISTRICTS)
    text = (tmp_path / "probe" / "answers.toml").read_text(encoding="utf-8")
    assert 'birth = "#4"' in text


def test_when_the_answers_end_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(monkeypatch, ["", ""], ["new", "probe", "--into", str(tmp_path)]) == 2
    assert "nichts wurde geschrieben" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_questions_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["", "", "2025-12", "", "5000", "North 3000, South", *[""] * 8, "no"]
    arguments = ["new", "sample_town", "--into", str(tmp_path), "--lang", "en"]
    assert asked(monkeypatch, lines, arguments) == 0
    said = capsys.readouterr().out
    assert "What is the town's name?" in said
    assert "Estimated or assumed" in said
    town = read_town(tmp_path / "sample_town", NATIONAL)
    assert [district.residents for district in town.districts] == [3_000, 2_000]


@pytest.mark.parametrize("name", ["../fort", "/tmp/x", "con", "germany", "-x", "ä/b", "a\\b", ""])
def test_names_that_are_no_town(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["new", "--into", str(tmp_path), "--", name])
    assert code == 1
    assert "ein Name aus a–z, 0–9 und _" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_never_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe" / "mein.txt").write_text("x", encoding="utf-8")
    assert main(["new", "probe", "--into", str(tmp_path)]) == 1
    assert "überschrieben wird nichts" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "probe").iterdir()] == ["mein.txt"]


def test_open_questions_of_a_file_of_answers_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_register(tmp_path / "t.csv", 300, header=None)
    (tmp_path / "answers.toml").write_text(
        '[town]\nlabel = "X"\nstart = "2025-12"\nend = "2026-12"\n[population]\ntable = "t.csv"\n',
        encoding="utf-8",
    )
    arguments = ["new", "x", "--from", str(tmp_path / "answers.toml"), "--into", str(tmp_path)]
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert "Nicht erkannt sind district (Stadtteil oder Quartier)" in said
    assert "#4  #4   99.99.9999" in said
    assert '[population.columns] district = "#1"' in said


def test_where_a_new_town_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert place_of_towns() == NATIONAL.parent  # the project's own
    monkeypatch.setattr("sim.commands.founding.ROOT", tmp_path / "site-packages")
    assert place_of_towns() == tmp_path  # installed without its repository
    (tmp_path / "scenarios").mkdir()
    assert place_of_towns() == tmp_path / "scenarios"


# What would improve it ----------------------------------------------------------------------


def test_every_estimated_group_is_moved_and_only_those(register: Path, tmp_path: Path) -> None:
    town = read_town(register, NATIONAL)
    names = {guess.name for guess in guesses_of(town)}
    assert names == {
        "households", "day_care_places", "nursing_home_places", "care_rate_factor",
        "ambulatory_share_factor", "net_migration_per_1000", "meeting_points", "areas",
    }  # fmt: skip
    whole = read_town(made(tmp_path, answers(districts=[{"name": "A"}, {"name": "B"}])), NATIONAL)
    guesses = {guess.name: guess for guess in guesses_of(whole)}
    assert {"ages_of_the_town", "ages_of_districts", "ambulatory_hours_per_week"} <= set(guesses)
    old = whole.population["age_from"] >= 65
    for name in ("ages_of_the_town", "ages_of_districts"):
        low, high = guesses[name].low(), guesses[name].high()
        for town in (low, high):
            assert town.population["persons"].sum() == whole.population["persons"].sum()
        share = [town.population.loc[old, "persons"].groupby(town.population["district"]).sum()
                 for town in (low, high)]  # fmt: skip
        assert (share[1] > share[0]).any()
        assert (share[1] > share[0]).all() == (name == "ages_of_the_town")
    people = whole.households["households"] @ SIZES[whole.households["size"].to_numpy() - 1]
    alone = guesses["households"].high().households
    assert (
        alone.loc[alone["size"] == 1, "households"].sum()
        > whole.households.loc[whole.households["size"] == 1, "households"].sum()
    )
    moved = alone["households"] @ SIZES[alone["size"].to_numpy() - 1]
    assert moved == pytest.approx(people, rel=0.01)
