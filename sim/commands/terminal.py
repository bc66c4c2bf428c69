"""The terminal: one language, calm messages, and an end that a script can read.

Exit codes: 0 all is well; 1 problems in the data or the result; 2 the command was not understood;
3 an error in the program; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

import typer
from rich.console import Console, RenderableType
from rich.text import Text

if TYPE_CHECKING:
    from sim.report.table import Table

Lang = Literal["de", "en"]

WELL, PROBLEMS, USAGE, BROKEN, STOPPED = 0, 1, 2, 3, 130


def default_language(environment: dict[str, str] | None = None) -> Lang:
    """English if the computer speaks English, otherwise German.

    Args:
        environment: environment variables; None for those of the process.
    """
    known = dict(os.environ) if environment is None else environment
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if known.get(name):
            return "en" if known[name].lower().startswith("en") else "de"
    return "de"


@dataclass(frozen=True)
class Terminal:
    """Where a command speaks.

    Attributes:
        lang: language of everything said.
        out: results.
        err: messages.
        debug: show the traceback of an unexpected error.
    """

    lang: Lang
    out: Console
    err: Console
    debug: bool = False

    def say(self, german: str, english: str) -> str:
        """The text in the terminal's language."""
        return german if self.lang == "de" else english

    def show(self, what: RenderableType = "") -> None:
        """A result: text as it is, or a table."""
        _print(self.out, Text(what) if isinstance(what, str) else what)

    def tables(self, *tables: Table) -> None:
        """Tables, each in as many parts as the width of the terminal asks for."""
        from sim.report.table import in_parts

        for table in tables:
            for part in in_parts(table, self.out.width):
                self.out.print(part.rich())

    def message(self, german: str, english: str) -> None:
        """A message beside the result."""
        _print(self.err, Text(self.say(german, english)))

    def path(self, path: Path) -> Text:
        """A path that many terminals open with a click."""
        text = Text(str(path))
        try:
            text.stylize(f"link {path.resolve().as_uri()}")
        except ValueError:  # a path without an address
            return text
        return text

    def fail(self, code: int, german: str, english: str) -> typer.Exit:
        """Say why a command ends; to be raised."""
        self.message(german, english)
        return typer.Exit(code)


def _print(console: Console, what: RenderableType) -> None:
    # Into a file or a pipe a sentence goes in one line, so that it can be searched for.
    console.print(what, soft_wrap=isinstance(what, Text) and not console.is_terminal)


def open_terminal(lang: Lang, *, debug: bool = False) -> Terminal:
    """The process's own terminal."""
    return Terminal(
        lang, Console(highlight=False), Console(stderr=True, highlight=False), debug=debug
    )


@contextmanager
def calmly(terminal: Terminal) -> Iterator[None]:
    """Turn whatever goes wrong into one message and an exit code.

    Raises:
        typer.Exit: with the code.
    """
    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        raise terminal.fail(STOPPED, "Abgebrochen.", "Stopped.") from None
    except BrokenPipeError:
        # Somebody closed the pipe, as `| head` does: there is nobody left to tell.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(WELL) from None
    except Exception as error:
        if terminal.debug:
            terminal.err.print_exception()
        raise _told(terminal, error) from None


def _told(terminal: Terminal, error: Exception) -> typer.Exit:
    # Errors of other rooms are told apart only when there is one, so that starting stays quick.
    from sim.study.errors import Interrupted, StudyError
    from sim.town.problems import TownError

    if isinstance(error, TownError):
        return told_problems(terminal, error)
    if isinstance(error, Interrupted):
        return told_interruption(terminal, error)
    if isinstance(error, StudyError):
        return terminal.fail(PROBLEMS, error.text("de"), error.text("en"))
    if isinstance(error, OSError):
        return _told_system(terminal, error)
    if isinstance(error, MemoryError):
        return terminal.fail(
            PROBLEMS,
            "Der Arbeitsspeicher reicht nicht. Bitte andere Programme schließen oder mit "
            "--threads 1 rechnen.",
            "There is not enough memory. Please close other programs or use --threads 1.",
        )
    kind = type(error).__name__
    return terminal.fail(
        BROKEN,
        f"Das ist ein Fehler im Programm ({kind}), nicht in Ihren Daten. Bitte melden Sie ihn "
        "dort, wo Sie das Programm herhaben, mit Ihrem Aufruf und dem, was er mit --debug ausgibt.",
        f"This is an error in the program ({kind}), not in your data. Please report it where you "
        "got the program, with your command and what it prints with --debug.",
    )


def told_problems(terminal: Terminal, error: Any) -> typer.Exit:
    """List all problems of a town."""
    problems = error.problems
    for problem in problems:
        _print(terminal.err, Text("• " + problem.text(terminal.lang)))
    if len(problems) > 1:
        terminal.message(f"{len(problems)} Fehler.", f"{len(problems)} problems.")
    return typer.Exit(PROBLEMS)


def told_interruption(terminal: Terminal, error: Any) -> typer.Exit:
    """Say what is kept after Ctrl-C."""
    terminal.message(error.text("de"), error.text("en"))
    return typer.Exit(STOPPED)


def _told_system(terminal: Terminal, error: OSError) -> typer.Exit:
    place = f"{error.filename}: " if error.filename else ""
    if error.errno == errno.ENOSPC:
        return terminal.fail(
            PROBLEMS,
            f"{place}Der Datenträger ist voll. Bitte Platz schaffen und denselben Befehl noch "
            "einmal eingeben; Fertiges bleibt erhalten.",
            f"{place}the disk is full. Please make room and give the same command again; what is "
            "finished is kept.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return terminal.fail(
            PROBLEMS,
            f"{place}Der Zugriff ist nicht erlaubt. Bitte die Rechte prüfen oder mit --out einen "
            "anderen Ordner wählen.",
            f"{place}access is denied. Please check the permissions or choose another folder with "
            "--out.",
        )
    reason = error.strerror or type(error).__name__
    return terminal.fail(PROBLEMS, f"{place}{reason}.", f"{place}{reason}.")


@contextmanager
def stop_on_ctrl_c() -> Iterator[Callable[[], bool]]:
    """While it lasts, Ctrl-C asks for a stop; a second one breaks off at once.

    Yields:
        A function that tells whether a stop was asked for.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
