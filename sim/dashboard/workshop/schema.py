"""The workshop's file: its tables, its version, and how it is opened.

SQLite with a write-ahead log, every change forced to the disk before it is acknowledged: a killed
process, a closed lid or an empty battery loses nothing that was said to be kept.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sim.dashboard.workshop.records import (
    LARGEST_VALUE,
    LONGEST_IDEA,
    LONGEST_LABEL,
    LONGEST_MINUTES,
    LONGEST_NICKNAME,
    LONGEST_NUMBERS,
    LONGEST_REASON,
    WorkshopError,
)

VERSION = 1
APPLICATION = 0x51576B73
"""Marks the file as a workshop's ("QWks"), so that another SQLite file is not taken for one."""

WAIT_SECONDS = 5.0

TABLES = f"""
CREATE TABLE workshop (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 4 AND 40),
    town TEXT NOT NULL CHECK (length(town) <= {LONGEST_LABEL}),
    town_label TEXT NOT NULL CHECK (length(town_label) <= {LONGEST_LABEL}),
    title TEXT NOT NULL CHECK (length(title) <= {LONGEST_LABEL}),
    language TEXT NOT NULL CHECK (language IN ('de', 'en')),
    started TEXT NOT NULL,
    ended TEXT NOT NULL DEFAULT '',
    version TEXT NOT NULL,
    offers TEXT NOT NULL CHECK (length(offers) <= {LONGEST_NUMBERS})
);
CREATE TABLE participants (
    id INTEGER PRIMARY KEY,
    mark TEXT NOT NULL UNIQUE CHECK (length(mark) = 64),
    nickname TEXT NOT NULL CHECK (length(nickname) <= {LONGEST_NICKNAME}),
    joined TEXT NOT NULL
);
CREATE TABLE questions (
    id INTEGER PRIMARY KEY,
    asked TEXT NOT NULL CHECK (length(asked) <= {LONGEST_NUMBERS}),
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'revealed')),
    put TEXT NOT NULL,
    model TEXT CHECK (length(model) <= {LONGEST_NUMBERS})
);
CREATE TABLE expectations (
    participant INTEGER NOT NULL REFERENCES participants (id),
    question INTEGER NOT NULL REFERENCES questions (id),
    value REAL NOT NULL CHECK (abs(value) <= {LARGEST_VALUE}),
    given TEXT NOT NULL,
    PRIMARY KEY (participant, question)
) WITHOUT ROWID;
CREATE TABLE proposals (
    id INTEGER PRIMARY KEY,
    participant INTEGER REFERENCES participants (id),
    idea TEXT NOT NULL CHECK (length(idea) <= {8 * LONGEST_IDEA}),
    hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
    made TEXT NOT NULL
);
CREATE TABLE flags (
    id INTEGER PRIMARY KEY,
    participant INTEGER REFERENCES participants (id),
    assumption TEXT NOT NULL CHECK (length(assumption) <= {LONGEST_LABEL}),
    label TEXT NOT NULL CHECK (length(label) <= {LONGEST_LABEL}),
    reason TEXT NOT NULL CHECK (length(reason) <= {LONGEST_REASON}),
    hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
    made TEXT NOT NULL
);
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    shown TEXT NOT NULL CHECK (length(shown) <= {LONGEST_NUMBERS}),
    at TEXT NOT NULL
);
CREATE TABLE minutes (
    id INTEGER PRIMARY KEY,
    field TEXT NOT NULL CHECK (field IN ('notes', 'decisions')),
    text TEXT NOT NULL CHECK (length(text) <= {LONGEST_MINUTES}),
    began REAL NOT NULL,
    changed TEXT NOT NULL
);
"""


def create(path: Path) -> sqlite3.Connection:
    """Make the file of a new workshop.

    Raises:
        WorkshopError: it exists already or cannot be written.
    """
    if path.exists():
        raise WorkshopError(
            f"Diese Workshop-Datei gibt es schon: {path.name}.",
            f"This workshop's file exists already: {path.name}.",
        )
    try:
        connection = _settled(_connect(path))
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.executescript("BEGIN IMMEDIATE;" + TABLES + "COMMIT;")
    except (sqlite3.Error, OSError) as error:
        raise cannot_keep(error) from error
    return connection


def reopen(path: Path) -> sqlite3.Connection:
    """Open the file of a workshop again, also after a crash.

    Raises:
        WorkshopError: there is none, it is not a workshop's, is damaged, or is of a newer version.
    """
    if not path.is_file():
        raise WorkshopError(
            f"Es gibt keinen Workshop in {path.parent.name}.",
            f"There is no workshop in {path.parent.name}.",
        )
    try:
        connection = _connect(path)
        try:
            # Checked before anything is set: another program's file stays as it is.
            _check(connection, path)
            _settled(connection)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise WorkshopError(
            f"Die Datei des Workshops {path.parent.name} lässt sich nicht lesen ({error}). Bitte "
            "die letzte Sicherung des Ordners zurückspielen oder einen neuen Workshop beginnen; "
            "die Datei bleibt, wie sie ist.",
            f"The file of the workshop {path.parent.name} cannot be read ({error}). Please "
            "restore the folder's last backup or begin a new workshop; the file stays as it is.",
        ) from error
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION:
        raise WorkshopError(
            f"{path.name} in {path.parent.name} ist keine Workshop-Datei.",
            f"{path.name} in {path.parent.name} is not a workshop's file.",
        )
    if version > VERSION:
        raise WorkshopError(
            f"Der Workshop {path.parent.name} wurde mit einer neueren Version dieses Programms "
            "angelegt. Bitte das Programm aktualisieren.",
            f"The workshop {path.parent.name} was made by a newer version of this program. "
            "Please update the program.",
        )
    with closing(connection.execute("PRAGMA quick_check(1)")) as found:
        if found.fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("quick_check")


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )


def _settled(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # A file from elsewhere must not call functions by its schema.
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def cannot_keep(error: Exception) -> WorkshopError:
    """The message for something that could not be written."""
    if "full" in str(error):
        return WorkshopError(
            "Der Datenträger ist voll, die letzte Änderung ist nicht gespeichert. Alles davor ist "
            "gespeichert. Bitte Platz schaffen und noch einmal versuchen.",
            "The disk is full, the last change is not kept. All before it is kept. Please make "
            "room and try again.",
        )
    return WorkshopError(
        f"Die letzte Änderung konnte nicht gespeichert werden ({error}). Alles davor ist "
        "gespeichert. Bitte den Ordner results/workshops und seine Schreibrechte prüfen.",
        f"The last change could not be kept ({error}). All before it is kept. Please check the "
        "folder results/workshops and its permissions.",
    )
