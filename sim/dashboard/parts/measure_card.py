"""A measure of a plan as a card that is filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import solara

Pressed = Literal["copy", "remove", "usual"]


@dataclass(frozen=True)
class CardGroup:
    """Fields of a card that belong together.

    Attributes:
        name, label: of the group.
        fields: records of the fields, see `drafting.editing.Field`.
        folded: shown only when opened.
        note: a sentence below.
    """

    name: str
    label: str
    fields: Sequence[Mapping[str, Any]]
    folded: bool = False
    note: str = ""


@solara.component_vue("measure_card.vue", vuetify=False)
def _MeasureCard(  # noqa: N802
    title: str,
    summary: str,
    does: str,
    does_not: str,
    groups: list[dict[str, Any]],
    remarks: list[str],
    problem: dict[str, str],
    unfolded: bool,
    usual: bool,
    words: dict[str, str],
    event_changed: Callable[[Any], None],
    event_pressed: Callable[[Any], None],
) -> None: ...


def MeasureCard(  # noqa: N802
    title: str,
    summary: str,
    groups: Sequence[CardGroup],
    words: Mapping[str, str],
    on_change: Callable[[str, Any], None],
    on_press: Callable[[Pressed], None],
    *,
    does: str = "",
    does_not: str = "",
    remarks: Sequence[str] = (),
    problem: tuple[str, str] = ("", ""),
    is_open: bool = False,
    usual: bool = False,
) -> solara.Element:
    """A card: one line when closed, all its fields when open.

    Args:
        title: which measure.
        summary: where, when, how much, in one line.
        groups: its fields.
        words: labels `does`, `does_not`, `copy`, `remove`, `usual`.
        on_change: called with the name of a field and what was entered, still to be checked.
        on_press: called with the button that was pressed.
        does, does_not: what such a measure does and does not.
        remarks: what should be known of it.
        problem: name of the field that was refused, and why.
        is_open: whether it is open when it first appears.
        usual: whether the button for the usual cost is there.
    """
    boxes = {
        field["name"]: field["value"]
        for group in groups
        for field in group.fields
        if field["control"] == "ticks"
    }

    def changed(sent: Any) -> None:
        if not isinstance(sent, dict) or not isinstance(sent.get("name"), str):
            return
        name, value = sent["name"], sent.get("value")
        if name in boxes:
            # One box, and not all of them: the browser may not yet know of the tick before.
            others = [one for one in boxes[name] if one != sent.get("box")]
            value = [*others, sent.get("box")] if sent.get("on") is True else others
        on_change(name, value)

    def pressed(sent: Any) -> None:
        if sent in ("copy", "remove", "usual"):
            on_press(cast(Pressed, sent))

    return _MeasureCard(
        title=title, summary=summary, does=does, does_not=does_not,
        groups=[
            {"name": one.name, "label": one.label, "fields": [dict(field) for field in one.fields],
             "folded": one.folded, "note": one.note}
            for one in groups
        ],
        remarks=list(remarks), problem={"name": problem[0], "text": problem[1]}, unfolded=is_open,
        usual=usual, words=dict(words), event_changed=changed, event_pressed=pressed,
    )  # fmt: skip
