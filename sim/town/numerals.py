"""Numbers as people write them: 1234.5 · 1.234,5 · 1 234,5."""

from __future__ import annotations

import re
from collections.abc import Iterable

POINT, COMMA = ".", ","
LONGEST = 40
"""Characters of a number; longer ones are no figure of a town."""

_SPACED = re.compile(r"-?\d{1,3}(?:[ \u00a0\u202f\u2009’']\d{3})+(?:[.,]\d+)?", re.ASCII)
_WITH_POINT = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
_WITH_COMMA = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)?(?:,\d+)?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_THOUSANDS_POINT = re.compile(r"-?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_THOUSANDS_POINTS = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?", re.ASCII)
_THOUSANDS_COMMA = re.compile(r"-?[1-9]\d{0,2},\d{3}", re.ASCII)


class NotANumber(ValueError):
    """A text that is no number."""


class Ambiguous(NotANumber):
    """A text that may mean 1234 as well as 1.234."""


def notation_of(texts: Iterable[str], separator: str) -> str | None:
    """Decimal sign a table uses: `,` or `.`; None if it does not tell or uses both.

    Args:
        texts: all cells that should be numbers.
        separator: what stands between the cells. Where that is a comma the decimal sign is taken
            for a point unless cells say otherwise.
    """
    comma = point = False
    for text in texts:
        if "," in text:
            comma = comma or separator != "," or not _THOUSANDS_COMMA.fullmatch(text)
        elif "." in text:
            if _THOUSANDS_POINTS.fullmatch(text):
                comma = True
            else:
                point = point or not _THOUSANDS_POINT.fullmatch(text)
        if comma and point:
            return None
    if comma:
        return COMMA
    return POINT if point or separator == "," else None


def plain_number(text: str, notation: str | None, whole: bool = False) -> str:
    """The number in the notation of Python.

    Args:
        text: as written.
        notation: decimal sign of the table, see `notation_of`.
        whole: the column holds whole numbers, so that 1.234 can only mean 1234.

    Raises:
        Ambiguous: the text may mean two numbers.
        NotANumber: it means none.
    """
    text = text.replace("−", "-")
    if len(text) > LONGEST:
        raise NotANumber(text)
    if _SPACED.fullmatch(text):
        text = re.sub(r"[^-\d.,]", "", text)
    if notation is None:
        if (
            "," in text
            or _THOUSANDS_POINTS.fullmatch(text)
            or (whole and _THOUSANDS_POINT.fullmatch(text))
        ):
            notation = COMMA
        elif _THOUSANDS_POINT.fullmatch(text):
            raise Ambiguous(text)
        else:
            notation = POINT
    if notation == COMMA and _WITH_COMMA.fullmatch(text) and any(map(str.isdigit, text)):
        return text.replace(".", "").replace(",", ".")
    if notation == POINT and _WITH_POINT.fullmatch(text):
        return text
    raise NotANumber(text)
