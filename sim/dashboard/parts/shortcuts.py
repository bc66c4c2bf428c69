"""Keys for whoever stands beside the projector: listed, and to be switched off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import solara

from sim.dashboard.language import say


@dataclass(frozen=True)
class Shortcut:
    """A key and what it does.

    Attributes:
        key: one character.
        label: what it does.
        act: does it.
    """

    key: str
    label: str
    act: Callable[[], object]


@solara.component_vue("shortcuts.vue", vuetify=False)
def _Shortcuts(  # noqa: N802
    listed: list[dict[str, str]], words: dict[str, str], event_pressed: Callable[[str], None]
) -> None: ...


def Shortcuts(shortcuts: Sequence[Shortcut]) -> solara.Element:  # noqa: N802
    """The keys in force, in a list that opens; a switch turns them off (WCAG 2.1.4).

    Args:
        shortcuts: the keys; none is heard while somebody writes in a field.
    """

    def pressed(sent: object) -> None:
        for one in shortcuts:
            if one.key == sent:
                one.act()

    return _Shortcuts(
        listed=[{"key": one.key, "label": one.label} for one in shortcuts],
        words={
            "title": say("Tasten", "Keys"),
            "on": say("Tasten an", "Keys on"),
            "hint": say(
                "Gelten, solange in kein Feld geschrieben wird. Alles andere: Tabulator, Eingabe, "
                "Pfeiltasten.",
                "In force while nobody writes in a field. All else: Tab, Enter, arrow keys.",
            ),
        },
        event_pressed=pressed,
    )
