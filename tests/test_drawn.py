"""Charts and maps as dictionaries: what they show follows from the result, without a browser."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace

import pytest
from made_up_findings import made_up_findings
from openpyxl import load_workbook
from running import measure, plan_of
from towns import tables_of, write_town

from sim import study
from sim.dashboard.drawn import differences, fans, maps
from sim.dashboard.drawn.files import csv_bytes, file_name, xlsx_bytes
from sim.dashboard.drawn.lines import source_line, sure_of_differences, sure_of_levels
from sim.dashboard.drawn.look import ENOUGH_DRAWS
from sim.dashboard.drawn.shapes import WIDTH, plot_of
from sim.report.findings import AIMS
from sim.report.gather import gather
from sim.report.one_district import of_district
from sim.report.small_cells import SECRET
from sim.report.table import Table
from sim.report.words import answer, in_this_place
from sim.town import find_town, read_town


@pytest.fixture(scope="module")
def findings():
    return made_up_findings()


@pytest.fixture(scope="module")
def herrenberg():
    return read_town(find_town("herrenberg"))


@pytest.fixture(scope="module")
def plot(herrenberg):
    return plot_of(herrenberg.districts, herrenberg.place, herrenberg.outline)


def lines_of(option):
    return {one["name"]: one for one in option["series"] if one.get("name")}


def test_fan_is_the_levels_stacked(findings):
    option = fans.fan(findings, "in_need", "de")
    json.dumps(option, allow_nan=False)
    years, bands = fans.bands_of(findings, "in_need")
    assert option["xAxis"]["data"] == list(findings.years) == years
    layers = [one["data"] for one in option["series"] if one.get("stack")]
    for year, band in enumerate(bands):
        stacked = [sum(layer[year] for layer in layers[: k + 1]) for k in range(4)]
        assert stacked == pytest.approx([band[0], band[1], band[3], band[4]])
    median = option["series"][-1]["data"]
    level = findings.level("reference", "in_need", period="2030")
    assert median[-1]["value"] == pytest.approx(level.value)
    assert median[-1]["text"].startswith("2030: 2.010 Menschen")
    assert "Herrenberg" in option["aria"]["label"]["description"]


def test_fan_keeps_back_what_must_be_kept_back(findings):
    kept = made_up_findings()
    kept.__dict__["marks"] = {
        **findings.marks, ("reference", "lonely", "altstadt", "2030"): SECRET
    }  # fmt: skip
    option = fans.fan(kept, "lonely", "de", district="altstadt")
    assert option["series"][-1]["data"][-1] is None
    assert option["series"][-1]["data"][0] is not None
    secret = {("reference", "lonely", "altstadt", year): SECRET for year in findings.years}
    kept.__dict__["marks"] = secret
    assert fans.fan(kept, "lonely", "de", district="altstadt") is None


def test_course_has_a_line_a_plan_and_the_reference_at_zero(findings):
    earlier = fans.Shadow("1", fans.means_by_year(findings, "care_service", "missing_hours"))
    option = fans.course(findings, "missing_hours", "de", shadows=[earlier])
    json.dumps(option, allow_nan=False)
    lines = lines_of(option)
    assert set(lines["Wie bisher"]["data"]) == {0}
    one = findings.difference("care_service", "missing_hours", period="2030")
    point = lines["Mehr ambulanter Pflegedienst"]["data"][-1]
    assert point["value"] == pytest.approx(one.ranged.value)
    assert "weniger" in point["text"]
    assert lines["shadow 1"]["data"][-1] == pytest.approx(one.ranged.value)
    assert [entry["name"] for entry in option["legend"]["data"]] == [
        findings.label(plan, "de") for plan in findings.plans
    ]


def test_tiny_differences_look_tiny(findings):
    tiny = fans.course(findings, "lonely", "de", district="altstadt")
    assert (tiny["yAxis"]["min"], tiny["yAxis"]["max"]) == (-10, 10)
    assert "min" not in fans.course(findings, "missing_hours", "de")["yAxis"]


def test_aims_share_an_axis_in_per_cent(findings):
    option = differences.aims(findings, "en")
    json.dumps(option, allow_nan=False)
    assert len(option["yAxis"]["data"]) == len(findings.known(AIMS))
    row = option["yAxis"]["data"].index("Missing hours of care")
    one = findings.difference("care_service", "missing_hours")
    level = findings.level("reference", "missing_hours").value
    marks = next(
        each for each in option["series"]
        if each["type"] == "scatter" and each["name"] == "More ambulatory care"
    )  # fmt: skip
    shown = next(point["value"] for point in marks["data"] if point["value"][1] == row)
    assert shown[0] == pytest.approx(100 * one.ranged.value / level)


def test_three_doubts_are_told_apart(findings):
    option = differences.three_doubts(findings, "meeting_point", "lonely", "de")
    json.dumps(option, allow_nan=False)
    one = findings.difference("meeting_point", "lonely")
    choice, ranges = option["series"]
    assert choice["data"][0]["value"] == pytest.approx(one.ranged.value)
    assert ranges["data"][0]["value"][:2] == pytest.approx([one.ranged.low, one.ranged.high])
    swing = 1.645 * one.scatter
    assert ranges["data"][1]["value"][:2] == pytest.approx([-swing, swing])
    assert choice["markArea"]["data"][0][1]["xAxis"] == pytest.approx(swing)
    words = differences.doubts_in_words(findings, one, "de")
    assert words[0] == "Die Entscheidung selbst: im Mittel 46 Menschen weniger."
    assert "in dieser Stadt" in words[2]


def test_payers_and_gains(findings):
    paid = differences.payers(findings, "de")
    json.dumps(paid, allow_nan=False)
    assert paid["yAxis"]["data"][0] == "Kommune"
    bars = [one for one in paid["series"] if one["type"] == "bar"]
    assert bars[0]["data"][0]["value"] == pytest.approx(58000.0)
    gained = differences.gains(findings, "lonely", "de")
    json.dumps(gained, allow_nan=False)
    assert "allein lebend" in gained["yAxis"]["data"]
    assert differences.gains(replace(findings, gains=findings.gains[:0]), "lonely", "de") is None


def test_plans_look_the_same_everywhere(findings):
    colours = set()
    for option in (
        fans.course(findings, "lonely", "de"),
        differences.aims(findings, "de"),
        differences.payers(findings, "de"),
    ):
        lines = [one for one in option["series"] if one.get("name") == "Treffpunkt in der Altstadt"]
        colours |= {one["itemStyle"]["color"] for one in lines if "itemStyle" in one}
    assert colours == {"#0072B2"}


def test_circles_stand_in_for_missing_outlines(plot, herrenberg):
    assert plot.circles
    assert plot.backdrop.startswith("M")
    by_key = {shape.key: shape for shape in plot.shapes}
    assert set(by_key) == {one.key for one in herrenberg.districts}
    # The old town lies inside the core town and must be drawn, and hit, above it.
    order = [shape.key for shape in plot.shapes]
    assert order.index("altstadt") > order.index("kernstadt")
    boxes = [
        (one.text_x - len(one.label) * 5, one.text_x + len(one.label) * 5, one.text_y)
        for one in plot.shapes
    ]
    for number, (left, right, y) in enumerate(boxes):
        assert 0 < left < right < WIDTH
        for other_left, other_right, other_y in boxes[number + 1 :]:
            assert right < other_left or other_right < left or abs(y - other_y) > 25


def test_outlines_are_used_where_every_district_has_one():
    town = read_town(find_town("karlsruhe_muehlburg"))
    drawn = plot_of(town.districts, town.place, town.outline)
    assert not drawn.circles
    assert all(shape.path.startswith("M") and shape.path.endswith("Z") for shape in drawn.shapes)
    assert all(0 <= shape.x <= WIDTH and 0 <= shape.y <= drawn.height for shape in drawn.shapes)


def test_of_a_county_the_largest_are_named_and_no_name_covers_another():
    county = read_town(find_town("landkreis_esslingen"))
    drawn = plot_of(county.districts, county.place, county.outline)
    named = [one for one in drawn.shapes if not math.isnan(one.text_x)]
    assert 8 <= len(named) < len(drawn.shapes) == 44
    assert max(drawn.shapes, key=lambda one: one.size) in named
    for number, one in enumerate(named):
        for other in named[number + 1 :]:
            apart = (len(one.label) + len(other.label)) * 17 / 2
            assert abs(one.text_x - other.text_x) >= apart or abs(one.text_y - other.text_y) >= 80


def test_classes_hold_for_every_year(findings, plot):
    first = maps.levels_map(findings, plot, "residents_80", "2025", "de")
    last = maps.levels_map(findings, plot, "residents_80", "2030", "de")
    assert first["legend"] == last["legend"]
    assert first["shapes"] != last["shapes"]
    spoken = {shape["key"]: shape["spoken"] for shape in last["shapes"]}
    assert spoken["kayh"].startswith("Kayh: 115 (")


def test_classes_are_round_and_in_order():
    edges = maps.nice_edges([12.0, 88.0, 91.0, 183.0, 282.0, 348.0, 1207.0])
    assert edges == sorted(edges)
    assert all(edge == round(edge) for edge in edges)
    assert maps.class_of(11.0, edges) == 0
    assert maps.class_of(5000.0, edges) == len(edges)
    assert maps.nice_edges([3.0, 3.0]) == []
    assert maps.nice_edges([]) == []


def test_map_of_differences_says_what_chance_hides(findings, plot):
    drawn = maps.differences_map(findings, plot, "meeting_point", "lonely", "de")
    by_key = {shape["key"]: shape for shape in drawn["shapes"]}
    assert by_key["kernstadt"]["hatched"]
    assert "kleiner als der Zufall" in by_key["kernstadt"]["spoken"]
    assert by_key["kayh"]["number"] == "≈ 0"
    assert any(entry["hatched"] for entry in drawn["legend"])
    table = maps.differences_table(findings, "meeting_point", "lonely", "de")
    assert table.rows[0][0] == "Kernstadt ohne Altstadt"
    assert table.rows[0][-1].endswith("◌")


def test_worse_is_orange(findings, plot):
    drawn = maps.differences_map(findings, plot, "care_service", "cost_municipality", "de")
    assert {shape["colour"] for shape in drawn["shapes"]} <= {*maps.WORSE, maps.NONE_FILL}


def test_one_district_takes_the_place_of_the_whole(findings):
    view = of_district(findings, "altstadt")
    whole = findings.difference("meeting_point", "lonely", district="altstadt")
    assert view.difference("meeting_point", "lonely") == whole
    assert view.level("reference", "lonely") == findings.level("reference", "lonely", "altstadt")
    assert in_this_place(view, "de") == "in diesem Bezirk"
    assert view.town_label == "Altstadt (Herrenberg)"
    assert answer(view, "de")
    assert of_district(findings, "*") is findings
    assert of_district(findings, "nirgends") is findings


def test_one_district_keeps_back_what_the_whole_keeps_back(findings):
    kept = made_up_findings()
    kept.__dict__["marks"] = {("reference", "lonely", "kayh", "2030"): SECRET}
    assert of_district(kept, "kayh").level("reference", "lonely").secret


HOSTILE = Table(
    "=1+1", ("Bezirk", "=cmd|' /C calc'!A0"),
    (("<script>alert(1)</script>", "=HYPERLINK(\"x\")"), ("@sum", "+320"), ("a\x00b", "−480")),
    "-2+3",
)  # fmt: skip


def test_no_cell_is_a_formula():
    text = csv_bytes(HOSTILE, ("=1",)).decode("utf-8-sig")
    assert text.splitlines()[0] == "Bezirk,'=cmd|' /C calc'!A0"
    assert "'=HYPERLINK" in text
    assert "+320" in text
    assert text.splitlines()[-1] == "'=1"
    sheet = load_workbook(io.BytesIO(xlsx_bytes(HOSTILE, ("=1",)))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1" in [cell.value for cell in cells]
    assert "ab" in [cell.value for cell in cells]


def test_names_of_files_are_plain():
    assert file_name("Größe/../x", "Ä") == "groesse_x_ae"
    assert file_name("…") == "quartier"
    assert len(file_name("a" * 500)) == 80


def test_lines_name_source_and_runs(findings):
    assert "Startwert 1" in source_line(findings, {"population": "gezählt"}, "de")
    assert "Modellrechnung, keine Vorhersage" in sure_of_levels(findings, "de")
    assert "40 sets of assumptions" in sure_of_differences(findings, "en")
    # No band is drawn as yet, so none is explained.
    first = replace(findings, draws=2)
    assert "Hälfte" not in sure_of_levels(first, "de")
    assert "Striche" not in sure_of_differences(first, "de")


def test_a_real_study(tmp_path):
    """A small study, simulated here: everything is drawn, in both languages, without a NaN."""
    tables = tables_of(400, 2)
    town = read_town(write_town(tmp_path / "klein", town={"end": "2027-12"}, **tables))
    point = measure("meeting_point", label_de="<b>Treff</b>", label_en="{b}", levers={"seats": 30})
    plans = {"reference": replace(plan_of(), name="reference"), "test": plan_of(point)}
    town = replace(town, plans=plans)
    done = study.compare(
        town, list(plans.values()), draws=2, seeds=2, results=tmp_path, executor="serial"
    )
    few = gather(done)
    found = replace(few, draws=ENOUGH_DRAWS)
    line = fans.fan(few, "in_need", "de")["series"]
    assert all(set(one["data"][1:]) == {0} for one in line[1:4]), "few draws have no band"
    drawn = plot_of(town.districts, town.place, town.outline)
    for lang in ("de", "en"):
        every = [
            fans.fan(found, "in_need", lang),
            fans.course(found, "regular_visitors", lang, district="mitte"),
            differences.aims(found, lang),
            differences.three_doubts(found, "test", "missing_hours", lang),
            differences.payers(found, lang),
            maps.levels_map(found, drawn, "in_need", "2027", lang),
            maps.differences_map(found, drawn, "test", "lonely", lang),
        ]
        for one in every:
            assert one is not None
            json.dumps(one, allow_nan=False)
        last = fans.course(found, "regular_visitors", lang)["series"]
        mean = found.difference("test", "regular_visitors", period="2027").ranged.value
        assert math.isfinite(mean)
        assert any(
            isinstance(one["data"][-1], dict) and one["data"][-1]["value"] == pytest.approx(mean)
            for one in last
        )
