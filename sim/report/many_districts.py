"""Where there are many districts: those the plans change most, and what they change there."""

from __future__ import annotations

import math

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.report.drawing import (
    INK,
    KEY_COLUMNS,
    KEY_LINE,
    SMALLEST_TYPE,
    Picture,
    finish,
    header,
    house_style,
    key_rows,
    model_note,
    note,
    number_axis,
    plan_label,
    plan_style,
    wrapped,
)
from sim.report.findings import Findings
from sim.report.numbers import Lang, label_of
from sim.report.words import change, difference_scale

MOST_DISTRICTS = 12
"""More do not fit on a page that is read."""
LINE, BETWEEN = 0.25, 0.2


def most_affected(findings: Findings, quantity: str) -> tuple[str, ...]:
    """Districts in the order in which they are worth showing; at most `MOST_DISTRICTS`.

    A town of few districts keeps its own order. Of many, those come first in which a plan changes
    the quantity most, or without other plans those with the largest number.
    """
    keys = tuple(findings.district_labels)
    if len(keys) <= MOST_DISTRICTS:
        return keys
    order = {key: place for place, key in enumerate(keys)}
    ranked = sorted(keys, key=lambda key: (-_weight(findings, quantity, key), order[key]))
    return tuple(ranked[:MOST_DISTRICTS])


def _weight(findings: Findings, quantity: str, district: str) -> float:
    if not findings.alternatives:
        value = findings.level(findings.reference, quantity, district).value
        return value if math.isfinite(value) else 0.0
    found = [
        abs(one.ranged.value)
        for plan in findings.alternatives
        if (one := findings.difference(plan, quantity, district=district)) is not None
    ]
    return max((value for value in found if math.isfinite(value)), default=0.0)


def left_out(findings: Findings, lang: Lang) -> str:
    """How many districts are not shown, and where they are; empty if all are."""
    hidden = len(findings.district_labels) - MOST_DISTRICTS
    if hidden <= 0:
        return ""
    if lang == "de":
        return (
            f"Gezeigt sind die {MOST_DISTRICTS} Bezirke, in denen sich am meisten ändert; die "
            f"{hidden} weiteren stehen in den Tabellen (tables/)."
        )
    return (
        f"Shown are the {MOST_DISTRICTS} districts where most changes; the {hidden} others are in "
        "the tables (tables/)."
    )


def changes_by_district(findings: Findings, name: str, lang: Lang) -> Picture:
    """What the plans change in the districts they change most, with ranges."""
    german = lang == "de"
    quantity = findings.quantities[name]
    period = findings.period_of(name)
    districts = most_affected(findings, name)
    plans = findings.alternatives
    label = label_of(quantity, lang)
    reference = plan_label(findings, findings.reference, lang, 36)
    title = (
        f"{label}: was sich in den Bezirken ändert, Ende {period}"
        if german
        else f"{label}: what changes in the districts, end of {period}"
    )
    below = (
        f"Unterschied zu „{reference}“. Strich: was wir nicht genau wissen (90 von 100 Fällen)."
        if german
        else f"Difference to “{reference}”. Line: what we do not know exactly (90 of 100 cases)."
    )
    block = LINE * len(plans) + BETWEEN
    top = 2.35 + KEY_LINE * (key_rows(len(plans)) - 1)
    height = top + 0.15 + len(districts) * block
    says = []
    with house_style():
        figure = Figure(figsize=(11.0, height))
        panel = figure.add_axes((0.21, 1.3 / height, 0.52, 1 - (top + 0.25) / height))
        ends = [0.0]
        unit = ""
        for row, district in enumerate(districts):
            if row % 2 == 0:
                panel.axhspan(row - 0.5, row + 0.5, color="#f2f2f2", lw=0, zorder=0)
            texts = []
            for number, plan in enumerate(plans):
                one = findings.difference(plan, name, district=district)
                if one is None or not math.isfinite(one.ranged.value):
                    continue
                scale = difference_scale(findings, one, lang)
                unit = scale.unit
                y = row + (number - (len(plans) - 1) / 2) * LINE / block
                style = plan_style(findings, plan)
                low, high = one.ranged.low, one.ranged.high
                ends += [low, high]
                panel.plot(
                    [low, high], [y, y], color=style.colour, lw=2.2, zorder=2, marker="|", ms=7,
                    mew=2.0,
                )  # fmt: skip
                panel.plot(
                    [one.ranged.value], [y], marker=style.marker, ms=8.5, mfc="white",
                    mec=style.colour, mew=2.0, zorder=3,
                )  # fmt: skip
                panel.text(
                    1.03, y, scale.difference_with_range(one.ranged),
                    transform=panel.get_yaxis_transform(), fontsize=SMALLEST_TYPE,
                    va="center_baseline",
                )  # fmt: skip
                texts.append(f"{findings.label(plan, lang)} {change(one.ranged, scale)}")
            says.append(f"{findings.district_labels[district]}: {'; '.join(texts)}.")
        panel.axvline(0.0, color=INK, lw=1.2, zorder=1)
        panel.set_yticks(range(len(districts)))
        panel.set_yticklabels([wrapped(findings.district_labels[key], 20) for key in districts])
        panel.tick_params(axis="y", length=0)
        panel.set_ylim(len(districts) - 0.5, -0.5)
        room = max(ends) - min(ends) or 1.0
        panel.set_xlim(min(ends) - 0.05 * room, max(ends) + 0.05 * room)
        panel.grid(axis="x", zorder=1)
        panel.spines["left"].set_visible(False)
        number_axis(panel, lang, sign=True)
        panel.set_xlabel(unit)
        _key(figure, findings, lang, top=1 - 0.74 / height)
        header(figure, title, below)
        note(figure, f"{left_out(findings, lang)} {model_note(findings, lang)}".strip())
        alt = f"{title}. " + " ".join(says)
        return finish(figure, f"{name}_by_district", title, alt, lang)


def _key(figure: Figure, findings: Findings, lang: Lang, top: float) -> None:
    """Which mark is which plan."""
    handles = []
    for plan in findings.alternatives:
        style = plan_style(findings, plan)
        handles.append(
            Line2D(
                [], [], color=style.colour, lw=2.4, marker=style.marker, ms=8.5, mfc="white",
                mec=style.colour, mew=2.0, label=plan_label(findings, plan, lang),
            )
        )  # fmt: skip
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.002, top),
        ncols=min(KEY_COLUMNS, len(handles)), frameon=False, fontsize=SMALLEST_TYPE,
        handlelength=2.6, columnspacing=1.6,
    )  # fmt: skip
