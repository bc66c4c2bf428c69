"""`quartier improve`: which better figure would move the comparison of plans most."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from sim.commands.progress import steps
from sim.commands.terminal import STOPPED, Terminal, stop_on_ctrl_c
from sim.commands.towns import REFERENCE, open_town, plan_names

if TYPE_CHECKING:
    from sim.founding.improving import Improvement, Influence, Shift
    from sim.report.table import Table
    from sim.town import Town
    from sim.town.problems import Both

NOTICED = 0.02
"""Groups that move the comparison by less are told apart from the others."""


def improve(
    terminal: Terminal,
    name: str,
    plans: Sequence[str] | None,
    seeds: int | None,
    out: Path,
    threads: int | None,
) -> None:
    """Rank the estimated entries of a town's folder.

    Args:
        terminal: where it speaks.
        name: name or folder of the town.
        plans: plans to compare; None for the town's first.
        seeds: courses of chance; None for the usual number.
        out: folder of results.
        threads: simulations at a time; None for all cores.
    """
    from sim.founding.improving import SEEDS
    from sim.founding.improving import improve as compute
    from sim.study.errors import Interrupted

    town = open_town(terminal, name)
    chosen = plan_names(terminal, town, plans or ())
    terminal.message(
        f"{town.label}: Jede geschätzte Angabe wird in ihrer Spanne bewegt und der Vergleich der "
        "Pläne neu gerechnet. Strg-C zeigt, was bis dahin fertig ist.",
        f"{town.label}: every estimated entry is moved within its range and the plans are compared "
        "anew. Ctrl-C shows what is finished by then.",
    )
    try:
        with (
            stop_on_ctrl_c() as should_stop,
            steps(terminal, "Simulationen", "Simulations") as progress,
        ):
            found = compute(
                town,
                chosen or None,
                seeds=seeds or SEEDS,
                workers=threads,
                progress=progress,
                should_stop=should_stop,
            )
    except Interrupted:
        raise terminal.fail(
            STOPPED,
            "Angehalten, bevor die erste Angabe fertig gerechnet war.",
            "Stopped before the first entry was finished.",
        ) from None
    _tell(terminal, town, found, out)


def _tell(terminal: Terminal, town: Town, found: Improvement, out: Path) -> None:
    from sim.study.files import write_whole

    lang = terminal.lang
    if not found.influences:
        terminal.show(
            terminal.say(
                "In diesem Ordner ist nichts geschätzt: Es gibt nichts zu bewegen.",
                "Nothing in this folder is estimated: there is nothing to move.",
            )
        )
        return
    terminal.show()
    terminal.show(Text(_title(town, lang), style="bold"))
    for place, one in enumerate(_noticed(found), start=1):
        guess, why = one.guess, example(town, one, lang)
        terminal.show()
        terminal.show(
            Text(f"{place}. {_in(guess.label, lang)}", style="bold").append(
                terminal.say(
                    f" ({guess.span.de}): verschiebt den Vergleich um {_share(one.score, lang)}",
                    f" ({guess.span.en}): shifts the comparison by {_share(one.score, lang)}",
                ),
                style="not bold",
            )
        )
        if why:
            terminal.show(f"   {why}")
        terminal.show(
            terminal.say(f"   Zu beschaffen: {guess.mend.de}", f"   To obtain: {guess.mend.en}")
        )
    others = [_in(one.guess.label, lang) for one in found.influences if one.score < NOTICED]
    terminal.show()
    if others:
        terminal.show(
            terminal.say(
                f"Kein Einfluss, der größer wäre als der Zufall: {'; '.join(others)}.",
                f"No influence larger than chance: {'; '.join(others)}.",
            )
        )
    terminal.show(Text(_note(found, lang), style="dim"))
    folder = out / town.name / "improve"
    for written in ("de", "en"):
        text = document(town, found, written)
        write_whole(folder / f"improve.{written}.md", text.encode())
    terminal.show()
    terminal.show(terminal.say(f"Gespeichert in {folder}", f"Stored in {folder}"))


def ranking(town: Town, found: Improvement, lang: str) -> Table:
    """The groups of estimated entries as a table, the most influential first."""
    from sim.report.table import Table

    german = lang == "de"
    rows = []
    for place, one in enumerate(found.influences, start=1):
        guess = one.guess
        rows.append(
            (
                f"{place}. {guess.label.de if german else guess.label.en}",
                guess.span.de if german else guess.span.en,
                _share(one.score, lang),
                example(town, one, lang) or "–",
            )
        )
    return Table(
        _title(town, lang),
        ("Geschätzte Angabe", "bewegt von – bis", "verschiebt den Vergleich um", "zum Beispiel")
        if german
        else ("Estimated entry", "moved from – to", "shifts the comparison by", "for example"),
        tuple(rows),
        _note(found, lang),
        prose=True,
    )


def _title(town: Town, lang: str) -> str:
    if lang == "de":
        return f"{town.label}: was den Ordner am meisten verbessern würde"
    return f"{town.label}: what would improve the folder most"


def _note(found: Improvement, lang: str) -> str:
    german = lang == "de"
    note = (
        "Mittel über zehn Größen: um wie viel sich der größte Unterschied zwischen zwei Plänen "
        "verschiebt, wenn die Angabe von einem Ende ihrer Spanne zum anderen geht. Nur, was größer "
        f"ist als der Zufall ({found.seeds} Verläufe); die Annahmen über Wirkungen sind fest."
        if german
        else "Mean over ten quantities: by how much the largest difference between two plans moves "
        "when the entry goes from one end of its range to the other. Only what is more than chance "
        f"({found.seeds} courses); assumptions about effects are fixed."
    )
    if found.left:
        names = ", ".join(one.label.de if german else one.label.en for one in found.left)
        note += f" Nicht mehr gerechnet: {names}." if german else f" Not computed: {names}."
    return note


def _in(words: Both, lang: str) -> str:
    return words.de if lang == "de" else words.en


def _noticed(found: Improvement) -> list[Influence]:
    return [one for one in found.influences if one.score >= NOTICED]


def _share(score: float, lang: str) -> str:
    if score < NOTICED:
        return "nicht erkennbar" if lang == "de" else "nothing noticeable"
    return f"{score:.0%}".replace("%", " %")


def example(town: Town, influence: Influence, lang: str) -> str:
    """The difference between plans that moves most, in words; empty if it is of few people."""
    german = lang == "de"
    least = town.ledger["small_cell"].value
    for shift in influence.shifts:
        largest = max(abs(shift.low), abs(shift.high))
        if not shift.certain or (not shift.quantity.payers and largest < least):
            continue
        plan = town.plans[shift.plan]
        label = plan.label_de if german else plan.label_en
        what = shift.quantity.label_de if german else shift.quantity.label_en
        low, high = _amount(shift.low, shift, lang), _amount(shift.high, shift, lang)
        unit = _unit(shift, lang)
        if german:
            reference = town.plans[REFERENCE].label_de
            return f"Etwa „{label}“, {what}: {low} statt {high}{unit} gegenüber „{reference}“."
        return f"Such as “{label}”, {what}: {low} in place of {high}{unit} against the reference."
    return ""


def _unit(shift: Shift, lang: str) -> str:
    if shift.quantity.payers:
        return " Euro im Jahr" if lang == "de" else " euros a year"
    if shift.quantity.unit == "hours/week":
        return " Stunden je Woche" if lang == "de" else " hours a week"
    return ""


def _amount(value: float, shift: Shift, lang: str) -> str:
    from sim.report.numbers import decimal

    rounded = round(value, -2) if shift.quantity.payers else round(value)
    return decimal(rounded, "de" if lang == "de" else "en", 0, sign=True)


def document(town: Town, found: Improvement, lang: str) -> str:
    """The ranking as a document."""
    german = lang == "de"
    table = ranking(town, found, lang)
    lines = [f"# {table.title}", "", table.markdown(), ""]
    lines += [
        f"{place}. {one.guess.mend.de if german else one.guess.mend.en}"
        for place, one in enumerate(_noticed(found), start=1)
    ]
    return "\n".join([*lines, ""])
