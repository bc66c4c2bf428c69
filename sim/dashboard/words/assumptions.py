"""Words of the page of assumptions."""

from __future__ import annotations

from sim.report.numbers import Lang

LEAD: dict[Lang, str] = {
    "de": "Jede Zahl, auf der die Rechnung beruht: ihr Wert, ihre Spanne, woher sie kommt und wie "
    "sicher sie ist. Wer einer Zahl nicht traut, setzt hier eine andere ein und sieht, ob sich "
    "die Antwort ändert. Das Verzeichnis selbst bleibt, wie es ist.",
    "en": "Every number the calculation rests on: its value, its range, where it comes from and "
    "how well it is known. Whoever does not trust a number sets another one here and sees whether "
    "the answer changes. The ledger itself stays as it is.",
}
VARIANT: dict[Lang, str] = {
    "de": "Damit ist dies eine Variante: Alle Pläne werden mit diesen Werten gerechnet, alle "
    "übrigen Annahmen weiter in ihren Spannen.",
    "en": "This makes it a variant: all plans are computed with these values, all other "
    "assumptions within their ranges as before.",
}
WORDS: dict[Lang, dict[str, str]] = {
    "de": {
        "search": "Annahmen suchen",
        "text": "Suchen in Name, Quelle und Anmerkung",
        "group": "Bereich",
        "status": "Stand",
        "only": "Zeigen",
        "all": "alle",
        "ranged": "nur mit Spanne",
        "changed": "nur geänderte",
        "raised": "nur angezweifelte",
        "found": "# Annahmen",
        "found_one": "1 Annahme",
        "more": "Weitere # zeigen",
        "by_hand": "von Hand",
        "raised_by": "angezweifelt: #",
        "value": "Wert",
        "span": "Spanne",
        "fixed": "fest",
        "year": "Jahr",
        "source": "Quelle, wie im Verzeichnis (meist englisch)",
        "note": "Anmerkung, wie im Verzeichnis (meist englisch)",
        "used": "Verwendet in",
        "doubts": "Zweifel",
        "name": "Name im Verzeichnis",
        "other": "Anderer Wert",
        "set": "Damit rechnen",
        "back": "Zurück",
    },
    "en": {
        "search": "Search assumptions",
        "text": "Search in name, source and note",
        "group": "Area",
        "status": "Status",
        "only": "Show",
        "all": "all",
        "ranged": "only with a range",
        "changed": "only changed ones",
        "raised": "only doubted ones",
        "found": "# assumptions",
        "found_one": "1 assumption",
        "more": "Show # more",
        "by_hand": "by hand",
        "raised_by": "doubted: #",
        "value": "Value",
        "span": "Range",
        "fixed": "fixed",
        "year": "Year",
        "source": "Source",
        "note": "Note",
        "used": "Used in",
        "doubts": "Doubts",
        "name": "Name in the ledger",
        "other": "Another value",
        "set": "Compute with it",
        "back": "Take back",
    },
}
