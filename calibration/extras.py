"""Libraries that only a search needs: asked for by name, missed with one clear message."""

from __future__ import annotations

from importlib.util import find_spec

from sim.study.errors import StudyError

INSTALL = 'pip install -c constraints.txt -e ".[calibration]"'


def needed(module: str) -> None:
    """Make sure that a library of the extra `calibration` is there.

    Raises:
        StudyError: it is not installed.
    """
    if find_spec(module) is None:
        raise StudyError(
            f"Dafür fehlt das Paket {module}. Es kommt mit: {INSTALL}",
            f"This needs the package {module}. It comes with: {INSTALL}",
        )
