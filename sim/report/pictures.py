"""Pictures for the council: large type, few colours, a line style or pattern for each colour.

Figures are made through matplotlib's object-oriented interface with the Agg and SVG canvases; no
window system and no global figure is touched. Each picture has a text that says the same in words.
"""

from __future__ import annotations

import math
import re
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import Formatter, MaxNLocator

from sim.report.findings import COMPARED, COSTS, PAYERS, Findings
from sim.report.gather import PAYER_NAMES
from sim.report.numbers import Lang, Ranged, Scale, decimal, digits_of, label_of, scale_of
from sim.report.words import between, change, difference_scale
from sim.study.files import write_whole

DOTS_PER_INCH = 200
SMALLEST_TYPE = 12.0
FEWEST_TICKS = 2
KEY_COLUMNS = 3
KEY_LINE = 0.27
"""Inches that each further line of a key takes."""

INK = "#1a1a1a"
GREY = "#595959"
FAINT = "#d0d0d0"

# Okabe and Ito's colours, told apart with every kind of colour vision, in an order in which
# neighbours also differ in lightness.
PLAN_COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
PLAN_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
PLAN_HATCHES = ("", "///", "...", "xxx", "\\\\\\", "---", "++")

_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same letters on every computer
    "font.size": 13.0,
    "axes.titlesize": 13.0,
    "axes.labelsize": 13.0,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.axisbelow": True,
    "xtick.labelsize": SMALLEST_TYPE,
    "ytick.labelsize": SMALLEST_TYPE,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "hatch.linewidth": 0.8,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "quartier",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}

_PAPER: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
"""Ground of a text that lies over lines."""

_LOCK = threading.Lock()
"""Matplotlib's settings are shared by all threads; one picture is drawn at a time."""


@dataclass(frozen=True)
class Picture:
    """A drawn picture and what it says.

    Attributes:
        name: stem of its files.
        title: short title.
        alt: the same in words, for those who cannot see it.
        lang: language of all text in it.
        png, svg: the finished files.
        smallest_type: smallest type in it, in points.
    """

    name: str
    title: str
    alt: str
    lang: Lang
    png: bytes
    svg: bytes
    smallest_type: float

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write both files, such as `care_by_setting.de.png`, and return their paths."""
        paths = (folder / f"{self.name}.{self.lang}.png", folder / f"{self.name}.{self.lang}.svg")
        for path, content in zip(paths, (self.png, self.svg), strict=True):
            write_whole(path, content)
        return paths


@contextmanager
def _style() -> Iterator[None]:
    with _LOCK, matplotlib.style.context(["default", _STYLE]):
        yield


def _finish(figure: Figure, name: str, title: str, alt: str, lang: Lang) -> Picture:
    """Turn a figure into files; must be called inside `_style`."""
    png, svg = BytesIO(), BytesIO()
    FigureCanvasAgg(figure)
    about = {"Title": title, "Description": alt, "Software": None}
    figure.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata=about)
    FigureCanvasSVG(figure)
    figure.savefig(svg, format="svg", metadata={"Date": None, "Title": title, "Creator": None})
    sizes = [
        text.get_fontsize()
        for text in figure.findobj(mpl.text.Text)
        if text.get_visible() and text.get_text().strip()
    ]
    smallest = float(min(sizes, default=math.inf))
    described = described_svg(svg.getvalue().decode(), title, alt, lang)
    return Picture(name, title, alt, lang, png.getvalue(), described.encode(), smallest)


def described_svg(text: str, title: str, alt: str, lang: Lang) -> str:
    """An SVG that says what it shows: role, title and description for screen readers."""
    opening = re.search(r"<svg\b[^>]*>", text)
    if opening is None:
        return text
    tag = opening.group()[:-1]
    marked = (
        f'{tag} role="img" aria-labelledby="title description" lang="{lang}" xml:lang="{lang}">'
    )
    inside = (
        f'\n <title id="title">{escape(title, quote=False)}</title>'
        f'\n <desc id="description">{escape(alt, quote=False)}</desc>'
    )
    return text[: opening.start()] + marked + inside + text[opening.end() :]


class _Ticks(Formatter):
    """Axis numbers in the language, with as many digits as the step between ticks needs."""

    def __init__(self, lang: Lang, *, sign: bool = False) -> None:
        self.lang = lang
        self.sign = sign

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Iterable[float]) -> list[str]:
        ticks = [float(value) for value in values]
        gaps = [second - first for first, second in pairwise(sorted(ticks)) if second > first]
        digits = 0
        if gaps:
            digits = digits_of(10.0 ** math.floor(math.log10(min(gaps)) + 1e-9))
            shift = min(gaps) * 10.0**digits
            digits += abs(shift - round(shift)) > 1e-6
        return [decimal(tick, self.lang, digits, sign=self.sign) for tick in ticks]


def _plan_label(findings: Findings, plan: str, lang: Lang, longest: int = 28) -> str:
    """A plan's label, short enough for one line of a picture; the tables have it whole."""
    return textwrap.shorten(findings.label(plan, lang), longest, placeholder=" …")


def _key_rows(plans: int) -> int:
    return max(1, math.ceil(plans / KEY_COLUMNS))


def _number_axis(panel: Axes, lang: Lang, *, sign: bool = False) -> None:
    """Few round numbers, none so near the end that its label leaves the picture.

    The limits of the axis must have been set.
    """
    low, high = panel.get_xlim()
    margin = 0.06 * (high - low)
    shown: list[float] = []
    # Finer steps only if hardly any number is left inside.
    for numbers in (5, 7, 10, 14):
        ticks = MaxNLocator(numbers, steps=[1, 2, 5, 10]).tick_values(low, high)
        shown = [tick for tick in ticks if low + margin <= tick <= high - margin]
        if len(shown) >= FEWEST_TICKS:
            break
    panel.set_xticks(shown)
    panel.set_xlim(low, high)
    panel.xaxis.set_major_formatter(_Ticks(lang, sign=sign))


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))


def _header(figure: Figure, title: str, below: str) -> None:
    """Title and one line below, flush left, in inches so that tall pictures look alike."""
    height = figure.get_figheight()
    figure.text(0.012, 1 - 0.16 / height, title, fontsize=17, fontweight="bold", va="top")
    figure.text(0.012, 1 - 0.53 / height, below, fontsize=SMALLEST_TYPE, color=GREY, va="top")


def _note(figure: Figure, text: str) -> None:
    figure.text(
        0.012, 0.1 / figure.get_figheight(), text, fontsize=SMALLEST_TYPE, color=GREY, va="bottom"
    )


def _model_note(findings: Findings, lang: Lang) -> str:
    if lang == "de":
        return (
            f"Modellrechnung, keine Vorhersage. {findings.town_label}: {findings.draws}-mal mit "
            f"anderen Annahmen gerechnet, je {findings.seeds}-mal mit anderem Zufall."
        )
    return (
        f"Model calculation, not a forecast. {findings.town_label}: run with {findings.draws} sets "
        f"of assumptions, each with {findings.seeds} courses of chance."
    )


SETTING_NAMES: dict[str, tuple[str, str]] = {
    "home": ("Zu Hause, ohne Pflegedienst", "At home, without care service"),
    "service": ("Zu Hause, mit Dienst oder Tagespflege", "At home, with service or day care"),
    "nursing_home": ("Im Pflegeheim", "In a nursing home"),
}


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
    reference = _plan_label(findings, findings.reference, lang, 36)
    below = (
        f"Menschen am Jahresende, „{reference}“. Dunkel: mittlere Hälfte, hell: 90 von 100 "
        "Rechnungen."
        if german
        else f"People at the end of the year, “{reference}”. Dark: middle half, light: 90 of 100 "
        "runs."
    )
    says = []
    with _style():
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
            panel.set_title(_wrapped(names[side], 24), loc="left", fontweight="bold", pad=8)
            panel.set_xticks([years[0], years[-1]])
            panel.set_xticks(years, minor=True)
            panel.set_xlim(years[0] - 0.25, years[-1] + 0.25)
            panel.grid(axis="y")
            panel.spines["left"].set_visible(False)
            panel.tick_params(axis="y", length=0)
            panel.annotate(
                f"{years[-1]}: {scale.value(end)}\n({scale.range(end)})",
                (years[-1], end.high), xytext=(0, 8), textcoords="offset points",
                ha="right", va="bottom", fontsize=SMALLEST_TYPE, linespacing=1.25, bbox=_PAPER,
                zorder=5,
            )  # fmt: skip
            panel.annotate(
                scale.value(start), (years[0], float(rows.iloc[0]["low"])), xytext=(0, -8),
                textcoords="offset points", ha="left", va="top", fontsize=SMALLEST_TYPE,
                bbox=_PAPER, zorder=5,
            )  # fmt: skip
            says.append(_setting_words(names[side], years, start, end, scale))
        highest = float(frame["high"].max())
        panels[0].set_ylim(0.0, highest * 1.22)
        panels[0].yaxis.set_major_formatter(_Ticks(lang))
        _header(figure, title, below)
        _note(figure, _model_note(findings, lang))
        figure.subplots_adjust(left=0.075, right=0.98, top=0.745, bottom=0.165, wspace=0.16)
        alt = f"{title}. " + " ".join(says)
        return _finish(figure, "care_by_setting", title, alt, lang)


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
    reference = _plan_label(findings, findings.reference, lang, 36)
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
    with _style():
        figure = Figure(figsize=(11.0, height))
        grid = figure.add_gridspec(
            lines, columns, left=0.035, right=0.955, top=1 - 1.5 / height, bottom=0.75 / height,
            wspace=0.14, hspace=1.05 / (panel_height - 0.45),
        )  # fmt: skip
        for number, name in enumerate(names):
            panel = figure.add_subplot(grid[number // columns, number % columns])
            says.append(_difference_panel(panel, findings, name, plans, lang))
        _header(figure, title, below)
        _note(figure, _model_note(findings, lang))
        alt = f"{title}. " + " ".join(says)
        return _finish(figure, "comparison", title, alt, lang)


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
        style = list(findings.plans).index(one.plan)
        colour = PLAN_COLOURS[style % len(PLAN_COLOURS)]
        marker = PLAN_MARKERS[style % len(PLAN_MARKERS)]
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
            f"{_plan_label(findings, one.plan, lang, 34)}: {scale.difference(one.ranged)}",
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
    _number_axis(panel, lang, sign=True)
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
    quantity = findings.quantities[name]
    period = findings.period_of(name)
    districts = sorted(
        findings.district_labels,
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
    top = 2.6 + KEY_LINE * (_key_rows(len(plans)) - 1)
    height = top - 0.15 + len(districts) * block
    says = []
    with _style():
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
            [_wrapped(findings.district_labels[district], 20) for district in districts]
        )
        panel.tick_params(axis="y", length=0)
        panel.set_ylim(len(districts) - 0.5, -0.5)
        panel.set_xlim(left=0.0)
        panel.grid(axis="x", zorder=1)
        panel.spines["left"].set_visible(False)
        _number_axis(panel, lang)
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
        _header(figure, title, below)
        _note(figure, _model_note(findings, lang))
        alt = f"{title}. " + " ".join(says)
        return _finish(figure, "missing_hours_by_district", title, alt, lang)


def _whisker(panel: Axes, level: Ranged, y: float, number: int) -> None:
    """Range and middle of one plan; the shape of the mark tells the plan without colour."""
    colour = PLAN_COLOURS[number % len(PLAN_COLOURS)]
    panel.plot(
        [level.low, level.high], [y, y], color=colour, lw=2.2, zorder=2, marker="|", ms=7, mew=2.0
    )
    panel.plot(
        [level.value], [y], marker=PLAN_MARKERS[number % len(PLAN_MARKERS)], ms=8.5, mfc="white",
        mec=colour, mew=2.0, zorder=3,
    )  # fmt: skip


def _key(figure: Figure, findings: Findings, lang: Lang, top: float) -> None:
    """Which mark is which plan, right above the picture, in the order of the lines."""
    handles = [
        Line2D(
            [], [], color=PLAN_COLOURS[number % len(PLAN_COLOURS)], lw=2.4,
            marker=PLAN_MARKERS[number % len(PLAN_MARKERS)], ms=8.5, mfc="white",
            mec=PLAN_COLOURS[number % len(PLAN_COLOURS)], mew=2.0,
            label=_plan_label(findings, plan, lang),
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
    reference = _plan_label(findings, findings.reference, lang, 36)
    period = findings.mean_period
    title = "Wer zahlt mehr, wer weniger?" if german else "Who pays more, who pays less?"
    below = (
        f"Euro im Jahr gegenüber „{reference}“, Mittel {period.replace('-', ' bis ')}. "
        "Strich: 90 von 100."
        if german
        else f"Euros a year compared with “{reference}”, mean {period.replace('-', '–')}. "
        "Line: 90 of 100."
    )
    top = 2.35 + KEY_LINE * (_key_rows(len(plans)) - 1)
    height = top - 0.35 + len(names) * (0.35 + 0.42 * max(len(plans), 1))
    says = []
    with _style():
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
                style = list(findings.plans).index(plan)
                y = row + (number - (len(plans) - 1) / 2) * thick
                value = one.ranged.value
                panel.barh(
                    [y], [value], height=thick * 0.8, zorder=2, edgecolor=INK, lw=1.0,
                    color=_tint(PLAN_COLOURS[style % len(PLAN_COLOURS)]),
                    hatch=PLAN_HATCHES[style % len(PLAN_HATCHES)],
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
        _number_axis(panel, lang, sign=True)
        panel.set_xlabel("Euro im Jahr" if german else "euros a year")
        _patches(figure, findings, lang, top=1 - 0.8 / height)
        _header(figure, title, below)
        _note(figure, _model_note(findings, lang))
        alt = f"{title} {below} " + " ".join(says)
        return _finish(figure, "costs_by_payer", title, alt, lang)


def _patches(figure: Figure, findings: Findings, lang: Lang, top: float) -> None:
    handles = []
    for plan in findings.alternatives:
        style = list(findings.plans).index(plan)
        handles.append(
            Patch(
                facecolor=_tint(PLAN_COLOURS[style % len(PLAN_COLOURS)]), edgecolor=INK,
                hatch=PLAN_HATCHES[style % len(PLAN_HATCHES)],
                label=_plan_label(findings, plan, lang),
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
    today = _plan_label(findings, findings.reference, lang, 20)
    return f"{_wrapped(_payer(name, lang), 28)}\n({today}: {text} €)"


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


__all__ = ["DRAWN", "PAYERS", "Picture", "care_by_setting", "comparison", "costs_by_payer",
           "described_svg", "draw_all", "missing_by_district"]  # fmt: skip
