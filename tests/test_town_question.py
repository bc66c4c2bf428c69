"""The plans that answer a town's question stand in its `town.toml`."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cli import call
from towns import MEETING_POINT, only, town_text, write_town

from sim.commands import running
from sim.town import read_town

COMPARE = "population_seed = 1\ncompare = "


def town(folder: Path, compare: str, plan: str = MEETING_POINT) -> Path:
    """A town with two plans whose file says `compare = …`."""
    text = town_text(folder.name).replace("population_seed = 1\n", f"{COMPARE}{compare}\n")
    return write_town(folder, town=text, plans={"meeting_point": plan})


def test_the_question_is_kept_in_its_order_each_plan_once(tmp_path: Path) -> None:
    written = town(tmp_path / "klein", '["meeting_point", "reference", "meeting_point"]')
    assert read_town(written).compare == ("meeting_point", "reference")


def test_without_a_question_none_is_asked(tmp_path: Path) -> None:
    assert read_town(write_town(tmp_path / "klein")).compare == ()


def test_a_plan_the_town_does_not_have_is_told_with_its_line(tmp_path: Path) -> None:
    german, english = only(town(tmp_path / "klein", '[\n"reference",\n"meeting_pont"]'))
    assert german.startswith("town.toml, Zeile 12, Spalte compare: gefunden „meeting_pont“")
    assert "ein Plan dieser Stadt: meeting_point oder reference" in german
    assert "gemeint ist vielleicht „meeting_point“" in german
    assert "a plan of this town" in english


@pytest.mark.parametrize("wrong", ['"reference"', "[1]", "[" + 21 * '"reference", ' + "]"])
def test_what_is_no_list_of_names_is_told(tmp_path: Path, wrong: str) -> None:
    german, english = only(town(tmp_path / "klein", wrong))
    assert 'wie ["reference", "pilot"]' in german
    assert "at most 20 plans in square brackets" in english


def test_a_plan_with_a_mistake_is_not_also_told_as_missing(tmp_path: Path) -> None:
    broken = MEETING_POINT.replace("size = 1", "size = -1")
    german, _ = only(town(tmp_path / "klein", '["reference", "meeting_point"]', broken))
    assert german.startswith("plans/meeting_point.toml")


def test_compare_without_plans_compares_those_of_the_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The town's own choice, with the reference in front; all plans if it names none."""
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(
        running, "_simulate_and_report", lambda *given: asked.append(tuple(given[2]))
    )
    call(capsys, "compare", town(tmp_path / "klein", '["meeting_point"]'))
    call(capsys, "compare", write_town(tmp_path / "gross", plans={"meeting_point": MEETING_POINT}))
    assert asked == [("reference", "meeting_point"), ("meeting_point", "reference")]
