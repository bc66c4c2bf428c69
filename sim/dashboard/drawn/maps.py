"""The map coloured: how many in each district, or what a plan changes there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sim.dashboard.drawn.look import early
from sim.dashboard.drawn.shapes import WIDTH, Plot
from sim.report.findings import Difference, Findings
from sim.report.numbers import Lang, Ranged, Scale, decimal, digits_of, scale_of
from sim.report.table import HIDDEN, Table
from sim.report.tables import mark_of
from sim.report.words import change, difference_scale

SEQUENCE = ("#eff3ff", "#bdd7e7", "#6baed6", "#2f7fbc", "#08519c")
"""From few to many: one hue, so that lightness alone tells the classes apart."""

BETTER = ("#b3d7f2", "#4393c3", "#08519c")
WORSE = ("#fdd3b0", "#e6761f", "#8c3a00")
"""Blue and orange differ for every kind of colour vision; darker is more."""

NONE_FILL, SECRET_FILL = "#f2f2f2", "#ffffff"

MOST_CLASSES = len(SEQUENCE)

MapDict = dict[str, Any]


@dataclass(frozen=True)
class _Fill:
    """How one district is shown."""

    colour: str
    number: str
    words: str
    hatched: bool = False


def levels_map(findings: Findings, plot: Plot, quantity: str, period: str, lang: Lang) -> MapDict:
    """How high a quantity is in each district at the end of a year, under the reference."""
    german = lang == "de"
    levels = {
        key: findings.level(findings.reference, quantity, key, period)
        for key in findings.district_labels
    }
    scale = scale_of(findings.quantities[quantity], lang, findings.small_cell)
    values = [one.value for one in levels.values() if _open(one)]
    edges = _edges_over_time(findings, quantity) or nice_edges(values)
    fills = {}
    for key, one in levels.items():
        shown = scale.value(one)
        if not _open(one):
            fills[key] = _Fill(SECRET_FILL, shown, "zu wenige" if german else "too few")
            continue
        words = f"{shown if early(findings) else scale.with_range(one)} {scale.unit}"
        fills[key] = _Fill(SEQUENCE[class_of(one.value, edges)], shown, words)
    legend = [
        {"colour": SEQUENCE[number], "label": label, "hatched": False}
        for number, label in enumerate(_class_labels(edges, scale))
    ]
    name = findings.quantity_label(quantity, lang)
    title = f"{name}, {period}" if scale.unit == "%" else f"{name}, Ende {period}"
    if not german:
        title = f"{name}, end of {period}"
    return _map(findings, plot, fills, legend, title, scale.unit, lang)


def _open(one: Ranged) -> bool:
    return math.isfinite(one.value) and not one.secret


def _edges_over_time(findings: Findings, quantity: str) -> list[float]:
    """Classes that hold for all years, so that the year's slider moves the map, not its key."""
    frame = findings.levels
    rows = frame[
        (frame["plan"] == findings.reference)
        & (frame["quantity"] == quantity)
        & frame["district"].isin(list(findings.district_labels))
        & frame["period"].isin(findings.years)
    ]
    return nice_edges([float(value) for value in rows["median"] if math.isfinite(value)])


def nice_edges(values: Sequence[float]) -> list[float]:
    """At most four round numbers between classes that hold about as many districts each."""
    known = sorted(values)
    if not known or known[0] == known[-1]:
        return []
    edges: list[float] = []
    for number in range(1, MOST_CLASSES):
        place = number * (len(known) - 1) / MOST_CLASSES
        low = known[math.floor(place)]
        high = known[math.ceil(place)]
        edge = _round(low + (high - low) * (place - math.floor(place)))
        if edge > (edges[-1] if edges else known[0]) and edge <= known[-1]:
            edges.append(edge)
    return edges


def _round(value: float) -> float:
    """Two leading digits, the second only 0 or 5."""
    if value == 0.0:
        return 0.0
    step = 10.0 ** math.floor(math.log10(abs(value))) / 2
    return round(value / step) * step


def class_of(value: float, edges: Sequence[float]) -> int:
    """Number of the class a value belongs to."""
    return sum(value >= edge for edge in edges)


def _class_labels(edges: Sequence[float], scale: Scale) -> list[str]:
    if not edges:
        return ["alle gleich" if scale.lang == "de" else "all the same"]
    texts = [decimal(edge * scale.factor, scale.lang, _digits(edge * scale.factor))
             for edge in edges]  # fmt: skip
    under, over, to = ("unter", "und mehr", "bis unter") if scale.lang == "de" else (
        "under", "and more", "to under")  # fmt: skip
    middle = [f"{low} {to} {high}" for low, high in pairwise(texts)]
    return [f"{under} {texts[0]}", *middle, f"{texts[-1]} {over}"]


def _digits(value: float) -> int:
    return 0 if abs(value) >= 10 or float(value).is_integer() else digits_of(abs(value) / 10)


def differences_map(
    findings: Findings, plot: Plot, plan: str, quantity: str, lang: Lang
) -> MapDict:
    """What a plan changes in each district; hatched where it is smaller than chance."""
    german = lang == "de"
    found = _by_district(findings, plan, quantity)
    sizes = [abs(one.ranged.value) for one in found.values() if not _nothing(findings, one)]
    largest = max(sizes, default=0.0)
    steps = {_round(largest / 10.0), _round(largest / 3.0)}
    edges = sorted(edge for edge in steps if min(sizes, default=0.0) < edge < largest)
    fills = {}
    for key in findings.district_labels:
        one = found.get(key)
        if one is None:
            fills[key] = _Fill(SECRET_FILL, "–", "nicht bekannt" if german else "not known")
            continue
        scale = difference_scale(findings, one, lang)
        if _nothing(findings, one):
            word = "kaum ein Unterschied" if german else "hardly any difference"
            fills[key] = _Fill(NONE_FILL, "≈ 0", word)
            continue
        good = one.direction(findings.quantities[quantity].better) >= 0
        colours = BETTER if good else WORSE
        hidden = one.smaller_than_chance
        words = change(one.ranged, scale)
        if hidden:
            words += ", kleiner als der Zufall" if german else ", smaller than chance"
        fills[key] = _Fill(
            colours[min(class_of(abs(one.ranged.value), edges), len(colours) - 1)],
            scale.difference(one.ranged), words, hidden,
        )  # fmt: skip
    name = findings.quantity_label(quantity, lang)
    title = f"{name}: {findings.label(plan, lang)}"
    one = next(iter(found.values()), None)
    unit = difference_scale(findings, one, lang).unit if one is not None else ""
    legend = _difference_legend(findings, quantity, found, edges, lang)
    return _map(findings, plot, fills, legend, title, unit, lang)


def _by_district(findings: Findings, plan: str, quantity: str) -> dict[str, Difference]:
    found = {
        key: findings.difference(plan, quantity, district=key) for key in findings.district_labels
    }
    return {
        key: one
        for key, one in found.items()
        if one is not None and math.isfinite(one.ranged.value)
    }


def _nothing(findings: Findings, one: Difference) -> bool:
    return one.nothing or difference_scale(findings, one, "de").negligible(one.ranged)


def _difference_legend(
    findings: Findings,
    quantity: str,
    found: Mapping[str, Difference],
    edges: Sequence[float],
    lang: Lang,
) -> list[MapDict]:
    """Only the classes that occur on one side or the other."""
    german = lang == "de"
    better = findings.quantities[quantity].better
    sides = {one.direction(better) >= 0 for one in found.values() if not _nothing(findings, one)}
    legend: list[MapDict] = []
    factor_of = next(iter(found.values()), None)
    scale = difference_scale(findings, factor_of, lang) if factor_of is not None else None
    if scale is not None:
        labels = _class_labels(edges, scale)
        words = {True: ("besser", "better"), False: ("schlechter", "worse")}
        for good in (True, False):
            if good not in sides:
                continue
            colours = BETTER if good else WORSE
            word = words[good][0 if german else 1]
            for number, label in enumerate(labels[: len(colours)]):
                text = word if not edges else f"{word}: {label}"
                legend.append({"colour": colours[number], "label": text, "hatched": False})
    legend.append(
        {
            "colour": NONE_FILL,
            "label": "kaum ein Unterschied" if german else "hardly any difference",
            "hatched": False,
        }
    )
    if any(one.smaller_than_chance and not _nothing(findings, one) for one in found.values()):
        legend.append(
            {
                "colour": "#ffffff",
                "label": "schraffiert: kleiner als der Zufall"
                if german
                else "hatched: smaller than chance",
                "hatched": True,
            }
        )
    return legend


def _map(
    findings: Findings,
    plot: Plot,
    fills: Mapping[str, _Fill],
    legend: list[MapDict],
    title: str,
    unit: str,
    lang: Lang,
) -> MapDict:
    """What the part `DistrictMap` reads."""
    shapes = []
    for shape in plot.shapes:
        fill = fills.get(shape.key)
        if fill is None:
            continue
        shapes.append(
            {
                "key": shape.key,
                "label": shape.label,
                "path": shape.path,
                "x": shape.x,
                "y": shape.y,
                "r": shape.radius,
                "text": None
                if math.isnan(shape.text_x)
                else [round(shape.text_x, 1), round(shape.text_y, 1)],
                "colour": fill.colour,
                "number": fill.number,
                "spoken": f"{shape.label}: {fill.words}",
                "hatched": fill.hatched,
            }
        )
    note = ""
    if plot.circles:
        note = (
            "Kreise: so groß wie die Fläche der Bezirke; ihre Grenzen liegen nicht vor."
            if lang == "de"
            else "Circles: as large as the districts' area; their boundaries are not known."
        )
    return {
        "title": f"{findings.town_label}: {title}",
        "width": WIDTH,
        "height": round(plot.height, 1),
        "backdrop": plot.backdrop,
        "shapes": shapes,
        "legend": legend,
        "unit": unit,
        "note": note,
    }


def differences_table(findings: Findings, plan: str, quantity: str, lang: Lang) -> Table:
    """What a plan changes in each district, the largest change first."""
    german = lang == "de"
    found = _by_district(findings, plan, quantity)
    ranked = sorted(found, key=lambda key: -abs(found[key].ranged.value))
    rows = []
    for key in ranked:
        one = found[key]
        level = findings.level(findings.reference, quantity, key)
        scale = difference_scale(findings, one, lang)
        own = scale_of(findings.quantities[quantity], lang, findings.small_cell)
        mark = mark_of(findings, one)
        if one.smaller_than_chance and not _nothing(findings, one):
            mark = f"{mark} {HIDDEN}".strip()
        rows.append(
            (
                findings.district_labels[key],
                own.with_range(level),
                f"{scale.difference_with_range(one.ranged)} {mark}".strip(),
            )
        )
    one_unit = scale_of(findings.quantities[quantity], lang, findings.small_cell).unit
    header = (
        "Bezirk" if german else "District",
        findings.label(findings.reference, lang),
        findings.label(plan, lang),
    )
    note = (
        "Unterschiede mit Spanne; ● gesichert und nennenswert, ○ Spanne schließt null ein, "
        "◌ kleiner als der Zufall."
        if german
        else "Differences with range; ● established and appreciable, ○ range includes zero, "
        "◌ smaller than chance."
    )
    name = findings.quantity_label(quantity, lang)
    return Table(f"{name} ({one_unit})", header, tuple(rows), note)
