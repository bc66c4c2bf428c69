"""Reading a plan: its form, and whether it fits the town."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sim.town.explain import tell
from sim.town.files import Folder
from sim.town.geography import check_near, metres
from sim.town.kinds import LEVERS
from sim.town.plan import PAYERS, Lever, Measure, Plan, month_number
from sim.town.problems import Both, Problems, did_you_mean, listing, problem
from sim.town.schema import MeasureTable, PlanFile
from sim.town.toml_lines import Location, line_of, read_toml

EVERYWHERE = "*"
SHARES_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Surroundings:
    """What a plan may refer to.

    Attributes:
        start: (year, month) of the town's start, month 0.
        months: number of simulated months.
        districts: index of each district by its key.
        points: index of the district of each existing meeting point, by its key.
        origin: latitude and longitude of the town, degrees.
        kinds: German and English label of each kind of measure.
    """

    start: tuple[int, int]
    months: int
    districts: Mapping[str, int]
    points: Mapping[str, int]
    origin: tuple[float, float]
    kinds: Mapping[str, Both]


def read_plan(folder: Folder, name: str, around: Surroundings | None) -> Plan | None:
    """Read a plan; None, and problems, if it is not sound.

    Args:
        folder: the town's folder.
        name: the plan's file in it.
        around: what it may refer to; None if the town itself is not sound, then only the form
            of the plan is checked.
    """
    content = read_toml(folder, name)
    if content is None:
        return None
    values, lines = content
    reader = _PlanReader(folder.prefix + name, lines, folder.problems, around)
    return reader.plan(values)


class _PlanReader:
    def __init__(
        self,
        file: str,
        lines: dict[Location, int],
        problems: Problems,
        around: Surroundings | None,
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
            return None
        measures = [
            measure
            for number, table in enumerate(content.measures)
            for measure in self._measures(table, number)
        ]
        if self.problems.any_in(self.file):
            return None
        return Plan(**content.plan.model_dump(), measures=tuple(measures))

    def _place(self, location: Location) -> tuple[int | None, str | None]:
        names = [part for part in location if isinstance(part, str)]
        return line_of(self.lines, location), names[-1] if names else None

    def _refuse(
        self, location: Location, found: str | Both, expected: Both, mend: Both, **more: bool
    ) -> None:
        line, column = self._place(location)
        self.problems.add(
            problem(self.file, found, expected, mend, line=line, column=column, **more)
        )

    def _measures(self, table: MeasureTable, number: int) -> Iterator[Measure]:
        """The measure and its roll-outs, as far as they are sound."""
        at: Location = ("measures", number)
        self._check_payers(table, at)
        around = self.around
        if around is None:
            return
        if table.kind not in around.kinds or table.kind not in LEVERS:
            self._refuse(
                (*at, "kind"),
                table.kind,
                Both(
                    f"eine Art von Maßnahme: {listing(around.kinds)}",
                    f"a kind of measure: {listing(around.kinds, 'en')}",
                ),
                did_you_mean(table.kind, around.kinds),
            )
            return
        levers = self._levers(table.kind, table.levers, at, around)
        districts = self._districts(table.districts, at, around.districts)
        start, end = self._period(table.start, table.end, at, around)
        if "point" in levers:
            self._check_point(str(levers["point"]), districts, at, around)
        label = around.kinds[table.kind]
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
            levers=levers,
            line=line_of(self.lines, at) or 0,
        )
        yield first
        for position, later in enumerate(table.rollout):
            where: Location = (*at, "rollout", position)
            start, end = self._period(later.start, later.end or table.end, where, around)
            # A place is one district's own; elsewhere a point stands in the district's middle.
            kept = {name: v for name, v in levers.items() if name not in ("latitude", "longitude")}
            if later.levers:
                kept = self._levers(table.kind, {**kept, **later.levers}, where, around)
            elsewhere = self._districts(later.districts, where, around.districts)
            if "point" in kept:
                self._check_point(str(kept["point"]), elsewhere, where, around)
            yield Measure(
                kind=first.kind,
                label_de=first.label_de,
                label_en=first.label_en,
                districts=elsewhere,
                start=start,
                end=end,
                ramp_up_months=first.ramp_up_months,
                remains=first.remains,
                size=first.size if later.size is None else later.size,
                cost_per_year=(
                    first.cost_per_year if later.cost_per_year is None else later.cost_per_year
                ),
                payers=first.payers,
                levers=kept,
                line=line_of(self.lines, where) or 0,
            )

    def _check_payers(self, table: MeasureTable, at: Location) -> None:
        at = (*at, "payers")
        for payer, share in table.payers.items():
            if self.problems.full(self.file):
                break
            if payer not in PAYERS:
                self._refuse(
                    (*at, payer),
                    payer,
                    Both(
                        f"ein Kostenträger: {listing(PAYERS)}", f"a payer: {listing(PAYERS, 'en')}"
                    ),
                    did_you_mean(payer, PAYERS),
                )
            if not 0 <= share <= 1:
                self._refuse(
                    (*at, payer),
                    f"{share:g}",
                    Both("ein Anteil von 0 bis 1", "a share of 0 to 1"),
                    Both(
                        "den Anteil nicht in Prozent oder Euro angeben",
                        "give the share not in per cent or euros",
                    ),
                )
        total = sum(table.payers.values())
        costs = table.cost_per_year > 0 or any(later.cost_per_year for later in table.rollout)
        if (costs or table.payers) and abs(total - 1.0) > SHARES_TOLERANCE:
            if not table.payers:
                mend = Both(
                    "eintragen, wer zahlt, wie payers = { municipality = 1 }",
                    "enter who pays, such as payers = { municipality = 1 }",
                )
            elif total > 1:
                mend = Both(
                    "die Anteile senken, denn kein Euro wird zweimal bezahlt",
                    "lower the shares, as no euro is paid twice",
                )
            else:
                mend = Both(
                    "die Anteile ergänzen, denn jeder Euro braucht einen Kostenträger",
                    "complete the shares, as every euro needs a payer",
                )
            self._refuse(
                at,
                f"{total:.6g}",
                Both("die Summe 1 aller Anteile", "shares that add up to 1"),
                mend,
            )

    def _districts(
        self, keys: list[str], at: Location, known: Mapping[str, int]
    ) -> tuple[int, ...]:
        at = (*at, "districts")
        if keys == [EVERYWHERE]:
            return tuple(known.values())
        if not keys or len(set(keys)) < len(keys):
            self._refuse(
                at,
                ", ".join(keys),
                Both("jedes Quartier, und jedes nur einmal", "each district, and each only once"),
                Both(
                    'die Liste berichtigen (["*"] sind alle)', 'correct the list (["*"] means all)'
                ),
            )
        for key in keys:
            if self.problems.full(self.file):
                break
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

    def _period(
        self, start: str, end: str | None, at: Location, around: Surroundings
    ) -> tuple[int, int | None]:
        first = month_number(start, around.start)
        year, month = around.start
        earliest = f"{year + month // 12}-{month % 12 + 1:02d}"
        months = year * 12 + month - 1 + around.months
        latest = f"{months // 12}-{months % 12 + 1:02d}"
        if not 1 <= first <= around.months:
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
        last = None if end is None else month_number(end, around.start)
        if last is not None and last < first:
            where = (*at, "end")
            self._refuse(
                where if where in self.lines else at,
                end or "",
                Both(f"ein Ende ab {start}", f"an end of {start} or later"),
                Both("Beginn und Ende vergleichen", "compare start and end"),
            )
        return first, last

    def _levers(
        self, kind: str, values: dict[str, Any], at: Location, around: Surroundings
    ) -> dict[str, Lever]:
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
        if "latitude" in levers and "longitude" in levers:
            place = float(levers["latitude"]), float(levers["longitude"])
            check_near(
                metres(*place, around.origin),
                self.file,
                line_of(self.lines, at) or 0,
                f"{place[0]}, {place[1]}",
                self.problems,
            )
        return levers

    def _check_point(
        self, key: str, districts: tuple[int, ...], at: Location, around: Surroundings
    ) -> None:
        """An existing point must be known and stand in a district of the measure."""
        known = around.points
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
        elif known[key] not in districts:
            names = list(around.districts)
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
