"""The questions of `quartier new`, one after the other."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.asking import NotSo, count, maybe_amount, signed
from sim.commands.asking_tables import TableQuestions
from sim.commands.terminal import Terminal

if TYPE_CHECKING:
    from sim.founding.answers import Answers
    from sim.founding.town import Sources

USUAL_END = "2030-12"


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
    asking.districts(asking.people())
    asking.boundaries()
    asking.households()
    asking.services()
    asking.points()
    asking.migration()
    asking.budget()
    return asking.sheet.answers(), asking.sources()


class _Questions(TableQuestions):
    """Asks everything else."""

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

    def districts(self, told: int) -> None:
        """Ask for what the table of residents left open; `told` is how many districts it has."""
        if not told:
            self._estimated()
        elif told == 1:
            self._districts(known=False)

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

    # What there is ----------------------------------------------------------------------------

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
