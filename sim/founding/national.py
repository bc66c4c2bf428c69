"""Figures of state and nation that fill a new folder where its planner has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.town.files import Folder
from sim.town.ledger import Ledger, read_assumptions
from sim.town.national import read_national
from sim.town.problems import Problems, TownError

NATION = "DE"
TABLE = "founding"


@dataclass(frozen=True)
class Figure:
    """A figure with its range.

    Attributes:
        value, low, high: the figure and the range it may lie in.
        region: state it is for; DE if it is the nation's.
        source, status: where it comes from.
        unit, label_de, label_en, year: as in the table.
    """

    value: float
    low: float
    high: float
    region: str
    source: str
    status: str
    unit: str
    label_de: str
    label_en: str
    year: str


@dataclass(frozen=True)
class National:
    """Tables and ledger all towns share.

    Attributes:
        tables: by name.
        ledger: the assumptions.
        state: state of the new town.
    """

    tables: Mapping[str, pd.DataFrame]
    ledger: Ledger
    state: str

    def figure(self, name: str) -> Figure | None:
        """A figure of `founding.csv`: the state's, else the nation's."""
        table = self.tables[TABLE]
        for region in (self.state, NATION):
            rows = table[(table["region"] == region) & (table["name"] == name)]
            if len(rows):
                row = rows.iloc[0]
                return Figure(
                    float(row["value"]),
                    float(row["low"]),
                    float(row["high"]),
                    region,
                    str(row["source"]),
                    str(row["status"]),
                    str(row["unit"]),
                    str(row["label_de"]),
                    str(row["label_en"]),
                    f"{float(row['year']):.0f}",
                )
        return None

    def the(self, name: str) -> Figure:
        """A figure that is known to be there."""
        found = self.figure(name)
        assert found is not None, name
        return found

    @property
    def structure_region(self) -> str:
        """Region whose age structure is used: the state's if there is one."""
        regions = set(self.tables["population_structure"]["region"])
        return self.state if self.state in regions else NATION

    @property
    def threshold(self) -> int:
        """Cells of counted people under this are merged."""
        return round(self.ledger["small_cell_threshold"].value)


def read_shared(folder: Path, state: str) -> National:
    """Tables and ledger of `scenarios/germany`.

    Raises:
        TownError: they cannot be read.
    """
    problems = Problems()
    shared = Folder(folder, problems)
    tables = read_national(shared)
    ledger = Ledger(read_assumptions(shared))
    if problems.errors:
        raise TownError(problems.errors)
    return National(tables, ledger, state)
