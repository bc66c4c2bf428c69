"""The forecast beside what was counted, and the forecast after that.

Every year a town counts its residents. This room sets the count beside the forecast made before it,
says whether the surprise is more than chance, re-weights the draws of the assumptions, draws new
ones where too few of the old fit, and stores the new forecast next to the old one. It knows
studies (`sim.study`) and no screen.

>>> from sim import updating
>>> found = updating.update("magdeburg_neu_olvenstedt", until=2023)
>>> found.last.surprise.p_value
"""

from sim.updating.again import RerunUpdate, origin_of, rerun_update
from sim.updating.draws import Draw, Space
from sim.updating.drift import Drift
from sim.updating.forecast import Forecast
from sim.updating.learned import Learned, Misfit, learned, misfits
from sim.updating.steps import Step
from sim.updating.surprise import Surprise, surprise
from sim.updating.targets import Targets
from sim.updating.update import Update, update
from sim.updating.weights import effective_number, normalised, resampled

__all__ = [
    "Draw",
    "Drift",
    "Forecast",
    "Learned",
    "Misfit",
    "RerunUpdate",
    "Space",
    "Step",
    "Surprise",
    "Targets",
    "Update",
    "effective_number",
    "learned",
    "misfits",
    "normalised",
    "origin_of",
    "rerun_update",
    "resampled",
    "surprise",
    "update",
]
