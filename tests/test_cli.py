"""The command line: what it says in two languages, how it ends, and that it stays calm."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import towns
from rich.console import Console
from typer.testing import CliRunner

from sim import cli, study
from sim.commands import progress
from sim.commands.terminal import Terminal, default_language, open_terminal, stop_on_ctrl_c
from sim.indicators import BANDS, COUNTS, GROUPS, INDEX, ITEMS, PAYERS
from sim.report import uses

ROOT = Path(__file__).parent.parent


class QuickOutcome:
    """The numbers of a made-up run."""

    def __init__(self, town, plan, seed):
        self.years = tuple(range(town.start[0], town.start[0] + 1 + town.months // 12))
        shape = (len(self.years), len(town.districts))
        chance = np.random.default_rng(seed)
        base = chance.integers(90, 110, (*shape, len(BANDS), len(GROUPS), len(COUNTS)))
        self.counts = base.astype(np.int64)
        for measure in plan.measures:
            later = slice(1 + (measure.start - 1) // 12, None)
            for district in measure.districts:
                self.counts[later, district, ..., INDEX["lonely"]] -= 9
                self.counts[later, district, ..., INDEX["missing_minutes"]] -= 60
        self.money = np.full((*shape, len(PAYERS), len(ITEMS)), 1000.0)
        self.money[:, :, 0, 0] += 500.0 * len(plan.measures)
        self.money[0] = 0.0


def quick_simulate(town, plan, *, values, seed, population, tables, should_stop=None):
    return QuickOutcome(town, plan, seed)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenarios") / "musterstadt"
    return towns.write_town(folder, plans={"meeting_point": towns.MEETING_POINT})


@pytest.fixture
def quick(monkeypatch):
    """The command line with a made-up model in place of the real one."""
    fakes = {
        "simulate": quick_simulate,
        "solve_tables": lambda town, values: None,
        "make_population": lambda town: None,
    }
    monkeypatch.setattr(study, "compare", functools.partial(study.compare, **fakes))
    monkeypatch.setattr(study, "rerun", functools.partial(study.rerun, **fakes))


@pytest.fixture(autouse=True)
def german(monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def call(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    return code, said.out, said.err


# --- language and help -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "de"),
        ({"LANG": "C.UTF-8"}, "de"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "de"),
    ],
)
def test_german_unless_the_computer_speaks_english(environment, lang):
    assert default_language(environment) == lang


def test_help_in_both_languages(capsys):
    code, out, _ = call(capsys, "--help")
    assert code == 0
    assert "Pläne vergleichen" in out
    assert "Optionen" in out
    code, out, _ = call(capsys, "compare", "--help", "--lang", "en")
    assert code == 0
    assert "Compare plans" in out
    assert "how many simulations run at a time" in out
    assert "Optionen" not in out


def test_without_a_command_there_is_help(capsys):
    code, out, _ = call(capsys)
    assert code == 0
    assert "compare" in out


def test_version(capsys):
    assert call(capsys, "--version")[:2] == (0, "quartier 0.1.0\n")


@pytest.mark.parametrize(
    "command", ["compare", "run", "check", "show", "explain", "rerun", "plans"]
)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_command_has_help(command, lang):
    result = CliRunner().invoke(cli.build(open_terminal(lang)), [command, "--help"])
    assert result.exit_code == 0
    assert command in result.output


@pytest.mark.parametrize(
    ("arguments", "german", "english"),
    [
        (["comare"], "Den Befehl „comare“ gibt es nicht; gemeint ist vielleicht compare.",
         "There is no command “comare”; perhaps you mean compare."),
        (["compare"], "Es fehlt die Angabe STADT.", "TOWN is missing."),
        (["compare", "x", "--frsh"], "Die Option --frsh gibt es nicht; gemeint ist vielleicht",
         "There is no option --frsh; perhaps you mean"),
        (["compare", "x", "--runs"], "Nach --runs fehlt der Wert.", "--runs needs a value."),
        (["compare", "x", "--draws", "y"], "erwartet wird eine ganze Zahl",
         "expected a whole number"),
        (["compare", "x", "--draws", "1"], "Zahl ab 2", "number from 2"),
        (["plans", "x", "y"], "Zu viele Angaben: y.", "Too much was given: y."),
    ],
)  # fmt: skip
def test_mistakes_in_a_command(capsys, arguments, german, english):
    code, _, err = call(capsys, *arguments)
    assert code == 2
    assert german in err
    assert "Hilfe: quartier" in err
    code, _, err = call(capsys, "--lang", "en", *arguments)
    assert code == 2
    assert english in err
    assert "Help: quartier" in err


def test_an_unknown_language(capsys):
    code, _, err = call(capsys, "plans", "herrenberg", "--lang=fr")
    assert code == 2
    assert err == "Nach --lang wird de oder en erwartet.\n"


# --- towns -----------------------------------------------------------------------------------


def test_plans_of_a_town(capsys, town):
    code, out, _ = call(capsys, "plans", town)
    assert code == 0
    assert "meeting_point" in out
    assert "45.000 €" in out


def test_check_of_a_good_folder(capsys, town):
    code, out, _ = call(capsys, "check", town)
    assert code == 0
    assert "keine Fehler" in out


def test_check_names_every_problem_and_ends_with_1(capsys, tmp_path):
    folder = towns.write_town(tmp_path / "schlecht", plans={"bad": "[plan]\nnam = 1\n"})
    (folder / "districts.csv").write_text("district;label\nmitte;Mitte\n", encoding="utf-8")
    code, out, err = call(capsys, "check", folder)
    assert code == 1
    assert "districts.csv" in out
    assert "plans/bad.toml" in out
    assert "bitte" in out
    assert "Fehler" in err
    code, out, _ = call(capsys, "check", folder, "--lang", "en")
    assert code == 1
    assert "please" in out


def test_an_unknown_town_is_a_mistake_in_the_command(capsys):
    code, _, err = call(capsys, "compare", "herenberg")
    assert code == 2
    assert "„herrenberg“" in err


def test_an_unknown_plan(capsys, town):
    code, _, err = call(capsys, "compare", town, "--plans", "reference,meeting_pont")
    assert code == 2
    assert "keinen Plan „meeting_pont“" in err
    assert "gemeint ist vielleicht „meeting_point“" in err


def test_a_town_with_problems_is_not_compared(capsys, tmp_path):
    folder = towns.write_town(tmp_path / "schlecht")
    (folder / "population.csv").unlink()
    code, _, err = call(capsys, "compare", folder, "--out", tmp_path / "results")
    assert code == 1
    assert "population.csv" in err


# --- studies ---------------------------------------------------------------------------------


def test_compare_answers_writes_and_says_where_to_go_on(capsys, quick, town, tmp_path):
    code, out, err = call(capsys, "compare", town, "--draws", 4, "--out", tmp_path, "--threads", 1)
    folder = tmp_path / "test" / "comparison"
    if not folder.exists():
        folder = next(tmp_path.glob("*/comparison"))
    assert code == 0
    assert "Was bringt „Treffpunkt“?" in out
    assert "Die Pläne im Vergleich" in out
    assert "Modellrechnung, keine Vorhersage" in out
    assert "Als Nächstes öffnen:" in out
    assert "16 Simulationen" in err
    names = {path.name for path in folder.iterdir()}
    assert {"summary.de.md", "summary.en.md", "pictures", "tables", "manifest.json"} <= names
    # A second time: nothing to compute, the same answer.
    code, again, _ = call(capsys, "compare", town, "--draws", 4, "--out", tmp_path)
    assert code == 0
    assert again == out
    # Another seed: the older result stays, a new one is made beside it.
    code, _, _ = call(capsys, "compare", town, "--draws", 4, "--out", tmp_path, "--seed", 2)
    assert code == 0
    assert folder.with_name("comparison-2").is_dir()


def test_show_and_rerun_of_a_result(capsys, quick, town, tmp_path):
    assert call(capsys, "run", town, "--plan", "reference", "--plan", "meeting_point", "--runs", 6,
                "--out", tmp_path)[0] == 0  # fmt: skip
    folder = next(tmp_path.glob("*/reference-meeting_point"))
    code, out, _ = call(capsys, "show", folder)
    assert code == 0
    assert "Wie oft welcher Plan besser ist" in out
    assert "Kosten nach Zahlern" in out
    code, out, _ = call(capsys, "show", folder, "--indicator", "lonely", "--year", "2028")
    assert code == 0
    assert "2030" in out
    assert ", 2028 (" in out
    code, _, err = call(capsys, "show", folder, "--indicator", "lonly")
    assert code == 2
    assert "„lonely“" in err
    code, _, err = call(capsys, "show", folder, "--indicator", "lonely", "--year", "1999")
    assert code == 2
    assert "1999" in err
    code, out, _ = call(capsys, "rerun", folder)
    assert code == 0
    assert "identisch" in out
    (folder / "inputs").rename(folder / "elsewhere")
    code, _, err = call(capsys, "rerun", folder, "--lang", "en")
    assert code == 1
    assert err


def test_run_without_a_plan(capsys, town):
    code, _, err = call(capsys, "run", town)
    assert code == 2
    assert "--plan" in err


def test_show_of_no_result(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = call(capsys, "show", "nichts")
    assert code == 2
    assert "quartier compare STADT" in err


def test_a_broken_manifest(capsys, tmp_path):
    (tmp_path / "manifest.json").write_text("{ not json")
    code, _, err = call(capsys, "show", tmp_path)
    assert code == 1
    assert "manifest.json" in err


def test_a_folder_that_cannot_be_written_to(capsys, quick, town, tmp_path):
    place = tmp_path / "results"
    place.write_text("a file where a folder should be")
    code, _, err = call(capsys, "compare", town, "--draws", 2, "--out", place)
    assert code == 1
    assert "results" in err


def test_a_full_disk(capsys, quick, town, tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("sim.report.summary.write_whole", full)
    code, _, err = call(capsys, "compare", town, "--draws", 2, "--out", tmp_path)
    assert code == 1
    assert "Der Datenträger ist voll" in err


def test_an_unexpected_error_is_one_calm_sentence(capsys, town, monkeypatch):
    def broken(*_args, **_options):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("sim.town.check_folder", broken)
    code, _, err = call(capsys, "check", town)
    assert code == 3
    assert "Fehler im Programm (ZeroDivisionError)" in err
    assert "--debug" in err
    assert "secret detail" not in err
    code = cli.main(["check", str(town), "--debug"])
    err = capsys.readouterr().err
    assert code == 3
    assert "secret detail" in err


def test_interruption_keeps_what_is_finished(capsys, quick, town, tmp_path, monkeypatch):
    # The request to stop comes after the first finished task.
    asked = threading.Event()
    real = study.compare

    def stopped(*args, **options):
        options["should_stop"] = asked.is_set
        options["workers"] = 1

        def told(state):
            if state.done:
                asked.set()

        return real(*args, **{**options, "progress": told})

    monkeypatch.setattr(study, "compare", stopped)
    code, _, err = call(capsys, "compare", town, "--draws", 8, "--out", tmp_path)
    assert code == 130
    assert "gespeichert" in err
    assert list(tmp_path.glob("*/comparison/runs/**/*.parquet"))


def test_ctrl_c_asks_first_and_breaks_off_then():
    before = signal.getsignal(signal.SIGINT)
    with stop_on_ctrl_c() as asked:
        assert not asked()
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
        assert asked()
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the signal comes a little later
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.5)
    assert signal.getsignal(signal.SIGINT) is before


# --- explain ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "german", "english"),
    [
        ("visit_probability", ["Spanne", "Quelle", "sim/"], ["range", "source", "sim/"]),
        ("care_need_hours_3", ["Stunden je Woche", "care_need_hours_{"], ["hours a week"]),
        ("lonely", ["vom Modell gerechnet"], ["computed by the model"]),
        ("missing_hours", ["missing_minutes / 60", "quartier explain family_care"], ["made of"]),
        ("cost_municipality", ["quartier explain costs"], ["quartier explain costs"]),
        ("meeting_point", ["bewirkt nicht", "Plan meeting_point"], ["does not"]),
        ("care_rates", ["Quelle", "care_rates.csv"], ["source"]),
        ("population", ["population.csv"], ["residents by district"]),
        ("districts", ["districts.csv"], ["districts.csv"]),
        ("services", ["services.csv"], ["services.csv"]),
        ("meeting_points", ["meeting_points.csv"], ["meeting_points.csv"]),
        ("altstadt", ["Menschen", "Quelle"], ["residents", "source"]),
        ("effects", ["Annahmen der Gruppe effects"], ["Assumptions of the group effects"]),
        ("assumptions", ["Gruppe"], ["Group"]),
        ("indicators", ["lonely"], ["lonely"]),
    ],
)
def test_explain_says_meaning_source_and_use(capsys, name, german, english):
    code, out, _ = call(capsys, "explain", name, "--town", ROOT / "scenarios" / "herrenberg")
    assert code == 0
    assert [text for text in german if text not in out] == []
    code, out, _ = call(
        capsys, "--lang", "en", "explain", name, "--town", ROOT / "scenarios" / "herrenberg"
    )
    assert code == 0
    assert [text for text in english if text not in out] == []


def test_explain_suggests(capsys):
    code, _, err = call(capsys, "explain", "Einsamkeit")
    assert code == 2
    assert "fraction_loneliness_death" in err
    code, _, err = call(capsys, "explain", "qqqqq")
    assert code == 2
    assert "quartier explain assumptions" in err


def test_uses_are_found_in_the_source_itself(tmp_path):
    (tmp_path / "rule.py").write_text(
        "def rule(values, visit_share):\n"
        '    a = values["alpha_share"]\n'
        '    b = [values[f"hours_of_grade_{g}"] for g in (1, 2)]\n'
        '    c = "hours_of_grade_{}"\n'
        "    return visit_share * a.beta_share  # alpha_share is only named here\n"
    )
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "words.py").write_text('"alpha_share"\n')
    (tmp_path / "broken.py").write_text("def (:\n")
    assert [use.line for use in uses.uses("alpha_share", tmp_path)] == [2]
    assert [use.line for use in uses.uses("hours_of_grade_2", tmp_path)] == [3, 4]
    assert [use.line for use in uses.uses("beta_share", tmp_path)] == [5]
    assert [use.line for use in uses.uses("visit_share", tmp_path)] == [1, 5]
    assert uses.uses("nothing_of_the_kind", tmp_path) == ()


# --- small things ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "german", "english"),
    [
        (None, "", ""),
        (0.5, "gleich fertig", "nearly done"),
        (12.0, "noch etwa 10 Sekunden", "about 10 seconds left"),
        (61.0, "noch etwa eine Minute", "about a minute left"),
        (200.0, "noch etwa 3 Minuten", "about 3 minutes left"),
        (4 * 3600.0, "noch etwa 4 Stunden", "about 4 hours left"),
    ],
)
def test_time_left_in_words(seconds, german, english):
    assert progress.time_left(seconds, "de") == german
    assert progress.time_left(seconds, "en") == english


def test_a_bar_is_shown_only_to_somebody(capsys):
    watching = Console(file=open(os.devnull, "w", encoding="utf-8"), force_terminal=True)  # noqa: SIM115
    for console in (watching, Console(file=sys.stderr)):
        terminal = Terminal("de", console, console)
        with progress.watched(terminal) as told:
            told(study.Progress(0, 10, 0, None, 0.0))
            told(study.Progress(5, 10, 1, 20.0, 20.0))
        with progress.steps(terminal, "Bilder", "Pictures") as step:
            step(0, 2)
            step(1, 2)
    watching.file.close()
    assert "Simulationen" not in capsys.readouterr().err


def test_starting_is_quick():
    slow = "numba", "pandas", "matplotlib", "scipy", "pyarrow", "mesa", "pydantic_core._x"
    code = f"import sys, sim.cli; print([name for name in {slow!r} if name in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert found.stdout == "[]\n"


def test_as_a_program(tmp_path):
    found = subprocess.run(
        [sys.executable, "-W", "error", "-m", "sim.cli", "--lang", "en", "show", "nothing"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 2
    assert "is no result" in found.stderr
