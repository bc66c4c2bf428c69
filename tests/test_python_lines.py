"""Three lines of Python give a study's numbers again, bit for bit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from towns import MEETING_POINT, write_town

from sim import study
from sim.report.python_lines import python_lines
from sim.study.live import drawn
from sim.town import Measure, Plan, find_town, read_town

DRAWS = 2


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    parent = tmp_path_factory.mktemp("towns")
    return read_town(write_town(parent / "kleinstadt", plans={"meeting_point": MEETING_POINT},
                                town={"end": "2027-12"}))  # fmt: skip


def same_numbers(lines, expected, monkeypatch, folder):
    """Run the lines as somebody would, and compare every run of every quantity."""
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    exec("\n".join(lines), names)
    found = names["result"]
    assert found.folder.resolve() != expected.folder.resolve()
    assert found.plans == expected.plans
    compared = 0
    for name in expected.quantities:
        old, new = expected.runs(name), found.runs(name)
        assert old.tobytes() == new.tobytes(), name
        compared += int(np.isfinite(old).sum())
    assert compared > 1000


def test_a_stored_study(town, tmp_path, monkeypatch, capsys):
    stored = study.compare(town, ["reference", "meeting_point"], DRAWS, 2, seed=7,
                           results=tmp_path / "results", executor="serial")  # fmt: skip
    lines = python_lines(stored)
    assert len(lines) == 3
    assert "['reference', 'meeting_point'], 2, 2, seed=7" in lines[1]
    same_numbers(lines, stored, monkeypatch, tmp_path)
    assert "meeting_point" in capsys.readouterr().out


def test_a_draft_and_assumptions_set_by_hand(town, tmp_path, monkeypatch):
    label = 'Treff\'; import os; os.remove("x") #\\'
    own = town.plans["meeting_point"].measures[0]
    draft = Plan("draft", label, "Draft", measures=(
        replace(own, start=own.start + 2, line=0, levers={**own.levers, "all_ages": True}),
        Measure("outreach", "Zugehen", "Outreach", (0,), 3, size=10.0, cost_per_year=2e4,
                payers={"municipality": 1.0}),
    ))  # fmt: skip
    name = "fraction_loneliness_death"
    fixed = ((name, 0.25),)
    stored = study.compare(
        town, ["reference", draft], DRAWS, 2, results=tmp_path / "results", executor="serial",
        values={number: drawn(town, 1, number, fixed) for number in range(DRAWS)},
        origin={"kind": "by_hand", "values": dict(fixed)},
    )  # fmt: skip
    lines = python_lines(stored, town)
    assert len(lines) == 4
    assert repr(label) in lines[2]
    same_numbers(lines, stored, monkeypatch, tmp_path)


@dataclass(frozen=True)
class Stored:
    """What the lines are made from, without a single run."""

    manifest: dict[str, object]
    town: str = "magdeburg_neu_olvenstedt"
    plans: tuple[str, ...] = ("reference",)
    reference: str = "reference"
    draws: tuple[int, ...] = (0, 2)
    seeds: int = 2


def test_a_town_of_the_program_is_found_by_its_name():
    known = read_town(find_town("magdeburg_neu_olvenstedt"))
    plan = {"name": "reference", "label_de": "x", "label_en": "x"}
    settings = {"town": known.fingerprint, "seed": 1, "plans": [plan]}
    lines = python_lines(Stored({"settings": settings, "draws": 40}, town=known.name), known)
    # Gaps in the draws: all of them are computed.
    assert lines[1].startswith(f"result = study.compare({known.name!r}, [Plan(name='reference'")
    assert "40, 2, seed=1" in lines[1]
    assert lines[2] == "print(study.levels(result))"


def test_values_from_elsewhere_lead_to_the_folder(town, tmp_path, monkeypatch):
    stored = study.compare(
        town, ["reference", "meeting_point"], DRAWS, 2, results=tmp_path, executor="serial",
        values={number: drawn(town, 5, number) for number in range(DRAWS)},
        origin={"kind": "somewhere"},
    )  # fmt: skip
    lines = python_lines(stored)
    assert lines[1] == f"result = study.load({str(stored.folder)!r})"
