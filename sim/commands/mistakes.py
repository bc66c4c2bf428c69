"""Mistakes in a command line, said in the reader's language."""

from __future__ import annotations

import re
from typing import Any

from sim.commands.terminal import Lang

_EXPECTED = (
    (r"integer|ganze", "eine ganze Zahl", "a whole number"),
    (r"number|float", "eine Zahl", "a number"),
    (r"greater than|less than|range", "eine Zahl", "a number"),
)
_LOWEST = r"(?:greater than or equal to |x>=)(-?\d+)"
_HIGHEST = r"(?:less than or equal to |x<=)(-?\d+)"


def mistake(error: Any, lang: Lang) -> str:
    """What is wrong with a command line, in one or two sentences.

    Args:
        error: the usage error; its class differs between versions of typer, its name does not.
        lang: language.
    """
    german = lang == "de"
    kind = type(error).__name__
    said = str(getattr(error, "message", "") or error)
    help_de, help_en = "Hilfe: quartier --help", "Help: quartier --help"
    command = getattr(getattr(error, "ctx", None), "info_name", None)
    if command and command != "quartier":
        help_de, help_en = f"Hilfe: quartier {command} --help", f"Help: quartier {command} --help"
    text_de, text_en = _sentence(kind, error, said)
    return f"{text_de} {help_de}" if german else f"{text_en} {help_en}"


def _sentence(kind: str, error: Any, said: str) -> tuple[str, str]:
    hint = _hint(error)
    if kind == "MissingParameter":
        return f"Es fehlt die Angabe {hint}.", f"{hint} is missing."
    if kind == "NoSuchOption":
        option = error.option_name
        near = ", ".join(error.possibilities or ())
        if near:
            return (
                f"Die Option {option} gibt es nicht; gemeint ist vielleicht {near}.",
                f"There is no option {option}; perhaps you mean {near}.",
            )
        return f"Die Option {option} gibt es nicht.", f"There is no option {option}."
    if kind == "BadOptionUsage":
        option = error.option_name
        return f"Nach {option} fehlt der Wert.", f"{option} needs a value."
    if kind == "BadParameter":
        return _bad_value(hint, said)
    unknown = re.match(r"No such command '(.*?)'\.?(?: Did you mean (.*)\?)?", said)
    if unknown:
        near = (unknown.group(2) or "").replace("'", "")
        german = f"Den Befehl „{unknown.group(1)}“ gibt es nicht"
        english = f"There is no command “{unknown.group(1)}”"
        if near:
            return (
                f"{german}; gemeint ist vielleicht {near}.",
                f"{english}; perhaps you mean {near}.",
            )
        return f"{german}.", f"{english}."
    extra = re.match(r"Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)", said)
    if extra:
        return (
            f"Zu viele Angaben: {extra.group(1)}.",
            f"Too much was given: {extra.group(1)}.",
        )
    return f"Der Befehl wurde nicht verstanden: {said}", f"The command was not understood: {said}"


def _bad_value(hint: str, said: str) -> tuple[str, str]:
    for pattern, german, english in _EXPECTED:
        if re.search(pattern, said):
            low, high = re.search(_LOWEST, said), re.search(_HIGHEST, said)
            ends_de = (f" ab {low[1]}" if low else "") + (f" bis {high[1]}" if high else "")
            ends_en = (f" from {low[1]}" if low else "") + (f" to {high[1]}" if high else "")
            return (
                f"Der Wert für {hint} passt nicht: erwartet wird {german}{ends_de}.",
                f"The value of {hint} does not fit: expected {english}{ends_en}.",
            )
    said = said.rstrip(".")
    return f"Der Wert für {hint} passt nicht: {said}.", f"The value of {hint} does not fit: {said}."


def _hint(error: Any) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return str(getattr(error, "param_hint", "") or "")
    options = [name for name in getattr(param, "opts", ()) if name.startswith("-")]
    if options:
        return str(max(options, key=len))
    return str(getattr(param, "metavar", None) or getattr(param, "name", ""))
