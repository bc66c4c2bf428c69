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
        lost="Keine Verbindung zum Programm.",
        lost_hint="Sie wird von selbst wieder gesucht; was gespeichert ist, bleibt. Läuft das "
        "Programm nicht mehr, bitte neu starten und dann diese Seite neu laden.",
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
        lost="No connection to the program.",
        lost_hint="It is looked for again by itself; what was saved is kept. If the program is no "
        "longer running, please start it again and then reload this page.",
    ),
}
