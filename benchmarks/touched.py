"""What a resident's month must read, write and draw: counted on the twin while it runs.

The twin (`benchmarks/plain_mesa.py`) calls the same rules for one object a resident and gives the
same bits as the fast model. Here every look at an attribute of a resident, every change of one,
and every block of draws is noted for some months. An attribute that is looked at any number of
times in a month counts once, with the bytes of its column; one that is set to the value it has
already does not count as written. So nothing is counted by hand, and what the rules do not ask
for is not in it.

What the count leaves out: the counting of everybody at the end of a month, which the fast model
does only when asked; tables of rates (they stay in the cache), cache lines (a column read for
one resident in ten costs as much as one read for everybody), and whatever a cleverer layout could
save, such as several yes-or-no columns in one byte. It is the least for these rules with these
columns, each read and written once a month.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.plain_mesa import PlainModel
from benchmarks.plain_python import compiled_uniforms
from benchmarks.plain_resident import Household, Resident
from sim.residents import COLUMNS
from sim.town import Town

AGE_GROUPS = ((0, 13), (14, 17), (18, 49), (50, 64), (65, 79), (80, 120))
BYTES = {column.name: np.dtype(column.dtype).itemsize * column.width for column in COLUMNS}
HOUSEHOLD_BYTES = 2
"""Of a household's size in the table of the fast model."""


@dataclass
class Touched:
    """What was counted, summed over months.

    Attributes:
        resident_months: by age group.
        read, written: how many residents' columns, by column.
        read_bytes, written_bytes: by age group of the resident whose column it is.
        blocks: blocks of four words drawn, by age group of the resident whose draw it is.
        other_blocks: blocks drawn for districts and for newcomers before they live here.
    """

    resident_months: Counter[int] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    read_bytes: Counter[int] = field(default_factory=Counter)
    written_bytes: Counter[int] = field(default_factory=Counter)
    blocks: Counter[int] = field(default_factory=Counter)
    other_blocks: int = 0

    @property
    def residents(self) -> int:
        """All resident-months."""
        return self.resident_months.total()

    @property
    def bytes_read(self) -> float:
        """Bytes a resident-month."""
        return self.read_bytes.total() / self.residents

    @property
    def bytes_written(self) -> float:
        """Bytes a resident-month."""
        return self.written_bytes.total() / self.residents

    @property
    def blocks_drawn(self) -> float:
        """Blocks of four words a resident-month."""
        return (self.blocks.total() + self.other_blocks) / self.residents


def age_group(age: int) -> int:
    """Number of the age group."""
    return next(number for number, (_, last) in enumerate(AGE_GROUPS) if age <= last)


class _Notes:
    """One month's notes: which columns of whom were read and written, which blocks drawn."""

    def __init__(self) -> None:
        self.on = False
        self.read: dict[str, set[Any]] = defaultdict(set)
        self.written: dict[str, set[Any]] = defaultdict(set)
        self.drawn: set[tuple[int, int]] = set()

    def clear(self) -> None:
        self.read.clear()
        self.written.clear()
        self.drawn.clear()


@contextmanager
def _noting(notes: _Notes) -> Iterator[None]:
    """Note every look at, and every change of, a column of a resident while this is open."""
    look = object.__getattribute__
    never_set = object()

    def read(self: Any, name: str) -> Any:
        if notes.on and name in BYTES:
            notes.read[name].add(self)
        return look(self, name)

    def write(self: Any, name: str, value: Any) -> None:
        if notes.on and name in BYTES:
            try:
                before = look(self, name)
            except AttributeError:
                before = never_set
            if before is never_set or (before is not value and before != value):
                notes.written[name].add(self)
        object.__setattr__(self, name, value)

    def read_household(self: Any, name: str) -> Any:
        if notes.on and name == "members":
            notes.read["household_size"].add(self)
        return look(self, name)

    classes: tuple[tuple[Any, dict[str, Any]], ...] = (
        (Resident, {"__getattribute__": read, "__setattr__": write}),
        (Household, {"__getattribute__": read_household}),
    )
    for kind, methods in classes:
        for name, method in methods.items():
            setattr(kind, name, method)
    try:
        yield
    finally:
        for kind, methods in classes:
            for name in methods:
                delattr(kind, name)


def count_touched(town: Town, plan: str = "reference", months: int = 6, **named: Any) -> Touched:
    """Run the twin and count, after two months that settle it.

    Args:
        town: the town.
        plan: one of its plans.
        months: how many are counted.
        named: further arguments of the model, such as its population.
    """
    notes = _Notes()
    found = Touched()

    class Noted(PlainModel):
        """The twin, whose counting at the end of the month is not noted."""

        def count_everybody(self) -> None:
            on, notes.on = notes.on, False
            super().count_everybody()
            notes.on = on

    def uniforms(seed: int, uid: int, month: int, block: int) -> Any:
        if notes.on:
            notes.drawn.add((uid, block))
        return compiled_uniforms(seed, uid, month, block)

    twin = Noted(town, plan, uniforms=uniforms, **named)
    for _ in range(2):
        twin.step()
    for _ in range(months):
        here = {resident: age_group(resident.age) for resident in twin.people}
        of_uid = {resident.uid: group for resident, group in here.items()}
        with _noting(notes):
            notes.on = True
            twin.step()
            notes.on = False
        _add(found, notes, here, of_uid)
        notes.clear()
    return found


def _add(found: Touched, notes: _Notes, here: dict[Resident, int], of_uid: dict[int, int]) -> None:
    """Add a month's notes; whoever came this month counts by the age they came with."""
    found.resident_months.update(here.values())

    def group_of(resident: Any) -> int:
        if resident not in here:
            here[resident] = age_group(resident.age)
        return here[resident]

    for noted, number, size in (
        (notes.read, found.read, found.read_bytes),
        (notes.written, found.written, found.written_bytes),
    ):
        for name, who in noted.items():
            number[name] += len(who)
            if name == "household_size":
                # Bytes of households go to adults, who head them.
                size[2] += HOUSEHOLD_BYTES * len(who)
                continue
            for resident in who:
                size[group_of(resident)] += BYTES[name]
    for uid, _ in notes.drawn:
        if uid in of_uid:
            found.blocks[of_uid[uid]] += 1
        else:
            found.other_blocks += 1
