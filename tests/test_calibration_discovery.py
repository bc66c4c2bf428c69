"""When a plan wins, in words, and what is worth finding out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from calibration.discovery import Box, Futures, Limit, find_box, futures, value_of_finding_out
from calibration.discovery_words import sentences, worth_table
from sim.study.errors import StudyError

NAMES = [f"assumption_{letter}" for letter in "abcdefgh"]


class FewWords:
    """What the words ask of a study."""

    def __init__(self):
        self.quantities = {}
        self.plan_labels = {
            "meeting_point": {"de": "Treffpunkt", "en": "Meeting point"},
            "care_service": {"de": "Pflegedienst", "en": "Care service"},
        }

    ledger = pd.DataFrame(
        {
            "name": [*NAMES, "lonely"],
            "label_de": [*(f"Annahme {name[-1]}" for name in NAMES), "Einsame"],
            "label_en": [*(f"Assumption {name[-1]}" for name in NAMES), "Lonely people"],
            "unit": ["share", *["factor"] * 8],
        }
    )


@pytest.fixture(scope="module")
def drawn():
    return pd.DataFrame(np.random.default_rng(1).random((300, 8)), columns=NAMES)


def test_the_box_in_which_a_plan_wins_is_found(drawn):
    pytest.importorskip("ema_workbench")
    wins = ((drawn["assumption_a"] > 0.6) & (drawn["assumption_b"] < 0.5)).to_numpy()
    box = find_box(drawn, wins)
    assert box.wins
    limits = {one.name: one for one in box.limits}
    assert set(limits) == {"assumption_a", "assumption_b"}
    assert limits["assumption_a"].low == pytest.approx(0.6, abs=0.06)
    assert limits["assumption_a"].high is None
    assert limits["assumption_b"].high == pytest.approx(0.5, abs=0.06)
    assert box.density >= 0.8
    assert box.coverage >= 0.9
    # Where it wins nearly always, the few others are looked for.
    other = find_box(drawn, ~wins)
    assert not other.wins
    assert other.limits == box.limits


def test_luck_makes_no_box(drawn):
    pytest.importorskip("ema_workbench")
    tossed = np.random.default_rng(5).random(300) < 0.4
    box = find_box(drawn, tossed)
    assert box is None or box.density < 0.8 or box.coverage < 0.35
    assert find_box(drawn, np.zeros(300, dtype=bool)) is None


def test_finding_out_is_worth_something_only_where_it_changes_the_choice(drawn):
    a, b = drawn["assumption_a"].to_numpy(), drawn["assumption_b"].to_numpy()
    noise = 0.1 * np.random.default_rng(2).standard_normal(300)
    worth, everything = value_of_finding_out(drawn, 2.0 * (a - 0.5) + 0.2 * b + noise)
    assert worth.iloc[0]["name"] == "assumption_a"
    # Of 2u - 1 with u even: the mean of its positive part is a quarter.
    assert everything == pytest.approx(0.21, abs=0.05)
    assert 0.75 < worth.iloc[0]["share"] <= 1.05
    assert set(worth["name"]) <= {"assumption_a", "assumption_b"}
    settled, nothing = value_of_finding_out(drawn, 5.0 + a)
    assert settled.empty
    assert nothing == pytest.approx(0.0, abs=1e-12)


def test_the_words_say_condition_density_and_coverage():
    box = Box(
        True,
        (Limit("assumption_a", 0.125, None, 0.0), Limit("assumption_b", None, 1.5, 0.0)),
        0.62, 0.85, 70,
    )  # fmt: skip
    worth = pd.DataFrame([{"name": "assumption_a", "value": 3.2, "share": 0.4}])
    found = Futures(
        "lonely", "meeting_point", "care_service", np.ones(300), 0.3, box, worth, 8.0, "persons"
    )
    first, second = sentences(found, FewWords(), "de")
    assert "30 %" in first
    assert "„Annahme a“ (assumption_a) mindestens 12 %" in second
    assert "höchstens 1,50 (Faktor)" in second
    assert "85 %" in second
    assert "62 %" in second
    assert "at least" in sentences(found, FewWords(), "en")[1]
    assert "3,20 Menschen" in worth_table(found, FewWords(), "de").markdown()
    alone = Futures(
        "lonely", "meeting_point", "care_service", np.ones(300), 1.0, None, worth, 0.0, ""
    )
    assert "no assumption turns it" in sentences(alone, FewWords(), "en")[1]


def test_a_study_with_few_draws_is_one_message():
    class Small:
        draws = (0, 1, 2)

    with pytest.raises(StudyError, match="at least 40 draws"):
        futures(Small(), "lonely_share_65", "meeting_point")
