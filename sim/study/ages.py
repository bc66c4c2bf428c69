"""Residents by district and single year of age, where a study stores them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.study.errors import StudyError
from sim.study.parts import BY_AGE, read_columns

if TYPE_CHECKING:
    from sim.study.result import Study

AGES = 121


def residents_by_age(study: Study) -> NDArray[np.int32]:
    """Residents at the end of each year, shape (plans, draws, seeds, years, districts, 121).

    Raises:
        StudyError: the study does not store them.
    """
    if not study.manifest.get("by_age"):
        raise StudyError(
            f"{study.folder} enthält keine Einwohner nach Einzeljahren des Alters.",
            f"{study.folder} holds no residents by single year of age.",
        )
    read = read_columns(study.folder, BY_AGE, study.tasks(), [BY_AGE])[BY_AGE]
    shape = (len(study.draws), study.seeds, len(study.plans), len(study.years))
    cells = read.reshape(*shape, len(study.districts), AGES)
    return np.moveaxis(cells, 2, 0)
