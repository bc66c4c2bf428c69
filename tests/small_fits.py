"""A fit small enough for a test, with the model itself."""

from __future__ import annotations

from calibration import read_targets
from calibration.evaluated import Evaluated
from calibration.fitting.accept import accepted
from calibration.fitting.figures import figures_to_fit, read_discrepancies
from calibration.fitting.posterior import Fit
from calibration.fitting.waves import search
from calibration.outputs import figures_as_outputs
from calibration.space import Space

NAMES = ("visit_probability", "habit_gain", "know_share", "care_need_hours_3")


def small_fit(town, executor):
    outputs = [
        one
        for one in figures_as_outputs(read_targets(), "DE")
        if one.target.name == "share_visiting"
    ]
    evaluated = Evaluated(town, tuple(outputs))
    fitted = figures_to_fit(read_targets(), "DE", read_discrepancies())
    fitted = fitted.only([fitted.keys.index(one.key) for one in outputs])
    space = Space(town.ledger, NAMES)

    def evaluate(runs):
        return evaluated(runs, executor=executor, workers=2)

    found = search(space, fitted, evaluate, waves=1, runs=32)
    return Fit("DE", False, 1, found, accepted(found, evaluate, (0,), draws=80)), evaluated
