"""From a folder to a `Town`: everything a planner wrote, checked and put together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from sim.residents import FEMALE, MALE
from sim.town.advice import Known, advice, usual_costs
from sim.town.explain import validate_rows
from sim.town.fields import RowModel, columns_of
from sim.town.figures import COUNTED_AGES, OBSERVATIONS, OfficialForecast, read_figures
from sim.town.files import Folder, fingerprint
from sim.town.finding import NATIONAL_FOLDER, TOWN_FILE, find_national, find_town
from sim.town.geography import OUTLINE, metres, read_outline
from sim.town.joint import FILE as POSTERIOR
from sim.town.joint import Joint, joint_in
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
from sim.town.places import (
    POINTS,
    DistrictSpec,
    MeetingPointSpec,
    district_specs,
    districts_by_key,
    point_specs,
)
from sim.town.plan import REFERENCE, Plan
from sim.town.plan_file import Surroundings, default_levers, read_plan
from sim.town.problems import Both, Problem, Problems, TownError, did_you_mean, listing, problem
from sim.town.schema import (
    DistrictRow,
    HouseholdRow,
    MeetingPointRow,
    PopulationRow,
    ServiceRow,
    TownFile,
)
from sim.town.services import FILE as SERVICES
from sim.town.services import NATION, WHOLE_TOWN, ServiceSpec, services_of
from sim.town.tables import read_table
from sim.town.town_file import check_compared, months_of, read_town_file, start_of

__all__ = [
    "DistrictSpec",
    "MeetingPointSpec",
    "Town",
    "check_folder",
    "find_town",
    "read_town",
]

ASSUMPTIONS, PLANS = "assumptions.csv", "plans"
FOUNDING_FILES = ("answers.toml", "intake.toml")
"""What `quartier new` was told and remembers; nothing else reads them."""
KNOWN_FILES = (
    TOWN_FILE, DISTRICTS, POPULATION, HOUSEHOLDS, SERVICES, POINTS, ASSUMPTIONS, OUTLINE,
)  # fmt: skip

RowType = TypeVar("RowType", bound=RowModel)


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
        fingerprint: SHA-256 over names and contents of everything read but the calibration.
        warnings: what should be known, though the town can be read.
        compare: names of the plans that answer the town's question; empty if none are named.
        official_forecast: what an office expects of the town, if `town.toml` names it.
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
    compare: tuple[str, ...] = ()
    official_forecast: OfficialForecast | None = None

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

    def drawn_with(self, joint: Joint | None) -> Town:
        """The town with draws from another calibration; None for its ranges alone."""
        old = self.ledger.joint
        files = [path for path in self.files if old is None or path != old.path]
        if joint is not None and joint.path is not None:
            files.append(joint.path)
        return replace(self, ledger=self.ledger.with_joint(joint), files=tuple(files))

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
        # Read beside the tables: they alone make the town's fingerprint, or a fit would change
        # what it was fitted to.
        self.calibrated = Folder(shared.path, problems, shared.prefix)
        self.plan_files: dict[str, str] = {}

    def town(self, names: Sequence[str]) -> Town | None:
        tables = read_national(self.shared)
        ledger = self._ledger(names)
        content = read_town_file(self.folder)
        self._check_names(names, content)
        origin = (content.town.latitude, content.town.longitude) if content else None
        district_rows = self._rows(DISTRICTS, DistrictRow)
        population_rows = self._rows(POPULATION, PopulationRow)
        household_rows = self._rows(HOUSEHOLDS, HouseholdRow)
        service_rows = self._rows(SERVICES, ServiceRow) if SERVICES in names else []
        point_rows = self._rows(POINTS, MeetingPointRow, may_be_empty=True)
        by_key = districts_by_key(district_rows, self.problems)
        indices = {key: index for index, key in enumerate(by_key)}
        keys_known = not self.problems.any_in(DISTRICTS)
        self._check_margins(population_rows, household_rows, by_key)
        if not self.problems.any_in(DISTRICTS):
            for line, service in service_rows:
                if service.district != WHOLE_TOWN:
                    check_district(service.district, by_key, self.problems, SERVICES, line)
            for line, point in point_rows:
                check_district(point.district, by_key, self.problems, POINTS, line)
        services = services_of(
            service_rows,
            indices,
            [row for _, row in population_rows],
            tables=tables,
            state=content.town.state if content else NATION,
            problems=self.problems,
        )
        outline = read_outline(self.folder) if OUTLINE in names else None
        districts = district_specs(district_rows, origin, self.problems) if origin else ()
        points = point_specs(point_rows, indices, origin, self.problems) if origin else ()
        kinds = kinds_of_measures(tables)
        points_known = not self.problems.any_in(POINTS)
        around = Surroundings(
            start=start_of(content) if content else None,
            months=months_of(content) if content else 0,
            districts=indices if keys_known else None,
            points=(
                {row.key: indices.get(row.district, 0) for _, row in point_rows}
                if points_known
                else None
            ),
            origin=origin,
            kinds=kinds or None,
            defaults=default_levers(ledger),
        )
        official = self._official(content, indices)
        plans = self._plans(around)
        plan_files = self.folder.names(PLANS, ".toml")
        if content is not None and around.complete and not self.problems.any_in(*plan_files):
            check_compared(content, plans, self.folder)
        if self.problems.errors or content is None or origin is None:
            return None
        known = Known(around.months, origin, districts, points, ledger, usual_costs(tables))
        for name, file in self.plan_files.items():
            for one in advice(plans[name], file, known):
                self.problems.add(one)
        return Town(
            **content.town.model_dump(exclude={"start", "end", "compare"}),
            start=start_of(content),
            months=months_of(content),
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
            files=(*self.folder.paths(), *self.shared.paths(), *self.calibrated.paths()),
            fingerprint=fingerprint({"": self.folder, f"{NATIONAL_FOLDER}/": self.shared}),
            warnings=self.problems.warnings,
            compare=tuple(dict.fromkeys(content.town.compare)),
            official_forecast=official,
        )

    def _official(
        self, content: TownFile | None, districts: Mapping[str, int]
    ) -> OfficialForecast | None:
        """The official forecast that `town.toml` names."""
        if content is None or content.official_forecast is None:
            return None
        named = content.official_forecast
        start, months = start_of(content), months_of(content)
        years = (start[0], start[0] + (start[1] - 1 + months) // 12)
        figures = read_figures(self.folder, named.file, list(districts), years, COUNTED_AGES)
        return OfficialForecast(named.label, figures, named.align)

    def _check_names(self, names: Sequence[str], content: TownFile | None) -> None:
        """A file that nobody reads may be one whose name is misspelt."""
        named = content.official_forecast if content else None
        beside = {*FOUNDING_FILES, OBSERVATIONS, named.file if named else ""}
        for name in names:
            if name in KNOWN_FILES or name in beside:
                continue
            if name.lower().endswith((".csv", ".toml", ".geojson")):
                self.problems.add(
                    problem(
                        name,
                        Both("eine Datei, die niemand liest", "a file that nobody reads"),
                        Both(
                            f"nur {listing(KNOWN_FILES)} und der Ordner plans",
                            f"only {listing(KNOWN_FILES, 'en')} and the folder plans",
                        ),
                        did_you_mean(name.lower(), KNOWN_FILES),
                        warning=True,
                    )
                )

    def _check_margins(
        self,
        population: Sequence[tuple[int, PopulationRow]],
        households: Sequence[tuple[int, HouseholdRow]],
        districts: Mapping[str, tuple[int, DistrictRow]],
    ) -> None:
        # Sums of tables that have problems of their own would only repeat those.
        if not self.problems.any_in(DISTRICTS, POPULATION):
            check_population(population, districts, self.problems)
        if not self.problems.any_in(DISTRICTS, HOUSEHOLDS):
            check_households(households, districts, self.problems)

    def _ledger(self, names: Sequence[str]) -> Ledger:
        ledger = Ledger(read_assumptions(self.shared))
        own = read_assumptions(self.folder, ASSUMPTIONS) if ASSUMPTIONS in names else []
        if len(ledger):
            for one in own:
                if one.name not in ledger:
                    self.problems.add(unknown_assumption(one.file, one.line, one.name, ledger))
        joint = joint_in(self.calibrated) if POSTERIOR in self.shared.names() else None
        return ledger.overlaid(own).with_joint(joint)

    def _rows(
        self, name: str, model: type[RowType], may_be_empty: bool = False
    ) -> list[tuple[int, RowType]]:
        required = [name for name in columns_of(model) if model.model_fields[name].is_required()]
        optional = [name for name in columns_of(model) if name not in required]
        numbers = [
            field for field, info in model.model_fields.items() if info.annotation in (int, float)
        ]
        table = read_table(
            self.folder,
            name,
            required=required,
            optional=optional,
            numbers=numbers,
            may_be_empty=may_be_empty,
        )
        return [] if table is None else validate_rows(table, model, self.problems)

    def _plans(self, around: Surroundings) -> dict[str, Plan]:
        plans: dict[str, Plan] = {}
        file_of = self.plan_files
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
    frame = pd.DataFrame([row.model_dump() for _, row in rows], columns=list(columns_of(model)))
    frame["district"] = frame["district"].map(indices).astype("int64")
    if "sex" in frame:
        frame["sex"] = frame["sex"].map({"male": MALE, "female": FEMALE}).astype("int64")
    return frame
