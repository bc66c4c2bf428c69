"""The questions of `quartier new`, one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.asking import Interview, NotSo, count, maybe_amount, signed
from sim.commands.progress import counting
from sim.commands.terminal import Terminal, told_problems

if TYPE_CHECKING:
    from sim.founding.answers import Answers
    from sim.founding.town import Sources
    from sim.intake import Counts, Unclear

USUAL_END = "2030-12"
MOST_SHOWN = 15


@dataclass
class _Sheet:
    """Answers so far, in the form of `answers.toml`."""

    town: dict[str, Any] = field(default_factory=dict)
    population: dict[str, Any] = field(default_factory=dict)
    districts: list[dict[str, Any]] = field(default_factory=list)
    boundaries: dict[str, Any] = field(default_factory=dict)
    households: dict[str, Any] = field(default_factory=dict)
    services: dict[str, Any] = field(default_factory=dict)
    meeting_points: list[dict[str, Any]] = field(default_factory=list)
    assumptions: dict[str, Any] = field(default_factory=dict)
    plans: dict[str, Any] = field(default_factory=dict)

    def answers(self) -> Answers:
        from sim.founding.answers import Answers

        return Answers.model_validate(vars(self))


def interview(terminal: Terminal, name: str, parent: Path) -> tuple[Answers, Sources]:
    """Ask what is needed for a new town and read the tables that are named.

    Args:
        terminal: where it speaks.
        name: as given on the command line.
        parent: folder of all towns, for what they remember of tables.
    """
    asking = _Questions(terminal, parent)
    terminal.show(
        terminal.say(
            "Einige Fragen. Eingabetaste: Vorschlag übernehmen. Strg-C: abbrechen, ohne dass etwas "
            "geschrieben ist.",
            "Some questions. Enter: take what is proposed. Ctrl-C: stop without anything written.",
        )
    )
    asking.town(name)
    asking.people()
    asking.boundaries()
    asking.households()
    asking.services()
    asking.points()
    asking.migration()
    asking.budget()
    return asking.sheet.answers(), asking.sources()


class _Questions:
    def __init__(self, terminal: Terminal, parent: Path) -> None:
        self.terminal = terminal
        self.asks = Interview(terminal)
        self.sheet = _Sheet()
        self._parent = parent
        self._counts: Counts | None = None
        self._layout: Any = None
        self._areas: tuple[Any, ...] = ()
        self._households: tuple[int, ...] | None = None

    def sources(self) -> Sources:
        from sim.founding.town import Sources

        return Sources(self._counts, self._areas, self._households, self._layout)

    # The town ---------------------------------------------------------------------------------

    def town(self, name: str) -> None:
        label = name if name[:1].isupper() else name.replace("_", " ").title()
        self.sheet.town["label"] = self.asks.ask(
            ("Wie heißt die Stadt?", "What is the town's name?"),
            ("So steht sie in Tabellen und Bildern.", "As it appears in tables and pictures."),
            label,
            _name,
        )
        self.sheet.town["state"] = self.asks.ask(
            ("In welchem Bundesland liegt sie? (Kürzel wie BW, NW, SH)",
             "In which state is it? (abbreviation such as BW, NW, SH)"),
            ("Was Sie nicht wissen, wird aus dem Land geschätzt; DE nimmt Deutschland.",
             "What you do not know is estimated from the state; DE takes Germany."),
            "DE",
            _state,
        )  # fmt: skip
        today = date.today()
        self.sheet.town["start"] = self.asks.ask(
            ("Von wann sind die Einwohnerzahlen? (Jahr-Monat, gezählt am Monatsende)",
             "Of when are the figures of residents? (year-month, counted at the month's end)"),
            ("Aus Geburtsdaten wird das Alter an diesem Tag; dort beginnt auch die Rechnung.",
             "Dates of birth become ages on this day; the calculation begins there too."),
            f"{today.year - 1}-12",
            _month,
        )  # fmt: skip
        year = int(self.sheet.town["start"][:4])
        self.sheet.town["end"] = USUAL_END if year < 2029 else f"{year + 5}-12"

    # People -----------------------------------------------------------------------------------

    def people(self) -> None:
        from sim.intake.collected import thousands

        self.asks.ask(
            (
                "Welche Datei enthält die Einwohner? (leer: keine)",
                "Which file holds the residents? (empty: none)",
            ),
            (
                "Auszug aus dem Melderegister, Auszählung, Tabelle der Statistischen Ämter oder "
                "Zensus; CSV oder .xlsx. Ein Auszug wird nur gezählt, nichts daraus gespeichert.",
                "Extract of the residents' register, counts, table of a statistical office or "
                "Census; CSV or .xlsx. An extract is only counted, nothing of it is stored.",
            ),
            "",
            self._people_from,
        )
        if self._counts is None:
            self._estimated()
            return
        residents = self._counts.residents()
        shown = [
            f"{name} {thousands(round(number), self.terminal.lang)}"
            for name, number in list(residents.items())[:MOST_SHOWN]
        ]
        more = " …" if len(residents) > MOST_SHOWN else ""
        self.terminal.show("  " + "; ".join(shown) + more)
        if len(residents) == 1:
            self._districts(known=False)

    def _people_from(self, text: str) -> None:
        if not text.strip():
            return
        path = Path(text.strip().strip('"')).expanduser()
        self.sheet.population = {"table": str(path)}
        while True:
            try:
                self._read_people(path)
            except _Reading as again:
                again.answered(self)
                continue
            return

    def _read_people(self, path: Path) -> None:
        from sim.founding.town import last_day
        from sim.intake import Refused, Told, Unclear, read_people
        from sim.intake.persons import BadRows
        from sim.intake.reading import layout_of

        population = self.sheet.population
        told = Told(
            region=population.get("region"),
            columns=population.get("columns", {}),
            leave_out_bad_rows=population.get("leave_out_bad_rows", False),
            remembered=self._remembered(),
        )
        try:
            with counting(self.terminal) as progress:
                self._counts = read_people(path, last_day(self.sheet.town["start"]), told, progress)
            self._layout = layout_of(path, told)
        except Unclear as question:
            raise _Reading(question) from None
        except BadRows as rows:
            told_problems(self.terminal, rows)
            raise _Reading(rows) from None
        except Refused as error:
            told_problems(self.terminal, error)
            raise NotSo(
                "Bitte eine andere Datei nennen, oder leer lassen.",
                "Please name another file, or leave it empty.",
            ) from None

    def _remembered(self) -> dict[tuple[str, ...], Any]:
        from sim.founding.remembering import LAYOUTS, remembered

        known: dict[tuple[str, ...], Any] = {}
        for folder in (
            Path(),
            *sorted(place.parent for place in self._parent.glob(f"*/{LAYOUTS}")),
        ):
            known.update(remembered(folder))
        return known

    def columns(self, question: Unclear) -> None:
        """Ask which column is which, and remember the answers."""
        from sim.intake.words import AGE, BIRTH, COUNT, ROLES

        columns = self.sheet.population.setdefault("columns", {})
        self.terminal.message(
            f"{question.file}: Nicht alle Spalten sind zu erkennen. Unten stehen ihre "
            "Überschriften und die Form ihres Inhalts (a für Buchstaben, 9 für Ziffern).",
            f"{question.file}: not all columns can be recognised. Below are their headers and the "
            "form of what is in them (a for letters, 9 for digits).",
        )
        missing = list(question.missing)
        if BIRTH in missing and COUNT not in question.guess:
            persons = self.asks.yes(
                ("Steht in jeder Zeile ein Mensch?", "Is there one person in each row?"),
                (
                    "Sonst wird eine Spalte mit Anzahlen gesucht.",
                    "Otherwise a column with counts is looked for.",
                ),
                True,
            )
            if not persons:
                missing = [AGE if role == BIRTH else role for role in missing] + [COUNT]
        for role in missing:
            german, english = ROLES[role]
            place = self.asks.choice(
                (f"Welche Spalte enthält: {german}? (0: keine)",
                 f"Which column holds: {english}? (0: none)"),
                ("Die Antwort wird im Ordner gemerkt.", "The answer is remembered in the folder."),
                question.found,
                "0",
            )  # fmt: skip
            columns[role] = "-" if place < 0 else self._named(question, place)
            if role == BIRTH and place < 0:
                missing.append(AGE)

    @staticmethod
    def _named(question: Unclear, place: int) -> str:
        name = question.found[place][0]
        twice = sum(one == name for one, _ in question.found) > 1
        return f"#{place + 1}" if twice or name.startswith("#") else name

    def region(self, question: Unclear) -> None:
        """Ask which municipality of a table is meant."""
        names = {key: name or key for key, name in question.found}
        label = self.sheet.town["label"]
        near = [key for key, name in names.items() if label.lower() in name.lower()]
        shown = near or list(names)
        self.terminal.show(
            "  " + "; ".join(names[key] for key in shown[:MOST_SHOWN])
            + (" …" if len(shown) > MOST_SHOWN else "")
        )  # fmt: skip

        def read(text: str) -> str:
            found = [key for key, name in names.items() if text.strip() in (key, name)]
            if len(found) != 1:
                raise NotSo(
                    "Bitte Namen oder Schlüssel so angeben, wie er in der Tabelle steht.",
                    "Please give name or key as it stands in the table.",
                )
            return found[0]

        self.sheet.population["region"] = self.asks.ask(
            ("Welche Gemeinde der Tabelle?", "Which municipality of the table?"),
            ("Die Tabelle enthält mehrere.", "The table holds several."),
            names[near[0]] if len(near) == 1 else "",
            read,
        )

    def bad_rows(self) -> None:
        """Ask whether rows that cannot be read may be left out."""
        leave = self.asks.yes(
            (
                "Diese Zeilen weglassen und die übrigen zählen?",
                "Leave these rows out and count the others?",
            ),
            (
                "Es fehlen dann ebenso viele Menschen; besser ist ein berichtigter Auszug.",
                "Then as many people are missing; a corrected extract is better.",
            ),
            False,
        )
        if not leave:
            raise NotSo(
                "Bitte eine andere Datei nennen, oder leer lassen.",
                "Please name another file, or leave it empty.",
            )
        self.sheet.population["leave_out_bad_rows"] = True

    def _estimated(self) -> None:
        from sim.founding.town import USUAL_RESIDENTS

        self.sheet.population["residents"] = self.asks.ask(
            ("Wie viele Menschen leben in der Stadt?", "How many people live in the town?"),
            ("Ihr Altersaufbau wird aus dem Land geschätzt und so bezeichnet.",
             "Their ages are estimated from the state and marked so."),
            str(USUAL_RESIDENTS),
            count,
        )  # fmt: skip
        self._districts(known=True)

    def _districts(self, known: bool) -> None:
        """Ask for districts of a town whose table has none."""
        label = self.sheet.town["label"]
        names = self.asks.ask(
            ("Welche Quartiere hat sie? (mit Komma; mit Einwohnern so: Nord 3000, Süd 4500)",
             "Which districts does it have? (with commas; with residents: North 3000, South 4500)"),
            ("Ohne Zahlen werden die Einwohner gleich verteilt, alle mit dem Alter der Stadt."
             if not known else
             "Ohne Zahlen werden die Einwohner gleich verteilt; Maßnahmen wirken je Quartier.",
             "Without figures the residents are shared out evenly; measures act by district."),
            label,
            _districts,
        )  # fmt: skip
        if [one["name"] for one in names] != [label]:
            self.sheet.districts = names

    # Places -----------------------------------------------------------------------------------

    def boundaries(self) -> None:
        self.asks.ask(
            (
                "Welche Datei enthält die Grenzen der Quartiere? (GeoJSON; leer: keine)",
                "Which file holds the districts' boundaries? (GeoJSON; empty: none)",
            ),
            (
                "Für Karten und Wege zum Treffpunkt. Ohne sie liegen die Quartiere als Kreise "
                "nebeneinander.",
                "For maps and ways to the meeting point. Without them the districts lie beside "
                "each other as circles.",
            ),
            "",
            self._boundaries_from,
        )

    def _names(self) -> tuple[str, ...]:
        if self.sheet.districts:
            return tuple(one["name"] for one in self.sheet.districts)
        if self._counts is not None and len(self._counts.districts) > 1:
            return self._counts.districts
        return (self.sheet.town["label"],)

    def _boundaries_from(self, text: str) -> None:
        from sim.intake import Refused, Unclear
        from sim.intake.boundaries import match_areas, read_boundaries

        if not text.strip():
            return
        path = Path(text.strip().strip('"')).expanduser()
        key: str | None = None
        while True:
            try:
                areas = read_boundaries(path, key, self._names())
                match_areas(areas, self._names(), {}, path.name)
            except Unclear as question:
                place = self.asks.choice(
                    ("Welche Eigenschaft nennt das Quartier?",
                     "Which property names the district?"),
                    ("Die Namen müssen zu denen der Tabelle passen.",
                     "The names have to fit those of the table."),
                    question.found,
                    "1",
                )  # fmt: skip
                key = question.found[max(place, 0)][0]
                continue
            except Refused as error:
                told_problems(self.terminal, error)
                raise NotSo(
                    "Bitte eine andere Datei nennen, oder leer lassen.",
                    "Please name another file, or leave it empty.",
                ) from None
            self._areas = areas
            self.sheet.boundaries = {"file": str(path)} | ({"property": key} if key else {})
            return

    # What there is ----------------------------------------------------------------------------

    def households(self) -> None:
        self.asks.ask(
            (
                "Welche Datei enthält die Haushalte nach Größe? (Zensus 2022, Regionaltabelle "
                "Haushalte; leer: schätzen)",
                "Which file holds the households by size? (Census 2022, regional table Haushalte; "
                "empty: estimate)",
            ),
            (
                "Wer allein lebt, braucht eher Hilfe von außen.",
                "Whoever lives alone needs help from outside sooner.",
            ),
            "",
            self._households_from,
        )

    def _households_from(self, text: str) -> None:
        from sim.intake import Refused, Told, Unclear, read_households

        if not text.strip():
            return
        path = Path(text.strip().strip('"')).expanduser()
        region = self.sheet.population.get("region") or self.sheet.town["label"]
        while True:
            try:
                self._households = read_households(path, Told(region=region))
            except Unclear as question:
                self.region(question)
                region = self.sheet.population.pop("region")
                continue
            except Refused as error:
                told_problems(self.terminal, error)
                raise NotSo(
                    "Bitte eine andere Datei nennen, oder leer lassen.",
                    "Please name another file, or leave it empty.",
                ) from None
            self.sheet.households = {"table": str(path), "region": region}
            return

    def services(self) -> None:
        for name, german, english in (
            (
                "ambulatory_hours_per_week",
                "Wie viele Stunden in der Woche leisten die Pflegedienste in der Stadt zusammen?",
                "How many hours a week do the care services of the town give together?",
            ),
            (
                "day_care_places",
                "Wie viele Plätze gibt es in der Tagespflege?",
                "How many day-care places are there?",
            ),
            (
                "nursing_home_places",
                "Wie viele Plätze gibt es in den Pflegeheimen?",
                "How many places are there in nursing homes?",
            ),
        ):
            told = self.asks.ask(
                (f"{german} (leer: schätzen)", f"{english} (empty: estimate)"),
                (
                    "Gezähltes begrenzt im Modell, wie viel Pflege möglich ist; Geschätztes folgt "
                    "dem Land.",
                    "What is counted limits in the model how much care there can be; estimates "
                    "follow the state.",
                ),
                "",
                maybe_amount,
            )
            if told is not None:
                self.sheet.services[name] = told

    def points(self) -> None:
        number = self.asks.ask(
            (
                "Wie viele Treffpunkte für Ältere gibt es schon?",
                "How many meeting points for older people are there?",
            ),
            (
                "Auch Seniorentreffs von Kirchen und Vereinen; sie lassen sich später ergänzen.",
                "Also those of churches and clubs; they can be added later.",
            ),
            "0",
            count,
        )
        districts = self._names()
        for place in range(1, min(number, 50) + 1):
            label = self.asks.ask(
                (f"Treffpunkt {place}: Name?", f"Meeting point {place}: name?"),
                ("So steht er in Tabellen.", "As it appears in tables."),
                f"Treffpunkt {place}",
                _name,
            )
            district = districts[0]
            if len(districts) > 1:
                chosen = self.asks.choice(
                    (f"Treffpunkt {place}: in welchem Quartier?",
                     f"Meeting point {place}: in which district?"),
                    ("Er steht in dessen Mitte, bis Sie Koordinaten eintragen.",
                     "It stands in its middle until you enter coordinates."),
                    [(name, "") for name in districts],
                    "1",
                )  # fmt: skip
                district = districts[max(chosen, 0)]
            hours = self.asks.ask(
                (f"Treffpunkt {place}: wie viele Stunden in der Woche offen? (leer: annehmen)",
                 f"Meeting point {place}: open how many hours a week? (empty: assume)"),
                ("Zählt nur Zeiten, in denen Menschen sich treffen können.",
                 "Only times count in which people can meet."),
                "",
                _week_hours,
            )  # fmt: skip
            point: dict[str, Any] = {"label": label, "district": district}
            if hours is not None:
                point["opening_hours_per_week"] = hours
            self.sheet.meeting_points.append(point)

    def migration(self) -> None:
        told = self.asks.ask(
            ("Wie viele Menschen mehr ziehen im Jahr zu als fort, je 1.000 Einwohner? (leer: wie "
             "in Deutschland)",
             "How many more people move in than out a year, per 1,000 residents? (empty: as in "
             "Germany)"),
            ("Mittel der letzten Jahre; unter null, wenn die Stadt schrumpft.",
             "Mean of the last years; below zero if the town shrinks."),
            "",
            signed,
        )  # fmt: skip
        if told is not None:
            self.sheet.assumptions["net_migration_per_1000"] = told

    def budget(self) -> None:
        told = self.asks.ask(
            ("Wie viel Geld im Jahr soll jeder Plan die Kommune kosten? (Euro; leer: nach Größe "
             "der Stadt)",
             "How much a year shall each plan cost the municipality? (euros; empty: by the "
             "town's size)"),
            ("Drei Pläne werden für dieselbe Summe angelegt: Treffpunkt, Pflege, Management.",
             "Three plans are made for the same sum: meeting point, care, manager."),
            "",
            maybe_amount,
        )  # fmt: skip
        if told:
            self.sheet.plans["budget_per_year"] = max(5_000.0, told)


class _Reading(Exception):
    """A table has to be read again, after a question."""

    def __init__(self, question: Any) -> None:
        super().__init__()
        self.question = question

    def answered(self, asking: _Questions) -> None:
        """Ask the question."""
        what = getattr(self.question, "what", "rows")
        asks: dict[str, Callable[[], None]] = {
            "columns": lambda: asking.columns(self.question),
            "region": lambda: asking.region(self.question),
            "rows": asking.bad_rows,
        }
        asks[what]()


def _name(text: str) -> str:
    from sim.intake.names import name_fault

    fault = name_fault(text.strip())
    if fault is not None:
        found, mend = fault
        raise NotSo(
            f"Das geht nicht: {found.de}. Bitte {mend.de}.",
            f"That does not work: {found.en}. Please {mend.en}.",
        )
    return " ".join(text.split())


def _state(text: str) -> str:
    from sim.town.schema import STATES

    if text.strip().upper() in STATES.split("|"):
        return text.strip().upper()
    raise NotSo(
        f"Bitte eines von: {STATES.replace('|', ', ')}.",
        f"Please enter one of: {STATES.replace('|', ', ')}.",
    )


def _month(text: str) -> str:
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text.strip())
    if match is None:
        match = re.fullmatch(r"(?:\d{1,2}\.)?(0?[1-9]|1[0-2])\.(20\d\d)", text.strip())
        if match is None:
            raise NotSo(
                "Bitte Jahr und Monat, wie 2025-12.", "Please enter year and month, as 2025-12."
            )
        return f"{match[2]}-{int(match[1]):02d}"
    return match[0]


def _week_hours(text: str) -> float | None:
    hours = maybe_amount(text)
    if hours is not None and hours > 168:
        raise NotSo("Eine Woche hat 168 Stunden.", "A week has 168 hours.")
    return hours


def _districts(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for part in text.split(","):
        match = re.fullmatch(r"(.*?)(?:\s+(\d[\d. ]*))?", part.strip())
        if match is None or not match[1].strip():
            raise NotSo("Bitte Namen, mit Komma getrennt.", "Please enter names, with commas.")
        one: dict[str, Any] = {"name": _name(match[1])}
        if match[2]:
            one["residents"] = count(match[2])
        found.append(one)
    names = [one["name"] for one in found]
    if len(set(names)) < len(names):
        raise NotSo("Ein Quartier steht zweimal da.", "A district is named twice.")
    return found
