"""Pictures: both formats, said in words, readable, and the same every time."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from made_up_findings import made_up_findings
from PIL import Image

from sim.report import drawing, pictures

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn():
    findings = made_up_findings()
    return {lang: pictures.draw_all(findings, lang) for lang in ("de", "en")}


def each(drawn):
    return [picture for language in drawn.values() for picture in language]


def test_four_pictures_in_each_language(drawn):
    names = ["care_by_setting", "comparison", "missing_hours_by_district", "costs_by_payer"]
    assert [picture.name for picture in drawn["de"]] == names
    assert [picture.name for picture in drawn["en"]] == names


def test_svg_says_what_it_shows(drawn):
    for picture in each(drawn):
        root = ElementTree.fromstring(picture.svg)
        assert root.get("role") == "img"
        assert root.get("lang") == picture.lang
        assert root.find(f"{SVG}title").text == picture.title
        assert root.find(f"{SVG}desc").text == picture.alt
        named = root.get("aria-labelledby").split()
        assert named == [root.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")]


def test_png_says_what_it_shows_at_200_dots_per_inch(drawn):
    for picture in each(drawn):
        image = Image.open(io.BytesIO(picture.png))
        assert image.text["Description"] == picture.alt
        assert image.text["Title"] == picture.title
        assert round(image.info["dpi"][0]) == drawing.DOTS_PER_INCH
        assert image.width >= 2000


def test_words_hold_the_numbers(drawn):
    texts = {picture.name: picture.alt for picture in drawn["de"]}
    assert "Im Pflegeheim: 380 Ende 2025" in texts["care_by_setting"]
    assert "zwischen 150 und 610 Stunden je Woche weniger" in texts["comparison"]
    assert "Mönchberg" in texts["missing_hours_by_district"]
    assert "Pflegekasse" in texts["costs_by_payer"]
    for picture in each(drawn):
        assert "nan" not in picture.alt.lower()


def test_type_is_large_enough(drawn):
    assert all(picture.smallest_type >= drawing.SMALLEST_TYPE for picture in each(drawn))


def test_the_same_bytes_every_time(drawn):
    again = pictures.draw_all(made_up_findings(), "de")
    for picture, other in zip(drawn["de"], again, strict=True):
        assert picture.svg == other.svg
        assert picture.png == other.png
        assert b"dc:date" not in picture.svg


def edges(picture):
    """The darkest dot on each edge of a picture."""
    image = Image.open(io.BytesIO(picture.png)).convert("L")
    width, height = image.size
    for box in (
        (0, 0, width, 1),
        (0, height - 1, width, height),
        (0, 0, 1, height),
        (width - 1, 0, width, height),
    ):
        yield image.crop(box).getextrema()[0]


def test_nothing_lies_outside_the_picture(drawn):
    # A title or label that is cut off has ink on the last row or column of the picture.
    for picture in each(drawn):
        assert list(edges(picture)) == [255] * 4, picture.name


@pytest.mark.parametrize("factor", [0.013, 0.37, 1.7, 6.1, 23.0])
def test_nothing_lies_outside_whatever_the_numbers(factor):
    findings = made_up_findings()
    numbers = ["mean", "low", "high", "all_low", "all_high"]
    scaled = findings.differences.copy()
    scaled[numbers] *= factor
    findings = replace(findings, differences=scaled)
    for draw in (pictures.comparison, pictures.costs_by_payer):
        picture = draw(findings, "en")
        assert list(edges(picture)) == [255] * 4, picture.name


def test_long_labels_stay_inside():
    long = "Quartiersmanagement mit aufsuchender Arbeit: erst Altstadt, dann die ganze Kernstadt"
    labels = {
        "reference": {"de": "Weiter wie bisher, ohne etwas Neues"},
        "meeting_point": {"de": long},
    }
    findings = replace(made_up_findings(), plan_labels=made_up_findings().plan_labels | labels)
    for picture in pictures.draw_all(findings, "de"):
        assert list(edges(picture)) == [255] * 4, picture.name


def test_plans_are_told_apart_without_colour():
    plans = 7
    assert len(set(drawing.PLAN_MARKERS[:plans])) == plans
    assert len(set(drawing.PLAN_HATCHES[:plans])) == plans
    assert len(set(drawing.PLAN_COLOURS[:plans])) == plans


def test_the_readers_own_settings_stay_as_they_are():
    before = dict(mpl.rcParams)
    pictures.care_by_setting(made_up_findings(), "de")
    assert dict(mpl.rcParams) == before


def test_a_single_plan_has_no_comparison():
    names = [one.name for one in pictures.draw_all(made_up_findings(plans=("reference",)), "de")]
    assert names == ["care_by_setting", "missing_hours_by_district"]


def test_written_in_both_formats(tmp_path):
    picture = pictures.care_by_setting(made_up_findings(), "en")
    paths = picture.write(tmp_path / "pictures")
    assert [path.name for path in paths] == ["care_by_setting.en.png", "care_by_setting.en.svg"]
    assert [path.read_bytes() for path in paths] == [picture.png, picture.svg]


def test_foreign_text_does_nothing_in_an_svg():
    text = drawing.described_svg("<?xml?>\n<svg width='1'></svg>", "a<b>&", '"><script>', "de")
    root = ElementTree.fromstring(text.partition("\n")[2])
    assert root.find("desc").text == '"><script>'
    assert "<script>" not in text


def test_axis_numbers_have_the_digits_they_need():
    ticks = drawing.Ticks("de", sign=True)
    assert ticks.format_ticks([-0.4, -0.2, 0.0, 0.2]) == ["−0,4", "−0,2", "0,0", "+0,2"]
    assert ticks.format_ticks([0.0, 0.25, 0.5]) == ["0,00", "+0,25", "+0,50"]
    assert ticks.format_ticks([0.0, 50000.0]) == ["0", "+50.000"]
    assert re.fullmatch(r"\+1\.000", ticks(1000.0))
