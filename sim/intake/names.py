"""Names of towns and districts: kept as text, made into keys, safe in tables and as folders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sim.town.fields import LABEL_CHARACTERS
from sim.town.problems import Both

FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""Beginnings that spreadsheet programs may take for a formula."""
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "clock"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
)
NATIONAL = frozenset({"germany", "results", "scenarios", "plans"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o"})
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf¤¶¼Ÿ„–œ]|\ufffd|â€")
_NUMBER = re.compile(r"-\d+(?:\.\d+)?")
KEY_CHARACTERS = 60


def name_fault(text: str) -> tuple[Both, Both] | None:
    """What is wrong with a name of a town or district, and how to mend it; None if it is sound.

    Letters of any language, digits, and the signs names have are welcome; what could be a formula,
    a path or a control sequence is not. Angle brackets are text like any other: whoever shows a
    name escapes it.
    """
    again = Both("den Namen berichtigen", "correct the name")
    if not text.strip():
        return Both("ein leerer Name", "an empty name"), Both("ihn eintragen", "enter it")
    if len(text) > LABEL_CHARACTERS:
        return Both(f"ein Name von {len(text)} Zeichen", f"a name of {len(text)} characters"), again
    if not text.isprintable():
        return Both("ein Steuerzeichen im Namen", "a control character in the name"), again
    if text.startswith(FORMULA):
        return (
            Both(
                "ein Name, den Tabellenprogramme für eine Formel halten",
                "a name that spreadsheets take for a formula",
            ),
            Both("das Zeichen am Anfang weglassen", "leave out the sign at its beginning"),
        )
    if _MOJIBAKE.search(text):
        return (
            Both("falsch umgewandelte Umlaute im Namen", "wrongly converted umlauts in the name"),
            Both(
                "die Tabelle als „CSV UTF-8“ oder .xlsx neu ausgeben",
                "export the table again as “CSV UTF-8” or .xlsx",
            ),
        )
    if not any(character.isalnum() for character in text):
        return Both("ein Name ohne Buchstaben", "a name without letters"), again
    return None


def key_of(label: str) -> str:
    """A key of a–z, 0–9 and _ for a label."""
    text = label.lower().translate(_UMLAUTS)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(character for character in text if not unicodedata.combining(character))
    key = re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:KEY_CHARACTERS].strip("_")
    return key or "ort"


def keys_of(labels: Iterable[str]) -> dict[str, str]:
    """A key for each label, none twice."""
    keys: dict[str, str] = {}
    for label in labels:
        key, number = key_of(label), 1
        while key in keys.values():
            number += 1
            key = f"{key_of(label)[: KEY_CHARACTERS - 5]}_{number}"
        keys[label] = key
    return keys


def folder_fault(name: str) -> Both | None:
    """Why a name cannot be a town's folder; None if it can."""
    if not name or "\0" in name or not name.isprintable():
        return Both("ein leerer Name oder Steuerzeichen", "an empty name or control characters")
    if any(sign in name for sign in ("/", "\\", ":")) or name.strip(". ") != name:
        return Both("ein Pfad statt eines Namens", "a path in place of a name")
    if not re.fullmatch(r"[a-z0-9_]{1,60}", name):
        return Both("andere Zeichen als a–z, 0–9 und _", "characters other than a–z, 0–9 and _")
    if name in RESERVED:
        return Both("ein Name, den Windows sich vorbehält", "a name that Windows reserves")
    if name in NATIONAL:
        return Both("ein Name, den das Programm selbst braucht", "a name the program itself needs")
    return None


def safe_cell(value: object) -> object:
    """A cell of a table to be written: text that could be taken for a formula gets a quote.

    Numbers stay numbers, also as text; a text such as "=cmd" is written as "'=cmd".
    """
    if isinstance(value, str) and value.startswith(FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
