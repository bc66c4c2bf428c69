"""Fans: one quantity year by year, with the inner half and 90 of 100 runs; differences by year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.dashboard.drawn.look import (
    GREY,
    INK,
    SHADOW,
    TYPE,
    Look,
    Option,
    category_axis,
    early,
    look,
    option,
    value_axis,
)
from sim.report.findings import WHOLE_TOWN, Findings
from sim.report.numbers import Lang, Ranged, Scale, scale_of
from sim.report.small_cells import SHOWN
from sim.report.words import between, change

LIGHT, DARK = 0.2, 0.45
"""Opacity of 90 of 100 runs, and of the inner half."""

Band = tuple[float, float, float, float, float]
"""Low, inner low, median, inner high, high."""


@dataclass(frozen=True)
class Shadow:
    """An earlier answer, kept to compare: differences by year.

    Attributes:
        label: what was set then, such as "1".
        values: mean difference by year, in stored units.
    """

    label: str
    values: Mapping[str, float]


def fan(
    findings: Findings, quantity: str, lang: Lang, *, district: str = WHOLE_TOWN
) -> Option | None:
    """The reference's fan of one quantity; None if there is nothing that may be shown.

    Args:
        findings: the result.
        quantity: an indicator of its levels.
        lang: language.
        district: key of a district, or `*` for the whole.
    """
    years, bands = bands_of(findings, quantity, district)
    if not any(band is not None for band in bands):
        return None
    ends = [band[4] for band in bands if band is not None]
    measured = findings.quantities[quantity]
    scale = scale_of(measured, lang, findings.small_cell, largest=max(ends))
    if early(findings):
        bands = [None if band is None else _as_band((band[2],) * 5) for band in bands]
    texts = [_point_text(year, band, scale) for year, band in zip(years, bands, strict=True)]
    name = findings.label(findings.reference, lang)
    where = findings.district_labels.get(district, findings.town_label)
    described = f"{findings.quantity_label(quantity, lang)}, {where}. " + "; ".join(
        text for text in (texts[0], texts[-1]) if text
    )
    plan = look(findings, findings.reference)
    colour = Look("#0072B2", "solid", plan.symbol, None)
    return option(
        described,
        grid={"left": 8, "right": 28, "top": 40, "bottom": 8, "containLabel": True},
        xAxis=category_axis(years) | {"boundaryGap": False},
        yAxis=value_axis(scale.unit),
        series=_fan_series(name, bands, texts, colour, scale.factor),
    )


def bands_of(
    findings: Findings, quantity: str, district: str = WHOLE_TOWN
) -> tuple[list[str], list[Band | None]]:
    """The years a quantity is known for, and its band in each; None where it is kept back."""
    frame = findings.levels
    rows = frame[
        (frame["plan"] == findings.reference)
        & (frame["quantity"] == quantity)
        & (frame["district"] == district)
        & frame["period"].isin(findings.years)
    ]
    years, bands = [], []
    for row in rows.to_dict("records"):
        values = tuple(
            float(row[key]) for key in ("low", "inner_low", "median", "inner_high", "high")
        )
        key = (findings.reference, quantity, district, str(row["period"]))
        kept = findings.marks.get(key, SHOWN) == SHOWN and all(map(math.isfinite, values))
        years.append(str(row["period"]))
        bands.append(_as_band(values) if kept else None)
    return years, bands


def _as_band(values: tuple[float, ...]) -> Band:
    low, inner_low, median, inner_high, high = values
    return low, inner_low, median, inner_high, high


def _point_text(year: str, band: Band | None, scale: Scale) -> str:
    if band is None:
        return ""
    text = f"{year}: {scale.value(Ranged(band[2]))} {scale.unit}"
    return text if band[0] == band[4] else f"{text} ({_spread(band, scale)})"


def _spread(band: Band, scale: Scale) -> str:
    return between(Ranged(band[2], band[0], band[4]), scale)


def _fan_series(
    name: str, bands: Sequence[Band | None], texts: Sequence[str], one: Look, factor: float
) -> list[Option]:
    """Stacked areas between the quantiles, and the median's line above them."""
    edges = [[None if band is None else band[k] * factor for band in bands] for k in range(5)]
    low, inner_low, median, inner_high, high = edges
    layers = (
        (low, None, 0.0),
        (inner_low, low, LIGHT),
        (inner_high, inner_low, DARK),
        (high, inner_high, LIGHT),
    )
    series = [
        _area(name, _above(upper, lower), one.colour, opacity) for upper, lower, opacity in layers
    ]
    return [
        *series,
        {
            "type": "line",
            "name": name,
            "data": [
                None if value is None else {"value": value, "text": text}
                for value, text in zip(median, texts, strict=True)
            ],
            "symbol": one.symbol,
            "symbolSize": 9,
            "lineStyle": {"width": 3, "type": one.dash, "color": one.colour},
            "itemStyle": {"color": one.colour},
            "z": 5,
        },
    ]


def _above(
    upper: Sequence[float | None], lower: Sequence[float | None] | None
) -> list[float | None]:
    if lower is None:
        return list(upper)
    return [
        None if high is None or low is None else high - low
        for high, low in zip(upper, lower, strict=True)
    ]


def _area(stack: str, data: list[float | None], colour: str, opacity: float) -> Option:
    return {
        "type": "line",
        "stack": stack,
        "stackStrategy": "all",
        "data": data,
        "symbol": "none",
        "silent": True,
        "lineStyle": {"opacity": 0},
        "areaStyle": {"color": colour, "opacity": opacity},
        "tooltip": {"show": False},
        "z": 2,
    }


def course(
    findings: Findings,
    quantity: str,
    lang: Lang,
    *,
    district: str = WHOLE_TOWN,
    shadows: Sequence[Shadow] = (),
) -> Option | None:
    """What each plan changes, year by year, against the reference as the line of zero.

    Args:
        findings: the result; plans other than the reference get a line with their range.
        quantity: an indicator of its differences.
        lang: language.
        district: key of a district, or `*` for the whole.
        shadows: earlier answers, drawn grey behind.
    """
    lines = {plan: _course_of(findings, plan, quantity, district) for plan in findings.alternatives}
    if early(findings):
        lines = {
            plan: {year: Ranged(one.value, one.value, one.value) for year, one in line.items()}
            for plan, line in lines.items()
        }
    known = [one for line in lines.values() for one in line.values()]
    if not known:
        return None
    largest = max(abs(value) for one in known for value in (one.value, one.low, one.high))
    scale = scale_of(
        findings.quantities[quantity], lang, findings.small_cell, points=True, largest=largest
    )
    years = [year for year in findings.years if any(year in line for line in lines.values())]
    series: list[Option] = [
        _shadow_series(shadow, years, scale) for shadow in shadows if shadow.values
    ]
    said = []
    for plan, line in lines.items():
        texts = {year: _change_text(findings, plan, year, one, scale) for year, one in line.items()}
        series += _course_series(
            findings.label(plan, lang), years, line, texts, look(findings, plan), scale.factor
        )
        said.append(texts.get(years[-1], ""))
    zero = findings.label(findings.reference, lang)
    series.append(_zero_line(zero, years))
    where = findings.district_labels.get(district, findings.town_label)
    return option(
        f"{findings.quantity_label(quantity, lang)}, {where}. {' '.join(said)}",
        grid={"left": 8, "right": 30, "top": 78, "bottom": 8, "containLabel": True},
        legend=_legend(findings, lang),
        xAxis=category_axis(years) | {"boundaryGap": False, "axisLine": {"show": False}},
        yAxis=value_axis(scale.unit, signed=True) | _room(known, scale),
        series=series,
    )


def _room(known: Sequence[Ranged], scale: Scale) -> Option:
    """An axis of people holds as many as may be told, so that tiny differences look tiny."""
    if not scale.people or not all(scale.all_tiny(one) or one.width == 0.0 for one in known):
        return {}
    return {"min": -2 * scale.small_cell, "max": 2 * scale.small_cell}


def means_by_year(
    findings: Findings, plan: str, quantity: str, district: str = WHOLE_TOWN
) -> dict[str, float]:
    """Mean difference of a plan to the reference by year, in stored units: a shadow's values."""
    return {year: one.value for year, one in _course_of(findings, plan, quantity, district).items()}


def _course_of(findings: Findings, plan: str, quantity: str, district: str) -> dict[str, Ranged]:
    found = {}
    for year in findings.years:
        one = findings.difference(plan, quantity, district=district, period=year)
        if one is not None and math.isfinite(one.ranged.value):
            found[year] = one.ranged
    return found


def _change_text(findings: Findings, plan: str, year: str, one: Ranged, scale: Scale) -> str:
    return f"{findings.label(plan, scale.lang)}, {year}: {change(one, scale)}."


def _course_series(
    name: str,
    years: Sequence[str],
    line: Mapping[str, Ranged],
    texts: Mapping[str, str],
    one: Look,
    factor: float,
) -> list[Option]:
    low = [line[year].low * factor if year in line else None for year in years]
    high = [line[year].high * factor if year in line else None for year in years]
    data: list[Any] = [
        {"value": line[year].value * factor, "text": texts[year]} if year in line else None
        for year in years
    ]
    return [
        _area(f"range of {name}", low, one.colour, 0.0),
        _area(f"range of {name}", _above(high, low), one.colour, LIGHT),
        {
            "type": "line",
            "name": name,
            "data": data,
            "symbol": one.symbol,
            "symbolSize": 12,
            "lineStyle": {"width": 4, "type": one.dash, "color": one.colour},
            "itemStyle": {"color": one.colour, "borderColor": "#ffffff", "borderWidth": 1.5},
            "z": 6,
        },
    ]


def _shadow_series(shadow: Shadow, years: Sequence[str], scale: Scale) -> Option:
    data = [shadow.values[year] * scale.factor if year in shadow.values else None for year in years]
    return {
        "type": "line",
        "name": f"shadow {shadow.label}",
        "data": data,
        "symbol": "none",
        "silent": True,
        "lineStyle": {"width": 2, "type": [2, 4], "color": SHADOW},
        "endLabel": {"show": True, "formatter": shadow.label, "color": GREY, "fontSize": TYPE},
        "z": 3,
    }


def _zero_line(name: str, years: Sequence[str]) -> Option:
    return {
        "type": "line",
        "name": name,
        "data": [0 for _ in years],
        "symbol": "none",
        "silent": True,
        "lineStyle": {"width": 3, "type": "solid", "color": INK},
        "z": 4,
    }


def _legend(findings: Findings, lang: Lang) -> Option:
    """Which line is which: the reference is the line of zero, shadows carry their number."""
    entries = []
    for plan in findings.plans:
        one = look(findings, plan)
        width = 3 if plan == findings.reference else 4
        entries.append(
            {
                "name": findings.label(plan, lang),
                "itemStyle": {"color": one.colour},
                "lineStyle": {"color": one.colour, "width": width, "type": one.dash},
            }
        )
    return {
        "top": 0,
        "left": 0,
        "orient": "vertical",
        "itemWidth": 44,
        "itemGap": 6,
        "selectedMode": False,
        "textStyle": {"fontSize": TYPE, "color": INK, "width": 520, "overflow": "truncate"},
        "data": entries,
    }
