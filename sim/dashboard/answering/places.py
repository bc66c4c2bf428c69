"""Towns that can be opened: those that come with the product and the user's own.

Own towns lie in `scenarios/` of the working directory, or in folders named in the environment
variable QUARTIER_TOWNS (a town's folder, or one that holds several). Only towns found there can be
named in a question: a key from outside is never taken for a path of its own.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.dashboard.answering.introductions import INTRODUCTIONS, Introduction
from sim.study.errors import StudyError
from sim.town.finding import NATIONAL_FOLDER, TOWN_FILE, scenario_folders
from sim.town.plan import REFERENCE
from sim.town.problems import TownError
from sim.town.town import Town, read_town

if TYPE_CHECKING:
    from sim.residents import Population

OWN_TOWNS = "QUARTIER_TOWNS"
"""Environment variable: further folders, separated like those in PATH."""

MOST_TOWNS = 200
"""So many are listed at most: a folder full of something else is no list of towns."""

MOST_BYTES = 400_000_000
"""Synthetic residents kept, beyond those of the town opened last."""

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class TownEntry:
    """A town on the start page.

    Attributes:
        key: names it in the URL and in questions.
        label: as people call it.
        sentence_de, sentence_en: what is special here.
        question_de, question_en: the town's question.
        folder: where its files are.
        residents: number of residents at the start.
        districts: number of districts.
        own: whether it is the user's own.
        problem_de, problem_en: why it cannot be opened; empty if it can.
    """

    key: str
    label: str
    sentence_de: str
    sentence_en: str
    question_de: str
    question_en: str
    folder: Path
    residents: int = 0
    districts: int = 0
    own: bool = False
    problem_de: str = ""
    problem_en: str = ""

    @property
    def sound(self) -> bool:
        """Whether it can be opened."""
        return not self.problem_de


@dataclass
class Places:
    """Towns read once, and read again when their files have changed.

    Attributes:
        more: folders to look in besides those of the program and of the environment.
    """

    more: tuple[Path, ...] = ()
    _read: dict[Path, tuple[Stamp, Town | TownError]] = field(default_factory=dict)
    _populations: OrderedDict[Town, Population] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _busy: dict[str, threading.Lock] = field(default_factory=dict)

    def entries(self) -> tuple[TownEntry, ...]:
        """All towns, those of the product first."""
        found = [self._entry(key, folder) for key, folder in self.folders().items()]
        order = list(INTRODUCTIONS)
        found.sort(key=lambda one: (one.own, order.index(one.key) if not one.own else 0, one.label))
        return tuple(found)

    def folders(self) -> dict[str, Path]:
        """Folder by key; the first of a name is the one `quartier` would take as well."""
        found: dict[str, Path] = {}
        for folder in self._candidates():
            if len(found) >= MOST_TOWNS:
                break
            if folder in found.values():
                continue
            key, number = folder.name, 1
            while key in found:
                number += 1
                key = f"{folder.name}-{number}"
            found[key] = folder
        return found

    def town(self, key: str) -> Town:
        """A town by its key or by the folder of its entry.

        Raises:
            StudyError: there is none of this key.
            TownError: its files have problems.
        """
        folder = self._folder(key)
        found = self._town_in(folder)
        if isinstance(found, TownError):
            raise found
        return found

    def version(self, key: str) -> str:
        """What changes when a file of a town changes; empty if there is no such town."""
        try:
            return str(stamp_of(self._folder(key)))
        except StudyError:
            return ""

    def ready(self, key: str) -> bool:
        """Whether the residents of a town have been made."""
        try:
            folder = self._folder(key)
        except StudyError:
            return False
        with self._lock:
            known = self._read.get(folder)
            return known is not None and known[1] in self._populations

    def population(self, town: Town) -> Population:
        """The residents of a town, made once; a second caller waits for the first."""
        with self._one_at_a_time(town.fingerprint):
            with self._lock:
                if town in self._populations:
                    self._populations.move_to_end(town)
                    return self._populations[town]
            # Imported here: the list of towns needs no model.
            from sim.setting_up import settle

            population = settle(town)
            with self._lock:
                self._populations[town] = population
                while len(self._populations) > 1 and self._bytes() > MOST_BYTES:
                    self._populations.popitem(last=False)
            return population

    # Inside ---------------------------------------------------------------------------------

    def _bytes(self) -> int:
        newest = next(reversed(self._populations))
        return sum(
            sum(column.nbytes for column in population.columns)
            for town, population in self._populations.items()
            if town is not newest
        )

    def _candidates(self) -> Iterator[Path]:
        named = [Path(part) for part in os.environ.get(OWN_TOWNS, "").split(os.pathsep) if part]
        for place in dict.fromkeys(
            path.resolve() for path in (*scenario_folders(), *named, *self.more) if path.is_dir()
        ):
            if (place / TOWN_FILE).is_file():
                yield place
                continue
            for folder in sorted(place.iterdir()):
                if folder.name != NATIONAL_FOLDER and (folder / TOWN_FILE).is_file():
                    yield folder

    def _folder(self, key: str) -> Path:
        folders = self.folders()
        if key in folders:
            return folders[key]
        for folder in folders.values():
            if str(folder) == key:
                return folder
        raise StudyError("Diesen Ort gibt es hier nicht.", "There is no such place here.")

    def _town_in(self, folder: Path) -> Town | TownError:
        stamp = stamp_of(folder)
        with self._one_at_a_time(str(folder)):
            known = self._read.get(folder)
            if known is not None and known[0] == stamp:
                return known[1]
            found: Town | TownError
            try:
                found = read_town(folder)
            except TownError as error:
                found = error
            with self._lock:
                self._read[folder] = (stamp, found)
            return found

    def _one_at_a_time(self, what: str) -> threading.Lock:
        with self._lock:
            return self._busy.setdefault(what, threading.Lock())

    def _entry(self, key: str, folder: Path) -> TownEntry:
        own = not _is_ours(folder)
        found = self._town_in(folder)
        said = INTRODUCTIONS.get(folder.name) if not own else None
        if isinstance(found, TownError):
            said = said or Introduction("", "", "", "")
            return TownEntry(
                key, key, *said, folder,
                own=own, problem_de=_problem(found, "de"), problem_en=_problem(found, "en"),
            )  # fmt: skip
        residents = sum(one.residents for one in found.districts)
        said = said or _introduced(found)
        return TownEntry(
            key, found.label, *said, folder,
            residents=residents, districts=len(found.districts), own=own,
        )  # fmt: skip


def _is_ours(folder: Path) -> bool:
    """Whether a folder came with the product."""
    package = Path(__file__).resolve().parents[3]
    ours = (package / "scenarios", package / "sim" / "scenarios")
    return folder.name in INTRODUCTIONS and folder.parent in ours


def _problem(error: TownError, lang: str) -> str:
    """The first problem of a broken folder, and how many there are."""
    first, others = error.problems[0].text(lang), len(error.problems) - 1
    if not others:
        return first
    return f"{first} (und {others} weitere)" if lang == "de" else f"{first} (and {others} more)"


def _introduced(town: Town) -> Introduction:
    """What can be said of a town that nobody wrote a sentence about."""
    rivals = [town.plans[name] for name in town.compare or town.plans if name != REFERENCE]
    if not rivals or len(rivals) > 3:
        return Introduction(
            *_size(town), "Was bewirken die Pläne?", "What do the plans bring about?"
        )
    german = _either([plan.label_de for plan in rivals], "oder")
    english = _either([plan.label_en for plan in rivals], "or")
    if len(rivals) == 1:
        german, english = f"Was bringt „{german}“", f"What does “{english}” bring"
    return Introduction(*_size(town), f"{german}?", f"{english}?")


def _either(labels: Sequence[str], word: str) -> str:
    return f"{', '.join(labels[:-1])} {word} {labels[-1]}" if len(labels) > 1 else labels[0]


def _size(town: Town) -> tuple[str, str]:
    residents, districts = sum(one.residents for one in town.districts), len(town.districts)
    return (
        f"{residents:,} Menschen in {districts} Bezirken.".replace(",", "\u202f"),
        f"{residents:,} people in {districts} districts.",
    )


def stamp_of(folder: Path) -> Stamp:
    """What changes when a file of a town changes: names, times and sizes."""
    found: list[tuple[str, int, int]] = []
    shared = folder.parent / NATIONAL_FOLDER
    for place in (folder, folder / "plans", shared):
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
            found += [
                (entry.path, entry.stat().st_mtime_ns, entry.stat().st_size)
                for entry in entries
                if entry.is_file()
            ]
        except OSError:
            continue
    return tuple(found)


@lru_cache(maxsize=1)
def the_places() -> Places:
    """The places of this process."""
    return Places()


def towns() -> tuple[TownEntry, ...]:
    """All towns, those of the product first; broken ones are listed with their problem."""
    return the_places().entries()


def town_of(key: str) -> Town:
    """The town of a key, read once.

    Raises:
        StudyError: there is none of this key.
        TownError: its files have problems.
    """
    return the_places().town(key)


def ready(key: str) -> bool:
    """Whether the town's residents have been made."""
    return the_places().ready(key)
