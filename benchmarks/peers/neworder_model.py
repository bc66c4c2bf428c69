"""neworder: the reduced month in the manner of its population example (no common random numbers).

The residents are a pandas data frame, as in the example; rates are looked up with NumPy; every
decision is a draw of the model's Monte-Carlo engine (`mc.ustream`), which is one stream for all.
What the reduced month leaves out: see `benchmarks/peers`.
"""

from __future__ import annotations

import time
from typing import Any

import neworder
import numpy as np
import pandas as pd

from benchmarks.peers.peer import (
    AGES,
    COLUMNS,
    GRADES,
    OLDEST,
    STATES,
    arguments,
    handed_over,
    tell,
)

BOOLEANS = ("in_home", "has_partner", "limited", "lonely", "withdrawn", "volunteers")


class Town(neworder.Model):
    """The town; `step` is what happens in a month."""

    def __init__(self, data: dict[str, Any], months: int) -> None:
        timeline = neworder.LinearTimeline(0, months + 1, months + 1)
        super().__init__(timeline, neworder.MonteCarlo.deterministic_identical_stream)
        self.data = data
        self.people = pd.DataFrame({name: data[name] for name in COLUMNS})
        self.start = self.people.copy()
        self.now = data["start"]
        self.counts = pd.DataFrame()
        self.ended: list[float] = []
        self.sizes: list[int] = []

    def step(self) -> None:
        """One month."""
        self.now += 1
        self.age_everybody()
        self.deaths_and_departures()
        newborns = self.births()
        self.health()
        self.company()
        self.visits()
        self.arrivals(newborns)
        self.count()
        self.ended.append(time.perf_counter())
        self.sizes.append(len(self.people))

    def check(self) -> bool:
        """The state of the nation: nobody is older than can be."""
        return bool((self.people["care_grade"] < GRADES).all())

    def age_everybody(self) -> None:
        """Completed years."""
        birth_month = self.people["birth_month"].to_numpy()
        self.people["age"] = np.clip((self.now - birth_month) // 12, 0, OLDEST)

    def person(self) -> np.ndarray:
        """Place of each resident in a table by sex and age."""
        return self.people["sex"].to_numpy().astype(np.int64) * AGES + self.people["age"].to_numpy()

    def deaths_and_departures(self) -> None:
        """Death and moving away."""
        people, data = self.people, self.data
        in_home = people["in_home"].to_numpy()
        state = people["care_grade"].to_numpy() + GRADES * in_home
        chance = data["death"].ravel()[self.person() * STATES + state]
        dies = self.mc.ustream(len(people)) < chance
        moves = self.mc.ustream(len(people)) < data["move_away"][people["age"].to_numpy()]
        self.people = people[~(dies | (moves & ~in_home))].reset_index(drop=True)

    def births(self) -> pd.DataFrame:
        """Newborns, like their mothers."""
        people = self.people
        chance = self.data["birth"][people["age"].to_numpy()] * (people["sex"].to_numpy() == 1)
        born = people[self.mc.ustream(len(people)) < chance].copy()
        born["birth_month"] = self.now
        born["sex"] = (self.mc.ustream(len(born)) < 0.5).astype(np.uint8)
        for name in ("care_grade", "habit", "reach"):
            born[name] = 0
        for name in BOOLEANS:
            born[name] = False
        return born

    def health(self) -> None:
        """Mobility and care grade."""
        people, data, person = self.people, self.data, self.person()
        lot, limited = self.mc.ustream(len(people)), people["limited"].to_numpy()
        after = np.where(
            limited, lot >= data["mobility_recovery"], lot < data["mobility_onset"].ravel()[person]
        )
        people["limited"] = np.where(people["age"].to_numpy() >= 50, after, limited)
        grade = people["care_grade"].to_numpy()
        place, lot = person * GRADES + grade, self.mc.ustream(len(people))
        up, down = data["care_up"].ravel()[place], data["care_down"].ravel()[place]
        rises = lot < up
        falls = ~rises & (grade > 0) & (lot >= 1.0 - down)
        falls &= ~((grade == 1) & people["in_home"].to_numpy())
        new = np.flatnonzero(rises & (grade == 0))
        after = grade + rises.astype(np.uint8) - falls.astype(np.uint8)
        after[new] = 1 + np.searchsorted(data["entry_grade"][1:5], lot[new] / up[new], "right")
        people["care_grade"] = after

    def company(self) -> None:
        """Loneliness, withdrawal, volunteering, for everybody of 14 and more."""
        people, data = self.people, self.data
        age = people["age"].to_numpy()
        grown, home = age >= 14, people["in_home"].to_numpy().astype(np.int64)
        sex, partner = people["sex"].to_numpy(), people["has_partner"].to_numpy().astype(np.int64)
        for name, onset, recovery in (
            ("lonely", data["lonely_onset"][sex, age, partner, home], "loneliness_recovery"),
            ("withdrawn", data["withdraw_onset"][age, home], "withdrawal_recovery"),
        ):
            lot = self.mc.ustream(len(people))
            after = np.where(people[name].to_numpy(), lot >= data[recovery], lot < onset)
            people[name] = after & grown
        lot, active = self.mc.ustream(len(people)), people["volunteers"].to_numpy()
        starts = lot < data["volunteer_start"][age, people["education"].to_numpy()]
        stops = lot < data["volunteer_stop"][age]
        able = grown & (people["care_grade"].to_numpy() < 3) & (home == 0)
        people["volunteers"] = able & np.where(active, ~stops, starts)

    def visits(self) -> None:
        """A visit to the meeting point one knows, and the habit."""
        people, data = self.people, self.data
        age, habit = people["age"].to_numpy(), people["habit"].to_numpy().astype(np.int64)
        chance = people["reach"].to_numpy() * data["visit_grade_factor"][people["care_grade"]]
        of_age = np.where(age >= 50, data["visit_factor_50_64"], data["visit_factor_under_50"])
        chance = chance * np.where(age >= 65, 1.0, of_age)
        for name in ("withdrawn", "lonely"):
            chance = chance * np.where(people[name], data[f"{name}_visit_factor"], 1.0)
        chance = chance * (1.0 + (data["habit_visit_factor"] - 1.0) * habit * 0.01)
        adult = (age >= 18) & ~people["in_home"].to_numpy()
        visits = adult & (self.mc.ustream(len(people)) < np.minimum(chance, 0.95))
        people["visits"] = visits
        change = np.where(visits, data["habit_gain"], -data["habit_loss"])
        people["habit"] = np.clip(habit + change, 0, 100).astype(np.uint8)

    def arrivals(self, newborns: pd.DataFrame) -> None:
        """Newborns and newcomers."""
        number = int(self.data["newcomers"] + self.mc.ustream(1)[0])
        rows = (self.mc.ustream(number) * len(self.start)).astype(np.int64)
        newcomers = self.start.iloc[rows].copy()
        newcomers["birth_month"] += self.now - self.data["start"]
        self.people = pd.concat([self.people, newborns, newcomers], ignore_index=True)

    def count(self) -> None:
        """Eight totals by district."""
        people = self.people
        table = people[["in_home", "lonely", "withdrawn", "limited", "volunteers"]].assign(
            residents=1,
            in_need=people["care_grade"] > 0,
            visitors=people["visits"].fillna(False).astype(bool),
        )
        self.counts = table.groupby(people["district"]).sum()


def main() -> None:
    """Run all months; the time counts from the end of the first, which warms up."""
    chosen = arguments()
    town = Town(handed_over(chosen.data), chosen.months)
    residents = len(town.people)
    if not neworder.run(town):
        raise SystemExit("neworder gave the run up")
    seconds = town.ended[-1] - town.ended[0]
    tell(
        "neworder",
        neworder.__version__,
        residents,
        chosen.months,
        seconds,
        sum(town.sizes[:-1]),
        town.sizes[-1],
    )


if __name__ == "__main__":
    main()
