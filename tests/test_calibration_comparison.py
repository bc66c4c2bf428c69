"""Figures beside runs: places, scores, observables counted by hand, the nation in small."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from running import small_town

import calibration.__main__ as command
from calibration import OBSERVABLES, Group, compared, coverage, followed, nation_in_small, place
from calibration.comparison import counterparts, crps, place_of
from calibration.courses import each_followed
from calibration.hindcast import (
    residents_hindcast,
    summary,
    without_wide_groups,
)
from calibration.lifetimes import lives
from calibration.nation import shared_out
from calibration.targets import Target, read_targets
from sim.rates.tables import solve_tables
from sim.setting_up import prepared


def figure(value=0.5, error=0.1, **changes):
    entries = {
        "name": "care_rate",
        "region": "klein",
        "year": 2026,
        "group": Group(age_from=65),
        "value": value,
        "unit": "share",
        "standard_error": error,
        "error_basis": "judged",
        "use": "validate",
        "met": "emerges",
        "source": "made up",
        "status": "assumed",
    }
    return Target(**{**entries, **changes})


def small_nation():
    return nation_in_small(persons=4000, years=1)


@pytest.fixture(scope="module")
def runs():
    return followed(small_town(2000, 2, end="2026-12"), draws=4)


# Places and scores ------------------------------------------------------------------------------


def test_the_place_of_a_figure_among_draws():
    draws = np.array([0.1, 0.2, 0.3, 0.4])
    assert place_of(figure(0.25, 1e-6), draws) == pytest.approx(0.5)
    assert place_of(figure(0.9, 1e-6), draws) == pytest.approx(1.0)
    assert place_of(figure(-9.0, 1e-6), draws) == pytest.approx(0.0)
    assert place_of(figure(0.9, 1e6), draws) == pytest.approx(0.5), "nothing known, nothing said"


def test_crps_of_one_draw_is_its_error_and_a_sharp_forecast_beats_a_wide_one():
    assert crps(3.0, np.array([5.0])) == 2.0
    sharp, wide = np.linspace(-1, 1, 101), np.linspace(-10, 10, 101)
    assert 0.0 < crps(0.0, sharp) < crps(0.0, wide)
    # Of a standard normal forecast and its middle: 2 φ(0) - 1/√π.
    normal = np.random.default_rng(1).standard_normal(4000)
    assert crps(0.0, normal) == pytest.approx(0.2337, abs=0.01)


def test_figures_drawn_from_the_model_lie_inside_as_often_as_the_ranges_say():
    """400 figures measured with error, each against 200 draws of the same distribution."""
    random = np.random.default_rng(2)
    places = []
    for _ in range(400):
        draws = random.normal(10.0, 2.0, 200)
        measured = random.normal(random.normal(10.0, 2.0), 1.5)
        places.append(place_of(figure(measured, 1.5), draws))
    # Three standard errors of 400 figures.
    assert np.mean([0.25 <= one <= 0.75 for one in places]) == pytest.approx(0.5, abs=0.075)
    assert np.mean([0.05 <= one <= 0.95 for one in places]) == pytest.approx(0.9, abs=0.045)


def test_coverage_counts_what_has_a_counterpart():
    table = pd.DataFrame(
        {
            "met": ["emerges", "emerges", "solved", "solved"],
            "use": ["validate"] * 4,
            "place": [0.5, 0.01, 0.4, np.nan],
            "inside_50": [True, False, True, pd.NA],
            "inside_90": [True, False, True, pd.NA],
            "z": [0.0, -3.0, 0.2, np.nan],
        }
    )
    found = coverage(table).set_index("met")
    assert found["figures"].to_dict() == {"emerges": 2, "solved": 1}
    assert found.loc["emerges", ["inside_50", "inside_90", "mean_z"]].tolist() == [0.5, 0.5, -1.5]


# Observables ------------------------------------------------------------------------------------


def test_the_table_has_the_models_mean_range_and_place(runs):
    targets = [
        figure(0.2, 0.05),
        figure(0.9, 0.01, year=2025),
        figure(region="elsewhere"),
        figure(40.0, 1.0, name="residents", unit="persons", year=2024),
    ]
    table = compared(targets, runs, "klein")
    assert len(table) == 3
    by_hand = [
        float(((run.people[1].grade > 0) & (run.people[1].age >= 65)).sum())
        / float((run.people[1].age >= 65).sum())
        for run in runs
    ]
    first = table.iloc[0]
    assert first["mean"] == pytest.approx(np.mean(by_hand))
    assert first["low_90"] == pytest.approx(np.quantile(by_hand, 0.05))
    assert min(by_hand) <= first["low_50"] <= first["high_50"] <= max(by_hand)
    spread = np.hypot(0.05, np.std(by_hand, ddof=1))
    assert first["z"] == pytest.approx((0.2 - np.mean(by_hand)) / spread)
    assert not table.iloc[1]["inside_90"]
    assert table.iloc[1]["z"] > 5.0
    assert np.isnan(table.iloc[2]["mean"]), "2024 is before the run"
    assert table.iloc[2]["inside_90"] is pd.NA


def test_every_observable_has_a_counterpart_in_the_nation_in_small():
    (run,) = followed(small_nation(), draws=1)
    groups = {
        "grade_share": Group(grade=2),
        "setting_share": Group(setting="nursing_home", grade=3),
        "setting_share_served": Group(setting="ambulatory", age_from=80, age_to=84),
        "volunteer_hours_share": Group(other="3_to_5_hours", age_from=14),
        "share_of_carers": Group(age_from=60, age_to=79),
        "share_of_persons_in_need": Group("female"),
        "share_of_nursing_home_residents": Group(age_from=85, setting="nursing_home"),
        "life_expectancy": Group(age_from=65, age_to=65),
        "nursing_home_places_per_1000": Group(age_from=80),
    }
    values = {
        name: observable(run, 2024, groups.get(name, Group()))
        for name, observable in OBSERVABLES.items()
    }
    assert not [name for name, value in values.items() if not np.isfinite(value)]
    shares = {name: value for name, value in values.items() if "share" in name or "rate" in name}
    assert all(0.0 <= value <= 1.0 for value in shares.values()), shares
    everybody = values["residents"]
    assert everybody == len(run.people[1].age)
    assert values["persons_in_need"] == pytest.approx(
        values["care_rate"] * everybody * float(run.town.sources["scale"])
    )


def test_groups_are_told_apart(runs):
    people = runs[0].start
    districts = runs[0].districts
    men, women = people.of(Group("male")), people.of(Group("female"))
    assert (men ^ women).all()
    parts = [people.of(Group(district=key), districts).sum() for key in districts]
    assert sum(parts) == len(people.age)
    with_partner = people.of(Group(other="with_partner", age_from=65))
    assert people.partner[with_partner].all()
    assert (people.age[with_partner] >= 65).all()
    assert people.in_home[people.of(Group(setting="nursing_home"))].all()
    assert not people.in_home[people.of(Group(setting="private"))].any()


def test_a_figure_from_before_the_run_is_read_after_a_year_and_one_after_it_at_the_end(runs):
    run = runs[0]
    assert run.years == (2025, 2026)
    assert run.at(2025) is run.start
    assert run.at(2019) is run.people[1]
    assert run.at(2050) is run.people[1]


def test_runs_can_be_repeated_and_cut_short():
    town = small_town(400, 2, end="2026-06")
    first, again = (next(iter(each_followed(town, draws=5))) for _ in range(2))
    assert (first.counts == again.counts).all()
    assert (first.people[1].age == again.people[1].age).all()


# Lives ------------------------------------------------------------------------------------------


def test_lives_add_up():
    """Without death and with onset at a known rate, years in need are what is left of a life."""
    town = small_town()
    tables = solve_tables(town, town.ledger.values(), prepared(town))
    zero = {name: np.zeros_like(getattr(tables, name)) for name in ("death", "care_up")}
    still = tables._replace(**zero, nursing_home_entry=np.zeros_like(tables.nursing_home_entry))
    nothing = lives(still)
    assert nothing.ever_in_need.tolist() == [0.0, 0.0]
    assert nothing.years_in_need.tolist() == [0.0, 0.0]
    at_once = np.zeros_like(tables.care_up)
    at_once[:, :, 60, 0] = 1.0
    never_down = np.zeros_like(tables.care_down)
    sure = lives(still._replace(care_up=at_once, care_down=never_down))
    assert sure.ever_in_need == pytest.approx([1.0, 1.0])
    assert sure.years_in_need == pytest.approx([61.0, 61.0])  # 60 to 120, both included
    assert sure.nursing_home_entries.tolist() == [0.0, 0.0]


def test_women_are_in_need_longer_than_men():
    town = small_town()
    found = lives(solve_tables(town, town.ledger.values(), prepared(town)), 60)
    assert (found.ever_in_need > 0.5).all()
    assert found.years_in_need[1] > found.years_in_need[0] > 2.0
    assert (found.nursing_home_years < found.years_in_need).all()


# The nation in small, and looking back ----------------------------------------------------------


def test_the_nation_in_small_has_the_nations_ages():
    town = small_nation()
    assert not town.warnings
    assert town.population["persons"].sum() == 4000
    (run,) = followed(town, draws=1)
    over_65 = (run.start.age >= 65).mean()
    assert over_65 == pytest.approx(0.224, abs=0.002)  # 31.12.2023
    assert shared_out(np.array([1.0, 1.0, 1.0]), 10).sum() == 10


def test_a_hindcast_says_who_was_closer(runs):
    whole = Group()
    start = counterparts(figure(name="residents", year=2025, group=whole), runs)[0]
    later = counterparts(figure(name="residents", year=2026, group=whole), runs)
    entries = {"name": "residents", "region": runs[0].town.name, "group": whole, "unit": "persons"}
    counted = [
        figure(float(start), 1.0, **entries, year=2025),
        figure(float(np.median(later)), 5.0, **entries, year=2026),
    ]
    (row,) = residents_hindcast(counted, runs).to_dict("records")
    assert row["naive"] == start
    assert start != row["observed"]
    assert row["closer"] == "model"
    assert row["crps_naive"] == abs(start - row["observed"])
    (line,) = summary(residents_hindcast(counted, runs)).to_dict("records")
    assert (line["figures"], line["model_closer"], line["year"]) == (1, 1, 2026)
    assert line["error"] == 0.0
    assert line["error_naive"] == row["crps_naive"]
    assert without_wide_groups(residents_hindcast(counted, runs)).empty


def test_the_command_shows_evidence_first_and_writes_the_table(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(place, "nation_in_small", lambda region: small_nation())
    file = tmp_path / "table.csv"
    assert command.main(["DE", "--draws", "2", "--lang", "en", "--csv", str(file)]) == 0
    shown = capsys.readouterr().out
    assert shown.index("nothing in the model was set from it") < shown.index("a check, no evidence")
    assert "Care need in 2023 as forecast with what was known in 2021" in shown
    table = pd.read_csv(file)
    assert len(table) == sum(one.region == "DE" for one in read_targets())
    assert table["place"].dropna().between(0.0, 1.0).all()
    assert command.main(["nowhere", "--lang", "de"]) == 1
    assert "Ordner einer Stadt oder ihr Name" in capsys.readouterr().err
    nowhere = tmp_path / "nowhere" / "table.csv"
    assert command.main(["DE", "--lang", "de", "--csv", str(nowhere)]) == 2
    assert "Den Ordner" in capsys.readouterr().err


def test_ctrl_c_keeps_the_runs_that_are_finished(capsys, monkeypatch):
    def interrupted(town, draws):
        yield from first_runs(town, draws=3)
        raise KeyboardInterrupt

    first_runs = command.each_followed
    monkeypatch.setattr(place, "nation_in_small", lambda region: small_nation())
    monkeypatch.setattr(command, "each_followed", interrupted)
    assert command.main(["DE", "--draws", "5", "--lang", "en"]) == 0
    shown = capsys.readouterr()
    assert "3 of 5 runs are finished" in shown.err
    assert "(3 runs)" in shown.out.replace("\n", " ")
