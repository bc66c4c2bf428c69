"""Which municipality of a table of all municipalities is meant."""

from __future__ import annotations

from collections.abc import Mapping

from sim.intake.counts import Unclear
from sim.intake.words import plain


def chosen_region(names: Mapping[str, str], wanted: str | None, file: str) -> str:
    """Key of the municipality that is wanted.

    Args:
        names: names of the areas by their key.
        wanted: name or key; None if nobody has said it.
        file: name of the file.

    Raises:
        Unclear: none or several could be meant.
    """
    if len(names) == 1 and wanted is None:
        return next(iter(names))
    if wanted is None:
        raise _unclear(names, file)
    if wanted in names:
        return wanted
    short = [key for key in names if len(key) == 12 and key[:5] + key[9:] == wanted]
    if len(short) == 1:
        return short[0]
    for begins in (False, True):
        found = {key: name for key, name in names.items() if _same(name, wanted, begins)}
        # A town that is a county of its own appears on both levels; the longer key is the town's.
        longest = max((len(key) for key in found), default=0)
        found = {key: name for key, name in found.items() if len(key) == longest}
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise _unclear(found, file)
    raise _unclear(names, file)


def _same(name: str, wanted: str, begins: bool) -> bool:
    if begins:
        return plain(name.partition(",")[0]) == plain(wanted.partition(",")[0])
    return plain(name) == plain(wanted)


def _unclear(names: Mapping[str, str], file: str) -> Unclear:
    return Unclear("region", file, tuple(names.items()))
