"""Futures in words: when a plan wins, and what is worth finding out, in German and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calibration.discovery import FEWEST_WINS, Box, Futures, Limit
from sim.commands.terminal import Lang
from sim.report.assumed import unit_words
from sim.report.numbers import decimal, quoted
from sim.report.table import Table
from sim.study.result import Study

MOST_WORTH = 6


def labels_of(study: Study, lang: Lang) -> dict[str, tuple[str, str]]:
    """Label and unit of each assumption and quantity by name."""
    key = f"label_{lang}"
    found = {name: (_label(one, lang), one.unit) for name, one in study.quantities.items()}
    for row in study.ledger.to_dict("records"):
        found[str(row["name"])] = (str(row[key]), str(row["unit"]))
    return found


def _label(quantity: Any, lang: Lang) -> str:
    return str(quantity.label_de if lang == "de" else quantity.label_en)


def sentences(found: Futures, study: Study, lang: Lang) -> tuple[str, ...]:
    """What the futures say, a sentence each."""
    german = lang == "de"
    labels = labels_of(study, lang)
    plan, other = (
        quoted(study.plan_labels[one][lang], lang) for one in (found.plan, found.against)
    )
    share = f"{found.share:.0%}".replace("%", " %")
    draws = len(found.advantage)
    what = labels[found.quantity][0]
    first = (
        f"{what}: {plan} ist in {share} der {draws} Zukünfte besser als {other}."
        if german
        else f"{what}: {plan} is better than {other} in {share} of {draws} futures."
    )
    if found.box is None:
        return first, _nothing(found, german)
    return first, _box_sentence(found.box, plan, other, labels, lang)


def _nothing(found: Futures, german: bool) -> str:
    rare = round(min(found.share, 1.0 - found.share) * len(found.advantage))
    if rare == 0:
        return (
            "Das ist in allen Zukünften so: Keine Annahme dreht es um."
            if german
            else "It is so in all futures: no assumption turns it."
        )
    if rare < FEWEST_WINS:
        return (
            f"Anders ist es nur in {rare} davon: zu wenige, um zu sagen, woran es liegt."
            if german
            else f"Only {rare} of them differ: too few to say what it hangs on."
        )
    return (
        "Keine wenigen Annahmen sagen, wann es so ist und wann anders: Zufall und vieles zusammen."
        if german
        else "No few assumptions tell when it is so and when not: chance, and many things together."
    )


def _box_sentence(
    box: Box, plan: str, other: str, labels: Mapping[str, tuple[str, str]], lang: Lang
) -> str:
    german = lang == "de"
    conditions = (" und " if german else " and ").join(
        _limit_words(limit, labels, lang) for limit in box.limits
    )
    dense, covers = (f"{one:.0%}".replace("%", " %") for one in (box.density, box.coverage))
    if german:
        end = f"ist {plan} besser als {other}" if box.wins else f"ist {plan} nicht besser"
        which = "Fälle, in denen das so ist" if box.wins else "Fälle, in denen es nicht besser ist"
        return (
            f"Wenn {conditions}, {end}: in {dense} der {box.draws} Zukünfte, auf die das zutrifft "
            f"(Dichte). Darin liegen {covers} aller {which} (Abdeckung)."
        )
    end = f"{plan} is better than {other}" if box.wins else f"{plan} is not better"
    which = "cases in which it is" if box.wins else "cases in which it is not"
    return (
        f"If {conditions}, {end}: in {dense} of the {box.draws} futures this is true of (density). "
        f"They hold {covers} of all {which} (coverage)."
    )


def _limit_words(limit: Limit, labels: Mapping[str, tuple[str, str]], lang: Lang) -> str:
    label, unit = labels[limit.name]
    german = lang == "de"
    name = f"{quoted(label, lang)} ({limit.name})"

    def value(number: float) -> str:
        if unit == "share":
            return f"{decimal(100.0 * number, lang, 0 if number >= 0.1 else 1)} %"
        digits = (
            0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2 if abs(number) >= 1 else 3
        )
        return f"{decimal(number, lang, digits)} {unit_words(unit, lang)}"

    if limit.low is not None and limit.high is not None:
        low, high = value(limit.low), value(limit.high)
        return f"{name} " + (f"zwischen {low} und {high}" if german else f"from {low} to {high}")
    if limit.low is not None:
        return f"{name} {'mindestens' if german else 'at least'} {value(limit.low)}"
    assert limit.high is not None
    return f"{name} {'höchstens' if german else 'at most'} {value(limit.high)}"


def worth_table(found: Futures, study: Study, lang: Lang) -> Table:
    """What is worth finding out before choosing."""
    german = lang == "de"
    labels = labels_of(study, lang)
    rows = tuple(
        (
            labels[str(row["name"])][0],
            str(row["name"]),
            _amount(float(row["value"]), found, lang),
            f"{row['share']:.0%}",
        )
        for row in found.finding_out.head(MOST_WORTH).to_dict("records")
    )
    everything = _amount(found.knowing_all, found, lang)
    what = labels[found.quantity][0]
    if german:
        return Table(
            f"Was es wert wäre, vorher mehr zu wissen: {what}",
            ("Annahme", "Name", "Gewinn der besseren Wahl", "Anteil"),
            rows,
            f"Alles zu wissen wäre {everything} wert. Nur Annahmen, deren Wert größer ist als bei "
            "zufällig vertauschten Zukünften; bei allen anderen bliebe die Wahl dieselbe.",
            prose=True,
        )
    return Table(
        f"What it would be worth to know more before choosing: {what}",
        ("assumption", "name", "gain of the better choice", "share"),
        rows,
        f"Knowing everything would be worth {everything}. Only assumptions worth more than in "
        "shuffled futures; with all others the choice would stay the same.",
        prose=True,
    )


def _amount(value: float, found: Futures, lang: Lang) -> str:
    """A gain in the unit of what counts; shares in percentage points."""
    scale, unit = 1.0, found.unit
    if unit == "share":
        scale, unit = 100.0, "Prozentpunkte" if lang == "de" else "percentage points"
    amount = decimal(scale * value, lang, _digits(scale * found.knowing_all))
    return f"{amount} {unit_words(unit, lang)}"


def _digits(size: float) -> int:
    for digits, least in enumerate((100.0, 10.0, 1.0, 0.1, 0.01)):
        if size >= least:
            return digits
    return 5


def break_even_rows(table: Any, lang: Lang) -> tuple[tuple[str, ...], ...]:
    """Assumptions with a break-even inside their range, the most influential first."""
    rows = []
    for row in table[table["status"] == "inside"].head(MOST_WORTH).to_dict("records"):
        unit = str(row["unit"])
        rows.append(
            (
                str(row[f"label_{lang}"]),
                str(row["name"]),
                f"{row['break_even']:.3g} {unit}",
                f"{row['break_even_low']:.3g} … {row['break_even_high']:.3g}",
                f"{row['rank_correlation']:+.2f}",
            )
        )
    return tuple(rows)


def break_even_table(table: Any, lang: Lang) -> Table:
    """Where each assumption turns the comparison."""
    rows = break_even_rows(table, lang)
    if lang == "de":
        return Table(
            "Gewinnschwellen",
            ("Annahme", "Name", "Schwelle", "95 %", "Rangkorrelation"),
            rows,
            "Nur Annahmen, bei denen der Vergleich innerhalb ihrer Spanne kippt.",
            prose=True,
        )
    return Table(
        "Break-even values",
        ("assumption", "name", "break-even", "95 %", "rank correlation"),
        rows,
        "Only assumptions at which the comparison turns within their range.",
        prose=True,
    )
