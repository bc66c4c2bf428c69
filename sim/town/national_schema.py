"""Rows of the tables of `scenarios/germany`, which all towns share."""

from __future__ import annotations

from sim.town.fields import (
    Age,
    Count,
    Grade,
    Key,
    Label,
    RowModel,
    Sex,
    Share,
    Size,
    Text,
    Year,
    YesNoWord,
)
from sim.town.schema import State


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
