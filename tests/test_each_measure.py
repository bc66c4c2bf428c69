"""Jede Art von Maßnahme ändert, was sie soll, so viel wie belegt ist, und sonst nichts.

`test_measures.py` sagt in einzelnen Fällen, was eine Maßnahme tut. Hier steht, was für jede der
zwölf Arten gilt: vor dem Beginn ändert sie nichts, mit der Größe 0 auch nicht; sie bewegt nur die
Kennzahlen, zu denen ein Weg führt (`docs/paths_of_measures.csv`); ihre Wirkung ist nicht stärker
als beobachtet; nach dem Ende geht zurück, was sie gibt, und verblasst, was Menschen mitnehmen.
Plan und Referenz teilen jeden Zufall; ein Unterschied kommt also nur von der Maßnahme.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from paths import ELSEWHERE, FREE_PLACES, HERE, cuts, paths, reached
from running import (
    KINDS,
    REFERENCE,
    after,
    ageing_town,
    columns_by_uid,
    costs,
    count,
    digest,
    living,
    measure,
    model_of,
    plan_of,
)
from towns import write_town

from sim.indicators import COUNTS, INDEX, PAYERS
from sim.levers import LEVERS, PREVENTIVE_VISITS, TRAINED
from sim.model import QuartierModel
from sim.residents import NURSING_HOME
from sim.stages.count import FOR_PREVENTION
from sim.town import Measure, Plan, Town, read_town

SERVICES = ("ambulatory", "day_care", "nursing_home")
LARGE_POINT: dict[str, Any] = {"seats": 60, "opening_hours_per_week": 40.0}
LONGER: dict[str, Any] = {"point": "treff_0", "extra_hours_per_week": 20.0}

STRONG: dict[str, tuple[float, dict[str, Any]]] = {
    "meeting_point": (1.0, {**LARGE_POINT, "staff_hours_per_week": 60.0, "neighbourly_help": True}),
    "opening_to_all_ages": (1.0, LONGER),
    "care_service_ambulatory": (60.0, {"service": "ambulatory"}),
    "care_service_day_care": (15.0, {"service": "day_care"}),
    "care_service_nursing_home": (40.0, {"service": "nursing_home"}),
    "neighbourhood_manager": (300.0, {}),
    "outreach": (300.0, {}),
    "volunteer_training": (400.0, {}),
    "neighbourly_help": (20.0, {}),
    "counselling": (100.0, {}),
    "preventive_visits": (10_000.0, {}),
    "barrier_free_housing": (1000.0, {}),
    "transport": (1e6, {}),
    "digital_help": (1e5, {}),
}
"""Every kind so strong that it is felt in a small town, and each of the three care services."""


def strong(name: str, **changes: Any) -> Measure:
    """A strong measure in the first district from the first month on."""
    size, levers = STRONG[name]
    kind = "care_service" if name.startswith("care_service") else name
    entries: dict[str, Any] = {"start": 1, "size": size, "levers": levers, **changes}
    return measure(kind, **entries)


def test_jede_art_kommt_vor() -> None:
    assert {strong(name).kind for name in STRONG} == set(KINDS)
    services = {one.levers["service"] for one in map(strong, STRONG) if "service" in one.levers}
    assert services == set(SERVICES)


@dataclass(frozen=True)
class World:
    """A town and assumptions: what differs from the usual ones, as pairs."""

    town: tuple[tuple[str, Any], ...] = ()
    assumptions: tuple[tuple[str, float], ...] = ()

    @property
    def place(self) -> Town:
        """The town, made once."""
        return ageing_town(**dict(self.town))

    @property
    def values(self) -> dict[str, float]:
        """Values of all assumptions."""
        return {**self.place.ledger.values(), **dict(self.assumptions)}

    def model(self, plan: Plan = REFERENCE, seed: int = 1) -> QuartierModel:
        """A plan in this world, at its start."""
        return model_of(self.place, plan, seed, values=self.values)


@dataclass(frozen=True)
class Month:
    """What was counted and paid in a month."""

    counts: Any
    money: Any

    def count(self, name: str, band: int = 0) -> int:
        """An indicator, see `running.count`."""
        return int(self.counts[..., INDEX[name]][:, band:].sum())


def course(world: World, plan: Plan, months: int, seed: int = 1) -> tuple[Month, ...]:
    """What happens in a world under a plan, month by month."""
    model = world.model(plan, seed)
    found = []
    for _ in range(months):
        model.step()
        found.append(Month(model.state.counts.copy(), model.state.money.copy()))
    return tuple(found)


@lru_cache(maxsize=64)
def without(world: World, months: int, seed: int = 1) -> tuple[Month, ...]:
    """What happens in a world if nothing is done; run once for all measures."""
    return course(world, REFERENCE, months, seed)


# Vor dem Beginn, und ohne Größe


def state_digest(model: QuartierModel) -> str:
    """All that happened to people and money, whatever points and levers a plan has."""
    state = model.state
    points = len(model.town.meeting_points)
    kept = type(state.points)(*(array[:points] for array in state.points))
    whole, state.points = state.points, kept
    try:
        return digest(model)
    finally:
        state.points = whole


@pytest.mark.parametrize("name", STRONG)
def test_vor_dem_beginn_ist_alles_bis_aufs_bit_gleich_und_danach_nicht(name: str) -> None:
    """Fall: Beginn im siebten Monat. Erwartet: sechs Monate kein Unterschied, dann einer."""
    start = 7
    model = model_of(ageing_town(), plan_of(strong(name, start=start)))
    reference = model_of(ageing_town())
    assert state_digest(model) == state_digest(reference)
    for month in range(1, start):
        model.step()
        reference.step()
        assert state_digest(model) == state_digest(reference), f"Monat {month}"
    after(model, 3)
    after(reference, 3)
    assert not np.array_equal(model.state.counts, reference.state.counts)


@pytest.mark.parametrize("name", STRONG)
def test_mit_der_groesse_null_aendert_sich_nichts(name: str) -> None:
    """Fall: Größe 0, aber sie kostet. Erwartet: bezahlt wird, sonst bis aufs Bit gleich."""
    free = plan_of(strong(name, size=0.0, cost_per_year=0.0, payers={}))
    paid = plan_of(strong(name, size=0.0))
    reference, model, costly = (model_of(ageing_town(), plan) for plan in (REFERENCE, free, paid))
    for _ in range(14):
        for one in (reference, model, costly):
            one.step()
        assert state_digest(model) == state_digest(reference)
        assert np.array_equal(costly.state.counts, reference.state.counts)
        assert costs(costly, "municipality") == pytest.approx(1000.0)


# Nichts sonst: nur Kennzahlen, zu denen ein Weg führt


CARE_COSTS = tuple(f"care_{payer}" for payer in PAYERS)
HEALTH = frozenset(one for one in cuts() if one.startswith("fraction_"))
RELIEF = frozenset({"strain_factor_neighbour=1", "barrier_free_need_factor=1"})

WORLDS: dict[str, frozenset[str]] = {
    "alles wirkt": frozenset(),
    "nichts wirkt auf Gesundheit und Heimeinzug": HEALTH,
    "nur die nächsten Folgen": cuts() - RELIEF,
    "niemand erzählt weiter": frozenset({"know_word_of_mouth=0"}) | HEALTH,
}
"""Which paths are cut; the assumptions that cut them take the value without effect."""


FREE: dict[str, Any] = {"nursing_home_places": 1000.0}


def world(cut: frozenset[str]) -> World:
    """A world in which paths are cut."""
    changed = sorted(one.split("=") for one in cut - {FREE_PLACES})
    town = tuple(FREE.items()) if FREE_PLACES in cut else ()
    return World(town, tuple((name, float(value)) for name, value in changed))


def moved(plan: Plan, where: World, months: int) -> set[tuple[str, str]]:
    """Indicators and costs of care that differ in some month, here or elsewhere."""
    model = where.model(plan)
    districts = len(where.place.districts)
    counted = np.zeros((districts, len(COUNTS)), bool)
    paid = np.zeros((districts, len(PAYERS)), bool)
    for reference in without(where, months):
        model.step()
        counted |= (model.state.counts != reference.counts).any(axis=(1, 2))
        paid |= model.state.money[:, :, 1] != reference.money[:, :, 1]
    differs = np.hstack([counted, paid])
    names = (*COUNTS, *CARE_COSTS)
    return {(name, HERE) for name, one in zip(names, differs[0], strict=True) if one} | {
        (name, ELSEWHERE) for name, one in zip(names, differs[1:].any(axis=0), strict=True) if one
    }


@pytest.mark.parametrize("name", STRONG)
@pytest.mark.parametrize("which", WORLDS)
def test_eine_massnahme_bewegt_nur_wohin_ein_weg_fuehrt(which: str, name: str) -> None:
    """Fall: eine starke Maßnahme im ersten Quartier, 30 Monate. Erwartet: sonst genau null."""
    cut = WORLDS[which]
    plan = plan_of(strong(name, cost_per_year=0.0, payers={}))
    beyond = moved(plan, world(cut), 30) - reached(name, cut)
    assert not beyond, f"kein Weg in docs/paths_of_measures.csv führt von {name} zu {beyond}"


NARROW: dict[str, set[str]] = {
    "preventive_visits": set(),
    "neighbourly_help": {"neighbour_minutes", "missing_minutes", "strained_carers"},
    "volunteer_training": {
        "volunteers", "volunteer_minutes", "quarter_volunteers", "quarter_volunteer_minutes",
        "neighbour_minutes", "missing_minutes", "strained_carers",
    },
    "transport": {"knowing", "visits", "visitors", "turned_away", "regular_visitors"},
    "digital_help": {"knowing", "visits", "visitors", "turned_away", "regular_visitors"},
    "outreach": {
        "knowing", "visits", "visitors", "turned_away", "regular_visitors", "withdrawn",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NARROW)
def test_die_tabelle_der_wege_ist_eng(name: str) -> None:
    """Ohne Wirkung auf Gesundheit und Last führt von diesen Maßnahmen kaum ein Weg weiter."""
    indicators = {one for one, _ in reached(name, WORLDS["nur die nächsten Folgen"])}
    assert indicators & {*COUNTS, *CARE_COSTS} == NARROW[name]


def test_die_tabelle_der_wege_nennt_was_es_gibt() -> None:
    """Jeder Weg beginnt bei einer Maßnahme oder wo ein anderer endet, und führt zu Kennzahlen."""
    goals = {goal for path in paths() for goal in path.goals}
    starts = {path.start for path in paths()}
    indicators = {*COUNTS, *CARE_COSTS}
    assert starts - goals == set(STRONG)
    assert goals - starts <= indicators
    assert not indicators & starts
    assert all(path.reason and path.odd for path in paths())
    # Zuziehende sind in jedem Plan dieselben; Förderung zahlt keine Pflege.
    assert indicators - goals == {"moved_in", "care_grant"}
    ledger = ageing_town().ledger
    for cut in cuts() - {FREE_PLACES}:
        name, value = cut.split("=")
        assert name in ledger
        assert float(value) in (0.0, 1.0)


# Nicht stärker als belegt


@dataclass(frozen=True)
class Groesse:
    """Wie stark eine Maßnahme höchstens wirkt.

    Attributes:
        fall: was geplant wird, und woran es gemessen wird.
        quelle: woher die Grenze kommt.
        art, groesse, details: die Maßnahme, in beiden Quartieren.
        annahmen: was an den Annahmen anders ist.
        messen: Zahl mit und ohne die Maßnahme in einem Monat; was weiter gebraucht wird, folgt.
        staerke: aus den Summen über Monate und Zufallsverläufe die Stärke.
        von, bis: Grenzen der Stärke.
        stadt: was an der Stadt anders ist.
        ab: erster Monat, der zählt.
    """

    fall: str
    quelle: str
    art: str
    groesse: float
    messen: Callable[[QuartierModel, Month], tuple[float, ...]]
    staerke: Callable[[Any], float]
    von: float
    bis: float
    details: dict[str, Any] | None = None
    annahmen: dict[str, float] | None = None
    stadt: dict[str, Any] | None = None
    ab: int = 1


def pair(name: str, band: int = 0) -> Callable[[QuartierModel, Month], tuple[float, ...]]:
    """An indicator with the measure and without it."""
    return lambda model, reference: (count(model, name, band=band), reference.count(name, band))


def ratio(sums: Any) -> float:
    """With the measure as a share of without."""
    return float(sums[0] / sums[1])


def more_a_month(sums: Any) -> float:
    """Mean difference in a month."""
    return float((sums[0] - sums[1]) / sums[-1])


def taking_part(model: QuartierModel, reference: Month) -> tuple[float, ...]:
    """New cases of 65 and over with and without; regulars and all among those without need."""
    without_need = (model.residents.age >= 65) & (living(model, "care_grade") == 0)
    regular = living(model, "habit")[without_need] >= 40
    return (
        count(model, "new_in_need", band=1), reference.count("new_in_need", 1),
        regular.sum(), without_need.sum(),
    )  # fmt: skip


def hazard_ratio(sums: Any) -> float:
    """Ratio of those who take part that explains the fall in new cases."""
    return float(1.0 - (1.0 - sums[0] / sums[1]) / (sums[2] / sums[3]))


def help_that_arrives(model: QuartierModel, _: Month) -> tuple[float, ...]:
    """Minutes of neighbourly help, and those of the quarter's volunteers."""
    return count(model, "neighbour_minutes"), count(model, "quarter_volunteer_minutes")


def volunteers_and_deaths(model: QuartierModel, reference: Month) -> tuple[float, ...]:
    """Deaths of 65 and over, volunteers among them and all of them, with and without."""
    return (
        count(model, "deaths", band=1), reference.count("deaths", 1),
        count(model, "volunteers", band=1), reference.count("volunteers", 1),
        reference.count("residents", 1),
    )  # fmt: skip


def ratio_of_new_volunteers(sums: Any) -> float:
    """Ratio of the deaths of new volunteers that explains the fall in deaths."""
    return float(1.0 - (1.0 - sums[0] / sums[1]) / ((sums[2] - sums[3]) / sums[4]))


SEEDS = (1, 2, 3, 4)
EVERYBODY_COMES = {"know_own_contact": 0.5, "visit_probability": 0.55, "lonely_visit_factor": 1.0}
FULL_VISIT = {"fraction_preventive_visit_care_need": 1.0, "fraction_preventive_visit_death": 1.0}
HUGE_POINT: dict[str, Any] = {"seats": 400, "opening_hours_per_week": 60.0}
HOUSE: dict[str, Any] = {"seats": 40, "opening_hours_per_week": 24.0, "staff_hours_per_week": 30.0}
NO_FIGURE = "Keine Zahl gefunden; Annahme {} im Ledger."

GROESSEN = (
    Groesse(
        "Ein Treffpunkt für alle: neue Pflegebedürftige ab 65, ganze beobachtete Wirkung.",
        "Hikichi 2015, JECH 69:905: HR 0,49 (0,33-0,72), nicht stärker",
        "meeting_point", 1, taking_part, hazard_ratio, 0.49, 0.8, HUGE_POINT,
        {**EVERYBODY_COMES, "fraction_participation_care_need": 1.0}, ab=7,
    ),
    Groesse(
        "Dasselbe mit der halben Wirkung, mit der gerechnet wird.",
        "Hälfte des beobachteten Logarithmus (REPORT_care, Abschnitt 6): HR 0,70",
        "meeting_point", 1, taking_part, hazard_ratio, 0.70, 0.95, HUGE_POINT, EVERYBODY_COMES,
        ab=7,
    ),
    Groesse(
        "Ein Haus mit 30 Personalstunden: neue Ehrenamtliche im Quartier.",
        "Mehrgenerationenhäuser: 56 Ehrenamtliche je Haus (mehrgenerationenhaeuser.de)",
        "meeting_point", 1, pair("quarter_volunteers"), more_a_month, 5.0, 2 * 56.0, HOUSE, ab=25,
    ),
    Groesse(
        "Ein Seniorentreff öffnet für alle: Besuche im Monat.",
        NO_FIGURE.format("visit_hours") + " Nicht mehr, als in 20 Stunden Platz ist.",
        "opening_to_all_ages", 1, pair("visits"), more_a_month, 10.0, 10 * 20 * 4.348 / 2.0, LONGER,
    ),
    Groesse(
        "60 Stunden des Pflegedienstes in der Woche: geleistete Minuten.",
        "Arithmetik: nicht mehr, als bezahlt wird",
        "care_service", 60, pair("ambulatory_minutes"), more_a_month, 3000.0, 3600.0,
        {"service": "ambulatory"},
    ),
    Groesse(
        "10 Plätze der Tagespflege: Gäste.",
        NO_FIGURE.format("day_care_clients_per_place"),
        "care_service", 10, pair("day_care"), more_a_month, 8.0, 22.0, {"service": "day_care"},
    ),
    Groesse(
        "40 Heimplätze: Bewohnerinnen und Bewohner.", "Arithmetik: nicht mehr als Plätze",
        "care_service", 40, pair("nursing_home"), more_a_month, 10.0, 40.0,
        {"service": "nursing_home"},
    ),
    Groesse(
        "Eine Quartiersmanagerin wirbt 40 Stunden in der Woche: neue Ehrenamtliche, drittes Jahr.",
        NO_FIGURE.format("recruits_per_hour") + " Nicht mehr als 40 · 4,35 · 0,02 im Monat.",
        "neighbourhood_manager", 40, pair("quarter_volunteers"), more_a_month,
        20.0, 36 * 40 * 4.348 * 0.02, {"share_volunteers": 1.0}, ab=25,
    ),
    Groesse(
        "20 Stunden aufsuchende Arbeit: zurückgezogen Lebende weniger im dritten Jahr.",
        NO_FIGURE.format("outreach_reconnect") + " Nicht mehr als 8 von 100 Kontakten.",
        "outreach", 20, pair("withdrawn"), more_a_month, -36 * 20 * 4.348 * 0.5 * 0.08, -3.0, ab=25,
    ),
    Groesse(
        "Sehr viele Ehrenamtliche: Todesfälle ab 65, ganze beobachtete Wirkung.",
        "Okun 2013, Psychol Aging 28:564: -24 % (16-31), nicht stärker",
        "volunteer_training", 20_000, volunteers_and_deaths, ratio_of_new_volunteers, 0.76, 0.98,
        None, {"fraction_volunteering_death": 1.0}, ab=13,
    ),
    Groesse(
        "20 Menschen im Jahr werden geschult: Ehrenamtliche im Quartier im dritten Jahr.",
        NO_FIGURE.format("training_success"),
        "volunteer_training", 20, pair("quarter_volunteers"), more_a_month, 5.0, 3 * 20 * 0.6,
        ab=25,
    ),
    Groesse(
        "20 Stunden Koordination: Anteil der ehrenamtlichen Zeit, der ankommt.",
        NO_FIGURE.format("neighbourly_help_max_share"),
        "neighbourly_help", 20,
        help_that_arrives, ratio, 0.2, 0.81,
    ),
    Groesse(
        "Beratung für alle: hoch belastete Angehörige.",
        NO_FIGURE.format("strain_factor_counselling"),
        "counselling", 10_000, pair("strained_carers"), ratio, 0.85, 0.97,
        None, {"counselling_uptake_factor": 1.0}, ab=13,
    ),
    Groesse(
        "Beratung für alle: Einzüge ins Pflegeheim, wo es Plätze gibt.",
        "Spijker 2008 (aus dem Gedächtnis): OR 0,66 (0,43-0,99), nicht stärker",
        "counselling", 10_000, pair("nursing_home_entries"), ratio, 0.66, 1.0, None,
        {"counselling_uptake_factor": 1.0, "fraction_carer_strain_nursing_home": 1.0},
        FREE,
    ),
    Groesse(
        "Hausbesuche für alle ab 75: Einzüge ins Pflegeheim.",
        "Mayo-Wilson 2014, PLoS ONE 9:e89257: RR 1,02 (0,88-1,18), kein Unterschied",
        "preventive_visits", 1e5, pair("nursing_home_entries"), ratio, 0.96, 1.06, None, FULL_VISIT,
        FREE,
    ),
    Groesse(
        "Hausbesuche für alle ab 75: neue Pflegebedürftige ab 65, ganze Wirkung.",
        "Huss 2008: OR 0,89 (0,76-1,03), nicht stärker",
        "preventive_visits", 1e5, pair("new_in_need", 1), ratio, 0.89, 0.995, None, FULL_VISIT,
    ),
    Groesse(
        "Hausbesuche für alle ab 75: Todesfälle ab 65, ganze Wirkung.",
        "Mayo-Wilson 2014: RR 0,93 (0,87-0,99), nicht stärker",
        "preventive_visits", 1e5, pair("deaths", 1), ratio, 0.93, 1.0, None, FULL_VISIT,
    ),
    Groesse(
        "Alle Wohnungen barrierearm: neue Pflegebedürftige ab 65, ganze Wirkung.",
        "Gillespie 2012 (aus dem Gedächtnis): RR der Stürze 0,79 (0,65-0,97), nicht stärker",
        "barrier_free_housing", 1e5, pair("new_in_need", 1), ratio, 0.79, 0.95, None,
        {"fraction_barrier_free_care_need": 1.0},
    ),
    Groesse(
        "Dasselbe mit einem Viertel der Wirkung, mit dem gerechnet wird.",
        "Viertel des Logarithmus, denn Stürze sind nur ein Grund: 0,94",
        "barrier_free_housing", 1e5, pair("new_in_need", 1), ratio, 0.94, 0.995,
    ),
    Groesse(
        "Alle Wohnungen barrierearm: Stunden, die gebraucht werden.",
        NO_FIGURE.format("barrier_free_need_factor"),
        "barrier_free_housing", 1e5, pair("need_minutes"), ratio, 0.95, 0.99, None,
        {"fraction_barrier_free_care_need": 0.0}, ab=13,
    ),
    Groesse(
        "4.800 Fahrten im Jahr: Besuche im Monat, ohne Weitererzählen.",
        NO_FIGURE.format("transport_rides_per_person_month") + " Nicht mehr Besuche als Fahrten.",
        "transport", 4800, pair("visits"), more_a_month, 1.0, 400.0, None,
        {"know_word_of_mouth": 0.0}, {"seats": 100},
    ),
    Groesse(
        "120 Menschen im Jahr lernen das Internet: Menschen, die einen Treffpunkt kennen.",
        "Keine Zahl gefunden; nicht mehr, als gelernt haben",
        "digital_help", 120, pair("knowing"), more_a_month, 0.1, 3 * 120.0, None,
        {"know_word_of_mouth": 0.0}, ab=25,
    ),
)  # fmt: skip


def test_zu_jeder_art_ist_eine_groesse_belegt_oder_die_luecke_genannt() -> None:
    assert {one.art for one in GROESSEN} == set(KINDS)
    assert all(one.quelle for one in GROESSEN)


@pytest.mark.parametrize(
    "one", GROESSEN, ids=[f"{number}-{one.art}" for number, one in enumerate(GROESSEN)]
)
def test_die_wirkung_ist_da_und_nicht_staerker_als_belegt(one: Groesse) -> None:
    """Im Mittel von vier Zufallsverläufen über drei Jahre liegt die Stärke in den Grenzen."""
    where = World(tuple((one.stadt or {}).items()), tuple((one.annahmen or {}).items()))
    districts = (0,) if one.details and "point" in one.details else (0, 1)
    planned = measure(
        one.art, start=1, size=float(one.groesse), districts=districts, levers=one.details or {}
    )
    months = []
    for seed in SEEDS:
        model = where.model(plan_of(planned), seed)
        for month, reference in enumerate(without(where, 36, seed), start=1):
            model.step()
            if month >= one.ab:
                months.append(one.messen(model, reference))
    sums = np.append(np.array(months, float).sum(axis=0), len(months))
    found = one.staerke(sums)
    assert one.von <= found <= one.bis, f"{one.fall} Gefunden: {found:.3f}. Beleg: {one.quelle}"


@pytest.mark.parametrize(
    ("believed", "source", "observed", "highest"),
    [
        (1.0, "Duffner 2024, JAMDA: d = -0,47, nicht stärker", -0.47, 0.85),
        (0.5, "128 Studien, Kohorten: SMD -0,24, und so viel wird gerechnet", -0.24, 0.97),
    ],
)
def test_ein_treffpunkt_lindert_einsamkeit_nicht_staerker_als_belegt(
    believed: float, source: str, observed: float, highest: float
) -> None:
    """Fall: ein Treffpunkt für alle. Gemessen: Einsame unter denen, die nun regelmäßig kommen.

    Eine standardisierte Differenz d ist ein Chancenverhältnis von exp(d · pi / Wurzel 3).
    """
    values = {**EVERYBODY_COMES, "fraction_meeting_loneliness": believed}
    where = World((), tuple(values.items()))
    plan = plan_of(measure("meeting_point", start=1, districts=(0, 1), levers=HUGE_POINT))
    lonely = otherwise = people = 0
    for seed in SEEDS:
        with_it = columns_by_uid(after(where.model(plan, seed), 36))
        without_it = columns_by_uid(after(where.model(seed=seed), 36))
        _, here, there = np.intersect1d(with_it["uid"], without_it["uid"], return_indices=True)
        came = (with_it["habit"][here] >= 40) & (without_it["habit"][there] < 40)
        came &= with_it["setting"][here] != NURSING_HOME
        lonely += int(with_it["lonely"][here][came].sum())
        otherwise += int(without_it["lonely"][there][came].sum())
        people += int(came.sum())
    found = (lonely / (people - lonely)) / (otherwise / (people - otherwise))
    assert people > 1000
    assert math.exp(observed * math.pi / math.sqrt(3.0)) <= found <= highest, source


@pytest.mark.parametrize(
    ("effect", "indicator", "observed", "source"),
    [
        ("care_need", "new_in_need", 0.89, "Huss 2008: OR 0,89 (0,76-1,03)"),
        ("death", "deaths", 0.93, "Mayo-Wilson 2014: RR 0,93 (0,87-0,99)"),
    ],
)
@pytest.mark.parametrize("believed", [1.0, 0.5])
def test_je_besuchtem_menschen_wirkt_ein_hausbesuch_genau_wie_belegt(
    effect: str, indicator: str, observed: float, source: str, believed: float
) -> None:
    """Fall: Besuche für alle ab 75. Gemessen an Besuchen, nach denen niemandem etwas geschähe.

    So viele Fälle treffen Besuchte; um so viel weniger sind es mit der belegten Wirkung.
    """
    plan = plan_of(measure("preventive_visits", start=1, size=1e5, districts=(0, 1)))

    def cases(fraction: float, ratio: float) -> int:
        values = {
            "fraction_preventive_visit_care_need": 0.0,
            "fraction_preventive_visit_death": 0.0,
        }
        values[f"fraction_preventive_visit_{effect}"] = fraction
        values[f"observed_preventive_visit_{effect}"] = ratio
        where = World((), tuple(values.items()))
        return sum(
            month.count(indicator, band=1)
            for seed in range(1, 9)
            for month in course(where, plan, 24, seed)
        )

    nobody = cases(0.0, observed)
    of_visited = nobody - cases(1.0, 1e-9)
    fewer = nobody - cases(believed, observed)
    assert of_visited > 150
    assert 1.0 - fewer / of_visited == pytest.approx(observed**believed, abs=0.025), source


@pytest.mark.parametrize(
    ("name", "assumption", "column"),
    [
        ("outreach", "outreach_age", "withdrawn"),
        ("preventive_visits", "preventive_visit_age", "prevention_until"),
        ("barrier_free_housing", "dwelling_age", "barrier_free"),
        ("digital_help", "course_age", "online"),
        ("transport", "ride_age", "visit_wish"),
    ],
)
def test_ab_welchem_alter_jemand_erreicht_wird_steht_im_ledger(
    name: str, assumption: str, column: str
) -> None:
    """Fall: eine andere Altersgrenze. Erwartet: im ersten Monat nur Menschen ab diesem Alter."""
    plan = plan_of(strong(name, size=1e6))
    numbers = []
    for age in (50, 85):
        where = World((("seats", 100),), ((assumption, float(age)),))
        model, reference = after(where.model(plan), 1), after(where.model(), 1)
        changed = living(model, column) != living(reference, column)
        assert model.residents.age[changed].min() >= age
        numbers.append(int(changed.sum()))
    assert numbers[0] > numbers[1] > 0


# Doppelt so viel tut nicht weniger


AIMS: dict[str, tuple[float, str, bool]] = {
    "meeting_point": (1.0, "visits", True),
    "opening_to_all_ages": (1.0, "visits", True),
    "care_service_ambulatory": (20.0, "ambulatory_minutes", True),
    "care_service_day_care": (4.0, "day_care", True),
    "care_service_nursing_home": (8.0, "nursing_home", True),
    "neighbourhood_manager": (20.0, "quarter_volunteers", True),
    "outreach": (10.0, "withdrawn", False),
    "volunteer_training": (20.0, "quarter_volunteers", True),
    "neighbourly_help": (2.0, "neighbour_minutes", True),
    "counselling": (2.0, "strained_carers", False),
    "preventive_visits": (200.0, "new_in_need", False),
    "barrier_free_housing": (30.0, "need_minutes", False),
    "transport": (2000.0, "visits", True),
    "digital_help": (100.0, "knowing", True),
}
"""Size, indicator it is for, and whether that rises."""

OBSERVED_IN_FULL = {
    "fraction_preventive_visit_care_need": 1.0,
    "fraction_preventive_visit_death": 0.0,
    "strain_factor_counselling": 0.6,
    "know_online_factor": 2.0,
}


def gain(name: str, size: float) -> float:
    """By how much the indicator a measure is for gets better in its second and third year."""
    _, indicator, rises = AIMS[name]
    where = World((("seats", 100),), tuple(OBSERVED_IN_FULL.items()))
    plan = plan_of(strong(name, size=size, districts=(0,) if "point" in name else (0, 1)))
    total = 0
    for seed in SEEDS:
        model = where.model(plan, seed)
        for month, reference in enumerate(without(where, 36, seed), start=1):
            model.step()
            if month > 12:
                total += count(model, indicator) - reference.count(indicator)
    return float(total if rises else -total)


@pytest.mark.parametrize("name", AIMS)
def test_doppelt_so_viel_tut_nicht_weniger(name: str) -> None:
    """Fall: einmal und doppelt so groß. Erwartet: im Mittel nicht weniger."""
    size = AIMS[name][0]
    once, twice = gain(name, size), gain(name, 2 * size)
    assert once > 0
    assert twice >= once
    if name in ("meeting_point", "opening_to_all_ages"):
        assert twice == once, "mehr als einen ganzen Treffpunkt gibt es nicht"


# Nach dem Ende


@pytest.mark.parametrize("name", STRONG)
def test_bleibt_nichts_geht_was_sie_gibt_auf_den_alten_stand_zurueck(name: str) -> None:
    """Fall: nach fünf Monaten ist Schluss, nichts bleibt. Erwartet: Kraft und Platz wie zuvor."""
    model = model_of(ageing_town(), plan_of(strong(name, end=5)))
    reference = model_of(ageing_town())
    trained = 0.0
    for month in range(1, 13):
        model.step()
        reference.step()
        given = model.state.levers != reference.state.levers
        points = len(model.town.meeting_points)
        open_now = [array[:points].tolist() for array in model.state.points]
        if month <= 5:
            trained = model.districts[0].trained
            continue
        assert model.districts[0].trained < trained or trained == 0.0
        assert {LEVERS[place] for place in np.flatnonzero(given.any(axis=0))} <= {LEVERS[TRAINED]}
        assert open_now == [array.tolist() for array in reference.state.points]
        assert not model.state.points.capacity[points:].any()
        assert not model.state.points.open[points:].any()
        for service in SERVICES:
            assert model.services[service].capacity == reference.services[service].capacity
        assert sum(costs(model, payer) for payer in PAYERS) == 0.0


def surplus(name: str, indicator: str, months: tuple[int, ...]) -> list[int]:
    """What a measure of twelve months in both districts leaves, at the end of some months."""
    plan = plan_of(
        strong(name, end=12, districts=(0,) if "point" in strong(name).levers else (0, 1))
    )
    found = dict.fromkeys(months, 0)
    for seed in SEEDS:
        model = World().model(plan, seed)
        for month, reference in enumerate(without(World(), max(months), seed), start=1):
            model.step()
            if month in found:
                found[month] += count(model, indicator) - reference.count(indicator)
    return list(found.values())


@pytest.mark.parametrize(
    ("name", "indicator", "left"),
    [
        # Gewohnheiten verlieren sich in höchstens sieben Monaten (habit_loss).
        ("meeting_point", "regular_visitors", 0.35),
        ("opening_to_all_ages", "regular_visitors", 0.35),
        ("transport", "regular_visitors", 0.5),
        # Wer vom Treffpunkt weiß und nicht kommt, vergisst ihn (know_share).
        ("outreach", "knowing", 0.8),
        ("digital_help", "knowing", 1.5),  # wer online ist, bleibt es und hört weiter leichter
        # Wer wieder Anschluss fand, zieht sich manchmal wieder zurück.
        ("outreach", "withdrawn", 0.9),
        # Ehrenamtliche gehen anderswohin (quarter_volunteer_stop).
        ("volunteer_training", "quarter_volunteers", 0.8),
        ("neighbourhood_manager", "quarter_volunteers", 0.8),
        # Belastung erholt sich ohne Beratung nicht besser als zuvor.
        ("counselling", "strained_carers", 0.6),
        # Wer einen Heimplatz hat, behält ihn; sein Sterben macht keinen neuen frei.
        ("care_service_nursing_home", "nursing_home", 0.75),
    ],
)
def test_was_menschen_mitnehmen_verblasst(name: str, indicator: str, left: float) -> None:
    """Fall: zwölf Monate, dann nichts mehr. Erwartet: ein Jahr später ist davon weniger übrig."""
    at_the_end, later = surplus(name, indicator, (12, 24))
    assert at_the_end != 0
    assert abs(later) <= left * abs(at_the_end)


@pytest.mark.parametrize(
    ("name", "column"), [("barrier_free_housing", "barrier_free"), ("digital_help", "online")]
)
def test_was_umgebaut_oder_gelernt_ist_bleibt(name: str, column: str) -> None:
    """Fall: zwölf Monate. Erwartet: niemand verliert danach Wohnung oder Kenntnis."""
    model = after(model_of(ageing_town(), plan_of(strong(name, end=12))), 12)
    before = columns_by_uid(model)
    now = columns_by_uid(after(model, 12))
    _, then, later = np.intersect1d(before["uid"], now["uid"], return_indices=True)
    had = before[column][then] == 1
    assert had.sum() > 300
    assert now[column][later][had].all()


def test_ein_hausbesuch_wirkt_so_lange_wie_im_ledger() -> None:
    """Fall: Besuche bis Monat 6, sie wirken 12 Monate. Erwartet: nach Monat 18 niemand mehr."""
    last = round(ageing_town().ledger["prevention_months"].value) + 6
    model = after(model_of(ageing_town(), plan_of(strong("preventive_visits", end=6))), last)
    assert (living(model, "prevention_until") >= model.month).sum() > 0
    model.step()
    assert (living(model, "prevention_until") >= model.month).sum() == 0


def test_organisierte_nachbarschaftshilfe_hinterlaesst_nichts() -> None:
    """Fall: Vermittlung für sechs Monate, Hilfe entlastet niemanden. Erwartet: dann wie zuvor."""
    where = world(cuts())
    model = where.model(plan_of(strong("neighbourly_help", end=6)))
    reference = where.model()
    for month in range(1, 13):
        model.step()
        reference.step()
        same = all(
            np.array_equal(mine, theirs)
            for name, mine, theirs in zip(
                model.state.columns._fields, model.state.columns, reference.state.columns,
                strict=True,
            )
            if name != "relief"
        )  # fmt: skip
        assert same == (month > 6), f"Monat {month}"


# Pläne: erst ein Quartier, dann andere; eine Förderung, die endet


def costs_by_payer(model: QuartierModel, district: int | None = None) -> dict[str, float]:
    """Euros of this month for measures, by payer; only those who pay."""
    money = model.state.money[:, :, 0]
    sums = money.sum(axis=0) if district is None else money[district]
    return {payer: float(one) for payer, one in zip(PAYERS, sums, strict=True) if one}


PILOT = """\
[plan]
name = "test"
label_de = "Pilot"
label_en = "Pilot"

[[measures]]
kind = "preventive_visits"
districts = ["mitte"]
start = "2026-03"
end = "2026-08"
ramp_up_months = 2
remains = 0.5
size = 2400
cost_per_year = 12000
payers = { grant = 0.75, municipality = 0.25 }
rollout = [
  { districts = ["rand"], start = "2026-06", end = "2026-10", size = 1200, cost_per_year = 6000 },
]
"""
PAYERS_AFTER = """\
payers_after = { municipality = 0.6, household = 0.4 }
"""


def piloted(tmp_path: Path, more: str = "") -> Town:
    """A small town with a plan: a grant for a pilot, then a roll-out."""
    text = PILOT.replace("rollout = [", f"{more}rollout = [")
    return read_town(write_town(tmp_path / "klein", plans={"test": text}))


def test_erst_der_pilot_dann_die_ausweitung_und_die_foerderung_endet(tmp_path: Path) -> None:
    """Fall: Pilot März bis August, Ausweitung Juni bis Oktober, danach bleibt die Hälfte."""
    town = piloted(tmp_path)
    model = model_of(town, town.plans["test"])
    strengths = {
        0: [0, 0, 0.5, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5],
        1: [0, 0, 0, 0, 0, 0.5, 1, 1, 1, 1, 0.5, 0.5],
    }
    visited = []
    for month in range(1, 13):
        reachable = model.state.reachable[:, FOR_PREVENTION].copy()
        model.step()
        for district, full in ((0, 1000.0), (1, 500.0)):
            share = strengths[district][month - 1]
            paid = costs_by_payer(model, district)
            expected = {"grant": 0.75 * full * share, "municipality": 0.25 * full * share}
            assert paid == pytest.approx({k: v for k, v in expected.items() if v})
            reached_now = model.state.levers[district, PREVENTIVE_VISITS] * reachable[district]
            possible = min(float(reachable[district]), share * full / 5.0)
            assert reached_now == pytest.approx(possible)
        until = living(model, "prevention_until")
        visited.append(
            [bool((until[living(model, "district") == one] > 0).any()) for one in (0, 1)]
        )
    assert visited == [[False, False]] * 2 + [[True, False]] * 3 + [[True, True]] * 7


def test_nach_der_foerderung_zahlen_andere_was_bleibt(tmp_path: Path) -> None:
    """Fall: payers_after. Erwartet: nach dem Ende zahlen Kommune und Haushalte, nicht der Fonds."""
    town = piloted(tmp_path, PAYERS_AFTER)
    model = after(model_of(town, town.plans["test"]), 8)
    assert costs_by_payer(model) == pytest.approx({"grant": 1125.0, "municipality": 375.0})
    model.step()
    assert costs_by_payer(model, 0) == pytest.approx({"municipality": 300.0, "household": 200.0})
    assert costs_by_payer(model, 1) == pytest.approx({"grant": 375.0, "municipality": 125.0})
    after(model, 3)
    assert costs_by_payer(model) == pytest.approx({"municipality": 450.0, "household": 300.0})


@pytest.mark.parametrize("name", STRONG)
def test_jeder_euro_hat_in_jedem_monat_einen_zahler(name: str) -> None:
    """Fall: Förderung, dann andere. Erwartet: jeden Monat genau die Kosten, von den Genannten."""
    planned = strong(
        name, start=3, end=5, remains=0.5, ramp_up_months=2, cost_per_year=24000.0,
        payers={"grant": 0.9, "care_fund": 0.1},
        payers_after={"municipality": 0.7, "household": 0.3},
    )  # fmt: skip
    model = model_of(ageing_town(), plan_of(planned), check=True)
    first, later = (
        {"grant": 1800.0, "care_fund": 200.0},
        {"municipality": 700.0, "household": 300.0},
    )
    expected = [{}, {}, {one: v / 2 for one, v in first.items()}, first, first, later, later]
    for month, paid in enumerate(expected, start=1):
        model.step()
        assert costs_by_payer(model) == pytest.approx(paid), f"Monat {month}"


def test_bleibt_alles_geht_es_nach_der_foerderung_weiter_wie_zuvor() -> None:
    """Fall: Ende nach fünf Monaten, alles bleibt. Erwartet: wie ohne Ende, bis aufs Bit."""
    for name in STRONG:
        ends = plan_of(strong(name, end=5, remains=1.0))
        goes_on = plan_of(strong(name))
        model, other = months_together_of(ends, goes_on, 9)
        assert digest(model) == digest(other), name


def months_together_of(one: Plan, other: Plan, months: int) -> tuple[QuartierModel, QuartierModel]:
    """Two plans of the same name in the same world."""
    return after(model_of(ageing_town(), one), months), after(
        model_of(ageing_town(), other), months
    )
