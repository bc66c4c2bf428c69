"""Towns and districts beside each other: per 1,000 people of 65 and over, with what it may mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from towns import MEETING_POINT, tables_of, write_national, write_town

from sim import cli, study
from sim.commands.places import Asked, asked_for, is_one_town
from sim.report.places import caution, gather_places, inputs_of, page, picture, places_table
from sim.study import manifest
from sim.town import read_town

SMALL = {"draws": 4, "seeds": 2, "executor": "serial"}


@pytest.fixture(scope="module", autouse=True)
def the_same_program():
    """Whatever is edited while the tests run, the studies belong to one program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "program_fingerprint", lambda: "the program of a test")
        yield


OWN = {
    "name": "fertility_factor", "group": "demography", "value": 1.05, "unit": "factor", "low": 0.9,
    "high": 1.2, "distribution": "triangular", "label_de": "Geburten", "label_en": "Births",
    "year": 2025, "source": "Test", "status": "assumed", "note": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two towns of three years; the second has twice the places in nursing homes."""
    place = tmp_path_factory.mktemp("places")
    write_national(place / "germany")
    write_town(
        place / "ahausen", residents=800, town={"end": "2027-12", "label": "Ahausen"},
        plans={"meeting_point": MEETING_POINT},
    )  # fmt: skip
    tables = tables_of(600, 2)
    for row in tables["services"]:
        row["size"] *= 2
    tables["assumptions"] = [OWN]
    write_town(
        place / "bedorf", residents=600, town={"end": "2028-12", "label": "Bedorf"}, **tables
    )
    return place


@pytest.fixture(scope="module")
def towns(folders):
    return [read_town(folders / name) for name in ("ahausen", "bedorf")]


@pytest.fixture(scope="module")
def results(towns, tmp_path_factory):
    place = tmp_path_factory.mktemp("results")
    return [study.compare(town, ["reference"], results=place, **SMALL) for town in towns]


@pytest.fixture(scope="module")
def places(results):
    first, second = results
    return study.Places(
        (study.Place(first), study.Place(second), study.Place(first, "rand")), ("reference",)
    )


@pytest.fixture(scope="module")
def found(places, towns):
    return gather_places(places, inputs_of(towns))


def test_places_are_named_as_planners_would():
    assert asked_for(["herrenberg", "esslingen:aichtal", "esslingen:*"]) == (
        Asked("herrenberg", None), Asked("esslingen", "aichtal"), Asked("esslingen", "*"),
    )  # fmt: skip
    assert asked_for(["C:\\towns\\herrenberg", "./towns/a:b_2"]) == (
        Asked("C:\\towns\\herrenberg", None), Asked("./towns/a", "b_2"),
    )  # fmt: skip
    assert is_one_town(["herrenberg"])
    assert not is_one_town(["herrenberg:altstadt"])
    assert not is_one_town(["a", "b"])


def test_rates_are_per_1000_people_of_65_and_over(places, results):
    first = results[0]
    year = first.periods.index("2027")
    need = first.quantity("in_need")
    first.prefetch(["in_need"])
    assert need.bands == (0, 1, 2)
    cells = first.cells("in_need")[0, :, :, 2, :, 1:].sum(axis=(-3, -2, -1))
    older = first.runs("residents_65")[0, :, :, year, 0]
    expected = 1000.0 * cells / older
    assert places.rates(places.places[0], "reference", "in_need") == pytest.approx(expected)
    money = first.runs("cost_municipality")[0, :, :, 1:3, 0]
    people = first.runs("residents_65")[0, :, :, 1:3, 0]
    rates = places.rates(places.places[0], "reference", "cost_municipality")
    assert rates == pytest.approx((1000.0 * money / people).mean(axis=-1))


def test_only_years_in_common_are_compared(places, found):
    assert places.years == (2026, 2027)
    assert places.year == 2027
    assert set(found.frame["year"]) == {"2027", "2026-2027"}


def test_every_place_has_a_level_and_all_but_the_first_a_difference(found):
    frame = found.frame
    assert set(frame["place"]) == {"ahausen", "bedorf", "ahausen:rand"}
    first = frame[frame["place"] == "ahausen"]
    assert first["difference"].isna().all()
    others = frame[frame["place"] != "ahausen"]
    told = others[others["median"].notna()]
    assert told["difference"].notna().all()
    assert (told["low"] <= told["median"]).all()
    assert (told["difference_low"] <= told["difference"]).all()
    assert set(frame["against"]) == {"ahausen"}


def test_a_place_differs_from_itself_by_nothing(results):
    place = study.Place(results[0])
    twin = study.Place(results[0], "mitte")
    frame = study.beside(study.Places((place, twin), ("reference",)), ["in_need"])
    assert len(frame) == 2
    with pytest.raises(study.StudyError):
        study.Places((place, study.Place(results[0])), ("reference",))
    with pytest.raises(study.StudyError):
        study.Places((place,), ("reference",))


def test_what_is_local_and_what_is_estimated_is_said(found):
    assert list(found.own["name"]) == ["fertility_factor"]
    soft = found.inputs.set_index(["town", "input"])["soft"]
    assert soft["ahausen", "services"] == 3
    for lang, words in (("de", "geschätzten Eingaben"), ("en", "estimated inputs")):
        assert words in caution(found, lang)
        text = page(found, [picture(found, "reference", lang)], lang)
        assert words in text
        assert "Bedorf" in text
        assert "pictures/places_reference" in text


def test_the_table_names_people_units_and_marks(found):
    table = places_table(found, "reference", "de")
    assert table.header == ("Je 1.000 Menschen ab 65", "Ahausen", "Bedorf", "Rand (Ahausen)")
    assert table.rows[0][0] == "Menschen ab 65"
    names = [row[0] for row in table.rows]
    assert any("Pflegebedürftige ab 65" in name and "(Menschen)" in name for name in names)
    assert any("Euro im Jahr" in name for name in names)
    marks = [cell for row in table.rows[1:] for cell in row[2:]]
    assert all(cell.endswith(("●", "○")) or cell in ("–", "zu wenige") for cell in marks)


def test_many_places_are_cut_and_all_are_in_the_table(results, towns):
    first, second = results
    every = [study.Place(one, key) for one in (first, second) for key in one.places]
    many = tuple(every * 1)
    found = gather_places(study.Places(many, ("reference",)), inputs_of(towns))
    assert len(found.shown()) == len(many) <= 12
    assert found.shown()[0] == "ahausen"


def call(capsys, *arguments):
    code = cli.main([str(one) for one in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


@pytest.fixture(autouse=True)
def wide_german_terminal(monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def test_the_command_writes_shows_and_runs_again(folders, tmp_path, capsys):
    arguments = ("compare", folders / "ahausen", f"{folders / 'bedorf'}:mitte", "--draws", 2)
    code, out, _ = call(capsys, *arguments, "--out", tmp_path)
    assert code == 0
    assert "Orte im Vergleich" in out
    assert "geschätzten Eingaben" in out
    folder = tmp_path / "places" / "ahausen-bedorf"
    frame = pd.read_csv(folder / "tables" / "places.csv")
    assert set(frame["place"]) == {"ahausen", "bedorf:mitte"}
    assert np.isfinite(pd.to_numeric(frame["median"], errors="coerce")).any()
    for name in ("summary.de.md", "summary.en.md", "pictures/places_reference.de.png"):
        assert (folder / name).is_file()
    code, out, _ = call(capsys, "show", folder)
    assert code == 0
    assert "Orte im Vergleich" in out
    code, out, _ = call(capsys, "rerun", folder)
    assert code == 0
    assert out.count("identisch") == 2


def test_mistakes_are_calm_messages(folders, tmp_path, capsys):
    first = folders / "ahausen"
    code, _, err = call(capsys, "compare", first, f"{first}:mite", "--out", tmp_path)
    assert code == 2
    assert "gemeint ist vielleicht „mitte“" in err
    code, _, err = call(
        capsys, "compare", first, folders / "bedorf", "--plans", "nope", "--out", tmp_path
    )
    assert code == 2
    assert "Keiner dieser Orte" in err
    code, _, err = call(capsys, "compare", first, first, "--draws", 2, "--out", tmp_path)
    assert code == 0  # the same town twice is one town, whose plans are compared
