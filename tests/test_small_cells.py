"""Small numbers of people are never given out: not directly, and not as a difference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_findings import DISTRICTS, MEAN, YEARS, made_up_findings
from numpy.typing import NDArray
from scipy.optimize import linprog

from sim.report import small_cells
from sim.report.export import csv_text, exported
from sim.report.numbers import Ranged, Scale
from sim.report.protected import marks_of_groups, marks_of_levels
from sim.report.small_cells import SECRET, SHOWN, SMALL, Cells, Sum, marks
from sim.report.tables import indicator_district_table

THRESHOLD = 5
quick = settings(max_examples=150, deadline=None, derandomize=True)


# Tables with sums of rows and columns, as a planner's spreadsheet has them


@st.composite
def tables(draw: st.DrawFn, most: int = 12) -> NDArray[np.int64]:
    """Whole numbers with the sums of rows and columns in the last column and row."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(2, 5))
    cells = st.integers(0, most) | st.integers(0, 4) | st.integers(20, 400)
    inner = np.array(
        draw(st.lists(cells, min_size=rows * columns, max_size=rows * columns)), np.int64
    ).reshape(rows, columns)
    inner = np.vstack([inner, inner.sum(axis=0)])
    return np.hstack([inner, inner.sum(axis=1, keepdims=True)])


def lines_of(table: NDArray[Any]) -> list[list[int]]:
    """Places of each row and column, the total last."""
    place = np.arange(table.size).reshape(table.shape)
    return [*map(list, place), *map(list, place.T)]


def marked(table: NDArray[Any], threshold: int = THRESHOLD) -> NDArray[np.int8]:
    """What becomes of each cell of a table."""
    sums = [Sum(line[-1], tuple(line[:-1])) for line in lines_of(table)]
    return marks(table.astype(float).ravel(), sums, threshold).reshape(table.shape)


def could_be(mark: int, value: int, threshold: int) -> tuple[float, float]:
    """What a reader of the published table knows of one cell."""
    if mark == SMALL:
        return 1, threshold - 1
    return (value, value) if mark == SHOWN else (0, np.inf)


@given(tables(), st.sampled_from([3, 5, 10]))
@quick
def test_no_line_tells_a_small_number_as_its_total_less_the_other_cells(
    table: NDArray[np.int64], threshold: int
) -> None:
    found = marked(table, threshold).ravel()
    values = table.ravel()
    known = [could_be(mark, value, threshold) for mark, value in zip(found, values, strict=True)]
    for line in lines_of(table):
        *parts, total = line
        for cell in parts:
            if found[cell] != SMALL:
                continue
            others = [known[other] for other in parts if other != cell]
            least = max(known[cell][0], known[total][0] - sum(high for _, high in others))
            most = min(known[cell][1], known[total][1] - sum(low for low, _ in others))
            assert most - least >= 1, f"{values[cell]} in {values[line]} with {found[line]}"


@given(tables())
@settings(quick, max_examples=60)
def test_no_set_of_lines_together_tells_a_small_number(table: NDArray[np.int64]) -> None:
    """Every small number could be at least two, whatever equations a reader solves."""
    found = marked(table).ravel()
    values = table.ravel()
    known = [could_be(mark, value, THRESHOLD) for mark, value in zip(found, values, strict=True)]
    equations = np.zeros((len(lines_of(table)), table.size))
    for row, line in enumerate(lines_of(table)):
        equations[row, line[:-1]] = 1.0
        equations[row, line[-1]] -= 1.0
    for cell in np.flatnonzero(found == SMALL):
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(table.size)
            goal[cell] = sign
            solved = linprog(goal, A_eq=equations, b_eq=np.zeros(len(equations)), bounds=known)
            assert solved.status == 0
            ends.append(solved.x[cell])
        assert ends[1] - ends[0] >= 1.0 - 1e-6


@given(tables())
@quick
def test_the_short_way_hides_what_the_linear_programs_alone_would(
    table: NDArray[np.int64],
) -> None:
    def no_short_way(_left: Any, _right: Any, values: Any, _bounds: Any) -> Any:
        return np.full(len(values), np.inf), np.full(len(values), -np.inf)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(small_cells, "_moved_apart", no_short_way)
        alone = marked(table)
    np.testing.assert_array_equal(marked(table), alone)


@given(tables())
@quick
def test_what_is_small_is_hidden_what_is_nothing_is_shown(table: NDArray[np.int64]) -> None:
    found = marked(table)
    small = (table > 0) & (table < THRESHOLD)
    assert (found[small] != SHOWN).all()
    assert (found[table == 0] == SHOWN).all()
    if not small.any():
        assert (found == SHOWN).all()


def test_examples() -> None:
    # One small number and its total: the smallest that is enough goes with it.
    assert marked(np.array([[3, 20, 9, 32], [3, 20, 9, 32]]))[0].tolist() == [1, 0, 2, 0]
    # Two small ones protect each other, unless their sum tells both.
    assert marked(np.array([[2, 3, 40, 45], [9, 9, 9, 27], [11, 12, 49, 72]]))[0, 2] == SHOWN
    assert marked(np.array([[1, 1, 40, 42], [9, 9, 9, 27], [10, 10, 49, 69]]))[0, 2] == SECRET
    # Four ones in a total below five: "<5" would tell them.
    values = np.array([1.0, 1.0, 1.0, 1.0, 4.0])
    assert marks(values, [Sum(4, (0, 1, 2, 3))], 5).tolist() == [1, 1, 1, 1, 2]


def test_means_below_the_threshold_are_small_however_near_to_it() -> None:
    values = np.array([0.0, 0.2, 3.7, 4.99, 5.0, np.nan])
    assert marks(values, [], 5).tolist() == [0, 1, 1, 1, 0, 0]


def test_a_total_that_is_a_mean_of_years() -> None:
    """Five years of 6, 6, 6, 6 and 2: the mean, 5.2, would tell the last."""
    cells = Cells({"a": 6.0, "b": 6.0, "c": 6.0, "d": 6.0, "e": 2.0, "mean": 5.2}, 5)
    cells.add_up("mean", "abcde", times=5)
    found = cells.marks()
    assert found["e"] == SMALL
    assert SECRET in found.values()


def test_what_is_left_over_is_a_number_of_people_too() -> None:
    """People of 65 and over less those of 80 and over: three of 65 to 79."""
    few = Cells({"65": 40.0, "80": 37.0}, 5)
    few.contains("65", "80")
    assert set(few.marks().values()) == {SECRET}
    many = Cells({"65": 40.0, "80": 30.0}, 5)
    many.contains("65", "80")
    many.contains("65", "nothing of that name")
    assert many.marks() == {}


# The tables of a result


def levels_of(numbers: dict[str, dict[str, float]], **changes: Any) -> pd.DataFrame:
    """Levels of quantities by place, the same in every year and plan."""
    rows = [
        {"plan": plan, "quantity": name, "district": place, "period": period, "mean": value,
         **dict.fromkeys(("median", "low", "high", "inner_low", "inner_high"), value),
         "sd_chance": 0.1, "sd_parameters": 0.1, "runs": 80}
        for name, by_place in numbers.items()
        for plan in ("reference", "meeting_point", "care_service")
        for place, value in by_place.items()
        for period in (*YEARS, MEAN)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def in_districts(*values: float) -> dict[str, float]:
    """Numbers of the nine districts of the made-up result, and their sum."""
    return {"*": float(sum(values)), **dict(zip(DISTRICTS, values, strict=True))}


WAITING = in_districts(3.0, 30.0, 12.0, 9.0, 14.0, 11.0, 20.0, 0.0, 8.0)
NUMBERS = {
    "waiting_ambulatory": WAITING,
    "in_need": in_districts(60.0, 900.0, 120.0, 180.0, 90.0, 90.0, 240.0, 60.0, 110.0),
    "nursing_home": in_districts(2.4, 200.0, 20.0, 30.0, 15.0, 15.0, 50.0, 9.0, 20.0),
    "share_at_home": {
        "*": 0.8, **dict.fromkeys(DISTRICTS, 0.84), "altstadt": 0.96,
    },
    "residents_65": in_districts(250.0, 3500.0, 500.0, 700.0, 400.0, 400.0, 1000.0, 300.0, 500.0),
    "living_at_home_65": in_districts(
        247.6, 3300.0, 480.0, 670.0, 385.0, 385.0, 950.0, 291.0, 480.0
    ),
}  # fmt: skip


def findings_of(numbers: dict[str, dict[str, float]] = NUMBERS, **changes: Any) -> Any:
    """The made-up result with other levels."""
    made_up = made_up_findings()
    differences = made_up.differences[made_up.differences["quantity"].isin(list(numbers))]
    return replace(made_up, levels=levels_of(numbers), differences=differences, **changes)


def published(findings: Any, table: str, column: str, **where: str) -> Any:
    """One cell of a published table."""
    frame = exported(findings)[table]
    for name, value in where.items():
        frame = frame[frame[name] == value]
    (value,) = frame[column]
    return value


def test_a_district_cannot_be_worked_out_from_the_town() -> None:
    findings = findings_of()
    frame = exported(findings)["levels"]
    one = frame[
        (frame["quantity"] == "waiting_ambulatory")
        & (frame["plan"] == "reference")
        & (frame["period"] == "2030")
    ].set_index("district")["mean"]
    assert one["altstadt"] == "<5"
    assert one["oberjesingen"] == "."  # 8: the smallest that is enough
    assert one["moenchberg"] == 0
    assert one["*"] == 107
    assert (one == ".").sum() == 1
    for column in ("median", "low", "high", "inner_low", "inner_high"):
        told = published(
            findings, "levels", column, quantity="waiting_ambulatory", plan="reference",
            period="2030", district="oberjesingen",
        )  # fmt: skip
        assert told == "."


def test_settings_and_shares_tell_nothing_either() -> None:
    """2.4 people in a nursing home: nor by those at home, nor by the share at home."""
    where = {"plan": "reference", "period": "2030", "district": "altstadt"}
    findings = findings_of()
    assert published(findings, "levels", "mean", quantity="nursing_home", **where) == "<5"
    assert published(findings, "levels", "mean", quantity="share_at_home", **where) == "."
    at_home = published(findings, "levels", "mean", quantity="living_at_home_65", **where)
    older = published(findings, "levels", "mean", quantity="residents_65", **where)
    assert "." in (at_home, older)
    where["district"] = "kuppingen"
    assert published(findings, "levels", "mean", quantity="share_at_home", **where) == 0.84


def test_no_number_of_people_between_nothing_and_the_threshold_is_published() -> None:
    made_up = made_up_findings()
    for findings in (made_up, findings_of()):
        frame = exported(findings)["levels"]
        people = frame["quantity"].isin(
            [name for name, one in findings.quantities.items() if one.people]
        )
        for column in ("median", "low", "high", "inner_low", "inner_high", "mean"):
            for value in frame.loc[people, column]:
                assert value in ("<5", ".") or value == 0 or value >= 5
                assert isinstance(value, str) or float(value).is_integer()


def test_where_the_base_is_small_a_difference_says_nothing() -> None:
    findings = findings_of()
    place = {"plan": "care_service", "against": "reference", "period": "2030"}
    place["quantity"] = "waiting_ambulatory"
    told = {
        district: published(findings, "differences", "mean", district=district, **place)
        for district in DISTRICTS
    }
    assert told["altstadt"] == "<5"  # three wait there
    assert told["oberjesingen"] == "."
    assert float(told["kernstadt"]) == -16
    table = indicator_district_table(findings, "waiting_ambulatory", "de")
    cells = {row[0]: row[1] for row in table.rows}
    assert cells["Altstadt"] == "<5"
    assert cells["Oberjesingen"] == "."
    assert cells["Gültstein"] == "9"


def test_a_small_gain_of_people_has_no_price() -> None:
    made_up = made_up_findings()
    rows = made_up.euros.assign(quantity="waiting_ambulatory", gain=7.31, gain_low=2.0)
    euros = pd.concat([rows.assign(district=one) for one in ("altstadt", "kernstadt")])
    findings = replace(findings_of(), euros=euros.reset_index(drop=True))
    where = {"plan": "meeting_point", "payer": "municipality"}
    for column in ("gain", "gain_low", "euros_per_unit", "low", "high"):
        assert published(findings, "euros_per_unit", column, district="altstadt", **where) == "."
    assert published(findings, "euros_per_unit", "gain", district="kernstadt", **where) == 7


def test_who_gains_of_few_people_is_not_told() -> None:
    columns = ["quantity", "dimension", "age_band", "start_group", "people", "mean"]
    rows = [("lonely", "start_group", "*", group, people, -1.0) for group, people in
            (("with_others", 900.4), ("alone", 60.0), ("alone_withdrawn", 33.0))]  # fmt: skip
    rows += [("lonely", "age_band", band, "*", people, -1.0) for band, people in
             (("65-79", 600.4), ("80+", 393.0))]  # fmt: skip
    rows += [
        ("lonely", "both", band, group, people, -1.0)
        for band, group, people in (
            ("65-79", "with_others", 560.4), ("65-79", "alone", 37.0),
            ("65-79", "alone_withdrawn", 3.0), ("80+", "with_others", 340.0),
            ("80+", "alone", 23.0), ("80+", "alone_withdrawn", 30.0),
        )
    ]  # fmt: skip
    gains = pd.DataFrame(rows, columns=columns).assign(
        plan="meeting_point", against="reference", period=MEAN
    )
    found = marks_of_groups(gains, 5)
    key = ("reference", MEAN)
    assert found[*key, ("65-79",), "alone_withdrawn"] == SMALL
    assert found[*key, ("80+",), "alone_withdrawn"] == SECRET  # 33 less 30
    assert found[*key, ("65-79",), "alone"] == SECRET  # 600 less 560 less 37
    assert found[*key, ("80+",), "alone"] == SECRET  # else 393 less 340 less 23 would tell 30
    frame = exported(replace(made_up_findings(), gains=gains))["who_gains"]
    told = frame.set_index(["age_band", "start_group"])
    assert told.loc[("65-79", "alone_withdrawn"), "people"] == "<5"
    assert told.loc[("65-79", "alone_withdrawn"), "mean"] == "."
    assert told.loc[("80+", "alone_withdrawn"), "people"] == "."
    assert told.loc[("80+", "alone_withdrawn"), "mean"] == -1.0
    assert told.loc[("*", "with_others"), "people"] == 900


def test_the_start_follows_the_rule_for_real_people() -> None:
    """A town that asks for ten: at the start less than ten is hidden, later less than five."""
    ledger = made_up_findings().ledger
    rule = ledger[ledger["name"] == "small_cell"].assign(name="small_cell_threshold", value=10.0)
    findings = findings_of(ledger=pd.concat([ledger, rule], ignore_index=True))
    assert findings.small_cell_at_start == 10
    where = {"plan": "reference", "quantity": "waiting_ambulatory"}
    assert (
        published(findings, "levels", "mean", district="gueltstein", period="2025", **where)
        == "<10"
    )
    assert published(findings, "levels", "mean", district="gueltstein", period="2030", **where) == 9


@pytest.mark.parametrize(("lang", "word"), [("de", "unter 5"), ("en", "under 5")])
def test_what_is_kept_secret_has_its_sign_in_words_and_tables(lang: Any, word: str) -> None:
    scale = Scale(1.0, 1.0, "", people=True, small_cell=5, lang=lang)
    secret = Ranged(float("nan"), secret=True)
    assert scale.value(secret) == "."
    assert scale.with_range(secret) == "."
    assert scale.with_range(Ranged(3.7, 2.0, 9.0)) == "<5 (<5 bis 9)".replace(
        "bis", "bis" if lang == "de" else "to"
    )
    assert scale.unsigned(3.7, 1.0) == word


def test_marks_survive_the_file() -> None:
    text = csv_text(exported(findings_of())["levels"])
    assert ",<5," in text
    assert ",.," in text


@given(
    st.lists(st.floats(0.0, 30.0) | st.floats(0.0, 6.0), min_size=9, max_size=9),
    st.integers(0, 5),
)
@settings(quick, max_examples=40)
def test_districts_years_and_their_mean_tell_nothing(values: list[float], falls: int) -> None:
    """One indicator by district and year, with the town and the mean of the years."""
    years = YEARS[1:]
    rows = []
    for number, (district, value) in enumerate(zip(DISTRICTS, values, strict=True)):
        course = [value * (0.6 if (number + place) % 6 < falls else 1.0) for place in range(5)]
        rows += [(district, year, one) for year, one in zip(years, course, strict=True)]
        rows.append((district, MEAN, float(np.mean(course))))
    frame = pd.DataFrame(rows, columns=["district", "period", "mean"])
    town = frame.groupby("period", as_index=False)["mean"].sum().assign(district="*")
    frame = pd.concat([frame, town]).assign(plan="reference", quantity="visitors")
    found = marks_of_levels(
        frame, {"visitors": True}, threshold=5.0, threshold_at_start=5.0, start="2025",
        mean_period=MEAN,
    )  # fmt: skip
    hidden = {key[2:] for key in found}
    for period in (*years, MEAN):
        away = [district for district in DISTRICTS if (district, period) in hidden]
        assert len(away) != 1 or ("*", period) in hidden
    for district in (*DISTRICTS, "*"):
        away = [year for year in years if (district, year) in hidden]
        assert len(away) != 1 or (district, MEAN) in hidden
