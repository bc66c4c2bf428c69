"""What a room expects, as dots above each other, beside the model's range."""

from __future__ import annotations

from sim.dashboard.drawn.look import TYPE, Option, option, value_axis
from sim.dashboard.workshop.records import ModelSays, Question
from sim.dashboard.workshop.spread import Spread, dots_of, plain_number, spread_words
from sim.report.drawing import GREY, INK
from sim.report.numbers import Lang
from sim.report.table import Table
from sim.report.words import FEW_DRAWS

ROOM, MODEL = "#8a4b00", "#0072b2"
"""Colours of the room and of the model; dots and a hatched band tell them apart without colour."""

MODEL_PALE = "rgba(0, 114, 178, 0.18)"

ROW, AROUND, LOWEST, HIGHEST = 26, 150, 260, 620
"""Pixels a dot, pixels around all of them, and how high the picture may be."""


def expectation_dots(question: Question, spread: Spread, lang: Lang) -> Option | None:
    """The room's expectations as dots, the model's range as a band.

    Args:
        question: with the model's answer if that is shown.
        spread: what the room expects.
        lang: language.
    """
    model = question.model
    if not spread.count and (model is None or model.value is None):
        return None
    dots = dots_of(spread, model, question.asked.step)
    german = lang == "de"
    unit = question.asked.unit(lang)
    tall = max(dots.tallest, 3)
    series: list[Option] = [
        {
            "type": "scatter",
            "name": "room",
            "symbolSize": max(8, min(22, 360 // tall)),
            "itemStyle": {"color": ROOM, "borderColor": "#fff", "borderWidth": 1},
            "data": [
                {"value": [place, height], "text": f"{plain_number(value, lang)} {unit}"}
                for (place, height), value in zip(dots.points, spread.values, strict=True)
            ],
            "z": 5,
        }
    ]
    described = spread_words(question, spread, lang)
    if model is not None and model.value is not None:
        described += f" {'Modell' if german else 'Model'}: {model.words(lang)}."
        name = band_name(model, lang)
        series[0]["markArea"] = {
            "silent": True,
            "itemStyle": {
                "color": MODEL_PALE,
                "borderColor": MODEL,
                "borderWidth": 2,
                "borderType": "dashed",
            },
            "label": {
                "show": True, "position": "top", "distance": 10, "fontSize": TYPE, "color": INK,
                "formatter": name, "fontWeight": "bold",
            },
            "data": [[{"xAxis": model.low}, {"xAxis": model.high}]],
        }  # fmt: skip
        series[0]["markLine"] = {
            "silent": True,
            "symbol": "none",
            "animation": False,
            "lineStyle": {"color": MODEL, "width": 3, "type": "solid"},
            "label": {"show": False},
            "data": [{"xAxis": model.value}],
        }
    across = value_axis(zero=False) | {
        "min": dots.low,
        "max": dots.high,
        "name": unit,
        "nameLocation": "middle",
        "nameGap": 34,
        "nameTextStyle": {"fontSize": TYPE, "color": GREY},
        "splitLine": {"show": False},
        "axisLine": {"show": True, "lineStyle": {"color": GREY}},
    }
    across["axisLabel"] = {**across["axisLabel"], "showMaxLabel": False}
    up = {"type": "value", "min": 0, "max": tall + 1, "show": False}
    return option(
        described,
        xAxis=across,
        yAxis=up,
        grid={"left": 16, "right": 40, "top": 40, "bottom": 64, "containLabel": True},
        series=series,
    ) | {"height": max(LOWEST, min(HIGHEST, ROW * tall + AROUND))}


def band_name(model: ModelSays, lang: Lang) -> str:
    """What the model's band holds: 90 of 100 runs, or all of the few there are."""
    german = lang == "de"
    if model.draws < FEW_DRAWS:
        return (
            f"Modell, erst {model.draws} Fälle" if german else f"Model, {model.draws} cases so far"
        )
    return "Modell, 90 von 100 Rechnungen" if german else "Model, 90 of 100 runs"


def expectations_table(question: Question, spread: Spread, lang: Lang) -> Table:
    """The same in numbers: each expectation that was given, how often, and the model."""
    german = lang == "de"
    counted: dict[float, int] = {}
    for value in spread.values:
        counted[value] = counted.get(value, 0) + 1
    unit = question.asked.unit(lang)
    rows = [(f"{plain_number(value, lang)} {unit}", str(count)) for value, count in counted.items()]
    if question.model is not None:
        rows.append((f"{'Modell' if german else 'Model'}: {question.model.words(lang)}", "–"))
    return Table(
        question.asked.text(lang),
        ("Erwartung", "Wie oft") if german else ("Expectation", "How often"),
        tuple(rows),
        spread_words(question, spread, lang),
    )
