"""Files of an update: tables as CSV, pictures, and a page in German and in English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.report.drawing import Picture
from sim.report.export import csv_text
from sim.report.numbers import Lang
from sim.report.updated import Updated
from sim.report.updated_pictures import pictures
from sim.report.updated_words import (
    beside_table,
    closing,
    learned_table,
    learning_sentence,
    limits,
    outlook_table,
    surprise_sentence,
    title,
    year_sentence,
    years_table,
)
from sim.study.files import write_whole
from sim.town.figures import OBSERVATIONS

LANGUAGES: tuple[Lang, Lang] = ("de", "en")
PICTURES, TABLES = "pictures", "tables"
WHOLE_TOWN = "*"


@dataclass(frozen=True)
class UpdateReport:
    """What was written.

    Attributes:
        pages: the page in each language.
        pictures: all picture files.
        tables: all CSV files.
    """

    pages: dict[Lang, Path]
    pictures: tuple[Path, ...]
    tables: tuple[Path, ...]


def write_update(
    found: Updated, progress: Callable[[int, int], None] | None = None
) -> UpdateReport:
    """Write tables, pictures and pages into the folder of the newest forecast.

    Args:
        found: what the update says.
        progress: called with the number of finished steps and of all.

    Raises:
        StudyError: the folder cannot be written to, or the disk is full.
    """
    folder = found.folder
    tables = []
    for name, frame in exported_update(found).items():
        path = folder / TABLES / f"{name}.csv"
        write_whole(path, csv_text(frame).encode())
        tables.append(path)
    total = 1 + len(LANGUAGES) * (1 + len(found.places_shown()) + 1)
    done = 1
    pages: dict[Lang, Path] = {}
    files: list[Path] = []
    for lang in LANGUAGES:
        drawn = []
        for picture in pictures(found, lang):
            drawn.append(picture)
            files += picture.write(folder / PICTURES)
            done += 1
            if progress is not None:
                progress(min(done, total), total)
        path = folder / f"update.{lang}.md"
        write_whole(path, page(found, drawn, lang).encode())
        pages[lang] = path
    return UpdateReport(pages, tuple(files), tuple(tables))


def exported_update(found: Updated) -> dict[str, pd.DataFrame]:
    """The tables as they are written, by file name without ending."""
    frames = {
        "beside": _beside(found),
        "years": _years(found),
        "learned": _learned(found),
        "unexplained": _unexplained(found),
        "forecast": _forecast(found),
    }
    return {name: frame for name, frame in frames.items() if not frame.empty}


def _key(found: Updated, place: int | None) -> str:
    return WHOLE_TOWN if place is None else found.update.town.districts[place].key


def _people(found: Updated, value: float) -> object:
    """Whole people; small numbers are not shown."""
    if 0.0 < value < found.small_cell:
        return f"<{found.small_cell}"
    return round(value)


def _beside(found: Updated) -> pd.DataFrame:
    rows = []
    for year in found.years:
        for one in year.beside:
            figure = one.figure
            small = 0.0 < figure.value < found.small_cell
            rows.append(
                {
                    "year": figure.year,
                    "district": _key(found, figure.district),
                    "label": found.place(figure.district, "de"),
                    "age_from": figure.age_from,
                    "age_to": figure.age_to,
                    "forecast": _people(found, one.before.value),
                    "low": _people(found, one.before.low),
                    "high": _people(found, one.before.high),
                    "counted": _people(found, figure.value),
                    "difference": None if small else round(figure.value - one.before.value),
                    "standard_deviations": None if small else round(one.deviations, 2),
                    "p_value_among_all": round(one.p_value, 4),
                    "source": figure.source,
                    "status": figure.status,
                }
            )
    return pd.DataFrame(rows)


def _years(found: Updated) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "year": year.step.year,
                "p_value": round(year.surprise.p_value, 4),
                "p_value_among_years": round(year.adjusted, 4),
                "more_than_chance": year.surprise.more_than_chance,
                "figures": len(year.beside),
                "independent_figures": year.surprise.dimensions,
                "outside_the_range": sum(one.outside for one in year.beside),
                "draws": year.surprise.draws,
                "effective_number": round(year.step.effective, 2),
                "rounds_of_new_draws": len(year.step.rounds),
                "effective_number_of_new_draws": (
                    round(year.step.rounds[-1], 2) if year.step.rounds else None
                ),
            }
            for year in found.years
        ]
    )


def _learned(found: Updated) -> pd.DataFrame:
    rows = []
    for one in found.learned:
        row = found.update.town.ledger[one.name.partition(" ")[0]]
        rows.append(
            {
                "name": one.name.partition(" ")[0],
                "year": one.year,
                "label_de": row.label_de,
                "label_en": row.label_en,
                "unit": row.unit,
                "before": round(one.before[1], 4),
                "before_low": round(one.before[0], 4),
                "before_high": round(one.before[2], 4),
                "after": round(one.after[1], 4),
                "after_low": round(one.after[0], 4),
                "after_high": round(one.after[2], 4),
                "shift_in_standard_deviations": round(one.shift, 3),
                "scatter_left": round(one.narrowing, 3),
                "learnt": one.something,
                "at_the_edge": one.at_the_edge,
                "source": row.source,
                "status": row.status,
            }
        )
    return pd.DataFrame(rows)


def _unexplained(found: Updated) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "year": one.figure.year,
                "district": _key(found, one.figure.district),
                "age_from": one.figure.age_from,
                "age_to": one.figure.age_to,
                "counted": _people(found, one.figure.value),
                "expected": _people(found, one.expected),
                "standard_deviations": round(one.deviations, 2),
            }
            for one in found.misfits
        ]
    )


def _forecast(found: Updated) -> pd.DataFrame:
    rows = []
    since = found.years[-1].step.before.until if found.years else found.until
    for course in found.courses:
        for column, year in enumerate(course.years):
            # A forecast speaks of the years after the last count it knows.
            old = course.before[column] if course.before and year > since else None
            new = course.after[column] if year > found.until else None
            counted = course.counted.get(year)
            rows.append(
                {
                    "year": year,
                    "district": _key(found, course.place),
                    "label": found.place(course.place, "de"),
                    "age_from": course.ages[0],
                    "age_to": course.ages[1],
                    "before": None if old is None else _people(found, old.value),
                    "before_low": None if old is None else _people(found, old.low),
                    "before_high": None if old is None else _people(found, old.high),
                    "now": None if new is None else _people(found, new.value),
                    "now_low": None if new is None else _people(found, new.low),
                    "now_high": None if new is None else _people(found, new.high),
                    "counted": None if counted is None else _people(found, counted),
                }
            )
    return pd.DataFrame(rows)


def page(found: Updated, drawn: list[Picture], lang: Lang) -> str:
    """The page as Markdown.

    Args:
        found: what the update says.
        drawn: pictures in the same language, embedded by relative link.
        lang: language.
    """
    german = lang == "de"
    parts = [f"# {title(found, lang)}", f"**{surprise_sentence(found, lang)}**"]
    if found.years:
        parts.append(beside_table(found, lang).markdown())
        parts.append(learning_sentence(found, lang))
        parts.append("## " + ("Jahr für Jahr" if german else "Year by year"))
        parts.append(years_table(found, lang).markdown())
        parts += [f"- {year_sentence(found, year, lang)}" for year in found.years[:-1]]
    parts.append("## " + ("Die neue Vorausrechnung" if german else "The new forecast"))
    table = outlook_table(found, lang)
    parts.append(table.markdown())
    parts += [_embedded(picture) for picture in drawn]
    learned = learned_table(found, lang)
    parts += [f"## {learned.title}", learned.markdown()]
    unexplained = limits(found, lang)
    if unexplained:
        parts.append(
            "## "
            + ("Was die Gewichtung nicht erklärt" if german else "What weights cannot explain")
        )
        parts.append("\n".join(f"- {text}" for text in unexplained))
    parts += ["## " + ("Nachrechnen" if german else "How to get it again"), _origin(found, lang)]
    parts.append(closing(found, lang))
    return "\n\n".join(part for part in parts if part) + "\n"


def _embedded(picture: Picture) -> str:
    alt = picture.alt.replace("[", "(").replace("]", ")").replace("\n", " ")
    return f"![{alt}]({PICTURES}/{picture.name}.{picture.lang}.png)"


def _origin(found: Updated, lang: Lang) -> str:
    study = found.forecast.study
    settings = study.manifest["settings"]
    origin = settings["origin"]
    folder = study.folder.name
    if lang == "de":
        return (
            f"Programm quartier {settings['program']['version']}, Startwert {settings['seed']}, "
            f"{origin['draws']} Ziehungen der Annahmen × {origin['seeds']} Zufallsverläufe. "
            f"Prüfsumme der Eingaben `{settings['town']}`, der gezählten Zahlen "
            f"`{origin['counted']}` (Kopie: inputs/{study.town}/{OBSERVATIONS}). Alle Annahmen: "
            f"manifest.json; gezogene Werte: assumptions.parquet. Noch einmal rechnen: "
            f"`quartier rerun {folder}`."
        )
    return (
        f"Program quartier {settings['program']['version']}, seed {settings['seed']}, "
        f"{origin['draws']} draws of the assumptions × {origin['seeds']} courses of chance. "
        f"Fingerprint of the inputs `{settings['town']}`, of the counted figures "
        f"`{origin['counted']}` (copy: inputs/{study.town}/{OBSERVATIONS}). All assumptions: "
        f"manifest.json; drawn values: assumptions.parquet. Run it again: "
        f"`quartier rerun {folder}`."
    )
