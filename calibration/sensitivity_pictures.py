"""Curves of one assumption at a time: a picture an output, a panel an assumption."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from calibration.outputs import Output
from calibration.sensitivity import Sensitivity
from sim.commands.terminal import Lang
from sim.report.drawing import GREY, Picture, Ticks, finish, header, house_style, note, wrapped
from sim.town.ledger import Assumption

PANELS, COLUMNS = 6, 3
COLOUR = "#0072B2"


def curve_picture(
    found: Sensitivity, output: Output, ledger: Mapping[str, Assumption], lang: Lang
) -> Picture | None:
    """How the most influential assumptions move an output; None if none does.

    Args:
        found: curves.
        output: what is looked at.
        ledger: the assumptions, for labels and units.
        lang: language.
    """
    effects = found.effects[found.effects["output"] == output.key]
    names = [str(one) for one in effects[effects["effect"] > 0.0]["assumption"].head(PANELS)]
    if not names:
        return None
    german = lang == "de"
    curves = found.curves[found.curves["output"] == output.key]
    rows = math.ceil(len(names) / COLUMNS)
    title = _title(output, lang)
    with house_style():
        figure = Figure(figsize=(11.0, 1.6 + 2.9 * rows))
        panels = np.atleast_1d(figure.subplots(rows, COLUMNS, sharey=True)).ravel()
        for panel in panels[len(names) :]:
            panel.set_visible(False)
        says = []
        for panel, name in zip(panels, names, strict=False):
            one = ledger[name]
            curve = curves[curves["assumption"] == name].sort_values("value")
            values, results = curve["value"].to_numpy(), curve["result"].to_numpy()
            panel.plot(values, results, color=COLOUR, marker="o", linewidth=2.2)
            panel.axvline(one.value, color=GREY, linestyle=":", linewidth=1.2)
            label = one.label_de if german else one.label_en
            panel.set_title(wrapped(label, 34), loc="left", fontsize=12.0)
            panel.set_xlabel(f"{name} ({one.unit})", fontsize=12.0)
            panel.xaxis.set_major_formatter(Ticks(lang))
            panel.yaxis.set_major_formatter(Ticks(lang))
            panel.locator_params(axis="both", nbins=4)
            panel.grid(axis="y")
            says.append(f"{name}: {results[0]:.3g} → {results[-1]:.3g}")
        for first in panels[::COLUMNS]:
            first.set_ylabel(_unit(output), fontsize=12.0)
        below = (
            "Eine Annahme geht durch ihre Spanne, alle anderen bleiben in der Mitte."
            if german
            else "One assumption goes through its range, all others stay in the middle."
        )
        header(figure, title, below)
        note(
            figure,
            "Punktlinie: mittlerer Wert der Annahme. Alle Läufe haben denselben Zufall."
            if german
            else "Dotted line: central value of the assumption. All runs share their chance.",
        )
        height = figure.get_figheight()
        figure.tight_layout(rect=(0.0, 0.42 / height, 1.0, 1.0 - 0.85 / height))
        return finish(figure, _file_name(output.key), title, "; ".join(says), lang)


def pictured(outputs: Sequence[Output]) -> tuple[Output, ...]:
    """Every quantity, and the first figure of each kind."""
    kinds: dict[str, Output] = {}
    for one in outputs:
        kinds.setdefault(one.key if one.target is None else one.target.name, one)
    return tuple(kinds.values())


def _title(output: Output, lang: Lang) -> str:
    if output.quantity is None:
        return output.key
    return output.quantity.label_de if lang == "de" else output.quantity.label_en


def _unit(output: Output) -> str:
    if output.target is not None:
        return output.target.unit
    return output.quantity.unit if output.quantity is not None else ""


def _file_name(key: str) -> str:
    return "".join(one if one.isalnum() else "_" for one in key)
