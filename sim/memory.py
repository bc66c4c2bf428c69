"""Memory a run has let go of stays with the process, for the next month and the next run.

A month needs some arrays for a moment. The C library of most Linux systems may hand such memory
back to the system at once and ask for it again a moment later; each time the system clears every
page and interrupts the other core, where another run is being computed. When it does so depends on
what happened to be freed first, so the same study took one time longer than the other. With fixed
thresholds a run asks the system for nothing after its first months. What is kept so is bounded: 32
MiB a thread, and large arrays (of towns with a million residents) still go back at once.

Nothing depends on it but time; where the C library knows no thresholds nothing is done.

Python looks for garbage in cycles the more often the more objects are made, and now and then at all
there are. Importing and compiling make half a million of them and hardly any garbage, so these
searches were a fifth of a start: they are left out meanwhile.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""Numbers of the two settings in glibc's `malloc.h`."""
KEPT_BYTES = 32 << 20
LARGE_BYTES = 4 << 20


def keep_what_was_freed(kept_bytes: int = KEPT_BYTES, large_bytes: int = LARGE_BYTES) -> bool:
    """Set the thresholds once for the whole process; whether that was possible.

    Whoever has set thresholds in the environment (`MALLOC_TRIM_THRESHOLD_` …) keeps them.

    Args:
        kept_bytes: so much free memory at the end stays with the process.
        large_bytes: arrays of this size and more go back at once; glibc takes 32 MiB at most.
    """
    if not sys.platform.startswith("linux"):
        return False
    if any(name.startswith("MALLOC_") or name == "GLIBC_TUNABLES" for name in os.environ):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    mallopt.argtypes, mallopt.restype = (ctypes.c_int, ctypes.c_int), ctypes.c_int
    kept = mallopt(TRIM_THRESHOLD, kept_bytes)
    return bool(mallopt(MMAP_THRESHOLD, large_bytes)) and bool(kept)


@contextmanager
def no_search_for_garbage(*, to_stay: bool = False) -> Iterator[None]:
    """Whatever is done meanwhile is not interrupted by searches for garbage in cycles.

    Args:
        to_stay: what there is afterwards stays as long as the process, as modules and their
            functions do, and is never looked at again.
    """
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if to_stay:
            gc.freeze()
        if searched:
            gc.enable()
