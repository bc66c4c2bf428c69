"""What a command means by `DE`, a state or the name of a town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calibration.nation import REGIONS, nation_in_small
from calibration.targets import Target
from sim.town.town import Town, find_town, read_town


def open_place(name: str, targets: Sequence[Target]) -> tuple[str, Town]:
    """The region and what is run for it, no longer than its figures reach.

    Args:
        name: one of `calibration.nation.REGIONS`, or a town.
        targets: the figures.

    Raises:
        TownError: there is no such town, or it has problems.
    """
    if name in REGIONS:
        return name, nation_in_small(name)
    town = read_town(find_town(name))
    last = max((one.year for one in targets if one.region == town.name), default=town.start[0] + 2)
    months = 12 * (last - town.start[0]) + 12 - town.start[1]
    return town.name, replace(town, months=max(12, min(town.months, months)))
