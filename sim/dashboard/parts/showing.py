"""Charts, maps and tables: what the council sees of the numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import solara

from sim.dashboard.drawn.files import CSV_TYPE, XLSX_TYPE, csv_bytes, file_name, xlsx_bytes
from sim.dashboard.front.lay_out import folder_of
from sim.dashboard.language import lang, say
from sim.dashboard.parts.files import Download
from sim.dashboard.parts.text import Note
from sim.report.table import Table

LIBRARY = f"/_solara/cdn/{folder_of('echarts').name}/dist/echarts.min.js"
"""Address of the chart library, from our own assets."""

NO_BREAK = "\N{NO-BREAK SPACE}"
LONGEST_UNBROKEN = 60

HEIGHT = 380
"""Pixels a chart is high unless its option says otherwise."""


@solara.component_vue("chart.vue", vuetify=False)
def _Chart(  # noqa: N802
    option: dict[str, Any],
    table: dict[str, Any],
    title: str,
    name: str,
    source: str,
    how_sure: str,
    height: int,
    lang: str,
    library: str,
    words: dict[str, str],
    children: list[Any],
) -> None: ...


@solara.component
def Chart(  # noqa: N802
    option: dict[str, Any] | None,
    table: Table,
    title: str,
    *,
    source: str,
    how_sure: str,
    name: str,
    height: int = HEIGHT,
) -> None:
    """A chart with its table, its downloads, its source, and how sure it is.

    Args:
        option: for ECharts, from `drawn/`; None if nothing may be drawn: then the table stands.
        table: the same in numbers.
        title: heading.
        source: where the numbers come from.
        how_sure: what the ranges mean and how many runs there are.
        name: stem of the files' names.
        height: pixels.
    """
    stem = file_name(name)
    lines = (how_sure, f"{say('Quelle', 'Source')}: {source}")
    if option is None:
        with solara.Column():
            Note(say("Zu wenige Menschen für ein Bild.", "Too few people for a picture."))
            DataTable(table, name=name, lines=lines)
        return
    children = [
        Download(
            say("Tabelle (CSV)", "Table (CSV)"),
            lambda: csv_bytes(table, lines), f"{stem}.csv", CSV_TYPE,
        ),
        Download(
            say("Tabelle (Excel)", "Table (Excel)"),
            lambda: xlsx_bytes(table, lines), f"{stem}.xlsx", XLSX_TYPE,
        ),
    ]  # fmt: skip
    _Chart(
        option=option, table=_as_plain(table), title=title, name=stem, source=source,
        how_sure=how_sure, height=height, lang=lang.value, library=LIBRARY,
        words={
            "table": say("Als Tabelle", "As a table"),
            "download": say("Herunterladen", "Download"),
            "png": say("Bild (PNG)", "Picture (PNG)"),
            "svg": say("Bild (SVG)", "Picture (SVG)"),
            "source": say("Quelle", "Source"),
            "sure": say("Wie sicher", "How sure"),
            "failed": say(
                "Das Bild kann nicht gezeichnet werden; hier stehen die Zahlen.",
                "The picture cannot be drawn; here are the numbers.",
            ),
        },
        children=children,
    )  # fmt: skip


@solara.component_vue("data_table.vue", vuetify=False)
def _DataTable(  # noqa: N802
    table: dict[str, Any],
    hidden_title: bool,
    spoken: str,
    children: list[Any],
) -> None: ...


@solara.component
def DataTable(  # noqa: N802
    table: Table, *, name: str = "", lines: tuple[str, ...] = (), hidden_title: bool = False
) -> None:
    """A table with row and column headings, and its files if it has a name.

    Args:
        table: what is shown.
        name: stem of the files' names; "" for no files.
        lines: source and remarks, written into the files.
        hidden_title: the title is only read out, because a heading says it.
    """
    stem = file_name(name)
    children = [
        Download("CSV", lambda: csv_bytes(table, lines), f"{stem}.csv", CSV_TYPE, kind="quiet"),
        Download(
            "Excel", lambda: xlsx_bytes(table, lines), f"{stem}.xlsx", XLSX_TYPE, kind="quiet"
        ),
    ]
    _DataTable(
        table=_as_plain(table), hidden_title=hidden_title, spoken=say("Tabelle", "Table"),
        children=children if name else [],
    )  # fmt: skip


def _as_plain(table: Table) -> dict[str, Any]:
    plain = asdict(table)
    plain["header"] = list(table.header)
    plain["rows"] = [[_unbroken(cell) for cell in row] for row in table.rows]
    return plain


def _unbroken(cell: str) -> str:
    """A range is not broken within its brackets, nor its mark set off."""
    if len(cell) > LONGEST_UNBROKEN:
        return cell
    kept = re.sub(r"\([^()]*\)", lambda found: found.group().replace(" ", NO_BREAK), cell)
    return re.sub(r" ([●○◌])$", NO_BREAK + r"\1", kept)


@solara.component_vue("district_map.vue", vuetify=False)
def _DistrictMap(  # noqa: N802
    drawn: dict[str, Any],
    selected: str,
    name: str,
    hint: str,
    event_chose: Callable[[str], None],
) -> None: ...


def DistrictMap(  # noqa: N802
    drawn: dict[str, Any], selected: str, on_select: Callable[[str], None], *, name: str = "map"
) -> solara.Element:
    """A map of districts to click, or to walk through with Tab and Enter.

    Args:
        drawn: from `drawn/maps.py`.
        selected: key of the chosen district, "" or "*" for none.
        on_select: called with the key of a district of the map; "*" if the chosen one is chosen
            again.
        name: names it for tests.
    """
    known = {shape["key"] for shape in drawn["shapes"]}

    def chose(sent: Any) -> None:
        if sent in known:
            on_select("*" if sent == selected else str(sent))

    hint = say(
        "Einen Bezirk anklicken, oder mit Tab und Eingabe wählen.",
        "Click a district, or choose one with Tab and Enter.",
    )
    return _DistrictMap(drawn=drawn, selected=selected, name=name, hint=hint, event_chose=chose)
