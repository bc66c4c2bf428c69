"""`quartier explain`: what a name means, its value, its source, and where it is used."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from sim.commands.described import TABLES, rests_on
from sim.commands.terminal import PROBLEMS, USAGE, Terminal
from sim.commands.towns import town_folder
from sim.report.uses import uses

if TYPE_CHECKING:
    import pandas as pd

    from sim.town import Assumption, Town

MOST_USES = 12
MOST_SOURCES = 8
FIRST_CHOICE = "herrenberg"
"""Town whose figures are explained unless another is named."""


def explain(terminal: Terminal, name: str, town_name: str | None) -> None:
    """Explain everything of that name: assumption, indicator, measure, table, plan, district."""
    from sim.town import read_town, town_names

    if town_name is None:
        names = town_names()
        if not names:
            raise terminal.fail(
                PROBLEMS,
                "Keine Stadt gefunden. Bitte im Ordner des Projekts starten oder --town angeben.",
                "No town found. Please start in the project's folder or give --town.",
            )
        town_name = FIRST_CHOICE if FIRST_CHOICE in names else names[0]
    town = read_town(town_folder(terminal, town_name))
    found = False
    for explained in _EXPLAINERS:
        for part in explained(terminal, town, name):
            found = True
            terminal.show(part)
    if not found:
        _suggest(terminal, town, name)


def _suggest(terminal: Terminal, town: Town, name: str) -> None:
    known = _known_names(town)
    wanted = name.casefold()
    near = [key for key, label in known.items() if wanted in f"{key} {label}".casefold()]
    near += difflib.get_close_matches(name, list(known), n=5, cutoff=0.6)
    near = list(dict.fromkeys(near))[:12]
    if near:
        terminal.message(f"„{name}“ gibt es nicht. Gemeint sein könnte:",
                         f"There is no “{name}”. Perhaps you mean:")  # fmt: skip
        for key in near:
            terminal.message(f"  {key}  {known[key]}", f"  {key}  {known[key]}")
        raise terminal.fail(USAGE, "Bitte einen dieser Namen angeben.", "Please give one of these.")
    raise terminal.fail(
        USAGE,
        f"„{name}“ gibt es nicht. Alle Annahmen nach Gruppen: quartier explain assumptions; alle "
        "gezählten Größen: quartier explain indicators.",
        f"There is no “{name}”. All assumptions by group: quartier explain assumptions; all that "
        "is counted: quartier explain indicators.",
    )


def _known_names(town: Town) -> dict[str, str]:
    from sim.study.quantities import quantities

    known = {one.name: f"{one.label_de} / {one.label_en}" for one in town.ledger.assumptions}
    for one in quantities(_records(town.tables.get("indicators"))).values():
        known[one.name] = f"{one.label_de} / {one.label_en}"
    for row in _records(town.tables.get("measures")):
        known[str(row["kind"])] = f"{row['label_de']} / {row['label_en']}"
    known |= {name: f"{both[0]} / {both[1]}" for name, both in TABLES.items()}
    known |= {plan.name: f"{plan.label_de} / {plan.label_en}" for plan in town.plans.values()}
    known |= {one.key: one.label for one in town.districts}
    return known


def _records(table: pd.DataFrame | None) -> list[dict[str, object]]:
    if table is None:
        return []
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _heading(text: str) -> Text:
    return Text(text, style="bold")


def _grid(rows: Sequence[tuple[str, str]]) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows:
        if value:
            grid.add_row(Text(name), Text(value))
    return grid


def _uses_rows(terminal: Terminal, name: str) -> list[tuple[str, str]]:
    found = uses(name)
    title = terminal.say("verwendet in", "used in")
    if not found:
        nowhere = terminal.say("nirgends im Programm", "nowhere in the program")
        return [(title, nowhere)]
    rows = [
        (title if number == 0 else " ", f"sim/{use.file}:{use.line}  {use.text[:90]}")
        for number, use in enumerate(found[:MOST_USES])
    ]
    if len(found) > MOST_USES:
        rest = len(found) - MOST_USES
        rows.append((" ", terminal.say(f"und {rest} weitere Stellen", f"and {rest} more places")))
    return rows


def _assumption(terminal: Terminal, town: Town, name: str) -> Iterator[RenderableType]:
    if name not in town.ledger:
        return
    one = town.ledger[name]
    yield _heading(f"{one.name}: {one.label_de if terminal.lang == 'de' else one.label_en}")
    yield _grid([*_assumption_rows(terminal, one), *_uses_rows(terminal, name)])


def _assumption_rows(terminal: Terminal, one: Assumption) -> list[tuple[str, str]]:
    from sim.report.assumed import assumption_number, status_words

    lang, say = terminal.lang, terminal.say
    low = assumption_number(one.low, one.unit, lang, with_unit=False)
    high = assumption_number(one.high, one.unit, lang)
    kinds = {
        "fixed": say("fest", "fixed"),
        "triangular": say("dreieckig, Spitze beim Wert", "triangular, peak at the value"),
        "uniform": say("gleichverteilt", "uniform"),
        "normal": say("normalverteilt (5 % bis 95 %)", "normal (5 % to 95 %)"),
        "lognormal": say("lognormal (5 % bis 95 %)", "lognormal (5 % to 95 %)"),
        "logitnormal": say("logit-normal (5 % bis 95 %)", "logit-normal (5 % to 95 %)"),
    }
    span = kinds["fixed"] if not one.uncertain else f"{low} {say('bis', 'to')} {high}"
    return [
        (say("Wert", "value"), assumption_number(one.value, one.unit, lang)),
        (say("Spanne", "range"), span),
        (say("Verteilung", "distribution"), kinds.get(one.distribution, one.distribution)),
        (say("Einheit", "unit"), one.unit),
        (say("Jahr", "year"), str(one.year)),
        (say("Stand", "status"), f"{status_words(one.status, lang)} ({one.status})"),
        (say("Quelle", "source"), one.source),
        (say("Anmerkung", "note"), one.note),
        (say("Gruppe", "group"), one.group),
        (say("steht in", "written in"), f"{one.file}:{one.line}"),
    ]


def _group(terminal: Terminal, town: Town, name: str) -> Iterator[RenderableType]:
    from sim.report.assumed import assumption_number, status_words
    from sim.report.table import Table

    lang = terminal.lang
    groups = dict.fromkeys(one.group for one in town.ledger.assumptions)
    if name == "assumptions":
        counts = [
            (group, str(sum(one.group == group for one in town.ledger.assumptions)))
            for group in groups
        ]
        titles = ("Gruppe", "Annahmen") if lang == "de" else ("Group", "Assumptions")
        yield Table("assumptions", titles, tuple(counts)).rich()
        return
    if name not in groups:
        return
    rows = tuple(
        (
            one.name,
            one.label_de if lang == "de" else one.label_en,
            assumption_number(one.value, one.unit, lang),
            assumption_number(one.low, one.unit, lang, with_unit=False)
            + ("–" if one.uncertain else "")
            + (
                assumption_number(one.high, one.unit, lang, with_unit=False)
                if one.uncertain
                else ""
            ),
            status_words(one.status, lang),
        )
        for one in town.ledger.assumptions
        if one.group == name
    )
    header = (
        ("Name", "Was es ist", "Wert", "Spanne", "Stand")
        if lang == "de"
        else ("Name", "What it is", "Value", "Range", "Status")
    )
    title = f"Annahmen der Gruppe {name}" if lang == "de" else f"Assumptions of the group {name}"
    yield Table(title, header, rows, prose=True).rich()


def _indicator(terminal: Terminal, town: Town, name: str) -> Iterator[RenderableType]:
    from sim.report.table import Table
    from sim.study.quantities import quantities

    german, say = terminal.lang == "de", terminal.say
    rows = _records(town.tables.get("indicators"))
    known = quantities(rows)
    if name == "indicators":
        header = ("Name", "Was gezählt wird") if german else ("Name", "What is counted")
        listed = tuple(
            (one.name, one.label_de if german else one.label_en) for one in known.values()
        )
        yield Table("indicators", header, listed, prose=True).rich()
        return
    if name not in known:
        return
    one = known[name]
    described = _described(rows, (name, *one.counts))
    side = "de" if german else "en"
    better = {"higher": say("mehr", "more"), "lower": say("weniger", "less")}
    made = " + ".join(one.counts) if one.counts != (name,) else ""
    if one.divisor != 1.0:
        made += f" / {one.divisor:g}"
    if one.denominator:
        made += f" / {' + '.join(one.denominator)}"
    yield _heading(f"{name}: {one.label_de if german else one.label_en}")
    yield _grid(
        [
            (say("Bedeutung", "meaning"), str(described.get(f"description_{side}") or "")),
            (say("Einheit", "unit"), one.unit),
            (say("besser ist", "better is"), better.get(one.better, say("keines", "neither"))),
            (say("gebildet aus", "made of"), made),
            (
                say("Herkunft", "origin"),
                say(
                    "vom Modell gerechnet, nicht gemessen, aus den Tabellen der Stadt und den "
                    "Annahmen",
                    "computed by the model, not measured, from the town's tables and the "
                    "assumptions",
                ),
            ),
            (
                say("beruht vor allem auf", "rests mostly on"),
                ", ".join(f"quartier explain {group}" for group in rests_on(name)),
            ),
            *_uses_rows(terminal, one.counts[0] if one.counts and made else name),
        ]
    )


def _described(rows: Sequence[Mapping[str, object]], names: Sequence[str]) -> Mapping[str, object]:
    """The row of the first of the names that is described in the table of indicators."""
    by_name = {str(row["name"]): row for row in rows}
    return next((by_name[name] for name in names if name in by_name), {})


def _measure(terminal: Terminal, town: Town, name: str) -> Iterator[RenderableType]:
    from sim.report.assumed import status_words
    from sim.report.numbers import decimal

    say, side = terminal.say, terminal.lang
    for row in _records(town.tables.get("measures")):
        if row["kind"] != name:
            continue
        cost = decimal(float(str(row["default_cost_per_unit_and_year"])), side)
        yield _heading(f"{name}: {row[f'label_{side}']}")
        yield _grid(
            [
                (say("bewirkt", "does"), str(row[f"does_{side}"])),
                (say("bewirkt nicht", "does not"), str(row[f"does_not_{side}"])),
                (say("Größe in", "size in"), str(row[f"unit_{side}"])),
                (say("Stellschrauben", "levers"), str(row["levers"])),
                (
                    say("Kosten je Einheit", "cost a unit"),
                    say(
                        f"{cost} Euro im Jahr, wenn nichts anderes im Plan steht",
                        f"{cost} euros a year unless the plan says otherwise",
                    ),
                ),
                (say("Quelle", "source"), str(row["source"])),
                (say("Stand", "status"), status_words(str(row["status"]), side)),
                *_uses_rows(terminal, name),
            ]
        )


def _table(terminal: Terminal, town: Town, name: str) -> Iterator[RenderableType]:
    say = terminal.say
    paths = [path for path in town.files if path.stem == name and path.suffix != ".toml"]
    if name not in TABLES and not paths:
        return
    described = TABLES.get(name, ("", ""))
    yield _heading(f"{name}: {say(*described)}" if any(described) else name)
    for path in paths:
        rows = [
            (say("Datei", "file"), str(path)),
            (say("nach Angabe der Stadt", "the town says"), town.sources.get(name, "")),
            *_sources(terminal, path.suffix, town, name),
        ]
        yield _grid(rows)


def _sources(terminal: Terminal, suffix: str, town: Town, name: str) -> Iterator[tuple[str, str]]:
    """Columns, rows, statuses and sources of a table that was read."""
    from sim.report.assumed import status_words

    say = terminal.say
    frame = town.tables.get(name)
    if frame is None:
        frame = getattr(town, name, None) if name in {"population", "households"} else None
    if frame is None:
        specs = getattr(town, name, ()) if suffix == ".csv" else ()
        sources = [(str(one.source), str(one.status)) for one in specs]
        count = len(specs)
    else:
        yield say("Spalten", "columns"), ", ".join(map(str, frame.columns))
        has = {"source", "status"} <= set(frame.columns)
        pairs = frame[["source", "status"]].itertuples(index=False) if has else ()
        sources = [(str(source), str(status)) for source, status in pairs]
        count = len(frame)
    if count:
        yield say("Zeilen", "rows"), str(count)
    statuses = {status: sum(s == status for _, s in sources) for _, status in sources}
    if statuses:
        listed = (f"{status_words(one, terminal.lang)}: {n}" for one, n in statuses.items())
        yield say("Stand", "status"), ", ".join(listed)
    different = list(dict.fromkeys(source for source, _ in sources))
    for number, source in enumerate(different[:MOST_SOURCES]):
        yield (say("Quelle", "source") if number == 0 else " "), source
    if len(different) > MOST_SOURCES:
        rest = len(different) - MOST_SOURCES
        yield " ", say(f"und {rest} weitere, siehe Datei", f"and {rest} more, see the file")


def _plan(terminal: Terminal, town: Town, name: str) -> Iterator[RenderableType]:
    if name not in town.plans:
        return
    from sim.report.numbers import decimal

    say, german = terminal.say, terminal.lang == "de"
    plan = town.plans[name]
    yield _heading(f"Plan {name}: {plan.label_de if german else plan.label_en}")
    rows = [
        (say("Beschreibung", "description"), plan.description_de if german else plan.description_en)
    ]
    for measure in plan.measures:
        label = measure.label_de if german else measure.label_en
        euros = decimal(measure.cost_per_year, terminal.lang)
        cost = say(f"{euros} Euro im Jahr", f"{euros} euros a year")
        rows.append((measure.kind, f"{label}; {cost}"))
    path = next((path for path in town.files if path.stem == name and path.suffix == ".toml"), None)
    rows.append((say("steht in", "written in"), str(path) if path else ""))
    yield _grid(rows)


def _district(terminal: Terminal, town: Town, name: str) -> Iterator[RenderableType]:
    from sim.report.assumed import status_words

    say = terminal.say
    for one in town.districts:
        if name.casefold() not in (one.key.casefold(), one.label.casefold()):
            continue
        yield _heading(f"{one.key}: {one.label}")
        yield _grid(
            [
                (say("Menschen", "residents"), str(one.residents)),
                (say("Fläche", "area"), f"{one.area_hectares:g} ha"),
                (say("Stand", "status"), status_words(one.status, terminal.lang)),
                (say("Quelle", "source"), one.source),
                (say("Anmerkung", "note"), one.note),
            ]
        )


_EXPLAINERS: tuple[Callable[[Terminal, Town, str], Iterator[RenderableType]], ...] = (
    _assumption,
    _group,
    _indicator,
    _measure,
    _table,
    _plan,
    _district,
)
