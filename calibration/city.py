"""Magdeburg's other districts as a town: many more figures to judge forecasts of residents by.

The town of six districts in `scenarios/` is made with care; of the city's others only residents in
five age groups are known here (`magdeburg_districts.csv`). That is enough to ask how they were
forecast: ages within a group, sexes, sizes of households, services per resident and all assumptions
are those of the six. Nothing about care or meeting points should be read off such a run.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration import plain_projection as plain
from calibration.districts import GROUPS, Districts, counted_districts
from calibration.group import OLDEST, Group
from calibration.nation import shared_out, spiral, write_folder
from calibration.targets import LAST_YEAR_TO_FIT, Target
from sim.town.finding import find_national
from sim.town.town import Town, find_town, read_town

SIX = "magdeburg_neu_olvenstedt"
NAME = "magdeburg_others"
PERSONS_PER_HECTARE = 50.0
"""Settled land; only distances hang on it."""

_TOWN = """[town]
name = "{name}"
label = "Magdeburg: die anderen Stadtteile"
state = "ST"
start = "{start}-12"
end = "{end}-12"
latitude = 52.13
longitude = 11.62
population_seed = 20211231
"""
_FACT = {"source": "calibration/magdeburg_districts.csv", "status": "derived"}


@lru_cache(maxsize=1)
def other_districts() -> Town:
    """The districts that are in no town's folder, from the end of 2021 to the last count."""
    six = read_town(find_town(SIX))
    counted = _others(six)
    keys = keys_of(counted)
    start, end = counted.years[0], counted.years[-1]
    persons = counted.persons[:, :, 0]
    ages = np.sum([plain.district(six.folder, one.key) for one in six.districts], axis=0)
    share = persons.sum() / sum(one.residents for one in six.districts)
    with (six.folder / "households.csv").open(encoding="utf-8", newline="") as file:
        sizes = np.zeros(6)
        for row in csv.DictReader(file):
            sizes[int(row["size"]) - 1] += float(row["households"])
    with (six.folder / "services.csv").open(encoding="utf-8", newline="") as file:
        services = [
            {"service": row["service"], "district": "*", "size": float(row["size"]) * share}
            for row in csv.DictReader(file)
        ]
    area = persons.sum(axis=1) / PERSONS_PER_HECTARE
    files: dict[str, Sequence[Mapping[str, object]]] = {
        "districts": [
            {
                "district": key, "label": label, **place, "area_hectares": round(float(size), 1),
                "residents": int(of.sum()), **_FACT,
            }
            for key, label, of, size, place in zip(
                keys, counted.labels, persons, area, _places(len(keys), float(area.sum())),
                strict=True,
            )
        ],
        "population": [
            {
                "district": key, "sex": plain.SEXES[sex], "age_from": age,
                "age_to": OLDEST if age == plain.OPEN else age, "persons": int(number), **_FACT,
            }
            for key, of in zip(keys, persons, strict=True)
            for (first, last), total in zip(GROUPS, of, strict=True)
            for (sex, age), number in _by_age(ages, first, min(last, plain.OPEN), int(total))
        ],
        "households": [
            {
                "district": key, "size": size + 1,
                "households": round(float(number * of.sum() / (persons.sum() / share))), **_FACT,
            }
            for key, of in zip(keys, persons, strict=True)
            for size, number in enumerate(sizes)
        ],
        "services": [{**one, **_FACT} for one in services],
    }  # fmt: skip
    folder = Path(_KEPT.name) / NAME
    write_folder(folder, _TOWN.format(name=NAME, start=start, end=end), files)
    for name in ("assumptions", "meeting_points"):
        rows = (six.folder / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = rows if name == "assumptions" else rows[:1]
        (folder / f"{name}.csv").write_text("".join(kept), encoding="utf-8")
    return read_town(folder, find_national(Path(__file__).parent))


_KEPT = tempfile.TemporaryDirectory(prefix="quartier-")
"""Holds the folder while the program runs: the plain projection reads it too."""


def keys_of(districts: Districts) -> tuple[str, ...]:
    """Keys of districts in their order."""
    return tuple(f"stadtteil_{number}" for number in range(1, len(districts.labels) + 1))


def district_targets() -> list[Target]:
    """The counts of the other districts as figures; later ones are kept back.

    Their error is that of the six: half a per cent, and one person.
    """
    counted = _others(read_town(find_town(SIX)))
    found = []
    for key, persons in zip(keys_of(counted), counted.persons, strict=True):
        for place, year in enumerate(counted.years):
            groups = [(0, OLDEST, persons[:, place].sum())]
            groups += [(*ages, of) for ages, of in zip(GROUPS, persons[:, place], strict=True)]
            for first, last, value in groups:
                later = year > LAST_YEAR_TO_FIT
                found.append(
                    Target(
                        "residents", NAME, year,
                        Group(district=key, age_from=first, age_to=last),
                        float(value), "persons", float(np.hypot(0.005 * value, 1.0)), "count",
                        "validate" if later else "fit", "emerges" if later else "solved",
                        _FACT["source"], "measured", "", 0,
                    )
                )  # fmt: skip
    return found


def _others(six: Town) -> Districts:
    return counted_districts().without({one.label for one in six.districts})


def _by_age(
    ages: NDArray[np.float64], first: int, last: int, total: int
) -> list[tuple[tuple[int, int], int]]:
    """An age group shared out over sexes and single years."""
    cells = [(sex, age) for sex in (0, 1) for age in range(first, last + 1)]
    shares = shared_out(np.array([ages[cell] for cell in cells]), total)
    return [(cell, int(number)) for cell, number in zip(cells, shares, strict=True)]


def _places(number: int, hectares: float) -> list[dict[str, float]]:
    """Centres of districts in a spiral of even density over the settled circle."""
    found = []
    for place in range(number):
        east, north = spiral(place, number, hectares)
        latitude, longitude = 52.13 + north / 111_200.0, 11.62 + east / 68_300.0
        found.append({"latitude": round(latitude, 6), "longitude": round(longitude, 6)})
    return found
