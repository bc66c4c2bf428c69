"""What a planner writes: rows of the town's tables, `town.toml` and plans."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.town.fields import (
    Age,
    Area,
    Count,
    HouseholdSize,
    Key,
    Label,
    Latitude,
    Longitude,
    Month,
    Months,
    Number,
    PlaceKey,
    RowModel,
    Says,
    Sex,
    Share,
    Size,
    Source,
    Status,
    Text,
    TomlModel,
    WeekHours,
    YesNo,
)
from sim.town.problems import Both

STATES = "BB|BE|BW|BY|HB|HE|HH|MV|NI|NW|RP|SH|SL|SN|ST|TH|DE"
SERVICES = ("ambulatory_hours_per_week", "day_care_places", "nursing_home_places")
DISTRIBUTIONS = ("fixed", "uniform", "triangular", "normal", "lognormal", "logitnormal")

State = Annotated[
    str,
    Field(pattern=rf"^(?:{STATES})\z"),
    Says(
        Both(
            "das Kürzel eines Bundeslandes wie BW (oder DE)",
            "the abbreviation of a German state such as BW (or DE)",
        ),
        Both("das Kürzel eintragen", "enter the abbreviation"),
    ),
]
Service = Annotated[
    str,
    Field(pattern=rf"^(?:{'|'.join(SERVICES)})\z"),
    Says(
        Both(
            f"ein Dienst: {', '.join(SERVICES)}",
            f"a service: {', '.join(SERVICES)}",
        ),
        Both("einen dieser Namen eintragen", "enter one of these names"),
    ),
]
Distribution = Annotated[
    str,
    Field(pattern=rf"^(?:{'|'.join(DISTRIBUTIONS)})\z"),
    Says(
        Both(
            f"eine Verteilung: {', '.join(DISTRIBUTIONS)}",
            f"a distribution: {', '.join(DISTRIBUTIONS)}",
        ),
        Both("einen dieser Namen eintragen", "enter one of these names"),
    ),
]
Seed = Annotated[
    int,
    Field(ge=0, lt=2**63),
    Says(
        Both("eine ganze Zahl ab 0", "a whole number of 0 or more"),
        Both("die Zahl berichtigen", "correct the number"),
    ),
]


Places = Annotated[
    list[str],
    Says(
        Both(
            'eine Liste in eckigen Klammern wie ["altstadt"] oder ["*"] für alle Quartiere',
            'a list such as ["altstadt"], or ["*"] for all districts',
        ),
        Both("die Quartiere in eckige Klammern setzen", "put the districts into square brackets"),
    ),
]


PlanNames = Annotated[
    list[str],
    Field(max_length=20),
    Says(
        Both(
            'eine Liste von höchstens 20 Plänen in eckigen Klammern wie ["reference", "pilot"]',
            'a list of at most 20 plans in square brackets such as ["reference", "pilot"]',
        ),
        Both("die Namen der Pläne in eckige Klammern setzen", "put the plans' names into brackets"),
    ),
]


def _section(name: str, entries: str) -> Says:
    return Says(
        Both(f"ein Abschnitt [{name}] mit {entries}", f"a section [{name}] with {entries}"),
        Both(f"die Zeile [{name}] und die Angaben ergänzen", f"add the line [{name}] and entries"),
    )


class Fact(RowModel):
    """A row that states a fact."""

    source: Source
    status: Status


class DistrictRow(Fact):
    """A row of `districts.csv`."""

    district: Key
    label: Label
    latitude: Latitude
    longitude: Longitude
    area_hectares: Area
    residents: Count
    note: Text = ""


class PopulationRow(Fact):
    """A row of `population.csv`."""

    district: Key
    sex: Sex
    age_from: Age
    age_to: Age
    persons: Count


class HouseholdRow(Fact):
    """A row of `households.csv`."""

    district: Key
    size: HouseholdSize
    households: Count


class ServiceRow(Fact):
    """A row of `services.csv`; district `*` is the whole town."""

    service: Service
    district: PlaceKey
    size: Size


class MeetingPointRow(Fact):
    """A row of `meeting_points.csv`."""

    key: Key
    label: Label
    district: Key
    latitude: Latitude
    longitude: Longitude
    seats: Count
    opening_hours_per_week: WeekHours
    all_ages: YesNo
    neighbourly_help: YesNo


class AssumptionRow(Fact):
    """A row of `assumptions.csv`; low and high may be empty if the value is fixed."""

    name: Key
    group: Key
    value: Number
    unit: Label
    low: Number | None = None
    high: Number | None = None
    distribution: Distribution
    label_de: Label
    label_en: Label
    year: Text = ""
    note: Text = ""


class TownTable(TomlModel):
    """The table `[town]` of `town.toml`."""

    name: Key
    label: Label
    state: State
    start: Month
    end: Month
    latitude: Latitude
    longitude: Longitude
    population_seed: Seed
    compare: PlanNames = Field(default=[])


TableFile = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}\.csv\z"),
    Says(
        Both(
            "der Name einer Tabelle im Ordner der Stadt wie official_forecast.csv",
            "the name of a table in the town's folder such as official_forecast.csv",
        ),
        Both("die Tabelle in den Ordner legen", "put the table into the folder"),
    ),
]


class OfficialForecastTable(TomlModel):
    """The table `[official_forecast]`: which table holds it, and whether to meet it."""

    file: TableFile
    label: Label = "amtliche Vorausberechnung"
    align: bool = False


class TownFile(TomlModel):
    """The file `town.toml`."""

    town: Annotated[TownTable, _section("town", "name, label, state, start, end …")]
    sources: dict[str, Text] = Field(default={})
    official_forecast: (
        Annotated[OfficialForecastTable, _section("official_forecast", "file, align")] | None
    ) = None


class PlanTable(TomlModel):
    """The table `[plan]`."""

    name: Key
    label_de: Label
    label_en: Label
    description_de: Text = ""
    description_en: Text = ""


class RolloutTable(TomlModel):
    """The same measure later elsewhere; what is not named is as in the measure."""

    districts: Places
    start: Month
    end: Month | None = None
    size: Size | None = None
    cost_per_year: Size | None = None
    payers: dict[str, float] = Field(default={})
    payers_after: dict[str, float] = Field(default={})
    levers: dict[str, Any] = Field(default={})


class MeasureTable(TomlModel):
    """One `[[measures]]`."""

    kind: str
    label_de: Label | None = None
    label_en: Label | None = None
    districts: Places
    start: Month
    end: Month | None = None
    ramp_up_months: Months = 0
    remains: Share = 0.0
    size: Size
    cost_per_year: Size = 0.0
    payers: dict[str, float] = Field(default={})
    payers_after: dict[str, float] = Field(default={})
    rollout: list[RolloutTable] = Field(default=[], max_length=500)
    levers: dict[str, Any] = Field(default={})


class PlanFile(TomlModel):
    """A plan's file."""

    plan: Annotated[PlanTable, _section("plan", "name, label_de, label_en")]
    measures: list[MeasureTable] = Field(default=[], max_length=500)
