"""Folders and files that cannot be read are told in a sentence, never in a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import (
    only,
    problems_in,
    write_national,
    write_town,
)

from sim.town import read_town
from sim.town.files import Folder
from sim.town.geography import read_outline
from sim.town.plan_file import read_plan
from sim.town.problems import Problems
from sim.town.tables import read_table
from sim.town.toml_lines import read_toml

# town.toml


@pytest.mark.parametrize(
    ("changes", "german", "english"),
    [
        ({"name": "Klein-Stadt"}, "ein Schlüssel aus a–z", "a key of a–z"),
        ({"name": "../klein"}, "ein Schlüssel aus a–z", "a key of a–z"),
        ({"state": "XX"}, "das Kürzel eines Bundeslandes", "the abbreviation of a German state"),
        ({"start": "Dezember"}, "ein Monat in Anführungszeichen", "a month in quotes"),
        ({"start": "2025-13"}, "ein Monat in Anführungszeichen", "a month in quotes"),
        ({"start": 2025}, "ein Monat in Anführungszeichen", "a month in quotes"),
        ({"end": "2025-12"}, "ein Ende nach 2025-12", "an end after 2025-12"),
        ({"end": "2099-12"}, "höchstens 600 Monate", "at most 600 months"),
        ({"latitude": 8.87}, "eine geografische Breite", "a latitude"),
        ({"population_seed": -1}, "eine ganze Zahl ab 0", "a whole number of 0 or more"),
        ({"label": None}, "„label“: ein Name", "“label”: a name"),
        ({"ende": "2030-12"}, "gemeint ist vielleicht „end“", "perhaps “end” is meant"),
    ],
)
def test_town_file(tmp_path: Path, changes: dict[str, Any], german: str, english: str) -> None:
    folder = write_town(tmp_path / "klein", town=changes)
    said = only(folder)
    assert said[0].startswith("town.toml, Zeile ")
    assert german in said[0]
    assert english in said[1]
    key = next(iter(changes))
    lines = (folder / "town.toml").read_text().split("\n")
    line = int(said[1].split("line ")[1].split(",")[0])
    assert lines[line - 1].startswith(f"{key} =") or (
        key == "label" and lines[line - 1] == "[town]"
    )


def test_a_syntax_error_has_line_and_column(tmp_path: Path) -> None:
    german, english = only(
        write_town(tmp_path / "a", town='[town]\nname = "klein"\nlabel = Klein\n')
    )
    assert german.startswith("town.toml, Zeile 3, Spalte 9: gefunden „label = Klein“, erwartet ein")
    assert "expected a value" in english
    german, english = only(write_town(tmp_path / "b", town='[town]\nname = "a"\nname = "b"\n'))
    assert german.startswith("town.toml, Zeile 3")
    assert "erwartet jede Angabe nur einmal" in german
    assert "expected every entry only once" in english
    _, english = only(write_town(tmp_path / "c", town='[town]\nname = "a\n'))
    assert "expected text in straight quotes" in english
    german, english = only(write_town(tmp_path / "d", town="x = " + "[" * 3000))
    assert "zu tief verschachtelte Klammern oder Namen" in german
    assert "brackets or names nested too deeply" in english
    _, english = only(write_town(tmp_path / "f", town="a" + ".a" * 200_000 + " = 1"))
    assert "brackets or names nested too deeply" in english
    _, english = only(write_town(tmp_path / "e", town="x = " + "9" * 6000))
    assert "town.toml, line 1" in english


def test_another_name_than_the_folder_is_a_warning(tmp_path: Path) -> None:
    town = read_town(write_town(tmp_path / "klein", town={"name": "gross"}))
    (warning,) = town.warnings
    assert "der Name des Ordners, „klein“" in warning.text("de")
    assert "the folder's name, “klein”" in warning.text("en")


# Folders and files


def test_an_empty_folder(tmp_path: Path) -> None:
    german, english = only(tmp_path)
    assert german == (
        f"{tmp_path}: gefunden ein leerer Ordner, erwartet der Ordner einer Stadt mit town.toml "
        "und ihren Tabellen; bitte einen vorhandenen Ordner wie scenarios/herrenberg als Vorlage "
        "kopieren."
    )
    assert "found an empty folder" in english


def test_a_folder_that_does_not_exist_and_one_that_is_a_file(tmp_path: Path) -> None:
    german, english = only(tmp_path / "nirgends")
    assert "gefunden nichts, erwartet diese Datei oder dieser Ordner" in german
    assert "found nothing, expected this file or folder" in english
    (tmp_path / "datei").write_text("x")
    german, english = only(tmp_path / "datei")
    assert "gefunden eine Datei, erwartet ein Ordner" in german
    assert "found a file, expected a folder" in english


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    folder = write_town(tmp_path / "klein")
    monkeypatch.setattr(os, "scandir", refuse)
    german, english = only(folder)
    assert german == (
        f"{folder}: gefunden kein Leserecht, erwartet eine Datei oder ein Ordner mit Leserecht; "
        "bitte das Leserecht erteilen lassen oder die Daten in einen eigenen Ordner kopieren."
    )
    assert english == (
        f"{folder}: found no permission to read, expected a file or folder that may be read; "
        "please have the permission granted or copy the data to a folder of your own."
    )


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: str) -> Any:
        if path.name == "population.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return open(path, mode)

    folder = write_town(tmp_path / "klein")
    monkeypatch.setattr("sim.town.files.open", refuse, raising=False)
    german, english = only(folder)
    assert german.startswith("population.csv: gefunden kein Leserecht")
    assert english.startswith("population.csv: found no permission to read")


def test_missing_files(tmp_path: Path) -> None:
    found = problems_in(write_town(tmp_path / "klein", population=None, meeting_points=None))
    assert [(one.file, one.found) for one in found] == [
        ("meeting_points.csv", ""),
        ("population.csv", ""),
    ]
    (tmp_path / "klein" / "town.toml").unlink()
    assert "town.toml" in [one.file for one in problems_in(tmp_path / "klein")]


def test_a_file_nobody_reads_is_a_warning(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "klein", services=None)
    (folder / "Service.csv").write_text("x")
    (warning,) = read_town(folder).warnings
    assert warning.text("de").startswith("Service.csv: gefunden eine Datei, die niemand liest")
    assert "perhaps “services.csv” is meant" in warning.text("en")


def test_a_missing_national_table(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "klein", services=None)
    national = write_national(
        tmp_path / "germany", care_supply=None, life_table="sex,age\nmale,0\n"
    )
    found = [one.text("en") for one in problems_in(folder, national=national)]
    assert len(found) == 2
    assert found[0].startswith("germany/care_supply.csv: found nothing")
    assert "expected the column “death_probability” as well" in found[1]


def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "klein", services=None)
    (tmp_path / "secret.csv").write_text("x")
    (folder / "services.csv").symlink_to(tmp_path / "secret.csv")
    german, english = only(folder)
    assert "services.csv: gefunden eine Verknüpfung nach außerhalb" in german
    assert "services.csv: found a link to a place outside" in english


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_does_not_make_us_wait(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "klein", services=None)
    os.mkfifo(folder / "services.csv")
    assert "no ordinary file" in only(folder)[1]


def test_hostile_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    german, english = only(write_town(tmp_path / "a", services=b"service\0,district\n"))
    assert "services.csv, Zeile 1: gefunden ein Zeichen, das kein Text ist" in german
    assert "a character that is no text" in english
    german, english = only(write_town(tmp_path / "b", services=b"service\n\x81\xff\n"))
    assert "services.csv, Zeile 2: gefunden das Byte 0x81" in german
    assert "expected text in UTF-8 or Windows-1252" in english
    german, english = only(write_town(tmp_path / "c", services=b"service\n" + b"x" * 2**21))
    assert "services.csv, Zeile 2: gefunden eine Zeile von mehr als 1 MB" in german
    assert "a line of more than 1 MB" in english
    monkeypatch.setattr("sim.town.tables.ROWS", 2)
    assert "more than 2 lines" in problems_in(write_town(tmp_path / "d"))[0].text("en")


def test_a_file_too_large(tmp_path: Path) -> None:
    (tmp_path / "big.csv").write_bytes(b"x\n" * 600)
    problems = Problems()
    assert Folder(tmp_path, problems).read("big.csv", limit=2**10) is None
    assert problems.errors[0].line is None
    assert "größ" not in problems.errors[0].text("de")
    assert "gefunden mehr als" in problems.errors[0].text("de")


def test_file_names_with_control_characters(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "klein")
    try:
        (folder / "bad\x1bname.csv").write_text("x")
    except OSError:
        pytest.skip("this file system refuses such a name by itself")
    german, english = only(folder)
    assert "ein Dateiname ohne Steuerzeichen" in german
    assert "a file name without control characters" in english
    assert "\x1b" not in german


# The outline

SQUARE = [[[8.8, 48.5], [8.9, 48.5], [8.9, 48.6], [8.8, 48.5]]]


def test_an_outline(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "klein")
    outline = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": SQUARE}},
        ],
    }
    (folder / "outline.geojson").write_text(json.dumps(outline))
    assert read_town(folder).outline == outline


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"type": "Point", "coordinates": [1, 2]}',
        '{"type": "Polygon", "coordinates": [[[1, NaN]]]}',
        '{"type": "Polygon", "coordinates": [[["8.8", "48.5"]]]}',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null}]}',
        "[" * 100_000,
    ],
)
def test_an_outline_that_is_none(tmp_path: Path, text: str) -> None:
    folder = write_town(tmp_path / "klein")
    (folder / "outline.geojson").write_text(text)
    german, english = only(folder)
    assert "erwartet GeoJSON mit FeatureCollection" in german
    assert "expected GeoJSON with FeatureCollection" in english


# Whatever is in a file, there is a sentence and never a traceback


@settings(max_examples=200, deadline=None)
@given(data=st.one_of(st.binary(max_size=300), st.text("abc,;\t\n\"'.=1[]{}#\\", max_size=200)))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes | str) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "any").write_bytes(data if isinstance(data, bytes) else data.encode())
    problems = Problems()
    place = Folder(folder, problems)
    read_table(place, "any", required=("a", "b"))
    (folder / "outline.geojson").write_bytes((folder / "any").read_bytes())
    read_outline(place)
    read_toml(place, "any")
    read_plan(place, "any")
    for one in problems:
        assert one.text("de").endswith(".")
        assert one.text("en").isprintable()
