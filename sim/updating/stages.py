"""Folders of forecasts: `forecast-2023` is what was expected knowing the counts up to 2023.

None is ever overwritten. The same inputs find the forecast that is there; anything else (other
counts, another seed, other assumptions, a changed program) gets a folder of its own,
`forecast-2023-2` and so on.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.study import Design, StudyError, load
from sim.study.files import read_json, write_whole
from sim.study.inputs import copied_town
from sim.study.manifest import NAME, hash_of, plain, settings
from sim.study.result import Study
from sim.town.figures import OBSERVATIONS
from sim.updating.draws import Draw, Space
from sim.updating.drift import Drift
from sim.updating.forecast import DRAWS_FILE, Forecast, draws_from, draws_table
from sim.updating.targets import Targets

if TYPE_CHECKING:
    from sim.town.plan import Plan

MOST_FOLDERS = 999


@dataclass(frozen=True)
class Setup:
    """What is the same in all forecasts of an update.

    Attributes:
        space: the town and what is moved.
        draws: number of draws.
        seeds: courses of chance per draw.
        results: folder of all results.
        drift: how far age groups drift from the model beyond chance.
        observations: the file of counted figures as it was read.
    """

    space: Space
    draws: int
    seeds: int
    results: Path
    drift: Drift
    observations: bytes

    @property
    def folder(self) -> Path:
        """Folder of the town's results."""
        return self.results / self.space.town.name


@dataclass(frozen=True)
class Stage:
    """One forecast to be: what it is made from, and where it goes.

    Attributes:
        until: last year whose counts are known.
        origin: what its draws are made from, for the manifest.
        name: of its folder.
        stored: whether it is there and complete.
    """

    until: int
    origin: Mapping[str, Any]
    name: str
    stored: bool

    @property
    def identity(self) -> str:
        """Hash of what it is made from; the same whatever plans were simulated beside."""
        return str(self.origin["identity"])


def find_stage(
    setup: Setup, plans: Sequence[Plan], until: int, known: Targets, previous: str | None
) -> Stage:
    """Where a forecast is stored, or will be.

    Args:
        setup: what all forecasts share.
        plans: plans to be simulated, the reference first.
        until: last year whose counts are known.
        known: counts up to then.
        previous: identity of the forecast before, None for the first.
    """
    space = setup.space
    origin: dict[str, Any] = {
        "kind": "update",
        "until": until,
        "counted": hash_of([_plain(one) for one in known.figures]),
        "years": list(known.years),
        "draws": setup.draws,
        "seeds": setup.seeds,
        "method": method_fingerprint(),
        "ages": list(setup.drift.edges),
        "previous": previous,
    }
    design = Design((plans[0],), plans[0].name, setup.draws, setup.seeds, space.seed)
    origin["identity"] = hash_of([origin, settings(space.town, design)])
    for number in range(1, MOST_FOLDERS):
        name = f"forecast-{until}" if number == 1 else f"forecast-{until}-{number}"
        path = setup.folder / name / NAME
        if not path.exists():
            return Stage(until, origin, name, stored=False)
        stored = read_json(path)
        if _is_it(stored, origin, plans):
            complete = isinstance(stored, dict) and bool(stored.get("complete"))
            whole = complete and (setup.folder / name / DRAWS_FILE).is_file()
            return Stage(until, origin, name, stored=whole)
    raise StudyError(
        f"In {setup.folder} gibt es zu viele Vorausrechnungen; bitte alte wegräumen.",
        f"There are too many forecasts in {setup.folder}; please put old ones away.",
    )


def _plain(figure: Any) -> list[Any]:
    return [figure.year, figure.district, figure.age_from, figure.age_to, figure.value]


def _is_it(stored: Any, origin: Mapping[str, Any], plans: Sequence[Plan]) -> bool:
    """Whether a stored study is this forecast, with these plans among its own."""
    if not isinstance(stored, dict):
        return False
    made = stored.get("settings", {})
    if made.get("origin") != plain(origin):
        return False
    there = made.get("plans", [])
    wanted = [plain(asdict(plan)) for plan in plans]
    if not stored.get("complete"):
        return bool(there == wanted)
    return all(plan in there for plan in wanted)


@lru_cache(maxsize=1)
def method_fingerprint() -> str:
    """Hash of this room's sources: another method makes another forecast."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def keep(setup: Setup, study: Study, draws: Sequence[Draw], weights: Any) -> None:
    """Store beside a study what its draws are, and the counted figures that were read."""
    table = pa.Table.from_pandas(draws_table(setup.space, draws, weights), preserve_index=False)
    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(None), sink, compression="zstd")
    place = copied_town(study.folder, study.town) / OBSERVATIONS
    write_whole(place, setup.observations)
    write_whole(study.folder / DRAWS_FILE, sink.getvalue())


def load_forecast(folder: Path, space: Space, known: Targets, until: int, drift: Drift) -> Forecast:
    """A stored forecast.

    Args:
        folder: its folder.
        space: what was moved.
        known: the counts known to it.
        until: last year of them.
        drift: how far age groups drift from the model beyond chance.

    Raises:
        StudyError: it is damaged.
    """
    study = load(folder)
    try:
        table: pd.DataFrame = pq.read_table(folder / DRAWS_FILE).to_pandas()
    except (OSError, pa.ArrowException) as error:
        raise StudyError(
            f"{folder / DRAWS_FILE} fehlt oder ist beschädigt.",
            f"{folder / DRAWS_FILE} is missing or damaged.",
        ) from error
    draws = draws_from(space, table)
    return Forecast(
        study, tuple(draws[number] for number in study.draws), until, space, known, drift
    )


def observations_of(folder: Path, town: str) -> Path:
    """The copy of the counted figures inside a forecast's folder."""
    return copied_town(folder, town) / OBSERVATIONS
