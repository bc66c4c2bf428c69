"""`quartier new`: a town's folder from questions or from a file of answers."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from sim.commands.progress import counting
from sim.commands.terminal import PROBLEMS, Terminal

if TYPE_CHECKING:
    from sim.founding.answers import Answers
    from sim.founding.town import Draft, Sources

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = "scenarios"


def place_of_towns() -> Path:
    """Where a new town goes: `scenarios/` here or in the project, else the working directory."""
    here = Path.cwd() / SCENARIOS
    if here.is_dir():
        return here
    project = ROOT / SCENARIOS
    # Installed without its repository, the package has tables of its own that nobody adds to.
    if (ROOT / "pyproject.toml").is_file() and project.is_dir() and os.access(project, os.W_OK):
        return project
    return Path.cwd()


def new(
    terminal: Terminal,
    name: str,
    answers_file: Path | None,
    into: Path | None,
    improving: bool | None,
) -> None:
    """Make a new town's folder.

    Args:
        terminal: where it speaks.
        name: its key, or the town's name, from which the key is made.
        answers_file: file of answers; None to ask.
        into: folder it will stand in; None to choose.
        improving: whether to compute afterwards what would improve it; None to ask, or yes if
            nobody is asked.
    """
    from sim.commands.interviewing import interview
    from sim.founding.answers import read_answers
    from sim.founding.national import read_shared
    from sim.founding.town import draft_town, write_town
    from sim.founding.writing import refuse_folder
    from sim.intake.names import key_of
    from sim.town.finding import find_national

    parent = into or place_of_towns()
    key = key_of(name) if _is_a_name(name) else name
    refuse_folder(parent, key)
    national = find_national(parent / key)
    if answers_file is None:
        answers, sources = interview(terminal, name, parent)
    else:
        answers = read_answers(answers_file)
        sources = _read(terminal, answers, answers_file.parent)
    draft = draft_town(key, answers, sources, read_shared(national, answers.town.state))
    folder, warnings = write_town(draft, parent, national)
    _tell(terminal, draft, folder)
    for warning in warnings:
        terminal.message(f"Hinweis: {warning.text('de')}", f"Note: {warning.text('en')}")
    if improving is None and answers_file is None:
        from sim.commands.asking import Interview

        improving = Interview(terminal, numbered=False).yes(
            (
                "Jetzt ausrechnen, welche bessere Zahl am meisten brächte?",
                "Compute now which better figure would help most?",
            ),
            (
                "Dauert einige Minuten, lässt sich mit Strg-C anhalten und jederzeit nachholen.",
                "Takes some minutes, can be stopped with Ctrl-C and done at any later time.",
            ),
            True,
        )
    if improving is not False:
        from sim.commands.improving import improve

        improve(terminal, str(folder), None, None, Path("results"), None)
    _next(terminal, draft, folder)


def _is_a_name(name: str) -> bool:
    """A name such as "Bad Musterstadt", of which a key can be made; never a path."""
    return (
        bool(name) and all(one.isalnum() or one in " -.()'" for one in name) and name[0].isalpha()
    )


def _read(terminal: Terminal, answers: Answers, near: Path) -> Sources:
    """Read what a file of answers names; open questions end the command."""
    from sim.founding.town import read_sources
    from sim.intake import Unclear

    try:
        with counting(terminal) as told:
            return read_sources(answers, near, told)
    except Unclear as question:
        raise _unanswered(terminal, question) from None


def _unanswered(terminal: Terminal, question: object) -> Exception:
    from sim.intake import Unclear
    from sim.intake.words import ROLES

    assert isinstance(question, Unclear)
    if question.what == "columns":
        roles = ", ".join(f"{role} ({terminal.say(*ROLES[role])})" for role in question.missing)
        terminal.message(
            f"{question.file}: Nicht erkannt sind {roles}. Die Spalten (a steht für Buchstaben, 9 "
            "für Ziffern):",
            f"{question.file}: not recognised are {roles}. The columns (a stands for letters, 9 "
            "for digits):",
        )
        for number, (header, looks) in enumerate(question.found, start=1):
            terminal.message(f"  #{number}  {header}   {looks}", f"  #{number}  {header}   {looks}")
        role = question.missing[0]
        return terminal.fail(
            PROBLEMS,
            f'Bitte in der Antwortdatei angeben: [population.columns] {role} = "#1" (Nummer oder '
            'Überschrift; "-", wenn es keine solche Spalte gibt).',
            f'Please say in the file of answers: [population.columns] {role} = "#1" (number or '
            'header; "-" if there is no such column).',
        )
    options = ", ".join(name or key for key, name in question.found[:15])
    more = " …" if len(question.found) > 15 else ""
    entry = {"region": "[population] region", "property": "[boundaries] property"}[question.what]
    return terminal.fail(
        PROBLEMS,
        f"{question.file}: Bitte in der Antwortdatei {entry} angeben, eines von: {options}{more}",
        f"{question.file}: please give {entry} in the file of answers, one of: {options}{more}",
    )


def _tell(terminal: Terminal, draft: Draft, folder: Path) -> None:
    """Say what was written, what is counted and what is estimated."""
    from sim.founding.readme import SERVICE_NAMES
    from sim.intake.collected import thousands

    lang = terminal.lang
    index = 0 if lang == "de" else 1
    residents = draft.people.residents
    total, number = sum(residents.values()), len(residents)
    terminal.show()
    line = Text(terminal.say("Angelegt: ", "Made: "), style="bold")
    terminal.show(line.append_text(terminal.path(folder)))
    terminal.show(
        terminal.say(
            f"{draft.answers.town.label}: {thousands(total, 'de')} Menschen in {number} "
            f"{'Quartier' if number == 1 else 'Quartieren'}, davon "
            f"{thousands(round(draft.people.from_age(65)), 'de')} ab 65.",
            f"{draft.answers.town.label}: {thousands(total, 'en')} people in {number} "
            f"{'district' if number == 1 else 'districts'}, of whom "
            f"{thousands(round(draft.people.from_age(65)), 'en')} are 65 and over.",
        )
    )
    counts = draft.sources.counts
    for remark in counts.provenance.remarks if counts else ():
        terminal.show(f"• {remark[index]}.")
    protection = draft.people.protection
    if protection is not None:
        terminal.show(
            terminal.say(
                f"• Der Auszug wurde nur gezählt, keine Zeile daraus ist gespeichert. Keine "
                f"Altersgruppe hat 1 bis {draft.national.threshold - 1} Menschen "
                f"({protection.merged}-mal zusammengelegt).",
                f"• The extract was only counted, no row of it is stored. No age group has 1 to "
                f"{draft.national.threshold - 1} people (merged {protection.merged} times).",
            )
        )
    guessed = [SERVICE_NAMES[one.service][index] for one in draft.services
               if one.status == "estimated"]  # fmt: skip
    if draft.people.status in ("estimated", "assumed"):
        guessed.insert(0, terminal.say("Altersaufbau der Quartiere", "age structure of districts"))
    guessed.append(terminal.say("Haushalte nach Größe", "households by size"))
    if not draft.answers.meeting_points:
        guessed.append(terminal.say("Treffpunkte (keiner angegeben)", "meeting points (none told)"))
    if any(spot.status == "assumed" for spot in draft.spots.values()):
        guessed.append(terminal.say("Lage oder Fläche der Quartiere", "place or area of districts"))
    terminal.show(
        terminal.say(
            f"• Geschätzt oder angenommen: {', '.join(guessed)}; außerdem Pflegequote, Wanderung "
            "und die Kosten der Pläne. Woher jede Zahl kommt, steht in README.md des Ordners.",
            f"• Estimated or assumed: {', '.join(guessed)}; also care rate, migration and the "
            "costs of the plans. Where each number comes from is in the folder's README.md.",
        )
    )


def _next(terminal: Terminal, draft: Draft, folder: Path) -> None:
    """Say where to go on."""
    named = draft.key if _found_by_name(draft.key, folder) else str(folder)
    terminal.show()
    terminal.show(Text(terminal.say("Als Nächstes:", "Next:"), style="bold"))
    for command, german, english in (
        (f"quartier check {named}", "alle Fehler auf einmal", "all problems at once"),
        (
            f"quartier compare {named} --runs 20",
            "ein erster Vergleich in wenigen Minuten; ohne --runs genauer",
            "a first comparison in a few minutes; without --runs more exact",
        ),
        (
            f"quartier improve {named}",
            "welche bessere Zahl am meisten brächte",
            "which better figure would help most",
        ),
    ):
        terminal.show(f"  {command:<44} {terminal.say(german, english)}")


def _found_by_name(key: str, folder: Path) -> bool:
    from sim.town import TownError, find_town

    with suppress(TownError, OSError):
        return find_town(key).resolve() == folder.resolve()
    return False
