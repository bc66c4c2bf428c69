"""A table of finished texts: for the terminal and for a document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rich import box
from rich.table import Table as RichTable
from rich.text import Text

ESTABLISHED, OPEN, HIDDEN = "●", "○", "◌"
"""Marks: an established difference; a range that includes zero; smaller than chance."""


@dataclass(frozen=True)
class Table:
    """A table of finished texts; the first column names the row.

    Attributes:
        title: what it shows.
        header: names of the columns.
        rows: the cells.
        note: how to read it.
        prose: the cells are words rather than numbers.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    prose: bool = False

    def rich(self) -> RichTable:
        """For the terminal; cells are plain text, whatever they contain."""
        shown = RichTable(
            title=Text(self.title) if self.title else None,
            caption=Text(self.note) if self.note else None,
            box=box.SIMPLE_HEAD,
            title_justify="left",
            caption_justify="left",
            title_style="bold",
        )
        for number, name in enumerate(self.header):
            # A long word is not to be broken in the middle, unless it is longer than any column.
            shown.add_column(
                Text(name),
                justify=self._side(number),
                overflow="fold",
                min_width=_longest_word(name),
            )
        for row in self.rows:
            shown.add_row(*(Text(cell) for cell in row))
        return shown

    def _side(self, column: int) -> Literal["left", "right"]:
        return "left" if self.prose or column == 0 else "right"

    def markdown(self) -> str:
        """For a document: a Markdown table with the first column left, the others right."""
        lines = [
            "| " + " | ".join(_cell(name) for name in self.header) + " |",
            "|"
            + "|".join(["---", *["---" if self.prose else "---:"] * (len(self.header) - 1)])
            + "|",
        ]
        lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in self.rows]
        text = "\n".join(lines)
        return f"{text}\n\n{self.note}" if self.note else text


def _cell(text: str) -> str:
    # "<5" would open a tag in HTML; a bar would open a column.
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return safe.replace("\n", "<br>")


def _longest_word(name: str) -> int:
    return min(WIDTH_OF_WORDS, max(map(len, name.split()), default=0))


def in_parts(table: Table, width: int) -> tuple[Table, ...]:
    """The table in parts that fit a terminal; each begins with the names of the rows.

    Args:
        table: the table.
        width: characters in a line of the terminal.
    """
    wanted = max(WIDTH_OF_NUMBERS, *(_longest_word(name) + GAP for name in table.header))
    most = max(2, (width - WIDTH_OF_NAMES) // wanted)
    columns = range(1, len(table.header))
    if table.prose or len(columns) <= most:
        return (table,)
    parts = [(0, *columns[start : start + most]) for start in range(0, len(columns), most)]
    cut = [
        replace(
            table,
            title=table.title if number == 0 else "",
            header=tuple(table.header[column] for column in part),
            rows=tuple(tuple(row[column] for column in part) for row in table.rows),
            note=table.note if number == len(parts) - 1 else "",
        )
        for number, part in enumerate(parts)
    ]
    return tuple(cut)


WIDTH_OF_NAMES, WIDTH_OF_NUMBERS = 22, 18
"""Characters that the first column and each other column want."""
GAP = 3
"""Characters between two columns."""
WIDTH_OF_WORDS = 24
"""A longer word in a heading may be broken."""
