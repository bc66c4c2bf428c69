"""Register extracts are counted and thrown away; small cells do not leave them."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_extract import DAY, FIRST_NAMES, LAST_NAMES, Row, write_register

from sim.cli import main
from sim.intake import Refused, Told, Unclear, read_people
from sim.intake.persons import BadRows
from sim.intake.small_cells import KEPT_BOUNDARIES, protect, small_cells
from sim.intake.workbook import packed_sheets

NUMBER = 3_000


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Row]]:
    file = tmp_path_factory.mktemp("register") / "einwohner.csv"
    return file, write_register(file, NUMBER)


def told_of(rows: list[Row]) -> set[str]:
    """Everything that could tell a person of the register."""
    return {row[3] for row in rows} | set(FIRST_NAMES) | set(LAST_NAMES)


def text_of(error: Refused) -> str:
    return error.text("de") + error.text("en")


def broken(file: Path, number: int = 400, **cells: tuple[int, str]) -> list[Row]:
    """A register in whose first rows cells are replaced, by (column, new text)."""

    def change(rows: list[Row]) -> None:
        for row, (column, text) in zip(rows, cells.values(), strict=False):
            row[7] = "H"
            row[column] = text

    return write_register(file, number, change=change)


# Counting -----------------------------------------------------------------------------------


def test_everybody_with_a_main_residence_is_counted_once(register: tuple[Path, list[Row]]) -> None:
    file, rows = register
    counts = read_people(file, DAY)
    here = [row for row in rows if row[7] == "H"]
    assert sum(counts.residents().values()) == len(here) == NUMBER
    frame = counts.frame
    for district in {row[6] for row in here}:
        for sex, word in (("m", "male"), ("w", "female")):
            for age in (0, 40, 66, 81):
                expected = sum(
                    row[6] == district
                    and row[4] == sex
                    and DAY.year - int(row[3][-4:]) == age  # on the last day of the year
                    for row in here
                )
                found = frame[
                    (frame["district"] == district)
                    & (frame["sex"] == word)
                    & (frame["age_from"] == age)
                ]
                assert found["persons"].sum() == expected
    assert "60 Zeilen mit Nebenwohnung nicht gezählt" in counts.provenance.remarks[0].de
    assert counts.districts == tuple(sorted(counts.districts))


def test_ages_are_those_of_the_reference_date(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(
        "Geburtsdatum;Geschlecht;Stadtteil\n15.06.1950;m;Nord\n16.06.1950;w;Nord\n"
        "00.00.1938;w;Nord\n",
        encoding="utf-8",
    )
    frame = read_people(file, date(2025, 6, 15)).frame
    ages = frame[frame["persons"] > 0].set_index("sex")["age_from"]
    assert ages["male"] == 75
    assert sorted(ages["female"]) == [74, 86]


def test_a_register_without_header_needs_one_answer(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    rows = write_register(file, 400, header=None)
    with pytest.raises(Unclear) as caught:
        read_people(file, DAY)
    shown = str(caught.value.found) + str(caught.value.header)
    assert not any(secret in shown for secret in told_of(rows))
    counts = read_people(
        file, DAY, Told(columns={"birth": "#4", "sex": "#5", "district": "#7", "residence": "#8"})
    )
    assert sum(counts.residents().values()) == 400


def test_a_register_as_a_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Auszug vom 31.12.2025"])
    sheet.append(["Stadtteil", "Geschlecht", "Geburtsdatum"])
    sheet.append(["Nord", "m", date(1950, 3, 12)])
    sheet.append(["Nord", "w", "01.01.1960"])
    book.save(tmp_path / "t.xlsx")
    frame = read_people(tmp_path / "t.xlsx", DAY).frame
    assert frame[frame["persons"] > 0]["age_from"].tolist() == [75, 65]


# Nothing of a person is kept ----------------------------------------------------------------


def test_no_file_holds_anything_of_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the folder of a new town nor the temporary folder, after reading well and badly."""
    temporary = tmp_path / "temp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    source = tmp_path / "daten"
    source.mkdir()
    rows = write_register(source / "einwohner.csv", 1_500)
    write_register(
        source / "kaputt.csv", 400, change=lambda all_rows: all_rows[9].__setitem__(3, "x")
    )
    answers = (
        '[town]\nlabel = "Testort"\nstart = "2025-12"\nend = "2027-12"\n'
        '[population]\ntable = "{}"\n'
    )
    for table in ("einwohner.csv", "kaputt.csv"):
        (source / "answers.toml").write_text(answers.format(table), encoding="utf-8")
        code = main(
            ["new", "testort" if table[0] == "e" else "kaputt", "--no-improve",
             "--from", str(source / "answers.toml"), "--into", str(tmp_path / "neu")]
        )  # fmt: skip
        assert code == (0 if table[0] == "e" else 1)
    said = capsys.readouterr()
    secrets = told_of(rows)
    assert not any(secret in said.out + said.err for secret in secrets)
    written = [
        Path(folder) / name
        for place in (temporary, tmp_path / "neu")
        for folder, _, names in os.walk(place)
        for name in names
    ]
    assert len(written) >= 12
    assert not (tmp_path / "neu" / "kaputt").exists()
    for path in written:
        content = path.read_bytes().decode("utf-8", "replace")
        found = [secret for secret in secrets if secret in content]
        assert not found, path


def test_problems_name_line_and_column_but_no_person(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    rows = broken(
        file,
        impossible=(3, "31.02.1950"),
        missing=(3, ""),
        old=(3, "01.01.1820"),
        unborn=(3, "01.01.2031"),
        nowhere=(6, ""),
        sex=(4, "Zwieselhuber"),
        residence=(7, "vielleicht"),
    )
    with pytest.raises(Refused) as caught:
        read_people(file, DAY)
    text = text_of(caught.value)
    for words in (
        "Zeile 2, Spalte Geb.-Datum: gefunden kein Datum, das es gibt",
        "Zeile 3, Spalte Geb.-Datum: gefunden kein Geburtsdatum",
        "Zeile 4, Spalte Geb.-Datum: gefunden ein Alter über 120 Jahren",
        "Zeile 5, Spalte Geb.-Datum: gefunden eine Geburt nach dem Stichtag",
        "Zeile 6, Spalte Ortsteil: gefunden kein Quartier",
        "Zeile 7, Spalte Geschlecht: gefunden ein unbekanntes Wort",
        "Zeile 8, Spalte HW/NW: gefunden ein unbekanntes Wort",
    ):
        assert words in text
    for secret in (*told_of(rows), "31.02.1950", "01.01.1820", "vielleicht"):
        assert not secret or secret not in text


def test_ages_that_cannot_be(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(
        "Stadtteil;Geschlecht;Alter\nNord;m;-3\nNord;w;140\nNord;m;alt\nNord;w;\nNord;w;44\n",
        encoding="utf-8",
    )
    with pytest.raises(Refused) as caught:
        read_people(file, DAY)
    found = [problem.found_de for problem in caught.value.problems]
    assert found == [
        "ein negatives Alter", "ein Alter über 120 Jahren", "kein Alter in Jahren", "kein Alter",
    ]  # fmt: skip


def test_twenty_problems_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    write_register(
        file, 2_000, change=lambda rows: [row.__setitem__(3, "gestern") for row in rows[:1_254]]
    )
    with pytest.raises(Refused) as caught:
        read_people(file, DAY)
    problems = caught.value.problems
    assert len(problems) == 21
    assert "weitere Fehler" in problems[-1].text("de")
    assert "… und 1.2" in problems[-1].text("de")


def test_a_person_who_appears_twice(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    write_register(file, 300, change=lambda rows: rows.append(list(rows[0])))
    with pytest.raises(Refused, match="second time"):
        read_people(file, DAY)


def test_few_bad_rows_may_be_left_out_but_not_many(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    broken(file, a=(3, "gestern"), b=(3, ""))
    with pytest.raises(BadRows):
        read_people(file, DAY)
    counts = read_people(file, DAY, Told(leave_out_bad_rows=True))
    assert "2 nicht lesbare Zeilen weggelassen" in counts.provenance.remarks[-1].de
    write_register(file, 400, change=lambda rows: [row.__setitem__(3, "") for row in rows[:40]])
    with pytest.raises(Refused) as caught:
        read_people(file, DAY, Told(leave_out_bad_rows=True))
    assert not isinstance(caught.value, BadRows)


def test_a_wrong_column_for_districts_is_noticed_without_quoting(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    rows = write_register(file, 2_000)
    with pytest.raises(Refused) as caught:
        read_people(file, DAY, Told(columns={"district": "Geb.-Datum", "birth": "Geb.-Datum"}))
    text = text_of(caught.value)
    assert "verschiedene Quartiere" in text
    assert not any(secret in text for secret in told_of(rows))


# Small cells --------------------------------------------------------------------------------

GROUPS = [(0, 17), (18, 64), (65, 79), (80, 89), (90, 120)]


def table(cells: dict[tuple[str, str], list[int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (district, sex, first, last, persons)
            for (district, sex), numbers in cells.items()
            for (first, last), persons in zip(GROUPS, numbers, strict=True)
        ],
        columns=["district", "sex", "age_from", "age_to", "persons"],
    )


def test_a_small_group_is_merged_with_its_smaller_neighbour() -> None:
    found = protect(table({("a", "male"): [40, 90, 30, 9, 3]}), 5).frame
    assert found["age_from"].tolist() == [0, 18, 65, 80]
    assert found["persons"].tolist() == [40, 90, 30, 12]


def test_ages_by_which_results_are_read_are_kept_apart_if_possible() -> None:
    found = protect(table({("a", "male"): [40, 90, 30, 2, 9]}), 5).frame
    assert found["age_from"].tolist() == [0, 18, 65, 80]


def test_a_boundary_is_missing_in_no_district_or_in_several() -> None:
    found = protect(
        table(
            {
                ("a", "male"): [40, 90, 30, 9, 3],
                ("b", "male"): [50, 80, 40, 12, 8],
                ("c", "male"): [60, 70, 50, 20, 30],
            }
        ),
        5,
    )
    without = {
        district
        for district, part in found.frame.groupby("district")
        if 90 not in set(part["age_from"])
    }
    assert without == {"a", "b"}
    assert found.for_others == 1


def test_nobody_is_no_small_cell_and_a_tiny_district_is_told() -> None:
    found = protect(table({("a", "male"): [40, 90, 30, 9, 0], ("a", "female"): [1, 1, 1, 0, 0]}), 5)
    assert len(found.frame[found.frame["sex"] == "male"]) == 5
    assert found.too_small == (("a", "female"),)


@given(
    st.lists(
        st.lists(st.integers(0, 40), min_size=len(GROUPS), max_size=len(GROUPS)),
        min_size=1,
        max_size=5,
    ),
    st.integers(2, 10),
)
@settings(max_examples=150, deadline=None)
def test_protection_always_holds(numbers: list[list[int]], threshold: int) -> None:
    cells = {(f"d{index}", "male"): row for index, row in enumerate(numbers)}
    before = table(cells)
    after = protect(before, threshold)
    frame = after.frame
    tiny = {district for district, _ in after.too_small}
    kept = frame[~frame["district"].isin(tiny)]
    assert small_cells(kept["persons"], threshold) == 0
    assert (
        frame.groupby("district")["persons"].sum() == before.groupby("district")["persons"].sum()
    ).all()
    for _, part in frame.groupby("district"):
        ages = [age for a, b in zip(part["age_from"], part["age_to"], strict=True)
                for age in range(a, b + 1)]  # fmt: skip
        assert ages == list(range(121))
    starts = [set(part["age_from"]) for _, part in frame.groupby("district")]
    if len(starts) > 1:
        for boundary in set().union(*starts) - {0}:
            assert sum(boundary not in one for one in starts) != 1
    assert set(KEPT_BOUNDARIES) <= {18, 65, 80}


def test_sheets_of_a_workbook_leave_nothing_open(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "t.xlsx")
    (sheet,) = packed_sheets("t.xlsx", (tmp_path / "t.xlsx").read_bytes())
    next(sheet.rows())  # left half-way
    assert [line.cells for line in sheet.rows()] == [("a", "b")]
