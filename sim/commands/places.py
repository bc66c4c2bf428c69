"""`quartier compare A B`: towns and districts beside each other, per 1,000 people aged 65 up."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from sim.commands.progress import steps
from sim.commands.running import Request, simulate
from sim.commands.terminal import PROBLEMS, USAGE, Terminal
from sim.commands.towns import REFERENCE, open_town

if TYPE_CHECKING:
    from sim.report.places import PlacesFindings
    from sim.study import Place, Study
    from sim.town import Town

FOLDER = "places"
EVERY = "*"
KIND = "places"
_DISTRICT = re.compile(r"(?P<town>.+?):(?P<district>[a-z0-9_]+|\*)")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]?.*")


@dataclass(frozen=True)
class Asked:
    """One place as it was asked for.

    Attributes:
        town: name or folder of the town.
        district: key of a district, `*` for every district, None for the town itself.
    """

    town: str
    district: str | None


def asked_for(texts: Sequence[str]) -> tuple[Asked, ...]:
    """Places from the command line, such as `herrenberg` or `herrenberg:altstadt`."""
    found = []
    for text in texts:
        match = _DISTRICT.fullmatch(text)
        # "C:town" is a folder on another drive, not a district of the town C.
        if match is None or (_DRIVE.fullmatch(text) and len(match["town"]) == 1):
            found.append(Asked(text, None))
        else:
            found.append(Asked(match["town"], match["district"]))
    return tuple(dict.fromkeys(found))


def is_one_town(texts: Sequence[str]) -> bool:
    """Whether the plans of one town are to be compared, as ever."""
    asked = asked_for(texts)
    return len(asked) == 1 and asked[0].district is None


def compare_places(
    terminal: Terminal, texts: Sequence[str], plans: Sequence[str], request: Request
) -> None:
    """Simulate each town once and set the places beside each other."""
    from sim import study as studies
    from sim.report.places import gather_places, inputs_of, write_places

    asked = asked_for(texts)
    towns = _towns(terminal, asked)
    wanted = _plans(terminal, towns, plans)
    _check_districts(terminal, asked, towns)
    results: dict[str, Study] = {}
    for name, town in towns.items():
        here = tuple(plan for plan in wanted if plan in town.plans)
        # A name is that of the comparison; each town's study keeps its own.
        own = replace(request, name=None)
        results[name] = simulate(terminal, town, here, own, "-".join(here))
    places = studies.Places(tuple(_places(asked, towns, results)), wanted)
    found = gather_places(places, inputs_of(list(towns.values())))
    folder = _folder(request, places)
    with steps(terminal, "Auswertung und Bilder", "Evaluation and pictures") as progress:
        progress(0, 2)
        _write_manifest(folder, places, request)
        pages = write_places(found, folder, progress)
    show_places(terminal, found)
    terminal.show()
    line = Text(terminal.say("Als Nächstes öffnen: ", "Open next: "), style="bold")
    terminal.show(line.append_text(terminal.path(pages[terminal.lang])))


def show_places(terminal: Terminal, found: PlacesFindings) -> None:
    """The answer, the tables, and what a difference may mean."""
    from sim.report.places import answer, caution, inputs_table, places_table

    lang = terminal.lang
    terminal.show()
    for plan in found.places.plans:
        terminal.tables(places_table(found, plan, lang))
    terminal.show(answer(found, lang))
    terminal.show()
    terminal.tables(inputs_table(found, lang))
    terminal.show(caution(found, lang))


def _towns(terminal: Terminal, asked: Sequence[Asked]) -> dict[str, Town]:
    """Each town once, by the text it was asked for with."""
    towns: dict[str, Town] = {}
    for one in asked:
        if one.town not in towns:
            towns[one.town] = open_town(terminal, one.town)
    return towns


def _plans(terminal: Terminal, towns: dict[str, Town], asked: Sequence[str]) -> tuple[str, ...]:
    """The reference, then the plans asked for; a plan that no town has is a mistake."""
    names = [name.strip() for part in asked for name in part.split(",") if name.strip()]
    known = {plan for town in towns.values() for plan in town.plans}
    for name in names:
        if name not in known:
            raise terminal.fail(
                USAGE,
                f"Keiner dieser Orte hat einen Plan „{name}“. Vorhanden: "
                f"{', '.join(sorted(known))}.",
                f"None of these places has a plan “{name}”. There are: {', '.join(sorted(known))}.",
            )
    for name in names:
        lacking = [town.label for town in towns.values() if name not in town.plans]
        if lacking:
            terminal.message(
                f"Hinweis: Den Plan „{name}“ gibt es nicht in: {', '.join(lacking)}.",
                f"Note: there is no plan “{name}” in: {', '.join(lacking)}.",
            )
    return tuple(dict.fromkeys((REFERENCE, *names)))


def _check_districts(terminal: Terminal, asked: Sequence[Asked], towns: dict[str, Town]) -> None:
    from sim.town.problems import did_you_mean

    for one in asked:
        keys = [district.key for district in towns[one.town].districts]
        if one.district in (None, EVERY) or one.district in keys:
            continue
        label = towns[one.town].label
        hint = did_you_mean(str(one.district), keys)
        raise terminal.fail(
            USAGE,
            f"{label} hat kein Quartier „{one.district}“. Vorhanden: {', '.join(keys)}. "
            f"Bitte {hint.de}.",
            f"{label} has no district “{one.district}”. There are: {', '.join(keys)}. "
            f"Please {hint.en}.",
        )


def _places(
    asked: Sequence[Asked], towns: dict[str, Town], results: dict[str, Study]
) -> list[Place]:
    from sim import study as studies

    found: dict[str, Place] = {}
    for one in asked:
        study = results[one.town]
        keys = [district.key for district in towns[one.town].districts]
        districts = keys if one.district == EVERY else [one.district or EVERY]
        for district in districts:
            place = studies.Place(study, district)
            found.setdefault(place.key, place)
    return list(found.values())


def _folder(request: Request, places: Any) -> Path:
    """Where the comparison is written: a folder of its own, never that of another."""
    towns = list(dict.fromkeys(one.study.town for one in places.places))
    base = request.name or "-".join(towns)[:80]
    return request.out / FOLDER / base


def _write_manifest(folder: Path, places: Any, request: Request) -> None:
    """What was compared, and where each study lies."""
    from sim.study.files import write_json
    from sim.study.manifest import NAME, now

    write_json(
        folder / NAME,
        {
            "kind": KIND,
            "plans": list(places.plans),
            "years": list(places.years),
            "draws": request.draws,
            "seeds": request.seeds,
            "seed": request.seed,
            "places": [
                {
                    "key": one.key,
                    "label": one.label,
                    "town": one.study.town,
                    "district": one.district,
                    "study": _relative(one.study.folder, folder),
                    "study_key": one.study.manifest["key"],
                }
                for one in places.places
            ],
            "finished": now(),
        },
    )


def _relative(path: Path, folder: Path) -> str:
    """A study's folder as seen from the comparison's, so that both may be moved together."""
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def is_places(folder: Path) -> bool:
    """Whether a result compares places."""
    from sim.study.files import read_json
    from sim.study.manifest import NAME

    found = read_json(folder / NAME)
    return isinstance(found, dict) and found.get("kind") == KIND


def show_stored(terminal: Terminal, folder: Path) -> None:
    """Show a stored comparison of places."""
    import pandas as pd

    from sim import study as studies
    from sim.report.places import gather_places
    from sim.study.files import read_json
    from sim.study.manifest import NAME

    content: Any = read_json(folder / NAME)
    known = stored_studies(terminal, folder)
    places = tuple(studies.Place(known[row["town"]], row["district"]) for row in content["places"])
    inputs = pd.read_csv(folder / "tables" / "inputs.csv")
    show_places(terminal, gather_places(studies.Places(places, tuple(content["plans"])), inputs))


def stored_studies(terminal: Terminal, folder: Path) -> dict[str, Study]:
    """The studies that a comparison of places rests on, by town.

    Raises:
        typer.Exit: one is no longer there or no longer the same.
    """
    from sim import study as studies
    from sim.study.files import read_json
    from sim.study.manifest import NAME

    content: Any = read_json(folder / NAME)
    found: dict[str, Study] = {}
    for row in content["places"]:
        study = studies.load(folder / row["study"])
        if study.manifest["key"] != row["study_key"]:
            raise terminal.fail(
                PROBLEMS,
                f"{study.folder} enthält nicht mehr die Studie, mit der verglichen wurde.",
                f"{study.folder} no longer holds the study that was compared.",
            )
        found[row["town"]] = study
    return found


def rerun(terminal: Terminal, folder: Path, threads: int | None) -> None:
    """Run every study of a comparison of places again from its own folder."""
    from sim.commands import running, updating

    for study in stored_studies(terminal, folder).values():
        terminal.show(study.town_label)
        again = updating.rerun if updating.is_update(study.folder) else running.rerun
        again(terminal, study.folder, threads)
