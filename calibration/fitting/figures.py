"""What is fitted, and how far from it even the best values of the assumptions may leave the model.

A model is not the world. A figure y and the model's counterpart f(x) at the best values x differ by
the error of the figure (`standard_error` in `targets.csv`), by chance, and by what the model leaves
out or counts otherwise: the *discrepancy* (Kennedy and O'Hagan, J. R. Stat. Soc. B 63, 2001).
Nobody measures it; it is judged, written down in `discrepancies.csv` with its reason, and without
it a search would bend assumptions until they explain what the model cannot.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.outputs import key_of
from calibration.targets import Target
from sim.study.errors import StudyError

Array = NDArray[np.float64]

DISCREPANCIES = Path(__file__).with_name("discrepancies.csv")


@dataclass(frozen=True)
class Discrepancy:
    """How far the model may be from a kind of figure.

    Attributes:
        name: the observable.
        year: of the figures it is about; None for all.
        size: standard deviation in the figure's unit; None if such figures are not fitted.
        why_de, why_en: the reason.
    """

    name: str
    year: int | None
    size: float | None
    why_de: str
    why_en: str


@dataclass(frozen=True)
class Fitted:
    """Figures that are fitted, in one order.

    Attributes:
        targets: the figures.
        discrepancy: standard deviation of what the model leaves out, shape (figures,).
    """

    targets: tuple[Target, ...]
    discrepancy: Array

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of their outputs."""
        return tuple(key_of(one) for one in self.targets)

    @property
    def values(self) -> Array:
        """The figures, shape (figures,)."""
        return np.array([one.value for one in self.targets])

    @property
    def variance(self) -> Array:
        """Of a figure about the model without chance: its own error and the discrepancy."""
        errors = np.array([one.standard_error for one in self.targets])
        return np.asarray(errors**2 + self.discrepancy**2)

    def only(self, chosen: Sequence[int]) -> Fitted:
        """Some of them."""
        places = list(chosen)
        return Fitted(tuple(self.targets[one] for one in places), self.discrepancy[places])


def read_discrepancies(path: Path = DISCREPANCIES) -> tuple[Discrepancy, ...]:
    """The judged discrepancies.

    Raises:
        StudyError: a row cannot be used.
    """
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                fit = {"yes": True, "no": False}[row["fit"]]
                size = float(row["discrepancy"]) if fit else None
                year = int(row["year"]) if row["year"] else None
                if size is not None and not 0.0 <= size < float("inf"):
                    raise ValueError
            except (KeyError, TypeError, ValueError):
                raise StudyError(
                    f"{path.name}, Zeile {line}: fit muss yes oder no sein und discrepancy eine "
                    "Zahl ab 0.",
                    f"{path.name}, line {line}: fit must be yes or no, and discrepancy a number of "
                    "0 or more.",
                ) from None
            found.append(Discrepancy(row["name"], year, size, row["why_de"], row["why_en"]))
    return tuple(found)


def discrepancy_of(target: Target, known: Iterable[Discrepancy]) -> Discrepancy | None:
    """What is judged about a figure: of its year first, otherwise of its kind."""
    same = [one for one in known if one.name == target.name]
    return next(
        (one for one in same if one.year == target.year),
        next((one for one in same if one.year is None), None),
    )


def figures_to_fit(
    targets: Iterable[Target],
    region: str,
    known: Sequence[Discrepancy],
    *,
    everything: bool = False,
) -> Fitted:
    """Figures of a region that nothing was set from and whose discrepancy is judged.

    Args:
        targets: all figures.
        region: `DE`, a state or a town.
        known: judged discrepancies; a figure without one is not fitted.
        everything: those kept back as well, once they have judged.
    """
    chosen, sizes = [], []
    for one in targets:
        if one.region != region or one.met != "emerges" or not (everything or one.use == "fit"):
            continue
        judged = discrepancy_of(one, known)
        if judged is not None and judged.size is not None:
            chosen.append(one)
            sizes.append(judged.size)
    return Fitted(tuple(chosen), np.array(sizes, dtype=np.float64))
