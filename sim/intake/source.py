"""Opening a file somebody hands over: how large it is and what it is, before it is read."""

from __future__ import annotations

import stat
from pathlib import Path

from sim.intake.counts import Refused
from sim.intake.limits import FILE_BYTES
from sim.town.files import unreadable
from sim.town.problems import Both, Problem, printable, problem

ZIP, OLE, PDF, GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF", b"\x1f\x8b"

AS_XLSX = Both(
    "die Datei in Excel oder LibreOffice öffnen und als .xlsx oder als CSV speichern",
    "open the file in Excel or LibreOffice and save it as .xlsx or as CSV",
)
A_TABLE = Both("eine Tabelle als CSV oder .xlsx", "a table as CSV or .xlsx")
OTHERS: tuple[tuple[bytes, Both], ...] = (
    (
        OLE,
        Both(
            "eine alte Excel-Datei (.xls) oder eine mit Kennwort geschützte",
            "an old Excel file (.xls) or one protected by a password",
        ),
    ),
    (PDF, Both("ein PDF", "a PDF")),
    (GZIP, Both("eine gepackte Datei (.gz)", "a packed file (.gz)")),
    (b"7z\xbc\xaf'\x1c", Both("ein 7-Zip-Archiv", "a 7-Zip archive")),
    (b"Rar!", Both("ein RAR-Archiv", "a RAR archive")),
    (b"PK\x05\x06", Both("ein leeres Zip-Archiv", "an empty zip archive")),
    (b"SQLite format 3", Both("eine SQLite-Datenbank", "an SQLite database")),
)


def read_bytes(path: Path, limit: int = FILE_BYTES) -> bytes:
    """Contents of a file that is small enough and an ordinary one.

    Args:
        path: the file.
        limit: bytes; the size is looked up before anything is read.

    Raises:
        Refused: it cannot be read or is too large.
    """
    name = shown(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused(
                [
                    problem(
                        name,
                        Both("keine gewöhnliche Datei", "no ordinary file"),
                        A_TABLE,
                        Both("eine Datei angeben", "name a file"),
                    )
                ]
            )
        if status.st_size > limit:
            raise Refused([too_large(name, status.st_size, limit)])
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        raise Refused([unreadable(name, error)]) from None
    if len(data) > limit:  # it grew while it was read
        raise Refused([too_large(name, len(data), limit)])
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Refused(
            [
                problem(
                    name,
                    Both("eine leere Datei", "an empty file"),
                    A_TABLE,
                    Both("die Datei prüfen", "check the file"),
                )
            ]
        )
    for magic, kind in OTHERS:
        if data.startswith(magic):
            raise Refused([problem(name, kind, A_TABLE, AS_XLSX)])
    return data


def too_large(name: str, size: int, limit: int) -> Problem:
    """The problem of a file above a limit, in bytes."""
    return problem(
        name,
        Both(f"{size // 2**20} MB", f"{size // 2**20} MB"),
        Both(f"höchstens {limit // 2**20} MB", f"at most {limit // 2**20} MB"),
        Both(
            "nur die Spalten Stadtteil, Geschlecht und Geburtsdatum ausgeben lassen oder auszählen",
            "have only the columns district, sex and date of birth exported, or counts",
        ),
    )


def shown(path: Path) -> str:
    """Name of a file for messages and tables: without its folders, safe to print."""
    return printable(path.name or str(path))
