"""A register extract with a row a person: counted while it is read, and thrown away.

Nothing of a row is kept but the count it is added to: no row is stored, none is written to disk or
to a log, and problems name line, column and kind of mistake without quoting a cell. Numbers of
persons, where the file has them, are remembered as checksums while it is read, to find somebody
who appears twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from sim.intake.ages import ALL, age_group
from sim.intake.collected import Collected, thousands
from sim.intake.counts import OPEN, Counts, Provenance, Refused
from sim.intake.dates import EARLIEST, NoDate, age_on, as_date
from sim.intake.gathered import Gathered
from sim.intake.layout import WHOLE_TOWN, Layout, is_footer
from sim.intake.limits import DISTRICTS
from sim.intake.sheet import Line, Sheet
from sim.intake.words import (
    AGE,
    BIRTH,
    DISTRICT,
    IDENTITY,
    RESIDENCE,
    SEX,
    is_main_residence,
    plain,
    sex_of,
)
from sim.town.fields import OLDEST
from sim.town.problems import Both

Value = TypeVar("Value")

TOLD_EVERY = 20_000
LEFT_OUT_AT_MOST = 0.05
"""Of more rows than this nobody should be left out: then the table is misunderstood."""

CORRECT = Both(
    "die Angabe im Register berichtigen oder die Zeile weglassen",
    "correct the entry in the register or leave the line out",
)


class BadRows(Refused):
    """A register of which a few rows cannot be read; the others could be counted."""


A_BIRTH = Both(
    "ein Geburtsdatum wie 31.12.1950 oder ein Geburtsjahr",
    "a date of birth such as 31.12.1950, or a year",
)
AN_AGE = Both(f"ein Alter von 0 bis {OLDEST} Jahren", f"an age of 0 to {OLDEST} years")


class _Mistake(Exception):
    """A row that cannot be counted; says what is wrong with which role, never with what value."""

    def __init__(self, role: str, found: Both, expected: Both, mend: Both = CORRECT) -> None:
        self.role, self.found, self.expected, self.mend = role, found, expected, mend
        super().__init__(role)


def read_persons(
    sheet: Sheet,
    layout: Layout,
    day: date,
    *,
    leave_out_bad_rows: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Counts:
    """Count the persons of a register extract by district, sex and single year of age.

    Args:
        sheet: the table.
        layout: which column is which.
        day: reference date, on which ages are counted.
        leave_out_bad_rows: count the others if some rows cannot be read.
        progress: told now and then how many rows are counted.

    Raises:
        Refused: rows that cannot be read, every kind named with its line.
    """
    clerk = _Clerk(layout, day)
    problems = Collected(sheet.file)
    for line in sheet.rows():
        if line.number < layout.first_line or is_footer(line.cells):
            continue
        try:
            clerk.count(line)
        except _Mistake as mistake:
            column = layout.header[layout.roles[mistake.role]]
            problems.add(
                mistake.found, mistake.expected, mistake.mend, line=line.number, column=column
            )
        if progress is not None and not clerk.rows % TOLD_EVERY:
            progress(clerk.rows)
        if len(clerk.people) > DISTRICTS * 400:
            break
    bad = problems.count
    few = bad <= LEFT_OUT_AT_MOST * clerk.rows
    if bad and not (leave_out_bad_rows and few):
        raise (BadRows if few else Refused)(problems.problems)
    gathered = Gathered(sheet.file, quote=False)
    # In the order of the alphabet: the order of a register's rows is nobody's business.
    for (district, sex, age), number in sorted(clerk.people.items()):
        gathered.add("", district, sex, (age, age), number, 0)
    if clerk.people:
        district, sex, _ = min(clerk.people)
        # Every year of age is a group, so that a town in which nobody is 37 has no gap.
        for age in range(max(age for _, _, age in clerk.people) + 1):
            gathered.add_nobody(district, sex, (age, age))
    return gathered.counts(
        Provenance(
            sheet.file,
            Both("Registerauszug, ausgezählt", "register extract, counted"),
            f"{day:%d.%m.%Y}",
            remarks=_remarks(clerk.secondary, bad),
        )
    )


def _remarks(secondary: int, bad: int) -> tuple[Both, ...]:
    remarks = []
    if secondary:
        remarks.append(
            Both(
                f"{thousands(secondary, 'de')} Zeilen mit Nebenwohnung nicht gezählt",
                f"{thousands(secondary, 'en')} rows with a secondary residence not counted",
            )
        )
    if bad:
        remarks.append(
            Both(
                f"{thousands(bad, 'de')} nicht lesbare Zeilen weggelassen",
                f"{thousands(bad, 'en')} unreadable rows left out",
            )
        )
    return tuple(remarks)


class _Clerk:
    """Counts rows; remembers what cells of a kind mean, and forgets it when the file is read."""

    def __init__(self, layout: Layout, day: date) -> None:
        self.people: Counter[tuple[str, str, int]] = Counter()
        self.rows = 0
        self.secondary = 0
        self._layout = layout
        self._day = day
        self._seen: set[bytes] = set()
        self._ages: dict[str, int] = {}
        self._sexes: dict[str, str] = {}
        self._districts: dict[str, str] = {}
        self._residences: dict[str, bool] = {}

    def count(self, line: Line) -> None:
        """Count the person of a row.

        Raises:
            _Mistake: it cannot be counted.
        """
        self.rows += 1
        residence = self._cell(line, RESIDENCE)
        if residence and not _kept(self._residences, residence, _is_main):
            self.secondary += 1
            return
        self._check_once(line)
        district = _kept(self._districts, self._cell(line, DISTRICT), self._district)
        sex = _kept(self._sexes, self._cell(line, SEX), self._sex)
        born = BIRTH in self._layout.roles
        text = self._cell(line, BIRTH if born else AGE)
        age = _kept(self._ages, text, self._age_by_birth if born else _age)
        self.people[district, sex, age] += 1

    def _cell(self, line: Line, role: str) -> str:
        column = self._layout.roles.get(role)
        return line.cells[column] if column is not None and column < len(line.cells) else ""

    def _check_once(self, line: Line) -> None:
        number = self._cell(line, IDENTITY)
        if not number:
            return
        mark = hashlib.blake2b(number.encode(), digest_size=12).digest()
        if mark in self._seen:
            raise _Mistake(
                IDENTITY,
                Both("eine Person zum zweiten Mal", "a person for the second time"),
                Both("jede Person in einer Zeile", "every person in one line"),
                Both("die doppelte Zeile weglassen", "leave out the second line"),
            )
        self._seen.add(mark)

    def _district(self, text: str) -> str:
        district = WHOLE_TOWN if self._layout.whole else " ".join(text.split())
        if not district:
            raise _Mistake(
                DISTRICT,
                Both("kein Quartier", "no district"),
                Both("der Name eines Quartiers", "the name of a district"),
            )
        return district

    def _sex(self, text: str) -> str:
        sex = self._layout.sexes.get(plain(text)) or sex_of(text)
        if sex is None:
            raise _Mistake(
                SEX,
                Both("ein unbekanntes Wort", "an unknown word"),
                Both("m, w oder d", "m, f or d"),
                Both(
                    "das Wort ersetzen oder in answers.toml erklären",
                    "replace the word or explain it in answers.toml",
                ),
            )
        return sex

    def _age_by_birth(self, text: str) -> int:
        if not text:
            raise _Mistake(BIRTH, Both("kein Geburtsdatum", "no date of birth"), A_BIRTH)
        try:
            born = as_date(text)
        except NoDate:
            raise _Mistake(
                BIRTH, Both("kein Datum, das es gibt", "no date that exists"), A_BIRTH
            ) from None
        age = age_on(born, self._day)
        if age < 0:
            raise _Mistake(
                BIRTH,
                Both("eine Geburt nach dem Stichtag", "a birth after the reference date"),
                Both(
                    f"Geburten bis zum {self._day:%d.%m.%Y}", f"births up to {self._day:%d.%m.%Y}"
                ),
                Both("den Stichtag oder das Datum prüfen", "check the reference date or this date"),
            )
        if age > OLDEST or born[0] < EARLIEST:
            raise _Mistake(
                BIRTH,
                Both(f"ein Alter über {OLDEST} Jahren", f"an age over {OLDEST} years"),
                A_BIRTH,
            )
        return age


def _kept(known: dict[str, Value], text: str, meaning: Callable[[str], Value]) -> Value:
    """What a cell means, looked up only once for each text."""
    if text not in known:
        known[text] = meaning(text)
    return known[text]


def _is_main(text: str) -> bool:
    main = is_main_residence(text)
    if main is None:
        raise _Mistake(
            RESIDENCE,
            Both("ein unbekanntes Wort", "an unknown word"),
            Both("Haupt- oder Nebenwohnung (H oder N)", "main or secondary residence (H or N)"),
        )
    return main


def _age(text: str) -> int:
    if not text:
        raise _Mistake(AGE, Both("kein Alter", "no age"), AN_AGE)
    if text.startswith(("-", "–", "−")):
        raise _Mistake(AGE, Both("ein negatives Alter", "a negative age"), AN_AGE)
    group = age_group(text)
    if group is not None and group != ALL and group[1] in (group[0], OPEN):
        return group[0]
    if text.isdigit() and len(text) <= 3 and int(text) <= OLDEST:
        return int(text)
    kind = (
        Both(f"ein Alter über {OLDEST} Jahren", f"an age over {OLDEST} years")
        if text.isdigit()
        else Both("kein Alter in Jahren", "no age in years")
    )
    raise _Mistake(AGE, kind, AN_AGE)
