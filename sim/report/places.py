"""Places beside each other: tables, a picture and a page that say what a difference may mean."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.assumed import assumption_number, status_words
from sim.report.drawing import (
    INK,
    PLAN_COLOURS,
    PLAN_MARKERS,
    SMALLEST_TYPE,
    Picture,
    finish,
    header,
    house_style,
    note,
    number_axis,
    wrapped,
)
from sim.report.export import csv_text
from sim.report.numbers import Lang, Measurand, Ranged, Scale, label_of
from sim.report.table import ESTABLISHED, OPEN, Table
from sim.report.words import enumerated
from sim.study import PLACES_COMPARED, Places, Study, beside, own_assumptions
from sim.study.files import write_whole
from sim.study.places import quantity_of

LANGUAGES: tuple[Lang, Lang] = ("de", "en")
MOST_PLACES = 12
"""Places shown; the table in tables/places.csv holds all."""
MOST_OWN = 12
"""Local assumptions listed on the page; the table holds all."""
SMALL_RATE = 50.0
"""Rates per 1,000 below it are written with a digit behind the mark."""
SORTED_BY = "in_need"
"""What decides which places are shown, if there are too many."""

INPUTS = ("population", "households", "services", "meeting_points")
INPUT_NAMES: dict[str, tuple[str, str]] = {
    "population": ("Altersaufbau", "age structure"),
    "households": ("Haushalte", "households"),
    "services": ("Dienste und Plätze", "services and places"),
    "meeting_points": ("Treffpunkte", "meeting points"),
}
SOFT = ("estimated", "assumed")


@dataclass(frozen=True)
class PlacesFindings:
    """Everything a report says about places compared.

    Attributes:
        places: the places.
        frame: table of `sim.study.beside`.
        own: local assumptions, see `sim.study.own_assumptions`.
        inputs: share of estimated inputs by town: columns town, label, input, rows, soft.
        quantities: what is known of each quantity.
    """

    places: Places
    frame: pd.DataFrame
    own: pd.DataFrame
    inputs: pd.DataFrame
    quantities: Mapping[str, Measurand]

    @property
    def first(self) -> Study:
        """The first place's study: ranges and small cells are as there."""
        return self.places.places[0].study

    def shown(self) -> tuple[str, ...]:
        """Keys of the places shown: as asked for, or the first and those most in need of care."""
        keys = [one.key for one in self.places.places]
        if len(keys) <= MOST_PLACES:
            return tuple(keys)
        rows = self.frame[self.frame["quantity"] == SORTED_BY].set_index("place")["median"]
        rows = rows[~rows.index.duplicated()]
        others = sorted(keys[1:], key=lambda key: (-float(rows.get(key, -1.0)), key))
        return (keys[0], *others[: MOST_PLACES - 1])

    def label(self, key: str) -> str:
        """A place as people call it."""
        return next(one.label for one in self.places.places if one.key == key)

    def cell(self, plan: str, quantity: str, place: str) -> Mapping[str, Any] | None:
        """A row of the table."""
        frame = self.frame
        found = frame[
            (frame["plan"] == plan) & (frame["quantity"] == quantity) & (frame["place"] == place)
        ]
        return None if found.empty else dict(found.iloc[0])


def gather_places(places: Places, inputs: pd.DataFrame) -> PlacesFindings:
    """Ask the studies everything a report needs.

    Args:
        places: the places.
        inputs: how soft each town's inputs are, see `inputs_of`.
    """
    study = places.places[0].study
    names = [name for name in PLACES_COMPARED if name in study.quantities]
    quantities = {name: quantity_of(study, name) for name in names}
    return PlacesFindings(
        places, beside(places, names), own_assumptions(places), inputs, quantities
    )


def inputs_of(towns: Sequence[Any]) -> pd.DataFrame:
    """How many rows of each town's inputs are estimated or assumed.

    Args:
        towns: the towns (`sim.town.Town`), each once.
    """
    rows = []
    for town in towns:
        statuses = {
            "population": list(town.population["status"]),
            "households": list(town.households["status"]),
            "services": [one.status for one in town.services],
            "meeting_points": [one.status for one in town.meeting_points],
        }
        for name in INPUTS:
            known = statuses[name]
            soft = sum(status in SOFT for status in known)
            rows.append((town.name, town.label, name, len(known), soft))
    return pd.DataFrame(rows, columns=["town", "label", "input", "rows", "soft"])


def _scale(found: PlacesFindings, name: str, value: float, lang: Lang) -> Scale:
    """How a rate is written: whole, small ones to a tenth, euros to a hundred."""
    finest = 0.1 if value < SMALL_RATE else 1.0
    if found.quantities[name].kind == "money":
        finest = 100.0
    return Scale(1.0, finest, "", people=False, small_cell=0, lang=lang)


def _unit(found: PlacesFindings, name: str, lang: Lang) -> str:
    german = lang == "de"
    quantity = found.quantities[name]
    if quantity.kind == "money":
        return "Euro im Jahr" if german else "euros a year"
    if quantity.people:
        return "Menschen" if german else "people"
    return "Stunden je Woche" if german else "hours a week"


def _too_few(found: PlacesFindings, name: str, row: Mapping[str, Any]) -> bool:
    """Whether the rate stands for fewer people than may be told."""
    people = float(row["median"]) * float(row["people_65"]) / 1000.0
    return bool(found.quantities[name].people and 0.0 < people < found.first.small_cell)


def places_table(found: PlacesFindings, plan: str, lang: Lang) -> Table:
    """Quantities by place under one plan, per 1,000 residents aged 65 and over."""
    german = lang == "de"
    shown = found.shown()
    rows = []
    for name in found.quantities:
        label = label_of(found.quantities[name], lang)
        cells = [f"{label} ({_unit(found, name, lang)})"]
        for key in shown:
            row = found.cell(plan, name, key)
            cells.append(_cell(found, name, row, lang))
        rows.append(tuple(cells))
    people = [("Menschen ab 65" if german else "people aged 65 and over")]
    for key in shown:
        row = found.cell(plan, next(iter(found.quantities)), key)
        number = Scale(1.0, 1.0, "", people=True, small_cell=found.first.small_cell, lang=lang)
        people.append("–" if row is None else number.value(Ranged(float(row["people_65"]))))
    heading = "Je 1.000 Menschen ab 65" if german else "Per 1,000 people aged 65 and over"
    header_row = (heading, *(found.label(key) for key in shown))
    year, years = found.places.year, f"{found.places.years[0]}–{found.places.year}"
    title = (
        f"Orte im Vergleich, Ende {year} (Kosten: Mittel {years})"
        if german
        else f"Places compared, end of {year} (costs: mean {years})"
    )
    first = found.label(shown[0])
    told = (
        f"Mittlerer Wert (90 von 100 Rechnungen). {ESTABLISHED} gesicherter Unterschied zu "
        f"{first}, {OPEN} nicht gesichert."
        if german
        else f"Middle value (90 of 100 runs). {ESTABLISHED} established difference to {first}, "
        f"{OPEN} not established."
    )
    hidden = len(found.places.places) - len(shown)
    if hidden:
        told += (
            f" {hidden} weitere Orte: tables/places.csv."
            if german
            else f" {hidden} more places: tables/places.csv."
        )
    return Table(title, header_row, (tuple(people), *rows), told)


def _cell(found: PlacesFindings, name: str, row: Mapping[str, Any] | None, lang: Lang) -> str:
    if row is None or not math.isfinite(float(row["median"])):
        return "–"
    if _too_few(found, name, row):
        return "zu wenige" if lang == "de" else "too few"
    ranged = Ranged(float(row["median"]), float(row["low"]), float(row["high"]))
    text = _scale(found, name, ranged.value, lang).with_range(ranged)
    if not math.isfinite(float(row["difference"])):
        return text
    return f"{text} {ESTABLISHED if row['determined'] else OPEN}"


def inputs_table(found: PlacesFindings, lang: Lang) -> Table:
    """How much of what each town is made from was estimated."""
    german = lang == "de"
    side = 0 if german else 1
    rows = []
    for town, part in found.inputs.groupby("town", sort=False):
        cells = [str(part["label"].iloc[0])]
        for name in INPUTS:
            row = part[part["input"] == name].iloc[0]
            number, soft = int(row["rows"]), int(row["soft"])
            cells.append("–" if not number else f"{soft} / {number}")
        rows.append(tuple(cells))
        del town
    header_row = ("Stadt" if german else "Town", *(INPUT_NAMES[name][side] for name in INPUTS))
    title = (
        "Wie viele Eingaben geschätzt oder angenommen sind (Zeilen)"
        if german
        else "How many inputs are estimated or assumed (rows)"
    )
    return Table(title, header_row, tuple(rows))


def caution(found: PlacesFindings, lang: Lang) -> str:
    """That differences between places stem from estimated inputs as well."""
    german = lang == "de"
    total, soft = int(found.inputs["rows"].sum()), int(found.inputs["soft"].sum())
    own = len(found.own)
    if german:
        return (
            "Unterschiede zwischen Orten stammen auch aus geschätzten Eingaben, nicht nur aus den "
            f"Orten selbst: {soft} von {total} Zeilen der Eingaben sind geschätzt oder angenommen, "
            f"und {own} Annahmen haben je Ort eigene Werte. „Gesichert“ heißt darum nur: nicht mit "
            "den gemeinsamen Unsicherheiten zu erklären."
        )
    return (
        "Differences between places stem from estimated inputs as well, not only from the places: "
        f"{soft} of {total} rows of the inputs are estimated or assumed, and {own} assumptions "
        "have values of their own in each place. “Established” therefore only means: not explained "
        "by the uncertainties they share."
    )


def answer(found: PlacesFindings, lang: Lang) -> str:
    """Where the difference is established, and in which direction, for the first plan."""
    german = lang == "de"
    plan = found.places.plans[0]
    shown = found.shown()
    first = found.label(shown[0])
    texts = []
    for key in shown[1:]:
        more: list[str] = []
        less: list[str] = []
        for name in found.quantities:
            row = found.cell(plan, name, key)
            if row is None or not row["determined"] or _too_few(found, name, row):
                continue
            label = label_of(found.quantities[name], lang)
            (more if float(row["difference"]) > 0.0 else less).append(label)
        place = found.label(key)
        if not more and not less:
            texts.append(
                f"{place}: je 1.000 Menschen ab 65 kein gesicherter Unterschied zu {first}."
                if german
                else f"{place}: no established difference to {first} per 1,000 people aged 65 and "
                "over."
            )
            continue
        parts = []
        if more:
            parts.append(f"{'mehr' if german else 'more'}: {enumerated(more, lang)}")
        if less:
            parts.append(f"{'weniger' if german else 'less'}: {enumerated(less, lang)}")
        texts.append(
            f"{place}, verglichen mit {first}, je 1.000 Menschen ab 65 – {'; '.join(parts)}."
            if german
            else f"{place} against {first}, per 1,000 people aged 65 and over – {'; '.join(parts)}."
        )
    return "\n".join(texts)


def picture(found: PlacesFindings, plan: str, lang: Lang) -> Picture:
    """A panel a quantity, a line a place."""
    german = lang == "de"
    shown = found.shown()
    names = [name for name in found.quantities if name != "residents_80"][:9]
    columns, rows = 3, math.ceil(len(names) / 3)
    names_of = [
        wrapped(textwrap.shorten(found.label(key), 42, placeholder=" …"), 22) for key in shown
    ]
    tall = 0.44 if any("\n" in one for one in names_of) else 0.34
    panel_height = 1.15 + tall * len(shown)
    height = 1.6 + rows * panel_height + 0.4
    title = (
        "Orte im Vergleich, je 1.000 Menschen ab 65"
        if german
        else "Places compared, per 1,000 people aged 65 and over"
    )
    label = found.first.plan_labels.get(plan, {}).get(lang) or plan
    below = (
        f"„{label}“, Ende {found.places.year}; Kosten: Mittel. Strich: 90 von 100 Rechnungen. "
        f"Offenes Zeichen: kein gesicherter Unterschied zu {found.label(shown[0])}."
        if german
        else f"“{label}”, end of {found.places.year}; costs: mean. Line: 90 of 100 runs. "
        f"Open mark: no established difference to {found.label(shown[0])}."
    )
    foot = (
        "Unterschiede stammen auch aus geschätzten Eingaben. Modellrechnung, keine Vorhersage."
        if german
        else "Differences stem from estimated inputs as well. A model calculation, no prophecy."
    )
    says = []
    with house_style():
        figure = Figure(figsize=(11.0, height))
        grid = figure.add_gridspec(
            rows, columns, left=0.19, right=0.985, top=1 - 1.7 / height, bottom=0.75 / height,
            wspace=0.14, hspace=1.05 / (panel_height - 0.85),
        )  # fmt: skip
        for number, name in enumerate(names):
            panel = figure.add_subplot(grid[number // columns, number % columns])
            says.append(_panel(panel, found, plan, name, shown, lang))
            labelled = number % columns == 0
            panel.set_yticks(range(len(shown)))
            panel.set_yticklabels(names_of if labelled else [])
        header(figure, title, wrapped(below, 105))
        note(figure, foot)
        return finish(figure, f"places_{plan}", title, f"{title}. {' '.join(says)} {foot}", lang)


def _panel(
    panel: Axes, found: PlacesFindings, plan: str, name: str, shown: Sequence[str], lang: Lang
) -> str:
    words = []
    ends = [0.0]
    for place, key in enumerate(shown):
        row = found.cell(plan, name, key)
        if row is None or not math.isfinite(float(row["median"])) or _too_few(found, name, row):
            continue
        colour = PLAN_COLOURS[0 if place == 0 else 1]
        low, high, median = float(row["low"]), float(row["high"]), float(row["median"])
        ends += [low, high]
        panel.plot(
            [low, high], [place, place], color=colour, lw=2.2, marker="|", ms=7, mew=2.0, zorder=2
        )
        sure = place == 0 or bool(row["determined"])
        panel.plot(
            [median], [place], marker=PLAN_MARKERS[0 if place == 0 else 1], ms=8.0, mec=colour,
            mfc=colour if sure else "white", mew=2.0, zorder=3,
        )  # fmt: skip
        words.append(f"{found.label(key)} {_cell(found, name, row, lang)}")
    label = label_of(found.quantities[name], lang)
    panel.set_title(
        wrapped(f"{label} ({_unit(found, name, lang)})", 26), loc="left", fontsize=SMALLEST_TYPE,
        fontweight="bold", pad=5, color=INK,
    )  # fmt: skip
    panel.set_ylim(len(shown) - 0.4, -0.6)
    panel.set_xlim(0.0, 1.06 * max(ends) or 1.0)
    panel.tick_params(axis="y", length=0)
    panel.grid(axis="x", zorder=1)
    panel.spines["left"].set_visible(False)
    number_axis(panel, lang)
    return f"{label}: {'; '.join(words)}."


def exported_places(found: PlacesFindings) -> dict[str, pd.DataFrame]:
    """Tables for CSV: every place and plan, the inputs, the local assumptions."""
    frame = found.frame.copy()
    few = pd.Series(
        [
            _too_few(found, str(row["quantity"]), {str(key): row[key] for key in row})
            for row in frame.to_dict("records")
        ],
        index=frame.index,
    )
    small = f"<{found.first.small_cell}"
    hidden = frame["people_65"] < found.first.small_cell
    for column in ("median", "low", "high", "difference", "difference_low", "difference_high"):
        frame[column] = frame[column].round(2).astype(object).where(~few, ".")
    frame["people_65"] = frame["people_65"].round().astype(object).where(~hidden, small)
    labels = {name: one.label_de for name, one in found.quantities.items()}
    frame.insert(list(frame.columns).index("quantity") + 1, "quantity_label", frame["quantity"])
    frame["quantity_label"] = frame["quantity"].map(labels)
    frames = {"places": frame, "inputs": found.inputs, "own_assumptions": found.own}
    return {name: one for name, one in frames.items() if not one.empty}


def page(found: PlacesFindings, drawn: Sequence[Picture], lang: Lang) -> str:
    """The page as Markdown."""
    german = lang == "de"
    names = enumerated([found.label(key) for key in found.shown()], lang)
    parts = [
        f"# {'Orte im Vergleich' if german else 'Places compared'}: {names}",
        answer(found, lang).replace("\n", "\n\n"),
        f"> {caution(found, lang)}",
    ]
    for plan, one in zip(found.places.plans, drawn, strict=True):
        label = found.first.plan_labels.get(plan, {}).get(lang) or plan
        alt = one.alt.replace("[", "(").replace("]", ")").replace("\n", " ")
        parts += [
            f"## {label}",
            places_table(found, plan, lang).markdown(),
            f"![{alt}](pictures/{one.name}.{one.lang}.png)",
        ]
    inputs = inputs_table(found, lang)
    parts += [f"## {inputs.title}", inputs.markdown()]
    own = own_table(found, lang)
    if own.rows:
        parts += [f"## {own.title}", own.markdown()]
    return "\n\n".join(part for part in parts if part) + "\n"


def own_table(found: PlacesFindings, lang: Lang) -> Table:
    """Assumptions with a value of their own in a town."""
    german = lang == "de"
    towns = list(dict.fromkeys(one.study.town for one in found.places.places))
    labels = {one.study.town: one.study.town_label for one in found.places.places}
    rows = []
    for row in found.own.head(MOST_OWN).to_dict("records"):
        cells = [str(row[f"label_{lang}"])]
        for town in towns:
            value = row.get(f"value_{town}")
            status = row.get(f"status_{town}")
            if value is None or not math.isfinite(float(value)):
                cells.append("–")
                continue
            number = assumption_number(float(value), str(row["unit"]), lang)
            cells.append(f"{number} ({status_words(str(status), lang)})")
        rows.append(tuple(cells))
    more = len(found.own) - len(rows)
    told = ""
    if more > 0:
        told = (
            f"{more} weitere: tables/own_assumptions.csv."
            if german
            else f"{more} more: tables/own_assumptions.csv."
        )
    title = "Annahmen mit eigenen Werten je Ort" if german else "Assumptions local to a place"
    head = ("Annahme" if german else "Assumption", *(labels[town] for town in towns))
    return Table(title, head, tuple(rows), told, prose=True)


def write_places(
    found: PlacesFindings, folder: Path, progress: Callable[[int, int], None] | None = None
) -> dict[Lang, Path]:
    """Write tables, pictures and pages; returns the page in each language.

    Raises:
        StudyError: the folder cannot be written to, or the disk is full.
    """
    for name, frame in exported_places(found).items():
        write_whole(folder / "tables" / f"{name}.csv", csv_text(frame).encode())
    total = len(LANGUAGES) * len(found.places.plans)
    done = 0
    pages: dict[Lang, Path] = {}
    for lang in LANGUAGES:
        drawn = []
        for plan in found.places.plans:
            one = picture(found, plan, lang)
            one.write(folder / "pictures")
            drawn.append(one)
            done += 1
            if progress is not None:
                progress(done, total)
        path = folder / f"summary.{lang}.md"
        write_whole(path, page(found, drawn, lang).encode())
        pages[lang] = path
    return pages
