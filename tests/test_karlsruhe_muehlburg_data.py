"""Karlsruhe-Mühlburg in Sätzen, die man ohne Programm nachprüfen kann."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from place_files import (
    SCENARIOS,
    assumption,
    cost_to_municipality,
    households,
    inside,
    persons,
    plans,
    residents,
    rings,
    rows,
    service,
)

MUEHLBURG = SCENARIOS / "karlsruhe_muehlburg"
PLANNING = ["alt_muehlburg", "muehlburger_feld", "rheinhafen", "weingaertensiedlung"]
NEIGHBOURS = ["gruenwinkel", "oberreut", "daxlanden"]
PLANS = plans(MUEHLBURG)
RESIDENTS = residents(MUEHLBURG)
SAME_MONEY = ("coordination", "outreach", "both", "care_service")


def measures(plan: str) -> list[dict[str, Any]]:
    return list(PLANS[plan]["measures"])


SAYS: dict[str, tuple[Callable[[], Any], Any]] = {
    "die vier Planungsbezirke stehen vor den drei Nachbarn": (
        lambda: list(RESIDENTS), [*PLANNING, *NEIGHBOURS],
    ),
    "Mühlburg hat 16 909 Einwohner: 16 499 mal 309 247 durch 301 749": (
        lambda: sum(RESIDENTS[key] for key in PLANNING), round(16_499 * 309_247 / 301_749),
    ),
    "alle sieben Bezirke haben 49 874": (lambda: sum(RESIDENTS.values()), 49_874),
    "das Mühlburger Feld hat rund 2 000": (lambda: RESIDENTS["muehlburger_feld"], 2_000),
    "drei Planungsbezirke haben weniger als 2 100": (
        lambda: sum(RESIDENTS[key] < 2_100 for key in PLANNING), 3,
    ),
    "9 943 Menschen sind 65 und älter": (lambda: persons(MUEHLBURG, 65), 9_943),
    "3 253 Menschen sind 80 und älter": (lambda: persons(MUEHLBURG, 80), 3_253),
    "es sind 25 492 Haushalte": (lambda: households(MUEHLBURG), 25_492),
    "415 Heimplätze sind 127,7 je 1 000 ab 80": (
        lambda: service(MUEHLBURG, "nursing_home_places"), round(127.7 * 3.253),
    ),
    "46 Tagespflegeplätze sind 14,0 je 1 000 ab 80": (
        lambda: service(MUEHLBURG, "day_care_places"), round(14.0 * 3.253),
    ),
    "1 260 Pflegestunden sind 120,5 Menschen je 1 000 ab 80, mal 1,05, mal 3,05 Stunden": (
        lambda: service(MUEHLBURG, "ambulatory_hours_per_week"),
        round(120.5 * 1.05 * 3.253 * 3.05, -1),
    ),
    "die Pflegequote ist 0,81 der deutschen (0,73 bis 0,92)": (
        lambda: assumption(MUEHLBURG, "care_rate_factor"), (0.73, 0.81, 0.92),
    ),
    "Koordination, Ansprache, beides und Pflegedienst kosten die Stadt gleich viel": (
        lambda: {cost_to_municipality(PLANS[name], 2027) for name in SAME_MONEY}, {100_000},
    ),
    "die Hausbesuche kosten die Hälfte der 52 000 Euro für acht Stadtteile": (
        lambda: cost_to_municipality(PLANS["home_visits"], 2027), 26_000,
    ),
    "96 Pflegestunden mal 52 Wochen mal 20 Euro sind rund 100 000 Euro": (
        lambda: round(measures("care_service")[0]["size"] * 52 * 20, -3), 100_000,
    ),
    "eine volle Stelle hat 39 Stunden in der Woche": (
        lambda: [measures(name)[0]["size"] for name in ("coordination", "outreach")], [39, 39],
    ),
    "bei beidem sind es zweimal eine halbe": (
        lambda: [measure["size"] for measure in measures("both")], [19.5, 19.5],
    ),
}  # fmt: skip


@pytest.mark.parametrize("sentence", SAYS)
def test_karlsruhe_muehlburg(sentence: str) -> None:
    actual, expected = SAYS[sentence]
    assert actual() == expected


@pytest.mark.parametrize("name", SAME_MONEY)
def test_die_plaene_der_frage_beginnen_zugleich_und_nur_in_muehlburg(name: str) -> None:
    """Damit sie in jedem Jahr gleich viel kosten und die Nachbarn Umgebung bleiben."""
    for measure in measures(name):
        assert (measure["start"], measure.get("end")) == ("2027-01", None)
        assert "ramp_up_months" not in measure
        assert set(measure["districts"]) <= set(PLANNING)


def test_alt_muehlburg_hat_etwa_den_anteil_von_2008() -> None:
    share = RESIDENTS["alt_muehlburg"] / sum(RESIDENTS[key] for key in PLANNING)
    assert share == pytest.approx(10_802 / 15_522, abs=0.02)


def test_ueberall_gilt_der_altersaufbau_der_stadt() -> None:
    total = sum(RESIDENTS.values())
    town: dict[tuple[str, str], int] = {}
    for row in rows(MUEHLBURG, "population"):
        group = row["sex"], row["age_from"]
        town[group] = town.get(group, 0) + int(row["persons"])
    for row in rows(MUEHLBURG, "population"):
        expected = town[row["sex"], row["age_from"]] * RESIDENTS[row["district"]] / total
        assert abs(int(row["persons"]) - expected) <= 1.0


def test_jeder_bezirk_hat_seine_grenze_und_liegt_darin() -> None:
    content = json.loads((MUEHLBURG / "outline.geojson").read_text(encoding="utf-8"))
    named = [feature["properties"]["district"] for feature in content["features"]]
    assert named == list(RESIDENTS)
    ring_of = dict(zip(named, rings(MUEHLBURG), strict=True))
    for row in rows(MUEHLBURG, "districts") + rows(MUEHLBURG, "meeting_points"):
        assert inside(row, ring_of[row["district"]]), row["label"]


def test_die_grenzen_sagen_dass_sie_nicht_amtlich_sind() -> None:
    content = json.loads((MUEHLBURG / "outline.geojson").read_text(encoding="utf-8"))
    assert "dl-de/by-2-0" in content["licence"]
    assert "Stadt Karlsruhe" in content["attribution"]
    assert "keine amtlichen Grenzen" in content["changes"]
