"""The ledger of assumptions: searched in the browser, changed one at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara

Option = tuple[str, str]


@solara.component_vue("ledger.vue", vuetify=False)
def _Ledger(  # noqa: N802
    rows: list[dict[str, Any]],
    groups: list[dict[str, str]],
    statuses: list[dict[str, str]],
    words: dict[str, str],
    problem: dict[str, str],
    event_changed: Callable[[Any], None],
    event_taken_back: Callable[[Any], None],
) -> None: ...


def LedgerList(  # noqa: N802
    rows: Sequence[Mapping[str, Any]],
    groups: Sequence[Option],
    statuses: Sequence[Option],
    words: Mapping[str, str],
    on_change: Callable[[str, Any], None],
    on_take_back: Callable[[str], None],
    *,
    problem: tuple[str, str] = ("", ""),
) -> solara.Element:
    """A list of assumptions with a search.

    Args:
        rows: records of `dashboard.ledger.Row`.
        groups, statuses: value and label of what can be chosen.
        words: labels, see `pages/assumptions.py`.
        on_change: called with the name of an assumption and the value entered, still to be checked.
        on_take_back: called with the name of an assumption.
        problem: name of the assumption whose value was refused, and why.
    """

    def changed(sent: Any) -> None:
        if isinstance(sent, dict) and isinstance(sent.get("name"), str):
            on_change(sent["name"], sent.get("value"))

    return _Ledger(
        rows=[dict(row) for row in rows],
        groups=[{"value": value, "label": label} for value, label in groups],
        statuses=[{"value": value, "label": label} for value, label in statuses],
        words=dict(words),
        problem={"name": problem[0], "text": problem[1]},
        event_changed=changed,
        event_taken_back=lambda sent: on_take_back(str(sent)[:100]),
    )
