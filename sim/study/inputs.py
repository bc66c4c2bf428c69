"""A copy of everything a study has read, so that it can be run again from itself alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sim.study.errors import StudyError
from sim.study.files import write_whole
from sim.town.joint import FILE as POSTERIOR

if TYPE_CHECKING:
    from sim.town.town import Town

FOLDER = "inputs"
NATION = "germany"
TOWN_FILE = "town.toml"


def copied_town(folder: Path, town: str) -> Path:
    """The copy of the town's folder inside a study's folder."""
    return folder / FOLDER / town


def places(town: Town) -> dict[Path, Path]:
    """Where each file a town was read from goes, relative to `inputs/`.

    The town's own files go to `<town>/…`; the national tables and the calibration, wherever they
    came from, to `germany/…`: a layout that is read like `scenarios/`.
    """
    files = [Path(file) for file in town.files]
    roots = [file.parent for file in files if file.name == TOWN_FILE]
    if not roots:
        raise StudyError(
            f"{town.label} wurde nicht aus einem Ordner mit {TOWN_FILE} gelesen und lässt sich "
            "darum nicht mit dem Ergebnis ablegen.",
            f"{town.label} was not read from a folder with {TOWN_FILE}, so its files cannot be "
            "kept with the result.",
        )
    root = roots[0]
    target = {}
    joint = town.ledger.joint
    for file in files:
        if joint is not None and file == joint.path:
            # Whatever it is called: there it is found again.
            target[file] = Path(NATION) / POSTERIOR
        elif file.is_relative_to(root):
            target[file] = Path(town.name) / file.relative_to(root)
        else:
            target[file] = Path(NATION) / file.name
    return target


def read_inputs(town: Town) -> dict[str, bytes]:
    """Contents of everything a town was read from, by place in `inputs/`.

    Raises:
        StudyError: a file cannot be read any more.
    """
    contents = {}
    for source, place in sorted(places(town).items(), key=lambda pair: pair[1].as_posix()):
        try:
            contents[place.as_posix()] = source.read_bytes()
        except OSError as error:
            raise StudyError(
                f"{source} ist nicht mehr lesbar ({error.strerror}).",
                f"{source} can no longer be read ({error.strerror}).",
            ) from error
    return contents


def copy_inputs(contents: Mapping[str, bytes], folder: Path) -> dict[str, str]:
    """Copy what was read into a study's folder.

    Returns:
        SHA-256 of each copied file by its place in `inputs/`, for the manifest.

    Raises:
        StudyError: the copy cannot be written.
    """
    for place, content in contents.items():
        write_whole(folder / FOLDER / place, content)
    return {place: hashlib.sha256(content).hexdigest() for place, content in contents.items()}


def changed_inputs(folder: Path, hashes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Copied files that are missing or no longer what they were when the study was made."""
    changed = []
    for place, expected in hashes:
        path = folder / FOLDER / place
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            changed.append(place)
    return tuple(changed)
