"""An official forecast beside the model's: by year, and what was moved to meet it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.report.assumed import assumption_number
from sim.report.numbers import Lang, Ranged, decimal, quoted, scale_of
from sim.report.table import Table
from sim.report.words import enumerated

if TYPE_CHECKING:
    from sim.report.findings import Findings
    from sim.study import Study

QUANTITIES = {(0, 120): "residents", (65, 120): "residents_65", (80, 120): "residents_80"}
COLUMNS = (
    "year", "district", "age_from", "age_to", "official", "computed", "low", "high", "difference",
    "difference_share", "before", "source", "status",
)  # fmt: skip
CLOSE = 0.005
"""A difference below this share of the official figure is not worth a sentence."""


def official_beside(study: Study) -> pd.DataFrame:
    """Each official figure with the reference's; `before` is the model's before any alignment."""
    known = study.manifest.get("official_forecast") or {}
    met = {
        (row["year"], row["age_from"], row["age_to"]): float(row["before"])
        for row in alignment_of(study).get("met", ())
    }
    plan = study.plan_index(study.reference)
    rows = []
    for one in known.get("figures", ()):
        year, ages = int(one["year"]), (int(one["age_from"]), int(one["age_to"]))
        if str(year) not in study.periods or ages not in QUANTITIES:
            continue
        place = 0 if one["district"] is None else 1 + int(one["district"])
        runs = study.runs(QUANTITIES[ages])[plan][:, :, study.periods.index(str(year)), place]
        low, median, high = np.quantile(runs, [study.range_low, 0.5, study.range_high])
        official = float(one["value"])
        rows.append(
            (
                year, study.places[place], *ages, official, float(median), float(low), float(high),
                float(median) - official,
                (float(median) - official) / official if official else float("nan"),
                met.get((year, *ages), float("nan")) if place == 0 else float("nan"),
                str(one["source"]), str(one["status"]),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def alignment_of(study: Study) -> Mapping[str, Any]:
    """What the manifest says about an alignment; empty if there was none."""
    origin = study.manifest["settings"].get("origin") or {}
    return origin if origin.get("kind") == "alignment" else {}


def official_sentence(findings: Findings, lang: Lang) -> str:
    """Whether the calculation agrees with the official forecast, and what was moved for that."""
    frame = findings.official
    if frame.empty:
        return ""
    german = lang == "de"
    name = quoted(findings.official_label, lang)
    if findings.alignment:
        return _aligned_sentence(findings, name, lang)
    whole = frame[(frame["district"] == "*") & (frame["age_to"] == 120) & (frame["age_from"] == 0)]
    shown = whole if len(whole) else frame
    worst = shown.iloc[-1]
    if shown["difference_share"].abs().max() <= CLOSE:
        return (
            f"Die Rechnung stimmt mit {name} überein (höchstens {_percent(CLOSE, lang)} Abstand)."
            if german
            else f"The calculation agrees with {name} (at most {_percent(CLOSE, lang)} apart)."
        )
    share = decimal(100.0 * worst["difference_share"], lang, 1, sign=True)
    computed, official = decimal(worst["computed"], lang), decimal(worst["official"], lang)
    if german:
        return (
            f"Die Rechnung weicht von {name} ab: Ende {worst['year']} {computed} statt {official} "
            f"Menschen ({share} %). Mit --align (oder align = true in town.toml) werden die "
            "Annahmen zur Wanderung so bewegt, dass beide übereinstimmen."
        )
    return (
        f"The calculation departs from {name}: {computed} people at the end of {worst['year']} "
        f"instead of {official} ({share} %). With --align (or align = true in town.toml) the "
        "assumptions about migration are moved until both agree."
    )


def _percent(share: float, lang: Lang) -> str:
    return f"{decimal(100.0 * share, lang, 1)} %"


def _aligned_sentence(findings: Findings, name: str, lang: Lang) -> str:
    german = lang == "de"
    moves = enumerated([_move_words(findings, one, lang) for one in _moves(findings)], lang)
    frame = findings.official
    worst = frame.iloc[int(frame["difference"].abs().to_numpy().argmax())]
    left = decimal(worst["difference"], lang, sign=True)
    group = _group(findings, worst, lang)
    solved = bool(findings.alignment.get("solved"))
    if german:
        text = f"Die Annahmen wurden bewegt, um {name} zu treffen: {moves}."
        text += f" Der größte verbleibende Abstand: {left} Menschen ({group})."
        if not solved:
            text += (
                " Nicht jede Gesamtzahl ließ sich treffen: Dazu müssten sich Zuzüge weiter "
                "bewegen, als glaubhaft ist."
            )
        return text
    text = f"The assumptions were moved to meet {name}: {moves}."
    text += f" The largest difference left: {left} people ({group})."
    if not solved:
        text += " Not every total could be met: that would take moves beyond belief."
    return text


def _moves(findings: Findings) -> list[Mapping[str, Any]]:
    return list(findings.alignment.get("moves", ()))


def _move_words(findings: Findings, move: Mapping[str, Any], lang: Lang) -> str:
    ledger = findings.ledger.set_index("name")
    row = ledger.loc[str(move["name"])]
    label, unit = str(row[f"label_{lang}"]), str(row["unit"])
    before = assumption_number(float(move["before"]), unit, lang, with_unit=False)
    after = assumption_number(float(move["after"]), unit, lang, with_unit=False)
    years = ""
    if move["first"] is not None:
        years = f" {move['first']}–{move['last']}"
        if move["first"] == move["last"]:
            years = f" {move['first']}"
    if lang == "de":
        return f"„{label}“{years} von {before} auf {after}"
    return f"“{label}”{years} from {before} to {after}"


def _group(findings: Findings, row: Any, lang: Lang) -> str:
    place = "" if row["district"] == "*" else f"{findings.district_labels[row['district']]}, "
    ages = {
        0: ("alle", "everybody"), 65: ("ab 65", "65 and over"), 80: ("ab 80", "80 and over"),
    }[int(row["age_from"])][0 if lang == "de" else 1]  # fmt: skip
    return f"{place}{ages}, {row['year']}"


def official_table(findings: Findings, lang: Lang) -> Table | None:
    """Official figures beside the model's, by year; None without official figures."""
    frame = findings.official
    if frame.empty:
        return None
    german = lang == "de"
    aligned = bool(findings.alignment)
    rows = []
    for row in frame.to_dict("records"):
        quantity = findings.quantities[QUANTITIES[int(row["age_from"]), int(row["age_to"])]]
        scale = scale_of(quantity, lang, findings.small_cell)
        official = float(row["official"])
        computed = Ranged(float(row["computed"]), float(row["low"]), float(row["high"]))
        difference = decimal(float(row["difference"]), lang, sign=True)
        share = decimal(100.0 * float(row["difference_share"]), lang, 1, sign=True)
        cells = [_group(findings, row, lang), scale.value(Ranged(official))]
        if aligned:
            cells.append(scale.value(Ranged(float(row["before"]))))
        cells += [scale.with_range(computed), f"{difference} ({share} %)"]
        rows.append(tuple(cells))
    header = ["Wer und wann" if german else "Who and when", findings.official_label]
    if aligned:
        header.append("ohne Angleichung" if german else "without alignment")
    header += (
        ["Rechnung (Spanne)", "bleibt"] if aligned and german
        else ["calculation (range)", "left"] if aligned
        else ["Rechnung (Spanne)", "Unterschied"] if german
        else ["calculation (range)", "difference"]
    )  # fmt: skip
    title = "Abgleich mit der amtlichen Vorausberechnung" if german else "Official forecast"
    return Table(title, tuple(header), tuple(rows))


def exported_official(findings: Findings) -> dict[str, pd.DataFrame]:
    """Tables of the official forecast and of what was moved, for CSV."""
    frame = findings.official
    if frame.empty:
        return {}
    shown = frame.copy()
    whole = ["official", "computed", "low", "high", "difference", "before"]
    shown[whole] = shown[whole].round()
    shown["difference_share"] = shown["difference_share"].round(4)
    moves = _moves(findings)
    ledger = findings.ledger.set_index("name")
    rows = [
        {
            **move,
            "unit": ledger.loc[move["name"]]["unit"],
            "label_de": ledger.loc[move["name"]]["label_de"],
            "label_en": ledger.loc[move["name"]]["label_en"],
        }
        for move in moves
    ]
    return {"official_forecast": shown, "alignment": pd.DataFrame(rows)}
