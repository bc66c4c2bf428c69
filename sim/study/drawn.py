"""The drawn values of the assumptions: the part of a study's design that is random."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.study.errors import StudyError
from sim.study.files import write_whole

ASSUMPTIONS = "assumptions.parquet"


def drawn_table(values: Mapping[int, Mapping[str, float]]) -> pd.DataFrame:
    """Drawn values of the assumptions: a row a draw (index `draw`), a column an assumption."""
    rows = {draw: dict(row) for draw, row in values.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "draw"
    return frame.astype(np.float64)


def drawn_values(table: pd.DataFrame) -> dict[int, dict[str, float]]:
    """Drawn values by draw and name, from their table."""
    names = [str(name) for name in table.columns]
    return {
        int(draw): dict(zip(names, map(float, row), strict=True))
        for draw, row in zip(table.index.to_numpy(), table.to_numpy(), strict=True)
    }


def write_drawn(folder: Path, values: pd.DataFrame, labels: Mapping[str, Any]) -> None:
    """Store the drawn values, a row a draw.

    Args:
        folder: the study's folder.
        values: index `draw`, a column an assumption.
        labels: rows of the ledger by name, for unit and labels.
    """
    columns = [pa.array(values.index.to_numpy(dtype=np.int32))]
    fields = [pa.field("draw", pa.int32(), nullable=False)]
    for name in values.columns:
        row = labels.get(name, {})
        metadata = {key: str(row.get(key) or "") for key in ("unit", "label_de", "label_en")}
        columns.append(pa.array(values[name].to_numpy(dtype=np.float64)))
        fields.append(pa.field(str(name), pa.float64(), nullable=False, metadata=metadata))
    sink = pa.BufferOutputStream()
    table = pa.Table.from_arrays(columns, schema=pa.schema(fields))
    pq.write_table(table, sink, compression="zstd")
    write_whole(folder / ASSUMPTIONS, sink.getvalue().to_pybytes())


def read_drawn(folder: Path) -> pd.DataFrame:
    """Drawn values of a study, index `draw`, a column an assumption.

    Raises:
        StudyError: they are missing or damaged.
    """
    try:
        with pq.ParquetFile(folder / ASSUMPTIONS) as file:
            frame: pd.DataFrame = file.read().to_pandas()
    except (OSError, pa.ArrowException) as error:
        raise StudyError(
            f"{folder / ASSUMPTIONS} fehlt oder ist beschädigt.",
            f"{folder / ASSUMPTIONS} is missing or damaged.",
        ) from error
    return frame.set_index("draw")
