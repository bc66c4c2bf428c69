"""The workshops of this computer: where they lie, and which are open."""

from __future__ import annotations

import atexit
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import RLock

from sim.dashboard.workshop.codes import same_code, token_mark
from sim.dashboard.workshop.records import Offers, Workshop, WorkshopError
from sim.dashboard.workshop.store import FILE, WorkshopStore
from sim.report.numbers import Lang

FOLDER = Path("results") / "workshops"
"""Where workshops are kept unless told otherwise, from where the program was started."""

LONGEST_FOLDER_NAME = 60
MOST_WORKSHOPS_A_DAY = 99
MOST_LISTED = 200


@dataclass(frozen=True)
class Kept:
    """A workshop on the disk.

    Attributes:
        folder: its folder.
        workshop: what it is; None if it cannot be read.
        problem_de, problem_en: why it cannot.
    """

    folder: Path
    workshop: Workshop | None
    problem_de: str = ""
    problem_en: str = ""


class Rooms:
    """The open workshops of a process; the moderator's page and the phones share them."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._lock = RLock()
        self._open: dict[str, WorkshopStore] = {}
        # Read without the lock: a phone's request never waits for a disk.
        self._stores: tuple[WorkshopStore, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the workshops lie."""
        return self._folder

    def keep_in(self, folder: Path) -> None:
        """Keep workshops in another folder from now on."""
        with self._lock:
            self._folder = folder

    def begin(
        self,
        *,
        town: str,
        town_label: str,
        language: Lang = "de",
        title: str = "",
        offers: Offers | None = None,
    ) -> WorkshopStore:
        """Begin a workshop in a folder of its own, named by date and town.

        Raises:
            WorkshopError: it cannot be kept.
        """
        with self._lock:
            folder = self._new_folder(title or town)
            store = WorkshopStore.begin(
                folder,
                town=town,
                town_label=town_label,
                language=language,
                title=title,
                offers=offers,
            )
            self._take(folder.name, store)
            return store

    def open(self, name: str) -> WorkshopStore:
        """Open a workshop by the name of its folder; one that is open already is shared.

        Raises:
            WorkshopError: there is none of that name, or it cannot be read.
        """
        with self._lock:
            if name in self._open:
                return self._open[name]
            if name not in {kept.name for kept in self._folders()}:
                raise WorkshopError("Diesen Workshop gibt es nicht.", "There is no such workshop.")
            store = WorkshopStore.reopen(self._folder / name)
            self._take(name, store)
            return store

    def of_code(self, code: str) -> WorkshopStore | None:
        """The open workshop one joins with this code."""
        for store in self._stores:
            workshop = store.workshop()
            if not workshop.ended and same_code(workshop.code, code):
                return store
        return None

    def of_token(self, token: str) -> tuple[WorkshopStore, int] | None:
        """The open workshop a token belongs to, and the participant; reads nothing."""
        mark = token_mark(token)
        for store in self._stores:
            number = store.participant_marked(mark)
            if number is not None:
                return store, number
        return None

    def kept(self) -> tuple[Kept, ...]:
        """Workshops on the disk, the newest first; those that cannot be read say why."""
        found = []
        for folder in sorted(self._folders(), reverse=True)[:MOST_LISTED]:
            try:
                found.append(Kept(folder, self._read(folder)))
            except WorkshopError as error:
                found.append(Kept(folder, None, error.text_de, error.text_en))
        return tuple(found)

    def close(self) -> None:
        """Close all files; everything is in them already."""
        with self._lock:
            for store in self._open.values():
                store.close()
            self._open.clear()
            self._stores = ()

    def _take(self, name: str, store: WorkshopStore) -> None:
        self._open[name] = store
        self._stores = tuple(self._open.values())

    def _read(self, folder: Path) -> Workshop:
        store = self._open.get(folder.name)
        if store is not None:
            return store.workshop()
        store = WorkshopStore.reopen(folder)
        try:
            return store.workshop()
        finally:
            store.close()

    def _folders(self) -> tuple[Path, ...]:
        try:
            return tuple(
                one
                for one in self._folder.iterdir()
                if not one.is_symlink() and (one / FILE).is_file()
            )
        except OSError:
            return ()

    def _new_folder(self, name: str) -> Path:
        stem = f"{date.today().isoformat()}-{folder_name(name)}"
        for number in range(1, MOST_WORKSHOPS_A_DAY + 1):
            folder = self._folder / (stem if number == 1 else f"{stem}-{number}")
            if not folder.exists():
                return folder
        raise WorkshopError(
            "Heute gibt es schon zu viele Workshops dieses Namens.",
            "There are too many workshops of this name today.",
        )


def folder_name(name: str) -> str:
    """A name that every disk takes: small letters, digits and dashes."""
    spelled = name.lower()[: LONGEST_FOLDER_NAME * 4]
    for letter, letters in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}.items():
        spelled = spelled.replace(letter, letters)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    dashed = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_FOLDER_NAME].strip("-")
    return dashed or "workshop"


_ROOMS = Rooms()
atexit.register(_ROOMS.close)


def the_rooms() -> Rooms:
    """The rooms of this process."""
    return _ROOMS
