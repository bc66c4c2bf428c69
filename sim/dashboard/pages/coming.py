"""The page "Was kommt" (What is coming): the districts and the years to come, without any plan."""

from __future__ import annotations

import solara

from sim.dashboard import session
from sim.dashboard.answering.places import town_of
from sim.dashboard.computing import Computing, first_guess
from sim.dashboard.drawn.fans import fan
from sim.dashboard.drawn.lines import source_line, sure_of_levels
from sim.dashboard.drawn.maps import levels_map
from sim.dashboard.drawn.shapes import plot_of
from sim.dashboard.language import lang, say
from sim.dashboard.parts import Box, Choice, Heading, Slider, Text, html
from sim.dashboard.parts.showing import Chart, DataTable, DistrictMap
from sim.report.findings import WHOLE_TOWN, Findings
from sim.report.numbers import label_of
from sim.report.one_district import of_district
from sim.report.tables import indicator_district_table, indicator_table
from sim.report.words import outlook
from sim.town import Town

SHOWN = ("residents_80", "in_need", "living_alone", "lonely", "missing_hours")
"""What can be looked at, in the order in which councils ask."""


@solara.component
def Page() -> None:  # noqa: N802
    """Map with a year's slider, and fans of the town and of the chosen district."""
    quantity, set_quantity = solara.use_state("in_need")
    year, set_year = solara.use_state(0)
    district, set_district = solara.use_state(WHOLE_TOWN)
    town = town_of(session.town.value)
    plot = solara.use_memo(
        lambda: plot_of(town.districts, town.place, town.outline), [session.town.value]
    )
    answer = session.answer.value
    with Box():
        Heading(say(f"{town.label}: Was kommt?", f"{town.label}: what is coming?"))
        if answer is None:
            Computing()
            return
        findings = without_plans(answer.findings)
        known = findings.known(SHOWN)
        chosen = quantity if quantity in known else known[0]
        view = of_district(findings, district)
        Text(first_guess(findings) or outlook(view, chosen, lang.value), class_="q-lead")
        Computing()
        Choice(
            say("Was wollen Sie sehen?", "What do you want to see?"),
            chosen,
            [(name, label_of(findings.quantities[name], lang.value)) for name in known],
            set_quantity,
            kind="buttons",
        )
        with html("div", class_="q-halves"):
            with Box():
                first, last = int(findings.years[0]), int(findings.years[-1])
                at = min(max(year, first), last) if year else last
                Slider(
                    say("Ende des Jahres", "End of the year"), at, first, last, 1, "",
                    lambda value: set_year(int(value)), year=True,
                )  # fmt: skip
                drawn = levels_map(findings, plot, chosen, str(at), lang.value)
                DistrictMap(drawn, district, set_district)
                all_districts(findings, town, chosen, str(at))
            with Box():
                fans(findings, town, chosen, district)


def without_plans(findings: Findings) -> Findings:
    """The result of the reference alone: what comes if nothing new is done."""
    return findings.of_plans((findings.reference,))


def all_districts(findings: Findings, town: Town, quantity: str, year: str) -> None:
    """What the map shows, as a table."""
    table = indicator_district_table(findings, quantity, lang.value, year)
    lines = (
        sure_of_levels(findings, lang.value),
        source_line(findings, town.sources, lang.value),
    )
    with html("details", class_="q-details"):
        html("summary", say("Alle Bezirke als Tabelle", "All districts as a table"))
        DataTable(table, name=f"{town.name}_{quantity}_{year}", lines=lines)


def fans(findings: Findings, town: Town, quantity: str, district: str) -> None:
    """The fan of the town, and that of the chosen district."""
    label = label_of(findings.quantities[quantity], lang.value)
    for place in dict.fromkeys((WHOLE_TOWN, district)):
        view = of_district(findings, place)
        name = findings.district_labels.get(place, findings.town_label)
        first, last = findings.years[0], findings.years[-1]
        Chart(
            fan(findings, quantity, lang.value, district=place),
            indicator_table(view, quantity, lang.value),
            say(f"{name}: {label}, {first} bis {last}", f"{name}: {label}, {first} to {last}"),
            source=source_line(findings, town.sources, lang.value),
            how_sure=sure_of_levels(findings, lang.value),
            name=f"{town.name}_{quantity}_{place if place != WHOLE_TOWN else 'alle'}",
        ).key(f"fan {place}")
    with Box():
        if district != WHOLE_TOWN or len(findings.district_labels) < 2:
            return
        Text(
            say(
                "Auf der Karte einen Bezirk wählen: dann steht hier auch seine Entwicklung.",
                "Choose a district on the map: its course will be shown here as well.",
            ),
            small=True,
        )
