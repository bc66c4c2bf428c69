"""Rows of the tables: those a planner writes and those all towns share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.town.fields import (
    Age,
    Area,
    Count,
    Grade,
    HouseholdSize,
    Key,
    Label,
    Latitude,
    Longitude,
    Month,
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
    Year,
    YesNo,
    YesNoWord,
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


class TownFile(TomlModel):
    """The file `town.toml`."""

    town: TownTable
    sources: dict[str, Text] = Field(default={})


class MeasureRow(RowModel):
    """A row of `measures.csv`: a kind of measure that a plan may use."""

    kind: Key
    unit_de: Label
    unit_en: Label
    label_de: Label
    label_en: Label
    does_de: Text
    does_not_de: Text
    does_en: Text
    does_not_en: Text
    levers: Text
    default_cost_per_unit_and_year: Size


class SexAgeShare(RowModel):
    """Base of tables by sex and age group."""

    sex: Sex
    age_from: Age
    age_to: Age


class AgeGroup(RowModel):
    """Base of tables by age group."""

    age_from: Age
    age_to: Age


class LifeTableRow(RowModel):
    """A row of `life_table.csv`."""

    sex: Sex
    age: Age
    death_probability: Share


class FertilityRow(RowModel):
    """A row of `fertility.csv`."""

    age: Age
    births_per_1000_women: Size


class MovesRow(RowModel):
    """A row of `moves.csv`."""

    age: Age
    internal_move_rate: Size
    share_of_immigrants: Share
    share_of_emigrants: Share


class PopulationStructureRow(RowModel):
    """A row of `population_structure.csv`; the last age is open."""

    region: State
    sex: Sex
    age: Age
    persons: Size


class LivingArrangementsRow(SexAgeShare):
    """A row of `living_arrangements.csv`."""

    share_living_alone: Share
    share_with_partner: Share


class CareRatesRow(SexAgeShare):
    """A row of `care_rates.csv`."""

    year: Year
    care_rate: Share


class CareGradesRow(AgeGroup):
    """A row of `care_grades.csv`."""

    grade: Grade
    share: Share


class CareSettingsRow(AgeGroup):
    """A row of `care_settings.csv`."""

    grade: Grade
    nursing_home_share: Share
    ambulatory_share: Share
    day_care_share: Share


class CareSupplyRow(RowModel):
    """A row of `care_supply.csv`."""

    region: State
    quantity: Key
    value: Size
    unit: Label


class VolunteeringRow(AgeGroup):
    """A row of `volunteering.csv`."""

    rate: Share


class VolunteeringEducationRow(RowModel):
    """A row of `volunteering_education.csv`."""

    education: Key
    rate: Share


class LonelinessRow(SexAgeShare):
    """A row of `loneliness.csv`."""

    partner: YesNoWord
    share: Share


class AgeShareRow(AgeGroup):
    """A row of `withdrawal.csv` or `migration_background.csv`."""

    share: Share


class MobilityRow(SexAgeShare):
    """A row of `mobility.csv`."""

    share_limited: Share


class InternetRow(AgeGroup):
    """A row of `internet.csv`."""

    share_online: Share


class EducationRow(AgeGroup):
    """A row of `education.csv`."""

    low: Share
    middle: Share
    high: Share


class DwellingRow(AgeGroup):
    """A row of `dwelling.csv`."""

    share_barrier_free: Share


class CareBenefitsRow(RowModel):
    """A row of `care_benefits.csv`, euros a month."""

    grade: Grade
    cash: Size
    in_kind: Size
    day_care: Size
    nursing_home: Size


class NursingHomeSupplementRow(RowModel):
    """A row of `nursing_home_supplement.csv`."""

    year_of_stay_from: Count
    share: Share


class IndicatorRow(RowModel):
    """A row of `indicators.csv`."""

    name: Key
    kind: Key
    unit: Label
    label_de: Label
    label_en: Label
    better: Key
    description_de: Text
    description_en: Text


NATIONAL: dict[str, type[RowModel]] = {
    "life_table": LifeTableRow,
    "fertility": FertilityRow,
    "moves": MovesRow,
    "population_structure": PopulationStructureRow,
    "living_arrangements": LivingArrangementsRow,
    "care_rates": CareRatesRow,
    "care_grades": CareGradesRow,
    "care_settings": CareSettingsRow,
    "care_supply": CareSupplyRow,
    "volunteering": VolunteeringRow,
    "volunteering_education": VolunteeringEducationRow,
    "loneliness": LonelinessRow,
    "withdrawal": AgeShareRow,
    "migration_background": AgeShareRow,
    "mobility": MobilityRow,
    "internet": InternetRow,
    "education": EducationRow,
    "dwelling": DwellingRow,
    "care_benefits": CareBenefitsRow,
    "nursing_home_supplement": NursingHomeSupplementRow,
    "measures": MeasureRow,
    "indicators": IndicatorRow,
}
"""Tables of `scenarios/germany` and their rows; the ledger `assumptions` is read apart."""
