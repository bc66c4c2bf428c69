"""Towns with counts, made by the model itself or by a straight line, for the tests of updates."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import numpy as np
from running import REFERENCE, residents_of, small_town
from towns import tables_of, write_national, write_town

from sim import migration
from sim.updating import Draw, Space
from sim.updating.emulator import Sample

GROUPS = ((0, 17), (18, 44), (45, 64), (65, 120), (0, 120))
YEARS = (2025, 2026, 2027, 2028)
HEADER = ("year", "district", "quantity", "age_from", "age_to", "value", "source", "status")
NO_DRIFT = {
    "name": "model_drift_factor", "group": "demography", "value": 0.0, "unit": "factor",
    "low": 0.0, "high": 0.0, "distribution": "fixed", "label_de": "Drift", "label_en": "Drift",
    "year": 2025, "source": "Test", "status": "assumed", "note": "",
}  # fmt: skip


def counted_town(folder: Path, residents: int = 600, *, drift: bool = False, end: str = "2028-12"):
    """A town of two districts whose counts follow the model up to chance, unless it may drift."""
    tables = tables_of(residents, 2)
    if not drift:
        tables["assumptions"] = [NO_DRIFT]
    # The national tables lie beside it, so that nobody's edits reach a running test.
    write_national(folder.parent / "germany")
    return write_town(folder, town={"end": end}, **tables)


def write_counts(path: Path, town, residents, years=YEARS, groups=GROUPS) -> Path:
    """Write residents of shape (years, districts, 121) as observations."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for place, year in enumerate(YEARS):
            if year not in years:
                continue
            for district, one in enumerate(town.districts):
                for low, high in groups:
                    value = int(residents[place, district, low : high + 1].sum())
                    writer.writerow(
                        (year, one.key, "residents", low, high, value, "made up", "measured")
                    )
    return path


def world(town, seed: int = 99, **values: float):
    """Residents by year, district and age in a world of the model."""
    drawn = {**town.ledger.values(), **values}
    outcome = migration.simulate_counted(
        town, REFERENCE, values=drawn, seed=seed, population=residents_of(town)
    )
    return outcome.residents


@lru_cache(maxsize=1)
def lined_town():
    """A town of 2,000 for worlds made by straight lines."""
    return small_town(2000, 2, end="2028-12")


def lined_worlds(space: Space, draws: tuple[Draw, ...], seeds: int, key: int) -> Sample:
    """Worlds in which residents are straight lines of the draws, plus chance that adds up.

    Everybody gains by net migration, children by fertility; the old lose by mortality.
    """
    rng = np.random.default_rng(key)
    moved, rates = space.arrays(draws)
    names = list(space.names)
    start = np.full((2, 121), 8.0)
    found = np.zeros((len(draws), seeds, len(YEARS), 2, 121))
    found[:] = start
    fertility = moved[:, names.index("fertility_factor")]
    mortality = moved[:, names.index("mortality_factor")]
    for year in range(1, len(YEARS)):
        change = rates[:, None, :, year - 1, None] / 1000.0 * start
        found[:, :, year:] += change[:, :, None]
        found[:, :, year:, :, :18] += 0.15 * fertility[:, None, None, None, None]
        found[:, :, year:, :, 65:] -= 0.03 * mortality[:, None, None, None, None]
        chance = rng.normal(0.0, 0.35, (len(draws), seeds, 1, 2, 121))
        found[:, :, year:] += chance
    # Thousandths of people, so that rounding plays no part.
    return Sample(draws, np.round(1000.0 * found).astype(np.int32), YEARS)
