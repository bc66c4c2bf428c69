"""What people write, made harmless without changing what it says.

Nothing here is interpreted anywhere: it is stored and shown as text. Characters that would turn
the line round, hide, or break a document are taken out.
"""

from __future__ import annotations

import unicodedata

_TURNING = frozenset(
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b"
)
_BREAKS = frozenset("\n\r\u2028\u2029\u0085\u000b\u000c")
_MOST_MARKS = 4
"""Accents in a row; more only paint over the lines above."""


def one_line(text: str, longest: int) -> str:
    """Text in one line, at most so many characters."""
    return " ".join(_clean(text, longest).split())[:longest].rstrip()


def lines(text: str, longest: int) -> str:
    """Text with its line breaks, at most so many characters."""
    cleaned = _clean(text, longest)
    return "\n".join(line.rstrip() for line in cleaned.split("\n"))[:longest].strip()


def minutes_text(text: str, longest: int) -> str:
    """Text somebody is still writing: blanks at the end stay, the next word follows."""
    return _clean(text, longest)[:longest]


def _clean(text: str, longest: int) -> str:
    # Cut first: normalising ten megabytes would cost everybody's time.
    text = text[: 4 * longest].replace("\r\n", "\n")
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        if character in _BREAKS:
            kept.append("\n")
            continue
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if character == "\t":
            kept.append(" ")
        elif category in {"Cc", "Cs", "Co", "Cn"} or character in _TURNING or marks > _MOST_MARKS:
            continue
        else:
            kept.append(character)
    return "".join(kept)
