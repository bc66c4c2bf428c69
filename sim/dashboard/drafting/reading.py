"""From text that anybody may have written to a plan: the town's own reader, without a folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sim.town import Town
from sim.town.files import TABLE_BYTES, TOML_BYTES, Folder
from sim.town.national import kinds_of_measures
from sim.town.plan import Plan
from sim.town.plan_file import Surroundings, default_levers, read_plan
from sim.town.problems import Both, Problem, Problems, problem

MOST_BYTES = TOML_BYTES
"""Size of a plan's file, as in a town's folder."""


class _Held(Folder):
    """A folder of one file, which is in memory and stands on no disk."""

    def __init__(self, name: str, data: bytes, problems: Problems) -> None:
        super().__init__(Path(), problems)
        self.held = name, data

    def read(self, name: str, limit: int = TABLE_BYTES) -> bytes | None:
        """The file's bytes; None, and a problem, if they are too many."""
        held, data = self.held
        if name != held:
            return None
        if len(data) <= limit:
            return data
        size = f"{limit // 2**20} MB"
        self.problems.add(
            problem(
                name,
                Both(f"mehr als {size}", f"more than {size}"),
                Both(f"eine Datei von höchstens {size}", f"a file of at most {size}"),
                Both("die Datei eines Plans wählen", "choose the file of a plan"),
            )
        )
        return None


@dataclass(frozen=True)
class Reading:
    """What came of reading a plan.

    Attributes:
        plan: None if it is not sound.
        problems: everything found; without errors if there is a plan.
    """

    plan: Plan | None
    problems: tuple[Problem, ...] = ()


def surroundings_of(town: Town) -> Surroundings:
    """What a plan may refer to in a town."""
    return Surroundings(
        start=town.start,
        months=town.months,
        districts={one.key: index for index, one in enumerate(town.districts)},
        points={one.key: one.district for one in town.meeting_points},
        origin=(town.latitude, town.longitude),
        kinds=kinds_of_measures(town.tables),
        defaults=default_levers(town.ledger),
    )


def read_text(content: str | bytes, town: Town, file: str = "plan.toml") -> Reading:
    """Read a plan from its text.

    Args:
        content: text or bytes of a plan's file, from wherever.
        town: what it is for.
        file: name in messages.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    problems = Problems()
    plan = read_plan(_Held(file, data, problems), file, surroundings_of(town))
    sound = None if problems.errors or plan is None else unlined(plan)
    return Reading(sound, tuple(problems))


def unlined(plan: Plan) -> Plan:
    """The plan without the lines it was written in: equal plans are equal wherever they stood."""
    return replace(plan, measures=tuple(replace(one, line=0) for one in plan.measures))
