"""Headings, paragraphs, notes and boxes: plain HTML elements whose texts are only text."""

from __future__ import annotations

from typing import Any, Literal

import ipyvue
import solara

NoteKind = Literal["info", "caution", "error", "good"]


def html(tag: str, *children: Any, class_: str = "", **attributes: str) -> solara.Element:
    """An HTML element; it can hold others in a `with` block.

    Args:
        tag: its name, never from outside.
        children: texts, shown as text, and elements.
        class_: CSS classes.
        attributes: other attributes; `aria_label` stands for `aria-label`.
    """
    named = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
    element: solara.Element = ipyvue.Html.element(
        tag=tag, children=list(children), class_=class_, attributes=named
    )
    return element


def Heading(text: str, level: int = 1) -> solara.Element:  # noqa: N802
    """A heading; each page has exactly one of level 1."""
    return html(f"h{level}", text, class_=f"q-heading q-heading-{level}")


def Text(text: str, *, small: bool = False, class_: str = "") -> solara.Element:  # noqa: N802
    """A paragraph."""
    return html("p", text, class_=f"q-text{' q-small' if small else ''} {class_}".strip())


def Note(  # noqa: N802
    text: str, kind: NoteKind = "info", *, title: str = "", live: bool = False
) -> solara.Element:
    """A remark in a box.

    Args:
        text: the remark, a paragraph a line.
        kind: how serious it is; said by a sign and a border, not by colour alone.
        title: its first line, in bold.
        live: read out by a screen reader when it appears or changes.
    """
    sign = {"info": "i", "caution": "!", "error": "✕", "good": "✓"}[kind]
    lines = [html("p", line, class_="q-text") for line in text.split("\n") if line.strip()]
    head = [html("p", title, class_="q-note-title")] if title else []
    more = {"role": "alert" if kind == "error" else "status"} if live or kind == "error" else {}
    return html(
        "div",
        html("span", sign, class_="q-note-sign", aria_hidden="true"),
        html("div", *head, *lines, class_="q-note-text"),
        class_=f"q-note q-note-{kind}",
        **more,
    )


def Section(title: str = "", *children: Any, level: int = 2, class_: str = "") -> solara.Element:  # noqa: N802
    """A part of a page with its heading; holds others given here (not in a `with` block)."""
    head = [Heading(title, level)] if title else []
    return html("section", *head, *children, class_=f"q-section {class_}".strip())


def Box(*children: Any, class_: str = "") -> solara.Element:  # noqa: N802
    """A plain container, for a `with` block: its children stand below each other."""
    return html("div", *children, class_=f"q-box {class_}".strip())


def Row(*children: Any, class_: str = "") -> solara.Element:  # noqa: N802
    """A container whose children stand beside each other and wrap where there is no room."""
    return html("div", *children, class_=f"q-row {class_}".strip())


def Link(text: str, address: str) -> solara.Element:  # noqa: N802
    """A link inside the dashboard; only paths and queries of this server are let through.

    Args:
        text: what is shown.
        address: such as "?page=compare" or "/mit/ABC123".
    """
    inside = address.startswith(("?", "#", "/")) and not address.startswith(("//", "/\\"))
    return html("a", text, class_="q-link", href=address if inside else "#")
