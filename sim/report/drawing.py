"""How pictures are drawn and kept: type, colours, axes, and words for those who cannot see."""

from __future__ import annotations

import math
import re
import textwrap
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, MaxNLocator

from sim.report.findings import Findings
from sim.report.numbers import Lang, decimal, digits_of
from sim.study.files import write_whole

DOTS_PER_INCH = 200

SMALLEST_TYPE = 12.0

FEWEST_TICKS = 2

NOTE_CHARACTERS = 118
"""Characters that fit in a line at the foot of a picture."""

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

PAPER: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
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
def house_style() -> Iterator[None]:
    """While it lasts, figures look alike on every computer; the reader's settings come back."""
    with _LOCK, matplotlib.style.context(["default", _STYLE]):
        yield


def finish(figure: Figure, name: str, title: str, alt: str, lang: Lang) -> Picture:
    """Turn a figure into files; must be called inside `house_style`."""
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


class Ticks(Formatter):
    """Axis numbers in the language, with as many digits as the step between ticks needs."""

    def __init__(self, lang: Lang, *, sign: bool = False) -> None:
        self.lang = lang
        self.sign = sign

    def __call__(self, x: float, pos: int | None = None) -> str:
        """One number, as if it stood alone."""
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Iterable[float]) -> list[str]:
        """All numbers of an axis."""
        ticks = [float(value) for value in values]
        gaps = [second - first for first, second in pairwise(sorted(ticks)) if second > first]
        digits = 0
        if gaps:
            digits = digits_of(10.0 ** math.floor(math.log10(min(gaps)) + 1e-9))
            shift = min(gaps) * 10.0**digits
            digits += abs(shift - round(shift)) > 1e-6
        return [decimal(tick, self.lang, digits, sign=self.sign) for tick in ticks]


@dataclass(frozen=True)
class PlanStyle:
    """How a plan looks: no two plans of a study look alike."""

    colour: str
    marker: str
    hatch: str


def style_of(number: int) -> PlanStyle:
    """Look of the plan of a number; beyond the seventh, colours meet other marks."""
    shift = number + number // len(PLAN_COLOURS)
    return PlanStyle(
        PLAN_COLOURS[number % len(PLAN_COLOURS)],
        PLAN_MARKERS[shift % len(PLAN_MARKERS)],
        PLAN_HATCHES[shift % len(PLAN_HATCHES)],
    )


def plan_style(findings: Findings, plan: str) -> PlanStyle:
    """Look of a plan."""
    return style_of(list(findings.plans).index(plan))


def plan_label(findings: Findings, plan: str, lang: Lang, longest: int = 28) -> str:
    """A plan's label, short enough for one line of a picture; the tables have it whole."""
    return textwrap.shorten(findings.label(plan, lang), longest, placeholder=" …")


def key_rows(plans: int) -> int:
    """Lines that the key of so many plans takes."""
    return max(1, math.ceil(plans / KEY_COLUMNS))


def number_axis(panel: Axes, lang: Lang, *, sign: bool = False) -> None:
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
    panel.xaxis.set_major_formatter(Ticks(lang, sign=sign))


def wrapped(text: str, width: int) -> str:
    """Text in lines of at most so many characters; long words stay whole."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))


def header(figure: Figure, title: str, below: str) -> None:
    """Title and one line below, flush left, in inches so that tall pictures look alike."""
    height = figure.get_figheight()
    figure.text(0.012, 1 - 0.16 / height, title, fontsize=17, fontweight="bold", va="top")
    figure.text(0.012, 1 - 0.53 / height, below, fontsize=SMALLEST_TYPE, color=GREY, va="top")


def note(figure: Figure, text: str) -> None:
    """A line at the foot of the picture, or more if it is long."""
    lines = textwrap.wrap(text, NOTE_CHARACTERS)
    figure.text(
        0.012, 0.1 / figure.get_figheight(), "\n".join(lines), fontsize=SMALLEST_TYPE, color=GREY,
        va="bottom",
    )  # fmt: skip


def model_note(findings: Findings, lang: Lang) -> str:
    """That it is a model calculation, and of how many runs."""
    if lang == "de":
        return (
            f"Modellrechnung, keine Vorhersage. {findings.town_label}: {findings.draws}-mal mit "
            f"anderen Annahmen gerechnet, je {findings.seeds}-mal mit anderem Zufall."
        )
    return (
        f"Model calculation, not a forecast. {findings.town_label}: run with {findings.draws} sets "
        f"of assumptions, each with {findings.seeds} courses of chance."
    )
