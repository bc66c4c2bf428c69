"""Problems of one file: the first twenty in full, the others counted.

In a file with a row a person nothing that stands in a cell is ever quoted: a problem names the
line, the column and the kind of mistake.
"""

from __future__ import annotations

from collections import Counter

from sim.intake.limits import LISTED_PROBLEMS
from sim.town.problems import Both, Problem, problem


def thousands(number: int, lang: str) -> str:
    """1234 as 1.234 or 1,234."""
    text = f"{number:,}"
    return text.replace(",", ".") if lang == "de" else text


class Collected:
    """Collects the problems of a file.

    Args:
        file: name of the file.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._first: list[Problem] = []
        self._kinds: Counter[Both] = Counter()
        self.count = 0

    def add(
        self,
        found: str | Both,
        expected: Both,
        mend: Both,
        *,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        """Add one problem."""
        self.count += 1
        if self.count <= LISTED_PROBLEMS:
            self._first.append(problem(self.file, found, expected, mend, line=line, column=column))
        else:
            kind = found if isinstance(found, Both) else Both("eine andere Angabe", "another entry")
            self._kinds[kind] += 1

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The first problems, and one that counts the others."""
        more = self.count - len(self._first)
        if not more:
            return tuple(self._first)
        kinds = self._kinds.most_common(3)
        kinds_de = ", ".join(f"{thousands(n, 'de')}-mal {kind.de}" for kind, n in kinds)
        kinds_en = ", ".join(f"{thousands(n, 'en')} times {kind.en}" for kind, n in kinds)
        rest = problem(
            self.file,
            Both(
                f"… und {thousands(more, 'de')} weitere Fehler ({kinds_de})",
                f"… and {thousands(more, 'en')} more problems ({kinds_en})",
            ),
            Both("eine Datei ohne diese Fehler", "a file without these problems"),
            Both(
                "zuerst die genannten Zeilen ansehen: oft ist eine Spalte verwechselt",
                "look at the lines named first: often a column is mistaken for another",
            ),
        )
        return (*self._first, rest)
