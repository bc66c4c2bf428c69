"""From what the validation library found to sentences a planner understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from sim.town.fields import RowModel, Says
from sim.town.problems import Both, Problems, did_you_mean, listing, problem
from sim.town.tables import Table

Model = TypeVar("Model", bound=RowModel)

CORRECT = Both("die Angabe berichtigen", "correct the entry")

# What does not depend on the field; everything else is told by the field's `Says`.
SENTENCES: dict[str, tuple[Both, Both]] = {
    "ambiguous": (
        Both("eine eindeutige Zahl", "a number with one meaning"),
        Both(
            "Tausender ohne Punkt schreiben oder Nachkommastellen mit Komma (1234 oder 1,234)",
            "write thousands without a point, or decimals with a comma (1234 or 1,234)",
        ),
    ),
    "formula": (
        Both("ein Text, keine Formel", "text, not a formula"),
        Both(
            "das Gleichheitszeichen am Anfang weglassen oder das Ergebnis eintragen",
            "leave out the equals sign at the beginning or enter the result",
        ),
    ),
    "control": (
        Both("Text ohne Steuerzeichen", "text without control characters"),
        Both("die Angabe neu eintippen", "type the entry again"),
    ),
    "model_type": (
        Both("ein Abschnitt mit Angaben (name = Wert)", "a section of entries (name = value)"),
        CORRECT,
    ),
    "list_type": (
        Both('eine Liste in eckigen Klammern wie ["altstadt"]', 'a list such as ["altstadt"]'),
        Both("eckige Klammern setzen", "put it into square brackets"),
    ),
    "dict_type": (
        Both(
            "Angaben in geschweiften Klammern wie { municipality = 1 }",
            "entries in braces such as { municipality = 1 }",
        ),
        CORRECT,
    ),
    "string_type": (
        Both("ein Text in Anführungszeichen", "text in quotes"),
        Both("Anführungszeichen setzen", "put it into quotes"),
    ),
    "bool_type": (
        Both(
            "true (ja) oder false (nein), ohne Anführungszeichen", "true or false, without quotes"
        ),
        CORRECT,
    ),
    "too_long": (Both("weniger Angaben", "fewer entries"), Both("sie kürzen", "shorten them")),
}

# These say more about the value than the field does; the others give way to the field.
FIRST = ("ambiguous", "formula", "control")


def tell(
    error: ValidationError,
    model: type[BaseModel],
    file: str,
    place: Callable[[tuple[int | str, ...]], tuple[int | None, str | None]],
    problems: Problems,
    *,
    within: tuple[int | str, ...] = (),
) -> None:
    """Add the problems in a validation error.

    Args:
        error: what pydantic raised.
        model: the model it raised it for.
        file: name for the problem.
        place: line and column of a location such as ("measures", 0, "payers").
        problems: where they are added.
        within: location of the validated part in the file.
    """
    for detail in error.errors(include_url=False):
        if problems.full(file):
            return
        location = tuple(part for part in detail["loc"] if part != "[key]")
        line, column = place(within + location)
        kind, value = detail["type"], detail["input"]
        says, owner = _resolve(model, location)
        if kind == "missing":
            name = str(location[-1])
            expected = says.expected if says else Both("eine Angabe", "an entry")
            problems.add(
                problem(
                    file,
                    "",
                    Both(f"„{name}“: {expected.de}", f"“{name}”: {expected.en}"),
                    Both(f"die Angabe „{name}“ ergänzen", f"add the entry “{name}”"),
                    line=line,
                    column=name,
                )
            )
        elif kind == "extra_forbidden":
            name = str(location[-1])
            names = tuple(owner.model_fields) if owner else ()
            problems.add(
                problem(
                    file,
                    name,
                    Both(f"nur {listing(names)}", f"only {listing(names, 'en')}")
                    if names
                    else Both("hier keine weitere Angabe", "no further entry here"),
                    did_you_mean(name, names)
                    if names
                    else Both("die Angabe weglassen", "leave the entry out"),
                    line=line,
                    column=column,
                )
            )
        else:
            general = SENTENCES.get(kind)
            if general and (kind in FIRST or says is None):
                expected, mend = general
            elif says:
                expected, mend = says.expected, says.mend
            else:
                expected, mend = general or (Both("eine gültige Angabe", "a valid entry"), CORRECT)
            problems.add(problem(file, _shown(value), expected, mend, line=line, column=column))


def validate_rows(table: Table, model: type[Model], problems: Problems) -> list[tuple[int, Model]]:
    """Rows of a table with their line numbers; those with problems are left out.

    An empty cell of a column that has a default takes the default.
    """
    context = {"notation": table.notation}
    fields = model.model_fields
    valid: list[tuple[int, Model]] = []
    for row in table.rows:
        cells = {
            name: cell
            for name, cell in row.cells.items()
            if name in fields and (cell or fields[name].is_required())
        }
        try:
            valid.append((row.line, model.model_validate(cells, context=context)))
        except ValidationError as error:
            tell(error, model, table.file, partial(_cell, row.line), problems)
            if problems.full(table.file):
                break
    return valid


def _cell(line: int, location: tuple[int | str, ...]) -> tuple[int, str]:
    return line, str(location[0])


def _shown(value: Any) -> str | Both:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return Both("eine Liste", "a list")
    if isinstance(value, dict):
        return Both("ein Abschnitt", "a section")
    return str(value)


def _resolve(
    model: type[BaseModel], location: tuple[int | str, ...]
) -> tuple[Says | None, type[BaseModel] | None]:
    """What the field at a location says, and the model it stands in."""
    current: type[BaseModel] | None = model
    owner: type[BaseModel] | None = model
    says: Says | None = None
    for part in location:
        if isinstance(part, int) or current is None:
            continue
        owner = current
        field = current.model_fields.get(part)
        if field is None:
            return None, owner
        marks = [*field.metadata, *_annotated(field.annotation)]
        says = next((mark for mark in marks if isinstance(mark, Says)), None)
        current = next(
            (mark for mark in marks if isinstance(mark, type) and issubclass(mark, BaseModel)),
            None,
        )
    return says, owner


def _annotated(annotation: Any) -> Iterator[Any]:
    """An annotation and everything inside it: types, and metadata of `Annotated`."""
    yield annotation
    yield from getattr(annotation, "__metadata__", ())
    for inner in get_args(annotation):
        if not isinstance(inner, str):
            yield from _annotated(inner)
