"""How rules are compiled: once, without the interpreter's lock, cached by what they say.

Numba's own cache looks only at the file a function stands in. A rule that is called from another
file could so be changed without any effect. The cache therefore lies in a folder named after the
contents of all files that hold compiled code: change a line in one rule and all of it is compiled
anew; go back, and the old code is found again. The folder is the user's, so that a read-only
installation works as well.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cached_property, lru_cache, update_wrapper
from pathlib import Path
from typing import Any

import numba
from numba import njit

_HERE = Path(__file__).parent
# Numbers that compiled code takes from a file (places of indicators, levers …) are frozen into it.
_SOURCES = (
    _HERE / "compiled.py",
    _HERE / "costs.py",
    _HERE / "draws.py",
    _HERE / "indicators.py",
    _HERE / "levers.py",
    _HERE / "month.py",
    _HERE / "rates" / "care.py",
    _HERE / "residents.py",
    *sorted((_HERE / "rules").glob("*.py")),
    *sorted((_HERE / "stages").glob("*.py")),
)


def _cache_folder() -> Path:
    # Numba finds compiled code by the path of its source: two installations do not share any.
    digest = hashlib.sha256(str(_HERE).encode())
    for source in _SOURCES:
        if source.exists():
            digest.update(source.name.encode())
            digest.update(source.read_bytes())
    name = f"{numba.__version__}-{digest.hexdigest()[:16]}"
    homes = [os.environ.get("XDG_CACHE_HOME"), Path.home() / ".cache", tempfile.gettempdir()]
    for home in homes:
        if home is None:
            continue
        folder = Path(home) / "quartier" / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="quartier-"))


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = str(_cache_folder())  # type: ignore[attr-defined]

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "no_cfunc_wrapper": True}
compiled: Any = njit(**_OPTIONS)
"""Decorator of every rule and every stage; `.py_func` is the same function as plain Python.

A wrapper for calls from C, which nobody makes, would be a sixth of the time compiling takes."""

inlined: Any = njit(nogil=True, inline="always")
"""Decorator of helpers that take the columns: a call would hand over four dozen arrays each time,
which costs more than most rules; so their lines are written into the caller's."""


_WITHOUT_ENTRANCE = {**_OPTIONS, "no_cpython_wrapper": True}


class Inside:
    """A function that compiled functions call, without an entrance from Python.

    An entrance takes every column out of its Python object; of a short loop over many columns it is
    more code than the loop. Who calls such a function from Python all the same (a test, a benchmark
    of one stage) gets it compiled once more, with an entrance, and not kept.

    Attributes:
        py_func: the same function as plain Python.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.py_func = function
        self._inside: Any = njit(**_WITHOUT_ENTRANCE)(function)
        # What Numba asks any value for, to know its type.
        self._numba_type_ = self._inside._numba_type_

    def __call__(self, *arguments: Any) -> Any:
        """Call it from Python."""
        return self._outside(*arguments)

    @property
    def signatures(self) -> list[Any]:
        """What it has been compiled for."""
        return list(self._inside.signatures)

    @cached_property
    def _outside(self) -> Any:
        return njit(nogil=True)(self.py_func)


def inside(function: Callable[..., Any]) -> Any:
    """Decorator of parts of a stage that only compiled functions call."""
    return Inside(function)


class SameTypes:
    """A compiled function that is called month after month with arguments of the same types.

    Of a call with a hundred arrays three quarters is finding out their types, with the interpreter
    held. They are found out at the first call; then the compiled code is called as it is. It still
    refuses an array with another number of dimensions or another size of numbers, nothing more: so
    who calls it makes all arguments in one place (`sim.month.State`).

    Attributes:
        py_func: the same function as plain Python.
        asking: the same function, finding out the types at every call.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.py_func = function
        self.asking: Any = compiled(function)
        self._call: Any = self._first_call

    def __call__(self, *arguments: Any) -> Any:
        """Call it from Python."""
        return self._call(*arguments)

    @property
    def signatures(self) -> list[Any]:
        """What it has been compiled for."""
        return list(self.asking.signatures)

    def _first_call(self, *arguments: Any) -> Any:
        result = self.asking(*arguments)
        (known,) = self.asking.overloads.values()
        self._call = known.entry_point
        return result


def same_types(function: Callable[..., Any]) -> Any:
    """Decorator of what a run calls every month, see `SameTypes`."""
    return SameTypes(function)


COMPLETE = "complete"
"""Name of an empty file in the folder of compiled code: everything has been compiled once."""


def folder_of_compiled_code() -> Path:
    """Where compiled code is kept."""
    return Path(numba.config.CACHE_DIR)  # type: ignore[attr-defined]


def share_compiled() -> float:
    """How much has been compiled so far, 0 to 1, by the number of functions in the folder."""
    folder = folder_of_compiled_code()
    if (folder / COMPLETE).exists():
        return 1.0
    return min(1.0, len(list(folder.rglob("*.nbi"))) / _functions())


KINDS = ("compiled", "inside", "same_types")
"""Decorators of what is compiled by itself."""


@lru_cache(maxsize=1)
def _functions() -> int:
    """Number of compiled functions in the files that decide the folder's name."""
    texts = [one.read_text(encoding="utf-8") for one in _SOURCES]
    return max(1, sum(one.count(f"@{kind}") for one in texts for kind in KINDS))


def everything_is_compiled() -> None:
    """Note that there is nothing left to compile, for starts to come."""
    (folder_of_compiled_code() / COMPLETE).touch()


_HELPED: list[Path] = []
"""One helper a process is enough, whatever becomes of it."""


def help_compiling(folder: Path) -> subprocess.Popen[bytes] | None:
    """A second process that compiles half of the stages, if that has never been done; else None.

    Two cores take half the time of one. The helper (`sim.warm_up`) leaves what it compiles in the
    folder of compiled code; if it fails, everything is compiled here, only later.

    Args:
        folder: of a town, for the tables the stages are compiled for.
    """
    if _HELPED or not sys.executable or not folder.is_dir():
        return None
    if (folder_of_compiled_code() / COMPLETE).exists():
        return None
    _HELPED.append(folder)
    return beside("sim.warm_up", str(folder))


def beside(module: str, *arguments: str) -> subprocess.Popen[bytes] | None:
    """Start a module of this program in a process beside this one, or None if that fails.

    Args:
        module: its name.
        arguments: of its command line.
    """
    try:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=_HERE.parent,
        )  # fmt: skip
    except OSError:
        return None
