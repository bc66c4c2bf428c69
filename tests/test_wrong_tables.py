"""A table that is wrong is told in one calm sentence per problem: where, what, how to mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from towns import (
    changed,
    only,
    problems_in,
    table_text,
    tables_of,
    write_town,
)

from sim.town import read_town
from sim.town.problems import PROBLEMS_PER_FILE


def test_a_missing_column(tmp_path: Path) -> None:
    rows = [
        {name: cell for name, cell in row.items() if name != "persons"}
        for row in tables_of()["population"]
    ]
    german, english = only(write_town(tmp_path / "klein", population=rows))
    assert german == (
        "population.csv, Zeile 1, Spalte persons: gefunden die Spalten district, sex, age_from, "
        "age_to, source und status, erwartet auch die Spalte „persons“; bitte die Spalte "
        "„persons“ ergänzen oder richtig benennen."
    )
    assert english == (
        "population.csv, line 1, column persons: found the columns district, sex, age_from, "
        "age_to, source and status, expected the column “persons” as well; please add the column "
        "“persons” or name it correctly."
    )


def test_a_further_column_is_ignored_with_a_warning(tmp_path: Path) -> None:
    rows = [{**row, "bemerkung": "x"} for row in tables_of()["households"]]
    town = read_town(write_town(tmp_path / "klein", households=rows))
    (warning,) = town.warnings
    assert warning.warning
    assert warning.text("de") == (
        "households.csv, Zeile 1, Spalte bemerkung: gefunden „bemerkung“, erwartet nur die "
        "Spalten district, size, households, source und status; bitte beachten, dass diese Spalte "
        "übergangen wird."
    )
    assert "please note that this column is ignored" in warning.text("en")


def test_a_column_twice_and_a_column_without_name(tmp_path: Path) -> None:
    text = "service,district,size,size,source,status\nday_care_places,*,1,1,Test,assumed\n"
    german, english = only(write_town(tmp_path / "klein", services=text))
    assert "gefunden zweimal die Spalte „size“" in german
    assert "found the column “size” twice" in english
    text = "service,,district,size,source,status\nday_care_places,x,*,1,Test,assumed\n"
    assert "a column without a name" in only(write_town(tmp_path / "b", services=text))[1]


def test_a_negative_count(tmp_path: Path) -> None:
    german, english = only(write_town(tmp_path / "klein", **changed("population", 2, persons=-3)))
    assert german == (
        "population.csv, Zeile 4, Spalte persons: gefunden „-3“, erwartet eine ganze Zahl ab 0; "
        "bitte die Anzahl berichtigen."
    )
    assert english == (
        "population.csv, line 4, column persons: found “-3”, expected a whole number of 0 or "
        "more; please correct the count."
    )


@pytest.mark.parametrize("cell", ["3.5", "drei", "", "1e3000", "12 %"])
def test_what_is_no_count(tmp_path: Path, cell: str) -> None:
    _, english = only(write_town(tmp_path / "klein", **changed("population", 2, persons=cell)))
    assert "expected a whole number of 0 or more" in english
    assert ("found nothing" if not cell else f"found “{cell}”") in english


def test_age_130(tmp_path: Path) -> None:
    german, english = only(write_town(tmp_path / "klein", **changed("population", 19, age_to=130)))
    assert german == (
        "population.csv, Zeile 21, Spalte age_to: gefunden „130“, erwartet ein Alter von 0 bis 120 "
        "Jahren (die oberste Gruppe endet mit 120); bitte das Alter berichtigen."
    )
    assert "expected an age of 0 to 120 years" in english


def test_an_unknown_district(tmp_path: Path) -> None:
    german, english = only(
        write_town(tmp_path / "klein", **changed("meeting_points", 0, district="mite"))
    )
    assert german == (
        "meeting_points.csv, Zeile 2, Spalte district: gefunden „mite“, erwartet ein Quartier aus "
        "districts.csv: mitte oder rand; bitte den Namen berichtigen (gemeint ist vielleicht "
        "„mitte“)."
    )
    assert english == (
        "meeting_points.csv, line 2, column district: found “mite”, expected a district of "
        "districts.csv: mitte or rand; please correct the name (perhaps “mitte” is meant)."
    )
    for table in ("population", "households", "services"):
        found = problems_in(write_town(tmp_path / table, **changed(table, 0, district="nord")))
        assert any("a district of districts.csv" in one.text("en") for one in found)


def test_a_sum_that_does_not_match(tmp_path: Path) -> None:
    german, english = only(write_town(tmp_path / "klein", **changed("districts", 1, residents=201)))
    assert german == (
        "districts.csv, Zeile 3, Spalte residents: gefunden „201“, erwartet 200, die Summe von "
        "population.csv für „rand“; bitte eine der beiden Angaben berichtigen."
    )
    assert english == (
        "districts.csv, line 3, column residents: found “201”, expected 200, the sum of "
        "population.csv for “rand”; please correct one of the two."
    )


def test_more_persons_in_households_than_residents(tmp_path: Path) -> None:
    german, english = only(write_town(tmp_path / "klein", **changed("households", 4, households=9)))
    assert german == (
        "households.csv, Zeile 2, Spalte households: gefunden mindestens 226 Personen in den "
        "Haushalten von „mitte“, erwartet höchstens 210 (die 200 in districts.csv und 5 %); bitte "
        "die Zahl der Haushalte oder der Menschen berichtigen."
    )
    assert "expected at most 210 (the 200 of districts.csv and 5 %)" in english


def test_households_of_one_district_missing_or_twice(tmp_path: Path) -> None:
    rows = tables_of()["households"]
    german, english = only(write_town(tmp_path / "a", households=rows[:6]))
    assert "gefunden keine Haushalte für „rand“" in german
    assert "found no households for “rand”" in english
    german, english = only(write_town(tmp_path / "b", households=[*rows, rows[0]]))
    assert "erwartet jede Größe einmal je Quartier; bitte diese Zeile oder Zeile 2 wegl" in german
    assert "expected each size once a district" in english


def test_overlapping_age_groups(tmp_path: Path) -> None:
    german, english = only(write_town(tmp_path / "klein", **changed("population", 3, age_from=14)))
    assert german == (
        "population.csv, Zeile 5, Spalte age_from: gefunden „14–19“, erwartet eine Gruppe ab 15 "
        "Jahren („mitte“, Männer); bitte die Überschneidung mit Zeile 4 beheben."
    )
    assert english == (
        "population.csv, line 5, column age_from: found “14–19”, expected a group from 15 years "
        "on (“mitte”, men); please remove the overlap with line 4."
    )


def test_missing_age_groups(tmp_path: Path) -> None:
    german, english = only(write_town(tmp_path / "a", **changed("population", 3, age_from=17)))
    assert german == (
        "population.csv, Zeile 5, Spalte age_from: gefunden keine Zeile für 15–16 Jahre („mitte“, "
        "Männer), erwartet jedes Alter von 0 bis 120 genau einmal; bitte die Gruppe ergänzen (die "
        "oberste endet mit 120)."
    )
    assert "found no line for 15–16 years (“mitte”, men)" in english
    _, english = only(write_town(tmp_path / "b", **changed("population", 39, age_to=99)))
    assert "found no line for 100–120 years (“mitte”, women)" in english
    found = problems_in(write_town(tmp_path / "c", population=tables_of()["population"][:40]))
    texts = [one.text("en") for one in found]
    assert any("found no line for 0–120 years (“rand”, women)" in text for text in texts)
    _, english = only(
        write_town(tmp_path / "d", **changed("population", 3, age_from=19, age_to=15))
    )
    assert "expected age_to not less than age_from" in english


@pytest.mark.parametrize(
    ("table", "column", "cell", "german", "english"),
    [
        ("districts", "district", "Alt Stadt", "ein Schlüssel aus a–z", "a key of a–z"),
        ("districts", "district", "../etc", "ein Schlüssel aus a–z", "a key of a–z"),
        ("districts", "district", "/etc", "ein Schlüssel aus a–z", "a key of a–z"),
        ("districts", "latitude", "8.87", "eine geografische Breite", "a latitude of 47"),
        ("districts", "longitude", "48.6", "eine geografische Länge", "a longitude of 5.5"),
        ("districts", "area_hectares", "0", "eine Fläche in Hektar", "an area in hectares"),
        ("districts", "label", "", "ein Name von höchstens", "a name of at most"),
        ("districts", "label", "=1+1", "ein Text, keine Formel", "text, not a formula"),
        ("districts", "label", "a\x1b[31m", "Text ohne Steuerzeichen", "without control"),
        ("districts", "source", "", "die Quelle der Zahl", "the source of the figure"),
        ("districts", "status", "sure", "measured (gemessen)", "measured, derived"),
        ("population", "sex", "m", "male (männlich)", "male or female"),
        ("households", "size", "7", "eine Haushaltsgröße von 1 bis 6", "a household size of 1"),
        ("services", "service", "doctor", "ein Dienst: amb", "a service: amb"),
        ("services", "size", "-1", "eine Zahl ab 0", "a number of 0 or more"),
        ("meeting_points", "all_ages", "maybe", "yes (ja) oder no", "yes or no"),
        ("meeting_points", "opening_hours_per_week", "200", "von 0 bis 168", "of 0 to 168"),
    ],
)
def test_cells(
    tmp_path: Path, *, table: str, column: str, cell: str, german: str, english: str
) -> None:
    found = problems_in(write_town(tmp_path / "klein", **changed(table, 0, **{column: cell})))
    (one,) = [problem for problem in found if problem.column == column and problem.line == 2]
    assert german in one.text("de")
    assert english in one.text("en")
    assert "\x1b" not in one.text("de")


@pytest.mark.parametrize("label", ["+plus", "-minus", "@at"])
def test_labels_that_only_look_like_formulas_are_kept(tmp_path: Path, label: str) -> None:
    town = read_town(write_town(tmp_path / "klein", **changed("districts", 0, label=label)))
    assert town.districts[0].label == label


def test_keys_twice_and_places_far_away(tmp_path: Path) -> None:
    points = tables_of()["meeting_points"]
    german, english = only(write_town(tmp_path / "a", meeting_points=points * 2))
    assert "erwartet jeder Schlüssel nur einmal; bitte einen anderen als in Zeile 2" in german
    assert "choose another than in line 2" in english
    german, english = only(write_town(tmp_path / "b", **changed("districts", 1, latitude=54)))
    assert "gefunden rand, 600 km von der Stadt entfernt" in german
    assert "compare the coordinates here and in town.toml" in english


def test_a_town_without_people(tmp_path: Path) -> None:
    rows = tables_of()
    for row in rows["districts"]:
        row["residents"] = 0
    for table in ("population", "households"):
        for row in rows[table]:
            row["persons" if table == "population" else "households"] = 0
    german, english = only(write_town(tmp_path / "klein", **rows))
    assert "gefunden eine Stadt ohne Menschen" in german
    assert "found a town without people" in english


def test_a_header_alone(tmp_path: Path) -> None:
    header = table_text(tables_of()["meeting_points"]).split("\n")[0]
    assert read_town(write_town(tmp_path / "a", meeting_points=header)).meeting_points == ()
    german, english = only(write_town(tmp_path / "b", services=""))
    assert "erwartet eine Kopfzeile und mindestens eine Zeile mit Angaben" in german
    assert "expected a header and at least one line of figures" in english


def test_an_open_quotation_mark(tmp_path: Path) -> None:
    text = table_text(tables_of()["services"]) + 'day_care_places,*,1,"Test,assumed\n'
    german, english = only(write_town(tmp_path / "klein", services=text))
    assert german.startswith("services.csv, Zeile 5: gefunden ein Anführungszeichen ohne Gegen")
    assert "a quotation mark without its pair" in english


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    rows = {
        **changed("population", 0, persons=-1),
        **changed("households", 0, size=9),
        **changed("services", 0, size="x"),
        **changed("districts", 0, status="?"),
    }
    found = problems_in(
        write_town(tmp_path / "klein", town={"state": "XX"}, plans={"bad": "plan = 1"}, **rows)
    )
    assert [one.file for one in found] == [
        "districts.csv",
        "households.csv",
        "plans/bad.toml",
        "population.csv",
        "services.csv",
        "town.toml",
    ]


def test_a_file_wrong_in_every_line_ends_with_a_summary(tmp_path: Path) -> None:
    rows = [{**row, "persons": "?"} for row in tables_of(residents=900, places=9)["population"]]
    found = problems_in(write_town(tmp_path / "klein", residents=900, places=9, population=rows))
    assert len(found) == PROBLEMS_PER_FILE + 1
    assert f"mehr als {PROBLEMS_PER_FILE} Fehler" in found[-1].text("de")
    assert f"more than {PROBLEMS_PER_FILE} errors" in found[-1].text("en")
