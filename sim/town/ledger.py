"""The ledger of assumptions: every number of the model with its range, source and status."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri  # the quantile function of scipy.stats.norm, without its ceremony

from sim.draws import key_of_name, uniforms_for_names
from sim.town.explain import validate_rows
from sim.town.files import Folder
from sim.town.joint import Joint
from sim.town.problems import Both, Problem, Problems, TownError, did_you_mean, problem
from sim.town.schema import AssumptionRow
from sim.town.tables import read_table

REQUIRED = tuple(AssumptionRow.model_fields)
TAIL = 1.6448536269514722
"""Standard normal quantile of 95 %: `low` and `high` of a bell are its 5 % and 95 % points."""

SUM_TO_ONE = ("grade_entry_share_", "volunteer_hours_share_")
"""Beginnings of the names of shares that add up to one and therefore cannot vary one by one."""


@dataclass(frozen=True)
class Assumption:
    """One number of the model.

    Attributes:
        name, group, value, unit: what it is.
        low, high: hard bounds (uniform, triangular) or 5 % and 95 % points (normal, lognormal,
            logitnormal).
        distribution: fixed, uniform, triangular, normal, lognormal or logitnormal.
        label_de, label_en: what people read.
        year: year or years the number is for.
        source, status, note: where it comes from.
        file, line: where it is written.
    """

    name: str
    group: str
    value: float
    unit: str
    low: float
    high: float
    distribution: str
    label_de: str
    label_en: str
    year: str
    source: str
    status: str
    note: str
    file: str
    line: int

    @property
    def uncertain(self) -> bool:
        """Whether it differs from draw to draw."""
        return self.distribution != "fixed" and self.low < self.high

    def quantile(self, probability: float) -> float:
        """The value that is not exceeded with a probability in (0, 1).

        The three bell-shaped distributions are made of two halves, so that `value` is the median
        whatever `low` and `high` are: with z the standard normal quantile and t the scale (the
        value itself, its logarithm or its logit),

            q = t(value) + z / 1.645 * (t(value) - t(low))    for z < 0
            q = t(value) + z / 1.645 * (t(high) - t(value))   for z >= 0

        so that low and high are the 5 % and 95 % points. With equal halves this is exactly the
        textbook distribution. Normal values are kept within what the quantity can be: not
        negative if `low` is not, and not above 1 if its unit is `share`.
        """
        if not self.uncertain:
            return self.value
        if self.distribution == "uniform":
            return self.low + probability * (self.high - self.low)
        if self.distribution == "triangular":
            return self._triangular(probability)
        z = float(ndtri(probability))
        if self.distribution == "lognormal":
            return math.exp(self._two_halves(z, math.log))
        if self.distribution == "logitnormal":
            return 1.0 / (1.0 + math.exp(-self._two_halves(z, _logit)))
        normal = self._two_halves(z, float)
        if self.low >= 0:
            normal = max(normal, 0.0)
        if self.unit == "share":
            normal = min(normal, 1.0)
        return normal

    def _two_halves(self, z: float, scale: Callable[[float], float]) -> float:
        middle = scale(self.value)
        half = middle - scale(self.low) if z < 0 else scale(self.high) - middle
        return middle + z / TAIL * half

    def _triangular(self, probability: float) -> float:
        width, rise = self.high - self.low, self.value - self.low
        if probability * width < rise:
            return self.low + math.sqrt(probability * width * rise)
        return self.high - math.sqrt((1.0 - probability) * width * (self.high - self.value))


class Ledger(Mapping[str, Assumption]):
    """All assumptions by name, in the order of the table; never changed, only replaced.

    Attributes:
        joint: draws of a calibration; None if every assumption is drawn from its range.
    """

    def __init__(self, assumptions: Iterable[Assumption], joint: Joint | None = None) -> None:
        self._assumptions = {one.name: one for one in assumptions}
        self.joint = joint

    def __getitem__(self, name: str) -> Assumption:
        return self._assumptions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._assumptions)

    def __len__(self) -> int:
        return len(self._assumptions)

    def __repr__(self) -> str:
        return f"Ledger of {len(self)} assumptions"

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """All assumptions in the order of the table."""
        return tuple(self._assumptions.values())

    @cached_property
    def uncertain(self) -> tuple[str, ...]:
        """Names of the assumptions that differ from draw to draw."""
        return tuple(name for name, one in self._assumptions.items() if one.uncertain)

    @cached_property
    def _keys(self) -> NDArray[np.uint64]:
        """What draws know the uncertain ones by, shape (3, names)."""
        keys = [key_of_name(name) for name in self.uncertain]
        return np.array(keys, np.uint64).reshape(-1, 3).T

    @cached_property
    def covered(self) -> frozenset[str]:
        """Names of the assumptions that draws take from the calibration."""
        return frozenset() if self.joint is None else frozenset(self.joint.covered(self))

    def values(self) -> dict[str, float]:  # type: ignore[override]
        """Central values by name; the entries themselves are in `assumptions`."""
        return {name: one.value for name, one in self._assumptions.items()}

    def draw(self, seed: int, number: int) -> dict[str, float]:
        """One joint draw of all assumptions.

        What a calibration has found comes from one of its rows (`sim.town.joint`); all others are
        drawn from their ranges, independent of each other.

        Args:
            seed: seed of the study.
            number: number of the draw, 0 or more.

        Returns:
            Values by name. Each is a function of seed, number and its own name and range, or of
            seed, number and the calibration: another assumption more or less changes nothing.
        """
        covered = self.covered
        row = self.joint.row(seed, number) if self.joint is not None and covered else {}
        values = self.values() | {name: row[name] for name in covered}
        probabilities = uniforms_for_names(seed, number, self._keys).tolist()
        for name, probability in zip(self.uncertain, probabilities, strict=True):
            if name not in covered:
                values[name] = self._assumptions[name].quantile(probability)
        return values

    def with_joint(self, joint: Joint | None) -> Ledger:
        """The same assumptions, drawn with another calibration, or from their ranges alone."""
        return Ledger(self._assumptions.values(), joint)

    def with_values(self, **values: float) -> Ledger:
        """A ledger in which some numbers are set by the reader; they no longer vary.

        Raises:
            TownError: a name is unknown, or a value is no finite number.
        """
        found = Problems()
        for name, value in values.items():
            if name not in self:
                found.add(unknown_assumption("assumptions", None, name, self))
            elif not math.isfinite(value):
                found.add(
                    problem(
                        "assumptions",
                        str(value),
                        Both("eine Zahl", "a number"),
                        Both("die Zahl berichtigen", "correct the number"),
                        column=name,
                    )
                )
        if found.errors:
            raise TownError(found.errors)
        return self.overlaid(
            replace(
                self[name],
                value=float(value),
                low=float(value),
                high=float(value),
                distribution="fixed",
                status="assumed",
                note=f"gesetzt statt {self[name].value:g} / set instead of {self[name].value:g}",
            )
            for name, value in values.items()
        )

    def overlaid(self, assumptions: Iterable[Assumption]) -> Ledger:
        """A ledger in which assumptions of the same names are replaced."""
        changed = {one.name: one for one in assumptions}
        kept = (changed.get(name, one) for name, one in self._assumptions.items())
        return Ledger(kept, self.joint)


def read_assumptions(folder: Folder, name: str = "assumptions.csv") -> list[Assumption]:
    """The assumptions of one table, checked."""
    problems = folder.problems
    table = read_table(folder, name, required=REQUIRED, numbers=("value", "low", "high"))
    if table is None:
        return []
    assumptions: dict[str, Assumption] = {}
    for line, row in validate_rows(table, AssumptionRow, problems):
        low = row.value if row.low is None else row.low
        high = row.value if row.high is None else row.high
        one = Assumption(
            **row.model_dump(exclude={"low", "high"}),
            low=low,
            high=high,
            file=table.file,
            line=line,
        )
        if one.name in assumptions:
            problems.add(
                problem(
                    table.file,
                    one.name,
                    Both("jede Annahme nur einmal", "every assumption only once"),
                    Both(
                        f"diese Zeile oder Zeile {assumptions[one.name].line} weglassen",
                        f"leave out this line or line {assumptions[one.name].line}",
                    ),
                    line=line,
                    column="name",
                )
            )
        for found in _range_problems(one):
            problems.add(found)
        assumptions[one.name] = one
    for beginning in SUM_TO_ONE:
        _check_sum(beginning, list(assumptions.values()), problems)
    return list(assumptions.values())


def unknown_assumption(file: str, line: int | None, name: str, known: Iterable[str]) -> Problem:
    """The problem of an assumption that the ledger of all towns does not have."""
    return problem(
        file,
        name,
        Both(
            "der Name einer Annahme aus germany/assumptions.csv",
            "the name of an assumption in germany/assumptions.csv",
        ),
        did_you_mean(name, known),
        line=line,
        column="name" if line else None,
    )


def _range_problems(one: Assumption) -> Iterator[Problem]:
    fixed = one.distribution == "fixed"
    for column, bound, wrong in (
        ("low", one.low, one.low > one.value or (fixed and one.low != one.value)),
        ("high", one.high, one.high < one.value or (fixed and one.high != one.value)),
    ):
        if wrong:
            relation = (
                Both("höchstens", "at most") if column == "low" else Both("mindestens", "at least")
            )
            if fixed:
                relation = Both("gleich", "equal to")
            yield problem(
                one.file,
                f"{bound:g}",
                Both(
                    f"{relation.de} der Wert {one.value:g}",
                    f"{relation.en} the value {one.value:g}",
                ),
                Both(
                    f"value, low und high von „{one.name}“ vergleichen",
                    f"compare value, low and high of “{one.name}”",
                ),
                line=one.line,
                column=column,
            )
    if one.distribution == "lognormal" and one.low <= 0:
        yield _outside(one, Both("eine Zahl größer als 0", "a number greater than 0"))
    if one.distribution == "logitnormal" and not (one.low > 0 and one.high < 1):
        yield _outside(one, Both("Zahlen zwischen 0 und 1", "numbers between 0 and 1"))
    if not fixed and one.low == one.high:
        return
    if not fixed and one.name.startswith(SUM_TO_ONE):
        yield problem(
            one.file,
            one.distribution,
            Both(
                "fixed, denn diese Anteile ergeben zusammen 1", "fixed, as these shares add up to 1"
            ),
            Both("„fixed“ eintragen", "enter “fixed”"),
            line=one.line,
            column="distribution",
        )


def _outside(one: Assumption, expected: Both) -> Problem:
    return problem(
        one.file,
        f"{one.low:g}–{one.high:g}",
        Both(f"{expected.de} ({one.distribution})", f"{expected.en} ({one.distribution})"),
        Both("low und high oder die Verteilung ändern", "change low and high or the distribution"),
        line=one.line,
        column="low",
    )


def _check_sum(beginning: str, assumptions: list[Assumption], problems: Problems) -> None:
    """Shares of one whole in one file must add up to one."""
    by_file: dict[str, list[Assumption]] = defaultdict(list)
    for one in assumptions:
        if re.fullmatch(re.escape(beginning) + "[a-z0-9]+", one.name):
            by_file[one.file].append(one)
    for file, shares in by_file.items():
        total = sum(one.value for one in shares)
        if abs(total - 1.0) > 1e-6:
            problems.add(
                problem(
                    file,
                    f"{total:g}",
                    Both(
                        f"die Summe 1 der Anteile {beginning}…",
                        f"a sum of 1 of the shares {beginning}…",
                    ),
                    Both(
                        "die Anteile ändern, alle in dieser Tabelle",
                        "change the shares, all in this table",
                    ),
                    line=shares[0].line,
                    column="value",
                )
            )


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))
