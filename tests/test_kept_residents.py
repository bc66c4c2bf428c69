"""Residents once made are read again, and never for another town."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from towns import write_town

import sim.setting_up
from sim import kept_residents
from sim.residents import Population
from sim.setting_up import settle
from sim.town import Town, read_town
from sim.town.finding import find_national


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(kept_residents, "folder_of_compiled_code", lambda: tmp_path / "kept")
    monkeypatch.setattr(sim.setting_up, "help_compiling", lambda folder: None)
    folder = write_town(tmp_path / "dorf", residents=400, places=2)
    return read_town(folder, find_national(folder))


def same(one: Population, other: Population) -> bool:
    columns = zip(one.columns, other.columns, strict=True)
    return (
        all(np.array_equal(ours, theirs) for ours, theirs in columns)
        and np.array_equal(one.household_size, other.household_size)
        and np.array_equal(one.households_of, other.households_of)
    )


def test_residents_are_read_again_bit_for_bit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    made = settle(town)
    monkeypatch.setattr("sim.making.make_residents", lambda _: pytest.fail("made once more"))
    assert same(made, settle(town))


def test_a_changed_town_has_residents_of_its_own(town: Town) -> None:
    first = kept_residents.place_of(town)
    assert kept_residents.place_of(town) == first
    assert kept_residents.place_of(replace(town, population_seed=town.population_seed + 1)) != first
    fewer = town.population.copy()
    fewer.loc[fewer.index[0], "persons"] += 1
    assert kept_residents.place_of(replace(town, population=fewer)) != first


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_made_anew(town: Town, content: bytes) -> None:
    made = settle(town)
    kept_residents.place_of(town).write_bytes(content)
    assert kept_residents.kept(kept_residents.place_of(town)) is None
    assert same(made, settle(town))
    assert kept_residents.kept(kept_residents.place_of(town)) is not None


def test_arrays_of_other_types_are_not_used(town: Town) -> None:
    settle(town)
    place = kept_residents.place_of(town)
    with np.load(place) as stored:
        arrays = dict(stored)
    arrays["c_sex"] = arrays["c_sex"].astype(np.float64)
    with place.open("wb") as file:
        np.savez(file, **arrays)
    assert kept_residents.kept(place) is None


def test_only_so_many_are_kept(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_residents, "MOST_KEPT", 2)
    made = settle(town)
    folder = kept_residents.place_of(town).parent
    for number in range(4):
        kept_residents.keep(made, folder / f"{number}.npz")
    assert len(list(folder.iterdir())) == 2


def test_where_nothing_can_be_kept_residents_are_made(town: Town, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be")
    assert settle(town).size > 0
