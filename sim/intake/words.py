"""Words of headers and cells as offices write them, and what they mean here."""

from __future__ import annotations

import re

from sim.intake.counts import BOTH, FEMALE, MALE

DISTRICT, SEX, AGE, AGE_FROM, AGE_TO, BIRTH, COUNT, DATE, RESIDENCE, IDENTITY = (
    "district", "sex", "age", "age_from", "age_to", "birth", "count", "date", "residence",
    "identity",
)  # fmt: skip

ROLES: dict[str, tuple[str, str]] = {
    DISTRICT: ("Stadtteil oder Quartier", "district"),
    SEX: ("Geschlecht", "sex"),
    AGE: ("Alter oder Altersgruppe", "age or age group"),
    AGE_FROM: ("Alter von", "age from"),
    AGE_TO: ("Alter bis", "age to"),
    BIRTH: ("Geburtsdatum oder Geburtsjahr", "date or year of birth"),
    COUNT: ("Anzahl der Menschen", "number of people"),
    DATE: ("Stichtag oder Jahr", "reference date or year"),
    RESIDENCE: ("Haupt- oder Nebenwohnung", "main or secondary residence"),
    IDENTITY: ("Nummer der Person", "number of the person"),
}

_SPELLINGS: dict[str, str] = {
    DISTRICT: (
        "stadtteil stadtteile stadtteilname stadtteilbezeichnung ortsteil ortsteile ortsteilname "
        "ortsteilbezeichnung bezirk bezirksname bezirksbezeichnung stadtbezirk stadtbezirke "
        "stadtbezirksname stadtviertel viertel quartier quartiere quartiersname wohnquartier "
        "wohnviertel teilort teilorte ortschaft ortschaften ort ot stt gemeindeteil gemeindeteile "
        "ortsbezirk statistischerbezirk statbezirk statistischerdistrikt distrikt planungsraum "
        "planungsraumname planungsbezirk sozialraum sozialraumname bezirksregion gebiet "
        "gebietsname teilgebiet raumeinheit raumbezug wahlbezirk district quarter "
        "neighbourhood neighborhood ward siedlung baublockgruppe stadtgebiet ortsname "
        "bezstadtteil nameortsteil namestadtteil namebezirk bezname otname sttname"
    ),
    SEX: "geschlecht geschl ges sex gender mw mwd wmd gschl geschlechtmw geschlechtmwd",
    AGE: (
        "alter alterinjahren alterjahre lebensalter altersjahr altersjahre altersgruppe "
        "altersgruppen altersklasse altersklassen altersstufe altersintervall alterindgruppen "
        "age agegroup agegroups altersgruppeninjahren alterjahr alteramstichtag alteraktuell "
        "altersgr altersgrp"
    ),
    AGE_FROM: "altervon agefrom vonalter altervonjahre altersgruppevon alterab",
    AGE_TO: "alterbis ageto bisalter alterbisjahre altersgruppebis",
    BIRTH: (
        "geburtsdatum gebdatum gebdat geburtstag geborenam gebtag geb geburt geboren "
        "dateofbirth birthdate birthday dob geburtsjahr gebjahr jahrgang geburtsjahrgang "
        "yearofbirth tagdergeburt geburtsdat gdatum"
    ),
    COUNT: (
        "anzahl anz einwohner einwohnerinnen einwohnerzahl einwohneranzahl personen personenzahl "
        "bevoelkerung bevoelkerungsstand bevoelkerunganzahl bestand count persons people "
        "population ew ewz hauptwohnsitz hauptwohner hauptwohnungen anzahlpersonen "
        "anzahleinwohner anzahlderpersonen anzahldereinwohner wohnbevoelkerung value wert zahl "
        "haeufigkeit n insgesamt einwohnerinsgesamt einwohnerhauptwohnsitz"
    ),
    DATE: (
        "stichtag datum jahr date stand zeit berichtsjahr berichtszeitpunkt year monat stichtagjahr"
    ),
    RESIDENCE: (
        "wohnungsstatus wohnstatus wohnungsart hauptnebenwohnung hwnw wohnsitzart wohnsitz "
        "statuswohnung wohnung hauptodernebenwohnung artderwohnung wohnungskennzeichen residence"
    ),
    IDENTITY: (
        "id pid personid personenid personennummer personennr personnr persnr lfdnr lfdnummer "
        "laufendenummer ordnungsmerkmal om einwohnernummer ewnr identnr personenkennzeichen pkz "
        "ordnungsnummer"
    ),
}
SPELLINGS: dict[str, str] = {
    word: role for role, words in _SPELLINGS.items() for word in words.split()
}
_LOOSE = frozenset({"ort", "ot", "gebiet", "wahlbezirk", "siedlung", "stadtgebiet", "geb", "n"})
"""Words that often head another column, such as the town's name beside the postcode."""
_PEOPLE = ("einwohn", "person", "mensch", "bevoelk", "bewohn", "resident", "people", "buerger")
_WEAK = re.compile(r"(nr|nummer|id|code|schluessel|kennung|kuerzel|key|no|ziffer)$")
"""Endings of a column that holds a number of a district rather than its name."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SEXES: dict[str, str] = {
    **dict.fromkeys(
        _words(
            "m maennlich maenner mann male men man maenn mnl mae herr gesm geschlechtm maennl 1"
        ),
        MALE,
    ),
    **dict.fromkeys(
        _words("w weiblich frauen frau female women woman f weibl wbl gesw geschlechtw maedchen 2"),
        FEMALE,
    ),
    **dict.fromkeys(
        _words(
            "d divers div diverse x ohneangabe oa unbekannt unbestimmt keineangabe ka other u "
            "offen diversohneangabe 3 0 9"
        ),
        BOTH,
    ),
}
_ALL_SEXES = frozenset(
    _words(
        "insgesamt gesamt zusammen total beide beidegeschlechter mw alle summe geschlechtinsgesamt"
    )
)
_MAIN = frozenset(
    _words(
        "h hw hauptwohnung hauptwohnsitz haupt einzige alleinige alleinigewohnung einzigewohnung a "
        "e hauptwohnungalleinigewohnung ew main haw"
    )
)
_SECONDARY = frozenset(_words("n nw nebenwohnung nebenwohnsitz neben secondary new"))

TOTAL = re.compile(
    r"(?:ins?gesamt|gesamt|gesamtstadt|stadt gesamt|stadt insgesamt|summe|zusammen|total|"
    r"gesamtergebnis|alle (?:stadtteile|ortsteile|bezirke)|.* (?:insgesamt|gesamt|zusammen))",
    re.IGNORECASE,
)

ZERO = frozenset({"-", "–", "—", "−"})
"""Exactly nothing, in tables of the statistical offices."""
HIDDEN = frozenset({".", "..", "...", "…", "/", "x", "X", "•", "*", "g", "n.a.", "k.A.", "()"})
"""Unknown, secret, not certain enough, or not meaningful."""


def plain(text: str) -> str:
    """Letters and digits of a word, small, umlauts written out."""
    text = text.lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(umlaut, letters)
    return re.sub(r"[^a-z0-9]", "", text)


def role_of(header: str) -> tuple[str | None, bool]:
    """What a column holds, by its header, and whether that is only a weak guess."""
    word = plain(header)
    if word in SPELLINGS:
        return SPELLINGS[word], word in _LOOSE
    stem = _WEAK.sub("", word)
    if stem != word and SPELLINGS.get(stem) == DISTRICT:
        return DISTRICT, True
    parts = [plain(part) for part in re.split(r"[\s_/\-().,:]+", header) if plain(part)]
    if len(parts) > 1 and SPELLINGS.get(parts[0]) == COUNT and parts[0] not in _LOOSE:
        # "Anzahl der Personen", but not "Anzahl Kinder".
        return (COUNT, True) if any(part.startswith(_PEOPLE) for part in parts) else (None, True)
    for part in parts:
        role = SPELLINGS.get(part)
        if role in (DISTRICT, SEX, AGE, BIRTH, RESIDENCE) and len(part) > 3:
            return role, True
    return None, True


def sex_of(text: str) -> str | None:
    """`male`, `female` or `both` (neither or unknown); None if the word is none of these."""
    return _SEXES.get(plain(text)) if text else BOTH


def is_all_sexes(text: str) -> bool:
    """Whether a word stands for both sexes together."""
    return plain(text) in _ALL_SEXES


def is_main_residence(text: str) -> bool | None:
    """Whether somebody lives here with the main residence; None if the word is unknown."""
    word = plain(text)
    if not word or word in _MAIN or word.startswith(("haupt", "allein", "einzig")):
        return True
    return False if word in _SECONDARY or word.startswith("neben") else None


def is_total(text: str) -> bool:
    """Whether the name of a district stands for all of them."""
    return TOTAL.fullmatch(" ".join(text.split())) is not None
