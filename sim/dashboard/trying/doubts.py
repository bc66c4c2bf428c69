"""The assumptions worth doubting: a few of the ledger, asked in plain words.

Which are contested was chosen by us from the ledger: they are assumed rather than measured, have
wide ranges, and decide whether a measure does what it is hoped to do. All others are on the page of
assumptions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.town import Plan
from sim.town.ledger import Assumption, Ledger
from sim.town.problems import Both

MOST_SHOWN = 6
HUNDRED = 100.0
STEPS = 40
POINTS = ("meeting_point", "opening_to_all_ages", "transport", "digital_help")
EVERY: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """An assumption as a question.

    Attributes:
        name: in the ledger.
        asked: in plain words.
        kinds: measures for which it matters; empty for all plans.
    """

    name: str
    asked: Both
    kinds: tuple[str, ...] = EVERY


QUESTIONS = (
    Question("fraction_meeting_loneliness", Both(
        "Wie viel von der beobachteten Wirkung gegen Einsamkeit kommt wirklich vom Treffpunkt?",
        "How much of the observed effect on loneliness is really due to the meeting point?",
    ), POINTS),
    Question("visit_probability", Both(
        "Wie viele Ältere, die den Treffpunkt kennen und nebenan wohnen, kommen in einem Monat?",
        "How many older people who know the meeting point and live next door come in a month?",
    ), POINTS),
    Question("training_success", Both(
        "Wie viele der Geschulten helfen danach wirklich mit?",
        "How many of those trained really help afterwards?",
    ), ("volunteer_training",)),
    Question("meeting_point_recruits", Both(
        "Wie viele regelmäßige Gäste werden in einem Monat selbst zu Freiwilligen?",
        "How many regular guests become volunteers themselves in a month?",
    ), POINTS),
    Question("quarter_volunteer_stop", Both(
        "Wie viele Freiwillige im Quartier hören in einem Monat wieder auf?",
        "How many volunteers in the quarter stop again in a month?",
    ), ("volunteer_training", "meeting_point", "neighbourly_help", "neighbourhood_manager")),
    Question("recruits_per_hour", Both(
        "Wie viele Freiwillige gewinnt eine Arbeitsstunde Werbung?",
        "How many volunteers does an hour of recruiting win?",
    ), ("neighbourhood_manager",)),
    Question("coordination_gain", Both(
        "Wie viel mehr Hilfe kommt an, wenn jemand sie vermittelt?",
        "How much more help arrives if somebody coordinates it?",
    ), ("neighbourhood_manager", "neighbourly_help")),
    Question("outreach_reconnect", Both(
        "Wie viele der Besuchten leben danach nicht mehr zurückgezogen?",
        "How many of those visited no longer live withdrawn afterwards?",
    ), ("outreach", "neighbourhood_manager")),
    Question("fraction_preventive_visit_care_need", Both(
        "Wie viel von der beobachteten Wirkung der Hausbesuche ist echt?",
        "How much of the observed effect of home visits is real?",
    ), ("preventive_visits",)),
    Question("fraction_barrier_free_care_need", Both(
        "Wie viel tragen umgebaute Wohnungen wirklich dazu bei, dass weniger Pflege nötig wird?",
        "How much do adapted dwellings really contribute to less need of care?",
    ), ("barrier_free_housing",)),
    Question("counselling_uptake_factor", Both(
        "Wie viel öfter wird nach einer Beratung ein Dienst gewünscht?",
        "How much more often is a service wanted after counselling?",
    ), ("counselling",)),
    Question("ambulatory_capacity_growth", Both(
        "Wächst oder schrumpft der Pflegedienst von selbst (Personal)?",
        "Do care services grow or shrink by themselves (staff)?",
    )),
    Question("fraction_participation_care_need", Both(
        "Wie viel länger bleibt selbstständig, wer regelmäßig unter Menschen kommt: wie viel davon "
        "ist echt?",
        "Those who meet people regularly stay independent longer: how much of this is real?",
    ), POINTS),
    Question("entitlement_growth_from_2026", Both(
        "Wie schnell kommen durch weiter gefasste Regeln mehr Pflegebedürftige hinzu?",
        "How fast do wider rules add people in need of care?",
    )),
    Question("service_price_growth", Both(
        "Wie schnell steigen die Preise der Pflege?",
        "How fast do the prices of care rise?",
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Doubt:
    """An assumption as a slider, in shown units.

    Attributes:
        assumption: of the ledger.
        asked: the question.
        factor: shown value for a stored 1; 100 for shares and rates.
        unit: after the number.
        step: of the slider.
    """

    assumption: Assumption
    asked: Both
    factor: float
    unit: Both
    step: float

    @property
    def name(self) -> str:
        """Name in the ledger."""
        return self.assumption.name

    @property
    def low(self) -> float:
        """Where the slider begins, on a step."""
        return round(self.assumption.low * self.factor / self.step) * self.step

    @property
    def high(self) -> float:
        """Where the slider ends, on a step."""
        return round(self.assumption.high * self.factor / self.step) * self.step

    @property
    def usual(self) -> float:
        """The ledger's value, on a step."""
        return round(self.assumption.value * self.factor / self.step) * self.step

    def stored(self, shown: float) -> float:
        """A slider's value as the model takes it, within the ledger's range."""
        return min(max(shown / self.factor, self.assumption.low), self.assumption.high)


_UNITS: dict[str, tuple[float, Both]] = {
    "share": (HUNDRED, Both("%", "%")),
    "share of the log effect": (HUNDRED, Both("%", "%")),
    "share per hour": (HUNDRED, Both("% je Stunde", "% an hour")),
    "1/month": (HUNDRED, Both("% im Monat", "% a month")),
    "1/year": (HUNDRED, Both("% im Jahr", "% a year")),
    "persons/hour": (HUNDRED, Both("je 100 Stunden", "per 100 hours")),
    "factor": (1.0, Both("-mal so oft", "times as often")),
}


def doubts(plans: Iterable[Plan], ledger: Ledger) -> tuple[Doubt, ...]:
    """The questions that matter for some plans, those first that are about their measures."""
    kinds = {measure.kind for plan in plans for measure in plan.measures}
    found = []
    for question in QUESTIONS:
        one = ledger.get(question.name)
        if one is None or one.low >= one.high:
            continue
        if question.kinds and not kinds & set(question.kinds):
            continue
        factor, unit = _UNITS.get(one.unit, (1.0, Both(one.unit, one.unit)))
        found.append(Doubt(one, question.asked, factor, unit, _step((one.high - one.low) * factor)))
    return tuple(found)


def _step(width: float) -> float:
    """A round step of which the range holds at most `STEPS`."""
    step = 0.01
    factors = (2.0, 2.5, 2.0)
    number = 0
    while width / step > STEPS:
        step *= factors[number % 3]
        number += 1
    return round(step, 6)
