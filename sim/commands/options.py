"""Options and arguments of the commands, each with its help in two languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

Say = Callable[[str, str], str]


class Options:
    """Options and arguments that several commands share.

    Args:
        say: picks the language of a text.
    """

    def __init__(self, say: Say) -> None:
        self.say = say
        number = say("ZAHL", "NUMBER")
        self.town = self.argument(
            "STADT",
            "TOWN",
            "Name einer Stadt (herrenberg) oder ihr Ordner",
            "name of a town (herrenberg) or its folder",
        )
        self.places = self.argument(
            "STADT",
            "TOWN",
            "Name einer Stadt (herrenberg) oder ihr Ordner; mehrere Orte: herrenberg elmshorn, "
            "Quartiere: herrenberg:altstadt (oder :* für alle)",
            "name of a town (herrenberg) or its folder; several places: herrenberg elmshorn, "
            "districts: herrenberg:altstadt (or :* for all)",
        )
        self.result = self.argument(
            "ERGEBNIS", "RESULT", "Ordner eines Ergebnisses", "folder of a result"
        )
        self.draws = self.option(
            "--draws",
            help_de="wie oft die unsicheren Annahmen gezogen werden (Voreinstellung 40)",
            help_en="how often the uncertain assumptions are drawn (default 40)",
            min=2,
            metavar=number,
        )
        self.draws_60 = self.option(
            "--draws",
            help_de="wie oft die unsicheren Annahmen gezogen werden (Voreinstellung 60)",
            help_en="how often the uncertain assumptions are drawn (default 60)",
            min=10,
            metavar=number,
        )
        self.seeds = self.option(
            "--seeds",
            help_de="wie oft jede Ziehung mit anderem Zufall gerechnet wird (Voreinstellung 2)",
            help_en="how often each draw is run with other chance (default 2)",
            min=2,
            metavar=number,
        )
        self.runs = self.option(
            "--runs",
            help_de="Simulationen je Plan, statt --draws (Voreinstellung 80 = 40 × 2)",
            help_en="simulations per plan, in place of --draws (default 80 = 40 × 2)",
            min=4,
            metavar=number,
        )
        self.posterior = self.option(
            "--posterior",
            help_de="Datei einer Anpassung (quartier calibrate), aus der Annahmen gezogen werden, "
            "über die sie etwas sagt; none: alle aus ihren Spannen (Voreinstellung: die "
            "mitgelieferte)",
            help_en="file of a fit (quartier calibrate) that assumptions are drawn from where it "
            "says something; none: all from their ranges (default: the one shipped)",
            metavar=say("DATEI", "FILE"),
        )
        self.write_found = self.option(
            "--write",
            help_de="auch die Tabelle in calibration/found neu schreiben",
            help_en="also write the table in calibration/found anew",
        )
        self.write_validation = self.option(
            "--write",
            help_de="auch calibration/VALIDATION.md neu schreiben",
            help_en="also write calibration/VALIDATION.md anew",
        )
        self.write_fit = self.option(
            "--write",
            help_de="auch die mitgelieferte Anpassung (scenarios/germany/posterior.parquet) und "
            "calibration/found neu schreiben",
            help_en="also write the shipped fit (scenarios/germany/posterior.parquet) and "
            "calibration/found anew",
        )
        self.region = self.argument(
            "ORT",
            "PLACE",
            "DE, BW, SH oder ST im Kleinen, oder eine Stadt (herrenberg)",
            "DE, BW, SH or ST in small, or a town (herrenberg)",
        )
        self.about_runs = self.option(
            "--runs",
            help_de="etwa so viele Simulationen (Voreinstellung: je nach Verfahren)",
            help_en="about so many simulations (default: as the method needs)",
            min=4,
            max=1_000_000,
            metavar=number,
        )
        self.seed = self.option(
            "--seed",
            help_de="Startwert: derselbe ergibt dasselbe (Voreinstellung 1)",
            help_en="the same seed gives the same result (default 1)",
            min=0,
            metavar=number,
        )
        self.threads = self.option(
            "--threads",
            help_de="wie viele Simulationen zugleich laufen (Voreinstellung: so viele wie Kerne)",
            help_en="how many simulations run at a time (default: as many as cores)",
            min=1,
            metavar=number,
        )
        self.executor = self.option(
            "--executor",
            help_de="womit gerechnet wird: threads (Voreinstellung), processes, serial oder dask; "
            "das Ergebnis ist dasselbe",
            help_en="what computes: threads (default), processes, serial or dask; the result is "
            "the same",
            metavar=say("ART", "KIND"),
        )
        self.scheduler = self.option(
            "--scheduler",
            help_de="Adresse eines Dask-Schedulers, an dem viele Rechner angemeldet sind "
            "(tcp://rechner:8786); ohne sie startet --executor dask Prozesse auf diesem Rechner",
            help_en="address of a Dask scheduler with many machines (tcp://host:8786); without it, "
            "--executor dask starts processes on this computer",
            metavar=say("ADRESSE", "ADDRESS"),
        )
        self.out = self.option(
            "--out",
            help_de="Ordner für Ergebnisse (Voreinstellung results)",
            help_en="folder for results (default results)",
            metavar=say("ORDNER", "FOLDER"),
        )
        self.name = self.option(
            "--name",
            help_de="Name des Ergebnisses (Voreinstellung: wird gewählt)",
            help_en="name of the result (default: is chosen)",
            metavar="NAME",
        )
        self.align = self.option(
            "--align/--no-align",
            help_de="Annahmen zur Wanderung so bewegen, dass die amtliche Vorausberechnung der "
            "Stadt getroffen wird (Voreinstellung: align in town.toml)",
            help_en="move assumptions about migration to meet the town's official forecast "
            "(default: align in town.toml)",
        )
        self.fresh = self.option(
            "--fresh",
            help_de="ein früheres Ergebnis dieses Namens wegwerfen, statt es fortzusetzen",
            help_en="throw an earlier result of this name away instead of continuing it",
        )

        self.host = self.option(
            "--host",
            help_de="Adresse, unter der es zu erreichen ist; 0.0.0.0 für das ganze Netz, dann mit "
            "Code (Voreinstellung: nur dieser Rechner)",
            help_en="address it can be reached at; 0.0.0.0 for the whole network, then with a code "
            "(default: this computer only)",
            metavar=say("ADRESSE", "ADDRESS"),
        )
        self.port = self.option(
            "--port",
            help_de="Port; 0 nimmt einen freien (Voreinstellung 8765)",
            help_en="port; 0 takes a free one (default 8765)",
            min=0,
            max=65535,
            metavar=number,
        )
        self.browser = self.option(
            "--browser/--no-browser",
            help_de="die Seite im Browser öffnen",
            help_en="open the page in the browser",
        )

    def option(self, *names: str, help_de: str, help_en: str, **more: Any) -> Any:
        """An option; its default is told in the help, in the language."""
        return typer.Option(
            *names,
            help=self.say(help_de, help_en),
            rich_help_panel=self.say("Optionen", "Options"),
            show_default=False,
            **more,
        )

    def argument(self, metavar_de: str, metavar_en: str, help_de: str, help_en: str) -> Any:
        """An argument."""
        return typer.Argument(
            metavar=self.say(metavar_de, metavar_en),
            help=self.say(help_de, help_en),
            rich_help_panel=self.say("Angaben", "Arguments"),
            show_default=False,
        )


def speaking(base: Any, say: Say) -> Any:
    """A class of command whose own option `--help` speaks the language."""

    class Speaking(base):  # type: ignore[misc]
        def get_help_option(self, ctx: Any) -> Any:
            found = super().get_help_option(ctx)
            if found is not None:
                found.help = say("diese Hilfe zeigen", "show this help")
                found.rich_help_panel = say("Optionen", "Options")
            return found

    return Speaking
