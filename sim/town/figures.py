"""Counted or published numbers of residents by year, district and age: what they are, and reading.

Two tables have the same columns: `observations.csv` (what the town has counted at the end of past
years) and the file of an official forecast that `town.toml` names. Both are beside the town's own
tables: no run of the model reads them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.town.explain import validate_rows
from sim.town.fields import OLDEST, Age, Key, PlaceKey, Size, Year, columns_of
from sim.town.files import Folder
from sim.town.problems import Both, Problem, Problems, TownError, did_you_mean, listing, problem
from sim.town.schema import Fact
from sim.town.tables import read_table

OBSERVATIONS = "observations.csv"
WHOLE_TOWN = "*"
RESIDENTS = "residents"
SMALLEST_SHOWN = 5
"""Cells of 1 to 4 counted people ought not to leave the office that counted them."""

COUNTED_AGES = ((0, OLDEST), (65, OLDEST), (80, OLDEST))
"""Age groups of an official forecast: what every result of a study holds."""


class FigureRow(Fact):
    """A row of `observations.csv` or of an official forecast; district `*` is the whole town."""

    year: Year
    district: PlaceKey = WHOLE_TOWN
    quantity: Key = RESIDENTS
    age_from: Age = 0
    age_to: Age = OLDEST
    value: Size


@dataclass(frozen=True)
class OfficialForecast:
    """What an office expects of the town.

    Attributes:
        label: its name, as people know it.
        figures: residents by year, of COUNTED_AGES; of the whole town, or of districts as well.
        align: whether the town asks for assumptions that meet it.
    """

    label: str
    figures: tuple[Figure, ...]
    align: bool = False


@dataclass(frozen=True)
class Figure:
    """One number of residents at the end of a year.

    Attributes:
        year: at whose end.
        district: index of the district, None for the whole town.
        age_from, age_to: completed years, both included.
        value: persons.
        source, status: where the number comes from, and how well it is known.
        line: in its file.
    """

    year: int
    district: int | None
    age_from: int
    age_to: int
    value: float
    source: str
    status: str
    line: int = 0

    @property
    def ages(self) -> tuple[int, int]:
        """Youngest and oldest."""
        return self.age_from, self.age_to


def read_observations(
    path: Path, districts: Sequence[str], years: tuple[int, int]
) -> tuple[tuple[Figure, ...], tuple[Problem, ...]]:
    """The observations of a town, by year, district and age.

    Args:
        path: the file.
        districts: keys of the town's districts in their order.
        years: first and last year of the town.

    Returns:
        The figures within these years, and warnings.

    Raises:
        TownError: with all problems of the file.
    """
    problems = Problems()
    folder = Folder(path.parent, problems)
    figures = read_figures(folder, path.name, districts, years)
    for one in figures:
        if 0 < one.value < SMALLEST_SHOWN:
            problems.add(
                problem(
                    path.name,
                    f"{one.value:g}",
                    Both(
                        f"keine Zelle von 1 bis {SMALLEST_SHOWN - 1} gezählten Menschen",
                        f"no cell of 1 to {SMALLEST_SHOWN - 1} counted people",
                    ),
                    Both(
                        "sie mit einer Nachbargruppe zusammenlegen",
                        "merge it with a neighbouring group",
                    ),
                    line=one.line,
                    column="value",
                    warning=True,
                )
            )
    if problems.errors:
        raise TownError(problems.errors)
    return figures, problems.warnings


def read_figures(
    folder: Folder,
    name: str,
    districts: Sequence[str],
    years: tuple[int, int],
    ages: Sequence[tuple[int, int]] | None = None,
) -> tuple[Figure, ...]:
    """The figures of a table; its problems are added to those of the folder.

    Args:
        folder: where the table is.
        name: its file name.
        districts: keys of the town's districts in their order.
        years: first and last year; rows outside are passed over with a warning.
        ages: the only age groups allowed; None for any.
    """
    required = [one for one in columns_of(FigureRow) if FigureRow.model_fields[one].is_required()]
    optional = [one for one in columns_of(FigureRow) if one not in required]
    table = read_table(
        folder,
        name,
        required=required,
        optional=optional,
        numbers=("year", "age_from", "age_to", "value"),
    )
    if table is None:
        return ()
    indices = {key: index for index, key in enumerate(districts)}
    figures = []
    seen: dict[tuple[int, str, int, int], int] = {}
    for line, row in validate_rows(table, FigureRow, folder.problems):
        cell = (row.year, row.district, row.age_from, row.age_to)
        found = [*_row_problems(table.file, line, row, indices, ages)]
        if cell in seen:
            found.append(_twice(table.file, line, seen[cell]))
        seen.setdefault(cell, line)
        if not found and not years[0] <= row.year <= years[1]:
            found.append(_outside(table.file, line, row.year, years))
        for one in found:
            folder.problems.add(one)
        if not found:
            figures.append(
                Figure(
                    year=row.year,
                    district=None if row.district == WHOLE_TOWN else indices[row.district],
                    age_from=row.age_from,
                    age_to=row.age_to,
                    value=row.value,
                    source=row.source,
                    status=row.status,
                    line=line,
                )
            )
    ordered = sorted(figures, key=order_of)
    if not folder.problems.any_in(table.file):
        _check_sums(table.file, ordered, folder.problems)
    return tuple(ordered)


def order_of(figure: Figure) -> tuple[int, int, int, int]:
    """Key that sorts by year, district (the whole town first) and age (wide groups first)."""
    district = -1 if figure.district is None else figure.district
    return figure.year, district, figure.age_from, -figure.age_to


def _row_problems(
    file: str,
    line: int,
    row: FigureRow,
    districts: Mapping[str, int],
    ages: Sequence[tuple[int, int]] | None,
) -> Iterable[Problem]:
    if row.quantity != RESIDENTS:
        yield problem(
            file,
            row.quantity,
            Both(f"„{RESIDENTS}“: Einwohner am Jahresende", f"“{RESIDENTS}” at the end of a year"),
            Both(
                "nur Zahlen der Einwohner aufnehmen; anderes kann noch nicht verglichen werden",
                "keep residents only; nothing else can be compared yet",
            ),
            line=line,
            column="quantity",
        )
    if row.district != WHOLE_TOWN and row.district not in districts:
        known = [WHOLE_TOWN, *districts]
        yield problem(
            file,
            row.district,
            Both(
                f"ein Quartier aus districts.csv oder * für die ganze Stadt: {listing(known)}",
                f"a district of districts.csv or * for the whole town: {listing(known, 'en')}",
            ),
            did_you_mean(row.district, known),
            line=line,
            column="district",
        )
    if row.age_from > row.age_to:
        yield problem(
            file,
            str(row.age_to),
            Both(f"ein Alter von {row.age_from} oder mehr", f"an age of {row.age_from} or more"),
            Both("age_from und age_to berichtigen", "correct age_from and age_to"),
            line=line,
            column="age_to",
        )
    elif ages is not None and (row.age_from, row.age_to) not in ages:
        known_ages = [f"{low}–{high}" for low, high in ages]
        yield problem(
            file,
            f"{row.age_from}–{row.age_to}",
            Both(
                f"eine Altersgruppe, die jedes Ergebnis enthält: {listing(known_ages)}",
                f"an age group that every result holds: {listing(known_ages, 'en')}",
            ),
            Both("andere Altersgruppen weglassen", "leave other age groups out"),
            line=line,
            column="age_from",
        )


def _twice(file: str, line: int, first: int) -> Problem:
    return problem(
        file,
        Both("dieselbe Zelle noch einmal", "the same cell again"),
        Both(
            "jede Zelle aus Jahr, Quartier und Altersgruppe nur einmal",
            "every cell of year, district and age group only once",
        ),
        Both(f"diese Zeile oder Zeile {first} weglassen", f"leave out this line or line {first}"),
        line=line,
    )


def _outside(file: str, line: int, year: int, years: tuple[int, int]) -> Problem:
    return problem(
        file,
        str(year),
        Both(
            f"ein Jahr von {years[0]} bis {years[1]} (aus town.toml)",
            f"a year from {years[0]} to {years[1]} (of town.toml)",
        ),
        Both("beachten, dass diese Zeile übergangen wird", "note that this line is passed over"),
        line=line,
        column="year",
        warning=True,
    )


def _check_sums(file: str, figures: Sequence[Figure], problems: Problems) -> None:
    """Where narrow age groups make up a wide one, their sum is the wide one's number."""
    cells: dict[tuple[int, int | None], list[Figure]] = defaultdict(list)
    for one in figures:
        cells[one.year, one.district].append(one)
    for group in cells.values():
        for whole in group:
            parts = [
                one
                for one in group
                if one is not whole
                and whole.age_from <= one.age_from
                and one.age_to <= whole.age_to
            ]
            if not _covers(whole, parts):
                continue
            total = sum(one.value for one in parts)
            # Rounded figures may miss their sum by half a person each.
            if abs(total - whole.value) > 0.5 * len(parts) + 0.5:
                problems.add(
                    problem(
                        file,
                        f"{whole.value:g}",
                        Both(
                            f"{total:g}, die Summe der Altersgruppen darin",
                            f"{total:g}, the sum of the age groups within it",
                        ),
                        Both("die Zahlen dieses Jahres prüfen", "check the figures of this year"),
                        line=whole.line,
                        column="value",
                    )
                )


def _covers(whole: Figure, parts: Sequence[Figure]) -> bool:
    """Whether age groups follow each other without gap or overlap and make up the whole."""
    expected = whole.age_from
    for one in sorted(parts, key=lambda part: part.ages):
        if one.age_from != expected:
            return False
        expected = one.age_to + 1
    return bool(parts) and expected == whole.age_to + 1
