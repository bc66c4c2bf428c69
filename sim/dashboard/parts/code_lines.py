"""Lines for a computer, with a button that copies them."""

from __future__ import annotations

from collections.abc import Sequence

import solara

from sim.dashboard.language import say


@solara.component_vue("code_lines.vue", vuetify=False)
def _CodeLines(  # noqa: N802
    label: str, text: str, words: dict[str, str]
) -> None: ...


def CodeLines(label: str, lines: Sequence[str]) -> solara.Element:  # noqa: N802
    """Lines in a field of their own, as plain text.

    Args:
        label: what they do; read out, and not shown.
        lines: the lines.
    """
    return _CodeLines(
        label=label,
        text="\n".join(lines),
        words={
            "copy": say("Zeilen kopieren", "Copy lines"),
            "copied": say("Kopiert.", "Copied."),
            "by_hand": say("Bitte mit Strg+C kopieren.", "Please copy with Ctrl+C."),
        },
    )
