"""Made-up municipalities, counties and states of any size, for measuring only.

Each is a `Town` with margins of its own (people by district, sex and five-year group, households
by size, services, meeting points), from which `sim.making` synthesises its residents as it does a
real town's. No real place is meant: margins are the nation's with a share of old people that
differs from place to place, by lot.

Sizes of municipalities are *assumed*, around what could be found:

* Germany: 10,799 municipalities at the end of 2019 (Statista after Destatis; about 10,750 is used),
  80 of them with 100,000 residents and more, 621 with 20,000 to 99,999 on 31 December 2020 (list of
  large and medium-sized towns, after the statistical offices); three of four have fewer than 5,000
  (kowist.eu, end of 2014). 294 rural counties, 107 towns that are a county of their own.
* Baden-Württemberg: 1,101 municipalities, of which 9 and 94 (the same list); 35 rural counties, 9
  towns of their own. How many have 5,000 to 19,999 is assumed.

Within a class sizes are spread evenly over the logarithm or, above 20,000, over the inverse of the
size (many small ones), then all are scaled so that they add up to the population wanted.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.model import town_by_name
from sim.town import Ledger, Measure, Plan, Town
from sim.town.files import Folder
from sim.town.finding import find_national
from sim.town.ledger import read_assumptions
from sim.town.places import DistrictSpec, MeetingPointSpec
from sim.town.problems import Problems
from sim.town.services import services_of

PATTERN = "herrenberg"
"""Town whose start, end, tables and origin all made-up towns take."""
PERSONS_PER_HECTARE = 45.0
"""Of settled land; assumed for Herrenberg's centre, see its `districts.csv`."""
SPACING_METRES = 6000.0
RESIDENTS_PER_POINT = 10_000
OLDER, YOUNGER = 0.3, -0.3
"""Widest tilts of the age structure: weights times exp(tilt x (age - 45) / 45)."""
GROUPS = (*((first, first + 4) for first in range(0, 95, 5)), (95, 120))
SHARE_IN_HOUSEHOLDS = 0.97
"""Share of a district's residents that live in its households of the table (some live in homes)."""

# Private households by size 1 to 6 and more, Germany, Zensus 2022 (Statistische Ämter des Bundes
# und der Länder, dl-de/by-2-0).
HOUSEHOLDS = np.array([17446115, 12283335, 5004349, 3668957, 1198799, 634454], np.float64)


@dataclass(frozen=True)
class Place:
    """A town to be made: one municipality, or a county with its municipalities as districts.

    Attributes:
        name: its key.
        state: whose age structure and care supply it takes, "DE" for the nation's.
        seed: of its margins and of its residents.
        sizes: residents of each district.
        is_county: whether its districts are municipalities; else they are parts of one.
    """

    name: str
    state: str
    seed: int
    sizes: tuple[int, ...]
    is_county: bool = False

    @property
    def municipalities(self) -> int:
        """Municipalities it stands for."""
        return len(self.sizes) if self.is_county else 1

    @property
    def residents(self) -> int:
        """Residents of all districts."""
        return sum(self.sizes)


@lru_cache(maxsize=1)
def national_ledger() -> Ledger:
    """The assumptions of all towns, without those of the pattern."""
    folder = find_national(town_by_name(PATTERN).folder)
    return Ledger(read_assumptions(Folder(folder, Problems(), "germany/")))


@lru_cache(maxsize=8)
def weights_by_group(state: str) -> NDArray[np.float64]:
    """Persons of a state by sex and five-year group, shape (2, 20)."""
    frame = town_by_name(PATTERN).tables["population_structure"]
    frame = frame[frame["region"] == state]
    weights = np.zeros((2, len(GROUPS)))
    lived = np.array([0.64, 0.36])  # of 90 and over: 90 to 94, 95 and over; estimated
    for code, word in enumerate(("male", "female")):
        rows = frame[frame["sex"] == word].sort_values("age")
        persons = rows["persons"].to_numpy(dtype=np.float64)
        weights[code, :18] = persons[:90].reshape(18, 5).sum(axis=1)
        weights[code, 18:] = persons[90:].sum() * lived
    return weights


def shared_out(total: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers in proportion to weights that add up to the totals (largest remainders).

    Args:
        total: shape (rows,).
        weights: shape (rows, columns).
    """
    exact = total[:, None] * weights / weights.sum(axis=1, keepdims=True)
    whole = np.floor(exact).astype(np.int64)
    rank = np.argsort(np.argsort(whole - exact, axis=1, kind="stable"), axis=1, kind="stable")
    return whole + (rank < (total - whole.sum(axis=1))[:, None])


def make_town(place: Place) -> Town:
    """The town of a place: tables as a planner would write them, without the writing.

    Args:
        place: what to make.
    """
    pattern = town_by_name(PATTERN)
    random = np.random.default_rng(place.seed)
    sizes = np.array(place.sizes, np.int64)
    districts = _districts(place, pattern)
    middle = np.array([(first + min(last, 99)) / 2.0 for first, last in GROUPS])
    tilt = random.uniform(YOUNGER, OLDER, (len(sizes), 1, 1))
    weights = weights_by_group(place.state) * np.exp(tilt * (middle - 45.0) / 45.0)
    persons = shared_out(sizes, weights.reshape(len(sizes), -1))
    mean = float(HOUSEHOLDS @ np.arange(1, 7) / HOUSEHOLDS.sum())
    number = np.maximum(1, (SHARE_IN_HOUSEHOLDS * sizes / mean).astype(np.int64))
    households = shared_out(number, np.tile(HOUSEHOLDS, (len(sizes), 1)))
    measure = Measure(
        kind="meeting_point",
        label_de="Treffpunkt",
        label_en="Meeting point",
        districts=(0,),
        start=13,
        cost_per_year=60000.0,
        payers={"municipality": 1.0},
        levers={"seats": 30, "opening_hours_per_week": 20.0, "all_ages": True},
    )
    reference = Plan("reference", "Nichts Neues", "Nothing new")
    meeting_point = Plan("meeting_point", "Treffpunkt", "Meeting point", measures=(measure,))
    return replace(
        pattern,
        name=place.name,
        label=place.name,
        state=place.state,
        population_seed=place.seed,
        districts=districts,
        population=_population(persons),
        households=_households(households),
        services=_services(place, persons, pattern),
        meeting_points=_points(districts),
        ledger=national_ledger(),
        plans={"reference": reference, "meeting_point": meeting_point},
        outline=None,
        files=(),  # those of the pattern are not its own: nobody is to keep its residents
        fingerprint=f"{place.name} {place.seed} {zlib.crc32(sizes.tobytes()):08x}",
    )


def town_of(residents: int, districts: int = 5, seed: int = 1, state: str = "BW") -> Town:
    """One town of so many residents in districts of about the same size."""
    return make_town(Place(f"town_{residents}", state, seed, _even(residents, districts)))


def _even(residents: int, districts: int) -> tuple[int, ...]:
    """Residents of so many districts of about the same size."""
    edges = [residents * number // districts for number in range(districts + 1)]
    return tuple(last - first for first, last in pairwise(edges))


def _districts(place: Place, pattern: Town) -> tuple[DistrictSpec, ...]:
    """The districts in the squares of a grid, as large as their people need."""
    along = int(np.ceil(np.sqrt(len(place.sizes))))
    first = pattern.districts[0]
    found = []
    for number, residents in enumerate(place.sizes):
        hectares = max(1.0, residents / PERSONS_PER_HECTARE)
        found.append(
            replace(
                first,
                key=f"{place.name}_{number}",
                label=f"{place.name} {number}",
                x=SPACING_METRES * (number % along),
                y=SPACING_METRES * (number // along),
                area_hectares=hectares,
                residents=residents,
                radius_metres=float(np.sqrt(hectares * 10_000.0 / np.pi)),
                source="benchmarks/municipalities.py",
                status="assumed",
            )
        )
    return tuple(found)


def _population(persons: NDArray[np.int64]) -> pd.DataFrame:
    """Table of people by district, sex and group, from shape (districts, 40)."""
    districts, cells = persons.shape
    first, last = np.array(GROUPS, np.int64).T
    return pd.DataFrame(
        {
            "district": np.repeat(np.arange(districts), cells),
            "sex": np.tile(np.repeat([0, 1], len(GROUPS)), districts),
            "age_from": np.tile(first, 2 * districts),
            "age_to": np.tile(last, 2 * districts),
            "persons": persons.ravel(),
        }
    )


def _households(numbers: NDArray[np.int64]) -> pd.DataFrame:
    """Table of households by district and size, from shape (districts, 6)."""
    districts, sizes = numbers.shape
    return pd.DataFrame(
        {
            "district": np.repeat(np.arange(districts), sizes),
            "size": np.tile(np.arange(1, sizes + 1), districts),
            "households": numbers.ravel(),
        }
    )


@dataclass(frozen=True)
class _Row:
    """A row of the population table of the whole town, as `services_of` reads it."""

    sex: str
    age_from: int
    age_to: int
    persons: int


def _services(place: Place, persons: NDArray[np.int64], pattern: Town) -> tuple[Any, ...]:
    """What other places have for as many people of 80 and over."""
    of_town = persons.sum(axis=0).reshape(2, len(GROUPS))
    rows: Any = [
        _Row(word, first, last, int(of_town[code, number]))
        for code, word in enumerate(("male", "female"))
        for number, (first, last) in enumerate(GROUPS)
    ]
    return services_of([], {}, rows, tables=pattern.tables, state=place.state, problems=Problems())


def _points(districts: Sequence[DistrictSpec]) -> tuple[MeetingPointSpec, ...]:
    """Meeting points: one for every ten thousand residents of a district, at least one a town."""
    found = []
    for index, district in enumerate(districts):
        number = round(district.residents / RESIDENTS_PER_POINT)
        if index == 0:
            number = max(1, number)
        for one in range(number):
            found.append(
                MeetingPointSpec(
                    key=f"{district.key}_{one}",
                    label=f"{district.label} {one}",
                    district=index,
                    x=district.x + 200.0 * (one % 8),
                    y=district.y + 200.0 * (one // 8),
                    seats=30,
                    opening_hours_per_week=12.0,
                    all_ages=one % 2 == 0,
                    neighbourly_help=False,
                    source="benchmarks/municipalities.py",
                    status="assumed",
                )
            )
    return tuple(found)


# States and the nation ------------------------------------------------------------------------


@dataclass(frozen=True)
class Region:
    """A state or the nation.

    Attributes:
        name, state: key, and whose tables it takes.
        residents: to which the municipalities add up.
        classes: number of municipalities from a size up to another, and how they are spread:
            "even" over the logarithm or "small" ones more often.
        towns_of_their_own: the largest municipalities, each a county of its own.
        counties: rural counties that share the others.
    """

    name: str
    state: str
    residents: int
    classes: tuple[tuple[int, int, int, str], ...]
    towns_of_their_own: int
    counties: int

    @property
    def municipalities(self) -> int:
        """Number of municipalities."""
        return sum(number for number, _, _, _ in self.classes)


BADEN_WUERTTEMBERG = Region(
    "baden_wuerttemberg",
    "BW",
    11_200_000,
    ((9, 110_000, 630_000, "small"), (94, 20_000, 100_000, "small"), (390, 5_000, 20_000, "even"),
     (608, 400, 5_000, "even")),
    9,
    35,
)  # fmt: skip
GERMANY = Region(
    "germany",
    "DE",
    83_500_000,
    ((80, 100_000, 3_700_000, "small"), (621, 20_000, 100_000, "small"),
     (1_990, 5_000, 20_000, "even"), (8_059, 80, 5_000, "even")),
    107,
    294,
)  # fmt: skip
REGIONS = {region.name: region for region in (BADEN_WUERTTEMBERG, GERMANY)}


def sizes_of(region: Region) -> NDArray[np.int64]:
    """Residents of every municipality, the largest first; they add up to the region's."""
    sizes = []
    for number, low, high, spread in region.classes:
        place = (np.arange(number) + 0.5) / number
        if spread == "small":
            sizes.append(1.0 / (1.0 / low + place * (1.0 / high - 1.0 / low)))
        else:
            sizes.append(low * (high / low) ** place)
    exact = np.sort(np.concatenate(sizes))[::-1]
    total = np.array([region.residents])
    return np.sort(shared_out(total, exact[None, :])[0])[::-1]


def places_of(region: Region, by: str = "county") -> list[Place]:
    """All towns of a region, the largest first.

    Args:
        region: the region.
        by: "county": rural counties with their municipalities as districts, and the largest
            municipalities each alone; "municipality": every municipality alone. A large one has a
            district for every 20,000 residents or so.
    """
    sizes = sizes_of(region)
    places = [
        Place(f"{region.name}_{number}", region.state, 1000 + number, _parts(int(size)))
        for number, size in enumerate(sizes)
    ]
    if by == "municipality":
        return places
    own, rest = places[: region.towns_of_their_own], sizes[region.towns_of_their_own :]
    dealt = np.random.default_rng(1).permutation(rest)
    counties: list[Place] = []
    for number in range(region.counties):
        part = dealt[number :: region.counties]
        name = f"{region.name}_county_{number}"
        sizes_of_county = tuple(int(size) for size in part)
        counties.append(Place(name, region.state, 50_000 + number, sizes_of_county, True))
    return sorted([*own, *counties], key=lambda place: -place.residents)


def _parts(residents: int) -> tuple[int, ...]:
    """Districts of a municipality: one up to 30,000 residents, then one for every 20,000."""
    return _even(residents, 1 if residents <= 30_000 else round(residents / 20_000))
