# ruff: noqa: E501 - the table of made-up quantities is read by the line
"""A made-up study result: numbers nobody simulated, in the form the reports are made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.report.findings import PAYERS, REPORTED, Findings, Measure, Origin

DISTRICTS = {
    "altstadt": "Altstadt",
    "kernstadt": "Kernstadt ohne Altstadt",
    "affstaett": "Affstätt",
    "gueltstein": "Gültstein",
    "haslach": "Haslach",
    "kayh": "Kayh",
    "kuppingen": "Kuppingen",
    "moenchberg": "Mönchberg",
    "oberjesingen": "Oberjesingen",
}
SIZES = dict(zip(DISTRICTS, (0.035, 0.47, 0.07, 0.1, 0.05, 0.05, 0.125, 0.035, 0.065), strict=True))
PLANS = ("reference", "meeting_point", "care_service")
LABELS = {
    "reference": {"de": "Wie bisher", "en": "As today"},
    "meeting_point": {"de": "Treffpunkt in der Altstadt", "en": "Meeting point in the old town"},
    "care_service": {"de": "Mehr ambulanter Pflegedienst", "en": "More ambulatory care"},
}
YEARS = tuple(str(year) for year in range(2025, 2031))
MEAN = "2026-2030"


@dataclass(frozen=True)
class MadeUpQuantity:
    name: str
    kind: str
    unit: str
    label_de: str
    label_en: str
    better: str
    people: bool


# name: kind, unit, German, English, better, people, level of the town, spread by ignorance,
# chance, effect of the meeting point, effect of the care service
WORLD = {
    "missing_hours": ("stock", "hours per week", "Fehlende Pflegestunden", "Missing hours of care", "lower", False, 6200.0, 900.0, 120.0, -40.0, -380.0),
    "share_at_home": ("share", "share", "Anteil der Pflegebedürftigen zu Hause", "Share of people in need living at home", "higher", False, 0.812, 0.01, 0.004, 0.0004, 0.0025),
    "strained_carers": ("stock", "persons", "Hoch belastete pflegende Angehörige", "Family carers highly burdened", "lower", True, 330.0, 40.0, 14.0, -2.0, -11.0),
    "in_need": ("stock", "persons", "Pflegebedürftige", "People in need of care", "lower", True, 2010.0, 120.0, 30.0, -3.5, 0.4),
    "lonely": ("stock", "persons", "Einsame Menschen", "Lonely people", "lower", True, 2400.0, 200.0, 35.0, -46.0, 1.0),
    "withdrawn": ("stock", "persons", "Zurückgezogen lebende Menschen", "People living withdrawn", "lower", True, 900.0, 120.0, 20.0, -19.0, 0.0),
    "quarter_volunteers": ("stock", "persons", "Ehrenamtliche im Quartier", "Volunteers in the quarter", "higher", True, 160.0, 50.0, 10.0, 21.0, 0.0),
    "cost_municipality": ("money", "euro", "Kosten der Kommune", "Costs of the municipality", "lower", False, 1.45e6, 1.2e5, 3e4, 58000.0, 61000.0),
    "cost_care_fund": ("money", "euro", "Kosten der Pflegekasse", "Costs of the care fund", "lower", False, 2.32e7, 1.5e6, 3e5, -30000.0, 240000.0),
    "cost_grant": ("money", "euro", "Kosten aus Förderung", "Costs paid by grants", "lower", False, 0.0, 0.0, 0.0, 20000.0, 0.0),
    "cost_household": ("money", "euro", "Kosten der Haushalte", "Costs of households", "lower", False, 1.9e7, 1.4e6, 3e5, -15000.0, 90000.0),
    "cost_total": ("money", "euro", "Kosten insgesamt", "Costs in total", "lower", False, 4.3e7, 2e6, 5e5, 33000.0, 391000.0),
    "residents_65": ("stock", "persons", "Einwohner ab 65", "Residents aged 65 and over", "neutral", True, 7600.0, 90.0, 40.0, 0.5, 0.2),
    "residents_80": ("stock", "persons", "Einwohner ab 80", "Residents aged 80 and over", "neutral", True, 2300.0, 60.0, 25.0, 0.3, 0.1),
    "nursing_home": ("stock", "persons", "Menschen im Pflegeheim", "People in nursing homes", "neutral", True, 380.0, 30.0, 10.0, -1.0, -6.0),
    "need_hours": ("stock", "hours per week", "Pflegebedarf", "Need of care", "lower", False, 61000.0, 5000.0, 800.0, -80.0, 5.0),
    "family_hours": ("stock", "hours per week", "Stunden der Familien", "Hours given by families", "neutral", False, 36000.0, 3500.0, 600.0, -20.0, -30.0),
    "neighbour_hours": ("stock", "hours per week", "Organisierte Nachbarschaftshilfe", "Organised neighbourly help", "higher", False, 210.0, 80.0, 12.0, 26.0, -1.0),
    "ambulatory_hours": ("stock", "hours per week", "Stunden des Pflegedienstes", "Hours of care services", "higher", False, 2900.0, 300.0, 15.0, 0.0, 260.0),
    "waiting_ambulatory": ("stock", "persons", "Wartende auf einen Pflegedienst", "Waiting for a care service", "lower", True, 96.0, 40.0, 9.0, 0.2, -35.0),
    "waiting_home": ("stock", "persons", "Wartende auf einen Heimplatz", "Waiting for a place in a home", "lower", True, 22.0, 9.0, 5.0, -0.5, -2.5),
    "living_at_home_65": ("stock", "persons", "Ab 65-Jährige, die zu Hause leben", "People aged 65 and over living at home", "higher", True, 7300.0, 90.0, 40.0, 1.5, 6.5),
    "regular_visitors": ("stock", "persons", "Regelmäßige Besucher", "Regular visitors", "higher", True, 200.0, 60.0, 9.0, 85.0, 0.0),
    "visitors": ("stock", "persons", "Besucher der Treffpunkte", "Visitors of meeting points", "higher", True, 410.0, 130.0, 15.0, 175.0, 0.0),
    "visitors_share_65": ("share", "share", "Anteil der Besucher ab 65", "Share of 65+ who visit", "higher", False, 0.054, 0.017, 0.002, 0.023, 0.0),
}  # fmt: skip

SETTINGS = {"home": (900.0, 0.05), "service": (560.0, 0.02), "nursing_home": (380.0, 0.015)}


def quantities() -> dict[str, MadeUpQuantity]:
    return {name: MadeUpQuantity(name, *row[:6]) for name, row in WORLD.items()}


def _levels(plans: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for name in REPORTED:
        kind, *_, level, spread, chance, meeting, care = WORLD[name]
        effects = {"reference": 0.0, "meeting_point": meeting, "care_service": care}
        for plan in plans:
            for place, size in {"*": 1.0, **SIZES}.items():
                part = 1.0 if kind == "share" else size
                scatter = chance / np.sqrt(size) if kind == "share" else chance * np.sqrt(size)
                for t, period in enumerate((*YEARS, MEAN)):
                    if kind in ("money", "flow") and period == YEARS[0]:
                        continue
                    growth = 1.0 if kind == "share" else 0.88 + 0.024 * min(t, 5)
                    grown = min(t, 5) / 5.0
                    mid = level * growth * part + effects[plan] * part * grown
                    half = 1.645 * np.hypot(spread * part * (0.2 + 0.8 * grown), scatter)
                    low = max(0.0, mid - half)
                    rows.append(
                        (plan, name, place, period, mid, low, mid + half,
                         max(0.0, mid - 0.41 * half), mid + 0.41 * half, mid, scatter, spread, 80)
                    )  # fmt: skip
    columns = (
        "plan quantity district period median low high inner_low inner_high mean sd_chance "
        "sd_parameters runs"
    )
    return pd.DataFrame(rows, columns=columns.split())


def _differences(plans: tuple[str, ...], draws: int) -> pd.DataFrame:
    rows = []
    for name in REPORTED:
        kind, *_, chance, meeting, care = WORLD[name]
        better = WORLD[name][4]
        effects = {"reference": 0.0, "meeting_point": meeting, "care_service": care}
        for plan in plans:
            for against in plans:
                if plan == against:
                    continue
                for place, size in {"*": 1.0, **SIZES}.items():
                    part = 1.0 if kind == "share" else size
                    scatter = chance / np.sqrt(size) if kind == "share" else chance * np.sqrt(size)
                    for period in (*YEARS, MEAN):
                        if kind in ("money", "flow") and period == YEARS[0]:
                            continue
                        still = 0.0 if period == YEARS[0] else 1.0
                        mean = (effects[plan] - effects[against]) * part * still
                        half = 0.6 * abs(mean) + 0.02 * scatter * still * (mean != 0)
                        wide = np.hypot(half, 0.25 * scatter * still * (mean != 0))
                        sign = {"higher": 1.0, "lower": -1.0}.get(better, 0.0)
                        probability = 0.5 + 0.45 * np.tanh(sign * mean / (half + 1e-9))
                        rows.append(
                            (plan, against, name, place, period, mean, mean, mean - half,
                             mean + half, mean - wide, mean + wide, half / 1.6, wide / 2,
                             scatter, half / 10, probability, 0.5 + (probability - 0.5) / 3,
                             abs(mean) > half and mean != 0, draws, 2)
                        )  # fmt: skip
    columns = (
        "plan against quantity district period mean median low high all_low all_high "
        "sd_parameters sd_chance sd_chance_level standard_error probability_better "
        "probability_better_one_quarter determined draws seeds"
    )
    return pd.DataFrame(rows, columns=columns.split())


def _settings(plans: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for plan in plans:
        for setting, (start, growth) in SETTINGS.items():
            for t, period in enumerate((*YEARS, MEAN)):
                mid = start * (1 + growth * min(t, 5))
                half = mid * (0.01 + 0.02 * min(t, 5))
                rows.append(
                    (plan, setting, period, mid, mid - half, mid + half, mid - 0.4 * half,
                     mid + 0.4 * half)
                )  # fmt: skip
    columns = "plan setting period median low high inner_low inner_high"
    return pd.DataFrame(rows, columns=columns.split())


def _euros(plans: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for plan in plans[1:]:
        for payer in (*PAYERS, "total"):
            determined = payer in ("municipality", "total")
            rows.append(
                (plan, "reference", "missing_hours", payer, "*", MEAN, 320.0, 61000.0,
                 190.0 if determined else np.nan, 110.0, 420.0,
                 "determined" if determined else "range_includes_zero")
            )  # fmt: skip
    columns = (
        "plan against quantity payer district period gain euros euros_per_unit low high status"
    )
    return pd.DataFrame(rows, columns=columns.split())


def _gains(plans: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for plan in plans[1:]:
        for quantity in ("lonely", "missing_hours"):
            for number, group in enumerate(
                ("with_others", "alone", "with_others_withdrawn", "alone_withdrawn")
            ):
                mean = -0.3 * (number + 1) if plan == "meeting_point" else -0.02
                rows.append(
                    (plan, "reference", quantity, "start_group", "*", group, MEAN,
                     4000.0 / (number + 1), mean, mean - 0.2, mean + 0.1, 0.4, 0.9, mean < -0.2)
                )  # fmt: skip
            for band in ("0-64", "65-79", "80+"):
                rows.append(
                    (plan, "reference", quantity, "age_band", band, "*", MEAN, 3000.0, -0.4,
                     -0.7, -0.1, 0.4, 0.95, True)
                )  # fmt: skip
    columns = (
        "plan against quantity dimension age_band start_group period people mean low high "
        "sd_chance probability_better determined"
    )
    return pd.DataFrame(rows, columns=columns.split())


def _break_even(plans: tuple[str, ...]) -> pd.DataFrame:
    if len(plans) < 3:
        return pd.DataFrame()
    rows = [
        ("visitors_share_65", "quantity", "Anteil der Besucher ab 65", "Share of 65+ who visit",
         "share", 0.03, 0.11, 0.71, 0.001, -20.0, 45.0, 0.062, 0.05, 0.08, "inside",
         "lonely", "meeting_point", "care_service"),
        ("fraction_meeting_loneliness", "assumption", "Anteil der Wirkung, der ursächlich ist",
         "Share of the effect that is causal", "share of the log effect", 0.0, 1.0, 0.8, 0.0001,
         -5.0, 60.0, 0.18, 0.1, 0.25, "inside", "lonely", "meeting_point", "care_service"),
        ("ambulatory_capacity_growth", "assumption", "Wachstum der Pflegedienste",
         "Growth of care services", "1/year", -0.02, 0.03, -0.4, 0.02, 10.0, 4.0, np.nan, np.nan,
         np.nan, "nowhere_always_better", "missing_hours", "care_service", "reference"),
    ]  # fmt: skip
    columns = (
        "name kind label_de label_en unit low high rank_correlation p_value advantage_at_low "
        "advantage_at_high break_even break_even_low break_even_high status quantity plan against"
    )
    return pd.DataFrame(rows, columns=columns.split())


def _ledger() -> pd.DataFrame:
    rows = [
        ("fraction_meeting_loneliness", "effects", 0.5, "share of the log effect", 0.0, 1.0,
         "triangular", "Anteil der Wirkung, der ursächlich ist",
         "Share of the effect that is causal", 2023, "Duffner u. a. 2024", "assumed", ""),
        ("ambulatory_capacity_growth", "services", 0.0, "1/year", -0.02, 0.03, "triangular",
         "Wachstum der Pflegedienste", "Growth of care services", 2025, "Modellannahme", "assumed",
         ""),
        ("small_cell", "reporting", 5.0, "persons", 5.0, 5.0, "fixed", "Kleinste gezeigte Zahl",
         "Smallest number shown", 2025, "Statistische Geheimhaltung", "assumed", ""),
    ]  # fmt: skip
    columns = (
        "name group value unit low high distribution label_de label_en year source status note"
    )
    return pd.DataFrame(rows, columns=columns.split())


def made_up_findings(
    plans: tuple[str, ...] = PLANS, draws: int = 40, folder: Path = Path("results/made_up")
) -> Findings:
    """A complete result of three plans for Herrenberg; none of its numbers was simulated."""
    several = len(plans) > 1
    empty = pd.DataFrame()
    measure = Measure(
        "Treffpunkt: Altstadt; ab Januar 2027; 60.000 Euro im Jahr (Kommune 100 %)",
        "Meeting point: Altstadt; from January 2027; 60,000 euros a year (Municipality 100 %)",
    )
    return Findings(
        folder=folder,
        town="herrenberg",
        town_label="Herrenberg",
        plans=plans,
        reference=plans[0],
        plan_labels=LABELS,
        measures={plan: () if plan == "reference" else (measure,) for plan in plans},
        district_labels=DISTRICTS,
        periods=(*YEARS, MEAN),
        last_period=YEARS[-1],
        mean_period=MEAN,
        draws=draws,
        seeds=2,
        complete=True,
        failures=0,
        small_cell=5,
        quantities=quantities(),
        levels=_levels(plans),
        differences=_differences(plans, draws) if several else empty,
        euros=_euros(plans) if several else empty,
        gains=_gains(plans) if several else empty,
        break_even=_break_even(plans) if several else empty,
        settings=_settings(plans),
        ledger=_ledger(),
        origin=Origin("0.1.0", 1, "0f" * 32, "2026-11-22T03:00:00+00:00"),
        question_de="Treffpunkt oder Pflegedienst?",
        question_en="Meeting point or care service?",
    )
