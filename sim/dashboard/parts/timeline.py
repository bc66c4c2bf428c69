"""Two lives beside each other, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import solara


@dataclass(frozen=True)
class TimelineRow:
    """What happens in a month.

    Attributes:
        key: names the row.
        month: as people read it.
        same: sentences of both lives.
        first, second: sentences of one of them.
        parted: whether this is where the lives part.
    """

    key: str
    month: str
    same: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    parted: bool = False


@solara.component_vue("timeline.vue", vuetify=False)
def _Timeline(  # noqa: N802
    title: str,
    plans: list[str],
    rows: list[dict[str, Any]],
    ends: list[str],
    words: dict[str, str],
) -> None: ...


def Timeline(  # noqa: N802
    title: str,
    plans: Sequence[str],
    rows: Sequence[TimelineRow],
    ends: Sequence[str],
    words: Mapping[str, str],
) -> solara.Element:
    """A table of two lives.

    Args:
        title: whose lives.
        plans: names of the two plans.
        rows: months in which something happens.
        ends: how each life stands at the end.
        words: labels `month`, `both`, `nothing`, `end`, `before`.
    """
    return _Timeline(
        title=title,
        plans=list(plans),
        rows=[asdict(row) for row in rows],
        ends=list(ends),
        words=dict(words),
    )
