"""Do the tables of a town agree: age groups without gap or overlap, sums, households."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sim.town.fields import OLDEST
from sim.town.problems import Both, Problems, did_you_mean, listing, problem
from sim.town.schema import DistrictRow, HouseholdRow, PopulationRow

DISTRICTS, POPULATION, HOUSEHOLDS = "districts.csv", "population.csv", "households.csv"
HOUSEHOLD_EXCESS = 1.05
"""Persons in households may exceed the residents by 5 %: the two counts are of different days."""


def check_district(
    key: str, districts: Collection[str], problems: Problems, file: str, line: int
) -> None:
    """Add a problem if the district is unknown."""
    if key not in districts and not problems.full(file):
        problems.add(
            problem(
                file,
                key,
                Both(
                    f"ein Quartier aus districts.csv: {listing(districts)}",
                    f"a district of districts.csv: {listing(districts, 'en')}",
                ),
                did_you_mean(key, districts),
                line=line,
                column="district",
            )
        )


def check_population(
    rows: Sequence[tuple[int, PopulationRow]],
    districts: Mapping[str, tuple[int, DistrictRow]],
    problems: Problems,
) -> None:
    """Age groups of each district and sex cover 0 to 120 once; their sum is the residents."""
    groups: dict[tuple[str, str], list[tuple[int, PopulationRow]]] = defaultdict(list)
    totals: dict[str, int] = defaultdict(int)
    for line, row in rows:
        check_district(row.district, districts, problems, POPULATION, line)
        groups[row.district, row.sex].append((line, row))
        totals[row.district] += row.persons
    for key, (line, district) in districts.items():
        for sex in ("male", "female"):
            _check_ages(key, sex, groups.get((key, sex), []), problems)
        total = totals[key]
        if total != district.residents:
            problems.add(
                problem(
                    DISTRICTS,
                    str(district.residents),
                    Both(
                        f"{total}, die Summe von population.csv für „{key}“",
                        f"{total}, the sum of population.csv for “{key}”",
                    ),
                    Both("eine der beiden Angaben berichtigen", "correct one of the two"),
                    line=line,
                    column="residents",
                )
            )
    if districts and not any(district.residents for _, district in districts.values()):
        problems.add(
            problem(
                DISTRICTS,
                Both("eine Stadt ohne Menschen", "a town without people"),
                Both("mindestens eine Person", "at least one person"),
                Both("die Zahlen eintragen", "enter the figures"),
                column="residents",
            )
        )


def _check_ages(
    key: str, sex: str, rows: list[tuple[int, PopulationRow]], problems: Problems
) -> None:
    whose = Both(
        f"„{key}“, {'Männer' if sex == 'male' else 'Frauen'}",
        f"“{key}”, {'men' if sex == 'male' else 'women'}",
    )
    following, before = 0, 0
    for line, row in sorted(rows, key=lambda pair: (pair[1].age_from, pair[1].age_to)):
        group = f"{row.age_from}–{row.age_to}"
        if row.age_to < row.age_from:
            problems.add(
                problem(
                    POPULATION,
                    group,
                    Both("age_to nicht kleiner als age_from", "age_to not less than age_from"),
                    Both("die Altersgruppe berichtigen", "correct the age group"),
                    line=line,
                    column="age_to",
                )
            )
            return
        if row.age_from < following:
            problems.add(
                problem(
                    POPULATION,
                    group,
                    Both(
                        f"eine Gruppe ab {following} Jahren ({whose.de})",
                        f"a group from {following} years on ({whose.en})",
                    ),
                    Both(
                        f"die Überschneidung mit Zeile {before} beheben",
                        f"remove the overlap with line {before}",
                    ),
                    line=line,
                    column="age_from",
                )
            )
        elif row.age_from > following:
            _missing_ages(whose, following, row.age_from - 1, line, problems)
        if row.age_to >= following:
            following, before = row.age_to + 1, line
    if following <= OLDEST:
        _missing_ages(whose, following, OLDEST, before or None, problems)


def _missing_ages(whose: Both, first: int, last: int, line: int | None, problems: Problems) -> None:
    problems.add(
        problem(
            POPULATION,
            Both(
                f"keine Zeile für {first}–{last} Jahre ({whose.de})",
                f"no line for {first}–{last} years ({whose.en})",
            ),
            Both(
                f"jedes Alter von 0 bis {OLDEST} genau einmal",
                f"every age from 0 to {OLDEST} exactly once",
            ),
            Both(
                f"die Gruppe ergänzen (die oberste endet mit {OLDEST})",
                f"add the group (the top one ends with {OLDEST})",
            ),
            line=line,
            column="age_to" if last == OLDEST else "age_from",
        )
    )


def check_households(
    rows: Sequence[tuple[int, HouseholdRow]],
    districts: Mapping[str, tuple[int, DistrictRow]],
    problems: Problems,
) -> None:
    """Each size once a district; not more persons in households than live there."""
    persons: dict[str, int] = defaultdict(int)
    first: dict[str, int] = {}
    seen: dict[tuple[str, int], int] = {}
    for line, row in rows:
        check_district(row.district, districts, problems, HOUSEHOLDS, line)
        earlier = seen.setdefault((row.district, row.size), line)
        if earlier != line:
            problems.add(
                problem(
                    HOUSEHOLDS,
                    str(row.size),
                    Both("jede Größe einmal je Quartier", "each size once a district"),
                    Both(
                        f"diese Zeile oder Zeile {earlier} weglassen",
                        f"leave out this line or line {earlier}",
                    ),
                    line=line,
                    column="size",
                )
            )
            continue
        first.setdefault(row.district, line)
        persons[row.district] += row.size * row.households
    for key, (_, district) in districts.items():
        most = int(district.residents * HOUSEHOLD_EXCESS)
        if persons[key] > most:
            problems.add(
                problem(
                    HOUSEHOLDS,
                    Both(
                        f"mindestens {persons[key]} Personen in den Haushalten von „{key}“",
                        f"at least {persons[key]} persons in the households of “{key}”",
                    ),
                    Both(
                        f"höchstens {most} (die {district.residents} in districts.csv und 5 %)",
                        f"at most {most} (the {district.residents} of districts.csv and 5 %)",
                    ),
                    Both(
                        "die Zahl der Haushalte oder der Menschen berichtigen",
                        "correct the number of households or of residents",
                    ),
                    line=first[key],
                    column="households",
                )
            )
        elif district.residents and not persons[key]:
            problems.add(
                problem(
                    HOUSEHOLDS,
                    Both(f"keine Haushalte für „{key}“", f"no households for “{key}”"),
                    Both(
                        "Haushalte nach Größe für jedes Quartier, in dem Menschen leben",
                        "households by size for every district in which people live",
                    ),
                    Both("die Zeilen ergänzen", "add the lines"),
                    column="households",
                )
            )
