"""How charts look: colours safe for every kind of colour vision, dashes, patterns, large type.

Options are plain JSON for Apache ECharts. Where ECharts wants a function, a text that begins with
"@" names one that `parts/chart.vue` knows: "@number" and "@signed" write numbers in the page's
language, "@text" shows the finished text of a point, "@range" draws a range with its ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.report.drawing import FAINT, GREY, INK, PLAN_COLOURS
from sim.report.findings import Findings

__all__ = [
    "FAINT",
    "GREY",
    "INK",
    "Look",
    "Option",
    "category_axis",
    "decal",
    "early",
    "look",
    "look_of",
    "option",
    "value_axis",
]

Option = dict[str, Any]

NUMBER, SIGNED, TEXT, RANGE = "@number", "@signed", "@text", "@range"

TYPE = 16
"""Size of ordinary type in a chart, pixels; the page's own type size is multiplied in."""

ENOUGH_DRAWS = 8
"""Draws from which on a range is shown: of fewer it says too little, or seems too sure."""

SHADOW = "#8c8c8c"
"""Grey of what was answered before."""

DASHES: tuple[str | list[int], ...] = ("solid", [9, 4], [3, 3], [12, 4, 3, 4])

SYMBOLS = ("circle", "rect", "triangle", "diamond")

PATTERNS: tuple[Option | None, ...] = (
    None,
    {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 6], "rotation": 0.79},
    {"symbol": "circle", "dashArrayX": [[6, 6], [0, 6, 6, 0]], "dashArrayY": [6, 0],
     "symbolSize": 0.7},
    {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 6], "rotation": -0.79},
)  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How one plan looks everywhere: colour, dash, mark and pattern.

    Attributes:
        colour: of its lines and areas.
        dash: line type of ECharts.
        symbol: mark of its points.
        pattern: decal of its bars; None for plain.
    """

    colour: str
    dash: str | list[int]
    symbol: str
    pattern: Option | None


def look_of(number: int) -> Look:
    """Look of the plan of a number; 0 is the reference."""
    return Look(
        PLAN_COLOURS[number % len(PLAN_COLOURS)],
        DASHES[number % len(DASHES)],
        SYMBOLS[number % len(SYMBOLS)],
        PATTERNS[number % len(PATTERNS)],
    )


def look(findings: Findings, plan: str) -> Look:
    """Look of a plan of a result."""
    return look_of(findings.plans.index(plan))


def early(findings: Findings) -> bool:
    """Whether a result rests on so few draws that it is only a first guess."""
    return findings.draws < ENOUGH_DRAWS


def decal(pattern: Option | None) -> Option:
    """A bar's pattern; plain where there is none."""
    if pattern is None:
        return {"decal": {"symbol": "none"}}
    return {"decal": {**pattern, "color": "rgba(255,255,255,0.65)"}}


def option(description: str, **parts: Any) -> Option:
    """A chart's option with what all charts share.

    Args:
        description: the chart in words, for those who cannot see it.
        parts: series, axes and what else the chart has.
    """
    return {
        "animationDuration": 250,
        "animationDurationUpdate": 250,
        "textStyle": {"fontSize": TYPE, "color": INK, "fontFamily": "inherit"},
        "aria": {"enabled": True, "label": {"description": description}, "decal": {"show": False}},
        "tooltip": {
            "trigger": "item",
            "renderMode": "richText",
            "confine": True,
            "formatter": TEXT,
            "textStyle": {"fontSize": TYPE, "color": INK},
        },
        "legend": {
            "top": 0,
            "left": 0,
            "icon": "none",
            "itemWidth": 34,
            "itemGap": 18,
            "textStyle": {"fontSize": TYPE, "color": INK},
            "data": [],
        },
        **parts,
    }


def value_axis(name: str = "", *, signed: bool = False, zero: bool = True) -> Option:
    """An axis of numbers in the page's language.

    Args:
        name: unit, written at the axis' end.
        signed: with a plus before positive numbers.
        zero: the axis holds zero.
    """
    return {
        "type": "value",
        "name": name,
        "nameTextStyle": {"fontSize": TYPE, "color": GREY, "align": "left"},
        "scale": not zero,
        "axisLabel": {
            "fontSize": TYPE, "color": INK, "formatter": SIGNED if signed else NUMBER,
            "hideOverlap": True,
        },
        "splitLine": {"lineStyle": {"color": FAINT}},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
    }  # fmt: skip


def category_axis(names: list[str], *, inverse: bool = False, width: int = 0) -> Option:
    """An axis of names.

    Args:
        names: in order.
        inverse: the first on top, for rows.
        width: pixels a name may take before it is wrapped; 0 for no limit.
    """
    label: Option = {"fontSize": TYPE, "color": INK, "margin": 12}
    if width:
        label |= {"width": width, "overflow": "break", "interval": 0, "lineHeight": 20}
    return {
        "type": "category",
        "data": names,
        "inverse": inverse,
        "axisLabel": label,
        "axisLine": {"lineStyle": {"color": GREY}},
        "axisTick": {"show": False},
    }
