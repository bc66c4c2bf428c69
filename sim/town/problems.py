"""Problems in what a planner wrote: where, what was found, what is expected, how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

GERMAN, ENGLISH = "de", "en"
SHOWN_CHARACTERS = 80
PROBLEMS_PER_FILE = 100
"""A file that is wrong in every line is described well enough by its first hundred problems."""


class Both(NamedTuple):
    """The same words in German and in English."""

    de: str
    en: str


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it should be, told in one calm sentence.

    Attributes:
        file: name of the file relative to the town's folder, or the folder itself.
        line: line in the file, 1 for the first; None if the whole file is meant.
        column: name of the column or key, or number of the character in a line.
        found: what was found, as written; empty if nothing was.
        expected_de, expected_en: what is expected, continuing "erwartet" / "expected".
        mend_de, mend_en: how to mend it, as a request.
        found_de, found_en: what was found in words, where it cannot be quoted.
        warning: the town can be read nevertheless.
    """

    file: str
    line: int | None
    column: str | None
    found: str
    expected_de: str
    expected_en: str
    mend_de: str
    mend_en: str
    found_de: str = ""
    found_en: str = ""
    warning: bool = False

    def text(self, lang: str = GERMAN) -> str:
        """The problem as one sentence in German (`de`) or English (`en`)."""
        german = lang == GERMAN
        place = printable(self.file)
        if self.line is not None:
            place += f", {'Zeile' if german else 'line'} {self.line}"
        if self.column:
            place += f", {'Spalte' if german else 'column'} {printable(self.column)}"
        words = self.found_de if german else self.found_en
        if not words:
            if self.found:
                words = f"„{printable(self.found)}“" if german else f"“{printable(self.found)}”"
            else:
                words = "nichts" if german else "nothing"
        if german:
            said = f"{place}: gefunden {words}, erwartet {self.expected_de}"
            return f"{said}; bitte {self.mend_de}."
        return f"{place}: found {words}, expected {self.expected_en}; please {self.mend_en}."

    def __str__(self) -> str:
        return self.text(ENGLISH)


def problem(
    file: str,
    found: str | Both,
    expected: Both,
    mend: Both,
    *,
    line: int | None = None,
    column: str | None = None,
    warning: bool = False,
) -> Problem:
    """A problem; `found` is either quoted from the file or told in words of both languages."""
    words = found if isinstance(found, Both) else Both("", "")
    return Problem(
        file=file,
        line=line,
        column=column,
        found=words.de if isinstance(found, Both) else found,
        expected_de=expected.de,
        expected_en=expected.en,
        mend_de=mend.de,
        mend_en=mend.en,
        found_de=words.de,
        found_en=words.en,
        warning=warning,
    )


class TownError(Exception):
    """A town that cannot be read; holds every problem of every file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.text(ENGLISH))

    def __reduce__(self) -> tuple[type[TownError], tuple[tuple[Problem, ...]]]:
        """Keep the problems when the error travels between processes."""
        return type(self), (self.problems,)

    def text(self, lang: str = GERMAN) -> str:
        """All problems, one a line."""
        return "\n".join(one.text(lang) for one in self.problems)


class Problems:
    """Collects problems while a town is read; full files are summed up in a last sentence."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._count: dict[str, int] = {}

    def add(self, one: Problem) -> None:
        """Add one problem."""
        count = self._count.get(one.file, 0) + 1
        self._count[one.file] = count
        if count <= PROBLEMS_PER_FILE:
            self._found.append(one)

    def full(self, file: str) -> bool:
        """Whether nothing more is learned by listing further problems of the file."""
        return self._count.get(file, 0) > PROBLEMS_PER_FILE

    def __iter__(self) -> Iterator[Problem]:
        yield from sorted(self._found, key=lambda one: (one.file, one.line or 0))
        for file, count in sorted(self._count.items()):
            if count > PROBLEMS_PER_FILE:
                yield problem(
                    file,
                    Both(
                        f"mehr als {PROBLEMS_PER_FILE} Fehler",
                        f"more than {PROBLEMS_PER_FILE} errors",
                    ),
                    Both("eine Datei ohne diese Fehler", "a file without these errors"),
                    Both(
                        "zuerst die genannten Stellen ändern und dann noch einmal prüfen",
                        "change the places named first and check again",
                    ),
                )

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the town from being read."""
        return tuple(one for one in self if not one.warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What should be known, though the town can be read."""
        return tuple(one for one in self if one.warning)

    def any_in(self, *files: str) -> bool:
        """Whether one of the files has an error."""
        return any(one.file in files and not one.warning for one in self._found)


def printable(text: str) -> str:
    """Foreign text, safe for a terminal and short enough for a sentence."""
    shown = "".join(
        character if character.isprintable() else f"\\x{ord(character):02x}"
        for character in text[: SHOWN_CHARACTERS + 1]
    )
    return shown if len(shown) <= SHOWN_CHARACTERS else shown[: SHOWN_CHARACTERS - 1] + "…"


def listing(names: Iterable[str], lang: str = GERMAN, most: int = 15) -> str:
    """Names as they are listed in a sentence, such as "a, b oder c"."""
    known = [printable(name) for name in names]
    if len(known) > most:
        return ", ".join(known[:most]) + " …"
    if len(known) < 2:
        return "".join(known)
    return ", ".join(known[:-1]) + (" oder " if lang == GERMAN else " or ") + known[-1]


def did_you_mean(name: str, names: Iterable[str]) -> Both:
    """How to mend an unknown name, in German and English: the nearest known one, if any."""
    near = difflib.get_close_matches(name[:SHOWN_CHARACTERS], list(names), n=1, cutoff=0.6)
    if near:
        return Both(
            f"den Namen berichtigen (gemeint ist vielleicht „{near[0]}“)",
            f"correct the name (perhaps “{near[0]}” is meant)",
        )
    return Both("den Namen berichtigen", "correct the name")
