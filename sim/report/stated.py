"""What every report states beside its numbers: how sure, how finished, what the limits are.

In these texts of the program `**…**` marks what is emphasised, as in Markdown.
"""

from __future__ import annotations

from datetime import datetime

from sim.report.findings import Findings
from sim.report.numbers import Lang, decimal


def two_kinds(findings: Findings, lang: Lang) -> str:
    """Not knowing and chance, told apart."""
    draws, seeds = findings.draws, findings.seeds
    if lang == "de":
        return (
            "Zweierlei ist zu unterscheiden. **Was wir nicht genau wissen:** Jede unsichere "
            f"Annahme wurde {draws}-mal neu gezogen; daher die Spannen. **Zufall:** In einem "
            "einzelnen Ort kommt es auch bei gleichen Annahmen mal so, mal so; dafür wurde jede "
            f"Ziehung {seeds}-mal gerechnet. Alle Pläne hatten dabei dieselben Menschen und "
            "dieselben Zufälle."
        )
    return (
        "Two things must be told apart. **What we do not know exactly:** each uncertain assumption "
        f"was drawn {draws} times; hence the ranges. **Chance:** in a single place things may go "
        "one way or the other under the same assumptions; each draw was therefore run "
        f"{seeds} times. All plans had the same people and the same coincidences."
    )


def unfinished(findings: Findings, lang: Lang) -> tuple[str, ...]:
    """What is missing from a study that was stopped or of which runs have failed."""
    german = lang == "de"
    notes = []
    if not findings.complete:
        notes.append(
            "**Unvollständig:** Die Rechnung wurde angehalten. Die Zahlen beruhen "
            f"auf {findings.draws} fertigen Ziehungen der Annahmen; die Spannen können sich noch "
            "ändern."
            if german
            else "**Incomplete:** the calculation was stopped. The numbers rest on "
            f"{findings.draws} finished draws of the assumptions; the ranges may still change."
        )
    if findings.failures:
        notes.append(
            f"**Achtung:** {findings.failures} Rechnungen sind gescheitert und fehlen hier; "
            "Näheres steht in failures.json."
            if german
            else f"**Attention:** {findings.failures} runs have failed and are missing here; see "
            "failures.json."
        )
    return tuple(notes)


def groups_note(lang: Lang) -> str:
    """How the groups of who gains are made."""
    if lang == "de":
        return (
            "Gruppen nach der Lage am Anfang (oder beim Zuzug), damit in jedem Plan dieselben "
            "Menschen verglichen werden."
        )
    return (
        "Groups by the situation at the start (or on arrival), so that the same people are "
        "compared in every plan."
    )


def nothing_turns(lang: Lang) -> str:
    """That no single assumption decides between the plans."""
    if lang == "de":
        return (
            "Innerhalb der Spannen, die gerechnet wurden, kehrt keine einzelne Annahme das "
            "Ergebnis um (oder es sind zu wenige Rechnungen, um das zu sagen)."
        )
    return (
        "Within the ranges computed no single assumption turns the result (or there are "
        "too few runs to tell)."
    )


def assumptions_count(findings: Findings, lang: Lang, where: str) -> str:
    """How many assumptions the calculation rests on, and where all of them stand.

    Args:
        findings: what the study says.
        lang: language.
        where: the place, such as the name of a file.
    """
    assumed = int(findings.ledger["status"].isin(("assumed", "estimated")).sum())
    total = len(findings.ledger)
    if lang == "de":
        return (
            f"Die Rechnung beruht auf {decimal(total, lang)} benannten Annahmen, "
            f"{decimal(assumed, lang)} davon geschätzt oder angenommen. Alle stehen mit "
            f"Wert, Spanne, Quelle und Stand in {where}."
        )
    return (
        f"The calculation rests on {decimal(total, lang)} named assumptions, "
        f"{decimal(assumed, lang)} of them estimated or assumed. All are listed with value, range, "
        f"source and status in {where}."
    )


LIMITS: dict[Lang, tuple[str, ...]] = {
    "de": (
        "Dies ist eine **Modellrechnung, keine Vorhersage**. Sie sagt, was unter den genannten "
        "Annahmen geschähe.",
        "Amtliche Vorausberechnungen werden erst ab 8.000 bis 10.000 Menschen empfohlen; Quartiere "
        "sind kleiner. Darum nie eine Zahl ohne Spanne, und kleine Zahlen von Menschen gar nicht "
        "(„<5“; ein Punkt steht, wo eine andere Zahl eine kleine verraten würde).",
        "Dass Begegnung oder Ehrenamt Pflegebedarf hinausschieben, beruht vor allem auf "
        "Beobachtungsstudien, viele davon aus Japan. Gerechnet wird im Mittel mit der halben "
        "beobachteten Wirkung, von keiner bis zur vollen.",
        "Pflegestunden je Grad, Besuche und Wege beruhen für Deutschland teils auf Annahmen; die "
        "Tabelle der Annahmen sagt, welche.",
        "Die Menschen in der Rechnung sind erfunden: Sie entsprechen den Zahlen der Bezirke, aber "
        "niemandem, den es gibt.",
    ),
    "en": (
        "This is a **model calculation, not a forecast**. It says what would happen under the "
        "assumptions named.",
        "Official projections are recommended only from 8,000 to 10,000 people upwards; quarters "
        "are smaller. Hence no number without a range, and small numbers of people not at all "
        "(“<5”; a point stands where another number would tell a small one).",
        "That meeting others or volunteering delays care need rests mostly on observational "
        "studies, many of them Japanese. On average half the observed effect is used, from none to "
        "all of it.",
        "Hours of care per grade, visits and distances in Germany rest partly on assumptions; the "
        "table of assumptions says which.",
        "The people in the calculation are made up: they match the districts' figures, but nobody "
        "who exists.",
    ),
}


def origin_rows(findings: Findings, lang: Lang) -> tuple[tuple[str, str], ...]:
    """Version, seed, runs, fingerprint and date, each with its name."""
    german = lang == "de"
    origin = findings.origin
    draws, seeds = findings.draws, findings.seeds
    made_of = (
        f"{draws * seeds} ({draws} Ziehungen der Annahmen × {seeds} Zufallsverläufe)"
        if german
        else f"{draws * seeds} ({draws} draws of the assumptions × {seeds} courses of chance)"
    )
    rows = (
        ("Programm", "Program", f"quartier {origin.version}"),
        ("Startwert", "Seed", str(origin.seed)),
        ("Rechnungen je Plan", "Runs per plan", made_of),
        ("Prüfsumme der Eingaben", "Fingerprint of the inputs", f"`{origin.fingerprint}`"),
        ("Erstellt", "Made", date_words(origin.created, lang)),
    )
    return tuple((name_de if german else name, value) for name_de, name, value in rows)


def date_words(stamp: str, lang: Lang) -> str:
    """A time stamp as people write it; anything else as it is."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    return moment.strftime("%d.%m.%Y, %H:%M %Z" if lang == "de" else "%Y-%m-%d %H:%M %Z").strip()
