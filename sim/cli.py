"""The command `quartier`: names, options and help; the work is done in `sim.commands`.

Nothing heavy is imported here, so that `quartier --help` answers at once.
"""

# No postponed annotations in this file: the help texts in them depend on the language.

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup

from sim import __version__
from sim.commands import places, running
from sim.commands.mistakes import mistake
from sim.commands.options import Options, speaking
from sim.commands.running import Request, draws_of
from sim.commands.terminal import (
    BROKEN,
    STOPPED,
    USAGE,
    WELL,
    Lang,
    Terminal,
    calmly,
    default_language,
    open_terminal,
)

LANGUAGES: tuple[Lang, Lang] = ("de", "en")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `quartier` and return its exit code.

    Args:
        arguments: command line without the program's name; None for that of the process.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang, debug, rest = _everywhere(given)
    if lang is None:
        open_terminal(default_language()).message(
            "Nach --lang wird de oder en erwartet.", "After --lang, de or en is expected."
        )
        return USAGE
    terminal = open_terminal(lang, debug=debug)
    command = typer.main.get_command(build(terminal))
    try:
        code = command.main(args=rest, prog_name="quartier", standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        terminal.message("Abgebrochen.", "Stopped.")
        return STOPPED
    except typer.Exit as end:
        return end.exit_code
    except Exception as error:
        if debug:
            raise
        if hasattr(error, "format_message"):
            terminal.message(mistake(error, "de"), mistake(error, "en"))
            return USAGE
        return _unexpected(terminal, error)
    return code if isinstance(code, int) else WELL


def _unexpected(terminal: Terminal, error: Exception) -> int:
    try:
        with calmly(terminal):
            raise error
    except typer.Exit as end:
        return end.exit_code
    return BROKEN


def _everywhere(given: Sequence[str]) -> tuple[Lang | None, bool, list[str]]:
    """Take `--lang` and `--debug` out of a command line, wherever they stand.

    Returns:
        The language (None if it is neither de nor en), whether to debug, the other arguments.
    """
    rest: list[str] = []
    asked: str | None = None
    debug = False
    waiting = iter(given)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument == "--lang":
            asked = next(waiting, "")
        elif argument.startswith("--lang="):
            asked = argument.partition("=")[2]
        elif argument == "--debug":
            debug = True
        else:
            rest.append(argument)
    if asked is None:
        return default_language(), debug, rest
    return next((lang for lang in LANGUAGES if lang == asked.lower()), None), debug, rest


def build(terminal: Terminal) -> typer.Typer:
    """The commands, with help in the terminal's language.

    Args:
        terminal: where the commands speak.
    """
    say = terminal.say
    shared = Options(say)
    option = shared.option
    app = typer.Typer(
        cls=speaking(TyperGroup, say), add_completion=False, rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        help=say(
            "Älter werden im Quartier: Pläne einer Stadt rechnen und vergleichen.",
            "Growing old in the neighbourhood: simulate and compare a town's plans.",
        ),
    )  # fmt: skip

    def command(german: str, english: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
        return app.command(
            cls=speaking(TyperCommand, say), help=say(german, english),
            rich_help_panel=say("Befehle", "Commands"),
        )  # fmt: skip

    @app.callback(invoke_without_command=True)
    def start(
        context: typer.Context,
        version: Annotated[
            bool, option("--version", help_de="Fassung nennen", help_en="say the version")
        ] = False,
        lang: Annotated[
            str | None,
            option(
                "--lang", help_de="Sprache: de oder en; darf überall stehen",
                help_en="language: de or en; may stand anywhere",
            ),
        ] = None,
        debug: Annotated[
            bool,
            option(
                "--debug", help_de="bei einem Fehler im Programm die Einzelheiten zeigen",
                help_en="show the details of an error in the program",
            ),
        ] = False,
    ) -> None:  # fmt: skip
        if version:
            terminal.show(f"quartier {__version__}")
        elif context.invoked_subcommand is None:
            terminal.out.print(context.get_help(), end="")

    @command(
        "Pläne vergleichen: Antwort, Tabellen, Bilder und Zusammenfassung. Mehrere Orte "
        "(A B, A:quartier) werden je 1.000 Menschen ab 65 verglichen.",
        "Compare plans: answer, tables, pictures and a summary. Several places (A B, A:district) "
        "are compared per 1,000 people aged 65 and over.",
    )
    def compare(
        towns: Annotated[list[str], shared.places],
        *,
        plans: Annotated[
            list[str] | None,
            option(
                "--plans", "--plan",
                help_de="Pläne, mit Komma (sonst: die Frage der Stadt, compare in town.toml)",
                help_en="plans, with commas (otherwise: the town's question, compare in town.toml)",
            ),
        ] = None,
        runs: Annotated[int | None, shared.runs] = None,
        draws: Annotated[int, shared.draws] = 40,
        seeds: Annotated[int, shared.seeds] = 2,
        seed: Annotated[int, shared.seed] = 1,
        threads: Annotated[int | None, shared.threads] = None,
        out: Annotated[Path, shared.out] = Path("results"),
        name: Annotated[str | None, shared.name] = None,
        fresh: Annotated[bool, shared.fresh] = False,
        align: Annotated[bool | None, shared.align] = None,
        posterior: Annotated[str | None, shared.posterior] = None,
        executor: Annotated[str | None, shared.executor] = None,
        scheduler: Annotated[str | None, shared.scheduler] = None,
    ) -> None:  # fmt: skip
        with calmly(terminal):
            number = draws_of(draws, seeds, runs)
            request = Request(
                number, seeds, seed, out, name, threads, fresh, align, executor, scheduler,
                posterior,
            )  # fmt: skip
            if places.is_one_town(towns):
                running.compare(terminal, towns[0], plans or (), request)
            else:
                places.compare_places(terminal, towns, plans or (), request)

    @command(
        "Einen Plan oder mehrere rechnen und das Ergebnis ablegen.",
        "Run one plan or several and store the result.",
    )
    def run(
        town: Annotated[str, shared.town],
        *,
        plans: Annotated[
            list[str] | None,
            option(
                "--plan", "--plans", help_de="Plan; mehrfach oder mit Komma",
                help_en="plan; several times or with commas",
            ),
        ] = None,
        runs: Annotated[int | None, shared.runs] = None,
        draws: Annotated[int, shared.draws] = 40,
        seeds: Annotated[int, shared.seeds] = 2,
        seed: Annotated[int, shared.seed] = 1,
        threads: Annotated[int | None, shared.threads] = None,
        out: Annotated[Path, shared.out] = Path("results"),
        name: Annotated[str | None, shared.name] = None,
        fresh: Annotated[bool, shared.fresh] = False,
        align: Annotated[bool | None, shared.align] = None,
        posterior: Annotated[str | None, shared.posterior] = None,
        executor: Annotated[str | None, shared.executor] = None,
        scheduler: Annotated[str | None, shared.scheduler] = None,
    ) -> None:  # fmt: skip
        with calmly(terminal):
            number = draws_of(draws, seeds, runs)
            request = Request(
                number, seeds, seed, out, name, threads, fresh, align, executor, scheduler,
                posterior,
            )  # fmt: skip
            running.run(terminal, town, plans or (), request)

    @command(
        "Gezählte Einwohner neben die Vorausrechnung stellen und neu vorausrechnen.",
        "Set counted residents beside the forecast and make a new forecast.",
    )
    def update(
        town: Annotated[str, shared.town],
        *,
        until: Annotated[
            int | None,
            option(
                "--until", metavar=say("JAHR", "YEAR"),
                help_de="nur Zählungen bis zu diesem Jahr (Voreinstellung: alle)",
                help_en="only counts up to this year (default: all)",
            ),
        ] = None,
        observations: Annotated[
            Path | None,
            option(
                "--observations", metavar=say("DATEI", "FILE"),
                help_de="Tabelle der Zählungen (Voreinstellung: observations.csv der Stadt)",
                help_en="table of counts (default: the town's observations.csv)",
            ),
        ] = None,
        plans: Annotated[
            list[str] | None,
            option(
                "--plans", "--plan", help_de="Pläne, die neu gerechnet werden, mit Komma",
                help_en="plans to run under the new forecast, with commas",
            ),
        ] = None,
        draws: Annotated[int, shared.draws_60] = 60,
        seeds: Annotated[int, shared.seeds] = 2,
        seed: Annotated[int, shared.seed] = 1,
        threads: Annotated[int | None, shared.threads] = None,
        out: Annotated[Path, shared.out] = Path("results"),
    ) -> None:  # fmt: skip
        from sim.commands import updating

        with calmly(terminal):
            updating.update(
                terminal, town, plans or (),
                updating.UpdateRequest(until, observations, draws, seeds, seed, out, threads),
            )  # fmt: skip

    @command(
        "Rechenprozesse auf diesem Rechner bereitstellen (Dask), bis Strg-C.",
        "Keep worker processes ready on this computer (Dask), until Ctrl-C.",
    )
    def cluster(
        *,
        threads: Annotated[int | None, shared.threads] = None,
        port: Annotated[
            int,
            option(
                "--port", min=0, max=65535, metavar=say("ZAHL", "NUMBER"),
                help_de="Anschluss des Schedulers (Voreinstellung: ein freier)",
                help_en="port of the scheduler (default: any that is free)",
            ),
        ] = 0,
    ) -> None:  # fmt: skip
        from sim.commands import clustering

        with calmly(terminal):
            clustering.cluster(terminal, threads, port)

    @command("Den Ordner einer Stadt prüfen: alle Fehler auf einmal.",
             "Check a town's folder: all problems at once.")  # fmt: skip
    def check(folder: Annotated[str, shared.town]) -> None:
        from sim.commands import towns

        with calmly(terminal):
            towns.check(terminal, folder)

    @command(
        "Den Ordner einer neuen Stadt anlegen, mit Fragen oder aus einer Antwortdatei.",
        "Make the folder of a new town, with questions or from a file of answers.",
    )
    def new(
        name: Annotated[
            str,
            shared.argument(
                "NAME", "NAME", "Name der Stadt; der Ordner heißt danach",
                "name of the town; its folder is called so",
            ),
        ],
        *,
        answers: Annotated[
            Path | None,
            option(
                "--from", help_de="Datei mit Antworten, statt zu fragen",
                help_en="file of answers, in place of questions",
                metavar=say("DATEI", "FILE"),
            ),
        ] = None,
        into: Annotated[
            Path | None,
            option(
                "--into", help_de="Ordner, in dem der neue stehen soll (sonst: scenarios)",
                help_en="folder the new one shall stand in (otherwise: scenarios)",
                metavar=say("ORDNER", "FOLDER"),
            ),
        ] = None,
        improve: Annotated[
            bool | None,
            option(
                "--improve/--no-improve",
                help_de="danach ausrechnen, welche bessere Zahl am meisten brächte",
                help_en="compute afterwards which better figure would help most",
            ),
        ] = None,
    ) -> None:  # fmt: skip
        from sim.commands import founding

        with calmly(terminal):
            founding.new(terminal, name, answers, into, improve)

    @command(
        "Ausrechnen, welche bessere Zahl den Vergleich der Pläne am meisten bewegen würde.",
        "Compute which better figure would move the comparison of plans most.",
    )
    def improve(
        town: Annotated[str, shared.town],
        *,
        plans: Annotated[
            list[str] | None,
            option(
                "--plans", "--plan", help_de="Pläne, mit Komma (sonst: die ersten der Stadt)",
                help_en="plans, with commas (otherwise: the town's first)",
            ),
        ] = None,
        seeds: Annotated[int | None, shared.seeds] = None,
        threads: Annotated[int | None, shared.threads] = None,
        out: Annotated[Path, shared.out] = Path("results"),
    ) -> None:  # fmt: skip
        from sim.commands import improving

        with calmly(terminal):
            improving.improve(terminal, town, plans, seeds, out, threads)

    @command(
        "Das Dashboard im Browser öffnen: Pläne bauen, vergleichen, ausprobieren, Werkstatt.",
        "Open the dashboard in the browser: build plans, compare, try out, hold a workshop.",
    )
    def dashboard(
        *,
        host: Annotated[str, shared.host] = "127.0.0.1",
        port: Annotated[int, shared.port] = 8765,
        browser: Annotated[bool, shared.browser] = True,
    ) -> None:
        from sim.commands import dashboard as opening

        with calmly(terminal):
            opening.dashboard(terminal, host, port, browser=browser)

    @command("Die Pläne einer Stadt nennen.", "List a town's plans.")
    def plans(town: Annotated[str, shared.town]) -> None:
        from sim.commands import towns

        with calmly(terminal):
            towns.plans(terminal, town)

    @command("Ein Ergebnis im Terminal zeigen.", "Show a result in the terminal.")
    def show(
        result: Annotated[Path, shared.result],
        indicators: Annotated[
            list[str] | None,
            option(
                "--indicator", help_de="nur diese Größe, Jahr für Jahr und nach Bezirken",
                help_en="only this indicator, year by year and by district",
            ),
        ] = None,
        year: Annotated[
            str | None,
            option("--year", help_de="Jahr der Bezirke", help_en="year of the districts"),
        ] = None,
    ) -> None:  # fmt: skip
        from sim.commands import showing

        with calmly(terminal):
            showing.show(terminal, result, indicators or (), year)

    @command(
        "Aus einem Ergebnis eine Ratsvorlage machen: DOCX, PDF und alle Zahlen als XLSX.",
        "Make a council paper of a result: DOCX, PDF and all numbers as XLSX.",
    )
    def paper(
        result: Annotated[Path, shared.result],
        *,
        formats: Annotated[
            list[str] | None,
            option(
                "--format", metavar="docx,pdf,xlsx", help_de="nur diese Formate, mit Komma",
                help_en="only these formats, with commas",
            ),
        ] = None,
        author: Annotated[
            str,
            option("--author", metavar="NAME", help_de="wer sie einbringt",
                   help_en="who hands it in"),
        ] = "",
        out: Annotated[
            Path | None,
            option(
                "--out", metavar=say("ORDNER", "FOLDER"),
                help_de="Ordner der Dateien (Voreinstellung: der des Ergebnisses)",
                help_en="folder of the files (default: the result's)",
            ),
        ] = None,
        fresh: Annotated[
            bool,
            option(
                "--fresh", help_de="frühere Dateien überschreiben, auch bearbeitete",
                help_en="write over earlier files, edited ones too",
            ),
        ] = False,
    ) -> None:  # fmt: skip
        from sim.commands import papering

        with calmly(terminal):
            papering.paper(terminal, result, formats or (), author, out, fresh=fresh)

    @command(
        "Erklären, was ein Name bedeutet, woher die Zahl kommt und wo sie gebraucht wird.",
        "Explain what a name means, where the number comes from and where it is used.",
    )
    def explain(
        name: Annotated[
            str,
            shared.argument(
                "NAME", "NAME",
                "eine Annahme, Größe, Maßnahme, Tabelle, ein Plan oder Bezirk",
                "an assumption, indicator, measure, table, plan or district",
            ),
        ],
        town: Annotated[
            str | None,
            option("--town", help_de="Stadt, deren Zahlen gelten", help_en="town to use"),
        ] = None,
    ) -> None:  # fmt: skip
        from sim.commands import explaining

        with calmly(terminal):
            explaining.explain(terminal, name, town)

    @command(
        "Ein Ergebnis aus seinem eigenen Ordner noch einmal rechnen und Zahl für Zahl vergleichen.",
        "Run a result again from its own folder and compare it number by number.",
    )
    def rerun(
        result: Annotated[Path, shared.result],
        threads: Annotated[int | None, shared.threads] = None,
    ) -> None:
        from sim.commands import showing, updating

        with calmly(terminal):
            folder = showing.result_folder(terminal, result)
            if places.is_places(folder):
                places.rerun(terminal, folder, threads)
                return
            again = updating.rerun if updating.is_update(folder) else running.rerun
            again(terminal, folder, threads)

    @command(
        "Annahmen bewegen und sagen, was das Modell bewegt: Kurven, Morris, Sobol.",
        "Move assumptions and say what moves the model: curves, Morris, Sobol.",
    )
    def sensitivity(
        place: Annotated[str, shared.region],
        *,
        method: Annotated[
            str,
            option(
                "--method",
                help_de="oat (eine Annahme allein, mit Bildern), morris oder sobol "
                "(Voreinstellung morris)",
                help_en="oat (one assumption at a time, with pictures), morris or sobol "
                "(default morris)",
            ),
        ] = "morris",
        assumptions: Annotated[
            list[str] | None,
            option(
                "--assumptions", help_de="nur diese Annahmen, mit Komma (sonst: alle unsicheren)",
                help_en="only these assumptions, with commas (otherwise: all uncertain ones)",
            ),
        ] = None,
        runs: Annotated[int | None, shared.about_runs] = None,
        seed: Annotated[int, shared.seed] = 1,
        threads: Annotated[int | None, shared.threads] = None,
        out: Annotated[Path, shared.out] = Path("results"),
        executor: Annotated[str | None, shared.executor] = None,
        scheduler: Annotated[str | None, shared.scheduler] = None,
        write: Annotated[bool, shared.write_found] = False,
    ) -> None:  # fmt: skip
        from sim.commands import calibrating

        with calmly(terminal):
            names = calibrating.names_of(assumptions or ())
            calibrating.sensitivity(
                terminal, place,
                calibrating.SensitivityRequest(
                    method, names, runs, seed, threads, out, executor, scheduler, write
                ),
            )  # fmt: skip

    @command(
        "Zahlen, die zurückgehalten wurden, neben dem, was ohne sie vorausgesagt worden wäre.",
        "Figures that were kept back beside what would have been forecast without them.",
    )
    def validate(
        regions: Annotated[
            list[str] | None,
            shared.argument(
                "ORT", "PLACE", "DE, SH oder eine Stadt (sonst: alle mit zurückgehaltenen Zahlen)",
                "DE, SH or a town (otherwise: all with figures kept back)",
            ),
        ] = None,
        *,
        draws: Annotated[int, shared.draws] = 40,
        seed: Annotated[int, shared.seed] = 1,
        threads: Annotated[int | None, shared.threads] = None,
        out: Annotated[Path, shared.out] = Path("results"),
        posterior: Annotated[str | None, shared.posterior] = None,
        executor: Annotated[str | None, shared.executor] = None,
        scheduler: Annotated[str | None, shared.scheduler] = None,
        write: Annotated[bool, shared.write_validation] = False,
    ) -> None:  # fmt: skip
        from sim.commands import calibrating

        with calmly(terminal):
            asked = calibrating.ValidationRequest(
                tuple(regions or ()), draws, seed, threads, out, posterior, executor, scheduler,
                write,
            )  # fmt: skip
            calibrating.validate(terminal, asked)

    @command(
        "Annahmen suchen, die zu den veröffentlichten Zahlen Deutschlands passen.",
        "Search for assumptions that suit the published figures of Germany.",
    )
    def calibrate(
        *,
        everything: Annotated[
            bool,
            option(
                "--all",
                help_de="auch die Zahlen anpassen, die zum Beurteilen zurückgehalten waren",
                help_en="fit the figures that were kept back to judge as well",
            ),
        ] = False,
        recover: Annotated[
            int,
            option(
                "--recover", metavar=say("WELTEN", "WORLDS"), min=0, max=100_000,
                help_de="statt dessen prüfen, ob die Suche in so vielen erfundenen Welten die "
                "Annahmen wiederfindet",
                help_en="instead try whether the search finds the assumptions of so many made-up "
                "worlds again",
            ),
        ] = 0,
        waves: Annotated[
            int,
            option(
                "--waves", min=1, max=20, help_de="Wellen der Suche (Voreinstellung 3)",
                help_en="waves of the search (default 3)",
            ),
        ] = 3,
        runs: Annotated[
            int,
            option(
                "--runs", min=20, max=100_000, help_de="Läufe je Welle (Voreinstellung 200)",
                help_en="runs of a wave (default 200)",
            ),
        ] = 200,
        draws: Annotated[
            int,
            option(
                "--draws", min=20, max=10_000, help_de="Ziehungen am Ende (Voreinstellung 1000)",
                help_en="draws at the end (default 1000)",
            ),
        ] = 1_000,
        persons: Annotated[
            int,
            option(
                "--persons", min=6_000, max=1_000_000,
                help_de="Einwohner des Landes im Kleinen (Voreinstellung 20000)",
                help_en="residents of the nation in small (default 20000)",
            ),
        ] = 20_000,
        seed: Annotated[int, shared.seed] = 1,
        threads: Annotated[int | None, shared.threads] = None,
        out: Annotated[Path, shared.out] = Path("results"),
        executor: Annotated[str | None, shared.executor] = None,
        scheduler: Annotated[str | None, shared.scheduler] = None,
        write: Annotated[bool, shared.write_fit] = False,
    ) -> None:  # fmt: skip
        from sim.commands import calibrating

        with calmly(terminal):
            calibrating.calibrate(
                terminal,
                calibrating.FitRequest(
                    everything, waves, runs, draws, recover, persons, seed, threads, out,
                    executor, scheduler, write,
                ),
            )  # fmt: skip

    @command(
        "Unter welchen Zukünften ein Plan besser ist als ein anderer; was zu wissen sich lohnt.",
        "Under which futures is a plan better than another, and what is worth finding out?",
    )
    def futures(
        result: Annotated[Path, shared.result],
        *,
        plan: Annotated[
            str | None,
            option(
                "--plan", help_de="der Plan, der besser sein könnte (sonst: der erste)",
                help_en="the plan that may be better (otherwise: the first)",
            ),
        ] = None,
        against: Annotated[
            str | None,
            option(
                "--against", help_de="der andere Plan (sonst: der zweite)",
                help_en="the other plan (otherwise: the second)",
            ),
        ] = None,
        indicators: Annotated[
            list[str] | None,
            option(
                "--indicator", help_de="Größen, auf die es ankommt, mit Komma",
                help_en="quantities that count, with commas",
            ),
        ] = None,
        along: Annotated[
            list[str] | None,
            option(
                "--along",
                help_de="Größen, die auch Bedingung sein dürfen, etwa visitors_share_65",
                help_en="quantities that may be conditions too, such as visitors_share_65",
            ),
        ] = None,
        euros: Annotated[
            float | None,
            option(
                "--euros", min=0.0,
                help_de="was eine Einheit wert ist; dann zählen auch die Kosten",
                help_en="what a unit is worth; then costs count as well",
            ),
        ] = None,
        payer: Annotated[
            str,
            option(
                "--payer", help_de="wessen Kosten zählen (Voreinstellung municipality)",
                help_en="whose costs count (default municipality)",
            ),
        ] = "municipality",
    ) -> None:  # fmt: skip
        from sim.commands import calibrating
        from sim.commands import futures as finding

        with calmly(terminal):
            asked = finding.FuturesRequest(
                plan, against, calibrating.names_of(indicators or ()),
                calibrating.names_of(along or ()), euros, payer,
            )  # fmt: skip
            finding.show_futures(terminal, result, asked)

    return app


if __name__ == "__main__":
    sys.exit(main())
