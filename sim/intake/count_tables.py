"""Tables of counts by district, sex and age: long (a row a group) or wide (a column a group)."""

from __future__ import annotations

from collections.abc import Iterator

from sim.intake.ages import ALL, Group, age_group
from sim.intake.counts import BOTH, OPEN, Counts, Provenance
from sim.intake.dates import date_within
from sim.intake.gathered import ALL_SEXES, Gathered
from sim.intake.layout import WHOLE_TOWN, Layout, WideColumn, is_footer, number_of
from sim.intake.sheet import Line, Sheet
from sim.intake.words import (
    AGE,
    AGE_FROM,
    AGE_TO,
    COUNT,
    DATE,
    DISTRICT,
    SEX,
    is_all_sexes,
    is_total,
    plain,
    sex_of,
)
from sim.town.problems import Both, printable

LONG = Both("Auszählung nach Quartier, Alter und Geschlecht", "counts by district, age and sex")
WIDE = Both(
    "Auszählung mit einer Spalte je Altersgruppe", "counts with a column for each age group"
)


def read_count_table(sheet: Sheet, layout: Layout, date: str = "") -> Counts:
    """Read a table of counts.

    Args:
        sheet: the table.
        layout: which column is which.
        date: reference date, if the table names none.

    Raises:
        Refused: with every problem of the table.
    """
    gathered = Gathered(sheet.file)
    reader = _Reader(layout, gathered)
    for line in sheet.rows():
        if line.number < layout.first_line:
            continue
        if line.cells[0].startswith("__"):
            break
        # A total is told by the district; in a table without one it stands in the first cell.
        if DISTRICT not in layout.roles and is_footer(line.cells):
            continue
        reader.take(line)
    title = " ".join(
        cell for line in sheet.head() if line.number < layout.first_line for cell in line.cells
    )
    layout_words = WIDE if any(column.ages for column in layout.wide) else LONG
    provenance = Provenance(sheet.file, layout_words, date_within(title) or date)
    return gathered.counts(provenance)


class _Reader:
    """Takes row after row; remembers the district of merged cells."""

    def __init__(self, layout: Layout, gathered: Gathered) -> None:
        self.layout = layout
        self.gathered = gathered
        self._district = ""

    def take(self, line: Line) -> None:
        district = self._district_of(line)
        if district is None:
            return
        date = self._cell(line, DATE)
        sex = self._sex_of(line)
        group = self._group_of(line)
        if sex is None or group is None:
            return
        for column in self._columns(line):
            its_sex, its_group = column.sex or sex, column.ages or group
            if its_group == ALL:
                continue
            text = line.cells[column.column] if column.column < len(line.cells) else ""
            name = self.layout.header[column.column]
            value = self.gathered.value(text, line.number, name)
            if value is not None:
                self.gathered.add(date, district, its_sex, its_group, value, line.number)

    def _cell(self, line: Line, role: str) -> str:
        column = self.layout.roles.get(role)
        if column is None or column >= len(line.cells):
            return ""
        return " ".join(line.cells[column].split())

    def _columns(self, line: Line) -> Iterator[WideColumn]:
        if self.layout.wide:
            yield from (column for column in self.layout.wide if not column.total)
        elif COUNT in self.layout.roles:
            yield WideColumn(self.layout.roles[COUNT], None, None)

    def _district_of(self, line: Line) -> str | None:
        """The district of a row; None for totals, notes and rows without figures."""
        if self.layout.whole:
            return WHOLE_TOWN
        name = self._cell(line, DISTRICT)
        if is_footer((name,)):
            self._district = ""
            return None
        numbers = [cell for cell in line.cells if cell and number_of(cell) is not None]
        if not numbers and len([cell for cell in line.cells if cell]) == 1:
            return None  # a heading or a note
        if name:
            self._district = name
        elif not self._district:
            if numbers and not is_footer(line.cells):
                self.gathered.problems.add(
                    Both("kein Quartier", "no district"),
                    Both("der Name eines Quartiers", "the name of a district"),
                    Both("ihn ergänzen", "add it"),
                    line=line.number,
                    column=self.layout.header[self.layout.roles[DISTRICT]],
                )
            return None
        return self._district

    def _sex_of(self, line: Line) -> str | None:
        if SEX not in self.layout.roles:
            return BOTH if not any(column.sex for column in self.layout.wide) else ALL_SEXES
        word = self._cell(line, SEX)
        sex = self.layout.sexes.get(plain(word)) or (
            ALL_SEXES if is_all_sexes(word) or is_total(word) else sex_of(word)
        )
        if sex is None:
            self.gathered.problems.add(
                printable(word),
                Both("männlich, weiblich, divers oder insgesamt", "male, female, diverse or total"),
                Both(
                    "das Wort ersetzen oder in answers.toml erklären",
                    "replace the word or explain it in answers.toml",
                ),
                line=line.number,
                column=self.layout.header[self.layout.roles[SEX]],
            )
        return sex

    def _group_of(self, line: Line) -> Group | None:
        """The ages of a row: of its own if it has some, all if the columns tell."""
        roles = self.layout.roles
        if AGE_FROM in roles:
            return self._from_to(line)
        if AGE not in roles:
            return ALL
        text = self._cell(line, AGE)
        group = age_group(text) if text else None
        if group is None:
            self.gathered.problems.add(
                printable(text),
                Both(
                    "ein Alter oder eine Altersgruppe von 0 bis 120 Jahren",
                    "an age or an age group of 0 to 120 years",
                ),
                Both("die Angabe berichtigen", "correct the entry"),
                line=line.number,
                column=self.layout.header[roles[AGE]],
            )
        return group

    def _from_to(self, line: Line) -> Group | None:
        texts = [self._cell(line, AGE_FROM), self._cell(line, AGE_TO)]
        first, last = number_of(texts[0]), number_of(texts[1]) if texts[1] else float(OPEN)
        if first is None or last is None or not 0 <= first <= last:
            self.gathered.problems.add(
                printable("–".join(texts)),
                Both("Alter von und bis, 0 bis 120", "age from and to, 0 to 120"),
                Both("die Angabe berichtigen", "correct the entry"),
                line=line.number,
                column=self.layout.header[self.layout.roles[AGE_FROM]],
            )
            return None
        return int(first), OPEN if last >= 105 else int(last)
