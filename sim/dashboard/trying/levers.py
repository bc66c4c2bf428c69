"""The sliders of a plan: what can be moved, how far, and the plan that comes of it.

A slider at its planned place changes nothing. What stands in the plan beside it (payers, seats of
another point, costs) stays as planned unless its own slider is moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sim.dashboard.drafting.kinds import LEVER_FIELDS
from sim.report.gather import MONTHS_DE, MONTHS_EN
from sim.report.numbers import Lang, decimal
from sim.report.words import enumerated
from sim.town import Measure, Plan, Town
from sim.town.advice import WHOLE_POINTS
from sim.town.problems import Both

CHANGED = "_tried"
"""End of the name of a plan that sliders have changed."""

NOT_LONGER = 60
"""Characters that a plan's name may have."""

MOST_OPEN = 6
"""Sliders in plain sight; the others are folded away."""

VOLUNTEERS = "volunteer_training"
YEARS_LATER, SHARE, SIZE, COST = "later", "share", "size", "cost"

HOURS = ("opening_hours_per_week", "extra_hours_per_week")
DETAILS = ("staff_hours_per_week", "seats")
STEPS = (5000.0, 1000.0, 500.0, 100.0, 50.0, 10.0, 5.0, 2.0, 1.0, 0.5)
COARSEST, FINEST = 5, 60
"""Steps from nothing to the planned amount, at least and at most."""

PER_CENT = Both("%", "%")
MONTHS = 12
HUNDRED = 100.0


@dataclass(frozen=True)
class Slider:
    """One thing that can be moved.

    Attributes:
        key: number of the group of measures and what is moved, such as "0.later".
        label: what it is.
        unit: after the number.
        low, high, step: how far.
        planned: where the plan has it.
        open: stands in plain sight.
        factor: what a shown 1 stands for in the plan.
    """

    key: str
    label: Both
    unit: Both
    low: float
    high: float
    step: float
    planned: float
    open: bool = True
    factor: float = 1.0

    def text(self, lang: Lang) -> str:
        """Its label in a language."""
        return self.label.de if lang == "de" else self.label.en

    def unit_in(self, lang: Lang) -> str:
        """Its unit in a language."""
        return self.unit.de if lang == "de" else self.unit.en


Moved = Mapping[str, float]
"""Values of the sliders that were moved, by key."""


def groups(plan: Plan) -> tuple[tuple[int, ...], ...]:
    """Measures that are moved together: a measure and its roll-out, by their numbers."""
    found: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(plan.measures):
        found.setdefault((one.kind, one.label_de), []).append(number)
    return tuple(tuple(numbers) for numbers in found.values())


def sliders(plan: Plan, town: Town) -> tuple[Slider, ...]:
    """Everything of a plan that can be moved, the most telling first."""
    found: list[Slider] = []
    for number, members in enumerate(groups(plan)):
        measures = [plan.measures[index] for index in members]
        found += _of_group(number, measures, town)
    found.sort(key=lambda one: not one.open)
    shown = [replace(one, open=one.open and place < MOST_OPEN) for place, one in enumerate(found)]
    return tuple(shown)


def _of_group(number: int, measures: list[Measure], town: Town) -> Iterator[Slider]:
    first = measures[0]
    label = Both(first.label_de, first.label_en)
    yield from _start(number, measures, label, town)
    if first.kind == VOLUNTEERS:
        hoped = Both(
            "Freiwillige: so viele der erhofften kommen",
            "Volunteers: so many of those hoped for come",
        )
        yield Slider(f"{number}.{SHARE}", hoped, PER_CENT, 0, 150, 10, HUNDRED, factor=0.01)
    elif first.kind not in WHOLE_POINTS and first.size > 0:
        yield _amount(f"{number}.{SIZE}", label, unit_of(first, town), first.size)
    for name in (*HOURS, *DETAILS):
        value = first.levers.get(name)
        if isinstance(value, int | float) and value > 0:
            field = LEVER_FIELDS[name]
            named = Both(f"{label.de}: {field.label.de}", f"{label.en}: {field.label.en}")
            one = _amount(f"{number}.{name}", named, field.unit, float(value))
            yield replace(one, open=name in HOURS)
    cost = sum(one.cost_per_year for one in measures)
    if cost > 0:
        named = Both(f"{label.de}: Kosten", f"{label.en}: cost")
        yield replace(_share(f"{number}.{COST}", named, cost), open=False)


def _start(number: int, measures: list[Measure], label: Both, town: Town) -> Iterator[Slider]:
    """Years later than planned: earlier as far as the town's time goes back."""
    start = min(one.start for one in measures)
    earliest = -((start - 1) // MONTHS)
    latest = (town.months - start) // MONTHS
    if earliest == latest:
        return
    opens = measures[0].kind in WHOLE_POINTS
    verb = Both("öffnet", "opens") if opens else Both("beginnt", "begins")
    yield Slider(
        f"{number}.{YEARS_LATER}",
        Both(f"{label.de}: {verb.de}", f"{label.en}: {verb.en}"),
        Both("Jahre später", "years later"), earliest, latest, 1, 0,
    )  # fmt: skip


def unit_of(measure: Measure, town: Town) -> Both:
    """Unit of a measure's size."""
    service = measure.levers.get("service")
    if service == "ambulatory":
        return Both("Stunden in der Woche", "hours a week")
    if service is not None:
        return Both("Plätze", "places")
    table = town.tables["measures"].set_index("kind")
    row = table.loc[measure.kind]
    return Both(str(row["unit_de"]), str(row["unit_en"]))


def _amount(key: str, label: Both, unit: Both, value: float) -> Slider:
    """From nothing to twice as much; in per cent if the value lies on no round step."""
    fitting = (step for step in STEPS if COARSEST <= value / step <= FINEST)
    step = next((step for step in fitting if (value / step).is_integer()), None)
    if step is None:
        return _share(key, label, value)
    return Slider(key, label, unit, 0, 2 * value, step, value)


def _share(key: str, label: Both, value: float) -> Slider:
    """From nothing to twice as much, in per cent of what is planned."""
    unit = Both("% des Geplanten", "% of what is planned")
    return Slider(key, label, unit, 0, 200, 5, HUNDRED, factor=value / HUNDRED)


def really_moved(plan: Plan, town: Town, moved: Moved) -> dict[str, float]:
    """Values within their limits, of sliders that are not where the plan has them."""
    found = {}
    for one in sliders(plan, town):
        if one.key in moved:
            value = min(max(float(moved[one.key]), one.low), one.high)
            if value != one.planned:
                found[one.key] = value
    return found


def changed(plan: Plan, town: Town, moved: Moved) -> Plan:
    """The plan with its sliders moved; the plan itself if none is."""
    values = really_moved(plan, town, moved)
    if not values:
        return plan
    factors = {one.key: one.factor for one in sliders(plan, town)}
    measures = list(plan.measures)
    for number, members in enumerate(groups(plan)):
        own = {
            key.partition(".")[2]: value * factors[key]
            for key, value in values.items()
            if key.startswith(f"{number}.")
        }
        whole = sum(measures[index].cost_per_year for index in members)
        for index in members:
            measures[index] = _moved_measure(plan.measures[index], own, whole)
    told_de, told_en = (what_moved(plan, town, moved, lang) for lang in ("de", "en"))
    return replace(
        plan,
        name=f"{plan.name[: NOT_LONGER - len(CHANGED)]}{CHANGED}",
        label_de=f"{plan.label_de}, geändert",
        label_en=f"{plan.label_en}, changed",
        description_de=f"{plan.label_de}, geändert: {told_de}.",
        description_en=f"{plan.label_en}, changed: {told_en}.",
        measures=tuple(measures),
    )


def _moved_measure(measure: Measure, values: Mapping[str, float], whole_cost: float) -> Measure:
    """A measure with what was moved of its group.

    Args:
        measure: as planned.
        values: what was moved, by what it is, in the plan's units.
        whole_cost: costs of the group as planned, euros a year.
    """
    size, cost = measure.size, measure.cost_per_year
    if SHARE in values:
        size *= values[SHARE]
    if SIZE in values and measure.size > 0:
        # A larger measure costs more, unless the slider of its costs says otherwise.
        size = values[SIZE]
        cost *= values[SIZE] / measure.size
    if COST in values and whole_cost > 0:
        cost = measure.cost_per_year * values[COST] / whole_cost
    months = MONTHS * round(values.get(YEARS_LATER, 0))
    levers = {
        name: round(values[name]) if name == "seats" else values[name]
        for name in (*HOURS, *DETAILS)
        if name in values and name in measure.levers
    }
    return replace(
        measure,
        start=measure.start + months,
        end=None if measure.end is None else measure.end + months,
        size=size,
        cost_per_year=cost,
        levers={**measure.levers, **levers},
    )


def what_moved(plan: Plan, town: Town, moved: Moved, lang: Lang) -> str:
    """What was moved: "Neuer Treffpunkt 2 Jahre später und 50 % der Freiwilligen"."""
    return enumerated(moved_texts(plan, town, moved, lang), lang)


def moved_texts(plan: Plan, town: Town, moved: Moved, lang: Lang) -> list[str]:
    """What was moved, one thing each."""
    values = really_moved(plan, town, moved)
    return [_told(one, values[one.key], lang) for one in sliders(plan, town) if one.key in values]


def _told(one: Slider, value: float, lang: Lang) -> str:
    what = one.key.partition(".")[2]
    amount = _plain(abs(value), lang)
    name = one.text(lang)
    if what == YEARS_LATER:
        name = name.rsplit(":", 1)[0]
        return f"{name} {years_words(value, lang)}"
    if what == SHARE:
        return f"{amount} % der Freiwilligen" if lang == "de" else f"{amount} % of the volunteers"
    if one.factor != 1.0:
        return f"{name} {amount} %"
    return f"{name} {amount} {one.unit_in(lang)}"


def years_words(years: float, lang: Lang) -> str:
    """Years later or earlier: "2 Jahre später"."""
    count = abs(round(years))
    if lang == "de":
        return f"{count} {'Jahr' if count == 1 else 'Jahre'} {'später' if years > 0 else 'früher'}"
    return f"{count} {'year' if count == 1 else 'years'} {'later' if years > 0 else 'earlier'}"


def hint(plan: Plan, town: Town, slider: Slider, value: float, lang: Lang) -> str:
    """What a slider's place means: the month it begins, the people it stands for."""
    german = lang == "de"
    group, _, what = slider.key.partition(".")
    members = groups(plan)[int(group)]
    measures = [plan.measures[index] for index in members]
    if what == YEARS_LATER:
        start = min(one.start for one in measures)
        planned, now = (month(town, number, lang) for number in (start, start + 12 * round(value)))
        if value == 0:
            return f"{'wie geplant' if german else 'as planned'}: {planned}"
        return f"{now} {'statt' if german else 'instead of'} {planned}"
    if what == SHARE:
        size = sum(one.size for one in measures)
        planned, now = decimal(size, lang), decimal(size * value / HUNDRED, lang)
        if german:
            tail = "im Jahr gewonnen und geschult; Kosten wie geplant"
            return f"{planned} {tail}" if value == HUNDRED else f"{now} statt {planned} {tail}"
        tail = "won and trained a year; cost as planned"
        return f"{planned} {tail}" if value == HUNDRED else f"{now} instead of {planned} {tail}"
    if slider.factor != 1.0:
        now, planned = (_plain(shown * slider.factor, lang) for shown in (value, HUNDRED))
        unit = Both("Euro im Jahr", "euros a year")
        if what != COST:
            lever = LEVER_FIELDS.get(what)
            unit = lever.unit if lever is not None else unit_of(measures[0], town)
        unit_text = unit.de if german else unit.en
        instead = "statt" if german else "instead of"
        if value == HUNDRED:
            return f"{now} {unit_text}"
        return f"{now} {instead} {planned} {unit_text}"
    return ""


def _plain(value: float, lang: Lang) -> str:
    return decimal(value, lang, 0 if float(value).is_integer() else 1)


def month(town: Town, number: int, lang: Lang) -> str:
    """A month of the town's time by its number: "Januar 2027"."""
    year, start = town.start
    months = year * MONTHS + start - 1 + number
    names = MONTHS_DE if lang == "de" else MONTHS_EN
    return f"{names[months % MONTHS]} {months // MONTHS}"
