"""What a planner writes is read, in whatever way office programs have written it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from towns import (
    FACT,
    NATIONAL,
    changed,
    only,
    problems_in,
    table_text,
    tables_of,
    write_national,
    write_town,
)

from sim.town import TownError, check_folder, find_town, read_town, town_names
from sim.town.geography import metres
from sim.town.numerals import Ambiguous, NotANumber, notation_of, plain_number

# What can be read


def test_a_small_town(tmp_path: Path) -> None:
    town = read_town(write_town(tmp_path / "klein"))
    assert (town.name, town.label, town.state) == ("klein", "Musterstadt", "BW")
    assert (town.start, town.months, town.population_seed) == ((2025, 12), 60, 1)
    assert [one.key for one in town.districts] == ["mitte", "rand"]
    assert town.population["persons"].sum() == 400
    assert set(town.population["sex"]) == {0, 1}
    assert set(town.households["district"]) == {0, 1}
    assert list(town.plans) == ["reference"]
    assert town.service_size("nursing_home_places") == 4
    assert town.ambulatory_minutes_per_week == 750
    assert town.meeting_points[0].all_ages is False
    assert town.outline is None
    assert town.warnings == ()
    assert town.folder == tmp_path / "klein"
    assert "life_table" in town.tables
    assert check_folder(tmp_path / "klein") == []


def test_places_are_metres_east_and_north_of_the_origin(tmp_path: Path) -> None:
    town = read_town(write_town(tmp_path / "klein"))
    first, second = town.districts
    assert (first.x, first.y) == (0.0, 0.0)
    assert second.x == 0.0
    assert second.y == pytest.approx(0.005 * 111_195, rel=1e-4)
    assert first.radius_metres == pytest.approx(356.8, abs=0.1)
    assert metres(48.6, 9.87, (48.6, 8.87))[0] == pytest.approx(73_535, rel=1e-3)
    assert town.place(48.601, 8.871)[1] == pytest.approx(town.meeting_points[0].y)


def test_the_fingerprint_follows_the_contents_and_nothing_else(tmp_path: Path) -> None:
    town = read_town(write_town(tmp_path / "a", town={"name": "klein"}))
    again = read_town(write_town(tmp_path / "b", town={"name": "klein"}))
    assert town.fingerprint == again.fingerprint
    assert len(town.fingerprint) == 64
    (tmp_path / "b" / "README.md").write_text("not read")
    assert read_town(tmp_path / "b").fingerprint == town.fingerprint
    other = read_town(write_town(tmp_path / "c", town={"name": "klein", "population_seed": 2}))
    assert other.fingerprint != town.fingerprint
    national = write_national(tmp_path / "germany")
    (national / "fertility.csv").write_bytes((national / "fertility.csv").read_bytes() + b"\n")
    assert read_town(tmp_path / "a").fingerprint != town.fingerprint


def test_national_tables_beside_the_town_come_first(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "klein")
    assert NATIONAL / "life_table.csv" in read_town(folder).files
    national = write_national(tmp_path / "germany")
    assert national / "life_table.csv" in read_town(folder).files
    assert NATIONAL / "life_table.csv" in read_town(folder, national=NATIONAL).files


def test_a_town_and_its_error_travel_between_processes(tmp_path: Path) -> None:
    town = pickle.loads(pickle.dumps(read_town(write_town(tmp_path / "klein"))))
    assert town.ledger.draw(1, 1)
    error = TownError(problems_in(write_town(tmp_path / "schlecht", services="")))
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_every_town_of_the_repository_can_be_read() -> None:
    for name in town_names():
        town = read_town(find_town(name))
        assert town.name == name
        assert [one.text() for one in town.warnings] == []


def test_find_town_by_name_and_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_town(tmp_path / "scenarios" / "klein")
    assert find_town(folder) == folder
    monkeypatch.chdir(tmp_path)
    assert find_town("klein") == folder
    with pytest.raises(TownError) as caught:
        find_town("kleim")
    assert "gemeint ist vielleicht „klein“" in caught.value.text("de")
    with pytest.raises(TownError, match="check the path"):
        find_town("../nowhere/at all")
    with pytest.raises(TownError):
        find_town("x" * 5000)
    with pytest.raises(TownError):
        find_town("nul\0byte")


# Ways to write a table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_separators_and_line_ends(
    tmp_path: Path, encoding: str, separator: str, newline: str
) -> None:
    rows = tables_of()["districts"]
    rows[0]["label"] = "Südstadt – „Höhe“"
    text = table_text(rows, separator).replace("\n", newline)
    town = read_town(write_town(tmp_path / "klein", districts=text.encode(encoding)))
    assert town.districts[0].label == "Südstadt – „Höhe“"
    assert town.warnings == ()


def test_german_numbers_in_a_table_with_semicolons(tmp_path: Path) -> None:
    rows = tables_of(residents=4000)["districts"]
    for row in rows:
        row["latitude"] = str(row["latitude"]).replace(".", ",")
        row["longitude"] = str(row["longitude"]).replace(".", ",")
        row["area_hectares"] = "1.240,5"
        row["residents"] = "2.000"
    text = "sep=;\n" + table_text(rows, ";") + ";;;;;;;;\n"
    town = read_town(write_town(tmp_path / "klein", residents=4000, districts=text))
    assert town.districts[1].area_hectares == 1240.5
    assert town.districts[1].residents == 2000
    assert town.districts[1].y == pytest.approx(556, abs=1)


def test_a_decimal_comma_in_quotes_in_a_table_with_commas(tmp_path: Path) -> None:
    town = read_town(write_town(tmp_path / "klein", **changed("services", 0, size="12,5")))
    assert town.service_size("ambulatory_hours_per_week") == 12.5


def test_a_decimal_comma_without_quotes_in_a_table_with_commas(tmp_path: Path) -> None:
    text = "service,district,size,source,status\nday_care_places,*,1,5,Test,assumed\n"
    german, english = only(write_town(tmp_path / "klein", services=text))
    assert german == (
        "services.csv, Zeile 2: gefunden 6 Felder, erwartet 5 Felder wie in der Kopfzeile; bitte "
        "die Trennzeichen der Zeile prüfen; ein Feld, das selbst ein Trennzeichen enthält (wie "
        "12,5 in einer Tabelle mit Kommas), in Anführungszeichen setzen."
    )
    assert "found 6 cells, expected 5 cells as in the header" in english


def test_a_number_with_two_meanings(tmp_path: Path) -> None:
    rows = changed("services", 0, size="1.200")["services"]
    german, english = only(write_town(tmp_path / "klein", services=table_text(rows, ";")))
    assert german == (
        "services.csv, Zeile 2, Spalte size: gefunden „1.200“, erwartet eine eindeutige Zahl; "
        "bitte Tausender ohne Punkt schreiben oder Nachkommastellen mit Komma (1234 oder 1,234)."
    )
    assert "expected a number with one meaning" in english


@pytest.mark.parametrize(
    ("text", "notation", "whole", "plain"),
    [
        ("1234.5", ".", False, "1234.5"),
        ("-3", ".", True, "-3"),
        ("−3", ",", True, "-3"),
        ("1e-05", ".", False, "1e-05"),
        ("1.234,5", ",", False, "1234.5"),
        ("1.234", ",", False, "1234"),
        ("12.345.678", None, False, "12345678"),
        ("1.234", None, True, "1234"),
        ("0.234", None, False, "0.234"),
        ("1\u00a0234,5", None, False, "1234.5"),
        (",5", ",", False, ".5"),
    ],
)
def test_numbers(text: str, notation: str | None, whole: bool, plain: str) -> None:
    assert plain_number(text, notation, whole) == plain


@pytest.mark.parametrize(
    "text", ["", ".", ",", "-", "1,2,3", "1_000", "0x10", "nan", "inf", "١٢", "1.2.3", "9" * 50]
)
@pytest.mark.parametrize("notation", [".", ",", None])
def test_what_is_no_number(text: str, notation: str | None) -> None:
    with pytest.raises(NotANumber):
        plain_number(text, notation)


def test_notation_of_a_table() -> None:
    assert notation_of(["1", "2"], ",") == "."
    assert notation_of(["1", "2"], ";") is None
    assert notation_of(["1.234", "2,5"], ";") == ","
    assert notation_of(["48.59", "2.000"], ";") == "."
    assert notation_of(["48.59", "2,5"], ";") is None
    with pytest.raises(Ambiguous):
        plain_number("2.000", None)


# Services that are estimated


def test_a_missing_service_is_estimated(tmp_path: Path) -> None:
    rows = tables_of()
    town = read_town(write_town(tmp_path / "klein", services=rows["services"][:1]))
    day_care = next(one for one in town.services if one.service == "day_care_places")
    old = sum(row["persons"] for row in rows["population"] if row["age_from"] >= 80)
    supply = town.tables["care_supply"]
    per_1000 = supply[
        (supply["region"] == "BW") & (supply["quantity"] == "day_care_places_per_1000_80plus")
    ]["value"].iloc[0]
    assert day_care.size == pytest.approx(per_1000 * old / 1000, abs=0.051)
    assert day_care.status == "estimated"
    assert day_care.district is None
    assert "care_supply.csv" in day_care.source
    assert next(one.status for one in town.services if "ambul" in one.service) == "assumed"
    without = read_town(write_town(tmp_path / "ohne", services=None))
    assert len(without.services) == 3
    assert {one.status for one in without.services} == {"estimated"}


def test_a_group_that_straddles_80_is_split_as_in_the_state(tmp_path: Path) -> None:
    population = [
        {"district": "mitte", "sex": sex, "age_from": a, "age_to": b, "persons": n, **FACT}
        for sex in ("male", "female")
        for a, b, n in ((0, 74, 8000), (75, 120, 2000))
    ]
    districts = [{**tables_of()["districts"][0], "residents": 20000}]
    households = [{"district": "mitte", "size": 1, "households": 100, **FACT}]
    town = read_town(
        write_town(
            tmp_path / "klein",
            districts=districts,
            population=population,
            households=households,
            services=None,
        )
    )
    structure = town.tables["population_structure"].query("region == 'BW' and age >= 75")
    old = sum(
        2000
        * structure.query(f"sex == '{sex}' and age >= 80")["persons"].sum()
        / structure.query(f"sex == '{sex}'")["persons"].sum()
        for sex in ("male", "female")
    )
    supply = town.tables["care_supply"].query("region == 'BW'").set_index("quantity")["value"]
    expected = supply["nursing_home_places_per_1000_80plus"] * old / 1000
    assert town.service_size("nursing_home_places") == pytest.approx(expected, abs=0.051)
