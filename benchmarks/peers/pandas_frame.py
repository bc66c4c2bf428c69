"""pandas: the reduced month over a data frame, with NumPy's generator (no common random numbers).

Written as one writes pandas: columns in, columns out, `loc` for the few, `concat` for those who
come, `groupby` for the totals. What the reduced month leaves out: see `benchmarks/peers`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.peer import (
    COLUMNS,
    COUNTED,
    GRADES,
    OLDEST,
    STATES,
    arguments,
    handed_over,
    measure,
)

AGES = OLDEST + 1


class Town:
    """A town whose residents are the rows of a data frame."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.random = np.random.default_rng(1)
        self.people = pd.DataFrame({name: data[name] for name in COLUMNS})
        self.people["visits"] = False
        self.start = self.people.copy()
        self.now = data["start"]
        self.counts = pd.DataFrame()

    def lot(self) -> pd.Series:
        """A uniform number for everybody."""
        return pd.Series(self.random.random(len(self.people)), index=self.people.index)

    def step(self) -> None:
        """One month."""
        self.now += 1
        self.age = ((self.now - self.people["birth_month"]) // 12).clip(0, OLDEST)
        self.leave()
        births = self.births()
        self.health()
        self.company()
        self.visit()
        self.arrive(births)
        self.count()

    def leave(self) -> None:
        """Death and moving away."""
        people, data = self.people, self.data
        state = people["care_grade"] + GRADES * people["in_home"]
        place = (people["sex"].astype(int) * AGES + self.age) * STATES + state
        dies = self.lot() < data["death"].ravel()[place]
        moves = (self.lot() < data["move_away"][self.age]) & ~people["in_home"]
        stays = ~(dies | moves)
        self.people = people[stays].reset_index(drop=True)
        self.age = self.age[stays].reset_index(drop=True)

    def births(self) -> pd.DataFrame:
        """Newborns, like their mothers."""
        people = self.people
        gives = (people["sex"] == 1) & (self.lot() < self.data["birth"][self.age])
        born = people[gives].copy()
        born["birth_month"] = self.now
        born["sex"] = (self.random.random(len(born)) < 0.5).astype(np.uint8)
        for name in ("care_grade", "habit", "reach"):
            born[name] = 0
        for name in ("in_home", "has_partner", "limited", "lonely", "withdrawn", "volunteers"):
            born[name] = False
        return born

    def health(self) -> None:
        """Mobility and care grade."""
        people, data = self.people, self.data
        person = people["sex"].astype(int) * AGES + self.age
        lot = self.lot()
        onset = lot < data["mobility_onset"].ravel()[person]
        limited = people["limited"]
        after = (limited & (lot >= data["mobility_recovery"])) | (~limited & onset)
        people["limited"] = after.where(self.age >= 50, limited)
        grade = people["care_grade"]
        place = person * GRADES + grade
        lot = self.lot()
        up = pd.Series(data["care_up"].ravel()[place], index=people.index)
        rises = lot < up
        falls = ~rises & (grade > 0) & (lot >= 1.0 - data["care_down"].ravel()[place])
        falls &= ~((grade == 1) & people["in_home"])
        new = rises & (grade == 0)
        people["care_grade"] = grade + rises.astype(np.uint8) - falls.astype(np.uint8)
        share = lot[new] / up[new]
        first = 1 + np.searchsorted(data["entry_grade"][1:5], share, side="right")
        people.loc[new, "care_grade"] = first.astype(np.uint8)

    def company(self) -> None:
        """Loneliness, withdrawal, volunteering, for everybody of 14 and more."""
        people, data, age = self.people, self.data, self.age
        grown = age >= 14
        home = people["in_home"].astype(int)
        sex, partner = people["sex"].astype(int), people["has_partner"].astype(int)
        for name, onset, recovery in (
            ("lonely", data["lonely_onset"][sex, age, partner, home], "loneliness_recovery"),
            ("withdrawn", data["withdraw_onset"][age, home], "withdrawal_recovery"),
        ):
            lot, is_so = self.lot(), people[name]
            after = (is_so & (lot >= data[recovery])) | (~is_so & (lot < onset))
            people[name] = after & grown
        lot, active = self.lot(), people["volunteers"]
        starts = lot < data["volunteer_start"][age, people["education"]]
        stops = lot < data["volunteer_stop"][age]
        able = grown & (people["care_grade"] < 3) & ~people["in_home"]
        people["volunteers"] = able & ((active & ~stops) | (~active & starts))

    def visit(self) -> None:
        """A visit to the meeting point one knows, and the habit."""
        people, data = self.people, self.data
        chance = people["reach"] * data["visit_grade_factor"][people["care_grade"]]
        chance = chance.where(self.age >= 65, chance * data["visit_factor_50_64"])
        younger = data["visit_factor_under_50"] / data["visit_factor_50_64"]
        chance = chance.where(self.age >= 50, chance * younger)
        chance = chance.where(~people["withdrawn"], chance * data["withdrawn_visit_factor"])
        chance = chance.where(~people["lonely"], chance * data["lonely_visit_factor"])
        chance = chance * (1.0 + (data["habit_visit_factor"] - 1.0) * people["habit"] * 0.01)
        adult = (self.age >= 18) & ~people["in_home"]
        people["visits"] = adult & (self.lot() < chance.clip(upper=0.95))
        habit = people["habit"].astype(int)
        more, less = habit + data["habit_gain"], habit - data["habit_loss"]
        people["habit"] = more.where(people["visits"], less).clip(0, 100).astype(np.uint8)

    def arrive(self, births: pd.DataFrame) -> None:
        """Newborns and newcomers."""
        number = self.random.poisson(self.data["newcomers"])
        rows = self.random.integers(0, len(self.start), number)
        newcomers = self.start.iloc[rows].copy()
        newcomers["birth_month"] += self.now - self.data["start"]
        self.people = pd.concat([self.people, births, newcomers], ignore_index=True)

    def count(self) -> None:
        """Eight totals by district."""
        people = self.people
        table = people[list(COUNTED[2:7])].assign(
            residents=1, in_need=people["care_grade"] > 0, visitors=people["visits"]
        )
        self.counts = table.groupby(people["district"]).sum()


def main() -> None:
    """Time the model."""
    chosen = arguments()
    town = Town(handed_over(chosen.data))
    measure("pandas", pd.__version__, town.step, lambda: len(town.people), chosen.months)


if __name__ == "__main__":
    main()
