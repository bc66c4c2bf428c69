"""Numbers and sentences: German digits, honest rounding, ranges, and what they do not say."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from made_up_findings import made_up_findings

from sim.report import assumed, words
from sim.report.numbers import (
    Ranged,
    Scale,
    decimal,
    digits_of,
    rounding_step,
    scale_of,
    to_step,
)


def people(lang="de"):
    unit = "Menschen" if lang == "de" else "people"
    return Scale(1.0, 1.0, unit, people=True, small_cell=5, lang=lang)


def hours(lang="de"):
    unit = "Stunden je Woche" if lang == "de" else "hours a week"
    return Scale(1.0, 1.0, unit, people=False, small_cell=5, lang=lang)


@pytest.mark.parametrize(
    ("value", "digits", "german", "english"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (-1234567.0, 0, "−1.234.567", "−1,234,567"),
        (0.5, 1, "0,5", "0.5"),
        (-0.04, 1, "0,0", "0.0"),
        (math.nan, 0, "–", "–"),
        (math.inf, 0, "–", "–"),
    ],
)
def test_digits_of_the_language(value, digits, german, english):
    assert decimal(value, "de", digits) == german
    assert decimal(value, "en", digits) == english


@pytest.mark.parametrize(
    ("width", "finest", "step"),
    [(2700.0, 1.0, 100.0), (90.0, 1.0, 1.0), (0.0, 1.0, 1.0), (5.0, 1.0, 1.0), (0.3, 0.1, 0.1),
     (100.0, 1.0, 10.0), (math.nan, 1.0, 1.0)],
)  # fmt: skip
def test_rounding_suits_the_range(width, finest, step):
    assert rounding_step(width, finest) == step


def test_halves_are_rounded_away_from_zero():
    assert [to_step(value, 1.0) for value in (0.5, 1.5, 2.5, -2.5)] == [1.0, 2.0, 3.0, -3.0]
    assert digits_of(0.1) == 1
    assert digits_of(100.0) == 0


def test_value_and_range_share_their_step():
    shown = hours().with_range(Ranged(3247.0, 2104.0, 4811.0))
    assert shown == "3.200 (2.100 bis 4.800)"


def test_never_three_point_seven_people():
    assert people().value(Ranged(3.7)) == "<5"
    assert people().value(Ranged(0.0)) == "0"
    assert people().value(Ranged(7.3)) == "7"
    assert people().with_range(Ranged(6.0, 2.0, 11.0)) == "6 (<5 bis 11)"


def test_small_differences_of_people_are_hidden_too():
    assert people().difference(Ranged(-3.4, -8.0, -1.0)) == "<5 weniger"
    assert people("en").difference(Ranged(3.4, 1.0, 8.0)) == "<5 more"
    assert people().difference_with_range(Ranged(1.0, -2.0, 3.0)) == "<±5"
    assert people().difference_with_range(Ranged(-46.0, -74.0, -18.0)) == "−46 (−74 bis −18)"


def test_what_rounds_to_nothing_is_not_nothing():
    assert hours().difference(Ranged(0.2, 0.1, 0.3)) == "≈\N{NO-BREAK SPACE}0"
    assert hours().difference(Ranged(0.0)) == "0"


def test_a_range_too_narrow_to_tell_is_left_out():
    assert hours().with_range(Ranged(75833.0, 75801.0, 75899.0)) == "75.833"


def test_shares_are_per_cent_and_their_differences_points():
    quantity = made_up_findings().quantities["share_at_home"]
    level, difference = (scale_of(quantity, "de", 5, points=points) for points in (False, True))
    assert f"{level.value(Ranged(0.8124))} {level.unit}" == "81,2 %"
    assert f"{difference.difference(Ranged(0.0025))} {difference.unit}" == "+0,3 Prozentpunkte"


def test_large_sums_are_told_in_millions():
    quantity = made_up_findings().quantities["cost_care_fund"]
    scale = scale_of(quantity, "de", 5, largest=2.5e7)
    ranged = Ranged(2.32e7, 2.07e7, 2.57e7)
    assert f"{scale.with_range(ranged)} {scale.unit}" == "23,2 (20,7 bis 25,7) Mio. Euro im Jahr"


@pytest.mark.parametrize(
    ("probability", "draws", "german", "english"),
    [
        (0.83, 40, "In 8 von 10 Fällen", "In 8 of 10 cases"),
        (0.96, 100, "In mehr als 9 von 10 Fällen", "In more than 9 of 10 cases"),
        (0.02, 100, "In weniger als 1 von 10 Fällen", "In fewer than 1 of 10 cases"),
        (1.0, 40, "In allen 40 durchgerechneten Fällen", "In all 40 cases computed"),
        (0.0, 40, "In keinem der 40 durchgerechneten Fälle", "In none of the 40 cases computed"),
        (0.75, 8, "In 6 von 8 Fällen", "In 6 of 8 cases"),
        (math.nan, 8, "In keinem Fall berechenbar", "In no case computable"),
    ],
)
def test_probabilities_are_frequencies_and_never_certain(probability, draws, german, english):
    assert words.cases(probability, draws, "de") == german
    assert words.cases(probability, draws, "en") == english


def test_ranges_in_words():
    assert words.between(Ranged(3000.0, 2104.0, 4811.0), hours()) == (
        "zwischen 2.100 und 4.800 Stunden je Woche"
    )
    assert words.between(Ranged(3000.0, 2104.0, 4811.0), hours("en")) == (
        "between 2,100 and 4,800 hours a week"
    )


@pytest.mark.parametrize(
    ("ranged", "german", "english"),
    [
        (
            Ranged(-320.0, -480.0, -150.0),
            "zwischen 150 und 480 Stunden je Woche weniger",
            "between 150 and 480 fewer hours a week",
        ),
        (
            Ranged(20.0, -30.0, 80.0),
            "zwischen 30 Stunden je Woche weniger und 80 Stunden je Woche mehr",
            "between 30 fewer and 80 more hours a week",
        ),
        (Ranged(0.0), "kein Unterschied", "no difference"),
        (Ranged(260.0), "260 Stunden je Woche mehr", "260 more hours a week"),
    ],
)
def test_changes_in_words(ranged, german, english):
    assert words.change(ranged, hours()) == german
    assert words.change(ranged, hours("en")) == english


def test_few_people_more_or_less():
    assert words.change(Ranged(0.5, -2.0, 3.0), people()) == "unter 5 Menschen mehr oder weniger"


def test_the_answer_names_both_sides_with_number_and_range():
    findings = made_up_findings()
    german, english = words.answer(findings, "de"), words.answer(findings, "en")
    assert german.startswith("Es kommt darauf an, was wichtiger ist.")
    assert "in 9 von 10 Fällen" in german
    assert "zwischen 130 und 550 Stunden je Woche weniger" in german
    assert "between 130 and 550 fewer hours a week" in english
    for text in (german, english):
        assert "nan" not in text.lower()
        assert "None" not in text


def test_chance_larger_than_the_difference_is_said():
    findings = made_up_findings()
    difference = findings.difference("meeting_point", "lonely")
    assert difference is not None
    assert difference.smaller_than_chance
    assert words.against_chance(findings, difference, "de").startswith(
        "Der Unterschied ist kleiner als der Zufall in dieser Stadt"
    )
    assert words.against_chance(findings, difference, "en").startswith(
        "The difference is smaller than chance in this town"
    )
    clear = findings.difference("care_service", "missing_hours")
    assert clear is not None
    assert words.against_chance(findings, clear, "de") == ""


def test_an_established_trifle_is_hardly_a_difference():
    findings = made_up_findings()
    found = words.verdicts(findings, "meeting_point", "reference")
    outcome = {one.difference.quantity: one.outcome for one in found}
    assert outcome["lonely"] == "ahead"
    assert outcome["strained_carers"] == "hardly"


def test_costs_that_are_equal_are_called_so():
    text = words.cost_sentence(made_up_findings(), "de")
    assert "zwischen 23.000 und 93.000 Euro im Jahr mehr" in text
    assert text.endswith("Beide Pläne kosten sie damit etwa gleich viel.")


def test_thresholds_say_what_was_computed():
    first = assumed.break_even_sentences(made_up_findings(), "de")[0]
    assert "muss „Anteil der Besucher ab 65“ mindestens 6,2 % (5,0 bis 8,0) betragen" in first
    assert "gerechnet: 3,0 bis 11,0 %" in first


def test_a_single_plan_has_an_outlook_and_no_comparison():
    findings = made_up_findings(plans=("reference",))
    assert words.answer(findings, "de") == (
        "Pflegebedürftige: Ende 2030 zwischen 1.810 und 2.210 Menschen, Ende 2025 waren es 1.769."
    )
    assert words.chance_sentences(findings, "de") == ()
    assert words.cost_sentence(findings, "de") == ""
    assert assumed.break_even_sentences(findings, "de") == ()


def test_one_plan_against_the_reference():
    text = words.answer(made_up_findings(plans=("reference", "meeting_point")), "de")
    assert text.startswith("„Treffpunkt in der Altstadt“ verbessert gegenüber „Wie bisher“")
    assert "Einsame Menschen" in text


def test_districts_without_an_appreciable_difference_are_said_to_have_none():
    text = words.district_sentence(made_up_findings(), "care_service", "lonely", "de")
    assert text.endswith("in keinem Bezirk ein gesicherter, nennenswerter Unterschied.")


def test_changes_are_measured_by_the_whole():
    assert words.proportion_sentence(made_up_findings(), "de") == (
        "Gemessen am Ganzen („Fehlende Pflegestunden“: 6.200 Stunden je Woche): "
        "„Treffpunkt in der Altstadt“ −0,6 %; „Mehr ambulanter Pflegedienst“ −6,1 %."
    )
    assert words.proportion_sentence(made_up_findings(plans=("reference",)), "de") == ""


def test_a_range_from_next_to_nothing_is_told_by_its_end():
    assert words.change(Ranged(-8.0, -14.0, -2.0), people()) == "bis zu 14 Menschen weniger"
    assert words.change(Ranged(8.0, 2.0, 14.0), people("en")) == "up to 14 more people"
    assert words.change(Ranged(0.01, -0.2, 0.3), hours()) == "kaum ein Unterschied"


def test_many_plans_that_change_nothing_are_one_group():
    findings = made_up_findings()
    still = findings.differences.copy()
    still.loc[:, ["mean", "low", "high"]] = 0.0
    still["determined"] = False
    plans = ("reference", "meeting_point", "care_service", "other")
    text = words.answer(replace(findings, plans=plans, differences=still), "en")
    assert text.startswith("No established, appreciable difference to “As today”:")
    assert text.endswith("“Meeting point in the old town”, “More ambulatory care” and “other”.")
