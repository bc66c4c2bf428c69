"""Every format planners have, read from small files of the real shape with invented figures."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from sim.intake import Counts, Refused, Told, Unclear, read_households, read_people
from sim.intake.ages import age_group, genesis_code, partition
from sim.intake.dates import NoDate, age_on, as_date
from sim.intake.layout import find_layout
from sim.intake.text_file import text_sheet
from sim.intake.words import role_of, sex_of

SAMPLES = Path(__file__).parent / "samples" / "intake"
DAY = date(2025, 12, 31)


def read(name: str, **told) -> Counts:
    return read_people(SAMPLES / name, DAY, Told(**told))


def cell(counts: Counts, district: str, sex: str, age: int) -> float:
    frame = counts.frame
    rows = frame[
        (frame["district"] == district)
        & (frame["sex"] == sex)
        & (frame["age_from"] <= age)
        & (frame["age_to"] >= age)
    ]
    assert len(rows) == 1
    return float(rows["persons"].iloc[0])


# Tables of the statistical offices ----------------------------------------------------------


@pytest.mark.parametrize("name", ["ffcsv_neu.csv", "ffcsv_alt.csv", "genesis_titel.csv"])
def test_databases_of_the_statistical_offices(name: str) -> None:
    counts = read(name, region="Musterhausen")
    assert counts.districts == ("Musterhausen, Stadt",)
    assert counts.residents() == {"Musterhausen, Stadt": 7976.0}
    assert cell(counts, "Musterhausen, Stadt", "male", 1) == 131
    assert cell(counts, "Musterhausen, Stadt", "female", 80) == 472
    assert set(counts.frame["sex"]) == {"male", "female"}  # totals are not counted twice
    assert not counts.provenance.counted


def test_the_newest_date_counts_and_hidden_cells_stay_unknown() -> None:
    counts = read("ffcsv_neu.csv", region="08999002")
    assert counts.provenance.date == "31.12.2024"
    assert counts.frame["persons"].isna().sum() == 1
    assert cell(counts, "Beispielheim", "male", 18) == 37


def test_a_table_of_many_municipalities_asks_which() -> None:
    with pytest.raises(Unclear) as caught:
        read("genesis_titel.csv")
    assert caught.value.what == "region"
    assert ("08999001", "Musterhausen, Stadt") in caught.value.found


def test_an_archive_with_one_flat_table(tmp_path: Path) -> None:
    archive = tmp_path / "12411-0018_de_flat.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(SAMPLES / "ffcsv_neu.csv", "12411-0018_de_flat.csv")
    counts = read_people(archive, DAY, Told(region="Musterhausen"))
    assert sum(counts.residents().values()) == 7976


def test_a_flat_table_of_something_else_is_refused(tmp_path: Path) -> None:
    text = (SAMPLES / "ffcsv_neu.csv").read_text(encoding="utf-8-sig")
    file = tmp_path / "anderes.csv"
    file.write_text(
        text.replace("BEVSTD", "FLC006").replace("ALT", "XXX").replace("Alters", "Farb"),
        encoding="utf-8",
    )
    with pytest.raises(Refused, match="no age groups"):
        read_people(file, DAY, Told(region="Musterhausen"))


# Census -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["zensus_demografie.csv", "zensus_demografie.xlsx"])
def test_census_2022(name: str) -> None:
    counts = read(name, region="Musterhausen, Stadt")
    assert counts.provenance.date == "15.05.2022"
    assert cell(counts, "Musterhausen, Stadt", "both", 70) == 940
    assert counts.sex_totals["Musterhausen, Stadt", "male"] == 5705


def test_a_dash_of_the_census_is_nobody() -> None:
    counts = read("zensus_demografie.csv", region="089995001003")
    assert cell(counts, "Kleinweiler", "both", 1) == 0


def test_key_of_eight_digits_finds_the_municipality() -> None:
    assert read("zensus_demografie.csv", region="08999002").districts == ("Beispielheim",)


def test_households_of_the_census() -> None:
    path = SAMPLES / "zensus_haushalte.csv"
    assert read_households(path, Told(region="Kleinweiler")) == (30, 40, 12, 10, 4, 0)
    with pytest.raises(Refused, match="no households by size"):
        read_households(SAMPLES / "auszaehlung_lang.csv")


# Counts -------------------------------------------------------------------------------------


def test_counts_long_with_a_number_and_a_name_of_each_district() -> None:
    counts = read("auszaehlung_lang.csv")
    assert counts.districts == ("Altstadt", "Nordstadt", "Süd-West", "Mühlbach")
    assert cell(counts, "Mühlbach", "female", 95) == 5
    assert counts.frame["age_to"].max() == 120
    assert counts.provenance.counted


def test_counts_wide_under_merged_titles() -> None:
    counts = read("auszaehlung_breit.xlsx")
    assert counts.provenance.date == "31.12.2025"
    assert counts.residents() == {"Kernort": 5330.0, "Oberdorf": 2132.0, "Unterdorf": 1332.0}
    assert cell(counts, "Oberdorf", "female", 83) == 84


def test_counts_by_single_year() -> None:
    counts = read("auszaehlung_einzeljahre.csv")
    assert cell(counts, "A-Dorf", "male", 64) == 10
    assert cell(counts, "B-Dorf", "female", 119) == 0


def test_empty_years_in_a_long_table_of_single_years_are_nobody(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    rows = [f"Nord;{sex};{age};{3 if age != 37 else 0}" for sex in "mw" for age in range(90)]
    kept = [row for row in rows if not row.endswith(";0")]
    file.write_text("\n".join(["Ortsteil;Geschlecht;Alter;Anzahl", *kept]), encoding="utf-8")
    counts = read_people(file, DAY)
    assert cell(counts, "Nord", "male", 37) == 0
    assert cell(counts, "Nord", "male", 100) == 3


def test_totals_beside_their_parts_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(
        "Bezirk;unter 18;18 bis 64;65 und älter;65 bis 79;80+;Insgesamt\n"
        "Nord;100;300;90;60;30;490\nSüd;50;150;45;30;15;245\nGesamt;150;450;135;90;45;735\n",
        encoding="utf-8",
    )
    counts = read_people(file, DAY)
    assert counts.residents() == {"Nord": 490.0, "Süd": 245.0}
    assert cell(counts, "Nord", "both", 85) == 30


# What is unclear ----------------------------------------------------------------------------


def test_unknown_columns_are_asked_for_and_their_content_only_hinted_at(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("Gegend;Kz;Stand A\nNord;1;12.03.1950\nSüd;2;01.01.2001\n", encoding="utf-8")
    with pytest.raises(Unclear) as caught:
        read_people(file, DAY)
    question = caught.value
    assert question.what == "columns"
    assert question.missing == ("district", "birth", "sex")
    assert question.found[2] == ("Stand A", "99.99.9999")
    assert "1950" not in str(question.found)
    counts = read_people(
        file, DAY, Told(columns={"district": "Gegend", "sex": "Kz", "birth": "Stand A"})
    )
    assert counts.residents() == {"Nord": 1.0, "Süd": 1.0}
    remembered = {question.header: {"district": "Gegend", "sex": "Kz", "birth": "Stand A"}}
    again = read_people(file, DAY, Told(remembered=remembered))
    assert again.residents() == counts.residents()


def test_a_column_that_does_not_exist_is_a_problem() -> None:
    with pytest.raises(Refused, match="a column of the table"):
        read("auszaehlung_lang.csv", columns={"district": "Stadtviertel"})
    with pytest.raises(Refused, match="a role"):
        read("auszaehlung_lang.csv", columns={"distrct": "Stadtteil"})


def test_a_table_with_births_is_a_register_whatever_else_it_counts(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(
        "Stadtteil;Geschlecht;Geburtsdatum;Anzahl\nNord;m;12.03.1950;3\nNord;w;1;7\n",
        encoding="utf-8",
    )
    with pytest.raises(Refused) as caught:
        read_people(file, DAY)
    assert "gefunden kein Datum, das es gibt" in caught.value.text("de")


def test_a_first_person_is_never_taken_for_a_header() -> None:
    text = "1;Müller;Anna;w;34;Ortsteil Mitte;Hauptwohnsitz\n2;Maier;Max;m;35;Ortsteil Mitte;N\n"
    layout = find_layout(text_sheet("t.csv", text.encode()))
    assert all(name.startswith("#") for name in layout.header)


# Words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("unter 3 Jahre", (0, 2)),
        ("unter 1 Jahr", (0, 0)),
        ("65 bis unter 75 Jahre", (65, 74)),
        ("18 bis u. 25 Jahre", (18, 24)),
        ("75 Jahre und mehr", (75, 120)),
        ("80 u. älter", (80, 120)),
        ("90+", (90, 120)),
        ("über 64", (65, 120)),
        ("85-Jährige", (85, 85)),
        ("0–4", (0, 4)),
        ("Insgesamt", (0, 120)),
        ("Altersgruppe 65-69", (65, 69)),
        ("Mitte", None),
        ("1999", None),
        ("70 bis 65", None),
    ],
)
def test_age_labels(text: str, group: tuple[int, int] | None) -> None:
    assert age_group(text) == group


def test_codes_of_ages_and_partitions() -> None:
    assert genesis_code("ALT000B03") == (0, 2)
    assert genesis_code("ALT090UM") == (90, 120)
    assert genesis_code("GESM") is None
    assert partition([(0, 17), (18, 64), (65, 120), (65, 79), (80, 120)]) == (
        (0, 17), (18, 64), (65, 79), (80, 120),
    )  # fmt: skip
    assert partition([(0, 17), (20, 120)]) is None


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Geb.-Datum", "birth"),
        ("GEBURTSDATUM", "birth"),
        ("Stat. Bezirk", "district"),
        ("Ortsteil-Name", "district"),
        ("Geschlecht (m/w/d)", "sex"),
        ("Alter in Jahren", "age"),
        ("Anzahl Einwohner", "count"),
        ("Anzahl Kinder", None),
        ("Familienname", None),
    ],
)
def test_headers(header: str, role: str | None) -> None:
    assert role_of(header)[0] == role


def test_sexes() -> None:
    assert [sex_of(word) for word in ("M", "weiblich", "Frauen", "d", "", "GESW", "mm")] == [
        "male", "female", "female", "both", "both", "female", None,
    ]  # fmt: skip


def test_dates() -> None:
    assert as_date("03.02.1950") == as_date("1950-02-03") == as_date("19500203") == (1950, 2, 3)
    assert as_date("00.00.1938") == (1938, 0, 0)
    for wrong in ("31.02.1950", "03.02.50", "gestern", "1950-13-01"):
        with pytest.raises(NoDate):
            as_date(wrong)
    assert age_on((1950, 12, 31), DAY) == 75
    assert age_on((1951, 1, 1), DAY) == 74
    assert age_on((1938, 0, 0), DAY) == 87
