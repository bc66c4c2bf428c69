"""The ledger of assumptions as a page shows it, and the variant somebody makes of it by hand.

The ledger itself is never changed: what is set by hand stands beside it in the session, holds for
every plan alike, and can be taken back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from sim.report.assumed import NO_SOURCE, assumption_number, status_words, unit_words
from sim.report.numbers import Lang
from sim.report.uses import Use, all_uses
from sim.town import Town
from sim.town.ledger import SUM_TO_ONE, Assumption
from sim.town.problems import Both

Fixed = tuple[tuple[str, float], ...]

MOST_CHANGED = 40
"""Assumptions of one variant; a variant of everything could not be told from another model."""
MOST_USES = 6
"""Places in the program that are listed."""

GROUPS: dict[str, Both] = {
    "care_need": Both("Pflegebedarf", "Care need"),
    "effects": Both("Wirkungen", "Effects"),
    "family_care": Both("Pflege durch Angehörige", "Family care"),
    "services": Both("Dienste und Heime", "Services and homes"),
    "meeting": Both("Begegnung", "Meeting"),
    "loneliness": Both("Einsamkeit", "Loneliness"),
    "volunteering": Both("Ehrenamt", "Volunteering"),
    "measures": Both("Maßnahmen", "Measures"),
    "demography": Both("Geburten, Sterbefälle, Umzüge", "Births, deaths, moves"),
    "costs": Both("Kosten", "Costs"),
    "reporting": Both("Darstellung", "Reporting"),
}

DISTRIBUTIONS: dict[str, Both] = {
    "fixed": Both("fest", "fixed"),
    "triangular": Both("dreieckig, Spitze beim Wert", "triangular, peak at the value"),
    "uniform": Both("gleichverteilt", "uniform"),
    "normal": Both("normalverteilt (5 % bis 95 %)", "normal (5 % to 95 %)"),
    "lognormal": Both("lognormal (5 % bis 95 %)", "lognormal (5 % to 95 %)"),
    "logitnormal": Both("logit-normal (5 % bis 95 %)", "logit-normal (5 % to 95 %)"),
}

IN_A_RUN = frozenset(
    {"rates", "parameters.py", "stages", "rules", "actors.py", "model.py", "setting_up.py",
     "costs.py", "migration.py", "together.py", "month.py"}
)  # fmt: skip
"""Rooms that read an assumption anew for each run; the others read it once for a place."""

BY_PLANS = ("meeting_point_seats", "meeting_point_opening_hours", "manager_share_")
"""Beginnings of what a plan says itself: it is changed on the plan's card."""

WHOLE = (*SUM_TO_ONE, "volunteer_hours_share_", "grade_entry_share_")
"""Beginnings of shares of one whole."""


@dataclass(frozen=True)
class Raised:
    """A doubt that a participant of a workshop raised."""

    who: str
    reason: str


@dataclass(frozen=True)
class Row:
    """An assumption as it is shown.

    Attributes:
        name, label, group: what it is.
        value, span, unit, spread: as people read them.
        status, status_word: how well it is known.
        year, source, note: where it comes from.
        used: places in the program that read it.
        raised: doubts of participants.
        now: the value in shown units that a field begins with.
        low, high, step: what the field takes.
        set_to: the value set by hand as people read it; "" if none is.
        why_not: why it cannot be changed here; "" if it can.
    """

    name: str
    label: str
    group: str
    value: str
    span: str
    unit: str
    spread: str
    status: str
    status_word: str
    year: str
    source: str
    note: str
    used: tuple[str, ...]
    raised: tuple[Raised, ...]
    now: float
    low: float
    high: float
    step: float
    set_to: str
    why_not: str

    def record(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


class NotSet(Exception):
    """A value that an assumption cannot take; says so in both languages."""

    def __init__(self, said: Both) -> None:
        self.said = said
        super().__init__(said.en)


@lru_cache(maxsize=4)
def _used(names: tuple[str, ...]) -> Mapping[str, tuple[Use, ...]]:
    return all_uses(names)


def used_in(town: Town) -> Mapping[str, tuple[Use, ...]]:
    """Where each assumption is read: found in the program's own source, once a process."""
    return _used(tuple(town.ledger))


def rows(
    town: Town, fixed: Fixed, raised: Mapping[str, Iterable[Raised]], lang: Lang
) -> tuple[Row, ...]:
    """Every assumption of a town.

    Args:
        town: whose ledger.
        fixed: what was set by hand.
        raised: doubts by assumption.
        lang: language.
    """
    used = used_in(town)
    by_hand = dict(fixed)
    return tuple(
        _row(one, used[one.name], by_hand.get(one.name), tuple(raised.get(one.name, ())), lang)
        for one in town.ledger.assumptions
    )


def _row(
    one: Assumption, used: tuple[Use, ...], by_hand: float | None, raised: tuple[Raised, ...],
    lang: Lang,
) -> Row:  # fmt: skip
    side = 0 if lang == "de" else 1
    low, high = bounds(one)
    factor = shown_factor(one.unit)
    source = one.source
    if source.strip().lower() == NO_SOURCE:
        source = ("keine Quelle gefunden", "no source found")[side]
    places = [f"sim/{use.file}, {('Zeile', 'line')[side]} {use.line}" for use in used[:MOST_USES]]
    if len(used) > MOST_USES:
        rest = len(used) - MOST_USES
        places.append((f"und {rest} weitere Stellen", f"and {rest} more places")[side])
    why_not = unchangeable(one, used)
    now = one.value if by_hand is None else by_hand
    return Row(
        name=one.name,
        label=(one.label_de, one.label_en)[side],
        group=one.group,
        value=assumption_number(one.value, one.unit, lang),
        span=span_words(one, lang),
        unit=unit_words(one.unit, lang).strip("()"),
        spread=DISTRIBUTIONS.get(one.distribution, Both(one.distribution, one.distribution))[side],
        status=one.status,
        status_word=status_words(one.status, lang),
        year=one.year,
        source=source,
        note=one.note,
        used=tuple(places),
        raised=raised,
        now=_rounded(now * factor),
        low=_rounded(low * factor),
        high=_rounded(high * factor),
        step=step_of((high - low) * factor),
        set_to="" if by_hand is None else assumption_number(by_hand, one.unit, lang),
        why_not="" if why_not is None else why_not[side],
    )


def span_words(one: Assumption, lang: Lang) -> str:
    """The range of an assumption; "" if it has none."""
    if not one.uncertain:
        return ""
    low = assumption_number(one.low, one.unit, lang, with_unit=False)
    high = assumption_number(one.high, one.unit, lang)
    return f"{low} {'bis' if lang == 'de' else 'to'} {high}"


def shown_factor(unit: str) -> float:
    """From a stored value to the shown one: shares are shown in per cent."""
    return 100.0 if unit == "share" or unit.startswith(("share of", "share per")) else 1.0


def bounds(one: Assumption) -> tuple[float, float]:
    """What may be set by hand: the range and as much again on either side, within reason.

    A share stays between 0 and 1, and what cannot be negative stays so.
    """
    width = one.high - one.low
    if not one.uncertain:
        width = abs(one.value)
    low, high = one.low - width, one.high + width
    if one.low >= 0.0:
        low = max(0.0, low)
    if one.unit == "share":
        low, high = max(0.0, low), min(1.0, high)
    return low, high


def step_of(width: float) -> float:
    """A step for a field: a hundredth of what it takes, as a power of ten."""
    if width <= 0.0 or not math.isfinite(width):
        return 1.0
    return float(10.0 ** math.floor(math.log10(width / 50.0)))


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def unchangeable(one: Assumption, used: tuple[Use, ...]) -> Both | None:
    """Why an assumption cannot be changed on its own in a running dashboard; None if it can."""
    if one.name.startswith(BY_PLANS):
        return Both(
            "Das sagt jeder Plan selbst: bitte auf der Karte des Plans ändern.",
            "Each plan says this itself: please change it on the plan's card.",
        )
    if one.name.startswith(WHOLE):
        return Both(
            "Anteile eines Ganzen, die zusammen 100 % ergeben, lassen sich nicht einzeln ändern.",
            "Shares of one whole that add up to 100 % cannot be changed one by one.",
        )
    rooms = {use.file.split("/")[0] for use in used}
    if not rooms & IN_A_RUN:
        return Both(
            "Wirkt beim Aufbau des Ortes oder der Tabellen, nicht beim Rechnen: bitte in "
            "assumptions.csv des Ortes ändern.",
            "Takes effect when the place or its tables are made, not while computing: please "
            "change it in the place's assumptions.csv.",
        )
    return None


def with_value(town: Town, fixed: Fixed, name: str, shown: Any) -> Fixed:
    """What is set by hand after one more value was set.

    Args:
        town: whose ledger.
        fixed: what was set before.
        name: an assumption.
        shown: its new value in shown units, as the browser sent it.

    Raises:
        NotSet: there is no such assumption, or it cannot take the value.
    """
    if name not in town.ledger:
        raise NotSet(Both("Diese Annahme gibt es nicht.", "There is no such assumption."))
    one = town.ledger[name]
    why_not = unchangeable(one, used_in(town)[name])
    if why_not is not None:
        raise NotSet(why_not)
    if isinstance(shown, bool) or not isinstance(shown, int | float) or not math.isfinite(shown):
        raise NotSet(Both("Bitte eine Zahl eintragen.", "Please enter a number."))
    low, high = bounds(one)
    value = float(shown) / shown_factor(one.unit)
    slack = 1e-6 * max(abs(low), abs(high))
    if not low - slack <= value <= high + slack:
        raise NotSet(
            Both(
                f"Bitte eine Zahl von {assumption_number(low, one.unit, 'de', with_unit=False)} "
                f"bis {assumption_number(high, one.unit, 'de')} eintragen.",
                f"Please enter a number from "
                f"{assumption_number(low, one.unit, 'en', with_unit=False)} "
                f"to {assumption_number(high, one.unit, 'en')}.",
            )
        )
    value = min(max(value, low), high)
    others = tuple((other, set_to) for other, set_to in fixed if other != name)
    if len(others) >= MOST_CHANGED:
        raise NotSet(
            Both(
                f"Es sind schon {MOST_CHANGED} Annahmen geändert. Bitte zuerst eine zurücknehmen.",
                f"{MOST_CHANGED} assumptions are changed already. Please take one back first.",
            )
        )
    return tuple(sorted((*others, (name, value))))


def without(fixed: Fixed, name: str) -> Fixed:
    """What is set by hand after one was taken back."""
    return tuple((other, value) for other, value in fixed if other != name)
