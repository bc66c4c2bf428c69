"""The national tables: complete, sourced, and in line with the figures they were made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.indicators import COUNTS, PAYERS

FOLDER = Path(__file__).resolve().parents[1] / "scenarios" / "germany"
STATUSES = {"measured", "derived", "estimated", "assumed"}
UNSOURCED = {"indicators"}  # definitions, not facts

BY_SEX_AND_AGE = {
    "living_arrangements": ["sex"],
    "care_rates": ["year", "sex"],
    "mobility": ["sex"],
    "loneliness": ["sex", "partner"],
}
BY_AGE = {
    "care_grades": ["grade"],
    "care_settings": ["grade"],
    "volunteering": [],
    "withdrawal": [],
    "internet": [],
    "education": [],
    "dwelling": [],
    "migration_background": [],
}
SHARES = {
    "life_table": ["death_probability"],
    "moves": ["internal_move_rate", "share_of_immigrants", "share_of_emigrants"],
    "living_arrangements": ["share_living_alone", "share_with_partner"],
    "care_rates": ["care_rate"],
    "care_grades": ["share"],
    "care_settings": ["nursing_home_share", "ambulatory_share", "day_care_share"],
    "volunteering": ["rate"],
    "volunteering_education": ["rate"],
    "loneliness": ["share"],
    "withdrawal": ["share"],
    "mobility": ["share_limited"],
    "internet": ["share_online"],
    "education": ["low", "middle", "high"],
    "dwelling": ["share_barrier_free"],
    "migration_background": ["share"],
    "nursing_home_supplement": ["share"],
}
KINDS = {
    "meeting_point",
    "opening_to_all_ages",
    "care_service",
    "neighbourhood_manager",
    "outreach",
    "volunteer_training",
    "neighbourly_help",
    "counselling",
    "preventive_visits",
    "barrier_free_housing",
    "transport",
    "digital_help",
}


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv")


def expectation(death: np.ndarray, age: int) -> float:
    """Remaining years at an age; deaths fall in the middle of the year, in year 0 at once."""
    within = np.full(101, 0.5)
    within[0] = 0.08
    alive = np.concatenate(([1.0], np.cumprod(1.0 - death)))
    lived = alive[1:] + within * (alive[:-1] - alive[1:])
    # Beyond 100 the last probability stays, but grows no more.
    beyond = alive[101] * (1.0 / death[100] - 0.5)
    return float((lived[age:].sum() + beyond) / alive[age])


def deaths(sex: str) -> np.ndarray:
    rows = table("life_table").query("sex == @sex").sort_values("age")
    assert rows["age"].tolist() == list(range(101))
    return rows["death_probability"].to_numpy()


@pytest.fixture(scope="module")
def persons() -> pd.DataFrame:
    """Persons of the nation at the end of 2023 by sex and care group (rows) of care_rates.csv."""
    groups = table("care_rates")[["age_from", "age_to"]].drop_duplicates().sort_values("age_from")
    nation = table("population_structure").query("region == 'DE'")
    result = pd.DataFrame(index=groups["age_from"])
    for sex in ("male", "female"):
        by_age = nation[nation["sex"] == sex].set_index("age")["persons"]
        alive = np.concatenate(([1.0], np.cumprod(1.0 - deaths(sex))))
        lived = (alive[:-1] + alive[1:]) / 2.0
        younger = lived[90:95].sum() / (lived[90:].sum() + 2.0 * alive[101])
        counted = [by_age.loc[first:last].sum() for first, last in groups.to_numpy() if first < 90]
        result[sex] = [*counted, by_age[90] * younger, by_age[90] * (1.0 - younger)]
    return result


@pytest.fixture(scope="module")
def in_need(persons: pd.DataFrame) -> pd.DataFrame:
    """People in need at the end of 2023 by age group (rows) and sex."""
    rates = table("care_rates").query("year == 2023")
    return rates.pivot_table(index="age_from", columns="sex", values="care_rate") * persons


def published(quantity: str, year: int = 2023, sex: str = "both") -> pd.DataFrame:
    figures = table("published_figures")
    found = figures.query("quantity == @quantity and year == @year and sex == @sex")
    assert len(found) > 0, quantity
    return found.set_index(["age_from", "age_to"])["value"]


# Form ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda path: path.stem)
def test_complete_sourced_and_readable(path: Path) -> None:
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert len(rows) > 0
    for column in rows:
        assert rows[column].str.strip().ne("").all(), f"{path.name}: empty cell in {column}"
        assert rows[column].str.strip().eq(rows[column]).all(), f"{path.name}: blanks in {column}"
    assert not rows.duplicated().any()
    if path.stem not in UNSOURCED:
        assert set(rows["status"]) <= STATUSES
        assert rows["source"].str.len().ge(4).all()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda path: path.stem)
def test_what_is_remembered_is_never_called_measured(path: Path) -> None:
    rows = pd.read_csv(path, dtype=str)
    if "status" not in rows:
        return
    remembered = rows.apply(
        lambda row: "unverified" in f"{row['source']} {row.get('note', '')}", axis=1
    )
    assert not rows.loc[remembered, "status"].eq("measured").any()


@pytest.mark.parametrize("name", [*BY_SEX_AND_AGE, *BY_AGE])
def test_every_age_once(name: str) -> None:
    rows = table(name)
    keys = {**BY_SEX_AND_AGE, **BY_AGE}[name]
    parts = [part for _, part in rows.groupby(keys)] if keys else [rows]
    sizes = {len(part) for part in parts}
    assert len(sizes) == 1
    for part in parts:
        covered = [
            age
            for first, last in part[["age_from", "age_to"]].to_numpy()
            for age in range(first, last + 1)
        ]
        assert sorted(covered) == list(range(121))
    if "sex" in keys:
        assert set(rows["sex"]) == {"male", "female"}
    if "grade" in keys:
        assert set(rows["grade"]) == {1, 2, 3, 4, 5}
    if "partner" in keys:
        assert set(rows["partner"]) == {"yes", "no"}
        assert len(parts) == 4
    if "year" in keys:
        assert set(rows["year"]) == {2019, 2021, 2023}


@pytest.mark.parametrize("name", SHARES)
def test_shares_are_shares(name: str) -> None:
    rows = table(name)
    for column in SHARES[name]:
        assert rows[column].between(0.0, 1.0).all(), column
        assert rows[column].max() > 0.0


def test_what_adds_up_to_one() -> None:
    moves = table("moves")
    assert moves["share_of_immigrants"].sum() == pytest.approx(1.0, abs=1e-6)
    assert moves["share_of_emigrants"].sum() == pytest.approx(1.0, abs=1e-6)
    assert moves["age"].tolist() == list(range(101))
    education = table("education")
    assert np.allclose(education[["low", "middle", "high"]].sum(axis=1), 1.0, atol=1e-9)
    grades = table("care_grades").groupby("age_from")["share"].sum()
    assert np.allclose(grades, 1.0, atol=1e-9)
    living = table("living_arrangements")
    assert (living["share_living_alone"] + living["share_with_partner"]).le(1.0).all()
    settings = table("care_settings")
    assert (settings["nursing_home_share"] + settings["ambulatory_share"]).le(1.0).all()
    assert (settings["nursing_home_share"] + settings["day_care_share"]).le(1.0).all()


# People -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sex", "age", "years"),
    [
        ("male", 0, 78.82),
        ("male", 65, 17.97),
        ("male", 80, 8.20),
        ("female", 0, 83.43),
        ("female", 65, 21.10),
        ("female", 80, 9.73),
    ],
)
def test_life_expectancy(sex: str, age: int, years: float) -> None:
    assert expectation(deaths(sex), age) == pytest.approx(years, abs=0.02)
    figure = published("life_expectancy", 2024, sex)
    assert figure[(age, age)] == years


def test_population_of_the_nation_and_three_states() -> None:
    rows = table("population_structure")
    totals = rows.groupby("region")["persons"].sum()
    assert totals.to_dict() == {"DE": 83456045, "BW": 11230740, "SH": 2953202, "ST": 2144570}
    ages = rows.groupby(["region", "sex"])["age"].apply(list)
    assert all(found == list(range(91)) for found in ages)
    assert rows.query("region == 'DE' and age >= 80")["persons"].sum() == 6041003


def test_fertility_of_2023() -> None:
    rows = table("fertility")
    assert rows["age"].tolist() == list(range(15, 50))
    assert rows["births_per_1000_women"].sum() / 1000.0 == pytest.approx(1.354, abs=0.001)


def test_partners_at_65_to_84_as_published() -> None:
    nation = table("population_structure").query("region == 'DE' and 65 <= age <= 84")
    rows = table("living_arrangements")
    for sex, share in (("male", 0.77), ("female", 0.55)):
        people = nation[nation["sex"] == sex].set_index("age")["persons"]
        groups = rows[rows["sex"] == sex]
        partner = 0.0
        for _, group in groups.iterrows():
            size = people.loc[group["age_from"] : group["age_to"]].sum()
            partner += size * group["share_with_partner"]
        assert partner / people.sum() == pytest.approx(share, abs=0.015)


# Care need ----------------------------------------------------------------------------------


def test_people_in_need_2023(in_need: pd.DataFrame) -> None:
    total = in_need.to_numpy().sum()
    assert total == pytest.approx(published("persons_in_need").iloc[0], abs=30)
    older = in_need.sum(axis=1)
    shares = published("share_of_persons_in_need")
    assert older.loc[65:].sum() / total == pytest.approx(shares[(65, 120)], abs=0.005)
    assert older.loc[85:].sum() / total == pytest.approx(shares[(85, 120)], abs=0.0052)
    women = published("share_of_persons_in_need", sex="female")[(0, 120)]
    assert in_need["female"].sum() / total == pytest.approx(women, abs=0.006)


def test_care_rates_2023_of_both_sexes(in_need: pd.DataFrame, persons: pd.DataFrame) -> None:
    """The published list leaves out grade 1 without services; with it the rates are met."""
    rates = in_need.sum(axis=1) / persons.sum(axis=1)
    without = published("care_rate_without_unserved_grade_1").droplevel("age_to")
    unserved = published("unserved_grade_1").droplevel("age_to")
    assert unserved.sum() == pytest.approx(683500, abs=5)
    counted = (in_need.sum(axis=1) - unserved) / persons.sum(axis=1)
    assert np.allclose(counted.loc[15:], without, atol=2e-6)
    assert counted.loc[0] == pytest.approx(0.023, abs=0.0005)
    rounded = published("care_rate")
    assert rates.loc[70] == pytest.approx(rounded[(70, 74)], abs=0.005)
    oldest = in_need.loc[90:].to_numpy().sum() / persons.loc[90:].to_numpy().sum()
    assert oldest == pytest.approx(rounded[(90, 120)], abs=0.005)


@pytest.mark.parametrize("sex", ["male", "female"])
def test_care_rates_2021_by_sex(sex: str, persons: pd.DataFrame) -> None:
    rows = table("care_rates").query("year == 2021 and sex == @sex")
    rates = rows.set_index("age_from")["care_rate"]
    figures = published("care_rate", 2021, sex)
    assert rates[85] == figures[(85, 89)]
    oldest = np.average(rates.loc[90:], weights=persons[sex].loc[90:])
    assert oldest == pytest.approx(figures[(90, 120)], abs=1e-4)
    middle = np.average(rates.loc[75:80], weights=persons[sex].loc[75:80])
    assert middle == pytest.approx(figures[(75, 84)], abs=0.006)  # weights of 2023


def test_care_rates_rise_with_age_and_time() -> None:
    rates = table("care_rates").pivot_table(
        index="age_from", columns=["year", "sex"], values="care_rate"
    )
    assert rates.loc[15:].diff().dropna().gt(0).all().all()
    for sex in ("male", "female"):
        assert rates[2019, sex].le(rates[2021, sex]).all()
        assert rates[2021, sex].lt(rates[2023, sex]).all()


def test_grade_mix_2023(in_need: pd.DataFrame) -> None:
    mix = table("care_grades").pivot_table(index="age_from", columns="grade", values="share")
    people = mix.mul(in_need.sum(axis=1), axis=0).sum()
    shares = people / people.sum()
    for grade in range(1, 6):
        figure = published(f"grade_{grade}_share").iloc[0]
        assert shares[grade] == pytest.approx(figure, abs=0.0006)
    heavy = mix[4] + mix[5]
    assert heavy.loc[75:].is_monotonic_increasing
    assert heavy.loc[95] > heavy.loc[75]


def test_settings_2023(in_need: pd.DataFrame) -> None:
    mix = table("care_grades").pivot_table(index="age_from", columns="grade", values="share")
    cells = mix.mul(in_need.sum(axis=1), axis=0)
    people = {
        name: table("care_settings").pivot_table(index="age_from", columns="grade", values=name)
        * cells
        for name in ("nursing_home_share", "ambulatory_share", "day_care_share")
    }
    homes = people["nursing_home_share"]
    figures = published("persons_in_nursing_homes")
    assert homes.to_numpy().sum() == pytest.approx(figures[(0, 120)], rel=2e-4)
    for first, last in ((85, 89), (90, 94), (95, 120)):
        assert homes.loc[first].sum() == pytest.approx(figures[(first, last)], rel=1e-3)
    for grade in range(1, 6):
        share = homes[grade].sum() / homes.to_numpy().sum()
        figure = published(f"grade_{grade}_share_in_nursing_homes").iloc[0]
        assert share == pytest.approx(figure, abs=0.001)
    service = people["ambulatory_share"].to_numpy().sum()
    assert service == pytest.approx(published("persons_with_ambulatory_service").iloc[0], rel=2e-4)
    rest = cells.to_numpy().sum() - homes.to_numpy().sum() - service
    cash = published("persons_with_cash_benefit_only").iloc[0]
    assert rest == pytest.approx(cash + 683500, rel=1e-3)
    guests = people["day_care_share"].to_numpy().sum()
    assert published("day_care_clients", 2021).iloc[0] < guests < 1.1 * 135800
    assert people["day_care_share"][1].sum() == 0.0


# Other traits -------------------------------------------------------------------------------


def test_loneliness_is_higher_without_a_partner() -> None:
    rows = table("loneliness").query("age_from >= 18")
    both = rows.pivot_table(index=["sex", "age_from"], columns="partner", values="share")
    assert both["no"].gt(1.3 * both["yes"]).all()


def test_benefits_and_supplements() -> None:
    benefits = table("care_benefits").set_index("grade")
    assert benefits["cash"].tolist() == [0, 347, 599, 800, 990]
    assert benefits["in_kind"].tolist() == [0, 796, 1497, 1859, 2299]
    assert benefits["day_care"].tolist() == [0, 721, 1357, 1685, 2085]
    assert benefits["nursing_home"].tolist() == [131, 805, 1319, 1855, 2096]
    steps = table("nursing_home_supplement")
    assert steps["share"].tolist() == [0.15, 0.30, 0.50, 0.75]
    assert steps["year_of_stay_from"].tolist() == [1, 2, 3, 4]


def test_volunteers_by_education_and_by_age_agree() -> None:
    """Two tables of one survey, joined by the education table, give nearly the same total."""
    nation = table("population_structure").query("region == 'DE' and age >= 14")
    people = nation.groupby("age")["persons"].sum()

    def total(rows: pd.DataFrame, columns: list[str]) -> np.ndarray:
        result = np.zeros(len(columns))
        for _, row in rows.iterrows():
            size = people.loc[row["age_from"] : row["age_to"]].sum()
            result += size * row[columns].to_numpy(float)
        return result / people.sum()

    by_age = total(table("volunteering"), ["rate"])[0]
    levels = ["low", "middle", "high"]
    rates = table("volunteering_education").set_index("education").loc[levels, "rate"]
    by_education = total(table("education"), levels) @ rates.to_numpy()
    assert by_age == pytest.approx(0.367, abs=0.012)
    assert by_education == pytest.approx(0.367, abs=0.012)


def test_supply_for_every_region() -> None:
    rows = table("care_supply").pivot_table(index="region", columns="quantity", values="value")
    assert set(rows.index) == {"DE", "BW", "SH", "ST"}
    assert rows.notna().all().all()
    assert rows["nursing_home_places_per_1000_80plus"].to_dict() == {
        "DE": 144.8,
        "BW": 127.7,
        "SH": 160.3,
        "ST": 157.3,
    }
    all_places = rows["non_permanent_places_per_1000_80plus"]
    assert rows["day_care_places_per_1000_80plus"].lt(all_places).all()
    for service in ("ambulatory_hours_per_week", "day_care_places", "nursing_home_places"):
        assert f"{service}_per_1000_80plus" in rows


# Ledger, measures, indicators ---------------------------------------------------------------


def test_ledger_ranges() -> None:
    rows = table("assumptions").set_index("name")
    assert rows.index.is_unique
    assert rows["low"].le(rows["value"]).all()
    assert rows["value"].le(rows["high"]).all()
    known = {"fixed", "uniform", "triangular", "normal", "lognormal", "logitnormal"}
    assert set(rows["distribution"]) <= known
    fixed = rows["distribution"] == "fixed"
    assert (rows["low"] == rows["high"])[fixed].all()
    assert (rows["low"] < rows["high"])[~fixed].all()
    assert rows.loc["preventive_visit_nursing_home", ["low", "value", "high"]].eq(1.0).all()


def test_ledger_uncertain_rows_have_a_range() -> None:
    """What nobody measured is fixed only where it is a definition or a set of shares."""
    rows = table("assumptions")
    fixed = rows[(rows["distribution"] == "fixed") & rows["status"].isin(["assumed", "estimated"])]
    plain = fixed["note"].str.contains("definition|add up to 1")
    assert plain.all(), fixed.loc[~plain, "name"].tolist()


def test_ledger_effects_are_never_stronger_than_observed() -> None:
    rows = table("assumptions").set_index("name")
    observed = [name for name in rows.index if name.startswith("observed_")]
    assert len(observed) == 11
    for name in observed:
        key = name.removeprefix("observed_").removesuffix("_smd")
        fraction = rows.loc[f"fraction_{key}"]
        assert (fraction["low"], fraction["high"]) == (0.0, 1.0)
        assert fraction["value"] <= 0.5


def test_ledger_sums() -> None:
    values = table("assumptions").set_index("name")["value"]
    first = sum(values[f"grade_entry_share_{grade}"] for grade in range(1, 6))
    assert first == pytest.approx(1.0, abs=1e-9)
    hours = sum(values[f"volunteer_hours_share_{part}"] for part in ("low", "middle", "high"))
    assert hours == pytest.approx(1.0, abs=1e-9)
    for name in ("care_need_hours", "ambulatory_hours", "care_grade_excess_death"):
        series = [values[f"{name}_{grade}"] for grade in range(1, 6)]
        assert series == sorted(series)
        assert series[0] > 0
    board_and_rooms = 1046 + 514
    before = values["nursing_home_care_share_before_supplement"]
    assert before * 0.85 + board_and_rooms == pytest.approx(values["nursing_home_own_share"], abs=1)


def test_every_indicator_is_described_in_both_languages() -> None:
    rows = pd.read_csv(FOLDER / "indicators.csv", keep_default_na=False).set_index("name")
    assert rows.index.is_unique
    costs = {f"cost_{payer}" for payer in PAYERS}
    assert set(rows.index) == set(COUNTS) | costs
    for language in ("de", "en"):
        assert rows[f"label_{language}"].is_unique
        assert rows[f"label_{language}"].str.len().between(4, 60).all()
        assert rows[f"description_{language}"].str.endswith(".").all()
    assert set(rows["kind"]) == {"stock", "flow", "money"}
    assert set(rows.index[rows["kind"] == "money"]) == costs
    assert set(rows["better"]) <= {"higher", "lower", "neutral"}


def test_twelve_kinds_of_measures() -> None:
    rows = table("measures").set_index("kind")
    assert set(rows.index) == KINDS
    assert len(rows) == 12
    for column in ("does_de", "does_not_de", "does_en", "does_not_en"):
        assert rows[column].str.endswith(".").all()
        assert rows[column].str.count(r"\.(?=\s|$)").eq(1).all(), f"{column}: one sentence"
    assert rows["default_cost_per_unit_and_year"].gt(0).all()
    assert rows.loc["neighbourhood_manager", "levers"].split("; ") == [
        "share_outreach",
        "share_volunteers",
        "share_coordination",
    ]
    visits = rows.loc["preventive_visits"]
    assert "Pflegeheim nicht" in visits["does_not_de"]
    assert "do not reduce nursing home entry" in visits["does_not_en"]
