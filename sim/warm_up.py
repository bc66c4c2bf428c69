"""Compiles every stage in a town without residents: `python -m sim.warm_up FOLDER`.

Started by itself at the first run on a computer (`sim.compiled.help_compiling`), so that the
second core is not idle while the first makes the residents.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from sim.compiled import COMPLETE, folder_of_compiled_code
from sim.model import QuartierModel
from sim.residents import Population, empty_columns
from sim.setting_up import settle_in_families
from sim.town.plan import Plan
from sim.town.town import read_town


def compile_everything(folder: Path) -> None:
    """Run one month of a town nobody lives in; whatever is called is compiled and kept.

    Args:
        folder: of a town.
    """
    town = read_town(folder)
    nobody = Population(empty_columns(0), np.zeros(0, np.int16), np.zeros(0, np.int16))
    settle_in_families(town, nobody)
    model = QuartierModel(
        town, Plan("nothing", "nichts", "nothing"), population=nobody, collect=False
    )
    model.step()
    assert model.state.counts.sum() == 0
    assert model.state.reachable.sum() == 0
    model.close()
    (folder_of_compiled_code() / COMPLETE).touch()


if __name__ == "__main__":
    compile_everything(Path(sys.argv[1]))
