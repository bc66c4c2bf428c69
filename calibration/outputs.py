"""What is looked at in a run: counterparts of figures, and some quantities of the last year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.comparison import concerns
from calibration.courses import Course, follow
from calibration.group import OLDEST
from calibration.observables import OBSERVABLES
from calibration.targets import Target
from sim.indicators import INDEX
from sim.study.quantities import HEADLINE, Quantity, quantities
from sim.town.plan import Plan
from sim.town.town import Town

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Output:
    """One number that is looked at in every run.

    Attributes:
        key: its name, the same in every version of the program.
        target: the figure it is the counterpart of, or
        quantity: the quantity of the whole place in the last year.
    """

    key: str
    target: Target | None = None
    quantity: Quantity | None = None

    def of(self, run: Course) -> float:
        """Its value in a run."""
        if self.target is not None:
            return OBSERVABLES[self.target.name](run, self.target.year, self.target.group)
        assert self.quantity is not None
        # The whole place: all districts as one, shape (years, bands, groups).
        cells = {name: run.counts[..., INDEX[name]].sum(axis=1) for name in self.quantity.needs}
        return float(self.quantity.combine(cells)[-1])


def key_of(target: Target) -> str:
    """A name of a figure: what, when and of whom."""
    group = target.group
    parts = (
        target.name,
        target.region,
        str(target.year),
        "" if group.sex == "both" else group.sex,
        "" if (group.age_from, group.age_to) == (0, OLDEST) else f"{group.age_from}-{group.age_to}",
        "" if group.grade is None else f"grade_{group.grade}",
        group.setting,
        group.other,
        group.district,
    )
    return " ".join(one for one in parts if one)


def figures_as_outputs(targets: Iterable[Target], region: str) -> tuple[Output, ...]:
    """An output for each figure that nothing was set from and that a run of a region can have."""
    return tuple(
        Output(key_of(one), target=one)
        for one in targets
        if one.met == "emerges" and concerns(one, region)
    )


def headline_outputs(town: Town) -> tuple[Output, ...]:
    """An output for each quantity that a comparison shows, but for costs."""
    known = quantities(
        {str(key): value for key, value in row.items()}
        for row in town.tables["indicators"].to_dict("records")
    )
    return tuple(Output(name, quantity=known[name]) for name in HEADLINE if not known[name].payers)


@dataclass(frozen=True)
class Observe:
    """Simulates a town and looks at it; takes the place of `sim.model.simulate` in a batch.

    Attributes:
        outputs: what is looked at.
    """

    outputs: tuple[Output, ...]

    def __call__(
        self,
        town: Town,
        plan: Plan,
        *,
        values: Mapping[str, float] | None,
        seed: int,
        population: Any,
        tables: Any,
        should_stop: Callable[[], bool] | None,
    ) -> Array:
        """Values of the outputs, shape (outputs,); NaN where a run has none.

        Raises:
            InterruptedError: `should_stop` said yes.
        """
        run = follow(town, values, seed, population, tables, should_stop)
        return np.array([one.of(run) for one in self.outputs])
