"""Write residents and rates for the peers that do not import our model.

python -m benchmarks.peers.hand_over FILE.npz --residents 15700
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks.municipalities import town_of
from sim.model import settled_population
from sim.parameters import make_parameters
from sim.rates.tables import solve_tables
from sim.residents import NOBODY, NURSING_HOME


def hand_over(file: Path, residents: int) -> None:
    """Write columns of a made town's residents and the tables solved for it."""
    town = town_of(residents)
    population = settled_population(town)
    values = town.ledger.values()
    tables, p = solve_tables(town, values), make_parameters(values)
    c = population.columns
    points = town.meeting_points
    known = c.known_point.astype(np.int64)
    x = np.array([point.x for point in points])[known]
    y = np.array([point.y for point in points])[known]
    distance = np.hypot(c.x - x, c.y - y)
    distance = np.where(c.mobility_limited > 0, distance / p.mobility_distance_factor, distance)
    way = np.minimum(tables.distance.shape[0] - 1, (distance / 50.0).astype(np.int64))
    reach = np.where(known == NOBODY, 0.0, p.visit_probability * tables.distance[way])
    year, month = town.start
    np.savez(
        file,
        # residents
        birth_month=c.birth_month.astype(np.int32),
        sex=c.sex,
        district=c.district,
        education=c.education,
        care_grade=c.care_grade,
        in_home=c.setting == NURSING_HOME,
        has_partner=c.partner != NOBODY,
        limited=c.mobility_limited > 0,
        lonely=c.lonely > 0,
        withdrawn=c.withdrawn > 0,
        volunteers=c.volunteer > 0,
        habit=c.habit,
        reach=reach,
        # rates of the first year
        death=tables.death[0],
        care_up=tables.care_up[0],
        care_down=tables.care_down[0],
        entry_grade=tables.entry_grade,
        birth=tables.birth,
        move_away=tables.move_away,
        mobility_onset=tables.mobility_onset,
        lonely_onset=tables.lonely_onset,
        withdraw_onset=tables.withdraw_onset,
        volunteer_start=tables.volunteer_start,
        volunteer_stop=tables.volunteer_stop,
        newcomers=float(tables.newcomers.sum()),
        mobility_recovery=float(p.mobility_recovery),
        loneliness_recovery=float(p.loneliness_recovery),
        withdrawal_recovery=float(p.withdrawal_recovery),
        visit_grade_factor=np.asarray(p.visit_grade_factor),
        visit_factor_50_64=float(p.visit_factor_50_64),
        visit_factor_under_50=float(p.visit_factor_under_50),
        withdrawn_visit_factor=float(p.withdrawn_visit_factor),
        lonely_visit_factor=float(p.lonely_visit_factor),
        habit_visit_factor=float(p.habit_visit_factor),
        habit_gain=int(p.habit_gain),
        habit_loss=int(p.habit_loss),
        start=(year - 1900) * 12 + month - 1,
        districts=len(town.districts),
    )


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--residents", type=int, default=15_700)
    options = parser.parse_args()
    hand_over(options.file, options.residents)


if __name__ == "__main__":
    main()
