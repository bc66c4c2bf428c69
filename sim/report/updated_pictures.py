"""Pictures of an update: the range before, the range now, and what was counted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.report.drawing import (
    GREY,
    INK,
    PAPER,
    SMALLEST_TYPE,
    Picture,
    Ticks,
    finish,
    header,
    house_style,
    note,
    wrapped,
)
from sim.report.numbers import Lang, Ranged
from sim.report.updated import EVERYBODY, Course, Updated, age_words

OLD, NEW = "#8a8a8a", "#0072B2"
COLUMNS = 3
PANEL_HEIGHT = 2.5


def pictures(found: Updated, lang: Lang) -> Iterator[Picture]:
    """All pictures: by district, by age for all together, by age for each district shown."""
    german = lang == "de"
    shown = found.places_shown()
    places: list[int | None] = [None, *shown] if len(found.labels) > 1 else [None]
    by_place = [
        (found.place(place, lang), course)
        for place in places
        if (course := found.course(place, EVERYBODY)) is not None
    ]
    if len(found.labels) == 1 and not by_place:
        by_place = [(found.labels[0], course) for course in (found.course(0, EVERYBODY),) if course]
    title = (
        f"Einwohner bis {found.last_year}: bisher und nach der Zählung {found.until}"
        if german
        else f"Residents to {found.last_year}: before and after the count of {found.until}"
    )
    if not found.years:
        title = f"Einwohner bis {found.last_year}" if german else f"Residents to {found.last_year}"
    if by_place:
        yield _panels(found, by_place, "forecast_by_district", title, lang)
    for place in places:
        courses = [one for one in found.courses if one.place == place]
        if not courses and len(found.labels) == 1:
            courses = [one for one in found.courses if one.place == 0]
        panels = [(age_words(one.ages, lang), one) for one in courses]
        if not panels:
            continue
        name = "forecast_by_age"
        if place is not None:
            name = f"forecast_by_age_{found.update.town.districts[place].key}"
        yield _panels(found, panels, name, f"{found.place(place, lang)}. {title}", lang)


def _panels(
    found: Updated, panels: Sequence[tuple[str, Course]], name: str, title: str, lang: Lang
) -> Picture:
    german = lang == "de"
    rows = math.ceil(len(panels) / COLUMNS)
    height = 1.75 + rows * PANEL_HEIGHT
    says = []
    with house_style():
        figure = Figure(figsize=(11.0, height))
        grid = figure.add_gridspec(
            rows, COLUMNS, left=0.075, right=0.985, top=1 - 1.5 / height, bottom=0.75 / height,
            wspace=0.28, hspace=0.62,
        )  # fmt: skip
        for number, (label, course) in enumerate(panels):
            panel = figure.add_subplot(grid[number // COLUMNS, number % COLUMNS])
            panel.set_title(wrapped(label, 30), loc="left", fontweight="bold", pad=6)
            says.append(_panel(panel, found, label, course, lang))
        header(figure, wrapped(title, 88), _below(found, lang))
        _key(figure, found, height, lang)
        note(
            figure,
            "Modellrechnung, keine Vorhersage. Achsen beginnen nicht bei null."
            if german
            else "A model calculation, not a prophecy. Axes do not begin at zero.",
        )
        return finish(figure, name, title, f"{title}. " + " ".join(says), lang)


def _below(found: Updated, lang: Lang) -> str:
    if lang == "de":
        return f"Menschen am Jahresende; Flächen: 90 von 100 Rechnungen. {found.update.town.label}."
    return f"People at the end of the year; areas: 90 of 100 runs. {found.update.town.label}."


def _panel(panel: Axes, found: Updated, label: str, course: Course, lang: Lang) -> str:
    """One figure over the years; returns the same in words.

    Each forecast begins at the count it knows.
    """
    scale = found.scale(lang)
    since = found.years[-1].step.before.until if found.years else course.years[0]
    if course.before:
        old = list(_from(course, course.before, since))
        _band(panel, old, OLD, "--", hatch="///")
    new = list(_from(course, course.after, found.until))
    _band(panel, new, NEW, "-", hatch="")
    counted = sorted(course.counted.items())
    shown = [(year, value) for year, value in counted if value >= found.small_cell]
    if shown:
        panel.plot(
            [year for year, _ in shown], [value for _, value in shown], ls="", marker="o", ms=7,
            color=INK, zorder=6,
        )  # fmt: skip
    last_year, last = new[-1]
    panel.annotate(
        f"{last_year}: {scale.value(last)}", (last_year, last.high), xytext=(0, 5),
        textcoords="offset points", ha="right", va="bottom", fontsize=SMALLEST_TYPE, bbox=PAPER,
        zorder=7,
    )  # fmt: skip
    ends = [end for _, one in new for end in (one.low, one.high)]
    ends += [value for _, value in shown]
    if course.before:
        ends += [end for _, one in old for end in (one.low, one.high)]
    room = max(ends) - min(ends) or 1.0
    panel.set_ylim(max(0.0, min(ends) - 0.12 * room), max(ends) + 0.24 * room)
    first = min([year for year, _ in shown] + [since])
    panel.set_xlim(first - 0.3, course.years[-1] + 0.3)
    panel.set_xticks([first, found.until, course.years[-1]])
    panel.yaxis.set_major_formatter(Ticks(lang))
    panel.locator_params(axis="y", nbins=4)
    panel.grid(axis="y")
    return _in_words(found, label, course, lang)


def _from(course: Course, values: Sequence[Ranged], since: int) -> Iterator[tuple[int, Ranged]]:
    for year, one in zip(course.years, values, strict=True):
        if year == since and year in course.counted:
            yield year, Ranged(*[course.counted[year]] * 3)
        elif year >= since:
            yield year, one


def _band(
    panel: Axes, values: Sequence[tuple[int, Ranged]], colour: str, style: str, hatch: str
) -> None:
    years = [year for year, _ in values]
    low, high = [one.low for _, one in values], [one.high for _, one in values]
    if hatch:
        panel.fill_between(
            years, low, high, facecolor="none", edgecolor=colour, hatch=hatch, lw=0.0, zorder=2
        )
    else:
        panel.fill_between(years, low, high, color=colour, alpha=0.3, lw=0.0, zorder=3)
    for side in (low, high):
        panel.plot(years, side, color=colour, lw=1.1, ls=style, zorder=4)
    panel.plot(years, [one.value for _, one in values], color=colour, lw=2.4, ls=style, zorder=5)


def _in_words(found: Updated, label: str, course: Course, lang: Lang) -> str:
    scale = found.scale(lang)
    german = lang == "de"
    last = course.years[-1]
    new = scale.with_range(course.after[-1])
    text = f"{label}: {'Ende' if german else 'end of'} {last} {new}"
    if course.before:
        old = scale.with_range(course.before[-1])
        text += f", {'bisher' if german else 'before'} {old}"
    if found.until in course.counted:
        counted = scale.value(Ranged(course.counted[found.until]))
        text += f", {'gezählt' if german else 'counted'} {found.until} {counted}"
    return text + "."


def _key(figure: Figure, found: Updated, height: float, lang: Lang) -> None:
    german = lang == "de"
    handles: list[Line2D | Patch] = []
    if found.years:
        since = found.years[-1].step.before.until
        words = f"bisher (bekannt bis {since})" if german else f"before (known to {since})"
        handles.append(Patch(facecolor="none", edgecolor=OLD, hatch="///", label=words))
    words = f"neu (bekannt bis {found.until})" if german else f"now (known to {found.until})"
    handles.append(Patch(facecolor=NEW, alpha=0.4, label=words))
    handles.append(
        Line2D([], [], ls="", marker="o", color=INK, ms=7, label="gezählt" if german else "counted")
    )
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.002, 1 - 0.72 / height),
        ncols=len(handles), frameon=False, fontsize=SMALLEST_TYPE, labelcolor=GREY,
    )  # fmt: skip
