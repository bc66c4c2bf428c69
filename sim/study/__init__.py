"""Many runs, compared: ensembles, their store, and tables with both kinds of uncertainty.

>>> from sim import study
>>> result = study.compare("herrenberg")
>>> study.differences(result)
"""

from sim.study.alignment import Alignment, align
from sim.study.breakeven import break_even
from sim.study.comparison import differences, levels, pairwise, protect
from sim.study.design import Design, Task, run_seed
from sim.study.ensemble import Progress
from sim.study.errors import Interrupted, StudyError
from sim.study.gains import euros_per_unit, who_gains
from sim.study.places import PLACES_COMPARED, Place, Places, beside, own_assumptions
from sim.study.quantities import HEADLINE, Quantity
from sim.study.reproduce import Difference, Rerun, rerun
from sim.study.result import Study, load
from sim.study.run import compare

__all__ = [
    "HEADLINE",
    "PLACES_COMPARED",
    "Alignment",
    "Design",
    "Difference",
    "Interrupted",
    "Place",
    "Places",
    "Progress",
    "Quantity",
    "Rerun",
    "Study",
    "StudyError",
    "Task",
    "align",
    "beside",
    "break_even",
    "compare",
    "differences",
    "euros_per_unit",
    "levels",
    "load",
    "own_assumptions",
    "pairwise",
    "protect",
    "rerun",
    "run_seed",
    "who_gains",
]
