"""Keeping a plan: in the planner's own folder, whole or not at all, never over another file."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sim
from sim.dashboard.drafting.reading import MOST_BYTES, Reading, read_text
from sim.intake.names import RESERVED
from sim.town import Town
from sim.town.files import Folder
from sim.town.plan import Plan
from sim.town.problems import Both, Problem, Problems, printable

FOLDER = "plans"
MOST_PLANS = 200
"""Files of own plans that are read."""

BESIDE = Path("results") / FOLDER
"""Where plans for the product's own towns are kept: in the working directory, a folder a town."""

_NAME = re.compile(r"[a-z0-9_]{1,60}")


class NotSaved(Exception):
    """The plan could not be saved; says why and what to do in both languages."""

    def __init__(self, said: Both) -> None:
        self.said = said
        super().__init__(said.en)


@dataclass(frozen=True)
class OwnPlans:
    """What lies in the folder of own plans.

    Attributes:
        readings: what came of each file, by file name.
    """

    readings: dict[str, Reading]

    def plans(self, town: Town) -> tuple[Plan, ...]:
        """The sound ones whose name no plan of the town has, each name once."""
        found: dict[str, Plan] = {}
        for reading in self.readings.values():
            if reading.plan is not None and reading.plan.name not in town.plans:
                found.setdefault(reading.plan.name, reading.plan)
        return tuple(found.values())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong with the files that cannot be used."""
        return tuple(
            one
            for reading in self.readings.values()
            if reading.plan is None
            for one in reading.problems
        )


def products_own(town: Path) -> bool:
    """Whether a town's folder belongs to the product: nothing is ever written there."""
    package = Path(sim.__file__).resolve().parent
    inside = (package / "scenarios", package.parent / "scenarios")
    return any(town.resolve().is_relative_to(place) for place in inside)


def own_folder(town: Town, working: Path | None = None) -> Path:
    """Where own plans for a town are kept.

    A town of the planner's own keeps them with its other plans. A town of the product is left as
    it is; its plans go to `results/plans/<town>` in the working directory.

    Args:
        town: which town.
        working: the working directory, if not the process's.
    """
    if products_own(town.folder):
        return (working or Path.cwd()) / BESIDE / town.name
    return town.folder / FOLDER


def read_own(town: Town, working: Path | None = None) -> OwnPlans:
    """Own plans for a town of the product; those of an own town are read with the town."""
    folder = own_folder(town, working)
    if not products_own(town.folder) or not folder.is_dir():
        return OwnPlans({})
    problems = Problems()
    place = Folder(folder, problems)
    readings = {}
    for name in place.names(suffix=".toml")[:MOST_PLANS]:
        data = place.read(name, MOST_BYTES)
        if data is not None:
            readings[name] = read_text(data, town, name)
    return OwnPlans(readings)


def saved_plans(town: Town) -> tuple[Plan, ...]:
    """The planner's saved plans for a town of the product; broken files are passed over."""
    try:
        return read_own(town).plans(town)
    except OSError:  # no working directory any more, or a disk that is gone
        return ()


def save(text: str, name: str, town: Town, working: Path | None = None) -> Path:
    """Save a plan's text as a new file.

    Args:
        text: the plan's file.
        name: the plan's name, a key.
        town: which town it is for.
        working: the working directory, if not the process's.

    Raises:
        NotSaved: the name is none for a file or is taken, or the file cannot be written. Nothing
            is left behind then.
    """
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise NotSaved(
            Both(
                f"„{printable(name)}“ kann kein Dateiname sein. Bitte einen Namen aus a–z, 0–9 "
                "und _ wählen.",
                f"“{printable(name)}” cannot be the name of a file. Please choose a name of a–z, "
                "0–9 and _.",
            )
        )
    folder = own_folder(town, working)
    place = folder / f"{name}.toml"
    unfinished = folder / f".{name}.{secrets.token_hex(4)}.writing"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(place):
            raise FileExistsError
        with unfinished.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _named(unfinished, place)
    except FileExistsError as error:
        raise NotSaved(
            Both(
                f"Einen gespeicherten Plan „{name}“ gibt es schon, und überschrieben wird nichts. "
                "Bitte dem Plan einen anderen Namen geben.",
                f"There is a saved plan “{name}” already, and nothing is overwritten. Please give "
                "the plan another name.",
            )
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise NotSaved(
            Both(
                f"Der Plan konnte nicht gespeichert werden ({reason}). Er ist noch hier; bitte ihn "
                "als Datei herunterladen.",
                f"The plan could not be saved ({reason}). It is still here; please download it as "
                "a file.",
            )
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return place


def _named(unfinished: Path, place: Path) -> None:
    """Give a finished file its name, unless something else has it.

    A second name for the same file appears at once and fails where the name is taken; disks that
    know no second names get a copy made under a name nobody had.
    """
    try:
        os.link(unfinished, place)
    except FileExistsError:
        raise
    except OSError:
        with place.open("xb") as file:
            try:
                file.write(unfinished.read_bytes())
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                place.unlink(missing_ok=True)
                raise


def delete(name: str, town: Town, working: Path | None = None) -> bool:
    """Delete an own plan's file for a town of the product; whether there was one.

    Files in a planner's own town stay: they may be older than the session.
    """
    if not products_own(town.folder) or not _NAME.fullmatch(name):
        return False
    place = own_folder(town, working) / f"{name}.toml"
    try:
        if place.is_symlink() or not place.is_file():
            return False
        place.unlink()
    except OSError:
        return False
    return True
