"""Where towns are, and the tables all of them share."""

from __future__ import annotations

import re
from pathlib import Path

from sim.town.problems import Both, TownError, did_you_mean, listing, problem

NATIONAL_FOLDER = "germany"
TOWN_FILE = "town.toml"


def scenario_folders() -> list[Path]:
    """Folders that hold towns: of the working directory, of the repository, of the package."""
    package = Path(__file__).resolve().parent.parent
    places = (Path.cwd() / "scenarios", package.parent / "scenarios", package / "scenarios")
    return [place for place in dict.fromkeys(places) if place.is_dir()]


def town_names() -> list[str]:
    """Names of all towns that can be found by their name alone."""
    return sorted(
        {
            entry.name
            for place in scenario_folders()
            for entry in place.iterdir()
            if (entry / TOWN_FILE).is_file()
        }
    )


def find_town(name_or_path: Path | str) -> Path:
    """The folder of a town, given by its name ("herrenberg") or by a path.

    Raises:
        TownError: there is no such folder.
    """
    text = str(name_or_path)
    try:
        path = Path(name_or_path)
        is_name = re.fullmatch(r"[A-Za-z0-9_-]+", text) is not None
        if is_name and not (path / TOWN_FILE).is_file():
            for place in scenario_folders():
                if (place / text.lower() / TOWN_FILE).is_file():
                    return place / text.lower()
        if path.is_dir():
            return path
        known = town_names()
    except (OSError, ValueError):  # a name too long, or one no file can have
        known, is_name = [], False
    raise TownError(
        [
            problem(
                text or ".",
                "",
                Both(
                    f"der Ordner einer Stadt oder ihr Name: {listing(known)}",
                    f"a town's folder or its name: {listing(known, 'en')}",
                ),
                did_you_mean(text.lower(), known)
                if is_name
                else Both("den Pfad prüfen", "check the path"),
            )
        ]
    )


def find_national(town: Path) -> Path:
    """The folder of the tables all towns share: beside the town's, else the project's own."""
    try:
        beside = town.resolve().parent / NATIONAL_FOLDER
        if beside.is_dir():
            return beside
    except (OSError, RuntimeError):
        pass
    package = Path(__file__).resolve().parent.parent
    project = package.parent / "scenarios" / NATIONAL_FOLDER
    return project if project.is_dir() else package / "scenarios" / NATIONAL_FOLDER
