"""A sheet of cells as text, from whatever file: its rows can be gone through again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

HEAD_ROWS = 60


class Line(NamedTuple):
    """A row: its number in the file and its cells, blanks around them removed."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table as text.

    Attributes:
        file: name of the file.
        name: name of the sheet in a workbook, empty for text files.
        open_rows: starts going through the rows; empty ones are left out.
    """

    file: str
    name: str
    open_rows: Callable[[], Iterator[Line]]

    def rows(self) -> Iterator[Line]:
        """All rows, from the first on."""
        return self.open_rows()

    def head(self) -> tuple[Line, ...]:
        """The first rows."""
        return tuple(islice(self.rows(), HEAD_ROWS))
