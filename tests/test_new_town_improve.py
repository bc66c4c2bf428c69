"""What would improve a folder is computed: a planted influence is found, nothing stays nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from running import measure, plan_of, small_town

from sim.cli import main
from sim.commands.improving import document, example
from sim.founding import improving
from sim.founding.guesses import Guess
from sim.founding.improving import improve
from sim.study.errors import Interrupted, StudyError
from sim.town import Town
from sim.town.problems import Both

WORDS = Both("x", "x")


@pytest.fixture(scope="module")
def town() -> Town:
    """Eight months in a town of 900 in which a plan founds a meeting point in the second month."""
    small = small_town(residents=900, end="2026-08", points=0)
    levers = {"seats": 40, "opening_hours_per_week": 30.0, "all_ages": True}
    point = measure("meeting_point", start=2, levers=levers)
    plans = {
        **small.plans,
        "reference": plan_of(name="reference"),
        "point": plan_of(point, name="point"),
    }
    return replace(small, plans=plans, compare=("reference", "point"))


def planted(town: Town) -> Iterator[Guess]:
    """Two entries: how many come to what the plan founds, and one that means nothing."""

    def visited(share: float) -> Town:
        return replace(town, ledger=town.ledger.with_values(visit_probability=share))

    yield Guess("nothing", WORDS, WORDS, WORDS, lambda: town, lambda: town)
    yield Guess("visits", WORDS, WORDS, WORDS, lambda: visited(0.1), lambda: visited(0.9))


def test_a_planted_influence_comes_first_and_nothing_last(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(improving, "guesses_of", lambda town: tuple(planted(town)))
    told: list[tuple[int, int]] = []
    found = improve(town, seeds=4, progress=lambda done, total: told.append((done, total)))
    assert [one.guess.name for one in found.influences] == ["visits", "nothing"]
    first, last = found.influences
    assert first.score > 0.02
    assert first.shifts[0].quantity.name == "visitors"
    assert first.shifts[0].certain
    assert last.score == 0.0
    assert all(shift.low == shift.high for shift in last.shifts)
    assert found.plans == ("reference", "point")
    assert told[-1] == (5 * 2 * 4, 5 * 2 * 4)
    text = document(town, found, "de")
    assert "| 1. x |" in text
    assert "nicht erkennbar" in text
    assert example(town, last, "de") == ""


def test_it_can_be_stopped_and_keeps_what_is_finished(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(improving, "guesses_of", lambda town: tuple(planted(town)))
    done: list[int] = []
    found = improve(
        town,
        seeds=2,
        workers=1,
        progress=lambda now, _: done.append(now),
        should_stop=lambda: bool(done) and done[-1] >= 3 * 2 * 2 + 1,
    )
    assert [one.guess.name for one in found.influences] == ["nothing"]
    assert [one.name for one in found.left] == ["visits"]
    with pytest.raises(Interrupted):
        improve(town, seeds=2, should_stop=lambda: True)


def test_one_plan_alone_compares_with_nothing(town: Town) -> None:
    with pytest.raises(StudyError, match="at least one plan"):
        improve(replace(town, plans={"reference": plan_of(name="reference")}), ["reference"])


def test_the_same_town_gives_the_same_ranking(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(improving, "guesses_of", lambda town: tuple(planted(town))[1:])
    scores = [improve(town, seeds=2, workers=n).influences[0].score for n in (1, 2)]
    assert np.isclose(scores[0], scores[1], rtol=0.0, atol=0.0)


def test_the_command_says_it_in_plain_words(
    town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(improving, "guesses_of", lambda town: tuple(planted(town)))
    monkeypatch.setattr("sim.commands.improving.open_town", lambda *_: town)
    assert main(["improve", "klein", "--seeds", "4", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "was den Ordner am meisten verbessern würde" in said
    assert "verschiebt den Vergleich um" in said
    assert "Kein Einfluss, der größer wäre als der Zufall: x." in said
    written = sorted(path.name for path in tmp_path.rglob("*.md"))
    assert written == ["improve.de.md", "improve.en.md"]
