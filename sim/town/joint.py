"""Draws of several assumptions together, as `quartier calibrate` has left them.

Some assumptions are known better together than one by one: figures allow long stays in nursing
homes only with few deaths. A calibration writes down some hundred draws that the figures allow; a
study that is asked to (`--posterior`) takes its draws from them, a row a draw, in the order of the
file. Every other assumption is drawn from its range in the ledger, as ever.

A row says something about an assumption only as long as its range is the one it was fitted under.
A town that puts a number of its own into its table, or a planner who sets one, is right about it:
that assumption is drawn from the new range, the others from the rows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.draws import uniform_for_name
from sim.town.files import Folder
from sim.town.problems import Both, Problems, TownError, problem

if TYPE_CHECKING:
    from sim.town.ledger import Assumption

FILE = "posterior.json"
"""Usual name; also the name of the draw that says with which row a study begins."""
FORMAT = 1
MOST_DRAWS, MOST_NAMES = 10_000, 500

Range = tuple[float, float, float, str]
"""Value, low, high and distribution of an assumption."""


def range_of(one: Assumption) -> Range:
    """What must be unchanged for a calibration to hold."""
    return one.value, one.low, one.high, one.distribution


@dataclass(frozen=True)
class Joint:
    """Draws of several assumptions together.

    Attributes:
        names: the assumptions.
        draws: values, a row a draw, in the order of `names`.
        fitted_under: range of each while it was fitted.
        provenance: what the draws rest on.
    """

    names: tuple[str, ...]
    draws: tuple[tuple[float, ...], ...] = field(repr=False)
    fitted_under: Mapping[str, Range] = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    def row(self, seed: int, number: int) -> dict[str, float]:
        """The draw of a number in a study: no row comes twice before all have come.

        Args:
            seed: seed of the study; it says with which row to begin.
            number: number of the draw.
        """
        first = int(uniform_for_name(seed, 0, FILE) * len(self.draws))
        chosen = self.draws[(first + number) % len(self.draws)]
        return dict(zip(self.names, chosen, strict=True))

    def covered(self, ledger: Mapping[str, Assumption]) -> tuple[str, ...]:
        """Assumptions whose range is still the one they were fitted under."""
        return tuple(
            name
            for name in self.names
            if name in ledger and range_of(ledger[name]) == self.fitted_under[name]
        )

    def over(
        self, draws: Mapping[int, Mapping[str, float]], ledger: Mapping[str, Assumption], seed: int
    ) -> dict[int, dict[str, float]]:
        """Draws of a study in which the covered assumptions come from the rows.

        Args:
            draws: values by number of the draw and name.
            ledger: the town's.
            seed: seed of the study.
        """
        covered = set(self.covered(ledger))
        return {
            number: {
                **values,
                **{name: one for name, one in self.row(seed, number).items() if name in covered},
            }
            for number, values in draws.items()
        }

    def origin(self, ledger: Mapping[str, Assumption]) -> dict[str, Any]:
        """What a study's manifest says of where its values come from."""
        return {"covered": list(self.covered(ledger)), "provenance": dict(self.provenance)}


def read_joint(path: Path) -> Joint:
    """The joint draws of a file.

    Raises:
        TownError: it cannot be read, or is no such file.
    """
    folder = Folder(path.parent, Problems())
    text = folder.text(path.name)
    if text is None:
        raise TownError(folder.problems.errors)
    try:
        return _joint(json.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        wrong = problem(
            path.name,
            Both("keine Ziehungen einer Kalibrierung", "no draws of a calibration"),
            Both(
                "eine Datei, die quartier calibrate geschrieben hat",
                "a file that quartier calibrate has written",
            ),
            Both(
                "sie mit quartier calibrate neu erzeugen", "make it again with quartier calibrate"
            ),
        )
        raise TownError([wrong]) from None


def _joint(content: Any) -> Joint:
    names = tuple(str(name) for name in content["names"])
    draws = tuple(tuple(float(value) for value in row) for row in content["draws"])
    ranges = {
        name: (float(value), float(low), float(high), str(distribution))
        for name, (value, low, high, distribution) in content["fitted_under"].items()
    }
    sound = (
        content["format"] == FORMAT
        and 0 < len(names) <= MOST_NAMES
        and len(set(names)) == len(names)
        and set(ranges) == set(names)
        and 0 < len(draws) <= MOST_DRAWS
        and all(len(row) == len(names) and all(map(math.isfinite, row)) for row in draws)
    )
    if not sound:
        raise ValueError
    return Joint(names, draws, ranges, dict(content["provenance"]))
