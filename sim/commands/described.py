"""What the tables a town is read from hold, in a sentence each."""

from __future__ import annotations

TABLES: dict[str, tuple[str, str]] = {
    "districts": (
        "die Bezirke der Stadt mit Lage, Fläche und Einwohnern",
        "the town's districts with place, area and residents",
    ),
    "population": (
        "Einwohner nach Bezirk, Geschlecht und Alter",
        "residents by district, sex and age",
    ),
    "households": ("Haushalte nach Bezirk und Größe", "households by district and size"),
    "services": (
        "Stunden der Pflegedienste, Plätze in Tagespflege und Heim",
        "hours of care services, places in day care and nursing homes",
    ),
    "meeting_points": ("bestehende Treffpunkte", "existing meeting points"),
    "outline": ("Grenze der Stadt", "boundary of the town"),
    "life_table": (
        "Sterbewahrscheinlichkeit nach Geschlecht und Alter",
        "probability of death by sex and age",
    ),
    "fertility": ("Geburten nach Alter der Mutter", "births by age of the mother"),
    "moves": ("Zu- und Fortzüge nach Alter", "moves in and out by age"),
    "population_structure": (
        "Altersaufbau von Deutschland und der Länder",
        "age structure of Germany and the states",
    ),
    "living_arrangements": (
        "wer allein oder mit Partner lebt, nach Geschlecht und Alter",
        "who lives alone or with a partner, by sex and age",
    ),
    "care_rates": (
        "Anteil der Pflegebedürftigen nach Jahr, Geschlecht und Alter",
        "share of people in need of care by year, sex and age",
    ),
    "care_grades": ("Pflegegrade nach Alter", "care grades by age"),
    "care_settings": (
        "Heim, Pflegedienst und Tagespflege nach Pflegegrad und Alter",
        "nursing home, care service and day care by care grade and age",
    ),
    "care_supply": ("Plätze und Stunden je Einwohner", "places and hours per resident"),
    "care_benefits": ("Leistungen der Pflegekasse", "benefits of the care insurance fund"),
    "nursing_home_supplement": (
        "Zuschlag der Pflegekasse im Heim nach Dauer",
        "supplement of the care fund in nursing homes by duration",
    ),
    "volunteering": ("freiwillig Engagierte nach Alter", "volunteers by age"),
    "volunteering_education": (
        "freiwillig Engagierte nach Bildung",
        "volunteers by education",
    ),
    "loneliness": (
        "einsame Menschen nach Geschlecht, Alter und Partner",
        "lonely people by sex, age and partner",
    ),
    "withdrawal": ("zurückgezogen Lebende nach Alter", "people living withdrawn by age"),
    "mobility": (
        "Menschen mit eingeschränkter Mobilität nach Geschlecht und Alter",
        "people with limited mobility by sex and age",
    ),
    "internet": ("Menschen mit Internet nach Alter", "people online by age"),
    "education": ("Bildung nach Alter", "education by age"),
    "dwelling": ("barrierearme Wohnungen nach Alter", "barrier-reduced dwellings by age"),
    "migration_background": (
        "Menschen mit Einwanderungsgeschichte nach Alter",
        "people with a migration background by age",
    ),
    "founding": (
        "womit der Ordner einer neuen Stadt gefüllt wird, wo niemand eine Zahl hat",
        "what the folder of a new town is filled with where nobody has a figure",
    ),
    "measures": ("die zwölf Arten von Maßnahmen", "the twelve kinds of measures"),
    "published_figures": (
        "veröffentlichte Zahlen, an denen das Modell geprüft wird",
        "published figures the model is checked against",
    ),
}

RESTS_ON: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cost_ measures_", ("costs", "services")),
    ("care_", ("costs", "services")),
    ("missing_ need_ family neighbour_", ("care_need", "family_care", "services", "volunteering")),
    ("ambulatory day_care", ("services", "care_need")),
    ("nursing_home waiting left_for", ("services", "care_need", "effects")),
    ("strained carers", ("family_care", "effects")),
    ("lonely withdrawn bereaved", ("loneliness", "meeting", "effects")),
    ("visit turned_away knowing regular_", ("meeting",)),
    ("volunteer quarter_", ("volunteering", "meeting")),
    ("residents births deaths moved living_alone", ("demography", "effects")),
    ("mobility", ("care_need", "meeting")),
    (
        "in_need grade_ at_home share_at_home years_at_home home_alone new_in_need months_",
        ("care_need", "effects", "demography"),
    ),
)
"""Groups of assumptions that an indicator rests on most, by how its name begins."""


def rests_on(indicator: str) -> tuple[str, ...]:
    """Groups of assumptions an indicator rests on most; empty if none is named."""
    for beginnings, groups in RESTS_ON:
        if indicator.startswith(tuple(beginnings.split())):
            return groups
    return ()
