"""TOML files, and the lines their values stand in (the standard library does not tell)."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from sim.town.files import TOML_BYTES, Folder
from sim.town.problems import Both, problem

Location = tuple[int | str, ...]

_POSITION = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DEEPEST = 50
# Names joined by dots: the standard library needs memory with the square of their number.
_LONG_CHAIN = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}""", re.ASCII
)

REASONS = (
    (
        ("Cannot overwrite", "Duplicate inline table key", "Cannot declare", "Cannot redefine"),
        Both("jede Angabe nur einmal", "every entry only once"),
        Both(
            "die doppelte Angabe weglassen oder beide zusammenfassen",
            "leave out the double entry or merge the two",
        ),
    ),
    (
        ("Unterminated string", 'Expected """', "Expected '''", "Illegal character"),
        Both("ein Text in geraden Anführungszeichen", "text in straight quotes"),
        Both("die Anführungszeichen dieser Zeile prüfen", "check the quotes of this line"),
    ),
    (
        ("Invalid value",),
        Both(
            "ein Wert: eine Zahl mit Punkt, ein Text in geraden Anführungszeichen, true oder false",
            "a value: a number with a point, text in straight quotes, true or false",
        ),
        Both("den Wert dieser Zeile berichtigen", "correct the value in this line"),
    ),
)
OTHERWISE = (
    Both("eine Zeile der Form name = Wert", "a line of the form name = value"),
    Both(
        "diese Zeile und die davor prüfen (Texte und Monate stehen in Anführungszeichen, "
        "Zahlen haben einen Punkt)",
        "check this line and the one before it (text and months stand in quotes, "
        "numbers have a point)",
    ),
)


def read_toml(folder: Folder, name: str) -> tuple[dict[str, Any], dict[Location, int]] | None:
    """Values of a TOML file and the line of each; None, and a problem, if it is not TOML."""
    text = folder.text(name, TOML_BYTES)
    if text is None:
        return None
    text = text.replace("\r\n", "\n")
    try:
        if _LONG_CHAIN.search(text):
            raise RecursionError
        values = tomllib.loads(text)
        if _depth(values) > _DEEPEST:
            raise RecursionError
        return values, _Scanner(text).lines()
    except RecursionError:
        folder.problems.add(
            problem(
                folder.prefix + name,
                Both(
                    "zu tief verschachtelte Klammern oder Namen",
                    "brackets or names nested too deeply",
                ),
                *OTHERWISE,
            )
        )
    except ValueError as error:
        reason = str(error)
        position = _POSITION.search(reason)
        line, column = len(text.rstrip().split("\n")), None
        if position and position[1]:
            line, column = int(position[1]), position[2]
        content = text.split("\n")
        shown = content[line - 1].strip() if 0 < line <= len(content) else ""
        expected, mend = next(
            (words for starts, *words in REASONS if reason.startswith(starts)), OTHERWISE
        )
        folder.problems.add(
            problem(folder.prefix + name, shown, expected, mend, line=line, column=column)
        )
    return None


def line_of(lines: dict[Location, int], location: Location) -> int | None:
    """Line of a location, else of the nearest one around it."""
    for length in range(len(location), 0, -1):
        if location[:length] in lines:
            return lines[location[:length]]
    return None


def _depth(value: Any, above: int = 0) -> int:
    if above > _DEEPEST:
        return above
    if isinstance(value, dict):
        return max((_depth(inner, above + 1) for inner in value.values()), default=above)
    if isinstance(value, list):
        return max((_depth(inner, above + 1) for inner in value), default=above)
    return above


class _Scanner:
    """Walks through text that is known to be TOML and notes where each value begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.found: dict[Location, int] = {}
        self.tables: dict[Location, int] = {}

    def lines(self) -> dict[Location, int]:
        """Line of each value, by its location."""
        table: Location = ()
        self._skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._entry(table)
            self._skip()
        return self.found

    def _header(self) -> Location:
        many = self.text.startswith("[[", self.at)
        line = self.line
        self._move(2 if many else 1)
        keys = self._keys()
        self._move(2 if many else 1)
        location: Location = ()
        for position, key in enumerate(keys):
            location = (*location, key)
            if many and position == len(keys) - 1:
                self.tables[location] = self.tables.get(location, -1) + 1
                self.found.setdefault(location, line)
            if location in self.tables:  # an array of tables: its newest element is meant
                location = (*location, self.tables[location])
        self.found[location] = line
        return location

    def _entry(self, table: Location) -> None:
        line = self.line
        location = table + tuple(self._keys())
        self._move(1)  # the equals sign
        self._skip()
        self.found[location] = line
        self._value(location)

    def _value(self, location: Location) -> None:
        self.found.setdefault(location, self.line)
        start = self.text[self.at]
        if start == "[":
            self._move(1)
            self._skip()
            number = 0
            while self.text[self.at] != "]":
                self._value((*location, number))
                number += 1
                self._next()
            self._move(1)
        elif start == "{":
            self._move(1)
            self._skip()
            while self.text[self.at] != "}":
                self._entry(location)
                self._next()
            self._move(1)
        elif start in "\"'":
            self._string()
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self._move(1)

    def _next(self) -> None:
        self._skip()
        if self.text[self.at] == ",":
            self._move(1)
            self._skip()

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip()
            if self.text[self.at] in "\"'":
                start = self.at
                self._string()
                keys.append(self.text[start + 1 : self.at - 1])
            else:
                match = _BARE.match(self.text, self.at)
                keys.append(match[0] if match else "")
                self._move(len(keys[-1]))
            self._skip()
            if self.at >= len(self.text) or self.text[self.at] != ".":
                return keys
            self._move(1)

    def _string(self) -> None:
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self._move(len(mark))
        while not self.text.startswith(mark, self.at):
            self._move(2 if quote == '"' and self.text[self.at] == "\\" else 1)
        self._move(len(mark))
        while len(mark) == 3 and self.text.startswith(quote, self.at):  # quotes inside at the end
            self._move(1)

    def _skip(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in " \t\n":
                self._move(1)
            else:
                return

    def _move(self, characters: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + characters)
        self.at += characters
