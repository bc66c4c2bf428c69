"""A link to be passed on, with a button that copies it."""

from __future__ import annotations

import solara

from sim.dashboard.language import say


@solara.component_vue("share_link.vue", vuetify=False)
def _ShareLink(  # noqa: N802
    label: str, query: str, hint: str, words: dict[str, str]
) -> None: ...


def ShareLink(label: str, query: str, *, hint: str = "") -> solara.Element:  # noqa: N802
    """A field with the whole address of something in this dashboard.

    Args:
        label: what the link leads to.
        query: what stands behind the address of the page, such as "?page=plans&town=herrenberg".
        hint: a sentence below.
    """
    return _ShareLink(
        label=label,
        query=query,
        hint=hint,
        words={
            "copy": say("Link kopieren", "Copy link"),
            "copied": say("Kopiert.", "Copied."),
            "by_hand": say("Bitte mit Strg+C kopieren.", "Please copy with Ctrl+C."),
        },
    )
