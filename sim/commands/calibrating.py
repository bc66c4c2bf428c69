"""`quartier sensitivity`, `calibrate` and `validate`: the model held against published figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.progress import steps, watched
from sim.commands.terminal import USAGE, Terminal, stop_on_ctrl_c

if TYPE_CHECKING:
    from calibration.evaluated import Evaluated
    from calibration.sensitivity import Sensitivity


@dataclass(frozen=True)
class SensitivityRequest:
    """What is to be moved, and how.

    Attributes:
        method: `oat`, `morris` or `sobol`.
        assumptions: those to move; empty for all.
        runs: about how many runs; None for the usual number.
        seed: of samples and chance.
        threads: runs at a time; None for all cores.
        out: folder of results.
    """

    method: str
    assumptions: tuple[str, ...]
    runs: int | None
    seed: int
    threads: int | None
    out: Path


def names_of(given: Sequence[str]) -> tuple[str, ...]:
    """Names as given, with commas or one by one, each once."""
    names = [name.strip() for part in given for name in part.split(",") if name.strip()]
    return tuple(dict.fromkeys(names))


def sensitivity(terminal: Terminal, place: str, request: SensitivityRequest) -> None:
    """Move assumptions and say what moves the model."""
    from calibration.evaluated import open_evaluated
    from calibration.outputs import figures_as_outputs, headline_outputs
    from calibration.place import open_place
    from calibration.sensitivity import METHODS, method_for
    from calibration.targets import read_targets

    if request.method not in METHODS:
        raise terminal.fail(
            USAGE,
            f"Unbekanntes Verfahren „{request.method}“. Möglich: {', '.join(METHODS)}.",
            f"Unknown method “{request.method}”. Choose one of: {', '.join(METHODS)}.",
        )
    targets = read_targets()
    region, town = open_place(place, targets)
    outputs = (*figures_as_outputs(targets, region), *headline_outputs(town))
    evaluated = open_evaluated(town, outputs, request.out)
    names = request.assumptions or None
    with evaluating(terminal, evaluated, request.threads) as evaluate:
        found = method_for(request.method, evaluated, evaluate, names, request.runs, request.seed)
    _tell_sensitivity(terminal, evaluated, found, request.out, region)


@contextmanager
def evaluating(
    terminal: Terminal, evaluated: Evaluated, threads: int | None
) -> Iterator[Callable[[Sequence[Any]], Any]]:
    """While it lasts: a function that simulates runs, with a bar, and stops at Ctrl-C."""
    with stop_on_ctrl_c() as should_stop, watched(terminal) as progress:
        yield lambda runs: evaluated(
            runs, workers=threads, progress=progress, should_stop=should_stop
        )


def _tell_sensitivity(
    terminal: Terminal, evaluated: Evaluated, found: Sensitivity, out: Path, region: str
) -> None:
    from calibration.sensitivity_pictures import curve_picture, pictured
    from calibration.sensitivity_words import output_table, ranking_table
    from sim.study.files import write_whole

    ledger = evaluated.town.ledger
    lang = terminal.lang
    terminal.tables(
        ranking_table(found, ledger, lang), output_table(found, evaluated.outputs, lang)
    )
    folder = out / "calibration" / f"sensitivity-{region}-{found.method}"
    write_whole(folder / "effects.csv", found.effects.to_csv(index=False).encode())
    if not found.curves.empty:
        write_whole(folder / "curves.csv", found.curves.to_csv(index=False).encode())
        with steps(terminal, "Bilder", "Pictures") as told:
            shown = pictured(evaluated.outputs)
            for number, output in enumerate(shown):
                told(number, len(shown))
                picture = curve_picture(found, output, ledger, lang)
                if picture is not None:
                    picture.write(folder / "pictures")
    terminal.show(terminal.path(folder))
