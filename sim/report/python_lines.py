"""Three lines of Python that give a study's numbers again, bit for bit.

Everything that moves a number stands in them: the town, the plans, the draws and seeds, and
assumptions set by hand. A plan without a file of its own is written out in full. Names of others
only ever appear as string literals, so that the lines do nothing but compute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.study.design import REFERENCE
from sim.study.inputs import TOWN_FILE, copied_town
from sim.study.live import BY_HAND, LiveStudy
from sim.study.manifest import plain
from sim.town import TownError, find_town, read_town
from sim.town.plan import Measure, Plan

if TYPE_CHECKING:
    from sim.study import Study
    from sim.town import Town

ALIGNED = "alignment"
"""Kind of the origin of draws that were moved to meet an official forecast."""

AGAIN = "again"
"""Name of the result that the lines make, so that they touch no other."""

_NOT_WRITTEN = ("line",)
"""Entries of a measure that move no number."""


def python_lines(study: Study, town: Town | None = None) -> tuple[str, ...]:
    """Lines that simulate the study again and print its differences.

    Args:
        study: the study; one that was interrupted is computed to its end.
        town: the town it was made from; None for the copy in the study's folder.

    Returns:
        Three lines; one more where the drawn values are not those of the ledger alone. After them
        `result` holds the study.
    """
    settings = study.manifest["settings"]
    origin = settings.get("origin") or {}
    kind = str(origin.get("kind", ""))
    if "values" in settings and kind not in (ALIGNED, BY_HAND):
        return _from_folder(study)
    if town is None:
        town = study.live.of_town if isinstance(study, LiveStudy) else _copied(study)
    place = repr(_where(study, town))
    draws, seeds, seed = _size(study), study.seeds, int(settings["seed"])
    options = f", {draws}, {seeds}, seed={seed}, name={AGAIN!r}"
    usual = REFERENCE if REFERENCE in study.plans else study.plans[0]
    if study.reference != usual:
        options += f", reference={study.reference!r}"
    plans, written = _plans(settings["plans"], town)
    names = (["Measure", "Plan"] if written else []) + (["find_town", "read_town"] if kind else [])
    imports = "from sim import study"
    if names:
        imports += f"; from sim.town import {', '.join(names)}"
    lines = [imports]
    if kind == ALIGNED:
        lines.append(f"town = read_town(find_town({place})); aligned = study.align(town, {seed})")
        options += f", values=aligned.draws(town, {seed}, {draws}), origin=aligned.origin()"
    elif kind == BY_HAND:
        lines[0] += "; from sim.study.live import drawn"
        lines.append(f"town = read_town(find_town({place}))")
        hand = tuple((str(name), float(value)) for name, value in origin["values"].items())
        values = f"n: drawn(town, {seed}, n, {hand!r}) for n in range({draws})"
        options += f", values={{{values}}}"
    first = "town" if kind else place
    lines.append(f"result = study.compare({first}, [{plans}]{options})")
    shown = "differences" if len(study.plans) > 1 else "levels"
    lines.append(f"print(study.{shown}(result))")
    return tuple(lines)


def _from_folder(study: Study) -> tuple[str, ...]:
    """For values that came from elsewhere: they lie in the study's folder alone."""
    folder = repr(str(study.folder))
    return (
        "from sim import study",
        f"result = study.load({folder})",
        f"print(study.differences(result), study.rerun({folder}).text('de'))",
    )


def _size(study: Study) -> int:
    """Draws to be computed: those that take part, or all of a study with gaps."""
    draws = tuple(study.draws)
    whole = draws == tuple(range(len(draws)))
    return len(draws) if whole else int(study.manifest["draws"])


def _copied(study: Study) -> Town | None:
    """The town as the study has kept it; None if it cannot be read."""
    try:
        return read_town(copied_town(study.folder, study.town))
    except (TownError, OSError):
        return None


def _where(study: Study, town: Town | None) -> str:
    """What finds the town: its name if that leads to the same files, else its folder."""
    fingerprint = study.manifest["settings"]["town"]
    own = None if town is None else _folder(town)
    try:
        named = find_town(study.town)
        same = own is not None and own.resolve() == named.resolve()
        found = town if same and town is not None else read_town(named)
        if found.fingerprint == fingerprint:
            return study.town
    except (TownError, OSError):
        pass  # a town of the user's own, which no name finds
    return str(own or copied_town(study.folder, study.town))


def _folder(town: Town) -> Path | None:
    """The folder a town was read from."""
    files = map(Path, town.files)
    return next((file.parent for file in files if file.name == TOWN_FILE), None)


def _plans(records: Sequence[Mapping[str, Any]], town: Town | None) -> tuple[str, bool]:
    """The plans as a list of literals, and whether any is written out."""
    texts = []
    written = False
    for record in records:
        name = str(record["name"])
        own = None if town is None else town.plans.get(name)
        if own is not None and plain(asdict(own)) == dict(record):
            texts.append(repr(name))
        else:
            written = True
            texts.append(_literal(Plan, record))
    return ", ".join(texts), written


def _literal(kind: type[Plan] | type[Measure], record: Mapping[str, Any]) -> str:
    """A plan or measure as Python writes it; what is as usual is left out."""
    parts = []
    for field in fields(kind):
        if field.name in _NOT_WRITTEN or field.name not in record:
            continue
        value = record[field.name]
        usual = field.default
        if usual is MISSING and field.default_factory is not MISSING:
            usual = field.default_factory()
        if value == usual or (usual == () and not value):
            continue
        if field.name == "measures":
            inner = ", ".join(_literal(Measure, one) for one in value)
            parts.append(f"measures=({inner},)")
        elif field.name == "districts":
            parts.append(f"districts={tuple(int(one) for one in value)!r}")
        else:
            parts.append(f"{field.name}={value!r}")
    return f"{kind.__name__}({', '.join(parts)})"
