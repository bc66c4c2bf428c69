"""The one table every reader returns: people by district, sex and age, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from sim.town.problems import Both, Problem, TownError

MALE, FEMALE, BOTH = "male", "female", "both"
SEXES = (MALE, FEMALE)
OPEN = 120
"""Last age of an open top group."""

COLUMNS = ("district", "sex", "age_from", "age_to", "persons")


@dataclass(frozen=True)
class Provenance:
    """Where a table comes from.

    Attributes:
        file: name of the file, without folders.
        layout: what the table was recognised as.
        date: reference date as written in the file (`31.12.2025`), empty if it names none.
        counted: people of a register were counted, so that small cells must be protected.
        status: `measured` or what else the figures are.
        remarks: what was left out, filled or noticed, a sentence each.
    """

    file: str
    layout: Both
    date: str = ""
    counted: bool = True
    status: str = "measured"
    remarks: tuple[Both, ...] = ()

    def sentence(self) -> Both:
        """Where the figures come from, for a source column."""
        date_de = f", Stand {self.date}" if self.date else ""
        date_en = f", as of {self.date}" if self.date else ""
        return Both(
            f"{self.file} ({self.layout.de}{date_de})", f"{self.file} ({self.layout.en}{date_en})"
        )


@dataclass(frozen=True, eq=False)
class Counts:
    """People counted.

    Attributes:
        frame: district (name as in the file), sex (male, female, both), age_from, age_to (120 =
            open), persons (NaN where the file hides the number).
        sex_totals: people by district and sex where the ages are known for both sexes together
            only; empty otherwise.
        provenance: where they come from.
        warnings: what should be known.
    """

    frame: pd.DataFrame
    provenance: Provenance
    sex_totals: Mapping[tuple[str, str], float] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    @property
    def districts(self) -> tuple[str, ...]:
        """Names of the districts in the order of the file."""
        return tuple(dict.fromkeys(self.frame["district"]))

    def residents(self) -> dict[str, float]:
        """People by district."""
        return {
            name: float(self.frame.loc[self.frame["district"] == name, "persons"].sum())
            for name in self.districts
        }


class Refused(TownError):
    """A file that cannot be read as a table of people, with every problem found."""


class Unclear(Exception):
    """A table that could be read if a question were answered.

    Attributes:
        what: `columns`, `region`, `sheet` or `property`.
        file: name of the file.
        found: the columns as (name, hint at what stands in it); or the regions, sheets, properties
            to choose from.
        missing: roles that no column was found for.
        guess: roles found so far, by number of the column.
    """

    def __init__(
        self,
        what: str,
        file: str,
        found: tuple[tuple[str, str], ...],
        *,
        missing: tuple[str, ...] = (),
        guess: Mapping[str, int] | None = None,
        header: tuple[str, ...] = (),
    ) -> None:
        self.what = what
        self.file = file
        self.found = found
        self.missing = missing
        self.guess = dict(guess or {})
        self.header = header
        super().__init__(what)
