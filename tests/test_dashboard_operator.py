"""Who offers the dashboard: a small file, read as a planner may have written it."""

from __future__ import annotations

import pytest

from sim.dashboard.operator import LONGEST, MOST_BYTES, PLACE, operator

SOUND = """\
[contact]
de = "Stadt Musterstadt,\\n barrierefrei@musterstadt.example"
en = "City of Musterstadt"
[enforcement]
de = "Schlichtungsstelle <b>Musterland</b>"
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    def write(content):
        path = tmp_path / "operator.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        monkeypatch.setenv(PLACE, str(path))
        return operator()

    return write


def test_without_a_file_nothing_is_said(tmp_path, monkeypatch):
    monkeypatch.delenv(PLACE, raising=False)
    monkeypatch.chdir(tmp_path)
    said = operator()
    assert (said.contact, said.enforcement, said.problem_de) == ({}, {}, "")


def test_in_the_working_directory_it_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv(PLACE, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "operator.toml").write_text(SOUND, encoding="utf-8")
    assert operator().contact["en"] == "City of Musterstadt"


def test_the_german_text_stands_for_a_missing_english_one(written):
    said = written(SOUND)
    assert said.contact["de"] == "Stadt Musterstadt, barrierefrei@musterstadt.example"
    assert said.enforcement["en"] == said.enforcement["de"]
    assert said.problem_de == ""


def test_one_of_both_is_enough_to_be_shown(written):
    said = written('[contact]\nde = "Stadt"')
    assert said.contact["en"] == "Stadt"
    assert said.enforcement == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[contact", "TOML"),
        (b"\xff\xfe[contact]", "TOML"),
        ("[contact]\nde = 5", "[contact]"),
        ('[contact]\nen = "City"', "[contact]"),
        ('[contact]\nde = ""', "[contact]"),
        ('[enforcement]\nde = "a"\nfr = "b"', "[enforcement]"),
        ('enforcement = "a"', "[enforcement]"),
        (f'[contact]\nde = "{"x" * (LONGEST + 1)}"', str(LONGEST)),
        ('[contact]\nde = "a"\n[kontakt]\nde = "b"', "[contact]"),
        ("#" * (MOST_BYTES + 1), str(MOST_BYTES)),
    ],
)
def test_what_cannot_be_used_is_said_with_the_files_name(written, content, said):
    found = written(content)
    assert (found.contact, found.enforcement) == ({}, {})
    for text in (found.problem_de, found.problem_en):
        assert "operator.toml" in text
        assert said in text


def test_a_folder_in_its_place_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv(PLACE, str(tmp_path))
    assert operator().problem_de.endswith("lässt sich nicht lesen.")
