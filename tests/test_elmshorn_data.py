"""Elmshorn in Sätzen, die man ohne Programm nachprüfen kann."""

from __future__ import annotations

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

ELMSHORN = SCENARIOS / "elmshorn"
SMALL, LARGE = (ELMSHORN / "variants" / name for name in ("elmshorn_small", "elmshorn_large"))
PLANS = plans(ELMSHORN)
POINTS = {row["key"]: row for row in rows(ELMSHORN, "meeting_points")}


def measures(plan: str) -> list[dict[str, Any]]:
    return list(PLANS[plan]["measures"])


SAYS: dict[str, tuple[Callable[[], Any], Any]] = {
    "Elmshorn hat 51 342 Einwohner": (lambda: sum(residents(ELMSHORN).values()), 51_342),
    "14 721 davon sind 60 und älter": (lambda: persons(ELMSHORN, 60), 14_721),
    "10 818 davon sind 65 und älter": (lambda: persons(ELMSHORN, 65), 10_818),
    "3 458 davon sind 80 und älter": (lambda: persons(ELMSHORN, 80), 3_458),
    "Klostersande hat 11 100 Einwohner, angenommen": (
        lambda: residents(ELMSHORN)["klostersande"], 11_100,
    ),
    "im kleinen Rechenfall sind es 8 000": (lambda: residents(SMALL)["klostersande"], 8_000),
    "im großen Rechenfall sind es 13 000": (lambda: residents(LARGE)["klostersande"], 13_000),
    "im kleinen Rechenfall sind es 5 000 Haushalte": (
        lambda: households(SMALL, "klostersande"), 5_000,
    ),
    "im großen Rechenfall sind es 5 800 Haushalte": (
        lambda: households(LARGE, "klostersande"), 5_800,
    ),
    "die Stadt hat 25 542 Haushalte": (lambda: households(ELMSHORN), 25_542),
    "auch in den Rechenfällen": (lambda: (households(SMALL), households(LARGE)), (25_542, 25_542)),
    "554 Heimplätze sind 160,3 je 1 000 ab 80": (
        lambda: service(ELMSHORN, "nursing_home_places"), round(160.3 * 3.458),
    ),
    "45 Tagespflegeplätze sind 13,1 je 1 000 ab 80": (
        lambda: service(ELMSHORN, "day_care_places"), round(13.1 * 3.458),
    ),
    "1 920 Pflegestunden sind 182,2 Menschen je 1 000 ab 80 und 3,05 Stunden je Woche": (
        lambda: service(ELMSHORN, "ambulatory_hours_per_week"), round(182.2 * 3.458 * 3.05, -1),
    ),
    "die Pflegequote ist 0,83 der deutschen (0,74 bis 0,92)": (
        lambda: assumption(ELMSHORN, "care_rate_factor"), (0.74, 0.83, 0.92),
    ),
    "der AWO-Treff in Klostersande ist am Anfang ein Seniorentreff": (
        lambda: (POINTS["awo_klostersande"]["district"], POINTS["awo_klostersande"]["all_ages"]),
        ("klostersande", "no"),
    ),
    "das Haus der Begegnung und die Dittchenbühne sind schon für alle offen": (
        lambda: {POINTS[key]["all_ages"] for key in ("haus_der_begegnung", "dittchenbuehne")},
        {"yes"},
    ),
    "das Pilotquartier kostet die Stadt 60 000 Euro im Jahr": (
        lambda: cost_to_municipality(PLANS["pilot"], 2027), 60_000,
    ),
    "die Öffnung allein kostet sie 14 000 Euro im Jahr": (
        lambda: cost_to_municipality(PLANS["opening"], 2027), 14_000,
    ),
    "das Nachbarschaftswerk kostet so viel wie das Pilotquartier": (
        lambda: cost_to_municipality(PLANS["neighbourly_help"], 2027), 60_000,
    ),
    "mehr Pflegedienst kostet so viel wie das Pilotquartier": (
        lambda: cost_to_municipality(PLANS["care_service"], 2027), 60_000,
    ),
    "die Ausweitung kostet 2027 noch 60 000 Euro": (
        lambda: cost_to_municipality(PLANS["rollout"], 2027), 60_000,
    ),
    "ab 2028 kostet sie 212 000 Euro im Jahr": (
        lambda: cost_to_municipality(PLANS["rollout"], 2028), 212_000,
    ),
    "wer zwei Jahre wartet, zahlt 2029 noch 60 000 und 2030 dann 212 000 Euro": (
        lambda: [cost_to_municipality(PLANS["rollout_late"], year) for year in (2029, 2030)],
        [60_000, 212_000],
    ),
}  # fmt: skip


@pytest.mark.parametrize("sentence", SAYS)
def test_elmshorn(sentence: str) -> None:
    actual, expected = SAYS[sentence]
    assert actual() == expected


def test_klostersande_ist_als_annahme_ausgewiesen_und_nennt_seine_spanne() -> None:
    """Ohne amtlichen Stand darf die Zahl nirgends wie gezählt aussehen."""
    (klostersande,) = (r for r in rows(ELMSHORN, "districts") if r["district"] == "klostersande")
    assert klostersande["status"] == "assumed"
    for words in ("Kein amtlicher Einwohnerstand", "Spanne 8000 bis 13000", "5500 Haushalte"):
        assert words in klostersande["note"]
    readme = (ELMSHORN / "README.md").read_text(encoding="utf-8")
    for words in ("kein amtlicher Stand", "Spanne 8 000 bis 13 000", "no official count"):
        assert words in readme


def test_klostersande_passt_zu_5500_haushalten() -> None:
    assert households(ELMSHORN, "klostersande") == pytest.approx(5_500, rel=0.01)


def test_die_anderen_drei_quartiere_teilen_sich_den_rest_gleich() -> None:
    for place in (ELMSHORN, SMALL, LARGE):
        others = [count for key, count in residents(place).items() if key != "klostersande"]
        assert len(others) == 3
        assert max(others) - min(others) <= 1


def test_die_ausweitung_ist_das_pilotquartier_und_dasselbe_spaeter_ueberall() -> None:
    for pilot, rollout in zip(measures("pilot"), measures("rollout"), strict=True):
        for key in ("kind", "districts", "start", "size", "cost_per_year", "payers", "levers"):
            assert pilot[key] == rollout[key]
    _, posts = measures("rollout")
    reached = {
        *posts["districts"],
        *(one for part in posts["rollout"] for one in part["districts"]),
    }
    assert reached == set(residents(ELMSHORN))
    assert {part["start"] for part in posts["rollout"]} == {"2028-01"}


def test_das_pilotquartier_ist_die_oeffnung_und_eine_halbe_stelle() -> None:
    opening, post = measures("pilot")
    assert opening == measures("opening")[0]
    assert (post["kind"], post["size"]) == ("neighbourhood_manager", 19.5)


def test_quartiere_und_treffpunkte_liegen_in_der_stadt() -> None:
    (ring,) = rings(ELMSHORN)
    assert ring[0] == ring[-1]
    for row in [*rows(ELMSHORN, "districts"), *POINTS.values()]:
        assert inside(row, ring), row["label"]
