"""Which simulations a study consists of: draws of the assumptions x seeds x plans.

A *draw* is one joint draw of all uncertain assumptions: what we do not know. A *seed* is one
course of chance under the same assumptions: what nobody can know. Each pair of a draw and a seed
is simulated under every plan, so that plans are compared in the same world and by the same luck
(common random numbers), and the two kinds of uncertainty can be told apart afterwards (a nested
design, see `sim.study.variance`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.study.errors import StudyError

if TYPE_CHECKING:
    from sim.town.plan import Plan
    from sim.town.town import Town

REFERENCE = "reference"
"""Name of the plan that others are compared with unless somebody says otherwise."""

SEED_BITS = 53
"""Seeds stay below 2**53, so that JSON, JavaScript and spreadsheets show them as they are."""


@dataclass(frozen=True, order=True)
class Task:
    """One world: a draw of the assumptions and a course of chance, simulated under every plan.

    Attributes:
        draw: number of the joint draw of the assumptions, from 0.
        seed_index: number of the course of chance within the draw, from 0.
        seed: seed of the simulations, the same for every plan.
    """

    draw: int
    seed_index: int
    seed: int


@dataclass(frozen=True)
class Design:
    """A study's simulations.

    Attributes:
        plans: the plans compared, in the order of tables.
        reference: name of the plan the others are compared with.
        draws: number of joint draws of the assumptions (two or more).
        seeds: courses of chance per draw (two or more, or chance could not be told apart).
        seed: seed of the study; the same seed draws the same assumptions and chances.
    """

    plans: tuple[Plan, ...]
    reference: str
    draws: int = 40
    seeds: int = 2
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse a design that cannot be analysed."""
        for name_de, name_en, number in (
            ("Ziehungen der Annahmen", "draws of the assumptions", self.draws),
            ("Zufallsverläufe je Ziehung", "seeds per draw", self.seeds),
        ):
            if number < 2:
                raise StudyError(
                    f"Ein Vergleich braucht mindestens 2 {name_de}, verlangt sind {number}: "
                    "sonst lassen sich Unkenntnis und Zufall nicht trennen.",
                    f"A comparison needs at least 2 {name_en}, {number} asked for: "
                    "otherwise ignorance and chance cannot be told apart.",
                )
        if not 0 <= self.seed < 2**64:
            raise StudyError(
                f"Der Startwert {self.seed} muss zwischen 0 und 2^64 - 1 liegen.",
                f"The seed {self.seed} must lie between 0 and 2^64 - 1.",
            )
        names = [plan.name for plan in self.plans]
        if len(set(names)) < len(names):
            raise StudyError(
                "Ein Plan steht zweimal im Vergleich: " + ", ".join(names) + ".",
                "A plan appears twice in the comparison: " + ", ".join(names) + ".",
            )
        if self.reference not in names:
            raise StudyError(
                f"Der Vergleichsplan „{self.reference}“ gehört nicht zum Vergleich "
                f"({', '.join(names) or 'kein Plan'}).",
                f"The reference plan “{self.reference}” is not part of the comparison "
                f"({', '.join(names) or 'no plan'}).",
            )

    def tasks(self) -> tuple[Task, ...]:
        """All tasks, draw by draw, so that an interrupted study has whole draws to compare."""
        return tuple(
            Task(draw, index, run_seed(self.seed, draw, index))
            for draw in range(self.draws)
            for index in range(self.seeds)
        )


def run_seed(study_seed: int, draw: int, seed_index: int) -> int:
    """Seed of one task: a function of nothing but its arguments.

    More draws or seeds later therefore leave the finished ones as they are.
    """
    text = f"quartier {study_seed} {draw} {seed_index}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") >> (64 - SEED_BITS)


def choose_plans(
    town: Town, plans: Sequence[str | Plan] | None, reference: str | None
) -> tuple[tuple[Plan, ...], str]:
    """The plans of a comparison and the name of its reference.

    Args:
        town: the town with its named plans.
        plans: names of the town's plans or plans themselves; None for all the town's plans.
        reference: name of the reference; None for the plan `reference` or else the first.

    Raises:
        StudyError: an unknown name, or no plan at all.
    """
    chosen: list[Plan] = []
    for plan in town.plans if plans is None else plans:
        if not isinstance(plan, str):
            chosen.append(plan)
        elif plan in town.plans:
            chosen.append(town.plans[plan])
        else:
            known = ", ".join(town.plans) or "-"
            raise StudyError(
                f"{town.label} hat keinen Plan „{plan}“. Vorhanden: {known}.",
                f"{town.label} has no plan “{plan}”. There are: {known}.",
            )
    if not chosen:
        raise StudyError(
            f"Für {town.label} gibt es keinen Plan zu rechnen: Der Ordner plans/ ist leer.",
            f"There is no plan to run for {town.label}: its folder plans/ is empty.",
        )
    names = [plan.name for plan in chosen]
    if reference is None:
        reference = REFERENCE if REFERENCE in names else names[0]
    # The reference comes first in every table; the rest keep their order.
    chosen.sort(key=lambda plan: plan.name != reference)
    return tuple(chosen), reference
