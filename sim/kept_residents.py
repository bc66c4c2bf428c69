"""Residents once made are kept in the folder of compiled code, so that a second start waits less.

What is kept are invented residents only, and nothing depends on it: the same town, read from the
same contents and made by the same lines, gives the same residents. Anything that differs - a file
of the town, a version, a line of this program - is another key; a file that cannot be read is made
anew.
"""

from __future__ import annotations

import hashlib
import pickle
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sim import kept_arrays
from sim.compiled import folder_of_compiled_code
from sim.residents import COLUMNS, Columns, Population
from sim.town.town import Town

_HERE = Path(__file__).parent
ROOMS = ("town", "rates", "making", "rules", "stages")
"""Rooms whose lines decide what residents are like; the files beside them count as well."""
MOST_KEPT = 24
"""Populations kept; the oldest goes first. A town of 30,000 takes 5 MB."""
MOST_RESIDENTS = 1_000_000
"""Larger populations are made each time."""


@lru_cache(maxsize=1)
def _of_this_program() -> bytes:
    digest = hashlib.sha256(np.__version__.encode())
    sources = [*_HERE.glob("*.py"), *(one for room in ROOMS for one in (_HERE / room).glob("*.py"))]
    for source in sorted(sources):
        digest.update(source.relative_to(_HERE).as_posix().encode())
        digest.update(source.read_bytes())
    return digest.digest()


def place_of(town: Town) -> Path:
    """File in which the residents of a town are kept.

    The name comes from all the town holds, not from its files: a study may change a town that was
    read, and the changed one must not get the residents of the other.

    Args:
        town: the town.
    """
    digest = hashlib.sha256(_of_this_program())
    digest.update(pickle.dumps(town, protocol=5))
    return folder_of_compiled_code() / "residents" / f"{digest.hexdigest()[:32]}.npz"


def keep(population: Population, place: Path) -> None:
    """Keep residents; where that is not possible (a full disk, no rights) they are not kept.

    Args:
        population: made and settled.
        place: see `place_of`.
    """
    if population.size > MOST_RESIDENTS:
        return
    arrays = {f"c_{name}": array for name, array in population.columns._asdict().items()}
    arrays |= {
        "household_size": population.household_size,
        "households_of": population.households_of,
    }
    kept_arrays.keep(arrays, place, MOST_KEPT)


def kept(place: Path) -> Population | None:
    """Residents kept in a file, or None if there are none that can be used.

    Args:
        place: see `place_of`.
    """
    stored = kept_arrays.kept(place)
    names = {f"c_{column.name}" for column in COLUMNS} | {"household_size", "households_of"}
    if stored is None or not names <= stored.keys():
        return None
    columns: Any = Columns(*(stored[f"c_{column.name}"] for column in COLUMNS))
    sizes, of = stored["household_size"], stored["households_of"]
    rows = columns.uid.shape[0]
    for column in COLUMNS:
        array = getattr(columns, column.name)
        shape = (rows,) if column.width == 1 else (rows, column.width)
        if array.dtype != np.dtype(column.dtype) or array.shape != shape:
            return None
    if sizes.dtype != np.int16 or of.shape != sizes.shape:
        return None
    return Population(columns, sizes, of)
