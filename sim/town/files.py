"""Bytes and text of the files of a town's folder; every file is treated as hostile."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sim.town.problems import Both, Problem, Problems, problem

TABLE_BYTES = 64 * 2**20
TOML_BYTES = 2**20
LINE_BYTES = 2**20
FILES = 2000

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass
class Folder:
    """A folder that is read once; remembers what was read and what was wrong.

    Attributes:
        path: the folder.
        problems: where problems are collected.
        prefix: what names of its files begin with in problems.
        contents: what was read, by name.
    """

    path: Path
    problems: Problems
    prefix: str = ""
    contents: dict[str, bytes] = field(default_factory=dict)

    def names(self, under: str = "", suffix: str = "") -> list[str]:
        """Names of the files in the folder (or in the folder `under` it), sorted.

        Hidden files and those that office programs leave behind while a table is open (`~$…`)
        are passed over.
        """
        place = self.path / under if under else self.path
        shown = self.prefix + under or str(self.path)
        try:
            with os.scandir(place) as entries:
                found = sorted(entry.name for entry in entries)
        except OSError as error:
            if not (under and isinstance(error, FileNotFoundError)):
                self.problems.add(unreadable(shown, error))
            return []
        kept = [name for name in found if name.endswith(suffix) and not name.startswith((".", "~"))]
        if len(kept) > FILES:
            self.problems.add(
                problem(
                    shown,
                    Both(f"{len(kept)} Dateien", f"{len(kept)} files"),
                    Both(f"höchstens {FILES} Dateien", f"at most {FILES} files"),
                    Both("die übrigen aus dem Ordner nehmen", "take the others out of the folder"),
                )
            )
            return []
        for name in kept:
            if not name.isprintable():
                self.problems.add(
                    problem(
                        shown,
                        name,
                        Both(
                            "ein Dateiname ohne Steuerzeichen",
                            "a file name without control characters",
                        ),
                        Both("die Datei umbenennen", "rename the file"),
                    )
                )
        return [f"{under}/{name}" if under else name for name in kept if name.isprintable()]

    def read(self, name: str, limit: int = TABLE_BYTES) -> bytes | None:
        """Contents of a file; None, and a problem, if it cannot be read."""
        try:
            place = (self.path / name).resolve(strict=True)
            if not place.is_relative_to(self.path.resolve()):
                self._refuse(
                    name,
                    Both("eine Verknüpfung nach außerhalb", "a link to a place outside"),
                    Both("eine Datei im Ordner selbst", "a file in the folder itself"),
                    Both("die Datei hineinkopieren", "copy the file into the folder"),
                )
                return None
            # Anything else than a regular file, such as a named pipe, could make us wait forever.
            if not stat.S_ISREG(place.stat().st_mode):
                self._refuse(
                    name,
                    Both("keine gewöhnliche Datei", "no ordinary file"),
                    Both("eine Datei", "a file"),
                    Both("sie durch eine Datei ersetzen", "replace it by a file"),
                )
                return None
            with open(place, "rb") as stream:
                data = stream.read(limit + 1)
        except (OSError, RuntimeError, ValueError) as error:
            self.problems.add(unreadable(self.prefix + name, error))
            return None
        if len(data) > limit:
            size = f"{limit // 2**20} MB"
            self._refuse(
                name,
                Both(f"mehr als {size}", f"more than {size}"),
                Both(f"eine Datei von höchstens {size}", f"a file of at most {size}"),
                Both("nur die benötigten Zeilen aufnehmen", "keep only the lines that are needed"),
            )
            return None
        self.contents[name] = data
        return data

    def text(self, name: str, limit: int = TABLE_BYTES) -> str | None:
        """A file as text: UTF-8 with or without byte order mark, else Windows-1252."""
        data = self.read(name, limit)
        if data is None:
            return None
        again = Both("sie als „CSV UTF-8“ neu speichern", "save it again as “CSV UTF-8”")
        if b"\0" in data:
            self._refuse(
                name,
                Both("ein Zeichen, das kein Text ist", "a character that is no text"),
                Both("eine Textdatei in UTF-8", "a text file in UTF-8"),
                again,
                data.count(b"\n", 0, data.index(b"\0")) + 1,
            )
            return None
        for number, content in enumerate(data.split(b"\n"), start=1):
            if len(content) > LINE_BYTES:
                self._refuse(
                    name,
                    Both("eine Zeile von mehr als 1 MB", "a line of more than 1 MB"),
                    Both("eine Zeile von höchstens 1 MB", "a line of at most 1 MB"),
                    Both("die Zeilenumbrüche prüfen", "check the line breaks"),
                    number,
                )
                return None
        try:
            return data.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
        except UnicodeDecodeError:
            pass
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError as error:
            byte = f"{data[error.start]:#04x}"
            self._refuse(
                name,
                Both(f"das Byte {byte}", f"the byte {byte}"),
                Both("Text in UTF-8 oder Windows-1252", "text in UTF-8 or Windows-1252"),
                again,
                data.count(b"\n", 0, error.start) + 1,
            )
            return None

    def paths(self) -> Iterator[Path]:
        """Everything read, in the order of names."""
        for name in sorted(self.contents):
            yield self.path / name

    def _refuse(
        self, name: str, found: Both, expected: Both, mend: Both, line: int | None = None
    ) -> None:
        self.problems.add(problem(self.prefix + name, found, expected, mend, line=line))


def fingerprint(folders: dict[str, Folder]) -> str:
    """SHA-256 over names and contents of everything read, as 64 hexadecimal digits.

    Args:
        folders: what was read, by a prefix that keeps names apart.
    """
    everything = {
        prefix + name: data
        for prefix, folder in folders.items()
        for name, data in folder.contents.items()
    }
    digest = hashlib.sha256()
    for name in sorted(everything):
        # Lengths stand in front, so that no content can pretend to be another file.
        digest.update(f"{name}\0{len(everything[name])}\0".encode())
        digest.update(everything[name])
    return digest.hexdigest()


def unreadable(name: str, error: Exception) -> Problem:
    """The problem of a file or folder that the operating system does not give."""
    if isinstance(error, PermissionError):
        return problem(
            name,
            Both("kein Leserecht", "no permission to read"),
            Both("eine Datei oder ein Ordner mit Leserecht", "a file or folder that may be read"),
            Both(
                "das Leserecht erteilen lassen oder die Daten in einen eigenen Ordner kopieren",
                "have the permission granted or copy the data to a folder of your own",
            ),
        )
    if isinstance(error, FileNotFoundError):
        return problem(
            name,
            "",
            Both("diese Datei oder dieser Ordner", "this file or folder"),
            Both("sie anlegen oder den Namen berichtigen", "create it or correct its name"),
        )
    if isinstance(error, NotADirectoryError):
        return problem(
            name,
            Both("eine Datei", "a file"),
            Both("ein Ordner", "a folder"),
            Both("den Ordner der Stadt angeben", "name the town's folder"),
        )
    return problem(
        name,
        Both("ein Lesefehler", "an error while reading"),
        Both("eine lesbare Datei", "a readable file"),
        Both("den Datenträger und den Namen prüfen", "check the disk and the name"),
    )
