"""Compiles every stage in a town without residents: `python -m sim.warm_up FOLDER`.

Started by itself at the first run on a computer (`sim.compiled.help_compiling`), so that no core is
idle while the first makes the residents. It halves the work once more with a process that begins
with what it would come to last itself. What one leaves in the folder of compiled code the other
finds there.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from sim.compiled import COMPLETE, beside, folder_of_compiled_code
from sim.model import QuartierModel
from sim.month import (
    Crew,
    make_room,
    people_come_and_go,
    residents_keep_company,
    residents_live,
)
from sim.residents import Population, empty_columns
from sim.setting_up import make_state, settle_in_families
from sim.town.plan import Plan
from sim.town.town import Town, read_town

HALF = "half"
"""Second word on the command line: compile what the other process comes to last."""


def nobody() -> Population:
    """A population of no residents."""
    return Population(empty_columns(0), np.zeros(0, np.int16), np.zeros(0, np.int16))


def compile_half(town: Town) -> None:
    """The first two stages and the last over a table without residents, and counting."""
    state = make_state(town, town.ledger.values(), nobody(), None, [], town.population_seed)
    state.clear_counts()
    make_room(state, 0)
    with Crew() as crew:
        residents_live(state, crew)
        residents_keep_company(state, crew)
    people_come_and_go(state)
    assert state.counts.sum() == 0
    assert state.reachable.sum() == 0


def compile_everything(town: Town) -> None:
    """Run one month of a town nobody lives in; whatever is called is compiled and kept.

    Args:
        town: the town.
    """
    empty = nobody()
    settle_in_families(town, empty)
    model = QuartierModel(town, Plan("nothing", "nichts", "nothing"), population=empty)
    model.step()
    assert model.state.counts.sum() == 0
    assert model.state.reachable.sum() == 0
    model.close()
    (folder_of_compiled_code() / COMPLETE).touch()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    if sys.argv[2:] == [HALF]:
        compile_half(read_town(folder))
    else:
        other = beside("sim.warm_up", str(folder), HALF)
        compile_everything(read_town(folder))
        if other is not None:
            other.wait()
