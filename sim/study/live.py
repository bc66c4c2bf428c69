"""A study whose runs lie in memory: what the dashboard answers with."""

from __future__ import annotations

from dataclasses import dataclass

from sim.study.result import Study


@dataclass(frozen=True)
class LiveStudy(Study):
    """A study of runs in memory; every table, sentence and test of a stored one holds for it."""
