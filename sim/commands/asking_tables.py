"""Questions about tables of `quartier new`: people, boundaries, households."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.asking import Interview, NotSo
from sim.commands.progress import counting
from sim.commands.terminal import Terminal, told_problems

if TYPE_CHECKING:
    from sim.founding.answers import Answers
    from sim.founding.town import Sources
    from sim.intake import Counts, Unclear

MOST_SHOWN = 15


@dataclass
class Sheet:
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
        """The answers, checked."""
        from sim.founding.answers import Answers

        return Answers.model_validate(vars(self))


class TableQuestions:
    """Asks for tables and reads them, until each is understood or left out.

    Args:
        terminal: where it speaks.
        parent: folder of all towns, for what they remember of tables.
    """

    def __init__(self, terminal: Terminal, parent: Path) -> None:
        self.terminal = terminal
        self.asks = Interview(terminal)
        self.sheet = Sheet()
        self._parent = parent
        self._counts: Counts | None = None
        self._layout: Any = None
        self._areas: tuple[Any, ...] = ()
        self._households: tuple[int, ...] | None = None

    def sources(self) -> Sources:
        """What was read."""
        from sim.founding.town import Sources

        return Sources(self._counts, self._areas, self._households, self._layout)

    # People -----------------------------------------------------------------------------------

    def people(self) -> int:
        """Ask for the residents; returns how many districts the table tells, 0 without one."""
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
            return 0
        residents = self._counts.residents()
        shown = [
            f"{name} {thousands(round(number), self.terminal.lang)}"
            for name, number in list(residents.items())[:MOST_SHOWN]
        ]
        more = " …" if len(residents) > MOST_SHOWN else ""
        self.terminal.show("  " + "; ".join(shown) + more)
        return len(residents)

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

    # Places -----------------------------------------------------------------------------------

    def boundaries(self) -> None:
        """Ask for the districts' boundaries."""
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

    def households(self) -> None:
        """Ask for the households by size."""
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


class _Reading(Exception):
    """A table has to be read again, after a question."""

    def __init__(self, question: Any) -> None:
        super().__init__()
        self.question = question

    def answered(self, asking: TableQuestions) -> None:
        """Ask the question."""
        what = getattr(self.question, "what", "rows")
        asks: dict[str, Callable[[], None]] = {
            "columns": lambda: asking.columns(self.question),
            "region": lambda: asking.region(self.question),
            "rows": asking.bad_rows,
        }
        asks[what]()
