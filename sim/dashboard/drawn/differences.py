"""Bars and ranges: what plans change, who pays, who gains, and which of three doubts is which."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sim.dashboard.drawn.look import (
    GREY,
    INK,
    RANGE,
    TYPE,
    Look,
    Option,
    category_axis,
    decal,
    look,
    option,
    value_axis,
)
from sim.report.findings import AIMS, COSTS, WHOLE_TOWN, Difference, Findings
from sim.report.gather import PAYER_NAMES
from sim.report.numbers import Lang, Ranged, Scale, quoted, scale_of
from sim.report.protected import bands_by_quantity, key_of_group, marks_of_groups
from sim.report.small_cells import SHOWN
from sim.report.tables import group_name
from sim.report.words import change, difference_scale, in_this_place

CONFIDENT = 1.645
"""Standard deviations of the ordinary ups and downs: 90 of 100 cases."""

ROW, BETWEEN = 44, 14
"""Pixels of a plan's row, and between groups of rows."""

BAR = 22
"""Pixels a bar is thick."""

NAMES = 230
"""Pixels a row's name may take."""

BESIDE, BESIDE_LETTER = 440, 8.5
"""Pixels for the amounts in words beside the rows of a wide chart at most, and for a letter."""


@dataclass(frozen=True)
class _Row:
    """One range to draw: in which group of rows, for which plan, in shown units.

    `text` says it whole, `beside` is what stands beside the row where there is room.
    """

    group: int
    plan: str
    value: float
    low: float
    high: float
    text: str
    beside: str = ""


def aims(findings: Findings, lang: Lang) -> Option | None:
    """What every plan changes in every aim, in per cent of the reference, with ranges.

    Aims have different units; the only axis they share is the share of the whole.
    """
    german = lang == "de"
    rows: list[_Row] = []
    names: list[str] = []
    for aim in findings.known(AIMS):
        level = findings.level(findings.reference, aim)
        if not (math.isfinite(level.value) and level.value > 0.0):
            continue
        percent = 100.0 / level.value
        found = [findings.difference(plan, aim) for plan in findings.alternatives]
        known = [one for one in found if one is not None and math.isfinite(one.ranged.value)]
        if not known:
            continue
        for one in known:
            scale = difference_scale(findings, one, lang)
            amount = change(one.ranged, scale)
            rows.append(
                _Row(
                    len(names), one.plan, *_shown(one.ranged, percent),
                    f"{findings.label(one.plan, lang)}: {amount}", amount,
                )
            )  # fmt: skip
        names.append(findings.quantity_label(aim, lang))
    if not rows:
        return None
    name = quoted(findings.label(findings.reference, lang), lang)
    axis = f"% gegenüber {name}" if german else f"% against {name}"
    return _ranges(findings, names, rows, axis, lang)


def one_aim(
    findings: Findings, quantity: str, lang: Lang, *, district: str = WHOLE_TOWN
) -> Option | None:
    """What every plan changes in one quantity, with ranges, in its own unit."""
    found = [
        one
        for plan in findings.alternatives
        if (one := findings.difference(plan, quantity, district=district)) is not None
        and math.isfinite(one.ranged.value)
    ]
    if not found:
        return None
    scale = _common_scale(findings, found, lang)
    rows = []
    for number, one in enumerate(found):
        amount = change(one.ranged, scale)
        rows.append(_Row(number, one.plan, *_shown(one.ranged, scale.factor), amount, amount))
    names = [findings.label(one.plan, lang) for one in found]
    return _ranges(findings, names, rows, scale.unit, lang)


def three_doubts(findings: Findings, plan: str, quantity: str, lang: Lang) -> Option | None:
    """The choice itself, not knowing the parameters, and chance, on one axis.

    The bar is what the choice changes; the line through its end is what we do not know exactly; the
    grey band is how far one place swings by chance anyway. What ends inside the band will not be
    seen by counting.
    """
    one = findings.difference(plan, quantity)
    if one is None or not math.isfinite(one.ranged.value):
        return None
    german = lang == "de"
    swing = CONFIDENT * one.scatter if math.isfinite(one.scatter) else 0.0
    scale = _common_scale(findings, [one], lang, beside=swing)
    factor = scale.factor
    names = (
        ["Die Entscheidung selbst", "Was wir nicht genau wissen", "Zufall"]
        if german
        else ["The choice itself", "What we do not know exactly", "Chance"]
    )
    words = doubts_in_words(findings, one, lang)
    this = look(findings, plan)
    ranges = [
        _range_data(_Row(1, plan, *_shown(one.ranged, factor), words[1]), 0, this.colour),
        _range_data(_Row(2, plan, 0.0, -swing * factor, swing * factor, words[2]), 0, GREY),
    ]
    return option(
        " ".join(words),
        grid={"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
        xAxis=_unit_below(scale.unit),
        yAxis=category_axis(names, inverse=True, width=NAMES),
        series=[
            {
                "type": "bar",
                "data": [{"value": one.ranged.value * factor, "text": words[0]}, None, None],
                "barWidth": 26,
                "itemStyle": {"color": this.colour, **decal(this.pattern)},
                "markArea": {
                    "silent": True,
                    "itemStyle": {"color": "#bdbdbd", "opacity": 0.4},
                    "data": [[{"xAxis": -swing * factor}, {"xAxis": swing * factor}]],
                },
                "markLine": _zero(),
            },
            {"type": "custom", "renderItem": RANGE, "data": ranges, "z": 5},
        ],
    ) | {"height": 260}


def doubts_in_words(findings: Findings, one: Difference, lang: Lang) -> tuple[str, str, str]:
    """The three doubts, a sentence each: the choice, what is not known, chance."""
    swing = CONFIDENT * one.scatter if math.isfinite(one.scatter) else 0.0
    scale = _common_scale(findings, [one], lang, beside=swing)
    mean = change(Ranged(one.ranged.value), scale)
    unsure = change(one.ranged, scale)
    size = scale.unsigned(swing, scale.step(Ranged(0.0, -swing, swing)))
    if lang == "de":
        return (
            f"Die Entscheidung selbst: im Mittel {mean}.",
            f"Was wir nicht genau wissen: {unsure} (90 von 100 Fällen).",
            f"Zufall: ±{size} {scale.unit}. So weit kann es {in_this_place(findings, lang)} "
            "zufällig anders kommen, auch ganz ohne Plan.",
        )
    return (
        f"The choice itself: {mean} on average.",
        f"What we do not know exactly: {unsure} (90 of 100 cases).",
        f"Chance: ±{size} {scale.unit}. So much may turn out differently "
        f"{in_this_place(findings, lang)} by chance, even without any plan.",
    )


def payers(findings: Findings, lang: Lang) -> Option | None:
    """What each payer pays more or less a year under each plan, with ranges."""
    period = findings.mean_period
    names: list[str] = []
    found: list[tuple[int, Difference]] = []
    for cost in findings.known(COSTS):
        here = [
            one
            for plan in findings.alternatives
            if (one := findings.difference(plan, cost, period=period)) is not None
            and math.isfinite(one.ranged.value)
        ]
        if not any(not one.nothing for one in here):
            continue
        found += [(len(names), one) for one in here]
        names.append(PAYER_NAMES[cost.removeprefix("cost_")][0 if lang == "de" else 1])
    if not found:
        return None
    scale = _common_scale(findings, [one for _, one in found], lang)
    rows = []
    for group, one in found:
        amount = change(one.ranged, scale)
        text = f"{findings.label(one.plan, lang)}: {amount}"
        rows.append(_Row(group, one.plan, *_shown(one.ranged, scale.factor), text, amount))
    return _ranges(findings, names, rows, scale.unit, lang, bars=True)


def gains(findings: Findings, quantity: str, lang: Lang) -> Option | None:
    """Who gains: the change per 100 people of an age and of a situation, with ranges."""
    frame = findings.gains
    if frame.empty:
        return None
    frame = frame[
        (frame["quantity"] == quantity) & frame["dimension"].isin(("age_band", "start_group"))
    ]
    if frame.empty:
        return None
    marks = marks_of_groups(findings.gains, findings.small_cell)
    bands = bands_by_quantity(findings.gains)
    names: list[str] = []
    rows: list[_Row] = []
    scale = Scale(1.0, 0.1, "", people=False, small_cell=0, lang=lang)
    for row in cast("Iterator[Any]", frame.itertuples(index=False)):
        if marks.get(key_of_group(row, bands), SHOWN) != SHOWN or not math.isfinite(row.mean):
            continue
        name = group_name(row.dimension, row.age_band, row.start_group, lang)
        if name not in names:
            names.append(name)
        ranged = Ranged(float(row.mean), float(row.low), float(row.high))
        amount = scale.difference_with_range(ranged)
        text = f"{findings.label(row.plan, lang)}: {amount}"
        rows.append(_Row(names.index(name), row.plan, *_shown(ranged, 1.0), text, amount))
    if not rows:
        return None
    measured = findings.quantities[quantity]
    unit = scale_of(measured, lang, findings.small_cell, points=True).unit
    axis = f"{unit} je 100 Menschen" if lang == "de" else f"{unit} per 100 people"
    return _ranges(findings, names, rows, axis, lang)


def _common_scale(
    findings: Findings, found: Sequence[Difference], lang: Lang, *, beside: float = 0.0
) -> Scale:
    """One scale for differences of one kind that stand on one axis."""
    values = [abs(v) for one in found for v in (one.ranged.value, one.ranged.low, one.ranged.high)]
    largest = max([beside, *(value for value in values if math.isfinite(value))])
    quantity = findings.quantities[found[0].quantity]
    return scale_of(quantity, lang, findings.small_cell, points=True, largest=largest)


def _shown(ranged: Ranged, factor: float) -> tuple[float, float, float]:
    return ranged.value * factor, ranged.low * factor, ranged.high * factor


def _unit_below(unit: str) -> Option:
    """An axis of differences, its unit in the middle below it."""
    axis = value_axis(unit, signed=True)
    middle = {**axis["nameTextStyle"], "align": "center"}
    return {**axis, "nameTextStyle": middle, "nameLocation": "middle", "nameGap": 34}


def _zero() -> Option:
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": INK, "width": 2, "type": "solid"},
        "data": [{"xAxis": 0}],
    }


def _range_data(row: _Row, shift: float, colour: str) -> Option:
    """A range for the chart's own drawing: low, high, row, middle; shifted by pixels."""
    low = row.low if math.isfinite(row.low) else row.value
    high = row.high if math.isfinite(row.high) else row.value
    return {
        "value": [low, high, row.group, row.value],
        "text": row.text,
        "beside": row.beside,
        "shift": shift,
        "colour": colour,
    }


def _ranges(
    findings: Findings,
    names: list[str],
    rows: Sequence[_Row],
    axis: str,
    lang: Lang,
    *,
    bars: bool = False,
) -> Option:
    """Groups of rows, a row a plan: a mark, the range through it, and a bar from zero if wanted."""
    plans = list(dict.fromkeys(row.plan for row in rows))
    alone = len(names) == len(rows) and not bars and len(plans) == len(names)
    places = {plan: 0.0 if alone else (k - (len(plans) - 1) / 2) for k, plan in enumerate(plans)}
    series: list[Option] = []
    for plan in plans:
        this = look(findings, plan)
        own = [row for row in rows if row.plan == plan]
        shift = places[plan] * ROW
        name = findings.label(plan, lang)
        if bars:
            by_group = {row.group: row for row in own}
            series.append(_bars(name, by_group, len(names), this))
        series.append(
            {
                "type": "custom",
                "name": name,
                "renderItem": RANGE,
                "data": [_range_data(row, shift, this.colour) for row in own],
                "z": 5,
            }
        )
        series.append(
            {
                "type": "scatter",
                "name": name,
                "data": [{"value": [row.value, row.group], "text": row.text} for row in own],
                "symbol": this.symbol,
                "symbolSize": 14,
                "symbolOffset": [0, shift],
                "itemStyle": {"color": this.colour, "borderColor": "#ffffff", "borderWidth": 1.5},
                "z": 6,
            }
        )
    series[-1]["markLine"] = _zero()
    deep = 1 if alone else len(plans)
    legend = [
        {"name": findings.label(plan, lang), "itemStyle": {"color": look(findings, plan).colour}}
        for plan in plans
    ]
    keyed = not alone and len(plans) > 1
    top = 34 * len(plans) if keyed else 8
    described = "; ".join(f"{names[row.group]}: {row.text}" for row in rows[:12])
    return option(
        described,
        beside=min(BESIDE, 40 + BESIDE_LETTER * max(len(row.beside) for row in rows)),
        height=top + len(names) * (deep * ROW + BETWEEN) + 76,
        grid={"left": 20, "right": 24, "top": top, "bottom": 44, "containLabel": True},
        legend=_key(legend, findings, plans) if keyed else {"show": False},
        xAxis=_unit_below(axis),
        yAxis=category_axis(names, inverse=True, width=NAMES),
        series=series,
    )


def _bars(name: str, by_group: dict[int, _Row], groups: int, this: Look) -> Option:
    data = [
        {"value": by_group[group].value, "text": by_group[group].text}
        if group in by_group
        else None
        for group in range(groups)
    ]
    return {
        "type": "bar",
        "name": name,
        "data": data,
        "barWidth": BAR,
        "barGap": f"{100 * (ROW - BAR) / BAR:.0f}%",
        "itemStyle": {"color": this.colour, "opacity": 0.55, **decal(this.pattern)},
        "z": 2,
    }


def _key(entries: list[Option], findings: Findings, plans: Sequence[str]) -> Option:
    for entry, plan in zip(entries, plans, strict=True):
        entry["icon"] = look(findings, plan).symbol
    return {
        "top": 0,
        "left": 0,
        "orient": "vertical",
        "itemWidth": 18,
        "itemGap": 6,
        "selectedMode": False,
        "textStyle": {"fontSize": TYPE, "color": INK, "width": 520, "overflow": "truncate"},
        "data": entries,
    }
