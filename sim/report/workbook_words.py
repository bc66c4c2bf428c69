"""Names of sheets and columns of the workbook, in German and English."""

from __future__ import annotations

from sim.report.numbers import Lang

NOTES_SHEET: dict[Lang, str] = {"de": "Hinweise", "en": "Notes"}
COLUMNS_SHEET: dict[Lang, str] = {"de": "Spalten", "en": "Columns"}

SHEETS: dict[Lang, dict[str, str]] = {
    "de": {
        "levels": "Werte",
        "differences": "Unterschiede",
        "euros_per_unit": "Euro je Einheit",
        "who_gains": "Wem es hilft",
        "break_even": "Was zutreffen müsste",
        "assumptions": "Annahmen",
        "official_forecast": "Amtliche Vorausberechnung",
        "alignment": "Angleichung",
    },
    "en": {
        "levels": "Levels",
        "differences": "Differences",
        "euros_per_unit": "Euros per unit",
        "who_gains": "Who gains",
        "break_even": "What must be true",
        "assumptions": "Assumptions",
        "official_forecast": "Official forecast",
        "alignment": "Alignment",
    },
}
"""Sheet of each exported table; a spreadsheet allows 31 characters."""

WHAT: dict[Lang, dict[str, str]] = {
    "de": {
        "question": "Frage",
        "place": "Ort",
        "attention": "Achtung",
        "sure": "Wie sicher ist das?",
        "small": "Kleine Zahlen",
        "small_text": "Weniger als {least} Menschen: „<{least}“ (am Anfang der Rechnung, der aus "
        "einer Zählung kommt, gegebenenfalls mehr). Ein Punkt: Diese Zahl würde eine kleine "
        "verraten. Leer: nicht bestimmt.",
        "limit": "Grenze",
        "python": "In Python nachrechnen",
        "plan": "Plan „{name}“",
        "measure": "Maßnahme von „{name}“",
        "sheet": "Blatt",
        "column": "Spalte",
        "name": "Name in den CSV-Dateien",
        "meaning": "Bedeutung",
    },
    "en": {
        "question": "Question",
        "place": "Place",
        "attention": "Attention",
        "sure": "How sure is this?",
        "small": "Small numbers",
        "small_text": "Fewer than {least} people: “<{least}” (possibly more at the start, which "
        "comes from a count). A point: this number would tell a small one. Empty: not defined.",
        "limit": "Limit",
        "python": "Reproduce in Python",
        "plan": "Plan “{name}”",
        "measure": "Measure of “{name}”",
        "sheet": "Sheet",
        "column": "Column",
        "name": "Name in the CSV files",
        "meaning": "Meaning",
    },
}


def _column(de: str, en: str, meaning_de: str = "", meaning_en: str = "") -> dict[str, str]:
    return {"de": de, "en": en, "meaning_de": meaning_de, "meaning_en": meaning_en}


COLUMNS: dict[str, dict[str, str]] = {
    "plan": _column("Plan", "Plan", "Kurzname des Plans (siehe Hinweise)", "short name, see notes"),
    "against": _column("verglichen mit", "against", "Plan, mit dem verglichen wird; Unterschied = "
                       "Plan minus dieser", "plan compared with; difference = plan minus this"),
    "quantity": _column("Größe", "Quantity", "Kurzname der Größe", "short name of the quantity"),
    "label_de": _column("Bezeichnung", "German label", "was gezählt wird", "what is counted"),
    "label_en": _column("englische Bezeichnung", "Label", "dasselbe auf Englisch", "in English"),
    "unit": _column("Einheit", "Unit", "Einheit der Zahlen dieser Zeile", "unit of this row"),
    "district": _column("Bezirk", "District", "* ist der ganze Ort", "* is the whole place"),
    "period": _column("Zeit", "Period", "Jahr (Ende des Jahres, bei Strömen und Geld das Jahr) "
                      "oder Mittel der Jahre", "year (its end; for flows and money the year) or "
                      "mean of the years"),
    "median": _column("mittlerer Wert", "Median", "die Hälfte aller Rechnungen liegt darunter",
                      "half of all runs lie below"),
    "mean": _column("Mittel", "Mean", "Mittel aller Rechnungen", "mean of all runs"),
    "low": _column("Spanne von", "Range from", "5 von 100 liegen darunter; bei Unterschieden ohne "
                   "den Zufall", "5 of 100 lie below; for differences without chance"),
    "high": _column("Spanne bis", "Range to", "5 von 100 liegen darüber; bei Unterschieden ohne "
                    "den Zufall", "5 of 100 lie above; for differences without chance"),
    "inner_low": _column("mittlere Hälfte von", "Middle half from", "25 von 100 liegen darunter",
                         "25 of 100 lie below"),
    "inner_high": _column("mittlere Hälfte bis", "Middle half to", "25 von 100 liegen darüber",
                          "25 of 100 lie above"),
    "all_low": _column("Spanne mit Zufall von", "Range with chance from",
                       "Unkenntnis und Zufall zusammen", "ignorance and chance together"),
    "all_high": _column("Spanne mit Zufall bis", "Range with chance to",
                        "Unkenntnis und Zufall zusammen", "ignorance and chance together"),
    "sd_chance": _column("Streuung durch Zufall", "SD of chance", "Standardabweichung allein "
                         "durch Zufall", "standard deviation by chance alone"),
    "sd_chance_level": _column("Streuung des Wertes durch Zufall", "SD of the level by chance",
                               "so sehr schwankt der Wert in einem einzelnen Ort",
                               "how much the level scatters in one real place"),
    "sd_parameters": _column("Streuung durch Unkenntnis", "SD of ignorance", "Standardabweichung "
                             "durch das, was wir nicht wissen", "standard deviation by what is "
                             "not known"),
    "standard_error": _column("Standardfehler", "Standard error", "Fehler des Mittels, weil nur "
                              "endlich oft gerechnet wurde", "error of the mean of few runs"),
    "probability_better": _column("Anteil der Fälle, in denen der Plan besser ist",
                                  "Share of cases in which the plan is better",
                                  "0 bis 1, je Ziehung der Annahmen", "0 to 1, by draw"),
    "probability_better_one_quarter": _column(
        "Anteil der Einzelrechnungen, in denen der Plan besser ist",
        "Share of single runs in which the plan is better", "0 bis 1, mit Zufall",
        "0 to 1, with chance"),
    "probability_equal": _column("Anteil ohne Unterschied", "Share without difference",
                                 "0 bis 1", "0 to 1"),
    "determined": _column("gesichert", "Established", "die Spanne schließt null aus",
                          "the range excludes zero"),
    "draws": _column("Ziehungen", "Draws", "Ziehungen der Annahmen", "draws of the assumptions"),
    "seeds": _column("Zufallsverläufe", "Seeds", "je Ziehung", "for each draw"),
    "runs": _column("Rechnungen", "Runs", "Ziehungen mal Zufallsverläufe", "draws times seeds"),
    "payer": _column("Zahler", "Payer", "municipality: Kommune, care_fund: Pflegekasse, grant: "
                     "Zuschuss, household: Haushalte, total: alle", "who pays"),
    "gain": _column("Gewinn", "Gain", "in der Einheit der Größe", "in the quantity's unit"),
    "gain_low": _column("Gewinn von", "Gain from"),
    "gain_high": _column("Gewinn bis", "Gain to"),
    "euros": _column("Euro im Jahr", "Euros a year"),
    "euros_per_unit": _column("Euro je Einheit", "Euros per unit"),
    "status": _column("Stand", "Status", "bei Annahmen: measured gemessen, derived abgeleitet, "
                      "estimated geschätzt, assumed angenommen", "how the number is known"),
    "dimension": _column("Einteilung", "Dimension", "nach Alter oder nach Lage am Anfang",
                         "by age or by situation at the start"),
    "age_band": _column("Alter", "Age", "* alle", "* all"),
    "start_group": _column("Lage am Anfang", "Situation at the start", "alone: allein, withdrawn: "
                           "zurückgezogen, * alle", "* all"),
    "people": _column("Menschen", "People", "so viele gehören dazu", "that many belong to it"),
    "name": _column("Name", "Name", "Name der Annahme oder Größe", "assumption or quantity"),
    "kind": _column("Art", "Kind"),
    "group": _column("Gruppe", "Group"),
    "value": _column("Wert", "Value"),
    "distribution": _column("Verteilung", "Distribution", "fixed: fest; sonst wird aus der Spanne "
                            "gezogen", "fixed, or drawn from the range"),
    "year": _column("Jahr", "Year"),
    "source": _column("Quelle", "Source", "none found: keine gefunden", ""),
    "note": _column("Anmerkung", "Note"),
    "rank_correlation": _column("Rangkorrelation", "Rank correlation",
                                "wie sehr die Annahme über den Unterschied entscheidet",
                                "how much the assumption decides about the difference"),
    "p_value": _column("p-Wert", "p-value", "für mehrfaches Prüfen berichtigt", "adjusted"),
    "advantage_at_low": _column("Vorteil am unteren Ende", "Advantage at the low end"),
    "advantage_at_high": _column("Vorteil am oberen Ende", "Advantage at the high end"),
    "break_even": _column("Schwelle", "Break-even", "hier kehrt sich der Vergleich um",
                          "where the comparison turns"),
    "break_even_low": _column("Schwelle von", "Break-even from"),
    "break_even_high": _column("Schwelle bis", "Break-even to"),
    "age_from": _column("Alter von", "Age from"),
    "age_to": _column("Alter bis", "Age to"),
    "official": _column("amtlich", "Official"),
    "computed": _column("gerechnet", "Computed"),
    "before": _column("vorher", "Before"),
    "after": _column("nachher", "After"),
    "first": _column("erstes Jahr", "First year"),
    "last": _column("letztes Jahr", "Last year"),
    "difference": _column("Unterschied", "Difference"),
    "difference_share": _column("Unterschied, Anteil", "Difference, share"),
}  # fmt: skip
"""Header of each column by its name in the exported tables; an unknown one keeps its name."""
