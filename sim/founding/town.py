"""A new town: from answers and tables to a folder that runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sim.founding.answers import Answers
from sim.founding.facts import (
    ASSUMPTION_COLUMNS,
    Service,
    assumption_rows,
    make_services,
    point_rows,
)
from sim.founding.homes import Homes, make_homes
from sim.founding.national import National
from sim.founding.people import (
    People,
    counted_people,
    estimated_people,
    spread_people,
    structure,
)
from sim.founding.plans import COMPARED, Place, budget_for, make_plans
from sim.founding.readme import readme
from sim.founding.remembering import answers_text, layouts_text, remembered
from sim.founding.spots import Spot, make_spots
from sim.founding.writing import csv_text, toml_table, write_folder
from sim.intake.boundaries import Area, match_areas, read_boundaries
from sim.intake.counts import Counts
from sim.intake.layout import Layout
from sim.intake.names import keys_of, name_fault
from sim.intake.reading import Told, layout_of, read_households, read_people
from sim.town import Problem, TownError, check_folder
from sim.town.plan import month_number
from sim.town.problems import Both, did_you_mean, listing, problem

USUAL_RESIDENTS = 10_000
WORST = ("measured", "derived", "estimated", "assumed")
ANSWERS = "answers.toml"


@dataclass(frozen=True)
class Sources:
    """What was read from the files the answers name.

    Attributes:
        counts: people; None if there is no table.
        areas: areas of the boundaries' file; empty if there is none.
        households: households of size 1 to 6 of the town; None if there is no table.
        layout: layout of the table of people, to be remembered; None if it needs no memory.
    """

    counts: Counts | None = None
    areas: tuple[Area, ...] = ()
    households: tuple[int, ...] | None = None
    layout: Layout | None = None


@dataclass(frozen=True)
class Draft:
    """A new town before it is written.

    Attributes:
        key, answers, sources, national: what it was made from.
        people, homes, services, spots: its parts.
        keys: key of each district by its name.
        middle: latitude and longitude of the town.
        budget: euros a year of each plan.
        files: texts by path in the folder.
    """

    key: str
    answers: Answers
    sources: Sources
    national: National
    people: People
    homes: Homes
    services: tuple[Service, ...]
    spots: Mapping[str, Spot]
    keys: Mapping[str, str]
    middle: tuple[float, float]
    budget: int
    files: Mapping[str, str] = field(default_factory=dict)


def last_day(month: str) -> date:
    """Last day of a month such as 2025-12."""
    year, number = int(month[:4]), int(month[5:])
    following = date(year + number // 12, number % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def found_file(name: str, near: Path) -> Path:
    """A file named in answers: beside them, else in the working directory."""
    path = Path(name).expanduser()
    beside = near / path
    return beside if path.is_absolute() or beside.exists() else path


def read_sources(
    answers: Answers, near: Path, progress: Callable[[int], None] | None = None
) -> Sources:
    """Read every file the answers name.

    Args:
        answers: the answers.
        near: folder of the answers.
        progress: told how many rows of a register are counted.

    Raises:
        Refused: with the problems of the first file that cannot be read.
        Unclear: a question has to be answered first.
    """
    counts = layout = None
    people = answers.population
    if people.table:
        path = found_file(people.table, near)
        told = _told(answers, near)
        counts = read_people(path, last_day(answers.town.start), told, progress)
        layout = layout_of(path, told)
    names = counts.districts if counts is not None else tuple(d.name for d in answers.districts)
    if len(names) == 1 and answers.districts:
        names = tuple(district.name for district in answers.districts)
    areas: tuple[Area, ...] = ()
    bounds = answers.boundaries
    if bounds.file:
        looked_for = [bounds.names.get(name, name) for name in names]
        areas = read_boundaries(found_file(bounds.file, near), bounds.property or None, looked_for)
    households = None
    if answers.households.table:
        region = answers.households.region or people.region or answers.town.label
        households = read_households(
            found_file(answers.households.table, near),
            Told(sheet=answers.households.sheet, region=region),
        )
    return Sources(counts, areas, households, layout)


def _told(answers: Answers, near: Path) -> Told:
    people = answers.population
    return Told(
        sheet=people.sheet,
        region=people.region or None,
        columns=people.columns,
        sexes=people.sexes,
        leave_out_bad_rows=people.leave_out_bad_rows,
        remembered=remembered(near),
    )


def draft_town(key: str, answers: Answers, sources: Sources, national: National) -> Draft:
    """Everything a new folder will hold.

    Raises:
        TownError: answers and tables do not fit together; all problems at once.
    """
    months = _months(answers)
    people = _people(answers, sources, national)
    residents = people.residents
    _check_names(answers, residents)
    areas = {}
    if sources.areas:
        file = Path(answers.boundaries.file).name
        areas = match_areas(sources.areas, tuple(residents), answers.boundaries.names, file)
    spots, middle = make_spots(residents, answers, areas, national)
    services = make_services(people, answers, national)
    places = next(one.size for one in services if one.service == "nursing_home_places")
    adults = {name: people.from_age(18, name) for name in residents}
    homes_source = None
    if sources.households is not None:
        name = Path(answers.households.table).name
        homes_source = Both(
            f"Aus {name} (Zensus 2022, Haushalte nach Größe der Stadt), auf die Quartiere verteilt",
            f"From {name} (Census 2022, households by size of the town), spread over the districts",
        )
    homes = make_homes(
        residents,
        adults,
        places * national.ledger["nursing_home_use"].value,
        national,
        sources.households,
        homes_source,
    )
    keys = keys_of(residents)
    old = {name: people.from_age(65, name) for name in residents}
    most = max(old, key=lambda name: old[name])
    budget = round(answers.plans.budget_per_year or budget_for(sum(old.values()), national))
    draft = Draft(
        key, answers, sources, national, people, homes, services, spots, keys, middle, budget
    )
    place = Place(keys[most], most, old[most])
    plans = make_plans(budget, place, _first_month(answers, months), national)
    return Draft(**{**vars(draft), "files": {**_files(draft), **plans}})


def write_town(draft: Draft, parent: Path, national: Path) -> tuple[Path, list[Problem]]:
    """Write a town's folder, whole or not at all.

    Args:
        draft: the town.
        parent: folder it will stand in.
        national: tables all towns share, to check it against.

    Returns:
        The folder, and what should be known of it.

    Raises:
        TownError: the folder exists, or what was made of the answers is no sound town.
    """
    found: list[Problem] = []

    def check(folder: Path) -> None:
        found.extend(check_folder(folder, national))
        errors = [one for one in found if not one.warning]
        if errors:
            raise TownError(errors)

    folder = write_folder(parent, draft.key, draft.files, check)
    return folder, [one for one in found if one.warning]


def _months(answers: Answers) -> int:
    start = (int(answers.town.start[:4]), int(answers.town.start[5:]))
    months = month_number(answers.town.end, start)
    if not 1 <= months <= 600:
        raise TownError(
            [
                problem(
                    ANSWERS,
                    answers.town.end,
                    Both(
                        f"ein Ende nach {answers.town.start}", f"an end after {answers.town.start}"
                    ),
                    Both("end berichtigen", "correct end"),
                    column="end",
                )
            ]
        )
    return months


def _first_month(answers: Answers, months: int) -> str:
    """The January after next, or earlier in a short calculation."""
    year, month = int(answers.town.start[:4]), int(answers.town.start[5:])
    after = 13 if months >= 25 else 1
    number = year * 12 + month - 1 + after
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _people(answers: Answers, sources: Sources, national: National) -> People:
    start = (int(answers.town.start[:4]), int(answers.town.start[5:]))
    weights = structure(national, start)
    told = {district.name: district.residents for district in answers.districts}
    counts = sources.counts
    if counts is not None:
        people = counted_people(counts, weights, answers.population.join, national.threshold)
        if len(people.residents) > 1 or not told or set(told) <= set(people.residents):
            return _named(people, answers) if len(people.residents) == 1 and not told else people
        return spread_people(people, told, known=any(told.values()))
    total = answers.population.residents
    numbers = [number for number in told.values() if number is not None]
    if total is None:
        total = sum(numbers) if numbers and len(numbers) == len(told) else USUAL_RESIDENTS
    whole = estimated_people(total, weights, national.structure_region, answers.town.label)
    if not told:
        return whole
    return spread_people(whole, told, known=any(told.values()))


def _named(people: People, answers: Answers) -> People:
    """The one district of a table of the whole town has the town's name."""
    frame = people.frame.assign(district=answers.town.label)
    return People(**{**vars(people), "frame": frame})


def _check_names(answers: Answers, residents: Mapping[str, int]) -> None:
    problems = []
    labels = [answers.town.label, *residents, *(p.label for p in answers.meeting_points)]
    for label in labels:
        fault = name_fault(label)
        if fault is not None:
            problems.append(
                problem(ANSWERS, fault[0], Both("ein Name", "a name"), fault[1], column="label")
            )
    named = [("districts", district.name) for district in answers.districts]
    named += [("meeting_points", point.district) for point in answers.meeting_points]
    for column, name in named:
        if name not in residents:
            problems.append(
                problem(
                    ANSWERS,
                    name,
                    Both(
                        f"ein Quartier der Stadt: {listing(residents)}",
                        f"a district of the town: {listing(residents, 'en')}",
                    ),
                    did_you_mean(name, residents),
                    column=column,
                )
            )
    if problems:
        raise TownError(problems)


def _files(draft: Draft) -> dict[str, str]:
    """Every file of the folder but the plans."""
    people, keys = draft.people, draft.keys
    residents = people.residents
    source = people.source.de
    answers = draft.answers
    return {
        "town.toml": _town_file(draft),
        "districts.csv": csv_text(
            ("district", "label", "latitude", "longitude", "area_hectares", "residents", "note",
             "source", "status"),
            [
                (
                    keys[name], name, f"{draft.spots[name].latitude:.5f}",
                    f"{draft.spots[name].longitude:.5f}", f"{draft.spots[name].hectares:g}",
                    number, draft.spots[name].note.de, f"Einwohner: {source}",
                    max(people.residents_status, draft.spots[name].status, key=WORST.index),
                )
                for name, number in residents.items()
            ],
        ),
        "population.csv": csv_text(
            ("district", "sex", "age_from", "age_to", "persons", "source", "status"),
            [
                (keys[name], sex, first, last, persons, source, people.status)
                for name, sex, first, last, persons in people.frame.itertuples(
                    index=False, name=None
                )
            ],
        ),
        "households.csv": csv_text(
            ("district", "size", "households", "source", "status"),
            [
                (keys[name], size, number, draft.homes.source.de, draft.homes.status)
                for name, counts in draft.homes.households.items()
                for size, number in enumerate(counts, start=1)
            ],
        ),
        "services.csv": csv_text(
            ("service", "district", "size", "source", "status"),
            [(one.service, "*", f"{one.size:g}", one.source, one.status) for one in draft.services],
        ),
        "meeting_points.csv": csv_text(
            ("key", "label", "district", "latitude", "longitude", "seats",
             "opening_hours_per_week", "all_ages", "neighbourly_help", "source", "status"),
            point_rows(answers, keys, draft.spots, draft.national),
        ),
        "assumptions.csv": csv_text(ASSUMPTION_COLUMNS, assumption_rows(answers, draft.national)),
        "outline.geojson": _outline(draft),
        ANSWERS: answers_text(answers),
        **layouts_text(draft.sources.layout),
        "README.md": readme(draft),
    }  # fmt: skip


def _town_file(draft: Draft) -> str:
    town = draft.answers.town
    start = last_day(town.start)
    table = toml_table(
        "town",
        {
            "name": draft.key,
            "label": town.label,
            "state": town.state,
            "start": town.start,
            "end": town.end,
            "latitude": draft.middle[0],
            "longitude": draft.middle[1],
            "population_seed": int(f"{start:%Y%m%d}"),
            "compare": COMPARED,
        },
    )
    services = "; ".join(f"{one.service}: {one.source}" for one in draft.services)
    sources = toml_table(
        "sources",
        {
            "population": draft.people.source.de,
            "households": draft.homes.source.de,
            "services": services,
            "outline": _outline_source(draft),
        },
    )
    head = f"# {town.label}. Woher welche Zahl kommt: README.md.\n"
    return "\n".join((head, table, sources))


def _outline_source(draft: Draft) -> str:
    if draft.sources.areas:
        file = Path(draft.answers.boundaries.file).name
        return draft.answers.boundaries.source or f"Grenzen aus {file}; Lizenz bitte eintragen"
    return "Kreise von der Fläche der Quartiere, angenommen; keine Grenzen"


def _outline(draft: Draft) -> str:
    """Boundaries with the districts' keys, or circles of their areas."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "district": draft.keys[name],
                "name": name,
                "status": "measured" if spot.drawn else "assumed",
            },
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [[list(point) for point in ring] for ring in polygon]
                    for polygon in spot.polygons
                ],
            },
        }
        for name, spot in draft.spots.items()
    ]
    content = {
        "type": "FeatureCollection",
        "source": _outline_source(draft),
        "features": features,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
