"""Arrays kept in a file beside the compiled code, so that a second start waits less.

Nothing depends on them: where they cannot be kept (a full disk, no rights) or read they are made
again. Whoever keeps them says in the file's name what they were made from.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def keep(arrays: Mapping[str, NDArray[Any]], place: Path, most: int) -> None:
    """Keep arrays in a file that is there whole or not at all.

    Args:
        arrays: by name.
        place: the file.
        most: files kept in its folder; the oldest go first.
    """
    temporary = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".part", delete=False) as file:
            temporary = file.name
            np.savez(file, **arrays)  # type: ignore[arg-type]
        os.replace(temporary, place)
        there = sorted(place.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime)
        for old in there[:-most]:
            old.unlink(missing_ok=True)
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def kept(place: Path) -> dict[str, NDArray[Any]] | None:
    """Arrays kept in a file by name, or None if there are none that can be read."""
    if not place.is_file():
        return None
    try:
        with place.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
