"""The finished tasks of a study as Parquet files, one file a task and table.

`runs/money/part-0007-1.parquet` and `runs/counts/part-0007-1.parquet` hold draw 7, course of
chance 1, under every plan. Money is written first, so that a task with counts is whole. The rows
stand in a fixed order (plan, year, district, …), no time of day is in them, and each column says
in its metadata what it is, in which unit, in German and English. A study that stores residents by
age has a third file, `runs/residents/…`.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.indicators import BANDS, COUNTS, GROUPS, ITEMS, PAYERS
from sim.study.design import Task
from sim.study.errors import StudyError
from sim.study.files import write_whole

if TYPE_CHECKING:
    from sim.model import Outcome

TABLES = ("money", "counts")
"""Tables of every part."""

BY_AGE = "residents"
"""Table of residents by district and single year of age, which some studies store as well."""

META = b"quartier"

FORMAT = 2
"""Of the files; parts of another one are simulated anew. 2: a sum of all bytes."""

KEYS: dict[str, tuple[str, str, str]] = {
    "plan": ("", "Plan", "plan"),
    "draw": ("", "Ziehung der Annahmen", "draw of the assumptions"),
    "seed_index": ("", "Zufallsverlauf", "course of chance"),
    "seed": ("", "Startwert des Zufalls", "seed"),
    "year": ("", "Jahr", "year"),
    "district": ("", "Quartier", "district"),
    "age_band": ("", "Altersgruppe", "age band"),
    "start_group": ("", "Lage zu Beginn", "situation at the start"),
    "payer": ("", "Kostenträger", "payer"),
    "item": ("", "Art der Kosten", "item"),
    "euros": ("euro", "Kosten im Jahr", "costs of the year"),
    "age": ("years", "Alter", "age"),
}
"""Unit and labels of the columns that are no indicators."""


@dataclass(frozen=True)
class PartSchema:
    """What every part of a study looks like.

    Attributes:
        study: key of the study a part belongs to.
        plans: names of the plans.
        districts: keys of the districts.
        labels: unit, German and English label of each indicator.
        by_age: whether residents by age are stored as well.
    """

    study: str
    plans: tuple[str, ...]
    districts: tuple[str, ...]
    labels: Mapping[str, tuple[str, str, str]]
    by_age: bool = False

    @property
    def stored(self) -> tuple[str, ...]:
        """Names of the tables in the order of writing."""
        return (BY_AGE, *TABLES) if self.by_age else TABLES

    def tables(self, task: Task, outcomes: Sequence[Outcome]) -> dict[str, pa.Table]:
        """The tables of a finished task, in the order of writing."""
        years = tuple(int(year) for year in outcomes[0].years)
        counts = np.stack([outcome.counts for outcome in outcomes])
        money = np.stack([outcome.money for outcome in outcomes])
        shape = (len(self.plans), len(years), len(self.districts))
        _expect("counts", counts, (*shape, len(BANDS), len(GROUPS), len(COUNTS)))
        _expect("money", money, (*shape, len(PAYERS), len(ITEMS)))
        head: dict[str, Sequence[Any]] = {
            "plan": self.plans,
            "year": years,
            "district": self.districts,
        }
        columns = self._keys(task, {**head, "age_band": BANDS, "start_group": GROUPS})
        columns |= _columns_of(counts)
        euros = self._keys(task, {**head, "payer": PAYERS, "item": ITEMS})
        euros["euros"] = pa.array(money.ravel().astype(np.float64))
        tables = {
            "money": self._table("money", task, years, euros),
            "counts": self._table("counts", task, years, columns),
        }
        return {**self._ages(task, years, head, outcomes), **tables}

    def _ages(
        self,
        task: Task,
        years: tuple[int, ...],
        head: Mapping[str, Sequence[Any]],
        outcomes: Sequence[Any],
    ) -> dict[str, pa.Table]:
        """The table of residents by age, if the study stores it."""
        if not self.by_age:
            return {}
        residents = np.stack([outcome.residents for outcome in outcomes])
        shape = (len(self.plans), len(years), len(self.districts), residents.shape[-1])
        _expect("residents", residents, shape)
        ages = self._keys(task, {**head, "age": range(residents.shape[-1])})
        ages[BY_AGE] = pa.array(residents.ravel(), type=pa.int32())
        return {BY_AGE: self._table(BY_AGE, task, years, ages)}

    def _keys(self, task: Task, levels: Mapping[str, Sequence[Any]]) -> dict[str, pa.Array]:
        fixed = _fixed_keys(tuple((name, tuple(values)) for name, values in levels.items()))
        columns = {"plan": fixed["plan"]}
        for name, number, kind in (
            ("draw", task.draw, np.int32),
            ("seed_index", task.seed_index, np.int32),
            ("seed", task.seed, np.int64),
        ):
            columns[name] = pa.array(np.full(len(fixed["plan"]), number, dtype=kind))
        return {**columns, **fixed}

    def _table(
        self, table: str, task: Task, years: tuple[int, ...], columns: Mapping[str, pa.Array]
    ) -> pa.Table:
        head = {
            "format": FORMAT,
            "table": table,
            "study": self.study,
            "draw": task.draw,
            "seed_index": task.seed_index,
            "seed": task.seed,
            "years": years,
            "plans": self.plans,
            "districts": self.districts,
        }
        if table not in self._schemas:
            self._schemas[table] = self._schema(columns)
        said = {META: json.dumps(head, ensure_ascii=False).encode()}
        schema = self._schemas[table].with_metadata(said)
        return pa.Table.from_arrays(list(columns.values()), schema=schema)

    @cached_property
    def _schemas(self) -> dict[str, pa.Schema]:
        """Schema of each table but for what a part says of itself: made with the first part."""
        return {}

    def _schema(self, columns: Mapping[str, pa.Array]) -> pa.Schema:
        """Types, units and labels of columns."""
        fields = []
        for name, column in columns.items():
            unit, label_de, label_en = KEYS.get(name) or self.labels.get(name, ("", name, name))
            metadata = {"unit": unit, "label_de": label_de, "label_en": label_en}
            fields.append(pa.field(name, column.type, nullable=False, metadata=metadata))
        return pa.schema(fields)


def _expect(name: str, array: NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} have the shape {array.shape}, expected {shape}")


# Every task of a study has the same ones: made once, they cost a long study nothing.
@lru_cache(maxsize=8)
def _fixed_keys(levels: tuple[tuple[str, tuple[Any, ...]], ...]) -> dict[str, pa.Array]:
    """Key columns that do not depend on the task, by name: all combinations, the last fastest."""
    shape = tuple(len(values) for _, values in levels)
    columns = {}
    for (name, values), places in zip(levels, np.indices(shape, dtype=np.int32), strict=True):
        if name in ("year", "age"):
            columns[name] = pa.array(np.asarray(values, dtype=np.int16)[places.ravel()])
        else:
            columns[name] = _words(places, values)
    return columns


def _words(places: NDArray[np.int32], words: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places.ravel()), pa.array(list(words)))


def _columns_of(counts: NDArray[np.int64]) -> dict[str, pa.Array]:
    """Counts by name, all turned at once: one by one each would read every line of memory."""
    by_name = np.ascontiguousarray(counts.reshape(-1, len(COUNTS)).T)
    rows = by_name.shape[1]
    # Minutes of a large district may exceed 32 bits; people, visits and months cannot.
    is_long = np.array([name.endswith("_minutes") for name in COUNTS])
    short = by_name.astype(np.int32)
    if (short != by_name)[~is_long].any():
        raise ValueError("a count exceeds 32 bits")
    long_ones, short_ones = pa.array(by_name.ravel()), pa.array(short.ravel())
    return {
        name: (long_ones if is_long[place] else short_ones).slice(place * rows, rows)
        for place, name in enumerate(COUNTS)
    }


def part_path(folder: Path, table: str, task: Task) -> Path:
    """Where a part is stored."""
    return folder / "runs" / table / f"part-{task.draw:04d}-{task.seed_index}.parquet"


def write_part(folder: Path, task: Task, tables: Mapping[str, pa.Table]) -> None:
    """Store a finished task; the counts come last, so with them all its files are whole.

    Raises:
        StudyError: the disk is full or the folder cannot be written to.
    """
    for name, table in tables.items():
        write_whole(part_path(folder, name, task), _file_of(table))


def _file_of(table: pa.Table) -> bytes:
    """A table as a Parquet file with a sum of all its other bytes.

    The format's own sums leave out what it says of each page and of itself, where one bit may turn
    all numbers into others. LZ4 takes half the time of Zstandard and a sixth more room; counts are
    stored as differences, which takes less time and room than a dictionary of each column.
    """
    counted = {name: "DELTA_BINARY_PACKED" for name in table.column_names if name in COUNTS}
    others = [name for name in table.column_names if name not in counted]
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink, table.schema, compression="lz4", write_statistics=False, use_dictionary=others,
        column_encoding=counted,
    ) as writer:  # fmt: skip
        writer.write_table(table)
        writer.add_key_value_metadata({"sum": (_SUM + bytes(_DIGITS)).decode()})
    content: bytes = sink.getvalue().to_pybytes()
    place = _place_of_sum(content)
    return content[:place] + _sum_without(content, place) + content[place + _DIGITS :]


def _place_of_sum(content: bytes) -> int:
    """Where the digits of the sum stand; ValueError if there is none."""
    return content.rindex(_SUM) + len(_SUM)


def _sum_without(content: bytes, place: int) -> bytes:
    """The sum of all bytes but its own digits."""
    view = memoryview(content)
    number = zlib.crc32(view[place + _DIGITS :], zlib.crc32(view[:place]))
    return f"{number:0{_DIGITS}x}".encode()


_SUM = b"crc32:"
_DIGITS = 8


def part_head(path: Path) -> dict[str, Any] | None:
    """What a part says of itself; None if it is missing or damaged."""
    try:
        metadata = pq.read_schema(path).metadata or {}
        head: dict[str, Any] = json.loads(metadata[META])
    except (OSError, ValueError, KeyError, pa.ArrowException):
        return None
    return head


def is_finished(folder: Path, task: Task, study: str, tables: Sequence[str] = TABLES) -> bool:
    """Whether all parts of a task are there, whole, and belong to this study."""
    said = (f'"format": {FORMAT},', f'"study": {json.dumps(study)}', f'"seed": {task.seed},')
    return all(_ends_with(part_path(folder, name, task), said) for name in tables)


def _ends_with(path: Path, said: Sequence[str]) -> bool:
    """Whether a Parquet file is complete and says this in what it says of itself.

    A study of a hundred thousand runs asks this of each of its files, so they are not opened as
    Parquet: what they say stands at the end as it was written, before its length and a last word.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - len(_LAST_WORD) - 4))
            length, last = file.read(4), file.read()
            begin = size - int.from_bytes(length, "little") - len(_LAST_WORD) - 4
            if last != _LAST_WORD or begin < len(_LAST_WORD):
                return False
            file.seek(begin)
            footer = file.read()
    except OSError:
        return False
    return all(one.encode() in footer for one in said)


_LAST_WORD = b"PAR1"
"""First and last four bytes of every Parquet file."""


def read_part(folder: Path, table: str, task: Task) -> pa.Table:
    """One part as it was stored.

    Raises:
        StudyError: it is missing or damaged.
    """
    return _read(part_path(folder, table, task), None)


def read_columns(
    folder: Path, table: str, tasks: Iterable[Task], names: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """Columns of many parts, each of shape (tasks, rows of a part), in the order of `tasks`.

    Only these columns are read from the disk.
    """
    pieces: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    for task in tasks:
        part = _read(part_path(folder, table, task), list(names))
        for name in names:
            pieces[name].append(part[name].to_numpy())
    return {name: np.stack(arrays) for name, arrays in pieces.items()}


def _read(path: Path, columns: list[str] | None) -> pa.Table:
    try:
        content = path.read_bytes()
        place = _place_of_sum(content)
        if content[place : place + _DIGITS] != _sum_without(content, place):
            raise ValueError("the file is not as it was written")
        with pq.ParquetFile(pa.BufferReader(content)) as file:
            return file.read(columns=columns, use_threads=False)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise StudyError(
            f"{path} fehlt oder ist beschädigt. Bitte die Datei löschen, wenn sie noch da ist; "
            "derselbe Aufruf wie beim ersten Mal rechnet den fehlenden Teil neu.",
            f"{path} is missing or damaged. Please delete the file if it is still there; the same "
            "call as the first time simulates the missing part again.",
        ) from error
