"""Curves smoothed from the national tables are kept beside the compiled code, like residents.

Smoothing them takes half a second, most of what a second start would wait for besides imports. The
key is what the tables hold and every line that smooths them; what cannot be read is made anew.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.compiled import folder_of_compiled_code
from sim.kept_arrays import keep, kept

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
    found = kept(place)
    if found is None or any(one.dtype != np.float64 for one in found.values()):
        found = make()
        keep(found, place, MOST_KEPT)
    return found
