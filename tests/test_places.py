"""Every place in `scenarios/`: its facts have sources, its plans run, the docs say what it does.

The tables of `docs/PLACES.md` and the shared files of `scenarios/*/variants/` are written from the
plans; after a change of plans:

    python tests/test_places.py renew
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from place_files import ROOT, SCENARIOS, kinds_of, plans, rows, town_table
from running import KINDS, after, residents_of
from thinned import in_a_hurry, last_moment, thinned

from sim.indicators import INDEX
from sim.model import QuartierModel
from sim.rates.tables import solve_tables
from sim.setting_up import prepared
from sim.town import Town, check_folder

DOCS = ROOT / "docs" / "PLACES.md"
BEGIN, END = "<!-- written by tests/test_places.py -->\n", "<!-- end -->\n"
STATUSES = {"measured", "derived", "estimated", "assumed"}
FACTS = ("districts", "population", "households", "services", "meeting_points", "assumptions")
RESIDENTS = 3000
MORE_MONTHS = 4
"""Months that a plan goes on after its last start or end."""


def places() -> list[Path]:
    """Folders of all towns, by name."""
    return sorted(file.parent for file in SCENARIOS.glob("*/town.toml"))


def variants() -> list[Path]:
    """Folders of towns that differ from a place in one number of which nobody is sure."""
    return sorted(file.parent for file in SCENARIOS.glob("*/variants/*/town.toml"))


every_place = pytest.mark.parametrize("place", places(), ids=lambda place: place.name)
every_variant = pytest.mark.parametrize("variant", variants(), ids=lambda place: place.name)


# What is written -----------------------------------------------------------------------------


def test_every_folder_is_a_town() -> None:
    folders = {entry.name for entry in SCENARIOS.iterdir() if entry.is_dir()}
    assert folders - {"germany"} == {place.name for place in places()}


@pytest.mark.parametrize("place", [*places(), *variants()], ids=lambda place: place.name)
def test_checking_a_place_finds_nothing(place: Path) -> None:
    assert [problem.text("de") for problem in check_folder(place)] == []


@every_place
def test_every_figure_has_a_source_and_a_status(place: Path) -> None:
    for table in FACTS:
        if not (place / f"{table}.csv").exists():
            continue
        for row in rows(place, table):
            assert row["source"].strip(), (table, row)
            assert row["status"] in STATUSES, (table, row)


@every_place
def test_the_population_adds_up_to_the_residents_of_each_district(place: Path) -> None:
    persons = dict.fromkeys((row["district"] for row in rows(place, "districts")), 0)
    for row in rows(place, "population"):
        persons[row["district"]] += int(row["persons"])
    assert persons == {row["district"]: int(row["residents"]) for row in rows(place, "districts")}


@every_place
def test_regional_assumptions_have_a_range(place: Path) -> None:
    for row in rows(place, "assumptions") if (place / "assumptions.csv").exists() else []:
        low, value, high = (float(row[name]) for name in ("low", "value", "high"))
        assert low <= value <= high, row["name"]
        assert low < high or row["distribution"] == "fixed", row["name"]


@every_place
def test_readme_names_the_licence_of_the_boundaries_and_of_the_figures(place: Path) -> None:
    readme = (place / "README.md").read_text(encoding="utf-8")
    assert "dl-de/by-2-0" in readme
    outline = place / "outline.geojson"
    if outline.exists():
        content = json.loads(outline.read_text(encoding="utf-8"))
        assert "outline.geojson" in readme
        publisher = content["attribution"].removeprefix("©").split(",")[0].split("(")[0].strip()
        assert publisher in readme
        assert content["licence"]
    for words in ("geschätzt", "estimated"):
        assert words in readme


@every_place
def test_the_question_has_a_reference_and_something_to_compare(place: Path) -> None:
    question = town_table(place).get("compare", [])
    assert "reference" in question
    assert len(question) >= 2
    assert "measures" not in plans(place)["reference"]


@every_place
def test_plans_say_in_two_languages_what_they_do(place: Path) -> None:
    for name, content in plans(place).items():
        assert content["plan"]["name"] == name
        for key in ("label_de", "label_en", "description_de", "description_en"):
            assert content["plan"][key].strip(), (name, key)


# What runs -----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def town_and_tables(place: Path, folder: Path) -> tuple[Town, Any]:
    """A place thinned out, and its rates, solved once for all its plans."""
    town = thinned(place, folder, RESIDENTS)
    return town, solve_tables(town, town.ledger.values(), prepared(town))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("thinned")


PLACE_PLANS = [
    pytest.param(place, name, id=f"{place.name}-{name}")
    for place in places()
    for name in plans(place)
]


@pytest.mark.parametrize(("place", "name"), PLACE_PLANS)
def test_every_plan_of_every_place_runs_with_all_checks(
    place: Path, name: str, folder: Path
) -> None:
    """Some months beyond the last start or end, in a calendar drawn together."""
    town, tables = town_and_tables(place, folder)
    plan = in_a_hurry(town.plans[name])
    model = QuartierModel(
        town, plan, 1, population=residents_of(town), tables=tables, check=True, collect=False
    )
    months = last_moment(plan) + MORE_MONTHS
    after(model, months)
    model.crew.close()
    assert model.month == months
    assert model.state.counts[..., INDEX["residents"]].sum() > RESIDENTS / 2
    kinds = {measure.kind for measure in plan.measures}
    assert kinds == set(kinds_of(plans(place)[name]))


# Variants ------------------------------------------------------------------------------------


def shared_files(variant: Path) -> Iterator[tuple[Path, Path]]:
    """Files of a variant that are copies of the place's, and those they are copies of."""
    place = variant.parent.parent
    own = {"town.toml", "districts.csv", "population.csv", "households.csv", "README.md"}
    for file in sorted(place.rglob("*")):
        inside = file.relative_to(place)
        if (
            file.is_file()
            and inside.parts[0] != "variants"
            and file.name not in own | {"README.md"}
        ):
            yield variant / inside, file


@every_variant
def test_a_variant_differs_from_its_place_in_its_residents_alone(variant: Path) -> None:
    place = variant.parent.parent
    for copy, original in shared_files(variant):
        assert copy.read_bytes() == original.read_bytes(), f"{copy}: python {__file__} renew"
    here, there = town_table(variant), town_table(place)
    differing = {key for key in here | there if here.get(key) != there.get(key)}
    assert differing == {"name", "label"}
    total = {
        folder: sum(int(row["residents"]) for row in rows(folder, "districts"))
        for folder in (place, variant)
    }
    assert total[place] == total[variant]
    readme = (place / "README.md").read_text(encoding="utf-8")
    assert variant.relative_to(ROOT).as_posix() in readme


# What the docs say ---------------------------------------------------------------------------


def matrix() -> str:
    """The tables of docs/PLACES.md, from the files."""
    return "\n".join([*question_table(), "", *kind_table(), "", *plan_table(), ""])


def question_table() -> Iterator[str]:
    yield "| place | residents | districts | its question: one command | compares |"
    yield "|---|---|---|---|---|"
    for place in places():
        town, districts = town_table(place), rows(place, "districts")
        residents = sum(int(row["residents"]) for row in districts)
        named = ", ".join(f"`{name}`" for name in town.get("compare", plans(place)))
        yield (
            f"| {town['label']} | {residents:,} | {len(districts)} | "
            f"`quartier compare {place.name}` | {named} |"
        )


def kind_table() -> Iterator[str]:
    yield f"| measure | {' | '.join(f'`{place.name}`' for place in places())} |"
    yield "|---" * (len(places()) + 1) + "|"
    with (SCENARIOS / "germany" / "measures.csv").open(encoding="utf-8", newline="") as stream:
        kinds = {row["kind"]: row["label_en"] for row in csv.DictReader(stream)}
    for kind, label in kinds.items():
        cells = (
            ", ".join(name for name, plan in plans(place).items() if kind in kinds_of(plan))
            for place in places()
        )
        yield f"| `{kind}` ({label}) | {' | '.join(cell or '–' for cell in cells)} |"


def plan_table() -> Iterator[str]:
    yield "| place | plan | German, English | measures | command |"
    yield "|---|---|---|---|---|"
    for place in places():
        for name, plan in plans(place).items():
            labels = f"{plan['plan']['label_de']}, *{plan['plan']['label_en']}*"
            kinds = ", ".join(f"`{kind}`" for kind in kinds_of(plan)) or "–"
            command = "–"
            if name != "reference":
                command = f"`quartier compare {place.name} --plans {name}`"
            yield f"| {place.name} | `{name}` | {labels} | {kinds} | {command} |"


def renewed(text: str) -> str:
    """The docs with tables that say what the plans say."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{matrix()}\n{END}{rest.split(END)[1]}"


def test_the_docs_say_what_the_plans_say() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert text == renewed(text), f"python {Path(__file__).name} renew"


def test_each_kind_of_measure_is_in_a_plan_of_some_place() -> None:
    used = {kind for place in places() for plan in plans(place).values() for kind in kinds_of(plan)}
    assert set(KINDS) - used == set()


def test_the_docs_name_every_place_in_words() -> None:
    told = DOCS.read_text(encoding="utf-8").split(BEGIN)[0]
    for place in places():
        assert f"`{place.name}`" in told


def renew() -> None:
    """Write the tables of the docs and the shared files of variants."""
    DOCS.write_text(renewed(DOCS.read_text(encoding="utf-8")), encoding="utf-8")
    for variant in variants():
        shutil.rmtree(variant / "plans")
        for copy, original in shared_files(variant):
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(original.read_bytes())


if __name__ == "__main__":
    if sys.argv[1:] != ["renew"]:
        sys.exit("python tests/test_places.py renew")
    renew()
