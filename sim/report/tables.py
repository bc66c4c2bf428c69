"""Tables for people: in the terminal and in a council paper."""

from __future__ import annotations

import math

import pandas as pd

from sim.report.findings import COMPARED, COSTS, WHOLE_TOWN, Difference, Findings
from sim.report.gather import PAYER_NAMES
from sim.report.many_districts import left_out, most_affected
from sim.report.numbers import Lang, Ranged, Scale, decimal, label_of, scale_of, to_step
from sim.report.table import ESTABLISHED, HIDDEN, OPEN, Table
from sim.report.words import cases, difference_scale, in_this_place


def comparison_table(findings: Findings, lang: Lang) -> Table:
    """Every compared indicator: today's course, and what each plan changes, with ranges."""
    german = lang == "de"
    rows = []
    for name in findings.known(COMPARED):
        quantity = findings.quantities[name]
        level = findings.level(findings.reference, name)
        scale = scale_of(quantity, lang, findings.small_cell, largest=_largest(level))
        # The level may be in millions, the differences beside it are not: the unit stands there.
        unit = scale_of(quantity, lang, findings.small_cell).unit
        millions = "" if scale.factor >= 1.0 else (" Mio." if german else " m")
        cells = [_row_name(findings, name, unit, lang), scale.with_range(level) + millions]
        for plan in findings.alternatives:
            one = findings.difference(plan, name)
            if one is None:
                cells.append("–")
                continue
            text = difference_scale(findings, one, lang).difference_with_range(one.ranged)
            cells.append(f"{text} {mark_of(findings, one)}".strip())
        rows.append(tuple(cells))
    header = [
        "Was gezählt wird" if german else "What is counted",
        findings.label(findings.reference, lang),
        *(findings.label(plan, lang) for plan in findings.alternatives),
    ]
    note = ""
    if findings.alternatives:
        first = findings.label(findings.reference, lang)
        note = (
            f"Spalte „{first}“: mittlerer Wert (90 von 100 Rechnungen). Die anderen Spalten: "
            "Unterschied dazu (Spanne aus dem, was wir nicht genau wissen). ● gesicherter, "
            "nennenswerter Unterschied, ○ Spanne schließt null ein, ohne Zeichen: kaum einer."
            if german
            else f"Column “{first}”: middle value (90 of 100 runs). Other columns: difference to "
            "it (range from what we do not know exactly). ● established, appreciable "
            "difference, ○ range includes zero, no mark: hardly any."
        )
    title = _when(findings, "Die Pläne im Vergleich" if german else "The plans compared", lang)
    return Table(f"{findings.town_label}: {title}", tuple(header), tuple(rows), note)


def _when(findings: Findings, title: str, lang: Lang) -> str:
    """The title with the periods of the table: the end of the last year, means for money."""
    span = findings.mean_period.replace("-", "–")
    if lang == "de":
        return f"{title}, Ende {findings.last_period} (Kosten: Mittel {span})"
    return f"{title}, end of {findings.last_period} (costs: mean {span})"


def mark_of(findings: Findings, difference: Difference) -> str:
    """Whether a difference is established; none if it is too small to be told."""
    if not difference.determined:
        return "" if difference.nothing else OPEN
    scale = difference_scale(findings, difference, "de")
    return "" if scale.negligible(difference.ranged) else ESTABLISHED


def _row_name(findings: Findings, name: str, unit: str, lang: Lang) -> str:
    """The indicator with its unit; people need none."""
    label = findings.quantity_label(name, lang)
    return label if findings.quantities[name].people else f"{label} ({unit})"


def _largest(ranged: Ranged) -> float:
    found = [
        abs(value) for value in (ranged.value, ranged.low, ranged.high) if math.isfinite(value)
    ]
    return max(found, default=0.0)


def chances_table(findings: Findings, lang: Lang) -> Table:
    """How often which plan is better, and how large chance is beside the difference."""
    german = lang == "de"
    rows = []
    pairs = [(plan, findings.reference) for plan in findings.alternatives]
    if len(findings.alternatives) == 2:
        pairs.append((findings.alternatives[0], findings.alternatives[1]))
    for name in findings.known(COMPARED):
        quantity = findings.quantities[name]
        if quantity.better == "neutral" or quantity.kind == "money":
            continue
        cells = [findings.quantity_label(name, lang)]
        for plan, against in pairs:
            one = findings.difference(plan, name, against)
            if one is None or one.nothing:
                cells.append("gleich" if german else "equal")
                continue
            if difference_scale(findings, one, lang).negligible(one.ranged):
                cells.append("kaum ein Unterschied" if german else "hardly any difference")
                continue
            often = cases(one.probability_better, one.draws, lang)
            text = often[:1].lower() + often[1:]
            cells.append(f"{text} {HIDDEN}" if one.smaller_than_chance else text)
        rows.append(tuple(cells))
    than = "besser als" if german else "better than"
    header = [
        "Ziel" if german else "Aim",
        *(
            f"{findings.label(plan, lang)} {than} {findings.label(against, lang)}"
            for plan, against in pairs
        ),
    ]
    note = (
        "„Fälle“ sind die durchgerechneten Möglichkeiten dessen, was wir nicht genau wissen. "
        f"◌ Der Unterschied ist kleiner als der Zufall {in_this_place(findings, lang)}."
        if german
        else "“Cases” are the possibilities computed of what we do not know exactly. ◌ The "
        f"difference is smaller than chance {in_this_place(findings, lang)}."
    )
    title = "Wie oft welcher Plan besser ist" if german else "How often which plan is better"
    return Table(title, tuple(header), tuple(rows), note)


def district_table(findings: Findings, lang: Lang) -> Table:
    """Each district: its older residents, its missing hours, and what the plans change."""
    german = lang == "de"
    levels = findings.known(("residents_65", "in_need", "missing_hours"))
    changes = findings.known(("missing_hours", "lonely"))
    rows = []
    for district in most_affected(findings, "missing_hours"):
        cells = [findings.district_labels[district]]
        for name in levels:
            level = findings.level(findings.reference, name, district)
            cells.append(
                scale_of(findings.quantities[name], lang, findings.small_cell).with_range(level)
            )
        for name in changes:
            for plan in findings.alternatives:
                one = findings.difference(plan, name, district=district)
                if one is None:
                    cells.append("–")
                    continue
                text = difference_scale(findings, one, lang).difference_with_range(one.ranged)
                cells.append(f"{text} {mark_of(findings, one)}".strip())
        rows.append(tuple(cells))
    header = [
        "Bezirk" if german else "District",
        *(findings.quantity_label(name, lang) for name in levels),
        *(
            f"{findings.label(plan, lang)}: {findings.quantity_label(name, lang)}"
            for name in changes
            for plan in findings.alternatives
        ),
    ]
    first = findings.label(findings.reference, lang)
    year = findings.last_period
    note = (
        f"Ende {year}. Erste Spalten: „{first}“ mit Spanne; danach Unterschiede dazu (● gesichert "
        "und nennenswert, ○ Spanne schließt null ein). Die meisten Bezirke sind "
        "kleiner als die 8.000 bis 10.000 Menschen, ab denen amtliche Vorausberechnungen "
        "empfohlen werden: nur mit Spanne lesen."
        if german
        else f"End of {year}. First columns: “{first}” with range; then differences to it (● "
        "established and appreciable, ○ range includes zero). Most districts are "
        "smaller than the 8,000 to 10,000 people recommended for official projections: "
        "read with the range only."
    )
    title = f"Bezirke, Ende {year}" if german else f"Districts, end of {year}"
    note = f"{left_out(findings, lang)} {note}".strip()
    return Table(title, tuple(header), tuple(rows), note)


def cost_table(findings: Findings, lang: Lang) -> Table:
    """Costs by payer: today's course and what each plan adds or saves, a year."""
    german = lang == "de"
    period = findings.mean_period
    rows = []
    for name in findings.known((*COSTS, "cost_total")):
        quantity = findings.quantities[name]
        level = findings.level(findings.reference, name, period=period)
        scale = scale_of(quantity, lang, findings.small_cell, largest=_largest(level))
        names = PAYER_NAMES.get(name.removeprefix("cost_"), ("Alle zusammen", "All together"))
        unit = "" if scale.factor == 1.0 else (" Mio." if german else " m")
        text = scale.with_range(level)
        cells = [names[0 if german else 1], text + unit]
        for plan in findings.alternatives:
            one = findings.difference(plan, name, period=period)
            if one is None:
                cells.append("–")
                continue
            fine = scale_of(quantity, lang, findings.small_cell)
            mark = mark_of(findings, one)
            cells.append(f"{fine.difference_with_range(one.ranged)} {mark}".strip())
        rows.append(tuple(cells))
    header = [
        "Wer zahlt (Euro im Jahr)" if german else "Who pays (euros a year)",
        findings.label(findings.reference, lang),
        *(findings.label(plan, lang) for plan in findings.alternatives),
    ]
    span = period.replace("-", " bis " if german else "–")
    title = f"Kosten nach Zahlern, Mittel {span}" if german else f"Costs by payer, mean {span}"
    return Table(title, tuple(header), tuple(rows))


def euros_table(findings: Findings, lang: Lang) -> Table | None:
    """What one unit gained costs the municipality and all payers together."""
    frame = findings.euros
    if frame.empty:
        return None
    german = lang == "de"
    frame = frame[(frame["district"] == WHOLE_TOWN) & (frame["period"] == findings.mean_period)]
    payers = (
        ("municipality", "Kommune" if german else "municipality"),
        ("total", "alle zusammen" if german else "all together"),
    )
    rows = []
    for name in dict.fromkeys(frame["quantity"]):
        here = frame[frame["quantity"] == name]
        cells = [_unit_gained(findings, str(name), lang)]
        for plan in findings.alternatives:
            for payer, _ in payers:
                row = here[(here["plan"] == plan) & (here["payer"] == payer)]
                quantity = findings.quantities[str(name)]
                share = quantity.kind == "share"
                fewest = float(findings.small_cell) if quantity.people else 0.0
                cells.append(_price(row, 0.01 if share else 1.0, fewest, lang))
        rows.append(tuple(cells))
    header = (
        "Was gewonnen wird" if german else "What is gained",
        *(
            f"{findings.label(plan, lang)}: {payer}"
            for plan in findings.alternatives
            for _, payer in payers
        ),
    )
    title = "Euro im Jahr je gewonnener Einheit" if german else "Euros a year per unit gained"
    note = (
        "Nur wo der Gewinn gesichert ist. Eine negative Zahl heißt: Der Zahler spart, und es gibt "
        "einen Gewinn."
        if german
        else "Only where the gain is established. A negative number means that the payer saves "
        "money and there is a gain."
    )
    return Table(title, header, tuple(rows), note)


def _unit_gained(findings: Findings, name: str, lang: Lang) -> str:
    quantity = findings.quantities[name]
    scale = scale_of(quantity, lang, findings.small_cell, points=True)
    label = findings.quantity_label(name, lang)
    one = {
        "Menschen": "ein Mensch", "people": "one person",
        "Prozentpunkte": "ein Prozentpunkt", "percentage points": "one percentage point",
        "Stunden je Woche": "eine Stunde je Woche", "hours a week": "one hour a week",
    }.get(scale.unit, f"1 {scale.unit}")  # fmt: skip
    if lang == "de":
        return f"{label}: {one} {'weniger' if quantity.better == 'lower' else 'mehr'}"
    return f"{label}: {one} {'less' if quantity.better == 'lower' else 'more'}"


_NO_PRICE: dict[str, tuple[str, str]] = {
    "range_includes_zero": ("Gewinn nicht gesichert", "gain not established"),
    "too_few_runs": ("zu wenige Rechnungen", "too few runs"),
    "gets_worse": ("wird schlechter", "gets worse"),
}


def _price(row: pd.DataFrame, factor: float, fewest: float, lang: Lang) -> str:
    """Euros per unit, or why there is no such number."""
    if row.empty:
        return "–"
    german = lang == "de"
    status = str(row["status"].iloc[0])
    if status != "determined":
        return _NO_PRICE.get(status, ("–", "–"))[0 if german else 1]
    if float(row["gain"].iloc[0]) < fewest:
        return "kaum ein Gewinn" if german else "hardly a gain"
    value, low, high = (
        _two_digits(float(row[column].iloc[0]) * factor, lang)
        for column in ("euros_per_unit", "low", "high")
    )
    if not math.isfinite(float(row["high"].iloc[0])):
        return f"{value} ({'mindestens' if german else 'at least'} {low})"
    return value if low == high else f"{value} ({low} {'bis' if german else 'to'} {high})"


def _two_digits(value: float, lang: Lang) -> str:
    if not math.isfinite(value) or value == 0.0:
        return decimal(value, lang)
    step = 10.0 ** max(0, math.floor(math.log10(abs(value))) - 1)
    return decimal(to_step(value, step), lang)


GROUP_NAMES: dict[str, tuple[str, str]] = {
    "with_others": ("nicht allein, nicht zurückgezogen", "with others, not withdrawn"),
    "alone": ("allein lebend", "living alone"),
    "with_others_withdrawn": ("nicht allein, zurückgezogen", "with others, withdrawn"),
    "alone_withdrawn": ("allein lebend und zurückgezogen", "living alone and withdrawn"),
}


def gains_table(findings: Findings, quantity: str, lang: Lang) -> Table | None:
    """Who gains in one indicator: per 100 people of an age band and of a situation."""
    frame = findings.gains
    if frame.empty:
        return None
    frame = frame[(frame["quantity"] == quantity) & frame["dimension"].isin(_DIMENSIONS)]
    if frame.empty:
        return None
    german = lang == "de"
    if frame["mean"].abs().max() < SMALLEST_PER_HUNDRED:
        return None
    rows = []
    seen = dict.fromkeys(
        (str(row["dimension"]), str(row["age_band"]), str(row["start_group"]))
        for row in frame.to_dict("records")
    )
    for dimension, band, group in seen:
        here = frame[
            (frame["dimension"] == dimension)
            & (frame["age_band"] == band)
            & (frame["start_group"] == group)
        ]
        people = float(here["people"].iloc[0])
        if people < findings.small_cell:
            continue
        name = group_name(dimension, band, group, lang)
        cells = [f"{name} ({decimal(round(people), lang)})"]
        for plan in findings.alternatives:
            row = here[here["plan"] == plan]
            cells.append(_per_hundred(row, lang))
        rows.append(tuple(cells))
    label = findings.quantity_label(quantity, lang)
    measured = findings.quantities[quantity]
    words = scale_of(measured, lang, findings.small_cell, points=True).unit
    unit = "" if measured.people else f" ({words})"
    header = [
        "Wer (so viele Menschen)" if german else "Who (that many people)",
        *(findings.label(plan, lang) for plan in findings.alternatives),
    ]
    title = (
        f"{label}{unit}: Unterschied je 100 Menschen der Gruppe"
        if german
        else f"{label}{unit}: difference per 100 people of the group"
    )
    return Table(title, tuple(header), tuple(rows))


SMALLEST_PER_HUNDRED = 0.05
"""Changes per 100 people below this round to nothing everywhere."""

_DIMENSIONS = ("age_band", "start_group")


def group_name(dimension: str, band: str, group: str, lang: Lang) -> str:
    """A group of people in words: of an age band, or of a situation at the start."""
    german = lang == "de"
    if dimension == "age_band":
        bands = {"0-64": ("unter 65 Jahren", "under 65"), "80+": ("ab 80 Jahren", "80 and over")}
        if band in bands:
            return bands[band][0 if german else 1]
        low, _, high = band.partition("-")
        return f"{low} bis {high} Jahre" if german else f"{low} to {high}"
    return GROUP_NAMES.get(group, (group, group))[0 if german else 1]


def _per_hundred(row: pd.DataFrame, lang: Lang) -> str:
    if row.empty or not math.isfinite(float(row["mean"].iloc[0])):
        return "–"
    ranged = Ranged(*(float(row[name].iloc[0]) for name in ("mean", "low", "high")))
    scale = Scale(1.0, 0.1, "", people=False, small_cell=0, lang=lang)
    mark = "" if ranged.value == 0.0 and ranged.width == 0.0 else OPEN
    if bool(row["determined"].iloc[0]):
        mark = "" if scale.negligible(ranged) else ESTABLISHED
    return f"{scale.difference_with_range(ranged)} {mark}".strip()


def indicator_table(findings: Findings, quantity: str, lang: Lang) -> Table:
    """One indicator year by year under each plan."""
    german = lang == "de"
    levels = {
        (plan, period): findings.level(plan, quantity, period=period)
        for plan in findings.plans
        for period in findings.years
    }
    largest = max((_largest(level) for level in levels.values()), default=0.0)
    scale = scale_of(findings.quantities[quantity], lang, findings.small_cell, largest=largest)
    rows = []
    for period in findings.years:
        shown = [scale.with_range(levels[plan, period]) for plan in findings.plans]
        if any(text != "–" for text in shown):
            rows.append((period, *shown))
    header = (
        "Jahr" if german else "Year",
        *(findings.label(plan, lang) for plan in findings.plans),
    )
    label = label_of(findings.quantities[quantity], lang)
    return Table(f"{label} ({scale.unit})", header, tuple(rows))


def indicator_district_table(
    findings: Findings, quantity: str, lang: Lang, period: str | None = None
) -> Table:
    """One indicator in each district: the reference, then what each plan changes."""
    german = lang == "de"
    period = period or findings.period_of(quantity)
    rows = []
    kept = [
        findings.level(findings.reference, quantity, key, period)
        for key in findings.district_labels
    ]
    largest = max((_largest(level) for level in kept), default=0.0)
    scale = scale_of(findings.quantities[quantity], lang, findings.small_cell, largest=largest)
    for (district, label), level in zip(findings.district_labels.items(), kept, strict=True):
        cells = [label, scale.with_range(level)]
        for plan in findings.alternatives:
            one = findings.difference(plan, quantity, district=district, period=period)
            if one is None:
                cells.append("–")
                continue
            text = difference_scale(findings, one, lang).difference_with_range(one.ranged)
            cells.append(f"{text} {mark_of(findings, one)}".strip())
        rows.append(tuple(cells))
    header = (
        "Bezirk" if german else "District",
        findings.label(findings.reference, lang),
        *(f"{findings.label(plan, lang)} ±" for plan in findings.alternatives),
    )
    label = label_of(findings.quantities[quantity], lang)
    return Table(f"{label}, {period} ({scale.unit})", header, tuple(rows))
