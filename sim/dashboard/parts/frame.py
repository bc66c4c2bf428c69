"""The frame round every page: skip link, header, navigation, main, footer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import solara


@dataclass(frozen=True)
class FrameWords:
    """The frame's texts, in the language of the page."""

    skip: str
    product: str
    navigation: str
    menu: str
    language: str
    large: str
    town: str
    footer: str
    statement: str
    lost: str
    lost_hint: str


@solara.component_vue("frame.vue", vuetify=False)
def _Frame(  # noqa: N802
    words: dict[str, str],
    lang: str,
    town: str,
    pages: list[dict[str, str]],
    page: str,
    address: str,
    large: bool,
    busy: bool,
    said: str,
    children: list[Any],
    event_opened: Callable[[str], None],
    event_spoke: Callable[[str], None],
    event_enlarged: Callable[[bool], None],
    event_went: Callable[[str], None],
) -> None: ...


def Frame(  # noqa: N802
    words: FrameWords,
    lang: str,
    town: str,
    pages: Sequence[tuple[str, str]],
    page: str,
    address: str,
    on_page: Callable[[str], None],
    on_lang: Callable[[str], None],
    on_large: Callable[[bool], None],
    on_address: Callable[[str], None],
    *,
    large: bool = False,
    busy: bool = False,
    said: str = "",
    children: Sequence[Any] = (),
) -> solara.Element:
    """The frame; what stands in its `with` block is the page.

    Args:
        words: its texts.
        lang: language of the page, written into `<html lang>`.
        town: label of the town, "" if none is open.
        pages: name and label of each page.
        page: name of the page shown.
        address: query of the address that leads here, written into the browser's address bar.
        on_page, on_lang, on_large, on_address: called when a page, a language, the large type is
            chosen, or the browser's back and forward lead to another address.
        large: large type, for a projector.
        busy: something is being computed.
        said: read out by a screen reader when it changes.
        children: the page.
    """
    return _Frame(
        words=asdict(words), lang=lang, town=town, page=page, address=address, large=large,
        pages=[{"name": name, "label": label} for name, label in pages],
        busy=busy, said=said, children=list(children),
        event_opened=lambda sent: on_page(str(sent)[:40]),
        event_spoke=lambda sent: on_lang(str(sent)[:2]),
        event_enlarged=lambda sent: on_large(bool(sent)),
        event_went=lambda sent: on_address(str(sent)[:4000]),
    )  # fmt: skip
