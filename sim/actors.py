"""The few who act once a month: districts, meeting points, care services, managers.

Each is a `mesa.Agent`. They see what was counted last month, put measures into force, and write
what follows for the residents into plain arrays (levers, meeting points) that the rules read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import mesa

from sim.levers import (
    ADAPTED_DWELLINGS,
    AMBULATORY_MINUTES,
    COUNSELLED,
    COURSES,
    DAY_CARE_PLACES,
    NEIGHBOURLY_SHARE,
    OUTREACH,
    PREVENTIVE_VISITS,
    RECRUITED,
    SUPPORTS,
    TRAINED,
    TRANSPORT,
)
from sim.parameters import WEEKS_PER_MONTH
from sim.stages.count import (
    ADULTS,
    FOR_COUNSELLING,
    FOR_COURSES,
    FOR_DWELLINGS,
    FOR_OUTREACH,
    FOR_PREVENTION,
    FOR_RIDES,
    OVER_65,
)

if TYPE_CHECKING:
    from sim.model import QuartierModel
    from sim.town.plan import Measure
    from sim.town.town import DistrictSpec, MeetingPointSpec

MONTHS_PER_YEAR = 12.0


def strength(measure: Measure, month: int) -> float:
    """How much of a measure is in force in a month, 0 to 1.

    Nothing before its start; then growing evenly over its ramp-up; after its end what remains
    (Verstetigung), which is a share of what it had reached.
    """
    if month < measure.start:
        return 0.0
    at = month if measure.end is None else min(month, measure.end)
    reached = 1.0
    if measure.ramp_up_months > 0:
        reached = min(1.0, (at - measure.start + 1) / measure.ramp_up_months)
    if measure.end is not None and month > measure.end:
        return reached * measure.remains
    return reached


class Actor(mesa.Agent):
    """An agent of the town; never drawn at random, never moved."""

    model: QuartierModel

    def __init__(self, model: QuartierModel) -> None:
        super().__init__(model)

    def assumption(self, name: str) -> float:
        """Value of an assumption in this run."""
        return self.model.values[name]

    def act(self) -> None:
        """What the agent does once a month, before the residents."""


class District(Actor):
    """A district: brings the measures in force there into effect.

    Attributes:
        index: place in all arrays by district.
        spec: name, place, size.
        trained: volunteers of the quarter who were trained and are still active.
        own_hours, own_places: services counted in this district alone, hours a week and places.
        measures, measures_by_kind: measures of the plan that cover this district.
        first_month: month in which the first of them starts; before it nothing changes here.
    """

    def __init__(self, model: QuartierModel, index: int, spec: DistrictSpec) -> None:
        super().__init__(model)
        self.index = index
        self.spec = spec
        self.trained = 0.0
        self.own_hours = model.town_service("ambulatory_hours_per_week", index)
        self.own_places = model.town_service("day_care_places", index)
        self.measures = tuple(one for one in model.plan.measures if index in one.districts)
        self.measures_by_kind: dict[str, list[Measure]] = {}
        for one in self.measures:
            self.measures_by_kind.setdefault(one.kind, []).append(one)
        self.first_month = min((one.start for one in self.measures), default=None)

    def size_here(self, measure: Measure) -> float:
        """A measure's size for this district this month, by residents of 65+ at the start."""
        if self.index not in measure.districts:
            return 0.0
        size = measure.size * strength(measure, self.model.month)
        return size * self.model.share_of_district(self.index, measure.districts)

    def total(self, kind: str) -> float:
        """Size of all measures of a kind in this district this month."""
        return sum(self.size_here(one) for one in self.measures_by_kind.get(kind, ()))

    def reach(self, persons: float, whom: int) -> float:
        """Chance that one of those a measure can reach is reached, at most 1."""
        if persons == 0.0:
            return 0.0
        targets = float(self.model.state.who_can_be_reached(whom)[self.index])
        return min(1.0, persons / targets) if targets > 0 else 0.0

    def act(self) -> None:
        """Turn measures into chances and shares for this month."""
        month = self.model.month
        if month > 1 and (self.first_month is None or month < self.first_month):
            return
        lever = self.model.state.levers[self.index]
        manager = self.model.managers[self.index]
        value = self.assumption
        outreach_hours = self.total("outreach") + manager.outreach_hours
        contacts = outreach_hours * WEEKS_PER_MONTH * value("outreach_contacts_per_hour")
        lever[OUTREACH] = self.reach(contacts, FOR_OUTREACH)

        trained = self.total("volunteer_training") / MONTHS_PER_YEAR * value("training_success")
        stop = value("quarter_volunteer_stop") * value("training_stop_factor")
        self.trained = self.trained * (1.0 - stop) + trained
        recruiting = manager.volunteer_hours + self.model.staff_hours_for_volunteers(self.index)
        recruited = recruiting * WEEKS_PER_MONTH * value("recruits_per_hour") + trained
        lever[RECRUITED] = self.reach(recruited, ADULTS)
        active = self.model.quarter_volunteers[self.index]
        lever[TRAINED] = min(1.0, self.trained / active) if active > 0 else 0.0

        coordination = (
            manager.coordination_hours
            + self.total("neighbourly_help")
            + self.model.staff_hours_for_neighbourly_help(self.index)
        )
        gain = 0.0
        if coordination > 0.0:
            over_65 = float(self.model.state.who_can_be_reached(OVER_65)[self.index])
            gain = value("coordination_gain") * coordination * 1000.0 / max(over_65, 1.0)
        lever[NEIGHBOURLY_SHARE] = min(
            value("neighbourly_help_max_share"), value("neighbourly_help_share") + gain
        )

        cases = self.total("counselling") * WEEKS_PER_MONTH * MONTHS_PER_YEAR
        lever[COUNSELLED] = self.reach(cases / value("counselling_hours_per_case"), FOR_COUNSELLING)
        lever[PREVENTIVE_VISITS] = self.monthly("preventive_visits", FOR_PREVENTION)
        lever[ADAPTED_DWELLINGS] = self.monthly("barrier_free_housing", FOR_DWELLINGS)
        lever[COURSES] = self.monthly("digital_help", FOR_COURSES)
        rides = self.total("transport") / MONTHS_PER_YEAR
        lever[TRANSPORT] = self.reach(rides / value("transport_rides_per_person_month"), FOR_RIDES)

        per_place = value("day_care_clients_per_place")
        lever[AMBULATORY_MINUTES] = round(60.0 * self.own_hours) + self.extra("ambulatory", 60.0)
        lever[DAY_CARE_PLACES] = round(per_place * self.own_places) + self.extra(
            "day_care", per_place
        )
        supports = (OUTREACH, PREVENTIVE_VISITS, ADAPTED_DWELLINGS, COURSES)
        lever[SUPPORTS] = float(any(lever[one] > 0.0 for one in supports))

    def monthly(self, kind: str, whom: int) -> float:
        """Chance a month from a yearly number of persons or dwellings."""
        return self.reach(self.total(kind) / MONTHS_PER_YEAR, whom)

    def extra(self, service: str, unit: float) -> int:
        """What measures add to a service in this district, minutes a week or clients.

        Whole numbers that add up to the measure: the parts of its districts are rounded one
        after the other, each taking over what the one before left. A measure for the whole town
        adds to the town's service instead.
        """
        total = 0
        for measure in care_measures(self.model.plan.measures, service):
            if self.index not in measure.districts or self.model.is_town_wide(measure):
                continue
            size = measure.size * strength(measure, self.model.month) * unit
            before, after = self.model.edges_of_district(self.index, measure.districts)
            total += round(size * after) - round(size * before)
        return total


def care_measures(measures: Iterable[Measure], service: str) -> list[Measure]:
    """Measures that add to a care service."""
    return [
        measure
        for measure in measures
        if measure.kind == "care_service" and measure.levers.get("service") == service
    ]


class NeighbourhoodManager(Actor):
    """The manager of a district's neighbourhood: hours for outreach, volunteers, coordination.

    Attributes:
        index: place of the district in all arrays.
        measures: measures of the plan that pay for the manager; without any there are no hours.
        outreach_hours, volunteer_hours, coordination_hours: hours a week of this month.
    """

    def __init__(self, model: QuartierModel, index: int) -> None:
        super().__init__(model)
        self.index = index
        self.measures = tuple(
            model.districts[index].measures_by_kind.get("neighbourhood_manager", ())
        )
        self.outreach_hours = 0.0
        self.volunteer_hours = 0.0
        self.coordination_hours = 0.0

    def act(self) -> None:
        """Divide the hours a week of this month."""
        if not self.measures:
            return
        self.outreach_hours = self.volunteer_hours = self.coordination_hours = 0.0
        district = self.model.districts[self.index]
        for measure in self.measures:
            hours = district.size_here(measure)
            levers = measure.levers
            named = [float(levers.get(f"share_{task}", 0.0)) for task in
                     ("outreach", "volunteers", "coordination")]  # fmt: skip
            if sum(named) == 0.0:
                named = [self.assumption(f"manager_share_{task}") for task in
                         ("outreach", "volunteers", "coordination")]  # fmt: skip
            self.outreach_hours += hours * named[0]
            self.volunteer_hours += hours * named[1]
            self.coordination_hours += hours * named[2]


class MeetingPoint(Actor):
    """A meeting point: existing, or founded by a measure.

    Attributes:
        index: place in the arrays of points.
        measure: the measure that founds it; None if it exists.
        openings: measures that open it to all ages.
    """

    def __init__(
        self,
        model: QuartierModel,
        index: int,
        spec: MeetingPointSpec,
        measure: Measure | None = None,
    ) -> None:
        super().__init__(model)
        self.index = index
        self.spec = spec
        self.measure = measure
        self.openings = tuple(
            one
            for one in model.plan.measures
            if one.kind == "opening_to_all_ages" and one.levers["point"] == spec.key
        )
        self._is_said = False

    @property
    def is_open(self) -> bool:
        """Whether it is open this month."""
        return bool(self.model.state.points.open[self.index])

    def act(self) -> None:
        """Open or close, and say how many visits there is room for this month."""
        if self._is_said and self.measure is None and not self.openings:
            return  # nothing changes here
        self._is_said = True
        points = self.model.state.points
        force = 1.0
        if self.measure is not None:
            force = strength(self.measure, self.model.month) * min(1.0, self.measure.size)
        hours = self.spec.opening_hours_per_week
        all_ages = self.spec.all_ages
        for measure in self.openings:
            part = strength(measure, self.model.month) * min(1.0, measure.size)
            all_ages = all_ages or part > 0.0
            hours += float(measure.levers.get("extra_hours_per_week", 0.0)) * part
        length = self.assumption("visit_hours")
        room = self.spec.seats * hours * WEEKS_PER_MONTH / length * force
        points.open[self.index] = force > 0.0
        points.all_ages[self.index] = all_ages
        points.capacity[self.index] = int(room)

    def staff_hours(self) -> float:
        """Staff hours a week this month."""
        if self.measure is None:
            return 0.0
        hours = float(self.measure.levers.get("staff_hours_per_week", 0.0))
        return hours * strength(self.measure, self.model.month) * min(1.0, self.measure.size)


class CareService(Actor):
    """A care service of the whole town: ambulatory minutes, day care or nursing home places.

    Attributes:
        kind: `ambulatory`, `day_care` or `nursing_home`.
        at_start: minutes a week, clients or places at the start.
        capacity: the same this month.
        measures: measures of the plan that add to it; those for single districts are theirs.
    """

    def __init__(self, model: QuartierModel, kind: str, at_start: float) -> None:
        super().__init__(model)
        self.kind = kind
        self.at_start = at_start
        self.capacity = int(at_start)
        self.measures = tuple(
            one
            for one in care_measures(model.plan.measures, kind)
            if kind == "nursing_home" or model.is_town_wide(one)
        )

    def act(self) -> None:
        """Grow or shrink with staff; add what measures for the whole town add."""
        month = self.model.month
        extra = sum(measure.size * strength(measure, month) for measure in self.measures)
        if self.kind == "ambulatory":
            growth = 1.0 + self.assumption("ambulatory_capacity_growth")
            at_present = self.at_start * growth ** (month / MONTHS_PER_YEAR)
            self.capacity = round(at_present + 60.0 * extra)
        elif self.kind == "day_care":
            self.capacity = round(
                self.at_start + extra * self.assumption("day_care_clients_per_place")
            )
        else:
            self.capacity = int((self.at_start + extra) * self.assumption("nursing_home_full"))
