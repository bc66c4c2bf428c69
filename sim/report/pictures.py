"""Pictures for the council: large type, few colours, a line style or pattern for each colour.

Figures are made through matplotlib's object-oriented interface with the Agg and SVG canvases; no
window system and no global figure is touched. Each picture has a text that says the same in words.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.report.drawing import (
    GREY,
    INK,
    KEY_COLUMNS,
    KEY_LINE,
    PAPER,
    SMALLEST_TYPE,
    Picture,
    Ticks,
    finish,
    header,
    house_style,
    key_rows,
    model_note,
    note,
    number_axis,
    plan_label,
    plan_style,
    style_of,
    wrapped,
)
from sim.report.findings import COMPARED, COSTS, Findings
from sim.report.gather import PAYER_NAMES
from sim.report.many_districts import (
    MOST_DISTRICTS,
    changes_by_district,
    left_out,
    most_affected,
)
from sim.report.numbers import Lang, Ranged, Scale, label_of, scale_of
from sim.report.words import between, change, difference_scale

SETTING_NAMES: dict[str, tuple[str, str]] = {
    "home": ("Zu Hause, ohne Pflegedienst", "At home, without care service"),
    "service": ("Zu Hause, mit Dienst oder Tagespflege", "At home, with service or day care"),
    "nursing_home": ("Im Pflegeheim", "In a nursing home"),
}


_SAME = ("in allen Rechnungen gleich", "the same in all runs")
"""In place of a range, as where all places of the nursing homes are taken in every run."""


def care_by_setting(findings: Findings, lang: Lang) -> Picture | None:
    """Fan chart of people in need of care by setting, in the reference."""
    if findings.settings.empty:
        return None
    german = lang == "de"
    side = 0 if german else 1
    frame = findings.settings
    frame = frame[(frame["plan"] == findings.reference) & frame["period"].isin(findings.years)]
    years = [int(year) for year in findings.years]
    scale = Scale(1.0, 1.0, "Menschen" if german else "people", True, findings.small_cell, lang)
    title = (
        f"Pflegebedürftige in {findings.town_label} bis {years[-1]}"
        if german
        else f"People in need of care in {findings.town_label} to {years[-1]}"
    )
    reference = plan_label(findings, findings.reference, lang, 36)
    below = (
        f"Menschen am Jahresende, „{reference}“. Dunkel: mittlere Hälfte, hell: 90 von 100 "
        "Rechnungen."
        if german
        else f"People at the end of the year, “{reference}”. Dark: middle half, light: 90 of 100 "
        "runs."
    )
    says = []
    with house_style():
        figure = Figure(figsize=(11.0, 5.8))
        panels = figure.subplots(1, 3, sharey=True)
        for panel, (setting, names), colour in zip(
            panels, SETTING_NAMES.items(), ("#0072B2", "#D55E00", "#009E73"), strict=True
        ):
            rows = frame[frame["setting"] == setting].set_index("period").loc[list(findings.years)]
            _fan(panel, years, rows, colour)
            last = rows.iloc[-1]
            end = Ranged(float(last["median"]), float(last["low"]), float(last["high"]))
            start = Ranged(float(rows.iloc[0]["median"]))
            panel.set_title(wrapped(names[side], 24), loc="left", fontweight="bold", pad=8)
            panel.set_xticks([years[0], years[-1]])
            panel.set_xticks(years, minor=True)
            panel.set_xlim(years[0] - 0.25, years[-1] + 0.25)
            panel.grid(axis="y")
            panel.spines["left"].set_visible(False)
            panel.tick_params(axis="y", length=0)
            spread = scale.range(end) if end.has_range else _SAME[side]
            panel.annotate(
                f"{years[-1]}: {scale.value(end)}\n({spread})",
                (years[-1], end.high), xytext=(0, 8), textcoords="offset points",
                ha="right", va="bottom", fontsize=SMALLEST_TYPE, linespacing=1.25, bbox=PAPER,
                zorder=5,
            )  # fmt: skip
            panel.annotate(
                scale.value(start), (years[0], float(rows.iloc[0]["low"])), xytext=(0, -8),
                textcoords="offset points", ha="left", va="top", fontsize=SMALLEST_TYPE,
                bbox=PAPER, zorder=5,
            )  # fmt: skip
            says.append(_setting_words(names[side], years, start, end, scale))
        highest = float(frame["high"].max())
        panels[0].set_ylim(0.0, highest * 1.22)
        panels[0].yaxis.set_major_formatter(Ticks(lang))
        header(figure, title, below)
        note(figure, model_note(findings, lang))
        figure.subplots_adjust(left=0.075, right=0.98, top=0.745, bottom=0.165, wspace=0.16)
        alt = f"{title}. " + " ".join(says)
        return finish(figure, "care_by_setting", title, alt, lang)


def _setting_words(
    name: str, years: Sequence[int], start: Ranged, end: Ranged, scale: Scale
) -> str:
    first, last = scale.value(start), between(end, scale)
    if scale.lang == "de":
        return f"{name}: {first} Ende {years[0]}, {last} Ende {years[-1]}."
    return f"{name}: {first} at the end of {years[0]}, {last} at the end of {years[-1]}."


def _fan(panel: Axes, years: Sequence[int], rows: pd.DataFrame, colour: str) -> None:
    outer = panel.fill_between(years, rows["low"], rows["high"], color=colour, alpha=0.22, lw=0)
    inner = panel.fill_between(
        years, rows["inner_low"], rows["inner_high"], color=colour, alpha=0.5, lw=0
    )
    for band in (outer, inner):
        band.set_zorder(2)
    # Thin edges keep the bands apart where a copy or a projector swallows light grey.
    for column in ("low", "high"):
        panel.plot(years, rows[column], color=colour, lw=0.9, zorder=3)
    panel.plot(years, rows["median"], color=INK, lw=2.6, zorder=4)


def comparison(findings: Findings, lang: Lang) -> Picture | None:
    """Paired differences to the reference, each indicator in its own unit."""
    if not findings.alternatives:
        return None
    german = lang == "de"
    names = findings.known(COMPARED)
    reference = plan_label(findings, findings.reference, lang, 36)
    title = (
        f"Was die Pläne gegenüber „{reference}“ ändern"
        if german
        else f"What the plans change compared with “{reference}”"
    )
    below = (
        "Dicker Strich: was wir nicht genau wissen (90 von 100 Fällen). "
        "Dünner Strich: mit Zufall.\n"
        "Grau: So stark schwankt der Wert vor Ort ohnehin durch Zufall, auch ohne jeden Plan."
        if german
        else "Thick line: what we do not know exactly (90 of 100 cases). Thin line: with chance.\n"
        "Grey: how much the value varies on the spot by chance anyway, without any plan."
    )
    plans = findings.alternatives
    columns = 2
    lines = math.ceil(len(names) / columns)
    panel_height = 0.95 + 0.48 * len(plans)
    height = 1.45 + lines * panel_height + 0.5
    says = []
    with house_style():
        figure = Figure(figsize=(11.0, height))
        grid = figure.add_gridspec(
            lines, columns, left=0.035, right=0.955, top=1 - 1.5 / height, bottom=0.75 / height,
            wspace=0.14, hspace=1.05 / (panel_height - 0.45),
        )  # fmt: skip
        for number, name in enumerate(names):
            panel = figure.add_subplot(grid[number // columns, number % columns])
            says.append(_difference_panel(panel, findings, name, plans, lang))
        header(figure, title, below)
        note(figure, model_note(findings, lang))
        alt = f"{title}. " + " ".join(says)
        return finish(figure, "comparison", title, alt, lang)


def _difference_panel(
    panel: Axes, findings: Findings, name: str, plans: Sequence[str], lang: Lang
) -> str:
    """One indicator: a line for each plan; returns the same in words."""
    quantity = findings.quantities[name]
    found = [one for plan in plans if (one := findings.difference(plan, name)) is not None]
    bounds = [
        bound
        for one in found
        for bound in (one.ranged.low, one.ranged.high, one.chance.low, one.chance.high)
        if math.isfinite(bound)
    ]
    largest = max(map(abs, bounds), default=0.0)
    scale = scale_of(quantity, lang, findings.small_cell, points=True, largest=largest)
    low = min([0.0, *(bound * scale.factor for bound in bounds)])
    high = max([0.0, *(bound * scale.factor for bound in bounds)])
    # A difference too small to be told must not fill the picture.
    least = 2.0 * findings.small_cell if scale.people else 5.0 * scale.finest
    if max(-low, high) < least:
        low, high = min(low, -least), max(high, least)
    room = high - low
    scatter = max((1.645 * one.scatter for one in found if one.scatter > 0), default=0.0)
    swing = scatter * scale.factor
    # The grey of chance may widen the picture, but must not shrink the difference to nothing.
    low, high = min(low, -min(swing, 0.75 * room)), max(high, min(swing, 0.75 * room))
    room = high - low or room
    panel.set_xlim(low - 0.06 * room, high + 0.06 * room)
    panel.set_ylim(len(plans) - 0.35, -0.75)
    panel.axvspan(-swing, swing, color="#e3e3e3", lw=0, zorder=0)
    words = []
    for row, one in enumerate(found):
        panel.plot([0.0, 0.0], [row - 0.2, row + 0.42], color=INK, lw=1.4, zorder=1)
        style = plan_style(findings, one.plan)
        colour, marker = style.colour, style.marker
        narrow = [one.ranged.low * scale.factor, one.ranged.high * scale.factor]
        # With few runs the range with chance may come out narrower than the one without.
        wide = [
            min(narrow[0], one.chance.low * scale.factor),
            max(narrow[1], one.chance.high * scale.factor),
        ]
        value = one.ranged.value * scale.factor
        panel.plot(wide, [row, row], color=colour, lw=1.4, zorder=2, solid_capstyle="butt")
        for end in wide:
            panel.plot([end, end], [row - 0.1, row + 0.1], color=colour, lw=1.4, zorder=2)
        panel.plot(narrow, [row, row], color=colour, lw=6.5, zorder=3, solid_capstyle="butt")
        panel.plot(
            [value], [row], marker=marker, ms=9.5, mfc="white", mec=colour, mew=2.0, zorder=4
        )
        label = findings.label(one.plan, lang)
        panel.annotate(
            f"{plan_label(findings, one.plan, lang, 34)}: {scale.difference(one.ranged)}",
            (0.0, row - 0.36),
            xycoords=("axes fraction", "data"), fontsize=SMALLEST_TYPE, va="center", ha="left",
            color=INK, zorder=5,
        )  # fmt: skip
        words.append(f"{label} {change(one.ranged, scale)}")
    title = _panel_title(findings, name, scale, lang)
    panel.set_title(
        title, loc="left", fontweight="bold", pad=7,
        fontsize=SMALLEST_TYPE if max(map(len, title.split("\n"))) > 46 else None,
    )  # fmt: skip
    panel.set_yticks([])
    panel.spines["left"].set_visible(False)
    number_axis(panel, lang, sign=True)
    return f"{label_of(quantity, lang)}: {'; '.join(words)}."


def _panel_title(findings: Findings, name: str, scale: Scale, lang: Lang) -> str:
    period = findings.period_of(name)
    when = period.replace("-", "–")
    label = textwrap.shorten(findings.quantity_label(name, lang), 56, placeholder=" …")
    return f"{label}\n{scale.unit}, {when}"


def missing_by_district(findings: Findings, lang: Lang) -> Picture | None:
    """Missing hours of care in each district under each plan, with ranges."""
    if not findings.known(("missing_hours",)) or not findings.district_labels:
        return None
    german = lang == "de"
    name = "missing_hours"
    if len(findings.district_labels) > MOST_DISTRICTS and findings.alternatives:
        return changes_by_district(findings, name, lang)
    quantity = findings.quantities[name]
    period = findings.period_of(name)
    districts = sorted(
        most_affected(findings, name),
        key=lambda district: -findings.level(findings.reference, name, district).value,
    )
    scale = scale_of(quantity, lang, findings.small_cell)
    label = label_of(quantity, lang)
    title = (
        f"{label} nach Bezirken, Ende {period}"
        if german
        else f"{label} by district, end of {period}"
    )
    below = (
        "Zeichen: mittlerer Wert, Strich: 90 von 100 Rechnungen (Unkenntnis und Zufall zusammen)."
        if german
        else "Mark: middle value, line: 90 of 100 runs (not knowing and chance together)."
    )
    plans = findings.plans
    line, between_districts = 0.25, 0.2
    block = line * len(plans) + between_districts
    top = 2.6 + KEY_LINE * (key_rows(len(plans)) - 1)
    height = top - 0.15 + len(districts) * block
    says = []
    with house_style():
        figure = Figure(figsize=(11.0, height))
        panel = figure.add_axes((0.21, 1.05 / height, 0.49, 1 - top / height))
        for row, district in enumerate(districts):
            if row % 2 == 0:
                panel.axhspan(row - 0.5, row + 0.5, color="#f2f2f2", lw=0, zorder=0)
            texts = []
            for number, plan in enumerate(plans):
                level = findings.level(plan, name, district)
                y = row + (number - (len(plans) - 1) / 2) * line / block
                _whisker(panel, level, y, number)
                texts.append(f"{findings.label(plan, lang)} {scale.with_range(level)}")
                shown = scale.with_range(level)
                if plan != findings.reference:
                    one = findings.difference(plan, name, district=district)
                    if one is not None:
                        shown = scale.difference_with_range(one.ranged)
                panel.text(
                    1.03, y, shown, transform=panel.get_yaxis_transform(), fontsize=SMALLEST_TYPE,
                    va="center_baseline",
                )  # fmt: skip
            says.append(f"{findings.district_labels[district]}: {'; '.join(texts)}.")
        panel.set_yticks(range(len(districts)))
        panel.set_yticklabels(
            [wrapped(findings.district_labels[district], 20) for district in districts]
        )
        panel.tick_params(axis="y", length=0)
        panel.set_ylim(len(districts) - 0.5, -0.5)
        panel.set_xlim(left=0.0)
        panel.grid(axis="x", zorder=1)
        panel.spines["left"].set_visible(False)
        number_axis(panel, lang)
        panel.set_xlabel(scale.unit)
        first, rest = (
            ("oben: Wert", "darunter: Unterschied dazu")
            if german
            else ("top: value", "below: difference to it")
        )
        heading = f"{first}\n{rest}" if len(plans) > 1 else ("Wert" if german else "value")
        figure.text(
            0.715,
            1 - (top - 1.1) / height,
            heading,
            fontsize=SMALLEST_TYPE,
            va="bottom",
            color=GREY,
        )
        _key(figure, findings, lang, top=1 - 0.74 / height)
        header(figure, title, below)
        note(figure, f"{left_out(findings, lang)} {model_note(findings, lang)}".strip())
        alt = f"{title}. " + " ".join(says)
        return finish(figure, "missing_hours_by_district", title, alt, lang)


def _whisker(panel: Axes, level: Ranged, y: float, number: int) -> None:
    """Range and middle of one plan; the shape of the mark tells the plan without colour."""
    style = style_of(number)
    colour = style.colour
    panel.plot(
        [level.low, level.high], [y, y], color=colour, lw=2.2, zorder=2, marker="|", ms=7, mew=2.0
    )
    panel.plot(
        [level.value], [y], marker=style.marker, ms=8.5, mfc="white",
        mec=colour, mew=2.0, zorder=3,
    )  # fmt: skip


def _key(figure: Figure, findings: Findings, lang: Lang, top: float) -> None:
    """Which mark is which plan, right above the picture, in the order of the lines."""
    handles = [
        Line2D(
            [], [], color=style_of(number).colour, lw=2.4, marker=style_of(number).marker, ms=8.5,
            mfc="white", mec=style_of(number).colour, mew=2.0,
            label=plan_label(findings, plan, lang),
        )
        for number, plan in enumerate(findings.plans)
    ]  # fmt: skip
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.002, top),
        ncols=min(KEY_COLUMNS, len(handles)),
        frameon=False, fontsize=SMALLEST_TYPE, handlelength=2.6, columnspacing=1.6,
    )  # fmt: skip


def costs_by_payer(findings: Findings, lang: Lang) -> Picture | None:
    """Who pays more or less than in the reference, a year."""
    if not findings.alternatives or not findings.known(COSTS):
        return None
    german = lang == "de"
    names = findings.known(COSTS)
    plans = findings.alternatives
    reference = plan_label(findings, findings.reference, lang, 36)
    period = findings.mean_period
    title = "Wer zahlt mehr, wer weniger?" if german else "Who pays more, who pays less?"
    below = (
        f"Euro im Jahr gegenüber „{reference}“, Mittel {period.replace('-', ' bis ')}. "
        "Strich: 90 von 100."
        if german
        else f"Euros a year compared with “{reference}”, mean {period.replace('-', '–')}. "
        "Line: 90 of 100."
    )
    top = 2.35 + KEY_LINE * (key_rows(len(plans)) - 1)
    height = top - 0.35 + len(names) * (0.35 + 0.42 * max(len(plans), 1))
    says = []
    with house_style():
        figure = Figure(figsize=(11.0, height))
        panel = figure.add_axes((0.3, 1.05 / height, 0.675, 1 - top / height))
        ends = [0.0]
        for row, name in enumerate(names):
            if row % 2 == 0:
                panel.axhspan(row - 0.5, row + 0.5, color="#f2f2f2", lw=0, zorder=0)
            texts = []
            thick = 0.78 / max(len(plans), 1)
            for number, plan in enumerate(plans):
                one = findings.difference(plan, name, period=period)
                if one is None:
                    continue
                style = plan_style(findings, plan)
                y = row + (number - (len(plans) - 1) / 2) * thick
                value = one.ranged.value
                panel.barh(
                    [y], [value], height=thick * 0.8, zorder=2, edgecolor=INK, lw=1.0,
                    color=_tint(style.colour), hatch=style.hatch,
                )  # fmt: skip
                panel.plot(
                    [one.ranged.low, one.ranged.high], [y, y], color=INK, lw=2.2, zorder=3,
                    marker="|", ms=9, mew=2.2,
                )  # fmt: skip
                scale = difference_scale(findings, one, lang)
                outer = max(value, one.ranged.high, 0.0)
                ends += [min(value, one.ranged.low), outer]
                panel.annotate(
                    scale.difference(one.ranged) + _millions(scale, lang), (outer, y),
                    xytext=(7, 0), textcoords="offset points", va="center",
                    fontsize=SMALLEST_TYPE, zorder=5,
                )  # fmt: skip
                texts.append(f"{findings.label(plan, lang)} {change(one.ranged, scale)}")
            says.append(f"{_payer(name, lang)}: {'; '.join(texts)}.")
        room = max(ends) - min(ends) or 1.0
        panel.set_xlim(min(ends) - 0.04 * room, max(ends) + 0.2 * room)
        panel.axvline(0.0, color=INK, lw=1.2, zorder=4)
        panel.set_yticks(range(len(names)))
        panel.set_yticklabels([_payer_tick(findings, name, lang) for name in names])
        panel.tick_params(axis="y", length=0)
        panel.set_ylim(len(names) - 0.5, -0.5)
        panel.spines["left"].set_visible(False)
        panel.grid(axis="x", zorder=1)
        number_axis(panel, lang, sign=True)
        panel.set_xlabel("Euro im Jahr" if german else "euros a year")
        _patches(figure, findings, lang, top=1 - 0.8 / height)
        header(figure, title, below)
        note(figure, model_note(findings, lang))
        alt = f"{title} {below} " + " ".join(says)
        return finish(figure, "costs_by_payer", title, alt, lang)


def _patches(figure: Figure, findings: Findings, lang: Lang, top: float) -> None:
    handles = []
    for plan in findings.alternatives:
        style = plan_style(findings, plan)
        handles.append(
            Patch(
                facecolor=_tint(style.colour), edgecolor=INK, hatch=style.hatch,
                label=plan_label(findings, plan, lang),
            )
        )  # fmt: skip
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.002, top),
        ncols=min(KEY_COLUMNS, len(handles)),
        frameon=False, fontsize=SMALLEST_TYPE, handlelength=2.6, handleheight=1.2,
    )  # fmt: skip


def _tint(colour: str) -> tuple[float, float, float]:
    """The colour, lightened so that the pattern over it is seen."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (0.45 + 0.55 * red, 0.45 + 0.55 * green, 0.45 + 0.55 * blue)


def _payer(name: str, lang: Lang) -> str:
    return PAYER_NAMES[name.removeprefix("cost_")][0 if lang == "de" else 1]


def _payer_tick(findings: Findings, name: str, lang: Lang) -> str:
    """Payer with what is paid today, so that a change is seen in proportion."""
    level = findings.level(findings.reference, name, period=findings.mean_period)
    largest = max(abs(level.value), abs(level.high)) if math.isfinite(level.high) else level.value
    scale = scale_of(findings.quantities[name], lang, findings.small_cell, largest=largest)
    text = scale.value(level) + _millions(scale, lang)
    today = plan_label(findings, findings.reference, lang, 20)
    return f"{wrapped(_payer(name, lang), 28)}\n({today}: {text} €)"


def _millions(scale: Scale, lang: Lang) -> str:
    if scale.factor == 1.0:
        return ""
    return " Mio." if lang == "de" else " m"


DRAWN: tuple[Callable[[Findings, Lang], Picture | None], ...] = (
    care_by_setting,
    comparison,
    missing_by_district,
    costs_by_payer,
)
"""All pictures; one that a result does not allow, such as a comparison of one plan, is None."""


def draw_all(findings: Findings, lang: Lang) -> tuple[Picture, ...]:
    """All pictures that a result allows.

    Args:
        findings: what the study says.
        lang: language of all text.
    """
    drawn = (draw(findings, lang) for draw in DRAWN)
    return tuple(picture for picture in drawn if picture is not None)
