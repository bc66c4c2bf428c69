"""Studies too large for memory: read in pieces, with the numbers they would have in one."""

from __future__ import annotations

import errno
import io
import tracemalloc
from pathlib import Path

import pandas as pd
import pytest
from study_fakes import run_fake, write_town

from sim import study
from sim.study import comparison, reduced, result
from sim.study.errors import StudyError
from sim.study.gains import euros_per_unit, who_gains

DRAWS = 120
NAMES = ("missing_minutes", "missing_share", "residents_65", "years_at_home", "cost_municipality")


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A study of 480 runs."""
    folder = tmp_path_factory.mktemp("many")
    return run_fake(write_town(folder), folder / "results", draws=DRAWS).folder


@pytest.fixture
def in_pieces(monkeypatch):
    """Every study counts as large, and few of its tasks are in memory at a time."""
    monkeypatch.setattr(result, "LARGE_BYTES", 0)
    monkeypatch.setattr(result, "PIECE_BYTES", 200_000)


TABLES = {
    "levels": lambda found: comparison.levels(found, NAMES),
    "differences": lambda found: comparison.differences(found, NAMES),
    "pairwise": lambda found: comparison.pairwise(found, NAMES),
    "headline": comparison.levels,
    "gains": euros_per_unit,
    "groups": who_gains,
}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_the_same_to_the_last_bit(stored, monkeypatch, name):
    whole = TABLES[name](study.load(stored))
    monkeypatch.setattr(result, "LARGE_BYTES", 0)
    monkeypatch.setattr(result, "PIECE_BYTES", 200_000)
    monkeypatch.setattr(comparison, "MOST_BYTES", 30_000)
    pieces = study.load(stored)
    assert pieces.is_large
    table = TABLES[name](pieces)
    assert len(table) > 3
    pd.testing.assert_frame_equal(table, whole, check_exact=True)


def peak(stored, draws, names=NAMES):
    """Most bytes in use while so many draws are read and added up."""
    found = study.load(stored)
    found = type(found)(**{**vars_of(found), "draws": found.draws[:draws]})
    tracemalloc.start()
    found.prefetch(names)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def vars_of(found):
    return {
        name: getattr(found, name)
        for name in ("folder", "manifest", "years", "draws", "missing", "failures")
    }


def test_reading_takes_as_much_memory_for_many_runs_as_for_few(stored, monkeypatch):
    in_memory = peak(stored, DRAWS) - peak(stored, DRAWS // 4)
    monkeypatch.setattr(result, "LARGE_BYTES", 0)
    monkeypatch.setattr(result, "PIECE_BYTES", 200_000)
    few, many = peak(stored, DRAWS // 4), peak(stored, DRAWS)
    assert in_memory > 500_000, "in memory every run counts"
    # Names and seeds of the tasks remain: some hundred bytes each, not their cells.
    assert many - few < 0.1 * in_memory
    assert many < 4_000_000


def test_what_was_kept_aside_goes_with_the_study(stored, in_pieces):
    found = study.load(stored)
    found.prefetch(NAMES)
    folder = found._reduced.folder
    assert len(list(folder.iterdir())) == len(NAMES)
    found.prefetch(NAMES)
    assert len(list(folder.iterdir())) == len(NAMES), "what is there is not read again"
    del found
    assert not folder.exists()


def test_a_full_disk_is_one_message(stored, in_pieces, monkeypatch):
    class Full(io.BytesIO):
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

    def no_room(self, mode="r", **more):
        return Full() if mode == "wb" else plain(self, mode, **more)

    plain = Path.open
    found = study.load(stored)
    monkeypatch.setattr(reduced.Path, "open", no_room)
    with pytest.raises(StudyError, match="The disk is full"):
        found.prefetch(NAMES)


def test_a_damaged_part_is_one_message(stored, in_pieces, tmp_path):
    found = study.load(stored)
    part = next((stored / "runs" / "counts").iterdir())
    content = part.read_bytes()
    try:
        part.write_bytes(content[: len(content) // 2])
        with pytest.raises(StudyError, match="missing or damaged"):
            found.prefetch(NAMES)
    finally:
        part.write_bytes(content)
