"""Where a name is used: found in the program's own source, so that it cannot be out of date."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_SEARCHED = ("commands", "report", "dashboard", "scenarios", "__pycache__")
"""Rooms that only read results."""

SHORTEST_FIXED_PART = 4
"""A pattern such as `{name}_{grade}` says nothing; one with this many fixed letters does."""


@dataclass(frozen=True)
class Use:
    """A line of the program in which a name is used.

    Attributes:
        file: file relative to the package, such as `rules/meeting.py`.
        line: line number.
        text: the line.
    """

    file: str
    line: int
    text: str


def uses(name: str, root: Path = ROOT) -> tuple[Use, ...]:
    """Every line that names it: as text, as an attribute, as an argument or by a pattern.

    Args:
        name: such as `visit_probability`; `care_need_hours_3` is also found where the program
            writes `f"care_need_hours_{grade}"`.
        root: folder of the sources.
    """
    found = []
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0] in NOT_SEARCHED:
            continue
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        numbers = sorted({line for line in _lines(source, name) if 0 < line <= len(lines)})
        found += [Use(place.as_posix(), line, lines[line - 1].strip()) for line in numbers]
    return tuple(found)


def _lines(source: str, name: str) -> Iterator[int]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a file that is being edited explains nothing
        return
    for node in ast.walk(tree):
        if _names(node, name):
            yield int(getattr(node, "lineno", 0))


def _names(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Attribute(attr=text) | ast.Name(id=text) | ast.keyword(arg=text):
            return text == name
        case ast.arg(arg=text):
            return text == name
        case ast.Constant(value=str(text)):
            return text == name or ("{" in text and _fits(re.split(r"\{[^{}]*\}", text), name))
        case ast.JoinedStr(values=parts):
            fixed = [""]
            for part in parts:
                if isinstance(part, ast.Constant):
                    fixed[-1] += str(part.value)
                else:
                    fixed.append("")
            return len(fixed) > 1 and _fits(fixed, name)
    return False


def _fits(fixed: list[str], name: str) -> bool:
    """Whether a name fits a text with gaps, given its fixed parts."""
    if len(re.sub(r"\W|_", "", "".join(fixed))) < SHORTEST_FIXED_PART:
        return False
    return re.fullmatch(r"\w+".join(map(re.escape, fixed)), name) is not None
