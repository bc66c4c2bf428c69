"""What is asked for a new town, as a file: `answers.toml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError

from sim.town.explain import tell
from sim.town.fields import (
    Area,
    Count,
    Label,
    Latitude,
    Longitude,
    Month,
    Number,
    Size,
    Text,
    TomlModel,
    WeekHours,
)
from sim.town.files import Folder
from sim.town.problems import Both, Problems, TownError, problem
from sim.town.schema import State
from sim.town.toml_lines import Location, line_of, read_toml

NATION = "DE"


class TownAnswers(TomlModel):
    """The town.

    Attributes:
        label: its name.
        state: abbreviation of its state; DE if figures of the nation are to be used.
        start: month at whose end the residents are counted.
        end: last simulated month.
        latitude, longitude: its middle.
    """

    label: Label
    state: State = NATION
    start: Month
    end: Month
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class TableAnswers(TomlModel):
    """A table of people, and what was asked about it.

    Attributes:
        table: the file, relative to the answers; empty if there is none.
        sheet: sheet of a workbook; empty: the first that is understood.
        region: the municipality in a table of many.
        columns: header by role, see `sim.intake.words.ROLES`.
        sexes: male, female or both for further words of the table.
        leave_out_bad_rows: count a register though some rows cannot be read.
        join: district that another one is joined to, by its name in the table.
        residents: of the whole town, where no table tells.
        source: where that number comes from.
    """

    table: str = ""
    sheet: str = ""
    region: str = ""
    columns: dict[str, str] = Field(default={})
    sexes: dict[str, str] = Field(default={})
    leave_out_bad_rows: bool = False
    join: dict[str, str] = Field(default={})
    residents: Count | None = None
    source: Text = ""


class DistrictAnswers(TomlModel):
    """A district; only its name is needed."""

    name: Label
    residents: Count | None = None
    area_hectares: Area | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    source: Text = ""


class BoundaryAnswers(TomlModel):
    """Boundaries of the districts.

    Attributes:
        file: a GeoJSON file, relative to the answers; empty if there is none.
        property: what names the district in it.
        names: name in the file by name of the district, where they differ.
        source: where it comes from and under which licence.
    """

    file: str = ""
    property: str = ""
    names: dict[str, str] = Field(default={})
    source: Text = ""


class HouseholdAnswers(TomlModel):
    """A table of households (Census 2022, `Regionaltabelle Haushalte`)."""

    table: str = ""
    sheet: str = ""
    region: str = ""


class ServiceAnswers(TomlModel):
    """Services of the whole town; what is not named is estimated."""

    ambulatory_hours_per_week: Size | None = None
    day_care_places: Size | None = None
    nursing_home_places: Size | None = None
    source: Text = ""


class PointAnswers(TomlModel):
    """An existing meeting point."""

    label: Label
    district: Label
    seats: Count | None = None
    opening_hours_per_week: WeekHours | None = None
    all_ages: bool = False
    neighbourly_help: bool = False
    source: Text = ""


class AssumptionAnswers(TomlModel):
    """Assumptions of which the town knows more than the nation's ledger."""

    net_migration_per_1000: Number | None = None
    source: Text = ""


class PlanAnswers(TomlModel):
    """Plans that are written to begin with."""

    budget_per_year: Size | None = None


class Answers(TomlModel):
    """The file `answers.toml`."""

    town: TownAnswers
    population: TableAnswers = TableAnswers()
    districts: list[DistrictAnswers] = Field(default=[], max_length=300)
    boundaries: BoundaryAnswers = BoundaryAnswers()
    households: HouseholdAnswers = HouseholdAnswers()
    services: ServiceAnswers = ServiceAnswers()
    meeting_points: list[PointAnswers] = Field(default=[], max_length=300)
    assumptions: AssumptionAnswers = AssumptionAnswers()
    plans: PlanAnswers = PlanAnswers()


def read_answers(path: Path) -> Answers:
    """Answers from a file.

    Raises:
        TownError: with every problem of the file.
    """
    problems = Problems()
    folder = Folder(path.parent, problems)
    read = read_toml(folder, path.name)
    if read is None:
        raise TownError(problems.errors)
    values, lines = read

    def place(location: Location) -> tuple[int | None, str | None]:
        names = [part for part in location if isinstance(part, str)]
        return line_of(lines, location), names[-1] if names else None

    try:
        return Answers.model_validate(values)
    except ValidationError as error:
        tell(error, Answers, path.name, place, problems)
    if not problems.errors:
        problems.add(
            problem(
                path.name,
                Both("Angaben, die nicht passen", "entries that do not fit"),
                Both("Antworten wie in docs/NEW_TOWN.md", "answers as in docs/NEW_TOWN.md"),
                Both("die Datei berichtigen", "correct the file"),
            )
        )
    raise TownError(problems.errors)
