"""The table of residents: one column an attribute, one row a resident.

Columns have fixed, small dtypes, so that a compiled rule never meets another type and a
resident costs less than 200 bytes. A row number says where a resident is stored and nothing
else: it is never part of a random draw. Who a resident *is* stands in ``uid``.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

NOBODY = -1
"""Link to no one, place or point: the value of an empty link."""

# Status of a row.
EMPTY, ALIVE, DIED, MOVED_AWAY, LEFT_FOR_HOME_OUT_OF_TOWN = 0, 1, 2, 3, 4

MALE, FEMALE = 0, 1

# Where a resident lives and who cares.
INDEPENDENT, HOME_ALONE, FAMILY, AMBULATORY, DAY_CARE, NURSING_HOME = 0, 1, 2, 3, 4, 5
SETTINGS = ("independent", "home_alone", "family", "ambulatory", "day_care", "nursing_home")

# Volunteering: none, somewhere (club, school, fire brigade …), in the quarter (help for
# neighbours, meeting point).
NO_VOLUNTEER, VOLUNTEER_ELSEWHERE, VOLUNTEER_IN_QUARTER = 0, 1, 2

# Group a resident belonged to when the simulation started (or on arrival); it never changes, so
# that "who gains" compares the same people in every plan. Bit 0: lived alone, bit 1: withdrawn.
STARTED_ALONE, STARTED_WITHDRAWN = 1, 2

# Value of `waiting_home` of a person who has found a nursing home elsewhere and leaves next month.
GOES_ELSEWHERE = 255

ACQUAINTANCES = 4


class Column(NamedTuple):
    """One attribute of a resident."""

    name: str
    dtype: type
    unit: str
    meaning: str
    width: int = 1


COLUMNS: tuple[Column, ...] = (
    Column("uid", np.uint64, "id", "identity, the same in every scenario"),
    Column("status", np.uint8, "code", "0 empty row, 1 lives here, 2 died, 3 moved away, 4 home out of town"),
    Column("arrived", np.int16, "month", "month in which the row's resident came (0: founding resident)"),
    Column("birth_month", np.int16, "months since January 1900", "month of birth"),
    Column("sex", np.uint8, "code", "0 male, 1 female"),
    Column("district", np.int16, "index", "district of the town"),
    Column("x", np.int32, "metres east of the town's origin", "place"),
    Column("y", np.int32, "metres north of the town's origin", "place"),
    Column("household", np.int32, "index", "household, key into the table of household sizes"),
    Column("partner", np.int32, "row", "partner living in the same household"),
    Column("child", np.int32, "row", "adult child living in town who would care"),
    Column("parent", np.int32, "row", "parent in town for whom one would care"),
    Column("follows", np.int32, "row", "person whose decision to move away one follows"),
    Column("acquaintances", np.int32, "row", "founding residents one talks to", ACQUAINTANCES),
    Column("child_in_reach", np.uint8, "yes/no", "adult child outside the town within reach"),
    Column("education", np.uint8, "0 low, 1 middle, 2 high", "education"),
    Column("migration_background", np.uint8, "yes/no", "migration background"),
    Column("barrier_free", np.uint8, "yes/no", "dwelling is barrier-reduced"),
    Column("online", np.uint8, "yes/no", "uses the internet"),
    Column("start_group", np.uint8, "bits", "lived alone (1), withdrawn (2) at start or arrival"),
    Column("care_grade", np.uint8, "grade 0-5", "care grade (Pflegegrad), 0 none"),
    Column("setting", np.uint8, "code", "where one lives and who cares, see SETTINGS"),
    Column("mobility_limited", np.uint8, "yes/no", "great difficulty walking or on stairs"),
    Column("lonely", np.uint8, "yes/no", "lonely"),
    Column("withdrawn", np.uint8, "yes/no", "seldom or never spends time with kin or friends"),
    Column("known_point", np.int16, "index", "meeting point one knows of"),
    Column("habit", np.uint8, "0-100", "habit of visiting"),
    Column("visit_wish", np.uint8, "visits a month", "visits wished this month"),
    Column("visits", np.uint8, "visits a month", "visits made this month"),
    Column("volunteer", np.uint8, "code", "0 no, 1 elsewhere, 2 in the quarter"),
    Column("volunteer_minutes", np.uint16, "minutes a week", "time given if volunteering"),
    Column("strained", np.uint8, "yes/no", "family carer who is highly burdened"),
    Column("need_minutes", np.uint16, "minutes a week", "care needed"),
    Column("family_minutes", np.uint16, "minutes a week", "given by family"),
    Column("neighbour_minutes", np.uint16, "minutes a week", "given by organised neighbourly help"),
    Column("ambulatory_minutes", np.uint16, "minutes a week", "given by an ambulatory care service"),
    Column("day_care_minutes", np.uint16, "minutes a week", "given in day care"),
    Column("nursing_home_minutes", np.uint16, "minutes a week", "given in the nursing home"),
    Column("missing_minutes", np.uint16, "minutes a week", "the care gap: needed and not given"),
    Column("caring_minutes", np.uint16, "minutes a week", "family care this resident gives to others"),
    Column("relief", np.uint8, "bits", "what relieves a carer: 1 service, 2 day care, 4 neighbours"),
    Column("service_trait", np.uint16, "0-65535", "readiness for an ambulatory service, low is soon"),
    Column("day_care_trait", np.uint16, "0-65535", "readiness for day care, low is soon"),
    Column("has_ambulatory", np.uint8, "yes/no", "client of an ambulatory service"),
    Column("has_day_care", np.uint8, "yes/no", "has a place in day care"),
    Column("waiting_ambulatory", np.uint8, "months", "months on the service's waiting list"),
    Column("waiting_day_care", np.uint8, "months", "months on the day care's waiting list"),
    Column("waiting_home", np.uint8, "months", "months waiting for a nursing home place, 0 not waiting"),
    Column("home_months", np.uint8, "months", "months lived in the nursing home, 255 and more as 255"),
    Column("prevention_until", np.int16, "month", "last month a preventive home visit still works"),
)  # fmt: skip

NAMES = tuple(column.name for column in COLUMNS)

Columns: Any = namedtuple("Columns", NAMES)  # type: ignore[misc]
"""All columns together, in the order of COLUMNS; each an array of shape (rows,) (acquaintances:
(rows, 4))."""


ROW_LINKS = ("partner", "child", "parent", "follows", "acquaintances")
"""Columns that hold rows of other residents."""
LINKS = (*ROW_LINKS, "known_point")
"""Columns whose empty value is NOBODY."""

CACHE_LINE = 64


def bytes_per_resident() -> int:
    """Bytes one resident takes in all columns together."""
    return sum(np.dtype(column.dtype).itemsize * column.width for column in COLUMNS)


def bytes_of_table(rows: int) -> int:
    """Bytes of all columns in one block of memory."""
    return rows * bytes_per_resident() + len(COLUMNS) * CACHE_LINE


def columns_within(block: NDArray[np.uint8], rows: int) -> Any:
    """Columns of `rows` rows that lie one after the other in one block of memory.

    The system lays a large block out in pages of 2 MiB in place of 4 KiB where it may, and finding
    a page is a good part of reading single residents in many columns: a month of 110,000 residents
    takes 6 to 9 per cent less.

    Args:
        block: memory of `bytes_of_table(rows)`; its contents become those of the columns.
        rows: length of every column.
    """
    arrays: list[NDArray[Any]] = []
    begin = 0
    for column in COLUMNS:
        end = begin + rows * np.dtype(column.dtype).itemsize * column.width
        array: NDArray[Any] = block[begin:end].view(column.dtype)
        arrays.append(array if column.width == 1 else array.reshape(rows, column.width))
        begin = -(-end // CACHE_LINE) * CACHE_LINE
    return Columns(*arrays)


def empty_columns(rows: int) -> Any:
    """Columns of `rows` empty rows; links are NOBODY, everything else 0."""
    columns = columns_within(np.zeros(bytes_of_table(rows), np.uint8), rows)
    for name in LINKS:
        getattr(columns, name)[...] = NOBODY
    return columns


def copied_columns(columns: Any, free: int = 0) -> Any:
    """The same columns once more, in memory of their own, with empty rows at the end.

    Args:
        columns: what is copied.
        free: number of empty rows, see `empty_columns`.
    """
    used = columns.uid.shape[0]
    copies = columns_within(np.empty(bytes_of_table(used + free), np.uint8), used + free)
    for name, copy, column in zip(NAMES, copies, columns, strict=True):
        copy[:used] = column
        copy[used:] = NOBODY if name in LINKS else 0
    return copies


@dataclass(frozen=True)
class Population:
    """The synthetic residents of a town at its start, shared read-only by all runs.

    Attributes:
        columns: `Columns`, one row a resident, all ALIVE, none EMPTY.
        household_size: number of members living at home, shape (households,), int16; residents
            of a nursing home have household NOBODY.
        households_of: district of each household, shape (households,), int16.
    """

    columns: Any
    household_size: NDArray[np.int16]
    households_of: NDArray[np.int16]

    @property
    def size(self) -> int:
        """Number of residents."""
        return int(self.columns.uid.shape[0])

    @cached_property
    def by_district(self) -> NDArray[np.int64]:
        """Rows ordered by district, shape (residents,); found once for all runs."""
        rows: NDArray[np.int64] = np.argsort(self.columns.district, kind="stable").astype(np.int64)
        return rows


class ResidentView:
    """One resident, read like an agent: `resident.age`, `resident.partner.care_grade`.

    A view is a window on a row of the table at this moment; it copies nothing.
    """

    __slots__ = ("_residents", "row")

    def __init__(self, residents: Residents, row: int) -> None:
        self._residents = residents
        self.row = row

    def __getattr__(self, name: str) -> Any:
        columns = self._residents.columns
        if name not in NAMES:
            raise AttributeError(name)
        value = getattr(columns, name)[self.row]
        if name in ("partner", "child", "parent", "follows"):
            return None if value == NOBODY else ResidentView(self._residents, int(value))
        if name == "acquaintances":
            return [ResidentView(self._residents, int(row)) for row in value if row != NOBODY]
        if name == "setting":
            return SETTINGS[int(value)]
        return value.item()

    @property
    def age(self) -> int:
        """Completed years."""
        born = int(self._residents.columns.birth_month[self.row])
        return (self._residents.now - born) // 12

    @property
    def lives_alone(self) -> bool:
        """Whether the only member of the household."""
        household = int(self._residents.columns.household[self.row])
        return household >= 0 and int(self._residents.household_size[household]) == 1

    def __repr__(self) -> str:
        sex = "woman" if self.sex == FEMALE else "man"
        return f"<resident {self.uid:x}: {sex}, {self.age}, care grade {self.care_grade}>"


class Residents:
    """The residents of a running model: as columns, as selections, one by one.

    Examples:
        `model.residents["care_grade"]` is a column of those who live here, a copy;
        `model.residents.select(lambda r: r.age >= 80)` gives their rows;
        `model.residents[row]` is a view of one; `for resident in model.residents` visits all.
    """

    def __init__(self, state: Any) -> None:
        self._state = state

    @property
    def columns(self) -> Any:
        """All columns, free rows included."""
        return self._state.columns

    @property
    def household_size(self) -> NDArray[np.int16]:
        """Members at home of each household."""
        return self._state.household_size  # type: ignore[no-any-return]

    @property
    def now(self) -> int:
        """The model's month, counted from January 1900."""
        return int(self._state.now)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Rows of those who live here."""
        alive: NDArray[np.bool_] = np.asarray(self.columns.status) == ALIVE
        return np.flatnonzero(alive)

    @property
    def age(self) -> NDArray[np.int64]:
        """Completed years of those who live here."""
        born: NDArray[np.int64] = self.columns.birth_month[self.rows].astype(np.int64)
        return (self.now - born) // 12

    def __len__(self) -> int:
        return int(self.rows.shape[0])

    def __getitem__(self, key: str | int) -> Any:
        if isinstance(key, str):
            return getattr(self.columns, key)[self.rows]
        if self.columns.status[key] != ALIVE:
            raise IndexError(f"nobody lives in row {key}")
        return ResidentView(self, int(key))

    def __iter__(self) -> Any:
        return (ResidentView(self, int(row)) for row in self.rows)

    def select(self, condition: Any) -> list[ResidentView]:
        """Views of the residents for whom `condition(resident)` is true."""
        return [resident for resident in self if condition(resident)]

    def by_uid(self, uid: int) -> ResidentView | None:
        """The resident with this identity, None if not here (yet, or any more)."""
        found = np.flatnonzero(
            (self.columns.uid == np.uint64(uid)) & (self.columns.status == ALIVE)
        )
        return ResidentView(self, int(found[0])) if found.size else None
