"""The summary and the tables of a result: answer first, every number with its range, safe cells."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from made_up_findings import made_up_findings
from study_fakes import run_fake, write_town

from sim.report.assumed import assumptions_table
from sim.report.export import csv_text, exported, safe_cell
from sim.report.gather import _measure_text, gather
from sim.report.pictures import draw_all
from sim.report.summary import summary, write_report
from sim.report.table import Table, in_parts
from sim.report.tables import (
    comparison_table,
    district_table,
    euros_table,
    gains_table,
    indicator_district_table,
    indicator_table,
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("result")
    findings = made_up_findings(folder=folder)
    steps = []
    report = write_report(findings, folder, progress=lambda *step: steps.append(step))
    return folder, report, steps


def test_answer_comes_first(written):
    _, report, _ = written
    lines = report.summaries["de"].read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# Treffpunkt oder Pflegedienst?"
    assert lines[2].endswith("Modellrechnung, keine Vorhersage.*")
    assert lines[4].startswith("**Es kommt darauf an")


@pytest.mark.parametrize(
    ("lang", "headings"),
    [
        (
            "de",
            ["Die Pläne", "Die Pläne im Vergleich", "Bis 2030 mit „Wie bisher“", "Die Bezirke",
             "Wem es hilft", "Was es kostet und wer zahlt", "Was zutreffen müsste",
             "Annahmen, auf die es am meisten ankommt", "Grenzen", "Nachrechnen"],
        ),
        (
            "en",
            ["The plans", "The plans compared", "To 2030 with “As today”", "The districts",
             "Who gains", "What it costs and who pays", "What would have to be true",
             "Assumptions that matter most", "Limits", "How to get it again"],
        ),
    ],
)  # fmt: skip
def test_summary_has_every_part(written, lang, headings):
    text = written[1].summaries[lang].read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, flags=re.MULTILINE) == headings
    assert not re.search(r"\bnan\b", text.lower())
    assert "None" not in text


def test_pictures_are_embedded_with_the_words_they_carry(written):
    folder, report, _ = written
    for lang, path in report.summaries.items():
        text = path.read_text(encoding="utf-8")
        links = re.findall(r"!\[(.*?)\]\((.*?)\)", text)
        assert len(links) == 4
        for alt, link in links:
            assert (folder / link).is_file()
            svg = (folder / link).with_suffix(".svg").read_text(encoding="utf-8")
            assert re.split(r"[.?] ", alt)[0] in svg
            assert len(alt) <= 200
            assert f".{lang}." in link


def test_limits_and_the_two_kinds_of_uncertainty_are_told(written):
    text = written[1].summaries["de"].read_text(encoding="utf-8")
    assert "Was wir nicht genau wissen" in text
    assert "**Zufall:**" in text
    assert "kleiner als der Zufall in dieser Stadt" in text
    assert "Beobachtungsstudien" in text


def test_it_says_how_to_get_it_again(written):
    text = written[1].summaries["en"].read_text(encoding="utf-8")
    assert "| Seed | 1 |" in text
    assert "0f" * 32 in text
    assert "quartier 0.1.0" in text
    command = "quartier compare herrenberg --plans reference,meeting_point,care_service"
    assert f"{command} --draws 40 --seeds 2 --seed 1" in text


def test_progress_counts_to_its_end(written):
    steps = written[2]
    assert [done for done, _ in steps] == list(range(1, len(steps) + 1))
    assert steps[-1][0] == steps[-1][1]


def test_an_interrupted_study_says_so():
    findings = replace(made_up_findings(), complete=False, failures=2)
    text = summary(findings, draw_all(findings, "de")[:0], "de")
    assert "**Unvollständig:**" in text
    assert "2 Rechnungen sind gescheitert" in text


def test_a_single_plan_has_a_summary_without_comparison(tmp_path):
    findings = made_up_findings(plans=("reference",))
    report = write_report(findings, tmp_path, "de")
    text = report.summaries["de"].read_text(encoding="utf-8")
    assert "Was zutreffen müsste" not in text
    assert not re.search(r"\bnan\b", text.lower())
    assert [path.name for path in report.tables] == ["levels.csv", "assumptions.csv"]


def test_every_number_of_the_comparison_has_a_range():
    table = comparison_table(made_up_findings(), "de")
    assert table.header[1:] == (
        "Wie bisher", "Treffpunkt in der Altstadt", "Mehr ambulanter Pflegedienst",
    )  # fmt: skip
    for row in table.rows:
        assert re.search(r"\(.* bis .*\)", row[1]), row
    first = table.rows[0]
    assert first[2] == "−40 (−66 bis −14) ●"


def test_who_gains_hides_small_groups():
    findings = made_up_findings()
    table = gains_table(findings, "lonely", "en")
    assert "living alone and withdrawn (1,000)" in [row[0] for row in table.rows]
    small = findings.gains.assign(people=3.0)
    assert gains_table(replace(findings, gains=small), "lonely", "en").rows == ()


def test_euros_per_unit_only_where_the_gain_is_established():
    table = euros_table(made_up_findings(), "de")
    assert table.rows[0][0] == "Fehlende Pflegestunden: eine Stunde je Woche weniger"
    assert "190 (110 bis 420)" in table.rows[0]


def test_important_assumptions_have_value_range_source_and_status():
    table = assumptions_table(made_up_findings(), "de", 8)
    assert table.rows[0] == (
        "Anteil der Wirkung, der ursächlich ist [fraction_meeting_loneliness]",
        "50 % der beobachteten Wirkung (0 bis 100)",
        "angenommen",
        "Duffner u. a. 2024 (2023)",
        "Einsame Menschen",
    )


def test_indicators_by_year_and_district():
    findings = made_up_findings()
    years = indicator_table(findings, "in_need", "de")
    assert [row[0] for row in years.rows] == ["2025", "2026", "2027", "2028", "2029", "2030"]
    money = indicator_table(findings, "cost_municipality", "de")
    assert [row[0] for row in money.rows] == ["2026", "2027", "2028", "2029", "2030"]
    districts = indicator_district_table(findings, "in_need", "en", "2028")
    assert len(districts.rows) == 9
    assert len(district_table(findings, "de").rows) == 9


def test_markdown_tables_keep_their_columns():
    text = Table("t", ("a|b", "c"), (("x<y", "1|2"), ("z\nz", "3"))).markdown()
    assert text.splitlines() == [
        "| a\\|b | c |", "|---|---:|", "| x&lt;y | 1\\|2 |", "| z<br>z | 3 |",
    ]  # fmt: skip


def test_wide_tables_are_cut_for_a_narrow_terminal():
    table = Table("title", ("name", "a", "b", "c", "d"), (("x", "1", "2", "3", "4"),), "note")
    assert in_parts(table, 200) == (table,)
    first, second = in_parts(table, 80)
    assert first.header == ("name", "a", "b", "c")
    assert second.header == ("name", "d")
    assert second.rows == (("x", "4"),)
    assert (first.title, first.note, second.title, second.note) == ("title", "", "", "note")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 7032", "'+49 7032"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("-12.5", "-12.5"),
        ("+3", "+3"),
        (-12.5, "-12.5"),
        (3.0, "3"),
        (float("nan"), ""),
        (None, ""),
        (True, "yes"),
        ("Altstadt", "Altstadt"),
        ("-inf", "'-inf"),
        ("<5", "<5"),
    ],
)
def test_cells_are_no_formulas(value, cell):
    assert safe_cell(value) == cell


def test_csv_is_read_back():
    frame = pd.DataFrame({"name": ["=x", "Müller, Anna"], "value": [1.5, -2.0]})
    rows = list(csv.reader(io.StringIO(csv_text(frame))))
    assert rows == [["name", "value"], ["'=x", "1.5"], ["Müller, Anna", "-2"]]


def test_exported_people_are_whole_and_small_numbers_hidden():
    levels = exported(made_up_findings())["levels"]
    waiting = levels[(levels["quantity"] == "waiting_home") & (levels["district"] == "moenchberg")]
    assert set(waiting["median"]) == {"<5"}
    people = levels[(levels["quantity"] == "in_need") & (levels["district"] == "*")]
    assert all(float(value).is_integer() for value in people["median"])
    assert list(levels.columns[:5]) == ["plan", "quantity", "label_de", "label_en", "unit"]


def test_report_of_a_stored_study(tmp_path):
    town = write_town(tmp_path / "scenarios")
    study = run_fake(town, tmp_path / "results", draws=6)
    findings = gather(study)
    assert findings.town_label == "Musterstadt"
    assert findings.reference == "reference"
    assert findings.draws == 6
    assert findings.break_even.empty, "too few draws to say what decides"
    report = write_report(findings, study.folder)
    text = report.summaries["de"].read_text(encoding="utf-8")
    assert "musterstadt" in text
    assert "Musterstadt" in text
    assert not re.search(r"\bnan\b", text.lower())
    assert len(report.pictures) == 16


def test_brief_findings_hold_what_is_asked_for(tmp_path):
    town = write_town(tmp_path / "scenarios")
    study = run_fake(town, tmp_path / "results")
    findings = gather(study, ("grade_3",), brief=True)
    assert "grade_3" in set(findings.levels["quantity"])
    assert findings.gains.empty
    assert findings.euros.empty


def test_a_measure_says_what_remains_after_its_end_and_who_pays_it():
    town = {"start": [2025, 12], "months": 60}
    study = SimpleNamespace(
        districts=("mitte", "rand"), district_labels={"mitte": "Mitte"}, manifest={"town": town}
    )
    measure = {
        "kind": "counselling", "label_de": "Beratung", "label_en": "Counselling",
        "districts": [0], "start": 13, "end": 36, "size": 10.0, "remains": 0.5,
        "cost_per_year": 23400.0, "payers": {"grant": 0.75, "municipality": 0.25},
        "payers_after": {"municipality": 1.0},
    }  # fmt: skip
    assert _measure_text(study, measure, {}, "de") == (
        "Beratung: Mitte; ab Januar 2027 bis Dezember 2028; 10; 23.400 Euro im Jahr (Zuschuss von "
        "Land oder Bund 75 %, Kommune 25 %); danach bleiben 50 % (Kommune 100 %)"
    )
    same = {**measure, "payers_after": {}}
    assert _measure_text(study, same, {}, "en").endswith("; 50 % remain afterwards")
    for goes_on in ({"end": None}, {"end": 60}, {"remains": 0.0}):
        assert "danach" not in _measure_text(study, {**measure, **goes_on}, {}, "de")
