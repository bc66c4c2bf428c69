"""The folder of a study: what is in it, and that nothing half-written is ever in it."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from study_fakes import FAKES, fake_simulate, part_bytes, plan, read_fake_town, run_fake, write_town

from sim import study
from sim.indicators import COUNTS
from sim.study.files import TEMPORARY, write_whole
from sim.study.manifest import fingerprint_of


@pytest.fixture
def town(tmp_path):
    return write_town(tmp_path)


@pytest.fixture
def result(town, tmp_path):
    return run_fake(town, tmp_path / "results")


def test_a_part_has_the_promised_columns_and_rows(result):
    path = result.folder / "runs" / "counts" / "part-0002-1.parquet"
    frame = pd.read_parquet(path)
    keys = ["plan", "draw", "seed_index", "seed", "year", "district", "age_band", "start_group"]
    assert list(frame.columns) == [*keys, *COUNTS]
    assert len(frame) == 4 * 3 * 2 * 3 * 4
    assert not frame.duplicated(keys).any()
    assert set(frame["draw"]) == {2}
    assert set(frame["seed"]) == {study.run_seed(1, 2, 1)}
    assert frame["missing_minutes"].dtype == np.int64
    assert frame["residents"].dtype == np.int32
    assert set(frame["residents"]) == {1000}


def test_money_stands_beside_with_one_payer_per_row(result):
    frame = pd.read_parquet(result.folder / "runs" / "money" / "part-0000-0.parquet")
    paid = frame[(frame["plan"] == "meeting_point") & (frame["year"] == 2026)]
    sums = paid.groupby("payer", observed=True)["euros"].sum()
    assert dict(sums) == {
        "municipality": 45_000.0, "care_fund": 0.0, "grant": 15_000.0, "household": 0.0
    }  # fmt: skip


def test_every_column_names_its_unit_and_labels_in_both_languages(result):
    schema = pq.read_schema(result.folder / "runs" / "counts" / "part-0000-0.parquet")
    assert schema.field("missing_minutes").metadata == {
        b"unit": b"minutes/week", b"label_de": b"Fehlende Pflege", b"label_en": b"Missing care"
    }  # fmt: skip
    for name in ("counts", "money"):
        schema = pq.read_schema(result.folder / "runs" / name / "part-0000-0.parquet")
        for field in schema:
            assert set(field.metadata) == {b"unit", b"label_de", b"label_en"}
            assert field.metadata[b"label_de"]


def test_two_runs_of_a_study_give_the_same_bytes(town, tmp_path, result):
    again = run_fake(town, tmp_path / "again")
    assert part_bytes(again.folder) == part_bytes(result.folder)


def test_the_manifest_says_what_the_study_was_made_from(town, result):
    manifest = json.loads((result.folder / "manifest.json").read_text())
    assert manifest["settings"]["town"] == town.fingerprint
    assert manifest["settings"]["seed"] == 1
    assert {row["name"]: row["value"] for row in manifest["settings"]["assumptions"]} == (
        town.ledger.values()
    )
    plans = manifest["settings"]["plans"]
    assert plans[0]["name"] == "reference"
    assert plans[3]["measures"][0]["payers"] == {"municipality": 0.75, "grant": 0.25}
    assert {"python", "numpy", "numba", "pyarrow"} <= set(manifest["made_with"])
    assert manifest["complete"]
    assert manifest["runs"] == 32
    assert manifest["started"] <= manifest["finished"]


def test_drawn_values_are_kept_exactly(town, result):
    drawn = result.assumptions
    assert drawn.loc[3].to_dict() == town.ledger.draw(1, 3)


def test_everything_read_is_copied(town, result):
    inputs = result.folder / "inputs"
    copied = sorted(path.relative_to(inputs).as_posix() for path in inputs.rglob("*.*"))
    assert copied == [
        "germany/indicators.csv", "musterstadt/plans/reference.toml", "musterstadt/town.toml"
    ]  # fmt: skip
    assert read_fake_town(inputs / "musterstadt").fingerprint == town.fingerprint


def test_running_again_finds_every_number_identical(result):
    again = study.rerun(result.folder, read_town=read_fake_town, simulate=fake_simulate, **FAKES)
    assert again.identical
    assert again.runs == 32
    assert again.same_program
    assert "alle Zahlen sind identisch" in again.text("de")


def test_running_again_uses_the_assumptions_and_plans_of_the_study(town, tmp_path):
    changed = replace(town, ledger=town.ledger.with_values(moves_nothing=0.9))
    own = plan("own", 2.0, 1.0, 10.0)
    made = run_fake(changed, tmp_path, plans=["reference", own])
    again = study.rerun(made.folder, read_town=read_fake_town, simulate=fake_simulate, **FAKES)
    assert again.identical


def test_running_again_finds_what_differs(result):
    def changed(town, plan, *, seed, **rest):
        outcome = fake_simulate(town, plan, seed=seed, **rest)
        if plan.name == "nothing" and seed == study.run_seed(1, 3, 0):
            outcome.counts[0, 0, 0, 0, 0] += 1
        return outcome

    again = study.rerun(result.folder, read_town=read_fake_town, simulate=changed, **FAKES)
    assert not again.identical
    (difference,) = again.differences
    assert (difference.draw, difference.seed_index, difference.plan) == (3, 0, "nothing")
    assert (difference.column, difference.stored, difference.simulated) == ("residents", 1000, 1001)
    (result.folder / "inputs" / "germany" / "indicators.csv").write_text("name,unit\n")
    again = study.rerun(result.folder, read_town=read_fake_town, simulate=fake_simulate, **FAKES)
    assert again.changed_inputs == ("germany/indicators.csv",)


@pytest.mark.parametrize("nth", [1, 2, 9, 12])
def test_a_full_disk_gives_one_message_and_no_half_file(town, tmp_path, monkeypatch, nth):
    calls = []
    fsync = os.fsync

    def full(number):
        calls.append(number)
        if len(calls) >= nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(number)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(study.StudyError) as failed:
            run_fake(town, tmp_path / "results", workers=2)
    assert failed.value.text("de").startswith("Der Datenträger ist voll")
    assert failed.value.text("en").startswith("The disk is full")
    folder = tmp_path / "results" / "musterstadt" / "comparison"
    assert not list(folder.rglob(f"*{TEMPORARY}"))
    for path in folder.rglob("*.parquet"):
        assert pq.read_table(path).num_rows > 0
    for path in folder.rglob("*.json"):
        json.loads(path.read_text())
    # With room again, the same call goes on and ends like an undisturbed study.
    resumed = run_fake(town, tmp_path / "results")
    undisturbed = run_fake(town, tmp_path / "undisturbed")
    assert part_bytes(resumed.folder) == part_bytes(undisturbed.folder)


def test_a_folder_without_permission_is_told_calmly(town, tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(study.StudyError, match="check the folder and its permissions"):
        run_fake(town, tmp_path / "results")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_whole(path, b"before")

    def broken(*_):
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(study.StudyError, match="could not be written"):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["file"]


def test_somebody_elses_folder_is_left_alone(town, tmp_path):
    folder = tmp_path / "results" / "musterstadt" / "comparison"
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text("Dear council")
    with pytest.raises(study.StudyError, match="holds no study"):
        run_fake(town, tmp_path / "results")
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(study.StudyError, match="does not belong to a study"):
        run_fake(town, tmp_path / "results", fresh=True)
    assert (folder / "letter.txt").exists()


def test_loading_what_is_no_study_is_told(tmp_path):
    with pytest.raises(study.StudyError, match="holds no study"):
        study.load(tmp_path)
    (tmp_path / "manifest.json").write_text("{half")
    with pytest.raises(study.StudyError, match="cannot be read"):
        study.load(tmp_path)


def test_the_program_is_known_by_its_rules(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "report").mkdir()
    rule = tmp_path / "rules" / "death.py"
    rule.write_bytes(b"risk = 1\n")
    before = fingerprint_of(tmp_path)
    (tmp_path / "report" / "words.py").write_text("hello = 1\n")
    rule.write_bytes(b"risk = 1\r\n")
    assert fingerprint_of(tmp_path) == before
    rule.write_bytes(b"risk = 2\n")
    assert fingerprint_of(tmp_path) != before
