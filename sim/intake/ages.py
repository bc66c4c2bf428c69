"""Ages as tables write them: "unter 3 Jahre", "65 bis unter 70", "85-Jährige", "90 u. älter"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sim.intake.counts import OPEN

Group = tuple[int, int]
"""First and last age in completed years; 120 as last: open."""

ALL: Group = (0, OPEN)

_DASH = r"(?:-|–|—|−|bis|to|_|\.\.+)"
_YEARS = r"(?:\s*-?\s*(?:jahr(?:en?)?|jähr(?:ige?|\.)?|jaehr(?:ige?)?|j\.?|years?|yrs?|lj\.?))?"
_UNDER = r"(?:unter|u\.|<|bis unter|under|less than)"
_OPEN = (
    r"(?:\s*(?:und|u\.?|oder|o\.?|and|or|&)?\s*"
    r"(?:mehr|m\.|älter\w*|ä\.|ältere|aelter\w*|over|older)|\s*\+|\s*plus)"
)

_PATTERNS = (
    # 65 bis unter 70 Jahre
    (rf"(?:von )?(\d+){_YEARS}\s*(?:bis|-|–|to)\s*(?:unter|u\.?|<|under)\s*(\d+){_YEARS}", "below"),
    (rf"(?:von )?(\d+){_YEARS}\s*{_DASH}\s*(?:einschl\w*\.?\s*)?(\d+){_YEARS}", "within"),
    (rf"{_UNDER}\s*(\d+){_YEARS}", "under"),
    (rf"bis\s*(\d+){_YEARS}", "up to"),
    (rf"(?:über|ueber|>)\s*(\d+){_YEARS}", "above"),
    (rf"(?:ab|ü|>=|≥|from|von)\s*(\d+){_YEARS}(?:{_OPEN})?", "open"),
    (rf"(\d+){_YEARS}{_OPEN}(?:\s*jahre)?", "open"),
    (rf"(\d+){_YEARS}", "single"),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _PATTERNS)
_TOTAL = re.compile(
    r"(?:alter )?(?:insgesamt|gesamt|zusammen|summe|total|alle(?: altersgruppen)?|all ages)",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:im alter (?:von )?|in der altersgruppe |altersgruppe |alter:? |darunter |davon |age )+",
    re.IGNORECASE,
)
_GENESIS = re.compile(r"ALT(?:ER)?(\d{3})(?:B(\d{2,3})|UM)?", re.IGNORECASE)


def age_group(text: str) -> Group | None:
    """First and last age of a label; None if it is none.

    Args:
        text: such as "65 bis unter 70 Jahre"; a total ("Insgesamt") is 0 to 120.
    """
    text = _LEADING.sub("", " ".join(text.split()).strip(" :;()[]"))
    if not text or len(text) > 60:
        return None
    if _TOTAL.fullmatch(text):
        return ALL
    for pattern, kind in _COMPILED:
        match = pattern.fullmatch(text)
        if match:
            return _group(kind, [int(number) for number in match.groups()])
    return None


def genesis_code(code: str) -> Group | None:
    """Ages of a code of the statistical offices: ALT000B03 (under 3), ALT012, ALT090UM."""
    match = _GENESIS.fullmatch(code.strip())
    if not match:
        return None
    first = int(match[1])
    if code.strip().upper().endswith("UM"):
        return (first, OPEN)
    return _sound(first, int(match[2]) - 1) if match[2] else _sound(first, first)


def _group(kind: str, numbers: list[int]) -> Group | None:
    if kind == "below":
        return _sound(numbers[0], numbers[1] - 1)
    if kind == "within":
        return _sound(numbers[0], numbers[1])
    if kind == "under":
        return _sound(0, numbers[0] - 1)
    if kind == "up to":
        return _sound(0, numbers[0])
    if kind in ("open", "above"):
        return _sound(numbers[0] + (kind == "above"), OPEN)
    return _sound(numbers[0], numbers[0])


def _sound(first: int, last: int) -> Group | None:
    if not 0 <= first <= last or first > OPEN - 5:
        return None
    # "90 bis 110" is how some tables write an open group.
    return (first, OPEN) if first < last and last >= 105 else (first, last)


def partition(groups: Iterable[Group]) -> tuple[Group, ...] | None:
    """The finest choice of groups that covers every age once; None if there is none.

    Tables often hold "65 und älter" beside "65–69, 70–74 …": both would count people twice.

    Args:
        groups: all groups of a table; the last may end below 120 if it is a single year.
    """
    known = sorted({group for group in groups if group != ALL})
    if not known:
        return None
    top = max(last for _, last in known)
    starting: dict[int, list[Group]] = {}
    for group in known:
        starting.setdefault(group[0], []).append(group)
    # From the oldest down: the longest chain of groups from an age to the top.
    best: dict[int, tuple[int, Group | None]] = {top + 1: (0, None)}
    for first in sorted(starting, reverse=True):
        chains = [
            (best[last + 1][0] + 1, (first, last))
            for first, last in starting[first]
            if last + 1 in best
        ]
        if chains:
            best[first] = max(chains)
    if 0 not in best:
        return None
    chosen: list[Group] = []
    age = 0
    while age <= top:
        following = best[age][1]
        assert following is not None
        chosen.append(following)
        age = following[1] + 1
    return tuple(chosen)
