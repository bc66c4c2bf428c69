"""The README of a new folder: where each number comes from, and what stands on weak feet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sim.founding.facts import FACTORS
from sim.founding.national import NATION
from sim.intake.collected import thousands
from sim.intake.dates import sortable
from sim.town.problems import Both

if TYPE_CHECKING:
    from sim.founding.town import Draft

STATUS = {
    "measured": Both("gezählt oder angegeben", "counted or told"),
    "derived": Both("abgeleitet", "derived"),
    "estimated": Both("**geschätzt**", "**estimated**"),
    "assumed": Both("**angenommen**", "**assumed**"),
}
SERVICE_NAMES = {
    "ambulatory_hours_per_week": Both(
        "Stunden der Pflegedienste je Woche", "Hours of care services a week"
    ),
    "day_care_places": Both("Plätze in der Tagespflege", "Day-care places"),
    "nursing_home_places": Both("Plätze im Pflegeheim", "Nursing-home places"),
}


def as_text(name: str) -> str:
    """Foreign text in Markdown: neither HTML nor a column or a link of its own."""
    signs = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    text = "".join(signs.get(one, f"\\{one}" if one in "|[]*_`\\" else one) for one in name)
    return " ".join(text.split())


def number(value: float, lang: str) -> str:
    """A number as short as it is, with the decimal mark of the language."""
    text = f"{value:.10g}"
    return text.replace(".", ",") if lang == "de" else text


def readme(draft: Draft) -> str:
    """The README, German first."""
    return "\n".join((*_in("de", draft), "", "---", "", *_in("en", draft), ""))


def _in(lang: str, draft: Draft) -> list[str]:
    german = lang == "de"

    def say(both: Both | tuple[str, str]) -> str:
        return both[0] if german else both[1]

    label = as_text(draft.answers.town.label)
    return [
        say((f"# {label}: woher die Zahlen kommen", f"# {label}: where the figures come from")),
        "",
        say(
            (
                "(English below.)\n\nDieser Ordner wurde mit `quartier new` angelegt. "
                "**Was nicht gezählt ist, ist aus Land oder Bund geschätzt** und so bezeichnet: "
                "`measured` (gezählt oder angegeben), `derived` (abgeleitet), `estimated` "
                "(geschätzt), `assumed` (angenommen). Wer eine bessere Zahl hat, trägt sie in die "
                "Tabelle ein und prüft mit `quartier check`.",
                "This folder was made with `quartier new`. **What is not counted is estimated from "
                "state or nation** and says so: `measured` (counted or told), `derived`, "
                "`estimated`, `assumed`. Whoever has a better figure enters it in the table and "
                "checks it with `quartier check`.",
            )
        ),
        "",
        say(("## Auf einen Blick", "## At a glance")),
        "",
        say(("| Was | Wert | Stand | Woher |", "| What | Value | Status | From |")),
        "|---|---|---|---|",
        *_rows(lang, draft),
        "",
        say(("## So ist gerechnet", "## How it was made")),
        "",
        *_made(lang, draft),
        "",
        *_protected(lang, draft),
        say(("## Pläne", "## Plans")),
        "",
        say(
            (
                "Drei Vorschläge zum Anfangen, alle für **"
                f"{thousands(draft.budget, 'de')} Euro der Kommune im Jahr** und alle angenommen: "
                "`meeting_point`, `care_service`, `neighbourhood_manager`; dazu `reference`, in "
                "dem nichts Neues geschieht. Sie sind keine Vorhaben der Stadt.",
                "Three proposals to begin with, each for **"
                f"€{thousands(draft.budget, 'en')} of the municipality a year** and all assumed: "
                "`meeting_point`, `care_service`, `neighbourhood_manager`; and `reference`, in "
                "which nothing new happens. They are not plans of the town.",
            )
        ),
        "",
        say(("## Was es am meisten verbessern würde", "## What would improve it most")),
        "",
        say(
            (
                f"Das rechnet `quartier improve {draft.key}` aus: Es bewegt jede geschätzte "
                "Angabe in ihrer Spanne und zeigt, welche den Vergleich der Pläne am meisten "
                "verschiebt.",
                f"`quartier improve {draft.key}` computes it: it moves every estimated entry "
                "within its range and shows which of them shifts the comparison of plans most.",
            )
        ),
        "",
        say(("## Quellen und Lizenzen", "## Sources and licences")),
        "",
        *_licences(lang, draft),
    ]


def _rows(lang: str, draft: Draft) -> list[str]:
    german = lang == "de"
    index = 0 if german else 1
    people = draft.people
    residents = people.residents
    total = sum(residents.values())
    older, oldest = people.from_age(65), people.from_age(80)
    source = as_text(people.source[index])
    share = f"{older / total:.1%}" if total else "–"
    share = share.replace(".", ",").replace("%", " %") if german else share.replace("%", " %")

    def row(what: Both, value: str, status: str, whence: str) -> str:
        return f"| {what[index]} | {value} | {STATUS[status][index]} | {whence} |"

    rows = [
        row(
            Both("Einwohner", "Residents"),
            thousands(total, lang),
            people.residents_status,
            source,
        ),
        row(
            Both("davon ab 65 / ab 80", "of whom 65+ / 80+"),
            f"{thousands(round(older), lang)} ({share}) / {thousands(round(oldest), lang)}",
            people.status,
            source,
        ),
    ]
    for name, count in residents.items():
        spot = draft.spots[name]
        rows.append(
            row(
                Both(f"Quartier {as_text(name)}", f"District {as_text(name)}"),
                f"{thousands(count, lang)}, {number(spot.hectares, lang)} ha",
                max(people.residents_status, spot.status, key=list(STATUS).index),
                as_text(spot.note[index]),
            )
        )
    homes = sum(sum(counts) for counts in draft.homes.households.values())
    rows.append(
        row(
            Both("Haushalte nach Größe", "Households by size"),
            thousands(homes, lang),
            draft.homes.status,
            as_text(draft.homes.source[index]),
        )
    )
    rows += [
        row(SERVICE_NAMES[one.service], number(one.size, lang), one.status, as_text(one.source))
        for one in draft.services
    ]
    points = draft.answers.meeting_points
    told = Both("beim Anlegen angegeben", "told when the folder was made")
    none = Both("keiner angegeben; **Liste ergänzen**", "none told; **complete the list**")
    rows.append(
        row(
            Both("Treffpunkte heute", "Meeting points today"),
            str(len(points)),
            "measured" if points else "assumed",
            (told if points else none)[index],
        )
    )
    rows += _factor_rows(lang, draft)
    return rows


def _factor_rows(lang: str, draft: Draft) -> list[str]:
    index = 0 if lang == "de" else 1
    rows = []
    for name in FACTORS:
        figure = draft.national.the(name)
        low, high = number(figure.low, lang), number(figure.high, lang)
        rows.append(
            f"| {(figure.label_de, figure.label_en)[index]} (`{name}`) "
            f"| {number(figure.value, lang)} ({low}–{high}) "
            f"| {STATUS[figure.status][index]} | {as_text(figure.source)} |"
        )
    net = draft.answers.assumptions.net_migration_per_1000
    national = draft.national.ledger["net_migration_per_1000"]
    where = (
        ("angegeben", "told")
        if net is not None
        else ("germany/assumptions.csv", "germany/assumptions.csv")
    )
    value = national.value if net is None else net
    rows.append(
        f"| {(national.label_de, national.label_en)[index]} | {number(value, lang)} | "
        f"{STATUS['estimated' if net is not None else national.status][index]} | {where[index]} |"
    )
    return rows


def _made(lang: str, draft: Draft) -> list[str]:
    german = lang == "de"
    index = 0 if german else 1
    region = draft.national.structure_region
    where = {NATION: ("Deutschland", "Germany")}.get(region, (region, region))[index]
    density = draft.national.the("settled_persons_per_hectare").value
    lines = []
    counts = draft.sources.counts
    if counts is not None:
        lines += [f"* {as_text(remark[index])}." for remark in counts.provenance.remarks]
        date, start = counts.provenance.date, draft.answers.town.start
        if date and sortable(date)[:2] != (int(start[:4]), int(start[5:])):
            lines.append(
                f"* Die Tabelle hat den Stand {date}; sie gilt hier unverändert für Ende {start}."
                if german
                else f"* The table is of {date}; it is used unchanged for the end of {start}."
            )
    if draft.people.neither:
        least = draft.national.threshold
        few = draft.people.neither < least  # a small cell like any other
        lines.append(
            f"* {f'Weniger als {least}' if few else draft.people.neither} Menschen ohne Angabe "
            "oder divers sind abwechselnd Männern und Frauen zugeordnet, denn Sterbetafel und "
            "Pflegestatistik kennen nur diese."
            if german
            else f"* {f'Fewer than {least}' if few else draft.people.neither} people neither man "
            "nor woman are assigned to men and women by turns, as life table and care statistics "
            "know only these."
        )
    if draft.people.status in ("estimated", "assumed"):
        lines.append(
            "* **Der Altersaufbau der Quartiere ist geschätzt** und in Wirklichkeit von Quartier "
            f"zu Quartier verschieden. Wo ein Geschlecht oder Alter fehlte, gilt der Aufbau von "
            f"{where}."
            if german
            else "* **The age structure of the districts is estimated**; in truth it differs from "
            f"district to district. Where sex or age was missing, that of {where} is used."
        )
    lines += (
        [
            "* Haushalte: die Mischung der Größen ist in allen Quartieren dieselbe, nur so weit zu "
            "größeren Haushalten verschoben, dass es für jeden Haushalt einen Erwachsenen gibt.",
            f"* Fläche meint das besiedelte Gebiet. Wo keine oder eine sehr große Fläche bekannt "
            f"ist, sind {density:g} Menschen je Hektar angenommen.",
            "* Dienste: was nicht angegeben ist, sind Landesraten je 1 000 Menschen ab 80.",
        ]
        if german
        else [
            "* Households: every district has the same mix of sizes, moved to larger households "
            "only so far that there is an adult for each.",
            "* Area is the settled area. Where none or a very large one is known, "
            f"{density:g} persons per hectare are assumed.",
            "* Services: what was not told are state rates per 1,000 people of 80 and over.",
        ]
    )
    return lines


def _protected(lang: str, draft: Draft) -> list[str]:
    """How small cells of a register were protected."""
    protection = draft.people.protection
    if protection is None:
        return []
    threshold = draft.national.threshold
    if lang == "de":
        return [
            "## Schutz kleiner Zahlen",
            "",
            "Der Auszug wurde nur gezählt. **Keine Zeile daraus ist gespeichert.** In "
            f"`population.csv` steht keine Zelle von 1 bis {threshold - 1} Menschen (Regel "
            "`small_cell_threshold` im Verzeichnis der Annahmen): Zu kleine Altersgruppen sind im "
            "selben Quartier und Geschlecht mit einer Nachbargruppe zusammengelegt "
            f"({protection.merged} Mal, davon {protection.for_others} Mal, damit sich nichts durch "
            "Abziehen der übrigen Quartiere von Zahlen der ganzen Stadt erschließen lässt). "
            "Zusammengelegt wird "
            "über die Grenzen 18, 65 und 80 Jahre nur, wenn es nicht anders geht. Die Summen je "
            "Quartier und Geschlecht sind die gezählten. Alle anderen Zahlen des Ordners sind aus "
            "dieser geschützten Tabelle gerechnet.",
            "",
        ]
    return [
        "## Protection of small numbers",
        "",
        "The extract was only counted. **No row of it is stored.** No cell of 1 to "
        f"{threshold - 1} people stands in `population.csv` (rule `small_cell_threshold` of the "
        "ledger): age groups that are too small are merged with a neighbouring group of the same "
        f"district and sex ({protection.merged} times, {protection.for_others} of them so that "
        "nothing can be found by taking the other districts off figures of the whole town). Groups "
        "are merged across the ages of 18, 65 and 80 only if there is no other way. The sums by "
        "district and sex are those counted. All other numbers of the folder are computed from "
        "this protected table.",
        "",
    ]


def _licences(lang: str, draft: Draft) -> list[str]:
    german = lang == "de"
    files: Mapping[str, str] = {
        name: Path(file).name
        for name, file in (
            ("population", draft.answers.population.table),
            ("boundaries", draft.answers.boundaries.file),
            ("households", draft.answers.households.table),
        )
        if file
    }
    lines = [
        "* Zahlen für Land und Bund: Statistische Ämter des Bundes und der Länder, Datenlizenz "
        "Deutschland – Namensnennung – Version 2.0 (dl-de/by-2-0), verändert; Einzelheiten in "
        "`germany/README.md`."
        if german
        else "* Figures of state and nation: statistical offices of the federation and the Länder, "
        "Data licence Germany – attribution – version 2.0 (dl-de/by-2-0), changed; details in "
        "`germany/README.md`."
    ]
    lines += [
        f"* `{as_text(file)}`: "
        + (
            "Quelle und Lizenz bitte hier eintragen."
            if german
            else "please enter source and licence here."
        )
        for file in files.values()
    ]
    if not draft.sources.areas:
        lines.append(
            "* `outline.geojson`: Kreise von der Fläche der Quartiere, keine wirklichen Grenzen."
            if german
            else "* `outline.geojson`: circles of the districts' areas, no real boundaries."
        )
    return lines
