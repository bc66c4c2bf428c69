"""From a folder to a `Town`: everything a planner wrote, checked and put together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from pydantic import ValidationError

from sim.residents import FEMALE, MALE
from sim.town.explain import problems_of, validate_rows
from sim.town.fields import RowModel
from sim.town.files import Folder, fingerprint
from sim.town.finding import NATIONAL_FOLDER, TOWN_FILE, find_national
from sim.town.geography import OUTLINE, check_near, metres, read_outline
from sim.town.ledger import Ledger, read_assumptions, unknown_assumption
from sim.town.margins import (
    DISTRICTS,
    HOUSEHOLDS,
    POPULATION,
    check_district,
    check_households,
    check_population,
)
from sim.town.national import kinds_of_measures, read_national
from sim.town.plan import REFERENCE, Plan, Surroundings, month_number, read_plan
from sim.town.problems import Both, Problem, Problems, TownError, problem
from sim.town.schema import (
    DistrictRow,
    HouseholdRow,
    MeetingPointRow,
    PopulationRow,
    ServiceRow,
    TownFile,
    TownTable,
)
from sim.town.services import FILE as SERVICES
from sim.town.services import WHOLE_TOWN, ServiceSpec, services_of
from sim.town.tables import read_table
from sim.town.toml_lines import line_of, read_toml

POINTS, ASSUMPTIONS, PLANS = "meeting_points.csv", "assumptions.csv", "plans"
LONGEST_MONTHS = 600
MOST_DISTRICTS = 10_000

RowType = TypeVar("RowType", bound=RowModel)


@dataclass(frozen=True)
class DistrictSpec:
    """A district (Quartier) of the town.

    Attributes:
        key, label: its key in the tables, and its name.
        x, y: its middle, metres east and north of the town's origin.
        area_hectares, residents: as in the table.
        radius_metres: radius of a circle of the same area.
        note, source, status: where the numbers come from.
    """

    key: str
    label: str
    x: float
    y: float
    area_hectares: float
    residents: int
    radius_metres: float
    note: str
    source: str
    status: str

    @property
    def estimated(self) -> bool:
        """Whether its figures are estimated or assumed."""
        return self.status in ("estimated", "assumed")


@dataclass(frozen=True)
class MeetingPointSpec:
    """An existing meeting point; `district` is an index, x and y are metres."""

    key: str
    label: str
    district: int
    x: float
    y: float
    seats: int
    opening_hours_per_week: float
    all_ages: bool
    neighbourly_help: bool
    source: str
    status: str


@dataclass(frozen=True, eq=False)
class Town:
    """A town as its planner describes it; the same files give the same `fingerprint`.

    Attributes:
        name, label, state: key, name, abbreviation of the state.
        start: (year, month) at whose end the residents are counted: month 0.
        months: number of simulated months.
        latitude, longitude: origin of the metre grid, degrees.
        population_seed: seed of the one synthetic population all runs share.
        districts: in the order of the table; their index is used everywhere else.
        population: district (index), sex (0 male, 1 female), age_from, age_to, persons, source,
            status.
        households: district (index), size (1 to 6, 6 = six and more), households, source, status.
        services: as written, or estimated.
        meeting_points: existing ones.
        ledger: assumptions of all towns, replaced by those of this town.
        tables: those of `scenarios/germany`, by name.
        plans: by name; there is always one named `reference`.
        sources: sentences of `town.toml`.
        outline: boundaries as GeoJSON.
        files: everything read.
        fingerprint: SHA-256 over names and contents of everything read.
        warnings: what should be known, though the town can be read.
    """

    name: str
    label: str
    state: str
    start: tuple[int, int]
    months: int
    latitude: float
    longitude: float
    population_seed: int
    districts: tuple[DistrictSpec, ...]
    population: pd.DataFrame
    households: pd.DataFrame
    services: tuple[ServiceSpec, ...]
    meeting_points: tuple[MeetingPointSpec, ...]
    ledger: Ledger
    tables: dict[str, pd.DataFrame]
    plans: dict[str, Plan]
    sources: dict[str, str]
    outline: dict[str, Any] | None
    files: tuple[Path, ...]
    fingerprint: str
    warnings: tuple[Problem, ...]

    @property
    def folder(self) -> Path:
        """The town's folder."""
        return next(path for path in self.files if path.name == TOWN_FILE).parent

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Metres east and north of the town's origin."""
        return metres(latitude, longitude, (self.latitude, self.longitude))

    def service_size(self, service: str) -> float:
        """Size of a service in all districts together, in hours a week or places."""
        return math.fsum(spec.size for spec in self.services if spec.service == service)

    @property
    def ambulatory_minutes_per_week(self) -> int:
        """Minutes a week of all ambulatory care services."""
        return round(60 * self.service_size("ambulatory_hours_per_week"))


def read_town(folder: Path | str, national: Path | str | None = None) -> Town:
    """Read and check a town.

    Args:
        folder: the town's folder.
        national: folder of the tables all towns share; looked for if not given.

    Raises:
        TownError: with all problems of all files at once.
    """
    town, problems = examine(Path(folder), None if national is None else Path(national))
    if town is None:
        raise TownError(problems.errors)
    return town


def check_folder(folder: Path | str, national: Path | str | None = None) -> list[Problem]:
    """Every problem and every warning of a town's folder; never raises for what is in it."""
    _, problems = examine(Path(folder), None if national is None else Path(national))
    return [*problems.errors, *problems.warnings]


def examine(path: Path, national: Path | None) -> tuple[Town | None, Problems]:
    """The town, if it is sound, and everything found while reading it."""
    problems = Problems()
    folder = Folder(path, problems)
    names = folder.names()
    if problems.errors:
        return None, problems
    if not names:
        problems.add(
            problem(
                str(path),
                Both("ein leerer Ordner", "an empty folder"),
                Both(
                    "der Ordner einer Stadt mit town.toml und ihren Tabellen",
                    "a town's folder with town.toml and its tables",
                ),
                Both(
                    "einen vorhandenen Ordner wie scenarios/herrenberg als Vorlage kopieren",
                    "copy an existing folder such as scenarios/herrenberg as a pattern",
                ),
            )
        )
        return None, problems
    shared = Folder(national or find_national(path), problems, f"{NATIONAL_FOLDER}/")
    reader = _Reader(folder, shared, problems)
    town = reader.town(names)
    return (None if problems.errors else town), problems


class _Reader:
    """Reads one town; goes on after a problem, so that all are found at once."""

    def __init__(self, folder: Folder, shared: Folder, problems: Problems) -> None:
        self.folder = folder
        self.shared = shared
        self.problems = problems

    def town(self, names: Sequence[str]) -> Town | None:
        tables = read_national(self.shared)
        ledger = self._ledger(names)
        content = self._town_file()
        origin = (content.town.latitude, content.town.longitude) if content else None
        district_rows = self._rows(DISTRICTS, DistrictRow)
        population_rows = self._rows(POPULATION, PopulationRow)
        household_rows = self._rows(HOUSEHOLDS, HouseholdRow)
        service_rows = self._rows(SERVICES, ServiceRow) if SERVICES in names else []
        point_rows = self._rows(POINTS, MeetingPointRow, may_be_empty=True)
        by_key = self._by_key(district_rows)
        indices = {key: index for index, key in enumerate(by_key)}
        # Sums of tables that have problems of their own would only repeat those.
        if not self.problems.any_in(DISTRICTS, POPULATION):
            check_population(population_rows, by_key, self.problems)
        if not self.problems.any_in(DISTRICTS, HOUSEHOLDS):
            check_households(household_rows, by_key, self.problems)
        if not self.problems.any_in(DISTRICTS):
            for line, service in service_rows:
                if service.district != WHOLE_TOWN:
                    check_district(service.district, by_key, self.problems, SERVICES, line)
            for line, point in point_rows:
                check_district(point.district, by_key, self.problems, POINTS, line)
        self._check_point_keys(point_rows)
        services = services_of(
            service_rows,
            indices,
            [row for _, row in population_rows],
            tables,
            content.town.state if content else "DE",
            self.problems,
        )
        outline = read_outline(self.folder) if OUTLINE in names else None
        districts = self._districts(district_rows, origin)
        points = self._points(point_rows, indices, origin)
        period = self._period(content.town) if content else None
        kinds = kinds_of_measures(tables)
        around = None
        if period and kinds and not self.problems.any_in(DISTRICTS, POINTS):
            around = Surroundings(
                *period, indices, frozenset(point.key for _, point in point_rows), kinds
            )
        plans = self._plans(around)
        if self.problems.errors or content is None or period is None:
            return None
        return Town(
            **content.town.model_dump(exclude={"start", "end"}),
            start=period[0],
            months=period[1],
            districts=districts,
            population=_frame(population_rows, indices, PopulationRow),
            households=_frame(household_rows, indices, HouseholdRow),
            services=services,
            meeting_points=points,
            ledger=ledger,
            tables=tables,
            plans=plans,
            sources=dict(content.sources),
            outline=outline,
            files=(*self.folder.paths(), *self.shared.paths()),
            fingerprint=fingerprint({"": self.folder, f"{NATIONAL_FOLDER}/": self.shared}),
            warnings=self.problems.warnings,
        )

    def _ledger(self, names: Sequence[str]) -> Ledger:
        ledger = Ledger(read_assumptions(self.shared))
        own = read_assumptions(self.folder, ASSUMPTIONS) if ASSUMPTIONS in names else []
        if len(ledger):
            for one in own:
                if one.name not in ledger:
                    self.problems.add(unknown_assumption(one.file, one.line, one.name, ledger))
        return ledger.overlaid(own)

    def _town_file(self) -> TownFile | None:
        read = read_toml(self.folder, TOWN_FILE)
        if read is None:
            return None
        values, lines = read

        def place(location: tuple[int | str, ...]) -> tuple[int | None, str | None]:
            return line_of(lines, location), str(location[-1]) if location else None

        try:
            content = TownFile.model_validate(values)
        except ValidationError as error:
            for found in problems_of(error, TownFile, TOWN_FILE, place):
                self.problems.add(found)
            return None
        name = self.folder.path.resolve().name
        if content.town.name != name:
            self.problems.add(
                problem(
                    TOWN_FILE,
                    content.town.name,
                    Both(f"der Name des Ordners, „{name}“", f"the folder's name, “{name}”"),
                    Both("den Namen oder den Ordner ändern", "change the name or the folder"),
                    line=line_of(lines, ("town", "name")),
                    column="name",
                    warning=True,
                )
            )
        self._town_line = line_of(lines, ("town", "end"))
        return content

    def _period(self, town: TownTable) -> tuple[tuple[int, int], int] | None:
        start = (int(town.start[:4]), int(town.start[5:]))
        months = month_number(town.end, start)
        if 1 <= months <= LONGEST_MONTHS:
            return start, months
        self.problems.add(
            problem(
                TOWN_FILE,
                town.end,
                Both(
                    f"ein Ende nach {town.start}, höchstens {LONGEST_MONTHS} Monate später",
                    f"an end after {town.start}, at most {LONGEST_MONTHS} months later",
                ),
                Both("start oder end ändern", "change start or end"),
                line=self._town_line,
                column="end",
            )
        )
        return None

    def _rows(
        self, name: str, model: type[RowType], may_be_empty: bool = False
    ) -> list[tuple[int, RowType]]:
        required = [field for field, info in model.model_fields.items() if info.is_required()]
        optional = [field for field in model.model_fields if field not in required]
        numbers = [
            field for field, info in model.model_fields.items() if info.annotation in (int, float)
        ]
        table = read_table(
            self.folder, name, required, optional, numbers, may_be_empty=may_be_empty
        )
        return [] if table is None else validate_rows(table, model, self.problems)

    def _by_key(
        self, rows: Sequence[tuple[int, DistrictRow]]
    ) -> dict[str, tuple[int, DistrictRow]]:
        by_key: dict[str, tuple[int, DistrictRow]] = {}
        for line, row in rows[:MOST_DISTRICTS]:
            if row.district in by_key:
                self._twice(DISTRICTS, row.district, line, by_key[row.district][0], "district")
            by_key.setdefault(row.district, (line, row))
        return by_key

    def _check_point_keys(self, rows: Sequence[tuple[int, MeetingPointRow]]) -> None:
        seen: dict[str, int] = {}
        for line, row in rows:
            if seen.setdefault(row.key, line) != line:
                self._twice(POINTS, row.key, line, seen[row.key], "key")

    def _twice(self, file: str, key: str, line: int, earlier: int, column: str) -> None:
        self.problems.add(
            problem(
                file,
                key,
                Both("jeden Schlüssel nur einmal", "every key only once"),
                Both(
                    f"einen anderen als in Zeile {earlier} wählen",
                    f"choose another than in line {earlier}",
                ),
                line=line,
                column=column,
            )
        )

    def _districts(
        self, rows: Sequence[tuple[int, DistrictRow]], origin: tuple[float, float] | None
    ) -> tuple[DistrictSpec, ...]:
        if origin is None:
            return ()
        specs = []
        for line, row in rows:
            x, y = metres(row.latitude, row.longitude, origin)
            check_near(x, y, self.folder, DISTRICTS, line, row.district)
            specs.append(
                DistrictSpec(
                    key=row.district,
                    label=row.label,
                    x=x,
                    y=y,
                    area_hectares=row.area_hectares,
                    residents=row.residents,
                    radius_metres=math.sqrt(row.area_hectares * 10_000 / math.pi),
                    note=row.note,
                    source=row.source,
                    status=row.status,
                )
            )
        return tuple(specs)

    def _points(
        self,
        rows: Sequence[tuple[int, MeetingPointRow]],
        indices: Mapping[str, int],
        origin: tuple[float, float] | None,
    ) -> tuple[MeetingPointSpec, ...]:
        if origin is None:
            return ()
        specs = []
        for line, row in rows:
            x, y = metres(row.latitude, row.longitude, origin)
            check_near(x, y, self.folder, POINTS, line, row.key)
            content = row.model_dump(exclude={"district", "latitude", "longitude"})
            specs.append(
                MeetingPointSpec(**content, district=indices.get(row.district, 0), x=x, y=y)
            )
        return tuple(specs)

    def _plans(self, around: Surroundings | None) -> dict[str, Plan]:
        plans: dict[str, Plan] = {}
        file_of: dict[str, str] = {}
        for name in self.folder.names(PLANS, ".toml"):
            plan = read_plan(self.folder, name, around)
            if plan is None:
                continue
            if plan.name in plans:
                self.problems.add(
                    problem(
                        name,
                        plan.name,
                        Both("ein Name, den kein anderer Plan hat", "a name no other plan has"),
                        Both(
                            f"einen anderen als in {file_of[plan.name]} wählen",
                            f"choose another than in {file_of[plan.name]}",
                        ),
                        column="name",
                    )
                )
            plans[plan.name], file_of[plan.name] = plan, name
        # Every plan is compared with one in which nothing new is done; it need not be written.
        if REFERENCE not in plans:
            plans[REFERENCE] = Plan(REFERENCE, "Nichts Neues", "Nothing new")
        return plans


def _frame(
    rows: Sequence[tuple[int, RowModel]], indices: Mapping[str, int], model: type[RowModel]
) -> pd.DataFrame:
    """Rows as a table, with the index of the district and 0 or 1 for the sex."""
    fields = [name for name in model.model_fields if name not in ("source", "status")]
    fields += ["source", "status"]
    frame = pd.DataFrame([row.model_dump() for _, row in rows], columns=fields)
    frame["district"] = frame["district"].map(indices).astype("int64")
    if "sex" in frame:
        frame["sex"] = frame["sex"].map({"male": MALE, "female": FEMALE}).astype("int64")
    return frame
