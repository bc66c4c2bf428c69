"""Forty-four districts, nine plans: tables and pictures that can still be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up_findings import made_up_findings

from sim.report import pictures
from sim.report.drawing import style_of
from sim.report.export import exported
from sim.report.many_districts import MOST_DISTRICTS, left_out, most_affected
from sim.report.tables import district_table
from sim.report.words import aim_sentences

COUNTY = 44
SHOWN = ("missing_hours", "lonely", "withdrawn", "residents_65", "in_need")


def county():
    """The made-up findings with one district copied 44 times, each with other numbers."""
    findings = made_up_findings()
    findings = replace(
        findings,
        levels=findings.levels[findings.levels["quantity"].isin(SHOWN)],
        differences=findings.differences[findings.differences["quantity"].isin(SHOWN)],
    )
    pattern = next(iter(findings.district_labels))
    keys = [f"ort_{number:02}" for number in range(COUNTY)]
    levels, differences = [findings.levels], [findings.differences]
    for number, key in enumerate(keys):
        for frames, columns in (
            (levels, ["median", "low", "high", "inner_low", "inner_high", "mean"]),
            (differences, ["mean", "median", "low", "high", "all_low", "all_high"]),
        ):
            frame = frames[0]
            copy = frame[frame["district"] == pattern].assign(district=key)
            copy[columns] = copy[columns] * (1.0 + 0.1 * (number % 7))
            frames.append(copy)
    old = list(findings.district_labels)
    kept = [
        pd.concat(frames)[lambda frame: ~frame["district"].isin(old)].reset_index(drop=True)
        for frames in (levels, differences)
    ]
    labels = {key: f"Ort {number + 1}" for number, key in enumerate(keys)}
    return replace(findings, district_labels=labels, levels=kept[0], differences=kept[1])


@pytest.fixture(scope="module")
def findings():
    return county()


def test_the_districts_most_affected_come_first(findings):
    shown = most_affected(findings, "missing_hours")
    assert len(shown) == MOST_DISTRICTS
    sizes = [
        max(
            abs(findings.difference(plan, "missing_hours", district=key).ranged.value)
            for plan in findings.alternatives
        )
        for key in shown
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert {int(key[-2:]) % 7 for key in shown[:6]} == {6}


def test_few_districts_keep_the_towns_own_order():
    few = made_up_findings()
    assert most_affected(few, "missing_hours") == tuple(few.district_labels)
    assert left_out(few, "de") == ""


def test_without_other_plans_the_largest_come_first(findings):
    alone = replace(findings, plans=(findings.reference,))
    shown = most_affected(alone, "missing_hours")
    values = [alone.level(alone.reference, "missing_hours", key).value for key in shown]
    assert values == sorted(values, reverse=True)


def test_the_table_is_cut_and_the_csv_is_whole(findings):
    for lang, words in (("de", "32 weiteren"), ("en", "32 others")):
        table = district_table(findings, lang)
        assert len(table.rows) == MOST_DISTRICTS
        assert words in table.note
    assert exported(findings)["levels"]["district"].nunique() >= COUNTY


def test_the_picture_fits_a_page_and_shows_changes(findings):
    picture = pictures.missing_by_district(findings, "de")
    assert picture is not None
    assert "ändert" in picture.title
    assert "Ort 7" in picture.alt
    head = picture.svg.decode()[:2000]
    height = float(head.split('height="')[1].split("pt")[0])
    assert height < 1000.0  # points; a block for each of 44 would be 3,000
    levels = pictures.missing_by_district(replace(findings, plans=(findings.reference,)), "en")
    assert levels is not None
    assert levels.svg


def test_no_two_of_many_plans_look_alike():
    looks = {(style_of(n).colour, style_of(n).marker) for n in range(21)}
    assert len(looks) == 21
    hatches = {(style_of(n).colour, style_of(n).hatch) for n in range(21)}
    assert len(hatches) == 21


def test_many_plans_get_one_line_for_what_is_open():
    findings = made_up_findings()
    names = [f"plan_{number}" for number in range(5)]
    frame = findings.differences
    reference = findings.reference
    pattern = findings.alternatives[0]
    copies = []
    for name in names:
        for column, other in (("plan", "against"), ("against", "plan")):
            here = frame[(frame[column] == pattern) & (frame[other] == reference)]
            copies.append(here.assign(**{column: name}))
    labels = {name: {"de": f"Plan {name}", "en": f"Plan {name}"} for name in names}
    many = replace(
        findings, plans=(reference, *names), differences=pd.concat(copies, ignore_index=True),
        plan_labels={**findings.plan_labels, **labels},
    )  # fmt: skip
    said = aim_sentences(many, "de")
    open_lines = [one for one in said if "kein gesicherter, nennenswerter Unterschied bei" in one]
    assert len(open_lines) <= len(names)
    assert len(said) == len(set(said))
    assert np.all([len(one) < 600 for one in said])
