"""The published figures the model is held against: reading and checking `targets.csv`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from calibration.group import OTHERS, SETTINGS, Group
from calibration.observables import OBSERVABLES
from sim.town.explain import validate_rows
from sim.town.fields import (
    DECIMAL,
    OLDEST,
    Age,
    Grade,
    Key,
    Label,
    Number,
    Says,
    Text,
    Year,
    columns_of,
)
from sim.town.files import Folder
from sim.town.problems import Both, Problem, Problems, TownError, did_you_mean, problem
from sim.town.schema import Fact
from sim.town.tables import read_table

TARGETS = Path(__file__).with_name("targets.csv")
LAST_YEAR_TO_FIT = 2021
"""What was measured later is kept back to judge."""

USES = ("fit", "validate")
MET = ("solved", "prior", "emerges")
BASES = ("count", "rounded", "survey", "definition", "judged")


def _one_of(words: tuple[str, ...]) -> tuple[object, Says]:
    said = ", ".join(words)
    return (
        Field(pattern=rf"^(?:{'|'.join(words)})\z"),
        Says(
            Both(f"eines der Wörter {said}", f"one of the words {said}"),
            Both("eines davon eintragen", "enter one of them"),
        ),
    )


SexOrBoth = Annotated[str, *_one_of(("both", "male", "female"))]
Use = Annotated[str, *_one_of(USES)]
Met = Annotated[str, *_one_of(MET)]
Basis = Annotated[str, *_one_of(BASES)]
Setting = Annotated[str, *_one_of(("", *SETTINGS))]
Other = Annotated[str, *_one_of(("", *OTHERS))]
StandardError = Annotated[
    float,
    DECIMAL,
    Field(gt=0),
    Says(
        Both("ein Standardfehler größer als 0", "a standard error greater than 0"),
        Both("eintragen, wie genau die Zahl ist", "enter how well the figure is known"),
    ),
]
Region = Annotated[
    str,
    Field(pattern=r"^(?:[A-Z]{2}|[a-z0-9_]{1,60})\z"),
    Says(
        Both(
            "DE, das Kürzel eines Landes oder der Name einer Stadt in scenarios",
            "DE, the abbreviation of a state or the name of a town in scenarios",
        ),
        Both("das Gebiet berichtigen", "correct the region"),
    ),
]


class TargetRow(Fact):
    """A row of `targets.csv`."""

    name: Key
    region: Region
    district: Key | None = None
    year: Year
    sex: SexOrBoth
    age_from: Age
    age_to: Age
    grade: Grade | None = None
    setting: Setting = ""
    other: Other = ""
    value: Number
    unit: Label
    standard_error: StandardError
    error_basis: Basis
    use: Use
    met: Met
    note: Text = ""


@dataclass(frozen=True)
class Target:
    """A published figure.

    Attributes:
        name: the observable it is the counterpart of.
        region: `DE`, a state (`BW`, `SH`, `ST`, `NW`) or the name of a town.
        year: end of which year, or year of the survey.
        group: whom it is about.
        value, unit: the figure.
        standard_error: how well it is known, same unit.
        error_basis: where that comes from: `count` (a full count; what is left is the basis of
            population), `rounded` (published in whole per cent), `survey` (people were asked),
            `definition` (the source counts somewhat other people), `judged`.
        use: `fit`, or `validate` if kept back to judge.
        met: `solved` if the model's tables are made from the figure, or were checked against it
            while they were made; `prior` if an assumption of the ledger has it as its middle;
            `emerges` if nothing in the model was set from it. Only the last is evidence.
        source, status, note: where it comes from.
        line: in its file.
    """

    name: str
    region: str
    year: int
    group: Group
    value: float
    unit: str
    standard_error: float
    error_basis: str
    use: str
    met: str
    source: str
    status: str
    note: str = ""
    line: int = 0

    def columns(self) -> dict[str, object]:
        """What a row of a table begins with: which figure, and of whom."""
        group = self.group
        return {
            "name": self.name,
            "region": self.region,
            "district": group.district,
            "year": self.year,
            "sex": group.sex,
            "age_from": group.age_from,
            "age_to": group.age_to,
            "grade": group.grade,
            "setting": group.setting,
            "other": group.other,
            "unit": self.unit,
        }

    @property
    def evidence(self) -> bool:
        """Whether agreement says something about the model."""
        return self.use == "validate" and self.met == "emerges"


def read_targets(path: Path = TARGETS) -> tuple[Target, ...]:
    """The published figures in the order of the file.

    Raises:
        TownError: with all problems of the file.
    """
    problems = Problems()
    folder = Folder(path.parent, problems)
    columns = columns_of(TargetRow)
    required = [one for one in columns if TargetRow.model_fields[one].is_required()]
    table = read_table(
        folder,
        path.name,
        required=required,
        optional=[one for one in columns if one not in required],
        numbers=("year", "age_from", "age_to", "grade", "value", "standard_error"),
    )
    targets = []
    seen: dict[object, int] = {}
    for line, row in () if table is None else validate_rows(table, TargetRow, problems):
        target = _target(line, row)
        key = (target.name, target.region, target.year, target.group)
        found = [*_row_problems(path.name, target)]
        if key in seen:
            found.append(_twice(path.name, line, seen[key]))
        seen.setdefault(key, line)
        for one in found:
            problems.add(one)
        targets.append(target)
    if problems.errors:
        raise TownError(problems.errors)
    return tuple(targets)


def of_region(targets: Iterable[Target], region: str) -> tuple[Target, ...]:
    """The figures of a region, in their order."""
    return tuple(one for one in targets if one.region == region)


def _target(line: int, row: TargetRow) -> Target:
    group = Group(
        row.sex, row.age_from, row.age_to, row.grade, row.setting, row.other, row.district or ""
    )
    own = row.model_dump(include=set(Target.__dataclass_fields__))
    return Target(**own, group=group, line=line)


def _row_problems(file: str, target: Target) -> Iterator[Problem]:
    group = target.group
    if target.name not in OBSERVABLES:
        yield problem(
            file,
            target.name,
            Both(
                "der Name einer Größe aus calibration/observables.py",
                "the name of an observable in calibration/observables.py",
            ),
            did_you_mean(target.name, OBSERVABLES),
            line=target.line,
            column="name",
        )
    if group.age_from > group.age_to:
        yield problem(
            file,
            str(group.age_to),
            Both(
                f"ein Alter von {group.age_from} bis {OLDEST}",
                f"an age of {group.age_from} to {OLDEST}",
            ),
            Both("age_from und age_to berichtigen", "correct age_from and age_to"),
            line=target.line,
            column="age_to",
        )
    if target.unit == "share" and not 0.0 <= target.value <= 1.0:
        yield problem(
            file,
            f"{target.value:g}",
            Both("ein Anteil von 0 bis 1", "a share of 0 to 1"),
            Both(
                "den Anteil nicht in Prozent angeben (12 % sind 0.12)",
                "give the share not in per cent (12 % are 0.12)",
            ),
            line=target.line,
            column="value",
        )
    if target.use == "fit" and target.year > LAST_YEAR_TO_FIT:
        yield problem(
            file,
            target.use,
            Both(
                f"validate, denn Zahlen nach {LAST_YEAR_TO_FIT} sind zum Beurteilen da",
                f"validate, as figures after {LAST_YEAR_TO_FIT} are kept back to judge",
            ),
            Both("„validate“ eintragen", "enter “validate”"),
            line=target.line,
            column="use",
        )


def _twice(file: str, line: int, first: int) -> Problem:
    return problem(
        file,
        Both("dieselbe Größe noch einmal", "the same figure again"),
        Both(
            "jede Größe je Gebiet, Jahr und Gruppe nur einmal",
            "every figure of a region, year and group only once",
        ),
        Both(f"diese Zeile oder Zeile {first} weglassen", f"leave out this line or line {first}"),
        line=line,
    )
