"""Compiles the second half of a month in a town without residents: `python -m sim.warm_up FOLDER`.

Started by itself at the first run on a computer (`sim.compiled.help_compiling`), beside the process
that makes the residents and compiles the first half (`sim.setting_up.compile_first_half`), so that
two cores take half the time of one. What one leaves in the folder of compiled code the other finds
there. The call that does most of a month needs both halves and comes last.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sim.compiled import everything_is_compiled, help_compiling
from sim.memory import no_search_for_garbage
from sim.model import QuartierModel
from sim.month import (
    Crew,
    month_passes,
    residents_keep_company,
    residents_live,
)
from sim.setting_up import compile_first_half, nobody, settle_in_families, state_of_nobody
from sim.town.plan import Plan
from sim.town.town import Town, read_town


def compile_second_half(town: Town) -> None:
    """The stages most residents pass through, each for several threads and all for one.

    Args:
        town: the town.
    """
    state = state_of_nobody(town)
    with Crew() as crew:
        residents_keep_company(state, crew)
        residents_live(state, crew)
        month_passes(state, crew, 0, 0, 0, 1.0)
    assert state.flows.sum() == 0


def compile_everything(town: Town) -> None:
    """Compile all a run needs, with a helper, and run one month of a town nobody lives in.

    Args:
        town: the town.
    """
    helper = help_compiling(town.folder) if town.files else None
    with no_search_for_garbage():
        empty = nobody()
        settle_in_families(town, empty)
        compile_first_half(town)
        if helper is not None:
            helper.wait()
        model = QuartierModel(town, Plan("nothing", "nichts", "nothing"), population=empty)
        model.step()
    assert model.state.counts.sum() == 0
    assert model.state.reachable.sum() == 0
    model.close()
    everything_is_compiled()


if __name__ == "__main__":
    with no_search_for_garbage():
        compile_second_half(read_town(Path(sys.argv[1])))
