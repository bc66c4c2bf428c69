"""Text of tables and TOML, and a folder that is there whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.intake.names import folder_fault, safe_cell
from sim.town.problems import Both, TownError, printable, problem


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; no cell of it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
    return out.getvalue()


def toml_value(value: Any) -> str:
    """A value in the notation of TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # The escapes of JSON are those of TOML, but for one control character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inner = ", ".join(f"{toml_key(key)} = {toml_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return repr(value)


def toml_key(key: str) -> str:
    """A key in the notation of TOML."""
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else toml_value(key)


def toml_table(name: str, entries: Mapping[str, Any], *, many: bool = False) -> str:
    """A table of TOML; entries that are None, empty text or empty tables are left out."""
    head = f"[[{name}]]" if many else f"[{name}]"
    lines = [
        f"{toml_key(key)} = {toml_value(value)}"
        for key, value in entries.items()
        if value is not None and value not in ("", {})
    ]
    return "\n".join([head, *lines, ""])


def refuse_folder(parent: Path, name: str) -> None:
    """Check that a town's folder can be made.

    Raises:
        TownError: the name is none for a folder, or there is something of that name.
    """
    fault = folder_fault(name)
    if fault is not None:
        raise TownError(
            [
                problem(
                    "NAME",
                    Both(f"„{printable(name)}“, {fault.de}", f"“{printable(name)}”, {fault.en}"),
                    Both(
                        "ein Name aus a–z, 0–9 und _, höchstens 60 Zeichen",
                        "a name of a–z, 0–9 and _, at most 60 characters",
                    ),
                    Both(
                        "einen solchen Namen wählen, wie musterstadt",
                        "choose such a name, such as musterstadt",
                    ),
                )
            ]
        )
    if os.path.lexists(parent / name):
        raise TownError(
            [
                problem(
                    str(parent / name),
                    Both("ein vorhandener Ordner", "an existing folder"),
                    Both("ein Name, den es noch nicht gibt", "a name that is not taken"),
                    Both(
                        "einen anderen Namen wählen oder den Ordner selbst umbenennen; "
                        "überschrieben wird nichts",
                        "choose another name or rename the folder yourself; nothing is overwritten",
                    ),
                )
            ]
        )


def write_folder(
    parent: Path, name: str, files: Mapping[str, str], check: Callable[[Path], None]
) -> Path:
    """Write a folder beside its place, check it, and move it there at once.

    Args:
        parent: where the folder will be.
        name: its name, see `refuse_folder`.
        files: texts by their path in the folder.
        check: looks at the finished folder; if it raises, nothing stays.

    Returns:
        The folder.
    """
    refuse_folder(parent, name)
    parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=".quartier-", dir=parent))
    try:
        folder = workshop / name
        for file, text in files.items():
            place = folder / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")
        check(folder)
        refuse_folder(parent, name)
        folder.rename(parent / name)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return parent / name
