"""All tables of one draw of the assumptions.

What depends on the town's data alone is prepared once (`prepare`); `solve_tables` then takes
milliseconds, because a study does it for hundreds of draws. Neither changes anything shared, so
both may run in several threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from sim.kept_rates import kept_or_made
from sim.rates import care, demography, engagement, mortality, people, prevalence, settings
from sim.rates.smoothing import Array, yearly

if TYPE_CHECKING:
    from sim.town.town import Town

BIN_METRES = 50.0
BINS = 62


class Tables(NamedTuple):
    """Probabilities and quantities of one draw; all float64 and C-contiguous.

    Probabilities are for one month. Sex is 0 male, 1 female; age is in completed years, 0 to 120,
    at the end of the month; year is the index of the simulated year, (month - 1) // 12.

    Attributes:
        death: shape (years, 2, 121, 12); state = grade at home, or 6 + grade in a nursing home.
        care_up: of survivors, from grade g to g + 1, from 0 the onset; (years, 2, 121, 6).
        care_down: of survivors, from grade g to g - 1; (years, 2, 121, 6).
        entry_grade: cumulative distribution of the first grade; (6,).
        nursing_home_entry: somebody at home asks for a nursing home place; (2, 121, 6).
        ambulatory_share: share of people at home who want an ambulatory service; (121, 6).
        day_care_share: share of people at home who want day care; (121, 6).
        birth: women; (121,).
        move_away: (121,).
        volunteer_start: by age and education; (121, 3).
        volunteer_stop: (121,).
        lonely_onset: by sex, age, partner, nursing home; (2, 121, 2, 2).
        withdraw_onset: by age, nursing home; (121, 2).
        mobility_onset: by sex, age; (2, 121).
        distance: factor on visiting by distance in bins of 50 m, the last 0; (62,).
        newcomer_age: cumulative over place 121 · sex + age of heads of newcomers; (242,).
        need_minutes: care needed by grade, minutes a week; (6,).
        newcomers: expected persons moving into each district a month; (districts,).
    """

    death: Array
    care_up: Array
    care_down: Array
    entry_grade: Array
    nursing_home_entry: Array
    ambulatory_share: Array
    day_care_share: Array
    birth: Array
    move_away: Array
    volunteer_start: Array
    volunteer_stop: Array
    lonely_onset: Array
    withdraw_onset: Array
    mobility_onset: Array
    distance: Array
    newcomer_age: Array
    need_minutes: Array
    newcomers: Array


@dataclass(frozen=True)
class Prepared:
    """What the tables need of a town's data, whatever the assumptions are; read only.

    Attributes:
        start: time of the start, years (end of December 2025 is 2026.0).
        years: simulated calendar years, at least 1.
        life_table: yearly probability of death by sex and age, shape (2, 121).
        national: persons in Germany by sex and age, shape (2, 121).
        population: persons of the town by district, sex and age, shape (districts, 2, 121).
        residents: residents by district, shape (districts,).
        care_need: the care statistics as curves over age.
        nursing_home: share of people in need in a nursing home by month of age and grade, shape
            (1,452, 6).
        ambulatory: share of people in need with an ambulatory service, same shape.
        day_care: share of people in need with day care, same shape.
        births_per_1000_women: a year, by age, shape (121,).
        internal_moves: across a county border per person and year by age, shape (121,).
        share_of_emigrants: of each age among the nation's emigrants, shape (121,).
        share_of_immigrants: of each age among the nation's immigrants, shape (121,).
        volunteers: share by month of age and education, shape (1,452, 3).
        lonely: share by sex, age and partner, shape (2, 121, 2).
        withdrawn: share by age, shape (121,).
        limited: share with limited mobility by sex and month of age, shape (2, 1,452).
    """

    start: float
    years: int
    life_table: Array
    national: Array
    population: Array
    residents: Array
    care_need: prevalence.CareNeed
    nursing_home: Array
    ambulatory: Array
    day_care: Array
    births_per_1000_women: Array
    internal_moves: Array
    share_of_emigrants: Array
    share_of_immigrants: Array
    volunteers: Array
    lonely: Array
    withdrawn: Array
    limited: Array


@lru_cache(maxsize=8)
def prepare(town: Town) -> Prepared:
    """Smooth and arrange the town's data, once; the national tables once for all towns."""
    year, month = town.start
    nation = _nation(SameTables(town.tables))
    return Prepared(
        start=year + month / 12.0,
        years=max(1, -(-town.months // 12)),
        population=people.town_population(town, nation["national"]),
        residents=np.array([float(district.residents) for district in town.districts]),
        **nation,
    )


@dataclass(frozen=True, eq=False)
class SameTables:
    """Tables as a key: equal only to the very same object, which the key keeps alive."""

    tables: dict[str, pd.DataFrame]

    def __hash__(self) -> int:
        """By identity."""
        return id(self.tables)

    def __eq__(self, other: object) -> bool:
        """Whether the very same tables."""
        return isinstance(other, SameTables) and other.tables is self.tables


@lru_cache(maxsize=8)
def _nation(same: SameTables) -> dict[str, Any]:
    """What depends on the national tables alone: smoothed once for all towns that share them."""
    found: dict[str, Any] = dict(kept_or_made(same.tables, lambda: _smoothed(same.tables)))
    when, levels = found.pop("care_when"), found.pop("care_levels")
    found["care_need"] = prevalence.CareNeed(
        when=float(when),
        levels=tuple((float(one), float(factor)) for one, factor in levels),
        **{name: found.pop(f"care_{name}") for name in CARE_CURVES},
    )
    return found


CARE_CURVES = ("rate", "mix", "persons")


def _smoothed(tables: dict[str, pd.DataFrame]) -> dict[str, Array]:
    life_table = people.life_table(tables)
    national = people.national_population(tables, life_table)
    by_month = people.by_month(national)
    both = by_month.sum(axis=0)
    care_need = prevalence.read_care_need(tables, national)
    in_need = (by_month * care_need.rate).sum(axis=0)[:, None] * care_need.mix
    shares = {
        name: settings.read_shares(tables, in_need, name)
        for name in ("nursing_home_share", "ambulatory_share", "day_care_share")
    }
    moves = tables["moves"]
    return {
        "life_table": life_table,
        "national": national,
        "care_when": np.array(care_need.when),
        "care_levels": np.array(care_need.levels).reshape(-1, 2),
        **{f"care_{name}": getattr(care_need, name) for name in CARE_CURVES},
        "nursing_home": shares["nursing_home_share"],
        "ambulatory": shares["ambulatory_share"],
        "day_care": shares["day_care_share"],
        "births_per_1000_women": demography.by_age(
            tables["fertility"], "births_per_1000_women", hold=False
        ),
        "internal_moves": demography.by_age(moves, "internal_move_rate", hold=True),
        "share_of_emigrants": demography.by_age(moves, "share_of_emigrants", hold=False),
        "share_of_immigrants": demography.by_age(moves, "share_of_immigrants", hold=False),
        "volunteers": engagement.read_volunteering(tables, both),
        "lonely": engagement.read_loneliness(tables, by_month),
        "withdrawn": engagement.read_withdrawal(tables, both),
        "limited": engagement.read_mobility(tables, by_month),
    }


def solve_tables(town: Town, values: dict[str, float], prepared: Prepared | None = None) -> Tables:
    """The tables of one draw of the assumptions.

    Args:
        town: the town; used only if `prepared` is None.
        values: one draw of the assumptions, by name.
        prepared: `prepare(town)`, to be kept by the caller who solves more than once.
    """
    known = prepare(town) if prepared is None else prepared
    average = mortality.life_table_monthly(known.life_table, values)
    nursing_home = settings.in_nursing_home(known.nursing_home, values)
    in_home = yearly(nursing_home)
    # The statistics count who has a service; some more want one and wait.
    wished = 1.0 / (1.0 - values["service_unmet_share"])
    cohorts = care.cohorts(
        known.care_need, nursing_home, average, (known.start, known.years), values
    )
    death = mortality.solve_death(average, cohorts.exposed(), known.population.sum(axis=0), values)
    grades = care.solve_grade_change(cohorts, death, values)
    start, stop = engagement.solve_volunteering(known.volunteers, values)
    move_away = demography.monthly_move(
        known.internal_moves, known.share_of_emigrants, known.national, values
    )
    people_and_places = (known.population, known.residents, move_away)
    tables = Tables(
        death=death,
        care_up=grades.up,
        care_down=grades.down,
        entry_grade=np.cumsum(care.entry_shares(values)),
        nursing_home_entry=settings.solve_nursing_home_entry(cohorts, death, grades, values),
        ambulatory_share=settings.at_home(
            yearly(known.ambulatory) * values["ambulatory_share_factor"] * wished, in_home
        ),
        day_care_share=settings.at_home(yearly(known.day_care) * wished, in_home),
        birth=demography.monthly_birth(known.births_per_1000_women, values),
        move_away=move_away,
        volunteer_start=start,
        volunteer_stop=stop,
        lonely_onset=engagement.lonely_onset(known.lonely, values),
        withdraw_onset=engagement.withdraw_onset(known.withdrawn, values),
        mobility_onset=engagement.solve_mobility_onset(known.limited, values),
        distance=distance_factor(values),
        newcomer_age=demography.newcomer_age(*people_and_places, known.share_of_immigrants, values),
        need_minutes=need_minutes(values),
        newcomers=demography.newcomers_per_month(*people_and_places, values),
    )
    return Tables(*(np.ascontiguousarray(table, dtype=np.float64) for table in tables))


def distance_factor(values: dict[str, float]) -> Array:
    """exp(-distance / distance_decay_metres) at the middle of each bin, shape (62,); last 0."""
    middle = (np.arange(BINS) + 0.5) * BIN_METRES
    factor: Array = np.exp(-middle / values["distance_decay_metres"])
    factor[-1] = 0.0
    return factor


def need_minutes(values: dict[str, float]) -> Array:
    """Care needed by grade, minutes a week, shape (6,); none without a grade."""
    hours = [0.0, *(values[f"care_need_hours_{grade}"] for grade in range(1, 6))]
    return np.array(hours) * 60.0
