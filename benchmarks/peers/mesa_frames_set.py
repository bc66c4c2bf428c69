"""mesa-frames: the reduced month over a Polars agent set (no common random numbers).

`AgentSetPolars` holds the residents as a data frame; every process is an expression over its
columns, rates are looked up by a computed place, draws come from the model's NumPy generator.
What the reduced month leaves out: see `benchmarks/peers`.
"""

from __future__ import annotations

from typing import Any

import mesa_frames
import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

from benchmarks.peers.peer import (
    AGES,
    COLUMNS,
    GRADES,
    OLDEST,
    STATES,
    arguments,
    handed_over,
    measure,
)

USED_IN_COMPANY = (
    "lot_lonely", "lonely_onset", "lot_withdrawn", "withdraw_onset", "lot", "begins", "stops",
)  # fmt: skip
BOOLEANS = ("in_home", "has_partner", "limited", "lonely", "withdrawn", "volunteers")


class Residents(AgentSetPolars):
    """The residents of a town."""

    def __init__(self, model: Town) -> None:
        super().__init__(model)
        data = model.data
        columns = {name: data[name].astype(np.int64) for name in COLUMNS[:5]}
        columns |= {name: data[name] for name in BOOLEANS}
        columns |= {"habit": data["habit"].astype(np.int64), "reach": data["reach"]}
        self.newest = data["sex"].shape[0]
        start = pl.DataFrame(columns).with_columns(visits=False)
        self.start = start
        self.add(start.with_columns(unique_id=pl.int_range(0, self.newest, dtype=pl.Int64)))
        self.counts = pl.DataFrame()

    def lot(self) -> pl.Series:
        """A uniform number for everybody."""
        return pl.Series(self.model.random.random(len(self.agents)))

    def rate(self, name: str, place: pl.Series) -> pl.Series:
        """A rate of a table, flat, at each resident's place in it."""
        return self.model.rates[name].gather(place)

    def step(self) -> None:
        """One month."""
        now = self.model.now
        age = ((now - pl.col("birth_month")) // 12).clip(0, OLDEST)
        self.agents = self.agents.with_columns(age=age)
        self.leave()
        births = self.births()
        self.health()
        self.company()
        self.visit()
        self.arrive(births)
        self.count()

    def leave(self) -> None:
        """Death and moving away."""
        frame = self.agents
        state = frame["care_grade"] + GRADES * frame["in_home"].cast(pl.Int64)
        place = (frame["sex"] * AGES + frame["age"]) * STATES + state
        dies = self.lot() < self.rate("death", place)
        moves = (self.lot() < self.rate("move_away", frame["age"])) & ~frame["in_home"]
        self.remove(frame.filter(dies | moves)["unique_id"])

    def births(self) -> pl.DataFrame:
        """Newborns, like their mothers."""
        frame = self.agents
        gives = (frame["sex"] == 1) & (self.lot() < self.rate("birth", frame["age"]))
        born = frame.filter(gives)
        sex = (self.model.random.random(len(born)) < 0.5).astype(np.int64)
        return born.with_columns(
            birth_month=pl.lit(self.model.now, pl.Int64),
            sex=pl.Series(sex),
            care_grade=pl.lit(0, pl.Int64),
            habit=pl.lit(0, pl.Int64),
            reach=pl.lit(0.0),
            **dict.fromkeys(BOOLEANS, pl.lit(False)),
        )

    def health(self) -> None:
        """Mobility and care grade."""
        frame, data = self.agents, self.model.data
        person = frame["sex"] * AGES + frame["age"]
        place = person * GRADES + frame["care_grade"]
        frame = frame.with_columns(
            lot=self.lot(),
            onset=self.rate("mobility_onset", person),
            grade_lot=self.lot(),
            up=self.rate("care_up", place),
            down=self.rate("care_down", place),
        )
        grade, lot = pl.col("care_grade"), pl.col("grade_lot")
        limited = (
            pl.when(pl.col("limited"))
            .then(pl.col("lot") >= data["mobility_recovery"])
            .otherwise(pl.col("lot") < pl.col("onset"))
        )
        share = lot / pl.col("up")
        first = pl.lit(1, pl.Int64)
        for bound in data["entry_grade"][1:5]:
            first = first + (share >= float(bound)).cast(pl.Int64)
        falls = (grade > 0) & (lot >= 1.0 - pl.col("down"))
        falls = falls & ~((grade == 1) & pl.col("in_home"))
        after = (
            pl.when(lot < pl.col("up"))
            .then(pl.when(grade == 0).then(first).otherwise(grade + 1))
            .otherwise(grade - falls.cast(pl.Int64))
        )
        old = pl.col("age") >= 50
        self.agents = frame.with_columns(
            limited=pl.when(old).then(limited).otherwise(pl.col("limited")), care_grade=after
        ).drop("lot", "onset", "grade_lot", "up", "down")

    def company(self) -> None:
        """Loneliness, withdrawal, volunteering, for everybody of 14 and more."""
        frame, data = self.agents, self.model.data
        home, partner = frame["in_home"].cast(pl.Int64), frame["has_partner"].cast(pl.Int64)
        person = frame["sex"] * AGES + frame["age"]
        frame = frame.with_columns(
            lot_lonely=self.lot(),
            lonely_onset=self.rate("lonely_onset", (person * 2 + partner) * 2 + home),
            lot_withdrawn=self.lot(),
            withdraw_onset=self.rate("withdraw_onset", frame["age"] * 2 + home),
            lot=self.lot(),
            begins=self.rate("volunteer_start", frame["age"] * 3 + frame["education"]),
            stops=self.rate("volunteer_stop", frame["age"]),
        )
        grown = pl.col("age") >= 14
        able = grown & (pl.col("care_grade") < 3) & ~pl.col("in_home")
        self.agents = frame.with_columns(
            lonely=grown
            & pl.when(pl.col("lonely"))
            .then(pl.col("lot_lonely") >= data["loneliness_recovery"])
            .otherwise(pl.col("lot_lonely") < pl.col("lonely_onset")),
            withdrawn=grown
            & pl.when(pl.col("withdrawn"))
            .then(pl.col("lot_withdrawn") >= data["withdrawal_recovery"])
            .otherwise(pl.col("lot_withdrawn") < pl.col("withdraw_onset")),
            volunteers=able
            & pl.when(pl.col("volunteers"))
            .then(pl.col("lot") >= pl.col("stops"))
            .otherwise(pl.col("lot") < pl.col("begins")),
        ).drop(
            "lot_lonely",
            "lonely_onset",
            "lot_withdrawn",
            "withdraw_onset",
            "lot",
            "begins",
            "stops",
        )

    def visit(self) -> None:
        """A visit to the meeting point one knows, and the habit."""
        frame, data = self.agents, self.model.data
        frame = frame.with_columns(
            lot=self.lot(), of_grade=self.rate("visit_grade_factor", frame["care_grade"])
        )
        age, habit = pl.col("age"), pl.col("habit")
        of_age = (
            pl.when(age >= 65)
            .then(1.0)
            .when(age >= 50)
            .then(data["visit_factor_50_64"])
            .otherwise(data["visit_factor_under_50"])
        )
        withdrawn = pl.when(pl.col("withdrawn")).then(data["withdrawn_visit_factor"]).otherwise(1.0)
        lonely = pl.when(pl.col("lonely")).then(data["lonely_visit_factor"]).otherwise(1.0)
        chance = pl.col("reach") * pl.col("of_grade") * of_age * withdrawn * lonely
        chance = chance * (1.0 + (data["habit_visit_factor"] - 1.0) * habit * 0.01)
        visits = (age >= 18) & ~pl.col("in_home") & (pl.col("lot") < chance.clip(0.0, 0.95))
        frame = frame.with_columns(visits=visits).drop("lot", "of_grade")
        change = pl.when(pl.col("visits")).then(data["habit_gain"]).otherwise(-data["habit_loss"])
        self.agents = frame.with_columns(habit=(habit + change).clip(0, 100))

    def arrive(self, births: pl.DataFrame) -> None:
        """Newborns and newcomers."""
        model = self.model
        number = model.random.poisson(model.data["newcomers"])
        rows = model.random.integers(0, len(self.start), number)
        moved = pl.col("birth_month") + (model.now - model.data["start"])
        newcomers = self.start[rows].with_columns(birth_month=moved)
        names = [name for name in self.start.columns if name != "unique_id"]
        both = pl.concat([births.select(names), newcomers.select(names)])
        first = self.newest
        self.newest += len(both)
        identities = pl.int_range(first, self.newest, dtype=pl.Int64)
        self.agents = self.agents.drop("age")
        self.add(both.with_columns(unique_id=identities))

    def count(self) -> None:
        """Eight totals by district."""
        flags = ("in_home", "lonely", "withdrawn", "limited", "volunteers")
        self.counts = self.agents.group_by("district").agg(
            pl.len().alias("residents"),
            (pl.col("care_grade") > 0).sum().alias("in_need"),
            pl.col("visits").sum().alias("visitors"),
            *(pl.col(name).sum() for name in flags),
        )


class Town(ModelDF):
    """The town: rates, the calendar, one set of agents."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(seed=1)
        self.data = data
        self.rates = {
            name: pl.Series(value.astype(np.float64).ravel())
            for name, value in data.items()
            if isinstance(value, np.ndarray) and name not in COLUMNS
        }
        self.now = data["start"]
        self.residents = Residents(self)
        self.agents.add(self.residents)

    def step(self) -> None:
        """One month."""
        self.now += 1
        self.agents.step()


def main() -> None:
    """Time the model."""
    chosen = arguments()
    town = Town(handed_over(chosen.data))
    version = f"{mesa_frames.__version__}, Polars {pl.__version__}"
    measure("mesa-frames", version, town.step, lambda: len(town.agents), chosen.months)


if __name__ == "__main__":
    main()
