"""The nine pages, and the accessibility statement: each a file with a component `Page`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from sim.report.numbers import Lang

START = "start"
"""The page shown for whatever is not one."""


@dataclass(frozen=True)
class PageEntry:
    """A page of the dashboard.

    Attributes:
        name: in the address, and the name of its file.
        label_de, label_en: in the navigation and as the title of the browser's tab.
        listed: stands in the navigation.
    """

    name: str
    label_de: str
    label_en: str
    listed: bool = True

    def label(self, lang: Lang) -> str:
        """Its label in a language."""
        return self.label_de if lang == "de" else self.label_en

    @cached_property
    def component(self) -> Callable[..., Any]:
        """Its Solara component; a page is imported when it is first opened."""
        page: Callable[..., Any] = import_module(f"{__name__}.{self.name}").Page
        return page


_ALL = (
    PageEntry(START, "Start", "Start"),
    PageEntry("coming", "Was kommt", "What is coming"),
    PageEntry("plans", "Pläne", "Plans"),
    PageEntry("compare", "Vergleich", "Compare"),
    PageEntry("live", "Ausprobieren", "Try it live"),
    PageEntry("lives", "Zwei Leben", "Two lives"),
    PageEntry("workshop", "Werkstatt", "Workshop"),
    PageEntry("report", "Vorlage", "Report"),
    PageEntry("assumptions", "Annahmen", "Assumptions"),
    PageEntry("accessibility", "Barrierefreiheit", "Accessibility", listed=False),
)
PAGES: dict[str, PageEntry] = {page.name: page for page in _ALL}
