"""The frame's words."""

from __future__ import annotations

from sim.dashboard.parts.frame import FrameWords
from sim.report.numbers import Lang

WORDS: dict[Lang, FrameWords] = {
    "de": FrameWords(
        skip="Zum Inhalt springen",
        product="Quartier",
        navigation="Seiten",
        menu="Menü",
        language="Sprache",
        large="Große Schrift",
        town="Ort",
        footer="Modellrechnung, keine Vorhersage. Alle gezeigten Personen sind erfunden. "
        "Nichts verlässt diesen Rechner.",
        statement="Erklärung zur Barrierefreiheit",
    ),
    "en": FrameWords(
        skip="Skip to content",
        product="Quartier",
        navigation="Pages",
        menu="Menu",
        language="Language",
        large="Large type",
        town="Place",
        footer="A calculation with a model, not a forecast. All persons shown are invented. "
        "Nothing leaves this computer.",
        statement="Accessibility statement",
    ),
}
