"""Words of the start page."""

from __future__ import annotations

from sim.report.numbers import Lang

LEAD: dict[Lang, str] = {
    "de": "Pläne einer Stadt bis 2030 durchrechnen, mit ehrlichen Spannen. Wählen Sie einen Ort "
    "und seine Frage.",
    "en": "Simulate a town’s plans to 2030, with honest ranges. Choose a place and its question.",
}

HOW_SURE: dict[Lang, str] = {
    "de": "Jeder Ort ist mit erfundenen Menschen gefüllt, deren Merkmale der amtlichen Statistik "
    "entsprechen. Was hier steht, ist eine Modellrechnung, keine Vorhersage. Die meisten Annahmen "
    "sind geschätzt; jede steht auf der Seite „Annahmen“ mit Spanne und Quelle.",
    "en": "Each place is filled with invented people whose traits match official statistics. What "
    "stands here is a calculation with a model, not a forecast. Most assumptions are estimates; "
    "each stands on the page “Assumptions” with its range and source.",
}

OWN: dict[Lang, str] = {
    "de": "Ein eigener Ort entsteht mit „quartier new“ aus einem Auszug des Melderegisters und "
    "etwa fünfzehn Antworten und erscheint dann hier.",
    "en": "A place of your own is made with “quartier new” from a register extract and some "
    "fifteen answers, and then appears here.",
}
