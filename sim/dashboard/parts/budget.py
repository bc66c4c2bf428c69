"""A budget by payer and year: bars and their table in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import solara


@dataclass(frozen=True)
class BudgetRow:
    """A year of a budget, or the sum of all.

    Attributes:
        year: as shown.
        euros: by payer, for the bar.
        texts: the same as people read it.
        total: of all payers, as people read it.
    """

    year: str
    euros: tuple[float, ...]
    texts: tuple[str, ...]
    total: str


@solara.component_vue("budget.vue", vuetify=False)
def _Budget(  # noqa: N802
    title: str,
    payers: list[dict[str, str]],
    rows: list[dict[str, Any]],
    sum: dict[str, Any] | None,  # noqa: A002 - the name in the template
    most: float,
    words: dict[str, str],
    note: str,
) -> None: ...


def BudgetBars(  # noqa: N802
    title: str,
    payers: Sequence[tuple[str, str]],
    rows: Sequence[BudgetRow],
    words: Mapping[str, str],
    *,
    total: BudgetRow | None = None,
    most: float = 0.0,
    note: str = "",
) -> solara.Element:
    """Bars of what each payer pays, year by year, with the figures beside them.

    Args:
        title: what it shows.
        payers: key and label of each.
        rows: years.
        words: labels `year` and `total`.
        total: the sum of all years.
        most: euros of the longest bar, so that plans can be compared.
        note: how to read it.
    """
    return _Budget(
        title=title,
        payers=[{"name": name, "label": label} for name, label in payers],
        rows=[_record(row) for row in rows],
        sum=None if total is None else _record(total),
        most=float(most),
        words=dict(words),
        note=note,
    )


def _record(row: BudgetRow) -> dict[str, Any]:
    return {
        "year": row.year,
        "euros": list(row.euros),
        "texts": list(row.texts),
        "total": row.total,
    }
