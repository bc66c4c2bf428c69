"""Progress with time left, in words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from sim.commands.terminal import Lang, Terminal

if TYPE_CHECKING:
    from sim.study import Progress as StudyProgress

LOOK_EVERY = 0.5
"""Seconds between two looks at what has been compiled."""

SHORT = 2.0
"""Seconds below which nobody needs to be told how long it will take."""


def time_left(seconds: float | None, lang: Lang) -> str:
    """Time left, no finer than it is known: "noch etwa 3 Minuten"."""
    german = lang == "de"
    if seconds is None:
        return ""
    if seconds < SHORT:
        return "gleich fertig" if german else "nearly done"
    if seconds < 55:
        rounded = max(5, round(seconds / 5) * 5)
        return f"noch etwa {rounded} Sekunden" if german else f"about {rounded} seconds left"
    minutes = round(seconds / 60)
    if minutes <= 1:
        return "noch etwa eine Minute" if german else "about a minute left"
    if minutes < 90:
        return f"noch etwa {minutes} Minuten" if german else f"about {minutes} minutes left"
    hours = round(minutes / 60)
    return f"noch etwa {hours} Stunden" if german else f"about {hours} hours left"


@contextmanager
def watched(terminal: Terminal) -> Iterator[Callable[[StudyProgress], None]]:
    """A bar for the simulations of a study; yields what `sim.study` calls after each task."""
    from sim.compiled import share_compiled

    first = terminal.say(
        "Vorbereitung (beim ersten Mal werden die Regeln übersetzt, bis zu einer Minute)",
        "Preparing (the first time the rules are compiled, up to a minute)",
    )
    begun = threading.Event()
    with _bar(terminal) as progress:
        bar = progress.add_task(first, total=None, left="")

        def look() -> None:
            """While rules are compiled: how many are, and how long the rest may take."""
            while not begun.wait(LOOK_EVERY):
                share = share_compiled()
                if 0.0 < share < 1.0:
                    elapsed = progress.tasks[0].elapsed or 0.0
                    left = time_left(elapsed / share * (1.0 - share), terminal.lang)
                    progress.update(bar, completed=round(100 * share), total=100, left=left)

        def told(state: StudyProgress) -> None:
            if state.seconds_left is not None or state.done > 0:
                begun.set()
            words = terminal.say("Simulationen", "Simulations") if begun.is_set() else first
            if state.failed:
                words += terminal.say(f" ({state.failed} gescheitert)", f" ({state.failed} failed)")
            progress.update(
                bar,
                completed=state.done,
                total=state.total,
                description=words,
                left=time_left(state.seconds_left, terminal.lang),
            )

        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield told
        finally:
            begun.set()
            watcher.join()


@contextmanager
def steps(terminal: Terminal, german: str, english: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for work of known steps; yields a function of (done, total)."""
    with _bar(terminal) as progress:
        bar = progress.add_task(terminal.say(german, english), total=None, left="")

        def told(done: int, total: int) -> None:
            task = progress.tasks[0]
            elapsed = task.elapsed or 0.0
            left = elapsed / done * (total - done) if done else None
            progress.update(bar, completed=done, total=total, left=time_left(left, terminal.lang))

        yield told


def _bar(terminal: Terminal) -> Progress:
    # Where nobody watches (a log, a pipe) there is no bar to clear away.
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
        console=terminal.err,
        transient=True,
        disable=not terminal.err.is_terminal,
    )


@contextmanager
def counting(terminal: Terminal) -> Iterator[Callable[[int], None]]:
    """A count of rows whose number nobody knows yet; yields a function of the rows read."""
    from sim.intake.collected import thousands

    with _bar(terminal) as progress:
        bar = progress.add_task("", total=None, left="", visible=False)

        def told(rows: int) -> None:
            words = terminal.say(
                f"{thousands(rows, 'de')} Zeilen gezählt", f"{thousands(rows, 'en')} rows counted"
            )
            progress.update(bar, description=words, completed=rows, visible=True)

        yield told
