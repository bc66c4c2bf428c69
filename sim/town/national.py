"""The tables of `scenarios/germany` that all towns share."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from sim.town.explain import validate_rows
from sim.town.files import Folder
from sim.town.national_schema import NATIONAL
from sim.town.numerals import NotANumber, plain_number
from sim.town.problems import Both
from sim.town.tables import Table, read_table

LEDGER = "assumptions"


def read_national(folder: Folder) -> dict[str, pd.DataFrame]:
    """Every table of the folder by its name without ending; the ledger is read apart.

    Columns of the schema have its types, further columns are numbers if every cell is one.
    """
    tables: dict[str, pd.DataFrame] = {}
    present = {name.removesuffix(".csv") for name in folder.names(suffix=".csv")}
    for stem in sorted(present.union(NATIONAL)):
        if stem == LEDGER:
            continue
        model = NATIONAL.get(stem)
        required = tuple(model.model_fields) if model else ()
        table = read_table(folder, f"{stem}.csv", required=required, extra_welcome=True)
        if table is None:
            continue
        columns: dict[str, list[object]] = {}
        if model:
            rows = [row.model_dump() for _, row in validate_rows(table, model, folder.problems)]
            if len(rows) < len(table.rows):
                continue
            columns = {name: [row[name] for row in rows] for name in required}
        for name in table.columns:
            if name not in columns:
                columns[name] = _guessed(table, name)
        tables[stem] = pd.DataFrame({name: columns[name] for name in table.columns})
    return tables


def kinds_of_measures(tables: dict[str, pd.DataFrame]) -> dict[str, Both]:
    """Labels of the kinds of measures that a plan may use, in the order of the table."""
    if "measures" not in tables:
        return {}
    kinds = tables["measures"]
    return {
        str(kind): Both(str(german), str(english))
        for kind, german, english in zip(
            kinds["kind"], kinds["label_de"], kinds["label_en"], strict=True
        )
    }


def _guessed(table: Table, name: str) -> list[object]:
    texts = [row.cells[name] for row in table.rows]
    try:
        return list(_numbers(texts, table.notation))
    except NotANumber:
        return list(texts)


def _numbers(texts: Iterable[str], notation: str | None) -> Iterable[float]:
    return [float(plain_number(text, notation)) for text in texts]
