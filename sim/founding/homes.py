"""Households by size: the town's (Census 2022) or the state's, fitted to each district's people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.founding.national import National
from sim.founding.people import shared_out
from sim.making.fitting import FloatArray
from sim.town.problems import Both

SIZES = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.5])
"""Mean members; six and more are taken as six and a half."""


@dataclass(frozen=True)
class Homes:
    """Households of size 1 to 6 by district, and where they come from."""

    households: Mapping[str, tuple[int, ...]]
    source: Both
    status: str


def make_homes(
    residents: Mapping[str, int],
    adults: Mapping[str, float],
    in_nursing_homes: float,
    national: National,
    counted: Sequence[int] | None,
    counted_source: Both | None,
) -> Homes:
    """Households that house exactly as many people as live outside nursing homes.

    Every district has the town's mix of sizes, moved as little as needed to have an adult for each
    household.

    Args:
        residents: people by district.
        adults: of these aged 18 and over.
        in_nursing_homes: people of the whole town in nursing homes.
        national: for the mix of the state.
        counted: households of size 1 to 6 of the whole town, if a table tells.
        counted_source: where that table comes from.
    """
    figures = [national.the(f"households_{size}") for size in range(1, 7)]
    mix = np.array(
        counted if counted is not None else [figure.value for figure in figures], dtype=np.float64
    )
    mix = mix / mix.sum()
    total = max(sum(residents.values()), 1)
    outside = 1.0 - min(in_nursing_homes / total, 0.5)
    households = {
        name: _of_district(mix, number * outside, adults[name] * outside)
        for name, number in residents.items()
    }
    if counted is not None and counted_source is not None:
        return Homes(households, counted_source, "estimated")
    region = figures[0].region
    where = "Deutschland" if region == "DE" else region
    return Homes(
        households,
        Both(
            f"Haushaltsgrößen wie in {where} (Zensus 2022, germany/founding.csv), auf die "
            "Einwohner außerhalb von Pflegeheimen gebracht",
            f"Household sizes as in {region} (Census 2022, germany/founding.csv), scaled to the "
            "residents outside nursing homes",
        ),
        "estimated",
    )


def _of_district(mix: FloatArray, people: float, adults: float) -> tuple[int, ...]:
    if people < 1.0:
        return (0,) * len(SIZES)
    shares = tilted(mix, 0.0)
    # Fewer, larger households where there are many children.
    for step in range(1, 60):
        if people / (shares @ SIZES) <= 0.95 * adults:
            break
        shares = tilted(mix, 0.05 * step)
    number = max(1, int(people / (shares @ SIZES)))
    counts = np.array(shared_out(number, shares))
    while counts @ SIZES > people + 1.0:
        # Rounding put one member too many somewhere: a household becomes smaller by one.
        size = max(index for index in range(1, len(SIZES)) if counts[index] > 0)
        counts[size] -= 1
        counts[size - 1] += 1
        if not counts[1:].any():
            break
    return tuple(int(count) for count in counts)


def tilted(mix: FloatArray, by: float) -> FloatArray:
    """A mix of sizes moved to larger (positive) or smaller households."""
    moved = mix * np.exp(by * (SIZES - 1.0))
    return np.asarray(moved / moved.sum(), dtype=np.float64)
