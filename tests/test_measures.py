"""Maßnahmen: Was geschieht, wenn …? Fälle in Worten, mit dem, was erwartet wird.

Ein Plan wird immer mit dem Referenzplan verglichen, in dem nichts Neues geschieht. Beide teilen
jeden Zufall; ein Unterschied kommt also nur von der Maßnahme.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from running import KINDS, after, costs, count, living, measure, model_of, plan_of
from running import ageing_town as stadt

from sim.indicators import PAYERS
from sim.levers import (
    ADAPTED_DWELLINGS,
    AMBULATORY_MINUTES,
    COUNSELLED,
    COURSES,
    NEIGHBOURLY_SHARE,
    OUTREACH,
    PREVENTIVE_VISITS,
    RECRUITED,
    TRANSPORT,
)
from sim.model import QuartierModel
from sim.parameters import WEEKS_PER_MONTH
from sim.residents import NOBODY, NURSING_HOME
from sim.stages.count import (
    ADULTS,
    FOR_COUNSELLING,
    FOR_COURSES,
    FOR_DWELLINGS,
    FOR_OUTREACH,
    FOR_PREVENTION,
    OVER_65,
)
from sim.town import Measure

START = 7


# Was eine Maßnahme bewegt: ihre Kraft im Monat, in der Einheit, die ein Planer kennt.


@dataclass(frozen=True)
class Kraft:
    """Was eine Maßnahme im Monat leistet.

    Attributes:
        fall: was geplant wird.
        erwartet: was daraus im Monat wird, in Worten.
        art, groesse, details: die Maßnahme.
        menge: erwartete Menge bei voller Größe, aus den Annahmen berechnet.
        gemessen: Menge in einem Monat; erhält Modell, Referenz und Erreichbare des Vormonats.
    """

    fall: str
    erwartet: str
    art: str
    groesse: float
    menge: Callable[[dict[str, float]], float]
    gemessen: Callable[[QuartierModel, QuartierModel, Any], float]
    details: dict[str, Any] | None = None


def erreicht(lever: int, whom: int) -> Callable[[QuartierModel, QuartierModel, Any], float]:
    """Menschen, die im ersten Quartier in diesem Monat erreicht werden."""
    return lambda model, _, reachable: float(model.state.levers[0, lever] * reachable[0, whom])


KRAEFTE = (
    Kraft(
        "Ein neuer Treffpunkt mit 30 Plätzen öffnet 20 Stunden in der Woche.",
        "Platz für 30 · 20 · 4,35 Wochen / 2 Stunden je Besuch = 1.304 Besuche im Monat",
        "meeting_point",
        1.0,
        lambda a: 30 * 20 * WEEKS_PER_MONTH / a["visit_hours"],
        lambda model, _, __: float(model.state.points.capacity[-1]),
        {"seats": 30, "opening_hours_per_week": 20.0},
    ),
    Kraft(
        "Der Seniorentreff mit 10 Plätzen öffnet für alle, 12 Stunden in der Woche länger.",
        "Platz für 10 · 12 · 4,35 / 2 = 261 weitere Besuche im Monat",
        "opening_to_all_ages",
        1.0,
        lambda a: 10 * 12 * WEEKS_PER_MONTH / a["visit_hours"],
        lambda model, reference, _: float(
            model.state.points.capacity[0] - reference.state.points.capacity[0]
        ),
        {"point": "treff_0", "extra_hours_per_week": 12.0},
    ),
    Kraft(
        "Der Pflegedienst bekommt 40 Stunden in der Woche für ein Quartier.",
        "2.400 Minuten in der Woche mehr",
        "care_service",
        40.0,
        lambda _: 2400.0,
        lambda model, _, __: float(model.state.levers[0, AMBULATORY_MINUTES]),
        {"service": "ambulatory"},
    ),
    Kraft(
        "Eine Quartiersmanagerin mit 20 Stunden in der Woche.",
        "20 Stunden für Ansprache, Ehrenamt und Vermittlung",
        "neighbourhood_manager",
        20.0,
        lambda _: 20.0,
        lambda model, _, __: (
            model.managers[0].outreach_hours
            + model.managers[0].volunteer_hours
            + model.managers[0].coordination_hours
        ),
    ),
    Kraft(
        "10 Stunden aufsuchende Arbeit in der Woche.",
        "10 · 4,35 · 0,5 Kontakte je Stunde = 22 angesprochene Menschen im Monat",
        "outreach",
        10.0,
        lambda a: 10 * WEEKS_PER_MONTH * a["outreach_contacts_per_hour"],
        erreicht(OUTREACH, FOR_OUTREACH),
    ),
    Kraft(
        "60 Menschen im Jahr werden für das Ehrenamt im Quartier geschult.",
        "60 / 12 · 0,6, die wirklich anfangen = 3 neue Ehrenamtliche im Monat",
        "volunteer_training",
        60.0,
        lambda a: 60 / 12 * a["training_success"],
        erreicht(RECRUITED, ADULTS),
    ),
    Kraft(
        "Eine Stunde Koordination der Nachbarschaftshilfe in der Woche.",
        "ein größerer Teil der freiwilligen Zeit kommt bei Pflegebedürftigen an",
        "neighbourly_help",
        1.0,
        lambda a: a["coordination_gain"] * 1000.0,
        lambda model, reference, reachable: float(
            (
                model.state.levers[0, NEIGHBOURLY_SHARE]
                - reference.state.levers[0, NEIGHBOURLY_SHARE]
            )
            * reachable[0, OVER_65]
        ),
    ),
    Kraft(
        "2 Stunden Pflegeberatung in der Woche.",
        "2 · 52 Stunden im Jahr / 5 Stunden je Fall: 21 Familien sind beraten",
        "counselling",
        2.0,
        lambda a: 2 * WEEKS_PER_MONTH * 12 / a["counselling_hours_per_case"],
        erreicht(COUNSELLED, FOR_COUNSELLING),
    ),
    Kraft(
        "240 präventive Hausbesuche im Jahr.",
        "20 besuchte Menschen ab 75 im Monat",
        "preventive_visits",
        240.0,
        lambda _: 20.0,
        erreicht(PREVENTIVE_VISITS, FOR_PREVENTION),
    ),
    Kraft(
        "60 Wohnungen im Jahr werden umgebaut.",
        "5 Wohnungen im Monat",
        "barrier_free_housing",
        60.0,
        lambda _: 5.0,
        erreicht(ADAPTED_DWELLINGS, FOR_DWELLINGS),
    ),
    Kraft(
        "Ein Bürgerbus mit 4.800 Fahrten im Jahr.",
        "400 Fahrten im Monat: 100 Menschen, die viermal gefahren werden",
        "transport",
        4800.0,
        lambda a: 400 / a["transport_rides_per_person_month"],
        erreicht(TRANSPORT, OVER_65),
    ),
    Kraft(
        "120 Menschen im Jahr lernen den Umgang mit dem Internet.",
        "10 Menschen im Monat",
        "digital_help",
        120.0,
        lambda _: 10.0,
        erreicht(COURSES, FOR_COURSES),
    ),
)

KRAFT_NAMEN = [one.art for one in KRAEFTE]


def test_zu_jeder_art_von_massnahme_gibt_es_einen_fall() -> None:
    assert set(KRAFT_NAMEN) == set(KINDS)
    known = stadt().tables["measures"]["kind"]
    assert set(known) == set(KINDS)


def massnahme(one: Kraft, **changes: Any) -> Measure:
    """Die Maßnahme eines Falles im ersten Quartier, ab dem siebten Monat."""
    entries = {"size": one.groesse, "start": START, "levers": one.details or {}, **changes}
    return measure(one.art, **entries)


def kraft_je_monat(one: Kraft, months: int, **changes: Any) -> list[float]:
    """Gemessene Kraft vom ersten bis zum letzten Monat."""
    model = model_of(stadt(), plan_of(massnahme(one, **changes)))
    reference = model_of(stadt())
    found = []
    for _ in range(months):
        reachable = model.state.reachable.copy()
        model.step()
        reference.step()
        found.append(one.gemessen(model, reference, reachable))
    return found


@pytest.mark.parametrize("one", KRAEFTE, ids=KRAFT_NAMEN)
def test_volle_kraft_vom_ersten_monat_an_und_vorher_nichts(one: Kraft) -> None:
    """Fall: ohne Anlaufzeit und ohne Ende. Erwartet: vorher nichts, dann die volle Menge."""
    menge = one.menge(dict(stadt().ledger.values()))
    found = kraft_je_monat(one, 12)
    assert found[: START - 1] == pytest.approx([0.0] * (START - 1), abs=1e-9)
    assert found[START - 1 :] == pytest.approx([menge] * 6, rel=0.01, abs=0.5), one.erwartet


@pytest.mark.parametrize("one", KRAEFTE, ids=KRAFT_NAMEN)
def test_die_anlaufzeit_laesst_sie_gleichmaessig_wachsen(one: Kraft) -> None:
    """Fall: vier Monate Anlaufzeit. Erwartet: ein Viertel, die Hälfte, drei Viertel, alles."""
    menge = one.menge(dict(stadt().ledger.values()))
    found = kraft_je_monat(one, 12, ramp_up_months=4)
    expected = [menge * share for share in (0.25, 0.5, 0.75, 1.0, 1.0, 1.0)]
    assert found[START - 1 :] == pytest.approx(expected, rel=0.01, abs=0.5)


@pytest.mark.parametrize("bleibt", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("one", KRAEFTE, ids=KRAFT_NAMEN)
def test_nach_dem_ende_bleibt_was_im_plan_steht(one: Kraft, bleibt: float) -> None:
    """Fall: die Förderung endet nach vier Monaten. Erwartet: der verstetigte Teil bleibt."""
    menge = one.menge(dict(stadt().ledger.values()))
    found = kraft_je_monat(one, 14, end=START + 3, remains=bleibt)
    assert found[START - 1 : START + 3] == pytest.approx([menge] * 4, rel=0.01, abs=0.5)
    assert found[START + 3 :] == pytest.approx([menge * bleibt] * 4, rel=0.01, abs=0.5)


def test_endet_sie_in_der_anlaufzeit_bleibt_ein_teil_des_erreichten() -> None:
    """Fall: acht Monate Anlaufzeit, Ende nach vier. Erwartet: 30 Prozent der halben Kraft."""
    outreach = next(one for one in KRAEFTE if one.art == "outreach")
    menge = outreach.menge(dict(stadt().ledger.values()))
    found = kraft_je_monat(outreach, 14, ramp_up_months=8, end=START + 3, remains=0.3)
    assert found[START + 2] == pytest.approx(menge / 2)
    assert found[-1] == pytest.approx(0.3 * menge / 2)


# Wer zahlt


@pytest.mark.parametrize("kind", KINDS)
def test_die_kosten_kommen_bei_den_genannten_zahlern_an(kind: str) -> None:
    """Fall: 12.000 Euro im Jahr, 70 % Kommune, 30 % Förderung. Erwartet: 700 und 300 im Monat."""
    one = next(one for one in KRAEFTE if one.art == kind)
    planned = massnahme(
        one, start=3, end=5, remains=0.5, ramp_up_months=2, cost_per_year=12000.0,
        payers={"municipality": 0.7, "grant": 0.3},
    )  # fmt: skip
    model = model_of(stadt(), plan_of(planned))
    for share in (0.0, 0.0, 0.5, 1.0, 1.0, 0.5, 0.5):
        model.step()
        paid = {payer: costs(model, payer) for payer in PAYERS}
        expected = {"municipality": 700 * share, "grant": 300 * share}
        assert paid == pytest.approx({**dict.fromkeys(PAYERS, 0.0), **expected})


def test_die_kosten_verteilen_sich_auf_die_quartiere_nach_menschen_ab_65() -> None:
    """Fall: ein Betrag für beide Quartiere. Erwartet: zusammen genau dieser Betrag."""
    planned = measure("outreach", districts=(0, 1), start=1, cost_per_year=24000.0)
    model = after(model_of(stadt(), plan_of(planned)), 1)
    of_district = model.state.money[:, PAYERS.index("municipality"), 0]
    assert of_district.sum() == pytest.approx(2000.0)
    start = model_of(stadt())
    over_65 = [count(start, "residents", district, band=1) for district in (0, 1)]
    assert of_district / of_district.sum() == pytest.approx(np.array(over_65) / sum(over_65))


def test_mehr_pflege_kostet_auch_die_pflegekasse() -> None:
    """Fall: mehr Stunden des Pflegedienstes. Erwartet: die Kasse zahlt die Sachleistungen."""
    planned = measure("care_service", start=1, size=60.0, levers={"service": "ambulatory"})
    with_more, reference = months_later(planned, 3)
    assert costs(with_more, "care_fund", "care") > costs(reference, "care_fund", "care") + 1000


# Was sich dadurch ändert


@dataclass(frozen=True)
class Fall:
    """Ein Fall: eine Maßnahme und was sie im Mittel mehrerer Zufallsverläufe ändert.

    Attributes:
        fall: was geplant wird.
        erwartet: was sich ändert.
        art, groesse, details: die Maßnahme.
        zahl: die Kennzahl, an der es zu sehen ist, über die letzten zwölf Monate.
        mehr: ob sie steigt oder sinkt.
        mindestens: kleinste mittlere Änderung, als Anteil des Wertes ohne die Maßnahme.
        stadt: was an der Stadt anders ist.
        annahmen: was an den Annahmen anders ist.
    """

    fall: str
    erwartet: str
    art: str
    groesse: float
    zahl: str
    mehr: bool
    mindestens: float
    details: dict[str, Any] | None = None
    stadt: dict[str, Any] | None = None
    annahmen: dict[str, float] | None = None


TREFFPUNKT = {"seats": 60, "opening_hours_per_week": 40.0}
EHRENAMT = {"share_volunteers": 1.0}
FAELLE = (
    Fall(
        "Ein großer Treffpunkt öffnet.", "Es gibt viel mehr Besuche.",
        "meeting_point", 1, "visits", True, 1.0, TREFFPUNKT,
    ),
    Fall(
        "Ein großer Treffpunkt öffnet.", "Mehr Menschen kennen einen Treffpunkt.",
        "meeting_point", 1, "knowing", True, 0.05, TREFFPUNKT,
    ),
    Fall(
        "Ein großer Treffpunkt öffnet.", "Im vollen Seniorentreff wird es leerer.",
        "meeting_point", 1, "turned_away", False, 0.1, TREFFPUNKT, {"seats": 2},
    ),
    Fall(
        "Ein großer Treffpunkt öffnet, der beobachtete Zusammenhang ist ganz ursächlich.",
        "Weniger Menschen sind einsam.",
        "meeting_point", 1, "lonely", False, 0.001, TREFFPUNKT, None,
        {"fraction_meeting_loneliness": 1.0},
    ),
    Fall(
        "Ein großer Treffpunkt öffnet.", "Besucherinnen und Besucher helfen selbst mit.",
        "meeting_point", 1, "quarter_volunteers", True, 0.03, TREFFPUNKT,
    ),
    Fall(
        "Ein Treffpunkt mit Personal für das Ehrenamt.", "Es gewinnt weitere Ehrenamtliche.",
        "meeting_point", 1, "quarter_volunteers", True, 0.1,
        {**TREFFPUNKT, "staff_hours_per_week": 400.0},
    ),
    Fall(
        "Der Seniorentreff öffnet für alle.", "Es gibt mehr Besuche.",
        "opening_to_all_ages", 1, "visits", True, 0.1,
        {"point": "treff_0", "extra_hours_per_week": 20.0},
    ),
    Fall(
        "Der Pflegedienst bekommt mehr Stunden.", "Er leistet mehr.",
        "care_service", 60, "ambulatory_minutes", True, 0.1, {"service": "ambulatory"},
    ),
    Fall(
        "Der Pflegedienst bekommt mehr Stunden.", "Weniger Menschen warten.",
        "care_service", 60, "waiting_ambulatory", False, 0.05, {"service": "ambulatory"},
    ),
    Fall(
        "Der Pflegedienst bekommt mehr Stunden.", "Weniger Pflege fehlt.",
        "care_service", 60, "missing_minutes", False, 0.005, {"service": "ambulatory"},
    ),
    Fall(
        "Die Tagespflege bekommt Plätze.", "Mehr Menschen sind in der Tagespflege.",
        "care_service", 15, "day_care", True, 0.3, {"service": "day_care"},
    ),
    Fall(
        "Die Tagespflege bekommt Plätze.", "Weniger Angehörige sind hoch belastet.",
        "care_service", 60, "strained_carers", False, 0.001, {"service": "day_care"},
        {"day_care_places": 0.0}, {"strain_factor_day_care": 0.4},
    ),
    Fall(
        "Das Pflegeheim bekommt Plätze.", "Mehr Menschen ziehen ein.",
        "care_service", 40, "nursing_home", True, 0.1, {"service": "nursing_home"},
    ),
    Fall(
        "Das Pflegeheim bekommt Plätze.", "Weniger Menschen warten auf einen Platz.",
        "care_service", 40, "waiting_home", False, 0.3, {"service": "nursing_home"},
    ),
    Fall(
        "Eine Quartiersmanagerin spricht Menschen an.", "Weniger Menschen leben zurückgezogen.",
        "neighbourhood_manager", 200, "withdrawn", False, 0.02, {"share_outreach": 1.0},
    ),
    Fall(
        "Eine Quartiersmanagerin gewinnt Ehrenamtliche.", "Mehr Menschen helfen im Quartier.",
        "neighbourhood_manager", 200, "quarter_volunteers", True, 0.1, EHRENAMT,
    ),
    Fall(
        "Eine Quartiersmanagerin bringt Hilfe und Bedarf zusammen.",
        "Mehr Hilfe kommt bei Pflegebedürftigen an.",
        "neighbourhood_manager", 20, "neighbour_minutes", True, 0.1, {"share_coordination": 1.0},
    ),
    Fall(
        "Aufsuchende Arbeit.", "Weniger Menschen leben zurückgezogen.",
        "outreach", 100, "withdrawn", False, 0.02,
    ),
    Fall(
        "Aufsuchende Arbeit.", "Mehr Menschen kennen den Treffpunkt.",
        "outreach", 100, "knowing", True, 0.05,
    ),
    Fall(
        "Ehrenamtliche werden gewonnen und geschult.", "Mehr Menschen helfen im Quartier.",
        "volunteer_training", 200, "quarter_volunteers", True, 0.3,
    ),
    Fall(
        "Ehrenamtliche werden gewonnen und geschult.", "Mehr Hilfe kommt an.",
        "volunteer_training", 200, "neighbour_minutes", True, 0.1,
    ),
    Fall(
        "Organisierte Nachbarschaftshilfe.", "Mehr Hilfe kommt bei Pflegebedürftigen an.",
        "neighbourly_help", 20, "neighbour_minutes", True, 0.2,
    ),
    Fall(
        "Organisierte Nachbarschaftshilfe.", "Etwas weniger Pflege und Hilfe fehlt.",
        "neighbourly_help", 20, "missing_minutes", False, 0.001,
    ),
    Fall(
        "Pflegeberatung.", "Weniger Angehörige sind hoch belastet.",
        "counselling", 100, "strained_carers", False, 0.01, None, None,
        {"strain_factor_counselling": 0.6},
    ),
    Fall(
        "Pflegeberatung, aber alle Dienste sind voll.", "Die Warteliste wird länger.",
        "counselling", 100, "waiting_ambulatory", True, 0.05,
    ),
    Fall(
        "Pflegeberatung, und Dienste haben Platz.", "Mehr Menschen nutzen einen Dienst.",
        "counselling", 100, "ambulatory_minutes", True, 0.005, None,
        {"ambulatory_hours": 5000.0, "day_care_places": 500.0},
    ),
    Fall(
        "Präventive Hausbesuche, wenn der beobachtete Zusammenhang ganz ursächlich ist.",
        "Etwas weniger Menschen werden pflegebedürftig.",
        "preventive_visits", 10000, "new_in_need", False, 0.001, None, None,
        {"fraction_preventive_visit_care_need": 1.0, "fraction_preventive_visit_death": 0.0},
    ),
    Fall(
        "Barrierearme Wohnungen.", "Es wird weniger Hilfe gebraucht.",
        "barrier_free_housing", 1000, "need_minutes", False, 0.005,
    ),
    Fall(
        "Ein Bürgerbus fährt zum Treffpunkt.", "Es gibt mehr Besuche.",
        "transport", 1e6, "visits", True, 0.1, None, {"seats": 100},
    ),
    Fall(
        "Hilfe mit dem Internet.", "Mehr Menschen kennen den Treffpunkt.",
        "digital_help", 1e5, "knowing", True, 0.003, None, None,
        {"know_online_factor": 2.0},
    ),
)  # fmt: skip


def months_later(planned: Measure, months: int, **changes: Any) -> tuple[Any, Any]:
    """Modell mit der Maßnahme und Referenz nach einigen Monaten."""
    town = stadt(**changes)
    return after(model_of(town, plan_of(planned)), months), after(model_of(town), months)


ZUFALLSVERLAEUFE = (1, 2, 3)


def summe(model: QuartierModel, zahl: str) -> float:
    """Summe einer Kennzahl der ganzen Stadt über zwölf Monate."""
    total = 0
    for _ in range(12):
        model.step()
        total += count(model, zahl)
    return float(total)


@pytest.mark.parametrize("one", FAELLE, ids=[f"{one.art}-{one.zahl}" for one in FAELLE])
def test_fall(one: Fall) -> None:
    """Im Mittel der Zufallsverläufe geht die Kennzahl in die erwartete Richtung."""
    town = stadt(**(one.stadt or {}))
    values = {**town.ledger.values(), **(one.annahmen or {})}
    plan = plan_of(measure(one.art, start=1, size=float(one.groesse), levers=one.details or {}))
    with_it = without = 0.0
    for seed in ZUFALLSVERLAEUFE:
        with_it += summe(after(model_of(town, plan, seed, values=values), 12), one.zahl)
        without += summe(after(model_of(town, seed=seed, values=values), 12), one.zahl)
    assert without > 0, "ohne die Maßnahme gibt es nichts zu vergleichen"
    change = (with_it - without) / without
    found = f"Fall: {one.fall} Erwartet: {one.erwartet} Gefunden: {change:+.1%} {one.zahl}"
    assert (change if one.mehr else -change) >= one.mindestens, found


# Was eine Maßnahme nicht tut (siehe germany/measures.csv, does_not_de)


def geaendert(planned: Measure, months: int = 12, **changes: Any) -> set[str]:
    """Spalten, in denen sich die Menschen mit der Maßnahme von denen ohne unterscheiden."""
    model, reference = months_later(planned, months, **changes)
    names = model.state.columns._fields
    return {
        name for name in names if not np.array_equal(living(model, name), living(reference, name))
    }


def test_ohne_treffpunkt_fuehrt_keine_fahrt_irgendwohin() -> None:
    """Fall: Bürgerbus in einer Stadt ohne Treffpunkt. Erwartet: nichts ändert sich."""
    assert geaendert(measure("transport", start=1, size=1e6), points=0) == set()


def test_ohne_treffpunkt_hilft_das_internet_niemandem_aus_der_einsamkeit() -> None:
    """Fall: Kurse in einer Stadt ohne Treffpunkt. Erwartet: mehr sind online, sonst nichts."""
    assert geaendert(measure("digital_help", start=1, size=1e5), points=0) == {"online"}


def test_ohne_treffpunkt_aendert_aufsuchende_arbeit_nur_den_rueckzug() -> None:
    """Fall: Ansprache in einer Stadt ohne Treffpunkt. Erwartet: weniger Rückzug, sonst nichts."""
    assert geaendert(measure("outreach", start=1, size=100.0), points=0) == {"withdrawn"}


def test_beratung_schafft_keine_pflege() -> None:
    """Fall: Beratung, alle Dienste voll. Erwartet: nicht eine Minute mehr als die Dienste haben."""
    planned = measure("counselling", start=1, size=1000.0, districts=(0, 1))
    model, reference = months_later(planned, 12)
    hours = 250 * 60
    assert count(reference, "ambulatory_minutes") <= hours
    assert count(model, "ambulatory_minutes") <= hours
    assert model.services["ambulatory"].capacity == reference.services["ambulatory"].capacity


def test_wo_es_zu_wenig_gibt_wartet_man_schon_darauf() -> None:
    """Fall: 60 Plätze Tagespflege, wo es keine gab. Erwartet: so viele Gäste wie anderswo."""
    planned = measure(
        "care_service", districts=(0, 1), start=1, size=60.0, levers={"service": "day_care"}
    )
    before = model_of(stadt(day_care_places=0.0))
    assert count(before, "day_care") == 0
    assert count(before, "waiting_day_care") > 10
    opened = after(model_of(stadt(day_care_places=0.0), plan_of(planned)), 12)
    elsewhere = after(model_of(stadt(day_care_places=60.0)), 12)
    assert count(opened, "day_care") == pytest.approx(count(elsewhere, "day_care"), rel=0.35)


def test_hausbesuche_halten_niemanden_vom_pflegeheim_fern() -> None:
    """Fall: Hausbesuche ohne Wirkung auf Pflegebedarf und Tod. Erwartet: dieselben ziehen um."""
    values = {
        **stadt().ledger.values(),
        "fraction_preventive_visit_care_need": 0.0,
        "fraction_preventive_visit_death": 0.0,
    }
    planned = plan_of(measure("preventive_visits", start=1, size=1e5))
    model = after(model_of(stadt(), planned, values=values), 18)
    reference = after(model_of(stadt(), values=values), 18)
    assert (living(model, "prevention_until") > 0).sum() > 100
    assert np.array_equal(living(model, "setting"), living(reference, "setting"))
    assert (living(model, "setting") == NURSING_HOME).sum() > 20


def test_ein_seniorentreff_nimmt_juengere_erst_nach_der_oeffnung() -> None:
    """Fall: Öffnung für alle ab Monat 7. Erwartet: Besuche unter 60 erst danach."""
    levers = {"point": "treff_0", "extra_hours_per_week": 20.0}
    model = model_of(stadt(), plan_of(measure("opening_to_all_ages", start=7, levers=levers)))

    def younger_visits() -> int:
        return int(living(model, "visits")[model.residents.age < 60].sum())

    after(model, 6)
    assert younger_visits() == 0
    after(model, 12)
    assert younger_visits() > 0


def test_schliesst_ein_treffpunkt_geht_niemand_mehr_hin() -> None:
    """Fall: ein Treffpunkt für sechs Monate. Erwartet: danach kennt und besucht ihn niemand."""
    planned = measure("meeting_point", start=1, end=6, levers=TREFFPUNKT)
    model = after(model_of(stadt(points=0), plan_of(planned)), 6)
    assert count(model, "visits") > 0
    assert (living(model, "known_point") != NOBODY).sum() > 0
    model.step()
    assert count(model, "visits") == 0
    assert (living(model, "known_point") != NOBODY).sum() == 0
    assert count(model, "regular_visitors") > 0  # die Gewohnheit verliert sich erst mit der Zeit
    after(model, 8)
    assert count(model, "regular_visitors") == 0


def test_ein_treffpunkt_halb_so_gross_hat_halb_so_viel_platz() -> None:
    """Fall: Größe 0,5. Erwartet: halb so viel Platz für Besuche."""
    rooms = []
    for size in (1.0, 0.5):
        planned = measure("meeting_point", start=1, size=size, levers=TREFFPUNKT)
        rooms.append(int(after(model_of(stadt(), plan_of(planned)), 1).state.points.capacity[-1]))
    assert rooms[1] == pytest.approx(rooms[0] / 2, abs=1)


def test_erst_ein_quartier_dann_das_andere() -> None:
    """Fall: Pilot ab Monat 3, Ausweitung ab Monat 6. Erwartet: jedes ab seinem Monat."""
    model = model_of(
        stadt(),
        plan_of(
            measure("outreach", districts=(0,), start=3, size=10.0),
            measure("outreach", districts=(1,), start=6, size=10.0),
        ),
    )
    found = []
    for _ in range(7):
        model.step()
        found.append([bool(lever) for lever in model.state.levers[:, OUTREACH] > 0])
    assert found == [[False, False]] * 2 + [[True, False]] * 3 + [[True, True]] * 2
