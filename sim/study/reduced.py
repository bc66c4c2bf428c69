"""Numbers of runs too many to be held in memory: added up while they are read, kept on the disk.

A run's part holds every indicator by year, district, age band and situation; tables need sums of
these. So the parts of a large study are read a few at a time, each sum asked for is taken, and what
is left of a run, a few hundred numbers a quantity, is appended to a temporary file. The file is
looked at as an array: the system reads what is needed and lets go of it. The sums are those that
would be taken in memory, to the last bit.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.study.design import Task
from sim.study.files import cannot_write

LARGE_BYTES = 512 * 2**20
"""Cells of one table in memory; a study with more is read in pieces."""
PIECE_BYTES = 32 * 2**20
"""Cells in memory while a large study is read."""

Key = TypeVar("Key", bound=Hashable)
Take = Callable[[Mapping[str, NDArray[Any]]], NDArray[Any]]
"""From columns of shape (plans, tasks, 1, years, districts, …) to (plans, tasks, 1, …)."""
Read = Callable[[Sequence[Task]], Mapping[str, NDArray[Any]]]


@dataclass
class Reduced:
    """Arrays on the disk by what they are of; they go when nobody needs them any more.

    Attributes:
        tasks: in the order of the arrays.
        known: arrays of shape (plans, tasks, …), read only.
        folder: where they are; made when the first is.
    """

    tasks: tuple[Task, ...]
    known: dict[Hashable, NDArray[Any]] = field(default_factory=dict)
    folder: Path | None = None

    def add(self, wanted: Mapping[Key, Take], read: Read, each: int) -> None:
        """Take sums of all tasks in one sweep.

        Args:
            wanted: how each sum is taken, by what it is of.
            read: reads what they need of some tasks.
            each: tasks at a time.

        Raises:
            StudyError: the disk is full, or a part is missing or damaged.
        """
        new = {key: take for key, take in wanted.items() if key not in self.known}
        if not new:
            return
        if self.folder is None:
            self.folder = Path(tempfile.mkdtemp(prefix="quartier-"))
            # With this object, or at the end of the program.
            weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        folder = self.folder
        paths = {key: folder / str(len(self.known) + place) for place, key in enumerate(new)}
        shapes: dict[Key, tuple[tuple[int, ...], np.dtype[Any]]] = {}
        with ExitStack() as opened:
            try:
                files = {key: opened.enter_context(paths[key].open("wb")) for key in new}
                for piece in _pieces(self.tasks, each):
                    columns = read(piece)
                    for key, take in new.items():
                        # Written run after run: an ordinary file tells when the disk is full.
                        runs = np.ascontiguousarray(np.moveaxis(take(columns)[:, :, 0], 0, 1))
                        files[key].write(runs.data)
                        shapes[key] = runs.shape[1:], runs.dtype
            except OSError as error:
                raise cannot_write(folder, error) from error
        for key, (shape, kind) in shapes.items():
            array = np.memmap(paths[key], kind, "r", shape=(len(self.tasks), *shape))
            self.known[key] = np.moveaxis(array, 1, 0)


def _pieces(tasks: Sequence[Task], each: int) -> Iterator[Sequence[Task]]:
    for begin in range(0, len(tasks), max(1, each)):
        yield tasks[begin : begin + max(1, each)]
