"""Starsim with its common random numbers: the reduced month as demographics and modules.

Deaths, moves, births and arrivals are demographic modules; care need, mobility, loneliness,
withdrawal, volunteering and visits are modules with states of their own, each with its own
distribution, so that a draw belongs to a person, a decision and a time step (Starsim's common
random numbers, switched on). There is no network and no infection. What the reduced month leaves
out: see `benchmarks/peers`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import starsim as ss

from benchmarks.peers.peer import AGES, GRADES, OLDEST, STATES, arguments, handed_over, measure

DATA: dict[str, Any] = {}
"""What was handed over; modules are made by name, so that it is kept here."""


class Process(ss.Module):
    """A process with rates that were handed over and one uniform number a person and month."""

    def __init__(self) -> None:
        super().__init__()
        self.lot = ss.random()

    def state_of(self, module: str, name: str) -> Any:
        """A state of another module."""
        return getattr(self.sim.get_module(module), name)

    def age(self, uids: Any) -> np.ndarray:
        """Completed years."""
        return np.clip(self.sim.people.age[uids].astype(np.int64), 0, OLDEST)

    def person(self, uids: Any) -> np.ndarray:
        """Place in a table by sex and age."""
        return self.sim.people.female[uids].astype(np.int64) * AGES + self.age(uids)

    def begin(self, **states: np.ndarray) -> None:
        """Set states to what was handed over."""
        for name, value in states.items():
            getattr(self, name)[:] = value


class Town(Process):
    """Where people live and what never changes."""

    def __init__(self) -> None:
        super().__init__()
        self.define_states(
            ss.FloatArr("district", default=0.0),
            ss.FloatArr("education", default=0.0),
            ss.FloatArr("reach", default=0.0),
            ss.BoolArr("has_partner", default=False),
        )

    def init_post(self) -> None:
        """Start as handed over."""
        super().init_post()
        names = ("district", "education", "reach", "has_partner")
        self.begin(**{name: DATA[name] for name in names})

    def step(self) -> None:
        """Nothing happens."""


class Deaths(Process):
    """Who dies."""

    def step(self) -> None:
        """One month."""
        uids = self.sim.people.auids
        care = self.sim.get_module("care")
        state = care.grade[uids].astype(np.int64) + GRADES * care.in_home[uids]
        chance = DATA["death"].ravel()[self.person(uids) * STATES + state]
        self.sim.people.request_death(uids[self.lot.rvs(uids) < chance])


class Moves(Process):
    """Who moves away."""

    def step(self) -> None:
        """One month."""
        uids = self.sim.people.auids
        leaves = self.lot.rvs(uids) < DATA["move_away"][self.age(uids)]
        leaves &= ~self.state_of("care", "in_home")[uids]
        self.sim.people.request_removal(uids[leaves])


class Births(Process):
    """Who gives birth; a newborn lives with its mother."""

    def step(self) -> None:
        """One month."""
        people = self.sim.people
        uids = people.auids
        chance = DATA["birth"][self.age(uids)] * people.female[uids]
        mothers = uids[self.lot.rvs(uids) < chance]
        born = people.grow(len(mothers))
        if len(born) == 0:
            return
        people.age[born] = 0.0
        people.parent[born] = mothers
        town = self.sim.get_module("town")
        for name in ("district", "education"):
            state = getattr(town, name)
            state[born] = state[mothers]


class Arrivals(Process):
    """Who moves in: copies of residents of the start."""

    def __init__(self) -> None:
        super().__init__()
        self.number = ss.poisson(lam=1.0)
        self.pattern = ss.random()

    def step(self) -> None:
        """One month."""
        people = self.sim.people
        self.number.set(lam=DATA["newcomers"])
        new = people.grow(int(self.number.rvs(1)[0]))
        if len(new) == 0:
            return
        row = (self.pattern.rvs(new) * DATA["sex"].shape[0]).astype(np.int64)
        people.age[new] = (DATA["start"] - DATA["birth_month"][row]) / 12.0
        people.female[new] = DATA["sex"][row] == 1
        for module, names in STATES_OF.items():
            for name in names:
                state = getattr(self.sim.get_module(module), STATE_OF.get(name, name))
                state[new] = DATA[name][row]


class Care(Process):
    """Care grade and nursing home."""

    def __init__(self) -> None:
        super().__init__()
        self.define_states(ss.FloatArr("grade", default=0.0), ss.BoolArr("in_home", default=False))

    def init_post(self) -> None:
        """Start as handed over."""
        super().init_post()
        self.begin(grade=DATA["care_grade"], in_home=DATA["in_home"])

    def step(self) -> None:
        """One month."""
        uids = self.sim.people.auids
        grade = self.grade[uids].astype(np.int64)
        place, lot = self.person(uids) * GRADES + grade, self.lot.rvs(uids)
        up, down = DATA["care_up"].ravel()[place], DATA["care_down"].ravel()[place]
        rises = lot < up
        falls = ~rises & (grade > 0) & (lot >= 1.0 - down) & ~((grade == 1) & self.in_home[uids])
        new = np.flatnonzero(rises & (grade == 0))
        after = grade + rises - falls
        after[new] = 1 + np.searchsorted(DATA["entry_grade"][1:5], lot[new] / up[new], "right")
        self.grade[uids] = after


class TwoStates(Process):
    """A state of yes or no with an onset and a recovery."""

    onset, recovery, youngest = "", "", 14

    def chance(self, uids: Any) -> np.ndarray:
        """Monthly chance of the onset."""
        raise NotImplementedError

    def step(self) -> None:
        """One month."""
        uids = self.sim.people.auids
        uids = uids[self.sim.people.age[uids] >= self.youngest]
        lot, before = self.lot.rvs(uids), self.yes[uids]
        self.yes[uids] = np.where(before, lot >= DATA[self.recovery], lot < self.chance(uids))


class Mobility(TwoStates):
    """Limited mobility, from 50."""

    recovery, youngest = "mobility_recovery", 50

    def __init__(self) -> None:
        super().__init__()
        self.define_states(ss.BoolState("yes", default=False))

    def init_post(self) -> None:
        """Start as handed over."""
        super().init_post()
        self.begin(yes=DATA["limited"])

    def chance(self, uids: Any) -> np.ndarray:
        """By sex and age."""
        return DATA["mobility_onset"].ravel()[self.person(uids)]


class Loneliness(TwoStates):
    """Loneliness, by sex, age, partner and nursing home."""

    recovery = "loneliness_recovery"

    def __init__(self) -> None:
        super().__init__()
        self.define_states(ss.BoolState("yes", default=False))

    def init_post(self) -> None:
        """Start as handed over."""
        super().init_post()
        self.begin(yes=DATA["lonely"])

    def chance(self, uids: Any) -> np.ndarray:
        """By sex, age, partner and nursing home."""
        partner = self.state_of("town", "has_partner")[uids].astype(np.int64)
        home = self.state_of("care", "in_home")[uids].astype(np.int64)
        return DATA["lonely_onset"].ravel()[(self.person(uids) * 2 + partner) * 2 + home]


class Withdrawal(TwoStates):
    """Living withdrawn, by age and nursing home."""

    recovery = "withdrawal_recovery"

    def __init__(self) -> None:
        super().__init__()
        self.define_states(ss.BoolState("yes", default=False))

    def init_post(self) -> None:
        """Start as handed over."""
        super().init_post()
        self.begin(yes=DATA["withdrawn"])

    def chance(self, uids: Any) -> np.ndarray:
        """By age and nursing home."""
        home = self.state_of("care", "in_home")[uids].astype(np.int64)
        return DATA["withdraw_onset"][self.age(uids), home]


class Volunteering(Process):
    """Volunteering, by age, education and care grade."""

    def __init__(self) -> None:
        super().__init__()
        self.define_states(ss.BoolState("yes", default=False))

    def init_post(self) -> None:
        """Start as handed over."""
        super().init_post()
        self.begin(yes=DATA["volunteers"])

    def step(self) -> None:
        """One month."""
        uids = self.sim.people.auids
        age, lot, active = self.age(uids), self.lot.rvs(uids), self.yes[uids]
        education = self.state_of("town", "education")[uids].astype(np.int64)
        care = self.sim.get_module("care")
        able = (age >= 14) & (care.grade[uids] < 3) & ~care.in_home[uids]
        starts = lot < DATA["volunteer_start"][age, education]
        stops = lot < DATA["volunteer_stop"][age]
        self.yes[uids] = able & np.where(active, ~stops, starts)


class Visits(Process):
    """Visits to the meeting point one knows, and the habit."""

    def __init__(self) -> None:
        super().__init__()
        self.define_states(ss.FloatArr("habit", default=0.0), ss.BoolState("yes", default=False))

    def init_post(self) -> None:
        """Start as handed over."""
        super().init_post()
        self.begin(habit=DATA["habit"])

    def step(self) -> None:
        """One month."""
        uids = self.sim.people.auids
        age, habit = self.age(uids), self.habit[uids]
        care = self.sim.get_module("care")
        chance = self.state_of("town", "reach")[uids]
        chance = chance * DATA["visit_grade_factor"][care.grade[uids].astype(np.int64)]
        of_age = np.where(age >= 50, DATA["visit_factor_50_64"], DATA["visit_factor_under_50"])
        chance = chance * np.where(age >= 65, 1.0, of_age)
        for module, name in (("withdrawal", "withdrawn"), ("loneliness", "lonely")):
            so = self.state_of(module, "yes")[uids]
            chance = chance * np.where(so, DATA[f"{name}_visit_factor"], 1.0)
        chance = chance * (1.0 + (DATA["habit_visit_factor"] - 1.0) * habit * 0.01)
        visits = (age >= 18) & ~care.in_home[uids] & (self.lot.rvs(uids) < chance.clip(0.0, 0.95))
        self.yes[uids] = visits
        change = np.where(visits, DATA["habit_gain"], -DATA["habit_loss"])
        self.habit[uids] = np.clip(habit + change, 0, 100)


class Totals(ss.Analyzer):
    """Eight totals by district."""

    def __init__(self) -> None:
        super().__init__()
        self.counts = np.zeros(0)

    def step(self) -> None:
        """One month."""
        get, uids = self.sim.get_module, self.sim.people.auids
        district = get("town").district[uids].astype(np.int64)
        care = get("care")
        flags = [
            np.ones(len(uids)),
            care.grade[uids] > 0,
            care.in_home[uids],
            *(
                get(name).yes[uids]
                for name in ("loneliness", "withdrawal", "mobility", "volunteering", "visits")
            ),
        ]
        self.counts = np.stack([np.bincount(district, flag, DATA["districts"]) for flag in flags])


STATES_OF = {
    "town": ("district", "education", "reach", "has_partner"),
    "care": ("care_grade", "in_home"),
    "mobility": ("limited",),
    "loneliness": ("lonely",),
    "withdrawal": ("withdrawn",),
    "volunteering": ("volunteers",),
    "visits": ("habit",),
}
"""What newcomers bring along, by module; named as handed over."""
STATE_OF = {"care_grade": "grade"} | dict.fromkeys(
    ("limited", "lonely", "withdrawn", "volunteers"), "yes"
)


def main() -> None:
    """Time the model."""
    chosen = arguments()
    DATA.update(handed_over(chosen.data))
    ss.options(verbose=0, crn=True)
    number = DATA["sex"].shape[0]
    sim = ss.Sim(
        people=ss.People(number),
        demographics=[Deaths(), Moves(), Births(), Arrivals()],
        modules=[
            Town(), Care(), Mobility(), Loneliness(), Withdrawal(), Volunteering(), Visits()
        ],
        analyzers=[Totals()],
        start="2026-01-01",
        dt=ss.months(1),
        dur=ss.months(chosen.months + 2),
        rand_seed=1,
    )  # fmt: skip
    sim.init()
    people = sim.people
    people.age[:] = (DATA["start"] - DATA["birth_month"]) / 12.0
    people.female[:] = DATA["sex"] == 1
    measure(
        "Starsim, common random numbers",
        ss.__version__,
        sim.run_one_step,
        lambda: len(people.auids),
        chosen.months,
    )


if __name__ == "__main__":
    main()
