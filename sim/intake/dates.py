"""Dates as tables and registers write them."""

from __future__ import annotations

import re
from datetime import date

_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T].*)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})")
_WITHIN = re.compile(r"(\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{4}-\d{2}-\d{2})")
EARLIEST = 1890


class NoDate(ValueError):
    """A text that is no date; the text itself is not in the message."""


def as_date(text: str) -> tuple[int, int, int]:
    """Year, month and day of a date; month and day are 0 where a register leaves them open.

    Registers write `00.00.1938` if only the year of somebody's birth is known.

    Raises:
        NoDate: it is none.
    """
    match = _GERMAN.fullmatch(text) or _SLASHES.fullmatch(text)
    if match:
        day, month, year = map(int, match.groups())
    else:
        match = _ISO.fullmatch(text) or _PACKED.fullmatch(text)
        if match:
            year, month, day = map(int, match.groups())
        elif match := _YEAR.fullmatch(text):
            year, month, day = int(match[1]), 0, 0
        else:
            raise NoDate
    if month == 0:
        day = 0
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        raise NoDate from None
    return year, month, day


def age_on(born: tuple[int, int, int], day: date) -> int:
    """Completed years of age on a day; below 0 for those not born yet.

    A birth of which only the year is known is taken to be on 1 July, of which only the month is
    known, on its 15th.
    """
    year, month, of_month = born
    if month == 0:
        month, of_month = 7, 1
    elif of_month == 0:
        of_month = 15
    return day.year - year - ((day.month, day.day) < (month, of_month))


def sortable(text: str) -> tuple[int, int, int]:
    """A date or year for comparing; what is no date comes first."""
    try:
        return as_date(text)
    except NoDate:
        found = re.search(r"\d{4}", text)
        return (int(found[0]), 0, 0) if found else (0, 0, 0)


def date_within(text: str) -> str:
    """A date somewhere in a title, as it is written; empty if there is none."""
    match = _WITHIN.search(text)
    return match[1].replace(" ", "") if match else ""


def in_german(text: str) -> str:
    """A date as 31.12.2025; what is no full date stays as it is."""
    try:
        year, month, day = as_date(text)
    except NoDate:
        return text
    return f"{day:02d}.{month:02d}.{year}" if month and day else text
