"""Plans that do not fit the town are told in one sentence per problem."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import (
    MEETING_POINT,
    changed,
    only,
    plan_text,
    problems_in,
    write_national,
    write_town,
)

from sim.town.files import Folder
from sim.town.kinds import LEVERS
from sim.town.plan_file import Surroundings, read_plan
from sim.town.problems import Both, Problems


def wrong(tmp_path: Path, text: str) -> tuple[str, str]:
    return only(write_town(tmp_path / "klein", plans={"test": text}))


def test_a_start_after_2030(tmp_path: Path) -> None:
    german, english = wrong(tmp_path, plan_text(start='"2031-01"'))
    assert german == (
        "plans/test.toml, Zeile 9, Spalte start: gefunden „2031-01“, erwartet ein Monat von "
        "2026-01 bis 2030-12, dem Zeitraum der Stadt; bitte den Beginn ändern oder in town.toml "
        "start oder end."
    )
    assert english == (
        "plans/test.toml, line 9, column start: found “2031-01”, expected a month from 2026-01 to "
        "2030-12, the period of the town; please change the start, or start or end in town.toml."
    )


@pytest.mark.parametrize("start", ["2025-12", "2010-01"])
def test_a_start_before_the_towns(tmp_path: Path, start: str) -> None:
    german, english = wrong(tmp_path, plan_text(start=f'"{start}"'))
    assert f"gefunden „{start}“, erwartet ein Monat von 2026-01 bis 2030-12" in german
    assert f"found “{start}”, expected a month from 2026-01 to 2030-12" in english


def test_an_end_before_the_start(tmp_path: Path) -> None:
    german, english = wrong(tmp_path, plan_text(end='"2026-12"'))
    assert german == (
        "plans/test.toml, Zeile 13, Spalte end: gefunden „2026-12“, erwartet ein Ende ab 2027-01; "
        "bitte Beginn und Ende vergleichen."
    )
    assert "found “2026-12”, expected an end of 2027-01 or later" in english
    rollout = '[ { districts = ["rand"], start = "2029-01" } ]'
    german, english = wrong(tmp_path, plan_text(end='"2028-12"', rollout=rollout))
    assert "Zeile 14" in german
    assert "expected an end of 2029-01 or later" in english


def test_an_unknown_kind(tmp_path: Path) -> None:
    german, english = wrong(tmp_path, plan_text(kind='"outreech"'))
    assert german.startswith(
        "plans/test.toml, Zeile 7, Spalte kind: gefunden „outreech“, erwartet eine Art von "
        "Maßnahme: meeting_point, opening_to_all_ages, care_service, "
    )
    assert german.endswith("bitte den Namen berichtigen (gemeint ist vielleicht „outreach“).")
    assert "expected a kind of measure: meeting_point" in english
    assert "perhaps “outreach” is meant" in english


def test_an_unknown_lever(tmp_path: Path) -> None:
    german, english = wrong(
        tmp_path, plan_text(kind='"care_service"', levers={"service": '"day_care"', "seat": "3"})
    )
    assert german == (
        "plans/test.toml, Zeile 15, Spalte seat: gefunden „seat“, erwartet nur service; bitte den "
        "Namen berichtigen."
    )
    assert "line 15, column seat: found “seat”, expected only service" in english
    german, english = wrong(tmp_path, plan_text(levers={"seats": "3"}))
    assert "erwartet hier keine weitere Angabe; bitte die Angabe weglassen" in german
    assert "expected no further entry here" in english


@pytest.mark.parametrize(
    ("kind", "levers", "german", "english"),
    [
        (
            "care_service",
            {},
            "gefunden nichts, erwartet „service“: ambulatory (ambulanter Dienst)",
            "found nothing, expected “service”: ambulatory",
        ),
        (
            "care_service",
            {"service": '"doctor"'},
            "gefunden „doctor“, erwartet ambulatory",
            "found “doctor”, expected ambulatory",
        ),
        (
            "meeting_point",
            {"all_ages": '"ja"'},
            "erwartet true (ja) oder false (nein)",
            "expected true or false",
        ),
        ("meeting_point", {"seats": "-1"}, "eine ganze Zahl ab 0", "a whole number of 0 or more"),
        ("meeting_point", {"seats": "2.5"}, "eine ganze Zahl ab 0", "a whole number of 0 or more"),
        (
            "meeting_point",
            {"latitude": "48.6"},
            "gefunden „latitude“, erwartet latitude und longitude zusammen",
            "expected latitude and longitude together",
        ),
        (
            "meeting_point",
            {"latitude": "53.5", "longitude": "8.87"},
            "gefunden 53.5, 8.87, 545 km von der Stadt entfernt",
            "expected a place within 150 km",
        ),
        (
            "neighbourhood_manager",
            {"share_outreach": "0.5", "share_volunteers": "0.6"},
            "gefunden „1.1“, erwartet die Summe 1 aller Anteile",
            "found “1.1”, expected shares that add up to 1",
        ),
        (
            "opening_to_all_ages",
            {"point": '"tref"'},
            "gefunden „tref“, erwartet ein Treffpunkt aus meeting_points.csv: treff",
            "perhaps “treff” is meant",
        ),
        ("opening_to_all_ages", {}, "„point“: ein Schlüssel", "“point”: a key"),
    ],
)
def test_levers_that_do_not_fit(
    tmp_path: Path, *, kind: str, levers: dict[str, str], german: str, english: str
) -> None:
    said = wrong(tmp_path, plan_text(kind=f'"{kind}"', levers=levers))
    assert german in said[0]
    assert english in said[1]


def test_a_point_of_another_district(tmp_path: Path) -> None:
    levers = {"point": '"treff"'}
    text = plan_text(kind='"opening_to_all_ages"', districts='["rand"]', levers=levers)
    german, english = wrong(tmp_path, text)
    assert german == (
        "plans/test.toml, Zeile 8, Spalte districts: gefunden „rand“, erwartet „mitte“, das "
        "Quartier des Treffpunkts „treff“; bitte das Quartier oder den Treffpunkt ändern."
    )
    assert "expected “mitte”, the district of the meeting point “treff”" in english


def test_two_payers_for_one_euro(tmp_path: Path) -> None:
    german, english = wrong(tmp_path, plan_text(payers="{ municipality = 0.8, grant = 0.5 }"))
    assert german == (
        "plans/test.toml, Zeile 12, Spalte payers: gefunden „1.3“, erwartet die Summe 1 aller "
        "Anteile; bitte die Anteile senken, denn kein Euro wird zweimal bezahlt."
    )
    assert english == (
        "plans/test.toml, line 12, column payers: found “1.3”, expected shares that add up to 1; "
        "please lower the shares, as no euro is paid twice."
    )


def test_a_euro_without_payer(tmp_path: Path) -> None:
    german, english = wrong(tmp_path, plan_text(payers="{ municipality = 0.8 }"))
    assert "gefunden „0.8“, erwartet die Summe 1 aller Anteile; bitte die Anteile ergä" in german
    assert "please complete the shares, as every euro needs a payer" in english
    german, english = wrong(tmp_path, plan_text(payers=None))
    assert "bitte eintragen, wer zahlt, wie payers = { municipality = 1 }" in german
    assert "please enter who pays, such as payers = { municipality = 1 }" in english


def test_the_same_payer_twice(tmp_path: Path) -> None:
    german, english = wrong(tmp_path, plan_text(payers="{ grant = 0.5, grant = 0.5 }"))
    assert german.startswith("plans/test.toml, Zeile 12, Spalte ")
    assert "erwartet jede Angabe nur einmal; bitte die doppelte Angabe weglassen" in german
    assert "line 12" in english
    assert "expected every entry only once" in english


def test_payers_of_what_remains(tmp_path: Path) -> None:
    ends = {"end": '"2028-12"', "remains": "0.5"}
    german, english = wrong(
        tmp_path, plan_text(**ends, payers_after="{ municipality = 0.5, grant = 0.6 }")
    )
    assert german == (
        "plans/test.toml, Zeile 15, Spalte payers_after: gefunden „1.1“, erwartet die Summe 1 "
        "aller Anteile; bitte die Anteile senken, denn kein Euro wird zweimal bezahlt."
    )
    assert "line 15, column payers_after: found “1.1”, expected shares that add up to 1" in english
    german, english = wrong(tmp_path, plan_text(payers_after="{ municipality = 1 }"))
    assert german == (
        "plans/test.toml, Zeile 13, Spalte payers_after: gefunden „municipality“, erwartet eine "
        "Maßnahme mit end, denn diese Kostenträger zahlen, was danach bleibt; bitte end ergänzen "
        "oder payers_after weglassen."
    )
    assert "expected a measure with end" in english
    rollout = '[ { districts = ["rand"], start = "2029-01", payers = { town = 1 } } ]'
    german, english = wrong(tmp_path, plan_text(rollout=rollout))
    assert "Zeile 13, Spalte town: gefunden „town“, erwartet ein Kostenträger" in german
    assert "expected a payer" in english


def test_an_unknown_payer(tmp_path: Path) -> None:
    german, english = wrong(tmp_path, plan_text(payers="{ municipalty = 1 }"))
    assert german == (
        "plans/test.toml, Zeile 12, Spalte municipalty: gefunden „municipalty“, erwartet ein "
        "Kostenträger: municipality, care_fund, grant oder household; bitte den Namen berichtigen "
        "(gemeint ist vielleicht „municipality“)."
    )
    assert "expected a payer: municipality, care_fund, grant or household" in english


def test_shares_in_per_cent(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "a", plans={"test": plan_text(payers="{ municipality = 100 }")})
    texts = [one.text("de") for one in problems_in(folder)]
    assert any("den Anteil nicht in Prozent oder Euro angeben" in text for text in texts)


@pytest.mark.parametrize(
    ("changes", "german", "english"),
    [
        ({"districts": '["nord"]'}, "ein Quartier aus districts.csv: mitte", "a district of"),
        ({"districts": "[]"}, "jedes Quartier, und jedes nur einmal", "each only once"),
        ({"districts": '["rand", "rand"]'}, "jedes nur einmal", "each only once"),
        ({"districts": '["*", "rand"]'}, "ein Quartier aus districts.csv", "a district of"),
        ({"districts": '"mitte"'}, "eine Liste in eckigen Klammern", "a list such as"),
        ({"size": "-1"}, "eine Zahl ab 0", "a number of 0 or more"),
        ({"size": "inf"}, "eine Zahl ab 0", "a number of 0 or more"),
        ({"size": "true"}, "gefunden „true“", "found “true”"),
        ({"size": None}, "„size“: eine Zahl ab 0", "“size”: a number of 0 or more"),
        ({"start": "2027-01-01"}, "ein Monat in Anführungszeichen", "a month in quotes"),
        ({"remains": "30"}, "ein Anteil von 0 bis 1", "a share of 0 to 1"),
        ({"ramp_up_months": "-3"}, "der Monate von 0 bis 600", "months from 0 to 600"),
        ({"cost_per_year": '"viel"'}, "eine Zahl ab 0", "a number of 0 or more"),
        ({"kosten": "3"}, "gefunden „kosten“, erwartet nur kind, label_de", "expected only kind"),
        ({"payers": '["grant"]'}, "Angaben in geschweiften Klammern", "entries in braces"),
        ({"payers": '{ grant = "1" }'}, "gefunden „1“", "found “1”"),
        ({"label_de": '"=SUMME(A1)"'}, "ein Text, keine Formel", "text, not a formula"),
        ({"rollout": "[ { start = 3 } ]"}, "„districts“", "“districts”"),
    ],
)
def test_entries_that_do_not_fit(
    tmp_path: Path, changes: dict[str, str | None], german: str, english: str
) -> None:
    folder = write_town(tmp_path / "klein", plans={"test": plan_text(**changes)})
    found = problems_in(folder)
    assert german in found[0].text("de")
    assert english in found[0].text("en")
    assert found[0].line is not None
    assert found[0].file == "plans/test.toml"


def test_a_name_with_a_path(tmp_path: Path) -> None:
    text = plan_text().replace('name = "test"', 'name = "../test"')
    german, english = wrong(tmp_path, text)
    assert "Zeile 2, Spalte name: gefunden „../test“, erwartet ein Schlüssel aus" in german
    assert "expected a key of a–z, 0–9 and _" in english


def test_a_plan_without_its_section(tmp_path: Path) -> None:
    german, english = wrong(tmp_path, "")
    assert german == (
        "plans/test.toml, Spalte plan: gefunden nichts, erwartet „plan“: ein Abschnitt [plan] mit "
        "name, label_de, label_en; bitte die Angabe „plan“ ergänzen."
    )
    assert "a section [plan] with name, label_de, label_en" in english


def test_two_plans_of_one_name(tmp_path: Path) -> None:
    plans = {"test": plan_text(), "zwei": plan_text()}
    german, english = only(write_town(tmp_path / "klein", plans=plans))
    assert german.startswith("plans/zwei.toml, Spalte name: gefunden „test“, erwartet ein Name")
    assert "choose another than in plans/test.toml" in english


def test_a_plan_that_is_no_toml(tmp_path: Path) -> None:
    german, english = wrong(tmp_path, plan_text(start="2027-01"))
    assert german.startswith("plans/test.toml, Zeile 9, Spalte ")
    assert "gefunden „start = 2027-01“" in german
    assert "(text and months stand in quotes, numbers have a point)" in english
    _, english = wrong(tmp_path, plan_text(size="1,5"))
    assert "line 10" in english


WRONG_PLAN = plan_text(
    districts='["nirgends", "nirgends"]',
    start='"2027-01"',
    end='"2026-01"',
    payers="{ grant = 2 }",
    levers={"seats": "3"},
)


def test_a_plan_is_checked_even_if_the_districts_are_not_sound(tmp_path: Path) -> None:
    """Payers, levers, dates and double districts can be told without knowing the districts."""
    folder = write_town(tmp_path / "klein", districts="x\n1\n", plans={"test": WRONG_PLAN})
    found = [one for one in problems_in(folder) if one.file == "plans/test.toml"]
    told = " ".join(one.text("de") for one in found)
    for words in (
        "gefunden „2“, erwartet ein Anteil von 0 bis 1",
        "erwartet die Summe 1 aller Anteile",
        "gefunden „seats“, erwartet hier keine weitere Angabe",
        "erwartet ein Ende ab 2027-01",
        "jedes Quartier, und jedes nur einmal",
    ):
        assert words in told, words
    assert "ein Quartier aus districts.csv" not in told  # they are not known
    assert len(found) == 5


def test_a_plan_is_checked_against_the_districts_even_if_their_sums_are_wrong(
    tmp_path: Path,
) -> None:
    rows = changed("districts", 0, residents=7)
    text = plan_text(kind='"opening_to_all_ages"', districts='["nord"]', levers={"point": '"tref"'})
    folder = write_town(tmp_path / "klein", **rows, plans={"test": text})
    files = [one.file for one in problems_in(folder)]
    assert files.count("plans/test.toml") == 2
    assert "districts.csv" in files


def test_one_wrong_entry_hides_no_other(tmp_path: Path) -> None:
    """Wrong types and wrong contents of all measures, at once, each once."""
    first = plan_text(kind='"transprt"', size="-4", start='"2032-01"', payers="{ town = 1 }")
    second = plan_text(kind="3", districts='["nord"]', end='"2026-01"').partition("[[measures]]")[2]
    third = plan_text(start="true", end='"2026-01"', levers={"seats": "3"}).partition("[[")[2]
    text = f"{first}\n[[measures]]{second}\n[[{third}"
    folder = write_town(tmp_path / "klein", plans={"test": text.replace('"Test"', '"=1"', 1)})
    found = [(one.column, one.found) for one in problems_in(folder)]
    assert sorted(found, key=str) == sorted(
        [
            ("label_de", "=1"),
            ("kind", "transprt"), ("size", "-4"), ("start", "2032-01"), ("town", "town"),
            ("kind", "3"), ("districts", "nord"), ("end", "2026-01"),
            ("start", "true"), ("seats", "seats"),
        ],
        key=str,
    )  # fmt: skip
    german, english = wrong(tmp_path / "empty", plan_text(kind='""'))
    assert "Spalte kind: gefunden nichts, erwartet eine Art von Maßnahme" in german
    assert "column kind: found nothing" in english


@pytest.mark.parametrize("broken", ["town", "meeting_points", "population", "households"])
def test_a_plan_is_checked_whatever_else_is_broken(tmp_path: Path, broken: str) -> None:
    text = plan_text(kind='"meeting_point"', start='"2031-01"', levers={"seat": "3"})
    folder = write_town(tmp_path / "klein", **{broken: "="}, plans={"test": text})
    found = [one for one in problems_in(folder) if one.file == "plans/test.toml"]
    assert {one.column for one in found} == ({"seat"} if broken == "town" else {"seat", "start"})


@pytest.mark.parametrize("kind", ["nonsense", "outreach"])
def test_kinds_are_known_even_without_the_national_table(tmp_path: Path, kind: str) -> None:
    national = write_national(tmp_path / "germany", measures="x\n1\n")
    folder = write_town(tmp_path / "klein", plans={"test": plan_text(kind=f'"{kind}"')})
    found = problems_in(folder, national=national)
    assert [one.found for one in found if one.file == "plans/test.toml"] == (
        ["nonsense"] if kind == "nonsense" else []
    )


AROUND = Surroundings(
    start=(2025, 12),
    months=60,
    districts={"mitte": 0, "rand": 1},
    points={"treff": 0},
    origin=(48.6, 8.87),
    kinds={kind: Both(kind, kind) for kind in LEVERS},
)
PIECES = ["[", "]", "{", "}", '"', "'", "=", "\n", "#", '"""', "\\", "9" * 5000, "nan", "é", "\0"]


@settings(max_examples=300, deadline=None)
@given(
    cuts=st.lists(
        st.tuples(
            st.integers(0, 300),
            st.integers(0, 20),
            st.sampled_from([*PIECES, "", "[[measures]]", "rollout = [{}]", "1e400", "-1"]),
        ),
        max_size=4,
    )
)
def test_a_damaged_plan_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int, str]]
) -> None:
    text = MEETING_POINT
    for start, length, piece in cuts:
        text = text[:start] + piece + text[start + length :]
    folder = tmp_path_factory.getbasetemp()
    (folder / "damaged.toml").write_text(text, encoding="utf-8")
    problems = Problems()
    plan = read_plan(Folder(folder, problems), "damaged.toml", AROUND)
    assert (plan is None) == bool(problems.errors)
    for one in problems:
        assert one.text("de").endswith(".")
        assert one.text("en").isprintable()
        assert one.line is None or 1 <= one.line <= text.count("\n") + 1
