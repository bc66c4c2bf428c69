"""What measures the model: the vectorised bits, tiles, counting, and what the tables say."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import ensemble as many_runs
from benchmarks import environments, floor, municipalities, results, scale, stages, start, twin
from benchmarks.made_up import made_up_plan, made_up_town, residents_of
from benchmarks.peers import ours_reduced, peer, run
from benchmarks.peers.hand_over import hand_over
from benchmarks.peers.pandas_frame import Town as PandasTown
from benchmarks.phones import JITTER_SECONDS, POLL_SECONDS
from benchmarks.plain_resident import Resident
from benchmarks.tiles import tile
from benchmarks.touched import AGE_GROUPS, Touched, count_touched
from benchmarks.vectorised import draws as vectorised_draws
from benchmarks.vectorised.care import fitting, share_out
from benchmarks.vectorised.model import VectorisedModel
from sim import draws
from sim.dashboard import workshop
from sim.indicators import INDEX
from sim.model import QuartierModel, settled_population
from sim.residents import ALIVE, COLUMNS, NURSING_HOME, bytes_per_resident

MONTHS = 8
WORD = st.integers(0, 2**64 - 1)


@lru_cache(maxsize=4)
def small_town(residents=600, districts=2):
    town = municipalities.town_of(residents, districts)
    return town, settled_population(town)


# NumPy ------------------------------------------------------------------------------------------


def differing(fast, vectorised):
    """Names of columns and counts that differ between the two models."""
    stand_in = SimpleNamespace(
        state=SimpleNamespace(
            columns=vectorised.table, household_size=vectorised.table.household_size
        ),
        month=vectorised.month,
    )
    ours, theirs = twin.columns_of_model(fast), twin.columns_of_model(stand_in)
    found = [name for name in ours if not np.array_equal(ours[name], theirs[name])]
    found += [
        name
        for name in ("counts", "reachable", "money", "levers")
        if not np.array_equal(getattr(fast.state, name), getattr(vectorised.state, name))
    ]
    return found


@pytest.mark.parametrize("number", [1, 4, 9])
def test_vectorised_numpy_gives_the_same_bits_every_month(number):
    case = twin.made_up_case(number, MONTHS)
    town, population = made_up_town(case.town), residents_of(case.town)
    plan = made_up_plan(case.plan, town, MONTHS)
    fast = QuartierModel(town, plan, case.seed, population=population, collect=False)
    vectorised = VectorisedModel(town, plan, case.seed, population=population)
    for _ in range(MONTHS):
        fast.step()
        vectorised.step()
        assert differing(fast, vectorised) == [], f"month {fast.month}"
    assert fast.total("in_need") > 0


def test_a_difference_of_one_bit_is_noticed():
    town, population = small_town()
    fast = QuartierModel(town, "reference", population=population, collect=False)
    vectorised = VectorisedModel(town, "reference", population=population)
    for name in ("lonely", "need_minutes", "acquaintances"):
        column = getattr(vectorised.table, name)
        column.flat[0] ^= 1
        assert differing(fast, vectorised) == [name]
        column.flat[0] ^= 1
    assert differing(fast, vectorised) == []


@settings(deadline=None)  # the first call may compile
@given(seed=WORD, uids=st.lists(WORD, min_size=1, max_size=9), month=st.integers(0, 999))
def test_vectorised_draws_are_those_of_the_model(seed, uids, month):
    found = vectorised_draws.uniforms(np.uint64(seed), np.array(uids, np.uint64), month, 3)
    expected = [draws.uniforms(np.uint64(seed), np.uint64(uid), month, 3) for uid in uids]
    np.testing.assert_array_equal(np.stack(found, axis=1), expected)
    identities = vectorised_draws.identities(2, np.array(uids, np.uint64), month, 5)
    assert identities.tolist() == [int(draws.identity(2, np.uint64(uid), month, 5)) for uid in uids]


@given(
    sizes=st.lists(st.integers(0, 30), max_size=30),
    room=st.integers(0, 200),
)
def test_sharing_out_all_at_once_is_sharing_out_one_after_the_other(sizes, room):
    expected, left = [], room
    for size in sizes:
        expected.append(size <= left)
        left -= size if size <= left else 0
    assert fitting(np.array(sizes, np.int64), room).tolist() == expected


def test_a_district_uses_its_own_room_first_and_then_the_towns():
    sizes, order = np.array([5, 5, 5, 5, -1]), np.array([4.0, 3.0, 2.0, 1.0, 9.0])
    district = np.array([0, 0, 1, 0, 0])
    served = share_out(sizes, order, district, np.array([5, 0]), 10)
    assert served.tolist() == [True, True, True, False, False]


# Towns of any size --------------------------------------------------------------------------------


def test_a_tiled_town_holds_what_must_hold_and_begins_as_its_copies():
    town, population = small_town()
    larger, many = tile(town, population, 5, most_districts=6)
    assert (many.size, len(larger.districts)) == (5 * population.size, 6)
    assert np.unique(many.columns.uid).shape[0] == many.size
    model = QuartierModel(larger, "reference", population=many, check=True, collect=False)
    one = QuartierModel(town, "reference", population=population, collect=False)
    # Copies 0 and 3 live in the first repetition of the districts, 1 and 4 in the second, 2 alone.
    expected = np.concatenate([2 * one.state.counts, 2 * one.state.counts, one.state.counts])
    start_of = [INDEX[name] for name in ("residents", "in_need", "lonely", "living_alone")]
    np.testing.assert_array_equal(model.state.counts[..., start_of], expected[..., start_of])
    for _ in range(3):
        model.step()
    assert model.total("residents") != many.size


def test_one_tile_is_the_town_itself():
    town, population = small_town()
    same, copy = tile(town, population, 1)
    models = [
        QuartierModel(place, "reference", population=people, collect=False)
        for place, people in ((town, population), (same, copy))
    ]
    for model in models:
        model.step()
    np.testing.assert_array_equal(models[0].state.counts, models[1].state.counts)


@pytest.mark.parametrize("region", municipalities.REGIONS.values(), ids=lambda one: one.name)
def test_a_region_has_its_municipalities_and_residents(region):
    assert municipalities.sizes_of(region).sum() == region.residents
    for by in ("county", "municipality"):
        places = municipalities.places_of(region, by)
        assert sum(place.residents for place in places) == region.residents
        assert sum(place.municipalities for place in places) == region.municipalities
        assert len({place.name for place in places}) == len(places)
        assert len({place.seed for place in places}) == len(places)
    assert len(municipalities.places_of(region)) == region.counties + region.towns_of_their_own


def test_a_county_is_made_from_margins_and_simulated():
    place = municipalities.Place("kreis", "DE", 7, (90, 400, 210), is_county=True)
    town = municipalities.make_town(place)
    of_district = town.population.groupby("district")["persons"].sum()
    assert of_district.tolist() == list(place.sizes)
    part = scale.one_town(place)
    assert part.residents == place.residents
    assert part.counts[0, INDEX["residents"]] == place.residents
    assert part.counts.shape[0] == 1 + town.months // 12


def test_one_table_is_measured():
    found = scale.one_table(300, 1, whole_run=True)
    assert found.residents == 300
    assert found.nanoseconds > 0.0
    assert found.whole_run > 0.0
    assert found.peak > 300 * bytes_per_resident()


# The floor ------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def touched():
    town, population = small_town()
    return count_touched(town, months=1, population=population)


def test_what_a_month_touches_is_counted():
    found = touched()
    assert 550 < found.residents < 650
    assert sum(found.resident_months.values()) == found.residents
    assert 20 < found.bytes_read < bytes_per_resident()
    assert 0.0 < found.bytes_written < 10.0
    # Everybody draws for the month's life, everybody of 14 and more twice again.
    children = found.resident_months[0] / found.residents
    assert 3.0 - 2.0 * children <= found.blocks_drawn < 4.0
    assert set(found.read) - {"household_size"} <= {column.name for column in COLUMNS}
    # A rule asks everybody who lives here; nobody is asked for a migration background.
    assert found.read["status"] >= found.residents
    assert found.read["migration_background"] < 0.1 * found.residents
    assert found.read["care_grade"] > 10 * found.read["need_minutes"]


def test_noting_leaves_residents_as_they_were():
    touched()
    assert "__getattribute__" not in vars(Resident)
    assert "__setattr__" not in vars(Resident)


def test_the_floor_is_the_larger_of_draws_and_memory():
    counted = Touched()
    counted.resident_months[2] = 10
    counted.read_bytes[2], counted.written_bytes[2], counted.blocks[2] = 600, 50, 30
    rates = floor.Bandwidth("memory", 2, read=20.0, write=10.0, copy=0.0)
    found = floor.floor_of(
        floor.Measured(1000, 2, 35.0), "memory", rates, floor.Draws(8.0, 2.0), counted
    )
    assert found.memory == pytest.approx(60 / 20.0 + 5 / 10.0)
    assert found.draws == pytest.approx(3.0 * 2.0 / 2)
    assert found.least == pytest.approx(3.5)
    assert found.one_after_the_other == pytest.approx(6.5)
    assert found.times == pytest.approx(10.0)


def test_bandwidth_and_draws_are_measured():
    found = floor.bandwidth("L2", 1 << 16, 1, repeats=1)
    assert min(found.read, found.write, found.copy) > 0.01
    times = floor.draw_times(repeats=1, residents=256, times=5)
    assert times.many > 0.0
    assert times.one_by_one > 0.0


# Peers ----------------------------------------------------------------------------------------


def test_what_is_handed_over_is_simulated_by_a_peer(tmp_path):
    file = tmp_path / "handed.npz"
    hand_over(file, 500)
    town = PandasTown(peer.handed_over(file))
    for _ in range(3):
        town.step()
    assert town.counts["residents"].sum() == len(town.people)
    assert 400 < len(town.people) < 600
    assert 0 < town.counts["in_need"].sum() < 120


def test_our_reduced_month_is_that_of_the_model_until_care_makes_a_difference():
    """The same stages in the same order; the eight totals are those of the columns."""
    reduced = ours_reduced.ReducedModel(1500)
    whole = QuartierModel(
        reduced.model.town, "reference", population=settled_population(reduced.model.town),
        collect=False,
    )  # fmt: skip
    reduced.step()
    whole.step()
    assert reduced.model.state.rows == whole.state.rows
    one, other = reduced.model.state.columns, whole.state.columns
    for name in ("uid", "status", "birth_month", "care_grade", "lonely", "withdrawn", "visits",
                 "habit", "volunteer", "mobility_limited"):  # fmt: skip
        rows = slice(0, whole.state.rows)
        np.testing.assert_array_equal(getattr(one, name)[rows], getattr(other, name)[rows])
    for _ in range(5):
        reduced.step()
    here = one.status == ALIVE
    expected = {
        "residents": here, "in_need": one.care_grade > 0, "in_home": one.setting == NURSING_HOME,
        "lonely": one.lonely > 0, "withdrawn": one.withdrawn > 0,
        "limited": one.mobility_limited > 0, "volunteers": one.volunteer > 0,
        "visitors": one.visits > 0,
    }  # fmt: skip
    for district in range(reduced.totals.shape[0]):
        live_here = here & (one.district == district)
        found = dict(zip(peer.COUNTED, reduced.totals[district].tolist(), strict=True))
        assert found == {name: int((mask & live_here).sum()) for name, mask in expected.items()}
    assert (reduced.totals.sum(axis=0) > 0).all()


def test_a_peer_tells_what_it_measured(capsys):
    months = iter(range(100))
    peer.measure("someone", "1.0", lambda: next(months), lambda: 7, months=3)
    line = capsys.readouterr().out
    assert '"peer": "someone"' in line
    assert '"resident_months": 21' in line
    assert next(months) == 4


def test_a_peer_that_fails_is_a_row_with_its_reason():
    row = run.Row(run.Peer("no_such_peer", "Nobody"))
    run._measure_once(row, Path(sys.executable), [])
    assert "No module named benchmarks.peers.no_such_peer" in row.error
    assert math.isnan(row.nanoseconds)
    assert "No module named" in "\n".join(run.report([row]))


def test_an_environment_that_cannot_be_made_tells_why(monkeypatch, tmp_path):
    failing = SimpleNamespace(returncode=1, stderr="Looking\nERROR: no such package\nnotice: x\n")
    monkeypatch.setattr(environments.subprocess, "run", lambda *_, **__: failing)
    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    with pytest.raises(environments.NotInstalledError, match="ERROR: no such package"):
        environments.environment("pandas")


@pytest.mark.parametrize("name", environments.NAMES)
def test_every_environment_is_pinned_without_an_address(name):
    file = environments.REQUIREMENTS / f"requirements-{name}.txt"
    pins = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert pins
    assert all("==" in pin and "/" not in pin and "@" not in pin for pin in pins)
    assert name in {one.environment for one in run.PEERS}


# The document ---------------------------------------------------------------------------------


def row(script, seconds, **more):
    found = {
        "peer": script, "version": "1", "residents": 1000, "months": 2, "seconds": seconds,
        "resident_months": 2000, "computes": "much", "leaves_out": "little", **more,
    }  # fmt: skip
    known = next(one for one in run.PEERS if one.script == script)
    return run.Row(known, [found, {**found, "seconds": 2 * seconds}])


def made_up_measurements():
    counted = Touched()
    for group in range(len(AGE_GROUPS)):
        counted.resident_months[group] = 10
        counted.read_bytes[group], counted.written_bytes[group] = 500, 10
        counted.blocks[group] = 30
    rates = floor.Bandwidth("memory", 1, 10.0, 10.0, 20.0)
    model = floor.Measured(2_000_000, 1, 24.0)
    draw_times = floor.Draws(10.0, 1.0)
    region = municipalities.GERMANY
    counts = np.zeros((6, len(INDEX)), np.int64)
    return results.Measured(
        machine={"Processor": "made up"},
        agreement=results.Agreement(12, 30_000, 0),
        peers=[
            row("ours", 1.0), row("ours_on_two_threads", 0.6), row("ours_counted_when_asked", 0.5),
            row("ours_reduced", 0.25), row("mesa_frames_set", 10.0), row("plain_mesa", 450.0),
            row("numpy_columns", 9.0),
            run.Row(run.PEERS[-1], error="not installed: no such package"),
        ],
        floor=floor.Result(
            (rates,), draw_times, counted,
            (floor.floor_of(model, "memory", rates, draw_times, counted),),
        ),
        tables=[
            scale.Table(100_000, 1, 9, 30.0, 1.0, math.nan, 2**30),
            scale.Table(10_000_000, 1, 6, 36.0, 1.0, math.nan, 3 * 2**30),
            scale.Table(11_200_000, 2, 6, 20.0, 1.0, 31.0, 4 * 2**30),
        ],
        streamed=[
            scale.Streamed(region, "county", 401, 10_750, 83_500_000, 60, 2, 230.0, 240.0, 200.0,
                           5 * 2**30, counts, ())
        ],
        ensemble=many_runs.Result(
            (many_runs.Ensemble(200, 15_700, 60, 2, 9.0, 12.0),),
            many_runs.Overhead(15_700, 60, 0.05, 0.04, 0.045, 0.038),
        ),
        waits=start.Waits(
            "herrenberg",
            (start.Start(dict.fromkeys(start.STEPS, 9.0), 37.0),),
            (start.Start(dict.fromkeys(start.STEPS, 0.3), 1.5),),
        ),
    )  # fmt: skip


def verdicts(measured):
    return {one.what: one.verdict for one in results.targets(measured)}


def test_targets_are_judged_by_what_was_measured():
    found = verdicts(made_up_measurements())
    assert found["plain Mesa (twin) on one thread"] == "met"
    assert found["plain Mesa (twin) on two threads"] == "**not met**"
    assert found["vectorised NumPy of the same rules"] == "**not met**"
    # Ten times as long as our whole month, forty times as long as our reduced one.
    assert found["mesa-frames, reduced month on both sides"] == "met"
    assert (
        found["Starsim with common random numbers, reduced month on both sides"] == "not measured"
    )
    assert found["floor on one thread, from memory"] == "met"
    assert found["floor on one thread, in the cache"] == "not measured"
    assert found["cost at 10 million residents against 100,000"] == "met"
    assert found["Baden-Württemberg, 11.2 million, 60 months, one table"] == "**not met**"
    assert found["Germany, 83.5 million, monthly to 2030, making included"] == "met"
    assert found["200 paired replications of two plans"] == "met"
    assert found["20 paired replications of two plans"] == "not measured"
    assert found["time of a run's months outside compiled code"] == "met"
    assert found["warm start to the first result"] == "met"
    assert found["cold start (everything compiled) to the first result"] == "**not met**"


def test_the_document_says_what_was_measured_and_what_failed():
    text = results.document(made_up_measurements())
    assert "they agree exactly" in text
    assert "not installed: no such package" in text
    assert "| germany, by county | 83,500,000 | 401 | 10,750 |" in text
    assert "| plain Mesa, one object a resident, all plain Python | 337,500,000 | 1.00 |" in text
    assert "nan" not in text.lower().replace("finance", "")


def test_where_the_twin_differs_the_document_says_so():
    measured = made_up_measurements()
    measured.agreement = replace(measured.agreement, differing=1)
    assert "**differ in 1 runs**" in results.document(measured)


def test_nothing_measured_gives_no_numbers():
    measured = results.Measured(errors={"floor": "OSError: no memory"})
    text = results.document(measured)
    assert set(verdicts(measured).values()) == {"not measured"}
    assert "Of 0 targets that were measured, 0 are met." in text
    assert "Failed: OSError: no memory" in text
    assert text.count("Not measured.") >= 4


def test_quick_measurements_are_marked():
    assert "numbers mean little" in results.document(results.Measured(quick=True))


def test_every_stage_of_a_month_is_timed_by_itself():
    found = stages.measure(residents=600, repeats=2)
    assert len(found.stages) == 12
    assert all(0.0 <= one.least <= one.middle for one in found.stages)
    assert found.middle > 0.0
    assert 0.0 < found.asked_about_life < 0.2
    text = results.document(results.Measured(stages=[found, found]))
    assert "| keep company |" in text
    assert "count everybody (once a year)" in text


# Phones -----------------------------------------------------------------------------------------


def test_phones_without_a_browser_ask_as_often_as_the_page():
    script = Path(workshop.__file__).parent / "phone" / "page.js"
    poll, jitter = round(POLL_SECONDS * 1000), round(JITTER_SECONDS * 1000)
    assert f"const POLL = {poll}, JITTER = {jitter}," in script.read_text(encoding="utf-8")
