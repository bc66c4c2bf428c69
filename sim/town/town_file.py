"""The file `town.toml`: which town, where, and which months."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import ValidationError

from sim.town.explain import tell
from sim.town.files import Folder
from sim.town.finding import TOWN_FILE
from sim.town.plan import month_number
from sim.town.problems import Both, did_you_mean, listing, problem
from sim.town.schema import TownFile
from sim.town.toml_lines import Location, line_of, read_toml

LONGEST_MONTHS = 600


def read_town_file(folder: Folder) -> TownFile | None:
    """The town's file; None, and problems, if it is not sound."""
    read = read_toml(folder, TOWN_FILE)
    if read is None:
        return None
    values, lines = read

    def place(location: Location) -> tuple[int | None, str | None]:
        return line_of(lines, location), str(location[-1]) if location else None

    try:
        content = TownFile.model_validate(values)
    except ValidationError as error:
        tell(error, TownFile, TOWN_FILE, place, folder.problems)
        return None
    name, town = folder.path.resolve().name, content.town
    if town.name != name:
        folder.problems.add(
            problem(
                TOWN_FILE,
                town.name,
                Both(f"der Name des Ordners, „{name}“", f"the folder's name, “{name}”"),
                Both("den Namen oder den Ordner ändern", "change the name or the folder"),
                line=line_of(lines, ("town", "name")),
                column="name",
                warning=True,
            )
        )
    if not 1 <= months_of(content) <= LONGEST_MONTHS:
        folder.problems.add(
            problem(
                TOWN_FILE,
                town.end,
                Both(
                    f"ein Ende nach {town.start}, höchstens {LONGEST_MONTHS} Monate später",
                    f"an end after {town.start}, at most {LONGEST_MONTHS} months later",
                ),
                Both("start oder end ändern", "change start or end"),
                line=line_of(lines, ("town", "end")),
                column="end",
            )
        )
        return None
    return content


def check_compared(content: TownFile, plans: Collection[str], folder: Folder) -> None:
    """Add a problem for each plan named under `compare` that the town does not have.

    Args:
        content: the town's file, already found sound.
        plans: names of all plans of the town.
        folder: the town's folder.
    """
    unknown = [name for name in content.town.compare if name not in plans]
    read = read_toml(folder, TOWN_FILE) if unknown else None
    for name in dict.fromkeys(unknown):
        location = ("town", "compare", content.town.compare.index(name))
        folder.problems.add(
            problem(
                TOWN_FILE,
                name,
                Both(
                    f"ein Plan dieser Stadt: {listing(plans)}",
                    f"a plan of this town: {listing(plans, 'en')}",
                ),
                did_you_mean(name, plans),
                line=line_of(read[1], location) if read else None,
                column="compare",
            )
        )


def start_of(content: TownFile) -> tuple[int, int]:
    """Year and month at whose end the residents are counted."""
    return int(content.town.start[:4]), int(content.town.start[5:])


def months_of(content: TownFile) -> int:
    """Number of months to simulate."""
    return month_number(content.town.end, start_of(content))
