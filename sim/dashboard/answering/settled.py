"""When an answer stands still: twice the draws move no end of a range by a step of its scale."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.report.findings import AIMS

if TYPE_CHECKING:
    from sim.report.findings import Findings
    from sim.report.numbers import Ranged

FEWEST_DRAWS = 16
"""Fewer draws never settle anything: the ends of a range are rare draws."""

STEPS = 5
"""About so many steps has the scale of a chart, at least half of them."""

SHOWN = (*AIMS, "cost_municipality")
"""Quantities whose ranges must stand still."""


def step_of(extent: float) -> float:
    """The step of a scale that reaches from zero to `extent`: 1, 2 or 5 times a power of ten."""
    if not math.isfinite(extent) or extent <= 0.0:
        return 0.0
    rough = extent / STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    for times in (1.0, 2.0, 5.0):
        if times * power >= rough:
            return times * power
    return 10.0 * power


def stands_still(before: Findings, after: Findings) -> bool:
    """Whether the ranges of two answers to the same question are the same to the eye.

    Args:
        before: of fewer draws.
        after: of about twice as many.
    """
    if after.draws < FEWEST_DRAWS:
        return False
    for name in after.known(SHOWN):
        earlier, later = list(_ranges(before, name)), list(_ranges(after, name))
        step = step_of(max((_reach(one) for one in [*later, *_chances(after, name)]), default=0.0))
        for old, new in zip(earlier, later, strict=True):
            moved = max(abs(new.low - old.low), abs(new.high - old.high))
            if math.isfinite(moved) and moved > step:
                return False
    return True


def _reach(ranged: Ranged) -> float:
    """How far from zero a range reaches."""
    ends = [abs(end) for end in (ranged.low, ranged.high) if math.isfinite(end)]
    return max(ends, default=0.0)


def _chances(findings: Findings, name: str) -> Iterator[Ranged]:
    """What one real quarter would show: a chart has room for it, however small the effect is."""
    for plan in findings.alternatives:
        difference = findings.difference(plan, name)
        if difference is not None:
            yield difference.chance


def _ranges(findings: Findings, name: str) -> Iterator[Ranged]:
    """Ranges of a quantity on one scale: differences to the reference, or its levels alone."""
    if not findings.alternatives:
        yield findings.level(findings.reference, name)
    for plan in findings.alternatives:
        difference = findings.difference(plan, name)
        if difference is not None:
            yield difference.ranged
