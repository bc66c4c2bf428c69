"""The manifest: what a study was made from, and what makes two studies the same.

Runs may be kept and continued only if everything that moves a number is unchanged: the town's
files, the assumptions, the plans, the seed, and the program down to its rules. All that is called
the *settings*; their hash is the study's key and stands in every stored part.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import sim
from sim.study.design import Design
from sim.study.errors import StudyError
from sim.study.files import read_json

if TYPE_CHECKING:
    from sim.town.town import Town

FORMAT = 1
NAME = "manifest.json"

READERS = ("study", "report", "commands", "dashboard")
"""Rooms of the program that read results: no number of a run depends on them."""

LIBRARIES = ("numpy", "numba", "scipy", "pandas", "pyarrow", "mesa")

ASSUMPTION_FIELDS = (
    "name",
    "group",
    "value",
    "unit",
    "low",
    "high",
    "distribution",
    "label_de",
    "label_en",
    "year",
    "source",
    "status",
    "note",
)

SETTING_NAMES = {
    "town": ("die Eingaben der Stadt", "the town's files"),
    "assumptions": ("die Annahmen", "the assumptions"),
    "plans": ("die Pläne", "the plans"),
    "seed": ("der Startwert", "the seed"),
    "program": ("das Programm", "the program"),
    "posterior": ("die Anpassung (posterior)", "the calibration (posterior)"),
    "values": ("die gezogenen Werte", "the drawn values"),
    "origin": ("die Herkunft der Werte", "where the values come from"),
    "format": ("das Dateiformat", "the file format"),
}


def plain(value: object) -> object:
    """A value as JSON knows it; NaN and infinity become None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def settings(
    town: Town,
    design: Design,
    given: Mapping[int, Mapping[str, float]] | None = None,
    origin: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that moves a number of a run, except draw and seed index.

    Args:
        town: the town.
        design: the study's simulations.
        given: drawn values, if they are not those that ledger and seed give.
        origin: where given values come from.
    """
    found = {
        "format": FORMAT,
        "town": town.fingerprint,
        "seed": design.seed,
        "plans": [plain(asdict(plan)) for plan in design.plans],
        "assumptions": _assumptions(town),
        "program": {
            "version": sim.__version__,
            "rules": program_fingerprint(),
            **{name: installed(name) for name in ("numpy", "numba", "scipy")},
        },
    }
    if town.ledger.joint is not None:
        found["posterior"] = plain(town.ledger.joint.origin(town.ledger))
    if given is not None:
        found["values"] = hash_of(given)
    if origin is not None:
        found["origin"] = plain(origin)
    return found


def hash_of(content: object) -> str:
    """SHA-256 of numbers and words; floats count to the last bit."""
    text = json.dumps(_exact(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _exact(content: object) -> object:
    if isinstance(content, Mapping):
        return {str(key): _exact(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_exact(value) for value in content]
    return float(content).hex() if isinstance(content, (float, np.floating)) else content


def study_key(values: Mapping[str, Any]) -> str:
    """Hash of the settings."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=16)
def installed(library: str) -> str:
    """Version of a library; looked up once, for it means reading a page of text."""
    return version(library)


@lru_cache(maxsize=1)
def program_fingerprint() -> str:
    """Hash of this program's sources that make the numbers: a changed rule makes another study.

    Found once: what is edited later is not what this process has loaded.
    """
    return fingerprint_of(Path(sim.__file__).parent)


def fingerprint_of(root: Path) -> str:
    """The same of any folder of sources."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0] in READERS or place.name == "cli.py" or "scenarios" in place.parts:
            continue
        digest.update(place.as_posix().encode() + b"\0")
        # Line ends differ between computers without moving a number.
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def begin(
    town: Town,
    design: Design,
    *,
    given: Mapping[int, Mapping[str, float]] | None = None,
    origin: Mapping[str, Any] | None = None,
    by_age: bool = False,
) -> dict[str, Any]:
    """The manifest of a study that begins; arguments as those of `open_store`."""
    values = settings(town, design, given, origin)
    manifest = {
        "key": study_key(values),
        "settings": values,
        "town": {
            "name": town.name,
            "label": town.label,
            "start": list(town.start),
            "months": town.months,
        },
        "districts": [{"key": one.key, "label": one.label} for one in town.districts],
        "reference": design.reference,
        "draws": design.draws,
        "seeds": design.seeds,
        "indicators": _indicators(town),
        "made_with": {
            "python": platform.python_version(),
            "machine": platform.machine(),
            **{name: installed(name) for name in LIBRARIES},
        },
        "started": now(),
        "finished": None,
        "complete": False,
        "runs": 0,
        "failed": 0,
    }
    if by_age:
        manifest["by_age"] = True
    official = getattr(town, "official_forecast", None)
    if official is not None:
        manifest["official_forecast"] = plain(asdict(official))
    return manifest


def now() -> str:
    """Date and time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a study.

    Raises:
        StudyError: the folder holds no study of this program.
    """
    found = read_json(folder / NAME)
    if (
        not isinstance(found, dict)
        or not {"settings", "draws", "seeds", "key", "complete"} <= set(found)
        or found["settings"].get("format") != FORMAT
    ):
        raise StudyError(
            f"{folder / NAME} gehört zu keiner Studie dieses Programms.",
            f"{folder / NAME} does not belong to a study of this program.",
        )
    return found


def check_same_study(stored: Mapping[str, Any], wanted: Mapping[str, Any], folder: Path) -> None:
    """Make sure that a folder's study may be continued.

    Args:
        stored: the manifest found in the folder.
        wanted: the manifest of the study asked for.
        folder: the study's folder.

    Raises:
        StudyError: it is another study, or it is larger than what is asked for.
    """
    old, new = stored["settings"], wanted["settings"]
    changed = [name for name in SETTING_NAMES if old.get(name) != new.get(name)]
    if changed:
        names_de = ", ".join(SETTING_NAMES[name][0] for name in changed)
        names_en = ", ".join(SETTING_NAMES[name][1] for name in changed)
        raise StudyError(
            f"{folder} enthält eine andere Studie; geändert: {names_de}. "
            "Bitte einen anderen Namen wählen oder die alte ersetzen (fresh).",
            f"{folder} holds another study; changed: {names_en}. "
            "Please choose another name or replace the old one (fresh).",
        )
    if stored["draws"] > wanted["draws"] or stored["seeds"] > wanted["seeds"]:
        raise StudyError(
            f"{folder} enthält bereits {stored['draws']} Ziehungen mit {stored['seeds']} "
            "Zufallsverläufen, mehr als verlangt. Bitte mindestens so viele verlangen, einen "
            "anderen Namen wählen oder die alte Studie ersetzen (fresh).",
            f"{folder} already holds {stored['draws']} draws with {stored['seeds']} seeds, more "
            "than asked for. Please ask for at least as many, choose another name or replace the "
            "old study (fresh).",
        )


def _assumptions(town: Town) -> list[dict[str, Any]]:
    return [
        {field: plain(getattr(one, field, None)) for field in ASSUMPTION_FIELDS}
        for one in (town.ledger[name] for name in town.ledger)
    ]


def _indicators(town: Town) -> list[dict[str, Any]]:
    table = town.tables.get("indicators")
    if table is None:
        return []
    return [
        {str(key): plain(value) for key, value in row.items()} for row in table.to_dict("records")
    ]
