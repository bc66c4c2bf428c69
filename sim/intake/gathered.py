"""Cells of a table of counts, gathered by district, sex and age, and made into the common table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from sim.intake.ages import ALL, Group, partition
from sim.intake.collected import Collected, thousands
from sim.intake.counts import BOTH, COLUMNS, FEMALE, MALE, OPEN, Counts, Provenance, Refused
from sim.intake.dates import in_german, sortable
from sim.intake.layout import number_of
from sim.intake.limits import DISTRICTS
from sim.intake.names import name_fault
from sim.intake.regions import chosen_region
from sim.intake.words import HIDDEN, ZERO, is_total
from sim.town.problems import Both, Problem, printable, problem

ALL_SEXES = "all"
"""A total over the sexes, which gives way to the sexes themselves."""
MOST_IN_A_CELL = 20_000_000
SINGLE_YEARS = 20
"""So many groups of one year make a table of single years, in which empty years are left out."""


class Gathered:
    """Gathers cells.

    Args:
        file: name of the file.
        quote: whether what stands in cells may be quoted in problems.
    """

    def __init__(self, file: str, *, quote: bool = True) -> None:
        self.problems = Collected(file)
        self.file = file
        self.quote = quote
        self._cells: dict[tuple[str, str, str, Group], tuple[float, int]] = {}
        self._hidden = 0

    def value(self, text: str, line: int, column: str) -> float | None:
        """A count as written; NaN if it is hidden, None and a problem if it is none."""
        if not text or text in ZERO:
            return 0.0
        if text in HIDDEN:
            self._hidden += 1
            return math.nan
        number = number_of(text)
        if number is None or number < 0 or number != int(number) or number > MOST_IN_A_CELL:
            self.problems.add(
                printable(text) if self.quote else Both("keine Anzahl", "no count"),
                Both("eine ganze Zahl ab 0", "a whole number of 0 or more"),
                Both("die Anzahl berichtigen", "correct the count"),
                line=line,
                column=column,
            )
            return None
        return number

    def add(
        self, date: str, district: str, sex: str, group: Group, value: float, line: int
    ) -> None:
        """Add the people of one group."""
        key = (date, district, sex, group)
        if key in self._cells:
            ages = f"{group[0]}–{group[1]}" if group[1] < OPEN else f"{group[0]}+"
            self.problems.add(
                Both(
                    f"noch einmal {printable(district)}, {ages} Jahre",
                    f"{printable(district)}, {ages} years once more",
                ),
                Both("jede Gruppe nur einmal", "every group only once"),
                Both(
                    f"Zeile {self._cells[key][1]} vergleichen; hat die Tabelle weitere Merkmale "
                    "(wie Staatsangehörigkeit), vorher darüber zusammenzählen",
                    f"compare line {self._cells[key][1]}; if the table has further features (such "
                    "as nationality), add up over them first",
                ),
                line=line,
            )
            return
        self._cells[key] = (value, line)

    def add_nobody(self, district: str, sex: str, group: Group) -> None:
        """Make a group known in which there may be nobody."""
        self._cells.setdefault(("", district, sex, group), (0.0, 0))

    def counts(
        self,
        provenance: Provenance,
        *,
        regions: Mapping[str, str] | None = None,
        region: str | None = None,
        sex_totals: Mapping[tuple[str, str], float] | None = None,
    ) -> Counts:
        """The common table.

        Args:
            provenance: where the figures come from; the date is filled in.
            regions: names by key, if the districts of the table are keys of whole municipalities,
                of which one is meant.
            region: name or key of that one.
            sex_totals: people by district and sex, see `Counts`.

        Raises:
            Refused: the table has problems.
            Unclear: `region` has to be told.
        """
        dates = sorted({key[0] for key in self._cells}, key=sortable)
        date = dates[-1] if dates else ""
        if provenance.date and not date:
            date = provenance.date
        cells = {
            (district, sex, group): value
            for (on, district, sex, group), (value, _) in self._cells.items()
            if on == (dates[-1] if dates else "")
        }
        districts = self._districts(cells, regions, region)
        self._check_names([regions[key] for key in districts] if regions else districts)
        cells = {key: value for key, value in cells.items() if key[0] in districts}
        sexes = self._sexes(cells)
        groups = self._groups([group for _, sex, group in cells if sex in sexes])
        if self.problems.count:
            raise Refused(self.problems.problems)
        # Whoever is neither man nor woman is a row only where there is somebody.
        rows = [
            (district, BOTH if sex == ALL_SEXES else sex, first, last, value)
            for district in districts
            for sex in sexes
            for (first, last), given in groups.items()
            if (value := cells.get((district, sex, given), 0.0)) or sex != BOTH or sexes == (BOTH,)
        ]
        remarks = list(provenance.remarks)
        if len(dates) > 1:
            remarks.append(
                Both(
                    f"nur der letzte von {len(dates)} Stichtagen ({date})",
                    f"only the last of {len(dates)} dates ({date})",
                )
            )
        if self._hidden and any(math.isnan(value) for *_, value in rows):
            remarks.append(
                Both(
                    "gesperrte oder unsichere Felder aus dem Altersaufbau des Landes ergänzt",
                    "hidden or uncertain cells filled from the state's age structure",
                )
            )
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        if regions is not None:
            frame["district"] = frame["district"].map(regions)
        if not len(frame) or not float(frame["persons"].sum()):
            raise Refused([self._nobody()])
        whence = replace(provenance, date=in_german(date), remarks=tuple(remarks))
        return Counts(frame, whence, dict(sex_totals or {}))

    def _districts(
        self,
        cells: Mapping[tuple[str, str, Group], float],
        regions: Mapping[str, str] | None,
        region: str | None,
    ) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(district for district, _, _ in cells))
        if regions is not None and names:
            there = {name: regions[name] for name in names}
            return (chosen_region(there, region, self.file),)
        return tuple(name for name in names if not is_total(name)) or names

    def _check_names(self, districts: Sequence[str]) -> None:
        if len(districts) > DISTRICTS:
            self.problems.add(
                Both(
                    f"{thousands(len(districts), 'de')} verschiedene Quartiere",
                    f"{thousands(len(districts), 'en')} different districts",
                ),
                Both(f"höchstens {DISTRICTS} Quartiere", f"at most {DISTRICTS} districts"),
                Both(
                    "die Spalte mit den Quartieren nennen: gefunden wurde wohl eine andere",
                    "name the column of the districts: probably another one was found",
                ),
            )
            return
        for number, name in enumerate(districts, start=1):
            fault = name_fault(name)
            if fault:
                shown = fault[0]
                self.problems.add(
                    Both(f"{shown.de} ({number}. Quartier)", f"{shown.en} (district {number})"),
                    Both("der Name eines Quartiers", "the name of a district"),
                    fault[1],
                )

    def _sexes(self, cells: Mapping[tuple[str, str, Group], float]) -> tuple[str, ...]:
        known = {sex for _, sex, _ in cells}
        apart = tuple(sex for sex in (MALE, FEMALE, BOTH) if sex in known)
        if MALE in known and FEMALE in known:
            return apart
        if ALL_SEXES in known:
            return (ALL_SEXES,)
        if apart == (BOTH,):
            return apart
        if apart:
            self.problems.add(
                Both("nur ein Geschlecht", "only one sex"),
                Both("Männer und Frauen oder alle zusammen", "men and women, or all together"),
                Both("die Tabelle vollständig ausgeben", "export the whole table"),
            )
        return apart

    def _groups(self, known: Sequence[Group]) -> dict[Group, Group]:
        """Age groups of the common table, each with the group of the file it is."""
        groups = {group for group in known if group != ALL}
        if not groups:
            self.problems.add(
                Both("keine Altersgruppen", "no age groups"),
                Both("Menschen nach Alter", "people by age"),
                Both(
                    "eine Tabelle mit dem Alter in Spalten oder Zeilen ausgeben",
                    "export a table with ages in columns or rows",
                ),
            )
            return {}
        singles = {first for first, last in groups if first == last}
        if len(singles) >= SINGLE_YEARS:
            top = max(last for _, last in groups if last < OPEN)
            covered = {age for first, last in groups for age in range(first, last + 1)}
            groups |= {(age, age) for age in range(top) if age not in covered}
        chosen = partition(groups)
        if chosen is None:
            self._no_partition(sorted(groups))
            return {}
        first, last = chosen[-1]
        if last < OPEN and first != last:
            self.problems.add(
                Both(f"keine Gruppe ab {last + 1} Jahren", f"no group from {last + 1} years on"),
                Both("Gruppen bis zu den Ältesten", "groups up to the oldest"),
                Both(
                    "die oberste Gruppe ergänzen (wie „90 und älter“)",
                    "add the top group (such as “90 and over”)",
                ),
            )
        return {(one[0], OPEN if one == chosen[-1] else one[1]): one for one in chosen}

    def _no_partition(self, groups: list[Group]) -> None:
        ages: list[int] = [0] * (OPEN + 1)
        for first, last in groups:
            for age in range(first, last + 1):
                ages[age] += 1
        top = max(last for _, last in groups)
        gap = next((age for age in range(top + 1) if not ages[age]), None)
        if gap is not None:
            found = Both(f"keine Gruppe für das Alter {gap}", f"no group for age {gap}")
        else:
            age = next(age for age in range(top + 1) if ages[age] > 1)
            found = Both(
                f"Altersgruppen, die sich beim Alter {age} überschneiden",
                f"age groups that overlap at age {age}",
            )
        self.problems.add(
            found,
            Both("Gruppen ohne Lücke und Überschneidung", "groups without gap or overlap"),
            Both("die Altersgruppen der Tabelle prüfen", "check the table's age groups"),
        )

    def _nobody(self) -> Problem:
        return problem(
            self.file,
            Both("keine Menschen", "no people"),
            Both("eine Tabelle mit Anzahlen", "a table of counts"),
            Both("die Tabelle und ihre Spalten prüfen", "check the table and its columns"),
        )
