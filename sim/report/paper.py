"""A paper in parts: what a document says, before it becomes DOCX or PDF.

A council paper and the protocol of a workshop are both described by these few parts; the renderers
(`council_paper` for DOCX, `council_pdf` for PDF) know nothing else. All text is plain: whatever a
town or a plan is called, nothing in it is read as markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from sim.report.drawing import Picture
from sim.report.numbers import Lang
from sim.report.table import Table

LONGEST_TEXT = 4000
"""Characters of one text that are printed; a name of ten thousand is a mistake or an attack."""

LONGEST_ALT = 900
"""Characters of a picture's description: what a screen reader reads in about a minute."""

NBSP = "\N{NO-BREAK SPACE}"

Tone = Literal["body", "answer", "note", "warning"]

_KEPT = ("\N{SOFT HYPHEN}", "\N{ZERO WIDTH NON-JOINER}")
_NEVER = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Control and format characters (which can turn text around), surrogates, and what is no letter."""


def printable(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text that every document can hold: one line, no control characters, not endless.

    Args:
        text: any text, such as the name of a plan.
        longest: characters that are kept.
    """
    line = text[: 2 * longest].replace("\n", " ").replace("\t", " ")
    kept = "".join(
        character
        for character in line
        if character in _KEPT or unicodedata.category(character) not in _NEVER
    )
    return kept if len(kept) <= longest else kept[: longest - 2].rstrip() + " …"


def headline(text: str) -> str:
    """Text of a heading or title, never empty: nobody could find it."""
    return printable(text).strip() or "–"


@dataclass(frozen=True)
class Run:
    """A piece of a paragraph.

    Attributes:
        text: plain text.
        strong: it is emphasised.
    """

    text: str
    strong: bool = False


Runs = tuple[Run, ...]


def plain(text: str) -> Runs:
    """Text as it is."""
    return (Run(printable(text)),)


def emphasised(text: str) -> Runs:
    """Text of this program in which `**…**` marks what is emphasised; not for others' text."""
    pieces = text.replace("`", "").split("**")
    return tuple(
        Run(printable(piece), number % 2 == 1) for number, piece in enumerate(pieces) if piece
    )


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 stands below the title."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Attributes:
        runs: its text.
        tone: `answer` stands out, `warning` must not be missed, `note` is small.
    """

    runs: Runs
    tone: Tone = "body"


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Runs, ...]


@dataclass(frozen=True)
class Facts:
    """Names and what belongs to them, such as the head of a paper."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Numbers:
    """A table with its caption.

    Attributes:
        table: the table; its title is the caption, its note stands below.
        number: number of the table in the paper; 0 for none.
    """

    table: Table
    number: int = 0


@dataclass(frozen=True)
class Drawn:
    """A picture with its caption.

    Attributes:
        picture: the picture.
        number: number of the picture in the paper.
        more: where its numbers stand, if its description is too long to be told whole.
    """

    picture: Picture
    number: int = 0
    more: str = ""

    @property
    def alt(self) -> str:
        """What it shows, in words; cut at the end of a sentence if it is very long."""
        text = printable(" ".join(self.picture.alt.split()), 20 * LONGEST_ALT)
        if len(text) <= LONGEST_ALT:
            return text
        cut = text[: LONGEST_ALT - len(self.more)]
        end = max(cut.rfind(". "), cut.rfind("; "))
        told = (cut[: end + 1] if end > 0 else cut).rstrip(";").rstrip(".") + "."
        return f"{told} {self.more}".strip()


@dataclass(frozen=True)
class Code:
    """Lines for a computer."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Blank:
    """Room to be filled in by whoever hands the paper in.

    Attributes:
        hint: what belongs there.
        lines: height in lines of text.
    """

    hint: str
    lines: int = 3


@dataclass(frozen=True)
class Annex:
    """From here on a new page.

    Attributes:
        wide: pages lie on their side, for wide tables.
    """

    wide: bool = False


Part = Heading | Paragraph | Bullets | Facts | Numbers | Drawn | Code | Blank | Annex


@dataclass(frozen=True)
class Paper:
    """A document.

    Attributes:
        kind: what it is, such as "Ratsvorlage"; stands above the title and at the head of pages.
        title: title.
        lang: language of everything in it.
        place: the town.
        author: who hands it in; may be empty.
        made: date, ISO 8601.
        parts: what it says, in order.
    """

    kind: str
    title: str
    lang: Lang
    place: str
    author: str
    made: str
    parts: tuple[Part, ...] = field(repr=False)

    @property
    def about(self) -> str:
        """Kind, place and title in one line, for the head of each page."""
        return " · ".join(printable(text, 80) for text in (self.kind, self.place, self.title))


def numbered(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts, tables and pictures numbered each in their own order."""
    tables = pictures = 0
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Numbers):
            tables += 1
            found.append(Numbers(part.table, tables))
        elif isinstance(part, Drawn):
            pictures += 1
            found.append(Drawn(part.picture, pictures, part.more))
        else:
            found.append(part)
    return tuple(found)


def leads_to(parts: Sequence[Part]) -> frozenset[int]:
    """Places of paragraphs that introduce the table or picture after them: they stay with it."""
    return frozenset(
        place
        for place, (part, after) in enumerate(pairwise(parts))
        if isinstance(part, Paragraph) and isinstance(after, (Numbers, Drawn))
    )


def caption(part: Numbers | Drawn, lang: Lang) -> str:
    """The caption, such as "Tabelle 2: Kosten nach Zahlern"."""
    if isinstance(part, Numbers):
        word, title = ("Tabelle" if lang == "de" else "Table"), part.table.title
    else:
        word, title = ("Abbildung" if lang == "de" else "Figure"), part.picture.title
    title = printable(title)
    return f"{word} {part.number}: {title}" if part.number else title


NARROWEST, WIDEST = 7, 32
"""Characters that a column of a table is given at least and at most."""
LONGEST_WORD = 12
"""Letters of a column's name that are not hyphenated."""
LONGEST_RANGE = 28
"""Ranges of so many characters are kept in one line."""

_RANGE = re.compile(r"\([^()]*\)( (?:[●○◌]|Mio\.|m\b))*")
_WITHOUT_BRACKETS = re.compile(r"[^()]*\d (?:bis|to) [^()]*")


def bound(cell: str) -> str:
    """The text of a cell in which a range in brackets and its mark stay in one line."""

    def together(found: re.Match[str]) -> str:
        text = found.group()
        return text.replace(" ", NBSP) if len(text) <= LONGEST_RANGE else text

    text = _RANGE.sub(together, printable(cell))
    if len(text) <= LONGEST_RANGE and _WITHOUT_BRACKETS.fullmatch(text):
        return text.replace(" ", NBSP)
    return re.sub(r" (?=[●○◌])", NBSP, text)


def column_shares(table: Table) -> tuple[float, ...]:
    """How much of the width each column gets; together 1.

    A column has room for its longest piece that cannot be broken and grows with its longest cell,
    so that numbers with their ranges take two lines at most and sources do not push everything
    else aside.
    """
    weights = []
    for column, name in enumerate(table.header):
        cells = [bound(row[column]) for row in table.rows]
        # Long names of columns may be hyphenated, ranges may not; names are bold.
        words = [1.4 * min(LONGEST_WORD, len(word)) for word in name.split(" ")]
        pieces = [len(piece) for cell in cells for piece in cell.split(" ")]
        longest = max((len(cell) for cell in cells), default=0)
        wanted = max(*words, *pieces, 0.55 * longest) + 1.5
        weights.append(min(WIDEST, max(NARROWEST, wanted)))
    return tuple(weight / sum(weights) for weight in weights)
