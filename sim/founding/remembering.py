"""What was answered once: `answers.toml`, and `intake.toml` with the columns of tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.founding.answers import Answers
from sim.founding.writing import toml_table
from sim.intake.layout import Layout
from sim.intake.words import ROLES
from sim.town.files import Folder
from sim.town.problems import Problems
from sim.town.toml_lines import read_toml

LAYOUTS = "intake.toml"
ANSWERS_HEAD = """\
# Was beim Anlegen dieses Ordners gefragt und geantwortet wurde. Aus dieser Datei lässt er sich
# unter einem anderen Namen noch einmal anlegen: quartier new NAME --from answers.toml
"""
LAYOUTS_HEAD = """\
# Welche Spalte der Einwohnertabelle was enthält. Beim nächsten Auszug derselben Form wird nicht
# mehr gefragt. Hier stehen nur Überschriften, keine Angaben über Menschen.
"""


def answers_text(answers: Answers) -> str:
    """Answers as TOML; paths keep only the file's name, as folders of a computer are nobody's."""
    content = answers.model_dump(exclude_none=True)
    for table, entry in (("population", "table"), ("boundaries", "file"), ("households", "table")):
        if content[table].get(entry):
            content[table][entry] = Path(content[table][entry]).name
    parts = [ANSWERS_HEAD, toml_table("town", content["town"])]
    for name in ("population", "boundaries", "households", "services", "assumptions", "plans"):
        kept = {key: value for key, value in content[name].items() if value not in ("", {}, False)}
        if kept:
            parts.append(toml_table(name, kept))
    for name in ("districts", "meeting_points"):
        parts += [toml_table(name, entry, many=True) for entry in content[name]]
    return "\n".join(parts)


def layouts_text(layout: Layout | None) -> dict[str, str]:
    """The file that remembers a layout; none if there is nothing to remember.

    Columns without a header are remembered by their number. A first row that is no header is not
    kept, since it may be a person.
    """
    if layout is None:
        return {}
    columns = {role: layout.header[column] for role, column in layout.roles.items()}
    entries: dict[str, Any] = {"header": list(layout.signature), "columns": columns}
    return {LAYOUTS: LAYOUTS_HEAD + toml_table("tables", entries, many=True)}


def remembered(folder: Path) -> Mapping[tuple[str, ...], Mapping[str, str]]:
    """Columns by role, by the signature of tables read before; empty if nothing is remembered."""
    if not (folder / LAYOUTS).is_file():
        return {}
    read = read_toml(Folder(folder, Problems()), LAYOUTS)
    tables = read[0].get("tables") if read else None
    known: dict[tuple[str, ...], Mapping[str, str]] = {}
    for table in tables if isinstance(tables, list) else []:
        entries = table if isinstance(table, dict) else {}
        header, columns = entries.get("header"), entries.get("columns")
        if isinstance(header, list) and isinstance(columns, dict):
            known[tuple(map(str, header))] = {
                str(role): str(name) for role, name in columns.items() if role in ROLES
            }
    return known
