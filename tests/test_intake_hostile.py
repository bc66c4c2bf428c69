"""Files that mean harm, or that somebody exported wrongly: each is refused with a sentence."""

from __future__ import annotations

import io
import os
import struct
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import pytest

from sim.founding.answers import read_answers
from sim.founding.readme import as_text
from sim.founding.writing import csv_text, toml_table, write_folder
from sim.intake import Refused, read_people
from sim.intake.limits import FILE_BYTES, LINE_BYTES, UNPACKED_BYTES
from sim.intake.names import folder_fault, key_of, keys_of, name_fault, safe_cell
from sim.town import TownError

DAY = date(2025, 12, 31)
HEADER = "Stadtteil;Geschlecht;Alter;Anzahl\n"


def refused(file: Path) -> str:
    """What a file is refused with, in German; one problem, without a traceback's words."""
    with pytest.raises(Refused) as caught:
        read_people(file, DAY)
    text = caught.value.text("de")
    assert "Traceback" not in text
    assert all(" bitte " in one.text("de") and "please" in one.text("en")
               for one in caught.value.problems)  # fmt: skip
    return text


def written(folder: Path, data: bytes | str, name: str = "t.csv") -> Path:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


# Sizes --------------------------------------------------------------------------------------


def test_a_gigabyte_is_refused_before_it_is_read(tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "riesig.csv"
    with file.open("wb") as stream:
        stream.truncate(2**30)  # a sparse file: no disk is used
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("the file was opened"))
    assert f"gefunden 1024 MB, erwartet höchstens {FILE_BYTES // 2**20} MB" in refused(file)


def test_one_very_long_line(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER.encode() + b"a" * (LINE_BYTES + 10))
    assert "t.csv, Zeile 2: gefunden eine Zeile von mehr als 1 MB" in refused(file)


def test_too_many_columns(tmp_path: Path) -> None:
    assert "gefunden 600 Spalten" in refused(written(tmp_path, ";" * 599 + "\n"))


def test_a_zip_bomb_in_a_workbook(tmp_path: Path) -> None:
    bomb = packed({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * (40 * 2**20)})
    assert len(bomb) < 100_000
    assert "auf mehr als das 200-fache entpackt" in refused(written(tmp_path, bomb, "t.xlsx"))


def test_a_workbook_that_claims_to_be_huge(tmp_path: Path) -> None:
    data = bytearray(packed({"xl/workbook.xml": b"<x/>", "b": b"1" * 50}))
    # The size of a part when unpacked stands in the directory at the end.
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", UNPACKED_BYTES + 2**20)
    assert "entpackt 513 MB" in refused(written(tmp_path, bytes(data), "t.xlsx"))


def test_a_workbook_with_a_false_directory_gives_out_no_more_than_it_claims(tmp_path: Path) -> None:
    data = bytearray(packed({"xl/workbook.xml": b"<x/>" * 10_000}))
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    assert "eine beschädigte Excel-Datei" in refused(written(tmp_path, bytes(data), "t.xlsx"))


def test_thousands_of_parts(tmp_path: Path) -> None:
    many = packed({f"{number}": b"" for number in range(2_100)}, zipfile.ZIP_STORED)
    assert "gefunden 2100 Teile" in refused(written(tmp_path, many, "t.xlsx"))


def test_entities_that_multiply(tmp_path: Path) -> None:
    """ "Billion laughs" in a workbook's XML."""
    laughs = "".join(f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";"}{"&l" + str(n - 1) + ";"}">'
                     for n in range(1, 40))  # fmt: skip
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><workbook>&l39;</workbook>'
    book = packed(
        {
            "[Content_Types].xml": (
                b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                b'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats'
                b'-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
            ),
            "xl/workbook.xml": xml.encode(),
        }
    )
    assert "eine beschädigte Excel-Datei" in refused(written(tmp_path, book, "t.xlsx"))


# Kinds --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "eine alte Excel-Datei (.xls)"),
        (b"%PDF-1.7 ...", "ein PDF"),
        (b"\x1f\x8b\x08...", "eine gepackte Datei (.gz)"),
        (b"", "eine leere Datei"),
        (b" \n\n", "eine leere Datei"),
        (b"<!DOCTYPE html><table>", "eine Webseite"),
        (b"a\0b;c\n", "Zeichen, die kein Text sind"),
        (b"Ort\xdfteil;x\n\x81;1\n", "das Byte 0x81"),
        (b"PK\x03\x04 nothing", "eine beschädigte Excel-Datei"),
        (b'Stadtteil;"Alter;Anzahl\n1;2\n', "ein Anführungszeichen ohne Gegenstück"),
    ],
)
def test_files_of_other_kinds(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in refused(written(tmp_path, data))


def test_archives_of_other_kinds(tmp_path: Path) -> None:
    for parts, words in (
        ({"content.xml": b"<x/>"}, "eine OpenDocument-Datei (.ods)"),
        ({"xl/workbook.bin": b"x"}, "eine binäre Excel-Datei (.xlsb)"),
        ({"a.csv": b"x", "b.csv": b"y"}, "ein Zip-Archiv ohne genau eine Tabelle"),
    ):
        assert words in refused(written(tmp_path, packed(parts), "t.zip"))


def test_no_file_a_folder_a_pipe(tmp_path: Path) -> None:
    assert "erwartet diese Datei" in refused(tmp_path / "fehlt.csv")
    assert "keine gewöhnliche Datei" in refused(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
        assert "keine gewöhnliche Datei" in refused(tmp_path / "pipe.csv")


# Content ------------------------------------------------------------------------------------


def test_counts_that_are_none_and_groups_twice(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        HEADER + "Nord;m;0-64;viele\nNord;m;65+;-4\nNord;w;0-64;1,5\nNord;w;65+;10\n"
        "Nord;w;65+;11\nNord;x9;65+;1\nNord;w;300;1\n",
    )
    text = refused(file)
    for words in (
        "Zeile 2, Spalte Anzahl: gefunden „viele“",
        "Zeile 3, Spalte Anzahl: gefunden „-4“",
        "Zeile 4, Spalte Anzahl: gefunden „1,5“",
        "Zeile 6: gefunden noch einmal Nord, 65+ Jahre",
        "Zeile 7, Spalte Geschlecht: gefunden „x9“",
        "Zeile 8, Spalte Alter: gefunden „300“",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("Nord;m;0-17;5\nNord;m;25+;5\nNord;w;0-17;5\nNord;w;25+;5\n",
         "keine Gruppe für das Alter 18"),
        ("Nord;m;0-20;5\nNord;m;15+;5\nNord;w;0-20;5\n", "beim Alter 15 überschneiden"),
        ("Nord;m;0-17;5\nNord;m;18-64;5\nNord;w;0-17;5\n", "keine Gruppe ab 65 Jahren"),
        ("Nord;m;0-64;5\nNord;m;65+;5\n", "nur ein Geschlecht"),
        ("Nord;m;0-64;0\nNord;m;65+;0\nNord;w;65+;0\n", "keine Menschen"),
    ],
)  # fmt: skip
def test_tables_that_leave_people_out(tmp_path: Path, rows: str, words: str) -> None:
    assert words in refused(written(tmp_path, HEADER + rows))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("=cmd|' /C calc'!A0", "für eine Formel halten"),
        ("+49 Ort", "für eine Formel halten"),
        ("@SUM(A1)", "für eine Formel halten"),
        ("MÃ¼hlbach", "falsch umgewandelte Umlaute"),
        ("x" * 300, "ein Name von 300 Zeichen"),
        ("…", "ein Name ohne Buchstaben"),
    ],
)
def test_names_of_districts_that_are_none(tmp_path: Path, name: str, words: str) -> None:
    rows = "".join(f'"{name}";{sex};{ages};5\n' for sex in "mw" for ages in ("0-64", "65+"))
    assert words in refused(written(tmp_path, HEADER + rows))


def test_html_in_names_is_text(tmp_path: Path) -> None:
    name = "<script>alert(1)</script> & [Süd](x)"
    assert name_fault(name) is None
    assert as_text(name) == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; \\[Süd\\](x)"
    assert key_of(name) == "script_alert_1_script_sued_x"
    rows = "".join(f'"{name}";{sex};{ages};5\n' for sex in "mw" for ages in ("0-64", "65+"))
    assert read_people(written(tmp_path, HEADER + rows), DAY).districts == (name,)


def test_keys_are_never_alike() -> None:
    keys = keys_of(["Süd", "Sued", "SÜD", "東京", "…x", "a" * 90, "a" * 91])
    assert len(set(keys.values())) == len(keys)
    assert all(folder_fault(key) is None for key in keys.values())


# What is written ----------------------------------------------------------------------------


def test_no_cell_is_a_formula() -> None:
    text = csv_text(("a", "b"), [("=1+1", -3), ("@x", "+1"), ("\t=2", "-y"), ("gut", "a,b")])
    assert text == "a,b\n'=1+1,-3\n'@x,'+1\n'\t=2,'-y\ngut,\"a,b\"\n"
    assert safe_cell("|calc") == "'|calc"
    assert [safe_cell(text) for text in ("-1.5", "-1.5+x")] == ["-1.5", "'-1.5+x"]


def test_text_in_toml_stays_text() -> None:
    nasty = 'a"]\n[town]\nname = "x\\\x7f\u2028'
    read = tomllib.loads(toml_table("t", {"text": nasty, "a key": [1, True, 2.5], "none": None}))
    assert read == {"t": {"text": nasty, "a key": [1, True, 2.5]}}


@pytest.mark.parametrize(
    "name",
    ["../x", "a/b", "/tmp/x", "..", "a\\b", "C:x", "con", "nul", "lpt1", "a\0b", "", "Ä", "germany",
     "a" * 61, "x.", " x", "-rf"],
)  # fmt: skip
def test_names_that_are_no_folder(tmp_path: Path, name: str) -> None:
    assert folder_fault(name) is not None
    with pytest.raises(TownError, match="a name of a–z"):
        write_folder(tmp_path, name, {"x": "y"}, lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        assert (folder / "plans" / "a.toml").read_text(encoding="utf-8") == "ü"
        raise TownError([])

    with pytest.raises(TownError):
        write_folder(tmp_path, "neu", {"plans/a.toml": "ü"}, fails)
    assert list(tmp_path.iterdir()) == []
    folder = write_folder(tmp_path, "neu", {"a": "1"}, lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["neu"]
    with pytest.raises(TownError, match="an existing folder"):
        write_folder(tmp_path, "neu", {"a": "2"}, lambda _: None)
    assert (folder / "a").read_text(encoding="utf-8") == "1"
    (tmp_path / "datei").write_text("x", encoding="utf-8")
    with pytest.raises(TownError, match="an existing folder"):
        write_folder(tmp_path, "datei", {"a": "2"}, lambda _: None)


# Answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = " + "[" * 5_000 + "]" * 5_000, "nested too deeply"),
        ("a" + ".a" * 4_000 + " = 1\n", "nested too deeply"),
        ("#" * (2**20 + 5), "more than 1 MB"),
        ('[town]\nlabel = "A"\n', "start"),
        ('[town]\nlabel = "=x"\nstart = "2025-12"\nend = "2030-12"\n', "not a formula"),
        ('[town]\nlabel = "A"\nstart = 2025\nend = "2030-12"\nlatitude = 99.0\n', "month"),
        ('[town]\nlabel = "A"\nstart = "2025-12"\nend = "2030-12"\n[populaton]\n', "population"),
    ],
    ids=["brackets", "dots", "size", "missing", "formula", "types", "misspelt"],
)
def test_answers_that_cannot_be_read(tmp_path: Path, text: str, words: str) -> None:
    file = written(tmp_path, text, "answers.toml")
    with pytest.raises(TownError) as caught:
        read_answers(file)
    assert words in caught.value.text("en")
