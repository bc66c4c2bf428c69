"""The drawn values of the assumptions: the part of a study's design that is random."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.rates.migration import draw as draw_one
from sim.study.errors import StudyError
from sim.study.files import whole_file

if TYPE_CHECKING:
    from sim.town.town import Town

ASSUMPTIONS = "assumptions.parquet"

ROWS_AT_A_TIME = 4096
"""Draws in memory while they are stored."""


@dataclass(frozen=True)
class Draws(Mapping[int, dict[str, float]]):
    """Joint draws of a town's assumptions by number, each made when it is asked for.

    A draw is a function of the seed and its number, so however many there are, few are kept.

    Attributes:
        town: the town.
        seed: seed of the study.
        number: how many.
    """

    town: Town
    seed: int
    number: int

    def __getitem__(self, number: int) -> dict[str, float]:
        """Value of every assumption in one draw."""
        if not 0 <= number < self.number:
            raise KeyError(number)
        return dict(_drawn(self.town, self.seed, number))

    def __iter__(self) -> Iterator[int]:
        """Numbers of the draws."""
        return iter(range(self.number))

    def __len__(self) -> int:
        """How many there are."""
        return self.number


@lru_cache(maxsize=16)
def _drawn(town: Town, seed: int, number: int) -> dict[str, float]:
    """A draw, kept for the other courses of chance under it."""
    return draw_one(town, seed, number)


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


def write_drawn(
    folder: Path, values: Mapping[int, Mapping[str, float]], labels: Mapping[str, Any]
) -> None:
    """Store the drawn values, a row a draw; few of them are in memory at a time.

    Args:
        folder: the study's folder.
        values: value of every assumption by draw.
        labels: rows of the ledger by name, for unit and labels.

    Raises:
        StudyError: the disk is full or the folder cannot be written to.
    """
    numbers = iter(values)
    chunk = list(islice(numbers, ROWS_AT_A_TIME))
    table = _rows(values, chunk, labels)
    with (
        whole_file(folder / ASSUMPTIONS) as file,
        # No two draws share a number: dictionaries would only cost time.
        pq.ParquetWriter(
            file, table.schema, compression="lz4", use_dictionary=False, write_statistics=False
        ) as writer,
    ):
        while chunk:
            writer.write_table(table)
            chunk = list(islice(numbers, ROWS_AT_A_TIME))
            table = _rows(values, chunk, labels) if chunk else None


def _rows(
    values: Mapping[int, Mapping[str, float]], numbers: list[int], labels: Mapping[str, Any]
) -> pa.Table:
    rows = [values[number] for number in numbers]
    columns = [pa.array(np.array(numbers, dtype=np.int32))]
    fields = [pa.field("draw", pa.int32(), nullable=False)]
    for name in dict.fromkeys(name for row in rows for name in row):
        row = labels.get(name, {})
        metadata = {key: str(row.get(key) or "") for key in ("unit", "label_de", "label_en")}
        drawn = [one.get(name, math.nan) for one in rows]
        columns.append(pa.array(np.array(drawn, dtype=np.float64)))
        fields.append(pa.field(name, pa.float64(), nullable=False, metadata=metadata))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def is_stored(folder: Path, number: int) -> bool:
    """Whether the drawn values of so many draws are there and whole."""
    try:
        return int(pq.read_metadata(folder / ASSUMPTIONS).num_rows) == number
    except (OSError, pa.ArrowException):
        return False


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
            f"{folder / ASSUMPTIONS} fehlt oder ist beschädigt. Derselbe Aufruf wie beim ersten "
            "Mal schreibt die Datei neu; die fertigen Läufe bleiben.",
            f"{folder / ASSUMPTIONS} is missing or damaged. The same call as the first time "
            "writes the file anew; finished runs stay.",
        ) from error
    return frame.set_index("draw")
