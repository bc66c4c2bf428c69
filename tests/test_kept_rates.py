"""Curves once smoothed are read again, and never for other tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from running import small_town

from sim import kept_rates
from sim.kept_rates import kept_or_made, place_of
from sim.rates.tables import _smoothed

TABLES = small_town().tables


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept_rates, "folder_of_compiled_code", lambda: tmp_path)
    return tmp_path


def made() -> dict[str, np.ndarray]:
    return _smoothed(TABLES)


def test_curves_are_read_again_bit_for_bit() -> None:
    first = kept_or_made(TABLES, made)
    again = kept_or_made(TABLES, lambda: pytest.fail("smoothed once more"))
    assert first.keys() == again.keys()
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_other_tables_have_curves_of_their_own() -> None:
    moves = TABLES["moves"].copy()
    moves.loc[moves.index[0], "internal_move_rate"] += 0.001
    assert place_of(dict(TABLES)) == place_of(TABLES)
    assert place_of({**TABLES, "moves": moves}) != place_of(TABLES)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_made_anew(content: bytes) -> None:
    first = kept_or_made(TABLES, made)
    place_of(TABLES).write_bytes(content)
    again = kept_or_made(TABLES, made)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert kept_or_made(TABLES, lambda: pytest.fail("smoothed once more")).keys() == first.keys()


def test_only_so_many_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_rates, "MOST_KEPT", 2)
    for number in range(4):
        kept_or_made({"number": number}, lambda: {"curve": np.zeros(3)})
    assert len(list((folder / "rates").iterdir())) == 2
