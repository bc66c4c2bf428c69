"""The table of published figures: it can be read, mistakes are told, and it claims no evidence that
is none."""

from __future__ import annotations

import csv

import pytest

from calibration import OBSERVABLES, TARGETS, read_targets
from sim.town import TownError

ROW = {
    "name": "care_rate",
    "region": "DE",
    "year": "2021",
    "sex": "female",
    "age_from": "75",
    "age_to": "84",
    "grade": "",
    "setting": "",
    "other": "",
    "value": "0.271",
    "unit": "share",
    "standard_error": "0.004",
    "error_basis": "count",
    "use": "fit",
    "met": "solved",
    "source": "Destatis",
    "status": "measured",
    "note": "",
}


def written(folder, *rows):
    path = folder / "targets.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ROW))
        writer.writeheader()
        writer.writerows({**ROW, **row} for row in rows)
    return path


def problems_of(path):
    with pytest.raises(TownError) as caught:
        read_targets(path)
    return caught.value.problems


def test_a_row_becomes_a_target(tmp_path):
    (target,) = read_targets(written(tmp_path, {"grade": "2", "setting": "nursing_home"}))
    assert (target.name, target.region, target.year) == ("care_rate", "DE", 2021)
    group = target.group
    assert (group.sex, group.age_from, group.age_to) == ("female", 75, 84)
    assert (group.grade, group.setting, group.district) == (2, "nursing_home", "")
    assert (target.value, target.standard_error) == (0.271, 0.004)
    assert not target.evidence


def test_numbers_may_be_written_the_german_way(tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text(
        ";".join(ROW)
        + "\n"
        + ";".join({**ROW, "value": "0,271", "standard_error": "0,004"}.values())
    )
    assert read_targets(path)[0].value == 0.271


@pytest.mark.parametrize(
    ("wrong", "column", "says"),
    [
        ({"name": "care_rat"}, "name", "care_rate"),
        ({"value": "27.1"}, "value", "12 % are 0.12"),
        ({"value": "much"}, "value", "a number"),
        ({"standard_error": "0"}, "standard_error", "greater than 0"),
        ({"age_from": "90"}, "age_to", "age of 90 to 120"),
        ({"sex": "women"}, "sex", "both, male, female"),
        ({"use": "train"}, "use", "fit, validate"),
        ({"met": "good"}, "met", "solved, prior, emerges"),
        ({"setting": "hotel"}, "setting", "nursing_home"),
        ({"year": "2023"}, "use", "kept back to judge"),
        ({"status": "heard"}, "status", "measured"),
        ({"source": ""}, "source", "source of the figure"),
        ({"region": "../etc"}, "region", "abbreviation of a state"),
    ],
)
def test_a_mistake_is_told_with_place_and_cure(tmp_path, wrong, column, says):
    (found,) = problems_of(written(tmp_path, {}, {"age_to": "80"} | wrong))
    assert (found.file, found.line, found.column) == ("targets.csv", 3, column)
    assert says in found.text("en")
    assert found.text("de") != found.text("en")


def test_all_mistakes_are_told_at_once(tmp_path):
    path = written(tmp_path, {"sex": "women"}, {"value": "3"}, {"age_to": "80", "use": ""})
    assert [one.line for one in problems_of(path)] == [2, 3, 4]


def test_the_same_figure_twice(tmp_path):
    (found,) = problems_of(written(tmp_path, {}, {"value": "0.3"}))
    assert found.line == 3
    assert "line 2" in found.text("en")


def test_no_file_and_no_column(tmp_path):
    assert "targets.csv" in str(problems_of(tmp_path / "targets.csv")[0])
    (tmp_path / "targets.csv").write_text("name,value\ncare_rate,1\n")
    assert any("standard_error" in str(one) for one in problems_of(tmp_path / "targets.csv"))


# The figures themselves -------------------------------------------------------------------------


def test_the_table_of_the_project_is_sound_and_in_plain_bytes():
    targets = read_targets()
    assert len(targets) > 300
    assert {one.name for one in targets} == set(OBSERVABLES), "every observable has a figure"
    text = TARGETS.read_text(encoding="utf-8")
    assert "/work" not in text
    assert "\r" not in text


def test_nothing_later_than_2021_is_there_to_fit():
    assert all(one.year <= 2021 for one in read_targets() if one.use == "fit")


def test_what_the_tables_hold_is_not_called_evidence():
    """Figures that tests of the tables, or the tables themselves, are made from."""
    made_from = {
        ("care_rate", 2021),
        ("care_rate", 2023),
        ("persons_in_need", 2023),
        ("grade_share", 2023),
        ("life_expectancy", 2024),
        ("volunteer_rate", 2024),
    }
    named = [
        one for one in read_targets() if one.region == "DE" and (one.name, one.year) in made_from
    ]
    assert {(one.name, one.year) for one in named} == made_from
    assert not [one for one in named if one.met == "emerges"]


def test_figures_from_memory_are_estimated_and_wide():
    guessed = [one for one in read_targets() if "Gedächtnis" in one.source]
    assert guessed
    for one in guessed:
        assert one.status == "estimated"
        assert one.error_basis == "judged"


def test_magdeburgs_counts_are_those_of_its_folder():
    path = TARGETS.parent.parent / "scenarios" / "magdeburg_neu_olvenstedt" / "observations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        counted = {
            (row["district"], int(row["year"]), int(row["age_from"]), int(row["age_to"])): float(
                row["value"]
            )
            for row in csv.DictReader(file)
        }
    ours = {
        (one.group.district, one.year, one.group.age_from, one.group.age_to): one.value
        for one in read_targets()
        if one.name == "residents"
    }
    assert ours == counted
