"""`quartier paper`: files that are whole, and none that somebody has edited is lost."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pytest
import towns
from docx import Document

from sim import cli, study
from sim.indicators import BANDS, COUNTS, GROUPS, INDEX, ITEMS, PAYERS
from sim.report import council_text, handed_out
from sim.report.pictures import care_by_setting


@dataclass(frozen=True)
class QuickOutcome:
    """The numbers of a made-up run."""

    years: tuple[int, ...]
    counts: np.ndarray
    money: np.ndarray


def quick_simulate(town, plan, *, values, seed, population, tables, should_stop=None):
    years = tuple(range(town.start[0], town.start[0] + 1 + town.months // 12))
    shape = (len(years), len(town.districts))
    chance = np.random.default_rng(seed)
    counts = chance.integers(90, 110, (*shape, len(BANDS), len(GROUPS), len(COUNTS)))
    counts[2:, ..., INDEX["lonely"]] -= 9 * len(plan.measures)
    money = np.full((*shape, len(PAYERS), len(ITEMS)), 1000.0)
    money[:, :, 0, 0] += 500.0 * len(plan.measures)
    money[0] = 0.0
    return QuickOutcome(years, counts.astype(np.int64), money)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    parent = tmp_path_factory.mktemp("paper")
    folder = towns.write_town(parent / "musterstadt", plans={"meeting_point": towns.MEETING_POINT})
    stored = study.compare(
        folder, draws=4, seeds=2, results=parent / "results", executor="serial",
        simulate=quick_simulate, solve_tables=lambda town, values: None,
        make_population=lambda town: None,
    )  # fmt: skip
    return stored.folder


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(council_text, "DRAWN", (care_by_setting,))
    monkeypatch.setattr(handed_out, "DRAWN", (care_by_setting,))


def call(capsys, *arguments):
    code = cli.main(["--lang", "de", *(str(argument) for argument in arguments)])
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    return code, said.out, said.err


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_all_three_files_are_written(result, tmp_path, capsys):
    code, out, _ = call(capsys, "paper", result, "--out", tmp_path, "--author", "Amt & Söhne")
    assert code == 0
    assert names(tmp_path) == ["council_paper.de.docx", "council_paper.de.pdf", "numbers.de.xlsx"]
    assert "Offen sind: Beschlussvorschlag" in out
    word = Document(str(tmp_path / "council_paper.de.docx"))
    assert word.core_properties.author == "Amt & Söhne"
    warnings = [one.text for one in word.paragraphs if one.style.name == "Warning"]
    assert warnings[0].startswith("Erste Schätzung aus nur 4 Ziehungen")
    code_lines = [one.text for one in word.paragraphs if one.style.name == "Code"]
    assert len(code_lines) == 3
    assert str(result / "inputs") in code_lines[1]


def test_an_edited_paper_is_never_written_over(result, tmp_path, capsys):
    edited = tmp_path / "council_paper.de.docx"
    edited.write_bytes(b"edited by hand")
    code, out, _ = call(capsys, "paper", result, "--out", tmp_path, "--format", "docx,xlsx")
    assert code == 0
    assert edited.read_bytes() == b"edited by hand"
    assert names(tmp_path) == [
        "council_paper-2.de.docx", "council_paper.de.docx", "numbers-2.de.xlsx",
    ]  # fmt: skip
    assert "council_paper-2.de.docx" in out
    call(capsys, "paper", result, "--out", tmp_path, "--format", "docx", "--fresh")
    assert edited.read_bytes().startswith(b"PK")


def test_only_numbers_draw_no_picture(result, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(council_text, "DRAWN", ())
    monkeypatch.setattr(handed_out, "council_paper", None)
    code, out, _ = call(capsys, "paper", result, "--out", tmp_path, "--format", "xlsx")
    assert code == 0
    assert names(tmp_path) == ["numbers.de.xlsx"]
    assert "Offen sind" not in out


def test_ctrl_c_leaves_no_half_file(result, tmp_path, capsys, monkeypatch):
    def stop(_number):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    code, _, said = call(capsys, "paper", result, "--out", tmp_path, "--format", "xlsx")
    assert code == 130
    assert "Abgebrochen." in said
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "odt"], "Das Format „odt“ gibt es nicht. Vorhanden: docx, pdf, xlsx."),
        (["--format"], "Nach --format fehlt der Wert."),
    ],
)
def test_wrong_formats_are_named(result, capsys, arguments, said):
    code, _, message = call(capsys, "paper", result, *arguments)
    assert code == 2
    assert said in message


def test_what_is_no_result_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, said = call(capsys, "paper", tmp_path / "nichts")
    assert code == 2
    assert "ist kein Ergebnis" in said


def test_a_folder_that_cannot_be_written_to_is_named(result, tmp_path, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    code, _, said = call(capsys, "paper", result, "--out", blocked, "--format", "xlsx")
    assert code == 1
    assert "konnte nicht geschrieben werden" in said
