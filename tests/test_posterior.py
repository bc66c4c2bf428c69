"""Draws of a fit in every run: which assumptions come from rows, what the file must be like."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from running import small_town
from towns import write_town

from sim import study
from sim.rates.migration import draw
from sim.study.live import LiveDesign
from sim.study.manifest import settings
from sim.town.finding import find_national
from sim.town.joint import FILE, FORMAT, META, RANGE, Joint, range_of, read_joint
from sim.town.problems import TownError
from sim.town.town import find_town, read_town

NAMES = ("visit_probability", "habit_visit_factor", "know_share")
ROWS = 12


@pytest.fixture(scope="module")
def town():
    """A small town whose assumptions all come from their ranges."""
    return small_town(300, 1, end="2026-03").drawn_with(None)


def file_of(town, rows=ROWS, names=NAMES, **head):
    """A posterior as bytes: rows in which all assumptions rise together."""
    probabilities = np.linspace(0.1, 0.9, rows)
    ledger = town.ledger
    fields = [
        pa.field(name, pa.float64(), nullable=False,
                 metadata={RANGE: json.dumps(range_of(ledger[name])).encode()})
        for name in names
    ]  # fmt: skip
    about = {"format": FORMAT, "provenance": {"made": "2026-11-22", "seed": 1}, **head}
    schema = pa.schema(fields, {META: json.dumps(about).encode()})
    columns = [pa.array([ledger[name].quantile(float(p)) for p in probabilities]) for name in names]
    return as_bytes(pa.Table.from_arrays(columns, schema=schema))


def as_bytes(table):
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, write_page_checksum=True)
    return sink.getvalue().to_pybytes()


@pytest.fixture
def joint(town, tmp_path):
    path = tmp_path / "other_name.parquet"
    path.write_bytes(file_of(town))
    return read_joint(path)


# Which values a draw has --------------------------------------------------------------------------


def test_fitted_assumptions_come_from_rows_and_all_others_from_their_ranges(town, joint):
    fitted = town.drawn_with(joint)
    columns = dict(zip(NAMES, joint.draws.T, strict=True))
    for number in range(2 * ROWS):
        values, plain = fitted.ledger.draw(3, number), town.ledger.draw(3, number)
        assert {name for name in values if values[name] != plain[name]} == set(NAMES)
        row = joint.row(3, number)
        assert {name: values[name] for name in NAMES} == row
        places = {sorted(column).index(row[name]) for name, column in columns.items()}
        assert len(places) == 1, "what hangs together stays together"
        assert draw(fitted, 3, number) == values
    seen = [joint.row(3, number)["visit_probability"] for number in range(ROWS)]
    assert sorted(seen) == sorted(joint.draws[:, 0]), "no row comes twice before all have"
    starts = {joint.row(seed, 0)["visit_probability"] for seed in range(40)}
    assert len(starts) > ROWS / 2, "the seed says with which row a study begins"


def test_central_values_are_untouched(town, joint):
    assert town.drawn_with(joint).ledger.values() == town.ledger.values()


def test_a_number_somebody_sets_or_a_range_that_changed_is_drawn_from_the_ledger(town, joint):
    fitted = town.drawn_with(joint).ledger
    assert fitted.covered == set(NAMES)
    assert fitted.with_values(visit_probability=0.2).covered == set(NAMES) - {"visit_probability"}
    assert fitted.with_values(visit_probability=0.2).draw(1, 0)["visit_probability"] == 0.2
    own = replace(fitted["know_share"], high=fitted["know_share"].high + 0.01)
    wider = fitted.overlaid([own])
    assert wider.draw(1, 4)["know_share"] == town.ledger.overlaid([own]).draw(1, 4)["know_share"]
    assert joint.without(["know_share"]).names == NAMES[:2]


# Studies ------------------------------------------------------------------------------------------


def test_a_study_names_the_file_keeps_a_copy_and_is_run_again_from_it_alone(joint, tmp_path):
    folder = write_town(tmp_path / "klein", residents=300, places=1, town={"end": "2026-03"})
    here = read_town(folder)
    town, fitted = here.drawn_with(None), here.drawn_with(joint)
    results = tmp_path / "results"
    found = study.compare(fitted, ["reference"], 2, 2, results=results, name="fitted")
    said = found.manifest["settings"]["posterior"]
    assert said["sha256"] == joint.sha256
    assert said["covered"] == list(NAMES)
    assert said["made"] == "2026-11-22"
    copy = found.folder / "inputs" / "germany" / FILE
    assert copy.read_bytes() == joint.path.read_bytes()
    plain = study.compare(town, ["reference"], 2, 2, results=results, name="plain")
    joint.path.unlink()
    assert study.rerun(found.folder).identical
    again = read_town(found.folder / "inputs" / town.name)
    assert again.ledger.draw(1, 1) == fitted.ledger.draw(1, 1)
    assert "posterior" not in plain.manifest["settings"]
    assert not (plain.folder / "inputs" / "germany" / FILE).exists()
    with pytest.raises(study.StudyError, match="posterior"):
        study.compare(town, ["reference"], 2, 2, results=results, name="fitted")


def test_the_dashboard_draws_the_same(town, joint):
    fitted = town.drawn_with(joint)
    live = LiveDesign(fitted, (fitted.plans["reference"],), seed=5)
    assert live.values(7) == draw(fitted, 5, 7)
    by_hand = replace(live, fixed=(("visit_probability", 0.2),)).values(7)
    assert by_hand == {**draw(fitted, 5, 7), "visit_probability": 0.2}
    stored = settings(fitted, live.design(4))
    assert live.manifest(4)["settings"] == stored


# The file -----------------------------------------------------------------------------------------


def test_the_shipped_posterior_is_of_the_shipped_ledger():
    joint = read_joint(find_national(find_town("herrenberg")) / FILE)
    ledger = read_town(find_town("herrenberg")).ledger
    assert ledger.joint is not None
    assert ledger.joint.sha256 == joint.sha256
    nation = read_town(find_town("elmshorn")).ledger
    # A range that moves leaves the rows behind: quartier calibrate --write makes them again.
    stale = set(joint.names) - (ledger.covered | nation.covered)
    assert not stale
    assert len(joint.draws) >= 100
    about = joint.provenance
    assert about["years"] == "up to 2021", "figures kept back to judge have not been fitted"
    assert about["command"].startswith("quartier calibrate")
    assert set(about["told_of"]) == set(joint.names)


def test_a_posterior_may_be_missing(town):
    assert town.ledger.joint is None
    assert town.ledger.covered == frozenset()


def broken(town):
    whole = file_of(town)
    table = pq.read_table(pa.BufferReader(whole))
    yield b""
    yield b"PAR1"
    yield whole[: len(whole) // 2]
    yield whole[:200] + bytes(60) + whole[260:]
    yield b'{"format": 1}'
    yield file_of(town, format=1)
    yield file_of(town, provenance=3)
    yield file_of(town, provenance={"a": [[[[[[]]]]]]})
    yield file_of(town, rows=10_001)
    yield as_bytes(table.replace_schema_metadata({}))
    yield as_bytes(table.replace_schema_metadata({META: b"[" * 100_000}))
    yield as_bytes(table.slice(0, 0))
    yield as_bytes(changed(table, [0.2] * (ROWS - 1) + [float("nan")]))
    yield as_bytes(changed(table, [0.2] * (ROWS - 1) + [None]))
    yield as_bytes(changed(table, [0.2] * (ROWS - 1) + [7.0]))
    yield as_bytes(changed(table, ["0.2"] * ROWS))
    yield as_bytes(table.rename_columns(["../x", *NAMES[1:]]))
    yield as_bytes(table.rename_columns([NAMES[1], *NAMES[1:]]))


def changed(table, values):
    """The same table with another first column."""
    values = pa.array(values)
    one = pa.field(NAMES[0], values.type, metadata=table.schema.field(0).metadata)
    return table.set_column(0, one, values)


def test_a_file_that_is_no_posterior_is_one_message(town, tmp_path):
    path = tmp_path / "made by hand.parquet"
    wrong = list(broken(town))
    for number, content in enumerate(wrong):
        path.write_bytes(content)
        with pytest.raises(TownError) as error:
            read_joint(path)
        assert len(error.value.problems) == 1, number
        assert "quartier calibrate" in error.value.problems[0].text("de"), number
    assert len(wrong) == 18
    with pytest.raises(TownError, match="nothing"):
        read_joint(tmp_path / "there is none.parquet")


def test_a_damaged_posterior_is_a_problem_of_the_folder_like_any_other(tmp_path):
    national = tmp_path / "germany"
    national.mkdir()
    for path in find_national(find_town("herrenberg")).iterdir():
        (national / path.name).write_bytes(path.read_bytes())
    (national / FILE).write_bytes(b"PAR1 and nothing else")
    with pytest.raises(TownError) as error:
        read_town(find_town("herrenberg"), national)
    (problem,) = error.value.problems
    assert problem.file == f"germany/{FILE}"
    assert "--posterior none" in problem.text("de")


def test_a_joint_is_read_only(joint):
    with pytest.raises(ValueError, match="read-only"):
        joint.draws[0, 0] = 1.0
    assert isinstance(joint, Joint)
