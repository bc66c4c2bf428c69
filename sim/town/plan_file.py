"""Reading a plan: its form, and whether it fits the town."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from sim.town.explain import tell
from sim.town.files import Folder
from sim.town.geography import check_near, metres
from sim.town.kinds import LEVERS
from sim.town.ledger import Ledger
from sim.town.payers import SHARES_TOLERANCE, Refuse, check_payers, check_payers_after
from sim.town.plan import Lever, Measure, Plan, month_number
from sim.town.problems import Both, Problems, did_you_mean, listing, problem
from sim.town.schema import MeasureTable, PlanFile, RolloutTable
from sim.town.toml_lines import Location, line_of, read_toml

EVERYWHERE = "*"


@dataclass(frozen=True)
class Surroundings:
    """What a plan may refer to; None for what is not known because its own file is not sound.

    Attributes:
        start: (year, month) of the town's start, month 0.
        months: number of simulated months.
        districts: index of each district by its key.
        points: index of the district of each existing meeting point, by its key.
        origin: latitude and longitude of the town, degrees.
        kinds: German and English label of each kind of measure.
        defaults: levers that a kind has if the plan does not name them, by kind.
    """

    start: tuple[int, int] | None
    months: int
    districts: Mapping[str, int] | None
    points: Mapping[str, int] | None
    origin: tuple[float, float] | None
    kinds: Mapping[str, Both] | None
    defaults: Mapping[str, Mapping[str, Lever]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everything is known, so that a plan can be put together."""
        return None not in (self.start, self.districts, self.points, self.origin, self.kinds)


def default_levers(ledger: Ledger) -> dict[str, dict[str, Lever]]:
    """Levers of the ledger that a kind of measure has if a plan does not name them."""
    if not {"meeting_point_seats", "meeting_point_opening_hours"} <= set(ledger):
        return {}
    values = ledger.values()
    return {
        "meeting_point": {
            "seats": round(values["meeting_point_seats"]),
            "opening_hours_per_week": values["meeting_point_opening_hours"],
        }
    }


NOTHING_KNOWN = Surroundings(None, 0, None, None, None, None)


def read_plan(folder: Folder, name: str, around: Surroundings = NOTHING_KNOWN) -> Plan | None:
    """Read a plan; None if it is not sound, or if too little is known of the town.

    Everything that can be checked is checked, whatever is wrong with the town's other files.

    Args:
        folder: the town's folder; takes the problems.
        name: the plan's file in it.
        around: what it may refer to.
    """
    content = read_toml(folder, name)
    if content is None:
        return None
    values, lines = content
    reader = _PlanReader(folder.prefix + name, lines, folder.problems, around)
    return reader.plan(values)


NEUTRAL: dict[str, Any] = {"kind": "", "districts": [EVERYWHERE], "start": "2000-01", "size": 1.0}
"""What stands for required entries that are wrong, while the others are checked."""

TOGETHER = {
    "kind": ("levers",),
    "start": ("end", "payers_after", "rollout"),
    "end": ("payers_after", "rollout"),
    "districts": ("rollout",),
    "payers": ("cost_per_year", "rollout"),
}
"""Entries that mean nothing without another one."""


def _without(table: dict[str, Any], wrong: Collection[str]) -> dict[str, Any]:
    """A measure without its wrong entries, as if they were not there or neutral."""
    left_out = {*wrong, *(name for entry in wrong for name in TOGETHER.get(entry, ()))}
    kept = {name: value for name, value in table.items() if name not in left_out}
    return {**{name: value for name, value in NEUTRAL.items() if name in left_out}, **kept}


class _PlanReader:
    def __init__(
        self, file: str, lines: dict[Location, int], problems: Problems, around: Surroundings
    ) -> None:
        self.file = file
        self.lines = lines
        self.problems = problems
        self.around = around

    def plan(self, values: dict[str, Any]) -> Plan | None:
        try:
            content = PlanFile.model_validate(values)
        except ValidationError as error:
            tell(error, PlanFile, self.file, self._place, self.problems)
            self._check_the_rest(values, error)
            return None
        measures = [
            measure
            for number, table in enumerate(content.measures)
            for measure in self._measures(table, number)
        ]
        if self.problems.any_in(self.file) or not self.around.complete:
            return None
        return Plan(**content.plan.model_dump(), measures=tuple(measures))

    def _check_the_rest(self, written: dict[str, Any], error: ValidationError) -> None:
        """Check what can be checked of a plan whose form is wrong somewhere."""
        tables = written.get("measures")
        if not isinstance(tables, list):
            return
        wrong: dict[int, set[str]] = {}
        for one in error.errors():
            match one["loc"]:
                case ("measures", int(number), str(entry), *_):
                    wrong.setdefault(number, set()).add(entry)
        for number, table in enumerate(tables):
            if self.problems.full(self.file) or not isinstance(table, dict):
                continue
            unknown = wrong.get(number, set())
            try:
                sound = MeasureTable.model_validate(_without(table, unknown))
            except ValidationError:
                continue
            for _ in self._measures(sound, number, unknown):
                pass

    def _place(self, location: Location) -> tuple[int | None, str | None]:
        names = [part for part in location if isinstance(part, str)]
        return line_of(self.lines, location), names[-1] if names else None

    def _refuse(
        self, location: Location, found: str | Both, expected: Both, mend: Both, **more: bool
    ) -> None:
        if self.problems.full(self.file):
            return
        line, column = self._place(location)
        self.problems.add(
            problem(self.file, found, expected, mend, line=line, column=column, **more)
        )

    def _within(self, at: Location) -> Refuse:
        """Adds problems of entries at a place of the file."""
        return lambda entry, *words: self._refuse((*at, *entry), *words)

    def _measures(
        self, table: MeasureTable, number: int, unknown: Collection[str] = ()
    ) -> Iterator[Measure]:
        """The measure and its roll-outs, as far as they are sound; `unknown` ones are neutral."""
        at: Location = ("measures", number)
        self._check_payers(table, at)
        kinds = LEVERS if self.around.kinds is None else self.around.kinds
        levers: dict[str, Lever] = {}
        if "kind" in unknown:
            pass
        elif table.kind not in kinds or table.kind not in LEVERS:
            self._refuse(
                (*at, "kind"),
                table.kind,
                Both(
                    f"eine Art von Maßnahme: {listing(kinds)}",
                    f"a kind of measure: {listing(kinds, 'en')}",
                ),
                did_you_mean(table.kind, kinds),
            )
        else:
            levers = self._levers(table.kind, table.levers, at)
        districts = self._districts(table.districts, at)
        start, end = 0, None
        if "start" not in unknown:
            start, end = self._period(table.start, table.end, at)
        if "point" in levers:
            self._check_point(str(levers["point"]), districts, at)
        label = (self.around.kinds or {}).get(table.kind, Both("", ""))
        first = Measure(
            kind=table.kind,
            label_de=table.label_de or label.de,
            label_en=table.label_en or label.en,
            districts=districts,
            start=start,
            end=end,
            ramp_up_months=table.ramp_up_months,
            remains=table.remains,
            size=table.size,
            cost_per_year=table.cost_per_year,
            payers=dict(table.payers),
            levers={**self.around.defaults.get(table.kind, {}), **levers},
            line=line_of(self.lines, at) or 0,
            payers_after=dict(table.payers_after),
        )
        yield first
        for position, later in enumerate(table.rollout):
            where: Location = (*at, "rollout", position)
            yield self._rollout(first, table, later, where)

    def _rollout(
        self, first: Measure, table: MeasureTable, later: RolloutTable, where: Location
    ) -> Measure:
        """The same measure later elsewhere; what is not named is as in the first."""
        start, end = self._period(later.start, later.end or table.end, where)
        # A place is one district's own; elsewhere a point stands in the district's middle.
        kept = {
            name: value
            for name, value in first.levers.items()
            if name not in ("latitude", "longitude")
        }
        if later.levers and table.kind in LEVERS:
            kept = self._levers(table.kind, {**kept, **later.levers}, where)
        elsewhere = self._districts(later.districts, where)
        if "point" in kept:
            self._check_point(str(kept["point"]), elsewhere, where)
        return replace(
            first,
            districts=elsewhere,
            start=start,
            end=end,
            size=first.size if later.size is None else later.size,
            cost_per_year=(
                first.cost_per_year if later.cost_per_year is None else later.cost_per_year
            ),
            payers=dict(later.payers) or first.payers,
            payers_after=dict(later.payers_after) or first.payers_after,
            levers=kept,
            line=line_of(self.lines, where) or 0,
        )

    def _check_payers(self, table: MeasureTable, at: Location) -> None:
        """Who pays during the term, and who for what remains of it; likewise of roll-outs."""
        costs = table.cost_per_year > 0 or any(
            later.cost_per_year and not later.payers for later in table.rollout
        )
        check_payers("payers", table.payers, costs, self._within(at))
        check_payers_after(table.payers_after, table.end is not None, self._within(at))
        for position, later in enumerate(table.rollout):
            refuse = self._within((*at, "rollout", position))
            check_payers("payers", later.payers, False, refuse)
            check_payers_after(later.payers_after, bool(later.end or table.end), refuse)

    def _districts(self, keys: list[str], at: Location) -> tuple[int, ...]:
        at = (*at, "districts")
        known = self.around.districts
        if keys == [EVERYWHERE]:
            return tuple((known or {}).values())
        if not keys or len(set(keys)) < len(keys):
            self._refuse(
                at,
                ", ".join(keys),
                Both("jedes Quartier, und jedes nur einmal", "each district, and each only once"),
                Both(
                    'die Liste berichtigen (["*"] sind alle)', 'correct the list (["*"] means all)'
                ),
            )
        if known is None:
            return ()
        for key in keys:
            if key not in known:
                self._refuse(
                    at,
                    key,
                    Both(
                        f"ein Quartier aus districts.csv: {listing(known)}",
                        f"a district of districts.csv: {listing(known, 'en')}",
                    ),
                    did_you_mean(key, known),
                )
        return tuple(known[key] for key in keys if key in known)

    def _period(self, start: str, end: str | None, at: Location) -> tuple[int, int | None]:
        # Whether an end comes after its start can be told without knowing the town's period.
        year, month = self.around.start or (0, 1)
        first = month_number(start, (year, month))
        earliest = f"{year + month // 12}-{month % 12 + 1:02d}"
        months = year * 12 + month - 1 + self.around.months
        latest = f"{months // 12}-{months % 12 + 1:02d}"
        if self.around.start is not None and not 1 <= first <= self.around.months:
            self._refuse(
                (*at, "start"),
                start,
                Both(
                    f"ein Monat von {earliest} bis {latest}, dem Zeitraum der Stadt",
                    f"a month from {earliest} to {latest}, the period of the town",
                ),
                Both(
                    "den Beginn ändern oder in town.toml start oder end",
                    "change the start, or start or end in town.toml",
                ),
            )
        last = None if end is None else month_number(end, (year, month))
        if last is not None and last < first:
            where = (*at, "end")
            self._refuse(
                where if where in self.lines else at,
                end or "",
                Both(f"ein Ende ab {start}", f"an end of {start} or later"),
                Both("Beginn und Ende vergleichen", "compare start and end"),
            )
        return first, last

    def _levers(self, kind: str, values: dict[str, Any], at: Location) -> dict[str, Lever]:
        at = (*at, "levers")
        model = LEVERS[kind]
        try:
            checked = model.model_validate(values)
        except ValidationError as error:
            tell(error, model, self.file, self._place, self.problems, within=at)
            return {}
        levers: dict[str, Lever] = checked.model_dump(exclude_none=True)
        if ("latitude" in levers) != ("longitude" in levers):
            self._refuse(
                at,
                "latitude" if "latitude" in levers else "longitude",
                Both("latitude und longitude zusammen", "latitude and longitude together"),
                Both("beide angeben oder beide weglassen", "give both or leave both out"),
            )
        shares = [float(v) for name, v in levers.items() if name.startswith("share_")]
        if shares and abs(sum(shares) - 1.0) > SHARES_TOLERANCE:
            self._refuse(
                at,
                f"{sum(shares):.6g}",
                Both("die Summe 1 aller Anteile", "shares that add up to 1"),
                Both("die Anteile der Stunden ändern", "change the shares of the hours"),
            )
        origin = self.around.origin
        if "latitude" in levers and "longitude" in levers and origin is not None:
            place = float(levers["latitude"]), float(levers["longitude"])
            check_near(
                metres(*place, origin),
                self.file,
                line_of(self.lines, at) or 0,
                f"{place[0]}, {place[1]}",
                self.problems,
            )
        return levers

    def _check_point(self, key: str, districts: tuple[int, ...], at: Location) -> None:
        """An existing point must be known and stand in a district of the measure."""
        known = self.around.points
        if known is None:
            return
        if key not in known:
            self._refuse(
                (*at, "levers", "point"),
                key,
                Both(
                    f"ein Treffpunkt aus meeting_points.csv: {listing(known)}",
                    f"a meeting point of meeting_points.csv: {listing(known, 'en')}",
                ),
                did_you_mean(key, known),
            )
        elif self.around.districts is not None and known[key] not in districts:
            names = list(self.around.districts)
            district = names[known[key]]
            self._refuse(
                (*at, "districts"),
                ", ".join(names[index] for index in districts),
                Both(
                    f"„{district}“, das Quartier des Treffpunkts „{key}“",
                    f"“{district}”, the district of the meeting point “{key}”",
                ),
                Both("das Quartier oder den Treffpunkt ändern", "change the district or the point"),
            )
