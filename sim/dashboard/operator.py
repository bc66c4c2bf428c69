"""Who offers this dashboard: what a public body writes into its accessibility statement.

A small file of the operator's, `operator.toml` in the working directory or named in the environment
variable QUARTIER_OPERATOR:

    [contact]       # who answers when something cannot be used
    de = "Stadt Musterstadt, Stabsstelle Inklusion, barrierefrei@musterstadt.example"
    en = "City of Musterstadt, …"       # the German text if left out
    [enforcement]   # the body in charge of complaints
    de = "…"
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from sim.report.numbers import Lang

FILE = "operator.toml"
PLACE = "QUARTIER_OPERATOR"
"""Environment variable: path of the file, if it is another."""

MOST_BYTES = 20_000
LONGEST = 1_000
PARTS = ("contact", "enforcement")


@dataclass(frozen=True)
class Operator:
    """What the operator has said.

    Attributes:
        contact, enforcement: text by language; empty if not given.
        problem_de, problem_en: why the file cannot be used; empty if it can, or there is none.
    """

    contact: dict[Lang, str] = field(default_factory=dict)
    enforcement: dict[Lang, str] = field(default_factory=dict)
    problem_de: str = ""
    problem_en: str = ""


def operator() -> Operator:
    """What the file says now; nothing if there is none."""
    path = Path(os.environ.get(PLACE) or FILE)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return Operator()
    except OSError:
        return _wrong("lässt sich nicht lesen", "cannot be read")
    if len(raw) > MOST_BYTES:
        return _wrong(f"hat mehr als {MOST_BYTES} Bytes", f"has more than {MOST_BYTES} bytes")
    try:
        content = tomllib.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return _wrong("ist kein TOML in UTF-8", "is no TOML in UTF-8")
    found: dict[str, dict[Lang, str]] = {}
    for name in PARTS:
        part = content.pop(name, {})
        texts = _texts(part)
        if texts is None:
            return _wrong(
                f"braucht unter [{name}] „de“ und, wenn gewünscht, „en“: Texte von höchstens "
                f"{LONGEST} Zeichen",
                f"needs “de” and, if you like, “en” under [{name}]: texts of at most {LONGEST} "
                "characters",
            )
        found[name] = texts
    if content:
        known = " und ".join(f"[{name}]" for name in PARTS)
        return _wrong(
            f"hat Angaben, die niemand kennt; bekannt sind {known}",
            f"has entries nobody knows; known are {known.replace(' und ', ' and ')}",
        )
    return Operator(found["contact"], found["enforcement"])


def _texts(part: object) -> dict[Lang, str] | None:
    """The text in both languages; None if it is not as it should be."""
    if part == {}:
        return {}
    if not isinstance(part, dict) or not set(part) <= {"de", "en"}:
        return None
    texts = {name: _line(text) for name, text in part.items()}
    german = texts.get("de")
    if not german or any(text is None for text in texts.values()):
        return None
    return {"de": german, "en": texts.get("en") or german}


def _line(text: object) -> str | None:
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _wrong(german: str, english: str) -> Operator:
    name = Path(os.environ.get(PLACE) or FILE).name[:100]
    return Operator(
        problem_de=f"Die Datei {name} {german}.", problem_en=f"The file {name} {english}."
    )
