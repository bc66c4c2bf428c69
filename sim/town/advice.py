"""What a planner should know of a plan that is sound: measures that change nothing, odd costs.

Warnings, never errors: a plan may be meant so. They are said by `quartier check` and when a town
is read, and `advice_for` gives them for a plan that was made without a file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sim.town.geography import metres
from sim.town.ledger import Ledger
from sim.town.places import DistrictSpec, MeetingPointSpec
from sim.town.plan import Measure, Plan
from sim.town.problems import Both, Problem, listing, problem

if TYPE_CHECKING:
    from sim.town.town import Town

WEEKS_PER_YEAR = 52
WHOLE_POINTS = ("meeting_point", "opening_to_all_ages")
"""Kinds of which there is one or none: more than one adds nothing."""

STAFFED = ("neighbourhood_manager", "outreach", "neighbourly_help", "counselling")
"""Kinds whose size is staff hours a week."""


@dataclass(frozen=True)
class Known:
    """What advice on a plan needs to know of its town.

    Attributes:
        months: number of simulated months.
        origin: latitude and longitude of the town, degrees.
        districts: in the town's order.
        points: existing meeting points.
        ledger: assumptions.
        usual_costs: euros a unit and year by kind, see `germany/measures.csv`.
    """

    months: int
    origin: tuple[float, float]
    districts: Sequence[DistrictSpec]
    points: Sequence[MeetingPointSpec]
    ledger: Ledger
    usual_costs: Mapping[str, float]


def advice_for(plan: Plan, town: Town) -> list[Problem]:
    """Warnings of a plan for a town, also of one that stands in no file."""
    known = Known(
        months=town.months,
        origin=(town.latitude, town.longitude),
        districts=town.districts,
        points=town.meeting_points,
        ledger=town.ledger,
        usual_costs=usual_costs(town.tables),
    )
    return advice(plan, f"plans/{plan.name}.toml", known)


def usual_costs(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Euros a unit and year by kind of measure."""
    table = tables["measures"]
    costs = table["default_cost_per_unit_and_year"]
    return {str(kind): float(cost) for kind, cost in zip(table["kind"], costs, strict=True)}


def advice(plan: Plan, file: str, known: Known) -> list[Problem]:
    """Warnings of a plan, in the order of its measures.

    Args:
        plan: a sound plan.
        file: the file it stands in.
        known: what is known of the town.
    """
    adviser = _Adviser(plan, file, known)
    return [one for measure in plan.measures for one in adviser.on(measure)]


class _Adviser:
    def __init__(self, plan: Plan, file: str, known: Known) -> None:
        self.plan = plan
        self.file = file
        self.known = known

    def on(self, measure: Measure) -> Iterator[Problem]:
        """Everything to be said of one measure."""
        nothing = [*self._without_size(measure), *self._without_people(measure)]
        yield from nothing
        if measure.size > 0:
            yield from self._without_room(measure)
            yield from self._without_goal(measure)
            yield from self._without_costs(measure)
        yield from self._costs_of_staff(measure)
        yield from self._payers_after_the_end(measure)

    def _say(
        self, measure: Measure, column: str, found: str | Both, expected: Both, mend: Both
    ) -> Problem:
        line = measure.line or None
        return problem(self.file, found, expected, mend, line=line, column=column, warning=True)

    # A measure that changes nothing ---------------------------------------------------------

    def _without_size(self, measure: Measure) -> Iterator[Problem]:
        if measure.size <= 0:
            yield self._say(
                measure,
                "size",
                f"{measure.size:g}",
                Both(
                    "eine Größe über 0, sonst ändert die Maßnahme nichts",
                    "a size above 0, otherwise the measure changes nothing",
                ),
                Both(
                    "die Größe eintragen oder die Maßnahme weglassen",
                    "enter the size or leave the measure out",
                ),
            )
        elif measure.kind in WHOLE_POINTS and measure.size > 1:
            yield self._say(
                measure,
                "size",
                f"{measure.size:g}",
                Both(
                    "höchstens 1, denn in jedem genannten Quartier gibt es einen ganzen Treffpunkt",
                    "at most 1, as each district named has one whole meeting point",
                ),
                Both(
                    "mehr Plätze (seats), mehr Quartiere oder eine weitere Maßnahme eintragen",
                    "enter more seats, more districts or another measure",
                ),
            )
        if measure.start > self.known.months:
            yield self._say(
                measure,
                "start",
                Both("ein Beginn nach dem Ende der Rechnung", "a start after the last month"),
                Both(
                    f"ein Beginn in den ersten {self.known.months} Monaten, sonst ändert die "
                    "Maßnahme nichts",
                    f"a start within the first {self.known.months} months, otherwise the measure "
                    "changes nothing",
                ),
                Both("früher beginnen", "start earlier"),
            )

    def _without_people(self, measure: Measure) -> Iterator[Problem]:
        districts = [self.known.districts[index] for index in measure.districts]
        empty = [one.key for one in districts if one.residents == 0]
        # For all districts ("*") an empty one among them does no harm.
        if empty and len(districts) < len(self.known.districts):
            yield self._say(
                measure,
                "districts",
                ", ".join(empty),
                Both(
                    "ein Quartier, in dem Menschen wohnen; dort ändert die Maßnahme nichts",
                    "a district with residents; there the measure changes nothing",
                ),
                Both("ein anderes Quartier wählen", "choose another district"),
            )

    def _without_room(self, measure: Measure) -> Iterator[Problem]:
        levers = measure.levers
        if measure.kind == "meeting_point":
            for name in ("seats", "opening_hours_per_week"):
                if float(levers.get(name, 1.0)) <= 0.0:
                    yield self._say(
                        measure,
                        name,
                        "0",
                        Both(
                            "mehr als 0, sonst hat der Treffpunkt für niemanden Platz",
                            "more than 0, otherwise the meeting point has room for nobody",
                        ),
                        Both("die Zahl eintragen", "enter the number"),
                    )
        elif measure.kind == "opening_to_all_ages":
            point = next((one for one in self.known.points if one.key == levers["point"]), None)
            longer = float(levers.get("extra_hours_per_week", 0.0)) > 0.0
            if point is not None and point.all_ages and not longer:
                yield self._say(
                    measure,
                    "point",
                    point.key,
                    Both(
                        "ein Treffpunkt, der noch nicht für alle offen ist, oder mehr Stunden",
                        "a point that is not open to all yet, or more hours",
                    ),
                    Both(
                        "extra_hours_per_week eintragen oder die Maßnahme weglassen",
                        "enter extra_hours_per_week or leave the measure out",
                    ),
                )

    # A way that leads nowhere ---------------------------------------------------------------

    def _without_goal(self, measure: Measure) -> Iterator[Problem]:
        if measure.kind == "transport" and not self.known.points and not self._founded():
            yield self._say(
                measure,
                "kind",
                Both("ein Fahrdienst ohne Treffpunkt", "a ride service without a meeting point"),
                Both(
                    "ein Treffpunkt, zu dem man fahren kann; sonst ändert die Maßnahme nichts",
                    "a meeting point to go to; otherwise the measure changes nothing",
                ),
                Both(
                    "den Treffpunkt in meeting_points.csv eintragen oder im Plan gründen",
                    "enter the point in meeting_points.csv or found it in the plan",
                ),
            )
        if not self._reaches_out(measure):
            return
        districts = self.known.districts
        nowhere = [
            districts[index].key
            for index in measure.districts
            if not self._has_point_near(districts[index]) and not self._has_help(index)
        ]
        if nowhere:
            far = self.known.ledger["distance_decay_metres"].value
            yield self._say(
                measure,
                "districts",
                ", ".join(nowhere),
                Both(
                    f"ein Treffpunkt im Quartier (oder bis {far:.0f} m von dessen Rand) oder "
                    "organisierte Nachbarschaftshilfe; sonst führt die Ansprache nirgends hin",
                    f"a meeting point in the district (or up to {far:.0f} m from its edge) or "
                    "organised neighbourly help; otherwise the contact leads nowhere",
                ),
                Both(
                    "einen Treffpunkt oder Nachbarschaftshilfe in den Plan aufnehmen",
                    "add a meeting point or neighbourly help to the plan",
                ),
            )

    def _reaches_out(self, measure: Measure) -> bool:
        return measure.kind == "outreach" or self._task(measure, "outreach") > 0.0

    def _task(self, measure: Measure, task: str) -> float:
        """Share of a manager's hours for a task; 0 for other kinds."""
        if measure.kind != "neighbourhood_manager":
            return 0.0
        if not any(name.startswith("share_") for name in measure.levers):
            return self.known.ledger[f"manager_share_{task}"].value
        return float(measure.levers.get(f"share_{task}", 0.0))

    def _founded(self) -> list[tuple[float, float]]:
        """Places of the meeting points the plan founds, metres."""
        return [
            self._place(measure, self.known.districts[index])
            for measure in self.plan.measures
            if measure.kind == "meeting_point" and measure.size > 0
            for index in measure.districts
        ]

    def _place(self, measure: Measure, district: DistrictSpec) -> tuple[float, float]:
        levers = measure.levers
        if "latitude" in levers and "longitude" in levers:
            return metres(float(levers["latitude"]), float(levers["longitude"]), self.known.origin)
        return district.x, district.y

    def _has_point_near(self, district: DistrictSpec) -> bool:
        far = district.radius_metres + self.known.ledger["distance_decay_metres"].value
        places = [*((point.x, point.y) for point in self.known.points), *self._founded()]
        return any(math.hypot(x - district.x, y - district.y) <= far for x, y in places)

    def _has_help(self, district: int) -> bool:
        return any(
            district in one.districts
            and one.size > 0
            and (one.kind == "neighbourly_help" or self._task(one, "coordination") > 0.0)
            for one in self.plan.measures
        )

    # Costs ----------------------------------------------------------------------------------

    def _without_costs(self, measure: Measure) -> Iterator[Problem]:
        size = min(1.0, measure.size) if measure.kind in WHOLE_POINTS else measure.size
        points = len(measure.districts) if measure.kind == "meeting_point" else 1
        usual = self.known.usual_costs.get(measure.kind, 0.0) * size * points
        if measure.cost_per_year > 0 or usual <= 0 or measure.levers.get("service") in PLACES:
            return
        yield self._say(
            measure,
            "cost_per_year",
            Both("eine Maßnahme ohne Kosten", "a measure without costs"),
            Both(
                f"Kosten, im Jahr etwa {usual:.0f} Euro (siehe germany/measures.csv)",
                f"costs, about {usual:.0f} euros a year (see germany/measures.csv)",
            ),
            Both(
                "cost_per_year und payers eintragen, damit die Pläne vergleichbar sind",
                "enter cost_per_year and payers, so that plans can be compared",
            ),
        )

    def _costs_of_staff(self, measure: Measure) -> Iterator[Problem]:
        """Euros an hour against the range of the ledger."""
        if measure.cost_per_year <= 0 or measure.size <= 0:
            return
        ambulatory = measure.levers.get("service") == "ambulatory"
        staff_hours = float(measure.levers.get("staff_hours_per_week", 0.0))
        if measure.kind in STAFFED or ambulatory:
            name = "care_hour_subsidy" if ambulatory else "staff_hour_cost"
            usual = self.known.ledger[name]
            paid = measure.cost_per_year / (measure.size * WEEKS_PER_YEAR)
            if not usual.low <= paid <= usual.high:
                yield self._say(
                    measure,
                    "cost_per_year",
                    Both(f"{paid:.0f} Euro je Stunde", f"{paid:.0f} euros an hour"),
                    Both(
                        f"{usual.low:.0f} bis {usual.high:.0f} Euro je Stunde (Annahme {name})",
                        f"{usual.low:.0f} to {usual.high:.0f} euros an hour (assumption {name})",
                    ),
                    Both(
                        "Kosten und Stunden vergleichen; stimmen sie, ist nichts zu tun",
                        "compare costs and hours; if they are right, nothing needs to be done",
                    ),
                )
        elif measure.kind == "meeting_point" and staff_hours > 0:
            usual = self.known.ledger["staff_hour_cost"]
            points = len(measure.districts) * min(1.0, measure.size)
            least = staff_hours * WEEKS_PER_YEAR * usual.low * points
            if measure.cost_per_year < least:
                yield self._say(
                    measure,
                    "cost_per_year",
                    f"{measure.cost_per_year:.0f}",
                    Both(
                        f"mindestens {least:.0f} Euro für {staff_hours:g} Stunden Personal in der "
                        "Woche (Annahme staff_hour_cost)",
                        f"at least {least:.0f} euros for {staff_hours:g} staff hours a week "
                        "(assumption staff_hour_cost)",
                    ),
                    Both(
                        "Kosten und staff_hours_per_week vergleichen",
                        "compare the costs and staff_hours_per_week",
                    ),
                )

    def _payers_after_the_end(self, measure: Measure) -> Iterator[Problem]:
        ends = measure.end is not None and measure.end < self.known.months
        if measure.payers_after and measure.remains == 0:
            yield self._say(
                measure,
                "payers_after",
                listing(measure.payers_after),
                Both(
                    "remains über 0, sonst bleibt nach dem Ende nichts zu zahlen",
                    "remains above 0, otherwise nothing is left to be paid after the end",
                ),
                Both(
                    "remains eintragen oder payers_after weglassen",
                    "enter remains or leave payers_after out",
                ),
            )
        elif (
            ends
            and measure.remains > 0
            and measure.payers.get("grant", 0.0) > 0
            and not measure.payers_after
        ):
            yield self._say(
                measure,
                "payers",
                Both(
                    "eine Förderung, die nach dem Ende weiter zahlt",
                    "a grant that goes on paying after the end",
                ),
                Both(
                    "payers_after: wer zahlt, was nach dem Ende bleibt",
                    "payers_after: who pays what remains after the end",
                ),
                Both(
                    "payers_after eintragen, etwa payers_after = { municipality = 1 }",
                    "enter payers_after, such as payers_after = { municipality = 1 }",
                ),
            )


PLACES = ("day_care", "nursing_home")
"""Care services counted in places: the table's usual cost is that of an hour."""
