"""What was tried before: earlier answers, kept to compare with the newest."""

from __future__ import annotations

from dataclasses import dataclass

from sim.dashboard.drawn.fans import Shadow, means_by_year
from sim.report.findings import WHOLE_TOWN, Findings

MOST_KEPT = 4
"""More grey lines cannot be told apart."""


@dataclass(frozen=True)
class Try:
    """One setting of the sliders and its answer.

    Attributes:
        plan: the plan the sliders belong to.
        moved: sliders that were not where the plan has them.
        fixed: assumptions set by hand.
        told_de, told_en: what was tried, in a few words.
        findings: the last answer to it.
        alternative: name of the plan in the findings that was tried.
    """

    plan: str
    moved: tuple[tuple[str, float], ...]
    fixed: tuple[tuple[str, float], ...]
    told_de: str
    told_en: str
    findings: Findings
    alternative: str

    @property
    def setting(self) -> tuple[object, ...]:
        """What distinguishes it from others."""
        return self.plan, self.moved, self.fixed


def kept(tries: tuple[Try, ...], one: Try) -> tuple[Try, ...]:
    """The tries with a new one last; a better answer to the same setting takes its place."""
    others = tuple(each for each in tries if each.setting != one.setting)
    if len(others) < len(tries):
        return tuple(one if each.setting == one.setting else each for each in tries)
    return (*others, one)[-(MOST_KEPT + 1) :]


def shadows(
    tries: tuple[Try, ...], now: tuple[object, ...], quantity: str, district: str = WHOLE_TOWN
) -> tuple[tuple[int, Try, Shadow], ...]:
    """Earlier tries of the same plan as grey lines, numbered from the oldest.

    Args:
        tries: all that are kept.
        now: the setting on screen, which is no shadow.
        quantity: what is looked at.
        district: where.
    """
    found = []
    earlier = [one for one in tries if one.setting != now and one.plan == now[0]]
    for number, one in enumerate(earlier, start=1):
        if quantity in one.findings.quantities:
            values = means_by_year(one.findings, one.alternative, quantity, district)
            found.append((number, one, Shadow(str(number), values)))
    return tuple(found)
