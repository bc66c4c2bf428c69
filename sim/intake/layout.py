"""Which column of a table is which: found by its header, or told by somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sim.intake.ages import ALL, Group, age_group
from sim.intake.counts import BOTH
from sim.intake.sheet import Line, Sheet
from sim.intake.words import (
    AGE,
    AGE_FROM,
    BIRTH,
    COUNT,
    DISTRICT,
    HIDDEN,
    SEX,
    ZERO,
    is_all_sexes,
    is_total,
    plain,
    role_of,
    sex_of,
)
from sim.town.numerals import NotANumber, plain_number

HEADER_ROWS = 4
NO_COLUMN = "-"
"""What somebody says of a role that no column has."""
WHOLE_TOWN = "Gesamtstadt"
"""The one district of a table without districts."""
FOOTERS = ("__", "©", "(c)", "quelle", "stand:", "hinweis", "anmerkung", "copyright", "erstellt")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{8}")


@dataclass(frozen=True)
class WideColumn:
    """A column that holds the people of one age group or sex.

    Attributes:
        column: its number, from 0.
        sex: male, female or both; None if a column of its own tells.
        ages: first and last age; None if a column of its own tells.
        total: a total of other columns.
    """

    column: int
    sex: str | None
    ages: Group | None
    total: bool = False


@dataclass(frozen=True)
class Layout:
    """What the columns of a table hold.

    Attributes:
        header: headers, as text; `#1` … where the table has none.
        first_line: number of the first line of figures.
        roles: column of each role, from 0.
        wide: columns that each hold a group of people.
        sexes: what further words for sexes mean.
        weak: roles that are only guessed.
        whole: the table has no districts: all people live in one.
    """

    header: tuple[str, ...]
    first_line: int
    roles: Mapping[str, int]
    wide: tuple[WideColumn, ...] = ()
    sexes: Mapping[str, str] = field(default_factory=dict)
    weak: frozenset[str] = frozenset()
    whole: bool = False

    @property
    def signature(self) -> tuple[str, ...]:
        """What a table of the same layout has in common with this one."""
        return tuple(plain(name) if not name.startswith("#") else name for name in self.header)

    @property
    def persons(self) -> bool:
        """Whether a row is a person: nobody counts people by their date of birth."""
        return BIRTH in self.roles or (COUNT not in self.roles and not self.wide)

    def missing(self) -> tuple[str, ...]:
        """Roles without which the table cannot be counted."""
        lacking = [] if DISTRICT in self.roles or self.whole else [DISTRICT]
        knows_age = {BIRTH, AGE, AGE_FROM} & set(self.roles) or any(
            column.ages for column in self.wide
        )
        if not knows_age:
            lacking.append(BIRTH if self.persons else AGE)
        knows_sex = SEX in self.roles or any(column.sex for column in self.wide)
        if self.persons and not knows_sex:
            lacking.append(SEX)
        return tuple(lacking)


def number_of(text: str) -> float | None:
    """A count as written in a table; None if it is no number."""
    try:
        return float(plain_number(text.replace("\u00a0", " "), None, whole=True))
    except NotANumber:
        return None


def is_footer(cells: Sequence[str]) -> bool:
    """Whether a row is a note below the table, or a total of its rows."""
    first = next((cell for cell in cells if cell), "")
    return is_total(first) or first.lower().startswith(FOOTERS)


def is_figure(text: str) -> bool:
    """Whether a cell looks like a figure, a date or a mark for a missing figure."""
    return text in ZERO or text in HIDDEN or number_of(text) is not None or bool(_DATE.match(text))


def find_layout(sheet: Sheet) -> Layout:
    """The layout of a sheet, as far as its header tells.

    The header may have up to four rows (merged cells leave blanks to the right and below) and may
    stand below rows of title.
    """
    head = sheet.head()
    top = next((index for index, line in enumerate(head) if _is_header(line.cells)), None)
    if top is None:
        first = next((i for i, line in enumerate(head) if len(line.cells) > 1), 0)
        return _without_header(head, first)
    bottom = top
    while (
        bottom + 1 < len(head)
        and bottom - top < HEADER_ROWS - 1
        and _continues(head[bottom + 1].cells, head[top].cells)
    ):
        bottom += 1
    header = _joined([line.cells for line in head[top : bottom + 1]])
    first_line = head[bottom + 1].number if bottom + 1 < len(head) else head[bottom].number + 1
    roles, weak, wide = _roles(header, [line.cells for line in head[bottom + 1 :]])
    names = tuple(" ".join(dict.fromkeys(parts)) for parts in header)
    return Layout(names, first_line, roles, wide, weak=weak)


def with_columns(layout: Layout, told: Mapping[str, str], sexes: Mapping[str, str]) -> Layout:
    """A layout in which somebody has said which column is which.

    Args:
        layout: as found.
        told: header (or `#number`, from 1) by role; `-` takes a role away.
        sexes: what words for sexes mean.

    Raises:
        KeyError: with the name of a column that does not exist.
    """
    roles = dict(layout.roles)
    weak = set(layout.weak)
    for role, name in told.items():
        weak.discard(role)
        if name == NO_COLUMN:
            roles.pop(role, None)
            continue
        roles[role] = column_of(layout.header, name)
    taken = set(roles.values())
    wide = tuple(column for column in layout.wide if column.column not in taken)
    words = {plain(word): sex for word, sex in sexes.items()}
    whole = told.get(DISTRICT) == NO_COLUMN
    return Layout(layout.header, layout.first_line, roles, wide, words, frozenset(weak), whole)


def column_of(header: Sequence[str], name: str) -> int:
    """Number of a column by its header or `#number`.

    Raises:
        KeyError: there is none.
    """
    if re.fullmatch(r"#\d{1,4}", name) and 1 <= int(name[1:]) <= len(header):
        return int(name[1:]) - 1
    for index, one in enumerate(header):
        if one == name or plain(one) == plain(name):
            return index
    raise KeyError(name)


def hints(layout: Layout, sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """Each column's header and what its cells look like, letters as a and digits as 9.

    The first rows may hold people's names and birthdays; their shape is enough to tell columns
    apart.
    """
    rows = [line.cells for line in sheet.head() if line.number >= layout.first_line][:3]
    shown = []
    for index, name in enumerate(layout.header):
        looks = [masked(row[index]) for row in rows if index < len(row) and row[index]]
        shown.append((name, " · ".join(dict.fromkeys(looks)) or "–"))
    return tuple(shown)


def masked(text: str) -> str:
    """The shape of a cell: "12.03.1950" as "99.99.9999", "Müller" as "Aaaaaa"."""
    shape = "".join(
        "9" if one.isdigit() else "A" if one.isupper() else "a" if one.isalpha() else one
        for one in text[:24]
        if one.isprintable()
    )
    return shape + ("…" if len(text) > 24 else "")


def _is_header(cells: Sequence[str]) -> bool:
    """A row of headers: words for roles and groups, and no figures but ages that count up.

    Strict on purpose: what is taken for a header is shown and remembered, and must not be the
    first person of a table without one.
    """
    filled = [cell for cell in cells if cell]
    if any(_DATE.fullmatch(cell) for cell in filled):
        return False
    numbers = [number for number in map(number_of, filled) if number is not None]
    ages = len(numbers) >= 3 and all(b - a == 1 for a, b in pairwise(numbers))
    if numbers and not ages:
        return False
    roles = [role_of(cell) for cell in filled]
    strong = sum(role is not None and not weak for role, weak in roles)
    groups = sum(number_of(cell) is None and _is_group(cell) for cell in filled)
    return strong > 1 or (strong == 1 and (groups > 1 or ages))


def _is_group(cell: str) -> bool:
    """Whether a word heads a column of people: ages, a sex, both, or all of them."""
    return (
        age_group(cell) is not None
        or _sex_and_age(cell) is not None
        or sex_of(cell) is not None
        or is_all_sexes(cell)
    )


def _continues(cells: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a row belongs to the header: its first cell is blank, and words or ages follow."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return False
    named = [
        cell
        for cell in filled
        if role_of(cell)[0]
        or (age_group(cell) and (number_of(cell) is None or not cells[0]))
        or is_all_sexes(cell)
        or (sex_of(cell) and number_of(cell) is None)
        or plain(cell) in ("anzahl", "personen")
    ]
    blank = not cells[0] or cells[0] == above[0]
    return blank and len(named) * 2 >= len(filled)


def _joined(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The words above each column; a blank to the right of a merged cell takes its word."""
    width = max(len(row) for row in rows)
    above: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        word = ""
        for column in range(width):
            cell = row[column] if column < len(row) else ""
            below = any(column < len(later) and later[column] for later in rows[number + 1 :])
            if cell:
                word = cell
            elif not below:
                word = ""
            if cell or (word and number < len(rows) - 1):
                above[column].append(cell or word)
    return [tuple(words) for words in above]


def _roles(
    header: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]
) -> tuple[dict[str, int], frozenset[str], tuple[WideColumn, ...]]:
    roles: dict[str, int] = {}
    weak: set[str] = set()
    wide: list[WideColumn] = []
    for column, words in enumerate(header):
        group = _wide_column(column, words)
        if group is not None:
            wide.append(group)
            continue
        role, unsure = next(
            (found for found in map(role_of, reversed(words)) if found[0]), (None, True)
        )
        if role is None:
            continue
        if role == DISTRICT and not unsure and _all_numbers(rows, column):
            unsure = True  # a number of the district; there may be a column with its name
        if role not in roles or (role in weak and not unsure):
            roles[role] = column
            weak.discard(role)
            if unsure:
                weak.add(role)
    if not _is_wide(wide, roles):
        for one in wide:
            if one.total and COUNT not in roles:
                roles[COUNT] = one.column
        wide = []
    return roles, frozenset(weak), tuple(wide)


def _is_wide(wide: Sequence[WideColumn], roles: Mapping[str, int]) -> bool:
    groups = [one for one in wide if not one.total]
    if any(one.ages for one in groups):
        return len(groups) > 1
    return bool(groups) and bool({AGE, AGE_FROM} & set(roles))


def _all_numbers(rows: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column] for row in rows if column < len(row) and row[column]]
    return bool(cells) and all(number_of(cell) is not None for cell in cells)


def _wide_column(column: int, words: Sequence[str]) -> WideColumn | None:
    """What a column above which `words` stand counts; None if it is no such column."""
    sex: str | None = None
    ages: Group | None = None
    total = False
    for word in words:
        both = _sex_and_age(word)
        if both is not None:
            sex, ages = both
        elif is_all_sexes(word):
            total = True
        elif sex_of(word) and number_of(word) is None and len(plain(word)) >= 1:
            if role_of(word)[0] == SEX:
                return None
            sex = sex_of(word)
        elif age_group(word) is not None:
            ages = age_group(word)
        elif role_of(word)[0] in (DISTRICT, BIRTH):
            return None
    if sex is None and ages is None and not total:
        return None
    if ages == ALL:
        ages, total = None, True
    if total and sex is None and ages is not None:
        return WideColumn(column, BOTH, ages)
    return WideColumn(column, sex, ages, total=total and ages is None and sex is None)


def _sex_and_age(word: str) -> tuple[str, Group] | None:
    """A header such as "m_65_69", "weiblich 0 bis 2" or "65-69 w"."""
    parts = [part for part in re.split(r"[\s_,;:]+", word) if part]
    if len(parts) < 2:
        return None
    for sex_word, rest in ((parts[0], parts[1:]), (parts[-1], parts[:-1])):
        sex = sex_of(sex_word) if number_of(sex_word) is None else None
        if sex is None or not plain(sex_word):
            continue
        text = " ".join(rest)
        ages = age_group(text) or age_group(text.replace(" ", "-"))
        if ages is not None and ages != ALL:
            return sex, ages
    return None


def _without_header(head: Sequence[Line], first: int) -> Layout:
    width = max((len(line.cells) for line in head), default=0)
    start = head[first].number if head else 1
    # A first row without any figure is a header whose words are unknown.
    named = bool(head) and not any(is_figure(cell) for cell in head[first].cells)
    if named and len(head) > first + 1:
        names = [head[first].cells[i] if i < len(head[first].cells) else "" for i in range(width)]
        return Layout(
            tuple(name or f"#{i + 1}" for i, name in enumerate(names)),
            head[first + 1].number,
            {},
        )
    return Layout(tuple(f"#{index + 1}" for index in range(width)), start, {})
