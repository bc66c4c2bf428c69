"""Curves smoothed from the national tables are kept beside the compiled code, like residents.

Smoothing them takes half a second, most of what a second start would wait for besides imports. The
key is what the tables hold and every line that smooths them; what cannot be read is made anew.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.compiled import folder_of_compiled_code

_ROOM = Path(__file__).parent / "rates"
MOST_KEPT = 24
"""Sets of curves kept; the oldest goes first. One takes half a megabyte."""

Arrays = dict[str, NDArray[np.float64]]


@lru_cache(maxsize=1)
def _of_this_program() -> bytes:
    digest = hashlib.sha256(f"{np.__version__} {scipy.__version__}".encode())
    for source in sorted(_ROOM.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.digest()


def place_of(tables: Mapping[str, object]) -> Path:
    """File in which the curves of these tables are kept, named after all the tables hold.

    Args:
        tables: the tables of `scenarios/germany`, as a town has read them.
    """
    digest = hashlib.sha256(_of_this_program())
    digest.update(pickle.dumps(dict(sorted(tables.items())), protocol=5))
    return folder_of_compiled_code() / "rates" / f"{digest.hexdigest()[:32]}.npz"


def kept_or_made(tables: Mapping[str, object], make: Callable[[], Arrays]) -> Arrays:
    """The curves kept for these tables, or made now and kept for the next start.

    Args:
        tables: see `place_of`.
        make: makes the curves.
    """
    place = place_of(tables)
    found = _kept(place)
    if found is None:
        found = make()
        _keep(found, place)
    return found


def _kept(place: Path) -> Arrays | None:
    if not place.is_file():
        return None
    try:
        with place.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            found = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return found if all(one.dtype == np.float64 for one in found.values()) else None


def _keep(arrays: Arrays, place: Path) -> None:
    temporary = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".part", delete=False) as file:
            temporary = file.name
            np.savez(file, **arrays)  # type: ignore[arg-type]
        os.replace(temporary, place)
        others = sorted(place.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime)
        for old in others[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
