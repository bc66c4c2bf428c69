"""Files that are either there and whole, or not there.

A study may be killed at any moment, and the disk may fill up. Everything it keeps is therefore
written under a temporary name, forced to the disk, and only then given its name.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sim.study.errors import StudyError

TEMPORARY = ".writing"
"""Ending of files being written; one that is found later was left behind by a killed run."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it.

    Raises:
        StudyError: the disk is full or the folder cannot be written to.
    """
    with whole_file(path) as file:
        file.write(content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that gets its name when all is written, and not if anything fails.

    Raises:
        StudyError: the disk is full or the folder cannot be written to.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        with _opened(temporary) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        _forget(temporary)
        raise cannot_write(path, error) from error
    except BaseException:
        _forget(temporary)
        raise


def _opened(path: Path) -> BinaryIO:
    """A file to write to, in a folder that is made for the first of its files."""
    try:
        return path.open("wb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        # The first error says what is wrong; the leftover is removed at the next start.
        return


def cannot_write(path: Path, error: OSError) -> StudyError:
    """The message for a file that could not be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StudyError(
            f"Der Datenträger ist voll: {path} konnte nicht geschrieben werden. Alles bisher "
            "Fertige ist gespeichert; nach dem Freiräumen macht derselbe Aufruf dort weiter.",
            f"The disk is full: {path} could not be written. All that was finished is stored; "
            "when there is room, the same call continues from there.",
        )
    return StudyError(
        f"{path} konnte nicht geschrieben werden ({error.strerror or error}). "
        "Bitte den Ordner und seine Schreibrechte prüfen.",
        f"{path} could not be written ({error.strerror or error}). "
        "Please check the folder and its permissions.",
    )


def write_json(path: Path, content: object) -> None:
    """Write JSON that people can read."""
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    write_whole(path, (text + "\n").encode())


def read_json(path: Path) -> object:
    """Read a JSON file of a study.

    Raises:
        StudyError: there is no such file, or it is no JSON.
    """
    try:
        content: object = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudyError(
            f"{path.parent} enthält keine Studie: Die Datei {path.name} fehlt.",
            f"{path.parent} holds no study: the file {path.name} is missing.",
        ) from None
    except (OSError, ValueError) as error:
        raise StudyError(
            f"{path} ist nicht lesbar ({error}). Bitte die Datei aus einer Sicherung zurückholen, "
            "oder den Ordner löschen und neu rechnen, oder einen anderen Namen wählen.",
            f"{path} cannot be read ({error}). Please restore the file from a backup, or delete "
            "the folder and run again, or choose another name.",
        ) from error
    return content


def remove_leftovers(folder: Path) -> None:
    """Remove what killed runs left half-written in a study's folder."""
    for path in folder.rglob(f".*{TEMPORARY}"):
        _forget(path)


def remove(path: Path) -> None:
    """Remove a file or a folder with all it holds, if it is there.

    Raises:
        StudyError: it cannot be removed.
    """
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StudyError(
            f"{path} konnte nicht entfernt werden ({error.strerror or error}).",
            f"{path} could not be removed ({error.strerror or error}).",
        ) from error
