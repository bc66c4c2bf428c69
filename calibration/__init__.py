"""Is the model right? Published figures beside what the model says of them.

The figures are data (`targets.csv`): what each is, how well it is known, whether it is there to fit
or to judge, and whether the model meets it by construction. Every figure has one observable, a
function that reads the model's counterpart off a run. What exists and what does not is said in the
README of this folder.

>>> from calibration import compared, followed, nation_in_small, read_targets
>>> runs = followed(nation_in_small(), draws=10)
>>> compared(read_targets(), runs, "DE")
"""

from calibration.comparison import compared, coverage
from calibration.courses import Course, follow, followed
from calibration.group import Group
from calibration.nation import nation_in_small
from calibration.observables import OBSERVABLES
from calibration.targets import TARGETS, Target, read_targets

__all__ = [
    "OBSERVABLES",
    "TARGETS",
    "Course",
    "Group",
    "Target",
    "compared",
    "coverage",
    "follow",
    "followed",
    "nation_in_small",
    "read_targets",
]
