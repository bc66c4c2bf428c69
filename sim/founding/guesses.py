"""The estimated entries of a town's folder, each with the towns it could also be.

Every group of entries that is not counted is moved to both ends of its range, and nothing else:
the ranges stand in `germany/founding.csv` and in the ledger.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.founding.homes import SIZES
from sim.founding.national import Figure, National
from sim.founding.people import shared_out
from sim.town import MeetingPointSpec, Town
from sim.town.problems import Both

SOFT = frozenset({"estimated", "assumed"})
OLD = 65


@dataclass(frozen=True)
class Guess:
    """One group of estimated entries.

    Attributes:
        name: short name.
        label: what it is.
        span: how far it is moved, in words.
        mend: what would replace the estimate, and who has it.
        low, high: make the town at both ends of the range.
    """

    name: str
    label: Both
    span: Both
    mend: Both
    low: Callable[[], Town]
    high: Callable[[], Town]


def guesses_of(town: Town) -> tuple[Guess, ...]:
    """Every group of entries of a town that is estimated or assumed."""
    national = National(town.tables, town.ledger, town.state)
    makers = (_ages, _homes, _services, _ledger, _points, _areas)
    return tuple(guess for make in makers for guess in make(town, national))


def _ages(town: Town, national: National) -> Iterator[Guess]:
    if not set(town.population["status"]) & SOFT:
        return
    whole = national.the("town_log_odds_65")
    yield Guess(
        "ages_of_the_town",
        Both("Altersaufbau der Stadt", "age structure of the town"),
        _shares(
            Both("Anteil ab 65", "share aged 65 and over"),
            _share_of_old(town),
            (whole.low, whole.high),
        ),
        Both(
            "Einwohner nach Alter und Geschlecht (Melderegister)",
            "residents by age and sex (residents' register)",
        ),
        lambda: _older(town, dict.fromkeys(range(len(town.districts)), whole.low)),
        lambda: _older(town, dict.fromkeys(range(len(town.districts)), whole.high)),
    )
    if len(town.districts) < 2:
        return
    part = national.the("district_log_odds_65")
    turns = {index: (1.0 if place % 2 == 0 else -1.0) for place, index in enumerate(_by_size(town))}
    yield Guess(
        "ages_of_districts",
        Both("Altersaufbau der Quartiere", "age structure of the districts"),
        _shares(
            Both(
                "jedes zweite Quartier älter, die anderen jünger, und umgekehrt: Anteil ab 65",
                "every other district older, the others younger, and the reverse: share of 65+",
            ),
            _share_of_old(town),
            (part.low, part.high),
        ),
        Both(
            "Einwohner nach Quartier, Alter und Geschlecht (Melderegister)",
            "residents by district, age and sex (residents' register)",
        ),
        lambda: _older(town, {index: turn * part.low for index, turn in turns.items()}),
        lambda: _older(town, {index: turn * part.high for index, turn in turns.items()}),
    )


def _shares(what: Both, share: float, shifts: tuple[float, float]) -> Both:
    """A share at both ends of a range of its odds, in words."""
    odds = share / max(1.0 - share, 1e-9)
    ends = [odds * math.exp(shift) / (1.0 + odds * math.exp(shift)) for shift in shifts]
    span = f"{ends[0]:.0%}".rstrip("%"), f"{ends[1]:.0%}".rstrip("%")
    return Both(f"{what.de} {span[0]} bis {span[1]} %", f"{what.en} {span[0]} to {span[1]} %")


def _share_of_old(town: Town) -> float:
    persons = town.population["persons"].to_numpy(dtype=np.float64)
    first = town.population["age_from"].to_numpy()
    last = np.minimum(town.population["age_to"].to_numpy(), 99)
    old = np.clip((last + 1 - np.maximum(first, OLD)) / (last + 1 - first), 0.0, 1.0)
    return float((persons * old).sum() / max(persons.sum(), 1.0))


def _by_size(town: Town) -> list[int]:
    """Districts, the largest first."""
    return sorted(range(len(town.districts)), key=lambda index: -town.districts[index].residents)


def _older(town: Town, shifts: Mapping[int, float]) -> Town:
    """A town in which the odds of being 65 or over are multiplied, district by district.

    People of a district and sex stay as many; within those younger and older, groups keep their
    proportions.
    """
    frame = town.population.copy()
    frame["persons"] = frame["persons"].astype("int64")
    for _, part in frame.groupby(["district", "sex"]):
        rows, district = part.index, int(part["district"].iloc[0])
        first, last = part["age_from"].to_numpy(), np.minimum(part["age_to"].to_numpy(), 99)
        old = np.clip((last + 1 - np.maximum(first, OLD)) / (last + 1 - first), 0.0, 1.0)
        persons = part["persons"].to_numpy(dtype=np.float64)
        weights = persons * (1.0 - old + old * math.exp(shifts.get(district, 0.0)))
        frame.loc[rows, "persons"] = shared_out(int(persons.sum()), weights)
    return replace(town, population=frame)


def _homes(town: Town, national: National) -> Iterator[Guess]:
    if not set(town.households["status"]) & SOFT:
        return
    figure = national.the("district_log_odds_one_person")
    alone = town.households.loc[town.households["size"] == 1, "households"].sum()
    yield Guess(
        "households",
        Both("Haushalte nach Größe", "households by size"),
        _shares(
            Both("Anteil der Einpersonenhaushalte", "share of one-person households"),
            float(alone / town.households["households"].sum()),
            (figure.low, figure.high),
        ),
        Both(
            "Haushalte nach Größe je Quartier (Statistikstelle; für die Stadt: Zensus 2022, "
            "Regionaltabelle Haushalte)",
            "households by size and district (statistics office; for the town: Census 2022, "
            "regional table Haushalte)",
        ),
        lambda: _more_alone(town, figure.low),
        lambda: _more_alone(town, figure.high),
    )


def _more_alone(town: Town, shift: float) -> Town:
    """A town in which the odds of a household to be of one person are multiplied.

    As many people live in households as before; the larger ones keep their proportions.
    """
    frame = town.households.copy()
    frame["households"] = frame["households"].astype("int64")
    for rows in frame.groupby("district").groups.values():
        part = frame.loc[rows]
        sizes = SIZES[part["size"].to_numpy(dtype=np.int64) - 1]
        numbers = part["households"].to_numpy(dtype=np.float64)
        people = float(numbers @ sizes)
        if not people:
            continue
        weights = numbers * np.where(sizes == 1.0, math.exp(shift), 1.0)
        total = math.floor(people / float(weights @ sizes / weights.sum()))
        frame.loc[rows, "households"] = shared_out(total, weights)
    return replace(town, households=frame)


SERVICES = {
    "ambulatory_hours_per_week": (
        "ambulatory_hours_factor",
        Both("Stunden der Pflegedienste", "hours of care services"),
        Both(
            "Stunden je Woche und Wartelisten (Pflegedienste, Kreispflegeplanung)",
            "hours a week and waiting lists (care services, the county's care planning)",
        ),
    ),
    "day_care_places": (
        "day_care_places_factor",
        Both("Plätze in der Tagespflege", "day-care places"),
        Both(
            "Plätze der Tagespflege (Heimaufsicht, Kreispflegeplanung)",
            "day-care places (home supervision, the county's care planning)",
        ),
    ),
    "nursing_home_places": (
        "nursing_home_places_factor",
        Both("Plätze im Pflegeheim", "nursing-home places"),
        Both(
            "Dauerpflegeplätze (Heimaufsicht, Kreispflegeplanung)",
            "permanent places (home supervision, the county's care planning)",
        ),
    ),
}


def _services(town: Town, national: National) -> Iterator[Guess]:
    for service, (name, label, mend) in SERVICES.items():
        if any(spec.service == service and spec.status in SOFT for spec in town.services):
            figure = national.the(name)
            yield Guess(
                service, label, _times(figure), mend,
                _scaled(town, service, figure.low), _scaled(town, service, figure.high),
            )  # fmt: skip


def _times(figure: Figure) -> Both:
    return Both(
        f"mal {figure.low:g} bis mal {figure.high:g}".replace(".", ","),
        f"times {figure.low:g} to times {figure.high:g}",
    )


def _scaled(town: Town, service: str, factor: float) -> Callable[[], Town]:
    """A town in which the service was counted, and was so much smaller or larger than estimated.

    The model lets only counted hours and guests bind (`sim.model`), so a count is what is tried.
    """
    return lambda: replace(
        town,
        services=tuple(
            replace(spec, size=spec.size * factor, status="measured")
            if spec.service == service
            else spec
            for spec in town.services
        ),
    )


LEDGER = {
    "care_rate_factor": Both(
        "Pflegebedürftige nach Alter im Kreis (Pflegestatistik des Statistischen Landesamts)",
        "people in need of care by age in the county (care statistics of the state's office)",
    ),
    "ambulatory_share_factor": Both(
        "Pflegebedürftige mit ambulantem Dienst im Kreis (Pflegestatistik)",
        "people in need with an ambulatory service in the county (care statistics)",
    ),
    "net_migration_per_1000": Both(
        "Zu- und Fortzüge der letzten fünf Jahre (Wanderungsstatistik)",
        "moves in and out in the last five years (migration statistics)",
    ),
}


def _ledger(town: Town, national: National) -> Iterator[Guess]:
    for name, mend in LEDGER.items():
        one = town.ledger[name]
        if one.uncertain and one.status != "measured":
            yield Guess(
                name,
                Both(one.label_de, one.label_en),
                Both(
                    f"{one.low:g} bis {one.high:g}".replace(".", ","),
                    f"{one.low:g} to {one.high:g}",
                ),
                mend,
                _with_value(town, name, one.low),
                _with_value(town, name, one.high),
            )


def _with_value(town: Town, name: str, value: float) -> Callable[[], Town]:
    return lambda: replace(town, ledger=town.ledger.with_values(**{name: value}))


def _points(town: Town, national: National) -> Iterator[Guess]:
    mend = Both(
        "Liste der Treffpunkte mit Öffnungszeiten (Seniorenrat, Kirchen, Vereine)",
        "list of meeting points with opening hours (seniors' council, churches, clubs)",
    )
    if not town.meeting_points:
        figure = national.the("residents_per_meeting_point")
        number = max(1, round(sum(d.residents for d in town.districts) / figure.low))
        yield Guess(
            "meeting_points",
            Both("Treffpunkte, die es schon gibt", "existing meeting points"),
            Both(f"keiner bis {number}", f"none to {number}"),
            mend,
            lambda: town,
            lambda: _with_points(town, number, national),
        )
    elif any(point.status in SOFT for point in town.meeting_points):
        yield Guess(
            "meeting_points",
            Both("Plätze und Öffnung der Treffpunkte", "seats and opening of meeting points"),
            Both("die Hälfte bis das Doppelte", "half to twice"),
            mend,
            lambda: _opened(town, 0.5),
            lambda: _opened(town, 2.0),
        )


def _with_points(town: Town, number: int, national: National) -> Town:
    seats = round(national.the("meeting_point_seats").value)
    hours = national.the("meeting_point_opening_hours").value
    largest = _by_size(town)
    points = [
        MeetingPointSpec(
            key=f"angenommen_{place}",
            label="",
            district=largest[place % len(largest)],
            x=town.districts[largest[place % len(largest)]].x,
            y=town.districts[largest[place % len(largest)]].y,
            seats=seats,
            opening_hours_per_week=hours,
            all_ages=False,
            neighbourly_help=False,
            source="germany/founding.csv",
            status="assumed",
        )
        for place in range(number)
    ]
    return replace(town, meeting_points=tuple(points))


def _opened(town: Town, factor: float) -> Town:
    return replace(
        town,
        meeting_points=tuple(
            replace(
                point,
                seats=max(1, round(point.seats * factor)),
                opening_hours_per_week=min(168.0, point.opening_hours_per_week * factor),
            )
            if point.status in SOFT
            else point
            for point in town.meeting_points
        ),
    )


def _areas(town: Town, national: National) -> Iterator[Guess]:
    if not any(district.estimated for district in town.districts):
        return
    figure = national.the("settled_persons_per_hectare")
    yield Guess(
        "areas",
        Both("Lage und Fläche der Quartiere", "place and area of the districts"),
        Both(
            f"Fläche mal {figure.value / figure.high:.2g} bis mal {figure.value / figure.low:.2g}"
            .replace(".", ","),
            f"area times {figure.value / figure.high:.2g} to times "
            f"{figure.value / figure.low:.2g}",
        ),
        Both(
            "Grenzen der Quartiere als GeoJSON (Vermessungsamt, Geoportal)",
            "boundaries of the districts as GeoJSON (surveying office, geoportal)",
        ),
        lambda: _spread(town, figure.value / figure.high),
        lambda: _spread(town, figure.value / figure.low),
    )  # fmt: skip


def _spread(town: Town, factor: float) -> Town:
    return replace(
        town,
        districts=tuple(
            replace(
                district,
                area_hectares=district.area_hectares * factor,
                radius_metres=district.radius_metres * math.sqrt(factor),
            )
            if district.estimated
            else district
            for district in town.districts
        ),
    )


__all__ = ["Guess", "guesses_of"]
