"""Vivarium with its common random numbers: the reduced month as components.

Every process is a component with columns, and a random stream, of its own; residents are known to
the streams by their key columns. Rates are looked up with NumPy rather than in Vivarium's
interpolating tables, and the map of random numbers has the smallest size it may have (ten times the
population), both of which make it quicker. What the reduced month leaves out: see
`benchmarks/peers`.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pandas as pd
import vivarium
from loguru import logger
from vivarium import Component, InteractiveContext

from benchmarks.peers.peer import AGES, GRADES, OLDEST, STATES, arguments, handed_over, measure

MONTH_DAYS = 30.4375
DATA: dict[str, Any] = {}
"""What was handed over; components are made before the simulation, so that it is kept here."""


class Process(Component):
    """A process: a stream of its own, columns of its own, a step a month."""

    owns: ClassVar[dict[str, Any]] = {}
    """Columns: the name of what was handed over, or a value for everybody."""

    def setup(self, builder: Any) -> None:
        """Ask for what the process needs."""
        self.stream = builder.randomness.get_stream(self.name)
        if self.owns:
            builder.population.register_initializer(
                initializer=self.initialize, columns=list(self.owns), required_resources=[]
            )

    def initialize(self, simulants: Any) -> None:
        """Columns of new residents: as handed over, or those of the ones they are copies of."""
        rows = simulants.user_data.get("rows", np.arange(len(simulants.index)))
        newborn = simulants.user_data.get("newborn", np.zeros(len(rows), bool))
        columns = {}
        for name, source in self.owns.items():
            value = DATA[source][rows] if isinstance(source, str) else np.full(len(rows), source)
            keeps = name in ("district", "education")
            columns[name] = value if keeps else np.where(newborn, np.zeros_like(value), value)
        frame = pd.DataFrame(columns, index=simulants.index)
        self.population_view.initialize(self.completed(frame, simulants, newborn))

    def completed(self, frame: pd.DataFrame, simulants: Any, newborn: np.ndarray) -> pd.DataFrame:
        """A hook for what is not handed over."""
        return frame

    def get(self, index: Any, *names: str) -> pd.DataFrame:
        """Columns of the living."""
        return self.population_view.get(index, list(names))

    def change(self, name: str, index: Any, values: np.ndarray) -> None:
        """Set a column of some residents."""
        new = pd.Series(values, index=index, name=name)
        self.population_view.update(name, lambda _: new)


def person(frame: pd.DataFrame) -> np.ndarray:
    """Place in a table by sex and age."""
    return frame["sex"].to_numpy().astype(np.int64) * AGES + years(frame)


def years(frame: pd.DataFrame) -> np.ndarray:
    """Completed years."""
    return np.clip(frame["months_of_age"].to_numpy() // 12, 0, OLDEST)


class People(Process):
    """Who lives here, where, how old; the key by which random numbers know everybody."""

    owns: ClassVar = {
        name: name
        for name in ("sex", "district", "education", "reach", "has_partner", "birth_month")
    }

    def setup(self, builder: Any) -> None:
        """Register with the random numbers; start with those who live here."""
        self.register = builder.randomness.register_simulants
        self.more = builder.population.get_simulant_creator()
        self.now = DATA["start"]
        self.came = 0
        columns = [*self.owns, "months_of_age", "lives_here", "entrance_time", "place"]
        builder.population.register_initializer(
            initializer=self.initialize, columns=columns, required_resources=[]
        )
        builder.population.register_tracked_query("lives_here == True")
        self.stream = builder.randomness.get_stream("births")
        self.sexes = builder.randomness.get_stream("sex_of_newborn")
        self.deaths = builder.randomness.get_stream("deaths")
        self.moves = builder.randomness.get_stream("moves")
        self.random = np.random.default_rng(1)

    def completed(self, frame: pd.DataFrame, simulants: Any, newborn: np.ndarray) -> pd.DataFrame:
        """Age, identity, and the sex of newborns."""
        age = DATA["start"] - frame["birth_month"].to_numpy()
        age = np.where(newborn, 0, age)
        sex = np.where(newborn, self.random.random(len(frame)) < 0.5, frame["sex"])
        place = self.came + np.arange(len(frame))
        self.came += len(frame)
        frame = frame.assign(
            months_of_age=age,
            sex=sex.astype(np.uint8),
            lives_here=True,
            entrance_time=simulants.creation_time,
            place=place,
        )
        self.register(frame[["entrance_time", "place"]])
        return frame

    def on_time_step(self, event: Any) -> None:
        """Age, die, move away, give birth, move in."""
        self.now += 1
        frame = self.get(event.index, "sex", "months_of_age", "education", "care_grade", "in_home")
        index = frame.index
        frame["months_of_age"] += 1
        self.change("months_of_age", index, frame["months_of_age"].to_numpy())
        in_home = frame["in_home"].to_numpy().astype(bool)
        state = frame["care_grade"].to_numpy().astype(np.int64) + GRADES * in_home
        chance = DATA["death"].ravel()[person(frame) * STATES + state]
        dies = self.deaths.get_draw(index).to_numpy() < chance
        moves = self.moves.get_draw(index).to_numpy() < DATA["move_away"][years(frame)]
        moves &= ~in_home
        gone = dies | moves
        self.change("lives_here", index[gone], np.zeros(gone.sum(), bool))
        chance = DATA["birth"][years(frame)] * (frame["sex"].to_numpy() == 1)
        mothers = (self.stream.get_draw(index).to_numpy() < chance) & ~gone
        newcomers = self.random.poisson(DATA["newcomers"])
        number = int(mothers.sum()) + newcomers
        newborn = np.arange(number) < mothers.sum()
        rows = self.random.integers(0, DATA["sex"].shape[0], number)
        self.more(number, {"rows": rows, "newborn": newborn})


class Care(Process):
    """Care grade and nursing home."""

    owns: ClassVar = {"care_grade": "care_grade", "in_home": "in_home"}

    def on_time_step(self, event: Any) -> None:
        """One month."""
        frame = self.get(event.index, "sex", "months_of_age", "care_grade", "in_home")
        grade = frame["care_grade"].to_numpy().astype(np.int64)
        place = person(frame) * GRADES + grade
        lot = self.stream.get_draw(frame.index).to_numpy()
        up, down = DATA["care_up"].ravel()[place], DATA["care_down"].ravel()[place]
        rises = lot < up
        falls = ~rises & (grade > 0) & (lot >= 1.0 - down)
        falls &= ~((grade == 1) & frame["in_home"].to_numpy().astype(bool))
        new = np.flatnonzero(rises & (grade == 0))
        after = grade + rises - falls
        after[new] = 1 + np.searchsorted(DATA["entry_grade"][1:5], lot[new] / up[new], "right")
        self.change("care_grade", frame.index, after.astype(np.uint8))


class TwoStates(Process):
    """A state of yes or no with an onset and a recovery."""

    column, recovery, youngest = "", "", 14

    def chance(self, frame: pd.DataFrame) -> np.ndarray:
        """Monthly chance of the onset."""
        raise NotImplementedError

    def on_time_step(self, event: Any) -> None:
        """One month."""
        names = ("sex", "months_of_age", "has_partner", "in_home", self.column)
        frame = self.get(event.index, *names)
        frame = frame[frame["months_of_age"] >= 12 * self.youngest]
        lot = self.stream.get_draw(frame.index).to_numpy()
        before = frame[self.column].to_numpy().astype(bool)
        after = np.where(before, lot >= DATA[self.recovery], lot < self.chance(frame))
        self.change(self.column, frame.index, after)


class Mobility(TwoStates):
    """Limited mobility, from 50."""

    owns: ClassVar = {"limited": "limited"}
    column, recovery, youngest = "limited", "mobility_recovery", 50

    def chance(self, frame: pd.DataFrame) -> np.ndarray:
        """By sex and age."""
        return DATA["mobility_onset"].ravel()[person(frame)]


class Loneliness(TwoStates):
    """Loneliness, by sex, age, partner and nursing home."""

    owns: ClassVar = {"lonely": "lonely"}
    column, recovery = "lonely", "loneliness_recovery"

    def chance(self, frame: pd.DataFrame) -> np.ndarray:
        """By sex, age, partner and nursing home."""
        partner = frame["has_partner"].to_numpy().astype(np.int64)
        home = frame["in_home"].to_numpy().astype(np.int64)
        return DATA["lonely_onset"].ravel()[(person(frame) * 2 + partner) * 2 + home]


class Withdrawal(TwoStates):
    """Living withdrawn, by age and nursing home."""

    owns: ClassVar = {"withdrawn": "withdrawn"}
    column, recovery = "withdrawn", "withdrawal_recovery"

    def chance(self, frame: pd.DataFrame) -> np.ndarray:
        """By age and nursing home."""
        home = frame["in_home"].to_numpy().astype(np.int64)
        return DATA["withdraw_onset"][years(frame), home]


class Volunteering(Process):
    """Volunteering, by age, education and care grade."""

    owns: ClassVar = {"volunteers": "volunteers"}

    def on_time_step(self, event: Any) -> None:
        """One month."""
        frame = self.get(
            event.index, "months_of_age", "education", "care_grade", "in_home", "volunteers"
        )
        age, lot = years(frame), self.stream.get_draw(frame.index).to_numpy()
        able = (age >= 14) & (frame["care_grade"].to_numpy() < 3)
        able &= ~frame["in_home"].to_numpy().astype(bool)
        starts = lot < DATA["volunteer_start"][age, frame["education"].to_numpy().astype(np.int64)]
        stops = lot < DATA["volunteer_stop"][age]
        active = frame["volunteers"].to_numpy().astype(bool)
        self.change("volunteers", frame.index, able & np.where(active, ~stops, starts))


class Visits(Process):
    """Visits to the meeting point one knows, and the habit."""

    owns: ClassVar = {"habit": "habit", "visits": False}

    def on_time_step(self, event: Any) -> None:
        """One month."""
        frame = self.get(
            event.index, "months_of_age", "care_grade", "in_home", "reach", "withdrawn", "lonely",
            "habit",
        )  # fmt: skip
        age, habit = years(frame), frame["habit"].to_numpy().astype(np.int64)
        grade = frame["care_grade"].to_numpy().astype(np.int64)
        chance = frame["reach"].to_numpy() * DATA["visit_grade_factor"][grade]
        of_age = np.where(age >= 50, DATA["visit_factor_50_64"], DATA["visit_factor_under_50"])
        chance = chance * np.where(age >= 65, 1.0, of_age)
        for name in ("withdrawn", "lonely"):
            so = frame[name].to_numpy().astype(bool)
            chance = chance * np.where(so, DATA[f"{name}_visit_factor"], 1.0)
        chance = chance * (1.0 + (DATA["habit_visit_factor"] - 1.0) * habit * 0.01)
        lot = self.stream.get_draw(frame.index).to_numpy()
        adult = (age >= 18) & ~frame["in_home"].to_numpy().astype(bool)
        visits = adult & (lot < np.minimum(chance, 0.95))
        self.change("visits", frame.index, visits)
        step = np.where(visits, DATA["habit_gain"], -DATA["habit_loss"])
        self.change("habit", frame.index, np.clip(habit + step, 0, 100).astype(np.uint8))


class Totals(Component):
    """Eight totals by district."""

    def setup(self, builder: Any) -> None:
        """Nothing is needed."""
        self.counts = pd.DataFrame()

    def on_collect_metrics(self, event: Any) -> None:
        """At the end of a month."""
        flags = ["in_home", "lonely", "withdrawn", "limited", "volunteers", "visits"]
        frame = self.population_view.get(event.index, ["district", "care_grade", *flags])
        table = frame[flags].astype(bool).assign(residents=1, in_need=frame["care_grade"] > 0)
        self.counts = table.groupby(frame["district"]).sum()


def main() -> None:
    """Time the model."""
    chosen = arguments()
    DATA.update(handed_over(chosen.data))
    logger.remove()
    residents = DATA["sex"].shape[0]
    people = People()
    simulation = InteractiveContext(
        components=[
            people, Care(), Mobility(), Loneliness(), Withdrawal(), Volunteering(), Visits(),
            Totals(),
        ],
        configuration={
            "population": {"population_size": residents},
            "randomness": {
                "key_columns": ["entrance_time", "place"],
                "map_size": 10 * residents,
                "random_seed": 1,
            },
            "time": {
                "start": {"year": 2026, "month": 1, "day": 1},
                "end": {"year": 2100, "month": 1, "day": 1},
                "step_size": MONTH_DAYS,
            },
        },
        logging_verbosity=0,
    )  # fmt: skip

    def size() -> int:
        return len(simulation.get_population("lives_here"))

    measure(
        "Vivarium, common random numbers",
        vivarium.__version__,
        simulation.step,
        size,
        chosen.months,
    )


if __name__ == "__main__":
    main()
