"""Plans that share months: simulated once, with the bits of runs from the start."""

from __future__ import annotations

import gc
from itertools import pairwise

import numpy as np
import pytest
from running import ageing_town, digest, measure, model_of, plan_of

from sim import migration
from sim.dashboard.answering import trunks
from sim.model import QuartierModel, simulate
from sim.rates.migration import calendar_years, with_years
from sim.together import Trunk, shared_months, simulate_together
from sim.town import Plan

SEED = 11
TOWN = {"residents": 900, "end": "2027-12"}
SEATS = {"seats": 40, "opening_hours_per_week": 20.0}


def plan(name: str, *measures: object) -> Plan:
    made = plan_of(*measures)
    return Plan(name, made.label_de, made.label_en, measures=made.measures)


POINT = measure("meeting_point", start=9, levers=SEATS)
LATER = measure("meeting_point", start=15, levers=SEATS)
MANAGER = measure("neighbourhood_manager", size=20.0, start=4)
OUTREACH = measure("outreach", size=30.0, start=13)
TRAINING = measure("volunteer_training", size=40.0, start=2)

PLANS = (
    plan("manager_and_outreach", MANAGER, OUTREACH),
    plan("nothing"),
    plan("point", POINT),
    plan("from_the_start", measure("outreach", size=30.0, start=1)),
    plan("later", TRAINING, LATER),
    plan("nothing_again"),
)


def test_outcomes_are_those_of_runs_from_the_start() -> None:
    """Fall: sechs Pläne zusammen gerechnet. Erwartet: jede Zahl wie bei jedem allein."""
    town = ageing_town(**TOWN)
    together = list(simulate_together(town, PLANS, seed=SEED, check=True))
    assert len(together) == len(PLANS)
    for one, found in zip(PLANS, together, strict=True):
        alone = simulate(town, one, seed=SEED)
        assert found.years == alone.years
        assert np.array_equal(found.counts, alone.counts), one.name
        assert np.array_equal(found.money, alone.money), one.name
    assert any(not np.array_equal(a.counts, b.counts) for a, b in pairwise(together))


def test_what_grows_from_a_kept_trunk_has_the_bits_of_a_run_from_the_start() -> None:
    """Fall: „wie heute“ bis Monat 8 aufgehoben, dann Pläne daraus. Erwartet: jede Zahl gleich."""
    town = ageing_town(**TOWN)
    kept: list[Trunk] = []
    list(simulate_together(town, (PLANS[1], PLANS[2]), seed=SEED, trunk_at=kept.append))
    (trunk,) = kept
    for other in (PLANS[2], PLANS[1], plan("later", LATER)):
        assert trunk.carries(other)
        alone, grown = simulate(town, other, seed=SEED), trunk.grow(other)
        assert grown.years == alone.years
        assert np.array_equal(grown.counts, alone.counts), other.name
        assert np.array_equal(grown.money, alone.money), other.name
    # The manager begins before month 8, so what is kept says nothing of that plan.
    assert not trunk.carries(PLANS[0])


def test_a_moved_plan_grows_from_what_the_first_answer_kept(monkeypatch) -> None:
    """Fall: der Treffpunkt wird größer. Erwartet: ab seinem Beginn gerechnet, Zahlen gleich."""
    town = ageing_town(**TOWN)
    # As studies hand them on: with every assumption there is.
    values = town.ledger.values()
    known = trunks.Trunks()
    larger = plan("larger", measure("meeting_point", start=9, levers={**SEATS, "seats": 60}))
    list(known.simulate(town, (PLANS[1], PLANS[2]), values=values, seed=SEED))
    assert len(known) == 1
    alone = simulate(town, larger, seed=SEED)
    monkeypatch.setattr(trunks, "simulate_together", None)
    (moved,) = known.simulate(town, (larger,), values=values, seed=SEED)
    assert np.array_equal(moved.counts, alone.counts)
    assert np.array_equal(moved.money, alone.money)
    # Other coincidences or assumptions are another world.
    with pytest.raises(TypeError):
        known.simulate(town, (larger,), values=values, seed=SEED + 1)
    with pytest.raises(TypeError):
        known.simulate(town, (larger,), values={**values, "weekly": 1.0}, seed=SEED)


@pytest.mark.parametrize("kind", ["every assumption", "children", "by district and year"])
def test_draws_of_any_kind_share_months(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fall: Ziehungen aller Annahmen, auch mit Zuzug nach Jahr. Erwartet: wie jeder Plan allein."""
    town = ageing_town(**TOWN)
    values = town.ledger.draw(1, 3)
    if kind == "children":
        values["newcomer_children_factor"] = 2.0
    if kind == "by district and year":
        years = calendar_years(town)
        rates = np.arange(len(town.districts) * len(years), dtype=float) * 5.0
        keys = [one.key for one in town.districts]
        values = with_years(values, rates.reshape(len(keys), -1), keys, years)
    alone = [migration.simulate(town, one, values=values, seed=SEED) for one in PLANS[:4]]
    months: list[int] = []
    step = QuartierModel.step
    monkeypatch.setattr(QuartierModel, "step", lambda self: months.append(1) or step(self))
    together = list(simulate_together(town, PLANS[:4], values=values, seed=SEED))
    for one, found in zip(alone, together, strict=True):
        assert np.array_equal(one.counts, found.counts)
        assert np.array_equal(one.money, found.money)
    # Two plans grow from the trunk after 3 and 8 months, one at the start.
    assert len(months) == 4 * town.months - 3 - 8


@pytest.mark.parametrize("month", [0, 1, 7, 12])
def test_a_fork_has_the_bits_of_a_run_from_the_start(month: int) -> None:
    """Fall: ein Treffpunkt ab Monat 13, abgezweigt davor. Erwartet: jede Spalte gleich."""
    town = ageing_town(**TOWN)
    later = plan("later", measure("meeting_point", start=13, levers=SEATS), OUTREACH)
    trunk = model_of(town, seed=SEED)
    for _ in range(month):
        trunk.step()
    before = digest(trunk)
    grown, alone = trunk.fork(later), model_of(town, later, seed=SEED)
    for _ in range(month):
        alone.step()
    for _ in range(month, 18):
        grown.step()
        alone.step()
    assert digest(grown) == digest(alone)
    assert digest(trunk) == before, "the trunk stays where it was"


@pytest.mark.parametrize(
    ("one", "other", "months"),
    [
        (plan("a", MANAGER), plan("b", MANAGER), 24),
        (plan("a"), plan("b", POINT), 8),
        (plan("a", MANAGER), plan("b", MANAGER, OUTREACH), 12),
        (plan("a", MANAGER, OUTREACH), plan("b", OUTREACH, MANAGER), 3),
        # Two points that open in other months have other numbers from the first opening on.
        (plan("a", POINT, OUTREACH), plan("b", LATER, OUTREACH), 8),
        (plan("a", POINT), plan("b", POINT, OUTREACH), 12),
        (plan("a", POINT, LATER), plan("b", LATER, OUTREACH), 8),
    ],
)
def test_months_two_plans_share(one: Plan, other: Plan, months: int) -> None:
    town = ageing_town(**TOWN)
    assert shared_months(town, one, other) == months
    assert shared_months(town, other, one) == months


def test_no_run_is_kept_after_its_end() -> None:
    """Fall: mehrere Läufe nacheinander. Erwartet: kein Modell bleibt im Arbeitsspeicher."""
    town = ageing_town(residents=400, end="2026-12")
    for seed in range(3):
        simulate(town, PLANS[2], seed=seed)
        assert len(list(simulate_together(town, PLANS[:3], seed=seed))) == 3
    with pytest.raises(InterruptedError):
        simulate(town, PLANS[2], should_stop=lambda: True)
    gc.collect()
    kept = [one for one in gc.get_objects() if isinstance(one, QuartierModel)]
    assert not [one for one in kept if one.town is town]
